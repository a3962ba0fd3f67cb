"""What can be counted (indicators), what it can be counted for (codelists), and which documents print it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from nianbao.data import schema
from nianbao.data.csvfiles import Row, display_path
from nianbao.data.folder import Folder
from nianbao.data.keys import Source
from nianbao.data.nesting import Nesting, check_terms
from nianbao.errors import DataError

CODE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
INDICATOR = re.compile(r"[a-z]\w*(\.\w+)+", re.ASCII)
TILE = re.compile("[0-9]{1,2} [0-9]{1,2}")
REGION = "region"
#: Files of codelists whose dimension has a name of its own.
DIMENSIONS = {"regions": REGION, "schemes": "scheme"}
#: The unit of an indicator whose items each have a unit of their own (10 台, 400 套).
OWN_UNIT = "计量单位"
#: How many names an error lists that are near to one that is not known, and how near they are (0 to 1, as difflib has
#: it).
NEAR = 6
NEARNESS = 0.5


@dataclass(frozen=True)
class Indicator:
    """A thing that is counted. `kind` is stock (at year end), flow (during the year) or ratio.

    `check_only`: the formula only checks printed values (written with a leading `?`): where the published series
    follows a definition of its own, the formula must not fill its gaps. `place` is the file and row it is defined in.
    """

    code: str
    name: str
    unit: str
    decimals: int
    kind: str
    dimension: str
    parent: str
    formula: str
    check_only: bool
    definition: str
    place: str

    @cached_property
    def part(self) -> str:
        """The part of the data it belongs to: the name of its indicator file, and of its data files."""
        return Path(self.place.rpartition(":")[0]).stem


@dataclass(frozen=True)
class Item:
    """An entry of a codelist: a region, a scheme, a budget subject.

    `prefix`, of an insurance scheme, is what the codes of its indicators begin with (`pension.enterprise`); `tile`,
    of a region, its column and row on the tile map, north at the top. `since` and `until` are the first and last year
    it has figures of, `successor` the entry that it became part of; empty where nothing changed.
    """

    code: str
    name: str
    short: str
    level: str
    parent: str
    note: str
    unit: str = ""
    prefix: str = ""
    tile: tuple[int, int] | None = None
    since: str = ""
    until: str = ""
    successor: str = ""

    def existed_in(self, year: int) -> bool:
        """Whether figures of a year may be asked for."""
        return int(self.since or year) <= year <= int(self.until or year)


@dataclass(frozen=True)
class Document:
    """A report that figures were taken from; `published` is a date, a month or a year.

    `origin` tells where its figures come from: `filled` in by the bureau that publishes this book, or, where it is
    empty, transcribed from a publication.
    """

    code: str
    title: str
    year: str
    publisher: str
    published: str
    origin: str = ""


class Catalogue:
    """Indicators, codelists and documents under `data/catalogue`.

    `indicators`: code -> Indicator. `codelists`: dimension -> {code -> Item}, in file order. `documents`: code ->
    Document.
    """

    def __init__(self, folder: Folder):
        self.folder = folder
        self.codelists: dict[str, dict[str, Item]] = {}
        for name in folder.tables("catalogue/codelists"):
            self.codelists[DIMENSIONS.get(name, name)] = codelist(folder, f"catalogue/codelists/{name}.csv")
        if REGION not in self.codelists:
            raise DataError("缺少此文件", display_path(folder.root / "catalogue" / "codelists" / "regions.csv"))
        #: Of each codelist that was asked for, the codes directly below each: see `children`.
        self._children: dict[str, dict[str, list[str]]] = {}
        self.documents = documents(folder)
        self.indicators: dict[str, Indicator] = {}
        rows: list[Row] = []
        for name in folder.tables("catalogue/indicators"):
            for row in folder.read(f"catalogue/indicators/{name}.csv", schema.INDICATORS.heads):
                self.indicators[row["indicator"]] = self._checked(row)
                rows.append(row)
        if not self.indicators:
            raise DataError(
                "没有任何指标目录，应有 catalogue/indicators/*.csv", display_path(folder.root / "catalogue")
            )

        self._check_whole(rows)

    def _check_whole(self, rows: list[Row]) -> None:
        """DataError where a formula names what is not there or has no end, and where a parent is not there or round."""
        dimensions = {code: about.dimension for code, about in self.indicators.items()}
        for row in rows:
            if row["formula"]:
                check_terms(row, dimensions, self.codelists)
        filling = {row["indicator"]: row for row in rows if row["formula"] and not row["formula"].startswith("?")}
        Nesting(filling).check()
        for row in rows:
            above = {row["indicator"]}
            at = row["parent"]
            while at:
                row.check(at in self.indicators, "parent", "没有指标“{at}”，上级指标应在指标目录里", at=at)
                row.check(at not in above, "parent", "上级“{parent}”绕回了自己")
                above.add(at)
                at = self.indicators[at].parent

    def _checked(self, row: Row) -> Indicator:
        dimension = row["dimension"] or REGION
        rule = row["formula"]
        row.check(row["indicator"] not in self.indicators, "indicator", "指标“{indicator}”重复")
        row.check(row["kind"] in schema.INDICATOR_KINDS, "kind", "“{kind}”不是指标类别，应为 stock、flow 或 ratio")
        row.check(INDICATOR.fullmatch(row["indicator"]), "indicator", "“{indicator}”应写作 pension.insured 的样子")
        row.check(re.fullmatch("[0-6]", row["decimals"]), "decimals", "“{decimals}”不是小数位数，应为0至6")
        row.check(self.codelists.get(dimension), "dimension", "没有名为“{name}”的代码表，或表是空的", name=dimension)
        return Indicator(
            code=row["indicator"],
            name=row["name"],
            unit=row["unit"],
            decimals=int(row["decimals"]),
            kind=row["kind"],
            dimension=dimension,
            parent=row["parent"],
            formula=rule.lstrip("? "),
            check_only=rule.startswith("?"),
            definition=row["definition"],
            place=row.place,
        )

    def indicator(self, code: str) -> Indicator:
        """The indicator of that code; DataError when there is none."""
        if code not in self.indicators:
            raise DataError(f"没有指标“{code}”，请查指标目录 data/catalogue/indicators")
        return self.indicators[code]

    def item(self, indicator: Indicator, code: str) -> Item:
        """The codelist entry an observation of `indicator` is about; DataError when there is none."""
        if code not in self.codelists[indicator.dimension]:
            raise DataError(f"代码表“{indicator.dimension}”中没有“{code}”")
        return self.codelists[indicator.dimension][code]

    def code_of(self, dimension: str, wanted: object) -> str:
        """The code of an entry of a codelist, given by its code, name or short name.

        Raises DataError, which lists the names that are near, where none is called that, or several are.
        """
        items = self.codelists[dimension]
        word = str(wanted).strip()
        if word in items:
            return word
        called = [item.code for item in items.values() if word in {item.name, item.short}]
        if len(called) == 1:
            return called[0]
        kind = "地区" if dimension == REGION else f"代码表“{dimension}”的项目"
        if called:
            raise DataError(f"名为“{word}”的{kind}不止一个，请用代码：{'、'.join(called)}")
        names = {name: None for item in items.values() for name in (item.name, item.short)}
        raise DataError(f"没有名为“{word}”的{kind}{near_names(word, names)}")

    def indicator_of(self, wanted: object) -> Indicator:
        """The indicator of that code or name; DataError, which lists what is near, where there is none or several."""
        word = str(wanted).strip()
        if word in self.indicators:
            return self.indicators[word]
        called = [about for about in self.indicators.values() if about.name == word]
        if len(called) == 1:
            return called[0]
        if called:
            raise DataError(f"名为“{word}”的指标不止一个，请用代码：{'、'.join(about.code for about in called)}")
        written = {about.name: about.code for about in self.indicators.values()}
        names = [*written, *self.indicators]
        raise DataError(f"没有指标“{word}”{near_names(word, names)}；按词查找用 edition.find(…)")

    def unit(self, indicator: Indicator, code: str) -> str:
        """The indicator's unit, or that of the item where each has one of its own."""
        return self.item(indicator, code).unit if indicator.unit == OWN_UNIT else indicator.unit

    def title(self, code: str, item: str, year: int) -> str:
        """What a figure is, in words: `2025年甲市参保人数`; the whole is not named."""
        about = self.indicators[code]
        place = self.item(about, item)
        return f"{year}年{place.name if place.parent else ''}{about.name}"

    def top(self, indicator: Indicator) -> str:
        """Code of the whole (全区, 合计): the first entry of the indicator's codelist without a parent."""
        return next(item.code for item in self.codelists[indicator.dimension].values() if not item.parent)

    @property
    def regions(self) -> dict[str, Item]:
        """The codelist of regions."""
        return self.codelists[REGION]

    @property
    def area(self) -> str:
        """What the whole province is called in the report: 全区, 全省."""
        return next(item.name for item in self.regions.values() if not item.parent)

    @property
    def schemes(self) -> dict[str, Item]:
        """The insurance schemes that have indicators, by what the codes of these begin with."""
        return {item.prefix: item for item in self.codelists.get("scheme", {}).values() if item.prefix}

    def add(self, dimension: str, item: Item) -> None:
        """Take up an entry of a codelist, in the place of one with the same code."""
        self.codelists[dimension][item.code] = item
        self._children.pop(dimension, None)

    def children(self, dimension: str, code: str) -> list[str]:
        """Codes directly below `code`."""
        if dimension not in self._children:
            below: dict[str, list[str]] = {}
            for item in self.codelists[dimension].values():
                below.setdefault(item.parent, []).append(item.code)
            self._children[dimension] = below
        return list(self._children[dimension].get(code, ()))

    def is_own(self, year: int) -> bool:
        """Whether the bureau filled in the figures of the edition of a year itself: its report says so."""
        report = self.documents.get(f"report-{year}")
        return report is not None and report.origin == schema.FILLED


