"""A page for each indicator: all years, all regions, what it means and where it is used; its values as CSV and JSON.

No kernel makes them: what stands there are levels as the book prints them, with their marks.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from nianbao.audit.audit import Audit
from nianbao.chapter.areas import Areas
from nianbao.chapter.chart import note_on_break
from nianbao.chapter.columns import MISSING_OF_OWN, MISSING_SIGN
from nianbao.chapter.definitions import note_on_definitions
from nianbao.chapter.explained import notes_on
from nianbao.chapter.facts import bound, facts
from nianbao.chapter.figure import Figures
from nianbao.chapter.html import table_html
from nianbao.chapter.material import Material
from nianbao.chapter.meaningless import DASH, dashed, means_nothing
from nianbao.chapter.printer import Printer, unit_text
from nianbao.chapter.published import Published
from nianbao.chapter.record import ChartRecord, Fact, Record, TableBody, TableRecord, Unknown
from nianbao.chapter.regional import as_of_year
from nianbao.chapter.table import Cell, Table
from nianbao.data import formulas
from nianbao.data.catalogue import REGION, Indicator, cited
from nianbao.data.csvfiles import NUMBER
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.data.outside import Reference, references
from nianbao.data.schema import FILLED
from nianbao.figures.derivation import Deriver
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity
from nianbao.output import imprint
from nianbao.output.levels import Levels
from nianbao.output.web import drawing
from nianbao.output.web.dictionary import KINDS, spelled
from nianbao.output.web.framed import FRAME, INDICATORS, REGIONS, FramedPage
from nianbao.output.web.framed import write as write_pages
from nianbao.output.web.regions import Pages, with_regions

#: What stands around the code of an indicator in the tables of the dictionary: in a line of its own, or in a cell.
AROUND_CODES = (("代码：</span>", "<br>"), (">", "</td>"))
#: With so many years a drawing shows more than the table.
ENOUGH_YEARS = 3
#: With so many tiles a map shows more than the table.
ENOUGH_TILES = 5
#: Columns of the CSV of an indicator.
CSV_HEADS = (
    "indicator",
    "name",
    "item",
    "label",
    "year",
    "value",
    "unit",
    "low",
    "high",
    "status",
    "source",
    "mark",
    "note",
)
#: The page of the contents that the pages of indicators belong to.
CONTENTS = "book/dictionary"
#: The title of the section of what others publish.
OUTSIDE = "别处公布的数"
#: The names of what stands on a page.
VALUES = "values"
REGION_HEAD = "地区"
ITEM_HEAD = "项目"


@dataclass(frozen=True)
class Use:
    """Where an indicator is used: the chapter, its title, and the tables and charts that print it, by identity."""

    chapter: str
    title: str
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class IndicatorPage:
    """The page of an indicator, what is known of its figures, and its values as texts of CSV and JSON."""

    page: FramedPage
    facts: Mapping[str, Fact]
    csv: str
    json: str


@dataclass(frozen=True)
class Book:
    """What the pages need to know of the book.

    `title` of the book; `records` of its chapters by name, in order; `titles` of the chapters; `regions` the codes of
    the regions that have a page, by page; `marks` whether figures in doubt are marked; `url` of the online edition.
    """

    title: str
    records: Mapping[str, Sequence[Record]]
    titles: Mapping[str, str]
    regions: Pages = field(default_factory=dict)
    marks: bool = True
    url: str = ""


def with_indicators(html: str, data: Dataset, top: str) -> str:
    """The tables of the dictionary, in which the code of an indicator leads to its page."""
    for code in sorted(codes_with_values(data)):
        for before, behind in AROUND_CODES:
            linked = f'{before}<a href="{top}{INDICATORS}/{code}.html">{code}</a>{behind}'
            html = html.replace(f"{before}{code}{behind}", linked)
    return html


def codes_with_values(data: Dataset) -> set[str]:
    """The indicators of which something is known: those with a row, and those that follow from others by a formula."""
    rows: dict[str, list[Key]] = {}
    for key in data.observations:
        rows.setdefault(key.indicator, []).append(key)
    derive = Deriver(data)
    found = set(rows)
    for about in computed(data):
        if any(derive.level(key) for key in keys_of_formula(data, about, rows)):
            found.add(about.code)
    return found


def computed(data: Dataset) -> list[Indicator]:
    """The indicators that a formula fills."""
    return [about for about in data.catalogue.indicators.values() if about.formula and not about.check_only]


def keys_of_formula(data: Dataset, about: Indicator, rows: Mapping[str, Iterable[Key]]) -> Iterator[Key]:
    """The keys for which a formula may give something, from the `rows` of its terms by indicator."""
    top = data.catalogue.top(about)
    for term in formulas.terms(about.formula):
        for key in rows.get(term.indicator, ()):
            year = key.year - term.lag
            if year in data.years and term.item in ("", None, key.item):
                yield Key(about.code, top if term.item else key.item, year)


class Indicators:
    """The pages of all indicators of which something is known.

    Parameters: `levels` of the edition, of its own year and earlier ones; `later` the data of the next year, of which
    those documents count that are in `published`; the `book`.
    """

    def __init__(self, levels: Levels, later: Dataset | None, published: Collection[str], book: Book):
        data = levels.data
        self.data = data
        self.later = later
        self.book = book
        self.year = data.years[-1]
        self._levels = levels.published
        self._later = Published(Audit(later)) if later else None
        self._published = frozenset(published)
        self._earlier: dict[int, Published] = {self.year: self._levels}
        self.version = imprint.version(data)
        self.citation = imprint.citation(book.title, data)

    # -- which figures ------------------------------------------------------------------------------------------
    @cached_property
    def keys(self) -> dict[str, list[Key]]:
        """The keys of each indicator that has a row, in the order of the catalogue."""
        found: dict[str, dict[Key, None]] = {code: {} for code in self.data.catalogue.indicators}
        for key in self.data.observations:
            found[key.indicator][key] = None
        for key in self._later_keys():
            found[key.indicator][key] = None
        rows = {code: dict(keys) for code, keys in found.items()}
        for about in computed(self.data):
            known = self.data.catalogue.codelists[about.dimension]
            for key in keys_of_formula(self.data, about, rows):
                if key.item in known:
                    found[about.code].setdefault(key)
        return {code: list(keys) for code, keys in found.items() if keys}

    def _later_keys(self) -> Iterator[Key]:
        """The keys of the next year's figures that were published with the edition."""
        for key, seen in self.later.observations.items() if self.later else ():
            if key.year > self.year and seen.source.document in self._published:
                yield key

    def level(self, key: Key) -> Quantity | None:
        """The figure as the book prints it; None where it is unknown, or means nothing."""
        found = self._printer_of(key).level(key)
        return None if means_nothing(found) else found

    def _printer_of(self, key: Key) -> Published:
        """What prints a figure."""
        return self._later if key.year > self.year and self._later else self._as_of(key)

    def _as_of(self, key: Key) -> Published:
        """What prints a figure: the book of the year of its document, so that its marks are those of the chapter."""
        seen = self.data.observations.get(key)
        document = self.data.catalogue.documents.get(seen.source.document) if seen else None
        year = as_of_year(document, self.year) if document else self.year
        if year not in self._earlier:
            known = year in self.data.all_years and year < self.year
            self._earlier[year] = Published(Audit(Dataset(self.data.root, year))) if known else self._levels
        return self._earlier[year]

    def blanks(self, keys: Iterable[Key]) -> dict[Key, str | None]:
        """What stands in the place of numbers that are not known: a dash for what means nothing, else what was printed.

        What the bureau filled in as blank was not printed anywhere: None.
        """
        found: dict[Key, str | None] = {}
        for key in keys:
            source = self.later if key.year > self.year and self.later else self.data
            seen = source.observations.get(key)
            if means_nothing(self._printer_of(key).level(key)):
                found[key] = DASH
            elif seen is not None and seen.value is None:
                document = source.catalogue.documents.get(seen.source.document)
                found[key] = None if document and document.origin == FILLED else seen.literal
        return found

    # -- where they are used ------------------------------------------------------------------------------------
    @cached_property
    def uses(self) -> dict[str, list[Use]]:
        """The chapters that print an indicator, or compute another figure from it, by its code."""
        found: dict[str, list[Use]] = {}
        for chapter, title in self.book.titles.items():
            places: dict[str, dict[str, str]] = {}
            for record in self.book.records[chapter]:
                for code in {FigureId.parse(name).key.indicator for name in record.facts}:
                    places.setdefault(code, {})
                if isinstance(record, TableRecord | ChartRecord):
                    for code in {FigureId.parse(name).key.indicator for name in record.printed}:
                        places.setdefault(code, {})[record.identity] = record.label
            for code, labels in places.items():
                found.setdefault(code, []).append(Use(chapter, title, labels))
        return found

    # -- pages --------------------------------------------------------------------------------------------------
    def pages(self) -> list[IndicatorPage]:
        """The pages in the order of the catalogue."""
        found = (self.page(code, keys) for code, keys in self.keys.items())
        return [each for each in found if each]

    def page(self, code: str, keys: Sequence[Key]) -> IndicatorPage | None:
        """The page of an indicator with these keys; None where nothing of it is known."""
        about = self.data.catalogue.indicators[code]
        known = {key: found for key in keys if (found := self.level(key))}
        blanks = self.blanks(key for key in keys if key not in known)
        if not known and not blanks:
            return None
        printer = Printer(self.book.marks)
        text = self._text(about, known, blanks, printer)
        summary = f"{about.name}：{about.definition}" if about.definition else about.name
        facts_known = facts(printer.facts.values(), self.data.catalogue.documents)
        page = FramedPage(code, about.name, text, summary, self._sections(code))
        return IndicatorPage(page, facts_known, self._csv(known), self._json(about, known))

    def _sections(self, code: str) -> dict[str, str]:
        sections = {"figures": "各年、各地区的数"}
        if code in self.references:
            sections["outside"] = OUTSIDE
        sections |= {"meaning": "含义", "use": "用于"}
        if code in self._revisions or code in self._errata:
            sections["changes"] = "修订和勘误"
        return sections | {"take": "取用"}

    def _text(
        self, about: Indicator, known: Mapping[Key, Quantity], blanks: Mapping[Key, str | None], printer: Printer
    ) -> str:
        """What stands on the page."""
        parts = [f"<h1>{escape(about.name)}</h1>"]
        if about.definition:
            parts.append(f'<p class="lead">{escape(about.definition)}</p>')
        figures = [self._drawing(about, known), self._table(about, known, blanks, printer), self._map(about, known)]
        parts.append(section("figures", "各年、各地区的数", "".join(figures)))
        outside = self._outside(about, printer)
        if outside:
            parts.append(section("outside", OUTSIDE, outside))
        parts.append(section("meaning", "含义", self._meaning(about)))
        parts.append(section("use", "用于", self._used(about.code)))
        changes = self._changes(about.code)
        if changes:
            parts.append(section("changes", "修订和勘误", changes))
        parts.append(section("take", "取用", self._take(about)))
        return "\n".join(parts)

    # -- figures ------------------------------------------------------------------------------------------------
    def _items(self, about: Indicator, keys: Iterable[Key]) -> list[str]:
        """The items of some figures, in the order of their list, the whole last."""
        wanted = {key.item for key in keys}
        top = self.data.catalogue.top(about)
        listed = [code for code in self.data.catalogue.codelists[about.dimension] if code in wanted and code != top]
        return [*listed, *([top] if top in wanted else [])]

    def _table(
        self, about: Indicator, known: Mapping[Key, Quantity], blanks: Mapping[Key, str | None], printer: Printer
    ) -> str:
        """All figures of the indicator."""
        keys = [*known, *blanks]
        items = self._items(about, keys)
        years = sorted({key.year for key in keys})
        names = self.data.catalogue.codelists[about.dimension]

        def cell(item: str, year: int) -> Cell:
            key = Key(about.code, item, year)
            return known.get(key) or blanks.get(key)  # nothing, too, is shown by a sign

        if len(items) == 1:
            name = names[items[0]].name
            heads = ["年份", name]
            rows: list[list[Cell]] = [[f"{year}年", cell(items[0], year)] for year in years]
            totals: set[int] = set()
        else:
            across = years[::-1]  # the newest stands beside the names: on a phone the last column is out of sight
            heads = [REGION_HEAD if about.dimension == REGION else ITEM_HEAD, *(f"{year}年" for year in across)]
            rows = [[names[item].name, *(cell(item, year) for year in across)] for item in items]
            totals = {at for at, item in enumerate(items) if not names[item].parent}
        body = Table(heads, rows, unit_text(about.unit), totals).body(printer)
        changed = self._on_regions(about, items, years)
        lacks = any(isinstance(cell, Unknown) for row in body.rows for cell in row.cells)
        unknown = [Key(about.code, item, year) for item in items for year in years if cell(item, year) is None]
        signs = self._on_signs(blanks, unknown if lacks else [])
        html = table_html(VALUES, about.name, body, [*self._notes(known), *signs, *changed])
        return self._linked(html, body)

    def _linked(self, html: str, body: TableBody) -> str:
        """A table in which the names of regions lead to their pages."""
        return with_regions(html, body, self.book.regions, f"{INDICATORS}/{VALUES}")

    def _notes(self, known: Mapping[Key, Quantity]) -> list[str]:
        """What is to be known of figures that cannot be read as they stand, each once."""
        notes = (self._levels.pools.note(key) for key in known if key.year <= self.year)
        found = [note for note in dict.fromkeys(notes) if note]
        found += self._on_definitions(known)
        sources = dict.fromkeys(cited(each.source, self.data.catalogue.documents) for each in known.values())
        told = [each for each in sources if each]
        return [*found, f"出处：{'；'.join(told)}。"] if told else found

    def _on_definitions(self, known: Mapping[Key, Quantity]) -> Iterator[str]:
        """The notes on years of the whole that are of another definition than the last one."""
        code = next(iter(known)).indicator if known else ""
        top = self.data.catalogue.top(self.data.catalogue.indicators[code]) if code else ""
        column: dict[int, Quantity | None] = {key.year: known[key] for key in sorted(known) if key.item == top}
        if not column or max(column) != self.year:
            return
        figure = self._material.figures(code)
        broken = note_on_break(figure, column)
        if broken:
            yield note_on_definitions([("", figure)], [year for year in column if year < self.year])
            yield f"{broken}。"

    def _on_signs(self, blanks: Mapping[Key, str | None], unknown: Sequence[Key]) -> Iterator[str]:
        """What the signs in the place of numbers stand for, where that is no printed sign of a publication.

        `unknown`: the figures of the table that are not known.
        """
        found = (self._printer_of(key).level(key) for key in blanks)
        said = dashed([each for each in found if means_nothing(each)])
        if said:
            yield said
        if not unknown or not self.data.catalogue.is_own(self.year):
            return
        on_bases = [told for key in unknown if (told := self._on_two_bases(key))]
        if len(on_bases) < len(unknown):
            yield MISSING_OF_OWN
            yield from on_bases
        else:
            yield f"{MISSING_SIGN}　{''.join(on_bases)}"

    def _on_two_bases(self, key: Key) -> str:
        """Why a figure is not computed of which some of what it follows from was restated; else nothing."""
        moved, stayed = self._printer_of(key).restated_part_of(key)
        if not moved:
            return ""
        catalogue = self.data.catalogue
        item = catalogue.item(catalogue.indicators[key.indicator], key.item).name
        restated, others = (
            "、".join(catalogue.indicators[each.indicator].name for each in keys) for keys in (moved, stayed)
        )
        return f"{item}{key.year}年：{restated}已经修订，{others}没有修订，口径不同，不作计算。"

    @cached_property
    def _material(self) -> Material:
        """The edition's figures as a chapter has them."""
        audit = self._levels.audit
        return Material("", self.year, self.data, audit, Figures(audit, self.year, published=self._levels))

    @cached_property
    def _areas(self) -> Areas:
        """The regions that changed in the edition's year."""
        return Areas(self._material)

    def _on_regions(self, about: Indicator, items: Sequence[str], years: Sequence[int]) -> list[str]:
        """What differs for a good reason where this year stands beside others: regions that were merged or set up."""
        if about.dimension != REGION or self.year not in years or len(years) == 1:
            return []
        explained = notes_on(self._material, (FigureId(Key(about.code, item, self.year)) for item in items))
        return [note for note in (*explained, self._areas.note(self._areas.touching(items))) if note]

    @cached_property
    def references(self) -> dict[str, list[Reference]]:
        """What others publish of an indicator, by its code."""
        found: dict[str, list[Reference]] = {}
        for each in references(self.data):
            found.setdefault(each.indicator, []).append(each)
        return found

    def _outside(self, about: Indicator, printer: Printer) -> str:
        """What others publish of the indicator, to compare with; nothing where nothing is known of it."""
        rows: list[list[Cell]] = []
        notes = []
        for each in self.references.get(about.code, ()):
            name = FigureId.level(about.code, each.scope, each.year)
            title = f"{each.year}年{each.scope}{about.name}"
            found = Quantity.printed(name, title, each.value, about.unit, source=each.source, place=each.place)
            rows.append([each.scope, f"{each.year}年", replace(found, note=each.note)])
            source = cited(each.source, self.data.catalogue.documents)
            notes.append(f"{each.scope}{each.year}年：{source}{f'；{each.note}' if each.note else ''}。")
        if not rows:
            return ""
        body = Table(["范围", "年份", "数"], rows, unit_text(about.unit), text_columns=(0, 1)).body(printer)
        notes.append("只用来对照，不计入任何合计、比重和名次。")
        return table_html("outside-values", f"{about.name}：别处公布的数", body, notes)

    def _drawing(self, about: Indicator, known: Mapping[Key, Quantity]) -> str:
        """Bars by year of the whole, or of the only item; nothing where there are few years."""
        items = self._items(about, known)
        if not items:
            return ""
        item = items[-1]
        if len(items) > 1 and item != self.data.catalogue.top(about):
            return ""
        marks = [
            drawing.Mark(f"{key.year}", each.exact, each.text, bool(each.mark) and self.book.marks)
            for key, each in sorted(known.items(), key=lambda pair: pair[0].year)
            if key.item == item
        ]
        if len(marks) < ENOUGH_YEARS:
            return ""
        name = self.data.catalogue.codelists[about.dimension][item].name
        title = f"{name}{about.name}，{marks[0].name}年至{marks[-1].name}年"
        told = "；".join(f"{mark.name}年{mark.shown}{unit_text(about.unit)}" for mark in marks)
        return figure(f"{title}（{unit_text(about.unit)}）", drawing.bars(f"{title}：{told}", marks))

    def _map(self, about: Indicator, known: Mapping[Key, Quantity]) -> str:
        """The regions as tiles in the last year of which enough of them are known; nothing where there is none."""
        if about.dimension != REGION:
            return ""
        regions = self.data.catalogue.regions
        for year in sorted({key.year for key in known}, reverse=True):
            marks = {}
            for item, place in regions.items():
                found = known.get(Key(about.code, item, year))
                if place.tile and found:
                    doubted = bool(found.mark) and self.book.marks
                    marks[place.tile] = drawing.Mark(place.short, found.exact, found.text, doubted)
            if len(marks) >= ENOUGH_TILES:
                shaded = about.kind == "ratio"
                words = "，颜色越深数越大" if shaded else ""
                title = f"{year}年分地区{about.name}（{unit_text(about.unit)}{words}）"
                return figure(title, drawing.tiles(title, marks, shaded))
        return ""

    # -- words --------------------------------------------------------------------------------------------------
    def _meaning(self, about: Indicator) -> str:
        """Code, unit, kind, formula, and what it is a part of."""
        catalogue = self.data.catalogue
        lines = {"代码": f"<code>{about.code}</code>", "单位": escape(unit_text(about.unit)), "类别": KINDS[about.kind]}
        if about.formula:
            lines["算式"] = escape(spelled(self.data, about))
        if about.parent:
            lines["上级指标"] = link(f"{about.parent}.html", catalogue.indicators[about.parent].name)
        parts = [each for each in catalogue.indicators.values() if each.parent == about.code and each.code in self.keys]
        if parts:
            lines["分项"] = "、".join(link(f"{each.code}.html", each.name) for each in parts)
        items = "".join(f"<dt>{term}</dt><dd>{said}</dd>" for term, said in lines.items())
        return f'<dl class="about">{items}</dl>'

    def _used(self, code: str) -> str:
        """The chapters that use the indicator, with the tables and charts that print it."""
        lines = []
        for use in self.uses.get(code, ()):
            address = f"../{REGIONS}/{use.chapter}.html"
            labels = "、".join(link(f"{address}#{name}", label) for name, label in use.places.items())
            lines.append(f"<li>{link(address, use.title)}{f'：{labels}' if labels else ''}</li>")
        return f"<ul>{''.join(lines)}</ul>" if lines else "<p>本版各章没有用到这个指标。</p>"

    @cached_property
    def _revisions(self) -> dict[str, list[str]]:
        """The revisions of all editions up to this one, each in a sentence, by indicator."""
        found: dict[str, list[str]] = {}
        for row in (row for year in self.data.years for row in self.data.revisions(year)):
            what = f"{self._where(row)}{row['of_year']}年的数" if row["of_year"] else "定义"
            words = f"{what}由{row['old']}修订为{row['new']}：{row['reason']}"
            found.setdefault(row["indicator"], []).append(words)
        return found

    def _where(self, row: Mapping[str, str]) -> str:
        """The item that a row is about; nothing where it is the whole."""
        catalogue = self.data.catalogue
        about = catalogue.indicators[row["indicator"]]
        return "" if row["item"] in ("", catalogue.top(about)) else catalogue.item(about, row["item"]).name

    @cached_property
    def _errata(self) -> dict[str, list[str]]:
        """The known errors of documents, each in a sentence, by the indicators that they are about."""
        found: dict[str, dict[str, str]] = {}
        for check, erratum in self.data.errata.items():
            likely = f"，应为{erratum.likely}" if erratum.likely else ""
            place = cited(erratum.source, self.data.catalogue.documents)
            is_number = NUMBER.fullmatch(erratum.printed)
            printed = erratum.printed.replace("-", "−") if is_number else erratum.printed
            words = f"{place}印作{printed}{likely}。{erratum.reason}"
            for part in ":".join([check, *erratum.figures]).split(":"):
                code = part.partition("[")[0]
                if code in self.data.catalogue.indicators:
                    found.setdefault(code, {})[erratum.place] = words
        return {code: list(each.values()) for code, each in found.items()}

    def _changes(self, code: str) -> str:
        """Revisions and errata as a list; nothing where there are none."""
        lines = [*self._errata.get(code, ()), *self._revisions.get(code, ())]
        return f"<ul>{''.join(f'<li>{escape(each)}</li>' for each in lines)}</ul>" if lines else ""

    def _take(self, about: Indicator) -> str:
        """Files, citation, and how to show the page on another one."""
        files = f'<a href="{about.code}.csv" download>CSV</a> <a href="{about.code}.json" download>JSON</a>'
        cite = f"{self.citation.rstrip('。')}，指标“{about.name}”（{about.code}）。"
        address = f"{self.book.url.rstrip('/')}/" if self.book.url else ""
        code = f'<iframe src="{address}{INDICATORS}/{about.code}.html?embed" title="{about.name}"></iframe>'
        return (
            f'<p class="take"><span>下载</span> {files}</p>\n<p class="cite">{escape(cite)}</p>\n'
            f'<p>放进别的网页（不带本书的页眉和目录）：</p>\n<pre tabindex="0"><code>{escape(code)}</code></pre>'
        )

    # -- files --------------------------------------------------------------------------------------------------
    def _rows(self, known: Mapping[Key, Quantity]) -> Iterator[dict[str, Any]]:
        """A row a figure, by the columns of the CSV."""
        for key, each in known.items():
            about = self.data.catalogue.indicators[key.indicator]
            yield {
                "indicator": key.indicator,
                "name": about.name,
                "item": key.item,
                "label": self.data.catalogue.item(about, key.item).name,
                "year": key.year,
                "value": each.signed,
                "unit": each.unit,
                "low": bound(each.interval.low),
                "high": bound(each.interval.high),
                "status": each.status,
                "source": cited(each.source, self.data.catalogue.documents),
                "mark": each.mark,
                "note": each.note,
            }

    def _csv(self, known: Mapping[Key, Quantity]) -> str:
        text = io.StringIO()
        writer = csv.DictWriter(text, CSV_HEADS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self._rows(known))
        return text.getvalue()

    def _json(self, about: Indicator, known: Mapping[Key, Quantity]) -> str:
        content = {
            "indicator": about.code,
            "name": about.name,
            "unit": about.unit,
            "kind": about.kind,
            "definition": about.definition,
            "formula": about.formula,
            "parent": about.parent,
            "dimension": about.dimension,
            "errata": self._errata.get(about.code, []),
            "references": [
                {"scope": each.scope, "year": each.year, "value": each.literal, "source": str(each.source)}
                for each in self.references.get(about.code, ())
            ],
            "citation": self.citation,
            "version": self.version,
            "values": [without(row, ("indicator", "name")) for row in self._rows(known)],
        }
        said = {name: value for name, value in content.items() if value}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def without(row: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """What a row says, but for some names and what is empty."""
    return {name: value for name, value in row.items() if name not in names and value != ""}


def write(html: Path, pages: Iterable[IndicatorPage]) -> None:
    """Write the pages of indicators with their files below `html`; those of earlier builds are gone."""
    known = list(pages)
    folder = html / INDICATORS
    wanted = {f"{each.page.name}.{kind}" for each in known for kind in ("html", "csv", "json")}
    for path in folder.iterdir():
        if path.name not in wanted and path.stem != FRAME:
            path.unlink()
    for each in known:
        (folder / f"{each.page.name}.csv").write_text(each.csv, "utf-8-sig", newline="\n")
        (folder / f"{each.page.name}.json").write_text(each.json, "utf-8", newline="\n")
    write_pages(html, INDICATORS, (each.page for each in known), CONTENTS)


def section(name: str, title: str, text: str) -> str:
    """A section of a page."""
    return f'<section id="{name}">\n<h2>{escape(title)}</h2>\n{text}\n</section>'


def link(address: str, words: str) -> str:
    """A link."""
    return f'<a href="{escape(address)}">{escape(words)}</a>'


def figure(title: str, svg: str) -> str:
    """A drawing with its caption."""
    return f'<figure class="small-chart"><figcaption>{escape(title)}</figcaption>{svg}</figure>'
