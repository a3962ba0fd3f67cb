"""The words and figures of records and of the HTML beside them, to be compared."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import html as parser
from lxml.html import HtmlElement

from nianbao.chapter import record


def words(part: object) -> str:
    """The words of a part of a record, without blanks."""
    return "".join("".join(pieces(part)).split())


def pieces(part: object) -> Iterator[str]:
    """The words of a part of a record piece by piece, in the order in which they are shown."""
    if isinstance(part, record.Text | record.FigureText | record.Code | record.CodeBlock):
        yield part.text
    elif isinstance(part, record.Unknown):
        yield "…"
    elif isinstance(part, tuple):
        for each in part:
            yield from pieces(each)
    elif isinstance(part, record.ListBlock):
        yield from pieces(part.items)
    elif isinstance(part, record.PlainTable):
        yield from pieces((part.heads, part.rows))
    elif isinstance(part, record.Row):
        yield from pieces(part.cells)
    elif isinstance(part, record.Card):
        yield part.name
        yield from pieces((part.value, part.moved))
    elif isinstance(part, record.Quote):
        yield from pieces(part.blocks)
    elif not isinstance(part, record.LineBreak):
        yield from pieces(part.content)  # type: ignore[attr-defined]  # all others hold a line


def figures(part: object) -> Iterator[record.FigureText]:
    """The figures of a part of a record, in the order in which they are shown."""
    if isinstance(part, record.FigureText):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from figures(each)
    elif isinstance(part, record.ListBlock):
        yield from figures(part.items)
    elif isinstance(part, record.PlainTable):
        yield from figures((part.heads, part.rows))
    elif isinstance(part, record.Quote):
        yield from figures(part.blocks)
    elif isinstance(part, record.Row):
        yield from figures(part.cells)
    elif isinstance(part, record.Card):
        yield from figures((part.value, part.moved))
    elif hasattr(part, "content"):
        yield from figures(part.content)


def tree(html: str) -> HtmlElement:
    """HTML to look into; drawings are left out."""
    found = parser.fragment_fromstring(html, create_parent="div")
    for drawing in found.xpath(".//svg"):
        drawing.drop_tree()
    return found


def shown_words(element: HtmlElement) -> str:
    """The words of HTML, without blanks."""
    return "".join(element.text_content().split())


def shown_figures(element: HtmlElement) -> list[record.FigureText]:
    """The figures of HTML."""
    return [
        record.FigureText(each.get("data-q"), each.get("value"), each.text, each.get("data-mark") == "1")
        for each in element.iter("data")
    ]
