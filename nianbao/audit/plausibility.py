"""Warnings for figures that no printed change or growth vouches for: a new year against the years before it.

They are findings of the kind `plausibility`, status `not checked`, and their note says what is odd. A warning is no
error: it never makes the audit fail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from nianbao.audit.findings import SUSPECT, Finding
from nianbao.audit.relations import Job, Key, job

if TYPE_CHECKING:
    from nianbao.audit.audit import Audit

JUMP = 8
SLIPS = {10**8: "疑为亿与元之差", 10**4: "疑为万之差", 100: "疑为小数点错两位", 10: "疑为小数点错一位"}
DIGITS = 4


def jobs(audit: Audit) -> Iterator[Job]:
    """Each printed level that has an earlier one and no printed change or growth between the two."""
    known: dict[tuple[str, str], list[int]] = defaultdict(list)
    for code, region, year in audit.places():
        known[code, region].append(year)
    vouched = {claim.key for claim in audit.data.claims if claim.base.isdigit()}
    for (code, region), years in known.items():
        for before, year in pairwise(sorted(years)):
            if (code, region, year) not in vouched:
                yield job(audit, compare, f"plausibility:{code}:{region}:{year}", (code, region, year), before)


def compare(audit: Audit, check: str, key: Key, before: int) -> Finding | None:
    """A warning about a level against that of the year `before`; None where nothing is odd."""
    now, then = audit.data.level(*key), audit.data.level(*key[:2], before)
    if now is None or then is None or now.status == "E" or then.status == "E" and then.exact == 0:
        return None
    odd, ratio = oddity(now.exact, then.exact), audit.data.catalogue.indicators[key[0]].kind == "ratio"
    digits = now.signed.replace("-", "").replace(".", "").strip("0")  # those that say something
    if not odd and now.value == then.value and not ratio and len(digits) >= DIGITS:
        odd = f"与{before}年的数一字不差，疑为照抄"
    if not odd or odd.startswith("正负号") and "-" in audit.data.formula(*key):
        return None
    note = f"{SUSPECT}：{odd}（{before}年为{then.text}{then.unit}）"
    return audit.finding(check, key, now.signed, ("not checked", note), then.exact)


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
