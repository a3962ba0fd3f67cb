"""What a book prints of a figure: the printed one where it holds, else as its erratum says; marked where in doubt."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cached_property

from nianbao.audit.audit import Audit
from nianbao.audit.checks import CLAIM, FORMULA, RELATION, TOTAL, Check, CheckId
from nianbao.audit.findings import ERRATUM, HOLDS, NOT_CHECKED, Finding
from nianbao.audit.rules import claims, formulas, totals
from nianbao.data.keys import Key
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import show


class Published:
    """The figures of an edition as its book prints them; what was looked up once is remembered."""

    def __init__(self, audit: Audit):
        self.audit = audit
        self.context = audit.context
        self.derive = audit.derive
        self._claims: dict[CheckId, Finding] = {}
        self._marks: dict[Key, Finding | None] = {}

    # -- levels -------------------------------------------------------------------------------------------------
    @cached_property
    def _doubts(self) -> dict[Key, list[str]]:
        """The checks with a known erratum that are about a printed level, by level."""
        doubts: dict[Key, list[str]] = defaultdict(list)
        subjects = {str(check.id): key for key, check in formulas.relations(self.context)}
        for check in sorted(self.audit.data.errata):
            kind, *about = check.removeprefix(f"{CLAIM}:").split(":")
            if kind == RELATION:
                doubts[subjects.get(check, Key("", "", 0))].append(check)
            elif kind in {FORMULA, TOTAL, "level"}:
                doubts[Key(about[0], about[1], int(about[2]))].append(check)
        return doubts

    def _checks(self, kind: str, key: Key) -> list[Check]:
        """The checks of one kind that may be about a level, found without looking at other data than they need."""
        if kind == CLAIM:
            return list(claims.of_level(self.context, key))
        if kind == FORMULA:
            return list(formulas.checks(self.context, [key]))
        if kind == TOTAL:
            return list(totals.checks(self.context, self.context.keys_of([key.indicator])))
        return [check for about, check in formulas.relations(self.context) if about == key]

    def mark(self, key: Key) -> Finding | None:
        """The known erratum that a printed level is about; None where none is."""
        if key not in self._marks:
            self._marks[key] = self._find_mark(key)
        return self._marks[key]

    def _find_mark(self, key: Key) -> Finding | None:
        found = None
        for wanted in self._doubts.get(key, ()):
            for check in self._checks(wanted.split(":")[0], key):
                finding = check.run() if str(check.id) == wanted else None
                if finding and finding.status == ERRATUM:
                    found = finding
        return found

    def level(self, key: Key) -> Quantity | None:
        """The level a book prints, marked where a check of it is a known erratum; None where it is unknown."""
        quantity = self.derive.level(key)
        found = self.mark(key)
        if quantity is None or found is None:
            return quantity
        rule = self.derive.by_formula(key) if found.check.startswith(f"{FORMULA}:") else None
        if rule and self.audit.data.errata[found.check].show == "recomputed":
            quantity = rule
        elif rule:
            quantity = replace(quantity, formula=rule.formula, inputs=rule.inputs, expression=rule.expression)
        return replace(quantity, mark=found.check, note=found.note)

    # -- derived figures ----------------------------------------------------------------------------------------
    def claim(self, name: CheckId) -> Finding | None:
        """The finding on the first printing of a derived figure; None where nothing is printed."""
        assert name.key is not None
        printed = self.derive.claims(name.measure, name.key, name.base)
        if not printed:
            return None
        if name not in self._claims:
            self._claims[name] = claims.check_claim(self.context, name, printed[0])
        return self._claims[name]

    def derived(self, quantity: Quantity | None) -> Quantity | None:
        """The figure to print for a recomputed one: the claim where it holds, else as its erratum says."""
        if quantity is None or not quantity.id.derived:
            return quantity
        key = quantity.id.key
        name = CheckId.of_figure(quantity.id)
        found = self.claim(name)
        if found is None:
            return quantity
        claim = self.derive.claims(name.measure, key, name.base)[0]
        shown = quantity.with_value(
            claim.value, unit=claim.unit, source=claim.source, place=claim.place, note=found.note
        )
        if found.status in {*HOLDS, NOT_CHECKED}:
            return shown
        erratum = self.audit.data.errata.get(str(name))
        if erratum and erratum.show == "published":
            return replace(shown, mark=str(name), note=erratum.reason)
        note = f"原报告印作{show(claim.value)}{claim.unit}" + (f"；{erratum.reason}" if erratum else "")
        return replace(quantity, mark=str(name), source=claim.source, note=note)
