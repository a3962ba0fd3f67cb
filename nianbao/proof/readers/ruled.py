"""Tables of a PDF that are ruled: which rules there are on a page, and the cells between them.

A table may be ruled between all cells, or only between its columns and below its head. Where rules do not part rows,
lines do: those of a cell that is broken over lines stand closer than rows, and no row has two numbers in a column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from nianbao.proof.grid import NOTHING
from nianbao.proof.numbers import cell_number

#: Points that a rule is wide at most, and long at least; by how much the places of two that meet may differ.
WIDE, LONG, NEAR = 2.5, 6.0, 3.0
#: Parts of paths on a page beyond which it is a drawing, and rules that are looked at.
MOST_PARTS, MOST_RULES = 20_000, 1_000
#: How deep drawings may be within drawings.
DEEPEST = 6
#: Two distances between lines that are the same, and how much the next must be larger to be that between rows.
SAME, LARGER = 1.08, 1.12
#: Part of a block of lines that is left out at both ends when rows are made: boxes of characters are larger than these.
LOOSE = 0.25


class Rule(NamedTuple):
    """A straight rule: its height (of a level one) or its place from the left, and where it begins and ends."""

    at: float
    low: float
    high: float


@dataclass
class Rules:
    """The rules of a page, level and upright."""

    level: list[Rule] = field(default_factory=list)
    upright: list[Rule] = field(default_factory=list)


@dataclass
class Word:
    """Characters that stand together: their text, left and right end, upper and lower end of their line."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        """Height of its middle."""
        return (self.top + self.bottom) / 2


# -- rules ----------------------------------------------------------------------------------------------------------
Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
PLAIN: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def rules_of(page: Any) -> Rules:
    """The rules of a page of pypdfium2; none where it is a drawing of very many parts."""
    import pypdfium2.raw as raw

    found = Rules()
    objects = (raw.FPDFPage_GetObject(page, at) for at in range(raw.FPDFPage_CountObjects(page)))
    for parts, points in enumerate(_paths(objects, PLAIN, 0)):
        if parts > MOST_PARTS:
            return Rules()
        _add(found, points)
    return Rules(_merged(found.level), _merged(found.upright))


def _paths(objects: Iterable[Any], outer: Matrix, depth: int) -> Iterator[list[Point]]:
    """The straight parts of paths, each as its corners, in the coordinates of the page."""
    import pypdfium2.raw as raw

    for each in objects:
        kind = raw.FPDFPageObj_GetType(each)
        if kind == raw.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
            inner = (raw.FPDFFormObj_GetObject(each, at) for at in range(raw.FPDFFormObj_CountObjects(each)))
            yield from _paths(inner, matrix_of(each, outer), depth + 1)
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            yield from _parts(each, matrix_of(each, outer))


def matrix_of(item: Any, outer: Matrix) -> Matrix:
    """The matrix of an object within another."""
    import pypdfium2.raw as raw

    own = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, own):
        return outer
    a, b, c, d, e, f = outer
    return (
        own.a * a + own.b * c,
        own.a * b + own.b * d,
        own.c * a + own.d * c,
        own.c * b + own.d * d,
        own.e * a + own.f * c + e,
        own.e * b + own.f * d + f,
    )


def _parts(path: Any, matrix: Matrix) -> Iterator[list[Point]]:
    """The parts of a path that are drawn of straight lines only."""
    from ctypes import c_float

    import pypdfium2.raw as raw

    across = c_float()
    up = c_float()
    a, b, c, d, e, f = matrix
    points: list[Point] = []
    straight = True
    for at in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, at)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            if straight and len(points) > 1:
                yield points
            points = []
            straight = True
        straight = straight and kind != raw.FPDF_SEGMENT_BEZIERTO
        raw.FPDFPathSegment_GetPoint(segment, across, up)
        x, y = across.value, up.value
        points.append((a * x + c * y + e, b * x + d * y + f))
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if straight and len(points) > 1:
        yield points


def _add(rules: Rules, points: list[Point]) -> None:
    """Take the rules of a part of a path: a thin shape is one, else each of its sides."""
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    bottom, top = min(y for _, y in points), max(y for _, y in points)
    if top - bottom <= WIDE or right - left <= WIDE:
        _add_one(rules, (left, bottom), (right, top))
        return
    for one, two in pairwise(points):
        _add_one(rules, one, two)


def _add_one(rules: Rules, one: Point, two: Point) -> None:
    """Take a line, if it is level or upright and long enough."""
    wide, high = abs(one[0] - two[0]), abs(one[1] - two[1])
    if high <= WIDE and wide >= LONG:
        rules.level.append(Rule((one[1] + two[1]) / 2, min(one[0], two[0]), max(one[0], two[0])))
    elif wide <= WIDE and high >= LONG:
        rules.upright.append(Rule((one[0] + two[0]) / 2, min(one[1], two[1]), max(one[1], two[1])))


def _merged(rules: list[Rule]) -> list[Rule]:
    """Rules in one line that touch as one."""
    if not rules:
        return []
    places = _apart(rule.at for rule in rules)
    own: dict[float, list[Rule]] = {place: [] for place in places}
    for rule in rules:
        own[_nearest(places, rule.at)].append(rule)
    result: list[Rule] = []
    for place, members in own.items():
        members.sort(key=lambda each: each.low)
        low, high = members[0].low, members[0].high
        for each in members[1:]:
            if each.low > high + NEAR:
                result.append(Rule(place, low, high))
                low = each.low
            high = max(high, each.high)
        result.append(Rule(place, low, high))
    return result[:MOST_RULES]


def _apart(values: Iterable[float]) -> list[float]:
    """Values from small to large, those that are nearly the same as one."""
    result: list[float] = []
    for value in sorted(values):
        if not result or value - result[-1] > NEAR:
            result.append(value)
    return result


def _nearest(places: Sequence[float], value: float) -> float:
    """The place nearest to a value."""
    return min(places, key=lambda place: abs(place - value))


# -- tables ---------------------------------------------------------------------------------------------------------
@dataclass
class Frame:
    """Rules that belong together: places of columns and of rows, from left to right and from top to bottom."""

    rules: Rules
    columns: list[float]
    heights: list[float]

    @property
    def top(self) -> float:
        """Its upper end."""
        return self.heights[0]

    @property
    def bottom(self) -> float:
        """Its lower end."""
        return self.heights[-1]

    def holds(self, word: Word) -> bool:
        """Whether words stand within it."""
        across = (word.left + word.right) / 2
        return self.bottom <= word.middle <= self.top and self.columns[0] <= across <= self.columns[-1]

    def parts_columns(self, boundary: float, height: float) -> bool:
        """Whether an upright rule stands at a boundary between columns, at a height."""
        return any(abs(each.at - boundary) <= NEAR and each.low <= height <= each.high for each in self.rules.upright)

    def parts_rows(self, boundary: float, across: float) -> bool:
        """Whether a level rule stands at a boundary between rows, at a place from the left."""
        return any(abs(each.at - boundary) <= NEAR and each.low <= across <= each.high for each in self.rules.level)


def frames_of(rules: Rules) -> list[Frame]:
    """The frames of a page from top to bottom that have columns; those within others left out."""
    found = [frame for frame in map(_frame, _groups(rules)) if frame is not None]
    return sorted((each for each in found if not _within_another(each, found)), key=lambda frame: -frame.top)


def _within_another(frame: Frame, frames: list[Frame]) -> bool:
    """Whether a frame stands within a larger one."""
    return any(
        other is not frame
        and other.top >= frame.top
        and other.bottom <= frame.bottom
        and other.columns[0] <= frame.columns[0]
        and other.columns[-1] >= frame.columns[-1]
        for other in frames
    )


def _groups(rules: Rules) -> list[Rules]:
    """Rules that meet, level with upright ones."""
    group = list(range(len(rules.level) + len(rules.upright)))

    def first(at: int) -> int:
        while group[at] != at:
            group[at] = group[group[at]]
            at = group[at]
        return at

    for one, level in enumerate(rules.level):
        for two, upright in enumerate(rules.upright, len(rules.level)):
            across = level.low - NEAR <= upright.at <= level.high + NEAR
            if across and upright.low - NEAR <= level.at <= upright.high + NEAR:
                group[first(one)] = first(two)
    result: dict[int, Rules] = {}
    for at, level in enumerate(rules.level):
        result.setdefault(first(at), Rules()).level.append(level)
    for at, upright in enumerate(rules.upright, len(rules.level)):
        result.setdefault(first(at), Rules()).upright.append(upright)
    return list(result.values())


def _frame(rules: Rules) -> Frame | None:
    """The frame of rules that meet; None where they make no columns."""
    if not rules.level or not rules.upright:
        return None
    ends = [end for each in rules.level for end in (each.low, each.high)]
    heights = [end for each in rules.upright for end in (each.low, each.high)]
    columns = _apart([*(each.at for each in rules.upright), min(ends), max(ends)])
    levels = _apart([*(each.at for each in rules.level), min(heights), max(heights)])
    if len(columns) < 3 or len(levels) < 2:
        return None
    return Frame(rules, columns, levels[::-1])


Cell = tuple[int, int]


@dataclass
class Written:
    """A line of a cell: its text, lower and upper end."""

    text: str
    bottom: float
    top: float

    @property
    def middle(self) -> float:
        """Height of its middle."""
        return (self.top + self.bottom) / 2

    @property
    def is_value(self) -> bool:
        """Whether it is a number, or a dash for one."""
        return cell_number(self.text) is not None or self.text.strip() in NOTHING


def rows_of(frame: Frame, words: Iterable[Word]) -> list[list[str]]:
    """The rows of a ruled table: a cell that covers several stands in the first of them, as in a Word table."""
    owners = _owners(frame)
    inside: dict[Cell, list[Word]] = {}
    for word in words:
        inside.setdefault(owners[_cell_at(frame, word)], []).append(word)
    lines = {cell: _written(members) for cell, members in inside.items()}
    width = len(frame.columns) - 1
    result: list[list[str]] = []
    for band in range(len(frame.heights) - 1):
        own = {column: lines[band, column] for column in range(width) if (band, column) in lines}
        result += _rows(own, width)
    return result


def _cell_at(frame: Frame, word: Word) -> Cell:
    """Row and column between rules where words stand."""
    across = (word.left + word.right) / 2
    row = max(at for at, height in enumerate(frame.heights[:-1]) if word.middle <= height)
    column = max(at for at, place in enumerate(frame.columns[:-1]) if across >= place)
    return row, column


def _owners(frame: Frame) -> dict[Cell, Cell]:
    """For each field of the frame the first of the cell that it is part of."""
    across = [(one + two) / 2 for one, two in pairwise(frame.columns)]
    heights = [(one + two) / 2 for one, two in pairwise(frame.heights)]
    owners: dict[Cell, Cell] = {}
    for row, height in enumerate(heights):
        for column, place in enumerate(across):
            owner = row, column
            if row and not frame.parts_rows(frame.heights[row], place):
                owner = owners[row - 1, column]
            elif column and not frame.parts_columns(frame.columns[column], height):
                owner = owners[row, column - 1]
            owners[row, column] = owner
    return owners


def _written(words: list[Word]) -> list[Written]:
    """The lines of a cell from top to bottom."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda each: -each.middle):
        if lines and abs(lines[-1][0].middle - word.middle) < 0.5 * max(word.top - word.bottom, 1.0):
            lines[-1].append(word)
        else:
            lines.append([word])
    result = []
    for members in lines:
        members.sort(key=lambda each: each.left)
        text = "".join(each.text for each in members)
        result.append(Written(text, min(each.bottom for each in members), max(each.top for each in members)))
    return result


