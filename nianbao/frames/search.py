"""Finding indicators by words, in their names, definitions and codes."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import pandas as pd

from nianbao.data.catalogue import Catalogue, Indicator

#: Where a word may be found, and what it is worth there.
WORTH = {"name": 4, "code": 2, "definition": 1}
#: How many indicators are shown that hold only a part of what was asked for.
ALIKE = 10
#: How many names are offered where nothing is found.
NEAR = 5
#: The shortest word that is looked for scattered in a name.
SHORTEST = 3
#: How a word fits, the better first.
WHOLE = 0
SCATTERED = 1
COLUMNS = ["indicator", "name", "unit", "kind", "dimension", "definition"]


def find(catalogue: Catalogue, words: str) -> list[Indicator]:
    """The indicators that fit every word, best first, and of those that fit alike the shorter names.

    Words are parted by blanks. Where no indicator fits them all, those that have most pairs of characters in common
    with them; none where there are no such either.
    """
    wanted = words.split()
    every = list(catalogue.indicators.values())
    fits = {about.code: [fit(word, about) for word in wanted] for about in every}
    full = [about for about in every if wanted and all(fits[about.code])]
    if full:
        return sorted(full, key=lambda about: (*together(fits[about.code]), len(about.name)))
    pairs = {word[at : at + 2] for word in wanted for at in range(len(word) - 1)}
    common = {about.code: sum(pair in about.name for pair in pairs) for about in every}
    alike = [about for about in every if common[about.code]]
    return sorted(alike, key=lambda about: (-common[about.code], len(about.name)))[:ALIKE]


# -- how a word fits ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Fit:
    """How a word fits an indicator: `kind`, the least is the best, and within one kind `cost`, likewise."""

    kind: int
    cost: int


def fit(word: str, about: Indicator) -> Fit | None:
    """How a word, or what it means, fits an indicator: whole, else scattered in its name; None where it does not.

    What is meant is worth a little less than what is written in the same place.
    """
    meant = meanings(word)
    worth = max([2 * worth_of(word, about), *(2 * worth_of(each, about) - 1 for each in meant)])
    if worth > 0:
        return Fit(WHOLE, -worth)
    spans = [span for each in (word, *meant) if (span := span_of(each, about.name))]
    return Fit(SCATTERED, min(spans)) if spans else None


def together(fits: Sequence[Fit | None]) -> tuple[int, int]:
    """How well all words fit: as the one that fits worst, then the sum of what they cost."""
    known = [each for each in fits if each]
    return max(each.kind for each in known), sum(each.cost for each in known)


def worth_of(word: str, about: Indicator) -> int:
    """What a word is worth for an indicator: the most where its name holds it, nothing where it is nowhere."""
    return max(worth if word.lower() in str(getattr(about, place)).lower() else 0 for place, worth in WORTH.items())


def span_of(word: str, name: str) -> int:
    """The length of the shortest part of a name that has a word's characters in their order; 0 where none has.

    Words of fewer than SHORTEST characters are in far too many names that way, and count as in none.
    """
    if len(word) < SHORTEST:
        return 0
    scattered = re.compile(f"(?=({'.*?'.join(map(re.escape, word))}))", re.I)
    return min((len(found[1]) for found in scattered.finditer(name)), default=0)


def meanings(word: str) -> list[str]:
    """A word with the everyday word in it put into the words of the catalogue, once for each of them."""
    return [word.replace(said, meant) for said, means in everyday().items() if said in word for meant in means]


@cache
def everyday() -> dict[str, list[str]]:
    """What people say, with the words of the catalogue for it: the rows of `everyday.csv`."""
    text = resources.files("nianbao.frames").joinpath("everyday.csv").read_text("utf-8")
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["word"], []).append(row["means"])
    return found


# -- nothing found -----------------------------------------------------------------------------------------------------
def hint(catalogue: Catalogue, words: str) -> str:
    """What an editor reads where nothing was found: names that share characters with the words, else the schemes."""
    wanted = set(words) - set(" ")
    common = {about.name: len(wanted & set(about.name)) for about in catalogue.indicators.values()}
    near = sorted((name for name in common if common[name]), key=lambda name: (-common[name], len(name)))[:NEAR]
    schemes = [each.name for each in catalogue.codelists.get("scheme", {}).values() if each.prefix]
    told = f"相近的有：{'、'.join(near)}" if near else f"可以换个词，如：{'、'.join(schemes)}"
    return f"没有指标的名称、代码或定义与“{words}”相符；{told}"


def listed(indicators: Sequence[Indicator]) -> pd.DataFrame:
    """Indicators as a frame, a row each: code, name, unit, kind, what they are counted for, definition."""
    rows = [[each.code, each.name, each.unit, each.kind, each.dimension, each.definition] for each in indicators]
    return pd.DataFrame(rows, columns=COLUMNS)
