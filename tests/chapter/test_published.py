"""What the book prints of figures in doubt: what changes start from, how far a doubt goes, and what its note names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nianbao.audit.audit import Audit
from nianbao.audit.findings import ERRATUM, Finding
from nianbao.chapter.figure import Figures
from nianbao.chapter.published import FOLLOWS, INVOLVES, Published, level_of, reason_of
from nianbao.data.documents import Erratum
from nianbao.data.keys import Source
from tests.support.small_dataset import WHOLE, dataset

QUOTIENT = f"formula:x.quotient:{WHOLE}:2024"
LEVELS = {
    ("x.flow", WHOLE, 2024): "10.00",
    ("x.stock", WHOLE, 2024): "5.00",
    ("x.quotient", WHOLE, 2024): "5.00",
    ("x.flow", WHOLE, 2025): "15.00",
    ("x.stock", WHOLE, 2025): "5.00",
    ("x.quotient", WHOLE, 2025): "3.00",
}


def erratum(check: str, **more) -> Erratum:
    made = Erratum((check,), "5.00", "2.00", "没有更新。", "published", (), Source("r", "表1"), 2024, "errata.csv:2")
    return replace(made, **more)


def published(check: str, levels=None, **more) -> Published:
    """What a book prints for which the erratum of a check is known."""
    data = dataset(levels or LEVELS)
    data.errata = {check: erratum(check, **more)}
    return Published(Audit(data))


@pytest.fixture
def of_2024(monkeypatch):
    """The document is a report of 2024, and the edition one of 2025."""
    documents = dataset({}).catalogue.documents
    monkeypatch.setitem(documents, "r", replace(documents["r"], year="2024"))


@pytest.mark.parametrize("show, change, growth", [("recomputed", "1.00", "50.00"), ("published", "-2.00", "-40.00")])
def test_a_change_starts_from_what_the_book_prints(show, change, growth):
    data = dataset(LEVELS)
    data.errata = {QUOTIENT: erratum(QUOTIENT, show=show)}
    figure = Figures(Audit(data), 2025)("x.quotient")
    assert figure.at(2024).quantity.signed == ("2.00" if show == "recomputed" else "5.00")
    assert figure.derived("change", 2024).signed == change
    assert float(figure.derived("growth", 2024).exact) == pytest.approx(float(growth))
    assert figure.derived("change", 2024).mark == QUOTIENT


@pytest.mark.parametrize(
    "check, more, blames",
    [
        (QUOTIENT, {}, True),
        (QUOTIENT, {"printed": "未列"}, False),
        (f"list:x:{WHOLE}:2024", {"printed": "未列"}, False),
        (f"identity:sum:{WHOLE}:2024", {}, False),
        (f"identity:sum:{WHOLE}:2024", {"figures": (f"x.flow:{WHOLE}:2024",)}, True),
        (f"claim:level:x.flow:{WHOLE}:2024", {}, False),
        (f"copy:x.flow:{WHOLE}:2024", {"printed": "5.00|6.00"}, True),
    ],
)
def test_an_erratum_blames_a_level_or_none(check, more, blames):
    assert published(check, **more).blames(check) is blames


def test_what_follows_from_a_level_in_doubt_says_so_once():
    found = published(QUOTIENT, show="published").derived(
        Figures(Audit(dataset(LEVELS)), 2025)("x.quotient").derived("change", 2024).id
    )
    assert found.note.startswith(f"{FOLLOWS}：") and found.note.count(FOLLOWS) == 1
    assert reason_of(found.note) == reason_of(reason_of(found.note))


def test_what_is_printed_and_holds_with_a_level_in_doubt_bears_a_mild_mark():
    flow = f"x.flow:{WHOLE}:2025"
    data = dataset(LEVELS, [("change", "x.flow", 2025, "2024", "5.00", "亿元")])
    data.errata = {f"formula:{flow}": erratum(f"formula:{flow}", figures=(flow,))}
    book = Published(Audit(data))
    book._marks = {Figures(Audit(data), 2025)("x.flow").key: erratum_found(flow)}
    change = book.derived(Figures(Audit(data), 2025)("x.flow").derived("change", 2024).id)
    quotient = book.level(Figures(Audit(data), 2025)("x.quotient").key)
    assert change.note == quotient.note == f"{INVOLVES}：没有更新。" and reason_of(change.note) == "没有更新。"
    assert change.mark == quotient.mark == f"formula:{flow}"
    explained = book.explained(quotient)
    assert explained.value == quotient.value and len(explained.inputs) == 2 and explained.expression == "$1 / $2"


def test_a_level_that_does_not_agree_with_its_formula_does_not_follow_from_it():
    book = published(QUOTIENT, LEVELS | {("x.quotient", WHOLE, 2025): "9.00"})
    quotient = book.level(Figures(Audit(dataset(LEVELS)), 2025)("x.quotient").key)
    assert book.explained(quotient) == quotient


def erratum_found(level: str) -> Finding:
    """A finding that says that a level is in doubt."""
    check = f"formula:{level}"
    return Finding(check, "formula", level_of(level), "15.00", "", "", "", ERRATUM, "没有更新。")


def test_a_note_names_the_document_of_an_earlier_year(of_2024):
    book = published(QUOTIENT)
    assert book.elsewhere(QUOTIENT) == "《报告》"
    assert book.told(QUOTIENT, "没有更新。") == "《报告》：没有更新。"
    assert book.following(QUOTIENT, "《报告》：没有更新。") == f"{FOLLOWS}。《报告》：没有更新。"
    assert reason_of(f"{FOLLOWS}。《报告》：没有更新。") == "《报告》：没有更新。"


def test_a_report_of_an_earlier_year_is_called_by_its_year(monkeypatch, of_2024):
    documents = dataset({}).catalogue.documents
    monkeypatch.setitem(documents, "report-2024", documents["r"])
    assert published(QUOTIENT, source=Source("report-2024", "表1")).elsewhere(QUOTIENT) == "2024年年报"


def test_the_edition_of_the_document_itself_names_nothing():
    assert published(QUOTIENT).elsewhere(QUOTIENT) == ""


def test_what_an_earlier_document_left_out_marks_nothing_later(of_2024):
    left_out = published(QUOTIENT, printed="未列")
    assert left_out.is_settled(QUOTIENT)
    figure = Figures(Audit(dataset(LEVELS)), 2025)("x.quotient")
    assert left_out.level(figure.at(2024).key).mark == ""
    change = figure.derived("change", 2024)
    assert left_out.derived(change.id).mark == "" and left_out.doubted(change, [(QUOTIENT, "没有更新。")]).mark == ""
    assert not published(QUOTIENT).is_settled(QUOTIENT)


REVISED = {"indicator": "x.flow", "item": WHOLE, "of_year": "2024", "kind": "method"}


@pytest.mark.parametrize(
    "revisions, known",
    [
        ([REVISED], False),
        ([REVISED, {**REVISED, "indicator": "x.stock"}], True),
        ([{**REVISED, "kind": "error"}], True),
    ],
)
def test_figures_of_a_year_that_stand_on_two_bases_give_nothing(revisions, known):
    """A later edition has put one of them on another basis, as after a merger, and left the other as it was."""
    data = dataset({place: level for place, level in LEVELS.items() if place[0] != "x.quotient"})
    data._revisions = {2025: revisions}
    quotient = Figures(Audit(data), 2025)("x.quotient")
    assert quotient.known
    assert quotient.at(2024).known is known
    assert (quotient.derived("change", 2024) is not None) is known, "of what is not printed there is no change"
