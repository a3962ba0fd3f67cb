"""Figures that remember how exactly they are known and where they come from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from nianbao.data.keys import Source
from nianbao.figures.ids import FigureId
from nianbao.figures.interval import Interval
from nianbao.figures.units import decimals_of, round_half_up, show


@dataclass(frozen=True)
class Quantity:
    """A figure with unit, interval and lineage.

    `value` is what is shown, `exact` the unrounded point value, `inputs` the quantities the `formula` used;
    `expression` is the formula for machines, in which $1 is the first input, and so on. `source` is where a printed
    figure stands, `place` the data file and row. `mark` names the check that finds a known erratum when the printed
    figure does not hold.
    """

    id: FigureId
    name: str
    value: Decimal
    unit: str
    interval: Interval
    exact: Fraction
    status: str = "A"
    formula: str = ""
    inputs: tuple[Quantity, ...] = field(default=(), repr=False)
    source: Source = Source()
    place: str = ""
    note: str = ""
    mark: str = ""
    expression: str = ""

    @property
    def text(self) -> str:
        """The number as printed, without its unit."""
        return show(self.value)

    @property
    def signed(self) -> str:
        """The number for machines."""
        return f"{self.value:f}"

    def with_value(self, value: Decimal, **changes: Any) -> Quantity:
        """The same quantity showing another value (a published one instead of the recomputed)."""
        return replace(self, value=value, **changes)

    def is_known_to(self, decimals: int) -> bool:
        """Whether its interval lets one know so many decimals: the last of them is off by one at most.

        The last digit of a measured number may be uncertain by one unit, those before it may not (有效数字): every
        value that the interval holds, rounded alike, is at most one unit away.
        """
        value = round_half_up(self.exact, decimals)
        ends = [round_half_up(end, decimals) for end in self.interval.ends]
        return all(abs(end - value) <= Decimal(1).scaleb(-decimals) for end in ends)

    def as_known(self) -> Quantity:
        """The same, rounded anew where it has more decimals than are known.

        Whole units stay in any case, and so do the decimals without which something would become nothing.
        """
        printed = decimals_of(self.value)
        decimals = printed
        while decimals > 0 and not self.is_known_to(decimals) and self._is_something_to(decimals - 1):
            decimals -= 1
        return self if decimals == printed else replace(self, value=round_half_up(self.exact, decimals))

    def _is_something_to(self, decimals: int) -> bool:
        """Whether it is not zero when rounded, or is zero."""
        return self.value == 0 or round_half_up(self.exact, decimals) != 0

    @staticmethod
    def printed(
        id: FigureId, name: str, value: Decimal, unit: str, margin: Decimal | None = None, **about: Any
    ) -> Quantity:
        """A figure as a document prints it; `margin` is half its interval where that is not half a digit."""
        return Quantity(id, name, value, unit, Interval.printed(value, margin), Fraction(value), **about)
