"""Workbooks in whose parts something is lost or stands twice are refused with the cell; what only looks odd is read."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from nianbao.data.parts import MOST_EMPTY_ROWS
from nianbao.errors import DataError
from nianbao.intake import grids
from nianbao.intake.grids import Grid, open_file
from nianbao.intake.keys import Place
from tests.intake.small import SHEET, origin

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TEXTS = "xl/sharedStrings.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
#: The cell of 参保人数 in the second row: 22.
CELL = re.compile(rb'<c r="C7"[^>]*>.*?</c>')
CELL_NAME = "C7"

Change = Callable[[bytes], bytes]


@cache
def parts() -> Mapping[str, bytes]:
    """The parts of a workbook of nothing but the sheet of figures that tests change, and one beside it."""
    book = load_workbook(origin() / "good.xlsx")
    for name in set(book.sheetnames) - {SHEET, "表4"}:
        del book[name]
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheet_part() -> str:
    """The part of the sheet that tests change."""
    return next(name for name, content in parts().items() if "worksheets/" in name and CELL.search(content))


def opened(folder: Path, changes: Mapping[str, Change | bytes | None]) -> Grid:
    """The sheet, read from a workbook with some parts changed, added, or (None) left out."""
    path = folder / "sent.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name in dict.fromkeys([*parts(), *changes]):
            change = changes.get(name, parts().get(name))
            content = change(parts()[name]) if callable(change) else change
            if content is not None:
                archive.writestr(name, content)
    return next(grid for grid in open_file(path) if grid.name == SHEET)


def in_sheet(old: bytes | re.Pattern[bytes], new: bytes) -> dict[str, Change | bytes | None]:
    """The sheet with something put in the place of something else."""
    pattern = old if isinstance(old, re.Pattern) else re.compile(re.escape(old))

    def change(content: bytes) -> bytes:
        assert pattern.search(content), old
        return pattern.sub(lambda _: new, content, count=1)

    return {sheet_part(): change}


def held(grid: Grid) -> object:
    """What stands in the cell."""
    return grid.cells[Place(7, 3)].value


# -- sheets that are not there ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "target", ["/xl/worksheets/sheet66.xml", "../../../etc/passwd", 'http://x/" TargetMode="External']
)
def test_a_sheet_that_lies_nowhere_is_not_taken_for_one_that_was_deleted(tmp_path, target):
    lost = f'"/{sheet_part()}"'.encode()
    assert lost in parts()[RELATIONS]
    with pytest.raises(DataError, match=f"sent.xlsx：列有工作表“{SHEET}”，文件里却没有其内容"):
        opened(tmp_path, {RELATIONS: lambda content: content.replace(lost, f'"{target}"'.encode())})


def test_a_sheet_whose_part_is_gone(tmp_path):
    with pytest.raises(DataError, match=f"列有工作表“{SHEET}”"):
        opened(tmp_path, {sheet_part(): None})


def test_relations_without_the_leading_folder_lead_to_the_same_sheets(tmp_path):
    assert held(opened(tmp_path, {RELATIONS: lambda content: content.replace(b'"/xl/', b'"')})) == 22


# -- cells that stand there twice -------------------------------------------------------------------------------
TWICE = {
    "beside itself": in_sheet(CELL, b'<c r="C7"><v>22</v></c><c r="C7"><v>11</v></c>'),
    "in a row that comes again": in_sheet(b"</sheetData>", b'<row r="7"><c r="C7"><v>11</v></c></row></sheetData>'),
    "empty the second time": in_sheet(CELL, b'<c r="C7"><v>22</v></c><c r="C7" s="1"/>'),
    "as a text": in_sheet(CELL, b'<c r="C7"><v>22</v></c><c r="C7" t="inlineStr"><is><t>2</t></is></c>'),
    "as a formula": in_sheet(CELL, b'<c r="C7"><v>22</v></c><c r="C7"><f>20+2</f><v>22</v></c>'),
    "once without a name": in_sheet(CELL, b'<c><v>11</v></c><c r="C7"><v>22</v></c>'),
}


@pytest.mark.parametrize("how", TWICE)
def test_a_cell_twice_with_two_contents_is_asked_about(tmp_path, how):
    with pytest.raises(DataError, match=f"sent.xlsx 工作表“{SHEET}”{CELL_NAME}：这一格在文件里出现了两次"):
        opened(tmp_path, TWICE[how])


HARMLESS = {
    "the same twice": in_sheet(CELL, b'<c r="C7"><v>22</v></c><c r="C7" t="n"><v>22</v></c>'),
    "a row in two pieces": in_sheet(b"</sheetData>", b'<row r="7"><c r="Z7"><v>1</v></c></row></sheetData>'),
    "an empty cell twice": in_sheet(CELL, b'<c r="C7"><v>22</v></c><c r="Z7"/><c r="Z7" s="1"><v/></c>'),
    "a name that is none": in_sheet(b"</sheetData>", b'<row r="90"><c r="90"/></row></sheetData>'),
}


@pytest.mark.parametrize("how", [how for how in HARMLESS if how != "a name that is none"])
def test_what_says_nothing_else_the_second_time_is_read(tmp_path, how):
    assert held(opened(tmp_path, HARMLESS[how])) == 22


def test_a_name_that_is_none_is_no_traceback(tmp_path):
    with pytest.raises(DataError, match="打不开"):
        opened(tmp_path, HARMLESS["a name that is none"])


# -- shared texts -----------------------------------------------------------------------------------------------
def with_text(number: int) -> dict[str, Change | bytes | None]:
    """The cell a shared text of a number, of two that there are."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/{TEXTS}" ContentType="{kind}"/></Types>'.encode()
    texts = f'<sst xmlns="{NAMESPACE}"><si><t>77.77</t></si><si><t>22</t></si></sst>'.encode()
    cell = in_sheet(CELL, b'<c r="C7" t="s"><v>%d</v></c>' % number)
    types = {"[Content_Types].xml": lambda content: content.replace(b"</Types>", override)}
    return {**cell, **types, TEXTS: texts}


