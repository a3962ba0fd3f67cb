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
    SUSPECT,
    Finding,
    Verdict,
    balance,
    decide,
)
from nianbao.audit.rules.reach import reaching
from nianbao.audit.rules.rounded import rounded_inputs
from nianbao.data.catalogue import Indicator
from nianbao.data.documents import Claim
from nianbao.data.keys import Key
from nianbao.data.schema import RANKINGS
from nianbao.figures.derivation import ARITHMETIC, AVERAGE, CHANGE, GEOMETRIC, GROWTH, MOVED_POINTS
from nianbao.figures.interval import Interval
from nianbao.figures.units import PERCENT, POINTS, decimals_of, factor, margin_of

#: How an average growth was computed, as the note of its finding says.
METHODS = {GEOMETRIC: "几何平均", ARITHMETIC: "算术平均（总增长率除以年数）"}
#: Measures in percent.
RATES = {GROWTH, AVERAGE, "share"}
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
    column = column_of(claim, about, unit)
    printed = Interval.printed(claim.value, margin_of(claim.value, claim.unit, about.kind, column))
    return state(*compare(context, claim, printed, quantity.exact * by, quantity.interval.scaled(by)))


def unit_of(context: Context, claim: Claim) -> str:
    """The unit a claim should have, or one that converts into it."""
    if claim.measure in RATES:
        return PERCENT
    if claim.measure == MOVED_POINTS:
        return POINTS
    return context.catalogue.unit(context.indicator(claim.key), claim.item)


def column_of(claim: Claim, about: Indicator, unit: str) -> int:
    """Decimals with which figures like a claim are printed; nothing where it is in a larger or smaller unit."""
    if claim.measure in RATES:
        return 2
    return about.decimals if claim.unit == unit else 0


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
    if measure == AVERAGE:
        assert base is not None
        return average(context, claim, base, verdict, exact, spread)
    return verdict, exact, spread


def average(
    context: Context, claim: Claim, base: int, verdict: Verdict, exact: Fraction, spread: Interval
) -> tuple[Verdict, Fraction, Interval]:
    """The verdict on an average growth, computed by the mean that its base year has in the document it stands in.

    Where it fails but the other mean would hold, the note says so. Where nothing is said of the base year, both means
    are allowed.
    """
    habit = context.data.mean(base, claim.source.document, claim.key)
    mean = habit or GEOMETRIC
    notes = [METHODS[mean], verdict.note]
    if verdict.status == FAILS:
        other = GEOMETRIC if mean == ARITHMETIC else ARITHMETIC
        recomputed = context.derive.between(other, claim.key, base)
        assert recomputed is not None
        second = decide(claim.value, recomputed.exact, recomputed.interval)
        if second.status in HOLDS and not habit:
            return Verdict(second.status, METHODS[other]), recomputed.exact, recomputed.interval
        if second.status in HOLDS:
            notes.append(f"以{base}年为基期的应按此算，按{METHODS[other]}则相符")
    return Verdict(verdict.status, "；".join(note for note in notes if note)), exact, spread


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
    """Verdict on a claim that cannot be recomputed. A rate over a base of zero means nothing: it is never wrong."""
    now = context.derive.level(claim.key)
    if now and claim.measure in RATES and without_base(context, claim):
        usual = "，依惯例印作100%或0" if claim.value in {0, 100} else ""
        return Verdict(NOT_CHECKED, f"基数为零，比率没有意义{usual}")
    return Verdict(NOT_CHECKED, f"缺少计算所需的数：{'基期或总体' if now else '本期数'}")


def without_base(context: Context, claim: Claim) -> bool:
    """Whether the whole or the base year of a rate is printed as zero."""
    whole = None
    if claim.measure == "share":
        whole = context.derive.denominator(claim.base, claim.item, claim.year)
    elif claim.base_year:
        whole = context.derive.level(claim.key.at(claim.base_year))
    return whole is not None and whole.exact == 0


def mirrored(context: Context, claim: Claim) -> Verdict:
    """A change without an independent base stands or falls with the growth rate printed beside it.

    Where no rate is printed, or a wrong one, other relations may reach the base year.
    """
    reason = "基期数由本增减量推得"
    for measure, word in ((GROWTH, "增长率"), (AVERAGE, "年均增长率")):
        for twin in context.derive.claims(measure, claim.key, claim.base)[:1]:
            if without_base(context, twin):
                continue
            status = check_claim(context, CheckId.of_claim(twin), twin).status
            if status in HOLDS:
                return Verdict(status, f"与所印{word}{twin.literal}%互验")
            reason = f"所印{word}有误，不能用来验证"
    return repeated(context, claim, reason)


def repeated(context: Context, claim: Claim, note: str) -> Verdict:
    """The verdict on a claim from which its own base was derived.

    Its first printing can be checked only by a relation that reaches the base year, or not at all, for the reason in
    `note`; the next printings agree with the first.
    """
    first = context.derive.claims(claim.measure, claim.key, claim.base)[0]
    if first is not claim:
        return Verdict(AGREES, "与前文所印相同")
    assert claim.base_year is not None
    return reaching(context, claim.key.at(claim.base_year)) or Verdict(NOT_CHECKED, note)


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
