"""An invented 2026: the workbook of `nianbao new-year 2026`, filled in with figures that nobody ever published.

虚构数据：本文件生成的各数都是为测试编造的，与任何实际情况无关。

The figures add up (totals, balances, ratios) and hold what a real year may hold: rises, falls and no change, a fund that
turns from surplus to deficit, an indicator that is discontinued, a zero base, a tie in a ranking, blanks of every kind.
`python tests/intake/invented/fill.py FOLDER` writes FOLDER/data/observations/2026/填报-2026.xlsx beside a copy of `data/`.
"""

from __future__ import annotations

import csv
import random
import re
import shutil
import sys
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from openpyxl import load_workbook

YEAR, SEED = 2026, 20260105
GONE = {"injury.devices.person_times", "digital.card.disabled", "unemployment.migrant_grant.average"}  # discontinued
SAME = {"unemployment.monthly_benefit", "injury.death_grant.standard", "pension.enterprise.contribution_base",
        "annuity.plans", "digital.security.rounds"}
FIXED = {"injury.occupational.grade5_6": 0, "pension.resident.expenditure.transfer": 0, "agency.posts": 588,
         "pension.enterprise.adjustment_round": 22}
WHOLE = "640000"
TERM = re.compile(r"([a-z]\w*(?:\.\w+)+)(?:\[(\w+)\])?(?:\{(-?\d+)\})?")


def q(value, decimals: int) -> Decimal:
    """Half up to so many decimals."""
    scaled = abs(Fraction(value)) * 10**decimals + Fraction(1, 2)
    result = Decimal(int(scaled)).scaleb(-decimals)
    return -result if value < 0 and result else result


@dataclass
class Source:
    """What the invention starts from, straight from the CSV files: last year's figures, the catalogue, the identities."""

    last: dict
    decimals: dict
    formulas: dict
    parents: dict
    identities: dict


def rows(path: Path) -> list[dict]:
    """Rows of a CSV."""
    with path.open(encoding="utf-8-sig") as stream:
        return list(csv.DictReader(stream))


def source(root: Path) -> Source:
    """Read what the invention starts from."""
    about = {row["indicator"]: row for path in (root / "catalogue" / "indicators").glob("*.csv") for row in rows(path)}
    parents = {}
    for name, head in (("regions", "region"), ("schemes", "item")):
        parents |= {row[head]: row["parent"] for row in rows(root / "catalogue" / "codelists" / f"{name}.csv")}
    last, identities = {}, {}
    for part in ("pension", "injury", "unemployment", "fund", "digital", "agency"):
        for row in rows(root / "observations" / str(YEAR - 1) / f"{part}.csv"):
            last[row["indicator"], row["item"]] = row["value"] if row["status"] == "M" else Decimal(row["value"])
    for row in rows(root / "catalogue" / "identities.csv"):
        identities.setdefault(row["identity"], []).append(row)
    return Source(last, {code: int(row["decimals"]) for code, row in about.items()},
                  {code: row["formula"].lstrip("? ") for code, row in about.items() if row["formula"]}, parents, identities)


def invent(given: Source) -> dict:
    """Figures for 2026 from those of 2025: (indicator, item) -> Decimal, or a mark for a blank.

    Each has a chance of its own, so that a further indicator leaves the others as they are.
    """
    new = {}
    for (code, item), value in given.last.items():
        if not isinstance(value, Decimal):
            new[code, item] = value
        elif code in GONE:
            new[code, item] = "—"
        elif code in SAME:
            new[code, item] = q(value, given.decimals[code])
        elif code in FIXED and item == WHOLE:
            new[code, item] = q(Fraction(FIXED[code]), given.decimals[code])
        else:
            new[code, item] = q(Fraction(value) * random.Random(f"{SEED} {code} {item}").randrange(85, 121) / 100, given.decimals[code])
    order = sorted((i for (c, i) in new if c == "injury.insured_persons" and i != WHOLE),
                   key=lambda i: new["injury.insured_persons", i])
    new["injury.insured_persons", order[-4]] = new["injury.insured_persons", order[-3]]  # a tie for the third place
    new["injury.expenditure", "64BJ00"] += 2 * new["injury.income", "64BJ00"]  # spending outruns income: a deficit
    add_up(new, given)
    return new


