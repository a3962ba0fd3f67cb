"""Figures that were computed from others as the text prints them, rounded to a larger unit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from nianbao.audit.context import Context
from nianbao.audit.findings import AGREES, decide
from nianbao.data import formulas
from nianbao.data.keys import Key
from nianbao.figures.evaluation import evaluate
from nianbao.figures.interval import Interval
from nianbao.figures.units import factor


def rounded_level(context: Context, key: Key) -> Fraction | None:
    """A level as the text prints it again, rounded to a larger unit (3.91 万元 for 39110.38 元); else as it is."""
    level = context.derive.level(key)
    if level is None:
        return None
    for claim in context.derive.claims("level", key):
        by = factor(claim.unit, level.unit)
        if by and by > 1:
            return Fraction(claim.value) * by
    return level.exact


def rounded_inputs(context: Context, key: Key, rule: str, value: Decimal) -> str:
    """The note that names the figures as the text prints them, where a formula gives exactly `value` from those.

    Empty where it does not, or where no figure is printed again in a larger unit.
    """
    places = formulas.places(rule, key.item, key.year)
    points = []
    unrounded = []
    for place in places:
        point = rounded_level(context, place)
        level = context.derive.level(place)
        if point is None or level is None:
            return ""
        points.append(point)
        unrounded.append(level.exact)
    if points == unrounded:
        return ""
    try:
        exact, spread = evaluate(rule, points, [Interval.exactly(point) for point in points])
    except ZeroDivisionError:
        return ""
    if decide(value, exact, spread).status != AGREES:
        return ""
    used = "、".join(f"{float(point):.15g}" for point in dict(zip(places, points, strict=True)).values())
    return f"由正文里取整后的数（{used}）算得"
