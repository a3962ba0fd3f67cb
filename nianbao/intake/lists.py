"""Rows of lists of texts: which of two are the same row, which belong to a document, and how they are ordered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from nianbao.data.csvfiles import NUMBER
from nianbao.data.keys import Source
from nianbao.intake.kinds import is_of, of_another_document
from nianbao.intake.layout import SOURCE, Form

#: Columns by which a row of a list is known, the first of them that the list has; `level` and others stand with them.
KEYS = (("place",), ("plan",), ("level", "order"), ("order",), ("no",), ("item",), ("level",))
#: The place of a row is not what it says.
NUMBERED = ("order", "no", "seq")

#: Columns by which rows stand in groups: a new row stands behind those of its group.
GROUPED_BY = ("project", "level1", "level2")
#: Places that last year's list does not have, those of other documents among them, stand before those that it has.
PLACE = "place"

RowKey = tuple[str, ...]


class Listing:
    """How the rows of one list are told apart and ordered; `given` are its rows of the year before."""

    def __init__(self, columns: Sequence[str], given: Sequence[Mapping[str, str]]):
        self.columns = tuple(columns)
        self.by = next((key for key in KEYS if set(key) <= set(columns)), self.columns)
        self._grouped = [column for column in GROUPED_BY if column in self.columns]
        self._last_of_group: dict[RowKey, int] = {}
        self._first: dict[str, dict[str, int]] = {column: {} for column in self.by}
        for at, row in enumerate(given):
            for column in self.by:
                self._first[column].setdefault(row.get(column, ""), at)
            for group in self._groups(row):
                self._last_of_group[group] = at

    def key(self, row: Mapping[str, str]) -> RowKey:
        """What a row is known by: its place or number; without one by all that it says."""
        key = tuple(row.get(column, "") for column in self.by)
        numbered = [column for column in self.by if column in NUMBERED]
        if all(key) or not numbered and any(key):
            return key
        return ("", *self.content(row))

    def content(self, row: Mapping[str, str]) -> RowKey:
        """What a row says, whatever its number."""
        return tuple(row.get(column, "") for column in self.columns if column not in NUMBERED)

    def sorted(self, rows: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
        """Rows in the order of the list: by number, else as they came the year before; those without one behind."""
        return sorted(rows, key=self._order)

    def _order(self, row: Mapping[str, str]) -> tuple:
        """Where a row stands."""
        places = tuple(self._rank(column, row.get(column, "")) for column in self.by)
        beside = next((self._last_of_group[each] for each in self._groups(row) if each in self._last_of_group), None)
        if beside is not None and any(rank[0] > 0 for rank in places):
            places = tuple((0, Decimal(beside), "~") for _ in places)
        return (*places, self.content(row))

    def _groups(self, row: Mapping[str, str]) -> list[RowKey]:
        """The groups that a row stands in, the narrowest first; none where the list has no groups."""
        columns = [row.get(column, "") for column in self._grouped]
        return [tuple(columns[:depth]) for depth in range(len(columns), 0, -1) if all(columns[:depth])]

    def _rank(self, column: str, text: str) -> tuple[int, Decimal, str]:
        """Where a text stands in its column."""
        if not text:
            return 2, Decimal(0), ""
        if NUMBER.fullmatch(text):
            return 0, Decimal(text), ""
        at = self._first[column].get(text)
        if at is not None:
            return 0, Decimal(at), text
        return (-1 if column == PLACE else 1), Decimal(0), text


def is_of_form(row: Mapping[str, str], form: Form) -> bool:
    """Whether a row belongs to the document of the form by its source; one without a source belongs to the year."""
    return SOURCE not in row or Source.parse(row[SOURCE]).document == form.document


def belongs(row: Mapping[str, str], form: Form) -> bool:
    """Whether a row belongs to the document of the form: by its source, else by what its place in the book begins with.

    A list whose rows have neither belongs to its document as a whole.
    """
    if SOURCE in row or PLACE not in row:
        return is_of_form(row, form)
    if form.remarks:
        return is_of(row[PLACE], form.remarks, form.county)
    return not of_another_document(row[PLACE])
