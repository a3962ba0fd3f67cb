"""Many notebooks with many parameters, on this machine or on a Dask cluster: `nianbao batch`."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from nianbao.build.building import LOG, Way
from nianbao.build.chapters import Say
from nianbao.build.counts import require_whole
from nianbao.build.edition import Edition
from nianbao.build.job import Job
from nianbao.build.processes import Processes
from nianbao.data.apart import check_apart
from nianbao.data.catalogue import Item
from nianbao.data.csvfiles import write_csv
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.yamlfile import CLIP

if TYPE_CHECKING:
    from nianbao.build.runner import Workplace

#: Columns of `summary.csv` and `failures.csv`.
COLUMNS = ("notebook", "region", "name", "year", "status", "seconds", "target", "error")
SUMMARY = "summary.csv"
FAILURES = "failures.csv"
#: What stands for all chapters, counties or years.
ALL = "all"
#: Object stores that papermill can write to.
STORES = ("s3://", "gs://", "adl://", "abs://", "hdfs://")
#: Folders of the content folder that an editor fills.
CONTENT = ("data", "notebooks", "book")
SPAN = re.compile(r"(\d{4})(?:-(\d{4}))?", re.ASCII)


@dataclass(frozen=True, eq=False)
class Task:
    """A notebook of a batch: the `job`, for a `year` and, where `region` is a code, for one county with its `name`."""

    job: Job
    year: int
    region: str = ""
    name: str = ""

    @property
    def row(self) -> dict[str, object]:
        """What the summary says of it before it is executed."""
        return {
            "notebook": self.job.name,
            "region": self.region,
            "name": self.name,
            "year": self.year,
            "target": self.job.target,
        }


# -- what is to be done ------------------------------------------------------------------------------------------------
def years(text: str, known: Sequence[int]) -> list[int]:
    """`2022`, `2020,2022`, `2015-2024` or `all`; DataError for anything else and for years without data."""
    wanted: list[int] = []
    for part in map(str.strip, text.split(",")):
        span = SPAN.fullmatch(part)
        if part == ALL:
            wanted += known
        elif span and span[1] <= (span[2] or span[1]):
            wanted += range(int(span[1]), int(span[2] or span[1]) + 1)
        else:
            raise DataError(f"“{part}”不是年份，应写作 2022、2020,2022、2015-2024 或 all")
    lacking = [str(year) for year in wanted if year not in known]
    if lacking:
        raise DataError(f"没有{'、'.join(lacking)}年的数据，可选：{'、'.join(map(str, known))}")
    return list(dict.fromkeys(wanted))


def chapters(edition: Edition, wanted: Sequence[str]) -> list[str]:
    """Names of chapters, or of all; DataError for one that is not there."""
    known = [name for name in edition.chapters() if name not in edition.further_counties]
    if list(wanted) == [ALL]:
        return known
    for name in wanted:
        if name not in known:
            raise DataError(f"没有名为“{name}”的章，可选：{'、'.join(known)}")
    return list(wanted)


def counties(text: str, regions: Mapping[str, Item]) -> set[str]:
    """Codes of the regions that are named by name, short name or code, separated by commas; of all for `all`.

    DataError for one that is not there.
    """
    codes: dict[str, set[str]] = {ALL: set(regions)}
    for code, item in regions.items():
        for name in (code, item.name, item.short):
            codes.setdefault(name, set()).add(code)
    wanted = [word for word in map(str.strip, text.split(",")) if word]
    unknown = [word for word in wanted if word not in codes]
    if unknown:
        raise DataError(f"没有名为{'、'.join(unknown)}的县，应为名称、代码或 all")
    return set().union(*(codes[word] for word in wanted))


def plan(edition: Edition, notebooks: Sequence[str], named: str, chosen: str, into: str) -> list[Task]:
    """Each notebook for each of the `chosen` years and, where counties are `named`, each county with data of that year.

    Raises DataError for what is not there, and where nothing is left to do.
    """
    dataset = Dataset(edition.data_folder, lazy=True)
    regions = dataset.catalogue.regions
    names = chapters(edition, notebooks)
    wanted = counties(named, regions)
    found = []
    for year in years(chosen, dataset.all_years if wanted else dataset.editions):
        places = [code for code in dataset.counties(year) if code in wanted] if wanted else [""]
        for name, code in product(names, places):
            stem = f"{name}-{code}" if code else name
            parameters: dict[str, object] = {"year": year}
            if code:
                parameters["county"] = code
            job = edition.job(name, f"{into}/{year}/{stem}.ipynb", parameters)
            found.append(Task(job, year, code, regions[code].name if code else ""))
    if not found:
        raise DataError("这些年份没有所要的县级资料，没有可以执行的")
    return found


def place_of(edition: Edition, into: str | None) -> str:
    """Where the notebooks of a batch go: a folder or the address of an object store, by default one of the edition.

    Raises DataError for an address of no store that is known, a file, and a folder of the book itself.
    """
    if into is None:
        return str(edition.place / "batch")
    if "://" in into:
        if not into.startswith(STORES):
            raise DataError(f"--into 应为文件夹，或以 {'、'.join(STORES)} 开头的地址，现为“{into[:CLIP]}”")
        return into.rstrip("/")
    place = Path(into)
    check_apart([place], folders=[edition.data_folder, *(edition.root / name for name in CONTENT)])
    if place.exists() and not place.is_dir():
        raise DataError("--into 应为文件夹，现为文件", into)
    return str(place)


# -- doing it ----------------------------------------------------------------------------------------------------------
class Report:
    """What came of the tasks of a batch, told as it comes and written at the end."""

    def __init__(self, tasks: Sequence[Task], say: Say):
        self.tasks = {task.job: task for task in tasks}
        self.say = say
        self.results: dict[Job, float | DataError] = {}
        self._start = time.monotonic()

    def tell(self, job: Job, result: float | DataError) -> None:
        """Take in a notebook, and say so."""
        self.results[job] = result
        task = self.tasks[job]
        words = f"失败：{result}" if isinstance(result, DataError) else f"{result:.1f} 秒"
        rate = len(self.results) / max(time.monotonic() - self._start, 0.01)
        count = f"[{len(self.results)}/{len(self.tasks)}]"
        self.say(f"  {count} {job.name} {task.name} {task.year}　{words}　每秒{rate:.1f}本")

    def rows(self) -> Iterator[dict[str, object]]:
        """A row for each notebook that was executed, in the order of the tasks."""
        for job, task in self.tasks.items():
            result = self.results.get(job)
            if isinstance(result, DataError):
                yield task.row | {"status": "failed", "seconds": "", "error": str(result)}
            elif result is not None:
                yield task.row | {"status": "done", "seconds": f"{result:.2f}", "error": ""}

    def write(self, folder: Path) -> int:
        """Write the summary and, where something failed, the failures; returns how many failed."""
        rows = list(self.rows())
        failures = [row for row in rows if row["status"] == "failed"]
        if rows:
            write_csv(folder / SUMMARY, rows, COLUMNS)
        if failures:
            write_csv(folder / FAILURES, failures, COLUMNS)
        return len(failures)


def run(edition: Edition, tasks: Sequence[Task], into: str, say: Say, way: Way) -> int:
    """Execute all tasks; reports stand in `into`, or in the current folder where that is an object store.

    Writes `summary.csv`, and `failures.csv` where something failed. Returns how many failed. DataError where rows of
    the data are gone that nobody has said are meant to be.
    """
    require_whole(edition.root, Dataset(edition.data_folder, edition.last_data_year, lazy=True))
    folder = Path("." if "://" in into else into)
    with Processes(way.kernels or edition.settings.kernels, folder / LOG) as processes:
        processes.warm()
        from nianbao.build.runner import workplace  # with it papermill: while the preloaded process imports

        session, limits = edition.session, edition.settings.limits
        with workplace(processes, session, limits, way.workers, way.scheduler) as place:
            return carry_out(tasks, place, folder, say)


def carry_out(tasks: Sequence[Task], place: Workplace, folder: Path, say: Say) -> int:
    """Have the tasks executed at a place, and write the reports into `folder`; see `run`."""
    from nianbao.build.runner import execute_all

    folder.mkdir(parents=True, exist_ok=True)
    (folder / FAILURES).unlink(missing_ok=True)
    report = Report(tasks, say)
    try:
        execute_all(list(report.tasks), place, report.tell)
    finally:  # what is done is told also when the rest was interrupted
        failed = report.write(folder)
    return failed
