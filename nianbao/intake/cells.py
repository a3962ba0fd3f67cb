"""What people type into a cell, understood exactly or asked about: never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import NamedTuple

from nianbao.data.catalogue import Indicator
from nianbao.figures.units import COUNTED, PERCENT, RATIO, decimals_of, round_half_up
from nianbao.intake.folding import as_typed, folded, plain

#: Decimals of a number format that are taken seriously.
MOST_DECIMALS = 12
#: What stands for a figure that is not published, and the mark it is stored with.
MARKS = {"": "", "-": "-", "—": "—", "——": "—", "–": "-", "―": "—", "无": "无"}
#: What takes back a figure that was read before, and the status that says so; it is not stored.
DELETE = "删除"
DELETIONS = {DELETE, "删", "删去", "作废"}
DELETED = "D"
#: A half-width of a figure that is known less well than its digits say, as a cell shows it behind the number.
MARGIN = re.compile(r"±\s*(?P<margin>[0-9]+(?:\.[0-9]+)?)")
#: So many further decimals than those of the indicator are what a calculation leaves, not what somebody counted.
ODD_DECIMALS = 3
#: A number, its thousands separated or not, and what is written behind it.
NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]{1,3}(?:[, ][0-9]{3}){1,4}|[0-9]{1,15})(?P<fraction>\.[0-9]{1,12})?(?P<behind>.*)",
    re.DOTALL,
)
#: A negative number as accountants write it: (1.5).
BRACKETED = re.compile(r"\(\s*([0-9].*?)\s*\)(.*)")
#: A whole number with zeros in front is a code, not a number.
LEADING_ZEROS = re.compile("0[0-9]+")
#: What behind a number makes it two numbers, a range or a date.
MORE_NUMBERS = re.compile(r"[.,、~～/·\-—+*xX]|.*\d")
#: How a ratio says "to one".
TO_ONE = {":1", "比1"}
#: A unit: 万, 亿 or 万亿, then the thing that is counted.
UNIT = re.compile("(?P<power>万?亿?)(?P<thing>.*)")
POWERS = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12}
#: Other words for units.
SYNONYMS = {"名": "人", "块": "元"}


class Asked(Exception):
    """Something that cannot be read without asking; the message is what is expected."""


@dataclass(frozen=True)
class Cell:
    """What stands in a cell.

    `value` is of a formula its stored result; `format` the number format; `formula` the formula itself; `broken` tells
    an error value such as #REF!.
    """

    value: object
    format: str = "General"
    formula: str = ""
    broken: bool = False

    @property
    def text(self) -> str:
        """The value as text without blanks around it."""
        return "" if self.value is None else plain(str(self.value))

    @property
    def typed(self) -> str:
        """The value as a text whose signs are as they were typed; a number as it is written."""
        if isinstance(self.value, bool):
            return "是" if self.value else "否"
        if isinstance(self.value, float):
            return f"{Decimal(f'{self.value:.15g}').normalize():f}"
        if isinstance(self.value, date):
            return f"{self.value:%Y-%m-%d}"
        return "" if self.value is None else as_typed(str(self.value))

    @property
    def stands(self) -> str:
        """What stands there, for a message."""
        shown = f"{self.value:%Y-%m-%d}" if isinstance(self.value, date) else str(self.value)
        return (self.formula or shown)[:40]


class Understood(NamedTuple):
    """A figure as it is stored.

    `literal` is the value as printed, or the mark of a blank; `status` is A, M for a blank, or D where the figure is to
    be taken back; `margin` the half-width of its interval where that is not half a unit of the last digit; `remark`
    what the editor should know of it.
    """

    literal: str
    status: str
    margin: str = ""
    remark: str = ""


class Written(NamedTuple):
    """A number as it is written, and the words `behind` it."""

    value: Decimal
    behind: str


def expected(unit: str) -> str:
    """What a cell should hold."""
    return f"数字（单位：{unit}），没有数填“—”"


def understand(cell: Cell | None, about: Indicator, unit: str, typed: bool = False) -> Understood:
    """The figure that stands in a cell, in `unit`.

    A blank keeps its mark (status M). Decimals: those of the indicator, or more where the cell shows more; `typed`
    keeps them as they stand. Raises Asked with what is expected.
    """
    if cell is None or cell.value is None:
        if cell and cell.formula:
            raise Asked("公式没有存下结果，请在 Excel 或 WPS 里打开、保存，或改填数字")
        return Understood("", "M")
    if "[" in cell.formula and "]" in cell.formula:
        raise Asked("公式引用了别的工作簿，请改填数字")
    if cell.broken:
        raise Asked(f"公式出错，应为{expected(unit)}")
    value = cell.value
    if isinstance(value, date | time | timedelta):
        raise Asked(f"{expected(unit)}；Excel 把所填的内容（如“3-4”）当成了日期，请重填")
    if isinstance(value, str):
        return from_text(plain(value), about, unit, typed)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Asked(expected(unit))
    if not isfinite(value) or abs(value) >= 10**15:
        raise Asked(f"{expected(unit)}，至多15位整数")
    return from_number(Decimal(f"{value:.15g}"), cell.format, about, unit)


def from_number(number: Decimal, number_format: str, about: Indicator, unit: str) -> Understood:
    """The figure of a cell that holds a number: rounded as the cell shows it."""
    decimals = shown_decimals(number_format)
    if "%" in re.sub(r'"[^"]*"', "", number_format):
        if unit != PERCENT:
            raise Asked(f"单位应为“{unit}”，不是百分数")
        number *= 100
    number = number.normalize()
    if decimals is None:
        decimals = decimals_of(number)
        ask_for_odd_decimals(number, about, unit)
    shown = accepted(number, max(decimals, about.decimals), about, unit)
    remark = "" if shown == number else f"格内是{number:f}，按显示的{shown:f}读入"
    margin = MARGIN.search(number_format)
    return Understood(f"{shown:f}", "A", margin["margin"] if margin else "", remark or finer_than(shown, about))


def finer_than(shown: Decimal, about: Indicator) -> str:
    """What is to be said of a figure with more decimals than its indicator is printed with; else nothing."""
    decimals = decimals_of(shown)
    if decimals <= about.decimals:
        return ""
    return f"小数有{decimals}位，此指标历来{about.decimals}位；照所填的读入，多出的位数如非有意请四舍五入"


def ask_for_odd_decimals(number: Decimal, about: Indicator, unit: str) -> None:
    """Asked for decimals that a calculation left behind: 7.899999 where two decimals are printed."""
    decimals = decimals_of(number)
    if decimals >= about.decimals + ODD_DECIMALS and not must_be_whole(number, about, unit):
        rounded = round_half_up(number, about.decimals)
        raise Asked(f"小数有{decimals}位，像是计算留下的尾数，请四舍五入到{about.decimals}位（如{rounded:f}）")


def from_text(text: str, about: Indicator, unit: str, typed: bool) -> Understood:
    """The figure of a cell that holds a text, converted where another unit of the same thing is written behind it."""
    if text in MARKS:
        return Understood(MARKS[text], "M")
    if text in DELETIONS:
        return Understood(DELETE, DELETED)
    known_to = MARGIN.search(text)
    written = written_number(MARGIN.sub("", text).strip(), unit)
    if written is None:
        raise Asked(expected(unit))
    by = scale(written.behind, unit)
    if by == 1:
        decimals = decimals_of(written.value)
        if not typed:
            ask_for_odd_decimals(written.value, about, unit)
        shown = accepted(written.value, decimals if typed else max(decimals, about.decimals), about, unit)
        margin = known_to["margin"] if known_to else ""
        return Understood(f"{shown:f}", "A", margin, "" if typed else finer_than(shown, about))
    number = (written.value * by).normalize()
    shown = accepted(number, max(decimals_of(number), about.decimals), about, unit)
    margin = half_a_digit(written.value) * by  # 2.5亿 is known to half of 0.1亿, whatever the unit
    coarse = margin > half_a_digit(shown)
    return Understood(f"{shown:f}", "A", f"{margin.normalize():f}" if coarse else "", f"“{text}”换算为{shown:f}{unit}")


def written_number(text: str, unit: str) -> Written | None:
    """The number that a text begins with; None for codes, ranges, two numbers and no number."""
    bracketed = BRACKETED.fullmatch(text)
    if bracketed:
        text = f"-{bracketed[1]}{bracketed[2]}"
    match = NUMBER.fullmatch(text)
    if match is None or LEADING_ZEROS.fullmatch(match["whole"]):
        return None
    behind = match["behind"]
    to_one = unit == RATIO and folded(behind) in TO_ONE
    if not to_one and MORE_NUMBERS.match(behind.strip()):
        return None
    digits = re.sub("[, ]", "", match["whole"])
    return Written(Decimal(match["sign"] + digits + (match["fraction"] or "")), behind)


def scale(suffix: str, unit: str) -> Decimal:
    """The factor into `unit` that the words behind a number (万, 亿元, 人) ask for; Asked for another thing."""
    named = folded(suffix)
    own = folded(unit)
    if named in {"", own} or (unit == RATIO and named in TO_ONE):
        return Decimal(1)
    given = UNIT.fullmatch(named)
    wanted = UNIT.fullmatch(own)
    thing = SYNONYMS.get(given["thing"], given["thing"]) if given else None
    if given is None or wanted is None or thing not in {"", wanted["thing"]} or wanted["thing"] in {PERCENT, RATIO}:
        raise Asked(f"单位应为“{unit}”，格内写着“{suffix.strip()}”")
    return Decimal(POWERS[given["power"]]) / POWERS[wanted["power"]]


def half_a_digit(value: Decimal) -> Decimal:
    """Half a unit of the last digit of a number."""
    return Decimal(5).scaleb(-decimals_of(value) - 1)


def shown_decimals(number_format: str) -> int | None:
    """Decimals that a number format fixes; None for General. Raises Asked for formats that show another number."""
    section = number_format.split(";")[0]
    literals = "".join(re.findall(r'"[^"]*"|\\.', section))
    words = re.sub(r"[\"\\]", "", literals)
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", section)
    if re.search(r"[万亿!！]", words + bare) or re.search(r"[0#],+(\.|$|[^0#])", bare):
        raise Asked("格式把数缩放显示了，请把格式改为常规，写出原数")
    if "general" in bare.lower() or re.search(r"[@E]|\?/", bare) or not re.search("[0#?]", bare):
        return None
    fraction = bare.partition(".")[2]
    return min(len(re.sub("[^0#?]", "", fraction)), MOST_DECIMALS)


def must_be_whole(number: Decimal, about: Indicator, unit: str) -> bool:
    """Whether a number that counts people or cases has a fraction."""
    return unit in COUNTED and about.kind != "ratio" and number != number.to_integral()


def accepted(number: Decimal, decimals: int, about: Indicator, unit: str) -> Decimal:
    """A number as it is printed; Asked where what is counted is not whole, or negative though it is no change."""
    if must_be_whole(number, about, unit):
        raise Asked(f"应为整数（单位：{unit}）")
    if number < 0 and unit.lstrip("万亿") in COUNTED and "change" not in about.code:
        raise Asked(f"不能是负数（单位：{unit}）")
    return round_half_up(number, decimals)
