"""What is made beside the chapters, in a process that keeps what it has found out: audit, facts, downloads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from nianbao.audit import audit, kept, suspects
from nianbao.audit.audit import Audited
from nianbao.audit.briefing import Briefing
from nianbao.audit.findings import Finding
from nianbao.audit.kept import Kept
from nianbao.audit.suspects import Suspects
from nianbao.build import cache
from nianbao.build.edition import Edition
from nianbao.data.dataset import Dataset

if TYPE_CHECKING:
    from nianbao.chapter.record import Record
    from nianbao.output.levels import Levels
    from nianbao.output.web.framed import RegionPage
    from nianbao.output.web.indicators import IndicatorPage


class Companion:
    """The companion of one edition.

    What its audit finds is kept in the file `found`, for chapters and for later builds, as long as the data still are
    as they were `before`.
    """

    def __init__(self, edition: Edition, found: Path, before: Mapping[str, cache.Seen]):
        self.edition = edition
        self.found = found
        self.before = before
        self._regions: list[RegionPage] = []
        self._indicators: list[IndicatorPage] = []

    @cached_property
    def data(self) -> Dataset:
        """Everything the edition may know."""
        return Dataset(self.edition.data_folder, self.edition.year)

    @cached_property
    def levels(self) -> Levels:
        """The levels of the edition, for all that is written beside the chapters."""
        from nianbao.output.levels import Levels

        return Levels(self.data)

    @cached_property
    def audited(self) -> Audited:
        """The audit of the edition, with the data it saw."""
        found = self._known.findings if self._known else None
        return audit.of_edition(self.edition.data_folder, self.edition.year, found)

    @cached_property
    def _known(self) -> Kept | None:
        """What an earlier build has found of the same data."""
        return kept.read(self.found, self.edition.year)

    def check(self) -> list[Finding]:
        """The findings of the audit, for the one who asks."""
        return self.audited.findings

    @cached_property
    def suspects(self) -> Suspects:
        """The suspected figures of the edition."""
        if self._known:
            return suspects.of_edition(self.audited, self._known.diagnoses)
        found = suspects.of_edition(self.audited)
        self._keep(found)
        return found

    def _keep(self, found: Suspects) -> None:
        """Keep findings and diagnoses, and nothing that was kept of other data."""
        looked = frozenset(self.audited.data.folder.looked)
        made = Kept(self.edition.year, self.audited.findings, found.diagnoses, looked)
        for path in self.found.parent.glob("*"):
            path.unlink()
        if cache.look(self.edition.data_folder) == self.before:
            cache.put(self.found, kept.packed(made))

    def diagnose(self) -> list[dict[str, str]]:
        """The rows of `diagnosis.csv`."""
        return self.suspects.rows()

    def warning(self) -> str:
        """What is to be said at the end of a build in which something does not agree; empty where everything does."""
        return Briefing(self.audited, self.suspects, self.edition.year).warning()

    def write_data(self, folder: Path) -> None:
        """Write the downloads that need no notebook into `folder`."""
        from nianbao.output import downloads

        downloads.of_data(self.levels, self.edition.title, folder)

    @cached_property
    def later(self) -> Dataset | None:
        """The data of the next year, where the edition may print something of them."""
        last = self.edition.last_data_year
        return Dataset(self.edition.data_folder, last) if last > self.edition.year else None

    def write_files(self, executed: Path, chapters: Sequence[str], html: Path, ready: Path) -> None:
        """Write facts and downloads beside the pages in `html`, from the `executed` notebooks of the chapters.

        `ready` is the folder that `write_data` has filled. What stands on the pages of regions and indicators is made
        here, too: `write_framed` writes it.
        """
        from nianbao.output import downloads, records
        from nianbao.output.web import framed

        edition = self.edition
        pages = {name: records.read_notebook(executed / f"{name}.ipynb") for name in chapters}
        known = {name: page.records for name, page in pages.items()}
        titles = {name: page.title for name, page in pages.items()}
        self._regions = framed.region_pages(executed, [*edition.regions])
        self._indicators = self._make_indicators(known, titles) if edition.settings.indicators else []
        figures = downloads.Apart(
            {each.page.name: each.told for each in self._regions},
            {each.page.name: each.facts for each in self._indicators},
        )
        downloads.write(known, self.audited.findings, self.levels, edition.title, html, ready, figures)

    def _make_indicators(self, known: Mapping[str, Sequence[Record]], titles: Mapping[str, str]) -> list[IndicatorPage]:
        """The pages of the indicators; `known` are the records of the chapters, `titles` theirs, by name."""
        from nianbao.output.web.indicators import Book, Indicators

        edition = self.edition
        marks = edition.settings.shows_audit
        book = Book(edition.title, known, titles, edition.regions, marks, edition.settings.url)
        return Indicators(self.levels, self.later, self.audited.published, book).pages()

    def write_framed(self, html: Path) -> None:
        """Write the pages of regions and of indicators into the frames that Sphinx has left in `html`."""
        from nianbao.output.web import framed, indicators

        if self.edition.regions:
            framed.write_regions(html, self._regions, self.edition.regions, self.levels)
        if self.edition.settings.indicators:
            indicators.write(html, self._indicators)