def _rows(cells: dict[int, list[Written]], width: int) -> Iterator[list[str]]:
    """The rows that stand between two rules: one, or several where there are numbers below each other."""
    if not cells:
        return
    if not any(_several(lines) for lines in cells.values()):
        yield ["".join(line.text for line in cells.get(column, ())) for column in range(width)]
        return
    pitch = _pitch(list(cells.values()))
    if not pitch:
        yield from _anchored_rows(cells, width)
        return
    blocks = sorted(
        ((column, block) for column, lines in cells.items() for block in _blocks(lines, pitch)),
        key=lambda each: -(each[1][0].top + each[1][-1].bottom),
    )
    rows: list[tuple[float, list[str]]] = []
    for column, block in blocks:
        top, bottom = block[0].top, block[-1].bottom
        loose = LOOSE * (block[0].top - block[0].bottom)
        if not rows or top - loose <= rows[-1][0]:
            rows.append((bottom + loose, [""] * width))
        rows[-1][1][column] += "".join(line.text for line in block)
        rows[-1] = min(rows[-1][0], bottom + loose), rows[-1][1]
    yield from (row for _, row in rows)


def _several(lines: list[Written]) -> bool:
    """Whether a cell holds the numbers of several rows."""
    return sum(line.is_value for line in lines) > 1


