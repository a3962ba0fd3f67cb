"""Which files are refused before anything is made of them: too large, packed too tightly, carrying programs."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

from nianbao.data.archives import check_size
from nianbao.data.parts import Sheets
from nianbao.data.scan import Scan, check_sheets
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
        scan = Scan(path, MOST_ELEMENTS, MOST_SPANNED)
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
