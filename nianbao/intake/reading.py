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
from nianbao.intake.documents import Asked, asked_in, document_row, plans
from nianbao.intake.doubts import doubts
from nianbao.intake.filled import Filled
from nianbao.intake.grids import Grid, open_file
from nianbao.intake.journal import Journal
from nianbao.intake.layout import GUIDE, LISTS, REVISIONS, UNREAD, Form, FormSheet
from nianbao.intake.merging import Merging, document_file, report_row
from nianbao.intake.names import Names
from nianbao.intake.planning import plan
from nianbao.intake.readers.completeness import Completeness
from nianbao.intake.readers.earlier import SHEETS, Edition, EditionReader
from nianbao.intake.readers.figures import FigureReader
from nianbao.intake.readers.revisions import RevisionReader, revisions_head
from nianbao.intake.readers.texts import TextReader, head_of
from nianbao.intake.remarks import Remark, Remarks, gathered
from nianbao.intake.rows import row_changes
from nianbao.intake.saving import content_of, copy_with, fingerprint
from nianbao.intake.side import Side
from nianbao.intake.slips import slips
from nianbao.intake.speaking import dropped_figures
from nianbao.intake.workings import unlike_last

#: Hidden rows and columns that a remark names.
MOST_HIDDEN = 5


class Intake:
    """One file read for one year.

    `form` is what is asked for, that of the report where none is given; `filled` what was read, `remarks` what there is
    to say, `file` its name. Raises DataError for a year that follows no edition.
    """

    def __init__(self, data: Dataset, year: int, form: Form | None = None):
        self.data = data
        self.form = form or plan(data, year)
        self.file = ""
        self.filled = Filled()
        self.remarks = Remarks()
        names = Names(data.catalogue)
        self._figures = FigureReader(data, self.form, names, self.remarks, self.filled)
        self._texts = TextReader(data, names, self.form, self.remarks, self.filled)
        self._revisions = RevisionReader(data, names, self.remarks, self.filled)
        self._completeness = Completeness(data, self.form, self.remarks, self.filled)
        #: What the sheets about the edition say.
        self.edition = EditionReader(data, self.form, names, self.remarks)
        self._lists = {title: name for name, title in {**LISTS, **self.form.titles}.items()}

    @property
    def missing(self) -> list[FormSheet]:
        """Sheets of figures that a workbook lacks."""
        return self._completeness.missing

    def take(self, grids: list[Grid], from_csv: bool = False) -> None:
        """Read the sheets of a file that belong to the form; `from_csv` tells that it is no workbook."""
        self.file = grids[0].file if grids else ""
        for grid in grids:
            if grid.name in SHEETS:
                self.edition.read(grid)
            elif grid.name not in UNREAD:
                self._take_sheet(grid, grids)
        self._figures.ask_for_year()
        if grids:
            self._completeness.check(grids)
        elif not from_csv:
            self._completeness.missing = list(self.form.sheets)

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
        titles = {self.form.title_of(each): each for each in self.form.texts if each not in present}
        near = [title for title in titles if title in grid.name]
        if len(near) != 1:
            return name
        self.remarks.tell(grid.name, "", "", f"这张表改了名，看来是“{near[0]}”，照“{near[0]}”读入")
        return titles[near[0]]

    def _ask_for_list(self, grid: Grid) -> None:
        """A sheet of texts whose name is that of no list."""
        titles = "、".join(map(self.form.title_of, self.form.texts))
        self.remarks.ask(grid.name, "", "", f"这张文字表的名称认不出，请改回原名，应为其中之一：{titles}")


class Part(NamedTuple):
    """What all files say together for one form; a document has one for each year of which it prints figures."""

    form: Form
    filled: Filled
    works: list[Intake]


