"""Each table and chart is named in the prose that it belongs to: （见表1-3、图1-8）, as links.

A table or chart belongs to the last paragraph in front of it below the same heading. Where several paragraphs stand in
front of several of them, as in a chapter that first says all and then shows all, it belongs to the one that has most
letters in a row in common with its title.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher

from nianbao.output.print.document import Block, Chart, Heading, Line, Paragraph, Piece, Run, Table, words

#: Ends of a paragraph in front of which a reference stands.
ENDS = "。：；！？"
#: As many tables or charts that follow each other are named by the first and the last.
LONG = 3

Shown = Table | Chart


def with_references(blocks: Iterable[Block]) -> list[Block]:
    """The blocks of a chapter, each paragraph with references to the tables and charts that belong to it."""
    found = list(blocks)
    named: dict[int, list[Shown]] = {}
    for at, shown in belonging(found):
        named.setdefault(at, []).append(shown)
    for at, several in named.items():
        paragraph = found[at]
        assert isinstance(paragraph, Paragraph)
        wanted = [shown for shown in several if not links_to(paragraph.content, shown)]
        if wanted:
            found[at] = replace(paragraph, content=referring(paragraph.content, wanted))
    return found


def belonging(blocks: list[Block]) -> Iterator[tuple[int, Shown]]:
    """The place of a paragraph with a table or chart that belongs to it, in the order of the tables and charts."""
    candidates: list[int] = []
    closed = False  # whether a table or chart stands behind the candidates
    for at, block in enumerate(blocks):
        if isinstance(block, Heading):
            candidates = []
        elif isinstance(block, Paragraph) and is_prose(block):
            candidates = [at] if closed else [*candidates, at]
            closed = False
        elif isinstance(block, Table | Chart) and block.identity and candidates:
            closed = True
            yield nearest(blocks, candidates, block), block


def is_prose(paragraph: Paragraph) -> bool:
    """Whether a paragraph can bear a reference: it is no note, and more than a lead."""
    return not paragraph.role and words(paragraph.content).rstrip().endswith("。")


def nearest(blocks: list[Block], candidates: list[int], shown: Shown) -> int:
    """Of paragraphs that follow each other, the one that has most letters in a row in common with a title; else the
    last.
    """

    def common(at: int) -> int:
        paragraph = blocks[at]
        assert isinstance(paragraph, Paragraph)
        text = words(paragraph.content)
        return SequenceMatcher(None, text, shown.title, autojunk=False).find_longest_match().size

    return max(reversed(candidates), key=common)


def links_to(content: Line, shown: Shown) -> bool:
    """Whether a line has a link to a table or chart."""
    return any(isinstance(piece, Run) and piece.target == f"#{shown.identity}" for piece in content)


def referring(content: Line, several: list[Shown]) -> Line:
    """A line with references in front of the sign that ends it."""
    pieces = list(content)
    last = max(at for at, piece in enumerate(pieces) if isinstance(piece, Run) and piece.text.strip())
    run = pieces[last]
    assert isinstance(run, Run)
    text = run.text.rstrip()
    cut = len(text) - 1 if text[-1:] in tuple(ENDS) else len(text)
    behind = [replace(run, text=text[cut:])] if text[cut:] else []
    front: list[Piece] = [replace(run, text=text[:cut])] if text[:cut] else []
    return (*pieces[:last], *front, *references(several), *behind, *pieces[last + 1 :])


def references(several: list[Shown]) -> Iterator[Run]:
    """（见表1-3、图1-8至图1-11）, each a link."""
    yield Run("（见")
    for number, group in enumerate(groups(several)):
        if number:
            yield Run("、")
        if len(group) < LONG:
            for at, shown in enumerate(group):
                yield from [Run("、")] if at else []
                yield link(shown)
        else:
            yield link(group[0])
            yield Run("至")
            yield link(group[-1])
    yield Run("）")


def link(shown: Shown) -> Run:
    """The number of a table or chart, which leads to it and is not torn."""
    return Run(shown.label, target=f"#{shown.identity}", whole=True)


def groups(several: list[Shown]) -> list[list[Shown]]:
    """Tables and charts, those with numbers that follow each other in one group."""
    found: list[list[Shown]] = []
    for shown in sorted(several, key=lambda each: isinstance(each, Chart)):
        if found and follows(found[-1][-1].label, shown.label):
            found[-1].append(shown)
        else:
            found.append([shown])
    return found


def follows(first: str, second: str) -> bool:
    """Whether a number follows another one: 表1-2 and 表1-3."""
    front, _, before = first.rpartition("-")
    other, _, after = second.rpartition("-")
    return front == other and before.isdigit() and after.isdigit() and int(after) == int(before) + 1
