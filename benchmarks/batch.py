"""Booklets in bulk: 22 counties x 10 years of invented data, on this machine and on Dask with two workers.

    .venv/bin/python benchmarks/batch.py [--runs 5] [--counties 22] [--years 10] [--no-dask | --only-dask]
        [--beside FOLDER]

The data are made under a temporary folder from one county's real files: every figure times a factor of the county and
year, so that they are invented, and none of it is kept. Printed: notebooks a second, CPU seconds a notebook, peak
memory of the process tree, how cost grows from one to a tenth to all, what a tenth takes one at a time (parallel
efficiency), Dask beside the local run, and what comes out when one of two workers is killed half-way. With `--beside`
an older version makes all of them, too.
"""

import csv
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from build import cpu, memory, tree
from programs import Program, against_before, line, options, programs, ratios

LAST = 2022
MODEL = "640121"


def invent(version: Program, folder: Path, counties: int, years: int) -> list[str]:
    """Data of so many counties and years in `folder`, as this version reads them; returns the codes."""
    shutil.copytree(version.root / "data", folder)
    regions = version.regions(folder)
    codes = [f"64{9000 + number}" for number in range(counties)]
    width = len(regions.read_text("utf-8-sig").splitlines()[0].split(","))
    with regions.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(
            [code, f"虚拟{code}县", f"虚拟{code}", "county", "640000", *[""] * (width - 5)] for code in codes
        )
    last = version.observations(LAST)
    with (last / "counties" / f"{MODEL}.csv").open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = csv.reader(stream)
    for age in range(years):
        target = version.observations(LAST - age, folder) / "counties"
        target.mkdir(parents=True, exist_ok=True)
        if not (target.parent / "county.csv").exists():
            shutil.copy(last / "county.csv", target.parent)
        for number, code in enumerate(codes):
            by = (1 + number / 7) * 0.97**age
            made = [invented(dict(zip(head, row, strict=True)), version.item_column, code, by) for row in rows]
            with (target / f"{code}.csv").open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([head, *made])
    return codes


def invented(row: dict[str, str], item_column: str, code: str, by: float) -> list[str]:
    """A row of another county, its figure times a factor."""
    literal = row["value"]
    if literal.replace(".", "").replace("-", "").isdigit():
        row["value"] = f"{float(literal) * by:.{len(literal.partition('.')[2])}f}"
    return [*(row | {item_column: code}).values()]


def run(version: Program, data: Path, counties: str, years: str, *more: str, during: Callable[[], None] | None = None):
    """One `nianbao batch`: seconds, CPU seconds, peak memory in MiB, notebooks, exit code."""
    into = data.with_name("into")
    shutil.rmtree(into, ignore_errors=True)
    words = ["batch", "A4-county", "--counties", counties, "--years", years, "--data", str(data), "--into", str(into)]
    start = time.monotonic()
    process = subprocess.Popen(
        version.command(*words, *more), cwd=version.root, env=version.environment, stdout=subprocess.DEVNULL
    )
    peaks: list[int] = []
    spent: dict[int, float] = {}
    stop = threading.Event()

    def watch():
        while not stop.wait(0.25):
            pids = tree(process.pid)
            peaks.append(sum(map(memory, pids)))
            spent.update((pid, max(spent.get(pid, 0), cpu(pid))) for pid in pids)

    threading.Thread(target=watch, daemon=True).start()
    if during:
        during()
    code = process.wait()
    stop.set()
    half = len(peaks) // 2
    return {
        "seconds": time.monotonic() - start,
        "cpu": sum(spent.values()),
        "peak": max(peaks, default=0) / 2**20,
        "first": max(peaks[:half], default=0) / 2**20,
        "second": max(peaks[half:], default=0) / 2**20,
        "made": len(list(into.rglob("*.ipynb"))),
        "code": code,
    }


