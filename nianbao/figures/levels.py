"""Levels as documents print them, as quantities."""

from __future__ import annotations

from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import margin_of


def printed_level(data: Dataset, key: Key) -> Quantity | None:
    """The level that an observation holds; None where nothing (or a blank) is printed."""
    seen = data.observations.get(key)
    if seen is None or seen.value is None:
        return None
    about = data.catalogue.indicators[key.indicator]
    unit = data.catalogue.unit(about, key.item)
    margin = seen.margin
    if margin is None and not seen.derived:
        margin = margin_of(seen.value, unit, about.kind, about.decimals)
    return Quantity.printed(
        FigureId(key),
        data.catalogue.title(*key),
        seen.value,
        unit,
        margin,
        status=seen.status,
        source=seen.source,
        place=seen.place,
        note="由公布的增减推算" if seen.derived else "",
    )
