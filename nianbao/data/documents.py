"""What a published document owns: the figures it derives, and its known errors."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from nianbao.data import schema
from nianbao.data.csvfiles import NUMBER, YEAR, Row
from nianbao.data.keys import Key, Source


@dataclass(frozen=True)
class Claim:
    """A derived or repeated figure that a published document prints.

    `measure` is level, change, growth, avg_growth, points, share, highest or lowest; `base` the year it is compared
    with, or the denominator of a share; `literal` what is printed, in `unit`; `place` the data file and row.
    """

    measure: str
    key: Key
    base: str
    literal: str
    unit: str
    source: Source
    place: str

    @property
    def indicator(self) -> str:
        """Code of the indicator it is about."""
        return self.key.indicator

    @property
    def item(self) -> str:
        """Code of the item it is about."""
        return self.key.item

    @property
    def year(self) -> int:
        """The year it is about."""
        return self.key.year

    @property
    def value(self) -> Decimal:
        """The printed number."""
        return Decimal(self.literal)

    @property
    def base_year(self) -> int | None:
        """The year it is compared with; None where it is compared with none."""
        return int(self.base) if self.base.isdigit() else None


@dataclass(frozen=True)
class Erratum:
    """A known error of a published document, found by one or several `checks`: a diagnosis that a person accepted.

    `figures` names the figures that are called wrong (a level by its key, a derived figure by its check); empty where
    it is the figure the check is about, or where no figure can be told. `decided` says why a person decided otherwise
    than the diagnosis; empty where the two agree. `guards` holds, for each check, what it printed and recomputed when
    the erratum was written (`printed=>recomputed`); it is empty where that is not said. With the error gone or another
    in its place, the erratum itself is reported.
    """

    checks: tuple[str, ...]
    printed: str
    likely: str
    reason: str
    show: str
    guards: tuple[str, ...]
    source: Source
    year: int
    place: str
    figures: tuple[str, ...] = ()
    decided: str = ""

    def guard(self, check: str) -> str:
        """What the check printed and recomputed when the erratum was written; empty where that is not said."""
        return self.guards[self.checks.index(check)] if self.guards else ""


@dataclass(frozen=True)
class ItemFormula:
    """A formula of one item in one year, with a note on where it comes from."""

    text: str
    note: str


def claim(row: Row, document: str) -> Claim:
    """A claim from its row; the caller has seen that indicator, item and base are known."""
    key = Key(row["indicator"], row["item"], int(row["year"]))
    source = Source(document, row["place"])
    return Claim(row["measure"], key, row["base"], row["value"], row["unit"], source, row.place)


def check_claim(row: Row) -> None:
    """DataError for a measure, a year or a value that cannot be."""
    measure = row["measure"]
    known = "、".join(sorted(schema.MEASURES))
    row.check(measure in schema.MEASURES, "measure", "“{measure}”不是已知的算法，应为：{known}", known=known)
    row.check(YEAR.fullmatch(row["year"]), "year", "“{year}”不是年份")
    row.check(measure in schema.RANKINGS or NUMBER.fullmatch(row["value"]), "value", "“{value}”不是数字")


def erratum(row: Row, document: str) -> Erratum:
    """An erratum from its row; DataError where check, reason or guard are not as they should be."""
    checks = tuple(row["check"].split())
    expect = row["expect"].split()
    row.check(YEAR.fullmatch(row["year"]), "year", "“{year}”不是年份")
    row.check(row["reason"] and checks, "reason", "勘误须写明检查和理由")
    row.check(
        expect[:1] == ["fails"] and len(expect) in {1, 1 + len(checks)},
        "expect",
        "“{expect}”不明，应为 fails，其后可依次写各项检查的“印作=>算得”",
    )
    row.check(row["show"] in {*schema.SHOWN, ""}, "show", "“{show}”不明，应为 published 或 recomputed")
    return Erratum(
        checks=checks,
        printed=row["printed"],
        likely=row["likely"],
        reason=row["reason"],
        show=row["show"],
        guards=tuple(expect[1:]),
        source=Source(document, row["place"]),
        year=int(row["year"]),
        place=row.place,
        figures=tuple(row.get("figures", "").split()),
        decided=row.get("decided", ""),
    )
