"""Funds that are kept in one place: what the others take in and spend is no gain or loss of theirs.

The income of such a fund is booked at the region's own level almost alone. What another region's balance of the year,
balance or months say then is said with the figure itself, wherever it is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from nianbao.data.catalogue import REGION
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.figures.quantity import Quantity

#: How the codes of a fund's income end, and of the figures that cannot be read as they stand.
INCOME = ".income"
CURRENT = ".current_balance"
BALANCE = ".balance"
#: What the codes of the months that a fund lasts begin with; the last word of the fund's code follows.
MONTHS = "fund.months."
#: From what part of the income on a fund is taken to be kept in one place.
MOST = Fraction(9, 10)

#: The level of a figure as the documents print it; None where it is unknown.
Level = Callable[[Key], Quantity | None]


def fund_of(data: Dataset, indicator: str) -> str:
    """The fund of a balance, or of the months it lasts: what the codes of its indicators begin with; else nothing."""
    for ending in (CURRENT, BALANCE):
        if indicator.endswith(ending) and indicator.removesuffix(ending) in data.catalogue.schemes:
            return indicator.removesuffix(ending)
    if indicator.startswith(MONTHS):
        last = indicator.removeprefix(MONTHS)
        return next((prefix for prefix in data.catalogue.schemes if prefix.split(".")[-1] == last), "")
    return ""


def sentence(data: Dataset, code: str) -> str:
    """What is said of the other regions' figures where nearly all income is booked at the region `code`."""
    place = data.catalogue.regions[code].name
    return f"基金收入几乎都记在{place}；其他地区的当期结余只是当地收入减当地支出之差，不是基金在当地的盈亏。"


class Pools:
    """Which funds of some data are kept in one place, by the levels that their documents print."""

    def __init__(self, data: Dataset, level: Level):
        self.data = data
        self.level = level
        self._keepers: dict[tuple[str, int], str] = {}

    def keeper(self, fund: str, year: int) -> str:
        """The region at which nearly all income of a fund is booked; nothing where it is booked where it is taken in.

        `fund` is what the codes of its indicators begin with.
        """
        place = (fund, year)
        if place not in self._keepers:
            self._keepers[place] = self._find_keeper(f"{fund}{INCOME}", year)
        return self._keepers[place]

    def _find_keeper(self, income: str, year: int) -> str:
        about = self.data.catalogue.indicators.get(income)
        if about is None or about.dimension != REGION:
            return ""
        top = self.data.catalogue.top(about)
        whole = self.level(Key(income, top, year))
        if whole is None or whole.exact <= 0:
            return ""
        for code in self.data.items(income, year):
            part = self.level(Key(income, code, year)) if code != top else None
            if part and part.exact >= whole.exact * MOST:
                return code
        return ""

    def has_no_months(self, key: Key) -> bool:
        """Whether a level is how long a fund lasts in one region, and the fund is kept in one place for all regions.

        Elsewhere the balance is not all that pays, and the keeper's own spending is not all that is paid from it.
        """
        about = self.data.catalogue.indicators[key.indicator]
        if not key.indicator.startswith(MONTHS) or about.dimension != REGION or not about.formula:
            return False
        fund = fund_of(self.data, key.indicator)
        return bool(fund) and key.item != self.data.catalogue.top(about) and self.keeper(fund, key.year) != ""

    def note(self, key: Key) -> str:
        """What is to be known of a region's balance or months of a fund kept elsewhere; nothing of any other figure."""
        fund = fund_of(self.data, key.indicator)
        about = self.data.catalogue.indicators[key.indicator]
        if not fund or about.dimension != REGION or key.item == self.data.catalogue.top(about):
            return ""
        place = self.keeper(fund, key.year)
        if not place or place == key.item:
            return ""
        words = f"基金收入几乎都记在{self.data.catalogue.regions[place].name}："
        if key.indicator.endswith(CURRENT):
            return f"{words}这是当地收入减当地支出之差，不是基金在当地的盈亏。"
        return f"{words}当地的结余不是能用来支付当地待遇的全部。"
