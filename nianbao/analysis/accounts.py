"""Change accounts: by which parts, or by which factors, a figure moved between two years, exactly.

An account is data (`catalogue/drivers.csv`): a sum of parts or regions, or a product of factors of which one may be
inferred from the rest. The effects and the residual of an account add up to its change as exact fractions; each has
the interval that rounding allows, and a sign only where the whole interval agrees. What is not known of the parts, and
what rounding leaves, is the residual: it is shown, and never spread over the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from nianbao.analysis import decomposition
from nianbao.analysis.computing import Levels, computed, is_as_printed, named, sign_of, unit_of_change, within_rounding
from nianbao.data.analysing import Design, Part, designs
from nianbao.data.catalogue import REGION
from nianbao.data.keys import Key
from nianbao.figures.derivation import CHANGE, MOVED_POINTS
from nianbao.figures.ids import FigureId
from nianbao.figures.interval import NOTHING
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import PERCENT, decimals_of, factor, round_half_up

#: Decimals of what is inferred from the rest: a rate, months, 元.
INFERRED = 2
#: The unit of months, which are printed with one decimal wherever they are, and so are what adds to them.
MONTHS = "个月"
OF_MONTHS = 1
#: Decimals of the effects on a ratio, which moves little.
OF_RATIOS = 4
#: The kind of revisions that change a definition.
METHOD = "method"
#: Regions that must be known before they are ranked.
FEWEST_REGIONS = 3
WHOLE_UNITS = ("元", "人")
#: Effects that a sentence lists at most; the others are told together.
MOST = 3
#: Share of a change that one effect must make to be called what made it.
MOSTLY = Fraction(3, 5)
#: Words that name the effect of a part and of a factor.
MOVED = "moved"
FACTOR = "factor"


@dataclass(frozen=True)
class Effect:
    """What a part or a factor adds to a change.

    `quantity` is the effect as it is shown, `exact` its unrounded value in the unit of the account; `now` and `then`
    are the part or factor in the two years, `kind` is `moved` for a part and `factor` for a factor; `over` says that
    the factor is a divisor.
    """

    words: str
    quantity: Quantity
    exact: Fraction
    now: Quantity | None = None
    then: Quantity | None = None
    kind: str = MOVED
    over: bool = False

    @property
    def sign(self) -> int:
        """1 or -1 where rounding leaves no doubt of the direction, else 0."""
        return sign_of(self.quantity) or self._sign_of_neighbours

    @property
    def _sign_of_neighbours(self) -> int:
        """The direction of a part printed 0.05 and then 0.04: 0.045 would be printed 0.05, so that it is no less."""
        touches = 0 in self.quantity.interval.ends and self.quantity.value != 0
        if self.kind != MOVED or self.now is None or self.then is None or not touches:
            return 0
        return 1 if self.quantity.value > 0 else -1

    @property
    def stayed(self) -> bool:
        """Whether the part or factor is printed the same in both years."""
        return self.now is not None and self.then is not None and self.now.value == self.then.value

    @property
    def grew(self) -> int:
        """1 or -1 where the part or factor itself is certain to have grown or shrunk, else 0."""
        if self.now is None or self.then is None:
            return self.sign
        span = self.now.interval - self.then.interval
        if span.low > 0:
            return 1
        return -1 if span.high < 0 else 0


@dataclass(frozen=True)
class Lacking:
    """A part that is not known for both years: its name, and its figure in the year in which there is one.

    `own`: whether the bureau filled in this year's figures, so that one without is none that only the data lack.
    """

    words: str
    now: Quantity | None
    then: Quantity | None
    own: bool = False
    #: Whether the other parts make up the whole of this year, so that nothing is left for it.
    is_none: bool = False


@dataclass(frozen=True)
class Account:
    """The change of a figure between two years, taken apart.

    `total` is the change as it is shown and `exact` its unrounded value; `effects` and `residual` add up to it.
    `lacking` are the parts that are not known for both years; they are in the residual. `rest` is what the effects
    beyond the `MOST` largest add together; None where at most one more is known. `notes` say which
    definitions changed, and what is in doubt.
    """

    design: Design
    now: Quantity
    then: Quantity
    total: Quantity
    exact: Fraction
    effects: tuple[Effect, ...]
    residual: Effect | None
    lacking: tuple[Lacking, ...] = ()
    notes: tuple[str, ...] = ()
    #: The change of the product of the factors, where it is known more closely than the printed whole.
    closer: Quantity | None = None
    rest: Quantity | None = None

    @property
    def code(self) -> str:
        """Its name in the catalogue."""
        return self.design.code

    @property
    def title(self) -> str:
        """What it explains, in words."""
        return self.design.title

    @property
    def years(self) -> tuple[int, int]:
        """The later and the earlier year."""
        return self.now.id.key.year, self.then.id.key.year

    @property
    def told(self) -> list[Effect]:
        """The effects that a sentence lists, the largest first."""
        return self.by_size[:MOST] if self.rest else self.by_size

    @property
    def sign(self) -> int:
        """The direction of the whole change, 0 where rounding leaves it open."""
        closer = self.closer if self.closer and not self.unexplained else None
        return sign_of(self.total) or (sign_of(closer) if closer else 0)

    @property
    def by_size(self) -> list[Effect]:
        """The effects, the largest first."""
        return sorted(self.effects, key=lambda effect: -abs(effect.exact))

    @property
    def main(self) -> Effect | None:
        """The effect that makes most of the change, by far; None where none does, or much is set off against it."""
        most = abs(self.exact) * MOSTLY
        others = [*self.by_size[1:], *([self.residual] if self.residual else [])]
        largest = self.by_size[0]
        is_main = largest.sign and largest.sign == self.sign and abs(largest.exact) > most
        return largest if is_main and all(abs(other.exact) < abs(self.exact) - most for other in others) else None

    @property
    def in_doubt(self) -> bool:
        """Whether a figure in it is in doubt."""
        shown = [self.now, self.then, self.total, *(each.quantity for each in self.effects)]
        return any(each.mark for each in shown)

    @property
    def unexplained(self) -> bool:
        """Whether more is left than rounding explains, or a part is not known."""
        return self.residual is not None and (bool(self.lacking) or self.residual.sign != 0)

    @property
    def adds_up(self) -> bool:
        """Whether the effects and the residual add up to the change, exactly."""
        left = self.residual.exact if self.residual else Fraction(0)
        return sum((each.exact for each in self.effects), left) == self.exact

    @property
    def adds_up_as_printed(self) -> bool:
        """Whether what is printed of the effects and the residual adds up to the printed change.

        In the digits of what is printed with the fewest; what is printed in other units is left out of account.
        """
        if self.printed_sum is None:
            return True
        decimals = min(decimals_of(each.value) for each in [*self.shown, self.total])
        return round_half_up(self.printed_sum, decimals) == round_half_up(self.total.value, decimals)

    @property
    def adds_up_to_the_digit(self) -> bool:
        """Whether what is printed adds up to the printed change in every digit, as a reader would add it."""
        return self.printed_sum in {None, self.total.value}

    @property
    def is_that_of_the_printed_figures(self) -> bool:
        """Whether the printed change is what a reader gets who subtracts the printed figures of the two years."""
        return unit_of_change(self.now.unit) != self.total.unit or is_as_printed(self.total, self.now, self.then)

    @property
    def shown(self) -> list[Quantity]:
        """What is printed of the effects and the residual."""
        return [each.quantity for each in self.effects] + ([self.residual.quantity] if self.residual else [])

    @property
    def printed_sum(self) -> Decimal | None:
        """What is printed of effects and residual added up; None where that is in other units than the change."""
        if any(each.unit != self.total.unit for each in self.shown):
            return None
        return sum((each.value for each in self.shown), Decimal(0))


class Accounts:
    """Makes the change accounts of a year against an earlier one."""

    def __init__(self, levels: Levels, year: int, base: int):
        self.levels = levels
        self.year = year
        self.base = base
        self.data = levels.audit.data

    @cached_property
    def designs(self) -> dict[str, Design]:
        """The accounts of the catalogue by name."""
        return {design.code: design for design in designs(self.data)}

    def all(self) -> Iterator[Account]:
        """Every account that can be made, in the order of the catalogue."""
        for code in self.designs:
            account = self.account(code)
            if account is not None:
                yield account

    def account(self, code: str) -> Account | None:
        """The account of that name; None where too little is known, or the catalogue has none."""
        design = self.designs.get(code)
        if design is None:
            return None
        is_product = any(part.role in {"times", "over"} for part in design.parts)
        found = self.of_factors(design) if is_product else self.of_parts(design)
        if not found:
            return None
        shown = in_the_same_digits(in_digits_that_add_up(found))
        return replace(shown, rest=self.rest(found))

    def rest(self, account: Account) -> Quantity | None:
        """What the effects beyond the largest few add together; None where there are fewer than two of them."""
        others = account.by_size[MOST:]
        if len(others) < 2:
            return None
        terms = []
        for at, each in enumerate(others, 1):
            by = factor(each.quantity.unit, account.total.unit) if each.quantity.unit != account.total.unit else None
            terms.append(f"${at}{decomposition.scaled(by) if by else ''}")
        quantity = computed(
            self.levels,
            named(account.now.id.key, f"{account.code}.others~{self.base}"),
            f"{account.title}变动中其余各项的作用",
            account.total.unit,
            self.decimals(account.design),
            "其余各项作用之和",
            " + ".join(terms),
            [each.quantity for each in others],
        )
        return within_rounding(quantity) if quantity else None

    # -- levels -------------------------------------------------------------------------------------------------
    def whole(self, indicator: str) -> Key:
        """The key of an indicator for the whole, in the later year."""
        return Key(indicator, self.data.catalogue.top(self.data.catalogue.indicator(indicator)), self.year)

    def pair(self, key: Key) -> tuple[Quantity, Quantity] | None:
        """A level in both years; None where one is unknown."""
        now = self.levels.level(key)
        then = self.levels.level(key.at(self.base))
        return None if now is None or then is None else (now, then)

    def change(self, key: Key, unit: str) -> Quantity | None:
        """The change of a level as the book prints it."""
        measure = MOVED_POINTS if unit == PERCENT else CHANGE
        return self.levels.derived(FigureId(key, measure, str(self.base)))

    # -- sums ---------------------------------------------------------------------------------------------------
    def of_parts(self, design: Design) -> Account | None:
        """The account of a sum; None where nothing is known of its whole, or of all of its parts."""
        effects = []
        lacking = []
        for key, part in self.keys_of_parts(design):
            pair = self.pair(key)
            effect = self.of_part(design, key, part, *pair) if pair else None
            if effect:
                effects.append(effect)
            else:
                own = self.data.catalogue.is_own(self.year)
                ends = (self.levels.level(key), self.levels.level(key.at(self.base)))
                lacking.append(Lacking(part.words, *ends, own))
        if not effects:
            return None
        ends = self.pair(self.whole(design.target)) if design.target else None
        if ends is None and design.is_sum:
            return None if lacking else self.sum_of(design, effects)
        total = self.change(self.whole(design.target), ends[0].unit) if ends else None
        if ends is None or total is None:
            return None
        exact = ends[0].exact - ends[1].exact
        residual = self.left(design, total, exact, ends, effects)
        is_whole = make_up(ends[0], effects)
        return Account(
            design,
            *ends,
            total,
            exact,
            tuple(effects),
            residual,
            tuple(replace(each, is_none=is_whole and each.now is None) for each in lacking),
            tuple(self.notes(design, [*ends, *pairs_of(effects)])),
        )

    def keys_of_parts(self, design: Design) -> Iterator[tuple[Key, Part]]:
        """The levels that are the parts of an account; those of regions with the names of these."""
        for part in design.parts:
            if part.role != "regions":
                yield self.whole(part.term), part
                continue
            regions = self.data.catalogue.codelists[REGION]
            for item in self.data.items(design.target, self.year):
                if regions[item].level == "unit":
                    yield Key(design.target, item, self.year), Part("plus", design.target, regions[item].name)

    def of_part(self, design: Design, key: Key, part: Part, now: Quantity, then: Quantity) -> Effect | None:
        """What a part adds to the change; None where its unit does not convert into that of the account."""
        unit = self.unit_of(design)
        by = factor(now.unit, unit)
        if by is None:
            return None
        sign = -1 if part.role == "minus" else 1
        exact = (now.exact - then.exact) * by * sign
        shown = self.change(key, now.unit) if by == 1 and sign == 1 else None
        if shown is None or shown.unit != unit_of_change(unit):
            text = "$1 - $2" if sign == 1 else "$2 - $1"
            shown = computed(
                self.levels,
                named(key, f"{design.code}~{self.base}"),
                f"{part.words}对{design.title}变动的作用",
                unit,
                self.decimals(design),
                f"{self.year}年 − {self.base}年" if sign == 1 else f"{self.base}年 − {self.year}年",
                f"({text}){decomposition.scaled(by)}" if by != 1 else text,
                (now, then),
            )
        return Effect(part.words, shown, exact, now, then) if shown else None

    def sum_of(self, design: Design, effects: Sequence[Effect]) -> Account | None:
        """The account of a sum that no indicator is: its whole is what its parts add up to."""
        signs = [-1 if part.role == "minus" else 1 for part in design.parts]
        totals = [self.added(design, effects, signs, year) for year in (self.year, self.base)]
        now, then = totals
        total = self.difference(design, now, then) if now and then else None
        if now is None or then is None or total is None:
            return None
        exact = sum((each.exact for each in effects), Fraction(0))
        notes = self.notes(design, pairs_of(effects))
        return Account(design, now, then, total, exact, tuple(effects), None, (), tuple(notes))

    def added(self, design: Design, effects: Sequence[Effect], signs: Sequence[int], year: int) -> Quantity | None:
        """The parts of a year added up."""
        known = [each.now if year == self.year else each.then for each in effects]
        unit = self.unit_of(design)
        terms = []
        for at, (each, sign) in enumerate(zip(known, signs, strict=True), 1):
            by = factor(each.unit, unit) if each else None
            text = f"${at}{decomposition.scaled(by)}" if by else f"${at}"
            terms.append(("- " if sign < 0 else "+ ") + text)
        name = f"{year}年{design.title}"
        key = self.whole(design.parts[0].term).at(year)
        text = " ".join(terms).removeprefix("+ ")
        return computed(self.levels, named(key, design.code), name, unit, 2, "各项之和", text, known)

    def difference(self, design: Design, now: Quantity, then: Quantity) -> Quantity | None:
        """The change of a whole that no indicator is."""
        return computed(
            self.levels,
            named(now.id.key, f"{design.code}~{self.base}"),
            f"{now.name}较{self.base}年增减",
            unit_of_change(now.unit),
            self.decimals(design),
            f"{self.year}年 − {self.base}年",
            "$1 - $2",
            (now, then),
        )

    def left(
        self,
        design: Design,
        total: Quantity,
        exact: Fraction,
        ends: tuple[Quantity, Quantity],
        effects: Sequence[Effect],
    ) -> Effect | None:
        """What the effects leave of a change; None where they leave exactly nothing."""
        rest = exact - sum((each.exact for each in effects), Fraction(0))
        terms = []
        inputs = [*ends]
        for each in effects:
            inputs.append(each.quantity)
            by = factor(each.quantity.unit, total.unit) if each.quantity.unit != total.unit else None
            terms.append(f" - ${len(inputs)}{decomposition.scaled(by) if by else ''}")
        quantity = computed(
            self.levels,
            named(ends[0].id.key, f"{design.code}.left~{self.base}"),
            f"{design.title}的变动减去各项作用",
            unit_of_change(total.unit),
            self.decimals(design),
            "全部变动 − 各项作用之和",
            "$1 - $2" + "".join(terms),
            inputs,
        )
        if rest == 0 or quantity is None:
            return None
        return Effect("其余", within_rounding(quantity), rest)

    # -- products -----------------------------------------------------------------------------------------------
    def of_factors(self, design: Design) -> Account | None:
        """The account of a product; None where a factor or the whole is unknown, or not above zero."""
        parts = [part for part in design.parts if part.role in {"times", "over"}]
        pairs = [pair for part in parts if (pair := self.pair(self.whole(part.term)))]
        if len(pairs) < len(parts):
            return None
        whole = self.whole(design.target) if design.target else None
        ends = self.pair(whole) if whole else None
        if whole and ends is None:
            return None
        rest = next((part for part in design.parts if part.role == "rest"), None)
        if rest and ends:
            inferred = self.inferred(design, rest, parts, pairs, ends)
            if inferred is None:
                return None
            parts.append(rest)
            pairs.append(inferred)
        if any(each.interval.low <= 0 for pair in pairs for each in pair):
            return None
        powers = [decomposition.OVER if part.role == "over" else decomposition.TIMES for part in parts]
        effects = self.effects(design, parts, pairs, powers)
        products = None if rest else self.products(design, pairs, powers)
        ends = ends or products
        if effects is None or ends is None:
            return None
        closer = self.difference(design, *products) if products and design.target else None
        return self.of_effects(design, ends, effects, closer)

    def of_effects(
        self, design: Design, ends: tuple[Quantity, Quantity], effects: list[Effect], closer: Quantity | None
    ) -> Account | None:
        """The account of a product with its effects; None where its change is unknown."""
        total = self.difference(design, *ends)
        if design.target:
            total = self.change(self.whole(design.target), ends[0].unit) or total
        if total is None:
            return None
        exact = ends[0].exact - ends[1].exact
        residual = self.left(design, total, exact, ends, effects)
        notes = self.notes(design, [*ends, *pairs_of(effects)])
        return Account(design, *ends, total, exact, tuple(effects), residual, (), tuple(notes), closer)

    def inferred(
        self,
        design: Design,
        rest: Part,
        parts: Sequence[Part],
        pairs: Sequence[tuple[Quantity, Quantity]],
        ends: tuple[Quantity, Quantity],
    ) -> tuple[Quantity, Quantity] | None:
        """The factor that the whole and the other factors leave, in both years; None where one may be zero."""
        text = "$1"
        for at, part in enumerate(parts, 2):
            text += f" * ${at}" if part.role == "over" else f" / ${at}"
        text += decomposition.scaled(1 / design.scale)
        found = []
        for at, year in enumerate((self.year, self.base)):
            inputs = [ends[at], *(pair[at] for pair in pairs)]
            found.append(
                computed(
                    self.levels,
                    named(ends[at].id.key, f"{design.code}.rest"),
                    f"{year}年{rest.words}（由{design.title}倒推）",
                    rest.unit,
                    0 if rest.unit in WHOLE_UNITS else INFERRED,
                    f"{design.title} ÷ 其余各因素",
                    text,
                    inputs,
                )
            )
        now, then = found
        return (now, then) if now and then else None

    def effects(
        self,
        design: Design,
        parts: Sequence[Part],
        pairs: Sequence[tuple[Quantity, Quantity]],
        powers: Sequence[int],
    ) -> list[Effect] | None:
        """The effect of each factor; None where one cannot be computed."""
        inputs = [each for pair in pairs for each in pair]
        found = []
        for at, part in enumerate(parts):
            quantity = computed(
                self.levels,
                named(self.key_of(design), f"{design.code}.{at + 1}~{self.base}"),
                f"{part.words}对{design.title}变动的作用",
                unit_of_change(self.unit_of(design)),
                self.decimals(design),
                "各因素先后变动的全部次序下，本因素所增的平均",
                decomposition.expression(at, powers, design.scale),
                inputs,
            )
            if quantity is None:
                return None
            now, then = pairs[at]
            found.append(Effect(part.words, quantity, quantity.exact, now, then, FACTOR, part.role == "over"))
        return found

    def products(
        self, design: Design, pairs: Sequence[tuple[Quantity, Quantity]], powers: Sequence[int]
    ) -> tuple[Quantity, Quantity] | None:
        """The product of the factors in both years, where no indicator is it."""
        text = " * ".join(decomposition.in_power(at, power) for at, power in enumerate(powers, 1))
        found = []
        for at, year in enumerate((self.year, self.base)):
            found.append(
                computed(
                    self.levels,
                    named(self.key_of(design).at(year), design.code),
                    f"{year}年{design.title}",
                    self.unit_of(design),
                    OF_MONTHS if self.unit_of(design) == MONTHS else INFERRED,
                    "各因素之积",
                    text + decomposition.scaled(design.scale),
                    [pair[at] for pair in pairs],
                )
            )
        now, then = found
        return (now, then) if now and then else None

    # -- regions ------------------------------------------------------------------------------------------------
    def by_region(self, design: Design) -> tuple[Quantity, list[Quantity]] | None:
        """A ratio of two indicators for the whole and for every region that has both, the highest first.

        None for an account that is no such ratio, and where fewer than three regions have both.
        """
        if [part.role for part in design.parts] != ["times", "over"]:
            return None
        regions = self.data.catalogue.codelists[REGION]
        items = self.data.items(design.parts[0].term, self.year)
        found = [self.of_region(design, item) for item in items if item in regions and regions[item].level == "unit"]
        known = sorted((each for each in found if each), key=lambda each: -each.exact)
        whole = self.of_region(design, self.whole(design.parts[0].term).item)
        return (whole, known) if whole and len(known) >= FEWEST_REGIONS else None

    def of_region(self, design: Design, item: str) -> Quantity | None:
        """A ratio of two indicators for a region: as printed, else computed; None where one is unknown."""
        first, second = (Key(part.term, item, self.year) for part in design.parts)
        if design.target and self.data.catalogue.indicator(design.target).dimension == REGION:
            return self.levels.level(Key(design.target, item, self.year))
        return computed(
            self.levels,
            named(first, design.code),
            f"{self.year}年{self.data.catalogue.regions[item].name}{design.title}",
            self.unit_of(design),
            INFERRED,
            " ÷ ".join(part.words for part in design.parts),
            f"$1 / $2{decomposition.scaled(design.scale)}",
            (self.levels.level(first), self.levels.level(second)),
        )

    # -- words --------------------------------------------------------------------------------------------------
    def key_of(self, design: Design) -> Key:
        """The key that effects are named by: that of the whole, or of the first part."""
        return self.whole(design.target or design.parts[0].term)

    def unit_of(self, design: Design) -> str:
        """The unit of the whole."""
        if not design.target:
            return design.unit
        about = self.data.catalogue.indicator(design.target)
        return self.data.catalogue.unit(about, self.whole(design.target).item)

    def decimals(self, design: Design) -> int:
        """Decimals that effects are shown with: those of the whole; more for ratios, which move little."""
        if self.unit_of(design) == MONTHS:
            return OF_MONTHS
        if not design.target:
            return INFERRED
        about = self.data.catalogue.indicator(design.target)
        return OF_RATIOS if not unit_of_change(about.unit) else max(about.decimals, INFERRED * (about.kind == "ratio"))

    def notes(self, design: Design, used: Sequence[Quantity]) -> Iterator[str]:
        """What is to be known of an account: how it is meant, which definitions changed, what is in doubt.

        A change of the definition of another item (a county, say) than those used leaves the account as it is.
        """
        if design.note:
            yield design.note
        about = {(quantity.id.key.indicator, quantity.id.key.item) for quantity in used}
        changed = []
        for year in range(self.base + 1, self.year + 1):
            for row in self.data.revisions(year) if year in self.data.years else ():
                if row["kind"] == METHOD and (row["indicator"], row["item"]) in about:
                    name = self.data.catalogue.indicator(row["indicator"]).name
                    changed.append(f"{name}的口径自{year}年起有变：{row['reason'].rstrip('。')}。")
        yield from dict.fromkeys(changed)
        doubts = [
            f"{quantity.name}存疑：{quantity.note.rstrip('。')}。"
            for quantity in used
            if self.levels.doubted(replace(quantity, mark="", note=""), [(quantity.mark, quantity.note)]).mark
        ]
        yield from dict.fromkeys(doubts)


def make_up(whole: Quantity, effects: Iterable[Effect]) -> bool:
    """Whether this year's parts add up to the whole, as far as rounding lets one know."""
    total = NOTHING
    for effect in effects:
        by = factor(effect.now.unit, whole.unit) if effect.now else None
        if effect.now is None or by is None:
            return False
        total += effect.now.interval.scaled(by)
    return total.meets(whole.interval)


