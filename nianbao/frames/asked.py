"""What a frame is asked for: indicators, regions or other items, levels, years; checked before any is looked up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

from nianbao.data.bases import is_below
from nianbao.data.catalogue import REGION, Catalogue, Indicator, near_names
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError

#: `by` for the items of whatever codelist an indicator is counted for.
ITEM = "item"
#: `level` for the figures of all levels, those that hold others among them.
ALL = "all"
#: One of a kind, or several; codes of digits may be integers.
Words = str | int | Iterable[str | int]


@dataclass(frozen=True)
class Asked:
    """What a frame is asked for.

    `by` is empty for the whole alone, a dimension (`region`), or ITEM for the items of any; `items` are the codes that
    were named, by dimension, none where none were; `levels` those of the codelists, none for the figures that hold no
    others of the frame.
    """

    indicators: tuple[Indicator, ...]
    by: str
    items: tuple[str, ...]
    levels: tuple[str, ...]
    years: tuple[int, ...]


def asked(
    data: Dataset,
    indicators: Words | None,
    by: str = "",
    region: Words | None = None,
    item: Words | None = None,
    level: Words | None = None,
    years: int | Iterable[int] | None = None,
) -> Asked:
    """What a frame is asked for, with codes in place of names.

    Where `by` is empty, but an item or a level is named, and all indicators are counted for regions, it is `region`.

    Raises DataError for an indicator, a region, an item, a level, a dimension or a year that is not known, and lists
    what there is.
    """
    catalogue = data.catalogue
    if by and by not in {ITEM, *catalogue.codelists}:
        raise DataError(f"by 应为 {REGION}（地区）、{ITEM}（各自的项目）或代码表的名称，现为“{by}”")
    only_implied = not by and region is None and (item is not None or level is not None)
    if region is not None:
        by = REGION
    elif only_implied:
        by = ITEM
    chosen = chosen_indicators(catalogue, indicators, by)
    if only_implied and {about.dimension for about in chosen} == {REGION}:
        by = REGION
    levels = tuple(several(level))
    known = {each.level for about in chosen for each in catalogue.codelists[about.dimension].values() if each.level}
    for each in levels:
        if each not in known | {ALL}:
            raise DataError(f"没有级别“{each}”，可选：{'、'.join(sorted(known))}，或 {ALL}")
    named = [code_in(catalogue, chosen, each) for each in several(item)]
    named += [catalogue.code_of(REGION, each) for each in several(region)]
    return Asked(chosen, by, tuple(named), levels, chosen_years(data, years))


def several(words: Words | None) -> list[str]:
    """One word or several as a list; none for None."""
    if words is None:
        return []
    return [str(words)] if isinstance(words, str) or not isinstance(words, Iterable) else [str(each) for each in words]


def chosen_indicators(catalogue: Catalogue, wanted: Words | None, by: str) -> tuple[Indicator, ...]:
    """The indicators meant by codes, names, or what codes begin with (`unemployment`); None means all.

    Of all, and of those that begin with a word, only such as are counted for the dimension `by`. DataError where one
    that was named is not.
    """
    every = [about for about in catalogue.indicators.values() if by in {"", ITEM, about.dimension}]
    if wanted is None:
        return tuple(every)
    found: dict[str, Indicator] = {}
    for word in several(wanted):
        below = [about for about in every if is_below(about.code, word)]
        if word not in catalogue.indicators and below:
            found |= {about.code: about for about in below}
            continue
        about = catalogue.indicator_of(word)
        if about not in every:
            raise DataError(f"“{about.name}”（{about.code}）按“{about.dimension}”统计，不按“{by}”；请用 by={ITEM!r}")
        found[about.code] = about
    return tuple(found.values())


def code_in(catalogue: Catalogue, indicators: Sequence[Indicator], wanted: str) -> str:
    """The code of an item in the codelists that indicators are counted for; DataError where none of them has it."""
    dimensions = dict.fromkeys(about.dimension for about in indicators)
    names = []
    for dimension in dimensions:
        items = catalogue.codelists[dimension]
        called = [each.code for each in items.values() if wanted in {each.code, each.name, each.short}]
        if called:
            return catalogue.code_of(dimension, wanted)
        names += [each.name for each in items.values()]
    raise DataError(f"这些指标没有名为“{wanted}”的项目{near_names(wanted, names)}")


def chosen_years(data: Dataset, years: int | Iterable[int] | None) -> tuple[int, ...]:
    """The years as they were asked for, by default all that the edition knows; DataError for one after it."""
    if years is None:
        return tuple(data.years)
    given: tuple[Any, ...] = tuple(years) if isinstance(years, Iterable) and not isinstance(years, str) else (years,)
    for year in given:
        if isinstance(year, bool) or not isinstance(year, Integral):
            raise DataError(f"years 应为年份（整数），如 2025 或 range(2020, 2026)，现为 {year!r}")
        if int(year) > max(data.years):
            raise DataError(f"{max(data.years)}年的年报里没有{year}年的数；要用请取那一年的 Edition")
    return tuple(int(year) for year in given)
