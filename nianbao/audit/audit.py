"""The audit (勾稽关系): every printed figure against what the rest of the documents allow.

A finding is `agrees` (the point value rounds to what is printed), `rounding` (only the interval holds it),
`erratum` (a known error), `explained` (no error: the edition says why), `fails`, or `not checked` with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain
from pathlib import Path

from nianbao.audit.checks import Check
from nianbao.audit.context import Context
from nianbao.audit.explaining import Explaining
from nianbao.audit.findings import FAILS, STATUSES, Finding
from nianbao.audit.rules import (
    claims,
    copies,
    doubles,
    formulas,
    identities,
    labels,
    orders,
    parts,
    plausibility,
    possible,
    regions,
    totals,
    twins,
)
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.figures.derivation import Deriver

#: The rules, in the order in which their checks are carried out.
RULES = (
    claims.checks,
    formulas.checks,
    formulas.further,
    totals.checks,
    regions.checks,
    identities.checks,
    twins.checks,
    parts.checks,
    orders.checks,
    possible.checks,
    doubles.checks,
    copies.checks,
    labels.checks,
    plausibility.checks,
)


class Audit:
    """All checks over a dataset; `scope` keeps the checks of one part (the first word of an indicator)."""

    def __init__(self, data: Dataset, scope: str = ""):
        self.explaining = Explaining(data)
        self.context = Context(data, Deriver(data), scope, self.explaining.of)

    @property
    def data(self) -> Dataset:
        """The data that are checked."""
        return self.context.data

    @property
    def derive(self) -> Deriver:
        """What follows from the data."""
        return self.context.derive

    def checks(self) -> Iterator[Check]:
        """Every check by name, to be carried out one by one."""
        return chain.from_iterable(rule(self.context) for rule in RULES)

    def totals(self, indicator: str) -> list[Finding]:
        """Findings on printed totals of an indicator."""
        found = (check.run() for check in totals.checks(self.context, self.context.keys_of([indicator])))
        return [each for each in found if each]

    def findings(self, year: int | None = None) -> list[Finding]:
        """Every finding, those that need a person first; `year` keeps the figures of that year."""
        found = [each for check in self.checks() if (each := check.run())]
        carried_out = {each.check for each in found}
        if not self.context.scope:  # an erratum or an explanation may be about another part
            found += self.lost_errata(carried_out)
            found += self.explaining.unneeded(found, carried_out)
        if year is not None:
            found = [each for each in found if each.year == year]
        return sorted(found, key=lambda each: (STATUSES.index(each.status), not each.suspect, each.chapter, each.check))

    def lost_errata(self, carried_out: set[str]) -> Iterator[Finding]:
        """A finding for each erratum whose check does not exist, and for each that accuses a figure not printed."""
        for check, erratum in self.data.errata.items():
            about = Key("", "", erratum.year)
            lost = partial(Finding, check, "erratum", about, erratum.printed, "", "", "", FAILS, source=erratum.source)
            if check not in carried_out:
                yield lost(f"勘误表（{erratum.place}）指向的检查不存在")
            for figure in erratum.figures:
                if figure not in carried_out and figure not in self.levels:
                    yield lost(f"勘误表（{erratum.place}）所指的数“{figure}”不存在")

    @cached_property
    def levels(self) -> set[str]:
        """The levels that stand in the data, as errata name them."""
        return {str(key) for key in self.data.observations}


@dataclass(frozen=True)
class Audited:
    """The audit of an edition: the data that were checked, and what was found.

    year: of the edition, None for all there are. published: codes of the documents that were published by then.
    revised: the data with later revisions, and since: the year from which they count; None where there are none.
    """

    data: Dataset
    findings: list[Finding]
    year: int | None = None
    published: frozenset[str] = frozenset()
    revised: Dataset | None = None
    since: int | None = None

    def covers(self, year: int, document: str) -> bool:
        """Whether what a document prints of a year belongs to the edition."""
        return self.year is None or year <= self.year or document in self.published

    def check(self) -> list[Finding]:
        """The findings on all that belongs to the edition."""
        found = Audit(self.data).findings()
        if self.revised is not None and self.since is not None:
            since = self.since
            later = [each for each in Audit(self.revised).findings() if each.year >= since]
            found = [each for each in found if each.year < since] + later
        return [each for each in found if self.covers(each.year, each.document)]


def of_edition(root: Path, year: int | None, known: list[Finding] | None = None) -> Audited:
    """The audit of all documents an edition uses; without `year`, of all there are.

    `known` are the findings, where somebody has found them already: then nothing is checked.

    An edition of `year` comes out the year after: it uses the data of every year up to its own and the documents
    (`catalogue/documents.csv`) that were published by then, such as the next year's budget.
    """
    if year is None:
        data = Dataset(root)
        return Audited(data, Audit(data).findings() if known is None else known)
    last = max(at for at in Dataset(root, year, lazy=True).all_years if at <= year + 1)
    data = Dataset(root, last, revised=False)
    published = {code for code, about in data.catalogue.documents.items() if about.published[:4] <= str(year + 1)}
    since = min((at for at in data.years if data.revisions(at)), default=None)
    # Documents from then on are checked against the revised figures, those before against what they knew.
    revised = Dataset(root, last) if since else None
    audited = Audited(data, [], year, frozenset(published), revised, since)
    return replace(audited, findings=audited.check() if known is None else known)
