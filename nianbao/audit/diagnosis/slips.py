"""How a value may have become another on its way to the printed page, and how likely each way is.

Costs are natural logarithms: a slip of kind k costs -ln of the share of errors that are of kind k, and of the chance
that a slip of that kind gives just these digits. `KINDS` holds the shares; they were fitted on one half of the planted
errors of the benchmark and measured on the other half.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import exp, inf, isfinite, log, nan
from typing import NamedTuple

from nianbao.audit.diagnosis.problem import Figure
from nianbao.audit.diagnosis.spans import Span, decimals_of

#: Kind of slip -> (share of all errors, words for it).
KINDS: dict[str, tuple[float, str]] = {
    "digit": (0.30, "错、漏或多一个数字"),
    "swap": (0.10, "相邻两个数字颠倒"),
    "shift": (0.10, "小数点移位"),
    "unit": (0.13, "单位用错"),
    "sign": (0.02, "正负号有误"),
    "stale": (0.06, "沿用上年的数"),
    "neighbour": (0.09, "误抄相邻的数"),
    "denominator": (0.08, "分母用错"),
    "truncation": (0.04, "截尾而未四舍五入"),
    "omission": (0.04, "漏计一项"),
    "complement": (0.005, "写成了与百分之百的差"),
    "other": (0.003, ""),
}
#: What one more wrong figure costs: so rarely is a figure wrong.
FIGURE_COST = 5.5
#: Decimal places a point is moved by, units mistaken, and how often.
SHIFTS = {1: 0.4, -1: 0.4, 2: 0.1, -2: 0.1}
UNITS = {4: 0.45, -4: 0.45, 8: 0.05, -8: 0.05}


class Origin(NamedTuple):
    """A value that a printed one may come from, by a slip of a kind; `chance` that it gives these digits.

    `value` is None where the slip says nothing of the right value (a figure copied from elsewhere). `unit_decimals` of
    the right value where they are not those of the column (a figure in another unit: negative for whole hundreds).
    `decimals` the value would be printed with, and `near`, the value as a float, are for a quick look.
    """

    slip: str
    value: Decimal | None
    chance: float
    unit_decimals: int | None = None
    decimals: int = 0
    near: float = nan


def _origin(slip: str, value: Decimal, chance: float, unit_decimals: int | None = None) -> Origin:
    return Origin(slip, value, chance, unit_decimals, decimals_of(value), float(value))


def digits_of(value: Decimal) -> int:
    """Number of digits that say something: without zeros in front, and of whole numbers at the end; one for zero."""
    digits = f"{abs(value):f}".replace(".", "").lstrip("0")
    if not decimals_of(value):
        digits = digits.rstrip("0")
    return max(1, len(digits))


#: A kind of slip, the digits without their point that it made the printed ones of, how many of them stand behind the
#: point, and the chance of it.
Edit = tuple[str, str, int, float]


def _edited(value: Decimal) -> Iterable[Origin]:
    """Values of which one digit, or two neighbouring ones, were printed wrongly."""
    printed = f"{abs(value):f}".replace(".", "")
    negative = value < 0
    for edits in (_wrong_digit, _missing_digit, _needless_digit, _turned_digits):
        for slip, digits, decimals, chance in edits(printed, decimals_of(value)):
            if _nobody_prints(digits, decimals):
                continue
            whole = -int(digits) if negative else int(digits)
            yield Origin(slip, Decimal(whole).scaleb(-decimals), chance, None, decimals, whole / 10**decimals)


def _nobody_prints(digits: str, decimals: int) -> bool:
    """Whether digits are none of a number: none before the point, or a needless zero in front."""
    return len(digits) <= decimals or (len(digits) - decimals > 1 and digits[0] == "0")


def _wrong_digit(digits: str, decimals: int) -> Iterable[Edit]:
    """Each digit for another."""
    for at, digit in enumerate(digits):
        for other in "0123456789":
            if other != digit:
                edited = digits[:at] + other + digits[at + 1 :]
                yield "digit", edited, decimals, 0.6 / (9 * len(digits))


def _missing_digit(digits: str, decimals: int) -> Iterable[Edit]:
    """One digit too few: it stood before or behind the point."""
    count = len(digits)
    for at in range(count + 1):
        for other in "0123456789":
            behind = at > count - decimals
            if at and digits[at - 1] == other:
                continue  # the same number as with the digit one place earlier
            grown = digits[:at] + other + digits[at:]
            yield "digit", grown, decimals + behind, 0.2 / (count + 1)
            if at == count - decimals and decimals:
                yield "digit", grown, decimals + 1, 0.2 / (count + 1)


def _needless_digit(digits: str, decimals: int) -> Iterable[Edit]:
    """One digit too many: mostly the same one twice."""
    count = len(digits)
    if count == 1:
        return
    for at, digit in enumerate(digits):
        behind = at >= count - decimals
        if at and digits[at - 1] == digit:
            continue
        doubled = at + 1 < count and digits[at + 1] == digit
        chance = 0.15 / (count - 1) if doubled else 0.05 / (10 * count)
        yield "digit", digits[:at] + digits[at + 1 :], decimals - behind, chance


def _turned_digits(digits: str, decimals: int) -> Iterable[Edit]:
    """Two neighbouring digits in the wrong order."""
    count = len(digits)
    for at in range(count - 1):
        if digits[at] != digits[at + 1]:
            turned = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
            yield "swap", turned, decimals, 1 / max(1, count - 1)


def origins(
    figure: Figure, omitted: Iterable[Decimal] = (), mistaken: Iterable[str] = (), twins: int = 0
) -> list[Origin]:
    """Where the printed value may come from.

    omitted: parts of a total that the figure is; the total may have been printed without one of them.
    mistaken: names of slips that give just the printed value (a rate by the wrong denominator). twins: number of the
    figures beside it that are the same without a reason.
    """
    value = figure.value
    found = list(_edited(value))
    if value:
        for places, chance in SHIFTS.items():
            found.append(_origin("shift", _moved(value, places), chance))
        if figure.unit not in {"%", "百分点", "比", "分"}:
            found += [
                _origin("unit", _moved(value, places), chance, decimals_of(value) - places)
                for places, chance in UNITS.items()
            ]
        if not figure.not_negative:
            found.append(_origin("sign", -value, 1.0 if value > 0 else 0.1))
        step = Decimal(1).scaleb(-decimals_of(value))
        if figure.exact_decimals != decimals_of(value):
            found.append(_origin("truncation", value + step if value > 0 else value - step, 1.0))
    if figure.unit == "%":
        found.append(_origin("complement", 100 - value, 1.0))
    parts = [part for part in omitted if part]
    found += [_origin("omission", value + part, 1 / len(parts)) for part in parts]
    telling = 0.1 ** max(0, 3 - digits_of(value))  # short numbers are often the same by chance
    if figure.before is not None and figure.before == value:
        found.append(Origin("stale", None, telling))
    if twins:
        found.append(Origin("neighbour", None, telling * twins / len(figure.beside)))
    found += [Origin(slip, None, 1 / max(1, len(figure.mistaken))) for slip in mistaken]
    return found


def _moved(value: Decimal, places: int) -> Decimal:
    """A value with its point moved, written out."""
    moved = value.scaleb(places)
    return moved.quantize(Decimal(1)) if decimals_of(moved) == 0 else moved


@dataclass(frozen=True)
class Reading:
    """What is to be said of a figure that is taken to be wrong.

    cost: of the best way it may have slipped, all ways added up. slip: that way, empty for none in particular.
    likely: the value it should have been, None where it cannot be told. only: whether that is the only value that fits.
    """

    cost: float
    slip: str
    likely: Decimal | None
    only: bool


#: How much less likely a value below zero is where none of its kind was printed.
BELOW = 0.01
#: A value is likely when its share of all that fit is at least this, and they are not more than so many.
SURE = 0.9
CHOICE = 12


def printable(figure: Figure, allowed: Span) -> tuple[int, list[Decimal]]:
    """How many printable values an interval holds (at most a million are counted), and which where they are few."""
    if not allowed.finite:
        return MANY, []
    decimals = figure.cell_decimals
    size = 10**decimals
    first, last = int(-(-allowed.low * size // 1)), int(allowed.high * size // 1)
    if last - first > FEW:
        return min(MANY, last - first + 1), []
    fitting = [Decimal(at).scaleb(-decimals) for at in range(first, last + 1) if allowed.holds(Fraction(at, size))]
    return len(fitting), fitting


MANY, FEW = 10**6, 14


class Reach(NamedTuple):
    """An allowed piece in floats, for a quick look before the exact one.

    What is not between `low` and `high` is surely not in the piece, what is between `surely_low` and `surely_high`
    surely is.
    """

    low: float
    high: float
    surely_low: float
    surely_high: float


def _reach(piece: Span) -> Reach:
    """The reach of a piece: its ends in floats, with far more to spare than floats may be off."""
    low, high = float(piece.low), float(piece.high)
    spare = 1e-9 * (1 + sum(abs(end) for end in (low, high) if isfinite(end)))
    return Reach(low - spare, high + spare, low + spare, high - spare)


def _fits(origin: Origin, allowed: Span) -> bool:
    """Whether the value of an origin is among those allowed."""
    exact = Fraction(origin.value)
    if origin.unit_decimals is None:
        return allowed.holds(exact)
    half = Fraction(10) ** -origin.unit_decimals / 2
    return not Span(exact - half, False, exact + half, False).meet(allowed).empty


@dataclass
class Ways:
    """How likely the ways are in which a figure may have slipped.

    anywhere: by slip, of those that say nothing of the right value. masses: of each right value. slips: of each right
    value, by slip.
    """

    anywhere: dict[str, float]
    masses: dict[Decimal, float] = field(default_factory=dict)
    slips: dict[Decimal, dict[str, float]] = field(default_factory=dict)

    def add(self, slip: str, value: Decimal | None, mass: float) -> None:
        """A way by a slip, from a value or from any."""
        if value is None:
            self.anywhere[slip] = self.anywhere.get(slip, 0.0) + mass
            return
        self.masses[value] = self.masses.get(value, 0.0) + mass
        named = self.slips.setdefault(value, {})
        named[slip] = named.get(slip, 0.0) + mass

    def scale(self, by: float) -> None:
        """All of them more or less likely."""
        self.masses = {value: mass * by for value, mass in self.masses.items()}
        self.anywhere = {name: mass * by for name, mass in self.anywhere.items()}

    @property
    def loose(self) -> float:
        """Of all slips that say nothing of the right value."""
        return sum(self.anywhere.values())

    @property
    def total(self) -> float:
        """Of all slips."""
        return sum(self.masses.values()) + self.loose

    @property
    def best(self) -> Decimal | None:
        """The likeliest right value."""
        return max(self.masses, key=lambda value: self.masses[value], default=None)

    @property
    def slip(self) -> str:
        """The likeliest slip; empty for none in particular."""
        best, loose, slip = self.best, self.loose, ""
        if best is not None and self.masses[best] > loose:
            slip = max(self.slips[best], key=lambda name: self.slips[best][name])
        elif loose:
            slip = max(self.anywhere, key=lambda name: self.anywhere[name])
        return "" if slip == "other" else slip


def read(
    figure: Figure,
    allowed: tuple[Span, ...],
    found: Iterable[Origin],
    expected: tuple[float, float] | None = None,
    kinds: dict[str, tuple[float, str]] | None = None,
) -> Reading:
    """How the printed value may have slipped from one that the rest allows.

    allowed: intervals of the printed values that the rest allows, one of which holds. expected: centre and standard
    deviation of what sums say, where known. kinds: shares of the kinds of slips.
    """
    fitting: list[Decimal] = []
    counts = []
    for piece in allowed:
        count, values = printable(figure, piece)
        counts.append(count)
        fitting += [value for value in values if value not in fitting]
    total_count = len(fitting) if max(counts) <= FEW else sum(counts)
    ways = _ways(figure, allowed, counts, list(found), expected, kinds or KINDS)
    likely, only = _likely(ways, allowed, fitting, total_count)
    if likely == figure.value:
        likely, only = None, False
    total = ways.total
    return Reading(-log(total) if total > 0 else inf, ways.slip, likely, only)


def _ways(
    figure: Figure,
    allowed: tuple[Span, ...],
    counts: list[int],
    found: list[Origin],
    expected: tuple[float, float] | None,
    shares: dict[str, tuple[float, str]],
) -> Ways:
    """The ways in which the printed value may have slipped from an allowed one (`counts` of them in each piece)."""
    ways = Ways({"other": shares["other"][0] / (10 * cells_off(figure, allowed))})
    cell_decimals = figure.cell_decimals
    reach = [_reach(piece) for piece in allowed]
    least = 0.0 if figure.not_negative else -inf
    for origin in found:
        if origin.value is None:
            ways.add(origin.slip, None, shares.get(origin.slip, (0.0, ""))[0] * origin.chance)
            continue
        if origin.near < least or (origin.unit_decimals is None and origin.decimals > cell_decimals):
            continue  # never printed here
        at = _piece_of(figure, origin, allowed, reach)
        if at is not None:
            share = shares.get(origin.slip, (0.0, ""))[0] * origin.chance
            weight = _weight(figure, origin, allowed[at], counts[at], expected)
            ways.add(origin.slip, origin.value, share * weight / len(allowed))
    if figure.positive and all(piece.high < 0 for piece in allowed):  # nothing of this kind was ever below zero
        ways.scale(BELOW)
    return ways


def _piece_of(figure: Figure, origin: Origin, allowed: tuple[Span, ...], reach: list[Reach]) -> int | None:
    """Which of the allowed pieces an origin may lie in, the last of several; None where it explains nothing.

    reach: that of each piece; only near the ends of a piece the exact look is needed.
    """
    near = origin.near
    for at in reversed(range(len(allowed))):
        low, high, surely_low, surely_high = reach[at]
        if surely_low < near < surely_high:
            break
        # A value in another unit stands for a wide interval, of which the ends may lie far from its middle.
        if (low <= near <= high or origin.unit_decimals is not None) and _fits(origin, allowed[at]):
            break
    else:
        return None
    if origin.value == figure.value or (origin.slip == "truncation" and not _cut(figure, allowed[at])):
        return None
    return at


def _likely(
    ways: Ways, allowed: tuple[Span, ...], fitting: list[Decimal], total_count: int
) -> tuple[Decimal | None, bool]:
    """The value that should have been printed, None where it cannot be told; and whether it is the only one allowed."""
    best, slip = ways.best, ways.slip
    likely, only = None, False
    if total_count == 1 and fitting:
        likely, only = fitting[0], True
    elif best is not None and ways.masses[best] >= SURE * ways.total and slip and total_count <= CHOICE:
        likely = best
    if slip == "unit" and best is not None and (likely is None or _same(likely, best, allowed)):
        likely = best
    return likely, only


def cells_off(figure: Figure, allowed: Iterable[Span]) -> float:
    """By how many units of its last decimal the printed value misses what is allowed, at least ten.

    Errors of no particular kind may be of any size: each power of ten is as likely as the next.
    """
    value, cell = float(figure.value), 10.0**-figure.cell_decimals
    gaps = [max(float(piece.low) - value, value - float(piece.high), 0.0) for piece in allowed if piece.finite]
    return max(10.0, min(gaps) / cell) if gaps else 1000.0


def _same(value: Decimal, other: Decimal, allowed: tuple[Span, ...]) -> bool:
    """Whether two values stand for the same interval."""
    return any(piece.holds(Fraction(value)) or piece.holds(Fraction(other)) for piece in allowed)


def _cut(figure: Figure, allowed: Span) -> bool:
    """Whether every number the rest allows gives the printed value when cut off."""
    if not allowed.finite:
        return False
    step = Fraction(1, 10 ** decimals_of(figure.value))
    size = abs(Fraction(figure.value))
    ends = abs(Fraction(allowed.low) + figure.half), abs(Fraction(allowed.high) - figure.half)
    return min(ends) >= size and max(ends) <= size + step


def _weight(figure: Figure, origin: Origin, allowed: Span, count: int, expected: tuple[float, float] | None) -> float:
    """Chance of a value among those allowed: even, or bell-shaped around what is expected."""
    if origin.unit_decimals is not None and allowed.finite:
        count = int(allowed.width * Fraction(10) ** origin.unit_decimals) + 1
    even = 1.0 / max(1, count)
    if expected is None or count <= 2:
        return even
    cell = 10.0**-figure.cell_decimals
    centre, deviation = expected
    deviation = max(deviation, cell / 2)
    bell = cell / (deviation * 2.5066) * exp(-0.5 * ((float(origin.value) - centre) / deviation) ** 2)
    return min(1.0, 0.98 * bell + 0.02 * even)


def least_cost(found: Iterable[Origin], kinds: dict[str, tuple[float, str]] | None = None) -> float:
    """The least that the slips of a figure can cost, whatever the rest allows: a bound for the search."""
    shares = kinds or KINDS
    anywhere = 0.0
    single: dict[Decimal, float] = {}
    for origin in found:
        share = shares.get(origin.slip, (0.0, ""))[0] * origin.chance
        if origin.value is None:
            anywhere += share
        else:
            single[origin.value] = single.get(origin.value, 0.0) + share
    return -log(shares["other"][0] / 100 + anywhere + max(single.values(), default=0.0))
