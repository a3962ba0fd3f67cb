"""What a filled-in file says, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field

from nianbao.intake.cells import Understood
from nianbao.intake.keys import Place, Series

#: A row of a CSV to be, by its columns.
Record = dict[str, str]


@dataclass(frozen=True)
class Entry:
    """A figure that was read, its source as it is stored, and the cell it stood in."""

    figure: Understood
    source: str
    sheet: str
    place: Place

    @property
    def is_blank(self) -> bool:
        """Whether a mark or nothing stood there."""
        return self.figure.status == "M"

    def same_as(self, other: Entry) -> bool:
        """Whether two cells say the same of a figure."""
        return self.figure[:3] == other.figure[:3]


@dataclass
class Filled:
    """What was read from a file.

    `figures` holds the entries, `emptied` what was left empty and need not be there; `texts` the rows marked for use,
    by the name of their list; `revisions` the log of revisions, None where the file has none; `tidy` tells a CSV in the
    project's own form, in which decimals stand as they were printed and what is not named stays.
    """

    figures: dict[Series, Entry] = field(default_factory=dict)
    emptied: set[Series] = field(default_factory=set)
    texts: dict[str, list[Record]] = field(default_factory=dict)
    revisions: list[Record] | None = None
    tidy: bool = False

    @property
    def holds_figures(self) -> bool:
        """Whether any figure was read that is not blank."""
        return not all(entry.is_blank for entry in self.figures.values())
