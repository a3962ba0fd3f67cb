"""Columns whose rows have the same names: two of one table that are equal, and rates that are computed from columns
of other tables.

`参保职工抚养比` of one table is, county by county, what another prints as participants by what a third prints as
retired. No words say so; it is taken up where it holds for nearly all rows, and the rest is then checked by it, as far
as a slip would make it hold.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from nianbao.proof.arithmetic import Ends, digits_of
from nianbao.proof.grid import Grid, Row
from nianbao.proof.model import Figure
from nianbao.proof.net import Net
from nianbao.proof.phrases import unit_of
from nianbao.proof.slipped import explains_quotient, is_slip

#: Rows in which a column must be what it may be, the most in which it may not, as a part of those, and how much the
#: rows must tell (powers of ten).
LEAST, MOST_WRONG, TELLING = 5, 0.2, 8.0
#: Equal figures, and digits of all of them, that make two columns of a table equal; of these, how many may not be, as a
#: part; digits of one that is told to be another.
EQUAL, EQUAL_DIGITS, MOST_UNEQUAL, DIGITS = 4, 10, 0.25, 2
#: Columns of a table that are compared, and columns of a chapter of which rates are sought.
WIDEST, MOST_COLUMNS = 12, 60
#: Rows of the longest table whose rows are told apart by their names.
LONGEST = 300
#: Units of rates, with what a quotient is multiplied by.
RATES = {"比": 1, "%": 100}


#: Words of heads by which two columns are of two times, or of what was planned and what came of it; kinds of budgets
#: are none.
STAGE = re.compile(
    r"(?:19|20)\d\d|预算|决算|计划|目标|实际|执行|完成|调整|申报|批复|核定|上[年月季期]|去年"
    r"|本[年月季期]|当[年月季期]|今年|年初|年末|期初|期末|累计|[一二三四]季度|\d+月|印作|所印|算得|公布"
)
BUDGET = re.compile(r"(?:公共|基金|经营|保险)预算")


def stage_of(head: str) -> tuple[str, ...]:
    """What a head says of time, or of plan and outcome."""
    return tuple(sorted(set(STAGE.findall(BUDGET.sub("", head)))))


@dataclass
class Column:
    """A column: its figures by the names of their rows, and the chapter that it stands in."""

    figures: dict[str, int]
    chapter: str
    base: str


def named_columns(
    grid: Grid, figures: Sequence[Figure], names: Sequence[str], least: int, widest: int
) -> Iterator[tuple[str, dict[str, int]]]:
    """The columns of a table with the unit of each and its figures by the names of their rows.

    names: of the rows; those that come twice are left out. least: figures of a column. widest: columns looked at.
    """
    once = {name for name in names if name and names.count(name) == 1} if len(names) < LONGEST else set()
    for at in range(min(grid.width, widest)) if len(once) >= least else ():
        cells = zip(names, grid.column(at), strict=True)
        named = {name: n for name, n in cells if name in once and n is not None and figures[n].value}
        bases = {unit_of(figures[number].unit).base for number in named.values()}
        if len(named) >= least and len(bases) == 1:
            yield bases.pop(), named


class Columns:
    """Finds such columns; ends: of a figure, by its number."""

    def __init__(self, figures: Sequence[Figure], net: Net, ends: Callable[[int], Ends]):
        self.figures = figures
        self.net = net
        self._name = net.name
        self.ends = ends

    # -- equal columns ------------------------------------------------------------------------------------------------
    def equal(self, grids: Sequence[Grid], related: Mapping[int, set[int]]) -> None:
        """Columns of a table that print the same, row by row; related: relations of figures that were taken up."""
        for grid in grids:
            stages = [stage_of(head) for head in grid.heads]
            for left, right in combinations(range(min(grid.width, len(stages), WIDEST)), 2):
                if stages[left] == stages[right] and grid.heads[left] and grid.heads[right]:
                    self._equal_pair(grid, left, right, related)

    def _equal_pair(self, grid: Grid, left: int, right: int, related: Mapping[int, set[int]]) -> None:
        """Two columns: where nearly all of their figures are equal, those that are a slip apart should be."""
        same, others, values = 0, [], set()
        for row, one, other in zip(grid.rows, grid.column(left), grid.column(right), strict=True):
            if one is None or other is None or not (self.figures[one].value or self.figures[other].value):
                continue
            if self.ends(one).meets(self.ends(other)):
                same += 1
                values.add(self.figures[one].value)
            elif not related.get(one, set()) & related.get(other, set()) and self._is_alone(row, one, other):
                others.append((one, other))
        digits = sum(map(digits_of, values))
        if same >= EQUAL and digits >= EQUAL_DIGITS and len(others) <= MOST_UNEQUAL * same:
            for one, other in others:
                if self._is_slip(one, other):
                    self.net.copy(one, other, f"{self._name(one)}与{self._name(other)}是同一个数")

    def _is_alone(self, row: Row, one: int, other: int) -> bool:
        """Whether no other figure of their row says why two of it differ: it is one of them, or what they differ by."""
        first, second = self.ends(one), self.ends(other)
        rest = [self.ends(number) for number in row.cells if number is not None and number not in {one, other}]
        near = [first, second, first - second, second - first]
        return not any(each.middle and each.meets(end) for each in rest for end in near)

    def _is_slip(self, one: int, other: int) -> bool:
        """Whether two figures of some digits differ by a slip."""
        first, second = self.figures[one], self.figures[other]
        return is_slip(first, second) and min(digits_of(first.value), digits_of(second.value)) >= DIGITS

    # -- rates of other tables ----------------------------------------------------------------------------------------
    def rates(self, grids: Sequence[Grid], paths: Mapping[int, tuple[str, ...]], related: set[int]) -> None:
        """Columns of rates that nothing in their table explains, as quotients of columns of tables of their chapter."""
        chapters: dict[str, list[Column]] = defaultdict(list)
        for column in self._all(grids, paths):
            chapters[column.chapter].append(column)
        for columns in chapters.values():
            sources = [each for each in columns if each.base not in {*RATES, "‰", "百分点", ""}][:MOST_COLUMNS]
            for target in columns:
                open_rows = [number for number in target.figures.values() if number not in related]
                if target.base in RATES and 2 * len(open_rows) > len(target.figures):
                    self._rate(target, sources)

    def _all(self, grids: Sequence[Grid], paths: Mapping[int, tuple[str, ...]]) -> Iterator[Column]:
        """The columns of tables whose rows have names, each once."""
        for grid in grids:
            chapter = "".join(paths.get(grid.table.number, ())[:1])
            labels = [re.sub(r"\s", "", row.label) for row in grid.rows]
            for base, named in named_columns(grid, self.figures, labels, LEAST, WIDEST):
                yield Column(named, chapter, base)

    def _rate(self, target: Column, sources: Sequence[Column]) -> None:
        """One column of rates: the two columns whose quotient it is in most rows, if there are such."""
        names = set(target.figures)
        near = [each for each in sources if len(names & set(each.figures)) >= max(LEAST, 0.8 * len(names))]
        best: tuple[int, Column, Column, list[str]] | None = None
        for one in near:
            for two in near:
                if one is two or one.base != two.base:
                    continue
                found = self._holding(target, one, two)
                if found is not None and (best is None or found[0] > best[0]):
                    best = found[0], one, two, found[1]
        if best is None:
            return
        by = RATES[target.base]
        for name, rate in target.figures.items():
            top, bottom = best[1].figures.get(name), best[2].figures.get(name)
            if top is None or bottom is None or name in best[3] and not self._is_slipped(rate, top, bottom, by):
                continue
            title = f"{self._name(rate)}＝{self._name(top)}÷{self._name(bottom)}"
            self.net.quotient(rate, top, bottom, by, title)

    def _holding(self, target: Column, one: Column, two: Column) -> tuple[int, list[str]] | None:
        """In how many rows a rate is the quotient of two columns, and in which not; None where too few bear it out."""
        holds, telling = 0, 0.0
        fails: list[str] = []
        for name, rate in target.figures.items():
            top, bottom = one.figures.get(name), two.figures.get(name)
            if top is None or bottom is None:
                continue
            expected = self.ends(top).over(self.ends(bottom))
            if expected is not None and expected.times(RATES[target.base]).meets(self.ends(rate)):
                holds += 1
                telling += min(self.ends(rate).information, expected.information)
            else:
                fails.append(name)
                if len(fails) > 1 + MOST_WRONG * len(target.figures):
                    return None
        accepted = holds >= LEAST and telling >= TELLING and len(fails) <= MOST_WRONG * holds
        return (holds, fails) if accepted else None

    def _is_slipped(self, rate: int, top: int, bottom: int, by: int) -> bool:
        """Whether a slip in one of three figures explains why the first is not the quotient of the others."""
        quotient = self.ends(top).over(self.ends(bottom))
        expected = None if quotient is None else quotient.times(by)
        over, under = ((self.figures[number], self.ends(number)) for number in (top, bottom))
        return explains_quotient(self.figures[rate], expected, self.ends(rate).times(1 / by), over, under)
