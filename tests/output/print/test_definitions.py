"""Each indicator is explained once, in the chapter that prints most of it."""

from __future__ import annotations

from nianbao.data.catalogue import Indicator
from nianbao.output.print.definitions import TITLE, with_definitions
from nianbao.output.print.document import Chapter, Glossary, Heading, words
from tests.output.print.sample import text


def indicator(code: str, definition: str) -> Indicator:
    """An indicator of which only its code, name and definition matter here."""
    return Indicator(code, f"{code}的名称", "人", 0, "stock", "region", "", "", False, definition, "a.csv:2")


INDICATORS = {
    each.code: each for each in (indicator("a.x", "年末的人数"), indicator("a.y", ""), indicator("a.z", "一句。"))
}


def chapter(name: str, *printed: str) -> Chapter:
    """A chapter with a heading that prints figures."""
    return Chapter(f"notebooks/{name}", "", (Heading(1, text(name), f"page-{name}"),), printed)


def explained(found: Chapter) -> list[str]:
    """The explanations of a chapter, as they are read."""
    entries = [entry for block in found.blocks if isinstance(block, Glossary) for entry in block.entries]
    return [words(entry.term) + words(entry.explanations[0][0].content) for entry in entries]


def test_an_indicator_is_explained_where_most_of_it_is_printed():
    first = chapter("01", "a.x:64:2025", "a.z:64:2025")
    second = chapter("02", "a.x:64:2025", "a.x:64:2025:change:2024", "a.y:64:2025", "a.z:64:2025")
    one, two = with_definitions([first, second], INDICATORS)
    assert explained(one) == ["a.z的名称一句。"] and explained(two) == ["a.x的名称年末的人数。"]
    (heading,) = [block for block in two.blocks[1:] if isinstance(block, Heading)]
    assert (heading.text, heading.level, heading.identity) == (TITLE, 2, "page-02-definitions")


def test_a_chapter_that_prints_none_stays_as_it_is():
    assert with_definitions([chapter("07")], INDICATORS) == (chapter("07"),)