def pairs_of(effects: Iterable[Effect]) -> list[Quantity]:
    """The figures of the parts or factors in both years."""
    return [each for effect in effects for each in (effect.now, effect.then) if each is not None]


def in_digits_that_add_up(account: Account) -> Account:
    """An account of months with one decimal more for all effects, where they are known so well and only so add up."""
    if account.total.unit != MONTHS or account.adds_up_as_printed:
        return account
    effects = (printed_to(OF_MONTHS + 1, effect) for effect in account.effects)
    finer = replace(account, effects=tuple(replace(each, quantity=each.quantity.as_known()) for each in effects))
    is_known = all(decimals_of(each.quantity.value) > OF_MONTHS for each in finer.effects)
    return finer if is_known and finer.adds_up_as_printed else account


def in_the_same_digits(account: Account) -> Account:
    """An account of factors whose effects have the same decimals: those of the effect that has the fewest.

    More stay where an effect that is not nothing would be printed as nothing. Parts are printed as they are known.
    """
    if any(effect.kind != FACTOR or effect.quantity.unit != account.total.unit for effect in account.effects):
        return account
    decimals = min(decimals_of(effect.quantity.value) for effect in account.effects)
    effects = tuple(printed_to(decimals, effect) for effect in account.effects)
    changed = zip(account.effects, effects, strict=True)
    is_lost = any(before.quantity.value and not after.quantity.value for before, after in changed)
    return account if is_lost else replace(account, effects=effects)


def printed_to(decimals: int, effect: Effect) -> Effect:
    """An effect printed to so many decimals, known or not."""
    shown = replace(effect.quantity, value=round_half_up(effect.quantity.exact, decimals))
    return replace(effect, quantity=shown)