@pytest.mark.parametrize("number", [-1, -2, 2, 999])
def test_a_shared_text_that_is_not_there(tmp_path, number):
    with pytest.raises(DataError, match=f"工作表“{SHEET}”{CELL_NAME}：这一格指向的文字（第{number}条）在文件里没有"):
        opened(tmp_path, with_text(number))


def test_a_shared_text_that_is_there(tmp_path):
    assert held(opened(tmp_path, with_text(1))) == "22"


# -- what only looks odd ----------------------------------------------------------------------------------------
ODD = {
    "lists on another sheet": in_sheet(
        b"</worksheet>", b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    ),
    "an unknown extension": in_sheet(b"</worksheet>", b'<extLst><ext uri="{0}"/></extLst></worksheet>'),
    "no default style": {"xl/styles.xml": lambda content: re.sub(rb"<cellStyles.*?</cellStyles>", b"", content)},
}


@pytest.mark.parametrize("what", ODD)
def test_no_warning_of_a_library_reaches_the_editor(tmp_path, what):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert held(opened(tmp_path, ODD[what])) == 22


def empty_rows(count: int, attributes: bytes = b"") -> bytes:
    """Rows that hold a look and nothing else, and the end of the sheet."""
    rows = (b'<row r="%d" %b><c r="A%d" s="1"/></row>' % (at, attributes, at) for at in range(100, 100 + count))
    return b"".join(rows) + b"</sheetData>"


def test_many_empty_rows_with_a_look_become_no_cells(tmp_path, monkeypatch):
    books = []

    def load(*args: object, **more: object) -> Workbook:
        books.append(load_workbook(*args, **more))
        return books[-1]

    monkeypatch.setattr(grids, "load_workbook", load)
    plain = opened(tmp_path, {})
    styled = opened(tmp_path, in_sheet(b"</sheetData>", empty_rows(2 * MOST_EMPTY_ROWS)))
    assert styled.cells.keys() == plain.cells.keys() and held(styled) == 22
    assert len(books[1][SHEET]._cells) <= len(books[0][SHEET]._cells)


def test_rows_behind_empty_ones_and_hidden_rows_stay(tmp_path):
    behind = b'<row r="4000"><c r="C4000"><v>5</v></c></row></sheetData>'
    rows = empty_rows(2 * MOST_EMPTY_ROWS).replace(b"</sheetData>", behind)
    assert Place(4000, 3) in opened(tmp_path, in_sheet(b"</sheetData>", rows)).cells
    assert "第100行" in opened(tmp_path, in_sheet(b"</sheetData>", empty_rows(1001, b'hidden="1"'))).hidden
