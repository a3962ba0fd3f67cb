"""Relations within tables: totals of columns and rows, and what one column is of others.

A table does not say how it adds up. Ways in which it might are tried, and one is taken up where most of the table bears
it out; what is left over is then checked by it. A single column whose last row is called a total is checked where all
rows plainly belong to it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import combinations, permutations
from typing import NamedTuple

from nianbao.proof import arithmetic
from nianbao.proof.arithmetic import Ends
from nianbao.proof.formulas import formulas
from nianbao.proof.grid import Grid, Row
from nianbao.proof.model import Figure
from nianbao.proof.net import Net
from nianbao.proof.phrases import pattern, unit_of
from nianbao.proof.slipped import explains_quotient, is_mended

#: How much a way of adding up must tell (powers of ten, of all that holds) before the rest is checked by it.
TELLING = 5.0
#: Rows or columns that must bear out a relation, and the most that may not, as a part of those that do.
LEAST, MOST_WRONG = 3, 0.34
#: By how much of a total a single column may miss it and be blamed.
NEAR = 0.03
#: What the parts of a row must tell where they are called so (市本级, 其中).
LEAST_WITHIN = 1.5
#: The same where one column holds and one does not, and the first of the parts has the name of the row.
LEAST_NAMED = 1.0
#: Of its uncertainty, how much a sum must miss for it to be told that a slip in one of its figures makes it do so; of
#: one that little else bears out.
CLEAR_GAP, CLEARER_GAP = 30, 1000
#: Columns that are tried as parts of one called a total, and the most of them that it may be made of.
MOST_PARTS, MOST_ADDED = 16, 5
#: Columns of a table of which several have one form.
WIDEST_FORM = 6
#: Columns of a grid that are looked at in pairs.
WIDEST = 24
NO_ENDS = Ends(0.0, 0.0)
#: The least uncertainty of a sum: of whole numbers, whose ends are the same.
SMALLEST = 0.02
#: Roots of headings within tables.
TOP_ITEM = re.compile(r"[一二三四五六七八九十]+、")
SUB_ITEM = re.compile(r"[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、]")
#: A row that is part of the one before it.
PART = re.compile(r"其中|#|其：|中：")


@lru_cache(50_000)
def is_total(label: str) -> bool:
    """Whether a row is called a total."""
    return bool(_total_label().fullmatch(re.sub(r"\s", "", label)))


@cache
def _total_label() -> re.Pattern[str]:
    return re.compile(rf"(?:.{{0,8}}(?:合计|总计|小计)|{pattern('total')})(?:数|额)?(?:（[^）]*）)?")


@dataclass
class Way:
    """A way in which columns may add up: for each total row, which rows it is the sum of."""

    name: str
    addends: dict[int, list[int]]


@dataclass
class Verdicts:
    """Where a relation holds and where it does not: places, and how much what holds tells."""

    holds: list[int] = field(default_factory=list)
    fails: list[int] = field(default_factory=list)
    telling: float = 0.0

    def accepted(self, least: int = LEAST) -> bool:
        """Whether enough bears the relation out."""
        return len(self.holds) >= least and len(self.fails) <= MOST_WRONG * len(self.holds) and self.telling >= TELLING

    def all_but_one(self) -> bool:
        """Whether all that is told bears the relation out, with one exception."""
        return len(self.holds) >= 2 and len(self.fails) == 1 and self.telling >= TELLING

    def take_along(self, others: Verdicts) -> None:
        """Take up others that tell little themselves, where they bear the relation out."""
        if len(others.holds) >= LEAST and len(others.fails) <= MOST_WRONG / 2 * len(others.holds):
            self.holds += others.holds
            self.fails += others.fails


class RateWay(NamedTuple):
    """What a column of rates may be: a share of one column in another, or the growth of one over the other.

    total: the row in which the second figure stands, None for the same row.
    """

    kind: str
    one: int
    two: int
    total: int | None = None

    def figures(self, grid: Grid, row: Row) -> tuple[int | None, int | None]:
        """The two figures of a row."""
        return _cell(row, self.one), _cell(row if self.total is None else grid.rows[self.total], self.two)


class Tables:
    """Relations of the grids of a document."""

    def __init__(self, figures: Sequence[Figure], net: Net):
        self.figures = figures
        self.net = net
        self._name = net.name
        #: Figures that were checked by a sum already.
        self.summed: set[int] = set()
        #: Sums that were taken up, by their figures.
        self._taken: set[tuple[int, ...]] = set()
        self._ends: dict[int, Ends] = {}
        self._known_runs: dict[int, list[tuple[int, list[int]]]] = {}
        #: What figures grew from, by a column of growth: figure -> figure of the year before.
        self.grown: dict[int, int] = {}
        #: Columns that are called rates and hold differences.
        self.misnamed: list[tuple[Grid, int]] = []

    def relate(self, grids: Iterable[Grid]) -> None:
        """Take up the relations of grids."""
        for grid in grids:
            for at in range(grid.width):
                for number in grid.column(at):
                    if number is not None:
                        self.net.decimals[number] = grid.decimals[at]
            if grid.ragged > len(grid.rows) / 2:
                continue
            if not grid.ragged:
                self._columns(grid)
            self._across(grid)
            self._formulas(grid)
            self._rates(grid)
            self._group_rates(grid)
            self._named_formulas(grid)
            if grid.width >= LEAST and len(grid.rows) < 4 * LEAST:
                self._rates(self._turned(grid))
            self._years(grid)

    # -- tables of one form -------------------------------------------------------------------------------------
    def of_one_form(self, grids: Iterable[Grid]) -> None:
        """Small tables with the same heads, one after another: what most of them bear out checks the rest.

        In each the last row may be the sum of the others, and one of its columns the difference of two.
        """
        forms: dict[tuple[str, ...], list[Grid]] = defaultdict(list)
        for grid in grids:
            if len(set(grid.heads)) == grid.width and 1 < grid.width <= WIDEST_FORM and len(grid.rows) > 1:
                forms[tuple(grid.heads)].append(grid)
        for members in forms.values():
            if len(members) > LEAST:
                for column in range(members[0].width):
                    self._form(members, lambda grid, at=column: self._last_of_form(grid, at))
                for one, two, three in permutations(range(members[0].width), 3):
                    if two < three:
                        self._form(members, lambda grid, at=(one, two, three): self._difference_of_form(grid, at))

    def _last_of_form(self, grid: Grid, column: int) -> list[tuple[int, int]]:
        """The last figure of a column less those above it, as figures with signs; none where there are too few."""
        cells = grid.column(column)
        whole, addends = cells[-1], self._told(cells[:-1])
        if whole is None or len(addends) < 2 or whole in self.summed or not self._adds(whole):
            return []
        units = {self.figures[number].unit for number in (whole, *addends)}
        return [(whole, -1), *((number, 1) for number in addends)] if len(units) == 1 else []

    def _difference_of_form(self, grid: Grid, columns: tuple[int, int, int]) -> list[tuple[int, int]]:
        """In the last row, one column less a second and plus a third."""
        numbers = [_cell(grid.rows[-1], at) for at in columns]
        told = self._told(numbers)
        units = {self.figures[number].unit for number in told}
        return list(zip(told, (-1, 1, 1), strict=True)) if len(told) == len(columns) and len(units) == 1 else []

    def _form(self, members: Sequence[Grid], signed: Callable[[Grid], list[tuple[int, int]]]) -> None:
        """Take up what figures of each of some tables make nothing, where most do, and the others but for a slip."""
        found = Verdicts()
        chosen = [each for grid in members if (each := signed(grid))]
        for at, each in enumerate(chosen):
            plus = self.total(number for number, sign in each if sign > 0)
            whole = self.total(number for number, sign in each if sign < 0)
            holds = plus.meets(whole)
            (found.holds if holds else found.fails).append(at)
            found.telling += whole.information if holds else 0
        if len(found.holds) <= LEAST or not found.accepted():
            return
        for at in (*found.holds, *found.fails):
            numbers, signs = [list(each) for each in zip(*chosen[at], strict=True)]
            if at in found.holds or self._is_mended(numbers, signs, 0):
                self._sum(numbers[0], numbers[1:])

    # -- what is needed -----------------------------------------------------------------------------------------
    def ends(self, number: int | None) -> Ends:
        """The ends of a figure; nothing for a blank cell."""
        if number is None:
            return NO_ENDS
        found = self._ends.get(number)
        if found is None:
            found = self._ends[number] = arithmetic.ends(self.figures[number], self.net.decimals.get(number, 0))
        return found

    def total(self, numbers: Iterable[int | None]) -> Ends:
        """The sum of figures."""
        low = high = 0.0
        for number in numbers:
            if number is not None:
                ends = self.ends(number)
                low += ends.low
                high += ends.high
        return Ends(low, high)

    def _told(self, numbers: Iterable[int | None]) -> list[int]:
        """Figures that are not nothing."""
        return [number for number in numbers if number is not None and self.figures[number].value]

    # -- totals of columns --------------------------------------------------------------------------------------
    def _columns(self, grid: Grid) -> None:
        """Totals of the columns."""
        self._codes(grid)
        self._groups(grid)
        totals = [at for at, row in enumerate(grid.rows) if is_total(row.label)]
        for total in totals:
            self._total_row(grid, total)
        if not totals and self._is_sum_by_name(grid):
            self._last_row(grid)

    @staticmethod
    def _is_sum_by_name(grid: Grid) -> bool:
        """Whether the last row is called all of what the others are: 当年实际支出 below 转移支出, 其他支出."""
        labels = [row.label for row in grid.rows]
        if len(labels) < LEAST + 1 or len(set(labels)) < len(labels) or any(map(PART.search, labels)):
            return False
        found = WHOLE_NAME.search(labels[-1])
        return bool(found) and sum(label.endswith(found["what"]) for label in labels[:-1]) > len(labels) / 2

    def _last_row(self, grid: Grid) -> None:
        """A last row that is the sum of the others, where it is or only just misses it."""
        total = len(grid.rows) - 1
        rows = [at for at in range(total) if at not in set(self._children(grid))]
        for column in range(grid.width):
            whole, addends = self._addends(grid, total, rows, column)
            if whole is None or len(addends) < LEAST or self.ends(whole).information < LEAST:
                continue
            expected, printed = self.total(addends), self.ends(whole)
            if expected.meets(printed) or abs(expected.middle / printed.middle - 1) < NEAR:
                self._sum(whole, addends)

    def _across(self, grid: Grid) -> None:
        """Columns that are called totals, in tables of few rows; in longer ones the rows show what adds up."""
        if len(grid.rows) >= 2 * LEAST or not any(map(is_total, grid.heads)):
            return
        turned = self._turned(
            Grid(grid.table, [row for row in grid.rows if not RATE_ROW.search(row.label)], grid.heads)
        )
        for total in [at for at, row in enumerate(turned.rows) if is_total(row.label)]:
            self._total_row(turned, total)

    @staticmethod
    def _turned(grid: Grid) -> Grid:
        """A grid with its columns as rows."""
        rows = [
            Row(head or "栏", "", [_cell(row, at) for row in grid.rows])
            for at, head in enumerate(grid.heads[: grid.width])
        ]
        return Grid(grid.table, rows, [row.label for row in grid.rows])

    def _total_row(self, grid: Grid, total: int) -> None:
        """A row that is called a total: the way it adds up that most columns bear out."""
        best: tuple[float, list[int], Verdicts] | None = None
        for rows in self._ways(grid, total):
            found = self._verdicts(grid, total, rows)
            score = len(found.holds) - 2 * len(found.fails) + 0.01 * found.telling
            if found.holds and (best is None or score > best[0]):
                best = score, rows, found
        if best is not None and best[2].telling >= TELLING / 2 and len(best[2].fails) <= len(best[2].holds) / 2:
            self._take(grid, total, best[1], [*best[2].holds, *best[2].fails])
        elif best is not None:
            known = best[2].telling >= TELLING / 2
            mended = [at for at in best[2].fails if known and self._is_slip_in(grid, total, best[1], at)]
            self._take(grid, total, best[1], [*best[2].holds, *mended])
        elif not self._carried(grid, total):
            self._alone(grid, total)

    def _carried(self, grid: Grid, total: int) -> bool:
        """收入总计 below 本年收入合计 and what was carried over from the year before, and nothing else: their sum."""
        before = [at for at in range(total) if is_total(grid.rows[at].label)]
        if (
            not before
            or not re.search("总计", grid.rows[total].label)
            or not re.search("本年", grid.rows[before[-1]].label)
        ):
            return False
        between = [at for at in range(before[-1] + 1, total) if grid.rows[at].label]
        if not between or not all(CARRIED.search(grid.rows[at].label) for at in between):
            return False
        rows = [before[-1], *between]
        columns = [at for at in range(grid.width) if len(self._addends(grid, total, rows, at)[1]) > 1]
        self._take(grid, total, rows, columns)
        return bool(columns)

    def _verdicts(self, grid: Grid, total: int, rows: list[int]) -> Verdicts:
        """In which columns a total is the sum of rows."""
        found = Verdicts()
        for column in range(grid.width):
            whole, addends = self._addends(grid, total, rows, column)
            if whole is None or len(addends) < 2:
                continue
            expected = self.total(addends)
            if expected.meets(self.ends(whole)):
                found.holds.append(column)
                found.telling += self.ends(whole).information
            elif self._adds(whole):
                found.fails.append(column)
        return found

    def _verdicts_of_any(self, grid: Grid, total: int, rows: list[int]) -> Verdicts:
        """As `_verdicts`, also of columns in which only one row has a figure."""
        found = Verdicts()
        for column in range(grid.width):
            whole, addends = self._addends(grid, total, rows, column)
            if whole is not None and addends:
                holds = self.total(addends).meets(self.ends(whole))
                (found.holds if holds else found.fails).append(column)
                found.telling += self.ends(whole).information if holds else 0
        return found

    def _is_slip_in(self, grid: Grid, total: int, rows: list[int], column: int) -> bool:
        """Whether a total misses what it is the sum of by a slip in one of the figures."""
        whole, addends = self._addends(grid, total, rows, column)
        return whole is not None and self._is_mended([whole, *addends], [-1] + [1] * len(addends))

    def _is_mended(self, numbers: Sequence[int], signs: Sequence[int], least: float = CLEAR_GAP) -> bool:
        """Whether figures that should make nothing, each with its sign, do so but for a slip in one of them.

        least: of the uncertainty of all of them, how much they must miss it by.
        """
        plus = self.total(number for number, sign in zip(numbers, signs, strict=True) if sign > 0)
        minus = self.total(number for number, sign in zip(numbers, signs, strict=True) if sign < 0)
        gap = plus - minus
        if abs(gap.middle) < least * max(gap.high - gap.low, SMALLEST):
            return False
        for number, sign in zip(numbers, signs, strict=True):
            own = self.ends(number)
            middle = own.middle - sign * gap.middle
            half = (gap.high - gap.low) / 2
            if is_mended(self.figures[number], Ends(middle - half, middle + half)):
                return True
        return False

    def _adds(self, number: int) -> bool:
        """Whether a figure is of a kind that is added up."""
        return unit_of(self.figures[number].unit).base not in {"%", "‰", "百分点", "比"}

    def _addends(self, grid: Grid, total: int, rows: list[int], column: int) -> tuple[int | None, list[int]]:
        """The total of a column and what adds up to it."""
        cells = grid.column(column)
        whole = cells[total]
        if whole is None or not self._adds(whole):
            return None, []
        return whole, self._told(cells[at] for at in rows)

    def _take(self, grid: Grid, total: int, rows: list[int], columns: Iterable[int]) -> None:
        """Take up the totals of columns."""
        for column in columns:
            whole, addends = self._addends(grid, total, rows, column)
            if whole is not None and addends:
                self._sum(whole, addends)

    def _sum(self, whole: int, addends: list[int]) -> None:
        """Take up a sum, once."""
        key = tuple(sorted((whole, *addends)))
        if whole in addends or key in self._taken:
            return
        self._taken.add(key)
        self.summed.add(whole)
        title = f"{self._name(whole)}＝{self._name(addends[0])}等{len(addends)}项之和"
        self.net.total(whole, addends, title)

    def _ways(self, grid: Grid, total: int) -> Iterator[list[int]]:
        """Rows that a total row may be the sum of."""
        rows = range(len(grid.rows))
        totals = [at for at in rows if is_total(grid.rows[at].label)]
        details = [at for at in rows if at not in totals]
        before = [at for at in totals if at < total]
        last = before[-1] if before else -1
        between = [at for at in details if last < at < total]
        above = [at for at in details if at < total]
        tops = [at for at in above if TOP_ITEM.match(grid.rows[at].label)]
        groups = set(self._children(grid))
        ways = [
            details,
            [at for at in details if at not in groups],
            above,
            [at for at in above if at not in groups],
            between,
            [at for at in between if at not in groups],
            [last, *between] if before else [],
            [last, *[at for at in between if at not in groups]] if before else [],
            before,
            before[-2:],
            tops,
            [at for at in tops if at > last],
            self._top_codes(grid),
            self._leaf_codes(grid),
            [at for at in details if not PART.search(grid.rows[at].label)],
            [at for at in between if not SUB_ITEM.match(grid.rows[at].label)],
            [at for at in between if SUB_ITEM.match(grid.rows[at].label)],
        ]
        seen = set()
        for way in ways:
            key = tuple(way)
            if len(way) >= 2 and key not in seen:
                seen.add(key)
                yield way

    def _top_codes(self, grid: Grid) -> list[int]:
        """Rows whose code does not begin with that of another row."""
        codes = {row.code for row in grid.rows if row.code}
        return [
            at
            for at, row in enumerate(grid.rows)
            if row.code and not any(row.code != code and row.code.startswith(code) for code in codes)
        ]

    def _leaf_codes(self, grid: Grid) -> list[int]:
        """Rows with whose code no other begins."""
        codes = {row.code for row in grid.rows if row.code}
        return [
            at
            for at, row in enumerate(grid.rows)
            if row.code and not any(code != row.code and code.startswith(row.code) for code in codes)
        ]

    def _codes(self, grid: Grid) -> None:
        """Rows whose code begins with that of another are its parts."""
        codes = {row.code: at for at, row in enumerate(grid.rows) if row.code}
        if len(codes) < 4:
            return
        families = []
        for code, at in codes.items():
            below = [other for other in codes if other != code and other.startswith(code)]
            children = [each for each in below if not any(each != other and each.startswith(other) for other in below)]
            if children:
                families.append((at, [codes[each] for each in children]))
        self._families(grid, families)

    def _families(self, grid: Grid, families: list[tuple[int, list[int]]]) -> None:
        """Rows that are the sums of others, in all columns: taken up where most of the table bears them out."""
        right, wrong = Counter(), Counter()
        borne_out = set()
        for parent, children in families:
            found = self._verdicts_of_any(grid, parent, children)
            right[parent], wrong[parent] = len(found.holds), len(found.fails)
            if len(found.fails) == 1 and found.telling >= TELLING:
                borne_out.add(parent)
        for column in range(grid.width):
            found = Verdicts()
            taken = []
            sure: list[int] = []
            slipped: list[tuple[int, list[int]]] = []
            for parent, children in families:
                whole, addends = self._addends(grid, parent, children, column)
                if whole is None or not addends:
                    continue
                holds = self.total(addends).meets(self.ends(whole))
                if not holds and (not right[parent] or wrong[parent] > 1):
                    if self._is_mended([whole, *addends], [-1] + [1] * len(addends), CLEARER_GAP):
                        slipped.append((whole, addends))
                    continue  # a row may have been lost in reading
                (found.holds if holds else found.fails).append(len(taken))
                found.telling += self.ends(whole).information if holds else 0
                taken.append((whole, addends))
                sure += [len(taken) - 1] if not holds and parent in borne_out else []
            chosen = range(len(taken)) if found.accepted(2) else [*found.holds, *sure]
            for at in chosen:
                self._sum(*taken[at])
            if len(slipped) == 1 and found.accepted(2) and not found.fails:
                self._sum(*slipped[0])

    def _children(self, grid: Grid) -> list[int]:
        """Rows that are parts of a row before them, by what adds up in every column (甲市: 市本级, 乙县 …)."""
        return [child for _, children in self._runs(grid) for child in children]

    def _runs(self, grid: Grid) -> list[tuple[int, list[int]]]:
        """Rows and the run of rows right behind each that is its sum in all columns."""
        if len(grid.rows) > 400:
            return []
        if id(grid) not in self._known_runs:
            self._known_runs[id(grid)] = list(self._find_runs(grid))
        return self._known_runs[id(grid)]

    def _find_runs(self, grid: Grid) -> Iterator[tuple[int, list[int]]]:
        at = 0
        while at < len(grid.rows) - 2:
            length = self._run(grid, at)
            if length:
                yield at, list(range(at + 1, at + 1 + length))
                at += length
            at += 1

    def _run(self, grid: Grid, at: int) -> int:
        """How many rows behind a row are its parts; 0 for none."""
        if is_total(grid.rows[at].label):
            return 0
        missed: list[tuple[bool, float, int]] = []
        for length in range(2, min(15, len(grid.rows) - at - 1) + 1):
            rows = list(range(at + 1, at + 1 + length))
            if is_total(grid.rows[rows[-1]].label):
                break
            found = self._verdicts(grid, at, rows)
            within = WITHIN.search(grid.rows[at + 1].label)
            if found.holds and not found.fails and found.telling >= (LEAST_WITHIN if within else 3):
                return length
            least = LEAST_NAMED if self._is_own_level(grid, at) else 4
            if within and len(found.fails) == 1 <= len(found.holds) and found.telling >= least:
                is_slip = self._is_slip_in(grid, at, rows, found.fails[0])
                missed.append((not is_slip, self._gap(grid, at, rows, found.holds), length))
        return min(missed)[-1] if missed else 0

    def _gap(self, grid: Grid, total: int, rows: list[int], columns: Iterable[int]) -> float:
        """By how much a total misses what it is the sum of, as printed, in some columns together."""
        gap = 0.0
        for column in columns:
            whole, addends = self._addends(grid, total, rows, column)
            gap += abs((self.total(addends) - self.ends(whole)).middle)
        return round(gap, 6)

    @staticmethod
    def _is_own_level(grid: Grid, at: int) -> bool:
        """Whether a row is followed by its own level of the same name: 甲市, 甲市（市本级）."""
        label = grid.rows[at].label
        return len(label) >= 2 and grid.rows[at + 1].label.startswith(label) and "本级" in grid.rows[at + 1].label

    def _groups(self, grid: Grid) -> None:
        """Rows that are the sums of the rows right behind them."""
        for parent, children in self._runs(grid):
            found = self._verdicts(grid, parent, children)
            self._take(grid, parent, children, [*found.holds, *found.fails])

    def _alone(self, grid: Grid, total: int) -> None:
        """A total that adds up in no column: blamed where all rows plainly belong to it and it is only just missed."""
        labels = [row.label for row in grid.rows]
        totals = [at for at, label in enumerate(labels) if is_total(label)]
        flat = len({len(row.code) for row in grid.rows if row.code}) < 2
        plainly = len(totals) == 1 and not any(PART.search(label) or "本级" in label[:3] for label in labels)
        if not plainly or len(set(labels)) < len(labels) or not flat or len(labels) < 4:
            return
        if any(TOP_ITEM.match(label) or SUB_ITEM.match(label) for label in labels):
            return
        if any(one != other and one and other.startswith(one) for one in labels for other in labels):
            return  # 甲市, 甲市（市本级）
        rows = [at for at in range(len(labels)) if at != total]
        for column in range(grid.width):
            whole, addends = self._addends(grid, total, rows, column)
            if whole is None or not addends:
                continue
            if self._misplaced(grid, total, rows, column):
                cells = grid.column(column)
                self._sum(whole, [number for at in rows if (number := cells[at]) is not None])
                continue
            expected, printed = self.total(addends).middle, self.ends(whole).middle
            near = bool(printed) and abs(expected / printed - 1) < NEAR and self.ends(whole).information >= 2
            if near and len(addends) >= 3:
                self._sum(whole, addends)

    def _misplaced(self, grid: Grid, total: int, rows: list[int], column: int) -> bool:
        """Whether a column makes its total with a figure moved into it, or out of it, from another column."""
        for other in range(grid.width):
            if other == column:
                continue
            for giving, taking in ((column, other), (other, column)):
                whole, addends = self._addends(grid, total, rows, taking)
                if whole is None:
                    continue
                missing = self.ends(whole) - self.total(addends)
                moved = [_cell(grid.rows[at], giving) for at in rows if not self._told([_cell(grid.rows[at], taking)])]
                if any(self.ends(each).meets(missing) for each in self._told(moved) if self.ends(each).information > 3):
                    return True
        return False

    def last_totals(self, grids: Sequence[Grid]) -> None:
        """人员经费合计, 公用经费合计 beside each other, and their total right below them."""
        rows = [row for grid in grids for row in grid.rows if grid.width == 1 and is_total(row.label)]
        named = [row for row in rows if re.search(r".合计$", row.label)]
        bare = [row for row in rows if row.label in {"合计", "总计"}]
        last = max((row.at for grid in grids for row in grid.rows), default=0)
        if len(bare) != 1 or len(named) < 2 or len({row.at for row in named}) != 1 or bare[0].at != last:
            return
        whole, items = bare[0].cells[0], self._told(row.cells[0] for row in named)
        if whole is not None and bare[0].at == named[0].at + 1 and len(items) == len(named):
            self._sum(whole, items)

    # -- columns of other columns -------------------------------------------------------------------------------
    def _formulas(self, grid: Grid) -> None:
        """Columns that are the sum of those beside them, or the difference of two."""
        width = min(grid.width, WIDEST)
        for target in range(width):
            found = any(
                self._formula(grid, target, columns, signs) for columns, signs in self._candidates(target, width)
            )
            if not found and target < len(grid.heads) and is_total(grid.heads[target]):
                self._apart(grid, target, width)
        self._rows_of_years(grid)

    def _apart(self, grid: Grid, target: int, width: int) -> None:
        """A column called a total whose parts do not stand beside each other."""
        others = [at for at in range(min(width, MOST_PARTS)) if at != target]
        for count in range(3, min(MOST_ADDED, len(others)) + 1):
            for columns in combinations(others, count):
                if self._bears_out(grid, target, columns) and self._formula(grid, target, list(columns), [1] * count):
                    return

    def _bears_out(self, grid: Grid, target: int, columns: Sequence[int]) -> bool:
        """Whether most rows in which a column has a figure are the sum of others, at a quick look."""
        holds = fails = 0
        for row in grid.rows:
            whole = _cell(row, target)
            if whole is not None and self._speaks(row):
                right = self.total(_cell(row, column) for column in columns).meets(self.ends(whole))
                holds, fails = holds + right, fails + (not right)
        return holds >= LEAST and fails <= MOST_WRONG * holds

    def _candidates(self, target: int, width: int) -> Iterator[tuple[list[int], list[int]]]:
        """Columns, with signs, that a column may be the sum of: runs beside it first, then any two."""
        for last in range(width - 1, target + 1, -1):
            yield list(range(target + 1, last + 1)), [1] * (last - target)
        for first in range(target - 1):
            yield list(range(first, target)), [1] * (target - first)
        others = [at for at in range(width) if at != target]
        for one, two in combinations(others, 2):
            yield [one, two], [1, 1]
            yield [one, two], [1, -1]
            yield [two, one], [1, -1]

    def _formula(self, grid: Grid, target: int, columns: list[int], signs: list[int]) -> bool:
        """Take up a column as the sum of others where enough rows bear it out.

        Rows in which only one of the others says something bear little out; they are checked where they follow it too.
        """
        found = Verdicts()
        single = Verdicts()
        for at, row in enumerate(grid.rows):
            numbers = [_cell(row, column) for column in columns]
            whole = _cell(row, target)
            told = len(self._told(numbers))
            if whole is None or not told or not self._speaks(row):
                continue
            if not self._add_up([whole, *numbers], signs):
                continue
            verdicts = found if told > 1 else single
            if self._expected(numbers, signs).meets(self.ends(whole)):
                verdicts.holds.append(at)
                verdicts.telling += self.ends(whole).information
            else:
                verdicts.fails.append(at)
            if len(found.fails) > max(2, len(found.holds)):
                return False
        if not self._is_accepted(grid, target, columns, signs, found, single):
            return False
        if sorted(signs) == [-1, 1] and target < len(grid.heads) and RATE_NAME.search(grid.heads[target]):
            self.misnamed.append((grid, target))
        found.take_along(single)
        for at in [*found.holds, *found.fails]:
            if at in found.holds or not self._of_rounded(grid, at, target, columns, signs):
                self._row_formula(grid.rows[at], target, columns, signs)
        return True

    def _is_accepted(
        self, grid: Grid, target: int, columns: list[int], signs: list[int], found: Verdicts, single: Verdicts
    ) -> bool:
        """Whether enough bears a formula out; where one row does not, a slip in that may explain it."""
        if found.accepted() and self._borne_out(grid, target, columns, found):
            return True
        if self._is_sum_of_all(grid, target, found, single):
            return True
        if len(found.fails) != 1:
            return False
        few = Verdicts(found.holds, [], found.telling)
        if not found.all_but_one() and not self._is_sum_of_all(grid, target, few, single, not found.holds):
            return False
        row = grid.rows[found.fails[0]]
        pairs = [(row.cells[target], -1), *((_cell(row, at), sign) for at, sign in zip(columns, signs, strict=True))]
        told = [(number, sign) for number, sign in pairs if number is not None]
        return self._is_mended([number for number, _ in told], [sign for _, sign in told], CLEARER_GAP)

    def _is_sum_of_all(self, grid: Grid, target: int, found: Verdicts, single: Verdicts, known: bool = False) -> bool:
        """Whether a column is that of all others together: 本年收入, beside 财政拨款 that mostly is all of it.

        known: whether that is told without a row in which several of the others say something.
        """
        head = grid.heads[target] if target < len(grid.heads) else ""
        if not (is_total(head) or ALL_OF.search(head)) or not (found.holds or known) or found.fails:
            return False
        return len(single.holds) >= 2 * LEAST and len(single.fails) <= MOST_WRONG / 2 * len(single.holds)

    def _add_up(self, numbers: list[int | None], signs: list[int]) -> bool:
        """Whether figures may be added up or, where all are ratios, one be taken from another."""
        told = [number for number in numbers if number is not None]
        ratios = sorted(signs) == [-1, 1] and {unit_of(self.figures[number].unit).base for number in told} == {"比"}
        return ratios or all(self._adds(number) for number in told)

    @staticmethod
    def _speaks(row: Row) -> bool:
        """Whether a row may be checked by others: it is called something, and has no units of its own."""
        return bool(row.label) and not OWN_UNITS.search(row.label)

    def _of_rounded(self, grid: Grid, at: int, target: int, columns: list[int], signs: list[int]) -> bool:
        """Whether a row of totals misses a formula by no more than the rounding of what was added up in it."""
        row = grid.rows[at]
        whole = _cell(row, target)
        if whole is None or not is_total(row.label):
            return False
        expected = self._expected([_cell(row, column) for column in columns], signs)
        gap = abs(expected.middle - self.ends(whole).middle)
        width = self.ends(whole).high - self.ends(whole).low
        return gap <= width * len(grid.rows) / 2

    def _borne_out(self, grid: Grid, target: int, columns: list[int], found: Verdicts) -> bool:
        """Whether different figures bear a formula out, and each column that speaks against it elsewhere."""
        values = {
            self.figures[number].value for at in found.holds if (number := _cell(grid.rows[at], target)) is not None
        }
        if len(values) < LEAST:
            return False
        for column in columns:
            here = self._told(_cell(grid.rows[at], column) for at in found.holds)
            there = self._told(_cell(grid.rows[at], column) for at in found.fails)
            if there and not here:
                return False
        return True

    def _expected(self, numbers: list[int | None], signs: list[int]) -> Ends:
        added = self.total(number for number, sign in zip(numbers, signs, strict=True) if sign > 0)
        taken = self.total(number for number, sign in zip(numbers, signs, strict=True) if sign < 0)
        return added - taken

    def _row_formula(self, row: Row, target: int, columns: list[int], signs: list[int]) -> None:
        """Take up a row's formula."""
        whole = row.cells[target]
        pairs = [
            (row.cells[column], sign)
            for column, sign in zip(columns, signs, strict=True)
            if row.cells[column] is not None
        ]
        if whole is None:
            return
        numbers = [number for number, _ in pairs if number is not None]
        key = tuple(sorted((whole, *numbers)))  # a = b + c says the same as b = a - c
        if key in self._taken or whole in numbers:
            return
        self._taken.add(key)
        title = (
            f"{self._name(whole)}＝"
            + "".join(
                f"{'＋' if sign > 0 else '－'}{self._name(number)}" for number, sign in pairs[:3] if number is not None
            ).removeprefix("＋")
            + ("等" if len(pairs) > 3 else "")
        )
        self.net.total(whole, numbers, title, [sign for _, sign in pairs])

    # -- rates --------------------------------------------------------------------------------------------------
    def _rates(self, grid: Grid) -> None:
        """Columns that are a rate: of the column's total, of another column, or of the growth between two."""
        width = min(grid.width, WIDEST)
        for target in range(width):
            cells = self._told(grid.column(target))
            if not cells or any(unit_of(self.figures[each].unit).base != "%" for each in cells):
                continue
            self._rate_column(grid, target, width)

    def _rate_column(self, grid: Grid, target: int, width: int) -> None:
        """One column of rates."""
        best: tuple[int, Verdicts, RateWay] | None = None
        for way in self._rate_ways(grid, target, width):
            found = self._rate_verdicts(grid, target, way)
            accepted = found.accepted() or found.all_but_one() and self._is_rate_slipped(grid, target, way, found)
            if accepted and (best is None or len(found.holds) > best[0]):
                best = len(found.holds), found, way
        if best is None:
            return
        for at in [*best[1].holds, *best[1].fails]:
            row = grid.rows[at]
            one, two = best[2].figures(grid, row)
            self._take_rate(_cell(row, target), one, two, best[2].kind)

    def _is_rate_slipped(self, grid: Grid, target: int, way: RateWay, found: Verdicts) -> bool:
        """Whether the only rate that is not what the others are has a slip in it, or in what it is of."""
        row = grid.rows[found.fails[0]]
        rate = _cell(row, target)
        one, two = way.figures(grid, row)
        if rate is None or one is None or two is None:
            return False
        expected = self._rate(one, two, way.kind)
        if expected is None:
            return False
        told = self.ends(rate).times(0.01)
        factor = told if way.kind == "share" else Ends(told.low + 1, told.high + 1)
        over, under = ((self.figures[number], self.ends(number)) for number in (one, two))
        return explains_quotient(self.figures[rate], expected, factor, over, under)

    def _group_rates(self, grid: Grid) -> None:
        """Columns of rates that are shares within groups of rows: 年龄, 学历, each making a hundred."""
        groups: dict[str, list[int]] = {}
        for at, row in enumerate(grid.rows):
            if row.group:
                groups.setdefault(row.group, []).append(at)
        members = [rows for rows in groups.values() if len(rows) >= 2]
        if not members or any(is_total(row.label) for row in grid.rows):
            return
        for target in range(min(grid.width, WIDEST)):
            cells = self._told(grid.column(target))
            if not cells or any(unit_of(self.figures[each].unit).base != "%" for each in cells):
                continue
            for column in range(min(grid.width, WIDEST)):
                if column != target and self._shares_of_groups(grid, target, column, members):
                    break

    def _shares_of_groups(self, grid: Grid, target: int, column: int, members: list[list[int]]) -> bool:
        """Take up a column of rates as shares of another within groups, where most of it bears that out."""
        found = Verdicts()
        taken: list[tuple[int, int, list[int]]] = []
        for rows in members:
            parts = self._told(_cell(grid.rows[at], column) for at in rows)
            whole = self.total(parts)
            for at in rows:
                rate, part = _cell(grid.rows[at], target), _cell(grid.rows[at], column)
                if rate is None or part is None or not self._adds(part) or len(parts) < 2:
                    continue
                expected = self.ends(part).over(whole)
                holds = expected is not None and expected.times(100).meets(self.ends(rate))
                (found.holds if holds else found.fails).append(len(taken))
                found.telling += self.ends(rate).information if holds else 0
                taken.append((rate, part, parts))
        if not found.accepted():
            return False
        for rate, part, parts in taken:
            self.net.share_of_sum(part, parts, rate, f"{self._name(rate)}＝{self._name(part)}÷同组各行之和")
        return True

    # -- formulas -----------------------------------------------------------------------------------------------
    def _named_formulas(self, grid: Grid) -> None:
        """Columns that are always computed in the same way (`formulas.csv`), by their heads."""
        for rule in formulas():
            terms = [
                [at for at, head in enumerate(grid.heads) if re.search(words, re.sub(r"（[^）]*）", "", head))]
                for words in (re.escape(rule["name"]), f"(?:{rule['top']})$", f"(?:{rule['bottom']})$")
            ]
            if all(len(columns) == 1 for columns in terms):
                self._named_formula(grid, terms[0][0], terms[1][0], terms[2][0], int(rule["factor"]))

    def _named_formula(self, grid: Grid, target: int, top: int, bottom: int, factor: int) -> None:
        """One such column, where most rows bear it out."""
        found = Verdicts()
        for at, row in enumerate(grid.rows):
            numbers = [_cell(row, column) for column in (target, top, bottom)]
            if None in numbers or not row.label:
                continue
            expected = self.ends(numbers[1]).over(self.ends(numbers[2]))
            if expected is None:
                continue
            holds = expected.times(factor).meets(self.ends(numbers[0]))
            (found.holds if holds else found.fails).append(at)
            found.telling += self.ends(numbers[0]).information if holds else 0
        if not found.accepted():
            return
        for at in (*found.holds, *found.fails):
            one, two, three = (_cell(grid.rows[at], column) for column in (target, top, bottom))
            assert one is not None and two is not None and three is not None
            self.net.quotient(one, two, three, factor, f"{self._name(one)}＝{self._name(two)}÷{self._name(three)}")

    def _rate_ways(self, grid: Grid, target: int, width: int) -> Iterator[RateWay]:
        """What a column of rates may be: of a column's total, of another column, of the growth between two."""
        totals = [at for at, row in enumerate(grid.rows) if is_total(row.label)]
        others = [at for at in range(width) if at != target]
        for column in reversed(others):
            for total in totals:
                yield RateWay("share", column, column, total)
        for one, two in permutations(others, 2):
            yield RateWay("share", one, two)
            yield RateWay("growth", one, two)

    def _rate_verdicts(self, grid: Grid, target: int, way: RateWay) -> Verdicts:
        """Where a column of rates is what it may be."""
        found = Verdicts()
        for at, row in enumerate(grid.rows):
            rate = _cell(row, target)
            one, two = way.figures(grid, row)
            if rate is None or one is None or two is None or one == two or not self.figures[rate].value:
                continue
            if not row.label:
                continue
            if {unit_of(self.figures[each].unit).base for each in (one, two)} & {"%", "‰"}:
                return Verdicts()
            expected = self._rate(one, two, way.kind)
            if expected is None:
                continue
            if expected.meets(self.ends(rate)):
                found.holds.append(at)
                found.telling += self.ends(rate).information
            else:
                found.fails.append(at)
        return found

    def _rate(self, one: int, two: int, kind: str) -> Ends | None:
        part = self.ends(one) if kind == "share" else self.ends(one) - self.ends(two)
        quotient = part.over(self.ends(two))
        return None if quotient is None else quotient.times(100)

    def _take_rate(self, rate: int | None, one: int | None, two: int | None, kind: str) -> None:
        if rate is None or one is None or two is None or not self.figures[two].value:
            return
        if kind == "share":
            self.net.share(one, two, rate, f"{self._name(rate)}＝{self._name(one)}÷{self._name(two)}")
            return
        title = f"{self._name(rate)}＝{self._name(one)}比{self._name(two)}的增长率"
        self.net.growth(one, self.net.variable(two), None, rate, (1, 1), title, [two])
        self.grown[one] = two

    # -- years --------------------------------------------------------------------------------------------------
    def _years(self, grid: Grid) -> None:
        """Rows of changes and of growth below a row of levels, where the columns are consecutive years."""
        years = [_year(head) for head in grid.heads]
        if len(years) < 2 or None in years:
            return
        places = {year: at for at, year in enumerate(years) if year is not None}
        level: Row | None = None
        last_change: Row | None = None
        for row in grid.rows:
            if CHANGE_ROW.search(row.label) and level is not None:
                self._change_row(row, level, places)
                last_change = row
            elif GROWTH_ROW.search(row.label) and level is not None:
                self._growth_row(row, level, last_change, places)
            else:
                level, last_change = row, None

    def _change_row(self, row: Row, level: Row, places: dict[int, int]) -> None:
        """A row of changes from year to year, where it bears that out."""
        found = Verdicts()
        for year, at in places.items():
            now, then, change = _cell(level, at), _cell(level, places.get(year - 1)), _cell(row, at)
            if now is None or then is None or change is None or not self._adds(change):
                continue
            holds = (self.ends(now) - self.ends(then)).meets(self.ends(change))
            (found.holds if holds else found.fails).append(at)
        if len(found.holds) <= len(found.fails):
            return
        for year, at in places.items():
            if at in (*found.holds, *found.fails):
                now, then, change = _cell(level, at), _cell(level, places[year - 1]), _cell(row, at)
                assert now is not None and then is not None and change is not None
                self.net.total(change, [now, then], f"{self._name(change)}＝本年减上年", [1, -1])

    def _growth_row(self, row: Row, level: Row, changes: Row | None, places: dict[int, int]) -> None:
        """A row of growth from year to year, where it bears that out."""
        holds = fails = 0
        taken: list[tuple[int, int, int]] = []
        for year, at in places.items():
            now, then, rate = _cell(level, at), _cell(level, places.get(year - 1)), _cell(row, at)
            if now is None or rate is None:
                continue
            if then is not None:
                expected = self._rate(now, then, "growth")
                right = expected is not None and expected.meets(self.ends(rate))
                holds, fails = holds + right, fails + (not right)
                taken.append((now, then, rate))
        if holds <= fails:
            return
        for now, then, rate in taken:
            title = f"{self._name(rate)}＝增减数÷上年数"
            self.net.growth(now, self.net.variable(then), None, rate, (1, 1), title, [then])
        first = min(places.values())
        now, change, rate = _cell(level, first), _cell(changes, first) if changes else None, _cell(row, first)
        if now is not None and change is not None and rate is not None:
            title = f"{self._name(rate)}＝增减数÷上年数"
            base = self.net.latent(f"year:{now}", "上年数")
            self.net.change(now, base, change, 1, title, [])
            self.net.growth(now, base, change, rate, (1, 1), title, [])

    def _rows_of_years(self, grid: Grid) -> None:
        """Rows that are the sum or difference of two rows in every column (收入, 支出, 结余)."""
        if len(grid.rows) > 30 or grid.width < LEAST:
            return
        turned = self._turned(grid)
        width = min(len(grid.rows), WIDEST)
        consecutive = all(_year(head) for head in grid.heads)
        for target in range(width):
            if not consecutive and not BALANCE.search(turned.heads[target]):
                continue
            if all(number in self.summed for number in turned.column(target) if number is not None):
                continue
            for one, two in combinations([at for at in range(width) if at != target], 2):
                if any(
                    self._formula(turned, target, pair, signs)
                    for pair, signs in (
                        ([one, two], [1, 1]),
                        ([one, two], [1, -1]),
                        ([two, one], [1, -1]),
                    )
                ):
                    break


