"""What changed between two editions: indicators, regions, definitions, figures, and revisions of earlier figures.

The log of revisions is `data/editions/<year>/revisions.csv` (indicator, item, of_year, old, new, kind, reason, date):
`kind` is planned, method or error; a row without `of_year` tells of a changed definition, and `old` and `new` are its
words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from nianbao.audit.audit import Audit
from nianbao.audit.report import aligned
from nianbao.chapter.definitions import note_on_definitions, of_one_definition
from nianbao.chapter.figure import Figure, Figures
from nianbao.chapter.table import Cell
from nianbao.chapter.vague import note_on_vague
from nianbao.data.csvfiles import Row
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.errors import DataError
from nianbao.figures.derivation import CHANGE, GROWTH, MOVED_POINTS
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import PERCENT, RATIO, factor

#: Kinds of revisions in words.
KINDS = {"planned": "例行修订", "method": "方法变化", "error": "差错更正"}
LOG_HEADS = ("年报", "指标", "年份", "原数", "新数", "种类", "理由", "日期")


@dataclass(frozen=True)
class Items:
    """Items of an indicator that came and that went."""

    came: list[str]
    went: list[str]


@dataclass(frozen=True)
class Moved:
    """The figure of an indicator for the whole in the edition before and in this one."""

    old: Figure
    new: Figure

    @property
    def change(self) -> Quantity | None:
        """The difference as the book prints it, of percentages in points; None where unknown, or of two definitions."""
        if of_one_definition(self.new, self.old.year):
            return None
        measure = MOVED_POINTS if self.new.about.unit == PERCENT else CHANGE
        return self.new.derived(measure, self.old.year)

    @property
    def rate(self) -> Quantity | None:
        """The growth in percent as the book prints it; None where it is unknown or has no meaning."""
        if self.new.about.unit in {PERCENT, RATIO}:
            return None
        return self.new.derived(GROWTH, self.old.year)

    @property
    def units(self) -> str:
        """The unit of the figures, and that of the difference where it is another."""
        unit = self.new.about.unit
        return f"{unit}（增减：{self.unit_of_change}）" if self.unit_of_change else unit

    @property
    def unit_of_change(self) -> str:
        """The unit of the difference where it is not that of the figures, by whatever name."""
        change = self.change
        return "" if change is None or factor(change.unit, self.new.about.unit) == 1 else change.unit


@dataclass
class Changes:
    """The differences of the editions of the years `before` and `now`, both as `data` knows them today.

    `added`, `gone`: codes of indicators. `items`: of the indicators both have, the items that came and went. `moved`:
    of the indicators both have for the whole, both figures. `units`: how many figures both editions have. `log`: a
    row a revision, by `LOG_HEADS`.
    """

    before: int
    now: int
    data: Dataset
    added: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    items: dict[str, Items] = field(default_factory=dict)
    moved: list[Moved] = field(default_factory=list)
    units: int = 0
    log: list[list[str]] = field(default_factory=list)

    def name(self, code: str) -> str:
        """The name of an indicator."""
        return self.data.catalogue.indicator(code).name

    def item_names(self, code: str, items: Sequence[str]) -> list[str]:
        """The names of items of an indicator."""
        about = self.data.catalogue.indicator(code)
        top = self.data.catalogue.top(about)
        return ["合计" if item == top else self.data.catalogue.item(about, item).name for item in items]

    def content_rows(self) -> list[list[Cell]]:
        """Kind of change, how many, names: of indicators (a row a part of the book), then of items."""
        rows: list[list[Cell]] = []
        for words, codes in (
            (f"{self.now}年有、{self.before}年未载", self.added),
            (f"{self.before}年有、{self.now}年未载", self.gone),
        ):
            for _, part in groupby(codes, lambda code: self.data.catalogue.indicator(code).part):
                names = [self.name(code) for code in part]
                rows.append([f"{words}（共{len(codes)}项）", f"{len(names)}项", "、".join(names)])
        for code, items in self.items.items():
            for words, found in (("新增地区或分项", items.came), ("不再有的地区或分项", items.went)):
                names = self.item_names(code, found)
                if names:
                    rows.append([f"{self.name(code)}：{words}", f"{len(names)}个", "、".join(names)])
        return rows

    def figure_rows(self) -> list[list[Cell]]:
        """Indicator, unit, figure before, figure now, difference, growth."""
        return [
            [
                each.new.about.name,
                each.units,
                each.old.quantity,
                each.new.quantity,
                each.change or "",
                each.rate or "",
            ]
            for each in self.moved
        ]

    def notes(self) -> list[str]:
        """What is to be said of the figures of `figure_rows`."""
        vague = note_on_vague((f"{each.old.year}年{each.old.about.name}", each.old.quantity) for each in self.moved)
        return [vague, note_on_definitions(((each.new.about.name, each.new) for each in self.moved), [self.before])]


def compare(root: Path, before: int, now: int) -> Changes:
    """Compare the editions of two years, as each stands today; DataError where one of them does not exist."""
    check_years(Dataset(root).editions, before, now)
    data = Dataset(root, now)
    changes = Changes(before, now, data)
    figures = Figures(Audit(data), now)
    old = items_by_indicator(data, before)
    new = items_by_indicator(data, now)
    for code in data.catalogue.indicators:
        if code in old and code in new:
            compare_figures(changes, figures(code), old[code], new[code])
        elif code in new:
            changes.added.append(code)
        elif code in old:
            changes.gone.append(code)
    for year in data.years:
        if before < year <= now:
            changes.log += [log_row(data, year, row) for row in data.revisions(year)]
    return changes


def check_years(editions: Sequence[int], before: int, now: int) -> None:
    """Raise DataError unless the two years are editions, the earlier one first."""
    for year in (before, now):
        if year not in editions:
            raise DataError(f"没有{year}年的年报数据，可选：{'、'.join(map(str, editions))}")
    if before == now:
        raise DataError("两个年份相同")
    if before > now:
        raise DataError(f"应先写较早的年份：nianbao diff {now} {before}")


def items_by_indicator(data: Dataset, year: int) -> Mapping[str, list[str]]:
    """The items of each indicator for which the reports up to the data's last year print a figure of `year`."""
    reports = {f"report-{each}" for each in data.years}
    items = defaultdict(list)
    for (code, item, at), seen in data.observations.items():
        if at == year and seen.source.document in reports and seen.value is not None:
            items[code].append(item)
    return items


