"""What a cell of the form asks for, and where it stands."""

from __future__ import annotations

from typing import NamedTuple

from openpyxl.utils import get_column_letter

from nianbao.data.keys import Key


class Series(NamedTuple):
    """An indicator, counted for an item, year after year.

    The label of a row or column may name only one of the two; the other is empty then.
    """

    indicator: str
    item: str

    def at(self, year: int) -> Key:
        """The level of one year."""
        return Key(self.indicator, self.item, year)

    def joined(self, other: Series) -> Series:
        """What two labels name together: what is empty here is taken from the other."""
        return Series(self.indicator or other.indicator, self.item or other.item)


class Place(NamedTuple):
    """A cell of a sheet by its row and column, both from 1."""

    row: int
    column: int

    @property
    def name(self) -> str:
        """The cell as a spreadsheet calls it: `C7`."""
        return f"{get_column_letter(self.column)}{self.row}"

    @property
    def beside(self) -> Place:
        """The cell to its right."""
        return Place(self.row, self.column + 1)
