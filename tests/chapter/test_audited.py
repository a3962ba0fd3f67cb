"""What the chapter on the audit says is counted from the findings and diagnoses, and true of them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from nianbao.audit.audit import Audit, Audited
from nianbao.audit.diagnosis import diagnosis, slips, telling
from nianbao.audit.diagnosis.telling import judgement, sentence
from nianbao.audit.findings import Finding
from nianbao.audit.report import AS_BEFORE, GROUPS, KIND_WORDS, PRINTINGS, group
from nianbao.chapter.audited import BOTH, GROUP_WORDS, NEITHER, UNKNOWN_CORRECTION, AuditedEdition
from nianbao.data.documents import Erratum
from nianbao.data.keys import Key, Source
from tests.support.projects import ROOT
from tests.support.small_dataset import WHOLE, dataset

NOTEBOOKS = (ROOT / "notebooks/A5-audit.ipynb", ROOT / "nianbao/build/starter/notebooks/audit.ipynb")
PAGES = (ROOT / "book/methods.md", ROOT / "nianbao/build/starter/book/methods.md")
REGIONS = ("640100", "640200", "640300")


def edition(levels, claims=(), errata=()) -> AuditedEdition:
    """The audit of a small dataset, seen as the edition of 2025."""
    data = dataset(levels, claims)
    data.errata = {check: each for each in errata for check in each.checks}
    return AuditedEdition(Audited(data, Audit(data).findings(), 2025, frozenset("r")), 2025)


def total(*parts: str, whole: str) -> dict:
    """Printed levels of 2025: of each region and of the whole."""
    items = dict(zip(REGIONS, parts, strict=True)) | {WHOLE: whole}
    return {("x.flow", item, 2025): text for item, text in items.items()}


def test_every_kind_of_check_is_of_a_group():
    assert set(GROUPS) == set(KIND_WORDS)


def test_the_groups_make_up_all_checks():
    found = edition(total("1.00", "2.00", "3.00", whole="6.00"), [("level", "x.flow", 2025, "", "6.00", "亿元")])
    counts = {name: int(found.in_group(name).value) for name in set(GROUPS.values())}
    assert sum(counts.values()) == len(found.findings)
    assert counts["重印"] == 1 and counts["算术"] >= 1


def test_a_derived_figure_that_is_only_printed_again_counts_as_printed_again():
    again = Finding("claim:growth:a", "growth", Key("a", "b", 2025), "1", "", "", "", "agrees", "与前文所印相同")
    assert group(again) == PRINTINGS
    assert group(replace(again, note="")) == "算术"


def test_figures_that_prove_each_other_are_counted_apart():
    levels = {("x.flow", WHOLE, 2025): "110.00", ("x.flow", WHOLE, 2024): ("100.00", "E", "0.02")}
    claims = [("change", "x.flow", 2025, 2024, "10.00", "亿元"), ("growth", "x.flow", 2025, 2024, "10.00", "%")]
    found = edition(levels, claims)
    assert found.proving_each_other.value == sum(each.note.startswith("与所印") for each in found.findings) == 1


def test_the_diagnoses_are_counted_by_how_sure_they_are():
    sound = edition(total("1.00", "2.00", "3.00", whole="6.00"))
    assert [sound.named.value, sound.tied.value, sound.unsettled.value] == [0, 0, 0] and sound.open_rows() == []
    wrong = edition(total("1.20", "2.00", "3.00", whole="6.00"), [("level", "x.flow", 2025, "", "6.00", "亿元")])
    counts = wrong.named.value + wrong.tied.value + wrong.unsettled.value
    assert counts == len(wrong.suspects.diagnoses) > 0
    assert len(wrong.open_rows()) == len(wrong.suspects.diagnoses)


def erratum(check: str, **more) -> Erratum:
    made = Erratum((check,), "6.00", "9.00", "理由。", "published", (), Source("r", "表1"), 2025, "errata.csv:2")
    return replace(made, **more)


def test_the_row_of_an_erratum_says_what_the_diagnosis_says():
    levels = total("1.00", "2.00", "3.00", whole="6.00")
    claims = [("level", "x.flow", 2025, "", "9.00", "亿元"), ("level", "x.flow", 2025, "", "6.00", "亿元")]
    check = f"claim:level:x.flow:{WHOLE}:2025"
    found = edition(levels, claims, [erratum(check, printed="9.00", likely="6.00")])
    (each,) = found.suspects.diagnoses
    (row,) = found.number_rows(found.numbers)
    assert row[-1] == f"理由。诊断：{judgement(each)}。" and "应作6.00亿元" in row[-1]
    assert row[3] == "6.00"


def test_an_erratum_that_accuses_another_figure_than_the_diagnosis_names_that_figure():
    levels = total("1.00", "2.00", "3.00", whole="6.00")
    claims = [("level", "x.flow", 2025, "", "9.00", "亿元"), ("level", "x.flow", 2025, "", "6.00", "亿元")]
    check = f"claim:level:x.flow:{WHOLE}:2025"
    about = erratum(check, figures=(f"x.flow:{REGIONS[0]}:2025",), decided="由人判定。")
    found = edition(levels, claims, [about])
    (each,) = found.suspects.diagnoses
    (row,) = found.number_rows(found.numbers)
    assert row[-1] == f"理由。判定：由人判定。诊断：{sentence(each)}。"
    assert "甲市" in row[1]


@pytest.mark.parametrize(
    "printed, mean",
    [("10.67", "算术平均"), ("9.70", "几何平均"), ("20.00", NEITHER)],
)
def test_an_average_growth_is_told_by_the_mean_that_it_can_be(printed, mean):
    levels = {("x.flow", WHOLE, 2025): "132.00", ("x.flow", WHOLE, 2022): "100.00"}
    found = edition(levels, [("avg_growth", "x.flow", 2025, 2022, printed, "%")])
    assert list(found.means.values()) == [mean]
    assert found.habits() == ("" if mean == NEITHER else f"以2022年为基期的用{mean}")
    assert found.average_growth_rows()[0][-2] == mean


def test_two_means_that_cannot_be_told_apart_are_both():
    levels = {("x.flow", WHOLE, 2025): "10.02", ("x.flow", WHOLE, 2023): "10.00"}
    found = edition(levels, [("avg_growth", "x.flow", 2025, 2023, "0.1", "%")])
    assert list(found.means.values()) == [BOTH] and found.habits() == ""


def test_no_habit_is_claimed_where_one_base_year_has_both_means():
    levels = {
        (code, WHOLE, year): text
        for code, years in (("x.flow", {2025: "132.00", 2022: "100.00"}), ("x.other", {2025: "132.00", 2022: "100.00"}))
        for year, text in years.items()
    }
    claims = [("avg_growth", "x.flow", 2025, 2022, "10.67", "%"), ("avg_growth", "x.other", 2025, 2022, "9.70", "%")]
    assert edition(levels, claims).habits() == ""


@cache
def told(path: Path) -> str:
    """What a page or a notebook says: of a notebook its texts and prose."""
    if path.suffix == ".md":
        return path.read_text("utf-8")
    cells = json.loads(path.read_text("utf-8"))["cells"]
    sources = ("".join(cell["source"]) for cell in cells)
    kept = (text for text in sources if text.startswith(("%%prose", "#")))
    return "\n".join(kept)


@pytest.mark.parametrize("path", [*NOTEBOOKS, *PAGES], ids=lambda path: f"{path.parts[-3]}-{path.name}")
def test_the_pages_do_not_claim_more_than_is_done(path):
    """No "each and every", no "nothing was adjusted", nothing that forbids what the program does not forbid."""
    text = told(path)
    for claim in ("每一个", "逐一核对", "任何数都没有", "不能付印", "均已核对", "都已画出", "没有为了凑平"):
        assert claim not in text, claim


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_no_count_in_the_chapter_is_typed(path):
    prose = re.sub(r"{[{%].*?[%}]}", "", told(path))
    assert not re.findall(r"\d+(?=[项处个])", prose)
    for name in ("算术", "重印", "次序", "文字", "其他"):
        assert f'audit.in_group("{name}")' in told(path)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.parts[-2])
def test_the_methods_tell_the_diagnosis_as_the_program_makes_it(path):
    text = told(path)
    assert [word for _, word in slips.KINDS.values() if word not in text] == []
    assert all(word in text for word in telling.VERDICT_WORDS.values())
    assert (diagnosis.NAMED, diagnosis.MOST, slips.CHOICE, slips.SURE) == (0.85, 8, 12, 0.9)
    for said in ("八成五", "不超过八个", "至多十二个", "九成"):
        assert said in text


def test_the_table_of_kinds_has_the_classes_of_the_text():
    found = edition(total("1.00", "2.00", "3.00", whole="6.00"), [("level", "x.flow", 2025, "", "6.00", "亿元")])
    again = Finding("claim:growth:a", "growth", Key("x.flow", WHOLE, 2025), "1", "", "", "", "agrees", AS_BEFORE)
    found.audited.findings.append(again)
    rows = {str(row[0]): int(row[-1].value) for row in found.kind_rows()}
    classes = {words: int(found.in_group(name).value) for name, words in GROUP_WORDS.items()}
    assert {words: rows.get(words, 0) for words in classes} == classes
    assert rows["同一个数的两次印出"] == rows["　重印"] + rows["　推算数的重印"] == 2


def test_an_edition_says_how_its_own_report_stands():
    found = edition(total("1.00", "2.00", "3.00", whole="6.00"))
    checked = found.checked_documents
    assert (int(checked.value), checked.unit) == (len(found.by_document), "份")
    assert int(found.in_report("fails").value) == 0
    own = replace(
        found,
        audited=replace(
            found.audited,
            findings=[replace(each, status="fails", source=Source("report-2025", "表1")) for each in found.findings],
        ),
    )
    assert int(own.in_report("fails").value) == len(own.findings) > 0


@pytest.mark.parametrize("right, notes", [("—", [UNKNOWN_CORRECTION]), ("2.00", [])])
def test_a_dash_for_what_cannot_be_told_right_is_explained(right, notes):
    assert AuditedEdition.on_unknown([["表1", "—", right, "缘由"]], 2) == notes
