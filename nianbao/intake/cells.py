"""What people type into cells, understood exactly or asked about: never guessed.

`understand` reads a number as an editor means it; `open_file` turns a workbook or CSV into grids of cells and refuses
files that are not what they seem.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import product
from math import isfinite
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from nianbao.data.catalogue import Indicator
from nianbao.data.csvfiles import LARGEST_FILE as LARGE
from nianbao.data.csvfiles import unseen
from nianbao.errors import DataError
from nianbao.figures.units import COUNTED, decimals_of, round_half_up

UNPACKED, RATIO, PARTS, ELEMENTS, ROWS, COLUMNS = 100 << 20, 250, 2000, 1_000_000, 5000, 500
DEEPEST = 12  # decimals that are read
MARKS = {"": "", "-": "-", "—": "—", "——": "—", "–": "-", "―": "—", "无": "无"}
NUMBER = re.compile(r"([+-]?)([0-9]{1,3}(?:[, ][0-9]{3}){1,4}|[0-9]{1,15})(\.[0-9]{1,12})?(.*)", re.DOTALL)
POWERS = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}
WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    (0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F), 0x20) | dict.fromkeys((0x200B, 0xFEFF), None) | {0x2212: 0x2D}
# What a workbook may not carry, by a word in the name of its part.
UNWANTED = {"vbaproject": "宏", "macrosheets/": "宏", "externallinks/": "对别的工作簿的链接", "embeddings/": "嵌入的文件", "activex": "控件",
            "connections.xml": "数据连接"}


class Asked(Exception):
    """Something that cannot be read without asking; the message is what is expected."""


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: the value (of a formula: its stored result), its number format, the formula itself."""

    value: object
    format: str = "General"
    formula: str = ""
    broken: bool = False  # an error value such as #REF!

    @property
    def text(self) -> str:
        """The value as text without blanks around it."""
        return "" if self.value is None else plain(str(self.value))

    @property
    def stands(self) -> str:
        """What stands there, for a message."""
        shown = self.formula or (f"{self.value:%Y-%m-%d}" if isinstance(self.value, date) else str(self.value))
        return shown[:40]


@dataclass
class Grid:
    """A sheet or a CSV: cells by row and column from 1, merged cells by their first cell, hidden rows and columns."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    typed: bool = False  # a CSV
    tidy: bool = False  # a CSV in the project's own form, where decimals stand as they were printed

    def text(self, row: int, column: int) -> str:
        """The text of a cell, of the first cell where cells are merged."""
        cell = self.cells.get(self.merged.get((row, column), (row, column)))
        return cell.text if cell else ""

    @property
    def size(self) -> tuple[int, int]:
        """Last row and column that hold something."""
        return max((r for r, _ in self.cells), default=0), max((c for _, c in self.cells), default=0)


def plain(text: str) -> str:
    """Full-width letters, digits and brackets as half-width ones, without blanks around."""
    return text.translate(WIDE).strip()


def key(text: str) -> str:
    """A name for comparing: no blanks, half-width, small letters."""
    return re.sub(r"\s+", "", plain(text)).lower().replace("∶", ":")


def at(row: int, column: int) -> str:
    """The name of a cell: C7."""
    return f"{get_column_letter(column)}{row}"


def shown_decimals(number_format: str) -> int | None:
    """Decimals that a number format fixes; None for General. Raises Asked for formats that show another number."""
    section = number_format.split(";")[0]
    words = re.sub(r"[\"\\]", "", "".join(re.findall(r'"[^"]*"|\\.', section)))
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", section)
    if re.search(r"[万亿!！]", words + bare) or re.search(r"[0#],+(\.|$|[^0#])", bare):
        raise Asked("格式把数缩放显示了，请把格式改为常规，写出原数")
    if "general" in bare.lower() or "@" in bare or "E" in bare or "?/" in bare or not re.search("[0#?]", bare):
        return None
    return min(len(re.sub("[^0#?]", "", bare.partition(".")[2])), DEEPEST)


def scale(suffix: str, about: Indicator, unit: str) -> Decimal:
    """The factor into the indicator's unit that the words behind a number (万, 亿元, 人) ask for."""
    named, own = key(suffix), key(unit)
    if named in {"", own} or unit == "比" and named in {":1", "比1"}:
        return Decimal(1)
    powers, base = re.fullmatch("(万?亿?)(.*)", named).groups()
    mine, thing = re.fullmatch("(万?亿?)(.*)", own).groups()
    if {"名": "人", "块": "元"}.get(base, base) not in {"", thing} or thing in {"%", "比"}:
        raise Asked(f"单位应为“{unit}”，格内写着“{suffix.strip()}”")
    return Decimal(POWERS[powers]) / POWERS[mine]


