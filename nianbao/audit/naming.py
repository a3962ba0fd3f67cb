"""Names for editors: what a level is, in words."""

from __future__ import annotations

from nianbao.data.catalogue import REGION, Catalogue
from nianbao.data.keys import Key


def level_name(catalogue: Catalogue, key: Key) -> str:
    """What a level is, in words: a region stands before the name, another item (a budget line) behind it.

    The whole (全区, 合计) is not named. Raises DataError for an item that the codelist of the indicator lacks.
    """
    about = catalogue.indicators[key.indicator]
    item = catalogue.item(about, key.item)
    if about.dimension == REGION or not item.parent:
        return catalogue.title(*key)
    return f"{key.year}年{about.name}中的“{item.name}”"
