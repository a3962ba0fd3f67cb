"""What is said of figures that a paragraph asks for and that are unknown.

Nothing where the data tell that there is nothing to know: nobody of whom there could be an average, or parts of a whole
that make it up without this one. An indicator that the edition has dropped is said to have ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from nianbao.chapter.figure import Figure
from nianbao.data.explanations import Explanation
from nianbao.figures.quantity import Quantity

#: Units in which people are counted.
OF_PEOPLE = ("人", "人次", "万人", "万人次")
#: The kind of explained differences that says that an indicator has ended.
DROPPED = "dropped"


def sentences_on(figures: Iterable[Figure], lacking: str) -> str:
    """The sentences on unknown figures; empty where there is nothing to say. `lacking` is how the first begins."""
    names: dict[str, None] = {}
    ended: dict[int, dict[str, None]] = {}
    for figure in figures:
        end = ending(figure)
        if end is not None:
            ended.setdefault(end.since, {})[figure.named] = None
        elif not is_nothing(figure):
            names[figure.named] = None
    said = [f"{lacking}：{'、'.join(names)}。"] if names else []
    said += [f"{year}年起不再统计：{'、'.join(gone)}。" for year, gone in ended.items()]
    return "".join(said)


def ending(figure: Figure) -> Explanation | None:
    """The explanation that says that the indicator has ended for this item; None where none does."""
    for each in figure.data.explanations:
        about = each.kind == DROPPED and each.indicator == figure.indicator and each.item in {"", figure.code}
        if about and each.since <= figure.year <= each.edition:
            return each
    return None


def is_nothing(figure: Figure) -> bool:
    """Whether an unknown figure leaves nothing to know: nobody to average over, or no part left for it."""
    return has_nobody(figure) or adds_nothing(figure)


def has_nobody(figure: Figure) -> bool:
    """Whether a figure is an average over people of whom there are none: all that are counted beside it are zero."""
    if figure.about.kind != "ratio":
        return False
    beside = [other for other in siblings(figure) if other.about.unit in OF_PEOPLE]
    counted = [quantity for other in beside if (quantity := other.quantity)]
    return bool(counted) and all(quantity.value == 0 for quantity in counted)


def adds_nothing(figure: Figure) -> bool:
    """Whether the parts of a whole that are known make it up, so that nothing is left for this one."""
    whole = figure.published.level(figure.key._replace(indicator=figure.about.parent)) if figure.about.parent else None
    if whole is None:
        return False
    catalogue = figure.data.catalogue.indicators.values()
    others = [about.code for about in catalogue if about.parent == figure.about.parent]
    parts = [figure.published.level(figure.key._replace(indicator=code)) for code in others]
    return makes_up(whole, [part for part in parts if part is not None])


def makes_up(whole: Quantity, parts: Sequence[Quantity]) -> bool:
    """Whether the parts add up to the whole, as far as rounding lets one know."""
    if not parts or any(part.unit != whole.unit for part in parts):
        return False
    total = sum((part.interval for part in parts[1:]), parts[0].interval)
    return total.meets(whole.interval)


def siblings(figure: Figure) -> list[Figure]:
    """The figures of the indicators that stand directly beside this one, for the same item and year."""
    above = figure.indicator.rpartition(".")[0]
    beside = [
        code
        for code, about in figure.data.catalogue.indicators.items()
        if code.rpartition(".")[0] == above and about.dimension == figure.about.dimension
    ]
    return [replace(figure, key=figure.key._replace(indicator=code), unit="") for code in beside]
