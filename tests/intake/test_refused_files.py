"""Files that are not what they seem are refused before anything is made of them."""

from __future__ import annotations

import io
import zipfile

import pytest

from nianbao.errors import DataError
from nianbao.intake.grids import open_file
from tests.intake.small import contents, origin, send


def archive(**parts: bytes) -> bytes:
    """The good workbook with parts added or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(origin() / "good.xlsx") as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def other_archive() -> bytes:
    """A zip archive that is no workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "x")
    return out.getvalue()


#: A sheet of nothing but a merged range.
SHEET = """\
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/><mergeCells count="1">\
<mergeCell ref="{}"/></mergeCells></worksheet>"""
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
REFUSED = {
    "macro": (lambda: archive(**{"xl/vbaProject.bin": b"x"}), "宏"),
    "external link": (lambda: archive(**{"xl/externalLinks/externalLink1.xml": b"<x/>"}), "链接"),
    "entities": (lambda: archive(**{"xl/sharedStrings.xml": ENTITIES}), "实体"),
    "bomb": (lambda: archive(**{"xl/media.bin": bytes(30 << 20)}), "过大"),
    "broken": (lambda: (origin() / "good.xlsx").read_bytes()[:5000], "损坏"),
    "other zip": (other_archive, "不是 Excel"),
    "xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xls"),
    "pdf": (lambda: b"%PDF-1.7", "不是 .xlsx"),
    "empty": (lambda: b"", "不是 .xlsx"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_files_that_are_not_what_they_seem(tmp_path, name):
    made, words = REFUSED[name]
    path = tmp_path / "sent.xlsx"
    path.write_bytes(made())
    with pytest.raises(DataError, match=words):
        open_file(path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="没有这个文件"):
        open_file(tmp_path / "none.xlsx")


def test_a_stray_cell_a_million_rows_down_is_refused_by_name(small):
    before = contents(small / "data")
    with pytest.raises(DataError, match="A1048576"):
        send(small, A1048576="x")
    assert contents(small / "data") == before


@pytest.mark.parametrize("reference", ["A1:SF600", "A:A", "1:1048576"])
def test_merged_ranges_of_more_cells_than_fit_a_sheet(tmp_path, reference):
    sheet = SHEET.format(reference).encode()
    path = tmp_path / "sent.xlsx"
    path.write_bytes(archive(**{"xl/worksheets/sheet1.xml": sheet}))
    with pytest.raises(DataError, match="合并的范围过大"):
        open_file(path)
