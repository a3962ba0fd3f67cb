"""What is made beside the chapters, in a process that keeps what it has found out: audit, facts, downloads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from nianbao.audit import audit, suspects
from nianbao.audit.audit import Audited
from nianbao.audit.briefing import Briefing
from nianbao.audit.findings import Finding
from nianbao.audit.suspects import Suspects
from nianbao.build.edition import Edition
from nianbao.data.dataset import Dataset


class Companion:
    """The companion of one edition."""

    def __init__(self, edition: Edition):
        self.edition = edition

    @cached_property
    def data(self) -> Dataset:
        """Everything the edition may know."""
        return Dataset(self.edition.data_folder, self.edition.year)

    @cached_property
    def audited(self) -> Audited:
        """The audit of the edition, with the data it saw."""
        return audit.of_edition(self.edition.data_folder, self.edition.year)

    def check(self) -> list[Finding]:
        """The findings of the audit, for the one who asks."""
        return self.audited.findings

    @cached_property
    def suspects(self) -> Suspects:
        """The suspected figures of the edition."""
        return suspects.of_edition(self.audited)

    def diagnose(self) -> list[dict[str, str]]:
        """The rows of `diagnosis.csv`."""
        return self.suspects.rows()

    def warning(self) -> str:
        """What is to be said at the end of a build in which something does not agree; empty where everything does."""
        return Briefing(self.audited, self.suspects, self.edition.year).warning()

    def write_data(self, folder: Path) -> None:
        """Write the downloads that need no notebook into `folder`."""
        from nianbao.output import downloads

        downloads.of_data(self.data, self.edition.title, folder)

    def write_files(self, executed: Path, chapters: Sequence[str], html: Path, ready: Path) -> None:
        """Write facts and downloads beside the pages in `html`, from the `executed` notebooks of the chapters.

        `ready` is the folder that `write_data` has filled.
        """
        from nianbao.output import downloads

        downloads.write(executed, list(chapters), self.audited.findings, self.data, self.edition.title, html, ready)
