"""Checking the data of an edition: `nianbao check`."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nianbao.audit import report
from nianbao.audit.audit import Audited, of_edition
from nianbao.audit.diagnosis.building import build
from nianbao.audit.diagnosis.diagnosis import COLUMNS, Diagnosis, diagnose
from nianbao.audit.findings import FAILS, Finding
from nianbao.build.edition import default_year
from nianbao.data import csvfiles

#: How certain a diagnosis is, in the editor's words.
VERDICTS = {"named": "认定", "tied": "几处之一", "undetermined": "待查"}


@dataclass(frozen=True)
class Checked:
    """What a check has found: `findings`, `lines` for the terminal, and the file in which each finding has its row."""

    findings: list[Finding]
    lines: list[str]
    path: Path

    @property
    def sound(self) -> bool:
        """Whether nothing needs a person."""
        return not any(finding.status == FAILS for finding in self.findings)


def check(data: Path, root: Path, year: int | None = None) -> Checked:
    """Check the edition of a year, by default the last one, from the folder `data`.

    Writes `audit.csv` and `diagnosis.csv` into `_build/<year>/` of the content folder `root`. Raises DataError for data
    that cannot be read.
    """
    chosen = default_year(data) if year is None else year
    audited = of_edition(data, chosen)
    titles = {code: document.title for code, document in audited.data.catalogue.documents.items()}
    folder = root / "_build" / str(chosen)
    folder.mkdir(parents=True, exist_ok=True)
    diagnoses = diagnoses_of(audited)
    write_whole(folder / "audit.csv", lambda path: report.write_csv(audited.findings, path))
    rows = [diagnosis.row() for diagnosis in diagnoses]
    write_whole(folder / "diagnosis.csv", lambda path: csvfiles.write_csv(path, rows, COLUMNS))
    lines = [*culprits(audited.findings, diagnoses), *report.report(audited.findings, titles)]
    return Checked(audited.findings, lines, folder / "audit.csv")


def diagnoses_of(audited: Audited) -> list[Diagnosis]:
    """The suspected figures of the documents that were audited, the most certain first."""
    checked = {finding.document for finding in audited.findings}
    return [each for each in diagnose(build(audited.data)) if not each.document or each.document in checked]


def culprits(findings: list[Finding], diagnoses: list[Diagnosis]) -> list[str]:
    """Lines on the figures that are most likely wrong where something fails that is not yet known."""
    failing = {finding.check.removeprefix("claim:") for finding in findings if finding.status == FAILS}
    lines = []
    for each in diagnoses:
        named = {name.removeprefix("claim:") for name in each.relations.split()}
        if failing & named:
            lines.append(f"  {VERDICTS[each.verdict]}　{each.document} {each.place}　{each.reason}")
    return [f"最可能出错的数：{len(lines)}项", *lines, ""] if lines else []


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Have a file written aside, and put it in its place when it is whole."""
    aside = path.parent.with_name(f".{path.stem}.{os.getpid()}")
    write(aside)
    aside.replace(path)
