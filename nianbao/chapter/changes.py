"""What changed between two editions: indicators, regions, definitions, figures, and revisions of earlier figures.

The log of revisions is `data/editions/<year>/revisions.csv` (indicator, item, of_year, old, new, kind, reason, date):
`kind` is planned, method or error; a row without `of_year` tells of a changed definition, and `old` and `new` are its
words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from nianbao.audit.audit import Audit
from nianbao.audit.report import aligned
from nianbao.chapter.definitions import note_on_definitions, of_one_definition
from nianbao.chapter.figure import Figure, Figures
from nianbao.chapter.lacking import DROPPED, ending, is_nothing
from nianbao.chapter.meaningless import DASH, means_nothing
from nianbao.chapter.table import Cell
from nianbao.chapter.vague import note_on_vague
from nianbao.data.catalogue import REGION
from nianbao.data.csvfiles import Row
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.errors import DataError
from nianbao.figures.derivation import CHANGE, GROWTH, MOVED_POINTS
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import PERCENT, RATIO, factor

#: Kinds of revisions in words.
KINDS = {"planned": "例行修订", "method": "方法变化", "error": "差错更正"}
#: What items are called.
REGIONS = "地区"
OTHER_ITEMS = "分项"
#: Units that say how often something has been done so far: of such a number a growth means nothing.
TIMES = "次"
#: What the dashes of `figure_rows` stand for.
NO_MOVE = (
    f"“{DASH}”：不适用。百分数、比率和累计次数不算增长率，上年数为零或为负、两年正负不同的也不算；"
    "口径不同或没有月数的，增减也不算。"
)
LOG_HEADS = ("年报", "指标", "年份", "原数", "新数", "种类", "理由", "日期")


@dataclass(frozen=True)
class Items:
    """Items of an indicator that came and that went; `whole_only`: of all of them only the whole is left."""

    came: list[str]
    went: list[str]
    whole_only: bool = False


@dataclass(frozen=True)
class Given:
    """The items for which an edition gives figures of its year, by indicator.

    `figures` those with a figure, `something` those whose figure is not zero, `rows` those with a row, be it blank.
    """

    figures: Mapping[str, list[str]]
    something: Mapping[str, Set[str]]
    rows: Mapping[str, Set[str]]

    def is_new(self, code: str, item: str, before: Given) -> bool:
        """Whether an item has a figure that it did not have `before`; a zero where a blank stood is no news."""
        return item not in before.rows.get(code, ()) or item in self.something.get(code, ())

    def is_lost(self, code: str, item: str, now: Given) -> bool:
        """Whether an item of this edition has no figure `now`; a blank where a zero stood is no news."""
        return item not in now.rows.get(code, ()) or item in self.something.get(code, ())


@dataclass(frozen=True)
class Moved:
    """The figure of an indicator for the whole in the edition before and in this one."""

    old: Figure
    new: Figure

    @property
    def change(self) -> Quantity | None:
        """The difference as the book prints it, of percentages in points.

        None where it is unknown, means nothing, or would be one of two definitions.
        """
        if means_nothing(self.new.quantity) or means_nothing(self.old.quantity):
            return None
        if of_one_definition(self.new, self.old.year):
            return None
        measure = MOVED_POINTS if self.new.about.unit == PERCENT else CHANGE
        return self.new.derived(measure, self.old.year)

    @property
    def rate(self) -> Quantity | None:
        """The growth in percent as the book prints it; None where it is unknown or has no meaning."""
        is_ordinal = self.new.about.unit == TIMES and self.new.about.kind == "stock"
        if self.new.about.unit in {PERCENT, RATIO} or is_ordinal:
            return None
        return self.new.derived(GROWTH, self.old.year)

    @property
    def units(self) -> str:
        """The unit of the figures, and that of the difference where it is another."""
        unit = "∶1" if self.new.about.unit == RATIO else self.new.about.unit
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

    @property
    def lacks(self) -> str:
        """What is said of figures that the later year has not: the bureau filled in none, or a document has none."""
        return "没有填报" if self.data.catalogue.is_own(self.now) else "未载"

    @property
    def ended(self) -> list[str]:
        """The indicators of `gone` of which the edition says that they are no longer kept."""
        wholes = {code: self.data.catalogue.top(self.data.catalogue.indicator(code)) for code in self.gone}
        said = [
            each for each in self.data.explanations if each.kind == DROPPED and self.before < each.since <= self.now
        ]
        ended = {each.indicator for each in said if not each.item or each.item == wholes.get(each.indicator)}
        return [code for code in self.gone if code in ended]

    @property
    def without_notice(self) -> list[str]:
        """The indicators of `gone` of which nothing says why."""
        return [code for code in self.gone if code not in self.ended]

    def name(self, code: str) -> str:
        """The name of an indicator."""
        return self.data.catalogue.indicator(code).name

    def item_names(self, code: str, items: Sequence[str]) -> list[str]:
        """The names of items of an indicator."""
        about = self.data.catalogue.indicator(code)
        top = self.data.catalogue.top(about)
        return ["合计" if item == top else self.data.catalogue.item(about, item).name for item in items]

    def content_rows(self, parts: Mapping[str, str] | None = None) -> list[list[Cell]]:
        """Kind of change, how many indicators, their names.

        First the indicators that came and went, a row a part of the data (`parts` gives their titles); then the items
        that came and went, a row for those of which the same indicators tell; then what only the whole is left of.
        """
        rows: list[list[Cell]] = []
        for words, codes in (
            (f"{self.now}年有、{self.before}年未载", self.added),
            (f"{self.before}年有、{self.now}年{self.lacks}", self.without_notice),
            (f"{self.now}年起不再统计", self.ended),
        ):
            for part, codes_of in groupby(codes, lambda code: self.data.catalogue.indicator(code).part):
                title = (parts or {}).get(part, "")
                rows.append(self.content_row(f"{words}：{title}".rstrip("："), list(codes_of)))
        for words, codes in self.by_items().items():
            rows.append(self.content_row(words, codes))
        for words, codes in self.whole_only().items():
            rows.append(self.content_row(words, codes))
        return rows

    def content_row(self, words: str, codes: Sequence[str]) -> list[Cell]:
        """What changed, of how many indicators, and their names."""
        return [words, f"{len(codes)}项", "、".join(map(self.name, codes))]

    def by_items(self) -> dict[str, list[str]]:
        """The items that came and went in words (`新增地区：闽宁区`), with the indicators that they are items of.

        Items of which the same indicators tell stand together.
        """
        told: dict[tuple[str, str], list[str]] = defaultdict(list)
        for code, items in self.items.items():
            kind = self.kind_of_items(code)
            for words, found in ((f"新增{kind}", items.came), (f"不再有的{kind}", items.went)):
                for name in () if items.whole_only else self.item_names(code, found):
                    told[words, name].append(code)
        names: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
        for (words, name), codes in told.items():
            names[words, tuple(codes)].append(name)
        return {f"{words}：{'、'.join(of)}": list(codes) for (words, codes), of in names.items()}

    def whole_only(self) -> dict[str, list[str]]:
        """In words that only the whole is left, with the indicators of which that is so."""
        told: dict[str, list[str]] = defaultdict(list)
        for code, items in self.items.items():
            if items.whole_only:
                told[self.without_items(self.kind_of_items(code))].append(code)
        return dict(told)

    def without_items(self, kind: str) -> str:
        """In words that this year has only the whole of what had items of a `kind` before."""
        whole = self.data.catalogue.area if kind == REGIONS else "合计"
        return f"{self.now}年只有{whole}数、没有分{kind}数"

    def kind_of_items(self, code: str) -> str:
        """What the items of an indicator are called: 地区, or 分项."""
        return REGIONS if self.data.catalogue.indicator(code).dimension == REGION else OTHER_ITEMS

    def figure_rows(self) -> list[list[Cell]]:
        """Indicator, unit, figure before, figure now, difference, growth."""
        return [
            [
                each.new.about.name,
                each.units,
                each.old.quantity,
                each.new.quantity,
                each.change or DASH,
                each.rate or DASH,
            ]
            for each in self.moved
        ]

    def notes(self) -> list[str]:
        """What is to be said of the figures of `figure_rows`."""
        vague = note_on_vague((f"{each.old.year}年{each.old.about.name}", each.old.quantity) for each in self.moved)
        on_definitions = note_on_definitions(((each.new.about.name, each.new) for each in self.moved), [self.before])
        dashes = any(each.change is None or each.rate is None for each in self.moved)
        return [vague, on_definitions, NO_MOVE if dashes else ""]


def compare(root: Path, before: int, now: int) -> Changes:
    """Compare the editions of two years, as each stands today; DataError where one of them does not exist."""
    check_years(Dataset(root).editions, before, now)
    data = Dataset(root, now)
    changes = Changes(before, now, data)
    figures = Figures(Audit(data), now)
    old = given(data, before)
    new = given(data, now)
    for code in data.catalogue.indicators:
        compare_items(changes, code, old, new)
        if code in old.figures and code in new.figures:
            compare_figures(changes, figures(code), old.figures[code], new.figures[code])
    changes.gone = [code for code in changes.gone if is_loss(figures(code))]
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


def given(data: Dataset, year: int) -> Given:
    """What the reports up to the data's last year give of `year`."""
    reports = {f"report-{each}" for each in data.years}
    figures = defaultdict(list)
    something = defaultdict(set)
    rows = defaultdict(set)
    for (code, item, at), seen in data.observations.items():
        if at != year or seen.source.document not in reports:
            continue
        rows[code].add(item)
        if seen.value is not None:
            figures[code].append(item)
        if seen.value:
            something[code].add(item)
    return Given(figures, something, rows)


