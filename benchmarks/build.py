"""Cost of one HTML edition after set-up: wall time, CPU time and peak memory of the whole process tree.

    .venv/bin/python benchmarks/build.py [--runs 1] [--year 2025] [--formats html] [--beside FOLDER]

CPU seconds are those of the command and all it waited for (getrusage); kernels forked from a preloaded process are
counted from /proc while they run. Memory is the sum of the proportional set sizes (PSS) of the tree, sampled.
"""

import os
import resource
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from programs import Program, against_before, line, options, programs

TICK = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """The process and all its descendants."""
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            try:
                found += map(int, task.read_text().split())
            except OSError:
                continue
    return found


def memory(pid: int) -> int:
    """Proportional set size in bytes; 0 when the process is gone."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def cpu(pid: int) -> float:
    """User and system seconds so far; 0 when the process is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK
    except OSError:
        return 0.0


@dataclass(frozen=True)
class Cost:
    """What a build costs: seconds on the clock, seconds of processor time, MiB at most."""

    seconds: float
    busy: float
    peak: float


def cost(version: Program, *args: str) -> Cost:
    """The cost of `nianbao` with these arguments; it must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    process = subprocess.Popen(
        version.command(*args), cwd=version.root, env=version.environment, stdout=subprocess.DEVNULL
    )
    peaks: list[int] = []
    spent: dict[int, float] = {}
    stop = threading.Event()

    def watch():
        while not stop.wait(0.1):
            pids = tree(process.pid)
            peaks.append(sum(map(memory, pids)))
            spent.update((pid, max(spent.get(pid, 0), cpu(pid))) for pid in pids)

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    seconds = time.monotonic() - start
    stop.set()
    watcher.join()
    if code:
        raise SystemExit(f"{version.name}: nianbao {' '.join(args)} ended with {code}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    waited = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds, max(sum(spent.values()), waited), max(peaks, default=0) / 2**20)


def main() -> None:
    """Build and print a line a figure."""
    asked = options(__doc__)
    asked.add_argument("--year", default="2025")
    asked.add_argument("--formats", default="html")
    asked.set_defaults(runs=1)
    given = asked.parse_args()
    known: dict[str, list[Cost]] = {}
    with tempfile.TemporaryDirectory() as folder:
        versions = programs(Path(folder), given.beside)
        for _ in range(given.runs):
            for version in versions:
                found = cost(version, "build", "--fresh", "--year", given.year, "--formats", given.formats)
                known.setdefault(version.name, []).append(found)
                print(version.name, found, f"load {os.getloadavg()[0]:.1f}", flush=True)
    for words, unit in (("seconds", "s"), ("busy", "s"), ("peak", "MiB")):
        values = {name: [getattr(each, words) for each in found] for name, found in known.items()}
        line(words, values["ours"], unit)
        against_before(words, values)


if __name__ == "__main__":
    main()
