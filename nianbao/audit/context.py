"""What a rule sees: the data, what follows from them, and a way to state a finding; nothing of the audit itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

from nianbao.audit.checks import CheckId
from nianbao.audit.findings import ERRATUM, EXPLAINED, FAILS, NOT_CHECKED, SUSPECT, Finding, Verdict, in_digits
from nianbao.data.catalogue import Catalogue, Indicator
from nianbao.data.dataset import Dataset
from nianbao.data.explanations import Explanation
from nianbao.data.keys import Key, Source
from nianbao.figures.derivation import Deriver
from nianbao.figures.interval import Interval
from nianbao.figures.quantity import Quantity

Made = TypeVar("Made")


def nothing_explained(check: str, printed: str, recomputed: str) -> Explanation | None:
    """No explanation of any check."""


@dataclass(frozen=True)
class Context:
    """A read-only view of the data for rules. `scope` keeps the checks of one part (the first word of an indicator).

    `explanation` finds the explained difference of a check that fails, by its name, what is printed and recomputed.
    """

    data: Dataset
    derive: Deriver
    scope: str = ""
    explanation: Callable[[str, str, str], Explanation | None] = nothing_explained
    _made: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def catalogue(self) -> Catalogue:
        """Indicators and codelists."""
        return self.data.catalogue

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What rules need again and again, such as a list that was read: made the first time it is asked for."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def indicator(self, key: Key) -> Indicator:
        """The indicator a key is about."""
        return self.catalogue.indicators[key.indicator]

    def printed(self, key: Key) -> Quantity | None:
        """The printed level; None where nothing (or a blank) is printed."""
        return self.derive.printed(key)

    def covers(self, indicator: str) -> bool:
        """Whether an indicator is in scope."""
        return self.scope in {"", indicator.split(".")[0]}

    def keys_of(self, indicators: Iterable[str]) -> list[Key]:
        """The keys of all observations of some indicators, year by year."""
        codes = list(indicators)
        return [
            Key(code, item, year) for year in self.data.years for code in codes for item in self.data.items(code, year)
        ]

    def keys(self) -> list[Key]:
        """The keys of all observations in scope."""
        if self.scope:
            return self.keys_of(filter(self.covers, self.catalogue.indicators))
        return list(self.data.observations)

    def finding(
        self,
        check: CheckId,
        kind: str,
        about: Key,
        printed: str,
        verdict: Verdict,
        exact: Fraction | None = None,
        spread: Interval | None = None,
        digits: int = 2,
        source: Source | None = None,
    ) -> Finding:
        """A finding, in which a failing check that is a known erratum becomes one, and a stale erratum fails.

        What fails or looks odd and is an explained difference becomes that.

        `exact` and `spread` are what the figure should be, shown to `digits`; `source` is where it stands, by default
        the source of the observation it is about.
        """
        recomputed = in_digits(exact, digits)
        low = in_digits(spread.low, digits) if spread else ""
        high = in_digits(spread.high, digits) if spread else ""
        name = str(check)
        verdict = self._known(name, verdict, printed, recomputed)
        verdict = self._explained(name, verdict, printed, recomputed)
        if source is None:
            seen = self.data.observations.get(about)
            source = seen.source if seen else Source()
        return Finding(name, kind, about, printed, recomputed, low, high, verdict.status, verdict.note, source)

    def _known(self, check: str, verdict: Verdict, printed: str, recomputed: str) -> Verdict:
        """The verdict once the errata are looked up."""
        erratum = self.data.errata.get(check)
        if erratum is None or verdict.status == NOT_CHECKED:
            return verdict
        if verdict.status != FAILS:
            return Verdict(FAILS, f"勘误表（{erratum.place}）所述的错误已不存在，请删去该条")
        guard = erratum.guard(check)
        now = f"{printed}=>{recomputed}".replace(" ", "")
        if guard and guard != now:
            return Verdict(FAILS, f"勘误表（{erratum.place}）所述为“{guard}”，现为“{now}”，请重新核对")
        return Verdict(ERRATUM, erratum.reason)

    def _explained(self, check: str, verdict: Verdict, printed: str, recomputed: str) -> Verdict:
        """The verdict once the explained differences are looked up; errata that are not as they were stay so."""
        odd = verdict.status == FAILS or verdict.note.startswith(SUSPECT)
        if not odd or check in self.data.errata:
            return verdict
        explanation = self.explanation(check, printed, recomputed)
        return Verdict(EXPLAINED, explanation.words) if explanation else verdict
