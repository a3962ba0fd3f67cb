"""How likely each figure is wrong is the same number whatever order and whatever Python it was added up in."""

from __future__ import annotations

from itertools import permutations

from nianbao.audit.diagnosis.search import Explanation, Group


def chances(costs: tuple[float, ...]) -> list[float]:
    """Of figures, each of which explains all by itself at a cost; the least first."""
    known = [Explanation(frozenset({number}), {}, {}, cost) for number, cost in enumerate(costs)]
    return sorted(Group([], known).chances().values())


def test_what_is_equally_likely_is_so_to_the_last_digit():
    """Ranks of `diagnosis.csv` hang on it."""
    costs = (0.1, 0.7, 1.3, 2.9, 3.3)
    assert len({tuple(chances((0.0, *order))) for order in permutations(costs)}) == 1
    assert sum(chances((0.0, *costs))) - 1 < 1e-8
