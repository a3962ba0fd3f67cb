"""An invented 2026: the workbook of `nianbao new-year 2026`, filled in with figures that nobody ever published.

虚构数据：本文件生成的各数都是为测试编造的，与任何实际情况无关。

The figures add up (totals, balances, ratios) and hold what a real year may hold: rises, falls and no change, a fund
that turns from surplus to deficit, an indicator that is discontinued, a zero base, a tie in a ranking, blanks of every
kind. `python tests/intake/invented/fill.py FOLDER` writes FOLDER/data/observations/2026/填报-2026.xlsx beside a copy of
`data/`.

Nothing here uses the package's arithmetic.
"""

from __future__ import annotations

import csv
import random
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

YEAR = 2026
SEED = 20260105
PARTS = ("pension", "injury", "unemployment", "fund", "digital", "agency")
#: Indicators that are discontinued, that stay as they were, and that are given.
GONE = {"injury.devices.person_times", "digital.card.disabled", "unemployment.migrant_grant.average"}
SAME = {
    "unemployment.monthly_benefit",
    "injury.death_grant.standard",
    "pension.enterprise.contribution_base",
    "annuity.plans",
    "digital.security.rounds",
}
FIXED = {
    "injury.occupational.grade5_6": 0,
    "pension.resident.expenditure.transfer": 0,
    "agency.posts": 588,
    "pension.enterprise.adjustment_round": 22,
}
#: Parts that move as their wholes do, so that they stay within them.
PACE = {
    "pension.enterprise.contributors": "pension.enterprise.insured",
    "digital.sms.enterprise": "digital.sms",
    "digital.sms.institution": "digital.sms",
    "digital.sms.resident": "digital.sms",
}
#: Parts that are nine tenths of their whole.
NINE_TENTHS = {
    "pension.resident.recipients_paid": "pension.resident.recipients",
    "injury.income.levy": "injury.income",
    "unemployment.income.premium": "unemployment.income",
}
WHOLE = "640000"
#: The offices of the province itself: pooled funds hold there what the regions do not.
PROVINCE_ITSELF = "64BJ00"
TERM = re.compile(r"([a-z]\w*(?:\.\w+)+)(?:\[(\w+)\])?(?:\{(-?\d+)\})?")

#: An indicator and an item.
Pair = tuple[str, str]
#: A figure, or the mark of a blank.
Value = Decimal | str


def q(value: Fraction | Decimal, decimals: int) -> Decimal:
    """Half up to so many decimals."""
    scaled = abs(Fraction(value)) * 10**decimals + Fraction(1, 2)
    result = Decimal(int(scaled)).scaleb(-decimals)
    return -result if value < 0 and result else result


# -- what the invention starts from -----------------------------------------------------------------------------
@dataclass
class Source:
    """Straight from the CSV files: last year's figures, decimals and formulas of indicators, what items are part of,
    the identities as rows.
    """

    last: dict[Pair, Value]
    decimals: dict[str, int]
    formulas: dict[str, str]
    parents: dict[str, str]
    identities: dict[str, list[dict[str, str]]]


def rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV."""
    with path.open(encoding="utf-8-sig") as stream:
        return list(csv.DictReader(stream))


def source(root: Path) -> Source:
    """Read what the invention starts from."""
    catalogue = root / "catalogue"
    about = {row["indicator"]: row for path in (catalogue / "indicators").glob("*.csv") for row in rows(path)}
    parents = {}
    for name, head in (("regions", "region"), ("schemes", "item")):
        for row in rows(catalogue / "codelists" / f"{name}.csv"):
            parents[row[head]] = row["parent"]
    last: dict[Pair, Value] = {}
    for part in PARTS:
        for row in rows(root / "observations" / str(YEAR - 1) / f"{part}.csv"):
            last[row["indicator"], row["item"]] = row["value"] if row["status"] == "M" else Decimal(row["value"])
    identities: dict[str, list[dict[str, str]]] = {}
    for row in rows(catalogue / "identities.csv"):
        identities.setdefault(row["identity"], []).append(row)
    decimals = {code: int(row["decimals"]) for code, row in about.items()}
    formulas = {code: row["formula"].lstrip("? ") for code, row in about.items() if row["formula"]}
    return Source(last, decimals, formulas, parents, identities)


# -- invention --------------------------------------------------------------------------------------------------
def invent(given: Source) -> dict[Pair, Value]:
    """Figures for 2026 from those of 2025: a figure, or a mark for a blank, of each indicator and item.

    Each has a chance of its own, so that a further indicator leaves the others as they are.
    """
    new = {pair: drawn(given, pair) for pair in given.last}
    insured = "injury.insured_persons"
    regions = [item for code, item in new if code == insured and item != WHOLE]
    ranked = sorted(regions, key=lambda item: new[insured, item])
    new[insured, ranked[-4]] = new[insured, ranked[-3]]  # a tie for the third place
    new["injury.expenditure", PROVINCE_ITSELF] += 2 * new["injury.income", PROVINCE_ITSELF]  # a deficit
    Adding(new, given).all()
    return new


def drawn(given: Source, pair: Pair) -> Value:
    """A figure near last year's."""
    code, item = pair
    last = given.last[pair]
    decimals = given.decimals[code]
    if not isinstance(last, Decimal):
        return last
    if code in GONE:
        return "—"
    if code in SAME:
        return q(last, decimals)
    if code in FIXED and item == WHOLE:
        return q(Fraction(FIXED[code]), decimals)
    percent = random.Random(f"{SEED} {PACE.get(code, code)} {item}").randrange(85, 121)
    return q(Fraction(last) * percent / 100, decimals)


