"""From an edition to its book on paper: records of the executed notebooks, Markdown cells and the pages of `book/`.

What has no record stands on the screen only: an output that an analyst made without the chapter's functions, tables
that unfold, what the web fills in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

from nianbao.chapter import record
from nianbao.chapter.markdown import blocks_of_markdown
from nianbao.chapter.published import reason_of
from nianbao.errors import DataError
from nianbao.output.print.document import (
    STAR,
    WIDE_BLANK,
    Again,
    Block,
    Break,
    Card,
    Cards,
    Cell,
    Cells,
    Chapter,
    Chart,
    CodeBlock,
    Definition,
    Definitions,
    Footnote,
    Head,
    Heading,
    Line,
    ListBlock,
    Paragraph,
    Piece,
    Quote,
    Run,
    Table,
    with_lines,
)
from nianbao.output.print.references import with_references
from nianbao.output.records import HIDDEN, whole
from nianbao.settings import Entry

#: Addresses that lead out of the book.
OUTSIDE = ("http://", "https://", "mailto:")
#: What a mark says where the fact on the figure says nothing.
DOUBTED = "与原件中的其他数不符，见核对一章。"
#: In a cell for what was not published.
UNKNOWN = "…"
#: The deepest heading there is on paper.
DEEPEST = 5
#: A short name of Chinese characters: its last word, of two or three, stays whole.
SHORT_NAME = re.compile("[一-龥]{2,8}")
#: From this length on a name has a last word.
LONG_ENOUGH = 6
#: The unit behind a figure, from which no line tears it.
UNIT = re.compile(
    "[%‰]|∶1|个百分点|个月|[百千万亿]*(?:人次|平方米|[元人件条张户家个项次辆台套份名所处年岁])|[百千万亿]+"
)
#: Names that end so have a last word of three characters: 养老金, 接待费, 申请表.
THREE = "金费表函"


def chapters(
    entries: Iterable[Entry],
    source: Path,
    only: str | None = None,
    places: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Chapter, ...]:
    """The chapters of an edition in the order of `entries`, the preface first.

    `source` holds the executed notebooks and `book/`; `only` is the name of one chapter; `places` what is put into the
    places of a page, in Markdown (others stay empty). DataError for an entry without a file.
    """
    wanted = [entry for entry in entries if not only or entry.name == only]
    found = [chapter(entry, source, places) for entry in wanted]
    known = {block.identity for each in found for block in each.blocks if isinstance(block, Table | Chart)} - {""}
    names = {each.name for each in found if each.headings}
    linked = [_linked(each, known, names) for each in found]
    referring = [replace(each, blocks=tuple(with_references(each.blocks))) for each in linked]
    return tuple(sorted(referring, key=lambda each: not each.is_preface))


def chapter(entry: Entry, source: Path, places: Mapping[str, str] = MappingProxyType({})) -> Chapter:
    """A chapter as it stands in `source`, its `places` filled; links still lead where they lead on the web."""
    blocks, printed = content_of_file(source / entry.file, places)
    return Chapter(entry.file, entry.part, tuple(_with_steady_levels(entry.name, blocks)), printed)


def content_of_file(
    path: Path, places: Mapping[str, str] = MappingProxyType({})
) -> tuple[Iterable[Block], tuple[str, ...]]:
    """The blocks of a page, and the names of the figures in it; `path` without suffix.

    It is a Markdown file, into whose places `places` are put, or an executed notebook; DataError if neither.
    """
    page = path.with_suffix(".md")
    executed = path.with_suffix(".ipynb")
    if page.exists():
        text = page.read_text("utf-8")
        for place, filling in places.items():
            text = text.replace(place, filling)
        return blocks_of_text(text), ()
    if executed.exists():
        # As JSON: nbformat, which checks every output against its schema, takes five times as long.
        notebook = json.loads(executed.read_text("utf-8"))
        return blocks_of_notebook(notebook), tuple(printed_in(notebook))
    raise DataError(f"目录 _toc.yml 中的“{path.name}”没有对应的文件：{path}")


def printed_in(notebook: Mapping[str, Any]) -> Iterator[str]:
    """The names of the figures that an executed notebook prints, as often as it does."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            yield from output.get("data", {}).get(record.MIME, {}).get("printed", ())


