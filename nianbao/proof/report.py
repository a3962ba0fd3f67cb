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
