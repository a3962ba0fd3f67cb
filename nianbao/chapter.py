"""What a notebook sees: one object that knows the year, numbers tables and charts, and prints prose.

from nianbao.chapter import Chapter
ch = Chapter("1", year)      # chapter number as in 表1-1
f = ch.f                     # f("pension.enterprise.insured") is a figure
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from html import escape
from pathlib import Path

import pandas as pd
from IPython import get_ipython
from IPython.display import display
from markupsafe import Markup

from . import charts, formula, prose
from .audit import Audit, Finding
from .catalogue import Item
from .dataset import Dataset
from .errors import DataError
from .figures import Figure, Figures
from .quantity import Quantity, decimals_of, factor, round_half_up, show
from .tables import Table, notes_html

Column = str | Callable[[Figure], Quantity | None]


def spans(years: list[int]) -> str:
    """`2020、2022—2024年` for [2020, 2022, 2023, 2024]."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return "、".join(f"{run[0]}—{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs) + "年"


def cited(source: str, documents: dict[str, Item]) -> str:
    """`report-2025 表1-1` as readers know it: 《…》表1-1."""
    code, _, place = source.partition(" ")
    return f"《{documents[code].name}》{place}" if code in documents else source


def facts(quantities, documents: dict[str, Item]) -> dict[str, dict]:
    """What `facts.csv` and the page say about the quantities and everything they were computed from."""
    known = {}
    for each in quantities:
        known |= facts(each.inputs, documents)
        known[each.id] = {
            "id": each.id, "name": each.name, "value": each.signed, "unit": each.unit,
            "low": f"{float(each.interval.low):.10g}", "high": f"{float(each.interval.high):.10g}",
            "status": each.status, "formula": each.formula, "inputs": [one.id for one in each.inputs],
            "source": cited(each.source, documents), "place": each.place, "note": each.note, "mark": each.mark}
    return known