def compare_figures(changes: Changes, figure: Figure, old: Sequence[str], new: Sequence[str]) -> None:
    """Add to `changes` what is said of an indicator that both editions have, for the items `old` and `new`."""
    came = [item for item in new if item not in old]
    went = [item for item in old if item not in new]
    if (came or went) and len(old) > 1 and len(new) > 1:
        changes.items[figure.indicator] = Items(came, went)
    if figure.known and figure.at(changes.before).known:
        changes.moved.append(Moved(figure.at(changes.before), figure))
    printed = figure.published.derive.printed
    both = [item for item in new if item in old]
    changes.units += sum(printed(Key(figure.indicator, item, changes.before)) is not None for item in both)


def log_row(data: Dataset, year: int, row: Row) -> list[str]:
    """A revision that the edition of `year` made, by `LOG_HEADS`."""
    about = data.catalogue.indicator(row["indicator"])
    item = data.catalogue.item(about, row["item"])
    name = f"{about.name}（{item.name}）" if item.parent else about.name
    return [
        f"{year}年",
        name,
        row["of_year"] or "含义",
        row["old"],
        row["new"],
        KINDS[row["kind"]],
        row["reason"],
        row["date"],
    ]


# -- for the terminal -------------------------------------------------------------------------------------------------
def report(changes: Changes) -> list[str]:
    """Lines for the terminal."""
    before = changes.before
    now = changes.now
    lines = [f"{before}年与{now}年：两年都有合计数的指标{len(changes.moved)}项"]
    for words, codes in ((f"{now}年有、{before}年未载", changes.added), (f"{before}年有、{now}年未载", changes.gone)):
        names = "、".join(map(changes.name, codes)) or "无"
        lines += ["", f"{words}的指标（{len(codes)}项）：{names}"]
    lines += ["", f"地区或分项有变化的指标（{len(changes.items)}项）：" + ("" if changes.items else "无")]
    for code, items in changes.items.items():
        for word, found in (("新增", items.came), ("不再有", items.went)):
            if found:
                lines.append(f"  {changes.name(code)}　{word}：{'、'.join(changes.item_names(code, found))}")
    heads = ["指标", "单位", f"{before}年", f"{now}年", "增减", "增长"]
    lines += ["", *aligned([heads, *map(line, changes.moved)], right=(2, 3, 4, 5))]
    lines += ["", f"修订记录（{len(changes.log)}条）：" + ("" if changes.log else "无")]
    if changes.log:
        lines += aligned([list(LOG_HEADS), *changes.log])
    return lines


def line(moved: Moved) -> list[str]:
    """Indicator, unit, figure before, figure now, difference, growth as texts."""
    about = moved.new.about
    figures = [quantity.text if quantity else "" for quantity in (moved.old.quantity, moved.new.quantity)]
    difference = f"{moved.change.text}{moved.unit_of_change}" if moved.change else ""
    rate = f"{moved.rate.text}%" if moved.rate else ""
    return [about.name, about.unit, *figures, difference, rate]