def blocks_of_notebook(notebook: Mapping[str, Any]) -> Iterator[Block]:
    """What an executed notebook (of format 4) shows: Markdown, and the outputs that have a record or are Markdown."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            yield from blocks_of_text(whole(cell["source"]))
        elif not HIDDEN.intersection(cell["metadata"].get("tags", ())):
            for output in cell.get("outputs", ()):
                yield from blocks_of_output(output)


def blocks_of_text(text: str) -> tuple[Block, ...]:
    """The blocks of a text in Markdown."""
    return printed_blocks(blocks_of_markdown(text), {})


def blocks_of_output(output: Mapping[str, Any]) -> Iterator[Block]:
    """The blocks of an output of a notebook."""
    known = record.of_output(output)
    if known is None:
        yield from blocks_of_text(whole(output.get("data", {}).get("text/markdown", "")))
    else:
        yield from blocks_of_record(known)


def blocks_of_record(shown: record.Record) -> Iterator[Block]:
    """The blocks of a record: prose has several, all others one."""
    match shown:
        case record.ProseRecord():
            yield from printed_blocks(shown.blocks, shown.facts)
        case record.TableRecord():
            yield table(shown)
        case record.ChartRecord():
            yield chart(shown)
        case record.CardsRecord():
            yield Cards(tuple(_card(each, shown.facts) for each in shown.cards))
        case _:
            raise TypeError(f"a record of an unknown type: {type(shown).__name__}")


# -- text --------------------------------------------------------------------------------------------------------------
Facts = Mapping[str, record.Fact]


def printed_blocks(blocks: Iterable[record.Block], facts: Facts) -> tuple[Block, ...]:
    """Blocks of text for print; `facts` say what the footnote of a marked figure says."""
    return tuple(_printed(block, facts) for block in blocks)


def _printed(block: record.Block, facts: Facts) -> Block:
    made: Block
    match block:
        case record.Paragraph():
            made = Paragraph(line(block.content, facts), block.role)
        case record.Heading():
            made = Heading(block.level, line(block.content, facts))
        case record.ListBlock():
            items = tuple(_inner_blocks(item, facts) for item in block.items)
            made = ListBlock(items, block.ordered, block.start)
        case record.Definitions():
            made = Definitions(tuple(_definition(entry, facts) for entry in block.entries))
        case record.Quote():
            made = Quote(_inner_blocks(block.blocks, facts))
        case record.CodeBlock():
            made = CodeBlock(block.text)
        case record.PlainTable():
            made = plain_table(block, facts)
    return made


def _inner_blocks(blocks: Iterable[record.Block], facts: Facts) -> tuple[Block, ...]:
    """Blocks within a list or a quotation, in which a heading is a strong line: it is none of the chapter's."""
    return tuple(_without_level(block) for block in printed_blocks(blocks, facts))


def _without_level(block: Block) -> Block:
    if not isinstance(block, Heading):
        return block
    return Paragraph(tuple(replace(piece, strong=True) if isinstance(piece, Run) else piece for piece in block.content))


def _definition(entry: record.Definition, facts: Facts) -> Definition:
    explanations = tuple(_inner_blocks(blocks, facts) for blocks in entry.explanations)
    return Definition(line(entry.term, facts), explanations)


def _card(card: record.Card, facts: Facts) -> Card:
    return Card(card.name, line(card.value, facts), line(card.moved, facts))


def line(content: Iterable[record.Inline], facts: Facts) -> Line:
    """A line for print: a marked figure carries its footnote; words of one look that follow each other are one run.

    Where the same is to be said of several figures of the line, it is said at the first; the others bear its number.
    """
    joined: list[Piece] = []
    said: list[str] = []
    for piece in _pieces(_with_units(content), facts, Run("")):
        if isinstance(piece, Footnote):
            reason = reason_of(piece.text)
            if reason in said:
                joined.append(Again(len(said) - said.index(reason)))
                continue
            said.append(reason)
        last = joined[-1] if joined else None
        if isinstance(last, Run) and isinstance(piece, Run) and replace(piece, text=last.text) == last:
            joined[-1] = replace(last, text=last.text + piece.text)
        else:
            joined.append(piece)
    return tuple(joined)


def _with_units(content: Iterable[record.Inline]) -> Iterator[record.Inline]:
    """A line in which the text of a figure that is not marked holds its unit as well."""
    held: record.FigureText | None = None
    for each in content:
        if held is not None and isinstance(each, record.Text):
            unit = UNIT.match(each.text)
            if unit:
                held = replace(held, text=held.text + unit[0])
                each = record.Text(each.text[unit.end() :])
        if held is not None:
            yield held
        held = each if isinstance(each, record.FigureText) and not each.marked else None
        if held is None and each != record.Text(""):
            yield each
    if held is not None:
        yield held


def _pieces(content: Iterable[record.Inline], facts: Facts, look: Run) -> Iterator[Piece]:
    """The pieces of a line; `look` is the look of the words around it."""
    for each in content:
        match each:
            case record.Text():
                yield replace(look, text=each.text)
            case record.Code():
                yield replace(look, text=each.text, code=True)
            case record.FigureText():
                yield replace(look, text=each.text, whole=bool(UNIT.search(each.text)))
                if each.marked:
                    yield Footnote(doubt(each, facts))
            case record.Strong():
                yield from _pieces(each.content, facts, replace(look, strong=True))
            case record.Emphasis():
                yield from _pieces(each.content, facts, replace(look, emphasis=True))
            case record.Link():
                yield from _pieces(each.content, facts, replace(look, target=each.target))
            case record.LineBreak():
                yield Break()


