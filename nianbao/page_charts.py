"""How a chapter shows charts: by year, by part, against each other, as a tile map."""

from __future__ import annotations

import inspect
from html import escape

import pandas as pd

from . import charts, prose
from .figures import Figure
from .page_tables import TablePage
from .quantity import decimals_of, factor
from .tables import Table, notes_html


def spans(years: list[int]) -> str:
    """`2020、2022—2024年` for [2020, 2022, 2023, 2024]."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return "、".join(f"{run[0]}—{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs) + "年"


class ChartPage(TablePage):
    """A page that numbers and shows charts, each with its numbers as an unfolding table."""

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
            draw(values, prose.unit_text(unit).replace("∶1", "比1"), **self._style(draw, figures) | options),
            ids,
            unit,
            self._quantities(ids, figures),
            "；".join(ends) or "各年数值均未公布",
            [note, *notes],
        )

    def _style(self, draw, figures: dict[str, Figure]) -> dict:
        """Drawing options that follow from the first figure: its indicator's decimals and its scheme's colour."""
        about = next(iter(figures.values())).about
        known = next((word for word in about.code.split(".") if word in charts.COLORS), "")
        place = next((at for at, prefix in enumerate(self.data.catalogue.schemes) if about.code.startswith(f"{prefix}.")), 0)
        color = charts.COLORS.get(known) or charts.SERIES[place % len(charts.SERIES)]
        option = next((name for name in ("color", "colors") if name in inspect.signature(draw).parameters), None)
        return {"decimals": about.decimals} | ({option: color} if option else {})

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
        if draw is charts.parts:
            options |= {"printed": self.printed_shares(figures, values)}
        if known and all(each.unit == unit for each in known.values()):  # no more decimals than the documents print
            options = {"decimals": max(max(decimals_of(each.value), 0) for each in known.values())} | options
        self.chart(
            f"{self.year}年{title}",
            draw(values, unit, **self._style(draw, figures) | options),
            ids,
            unit,
            known.values(),
            "；".join(f"{name}{self._text(each)}" for name, each in known.items()) or "数值未公布",
            [note, *notes],
            label,
        )

    def printed_shares(self, figures: dict[str, Figure], values: pd.Series) -> dict[str, str]:
        """Shares as the documents print them, where they are the shares of this chart's total."""
        shares = {}
        for claim in self.data.claims:
            if claim.measure == "share" and claim.year == self.year:
                for name, figure in figures.items():
                    same = (claim.indicator, claim.region) == (figure.indicator, figure.region) and name in values
                    near = same and values.sum() > 0 and abs(float(claim.value) - values[name] / values.sum() * 100) < 0.02
                    if near and self.audit.claim(claim).status in {"agrees", "rounding"}:
                        shares[name] = claim.literal
        return shares

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
        self.chart(f"{self.year}年{title}", draw(values, unit, **self._style(draw, left)), ids, unit,
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
        tiles = {code: item.tile for code, item in self.data.catalogue.codelists["region"].items() if item.tile}
        ids = pd.DataFrame({figure.about.unit: {short[code]: each.id for code, each in known.items()}}, dtype=object)
        values = pd.Series({code: float(each.exact) for code, each in known.items()}, dtype=float)
        order = self.audit.ranking(figure.indicator, self.year)
        ends = [
            f"{figure.of(code).item}{self._text(known[code])}" for code in (order[:1] + order[-1:]) if code in known
        ]
        self.chart(
            f"{self.year}年{title}",
            charts.tilemap(values, figure.about.unit, short, tiles=tiles, **self._style(charts.tilemap, {title: figure})),
            ids,
            figure.about.unit,
            known.values(),
            f"最高和最低：{'，'.join(ends)}" if ends else "数值未公布",
            [("方格按大致方位排列，" if tiles else "方格") + "不表示行政区域界线。", *notes],
            label=self.beside,
        )
