"""What the analysis of an edition is told as data: accounts, targets, reasons, assumptions, the editor's choice."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from nianbao.data import schema
from nianbao.data.csvfiles import Row
from nianbao.data.dataset import Dataset

#: Roles of rows whose term is an indicator that must be known.
OF_INDICATORS = ("plus", "minus", "times", "over", "target")
#: Factors that an account may have: their formula grows with every one.
MOST_FACTORS = 4


@dataclass(frozen=True)
class Part:
    """A row of a change account: its role, the indicator (or formula) it names, and how it is called in a sentence."""

    role: str
    term: str
    words: str
    unit: str = ""


@dataclass(frozen=True)
class Design:
    """A change account as data: what it explains (`target`, blank where no indicator is it), by which parts.

    `scale` converts the product of the factors into the `unit` of the account.
    """

    code: str
    title: str
    target: str
    parts: tuple[Part, ...]
    unit: str = ""
    scale: Fraction = Fraction(1)
    note: str = ""

    @property
    def is_sum(self) -> bool:
        """Whether the parts are all there are, so that the whole is what they add up to where it is not printed."""
        return bool(self.unit)


@dataclass(frozen=True)
class Goal:
    """A target as data: its indicator, and the formula of what it is measured by."""

    code: str
    words: str
    target: str
    reached: str
    reached_words: str


def rows_by_account(data: Dataset) -> list[list[Row]]:
    """The checked rows of `catalogue/drivers.csv`, those of one account together."""
    rows = data.folder.read("catalogue/drivers.csv", schema.DRIVERS.heads, optional=True)
    for row in rows:
        schema.DRIVERS.check(row)
        if row["role"] in OF_INDICATORS or row["role"] == "of" and row["term"]:
            row.check(row["term"] in data.catalogue.indicators, "term", "没有指标“{term}”，请先写入指标目录")
        if row["role"] == "reached":
            data.terms(row, "term")
    return [list(group) for _, group in groupby(rows, key=lambda row: row["account"])]


def designs(data: Dataset) -> list[Design]:
    """The change accounts of the catalogue, in its order."""
    found = []
    for rows in rows_by_account(data):
        head = rows[0]
        if head["role"] == "target":
            continue
        head.check(head["role"] == "of", "role", "一笔账的第一行应为 of")
        factors = sum(row["role"] in {"times", "over", "rest"} for row in rows)
        head.check(factors <= MOST_FACTORS, "account", "“{account}”的因素过多，至多四个")
        found.append(
            Design(
                head["account"],
                head["words"],
                head["term"],
                tuple(Part(row["role"], row["term"], row["words"], row["unit"]) for row in rows[1:]),
                head["unit"],
                scale(head),
                head.get("note", ""),
            )
        )
    return found


def scale(row: Row) -> Fraction:
    """The number a product is multiplied with; DataError for a text that is none."""
    try:
        found = Fraction(row["scale"] or "1")
    except (ValueError, ZeroDivisionError):
        found = Fraction(0)
    row.check(found > 0, "scale", "“{scale}”应为正数，如 12/10000")
    return found


def goals(data: Dataset) -> list[Goal]:
    """The targets of the catalogue, in its order."""
    found = []
    for rows in rows_by_account(data):
        head = rows[0]
        if head["role"] != "target":
            continue
        head.check(len(rows) == 2 and rows[1]["role"] == "reached", "role", "目标之后应有一行 reached")
        reached = rows[1]
        found.append(Goal(head["account"], head["words"], head["term"], reached["term"], reached["words"]))
    return found


@dataclass(frozen=True)
class Choice:
    """What the editor decided on a finding: `pin` or `hide`, and where a pinned one stands."""

    action: str
    order: int | None
    reason: str


def choices(data: Dataset, year: int) -> dict[str, Choice]:
    """The editor's choices of an edition by the names of the findings: `editions/<year>/findings.csv`."""
    found = {}
    for row in data.folder.read(f"editions/{year}/findings.csv", schema.FINDING_SETTINGS.heads, optional=True):
        schema.FINDING_SETTINGS.check(row)
        row.check(row["finding"] not in found, "finding", "“{finding}”重复")
        order = row.get("order", "")
        found[row["finding"]] = Choice(row["action"], int(order) if order else None, row.get("reason", ""))
    return found


@dataclass(frozen=True)
class Assumption:
    """What an edition assumes of a driver of a fund: its growth a year in percent, in three variants."""

    scheme: str
    driver: str
    rates: dict[str, Decimal]
    note: str
    place: str


#: The variants of an outlook.
VARIANTS = ("low", "middle", "high")


def assumptions(data: Dataset, year: int) -> list[Assumption]:
    """The assumptions of the edition of a year: `editions/<year>/assumptions.csv`; none where it has no such file."""
    found: dict[tuple[str, str], Assumption] = {}
    for row in data.folder.read(f"editions/{year}/assumptions.csv", schema.ASSUMPTIONS.heads, optional=True):
        schema.ASSUMPTIONS.check(row)
        name = row["scheme"], row["driver"]
        row.check(row["scheme"] in data.catalogue.codelists["scheme"], "scheme", "没有险种“{scheme}”")
        row.check(name not in found, "driver", "“{driver}”重复")
        rates = {variant: row.number(variant) for variant in VARIANTS}
        found[name] = Assumption(*name, rates, row["note"], row.place)
    return list(found.values())


@dataclass(frozen=True)
class Stated:
    """A reason that a document gives: for which figure, against what, what it amounts to (a formula), in short."""

    indicator: str
    item: str
    year: int
    base: str
    formula: str
    words: str
    document: str
    section: str
    place: str


def reasons(data: Dataset) -> list[Stated]:
    """The stated reasons of all documents (`documents/*/reasons.csv`), in their order."""
    found = []
    for document, row in data.of_documents(schema.REASONS, "reasons"):
        schema.REASONS.check(row)
        known = row["indicator"] in data.catalogue.indicators
        row.check(known, "indicator", "没有指标“{indicator}”，请先写入指标目录")
        if row["formula"]:
            data.terms(row, "formula")
        year = int(row["year"])
        about = (row["indicator"], row["item"], year, row["base"], row["formula"], row["words"])
        found.append(Stated(*about, document, row["place"], row.place))
    return found
