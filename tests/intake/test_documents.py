"""A budget, final accounts, performance targets and a second county come in by workbooks only.

Each workbook is filled in as a person would: what is asked for, at half as much again, the texts with the other year.
"""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from nianbao.build.edition import Edition
from nianbao.cli import main
from nianbao.data.csvfiles import read_csv
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.intake.documents import asked, plans
from nianbao.intake.keys import Place
from nianbao.intake.layout import FIRST_ROW, KEEP
from nianbao.intake.planning import plan
from nianbao.intake.reading import Outcome, intake
from nianbao.intake.workbook import new_year, workbook
from tests.support.projects import ROOT

# Four workbooks of the real data, one brought in after the other.
pytestmark = pytest.mark.long

DOCUMENTS = [("budget", 2027, 2026, "2027"), ("accounts", 2026, 2022, "2027"), ("performance", 2026, 2025, "2026")]
COUNTY = "贺兰县"
CODE = "640122"


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    """A copy of the published data, to read all of the documents into one after the other."""
    root = tmp_path_factory.mktemp("documents") / "data"
    shutil.copytree(ROOT / "data", root)
    return root


def fill(book: Workbook, data: Dataset, wanted, by: Decimal) -> int:
    """Fill in what the forms of a document ask for: last time's figures times `by`; returns how many cells."""
    count = 0
    for form in plans(data, wanted):
        for sheet in form.sheets:
            for series, place in sheet.places().items():
                seen = (
                    sheet.last[series]
                    or data.observations.get(series.at(form.previous))
                    or like(data, series, form.year)
                )
                if seen is not None:
                    value = seen.literal if seen.value is None else float(round(seen.value * by, places(seen.literal)))
                    book[sheet.name].cell(*place, value)
                    count += 1
    return count


def like(data: Dataset, series, year: int):
    """What another county printed."""
    return data.observations.get((series.indicator, "640121", year)) if series.item == CODE else None


def places(literal: str) -> int:
    """Decimals of a number."""
    return len(literal.partition(".")[2])


def adopt(book: Workbook, last: str, year: str) -> int:
    """Mark all rows of the sheets of texts for use, with the other year; returns how many rows."""
    count = 0
    for sheet in book:
        if sheet.cell(2, 1).value == KEEP:
            for row in range(3, sheet.max_row + 1):
                cells = [sheet.cell(row, column) for column in range(2, sheet.max_column + 1)]
                if any(cell.value for cell in cells):
                    sheet.cell(row, 1, "是")
                    count += 1
                    for cell in cells:
                        cell.value = cell.value.replace(last, year) if isinstance(cell.value, str) else cell.value
    return count


def bring_in(root: Path, wanted, last: int, target: Path) -> tuple[Outcome, int, int]:
    """Make the workbook of a document, fill it in and have it read."""
    data = Dataset(root)
    new_year(wanted.year, root, target, wanted)
    book = load_workbook(target)
    cells = fill(book, data, wanted, Decimal(2))
    texts = adopt(book, str(last), str(wanted.year))
    book.save(target)
    return intake(target, wanted.year, root), cells, texts


@pytest.mark.parametrize(("kind", "year", "last", "published_in"), DOCUMENTS)
def test_a_document_comes_in_by_its_workbook(published, tmp_path, kind, year, last, published_in):
    before = Dataset(published)
    code = f"{kind}-{year}"
    printed = {key: seen for key, seen in before.observations.items() if seen.source.document == f"{kind}-{last}"}
    outcome, cells, texts = bring_in(published, asked(before, year, kind), last, tmp_path / "w.xlsx")
    assert [str(remark) for remark in outcome.remarks if remark.fatal] == []
    data = Dataset(published)
    about = data.catalogue.documents[code]
    assert (about.year, about.published) == (str(year), published_in) and str(year) in about.title
    assert str(last) not in about.title
    read = {key: seen for key, seen in data.observations.items() if seen.source.document == code}
    assert cells >= len(read) >= 190 and texts >= 100
    of_year = {(key.indicator, key.item) for key in read if key.year == year}
    assert of_year == {(key.indicator, key.item) for key in printed if key.year == last}
    for key, seen in before.observations.items():
        assert (data.observations[key].literal, data.observations[key].source) == (seen.literal, seen.source)


