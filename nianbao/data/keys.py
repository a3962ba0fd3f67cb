"""What a figure is about, and where it stands: the two things that everything else refers to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Key(NamedTuple):
    """A level: an indicator, counted for an item (a region, a budget line, a project) in a year."""

    indicator: str
    item: str
    year: int

    def __str__(self) -> str:
        return f"{self.indicator}:{self.item}:{self.year}"

    def of(self, item: str) -> Key:
        """The same for another item."""
        return self._replace(item=item)

    def at(self, year: int) -> Key:
        """The same in another year."""
        return self._replace(year=year)


@dataclass(frozen=True, slots=True)
class Source:
    """A document (its code in `data/catalogue/documents.csv`) and the place in it, such as 表1-1."""

    document: str = ""
    place: str = ""

    @classmethod
    def parse(cls, text: str) -> Source:
        """A source from its cell: `report-2025 表1-1`."""
        document, _, place = text.partition(" ")
        return cls(document, place)

    def __str__(self) -> str:
        return f"{self.document} {self.place}".strip()

    def __bool__(self) -> bool:
        return bool(self.document or self.place)
