"""Zero and negative levels in words: 没有其他收入, 无人享受待遇, 预算为零, 年末累计赤字3.20亿元, 委托投资亏损0.30亿元.

A level that is zero or less stands in the text with a sign behind its unit (`ZERO`, `BELOW`); what stands in front of
it in its word decides how it is said. Where nothing stands there that could be named, the number stays.
"""

from __future__ import annotations

import re

from nianbao.chapter.printer import BELOW, FIGURE, TOLD, WAS, ZERO, Printer

#: A level that is zero or less, with its unit and the sign behind it.
UNIT = f"[^{ZERO}{BELOW}，。；：、{FIGURE.pattern[1:-1]}]{{0,12}}"
LEVEL = re.compile(f"(?P<figure>{FIGURE.pattern})(?P<unit>{UNIT})(?P<sign>[{ZERO}{BELOW}])")
#: Where a word ends.
ENDS = frozenset("，。；：、（）\n")
#: What may stand in front of a name without being part of it.
TIME = re.compile(r"^\s*(其中，?|全年|年末|当年|年终|本年|\d{4}年(末|度)?)*")
#: Names of money there is none of.
MONEY = re.compile("(收入|支出|结余|结存|结转|费|补贴|补助|补助金|抚恤金|津贴|收益|利息|负债|赤字|调剂金|养老金|款)$")
#: Units of money.
UNITS_OF_MONEY = ("元", "万元", "亿元")
#: Units of people, and how what they do begins; the name of a kind of people or bodies holds a 的.
UNITS_OF_PEOPLE = ("人", "人次", "万人", "万人次")
DOING = re.compile("^(享受|领取|办理|参加)[^的]+$")
KIND = re.compile("^[^的]+的([^的]{0,12}(人|员|工|者|机构|单位))?$")
#: What is found or bought, of which there may be none.
FOUND = re.compile("^(发现|查出|新增|新配)(?=.)")
#: A bracket that belongs to what stands just before it, and two of them in a row.
BRACKET = re.compile(f"，?{WAS}")
BRACKETS = re.compile(f"({WAS}（[^）]*)）[，；]{WAS}（")
#: Names behind which zero stands as a number.
NAMELESS = re.compile("(^|共|达|达到|约|到|设|是)$")
#: Words that say that there is nothing.
NOTHING = re.compile("没有|无人|未(?=发现|查出|新增|新配)|零$")
#: Balances, and how one below zero is called.
BALANCE = re.compile("(结转结余|结转和结余|结余|结存)(为?)$")
PROFIT = re.compile("收益(为?)$")


def in_words(text: str, printer: Printer) -> str:
    """A text with its levels of zero and less in words, and without signs of ours."""
    said = ""
    end = 0
    for match in LEVEL.finditer(text):
        said += text[end : match.start()]
        end = match.end()
        name = last_word(said)
        said = said.removesuffix(name)
        ends = end == len(text) or text[end] in ENDS
        level = match["figure"] + match["unit"]
        if match["sign"] == BELOW:
            said += below(name, match["figure"], match["unit"], printer)
        else:
            said += opened(nothing(name, level, match["unit"]), match["figure"], printer) if ends else name + level
    whole = BRACKET.sub("", BRACKETS.sub(r"\1，", said + text[end:]))
    return re.sub(f"[{ZERO}{BELOW}{TOLD}]", "", whole)


def last_word(text: str) -> str:
    """The end of a text behind its last punctuation or figure; brackets belong to the word that they stand in."""
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        character = text[at]
        depth += (character == "）") - (character == "（")
        ends = character in ENDS - {"（", "）"} and depth == 0
        if depth < 0 or ends or character == "*" or FIGURE.match(character):
            return text[at + 1 :]
    return text


def nothing(name: str, level: str, unit: str) -> str:
    """`没有其他收入`, `无人享受康复待遇`, `未发现漏洞`, `预算为零`; the number as it is where nothing is named."""
    name = name.replace(TOLD, "")
    if NAMELESS.search(name.strip()):
        return name + level
    when = TIME.match(name)
    start = when[0] if when else ""
    what = name[len(start) :]
    if what and unit in UNITS_OF_MONEY and MONEY.search(what):
        return f"{start}没有{what}"
    if FOUND.match(what):
        return f"{start}未{what}"
    name = name.removesuffix("有").removesuffix("为")
    what = name[len(start) :]
    if unit in UNITS_OF_PEOPLE and DOING.match(what):
        return f"{start}无人{what}"
    if KIND.match(what):
        return f"{start}没有{what}"
    return f"{name}为零"


def opened(told: str, figure: str, printer: Printer) -> str:
    """The words for a zero in which the figure stands as the word that says it, so that readers can open it."""
    word = NOTHING.search(told)
    if figure in told or word is None:
        return told
    printer.say(figure, word[0])
    return f"{told[: word.start()]}{figure}{told[word.end() :]}"


def below(name: str, figure: str, unit: str, printer: Printer) -> str:
    """`累计赤字3.20亿元`, `投资亏损0.30亿元`, or `其他收入为−0.50亿元`."""
    called = PROFIT.sub(r"亏损\1", BALANCE.sub(r"赤字\2", name))
    if called != name:
        printer.unsigned(figure)
    elif not NAMELESS.search(name.strip()) and not name.endswith("为"):
        called = f"{name}为"
    return called + figure + unit
