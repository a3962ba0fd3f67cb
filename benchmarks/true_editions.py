"""Editions without errors: true values that satisfy all relations, and the figures a document prints of them.

The structure is that of a problem (figures, latents, relations); the values are drawn. Linear relations between
levels are solved exactly: some variables are free, the others follow. Products and quotients are computed in one of
their variables. Derived figures are computed from unrounded levels (or, to see what happens, from rounded ones), and
everything is printed half up with as many decimals as in the original. A relation that the drawn values cannot
satisfy (whole numbers that would have to be divided, a part that came out larger than its whole) is left out of that
edition.
"""

from __future__ import annotations

import random
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

from nianbao.audit.diagnosis import grid, spans
from nianbao.audit.diagnosis.problem import Equation, Figure, Latent, Node, Problem
from nianbao.audit.diagnosis.propagation import Network
from nianbao.audit.diagnosis.spans import round_half_up

BOUNDS = {"part", "order"}
CLAIMS = {"copy", "change", "growth", "avg_growth", "share"}
NEAR = Fraction(1, 10**15)


def evaluate(node: Node, values: dict[int, Fraction]) -> Fraction | None:
    """An expression of exact values; None where it divides by nothing."""
    if node.kind in {"variable", "as_printed"}:
        return values[node.number]
    if node.kind == "constant":
        return node.value
    parts = [evaluate(part, values) for part in node.parts]
    if None in parts:
        return None
    if node.kind == "power":
        return parts[0] ** node.number
    if node.kind == "/":
        return parts[0] / parts[1] if parts[1] else None
    return {"+": parts[0] + parts[1], "-": parts[0] - parts[1], "*": parts[0] * parts[1]}[node.kind]


def solved(equation: Equation, unknown: int, values: dict[int, Fraction]) -> Fraction | None:
    """The value of the one unknown of an equation; None where there is none or more than one."""
    if equation.weights:
        weights = dict(equation.weights)
        rest = equation.rest + sum(weight * values[each] for each, weight in weights.items() if each != unknown)
        return -rest / weights[unknown]
    path = _path(equation.node, unknown)
    if path is None:
        return None
    node, wanted = equation.node, Fraction(0)
    for at in path:
        wanted = _undone(node, at, wanted, values)
        if wanted is None:
            return None
        node = node.parts[at]
    return wanted


def _undone(node: Node, at: int, wanted: Fraction, values: dict[int, Fraction]) -> Fraction | None:
    """What one part of an expression must be for the whole to come out as wanted; None where nothing will do."""
    if node.kind == "power":
        return None if wanted < 0 else _root(wanted, node.number)
    other = None if len(node.parts) == 1 else evaluate(node.parts[1 - at], values)
    if other is None:
        return None
    if node.kind == "+":
        return wanted - other
    if node.kind == "-":
        return wanted + other if at == 0 else other - wanted
    if node.kind == "*":
        return _ratio(wanted, other)
    return wanted * other if at == 0 else _ratio(other, wanted)


