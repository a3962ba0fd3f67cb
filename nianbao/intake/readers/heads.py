"""The head of a sheet of figures: which columns name the rows, and what stands above the others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass

from nianbao.data import schema
from nianbao.data.catalogue import Catalogue
from nianbao.data.csvfiles import NUMBER
from nianbao.intake.folding import folded
from nianbao.intake.grids import Grid
from nianbao.intake.keys import Place
from nianbao.intake.layout import Form, FormSheet
from nianbao.intake.names import NONE, Names
from nianbao.intake.remarks import Remarks

#: Rows from the top in which the head must begin, and rows that it may have.
DEEPEST_HEAD = 40
LONGEST_HEAD = 4
#: Rows from the top in which the head of a sheet of records must stand.
DEEPEST_LIST_HEAD = 9
#: Columns of a CSV in the project's own form that name the row, hold its figure, and say more of it.
NAMING = ("indicator", "region", "item")
VALUE = "value"
EXTRAS = {column.name for column in schema.OBSERVATIONS.columns} - {*NAMING, VALUE}
#: What stands above columns that name the rows.
CORNERS = {
    folded(word)
    for word in (
        "代码",
        "指标代码",
        "地区代码",
        "项目代码",
        "行政区划代码",
        "地区",
        "地区名称",
        "市县",
        "统筹区",
        "单位名称",
        "项目",
        "指标",
        "指标名称",
        "险种",
        "名称",
        *NAMING,
    )
}
#: What the heads of columns that are not read begin with.
ASIDE = (
    "备注",
    "说明",
    "单位",
    "计量单位",
    "小数",
    "原报告位置",
    "序号",
    "同比",
    "增减",
    "增长",
    "占比",
    "比重",
    "核对",
)
#: What stands above this year's figures, and above last year's.
HERE = {"本年", "本年数", "本期", "数值", "填报数", VALUE}
BEFORE = {"上年", "上年数", "去年", "上期", "上年同期"}
YEAR = re.compile(r"(20\d\d)年?[末度数]*")
#: A name with a unit in brackets behind it.
WITH_UNIT = re.compile(r"(?P<name>.*?)(?:\((?P<unit>[^()]*)\))?")


@dataclass
class Heading:
    """What stands above a column, at `place`.

    `indicators` are codes that it may mean, `item` the text that names an item, `year` the year it names; `here` tells
    a word for this year; `unknown` is a text that names nothing, where nothing else says what the column is. A column
    `aside` is not read.
    """

    place: Place
    indicators: Set[str] = NONE
    item: str = ""
    year: int | None = None
    here: bool = False
    unknown: str = ""
    aside: bool = False

    @property
    def says_something(self) -> bool:
        """Whether anything above the column was understood."""
        return bool(self.indicators or self.item or self.year or self.here)


@dataclass(frozen=True)
class Head:
    """The head of a sheet: it stands in `row`, the figures from the row `first` on.

    `labels` are the columns that name the rows, `headings` what stands above the others, `extras` the columns that say
    more of a figure (status, source, margin); `tidy` tells a CSV in the project's own form.
    """

    row: int
    first: int
    labels: list[int]
    headings: dict[int, Heading]
    extras: dict[str, int]
    tidy: bool

    @property
    def years(self) -> set[int]:
        """The years that the headings name."""
        return {heading.year for heading in self.headings.values() if heading.year}


@dataclass(frozen=True)
class HeadReader:
    """Finds and understands the head of a sheet of figures."""

    catalogue: Catalogue
    form: Form
    names: Names
    remarks: Remarks

    def read(self, grid: Grid) -> Head | None:
        """The head of a sheet; None, and a question where it holds numbers, if there is none."""
        row = self._row(grid)
        if row is None:
            if any(is_number(cell.value, cell.text) for cell in grid.cells.values()):
                self.remarks.ask(grid.name, "", "", "找不到表头，应有一行写着“代码”“地区”“项目”或“指标”")
            return None
        words = {column: folded(grid.text(row, column)) for column in range(1, grid.last_column + 1)}
        labels = [column for column, word in words.items() if word in CORNERS]
        first = self._first_row(grid, row, labels)
        sheet = self.form.sheet_named(grid.name)
        rows = range(row, first)
        headings = {column: self._heading(grid, column, rows, sheet) for column in words if column not in labels}
        self._name_pairs(grid, headings, rows)
        extras = {words[column]: column for column in headings if words[column] in EXTRAS}
        tidy = grid.from_csv and any(words[column] == VALUE for column in headings)
        return Head(row, first, labels, headings, extras, tidy)

    def _name_pairs(self, grid: Grid, headings: dict[int, Heading], rows: range) -> None:
        """A name above a pair of columns may stand above the first only: in a CSV, or where cells came apart."""
        for column, heading in headings.items():
            left = headings.get(column - 1)
            named = heading.indicators or heading.item
            if left is None or left.aside or not heading.year or heading.year == left.year or named:
                continue
            texts = [folded(grid.text(row, column)) for row in rows]
            if all(not text or YEAR.fullmatch(text) for text in texts):
                heading.indicators = left.indicators
                heading.item = left.item

    def _row(self, grid: Grid) -> int | None:
        """The first row that names what the rows are."""
        columns = range(1, grid.last_column + 1)
        for row in range(1, min(grid.last_row, DEEPEST_HEAD) + 1):
            if any(folded(grid.text(row, column)) in CORNERS for column in columns):
                return row
        return None

    def _first_row(self, grid: Grid, head: int, labels: list[int]) -> int:
        """The first row below the head that is named."""
        first = head + 1
        last = min(grid.last_row, head + LONGEST_HEAD)
        while first <= last and not any(self.names.is_known(grid.text(first, column)) for column in labels):
            first += 1
        return first

    def _heading(self, grid: Grid, column: int, rows: range, sheet: FormSheet | None) -> Heading:
        """What the heading of a column says."""
        found = Heading(Place(rows[0], column))
        for text in dict.fromkeys(grid.text(row, column) for row in rows):
            word = folded(text)
            if self._is_aside(word):
                return Heading(found.place, aside=True)
            if word and not self._take_word(found, text, word) and not self._take_part(grid, found, text, sheet):
                return Heading(found.place, aside=True)
        if found.indicators or found.item:
            found.unknown = ""
        if found.says_something:
            return found
        if any(Place(row, column) in grid.cells for row in range(rows[-1] + 1, grid.last_row + 1)):
            self.remarks.tell(grid.name, found.place, found.unknown, "表头不是指标目录里的名称或代码，这一栏没有读入")
        return Heading(found.place, aside=True)

    def _is_aside(self, word: str) -> bool:
        """Whether a word begins a column that is not read."""
        return word in EXTRAS or (word.startswith(ASIDE) and not self.names.indicators(word))

    def _take_word(self, found: Heading, text: str, word: str) -> bool:
        """Take up a text that names a year, an indicator or an item; whether it does."""
        year = YEAR.fullmatch(word)
        if year:
            found.year = int(year[1])
        elif word in HERE:
            found.here = True
        elif word in BEFORE:
            found.year = self.form.previous
        elif self.names.indicators(word):
            found.indicators = found.indicators | self.names.indicators(word)
        elif self.names.is_item(word):
            found.item = text
        else:
            return False
        return True

    def _take_part(self, grid: Grid, found: Heading, text: str, sheet: FormSheet | None) -> bool:
        """Take up a text that may be part of a name, or a name with a unit; False, and a question, for a wrong unit."""
        match = WITH_UNIT.fullmatch(folded(text))
        name, unit = match.groups() if match else ("", None)
        codes = self.names.indicators(name) or self._ending_with(name, sheet)
        right = self.catalogue.indicator(min(codes)).unit if codes else ""
        if unit and codes and folded(right) != unit:
            self.remarks.ask(grid.name, found.place, text, f"表头的单位应为“{right}”")
            return False
        found.unknown = found.unknown or text
        if codes:
            found.indicators = codes
        return True

    def _ending_with(self, name: str, sheet: FormSheet | None) -> Set[str]:
        """The one indicator of a sheet whose name ends so; none where there are several."""
        asked = {series.indicator for series in sheet.last} if sheet and name else NONE
        codes = frozenset(code for code in asked if folded(self.catalogue.indicator(code).name).endswith(name))
        return codes if len(codes) == 1 else NONE


def list_head(grid: Grid, heads: Mapping[str, str], needed: Set[str]) -> tuple[int, dict[str, int]]:
    """The head of a sheet of records: its row, and the columns by name, found by what stands above them (`heads`).

    Row 0 and no columns where no row has all that are `needed`.
    """
    words = {folded(head): name for name, head in heads.items()}
    for row in range(1, min(grid.last_row, DEEPEST_LIST_HEAD) + 1):
        texts = {folded(grid.text(row, column)): column for column in range(1, grid.last_column + 1)}
        columns = {words[text]: column for text, column in texts.items() if text in words}
        if columns.keys() >= needed:
            return row, columns
    return 0, {}


def is_number(value: object, text: str) -> bool:
    """Whether a cell holds a number, or a text that is one."""
    return isinstance(value, int | float) or NUMBER.fullmatch(text) is not None
