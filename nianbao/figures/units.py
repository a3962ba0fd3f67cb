"""Units: which convert into each other, and what is counted whole."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache

#: Units that convert into each other, each with how many of the smallest it holds.
SCALES: tuple[dict[str, int], ...] = (
    {"人": 1, "名": 1, "万人": 10**4},
    {"人次": 1, "万人次": 10**4},
    {"元": 1, "万元": 10**4, "亿元": 10**8},
    {"件": 1, "万件": 10**4},
    {"课时": 1, "小时": 1},
)
#: Units of things that cannot be divided: printed without decimals they are exact, not rounded.
COUNTED = frozenset("人 名 人次 件 户 个 家 辆 次 项 批次 台 套 册 箱 间 层 张 条 本 天".split())
#: The unit of x:1 ratios.
RATIO = "比"
PERCENT = "%"
POINTS = "百分点"


@cache
def factor(unit: str, into: str) -> Fraction | None:
    """Multiplier that converts a value in `unit` to `into`; None where they do not convert."""
    if unit == into:
        return Fraction(1)
    for scale in SCALES:
        if unit in scale and into in scale:
            return Fraction(scale[unit], scale[into])
    return None


def counts(unit: str) -> bool:
    """Whether a unit counts things, of which there cannot be less than none."""
    return unit in COUNTED or unit == RATIO or (unit[:1] == "万" and unit[1:] in COUNTED)


def single(unit: str) -> str:
    """A unit without a character that was printed twice in a row (`万元元`); any other as it is."""
    return unit[:-1] if unit[-2:-1] == unit[-1:] and factor(unit, unit[:-1]) is None and _known(unit[:-1]) else unit


def _known(unit: str) -> bool:
    """Whether a unit is one of those that convert."""
    return any(unit in scale for scale in SCALES)


def decimals_of(value: Decimal) -> int:
    """Number of decimals a value was printed with."""
    return max(0, -int(value.as_tuple().exponent))


def margin_of(value: Decimal, unit: str, kind: str, column: int = 0) -> Decimal | None:
    """Half the width of the interval of a printed value, where it is not half a unit of the last digit.

    Zero for what is printed exactly (whole persons, 元 to the fen). A zero printed without decimals is as exact as its
    `column`, the number of decimals that other figures of its kind are printed with. None otherwise. `kind` is that of
    the indicator.
    """
    whole = unit in COUNTED and decimals_of(value) == 0
    to_the_fen = unit == "元" and decimals_of(value) == 2
    if (whole or to_the_fen) and kind != "ratio":
        return Decimal(0)
    is_bare_zero = value == 0 and decimals_of(value) == 0
    return Decimal(5).scaleb(-column - 1) if is_bare_zero and column else None


def round_half_up(value: Fraction | Decimal, decimals: int) -> Decimal:
    """Round the way official statistics do (四舍五入: halves away from zero)."""
    exact = Fraction(value)
    whole = int(abs(exact) * 10**decimals + Fraction(1, 2))
    return Decimal(-whole if exact < 0 else whole).scaleb(-decimals)


def show(value: Decimal) -> str:
    """A number as readers see it: thousands separated (GB/T 15835—2011, from four digits on), a true minus sign."""
    return f"{abs(value):,f}" if value >= 0 else f"−{-value:,f}"
