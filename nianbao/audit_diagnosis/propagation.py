"""Can the relations hold together, and what do they leave of a figure that is released?

Printed figures stand for their rounding interval. *Live* variables (latents, and figures released for a trial) start
from their domain and are narrowed by every relation they stand in, until nothing changes. A printed figure that is
not released is never narrowed by its relations: a document may have computed from rounded figures as well as from
unrounded ones, and both must pass.

**Soundness.** Take a document whose unrounded numbers satisfy all relations. Each printed figure's interval holds its
unrounded number, each live variable's domain does, and each narrowing step keeps every number for which the relation
can hold; so no interval ever becomes empty, and no contradiction is reported. Stopping early only leaves intervals
wider. Nothing else enters: no tolerance, no statistics.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf

from . import spans
from .problem import Equation, Node, Problem, Relation
from .spans import Span

#: How often one relation may narrow again before propagation stops: narrowing can go on for ever in ever smaller steps.
ROUNDS = 12
#: A narrowing of less than this part of an interval's width is not passed on.
WORTH = Fraction(1, 1000)


@dataclass
class State:
    """Intervals of the live variables, and which relations have narrowed each."""

    live: dict[int, Span]
    narrowed_by: dict[int, set[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Conflict:
    """Relations that cannot hold together, and the printed figures in them (released or not)."""

    relations: frozenset[int]
    figures: frozenset[int]


# -- one equation -----------------------------------------------------------------------------------------------
def _span(problem: Problem, live: dict[int, Span], number: int) -> Span:
    found = live.get(number)
    return problem.spans[number] if found is None else found


def _narrow_linear(problem: Problem, live: dict[int, Span], equation: Equation) -> dict[int, Span] | None:
    """What a linear equation leaves of its live variables; None where it cannot hold."""
    target = equation.target
    low = high = equation.rest
    low_endless = high_endless = low_open = high_open = 0
    terms = []
    for number, weight in equation.weights:
        span = live.get(number)
        alive = span is not None
        if span is None:
            span = problem.spans[number]
        if weight != 1:
            span = spans.scaled(span, weight)
        terms.append((number, weight, span, alive))
        if span.low == -inf:
            low_endless += 1
        else:
            low += span.low
            low_open += span.low_open
        if span.high == inf:
            high_endless += 1
        else:
            high += span.high
            high_open += span.high_open
    total = Span(-inf if low_endless else low, low_open > 0, inf if high_endless else high, high_open > 0)
    if total.meet(target).empty:
        return None
    result = {}
    for number, weight, span, alive in terms:
        if not alive:
            continue
        rest_low: Fraction | float = -inf
        if span.low == -inf and low_endless == 1:
            rest_low = low
        elif not low_endless:
            rest_low = low - span.low
        rest_high: Fraction | float = inf
        if span.high == inf and high_endless == 1:
            rest_high = high
        elif not high_endless:
            rest_high = high - span.high
        own_low = span.low_open if span.low != -inf else 0
        own_high = span.high_open if span.high != inf else 0
        rest = Span(rest_low, low_open > own_low, rest_high, high_open > own_high)
        left = spans.subtract(target, rest)
        result[number] = spans.scaled(left, 1 / weight) if weight != 1 else left
    return result


def _forward(problem: Problem, live: dict[int, Span], node: Node) -> tuple:
    """The interval of an expression, with those of its parts: (interval, parts)."""
    if node.kind == "variable":
        return _span(problem, live, node.number), ()
    if node.kind == "as_printed":
        if node.number in live:
            return live[node.number], ()
        return spans.point(problem.variables[node.number].value), ()  # type: ignore[union-attr]
    if node.kind == "constant":
        return spans.point(node.value), ()
    parts = tuple(_forward(problem, live, part) for part in node.parts)
    if node.kind == "power":
        return spans.power(parts[0][0], node.number), parts
    left, right = parts[0][0], parts[1][0]
    if node.kind == "+":
        return spans.add(left, right), parts
    if node.kind == "-":
        return spans.subtract(left, right), parts
    if node.kind == "*":
        return spans.multiply(left, right), parts
    return spans.divide(left, right), parts


def _backward(node: Node, found: tuple, wanted: Span, live: dict[int, Span], result: dict[int, Span]) -> bool:
    """Pass what is wanted of an expression on to its live variables; False where nothing is left."""
    kept = found[0].meet(wanted)
    if kept.empty:
        return False
    if node.kind in {"variable", "as_printed"}:
        if node.number in live:
            before = result.get(node.number, live[node.number])
            result[node.number] = before.meet(kept)
            return not result[node.number].empty
        return True
    if node.kind == "constant":
        return True
    if node.kind == "power":
        return _backward(node.parts[0], found[1][0], spans.root(kept, node.number), live, result)
    left, right = found[1][0][0], found[1][1][0]
    if node.kind == "+":
        wanted_left, wanted_right = spans.subtract(kept, right), spans.subtract(kept, left)
    elif node.kind == "-":
        wanted_left, wanted_right = spans.add(kept, right), spans.subtract(left, kept)
    elif node.kind == "*":
        wanted_left, wanted_right = spans.divide(kept, right), spans.divide(kept, left)
    else:
        wanted_left, wanted_right = spans.multiply(kept, right), spans.divide(left, kept)
    return (_backward(node.parts[0], found[1][0], wanted_left, live, result)
            and _backward(node.parts[1], found[1][1], wanted_right, live, result))


def narrow_equation(problem: Problem, live: dict[int, Span], equation: Equation) -> dict[int, Span] | None:
    """What an equation leaves of its live variables; None where it cannot hold."""
    if equation.weights:
        return _narrow_linear(problem, live, equation)
    found = _forward(problem, live, equation.node)
    result: dict[int, Span] = {}
    return result if _backward(equation.node, found, equation.target, live, result) else None


def narrow(problem: Problem, live: dict[int, Span], relation: Relation) -> dict[int, Span] | None:
    """What a relation leaves of its live variables, over all its alternatives; None where none can hold."""
    if relation.guard is not None and relation.guard in live:
        return {}
    if len(relation.equations) == 1:
        return narrow_equation(problem, live, relation.equations[0])
    outcomes = [narrow_equation(problem, live, each) for each in relation.equations]
    possible = [each for each in outcomes if each is not None]
    if not possible:
        return None
    result = {}
    for number in set().union(*possible):
        union = spans.NOTHING
        for each in possible:
            union = union.hull(each.get(number, live[number]))
        result[number] = union
    return result


# -- many relations ---------------------------------------------------------------------------------------------
class Network:
    """A problem with its relations grouped by the latents they share.

    `forced` are figures that say nothing (their unit makes no sense): they are released in every trial.
    """

    def __init__(self, problem: Problem):
        self.problem = problem
        self.latents = {at for at in range(len(problem.variables)) if not problem.is_figure(at)}
        self.forced = frozenset(at for at, each in enumerate(problem.variables) if not getattr(each, "legible", True))
        #: Variables of each relation, and those of them that are live in every trial.
        self.members = [relation.variables for relation in problem.relations]
        always = self.latents | self.forced
        self.alive = [[at for at in members if at in always] for members in self.members]

    def region(self, relations: Iterable[int], released: Collection[int] = ()) -> list[int]:
        """The relations given and all that are joined to them through live variables."""
        seen = set(relations)
        waiting = deque(seen)
        passed: set[int] = set()
        while waiting:
            at = waiting.popleft()
            live = [each for each in self.members[at] if each in released] if released else []
            for number in (*self.alive[at], *live):
                if number in passed:
                    continue
                passed.add(number)
                for other in self.problem.touching[number]:
                    if other not in seen:
                        seen.add(other)
                        waiting.append(other)
        return sorted(seen)

    def propagate(self, relations: Collection[int], released: Collection[int] = ()) -> tuple[State, int | None]:
        """Narrow to a fixpoint. Returns the intervals, and the relation that cannot hold or None."""
        problem = self.problem
        live = {}
        for at in relations:
            for number in self.members[at]:
                if number in self.latents or number in released or number in self.forced:
                    live[number] = problem.variables[number].domain
            guard = problem.relations[at].guard
            if guard is not None and guard in released:
                live[guard] = spans.ALL
        state = State(live)
        chosen = set(relations)
        waiting = deque(sorted(relations, key=lambda at: len(self.members[at])))
        queued = set(waiting)
        rounds: dict[int, int] = {}
        while waiting:
            at = waiting.popleft()
            queued.discard(at)
            rounds[at] = rounds.get(at, 0) + 1
            found = narrow(problem, live, problem.relations[at])
            if found is None:
                return state, at
            for number, span in found.items():
                before = live[number]
                kept = spans.tidy(before.meet(span))
                if kept == before:
                    continue
                live[number] = kept
                state.narrowed_by.setdefault(number, set()).add(at)
                if kept.empty:
                    return state, at
                if before.finite and before.width - kept.width <= before.width * WORTH and before.width:
                    continue
                for other in problem.touching[number]:
                    if other in chosen and other not in queued and rounds.get(other, 0) < ROUNDS:
                        queued.add(other)
                        waiting.append(other)
        return state, None

    def conflict(self, relations: Collection[int], released: Collection[int] = ()) -> Conflict | None:
        """A smallest set of these relations that cannot hold together; None where no contradiction is found."""
        state, failed = self.propagate(relations, released)
        if failed is None:
            return None
        involved = {failed}
        waiting = [failed]
        while waiting:
            at = waiting.pop()
            for number in self.members[at]:
                for other in state.narrowed_by.get(number, ()):
                    if other not in involved:
                        involved.add(other)
                        waiting.append(other)
        needed = self._smallest(sorted(involved), released)
        figures = {number for at in needed for number in self.members[at] if self.problem.is_figure(number)}
        figures |= {guard for at in needed if (guard := self.problem.relations[at].guard) is not None}
        return Conflict(frozenset(needed), frozenset(figures))

    def _smallest(self, relations: list[int], released: Collection[int]) -> list[int]:
        """Leave out relations, in halves first, as long as the rest still cannot hold."""
        step = len(relations) // 2
        while step:
            at = 0
            while at < len(relations):
                fewer = relations[:at] + relations[at + step:]
                if fewer and self.propagate(fewer, released)[1] is not None:
                    relations = fewer
                else:
                    at += step
            step //= 2
        return relations

    def conflicts(self, near: Iterable[int] | None = None) -> list[Conflict]:
        """Contradictions of the figures as printed; `near` keeps to relations of these variables.

        Relations without latents stand alone; those joined by latents are taken together, and after one conflict is
        found the search goes on without one of its relations, so that independent ones in the same part are found.
        """
        if near is None:
            chosen: Iterable[int] = range(len(self.problem.relations))
        else:
            chosen = sorted({at for number in near for at in self.problem.touching[number]})
        result = []
        done: set[int] = set()
        for at in chosen:
            if at in done:
                continue
            if not self.alive[at]:
                done.add(at)
                relation = self.problem.relations[at]
                if narrow(self.problem, {}, relation) is None:
                    figures = set(self.members[at])
                    if relation.guard is not None:
                        figures.add(relation.guard)
                    result.append(Conflict(frozenset([at]), frozenset(figures)))
                continue
            joined = self.region([at])
            done.update(joined)
            left = joined
            while (found := self.conflict(left)) is not None:
                result.append(found)
                left = [each for each in left if each not in found.relations]
        return result

    def trial(self, released: Collection[int], also: Iterable[int] = ()) -> tuple[dict[int, Span], Conflict | None]:
        """Release figures: what the rest then allows for each, or a conflict that remains.

        also: further relations that must hold (those that were in conflict before).
        """
        near = {at for number in released for at in self.problem.touching[number]} | set(also)
        joined = self.region(near, frozenset(released))
        state, failed = self.propagate(joined, frozenset(released))
        if failed is not None:
            return {}, self.conflict(joined, frozenset(released))
        domain = {number: self.problem.variables[number].domain for number in released}
        return {number: state.live.get(number, domain[number]) for number in released}, None
