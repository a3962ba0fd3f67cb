"""Warnings for figures that no printed change or growth vouches for: a new year against the years before it.

They are findings of the kind `plausibility`, status `not checked`, and their note says what is odd. A warning is no
error: it never makes the audit fail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import pairwise

from nianbao.audit.checks import PLAUSIBILITY, Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import NOT_CHECKED, SUSPECT, Finding, Verdict
from nianbao.data.keys import Key
from nianbao.figures.quantity import Quantity

#: A level that many times as large, or as small, as the one before is odd.
JUMP = 8
#: Ratios that slips of the pen make.
SLIPS = {10**8: "疑为亿与元之差", 10**4: "疑为万之差", 100: "疑为小数点错两位", 10: "疑为小数点错一位"}
#: A figure with at least so many telling digits does not repeat by chance.
DIGITS = 4


def checks(context: Context) -> Iterator[Check]:
    """Each printed level that has an earlier one and no printed change or growth between the two."""
    known: dict[tuple[str, str], list[int]] = defaultdict(list)
    for key in context.keys():
        known[key.indicator, key.item].append(key.year)
    vouched = {claim.key for claim in context.data.claims if claim.base_year}
    for (code, item), years in known.items():
        for before, year in pairwise(sorted(years)):
            key = Key(code, item, year)
            if key not in vouched:
                name = CheckId.of_level(PLAUSIBILITY, key)
                yield Check(name, partial(check_level, context, name, key, before))


def check_level(context: Context, name: CheckId, key: Key, before: int) -> Finding | None:
    """A warning about a level against that of the year `before`; None where nothing is odd."""
    now = context.printed(key)
    then = context.printed(key.at(before))
    if now is None or then is None or now.status == "E" or then.status == "E" and then.exact == 0:
        return None
    odd = oddity(now.exact, then.exact)
    if not odd and copied(now, then) and context.indicator(key).kind != "ratio":
        odd = f"与{before}年的数一字不差，疑为照抄"
    difference = "-" in context.data.formula(key)
    if not odd or odd.startswith("正负号") and difference:
        return None
    note = f"{SUSPECT}：{odd}（{before}年为{then.text}{then.unit}）"
    return context.finding(name, PLAUSIBILITY, key, now.signed, Verdict(NOT_CHECKED, note), then.exact)


def copied(now: Quantity, then: Quantity) -> bool:
    """Whether a figure with enough telling digits repeats an earlier one."""
    digits = now.signed.replace("-", "").replace(".", "").strip("0")
    return now.value == then.value and len(digits) >= DIGITS


def oddity(now: Fraction, then: Fraction) -> str:
    """What is odd about a change of level; empty where nothing is."""
    if now * then < 0:
        return "正负号改变"
    ratio = abs(now / then) if now and then else Fraction(1)
    times = max(ratio, 1 / ratio)
    if times < JUMP:
        return ""
    slip = next((f"，{name}" for size, name in SLIPS.items() if Fraction(size, 3) < times < 3 * size), "")
    return f"{'增至' if ratio > 1 else '减至几分之一，相差'}{float(times):.1f}倍{slip}"
