"""One figure, one value: throughout an edition, in text, tables, charts, cards, comparison, facts and downloads."""

from __future__ import annotations

import csv
import re
from collections import Counter
from decimal import Decimal

import pytest

from nianbao.audit.findings import HOLDS
from nianbao.chapter.record import ChartRecord, Record, TableRecord
from nianbao.data.dataset import Dataset
from nianbao.figures.ids import FigureId
from nianbao.output import records
from tests.output import printed_values
from tests.output.printed_values import Edition, of_book, of_run
from tests.support.projects import ROOT, YEAR

#: Figures in doubt that once were not marked, or not everywhere.
KNOWN_DOUBTS = {
    "contribution_levels:4:2025",
    "digital.grassroots:640000:2025",
    "agency.insured_total.pension:640000:2025",
    "pension.enterprise.expenditure:640000:2025",
    "pension.enterprise.expenditure:640000:2025:change:2024",
    "pension.enterprise.current_balance:640000:2025",
    "fund.months.enterprise:640000:2025",
    "pension.enterprise.replacement_rate:640000:2025:points:2024",
}
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
def test_this_edition(this_year, rule, book):
    least = 150 * len(book.chapters())
    assert sum(1 for _ in this_year.known) > least and len(this_year.shown) > least
    assert [*rule(this_year)] == []


@pytest.mark.long
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_edition_before(year_before, rule):
    assert sum(1 for _ in year_before.known) > 300 and len(year_before.shown) > 300
    assert [*rule(year_before)] == []


@pytest.fixture(scope="session")
def records_of_this_year(book) -> dict[str, list[Record]]:
    """The records that are shown, by chapter."""
    folder = book.target / "src" / "notebooks"
    pages = {path.stem: records.read_notebook(path) for path in sorted(folder.glob("*.ipynb"))}
    return {name: [part for part in page.parts if isinstance(part, Record)] for name, page in pages.items()}


@pytest.mark.long
def test_no_erratum_leaves_its_figures_unmarked(this_year):
    errata = Dataset(ROOT / "data", YEAR).errata
    assert len(errata) > 90 and [*printed_values.accused_and_unmarked(this_year, errata)] == []
    marked = {each.id for each in this_year.shown if each.marked}
    assert marked >= KNOWN_DOUBTS


@pytest.mark.long
def test_what_is_marked_on_a_page_is_marked_in_print_and_in_downloads(this_year, records_of_this_year, book):
    missing = []
    places = Counter()
    for chapter, shown in records_of_this_year.items():
        for each in shown:
            places[type(each).__name__] += sum(1 for _ in printed_values.marked(each))
            missing += printed_values.unmarked_in_print(each)
            has_file_of_its_own = not chapter.startswith("region-")  # a region's figures stand in one file
            if has_file_of_its_own and isinstance(each, TableRecord | ChartRecord):
                missing += printed_values.unmarked_in_download(each, book.html / "downloads" / chapter)
    assert missing == []
    assert places["ProseRecord"] > 60 and places["TableRecord"] > 90 and places["ChartRecord"] > 30
    assert sum(places.values()) == sum(each.marked for each in this_year.shown)


def test_the_files_of_the_edition_say_what_is_in_doubt(this_year, book):
    with next((book.html / "downloads").glob("*-facts.csv")).open(encoding="utf-8-sig", newline="") as stream:
        told = {(row["chapter"], row["id"]): row["doubt"] for row in csv.DictReader(stream)}
    assert all(told[each.chapter, each.id] for each in this_year.shown if each.marked)
    with next((book.html / "downloads").glob("*-sdmx.csv")).open(encoding="utf-8-sig", newline="") as stream:
        said = [row for row in csv.DictReader(stream) if row["COMMENT_OBS"]]
    assert {"pension-enterprise-replacement_rate", "pension-enterprise-expenditure"} <= {
        row["INDICATOR"] for row in said
    }


@pytest.mark.long
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
    taken = {
        (row["INDICATOR"].replace("-", "."), row["TIME_PERIOD"], row["OBS_VALUE"])
        for row in rows
        if row["OBS_STATUS"] == "E"
    }
    inferred = 0
    for _, fact in this_year.known:
        figure = FigureId.parse(fact["id"])
        inferred_by_then = fact["status"] == "E" and figure.key.year <= YEAR
        if inferred_by_then and fact["source"] and not figure.measure and not figure.unit:
            inferred += 1
            assert (figure.key.indicator, str(figure.key.year), fact["value"]) in taken, fact["id"]
    assert inferred > 60


@pytest.mark.long
def test_the_comparison_prints_figures(this_year):
    """All of them with a name: levels of both years, differences and rates; those in doubt have their mark."""
    shown = [each for each in this_year.shown if each.chapter == "A6-revisions"]
    measures = [FigureId.parse(each.id).measure for each in shown]
    assert measures.count("growth") > 80 and measures.count("change") > 80
    assert sum(each.marked for each in shown) >= 3


@pytest.mark.long
def test_recipients_of_unemployment_benefit(this_year):
    """17,000 more (to the thousand) and 34.1 % more: 49,725 to 49,762 the year before, so it says."""
    known = {fact["id"]: fact for _, fact in this_year.known}
    base = known["unemployment.recipients:640000:2024"]
    assert 49725 <= int(base["value"]) <= 49762
    growth = known["unemployment.recipients:640000:2025:growth:2024"]
    assert growth["value"] == "34.1"
    for chapter in ("03-unemployment", "A6-revisions"):
        assert re.search("2024年[^。]*49,725至49,762人", this_year.pages[chapter].get_text())
