"""Numbers of headings and items: one that comes twice, one that is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from nianbao.proof.model import Paragraph, Spot, Table
from nianbao.proof.numbers import plain

#: Chinese numbers up to ten.
CHINESE = "一二三四五六七八九十"
#: How items are numbered: 一、 （一） 1、 （1）, each with what it is called.
STYLES = {
    "一、": re.compile(rf"(?P<number>[{CHINESE}]{{1,3}})、"),
    "（一）": re.compile(rf"（(?P<number>[{CHINESE}]{{1,3}})）"),
    "1、": re.compile(r"(?P<number>\d{1,2})[、.．](?=\D|(?:19|20)\d\d年)"),
    "（1）": re.compile(r"（(?P<number>\d{1,2})）"),
}
#: Where an item may begin: at the beginning of a paragraph; with its number in brackets behind a sentence too.
BEGIN = re.compile(r"^|(?<=[。；])")
#: Items that were counted rightly before one is blamed, and numbers that are left out at most.
FEWEST, MOST_LEFT_OUT = 2, 2


class Item(NamedTuple):
    """An item: how it is numbered, its number, what it begins with, and where its number stands."""

    style: str
    number: int
    words: str
    spot: Spot
    marker: str


@dataclass
class Count:
    """A count that goes on: its items."""

    style: str
    items: list[Item] = field(default_factory=list)


class Miscounted(NamedTuple):
    """An item with a wrong number: the count up to it, and whether its number comes twice (else one is left out)."""

    item: Item
    so_far: str
    is_twice: bool


def value_of(text: str) -> int:
    """A number up to 99, in digits or Chinese; 0 for none."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return CHINESE.find(text) + 1
    return 10 * (CHINESE.find(tens) + 1 if tens else 1) + (CHINESE.find(ones) + 1 if ones else 0)


def items_of(part: Paragraph) -> Iterator[Item]:
    """The items that begin in a paragraph."""
    form = plain(part.text)
    for begin in BEGIN.finditer(form.text):
        for style, pattern in STYLES.items():
            found = pattern.match(form.text, begin.start())
            if not found or (begin.start() and not style.startswith("（")):
                continue
            number = value_of(found["number"])
            if number:
                spot = Spot(part.number, form.place(found.start()), form.place(found.end() - 1) + 1)
                yield Item(style, number, form.text[found.end() : found.end() + 12], spot, found.group())
                break


def miscounted(parts: Iterable[Paragraph | Table]) -> Iterator[Miscounted]:
    """Items whose number is that of the one before them, or leaves some out, in counts that began with one.

    What the rows of a table count may go on in lines behind it. A list of items that end with ； counts within the
    count around it.
    """
    open_counts: list[Count] = []
    rows: dict[str, int] = {}
    for part in parts:
        if isinstance(part, Table):
            rows |= counted_in(part)
            continue
        listed = part.text.rstrip().endswith(("；", ";"))
        for item in items_of(part):
            at = _count_of(open_counts, item, listed)
            inside = item.style == "（一）" and bool(part.text[: item.spot.start].strip())
            if inside and (at is None or not _takes(open_counts[at], item)):
                continue  # behind a sentence it counts only where it is the next
            del open_counts[: at or 0]
            within = item.number == 1 and listed and at is not None and len(open_counts[0].items) >= FEWEST
            if at is None or within:
                open_counts.insert(0, Count(item.style, [item]))
                continue
            count = open_counts[0]
            if item.number == 1:
                count.items = [item]
                rows.pop(item.style, None)
                continue
            if _is_wrong(count.items, item):
                if rows.get(item.style) == item.number - 1:
                    count.items = [item]
                    continue
                shown = "".join(each.marker for each in (*count.items, item)).rstrip("、.．")
                yield Miscounted(item, shown, item.number == count.items[-1].number)
            count.items.append(item)


def counted_in(table: Table) -> dict[str, int]:
    """How the cells of a table are numbered, and the highest of the numbers."""
    parts = (Paragraph(table.number, cell) for row in table.rows for cell in row if cell)
    found: dict[str, int] = {}
    for item in (item for part in parts for item in items_of(part)):
        found[item.style] = max(item.number, found.get(item.style, 0))
    return found


def _count_of(counts: list[Count], item: Item, listed: bool) -> int | None:
    """The count that an item goes on, the innermost first; one that begins anew is that of the outermost."""
    same = [at for at, count in enumerate(counts) if count.style == item.style]
    if item.number == 1 and not listed:
        return same[-1] if same else None
    return next((at for at in same if _takes(counts[at], item)), same[0] if same else None)


def _takes(count: Count, item: Item) -> bool:
    """Whether an item is the next of a count."""
    return item.number == count.items[-1].number + 1


def _is_wrong(before: list[Item], item: Item) -> bool:
    """Whether a number does not follow those before it, which are counted rightly from one."""
    if [each.number for each in before] != list(range(1, len(before) + 1)) or len(before) < FEWEST:
        return False
    step = item.number - before[-1].number
    twice = step == 0 and item.words != before[-1].words
    return twice or 1 < step <= 1 + MOST_LEFT_OUT
