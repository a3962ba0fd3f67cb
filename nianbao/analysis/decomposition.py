"""The change of a product by its factors, exactly and whatever the order they are taken in.

The effect of a factor is the mean, over all orders in which the factors may change one after the other, of what its
own change adds: the Shapley value (Shapley, A Value for n-Person Games, 1953), as Sun (Changes in energy consumption
and energy intensity: a complete decomposition model, Energy Economics 20, 1998) proposed it for changes. The effects
add up to the change of the product, and none depends on an order.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import factorial

#: A divisor is a factor with this power.
TIMES = 1
OVER = -1


def effects(now: Sequence[Fraction], then: Sequence[Fraction], scale: Fraction = Fraction(1)) -> list[Fraction]:
    """The effect of each factor on the change of `scale` times their product; a divisor is given by its reciprocal.

    The effects add up to `scale * (prod(now) - prod(then))`, exactly.
    """
    return [scale * (now[at] - then[at]) * mean_of_others(others(now, at), others(then, at)) for at in range(len(now))]


def others(values: Sequence[Fraction], at: int) -> list[Fraction]:
    """All values but one."""
    return [*values[:at], *values[at + 1 :]]


def mean_of_others(now: Sequence[Fraction], then: Sequence[Fraction]) -> Fraction:
    """The mean product of the other factors, over all orders: some have changed already, the rest have not."""
    many = len(now) + 1
    total = Fraction(0)
    for changed in product((False, True), repeat=len(now)):
        term = Fraction(weight(sum(changed), many))
        for at, is_changed in enumerate(changed):
            term *= now[at] if is_changed else then[at]
        total += term
    return total / factorial(many)


def weight(before: int, many: int) -> int:
    """In how many of the orders of `many` factors a factor comes just behind these `before` others."""
    return factorial(before) * factorial(many - before - 1)


def expression(at: int, powers: Sequence[int], scale: Fraction = Fraction(1)) -> str:
    """The effect of factor number `at` as a formula.

    `$1` is the first factor now and `$2` the same before, `$3` the second factor now, and so on; `powers` says which
    are divisors. Every factor stands in it in such a way that interval arithmetic gives no wider interval than the
    factors, taken for independent, allow: its own change once, the others in a sum that rises with each of them.
    """
    own = [in_power(2 * at + 1, powers[at]), in_power(2 * at + 2, powers[at])]
    rest = [each for each in range(len(powers)) if each != at]
    sums = []
    for changed in product((True, False), repeat=len(rest)):
        names = [
            in_power(2 * each + (1 if is_changed else 2), powers[each])
            for each, is_changed in zip(rest, changed, strict=True)
        ]
        many = weight(sum(changed), len(powers))
        sums.append(" * ".join([*([str(many)] if many > 1 or not names else []), *names]))
    text = f"({own[0]} - {own[1]})"
    if rest:
        text += f" * ({' + '.join(sums)}) / {factorial(len(powers))}"
    return text + scaled(scale)


def in_power(number: int, power: int) -> str:
    """An input of a formula, or its reciprocal."""
    return f"${number}" if power == TIMES else f"1 / ${number}"


def scaled(scale: Fraction) -> str:
    """` * 12 / 10000`: what stands behind a product that is converted; nothing where nothing is."""
    text = f" * {scale.numerator}" if scale.numerator != 1 else ""
    return text + (f" / {scale.denominator}" if scale.denominator != 1 else "")
