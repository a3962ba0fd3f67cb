"""What is measured: this version of the program, and beside it, in the same run, an older one (`--beside FOLDER`).

Each version runs in a copy with its own content, under a temporary folder, so that no repository is written to; an
older one with the Python of its own `.venv`. Times of one run are compared with each other only: ratios carry over from
one machine to the next, seconds do not.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Everything an edition is made from.
PARTS = ("nianbao", "notebooks", "book", "data", "_toc.yml", "_config.yml", "requirements.lock")


@dataclass(frozen=True)
class Program:
    """A version of the program with its content in `root`, a folder of its own, and the `python` it runs in."""

    name: str
    root: Path
    python: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment it runs in."""
        return os.environ | {"PYTHONPATH": str(self.root)}

    def command(self, *args: str) -> list[str]:
        """`nianbao` with these arguments."""
        return [str(self.python), "-m", "nianbao.cli", *args]

    def nianbao(self, *args: str) -> float:
        """Seconds that `nianbao` takes; it must succeed."""
        return self.timed(self.command(*args))

    def timed(self, command: Sequence[str | Path], folder: Path | None = None) -> float:
        """Seconds a command takes, in the content folder or another one; it must succeed."""
        start = time.monotonic()
        done = subprocess.run(
            [*map(str, command)],
            cwd=folder or self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        seconds = time.monotonic() - start
        if done.returncode:
            raise SystemExit(f"{self.name}: {' '.join(map(str, command))[:200]}\n{done.stdout[-3000:]}")
        return seconds

    # -- where things stand: versions before 0.2 have no rooms in `data/` ------------------------------------------
    @property
    def has_rooms(self) -> bool:
        """Whether `data/` has the rooms of version 0.2."""
        return (self.root / "data" / "observations").is_dir()

    def observations(self, year: int, data: Path | None = None) -> Path:
        """The folder of the observations of a year, in a data folder that may be a copy."""
        root = data or self.root / "data"
        return root / "observations" / str(year) if self.has_rooms else root / str(year)

    def regions(self, data: Path) -> Path:
        """The codelist of the regions in a data folder."""
        return data / ("catalogue/codelists/regions.csv" if self.has_rooms else "codelists/regions.csv")

    @property
    def item_column(self) -> str:
        """What the column of regions and other items is called in tables of observations."""
        return "item" if self.has_rooms else "region"


def copied(name: str, source: Path, python: Path, into: Path) -> Program:
    """A version of the program that may be run in the folder `into`, compiled so that no run pays for it."""
    into.mkdir(parents=True)
    for part in PARTS:
        if (source / part).is_dir():
            shutil.copytree(source / part, into / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source / part, into / part)
    subprocess.run([python, "-m", "compileall", "-q", str(into / "nianbao")], check=True)
    return Program(name, into, python)


def programs(folder: Path, beside: Path | None = None) -> list[Program]:
    """This version, and the older one in the folder `beside` where one is named; copies of both in `folder`."""
    found = [copied("ours", ROOT, Path(sys.executable), folder / "ours")]
    if beside:
        python = beside / ".venv" / "bin" / "python"
        if not python.exists():
            raise SystemExit(f"{beside}: no .venv there to run this version in")
        found.append(copied("before", beside, python, folder / "before"))
    return found


def options(about: str | None) -> argparse.ArgumentParser:
    """The options that all measurements have; `about` is the text of the module."""
    found = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    found.add_argument("--runs", type=int, default=5)
    found.add_argument(
        "--beside", type=Path, help="a checkout of an older version with its .venv, measured in the same runs"
    )
    return found


def line(words: str, values: Sequence[float], unit: str = "s") -> None:
    """Median and spread of the runs."""
    print(f"{words:<58}{statistics.median(values):8.2f} {unit:4} {min(values):.2f} to {max(values):.2f}", flush=True)


def ratios(words: str, above: Sequence[float], below: Sequence[float]) -> None:
    """Median and spread of the ratios, each of two values of the same run."""
    line(words, [one / other for one, other in zip(above, below, strict=True)], "x")


def against_before(words: str, known: dict[str, Sequence[float]]) -> None:
    """How many times as long the older version took, where there is one; `known` holds the values of each version."""
    if "before" in known:
        line(f"{words}, before", known["before"])
        ratios(f"{words}, before / ours", known["before"], known["ours"])
