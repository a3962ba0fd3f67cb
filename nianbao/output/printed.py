"""Where a book prints each figure that a document gave: in words for the workbook of the next year.

`data/catalogue/printed.csv` and `data/catalogue/tables.csv` are made from an executed book; they are kept with the data
because the workbook is made before there is a book of its year.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from nianbao.chapter.record import ChartRecord, Record, TableRecord, plain
from nianbao.figures.ids import FigureId
from nianbao.output.records import Page, read

#: What the lists hold.
PRINTED = ("indicator", "item", "places")
TABLES = ("table", "title", "unit")
#: What a chapter about other documents, or about the book itself, is called: no workbook asks for its figures.
ANNEX = "A"
#: Numbers of chapters in words.
NUMERALS = "零一二三四五六七八九十"
#: Between places.
AND = "、"
#: The number that stands before a heading.
NUMBER = re.compile(r"^[\d.]+\s*|^第[一二三四五六七八九十]+[章部]\S*\s*")


Row = tuple[str, ...]


def printed(book: Path, chapters: Iterable[str], codes: Collection[str], year: int) -> tuple[list[Row], list[Row]]:
    """The rows of both lists for the edition of `year`; `book` is the folder of its executed notebooks.

    `codes` are the indicators there are: amounts in lists of texts are none.

    Places stand in the order of the book, a table before the chart that belongs to it.
    """
    places: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    tables: dict[str, Row] = {}
    for chapter in chapters:
        if chapter.startswith(ANNEX):
            continue
        page = read(book / chapter)
        for where, record in placed(page, chapter):
            for key in levels(record, year):
                if key[0] in codes:
                    places[key][where] = None
            if isinstance(record, TableRecord):
                tables[record.label] = (record.label, without_year(record.title, year), record.body.unit)
    rows = [(indicator, item, AND.join(found)) for (indicator, item), found in places.items()]
    return sorted(rows), list(tables.values())


def placed(page: Page, chapter: str) -> Iterator[tuple[str, Record]]:
    """Each record of a page with the words for its place: its label, or the heading that its text stands under."""
    number = int(chapter.split("-")[0])
    for above, part in page.placed():
        if not isinstance(part, Record):
            continue
        if isinstance(part, TableRecord | ChartRecord):
            yield part.label, part
        else:
            heading = NUMBER.sub("", plain(above[-1].content)) if above else ""
            yield f"第{NUMERALS[number]}章“{heading}”" if number else f"“{heading}”", part


def levels(record: Record, year: int) -> Iterator[tuple[str, str]]:
    """Indicators and items whose level of `year` a record prints."""
    for text in record.printed:
        figure = FigureId.parse(text)
        if not figure.derived and figure.key.year == year:
            yield figure.key.indicator, figure.key.item


def without_year(text: str, year: int) -> str:
    """A title without the year in front, which another year's will have."""
    return text.removeprefix(f"{year}年")
