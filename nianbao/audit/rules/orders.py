"""Orders: sums of weight x indicator that cannot be more than zero, for every year and item that prints their terms.

A group within another cannot be larger (职业病 within 伤残, grade by grade), and listed parts not more than their whole
where the list need not be complete.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from nianbao.audit.checks import ORDER, PART, Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import AGREES, FAILS, Finding, Verdict
from nianbao.audit.rules.identities import Term, places, subject, weigh
from nianbao.data import schema
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key


def read_orders(data: Dataset) -> dict[str, list[Term]]:
    """The terms of each order of `catalogue/orders.csv` by its name."""
    groups: dict[str, list[Term]] = defaultdict(list)
    for row in data.folder.read("catalogue/orders.csv", schema.ORDERS.heads, optional=True):
        groups[row["order"]].append(Term.of(row, data))
    return groups


def complete(data: Dataset, groups: dict[str, list[Term]]) -> Iterator[tuple[CheckId, list[Term], list[Key]]]:
    """The orders at each place where all of their terms are known: name of the check, terms, levels."""
    known: dict[str, set[tuple[str, int]]] = defaultdict(set)
    wanted = {term.indicator for terms in groups.values() for term in terms}
    for code in sorted(wanted):
        known[code] = {(item, year) for year in data.years for item in data.items(code, year)}
    for name, terms in groups.items():
        free = any(not term.item for term in terms)
        for item, year in sorted(places(terms, known)):
            keys = [term.key(item, year) for term in terms]
            if (item or not free) and all((key.item, key.year) in known[key.indicator] for key in keys):
                yield CheckId.of_relation(ORDER, name, item or terms[-1].item, year), terms, keys


def checks(context: Context) -> Iterator[Check]:
    """Each order at each place where all of its terms are known."""
    groups = {
        name: terms
        for name, terms in read_orders(context.data).items()
        if any(context.covers(term.indicator) for term in terms)
    }
    for name, terms, keys in complete(context.data, groups):
        yield Check(name, partial(check_order, context, name, terms, keys))


def at(context: Context, name: str, item: str, year: int) -> Check | None:
    """The check of one order at one place; None where no order has that name. Levels are not looked at yet."""
    terms = read_orders(context.data).get(name)
    if terms is None:
        return None
    check = CheckId.of_relation(ORDER, name, item, year)
    keys = [term.key(item, year) for term in terms]
    return Check(check, partial(check_order, context, check, terms, keys))


def check_order(context: Context, name: CheckId, terms: list[Term], keys: list[Key]) -> Finding | None:
    """One order at one place; None where a term is printed blank."""
    if any(context.printed(key) is None for key in keys):
        return None
    weighed = weigh(context, terms, keys)
    title = terms[0].title
    more = weighed.spread.low > 0
    verdict = Verdict(FAILS, f"大小颠倒：{title}") if more else Verdict(AGREES, title)
    about = keys[0] if len(keys) == 2 else subject(terms, keys)
    printed = context.printed(about)
    assert printed is not None
    limit = printed.exact - weighed.exact / terms[keys.index(about)].weight
    return context.finding(name, PART, about, printed.signed, verdict, limit, digits=weighed.digits)
