"""The invented year made once: filled in, read into a copy of the data, printed; its figures by plain arithmetic."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import chdir
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from nianbao.chapter import show
from nianbao.intake.reading import Outcome, intake
from tests.intake.invented import fill
from tests.intake.invented.fill import YEAR, Source
from tests.intake.small import contents
from tests.support.projects import ROOT

CHAPTERS = ["00-overview", "01-pension", "02-injury", "03-unemployment", "04-fund", "05-digital", "06-agency"]
#: What makes a folder a content folder, beside its data.
CONTENT = ("_config.yml", "_toc.yml", "book/edition.yml")
#: Indicator, item and year.
Level = tuple[str, str, int]
#: A call of a chapter that draws a table or a chart.
DRAWING = re.compile(r"^\s*ch\.\w+\(", re.MULTILINE)


@dataclass
class Invented:
    """The invented year: its data in `root`, and what became of them.

    `book` is the filled-in workbook in the file `path`; who changes it puts back what was there. `source` holds
    catalogue and last year's figures, straight from the CSV files; `levels` the figures of the workbook and of the CSV
    files of earlier years, by indicator, item and year; `prose` the paragraphs of each chapter. `outcome` is what the
    intake says, `differing` the files that differ after it.
    """

    root: Path
    path: Path
    book: Workbook
    source: Source
    levels: dict[Level, Decimal]
    outcome: Outcome
    differing: set[Path]
    prose: dict[str, list[str]]

    @classmethod
    def make(cls, folder: Path) -> Invented:
        """Fill in, read in, print."""
        for name in CONTENT:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
        path, book = fill.make(folder, ROOT / "data")
        root = folder / "data"
        before = contents(root)
        outcome = intake(path, YEAR, root)
        after = contents(root)
        return cls(
            root=root,
            path=path,
            book=book,
            source=fill.source(root),
            levels=levels_of_workbook(book) | levels_of_files(root),
            outcome=outcome,
            differing={each for each in after if after[each] != before.get(each)},
            prose={name: printed(name, folder) for name in CHAPTERS},
        )

    @cached_property
    def recomputed(self) -> set[str]:
        """The checks whose errata have the book print what follows from the rest, not what the document prints."""
        files = (self.root / "documents").glob("*/errata.csv")
        return {row["check"] for file in files for row in fill.rows(file) if row["show"] == "recomputed"}

    def level(self, code: str, item: str, year: int) -> Fraction | None:
        """A level from the workbook or the CSV files; by its formula where the book prints that."""
        found = self.levels.get((code, item, year))
        if found is not None and f"formula:{code}:{item}:{year}" not in self.recomputed:
            return Fraction(found)
        rule = self.source.formulas.get(code)
        if rule is None:
            return None
        terms = fill.TERM.findall(rule)
        levels = [self.level(each, pinned or item, year + int(lag or 0)) for each, pinned, lag in terms]
        return fill.evaluated(rule, levels)

    def decimals(self, code: str, item: str, year: int) -> int:
        """How many decimals a level is printed with."""
        found = self.levels.get((code, item, year))
        return self.source.decimals[code] if found is None else max(0, -int(found.as_tuple().exponent))


def levels_of_workbook(book: Workbook) -> dict[Level, Decimal]:
    """The numbers in the input cells, as their formats show them."""
    found = {}
    for cell, (code, item) in fill.cells(book):
        if isinstance(cell.value, int | float):
            decimals = cell.number_format.partition(".")[2].count("0")
            found[code, item, YEAR] = fill.q(Decimal(str(cell.value)), decimals)
    return found


def levels_of_files(root: Path) -> dict[Level, Decimal]:
    """The figures of the years before."""
    found = {}
    for year in range(2019, YEAR):
        for file in (root / "observations" / str(year)).glob("*.csv"):
            for row in fill.rows(file):
                if row["status"] != "M":
                    found[row["indicator"], row["item"], year] = Decimal(row["value"])
    return found


def printed(chapter: str, folder: Path) -> list[str]:
    """The prose of a chapter of the content folder, run cell by cell in this process without its tables and charts."""
    names: dict[str, Any] = {}
    found: list[str] = []
    cells = json.loads((ROOT / "notebooks" / f"{chapter}.ipynb").read_text("utf-8"))["cells"]
    with chdir(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(show, "display", lambda data, **_: found.append(data["text/html"]))
        for cell in cells:
            text = "".join(cell["source"])
            if "parameters" in cell["metadata"].get("tags", []):
                names["year"] = YEAR
            elif text.startswith("%%prose"):
                names["ch"].prose(text.removeprefix("%%prose"), names)
            elif cell["cell_type"] == "code" and not DRAWING.search(text):
                exec(text, names)
    return found
