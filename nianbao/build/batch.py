"""`nianbao batch`: many notebooks with many parameters, on this machine or on a Dask cluster."""

from __future__ import annotations

import time
from pathlib import Path

from nianbao.build.edition import Edition, say
from nianbao.build.kernels import Job, cluster, execute_all
from nianbao.data.csvfiles import write_csv
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError

COLUMNS = ("notebook", "region", "name", "year", "status", "seconds", "target", "error")


def years(text: str, known: list[int]) -> list[int]:
    """`2022`, `2020,2022`, `2015-2024` or `all`; DataError for anything else and for years without data."""
    wanted = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if not first.isdigit() or last and not last.isdigit():
            if part.strip() != "all":
                raise DataError(f"“{text}”不是年份，应写作 2022、2020,2022、2015-2024 或 all")
            wanted += known
        else:
            wanted += range(int(first), int(last or first) + 1)
    lacking = [str(year) for year in wanted if year not in known]
    if lacking:
        raise DataError(f"没有{'、'.join(lacking)}年的数据，可选：{'、'.join(map(str, known))}")
    return list(dict.fromkeys(wanted))


def jobs(edition: Edition, notebooks: list[str], counties: str, chosen: str, into: str) -> list[tuple[Job, dict]]:
    """Each notebook for each year and, where `counties` are given, each county with data of that year; with its row."""
    lazy, chapters = Dataset(edition.data_folder, lazy=True), edition.chapters()
    regions = lazy.catalogue.codelists["region"]
    chapters, wanted = (chapters if notebooks == ["all"] else notebooks), [each.strip() for each in counties.split(",") if each.strip()]
    for name in chapters:
        if name not in edition.chapters():
            raise DataError(f"没有名为“{name}”的章，可选：{'、'.join(edition.chapters())}")
    unknown = [each for each in wanted if each != "all" and each not in {key for code, item in regions.items()
                                                                        for key in (code, item.name, item.short)}]
    if unknown:
        raise DataError(f"没有名为{'、'.join(unknown)}的县，应为名称、代码或 all")
    found = []
    for year in years(chosen, lazy.all_years if wanted else lazy.editions):
        places = [code for code in lazy.counties(year)
                  if {"all", code, regions[code].name, regions[code].short} & set(wanted)] if wanted else [""]
        for name in chapters:
            for code in places:
                target = f"{into}/{year}/{name}{code and '-'}{code}.ipynb"
                parameters = {"year": year} | ({"county": code} if code else {})
                row = {"notebook": name, "region": code, "name": regions[code].name if code else "", "year": year, "target": target}
                found.append((Job(edition.root / "notebooks" / f"{name}.ipynb", target, parameters), row))
    if not found:
        raise DataError("这些年份没有所要的县级资料，没有可以执行的")
    return found


def run(edition: Edition, found: list[tuple[Job, dict]], into: str, workers: int, scheduler: str = "") -> int:
    """Execute all; writes `summary.csv`, and `failures.csv` where something failed. Returns how many failed."""
    about, done, start = {job: row for job, row in found}, [], time.monotonic()
    place = Path(into if "://" not in into else ".")
    place.mkdir(parents=True, exist_ok=True)
    (place / "failures.csv").unlink(missing_ok=True)

    def tell(job: Job, result: float | DataError) -> None:
        failed = isinstance(result, DataError)
        done.append(about[job] | {"status": "failed" if failed else "done", "seconds": "" if failed else f"{result:.2f}",
                                  "error": str(result) if failed else ""})
        words = f"失败：{result}" if failed else f"{result:.1f} 秒"
        rate = len(done) / max(time.monotonic() - start, 0.01)
        say(f"  [{len(done)}/{len(found)}] {job.name} {about[job]['name']} {about[job]['year']}　{words}　每秒{rate:.1f}本")

    edition.environment(place / "kernels.log")
    try:
        with cluster(scheduler) as executor:
            execute_all(list(about), workers, tell, executor)
    finally:  # what is done is told also when the rest was interrupted
        order = {row["target"]: at for at, (_, row) in enumerate(found)}
        done.sort(key=lambda row: order[row["target"]])
        failures = [row for row in done if row["status"] == "failed"]
        for name, rows in (("summary.csv", done), ("failures.csv", failures)):
            if rows:
                write_csv(place / name, rows, COLUMNS)
    return len(failures)
