"""What a fund rests on: its balance with and without subsidies, their share, months payable, and who pays for whom.

Everything follows from what is printed of a scheme; what is not known stays unknown. A fund without a line for
subsidies in the catalogue is not asked for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from nianbao.analysis.computing import Levels, computed, named, sign_of
from nianbao.data import formulas
from nianbao.data.analysing import Goal, goals
from nianbao.data.catalogue import Item
from nianbao.data.keys import Key
from nianbao.figures.ids import SHARE, FigureId
from nianbao.figures.interval import Interval
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import decimals_of

#: What the indicators of every scheme are called behind its prefix.
INCOME = "income"
EXPENDITURE = "expenditure"
BALANCE = "balance"
CURRENT = "current_balance"
SUBSIDY = "income.subsidy"
SUPPORT = "support_ratio"
PAYING = "contributor_ratio"
#: Indicators of the months payable, each behind it the code of a scheme.
MONTHS = "fund.months"
MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Fund:
    """A scheme's fund in a year: what came in, with and without subsidies, what went out, what is left.

    `without` is income without subsidies less expenditure, `share` the percentage of subsidies in income. `months` is
    less than zero for a fund in debt, which pays for none: see `payable`.
    """

    scheme: Item
    year: int
    income: Quantity | None
    expenditure: Quantity | None
    current: Quantity | None
    subsidy: Quantity | None
    without: Quantity | None
    share: Quantity | None
    balance: Quantity | None
    months: Quantity | None
    support: Quantity | None
    paying: Quantity | None

    @property
    def payable(self) -> Quantity | None:
        """The months for which the balance would pay; None where they are unknown, and where there is only debt."""
        return self.months if self.months and self.months.exact > 0 else None

    @property
    def rests_on_subsidies(self) -> bool:
        """Whether it would certainly have spent more than it took in without them, and did not with them."""
        current = self.current is not None and sign_of(self.current) >= 0
        return current and self.without is not None and sign_of(self.without) < 0


class Resilience:
    """The funds of all schemes, in any known year up to `year`."""

    def __init__(self, levels: Levels, year: int):
        self.levels = levels
        self.year = year
        self.data = levels.audit.data
        self.catalogue = self.data.catalogue

    def key(self, indicator: str, year: int) -> Key | None:
        """The key of an indicator for the whole; None where the catalogue has no such indicator."""
        about = self.catalogue.indicators.get(indicator)
        return Key(indicator, self.catalogue.top(about), year) if about else None

    def level(self, indicator: str, year: int) -> Quantity | None:
        """A level for the whole; None where it is unknown."""
        key = self.key(indicator, year)
        return self.levels.level(key) if key else None

    def funds(self, year: int | None = None) -> list[Fund]:
        """The fund of each scheme of which anything is known in a year (default: the edition's)."""
        found = [self.fund(scheme, year or self.year) for scheme in self.catalogue.schemes.values()]
        return [fund for fund in found if fund.income or fund.expenditure or fund.balance]

    def fund(self, scheme: Item, year: int) -> Fund:
        """The fund of a scheme."""
        prefix = scheme.prefix
        income = self.level(f"{prefix}.{INCOME}", year)
        expenditure = self.level(f"{prefix}.{EXPENDITURE}", year)
        subsidy = self.level(f"{prefix}.{SUBSIDY}", year)
        balance = self.level(f"{prefix}.{BALANCE}", year)
        key = self.key(f"{prefix}.{INCOME}", year)
        without = share = None
        if key and subsidy:
            without = computed(
                self.levels,
                named(key, "without-subsidy"),
                f"{year}年{scheme.name}基金不计财政补贴的收支差额",
                income.unit if income else "",
                decimals_of(subsidy.value),
                "基金收入 − 财政补贴 − 基金支出",
                "$1 - $2 - $3",
                (income, subsidy, expenditure),
            )
            wanted = FigureId(Key(f"{prefix}.{SUBSIDY}", key.item, year), SHARE, f"{prefix}.{INCOME}")
            share = self.levels.derived(wanted)
        return Fund(
            scheme,
            year,
            income,
            expenditure,
            self.current(prefix, income, expenditure, year),
            subsidy,
            without,
            share,
            balance,
            self.months(scheme, balance, expenditure, year),
            self.level(f"{prefix}.{SUPPORT}", year),
            self.level(f"{prefix}.{PAYING}", year),
        )

    def current(self, prefix: str, income: Quantity | None, expenditure: Quantity | None, year: int) -> Quantity | None:
        """Income less expenditure: the indicator of that name, else computed."""
        known = self.level(f"{prefix}.{CURRENT}", year)
        key = self.key(f"{prefix}.{INCOME}", year)
        if known or key is None or income is None:
            return known
        name = f"{year}年基金当期收支差额"
        words = "基金收入 − 基金支出"
        return computed(
            self.levels, named(key, "current"), name, income.unit, 2, words, "$1 - $2", (income, expenditure)
        )

    def months(
        self, scheme: Item, balance: Quantity | None, expenditure: Quantity | None, year: int
    ) -> Quantity | None:
        """Months for which the balance would pay: the indicator of that name, else computed; less than 0 for a debt."""
        known = self.level(f"{MONTHS}.{scheme.code}", year)
        key = self.key(f"{scheme.prefix}.{BALANCE}", year)
        if known or key is None:
            return known
        name = f"{year}年{scheme.name}基金可支付月数"
        text = f"$1 / $2 * {MONTHS_A_YEAR}"
        words = "累计结余 ÷ 基金支出 × 12"
        return computed(self.levels, named(key, "months"), name, "个月", 1, words, text, (balance, expenditure))

    def history(self, scheme: Item) -> dict[int, Fund]:
        """The fund of a scheme in every year of which its balance and its expenditure are known."""
        years = [self.fund(scheme, year) for year in self.data.years]
        return {fund.year: fund for fund in years if fund.balance and fund.expenditure}

    # -- all schemes with subsidies -----------------------------------------------------------------------------
    def pooled(self, year: int | None = None) -> Pooled | None:
        """Subsidies and income of all schemes that receive any, together; None where one of them is unknown."""
        funds = [fund for fund in self.funds(year) if self.key(f"{fund.scheme.prefix}.{SUBSIDY}", fund.year)]
        if len(funds) < 2 or any(fund.subsidy is None or fund.income is None for fund in funds):
            return None
        at = self.key(f"{funds[0].scheme.prefix}.{SUBSIDY}", funds[0].year)
        assert at is not None  # it was asked for above
        subsidy = self.added([fund.subsidy for fund in funds], at, "all-subsidies", "财政补贴合计")
        income = self.added([fund.income for fund in funds], at, "all-income", "有财政补贴的各基金收入合计")
        share = computed(
            self.levels,
            named(at, "all-subsidies-share"),
            f"{at.year}年财政补贴占各基金收入的比重",
            "%",
            2,
            "补贴合计 ÷ 收入合计 × 100",
            "$1 / $2 * 100",
            (subsidy, income),
        )
        return Pooled(funds, subsidy, income, share) if subsidy and income and share else None

    def short_together(self, short: Sequence[Fund]) -> Quantity | None:
        """What funds lack without subsidies, added up, below zero; None where there are fewer than two."""
        at = self.key(f"{short[0].scheme.prefix}.{INCOME}", short[0].year) if len(short) > 1 else None
        if at is None:
            return None
        parts = [fund.without for fund in short]
        return self.added(parts, at, "all-without-subsidies", "不计财政补贴收不抵支的各基金收支差额合计")

    def added(self, parts: Sequence[Quantity | None], at: Key, what: str, name: str) -> Quantity | None:
        """Figures of one unit added up."""
        text = " + ".join(f"${number}" for number in range(1, len(parts) + 1))
        unit = next((part.unit for part in parts if part), "")
        return computed(self.levels, named(at, what), f"{at.year}年{name}", unit, 2, "各项之和", text, parts)

    # -- targets ------------------------------------------------------------------------------------------------
    def targets(self, of: Levels, year: int) -> Iterator[Target]:
        """The targets set for a `year` by the data `of` an edition, against the outcomes of this edition's year."""
        for goal in goals(self.data):
            about = of.audit.data.catalogue.indicators[goal.target]
            aim = of.level(Key(goal.target, of.audit.data.catalogue.top(about), year))
            reached = self.reached(goal)
            if aim and reached:
                gap = computed(
                    self.levels,
                    named(aim.id.key, f"against-{self.year}"),
                    f"{year}年{goal.words}目标与{self.year}年末完成数之差",
                    aim.unit,
                    decimals_of(reached.value),
                    "目标 − 完成数",
                    "$1 - $2",
                    (exactly(aim), reached),
                )
                if gap:
                    yield Target(goal, aim, reached, gap)

    def reached(self, goal: Goal) -> Quantity | None:
        """What a target is measured by, in this edition's year."""
        codes = [term.indicator for term in formulas.terms(goal.reached)]
        parts = [self.level(code, self.year) for code in codes]
        key = self.key(codes[0], self.year)
        known = [part for part in parts if part]
        if key is None or len(known) < len(parts):
            return None
        if len(known) == 1:
            return known[0]
        numbers = count(1)
        text = formulas.TERM.sub(lambda _: f"${next(numbers)}", goal.reached)
        decimals = max(decimals_of(part.value) for part in known)
        name = f"{self.year}年{goal.reached_words}"
        unit = known[0].unit
        return computed(self.levels, named(key, goal.code), name, unit, decimals, goal.reached_words, text, known)


@dataclass(frozen=True)
class Pooled:
    """The subsidies and the income of the `funds` that receive any, and the percentage the one is of the other."""

    funds: list[Fund]
    subsidy: Quantity
    income: Quantity
    share: Quantity


@dataclass(frozen=True)
class Target:
    """A target against an outcome; `gap` is the target less the outcome: below zero, the target is the lower one."""

    goal: Goal
    aim: Quantity
    reached: Quantity
    gap: Quantity

    @property
    def is_lower(self) -> bool:
        """Whether the target is certain to lie below the outcome."""
        return sign_of(self.gap) < 0


def exactly(quantity: Quantity) -> Quantity:
    """A target is a number that was set, not one that was rounded: known exactly."""
    return replace(quantity, interval=Interval.exactly(quantity.exact))
