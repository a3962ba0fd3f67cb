"""What a book prints of a figure: the printed one where it holds, else as its erratum says; marked where in doubt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, partial

from nianbao.audit.audit import Audit
from nianbao.audit.checks import CLAIM, COPY, FORMULA, IDENTITY, RELATION, TOTAL, Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import ERRATUM, HOLDS, NOT_CHECKED, Finding
from nianbao.audit.rules import claims, copies, formulas, totals
from nianbao.audit.rules.identities import check_identity, read_identities
from nianbao.data.keys import Key
from nianbao.figures.derivation import GEOMETRIC, LINEAR
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
        """The checks with a known erratum that calls a printed level wrong, or else is about it, by level."""
        doubts: dict[Key, list[str]] = defaultdict(list)
        subjects = {str(check.id): key for key, check in formulas.relations(self.context)}
        for check, erratum in sorted(self.audit.data.errata.items()):
            kind, *about = check.removeprefix(f"{CLAIM}:").split(":")
            if erratum.figures:
                for figure in filter(is_level, erratum.figures):
                    doubts[level_of(figure)].append(check)
            elif kind == RELATION:
                doubts[subjects.get(check, Key("", "", 0))].append(check)
            elif kind in {FORMULA, TOTAL, "level"}:
                doubts[level_of(":".join(about))].append(check)
        return doubts

    @cached_property
    def _doubted_claims(self) -> dict[str, str]:
        """The derived figures that a known erratum of another check calls wrong, by name: that check."""
        found = {}
        for check, erratum in sorted(self.audit.data.errata.items()):
            found.update({figure: check for figure in erratum.figures if not is_level(figure) and figure != check})
        return found

    def _named(self, name: str) -> Iterator[Check]:
        """Checks among which that of a name is, found without looking at other data than they need."""
        kind, *about = name.removeprefix(f"{CLAIM}:").split(":")
        if kind == IDENTITY:
            yield from self._identity(*about)
        elif kind == COPY:
            part = Context(self.audit.data, self.derive, about[0].split(".")[0])
            yield from copies.checks(part)
        elif kind == RELATION:
            yield from (check for _, check in formulas.relations(self.context))
        elif kind == FORMULA:
            yield from formulas.checks(self.context, [level_of(":".join(about))])
        elif kind == TOTAL:
            yield from totals.checks(self.context, self.context.keys_of([about[0]]))
        elif name.startswith(f"{CLAIM}:"):
            base = "".join(part for part in about[3:] if not part.startswith("#"))
            yield from claims.of_figure(self.context, kind, level_of(":".join(about)), base)

    def _identity(self, name: str, item: str, year: str) -> Iterator[Check]:
        """The check of a linear relation at one place."""
        terms = read_identities(self.audit.data).get(name)
        if terms:
            check = CheckId.of_relation(IDENTITY, name, item, int(year))
            keys = [term.key(item, int(year)) for term in terms]
            yield Check(check, partial(check_identity, self.context, check, terms, keys, []))

    def mark(self, key: Key) -> Finding | None:
        """The known erratum that a printed level is about; None where none is."""
        if key not in self._marks:
            self._marks[key] = self._find_mark(key)
        return self._marks[key]

    def _find_mark(self, key: Key) -> Finding | None:
        found = None
        for wanted in self._doubts.get(key, ()):
            for check in self._named(wanted):
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
        if name.measure == GEOMETRIC and claims.METHODS[LINEAR] in found.note:
            quantity = self.derive.between(LINEAR, key, int(name.base)) or quantity
        shown = quantity.with_value(
            claim.value, unit=claim.unit, source=claim.source, place=claim.place, note=found.note
        )
        if found.status in {*HOLDS, NOT_CHECKED}:
            other = self._doubted_claims.get(str(name))
            return replace(shown, mark=other, note=self.audit.data.errata[other].reason) if other else shown
        erratum = self.audit.data.errata.get(str(name))
        if erratum and erratum.show == "published":
            return replace(shown, mark=str(name), note=erratum.reason)
        note = f"原报告印作{show(claim.value)}{claim.unit}" + (f"；{erratum.reason}" if erratum else "")
        return replace(quantity, mark=str(name), source=claim.source, note=note)


def is_level(figure: str) -> bool:
    """Whether a figure that an erratum names is a level, not a derived figure."""
    return not figure.startswith(f"{CLAIM}:")


def level_of(figure: str) -> Key:
    """The key of a level as an erratum or the name of a check names it: `pension.insured:640000:2025`."""
    indicator, item, year = figure.split(":")[:3]
    return Key(indicator, item, int(year))
