"""Reading filled-in workbooks or CSVs back into `data/`.

Everything is read and checked first, all that is wrong is reported at once, each with sheet and cell; files change only
when nothing is. What was read is then held against the rest of the data: figures that do not add up with it, or look
like slips, are told with their cells, too, but rejected is nothing for that. What changes is told, entered in the
journal beside the data, and can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from nianbao.data.csvfiles import display_path
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.intake.changes import Change, told
from nianbao.intake.combining import Combining
from nianbao.intake.doubts import doubts
from nianbao.intake.filled import Filled
from nianbao.intake.grids import Grid, open_file
from nianbao.intake.journal import Journal
from nianbao.intake.layout import LISTS, REVISIONS, UNREAD, FormSheet
from nianbao.intake.merging import Merging
from nianbao.intake.names import Names
from nianbao.intake.planning import plan
from nianbao.intake.readers.completeness import Completeness
from nianbao.intake.readers.figures import FigureReader
from nianbao.intake.readers.revisions import RevisionReader, revisions_head
from nianbao.intake.readers.texts import TextReader, head_of
from nianbao.intake.remarks import Remark, Remarks, gathered
from nianbao.intake.saving import content_of, copy_with, fingerprint
from nianbao.intake.slips import slips
from nianbao.intake.speaking import dropped_figures

#: Hidden rows and columns that a remark names.
MOST_HIDDEN = 5


class Intake:
    """One file read for one year.

    `form` is what was asked for, `filled` what was read, `remarks` what there is to say, `file` its name. Raises
    DataError for a year that follows no edition.
    """

    def __init__(self, data: Dataset, year: int):
        self.data = data
        self.form = plan(data, year)
        self.file = ""
        self.filled = Filled()
        self.remarks = Remarks()
        names = Names(data.catalogue)
        self._figures = FigureReader(data, self.form, names, self.remarks, self.filled)
        self._texts = TextReader(data, names, self.form, self.remarks, self.filled)
        self._revisions = RevisionReader(data, names, self.remarks, self.filled)
        self._completeness = Completeness(data, self.form, self.remarks, self.filled)
        self._lists = {title: name for name, title in LISTS.items()}

    @property
    def missing(self) -> list[FormSheet]:
        """Sheets of figures that a workbook lacks."""
        return self._completeness.missing

    def take(self, grids: list[Grid]) -> None:
        """Read all sheets of a file."""
        self.file = grids[0].file if grids else ""
        for grid in grids:
            if grid.name not in UNREAD:
                self._take_sheet(grid, grids)
        self._figures.ask_for_year()
        if grids:
            self._completeness.check(grids)

    def _take_sheet(self, grid: Grid, grids: list[Grid]) -> None:
        """Read a sheet as what it is called, or as what its head shows it to be: revisions, texts, else figures."""
        if grid.hidden:
            hidden = "、".join(grid.hidden[:MOST_HIDDEN])
            more = "等" if len(grid.hidden) > MOST_HIDDEN else ""
            self.remarks.tell(grid.name, "", "", f"有隐藏的行列（{hidden}{more}），照样读入")
        name = self._list_of(grid, grids)
        if grid.name == REVISIONS or (revisions_head(grid) is not None and head_of(grid) is None):
            self._revisions.read(grid)
        elif name in self.form.texts:
            self._texts.read(grid, name)
        elif head_of(grid) is not None:
            self._ask_for_list(grid)
        else:
            self._figures.read(grid)

    def _list_of(self, grid: Grid, grids: list[Grid]) -> str:
        """The list of texts that a sheet is by its name, else by a name that holds that of a list lacking a sheet."""
        name = self._lists.get(grid.name, grid.name)
        if name in self.form.texts or head_of(grid) is None:
            return name
        present = {self._lists.get(other.name, other.name) for other in grids}
        titles = {LISTS.get(each, each): each for each in self.form.texts if each not in present}
        near = [title for title in titles if title in grid.name]
        if len(near) != 1:
            return name
        self.remarks.tell(grid.name, "", "", f"这张表改了名，看来是“{near[0]}”，照“{near[0]}”读入")
        return titles[near[0]]

    def _ask_for_list(self, grid: Grid) -> None:
        """A sheet of texts whose name is that of no list."""
        titles = "、".join(LISTS.get(name, name) for name in self.form.texts)
        self.remarks.ask(grid.name, "", "", f"这张文字表的名称认不出，请改回原名，应为其中之一：{titles}")


class Reading:
    """Files read for one year into the data of `root`, before anything is written.

    `filled` is what they say together, `changes` what will change, `remarks` what there is to say; `rejected` tells
    whether something is asked. Raises DataError for a file that is refused or says nothing, and for data that could not
    be read back.
    """

    def __init__(self, paths: Sequence[Path], year: int, root: Path, prefer_file: bool = False):
        self.year = year
        self.data = Dataset(root)
        self.paths = different(paths)
        self.journal = Journal(self.data.root)
        works = [self._read(path) for path in self.paths]
        self.form = works[0].form
        found = [remark for work in works for remark in self._remarks(work)]
        combined = Combining(self.data.catalogue, self.form, [work.filled for work in works])
        self.filled = combined.filled
        found += combined.remarks
        self.changes: list[Change] = []
        self.files: dict[str, bytes | None] = {}
        self.remarks = gathered([*found, *self._missing(works)])
        if self.rejected:
            return
        if not self.filled.says_anything:
            names = "、".join(path.name for path in self.paths)
            raise DataError("没有读到任何数，请确认填的是这份文件", names)
        self._merge(prefer_file)

    def _read(self, path: Path) -> Intake:
        """Read one file."""
        work = Intake(self.data, self.year)
        work.take(open_file(path, UNREAD))
        return work

    def _remarks(self, work: Intake) -> Iterable[Remark]:
        """The remarks on a file, with its name where several are read."""
        if len(self.paths) == 1:
            return work.remarks
        return [replace(remark, file=remark.file or work.file) for remark in work.remarks]

    def _missing(self, works: Sequence[Intake]) -> list[Remark]:
        """One remark on the sheets that no file has."""
        here = [series for work in works for series in work.filled.figures]
        known = {work.form.sheet_of[series].name for work in works for series in here if series in work.form.sheet_of}
        lacking = [
            sheet.name
            for sheet in (works[0].missing if works else ())
            if sheet.name not in known and all(any(sheet.name == each.name for each in work.missing) for work in works)
        ]
        if not lacking:
            return []
        words = "没有这张表，其中各数保持不变；如是误删，请从新生成的工作簿里复制回来，再读一次"
        return [Remark("、".join(lacking), "", "", words, fatal=False)]

    def _merge(self, prefer_file: bool) -> None:
        """Put what was read together with the data, and hold it against them."""
        merging = Merging(self.data, self.form, self.filled, self.journal.history(self.year), prefer_file)
        self.remarks = gathered([*self.remarks, *self._named(merging.remarks)])
        self.changes = merging.changes
        root = self.data.root
        wanted = {path.relative_to(root).as_posix(): text.encode("utf-8") for path, text in merging.files.items()}
        self.files = {name: content for name, content in wanted.items() if content_of(root / name) != content}
        with copy_with(root, self.files) as copy:
            data = Dataset(copy, self.year)
            found = [*slips(data, self.form, self.filled), *doubts(data, self.year, self.filled)]
            found += dropped_figures(data, self.form, self.filled)
        self.remarks += gathered(self._named(found))

    def _named(self, remarks: Iterable[Remark]) -> list[Remark]:
        """Remarks with the name of their file only where several are read."""
        if len(self.paths) > 1:
            return list(remarks)
        return [replace(remark, file="") for remark in remarks]

    @cached_property
    def changed(self) -> list[Path]:
        """The files of the data that change."""
        return [self.data.root / name for name in self.files]

    @property
    def rejected(self) -> bool:
        """Whether there is a question to be answered before the files can be read."""
        return any(remark.fatal for remark in self.remarks)

    def write(self) -> list[Path]:
        """Write what was read and enter it in the journal; returns the files that changed, none with a question."""
        if self.rejected:
            return []
        self.journal.write(self.year, self.files, self.paths, self.changes)
        return self.changed


def different(paths: Sequence[Path]) -> list[Path]:
    """Files without those that are another one over again."""
    found: dict[str, Path] = {}
    for path in paths:
        content = content_of(path) if path.is_file() else None
        found.setdefault(fingerprint(content) or str(path), path)
    return list(found.values())


class Outcome(NamedTuple):
    """What came of reading a file: the remarks on it, and the files that changed."""

    remarks: list[Remark]
    changed: list[Path]


def intake(paths: Path | str | Sequence[Path | str], year: int, root: Path, prefer_file: bool = False) -> Outcome:
    """Read a file, or several, into the data `root` for `year`.

    With a fatal remark, or data that could not be read back, nothing changes. Remarks on cells that do not add up with
    the rest of the data come last. With `prefer_file` a figure that was corrected since goes back to what the file
    says. Raises DataError for a file that is refused, says nothing, or makes the data unreadable.
    """
    listed = [paths] if isinstance(paths, Path | str) else list(paths)
    with Journal(Path(root)).at_work():
        reading = Reading([Path(path) for path in listed], year, root, prefer_file)
        return Outcome(reading.remarks, reading.write())


class Told(NamedTuple):
    """What a command says, and whether it could do what was asked."""

    lines: list[str]
    done: bool


def read(paths: Sequence[Path], year: int, root: Path, prefer_file: bool = False) -> Told:
    """Read files as `intake` does, and say what there is to say and what changed."""
    with Journal(Path(root)).at_work():
        reading = Reading(paths, year, root, prefer_file)
        changed = reading.write()
    return Told(report(reading.remarks, changed, reading.changes), not reading.rejected)


def preview(paths: Sequence[Path], year: int, root: Path, prefer_file: bool = False) -> Told:
    """Say what reading files would change, and change nothing."""
    reading = Reading(paths, year, root, prefer_file)
    return Told(report(reading.remarks, reading.changed, reading.changes, only_told=True), not reading.rejected)


def undo(year: int, root: Path) -> list[str]:
    """Take the last intake of a year back; returns lines for the terminal. DataError where that cannot be done."""
    journal = Journal(Path(root))
    with journal.at_work():
        entry, changed = journal.undo(year)
    return [f"已撤销{entry.title}，恢复了：{'、'.join(map(display_path, changed))}"]


def report(
    remarks: Iterable[Remark], changed: Sequence[Path], changes: Sequence[Change] = (), only_told: bool = False
) -> list[str]:
    """Lines for the terminal: what rejects the file first, then what does not add up, then what changes."""
    remarks = list(remarks)
    questions = [remark for remark in remarks if remark.fatal]
    suspects = [remark for remark in remarks if remark.suspect]
    lines = [f"[{number}] {remark}" for number, remark in enumerate(questions, 1)]
    lines += [f"[可疑] {remark}" for remark in suspects]
    lines += [f"[提示] {remark}" for remark in remarks if not remark.fatal and not remark.suspect]
    if questions:
        return [*lines, f"共{len(questions)}处要改，没有读入，数据未作任何改动。"]
    if suspects:
        done = "照所填的读入" if only_told else "已照所填的读入"
        lines.append(f"有{len(suspects)}格可疑，{done}；查清后如有误，改好再读一次。")
    lines += told(changes)
    files = "、".join(map(display_path, changed))
    if only_told:
        would = f"读入将改动：{files}" if changed else "读入后数据不会有变化"
        return [*lines, f"只是预览，没有写入。{would}。"]
    if not changed:
        return [*lines, "已读入，数据没有变化。"]
    return [*lines, f"已读入，改动了：{files}", "如要撤销这一次读入：nianbao intake --undo --year <年份>"]
