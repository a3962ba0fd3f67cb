"""The table of contents against the text: a title that reads otherwise in one of the two, a page that is another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from nianbao.proof.model import Paragraph, Table

#: Beginnings of entries: 第一部分, 一、. An entry is known by the numbers of both.
PART = re.compile(r"第[一二三四五六七八九十]+[部章]分?")
SECTION = re.compile(r"[一二三四五六七八九十]+、")
#: A line of dots and a page number behind an entry; bullets before it.
AROUND = re.compile(r"^[-·•\s]+|[.．…·\s]*\d*\s*$")
#: The longest entry, and how far into a document its contents begin at most.
LONGEST, FIRST_PARTS = 45, 60
#: How alike two titles must be for one to be the other, written otherwise; and entries that make a table of contents.
ALIKE, LEAST = 0.5, 4
#: An entry of a list of tables and drawings, with its page; and the number of a table or drawing.
LISTED = re.compile(r"\s*[表图][A-Z]?\d+\s*[-—－]\s*\d{1,2}\D.*?[^\d\s][\s.·…]*(?<!\d)(?P<page>\d{1,3})\s*")
NUMBERED = re.compile(r"\s*(?P<kind>[表图])(?P<chapter>[A-Z]?\d+)\s*[-—－]\s*(?P<number>\d{1,2})(?!\d*附)")
#: Entries whose pages must be right for one to be told wrong, and how many of all.
FEWEST_LISTED, MOSTLY = 8, 0.9


class Listed(NamedTuple):
    """An entry whose page is another: the paragraph, the characters of the page, what it should be."""

    part: int
    start: int
    end: int
    page: int


@dataclass(frozen=True)
class Entry:
    """A title: its part and section as numbered (empty for none), its words, and the number of its paragraph."""

    part: str
    section: str
    title: str
    number: int


def differing(parts: Sequence[Paragraph | Table]) -> Iterator[tuple[Entry, Entry]]:
    """Entries of the contents and the headings in the text that have their numbers and other words."""
    begin = next((part.number for part in parts[:FIRST_PARTS] if _announces(part)), None)
    if begin is None:
        return
    lines = list(_lines(parts, begin))
    end = _repeats(lines)
    listed, text = list(_entries(lines[:end])), list(_entries(lines[end:]))
    if end == len(lines) or len(listed) < LEAST:
        return
    titles = {each.title for each in text}
    for entry in listed:
        same = [each for each in text if (each.part, each.section) == (entry.part, entry.section)]
        if entry.title in titles or len(same) != 1:
            continue
        if _is_written_otherwise(entry.title, same[0].title):
            yield entry, same[0]


def mispaged(parts: Sequence[Paragraph | Table]) -> Iterator[Listed]:
    """Entries of lists of tables and drawings whose page is out of order, and not that on which the table stands.

    Pages of a file and printed ones differ by what comes before the first, which is the same for all.
    """
    entries: dict[tuple[str, ...], tuple[Paragraph, re.Match[str]]] = {}
    pages: dict[tuple[str, ...], int] = {}
    for part in parts:
        text = part.text if isinstance(part, Paragraph) else part.caption
        titled = NUMBERED.match(text)
        if titled is None or not part.page:
            continue
        found = LISTED.fullmatch(text) if isinstance(part, Paragraph) else None
        key = titled.groups()
        if key in entries and part.page > entries[key][0].page:
            pages.setdefault(key, part.page)
        elif found and isinstance(part, Paragraph) and key not in entries:
            entries[key] = part, found
    steps = Counter(page - int(entries[key][1]["page"]) for key, page in pages.items())
    step, count = steps.most_common(1)[0] if steps else (0, 0)
    if count < FEWEST_LISTED or count < MOSTLY * len(pages):
        return
    listed = [(key[0], int(found["page"])) for key, (_, found) in entries.items()]
    for at, (key, (part, found)) in enumerate(entries.items()):
        around = [page for kind, page in (listed[at - 1 : at] + listed[at + 1 : at + 2]) if kind == key[0]]
        right = pages.get(key, 0) - step
        if len(around) == 2 and around[0] <= right <= around[1] and not around[0] <= listed[at][1] <= around[1]:
            yield Listed(part.number, *found.span("page"), right)


def _is_written_otherwise(one: str, other: str) -> bool:
    """Whether two titles are one, written otherwise; that one of them only says a few words more is no fault."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    steps = [each for each in matcher.get_opcodes() if each[0] != "equal"]
    longer = len(steps) == 1 and steps[0][0] != "replace" and abs(len(one) - len(other)) > 1
    return matcher.ratio() >= ALIKE and not longer


def _announces(part: Paragraph | Table) -> bool:
    """Whether a paragraph is the heading of a table of contents."""
    return isinstance(part, Paragraph) and re.sub(r"\s", "", part.text).endswith("目录") and len(part.text) < LONGEST


def _lines(parts: Sequence[Paragraph | Table], begin: int) -> Iterator[tuple[str, int]]:
    """Short lines behind the heading of the contents: entries, several of which may stand in one paragraph."""
    for part in parts[begin + 1 :]:
        if isinstance(part, Table):
            yield from ((row[0], part.number) for row in part.rows if row and not any(row[1:]))
            continue
        for line in re.split(r"(?<=[^\s])-\s(?=[一二三四五六七八九十]+、)", part.text):
            yield line, part.number


def _repeats(lines: Sequence[tuple[str, int]]) -> int:
    """Where the first numbered part comes again: there the text begins."""
    seen = ""
    for at, (line, _) in enumerate(lines):
        found = PART.match(_bare(line))
        if found and found.group() == seen:
            return at
        if found and not seen:
            seen = found.group()
    return len(lines)


def _entries(lines: Sequence[tuple[str, int]]) -> Iterator[Entry]:
    """The numbered titles among lines."""
    part = ""
    for line, number in lines:
        words = _bare(line)
        if len(words) > LONGEST or re.search("[，。；：]", words):
            continue
        found = PART.match(words)
        if found:
            part = found.group()
            yield Entry(part, "", words[found.end() :], number)
            continue
        found = SECTION.match(words)
        if found:
            yield Entry(part, found.group(), words[found.end() :], number)


def _bare(line: str) -> str:
    """A line without blanks, bullets, dots and page numbers."""
    return re.sub(r"\s", "", AROUND.sub("", line.strip()))
