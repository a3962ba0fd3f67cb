"""Levels that a test chooses or draws, in the place of those that a book prints."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from nianbao.audit.audit import Audit
from nianbao.chapter.published import Published
from nianbao.data.keys import Key
from nianbao.figures.evaluation import evaluate
from nianbao.figures.ids import SHARE, FigureId
from nianbao.figures.interval import Interval
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import decimals_of, round_half_up

#: Points of an interval are drawn among so many.
STEPS = 10**6


def within(interval: Interval, chance: random.Random) -> Fraction:
    """A point of an interval: an end, or any other."""
    kind = chance.randrange(4)
    if kind < 2:
        return interval.ends[kind]
    return interval.low + (interval.high - interval.low) * Fraction(chance.randint(0, STEPS), STEPS)


class Chosen:
    """Levels from a table; changes are differences of them."""

    def __init__(self, audit: Audit, levels: dict[Key, Quantity]):
        self.audit = audit
        self.levels = levels

    def level(self, key: Key) -> Quantity | None:
        """The chosen level."""
        return self.levels.get(key)

    def derived(self, wanted: FigureId) -> Quantity | None:
        """The difference of two levels."""
        now = self.level(wanted.key)
        then = self.level(wanted.key.at(int(wanted.base)))
        if now is None or then is None:
            return None
        exact = now.exact - then.exact
        span = now.interval - then.interval
        inputs = (now, then)
        return Quantity(wanted, "change", round_half_up(exact, 2), now.unit, span, exact, "E", "", inputs)

    def doubted(self, quantity: Quantity, origins: Iterable[tuple[str, str]]) -> Quantity:
        """Nothing is in doubt here."""
        return quantity


class Remembered(Published):
    """What a book prints; derived figures are remembered, too, so that many draws ask for each once."""

    def __init__(self, audit: Audit):
        super().__init__(audit)
        self.known: dict[FigureId, Quantity | None] = {}

    def derived(self, wanted: FigureId) -> Quantity | None:
        """The figure as the book prints it."""
        if wanted not in self.known:
            self.known[wanted] = super().derived(wanted)
        return self.known[wanted]


class Redrawn:
    """What a book prints, with each printed level somewhere else within its rounding; what follows, follows."""

    def __init__(self, base: Remembered, chance: random.Random):
        self.audit = base.audit
        self.doubted = base.doubted
        self.base = base
        self.chance = chance
        self.drawn: dict[Key, Quantity | None] = {}

    def level(self, key: Key) -> Quantity | None:
        """The level, moved within its interval; one by formula is computed anew."""
        if key not in self.drawn:
            quantity = self.base.level(key)
            self.drawn[key] = quantity and self.moved(quantity)
        return self.drawn[key]

    def moved(self, quantity: Quantity) -> Quantity:
        """A figure at another point of its interval, which moves along."""
        if quantity.inputs and quantity.expression:
            known = [self.level(each.id.key) or each for each in quantity.inputs]
            text = quantity.expression
            places = [int(part.split(" ")[0].rstrip(")")) for part in text.split("$")[1:]]
            for place in sorted(set(places), reverse=True):
                text = text.replace(f"${place}", f"x.v{place}")
            terms = [known[place - 1] for place in places]
            exact, span = evaluate(text, [each.exact for each in terms], [each.interval for each in terms])
            return replace(quantity, exact=exact, interval=span)
        exact = within(quantity.interval, self.chance)
        by = exact - quantity.exact
        return replace(
            quantity, exact=exact, interval=Interval(quantity.interval.low + by, quantity.interval.high + by)
        )

    def derived(self, wanted: FigureId) -> Quantity | None:
        """A change, growth or share that follows from the moved levels."""
        quantity = self.base.derived(wanted)
        if quantity is None:
            return None
        first = self.level(wanted.key)
        other = self.level(quantity.inputs[1].id.key)
        if first is None or other is None or other.exact == 0:
            return quantity
        if wanted.measure == SHARE:
            return replace(quantity, exact=first.exact / other.exact * 100)
        if wanted.measure == "growth":
            return replace(quantity, exact=(first.exact / other.exact - 1) * 100)
        return replace(quantity, exact=first.exact - other.exact, interval=first.interval - other.interval)


def printed(key: Key, value: Decimal, unit: str) -> Quantity:
    """A level as it is printed."""
    return Quantity.printed(FigureId(key), f"{key}", value, unit)


def drawn_value(chance: random.Random) -> Decimal:
    """A positive number with up to two decimals, from a hundredth to ten thousand."""
    decimals = chance.randint(0, 2)
    return Decimal(chance.randint(10, 10**6)).scaleb(-decimals) if chance.random() < 0.9 else Decimal("10.00")


def decimals(quantity: Quantity) -> int:
    """Decimals that a figure is printed with."""
    return decimals_of(quantity.value)
