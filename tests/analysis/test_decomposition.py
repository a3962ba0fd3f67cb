"""Effects of factors: exact, whatever the order, equal to the mean over all orders, as the formula says."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import permutations
from math import prod

import pytest

from nianbao.analysis import decomposition
from nianbao.analysis.computing import INPUT
from nianbao.figures.evaluation import evaluate
from nianbao.figures.interval import Interval
from tests.support.selection import long_but


def fractions(chance: random.Random, many: int) -> list[Fraction]:
    """So many positive numbers as they are printed, from a thousandth to a million."""
    return [Fraction(chance.randint(1, 10**6), 10 ** chance.randint(0, 3)) for _ in range(many)]


def one_after_the_other(now: list[Fraction], then: list[Fraction]) -> list[Fraction]:
    """The mean of what each factor adds over every order, counted out."""
    sums = [Fraction(0)] * len(now)
    orders = list(permutations(range(len(now))))
    for order in orders:
        at = list(then)
        for place in order:
            before = prod(at)
            at[place] = now[place]
            sums[place] += prod(at) - before
    return [each / len(orders) for each in sums]


@pytest.mark.parametrize("count", long_but([1_000, 10_000], 0))
def test_effects_of_products_add_up_exactly(count):
    chance = random.Random(20)
    for _ in range(count):
        many = chance.randint(1, 5)
        now, then = fractions(chance, many), fractions(chance, many)
        scale = Fraction(chance.randint(1, 100), chance.randint(1, 10**6))
        assert sum(decomposition.effects(now, then, scale)) == scale * (prod(now) - prod(then))


@pytest.mark.parametrize("many", [1, 2, 3, 4])
def test_an_effect_is_the_mean_over_all_orders(many):
    chance = random.Random(many)
    for _ in range(50):
        now, then = fractions(chance, many), fractions(chance, many)
        assert decomposition.effects(now, then) == one_after_the_other(now, then)


def test_the_order_in_which_factors_stand_does_not_matter():
    chance = random.Random(7)
    for _ in range(200):
        now, then = fractions(chance, 4), fractions(chance, 4)
        order = chance.sample(range(4), 4)
        turned = decomposition.effects([now[at] for at in order], [then[at] for at in order])
        straight = decomposition.effects(now, then)
        assert turned == [straight[at] for at in order]


@pytest.mark.parametrize("powers", [[1], [1, 1], [1, -1], [1, 1, 1], [1, -1, -1], [1, 1, -1, 1]])
def test_the_formula_that_readers_open_gives_the_effect(powers):
    chance = random.Random(len(powers))
    for _ in range(50):
        now, then = fractions(chance, len(powers)), fractions(chance, len(powers))
        scale = Fraction(12, 10_000)
        powered = [
            [value if power == 1 else 1 / value for value, power in zip(values, powers, strict=True)]
            for values in (now, then)
        ]
        expected = decomposition.effects(*powered, scale)
        for at in range(len(powers)):
            text = decomposition.expression(at, powers, scale)
            places = [int(each) for each in INPUT.findall(text)]
            inputs = [(now if place % 2 else then)[(place - 1) // 2] for place in places]
            exact, _ = evaluate(INPUT.sub(r"x.v\1", text), inputs, [Interval.exactly(each) for each in inputs])
            assert exact == expected[at]


def test_a_factor_that_stays_has_no_effect_and_alone_has_all():
    assert decomposition.effects([Fraction(3), Fraction(5)], [Fraction(3), Fraction(4)]) == [0, 3]
