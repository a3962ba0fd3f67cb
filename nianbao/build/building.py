"""From data to a finished edition: execute, assemble, compile, export, publish in place of the last one."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from nianbao.audit import report
from nianbao.audit.diagnosis.diagnosis import COLUMNS
from nianbao.build import cache as caches
from nianbao.build import typed
from nianbao.build.assembly import assemble
from nianbao.build.beside import Beside
from nianbao.build.cache import Cache
from nianbao.build.chapters import Chapters, Say
from nianbao.build.companion import Companion
from nianbao.build.counts import require_whole
from nianbao.build.edition import Edition
from nianbao.build.prints import Prints
from nianbao.build.processes import Processes
from nianbao.build.volume import Volume
from nianbao.data import csvfiles
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError, refuse_second_run
from nianbao.output import imprint, manifest, publish
from nianbao.output.web import prints
from nianbao.settings import CONFIG, CONTENTS

#: Formats of an edition.
FORMATS = ("html", "pdf", "docx", "epub")
#: The format that the pages of the regions have on paper.
REGIONS_ON_PAPER = "pdf"
#: What processes write beside their outputs, in the cache.
LOG = "kernels.log"
#: What an edition is made from, beside data and program.
SOURCES = ("notebooks", "book", CONFIG, CONTENTS)


@dataclass(frozen=True)
class Way:
    """How a run goes about its work.

    `workers` notebooks at a time, or a Dask cluster where a `scheduler` is named; `explain` tells why a chapter is
    executed; `fresh` forgets what is still good; `kernels` as in `settings.KERNELS`, by default what the settings say.
    """

    workers: int = 1
    explain: bool = False
    fresh: bool = False
    scheduler: str = ""
    kernels: str = ""


def since(began: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What the manifest says of the commit of an edition that was begun at one state of the clone and ended at another.

    It is of the commit it began with; changed, where that was so at its beginning or is at its end, or a commit came in
    between.
    """
    changed = bool(began["changed"] or now["changed"] or began["commit"] != now["commit"])
    return {**began, "changed": changed if began["commit"] else None}


