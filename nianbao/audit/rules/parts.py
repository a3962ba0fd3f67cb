"""A component cannot exceed what it is a component of (`parent` of the indicator)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from nianbao.audit.checks import PART, Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import AGREES, FAILS, Finding, Verdict
from nianbao.data.keys import Key
from nianbao.figures.units import decimals_of, factor


def checks(context: Context) -> Iterator[Check]:
    """Each component whose whole is printed for the same item and year."""
    indicators = context.catalogue.indicators
    for key in context.keys():
        about = indicators[key.indicator]
        whole = indicators.get(about.parent)
        if whole is None or whole.dimension != about.dimension or "ratio" in (about.kind, whole.kind):
            continue
        above = key._replace(indicator=whole.code)
        if above in context.data.observations:
            name = CheckId.of_level(PART, key)
            yield Check(name, partial(check_part, context, name, key, above))


def check_part(context: Context, name: CheckId, key: Key, above: Key) -> Finding | None:
    """A component against its whole; None where one of them is blank or their units do not convert."""
    part = context.printed(key)
    whole = context.printed(above)
    if part is None or whole is None or whole.exact < 0:
        return None
    by = factor(part.unit, whole.unit)
    if by is None:
        return None
    larger = part.interval.low * by > whole.interval.high
    verdict = Verdict(FAILS, f"部分大于总体：{whole.name}{whole.text}{whole.unit}") if larger else Verdict(AGREES)
    return context.finding(name, PART, key, part.signed, verdict, whole.exact / by, digits=decimals_of(part.value))
