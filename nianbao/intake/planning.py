"""Which figures and texts the form of a year asks for, and on which sheets: as the report held them last year."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from nianbao.data.catalogue import REGION, Indicator
from nianbao.data.csvfiles import Row
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Source
from nianbao.data.observations import Observation
from nianbao.errors import DataError
from nianbao.intake.keys import Series
from nianbao.intake.kinds import of_another_document
from nianbao.intake.layout import NUMERALS, SOURCE, Form, FormSheet, SheetKind, report_of

#: What Excel does not take in the name of a sheet, and the longest name it takes.
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\'\"!]")
LONGEST_NAME = 31
#: Figures that are printed once only make a table of their own from so many on.
SMALLEST_TABLE = 3
#: How a number of a table begins: 表4-2.
TABLE = "表"
#: Single figures stand behind the tables of their part.
BEHIND_TABLES = 99
#: The sheet of indicators that belong to no scheme, in a first year.
OTHERS = "其他"
#: Levels of regions that a first year's tables leave out.
BELOW_UNITS = "district"
#: The list of texts without sources: its `place` names a place in the book; those of annexes have a dot in it.
REMARKS = "remarks"


def plan(data: Dataset, year: int) -> Form:
    """The form of the report of `year`; DataError where the year before has no edition though earlier years have."""
    previous = previous_year(data, year)
    sheets = sheets_of_report(data, previous, year) if previous in data.editions else first_sheets(data)
    return Form(year, previous, report_of(year), sheets, offered_texts(data, year, previous))


def previous_year(data: Dataset, year: int) -> int:
    """The year before `year`; DataError where it has no edition though earlier years have."""
    if year - 1 not in data.editions and min(data.editions, default=year) < year:
        known = "、".join(map(str, data.editions))
        raise DataError(f"没有{year - 1}年的年报数据，不能据以编制{year}年的填报表；现有：{known}")
    return year - 1


def sheet_name(text: str) -> str:
    """A text as the name of a sheet: short, and without the signs that Excel does not take there."""
    return NOT_IN_NAMES.sub("·", text)[:LONGEST_NAME]


# -- a first year -----------------------------------------------------------------------------------------------
def first_sheets(data: Dataset) -> list[FormSheet]:
    """The sheets of the first year there is: regions and indicators of each scheme, then the figures of no scheme."""
    catalogue = data.catalogue
    names = {prefix: f"表{number}-1" for number, prefix in enumerate(catalogue.schemes, 1)}
    sheets = {name: FormSheet(name, SheetKind.ROW_PER_REGION) for name in names.values()}
    sheets[OTHERS] = FormSheet(OTHERS, SheetKind.ROW_PER_FIGURE)
    regions = [item.code for item in catalogue.regions.values() if item.level != BELOW_UNITS and not item.until]
    for code, about in catalogue.indicators.items():
        if about.dimension != REGION or about.formula:
            continue
        name = next((name for prefix, name in names.items() if code.startswith(f"{prefix}.")), OTHERS)
        for region in regions if name != OTHERS else [catalogue.top(about)]:
            sheets[name].last[Series(code, region)] = None
    return [sheet for sheet in sheets.values() if sheet.last]


# -- a year after another ---------------------------------------------------------------------------------------
def sheets_of_report(data: Dataset, previous: int, year: int) -> list[FormSheet]:
    """The sheets of a year that follows another: each table of the last report, then the single figures of each part.

    An indicator of these parts that had no figure last year, and is not computed, stands at the end of its part. What
    was read for the year already and last year's report did not have, such as a new region, stands behind all that.
    """
    planner = Planner(data, previous)
    for seen in planner.printed:
        planner.place(seen)
    for about in data.catalogue.indicators.values():
        planner.place_new(about)
    planner.place_new_regions()
    for key, seen in data.observations.items():
        if key.year == year and seen.source.document == report_of(year):
            planner.place_added(Series(key.indicator, key.item))
    return sorted(planner.sheets.values(), key=order)


def order(sheet: FormSheet) -> tuple[int, ...]:
    """Tables before the single figures of their part, by number."""
    digits = [int(digits) for digits in re.findall(r"\d+", sheet.name)]
    if digits:
        return (digits[0], *digits)
    return (NUMERALS.find(sheet.name[1]) + 1, BEHIND_TABLES)


class Planner:
    """Puts the figures of the report of the year `previous` on sheets.

    `printed` are its observations, `sheets` what was made of them by name and kind.
    """

    def __init__(self, data: Dataset, previous: int):
        self.catalogue = data.catalogue
        self.year = previous + 1
        report = report_of(previous)
        self.printed = [
            seen for key, seen in data.observations.items() if key.year == previous and seen.source.document == report
        ]
        self.sheets: dict[tuple[str, SheetKind], FormSheet] = {}
        #: How often each indicator is printed, by place.
        self._places: dict[str, Counter[str]] = defaultdict(Counter)
        for seen in self.printed:
            self._places[seen.indicator][seen.source.place] += 1
        #: How many indicators that are printed once only stand at a place.
        self._singles = Counter(next(iter(count)) for count in self._places.values() if count.total() == 1)
        #: The sheet of single figures of each part of the data.
        self._homes: dict[str, str] = {}

    def place(self, seen: Observation) -> None:
        """Put a figure on the sheet of the table that prints most of its indicator, else on that of single figures."""
        count = self._places[seen.indicator]
        place = count.most_common(1)[0][0]
        about = self.catalogue.indicator(seen.indicator)
        in_table = place.startswith(TABLE) and (count.total() > 1 or self._singles[place] >= SMALLEST_TABLE)
        singles = sheet_name(f"{part_name(place, about)}文中数")
        self._homes.setdefault(about.part, singles)
        kind = self._kind(about, in_table and count.total() > 1)
        sheet = self._sheet(sheet_name(place) if in_table else singles, kind, in_table)
        if not self.catalogue.item(about, seen.item).existed_in(self.year):
            return
        sheet.last[Series(seen.indicator, seen.item)] = seen

    def _kind(self, about: Indicator, several: bool) -> SheetKind:
        """What the rows are of the sheet of an indicator that has `several` figures in one table, or not."""
        if not several:
            return SheetKind.ROW_PER_FIGURE
        return SheetKind.ROW_PER_REGION if about.dimension == REGION else SheetKind.ROW_PER_INDICATOR

    def _sheet(self, name: str, kind: SheetKind, in_table: bool) -> FormSheet:
        """The sheet of that name and kind; of two kinds of one table the second is called 续."""
        rival = SheetKind.ROW_PER_REGION if kind is SheetKind.ROW_PER_FIGURE else SheetKind.ROW_PER_FIGURE
        if in_table and (name, rival) in self.sheets:
            name = f"{name[: LONGEST_NAME - 3]}（续）"
        return self.sheets.setdefault((name, kind), FormSheet(name, kind))

    def place_new(self, about: Indicator) -> None:
        """Put an indicator that had no figure last year, and is not computed, on the single figures of its part."""
        name = self._homes.get(about.part)
        if name is None or about.code in self._places or about.formula or about.dimension != REGION:
            return
        sheet = self._sheet(name, SheetKind.ROW_PER_FIGURE, in_table=False)
        sheet.last[Series(about.code, self.catalogue.top(about))] = None

    def place_new_regions(self) -> None:
        """Put regions that are new on the tables in which others with the same parent stand."""
        new = [item for item in self.catalogue.regions.values() if item.since and item.existed_in(self.year)]
        for sheet in self.sheets.values():
            if sheet.kind is not SheetKind.ROW_PER_REGION:
                continue
            for item in new:
                beside = set(self.catalogue.children(REGION, item.parent)) - {item.code}
                codes = dict.fromkeys(series.indicator for series in sheet.last if series.item in beside)
                for code in codes:
                    sheet.last.setdefault(Series(code, item.code), None)

    def place_added(self, series: Series) -> None:
        """Put a figure that last year's report did not have on the sheet of its indicator, with the row it is in."""
        if any(series in sheet.last for sheet in self.sheets.values()):
            return
        home = next((sheet for sheet in self.sheets.values() if has_indicator(sheet, series.indicator)), None)
        if home is None:
            about = self.catalogue.indicator(series.indicator)
            name = self._homes.get(about.part, sheet_name(f"{about.part}文中数"))
            home = self._sheet(name, SheetKind.ROW_PER_FIGURE, in_table=False)
        if home.kind is SheetKind.ROW_PER_REGION:
            columns = dict.fromkeys(each.indicator for each in home.last)
            for code in columns:
                home.last.setdefault(Series(code, series.item), None)
        else:
            home.last[series] = None


