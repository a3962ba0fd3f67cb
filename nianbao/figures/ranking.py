"""Places among figures that are known to an interval: what cannot be told apart is level.

A figure stands above another where every value its interval allows is at least as great as every value that the other
allows. Two figures of which neither stands above the other are tied (并列). The place of a figure is one more than the
number of figures that stand above it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from nianbao.figures.interval import Interval

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True)
class Place:
    """The place of a figure: its `rank` from 1 on, whether it is `tied`, and `of` how many figures."""

    rank: int
    tied: bool
    of: int


def places(known: Mapping[Name, Interval]) -> dict[Name, Place]:
    """The places of figures by name, the greatest first.

    Intervals that only touch are in order, for halves round up.
    """
    number = len(known)
    lows = sorted(each.low for each in known.values())
    highs = sorted(each.high for each in known.values())
    alike = Counter(known.values())
    found = {}
    for name, own in known.items():
        equal = alike[own] if own.low == own.high else 0  # numbers known exactly touch those that equal them
        above = number - bisect_left(lows, own.high) - equal
        below = bisect_right(highs, own.low) - equal
        found[name] = Place(above + 1, above + below < number - 1, number)
    return found
