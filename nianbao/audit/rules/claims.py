"""Printed derived figures (changes, rates, shares, reprints, rankings) against their recomputation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial

from nianbao.audit.checks import Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import (
    AGREES,
    FAILS,
    HOLDS,
    NOT_CHECKED,
    ROUNDING,
    STATUSES,
    SUSPECT,
    Finding,
    Verdict,
    balance,
    decide,
)
from nianbao.audit.rules.rounded import rounded_inputs
from nianbao.data.documents import Claim
from nianbao.data.keys import Key
from nianbao.data.schema import RANKINGS
from nianbao.figures.derivation import CHANGE, GEOMETRIC, GROWTH, LINEAR, MOVED_POINTS
from nianbao.figures.interval import Interval
from nianbao.figures.units import PERCENT, POINTS, decimals_of, factor, margin_of

#: How an average growth was computed, as the note of its finding says.
METHODS = {GEOMETRIC: "几何平均", LINEAR: "算术平均（总增长率除以年数）"}
#: Measures in percent.
RATES = {GROWTH, GEOMETRIC, "share"}
#: Measures of the difference of two levels.
MOVEMENTS = {CHANGE, MOVED_POINTS}


def named(claims: Iterable[Claim]) -> Iterator[tuple[CheckId, Claim]]:
    """Claims with the names of their checks; printings of the same claim are counted."""
    printings: Counter[CheckId] = Counter()
    for claim in claims:
        name = CheckId.of_claim(claim)
        printings[name] += 1
        yield replace(name, serial=printings[name]), claim


def checks(context: Context) -> Iterator[Check]:
    """The checks of all claims in scope."""
    for name, claim in named(context.data.claims):
        if context.covers(claim.indicator):
            yield Check(name, partial(check_claim, context, name, claim))


def of_figure(context: Context, measure: str, key: Key, base: str = "") -> Iterator[Check]:
    """The checks of the printings of one derived figure, or of the reprints of a level."""
    for name, claim in named(context.derive.claims(measure, key, base)):
        yield Check(name, partial(check_claim, context, name, claim))


def check_claim(context: Context, name: CheckId, claim: Claim) -> Finding:
    """One printed derived figure against its recomputation."""
    state = partial(context.finding, name, claim.measure, claim.key, claim.literal, source=claim.source)
    if claim.measure in RANKINGS:
        verdict, order = check_ranking(context, claim)
        return replace(state(verdict), recomputed="|".join(order))
    state = partial(state, digits=max(2, decimals_of(claim.value)))
    about = context.indicator(claim.key)
    unit = unit_of(context, claim)
    by = factor(unit, claim.unit)
    if by is None:
        return state(Verdict(FAILS, f"印作“{claim.unit}”，应为“{unit}”"))
    quantity = context.derive.recompute(claim)
    if quantity is None:
        return state(unknown(context, claim))
    printed = Interval.printed(claim.value, margin_of(claim.value, claim.unit, about.kind))
    return state(*compare(context, claim, printed, quantity.exact * by, quantity.interval.scaled(by)))


def unit_of(context: Context, claim: Claim) -> str:
    """The unit a claim should have, or one that converts into it."""
    if claim.measure in RATES:
        return PERCENT
    if claim.measure == MOVED_POINTS:
        return POINTS
    return context.catalogue.unit(context.indicator(claim.key), claim.item)


def compare(
    context: Context, claim: Claim, printed: Interval, exact: Fraction, spread: Interval
) -> tuple[Verdict, Fraction, Interval]:
    """The verdict on a claim, and what it was compared with in the end."""
    measure = claim.measure
    base = claim.base_year
    verdict = decide(claim.value, exact, spread, printed)
    if measure == "level" and verdict == Verdict(ROUNDING):  # two printings that only touch differ
        verdict = balance(exact - Fraction(claim.value), [spread, -printed])
    if verdict.status == FAILS:
        why = from_rounded(context, claim)
        verdict = Verdict(ROUNDING, why) if why else verdict
    if verdict.status != FAILS and base and context.derive.circular(claim.key.at(base)):
        if measure in MOVEMENTS:
            return mirrored(context, claim), exact, spread
        if measure == GROWTH and not context.derive.printed_change(claim.key, base):
            return repeated(context, claim, "基期数由本增长率推得"), exact, spread
    if measure == GEOMETRIC:
        assert base is not None
        return average(context, claim, base, verdict, exact, spread)
    return verdict, exact, spread


def average(
    context: Context, claim: Claim, base: int, geometric: Verdict, exact: Fraction, spread: Interval
) -> tuple[Verdict, Fraction, Interval]:
    """The verdict on an average growth by whichever of the two means fits better."""
    linear = context.derive.between(LINEAR, claim.key, base)
    assert linear is not None
    other = decide(claim.value, linear.exact, linear.interval)
    if STATUSES.index(other.status) > STATUSES.index(geometric.status):
        return Verdict(other.status, METHODS[LINEAR]), linear.exact, linear.interval
    note = f"{METHODS[GEOMETRIC]}；{geometric.note}".strip("；")
    return Verdict(geometric.status, note), exact, spread


def from_rounded(context: Context, claim: Claim) -> str:
    """The note on a growth or share that follows from its levels as the text prints them, in a larger unit."""
    code = claim.indicator
    if claim.measure == "share":
        rule = f"{code} / {claim.base} * 100"
    elif claim.measure == GROWTH:
        earlier = f"{code}{{{int(claim.base) - claim.year}}}"
        rule = f"({code} - {earlier}) / {earlier} * 100"
    else:
        return ""
    return rounded_inputs(context, claim.key, rule, claim.value)


def unknown(context: Context, claim: Claim) -> Verdict:
    """Verdict on a claim that cannot be recomputed; a base of zero has its convention (100 %)."""
    now = context.derive.level(claim.key)
    whole = None
    if claim.measure == "share":
        whole = context.derive.denominator(claim.base, claim.item, claim.year)
    elif claim.base_year:
        whole = context.derive.level(claim.key.at(claim.base_year))
    if now and whole and whole.exact == 0 and claim.measure in RATES:
        by_convention = 100 if now.exact > 0 else 0
        if claim.value == by_convention:
            return Verdict(NOT_CHECKED, "基数为零，比率没有意义，依惯例印作100%或0")
        return Verdict(FAILS, "基数为零，比率没有意义，依惯例应印100%（两数皆零时印0）")
    return Verdict(NOT_CHECKED, f"缺少计算所需的数：{'基期或总体' if now else '本期数'}")


def mirrored(context: Context, claim: Claim) -> Verdict:
    """A change without an independent base stands or falls with the growth rate printed beside it."""
    for measure, word in ((GROWTH, "增长率"), (GEOMETRIC, "年均增长率")):
        for twin in context.derive.claims(measure, claim.key, claim.base)[:1]:
            status = check_claim(context, CheckId.of_claim(twin), twin).status
            if status in HOLDS:
                return Verdict(status, f"与所印{word}{twin.literal}%互验")
            return Verdict(NOT_CHECKED, f"所印{word}有误，不能用来验证")
    return repeated(context, claim, "基期数由本增减量推得")


def repeated(context: Context, claim: Claim, note: str) -> Verdict:
    """The first printing of a claim cannot be checked, for the reason in `note`; the next agree with it."""
    first = context.derive.claims(claim.measure, claim.key, claim.base)[0]
    return Verdict(NOT_CHECKED, note) if first is claim else Verdict(AGREES, "与前文所印相同")


def check_ranking(context: Context, claim: Claim) -> tuple[Verdict, list[str]]:
    """A printed list of the highest or lowest items against the data: the same ones.

    A text that says “较低的地区有” names a set: another order than that of the figures is odd, but not wrong.
    """
    codes = claim.literal.split("|")
    order = ranking(context, claim.indicator, claim.year, claim.measure == "highest")[: len(codes)]
    printed = [value_of(context, claim.key.of(code)) for code in codes]
    wanted = [value_of(context, claim.key.of(code)) for code in order]
    if None in printed or sorted(filter(None, printed)) != sorted(filter(None, wanted)):
        return Verdict(FAILS, "名单不符"), order
    return Verdict(AGREES, "" if printed == wanted else f"{SUSPECT}：名单相符，所列次序与数的大小不一致"), order


def value_of(context: Context, key: Key) -> Fraction | None:
    """The printed value of a level; None where it is unknown."""
    level = context.printed(key)
    return level.exact if level else None


def ranking(context: Context, indicator: str, year: int, highest: bool = True) -> list[str]:
    """Codes of the lowest-level items by value, the highest (or lowest) first."""
    items = context.catalogue.codelists[context.catalogue.indicator(indicator).dimension]
    known = {}
    for code in context.data.items(indicator, year):
        if not items[code].parent or items[code].level == "prefecture":
            continue
        value = value_of(context, Key(indicator, code, year))
        if value is not None:
            known[code] = value
    return sorted(known, key=lambda code: -known[code] if highest else known[code])
