"""A finding on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from nianbao.errors import shown
from nianbao.proof.findings import WORDS, Finding


def lines(found: Sequence[Finding]) -> list[str]:
    """What is said of findings, the most certain first."""
    result = []
    for at, each in enumerate(found, 1):
        result.append(f"{at}. 〔{WORDS[each.verdict]}·{each.kind}〕{each.place}")
        if each.quote:
            result.append(f"   {each.quote}")
        result.append(f"   {each.reason}")
    return [shown(line) for line in result]


#: Findings that the document marks itself which are listed one by one.
MOST_MARKED = 30


def marked_lines(marked: Sequence[Finding]) -> list[str]:
    """What is said of what does not fit where the document marks it itself: how many places, and which."""
    if not marked:
        return []
    result = [f"另有{len(marked)}处也合不上，文件自己已标明有疑，不算查出："]
    result += [f"   {each.place}　{each.quote}" for each in marked[:MOST_MARKED]]
    if len(marked) > MOST_MARKED:
        result.append(f"   ……共{len(marked)}处")
    return [shown(line) for line in result]
