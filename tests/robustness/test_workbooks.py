"""Workbooks that are bombs, broken, or hold what no workbook should: refused, quickly, and nothing is unpacked."""

from __future__ import annotations

import io
import re
import time
import zipfile

import fuzz
import pytest

from nianbao.errors import DataError
from nianbao.intake.grids import open_file
from nianbao.intake.reading import intake
from tests.support.selection import long_but, mostly_long

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = f'<worksheet xmlns="{MAIN}"><sheetData>{{}}</sheetData>{{}}</worksheet>'
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'


def packed(extra=None, how=zipfile.ZIP_DEFLATED, **changes: str | bytes) -> bytes:
    """The small_data workbook with other parts: `sheet` is that of the figures; `extra` are further ones."""
    places = {
        "sheet": "xl/worksheets/sheet3.xml",
        "strings": "xl/sharedStrings.xml",
        "types": "[Content_Types].xml",
        "rels": "_rels/.rels",
        "styles": "xl/styles.xml",
        "book": "xl/workbook.xml",
    }
    parts = fuzz.parts() | {places[name]: content for name, content in changes.items()} | (extra or {})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as archive:
        for name, content in parts.items():
            if content is not None:
                archive.writestr(name, content)
    return buffer.getvalue()


def cell(value: str, kind: str = "n", place: str = "A1", style: str = "") -> str:
    """A sheet with one cell."""
    return SHEET.format(f'<row r="1"><c r="{place}" t="{kind}"{style}><v>{value}</v></c></row>', "")


def broken(content: bytes, at: int, sign: bytes) -> bytes:
    """With other bytes at a place."""
    return content[:at] + sign + content[at + len(sign) :]


