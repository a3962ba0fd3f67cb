"""Which files are refused before anything is made of them: too large, packed too tightly, carrying programs."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate

from openpyxl.utils import range_boundaries

from nianbao.data.archives import check_size
from nianbao.errors import DataError
from nianbao.intake.parts import Cells, Sheets

#: Bytes that the parts of a workbook may unpack to, together.
LARGEST_UNPACKED = 100 << 20
#: Parts and XML elements of a workbook.
MOST_PARTS = 2000
MOST_ELEMENTS = 1_000_000
#: Rows and columns of a sheet.
ROWS = 5000
COLUMNS = 500
#: Cells that merged ranges and links may span, together.
MOST_SPANNED = ROWS * COLUMNS // 10
#: What a workbook may not carry, by a word in the name of its part.
UNWANTED = {
    "vbaproject": "宏",
    "macrosheets/": "宏",
    "externallinks/": "对别的工作簿的链接",
    "embeddings/": "嵌入的文件",
    "activex": "控件",
    "connections.xml": "数据连接",
}
#: Elements that name a range for which cells would be made.
SPANNING = {"mergeCell", "hyperlink"}
#: What helps where a file is damaged.
SAVE_AGAIN = "请在 Excel 或 WPS 里打开，查对后另存为 .xlsx"


def inspect(path: Path, content: bytes) -> Sheets:
    """Refuse a workbook that unpacks to too much, carries programs, points to other files or declares XML entities.

    Refused are also sheets that are listed and not there, and cells that stand there twice or hold a text that is not
    there. `path` names the workbook in the DataError, `content` is its bytes. Returns what its archive says of sheets.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
        check_size(path, parts, MOST_PARTS, LARGEST_UNPACKED)
        check_parts(path, [part.filename.lower() for part in parts])
        scan = Scan(path)
        scan.all(archive)
        check_sheets(path, scan.sheets, archive.namelist())
        return scan.sheets
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise DataError(f"文件已损坏：{error}", path.name) from None


def check_parts(path: Path, names: list[str]) -> None:
    """DataError for an archive that is no workbook, and for one with parts that are not wanted."""
    if "xl/workbook.xml" not in names:
        raise DataError("不是 Excel 工作簿（.xlsx）", path.name)
    for word, what in UNWANTED.items():
        if any(word in name for name in names):
            raise DataError(f"工作簿带有{what}，不予读入；请另存为不带{what}的 .xlsx", path.name)


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

    `part` is the one looked at; `elements` and `spanned` count the elements and the cells of ranges so far; `sheets` is
    what was said of sheets.
    """

    def __init__(self, path: Path):
        self.path = path
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
        if self.elements > MOST_ELEMENTS or self.spanned > MOST_SPANNED:
            raise DataError("内容过多，或合并的范围过大，不予读入", self.path.name)

    def end(self, name: str) -> None:
        """The end of an element."""
        self._cells.end(name.rpartition(":")[2], self._parser.CurrentByteIndex)


def cells_of(reference: str) -> int:
    """How many cells a range has; whole rows and columns count as a whole sheet."""
    try:
        left, top, right, bottom = range_boundaries(reference)
        return (right - left + 1) * (bottom - top + 1)
    except (TypeError, ValueError):
        return ROWS * COLUMNS