def near_names(word: str, names: Iterable[str]) -> str:
    """The end of an error about a name that is not known: those that hold the word, or are written much like it."""
    known = list(names)
    holding = [name for name in known if word and word in name]
    alike = get_close_matches(word, known, NEAR, NEARNESS)
    found = list(dict.fromkeys([*holding, *alike]))[:NEAR]
    return f"，相近的有：{'、'.join(found)}" if found else ""


def cited(source: Source, documents: Mapping[str, Document]) -> str:
    """A source as readers know it: 《…》表1-1.

    Figures that the bureau filled in stand in its workbook, at the place that they have in the report before; those
    that it revised, on a sheet of that name.
    """
    known = documents.get(source.document)
    if known is None:
        return str(source)
    if known.origin != schema.FILLED or not source.place:
        return f"《{known.title}》{source.place}"
    place = f"“{schema.REVISED}”" if source.place == schema.REVISED else f"（原报告位置：{source.place}）"
    return f"《{known.title}》填报表{place}"


def documents(folder: Folder) -> dict[str, Document]:
    """`data/catalogue/documents.csv`: the documents by code."""
    found: dict[str, Document] = {}
    for row in folder.read("catalogue/documents.csv", schema.DOCUMENTS.heads, optional=True):
        code = row["document"]
        row.check(code not in found, "document", "文件代码“{document}”重复")
        row.check(CODE.fullmatch(code), "document", "代码“{document}”应由字母、数字和 _ . - 组成")
        origin = row.get("origin", "")
        row.check(origin in schema.ORIGINS, "origin", "“{origin}”不明，应为 filled、transcribed 或空着")
        found[code] = Document(
            code, row["title"], row.get("year", ""), row.get("publisher", ""), row.get("published", ""), origin
        )
    return found


