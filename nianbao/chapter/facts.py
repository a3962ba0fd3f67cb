"""What a book says about a figure: the facts that go with every record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from nianbao.chapter.record import Fact
from nianbao.data.catalogue import Document, cited
from nianbao.figures.quantity import Quantity

#: Digits of a bound, and of one so large that ten would cut its decimals.
DIGITS = 10
MANY_DIGITS = 15
LARGE = 10**6


def bound(value: Fraction) -> str:
    """An end of an interval as a decimal without an exponent."""
    digits = DIGITS if abs(value) < LARGE else MANY_DIGITS
    return f"{Decimal(f'{float(value):.{digits}g}'):f}"


def fact(quantity: Quantity, documents: Mapping[str, Document]) -> Fact:
    """What is known of a quantity; `documents` gives the titles of its sources."""
    return Fact(
        id=str(quantity.id),
        name=quantity.name,
        value=quantity.signed,
        unit=quantity.unit,
        low=bound(quantity.interval.low),
        high=bound(quantity.interval.high),
        status=quantity.status,
        formula=quantity.formula,
        inputs=tuple(str(each.id) for each in quantity.inputs),
        source=cited(quantity.source, documents),
        place=quantity.place,
        note=quantity.note,
        mark=quantity.mark,
        expression=quantity.expression,
    )


def facts(quantities: Iterable[Quantity], documents: Mapping[str, Document]) -> dict[str, Fact]:
    """The facts on quantities and on everything they were computed from, inputs first, by the id of the figure.

    Where a figure is shown and another one is computed from it, what is said of the one that is shown stands: it may
    bear a mark.
    """
    known: dict[str, Fact] = {}
    for each in quantities:
        for name, about in facts(each.inputs, documents).items():
            known.setdefault(name, about)
        known[str(each.id)] = fact(each, documents)
    return known
