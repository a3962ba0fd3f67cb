"""Relations that reach a level which is printed nowhere: they check the change or rate from which it was derived."""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.audit.context import Context
from nianbao.audit.findings import AGREES, HOLDS, NOT_CHECKED, Finding, Verdict, balance
from nianbao.audit.rules import totals
from nianbao.audit.rules.identities import read_identities, through, weigh
from nianbao.data.keys import Key


def reaching(context: Context, key: Key) -> Verdict | None:
    """The verdict of a relation that holds with a derived level in it; None where none reaches it.

    A relation that does not hold proves nothing of this level: it has a finding of its own.
    """
    found = [verdict for verdict in relations_of(context, key) if verdict.status in HOLDS]
    return min(found, key=lambda verdict: verdict.status != AGREES, default=None)


def relations_of(context: Context, key: Key) -> Iterator[Verdict]:
    """The verdicts of the identities and totals a level stands in, whose other levels are all known."""
    groups = context.once("identities", lambda: read_identities(context.data))
    for _, terms, keys in through(groups, key):
        if all(each in context.data.observations for each in keys):
            weighed = weigh(context, terms, keys)
            yield proof(balance(weighed.exact, weighed.parts), terms[0].title)
    for check in totals.checks(context, context.keys_of([key.indicator])):
        about = check.id.key
        assert about is not None
        related = {about.item, *context.catalogue.children(context.indicator(key).dimension, about.item)}
        if about.year == key.year and key.item in related:
            yield proof(check.run(), f"{context.catalogue.title(*about)}等于各项之和")


def proof(found: Finding | Verdict | None, title: str) -> Verdict:
    """What a relation says of a figure in it."""
    status = found.status if found else NOT_CHECKED
    return Verdict(status, f"与勾稽关系互验：{title}")
