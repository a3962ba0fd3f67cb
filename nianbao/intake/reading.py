"""Reading a filled-in workbook or CSV back into `data/`.

Everything is read and checked first, all that is wrong is reported at once, each with sheet and cell; files change only
when nothing is. What was read is then held against the rest of the data: figures that do not add up with it are told
with their cells, too, but rejected is nothing for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from nianbao.data.csvfiles import display_path
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.intake.doubts import doubts
from nianbao.intake.filled import Filled
from nianbao.intake.grids import Grid, open_file
from nianbao.intake.layout import LISTS, REVISIONS, UNREAD
from nianbao.intake.merging import merged
from nianbao.intake.names import Names
from nianbao.intake.planning import plan
from nianbao.intake.readers.completeness import Completeness
from nianbao.intake.readers.earlier import SHEETS, EditionReader
from nianbao.intake.readers.figures import FigureReader
from nianbao.intake.readers.revisions import RevisionReader
from nianbao.intake.readers.texts import TextReader
from nianbao.intake.remarks import Remark, Remarks
from nianbao.intake.saving import write

#: Hidden rows and columns that a remark names.
MOST_HIDDEN = 5


class Intake:
    """One file read for one year.

    `form` is what was asked for, `filled` what was read, `remarks` what there is to say. Raises DataError for a year
    that follows no edition.
    """

    def __init__(self, data: Dataset, year: int):
        self.data = data
        self.form = plan(data, year)
        self.filled = Filled()
        self.remarks = Remarks()
        names = Names(data.catalogue)
        self._figures = FigureReader(data, self.form, names, self.remarks, self.filled)
        self._texts = TextReader(data.catalogue, self.form, self.remarks, self.filled)
        self._revisions = RevisionReader(data, names, self.remarks, self.filled)
        self._completeness = Completeness(data.catalogue, self.form, self.remarks, self.filled)
        self._edition = EditionReader(data, self.form, names, self.remarks)
        self._lists = {title: name for name, title in LISTS.items()}

    def take(self, grids: list[Grid]) -> None:
        """Read all sheets of a file."""
        for grid in grids:
            if grid.name in SHEETS:
                self._edition.read(grid)
            elif grid.name not in UNREAD:
                self._take_sheet(grid)
        if grids:
            self._completeness.check(grids)

    def _take_sheet(self, grid: Grid) -> None:
        """Read a sheet as what it is called: revisions, a list of texts, else figures."""
        if grid.hidden:
            hidden = "、".join(grid.hidden[:MOST_HIDDEN])
            self.remarks.tell(grid.name, "", "", f"有隐藏的行列（{hidden}），照样读入")
        name = self._lists.get(grid.name, grid.name)
        if grid.name == REVISIONS:
            self._revisions.read(grid)
        elif name in self.form.texts:
            self._texts.read(grid, name)
        else:
            self._figures.read(grid)

    def files(self) -> dict[Path, str]:
        """The files as they shall be, with their texts."""
        return merged(self.data, self.form, self.filled) | self._edition.files()


class Outcome(NamedTuple):
    """What came of reading a file: the remarks on it, and the files that changed."""

    remarks: list[Remark]
    changed: list[Path]


def intake(path: Path, year: int, root: Path) -> Outcome:
    """Read a file into the data `root` for `year`.

    With a fatal remark, or data that could not be read back, nothing changes. Remarks on cells that do not add up with
    the rest of the data come last. Raises DataError for a file that is refused, holds no figure, or makes the data
    unreadable.
    """
    data = Dataset(root)
    work = Intake(data, year)
    work.take(open_file(Path(path), UNREAD))
    remarks = list(work.remarks)
    if work.remarks.rejected:
        return Outcome(remarks, [])
    if not work.filled.holds_figures:
        raise DataError("没有读到任何数，请确认填的是这份文件", Path(path).name)
    changed = write(work.files(), data.root, year)
    return Outcome([*remarks, *doubts(Dataset(data.root, year), year, work.filled)], changed)


def report(remarks: Iterable[Remark], changed: Sequence[Path]) -> list[str]:
    """Lines for the terminal: what rejects the file first, then what does not add up."""
    remarks = list(remarks)
    questions = [remark for remark in remarks if remark.fatal]
    suspects = [remark for remark in remarks if remark.suspect]
    lines = [f"[{number}] {remark}" for number, remark in enumerate(questions, 1)]
    lines += [f"[可疑] {remark}" for remark in suspects]
    lines += [f"[提示] {remark}" for remark in remarks if not remark.fatal and not remark.suspect]
    if questions:
        return [*lines, f"共{len(questions)}处要改，没有读入，数据未作任何改动。"]
    if suspects:
        lines.append(f"有{len(suspects)}格可疑，已照所填的读入；查清后如有误，改好再读一次。")
    if not changed:
        return [*lines, "已读入，数据没有变化。"]
    return [*lines, f"已读入，改动了：{'、'.join(map(display_path, changed))}"]