def is_loss(figure: Figure) -> bool:
    """Whether a figure that is gone is told of: it has ended, or leaves something to know."""
    return ending(figure) is not None or not is_nothing(figure)


def compare_items(changes: Changes, code: str, before: Given, now: Given) -> None:
    """Add to `changes` whether an indicator, or items of one that both editions have, came or went."""
    old = before.figures.get(code, [])
    new = now.figures.get(code, [])
    came = [item for item in new if item not in old and now.is_new(code, item, before)]
    went = [item for item in old if item not in new and before.is_lost(code, item, now)]
    whole = changes.data.catalogue.top(changes.data.catalogue.indicator(code))
    if not old and came:
        changes.added.append(code)
    elif not new and went:
        changes.gone.append(code)
    elif new == [whole] and went:
        changes.items[code] = Items([], went, whole_only=True)
    elif (came or went) and len(old) > 1 and new:
        changes.items[code] = Items(came, went)


def compare_figures(changes: Changes, figure: Figure, old: Sequence[str], new: Sequence[str]) -> None:
    """Add to `changes` the figures of an indicator that both editions have, for the items `old` and `new`."""
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
    for words, codes in (
        (f"{now}年有、{before}年未载", changes.added),
        (f"{before}年有、{now}年{changes.lacks}", changes.without_notice),
        *([(f"{now}年起不再统计", changes.ended)] if changes.ended else []),
    ):
        names = "、".join(map(changes.name, codes)) or "无"
        lines += ["", f"{words}的指标（{len(codes)}项）：{names}"]
    lines += ["", f"地区或分项有变化的指标（{len(changes.items)}项）：" + ("" if changes.items else "无")]
    for code, items in changes.items.items():
        if items.whole_only:
            lines.append(f"  {changes.name(code)}　{changes.without_items(changes.kind_of_items(code))}")
            continue
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
