"""Drawings whose labels have names: against the columns of tables with rows of these names, and their shares.

A map or a diagram of bars prints what a column of a table prints, name by name. Where nearly all of it is equal, one
that is a slip away should be. A label with its share behind it, 62.28万元（0.14%）, says what part it is of all labels.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from nianbao.proof.arithmetic import Ends, digits_of
from nianbao.proof.columns import named_columns
from nianbao.proof.drawings import DRAWN
from nianbao.proof.grid import Grid
from nianbao.proof.model import Figure
from nianbao.proof.net import Net
from nianbao.proof.phrases import unit_of
from nianbao.proof.slipped import is_mended, is_slip

#: Names under which figures must be equal, digits of all of these, and how many may not be, as a part of those.
EQUAL, EQUAL_DIGITS, MOST_UNEQUAL = 4, 8, 0.25
#: Shares of a drawing that must be what they are called, and how many may not be, as a part of those.
SHARES, MOST_WRONG = 3, 0.34
#: Years in which a drawing and a row must be equal, with so many digits, for another to be told.
YEARS, DIGITS = 3, 3

Names = dict[str, int]


class Charts:
    """Finds what the labels of drawings should be; join: takes up that two figures are one; years: of labels."""

    def __init__(
        self,
        figures: Sequence[Figure],
        net: Net,
        ends: Callable[[int], Ends],
        join: Callable[[int, int], None],
        years: Mapping[int, int],
    ):
        self.figures = figures
        self.years = years
        self.net = net
        self._name = net.name
        self.ends = ends
        self.join = join

    def relate(self, grids: Sequence[Grid], lines: Sequence[Mapping[int, int]]) -> None:
        """Take up what the labels of drawings should be; lines: rows and columns of tables, figures by year."""
        drawings: dict[int, list[Figure]] = defaultdict(list)
        for each in self.figures:
            if each.role == DRAWN and each.value:
                drawings[each.spot.part].append(each)
        columns: dict[str, list[Names]] = defaultdict(list)
        for base, column in self._columns(grids):
            columns[base].append(column)
        rows = [line for line in lines if len(line) > YEARS]
        for members in drawings.values():
            self._shares(members)
            self._years(members, rows)
            for base, series in self._series(members):
                alike = [column for column in columns[base] if self._is_alike(series, column)]
                explained = {name for column in alike for name in self._equal(series, column)}
                for column in alike:
                    self._pair(series, column, explained)

    @staticmethod
    def _series(members: Sequence[Figure]) -> Iterator[tuple[str, Names]]:
        """The labels of a drawing by their names, those of one unit and year together, each with its unit."""
        found: dict[tuple[str, int], Names] = defaultdict(dict)
        twice = set()
        for each in members:
            key, name = (each.unit, each.year), name_of(each.before)
            if name in found[key]:
                twice.add((key, name))
            if name:
                found[key][name] = each.number
        for key, series in found.items():
            named = {name: number for name, number in series.items() if (key, name) not in twice}
            if len(named) > EQUAL:
                yield unit_of(key[0]).base, named

    def _columns(self, grids: Sequence[Grid]) -> Iterator[tuple[str, Names]]:
        """The columns of tables by the names of their rows, each with its unit."""
        for grid in grids:
            names = [name_of(row.label) for row in grid.rows]
            yield from named_columns(grid, self.figures, names, EQUAL, grid.width)

    def _equal(self, series: Names, column: Names) -> list[str]:
        """The names under which a drawing and a column have equal figures."""
        names = [name for name in series if name in column]
        return [name for name in names if self.ends(series[name]).meets(self.ends(column[name]))]

    def _is_alike(self, series: Names, column: Names) -> bool:
        """Whether nearly all figures of a name are equal in a drawing and a column."""
        count = sum(name in column for name in series)
        equal = self._equal(series, column) if count > EQUAL else []
        values = {self.figures[series[name]].value for name in equal}
        enough = len(equal) >= EQUAL and sum(map(digits_of, values)) >= EQUAL_DIGITS
        return enough and count - len(equal) <= MOST_UNEQUAL * len(equal)

    def _pair(self, series: Names, column: Names, explained: set[str]) -> None:
        """A drawing and a column that are alike: what is not equal in them is a slip.

        explained: names under which the drawing has the figure of another such column.
        """
        for name in series:
            if name in column and name not in explained:
                one, other = self.figures[series[name]], self.figures[column[name]]
                if is_slip(one, other):
                    self.join(one.number, other.number)

    def _shares(self, members: Sequence[Figure]) -> None:
        """Labels with their share behind them: of the sum of all labels."""
        behind = {each.spot[:1] + each.spot[3:4]: each for each in members if each.unit == "%"}
        pairs = [
            (each, share)
            for each in members
            if each.unit != "%" and (share := behind.get(each.spot[:1] + each.spot[3:4])) is not None
        ]
        if len(pairs) <= SHARES or len({part.unit for part, _ in pairs}) > 1:
            return
        whole = Ends(0.0, 0.0)
        for part, _ in pairs:
            whole = whole + self.ends(part.number)
        fails = []
        for part, share in pairs:
            expected = self.ends(part.number).over(whole)
            if expected is None or not expected.times(100).meets(self.ends(share.number)):
                fails.append((part, share, expected))
        if len(fails) > MOST_WRONG * (len(pairs) - len(fails)):
            return
        items = [part.number for part, _ in pairs]
        slipped = [each for each in fails if self._is_share_slipped(*each, whole)]
        for part, share in pairs:
            if len(fails) == len(slipped):
                title = f"{self._name(share.number)}＝{self._name(part.number)}÷图中各项之和"
                self.net.share_of_sum(part.number, items, share.number, title)

    def _is_share_slipped(self, part: Figure, share: Figure, expected: Ends | None, whole: Ends) -> bool:
        """Whether a slip in a label or its share explains why that is not its part of all labels."""
        if expected is not None and is_mended(share, expected.times(100)):
            return True
        rest = (whole - self.ends(part.number)).middle
        rates = [rate / (100 - rate) * rest for rate in self.ends(share.number) if rate < 100]
        return len(rates) == 2 and is_mended(part, Ends(min(rates), max(rates)))

    def _years(self, members: Sequence[Figure], lines: Sequence[Mapping[int, int]]) -> None:
        """A drawing of years and a row of years: equal in all but one, in which they are a slip apart."""
        by_year: dict[int, list[Figure]] = defaultdict(list)
        for each in members:
            if each.number in self.years:
                by_year[self.years[each.number]].append(each)
        for line in lines if len(by_year) > YEARS else ():
            common = {year: self.figures[number] for year, number in line.items() if year in by_year}
            left = []
            values = set()
            for year, other in common.items():
                if any(self.same(each, other) for each in by_year[year]):
                    values |= {other.value} if digits_of(other.value) >= DIGITS else set()
                else:
                    left.append((other, [each for each in by_year[year] if is_slip(each, other)]))
            if len(values) >= YEARS and len(left) == 1 and len(left[0][1]) == 1:
                self.join(left[0][1][0].number, left[0][0].number)

    def same(self, one: Figure, other: Figure) -> bool:
        """Whether two figures may be the same number."""
        return unit_of(one.unit).base == unit_of(other.unit).base and self.ends(one.number).meets(
            self.ends(other.number)
        )


def name_of(words: str) -> str:
    """A name without signs, the own level of a place as it may be written in brackets or not."""
    return re.sub(r"([市县区])\1本级", r"\1本级", re.sub(r"\W", "", words))
