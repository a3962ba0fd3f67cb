"""The labels of a drawing: which are values, of which year or group, and which only mark an axis.

Nothing is measured in the drawing; only what is printed in it is read, and where it stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nianbao.proof.arithmetic import digits_of
from nianbao.proof.lines import TITLE, UNIT_WITHIN
from nianbao.proof.model import Figure, Spot, Table
from nianbao.proof.numbers import Number, cell_number, numbers, plain

#: The role of figures of drawings.
DRAWN = "drawn"
YEAR = re.compile(r"((?:19|20)\d\d)年?(?:度|末)?")
#: Words in front of a value, and what may stand around the numbers of a label besides.
LABEL = re.compile(
    r"(?P<words>[一-龥（）()、A-Za-z]*?)(?P<numbers>-?[\d,.]+[^\d（]{0,4}(?:（-?[\d,.]+[^\d）]{0,4}）)?)"
)
#: Words that say how a value is meant, so that it is not the value of a group.
SCALE = re.compile(r"^[多少增减升降]$|相同|每格")
#: Words of a caption by which there are figures of other years too.
COMPARED = re.compile(r"上年|去年|比较|变动|历年|以来")
#: Points by which the ends of marks of an axis differ, and by which what stands on one line does.
ALIGNED, LEVEL = 1.6, 5.0
#: The same for two lines of words and a value between them; how far below its name a value stands at most; values that
#: have their names above them, at least, and as a part of all.
BETWEEN, FAR_ABOVE, FEWEST_ABOVE, MOSTLY = 9.0, 32.0, 6, 0.8
#: Digits that say something of a number beside an axis at most, and how many of them make one.
ROUND_DIGITS, FEWEST_TICKS = 2, 2


class Label(NamedTuple):
    """A label: its text, its row among those of the drawing, and where it stands."""

    text: str
    row: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def across(self) -> float:
        """Its middle from the left."""
        return (self.left + self.right) / 2

    @property
    def height(self) -> float:
        """Its middle from below."""
        return (self.bottom + self.top) / 2


@dataclass
class Value:
    """A label with numbers: the words in front of them, and these."""

    label: Label
    words: str
    numbers: list[Number]


class Drawings:
    """Reads the drawings of a document; `figures` are added to those of the document, `year` is what it is about."""

    def __init__(self, figures: list[Figure], year: int):
        self.figures = figures
        self.year = year
        #: Figures whose year the drawing says, with that.
        self.years: dict[int, int] = {}

    def of(self, table: Table) -> list[int]:
        """The numbers of a drawing's figures."""
        labels = [Label(row[0], at, *table.boxes[at]) for at, row in enumerate(table.rows)]
        years = [label for label in labels if YEAR.fullmatch(plain(label.text).text)]
        unit = next((found["unit"] for each in labels if (found := UNIT_WITHIN.search(plain(each.text).text))), "")
        rest = [label for label in labels if label not in years and not UNIT_WITHIN.search(plain(label.text).text)]
        values = [value for label in rest if (value := value_of(label)) is not None]
        above = _above(values, rest)
        ticks = _ticks(values, labels)
        read = {value.label.row for value in values}
        words = [label for label in rest if label.row not in read]
        result = []
        for value in values:
            if value.label.row not in ticks:
                named = above.get(value.label.row, "") or value.words or _beside(value.label, words)
                result += self._figures(table, value, unit, years, named)
        return result

    def _figures(self, table: Table, value: Value, unit: str, years: Sequence[Label], group: str) -> Iterator[int]:
        """The figures of a label, with its name: a value, and its share where that stands behind it."""
        caption = caption_of(table)
        year = _year_of(value.label, years) or _only_year(caption)
        for number in value.numbers:
            figure = Figure(
                number=len(self.figures),
                value=number.value,
                unit=number.unit or unit,
                spot=Spot(table.number, number.start, number.end, value.label.row, 0),
                text=value.label.text[number.start : number.unit_end],
                before=group,
                noun=f"{YEAR.sub('', caption)}{group}",
                year=year or self.year,
                role=DRAWN,
            )
            self.figures.append(figure)
            if year:
                self.years[figure.number] = year
            yield figure.number


def caption_of(table: Table) -> str:
    """The caption of a drawing without its number."""
    return plain(TITLE.sub("", table.caption).removeprefix("附图")).text


def value_of(label: Label) -> Value | None:
    """A label as a value; None for other words."""
    alone = cell_number(label.text)
    if alone is not None:
        return Value(label, "", [alone])
    form = plain(label.text)
    found = LABEL.fullmatch(form.text)
    if found is None or SCALE.search(found["words"]):
        return None
    told = [each for each in numbers(form.text) if each.start >= found.start("numbers")]
    if not told:
        return None
    placed = [
        each._replace(
            start=form.place(each.start), end=form.place(each.end - 1) + 1, unit_end=form.place(each.unit_end)
        )
        for each in told
    ]
    return Value(label, found["words"], placed)