def _root(value: Fraction, exponent: int) -> Fraction:
    """A root, exact where it lies on the grid, otherwise less by not quite a step."""
    wanted = value * grid.ONE**exponent
    return Fraction(grid.whole_root(wanted.numerator // wanted.denominator, exponent), grid.ONE)


def _ratio(one: Fraction, other: Fraction) -> Fraction | None:
    """A quotient; None for one by nothing."""
    return one / other if other else None


def _path(node: Node, unknown: int) -> list[int] | None:
    """Which parts lead to a variable that occurs once; None for any other."""
    if node.variables().count(unknown) != 1:
        return None
    path = []
    while node.kind != "variable":
        if not node.parts:
            return None
        at = next(at for at, part in enumerate(node.parts) if unknown in part.variables())
        path.append(at)
        node = node.parts[at]
    return path


class Truth:
    """Draws editions of the structure of a problem."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.network = Network(problem)
        self.middles = self._middles()
        relations = [(at, each) for at, each in enumerate(problem.relations) if each.kind not in BOUNDS]
        self.rules: dict[int, list[Equation]] = {
            at: [each for each in relation.equations if not self._from_rounded(each.node)] for at, relation in relations
        }
        self.claims = [at for at, relation in relations if relation.kind in CLAIMS]
        levels = [at for at, relation in relations if relation.kind not in CLAIMS]
        linear = [at for at in levels if self.rules[at][0].weights]
        others = [at for at in levels if not self.rules[at][0].weights]
        in_sums = {number for at in linear for number, _ in self.rules[at][0].weights}
        self.first, self.last = self._ordered(others, in_sums)
        fixed = {number for _, number in self.first}
        inputs = {number for at, output in self.first for number in self.network.members[at] if number != output}
        self.pivots = self._eliminated(linear, fixed | inputs)

    def _from_rounded(self, node: Node) -> bool:
        return node.kind == "as_printed" or any(self._from_rounded(part) for part in node.parts)

    def _middles(self) -> dict[int, Fraction]:
        """A starting value for every variable: as printed, or what relations say of a latent."""
        values = {}
        for number, each in enumerate(self.problem.variables):
            if isinstance(each, Figure):
                values[number] = Fraction(each.value)
                continue
            span = self.network.left(number, self.network.region(self.problem.touching[number]))[0] or spans.ALL
            middle = (
                (span.low + span.high) / 2 if span.finite else Fraction(max(0, span.low if span.low > -(10**15) else 0))
            )
            values[number] = Fraction(round_half_up(middle, self.latent_decimals(each)))
        return values

    @staticmethod
    def latent_decimals(latent: Latent) -> int:
        """Decimals of a level that an earlier report printed: those of its rounding, two where that is not known."""
        return latent.decimals

    def exact(self, number: int) -> int | None:
        """Decimals of a variable that is exact; None for one that is rounded."""
        each = self.problem.variables[number]
        if isinstance(each, Latent):
            return each.decimals if each.exact else None
        if each.margin is not None:
            return each.printed_decimals
        return each.exact_decimals if each.exact_decimals == each.printed_decimals else None

    def _ordered(self, relations: list[int], in_sums: set[int]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Products and quotients with the variable each is computed for: those before and those after the sums."""
        first: list[tuple[int, int]] = []
        last: list[tuple[int, int]] = []
        taken: set[int] = set()
        for at in relations:
            members = self.network.members[at]
            node = self.rules[at][0].node
            subject = members[0]
            inputs = [each for each in members if each != subject]
            if self.exact(subject) is None and subject not in taken and not any(each in in_sums for each in inputs):
                if subject in in_sums:
                    first.append((at, subject))
                else:
                    last.append((at, subject))
                taken.add(subject)
                continue
            free = [
                each
                for each in members
                if each not in in_sums
                and each not in taken
                and self.exact(each) is None
                and _path(node, each) is not None
            ]
            if free:
                last.append((at, free[0]))
                taken.add(free[0])
        return first, last

    def _eliminated(self, relations: list[int], fixed: set[int]) -> list[tuple[int, dict[int, Fraction], Fraction]]:
        """Linear relations solved: (variable, weights of the free ones, constant), free variables being all others."""
        rows: list[tuple[int, dict[int, Fraction], Fraction]] = []
        for at in relations:
            equation = self.rules[at][0]
            weights: dict[int, Fraction] = defaultdict(Fraction)
            weights.update(dict(equation.weights))
            rest = equation.rest
            for pivot, row, row_rest in rows:
                by = weights.pop(pivot, None)
                if by:
                    rest += by * row_rest
                    for number, weight in row.items():
                        weights[number] += by * weight
            weights = defaultdict(Fraction, {number: weight for number, weight in weights.items() if weight})
            candidates = [number for number in weights if number not in fixed]
            if not candidates:
                continue
            pivot = min(candidates, key=lambda each: (self.exact(each) is not None, abs(weights[each]) != 1, each))
            by = weights.pop(pivot)
            solved_row = {number: -weight / by for number, weight in weights.items()}
            solved_rest = -rest / by
            for place, (other, row, row_rest) in enumerate(rows):
                factor = row.pop(pivot, None)
                if factor:
                    for number, weight in solved_row.items():
                        row[number] = row.get(number, Fraction(0)) + factor * weight
                    rows[place] = (
                        other,
                        {number: weight for number, weight in row.items() if weight},
                        row_rest + factor * solved_rest,
                    )
            rows.append((pivot, solved_row, solved_rest))
        return rows

    # -- one edition --------------------------------------------------------------------------------------------
    def draw(self, dice: random.Random, rounded: bool = False) -> tuple[Problem, set[int]]:
        """An edition, and the relations left out of it. `rounded`: claims are computed from rounded levels."""
        values = self._levels(dice)
        levels = {number: self._shown(number, value) for number, value in values.items()} if rounded else values
        claimed = self._claimed(values, levels, dice)
        values |= claimed
        dropped = set()
        for at, relation in enumerate(self.problem.relations):
            if relation.kind in BOUNDS:
                equation = relation.equations[0]
                size = evaluate(equation.node, values)
                if not equation.target.holds(size):
                    dropped.add(at)
            elif not self._holds(at, values) and not (
                rounded and relation.kind in CLAIMS and self._holds(at, {**levels, **claimed})
            ):
                dropped.add(at)
        printed: dict[int, Decimal] = {}
        for number, each in enumerate(self.problem.variables):
            if not isinstance(each, Figure) or each.kind == "list":
                continue
            value = values[number]
            printed[number] = self._printed(each, value)
            off = self.exact(number) is not None and Fraction(printed[number]) != value
            if off or not each.domain.holds(value):
                dropped.update(self.problem.touching[number])
        for number in self.network.latents:
            if not self.problem.variables[number].domain.holds(values[number]):
                dropped.update(self.problem.touching[number])
        return self.problem.replaced(printed), dropped

    def _shown(self, number: int, value: Fraction) -> Fraction:
        """A level as it is, or was, printed."""
        each = self.problem.variables[number]
        return Fraction(round_half_up(value, each.decimals) if isinstance(each, Latent) else self._printed(each, value))

    @staticmethod
    def _printed(figure: Figure, value: Fraction) -> Decimal:
        """A value with as many decimals as in the original; a bare zero only where it is nothing in its column."""
        return round_half_up(value, figure.printed_decimals) or round_half_up(
            value, max(figure.decimals, figure.printed_decimals)
        )

    def _levels(self, dice: random.Random) -> dict[int, Fraction]:
        """True levels: all of one size bigger or smaller than printed, and each a little different."""
        size = Fraction(dice.randint(700, 1400), 1000)
        values: dict[int, Fraction] = {}
        for number, middle in self.middles.items():
            each = self.problem.variables[number]
            exact = self.exact(number)
            if isinstance(each, Figure) and each.margin is not None:
                values[number] = middle
                continue
            scale = size if each.kind != "ratio" else Fraction(1)
            decimals = each.decimals if isinstance(each, Latent) else each.printed_decimals
            unit = Fraction(1, 10**decimals)
            if not middle:
                values[number] = middle
            elif exact is not None:
                moved = middle * scale + dice.randint(-2, 2) * Fraction(1, 10**exact)
                values[number] = Fraction(round_half_up(moved, exact))
            else:
                values[number] = middle * scale + unit * Fraction(dice.randint(-15000, 15000), 10000)
        for at, number in self.first:
            found = solved(self.rules[at][0], number, values)
            values[number] = values[number] if found is None else found
        for pivot, row, rest in self.pivots:
            values[pivot] = rest + sum(weight * values[number] for number, weight in row.items())
        for at, number in self.last:
            found = solved(self.rules[at][0], number, values)
            values[number] = values[number] if found is None else found
        return values

    def _claimed(
        self, values: dict[int, Fraction], levels: dict[int, Fraction], dice: random.Random
    ) -> dict[int, Fraction]:
        """Derived figures; an average growth by the geometric or the arithmetic mean."""
        result: dict[int, Fraction] = {}
        for at in self.claims:
            relation = self.problem.relations[at]
            number = next(
                (
                    each
                    for each in self.network.members[at]
                    if relation.id == self.problem.variables[each].id.removeprefix("claim:")
                ),
                None,
            )
            if number is None:
                continue
            rule = dice.choice(self.rules[at])
            found = solved(rule, number, {**(values if relation.kind == "copy" else levels), number: Fraction(0)})
            if found is not None:
                result[number] = found
        return result

    def _holds(self, at: int, values: dict[int, Fraction]) -> bool:
        """Whether one of the rules of a relation is satisfied, up to the last digits of a root."""
        for equation in self.rules[at]:
            size = evaluate(equation.node, values)
            spare = NEAR * (1 + max(abs(values[each]) for each in equation.variables))
            if size is not None and equation.target.low - spare <= size <= equation.target.high + spare:
                return True
        return False
