"""Can the relations hold together, and what do they leave of a figure that is released?

Printed figures stand for their rounding interval. *Live* variables (latents, and figures released for a trial) start
from their domain and are narrowed by every relation they stand in, until nothing changes. A printed figure that is
not released is never narrowed by its relations: a document may have computed from rounded figures as well as from
unrounded ones, and both must pass.

**Soundness.** Take a document whose unrounded numbers satisfy all relations. Each printed figure's interval holds its
unrounded number, each live variable's domain does, and each narrowing step keeps every number for which the relation
can hold; so no interval ever becomes empty, and no contradiction is reported. Stopping early only leaves intervals
wider, and so does the grid on which their ends lie (`grid`). Nothing else enters: no tolerance, no statistics.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from nianbao.audit.diagnosis import grid
from nianbao.audit.diagnosis.grid import Interval
from nianbao.audit.diagnosis.narrowing import Live, Narrowing
from nianbao.audit.diagnosis.problem import Problem
from nianbao.audit.diagnosis.spans import Span

#: Kinds of relations that a document may not obey though every figure in it is right: a list from which a line is
#: missing, a definition that differs. Copies, changes, rates and shares say themselves what they are.
DOUBTFUL = frozenset({"total", "identity", "formula", "further"})
#: How often one relation may narrow again before propagation stops: narrowing can go on for ever in ever smaller steps.
ROUNDS = 12
#: A narrowing of less than one part in so many of an interval's width is not passed on.
WORTH = 1000


class Step(NamedTuple):
    """What a relation leaves of a variable.

    low_moved, high_moved: which ends it has narrowed. large: whether other relations should look at it again. empty:
    whether nothing is left.
    """

    number: int
    kept: Interval
    low_moved: bool
    high_moved: bool
    large: bool
    empty: bool


def _step(number: int, before: Interval, kept: Interval) -> Step:
    """The step from one interval of a variable to a narrower one."""
    low_moved = kept.low != before.low or kept.low_open != before.low_open
    high_moved = kept.high != before.high or kept.high_open != before.high_open
    width = before.width
    large = width in (0, inf) or (width - kept.width) * WORTH > width
    return Step(number, kept, low_moved, high_moved, large, kept.empty)


@dataclass
class State:
    """Intervals of the live variables, and the steps that led to them, each with its relation."""

    live: Live
    steps: list[tuple[int, Step]] = field(default_factory=list)

    def narrowed_by(self) -> dict[int, set[int]]:
        """The relations that have narrowed each variable."""
        result: dict[int, set[int]] = {}
        for at, step in self.steps:
            result.setdefault(step.number, set()).add(at)
        return result

    def last(self) -> dict[int, set[int]]:
        """The relations that have narrowed the lower and the upper end of each variable last."""
        ends: dict[int, tuple[int, int]] = {}
        for at, step in self.steps:
            low_by, high_by = ends.get(step.number, (at, at))
            ends[step.number] = at if step.low_moved else low_by, at if step.high_moved else high_by
        return {number: set(pair) for number, pair in ends.items()}


@dataclass(frozen=True)
class Conflict:
    """Relations that cannot hold together, and what may be at fault: the printed figures in them, and as numbers beyond
    those of all variables the relations among them that may not apply (`Network.doubt`).

    given: the figures among them that were released when the conflict was found; it stands where these are released.
    (A released figure is one number for all its relations, a printed one an interval for each.)
    """

    relations: frozenset[int]
    figures: frozenset[int]
    given: frozenset[int] = frozenset()


# -- many relations ---------------------------------------------------------------------------------------------
class Network:
    """A problem with its relations grouped by the latents they share.

    Besides figures, a relation of a doubtful kind can be released; `doubt` gives the number that stands for it.

    `forced` are figures that say nothing (their unit makes no sense): they are released in every trial.
    """

    def __init__(self, problem: Problem, like: Network | None = None, changed: Iterable[int] = ()):
        """like: the network of the same problem before the values of the figures `changed` were replaced."""
        self.problem = problem
        self.narrowing: Narrowing = Narrowing(problem, like.narrowing if like is not None else None, changed)
        self.latents: set[int]
        self.forced: frozenset[int]
        self.members: list[list[int]]
        self.alive: list[list[int]]
        self.sizes: list[int]
        #: What each relation made of given intervals: see `narrowed`.
        self._results: list[dict[tuple[int, ...], tuple[list[Step] | None, list[Interval]]]]
        #: Intervals met: equal ones are made one, so that what was made of them is found again.
        self._same: dict[Interval, Interval] = {}
        if like is not None:
            self.latents, self.forced, self.members, self.alive = like.latents, like.forced, like.members, like.alive
            self.sizes = like.sizes
            self._results = list(like._results)
            for at in {at for number in changed for at in problem.touching[number]}:
                self._results[at] = {}
            return
        self.latents = {at for at in range(len(problem.variables)) if not problem.is_figure(at)}
        self.forced = frozenset(at for at, each in enumerate(problem.variables) if not getattr(each, "legible", True))
        #: Variables of each relation, how many, and those of them that are live in every trial.
        self.members = [relation.variables for relation in problem.relations]
        self.sizes = list(map(len, self.members))
        always = self.latents | self.forced
        self.alive = [[at for at in members if at in always] for members in self.members]
        self._results = [{} for _ in problem.relations]

    def narrowed(self, at: int, live: Live) -> list[Step] | None:
        """The live variables that a relation makes narrower; None where it cannot hold.

        Trials differ in a few figures, so the same relation meets the same intervals again and again: results are kept,
        by the identity of the intervals (they are kept too, so that no identity is used twice).
        """
        guard = self.problem.relations[at].guard
        if guard is not None and guard in live:
            return []
        numbers = [number for number in self.members[at] if number in live]
        given = [live[number] for number in numbers]
        key = *numbers, *map(id, given)
        kept = self._results[at].get(key)
        if kept is None:
            kept = self._steps(at, live), given
            self._results[at][key] = kept
        return kept[0]

    def _steps(self, at: int, live: Live) -> list[Step] | None:
        """As `narrowed`, computed."""
        found = self.narrowing.relation(at, live)
        if found is None:
            return None
        steps = []
        for number, interval in found.items():
            before = live[number]
            kept = before.meet(grid.widened(interval, self.narrowing.halves.get(number, 0)))
            if kept != before:
                kept = self._same.setdefault(kept, kept)
                steps.append(_step(number, before, kept))
        return steps

    def doubt(self, relation: int) -> int:
        """The number that stands for the doubt whether a relation applies."""
        return len(self.problem.variables) + relation

    def doubted(self, number: int) -> int | None:
        """The relation that a number stands for the doubt of; None for that of a figure."""
        at = number - len(self.problem.variables)
        return at if at >= 0 else None

    def _conflict(self, relations: Collection[int], released: Collection[int] = ()) -> Conflict:
        figures: set[int] = set()
        for at in relations:
            relation = self.problem.relations[at]
            figures.update(number for number in self.members[at] if number not in self.latents)
            if relation.guard is not None:
                figures.add(relation.guard)
            if relation.kind in DOUBTFUL:
                figures.add(self.doubt(at))
        given = frozenset(number for number in figures if number in released)
        return Conflict(frozenset(relations), frozenset(figures) - given, given)

    def region(
        self, relations: Iterable[int], released: Collection[int] = (), apart: Collection[int | None] = ()
    ) -> list[int]:
        """The relations given and all joined to them through live variables, without those that stand apart."""
        seen = set(relations)
        waiting = deque(seen)
        seen.update(at for at in apart if at is not None)
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
        live = self._unnarrowed(relations, released)
        state = State(live)
        waiting = deque(sorted(relations, key=self.sizes.__getitem__))
        queued = set(waiting)
        rounds = dict.fromkeys(waiting, 0)
        while waiting:
            at = waiting.popleft()
            queued.discard(at)
            rounds[at] += 1
            found = self.narrowed(at, live)
            if found is None:
                return state, at
            for step in found:
                live[step.number] = step.kept
                state.steps.append((at, step))
                if step.empty:
                    return state, at
                if not step.large:
                    continue
                for other in self.problem.touching[step.number]:
                    if other not in queued and rounds.get(other, ROUNDS) < ROUNDS:  # none left for those not chosen
                        queued.add(other)
                        waiting.append(other)
        return state, None

    def left(self, number: int, relations: Collection[int], released: Collection[int] = ()) -> tuple[Span | None, bool]:
        """What relations leave of a variable, None where it is not live; and whether they can hold together.

        Where they cannot: what was left of it when that was seen.
        """
        state, failed = self.propagate(relations, released)
        interval = state.live.get(number)
        return None if interval is None else grid.exact(interval), failed is None

    def _unnarrowed(self, relations: Iterable[int], released: Collection[int]) -> Live:
        """The live variables of some relations with their domains; a released guard may be anything."""
        live = {}
        domains = self.narrowing.domains
        for at in relations:
            for number in self.alive[at]:
                live[number] = domains[number]
            if not released:
                continue
            for number in self.members[at]:
                if number in released:
                    live[number] = domains[number]
            guard = self.problem.relations[at].guard
            if guard is not None and guard in released:
                live[guard] = grid.ALL
        return live

    def conflict(self, relations: Collection[int], released: Collection[int] = ()) -> Conflict | None:
        """A smallest set of these relations that cannot hold together; None where no contradiction is found."""
        state, failed = self.propagate(relations, released)
        return None if failed is None else self._explained(state, failed, released)

    def _explained(self, state: State, failed: int, released: Collection[int]) -> Conflict:
        """The conflict behind a relation that cannot hold.

        First only the relations that narrowed each interval last are looked at: mostly these suffice.
        """
        for source, is_last in ((state.last(), False), (state.narrowed_by(), True)):
            involved = {failed}
            waiting = [failed]
            while waiting:
                at = waiting.pop()
                for number in self.members[at]:
                    for other in source.get(number, ()):
                        if other not in involved:
                            involved.add(other)
                            waiting.append(other)
            if is_last or self.propagate(sorted(involved), released)[1] is not None:
                break
        return self._conflict(self._smallest(sorted(involved), released), released)

    def _smallest(self, relations: list[int], released: Collection[int]) -> list[int]:
        """Leave out relations, in halves first, as long as the rest still cannot hold."""
        step = len(relations) // 2
        least = len(relations) // 8  # of many relations, the last few are not worth the time
        while step > least:
            at = 0
            while at < len(relations):
                fewer = relations[:at] + relations[at + step :]
                if fewer and self.propagate(fewer, released)[1] is not None:
                    relations = fewer
                else:
                    at += step
            step //= 2
        return relations

    def conflicts(self, near: Iterable[int] | None = None, apart: Collection[int] = ()) -> list[Conflict]:
        """Contradictions of the figures as printed; `near` keeps to relations of these variables, `apart` leaves some.

        Relations without latents stand alone; those joined by latents are taken together, and after one conflict is
        found the search goes on without one of its relations, so that independent ones in the same part are found.
        """
        if near is None:
            chosen: Iterable[int] = range(len(self.problem.relations))
        else:
            chosen = sorted({at for number in near for at in self.problem.touching[number]})
        result = []
        done: set[int] = set(apart)
        for at in chosen:
            if at in done:
                continue
            if not self.alive[at]:
                done.add(at)
                if self.narrowed(at, {}) is None:
                    result.append(self._conflict([at]))
                continue
            joined = [each for each in self.region([at], apart=apart) if each not in apart]
            done.update(joined)
            left = joined
            while (found := self.conflict(left)) is not None:
                result.append(found)
                left = [each for each in left if each not in found.relations]
        return result

    def trial(
        self, released: Collection[int], also: Iterable[int] = (), apart: Collection[int] = ()
    ) -> tuple[dict[int, tuple[Span, ...]], Conflict | None]:
        """Release figures: the values that the rest then allows each to be printed with, in pieces, or a conflict.

        A piece holds a value where each relation, alone, allows a number that is printed as this value.

        also: further relations that must hold (those that were in conflict before). apart: relations to leave out.
        """
        figures, joined = self._trial(released, also, apart)
        state, failed = self.propagate(joined, figures)
        if failed is not None:
            return {}, self._explained(state, failed, figures)
        return {number: self._pieces(number, state) for number in figures}, None

    def allowed(
        self, released: Collection[int], also: Iterable[int] = (), apart: Collection[int] = ()
    ) -> dict[int, tuple[Span, ...]] | None:
        """As `trial`, but only None where a conflict remains."""
        figures, joined = self._trial(released, also, apart)
        state, failed = self.propagate(joined, figures)
        return {number: self._pieces(number, state) for number in figures} if failed is None else None

    def _trial(
        self, released: Collection[int], also: Iterable[int], apart: Collection[int]
    ) -> tuple[frozenset[int], list[int]]:
        """The figures that are released, and the relations that must hold then."""
        figures = frozenset(number for number in released if self.doubted(number) is None)
        left_out = {self.doubted(number) for number in released} | set(apart)
        near = {at for number in figures for at in self.problem.touching[number]} | set(also)
        return figures, [at for at in self.region(near - left_out, figures, left_out) if at not in left_out]

    def _pieces(self, number: int, state: State) -> tuple[Span, ...]:
        """Printed values that are left for a released figure, in pieces where a relation has several rules."""
        whole = state.live.get(number, self.narrowing.domains[number])
        half = self.narrowing.halves.get(number, 0)
        best = [whole]
        for at in self.problem.touching[number]:
            relation = self.problem.relations[at]
            if len(relation.equations) < 2 or any(
                each not in state.live for each in relation.variables if each in self.latents
            ):
                continue
            pieces: list[Interval] = []
            for place in range(len(relation.equations)):
                found = self.narrowing.equation(at, place, state.live)
                kept = None if found is None else whole.meet(grid.widened(found.get(number, whole), half))
                if kept is not None and not kept.empty and kept not in pieces:
                    pieces.append(kept)
            if pieces and sum(piece.width for piece in pieces) < sum(piece.width for piece in best):
                best = pieces
        return tuple(map(grid.exact, best))
