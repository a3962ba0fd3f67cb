"""Permanent names of figures, as they stand in `data-q` on the pages and in `facts.csv`.

`indicator:item:year` is a level; `:measure:base` behind it a figure derived from it; `:unit:万元` the same in another
unit, `:level:PLACE` the same as another place prints it, `:formula` what the indicator's formula gives,
`:analysis:WHAT` what the analysis computes from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from nianbao.data.keys import Key, Source

#: Measures that may stand in the name of a derived figure.
SHARE = "share"
#: What the analysis computes from a level: the base says what (`without-subsidy`, an effect in a change account).
ANALYSIS = "analysis"
DERIVED = ("change", "growth", "avg_growth", "points", SHARE, ANALYSIS)
UNIT = "unit"
REPRINT = "level"
FORMULA = "formula"


@dataclass(frozen=True, slots=True)
class FigureId:
    """The name of a figure.

    `key` is the level it is, or is derived from, by `measure` against `base` (a year, or the denominator of a share).
    `unit` is set where it is shown in another unit than its own, `reprint` where it is the figure as printed in another
    place, `by_formula` where it is what the formula gives beside what is printed.
    """

    key: Key
    measure: str = ""
    base: str = ""
    unit: str = ""
    reprint: str = ""
    by_formula: bool = False

    def __str__(self) -> str:
        text = str(self.key)
        if self.measure:
            text += f":{self.measure}:{self.base}"
        if self.by_formula:
            text += f":{FORMULA}"
        if self.reprint:
            text += f":{REPRINT}:{self.reprint}"
        if self.unit:
            text += f":{UNIT}:{self.unit}"
        return text

    @classmethod
    def level(cls, indicator: str, item: str, year: int) -> FigureId:
        """The name of a level."""
        return cls(Key(indicator, item, year))

    @classmethod
    def parse(cls, text: str) -> FigureId:
        """A name from its text; ValueError for a text that is none."""
        indicator, item, year, *rest = text.split(":")
        found = cls(Key(indicator, item, int(year)))
        while rest:
            word = rest.pop(0)
            if word == FORMULA:
                found = replace(found, by_formula=True)
            elif word == UNIT:
                found = replace(found, unit=rest.pop(0))
            elif word == REPRINT:
                found = replace(found, reprint=rest.pop(0))
            elif word in DERIVED:
                found = replace(found, measure=word, base=rest.pop(0))
            else:
                raise ValueError(f"no name of a figure: {text}")
        return found

    @property
    def derived(self) -> bool:
        """Whether it follows from levels: a change, growth, share."""
        return bool(self.measure)

    @property
    def plain(self) -> FigureId:
        """The same in its own unit."""
        return replace(self, unit="")

    def in_unit(self, unit: str) -> FigureId:
        """The same shown in another unit."""
        return replace(self, unit=unit)

    def printed_in(self, source: Source) -> FigureId:
        """The same as another place prints it."""
        return replace(self, reprint=str(source).replace(" ", "-"))
