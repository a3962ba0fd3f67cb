"""The numbers of a text: which characters they are, what they say, and their units."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

from nianbao.proof.phrases import YEAR, one_of, pattern, variants

#: A number, with thousands separators or without.
DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
#: Digits of the longest number; a longer one is that of nothing, and fits into no float.
MOST_DIGITS = 30
ENDLESS = re.compile(
    rf"\d{{{MOST_DIGITS + 1},}}(?:\.\d+)?|\d{{1,3}}(?:[,，]\d{{3}}){{9,}}(?:[,，.]\d+|\d)*"
    rf"|\d{{1,{MOST_DIGITS}}}\.\d{{{MOST_DIGITS + 1},}}"
)
#: What stands in its place, a sign a sign, so that nothing else moves.
MASK = "□"


class Number(NamedTuple):
    """A number in a text: its value, its unit as printed, the characters of the number and where its unit ends."""

    value: Decimal
    unit: str
    start: int
    end: int
    unit_end: int


class Plain(NamedTuple):
    """A text without blanks, in simplified characters and half-width digits; `places` of its characters in the text."""

    text: str
    places: tuple[int, ...]

    def place(self, at: int) -> int:
        """Where a character stands in the text that was read; the end of it for the end."""
        if at < len(self.places):
            return self.places[at]
        return self.places[-1] + 1 if self.places else 0


#: A full-width comma, or a blank behind a comma, within what can only be one number: 3，701.73; 1，753亿元.
WIDE_COMMA = re.compile(
    r"(?<![\d.])\d{1,3}(?:(?:，\d{3})+(?=\.\d)|(?:，\d{3}){2,}(?!\d))|(?<=\d{3})，(?=\d{3}\.\d)"
    r"|(?<![\d.，,第表图件条款项])[1-9]\d{0,2}，\d{3}(?=[亿万元吨])"
)


#: Half-width signs of sentences, not those within numbers.
WIDE = {",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "?": "？", "!": "！"}
NARROW = re.compile(r"(?<!\d),|,(?!\d{3})|(?<!\d):|:(?!\d)|[;()?!]")


#: Marks of notes, and what has no width.
MARK = re.compile(r"※\d{0,3}|[¹²³⁴⁵⁶⁷⁸⁹⁰]+(?=[^\d]|$)|[\u200b\ufeff]")


@lru_cache(50_000)
def plain(text: str) -> Plain:
    """A text in its plain form."""
    changed = WIDE_COMMA.sub(lambda found: found.group().replace("，", ","), text.translate(variants()))
    changed = NARROW.sub(lambda found: WIDE[found.group()], changed)
    marks = {at for found in MARK.finditer(changed) for at in range(*found.span())}
    kept = [(at, sign) for at, sign in enumerate(changed) if not sign.isspace() and at not in marks]
    return Plain("".join(sign for _, sign in kept), tuple(at for at, _ in kept))


@cache
def _number() -> re.Pattern[str]:
    multiple = pattern("multiple")
    unit = pattern("unit")
    return re.compile(
        rf"(?P<ratio>\d+(?:\.\d+)?:1(?![\d.])|1:\d+(?:\.\d+)?)"
        rf"|(?<![\d.,A-Za-z])(?P<sign>(?<![\dA-Za-z)）])-)?(?P<digits>{DIGITS})"
        rf"(?P<unit>(?:{multiple})?(?:{unit})|{multiple})?"
    )


@cache
def _not_figures() -> re.Pattern[str]:
    """Numbers that are no statistics: dates, numbers of tables and documents, pages in a list of contents and so on."""
    return re.compile(
        rf"{YEAR}|(?:19|20)\d\d[-—至到~](?={YEAR})|(?:19|20)\d\d/\d\d?/\d\d?|\d{{1,2}}月(?:\d{{1,2}}日|末|底|份)?"
        r"|[〔\[【（(](?:19|20)\d\d[〕\]】）)]\d*号?"
        r"|[表图](?:格)?[A-Z]?\d+(?:[-—.]\d+)*|附[件表]\d+|(?<!\d)\d{1,2}表(?![个份])"
        r"|(?:[.．…·]{3,}|…+)\d{1,4}"
        r"|第\d+(?:[-—至]第?\d+)?[一-龥]?|[A-Za-z]+[-_]?\d+(?:\.\d+)*|\d+[A-Za-z]+\w*"
        r"|(?<!\d)\d{5,8}-(?=[一-龥])|^[（(]?\d{1,2}[.．、）)](?!\d)|(?<=[。；;：:])[（(]?\d{1,2}[.、）)](?!\d)"
        r"|掌上\d+|[“\"《][^”\"》]{0,20}\d[^”\"》]{0,20}[”\"》]"
        r"|\d+-\d+周?岁|\d+周?岁(?=以[上下])|\d+(?:\.\d+)?(?:万元|元|人|%|个月)?(?:以上|以下|以内|及以上)"
    )


def without_endless(text: str) -> str:
    """A text of the same length without the numbers that are too long."""
    return ENDLESS.sub(lambda found: MASK * len(found.group()), text)


def numbers(text: str) -> list[Number]:
    """The figures of a plain text, in order; what are no statistics are left out, and numbers that are too long."""
    text = without_endless(text)  # blanks between them are gone: pieces of some digits may have become one
    skipped = [found.span() for found in _not_figures().finditer(text)]
    result = []
    for found in _number().finditer(text):
        if any(start < found.end() and found.start() < end for start, end in skipped):
            continue
        if found["ratio"]:
            first, second = found["ratio"].split(":")
            value, unit = (first, "比") if second == "1" else (second, "比")
            result.append(Number(Decimal(value), unit, found.start(), found.end(), found.end()))
            continue
        if _followed(text, found.end()):
            continue
        value = Decimal(found["digits"].replace(",", ""))
        end = found.end("digits")
        result.append(Number(-value if found["sign"] else value, found["unit"] or "", found.start(), end, found.end()))
    return result


@cache
def _after() -> re.Pattern[str]:
    return re.compile(pattern("not_figure"))


def _followed(text: str, end: int) -> bool:
    """Whether what follows a number says that it is no figure."""
    return bool(_after().match(text, end))


#: A cell that is a number and no more: with its sign, separators, unit of percent or points; a nought may be left out.
CELL = re.compile(
    rf"[(（]?(?P<sign>[-+▲↑↓]?)(?P<digits>{DIGITS}|\.\d+)[)）]?"
    rf"(?P<unit>%|‰|:1|个百分点|{one_of(['万元', '元', '人'])})?"
)


@lru_cache(50_000)
def cell_number(text: str) -> Number | None:
    """The number of a cell that holds nothing else; None for any other."""
    if len(text) > 40 or re.search(r"\d\s+\d", text):
        return None
    form = plain(text)
    found = CELL.fullmatch(form.text)
    if found is None:
        return None
    value = Decimal(found["digits"].replace(",", ""))
    negative = found["sign"] in {"-", "▲", "↓"}
    unit = {":1": "比", "个百分点": "百分点"}.get(found["unit"] or "", found["unit"] or "")
    start, end = form.place(found.start("digits")), form.place(found.end("digits") - 1) + 1
    if found["sign"] == "-":
        start = form.place(found.start("sign"))
    return Number(-value if negative else value, unit, start, end, len(text))
