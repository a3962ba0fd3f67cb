"""One figure, one value: throughout an edition, in text, tables, charts, cards, comparison, facts and downloads."""

from __future__ import annotations

import csv
import re
from decimal import Decimal

import pytest

from nianbao.audit.findings import HOLDS
from nianbao.figures.ids import FigureId
from tests.output import printed_values
from tests.output.printed_values import Edition, of_book, of_run
from tests.support.projects import YEAR

#: What must be true of every edition.
RULES = {
    "no figure has two values": printed_values.pairs,
    "pages print what the facts say": printed_values.misprinted,
    "every number in a table is a figure": printed_values.nameless,
    "charts print what stands in their numbers": printed_values.drawn_otherwise,
    "charts print the shares of the text": printed_values.shares_drawn_otherwise,
    "no more decimals than are known": printed_values.too_exact,
    "what is inferred is possible": printed_values.outside,
    "a figure in doubt is marked everywhere": printed_values.marked_here_and_not_there,
    "what follows from a figure in doubt is marked": printed_values.unmarked_consequences,
    "drawings mark what is in doubt and say why": printed_values.unmarked_in_drawings,
    "no line tells how what is disputed has moved": printed_values.trends_told_in_spite_of_doubt,
}


@pytest.fixture(scope="session")
def this_year(book) -> Edition:
    """The edition of the year, built."""
    return of_book(book.target)


@pytest.fixture(scope="session")
def year_before(last_year) -> Edition:
    """The edition of the year before, executed."""
    return of_run(last_year)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_this_edition(this_year, rule):
    assert sum(1 for _ in this_year.known) > 3000 and len(this_year.shown) > 3000
    assert [*rule(this_year)] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_edition_before(year_before, rule):
    assert sum(1 for _ in year_before.known) > 300 and len(year_before.shown) > 300
    assert [*rule(year_before)] == []


def test_a_printed_figure_that_holds_is_the_one(this_year):
    """`printed` in `facts.csv` is what the document prints, by the audit of the edition."""
    held = 0
    for chapter, fact in this_year.known:
        if FigureId.parse(fact["id"]).measure and not FigureId.parse(fact["id"]).unit and fact["check"] in HOLDS:
            held += 1
            assert Decimal(fact["value"]) == Decimal(fact["printed"]) and len(fact["value"]) == len(
                fact["printed"].lstrip("+")
            ), (chapter, fact)
    assert held > 300


def test_what_can_be_taken_away_has_the_values_of_the_pages(this_year, book):
    (path,) = (book.html / "downloads").rglob("*-sdmx.csv")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = [*csv.DictReader(stream)]
    taken = {(row["INDICATOR"], row["TIME_PERIOD"], row["OBS_VALUE"]) for row in rows if row["OBS_STATUS"] == "E"}
    inferred = 0
    for _, fact in this_year.known:
        figure = FigureId.parse(fact["id"])
        inferred_by_then = fact["status"] == "E" and figure.key.year <= YEAR
        if inferred_by_then and fact["source"] and not figure.measure and not figure.unit:
            inferred += 1
            assert (figure.key.indicator, str(figure.key.year), fact["value"]) in taken, fact["id"]
    assert inferred > 60


def test_the_comparison_prints_figures(this_year):
    """All of them with a name: levels of both years, differences and rates; those in doubt have their mark."""
    shown = [each for each in this_year.shown if each.chapter == "A6-revisions"]
    measures = [FigureId.parse(each.id).measure for each in shown]
    assert measures.count("growth") > 80 and measures.count("change") > 80
    assert sum(each.marked for each in shown) >= 3


def test_recipients_of_unemployment_benefit(this_year):
    """17,000 more (to the thousand) and 34.1 % more: 49,725 to 49,762 the year before, so it says."""
    known = {fact["id"]: fact for _, fact in this_year.known}
    base = known["unemployment.recipients:640000:2024"]
    assert 49725 <= int(base["value"]) <= 49762
    growth = known["unemployment.recipients:640000:2025:growth:2024"]
    assert growth["value"] == "34.1"
    for chapter in ("03-unemployment", "A6-revisions"):
        assert re.search("2024年[^。]*49,725至49,762人", this_year.pages[chapter].get_text())
