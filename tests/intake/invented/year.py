"""The invented year made once: filled in, read into a copy of the data, printed; its figures by plain arithmetic."""

from __future__ import annotations

import json
import os
import re
import shutil
from contextlib import chdir
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from nianbao.chapter import show
from nianbao.intake.reading import intake
from tests.intake.invented import fill
from tests.intake.invented.fill import YEAR, Source
from tests.support.projects import ROOT

CHAPTERS = ["00-overview", "01-pension", "02-injury", "03-unemployment", "04-fund", "05-digital", "06-agency"]
#: What makes a folder a content folder, beside its data.
CONTENT = ("_config.yml", "_toc.yml", "book/edition.yml")
#: A call of a chapter that draws a table or a chart.
DRAWING = re.compile(r"^\s*ch\.\w+\(", re.MULTILINE)


class Invented:
    """The invented year in a folder: its data and workbook, and what became of them.

    `levels` are the figures of the workbook and of the CSV files of earlier years, by indicator, item and year; `prose`
    the paragraphs of each chapter; `told` the remarks of the intake, with whether they reject the file; `changed` the
    files that the intake says it changed, and `differing` those that differ.
    """

    def __init__(self, folder: Path):
        self.root = folder / "data"
        self.path = self.root / "observations" / str(YEAR) / f"填报-{YEAR}.xlsx"
        known = json.loads((folder / "known.json").read_text("utf-8"))
        self.levels = {(code, item, year): Decimal(text) for code, item, year, text in known["levels"]}
        self.prose: dict[str, list[str]] = known["prose"]
        self.told: list[tuple[str, bool]] = [(text, fatal) for text, fatal in known["told"]]
        self.changed = {self.root / name for name in known["changed"]}
        self.differing = {self.root / name for name in known["differing"]}

    @cached_property
    def source(self) -> Source:
        """Catalogue and last year's figures, straight from the CSV files."""
        return fill.source(self.root)

    @cached_property
    def book(self) -> Workbook:
        """The filled-in workbook; who changes it puts back what was there."""
        return load_workbook(self.path)

    @staticmethod
    def make(folder: Path) -> None:
        """Fill in, read in, print."""
        for name in CONTENT:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
        path, book = fill.make(folder, ROOT / "data")
        root = folder / "data"
        levels = [*levels_of_workbook(book), *levels_of_files(root)]
        before = contents(root)
        remarks, changed = intake(path, YEAR, root)
        after = contents(root)
        known = {
            "levels": levels,
            "told": [(str(remark), remark.fatal) for remark in remarks],
            "changed": [os.path.relpath(each, root) for each in changed],
            "differing": [os.path.relpath(each, root) for each in after if after[each] != before.get(each)],
            "prose": {name: printed(name, folder) for name in CHAPTERS},
        }
        (folder / "known.json").write_text(json.dumps(known, ensure_ascii=False), "utf-8")

    def level(self, code: str, item: str, year: int) -> Fraction | None:
        """A level from the workbook or the CSV files, else by the formula of the catalogue."""
        found = self.levels.get((code, item, year))
        if found is not None:
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


def levels_of_workbook(book: Workbook) -> list[tuple[str, str, int, str]]:
    """The numbers in the input cells, as their formats show them."""
    found = []
    for cell, (code, item) in fill.cells(book):
        if isinstance(cell.value, int | float):
            decimals = cell.number_format.partition(".")[2].count("0")
            found.append((code, item, YEAR, str(fill.q(Decimal(str(cell.value)), decimals))))
    return found


def levels_of_files(root: Path) -> list[tuple[str, str, int, str]]:
    """The figures of the years before."""
    found = []
    for year in range(2019, YEAR):
        for file in (root / "observations" / str(year)).glob("*.csv"):
            printed = [row for row in fill.rows(file) if row["status"] != "M"]
            found += [(row["indicator"], row["item"], year, row["value"]) for row in printed]
    return found


def contents(root: Path) -> dict[Path, bytes]:
    """Every file below a folder with its bytes."""
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


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
