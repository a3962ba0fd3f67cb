"""What a notebook sees: one object that knows the year, numbers tables and charts, and prints prose.

from nianbao.chapter.chapter import Chapter
ch = Chapter("1", year)      # chapter number as in 表1-1
f = ch.f                     # f("pension.enterprise.insured") is a figure
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from itertools import groupby

import pandas as pd

from nianbao import charts
from nianbao.audit.checks import CheckId
from nianbao.audit.findings import HOLDS
from nianbao.audit.rules import claims
from nianbao.chapter import prose
from nianbao.chapter.figure import Figure
from nianbao.chapter.page_tables import TablePage
from nianbao.chapter.table import Table, notes_html
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import decimals_of, factor


def spans(years: Iterable[int]) -> str:
    """`2020、2022—2024年` for [2020, 2022, 2023, 2024]."""
    runs = [[year for _, year in run] for _, run in groupby(enumerate(years), key=lambda each: each[1] - each[0])]
    return "、".join(f"{run[0]}—{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs) + "年"


def unknown(names: Iterable[str]) -> str:
    """A note on the items that a chart leaves out."""
    text = "、".join(names)
    return f"资料未载：{text}。" if text else ""


class Chapter(TablePage):
    """A chapter of an edition.

    Parameters: `number` as it stands in 表1-1; `year` the papermill parameter; `region` for booklets of one county, its
    name or code; `data` another data folder. Raises DataError for a year without data or of the wrong type, and for a
    county without data.
    """

    def chart(self, title: str, draw: Callable, cells: dict[str, dict], unit: str, alt: str, notes=(), label: str = "",
              values: pd.Series | pd.DataFrame | None = None, kind: str = "项目", **options) -> None:
        """Number and show a chart with its numbers as an unfolding table.

        `cells`: column -> row -> quantity, None where it is unknown, and `kind` what its rows are; `values`: what is drawn, where it is not just that;
        `label` replaces the number for charts that belong to a table (表1-1附图); `options` go to the drawing.
        """
        if not label:
            self._charts += 1
            label = f"图{self.number}-{self._charts}"
        number, caption = label.lstrip("图表"), f"{label}　{title}"
        identity = "fig-" + number.replace("附图", "-map")
        printer, rows = prose.Printer(self.session.marks), list(next(iter(cells.values())))
        for each in (each for column in cells.values() for each in column.values() if each):
            printer.number(each)
        if values is None:
            values = pd.DataFrame({name: {row: float(each.exact) if each else float("nan") for row, each in column.items()}
                                   for name, column in cells.items()}, rows, dtype=float)
        svg = charts.to_svg(draw(values, unit, **options), f"{caption}。{alt}", identity)
        head = "年份" if all(isinstance(row, int) for row in rows) else kind
        body = Table([head, *cells], [[charts.label(row), *(column[row] for column in cells.values())] for row in rows], unit)
        self._show(
            f'<figure class="chart" id="{identity}">\n<div class="drawing">{svg}</div>\n'
            f"<figcaption>{escape(caption)}</figcaption>\n{notes_html(notes)}<details><summary>查看数值</summary>\n"
            f"{body.html(f'{identity}-data', f'{title}（数值）', printer)}</details>\n</figure>",
            printer, kind="chart", number=number, title=title, unit=unit, alt=alt, data=body.plain())

    def _style(self, figures: dict[str, Figure]) -> dict:
        """Drawing options that follow from the first figure: its indicator's decimals and its scheme's colour."""
        about, colours = next(iter(figures.values())).about, list(charts.COLORS)
        place = next((at for at, prefix in enumerate(self.data.catalogue.schemes) if about.code.startswith(f"{prefix}.")), 0)
        color = next((word for word in about.code.split(".") if word in colours), colours[place % len(colours)])
        return {"decimals": about.decimals, "color": color}

    def trend(self, title: str, figures: dict[str, Figure], first: int, draw=charts.bars, notes=(), label="", **options) -> None:
        """A chart by year from `first` to this year; years that are unknown stay empty and are named below it."""
        cells = {name: figure.years(first, self.year) for name, figure in figures.items()}
        gaps = {name: [year for year, each in column.items() if each is None] for name, column in cells.items()}
        lacking = sorted(set.intersection(*map(set, gaps.values())))
        note = f"{spans(lacking)}数值未载于已公布的文字与表格，图中留空。" if lacking else ""
        for name, years in gaps.items():
            years = [year for year in years if year not in lacking]
            note += f"{name}缺{spans(years)}。" if years else ""
        if len(lacking) > self.year - first:
            note = "各年数值均未载于已公布的文字与表格。"
        ends = [f"{name}{year}年{self._text(each)}" for name, column in cells.items() for year, each in column.items() if each]
        self.chart(f"{first}—{self.year}年{title}", draw, cells, next(iter(figures.values())).about.unit,
                   "；".join(ends) or "各年数值均未公布", [note, *notes], label, **self._style(figures) | options)

    def parts(self, title: str, figures: dict[str, Figure], draw=charts.parts, notes=(), label: str = "", **options) -> None:
        """A composition of this year's figures, drawn in the unit of the first."""
        known = {name: figure.quantity for name, figure in figures.items() if figure.known}
        unit = next(iter(figures.values())).about.unit
        values = pd.Series({name: float(each.exact * (factor(each.unit, unit) or 1)) for name, each in known.items()}, dtype=float)
        if draw is charts.parts:
            options["printed"] = self._printed_shares({name: figures[name] for name in known}, values / values.sum() * 100)
        if known and all(each.unit == unit for each in known.values()):  # no more decimals than the documents print
            options.setdefault("decimals", max(0, *(decimals_of(each.value) for each in known.values())))
        self.chart(
            f"{self.year}年{title}", draw,
            {"数值": {name if each.unit == unit else f"{name}（{each.unit}）": each for name, each in known.items()}}, unit,
            "；".join(f"{name}{self._text(each)}" for name, each in known.items()) or "数值未公布",
            [unknown(name for name in figures if name not in known), *notes], label, values, **self._style(figures) | options)

    def _printed_shares(self, figures: dict[str, Figure], computed: pd.Series) -> dict[str, str]:
        """Shares as the documents print them, where they are the shares of this chart's total."""
        names, shares = {(figure.indicator, figure.code): name for name, figure in figures.items()}, {}
        for claim in self.data.claims:
            name = names.get((claim.indicator, claim.item))
            if name and claim.measure == "share" and claim.year == self.year and abs(float(claim.value) - computed[name]) < 0.02 \
                    and claims.check_claim(self.audit.context, CheckId.of_claim(claim), claim).status in HOLDS:
                shares[name] = claim.literal
        return shares

    @property
    def beside(self) -> str:
        """Label of a chart that belongs to the table above it."""
        return f"表{self.number}-{self._tables}附图"

    def against(self, title: str, pair: dict[str, dict[str, Figure]], draw=charts.dumbbell, notes=(), label="", **options) -> None:
        """Two figures set against each other for each item, such as income and expenditure, budget and outcome.

        `pair`: the two heads, each with its figures by item; items that lack one of the two are named below.
        """
        items = next(iter(pair.values()))
        known = [name for name in items if all(side[name].known for side in pair.values())]
        cells = {head: {name: side[name].quantity for name in known} for head, side in pair.items()}
        alt = "；".join(name + "，".join(f"{head}{self._text(column[name])}" for head, column in cells.items()) for name in known)
        self.chart(f"{self.year}年{title}", draw, cells, next(iter(items.values())).about.unit, alt or "数值未公布",
                   [unknown(name for name in items if name not in known), *notes], label, **self._style(items) | options)

    def tiles(self, title: str, figure: Figure, notes=()) -> None:
        """A tile map that goes with the table above it."""
        items, unit = self.data.catalogue.codelists[figure.about.dimension], figure.about.unit
        known: dict[str, Quantity] = {each.code: each.quantity for each in figure.items
                                      if each.known and items[each.code].level == "unit"}
        if not known:
            return
        values = pd.Series({items[code].short: float(known[code].exact) for code in sorted(known)})
        tiles = {item.short: item.tile for item in items.values() if item.tile}
        order = claims.ranking(self.audit.context, figure.indicator, self.year)
        ends = "，".join(f"{figure.of(code).item}{self._text(known[code])}" for code in order[:1] + order[-1:] if code in known)
        self.chart(f"{self.year}年{title}", charts.tilemap, {figure.about.name: {items[code].short: each for code, each in known.items()}}, unit,
                   f"最高和最低：{ends}" if ends else "数值未公布",
                   [("方格按大致方位排列，" if tiles else "方格") + "不表示行政区域界线。", *notes], self.beside, values, "地区",
                   decimals=figure.about.decimals, tiles=tiles)
