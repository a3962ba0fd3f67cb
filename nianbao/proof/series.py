"""The same quantities printed at two places as a whole: a drawing and a table, a drawing and a paragraph, a paragraph
and a table.

Two places are taken to speak of the same things where several of their figures are equal. One that is left over is then
checked against the one it should be: of the same year or group, and off by a slip. Where more is left over, or several
could be meant, nothing is said.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from nianbao.proof.drawings import DRAWN
from nianbao.proof.grid import Grid
from nianbao.proof.model import Document, Figure, Paragraph, Table
from nianbao.proof.phrases import pattern, unit_of
from nianbao.proof.sentences import CHANGE, likeness
from nianbao.proof.slipped import is_slip

#: Digits from which equal figures are one by more than chance.
TELLING_DIGITS = 3
#: Equal figures that two places must have for one that differs to be told: a drawing; others; others far apart.
FEWEST, FEWEST_NEAR, FEWEST_FAR = 2, 2, 3
#: The same where a text names the drawing or table.
FEWEST_NAMED = 1
#: Digits that make two figures of a year one by more than chance.
LONG_DIGITS = 4
#: Figures that may be left over in a drawing, as a part of those that are equal.
LEFT_OVER = 0.34
#: How much of its name one must find in the words of the other, and how many of the words before that are looked at.
ALIKE, NEAR_WORDS = 0.8, 24
#: Figures of a place beyond which it is only compared with others; headings that near places share.
MOST, SHARED_PATH = 120, 2
#: What follows the name of something in words that tell of its change; what says the unit of a row.
CHANGED = re.compile(
    rf"(?:(?:{pattern('rise', 'fall')})?使[它其之]?)?(?:较|比)?(?:上年|去年)?(?:{pattern('rise', 'fall')})[额数量]?$"
)
IN_BRACKETS = re.compile(r"（[^（）]*）")
#: A table or drawing that a text names.
NAMED = re.compile(r"[表图]\s*([A-Z]?\d+)\s*[-—－]\s*(\d{1,2})(?!\d)")
#: A total: its label says nothing of what it is.
TOTAL = re.compile(r"^(?:合计|总计|小计|全区|全省|全市)")


@dataclass
class Place:
    """Figures that are printed together. drawn: in a drawing. texts: in sentences; is_section: of all paragraphs under
    a heading. path: the headings above. part: of the document, -1 for a section. refers: parts that the text names."""

    figures: list[Figure]
    drawn: bool = False
    texts: bool = False
    is_section: bool = False
    path: tuple[str, ...] = ()
    part: int = -1
    refers: frozenset[int] = frozenset()

    def names(self, other: Place) -> bool:
        """Whether one of two places says that it is about the other: 见表3-2."""
        return other.part in self.refers or self.part in other.refers


Twin = tuple[Figure, Figure]


@dataclass
class Known:
    """What `Series` needs to know of figures.

    same: whether two can be the same number. keys: rough sizes of one, so that equal ones share one. digits: how many
    of its digits say something. words: all that is said of it. years: of which year it surely is, 0 where not told.
    labels: of the rows of cells.
    """

    same: Callable[[Figure, Figure], bool]
    keys: Callable[[Figure], Sequence[tuple[str, int]]]
    digits: Callable[[Figure], int]
    words: Callable[[Figure], str]
    year: Callable[[Figure], int]
    labels: Mapping[int, str] = field(default_factory=dict)


class Series:
    """Finds places that print the same quantities; `join` takes up that two figures are one."""

    def __init__(self, known: Known, join: Callable[[int, int], None]):
        self.known = known
        self.join = join
        #: In how many parts of the document values are printed.
        self.printed: dict[tuple[str, Decimal], int] = {}
        #: Cells by their values.
        self.cells: dict[tuple[str, Decimal], list[Figure]] = defaultdict(list)

    def relate(self, places: Sequence[Place]) -> None:
        """Take up what is the same at two places."""
        index: dict[tuple[str, int], list[tuple[int, Figure]]] = defaultdict(list)
        for at, place in enumerate(places):
            for figure in place.figures:
                for key in self.known.keys(figure):
                    index[key].append((at, figure))
        self._count(places)
        for at, place in enumerate(places):
            if len(place.figures) > MOST or not (place.drawn or place.texts):
                continue
            for other, equal in self._common(at, place, index).items():
                if _is_first(at, place, other, places[other]):
                    self._pair(place, places[other], equal)

    def _count(self, places: Sequence[Place]) -> None:
        """In how many parts of the document each value is printed."""
        parts: dict[tuple[str, Decimal], set[int]] = defaultdict(set)
        for place in places:
            for each in place.figures:
                parts[value_of(each)].add(each.spot.part)
                if each.number in self.known.labels:
                    self.cells[value_of(each)].append(each)
        self.printed = {value: len(numbers) for value, numbers in parts.items()}

    def _is_told_elsewhere(self, figure: Figure) -> bool:
        """Whether a change is what another row of its name prints."""
        labels = self.known.labels
        rows = [each for each in self.cells.get(value_of(figure), ()) if each.number in labels]
        return any(self._is_change_of(figure, labels[each.number]) for each in rows)

    def _is_alone(self, figure: Figure) -> bool:
        """Whether a value is printed nowhere else."""
        return self.printed.get(value_of(figure), 0) <= 1

    def _common(
        self, at: int, place: Place, index: Mapping[tuple[str, int], Sequence[tuple[int, Figure]]]
    ) -> dict[int, list[Twin]]:
        """The other places that have figures of one, with these."""
        found: dict[int, list[Twin]] = defaultdict(list)
        for figure in place.figures:
            keys = self.known.keys(figure)
            seen = set()
            for other, twin in index.get(keys[0], ()) if keys else ():
                if other != at and (other, twin.number) not in seen and self.known.same(figure, twin):
                    seen.add((other, twin.number))
                    found[other].append((figure, twin))
        return found

    def _pair(self, place: Place, other: Place, equal: Sequence[Twin]) -> None:
        """Take up the figures that are equal at two places, and the one that should be."""
        best = self._best(equal)
        telling = {figure.value for figure, _ in best if self.known.digits(figure) >= TELLING_DIGITS}
        near = bool(place.path) and place.path[:1] == other.path[:1]
        if place.drawn and (len(telling) >= FEWEST or telling and near):
            for figure, twin in best:
                if self.known.digits(figure) >= TELLING_DIGITS or len(telling) >= FEWEST:
                    self.join(figure.number, twin.number)
        close = place.path[:SHARED_PATH] == other.path[:SHARED_PATH]
        fewest = FEWEST if place.drawn else FEWEST_NEAR if close else FEWEST_FAR
        fewest = FEWEST_NAMED if place.names(other) else fewest
        some = {figure.value for figure, _ in best if figure.value}
        if (place.names(other) or close) and len(some) >= FEWEST and len(telling) < fewest:
            self._left_over(place, other, best, equal, only_named=True)
        if place.drawn and near:
            self._of_years(place, other, equal)
        if len(telling) >= fewest or place.drawn and telling and near and len(place.figures) == 2:
            self._left_over(place, other, best, equal)

    def _best(self, equal: Sequence[Twin]) -> list[Twin]:
        """Each figure with one of those that are equal to it: of its year and name, else the first; each once."""
        options: dict[int, list[Twin]] = defaultdict(list)
        for figure, twin in equal:
            options[figure.number].append((figure, twin))
        result = []
        taken: set[int] = set()
        for chosen in sorted(options.values(), key=len):
            free = [each for each in chosen if each[1].number not in taken]
            if free:
                best = max(free, key=self._fitting)
                taken.add(best[1].number)
                result.append(best)
        return result

    def _fitting(self, twin: Twin) -> tuple[bool, float]:
        """How well two equal figures fit: of the same year, alike in words."""
        one, other = twin
        return self._same_year(one, other), likeness(name_of(one), self.known.words(other))

    def _of_years(self, place: Place, other: Place, equal: Sequence[Twin]) -> None:
        """Of a drawing of years, the figure of a year that the text prints otherwise, beside that of another year."""
        dated = [
            (one, two) for one, two in equal if self._same_year(one, two) and self.known.digits(one) >= LONG_DIGITS
        ]
        taken = {twin.number for _, twin in equal}
        if not dated:
            return
        years = {self.known.year(one) for one, _ in dated}
        for figure in place.figures:
            if self.known.year(figure) in years or any(figure.number == one.number for one, _ in equal):
                continue
            near = [each for each in other.figures if each.number not in taken and self._same_year(figure, each)]
            near = [each for each in near if is_slip(figure, each) and self._fits(figure, each)]
            if len(near) == 1 and min(map(self.known.digits, (figure, near[0]))) >= LONG_DIGITS - 1:
                self.join(figure.number, near[0].number)

    def _left_over(
        self, place: Place, other: Place, best: Sequence[Twin], equal: Sequence[Twin], only_named: bool = False
    ) -> None:
        """Take up that a figure left over at one place is the one left over at the other, where that is plain.

        only_named: whether both must bear the same name.
        """
        known = {figure.number for figure, _ in equal}
        taken = {twin.number for _, twin in equal}
        bases = {unit_of(figure.unit).base for figure, _ in best}
        left = [each for each in place.figures if each.number not in known and unit_of(each.unit).base in bases]
        if place.drawn and len(left) > max(1, LEFT_OVER * len(best)) and not place.names(other):
            return
        rest = [each for each in other.figures if each.number not in taken]
        beside = {(one.spot.row, one.spot.part): two for one, two in best if place.drawn}
        for figure in left:
            twin = None if only_named else beside.get((figure.spot.row, figure.spot.part))
            self._one_left(figure, rest, place, twin, only_named)

    def _one_left(
        self, figure: Figure, rest: Sequence[Figure], place: Place, twin: Figure | None, only_named: bool
    ) -> None:
        """Join a figure to the only one that is a slip away from it and of its year and name.

        twin: what the other number of the same label of a drawing is equal to; the figure is then the one beside that.
        """
        near = [each for each in rest if is_slip(figure, each) and self._fits(figure, each)]
        chosen = [each for each in near if twin is not None and _is_beside(twin, each)]
        chosen = chosen or [each for each in near if self._is_named(figure, each)]
        if not only_named:
            chosen = chosen or [each for each in near if place.drawn and self._is_printed_alike(figure, each)]
        if len({each.value for each in chosen}) == 1:
            self.join(figure.number, chosen[0].number)

    def _is_printed_alike(self, figure: Figure, other: Figure) -> bool:
        """Whether two figures of enough digits are printed in the same unit."""
        return figure.unit == other.unit and min(map(self.known.digits, (figure, other))) >= TELLING_DIGITS

    def _same_year(self, one: Figure, other: Figure) -> bool:
        """Whether two figures are surely of the same year."""
        return bool(self.known.year(one)) and self.known.year(one) == self.known.year(other)

    def _fits(self, figure: Figure, other: Figure) -> bool:
        """Whether two figures may be one: one is printed nowhere else, and nothing says that they are of two years."""
        years = {self.known.year(figure), self.known.year(other)} - {0}
        if len(years) > 1:
            return False
        labels = self.known.labels
        told = figure.role == CHANGE and other.number in labels and self._is_change_of(figure, labels[other.number])
        told = told and not self._is_told_elsewhere(figure)
        if not (told or self._is_alone(figure) or self._is_alone(other)):
            return False
        return _is_same_form(figure, other) or min(map(self.known.digits, (figure, other))) >= TELLING_DIGITS

    def _is_named(self, one: Figure, other: Figure) -> bool:
        """Whether two figures have a name in common: a group of a drawing, the label of a row."""
        if other.role == DRAWN and one.role != DRAWN:
            return self._is_named(other, one)
        if one.role == CHANGE and other.number in self.known.labels:
            return self._is_change_of(one, self.known.labels[other.number])
        own = name_of(one)
        if one.role == DRAWN and not own:
            return self._same_year(one, other)
        if one.role == DRAWN:
            return len(own) >= 2 and likeness(own, f"{other.noun}{other.before[-NEAR_WORDS:]}") >= ALIKE
        there = likeness(own, f"{other.before}{other.noun}")
        return len(own) >= 2 and min(there, likeness(name_of(other), self.known.words(one))) >= ALIKE

    def _is_change_of(self, one: Figure, label: str) -> bool:
        """Whether words tell of the change of what a row of a table is called."""
        own, label = CHANGED.sub("", one.noun), IN_BRACKETS.sub("", label)
        if min(len(own), len(label)) < 2:
            return False
        return likeness(own, label) >= ALIKE and likeness(label, self.known.words(one)) >= ALIKE


def _is_first(at: int, place: Place, other: int, far: Place) -> bool:
    """Whether two places are compared from the side of the first: drawings before others, paragraphs with tables."""
    if place.drawn:
        return not far.drawn or at < other
    return not (far.drawn or far.texts or place.is_section)


def value_of(figure: Figure) -> tuple[str, Decimal]:
    """A value in its base unit."""
    unit = unit_of(figure.unit)
    return unit.base, abs(figure.value).scaleb(unit.power).normalize()


def _is_same_form(one: Figure, other: Figure) -> bool:
    """Whether two figures are printed in the same unit with as many decimals."""
    return one.unit == other.unit and one.value.as_tuple().exponent == other.value.as_tuple().exponent


def _is_beside(twin: Figure, each: Figure) -> bool:
    """Whether a figure is printed right behind another: next in the sentence, in the row of a table."""
    if twin.spot.part != each.spot.part:
        return False
    if twin.role == "cell":
        return twin.spot.row == each.spot.row
    return 0 < each.number - twin.number <= 2


def name_of(figure: Figure) -> str:
    """What a figure is called: the group of a drawing; a label and head; what a sentence says it counts."""
    if figure.role == DRAWN:
        return figure.before
    return TOTAL.sub("", figure.noun)


def references(document: Document) -> dict[int, frozenset[int]]:
    """Which tables and drawings paragraphs name, by their numbers: parts of the document."""
    titled: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for part in document.parts:
        found = NAMED.match(part.caption.strip()) if isinstance(part, Table) else None
        if found:
            titled[key_of(found)].append(part.number)
    result = {}
    for part in document.parts:
        if isinstance(part, Paragraph):
            numbers = [number for found in NAMED.finditer(part.text) for number in titled.get(key_of(found), ())]
            if numbers:
                result[part.number] = frozenset(numbers)
    return result


def key_of(found: re.Match[str]) -> tuple[str, str, str]:
    """Kind, chapter and number of a table or drawing."""
    return found.group()[0], found[1], found[2]


def places_of(
    figures: Sequence[Figure],
    grids: Sequence[Grid],
    paths: Mapping[int, tuple[str, ...]],
    refers: Mapping[int, frozenset[int]],
) -> list[Place]:
    """The places of a document: each drawing, each paragraph, the text of each section, each table."""
    drawn: dict[int, list[Figure]] = defaultdict(list)
    texts: dict[tuple[int, int, int], list[Figure]] = defaultdict(list)
    sections: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for each in figures:
        path = paths.get(each.spot.part, ())
        if each.role == DRAWN:
            drawn[each.spot.part].append(each)
        elif each.role != "cell" and each.role:
            texts[each.spot.part, each.spot.row, each.spot.column].append(each)
            if path:
                sections[path].append(each)
    tables: dict[int, list[Figure]] = defaultdict(list)
    for grid in grids:
        for row in grid.rows:
            tables[grid.table.number] += [figures[number] for number in row.cells if number is not None]
    result = [Place(members, drawn=True, path=paths.get(part, ()), part=part) for part, members in drawn.items()]
    for key, members in texts.items():
        named = refers.get(key[0], frozenset())
        result.append(Place(members, texts=True, path=paths.get(key[0], ()), part=key[0], refers=named))
    result += [Place(members, texts=True, is_section=True, path=path) for path, members in sections.items()]
    return result + [Place(members, path=paths.get(part, ()), part=part) for part, members in tables.items()]
