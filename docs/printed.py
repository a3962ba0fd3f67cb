"""Writes where the book prints each figure, for the workbook of the next year: `python docs/printed.py 2025`.

Run after `nianbao build --year 2025`, whenever a notebook prints a figure elsewhere; a test of built books says when.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from nianbao.build.edition import REGION_PAGE  # noqa: E402
from nianbao.data.dataset import Dataset  # noqa: E402
from nianbao.intake.merging import csv_of  # noqa: E402
from nianbao.output import printed  # noqa: E402


def lists(data: Path, book: Path, year: int) -> dict[Path, str]:
    """The files of both lists with their texts; `book` is the folder of the executed notebooks."""
    chapters = sorted(path.stem for path in book.glob("*.ipynb") if not path.stem.startswith(REGION_PAGE))
    codes = Dataset(data, lazy=True).catalogue.indicators
    rows, tables = printed.printed(book, chapters, codes, year)
    made = {"printed": (printed.PRINTED, rows), "tables": (printed.TABLES, tables)}
    return {
        data / "catalogue" / f"{name}.csv": csv_of(heads, [dict(zip(heads, row, strict=True)) for row in found])
        for name, (heads, found) in made.items()
    }


if __name__ == "__main__":
    wanted = sys.argv[1]
    executed = ROOT / "_build" / wanted / "src" / "notebooks"
    for path, text in lists(ROOT / "data", executed, int(wanted)).items():
        path.write_text(text, "utf-8")
        print(path)
