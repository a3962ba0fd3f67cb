"""A tidy frame: a row a figure, with indicator, item, level, year and value, and what else is asked for.

A figure has the value that the book prints. What is not known has no row: it is never zero, and never guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from nianbao.data.catalogue import Catalogue, Indicator, Item, cited
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.errors import DataError
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import decimals_of, factor
from nianbao.frames.asked import ALL, ITEM, Asked

#: The level that an edition prints; None where it is unknown.
Level = Callable[[Key], Quantity | None]
#: What can be said of a figure beside the columns that every frame has.
MORE = (
    "unit",
    "decimals",
    "status",
    "source",
    "low",
    "high",
    "mark",
    "note",
    "formula",
    "place",
    "kind",
    "dimension",
    "short",
    "parent",
)
UNIT = "unit"


@dataclass(frozen=True)
class Seen:
    """A figure of a frame: its indicator, its item, its year, and its quantity, None for a cell printed blank."""

    about: Indicator
    item: Item
    year: int
    quantity: Quantity | None


# -- which figures -----------------------------------------------------------------------------------------------------
def figures(data: Dataset, asked: Asked, level: Level, blanks: bool = False) -> Iterator[Seen]:
    """The figures that were asked for, in the order of the indicators asked for, years and codelists.

    `blanks`: whether cells that were printed blank are among them.
    """
    candidates = rows_by_indicator(data, asked)
    for about in asked.indicators:
        for year in asked.years:
            known = [
                Seen(about, item, year, level(Key(about.code, item.code, year)))
                for item in candidates[about.code, year]
            ]
            shown = [each for each in known if each.quantity or (blanks and is_blank(data, each))]
            yield from shown if is_chosen(asked) else without_wholes(data.catalogue, shown)


def is_chosen(asked: Asked) -> bool:
    """Whether it was said which items or levels are wanted: then it is known that some may hold others."""
    return bool(asked.items or asked.levels or not asked.by)


def is_blank(data: Dataset, seen: Seen) -> bool:
    """Whether a document printed a blank for a figure."""
    found = data.observations.get(Key(seen.about.code, seen.item.code, seen.year))
    return found is not None and found.value is None


def rows_by_indicator(data: Dataset, asked: Asked) -> dict[tuple[str, int], list[Item]]:
    """The items that may have a figure, by indicator and year, in the order of the codelist."""
    held: dict[tuple[str, int], set[str]] = defaultdict(set)
    for key in data.keys_of(about.code for about in asked.indicators):
        held[key.indicator, key.year].add(key.item)
    found = {}
    for about in asked.indicators:
        wanted = wanted_items(data.catalogue, about, asked)
        for year in asked.years:
            rows = held[about.code, year]
            computed = about.formula and not about.check_only
            found[about.code, year] = [each for each in wanted if computed or each.code in rows or not asked.by]
    if asked.levels and not any(found.values()):
        raise DataError(f"所问的指标没有这一级的数，有数的级别：{'、'.join(levels_with_rows(data, asked)) or '没有'}")
    return found


def levels_with_rows(data: Dataset, asked: Asked) -> list[str]:
    """The levels of the items that the indicators asked for have figures for."""
    by_code = {about.code: about for about in asked.indicators}
    found = set()
    for key in data.keys_of(by_code):
        item = data.catalogue.codelists[by_code[key.indicator].dimension].get(key.item)
        found.add(item.level if item else "")
    return sorted(found - {""})


def wanted_items(catalogue: Catalogue, about: Indicator, asked: Asked) -> list[Item]:
    """The items of an indicator that are asked for, whether they have figures or not."""
    every = catalogue.codelists[about.dimension].values()
    top = catalogue.top(about)
    if not asked.by:
        return [item for item in every if item.code == top]
    if asked.items:
        return [item for item in every if item.code in asked.items]
    if asked.levels:
        return [item for item in every if ALL in asked.levels or item.level in asked.levels]
    return [item for item in every if item.code != top]


def without_wholes(catalogue: Catalogue, known: Sequence[Seen]) -> list[Seen]:
    """The figures of one indicator and year that hold no other of them, so that nothing is counted twice."""
    above = {code for each in known for code in wholes(catalogue, each)}
    return [each for each in known if each.item.code not in above]


def wholes(catalogue: Catalogue, seen: Seen) -> Iterator[str]:
    """The codes of the items that a figure's item is a part of."""
    items = catalogue.codelists[seen.about.dimension]
    parent = seen.item.parent
    while parent:
        yield parent
        parent = items[parent].parent


