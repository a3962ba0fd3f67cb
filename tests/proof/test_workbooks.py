"""A workbook for the proofreader is held to the checks of the intake: entities, sheets and texts that are not there."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from nianbao.errors import DataError
from nianbao.proof.readers import read

ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


def workbook(changes: dict[str, tuple[str, str]], more: dict[str, str] | None = None) -> bytes:
    """A workbook of one sheet, some words of its parts exchanged, with parts added."""
    book = Workbook()
    assert book.active is not None
    book.active.append(["地区", "参保人数"])
    book.active.append(["甲县", 12])
    out = io.BytesIO()
    book.save(out)
    changed = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode("utf-8")
            before, after = changes.get(name, ("", ""))
            assert before in text
            new.writestr(name, text.replace(before, after, 1) if before else text)
        for name, text in (more or {}).items():
            new.writestr(name, text)
    return changed.getvalue()


def written(folder: Path, content: bytes) -> Path:
    path = folder / "表.xlsx"
    path.write_bytes(content)
    return path


def test_a_workbook_that_is_sound_is_read(tmp_path):
    (table,) = read(written(tmp_path, workbook({}))).tables()
    assert table.rows == [["地区", "参保人数"], ["甲县", "12"]]


@pytest.mark.parametrize("part", ["docProps/more.xml", "xl/media/picture.svg", "xl/theme/more.dat"])
def test_entities_in_any_part_whatever_it_is_called(tmp_path, part):
    with pytest.raises(DataError, match="声明了实体"):
        read(written(tmp_path, workbook({}, {part: ENTITY})))


def test_a_sheet_that_lies_outside_of_the_file(tmp_path):
    outside = 'Target="https://example.org/sheet1.xml" TargetMode="External"'
    changes = {"xl/_rels/workbook.xml.rels": ('Target="/xl/worksheets/sheet1.xml"', outside)}
    with pytest.raises(DataError, match="列有工作表“Sheet”.*没有其内容"):
        read(written(tmp_path, workbook(changes)))


@pytest.mark.parametrize("number", [-1, 3, 99])
def test_a_shared_text_that_is_not_there(tmp_path, number):
    cell = ('t="inlineStr"><is><t>&#22320;&#21306;</t></is>', f't="s"><v>{number}</v>')
    with pytest.raises(DataError, match=f"工作表“Sheet”A1.*第{number}条"):
        read(written(tmp_path, workbook({"xl/worksheets/sheet1.xml": cell})))
