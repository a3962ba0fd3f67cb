"""Words: captions in sequence and of the right year, and other labels that were found wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from re import Match

from nianbao.audit.checks import LABEL, Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import AGREES, FAILS, Finding, Verdict
from nianbao.data import schema
from nianbao.data.csvfiles import Row
from nianbao.data.keys import Key, Source

#: A figure named in a label: `{indicator[item]@year}`.
FIGURE = re.compile(r"\{([\w.]+)\[(\w+)\]@(\d{4})\}")


def checks(context: Context) -> Iterator[Check]:
    """Captions (`documents/<document>/captions.csv`) and other labels (`labels.csv`), printed against expected."""
    yield from captions(context)
    for document, row in context.data.of_documents(schema.LABELS, "labels"):
        name = CheckId.of_label(document, row["label"])
        yield Check(name, partial(check_label, context, name, document, row, row["printed"], row["expected"], ""))


def captions(context: Context) -> Iterator[Check]:
    """Numbers of tables and charts, which should follow each other, and the years in their titles."""
    last: dict[tuple[str, str, str, str], int] = {}
    for document, row in context.data.of_documents(schema.CAPTIONS, "captions"):
        series = (document, row["year"], row["kind"], row["part"])
        wanted = last.get(series, 0) + 1
        last[series] = int(row.number("number"))
        label = f"{row['kind']}{row['part']}-{row['number']}"
        name = CheckId.of_label(document, label)
        yield Check(name, partial(check_label, context, name, document, row, row["number"], str(wanted), "编号应接续"))
        if row["printed_year"]:
            name = CheckId.of_label(document, f"{label}:year")
            yield Check(
                name, partial(check_label, context, name, document, row, row["printed_year"], row["year"], "标题年份")
            )


def check_label(
    context: Context, name: CheckId, document: str, row: Row, printed: str, expected: str, note: str
) -> Finding:
    """Printed words against the expected ones; each may name a figure, as `{indicator[item]@year}`."""
    stands = with_figures(context, printed)
    wanted = with_figures(context, expected)
    verdict = Verdict(AGREES if stands == wanted else FAILS, note)
    about = Key("", "", int(row["year"]))
    found = context.finding(name, LABEL, about, stands, verdict, source=Source(document, row["place"]))
    return replace(found, recomputed=wanted)


def with_figures(context: Context, text: str) -> str:
    """A text with its figures filled in; a dash for one that is unknown."""

    def value(match: Match[str]) -> str:
        level = context.printed(Key(match[1], match[2], int(match[3])))
        return level.signed if level else "—"

    return FIGURE.sub(value, text)
