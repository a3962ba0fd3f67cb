"""Derived figures: changes, growth, shares and formulas, each with the interval that rounding allows.

Between two years the unrounded values (x, y) of an indicator lie in a polygon: both printed levels bound it, and
so does a printed change x - y. Growth rates are monotone along its edges, hence extreme at its corners; this
keeps the intervals as narrow as the document allows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from fractions import Fraction
from itertools import count
from math import ceil, floor
from re import Match

from nianbao.data import formulas
from nianbao.data.dataset import Dataset
from nianbao.data.documents import Claim
from nianbao.data.keys import Key
from nianbao.figures.evaluation import evaluate
from nianbao.figures.ids import FigureId
from nianbao.figures.interval import Interval
from nianbao.figures.levels import printed_level
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import PERCENT, POINTS, decimals_of, factor, margin_of, round_half_up, show


@dataclass(frozen=True)
class Measure:
    """A measure between two years: its `name`, and its formula for people and for machines.

    The formulas name the year as {0}, the base year as {1} and the years between as {2}.
    """

    name: str
    words: str
    expression: str


CHANGE = "change"
MOVED_POINTS = "points"
GROWTH = "growth"
#: Average growth a year, by the mean that its base year has in the documents (`Dataset.mean`).
AVERAGE = "avg_growth"
#: The two means: the root of the quotient, and the whole growth divided by the number of years. In names of figures
#: both are `avg_growth`.
GEOMETRIC = "geometric"
ARITHMETIC = "arithmetic"
MEASURES = {
    CHANGE: Measure("增减量", "{0}年 − {1}年", "$1 - $2"),
    MOVED_POINTS: Measure("增减百分点", "{0}年 − {1}年", "$1 - $2"),
    GROWTH: Measure("增长率", "({0}年 ÷ {1}年 − 1) × 100", "($1 / $2 - 1) * 100"),
    GEOMETRIC: Measure("年均增长率", "[({0}年 ÷ {1}年)^(1/{2}) − 1] × 100", "(($1 / $2) ** (1 / {2}) - 1) * 100"),
    ARITHMETIC: Measure("年均增长率", "({0}年 ÷ {1}年 − 1) × 100 ÷ {2}", "($1 / $2 - 1) * 100 / {2}"),
}
#: Precision in which roots are drawn.
WORK = Context(prec=40)

Corner = tuple[Fraction, Fraction]


def corners(now: Interval, base: Interval | None, change: Interval | None) -> list[Corner]:
    """Corners of {(x, y): x in now, y in base, x - y in change}; one of `base` and `change` may be unknown.

    Where the three contradict each other, the change is left out (the audit reports it).
    """
    if base is None:
        assert change is not None
        return [(x, x - moved) for x in (now.low, now.high) for moved in (change.low, change.high)]
    box = [(x, y) for x in (now.low, now.high) for y in (base.low, base.high)]
    if change is None:
        return box
    points = [(x, y) for x, y in box if change.holds(x - y)]
    for moved in (change.low, change.high):
        points += [(x, x - moved) for x in (now.low, now.high) if base.holds(x - moved)]
        points += [(y + moved, y) for y in (base.low, base.high) if now.holds(y + moved)]
    return points or box


def root(value: Fraction, n: int) -> Fraction:
    """The n-th root of a positive fraction to some 38 digits."""
    decimal = WORK.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Fraction(WORK.power(decimal, WORK.divide(Decimal(1), Decimal(n))))


def rate(measure: str, x: Fraction, y: Fraction, years: int) -> Fraction:
    """Percent growth from y to x over `years`.

    `geometric` is the geometric mean a year, `arithmetic` the total divided by the years, `growth` the total.
    """
    if measure == GEOMETRIC:
        return (root(x / y, years) - 1) * 100
    total = (x / y - 1) * 100
    return total / years if measure == ARITHMETIC else total


@dataclass(frozen=True)
class Filled:
    """A formula with levels put in: point value, interval and inputs."""

    exact: Fraction
    interval: Interval
    inputs: tuple[Quantity, ...]


class Deriver:
    """Recomputes derived figures from the levels and printed changes of a dataset.

    `claims` holds the printed figures by measure, key and base.
    """

    def __init__(self, data: Dataset):
        self.data = data
        self._open: set[Key] = set()
        self._claims: dict[tuple[str, Key, str], list[Claim]] = defaultdict(list)
        for claim in data.claims:
            self._claims[claim.measure, claim.key, claim.base].append(claim)

    def claims(self, measure: str, key: Key, base: str | int = "") -> list[Claim]:
        """What documents print as this measure of a figure, in the order of the documents."""
        return self._claims.get((measure, key, str(base)), [])

    def printed_since(self, measure: str, key: Key) -> list[Claim]:
        """What documents print as this measure of a figure, whatever the base is."""
        return [claim for claim in self.data.claims if claim.measure == measure and claim.key == key]

    # -- levels -------------------------------------------------------------------------------------------------
    def printed(self, key: Key) -> Quantity | None:
        """The printed level; None where nothing (or a blank) is printed."""
        return printed_level(self.data, key)

    def level(self, key: Key) -> Quantity | None:
        """The printed level, or what the indicator's formula gives where nothing is printed."""
        printed = self.printed(key)
        if printed and printed.status == "E":
            return self.inferred(printed)
        if printed or self.data.catalogue.indicator(key.indicator).check_only:
            return printed
        return self.by_formula(key)

    def inferred(self, level: Quantity) -> Quantity:
        """A level that no document prints, as far as later levels and what is printed of the way there tell.

        A printed change leads back to it, and so does a printed growth rate; its interval is what both allow. What
        contradicts the rest is left out (the audit reports it). Where the text prints the level itself in another
        unit, its rounding there is all that bounds it. The value kept with the data stands where it is, to its last
        digit, within that interval; else the first that something printed leads to, or the nearest.
        """
        interval = level.interval
        ways = [way for claim in self.leading_back_to(level.id.key) if (way := self.back(claim, level))]
        for way in ways if self.circular(level.id.key) else ():
            interval = interval.meet(way.interval) or interval
        decimals = decimals_of(level.value)
        led_to = [*(way.value for way in ways), interval.nearest(level.exact)]
        values = [level.value, *(round_half_up(each, decimals) for each in led_to)]
        value = next(each for each in values if Interval.printed(each).meets(interval))
        exact = level.exact if value == level.value else Fraction(value)
        inferred = replace(level, value=value, interval=interval, exact=interval.nearest(exact))
        near = level.interval if value == level.value else Interval.printed(value)
        told = next((way for way in ways if way.words and near.holds(way.value)), None)
        return replace(inferred, formula=told.words, expression=told.expression) if told else inferred

    def leading_back_to(self, key: Key) -> Iterator[Claim]:
        """What documents print of the way from a level to those of later years, the nearest first."""
        for later in (year for year in self.data.years if year > key.year):
            for measure in (CHANGE, MOVED_POINTS, GROWTH, AVERAGE):
                yield from self.claims(measure, key.at(later), key.year)

    def back(self, claim: Claim, level: Quantity) -> Before | None:
        """The way back from the later level of a claim to an earlier one; None where it leads nowhere."""
        now = self.printed(claim.key)
        if now is None:
            return None
        if claim.measure in {CHANGE, MOVED_POINTS}:
            about = self.data.catalogue.indicators[claim.indicator]
            column = about.decimals if claim.unit == level.unit else 0
            margin = margin_of(claim.value, claim.unit, about.kind, column)
            return before_change(now, claim, level.unit, Interval.printed(claim.value, margin))
        if claim.measure == GROWTH:
            return before_growth(now, claim, self.claims("level", claim.key))
        mean = self.data.mean(int(claim.base), claim.source.document, claim.key)
        return before_average(now, claim, [mean] if mean else [GEOMETRIC, ARITHMETIC], level.interval)

    def filled(self, rule: str, item: str, year: int) -> Filled | None:
        """A formula with levels put in; None where one is unknown or a divisor may be zero."""
        inputs = []
        for place in formulas.places(rule, item, year):
            level = self.level(place)
            if level is None:
                return None
            inputs.append(level)
        try:
            exact, interval = evaluate(rule, [each.exact for each in inputs], [each.interval for each in inputs])
        except ZeroDivisionError:
            return None
        return Filled(exact, interval, tuple(inputs))

    def by_formula(self, key: Key) -> Quantity | None:
        """The indicator's formula filled in; None without a formula or where an input is unknown."""
        catalogue = self.data.catalogue
        rule = self.data.formula(key)
        if not rule or key in self._open:  # two formulas that need each other
            return None
        self._open.add(key)
        found = self.filled(rule, key.item, key.year)
        self._open.discard(key)
        if found is None:
            return None
        about = catalogue.indicator(key.indicator)
        number = count(1)
        return Quantity(
            FigureId(key),
            catalogue.title(*key),
            round_half_up(found.exact, about.decimals),
            catalogue.unit(about, key.item),
            found.interval,
            found.exact,
            "E",
            formulas.TERM.sub(self._words, rule),
            found.inputs,
            note="按公式计算",
            expression=formulas.TERM.sub(lambda _: f"${next(number)}", rule),
        )

    def _words(self, term: Match[str]) -> str:
        """A matched term of a formula in words; a pinned item is named in brackets."""
        about = self.data.catalogue.indicator(term[1])
        return about.name + (f"（{self.data.catalogue.item(about, term[2]).short}）" if term[2] else "")

    # -- between two years --------------------------------------------------------------------------------------
    def circular(self, key: Key) -> bool:
        """Whether a level is known only through a printed change or growth that starts from it."""
        seen = self.data.observations.get(key)
        return seen is not None and seen.derived and not self.claims("level", key)

    def printed_change(self, key: Key, base: int) -> tuple[Fraction, Interval] | None:
        """The change as the document prints it, in the indicator's unit, with the interval of its own digits."""
        about = self.data.catalogue.indicators[key.indicator]
        for claim in self.claims(CHANGE, key, base):
            by = factor(claim.unit, about.unit)
            if by is not None:
                column = about.decimals if claim.unit == about.unit else 0
                spread = Interval.printed(claim.value, margin_of(claim.value, claim.unit, about.kind, column))
                return Fraction(claim.value) * by, spread.scaled(by)
        return None

    def between(self, measure: str, key: Key, base: int, document: str = "") -> Quantity | None:
        """A change or growth since `base`; `measure` is change, growth, points, avg_growth, geometric or arithmetic.

        `avg_growth` is computed by the mean that the base year has in the `document`, else in the edition of the year,
        else in the last document that says so, and geometric where none does. None where a level is unknown, and for
        rates also where the base is not positive or a sign changes.
        """
        if measure == AVERAGE:
            measure = self.data.mean(base, document, key) or GEOMETRIC
        now = self.level(key)
        start = self.level(key.at(base))
        if now is None or start is None or base == key.year:
            return None
        then = self.apart_from(key, start)
        if measure in {CHANGE, MOVED_POINTS}:
            exact = now.exact - then.exact
            interval = now.interval - then.interval
            decimals = max(decimals_of(now.value), decimals_of(then.value))
            unit = POINTS if measure == MOVED_POINTS else self.data.catalogue.indicators[key.indicator].unit
        else:
            moved = self.rate_between(measure, now, then)
            if moved is None:
                return None
            exact, interval = moved
            decimals = 2
            unit = PERCENT
        about = MEASURES[measure]
        span = (key.year, base, key.year - base)
        return Quantity(
            FigureId(key, AVERAGE if measure in {GEOMETRIC, ARITHMETIC} else measure, str(base)),
            f"{now.name}较{base}年{about.name}",
            round_half_up(exact, decimals),
            unit,
            interval,
            exact,
            "E",
            about.words.format(*span),
            (now, start),
            expression=about.expression.format(*span),
        )

    def apart_from(self, key: Key, base: Quantity) -> Quantity:
        """A base that is inferred from what is printed of the way to `key`, as the data keep it.

        What was inferred from a change and a rate can prove neither of them.
        """
        place = base.id.key
        measures = (CHANGE, MOVED_POINTS, GROWTH, AVERAGE)
        inferred = self.circular(place) and any(self.claims(measure, key, place.year) for measure in measures)
        kept = self.printed(place) if inferred else None
        return kept or base

    def rate_between(self, measure: str, now: Quantity, then: Quantity) -> tuple[Fraction, Interval] | None:
        """A growth rate and its interval; None where the base is not positive or a sign changes.

        A base that is known only through the printed change has no interval of its own beside that change.
        """
        key = now.id.key
        base = then.id.key.year
        change = self.printed_change(key, base)
        if change and self.circular(key.at(base)):
            points = corners(now.interval, None, change[1])
            start = now.exact - change[0]
        else:
            points = corners(now.interval, then.interval, change[1] if change else None)
            start = then.exact
        if now.exact == 0:  # a printed zero may be a little more than nothing, never less
            points = [(max(x, Fraction(0)), y) for x, y in points]
        if start <= 0 or now.exact < 0 or any(x < 0 or y <= 0 for x, y in points):
            return None
        years = key.year - base
        interval = Interval.spanning(rate(measure, x, y, years) for x, y in points)
        exact = min(max(rate(measure, now.exact, start, years), interval.low), interval.high)
        return exact, interval

    # -- shares -------------------------------------------------------------------------------------------------
    def denominator(self, of: str, item: str, year: int) -> Quantity | None:
        """What a share is a share of: `indicator` or `indicator[item]`."""
        return self.level(formulas.places(of, item, year)[0])

    def share(self, key: Key, of: str) -> Quantity | None:
        """Percentage of a denominator, given as `indicator` or `indicator[item]`; in one unit, whatever theirs are.

        None where a level is unknown, and where their units do not convert: persons are no part of an amount.
        """
        found = self.filled(f"{key.indicator} / {of} * 100", key.item, key.year)
        if found is None:
            return None
        part, whole = found.inputs
        by = factor(part.unit, whole.unit)
        if by is None:
            return None
        exact = found.exact * by
        into = "" if by == 1 else f" * {by.numerator} / {by.denominator}"
        return Quantity(
            FigureId(key, "share", of),
            f"{part.name}占{whole.name}的比重",
            round_half_up(exact, 2),
            PERCENT,
            found.interval.scaled(by),
            exact,
            "E",
            "部分 ÷ 总体 × 100" if by == 1 else f"部分（换算为{whole.unit}）÷ 总体 × 100",
            (part, whole),
            expression=f"$1{into} / $2 * 100",
        )

    def recompute(self, claim: Claim) -> Quantity | None:
        """What a claim should be, from everything but the claim itself."""
        if claim.measure == "share":
            return self.share(claim.key, claim.base)
        if claim.measure == "level":
            return self.printed(claim.key)
        return self.between(claim.measure, claim.key, int(claim.base), claim.source.document)


