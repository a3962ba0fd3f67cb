"""Drawings on a page of a PDF: where the marks of a chart stand, which words are in it, and its caption.

A drawing is known by its caption: 图1-2 below its marks, beside or above them. What has no such caption is left to the
readers of tables and lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

from nianbao.proof.lines import TITLE
from nianbao.proof.readers.ruled import DEEPEST, MOST_PARTS, PLAIN, WIDE, Frame, Matrix, Word, matrix_of

#: Points of the cells of a page in which marks are gathered: those in cells that touch are of one drawing.
FIELD = 10.0
#: Points between a drawing and its caption at most: below it (there labels and a sentence may stand between), above it,
#: beside it.
BELOW, ABOVE, BESIDE = 150.0, 45.0, 120.0
#: Points by which a caption beside a drawing may stand lower than its marks, and between marks that are one at once.
LOWER, CLOSE = 45.0, 25.0
#: Lines of sentences between a drawing and its caption at most.
MOST_SENTENCES = 4
#: Points between two drawings that are parts of one, the same where one stands right above the other and is as wide,
#: and by which labels stand beside the marks.
STACKED, PANEL, MARGIN = 60.0, 120.0, 130.0
#: Part of their width that two have in common which are as wide.
AS_WIDE = 0.8
#: Heights of a line by which words of a drawing stand above each other at most, and of a gap between two labels.
LINE, GAP = 2.3, 0.5
#: How much higher than the labels of a drawing words may be that are of it.
TALLER = 1.12
#: Characters from which a line without a gap is a sentence.
SENTENCE = 12
#: Heights between the number of a caption and its words at most.
BEHIND_NUMBER = 2.2
#: Lengths of the rule above notes at the foot of a page; how far it stands above the last line at most.
SHORT, FOOT = (40.0, 200.0), 260.0
#: Filled fields from which a frame may be a drawing.
FIELDS = 4
#: Characters of a caption's line at most.
LONGEST = 60
FIGURE = re.compile(r"附?图|表[^\s]{1,8}附图")


class Box(NamedTuple):
    """Where something stands: points from the left and from below."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def across(self) -> float:
        """The middle from the left."""
        return (self.left + self.right) / 2

    @property
    def height(self) -> float:
        """The middle from below."""
        return (self.bottom + self.top) / 2

    def beside(self, other: Box) -> float:
        """The gap between two from the left to the right; below zero where they overlap."""
        return max(self.left, other.left) - min(self.right, other.right)

    def apart(self, other: Box) -> float:
        """The gap between two from below; below zero where they overlap."""
        return max(self.bottom, other.bottom) - min(self.top, other.top)


def around(boxes: Iterable[Box]) -> Box:
    """The box around some."""
    left, bottom, right, top = zip(*boxes, strict=True)
    return Box(min(left), min(bottom), max(right), max(top))


@dataclass
class Piece:
    """Words that stand together on a line."""

    words: list[Word]

    @property
    def box(self) -> Box:
        """Where they stand."""
        return around(box_of(word) for word in self.words)

    @property
    def size(self) -> float:
        """How high its words are, but for those with signs that are higher."""
        return min(word.top - word.bottom for word in self.words)

    @property
    def text(self) -> str:
        """Their text, with a blank where two numbers stand apart."""
        result = self.words[0].text
        for one, two in pairwise(self.words):
            both_digits = one.text[-1].isdigit() and two.text[0].isdigit()
            result += f" {two.text}" if both_digits else two.text
        return result


@dataclass
class Drawing:
    """A drawing: its marks, its labels, the sentence below it, its caption and the notes below that."""

    marks: Box
    caption: list[Piece]
    labels: list[Piece] = field(default_factory=list)
    sentence: list[Piece] = field(default_factory=list)
    notes: list[list[Piece]] = field(default_factory=list)

    @property
    def words(self) -> Iterator[Word]:
        """All words of it."""
        notes = (piece for line in self.notes for piece in line)
        for piece in (*self.labels, *self.sentence, *self.caption, *notes):
            yield from piece.words

    @property
    def box(self) -> Box:
        """Where its marks and its caption stand."""
        return around([self.marks, *(piece.box for piece in self.caption)])

    @property
    def top(self) -> float:
        """Its upper end."""
        return max([self.marks.top, *(piece.box.top for piece in self.labels)])


def box_of(word: Word) -> Box:
    """Where a word stands."""
    return Box(word.left, word.bottom, word.right, word.top)


