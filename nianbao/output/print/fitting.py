"""Chapters whose last page holds next to nothing are set a little closer, so that they end a page earlier.

How many pages a chapter takes only the typesetter knows: it is asked again for each distance of lines that is tried.
Asking is cheap where little changes; only chapters that need it change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

#: Distances of lines in em, the normal one first, to be tried in this order; the last is wider.
LOOSE = 0.82
CLOSER = (0.78, 0.74, 0.7)
WIDER = 0.86
#: From the top of the paper to that of the type area, and the height of that, in points.
TOP = 76.5
HEIGHT = 697.0
#: A last page that is less full is worth an attempt.
SPARSE = 0.35
#: A last page that is less full has fewer than three lines.
RUNT = 0.085


@dataclass(frozen=True)
class End:
    """Where a chapter ends: its page, counted from the cover, and how far down in points."""

    page: int
    y: float

    @property
    def fill(self) -> float:
        """How full its last page is, 0 to 1."""
        return (self.y - TOP) / HEIGHT


#: Asks where chapters end, by name and in order, when they have these distances of lines.
Ask = Callable[[Mapping[str, float]], Mapping[str, End]]


def leadings(names: Iterable[str], ask: Ask) -> dict[str, float]:
    """The distance of lines in em for each chapter."""
    chosen = dict.fromkeys(names, LOOSE)
    before = ask(chosen)
    sparse = {name for name, end in before.items() if end.fill < SPARSE and pages(before)[name] > 1}
    for leading in CLOSER:
        if sparse:
            after = ask(chosen | dict.fromkeys(sparse, leading))
            won = {name for name in sparse if pages(after)[name] < pages(before)[name]}
            chosen |= dict.fromkeys(won, leading)
            sparse -= won
    chosen |= {name: WIDER for name in sparse if before[name].fill < RUNT}
    return chosen


def pages(ends: Mapping[str, End]) -> dict[str, int]:
    """How many pages each chapter takes; the first one as many as there are to its end."""
    found = {}
    last = 0
    for name, end in ends.items():
        found[name] = end.page - last
        last = end.page
    return found