#: A row that is called all of something without being called a total.
WHOLE_NAME = re.compile(r"^(?:当年|本年|全年|年度|实际|当期|总)+(?:金额)?(?P<what>收入|支出|人数|费用|经费)(?:总?额)?$")
#: A head of a column of all that is received or spent.
ALL_OF = re.compile(r"^(?:本年|当年|全年)?(?:收入|支出)(?:合计|总计)?$|合计|总计|小计")
#: The first of the parts of a row before it.
WITHIN = re.compile(r"本级|其中")
#: A label that gives a unit of its own to some column.
OWN_UNITS = re.compile(r"增减[:：]")
#: Rows of rates, which do not add up.
RATE_ROW = re.compile(r"增长|增减|增幅|升降|率|[%％]|比")
CARRIED = re.compile(r"结转|结余")
BALANCE = re.compile(r"合计|总计|总额|结余|结存|余额|差额|净|自然增长")
RATE_NAME = re.compile(r"增幅|增长率|增速|[%％]")
CHANGE_ROW = re.compile(r"(?:增长量|增减额|增减量|增减数|增加额|增加数|增减|变动额)(?:（[^）%]*）)?$")
GROWTH_ROW = re.compile(r"增长率|增速|增幅|增长[（(]?%|增减率|增减（%|±%")


def _cell(row: Row, at: int | None) -> int | None:
    """The figure of a row in a column."""
    return row.cells[at] if at is not None and at < len(row.cells) else None


def _year(head: str) -> int | None:
    """The year that a head is, and nothing else."""
    found = re.fullmatch(r"((?:19|20)\d\d)年?(?:末|度)?(?:决算|预算|数)?", head)
    return int(found[1]) if found else None
