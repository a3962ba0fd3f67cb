"""What one relation leaves of its live variables, given the intervals of the others.

Equations are kept as *forms*: the same expressions with their numbers on the grid (`grid`), so that none is taken
there twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from nianbao.audit.diagnosis import grid
from nianbao.audit.diagnosis.grid import Interval, Sum
from nianbao.audit.diagnosis.problem import Equation, Figure, Node, Problem

#: Intervals of the live variables, by number.
Live = dict[int, Interval]


class Term(NamedTuple):
    """A variable of a sum, and its weight as a fraction of two whole numbers, the lower one positive."""

    number: int
    over: int
    under: int


@dataclass(frozen=True)
class Expression:
    """A `problem.Node` whose constants are on the grid (`value`; of all others it says nothing)."""

    kind: str
    parts: tuple[Expression, ...]
    number: int
    value: Interval


@dataclass(frozen=True)
class Form:
    """An equation on the grid: `terms` and `rest` where it is linear, `expression` otherwise (then not None)."""

    target: Interval
    terms: tuple[Term, ...]
    rest: Interval
    expression: Expression | None


def form(equation: Equation) -> Form:
    """An equation taken to the grid."""
    terms = tuple(Term(number, weight.numerator, weight.denominator) for number, weight in equation.weights)
    expression = None if terms else _expression(equation.node)
    return Form(grid.of(equation.target), terms, grid.point(equation.rest), expression)


def _expression(node: Node) -> Expression:
    value = grid.point(node.value) if node.kind == "constant" else grid.ALL
    return Expression(node.kind, tuple(map(_expression, node.parts)), node.number, value)


class Found(NamedTuple):
    """The interval of an expression, the same of its parts, and whether a live variable is in it."""

    interval: Interval
    parts: tuple[Found, ...]
    alive: bool


COMPUTE = {"+": grid.add, "-": grid.subtract, "*": grid.multiply, "/": grid.divide}

#: What is wanted of the left and of the right part, from what is kept of the whole, and the two.
UNDO = {
    "+": (lambda kept, left, right: grid.subtract(kept, right), lambda kept, left, right: grid.subtract(kept, left)),
    "-": (lambda kept, left, right: grid.add(kept, right), lambda kept, left, right: grid.subtract(left, kept)),
    "*": (lambda kept, left, right: grid.divide(kept, right), lambda kept, left, right: grid.divide(kept, left)),
    "/": (lambda kept, left, right: grid.multiply(kept, right), lambda kept, left, right: grid.divide(left, kept)),
}


class Narrowing:
    """The relations of a problem as forms, and its figures and latents on the grid.

    printed: the interval of each variable as printed (of a latent: its domain). domains: of each, whatever is printed.
    halves: half a unit of the last decimal of the figures that are rounded, in steps.
    """

    def __init__(self, problem: Problem, like: Narrowing | None = None, changed: Iterable[int] = ()):
        """like: of the same problem before the values of the figures `changed` were replaced."""
        self.problem = problem
        self.forms: list[list[Form]]
        self.domains: list[Interval]
        self.halves: dict[int, int]
        self.printed: list[Interval]
        #: Of each relation, sums over what is not live, by the place of the equation and the live variables in it:
        #: trials differ in few figures, so that the same sums are needed again and again.
        self._sums: list[dict[tuple[int, ...], Sum]]
        if like is not None:
            self.forms, self.domains, self.halves = like.forms, like.domains, like.halves
            self.printed = list(like.printed)
            self._sums = list(like._sums)
            for number in changed:
                self.printed[number] = grid.of(problem.spans[number])
                for at in problem.touching[number]:
                    self._sums[at] = {}
            return
        self.forms = [[form(each) for each in relation.equations] for relation in problem.relations]
        self.printed = [grid.of(span) for span in problem.spans]
        self.domains = [grid.of(each.domain) for each in problem.variables]
        figures = [(number, each) for number, each in enumerate(problem.variables) if isinstance(each, Figure)]
        self.halves = {number: _steps(figure.half) for number, figure in figures if figure.half}
        self._sums = [{} for _ in problem.relations]

    def relation(self, at: int, live: Live) -> Live | None:
        """What a relation leaves of live variables, over all its alternatives; None where none can hold."""
        places = range(len(self.forms[at]))
        if len(places) == 1:
            return self.equation(at, 0, live)
        possible = [left for place in places if (left := self.equation(at, place, live)) is not None]
        if not possible:
            return None
        result = {}
        for number in set().union(*possible):
            union = grid.NOTHING
            for left in possible:
                union = union.hull(left.get(number, live[number]))
            result[number] = union
        return result

    def equation(self, at: int, place: int, live: Live) -> Live | None:
        """What the equation at a place of a relation leaves of live variables; None where it cannot hold."""
        chosen = self.forms[at][place]
        if chosen.expression is None:
            return self._linear(at, place, live)
        found = self._forward(chosen.expression, live)
        if not found.alive:  # nothing to narrow
            return None if found.interval.meet(chosen.target).empty else {}
        result: Live = {}
        return result if _backward(chosen.expression, found, chosen.target, result) else None

    # -- sums ---------------------------------------------------------------------------------------------------
    def _linear(self, at: int, place: int, live: Live) -> Live | None:
        """What a linear equation leaves of its live variables; None where it cannot hold."""
        chosen = self.forms[at][place]
        alive = [term for term in chosen.terms if term.number in live]
        total = self._rest(at, place, alive)
        if alive:
            total = total.copy()
        parts = [grid.scaled(live[number], over, under) for number, over, under in alive]
        for part in parts:
            total.add(part)
        if total.interval().meet(chosen.target).empty:
            return None
        result = {}
        for (number, over, under), part in zip(alive, parts, strict=True):
            result[number] = grid.scaled(grid.subtract(chosen.target, total.without(part)), under, over)
        return result

    def _rest(self, at: int, place: int, alive: list[Term]) -> Sum:
        """The sum of all terms of a linear equation but those that are live."""
        key = place, *(term.number for term in alive)
        total = self._sums[at].get(key)
        if total is None:
            chosen = self.forms[at][place]
            total = Sum()
            total.add(chosen.rest)
            for term in chosen.terms:
                if term not in alive:
                    total.add(grid.scaled(self.printed[term.number], term.over, term.under))
            self._sums[at][key] = total
        return total

    # -- expressions --------------------------------------------------------------------------------------------
    def _forward(self, node: Expression, live: Live) -> Found:
        """The interval of an expression, from those of its parts."""
        if node.kind == "constant":
            return Found(node.value, (), False)
        if node.kind in {"variable", "as_printed"}:
            alive = live.get(node.number)
            if alive is not None:
                return Found(alive, (), True)
            if node.kind == "variable":
                return Found(self.printed[node.number], (), False)
            return Found(grid.point(self.problem.printed(node.number).value), (), False)
        parts = tuple([self._forward(part, live) for part in node.parts])
        if node.kind == "power":
            return Found(grid.power(parts[0].interval, node.number), parts, parts[0].alive)
        left, right = parts
        return Found(COMPUTE[node.kind](left.interval, right.interval), parts, left.alive or right.alive)


def _backward(node: Expression, found: Found, wanted: Interval, result: Live) -> bool:
    """Pass what is wanted of an expression on to its live variables; False where nothing is left."""
    kept = found.interval.meet(wanted)
    if kept.empty:
        return False
    if node.kind in {"variable", "as_printed"}:
        result[node.number] = result[node.number].meet(kept) if node.number in result else kept
        return not result[node.number].empty
    if node.kind == "power":
        return _backward(node.parts[0], found.parts[0], grid.root(kept, node.number), result)
    left, right = found.parts
    for part, inside, undo in zip(node.parts, found.parts, UNDO[node.kind], strict=True):
        if inside.alive:
            wanted_part = undo(kept, left.interval, right.interval)
            if not _backward(part, inside, wanted_part, result):
                return False
    return True


def _steps(half: Fraction) -> int:
    """A half-width in steps, moved outwards."""
    return -grid.floor(-half.numerator, half.denominator)
