"""What the audit would say if some figures were others: nothing is written, the data stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from nianbao.audit.audit import Audit, Audited
from nianbao.audit.briefing import Briefing
from nianbao.audit.findings import ERRATUM, FAILS, HOLDS, Finding
from nianbao.audit.suspects import Suspects
from nianbao.data.dataset import Dataset
from nianbao.data.documents import Claim
from nianbao.data.keys import Key
from nianbao.data.observations import Observation
from nianbao.figures.ids import FigureId
from nianbao.figures.units import factor, show


class Noted(dict[Key, Observation]):
    """Observations that note which of them are read."""

    def __init__(self, known: Mapping[Key, Observation]):
        super().__init__(known)
        self.read: set[Key] = set()

    def get(self, key, default=None):
        """As of a mapping."""
        self.read.add(key)
        return super().get(key, default)

    def __getitem__(self, key: Key) -> Observation:
        self.read.add(key)
        return super().__getitem__(key)


@dataclass(frozen=True)
class Said:
    """What the audit says of a changed figure.

    known: whether it is a figure of the data, or one that a document prints. lines: what no longer holds, and which
    known errata are mended; nothing where all holds as before.
    """

    known: bool
    lines: tuple[str, ...] = ()


class Supposed:
    """The audit of the edition of `year` with other figures in place of some of its own.

    folder: of the data; last: the last year of them that the edition looks at; changed: figures with their new values,
    in the unit that their names tell (their own, where they tell none). Raises DataError for data that cannot be read.
    """

    def __init__(self, folder: Path, year: int, last: int, changed: Mapping[FigureId, Decimal]):
        self.changed = changed
        before = Dataset(folder, last, revised=False)
        self._before = {each.check: each for each in Audit(before).findings()}
        self.data = Dataset(folder, last, revised=False)
        self._known = {figure for figure in changed if self._put(figure, changed[figure])}
        noted = Noted(self.data.observations)
        self.data.observations = noted
        self._told: dict[Key, list[Finding]] = {}
        self._others: list[Finding] = []
        keys = {figure.key for figure in self._known}
        for check in Audit(self.data).checks():
            noted.read = set()
            finding = check.run()
            if finding is not None and self._is_new(finding):
                self._note(finding, keys & {finding.key, *noted.read})
        self._briefing = Briefing(Audited(self.data, [], year), Suspects([], [], {}), year)

    def of(self, figure: FigureId) -> Said:
        """What is said of a changed figure."""
        return Said(figure in self._known, tuple(self._lines(self._told.get(figure.key, ()))))

    def others(self) -> list[str]:
        """What no longer holds without being about one of the changed figures alone."""
        return list(self._lines(self._others))

    def _lines(self, findings: Iterable[Finding]) -> Iterable[str]:
        for each in findings:
            line = self._briefing.compared(each)
            yield line if each.status == FAILS else f"与已知的勘误相合：{line}"

    def _is_new(self, finding: Finding) -> bool:
        """Whether a check fails that did not, or a known erratum is gone."""
        before = self._before.get(finding.check)
        if finding.status == FAILS:
            return before is None or before.status != FAILS
        return before is not None and before.status == ERRATUM and finding.status in HOLDS

    def _note(self, finding: Finding, keys: set[Key]) -> None:
        """Keep a finding with the changed figures it is about."""
        for key in keys:
            self._told.setdefault(key, []).append(finding)
        if not keys:
            self._others.append(finding)

    # -- putting --------------------------------------------------------------------------------------------------
    def _put(self, figure: FigureId, value: Decimal) -> bool:
        """Put a figure in the place of the known one; False where the data know none."""
        if figure.by_formula:
            return False
        if figure.derived or figure.reprint:
            return self._put_claim(figure, value)
        seen = self.data.observations.get(figure.key)
        if seen is None or seen.derived:
            return False
        own = self.data.catalogue.unit(self.data.catalogue.indicators[figure.key.indicator], figure.key.item)
        by = factor(figure.unit, own) if figure.unit else 1
        if by is None:
            return False
        put = value * Decimal(by.numerator) / Decimal(by.denominator) if by != 1 else value
        self.data.observations[figure.key] = replace(seen, value=put, literal=f"{put:f}")
        return True

    def _put_claim(self, figure: FigureId, value: Decimal) -> bool:
        """Put a derived figure in the place of what the documents print of it."""
        measure = figure.measure or "level"
        wanted = [each for each in self.data.claims if self._is_of(each, figure, measure)]
        signed = {id(each): replace(each, literal=f"{value:f}") for each in wanted}
        self.data.claims = [signed.get(id(each), each) for each in self.data.claims]
        return bool(wanted)

    @staticmethod
    def _is_of(claim: Claim, figure: FigureId, measure: str) -> bool:
        """Whether a claim prints a derived figure, in the same unit."""
        if (claim.measure, claim.key) != (measure, figure.key) or (figure.unit and figure.unit != claim.unit):
            return False
        if figure.reprint:
            return str(claim.source).replace(" ", "-") == figure.reprint
        return claim.base.partition("[")[0] == figure.base.partition("[")[0]


def told_range(low: str, high: str) -> str:
    """A range in words: one number where both ends are the same."""
    return show(Decimal(low)) if low == high else f"{show(Decimal(low))}到{show(Decimal(high))}"
