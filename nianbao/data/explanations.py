"""Differences that a bureau explains: figures that do not agree for a good reason, such as a merger of regions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from nianbao.data import schema
from nianbao.data.csvfiles import Row


@dataclass(frozen=True)
class Explanation:
    """Why figures of the years from `since` to `edition` do not agree, as the edition of that year says.

    It is about a relation (`check`: the name of a check, or what it begins with), an `indicator`, an `item`, or what is
    about all of those that are named. `kind` is one of `schema.EXPLAINED_KINDS`; `difference`, where it is not None,
    how far what is printed is from what is computed, whichever is larger: another difference is not explained. `place` is the data file and row.
    """

    edition: int
    check: str
    indicator: str
    item: str
    since: int
    kind: str
    reason: str
    difference: Decimal | None
    place: str

    @property
    def words(self) -> str:
        """Since when, what kind, and why: `自2026年起新设：…`."""
        return f"自{self.since}年起{schema.EXPLAINED_KINDS[self.kind]}：{self.reason}"

    def names(self, check: str) -> bool:
        """Whether the relation it is about is, or begins the name of, this check; so it does where it names none."""
        return not self.check or check == self.check or check.startswith(f"{self.check}:")


def explanation(row: Row, edition: int) -> Explanation:
    """An explanation from its row in the table of an `edition`; the caller has seen that its names are known.

    Raises DataError for a row that is about nothing, and for one about a later year than that of its edition.
    """
    schema.EXPLAINED.check(row)
    row.check(row["check"] or row["indicator"] or row["item"], "check", "应写明所说明的关系、指标或地区")
    row.check(int(row["since"]) <= edition, "since", "“{since}”在年报的年份之后")
    return Explanation(
        edition=edition,
        check=row["check"],
        indicator=row["indicator"],
        item=row["item"],
        since=int(row["since"]),
        kind=row["kind"],
        reason=row["reason"],
        difference=row.number("difference") if row.get("difference") else None,
        place=row.place,
    )