def _pitch(columns: list[list[Written]]) -> float:
    """The distance from which two lines below each other are of two rows: more than that within a cell."""
    steps = sorted(one.middle - two.middle for lines in columns for one, two in pairwise(lines))
    values = [
        one.middle - two.middle for lines in columns for one, two in pairwise(lines) if one.is_value and two.is_value
    ]
    least = min(values, default=steps[-1])
    for one, two in pairwise(steps):
        if one > SAME * steps[0] and one >= least:
            break
        if two > LARGER * one and one < least:
            return (one + two) / 2
    return 0.0 if steps[0] >= least / LARGER else least / SAME


def _blocks(lines: list[Written], pitch: float) -> Iterator[list[Written]]:
    """The lines of a column that are a cell each; two numbers are never of one."""
    block: list[Written] = []
    for line in lines:
        if block and (block[-1].middle - line.middle >= pitch or (block[-1].is_value and line.is_value)):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


# -- rows without a gap between them ------------------------------------------------------------------------------
#: What it costs, in lines, that a row has no words, and that a line of words is of no row with numbers.
UNNAMED, ALONE, UPPER = 0.4, 0.7, 0.1
#: Lines of a cell at most.
MOST_LINES = 6


def _anchored_rows(cells: dict[int, list[Written]], width: int) -> Iterator[list[str]]:
    """Rows where lines tell nothing by their distance: each number is of a row, and words stand around its height."""
    heights = sorted((line.middle for lines in cells.values() for line in lines if line.is_value), reverse=True)
    step = min(one.middle - two.middle for lines in cells.values() for one, two in pairwise(lines))
    anchors: list[float] = []
    for height in heights:
        if not anchors or anchors[-1] - height > step / 2:
            anchors.append(height)
    rows = {anchor: [""] * width for anchor in anchors}
    for column, lines in cells.items():
        for anchor, text in _assigned(lines, anchors, step):
            near = min(rows, key=lambda height: abs(height - anchor))
            own = near if abs(near - anchor) < step / 2 else anchor
            rows.setdefault(own, [""] * width)[column] += text
    yield from (rows[anchor] for anchor in sorted(rows, reverse=True))


