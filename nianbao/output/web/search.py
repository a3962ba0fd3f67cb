"""The text of the book for the search that runs in the reader's browser.

Chinese has no spaces, so nothing is cut into words: every passage is shipped as it stands and `seek.js` looks for the
reader's words in it (folded: width, case, thousands separators), by pairs of characters where no passage has them all.
That finds every phrase; the whole book takes less than an index of its words would, and one script that is
loaded at the first search works from `file://` too. With the passages go the figures (`answers.py`) and the words that
readers use (`words.py`); a row of a table is found by the table's title and the section's heading before it as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import singledispatch
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from nianbao.chapter.record import (
    Block,
    CardsRecord,
    Cell,
    ChartRecord,
    CodeBlock,
    Definitions,
    Emphasis,
    FigureText,
    Head,
    Heading,
    Inline,
    Link,
    ListBlock,
    Paragraph,
    PlainTable,
    ProseRecord,
    Quote,
    Strong,
    TableBody,
    TableRecord,
    Unknown,
    plain,
)
from nianbao.data.dataset import Dataset
from nianbao.output.records import Part
from nianbao.output.web.answers import answers
from nianbao.output.web.dictionary import Listing
from nianbao.output.web.packing import packed, unpacked
from nianbao.output.web.words import lexicon, readings_of, regions
from nianbao.output.web.words import words as known_words

#: Kinds of passages; `search.js` ranks by them.
TITLE, HEADING, CAPTION, TEXT, TABLE = range(5)
BLANKS = re.compile(r"[ \t\r\n\xa0]+")
WIDE = r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f“”—…]"
BETWEEN_WIDE = re.compile(rf"(?<={WIDE}) (?={WIDE})")
#: What stands in a cell for what was not published.
UNKNOWN = "…"
#: Behind a figure that is in doubt, as on the pages; `seek.js` looks past it.
DOUBT = "※"
#: What the script is made of.
BEGINNING = "nianbaoText("
END = ")\n"


class Passage(NamedTuple):
    """A passage: its kind, its text, and the `anchor` a link to it leads to (a table, chart or section of the page)."""

    kind: int
    text: str
    anchor: str


@dataclass(frozen=True)
class SearchedPage:
    """A page to search: its `address`, its parts (places are filled), and the ids of its sections in order."""

    address: str
    parts: Sequence[Part | Listing]
    sections: Sequence[str]


def words(text: str) -> str:
    """A text on one line; line ends between Chinese characters are no spaces."""
    return BETWEEN_WIDE.sub("", BLANKS.sub(" ", text).strip())


def line(content: tuple[Inline, ...]) -> str:
    """Inlines on one line, figures in doubt marked."""
    return words("".join(marked(each) for each in content))


def marked(inline: Inline) -> str:
    """The words of an inline; a figure that is in doubt bears its mark."""
    if isinstance(inline, Strong | Emphasis | Link):
        return "".join(map(marked, inline.content))
    return plain((inline,)) + (DOUBT if isinstance(inline, FigureText) and inline.marked else "")


def together(texts: Iterable[str]) -> str:
    """Cells of a row, or the parts of a card, set apart."""
    return " ".join(filter(None, map(words, texts)))


def passages(page: SearchedPage) -> Iterator[Passage]:
    """Every passage of a page, in order."""
    section = ""
    sections = iter(page.sections)
    for part in page.parts:
        if isinstance(part, Heading):
            section = next(sections, section)
        for each in passages_of(part, section):
            if each.text:
                yield each


@singledispatch
def passages_of(part: object, section: str) -> Iterator[Passage]:
    """The passages of a part of a page that stands in a section; none of a place that is not filled."""
    return iter(())


@passages_of.register
def of_heading(part: Heading, section: str) -> Iterator[Passage]:
    """A heading."""
    yield Passage(TITLE if part.level == 1 else HEADING, line(part.content), section)


@passages_of.register
def of_paragraph(part: Paragraph, section: str) -> Iterator[Passage]:
    """A paragraph."""
    yield Passage(TEXT, line(part.content), section)


@passages_of.register
def of_list(part: ListBlock, section: str) -> Iterator[Passage]:
    """A list: the blocks of its items."""
    for item in part.items:
        yield from of_blocks(item, section)


@passages_of.register
def of_definitions(part: Definitions, section: str) -> Iterator[Passage]:
    """Terms, each with its explanations."""
    for entry in part.entries:
        yield Passage(TEXT, line(entry.term), section)
        for explanation in entry.explanations:
            yield from of_blocks(explanation, section)


@passages_of.register
def of_quote(part: Quote, section: str) -> Iterator[Passage]:
    """Quoted blocks."""
    return of_blocks(part.blocks, section)


@passages_of.register
def of_code(part: CodeBlock, section: str) -> Iterator[Passage]:
    """Lines of code."""
    yield Passage(TEXT, words(part.text), section)


@passages_of.register
def of_plain_table(part: PlainTable, section: str) -> Iterator[Passage]:
    """The rows of a table without number."""
    for row in (part.heads, *part.rows):
        yield Passage(TABLE, together(map(line, row)), section)


@passages_of.register
def of_prose(part: ProseRecord, section: str) -> Iterator[Passage]:
    """The paragraphs of prose."""
    return of_blocks(part.blocks, section)


@passages_of.register
def of_cards(part: CardsRecord, section: str) -> Iterator[Passage]:
    """Each key figure in one line."""
    for card in part.cards:
        yield Passage(TEXT, together((card.name, line(card.value), line(card.moved))), section)


@passages_of.register
def of_numbered_table(part: TableRecord, section: str) -> Iterator[Passage]:
    """A numbered table with its notes."""
    yield from of_table(CAPTION, part.caption, part.body, part.identity)
    yield from of_notes(part.notes, part.identity)


@passages_of.register
def of_listing(part: Listing, section: str) -> Iterator[Passage]:
    """A table of the page of reference."""
    return of_table(CAPTION, part.caption, part.body, part.identity)


@passages_of.register
def of_chart(part: ChartRecord, section: str) -> Iterator[Passage]:
    """A chart: what it shows in words, its caption, notes and numbers."""
    yield Passage(TEXT, doubted(part.alt, part.body), part.identity)
    yield Passage(CAPTION, words(part.caption), part.identity)
    yield from of_notes(part.notes, part.identity)
    # The caption of the numbers says what that of the chart does; it is no caption of its own.
    yield from of_table(TABLE, f"{part.title}（数值）", part.body, f"{part.identity}-data")


def doubted(alt: str, body: TableBody) -> str:
    """What a chart shows in words, with the marks its numbers bear; one that another figure shares bears none."""
    cells = [cell for row in body.rows for cell in row.cells if isinstance(cell, FigureText)]
    clear = {cell.text for cell in cells if not cell.marked}
    for text in {cell.text for cell in cells if cell.marked} - clear:
        alt = re.sub(rf"(?<![\d.,]){re.escape(text)}(?![\d.,]|{DOUBT})", text + DOUBT, alt)
    return alt


def of_blocks(blocks: Iterable[Block], section: str) -> Iterator[Passage]:
    """The passages of blocks."""
    for block in blocks:
        yield from passages_of(block, section)


def of_notes(notes: Iterable[str], anchor: str) -> Iterator[Passage]:
    """The notes below a table or chart."""
    for note in notes:
        yield Passage(TEXT, words(note), anchor)


def of_table(kind: int, caption: str, body: TableBody, anchor: str) -> Iterator[Passage]:
    """The caption (of a `kind`), heads and rows of a table."""
    unit = f"单位：{body.unit}" if body.unit else ""
    yield Passage(kind, together((caption, unit)), anchor)
    for heads in head_rows(body.heads):
        yield Passage(TABLE, together(heads), anchor)
    for row in body.rows:
        yield Passage(TABLE, together(map(cell_text, row.cells)), anchor)


def head_rows(heads: Sequence[Head]) -> list[list[str]]:
    """The rows of heads of a table: the groups above, where there are any, and the names of their columns below."""
    upper = []
    lower = []
    for group, members in groupby(heads, key=lambda head: head.group):
        names = [head.name for head in members]
        upper += [group] if group else names
        lower += names if group else []
    return [upper, lower] if lower else [upper]


def cell_text(cell: Cell) -> str:
    """A cell as readers see it."""
    return UNKNOWN if isinstance(cell, Unknown) else marked(cell)


def write(pages: Iterable[SearchedPage], path: Path, data: Dataset, content: Path) -> None:
    """`search.data.js`: the pages with their passages, the figures, the words and regions that readers name.

    `data` are those of the edition; the folder `content` may hold words of its own. Raises DataError where these cannot
    be read.
    """
    known = list(pages)
    book = passages_by_page(known)
    lists = lexicon(known_words(data.catalogue, content))
    figures = answers([page.parts for page in known], data)
    names = [about[1] for about in figures["indicators"]]
    spoken = [
        *names,
        *(each for role in lists.values() for word, means in role.items() for each in (word, *means)),
        *(text for page in book for kind, text, *_ in page[2] if kind in (TITLE, HEADING, CAPTION)),
    ]
    places = regions(data.catalogue)
    value = {
        "pages": book,
        "figures": figures,
        "words": lists,
        "regions": places,
        "readings": readings_of([*spoken, *(name for _, _, *own in places for name in own)]),
    }
    recurring = [*names, *figures["notes"]]
    path.write_text(f"{BEGINNING}{packed(value, recurring)}{END}", "utf-8", newline="\n")


def read(path: Path) -> dict[str, Any]:
    """What `write` wrote."""
    found = unpacked(path.read_text("utf-8").removeprefix(BEGINNING).removesuffix(END))
    assert isinstance(found, dict)
    return found


def passages_by_page(pages: Iterable[SearchedPage]) -> list[list[Any]]:
    """For each page its address, title and passages; the anchor of the last one is left out."""
    book = []
    for page in pages:
        title = ""
        last = None
        rows = []
        for each in passages(page):
            if each.kind == TITLE and not title:
                title = each.text
            rows.append([each.kind, each.text] if each.anchor == last else [*each])
            last = each.anchor
        book.append([page.address, title, rows])
    return book
