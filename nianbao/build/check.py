"""Checking the data of an edition: `nianbao check`."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from nianbao import settings
from nianbao.audit import report, suspects
from nianbao.audit.audit import of_edition
from nianbao.audit.briefing import Briefing
from nianbao.audit.diagnosis.diagnosis import COLUMNS
from nianbao.audit.findings import FAILS, Finding
from nianbao.audit.suspects import Suspects
from nianbao.build.edition import default_year
from nianbao.build.typed import Typed, typed
from nianbao.data import csvfiles


@dataclass(frozen=True)
class Checked:
    """What a check has found: `findings`, `suspects`, `lines` for the terminal, and the files that hold all of it.

    `typed` are the numbers that stand typed in the notebooks, where data should give them.
    """

    findings: list[Finding]
    suspects: Suspects
    lines: list[str]
    audit: Path
    diagnosis: Path
    typed: list[Typed] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing needs a person.

        No check fails, every contradiction is a known erratum or explained, and no number is typed into a notebook.
        """
        fails = any(finding.status == FAILS for finding in self.findings)
        return not self.suspects.open and not fails and not self.typed


def check(data: Path, root: Path, year: int | None = None, everything: bool = False) -> Checked:
    """Check the edition of a year, by default the last one, from the folder `data`.

    Writes `audit.csv` and `diagnosis.csv` into `_build/<year>/` of the content folder `root`. `everything`: whether the
    lines tell what is known, too. Raises DataError for data that cannot be read.
    """
    chosen = default_year(data) if year is None else year
    audited = of_edition(data, chosen)
    found = suspects.of_edition(audited)
    folder = root / "_build" / str(chosen)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "audit.csv", lambda path: report.write_csv(audited.findings, path))
    write_whole(folder / "diagnosis.csv", lambda path: csvfiles.write_csv(path, found.rows(), COLUMNS))
    lines = Briefing(audited, found, chosen, everything).lines()
    numbers = typed_numbers(root)
    if numbers:
        lines += ["", "笔记本的文字里直接写着数，应由数据算出：", *(f"  {each}" for each in numbers)]
    return Checked(audited.findings, found, lines, folder / "audit.csv", folder / "diagnosis.csv", numbers)


def typed_numbers(root: Path) -> list[Typed]:
    """The numbers typed into the notebooks of the content folder `root`."""
    paths = sorted((root / "notebooks").glob("*.ipynb"))
    terms = settings.load(root).terms if paths else ()
    return [each for path in paths for each in typed(path, terms)]


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Have a file written aside, and put it in its place when it is whole."""
    aside = path.parent.with_name(f".{path.stem}.{os.getpid()}")
    write(aside)
    aside.replace(path)
