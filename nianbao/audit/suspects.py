"""Diagnoses of an edition, set against its findings: which are known and explained, and which a person must look at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from nianbao.audit.audit import Audited
from nianbao.audit.diagnosis.building import build
from nianbao.audit.diagnosis.diagnosis import Diagnosis, diagnose
from nianbao.audit.diagnosis.problem import Problem
from nianbao.audit.findings import ERRATUM, EXPLAINED, FAILS, Finding
from nianbao.data.csvfiles import YEAR
from nianbao.data.documents import Erratum

#: How the name of the check of a printed derived figure begins; the relations of a diagnosis leave that out.
CLAIM = "claim:"


def never(check: str) -> bool:
    """That no explained difference is about a check."""
    return False


@dataclass(frozen=True)
class Suspects:
    """The diagnoses of an edition, the most certain first, and the findings and errata they are set against.

    `explained` tells, where there are no findings, whether an explained difference is about a check.
    """

    diagnoses: list[Diagnosis]
    findings: list[Finding]
    errata: Mapping[str, Erratum]
    explained: Callable[[str], bool] = never

    @cached_property
    def _by_check(self) -> dict[str, Finding]:
        return {each.check.removeprefix(CLAIM): each for each in self.findings}

    def findings_of(self, diagnosis: Diagnosis) -> list[Finding]:
        """The findings on the relations of a diagnosis; relations between figures printed nowhere have none."""
        found = (self._finding(name) for name in diagnosis.relations.split())
        return list(dict.fromkeys(each for each in found if each))

    def _finding(self, relation: str) -> Finding | None:
        """The finding on a relation: a rate has one for all ways to compute it, a ranking one for all its steps."""
        return next((self._by_check[name] for name in shortened(relation) if name in self._by_check), None)

    def _has_erratum(self, diagnosis: Diagnosis) -> bool:
        """Whether a relation of a diagnosis, or its figure, is a known erratum."""
        if any(each.status == ERRATUM for each in self.findings_of(diagnosis)):
            return True
        names = {name for relation in diagnosis.relations.split() for name in shortened(relation)}
        known = (check.removeprefix(CLAIM) for check in self.errata)
        if any(check in names or is_of(diagnosis, check) for check in known):
            return True
        return any(accuses(erratum, diagnosis) for erratum in self.errata.values())

    def is_open(self, diagnosis: Diagnosis) -> bool:
        """Whether a person must look at a diagnosis: none of its relations is a known erratum, or one has changed.

        A figure that only stands out once others are put right is told with those.
        """
        statuses = {each.status for each in self.findings_of(diagnosis)}
        if FAILS in statuses or not diagnosis.relations:
            return FAILS in statuses
        if statuses == {EXPLAINED} or all(map(self.explained, diagnosis.relations.split())):
            return False
        return not self._has_erratum(diagnosis)

    @cached_property
    def open(self) -> list[Diagnosis]:
        """The diagnoses a person must look at."""
        return [each for each in self.diagnoses if self.is_open(each)]

    @cached_property
    def unexplained(self) -> list[Finding]:
        """The findings that fail and that no diagnosis explains: words, rankings, errata that have changed."""
        explained = {finding.check for each in self.open for finding in self.findings_of(each)}
        return [each for each in self.findings if each.status == FAILS and each.check not in explained]

    def year_of(self, diagnosis: Diagnosis) -> int:
        """The latest year that a diagnosis is about: that of its figure, or of a relation that fails."""
        years = [each.year for each in self.findings_of(diagnosis) if each.status == FAILS]
        return max([diagnosis.year, *years])

    def rows(self) -> list[dict[str, str]]:
        """The rows of `diagnosis.csv`, by the names of its columns."""
        return [each.row() for each in self.diagnoses]

    def about(self, erratum: Erratum) -> list[Diagnosis]:
        """The diagnoses of an erratum: first those of the figures that it calls wrong, then those of its relations."""
        wanted = [each.removeprefix(CLAIM) for each in erratum.checks]
        own = [each for each in self.diagnoses if accuses(erratum, each)]
        related = [
            each
            for each in self.diagnoses
            if any(finding.check.removeprefix(CLAIM) in wanted for finding in self.findings_of(each))
        ]
        return [*own, *(each for each in related if each not in own)]


def accuses(erratum: Erratum, diagnosis: Diagnosis) -> bool:
    """Whether an erratum calls the figure of a diagnosis wrong: one that it names, else the one of its checks."""
    if not erratum.figures:
        return any(is_of(diagnosis, check.removeprefix(CLAIM)) for check in erratum.checks)
    key = f"{diagnosis.indicator}:{diagnosis.region}:{diagnosis.year}"
    if not diagnosis.measure:
        return key in erratum.figures
    return any(figure.startswith(CLAIM) and is_of(diagnosis, figure.removeprefix(CLAIM)) for figure in erratum.figures)


def shortened(relation: str) -> Iterator[str]:
    """The name of a relation, then without its last parts: `growth:x:all:2025:2024:17`, `growth:x:all:2025:2024` …"""
    while relation:
        yield relation
        relation = relation.rpartition(":")[0]


def is_of(diagnosis: Diagnosis, check: str) -> bool:
    """Whether a check (without `claim:`) is about the figure of a diagnosis itself."""
    key = f"{diagnosis.indicator}:{diagnosis.region}:{diagnosis.year}"
    measure = diagnosis.measure or check.partition(":")[0]
    name = ":".join(part for part in (measure, key, diagnosis.base) if part)
    return check == name or check.startswith(f"{name}:#")


def of_edition(audited: Audited, known: list[Diagnosis] | None = None) -> Suspects:
    """The suspected figures of an edition; `known` are the diagnoses, where somebody has made them already.

    Relations whose difference is explained accuse no figure. As in the audit, documents from the year of the first
    revision on are seen with the revised figures, those before with what they knew.
    """
    diagnoses = diagnoses_of(audited) if known is None else known
    return Suspects(diagnoses, audited.findings, audited.data.errata)


def diagnoses_of(audited: Audited) -> list[Diagnosis]:
    """The diagnoses of an edition; see `of_edition`."""
    explained = {each.check.removeprefix(CLAIM) for each in audited.findings if each.status == EXPLAINED}
    found = diagnose(without(build(audited.data), explained))
    if audited.revised is not None and audited.since is not None:
        before = [each for each in found if latest(each) < audited.since]
        later = [each for each in diagnose(without(build(audited.revised), explained)) if latest(each) >= audited.since]
        for each in later:
            each.rank += len(found)
        found = [*before, *later]
    kept = [each for each in found if audited.covers(latest(each), each.document)]
    ranks = {rank: at for at, rank in enumerate(dict.fromkeys(each.rank for each in kept), 1)}
    for each in kept:
        each.rank = ranks[each.rank]
    return kept


def without(problem: Problem, explained: Collection[str]) -> Problem:
    """A problem without the relations that do not hold for a reason that is known, by the names of their checks."""
    dropped = [
        number
        for number, relation in enumerate(problem.relations)
        if any(name in explained for name in shortened(relation.id))
    ]
    return problem.without(dropped) if dropped else problem


def latest(diagnosis: Diagnosis) -> int:
    """The latest year that a diagnosis speaks of: that of its figure, or of one of its relations."""
    named = [part for name in diagnosis.relations.split() for part in name.split(":")]
    return max([diagnosis.year, *(int(part) for part in named if YEAR.fullmatch(part))])
