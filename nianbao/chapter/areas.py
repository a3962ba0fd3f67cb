"""Regions that were merged or set up in an edition's year: what a table of regions says of them.

That a region was merged, and into which, stands in the list of regions, in the explained differences, or in the reason
of a revision of its figures; that one was set up in the first two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nianbao.chapter.material import Material
from nianbao.data.catalogue import REGION, Item
from nianbao.data.dataset import Dataset
from nianbao.data.explanations import Explanation

#: How texts say that a region became part of another one.
MERGED = "并入"
#: How a note on a region begins that tells when it was set up.
DATED = re.compile("[0-9]{4}年")
#: Kinds of explained differences: regions that were merged, and those that were set up.
MERGER = "merged"
SET_UP = ("new", "split")


@dataclass(frozen=True)
class Edition:
    """The data of an edition, and its year."""

    data: Dataset
    year: int


class Areas:
    """The regions of a chapter's material, or of an edition, that changed in its year."""

    def __init__(self, material: Material | Edition):
        self.data = material.data
        self.year = material.year
        self.regions = material.data.catalogue.codelists.get(REGION, {})

    # -- regions that were merged -----------------------------------------------------------------------------------
    def is_merged(self, code: str) -> bool:
        """Whether a region is no longer one of its own."""
        item = self.regions[code]
        return bool(item.until and int(item.until) < self.year) or bool(self._told_of_merger(item))

    def _told_of_merger(self, item: Item) -> str:
        """The words of the year's edition by which a region was merged; empty where none say so."""
        for explanation in self._explanations(item.code, (MERGER,)):
            return explanation.reason
        revised = [row["reason"] for row in self.data.revisions(self.year) if row["item"] == item.code]
        return next((words for words in revised if f"{item.name}{MERGED}" in words), "")

    def merger(self, code: str) -> str:
        """What became of a region that was merged, and when: `2025年并入甲市`; empty where it was not."""
        if not self.is_merged(code):
            return ""
        until = self.regions[code].until
        other = self.successor(code)
        return f"{int(until) + 1 if until else self.year}年{f'{MERGED}{other.name}' if other else '撤并'}"

    def successor(self, code: str) -> Item | None:
        """What a merged region became part of; None where that is not known."""
        item = self.regions[code]
        if item.successor:
            return self.regions[item.successor]
        found = re.search(f"{MERGED}(.*)", self._told_of_merger(item))
        return self.named(found[1], item) if found else None

    # -- regions that were set up -----------------------------------------------------------------------------------
    def is_new(self, code: str) -> bool:
        """Whether a region is one of its own since this year, as the list of regions or an explanation says."""
        item = self.regions[code]
        return item.since == str(self.year) or self._is_dated(item) or bool(self._explanations(code, SET_UP))

    def _is_dated(self, item: Item) -> bool:
        """Whether the note on a region begins with this year."""
        return item.note.startswith(f"{self.year}年")

    def set_up_beside(self, code: str) -> list[str]:
        """The names of the regions beside one that were set up by now, as the list of regions says."""
        own = self.regions[code]
        above = (code, own.parent) if self.data.catalogue.children(REGION, code) else (own.parent,)
        beside = [item for item in self.regions.values() if item.parent in above and item.code != code]
        return [item.name for item in beside if is_dated(item) and not self.is_merged(item.code)]

    def origin(self, code: str) -> Item | None:
        """The region that a new one was part of; None where that is not known."""
        item = self.regions[code]
        words = "；".join([item.note, *(each.reason for each in self._explanations(code, SET_UP))])
        return self.named(words, item)

    def touching(self, codes: Iterable[str]) -> list[str]:
        """The regions that were merged or set up this year, where they or those they changed are among `codes`."""
        wanted = set(codes)
        found = []
        for code, item in self.regions.items():
            is_gone = self.is_merged(code) and int(item.until or self.year) >= self.year - 1
            if not is_gone and not self.is_new(code):
                continue
            other = self.successor(code) if is_gone else self.origin(code)
            if code in wanted or (other and other.code in wanted):
                found.append(code)
        return found

    # -- what is said -----------------------------------------------------------------------------------------------
    def note(self, codes: Sequence[str], before: Iterable[str] = (), beneath: bool = True) -> str:
        """The sentence on the regions of a table that were merged or set up this year; empty where none were.

        `codes`: the regions of the table; `before`: those of last year's; `beneath` tells whether explained differences
        stand beneath the table as well, and need not be told again.
        """
        gone = [code for code in before if code not in codes and self.is_merged(code)]
        said = []
        moved: dict[str, None] = {}
        for code in [*codes, *gone]:
            words, other = self._said_of(code)
            if not words and not beneath:
                words = self._explained(code)
            if words:
                said.append(words)
            if other:
                moved[other.name] = None
        if moved:
            said.append(f"{'、'.join(moved)}的数与以前年度不可比")
        return f"{'；'.join(said)}。" if said else ""

    def fate(self, code: str) -> str:
        """What became of a region this year, as `2026年并入乙县`; empty where it is still one of its own."""
        return self._said_of(code)[0].removeprefix(self.regions[code].name) if self.is_merged(code) else ""

    def _said_of(self, code: str) -> tuple[str, Item | None]:
        """What is said of a region, empty for most; and the other region whose figures changed with it, if any."""
        item = self.regions[code]
        if self.is_merged(code):
            if item.until and int(item.until) < self.year - 1:
                return "", None
            other = self.successor(code)
            return f"{item.name}{self.year}年{f'并入{other.name}' if other else '撤并'}", other
        if not self.is_new(code):
            return "", None
        other = self.origin(code)
        if self._explanations(code, SET_UP):
            return "", other  # the explanation itself stands beneath the table
        if self._is_dated(item):
            return f"{item.name}{item.note.rstrip('。')}", other
        return f"{item.name}{self.year}年新设{f'，原属{other.name}' if other else ''}", other

    def _explained(self, code: str) -> str:
        """What an explained difference says of a region that was set up; empty where none does."""
        found = self._explanations(code, SET_UP) if self.is_new(code) else []
        return f"{self.regions[code].name}{found[0].words.rstrip('。')}" if found else ""

    # -- words ------------------------------------------------------------------------------------------------------
    def _explanations(self, code: str, kinds: Sequence[str]) -> list[Explanation]:
        """The explained differences of these kinds that are about a region as a whole since this year."""
        about = (each for each in self.data.explanations if each.item == code and not each.indicator)
        return [each for each in about if each.kind in kinds and each.since == self.year]

    def named(self, words: str, other_than: Item) -> Item | None:
        """The first region that is named in a text; None where none but the region itself is."""
        places = {
            words.find(item.name): item
            for item in self.regions.values()
            if item.code != other_than.code and item.parent
        }
        places.pop(-1, None)
        return places[min(places)] if places else None


def is_dated(item: Item) -> bool:
    """Whether the note on a region tells when it was set up."""
    return DATED.match(item.note) is not None
