"""What a chart shows, in a line: the first line of its caption.

It says what the drawing shows and the rounding of its figures allows: more or less only where the two cannot be equal,
the most only where no other can be as much. Where nothing can be said for certain, nothing is said; nor of a figure
that is none or a debt, for which the words for an amount do not stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from nianbao.analysis.sentences import Magnitude, Part
from nianbao.chapter.phrases import TIED
from nianbao.chapter.printer import Printer, unit_text
from nianbao.figures.interval import Interval
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import factor

#: The quantities of a series by year, None where they are unknown.
Years = Mapping[int, Quantity | None]
#: Units of which there is not more or less, but higher or lower.
HEIGHTS = frozenset({"%", "比", "元", "元/月", "个月", "月", "‰"})
#: Parts that stand for what has no name of its own.
REST = ("其他", "其余", "其它")
#: What a share is said to be at least, in percent.
AT_LEAST: dict[Fraction | int, str] = {
    90: "占九成以上",
    80: "占八成以上",
    75: "占四分之三以上",
    Fraction(200, 3): "占三分之二以上",
    50: "占一半以上",
    Fraction(100, 3): "占三分之一以上",
}
#: Words for less, alike and more.
WORDS = {-1: "减少", 1: "增加"}
WORDS_OF_HEIGHT = {-1: "下降", 1: "上升"}
#: The same in one character, of a series that has turned.
SHORT = {"减少": "减", "增加": "增", "下降": "降", "上升": "升"}


def scaled(quantity: Quantity, unit: str) -> Interval | None:
    """The interval of a quantity in a unit; None where it cannot be said in it."""
    by = factor(quantity.unit, unit)
    return None if by is None else quantity.interval.scaled(by)


def compared(one: Quantity, other: Quantity) -> int:
    """Whether the second of two is more (1) or less (-1) than the first for certain, else 0."""
    before = scaled(one, other.unit)
    after = other.interval
    if before is None:
        return 0
    if after.low > before.high or (after.low == before.high and other.exact > one.exact):
        return 1
    if after.high < before.low or (after.high == before.low and other.exact < one.exact):
        return -1
    return 0


class Saying:
    """Says what charts show; the figures in it are those of a printer, characters that `Printer.line` replaces.

    `is_disputed`: whether a figure is so much in doubt that nothing can be said of how it moved.
    """

    def __init__(self, printer: Printer, is_disputed: Callable[[Quantity], bool] = lambda quantity: False):
        self.printer = printer
        self.is_disputed = is_disputed

    def told(self, quantity: Quantity) -> str:
        """A figure with its unit."""
        return self.printer.character(quantity) + unit_text(quantity.unit)

    def part(self, part: Part) -> str:
        """A part of a sentence of the analysis."""
        if isinstance(part, str):
            return part
        if isinstance(part, Magnitude):
            return self.printer.character(part.quantity, sign=False) + unit_text(part.quantity.unit)
        return self.told(part)

    # -- by year ------------------------------------------------------------------------------------------------
    def trend(self, cells: Mapping[str, Years]) -> str:
        """How the first series has moved from its first known year to its last, and whether the others go with it."""
        known = {name: {year: each for year, each in column.items() if each} for name, column in cells.items()}
        moving = {name: column for name, column in known.items() if len(column) > 1}
        if not moving:
            return ""
        name, column = next(iter(moving.items()))
        said = self.moved(name, column)
        way = way_of(column)
        if any(map(self.is_disputed, column.values())):
            return said
        rest = {
            other: each
            for other, each in moving.items()
            if other != name and not any(map(self.is_disputed, each.values()))
        }
        if rest and said and way:
            said += "，" + (others(way, column, rest) or last_step(column, rest))
        return said.removesuffix("，")

    def moved(self, name: str, column: Mapping[int, Quantity]) -> str:
        """How a series has moved; `column` holds two known years or more.

        Nothing where an end is none or a debt, but for a last one that is exactly zero.
        """
        years = list(column)
        first = column[years[0]]
        last = column[years[-1]]
        in_dispute = any(map(self.is_disputed, column.values()))
        if is_exactly_zero(last) and not is_none(column[years[-2]]) and not in_dispute:
            return f"{name}{years[-2]}年为{self.told(column[years[-2]])}，{years[-1]}年为零"
        if is_none(first) or is_none(last):
            return ""
        if in_dispute:
            return self.disputed(name, column)
        way = way_of(column)
        if not way:
            even = all(not compared(one, other) for one, other in pairwise(column.values()))
            return f"{name}{years[-1]}年为{self.told(last)}，与{years[0]}年持平" if even else ""
        word = word_of(way, last)
        if stood_still(column):
            before = f"与{years[-2]}年持平，比{years[0]}年的{self.told(first)}{word}"
            return f"{name}{years[-1]}年为{self.told(last)}，{before}"
        steps = [compared(column[one], column[other]) for one, other in pairwise(years)]
        every = len(years) > 2 and all(other == one + 1 for one, other in pairwise(years))
        always = "逐年" if every and all(step == way for step in steps) else ""
        said = f"{name}从{years[0]}年的{self.told(first)}{always}{word}到{years[-1]}年的{self.told(last)}"
        if turned_back(column):
            said += f"，但{years[-1]}年比{years[-2]}年{word_of(-way, last)}"
        return said

    def disputed(self, name: str, column: Mapping[int, Quantity]) -> str:
        """What is printed of a series of which a figure is disputed.

        Its last step where neither end of it is; else the ends of all, and that nothing follows from them.
        """
        first, *_, last = column
        before = list(column)[-2]
        years = [year for year, each in column.items() if self.is_disputed(each)]
        way = compared(column[before], column[last])
        if way and not {before, last} & set(years):
            word = word_of(way, column[last])
            step = f"从{before}年的{self.told(column[before])}{word}到{last}年的{self.told(column[last])}"
            return f"{name}{step}，{'、'.join(map(str, years))}年的数存疑"
        said = f"所印的{name}，{first}年为{self.told(column[first])}，{last}年为{self.told(column[last])}"
        if set(years) <= {first, last}:
            return f"{said}，数有存疑，升降不能断定"
        return f"{said}；{'、'.join(map(str, years))}年的数存疑，升降不能断定"

    def flows(self, cells: Mapping[str, Years]) -> str:
        """Whether a fund took in more than it spent in the last known year, and how its balance moved."""
        income, spending, balance = cells.values()
        years = [year for year in income if income[year] and spending[year]]
        said = []
        if years:
            taken = income[years[-1]]
            spent = spending[years[-1]]
            assert taken and spent  # the year was chosen so
            words = {1: "支出大于收入", -1: "收入大于支出", 0: "收支大体相当"}
            said.append(f"{years[-1]}年{words[compared(taken, spent)]}")
        column = {year: each for year, each in balance.items() if each}
        if len(column) > 1:
            said.append(self.balanced(list(cells)[2], *list(column.items())[-2:]))
        return "，".join(filter(None, said))

    def balanced(self, name: str, before: tuple[int, Quantity], now: tuple[int, Quantity]) -> str:
        """How a balance has moved from one year to another; of a debt how large it is, and whether it is new."""
        (_, had), (year, has) = before, now
        if has.interval.high >= 0 or self.is_disputed(has):
            return self.moved(name, dict((before, now)))
        turned = "转为" if had.interval.low > 0 and not self.is_disputed(had) else "为"
        return f"{name}{year}年末{turned}赤字{self.part(Magnitude(has))}"

    def composition(self, cells: Mapping[str, Years]) -> str:
        """Which part is the largest in the last year, and whether it is in all."""
        rows = {
            row: {name: quantity for name, column in cells.items() if (quantity := column[row])}
            for row in next(iter(cells.values()))
        }
        known = {row: parts for row, parts in rows.items() if len(parts) > 1}
        if not known:
            return ""
        year, parts = list(known.items())[-1]
        largest = most(parts)
        if not largest or is_none(parts[largest]):
            return ""
        always = len(known) > 1 and all(most(each) == largest for each in known.values())
        if always:
            return f"各年都是{largest}最多，{year}年为{self.told(parts[largest])}"
        return f"{year}年{largest}最多，为{self.told(parts[largest])}"

    # -- of one year --------------------------------------------------------------------------------------------
    def parts(
        self, known: Mapping[str, Quantity], shares: Mapping[str, Quantity], both_ends: bool = False, among: str = ""
    ) -> str:
        """Which of some parts or items is the largest, what share it has at least, and which is the smallest.

        `among`: which items are spoken of, with a comma, where the chart leaves others out.
        """
        if len(known) < 2:
            return ""
        largest = most(known)
        named = {name: each for name, each in known.items() if not name.startswith(REST)}
        but = ""
        level = [] if largest else first_alike(known)
        if level:
            high = known[level[0]].unit in HEIGHTS
            names = f"{'、'.join(level[:-1])}和{level[-1]}"
            return f"{among}{names}{TIED}最{'高' if high else '多'}，均为{self.told(known[level[0]])}"
        if not largest and 1 < len(named) < len(known):
            but = f"除{'、'.join(name for name in known if name not in named)}外，"
            largest = most(named)
        if not largest or is_none(known[largest]):
            return ""
        high = known[largest].unit in HEIGHTS
        degree = "较" if len(known) == 2 else "最"
        said = f"{among}{but}{largest}{degree}{'高' if high else '多'}，为{self.told(known[largest])}"
        share = shares.get(largest)
        least = next((word for part, word in AT_LEAST.items() if share and share.interval.low >= part), "")
        if least:
            return f"{said}，{least}"
        smallest = most(known, smallest=True) if both_ends and len(known) > 2 else ""
        if smallest and not is_none(known[smallest]):
            said += f"；{smallest}最{'低' if high else '少'}，为{self.told(known[smallest])}"
        return said

    def below(self, known: Mapping[str, Quantity]) -> str:
        """Which of several balances are certainly below zero, and which is the furthest; nothing where none is."""
        short = {name: each for name, each in known.items() if each.interval.high < 0}
        if not short:
            return ""
        furthest = min(short, key=lambda name: short[name].exact)
        amount = self.part(Magnitude(short[furthest]))
        if len(short) == 1:
            return f"{furthest}收不抵支，缺{amount}"
        every = "各项都" if len(short) == len(known) else f"{'、'.join(short)}"
        return f"{every}收不抵支，缺得最多的是{furthest}，为{amount}"

    def pairs(self, pair: Mapping[str, Mapping[str, Quantity | None]]) -> str:
        """For how many items the second of two figures is more than the first, and for which it is the exception."""
        (first, before), (second, after) = pair.items()
        ways: dict[int, list[str]] = {-1: [], 0: [], 1: []}
        for name, one in before.items():
            other = after[name]
            if one and other:
                ways[compared(one, other)].append(name)
        count = sum(map(len, ways.values()))
        by_year = first.endswith("年") and second.endswith("年")
        words = {1: "增加", -1: "减少"} if by_year else {1: f"大于{first}", -1: f"小于{first}"}
        every = f"各项{second}都比{first}" if by_year else f"各项{second}都"
        return said_of_pairs(count, ways, every, f"{second}比{first}" if by_year else second, words)

    def tiles(self, known: Mapping[str, Quantity], rate_name: str, rates: Mapping[str, Quantity]) -> str:
        """Which regions have the highest and the lowest rate, or the most and the least."""
        if not rates:
            return self.parts(known, {}, both_ends=True)
        found = {"最高": most(rates), "最低": most(rates, smallest=True)}
        said = {word: name for word, name in found.items() if name and not is_none(rates[name])}
        ends = "；".join(f"{name}{word}，为{self.told(rates[name])}" for word, name in said.items())
        return f"{rate_name}：{ends}" if ends else ""


def others(way: int, column: Mapping[int, Quantity], rest: Mapping[str, Mapping[int, Quantity]]) -> str:
    """Whether the other series have moved the same way as the first in the same years, or the other way.

    `way`: that of the first series; `column`: its known years; `rest`: the known years of each other series. Of those
    that are unknown where the first begins or ends, nothing is said.
    """
    begin, *_, end = column
    last = column[end]
    ways = {name: compared(each[begin], each[end]) for name, each in rest.items() if begin in each and end in each}
    along = [name for name, its in ways.items() if its == way]
    against = "、".join(name for name, its in ways.items() if its == -way)
    if turned_back(column):
        return others_of_turned(way, column, {name: rest[name] for name in along}, against)
    if along and len(along) == len(ways):
        return f"{'、'.join(along)}也{word_of(way, last)}"
    return f"{against}{word_of(-way, last)}" if against else ""


def last_step(column: Mapping[int, Quantity], rest: Mapping[str, Mapping[int, Quantity]]) -> str:
    """Which series the last year has moved the same way as the first, where nothing can be said of the years in all.

    `column`: the known years of the first series; `rest`: those of each other series. Nothing where one went the other
    way, or where the year before is unknown.
    """
    *_, before, end = column
    way = compared(column[before], column[end])
    steps = {name: compared(each[before], each[end]) for name, each in rest.items() if {before, end} <= set(each)}
    if not way or before != end - 1 or not steps or set(steps.values()) != {way}:
        return ""
    whose = "各项" if len(steps) == len(rest) else f"它和{'、'.join(steps)}"
    return f"{end}年{whose}都比{before}年{word_of(way, column[end])}"


def others_of_turned(
    way: int, column: Mapping[int, Quantity], along: Mapping[str, Mapping[int, Quantity]], against: str
) -> str:
    """What the other series have done beside one whose last step went back: the same, gone on, or the other way.

    `along`: the known years of those that have moved the same way in all; `against`: those that have not, in words.
    """
    begin, *_, before, end = column
    last = column[end]
    steps = {name: compared(each[before], each[end]) for name, each in along.items() if before in each}
    alike = "、".join(name for name, step in steps.items() if step == -way)
    going_on = "、".join(name for name, step in steps.items() if step == way)
    said = [f"{alike}同样先{SHORT[word_of(way, last)]}后{SHORT[word_of(-way, last)]}"] if alike else []
    said += [f"{going_on}{end}年仍{word_of(way, last)}"] if going_on else []
    said += [f"{against}{end}年比{begin}年{word_of(-way, last)}"] if against else []
    return "，".join(said)


def stood_still(column: Mapping[int, Quantity]) -> bool:
    """Whether a series of three known years or more is printed alike in the last two of them."""
    known = list(column.values())
    return len(known) > 2 and known[-1].value == known[-2].value and known[-1].unit == known[-2].unit


def is_exactly_zero(quantity: Quantity) -> bool:
    """Whether there is nothing of something, and not only less than is printed."""
    return quantity.value == 0 and quantity.interval.exact


def turned_back(column: Mapping[int, Quantity]) -> bool:
    """Whether the last step of a series of three known years or more went the other way than the series in all."""
    known = list(column.values())
    way = way_of(column)
    return len(known) > 2 and way != 0 and compared(known[-2], known[-1]) == -way


def said_of_pairs(
    count: int, ways: Mapping[int, Sequence[str]], every: str, about: str, words: Mapping[int, str]
) -> str:
    """What is to be said of `count` pairs: of all (beginning with `every`), of the one exception, or how many there are
    of each.
    """
    if count < 2:
        return ""
    for way, word in words.items():
        if len(ways[way]) == count:
            return f"{every}{word}"
        if len(ways[way]) == 1 and count > 2:
            return f"只有{ways[way][0]}{about}{word}"
    said = [f"{word}的有{len(ways[way])}项" for way, word in words.items() if ways[way]]
    said += [f"持平的有{len(ways[0])}项"] if ways[0] and said else []
    return f"{count}项中，{about}{'，'.join(said)}" if said else ""


def way_of(column: Mapping[int, Quantity]) -> int:
    """Whether the last of some figures is more (1) or less (-1) than the first for certain, else 0."""
    known = list(column.values())
    return compared(known[0], known[-1])


def is_none(quantity: Quantity) -> bool:
    """Whether there is nothing of something, or less than nothing: a debt, or a rate below zero."""
    return quantity.value <= 0


def word_of(way: int, quantity: Quantity) -> str:
    """The word for more or less of a thing, or for higher or lower."""
    return (WORDS_OF_HEIGHT if quantity.unit in HEIGHTS else WORDS)[way]


def most(known: Mapping[str, Quantity], smallest: bool = False) -> str:
    """The one that is more (or less) than every other for certain and has a name; blank where there is none."""
    way = -1 if smallest else 1
    pick: Callable[..., str] = min if smallest else max
    comparable = {name: each.exact * (factor(each.unit, first_unit(known)) or 1) for name, each in known.items()}
    found = pick(comparable, key=comparable.__getitem__)
    certain = all(compared(each, known[found]) == way for name, each in known.items() if name != found)
    return found if certain and not found.startswith(REST) else ""


def first_alike(known: Mapping[str, Quantity]) -> list[str]:
    """Those that are exactly as much as each other and more than every other; empty where they are not for certain.

    Nor are there any where one of them has no name of its own, and where all are level: nothing is the most then.
    """
    units = {each.unit for each in known.values()}
    most_of_all = max((each.exact for each in known.values()), default=Fraction(0))
    level = [name for name, each in known.items() if each.exact == most_of_all]
    rest = [each for name, each in known.items() if name not in level]
    is_exact = all(known[name].interval.exact for name in level)
    if len(units) != 1 or len(level) < 2 or not rest or not is_exact or is_none(known[level[0]]):
        return []
    if any(name.startswith(REST) for name in level) or any(compared(known[level[0]], each) != -1 for each in rest):
        return []
    return level


def first_unit(known: Mapping[str, Quantity]) -> str:
    """The unit of the first of some figures."""
    return next(iter(known.values())).unit
