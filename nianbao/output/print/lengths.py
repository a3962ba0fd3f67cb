"""On which page of a Word file a heading stands, more or less: for its contents, until Word has set it.

Word alone knows; it counts anew when it opens the file. Other programs do not, and contents without any page are no
contents. Heights are in points, as the styles of `word.yml` have them.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from nianbao.output.print.document import (
    Block,
    Cards,
    Chapter,
    Chart,
    Definition,
    Definitions,
    Glossary,
    Heading,
    Line,
    ListBlock,
    Paragraph,
    Quote,
    Table,
    words,
)
from nianbao.output.print.layout import PADDING, PORTRAIT, FittedTable, fit, measure, printed_width, width

#: Height of the type area.
PAGE = 697.0
#: Pages in front of the first chapter: cover, imprint, preface, contents of about so many headings a page.
FRONT = 3
LISTED = 36
#: Tables and charts on a page of their lists.
LISTED_SMALL = 48
#: Heights: a line of text with its size, a line of a note, a line in a table, a heading by its level.
LINE, SIZE = 18.4, 10.5
NOTE, NOTE_SIZE = 14.0, 8.0
ROW = 1.4
HEADINGS = {1: 60.0, 2: 50.0, 3: 42.0, 4: 34.0, 5: 32.0}
#: What a table and a chart take beside their rows and drawing.
AROUND = 48.0
#: After a paragraph.
AFTER = 4.0
#: What an indicator means: a line, and what stands after a paragraph.
MEANING, AFTER_MEANING = 12.0, 1.0


def first_pages(chapters: Iterable[Chapter], deepest: int) -> dict[str, int]:
    """The page of each heading, table and chart that has a name, by its name."""
    shown = [chapter for chapter in chapters if not chapter.is_preface]
    listed = sum(heading.level <= deepest for chapter in shown for heading in chapter.headings)
    small = sum(len(chapter.tables) + len(chapter.charts) for chapter in shown)
    page = FRONT + ceil(listed / LISTED) + ceil(small / LISTED_SMALL)
    found = {}
    for chapter in shown:
        page += 1
        filled = 0.0
        for block in chapter.blocks:
            high = height(block)
            if filled + (high if isinstance(block, Chart | Heading) else 0) > PAGE:
                page += 1
                filled = 0.0
            if isinstance(block, Heading | Table | Chart) and block.identity:
                found[block.identity] = page
            filled += high
            page += int(filled // PAGE)
            filled %= PAGE
    return found


def height(block: Block) -> float:
    """Height of a block, more or less."""
    high = LINE
    match block:
        case Heading():
            high = HEADINGS[block.level]
        case Paragraph():
            high = text(block.content, NOTE if block.role else LINE, NOTE_SIZE if block.role else SIZE)
        case Table():
            high = table(fit(block))
        case Chart():
            high = printed_width(block) * block.height / block.width + AROUND + notes(block)
        case ListBlock():
            high = sum(height(each) for item in block.items for each in item)
        case Quote():
            high = sum(map(height, block.blocks))
        case Cards():
            high = len(block.cards) * (LINE + AFTER)
        case Definitions():
            high = len(block.entries) * (NOTE + 2 * AFTER)
        case Glossary():
            high = sum(meaning(entry) for entry in block.entries)
    return high


def meaning(entry: Definition) -> float:
    """Height of what an indicator means, with its name in front."""
    told = [block.content for each in entry.explanations for block in each if isinstance(block, Paragraph)]
    long = measure(words(entry.term)) + 1 + sum(measure(words(line)) for line in told)
    return ceil(long * NOTE_SIZE / PORTRAIT) * MEANING + AFTER_MEANING


def notes(shown: Table | Chart) -> float:
    """Height of the notes below a table or chart."""
    return sum(text(note, NOTE, NOTE_SIZE) for note in shown.notes)


def text(content: Line, line: float, size: float) -> float:
    """Height of a paragraph: its lines, each `line` high, of letters of this size."""
    return ceil((measure(words(content)) + 2) * size / PORTRAIT) * line + AFTER


def table(fitted: FittedTable) -> float:
    """Height of a table with its caption and notes."""
    rows = 0
    for row in fitted.table.rows:
        rooms = [wide / fitted.size - PADDING for wide in fitted.widths]
        rows += max(ceil(width(cell) / room) or 1 for cell, room in zip(row, rooms, strict=True))
    return (rows + 2) * ROW * fitted.size + AROUND + notes(fitted.table)