def add_up(new: dict, given: Source) -> None:
    """Make totals, identities and ratios of the invented figures agree."""
    wide = {code for code, _ in new if sum(each == code for each, _ in new) > 2 and not code.endswith("_ratio")}
    settled = set()

    def number(code, item):
        value = new.get((code, item))
        return value if isinstance(value, Decimal) else Decimal(0)

    def total(code, whole):
        """Sum the parts below `whole`, the nearest that have a figure."""
        sums = Decimal(0)
        for part in [each for each, parent in given.parents.items() if parent == whole]:
            sums += total(code, part) if (code, part) not in new else number(code, part)
        return sums

    for code in sorted(wide - {each for each in wide if "balance" in each or each.startswith("fund")}):
        items = [item for each, item in new if each == code]
        for item in sorted((i for i in items if i == WHOLE or any(given.parents[x] == i for x in items)), key=lambda i: i == WHOLE):
            new[code, item] = total(code, item)
        settled |= {(code, item) for item in items}

    def rank(name):
        return ("persons" not in name, name.endswith("total"), "fund-assets" in name, "net-assets" in name, "fund-balance" in name, name.startswith("fund"))

    for name in sorted(given.identities, key=rank):
        terms = given.identities[name]
        free = [{i for c, i in new if c == t["indicator"]} for t in terms if not t["item"]]
        for place in sorted(set.intersection(*free)) if free else [""]:
            cells = [(t["indicator"], t["item"] or place, Decimal(t["weight"]), t["lag"] in ("1",)) for t in terms]
            if not all((code, item) in (given.last if lag else new) for code, item, _, lag in cells):
                continue
            mine = [(code, item, weight) for code, item, weight, lag in cells if not lag and (code, item) not in settled
                    and isinstance(new[code, item], Decimal) and code not in SAME | set(FIXED)]
            settled |= {(code, item) for code, item, _, lag in cells if not lag}
            if mine:
                code, item, weight = max(mine, key=lambda each: ("balance" in each[0], abs(number(*each[:2]) * each[2])))
                rest = sum((w * (given.last[c, i] if isinstance(given.last[c, i], Decimal) else 0) if lag else w * number(c, i)
                            for c, i, w, lag in cells if (c, i, lag) != (code, item, False)), Decimal(0))
                new[code, item] = q(Fraction(-rest) / Fraction(weight), given.decimals[code])
    for code in sorted(each for each in wide if "balance" in each and (each, "64BJ00") in new and "current" not in each):
        if isinstance(new[code, "64BJ00"], Decimal):  # pooled funds: the province holds what the others do not
            new[code, "64BJ00"] += new[code, WHOLE] - total(code, WHOLE)
    for code in sorted(each for each in wide if each.startswith("fund")):
        if isinstance(new[code, "all"], Decimal):
            new[code, "all"] = total(code, "all")
    for part, whole in (("pension.resident.recipients_paid", "pension.resident.recipients"),
                        ("injury.income.levy", "injury.income"), ("unemployment.income.premium", "unemployment.income")):
        new[part, WHOLE] = q(Fraction(new[whole, WHOLE]) * 9 / 10, 2)

    def level(code, item, lag):
        """A figure, a blank as zero; by formula where there is none; None where that is unknown."""
        value = (given.last if lag else new).get((code, item))
        if isinstance(value, Decimal) or value == "":
            return Fraction(value or 0)
        return exact(code, item) if value is None and not lag and code in given.formulas else None

    def exact(code, item):
        """The formula of an indicator with its numbers; None where one is unknown."""
        terms = [level(each, pinned or item, lag) for each, pinned, lag in TERM.findall(given.formulas[code])]
        values = iter(f"Fraction({each.numerator}, {each.denominator})" for each in terms if each is not None)
        return None if None in terms else eval(TERM.sub(lambda _: next(values), given.formulas[code]), {"Fraction": Fraction})

    for code in given.formulas:
        for item in [item for each, item in new if each == code and isinstance(new[code, item], Decimal)]:
            value = None if code in SAME | {"pension.enterprise.retired"} else exact(code, item)
            if value is not None:
                new[code, item] = q(value, given.decimals[code])


def cells(book):
    """(sheet, row, column, indicator, item) of every unlocked cell of the workbook, found by codes beside and above."""
    for sheet in book:
        if sheet["A3"].value != "代码":
            continue
        above = ""
        for column in range(1, sheet.max_column + 1):
            above = sheet.cell(4, column).value or above
            for row in range(6, sheet.max_row + 1):
                cell = sheet.cell(row, column)
                if cell.protection.locked is False:
                    code, place = sheet.cell(row, 1).value, sheet.cell(row, 3).value
                    pair = (code, place) if sheet["C3"].value == "地区代码" else (
                        (above, code) if sheet["B3"].value == "地区" else (code, above))
                    yield cell, pair


def fill(path: Path, root: Path) -> dict:
    """Fill in the workbook and mark it as invented; returns the figures."""
    new = invent(source(root))
    book = load_workbook(path)
    book["填报说明"]["A13"] = "虚构数据，仅供测试"
    for cell, pair in cells(book):
        value = new.get(pair)
        if value is not None and value != "":
            cell.value = value if isinstance(value, str) else float(value)
    book.save(path)
    return new


def make(folder: Path, origin: Path) -> tuple[Path, dict]:
    """A copy of `data/` in `folder` with the filled-in workbook; returns the workbook and its figures."""
    from nianbao.intake.workbook import new_year

    root = shutil.copytree(origin, folder / "data")
    path = new_year(YEAR, root)
    return path, fill(path, root)


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), Path(__file__).resolve().parents[3] / "data")[0])
