"""The forms of budgets, final accounts, performance targets and analyses of counties: as the last one of its kind was.

Such a document prints figures of its own year and of some years before; there is a form for each of these years.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from nianbao.data.csvfiles import Row
from nianbao.data.dataset import COUNTIES, COUNTY, Dataset
from nianbao.data.observations import Observation
from nianbao.errors import DataError
from nianbao.intake.grids import Grid
from nianbao.intake.keys import Series
from nianbao.intake.kinds import KINDS, Kind, is_of, of_county
from nianbao.intake.layout import Form, FormSheet, SheetKind
from nianbao.intake.lists import NUMBERED
from nianbao.intake.planning import REMARKS, sheet_name

#: The first columns of a text that may name last time's county or say what was true of it.
SAID = ("note", "text", "title", "reason")
#: How the first sheet of a workbook says what it is for: 2027年部门预算填报表（budget 2027）.
ASKED = re.compile(r"\((?P<kind>[a-z]+)(?: (?P<county>\w+))? (?P<year>20\d\d)\)$", re.ASCII)
#: The part of a document that a place stands in.
PART = re.compile("第.+?部分")
#: How the place of a figure of one project begins.
OF_PROJECT = re.compile(r"^项目\w\s*")


@dataclass(frozen=True)
class Asked:
    """A document that is asked for: its kind, the year it is of, and the code of the county of an analysis."""

    kind: Kind
    year: int
    county: str = ""

    @property
    def words(self) -> str:
        """What it is, as the first sheet of its workbook says it."""
        return f"{self.year}年{self.kind.title}填报表（{' '.join(filter(None, self.mark))}）"

    @property
    def mark(self) -> tuple[str, str, str]:
        """Kind, county and year, by which its workbook is known."""
        return self.kind.name, self.county, str(self.year)

    @property
    def stem(self) -> str:
        """What the name of its workbook ends with."""
        return "-".join(filter(None, (self.kind.title, self.county)))


def asked(data: Dataset, year: int, document: str = "", county: str = "") -> Asked | None:
    """The document that a command names; None where it names none. Raises DataError for unknown ones."""
    if county:
        if document not in {"", COUNTY}:
            raise DataError("--document 与 --county 只能写一个")
        return Asked(KINDS[COUNTY], year, county_code(data, county))
    if not document:
        return None
    if document not in KINDS or document == COUNTY:
        raise DataError(f"没有“{document}”这种文件，可选：{'、'.join(name for name in KINDS if name != COUNTY)}")
    return Asked(KINDS[document], year)


def asked_in(grid: Grid | None) -> Asked | None:
    """The document that the first sheet of a workbook is for; None for that of a yearly report."""
    match = ASKED.search(grid.text(1, 1)) if grid else None
    if match is None or match["kind"] not in KINDS:
        return None
    return Asked(KINDS[match["kind"]], int(match["year"]), match["county"] or "")


def county_code(data: Dataset, name: str) -> str:
    """The code of a county from its name, short name or code. Raises DataError for one that is not known."""
    for code, item in data.catalogue.regions.items():
        if name.strip() in {code, item.name, item.short}:
            return code
    raise DataError(f"没有名为“{name}”的县，应为地区代码表里的名称或代码")


# -- the last document of a kind ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Last:
    """The last document of a kind before the one asked for: its code, its year, and the county it is about."""

    code: str
    year: int
    county: str = ""


def last_of(data: Dataset, wanted: Asked) -> Last:
    """The last document of the kind, before the year that is asked for; of a county, its own one before others'.

    Raises DataError where there is none to go by.
    """
    found = []
    for key, seen in data.observations.items():
        code = seen.source.document
        about = data.catalogue.documents.get(code)
        if about is None or data.catalogue.indicators[key.indicator].part != wanted.kind.part:
            continue
        county = key.item if wanted.county and key.item in data.catalogue.regions else ""
        own = county == wanted.county
        year = int(about.year or 0)
        if (
            key.year == year
            and (year < wanted.year or year == wanted.year and not own)
            and (county or not wanted.county)
        ):
            found.append((own, year, code, county))
    if not found:
        raise DataError(f"{wanted.year}年以前没有{wanted.kind.title}的数据，不能据以编制填报表")
    _, year, code, county = max(found)
    return Last(code, year, county)


def code_of(data: Dataset, wanted: Asked, last: Last) -> str:
    """The code of the document asked for: that of the last one with the other year, of a new county with its code."""
    if last.county != wanted.county:
        return f"{COUNTY}-{wanted.county}-{wanted.year}"
    return f"{last.code.removesuffix(str(last.year))}{wanted.year}"


def document_row(data: Dataset, wanted: Asked) -> dict[str, str]:
    """The row of the list of documents: title and publisher are those of the last one, with other year and county."""
    last = last_of(data, wanted)
    about = data.catalogue.documents[last.code]
    delay = int(about.published[:4] or last.year) - last.year
    names = {item.code: item.name for item in data.catalogue.regions.values()}

    def renamed(text: str) -> str:
        """A text with the year and the county of the document asked for."""
        text = text.replace(names.get(last.county, "\0"), names.get(wanted.county, ""))
        return text.replace(str(last.year), str(wanted.year))

    return {
        "document": code_of(data, wanted, last),
        "title": renamed(about.title),
        "year": str(wanted.year),
        "publisher": renamed(about.publisher),
        "published": str(wanted.year + delay),
    }


# -- forms --------------------------------------------------------------------------------------------------------
def plans(data: Dataset, wanted: Asked) -> list[Form]:
    """The forms of a document: of its own year with the texts, then of each year before that the last one printed."""
    last = last_of(data, wanted)
    code = code_of(data, wanted, last)
    printed: dict[int, list[Observation]] = defaultdict(list)
    for key, seen in data.observations.items():
        if seen.source.document == last.code:
            printed[last.year - key.year].append(seen)
    forms = []
    for lag in sorted(printed):
        year = wanted.year - lag
        sheets = sheets_of(data, wanted, last, printed[lag], year, code)
        if lag:
            sheets = [replace(sheet, name=sheet_name(f"{sheet.name}（{year}年）")) for sheet in sheets]
        texts = texts_of(data, wanted, last) if not lag else {}
        titles = {list_name(wanted, name): title for name, title in wanted.kind.lists.items()}
        previous = last.year - lag if last.county == wanted.county else year - 1  # nothing of another county is beside
        forms.append(Form(year, previous, code, sheets, texts, titles, wanted.kind.remarks, wanted.county))
    return [form for form in forms if form.sheets or form.texts]


def sheets_of(
    data: Dataset, wanted: Asked, last: Last, printed: list[Observation], year: int, code: str
) -> list[FormSheet]:
    """The sheets that ask for what the last document printed of a year: its tables, then the single figures.

    Entries of codelists that have ended by then are asked for no more, new ones are where their neighbours are. What is
    known of the year from another document than that of the `code` is not asked for: it keeps its source.
    """
    homes: dict[str, Counter[str]] = defaultdict(Counter)
    for seen in printed:
        homes[seen.indicator][seen.source.place] += 1
    sheets: dict[str, FormSheet] = {}
    for seen in sorted(printed, key=lambda each: sum(homes[each.indicator].values()) == 1):
        place = homes[seen.indicator].most_common(1)[0][0]
        single = homes[seen.indicator].total() == 1
        part = PART.match(place)
        name = sheet_name(OF_PROJECT.sub("", place))
        if single and part:
            name = f"{part[0]}文中数"
        kind = SheetKind.ROW_PER_FIGURE if single else SheetKind.ROW_PER_REGION
        if name in sheets and sheets[name].kind is not kind:
            name = sheet_name(f"{name}（续）")
        sheet = sheets.setdefault(name, FormSheet(name, kind))
        series, shown = transferred(seen, wanted, last)
        about = data.catalogue.indicators[series.indicator]
        known = data.observations.get(series.at(year))
        elsewhere = known is not None and known.source.document != code
        if data.catalogue.item(about, series.item).existed_in(year) and not elsewhere:
            sheet.last[series] = shown
            if shown is None:
                sheet.like[series] = seen
    for sheet in sheets.values():
        add_new(data, sheet, year)
    return [sheet for sheet in sheets.values() if sheet.last]


def transferred(seen: Observation, wanted: Asked, last: Last) -> tuple[Series, Observation | None]:
    """What is asked for where the last document printed a figure, and that figure; none of another county's document.

    Nor of what that one says of no county, such as a standard: it is of other years than the heading beside names.
    """
    item = wanted.county if wanted.county and seen.item == last.county else seen.item
    return Series(seen.indicator, item), seen if wanted.county == last.county else None


def add_new(data: Dataset, sheet: FormSheet, year: int) -> None:
    """Ask for entries of codelists that are new, in the tables in which others with the same parent stand."""
    if sheet.kind is not SheetKind.ROW_PER_REGION:
        return
    for code in dict.fromkeys(series.indicator for series in list(sheet.last)):
        items = data.catalogue.codelists[data.catalogue.indicators[code].dimension]
        asked_for = {series.item for series in sheet.last if series.indicator == code}
        parents = {items[item].parent for item in asked_for if items[item].parent}
        for item in items.values():
            if item.since and item.existed_in(year) and item.parent in parents and item.code not in asked_for:
                sheet.last[Series(code, item.code)] = None


# -- texts --------------------------------------------------------------------------------------------------------
def texts_of(data: Dataset, wanted: Asked, last: Last) -> dict[str, list[Row]]:
    """The lists of texts that the kind of document owns, as they were last time, by the name of their file.

    Those of another county are offered without what they say.
    """
    remarks = [row for row in data.texts(REMARKS, last.year) if is_of(row["place"], wanted.kind.remarks, last.county)]
    if wanted.county:
        remarks = [Row(row | {"place": of_county(row["place"], wanted.county)}, row.label, row.line) for row in remarks]
    found = {list_name(wanted, name): data.texts(list_name(last, name), last.year) for name in wanted.kind.list_names}
    found[REMARKS] = remarks
    if wanted.county != last.county:
        found = {name: emptied_rows(rows) for name, rows in found.items()}
    return {name: rows for name, rows in found.items() if rows}


def list_name(about: Asked | Last, name: str) -> str:
    """The file of a list of texts, below those of its edition: of a county in the folder of the counties."""
    return f"{COUNTIES}/{about.county}-{name}" if about.county else name


def emptied_rows(rows: Iterable[Row]) -> list[Row]:
    """Rows without what they say, of several that then look alike the first only."""
    found: dict[tuple[str, ...], Row] = {}
    for row in map(emptied, rows):
        found.setdefault(tuple(text for name, text in row.items() if name not in NUMBERED), row)
    return list(found.values())


def emptied(row: Row) -> Row:
    """A row of texts without what it says of the county it was written for."""
    return Row({name: "" if name in SAID else text for name, text in row.items()}, row.label, row.line)
