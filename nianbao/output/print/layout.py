"""How tables stand on paper: size of type, widths of columns, long narrow ones in halves, wide ones across the page.

Widths of texts are in em (the size of the type), all else in points of 1/72 inch. The sizes were found by looking at
every table of the book; what they try for stands with each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest
from math import ceil

from nianbao.output.print.document import (
    Block,
    Cell,
    Cells,
    Chart,
    Footnote,
    Head,
    Heading,
    Paragraph,
    Run,
    Table,
    words,
)

#: What stands behind the last whole digit of a number.
BEHIND = re.compile(r"(?:\.[0-9]*)?[^0-9.]*$")

# -- the page, in points -----------------------------------------------------------------------------------------------
#: Width of the type area of an upright page (A4 with 25 mm on both sides).
PORTRAIT = 453.5
#: Width of the type area of a page that is turned.
LANDSCAPE = 700.1
#: Sizes of type to try, the largest first.
SIZES = (9.0, 8.5, 8.0, 7.5)
#: Further sizes, for a table of few rows rather than a page of its own.
SMALL_SIZES = (7.0, 6.5)
#: Further sizes for a page that is turned; the last is taken even where a table does not fit.
TURNED_SIZES = (7.0, 6.5, 6.0)

#: Size of the type of the text, and how far the first line of a paragraph begins further right, in em.
TEXT_SIZE = 10.5
FIRST_INDENT = 2
#: Of so many lines at most a paragraph with footnotes stands on one page, with a heading above it and without.
MOST_KEPT = 6
MOST_KEPT_ALONE = 3

# -- charts, in points -------------------------------------------------------------------------------------------------
#: Size of charts on paper against their own, so that their text is as large as that of tables.
SCALE = 0.82
#: Height of the tallest chart.
HIGHEST = 600.0
#: Width of each of two charts that stand abreast, and of a chart with its caption at its side.
HALF = 219.0
#: Half a page's chart is no higher.
HIGHEST_HALF = 190.0
#: What the caption below a chart takes, more or less.
CAPTION = 34.0
#: Charts stand abreast where that takes less than this part of the height that they take one below the other.
WORTHWHILE = 0.8
#: Headings of this level and higher part charts: none stands abreast with one beyond such a heading.
PARTING_LEVEL = 2

# -- rows --------------------------------------------------------------------------------------------------------------
#: A wide table with fewer rows is set smaller rather than on a page of its own.
FEW_ROWS = 25
#: A narrow table of this many rows or more stands in two halves.
SPLIT_ROWS = 14
#: A table of more columns is never split.
SPLIT_COLUMNS = 4
#: The halves of a table have room without a break at this size of type.
SPLIT_SIZE = 8.5

# -- widths, in em -----------------------------------------------------------------------------------------------------
#: Left and right of the text of a cell, together.
PADDING = 0.9
#: Letters of European scripts and digits, on average.
NARROW_LETTER = 0.57
#: Digits and the point of the font of tables, and the size of raised letters against others.
DIGIT = 0.539
POINT = 0.326
RAISED = 0.6
#: Signs that take an em although they stand among the narrow ones.
WIDE_SIGNS = "—…※∶"
#: Code points above this are Chinese characters and their signs, an em each.
LAST_NARROW = 0x2E7F
#: A number that is wider counts as a text, which may break.
WIDEST_NUMBER = 11
#: No column is narrower.
LEAST_COLUMN = 2.0
#: A piece of a head that is wider may break.
LONGEST_WHOLE = 6
#: What is left of the width of a table goes to the columns with long texts in steps of this.
STEP = 1.0
#: Type is set smaller where the columns want more than this times the room there is.
CROWDED = 1.6
#: Least room at the right of a number.
NUMBER_PADDING = 0.4
#: Rules part the rows of a table in which a cell takes this many lines.
MANY_LINES = 3
#: A row of more lines may go on on the next page.
MOST_WHOLE = 16
#: One stands in front of the name of a row for each level that it is below others.
INDENT = "　"


@dataclass(frozen=True)
class FittedTable:
    """A table as it is set.

    `room` is its width and `size` that of its type, `widths` those of its columns and `pads` the room right of the
    numbers in each, all in points. `seam` is the column at which the second half of a split table begins, 0 for a table
    that is whole.
    """

    table: Table
    room: float
    size: float
    widths: tuple[float, ...]
    pads: tuple[float, ...]
    seam: int = 0

    def pad(self, row: Cells, at: int) -> float:
        """Room right of a number in points, with which its point stands below those of its column.

        It is never so much that the number itself lacks room.
        """
        pad = self.pads[at] + (self.tails[at] - behind_point(row[at])) * self.size
        spare = self.widths[at] - (width(row[at]) + PADDING / 2) * self.size
        return round(min(pad, max(spare, NUMBER_PADDING * self.size)), 2)

    def hang(self, row: Cells, at: int) -> int:
        """How far the further lines of a text that begins further right do so, too, in em: where that costs no line."""
        told = words(row[at].content)
        deep = len(told) - len(told.lstrip(INDENT))
        room = self.widths[at] / self.size - PADDING
        if not deep or deep >= room:
            return 0
        long = measure(told)
        return deep if _lines(long - deep, room - deep) <= _lines(long, room) else 0

    @cached_property
    def tails(self) -> tuple[float, ...]:
        """Of each column the widest that stands behind a point, in em."""
        return tuple(
            max((behind_point(cell) for cell in cells if is_figure(cell)), default=0.0)
            for cells in zip(*self.table.rows, strict=True)
        )

    @property
    def is_ruled(self) -> bool:
        """Whether rules part its rows: a cell behind the first column takes so many lines that rows run together."""
        return any(
            _lines(width(cell), self.widths[at] / self.size - PADDING) >= MANY_LINES
            for row in self.table.rows
            for at, cell in enumerate(row)
            if at
        )

    def is_whole(self, row: Cells) -> bool:
        """Whether a row stands on one page: it takes no more lines than a page may lack at its foot."""
        return all(
            _lines(width(cell), self.widths[at] / self.size - PADDING) <= MOST_WHOLE for at, cell in enumerate(row)
        )

    @property
    def is_wide(self) -> bool:
        """Whether it needs a page that is turned."""
        return self.room == LANDSCAPE


@dataclass(frozen=True)
class Turned:
    """Blocks on pages that are turned: wide tables with the headings just above them."""

    blocks: tuple[Block | FittedTable, ...]


@dataclass(frozen=True)
class Drawings:
    """A chart, or two narrow ones side by side; a narrow one alone has its caption at its side.

    Drawings that `float` may stand at the foot of their page, or of the next one: what follows them goes on above.
    """

    charts: tuple[Chart, ...]
    narrow: bool = False
    floats: bool = True


@dataclass(frozen=True)
class Kept:
    """A short paragraph with footnotes, and the headings just above it, on one page.

    Typst keeps a heading with what follows, and two lines of a paragraph together, but not where it is a footnote that
    has no room: then the line with its mark goes to the next page alone.
    """

    blocks: tuple[Heading | Paragraph, ...]


Placed = Block | FittedTable | Turned | Drawings | Kept


def lay_out(blocks: Iterable[Block]) -> list[Block | FittedTable | Turned]:
    """The blocks of a chapter with every table fitted, and wide ones on pages that are turned."""
    found: list[Block | FittedTable] = [fit(block) if isinstance(block, Table) else block for block in blocks]
    upright = {_kind(block) for block in found if isinstance(block, FittedTable) and not block.is_wide}
    for at, block in enumerate(found):
        if isinstance(block, FittedTable) and block.is_wide and _kind(block) in upright:
            found[at] = _prefer_upright(block)
    return turn(found)


def with_drawings(blocks: Iterable[Placed]) -> list[Placed]:
    """The blocks with short charts side by side in their narrow form, where that saves room.

    Two charts with nothing between them come first, then the next ones below the same heading of `PARTING_LEVEL`; they
    stand where the second stood. One that is left over has its caption at its side. Drawings float unless they are all
    that stands below their heading, or the end of the chapter.
    """
    found = list(blocks)
    partner: dict[int, int] = {}
    for near in (True, False):
        for first, second in _neighbours(found, partner, near):
            partner[first] = second
    seconds = {second: first for first, second in partner.items()}
    made: list[Placed] = []
    for at, block in enumerate(found):
        if not isinstance(block, Chart):
            made.append(block)
        elif at in seconds:
            made.append(Drawings((found[seconds[at]], block), narrow=True))  # type: ignore[arg-type]
        elif at not in partner:
            made.append(Drawings((block,), narrow=_is_short(block) and _half(block) < _whole(block)))
    return _anchored(made)


def keep(blocks: Iterable[Placed]) -> list[Placed]:
    """The blocks with each short paragraph that has footnotes kept on one page with the headings just above it."""
    made: list[Placed] = []
    for block in blocks:
        if not (isinstance(block, Paragraph) and any(isinstance(piece, Footnote) for piece in block.content)):
            made.append(block)
            continue
        heads: list[Heading] = []
        while made and isinstance(made[-1], Heading) and made[-1].level > 1:
            heads.insert(0, made.pop())  # type: ignore[arg-type]
        lines = _lines(measure(words(block.content)) + FIRST_INDENT, PORTRAIT / TEXT_SIZE)
        if lines <= (MOST_KEPT if heads else MOST_KEPT_ALONE):
            made.append(Kept((*heads, block)))
        else:
            made += [*heads, block]
    return made


def _anchored(blocks: list[Placed]) -> list[Placed]:
    """The blocks with those drawings in their place that must not float."""
    last_text = max((at for at, block in enumerate(blocks) if not isinstance(block, Drawings)), default=-1)
    made: list[Placed] = []
    for at, block in enumerate(blocks):
        before = made[-1] if made else None
        if isinstance(block, Drawings):
            alone = isinstance(before, Heading) or isinstance(before, Drawings) and not before.floats
            block = replace(block, floats=not alone and at < last_text)
        made.append(block)
    return made


def _neighbours(blocks: list[Placed], partner: dict[int, int], near: bool) -> Iterator[tuple[int, int]]:
    """Places of charts that go together; `near`: only of those with nothing between. `partner` have one already."""
    taken = {*partner, *partner.values()}
    waiting = -1
    for at, block in enumerate(blocks):
        if isinstance(block, Heading) and block.level <= PARTING_LEVEL or isinstance(block, Turned):
            waiting = -1
        if not isinstance(block, Chart) or at in taken or not _is_short(block):
            waiting = -1 if near else waiting
            continue
        first = blocks[waiting] if waiting >= 0 else None
        if isinstance(first, Chart) and _pays(first, block):
            yield waiting, at
            waiting = -1
        else:
            waiting = at


def _is_short(chart: Chart) -> bool:
    """Whether a chart has a narrow form that is short enough for half a page."""
    return bool(chart.narrow) and _half(chart) <= HIGHEST_HALF


def _pays(first: Chart, second: Chart) -> bool:
    """Whether two charts take so much less room abreast that it is worth it."""
    together = max(_half(first), _half(second)) + 1.5 * CAPTION
    return together < WORTHWHILE * (_whole(first) + _whole(second))


def _half(chart: Chart) -> float:
    """Height of the narrow drawing of a chart in half a page."""
    return chart.narrow_height * HALF / chart.narrow_width


def _whole(chart: Chart) -> float:
    """Height of a chart that has the page for itself, with its caption."""
    return printed_width(chart) * chart.height / chart.width + CAPTION


def printed_width(chart: Chart) -> float:
    """Width of a chart on paper in points: a little smaller than its own, and no higher than there is room."""
    return chart.width * min(SCALE, HIGHEST / chart.height)


def _kind(fitted: FittedTable) -> tuple[Head, ...]:
    """What tables of one kind have in common: their heads, once."""
    heads = fitted.table.heads
    return heads[: fitted.seam] if fitted.seam else heads


def _prefer_upright(wide: FittedTable) -> FittedTable:
    """A wide table in small type where it then needs no turned page: tables of one kind stand alike."""
    small = fit(wide.table, upright=True)
    return wide if small.is_wide else small


def turn(blocks: list[Block | FittedTable]) -> list[Block | FittedTable | Turned]:
    """Gather wide tables that follow each other, with the headings just above them, on turned pages."""
    groups: list[tuple[bool, list[Block | FittedTable]]] = []  # whether turned, and what; all from back to front
    for block in reversed(blocks):
        in_turned = bool(groups) and groups[-1][0]
        is_wide = isinstance(block, FittedTable) and block.is_wide
        if in_turned and (is_wide or isinstance(block, Heading)):
            groups[-1][1].append(block)
        else:
            groups.append((is_wide, [block]))
    found: list[Block | FittedTable | Turned] = []
    for is_turned, group in reversed(groups):
        if is_turned:
            found.append(Turned(tuple(reversed(group))))
        else:
            found += group
    return found


def measure(text: str) -> float:
    """Width of a text in em, near enough to lay out columns."""
    return sum(1 if is_wide(letter) else NARROW_LETTER for letter in text.strip("\n "))


def is_wide(letter: str) -> bool:
    """Whether a letter takes a whole em."""
    return ord(letter) > LAST_NARROW or letter in WIDE_SIGNS


def is_figure(cell: Cell) -> bool:
    """Whether a cell stands with its point below those of its column: a number that is not broken, or a mere sign."""
    told = words(cell.content)
    is_text = not re.search("[0-9]", told) and any(map(str.isalpha, told))
    return cell.is_number and not is_text and width(cell) <= WIDEST_NUMBER


def behind_point(cell: Cell) -> float:
    """Width in em of what stands behind the last whole digit of a number: point, decimals, sign and mark."""
    if not is_figure(cell):
        return 0.0
    number = next((piece.text for piece in cell.content if isinstance(piece, Run) and not piece.raised), "")
    marks = "".join(piece.text for piece in cell.content if isinstance(piece, Run) and piece.raised)
    found = BEHIND.search(number.strip())
    tail = found[0] if found else ""
    digits = sum(map(str.isdigit, tail))
    points = tail.count(".")
    rest = "".join(letter for letter in tail if letter not in "0123456789.")
    return digits * DIGIT + points * POINT + measure(rest) + RAISED * measure(marks)


def width(cell: Cell | Head) -> float:
    """Width of the text of a cell or a head in em."""
    return measure(words(cell.content))


# -- columns -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Column:
    """What a column asks for, in em without padding.

    `body` is the widest text below its head, `figures` the widest of its numbers with their points below each other;
    `least` is so wide that no number and no word of the head is torn, and texts break into few lines; `wanted` is where
    texts need not break.
    """

    body: float
    figures: float
    least: float
    wanted: float


def columns(table: Table) -> list[Column]:
    """What each column of a table asks for."""
    count = len(table.heads) or max(map(len, table.rows), default=0)
    heads = table.heads or (Head(()),) * count
    cells = zip(*table.rows, strict=True) if table.rows else [()] * count
    return [_column(head, column) for head, column in zip(heads, cells, strict=True)]


def _column(head: Head, cells: Cells) -> Column:
    numbers = [(width(cell), behind_point(cell)) for cell in cells if is_figure(cell)]
    before = max((whole - tail for whole, tail in numbers), default=0.0)
    figures = before + max((tail for _, tail in numbers), default=0.0)
    body = max(max(map(width, cells), default=LEAST_COLUMN), figures)
    may_break = not cells or not all(map(is_figure, cells))
    narrow = min(body, max(7.0, min(body / 6, 10.0))) if may_break else body
    wanted = max(min(body, 40.0), min(width(head), 8.0))
    return Column(body, figures, max(narrow, figures, _narrowest_head(head)), wanted)


def _narrowest_head(head: Head) -> float:
    """The least width of a head in em: short pieces stay whole in one line, long ones break into two."""
    sizes = [measure(piece.text) for piece in head.content if isinstance(piece, Run)]
    return max([LEAST_COLUMN, *(size if size <= LONGEST_WHOLE else max(size / 2, 4.0) for size in sizes)])


# -- the whole table ---------------------------------------------------------------------------------------------------
def fit(table: Table, upright: bool = False) -> FittedTable:
    """A table with the sizes it is set in; `upright`: rather in small type than on a turned page."""
    seam = split_column(table)
    if seam:
        table = halved(table)
    asked = columns(table)
    room, size = _room_and_size(asked, len(table.rows), upright)
    widths = _widths(table, asked, room, size)
    pads = tuple(_pad(width, column.figures or column.body, size) for width, column in zip(widths, asked, strict=True))
    return FittedTable(table, room, size, widths, pads, seam)


def _choices(rows: int, upright: bool) -> Iterator[tuple[float, float]]:
    """Widths of the page with sizes of type, in points, in the order in which they are tried."""
    for size in SIZES:
        yield PORTRAIT, size
    if rows < FEW_ROWS or upright:
        for size in SMALL_SIZES:
            yield PORTRAIT, size
    for size in (*SIZES, *TURNED_SIZES):
        yield LANDSCAPE, size


def _room_and_size(asked: list[Column], rows: int, upright: bool) -> tuple[float, float]:
    """The first page and size of type, in points, in which the columns fit well; the last where they fit in none."""
    least = sum(column.least for column in asked)
    wanted = sum(column.wanted for column in asked)
    choice = (PORTRAIT, SIZES[0])
    for choice in _choices(rows, upright):
        room, size = choice
        ems = room / size - PADDING * len(asked)
        settled = upright or room == LANDSCAPE or size <= SIZES[-1]
        if least <= ems and (settled or wanted <= CROWDED * ems):
            break
    return choice


def _widths(table: Table, asked: list[Column], room: float, size: float) -> tuple[float, ...]:
    """Widths of the columns in points: `room` in all.

    Each has what it needs at least. What is left goes to those that want more, so that the table is as low as can be;
    what is left then, to all.
    """
    least = sum(column.least for column in asked)
    wanted = sum(column.wanted for column in asked)
    spare = room / size - PADDING * len(asked) - least
    more = wanted - least
    if more > spare:
        taken = [width + PADDING for width in _lowest(table, asked, spare)]
    else:
        taken = [column.wanted + (spare - more) * column.wanted / wanted + PADDING for column in asked]
    scale = room / sum(taken)
    return tuple(round(each * scale, 2) for each in taken)


def _lowest(table: Table, asked: list[Column], spare: float) -> list[float]:
    """Widths of the columns in em with which the table has the fewest lines: `spare` em beyond what they need at least.

    Step by step the em goes to where it saves most lines; where no step saves a whole line, to the longest text. What
    is left when no text breaks any more goes to nobody.
    """
    texts = [[width(cell) for cell in row] for row in table.rows]
    taken = [column.least for column in asked]
    while spare > 0:
        step = min(STEP, spare)
        spare -= step
        saved = [_saved(texts, taken, at, step) for at in range(len(taken))]
        best = max(range(len(taken)), key=saved.__getitem__)
        if not any(saved[best]):
            break
        taken[best] += step
    return taken


def _saved(texts: list[list[float]], taken: list[float], at: int, step: float) -> tuple[int, float, float]:
    """Lines of the table that a column saves with `step` em more; of its own lines, what part of one.

    Last what its own broken texts become shorter, in lines, where those of other columns are as long as they are.
    """
    whole = 0
    part = 0.0
    own = 0.0
    for row in texts:
        others = max((_lines(row[other], taken[other]) for other in range(len(row)) if other != at), default=1)
        before = row[at] / taken[at]
        after = row[at] / (taken[at] + step)
        whole += max(others, _lines(row[at], taken[at])) - max(others, _lines(row[at], taken[at] + step))
        part += max(before, others) - max(after, others)
        own += max(before, 1.0) - max(after, 1.0)
    return whole, part, own


def _lines(text: float, room: float) -> int:
    """How many lines a text takes; both widths in em."""
    return max(1, ceil(text / room - 0.01))


def _pad(width: float, figures: float, size: float) -> float:
    """Room right of the numbers of a column in points: the widest stands in its middle; `figures` in em."""
    return round(max((width - figures * size) / 2, NUMBER_PADDING * size), 2)


# -- halves ------------------------------------------------------------------------------------------------------------
def split_column(table: Table) -> int:
    """The column at which the second half begins, 0 for a table that stays whole.

    Long tables of a few short columns stand in two halves side by side, as in the printed yearbooks.
    """
    many = len(table.heads)
    if not 0 < many <= SPLIT_COLUMNS or len(table.rows) < SPLIT_ROWS or any(head.group for head in table.heads):
        return 0
    whole = sum(max(column.body, column.least) + PADDING for column in columns(table))
    return many if 2 * whole <= PORTRAIT / SPLIT_SIZE else 0


def halved(table: Table) -> Table:
    """The table with the second half of its rows beside the first; an odd last row has blank cells beside it."""
    middle = (len(table.rows) + 1) // 2
    blank = tuple(replace(cell, content=(), total=False) for cell in table.rows[0])
    pairs = zip_longest(table.rows[:middle], table.rows[middle:], fillvalue=blank)
    return replace(table, heads=table.heads * 2, rows=tuple(left + right for left, right in pairs))
