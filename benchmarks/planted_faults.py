"""Plant twenty faults in the program, one at a time, and count how many the tests notice.

    .venv/bin/python benchmarks/planted_faults.py [--fault NAME] [--rooms] [--list]

Each fault is a small change of one module in a copy of the repository. First the tests of its room are run, and where
they notice nothing, all of `make test`, unless only those of the `--rooms` are asked for.
Printed for each fault: the first test that failed, or that none did. Ends with 1 where a fault was not noticed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: What of the repository is neither needed nor small.
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "_build", "__pycache__", ".*_cache", ".hypothesis")
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Fault:
    """A change of one module: `old` stands there once, `new` takes its place; `tests` are those of its room."""

    name: str
    module: str
    old: str
    new: str
    tests: str


FAULTS = (
    Fault(
        "text read without its mark of UTF-8",
        "data/csvfiles.py",
        'path.read_bytes().decode("utf-8-sig")',
        'path.read_bytes().decode("utf-8")',
        "data",
    ),
    Fault(
        "unknown as zero",
        "data/observations.py",
        'value=None if status == "M" else Decimal(literal)',
        'value=Decimal(0) if status == "M" else Decimal(literal)',
        "data",
    ),
    Fault(
        "the same figure twice",
        "data/dataset.py",
        'row.check(seen is None, "indicator"',
        'row.check(True, "indicator"',
        "data",
    ),
    Fault(
        "half to even",
        "figures/units.py",
        "whole = int(abs(exact) * 10**decimals + Fraction(1, 2))",
        "whole = round(abs(exact) * 10**decimals)",
        "figures",
    ),
    Fault(
        "ends of an interval swapped",
        "figures/interval.py",
        "Interval(self.low + other.low, self.high + other.high)",
        "Interval(self.low + other.high, self.high + other.low)",
        "figures",
    ),
    Fault(
        "average growth without its years",
        "figures/derivation.py",
        "return total / years if measure == ARITHMETIC else total",
        "return total",
        "figures",
    ),
    Fault(
        "an erratum covers any error in its place",
        "audit/context.py",
        "if guard and guard != now:",
        "if not guard and now:",
        "audit",
    ),
    Fault(
        "sums that only touch are true", "audit/findings.py", "if touching:", "if touching and exact > 10**9:", "audit"
    ),
    Fault(
        "the note of a claim lost",
        "audit/rules/claims.py",
        "notes = [METHODS[mean], verdict.note]",
        "notes = [verdict.note]",
        "audit",
    ),
    Fault(
        "a marked figure without its mark",
        "chapter/published.py",
        "return replace(quantity, mark=found.check, note=found.note)",
        "return replace(quantity, note=found.note)",
        "chapter",
    ),
    Fault(
        "a hole in a sentence", "chapter/prose.py", "        elif HOLE in clause:\n            break\n", "", "chapter"
    ),
    Fault(
        "a table without its unit",
        "chapter/html.py",
        """unit = f'<span class="unit">单位：{escape(body.unit)}</span>' if body.unit else \"\"""",
        'unit = ""',
        "chapter",
    ),
    Fault(
        "text of charts dropped",
        "charts/svg.py",
        'self.add("text", attributes).text = s',
        'self.add("text", attributes)',
        "charts",
    ),
    Fault(
        "columns of downloads shifted",
        "output/tables/numbered.py",
        'found.append([*cells(row), "、".join(units) or about.body.unit, "；".join(places)])',
        'found.append([*cells(row), "；".join(places), "、".join(units) or about.body.unit])',
        "output",
    ),
    Fault(
        "the last edition does not come back",
        "output/publish.py",
        "    if not target.exists() and old.exists():\n        old.rename(target)",
        "    old.exists()",
        "output",
    ),
    Fault(
        "printed charts without words for those who cannot see",
        "output/print/typst.py",
        '"alt": chart.alt,',
        '"alt": "",',
        "output",
    ),
    Fault(
        "3-4 as a number",
        "intake/cells.py",
        'MORE_NUMBERS = re.compile(r"[.,、~～/·\\-—+*xX]|.*\\d")',
        'MORE_NUMBERS = re.compile(r"[.,、~～/·—+*xX]")',
        "intake",
    ),
    Fault(
        "half of a workbook read in",
        "intake/reading.py",
        "if work.remarks.rejected:",
        "if work.remarks.rejected and not work.filled.holds_figures:",
        "intake",
    ),
    Fault(
        "a corrected figure not noticed",
        "build/cache.py",
        '        changed += [name for name, value in known["data"].items() if self.now(name) != value]\n',
        "",
        "build",
    ),
    Fault(
        "data that change meanwhile are published",
        "build/cache.py",
        '        if changed:\n            raise DataError(f"编制期间',
        '        if len(changed) > 9:\n            raise DataError(f"编制期间',
        "build",
    ),
)


def plant(fault: Fault, root: Path) -> None:
    """Put the fault into a copy; AssertionError where its text is not found once."""
    path = root / "nianbao" / fault.module
    text = path.read_text("utf-8")
    assert text.count(fault.old) == 1, f"{fault.module}: {fault.old!r} stands there {text.count(fault.old)} times"
    path.write_text(text.replace(fault.old, fault.new), "utf-8")


def first_failure(root: Path, *tests: str) -> str:
    """The first test that fails in a copy; empty where all pass."""
    command = [sys.executable, "-m", "pytest", "-m", "not long", "-x", "-W", "ignore", "-p", "no:cacheprovider", *tests]
    known = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(command, cwd=root, env=known, capture_output=True, text=True)
    found = FAILED.search(done.stdout)
    if done.returncode and not found:
        return f"the tests did not run: {done.stdout[-300:]}{done.stderr[-300:]}"
    return found[1] if found else ""


def noticed(fault: Fault, whole: bool) -> str:
    """The first test that notices the fault; empty where none does."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        shutil.copytree(ROOT, root, ignore=LEFT_OUT)
        plant(fault, root)
        return first_failure(root, f"tests/{fault.tests}") or (first_failure(root) if whole else "")


def main() -> int:
    """All faults, or the one that is named."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--fault", help="only this one")
    options.add_argument("--list", action="store_true", help="name them")
    options.add_argument("--rooms", action="store_true", help="only the tests of the room")
    given = options.parse_args()
    chosen = [fault for fault in FAULTS if given.fault in {None, fault.name}]
    if given.list:
        print(*(f"{fault.module:26} {fault.name}" for fault in chosen), sep="\n")
        return 0
    count = 0
    for fault in chosen:
        start = time.monotonic()
        found = noticed(fault, not given.rooms)
        count += bool(found)
        print(f"{fault.name:60} {time.monotonic() - start:5.0f} s  {found or 'not noticed'}", flush=True)
    print(f"{count} of {len(chosen)} faults noticed")
    return 0 if count == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
