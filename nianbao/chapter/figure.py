"""Handles for notebooks: an indicator at one place and year that knows its changes, shares and earlier values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from nianbao.audit.audit import Audit
from nianbao.data.catalogue import Indicator
from nianbao.errors import DataError
from nianbao.figures.quantity import Quantity, factor, round_half_up


@dataclass(frozen=True)
class Figure:
    """An indicator, bound to a region (or other item) and a year. Unknown values are None, never zero."""

    audit: Audit
    indicator: str
    region: str
    year: int
    unit: str = ""  # shown in this unit instead of the indicator's own

    @property
    def about(self) -> Indicator:
        """Name, unit, kind and definition."""
        about = self.audit.data.catalogue.indicators[self.indicator]
        return replace(about, unit=self.unit, decimals=2) if self.unit else about

    def into(self, unit: str) -> Figure:
        """The same shown in another unit: 万元 for 元; DataError where the units do not convert."""
        if factor(self.about.unit, unit) is None:
            raise DataError(f"“{self.about.name}”的单位“{self.about.unit}”不能换算为“{unit}”")
        return replace(self, unit=unit)

    def _converted(self, quantity: Quantity | None) -> Quantity | None:
        """The quantity in the unit asked for, as the documents print it there or to two decimals; rates stay."""
        by = factor(quantity.unit, self.unit) if quantity and self.unit else None
        if by is None or quantity.unit == self.unit:
            return quantity
        exact = quantity.exact * by
        indicator, region, year, *derived = quantity.id.split(":")
        claims = [] if derived else self.audit.derive.claims["level", indicator, region, int(year), ""]
        printed = [(claim.value, found.note) for claim in claims
                   if claim.unit == self.unit and (found := self.audit.claim(claim)).status in {"agrees", "rounding"}]
        value, note = printed[0] if printed else (round_half_up(exact, 2), "")
        return replace(quantity, id=f"{quantity.id}:unit:{self.unit}", value=value, unit=self.unit, exact=exact,
                       interval=quantity.interval.scaled(by), formula=f"换算为{self.unit}", inputs=(quantity,),
                       note=quantity.note or note,
                       expression=f"$1 * {by.numerator} / {by.denominator}")

    @property
    def quantity(self) -> Quantity | None:
        """The level: printed, or by formula where nothing is printed."""
        return self._converted(self.audit.level(self.indicator, self.region, self.year))

    @property
    def known(self) -> bool:
        """Whether the level is known."""
        return self.quantity is not None

    @property
    def item(self) -> str:
        """Name of the region or other item."""
        return self.audit.data.catalogue.item(self.about, self.region).name

    def at(self, year: int) -> Figure:
        """The same in another year."""
        return replace(self, year=year)

    def of(self, region: str) -> Figure:
        """The same for another region or item."""
        return replace(self, region=region)

    def derived(self, measure: str, base: int) -> Quantity | None:
        """A change, growth, avg_growth or points since `base`, as published where the published figure holds."""
        found = self.audit.derive.between(measure, self.indicator, self.region, self.year, base)
        return self._converted(self.audit.published(found))

    def share(self, of: Figure) -> Quantity | None:
        """Percentage of another figure."""
        plain = f"{of.indicator}[{of.region}]" if of.region != self.region else of.indicator
        return self.audit.published(self.audit.derive.share(self.indicator, self.region, self.year, plain))

    def years(self, first: int, last: int | None = None) -> dict[int, Quantity | None]:
        """Levels of the years `first` to `last` (default: this year)."""
        return {year: self.at(year).quantity for year in range(first, (last or self.year) + 1)}

    @cached_property
    def regions(self) -> list[Figure]:
        """The same for every region or item that has a row this year, in the order of the data file."""
        return [self.of(code) for code in self.audit.data.items(self.indicator, self.year)]

    @property
    def below(self) -> list[Figure]:
        """The figures of the items directly below this one, where they are known."""
        codes = self.audit.data.catalogue.children(self.about.dimension, self.region)
        return [each for each in map(self.of, codes) if each.known]


class Figures:
    """`f("pension.enterprise.insured")` gives the Figure of the edition's year for the whole province."""

    def __init__(self, audit: Audit, year: int, region: str | None = None):
        self.audit, self.year, self.region = audit, year, region

    def __call__(self, indicator: str, region: str | None = None, year: int | None = None) -> Figure:
        about = self.audit.data.catalogue.indicator(indicator)
        place = region or (self.region if self.region and about.dimension == "region" else None)
        place = place or self.audit.data.catalogue.top(about)
        self.audit.data.catalogue.item(about, place)
        return Figure(self.audit, indicator, place, year or self.year)
