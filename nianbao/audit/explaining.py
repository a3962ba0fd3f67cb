"""Which failing checks the explained differences of the editions are about.

An explanation is about a relation by name, or about the relations that a figure stands in: as what is printed, as a
part or a whole of it, or as the year it is compared with. It explains what would fail or look odd; what agrees needs
no explanation, and an explanation of nothing is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property

from nianbao.audit.checks import CLAIM, FORMULA, IDENTITY, LIST, ORDER, PART, RELATION, TOTAL, TWIN
from nianbao.audit.findings import EXPLAINED, FAILS, NOT_CHECKED, SUSPECT, Finding
from nianbao.audit.rules import orders, parts, totals
from nianbao.audit.rules.identities import Term, read_identities
from nianbao.data import formulas, schema
from nianbao.data.csvfiles import NUMBER, YEAR
from nianbao.data.dataset import Dataset
from nianbao.data.explanations import Explanation
from nianbao.data.keys import Key, Source

#: Kind of the findings on explanations themselves.
KIND = "explained"
#: What stands in front of the number of a further printing of a claim.
SERIAL = "#"


class Explaining:
    """The explained differences of a dataset, and the checks they are about."""

    def __init__(self, data: Dataset):
        self.data = data

    # -- what an explanation is about -------------------------------------------------------------------------------
    def of(self, check: str, printed: str = "", recomputed: str = "") -> Explanation | None:
        """The first explanation of a check that fails with these numbers; None where there is none."""
        return next(
            (each for each in self.data.explanations if self.concerns(each, check) and fits(each, printed, recomputed)),
            None,
        )

    def covers(self, check: str) -> bool:
        """Whether any explanation is about a check (with or without `claim:` in front), whatever its numbers."""
        names = (check, f"{CLAIM}:{check}")
        return any(self.concerns(each, name) for each in self.data.explanations for name in names)

    def concerns(self, explanation: Explanation, check: str) -> bool:
        """Whether an explanation is about a check."""
        if not explanation.names(check):
            return False
        year = year_of(check)
        if year is not None and not explanation.since <= year <= explanation.edition:
            return False
        if not explanation.indicator and not explanation.item:
            return True
        return any(stands_for(explanation, key) for key in self.figures(check))

    def shown_at(self, key: Key) -> list[Explanation]:
        """The explanations that belong beneath a table in which a level stands."""
        return [each for each in self.data.explanations if self._is_about(each, key)]

    def _is_about(self, explanation: Explanation, key: Key) -> bool:
        """Whether an explanation is about a level, or about a relation that the level stands in."""
        if explanation.indicator or explanation.item:
            return stands_for(explanation, key)
        if not explanation.since <= key.year <= explanation.edition:
            return False
        whole = year_of(explanation.check) is not None
        check = explanation.check if whole else f"{explanation.check}:{key.item}:{key.year}"
        return key in self.figures(check)

    # -- the figures of a check -------------------------------------------------------------------------------------
    def figures(self, check: str) -> list[Key]:
        """The levels that a check is about, or compares; none for words."""
        kind, _, about = check.partition(":")
        by_kind: Mapping[str, Callable[[str], Iterator[Key]]] = {
            CLAIM: self._of_claim,
            TOTAL: self._of_total,
            FORMULA: self._of_formula,
            PART: self._of_part,
            IDENTITY: lambda text: self._of_terms(self._identities, text),
            ORDER: lambda text: self._of_terms(self._orders, text),
            TWIN: self._of_twin,
            RELATION: self._of_relation,
            LIST: self._of_relation,
        }
        known = by_kind.get(kind, lambda text: filter(None, [level(text)]))
        return list(known(about))

    def _of_claim(self, about: str) -> Iterator[Key]:
        """Of a printed derived figure: its level, and what that is compared with."""
        measure, _, rest = about.partition(":")
        key = level(rest)
        if key is None:
            return
        yield key
        base = "".join(part for part in rest.split(":")[3:] if not part.startswith(SERIAL))
        if measure == "share" and base:
            yield from formulas.places(base, key.item, key.year)
        elif YEAR.fullmatch(base):
            yield key.at(int(base))

    def _of_total(self, about: str) -> Iterator[Key]:
        """Of a total: the whole and its printed parts."""
        key = level(about)
        if key is not None:
            yield key
            dimension = self.data.catalogue.indicators[key.indicator].dimension
            seen = self.data.items(key.indicator, key.year)
            yield from map(key.of, totals.printed_parts(self.data.catalogue, dimension, key.item, seen))

    def _of_formula(self, about: str) -> Iterator[Key]:
        """Of a formula: the figure and the terms."""
        key = level(about)
        if key is not None:
            yield key
            rule = self.data.formula(key)
            yield from formulas.places(rule, key.item, key.year) if rule else ()

    def _of_part(self, about: str) -> Iterator[Key]:
        """Of a component: itself and what it is a component of."""
        key = level(about)
        if key is not None:
            yield key
            above = parts.whole_of(self.data.catalogue, self.data.observations, key)
            yield from [above] if above else []

    @staticmethod
    def _of_terms(groups: Mapping[str, list[Term]], about: str) -> Iterator[Key]:
        """Of a relation of `groups` at an item in a year: its terms."""
        name, item, year = (*about.split(":"), "", "")[:3]
        if YEAR.fullmatch(year):
            yield from (term.key(item, int(year)) for term in groups.get(name, ()))

    def _of_twin(self, about: str) -> Iterator[Key]:
        """Of two equal figures whose changes are compared: both."""
        name, _, rest = about.partition(":")
        yield from self._of_terms(self._identities, f"{name.rsplit('-', 2)[0]}:{rest}")

    def _of_relation(self, about: str) -> Iterator[Key]:
        """Of a further formula that a document states: the figure and the terms."""
        found = self._relations.get(about)
        if found is not None:
            key, rule = found
            yield key
            yield from formulas.places(rule, key.item, key.year)

    @cached_property
    def _identities(self) -> dict[str, list[Term]]:
        return read_identities(self.data)

    @cached_property
    def _orders(self) -> dict[str, list[Term]]:
        return orders.read_orders(self.data)

    @cached_property
    def _relations(self) -> dict[str, tuple[Key, str]]:
        """Figure and formula of each further relation, by name, item and year."""
        found = {}
        for _, row in self.data.of_documents(schema.RELATIONS, "relations"):
            key = Key(row["indicator"], row["item"], int(row["year"]))
            found[f"{row['relation']}:{key.item}:{key.year}"] = key, row["formula"]
        return found

    # -- explanations of nothing ------------------------------------------------------------------------------------
    def unneeded(self, findings: list[Finding], carried_out: set[str]) -> Iterator[Finding]:
        """A finding on each explanation of which nothing fails: one whose relation does not exist fails itself.

        One that is only not needed is told and fails nothing: the notes at the tables may be wanted all the same.
        """
        used = {
            found.place
            for each in findings
            if each.status == EXPLAINED and (found := self.of(each.check, each.printed, each.recomputed))
        }
        for explanation in self.data.explanations:
            if explanation.place in used:
                continue
            exists = not explanation.check or any(explanation.names(check) for check in carried_out)
            standing = self._standing(explanation, findings)
            note = f"{SUSPECT}：已说明的差异（{explanation.place}）没有可说明的不符，{standing}"
            if not exists:
                note = f"已说明的差异（{explanation.place}）所指的核对项“{explanation.check}”不存在"
            about = Key(explanation.indicator, explanation.item, explanation.edition)
            status = NOT_CHECKED if exists else FAILS
            name = f"{KIND}:{explanation.place}"
            yield Finding(name, KIND, about, "", "", "", "", status, note, self._source(explanation))

    def _standing(self, explanation: Explanation, findings: list[Finding]) -> str:
        """What an editor can do about an explanation of nothing: the checks that fail with another difference."""
        failing = [each for each in findings if each.status == FAILS and self.concerns(explanation, each.check)]
        if failing and explanation.difference is not None:
            now = difference(failing[0].printed, failing[0].recomputed)
            return f"差额写作{explanation.difference}，现为{now}，请重新核对"
        return "各项都相符，或已由以前的年报说明；不必加注的请删去"

    def _source(self, explanation: Explanation) -> Source:
        """Where the figure stands that is explained; nothing for a relation."""
        if not explanation.indicator:
            return Source()
        about = self.data.catalogue.indicators[explanation.indicator]
        item = explanation.item or self.data.catalogue.top(about)
        seen = self.data.observations.get(Key(explanation.indicator, item, explanation.edition))
        return seen.source if seen else Source()


def stands_for(explanation: Explanation, key: Key) -> bool:
    """Whether a level is one of those an explanation is about."""
    right_year = explanation.since <= key.year <= explanation.edition
    return right_year and explanation.indicator in {"", key.indicator} and explanation.item in {"", key.item}


def fits(explanation: Explanation, printed: str, recomputed: str) -> bool:
    """Whether the difference between two numbers is the one that is explained; any is, where none is named."""
    return explanation.difference is None or difference(printed, recomputed) == abs(explanation.difference)


def difference(printed: str, recomputed: str) -> Decimal | None:
    """How far what is printed is from what is computed; None where one of the two is no number."""
    if not NUMBER.fullmatch(printed) or not NUMBER.fullmatch(recomputed):
        return None
    return abs(Decimal(printed) - Decimal(recomputed))


def level(text: str) -> Key | None:
    """The level that the rest of the name of a check begins with: `x.stock:990000:2025:2024`; None where none does."""
    indicator, item, year = (*text.split(":"), "", "")[:3]
    return Key(indicator, item, int(year)) if YEAR.fullmatch(year) else None


def year_of(check: str) -> int | None:
    """The year that a check is about: that of its level, or of its relation; None for words."""
    parts_of_name = check.split(":")
    at = 4 if parts_of_name[0] == CLAIM else 3
    year = parts_of_name[at] if len(parts_of_name) > at else ""
    return int(year) if YEAR.fullmatch(year) else None
