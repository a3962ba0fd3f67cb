"""The same quantities printed at two places as a whole: a drawing and a table, a drawing and a paragraph, a paragraph
and a table.

Two places are taken to speak of the same things where several of their figures are equal. One that is left over is then
checked against the one it should be: of the same year or group, and off by a slip. Where more is left over, or several
could be meant, nothing is said.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from nianbao.proof.drawings import DRAWN
from nianbao.proof.grid import Grid
from nianbao.proof.model import Figure
from nianbao.proof.phrases import unit_of
from nianbao.proof.sentences import likeness
from nianbao.proof.slipped import is_slip

#: Digits from which equal figures are one by more than chance.
TELLING_DIGITS = 3
#: Equal figures that two places must have for one that differs to be told: a drawing; a paragraph and a table.
FEWEST, FEWEST_OF_TEXT = 2, 3
#: Figures that may be left over in a drawing, as a part of those that are equal.
LEFT_OVER = 0.34
#: How much of its name one must find in the words of the other.
ALIKE = 0.6
#: Figures of a place of which no more is looked at.
MOST = 400


@dataclass
class Place:
    """Figures that are printed together. drawn: whether in a drawing. texts: whether in sentences."""

    figures: list[Figure]
    drawn: bool = False
    texts: bool = False
    path: tuple[str, ...] = ()


@dataclass
class Pair:
    """Two places and the figures that they have in common."""

    equal: list[tuple[Figure, Figure]] = field(default_factory=list)


class Series:
    """Finds places that print the same quantities; `join` takes up that two figures are one.

    same: whether two figures can be the same number. keys: rough sizes of a figure, so that equal ones share one.
    digits: how many of its digits say something.
    """

    def __init__(
        self,
        same: Callable[[Figure, Figure], bool],
        keys: Callable[[Figure], Sequence[tuple[str, int]]],
        digits: Callable[[Figure], int],
        join: Callable[[int, int], None],
    ):
        self.same = same
        self.keys = keys
        self.digits = digits
        self.join = join

    def relate(self, places: Sequence[Place]) -> None:
        """Take up what is the same at two places."""
        index: dict[tuple[str, int], list[tuple[int, Figure]]] = defaultdict(list)
        for at, place in enumerate(places):
            for figure in place.figures:
                for key in self.keys(figure):
                    index[key].append((at, figure))
        for at, place in enumerate(places):
            if not (place.drawn or place.texts) or len(place.figures) > MOST:
                continue
            for other, pair in self._common(at, place, index).items():
                if places[other].texts and not place.drawn:
                    continue
                if places[other].drawn and other < at:
                    continue
                self._pair(place, places[other], pair)

    def _common(
        self, at: int, place: Place, index: dict[tuple[str, int], list[tuple[int, Figure]]]
    ) -> dict[int, Pair]:
        """The other places that have figures of one, with these."""
        found: dict[int, Pair] = defaultdict(Pair)
        for figure in place.figures:
            keys = self.keys(figure)
            seen = set()
            for other, twin in index.get(keys[0], ()) if keys else ():
                if other != at and (other, twin.number) not in seen and self.same(figure, twin):
                    seen.add((other, twin.number))
                    found[other].equal.append((figure, twin))
        return found

    def _pair(self, place: Place, other: Place, pair: Pair) -> None:
        """Take up the figures that are equal at two places, and the one that should be."""
        best = self._best(pair)
        telling = {figure.value for figure, _ in best if self.digits(figure) >= TELLING_DIGITS}
        near = bool(place.path) and place.path[:1] == other.path[:1]
        if place.drawn and (len(telling) >= FEWEST or telling and near):
            for figure, twin in best:
                if self.digits(figure) >= TELLING_DIGITS or len(telling) >= FEWEST:
                    self.join(figure.number, twin.number)
        if len(telling) >= (FEWEST if place.drawn else FEWEST_OF_TEXT):
            self._left_over(place, other, best, pair)
        elif place.drawn and telling and near and len(place.figures) == 2:
            self._left_over(place, other, best, pair)

    def _best(self, pair: Pair) -> list[tuple[Figure, Figure]]:
        """Each figure with one of those that are equal to it: of its year and name, else the first; each once."""
        options: dict[int, list[tuple[Figure, Figure]]] = defaultdict(list)
        for figure, twin in pair.equal:
            options[figure.number].append((figure, twin))
        result = []
        taken: set[int] = set()
        for chosen in sorted(options.values(), key=len):
            free = [each for each in chosen if each[1].number not in taken]
            if not free:
                continue
            best = max(free, key=lambda each: (each[0].year == each[1].year, _alike(each[0], each[1])))
            taken.add(best[1].number)
            result.append(best)
        return result

    def _left_over(self, place: Place, other: Place, best: Sequence[tuple[Figure, Figure]], pair: Pair) -> None:
        """Take up that a figure left over at one place is the one left over at the other, where that is plain."""
        known = {figure.number for figure, _ in pair.equal}
        taken = {twin.number for _, twin in pair.equal}
        bases = {unit_of(figure.unit).base for figure, _ in best}
        left = [each for each in place.figures if each.number not in known and unit_of(each.unit).base in bases]
        if place.drawn and len(left) > max(1, LEFT_OVER * len(best)):
            return
        rest = [each for each in other.figures if each.number not in taken]
        for figure in left:
            self._one_left(figure, rest, place, len(best))

    def _one_left(self, figure: Figure, rest: Iterable[Figure], place: Place, equal: int) -> None:
        """Join a figure to the only one that is a slip away from it and of its year and name."""
        near = [each for each in rest if is_slip(figure, each) and self._fits(figure, each)]
        named = [each for each in near if _is_named(figure, each)]
        chosen = named or [each for each in near if place.drawn and self._is_printed_alike(figure, each)]
        if len({each.value for each in chosen}) == 1:
            self.join(figure.number, chosen[0].number)

    def _is_printed_alike(self, figure: Figure, other: Figure) -> bool:
        """Whether two figures of enough digits are printed in the same unit with as many decimals."""
        return _is_same_form(figure, other) and self.digits(figure) >= TELLING_DIGITS

    def _fits(self, figure: Figure, other: Figure) -> bool:
        """Whether nothing says that two figures are of different years, or too coarse to be compared."""
        if figure.year and other.year and figure.year != other.year:
            return False
        return _is_same_form(figure, other) or min(map(self.digits, (figure, other))) >= TELLING_DIGITS


def _is_same_form(one: Figure, other: Figure) -> bool:
    """Whether two figures are printed in the same unit with as many decimals."""
    return one.unit == other.unit and one.value.as_tuple().exponent == other.value.as_tuple().exponent


def _alike(one: Figure, other: Figure) -> float:
    """How much of the name of one is in the words of the other."""
    return likeness(one.before if one.role == DRAWN and one.before else one.noun, f"{other.before}{other.noun}")


def _is_named(one: Figure, other: Figure) -> bool:
    """Whether two figures have a name in common: a group of a drawing, the label of a row."""
    if one.role == DRAWN and not one.before:
        return one.year == other.year
    if one.role != DRAWN and other.role == DRAWN:
        return _is_named(other, one)
    own = one.before if one.role == DRAWN else one.noun
    return len(own) >= 2 and _both(own, one, other)


def _both(own: str, one: Figure, other: Figure) -> bool:
    """Whether each finds its name in the words of the other."""
    there = likeness(own, f"{other.before}{other.noun}") >= ALIKE
    return there and (one.role == DRAWN or likeness(other.noun, f"{one.before}{one.noun}") >= ALIKE)


def places_of(figures: Sequence[Figure], grids: Sequence[Grid], paths: dict[int, tuple[str, ...]]) -> list[Place]:
    """The places of a document: each drawing, each paragraph, each table."""
    drawn: dict[int, list[Figure]] = defaultdict(list)
    texts: dict[tuple[int, int, int], list[Figure]] = defaultdict(list)
    for each in figures:
        if each.role == DRAWN:
            drawn[each.spot.part].append(each)
        elif each.role != "cell" and each.role:
            texts[each.spot.part, each.spot.row, each.spot.column].append(each)
    tables: dict[int, list[Figure]] = defaultdict(list)
    for grid in grids:
        for row in grid.rows:
            tables[grid.table.number] += [figures[number] for number in row.cells if number is not None]
    result = [Place(members, drawn=True, path=paths.get(part, ())) for part, members in drawn.items()]
    result += [Place(members, texts=True, path=paths.get(key[0], ())) for key, members in texts.items()]
    return result + [Place(members, path=paths.get(part, ())) for part, members in tables.items()]


def unread(figures: Sequence[Figure], related: set[int]) -> int:
    """How many drawings there are of which no figure was found elsewhere."""
    counts: Counter[int] = Counter()
    for each in figures:
        if each.role == DRAWN:
            counts[each.spot.part] += each.number in related
    return sum(count == 0 for count in counts.values())