def codelist(folder: Folder, name: str) -> dict[str, Item]:
    """The entries of a codelist; its first column holds their codes."""
    items: dict[str, Item] = {}
    prefixes: dict[str, str] = {}
    for row in folder.read(name):
        item = entry(row)
        row.check(item.code not in items, next(iter(row)), "代码“{code}”重复", code=item.code)
        items[item.code] = item
        if item.prefix:
            taken = prefixes.setdefault(item.prefix, item.code)
            row.check(taken == item.code, "prefix", "“{prefix}”已是“{taken}”的，各险种的指标应各有开头", taken=taken)
        if name == schema.REGIONS.pattern:
            check_name(row, item, items)
    for item in items.values():
        lost = item.successor and item.successor not in items
        if lost:
            label = display_path(folder.root / name)
            raise DataError(f"“{item.code}”并入的“{item.successor}”不在表内", label, column="successor")
        if item.since and item.until and item.since > item.until:
            label = display_path(folder.root / name)
            raise DataError(f"“{item.code}”止于{item.until}年，早于开始的{item.since}年", label, column="until")
    check_parents(items, display_path(folder.root / name))
    return items


def check_name(row: Row, region: Item, regions: Mapping[str, Item]) -> None:
    """DataError for a region that is called as another one of the same years: no reader could tell them apart."""
    for other in regions.values():
        same = other.name == region.name and other.code != region.code
        row.check(
            not (same and overlap(other, region)),
            "name",
            "“{name}”已是{code}的名称，同名的请写明在哪里",
            code=other.code,
        )


def overlap(one: Item, other: Item) -> bool:
    """Whether there are years that both had figures of."""
    last = "9999"
    return (one.since or "0") <= (other.until or last) and (other.since or "0") <= (one.until or last)


def entry(row: Row) -> Item:
    """An entry of a codelist from its row."""
    key = next(iter(row))
    code = row[key]
    name = row.get("name") or code
    tile = row.get("tile", "")
    row.check(CODE.fullmatch(code), key, "代码“{code}”应由字母、数字和 _ . - 组成", code=code)
    row.check(not tile or TILE.fullmatch(tile), "tile", "“{tile}”应为方格图上的列和行，如 2 0")
    for column in schema.LIFE:
        message = column.wrong(row.get(column.name, ""))
        row.check(not message, column.name, "{said}", said=message)
    return Item(
        code=code,
        name=name,
        short=row.get("short") or name,
        level=row.get("level", ""),
        parent=row.get("parent", ""),
        note=row.get("note", ""),
        unit=row.get("unit", ""),
        prefix=row.get("prefix", ""),
        tile=position(tile),
        since=row.get("since", ""),
        until=row.get("until", ""),
        successor=row.get("successor", ""),
    )


def position(tile: str) -> tuple[int, int] | None:
    """Column and row on the tile map; None where the region has no place there."""
    if not tile:
        return None
    column, row = tile.split()
    return int(column), int(row)


def check_parents(items: Mapping[str, Item], label: str) -> None:
    """DataError where a parent is not in the list, or leads round in a circle."""
    for item in items.values():
        above = {item.code}
        at = item.parent
        while at:
            if at in above or at not in items:
                raise DataError(f"“{item.code}”的上级“{item.parent}”不在表内，或绕回了自己", label, column="parent")
            above.add(at)
            at = items[at].parent