@pytest.mark.parametrize(("kind", "year", "last", "published_in"), DOCUMENTS)
def test_its_lists_are_those_of_the_year_and_no_report_is_offered_them(published, kind, year, last, published_in):
    names = {path.stem for path in (published / f"editions/{year}/texts").glob("*.csv")}
    assert set(asked(Dataset(published), year, kind).kind.lists) <= names
    remarks = read_csv(published / f"editions/{year}/texts/remarks.csv")
    assert any(row["place"].startswith(kind) for row in remarks)
    report = plan(Dataset(published), 2026)
    offered = {row["place"] for row in report.texts["remarks"]}
    assert offered and not any(place.startswith(("budget", "accounts", "performance.")) for place in offered)


def test_a_second_county_comes_in_by_its_workbook(published, tmp_path):
    wanted = asked(Dataset(published), 2022, county=COUNTY)
    outcome, cells, _ = bring_in(published, wanted, 2022, tmp_path / "w.xlsx")
    assert [str(remark) for remark in outcome.remarks if remark.fatal] == [] and cells >= 260
    data = Dataset(published)
    assert data.counties(2022) == ["640121", CODE] and data.counties(2021) == ["640121", CODE]
    about = data.catalogue.documents[f"county-{CODE}-2022"]
    assert about.title == "贺兰县2022年社保基金运行情况分析" and about.publisher == "贺兰县社会保险事业管理中心"
    insured = data.observations["county.enterprise.insured", CODE, 2022]
    assert insured.value == 2 * data.observations["county.enterprise.insured", "640121", 2022].value
    standard = data.observations["county.injury.standard", "grade1", 2022]
    assert standard.source.document == "yongning-2022"  # of the whole province, and known before


def test_nothing_that_another_county_said_is_offered(published):
    data = Dataset(published)
    [form, *_] = plans(data, asked(data, 2022, county=COUNTY))
    for rows in form.texts.values():
        assert not any(row.get(name) for row in rows for name in ("note", "text", "title"))
    assert not [
        seen for sheet in form.sheets for seen in sheet.last.values() if seen is not None and seen.item == "640121"
    ]


def test_a_county_that_has_a_booklet_goes_by_its_own(published):
    data = Dataset(published)
    [form, before, *_] = plans(data, asked(data, 2026, county="永宁县"))
    assert (form.document, form.year, form.previous, before.year) == ("yongning-2026", 2026, 2022, 2025)
    shown = next(seen for sheet in form.sheets for seen in sheet.last.values())
    assert shown.source.document == "yongning-2022"


def test_the_chapter_of_a_county_takes_the_last_year_of_that_county(published, tmp_path):
    root = tmp_path / "data"
    shutil.copytree(published, root)
    later = root / "observations/2024/counties"
    later.mkdir()
    text = (root / f"observations/2022/counties/{CODE}.csv").read_text("utf-8")
    (later / f"{CODE}.csv").write_text(text, "utf-8")
    edition = Edition.open(2025, root, ROOT)
    assert edition.of_county("A4-county", COUNTY).parameters("A4-county")["year"] == 2022  # none was issued for 2024
    (later / f"{CODE}.csv").write_text(re.sub(r",[\w-]+ ", f",county-{CODE}-2024 ", text), "utf-8")
    listed = root / "catalogue/documents.csv"
    row = f"county-{CODE}-2024,贺兰县2024年社保基金运行情况分析,2024,贺兰县社会保险事业管理中心,2025\n"
    listed.write_text(f"{listed.read_text('utf-8').rstrip()}\n{row}", "utf-8")
    edition = Edition.open(2025, root, ROOT)
    assert edition.parameters("A4-county") == {"year": 2022, "county": "永宁县"}
    assert edition.of_county("A4-county", COUNTY).parameters("A4-county") == {"year": 2024, "county": CODE}
    with pytest.raises(DataError, match="桃花源"):
        edition.of_county("A4-county", "桃花源")


