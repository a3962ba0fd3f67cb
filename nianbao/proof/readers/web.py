"""HTML pages: the text that is shown, and tables with what spans their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nianbao.errors import DataError
from nianbao.proof.lines import kind_of, number
from nianbao.proof.model import HEADING, Document, Paragraph, Table
from nianbao.proof.readers.text import decoded

HIDDEN = {"script", "style", "head", "noscript", "template", "svg", "nav", "iframe", "object", "math"}
BLOCKS = {
    "p",
    "div",
    "li",
    "section",
    "article",
    "main",
    "body",
    "td",
    "th",
    "dd",
    "dt",
    "blockquote",
    "figcaption",
    "caption",
    "br",
    "ul",
    "ol",
    "tr",
}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
#: Columns and rows that a cell may span, and elements of a page.
WIDEST, TALLEST, MOST_CELLS, MOST_ELEMENTS = 200, 2000, 400_000, 2_000_000


def read(path: Path, content: bytes) -> Document:
    """The document of a page. Raises DataError where it cannot be read."""
    from lxml import etree, html

    text = _decoded(path, content)
    try:
        parser = html.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True)
        root = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise DataError(f"网页读不了：{error}", path.name) from None
    if sum(1 for _ in zip(root.iter(), range(MOST_ELEMENTS + 1), strict=False)) > MOST_ELEMENTS:
        raise DataError("内容过多，不予读入", path.name)
    reading = Reading()
    reading.walk(root)
    reading.end_block()
    if not reading.parts:
        raise DataError("网页里没有文字", path.name)
    return Document(path.name, "html", number(reading.parts))


def _decoded(path: Path, content: bytes) -> str:
    """The text of a page, by the encoding that it declares."""
    found = re.search(rb"charset=[\"']?([A-Za-z0-9_-]+)", content[:4096])
    if found:
        try:
            return content.decode(found[1].decode().replace("gb2312", "gb18030"))
        except (LookupError, UnicodeDecodeError):
            pass
    return decoded(path, content)


class Reading:
    """The parts of a page as they are met."""

    def __init__(self) -> None:
        self.parts: list[Paragraph | Table] = []
        self.text = ""
        self.heading = False
        self.cells = 0

    def end_block(self) -> None:
        """A block ends: its text is a paragraph."""
        text = re.sub(r"[ \t\r\n]+", " ", self.text).strip()
        if text:
            self.parts.append(Paragraph(0, text, HEADING if self.heading else kind_of(text)))
        self.text = ""

    def walk(self, root: Any) -> None:
        """All that is shown, without recursion: pages may be deep."""
        waiting: list[tuple[str, Any]] = [("open", root)]
        while waiting:
            what, element = waiting.pop()
            if what == "text":
                self.text += element
                continue
            name = element.tag if isinstance(element.tag, str) else ""
            if what == "close":
                self._edge(name)
                continue
            if name in HIDDEN or not name or element.get("hidden") is not None or element.get("aria-hidden") == "true":
                continue
            if name == "table":
                self.end_block()
                self._table(element)
                continue
            self._edge(name)
            self.heading = name in HEADINGS or (self.heading and name not in BLOCKS)
            waiting.append(("close", element))
            for child in reversed(element):
                if child.tail:
                    waiting.append(("text", child.tail))
                waiting.append(("open", child))
            if element.text:
                waiting.append(("text", element.text))

    def _edge(self, name: str) -> None:
        if name in BLOCKS or name in HEADINGS:
            self.end_block()
            self.heading = False

    def _table(self, element: Any) -> None:
        """A table; one that only arranges a page is read as text."""
        if element.find(".//table") is not None:
            for each in element.iter("table"):
                if each.find(".//table") is None:
                    self._table(each)
            return
        caption = element.find("caption")
        title = _text(caption) if caption is not None else ""
        if title:
            self.parts.append(Paragraph(0, title, kind_of(title)))
        rows = self._rows(element)
        if any(any(row) for row in rows):
            self.parts.append(Table(0, rows, caption=title))

    def _rows(self, element: Any) -> list[list[str]]:
        """Rows of a table, blank where a cell above or to the left spans them."""
        rows: list[list[str]] = []
        taken: dict[tuple[int, int], bool] = {}
        for at, row in enumerate(element.iter("tr")):
            cells: list[str] = []
            for cell in row.iterchildren("td", "th"):
                while taken.get((at, len(cells))):
                    cells.append("")
                wide, tall = _count(cell, "colspan", WIDEST), _count(cell, "rowspan", TALLEST)
                self.cells += wide * tall
                if self.cells > MOST_CELLS:
                    raise DataError("表格过大，不予读入")
                for down in range(1, tall):
                    for across in range(wide):
                        taken[at + down, len(cells) + across] = True
                cells += [_text(cell), *[""] * (wide - 1)]
            rows.append(cells)
        return rows


def _count(cell: Any, name: str, most: int) -> int:
    value = (cell.get(name) or "1").strip()
    return min(max(1, int(value)), most) if value.isdigit() and len(value) < 6 else 1


def _text(element: Any) -> str:
    """The text within an element that is shown."""
    return re.sub(r"\s+", " ", "".join(_shown(element))).strip()


def _shown(element: Any) -> Iterator[str]:
    """The pieces of text within an element that are shown, without recursion."""
    waiting: list[str | Any] = [element]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
            continue
        if not isinstance(each.tag, str) or each.tag in HIDDEN or each.get("hidden") is not None:
            continue
        if each.tag == "br":
            yield " "
        for child in reversed(each):
            if child.tail:
                waiting.append(child.tail)
            waiting.append(child)
        if each.text:
            yield each.text