@dataclass(frozen=True)
class Before:
    """A level computed back from a later one: its value, what rounding allows, the sum for people and for machines.

    The sum is empty where it is no figure of its own that the reader is told.
    """

    value: Fraction
    interval: Interval
    words: str = ""
    expression: str = ""


def before_change(now: Quantity, claim: Claim, unit: str, spread: Interval) -> Before | None:
    """The level, in `unit`, that a printed change leads back to; `spread` is what its own rounding allows.

    None where the change is printed in a unit that does not convert.
    """
    by = Fraction(1) if claim.measure == MOVED_POINTS else factor(claim.unit, unit)
    if by is None:
        return None
    moved = Fraction(claim.value) * by
    return Before(
        now.exact - moved,
        now.interval - spread.scaled(by),
        f"{claim.year}年 − 所印增减量{show(claim.value)}{claim.unit}",
        f"{now.signed} - {float(moved):.15g}".replace("- -", "+ "),
    )


def before_growth(now: Quantity, claim: Claim, printings: Sequence[Claim]) -> Before | None:
    """The level that a printed growth leads back to; None for a fall to nothing.

    `printings` are those of the later level: where the same document prints it rounded to a larger unit, the rate may
    have been computed from levels so rounded, and the interval allows that too.
    """
    ratio = printed_rate(claim) + Interval.exactly(Fraction(1))
    if ratio.low <= 0:
        return None
    spans = [now.interval / ratio]
    for printing in printings:
        if printing.source.document == claim.source.document:
            spans += before_rounded(now, printing, ratio)
    word = show(claim.value)
    return Before(
        now.exact / (1 + Fraction(claim.value) / 100),
        Interval.spanning(end for span in spans for end in span.ends),
        f"{claim.year}年 ÷ (1 + {word} ÷ 100)",
        f"{now.signed} / (1 + {claim.value} / 100)",
    )