class Chapter:
    """A chapter of an edition.

    Parameters: `number` as it stands in 表1-1; `year` the papermill parameter; `region` for booklets of one county, its
    name or code; `data` another data folder. Raises DataError for a year without data or of the wrong type, and for a
    county without data.
    """

    def __init__(self, number: str, year: int, region: str | None = None, data: str | Path | None = None):
        if isinstance(year, bool) or not isinstance(year, int):
            raise DataError(f"参数 year 应为整数年份，现为“{year!r}”")
        self.number, self.year = number, year
        self.data = Dataset(data or os.environ.get("NIANBAO_DATA"), year)
        self.audit = Audit(self.data)
        self.region = None if region is None else self.county(region)
        self.place = self.data.catalogue.codelists["region"][self.region].name if self.region else ""
        self.f = Figures(self.audit, year, self.region)
        self._tables = self._charts = 0
        shell = get_ipython()
        if shell:
            shell.register_magic_function(self._magic, "cell", "prose")

    def county(self, wanted: str | int) -> str:
        """Code of a county from its name, short name or code; DataError names the counties with data this year."""
        items = self.data.catalogue.codelists["region"]
        known = {code: items[code].name for code in self.data.counties(self.year)}
        for code, name in known.items():
            if str(wanted).strip() in {code, name, items[code].short}:
                return code
        years = "、".join(f"{year}年" for year in self.data.all_years if self.data.counties(year))
        have = "、".join(f"{name}（{code}）" for code, name in known.items())
        raise DataError(f"{self.year}年没有“{wanted}”的县级资料，" + (
            f"有资料的县：{have}" if have else f"该年各县都没有资料，有县级资料的年份：{years or '无'}"))

    # -- prose --------------------------------------------------------------------------------------------------
    def _magic(self, line: str, cell: str) -> None:
        self.prose(cell, get_ipython().user_ns)

    def prose(self, template: str, names: dict) -> None:
        """Show a paragraph; `names` are the notebook's variables."""
        self._printer = printer = prose.Printer()
        names = {key: value for key, value in names.items() if not key.startswith("_")}
        self._show(prose.render(template, names | {"f": self.f, "year": self.year, "ch": self}, printer), printer)

    def _show(self, html: str, printer: prose.Printer, **about) -> None:
        titles = self.data.catalogue.codelists["documents"]
        known = {"chapter": self.number, "facts": facts(printer.facts.values(), titles), "printed": list(printer.facts)}
        display({"text/html": html, "text/plain": "（网页内容）"}, raw=True, metadata={"nianbao": known | about})

    def top(self, figure: Figure, count: int, highest: bool = True) -> str:
        """Names of the `count` regions with the highest (lowest) values, ties included; a hole when unknown."""
        codes = self.audit.ranking(figure.indicator, figure.year, highest)
        if not codes:
            return prose.HOLE
        last = figure.of(codes[min(count, len(codes)) - 1]).quantity.exact
        tied = [code for code in codes[count:] if figure.of(code).quantity.exact == last]
        return "、".join(figure.of(code).item for code in codes[:count] + tied)

    def remark(self, place: str) -> Markup:
        """This year's explanation from `data/<year>/lists/remarks.csv`; gone where there is none."""
        texts = [row["text"] for row in self.data.rows("remarks", self.year) if row["place"] == place]
        return self.text(texts[0]) if texts else Markup(prose.GONE)

    def text(self, text: str) -> Markup:
        """A text kept as data, with its figures (`{{indicator[item]@year}}`) filled in."""
        return prose.remark(text, self.f, self._printer)

    def reprinted(self, figure: Figure) -> Quantity | None:
        """The figure as the documents print it elsewhere in another unit or with another value; None if they do not."""
        for claim in self.audit.derive.claims["level", figure.indicator, figure.region, figure.year, ""]:
            now = figure.quantity
            if now and (claim.value, claim.unit) != (now.value, now.unit):
                return Quantity.printed(f"{now.id}:level:{claim.source}".replace(" ", "-"), now.name, claim.value,
                                        claim.unit, source=claim.source, place=claim.place)
        return None

    def reason(self, figure: Figure) -> Markup:
        """Why a figure is what it is, from `data/<year>/lists/<part>_reasons.csv`, without its 。; gone where unknown."""
        rows = self.data.rows(f"{figure.indicator.split('.')[0]}_reasons", figure.year)
        texts = [row["reason"] for row in rows if (row["indicator"], row["item"]) == (figure.indicator, figure.region)]
        return prose.remark(texts[0].rstrip("。"), self.f, self._printer) if texts else Markup(prose.GONE)

    def listed(self, name: str, year: int | None = None, **where) -> list[dict]:
        """Rows of the list `data/<year>/lists/<name>.csv` whose columns have the values in `where`."""
        rows = self.data.rows(name, year or self.year)
        return [row for row in rows if all(row[key] == value for key, value in where.items())]

    def sum(self, figures: list[Figure], region: str = "") -> Quantity | None:
        """The sum of those figures that are known, as a figure of `region`; None where none is."""
        known = [each.quantity for each in figures if each.known]
        if not known:
            return None
        about, codes = figures[0].about, "+".join(each.region for each in figures)
        exact = sum((each.exact for each in known), Fraction(0))
        spread = sum((each.interval for each in known[1:]), known[0].interval)
        identity, name = f"{figures[0].indicator}:{region or codes}:{self.year}", f"{self.year}年{about.name}（分项之和）"
        return Quantity(identity, name,
                        round_half_up(exact, max(decimals_of(each.value) for each in known)), about.unit, spread, exact,
                        "E", "各分项之和", tuple(known))

    def amounts(self, name: str) -> list[Quantity]:
        """Figures of the list `data/<year>/lists/<name>.csv` (columns amount and unit), in its order."""
        return [Quantity.printed(f"{name}:{row['level']}:{self.year}", f"{self.year}年第{row['level']}项",
                                 Decimal(row["amount"]), row["unit"], source=row["source"],
                                 place=f"data/{self.year}/lists/{name}.csv:{row['_row']}")
                for row in self.data.rows(name, self.year)]

    def recomputed(self, figure: Figure) -> Quantity | None:
        """What the figure's formula gives, to set beside what is printed; None without a formula or an input."""
        quantity = self.audit.derive.by_formula(figure.indicator, figure.region, figure.year)
        if quantity is None:
            return None
        value = round_half_up(quantity.exact, 4)
        value = value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()
        return replace(quantity, id=f"{quantity.id}:formula", value=value)

    def working(self, figure: Figure) -> str | None:
        """The figure's formula with its numbers filled in, as `2台 × 5万元/台`; None where one is unknown."""
        rule = self.data.formula(figure.indicator, figure.region, figure.year)
        terms = [self.f(term.indicator, term.item or figure.region, figure.year + term.lag).quantity
                 for term in (formula.parse(rule)[1] if rule else ())]
        if not terms or None in terms:
            return None
        for sign, shown in (" * ", " × "), (" / ", " ÷ "), (" + ", " ＋ "), (" - ", " － "):
            rule = rule.replace(sign, shown)
        texts = iter(terms)
        return formula.TERM.sub(lambda _: self._text(next(texts)), rule)

    def share_of(self, whole: Figure) -> Callable[[Figure], Quantity | None]:
        """A table column: the row's percentage of `whole`."""
        return lambda row: self.f(whole.indicator, row.region).share(whole)

    def cards(self, figures: dict[str, Figure]) -> None:
        """Key figures: name, value and how it moved; those that are unknown are left out."""
        printer, items = prose.Printer(), []
        for name, figure in figures.items():
            if figure.known:
                moved = printer.change(figure).replace(prose.GONE, "")
                items.append(f"<li><span class='name'>{escape(name)}</span> <span class='value'>"
                             f"{printer.value(figure.quantity)}</span> <span class='moved'>{moved}</span></li>")
        self._show(f'<ul class="cards">{"".join(items)}</ul>', printer)

    def components(self, prefix: str, *strip: str) -> dict[str, Figure]:
        """Figures of the indicators directly below `prefix`, by their names without the words in `strip`."""
        found = {}
        for code, about in self.data.catalogue.indicators.items():
            if code.rpartition(".")[0] == prefix:
                name = about.name
                for word in strip:
                    name = name.replace(word, "")
                found[name] = self.f(code)
        return found

    # -- tables -------------------------------------------------------------------------------------------------
    def table(self, title: str, table: Table, original: str = "") -> None:
        """Number and show a table; `original` is its number in the published report where that differs."""
        self._tables += 1
        number = f"{self.number}-{self._tables}"
        if original:
            table.notes.append(f"原报告编号：{original}")
        printer = prose.Printer()
        html = table.html(f"tab-{number}", f"表{number}　{title}", printer)
        self._show(html, printer, kind="table", number=number, title=title, unit=table.unit, data=table.plain())

    def cell(self, figure: Figure) -> Quantity | str | None:
        """A table cell: the figure, a blank as it was printed, or None for what is not published."""
        seen = self.data.observations.get((figure.indicator, figure.region, figure.year))
        return seen.literal if seen and seen.value is None else figure.quantity

    def value(self, column: Column, figure: Figure) -> Quantity | str | None:
        """The cell of a column: an indicator code, or a function of the row's figure."""
        if callable(column):
            return column(figure)
        return self.cell(self.f(column, figure.region, figure.year))

    def by_item(
        self, title: str, columns: dict, unit: str = "", head: str = "地区", codes=None, original: str = "", notes=()
    ) -> None:
        """A table with a row a region (or other item) and a column an indicator; the whole stands last.

        `columns`: head -> indicator code or function of the row's figure.
        """
        lead = self.f(next(code for code in columns.values() if isinstance(code, str)))
        listed = codes or self.data.items(lead.indicator, self.year)
        whole = self.data.catalogue.top(lead.about)
        items = self.data.catalogue.codelists[lead.about.dimension]
        depth = self.nested([code for code in listed if code != whole], items)
        codes = [code for code in (codes or depth) if code != whole] + [code for code in listed if code == whole]
        rows = [
            ["　" * depth.get(code, 0) + ("合计" if items[code].name == "全区" else items[code].name)]
            + [self.value(column, lead.of(code)) for column in columns.values()]
            for code in codes
        ]
        if codes == [whole]:
            notes = [*notes, f"{self.year}年分{head}数据未载于已公布的资料。"]
        totals = {len(rows) - 1} if codes and codes[-1] == whole else set()
        totals |= {at for at, code in enumerate(codes) if items[code].level == "prefecture"}
        if not codes:
            rows = [[f"{self.year}年资料未载"] + [None] * len(columns)]
        self.table(title, Table([head, *columns], rows, unit, list(notes), totals), original)

    def rows(self, title: str, heads: list, rows: list[list], unit: str = "", text=(0,), notes=()) -> None:
        """A table from rows of texts and figures; rows named 合计 or 总计 are set apart."""
        body = [[self.cell(each) if isinstance(each, Figure) else each for each in row] for row in rows]
        totals = {at for at, row in enumerate(body) if str(row[0]).strip().endswith(("合计", "总计"))}
        body = body or [[f"{self.year}年资料未载"] + [""] * (len(heads) - 1)]
        self.table(title, Table(heads, body, unit, list(notes), totals, set(text)))

    def by_subject(self, title: str, columns: dict, unit: str = "", codes=None, years=(), notes=()) -> None:
        """A table of budget subjects: name indented by its level, code, columns as in `by_item`; sums are checked.

        `years`: for which years the note on sums looks at the columns (default: this year).
        """
        named = [code for code in columns.values() if isinstance(code, str)]
        lead = self.f(named[0])
        items = self.data.catalogue.codelists[lead.about.dimension]
        listed = {}
        for code in codes or self.data.items(lead.indicator, self.year):
            chain = [code]
            while items[chain[0]].parent:
                chain.insert(0, items[chain[0]].parent)
            listed |= dict.fromkeys(chain)
        tree, added = self.nested(list(listed), items), []
        rows = []
        for code, depth in tree.items():
            cells = [self.value(column, lead.of(code)) for column in columns.values()]
            for at, column in enumerate(columns.values()):
                if cells[at] is None and isinstance(column, str):
                    parts = [self.f(column, part) for part in tree if items[part].parent == code]
                    cells[at] = self.sum(parts, code) if parts else None
                    added += [code] if cells[at] else []
            rows.append(["　" * depth + items[code].name, code if code.isdigit() else "", *cells])
        more = "原表未印的小计由分项相加得出。" if added else ""
        notes = [self.sums(named, *years), more, *notes]
        self.rows(title, ["科目名称", "科目编码", *columns], rows, unit, (0, 1), notes)

    def sums(self, indicators: list[str], *years: int) -> str:
        """A note on the printed totals of a table: how many equal the sum of their parts, and which do not."""
        found = [each for each in self._totals if each.indicator in indicators and each.year in (years or [self.year])]
        wrong = [each for each in found if each.status in {"fails", "erratum"}]
        near = sum(each.status == "rounding" for each in found)
        if not found:
            return ""
        text = f"合计与分项之和：核对{len(found)}处，" + (f"{len(wrong)}处不符" if wrong else "均相符")
        text += f"（{near}处只差尾数）" if near else ""
        return text + "".join(f"；{self.named(each)}印作{show(Decimal(each.printed))}，分项之和为"
                              f"{show(Decimal(each.recomputed))}" for each in wrong) + "。"

    @cached_property
    def _totals(self) -> list[Finding]:
        return list(self.audit.totals())

    def named(self, finding: Finding) -> str:
        """Name of the figure a finding is about."""
        about = self.data.catalogue.indicators[finding.indicator]
        item = self.data.catalogue.codelists[about.dimension].get(finding.region)
        return f"{about.name}（{item.name}）" if item and item.parent and item.code != self.f.region else about.name

    def mismatches(self, title: str, part: str) -> None:
        """A table of the printed figures of this year's documents that do not agree with the rest of them."""
        found = [each for each in self.audit.findings(self.year)
                 if each.chapter == part and each.status in {"fails", "erratum"}]
        kinds = {"level": "重印", "change": "增减量", "growth": "增长率", "formula": "公式", "total": "合计",
                 "share": "比重"}
        def number(text):
            return show(Decimal(text)) if re.fullmatch(r"-?[\d.]+", text) else text or "—"

        rows = []
        for each in found:
            heads = [each.note, "勾稽", "—"]
            if each.kind != "identity":
                heads = [self.named(each), kinds.get(each.kind, "其他"), number(each.printed)]
            rows.append([*heads, number(each.recomputed), "各项加减应为零" if each.kind == "identity" else each.note])
        heads = ["指标或关系", "核对", "印作", "算得", "说明"]
        self.rows(title, heads, rows or [["没有不符之处", "", "", "", ""]], "", (0, 1, 4))

    @staticmethod
    def nested(codes: list[str], items: dict, parent: str | None = None, depth: int = 0) -> dict[str, int]:
        """The codes in the order of a tree (parts behind their whole where both are listed), each with its depth."""
        heads = [code for code in codes if (items[code].parent == parent if depth else items[code].parent not in codes)]
        tree = {}
        for head in heads:
            tree |= {head: depth} | Chapter.nested(codes, items, head, depth + 1)
        return tree

    def by_year(
        self, title: str, rows: dict, first: int, unit: str = "", head: str = "年度", original: str = "", notes=()
    ) -> None:
        """A table with a column a year and a row an indicator (or a function of the year)."""
        years = range(first, self.year + 1)
        body = [
            [name] + [row(year) if callable(row) else self.cell(self.f(row, year=year)) for year in years]
            for name, row in rows.items()
        ]
        self.table(title, Table([head, *(f"{year}年" for year in years)], body, unit, list(notes)), original)

    def matrix(self, title: str, rows: dict, unit: str = "", totals=(), original: str = "") -> None:
        """A table with a row an indicator and a column an item of its codelist, such as a scheme."""
        items = self.data.catalogue.codelists[self.data.catalogue.indicator(next(iter(rows.values()))).dimension]
        body = [[name] + [self.cell(self.f(code, item)) for item in items] for name, code in rows.items()]
        notes = [] if any(any(row[1:]) for row in body) else [f"{self.year}年资料未载。"]
        marked = {at for at, name in enumerate(rows) if name in totals}
        heads = ["项目", *(each.short for each in items.values())]
        self.table(title, Table(heads, body, unit, notes, marked), original)

    def listing(self, title: str, name: str, columns: dict, **where) -> None:
        """A table of texts from `data/<year>/lists/<name>.csv`, of the rows that match `where`.

        `columns`: head -> column of the list or function of its row.
        """
        known = self.data.rows(name, self.year)
        chosen = [row for row in known if all(row[key] == text for key, text in where.items())]
        body = [[column(row) if callable(column) else row[column] for column in columns.values()] for row in chosen]
        notes = [] if body else [f"{self.year}年资料未载。"]
        self.table(title, Table([*columns], body, notes=notes, text_columns=set(range(len(columns)))))

    def by_indicator(
        self, title: str, rows: dict[str, Figure], columns: dict, unit="", head="项目", total=True, original="",
        notes=(),
    ) -> None:
        """A table with a row an indicator and a column a function of its figure; `total`: the last row is the whole."""
        body = [[name] + [column(figure) for column in columns.values()] for name, figure in rows.items()]
        totals = {len(body) - 1} if total and body else set()
        self.table(title, Table([head, *columns], body, unit, list(notes), totals), original)

    # -- charts -------------------------------------------------------------------------------------------------
    def chart(
        self, title: str, drawing, frame: pd.DataFrame, unit: str, quantities, alt: str, notes=(), label: str = ""
    ) -> None:
        """Number and show a chart with its numbers as an unfolding table.

        `frame` holds what is drawn; `label` replaces the number for charts that belong to a table (表1-1附图).
        """
        if not label:
            self._charts += 1
            label = f"图{self.number}-{self._charts}"
        number = label.removeprefix("图").removeprefix("表")
        identity = "fig-" + number.replace("附图", "-map")
        printer = prose.Printer()
        printer.facts = {each.id: each for each in quantities if each is not None}
        caption = f"{label}　{title}"
        cells = {each.id: each for each in printer.facts.values()}
        body = Table(
            ["", *map(str, frame.columns)],
            [
                [str(index)] + [cells.get(value, None) if isinstance(value, str) else value for value in row]
                for index, row in zip(frame.index, frame.itertuples(index=False), strict=True)
            ],
            unit,
        )
        svg = charts.to_svg(drawing, f"{caption}。{alt}", identity)
        fold = f"<details><summary>查看数值</summary>\n{body.html(identity + '-data', title + '（数值）', printer)}</details>"
        html = (
            f'<figure class="chart" id="{identity}">\n<div class="drawing">{svg}</div>\n'
            f"<figcaption>{escape(caption)}</figcaption>\n{notes_html(list(notes))}{fold}\n</figure>"
        )
        self._show(html, printer, kind="chart", number=number, title=title, unit=unit, alt=alt, data=body.plain())

    def series(self, figures: dict[str, Figure], first: int) -> tuple[pd.DataFrame, pd.DataFrame, str]:
        """Values and ids by year, and a note on the years that are not known."""
        known = {name: figure.years(first, self.year) for name, figure in figures.items()}
        values = pd.DataFrame(
            {name: {y: float(q.exact) if q else float("nan") for y, q in row.items()} for name, row in known.items()}
        )
        ids = pd.DataFrame(
            {name: {y: q.id if q else None for y, q in row.items()} for name, row in known.items()}, dtype=object
        )
        lacking = [year for year in values.index if values.loc[year].isna().all()]
        partly = {name: [year for year in values.index if year not in lacking and known[name][year] is None]
                  for name in values}
        if len(lacking) == len(values):
            return values, ids, "各年数值均未载于已公布的文字与表格。"
        note = f"{spans(lacking)}数值未载于已公布的文字与表格，图中留空。" if lacking else ""
        note += "".join(f"{name}缺{spans(years)}。" for name, years in partly.items() if years)
        return values, ids, note

    def trend(self, title: str, figures: dict[str, Figure], first: int, draw=charts.bars, notes=(), **options) -> None:
        """A chart by year from `first` to this year; years that are unknown stay empty and are named below it."""
        values, ids, note = self.series(figures, first)
        unit = next(iter(figures.values())).about.unit
        ends = [
            f"{name}{index}年{self._text(figures[name].at(index).quantity)}"
            for name in values
            for index in values.index
            if figures[name].at(index).known
        ]
        self.chart(
            f"{first}—{self.year}年{title}",
            draw(values, prose.unit_text(unit).replace("∶1", "比1"), **self._style(figures) | options),
            ids,
            unit,
            self._quantities(ids, figures),
            "；".join(ends) or "各年数值均未公布",
            [note, *notes],
        )

    @staticmethod
    def _style(figures: dict[str, Figure]) -> dict:
        """Drawing options that follow from the first figure: as many decimals as its indicator has."""
        return {"decimals": next(iter(figures.values())).about.decimals}

    def _text(self, quantity: Quantity | None) -> str:
        return f"{quantity.text}{prose.unit_text(quantity.unit)}" if quantity else "未公布"

    def _quantities(self, ids: pd.DataFrame, figures: dict[str, Figure]):
        return [figures[name].at(year).quantity for name in ids for year in ids.index]

    def parts(self, title: str, figures: dict[str, Figure], draw=charts.parts, notes=(), label: str = "",
              **options) -> None:
        """A composition of this year's figures, drawn in the unit of the first."""
        known = {name: figure.quantity for name, figure in figures.items() if figure.known}
        unit = next(iter(figures.values())).about.unit
        drawn = {name: each.exact * (factor(each.unit, unit) or 1) for name, each in known.items()}
        values = pd.Series({name: float(each) for name, each in drawn.items()}, dtype=float)
        names = {name: name if each.unit == unit else f"{name}（{each.unit}）" for name, each in known.items()}
        ids = pd.DataFrame({unit: {names[name]: each.id for name, each in known.items()}}, dtype=object)
        lacking = [name for name in figures if name not in known]
        note = f"资料未载：{'、'.join(lacking)}。" if lacking else ""
        self.chart(
            f"{self.year}年{title}",
            draw(values, unit, **self._style(figures) | options),
            ids,
            unit,
            known.values(),
            "；".join(f"{name}{self._text(each)}" for name, each in known.items()) or "数值未公布",
            [note, *notes],
            label,
        )

    @property
    def beside(self) -> str:
        """Label of a chart that belongs to the table above it."""
        return f"表{self.number}-{self._tables}附图"

    def composition(
        self, title: str, figures: dict[str, Figure], years, draw=charts.stacked, notes=(), label=""
    ) -> None:
        """The parts of a whole in several years, a bar a year; parts that are zero or unknown have none."""
        unit = next(iter(figures.values())).about.unit
        known = {(f"{year}年", name): figure.at(year).quantity for year in years for name, figure in figures.items()}
        rows, heads = [f"{year}年" for year in years], list(figures)
        values = pd.DataFrame([[float(known[row, head].exact) if known[row, head] else float("nan") for head in heads]
                               for row in rows], rows, heads)
        ids = pd.DataFrame([[known[row, head].id if known[row, head] else None for head in heads] for row in rows],
                           rows, heads, dtype=object)
        said = {row: "，".join(f"{head}{self._text(known[row, head])}" for head in heads if known[row, head])
                for row in rows}
        alt = "；".join(row + text for row, text in said.items() if text)
        self.chart(title, draw(values, unit), ids, unit, known.values(), alt or "数值未公布", notes, label)

    def against(self, title: str, pair: dict[str, dict[str, Figure]], draw=charts.dumbbell, notes=(), label="") -> None:
        """Two figures set against each other for each item, such as income and expenditure, budget and outcome.

        `pair`: the two heads, each with its figures by item; items that lack one of the two are named below.
        """
        left, right = pair.values()
        known = [name for name in left if left[name].known and right[name].known]
        lacking = [name for name in left if name not in known]
        unit = next(iter(left.values())).about.unit
        values = pd.DataFrame({head: {name: float(side[name].quantity.exact) for name in known}
                               for head, side in pair.items()}, index=known, dtype=float)
        ids = pd.DataFrame({head: {name: side[name].quantity.id for name in known} for head, side in pair.items()},
                           index=known, dtype=object)
        alt = "；".join(f"{name}" + "，".join(f"{head}{self._text(side[name].quantity)}" for head, side in pair.items())
                       for name in known)
        note = f"资料未载：{'、'.join(lacking)}。" if lacking else ""
        self.chart(f"{self.year}年{title}", draw(values, unit, **self._style(left)), ids, unit,
                   [side[name].quantity for side in pair.values() for name in known], alt or "数值未公布", [note, *notes],
                   label)

    def tiles(self, title: str, figure: Figure, notes=()) -> None:
        """A tile map that goes with the table above it."""
        known = {
            each.region: each.quantity
            for each in figure.regions
            if each.known and self.data.catalogue.item(each.about, each.region).level == "unit"
        }
        if not known:
            return
        short = {code: self.data.catalogue.item(figure.about, code).short for code in known}
        ids = pd.DataFrame({figure.about.unit: {short[code]: each.id for code, each in known.items()}}, dtype=object)
        values = pd.Series({code: float(each.exact) for code, each in known.items()}, dtype=float)
        order = self.audit.ranking(figure.indicator, self.year)
        ends = [
            f"{figure.of(code).item}{self._text(known[code])}" for code in (order[:1] + order[-1:]) if code in known
        ]
        self.chart(
            f"{self.year}年{title}",
            charts.tilemap(values, figure.about.unit, short, **self._style({title: figure})),
            ids,
            figure.about.unit,
            known.values(),
            f"最高和最低：{'，'.join(ends)}" if ends else "数值未公布",
            ["方格按大致方位排列，不表示行政区域界线。", *notes],
            label=self.beside,
        )
