"""A look at the archive of a workbook before openpyxl makes anything of it: entities, lost sheets, lost texts."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate

from openpyxl.utils import range_boundaries

from nianbao.data.parts import Cells, Sheets
from nianbao.errors import DataError

#: Elements that name a range for which cells would be made.
SPANNING = {"mergeCell", "hyperlink"}
#: Cells that a range counts as which has no two corners.
WHOLE_SHEET = 2_500_000
#: What helps where a file is damaged.
SAVE_AGAIN = "请在 Excel 或 WPS 里打开，查对后另存为 .xlsx"


def check_sheets(path: Path, sheets: Sheets, parts: list[str]) -> None:
    """DataError for sheets without a part, and for cells of which nobody can say what they hold."""
    lost = sheets.lost(parts)
    if lost:
        names = "、".join(f"“{title}”" for title in lost)
        raise DataError(f"列有工作表{names}，文件里却没有其内容，文件已损坏；{SAVE_AGAIN}", path.name)
    for title, (cell, words) in sheets.faults():
        raise DataError(f"这一格{words}；{SAVE_AGAIN}", f"{path.name} 工作表“{title}”{cell}")


class Scan:
    """A look at the XML of a workbook, in little memory, before anything is made of it: whatever a part is called.

    `most_elements` and `most_spanned` are how many elements, and cells of ranges, there may be. `part` is the one
    looked at; `elements` and `spanned` count those so far; `sheets` is what was said of sheets.
    """

    def __init__(self, path: Path, most_elements: int, most_spanned: int):
        self.path = path
        self.most_elements = most_elements
        self.most_spanned = most_spanned
        self.part = ""
        self.elements = 0
        self.spanned = 0
        self.sheets = Sheets()
        self._cells = Cells()
        self._parser = ParserCreate()

    def all(self, archive: zipfile.ZipFile) -> None:
        """Every part; those that are no XML may only be what is not read as XML."""
        for part in archive.infolist():
            self.part = part.filename
            self._cells = self.sheets.cells[part.filename] = Cells()
            self._parser = ParserCreate()
            self._parser.StartDoctypeDeclHandler = self.entities
            self._parser.StartElementHandler = self.element
            self._parser.EndElementHandler = self.end
            self._parser.CharacterDataHandler = self._cells.text
            with archive.open(part) as stream:
                try:
                    self._parser.ParseFile(stream)
                except ExpatError as error:
                    if part.filename.lower().endswith((".xml", ".rels")):
                        raise DataError(f"文件已损坏：{part.filename} {error}", self.path.name) from None

    def entities(self, *_: object) -> None:
        """A document type: DataError."""
        raise DataError(f"工作簿里的 {self.part} 声明了实体，不予读入", self.path.name)

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """An element: DataError for too many, and for ranges of more cells than fit a sheet."""
        self.elements += 1
        local = name.rpartition(":")[2]
        if local in SPANNING:
            self.spanned += cells_of(attributes.get("ref", "A1"))
        self._cells.start(local, attributes, self._parser.CurrentByteIndex)
        self.sheets.take(self.part, local, attributes)
        if self.elements > self.most_elements or self.spanned > self.most_spanned:
            raise DataError("内容过多，或合并的范围过大，不予读入", self.path.name)

    def end(self, name: str) -> None:
        """The end of an element."""
        self._cells.end(name.rpartition(":")[2], self._parser.CurrentByteIndex)


def cells_of(reference: str) -> int:
    """How many cells a range has; one that is none, or of whole rows and columns, counts as a whole sheet."""
    try:
        left, top, right, bottom = range_boundaries(reference)
        return (right - left + 1) * (bottom - top + 1)
    except (TypeError, ValueError):
        return WHOLE_SHEET
