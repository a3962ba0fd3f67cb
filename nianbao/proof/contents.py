"""The table of contents against the headings of the text: a title that reads otherwise in one of the two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

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
