"""Propagation: true documents never contradict, wrong ones do, and what is left for a figure is right."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from nianbao.audit.diagnosis.problem import Figure, Latent, Problem, Relation, constant, equation, variable, weighted
from nianbao.audit.diagnosis.propagation import Network
from nianbao.audit.diagnosis.spans import round_half_up

ONE = Fraction(1)
LEVELS = st.fractions(min_value=Fraction(1, 2), max_value=500, max_denominator=10**6)


def printed(problem: Problem, name: str, value: Fraction, decimals: int = 2, **about) -> int:
    """A figure as a document prints it."""
    return problem.figure(Figure(name, round_half_up(value, decimals), decimals=decimals, **about))


def document(levels: list[Fraction], before: list[Fraction], base_printed: bool, from_rounded: bool) -> Problem:
    """Parts with their total, changes, growth and shares, all computed from the true values (or from rounded ones)."""
    problem = Problem()
    total, total_before = sum(levels), sum(before)
    names = [*(f"part{at}" for at in range(len(levels))), "total"]
    now = [printed(problem, name, value) for name, value in zip(names, [*levels, total], strict=True)]
    then = []
    for name, value in zip(names, [*before, total_before], strict=True):
        if base_printed:
            then.append(printed(problem, f"{name}:before", value))
        else:
            then.append(problem.latent(Latent(f"{name}:before")))
    problem.relate(Relation("total", "total", "", (weighted({**dict.fromkeys(now[:-1], ONE), now[-1]: -ONE}),)))
    for at, name in enumerate(names):
        x, y = [*levels, total][at], [*before, total_before][at]
        if from_rounded:
            x, y = Fraction(round_half_up(x, 2)), Fraction(round_half_up(y, 2))
        change = printed(problem, f"{name}:change", x - y)
        rate = printed(problem, f"{name}:growth", (x / y - 1) * 100)
        mean = printed(problem, f"{name}:mean", (x / y - 1) * 100 / 3)
        problem.relate(Relation(f"{name}:c", "change", "", (weighted({now[at]: ONE, then[at]: -ONE, change: -ONE}),)))
        grown = constant(1) + variable(rate) / constant(100)
        problem.relate(Relation(f"{name}:g", "growth", "", (equation(variable(now[at]) - variable(then[at]) * grown),)))
        if not from_rounded:
            moved = variable(then[at]) * variable(rate) / constant(100)
            problem.relate(Relation(f"{name}:gc", "growth", "", (equation(variable(change) - moved),)))
        yearly = variable(mean) / constant(100)
        rules = [(constant(1) + yearly) ** 3, constant(1) + yearly * constant(3)]
        problem.relate(
            Relation(
                f"{name}:m",
                "avg_growth",
                "",
                tuple(equation(variable(now[at]) - variable(then[at]) * rule) for rule in rules),
            )
        )
        share = printed(
            problem, f"{name}:share", x / (total if not from_rounded else Fraction(round_half_up(total, 2))) * 100
        )
        part = variable(now[-1]) * variable(share) / constant(100)
        problem.relate(Relation(f"{name}:s", "share", "", (equation(variable(now[at]) - part),)))
    return problem


@given(st.lists(st.tuples(LEVELS, LEVELS), min_size=2, max_size=5), st.booleans(), st.booleans())
def test_a_true_document_never_contradicts_itself(pairs, base_printed, from_rounded):
    problem = document([now for now, _ in pairs], [then for _, then in pairs], base_printed, from_rounded)
    assert Network(problem).conflicts() == []


@given(st.lists(st.tuples(LEVELS, LEVELS), min_size=2, max_size=4), st.data())
def test_what_is_left_for_a_figure_holds_the_right_value(pairs, data):
    problem = document([now for now, _ in pairs], [then for _, then in pairs], True, False)
    number = data.draw(st.sampled_from(range(len(problem.variables))))
    allowed, conflict = Network(problem).trial([number])
    assert conflict is None
    assert any(piece.holds(Fraction(problem.variables[number].value)) for piece in allowed[number])


@given(st.lists(st.tuples(LEVELS, LEVELS), min_size=2, max_size=4), st.data())
def test_releasing_the_wrong_figure_resolves_every_conflict(pairs, data):
    right = document([now for now, _ in pairs], [then for _, then in pairs], True, False)
    number = data.draw(st.sampled_from(range(len(right.variables))))
    value = right.variables[number].value
    wrong = data.draw(st.integers(min_value=-(10**5), max_value=10**5)) * Decimal("0.01")
    problem = right.replaced({number: value + wrong})
    network = Network(problem)
    for conflict in network.conflicts():
        assert number in conflict.figures
    assert network.trial([number])[1] is None


def test_a_sum_that_only_touches_is_a_conflict():
    """275.09, 34.95 and 224.28 are less than 534.335 together, so their sum is never printed 534.34."""
    problem = Problem()
    parts = [problem.figure(Figure(text, Decimal(text), decimals=2)) for text in ("275.09", "34.95", "224.28")]
    total = problem.figure(Figure("total", Decimal("534.34"), decimals=2))
    problem.relate(Relation("sum", "total", "", (weighted({**dict.fromkeys(parts, ONE), total: -ONE}),)))
    assert len(Network(problem).conflicts()) == 1
    assert Network(problem.replaced({total: Decimal("534.33")})).conflicts() == []


def test_the_base_of_a_change_and_a_rate_is_held_by_both():
    problem = Problem()
    now = problem.figure(Figure("now", Decimal(1862)))
    change = problem.figure(Figure("change", Decimal(484)))
    rate = problem.figure(Figure("rate", Decimal("27.03"), "%", 2))
    base = problem.latent(Latent("base"))
    problem.relate(Relation("c", "change", "", (weighted({now: ONE, base: -ONE, change: -ONE}),)))
    yearly = variable(rate) / constant(100)
    rules = ((constant(1) + yearly) ** 5, constant(1) + yearly * constant(5))
    problem.relate(
        Relation("m", "avg_growth", "", tuple(equation(variable(now) - variable(base) * rule) for rule in rules))
    )
    network = Network(problem)
    assert [sorted(each.relations) for each in network.conflicts()] == [[0, 1]]
    allowed, _ = network.trial([rate])
    assert len(allowed[rate]) == 2  # geometric and arithmetic
    assert allowed[rate][0].holds(Fraction("6.20")) and allowed[rate][1].holds(Fraction("7.03"))
    assert not any(piece.holds(Fraction("6.5")) for piece in allowed[rate])


def test_a_zero_is_as_exact_as_its_column():
    figure = Figure("z", Decimal("0"), decimals=2)
    assert figure.span.high == Fraction(1, 200)
    assert Figure("n", Decimal(0), "人", exact_decimals=0).span.width == 0


def test_a_negative_base_of_a_count_is_a_conflict():
    problem = Problem()
    now = problem.figure(Figure("now", Decimal(30), "人", exact_decimals=0, not_negative=True))
    change = problem.figure(Figure("change", Decimal(50), "人", exact_decimals=0))
    base = problem.latent(Latent("base", domain=Figure("x", Decimal(0), not_negative=True).domain))
    problem.relate(Relation("c", "change", "", (weighted({now: ONE, base: -ONE, change: -ONE}),)))
    assert len(Network(problem).conflicts()) == 1
