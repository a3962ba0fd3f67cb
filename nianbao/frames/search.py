"""Finding indicators by words, in their names, definitions and codes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nianbao.data.catalogue import Catalogue, Indicator

#: Where a word may be found, and what it is worth there.
WORTH = {"name": 4, "code": 2, "definition": 1}
#: How many indicators are shown that hold only a part of what was asked for.
ALIKE = 10
COLUMNS = ["indicator", "name", "unit", "kind", "dimension", "definition"]


def find(catalogue: Catalogue, words: str) -> list[Indicator]:
    """The indicators that hold every word, those first that have them in their name; shorter names come first.

    Words are parted by blanks. Where no indicator holds them all, those that have most pairs of characters in common
    with them; none where there are no such either.
    """
    wanted = words.split()
    every = list(catalogue.indicators.values())
    worth = {about.code: [worth_of(word, about) for word in wanted] for about in every}
    full = [about for about in every if wanted and all(worth[about.code])]
    if full:
        return sorted(full, key=lambda about: (-sum(worth[about.code]), len(about.name)))
    pairs = {word[at : at + 2] for word in wanted for at in range(len(word) - 1)}
    common = {about.code: sum(pair in about.name for pair in pairs) for about in every}
    alike = [about for about in every if common[about.code]]
    return sorted(alike, key=lambda about: (-common[about.code], len(about.name)))[:ALIKE]


def worth_of(word: str, about: Indicator) -> int:
    """What a word is worth for an indicator: the most where its name holds it, nothing where it is nowhere."""
    return max(worth if word.lower() in str(getattr(about, place)).lower() else 0 for place, worth in WORTH.items())


def listed(indicators: Sequence[Indicator]) -> pd.DataFrame:
    """Indicators as a frame, a row each: code, name, unit, kind, what they are counted for, definition."""
    rows = [[each.code, each.name, each.unit, each.kind, each.dimension, each.definition] for each in indicators]
    return pd.DataFrame(rows, columns=COLUMNS)
