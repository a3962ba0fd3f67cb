"""Downloads of the built book: every table and chart, and the edition as a whole."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile

import duckdb
import openpyxl
import pytest

from tests.support.pages import soup
from tests.support.selection import CHAPTERS, mostly_long


@pytest.mark.parametrize("name", mostly_long(CHAPTERS, ("03-unemployment",)))
def test_every_table_and_chart_can_be_taken_away(book, name):
    path = book.html / "notebooks" / f"{name}.html"
    page = soup(path)
    shown = [each for each in page.select("article figure") if not each.get("id", "").endswith("-data")]
    links = [(path.parent / each["href"]).resolve() for each in page.select(".take a")]
    assert len(links) == sum(4 if "chart" in each["class"] else 2 for each in shown)
    for link in links:
        content = link.read_bytes()
        assert len(content) > 60, link
        if link.suffix == ".csv":
            rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
            assert len({len(row) for row in rows}) == 1 and rows[0][-3:] == ["单位", "出处", "存疑"], link
            for cell in sum(rows, []):
                assert not re.match(r"[=+@\t\r]|-(?![\d.]*$)", cell), (link, cell)
        assert link.suffix != ".png" or content.startswith(b"\x89PNG")
        assert link.suffix != ".svg" or content.startswith(b"<svg")


def test_workbooks_are_typed(book):
    book = openpyxl.load_workbook(book.html / "downloads" / "01-pension" / "tab-1-1.xlsx")
    sheet = book["数据"]
    assert (
        sheet["A2"].value == "银川市（市本级）"
        and sheet["B2"].value == 109.14
        and sheet["B2"].number_format == "#,##0.00"
    )
    assert "表1-1" in sheet.cell(2, sheet.max_column - 1).value and book["说明"].max_row > 4


def test_the_whole_edition_can_be_taken_away(book):
    folder = book.html / "downloads"
    with zipfile.ZipFile(folder / "nianbao-2025-datapackage.zip") as archive:
        about = json.loads(archive.read("datapackage.json"))
        for each in about["resources"]:
            head = next(csv.reader(io.StringIO(archive.read(each["path"]).decode("utf-8-sig"))))
            assert [field["name"] for field in each["schema"]["fields"]] == head, each["path"]
    rows = duckdb.sql(
        f"SELECT value, unit FROM '{folder}/nianbao-2025.parquet' WHERE indicator = 'pension.enterprise.insured'"
        " AND item = '640000' AND year = 2025"
    ).fetchall()
    assert [(float(value), unit) for value, unit in rows] == [(275.09, "万人")]
    sdmx = list(csv.DictReader(io.StringIO((folder / "nianbao-2025-sdmx.csv").read_text("utf-8-sig"))))
    keys = [(row["INDICATOR"], row["REF_AREA"], row["ITEM"], row["TIME_PERIOD"]) for row in sdmx]
    assert len(keys) == len(set(keys)) > 1000
    page = soup(book.html / "book" / "data.html")
    assert all((book.html / "book" / each["href"]).exists() for each in page.select(".files a")) and page.select(
        ".files a"
    )
