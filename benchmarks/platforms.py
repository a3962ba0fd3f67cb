"""Has every pin a wheel where the bureau works? `benchmarks/platforms.py [SYSTEM…]` asks the package index; needs uv.

For each system and each Python the lock is resolved as it would be installed there, with nothing built on the spot.
What has no wheel is left out and named, and the rest is asked for again. A row a system and a Python:
packages, those without a wheel, as a table for docs/places.md. The exit code is 1 where a package was missing that
`FROM_SOURCE` does not name.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from nianbao.build.bundle import FROM_SOURCE, PYTHONS, SYSTEMS, uv
from nianbao.build.environment import Environment

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
#: How uv says that a package cannot be had.
MISSING = re.compile(r"Because ([\w.-]+)==\S+ has no (?:usable )?wheels")


@dataclass(frozen=True)
class Resolved:
    """What a lock comes to on a system with a Python: packages that have a wheel there, and those that have none."""

    system: str
    python: str
    packages: int
    missing: tuple[str, ...]

    @property
    def row(self) -> str:
        """A row of the table."""
        return f"| {self.system} | {self.python} | {self.packages} | {'、'.join(self.missing) or '—'} |"


def resolve(system: str, python: str, lock: Path = LOCK) -> Resolved:
    """Resolve a lock for a system and a Python; RuntimeError with uv's words where it is not a wheel that lacks."""
    missing: list[str] = []
    while True:
        asked = [
            *uv(Environment(ROOT)),
            "pip",
            "compile",
            "--quiet",
            "--no-header",
            "--no-annotate",
            "--only-binary",
            ":all:",
        ]
        asked += ["--python-platform", SYSTEMS[system].platform, "--python-version", python]
        for name in missing:
            asked += ["--no-binary", name]
        done = subprocess.run([*map(str, asked), str(lock)], capture_output=True, text=True, encoding="utf-8")
        if done.returncode == 0:
            return Resolved(system, python, len(re.findall(r"^\S+==", done.stdout, re.M)), tuple(missing))
        found = MISSING.search(done.stderr)
        if not found or found[1] in missing:
            raise RuntimeError(done.stderr)
        missing.append(found[1])


def main(wanted: list[str]) -> int:
    """Resolve for all systems, or those named; 0 where nothing lacks but what is known."""
    print("| system | Python | packages | without a wheel |\n|---|---|---|---|")
    unknown = False
    for system in wanted or list(SYSTEMS):
        for python in PYTHONS:
            resolved = resolve(system, python)
            unknown |= not set(resolved.missing) <= set(FROM_SOURCE)
            print(resolved.row, flush=True)
    return int(unknown)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
