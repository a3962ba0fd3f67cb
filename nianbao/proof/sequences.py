"""Numbers of headings and items: one that comes twice, one that is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from nianbao.proof.model import Paragraph, Spot
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
            if not found or (begin.start() and style != "（1）"):
                continue
            number = value_of(found["number"])
            if number:
                spot = Spot(part.number, form.place(found.start()), form.place(found.end() - 1) + 1)
                yield Item(style, number, form.text[found.end() : found.end() + 12], spot, found.group())
                break


def miscounted(parts: Iterable[Paragraph]) -> Iterator[Miscounted]:
    """Items whose number is that of the one before them, or leaves some out, in counts that began with one."""
    open_counts: list[Count] = []
    for part in parts:
        for item in items_of(part):
            at = next((at for at, count in enumerate(open_counts) if count.style == item.style), None)
            if at is None:
                open_counts.append(Count(item.style, [item]))
                continue
            del open_counts[at + 1 :]
            count = open_counts[at]
            if item.number == 1:
                count.items = [item]
                continue
            if _is_wrong(count.items, item):
                shown = "".join(each.marker for each in (*count.items, item)).rstrip("、.．")
                yield Miscounted(item, shown, item.number == count.items[-1].number)
            count.items.append(item)


def _is_wrong(before: list[Item], item: Item) -> bool:
    """Whether a number does not follow those before it, which are counted rightly from one."""
    if [each.number for each in before] != list(range(1, len(before) + 1)) or len(before) < FEWEST:
        return False
    step = item.number - before[-1].number
    twice = step == 0 and item.words != before[-1].words
    return twice or 1 < step <= 1 + MOST_LEFT_OUT
