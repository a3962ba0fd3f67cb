"""What a notebook sees: one object that knows the year, numbers tables and charts, and prints prose.

    from nianbao.chapter import Chapter, charts
    ch = Chapter("1", year)      # chapter number as in 表1-1
    f = ch.f                     # f("pension.enterprise.insured") is a figure

A `Chapter` only hands on: what it is made from stands in `material`, what it can be asked for in `computed`, `texts`
and `totals`, how it shows things in `tables`, `chart` and `show`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from nianbao import charts
from nianbao.audit.findings import Finding
from nianbao.chapter import changes, computed, ended, naming, session, shell, texts, totals
from nianbao.chapter.analysed import Analysed
from nianbao.chapter.audited import AuditedEdition
from nianbao.chapter.chart import Cells, Charts, Draw
from nianbao.chapter.comparisons import Comparisons, do_not_add_up
from nianbao.chapter.edition import Edition
from nianbao.chapter.evaluation import Evaluations
from nianbao.chapter.figure import Figure, Figures
from nianbao.chapter.material import Material
from nianbao.chapter.opened import opened
from nianbao.chapter.part import Part
from nianbao.chapter.phrases import Phrases
from nianbao.chapter.printer import GONE
from nianbao.chapter.prose import LACKING, LACKING_OF_OWN, Passage
from nianbao.chapter.record import Card
from nianbao.chapter.regional import Regional
from nianbao.chapter.show import Display
from nianbao.chapter.shown import Chart, Table
from nianbao.chapter.table import Cell, Head
from nianbao.chapter.tables import Column, Tables
from nianbao.chapter.wording import in_words
from nianbao.data.catalogue import REGION, Item
from nianbao.data.csvfiles import Row
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.figures.quantity import Quantity
from nianbao.frames.asked import Words


class Chapter:
    """A chapter of an edition.

    Parameters: `number` as it stands in 表1-1; `year` the papermill parameter; `region`, the name or code of the region
    that the chapter is about, where it is not the whole; `data` another data folder. Raises DataError for a year
    without data or of the wrong type, and for a region without data.
    """

    def __init__(self, number: str, year: int, region: str | None = None, data: str | Path | None = None):
        if isinstance(year, bool) or not isinstance(year, int):
            raise DataError(f"参数 year 应为整数年份，现为“{year!r}”")
        handed = session.current(data)
        found = opened(handed, year)
        audit = found.audit
        dataset = audit.data
        if number.isdigit() and year not in dataset.editions:
            known = "、".join(map(str, Dataset(dataset.root, lazy=True).editions))
            raise DataError(f"参数 year 应为有年报数据的年份（{known}），现为{year}")
        self.number = number
        self.year = year
        self.data = dataset
        self.audit = audit
        self._opened = found
        self.region = None if region is None else self._home(region)
        self.place = dataset.catalogue.regions[self.region].name if self.region else ""
        self.f = Figures(audit, year, self.region, found.published)
        self._material = Material(number, year, dataset, audit, self.f)
        self._display = Display(number, dataset.catalogue.documents, handed.marks)
        self._tables = Tables(self._material, self._display)
        self._charts = Charts(self._material, self._display)
        self._comparisons = Comparisons(self._material, self._tables, self._charts)
        self._evaluations = Evaluations(self._material, self._tables)
        self.edition = Edition.of(year, audit, self.f)
        self._handed = handed
        shell.serve(self, handed, self)

    # -- names --------------------------------------------------------------------------------------------------
    @property
    def area(self) -> str:
        """What the whole province is called: 全区, 全省."""
        return self.data.catalogue.area

    @property
    def beside(self) -> str:
        """Label of a chart that belongs to the table above it."""
        return self._display.beside

    @property
    def is_own(self) -> bool:
        """Whether the bureau filled in this year's figures itself, instead of taking them from a publication."""
        return self._material.is_own

    def covers(self, part: str) -> bool:
        """Whether anything is known for this year of the indicators whose codes begin with `part`."""
        return self._material.covers(part)

    def _home(self, wanted: str | int) -> str:
        """The code of a region that has figures, by name, short name or code; DataError for any other."""
        code = self.data.catalogue.code_of(REGION, wanted)
        years = self.data.all_years
        if any(code in self.data.counties(year) for year in years):
            return code
        # Files of other years, which are read along with these, would be asked in vain.
        has_incomes = self.year in self.data.editions
        incomes = [f"{prefix}.income" for prefix in self.data.catalogue.schemes] if has_incomes else []
        if any(code in self.data.items(each, self.year) for each in incomes) or code in self._opened.regions:
            return code
        raise DataError(f"“{self.data.catalogue.regions[code].name}”没有任何数，不能作为一章的地区")

    def county(self, wanted: str | int) -> str:
        """Code of a county from its name, short name or code; DataError names the counties that have data."""
        regions = self.data.catalogue.regions
        known = {code: year for year in self.data.all_years for code in self.data.counties(year)}
        for code in known:
            if str(wanted).strip() in {code, regions[code].name, regions[code].short}:
                return code
        have = "、".join(f"{regions[code].name}（{code}，{year}年）" for code, year in known.items())
        raise DataError(f"没有“{wanted}”的县级资料，有资料的县：{have or '无'}")

    def base(self, years: int) -> int:
        """The year that the edition compares with where the book usually goes so many `years` back.

        That is what `editions/<year>/bases.csv` says of all indicators; `Figure.base` knows what it says of one.
        """
        named = self.data.bases(self.year).of()
        return named.year if named else self.year - years

    # -- prose --------------------------------------------------------------------------------------------------
    def prose(self, template: str, names: Mapping[str, Any]) -> None:
        """Show a paragraph; `names` are the notebook's variables."""
        known = {name: value for name, value in names.items() if not name.startswith("_")}
        known |= {"f": self.f, "year": self.year, "ch": self, "area": self.area}
        self._display.prose(template, known, LACKING_OF_OWN if self.is_own else LACKING)

    def text(self, text: str) -> Passage:
        """A text kept as data, with its figures (`{{indicator[item]@year}}`) filled in."""
        return texts.passage(self._material, text)

    def remark(self, place: str) -> Passage:
        """This year's explanation from the list `remarks`; gone where there is none."""
        return texts.remark(self._material, place)

    def remarked(self, place: str) -> bool:
        """Whether the list `remarks` of this year explains a place."""
        return texts.remarked(self._material, place)

    def notes(self, *places: str) -> list[str]:
        """This year's explanations of `places` from the list `remarks`, as notes below a table or a chart."""
        return texts.notes(self._material, places)

    def topics(self, name: str) -> dict[str, Passage]:
        """The texts of a list with the columns `topic` and `text`, by topic."""
        return texts.topics(self._material, name)

    def other_topics(self, name: str, *placed: str) -> list[Passage]:
        """The texts of a list by topic whose topics are none of the `placed`, which stand elsewhere in the chapter."""
        return [text for topic, text in self.topics(name).items() if topic not in placed]

    def reason(self, figure: Figure) -> Passage:
        """Why a figure is what it is, from the list `<part>_reasons`, without its 。; gone where unknown."""
        return texts.reason(self._material, figure)

    def cards(self, figures: Mapping[str, Figure]) -> None:
        """Key figures: name, value and how it moved; those that are unknown are left out."""
        printer = self._display.printer()
        phrases = Phrases(printer)
        cards = []
        for name, figure in figures.items():
            if figure.known:
                moved = phrases.change(figure).replace(GONE, "")
                cards.append(Card(name, printer.line(phrases.alone(figure)), printer.line(in_words(moved, printer))))
        self._display.cards(tuple(cards), printer)

    # -- figures as pandas has them -----------------------------------------------------------------------------
    def frame(self, indicators: Words | None = None, **options: Any) -> pd.DataFrame:
        """Figures as a tidy frame, a row a figure; `options` as in `Edition.frame` (by, region, level, years, …)."""
        return self.edition.frame(indicators, **options)

    def find(self, words: str) -> pd.DataFrame:
        """The indicators that hold all `words` in name, definition or code; see `Edition.find`."""
        return self.edition.find(words)

    def schemes(self, *codes: str) -> dict[str, str]:
        """The insurance schemes by name, each with what its indicators begin with; see `Edition.schemes`."""
        return self.edition.schemes(*codes)

    # -- what can be asked for ----------------------------------------------------------------------------------
    def listed(self, name: str, year: int | None = None, **where: str) -> list[Row]:
        """Rows of the list `data/editions/<year>/texts/<name>.csv` whose columns have the values in `where`."""
        return texts.listed(self._material, name, year, **where)

    def last_listed(self, name: str, year: int, **where: str) -> list[Row]:
        """The same of the last year up to `year` that has any such rows, as for duties, which last."""
        return texts.last_listed(self._material, name, year, **where)

    def codelist(self, name: str) -> dict[str, Item]:
        """The entries of a codelist by code, in its order: regions, schemes, projects; DataError for an unknown one."""
        known = self.data.catalogue.codelists
        if name not in known:
            raise DataError(f"没有代码表“{name}”，可选：{'、'.join(known)}")
        return dict(known[name])

    def part(self, prefix: str, without: str = "", unit: str = "") -> Part:
        """The figures whose codes begin with `prefix`, by the rest of their codes: `ch.part("injury")("income.levy")`.

        `without`: a pattern of what their names are written without; `unit`: the one they are shown in.
        """
        return Part(self.f, prefix, without, unit)

    def by_scheme(self, code: str, *schemes: str) -> dict[str, Figure]:
        """A figure of each insurance scheme by the scheme's name: `ch.by_scheme("income")`; `schemes` as there."""
        return {name: self.f(f"{prefix}.{code}") for name, prefix in self.schemes(*schemes).items()}

    def blank_subjects(self, table: str) -> list[str]:
        """Notes on what the published table lists without a figure, from the list `blank_subjects`."""
        return texts.blank_subjects(self._material, table)

    def county_notes(self, scheme: str, table: str) -> list[tuple[str, str]]:
        """The explanations that the county gives of a table: code of the indicator and text."""
        return texts.county_notes(self._material, scheme, table)

    def county_measures(self, scheme: str, kind: str) -> list[tuple[str, str]]:
        """What the county says it has achieved, lacks or will do for a scheme: title and text."""
        return texts.county_measures(self._material, scheme, kind)

    def note_on_formula(self, figure: Figure) -> str:
        """What is noted on the formula that a document gives for one figure; empty without one."""
        own = self.data.formulas.get(figure.key)
        return own.note if own else ""

    def budget(self, figure: Figure) -> Figure:
        """The budget of a figure: the indicator `<code>.budget`."""
        return self._comparisons.budget(figure)

    def amounts(self, name: str) -> list[Quantity]:
        """Figures of the list `data/editions/<year>/texts/<name>.csv` (columns amount and unit), in its order."""
        return texts.amounts(self._material, name)

    def top(self, figure: Figure, count: int, highest: bool = True) -> str:
        """Names of the `count` regions with the highest (lowest) values, ties included and said; else a hole."""
        return computed.top(self._material, figure, count, highest)

    def reprinted(self, figure: Figure) -> Quantity | None:
        """The figure as the documents print it elsewhere in another unit or with another value; None if they do not."""
        return computed.reprinted(self._material, figure)

    def sum(self, figures: Sequence[Figure], region: str = "") -> Quantity | None:
        """The sum of figures, as a figure of `region`; None where one of them is unknown."""
        return computed.whole_sum(self._material, figures, region)

    def do_not_add_up(self, parts: Sequence[Figure], whole: Figure) -> bool:
        """Whether parts that are all known do not add up to their whole, rounding allowed."""
        return do_not_add_up(parts, whole)

    def recomputed(self, figure: Figure) -> Quantity | None:
        """What the figure's formula gives, to set beside what is printed; None without a formula or an input."""
        return computed.recomputed(self._material, figure)

    def working(self, figure: Figure) -> str | None:
        """The figure's formula with its numbers filled in, as `2台 × 5万元/台`; None where one is unknown."""
        return computed.working(self._material, figure)

    def share_of(self, whole: Figure) -> Callable[[Figure], Quantity | None]:
        """A table column: the row's percentage of `whole`."""
        return computed.share_of(self._material, whole)

    def components(self, prefix: str, *strip: str) -> dict[str, Figure]:
        """Figures of the indicators directly below `prefix`, by their names without the words in `strip`."""
        return computed.components(self._material, prefix, *strip)

    def by_name(self, figures: Sequence[Figure], names: Sequence[str] = ()) -> dict[str, Figure]:
        """Figures by the names of their items, or by `names`; equal ones get a number: 台式计算机（一）."""
        return naming.by_name(figures, names)

    def ended(self, figure: Figure) -> list[Figure]:
        """The items that had an amount last year and have none this year, none of them a part of another."""
        return ended.lowest(figure)

    def ended_below(self, figure: Figure) -> list[Figure]:
        """The items directly below that of the figure which had an amount last year and have none this year."""
        return ended.directly_below(figure)

    def cell(self, figure: Figure) -> Cell:
        """A table cell: the figure, a blank as it was printed, or None for what is not published."""
        return computed.cell(self._material, figure)

    def sums(self, indicators: Sequence[str], *years: int) -> str:
        """A note on the printed totals of a table: how many equal the sum of their parts, and which do not."""
        return totals.note_on_sums(self._material, indicators, *years)

    def named(self, finding: Finding) -> str:
        """Name of the figure a finding is about."""
        return totals.named(self._material, finding)

    # -- the edition as a whole ---------------------------------------------------------------------------------
    def audited(self) -> AuditedEdition:
        """The audit of all documents of this edition."""
        found = AuditedEdition.of(self.data.root, self.year, self._handed.found)
        shell.serve(found.audited, self._handed)  # what the diagnosis reads later on counts, too
        return found

    @cached_property
    def analysis(self) -> Analysed:
        """What happened and why: findings, change accounts, what funds rest on, reasons tested, scenarios."""
        found = Analysed(self._material, self._handed.outlook)
        if found.later:
            shell.serve(found.later, self._handed)
        return found

    @cached_property
    def regional(self) -> Regional:
        """All that is known of the region that the chapter is about, for its page; DataError where it is about none."""
        return Regional(self._material, self.region, self._opened.places, self._as_of)

    def _as_of(self, year: int) -> Figures:
        """The figures as the book of an earlier year prints them."""
        if year == self.year:
            return self.f
        found = opened(self._handed, year)
        shell.serve(found.audit, self._handed)
        return Figures(found.audit, year, self.region, found.published)

    def changes_since(self, year: int) -> changes.Changes:
        """What changed since the edition of an earlier `year`; nothing where there was none."""
        if year not in self.data.editions:
            return changes.Changes(year, self.year, self.data)
        found = changes.compare(self.data.root, year, self.year)
        self._also_read(found.data)
        return found

    def _also_read(self, data: Dataset) -> None:
        """Remember that this chapter was made from all that other data have read, too."""
        self.data.folder.looked |= data.folder.looked

    # -- tables -------------------------------------------------------------------------------------------------
    def table(
        self,
        title: str,
        heads: Sequence[Head] | pd.DataFrame | pd.Series,
        rows: Iterable[Sequence[Cell | Figure]] = (),
        unit: str = "",
        text: Collection[int] = (0,),
        notes: Iterable[str] = (),
        totals: Collection[int] | None = None,
        original: str = "",
        anchors: Mapping[int, Sequence[str]] | None = None,
        decimals: int | None = None,
    ) -> Table | None:
        """Number and show a table; the rows in `totals` are set apart (default: those named 合计 or 总计).

        `heads`: a name a column, or a pair (group, name); `rows`: texts, figures, None for what is not published. Or a
        frame of pandas in the place of both: figures in it keep their sources, other numbers have `decimals`.
        `unit`: that of all figures. `text`: the columns of texts. `notes`: a sentence below the table, or several.
        `original`: the table's number in the published report where that differs. `anchors`: names to link to, by row.
        """
        below = texts.as_notes(notes)
        return self._tables.table(title, heads, rows, unit, text, below, totals, original, anchors, decimals)

    def by_item(
        self,
        title: str,
        columns: Mapping[Head, Column],
        unit: str = "",
        head: str = "地区",
        codes: Sequence[str] | None = None,
        original: str = "",
        notes: Iterable[str] = (),
    ) -> Table | None:
        """A table with a row a region (or other item) and a column an indicator; the whole stands last.

        `columns`: head -> indicator code or function of the row's figure. `head`: that of the first column. `codes`:
        which items (default: those of the first indicator that have a row this year). The rest as in `table`.
        """
        return self._tables.by_item(title, columns, unit, head, codes, original, texts.as_notes(notes))

    def by_indicator(
        self,
        title: str,
        rows: Mapping[str, Figure],
        columns: Mapping[Head, Callable[[Figure], Cell]],
        unit: str = "",
        head: str = "项目",
        total: bool = True,
        original: str = "",
        notes: Iterable[str] = (),
    ) -> Table | None:
        """A table with a row an indicator and a column a function of its figure; `total`: the last row is the whole.

        `rows`: name -> figure; `columns`: head -> function. The rest as in `table`.
        """
        return self._tables.by_indicator(title, rows, columns, unit, head, total, original, texts.as_notes(notes))

    def by_subject(
        self,
        title: str,
        columns: Mapping[Head, Column],
        unit: str = "",
        codes: Sequence[str] | None = None,
        years: Sequence[int] = (),
        notes: Iterable[str] = (),
    ) -> Table | None:
        """A table of budget subjects: name indented by its level, code, columns as in `by_item`; sums are checked.

        `years`: for which years the note on sums looks at the columns (default: this year).
        """
        return self._tables.by_subject(title, columns, unit, codes, years, texts.as_notes(notes))

    def execution(self, title: str, figures: Mapping[str, Figure]) -> None:
        """Budget and outcome of `figures` (name -> figure): a table, and the chart that goes with it."""
        self._comparisons.execution(title, figures)

    def year_on_year(self, title: str, figures: Mapping[str, Figure]) -> None:
        """This year and last of `figures`, the whole last: a table, and a chart of what both years consist of."""
        self._comparisons.year_on_year(title, figures)

    def as_told(self, title: str, figures: Mapping[str, Figure]) -> None:
        """Amounts as the text gives them, the whole last: a table, and a chart of the parts."""
        self._comparisons.as_told(title, figures)

    @property
    def evaluated(self) -> dict[str, str]:
        """The names of the projects whose self-evaluation the accounts hold, by code."""
        return self._evaluations.projects

    def evaluation(self, project: str) -> None:
        """The two tables of a project's self-evaluation: its money, and its targets with what was reached."""
        self._evaluations.show(project)

    def costs(self, project: str) -> list[Figure]:
        """The planned amounts of a project's cost targets."""
        return self._evaluations.costs(project)

    def mismatches(self, title: str, part: str) -> Table | None:
        """A table of the printed figures of this year's documents that do not agree with the rest of them.

        `part`: the first word of the indicators' codes, such as budget.
        """
        return self._tables.mismatches(title, part)

    # -- charts -------------------------------------------------------------------------------------------------
    def chart(
        self,
        title: str,
        draw: Draw,
        cells: Cells,
        unit: str,
        alt: str,
        notes: Iterable[str] = (),
        label: str = "",
        values: pd.Series | pd.DataFrame | None = None,
        kind: str = "项目",
        **options: Any,
    ) -> Chart | None:
        """Number and show a chart with its numbers as an unfolding table.

        `draw`: a drawing of `charts`. `cells`: column -> row -> quantity, None where it is unknown, and `kind` what its
        rows are; `values`: what is drawn, where it is not just that. `alt`: what the chart shows, in words. `notes`:
        a sentence below it, or several. `label` replaces the number for charts that belong to a table (表1-1附图).
        `options` go to the drawing, but for `says`: the first line of the caption, which tells what there is to be
        seen.
        """
        return self._charts.chart(title, draw, cells, unit, alt, texts.as_notes(notes), label, values, kind, **options)

    def figure(
        self,
        figure: Any,
        title: str,
        data: pd.DataFrame | pd.Series | Mapping[str, Any],
        unit: str = "",
        alt: str = "",
        notes: Iterable[str] = (),
        label: str = "",
        decimals: int | None = None,
    ) -> Chart:
        """Number and show any figure of matplotlib or seaborn, whole at any size, with its numbers below it.

        `figure`: a Figure, Axes, or what seaborn returns. `data`: the frame that was drawn, or as much of it as
        readers shall have: figures in it keep their sources, other numbers have `decimals`. `unit`: that of all its
        figures. `alt`: what the chart shows, in words (default: its axes and numbers). The rest as in `chart`.

        Raises DataError for what is no figure, and for data that are no table.
        """
        return self._charts.figure(figure, title, data, unit, alt, texts.as_notes(notes), label, decimals)

    def trend(
        self,
        title: str,
        figures: Mapping[str, Figure],
        first: int,
        draw: Draw = charts.bars,
        notes: Iterable[str] = (),
        label: str = "",
        **options: Any,
    ) -> Chart | None:
        """A chart by year from `first` to this year; years that are unknown stay empty and are named below it.

        Where the edition names a base year for the first of the `figures`, the chart begins there.
        """
        named = self.data.bases(self.year).of(next(iter(figures.values())).indicator)
        first = named.year if named else first
        return self._charts.trend(title, figures, first, draw, texts.as_notes(notes), label, **options)

    def parts(
        self,
        title: str,
        figures: Mapping[str, Figure],
        draw: Draw = charts.parts,
        notes: Iterable[str] = (),
        label: str = "",
        **options: Any,
    ) -> Chart | None:
        """A composition of this year's figures, drawn in the unit of the first.

        `among`, one of the `options`: which items the first line of the caption speaks of, with a comma, where the
        chart lacks some that may be more.
        """
        return self._charts.parts(title, figures, draw, texts.as_notes(notes), label, **options)

    def against(
        self,
        title: str,
        pair: Mapping[str, Mapping[str, Figure]],
        draw: Draw = charts.dumbbell,
        notes: Iterable[str] = (),
        label: str = "",
        **options: Any,
    ) -> Chart | None:
        """Two figures set against each other for each item, such as income and expenditure, budget and outcome.

        `pair`: the two heads, each with its figures by item; items that lack one of the two are named below.
        """
        return self._charts.against(title, pair, draw, texts.as_notes(notes), label, **options)

    def tiles(
        self,
        title: str,
        figure: Figure,
        notes: Iterable[str] = (),
        rate: Callable[[Figure], Quantity | None] | None = None,
        rate_name: str = "",
    ) -> Chart | None:
        """A tile map that goes with the table above it: the figure of each region as a number, its rate as a colour.

        `rate`: the percentage that belongs to a region's figure; `rate_name` is what it is.
        """
        return self._charts.tiles(title, figure, texts.as_notes(notes), rate, rate_name)
