"""What there is to say about files: questions, which reject them, notes, and figures that do not add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from nianbao.intake.cells import Cell
from nianbao.intake.keys import Place

#: Characters of a cell that a remark repeats.
LONGEST = 40
#: So many remarks of one kind on one sheet are still said one by one, and cells that one remark on more of them names.
MOST_ALIKE = 5
MOST_NAMED = 8


@dataclass(frozen=True)
class Remark:
    """Something to tell about a cell: what `stands` there, what is `expected`.

    Those with `fatal` reject the file; those with `suspect` say that what stands there does not add up. `several` is
    what is expected where the same is to be said of many cells of a sheet; `file` names the file where several are read
    together.
    """

    sheet: str
    cell: str
    stands: str
    expected: str
    fatal: bool = True
    suspect: bool = False
    several: str = ""
    file: str = ""

    def __str__(self) -> str:
        stands = f"填的是“{self.stands}”，" if self.stands else ""
        file = f"“{self.file}”" if self.file else ""
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        return f"{file}{sheet}{self.cell}：{stands}{self.expected}"

    @property
    def alike(self) -> tuple[str, str, str, bool, bool]:
        """What remarks have in common that can be said together."""
        return self.file, self.sheet, self.several or self.expected, self.fatal, self.suspect


class Remarks:
    """The remarks on a file, in the order in which they were made; many of one kind on one sheet become one."""

    def __init__(self) -> None:
        self._all: list[Remark] = []

    def __iter__(self) -> Iterator[Remark]:
        return iter(gathered(self._all))

    def __len__(self) -> int:
        return len(gathered(self._all))

    def ask(self, sheet: str, where: Place | str, stands: Cell | str | None, expected: str, several: str = "") -> None:
        """A question, which rejects the file.

        `where` is a cell, its name, or nothing; `stands` what is there, `several` what is expected of many such cells.
        """
        self._add(sheet, where, stands, expected, several, fatal=True)

    def tell(self, sheet: str, where: Place | str, stands: Cell | str | None, expected: str, several: str = "") -> None:
        """A note, with which the file is read all the same; as in `ask`."""
        self._add(sheet, where, stands, expected, several, fatal=False)

    def suspect(self, sheet: str, where: Place | str, stands: Cell | str | None, expected: str) -> None:
        """A note on what is likely a mistake; as in `ask`."""
        self._all.append(Remark(sheet, name_of(where), text_of(stands), expected, fatal=False, suspect=True))

    def _add(
        self,
        sheet: str,
        where: Place | str,
        stands: Cell | str | None,
        expected: str,
        several: str,
        *,
        fatal: bool,
    ) -> None:
        self._all.append(Remark(sheet, name_of(where), text_of(stands), expected, fatal, several=several))

    @property
    def rejected(self) -> bool:
        """Whether there is a question to be answered before the file can be read."""
        return any(remark.fatal for remark in self._all)

    def sheets_with_questions(self) -> set[str]:
        """The sheets that something is asked about."""
        return {remark.sheet for remark in self._all if remark.fatal}


def name_of(where: Place | str) -> str:
    """The name of a cell."""
    return where.name if isinstance(where, Place) else where


def text_of(stands: Cell | str | None) -> str:
    """What stands in a cell, as far as a remark repeats it."""
    return (stands.stands if isinstance(stands, Cell) else stands or "")[:LONGEST]


def gathered(remarks: Iterable[Remark]) -> list[Remark]:
    """Remarks in their order, those that say the same of many cells of a sheet as one in the place of the first."""
    groups: dict[tuple, list[Remark]] = {}
    for remark in remarks:
        groups.setdefault(remark.alike, []).append(remark)
    found: list[Remark] = []
    for group in groups.values():
        found += group if len(group) <= MOST_ALIKE else [together(group)]
    return found


def together(group: list[Remark]) -> Remark:
    """One remark for many of one kind on a sheet."""
    first = group[0]
    cells = [remark.cell for remark in group if remark.cell]
    named = "、".join(cells[:MOST_NAMED])
    more = "等" if len(cells) > MOST_NAMED else ""
    words = f"共{len(group)}格，{first.several or first.expected}"
    return replace(first, cell=f"{named}{more}", expected=words)
