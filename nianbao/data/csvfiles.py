"""CSV files in and out: what is refused on reading, and what makes a cell safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from nianbao.errors import DataError

#: A number as it may stand in a cell.
NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
#: A year as it may stand in a cell or name a folder.
YEAR = re.compile("(19|20)[0-9]{2}")
#: Bytes of a file and characters of a cell that are still read.
LARGEST_FILE = 20 << 20
LONGEST_CELL = 5000
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


class Folder:
    """A folder of CSV files, which remembers what was looked at: files read, folders listed, and what was missing.

    `looked` holds paths below `root`; whoever keeps what was made from the data can tell from it what must be made
    anew.
    """

    def __init__(self, root: Path):
        self.root = root
        self.looked: set[str] = set()

    def names(self, folder: str = "") -> list[str]:
        """Names in a folder below, sorted, hidden ones left out; none where there is no such folder.

        Raises DataError for links, which may lead anywhere.
        """
        path = self.root / folder
        self.looked.add(folder or ".")
        if not path.is_dir():
            return []
        found = sorted(each.name for each in path.iterdir() if not each.name.startswith((".", "~")))
        for name in found:
            if (path / name).is_symlink():
                raise DataError("是指向别处的链接，请换成文件本身", display_path(path / name))
        return found

    def tables(self, folder: str) -> list[str]:
        """Names of the CSV files in a folder below, without `.csv`."""
        return [name.removesuffix(".csv") for name in self.names(folder) if name.endswith(".csv")]

    def read(self, name: str, required: Iterable[str] = (), optional: bool = False) -> list[Row]:
        """Rows of the file `name` below; see `read_csv`."""
        self.looked.add(name)
        return read_csv(self.root / name, required, optional)


def unseen(text: str) -> str:
    """What is wrong with a text that people cannot see all of, or that is too long; nothing where it is fine."""
    odd = UNSEEN.search(text)
    if odd:
        return f"有看不见或不成字的字符（U+{ord(odd[0]):04X}），请删去"
    return f"一格超过{LONGEST_CELL}字" if len(text) > LONGEST_CELL else ""


def read_csv(path: Path, required: Iterable[str] = (), optional: bool = False) -> list[Row]:
    """Rows of a UTF-8 CSV as dictionaries of stripped strings.

    Raises DataError for a missing file (unless it is `optional`: no rows) or column, bytes that are not UTF-8,
    characters that cannot be seen, and rows that are too long.
    """
    label = display_path(path)
    if not path.exists():
        if optional:
            return []
        raise DataError("缺少此文件", label)
    if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST_FILE:
        raise DataError(f"应是普通的文件，不是链接或文件夹，不超过{LARGEST_FILE >> 20}兆字节", label)
    text = decoded(path, label)
    reader = csv.reader(io.StringIO(text))
    try:
        return read_rows(reader, label, list(required))
    except csv.Error:
        raise DataError("不是合格的 CSV，请查引号和逗号", label, reader.line_num) from None


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


def read_rows(reader, label: str, required: list[str]) -> list[Row]:
    """The rows behind the head, which must hold the `required` columns."""
    head = [name.strip() for name in next(reader, [])]
    if not head:
        raise DataError("文件是空的，应有表头", label)
    for column in required:
        if column not in head:
            raise DataError(f"缺少“{column}”列，应有：{'、'.join(required)}", label, 1)
    rows = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(head):
            raise DataError(f"有{len(cells)}格，表头只有{len(head)}列", label, reader.line_num)
        if max(map(len, cells)) > LONGEST_CELL:
            raise DataError(f"一格超过{LONGEST_CELL}字", label, reader.line_num)
        cells += [""] * (len(head) - len(cells))
        stripped = {name: cell.strip() for name, cell in zip(head, cells, strict=True)}
        rows.append(Row(stripped, label, reader.line_num))
    return rows


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
