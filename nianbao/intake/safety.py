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


def inspect(path: Path, content: bytes) -> None:
    """Refuse a workbook that unpacks to too much, carries programs, points to other files or declares XML entities.

    `path` names it in the DataError, `content` is its bytes.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
        check_size(path, parts, MOST_PARTS, LARGEST_UNPACKED)
        check_parts(path, [part.filename.lower() for part in parts])
        Scan(path).all(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise DataError(f"文件已损坏：{error}", path.name) from None


def check_parts(path: Path, names: list[str]) -> None:
    """DataError for an archive that is no workbook, and for one with parts that are not wanted."""
    if "xl/workbook.xml" not in names:
        raise DataError("不是 Excel 工作簿（.xlsx）", path.name)
    for word, what in UNWANTED.items():
        if any(word in name for name in names):
            raise DataError(f"工作簿带有{what}，不予读入；请另存为不带{what}的 .xlsx", path.name)


class Scan:
    """A look at the XML of a workbook, in little memory, before anything is made of it: whatever a part is called.

    `part` is the one looked at; `elements` and `spanned` count the elements and the cells of ranges so far.
    """

    def __init__(self, path: Path):
        self.path = path
        self.part = ""
        self.elements = 0
        self.spanned = 0

    def all(self, archive: zipfile.ZipFile) -> None:
        """Every part; those that are no XML may only be what is not read as XML."""
        for part in archive.infolist():
            self.part = part.filename
            parser = ParserCreate()
            parser.StartDoctypeDeclHandler = self.entities
            parser.StartElementHandler = self.element
            with archive.open(part) as stream:
                try:
                    parser.ParseFile(stream)
                except ExpatError as error:
                    if part.filename.lower().endswith((".xml", ".rels")):
                        raise DataError(f"文件已损坏：{part.filename} {error}", self.path.name) from None

    def entities(self, *_: object) -> None:
        """A document type: DataError."""
        raise DataError(f"工作簿里的 {self.part} 声明了实体，不予读入", self.path.name)

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """An element: DataError for too many, and for ranges of more cells than fit a sheet."""
        self.elements += 1
        if name.rpartition(":")[2] in SPANNING:
            self.spanned += cells_of(attributes.get("ref", "A1"))
        if self.elements > MOST_ELEMENTS or self.spanned > MOST_SPANNED:
            raise DataError("内容过多，或合并的范围过大，不予读入", self.path.name)


def cells_of(reference: str) -> int:
    """How many cells a range has; whole rows and columns count as a whole sheet."""
    try:
        left, top, right, bottom = range_boundaries(reference)
        return (right - left + 1) * (bottom - top + 1)
    except (TypeError, ValueError):
        return ROWS * COLUMNS