def test_a_second_county_has_a_page_of_its_own_behind_the_first(published, tmp_path):
    root = tmp_path / "data"
    shutil.copytree(published, root)
    assert Edition.open(2025, root, ROOT).chapters().count("A4-county") == 1
    shutil.copy(root / "observations/2022/counties/640121.csv", root / f"observations/2022/counties/{CODE}.csv")
    edition = Edition.open(2025, root, ROOT)
    page = f"A4-county-{CODE}"
    chapters = edition.chapters()
    assert chapters[chapters.index("A4-county") + 1] == page
    assert edition.parameters(page) == {"year": 2022, "county": CODE, "number": "A4.2"}
    job = next(each for each in edition.jobs(tmp_path) if each.name == page)
    assert (job.source.name, Path(job.target).name) == ("A4-county.ipynb", f"{page}.ipynb")
    listed = [each["file"] for part in edition.contents()["parts"] for each in part["chapters"]]
    assert listed[listed.index("notebooks/A4-county") + 1] == f"notebooks/{page}"
    edition.check_pages()


def test_a_workbook_says_itself_what_it_is_for(published, tmp_path, capsys):
    path = tmp_path / "w.xlsx"
    assert main(["new-year", "2028", "--document", "budget", "--data", str(published), "--out", str(path)]) == 0
    assert load_workbook(path)["填报说明"]["A1"].value == "2028年部门预算填报表（budget 2028）"
    assert main(["intake", str(path), "--year", "2027", "--data", str(published)]) == 2
    assert "2028年的部门预算" in capsys.readouterr().err


def test_a_new_line_of_a_budget_is_a_row_of_the_workbook(published, tmp_path):
    data = Dataset(published)
    wanted = asked(data, 2029, "budget")
    path = new_year(2029, published, tmp_path / "w.xlsx", wanted)
    book = load_workbook(path)
    [form, *_] = plans(data, wanted)
    lines = book["采购项目"]
    row = next(row for row in range(4, lines.max_row) if not lines.cell(row, 1).value)
    for column, value in enumerate(("P99", "自助服务机", "total"), 1):
        lines.cell(row, column, value)
    sheet = next(sheet for sheet in form.sheets if any(series.item == "P01" for series in sheet.last))
    amount = next(place for series, place in sheet.places().items() if series == ("budget.procurement.amount", "P01"))
    new = Place(FIRST_ROW + len(sheet.rows), amount.column)
    for column, value in {1: "P99", 2: "自助服务机", new.column: 12.5}.items():
        book[sheet.name].cell(new.row, column, value)
    fill(book, data, wanted, Decimal(2))
    book.save(path)
    assert not [str(remark) for remark in intake(path, 2029, published).remarks if remark.fatal]
    read = Dataset(published)
    assert read.catalogue.codelists["procurement"]["P99"].since == "2029"
    assert str(read.observations["budget.procurement.amount", "P99", 2029].value) == "12.50"


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (["--document", "tea"], "tea"),
        (["--county", "桃花源"], "桃花源"),
        (["--document", "budget", "--county", COUNTY], "只能写一个"),
        (["--document", "accounts", "--year-before-all"], ""),
    ],
)
def test_what_there_is_not_is_refused(published, capsys, arguments, wrong):
    if not wrong:
        assert main(["new-year", "2015", *arguments[:2], "--data", str(published)]) == 2
        assert "2015年以前没有部门决算的数据" in capsys.readouterr().err
        return
    assert main(["new-year", "2030", *arguments, "--data", str(published)]) == 2
    assert wrong in capsys.readouterr().err


def test_nothing_of_another_county_stands_beside_and_places_and_decimals_are_as_there():
    data = Dataset(ROOT / "data")
    forms = plans(data, asked(data, 2026, "", COUNTY))
    sheets = [sheet for form in forms for sheet in form.sheets]
    assert not any(seen for sheet in sheets for seen in sheet.last.values())
    places_of = {sheet.name: {seen.source.place for seen in sheet.like.values()} for sheet in sheets}
    assert "第四部分（六）表5" in places_of["第四部分（六）表5（2023年）"]
    book = workbook(data, 2026, asked(data, 2026, "", COUNTY))
    amounts = next(sheet for sheet in sheets if any("demand.rate" in series.indicator for series in sheet.last))
    cell = next(place for series, place in amounts.places().items() if "demand.rate" in series.indicator)
    assert book[amounts.name].cell(*cell).number_format == "General"