def understand(cell: Cell | None, about: Indicator, unit: str, typed: bool = False) -> tuple[str, str, str, str]:
    """Value as printed, status, margin and a remark, of what stands in a cell.

    A blank keeps its mark (status M). Decimals: those of the indicator, or more where the cell shows more; `typed`
    keeps them as they stand. Raises Asked with what is expected.
    """
    expected = f"数字（单位：{unit}），没有数填“—”"
    if cell is None or cell.value is None:
        if cell and cell.formula:
            raise Asked("公式没有存下结果，请在 Excel 或 WPS 里打开、保存，或改填数字")
        return "", "M", "", ""
    value = cell.value
    if "[" in cell.formula and "]" in cell.formula:
        raise Asked("公式引用了别的工作簿，请改填数字")
    if cell.broken:
        raise Asked(f"公式出错，{expected}")
    if isinstance(value, date | datetime | time | timedelta):
        raise Asked(f"{expected}；Excel 把所填的内容（如“3-4”）当成了日期，请重填")
    if isinstance(value, str):
        return from_text(plain(value), about, unit, expected, typed)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Asked(expected)
    if not isfinite(value) or abs(value) >= 10**15:
        raise Asked(f"{expected}，至多15位整数")
    number, decimals = Decimal(f"{value:.15g}"), shown_decimals(cell.format)
    if "%" in re.sub(r'"[^"]*"', "", cell.format):
        if unit != "%":
            raise Asked(f"单位应为“{unit}”，不是百分数")
        number *= 100
    number = number.normalize()
    if decimals is None:
        decimals = decimals_of(number)
        if decimals > about.decimals + 4 and not must_be_whole(number, about, unit):
            raise Asked(f"小数有{decimals}位，请四舍五入到{about.decimals}位")
    shown = accepted(number, max(decimals, about.decimals), about, unit)
    return f"{shown:f}", "A", "", "" if shown == number else f"格内是{number:f}，按显示的{shown:f}读入"


def from_text(text: str, about: Indicator, unit: str, expected: str, typed: bool) -> tuple[str, str, str, str]:
    """`understand` for a text."""
    if text in MARKS:
        return MARKS[text], "M", "", ""
    bracket = re.fullmatch(r"\(\s*([0-9].*?)\s*\)(.*)", text)
    match = NUMBER.fullmatch(f"-{bracket[1]}{bracket[2]}" if bracket else text)
    one = bool(match) and key(match[4]) in {":1", "比1"} and unit == "比"
    if not match or not one and re.match(r"[.,、~～/·\-—+*xX]|.*\d", match[4].strip()) or re.fullmatch("0[0-9]+", match[2]):
        raise Asked(expected)
    value = Decimal(match[1] + re.sub("[, ]", "", match[2]) + (match[3] or ""))
    by = scale(match[4], about, unit)
    number = value if by == 1 else (value * by).normalize()
    shown = accepted(number, decimals_of(number) if typed and by == 1 else max(decimals_of(number), about.decimals), about, unit)
    margin = Decimal(5).scaleb(-decimals_of(value) - 1) * by  # 2.5亿 is known to half of 0.1亿, whatever the unit
    coarse = by != 1 and margin > Decimal(5).scaleb(-decimals_of(shown) - 1)
    remark = "" if by == 1 else f"“{text}”换算为{shown:f}{unit}"
    return f"{shown:f}", "A", f"{margin.normalize():f}" if coarse else "", remark


def must_be_whole(number: Decimal, about: Indicator, unit: str) -> bool:
    """Whether a number that counts people or cases has a fraction."""
    return unit in COUNTED and about.kind != "ratio" and number != number.to_integral()


def accepted(number: Decimal, decimals: int, about: Indicator, unit: str) -> Decimal:
    """A number as it is printed; what is counted is whole, and not negative unless it is a change."""
    if must_be_whole(number, about, unit):
        raise Asked(f"应为整数（单位：{unit}）")
    if number < 0 and unit.lstrip("万亿") in COUNTED and "change" not in about.code:
        raise Asked(f"不能是负数（单位：{unit}）")
    return round_half_up(number, decimals)


# -- files ------------------------------------------------------------------------------------------------------
def open_file(path: Path) -> list[Grid]:
    """The sheets of an .xlsx, or the one of a .csv; DataError for anything else."""
    if not path.is_file():
        raise DataError("没有这个文件", str(path))
    if path.stat().st_size > LARGE:
        raise DataError(f"文件超过{LARGE >> 20}兆字节，不予读入", path.name)
    content = path.read_bytes()
    if content[:4] == b"PK\x03\x04":
        return open_workbook(path, content)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise DataError("是旧格式（.xls）或加了密码的工作簿，请去掉密码，另存为 .xlsx", path.name)
    if path.suffix.lower() in {".csv", ".txt", ".tsv"}:
        return [open_csv(path, content)]
    raise DataError("不是 .xlsx 工作簿，也不是 .csv", path.name)


