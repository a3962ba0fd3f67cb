"""A Word file that somebody edited: what it says now and said before its tracked changes, and its comments.

A passage is a paragraph, the row of a table, a note, or a paragraph of a running head. Tracked insertions (`w:ins`),
deletions (`w:del`) and moves are read with their authors; nothing in the file is changed.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nianbao.errors import DataError
from nianbao.proof.lines import kind_of
from nianbao.proof.model import CAPTION, HEADING, NOTE, TEXT
from nianbao.proof.readers.archive import inspect
from nianbao.proof.readers.word import LISTED, MOST_ROWS, WORD, Budget, style_of

#: What a passage may be beside a paragraph of some kind.
ROW, RUNNING = "row", "running"
#: Elements that were inserted, or moved to where they stand; and that were deleted, or moved away.
COME = frozenset({f"{WORD}ins", f"{WORD}moveTo"})
GONE = frozenset({f"{WORD}del", f"{WORD}moveFrom"})
#: What each of them is called.
CALLED = {
    f"{WORD}ins": "插入",
    f"{WORD}del": "删除",
    f"{WORD}moveTo": "移入",
    f"{WORD}moveFrom": "移走",
}
#: Elements that hold paragraphs and tables among others.
HOLDERS = frozenset(
    f"{WORD}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "del", "moveTo", "moveFrom", "smartTag")
)
#: Ends of the types of relations to parts with text of their own, and what their paragraphs are.
BESIDE = {"/footnotes": NOTE, "/endnotes": NOTE, "/header": RUNNING, "/footer": RUNNING}

#: How the styles of the lists of headings, tables and charts begin; and the page at the end of their lines, which Word
#: counts anew whenever it likes.
LISTS = ("toc", LISTED)
PAGE = re.compile(r"\s+[0-9]+\s*$")


@dataclass(frozen=True)
class Tracked:
    """A tracked change: what it is called (插入, 删除, 移入, 移走), its words and who made it."""

    kind: str
    text: str
    author: str


@dataclass(frozen=True)
class Comment:
    """A comment: who wrote it, what it says, and the words it is about (empty where it stands at a point)."""

    author: str
    text: str
    about: str = ""


@dataclass
class Passage:
    """A paragraph or a row of a table.

    kind: text, heading, caption, unit, note, row or running. text: what it says now; before: what it said before its
    tracked changes. cells: of a row, as it is now. heading, caption: under which it stands. tracked, comments: in it.
    """

    kind: str
    text: str
    before: str
    cells: tuple[str, ...] = ()
    heading: str = ""
    caption: str = ""
    tracked: list[Tracked] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


@dataclass
class Edited:
    """A Word file: its passages in order, and the fingerprints of its pictures."""

    name: str
    passages: list[Passage]
    pictures: tuple[str, ...]


def read(path: Path) -> Edited:
    """The passages of a Word file. Raises DataError for a file that is none, or is broken."""
    if path.suffix.lower() not in {".docx", ".docm"}:
        raise DataError("应为 Word 文件（.docx），旧格式请先另存", path.name)
    if not path.is_file():
        raise DataError("没有这个文件", path)
    content = path.read_bytes()
    inspect(path, content, "word/document.xml", "Word 文件（.docx）")
    import docx

    try:
        opened = docx.Document(io.BytesIO(content))
        reading = Reading(dict(_comments(opened)))
        passages = list(reading.of(opened.element.body, Budget()))
        passages += list(_beside(opened, reading))
    except DataError:
        raise
    except Exception as error:  # whatever a broken file makes the reader stumble over
        raise DataError(f"文件已损坏：{error}", path.name) from None
    return Edited(path.name, passages, _pictures(opened))


class Reading:
    """The way through a body: headings and captions that were passed, comments by their number."""

    def __init__(self, comments: dict[str, Comment]):
        self.comments = comments
        self.heading = ""
        self.caption = ""

    def of(self, body: Iterable[Any], budget: Budget, kind: str = "") -> Iterator[Passage]:
        """The passages of a body; kind: of all of them, where they are notes or running heads."""
        for element in body:
            if element.tag == f"{WORD}p":
                yield from self._paragraph(element, kind)
            elif element.tag == f"{WORD}tbl":
                yield from self._table(element, budget)
            elif element.tag in HOLDERS:
                yield from self.of(element, budget, kind)

    def _paragraph(self, element: Any, kind: str) -> Iterator[Passage]:
        """A paragraph, and those of text boxes in it."""
        now, before = text_now(element), text_before(element)
        if style_of(element).lower().startswith(LISTS):
            now, before = PAGE.sub("", now), PAGE.sub("", before)
        passage = Passage(kind or _kind(element, now or before), now.strip(), before.strip())
        passage.tracked = list(_tracked(element))
        passage.comments = list(self._of_paragraph(element))
        passage.heading, passage.caption = self.heading, self.caption
        if passage.kind == HEADING and now.strip():
            self.heading, self.caption = now.strip(), ""
        elif passage.kind == CAPTION and now.strip():
            self.caption = now.strip()
        if passage.text or passage.before or passage.comments:
            yield passage
        for box in element.iter(f"{WORD}txbxContent"):
            if not any(each.tag.endswith("}Fallback") for each in box.iterancestors()):
                yield from self.of(box, Budget(), kind)

    def _table(self, element: Any, budget: Budget) -> Iterator[Passage]:
        """The rows of a table; tables within its cells follow."""
        inner: list[Any] = []
        for count, row in enumerate(_own(element, f"{WORD}tr", f"{WORD}tbl")):
            if count >= MOST_ROWS:
                raise DataError("表格过大，不予读入")
            cells = list(_own(row, f"{WORD}tc", f"{WORD}tbl"))
            budget.take(len(cells))
            passage = self._row(row, cells)
            if passage.text or passage.before or passage.comments:
                yield passage
            inner += [table for cell in cells for table in cell.iterchildren(f"{WORD}tbl")]
        for table in inner:
            yield from self._table(table, budget)

    def _row(self, row: Any, cells: list[Any]) -> Passage:
        """A row: its cells, and whether it was inserted or deleted as a whole."""
        paragraphs = [list(_own(cell, f"{WORD}p", f"{WORD}tbl")) for cell in cells]
        now = tuple("".join(map(text_now, own)).strip() for own in paragraphs)
        before = tuple("".join(map(text_before, own)).strip() for own in paragraphs)
        tracked = [change for own in paragraphs for each in own for change in _tracked(each)]
        mark = next((each for each in row.iterchildren(f"{WORD}trPr")), None)
        for change in mark if mark is not None else ():
            if change.tag in COME:
                before = ()
            elif change.tag in GONE:
                now = ()
            if change.tag in CALLED:
                words = "｜".join(before or now)
                tracked = [Tracked(f"整行{CALLED[change.tag]}", words, _author(change))]
        passage = Passage(
            ROW, "｜".join(now).strip("｜"), "｜".join(before).strip("｜"), now, self.heading, self.caption
        )
        passage.tracked = tracked
        passage.comments = [found for own in paragraphs for each in own for found in self._of_paragraph(each)]
        return passage

    def _of_paragraph(self, paragraph: Any) -> Iterator[Comment]:
        """The comments that end in a paragraph, with the words between their marks in it."""
        begun: dict[str, list[str]] = {}
        ended: dict[str, str] = {}
        for element in paragraph.iter():
            number = element.get(f"{WORD}id", "")
            if element.tag == f"{WORD}commentRangeStart":
                begun[number] = []
            elif element.tag == f"{WORD}commentRangeEnd":
                ended[number] = "".join(begun.pop(number, ()))
            elif element.tag == f"{WORD}commentReference" and number in self.comments:
                yield replace(self.comments.pop(number), about=ended.get(number, ""))
            elif element.tag in {f"{WORD}t", f"{WORD}delText"}:
                for words in begun.values():
                    words.append(element.text or "")


# -- texts --------------------------------------------------------------------------------------------------------
def _own(element: Any, tag: str, stop: str) -> Iterator[Any]:
    """Elements of a kind within an element, but for those within another one of the kind `stop` in it."""
    for each in element.iter(tag):
        inner = next((above for above in each.iterancestors() if above is element or above.tag == stop), None)
        if inner is element:
            yield each


def _pieces(paragraph: Any) -> Iterator[tuple[Any, str]]:
    """The elements that hold the characters of a paragraph, in order, each with them."""
    for element in paragraph.iter(
        f"{WORD}t", f"{WORD}delText", f"{WORD}tab", f"{WORD}br", f"{WORD}noBreakHyphen", f"{WORD}footnoteReference"
    ):
        if next(element.iterancestors(f"{WORD}p")) is not paragraph or element.getparent().tag == f"{WORD}tabs":
            continue
        if element.tag in {f"{WORD}t", f"{WORD}delText"}:
            yield element, element.text or ""
        elif element.tag == f"{WORD}noBreakHyphen":
            yield element, "-"
        elif element.tag != f"{WORD}footnoteReference":
            yield element, " "


def _change_of(element: Any) -> Any:
    """The tracked change that an element stands in, None for none; a deletion of what was inserted is the deletion."""
    above = [each for each in element.iterancestors() if each.tag in CALLED]
    return next((each for each in above if each.tag in GONE), above[0] if above else None)


def text_now(paragraph: Any) -> str:
    """What a paragraph says: insertions in it, deletions gone."""
    return "".join(words for element, words in _pieces(paragraph) if not _is(element, GONE))


def text_before(paragraph: Any) -> str:
    """What a paragraph said before its tracked changes."""
    return "".join(words for element, words in _pieces(paragraph) if not _is(element, COME))


def _is(element: Any, tags: frozenset[str]) -> bool:
    return any(each.tag in tags for each in element.iterancestors())


def _tracked(paragraph: Any) -> Iterator[Tracked]:
    """The tracked changes of a paragraph, each with all of its words."""
    last: Any = None
    words: list[str] = []
    for element, text in [*_pieces(paragraph), (None, "")]:
        change = _change_of(element) if element is not None else None
        if change is last:
            words.append(text)
            continue
        if last is not None and "".join(words):
            yield Tracked(CALLED[last.tag], "".join(words), _author(last))
        last = change
        words = [text]


def _author(change: Any) -> str:
    return change.get(f"{WORD}author", "")


def _kind(element: Any, text: str) -> str:
    """What a paragraph is: heading where its style says so, else by the look of its words."""
    name = style_of(element)
    if name.lower().startswith(("heading", "title")) or name in {"1", "2", "3", "4", "5"}:
        return HEADING
    return kind_of(text) if text else TEXT


# -- beside the body ----------------------------------------------------------------------------------------------
def _related(opened: Any, ending: str) -> Iterator[Any]:
    """The roots of parts that a document refers to by a kind of relation."""
    from lxml import etree

    for related in opened.part.rels.values():
        if not related.is_external and related.reltype.endswith(ending):
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
            yield etree.fromstring(related.target_part.blob, parser)


def _comments(opened: Any) -> Iterator[tuple[str, Comment]]:
    """Comments by their number."""
    for root in _related(opened, "/comments"):
        for each in root.iter(f"{WORD}comment"):
            text = "\n".join(filter(None, (text_now(paragraph) for paragraph in each.iter(f"{WORD}p"))))
            yield each.get(f"{WORD}id", ""), Comment(_author(each), text)


def _beside(opened: Any, reading: Reading) -> Iterator[Passage]:
    """Notes and running heads, and comments whose place was not found."""
    for ending, kind in BESIDE.items():
        for root in _related(opened, ending):
            reading.heading, reading.caption = "", ""
            holders = list(root) if kind == NOTE else [root]
            for holder in holders:
                yield from reading.of(holder, Budget(), kind)
    for left in list(reading.comments.values()):
        yield Passage(NOTE, "", "", comments=[left])


def _pictures(opened: Any) -> tuple[str, ...]:
    """The fingerprints of the pictures of a document."""
    found = [
        hashlib.sha256(related.target_part.blob).hexdigest()
        for related in opened.part.rels.values()
        if not related.is_external and related.reltype.endswith("/image")
    ]
    return tuple(sorted(found))
