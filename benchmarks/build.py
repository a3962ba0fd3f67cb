"""Cost of one HTML edition after set-up: wall time, CPU time and peak memory of the whole process tree.

    .venv/bin/python benchmarks/build.py [--year 2025] [--formats html]

CPU seconds are those of the command and all it waited for (getrusage); kernels forked from a preloaded process are
counted from /proc while they run. Memory is the sum of the proportional set sizes (PSS) of the tree, sampled.
"""

import argparse
import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
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


def main() -> int:
    """Build once and print a line a figure."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--year", default="2025")
    options.add_argument("--formats", default="html")
    args = options.parse_args()
    start = time.monotonic()
    command = [sys.executable, "-m", "nianbao.cli", "build", "--fresh", "--year", args.year, "--formats", args.formats]
    process = subprocess.Popen(command, cwd=ROOT)
    peak, spent, stop = [0], {}, threading.Event()

    def watch():
        while not stop.wait(0.1):
            pids = tree(process.pid)
            peak[0] = max(peak[0], sum(map(memory, pids)))
            spent.update((pid, max(spent.get(pid, 0), cpu(pid))) for pid in pids)

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    stop.set()
    watcher.join()
    waited = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = max(sum(spent.values()), waited.ru_utime + waited.ru_stime)
    print(f"wall {time.monotonic() - start:.1f} s   cpu {total:.1f} s   peak memory {peak[0] / 2**20:.0f} MiB")
    return code


if __name__ == "__main__":
    sys.exit(main())
