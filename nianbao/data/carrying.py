"""Formulas of last time's document, for a new one of the same kind that states none of its own.

A budget or list of targets that is filled in by a workbook has its totals and products computed as last time, as long
as they hold: a sum takes all the items of the year, a product counts where it gives what is filled in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from fractions import Fraction
from typing import Protocol

from nianbao.data import formulas
from nianbao.data.catalogue import Catalogue
from nianbao.data.csvfiles import Row
from nianbao.data.documents import ItemFormula
from nianbao.data.keys import Key
from nianbao.data.observations import Observation

#: The rows of formulas by the document that states them.
Stated = Mapping[str, Sequence[Row]]
#: What is noted of a sum over the items of a year.
SUMMED = "各项目相加"


class Data(Protocol):
    """What of the data is looked at here: a `nianbao.data.dataset.Dataset` has it."""

    catalogue: Catalogue
    years: list[int]
    observations: MutableMapping[Key, Observation]

    def items(self, indicator: str, year: int) -> list[str]:
        """Codes for which an indicator has a row in a year."""


def carried(data: Data, stated: Stated) -> dict[Key, ItemFormula]:
    """The formulas that documents without any take from the last of their kind; `stated` are those of the others."""
    return {
        key: ItemFormula(text, SUMMED if is_sum(key, text) else "")
        for key, text in offered(data, stated)
        if holds(data, key, text)
    }


def offered(data: Data, stated: Stated) -> Iterator[tuple[Key, str]]:
    """The formulas that such documents may take, whether they hold or not."""
    for year, rows in following(data, stated):
        for row in rows:
            key = Key(row["indicator"], row["item"], year)
            yield key, summed(data, key, row["formula"]) or row["formula"]


def following(data: Data, stated: Stated) -> Iterator[tuple[int, list[Row]]]:
    """The year of each document that states no formulas, with those of the last one of its kind before."""
    years = {code: about.year for code, about in data.catalogue.documents.items() if about.year.isdigit()}
    for document, year in years.items():
        if document in stated or int(year) not in data.years:
            continue
        kind = document.removesuffix(year)
        before = [code for code in stated if years.get(code, year) < year and code.removesuffix(years[code]) == kind]
        if before:
            last = max(before, key=years.__getitem__)
            yield int(year), [row for row in stated[last] if row["year"] == years[last]]


def is_sum(key: Key, text: str) -> bool:
    """Whether a formula adds up items of the very indicator it is for."""
    terms = formulas.terms(text)
    return len(terms) > 1 and all(term.indicator == key.indicator and term.item and not term.lag for term in terms)


def summed(data: Data, key: Key, text: str) -> str:
    """For the sum over last time's items the sum over those of the year; empty for any other formula."""
    if not is_sum(key, text):
        return ""
    keys = (Key(key.indicator, item, key.year) for item in data.items(key.indicator, key.year) if item != key.item)
    known = [each.item for each in keys if each in data.observations and data.observations[each].value is not None]
    return " + ".join(f"{key.indicator}[{item}]" for item in known)


def computed(data: Data, key: Key, text: str) -> Fraction | None:
    """What a formula gives; None where a term of it is unknown."""
    places = formulas.places(text, key.item, key.year)
    seen = [data.observations.get(place) for place in places]
    values = [Fraction(each.value) for each in seen if each is not None and each.value is not None]
    return formulas.value(text, values) if places and len(values) == len(places) else None


def holds(data: Data, key: Key, text: str) -> bool:
    """Whether a formula gives what is printed, to the last digit of that; a figure that is not printed follows."""
    result = computed(data, key, text)
    seen = data.observations.get(key)
    if result is None or seen is None or seen.value is None:
        return result is not None
    exponent = seen.value.as_tuple().exponent
    assert isinstance(exponent, int)  # what is printed is a number
    return abs(Fraction(seen.value) - result) <= Fraction(10) ** exponent / 2
