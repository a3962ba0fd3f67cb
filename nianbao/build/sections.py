"""Headings under which a year has nothing to show leave the book with what they announced.

An executed notebook is taken piece by piece: headings, and what stands between them. A cell of Markdown may hold
several headings, or headings and text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nianbao.chapter.markdown import PAGES, without_myst
from nianbao.chapter.record import LACKING, Block, CardsRecord, Paragraph, ProseRecord, of_output
from nianbao.output.records import HIDDEN, whole

#: The level of the title of a chapter, which stays whatever is below it.
TITLE = 1
#: The level of the sections of a chapter.
SECTION = 2
#: Below every heading: the level of what is no heading.
CONTENT = 7


@dataclass(frozen=True)
class Piece:
    """A heading, or what stands between two headings, in the cell number `cell`.

    `level` is 1 to 6 for a heading, CONTENT for anything else; `shows` tells whether readers see something of it. Of a
    cell of Markdown the piece is the lines from `start` up to `end`.
    """

    cell: int
    level: int
    shows: bool
    start: int = 0
    end: int = 0


def drop_empty(cells: Iterable[Any]) -> list[Any]:
    """The cells of an executed notebook without the headings of empty sections; no cell is changed.

    A section is empty where nothing up to the next heading of the same or a higher level shows anything but what the
    year lacks. A cell of which nothing is left goes, one of which something is left is a copy. Sections that are left
    out for what the year lacks are named at the end.
    """
    known = list(cells)
    found = [piece for number, cell in enumerate(known) for piece in pieces(number, cell)]
    empty: dict[int, list[Piece]] = {}
    gone = empty_headings(found)
    for heading in gone:
        empty.setdefault(heading.cell, []).append(heading)
    silent = cells_that_lack(known, found, gone)
    left = []
    for number, cell in enumerate(known):
        if number in silent:
            emptied = cell.copy()
            emptied["outputs"] = []
            left.append(emptied)
        else:
            left.append(without(cell, empty[number]) if number in empty else cell)
    note = note_on_gone(known, found, gone, silent)
    return [cell for cell in [*left, note] if cell is not None]


def cells_that_lack(cells: Sequence[Any], found: Iterable[Piece], gone: Sequence[Piece]) -> set[int]:
    """The numbers of the cells under headings that are gone that say nothing but what the year lacks."""
    numbers = set()
    under: Piece | None = None
    for piece in found:
        if piece.level != CONTENT:
            under = piece
        elif under in gone and cells[piece.cell]["cell_type"] != "markdown" and lacks(cells[piece.cell]):
            numbers.add(piece.cell)
    return numbers


def note_on_gone(
    cells: Sequence[Any], found: Iterable[Piece], gone: Sequence[Piece], silent: Collection[int]
) -> Any | None:
    """A cell that names the sections left out for what the year lacks, by the section of the chapter they stand in.

    None where none was. Of a section that is left out whole its parts are not named.
    """
    named: dict[str, list[str]] = {}
    section = ""
    open_gone: list[Piece] = []  # the headings that are gone around the place that is looked at, the highest first
    for piece in found:
        if piece.level == CONTENT:
            if piece.cell in silent and open_gone:
                top = open_gone[0]
                title = title_of(cells, top)
                parts = named.setdefault(title if top.level == SECTION else section, [])
                if top.level != SECTION and title not in parts:
                    parts.append(title)
            continue
        open_gone = [each for each in open_gone if each.level < piece.level]
        if piece in gone:
            open_gone.append(piece)
        if piece.level == SECTION:
            section = title_of(cells, piece)
    titles = [cell for cell in cells if cell["cell_type"] == "markdown"]
    if not named or not titles:
        return None
    told = "；".join(f"{title}中的{'、'.join(parts)}" if parts else title for title, parts in named.items())
    note = titles[0].copy()
    told = told.removeprefix("中的")  # of a chapter without sections
    note["source"] = f"以下各节没有本年的资料，从略：{told}。"
    if "id" in note:
        note["id"] = "left-out"
    return note


def title_of(cells: Sequence[Any], heading: Piece) -> str:
    """The words of a heading."""
    lines = whole(cells[heading.cell]["source"]).splitlines()[heading.start : heading.end]
    return " ".join(lines).lstrip("#").strip()


def empty_headings(all_pieces: Iterable[Piece]) -> list[Piece]:
    """The headings of sections that show nothing."""
    found: list[Piece] = []
    next_level = 0  # the level of the next piece that stays; 0 where none does
    for piece in reversed(list(all_pieces)):
        if piece.level == CONTENT:
            stays = piece.shows
        else:
            stays = piece.level == TITLE or piece.level < next_level
            if not stays:
                found.append(piece)
        if stays:
            next_level = piece.level
    return found


def pieces(number: int, cell: Any) -> Iterator[Piece]:
    """The pieces of a cell in order."""
    if cell["cell_type"] != "markdown":
        yield Piece(number, CONTENT, shown(cell))
        return
    text = whole(cell["source"])
    lines = text.splitlines()
    at = 0
    for token in PAGES.parse(text):
        if token.type == "heading_open" and token.level == 0 and token.map:
            start, end = token.map
            yield Piece(number, CONTENT, says(lines[at:start]), at, start)
            yield Piece(number, int(token.tag[1:]), True, start, end)
            at = end
    yield Piece(number, CONTENT, says(lines[at:]), at, len(lines))


def without(cell: Any, headings: Iterable[Piece]) -> Any | None:
    """A cell of Markdown without some of its headings; None where nothing is left."""
    lines = whole(cell["source"]).splitlines(keepends=True)
    for heading in headings:
        lines[heading.start : heading.end] = [""] * (heading.end - heading.start)
    text = "".join(lines).strip("\n")
    if not text.strip():
        return None
    changed = cell.copy()
    changed["source"] = text
    return changed


def says(lines: Iterable[str]) -> bool:
    """Whether lines of Markdown say something: labels and comments of MyST do not."""
    return bool(without_myst("\n".join([*lines, ""])).strip())


def shown(cell: Any) -> bool:
    """Whether readers see something of a cell that is not Markdown."""
    if HIDDEN & set(cell.get("metadata", {}).get("tags", [])):
        return False
    return any(visible(output) for output in cell.get("outputs", []))


def is_lacking(block: Block) -> bool:
    """Whether a block only says what the year lacks."""
    return isinstance(block, Paragraph) and block.role == LACKING


def lacks(cell: Any) -> bool:
    """Whether readers of a cell would only see what the year lacks."""
    if shown(cell) or HIDDEN & set(cell.get("metadata", {}).get("tags", [])):
        return False
    records = [record for output in cell.get("outputs", []) if isinstance(record := of_output(output), ProseRecord)]
    return any(record.blocks for record in records)


def visible(output: Any) -> bool:
    """Whether an output shows something: a record that is not empty, a text, a picture, an error."""
    record = of_output(output)
    if isinstance(record, ProseRecord):
        return not all(is_lacking(block) for block in record.blocks)
    if isinstance(record, CardsRecord):
        return bool(record.cards)
    if record is not None or output["output_type"] == "error":
        return True
    texts = output["data"].values() if "data" in output else [output.get("text", "")]
    return any(whole(text).strip() if isinstance(text, str | list) else text for text in texts)
