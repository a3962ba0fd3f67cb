"""The result of a check, and how it is decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from nianbao.data.keys import Key, Source
from nianbao.figures.interval import Interval
from nianbao.figures.units import decimals_of, round_half_up

FAILS = "fails"
ERRATUM = "erratum"
EXPLAINED = "explained"
ROUNDING = "rounding"
NOT_CHECKED = "not checked"
AGREES = "agrees"
#: From what needs a person first to what simply agrees.
STATUSES = (FAILS, ERRATUM, EXPLAINED, ROUNDING, NOT_CHECKED, AGREES)
#: Statuses of figures that hold.
HOLDS = frozenset({AGREES, ROUNDING})
#: How the note of a finding begins that a person should look at.
SUSPECT = "可疑"
#: How the note of a finding begins on a figure that was cut off instead of rounded (slip `truncation`).
CUT = "截尾"


@dataclass(frozen=True)
class Verdict:
    """Status and note of a finding."""

    status: str
    note: str = ""


@dataclass(frozen=True)
class Finding:
    """The result of one check; numbers are strings as shown, `low` and `high` what rounding allows.

    `check` is the name of the check, `kind` what it compares, `key` the figure it is about, `source` where that stands.
    """

    check: str
    kind: str
    key: Key
    printed: str
    recomputed: str
    low: str
    high: str
    status: str
    note: str
    source: Source = Source()

    @property
    def chapter(self) -> str:
        """The part of the data it is about: the first word of the indicator."""
        return self.key.indicator.split(".")[0] or "label"

    @property
    def document(self) -> str:
        """The document the checked figure stands in."""
        return self.source.document

    @property
    def year(self) -> int:
        """The year it is about."""
        return self.key.year

    @property
    def wrong(self) -> bool:
        """Whether the figure does not hold, known or not."""
        return self.status in {FAILS, ERRATUM}

    @property
    def suspect(self) -> bool:
        """Not wrong as far as can be told, but so odd that a person should look at it."""
        return self.note.startswith(SUSPECT)


def decide(value: Decimal, exact: Fraction, spread: Interval, printed: Interval | None = None) -> Verdict:
    """The verdict on a printed `value` against a recomputed point and interval."""
    digits = decimals_of(value)
    allowed = printed or Interval.printed(value)
    if round_half_up(exact, digits) == value:
        return Verdict(AGREES)
    if allowed.meets(spread):
        return Verdict(ROUNDING)
    cut = Fraction(int(exact * 10**digits), 10**digits)
    if cut == Fraction(value) and not (printed and printed.exact):
        return Verdict(FAILS, f"{CUT}，未四舍五入，应为{round_half_up(exact, digits)}")
    return Verdict(FAILS)


def balance(exact: Fraction, terms: Sequence[Interval]) -> Verdict:
    """The verdict on a sum of `terms` that should be zero, of which `exact` is the point value.

    A figure rounded half up never reaches the far end of its interval: where all terms are rounded, a sum that
    only touches zero is no agreement. Half units of the last digit add up to a wide interval where there are many
    terms, in which a true sum keeps close to zero: beyond four standard deviations it is called suspect.
    """
    low = sum((each.low for each in terms), Fraction(0))
    high = sum((each.high for each in terms), Fraction(0))
    if exact == 0:
        return Verdict(AGREES)
    touching = 0 in (low, high) and all(each.low < each.high for each in terms)
    if touching:
        return Verdict(FAILS, "只及舍入区间的端点，而四舍五入的数达不到端点")
    if not low <= 0 <= high:
        return Verdict(FAILS)
    variance = sum(((each.high - each.low) ** 2 for each in terms), Fraction(0)) / 12
    deviations = abs(float(exact)) / float(variance) ** 0.5
    if deviations > 4:
        return Verdict(ROUNDING, f"{SUSPECT}：差额在舍入界内，但为舍入误差标准差的{deviations:.1f}倍")
    return Verdict(ROUNDING)


def in_digits(value: Fraction | None, digits: int) -> str:
    """A number of a finding; empty where there is none. Large ones are shown whole."""
    if value is None:
        return ""
    large = abs(value) >= 10**9
    text = f"{value.numerator // value.denominator}" if large else f"{float(value):.{digits}f}"
    return text.replace("-", "") if float(text) == 0 else text


def tally(findings: Sequence[Finding]) -> dict[str, Counter[str]]:
    """Counts of the statuses by document."""
    counts: dict[str, Counter[str]] = {}
    for each in findings:
        counts.setdefault(each.document or "—", Counter())[each.status] += 1
    return dict(sorted(counts.items()))
