"""Rows of a table (a figure and its components, or all items) that repeat another year's to the last digit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from nianbao.audit.checks import COPY, Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import AGREES, FAILS, Finding, Verdict
from nianbao.data.keys import Key

#: A row with as few figures as this may repeat by chance.
FEW = 3
#: An indicator printed for more items than this is compared over all of them.
MANY_ITEMS = 4
ALL_ITEMS = "*"

Member = tuple[str, str]  # indicator and item


def checks(context: Context) -> Iterator[Check]:
    """Each row of figures against the same row of earlier years."""
    rows: dict[Member, dict[int, str]] = defaultdict(dict)
    for key in context.keys():
        seen = context.data.observations[key]
        if seen.status == "A":
            rows[key.indicator, key.item][key.year] = seen.literal
    for (code, item), members in sorted(groups(context, rows).items()):
        years = sorted({year for member in members for year in rows.get(member, ())})
        for year in years:
            values = {rows[member].get(year) for member in members if member in rows}
            if len(values - {None, "0"}) > FEW:
                name = CheckId.of_level(COPY, Key(code, item, year))
                about = Key(code, members[0][1], year)
                earlier = [before for before in years if before < year]
                yield Check(name, partial(check_copy, context, name, about, members, earlier))


def groups(context: Context, rows: dict[Member, dict[int, str]]) -> dict[Member, list[Member]]:
    """What stands in one row: a figure with its components, or an indicator for all its items."""
    indicators = context.catalogue.indicators
    children: dict[str, list[str]] = defaultdict(list)
    for code, about in indicators.items():
        if about.kind != "ratio" and about.parent:
            children[about.parent].append(code)
    found: dict[Member, list[Member]] = {}
    items: dict[str, list[str]] = defaultdict(list)
    for code, item in rows:
        items[code].append(item)
        if code in children:
            found[code, item] = [(each, item) for each in (code, *children[code])]
    for code, listed in items.items():
        if len(listed) > MANY_ITEMS and indicators[code].kind != "ratio":
            found[code, ALL_ITEMS] = [(code, item) for item in listed]
    return found


def check_copy(context: Context, name: CheckId, about: Key, members: list[Member], earlier: list[int]) -> Finding:
    """A row of figures against the same row of each earlier year."""
    now = row(context, members, about.year)
    known = [text for text in now if text]
    same = [year for year in earlier if len(known) > FEW and row(context, members, year) == now]
    verdict = Verdict(FAILS, f"整行{len(now)}个数与{same[-1]}年的完全相同") if same else Verdict(AGREES)
    return context.finding(name, COPY, about, "|".join(known), verdict)


def row(context: Context, members: list[Member], year: int) -> list[str | None]:
    """What is printed for the members in a year; None for what is not printed."""
    observations = (context.data.observations.get(Key(indicator, item, year)) for indicator, item in members)
    return [seen.literal if seen and seen.status == "A" else None for seen in observations]
