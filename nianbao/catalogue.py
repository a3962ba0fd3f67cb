"""What can be counted (indicators) and what it can be counted for (codelists)."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from .errors import DataError

KINDS = {"stock", "flow", "ratio"}
INDICATOR_COLUMNS = ("indicator", "name", "unit", "decimals", "kind", "dimension", "parent", "formula", "definition")
LOOKED: set[Path] = set()  # every data file and folder this process has read, listed or found missing


class Row(dict):
    """A line of a CSV by its columns, which knows its place; `_row` is the number of the line."""

    def __init__(self, cells: dict, label: str, line: int):
        super().__init__(cells, _row=line)
        self.label, self.place = label, f"{label}:{line}"

    def check(self, holds, column: str | None, message: str, **more) -> None:
        """Raise DataError for the cell in `column` unless it `holds`; the message may name columns and `more`."""
        if not holds:
            raise DataError(message.format_map(self | more), self.label, self["_row"], column)


def names(folder: Path) -> list[str]:
    """Names in a folder, sorted; none where there is no such folder."""
    LOOKED.add(folder)
    return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []


def read_csv(path: Path, required=(), optional=False) -> list[Row]:
    """Rows of a UTF-8 CSV as dictionaries of stripped strings.

    Raises DataError for a missing file (unless it is `optional`: no rows) or column, bytes that are not UTF-8, and
    rows that are too long.
    """
    label = display_path(path)
    LOOKED.add(path)
    if optional and not path.exists():
        return []
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DataError("缺少此文件", label) from None
    except UnicodeDecodeError:
        raise DataError("文件编码不是 UTF-8，请另存为“CSV UTF-8”", label) from None
    reader = csv.reader(text.splitlines(keepends=True))
    try:
        head = [name.strip() for name in next(reader)]
    except StopIteration:
        raise DataError("文件是空的，应有表头", label) from None
    for column in required:
        if column not in head:
            raise DataError(f"缺少“{column}”列，应有：{'、'.join(required)}", label, 1)
    rows = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(head):
                raise DataError(f"有{len(cells)}格，表头只有{len(head)}列", label, reader.line_num)
            cells += [""] * (len(head) - len(cells))
            rows.append(Row({name: cell.strip() for name, cell in zip(head, cells, strict=True)}, label, reader.line_num))
    except csv.Error as error:
        raise DataError(f"不是合格的 CSV：{error}", label, reader.line_num) from None
    return rows


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
        row.check(row["decimals"].isdigit(), "decimals", "“{decimals}”不是小数位数，应为整数")
        row.check(dimension in self.codelists, "dimension", "没有名为“{dimension}”的代码表")
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
        row.check(not tile or re.fullmatch(r"\d+ \d+", tile), "tile", "“{tile}”应为方格图上的列和行，如 2 0")
        rest = (row.get(column, "") for column in ("level", "parent", "note", "unit", "prefix"))
        items[row[key]] = Item(row[key], name, row.get("short") or name, *rest, tuple(map(int, tile.split())) or None)  # type: ignore[call-arg]
    return items
