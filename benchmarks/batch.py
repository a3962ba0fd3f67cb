"""Booklets in bulk: 22 counties x 10 years of invented data, on this machine and on Dask with two workers.

    .venv/bin/python benchmarks/batch.py [--runs 5] [--counties 22] [--years 10] [--no-dask | --only-dask]

The data are made under a temporary folder from one county's real files: every figure times a factor of the county and
year, so that they are invented, and none of it is kept. Printed: notebooks a second, CPU seconds a notebook, peak
memory of the process tree, how cost grows from one to a tenth to all, what a tenth takes one at a time (parallel
efficiency), Dask beside the local run, and what comes out when one of two workers is killed half-way.
"""

import argparse
import csv
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from build import cpu, memory, tree  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
LAST, MODEL = 2022, "640121"


def invent(folder: Path, counties: int, years: int) -> list[str]:
    """Data of so many counties and years; returns the codes."""
    root = shutil.copytree(ROOT / "data", folder / "data")
    regions = root / "catalogue" / "codelists" / "regions.csv"
    codes = [f"64{9000 + number}" for number in range(counties)]
    with regions.open("a", encoding="utf-8", newline="") as stream:
        width = len(regions.read_text("utf-8-sig").splitlines()[0].split(","))
        csv.writer(stream).writerows(
            [code, f"虚拟{code}县", f"虚拟{code}", "county", "640000", *[""] * (width - 5)] for code in codes
        )
    with (ROOT / "data" / "observations" / str(LAST) / "counties" / f"{MODEL}.csv").open(
        encoding="utf-8-sig", newline=""
    ) as stream:
        head, *rows = csv.reader(stream)
    at, place = head.index("value"), head.index("item")
    for age in range(years):
        target = root / "observations" / str(LAST - age) / "counties"
        target.mkdir(parents=True, exist_ok=True)
        if not (target.parent / "county.csv").exists():
            shutil.copy(ROOT / "data" / "observations" / str(LAST) / "county.csv", target.parent)
        for number, code in enumerate(codes):
            by = (1 + number / 7) * 0.97**age
            made = []
            for row in rows:
                row = [code if column == place else text for column, text in enumerate(row)]
                digits = len(row[at].partition(".")[2])
                if row[at].replace(".", "").replace("-", "").isdigit():
                    row[at] = f"{float(row[at]) * by:.{digits}f}"
                made.append(row)
            with (target / f"{code}.csv").open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([head, *made])
    return codes


def run(data: Path, into: Path, counties: str, years: str, *options: str, during=None) -> dict:
    """One `nianbao batch`: seconds, CPU seconds, peak memory in MiB, notebooks, exit code."""
    command = [
        sys.executable,
        "-m",
        "nianbao.cli",
        "batch",
        "A4-county",
        "--counties",
        counties,
        "--years",
        years,
        "--data",
        str(data),
        "--into",
        str(into),
        *options,
    ]
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    peaks, spent, stop = [], {}, threading.Event()

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


def cluster(workers: int, folder: Path):
    """Address and processes of a Dask scheduler and its workers, one notebook at a time each; files in a folder."""
    file = Path(tempfile.mkdtemp(dir=folder)) / "scheduler.json"

    def start(*words):
        return subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
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
    import json

    time.sleep(3)
    return json.loads(file.read_text())["address"], found


def show(words: str, values: list[float], unit: str = "") -> None:
    """Median and spread."""
    print(f"{words:<58}{statistics.median(values):8.2f} {unit:4} {min(values):.2f} to {max(values):.2f}", flush=True)


def main() -> None:
    """Everything, printed line by line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--counties", type=int, default=22)
    options.add_argument("--years", type=int, default=10)
    options.add_argument("--no-dask", action="store_true")
    options.add_argument("--only-dask", action="store_true", help="local and Dask side by side, nothing else")
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        codes = invent(folder, args.counties, args.years)
        data, years, total = folder / "data", f"{LAST - args.years + 1}-{LAST}", args.counties * args.years
        known: dict[str, list[dict]] = {}

        def measure(name, *words, **more):
            into = folder / "into"
            shutil.rmtree(into, ignore_errors=True)
            result = run(data, into, *words, **more)
            known.setdefault(name, []).append(result)
            print(
                name,
                {key: round(value, 2) for key, value in result.items()},
                f"load {os.getloadavg()[0]:.1f}",
                flush=True,
            )

        for _ in range(args.runs):
            if not args.only_dask:
                measure("single", codes[0], str(LAST))
                measure("tenth", ",".join(codes), str(LAST))
                measure("one by one", ",".join(codes), str(LAST), "--jobs", "1")
            measure("all", ",".join(codes), years)
            if not args.no_dask:
                address, found = cluster(2, folder)
                measure("dask", ",".join(codes), years, "--scheduler", address)
                measure(
                    "killed",
                    ",".join(codes),
                    years,
                    "--scheduler",
                    address,
                    during=lambda found=found: (
                        time.sleep(known["dask"][-1]["seconds"] / 2),
                        found[-1].send_signal(signal.SIGKILL),
                    ),
                )
                for each in reversed(found):
                    each.kill()
                    each.wait()
        show("notebooks a second", [total / each["seconds"] for each in known["all"]], "/s")
        show("CPU seconds a notebook", [each["cpu"] / total for each in known["all"]], "s")
        show("peak memory, first half", [each["first"] for each in known["all"]], "MiB")
        show("peak memory, second half", [each["second"] for each in known["all"]], "MiB")
        if not args.only_dask:

            def further(more: str, fewer: str) -> list[float]:
                """Seconds of a further notebook, so that the start of the program is left out."""
                return [
                    (a["seconds"] - b["seconds"]) / (a["made"] - b["made"])
                    for a, b in zip(known[more], known[fewer], strict=True)
                ]

            cost = further("all", "tenth"), further("tenth", "single"), further("one by one", "single")
            show(
                "a further notebook, from a tenth to all / from one to a tenth",
                [a / b for a, b in zip(*cost[:2], strict=True)],
                "x",
            )
            show(
                f"parallel efficiency on {os.cpu_count()} cores",
                [c / b / os.cpu_count() for _, b, c in zip(*cost, strict=True)],
            )
        if not args.no_dask:
            show(
                "Dask, two workers / local",
                [d["seconds"] / a["seconds"] for d, a in zip(known["dask"], known["all"], strict=True)],
                "x",
            )
            show(f"notebooks made with a worker killed, of {total}", [each["made"] for each in known["killed"]])


if __name__ == "__main__":
    main()