def cluster(version: Program, workers: int, folder: Path):
    """Address and processes of a Dask scheduler and its workers, one notebook at a time each; files in a folder."""
    file = Path(tempfile.mkdtemp(dir=folder)) / "scheduler.json"

    def start(*words):
        return subprocess.Popen(
            [version.python, "-m", "distributed.cli." + words[0], *words[1:]],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=version.root,
            env=version.environment,
        )

    found = [start("dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))]
    while not file.exists() or not file.read_text():
        if found[0].poll() is not None:
            raise SystemExit("no Dask scheduler: pip install -r requirements-cluster.txt, or --no-dask")
        time.sleep(0.1)
    found += [
        start(
            "dask_worker",
            "--scheduler-file",
            str(file),
            "--nthreads",
            "1",
            "--no-dashboard",
            "--no-nanny",
            "--local-directory",
            str(file.parent),
        )
        for _ in range(workers)
    ]
    time.sleep(3)
    return json.loads(file.read_text())["address"], found


def further(more: list[dict], fewer: list[dict]) -> list[float]:
    """Seconds of a further notebook, so that the start of the program is left out."""
    return [
        (one["seconds"] - other["seconds"]) / max(one["made"] - other["made"], 1)
        for one, other in zip(more, fewer, strict=True)
    ]


class Measurements:
    """The runs of each kind, as they are made."""

    def __init__(self) -> None:
        self.known: dict[str, list[dict]] = {}

    def add(self, name: str, result: dict) -> None:
        """Take in a run, and say so."""
        self.known.setdefault(name, []).append(result)
        rounded = {key: round(value, 2) for key, value in result.items()}
        print(name, rounded, f"load {os.getloadavg()[0]:.1f}", flush=True)

    def values(self, name: str, of: str) -> list[float]:
        """One value of all runs of a kind."""
        return [each[of] for each in self.known[name]]


def on_dask(version: Program, data: Path, codes: str, years: str, found: Measurements) -> None:
    """All of them by two workers, and once more with one of these killed half-way."""
    address, processes = cluster(version, 2, data.parent)

    def kill_one() -> None:
        time.sleep(found.known["dask"][-1]["seconds"] / 2)
        processes[-1].send_signal(signal.SIGKILL)

    try:
        found.add("dask", run(version, data, codes, years, "--scheduler", address))
        found.add("killed", run(version, data, codes, years, "--scheduler", address, during=kill_one))
    finally:
        for each in reversed(processes):
            each.kill()
            each.wait()


def told(found: Measurements, total: int) -> None:
    """Medians, spread and ratios of all that was measured."""
    line("notebooks a second", [total / seconds for seconds in found.values("all", "seconds")], "/s")
    line("CPU seconds a notebook", [each / total for each in found.values("all", "cpu")], "s")
    line("peak memory, first half", found.values("all", "first"), "MiB")
    line("peak memory, second half", found.values("all", "second"), "MiB")
    if "single" in found.known:
        to_all = further(found.known["all"], found.known["tenth"])
        to_tenth = further(found.known["tenth"], found.known["single"])
        by_one = further(found.known["one by one"], found.known["single"])
        cores = os.cpu_count() or 1
        ratios("a further notebook, from a tenth to all / from one to a tenth", to_all, to_tenth)
        ratios(f"parallel efficiency on {cores} cores", by_one, [each * cores for each in to_tenth])
    if "dask" in found.known:
        ratios("Dask, two workers / local", found.values("dask", "seconds"), found.values("all", "seconds"))
        line(f"notebooks made with a worker killed, of {total}", found.values("killed", "made"), "")
    if "before" in found.known:
        for words in ("seconds", "cpu", "peak"):
            known = {"ours": found.values("all", words), "before": found.values("before", words)}
            against_before(f"all, {words}", known)


def main() -> None:
    """Everything, printed line by line."""
    asked = options(__doc__)
    asked.add_argument("--counties", type=int, default=22)
    asked.add_argument("--years", type=int, default=10)
    asked.add_argument("--no-dask", action="store_true")
    asked.add_argument("--only-dask", action="store_true", help="local and Dask side by side, nothing else")
    given = asked.parse_args()
    found = Measurements()
    years = f"{LAST - given.years + 1}-{LAST}"
    with tempfile.TemporaryDirectory() as folder:
        versions = programs(Path(folder), given.beside)
        data = {version.name: Path(folder) / f"{version.name}-data" / "data" for version in versions}
        for version in versions:
            names = invent(version, data[version.name], given.counties, given.years)
        codes = ",".join(names)
        ours = versions[0]
        here = data["ours"]
        for _ in range(given.runs):
            if not given.only_dask:
                found.add("single", run(ours, here, names[0], str(LAST)))
                found.add("tenth", run(ours, here, codes, str(LAST)))
                found.add("one by one", run(ours, here, codes, str(LAST), "--jobs", "1"))
            found.add("all", run(ours, here, codes, years))
            for version in versions[1:]:
                found.add("before", run(version, data[version.name], codes, years))
            if not given.no_dask:
                on_dask(ours, here, codes, years, found)
    told(found, given.counties * given.years)


if __name__ == "__main__":
    main()
