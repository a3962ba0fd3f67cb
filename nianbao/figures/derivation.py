"""Derived figures: changes, growth, shares and formulas, each with the interval that rounding allows.

Between two years the unrounded values (x, y) of an indicator lie in a polygon: both printed levels bound it, and
so does a printed change x - y. Growth rates are monotone along its edges, hence extreme at its corners; this
keeps the intervals as narrow as the document allows.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Context, Decimal
from fractions import Fraction
from itertools import count

from nianbao.data import formula
from nianbao.data.dataset import Claim, Dataset
from nianbao.figures.quantity import Interval, Quantity, decimals_of, factor, margin_of, round_half_up, show

#: Measures between two years: name, formula for people (year, base year, years between) and for machines.
MEASURES = {
    "change": ("增减量", "{0}年 − {1}年", "$1 - $2"),
    "points": ("增减百分点", "{0}年 − {1}年", "$1 - $2"),
    "growth": ("增长率", "({0}年 ÷ {1}年 − 1) × 100", "($1 / $2 - 1) * 100"),
    "avg_growth": ("年均增长率", "[({0}年 ÷ {1}年)^(1/{2}) − 1] × 100", "(($1 / $2) ** (1 / {2}) - 1) * 100"),
    "linear": ("年均增长率", "({0}年 ÷ {1}年 − 1) × 100 ÷ {2}", "($1 / $2 - 1) * 100 / {2}"),
}
WORK = Context(prec=40)


def corners(now: Interval, base: Interval | None, change: Interval | None) -> list[tuple[Fraction, Fraction]]:
    """Corners of {(x, y): x in now, y in base, x - y in change}; `base` or `change` may be unknown.

    Where the three contradict each other, the change is left out (the audit reports it).
    """
    if base is None:
        return [(x, x - c) for x in (now.low, now.high) for c in (change.low, change.high)]
    box = [(x, y) for x in (now.low, now.high) for y in (base.low, base.high)]
    if change is None:
        return box
    points = [(x, y) for x, y in box if change.low <= x - y <= change.high]
    for c in (change.low, change.high):
        points += [(x, x - c) for x in (now.low, now.high) if base.low <= x - c <= base.high]
        points += [(y + c, y) for y in (base.low, base.high) if now.low <= y + c <= now.high]
    return points or box


def root(value: Fraction, n: int) -> Fraction:
    """The n-th root of a positive fraction to some 38 digits."""
    decimal = WORK.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Fraction(WORK.power(decimal, WORK.divide(Decimal(1), Decimal(n))))


def rate(measure: str, x: Fraction, y: Fraction, years: int) -> Fraction:
    """Percent growth from y to x; `avg_growth` is the geometric mean a year, `linear` the total over the years."""
    if measure == "avg_growth":
        return (root(x / y, years) - 1) * 100
    return (x / y - 1) * 100 / (years if measure == "linear" else 1)


class Deriver:
    """Recomputes derived figures from the levels and printed changes of a dataset."""

    def __init__(self, data: Dataset):
        self.data = data
        self._open: set[tuple[str, str, int]] = set()
        self.claims: dict[tuple, list[Claim]] = defaultdict(list)
        for claim in data.claims:
            self.claims[claim.measure, claim.indicator, claim.region, claim.year, claim.base].append(claim)

    def level(self, indicator: str, region: str, year: int) -> Quantity | None:
        """The printed level, or what the indicator's formula gives where nothing is printed."""
        printed = self.data.level(indicator, region, year)
        if printed and printed.status == "E":
            return self.inferred(printed)
        if printed or self.data.catalogue.indicator(indicator).check_only:
            return printed
        return self.by_formula(indicator, region, year)

    def inferred(self, level: Quantity) -> Quantity:
        """A level that was got from a later one and its printed change or growth, with the sum that gives it."""
        indicator, region, year = level.id.split(":")
        for later in (each for each in self.data.years if each > int(year)):
            now = self.data.level(indicator, region, later)
            for measure in ("change", "points", "growth") if now else ():
                for claim in self.claims[measure, indicator, region, later, year]:
                    if measure == "growth" and claim.value == -100:
                        continue  # from any level to nothing
                    moved, word = Fraction(claim.value), show(claim.value)
                    if measure == "growth":
                        value, words = now.exact / (1 + moved / 100), f"{later}年 ÷ (1 + {word} ÷ 100)"
                        text = f"{now.signed} / (1 + {claim.value} / 100)"
                    else:
                        moved *= factor(claim.unit, level.unit) or 0 if measure == "change" else 1
                        value, words = now.exact - moved, f"{later}年 − 所印增减量{word}{claim.unit}"
                        text = f"{now.signed} - {float(moved):.15g}".replace("- -", "+ ")
                    if level.interval.low <= value <= level.interval.high:
                        return replace(level, formula=words, expression=text)
        return level

    def filled(self, rule: str, region: str, year: int) -> tuple[Fraction, Interval, tuple[Quantity, ...]] | None:
        """A formula with levels put in: point, interval and inputs; None where one is unknown or a divisor may be zero."""
        inputs = tuple(self.level(*place) for place in formula.places(rule, region, year))
        if None in inputs:
            return None
        try:
            return *formula.evaluate(rule, [each.exact for each in inputs], [each.interval for each in inputs]), inputs
        except ZeroDivisionError:
            return None

    def by_formula(self, indicator: str, region: str, year: int) -> Quantity | None:
        """The indicator's formula filled in; None without a formula or where an input is unknown."""
        key, catalogue = (indicator, region, year), self.data.catalogue
        about, rule = catalogue.indicator(indicator), self.data.formula(*key)
        if not rule or key in self._open:  # two formulas that need each other
            return None
        self._open.add(key)
        found = self.filled(rule, region, year)
        self._open.discard(key)
        if found is None:
            return None
        (exact, spread, inputs), number = found, count(1)
        return Quantity(
            f"{indicator}:{region}:{year}", catalogue.title(*key), round_half_up(exact, about.decimals),
            catalogue.unit(about, region), spread, exact, "E", formula.TERM.sub(self._words, rule), inputs,
            note="按公式计算", expression=formula.TERM.sub(lambda _: f"${next(number)}", rule))

    def _words(self, term) -> str:
        """A matched term of a formula in words; a pinned item is named in brackets."""
        about = self.data.catalogue.indicator(term[1])
        return about.name + (f"（{self.data.catalogue.item(about, term[2]).short}）" if term[2] else "")

    def circular(self, indicator: str, region: str, base: int) -> bool:
        """Whether the level of `base` is known only through a printed change or growth."""
        seen = self.data.observations.get((indicator, region, base))
        return seen is not None and seen.status == "E" and not self.claims["level", indicator, region, base, ""]

    def printed_change(self, indicator: str, region: str, year: int, base: int) -> tuple[Fraction, Interval] | None:
        """The change as the document prints it, in the indicator's unit, with the interval of its own digits."""
        about = self.data.catalogue.indicators[indicator]
        for claim in self.claims["change", indicator, region, year, str(base)]:
            by = factor(claim.unit, about.unit)
            if by is not None:
                spread = Interval.printed(claim.value, margin_of(claim.value, claim.unit, about.kind))
                return Fraction(claim.value) * by, spread.scaled(by)
        return None

    def between(self, measure: str, indicator: str, region: str, year: int, base: int) -> Quantity | None:
        """A change or growth since `base`; `measure` is change, growth, avg_growth, linear or points.

        None where a level is unknown, and for rates also where the base is not positive or a sign changes.
        """
        now, then = self.level(indicator, region, year), self.level(indicator, region, base)
        if now is None or then is None or base == year:
            return None
        if measure in {"change", "points"}:
            exact, spread = now.exact - then.exact, now.interval - then.interval
            digits = max(decimals_of(now.value), decimals_of(then.value))
            unit = "百分点" if measure == "points" else self.data.catalogue.indicators[indicator].unit
        else:
            change = self.printed_change(indicator, region, year, base)
            known = None if change and self.circular(indicator, region, base) else then.interval
            points = corners(now.interval, known, change and change[1])
            if now.exact == 0:  # a printed zero may be a little more than nothing, never less
                points = [(max(x, Fraction(0)), y) for x, y in points]
            before = then.exact if known else now.exact - change[0]
            if before <= 0 or now.exact < 0 or any(x < 0 or y <= 0 for x, y in points):
                return None
            spread = Interval.spanning(rate(measure, x, y, year - base) for x, y in points)
            exact = min(max(rate(measure, now.exact, before, year - base), spread.low), spread.high)
            digits, unit = 2, "%"
        name, words, expression = (each.format(year, base, year - base) for each in MEASURES[measure])
        return Quantity(
            f"{indicator}:{region}:{year}:{'avg_growth' if measure == 'linear' else measure}:{base}",
            f"{now.name}较{base}年{name}", round_half_up(exact, digits), unit, spread, exact, "E", words, (now, then),
            expression=expression)

    def denominator(self, of: str, region: str, year: int) -> Quantity | None:
        """What a share is a share of: `indicator` or `indicator[item]`."""
        return self.level(*formula.places(of, region, year)[0])

    def share(self, indicator: str, region: str, year: int, of: str) -> Quantity | None:
        """Percentage of a denominator, given as `indicator` or `indicator[item]`."""
        found = self.filled(f"{indicator} / {of} * 100", region, year)
        if found is None:
            return None
        exact, spread, (part, whole) = found
        return Quantity(f"{indicator}:{region}:{year}:share:{of}", f"{part.name}占{whole.name}的比重", round_half_up(exact, 2),
                        "%", spread, exact, "E", "部分 ÷ 总体 × 100", (part, whole), expression="$1 / $2 * 100")

    def recompute(self, measure: str, indicator: str, region: str, year: int, base: str) -> Quantity | None:
        """What a claim of this measure should be, from everything but the claim itself."""
        if measure == "share":
            return self.share(indicator, region, year, base)
        if measure == "level":
            return self.data.level(indicator, region, year)
        return self.between(measure, indicator, region, year, int(base))