def _ticks(values: Sequence[Value], labels: Sequence[Label]) -> set[int]:
    """The rows of labels that mark an axis: round numbers in a column left of all others, or in a line below them."""
    plainly = [each for each in values if not each.words and len(each.numbers) == 1]
    rounded = [each for each in plainly if digits_of(each.numbers[0].value) <= ROUND_DIGITS]
    result: set[int] = set()
    for first in rounded:
        column = [each.label for each in rounded if abs(each.label.right - first.label.right) <= ALIGNED]
        line = [each.label for each in rounded if abs(each.label.height - first.label.height) <= ALIGNED]
        for chosen in (column, line):
            rows = {label.row for label in chosen}
            others = [label for label in labels if label.row not in rows and label.row not in result]
            if len(chosen) >= FEWEST_TICKS and _is_axis(chosen, others, chosen is column):
                result |= rows
    return result


def _is_axis(chosen: Sequence[Label], others: Sequence[Label], is_column: bool) -> bool:
    """Whether labels stand evenly apart, with no other label on their outer side or between them."""
    places = sorted(label.height if is_column else label.across for label in chosen)
    steps = [two - one for one, two in zip(places, places[1:], strict=False)]
    if max(steps) - min(steps) > 2 * ALIGNED or min(steps) <= ALIGNED:
        return False
    if is_column:
        inner = [label for label in others if label.bottom < max(each.top for each in chosen)]
        inner = [label for label in inner if label.top > min(each.bottom for each in chosen)]
        return all(label.left > max(each.right for each in chosen) for label in inner)
    return all(label.bottom > max(each.top for each in chosen) for label in others)


def _year_of(label: Label, years: Sequence[Label]) -> int:
    """The year that a value stands above or below, or on whose line it stands; 0 where that cannot be told."""
    if len(years) < 2:
        return int(YEAR.search(years[0].text)[1]) if years else 0  # type: ignore[index]
    heights = {round(each.height / LEVEL) for each in years}
    level = len(heights) == 1
    places = [(each.across if level else each.height, each) for each in years]
    own = label.across if level else label.height
    nearest = sorted((abs(place - own), each) for place, each in places)
    ordered = sorted(place for place, _ in places)
    step = min(two - one for one, two in zip(ordered, ordered[1:], strict=False))
    if nearest[0][0] > step / 2:
        return 0
    found = YEAR.search(nearest[0][1].text)
    return int(found[1]) if found else 0


def _only_year(text: str) -> int:
    """The year of a caption that names one only; 0 for others."""
    years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)
    return int(years[0]) if len(years) == 1 and not COMPARED.search(text) else 0


def _beside(label: Label, words: Sequence[Label]) -> str:
    """The words on the line of a value, left of it; those of two lines where it stands between these."""
    left = [each for each in words if each.right <= label.left]
    near = [each for each in left if abs(each.height - label.height) <= LEVEL]
    if not near or abs(near[0].height - label.height) > LEVEL / 2:
        lines = [each for each in left if abs(each.height - label.height) <= BETWEEN]
        upper = [each for each in lines if each.height > label.height]
        lower = [each for each in lines if each.height < label.height]
        pairs = [(one, two) for one in upper for two in lower if abs(one.left - two.left) <= ALIGNED]
        if len(upper) == len(lower) == 1 and pairs:
            return plain("".join(each.text for each in pairs[0])).text
    return plain(max(near, key=lambda each: each.right).text).text if near else ""


def _above(values: Sequence[Value], labels: Sequence[Label]) -> dict[int, str]:
    """Names that stand centred right above values, as in a map, by the rows of the values; none where few do so.

    Two values of a name may stand below each other.
    """
    read = {value.label.row for value in values}
    words = [label for label in labels if label.row not in read]
    found: dict[int, str] = {}
    plainly = [value for value in values if not value.words]
    for value in plainly:
        own = value.label
        over = [each for each in words if 0 < each.height - own.height <= FAR_ABOVE]
        centred = [each for each in over if abs(each.across - own.across) <= ALIGNED]
        if centred:
            found[own.row] = plain(min(centred, key=lambda each: each.height).text).text
    counts = Counter(found.values())
    enough = len(found) >= FEWEST_ABOVE and len(found) >= MOSTLY * len(plainly)
    return found if enough and len(counts) >= FEWEST_ABOVE / 2 and max(counts.values()) <= 2 else {}
