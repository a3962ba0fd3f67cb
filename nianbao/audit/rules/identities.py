"""Linear relations of indicators (勾稽关系), for every year and item that prints their terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from nianbao.audit.checks import IDENTITY, Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import NOT_CHECKED, Finding, Verdict, balance
from nianbao.data import schema
from nianbao.data.csvfiles import YEAR, Row
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key, Source
from nianbao.figures.interval import NOTHING, Interval
from nianbao.figures.units import decimals_of


@dataclass(frozen=True)
class Term:
    """A term of an identity: `weight` times the `indicator` (of a pinned `item`, or of each) `lag` years before.

    `years` are those that the identity is of, such as the year of a list of projects; empty where it is of every year.
    """

    indicator: str
    item: str
    weight: Fraction
    lag: int
    title: str
    years: frozenset[int] = frozenset()

    def key(self, item: str, year: int) -> Key:
        """The level the term means for an item in a year."""
        return Key(self.indicator, self.item or item, year - self.lag)

    @classmethod
    def of(cls, row: Row, data: Dataset) -> Term:
        """The term in a row; DataError for indicators and items that are not known, and weights that are no numbers."""
        row.check(row["indicator"] in data.catalogue.indicators, "indicator", "没有指标“{indicator}”")
        dimension = data.catalogue.indicators[row["indicator"]].dimension
        known = not row["item"] or row["item"] in data.catalogue.codelists[dimension]
        row.check(known, "item", "代码表“{dimension}”中没有“{item}”", dimension=dimension)
        row["lag"] = row.get("lag") or "0"
        years = row.get("years", "").split("|") if row.get("years") else []
        row.check(all(map(YEAR.fullmatch, years)), "years", "“{years}”不是年份，几年以 | 隔开")
        return cls(
            row["indicator"],
            row["item"],
            Fraction(row.number("weight")),
            int(row.number("lag")),
            row["title"],
            frozenset(map(int, years)),
        )


def applies(terms: list[Term], year: int) -> bool:
    """Whether an identity is one of a year."""
    return not terms[0].years or year in terms[0].years


def read_identities(data: Dataset) -> dict[str, list[Term]]:
    """The terms of each identity of `catalogue/identities.csv` by its name."""
    groups: dict[str, list[Term]] = defaultdict(list)
    for row in data.folder.read("catalogue/identities.csv", schema.IDENTITIES.heads):
        groups[row["identity"]].append(Term.of(row, data))
    return groups


def through(groups: dict[str, list[Term]], key: Key) -> Iterator[tuple[str, list[Term], list[Key]]]:
    """The relations among `groups` that a level stands in, each with its name, its terms and their levels."""
    for name, terms in groups.items():
        pinned = all(term.item for term in terms)
        spots = {
            ("" if pinned else key.item, key.year + term.lag)
            for term in terms
            if term.indicator == key.indicator and term.item in {"", key.item} and (pinned or not term.item)
        }
        for item, year in sorted(spot for spot in spots if applies(terms, spot[1])):
            yield name, terms, [term.key(item, year) for term in terms]


def checks(context: Context) -> Iterator[Check]:
    """Linear relations, for every year and item that prints all of their terms (or, for the whole, most of them).

    Where a term is printed for no item of that year at all, the relation is no relation of the items:
    it is left out there, and reported as not checked for the whole only.
    """
    data = context.data
    groups = {}
    for name, terms in read_identities(data).items():
        if any(context.covers(term.indicator) for term in terms):
            groups[name] = terms
    others = {term.indicator for terms in groups.values() for term in terms if not context.covers(term.indicator)}
    known: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for key in [*context.keys(), *context.keys_of(sorted(others))]:
        known[key.indicator].add((key.item, key.year))
    for name, terms in groups.items():
        free = [term.indicator for term in terms if not term.item]
        top = data.catalogue.top(data.catalogue.indicators[free[0]]) if free else ""
        for item, year in sorted(places(terms, known)):
            if year not in data.years or free and not item:
                continue
            keys = [term.key(item, year) for term in terms]
            missing = [key for key in keys if (key.item, key.year) not in known[key.indicator]]
            whole = not item or item == top
            apart = not whole or any(key.year not in data.years for key in missing)
            if len(terms) - len(missing) > 1 and not (missing and apart):
                check = CheckId.of_relation(IDENTITY, name, item or terms[-1].item, year)
                yield Check(check, partial(check_identity, context, check, terms, keys, missing))


def places(terms: list[Term], known: dict[str, set[tuple[str, int]]]) -> set[tuple[str, int]]:
    """Items and years at which some term of an identity is printed; the item is empty where all are pinned."""
    found = set()
    for term in terms:
        for item, year in known[term.indicator]:
            if term.item in {"", item}:
                found.add(("" if term.item else item, year + term.lag))
    return {spot for spot in found if applies(terms, spot[1])}


def subject(terms: list[Term], keys: list[Key]) -> Key:
    """The figure a relation is about: the total, which is the one term of its sign, else the last."""
    signs = [term.weight > 0 for term in terms]
    alone = [at for at, sign in enumerate(signs) if signs.count(sign) == 1 and len(signs) > 2]
    return keys[alone[0] if alone else -1]


def check_identity(context: Context, name: CheckId, terms: list[Term], keys: list[Key], missing: list[Key]) -> Finding:
    """One relation at one place."""
    title = terms[0].title
    about = subject(terms, keys)
    if missing:
        names = "、".join(f"{key.year}年{context.indicator(key).name}" for key in missing[:3])
        printed = (context.data.observations.get(key) for key in keys)
        source = next((seen.source for seen in printed if seen), Source())
        verdict = Verdict(NOT_CHECKED, f"未载所需的数：{title}：缺{names}")
        return context.finding(name, IDENTITY, about, "", verdict, source=source)
    weighed = weigh(context, terms, keys)
    verdict = balance(weighed.exact, weighed.parts)
    note = f"{verdict.note}（{title}）" if verdict.note else title
    return context.finding(
        name, IDENTITY, about, "0", Verdict(verdict.status, note), weighed.exact, weighed.spread, weighed.digits
    )


@dataclass(frozen=True)
class Weighed:
    """A sum of weight x level: its point value, the intervals it is made of, and the most decimals of a level."""

    exact: Fraction
    parts: list[Interval]
    digits: int

    @property
    def spread(self) -> Interval:
        """The interval of the sum."""
        return sum(self.parts, NOTHING)


def weigh(context: Context, terms: list[Term], keys: list[Key]) -> Weighed:
    """The sum of the levels of a relation, each times its weight; a cell printed blank counts as nothing."""
    levels = []
    for key, term in zip(keys, terms, strict=True):
        level = context.printed(key)
        if level:
            levels.append((level, term.weight))
    exact = sum((level.exact * weight for level, weight in levels), Fraction(0))
    parts = [level.interval.scaled(weight) for level, weight in levels]
    return Weighed(exact, parts, max((decimals_of(level.value) for level, _ in levels), default=0))
