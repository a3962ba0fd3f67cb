"""What was learned before is used again only where it still holds: a network made like another finds the same."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from nianbao.audit.diagnosis import grid
from nianbao.audit.diagnosis.narrowing import Narrowing
from nianbao.audit.diagnosis.problem import Figure, Latent, Problem, Relation, constant, equation, variable, weighted
from nianbao.audit.diagnosis.propagation import Network

ONE = Fraction(1)
VALUES = st.lists(st.integers(min_value=100, max_value=9999), min_size=3, max_size=5)


def document(levels: list[int]) -> Problem:
    """Levels with their total, growth of each against a year that is printed nowhere, and a share."""
    problem = Problem()
    numbers = [
        problem.figure(Figure(f"level{at}", Decimal(level).scaleb(-2), decimals=2)) for at, level in enumerate(levels)
    ]
    total = problem.figure(Figure("total", Decimal(sum(levels)).scaleb(-2), decimals=2))
    problem.relate(Relation("sum", "total", "", (weighted({**dict.fromkeys(numbers, ONE), total: -ONE}),)))
    before = problem.latent(Latent("before", domain=Figure("x", Decimal(0), not_negative=True).domain))
    rate = problem.figure(Figure("rate", Decimal("12.34"), "%", 2))
    change = problem.figure(
        Figure("change", (Decimal(sum(levels)).scaleb(-2) / 9).quantize(Decimal("0.01")), decimals=2)
    )
    yearly = variable(rate) / constant(100)
    rules = ((constant(1) + yearly) ** 2, constant(1) + yearly * constant(2))
    problem.relate(
        Relation("mean", "avg_growth", "", tuple(equation(variable(total) - variable(before) * rule) for rule in rules))
    )
    problem.relate(Relation("change", "change", "", (weighted({total: ONE, before: -ONE, change: -ONE}),)))
    share = problem.figure(Figure("share", Decimal(levels[0] * 100 // sum(levels)), "%", 0))
    part = variable(total) * variable(share) / constant(100)
    problem.relate(Relation("share", "share", "", (equation(variable(numbers[0]) - part),)))
    return problem


@given(VALUES, st.data())
def test_a_network_like_another_finds_the_same(levels, data):
    problem = document(levels)
    network = Network(problem)
    figures = [number for number in range(len(problem.variables)) if problem.is_figure(number)]
    for number in figures:
        network.conflicts()
        network.trial([number])
    changed = data.draw(st.sampled_from(figures))
    wrong = data.draw(st.integers(min_value=-(10**4), max_value=10**4)) * Decimal("0.01")
    replaced = problem.replaced({changed: problem.printed(changed).value + wrong})
    like = Network(replaced, like=network, changed=[changed])
    fresh = Network(replaced)
    assert like.conflicts() == fresh.conflicts()
    for number in figures:
        assert like.trial([number]) == fresh.trial([number])


def test_a_sum_is_kept_for_what_is_live_and_forgotten_with_its_figures():
    problem = document([123, 456, 789])
    narrowing = Narrowing(problem)
    total = problem.numbers["total"]
    live = {total: narrowing.domains[total]}
    first = narrowing.relation(0, live)
    assert first is not None
    assert narrowing.relation(0, live) == first
    level = problem.numbers["level1"]
    replaced = problem.replaced({level: Decimal("5.56")})
    again = Narrowing(replaced, narrowing, [level]).relation(0, live)
    assert again is not None
    assert again[total].low == first[total].low + grid.ONE
    assert narrowing.relation(0, live) == first


def test_a_formula_of_several_rules_leaves_what_any_of_them_leaves():
    problem = document([123, 456, 789])
    narrowing = Narrowing(problem)
    before = problem.numbers["before"]
    live = {before: narrowing.domains[before]}
    at = next(at for at, relation in enumerate(problem.relations) if relation.id == "mean")
    both = narrowing.relation(at, live)
    parts = [narrowing.equation(at, place, live) for place in (0, 1)]
    assert both is not None
    assert all(part is not None for part in parts)
    assert both[before].low == min(part[before].low for part in parts)
    assert both[before].high == max(part[before].high for part in parts)
