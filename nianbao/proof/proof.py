"""The way in: files proofread, and what is made of the findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nianbao.data.apart import check_apart
from nianbao.data.csvfiles import csv_text
from nianbao.errors import DataError
from nianbao.proof import readers
from nianbao.proof.checking import Checked, check
from nianbao.proof.findings import COLUMNS, Finding, coverage, told_of
from nianbao.proof.model import together
from nianbao.proof.report import lines, marked_lines
from nianbao.proof.words import notes

MOST_FILES = 2
#: What is said where nothing was found: that is no praise.
NOTHING = "没有查出合不上的地方；没有参加核对的数，程序没有看懂，请照旧校对"


@dataclass
class Proofread:
    """A file that was proofread: what was read and checked in it, and the findings, the most certain first.

    marked: what does not fit either, where the file itself says that it is in doubt.
    """

    paths: list[Path]
    checked: Checked
    findings: list[Finding]
    marked: list[Finding]

    @property
    def coverage(self) -> tuple[int, int]:
        """Figures that took part in a relation, of all."""
        return coverage(self.checked)

    def lines(self) -> list[str]:
        """What is said on the terminal."""
        took_part, total = self.coverage
        said = [*self.checked.document.unread, *(lines(self.findings) or [NOTHING]), *marked_lines(self.marked)]
        return [*said, f"覆盖 {took_part}/{total}"]


def proofread(paths: Sequence[Path]) -> Proofread:
    """Read files and check their figures against each other, this year's file before last year's.

    Raises DataError for a file that cannot be read.
    """
    if len(paths) > MOST_FILES:
        raise DataError("一次最多校对两份：本年的和去年的")
    checked = check(together([readers.read(path) for path in paths]))
    checked.notes = notes(checked)
    told = told_of(checked)
    return Proofread(list(paths), checked, told.findings, told.marked)


def run(
    paths: Sequence[Path],
    html: Path | None = None,
    docx: Path | None = None,
    table: Path | None = None,
    extract: Path | None = None,
    catalogue: Path | None = None,
) -> tuple[list[str], bool]:
    """What `nianbao proof` does: the lines it says, and whether anything was found.

    html, docx, table: files to be written. extract: a folder for what was read, in the format of `data/`; catalogue:
    the data folder whose indicators it is matched to. Raises DataError where a file cannot be read, and where what is
    written would be a file that is read, or two things the same file.
    """
    check_apart((html, docx, table, extract), paths)
    result = proofread(paths)
    said = result.lines()
    if table is not None:
        write_csv(result.findings, table)
    if html is not None:
        from nianbao.proof.marked import page

        write(html, page(result.checked, result.findings, result.marked))
    if docx is not None:
        from nianbao.proof.comments import commented

        commented(result.checked, result.findings, paths[0], docx)
    if extract is not None:
        from nianbao.proof.extracting import extracted

        said = [*extracted(result.checked, extract, catalogue), *said]
    return said, bool(result.findings)


def write_csv(found: Sequence[Finding], path: Path) -> None:
    """The findings as CSV. Raises DataError where the file would be one that was proofread."""
    rows = [{column: getattr(each, column) for column in COLUMNS} for each in found]
    write(path, csv_text(rows, COLUMNS))


def write(path: Path, text: str) -> None:
    """Write a text file; with a mark at its beginning where it is a table, so that Excel knows its encoding."""
    if path.is_dir():
        raise DataError("应为文件名，现为文件夹", path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8-sig" if path.suffix.lower() == ".csv" else "utf-8", newline="")
