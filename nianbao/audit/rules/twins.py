"""Two figures that a relation says are equal: what is printed of the change or growth of one must hold of the other.

The levels themselves are compared by the relation; but a document may print the change of both, and two printings that
only touch differ (公用经费增加3.32万元，机关运行经费增加3.33万元).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from nianbao.audit.checks import TWIN, Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import Finding, Verdict, balance
from nianbao.audit.rules.identities import Term, read_identities
from nianbao.data.documents import Claim
from nianbao.figures.derivation import AVERAGE, CHANGE, GROWTH
from nianbao.figures.interval import Interval
from nianbao.figures.units import decimals_of, factor, margin_of, single

#: Measures that are the same for two equal figures.
RATES = (GROWTH, AVERAGE)


def checks(context: Context) -> Iterator[Check]:
    """Each pair of printed changes or rates of two figures that an identity says are equal."""
    groups = {name: terms for name, terms in read_identities(context.data).items() if equal(terms)}
    for name, (one, other) in groups.items():
        for claim in context.data.claims:
            fits = claim.indicator == one.indicator and one.item in {"", claim.item}
            if claim.measure not in {CHANGE, *RATES} or not fits or not context.covers(claim.indicator):
                continue
            printings = context.derive.claims(claim.measure, claim.key, claim.base)
            twins = context.derive.claims(claim.measure, other.key(claim.item, claim.year), claim.base)
            if claim is not printings[0] or not twins:
                continue
            about = (claim, twins[0], one, other)
            if len(twins) < len(printings):  # it is about the one that is printed less often
                about = (twins[0], claim, other, one)
            check = CheckId.of_relation(TWIN, f"{name}-{claim.measure}-{claim.base}", about[0].item, claim.year)
            yield Check(check, partial(check_twin, context, check, *about))


def equal(terms: list[Term]) -> bool:
    """Whether a relation says that one figure is another, or a multiple of it, in the same year."""
    return len(terms) == 2 and terms[0].lag == terms[1].lag == 0 and terms[0].weight * terms[1].weight < 0


def check_twin(context: Context, name: CheckId, claim: Claim, twin: Claim, one: Term, other: Term) -> Finding | None:
    """What is printed of one figure against what is printed of its equal; None where a unit makes no sense."""
    first = moved(context, claim, one)
    second = moved(context, twin, other)
    if first is None or second is None:
        return None
    verdict = balance(first[0] - second[0], [first[1], -second[1]])
    titles = context.catalogue.title(*twin.key)
    note = f"{one.title}，而{titles}同一项印作{twin.literal}{twin.unit}（{twin.source.place}）"
    by = scale(context, claim, one)
    assert by is not None
    exact = second[0] / by
    spread = second[1].scaled(1 / by)
    found = Verdict(verdict.status, note)
    digits = max(2, decimals_of(claim.value))
    return context.finding(name, claim.measure, claim.key, claim.literal, found, exact, spread, digits, claim.source)


def moved(context: Context, claim: Claim, term: Term) -> tuple[Fraction, Interval] | None:
    """A printed change or rate, times the weight of its figure in the relation; None where its unit makes no sense."""
    by = scale(context, claim, term)
    if by is None:
        return None
    kind = context.indicator(claim.key).kind
    interval = Interval.printed(claim.value, margin_of(claim.value, single(claim.unit), kind))
    return Fraction(claim.value) * by, interval.scaled(by)


def scale(context: Context, claim: Claim, term: Term) -> Fraction | None:
    """What a printed change or rate is multiplied by to be compared with that of the equal figure."""
    if claim.measure in RATES:
        return Fraction(1)
    unit = context.catalogue.unit(context.indicator(claim.key), claim.item)
    by = factor(single(claim.unit), unit)
    return by * abs(term.weight) if by is not None else None
