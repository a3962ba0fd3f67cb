"""How tables stand on paper: size of type, widths of columns, long narrow ones in halves, wide ones across the page.

Widths of texts are in em (the size of the type), all else in points of 1/72 inch. The sizes were found by looking at
every table of the book; what they try for stands with each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from nianbao.output.print.document import Block, Cell, Cells, Head, Heading, Run, Table, words

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

# -- rows --------------------------------------------------------------------------------------------------------------
#: A wide table with fewer rows is set smaller rather than on a page of its own.
FEW_ROWS = 10
#: A narrow table of this many rows or more stands in two halves.
SPLIT_ROWS = 16
#: A table of more columns is never split.
SPLIT_COLUMNS = 3

# -- widths, in em -----------------------------------------------------------------------------------------------------
#: Left and right of the text of a cell, together.
PADDING = 0.9
#: Letters of European scripts and digits, on average.
NARROW_LETTER = 0.57
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
#: A table is split where no name is wider, ...
SPLIT_NAME = 12
#: ... and no other cell.
SPLIT_CELL = 8
#: Type is set smaller where the columns want more than this times the room there is.
CROWDED = 1.6
#: Least room at the right of a number.
NUMBER_PADDING = 0.4


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

    @property
    def is_wide(self) -> bool:
        """Whether it needs a page that is turned."""
        return self.room == LANDSCAPE


@dataclass(frozen=True)
class Turned:
    """Blocks on pages that are turned: wide tables with the headings just above them."""

    blocks: tuple[Block | FittedTable, ...]


def lay_out(blocks: Iterable[Block]) -> list[Block | FittedTable | Turned]:
    """The blocks of a chapter with every table fitted, and wide ones on pages that are turned."""
    found: list[Block | FittedTable] = [fit(block) if isinstance(block, Table) else block for block in blocks]
    upright = {_kind(block) for block in found if isinstance(block, FittedTable) and not block.is_wide}
    for at, block in enumerate(found):
        if isinstance(block, FittedTable) and block.is_wide and _kind(block) in upright:
            found[at] = _prefer_upright(block)
    return turn(found)


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


def width(cell: Cell | Head) -> float:
    """Width of the text of a cell or a head in em."""
    return measure(words(cell.content))


# -- columns -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Column:
    """What a column asks for, in em without padding.

    `body` is the widest text below its head; `least` is so wide that no number and no word of the head is torn, and
    texts break into few lines; `wanted` is where texts need not break.
    """

    body: float
    least: float
    wanted: float


def columns(table: Table) -> list[Column]:
    """What each column of a table asks for."""
    count = len(table.heads) or max(map(len, table.rows), default=0)
    heads = table.heads or (Head(()),) * count
    cells = zip(*table.rows, strict=True) if table.rows else [()] * count
    return [_column(head, column) for head, column in zip(heads, cells, strict=True)]


def _column(head: Head, cells: Cells) -> Column:
    body = max(map(width, cells), default=LEAST_COLUMN)
    may_break = not cells or any(not cell.is_number or width(cell) > WIDEST_NUMBER for cell in cells)
    narrow = min(body, max(8.0, min(body / 4, 15.0))) if may_break else body
    wanted = max(min(body, 40.0), min(width(head), 8.0))
    return Column(body, max(narrow, _narrowest_head(head)), wanted)


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
    widths = _widths(asked, room, size)
    pads = tuple(_pad(width, column.body, size) for width, column in zip(widths, asked, strict=True))
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


def _widths(asked: list[Column], room: float, size: float) -> tuple[float, ...]:
    """Widths of the columns in points: `room` in all.

    Each has what it needs at least. What is left goes to those that want more, in proportion; what is left then, to
    all.
    """
    least = sum(column.least for column in asked)
    wanted = sum(column.wanted for column in asked)
    spare = room / size - PADDING * len(asked) - least
    more = wanted - least
    if more > spare:
        part = max(spare, 0.0) / more if more else 0.0
        taken = [column.least + (column.wanted - column.least) * part + PADDING for column in asked]
    else:
        taken = [column.wanted + (spare - more) * column.wanted / wanted + PADDING for column in asked]
    scale = room / sum(taken)
    return tuple(round(each * scale, 2) for each in taken)


def _pad(width: float, body: float, size: float) -> float:
    """Room right of the numbers of a column in points: the widest stands in its middle; `body` in em."""
    return round(max((width - body * size) / 2, NUMBER_PADDING * size), 2)


# -- halves ------------------------------------------------------------------------------------------------------------
def split_column(table: Table) -> int:
    """The column at which the second half begins, 0 for a table that stays whole.

    Long tables of a few short columns stand in two halves side by side, as in the printed yearbooks.
    """
    many = len(table.heads)
    if not 0 < many <= SPLIT_COLUMNS or len(table.rows) < SPLIT_ROWS or any(head.group for head in table.heads):
        return 0
    return many if all(map(_is_short, table.rows)) else 0


def _is_short(row: Cells) -> bool:
    """Whether a row has room in half a page."""
    name, *others = row
    return width(name) <= SPLIT_NAME and all(width(cell) <= SPLIT_CELL for cell in others)


def halved(table: Table) -> Table:
    """The table with the second half of its rows beside the first; an odd last row has blank cells beside it."""
    middle = (len(table.rows) + 1) // 2
    blank = tuple(replace(cell, content=(), total=False) for cell in table.rows[0])
    pairs = zip_longest(table.rows[:middle], table.rows[middle:], fillvalue=blank)
    return replace(table, heads=table.heads * 2, rows=tuple(left + right for left, right in pairs))