# -- marks ----------------------------------------------------------------------------------------------------------
class Mark(NamedTuple):
    """What is drawn: its box, and whether it is more than a straight rule."""

    box: Box
    is_solid: bool


def marks_of(page: Any) -> list[Mark]:
    """The marks of a page of pypdfium2: paths, shadings and pictures; none where there are very many."""
    import pypdfium2.raw as raw

    objects = (raw.FPDFPage_GetObject(page, at) for at in range(raw.FPDFPage_CountObjects(page)))
    found: list[Mark] = []
    for mark in _marks(objects, PLAIN, 0):
        found.append(mark)
        if len(found) > MOST_PARTS:
            return []
    return found


def _marks(objects: Iterable[Any], outer: Matrix, depth: int) -> Iterator[Mark]:
    """The marks among objects, in the coordinates of the page."""
    from ctypes import c_float

    import pypdfium2.raw as raw

    ends = [c_float() for _ in range(4)]
    for each in objects:
        kind = raw.FPDFPageObj_GetType(each)
        if kind == raw.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
            inner = (raw.FPDFFormObj_GetObject(each, at) for at in range(raw.FPDFFormObj_CountObjects(each)))
            yield from _marks(inner, matrix_of(each, outer), depth + 1)
        elif kind != raw.FPDF_PAGEOBJ_TEXT and raw.FPDFPageObj_GetBounds(each, *ends):
            left, bottom, right, top = (end.value for end in ends)
            box = _moved(Box(left, bottom, right, top), outer)
            is_path = kind == raw.FPDF_PAGEOBJ_PATH
            is_rule = is_path and min(box.right - box.left, box.top - box.bottom) <= WIDE
            yield Mark(box, not is_rule)


def _moved(box: Box, matrix: Matrix) -> Box:
    """A box within a drawing, as one of the page."""
    if matrix == PLAIN:
        return box
    a, b, c, d, e, f = matrix
    corners = [(x, y) for x in (box.left, box.right) for y in (box.bottom, box.top)]
    points = [(a * x + c * y + e, b * x + d * y + f) for x, y in corners]
    return around(Box(x, y, x, y) for x, y in points)


