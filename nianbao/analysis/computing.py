"""Figures that the analysis computes: value, interval, inputs and a formula that a reader can open and check."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from nianbao.audit.audit import Audit
from nianbao.data import formulas
from nianbao.data.keys import Key
from nianbao.figures.evaluation import evaluate
from nianbao.figures.ids import ANALYSIS, FigureId
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import PERCENT, POINTS, RATIO, decimals_of, round_half_up

#: An input of an expression: `$1`.
INPUT = re.compile(r"\$(\d+)")
#: How an input is called while an expression is filled in: as an indicator is.
STANDS_FOR = "x.v"


class Levels(Protocol):
    """What the book prints of a figure (`nianbao.chapter.published.Published`)."""

    audit: Audit

    def level(self, key: Key) -> Quantity | None:
        """The level the book prints; None where it is unknown."""
        ...

    def derived(self, wanted: FigureId) -> Quantity | None:
        """The change, growth or share the book prints; None where it is unknown."""
        ...

    def doubted(self, quantity: Quantity, origins: Iterable[tuple[str, str]]) -> Quantity:
        """The quantity, marked where one of those that it follows from (mark and note) is in doubt."""
        ...


def named(key: Key, what: str) -> FigureId:
    """The permanent name of what the analysis computes from a level."""
    return FigureId(key, ANALYSIS, what)


def computed(
    levels: Levels,
    id: FigureId,
    name: str,
    unit: str,
    decimals: int,
    words: str,
    expression: str,
    inputs: Sequence[Quantity | None],
    **about: Any,
) -> Quantity | None:
    """A figure computed by an `expression` in which `$1` is the first of the `inputs`; None where one is unknown.

    `words` is the formula for people, `decimals` how many are shown where so many are known. None, too, where a divisor
    may be zero. In doubt where an input is.
    """
    known = [each for each in inputs if each is not None]
    if len(known) < len(inputs):
        return None
    text = INPUT.sub(lambda match: f"{STANDS_FOR}{match[1]}", expression)
    terms = [known[int(term.indicator.removeprefix(STANDS_FOR)) - 1] for term in formulas.terms(text)]
    try:
        exact, interval = evaluate(text, [each.exact for each in terms], [each.interval for each in terms])
    except ZeroDivisionError:
        return None
    found = Quantity(
        id,
        name,
        round_half_up(exact, decimals),
        unit,
        interval,
        exact,
        "E",
        words,
        tuple(known),
        expression=expression,
        **about,
    )
    return levels.doubted(found.as_known(), ((each.mark, each.note) for each in known))


def is_as_printed(difference: Quantity, one: Quantity, other: Quantity) -> bool:
    """Whether a printed difference is what a reader gets who subtracts the other printed figure from the one."""
    return round_half_up(one.value - other.value, decimals_of(difference.value)) == difference.value


def within_rounding(quantity: Quantity) -> Quantity:
    """What may be nothing, printed with no more decimals than are known, even where it becomes zero."""
    if sign_of(quantity):
        return quantity
    decimals = decimals_of(quantity.value)
    while decimals > 0 and not quantity.is_known_to(decimals):
        decimals -= 1
    return replace(quantity, value=round_half_up(quantity.exact, decimals))


def sign_of(quantity: Quantity) -> int:
    """1 or -1 where rounding leaves no doubt of the sign of a figure, else 0."""
    if quantity.interval.low > 0:
        return 1
    return -1 if quantity.interval.high < 0 else 0


def unit_of_change(unit: str) -> str:
    """The unit of the change of a figure: percentages move by points, and a ratio by a bare number."""
    if unit == RATIO:
        return ""
    return POINTS if unit == PERCENT else unit
