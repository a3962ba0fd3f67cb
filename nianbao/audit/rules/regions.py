"""Each printed whole against the sum of parts that are printed nowhere but follow from ratios or other formulas.

A table may print a ratio of each region (参保抚养比) beside another table's number of insured persons: that gives the
pensioners of each region, whose sum is printed elsewhere. Where two tables lead to the same figure, it must lie in what
both allow.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial

from nianbao.audit.checks import REGIONS, TOTAL, Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import Finding, Verdict, balance
from nianbao.audit.rules.totals import adds_up, printed_parts
from nianbao.data import formulas
from nianbao.data.catalogue import Catalogue, Indicator
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.figures.interval import NOTHING, Interval
from nianbao.figures.units import decimals_of


def checks(context: Context, keys: Iterable[Key] | None = None) -> Iterator[Check]:
    """Each printed whole (among `keys`) whose parts are not printed but follow from other figures of the same items."""
    led = routes(context.catalogue)
    printed: dict[tuple[str, int], set[str]] = defaultdict(set)
    for key in context.keys() if keys is None else keys:
        if key.indicator in led:
            printed[key.indicator, key.year].add(key.item)
    for (code, year), seen in printed.items():
        about = context.catalogue.indicators[code]
        for whole in sorted(seen):
            key = Key(code, whole, year)
            if context.printed(key) is None or printed_parts(context.catalogue, about.dimension, whole, seen):
                continue
            parts = derived_parts(context.data, key, led[code], partial(follows, context, led[code]))
            if len(parts) > 1:
                name = CheckId.of_level(REGIONS, key)
                yield Check(name, partial(check_regions, context, name, key, parts, led[code]))


def follows(context: Context, ways: Sequence[str], key: Key) -> bool:
    """Whether a level follows from one of some formulas."""
    return allowed(context, ways, key) is not None


def check_regions(context: Context, name: CheckId, key: Key, parts: list[str], ways: Sequence[str]) -> Finding:
    """A printed whole against the sum of the levels of its parts, as the formulas in `ways` give them."""
    total = context.printed(key)
    assert total is not None
    levels = [found for part in parts if (found := allowed(context, ways, key.of(part))) is not None]
    exact = sum((point for point, _ in levels), Fraction(0))
    spread = sum((interval for _, interval in levels), NOTHING)
    verdict = balance(total.exact - exact, [total.interval, *(-interval for _, interval in levels)])
    terms = [term.indicator for way in ways for term in formulas.terms(way)]
    names = dict.fromkeys(context.catalogue.indicators[code].name for code in terms)
    note = f"{len(levels)}项之和，各项由{'、'.join(names)}推得"
    verdict = Verdict(verdict.status, f"{verdict.note}（{note}）" if verdict.note else note)
    return context.finding(name, TOTAL, key, total.signed, verdict, exact, spread, max(2, decimals_of(total.value)))


def routes(catalogue: Catalogue) -> dict[str, list[str]]:
    """Formulas that lead to the indicators that add up: its own, and the numerator of each ratio divided by it."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, about in catalogue.indicators.items():
        if about.formula and not about.check_only and adds_up(about):
            found[code].append(about.formula)
    for code, about in catalogue.indicators.items():
        parts = quotient(about)
        if parts and adds_up(catalogue.indicator(parts[1])):
            found[parts[1]].append(f"{parts[0]} / {code}")
    return dict(found)


def quotient(about: Indicator) -> tuple[str, str] | None:
    """The numerator and denominator of a ratio that is one indicator divided by another; None for any other."""
    if about.kind != "ratio" or not about.formula or about.check_only:
        return None
    parsed = formulas.parse(about.formula)
    tree = parsed.tree
    if len(parsed.terms) != 2 or any(term.item or term.lag for term in parsed.terms):
        return None
    if not isinstance(tree, ast.BinOp) or not isinstance(tree.op, ast.Div):
        return None
    if not isinstance(tree.left, ast.Name) or not isinstance(tree.right, ast.Name):
        return None
    return parsed.terms[0].indicator, parsed.terms[1].indicator


def allowed(context: Context, ways: Sequence[str], key: Key) -> tuple[Fraction, Interval] | None:
    """Point value and interval of a level by all of some formulas; None where none can be filled in.

    Where two contradict each other the first counts; that they do is a finding on the ratio.
    """
    found: tuple[Fraction, Interval] | None = None
    for way in ways:
        filled = context.derive.filled(way, key.item, key.year)
        if filled is None:
            continue
        if found is None:
            found = filled.exact, filled.interval
        elif found[1].meets(filled.interval):
            low = max(found[1].low, filled.interval.low)
            high = min(found[1].high, filled.interval.high)
            found = min(max(found[0], low), high), Interval(low, high)
    return found


def derived_parts(data: Dataset, whole: Key, ways: Sequence[str], known: Callable[[Key], bool]) -> list[str]:
    """The nearest descendants of `whole` whose level is `known`; none unless they exhaust the whole.

    They do where every item that has a row of the figures in the formulas is one of them, or above or below one.
    """
    catalogue = data.catalogue
    dimension = catalogue.indicators[whole.indicator].dimension
    below = descendants(catalogue, dimension, whole.item)
    terms = {term.indicator for way in ways for term in formulas.terms(way)}
    needed = {item for term in terms for item in data.items(term, whole.year) if item in below}
    if not needed:
        return []
    parts = nearest(catalogue, dimension, whole, known)
    related = set(parts)
    for part in parts:
        related |= descendants(catalogue, dimension, part)
        related |= {code for code in needed if part in descendants(catalogue, dimension, code)}
    return parts if needed <= related and needed.issuperset(parts) else []


def nearest(catalogue: Catalogue, dimension: str, whole: Key, known: Callable[[Key], bool]) -> list[str]:
    """The nearest descendants of a whole whose level is known."""
    parts = []
    for child in catalogue.children(dimension, whole.item):
        key = whole.of(child)
        parts += [child] if known(key) else nearest(catalogue, dimension, key, known)
    return parts


def descendants(catalogue: Catalogue, dimension: str, code: str) -> set[str]:
    """Codes of all items below one."""
    found: set[str] = set()
    for child in catalogue.children(dimension, code):
        found |= {child} | descendants(catalogue, dimension, child)
    return found