def _gathered(marks: Sequence[Mark]) -> list[Box]:
    """Marks that stand near each other as one; what is nothing but rules is no drawing."""
    fields: dict[tuple[int, int], list[Mark]] = {}
    for mark in marks:
        left, bottom, right, top = (int(end // FIELD) for end in mark.box)
        for across in range(left, min(right, left + 200) + 1):
            for height in range(bottom, min(top, bottom + 200) + 1):
                fields.setdefault((across, height), []).append(mark)
    result = []
    while fields:
        waiting = [next(iter(fields))]
        members: list[Mark] = fields.pop(waiting[0])
        while waiting:
            across, height = waiting.pop()
            for near in [(across + x, height + y) for x in (-1, 0, 1) for y in (-1, 0, 1)]:
                if near in fields:
                    members += fields.pop(near)
                    waiting.append(near)
        if any(mark.is_solid for mark in members):
            result.append(around(mark.box for mark in members))
    return _stacked(result)


def _stacked(boxes: list[Box]) -> list[Box]:
    """Boxes that stand close above each other as one."""
    result: list[Box] = []
    for box in sorted(boxes, key=lambda each: -each.top):
        near = next((other for other in result if box.beside(other) < 0 and box.apart(other) <= CLOSE), None)
        if near is None:
            result.append(box)
        else:
            result[result.index(near)] = around([near, box])
    return result


# -- captions -------------------------------------------------------------------------------------------------------
def pieces_of(row: list[Word], gap: float = GAP) -> list[Piece]:
    """The pieces of a line: words with no wide gap between them."""
    row = sorted(row, key=lambda word: word.left)
    pieces = [Piece([row[0]])]
    for before, word in pairwise(row):
        if word.left - before.right > gap * max(word.top - word.bottom, 1.0):
            pieces.append(Piece([word]))
        else:
            pieces[-1].words.append(word)
    return pieces


def _captions(lines: Sequence[list[Piece]]) -> Iterator[Piece]:
    """The captions of figures: 图, a number, a gap (or a colon) and words."""
    for pieces in lines:
        for at, piece in enumerate(pieces):
            found = TITLE.match(piece.text) if FIGURE.match(piece.text) else None
            if found is None:
                continue
            caption = Piece(list(piece.words))
            for following in pieces[at + 1 :]:
                height = caption.box.top - caption.box.bottom
                near = following.box.left - caption.box.right <= BEHIND_NUMBER * height
                if not near or TITLE.match(following.text):
                    break
                caption.words += following.words
            rest = piece.text[found.end() :].removeprefix("附图")
            parted = not rest or rest[0] in " :：　" or len(caption.words) == 1
            if parted and len(caption.text) <= LONGEST and not re.search(r"[。；，]", caption.text):
                yield caption


def drawings_of(marks: Sequence[Mark], frames: Sequence[Frame], rows: Sequence[list[Word]]) -> list[Drawing]:
    """The drawings of a page that have a caption, with their words.

    frames: those of its ruled tables. rows: its words by line, from top to bottom.
    """
    lines = [pieces_of(row) for row in rows if row]
    captions = list(_captions(lines))
    if not captions:
        return []
    tables = [frame for frame in frames if not _is_drawn(frame, marks, captions, lines)]
    free = [mark for mark in marks if not any(_is_within(mark.box, frame) for frame in tables)]
    drawings = _claimed(captions, _gathered(free), lines)
    thin = [mark.box for mark in marks if not mark.is_solid]
    rules = [box for box in thin if box.right - box.left > box.top - box.bottom]
    for drawing in drawings:
        _take_rest_of_caption(drawing, lines)
    for drawing in drawings:
        _take_words(drawing, drawings, lines)
    for drawing in drawings:
        _take_notes(drawing, drawings, lines, rules)
    return [drawing for drawing in drawings if drawing.labels]


def is_drawn_over(frame: Frame, drawings: Sequence[Drawing]) -> bool:
    """Whether a frame is part of a drawing."""
    middle = Box(frame.columns[0], frame.bottom, frame.columns[-1], frame.top)
    return any(
        drawing.marks.left <= middle.across <= drawing.marks.right
        and drawing.marks.bottom <= middle.height <= drawing.marks.top
        for drawing in drawings
    )


def _is_drawn(frame: Frame, marks: Sequence[Mark], captions: list[Piece], lines: Sequence[list[Piece]]) -> bool:
    """Whether a frame is that of a drawing: of filled fields, a caption of a figure below, none of a table above."""
    filled = sum(mark.is_solid and _is_within(mark.box, frame) for mark in marks)
    box = Box(frame.columns[0], frame.bottom, frame.columns[-1], frame.top)
    below = any(0 < frame.bottom - caption.box.top <= PANEL and caption.box.beside(box) < 0 for caption in captions)
    named = any(
        0 < piece.box.height - frame.top <= STACKED and TITLE.match(piece.text) and "附图" not in piece.text
        for pieces in lines
        for piece in pieces
    )
    return filled >= FIELDS and below and not named


def _is_within(box: Box, frame: Frame) -> bool:
    """Whether a mark is of the frame of a table."""
    return (
        frame.columns[0] - WIDE <= box.left
        and box.right <= frame.columns[-1] + WIDE
        and frame.bottom - WIDE <= box.bottom
        and box.top <= frame.top + WIDE
    )


def _claimed(captions: list[Piece], boxes: list[Box], lines: Sequence[list[Piece]]) -> list[Drawing]:
    """Each caption with the marks that it is of: those above it, else beside or below it; and parts of these."""
    free = list(boxes)
    found: dict[int, Drawing] = {}
    for distance, most in ((_above, BELOW), (_aside, BESIDE), (_below, ABOVE)):
        pairs = [
            (distance(caption.box, box), at, box)
            for at, caption in enumerate(captions)
            for box in free
            if at not in found
        ]
        for _, at, box in sorted(pair for pair in pairs if pair[0] is not None and pair[0] <= most):
            if at not in found and box in free and not _parted(captions, lines, captions[at], box):
                found[at] = Drawing(box, [captions[at]])
                free.remove(box)
    drawings = list(found.values())
    for _ in range(len(free)):
        if not _take_part(drawings, free):
            break
    return drawings


def _above(caption: Box, box: Box) -> float | None:
    """How far marks stand above a caption; None where they do not."""
    gap = box.bottom - caption.top
    return gap if gap > -3 and caption.beside(box) < 0 else None


def _below(caption: Box, box: Box) -> float | None:
    """How far marks stand below a caption; None where they do not."""
    gap = caption.bottom - box.top
    return gap if gap > -3 and caption.beside(box) < 0 else None


def _aside(caption: Box, box: Box) -> float | None:
    """How far marks stand beside a caption; None where they do not."""
    gap = caption.beside(box)
    return gap if gap >= 0 and box.bottom - LOWER <= caption.height <= box.top + FIELD else None


def _parted(captions: list[Piece], lines: Sequence[list[Piece]], own: Piece, box: Box) -> bool:
    """Whether another caption, or paragraphs, stand between a caption and marks."""
    low, high = sorted((own.box.top, box.bottom))
    if any(_is_between(other.box, low, high, box) for other in captions if other is not own):
        return True
    size = own.size
    sentences = 0
    for pieces in lines:
        between = [piece for piece in pieces if _is_between(piece.box, low, high, box)]
        if any(piece.size > TALLER * size for piece in between):
            return True
        sentences += bool(between) and _is_sentence(between)
    return sentences > MOST_SENTENCES


def _is_between(other: Box, low: float, high: float, box: Box) -> bool:
    """Whether something stands between two heights, above or below marks."""
    return low < other.height < high and other.beside(box) < 0


def _take_part(drawings: list[Drawing], free: list[Box]) -> bool:
    """Give a drawing the marks nearest to it that are a part of it: right above, or at its height."""
    pairs = []
    for drawing in drawings:
        caption = drawing.caption[0].box
        for box in free:
            gap = max(box.apart(drawing.marks), 0.0) + max(box.beside(drawing.marks), 0.0)
            over = box.beside(drawing.marks) < 0 and box.height > caption.height
            level = box.apart(drawing.marks) < 0
            most = PANEL if over and _as_wide(box, drawing.marks) else STACKED
            if gap <= most and (over or level):
                pairs.append((gap, box, drawing))
    if not pairs:
        return False
    _, box, drawing = min(pairs, key=lambda pair: pair[0])
    drawing.marks = around([drawing.marks, box])
    free.remove(box)
    return True


def _as_wide(one: Box, other: Box) -> bool:
    """Whether two boxes stand above each other and are about as wide."""
    return -one.beside(other) >= AS_WIDE * max(one.right - one.left, other.right - other.left)


# -- words ----------------------------------------------------------------------------------------------------------
def _sides(drawing: Drawing, drawings: Sequence[Drawing]) -> tuple[float, float]:
    """How far a drawing may reach to the left and right: half way to those beside it, else to the ends of the page."""
    left = float("-inf")
    right = float("inf")
    own = drawing.box
    for other in drawings:
        box = other.box
        if other is drawing or own.apart(box) >= 0:
            continue
        if box.across > own.across:
            right = min(right, (max(own.right, drawing.marks.right) + box.left) / 2)
        else:
            left = max(left, (box.right + own.left) / 2)
    return left, right


def _take_words(drawing: Drawing, drawings: Sequence[Drawing], lines: Sequence[list[Piece]]) -> None:
    """Give a drawing its labels, the sentence below it and the rest of its caption."""
    marks, caption = drawing.marks, drawing.caption[0]
    left, right = _sides(drawing, drawings)
    near = Box(marks.left - MARGIN, marks.bottom, marks.right + MARGIN, marks.top)
    is_below = caption.box.top <= marks.bottom + 3
    is_aside = caption.box.beside(marks) >= 0
    if is_aside:
        right = min(right, caption.box.left - 1) if caption.box.left >= marks.right else right
        left = max(left, caption.box.right + 1) if caption.box.right <= marks.left else left
    taken = {id(word) for each in drawings for word in each.words}
    others = [each.box for each in drawings if each is not drawing]
    own = [
        [
            piece
            for piece in pieces
            if left <= piece.box.across <= right
            and (near.beside(piece.box) < 0 or not _is_sentence([piece]))
            and id(piece.words[0]) not in taken
            and not any(_stands_in(piece.box, box) for box in others)
        ]
        for pieces in lines
    ]
    inside = [piece for pieces in own for piece in pieces if marks.bottom - 3 <= piece.box.height <= marks.top + 3]
    tall = TALLER * median([piece.size for piece in inside] or [caption.size])
    drawing.labels += [piece for piece in inside if piece.size <= tall]
    floor = caption.box.top - 1 if is_below else marks.bottom - 3 * tall
    under = [line for line in own if line and floor < line[0].box.height < marks.bottom - 3]
    start = next((at for at, line in enumerate(under) if _is_sentence(line)), len(under)) if is_below else len(under)
    drawing.labels += [piece for line in under[:start] for piece in line if piece.size <= tall]
    drawing.sentence += [piece for line in under[start:] for piece in line]
    _take_upper(drawing, own, tall)


def _stands_in(piece: Box, box: Box) -> bool:
    """Whether words stand where another drawing and its caption do."""
    return box.left <= piece.across <= box.right and box.bottom <= piece.height <= box.top


def _is_sentence(line: list[Piece]) -> bool:
    """Whether a line is one of words without a gap, rather than labels beside each other."""
    if len(line) != 1:
        return False
    text = line[0].text
    return len(text) >= SENTENCE and len(re.findall(r"[一-龥]", text)) >= SENTENCE / 2


def _take_upper(drawing: Drawing, own: list[list[Piece]], tall: float) -> None:
    """Give a drawing the lines above its marks: values above bars, the unit, names of colours."""
    height = drawing.marks.top
    for line in reversed([line for line in own if line and line[0].box.height > drawing.marks.top + 3]):
        fits = all(piece.size <= tall for piece in line)
        told = any(TITLE.match(piece.text) or re.search(r"。$", piece.text) for piece in line)
        if not fits or told or line[0].box.bottom - height > LINE * tall:
            return
        drawing.labels += line
        height = line[0].box.top


def _take_rest_of_caption(drawing: Drawing, lines: Sequence[list[Piece]]) -> None:
    """Give a drawing the further lines of its caption: of the same height, around the same middle."""
    first = drawing.caption[0].box
    size = drawing.caption[0].size
    last = first
    for line in lines:
        for piece in line:
            box = piece.box
            below = 0 < last.bottom - box.bottom <= 1.6 * size
            follows = below and (abs(box.across - first.across) <= size or abs(box.left - first.left) <= 2)
            alike = abs(piece.size / size - 1) < 0.05 and box.right - box.left <= first.right - first.left
            if follows and alike and not TITLE.match(piece.text):
                drawing.caption.append(piece)
                last = box


def _take_notes(
    drawing: Drawing, drawings: Sequence[Drawing], lines: Sequence[list[Piece]], rules: Sequence[Box]
) -> None:
    """Give a drawing the small lines below its caption, up to a rule or to what is not smaller than it."""
    left, right = _sides(drawing, drawings)
    last = drawing.caption[-1].box
    size = drawing.caption[0].size
    taken = {id(word) for each in drawings for word in each.words}
    for line in lines:
        own = [piece for piece in line if left <= piece.box.across <= right and id(piece.words[0]) not in taken]
        if not own or own[0].box.height >= last.bottom:
            continue
        box = around(piece.box for piece in own)
        small = all(piece.size < 0.97 * size for piece in own)
        whole = all(left <= piece.box.left and piece.box.right <= right for piece in own)
        near = last.bottom - box.top <= size
        ruled = any(box.bottom <= rule.height <= last.bottom for rule in rules)
        if not (small and whole and near) or ruled:
            return
        drawing.notes.append(own)
        last = box


def foot_of(marks: Sequence[Mark], words: Sequence[Word]) -> float:
    """The height of the short rule above the notes at the foot of a page; -1 where there is none.

    Such notes are smaller than what stands above them, and nothing else stands below the rule.
    """
    rules = [mark.box for mark in marks if not mark.is_solid and SHORT[0] <= mark.box.right - mark.box.left <= SHORT[1]]
    for rule in sorted(rules, key=lambda box: -box.height):
        below = [word.top - word.bottom for word in words if word.middle < rule.height]
        above = [word.top - word.bottom for word in words if word.middle >= rule.height]
        lowest = min((word.bottom for word in words), default=0.0)
        if below and above and rule.height - lowest <= FOOT and median(below) < 0.95 * median(above):
            return rule.height
    return -1.0


def joined(lines: Iterable[Piece]) -> str:
    """The text of lines that belong together."""
    return "".join(piece.text for piece in lines)


def spread(piece: Piece) -> str:
    """The text of a caption, with a gap behind its number."""
    found = TITLE.match(piece.text)
    if found is None:
        return piece.text
    rest = piece.text[found.end() :].strip()
    number = found.group() + ("附图" if rest.startswith("附图") else "")
    return f"{number}  {rest.removeprefix('附图').strip()}"
