"""A component cannot exceed what it is a component of (`parent` of the indicator), nor have a row the whole lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from nianbao.audit.checks import PART, Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import AGREES, FAILS, Finding, Verdict
from nianbao.data.catalogue import Catalogue, Indicator
from nianbao.data.keys import Key
from nianbao.data.observations import Observation
from nianbao.figures.units import decimals_of, factor


def checks(context: Context, keys: Iterable[Key] | None = None) -> Iterator[Check]:
    """Each component whose whole, or the nearest whole above that, is printed for the same item and year.

    Of all components, or of those among `keys`.
    Where that is printed for the neighbours of the item but not for the item itself, a row is missing.
    """
    for key in context.keys() if keys is None else keys:
        above = whole_of(context.catalogue, context.data.observations, key)
        name = CheckId.of_level(PART, key)
        if above is None:
            continue
        if above in context.data.observations:
            yield Check(name, partial(check_part, context, name, key, above))
        else:
            yield Check(name, partial(check_row, context, name, key, above))


def whole_of(catalogue: Catalogue, printed: Mapping[Key, Observation], key: Key) -> Key | None:
    """The nearest level above a component that is printed, or that its neighbours have in the same document.

    None where there is none.
    """
    about = catalogue.indicators[key.indicator]
    for whole in wholes(catalogue, about):
        above = key._replace(indicator=whole.code)
        if above in printed:
            return above
        parent = catalogue.codelists[about.dimension][key.item].parent
        beside = (printed.get(above.of(item)) for item in catalogue.children(about.dimension, parent) if parent)
        document = printed[key].source.document
        if sum(seen is not None and seen.source.document == document for seen in beside) > 1:
            return above
    return None


def wholes(catalogue: Catalogue, about: Indicator) -> Iterator[Indicator]:
    """What an indicator is a component of, the nearest first, as far as both are amounts of the same items."""
    whole = catalogue.indicators.get(about.parent)
    while whole is not None and whole.dimension == about.dimension and "ratio" not in (about.kind, whole.kind):
        yield whole
        whole = catalogue.indicators.get(whole.parent)


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


def check_row(context: Context, name: CheckId, key: Key, above: Key) -> Finding | None:
    """A component whose whole has no row for the item, though it has rows for others; None for nothing."""
    part = context.printed(key)
    if part is None or part.interval.low <= 0:
        return None
    verdict = Verdict(FAILS, f"漏列一行：{context.indicator(above).name}印有同级各项，独缺此项")
    return context.finding(name, PART, key, part.signed, verdict)
