"""Data that cannot be read: what is done to a good data folder, and what the error has to name."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

PENSION = "observations/2025/pension.csv"
INJURY = "observations/2025/injury.csv"
CLAIMS = "documents/report-2025/claims.csv"
REGIONS = "catalogue/codelists/regions.csv"
IDENTITIES = "catalogue/identities.csv"
INDICATORS = "catalogue/indicators/pension.csv"
DIGITAL_INDICATORS = "catalogue/indicators/digital.csv"
FORMULAS = "documents/performance-2025/formulas.csv"
#: The first row of the observations.
FIRST = "pension.enterprise.insured,640000,275.09,A,report-2025 表1-1,"
#: Stands for the number of the last row of the spoiled file.
LAST = -1

Spoil = Callable[[Path], None]


class Case(NamedTuple):
    """How data are spoiled, and what the error says: file, row (None: none), column (None: none) and `words`."""

    spoil: Spoil
    file: str
    row: int | None
    column: str | None
    words: str


def write_cell(path: Path, row: int, column: str, value: str) -> None:
    """Replace a cell; row 1 is the heading line."""
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    rows[row - 1][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


# -- ways to spoil data ------------------------------------------------------------------------------------------------
def append(file: str, text: str) -> Spoil:
    """A row more at the end."""

    def spoil(data: Path) -> None:
        with (data / file).open("a", encoding="utf-8") as stream:
            stream.write(f"{text}\n")

    return spoil


def leave_out(file: str, column: str) -> Spoil:
    """A column less."""

    def spoil(data: Path) -> None:
        rows = list(csv.DictReader(io.StringIO((data / file).read_text("utf-8-sig"))))
        heads = [name for name in rows[0] if name != column]
        with (data / file).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, heads, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)

    return spoil


def overwrite(file: str, content: bytes) -> Spoil:
    """Other bytes."""

    def spoil(data: Path) -> None:
        (data / file).write_bytes(content)

    return spoil


def save_as_gbk(file: str) -> Spoil:
    """What Excel saves as CSV in a Chinese Windows."""

    def spoil(data: Path) -> None:
        (data / file).write_bytes((data / file).read_text("utf-8").encode("gb18030"))

    return spoil


def remove(file: str) -> Spoil:
    """No such file."""

    def spoil(data: Path) -> None:
        (data / file).unlink()

    return spoil


# -- cases -------------------------------------------------------------------------------------------------------------
def cell(file: str, row: int, column: str, value: str, words: str = "", said: str | None = "") -> Case:
    """A wrong cell; the error says its value, or other `words`; `said` None where it names no column."""

    def spoil(data: Path) -> None:
        write_cell(data / file, row, column, value)

    return Case(spoil, file, row, None if said is None else column, words or value)


def line(file: str, text: str, column: str | None, words: str) -> Case:
    """A wrong row at the end."""
    return Case(append(file, text), file, LAST, column, words)


def whole(spoil: Spoil, file: str, words: str, row: int | None = None) -> Case:
    """A file that is wrong as a whole."""
    return Case(spoil, file, row, None, words)


CASES = {
    "unknown indicator": cell(PENSION, 5, "indicator", "pension.enterprize"),
    "unknown region": cell(PENSION, 7, "item", "999999"),
    "region of another list": cell(PENSION, 7, "item", "银川"),
    "empty region": cell(PENSION, 7, "item", ""),
    "unknown status": cell(PENSION, 3, "status", "X"),
    "no status": cell(PENSION, 3, "status", ""),
    "text for a number": cell(PENSION, 4, "value", "约8万"),
    "nan": cell(PENSION, 4, "value", "nan"),
    "infinity": cell(PENSION, 4, "value", "inf"),
    "exponent": cell(PENSION, 4, "value", "8e3"),
    "thousands": cell(PENSION, 4, "value", "1,234.5"),
    "percent sign": cell(PENSION, 4, "value", "8.4%"),
    "blank without status M": cell(PENSION, 4, "value", "", "M"),
    "dash without status M": cell(PENSION, 4, "value", "—", "M"),
    "number with status M": Case(cell(PENSION, 4, "status", "M").spoil, PENSION, 4, "value", "M"),
    "bad margin": cell(PENSION, 4, "margin", "小"),
    "negative margin": cell(PENSION, 4, "margin", "-0.01"),
    "duplicate row": line(PENSION, FIRST, "indicator", f"data/{PENSION}:2"),
    "too many cells": line(PENSION, f"{FIRST},1,2", None, "8格"),
    "missing column": whole(leave_out(PENSION, "status"), PENSION, "status", 1),
    "missing value column": whole(leave_out(PENSION, "value"), PENSION, "value", 1),
    "empty file": whole(overwrite(PENSION, b""), PENSION, "空"),
    "GBK observations": whole(save_as_gbk(PENSION), PENSION, "UTF-8"),
    "bytes of no encoding": whole(overwrite(PENSION, b"indicator,item\n\xff\xfe"), PENSION, "UTF-8"),
    "Excel workbook": whole(overwrite(PENSION, b"PK\x03\x04\x14\x00\x08\xff"), PENSION, "UTF-8"),
    "no heading": whole(overwrite(PENSION, FIRST.encode()), PENSION, "indicator", 1),
    "missing observations": whole(remove(INJURY), INJURY, "缺少此文件"),
    "missing first part": whole(remove(PENSION), PENSION, "缺少"),
    "missing regions": whole(remove(REGIONS), REGIONS, "缺少此文件"),
    "missing identities": whole(remove(IDENTITIES), IDENTITIES, "缺少此文件"),
    "missing indicators": Case(remove(DIGITAL_INDICATORS), "digital.csv", 2, "indicator", "digital"),
    "identity of an unknown indicator": cell(IDENTITIES, 2, "indicator", "no.such"),
    "weight that is no number": cell(IDENTITIES, 3, "weight", "一", "数字"),
    "lag that is no number": cell(IDENTITIES, 3, "lag", "去年", "整数", None),
    "indicator of unknown kind": cell(INDICATORS, 4, "kind", "存量"),
    "indicator with bad decimals": cell(INDICATORS, 4, "decimals", "二"),
    "indicator of unknown list": cell(INDICATORS, 4, "dimension", "x"),
    "duplicate region": line(REGIONS, "640000,全区,全区,province,,", None, "640000"),
    "claim of unknown measure": cell(CLAIMS, 3, "measure", "增长"),
    "claim about an unknown indicator": cell(CLAIMS, 3, "indicator", "no.such"),
    "claim that is no number": cell(CLAIMS, 3, "value", "若干"),
    "claim without a column": whole(leave_out(CLAIMS, "base"), CLAIMS, "base", 1),
    "claim with a base that is no year": line(
        CLAIMS, "growth,pension.enterprise.insured,640000,2025,去年,2.74,%,表1-1", "base", "去年"
    ),
    "share of an unknown indicator": line(
        CLAIMS, "share,pension.enterprise.insured,640000,2025,no.such,2.74,%,表1-1", "base", "no.such"
    ),
    "formula that is code": cell(FORMULAS, 2, "formula", "__import__('os')", "公式"),
}
