"""A figure that is printed nowhere else, a slip away from one that is printed several times under the same name.

What several places print alike is most likely right; the one place that prints it otherwise is checked against them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from nianbao.proof.drawings import DRAWN
from nianbao.proof.model import Figure
from nianbao.proof.phrases import unit_of
from nianbao.proof.sentences import BASE, LEVEL, likeness
from nianbao.proof.series import TOTAL, Known, name_of, value_of
from nianbao.proof.slipped import slips_of

#: Digits that a figure must have; fewer where its name is long and the same.
DIGITS, FEWEST_DIGITS, LONG_NAME = 3, 2, 5
#: How much of each name must be in the words of the other; the same without a heading in common.
ALIKE, ALIKE_FAR, FAR_NAME = 0.8, 0.95, 6

#: Values under one name in a section from which the name says too little to tell what is one thing.
MOST_VALUES = 4
#: A paragraph that begins with what all of it is about.
OPENING = re.compile(r"\s*([^，。；：、\d]{2,16})[。：]")

Value = tuple[str, Decimal]


class Alone:
    """Finds such figures; `join` takes up that two figures are one.

    labels: of the rows of cells. related: figures that take part in a relation, which says more of them than this.
    texts: of paragraphs, by part; 工伤保险。结余… and 失业保险。结余… are of two things.
    """

    def __init__(
        self,
        known: Known,
        join: Callable[[int, int], None],
        paths: Mapping[int, tuple[str, ...]],
        labels: Mapping[int, str],
        related: Collection[int],
        texts: Mapping[int, str],
    ):
        self.known = known
        self.join = join
        self.paths = paths
        self.labels = labels
        self.related = related
        #: Values that stand under one name in one section.
        self.values: dict[tuple, set[Value]] = defaultdict(set)
        self.openings = {part: found.group(1) for part, text in texts.items() if (found := OPENING.match(text))}

    def relate(self, figures: Sequence[Figure]) -> None:
        """Take up what is printed otherwise at one place."""
        printed: dict[Value, list[Figure]] = defaultdict(list)
        for each in figures:
            if each.value and (each.role in {"cell", DRAWN} or each.role in {LEVEL, BASE} and unit_of(each.unit).base):
                printed[value_of(each)].append(each)
        for value, members in printed.items():
            for each in members:
                self.values[self._key(each)].add(value)
        several = {value: members for value, members in printed.items() if len({_place(m) for m in members}) > 1}
        for members in printed.values():
            first = members[0]
            is_open = len(members) == 1 and first.number not in self.related
            is_open = is_open and len(self.values[self._key(first)]) <= MOST_VALUES
            if is_open and self.known.digits(first) >= FEWEST_DIGITS:
                self._one(first, several)

    def _one(self, figure: Figure, several: Mapping[Value, Sequence[Figure]]) -> None:
        """Join a figure to the one that it should be, where there is one such value only."""
        found: dict[Value, Figure] = {}
        for value in _slips(figure):
            named = [each for each in several.get(value, ()) if self._is_named(figure, each)]
            if named:
                found[value] = max(named, key=lambda each: likeness(self._name(figure), self.known.words(each)))
        if len(found) == 1:
            self.join(figure.number, next(iter(found.values())).number)

    def _is_named(self, one: Figure, other: Figure) -> bool:
        """Whether two figures have the same name, and nothing says that they are of different years."""
        years = {self.known.year(one), self.known.year(other)} - {0}
        both_cells = one.role == other.role == "cell"
        apart = len(years) > 1 or one.unit != other.unit or (one.value < 0) != (other.value < 0)
        if apart or one.spot[:3] == other.spot[:3] or both_cells and _is_one_column(one, other):
            return False
        openings = {self.openings.get(each.spot.part, "") for each in (one, other)} - {""}
        if len(openings) > 1:
            return False
        own, far = (name_of(each) if both_cells else self._name(each) for each in (one, other))
        if min(len(own), len(far)) < 2:
            return False
        if self.known.digits(one) < DIGITS:
            return own == far and len(own) >= LONG_NAME and self._near(one, other, 2)
        least = min(likeness(own, self.known.words(other)), likeness(far, self.known.words(one)))
        if self._near(one, other, 1):
            return least >= ALIKE
        return least >= ALIKE_FAR and min(len(own), len(far)) >= FAR_NAME

    def _key(self, figure: Figure) -> tuple:
        """The name of a figure, and the section that it stands in."""
        return self._name(figure), name_of(figure), self.paths.get(figure.spot.part, ())

    def _near(self, one: Figure, other: Figure, count: int) -> bool:
        """Whether two figures stand under the same headings, as far as these go."""
        paths = [self.paths.get(each.spot.part, ())[:count] for each in (one, other)]
        return paths[0] == paths[1] and bool(paths[0])

    def _name(self, figure: Figure) -> str:
        """What a figure is called; of a cell its row, where that says something."""
        label = TOTAL.sub("", self.labels.get(figure.number, ""))
        return label if len(label) >= 2 else name_of(figure)


def _is_one_column(one: Figure, other: Figure) -> bool:
    """Whether two cells stand below each other, and so are of two things."""
    return one.spot.part == other.spot.part and one.spot.column == other.spot.column


def _place(figure: Figure) -> tuple[int, int]:
    """Where a figure stands: paragraph, or row of a table."""
    return figure.spot.part, figure.spot.row


def _slips(figure: Figure) -> Iterator[Value]:
    """Values of which a slip makes that of a figure."""
    unit = unit_of(figure.unit)
    for value in slips_of(figure.value):
        yield unit.base, value.scaleb(unit.power).normalize()
