"""All that could be a finding of an edition: facts of every kind that can be computed from what is printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from nianbao.analysis.accounts import MOST, Account, Accounts, Effect
from nianbao.analysis.computing import Levels, sign_of
from nianbao.analysis.doubt import Doubts
from nianbao.analysis.findings import Candidate, certainty_of, saturating, share_of
from nianbao.analysis.resilience import CURRENT, EXPENDITURE, INCOME, MONTHS, SUBSIDY, Fund, Resilience, Target
from nianbao.analysis.sentences import Magnitude, Sentence, enumerated, moved, of_effect, runs_of
from nianbao.data.analysing import Design
from nianbao.data.catalogue import Indicator
from nianbao.data.keys import Key
from nianbao.figures.derivation import CHANGE, GROWTH, MOVED_POINTS
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import PERCENT, RATIO, factor

#: Units that amounts are weighed in.
MONEY = "亿元"
PEOPLE = "万人"
#: Years that must be known before one is called the highest or the lowest.
FOR_A_RECORD = 4
#: Earlier movements that must be known before one is compared with them.
FOR_HISTORY = 2
#: Indicators that are not looked at: what the bureau plans for itself, what follows from other figures by formula.
OWN_HOUSE = ("budget", "accounts", "performance", "county")
#: A regional figure this much above or below that of the whole is told.
APART = Fraction(3, 10)
#: A regional figure that is so many times further from that of the whole has half the merit of the largest.
FAR = 3.0
#: What is so every year is no news: a regional difference has half the merit of a movement.
OF_STRUCTURE = 0.5
#: A part that moved by this much of its whole has half of its merit.
MATERIAL = 0.02
#: The same for what is part of nothing, against all that the funds spent, or against all insured.
MATERIAL_OF_ALL = 0.0005


@dataclass(frozen=True)
class Movement:
    """How a figure for the whole moved since the year before: levels, change and growth as the book prints them."""

    about: Indicator
    now: Quantity
    then: Quantity
    change: Quantity
    growth: Quantity | None

    @property
    def relative(self) -> Fraction:
        """The movement as part of the earlier level."""
        return (self.now.exact - self.then.exact) / abs(self.then.exact) if self.then.exact else Fraction(0)


class Candidates:
    """Makes the candidates of an edition; `later` is what the next edition knows, for its targets."""

    def __init__(self, levels: Levels, year: int, later: Levels | None = None):
        self.levels = levels
        self.year = year
        self.later = later
        self.data = levels.audit.data
        self.catalogue = self.data.catalogue
        self.resilience = Resilience(levels, year)
        self.accounts = Accounts(levels, year, year - 1)
        self.doubts = Doubts(levels)

    def all(self) -> list[Candidate]:
        """Every candidate, of every kind."""
        return [
            *self.deficits(),
            *self.turns(),
            *self.dependence(),
            *self.partings(),
            *self.months(),
            *self.lower_targets(),
            *self.regions(),
            *self.movements(),
        ]

    # -- what is known ------------------------------------------------------------------------------------------
    @cached_property
    def funds(self) -> list[Fund]:
        """The funds of this year."""
        return self.resilience.funds()

    @cached_property
    def by_target(self) -> dict[str, list[Account]]:
        """The change accounts by the indicator that they explain."""
        found: dict[str, list[Account]] = {}
        for account in self.known_accounts:
            found.setdefault(account.design.target, []).append(account)
        return found

    @cached_property
    def known_accounts(self) -> list[Account]:
        """The change accounts that can be made."""
        return list(self.accounts.all())

    @cached_property
    def spent(self) -> Fraction:
        """All that the funds spent, in 亿元."""
        return sum((amount(fund.expenditure, MONEY) for fund in self.funds if fund.expenditure), Fraction(0))

    @cached_property
    def insured(self) -> Fraction:
        """All insured persons of all schemes, in 万人."""
        levels = [
            self.resilience.level(f"{scheme.prefix}.insured", self.year) for scheme in self.catalogue.schemes.values()
        ]
        return sum((amount(level, PEOPLE) for level in levels if level), Fraction(0))

    @cached_property
    def moved(self) -> dict[str, Movement]:
        """How every indicator moved that is known for the whole in both years, by its code."""
        found = {}
        for code, about in self.catalogue.indicators.items():
            if code.split(".")[0] not in OWN_HOUSE:
                movement = self.movement(about)
                if movement:
                    found[code] = movement
        return found

    def movement(self, about: Indicator) -> Movement | None:
        """How an indicator moved; None where that is unknown, or it is a ratio computed from two others."""
        key = Key(about.code, self.catalogue.top(about), self.year)
        now = self.levels.level(key)
        then = self.levels.level(key.at(self.year - 1)) if now else None
        if now is None or then is None or then.exact == 0:
            return None
        measure = MOVED_POINTS if about.unit == PERCENT else CHANGE
        change = self.levels.derived(FigureId(key, measure, str(self.year - 1)))
        if change is None:
            return None
        growth = None
        if about.unit not in {PERCENT, RATIO}:
            growth = self.levels.derived(FigureId(key, GROWTH, str(self.year - 1)))
        return Movement(about, now, then, change, growth)

    @cached_property
    def sizes(self) -> list[Fraction]:
        """The relative movements of all indicators, smallest first."""
        return sorted(abs(each.relative) for each in self.moved.values())

    # -- merits -------------------------------------------------------------------------------------------------
    def size(self, movement: Movement) -> float:
        """The mean of a movement against itself, against those of all indicators, and against its own history."""
        own = abs(movement.relative)
        parts = [saturating(float(own))]
        if len(self.sizes) > 1:
            parts.append(sum(each < own for each in self.sizes) / len(self.sizes))
        history = self.history(movement.now.id.key)
        if len(history) >= FOR_HISTORY:
            usual = sum(history, Fraction(0)) / len(history)
            parts.append(float(own / (own + usual)) if own + usual else 0.0)
        return sum(parts) / len(parts)

    def material(self, movement: Movement) -> float:
        """Whether a movement matters: for the whole it is part of, else for all money or people; from 0 to 1.

        What is neither money nor people, nor part of anything, has half.
        """
        unit = movement.now.unit
        moved_by = movement.now.exact - movement.then.exact
        whole = self.moved.get(movement.about.parent)
        by = factor(unit, whole.now.unit) if whole else None
        if whole and by and whole.now.exact:
            return saturating(float(moved_by * by / whole.now.exact), MATERIAL)
        for scale, all_of_it in ((MONEY, self.spent), (PEOPLE, self.insured)):
            by = factor(unit, scale)
            if by and all_of_it:
                return saturating(float(moved_by * by / all_of_it), MATERIAL_OF_ALL)
        return 0.5

    def history(self, key: Key) -> list[Fraction]:
        """The earlier relative movements of a level between two years that follow each other."""
        known = {year: self.levels.level(key.at(year)) for year in self.data.years if year < key.year}
        found = []
        for year, now in known.items():
            then = known.get(year - 1)
            if now and then and then.exact:
                found.append(abs((now.exact - then.exact) / then.exact))
        return found

    def weight(self, quantity: Quantity | None) -> float:
        """How much money, or how many people, a figure is, against all of them."""
        if quantity is None:
            return 0.0
        if factor(quantity.unit, MONEY):
            return share_of(amount(quantity, MONEY), self.spent)
        if factor(quantity.unit, PEOPLE):
            return share_of(amount(quantity, PEOPLE), self.insured)
        return 0.0

    # -- balances -----------------------------------------------------------------------------------------------
    def deficits(self) -> Iterator[Candidate]:
        """Funds that certainly spent more than they took in."""
        known = [fund for fund in self.funds if fund.current]
        short = [fund for fund in known if fund.current and sign_of(fund.current) < 0]
        open_signs = any(fund.current and not sign_of(fund.current) for fund in known)
        for fund in short:
            alone = len(short) == 1 and len(known) > 2 and not open_signs
            yield self.deficit(fund, len(known) if alone else 0)

    def deficit(self, fund: Fund, alone_among: int) -> Candidate:
        """A fund in deficit; `alone_among` so many funds, 0 where it is not alone."""
        prefix = fund.scheme.prefix
        current = fund.current
        assert current is not None and fund.income and fund.expenditure  # it is known to be below zero
        spending = self.moved.get(f"{prefix}.{EXPENDITURE}")
        before = self.resilience.fund(fund.scheme, self.year - 1)
        head: list = [f"{fund.scheme.name}基金全年支出", fund.expenditure]
        if spending and spending.growth:
            head += ["，比上年", *moved(spending.growth, "增长", "下降")]
        head += ["，收入", fund.income]
        income = self.fallen_more(prefix)
        if income:
            head += ["，比上年", *moved(income.change)]
        if income and income.growth:
            head += ["，", *moved(income.growth, "增长", "下降")]
        head += ["，收支相抵缺", Magnitude(current)]
        if alone_among:
            head.append("，是各项基金中唯一收不抵支的")
        if before.payable and fund.payable and certain(fund.payable, before.payable) < 0:
            head += ["；结余可支付的月数由", before.payable, "降到", fund.payable]
        signs = [(current, -1)]
        if fund.balance and sign_of(fund.balance) < 0:
            head += ["，年末累计赤字", Magnitude(fund.balance)]
            signs.append((fund.balance, -1))
        if income:
            signs.append((income.change, -1))
        why, used = self.why_short(prefix, spending, income)
        turned = before.current is not None and sign_of(before.current) >= 0
        relative = current.exact / fund.income.exact
        merits = {
            "size": max(
                [saturating(float(relative)), *(self.size(side) for side in (spending, income) if side is not None)]
            ),
            "weight": self.weight(current),
            "turn": 1.0 if turned else 0.8,
            "contrast": 1.0 if alone_among else 0.3,
        }
        subjects = {f"{prefix}.{CURRENT}", f"{prefix}.{INCOME}", f"{prefix}.{EXPENDITURE}", *used}
        return Candidate(
            f"deficit:{fund.scheme.code}",
            f"{fund.scheme.name}基金收不抵支",
            "deficit",
            fund.scheme.code,
            frozenset(subjects | {f"{MONTHS}.{fund.scheme.code}"}),
            (*head, "。", *why),
            merits,
            certainty_of(current),
            self.in_doubt([current], relative),
            tuple(signs),
        )

    def fallen_more(self, prefix: str) -> Movement | None:
        """How a fund's income moved, where it certainly fell, and by more than its spending moved; None elsewhere."""
        income = self.moved.get(f"{prefix}.{INCOME}")
        spending = self.moved.get(f"{prefix}.{EXPENDITURE}")
        if income is None or spending is None or sign_of(income.change) >= 0:
            return None
        return income if abs(income.change.exact) > abs(spending.change.exact) else None

    def why_short(self, prefix: str, spending: Movement | None, income: Movement | None) -> tuple[Sentence, set[str]]:
        """Why a fund is short, by the side that moved more: its income where that is given, else its spending."""
        if income:
            return self.mainly(f"{prefix}.{INCOME}", "收入")
        if spending and spending.change.value > 0:
            return self.drivers(f"{prefix}.{EXPENDITURE}")
        return (), set()

    def turns(self) -> Iterator[Candidate]:
        """Funds that spent more than they took in a year before, and no longer do."""
        for fund in self.funds:
            before = self.resilience.fund(fund.scheme, self.year - 1)
            now, then = fund.current, before.current
            if now is None or then is None or sign_of(now) <= 0 or sign_of(then) >= 0 or not fund.income:
                continue
            prefix = fund.scheme.prefix
            sentence: list = [f"{fund.scheme.name}基金由上年收支相抵缺", Magnitude(then), "转为结余", now]
            subjects = {f"{prefix}.{CURRENT}", f"{prefix}.{INCOME}", f"{prefix}.{EXPENDITURE}"}
            sides = [self.moved.get(f"{prefix}.{INCOME}"), self.moved.get(f"{prefix}.{EXPENDITURE}")]
            told = [
                (name, *moved(side.change), "（", *moved(side.growth, "增长", "下降"), "）")
                for name, side in zip(("收入", "支出"), sides, strict=True)
                if side and side.growth
            ]
            if told:
                sentence += ["：", *enumerated(told, "，")]
            why, used = self.mainly(f"{prefix}.{INCOME}", "收入")
            relative = (now.exact - then.exact) / fund.income.exact
            merits = {
                "size": max([saturating(float(relative)), *(self.size(side) for side in sides if side)]),
                "weight": self.weight(now),
                "turn": 1.0,
            }
            yield Candidate(
                f"turn:{fund.scheme.code}",
                f"{fund.scheme.name}基金由缺口转为结余",
                "turn",
                fund.scheme.code,
                frozenset(subjects | used | {f"{prefix}.balance", f"{MONTHS}.{fund.scheme.code}"}),
                (*sentence, "。", *why),
                merits,
                min(certainty_of(now), certainty_of(then)),
                self.in_doubt([now, then], relative),
                ((now, 1), (then, -1)),
            )

    def mainly(self, target: str, side: str) -> tuple[Sentence, set[str]]:
        """Which part made up most of the movement of a whole, and why that part moved; nothing where none did."""
        for account in self.by_target.get(target, ()):
            part = account.by_size[0]
            if part.now is None or not part.sign or part.sign != account.sign or part.kind == "factor":
                continue
            if abs(part.exact) < MAIN * abs(account.exact):
                continue
            head: Sentence = (f"{side}的变动主要是{part.words}", *moved(part.quantity))
            _, told, used = self.factors(part.now.id.key.indicator)
            return (*head, "，按因素分解，", *told, "。") if told else (*head, "。"), used
        return (), set()

    def drivers(self, target: str) -> tuple[Sentence, set[str]]:
        """How much a figure moved and why, and the indicators told of; nothing where no such account is certain."""
        account, told, used = self.factors(target)
        return ((account.title, *moved(account.total), "，按因素分解，", *told, "。") if account else ()), used

    def factors(self, target: str) -> tuple[Account | None, Sentence, set[str]]:
        """The account of a figure by factors, what each adds, and the indicators told of; where it is certain."""
        for account in self.by_target.get(target, ()):
            factors = [each for each in account.by_size if each.kind == "factor"][:MOST]
            if not factors or not account.sign or account.in_doubt or not all(each.sign for each in factors):
                continue
            told = enumerated((self.of_factor(account, each) for each in factors), "，")
            used = {each.now.id.key.indicator for each in factors if each.now and not each.now.id.derived}
            return account, told, used | {target}
        return None, (), set()

    def of_factor(self, account: Account, effect: Effect) -> Sentence:
        """What a factor adds, with how much it moved itself where that is printed."""
        said = of_effect(account, effect)
        movement = self.moved.get(effect.now.id.key.indicator) if effect.now and not effect.now.id.derived else None
        if movement is None or movement.growth is None:
            return said
        first, *rest = said
        words = str(first).removesuffix("使它")
        for direction in ("上升", "下降"):
            words = words.removesuffix(direction)
        grown = moved(movement.growth, "增长", "下降")
        return (words, *grown, "，使它", *rest)

    # -- dependence ---------------------------------------------------------------------------------------------
    def dependence(self) -> Iterator[Candidate]:
        """What subsidies are of the income of the funds that receive them, and what would be missing without."""
        pooled = self.resilience.pooled()
        resting = [fund for fund in self.funds if fund.rests_on_subsidies]
        if pooled is None or not resting:
            return
        short = [fund for fund in pooled.funds if fund.without and sign_of(fund.without) < 0]
        many = NUMERALS.get(len(pooled.funds), "各")
        sentence: Sentence = (
            f"{many}项有财政补贴的基金，收入中补贴合计",
            pooled.subsidy,
            "，占",
            pooled.share,
            "；不计补贴，",
            *self.short_without(short, pooled.funds, resting),
            "。",
        )
        signs = tuple((fund.without, -1) for fund in short if fund.without)
        relative = pooled.share.exact / 100
        yield Candidate(
            "dependence",
            "财政补贴与不计补贴的缺口",
            "dependence",
            "",
            frozenset(f"{fund.scheme.prefix}.{SUBSIDY}" for fund in pooled.funds),
            sentence,
            {
                "size": saturating(float(relative)),
                "weight": self.weight(pooled.subsidy),
                "turn": 1.0,
                "contrast": 0.5 if len(resting) == len(pooled.funds) else 0.0,
            },
            min(certainty_of(quantity) for quantity, _ in signs),
            self.in_doubt([pooled.share, *(quantity for quantity, _ in signs)], relative),
            signs,
        )

    def short_without(self, short: list[Fund], pooled: list[Fund], resting: list[Fund]) -> Sentence:
        """Every fund that would be short without subsidies, and all of them together; which of them are not with."""
        told = enumerated((fund.scheme.name, Magnitude(fund.without)) for fund in short if fund.without)
        total = self.resilience.short_together(short)
        if total is None:
            return ("收支相抵将缺：", *told)
        every = f"{NUMERALS.get(len(pooled), '各')}项都收不抵支" if len(short) == len(pooled) else "收支相抵将缺"
        said: Sentence = (f"{every}：", *told, "，合计缺", Magnitude(total), *self.short_before(short))
        if len(resting) == len(short):
            return said
        names = "、".join(fund.scheme.name for fund in resting)
        return (*said, f"；计入补贴，只有{names}收支相抵不缺")

    def short_before(self, short: list[Fund]) -> Sentence:
        """What the same funds would have been short of a year before, where all of them would."""
        before = [self.resilience.fund(fund.scheme, self.year - 1) for fund in short]
        if not all(fund.without and sign_of(fund.without) < 0 for fund in before):
            return ()
        total = self.resilience.short_together(before)
        return ("（上年缺", Magnitude(total), "）") if total else ()

    # -- parting ways -------------------------------------------------------------------------------------------
    def partings(self) -> Iterator[Candidate]:
        """Two figures of one ratio that certainly moved in opposite directions."""
        for account in self.known_accounts:
            factors = [each for each in account.effects if each.kind == "factor"]
            if len(factors) != 2 or factors[0].over or not factors[1].over or factors[1].now is None:
                continue
            first, second = factors
            if first.grew * second.grew >= 0 or account.design.code.endswith("-months"):
                continue
            names = [each.now.id.key.indicator for each in factors if each.now]
            movements = [self.moved[name] for name in names if name in self.moved]
            if len(movements) < 2 or not account.sign:
                continue
            told = enumerated(
                (
                    (each.words, *moved(movement.change), "（", *moved(movement.growth, "增长", "下降"), "）")
                    for each, movement in zip(factors, movements, strict=True)
                ),
                "，",
            )
            down = "降" if account.sign < 0 else "升"
            sentence: Sentence = (
                self.scheme_name(names[0]),
                *told,
                "，二者之比由",
                account.then,
                f"{down}到",
                account.now,
                "。",
            )
            relative = (account.now.exact - account.then.exact) / account.then.exact
            yield Candidate(
                f"parting:{account.code}",
                f"{account.title}中一增一减",
                "parting",
                self.scheme_code(names[0]),
                frozenset(names),
                sentence,
                {
                    "size": max(self.size(movement) for movement in movements),
                    "weight": max(self.weight(movement.change) for movement in movements),
                    "contrast": 1.0,
                },
                min(certainty_of(movement.change) for movement in movements),
                self.in_doubt([movement.now for movement in movements], relative),
                tuple((movement.change, each.grew) for each, movement in zip(factors, movements, strict=True)),
            )

    # -- months -------------------------------------------------------------------------------------------------
    def months(self) -> Iterator[Candidate]:
        """Funds whose months payable are certainly the most, or the fewest, of all known years."""
        for fund in self.funds:
            history = {year: each.payable for year, each in self.resilience.history(fund.scheme).items()}
            known = {year: months for year, months in history.items() if months and year <= self.year}
            now = known.get(self.year)
            earlier = {year: months for year, months in known.items() if year < self.year}
            if now is None or len(known) < FOR_A_RECORD or not fund.balance:
                continue
            highest = all(certain(now, each) > 0 for each in earlier.values())
            lowest = all(certain(now, each) < 0 for each in earlier.values())
            if not highest and not lowest:
                continue
            far = min(earlier.items(), key=lambda pair: pair[1].exact if highest else -pair[1].exact)
            word = "最多" if highest else "最少"
            least = "最少" if highest else "最多"
            sentence: Sentence = (
                f"{fund.scheme.name}基金年末累计结余",
                fund.balance,
                "，按当年支出计算，可支付月数为",
                now,
                f"，在有数的{runs_of(known)}各年末中{word}（{least}的是{far[0]}年末，为",
                far[1],
                "）。",
            )
            relative = (now.exact - far[1].exact) / far[1].exact
            yield Candidate(
                f"months:{fund.scheme.code}",
                f"{fund.scheme.name}基金可支付月数",
                "months",
                fund.scheme.code,
                frozenset({f"{MONTHS}.{fund.scheme.code}", f"{fund.scheme.prefix}.balance"}),
                sentence,
                {"size": saturating(float(relative)), "weight": self.weight(fund.balance), "record": 1.0},
                1.0,
                self.in_doubt([now], relative),
            )

    # -- targets ------------------------------------------------------------------------------------------------
    @cached_property
    def targets(self) -> list[Target]:
        """The next year's targets against this year's outcomes; none where the next year is not known."""
        return list(self.resilience.targets(self.later, self.year + 1)) if self.later else []

    def lower_targets(self) -> Iterator[Candidate]:
        """Next year's targets that lie below what is reached already."""
        lower = [target for target in self.targets if target.is_lower]
        if not lower:
            return
        told = enumerated(((f"{each.goal.words}目标", each.aim, "，完成数", each.reached) for each in lower), "；")
        every = "都" if len(lower) == len(self.targets) else ""
        sentence: Sentence = (f"{self.year + 1}年的目标有的{every}低于{self.year}年末已完成的数：", *told, "。")
        if every:
            sentence = (f"{self.year + 1}年的参保目标都低于{self.year}年末已完成的数：", *told, "。")
        relative = max(abs(each.gap.exact / each.reached.exact) for each in lower)
        yield Candidate(
            "targets",
            "下一年的目标低于完成数",
            "targets",
            "",
            frozenset(each.goal.target for each in lower),
            sentence,
            {
                "size": saturating(float(relative)),
                "weight": max(self.weight(each.gap) for each in lower),
                "contrast": 1.0 if every else 0.3,
                "target": 1.0,
            },
            min(certainty_of(each.gap) for each in lower),
            self.in_doubt([each.reached for each in lower], relative),
            tuple((each.gap, -1) for each in lower),
        )

    # -- regions ------------------------------------------------------------------------------------------------
    def regions(self) -> Iterator[Candidate]:
        """Regions in which a ratio is certainly the highest of all, and far from that of the whole."""
        for design in self.accounts.designs.values():
            found = self.accounts.by_region(design) if self.is_of_people(design) else None
            if found is None:
                continue
            whole, ranked = found
            first = ranked[0]
            second = ranked[1]
            away = (first.exact - whole.exact) / whole.exact
            if certain(first, second) <= 0 or first.value == second.value or away < APART:
                continue
            indicator = design.parts[0].term
            region = self.catalogue.regions[first.id.key.item].name
            last = ranked[-1]
            lowest = self.tied(ranked, last)
            sentence: Sentence = (
                f"{design.title}，{self.catalogue.area}为",
                whole,
                f"；最高的是{region}，为",
                first,
                f"，最低的是{'和'.join(lowest)}，{'均' if len(lowest) > 1 else ''}为",
                last,
                "。",
            )
            yield Candidate(
                f"region:{design.code}",
                f"{design.title}的地区差别",
                "region",
                self.scheme_code(indicator),
                frozenset({f"region:{design.code}"}),
                sentence,
                {
                    "size": OF_STRUCTURE * saturating(float(away), FAR),
                    "weight": self.part_of_whole(design.parts[0].term, first),
                },
                1.0,
                self.in_doubt([first, last, whole], away),
            )

    def tied(self, ranked: Sequence[Quantity], at: Quantity) -> list[str]:
        """The names of the regions whose figure is printed as that one is, in the order of the catalogue."""
        items = {each.id.key.item for each in ranked if each.value == at.value}
        return [region.name for code, region in self.catalogue.regions.items() if code in items]

    def is_of_people(self, design: Design) -> bool:
        """Whether an account is one of people: a ratio of money by region may say where it is booked, and no more."""
        indicators = self.catalogue.indicators
        return all(factor(indicators[part.term].unit, PEOPLE) for part in design.parts if part.term)

    def part_of_whole(self, indicator: str, region: Quantity) -> float:
        """What a region is of the whole in an indicator."""
        key = Key(indicator, region.id.key.item, self.year)
        part = self.levels.level(key)
        whole = self.levels.level(key.of(self.catalogue.top(self.catalogue.indicators[indicator])))
        return share_of(amount(part, whole.unit), whole.exact) if part and whole else 0.0

    # -- movements ----------------------------------------------------------------------------------------------
    def movements(self) -> Iterator[Candidate]:
        """Every indicator of the whole that certainly moved."""
        for code, movement in self.moved.items():
            if movement.growth is None or not sign_of(movement.change):
                continue
            about = movement.about
            up = movement.change.value > 0
            sentence: list = [
                about.name,
                movement.now,
                "，比上年",
                *moved(movement.change),
                "，",
                *moved(movement.growth, "增长", "下降"),
            ]
            told = {code}
            whole = self.moved.get(about.parent)
            if whole and whole.growth and same_way(whole, movement) and movement_share(movement, whole) >= MAIN:
                sentence += ["；同期", whole.about.name, *moved(whole.change)]
                told.add(about.parent)
            why, used = self.drivers(code)
            if why:
                sentence += ["。", *why[:-1]]
            merits = {
                "size": self.size(movement) * self.material(movement),
                "weight": self.weight(movement.change),
                "record": 1.0 if self.is_record(movement.now, up) else 0.0,
            }
            yield Candidate(
                f"moved:{code}",
                about.name,
                "moved",
                self.scheme_code(code),
                frozenset(told | used),
                (*sentence, "。"),
                merits,
                certainty_of(movement.change),
                self.in_doubt([movement.now, movement.then], movement.relative),
                ((movement.change, 1 if up else -1),),
            )

    def is_record(self, now: Quantity, up: bool) -> bool:
        """Whether a level is certainly the highest (or the lowest) of four known years or more."""
        key = now.id.key
        earlier = [level for year in self.data.years if year < key.year and (level := self.levels.level(key.at(year)))]
        wanted = 1 if up else -1
        return len(earlier) >= FOR_A_RECORD - 1 and all(certain(now, each) == wanted for each in earlier)

    # -- words --------------------------------------------------------------------------------------------------
    def scheme_code(self, indicator: str) -> str:
        """The scheme that an indicator belongs to; empty where it belongs to none."""
        schemes: Mapping[str, object] = self.catalogue.schemes
        fitting = [prefix for prefix in schemes if indicator.startswith(f"{prefix}.")]
        return self.catalogue.schemes[max(fitting, key=len)].code if fitting else ""

    def scheme_name(self, indicator: str) -> str:
        """The name of the scheme that an indicator belongs to; empty where it belongs to none."""
        code = self.scheme_code(indicator)
        return next((item.name for item in self.catalogue.schemes.values() if item.code == code), "")

    def in_doubt(self, used: Sequence[Quantity], relative: Fraction) -> str:
        """Why what is said of some figures is in doubt; nothing where it is not."""
        for each in used:
            said = self.doubts.reason(each, relative)
            if said:
                return said
        return ""


#: A part that makes up so much of a movement of the whole is told with it.
MAIN = Fraction(1, 2)
NUMERALS = {2: "两", 3: "三", 4: "四", 5: "五", 6: "六", 7: "七", 8: "八", 9: "九"}


def amount(quantity: Quantity, unit: str) -> Fraction:
    """The size of a figure in another unit; zero where it does not convert."""
    return abs(quantity.exact) * (factor(quantity.unit, unit) or 0)


def certain(first: Quantity, second: Quantity) -> int:
    """1 where a figure is certainly larger than another, -1 where it is smaller, 0 where rounding leaves it open."""
    if first.interval.low > second.interval.high:
        return 1
    return -1 if first.interval.high < second.interval.low else 0


def same_way(first: Movement, second: Movement) -> bool:
    """Whether two figures certainly moved in one direction."""
    return sign_of(first.change) == sign_of(second.change) != 0


def movement_share(part: Movement, whole: Movement) -> Fraction:
    """What the movement of a part is of that of the whole; zero where the units do not convert."""
    by = factor(part.now.unit, whole.now.unit)
    moved_whole = whole.now.exact - whole.then.exact
    return (part.now.exact - part.then.exact) * by / moved_whole if by and moved_whole else Fraction(0)
