"""Words: captions in sequence and of the right year, and names, numbers and terms that a document prints differently.

A label is kept as printed, once for each place it stands in. It is compared with what the document itself prints
elsewhere (`same`), with the sequence it belongs to (`follows`, `rising`) or with itself (`once`); nobody types what it
should be. What only a reader can see is wrong says so (`read`), and what is odd without being wrong is shown to a
person (`look`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from re import Match

from nianbao.audit.checks import LABEL, Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import AGREES, FAILS, NOT_CHECKED, SUSPECT, Finding, Verdict
from nianbao.data import schema
from nianbao.data.csvfiles import Row
from nianbao.data.keys import Key, Source

#: A figure named in a label: `{indicator[item]@year}`.
FIGURE = re.compile(r"\{([\w.]+)\[(\w+)\]@(\d{4})\}")
#: A number in a list of numbers, in digits or Chinese, or the remark that there is none.
NUMBER = re.compile(r"\d+|[一二三四五六七八九十]+|无序号")
DIGITS = "零一二三四五六七八九"
TEN = "十"
#: What rule says of words: what they should be (empty where that cannot be told), and whether they are right.
Judged = tuple[str, Verdict]


def checks(context: Context) -> Iterator[Check]:
    """Captions (`documents/<document>/captions.csv`) and other labels (`labels.csv`)."""
    yield from captions(context)
    printings: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for document, row in context.data.of_documents(schema.LABELS, "labels"):
        schema.LABELS.check(row)
        printings[document, row["label"]].append(row)
    for (document, label), rows in printings.items():
        name = CheckId.of_label(document, label)
        yield Check(name, partial(check_label, context, name, document, rows))


def captions(context: Context) -> Iterator[Check]:
    """Numbers of tables and charts, which should follow each other, and the years in their titles."""
    last: dict[tuple[str, str, str, str], int] = {}
    for document, row in context.data.of_documents(schema.CAPTIONS, "captions"):
        series = (document, row["year"], row["kind"], row["part"])
        wanted = last.get(series, 0) + 1
        last[series] = int(row.number("number"))
        label = f"{row['kind']}{row['part']}-{row['number']}"
        name = CheckId.of_label(document, label)
        judged = agreeing(row["number"], str(wanted), "编号应接续")
        yield Check(name, partial(found, context, name, document, row, row["number"], judged))
        if row["printed_year"]:
            name = CheckId.of_label(document, f"{label}:year")
            judged = agreeing(row["printed_year"], row["year"], "标题年份")
            yield Check(name, partial(found, context, name, document, row, row["printed_year"], judged))


def check_label(context: Context, name: CheckId, document: str, rows: Sequence[Row]) -> Finding:
    """Printed words (the first row) by their rule; the other rows are the same words in other places."""
    first = rows[0]
    printed = with_figures(context, first["printed"])
    judged = JUDGES[first["rule"]](context, printed, rows)
    return found(context, name, document, first, printed, judged)


def found(context: Context, name: CheckId, document: str, row: Row, printed: str, judged: Judged) -> Finding:
    """The finding on printed words."""
    wanted, verdict = judged
    about = Key("", "", int(row["year"]))
    finding = context.finding(name, LABEL, about, printed, verdict, source=Source(document, row["place"]))
    return replace(finding, recomputed=wanted)


def agreeing(printed: str, wanted: str, note: str) -> Judged:
    """Words that should be the wanted ones."""
    return wanted, Verdict(AGREES if printed == wanted else FAILS, note)


# -- rules --------------------------------------------------------------------------------------------------------
def same(context: Context, printed: str, rows: Sequence[Row]) -> Judged:
    """The words should be those that the document prints in the other places."""
    rows[0].check(len(rows) > 1, "rule", "same：须有同名的另一行，写明别处的印法")
    others = {with_figures(context, row["printed"]): row["place"] for row in rows[1:]}
    places = "、".join(f"{place}印作“{words}”" for words, place in others.items())
    wanted = next(iter(others)) if len(others) == 1 else ""
    return wanted, Verdict(AGREES if set(others) == {printed} else FAILS, f"同一名目，{places}")


def follows(_: Context, printed: str, rows: Sequence[Row]) -> Judged:
    """Each number of a list should be one more than that before it."""
    numbers = NUMBER.findall(printed)
    rows[0].check(len(numbers) > 1, "printed", "follows：“{printed}”里没有一列编号")
    known = [text for text in numbers if value_of(text) is not None]
    rows[0].check(known, "printed", "follows：“{printed}”里没有一列编号")
    first = value_of(numbers[0]) or 1
    style = chinese if value_of(known[0]) is not None and not known[0].isdigit() else str
    sequence = iter(range(first, first + len(numbers)))
    return agreeing(printed, NUMBER.sub(lambda _: style(next(sequence)), printed), "编号应接续")


def rising(_: Context, printed: str, rows: Sequence[Row]) -> Judged:
    """Each number of a list should be larger than that before it."""
    numbers = [int(each) for each in re.findall(r"\d+", printed)]
    rows[0].check(len(numbers) > 1, "printed", "rising：“{printed}”里没有一列数")
    right = all(before < after for before, after in zip(numbers, numbers[1:], strict=False))
    return "", Verdict(AGREES if right else FAILS, "应由小到大")


def once(_: Context, printed: str, rows: Sequence[Row]) -> Judged:
    """No word (two characters or more) should stand in a name twice."""
    del rows
    for length in range(len(printed) // 2, 1, -1):
        again = re.search(rf"(\w{{{length}}}).*\1", printed)
        if again:
            return "", Verdict(FAILS, f"“{again[1]}”重出")
    return "", Verdict(AGREES)


def read(_: Context, printed: str, rows: Sequence[Row]) -> Judged:
    """Only a reader can see that the words are wrong."""
    del printed
    return "", Verdict(FAILS, rows[0].get("note", "") or "由人读出")


def look(_: Context, printed: str, rows: Sequence[Row]) -> Judged:
    """Nothing is wrong, but a person should look at it."""
    del printed
    return "", Verdict(NOT_CHECKED, f"{SUSPECT}：{rows[0].get('note', '')}")


#: The rules by name (`schema.LABEL_RULES`).
JUDGES: dict[str, Callable[[Context, str, Sequence[Row]], Judged]] = {
    "same": same,
    "follows": follows,
    "rising": rising,
    "once": once,
    "read": read,
    "look": look,
}


# -- texts --------------------------------------------------------------------------------------------------------
def with_figures(context: Context, text: str) -> str:
    """A text with its figures filled in; a dash for one that is unknown."""

    def value(match: Match[str]) -> str:
        level = context.printed(Key(match[1], match[2], int(match[3])))
        return level.signed if level else "—"

    return FIGURE.sub(value, text)


def value_of(text: str) -> int | None:
    """The number that a text says in digits or in Chinese, below a hundred; None for any other text."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition(TEN)
    if len(tens) > 1 or len(ones) > 1 or any(each not in DIGITS for each in tens + ones):
        return None
    many = (DIGITS.index(tens) if tens else 1) if ten else 0
    return 10 * many + (DIGITS.index(ones) if ones else 0)


def chinese(number: int) -> str:
    """A number from 1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    many = "" if tens == 1 else DIGITS[tens]
    return (f"{many}{TEN}" if tens else "") + (DIGITS[ones] if ones else "")
