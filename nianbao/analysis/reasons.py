"""Reasons that documents state for a movement, put to the figures they name.

A reason is data (`documents/*/reasons.csv`): a formula says what it amounts to, in the unit of what it explains. The
verdict rests on intervals: it *explains* where rounding allows the whole movement, or it makes up nine tenths of it and
no more than eleven; it explains *in part* where it points the same way and makes up less, and *overshoots* where
it makes up more, so that something else worked against it; it *contradicts* where it certainly points the other way;
otherwise, and where no figure is given, it *cannot be tested*.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from zlib import crc32

from nianbao.analysis.computing import Levels, computed, named, sign_of
from nianbao.data import formulas
from nianbao.data.analysing import Stated, reasons
from nianbao.data.keys import Key
from nianbao.figures.derivation import CHANGE
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import decimals_of

EXPLAINS = "能够说明"
IN_PART = "说明一部分"
OVERSHOOTS = "超过变动"
CONTRADICTS = "与数字相反"
UNTESTABLE = "无从验算"
#: A reason that makes up between these parts of a movement explains it.
NEARLY_ALL = (Fraction(9, 10), Fraction(11, 10))


@dataclass(frozen=True)
class ReasonTested:
    """A stated reason with the movement it is put to, what it amounts to, and the verdict.

    `name` is that of the indicator, with the item where that is not the whole.
    `share` is what it makes up of the movement in percent; None where it cannot be computed.
    """

    stated: Stated
    name: str
    moved: Quantity | None
    amount: Quantity | None
    share: Quantity | None
    verdict: str


def distinct(found: Iterable[ReasonTested]) -> list[ReasonTested]:
    """The same without those that a document gives again, with the same amount, for a movement that is as large."""
    first: dict[object, ReasonTested] = {}
    for each in found:
        moved = each.moved and (each.moved.exact, each.moved.unit)
        amount = each.amount and (each.amount.exact, each.amount.unit)
        same = (each.stated.document, each.stated.words, moved, amount)
        first.setdefault(same if moved and amount else each.stated, each)
    return list(first.values())


class Reasons:
    """Tests the stated reasons of the documents of a year."""

    def __init__(self, levels: Levels):
        self.levels = levels
        self.data = levels.audit.data

    def of(self, year: int, part: str = "", item: str = "") -> Iterator[ReasonTested]:
        """The reasons given for figures of a year, of those indicators that begin with `part`, and of an item."""
        for stated in reasons(self.data):
            fits = not part or f"{stated.indicator}.".startswith(f"{part}.")
            if stated.year == year and fits and item in {"", stated.item}:
                yield self.test(stated)

    def test(self, stated: Stated) -> ReasonTested:
        """A reason put to the figures."""
        catalogue = self.data.catalogue
        about = catalogue.indicator(stated.indicator)
        key = Key(stated.indicator, stated.item, stated.year)
        moved = self.movement(stated, key)
        amount = self.amount(stated, key)
        share = None
        if moved and amount and sign_of(moved):
            share = computed(
                self.levels,
                named(key, f"share-of-reason~{stated.base}~{hash_of(stated.words)}"),
                f"{about.name}：所说的理由占变动的比重",
                "%",
                1,
                "理由所合之数 ÷ 变动 × 100",
                "$1 / $2 * 100",
                (amount, moved),
            )
        whole = stated.item == catalogue.top(about)
        name = about.name if whole else f"{about.name}（{catalogue.item(about, stated.item).name}）"
        return ReasonTested(stated, name, moved, amount, share, verdict(moved, amount))

    def movement(self, stated: Stated, key: Key) -> Quantity | None:
        """The movement that a reason is given for: against a year, or against a budget."""
        against_a_year = stated.base.isdigit()
        other = key.at(int(stated.base)) if against_a_year else key._replace(indicator=stated.base)
        now = self.levels.level(key)
        before = self.levels.level(other)
        if now is None or before is None:
            return None
        printed = self.levels.derived(FigureId(key, CHANGE, stated.base)) if against_a_year else None
        if printed and printed.unit == now.unit:
            return printed
        return computed(
            self.levels,
            named(key, f"against~{stated.base}"),
            f"{now.name}与{'上年' if against_a_year else '预算'}之差",
            now.unit,
            max(decimals_of(now.value), decimals_of(before.value)),
            "实际 − 上年" if against_a_year else "实际 − 预算",
            "$1 - $2",
            (now, before),
        )

    def amount(self, stated: Stated, key: Key) -> Quantity | None:
        """What a reason amounts to; None where it gives no figure, or one that is not known."""
        if not stated.formula:
            return None
        inputs = [self.levels.level(each) for each in formulas.places(stated.formula, key.item, key.year)]
        numbers = count(1)
        text = formulas.TERM.sub(lambda _: f"${next(numbers)}", stated.formula)
        about = self.data.catalogue.indicator(stated.indicator)
        return computed(
            self.levels,
            named(key, f"reason~{stated.base}~{hash_of(stated.words)}"),
            f"{about.name}：{stated.words}",
            self.data.catalogue.unit(about, key.item),
            2,
            "所说的理由照其数字算得",
            text,
            inputs,
        )


def hash_of(text: str) -> int:
    """A number for a text that is the same in every process."""
    return crc32(text.encode())


def verdict(moved: Quantity | None, amount: Quantity | None) -> str:
    """What the figures say of a reason."""
    if moved is None or amount is None or not sign_of(moved):
        return UNTESTABLE
    if amount.interval.meets(moved.interval):
        return EXPLAINS
    direction = sign_of(amount)
    if direction == 0:
        return UNTESTABLE
    if direction != sign_of(moved):
        return CONTRADICTS
    low, high = NEARLY_ALL
    share = amount.exact / moved.exact
    if low <= share <= high:
        return EXPLAINS
    return IN_PART if share < low else OVERSHOOTS
