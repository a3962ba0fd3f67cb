"""Each whole of a codelist against the sum of its parts, wherever both are printed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from functools import partial

from nianbao.audit.checks import TOTAL, Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import NOT_CHECKED, Finding, Verdict, balance
from nianbao.data.catalogue import Catalogue, Indicator
from nianbao.data.keys import Key
from nianbao.data.observations import Observation
from nianbao.figures.interval import NOTHING
from nianbao.figures.units import PERCENT, RATIO, decimals_of


def adds_up(about: Indicator) -> bool:
    """Whether figures of an indicator add up over its items: ratios do not."""
    return about.kind != "ratio" and about.unit not in {RATIO, PERCENT}


def checks(context: Context, keys: Iterable[Key] | None = None) -> Iterator[Check]:
    """Each whole against the sum of its parts, wherever both are printed (among `keys`)."""
    rows: dict[tuple[str, int], dict[str, Observation]] = defaultdict(dict)
    for key in context.keys() if keys is None else keys:
        rows[key.indicator, key.year][key.item] = context.data.observations[key]
    for (code, year), seen in rows.items():
        about = context.catalogue.indicators[code]
        if not adds_up(about):
            continue
        for whole, observation in seen.items():
            parts = printed_parts(context.catalogue, about.dimension, whole, seen)
            if not parts or observation.value is None:
                continue
            alone = len(parts) == 1 and len(context.catalogue.children(about.dimension, whole)) > 1
            key = Key(code, whole, year)
            name = CheckId.of_level(TOTAL, key)
            yield Check(name, partial(check_total, context, name, key, parts, alone))


def check_total(context: Context, name: CheckId, key: Key, parts: list[str], alone: bool) -> Finding:
    """A printed whole against the sum of its printed parts; `alone`: only one of several parts is printed."""
    total = context.printed(key)
    assert total is not None
    state = partial(context.finding, name, TOTAL, key, total.signed)
    if alone:
        return state(Verdict(NOT_CHECKED, "分项不全：只载其中一项"))
    levels = [level for part in parts if (level := context.printed(key.of(part)))]
    if not levels:  # blank cells beside others count as nothing; nothing but blank cells is no sum
        return state(Verdict(NOT_CHECKED, "各分项都没有数"))
    exact = sum((level.exact for level in levels), Fraction(0))
    spread = sum((level.interval for level in levels), NOTHING)
    verdict = balance(total.exact - exact, [total.interval, *(-level.interval for level in levels)])
    digits = max(decimals_of(each.value) for each in [total, *levels])
    return state(Verdict(verdict.status, verdict.note or f"{len(levels)}项之和"), exact, spread, digits)


def printed_parts(catalogue: Catalogue, dimension: str, whole: str, seen: Collection[str]) -> list[str]:
    """The nearest descendants of `whole` that are among the items `seen`."""
    parts = []
    for child in catalogue.children(dimension, whole):
        parts += [child] if child in seen else printed_parts(catalogue, dimension, child, seen)
    return parts
