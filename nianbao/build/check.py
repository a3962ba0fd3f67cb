"""Checking the data of an edition: `nianbao check`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nianbao import settings, temporary
from nianbao.audit import report, suspects
from nianbao.audit.audit import of_edition
from nianbao.audit.briefing import Briefing
from nianbao.audit.diagnosis.diagnosis import COLUMNS
from nianbao.audit.findings import FAILS, Finding
from nianbao.audit.suspects import Suspects
from nianbao.build.counts import Counts, Drop
from nianbao.build.edition import default_year
from nianbao.build.place import place_of
from nianbao.build.typed import Typed, typed
from nianbao.data import csvfiles
from nianbao.data.dataset import Dataset
from nianbao.data.unaudited import check_unaudited
from nianbao.output import publish


@dataclass(frozen=True)
class Checked:
    """What a check has found: `findings`, `suspects`, `lines` for the terminal, and the files that hold all of it.

    `typed` are the numbers that stand typed in the notebooks, where data should give them; `drops` are files with fewer
    rows than before.
    """

    findings: list[Finding]
    suspects: Suspects
    lines: list[str]
    audit: Path
    diagnosis: Path
    typed: list[Typed] = field(default_factory=list)
    drops: Sequence[Drop] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing needs a person.

        No check fails, every contradiction is a known erratum or explained, no number is typed into a notebook, and no
        rows are gone.
        """
        fails = any(finding.status == FAILS for finding in self.findings)
        return not (fails or self.suspects.open or self.typed or self.drops)


def check(data: Path, root: Path, year: int | None = None, everything: bool = False, accept: bool = False) -> Checked:
    """Check the edition of a year, by default the last one, from the folder `data`.

    Writes `audit.csv` and `diagnosis.csv` into `_build/<year>/` of the content folder `root`; of data that are not its
    own, into a place of theirs. `everything`: whether the lines tell what is known, too; `accept`: whether files may
    have fewer rows than before. Raises DataError for data that cannot be read.
    """
    chosen = default_year(data) if year is None else year
    check_unaudited(Dataset(data, chosen, lazy=True))
    audited = of_edition(data, chosen)
    found = suspects.of_edition(audited)
    folder = place_of(root, data) / str(chosen)
    folder.mkdir(parents=True, exist_ok=True)
    counts = Counts(root, data)
    drops = [] if accept else counts.drops()
    asked = counts.asked() if drops else []
    if not drops:
        counts.accept()
    write_whole(folder / "audit.csv", lambda path: report.write_csv(audited.findings, path))
    write_whole(folder / "diagnosis.csv", lambda path: csvfiles.write_csv(path, found.rows(), COLUMNS))
    lines = Briefing(audited, found, chosen, everything).lines()
    numbers = typed_numbers(root)
    if numbers:
        lines += ["", "笔记本的文字里直接写着数，应由数据算出：", *(f"  {each}" for each in numbers)]
    if asked:
        lines = [*asked, "", *lines]
    return Checked(audited.findings, found, lines, folder / "audit.csv", folder / "diagnosis.csv", numbers, drops)


def typed_numbers(root: Path) -> list[Typed]:
    """The numbers typed into the notebooks of the content folder `root`."""
    paths = sorted((root / "notebooks").glob("*.ipynb"))
    terms = settings.load(root).terms if paths else ()
    return [each for path in paths for each in typed(path, terms)]


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Have a file written aside, and put it in its place when it is whole."""
    for left in path.parent.parent.glob(f".{path.stem}.*"):
        if left.suffix[1:].isdecimal() and temporary.is_nobodys(left, int(left.suffix[1:])):
            left.unlink(missing_ok=True)  # of a run that was killed
    aside = path.parent.with_name(f".{path.stem}.{os.getpid()}")
    try:
        write(aside)
        with publish.held(path.parent):  # while no build exchanges the folder
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
