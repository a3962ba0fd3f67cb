"""What there is to say about a file: questions, which reject it, notes, and figures that do not add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nianbao.intake.cells import Cell
from nianbao.intake.keys import Place

#: Characters of a cell that a remark repeats.
LONGEST = 40


@dataclass(frozen=True)
class Remark:
    """Something to tell about a cell: what `stands` there, what is `expected`.

    Those with `fatal` reject the file; those with `suspect` say that what stands there does not add up.
    """

    sheet: str
    cell: str
    stands: str
    expected: str
    fatal: bool = True
    suspect: bool = False

    def __str__(self) -> str:
        stands = f"填的是“{self.stands}”，" if self.stands else ""
        return f"工作表“{self.sheet}”{self.cell}：{stands}{self.expected}"


class Remarks:
    """The remarks on a file, in the order in which they were made."""

    def __init__(self) -> None:
        self._all: list[Remark] = []

    def __iter__(self) -> Iterator[Remark]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def ask(self, sheet: str, where: Place | str, stands: Cell | str | None, expected: str) -> None:
        """A question, which rejects the file. `where` is a cell, its name, or nothing; `stands` what is there."""
        self._add(sheet, where, stands, expected, fatal=True)

    def tell(self, sheet: str, where: Place | str, stands: Cell | str | None, expected: str) -> None:
        """A note, with which the file is read all the same; as in `ask`."""
        self._add(sheet, where, stands, expected, fatal=False)

    def _add(self, sheet: str, where: Place | str, stands: Cell | str | None, expected: str, *, fatal: bool) -> None:
        cell = where.name if isinstance(where, Place) else where
        text = stands.stands if isinstance(stands, Cell) else stands or ""
        self._all.append(Remark(sheet, cell, text[:LONGEST], expected, fatal))

    @property
    def rejected(self) -> bool:
        """Whether there is a question to be answered before the file can be read."""
        return any(remark.fatal for remark in self._all)

    def sheets_with_questions(self) -> set[str]:
        """The sheets that something is asked about."""
        return {remark.sheet for remark in self._all if remark.fatal}
