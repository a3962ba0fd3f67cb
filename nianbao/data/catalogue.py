"""What can be counted (indicators) and what it can be counted for (codelists)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from nianbao.errors import DataError

KINDS = {"stock", "flow", "ratio"}
INDICATOR_COLUMNS = ("indicator", "name", "unit", "decimals", "kind", "dimension", "parent", "formula", "definition")
CODE, INDICATOR = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*"), re.compile(r"[a-z]\w*(\.\w+)+", re.ASCII)
NUMBER, YEAR = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?"), re.compile("(19|20)[0-9]{2}")
LARGE, LONG = 20 << 20, 5000  # bytes of a file, characters of a cell
# What nobody sees on a page, or what no page may hold: control characters, marks that turn the direction of the text,
# characters without width, halves of characters, characters for private use (the prose module has two of its own).
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
                    "\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff9-\uffff\U000e0000-\U0010ffff]")
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")  # what a spreadsheet takes for the beginning of a formula
LOOKED: set[Path] = set()  # every data file and folder this process has read, listed or found missing


class Row(dict):
    """A line of a CSV by its columns, which knows its place; `_row` is the number of the line.

    A column that the file lacks is a DataError.
    """

    def __init__(self, cells: dict, label: str, line: int):
        super().__init__(cells, _row=line)
        self.label, self.place = label, f"{label}:{line}"

    def check(self, holds, column: str | None, message: str, **more) -> None:
        """Raise DataError for the cell in `column` unless it `holds`; the message may name columns and `more`."""
        if not holds:
            raise DataError(message.format_map(self | more), self.label, self["_row"], column)

    def __missing__(self, column: str):
        raise DataError(f"缺少“{column}”列", self.label, 1)

    def number(self, column: str) -> Decimal:
        """The number in a column."""
        self.check(NUMBER.fullmatch(self[column]), column, "“{text}”不是数字（至多15位整数、6位小数）", text=self[column])
        return Decimal(self[column])


def names(folder: Path) -> list[str]:
    """Names in a folder, sorted, hidden ones left out; none where there is no such folder. DataError for links."""
    LOOKED.add(folder)
    found = sorted(each.name for each in folder.iterdir() if not each.name.startswith((".", "~"))) if folder.is_dir() else []
    for name in found:
        if (folder / name).is_symlink():
            raise DataError("是指向别处的链接，请换成文件本身", display_path(folder / name))
    return found


def unseen(text: str) -> str:
    """What is wrong with a text that people cannot see all of, or that is too long; nothing where it is fine."""
    odd = UNSEEN.search(text)
    if odd:
        return f"有看不见或不成字的字符（U+{ord(odd[0]):04X}），请删去"
    return f"一格超过{LONG}字" if len(text) > LONG else ""


def read_csv(path: Path, required=(), optional=False) -> list[Row]:
    """Rows of a UTF-8 CSV as dictionaries of stripped strings.

    Raises DataError for a missing file (unless it is `optional`: no rows) or column, bytes that are not UTF-8,
    characters that cannot be seen, and rows that are too long.
    """
    label = display_path(path)
    LOOKED.add(path)
    if not path.exists():
        if optional:
            return []
        raise DataError("缺少此文件", label)
    if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGE:
        raise DataError(f"应是普通的文件，不是链接或文件夹，不超过{LARGE >> 20}兆字节", label)
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise DataError("文件编码不是 UTF-8，请另存为“CSV UTF-8”", label) from None
    if odd := UNSEEN.search(text):
        raise DataError(unseen(odd[0]), label, text.count("\n", 0, odd.start()) + 1)
    reader, rows = csv.reader(io.StringIO(text)), []
    try:
        head = [name.strip() for name in next(reader, [])]
        if not head:
            raise DataError("文件是空的，应有表头", label)
        for column in required:
            if column not in head:
                raise DataError(f"缺少“{column}”列，应有：{'、'.join(required)}", label, 1)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(head):
                raise DataError(f"有{len(cells)}格，表头只有{len(head)}列", label, reader.line_num)
            if max(map(len, cells)) > LONG:
                raise DataError(f"一格超过{LONG}字", label, reader.line_num)
            cells += [""] * (len(head) - len(cells))
            rows.append(Row({name: cell.strip() for name, cell in zip(head, cells, strict=True)}, label, reader.line_num))
    except csv.Error:
        raise DataError("不是合格的 CSV，请查引号和逗号", label, reader.line_num) from None
    return rows


def safe(text) -> str:
    """A cell that a spreadsheet does not take for a formula; numbers and single signs stay."""
    text = str(text)
    number = re.fullmatch(r"-[0-9]+(\.[0-9]+)?", text)
    return f"'{text}" if FORMULA.match(text) and len(text) > 1 and not number else text


def csv_text(rows: Iterable, columns: Iterable[str] = ()) -> str:
    """Rows (mappings where `columns` are named) as a CSV for people who open it in a spreadsheet: nothing in it is a formula."""
    out = io.StringIO()
    lines = [columns, *([row.get(name, "") for name in columns] for row in rows)] if columns else rows
    csv.writer(out).writerows(map(safe, line) for line in lines)
    return out.getvalue()


def write_csv(path: Path, rows: Iterable, columns: Iterable[str] = ()) -> None:
    """`csv_text` in UTF-8 with a mark, so that Excel reads it."""
    path.write_text(csv_text(rows, columns), "utf-8-sig", newline="")


def display_path(path: Path) -> str:
    """A path as editors know it: from `data/` on."""
    parts = path.parts
    return "/".join(parts[parts.index("data") :]) if "data" in parts else str(path)


@dataclass(frozen=True)
class Indicator:
    """A thing that is counted. `kind` is stock (at year end), flow (during the year) or ratio."""

    code: str
    name: str
    unit: str
    decimals: int
    kind: str
    dimension: str
    parent: str
    formula: str
    #: Whether the formula only checks printed values (written with a leading `?`): where the published series follows
    #: a definition of its own, the formula must not fill its gaps.
    check_only: bool
    definition: str
    place: str

    @property
    def part(self) -> str:
        """The part of the data it belongs to: the name of its indicator file, and of its data files."""
        return Path(self.place.rpartition(":")[0]).stem


@dataclass(frozen=True)
class Item:
    """An entry of a codelist: a region, a scheme, a budget subject."""

    code: str
    name: str
    short: str
    level: str
    parent: str
    note: str
    unit: str = ""
    #: Of an insurance scheme: what the codes of its indicators begin with, `pension.enterprise`.
    prefix: str = ""
    #: Of a region: column and row on the tile map, north at the top.
    tile: tuple[int, int] | None = None


class Catalogue:
    """Indicators and codelists under a data folder.

    `indicators`: code -> Indicator. `codelists`: dimension -> {code -> Item}, in file order.
    """

    def __init__(self, root: Path):
        self.root = Path(root)
        dimensions = {"regions": "region", "schemes": "scheme"}
        self.codelists = {dimensions.get(path.stem, path.stem): codelist(path) for path in self._files("codelists")}
        if "region" not in self.codelists:
            raise DataError("缺少此文件", display_path(self.root / "codelists" / "regions.csv"))
        self.indicators: dict[str, Indicator] = {}
        for path in self._files("indicators"):
            for row in read_csv(path, INDICATOR_COLUMNS):
                self.indicators[row["indicator"]] = self._checked(row)
        if not self.indicators:
            raise DataError("没有任何指标目录，应有 indicators/*.csv", display_path(self.root / "indicators"))

    def _files(self, folder: str) -> list[Path]:
        return [self.root / folder / name for name in names(self.root / folder) if name.endswith(".csv")]

    def _checked(self, row: Row) -> Indicator:
        dimension = row["dimension"] or "region"
        row.check(row["indicator"] not in self.indicators, "indicator", "指标“{indicator}”重复")
        row.check(row["kind"] in KINDS, "kind", "“{kind}”不是指标类别，应为 stock、flow 或 ratio")
        row.check(INDICATOR.fullmatch(row["indicator"]), "indicator", "“{indicator}”应写作 pension.insured 的样子")
        row.check(re.fullmatch("[0-6]", row["decimals"]), "decimals", "“{decimals}”不是小数位数，应为0至6")
        row.check(self.codelists.get(dimension), "dimension", "没有名为“{name}”的代码表，或表是空的", name=dimension)
        rule = row["formula"]
        return Indicator(row["indicator"], row["name"], row["unit"], int(row["decimals"]), row["kind"], dimension,
                         row["parent"], rule.lstrip("? "), rule.startswith("?"), row["definition"], row.place)

    def indicator(self, code: str) -> Indicator:
        """The indicator of that code; DataError when there is none."""
        if code not in self.indicators:
            raise DataError(f"没有指标“{code}”，请查指标目录 data/indicators")
        return self.indicators[code]

    def item(self, indicator: Indicator, code: str) -> Item:
        """The codelist entry an observation of `indicator` is about; DataError when there is none."""
        if code not in self.codelists[indicator.dimension]:
            raise DataError(f"代码表“{indicator.dimension}”中没有“{code}”")
        return self.codelists[indicator.dimension][code]

    def unit(self, indicator: Indicator, code: str) -> str:
        """The indicator's unit; `计量单位` stands for the unit of each entry of the codelist (10 台, 400 套)."""
        return self.item(indicator, code).unit if indicator.unit == "计量单位" else indicator.unit

    def title(self, code: str, item: str, year: int) -> str:
        """What a figure is, in words: `2025年甲市参保人数`; the whole is not named."""
        about = self.indicators[code]
        place = self.item(about, item)
        return f"{year}年{place.name if place.parent else ''}{about.name}"

    def top(self, indicator: Indicator) -> str:
        """Code of the whole (全区, 合计): the first entry of the indicator's codelist without a parent."""
        return next(item.code for item in self.codelists[indicator.dimension].values() if not item.parent)

    @property
    def area(self) -> str:
        """What the whole province is called in the report: 全区, 全省."""
        return next(item.name for item in self.codelists["region"].values() if not item.parent)

    @property
    def schemes(self) -> dict[str, Item]:
        """The insurance schemes that have indicators, by what the codes of these begin with."""
        return {item.prefix: item for item in self.codelists.get("scheme", {}).values() if item.prefix}

    def children(self, dimension: str, code: str) -> list[str]:
        """Codes directly below `code`."""
        return [item.code for item in self.codelists[dimension].values() if item.parent == code]


def codelist(path: Path) -> dict[str, Item]:
    """The entries of a codelist; its first column holds their codes."""
    items: dict[str, Item] = {}
    for row in read_csv(path):
        key = next(iter(row))
        row.check(row[key] not in items, key, "代码“{code}”重复", code=row[key])
        name, tile = row.get("name") or row.get("title") or row[key], row.get("tile", "")
        row.check(CODE.fullmatch(row[key]), key, "代码“{code}”应由字母、数字和 _ . - 组成", code=row[key])
        row.check(not tile or re.fullmatch("[0-9]{1,2} [0-9]{1,2}", tile), "tile", "“{tile}”应为方格图上的列和行，如 2 0")
        rest = (row.get(column, "") for column in ("level", "parent", "note", "unit", "prefix"))
        items[row[key]] = Item(row[key], name, row.get("short") or name, *rest, tuple(map(int, tile.split())) or None)  # type: ignore[call-arg]
    for item in items.values():
        above, at = {item.code}, item.parent
        while at:
            if at in above or at not in items:
                raise DataError(f"“{item.code}”的上级“{item.parent}”不在表内，或绕回了自己", display_path(path), column="parent")
            above.add(at)
            at = items[at].parent
    return items
