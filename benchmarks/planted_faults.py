"""Plant twenty faults in the program, one at a time, and count how many the tests notice.

    .venv/bin/python benchmarks/planted_faults.py [--fault NAME] [--all] [--list]

Each fault is a small change of one module in a copy of the repository. Run, in one process and up to the first failure,
are those test files of its room that are about the module and need no built book; with `--all` all of `make test` where
these notice nothing. Before the first fault they must pass without one. Printed for each fault: the first test that
failed, or that none did. Twenty faults take some ten minutes on a quiet core; a fault whose tests have not ended after
five minutes counts as not noticed. Ends with 1 where a fault was not noticed.
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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: What of the repository is neither needed nor small.
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "_build", "__pycache__", ".*_cache", ".hypothesis")
#: Seconds that the tests of a fault may take.
LONGEST = 300
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Fault:
    """A change of one module: `old` stands there once, `new` takes its place.

    `tests` are the files (below `tests/`) that could notice it.
    """

    name: str
    module: str
    old: str
    new: str
    tests: tuple[str, ...]


DATA = ("data/test_dataset.py", "data/test_lazy.py", "data/test_formulas.py")
FIGURES = ("figures/test_quantity.py", "figures/test_derivation.py")
AUDIT = (
    "audit/test_errata.py",
    "audit/test_planted_errors.py",
    "audit/test_published_data.py",
    "audit/test_true_relations.py",
)
CHAPTER = ("chapter/test_prose.py", "chapter/test_record.py", "chapter/test_facts.py")
CACHE = ("build/test_cache.py",)
FAULTS = (
    Fault(
        "text read without its mark of UTF-8",
        "data/csvfiles.py",
        'path.read_bytes().decode("utf-8-sig")',
        'path.read_bytes().decode("utf-8")',
        DATA,
    ),
    Fault(
        "unknown as zero",
        "data/observations.py",
        'value=None if status == "M" else Decimal(literal)',
        'value=Decimal(0) if status == "M" else Decimal(literal)',
        DATA,
    ),
    Fault(
        "the same figure twice",
        "data/folder.py",
        "if table.key and key in seen:",
        "if table.key and key in seen and not row:",
        ("robustness/test_lost_rows.py",),
    ),
    Fault(
        "half to even",
        "figures/units.py",
        "whole = int(abs(exact) * 10**decimals + Fraction(1, 2))",
        "whole = round(abs(exact) * 10**decimals)",
        FIGURES,
    ),
    Fault(
        "ends of an interval swapped",
        "figures/interval.py",
        "Interval(self.low + other.low, self.high + other.high)",
        "Interval(self.low + other.high, self.high + other.low)",
        FIGURES,
    ),
    Fault(
        "average growth without its years",
        "figures/derivation.py",
        "return total / years if measure == ARITHMETIC else total",
        "return total",
        FIGURES,
    ),
    Fault(
        "an erratum covers any error in its place",
        "audit/context.py",
        "if guard and guard != now:",
        "if not guard and now:",
        AUDIT,
    ),
    Fault(
        "sums that only touch are true", "audit/findings.py", "if touching:", "if touching and exact > 10**9:", AUDIT
    ),
    Fault(
        "the note of a claim lost",
        "audit/rules/claims.py",
        "notes = [METHODS[mean], verdict.note]",
        "notes = [verdict.note]",
        AUDIT,
    ),
    Fault(
        "a marked figure without its mark",
        "chapter/published.py",
        "return replace(quantity, mark=found.check, note=self.told(found.check, found.note))",
        "return replace(quantity, note=self.told(found.check, found.note))",
        CHAPTER,
    ),
    Fault(
        "a hole in a sentence",
        "chapter/tidying.py",
        "    if not UNKNOWN.search(text):\n        return text\n    heading",
        "    if HOLE not in text:\n        return text\n    heading",
        (*CHAPTER, "chapter/test_unknown_neighbours.py"),
    ),
    Fault(
        "a table without its unit",
        "chapter/html.py",
        """unit = f'<span class="unit">单位：{escape(body.unit)}</span>' if body.unit else \"\"""",
        'unit = ""',
        CHAPTER,
    ),
    Fault(
        "text of charts dropped",
        "charts/svg.py",
        'self.add("text", attributes).text = s',
        'self.add("text", attributes)',
        ("charts/test_drawings.py",),
    ),
    Fault(
        "columns of downloads shifted",
        "output/tables/numbered.py",
        '"、".join(units) or about.body.unit, "；".join(places), "；".join(doubts)])',
        '"；".join(places), "、".join(units) or about.body.unit, "；".join(doubts)])',
        ("output/test_tables.py",),
    ),
    Fault(
        "the last edition does not come back",
        "output/publish.py",
        "    if not target.exists() and old.exists():\n        old.rename(target)",
        "    old.exists()",
        ("output/test_publish.py",),
    ),
    Fault(
        "printed charts without words for those who cannot see",
        "output/print/typst.py",
        '"alt": chart.alt,',
        '"alt": "",',
        ("output/print/test_typst.py",),
    ),
    Fault(
        "3-4 as a number",
        "intake/cells.py",
        'MORE_NUMBERS = re.compile(r"[.,、~～/·\\-—+*xX]|.*\\d")',
        'MORE_NUMBERS = re.compile(r"[.,、~～/·—+*xX]")',
        ("intake/test_typed_cells.py",),
    ),
    Fault(
        "half of a workbook read in",
        "intake/reading.py",
        "        if self.rejected:\n            return []\n        self.journal.write(",
        "        if self.rejected and not self.files:\n            return []\n        self.journal.write(",
        ("intake/test_sent_back.py", "intake/test_refused_files.py", "intake/test_merging.py"),
    ),
    Fault(
        "a corrected figure not noticed",
        "build/cache.py",
        '        changed += [name for name, value in known["data"].items() if self.now(name) != value]\n',
        "",
        CACHE,
    ),
    Fault(
        "data that change meanwhile are published",
        "build/cache.py",
        '        if changed:\n            raise DataError(f"编制期间',
        '        if len(changed) > 9:\n            raise DataError(f"编制期间',
        CACHE,
    ),
)


