"""CSV files in and out: what is refused on reading, and what makes a cell safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from nianbao.errors import DataError

#: A number as it may stand in a cell.
NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
#: A year as it may stand in a cell or name a folder.
YEAR = re.compile("(19|20)[0-9]{2}")
#: Bytes of a file and characters of a cell that are still read.
LARGEST_FILE = 20 << 20
LONGEST_CELL = 5000
#: Characters of a cell or a name that a message repeats.
LONGEST_NAME = 40
#: What stands in the first cell of a row of codes.
ROW_CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
#: What nobody sees on a page, or what no page may hold: control characters, marks that turn the direction of the text,
#: characters without width, halves of characters, characters for private use (the chapter's prose has some of its own).
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff9-\uffff\U000e0000-\U0010ffff]"
)
#: What a spreadsheet takes for the beginning of a formula.
FORMULA_SIGN = re.compile(r"[=+\-@\t\r\n＝＋－＠]")


class Row(dict[str, str]):
    """A line of a CSV by its columns, which knows its place: `label` of the file and number of the `line`.

    A column that the file lacks is a DataError.
    """

    def __init__(self, cells: Mapping[str, str], label: str, line: int):
        super().__init__(cells)
        self.label = label
        self.line = line

    @property
    def place(self) -> str:
        """File and line, as `data/observations/2025/pension.csv:12`."""
        return f"{self.label}:{self.line}"

    def check(self, holds: object, column: str | None, message: str, **more: object) -> None:
        """Raise DataError for the cell in `column` unless it `holds`; the message may name columns and `more`."""
        if not holds:
            raise DataError(message.format_map({**self, **more}), self.label, self.line, column)

    def __missing__(self, column: str) -> str:
        raise DataError(f"缺少“{column}”列", self.label, 1)

    def number(self, column: str) -> Decimal:
        """The number in a column; DataError where there is none."""
        text = self[column]
        self.check(NUMBER.fullmatch(text), column, "“{text}”不是数字（至多15位整数、6位小数）", text=text)
        return Decimal(text)


def unseen(text: str) -> str:
    """What is wrong with a text that people cannot see all of, or that is too long; nothing where it is fine."""
    odd = UNSEEN.search(text)
    if odd:
        return f"有看不见或不成字的字符（U+{ord(odd[0]):04X}），请删去"
    return f"一格超过{LONGEST_CELL}字" if len(text) > LONGEST_CELL else ""


def read_csv(path: Path, required: Iterable[str] = (), optional: bool = False) -> list[Row]:
    """Rows of a UTF-8 CSV as dictionaries of stripped strings.

    Raises DataError for a missing file (unless it is `optional`: no rows) or column, two columns of one name, bytes
    that are not UTF-8, characters that cannot be seen, quotation marks that do not match, rows that are too long, and
    a last row that was cut off.
    """
    label = display_path(path)
    if not path.exists():
        if optional:
            return []
        raise DataError("缺少此文件", label)
    if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST_FILE:
        raise DataError(f"应是普通的文件，不是链接或文件夹，不超过{LARGEST_FILE >> 20}兆字节", label)
    return rows_of(decoded(path, label), label, required)


def head_of(path: Path) -> list[str]:
    """Names of the columns of a CSV, also of one without rows; DataError for an empty file."""
    label = display_path(path)
    return [name for name in head_in(Lines(decoded(path, label), label), label) if name]


def decoded(path: Path, label: str) -> str:
    """The text of a file; DataError for other encodings and for characters that cannot be seen."""
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise DataError("文件编码不是 UTF-8，请另存为“CSV UTF-8”", label) from None
    odd = UNSEEN.search(text)
    if odd:
        raise DataError(unseen(odd[0]), label, text.count("\n", 0, odd.start()) + 1)
    return text


def rows_of(text: str, label: str, required: Iterable[str] = ()) -> list[Row]:
    """Rows of the text of a CSV; `label` is its name in messages. See `read_csv`."""
    lines = Lines(text, label)
    head = head_in(lines, label)
    check_head(head, label, list(required))
    rows = []
    for line in lines:
        if not any(cell.strip() for cell in line.cells):
            continue
        check_line(line, head, label)
        if len(line.cells) < len(head) and line.end == lines.last and not text.endswith("\n"):
            raise DataError(f"最后一行只有{len(line.cells)}格，应有{len(head)}格，文件像是没有写完", label, line.start)
        cells = line.cells + [""] * (len(head) - len(line.cells))
        stripped = {name: cell.strip() for name, cell in zip(head, cells, strict=True) if name}
        rows.append(Row(stripped, label, line.end))
    return rows


class Line(NamedTuple):
    """A line of a CSV: its cells, and the lines of the file it begins and ends in."""

    cells: list[str]
    start: int
    end: int


class Lines:
    """The lines of a CSV one after another; `last` is the number of the last line of the file.

    DataError for quotation marks that do not match: what follows them would be one cell.
    """

    def __init__(self, text: str, label: str):
        self._reader = csv.reader(io.StringIO(text), strict=True)
        self._label = label
        self.last = text.count("\n") + (not text.endswith("\n"))

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> Line:
        start = self._reader.line_num + 1
        try:
            return Line(next(self._reader), start, self._reader.line_num)
        except csv.Error:
            words = "不是合格的 CSV，请查引号和逗号：引号应成对，格内的引号写两个"
            raise DataError(words, self._label, start) from None


def head_in(lines: Lines, label: str) -> list[str]:
    """The first of the lines; DataError where it is blank, or there is none."""
    first = next(lines, None)
    head = [name.strip() for name in first.cells] if first else []
    if not any(head):
        raise DataError("文件是空的，应有表头", label)
    return head


def check_head(head: list[str], label: str, required: list[str]) -> None:
    """DataError for a column that is lacking, and for two columns of one name."""
    for column in required:
        if column not in head:
            raise DataError(f"缺少“{column}”列，应有：{'、'.join(required)}", label, 1)
    for at, name in enumerate(head):
        if name and name in head[:at]:
            raise DataError(f"有两列都叫“{name[:LONGEST_NAME]}”，应只有一列", label, 1)


def check_line(line: Line, head: list[str], label: str) -> None:
    """DataError for cells that have no column, are too long, or have swallowed lines that follow."""
    if len(line.cells) > len(head):
        raise DataError(f"有{len(line.cells)}格，表头只有{len(head)}列", label, line.start)
    if max(map(len, line.cells)) > LONGEST_CELL:
        raise DataError(f"一格超过{LONGEST_CELL}字", label, line.start)
    for name, cell in zip(head, line.cells, strict=False):
        if cell.strip() and not name:
            raise DataError(f"“{cell.strip()[:LONGEST_NAME]}”所在的列没有名称", label, line.start)
        swallowed = [each for each in cell.split("\n")[1:] if looks_like_a_row(each, len(head))]
        if swallowed:
            words = f"引号没有合上，从这一行到第{line.end}行成了一格：“{swallowed[0][:LONGEST_NAME]}…”"
            raise DataError(words, label, line.start, name)


def looks_like_a_row(text: str, columns: int) -> bool:
    """Whether a line within a cell is a row of the table: as many cells, a code in the first one."""
    cells = text.split(",")
    return len(cells) == columns > 1 and ROW_CODE.fullmatch(cells[0].strip()) is not None


def safe(text: object) -> str:
    """A cell that a spreadsheet does not take for a formula; numbers and single signs stay."""
    text = str(text)
    number = re.fullmatch(r"-[0-9]+(\.[0-9]+)?", text)
    return f"'{text}" if FORMULA_SIGN.match(text) and len(text) > 1 and not number else text


def csv_text(rows: Iterable, columns: Iterable[str] = ()) -> str:
    """Rows as a CSV for people who open it in a spreadsheet: nothing in it is a formula.

    `rows` are sequences, or mappings where `columns` are named.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    columns = list(columns)
    if columns:
        writer.writerow(map(safe, columns))
        rows = ([row.get(name, "") for name in columns] for row in rows)
    writer.writerows(map(safe, line) for line in rows)
    return out.getvalue()


def write_csv(path: Path, rows: Iterable, columns: Iterable[str] = ()) -> None:
    """`csv_text` in UTF-8 with a mark, so that Excel reads it."""
    path.write_text(csv_text(rows, columns), "utf-8-sig", newline="")


def display_path(path: Path) -> str:
    """A path as editors know it: from `data/` on."""
    parts = path.parts
    return "/".join(parts[parts.index("data") :]) if "data" in parts else str(path)
