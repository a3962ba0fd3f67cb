"""Levels that are printed nowhere, got back from a printed change or rate, must be possible: no fewer than none.

What is counted cannot be negative in the base year either, and nothing that is counted can fall by more than all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from nianbao.audit.checks import POSSIBLE, Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import AGREES, FAILS, Finding, Verdict
from nianbao.data.documents import Claim
from nianbao.data.keys import Key
from nianbao.figures.derivation import CHANGE, GROWTH, MOVED_POINTS
from nianbao.figures.interval import Interval
from nianbao.figures.units import PERCENT, counts, decimals_of, factor, margin_of

#: Measures that lead back to a base year.
BACK = (CHANGE, MOVED_POINTS, GROWTH)


def checks(context: Context) -> Iterator[Check]:
    """Each level that cannot be negative and is known only through a later one and its change or growth."""
    seen: set[Key] = set()
    for claim in context.data.claims:
        if claim.measure not in BACK or claim.base_year is None or not context.covers(claim.indicator):
            continue
        key = claim.key.at(claim.base_year)
        printed = context.data.observations.get(key)
        if key in seen or printed is not None and not printed.derived or not forbidden(context, key):
            continue
        seen.add(key)
        name = CheckId.of_level(POSSIBLE, key)
        yield Check(name, partial(check_possible, context, name, key, claim.year))


def forbidden(context: Context, key: Key) -> bool:
    """Whether a level cannot be negative: what is counted, x:1 ratios, and shares of a whole."""
    about = context.indicator(key)
    if "-" in about.formula or context.once(f"negative:{about.code}", lambda: negative(context, about.code)):
        return False
    unit = context.catalogue.unit(about, key.item)
    return counts(unit) or (unit == PERCENT and about.kind == "ratio" and bool(about.formula))


def negative(context: Context, indicator: str) -> bool:
    """Whether an indicator was printed below zero somewhere: such as the change of a number of posts."""
    printed = (context.data.observations[key].value for key in context.keys_of([indicator]))
    return any(value is not None and value < 0 for value in printed)


def check_possible(context: Context, name: CheckId, key: Key, later: int) -> Finding | None:
    """A level against nothing, by each printed change or growth that leads back to it; None where none does."""
    worst: tuple[Interval, Claim] | None = None
    for measure in BACK:
        for claim in context.derive.claims(measure, key.at(later), key.year):
            base = led_back(context, claim)
            if base is not None and (worst is None or base.high < worst[0].high):
                worst = base, claim
    if worst is None:
        return None
    base, claim = worst
    verdict = Verdict(AGREES)
    if base.high < 0:
        verdict = Verdict(FAILS, f"由所印{claim.literal}{claim.unit}推得的{key.year}年数小于零")
    middle = (base.low + base.high) / 2
    digits = max(2, decimals_of(claim.value))
    return context.finding(name, POSSIBLE, key, claim.literal, verdict, middle, base, digits, claim.source)


def led_back(context: Context, claim: Claim) -> Interval | None:
    """The interval of the base that a change or growth leads back to; None where it leads nowhere."""
    now = context.derive.level(claim.key)
    if now is None:
        return None
    about = context.indicator(claim.key)
    moved = Interval.printed(claim.value, margin_of(claim.value, claim.unit, about.kind))
    if claim.measure == GROWTH:
        times = moved.scaled(Fraction(1, 100)) + Interval.exactly(Fraction(1))
        return None if times.low <= 0 <= times.high else now.interval / times
    by = Fraction(1) if claim.measure == MOVED_POINTS else factor(claim.unit, now.unit)
    return None if by is None else now.interval - moved.scaled(by)