def plant(fault: Fault, root: Path) -> None:
    """Put the fault into a copy; AssertionError where its text is not found once."""
    path = root / "nianbao" / fault.module
    text = path.read_text("utf-8")
    assert text.count(fault.old) == 1, f"{fault.module}: {fault.old!r} stands there {text.count(fault.old)} times"
    path.write_text(text.replace(fault.old, fault.new), "utf-8")


def first_failure(root: Path, tests: Sequence[str] = (), seconds: int | None = None) -> str:
    """The first test of some files, or of `make test`, that fails in a copy within `seconds`; empty where none does.

    Raises SystemExit where they do not run at all.
    """
    command = [sys.executable, "-m", "pytest", "-m", "not long", "-x", "-W", "ignore", "-p", "no:cacheprovider"]
    command += ["-n0", *(f"tests/{name}" for name in tests)] if tests else []
    known = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])}
    try:
        done = subprocess.run(command, cwd=root, env=known, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return ""
    found = FAILED.search(done.stdout)
    if done.returncode and not found:
        raise SystemExit(f"the tests did not run:\n{done.stdout[-1000:]}{done.stderr[-1000:]}")
    return found[1] if found else ""


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of the repository."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(shutil.copytree(ROOT, Path(folder) / "project", ignore=LEFT_OUT))


def noticed(fault: Fault, by_all: bool) -> str:
    """The first test that notices the fault; empty where none does."""
    with copied() as root:
        plant(fault, root)
        return first_failure(root, fault.tests, LONGEST) or (first_failure(root) if by_all else "")


def check_sound(faults: Sequence[Fault]) -> None:
    """SystemExit where a test fails without a fault: what it says of one would be worth nothing."""
    with copied() as root:
        failed = first_failure(root, sorted({name for fault in faults for name in fault.tests}))
    if failed:
        raise SystemExit(f"{failed} fails as the program is")


def main() -> int:
    """All faults, or the one that is named."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--fault", help="only this one")
    options.add_argument("--list", action="store_true", help="name them")
    options.add_argument(
        "--all", action="store_true", help="all of `make test` where the tests of the room see nothing"
    )
    given = options.parse_args()
    chosen = [fault for fault in FAULTS if given.fault in {None, fault.name}]
    if not chosen:
        options.error(f"there is no fault “{given.fault}”, see --list")
    if given.list:
        print(*(f"{fault.module:26} {fault.name}" for fault in chosen), sep="\n")
        return 0
    check_sound(chosen)
    count = 0
    for fault in chosen:
        start = time.monotonic()
        found = noticed(fault, given.all)
        count += bool(found)
        print(f"{fault.name:60} {time.monotonic() - start:5.0f} s  {found or 'not noticed'}", flush=True)
    print(f"{count} of {len(chosen)} faults noticed")
    return 0 if count == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