def rank(identity: str) -> tuple[bool, ...]:
    """The order in which identities are made to hold: what later ones need first."""
    return (
        "persons" not in identity,
        identity.endswith("total"),
        "fund-assets" in identity,
        "net-assets" in identity,
        "fund-balance" in identity,
        identity.startswith("fund"),
    )


@dataclass(frozen=True)
class Term:
    """A term of an identity at an item; `last` tells one of the year before."""

    code: str
    item: str
    weight: Decimal
    last: bool

    @property
    def pair(self) -> Pair:
        """Its indicator and item."""
        return self.code, self.item


def term_of(row: dict[str, str], place: str) -> Term:
    """A term from its row, at an item where it names none."""
    return Term(row["indicator"], row["item"] or place, Decimal(row["weight"]), row["lag"] == "1")


class Adding:
    """Makes totals, identities and ratios of the invented figures agree; `settled` figures may not move again."""

    def __init__(self, new: dict[Pair, Value], given: Source):
        self.new = new
        self.given = given
        self.settled: set[Pair] = set()
        counted = Counter(code for code, _ in new)
        #: Indicators of many regions or schemes, ratios left out.
        self.wide = {code for code, count in counted.items() if count > 2 and not code.endswith("_ratio")}

    def all(self) -> None:
        """Totals, identities, pooled balances, parts, ratios."""
        self.sum_up_regions()
        for name in sorted(self.given.identities, key=rank):
            self.settle(self.given.identities[name])
        self.pool_balances()
        for code in sorted(code for code in self.wide if code.startswith("fund")):
            if isinstance(self.new[code, "all"], Decimal):
                self.new[code, "all"] = self.total(code, "all")
        for part, whole in NINE_TENTHS.items():
            self.new[part, WHOLE] = q(Fraction(self.new[whole, WHOLE]) * 9 / 10, 2)
        self.share_out_the_retired()
        self.fill_formulas()

    def number(self, pair: Pair) -> Decimal:
        """A figure, a blank as nothing."""
        value = self.new.get(pair)
        return value if isinstance(value, Decimal) else Decimal(0)

    def total(self, code: str, whole: str) -> Decimal:
        """The sum of the parts below `whole`, the nearest that have a figure."""
        found = Decimal(0)
        for part, parent in self.given.parents.items():
            if parent == whole:
                found += self.number((code, part)) if (code, part) in self.new else self.total(code, part)
        return found

    def sum_up_regions(self) -> None:
        """Each region that has parts is their sum, the whole last; balances and funds are settled otherwise."""
        for code in sorted(each for each in self.wide if "balance" not in each and not each.startswith("fund")):
            items = [item for each, item in self.new if each == code]
            with_parts = {self.given.parents[item] for item in items}
            wholes = [item for item in items if item == WHOLE or item in with_parts]
            for item in sorted(wholes, key=lambda item: item == WHOLE):
                self.new[code, item] = self.total(code, item)
            self.settled |= {(code, item) for item in items}

    def settle(self, terms: list[dict[str, str]]) -> None:
        """Make an identity hold, wherever all of its terms have a figure."""
        unpinned = [term["indicator"] for term in terms if not term["item"]]
        free = [{item for code, item in self.new if code == wanted} for wanted in unpinned]
        for place in sorted(set.intersection(*free)) if free else [""]:
            here = [term_of(term, place) for term in terms]
            if all(term.pair in (self.given.last if term.last else self.new) for term in here):
                self.balance(here)

    def balance(self, terms: list[Term]) -> None:
        """Move one figure of an identity: the balance, else the largest that may still move."""
        movable = [term for term in terms if self.may_move(term)]
        self.settled |= {term.pair for term in terms if not term.last}
        if not movable:
            return
        moved = max(movable, key=lambda term: ("balance" in term.code, abs(self.number(term.pair) * term.weight)))
        others = [term for term in terms if term.last or term.pair != moved.pair]
        rest = sum((self.weighted(term) for term in others), Decimal(0))
        self.new[moved.pair] = q(Fraction(-rest) / Fraction(moved.weight), self.given.decimals[moved.code])

    def may_move(self, term: Term) -> bool:
        """Whether a figure may still be moved."""
        if term.last or term.pair in self.settled or term.code in SAME | set(FIXED):
            return False
        return isinstance(self.new[term.pair], Decimal)

    def weighted(self, term: Term) -> Decimal:
        """What a term adds to its identity."""
        last = self.given.last.get(term.pair)
        if term.last:
            return term.weight * (last if isinstance(last, Decimal) else 0)
        return term.weight * self.number(term.pair)

    def pool_balances(self) -> None:
        """Of pooled funds the province itself holds what the regions do not."""
        for code in sorted(each for each in self.wide if "balance" in each and "current" not in each):
            own = (code, PROVINCE_ITSELF)
            if isinstance(self.new.get(own), Decimal):
                self.new[own] += self.new[code, WHOLE] - self.total(code, WHOLE)

    def share_out_the_retired(self) -> None:
        """The retired of each region follow from its ratio to the insured, and add up to those of the whole."""
        retired, ratio, insured = (f"pension.enterprise.{each}" for each in ("retired", "support_ratio", "insured"))
        regions = [item for code, item in self.new if code == ratio and item != WHOLE]
        last = {item: self.number((insured, item)) / (1 + self.given.last[ratio, item]) for item in regions}
        by = self.number((retired, WHOLE)) / sum(last.values())
        for item in regions:
            self.new[ratio, item] = q(self.number((insured, item)) / (last[item] * by) - 1, 2)

    def fill_formulas(self) -> None:
        """Ratios and whatever else follows from a formula."""
        for code in self.given.formulas:
            if code in SAME | {"pension.enterprise.retired"}:
                continue
            for item in [item for each, item in self.new if each == code and isinstance(self.new[code, item], Decimal)]:
                value = self.exact(code, item)
                if value is not None:
                    self.new[code, item] = q(value, self.given.decimals[code])

    def level(self, code: str, item: str, lag: str) -> Fraction | None:
        """A figure, a blank as zero; by formula where there is none; None where that is unknown."""
        value = (self.given.last if lag else self.new).get((code, item))
        if isinstance(value, Decimal) or value == "":
            return Fraction(value or 0)
        return self.exact(code, item) if value is None and not lag and code in self.given.formulas else None

    def exact(self, code: str, item: str) -> Fraction | None:
        """The formula of an indicator with its numbers; None where one is unknown."""
        rule = self.given.formulas[code]
        return evaluated(rule, [self.level(each, pinned or item, lag) for each, pinned, lag in TERM.findall(rule)])


