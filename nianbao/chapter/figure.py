"""Handles for notebooks: an indicator for one item and year that knows its changes, shares and earlier values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from nianbao.audit.audit import Audit
from nianbao.audit.findings import HOLDS
from nianbao.audit.rules import claims
from nianbao.chapter import looks
from nianbao.chapter.published import Published
from nianbao.data import schema
from nianbao.data.catalogue import REGION, Indicator
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.errors import DataError
from nianbao.figures.ids import SHARE, FigureId
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import factor, round_half_up

if TYPE_CHECKING:
    import pandas as pd

#: Years that are too few to speak of an average growth.
FEW_YEARS = 2


@dataclass(frozen=True, repr=False)
class Figure:
    """An indicator, bound to an item (a region, a budget line) and a year. Unknown values are None, never zero.

    `published` knows what the book prints; `unit` is set where it is shown in another unit than the indicator's own;
    `home` is the item that the chapter is about, which needs no name.
    """

    published: Published
    key: Key
    unit: str = ""
    home: str = ""

    @property
    def indicator(self) -> str:
        """Code of the indicator."""
        return self.key.indicator

    @property
    def code(self) -> str:
        """Code of the item."""
        return self.key.item

    @property
    def year(self) -> int:
        """The year."""
        return self.key.year

    @property
    def data(self) -> Dataset:
        """The data it is taken from."""
        return self.published.audit.data

    @property
    def about(self) -> Indicator:
        """Name, unit, kind and definition."""
        about = self.data.catalogue.indicators[self.indicator]
        return replace(about, unit=self.unit, decimals=2) if self.unit else about

    def into(self, unit: str) -> Figure:
        """The same shown in another unit: 万元 for 元; DataError where the units do not convert."""
        if factor(self.about.unit, unit) is None:
            raise DataError(f"“{self.about.name}”的单位“{self.about.unit}”不能换算为“{unit}”")
        return replace(self, unit=unit)

    def _converted(self, quantity: Quantity | None) -> Quantity | None:
        """The quantity in the unit asked for, as the documents print it there or to two decimals; rates stay."""
        if quantity is None or not self.unit or quantity.unit == self.unit:
            return quantity
        by = factor(quantity.unit, self.unit)
        if by is None:
            return quantity
        exact = quantity.exact * by
        value = round_half_up(exact, 2)
        note = ""
        reprint = None if quantity.id.derived else self._reprinted()
        if reprint:
            value, note = reprint
        converted = replace(
            quantity,
            id=quantity.id.in_unit(self.unit),
            value=value,
            unit=self.unit,
            exact=exact,
            interval=quantity.interval.scaled(by),
            formula=f"换算为{self.unit}",
            inputs=(quantity,),
            note=quantity.note or note,
            expression=f"$1 * {by.numerator} / {by.denominator}",
        )
        return converted.as_known() if quantity.status == "E" and not reprint else converted

    def _reprinted(self) -> tuple[Decimal, str] | None:
        """The level as a document prints it in the unit asked for, with its note; None where none does that holds."""
        for name, claim in claims.named(self.published.derive.claims("level", self.key)):
            if claim.unit == self.unit:
                found = claims.check_claim(self.published.context, name, claim)
                if found.status in HOLDS:
                    return claim.value, found.note
        return None

    @property
    def quantity(self) -> Quantity | None:
        """The level: printed, or by formula where nothing is printed."""
        return self._converted(self.published.level(self.key))

    @property
    def known(self) -> bool:
        """Whether the level is known."""
        return self.quantity is not None

    @property
    def is_zero(self) -> bool:
        """Whether the level is known to be zero."""
        quantity = self.quantity
        return quantity is not None and quantity.exact == 0

    @property
    def item(self) -> str:
        """Name of the region or other item."""
        return self.data.catalogue.item(self.about, self.code).name

    @property
    def named(self) -> str:
        """The name of the indicator, with the item where that is not the whole."""
        item = self.data.catalogue.item(self.about, self.code)
        apart = item.parent and item.code != self.home
        return f"{self.about.name}（{item.name}）" if apart else self.about.name

    @property
    def is_revised(self) -> bool:
        """Whether an edition after its own year, up to that of the data, has put another figure in its place."""
        seen = self.data.observations.get(self.key)
        return seen is not None and seen.source.place == schema.REVISED

    def at(self, year: int) -> Figure:
        """The same in another year."""
        return replace(self, key=self.key.at(year))

    def base(self, usual: int) -> int:
        """The year that the edition compares this figure with where the book usually takes the year `usual`.

        It is the one that the edition names (`editions/<year>/bases.csv`). Where it names none, and the figure is not
        known for the usual year, it is the nearest year that a document of the edition's year compares it with, else
        the nearest for which such a document, or the edition itself, gives the figure.
        """
        if usual >= self.year - 1:
            return usual
        named = self.data.bases(self.year).of(self.indicator)
        if named:
            return named.year
        if self.at(usual).known:
            return usual
        return next(iter(sorted(self._compared(), key=lambda year: (abs(year - usual), year))), usual)

    def _compared(self) -> list[int]:
        """The years before last that documents of the figure's year compare it with, else those they give it for."""
        derive = self.published.derive
        against = [claim for measure in schema.AGAINST_A_YEAR for claim in derive.printed_since(measure, self.key)]
        printed = {int(claim.base) for claim in against if int(claim.base) < self.year - 1}
        return list(printed) or [year for year in self.data.years if year < self.year - FEW_YEARS and self._given(year)]

    def _given(self, year: int) -> bool:
        """Whether a document of the figure's year gives it for an earlier year, too."""
        seen = self.data.observations.get(self.key.at(year))
        document = self.data.catalogue.documents.get(seen.source.document) if seen else None
        return document is not None and document.year == str(self.year) and self.at(year).known

    def of(self, item: str) -> Figure:
        """The same for another region or item, by code, name or short name; DataError lists names that are near."""
        return replace(self, key=self.key.of(self.data.catalogue.code_of(self.about.dimension, item)))

    def derived(self, measure: str, base: int) -> Quantity | None:
        """A change, growth, avg_growth or points since `base`, as published where the published figure holds."""
        return self._converted(self.published.derived(FigureId(self.key, measure, str(base))))

    def share(self, of: Figure) -> Quantity | None:
        """Percentage of another figure; DataError where their units do not convert, as those of persons and amounts."""
        if factor(self.about.unit, of.about.unit) is None:
            raise DataError(
                f"“{self.about.name}”（{self.about.unit}）与“{of.about.name}”（{of.about.unit}）单位不同，不能算比重"
            )
        whole = f"{of.indicator}[{of.code}]" if of.code != self.code else of.indicator
        return self.published.derived(FigureId(self.key, SHARE, whole))

    def years(self, first: int, last: int | None = None) -> dict[int, Quantity | None]:
        """Levels of the years `first` to `last` (default: this year)."""
        return {year: self.at(year).quantity for year in range(first, (last or self.year) + 1)}

    def series(self, first: int | None = None, last: int | None = None) -> pd.Series:
        """The levels by year, from `first` (default: the first year of the data) to `last` (default: this year).

        Floats as the book prints them, NaN for a year that is unknown; the name is that of the figure, and
        `attrs["unit"]` the unit.
        """
        import pandas as pd  # here: whoever only wants the figure does without

        start = min(self.data.years) if first is None else first
        known = {year: number(quantity) for year, quantity in self.years(start, last).items()}
        made = pd.Series(known, dtype=float, name=self.named)
        made.index.name = "year"
        made.attrs["unit"] = self.about.unit
        return made

    def by_item(self, level: str | Iterable[str] | None = None) -> pd.Series:
        """The levels of this year by region or other item, under their names.

        `level`: of which levels of the codelist; by default those that hold no others, so that nothing is counted
        twice. Floats as the book prints them, `attrs["unit"]` the unit. DataError for a level that is not known.
        """
        from nianbao.frames import asked, frame  # here, with pandas: see `series`

        wanted = asked.asked(self.data, self.indicator, by=asked.ITEM, level=level, years=self.year)
        shown = frame.figures(self.data, wanted, self._level)
        table = frame.tidy(self.data, wanted, shown, self.unit)
        made = table.set_index("label")["value"].rename(self.about.name)
        made.index.name = self.about.dimension
        made.attrs["unit"] = self.about.unit
        return made

    def _level(self, key: Key) -> Quantity | None:
        """The level of another item or year in the unit of this figure."""
        return replace(self, key=key).quantity

    def __repr__(self) -> str:
        return looks.words(self.quantity, self._title, self.data.catalogue)

    def _repr_html_(self) -> str:
        return looks.html(self.quantity, self._title, self.data.catalogue)

    @property
    def _title(self) -> str:
        """What the figure is, with its year and item."""
        return self.data.catalogue.title(*self.key)

    @cached_property
    def items(self) -> list[Figure]:
        """The same for every region or item that has a row this year, in the order of the data file."""
        return [self.of(code) for code in self.data.items(self.indicator, self.year)]

    @property
    def codes(self) -> list[str]:
        """The codes of the items that have a row this year, in the order of the data file."""
        return [each.code for each in self.items]

    @property
    def below(self) -> list[Figure]:
        """The figures of the items directly below this one, where they are known."""
        codes = self.data.catalogue.children(self.about.dimension, self.code)
        return [each for each in map(self.of, codes) if each.known]


def number(quantity: Quantity | None) -> float:
    """The value as the book prints it, NaN where it is unknown."""
    return float("nan") if quantity is None else float(quantity.value)


class Figures:
    """`f("pension.enterprise.insured")` gives the Figure of the edition's year for the whole province.

    `region` is the code of the county a booklet is about; its figures are then those of that county. `published` are
    figures that were looked up already (default: none).
    """

    def __init__(self, audit: Audit, year: int, region: str | None = None, published: Published | None = None):
        self.audit = audit
        self.published = published or Published(audit)
        self.year = year
        self.region = region

    def __call__(self, indicator: str, item: str | None = None, year: int | None = None) -> Figure:
        """The figure of an indicator, by code or name, for an item, by code, name or short name; see `Figure`.

        DataError lists what is near where one of them is not known.
        """
        catalogue = self.audit.data.catalogue
        about = catalogue.indicator_of(indicator)
        home = self.region if self.region and about.dimension == REGION else catalogue.top(about)
        code = catalogue.code_of(about.dimension, item) if item else home
        return Figure(self.published, Key(about.code, code, year or self.year), home=home)
