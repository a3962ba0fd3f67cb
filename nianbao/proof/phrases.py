"""The table of phrases (`phrases.csv`) as patterns: what official statistics say, and what it means."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import NamedTuple

#: A year as it is written: 2025年, 2025年末, 2025年12月底, 2025年12月31日, 2022年度.
YEAR = r"(?:19|20)\d\d年(?:度|1[0-2]月|[1-9]月)?(?:[0-3]?\d日)?(?:年?末|底)?"


class Phrase(NamedTuple):
    """A row of the table: its kind, the words, what they mean."""

    kind: str
    words: str
    meaning: str


@cache
def phrases() -> tuple[Phrase, ...]:
    """All rows of `phrases.csv`."""
    text = resources.files("nianbao.proof").joinpath("phrases.csv").read_text("utf-8")
    return tuple(Phrase(row["kind"], row["phrase"], row["meaning"]) for row in csv.DictReader(text.splitlines()))


@cache
def meanings(kind: str) -> dict[str, str]:
    """Words of a kind -> what they mean."""
    return {each.words: each.meaning for each in phrases() if each.kind == kind}


def one_of(words: Iterable[str]) -> str:
    """A pattern for one of some words, the longest first."""
    return "|".join(re.escape(each) for each in sorted(words, key=len, reverse=True))


@cache
def pattern(*kinds: str) -> str:
    """A pattern for the words of some kinds."""
    return one_of(words for kind in kinds for words in meanings(kind))


@cache
def variants() -> dict[int, str]:
    """Traditional characters, and full-width signs, for str.translate: each one character for one."""
    wide = {code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), 0xFF05, 0xFF0B, 0xFF0D, 0xFF0E)}
    signs = {ord("﹪"): "%", ord("−"): "-", ord("–"): "-", ord("－"): "-", ord("∶"): ":", ord("\xa0"): " "}
    return {**wide, **signs, **{ord(words): meaning for words, meaning in meanings("variant").items()}}


class Unit(NamedTuple):
    """A unit as powers of ten of a base unit: 万元 is 4 of 元. The base is empty where there is none."""

    base: str
    power: int


@cache
def unit_of(text: str) -> Unit:
    """What a printed unit is of; a unit that is not in the table is its own base."""
    if not text:
        return Unit("", 0)
    known = meanings("unit")
    if text in known:
        return Unit(known[text], 0)
    for words, power in sorted(meanings("multiple").items(), key=lambda each: -len(each[0])):
        if text.startswith(words):
            rest = text[len(words) :]
            return Unit(known.get(rest, rest), int(power))
    return Unit(text, 0)
