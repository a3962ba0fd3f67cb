"""Places among figures that are known to an interval: what cannot be told apart is level.

A figure stands above another where every value its interval allows is at least as great as every value that the other
allows. Two figures of which neither stands above the other are tied (并列). The place of a figure is one more than the
number of figures that stand above it.
"""

from __future__ import annotations

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


def stands_above(one: Interval, other: Interval) -> bool:
    """Whether one figure is certainly the greater: intervals that only touch are in order, for halves round up."""
    return one != other and one.low >= other.high


def places(known: Mapping[Name, Interval]) -> dict[Name, Place]:
    """The places of figures by name, the greatest first."""
    found = {}
    for name, own in known.items():
        others = [each for other, each in known.items() if other != name]
        above = sum(stands_above(each, own) for each in others)
        below = sum(stands_above(own, each) for each in others)
        found[name] = Place(above + 1, above + below < len(others), len(known))
    return found