def doubt(figure: record.FigureText, facts: Facts) -> str:
    """What there is to say of a marked figure."""
    fact = facts.get(figure.id)
    return fact.note if fact and fact.note else DOUBTED


# -- tables ------------------------------------------------------------------------------------------------------------
def table(shown: record.TableRecord) -> Table:
    """A numbered table; the marks of its figures are explained in the notes below it.

    DataError for a row that has more or fewer cells than there are heads.
    """
    body = shown.body
    for number, row in enumerate(body.rows, 1):
        if len(row.cells) != len(body.heads):
            raise DataError(f"{shown.label}第{number}行有{len(row.cells)}格，表头有{len(body.heads)}格")
    numbers = _note_numbers(body, shown.facts)
    notes = [*filter(None, shown.notes), *_doubts(body, shown.facts)]
    return Table(
        heads=tuple(Head(name_line(head.name), head.group) for head in body.heads),
        rows=tuple(_cells(row, body.heads, numbers) for row in body.rows),
        identity=shown.identity,
        label=shown.label,
        title=shown.title,
        unit=f"单位：{body.unit}" if body.unit else "",
        notes=tuple((Run(note),) for note in notes),
    )


def _note_numbers(body: record.TableBody, facts: Facts) -> dict[str, int]:
    """The number of the note on each marked figure of a table, by the name of the figure."""
    numbers: dict[str, int] = {}
    reasons: list[str] = []
    for row in body.rows:
        for cell in row.cells:
            if isinstance(cell, record.FigureText) and cell.marked:
                reason = reason_of(doubt(cell, facts))
                if reason not in reasons:
                    reasons.append(reason)
                numbers[cell.id] = reasons.index(reason) + 1
    return numbers


def _doubts(body: record.TableBody, facts: Facts) -> Iterator[str]:
    """Notes on the marked figures of a table; what is to be said of several is said once, with their rows' names."""
    told: dict[str, str] = {}
    names: dict[str, list[str]] = {}
    for row in body.rows:
        for cell in row.cells:
            if isinstance(cell, record.FigureText) and cell.marked:
                note = doubt(cell, facts)
                reason = reason_of(note)
                told.setdefault(reason, note)
                names.setdefault(reason, []).append(getattr(row.cells[0], "text", ""))
    for number, (reason, note) in enumerate(told.items(), 1):
        yield f"{STAR}{number} {'、'.join(dict.fromkeys(names[reason]))}：{note}"


def _cells(row: record.Row, heads: tuple[record.Head, ...], numbers: Mapping[str, int]) -> Cells:
    first, *others = row.cells
    cells = [_name_cell(first, row, numbers)]
    for cell, head in zip(others, heads[1:], strict=True):
        cells.append(_cell(cell, head.is_text, row.total, numbers))
    return tuple(cells)


def _name_cell(cell: record.Cell, row: record.Row, numbers: Mapping[str, int]) -> Cell:
    """The first cell of a row: its name, indented; a row without a name may begin with a figure."""
    if isinstance(cell, record.Text):
        indent = (Run(WIDE_BLANK * row.depth),) if row.depth else ()
        return Cell((*indent, *name_line(cell.text)), "name", row.total)
    return _cell(cell, True, row.total, numbers)


def _cell(cell: record.Cell, is_text: bool, total: bool, numbers: Mapping[str, int]) -> Cell:
    """A cell; in a column of numbers every cell stands like a number, and a figure does so everywhere.

    A marked figure bears the number of its note.
    """
    if isinstance(cell, record.FigureText):
        star = (Run(f"{STAR}{numbers[cell.id]}", raised=True),) if cell.marked else ()
        return Cell((Run(cell.text), *star), "number", total)
    text = UNKNOWN if isinstance(cell, record.Unknown) else cell.text
    return Cell((Run(text),) if text else (), "text" if is_text else "number", total)


def name_line(name: str) -> Line:
    """The name of a row or column, in which its unit stays whole, and the words of a short name too.

    财政补贴 收入 （亿元）. The last word of a name of six characters or more has two, or three where it ends in one of
    `THREE`. What stands before a full-width colon is a piece of its own only with such words.
    """
    found = re.fullmatch("(.*：)?(.*?)(（[^（）]{1,6}）)?", name, re.DOTALL)
    assert found is not None  # it matches everything
    lead, words, unit = (part or "" for part in found.groups())
    if SHORT_NAME.fullmatch(words):
        cut = len(words) - _last_word(words)
        pieces = [Run(piece, whole=True) for piece in (lead, words[:cut], words[cut:]) if piece]
    else:
        pieces = [Run(lead + words)] if lead + words else []
    if unit:
        pieces.append(Run(unit, whole=True))
    return tuple(pieces)


