"""Amounts that last time's formula does not give: its product of quantity and price may have been mistyped."""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.data import formulas
from nianbao.data.carrying import computed, holds, offered
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.figures.units import round_half_up
from nianbao.intake.filled import Filled
from nianbao.intake.keys import Series
from nianbao.intake.remarks import Remark

#: Decimals beyond those of the indicator to which such an amount is told.
MORE_DECIMALS = 2


def unlike_last(data: Dataset, year: int, filled: Filled) -> Iterator[Remark]:
    """A note on each amount of the file that differs from what last time's formula makes of the file's figures.

    The book leaves the formula out there: it may have been given up, or one of its figures is wrong.
    """
    for key, text in offered(data, data.stated_formulas):
        entry = filled.figures.get(Series(key.indicator, key.item))
        result = computed(data, key, text)
        if key.year != year or entry is None or entry.is_blank or result is None or holds(data, key, text):
            continue
        about = data.catalogue.indicators[key.indicator]
        shown = f"{round_half_up(result, about.decimals + MORE_DECIMALS).normalize():f}{about.unit}"
        words = (
            f"照上年的算法（{in_words(data, key, text)}）应为{shown}，与所填的不同；"
            "算法没有变的，请查对数量、单价和金额，变了的不必理会，书里这一项不列算式"
        )
        yield Remark(entry.sheet, entry.place.name, entry.figure.literal, words, fatal=False, file=entry.file)


def in_words(data: Dataset, key: Key, text: str) -> str:
    """A formula with the names of its items."""
    places = iter(formulas.places(text, key.item, key.year))
    catalogue = data.catalogue

    def named(_: object) -> str:
        """The name of the next item, and of what is counted for it."""
        place = next(places)
        about = catalogue.indicators[place.indicator]
        return f"“{catalogue.item(about, place.item).name}”{about.name}"

    said = formulas.TERM.sub(named, text)
    return said.replace(" * ", "×").replace(" / ", "÷").replace(" + ", "＋").replace(" - ", "－")
