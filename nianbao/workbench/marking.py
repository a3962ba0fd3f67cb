"""A copy of a filled-in workbook with a note at each cell that intake has something to say of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook

from nianbao import temporary
from nianbao.intake.remarks import Remark

AUTHOR = "年报工作台"
#: A cell as a remark names it, and such a cell within the words of a remark on several.
CELL = re.compile(r"(?<![A-Za-z0-9])([A-Z]{1,3}[1-9][0-9]{0,6})(?![A-Za-z0-9])")
#: Colours of a cell that keeps the workbook from being read, of one in doubt, and of one with a hint.
REFUSED, DOUBTED, HINTED = "FFF4B6B6", "FFFFE0A3", "FFD9E8F7"
#: Width and height of a note, in points.
WIDTH, HEIGHT = 320, 120


def marked(path: Path, remarks: Iterable[Remark], target: Path) -> int:
    """Write a copy of the workbook `path` with the remarks at their cells; returns how many cells are marked.

    `path` must have been read by intake before, which refuses what is no harmless workbook. Remarks on other files,
    on sheets that are not there, and on no cell in particular are left out: the lines that are said have them all.
    """
    book = load_workbook(path)
    notes = notes_of(book, path.name, remarks)
    for (sheet, name), about in notes.items():
        cell = book[sheet][name]
        words = "\n".join(each.expected for each in about)
        former = f"{cell.comment.text}\n" if cell.comment else ""
        cell.comment = Comment(former + words, AUTHOR, height=HEIGHT, width=WIDTH)
        cell.fill = PatternFill("solid", fgColor=colour(about))
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary.save(book, target)
    return len(notes)


def notes_of(book: Workbook, file: str, remarks: Iterable[Remark]) -> dict[tuple[str, str], list[Remark]]:
    """The remarks on cells of a workbook, by sheet and cell."""
    notes: dict[tuple[str, str], list[Remark]] = {}
    for remark in remarks:
        if remark.sheet not in book.sheetnames or remark.file not in ("", file):
            continue
        for name in CELL.findall(remark.cell):
            notes.setdefault((remark.sheet, name), []).append(remark)
    return notes


def colour(about: Iterable[Remark]) -> str:
    """The colour of a cell by the gravest remark on it."""
    about = list(about)
    if any(remark.fatal for remark in about):
        return REFUSED
    return DOUBTED if any(remark.suspect for remark in about) else HINTED