def evaluated(rule: str, terms: list[Fraction | None]) -> Fraction | None:
    """What a formula gives for the values of its terms; None where one is unknown."""
    if None in terms:
        return None
    values = iter(f"Fraction({each.numerator}, {each.denominator})" for each in terms if each is not None)
    return eval(TERM.sub(lambda _: next(values), rule), {"Fraction": Fraction})


# -- the workbook -----------------------------------------------------------------------------------------------
def cells(book: Workbook) -> Iterator[tuple[Cell, Pair]]:
    """Every unlocked cell of the sheets of figures with its indicator and item, found by codes beside and above."""
    for sheet in book:
        if sheet["A3"].value != "代码":
            continue
        above = ""
        for column in range(1, sheet.max_column + 1):
            above = sheet.cell(4, column).value or above
            for row in range(6, sheet.max_row + 1):
                cell = sheet.cell(row, column)
                if cell.protection.locked is False and sheet.cell(row, 1).value:
                    yield cell, pair_of(sheet, row, above)


def pair_of(sheet: Worksheet, row: int, above: str) -> Pair:
    """What a cell is for: its row names a figure, a region or an indicator, what stands `above` it the other."""
    code = sheet.cell(row, 1).value
    if sheet["C3"].value == "地区代码":
        return code, sheet.cell(row, 3).value
    return (above, code) if sheet["B3"].value == "地区" else (code, above)


def fill(path: Path, root: Path) -> Workbook:
    """Fill in the workbook and mark it as invented; returns it."""
    new = invent(source(root))
    book = load_workbook(path)
    book["填报说明"]["A16"] = "虚构数据，仅供测试"
    for cell, pair in cells(book):
        value = new.get(pair, "")
        if value != "":
            cell.value = value if isinstance(value, str) else float(value)
    book.save(path)
    return book


def make(folder: Path, origin: Path) -> tuple[Path, Workbook]:
    """A copy of `data/` in `folder` with the filled-in workbook; returns the file and what is in it."""
    from nianbao.intake.workbook import new_year

    root = shutil.copytree(origin, folder / "data")
    path = new_year(YEAR, root)
    return path, fill(path, root)


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), Path(__file__).resolve().parents[3] / "data")[0])