# -- their frame -------------------------------------------------------------------------------------------------------
def tidy(
    data: Dataset, asked: Asked, found: Iterable[Seen], unit: str = "", columns: Sequence[str] = (), exact: bool = False
) -> pd.DataFrame:
    """Figures as a frame, a row each.

    Its columns: `indicator` and `name`; where it goes by items `item` (the code), the name under the dimension's own
    name (`region`; `label` for items of several kinds) and `level`; `year`; `value`; then those of MORE in `columns`.
    The unit is among them in any case where not all rows have the same. Values are floats, or Decimals where they are
    to be `exact`, in `unit` where one is named.

    Raises DataError for a column that is not known, and where a unit does not convert.
    """
    unknown = [name for name in columns if name not in MORE]
    if unknown:
        raise DataError(f"没有“{'、'.join(unknown)}”这一栏，可选：{'、'.join(MORE)}")
    rows = [row(data.catalogue, each, unit, exact) for each in found]
    units = {each[UNIT] for each in rows}
    names = ["indicator", "name", *item_columns(asked), "year", "value"]
    more = [name for name in MORE if name in columns or (name == UNIT and len(units) > 1)]
    label = label_of(asked)
    lines = [[each["label" if name == label else name] for name in [*names, *more]] for each in rows]
    frame = pd.DataFrame(lines, columns=[*names, *more])
    if not rows:
        frame = frame.astype({"year": "int64", "value": object if exact else "float64"})
    if len(units) == 1:
        frame.attrs[UNIT] = units.pop()
    return frame


def label_of(asked: Asked) -> str:
    """The column with the names of items."""
    return "label" if asked.by == ITEM else asked.by


def item_columns(asked: Asked) -> list[str]:
    """The columns that tell items apart."""
    return ["item", label_of(asked), "level"] if asked.by else []


def row(catalogue: Catalogue, seen: Seen, unit: str, exact: bool) -> dict[str, Any]:
    """Everything a frame may say of a figure, by column."""
    quantity = seen.quantity
    about = {
        "indicator": seen.about.code,
        "name": seen.about.name,
        "item": seen.item.code,
        "label": seen.item.name,
        "short": seen.item.short,
        "level": seen.item.level,
        "parent": seen.item.parent,
        "dimension": seen.about.dimension,
        "kind": seen.about.kind,
        "year": seen.year,
    }
    if quantity is None:
        nothing = {name: "" for name in MORE if name not in about}
        own = catalogue.unit(seen.about, seen.item.code)
        number = None if exact else float("nan")
        return about | nothing | {"status": "M", UNIT: unit or own, "value": number, "low": number, "high": number}
    by = scale(quantity, unit)
    return about | {
        "value": decimal(Fraction(quantity.value) * by) if exact else float(Fraction(quantity.value) * by),
        "low": ends(quantity, by, exact)[0],
        "high": ends(quantity, by, exact)[1],
        UNIT: unit or quantity.unit,
        "decimals": decimals_of(quantity.value),
        "status": quantity.status,
        "source": cited(quantity.source, catalogue.documents),
        "mark": quantity.mark,
        "note": quantity.note,
        "formula": quantity.formula,
        "place": quantity.place,
    }


def scale(quantity: Quantity, unit: str) -> Fraction:
    """What a figure is multiplied by to be in a unit; DataError where its own does not convert."""
    by = factor(quantity.unit, unit) if unit else Fraction(1)
    if by is None:
        raise DataError(f"“{quantity.name}”的单位“{quantity.unit}”不能换算为“{unit}”")
    return by


def ends(quantity: Quantity, by: Fraction, exact: bool) -> tuple[Any, Any]:
    """The ends of a figure's interval; where they are to be exact, as fractions."""
    low, high = quantity.interval.scaled(by).ends
    return (low, high) if exact else (float(low), float(high))


def decimal(value: Fraction) -> Decimal:
    """A fraction whose divisor is a power of ten as a decimal."""
    return Decimal(value.numerator) / Decimal(value.denominator)
