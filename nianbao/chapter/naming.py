"""Figures by the names of their items, told apart where several items are called the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from nianbao.chapter.figure import Figure

#: What stands behind the first, second … of several items of one name; further ones are numbered in figures.
NUMERALS = "一二三四五六七八九十"


def by_name(figures: Sequence[Figure], names: Sequence[str] = ()) -> dict[str, Figure]:
    """The figures by the names of their items, or by `names`: of equal names, 台式计算机（一）, 台式计算机（二）.

    A dictionary by plain names would keep the last of them only.
    """
    called = list(names) or [each.item for each in figures]
    several = {name for name, count in Counter(called).items() if count > 1}
    seen: Counter[str] = Counter()
    found = {}
    for name, figure in zip(called, figures, strict=True):
        seen[name] += 1
        found[numbered(name, seen[name]) if name in several else name] = figure
    return found


def numbered(name: str, count: int) -> str:
    """A name with the number of the item behind it."""
    numeral = NUMERALS[count - 1] if count <= len(NUMERALS) else str(count)
    return f"{name}（{numeral}）"
