"""Bringing the executed chapters of an edition up to date in its cache."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from nianbao.build.cache import Cache
from nianbao.build.edition import AUDIT, Edition
from nianbao.build.job import Job
from nianbao.build.processes import Processes
from nianbao.errors import DataError

#: Tells the person who waits how far it is.
Say = Callable[[str], None]


class Chapters:
    """The chapters of an edition and what is known of them in its cache; `program` is the hash of the program."""

    def __init__(self, edition: Edition, cache: Cache, program: str, say: Say):
        self.edition = edition
        self.cache = cache
        self.program = program
        self.say = say

    def execute(
        self, processes: Processes, workers: int, only: str | None = None, explain: bool = False, scheduler: str = ""
    ) -> None:
        """Execute the chapters that are not good any more, `workers` at a time or on a Dask cluster; `only` names one.

        `explain` tells for each chapter why it is executed. Raises DataError, which tells of all chapters that failed.
        """
        jobs = self.edition.jobs(self.cache.folder / "executing", only)
        reasons = {job: self.cache.reason(job, self.program) for job in jobs}
        stale = [job for job in jobs if reasons[job]]
        self._announce(reasons, len(stale), explain)
        if not stale and not scheduler:  # one that is not there is told also when there is nothing to do
            return
        processes.warm()
        from nianbao.build.runner import execute_all, workplace  # with papermill, while the preloaded process imports

        stale.sort(key=rank)
        found = self.cache.audit(self.edition.year, self.program)
        session, limits = replace(self.edition.session, found=found), self.edition.settings.limits
        with workplace(processes, session, limits, workers, scheduler) as place:
            errors = execute_all(stale, place, Progress(self, len(stale)).tell)
        if errors:
            raise DataError("；".join(map(str, errors)))

    def _announce(self, reasons: dict[Job, str], stale: int, explain: bool) -> None:
        good = len(reasons) - stale
        self.say(f"执行{stale}章" + (f"，其余{good}章没有变化" if good else ""))
        if explain:
            for job, reason in reasons.items():
                self.say(f"  {job.name}　{reason or '没有变化'}")

    def copy(self, into: Path, only: str | None = None) -> None:
        """Copy executed notebooks to where somebody wants them, `into/notebooks`."""
        from nianbao.build.cache import put

        for job in self.edition.jobs(into, only):
            put(Path(job.target), self.cache.executed(job).read_bytes())


def rank(job: Job) -> tuple[bool, int]:
    """Where a chapter stands among those that are executed: long ones first, and last the one about the audit.

    What that one tells is found meanwhile by the companion of the build.
    """
    return job.name.endswith(AUDIT), -job.source.stat().st_size


class Progress:
    """Counts the chapters of a run as they are done, and keeps those that succeeded."""

    def __init__(self, chapters: Chapters, total: int):
        self.chapters = chapters
        self.total = total
        self.done = 0

    def tell(self, job: Job, result: float | DataError) -> None:
        """Take in a chapter, and say so."""
        self.done += 1
        state = f"失败：{result}"
        if isinstance(result, float):
            self.chapters.cache.keep(job, self.chapters.program)
            state = f"{result:.1f} 秒"
        self.chapters.say(f"  [{self.done}/{self.total}] {job.name}　{state}")
