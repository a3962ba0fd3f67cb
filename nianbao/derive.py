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

from . import formula
from .dataset import Claim, Dataset
from .quantity import Interval, Quantity, decimals_of, factor, margin_of, round_half_up, show

NAMES = {"change": "增减量", "growth": "增长率", "avg_growth": "年均增长率", "points": "增减百分点", "share": "比重"}
DECIMALS = {"growth": 2, "avg_growth": 2, "points": 2, "share": 2}
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
    if measure == "growth":
        return (x / y - 1) * 100
    if measure == "linear":
        return (x / y - 1) * 100 / years
    return (root(x / y, years) - 1) * 100


def numbered(rule: str) -> str:
    """A formula with $1, $2 in place of its terms."""
    count = iter(range(1, len(rule)))
    return formula.TERM.sub(lambda _: f"${next(count)}", rule)


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
                    by = 1 if measure != "change" else factor(claim.unit, level.unit) or 0
                    moved, word = Fraction(claim.value) * by, show(claim.value)
                    text, value = (f"{now.signed} - {float(moved):.15g}", now.exact - moved) if measure != "growth" else (
                        f"{now.signed} / (1 + {claim.value} / 100)", now.exact / (1 + moved / 100))
                    if level.interval.low <= value <= level.interval.high:
                        words = f"{later}年 ÷ (1 + {word} ÷ 100)" if measure == "growth" else f"{later}年 − 所印增减量{word}{claim.unit}"
                        return replace(level, formula=words, expression=text.replace("- -", "+ "))
        return level

    def by_formula(self, indicator: str, region: str, year: int) -> Quantity | None:
        """The indicator's formula filled in; None without a formula or where an input is unknown."""
        about = self.data.catalogue.indicator(indicator)
        rule = self.data.formula(indicator, region, year)
        if not rule:
            return None
        key = indicator, region, year
        if key in self._open:  # two formulas that need each other
            return None
        self._open.add(key)
        _, terms = formula.parse(rule)
        inputs = [self.level(term.indicator, term.item or region, year + term.lag) for term in terms]
        self._open.discard(key)
        if any(each is None for each in inputs):
            return None
        try:
            exact, spread = formula.evaluate(rule, [q.exact for q in inputs], [q.interval for q in inputs])
        except ZeroDivisionError:
            return None
        item = self.data.catalogue.item(about, region)
        name = f"{year}年{item.name if item.parent else ''}{about.name}"
        text = formula.TERM.sub(lambda match: self.words(*match.groups()), rule)
        return Quantity(
            f"{indicator}:{region}:{year}",
            name,
            round_half_up(exact, about.decimals),
            self.data.catalogue.unit(about, region),
            spread,
            exact,
            "E",
            text,
            tuple(inputs),
            note="按公式计算",
            expression=numbered(rule),
        )

    def words(self, indicator: str, item: str | None, lag: str | None = None) -> str:
        """A term of a formula in words; a pinned item is named in brackets."""
        about = self.data.catalogue.indicator(indicator)
        return about.name + (f"（{self.data.catalogue.item(about, item).short}）" if item else "")

    def circular(self, indicator: str, region: str, base: int) -> bool:
        """Whether the level of `base` is known only through a printed change or growth."""
        seen = self.data.observations.get((indicator, region, base))
        return seen is not None and seen.status == "E" and not self.claims["level", indicator, region, base, ""]

    def printed_change(self, indicator: str, region: str, year: int, base: int) -> Quantity | None:
        """The change as the document prints it, in the indicator's unit, with the interval of its own digits."""
        about = self.data.catalogue.indicators[indicator]
        for claim in self.claims[("change", indicator, region, year, str(base))]:
            by = factor(claim.unit, about.unit)
            if by is not None:
                return Quantity(
                    f"{indicator}:{region}:{year}:change:{base}",
                    f"{about.name}增减量",
                    claim.value,
                    claim.unit,
                    Interval.printed(claim.value, margin_of(claim.value, claim.unit, about.kind)).scaled(by),
                    Fraction(claim.value) * by,
                    source=claim.source,
                    place=claim.place,
                )
        return None

    def between(self, measure: str, indicator: str, region: str, year: int, base: int) -> Quantity | None:
        """A change or growth since `base`; `measure` is change, growth, avg_growth, linear or points.

        None where a level is unknown, and for rates also where the base is not positive or a sign changes.
        """
        now, then = self.level(indicator, region, year), self.level(indicator, region, base)
        if now is None or then is None or base == year:
            return None
        about = self.data.catalogue.indicators[indicator]
        identity = f"{indicator}:{region}:{year}:{'avg_growth' if measure == 'linear' else measure}:{base}"
        name = f"{now.name}较{base}年{NAMES.get(measure, '年均增长率')}"
        if measure in {"change", "points"}:
            exact = now.exact - then.exact
            shown = round_half_up(exact, max(decimals_of(now.value), decimals_of(then.value), 0))
            unit = "百分点" if measure == "points" else about.unit
            return Quantity(
                identity,
                name,
                shown,
                unit,
                now.interval - then.interval,
                exact,
                "E",
                f"{year}年 − {base}年",
                (now, then),
                expression="$1 - $2",
            )
        change = self.printed_change(indicator, region, year, base)
        known = None if change and self.circular(indicator, region, base) else then.interval
        points = corners(now.interval, known, change and change.interval)
        if now.exact == 0:  # a printed zero may be a little more than nothing, never less
            points = [(max(x, Fraction(0)), base) for x, base in points]
        y = now.exact - change.exact if change and known is None else then.exact
        if y <= 0 or now.exact < 0 or any(a < 0 or b <= 0 for a, b in points):
            return None
        years = year - base
        words = {
            "growth": f"({year}年 ÷ {base}年 − 1) × 100",
            "avg_growth": f"[({year}年 ÷ {base}年)^(1/{years}) − 1] × 100",
            "linear": f"({year}年 ÷ {base}年 − 1) × 100 ÷ {years}",
        }[measure]
        spread = Interval.spanning(rate(measure, a, b, years) for a, b in points)
        exact = min(max(rate(measure, now.exact, y, years), spread.low), spread.high)
        expression = {
            "growth": "($1 / $2 - 1) * 100",
            "avg_growth": f"(($1 / $2) ** (1 / {years}) - 1) * 100",
            "linear": f"($1 / $2 - 1) * 100 / {years}",
        }[measure]
        return Quantity(identity, name, round_half_up(exact, 2), "%", spread, exact, "E", words, (now, then),
                        expression=expression)

    def denominator(self, of: str, region: str, year: int) -> Quantity | None:
        """What a share is a share of: `indicator` or `indicator[item]`."""
        term = formula.parse(of)[1][0]
        return self.level(term.indicator, term.item or region, year + term.lag)

    def share(self, indicator: str, region: str, year: int, of: str) -> Quantity | None:
        """Percentage of a denominator, given as `indicator` or `indicator[item]`."""
        part, whole = self.level(indicator, region, year), self.denominator(of, region, year)
        if part is None or whole is None or whole.interval.low <= 0 <= whole.interval.high:
            return None
        exact, spread = formula.evaluate("a.a / b.b * 100", [part.exact, whole.exact], [part.interval, whole.interval])
        return Quantity(
            f"{indicator}:{region}:{year}:share:{of}",
            f"{part.name}占{whole.name}的比重",
            round_half_up(exact, 2),
            "%",
            spread,
            exact,
            "E",
            "部分 ÷ 总体 × 100",
            (part, whole),
            expression="$1 / $2 * 100",
        )

    def recompute(self, measure: str, indicator: str, region: str, year: int, base: str) -> Quantity | None:
        """What a claim of this measure should be, from everything but the claim itself."""
        if measure == "share":
            return self.share(indicator, region, year, base)
        if measure == "level":
            return self.data.level(indicator, region, year)
        return self.between(measure, indicator, region, year, int(base))
