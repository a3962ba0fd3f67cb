"""Relations that the sentences of a document assert, as far as what they say is sure.

Where it is not plain what a change, a share or a list is of, the relation is only taken up if it holds.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from nianbao.figures.interval import Interval
from nianbao.proof import arithmetic
from nianbao.proof.arithmetic import Ends
from nianbao.proof.model import Document, Figure, Paragraph
from nianbao.proof.net import Net
from nianbao.proof.phrases import unit_of
from nianbao.proof.sentences import LEVEL, Comparison, Listing, Said, Share, likeness
from nianbao.proof.slipped import explains_quotient, is_mended

HUNDRED = Decimal(100)
#: Levels back from a share that may be what it is of.
BACK = 80
#: Share of a group of shares that must hold for the rest to be checked by the same whole.
AGREE = 0.6
#: By how much of a total a list may fall short of it and still be meant to be complete.
SHORT = 0.005
#: The last item of a list that is complete.
OTHERS = re.compile(r"其他|其它|其余")
#: By how much of a total a list may be above it: more of it, and it lists something else.
ABOVE = 0.05
#: Words for all of something that need not be in its name.
ALL = re.compile(r"总|全部|合计")
#: Digits of a share that tells what it is of.
TELLING_DIGITS = 3
#: Characters of a name that is that of one thing only.
LONG_NAME = 4
#: Items of a list among which the parts of another are looked for.
MOST_ITEMS = 12
#: What the parts that a text announces must at least be of a total.
MOST = 0.9
#: Units that differ by powers of ten are mistaken for one another.
SLIPS = (4, -4, 8, -8)


class Prose:
    """The relations of the sentences of a document."""

    def __init__(self, document: Document, said: Said, net: Net, columns: Sequence[list[int]] = ()):
        self.document = document
        #: Figures of tables, by column.
        self.columns = columns
        #: Comparisons whose words contradict each other.
        self.opposed: list[Comparison] = []
        #: What shares were found to be of, by section.
        self.wholes: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self.said = said
        self.net = net
        self._name = net.name
        self.figures = said.figures
        self.paths = {part.number: part.path for part in document.parts}
        self.texts = {part.number: part.text for part in document.parts if isinstance(part, Paragraph)}
        self.levels = [figure for figure in said.figures if figure.role == LEVEL and unit_of(figure.unit).base]

    def relate(self) -> None:
        """Take up all relations."""
        for comparison in self.said.comparisons:
            self._comparison(comparison)
        self._shares()
        self._slipped_shares()
        for listing in self.said.listings:
            self._listing(listing)
        for ratio in self.said.ratios:
            self._ratio(ratio)
        for each in self.said.completions:
            level, budget = self.figures[each.level], self.figures[each.budget]
            if budget.value and unit_of(level.unit).base == unit_of(budget.unit).base:
                self.net.rate(each.level, each.budget, each.rate, f"{self._name(each.rate)}＝完成数÷预算数")

    # -- comparisons --------------------------------------------------------------------------------------------
    def _comparison(self, each: Comparison) -> None:
        """A level against a base: change, growth, average growth."""
        if each.change is None and each.growth is None and each.average is None:
            return
        level = self._level_of(each)
        if level is None and each.base_level is None:
            return
        if level is not None and not self._comparable(level, each):
            return
        base = self._base(level, each)
        if base is None:
            return
        others = [each.base_level] if each.base_level is not None else []
        if level is not None and each.change is not None:
            title = f"{self._name(each.change)}＝{self._name(level)}减去基期数"
            self.net.change(level, base, each.change, each.signs.get(each.change, 1), title, others)
        if each.growth is not None and (level is not None or each.change is not None):
            self._growth(level, base, each, others)
        if each.average is not None and level is not None:
            self._average(level, base, each)

    def _growth(self, level: int | None, base, each: Comparison, others: list[int]) -> None:
        """A rate of growth, which the words may have left without a direction."""
        assert each.growth is not None
        sign = each.signs.get(each.growth, each.signs.get(each.change, 1) if each.change is not None else 1)
        signs = (each.signs.get(each.change, 1) if each.change is not None else 1, sign)
        if each.change is not None and not self.figures[each.change].value and not self.figures[each.growth].value:
            return
        if signs[0] != signs[1] and level is not None and self._against(level, each):
            self.opposed.append(each)
            return
        if level is not None and each.change is not None and self._from_nothing(level, each.change, each.growth):
            return
        title = f"{self._name(each.growth)}＝增减数÷基期数"
        self.net.growth(level, base, each.change, each.growth, signs, title, others)

    def _from_nothing(self, level: int, change: int, growth: int) -> bool:
        """Whether something grew by all that it is: it was nothing, and its growth is by custom said to be 100 %."""
        one, two = self.figures[level], self.figures[change]
        return one.value == two.value and one.unit == two.unit and self.figures[growth].value == HUNDRED

    def _against(self, level: int, each: Comparison) -> bool:
        """Whether a change and its rate fit but for the words, of which one says rise and the other fall."""
        return any(self._fits(level, replace(each, signs=dict.fromkeys(each.signs, sign))) for sign in (1, -1))

    def _average(self, level: int, base, each: Comparison) -> None:
        """An average rate over years: it says the same as the change or the growth over all of them."""
        assert each.average is not None
        years = self._year(level) - int(each.base) if each.base.isdigit() else 0
        if years < 2 or (each.change is None and each.growth is None and each.base_level is None):
            return
        title = f"{self._name(each.average)}：{years}年平均，几何平均或算术平均"
        others = [number for number in (each.change, each.base_level) if number is not None]
        self.net.average(level, base, each.average, each.signs.get(each.average, 1), years, title, others)

    def _year(self, level: int) -> int:
        return self.figures[level].year

    def _level_of(self, each: Comparison) -> int | None:
        """The level that a comparison is of: the plain one, else the only one of which it holds."""
        if each.sure:
            return each.level
        candidates = dict.fromkeys([*each.candidates, *([each.level] if each.level is not None else [])])
        fitting = [number for number in candidates if self._fits(number, each)]
        return fitting[0] if fitting else None

    def _fits(self, level: int, each: Comparison) -> bool:
        """Whether change and growth go together with a level, so that hardly anything else can be meant."""
        if each.change is None or each.growth is None:
            return False
        change, growth = self.figures[each.change], self.figures[each.growth]
        if (
            arithmetic.digits_of(growth.value) < 2
            or unit_of(change.unit).base != unit_of(self.figures[level].unit).base
        ):
            return False
        moved = arithmetic.size_of(change).interval.scaled(each.signs.get(each.change, 1))
        rate = arithmetic.growth(moved, arithmetic.size_of(self.figures[level]).interval - moved)
        printed = arithmetic.size_of(growth).interval.scaled(each.signs.get(each.growth, 1))
        return rate is not None and rate.meets(printed)

    def _comparable(self, level: int, each: Comparison) -> bool:
        """Whether a level and what is said of it are of one kind of unit."""
        base = unit_of(self.figures[level].unit).base
        numbers = [number for number in (each.change, each.base_level) if number is not None]
        return all(unit_of(self.figures[number].unit).base == base for number in numbers)

    def _base(self, level: int | None, each: Comparison):
        """What a level is compared with: a printed figure, else a number that is printed nowhere here."""
        if each.base_level is not None:
            if not self.figures[each.base_level].value:
                return None
            return self.net.variable(each.base_level)
        name = f"base:{level}:{each.base or min(filter(None, (each.change, each.growth)), default=0)}"
        return self.net.latent(name, f"{self._name(level) if level is not None else ''}的基期数")

    # -- shares -------------------------------------------------------------------------------------------------
    def _shares(self) -> None:
        """Shares in groups with the same whole."""
        groups: dict[tuple, list[Share]] = defaultdict(list)
        last: dict[tuple[str, ...], str] = {}
        counts = Counter(self.figures[each.share].spot.part for each in self.said.shares if each.part is not None)
        for each in self.said.shares:
            if each.part is None:
                continue
            part = self.figures[each.share].spot.part
            section = self.paths.get(part, ())
            outer = section[:-1] if len(section) > 2 else section
            whole = each.whole or last.get(section) or last.get(outer) or ""
            if each.whole:
                last[section] = last[outer] = each.whole
            base = unit_of(self.figures[each.part].unit).base
            if counts[part] > 1:
                groups[part, each.whole or whole, base].append(each)
            else:
                groups[section[:2] if whole else section, whole, base].append(each)
        for (_, whole, base), members in groups.items():
            self._share_group(whole, base, members)

    def _share_group(self, whole: str, base: str, members: list[Share]) -> None:
        """Shares of one whole: the level of which most of them hold; the others are checked against it."""
        telling = [each for each in members if self.figures[each.share].value]
        if not telling:
            return
        candidates = self._wholes(whole, base, telling)
        best = max(candidates, key=lambda number: self._score(number, whole, telling), default=None)
        if best is None:
            return
        holding = [each for each in telling if self._holds(each, best)]
        named = self._is_named(best, whole, telling)
        alone = len(telling) == 1
        if alone and not named and self._share_elsewhere(whole, base, telling[0]):
            return
        sure = named if alone else len(holding) >= 2 and len(holding) >= AGREE * len(telling)
        sure = sure or bool(holding) and self._is_all_of(best, telling)
        left = [each for each in telling if each not in holding]
        if len(left) >= 2 and any(all(self._holds(each, number) for each in left) for number in candidates):
            self._share_group(whole, base, left)
            telling = holding
        if len(holding) >= 2:
            self.wholes[self.paths.get(self.figures[telling[0].share].spot.part, ())[:1]].append(best)
        for each in telling if sure else holding:
            assert each.part is not None
            of = best if each in holding else self._just_before(each, best)
            if each in holding or each.sure or self._slipped(each, of):
                title = f"{self._name(each.share)}＝{self._name(each.part)}÷{self._name(of)}"
                self.net.share(each.part, of, each.share, title)

    def _just_before(self, each: Share, whole: int) -> int:
        """The level right before a part if the share is of that one (负债…，其中流动负债…，占…); else the whole."""
        assert each.part is not None
        before = next((level for level in reversed(self.levels) if level.number < each.part), None)
        part = self.figures[each.part]
        if before is None or before.spot[:1] != part.spot[:1] or unit_of(before.unit).base != unit_of(part.unit).base:
            return whole
        return before.number if self._holds(each, before.number) else whole

    def _is_all_of(self, whole: int, members: list[Share]) -> bool:
        """Whether shares are those of all parts of a whole: the parts make it, or the shares a hundred."""
        if len(members) < 2:
            return False
        numbers = [each.part for each in members if each.part is not None]
        parts = [arithmetic.ends(self.figures[number]) for number in numbers]
        shares = [arithmetic.ends(self.figures[each.share]) for each in members]
        if any(unit_of(self.figures[each.share].unit).base != "%" for each in members) or len(set(numbers)) < 2:
            return False
        if sum(parts, Ends(0.0, 0.0)).meets(arithmetic.ends(self.figures[whole])):
            return True
        holding = [each for each in members if self._holds(each, whole)]
        known = any(arithmetic.digits_of(self.figures[each.share].value) >= TELLING_DIGITS for each in holding)
        return known and 2 * len(holding) >= len(members) and sum(shares, Ends(0.0, 0.0)).meets(Ends(100.0, 100.0))

    def _slipped_shares(self) -> None:
        """Shares of the total of their list (其中…，占…), or of what they name: those that are so but for a slip."""
        taken = self.net.related()
        for each in self.said.shares:
            if each.part is None or each.share in taken:
                continue
            whole = self._named_whole(each) if each.listed is None else each.listed
            base = unit_of(self.figures[each.part].unit).base
            telling = arithmetic.digits_of(self.figures[each.share].value) >= TELLING_DIGITS
            if whole is None or not telling or unit_of(self.figures[whole].unit).base != base:
                continue
            if self._holds(each, whole) or self._is_mended(each, whole):
                title = f"{self._name(each.share)}＝{self._name(each.part)}÷{self._name(whole)}"
                self.net.share(each.part, whole, each.share, title)

    def _named_whole(self, each: Share) -> int | None:
        """The level of the same part of the document and year whose name ends as a share says what it is of."""
        assert each.part is not None
        words = ALL.sub("", each.whole)
        part = self.figures[each.part]
        if len(words) < LONG_NAME - 1 or not each.sure:
            return None
        chapter = self.paths.get(part.spot.part, ())[:1]
        named = [
            level
            for level in self.levels
            if level.year == part.year and level.number != part.number and ALL.sub("", level.noun).endswith(words)
            if chapter and self.paths.get(level.spot.part, ())[:1] == chapter and level.unit == part.unit
        ]
        return named[0].number if len({level.value for level in named}) == 1 else None

    def _is_mended(self, each: Share, whole: int) -> bool:
        """Whether a slip in one of three figures explains why one is not what the second is of the third."""
        assert each.part is not None
        by = 1000 if unit_of(self.figures[each.share].unit).base == "‰" else 100
        rate, part, total = (self.figures[number] for number in (each.share, each.part, whole))
        over, under = (part, arithmetic.ends(part)), (total, arithmetic.ends(total))
        quotient = over[1].over(under[1])
        expected = None if quotient is None else quotient.times(by)
        return explains_quotient(rate, expected, arithmetic.ends(rate).times(1 / by), over, under)

    def _share_elsewhere(self, whole: str, base: str, each: Share) -> bool:
        """A single share of a whole that stands elsewhere under just this name, where it is right or nearly so."""
        assert each.part is not None
        if len(whole) < LONG_NAME:
            return False
        part = arithmetic.ends(self.figures[each.part])
        named = [
            figure
            for figure in self.said.figures
            if figure.role in {LEVEL, "cell"} and figure.value and unit_of(figure.unit).base == base
            if figure.noun.endswith(whole) or figure.noun.startswith(whole)
        ]
        others = [figure for figure in named if not arithmetic.ends(figure).meets(part)]
        if len({figure.value for figure in others}) != 1:
            return False
        rate = part.over(arithmetic.ends(others[0]))
        printed = arithmetic.ends(self.figures[each.share])
        by = 1000 if unit_of(self.figures[each.share].unit).base == "‰" else 100
        width = printed.high - printed.low
        if rate is None or abs(rate.times(by).middle - printed.middle) > 1.5 * width:
            return False
        title = f"{self._name(each.share)}＝{self._name(each.part)}÷{self._name(others[0].number)}"
        self.net.share(each.part, others[0].number, each.share, title)
        return True

    def _score(self, number: int, whole: str, members: list[Share]) -> tuple:
        """How well a level fits as the whole: shares that hold, words, nearness."""
        holding = sum(self._holds(each, number) for each in members)
        return holding, likeness(whole, self.figures[number].before) if whole else 0, number

    def _wholes(self, whole: str, base: str, members: list[Share]) -> list[int]:
        """Levels before a group of shares, or in its paragraph, that may be the whole of it."""
        first, last = members[0].share, members[-1].share
        parts = {each.part for each in members}
        near = [each for each in self.levels if each.number < last and unit_of(each.unit).base == base]
        near = [each for each in near if each.number >= first - BACK or self._is_named(each.number, whole, members)]
        found = [each.number for each in near if each.value and (each.number not in parts or len(members) > 2)]
        section = self.paths.get(self.figures[first].spot.part, ())[:1]
        return [*found, *(number for number in self.wholes[section] if number not in found)]

    def _is_named(self, number: int, whole: str, members: list[Share]) -> bool:
        """Whether a level bears just the name of the whole, in the same section."""
        figure = self.figures[number]
        if len(whole) < 3 or not figure.noun.endswith(whole):
            return False
        section = self.paths.get(figure.spot.part, ())
        return section[:2] == self.paths.get(self.figures[members[0].share].spot.part, ())[:2]

    def _holds(self, each: Share, whole: int) -> bool:
        """Whether a share holds of a whole."""
        assert each.part is not None
        rate = arithmetic.ends(self.figures[each.part]).over(arithmetic.ends(self.figures[whole]))
        by = 1000 if unit_of(self.figures[each.share].unit).base == "‰" else 100
        return rate is not None and rate.times(by).meets(arithmetic.ends(self.figures[each.share]))

    def _rate(self, each: Share, whole: int, power: int = 0) -> Interval | None:
        """A part in percent of a whole, the part times a power of ten."""
        assert each.part is not None
        part = arithmetic.size_of(self.figures[each.part]).interval.scaled(10**power if power >= 0 else 1)
        size = arithmetic.size_of(self.figures[whole]).interval.scaled(10**-power if power < 0 else 1)
        rate = arithmetic.percent_of(part, size)
        if rate is not None and unit_of(self.figures[each.share].unit).base == "‰":
            return rate.scaled(10)
        return rate

    def _slipped(self, each: Share, whole: int) -> bool:
        """Whether a part is only in the wrong unit."""
        printed = arithmetic.size_of(self.figures[each.share]).interval
        rates = (self._rate(each, whole, power) for power in SLIPS)
        return any(rate is not None and rate.meets(printed) for rate in rates)

    def _ratio(self, numbers: list[int]) -> None:
        """Shares in proportion: they make a hundred, and may be those of a list in the same part of the text."""
        if len(numbers) < 3:
            return
        sizes = self._sizes(numbers)
        whole = arithmetic.total(sizes)
        if abs(float(whole.low + whole.high) / 2 - 100) > 3:
            return
        self.net.hundred(numbers, f"{'、'.join(self._name(number) for number in numbers)}合计为100")
        part = self.figures[numbers[0]].spot.part
        for listing in self.said.listings:
            near = 0 <= part - self.figures[listing.total].spot.part <= 2
            items = listing.items
            if near and len(items) == len(numbers):
                shares = [Share(item, "", number) for item, number in zip(items, numbers, strict=True)]
                holding = sum(self._holds(each, listing.total) for each in shares)
                if holding >= len(shares) - 1:
                    for each in shares:
                        assert each.part is not None
                        title = f"{self._name(each.share)}＝{self._name(each.part)}÷{self._name(listing.total)}"
                        self.net.share(each.part, listing.total, each.share, title)
                    return

    # -- lists --------------------------------------------------------------------------------------------------
    def _listing(self, each: Listing) -> None:
        """A total and its items, where the list is complete."""
        total = self.figures[each.total]
        base = unit_of(total.unit).base
        items = [number for number in each.items if unit_of(self.figures[number].unit).base == base and base]
        telling = [number for number in items if self.figures[number].value]
        if len(telling) < 2 or not total.value:
            return
        chosen = self._complete(total, telling) or self._without_parts(total, telling)
        if each.composed and not self._most_of(total, telling):
            return
        if chosen is None and (each.composed or self._nearly(total, telling, each.sure)):
            chosen = telling
        if chosen is None and each.added and self._is_slipped_sum(each.total, telling):
            chosen = telling
        if chosen is not None:
            names = "、".join(self._name(number) for number in chosen[:3]) + ("等" if len(chosen) > 3 else "")
            title = f"{self._name(each.total)}＝{names}{len(chosen)}项之和"
            self.net.total(each.total, chosen, title)

    def _is_slipped_sum(self, total: int, items: list[int]) -> bool:
        """Whether a slip in one of them explains why figures do not make what is called their sum."""
        whole = arithmetic.ends(self.figures[total])
        parts = [arithmetic.ends(self.figures[number]) for number in items]
        if arithmetic.digits_of(self.figures[total].value) < TELLING_DIGITS:
            return False
        gap = whole - sum(parts, Ends(0.0, 0.0))
        mended = [(number, Ends(part.middle, part.middle) + gap) for number, part in zip(items, parts, strict=True)]
        mended.append((total, sum(parts, Ends(0.0, 0.0))))
        return any(is_mended(self.figures[number], ends) for number, ends in mended)

    def _complete(self, total: Figure, items: list[int]) -> list[int] | None:
        """The first items that make a total, at least two; None where none do."""
        whole = arithmetic.size_of(total).interval
        for count in range(len(items), 1, -1):
            if arithmetic.total(self._sizes(items[:count])).meets(whole):
                return items[:count]
        return None

    def _without_parts(self, total: Figure, items: list[int]) -> list[int] | None:
        """Items that make a total without a run of them that are parts of the one before; None where none do."""
        whole = arithmetic.size_of(total).interval
        sizes = self._sizes(items)
        if arithmetic.digits_of(total.value) < TELLING_DIGITS:
            return None
        for first, last in combinations(range(1, min(len(items), MOST_ITEMS) + 1), 2):
            within = arithmetic.total(sizes[first:last])
            if len(items) - (last - first) < 2 or within.low > sizes[first - 1].high:
                continue
            if arithmetic.total(sizes[:first] + sizes[last:]).meets(whole):
                return items[:first] + items[last:]
        return None

    def _most_of(self, total: Figure, items: list[int]) -> bool:
        """Whether items make most of a total, and no more than it: then they are what it is made of."""
        share = sum(arithmetic.ends(self.figures[number]).middle for number in items)
        return MOST < share / arithmetic.ends(total).middle < 1 + ABOVE

    def _sizes(self, items: Iterable[int]) -> list[Interval]:
        return [arithmetic.size_of(self.figures[number]).interval for number in items]

    def _nearly(self, total: Figure, items: list[int], sure: bool) -> bool:
        """Whether a list that does not make its total was meant to: it is near, or an item is in the wrong unit."""
        whole = arithmetic.size_of(total).interval
        found = arithmetic.total(self._sizes(items))
        middle, size = (found.low + found.high) / 2, (whole.low + whole.high) / 2
        if arithmetic.digits_of(total.value) < 3 or not size:
            return False
        share = middle / size
        if OTHERS.search(self.figures[items[-1]].noun) and len(items) >= 3 and 0.5 < share < 2:
            return True
        width = sum(float(each.high - each.low) for each in (whole, *self._sizes(items)))
        if 1 - SHORT < share <= 1 and abs(float(middle - size)) <= width:
            return not self._leaves_out(total, whole - found)
        if sure and len(items) >= 3 and 1 < share < 1 + ABOVE:
            return True
        return self._one_slipped(items, found, whole)

    def _leaves_out(self, total: Figure, gap: Interval) -> bool:
        """Whether what a list lacks stands in a table, in the column of its total: then it does not list all."""
        for column in self.columns:
            figures = [self.figures[number] for number in column]
            if not any(each.value == total.value for each in figures):
                continue
            if any(each.value and arithmetic.size_of(each).interval.meets(gap) for each in figures):
                return True
        return False

    def _one_slipped(self, items: list[int], found: Interval, whole: Interval) -> bool:
        """Whether a list makes its total with one item times a power of ten."""
        sizes = self._sizes(items)
        for size in sizes:
            rest = found.high - size.high
            others = Interval(found.low - size.low, rest)
            if others.meets(whole):
                continue  # they make it without the item, whatever its unit
            for power in SLIPS:
                by = 10**power if power > 0 else 0
                moved = size.scaled(by) if by else Interval(size.low / 10**-power, size.high / 10**-power)
                if (others + moved).meets(whole) and arithmetic.information(moved) > 1:
                    return True
        return False