class Reading:
    """Files read for one year into the data of `root`, before anything is written.

    `wanted` names a document that is no yearly report; else the files say themselves what they are for. `parts` are
    what they say together, `changes` what will change, `remarks` what there is to say; `rejected` tells whether
    something is asked. Raises DataError for a file that is refused or says nothing, for files of different documents,
    and for data that could not be read back.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        year: int,
        root: Path,
        prefer_file: bool = False,
        wanted: Asked | None = None,
    ):
        self.year = year
        self.data = Dataset(root)
        self.paths = different(paths)
        self.journal = Journal(self.data.root)
        files = [open_file(path, UNREAD) for path in self.paths]
        self.wanted = wanted or self._asked(files)
        self.remarks: list[Remark] = []
        self.changes: list[Change] = []
        self.files: dict[str, bytes | None] = {}
        self._side = Side(self.data, year, self.wanted.kind if self.wanted else None)
        rests = [self._take_side(path, grids) for path, grids in zip(self.paths, files, strict=True)]
        self.parts = self._read(files, rests)
        readers = [work.edition for part in self.parts for work in part.works]
        self._edition = Edition(self.data, self.parts[0].form, readers)
        self.remarks += self._named(self._edition.remarks)
        self.remarks = gathered([*self.remarks, *self._missing()])
        if self.rejected:
            return
        says_anything = any(part.filled.says_anything for part in self.parts)
        if not (says_anything or self._side.says_anything or self._edition.files):
            names = "、".join(path.name for path in self.paths)
            raise DataError("没有读到任何数，请确认填的是这份文件", names)
        self._merge(prefer_file)

    @property
    def filled(self) -> Filled:
        """What the files say together of the year itself."""
        return self.parts[0].filled

    # -- reading ------------------------------------------------------------------------------------------------
    def _asked(self, files: Sequence[list[Grid]]) -> Asked | None:
        """The document that the workbooks are for; None for a report. DataError for different ones, or another year."""
        found: list[tuple[Asked | None, Path]] = []
        for path, grids in zip(self.paths, files, strict=True):
            guide = next((grid for grid in grids if grid.name == GUIDE), None)
            if guide is not None:
                found.append((asked_in(guide), path))
        if not found:
            return None
        wanted, path = found[0]
        other = next((path for asked_for, path in found if asked_for != wanted), None)
        if other is not None:
            raise DataError(f"“{path.name}”与“{other.name}”不是同一种文件的工作簿，请分开读入")
        if wanted is not None and wanted.year != self.year:
            words = f"这份工作簿是{wanted.year}年的{wanted.kind.title}，而 --year 写作{self.year}"
            raise DataError(words, path.name)
        return wanted

    def _take_side(self, path: Path, grids: list[Grid]) -> list[Grid]:
        """Read the sheets of a file that say what others may name; returns the others."""
        told = Remarks()
        rest = self._side.take(grids, told)
        self._tell(told, path.name)
        return rest

    def _read(self, files: Sequence[list[Grid]], rests: Sequence[list[Grid]]) -> list[Part]:
        """What the files say, form by form."""
        forms = plans(self.data, self.wanted) if self.wanted else [plan(self.data, self.year)]
        shared = [shared_out(rest, forms) for rest in rests]
        parts = []
        for number, form in enumerate(forms):
            works = [Intake(self.data, form.year, form) for _ in files]
            for path, grids, own, work in zip(self.paths, files, shared, works, strict=True):
                work.take(own[number], any(grid.from_csv for grid in grids))
                self._tell(work.remarks, path.name)
            combined = Combining(self.data.catalogue, form, [work.filled for work in works])
            self.remarks += combined.remarks
            parts.append(Part(form, combined.filled, works))
        return parts

    def _tell(self, remarks: Iterable[Remark], file: str) -> None:
        """Take up the remarks on a file, with its name where several are read."""
        if len(self.paths) == 1:
            self.remarks += remarks
        else:
            self.remarks += [replace(remark, file=remark.file or file) for remark in remarks]

    def _missing(self) -> list[Remark]:
        """One remark on the sheets that no file has."""
        lacking = [name for part in self.parts for name in lacking_in(part)]
        if not lacking:
            return []
        words = "没有这张表，其中各数保持不变；如是误删，请从新生成的工作簿里复制回来，再读一次"
        return [Remark("、".join(lacking), "", "", words, fatal=False)]

    # -- merging ------------------------------------------------------------------------------------------------
    def _merge(self, prefer_file: bool) -> None:
        """Put what was read together with the data, and hold it against them."""
        root = self.data.root
        texts = self._texts(prefer_file)
        wanted = {path.relative_to(root).as_posix(): text.encode("utf-8") for path, text in texts.items()}
        self.files = {name: content for name, content in wanted.items() if content_of(root / name) != content}
        found: list[Remark] = []
        with copy_with(root, self.files) as copy:
            data = Dataset(copy, self.year)
            for part in self.parts:
                found += slips(data, part.form, part.filled)
                found += doubts(data, part.form.year, part.filled)
                found += dropped_figures(data, part.form, part.filled)
                found += unlike_last(data, part.form.year, part.filled)
        self.remarks += gathered(self._named(found))

    def _texts(self, prefer_file: bool) -> dict[Path, str]:
        """The files of the data as they shall be."""
        history = self.journal.history(self.year)
        texts = {}
        asked: list[Remark] = []
        for part in self.parts:
            merging = Merging(self.data, part.form, part.filled, history, prefer_file)
            asked += self._named(merging.remarks)
            self.changes += merging.changes
            texts.update(merging.files)
        self.remarks = gathered([*self.remarks, *asked])
        tables = self._side.files() | self._edition.files
        names = "、".join(path.name for path in self.paths)
        for path, text in tables.items():
            self.changes += row_changes(self.data, path, text, names)
        row = document_row(self.data, self.wanted) if self.wanted else report_row(self.data, self.year)
        return {**texts, **tables, **document_file(self.data, row)}

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


def shared_out(grids: list[Grid], forms: list[Form]) -> list[list[Grid]]:
    """The sheets of a file by the form that asks for them; those of no form go to the first."""
    later = [[grid for grid in grids if form.sheet_named(grid.name)] for form in forms[1:]]
    taken = [id(grid) for own in later for grid in own]
    return [[grid for grid in grids if id(grid) not in taken], *later]


def lacking_in(part: Part) -> list[str]:
    """The names of the sheets of a form that no file has."""
    sheets = part.form.sheet_of
    known = {sheets[series].name for work in part.works for series in work.filled.figures if series in sheets}
    missing = [{sheet.name for sheet in work.missing} for work in part.works]
    names = [sheet.name for sheet in part.form.sheets]
    return [name for name in names if name not in known and all(name in each for each in missing)]


class Outcome(NamedTuple):
    """What came of reading a file: the remarks on it, and the files that changed."""

    remarks: list[Remark]
    changed: list[Path]


def intake(
    paths: Path | str | Sequence[Path | str],
    year: int,
    root: Path,
    prefer_file: bool = False,
    wanted: Asked | None = None,
) -> Outcome:
    """Read a file, or several, into the data `root` for `year`; `wanted` names a document that is no yearly report.

    With a fatal remark, or data that could not be read back, nothing changes. Remarks on cells that do not add up with
    the rest of the data come last. With `prefer_file` a figure that was corrected since goes back to what the file
    says. Raises DataError for a file that is refused, says nothing, or makes the data unreadable.
    """
    listed = [paths] if isinstance(paths, Path | str) else list(paths)
    with Journal(Path(root)).at_work():
        reading = Reading([Path(path) for path in listed], year, root, prefer_file, wanted)
        return Outcome(reading.remarks, reading.write())


class Told(NamedTuple):
    """What a command says, whether it could do what was asked, and the document it was about; None for a report."""

    lines: list[str]
    done: bool
    wanted: Asked | None = None


def read(paths: Sequence[Path], year: int, root: Path, prefer_file: bool = False, wanted: Asked | None = None) -> Told:
    """Read files as `intake` does, and say what there is to say and what changed."""
    with Journal(Path(root)).at_work():
        reading = Reading(paths, year, root, prefer_file, wanted)
        changed = reading.write()
    lines = report(reading.remarks, changed, reading.changes, year=year)
    return Told(lines, not reading.rejected, reading.wanted)


def preview(
    paths: Sequence[Path], year: int, root: Path, prefer_file: bool = False, wanted: Asked | None = None
) -> Told:
    """Say what reading files would change, and change nothing."""
    reading = Reading(paths, year, root, prefer_file, wanted)
    lines = report(reading.remarks, reading.changed, reading.changes, only_told=True)
    return Told(lines, not reading.rejected, reading.wanted)


def undo(year: int, root: Path) -> list[str]:
    """Take the last intake of a year back; returns lines for the terminal. DataError where that cannot be done."""
    journal = Journal(Path(root))
    with journal.at_work():
        entry, changed = journal.undo(year)
    return [f"已撤销{entry.title}，恢复了：{'、'.join(map(display_path, changed))}"]


def report(
    remarks: Iterable[Remark],
    changed: Sequence[Path],
    changes: Sequence[Change] = (),
    only_told: bool = False,
    year: int | str = "<年份>",
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
    return [*lines, f"已读入，改动了：{files}", f"如要撤销这一次读入：nianbao intake --undo --year {year}"]
