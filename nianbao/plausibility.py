"""Warnings for figures that no printed change or growth vouches for: a new year against the years before it.

They are findings of the kind `plausibility`, status `not checked`, and their note says what is odd. A warning is no
error: it never makes the audit fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from .findings import SUSPECT, Finding

if TYPE_CHECKING:
    from .audit import Audit
    from .relations import Job

JUMP = 8
SLIPS = {10**8: "疑为亿与元之差", 10**4: "疑为万之差", 100: "疑为小数点错两位", 10: "疑为小数点错一位"}
DIGITS = 4


def jobs(audit: Audit) -> Iterator[Job]:
    """Each printed level that has an earlier one and no printed change or growth between the two."""
    earlier: dict[tuple[str, str], list[int]] = {}
    for code, region, year in audit.places():
        earlier.setdefault((code, region), []).append(year)
    vouched = {(claim.indicator, claim.region, claim.year) for claim in audit.data.claims if claim.base.isdigit()}
    for (code, region), years in earlier.items():
        years = sorted(years)
        for before, year in zip(years, years[1:], strict=False):
            if (code, region, year) not in vouched:
                yield (f"plausibility:{code}:{region}:{year}",
                       lambda a=(code, region, year, before): compare(audit, *a))


def compare(audit: Audit, code: str, region: str, year: int, before: int) -> Finding | None:
    """A warning about a level against that of the year `before`; None where nothing is odd."""
    now, then = audit.data.level(code, region, year), audit.data.level(code, region, before)
    if now is None or then is None or now.status == "E" or then.status == "E" and then.exact == 0:
        return None
    about = audit.data.catalogue.indicators[code]
    odd = oddity(now.exact, then.exact)
    if not odd and now.value == then.value and about.kind != "ratio" and significant(now.signed) >= DIGITS:
        odd = f"与{before}年的数一字不差，疑为照抄"
    difference = "-" in audit.data.formula(code, region, year)
    if not odd or difference and odd.startswith("正负号"):
        return None
    check = f"plausibility:{code}:{region}:{year}"
    return audit.finding(check, "plausibility", (code, region, year), now.signed, then.exact, None, "not checked",
                         f"{SUSPECT}：{odd}（{before}年为{then.text}{then.unit}）")


def oddity(now: Fraction, then: Fraction) -> str:
    """What is odd about a change of level; empty where nothing is."""
    if now * then < 0:
        return "正负号改变"
    if now == 0 or then == 0:
        return ""
    ratio = abs(now / then)
    times = max(ratio, 1 / ratio)
    if times < JUMP:
        return ""
    word = "增至" if ratio > 1 else "减至几分之一，相差"
    slip = next((f"，{name}" for size, name in SLIPS.items() if Fraction(size, 3) < times < 3 * size), "")
    return f"{word}{float(times):.1f}倍{slip}"


def significant(text: str) -> int:
    """Digits of a number without leading zeros and trailing zeros."""
    return len(text.replace("-", "").replace(".", "").strip("0"))