def before_rounded(now: Quantity, printing: Claim, ratio: Interval) -> list[Interval]:
    """What the earlier level may be if a rate was computed from levels rounded as `printing` prints the later one.

    `ratio` is the later level in parts of the earlier one. Nothing where `printing` is in no larger unit, or where no
    earlier level of so many decimals gives the rate.
    """
    by = factor(printing.unit, now.unit)
    if by is None or by <= 1 or printing.value <= 0:
        return []
    step = Fraction(1, 10 ** decimals_of(printing.value))
    earlier = Interval.exactly(Fraction(printing.value)) / ratio
    lowest = ceil(earlier.low / step) * step
    highest = floor(earlier.high / step) * step
    if lowest > highest:
        return []
    return [Interval(lowest - step / 2, highest + step / 2).scaled(by)]


def printed_rate(claim: Claim) -> Interval:
    """A printed rate in parts of one; a zero without decimals is as exact as other rates, which have two."""
    margin = margin_of(claim.value, claim.unit, "ratio", 2)
    return Interval.printed(claim.value, margin).scaled(Fraction(1, 100))


def before_average(now: Quantity, claim: Claim, means: Sequence[str], known: Interval) -> Before | None:
    """The level that a printed average growth leads back to, by those of the `means` that allow what is `known` of it.

    None where none does, and where the growth or the later level leads nowhere.
    """
    years = claim.year - int(claim.base)
    rate = printed_rate(claim)
    spans = []
    for mean in means:
        grown = [1 + each * years if mean == ARITHMETIC else (1 + each) ** years for each in rate.ends]
        if min(1 + rate.low, *grown) > 0:
            spans.append(now.interval / Interval(*grown))
    fitting = [span for span in spans if span.meets(known)]
    if not fitting:
        return None
    span = Interval.spanning(end for each in fitting for end in each.ends)
    return Before(span.nearest(known.low), span)
