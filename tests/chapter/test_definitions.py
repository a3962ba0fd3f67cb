"""A figure whose base was printed by another definition, or is known to be wrong, is not compared with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nianbao.audit.audit import Audit
from nianbao.chapter.chart import comparable, note_on_break, said_of_definitions
from nianbao.chapter.definitions import note_on_definitions, of_one_definition
from nianbao.chapter.figure import Figures
from nianbao.chapter.printer import Printer
from nianbao.chapter.saying import Saying
from nianbao.data.documents import Erratum
from nianbao.data.keys import Source
from tests.chapter.test_prose import paragraph
from tests.support.small_dataset import WHOLE, dataset

RATE = "x.rate"
CHECK = f"formula:{RATE}:{WHOLE}:2024"


@pytest.fixture
def rate(monkeypatch):
    """A rate of 2025 by its definition, flow / stock * 100, whose base was printed as 46.86 and gives 56.57 by it."""

    def made(now="60.35", likely="", show="published"):
        data = dataset(
            {
                (RATE, WHOLE, 2025): now,
                ("x.flow", WHOLE, 2025): "3861.00",
                ("x.stock", WHOLE, 2025): "6398.00",
                (RATE, WHOLE, 2024): "46.86",
                ("x.flow", WHOLE, 2024): "3870.00",
                ("x.stock", WHOLE, 2024): "6841.00",
            }
        )
        indicators = data.catalogue.indicators
        about = replace(indicators[RATE], formula="x.flow / x.stock * 100", check_only=True)
        monkeypatch.setitem(indicators, RATE, about)
        data.errata = {
            CHECK: Erratum((CHECK,), "46.86", likely, "口径不同", show, ("46.86=>56.57",), Source("r", "表1"), 2024, "")
        }
        return Figures(Audit(data), 2025)(RATE)

    return made


def test_the_base_is_said_by_the_definition_of_the_year(rate):
    said = paragraph("替代率{{ it }}，{{ it | change }}。", {}, it=rate())
    assert said == "替代率60.35%，较上年按同一定义算得的56.57%上升3.78个百分点（上年所印46.86%口径不同）。"
    then, change = of_one_definition(rate(), 2024)
    assert str(then.id).endswith(":formula") and str(change.id) == f"{RATE}:{WHOLE}:2025:points:2024:formula"
    assert change.interval.holds(change.exact)


def test_what_a_chart_says_begins_after_the_last_figure_of_another_definition(rate):
    now = rate()
    column = {year: now.at(year).quantity for year in (2024, 2025)}
    assert comparable({"替代率": now}, {"替代率": column}) == {"替代率": {2024: None, 2025: column[2025]}}


def test_of_years_before_it_is_said_that_they_are_not_comparable(rate):
    now = rate()
    column = {year: now.at(year).quantity for year in (2024, 2025)}
    assert note_on_break(now, column) == "2024年的数口径不同，不可比"
    earlier = column | {2023: column[2024]}
    several = note_on_break(now, {year: earlier[year] for year in sorted(earlier)})
    assert several == "2023年、2024年所印的数与2025年口径不同，不可比"
    assert note_on_break(now, {2025: column[2025]}) == ""
    printer = Printer()
    said = printer.words(said_of_definitions(Saying(printer), {"替代率": now}, {"替代率": column}))
    assert said == "替代率2025年为60.35%；2024年的数口径不同，不可比"


def test_the_chart_says_which_figure_is_of_another_definition(rate):
    assert note_on_definitions([("替代率", rate())], [2023, 2024]) == (
        "替代率2024年所印46.86%口径不同，按同一定义为56.57%。"
    )


def test_two_figures_of_the_same_other_definition_are_compared(rate):
    figure = rate()
    assert of_one_definition(figure.at(2024), 2023) is None
    assert "所印" not in paragraph("{{ it | change }}", {}, it=figure.at(2024))


def test_where_the_book_prints_what_the_formula_gives_it_compares_with_that(rate):
    said = paragraph("替代率{{ it }}，{{ it | change }}。", {}, it=rate(show="recomputed"))
    assert "所印" not in said and "按同一定义" not in said


def test_nothing_is_said_against_a_base_that_is_known_to_be_wrong(monkeypatch):
    data = dataset({("x.stock", WHOLE, 2025): "7.00", ("x.stock", WHOLE, 2024): "8.00"})
    figure = Figures(Audit(data), 2025)("x.stock")
    found = figure.published.mark
    check = f"total:x.stock:{WHOLE}:2024"
    erratum = Erratum((check,), "8.00", "6.00", "误印", "published", (), Source("r", "表1"), 2024, "")
    data.errata = {check: erratum}

    class Finding:
        """What the audit finds of the base."""

        check = f"total:x.stock:{WHOLE}:2024"
        note = "误印"

    monkeypatch.setattr(figure.published, "mark", lambda key: Finding() if key.year == 2024 else found(key))
    assert paragraph("参保{{ it }}，{{ it | change }}。", {}, it=figure) == "参保7.00万人。"
    data.errata = {check: replace(erratum, likely="")}
    assert "较上年末减少" in paragraph("参保{{ it }}，{{ it | change }}。", {}, it=figure)