BOOKS = {
    "zip ratio": lambda: packed({"xl/media/a.bin": b"\0" * (60 << 20)}),
    "120 MB": lambda: packed({f"a{at}": b"\0" * (1 << 20) for at in range(120)}),
    "3000 parts": lambda: packed({f"xl/a{at}.xml": "<a/>" for at in range(3000)}),
    "1.1 million rows": lambda: packed(sheet=SHEET.format("<row/>" * 1_100_000, ""), how=zipfile.ZIP_STORED),
    "last column": lambda: packed(sheet=cell("1", place="XFD1")),
    "last row": lambda: packed(sheet=cell("1", place="A1048576")),
    "beyond": lambda: packed(sheet=cell("1", place="ZZZZ1")),
    "all merged": lambda: packed(sheet=SHEET.format("", '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
    "all merged, hidden": lambda: packed(
        sheet=SHEET.format("", '<mergeCells><mergeCell ref="&#65;1:XFD1048576"/></mergeCells>')
    ),
    "columns merged": lambda: packed(sheet=SHEET.format("", '<mergeCells><mergeCell ref="A:XFD"/></mergeCells>')),
    "many merged": lambda: packed(
        sheet=SHEET.format("", "<mergeCells>" + '<mergeCell ref="A1:ZZ99"/>' * 50 + "</mergeCells>")
    ),
    "all linked": lambda: packed(sheet=SHEET.format("", '<hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks>')),
    "external": lambda: packed({"xl/externalLinks/externalLink1.xml": "<a/>"}),
    "macros": lambda: packed({"xl/vbaProject.bin": b"\xd0\xcf"}),
    "macro sheet": lambda: packed({"xl/macrosheets/sheet1.xml": "<a/>"}),
    "embedded": lambda: packed({"xl/embeddings/oleObject1.bin": b"x"}),
    "controls": lambda: packed({"xl/activeX/activeX1.bin": b"x"}),
    "connections": lambda: packed({"xl/connections.xml": "<a/>"}),
    "entities in a sheet": lambda: packed(sheet=DOCTYPE + SHEET.format("", "")),
    "entities in texts": lambda: packed(strings=DOCTYPE + "<sst>&b;</sst>"),
    "entities behind a comment": lambda: packed(sheet=f"<!--{'x' * 9000}-->" + DOCTYPE + SHEET.format("", "")),
    "entities in types": lambda: packed(types=DOCTYPE + "<Types/>"),
    "entities in relations": lambda: packed(rels=DOCTYPE + "<Relationships/>"),
    "entities in UTF-16": lambda: packed(
        sheet=("<?xml version='1.0' encoding='utf-16'?>" + DOCTYPE + SHEET.format("", "")).encode("utf-16")
    ),
    "entities in a picture": lambda: packed({"xl/media/a.png": DOCTYPE + "<a>&c;</a>"}),
    "entities in styles": lambda: packed(styles=DOCTYPE + "<styleSheet/>"),
    "password": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "empty": lambda: b"",
    "text": lambda: "不是工作簿".encode(),
    "page": lambda: b"<html>",
    "picture": lambda: b"\x89PNG\r\n\x1a\n",
    "no workbook": lambda: packed(book=None),
    "no types": lambda: packed(types=None),
    "no styles at all": lambda: packed(styles="<x"),
    "no XML": lambda: packed(sheet="不是"),
    "half an element": lambda: packed(sheet=SHEET.format("<row", "")),
    "control character": lambda: packed(sheet=cell("&#1;", "str")),
    "half a character": lambda: packed(sheet=cell("&#xD800;", "str")),
    "text turned round": lambda: packed(sheet=cell("甲\u202e乙", "str")),
    "private text": lambda: packed(sheet=cell("\ue000", "str")),
    "long text": lambda: packed(sheet=cell("长" * 5001, "str")),
    "encrypted": lambda: broken(packed(), packed().index(b"PK\x01\x02") + 8, b"\x01"),
    "wrong sum": lambda: broken(packed(how=zipfile.ZIP_STORED), 90, b"\0\0\0"),
    "string beyond the list": lambda: packed(sheet=cell("99999", "s")),
    "style beyond the list": lambda: packed(sheet=cell("1", style=' s="99999"')),
    "number of 4000 digits": lambda: packed(sheet=cell("9" * 4000)),
    "number of 5000 digits": lambda: packed(sheet=cell("9" * 5000)),
    **{f"cut at {at} %": (lambda at=at: packed()[: len(packed()) * at // 100]) for at in (1, 10, 30, 50, 70, 90, 99)},
}


#: One of each kind: too large, out of bounds, what no workbook should hold, entities, another file, broken, cells.
ONE_OF_EACH = (
    "zip ratio",
    "3000 parts",
    "last column",
    "all merged",
    "all linked",
    "external",
    "macros",
    "embedded",
    "entities in a sheet",
    "entities in texts",
    "entities in UTF-16",
    "password",
    "empty",
    "text",
    "no workbook",
    "no XML",
    "control character",
    "text turned round",
    "long text",
    "encrypted",
    "wrong sum",
    "string beyond the list",
    "style beyond the list",
    "number of 5000 digits",
    "cut at 50 %",
)


@pytest.mark.parametrize("name", mostly_long(BOOKS, ONE_OF_EACH))
def test_workbooks_that_are_bombs_or_broken_are_refused(small_data, tmp_path, name):
    path, before = tmp_path / "填报.xlsx", {each: each.read_bytes() for each in small_data.rglob("*.csv")}
    path.write_bytes(BOOKS[name]())
    start = time.monotonic()
    try:
        remarks, changed = intake(path, 2026, small_data)
        assert not changed and (
            name.startswith(("number of", "string", "style")) and any(remark.fatal for remark in remarks)
        ), remarks
    except DataError as error:
        assert "Traceback" not in str(error) and re.search("[一-鿿]", str(error)) and str(error).isprintable()
    assert time.monotonic() - start < 20
    assert {each: each.read_bytes() for each in small_data.rglob("*.csv")} == before
    assert not list(tmp_path.glob("*evil*"))


@pytest.mark.parametrize(
    "member",
    long_but(
        ["../evil.csv", "../../evil", "/tmp/evil", "C:\\evil", "xl/../../evil.xml", "data/2026/evil.csv"], 0, 2, 3
    ),
)
def test_members_of_a_zip_are_never_unpacked(small_data, tmp_path, member):
    (tmp_path / "a.xlsx").write_bytes(packed({member: "<a/>"}))
    grids = open_file(tmp_path / "a.xlsx")
    assert grids and not [each for each in tmp_path.rglob("*") if "evil" in each.name]


@pytest.mark.parametrize("value", ["1e999", "-1e999", "NaN", "1e15", "1e-300", "9" * 40, "0." + "9" * 40])
@pytest.mark.parametrize("kind", long_but(["n", "str"], 1))
def test_numbers_that_are_none(small_data, tmp_path, value, kind):
    content = SHEET.format(
        '<row r="1"><c r="A1" t="str"><v>代码</v></c><c r="B1" t="str"><v>参保人数（万人）</v></c></row>'
        f'<row r="2"><c r="A2" t="str"><v>1</v></c><c r="B2" t="{kind}"><v>{value}</v></c></row>',
        "",
    )
    (tmp_path / "a.xlsx").write_bytes(packed(sheet=content))
    try:
        remarks, changed = intake(tmp_path / "a.xlsx", 2026, small_data)
    except DataError as error:
        assert str(error).isprintable()
    else:
        assert changed == [] and any(remark.fatal for remark in remarks)