def has_indicator(sheet: FormSheet, code: str) -> bool:
    """Whether a sheet asks for an indicator."""
    return any(series.indicator == code for series in sheet.last)


def part_name(place: str, about: Indicator) -> str:
    """The part of the report that a place stands in: 第一部分 for 表1-2 and 第一部分一; else the part of the data."""
    table = re.match(r"表(\d)", place)
    if table:
        return f"第{NUMERALS[int(table[1]) - 1]}部分"
    return place[:4] if place.startswith("第") else about.part


# -- texts ------------------------------------------------------------------------------------------------------
def offered_texts(data: Dataset, year: int, previous: int) -> dict[str, list[Row]]:
    """The texts of the report of the year before, and lists that only `year` has, as far as they were read already."""
    return texts_of_report(data, year) | texts_of_report(data, previous)


def texts_of_report(data: Dataset, year: int) -> dict[str, list[Row]]:
    """The texts of the report of `year`, by the name of their list; lists without any are left out."""
    found = {}
    for name in data.folder.tables(f"editions/{year}/texts"):
        rows = [row for row in data.texts(name, year) if is_of_report(row, name, year)]
        if rows:
            found[name] = rows
    return found


def is_of_report(row: Row, name: str, year: int) -> bool:
    """Whether a text belongs to the report of `year`, not to another document."""
    if SOURCE in row:
        return Source.parse(row[SOURCE]).document == report_of(year)
    return name == REMARKS and "." not in row["place"] and not of_another_document(row["place"])
