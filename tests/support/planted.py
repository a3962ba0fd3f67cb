"""Copies of the data with an error planted, and the checks that should find it."""

from __future__ import annotations

from pathlib import Path

from nianbao.audit.audit import Audit
from nianbao.audit.findings import FAILS, Finding
from nianbao.data.dataset import Dataset

#: Where the documents of the published data keep what they print.
REPORT = "documents/report-2025"


def change(root: Path, file: str, old: str, new: str) -> None:
    """In the first row of a file that starts with `old`, put `new` in its place."""
    path = root / file
    lines = path.read_text("utf-8").split("\n")
    at = next((number for number, line in enumerate(lines) if line.startswith(old)), None)
    assert at is not None, f"{file}: no row starts with {old!r}"
    lines[at] = lines[at].replace(old, new, 1)
    path.write_text("\n".join(lines), "utf-8")


def carried_out(root: Path, name: str) -> Finding:
    """The finding of the first check of that name of the data in `root`; no other check is carried out."""
    check = next((each for each in Audit(Dataset(root)).checks() if str(each.id) == name), None)
    assert check is not None, f"there is no check {name}"
    found = check.run()
    assert found is not None, f"{name}: nothing to be said"
    return found


def all_findings(root: Path) -> dict[str, Finding]:
    """Every finding of the data in `root`, by check."""
    return {each.check: each for each in Audit(Dataset(root)).findings()}


def failing(root: Path) -> set[str]:
    """Names of the checks that fail."""
    return {name for name, each in all_findings(root).items() if each.status == FAILS}
