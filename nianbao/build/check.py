"""Checking the data of an edition: `nianbao check`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from nianbao.audit import report
from nianbao.audit.audit import of_edition
from nianbao.audit.findings import FAILS, Finding
from nianbao.build.edition import default_year


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

    Writes `audit.csv` into `_build/<year>/` of the content folder `root`. Raises DataError for data that cannot be
    read.
    """
    chosen = default_year(data) if year is None else year
    audited = of_edition(data, chosen)
    titles = {code: document.title for code, document in audited.data.catalogue.documents.items()}
    path = root / "_build" / str(chosen) / "audit.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.parent.with_name(f".audit.{os.getpid()}")
    report.write_csv(audited.findings, aside)
    aside.replace(path)
    return Checked(audited.findings, report.report(audited.findings, titles), path)
