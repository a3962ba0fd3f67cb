"""The smallest sets of figures whose release makes everything hold again, and which of them is to be believed.

Every conflict needs at least one of its figures released (a hitting set). Starting from none, a set that leaves a
conflict is tried again with each figure of that conflict added, the cheapest first. A set without conflict is an
*explanation*; its cost is that of its figures (each wrong figure is rare) and of the slips that would turn what the
rest allows into what is printed. Explanations are compared by these costs: the chance that a figure is wrong is the
share of all explanations with it.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import count
from math import exp, inf, log
from typing import NamedTuple

from nianbao.audit.diagnosis import slips
from nianbao.audit.diagnosis.problem import Figure, Node, Problem, subject
from nianbao.audit.diagnosis.propagation import Conflict, Network
from nianbao.audit.diagnosis.slips import Origin, Reading
from nianbao.audit.diagnosis.spans import Span, round_half_up

#: Explanations that cost more than the best one by this are not looked for: they are e^5 times less likely.
MARGIN = 5.0
#: Sets tried in one group of conflicts, and figures in a set.
TRIALS = 150
LARGEST = 9
#: Shares of errors that are none of a figure: a definition that differs (between places more often), a line that is
#: missing from a list, and a sum that is wrong in the direction in which no missing line can explain it.
DOUBT_SHARES = {"further": 0.2, "formula": 0.02, "total": 0.02, "identity": 0.02}
WRONG_WAY = 0.005
#: Chance that the line that is missing is this one of those printed elsewhere; digits from which equality is no
#: accident.
ELSEWHERE = 0.002
TELLING = 4
#: What the doubt of one more relation costs that misses by the same amount: the same line is missing there.
AGAIN = 1.0
#: What it costs at least that a second figure must be wrong with it; and that no value would do.
NOT_ALONE = 5.0
HOPELESS = 15.0
#: Decimals of a chance. What lies behind them differs between versions of Python (since 3.12 `sum` rounds otherwise)
#: and between processors; ranked by it, equal chances would come in another order elsewhere.
DIGITS = 12
#: What it costs that a printed ranking is out of order.
LIST_COST = 4.0


@dataclass(frozen=True)
class Explanation:
    """A set of figures that may be wrong together (or relations that may not apply), what the rest allows for each
    figure, and how each may have slipped."""

    figures: frozenset[int]
    allowed: dict[int, tuple[Span, ...]]
    readings: dict[int, Reading]
    cost: float


@dataclass
class Group:
    """Conflicts that share figures, and their explanations, the best first.

    complete: False where the search was given up before all sets of the smallest size were tried.
    """

    conflicts: list[Conflict]
    explanations: list[Explanation] = field(default_factory=list)
    complete: bool = True

    def chances(self) -> dict[int, float]:
        """How likely each figure is wrong: the share of the explanations it is in."""
        if not self.explanations:
            return {}
        least = self.explanations[0].cost
        weights = [exp(least - each.cost) for each in self.explanations]
        total = sum(weights)
        result: dict[int, float] = {}
        for weight, each in zip(weights, self.explanations, strict=True):
            for number in each.figures:
                result[number] = result.get(number, 0.0) + weight / total
        return {number: round(chance, DIGITS) for number, chance in result.items()}


class Candidate(NamedTuple):
    """A set of figures to be tried: ordered by an estimate of its cost, then by when it was thought of.

    spent: the estimate without the conflicts that the set leaves. least: the least that it can cost.
    """

    estimate: float
    serial: int
    spent: float
    least: float
    figures: frozenset[int]


class Quest:
    """How far the search for the explanations of some conflicts has come.

    known: conflicts met so far. own: figures of the conflicts to be explained, broken: their relations. apart:
    relations in which another error lies. best: cost of the best explanation. trials: number of sets tried.
    """

    def __init__(self, conflicts: list[Conflict]):
        self.group = Group(conflicts)
        self.known = list(conflicts)
        self.own = {number for each in conflicts for number in each.figures}
        self.broken = {at for each in conflicts for at in each.relations}
        self.apart: set[int] = set()
        self.best = inf
        self.trials = 0
        self.seen: set[frozenset[int]] = {frozenset()}
        self.waiting = [Candidate(0.0, 0, 0.0, 0.0, frozenset())]
        self._serial = count(1)

    def add(self, estimate: float, spent: float, least: float, figures: frozenset[int]) -> None:
        """A further set to be tried."""
        heapq.heappush(self.waiting, Candidate(estimate, next(self._serial), spent, least, figures))

    def too_dear(self, least: float) -> bool:
        """Whether a set that costs at least this is far above the best explanation."""
        return least > self.best + MARGIN

    def idle(self, candidate: Candidate) -> bool:
        """Whether a set need not be tried: it is too dear, or an explanation with more figures than needed."""
        return self.too_dear(candidate.least) or any(
            each.figures <= candidate.figures for each in self.group.explanations
        )

    def accept(self, found: Explanation) -> None:
        """Take an explanation."""
        self.group.explanations.append(found)
        self.best = min(self.best, found.cost)

    def result(self) -> Group:
        """The conflicts with the explanations that are not too dear, the cheapest first."""
        kept = [each for each in self.group.explanations if not self.too_dear(each.cost)]
        self.group.explanations = sorted(kept, key=lambda each: (each.cost, sorted(each.figures)))
        return self.group


def grouped(conflicts: Iterable[Conflict]) -> list[list[Conflict]]:
    """Conflicts in groups that share no figure with another group."""
    groups: list[tuple[set[int], list[Conflict]]] = []
    for conflict in conflicts:
        figures, members = set(conflict.figures), [conflict]
        apart = []
        for other_figures, others in groups:
            if other_figures & figures:
                figures |= other_figures
                members = others + members
            else:
                apart.append((other_figures, others))
        groups = [*apart, (figures, members)]
    return [members for _, members in groups]


class Search:
    """Explanations of the conflicts of a problem.

    kinds: shares of the kinds of slips, see `slips.KINDS`.
    """

    def __init__(
        self,
        problem: Problem,
        network: Network | None = None,
        kinds: dict | None = None,
        figure_cost: float = slips.FIGURE_COST,
    ):
        self.problem = problem
        self.network = network or Network(problem)
        self.kinds = kinds or slips.KINDS
        self.figure_cost = figure_cost
        self._origins: dict[int, list[Origin]] = {}
        self._least: dict[int, float] = {}
        self._broken: frozenset[int] = frozenset()
        self._doubts: dict[int, float] = {}
        #: Of doubted sums: document, unit, what is lacking, and how exactly that is known.
        self.gaps: dict[int, tuple[str, str, float, float]] = {}
        self._printed: dict[tuple, list[int]] = {}
        #: For a doubted sum, the figure printed elsewhere that is just what it lacks.
        self.missing: dict[int, int] = {}
        self._middles: dict[int, Fraction | None] = {}
        #: What sums let expect of a figure, with the other figures in each: see `expected`.
        self._sums: dict[int, list[tuple[frozenset[int], tuple[float, float]]]] = {}
        self._cheapest: dict[Conflict, float] = {}
        self._alone: dict[tuple[int, Conflict], float] = {}

    # -- one figure ---------------------------------------------------------------------------------------------
    def origins(self, number: int) -> list[Origin]:
        """Where the printed value of a figure may come from."""
        if number not in self._origins:
            figure = self.problem.printed(number)
            mistaken = []
            for name, node in figure.mistaken:
                value = self.evaluated(node)
                if value is not None and round_half_up(value, figure.printed_decimals) == figure.value:
                    mistaken.append(name)
            self._origins[number] = slips.origins(figure, self.parts(number), mistaken, self.twins(number))
        return self._origins[number]

    def twins(self, number: int) -> int:
        """How many figures beside a figure are the same, without a relation of the two that holds and explains it."""
        figure = self.problem.printed(number)
        found = 0
        for name in figure.beside:
            other = self.problem.numbers[name]
            if self.problem.printed(other).value != figure.value:
                continue
            shared = set(self.problem.touching[number]) & set(self.problem.touching[other])
            found += not any(at not in self._broken and len(self.network.members[at]) <= 3 for at in shared)
        return found

    def parts(self, number: int) -> list[Decimal]:
        """What a figure is the sum of: printed parts, in its unit."""
        result = []
        for at in self.problem.touching[number]:
            relation = self.problem.relations[at]
            weights = dict(relation.equations[0].weights) if relation.is_equality else {}
            own = weights.get(number)
            others = [each for each in weights if each != number]
            if own is None or len(others) < 2 or any(weights[each] * own > 0 for each in others):
                continue
            for each in others:
                if self.problem.is_figure(each):
                    part = Fraction(self.problem.printed(each).value) * abs(weights[each] / own)
                    result.append(round_half_up(part, self.problem.printed(number).printed_decimals))
        return result

    def evaluated(self, node: Node) -> Fraction | None:
        """An expression of printed values; None where it cannot be computed."""
        if node.kind in {"variable", "as_printed"}:
            return self.middle(node.number)
        if node.kind == "constant":
            return node.value
        values = [self.evaluated(part) for part in node.parts]
        if None in values:
            return None
        if node.kind == "power":
            return values[0] ** node.number
        left, right = values
        if node.kind == "/":
            return left / right if right else None
        return {"+": left + right, "-": left - right, "*": left * right}[node.kind]

    def middle(self, number: int) -> Fraction | None:
        """A figure as printed, or the middle of what is known of a latent; None where little is."""
        if self.problem.is_figure(number):
            return Fraction(self.problem.printed(number).value)
        if number not in self._middles:
            span, _ = self.network.left(number, self.network.region(self.problem.touching[number]))
            self._middles[number] = Fraction(span.low + span.high) / 2 if span is not None and span.finite else None
        return self._middles[number]

    def expected(self, number: int, released: frozenset[int]) -> tuple[float, float] | None:
        """Centre and standard deviation of what sums say of a figure: roundings rarely all go one way."""
        if number not in self._sums:
            self._sums[number] = list(self._sums_of(number))
        found = [expected for others, expected in self._sums[number] if others.isdisjoint(released)]
        return min(found, key=lambda expected: expected[1], default=None)

    def _sums_of(self, number: int) -> Iterator[tuple[frozenset[int], tuple[float, float]]]:
        """The other figures of each sum that a figure stands in, and what these let expect of it."""
        for at in self.problem.touching[number]:
            relation = self.problem.relations[at]
            weights = relation.equations[0].weights
            if len(relation.equations) > 1 or not relation.is_equality or len(weights) < 3:
                continue
            others = [(each, weight) for each, weight in weights if each != number]
            if not all(self.problem.is_figure(each) for each, _ in others):
                continue
            own = float(dict(weights)[number])
            total, variance = float(relation.equations[0].rest), 0.0
            for each, weight in others:
                span = self.problem.spans[each]
                total += float(weight) * float(self.problem.printed(each).value)
                variance += (float(weight) * float(span.width)) ** 2 / 12
            yield frozenset(each for each, _ in others), (-total / own, variance**0.5 / abs(own))

    def reading(self, number: int, allowed: tuple[Span, ...], released: frozenset[int]) -> Reading:
        """How a released figure may have slipped from what the rest allows, or what the doubt of a relation costs."""
        if self.network.doubted(number) is not None:
            return Reading(self.doubt(number), "", None, False)
        figure = self.problem.printed(number)
        if not figure.legible:
            count, fitting = slips.printable(figure, allowed[0])
            return Reading(0.0, "unit", fitting[0] if count == 1 else None, count == 1)
        if figure.kind == "list":
            return Reading(LIST_COST, "order", None, False)
        return slips.read(figure, allowed, self.origins(number), self.expected(number, released), self.kinds)

    def doubt(self, number: int) -> float:
        """What it costs that a relation does not apply: more, the more it misses by (a missing line has any size).

        Less where what is missing from a sum is printed elsewhere: `missing` then names that figure.
        """
        if number not in self._doubts:
            self._doubts[number] = self._doubt(number)
        return self._doubts[number]

    def _doubt(self, number: int) -> float:
        at = self.network.doubted(number)
        relation = self.problem.relations[at]
        about = subject(self.problem, relation)
        figure = self.problem.variables[about]
        share = DOUBT_SHARES[relation.kind]
        if not isinstance(figure, Figure):
            return log(10 * 1000.0 / share)
        span, holds = self.network.left(about, [at], frozenset([about]))
        if not holds or span is None:
            return log(10 * 1000.0 / share)
        size = 1 / (10 * slips.cells_off(figure, [span]))
        if relation.kind in {"total", "identity"} and span.finite:
            lacking = Fraction(figure.value) - Fraction(span.low + span.high) / 2
            if lacking * Fraction(figure.value) <= 0:
                share = WRONG_WAY
            else:
                self.gaps[number] = figure.document, figure.unit, float(abs(lacking)), float(span.width)
                found = self._elsewhere(figure, lacking, span.width, set(self.network.members[at]))
                if found is not None:
                    self.missing[number] = found
                    size = max(size, ELSEWHERE)
        return -log(share * size)

    def _elsewhere(self, total: Figure, lacking: Fraction, width: Fraction | float, inside: set[int]) -> int | None:
        """A figure of the same document that is just what a sum lacks, and no part of it."""
        if not self._printed:
            for number, each in enumerate(self.problem.variables):
                if isinstance(each, Figure) and each.role == "level":
                    self._printed.setdefault((each.document, each.unit, abs(each.value)), []).append(number)
        wanted = round_half_up(abs(lacking), total.cell_decimals)
        if width > 4 * Fraction(1, 10**total.cell_decimals) or slips.digits_of(wanted) < TELLING:
            return None
        lines = {self.problem.printed(each).region for each in inside if self.problem.is_figure(each)}
        found = [
            each
            for each in self._printed.get((total.document, total.unit, wanted), ())
            if self.problem.printed(each).region not in lines
        ]
        return found[0] if found else None

    def least(self, number: int) -> float:
        """The least that a figure can cost in any explanation."""
        if self.network.doubted(number) is not None:
            return self.figure_cost + self.doubt(number)
        if number not in self._least:
            self._least[number] = self.figure_cost + slips.least_cost(self.origins(number), self.kinds)
        return self._least[number]

    # -- sets ---------------------------------------------------------------------------------------------------
    def groups(self, near: Iterable[int] | None = None) -> list[Group]:
        """Every group of conflicts with its explanations; `near` keeps to relations of these figures.

        Groups whose best explanations share a figure are explained together.
        """
        conflicts = self.network.conflicts(near)
        self._broken = frozenset(at for each in conflicts for at in each.relations)
        found = [self.explain(members) for members in grouped(conflicts)]
        while True:
            merged = self._overlapping(found)
            if merged is None:
                return found
            one, two = merged
            joined = self.explain(found[one].conflicts + found[two].conflicts)
            found = [each for at, each in enumerate(found) if at not in merged] + [joined]

    @staticmethod
    def _overlapping(groups: list[Group]) -> tuple[int, int] | None:
        """Two groups whose likely figures overlap."""
        owner: dict[int, int] = {}
        for at, group in enumerate(groups):
            likely = {number for each in group.explanations for number in each.figures}
            for number in sorted(likely):
                if number in owner:
                    return owner[number], at
            owner |= dict.fromkeys(likely, at)
        return None

    def explain(self, conflicts: list[Conflict]) -> Group:
        """Explanations of some conflicts, the cheapest first.

        Sets are tried in the order of an estimate: what each figure would cost if the conflict it was added for were
        the only one. Sets whose least possible cost is far above the best explanation are passed over.
        """
        quest = Quest(conflicts)
        while quest.waiting and quest.group.complete:
            candidate = heapq.heappop(quest.waiting)
            if quest.idle(candidate):
                continue
            left = self._tried(quest, candidate.figures)
            if left is not None and len(candidate.figures) < LARGEST:
                self._widen(quest, candidate, left)
        return quest.result()

    def _tried(self, quest: Quest, chosen: frozenset[int]) -> Conflict | None:
        """A conflict that a set leaves; None where it is an explanation (which is taken), or the search is given up."""
        left = self.unhit(quest.known, chosen)
        if left:
            return min(left, key=lambda each: len(each.figures))
        while quest.trials < TRIALS:
            quest.trials += 1
            allowed, conflict = self.network.trial(chosen, quest.broken, quest.apart)
            if conflict is None:
                quest.accept(self.weighed(chosen, allowed))
                return None
            if conflict.given or conflict.figures & quest.own:
                quest.known.append(conflict)
                return conflict
            # Another error nearby, which is explained on its own.
            quest.apart |= conflict.relations - quest.broken or conflict.relations
        quest.group.complete = False
        return None

    def _widen(self, quest: Quest, candidate: Candidate, conflict: Conflict) -> None:
        """Further sets to be tried: one with each figure of a conflict that it leaves."""
        chosen = candidate.figures
        # A wider set hits whatever the narrower one does: only the others are looked at, for each figure again.
        still_open = [each for each in quest.known if each.figures.isdisjoint(chosen)]
        for number in sorted(conflict.figures - chosen):
            wider = chosen | {number}
            if wider in quest.seen:
                continue
            quest.seen.add(wider)
            again = number in self.gaps and any(self.same_gap(number, each) for each in chosen)
            least = candidate.least + (AGAIN if again else self.least(number))
            if quest.too_dear(least):
                continue
            spent = candidate.spent + (AGAIN if again else self.figure_cost + self.alone(number, conflict))
            left = [each for each in still_open if number not in each.figures and each.given <= wider]
            quest.add(spent + self.rest(left), spent, least, wider)

    @staticmethod
    def unhit(conflicts: list[Conflict], chosen: frozenset[int]) -> list[Conflict]:
        """The conflicts that stand while a set is released."""
        return [each for each in conflicts if each.given <= chosen and each.figures.isdisjoint(chosen)]

    def rest(self, conflicts: list[Conflict]) -> float:
        """What the conflicts that are left will cost, each by its cheapest figure; those that share one are one."""
        total = 0.0
        taken: set[int] = set()
        for conflict in sorted(conflicts, key=lambda each: len(each.figures)):
            if conflict.figures.isdisjoint(taken):
                taken |= conflict.figures
                total += self.figure_cost + self.cheapest(conflict)
        return total

    def cheapest(self, conflict: Conflict) -> float:
        """The least that one of its figures would cost if it had to resolve a conflict alone."""
        if conflict not in self._cheapest:
            self._cheapest[conflict] = min((self.alone(number, conflict) for number in conflict.figures), default=0.0)
        return self._cheapest[conflict]

    def alone(self, number: int, conflict: Conflict) -> float:
        """What a figure would cost if it had to resolve this conflict alone, without breaking what held before.

        Where it cannot, at least one more figure must be wrong. For conflicts that only arise while other figures are
        released, the least that the figure can cost.
        """
        if self.network.doubted(number) is not None:
            return self.doubt(number)
        if conflict.given:
            return self.least(number) - self.figure_cost
        key = number, conflict
        if key not in self._alone:
            only = frozenset([number])
            allowed = self.network.allowed(only, conflict.relations, self._broken - conflict.relations)
            if allowed is not None:
                self._alone[key] = self.reading(number, allowed[number], only).cost
                return self._alone[key]
            span, holds = self.network.left(number, sorted(conflict.relations), only)
            if span is None:
                span = self.problem.variables[number].domain
            cost = NOT_ALONE + self.figure_cost
            self._alone[key] = cost + (self.reading(number, (span,), only).cost if holds else HOPELESS)
        return self._alone[key]

    def weighed(self, chosen: frozenset[int], allowed: dict[int, tuple[Span, ...]]) -> Explanation:
        """An explanation with its cost."""
        readings = {number: self.reading(number, allowed.get(number, ()), chosen) for number in sorted(chosen)}
        cost = sum(self.figure_cost + each.cost for each in readings.values()) - self._repeated(chosen)
        return Explanation(chosen, allowed, readings, cost)

    def same_gap(self, one: int, two: int) -> bool:
        """Whether two doubted sums of a document miss by the same amount."""
        gaps = self.gaps.get(one), self.gaps.get(two)
        if None in gaps:
            return False
        (document, unit, lacking, width), (other_document, other_unit, other, other_width) = gaps  # type: ignore[misc]
        near = abs(lacking - other) <= (width + other_width) / 2 + 1e-9 * lacking
        return (document, unit) == (other_document, other_unit) and near

    def _repeated(self, chosen: frozenset[int]) -> float:
        """What is saved where doubts of several relations are one: the same line is missing from all of them."""
        doubts = [number for number in sorted(chosen) if self.network.doubted(number) is not None]
        return sum(
            self.figure_cost + self.doubt(number) - AGAIN
            for at, number in enumerate(doubts)
            if any(self.same_gap(other, number) for other in doubts[:at])
        )