def _last_word(name: str) -> int:
    """How many characters the last word of a short name has; 0 where the name is one word."""
    if len(name) < LONG_ENOUGH:
        return 0
    return 3 if name[-1] in THREE else 2


def plain_table(block: record.PlainTable, facts: Facts) -> Table:
    """A table of texts without number; marked figures have a star and a note as in other tables."""
    rows = []
    notes: list[Line] = []
    for row in block.rows:
        lines = [line(cell, facts) for cell in row]
        name = "".join(piece.text for piece in lines[0] if isinstance(piece, Run))
        starred: list[Line] = []
        for content in lines:
            first = len(notes) + 1
            said = [piece.text for piece in content if isinstance(piece, Footnote)]
            notes += [(Run(f"{STAR}{number} {name}：{text}"),) for number, text in enumerate(said, first)]
            starred.append(_starred(content, first))
        rows.append(
            tuple(
                Cell(content, "number" if right else "text")
                for content, right in zip(starred, _right(block), strict=True)
            )
        )
    heads = tuple(Head(line(head, facts)) for head in block.heads)
    return Table(heads, tuple(rows), notes=tuple(notes))


def _right(block: record.PlainTable) -> tuple[bool, ...]:
    """Of each column whether it is set to the right."""
    return block.right or (False,) * len(block.heads)


def _starred(content: Line, first: int = 0) -> Line:
    """A line with a star in place of each footnote, numbered from `first` on where that is a number."""
    pieces: list[Piece] = []
    count = 0
    for piece in content:
        if isinstance(piece, Footnote | Again):
            count += isinstance(piece, Footnote)
            number = first + count - 1 if isinstance(piece, Footnote) else first + count - piece.back
            pieces.append(Run(f"{STAR}{number}" if first else STAR, raised=True))
        else:
            pieces.append(piece)
    return tuple(pieces)


# -- charts ------------------------------------------------------------------------------------------------------------
def chart(shown: record.ChartRecord) -> Chart:
    """A numbered chart; its numbers unfold on the web only."""
    width, height = svg_size(shown.svg)
    notes = tuple((Run(note),) for note in shown.notes if note)
    says = _starred(line(shown.says, shown.facts))
    made = Chart(shown.svg, width, height, "", shown.identity, shown.label, shown.title, notes, says=says)
    if shown.narrow:
        narrow_width, narrow_height = svg_size(shown.narrow)
        made = replace(made, narrow=shown.narrow, narrow_width=narrow_width, narrow_height=narrow_height)
    return replace(made, alt=f"{made.caption}。{shown.alt}")


def svg_size(svg: str) -> tuple[float, float]:
    """Width and height of a drawing in points, from the view box of its root."""
    _, _, width, height = ElementTree.fromstring(svg).attrib["viewBox"].split()
    return float(width), float(height)


# -- headings and links ------------------------------------------------------------------------------------------------
def _with_steady_levels(name: str, blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks with headings of which none is more than one level below the one before, each with its identity."""
    depth = 0
    count = 0
    for block in blocks:
        if isinstance(block, Heading):
            depth = min(block.level, depth + 1, DEEPEST)
            count += 1
            identity = chapter_place(name) if count == 1 else f"{chapter_place(name)}-{count}"
            block = replace(block, level=depth, identity=identity)
        yield block


def chapter_place(name: str) -> str:
    """Identity of the first heading of a chapter."""
    return f"page-{name}"


def _linked(found: Chapter, places: Collection[str], names: Collection[str]) -> Chapter:
    """The chapter with links that lead somewhere on paper."""
    blocks = (with_lines(block, lambda content: _with_links(content, places, names)) for block in found.blocks)
    return replace(found, blocks=tuple(blocks))


def _with_links(content: Line, places: Collection[str], names: Collection[str]) -> Line:
    pieces: list[Piece] = []
    for piece in content:
        if isinstance(piece, Run) and piece.target:
            piece = replace(piece, target=printed_target(piece.target, places, names))
        pieces.append(piece)
    return tuple(pieces)


def printed_target(target: str, places: Collection[str], names: Collection[str]) -> str:
    """Where a link leads on paper: a table or chart, a chapter, out of the book, or nowhere.

    `places` are the identities of tables and charts, `names` those of chapters that have a heading.
    """
    page, _, place = target.partition("#")
    name = PurePosixPath(page).stem
    if place in places:
        return f"#{place}"
    if name in names:
        return f"#{chapter_place(name)}"
    return target if target.startswith(OUTSIDE) else ""
