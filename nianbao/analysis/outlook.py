"""Scenarios (情景) of the funds: stock and flow from year to year under assumptions that an editor writes down.

A fund's balance is last year's plus income less expenditure. Contributions grow with contributors, their base and the
effective rate; subsidies with their own rate; other income stays as it is; expenditure grows with those who are paid
and with what each is paid. No probability is meant: a scenario says what follows from its assumptions, as the low,
intermediate and high cost projections of the OASDI Trustees Report do, and one assumption at a time shows which of
them matters. The backcast starts from earlier years with the same assumptions and is put to what became known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from nianbao.analysis.computing import Levels, computed, named
from nianbao.analysis.resilience import BALANCE, EXPENDITURE, INCOME, SUBSIDY, Resilience
from nianbao.data.analysing import VARIANTS, Assumption, assumptions
from nianbao.data.catalogue import Item
from nianbao.data.keys import Key, Source
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import PERCENT

#: Years that a scenario looks ahead.
HORIZON = 5
#: What contributions are called behind the prefix of a scheme, the first that a catalogue has.
CONTRIBUTIONS = ("income.levy", "income.premium")
#: Drivers of contributions, of subsidies, of expenditure, and what they are called.
OF_CONTRIBUTIONS = ("contributors", "base", "rate")
OF_SUBSIDIES = ("subsidy",)
OF_SPENDING = ("retirees", "benefit")
DRIVERS = {
    "contributors": "缴费人数",
    "base": "人均缴费",
    "rate": "实际费率",
    "subsidy": "财政补贴",
    "retirees": "领取人数",
    "benefit": "人均待遇",
}
NAMES = {"low": "低方案", "middle": "中方案", "high": "高方案"}
MIDDLE = "middle"
#: Where an assumption stands, for whoever opens it.
ASSUMED = Source("", "情景假设（编者所设）")

#: The rate of every driver of a scenario.
Rates = Mapping[str, Quantity]


@dataclass(frozen=True)
class Year:
    """A fund at the end of a year of a scenario, and the flows of that year."""

    year: int
    contributions: Quantity
    subsidy: Quantity | None
    income: Quantity
    expenditure: Quantity
    balance: Quantity

    @property
    def is_empty(self) -> bool:
        """Whether the balance is certainly below zero."""
        return self.balance.interval.high < 0


@dataclass(frozen=True)
class Scenario:
    """A fund under one variant: the year it starts from, and the years after it."""

    scheme: Item
    variant: str
    start: Year
    years: tuple[Year, ...]

    @property
    def last(self) -> Year:
        """Its last year."""
        return self.years[-1]

    @property
    def runs_out(self) -> int | None:
        """The first year whose balance is certainly below zero; None where none is."""
        return next((each.year for each in self.years if each.is_empty), None)


@dataclass(frozen=True)
class Alone:
    """One assumption at a time: what the last balance is if only this driver is as in another variant."""

    driver: str
    low: Quantity
    high: Quantity


@dataclass(frozen=True)
class Backcast:
    """What the middle assumptions would have said in an earlier year of a balance that is known by now."""

    scheme: Item
    start: int
    projected: Quantity
    actual: Quantity
    miss: Quantity


class Outlook:
    """The scenarios of an edition; without assumptions (`editions/<year>/assumptions.csv`) there are none."""

    def __init__(self, levels: Levels, year: int, horizon: int = HORIZON):
        self.levels = levels
        self.year = year
        self.horizon = horizon
        self.data = levels.audit.data
        self.resilience = Resilience(levels, year)

    @cached_property
    def assumptions(self) -> dict[str, dict[str, Assumption]]:
        """The assumptions by scheme and driver."""
        found: dict[str, dict[str, Assumption]] = {}
        for each in assumptions(self.data, self.year):
            found.setdefault(each.scheme, {})[each.driver] = each
        return found

    @property
    def schemes(self) -> list[Item]:
        """The schemes with assumptions whose fund is known well enough to start from."""
        known = self.data.catalogue.schemes.values()
        return [each for each in known if each.code in self.assumptions and self.start(each, self.year)]

    # -- what a scenario starts from ----------------------------------------------------------------------------
    def start(self, scheme: Item, year: int) -> Year | None:
        """The fund of a scheme at the end of a known year; None where something is unknown."""
        prefix = scheme.prefix
        levels = {name: self.resilience.level(f"{prefix}.{name}", year) for name in (INCOME, EXPENDITURE, BALANCE)}
        paid = self.contributions(prefix, year)
        subsidised = self.resilience.key(f"{prefix}.{SUBSIDY}", year) is not None
        subsidy = self.resilience.level(f"{prefix}.{SUBSIDY}", year)
        income, expenditure, balance = levels.values()
        if paid is None or income is None or expenditure is None or balance is None or subsidised and subsidy is None:
            return None
        return Year(year, paid, subsidy, income, expenditure, balance)

    def contributions(self, prefix: str, year: int) -> Quantity | None:
        """What was paid in; None where it is unknown."""
        levels = (self.resilience.level(f"{prefix}.{name}", year) for name in CONTRIBUTIONS)
        return next((level for level in levels if level), None)

    def rates(self, scheme: Item, variant: str, but: Mapping[str, str] | None = None) -> Rates:
        """The rates of a variant; those of the drivers in `but` as in other variants."""
        return {
            driver: self.rate(each, (but or {}).get(driver, variant))
            for driver, each in self.assumptions.get(scheme.code, {}).items()
        }

    def rate(self, assumption: Assumption, variant: str) -> Quantity:
        """An assumed rate as a figure that opens: exact, for it is set and not measured."""
        prefix = self.scheme_prefix(assumption.scheme)
        key = Key(f"{prefix}.{BALANCE}", self.top(f"{prefix}.{BALANCE}"), self.year)
        value: Decimal = assumption.rates[variant]
        found = Quantity.printed(
            named(key, f"assumed.{assumption.driver}.{variant}"),
            f"{DRIVERS[assumption.driver]}每年增长（{NAMES[variant]}假设）",
            value,
            PERCENT,
            Decimal(0),
            source=ASSUMED,
            place=assumption.place,
            note="情景假设，不是预测",
        )
        return found

    def scheme_prefix(self, code: str) -> str:
        """What the indicators of a scheme begin with."""
        return next(item.prefix for item in self.data.catalogue.schemes.values() if item.code == code)

    def top(self, indicator: str) -> str:
        """The whole of an indicator's items."""
        return self.data.catalogue.top(self.data.catalogue.indicator(indicator))

    # -- scenarios ----------------------------------------------------------------------------------------------
    def scenario(self, scheme: Item, variant: str) -> Scenario | None:
        """The scenario of a scheme; None where its fund is not known."""
        start = self.start(scheme, self.year)
        if start is None:
            return None
        years = self.run(scheme, start, self.rates(scheme, variant), f"scenario-{variant}", self.horizon)
        return Scenario(scheme, variant, start, years) if years else None

    def scenarios(self, scheme: Item) -> dict[str, Scenario]:
        """All variants of a scheme by their names."""
        found = {variant: self.scenario(scheme, variant) for variant in VARIANTS}
        return {NAMES[variant]: each for variant, each in found.items() if each}

    def run(self, scheme: Item, start: Year, rates: Rates, what: str, horizon: int) -> tuple[Year, ...]:
        """So many years from a start; empty where one cannot be computed."""
        years = []
        at = start
        for _ in range(horizon):
            following = self.step(scheme, at, start, rates, what)
            if following is None:
                return ()
            years.append(following)
            at = following
        return tuple(years)

    def step(self, scheme: Item, at: Year, start: Year, rates: Rates, what: str) -> Year | None:
        """One year further: flows grown, the balance carried on."""
        year = at.year + 1
        paid = self.grown(at.contributions, rates, OF_CONTRIBUTIONS, year, f"{what}.contributions", "缴费收入")
        subsidy = None
        if at.subsidy:
            subsidy = self.grown(at.subsidy, rates, OF_SUBSIDIES, year, f"{what}.subsidy", "财政补贴")
        spent = self.grown(at.expenditure, rates, OF_SPENDING, year, f"{what}.expenditure", "基金支出")
        income = self.income(scheme, start, paid, subsidy, year, what)
        if paid is None or spent is None or income is None or (at.subsidy and subsidy is None):
            return None
        balance = computed(
            self.levels,
            named(at.balance.id.key.at(year), f"{what}.balance"),
            f"{year}年末{scheme.name}基金累计结余（情景）",
            at.balance.unit,
            1,
            "上年末结余 + 收入 − 支出",
            "$1 + $2 - $3",
            (at.balance, income, spent),
        )
        return Year(year, paid, subsidy, income, spent, balance) if balance else None

    def grown(
        self, level: Quantity, rates: Rates, drivers: tuple[str, ...], year: int, what: str, name: str
    ) -> Quantity | None:
        """A flow a year on, grown by all of its drivers."""
        used = [rates[driver] for driver in drivers if driver in rates]
        text = "$1" + "".join(f" * (1 + ${number} / 100)" for number in range(2, len(used) + 2))
        words = "上年 × 各因素的增长"
        about = f"{year}年{name}（情景）"
        return computed(
            self.levels, named(level.id.key.at(year), what), about, level.unit, 2, words, text, (level, *used)
        )

    def income(
        self,
        scheme: Item,
        start: Year,
        paid: Quantity | None,
        subsidy: Quantity | None,
        year: int,
        what: str,
    ) -> Quantity | None:
        """All income of a year: contributions, subsidies, and the rest as in the year of the start."""
        parts = [paid, subsidy, start.income, start.contributions, start.subsidy]
        text = "$1 + $2 + ($3 - $4 - $5)"
        if start.subsidy is None:
            parts = [paid, start.income, start.contributions]
            text = "$1 + ($2 - $3)"
        return computed(
            self.levels,
            named(start.income.id.key.at(year), f"{what}.income"),
            f"{year}年{scheme.name}基金收入（情景）",
            start.income.unit,
            2,
            "缴费收入 + 财政补贴 + 其余收入（不变）",
            text,
            parts,
        )

    # -- one at a time, and backwards ---------------------------------------------------------------------------
    def one_at_a_time(self, scheme: Item) -> list[Alone]:
        """For each driver: the last balance if it alone is as in the low, or in the high variant."""
        start = self.start(scheme, self.year)
        found = []
        for driver in self.assumptions.get(scheme.code, {}) if start else ():
            ends = {}
            for variant in ("low", "high"):
                rates = self.rates(scheme, MIDDLE, {driver: variant})
                years = self.run(scheme, start, rates, f"only-{driver}-{variant}", self.horizon)
                ends[variant] = years[-1].balance if years else None
            if ends["low"] and ends["high"]:
                found.append(Alone(driver, ends["low"], ends["high"]))
        return found

    def backcasts(self, scheme: Item) -> list[Backcast]:
        """What the middle assumptions give for this year from every earlier year that is known well enough."""
        actual = self.start(scheme, self.year)
        found = []
        for year in self.data.years if actual else ():
            start = self.start(scheme, year) if year < self.year else None
            if start is None or actual is None:
                continue
            rates = self.rates(scheme, MIDDLE)
            years = self.run(scheme, start, rates, f"backcast-{year}", self.year - year)
            if not years:
                continue
            projected = years[-1].balance
            miss = computed(
                self.levels,
                named(actual.balance.id.key, f"backcast-{year}.miss"),
                f"由{year}年起的情景与{self.year}年末实际结余之差",
                projected.unit,
                1,
                "情景 − 实际",
                "$1 - $2",
                (projected, actual.balance),
            )
            if miss:
                found.append(Backcast(scheme, year, projected, actual.balance, miss))
        return found
