"""What filled-in files say, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from nianbao.figures.units import decimals_of
from nianbao.intake.cells import DELETED, Understood
from nianbao.intake.keys import Place, Series

#: A row of a CSV to be, by its columns.
Record = dict[str, str]
#: A revision by what it is about: indicator, item, and the year that is revised.
RevisionKey = tuple[str, str, str]


@dataclass(frozen=True)
class Where:
    """A cell of a file that was read."""

    file: str
    sheet: str
    place: Place

    def __str__(self) -> str:
        return f"“{self.file}”工作表“{self.sheet}”{self.place.name}"


@dataclass(frozen=True)
class Entry:
    """A figure that was read, its source as it is stored, and the cell it stood in.

    `said` names what else the file says of it in columns of their own: of status, source and margin; `tidy` tells a
    CSV in the project's own form, in which decimals stand as they were printed.
    """

    figure: Understood
    source: str
    sheet: str
    place: Place
    file: str = ""
    said: frozenset[str] = frozenset()
    tidy: bool = False

    @property
    def where(self) -> Where:
        """The cell it stood in."""
        return Where(self.file, self.sheet, self.place)

    @property
    def is_blank(self) -> bool:
        """Whether a mark or nothing stood there."""
        return self.figure.status == "M"

    @property
    def is_empty(self) -> bool:
        """Whether nothing stood there: that says nothing of the figure."""
        return self.is_blank and not self.figure.literal

    @property
    def deletes(self) -> bool:
        """Whether the figure that was read before is to be taken back."""
        return self.figure.status == DELETED

    @property
    def record(self) -> Record:
        """The figure as a row of its file, without its indicator and item."""
        figure = self.figure
        return {"value": figure.literal, "status": figure.status, "source": self.source, "margin": figure.margin}

    def agrees_with(self, other: Entry) -> bool:
        """Whether two cells say the same of a figure, be it with more or fewer decimals or another mark."""
        return meaning(self.record) == meaning(other.record)

    @property
    def weight(self) -> tuple[bool, int, bool, str]:
        """Which of several cells that agree is taken: the one that says most, so that their order does not matter."""
        figure = self.figure
        decimals = decimals_of(Decimal(figure.literal)) if figure.status not in {"M", DELETED} else 0
        return self.tidy, decimals, not figure.margin, figure.literal


@dataclass(frozen=True)
class TextRow:
    """A row of a list of texts and the cell of its mark.

    `adopted` tells one to be used, else it is to be taken out where it is in use as it stands here; with `deletes` also
    where it is in use in other words.
    """

    record: Record
    adopted: bool
    where: Where
    deletes: bool = False


@dataclass(frozen=True)
class RevisionRow:
    """A row of the log of revisions, and the cell that it begins with; `deletes` tells one to be taken out."""

    record: Record
    where: Where
    deletes: bool = False

    @property
    def key(self) -> RevisionKey:
        """What it is about."""
        return self.record["indicator"], self.record["item"], self.record["of_year"]


@dataclass
class Filled:
    """What was read from a file, or from several that do not contradict each other.

    `figures` holds the entries, `texts` the rows that were decided on by the name of their list, `revisions` those of
    the log of revisions; `tidy` tells a CSV in the project's own form, in which what is not named stays.
    """

    figures: dict[Series, Entry] = field(default_factory=dict)
    texts: dict[str, list[TextRow]] = field(default_factory=dict)
    revisions: list[RevisionRow] = field(default_factory=list)
    tidy: bool = False

    @property
    def says_anything(self) -> bool:
        """Whether anything was read: a figure, a deletion, a text that was decided on, a revision."""
        return self.holds_figures or any(self.texts.values()) or bool(self.revisions)

    @property
    def holds_figures(self) -> bool:
        """Whether any figure was read that is not blank."""
        return not all(entry.is_blank for entry in self.figures.values())


def meaning(record: Record) -> Decimal | str:
    """What the row of a figure says: its number, `M` for whatever mark of a blank, `D` for a deletion."""
    return record["status"] if record["status"] in {"M", DELETED} else Decimal(record["value"])
