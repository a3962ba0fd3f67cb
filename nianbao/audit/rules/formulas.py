"""Printed figures that have a formula, and further formulas that figures of a document should follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import partial

from nianbao.audit.checks import FORMULA, LIST, RELATION, Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import FAILS, NOT_CHECKED, ROUNDING, Finding, Verdict, decide
from nianbao.audit.rules.rounded import rounded_inputs
from nianbao.data import formulas, schema
from nianbao.data.catalogue import Catalogue
from nianbao.data.formulas import terms
from nianbao.data.keys import Key
from nianbao.figures.evaluation import evaluate
from nianbao.figures.interval import Interval
from nianbao.figures.units import decimals_of


def checks(context: Context, keys: Iterable[Key] | None = None) -> Iterator[Check]:
    """Printed figures (among `keys`) that have a formula, where its terms are printed for items of that kind at all."""
    data = context.data
    places = list(context.keys() if keys is None else keys)
    tops = {code: data.catalogue.top(about) for code, about in data.catalogue.indicators.items()}
    printed = {(key.indicator, key.year) for key in places if key.item != tops[key.indicator]}
    for key in places:
        seen = data.observations.get(key)
        rule = data.formula(key)
        if not rule or seen is None or seen.value is None or seen.derived:
            continue
        usual = all(
            (term.indicator, term.year) in printed or context.derive.level(term)
            for term in formulas.places(rule, key.item, key.year)
        )
        if key.item == tops[key.indicator] or usual:
            name = CheckId.of_level(FORMULA, key)
            yield Check(name, partial(check_formula, context, name, key, rule))


def stated(context: Context) -> Iterator[tuple[Key, Check]]:
    """Further formulas (`documents/<document>/relations.csv`), with the figure each is about, printed or not.

    The figures themselves are not looked at; such a check can be carried out only where its figure is printed.
    """
    for _, row in sorted(context.data.of_documents(schema.RELATIONS, "relations"), key=lambda each: each[1]["year"]):
        context.data.terms(row, "formula")
        key = Key(row["indicator"], row["item"], int(row["year"]))
        kind = LIST if lists_components(context.catalogue, row["formula"], key) else RELATION
        name = CheckId.of_relation(kind, row["relation"], key.item, key.year)
        yield key, Check(name, partial(check_formula, context, name, key, row["formula"], row["title"]))


def lists_components(catalogue: Catalogue, rule: str, key: Key) -> bool:
    """Whether a formula is a sum of components of the figure it is about: a list that should exhaust its whole."""
    only_sums = not set("-*/") & set(rule)
    return only_sums and all(catalogue.indicators[term.indicator].parent == key.indicator for term in terms(rule))


def further(context: Context) -> Iterator[Check]:
    """The checks of further formulas of figures that are printed."""
    return (check for key, check in stated(context) if context.covers(key.indicator) and context.printed(key))


def check_formula(context: Context, name: CheckId, key: Key, rule: str, title: str = "") -> Finding:
    """A printed figure against its formula, or a further one with a `title`."""
    printed = context.printed(key)
    assert printed is not None
    state = partial(context.finding, name, FORMULA, key, printed.signed)
    filled = context.derive.filled(rule, key.item, key.year)
    note = title
    if filled is not None:
        exact, spread = filled.exact, filled.interval
    else:
        blanks = with_blanks(context, rule, key)
        note = "空格按零计"
        if blanks is None:
            return state(Verdict(NOT_CHECKED, lacking(context, rule, key)))
        exact, spread = blanks
    verdict = decide(printed.value, exact, spread, printed.interval)
    if verdict.status == FAILS and filled is not None:
        why = rounded_inputs(context, key, rule, printed.value)
        verdict = Verdict(ROUNDING, why) if why else verdict
    digits = max(2, decimals_of(printed.value))
    return state(Verdict(verdict.status, verdict.note or note), exact, spread, digits)


def with_blanks(context: Context, rule: str, key: Key) -> tuple[Fraction, Interval] | None:
    """A formula of sums and differences with cells printed blank taken as nothing; None for any other."""
    if set("*/") & set(rule):
        return None
    points: list[Fraction] = []
    spreads: list[Interval] = []
    for place in formulas.places(rule, key.item, key.year):
        level = context.derive.level(place)
        if level:
            points.append(level.exact)
            spreads.append(level.interval)
            continue
        seen = context.data.observations.get(place)
        if seen is None or seen.value is not None:
            return None
        half = Fraction(1, 2 * 10 ** context.indicator(place).decimals)
        points.append(Fraction(0))
        spreads.append(Interval(-half, half))
    return evaluate(rule, points, spreads)


def lacking(context: Context, rule: str, key: Key) -> str:
    """Why a formula could not be used."""
    unknown = [place for place in formulas.places(rule, key.item, key.year) if context.derive.level(place) is None]
    names = "、".join(dict.fromkeys(context.indicator(place).name for place in unknown))
    return f"缺少计算所需的数：{names}" if names else "除数为零，无从计算"