def inspect(path: Path, content: bytes) -> None:
    """Refuse workbooks that unpack to too much, carry programs, point to other files or declare XML entities."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts, names = archive.infolist(), [name.lower() for name in archive.namelist()]
        if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED or any(
                part.file_size > max(1 << 20, RATIO * part.compress_size) for part in parts):
            raise DataError("压缩包展开后过大，不予读入", path.name)
        if "xl/workbook.xml" not in names:
            raise DataError("不是 Excel 工作簿（.xlsx）", path.name)
        for word, what in UNWANTED.items():
            if any(word in name for name in names):
                raise DataError(f"工作簿带有{what}，不予读入；请另存为不带{what}的 .xlsx", path.name)
        Scan(path).all(archive, parts)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise DataError(f"文件已损坏：{error}", path.name) from None


class Scan:
    """A look at the XML of a workbook, in little memory, before anything is made of it: whatever a part is called."""

    def __init__(self, path: Path):
        self.path, self.part, self.elements, self.cells = path, "", 0, 0

    def all(self, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
        """Every part; those that are no XML may only be what is not read as XML."""
        for part in parts:
            self.part, parser = part.filename, ParserCreate()
            parser.StartDoctypeDeclHandler, parser.StartElementHandler = self.entities, self.element
            with archive.open(part) as stream:
                try:
                    parser.ParseFile(stream)
                except ExpatError as error:
                    if part.filename.lower().endswith((".xml", ".rels")):
                        raise DataError(f"文件已损坏：{part.filename} {error}", self.path.name) from None

    def entities(self, *_) -> None:
        """A document type."""
        raise DataError(f"工作簿里的 {self.part} 声明了实体，不予读入", self.path.name)

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """An element: not too many, and no ranges (merged cells, links) for which more cells would be made than fit a sheet."""
        self.elements += 1
        if name.rpartition(":")[2] in {"mergeCell", "hyperlink"}:
            try:
                left, top, right, bottom = range_boundaries(attributes.get("ref", "A1"))
                self.cells += (right - left + 1) * (bottom - top + 1)
            except (TypeError, ValueError):  # whole rows or columns
                self.cells += ROWS * COLUMNS
        if self.elements > ELEMENTS or self.cells > ROWS * COLUMNS // 10:
            raise DataError("内容过多，或合并的范围过大，不予读入", self.path.name)


def open_workbook(path: Path, content: bytes) -> list[Grid]:
    """Grids of all sheets that hold something."""
    inspect(path, content)
    try:
        book, results = (load_workbook(io.BytesIO(content), data_only=only, keep_links=False) for only in (False, True))
    except Exception as error:  # openpyxl raises whatever its parsers do
        raise DataError(f"工作簿打不开（{type(error).__name__}），请在 Excel 或 WPS 里打开，另存为 .xlsx", path.name) from None
    grids = []
    for sheet in book.worksheets:
        grid = Grid(sheet.title)
        for cell in sheet._cells.values():  # only those that exist: the sheet may claim a million rows
            if cell.value is None:
                continue
            place = f"{path.name} 工作表“{sheet.title}”{cell.coordinate}"
            if cell.row > ROWS or cell.column > COLUMNS:
                raise DataError(f"超出了{ROWS}行、{COLUMNS}列", place)
            if isinstance(cell.value, str) and (wrong := unseen(plain(cell.value))):
                raise DataError(wrong, place)
            formula = (getattr(cell.value, "text", None) or str(cell.value)) if cell.data_type == "f" else ""
            result = results[sheet.title][cell.coordinate] if formula else cell
            grid.cells[cell.row, cell.column] = Cell(result.value, cell.number_format, formula, result.data_type == "e")
        for area in sheet.merged_cells.ranges:
            if area.max_row <= ROWS and area.max_col <= COLUMNS:
                grid.merged |= dict.fromkeys(product(range(area.min_row, area.max_row + 1), range(area.min_col, area.max_col + 1)),
                                             (area.min_row, area.min_col))
        grid.hidden = [f"第{row}行" for row, about in sorted(sheet.row_dimensions.items()) if about.hidden]
        grid.hidden += [f"{name}列" for name, about in sorted(sheet.column_dimensions.items()) if about.hidden]
        grid.hidden += ["整张表"] if sheet.sheet_state != "visible" else []
        grids.append(grid)
    return grids


def open_csv(path: Path, content: bytes) -> Grid:
    """A CSV in UTF-8 (with or without BOM), UTF-16 with BOM, GB18030 or GBK; commas, tabs or semicolons."""
    text = "\0"
    for encoding in ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]:
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            break
    if "\0" in text:
        raise DataError("文字编码认不出，请存为 UTF-8 或 GB18030 的 CSV", path.name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = next((line for line in text.split("\n") if line.strip()), "")
    grid = Grid(path.stem, typed=True)
    try:
        lines = csv.reader(io.StringIO(text), delimiter=max(",\t;", key=first.count), strict=True)
        for r, row in enumerate(lines, 1):
            if r > ROWS or len(row) > COLUMNS:
                raise DataError(f"超出了{ROWS}行、{COLUMNS}列", path.name)
            if wrong := next(filter(None, (unseen(plain(each)) for each in row)), ""):
                raise DataError(wrong, path.name, r)
            grid.cells |= {(r, c): Cell(each) for c, each in enumerate(row, 1) if each.strip()}
    except csv.Error:
        raise DataError("不是合格的 CSV，请查引号和分隔符", path.name) from None
    return grid