class Builder:
    """Makes one edition, some `way`; `say` hears how far it is.

    `processes` are those of a caller who makes many editions, one after another; by default each run has its own.
    """

    def __init__(self, edition: Edition, say: Say, way: Way = Way(), processes: Processes | None = None):
        self.edition = edition
        self.say = say
        self.way = way
        self._processes = processes
        sources = [edition.root / name for name in SOURCES]
        shown = f"marks {edition.settings.shows_audit}, outlook {edition.settings.shows_outlook}"
        self.cache = Cache(edition.cache_folder, edition.data_folder, shown, sources)

    @cached_property
    def program(self) -> str:
        """Hash of the program."""
        return caches.program(self.edition.root)

    @cached_property
    def chapters(self) -> Chapters:
        """The chapters of the edition."""
        return Chapters(self.edition, self.cache, self.program, self.say)

    @cached_property
    def prints(self) -> Prints:
        """The print files of the edition."""
        return Prints(self.edition, self.cache, self.program, self.say)

    @cached_property
    def volume(self) -> Prints:
        """The volume of the regions on paper."""
        return Prints(Volume(self.edition), self.cache, self.program, self.say)

    @contextmanager
    def _begun(self, only: str | None = None) -> Iterator[Processes]:
        """The cache locked, and the processes of a run; none of them is left at the end. `only` names a chapter."""
        refuse_second_run()
        self.edition.check_pages(only)
        typed.refuse(self.edition.sources(only), self.edition.settings.terms)
        with self.cache.locked(self.way.fresh):
            if self._processes:
                yield self._processes
                return
            with Processes(self.way.kernels or self.edition.settings.kernels, self.cache.folder / LOG) as processes:
                yield processes

    def _check_data(self, lazy: bool = True) -> None:
        """DataError for rows that a chapter could not use, and where rows are gone that nobody has said are meant.

        Unless it is `lazy`, all observations are read for it.
        """
        data = Dataset(self.edition.data_folder, self.edition.last_data_year, lazy=lazy)
        require_whole(self.edition.root, data)

    def _execute(self, processes: Processes, only: str | None = None) -> None:
        self.chapters.execute(processes, self.way.workers, only, self.way.explain, self.way.scheduler)

    def run(self, into: Path, only: str | None = None) -> None:
        """Execute notebooks into `into/notebooks`, or copy them where nothing changed; `only` names a chapter."""
        with self._begun(only) as processes:
            self._check_data()
            self._execute(processes, only)
            self.chapters.copy(into, only)

    def build(self, formats: Sequence[str]) -> None:
        """The whole edition, made aside and swapped in when it is complete.

        Raises DataError, and leaves the last edition as it was, for whatever is wrong with data, notebooks or pages.
        """
        start = time.monotonic()
        edition = self.edition
        with self._begun() as processes:
            began = manifest.origin(edition.root)
            processes.warm()
            # While the preloaded process imports too, and before there are threads: numpy changes the environment.
            from nianbao.build import sphinx

            sphinx.warm()
            self.say(f"{edition.title}：核对数据，执行笔记本")
            self._check_data(lazy=False)  # fails early where data are bad
            aside = self._aside()
            found = self.cache.audit(edition.year, self.program)
            with processes.beside(Companion, edition, found, self.cache.before) as companion:
                about = self._make(processes, companion, aside)
                warning = companion.ask("warning").result()
            printed = [kind for kind in formats if kind != "html"]
            made = self.prints.make(processes, printed)
            if edition.regions and REGIONS_ON_PAPER in printed:
                made += self.volume.make(processes, [REGIONS_ON_PAPER])
            for path in made:
                shutil.copy(path, aside)
            others = [kind for kind in FORMATS if kind != "html" and kind not in formats]
            older = self.prints.keep(others, edition.target, aside)
            if older:
                about["older"] = older
                self.say(f"保留上次编成的{'、'.join(older)}，内容没有更新；要更新，在 --formats 中写上它的格式")
            self.cache.steady()
            about |= since(began, manifest.origin(edition.root))
            shutil.copytree(self.cache.folder / "html", aside / "html", ignore=shutil.ignore_patterns(".*"))
            prints.put(aside, edition.year)
            pages = manifest.write(aside / "html", about)
            manifest.write(aside, about, {f"html/{name}": each for name, each in pages.items()})
            publish.swap(aside, edition.target)
        self.say(f"完成：{edition.target.relative_to(edition.root)}（{time.monotonic() - start:.0f} 秒）")
        if warning:
            self.say(f"\n{warning}")

    def _make(self, processes: Processes, companion: Beside, aside: Path) -> dict[str, Any]:
        """Make the pages in the cache, and the rest in the folder `aside`; the companion works beside.

        Returns what the manifest says of the edition.
        """
        from nianbao.build import sphinx

        edition, cache = self.edition, self.cache
        ready = cache.folder / "whole"
        checking = companion.ask("check")  # while the chapters are executed
        diagnosing = companion.ask("diagnose")  # so early that the chapter about the audit, the last one, finds it done
        companion.ask("write_data", ready)  # what fails is tried again by `write_files`
        try:
            self._execute(processes)
        except DataError:
            checking.result()  # if it is the data, this says it better
            raise
        assemble(edition, cache.source)
        self.say("编成网页")
        aside.mkdir(parents=True)
        pages = sphinx.Pages(cache, self.program)
        pages.prepare()
        files = companion.ask("write_files", cache.source / "notebooks", edition.chapters(), pages.html, ready)
        with (aside / "build.log").open("w", encoding="utf-8", newline="\n") as log:
            pages.write(edition.data_folder, log)
        shutil.copytree(cache.source, aside / "src")
        report.write_csv(checking.result(), aside / "audit.csv")
        csvfiles.write_csv(aside / "diagnosis.csv", diagnosing.result(), COLUMNS)
        report.write_html(checking.result(), aside / "audit.html", f"{edition.title}　核对结果")
        about = self.about()
        files.result()
        companion.ask("write_framed", pages.html).result()
        pages.finish()
        shutil.copy(pages.html / "downloads" / f"nianbao-{edition.year}-facts.csv", aside / "facts.csv")
        return about

    def _aside(self) -> Path:
        """Where an edition is made before it is published; what an earlier run left there is gone."""
        publish.restore(self.edition.target)
        aside = self.edition.target.with_name(f".{self.edition.year}.new")
        shutil.rmtree(aside, ignore_errors=True)
        return aside

    def booklet(self, chapter: str, formats: Sequence[str], county: str = "") -> None:
        """One chapter as a booklet of its own, `_build/<year>/<chapter>.<format>`; DataError for html.

        `county` is the code of the county that a booklet is about, which stands in its name then.
        """
        if "html" in formats:
            raise DataError("单独一章只能编成 pdf、docx 或 epub；网页请编成全书")
        edition = self.edition
        with self._begun(chapter) as processes:
            self._check_data()
            self._execute(processes, chapter)
            assemble(edition, self.cache.source)
            prints = self.volume if chapter in edition.regions else self.prints
            made = prints.make(processes, formats, chapter, county)
            self.cache.steady()
            aside = self._aside()
            if edition.target.exists():
                shutil.copytree(edition.target, aside, symlinks=True)
            aside.mkdir(parents=True, exist_ok=True)
            for path in made:
                shutil.copy(path, aside)
            manifest.add(aside, [path.name for path in made], self.about())
            publish.swap(aside, edition.target)
        for path in made:
            self.say(f"完成：{(edition.target / path.name).relative_to(edition.root)}")

    def about(self) -> dict[str, Any]:
        """What the manifest says of the edition."""
        edition = self.edition
        data = imprint.version(Dataset(edition.data_folder, edition.year))
        return {"title": edition.title, "year": edition.year, "data": data} | manifest.origin(edition.root)