def _assigned(lines: list[Written], anchors: list[float], step: float) -> list[tuple[float, str]]:
    """The lines of a column with the height of the row that each is of, so that they stand around it best."""
    plain = _each_of_a_row(lines, anchors, step)
    if plain is not None:
        return plain
    best: dict[tuple[int, int], tuple[float, list[tuple[float, str]]]] = {(0, 0): (0.0, [])}
    for row in range(len(anchors) + 1):
        for done in range(len(lines) + 1):
            known = best.get((done, row))
            if known is None:
                continue
            if done < len(lines):
                line = lines[done]
                _better(best, (done + 1, row), known, ALONE * step, [(line.middle, line.text)])
            if row < len(anchors):
                _better(best, (done, row + 1), known, UNNAMED * step, [])
            for end in range(done + 1, min(done + MOST_LINES, len(lines)) + 1) if row < len(anchors) else ():
                members = lines[done:end]
                text = "".join(each.text for each in members)
                _better(best, (end, row + 1), known, _off(members, anchors[row], step), [(anchors[row], text)])
    return best[len(lines), len(anchors)][1]


def _each_of_a_row(lines: list[Written], anchors: list[float], step: float) -> list[tuple[float, str]] | None:
    """The lines where each stands at the height of a row of its own; None where one does not."""
    nearest = [min(anchors, key=lambda height: abs(height - line.middle)) for line in lines]
    off = any(abs(height - line.middle) > UPPER * step for height, line in zip(nearest, lines, strict=True))
    if off or len(set(nearest)) < len(nearest):
        return None
    return [(height, line.text) for height, line in zip(nearest, lines, strict=True)]


def _better(
    best: dict[tuple[int, int], tuple[float, list[tuple[float, str]]]],
    place: tuple[int, int],
    known: tuple[float, list[tuple[float, str]]],
    cost: float,
    more: list[tuple[float, str]],
) -> None:
    """Keep a way of assigning lines where it is the best to its place."""
    total = known[0] + cost
    if place not in best or total < best[place][0]:
        best[place] = total, known[1] + more


def _off(members: list[Written], anchor: float, step: float) -> float:
    """How far lines are from standing around a height, or from beginning at it."""
    middle = abs((members[0].middle + members[-1].middle) / 2 - anchor)
    return min(middle, abs(members[0].middle - anchor) + UPPER * step)
