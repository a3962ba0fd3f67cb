"""The same target named twice with two values: items of one name, below the same item, for which a ratio is printed.

Amounts of one name may be two lines of a list (社会保障卡补换卡费 is bought in two lots); a rate or a price that is a
target cannot have two values. A score can: the lines of an assessment share out the points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from nianbao.audit.checks import DOUBLE, Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import AGREES, FAILS, Finding, Verdict
from nianbao.data.keys import Key

#: The unit of scores and of the points they are out of.
POINTS = "分"


def checks(context: Context) -> Iterator[Check]:
    """Each ratio whose item has the name of an earlier one below the same item."""
    named: dict[tuple[str, int, str, str], list[Key]] = defaultdict(list)
    for key in context.keys():
        about = context.indicator(key)
        if about.kind == "ratio" and about.unit != POINTS:
            item = context.catalogue.codelists[about.dimension][key.item]
            named[key.indicator, key.year, item.parent, item.name].append(key)
    for keys in named.values():
        for key in keys[1:]:
            name = CheckId.of_level(DOUBLE, key)
            yield Check(name, partial(check_double, context, name, key, keys[0]))


def check_double(context: Context, name: CheckId, key: Key, first: Key) -> Finding | None:
    """A ratio against the first one of that name; None where one of them is blank."""
    now = context.printed(key)
    before = context.printed(first)
    if now is None or before is None:
        return None
    item = context.catalogue.codelists[context.indicator(key).dimension][key.item]
    note = f"同名的“{item.name}”前印{before.text}{before.unit}（{before.source.place}）"
    verdict = Verdict(AGREES if now.interval.meets(before.interval) else FAILS, note)
    return context.finding(name, DOUBLE, key, now.signed, verdict, before.exact)
