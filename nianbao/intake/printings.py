"""Where the book prints figures, in words: titles of its tables, places of each figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from nianbao.data import schema
from nianbao.data.dataset import Dataset
from nianbao.intake.keys import Series

#: Between places.
AND = "、"
#: What a table of the book is called by, and what goes with a table.
TABLE = "表"
BESIDE = "附图"


@dataclass(frozen=True)
class BookTable:
    """A table of the book: its number, its title without the year, its unit."""

    number: str
    title: str
    unit: str


class Printings:
    """Where the book printed the figures of last year, from the lists `printed` and `tables` of the catalogue.

    Both may be missing: then nothing is known.
    """

    def __init__(self, data: Dataset):
        read = data.folder.read
        self._places: dict[Series, list[str]] = {}
        for row in read("catalogue/printed.csv", schema.PRINTED.heads, optional=True):
            self._places[Series(row["indicator"], row["item"])] = row["places"].split(AND)
        self._tables: dict[str, BookTable] = {}
        for row in read("catalogue/tables.csv", schema.BOOK_TABLES.heads, optional=True):
            self._tables[row["table"]] = BookTable(row["table"], row["title"], row["unit"])

    def places(self, series: Series) -> str:
        """Where a figure is printed, in the order of the book; empty where that is not known."""
        return AND.join(self._places.get(series, ()))

    def table(self, sheet: Iterable[Series]) -> BookTable | None:
        """The table of the book that prints most of some figures, if it prints at least half of them."""
        wanted = list(sheet)
        count = Counter(place for series in wanted for place in self._places.get(series, ()) if place in self._tables)
        if not count:
            return None
        number, times = count.most_common(1)[0]
        return self._tables[number] if times * 2 >= len(wanted) else None
