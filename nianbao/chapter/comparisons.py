"""Figures set against their budget, or against last year's: a table, and the chart that goes with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from nianbao.chapter.chart import Charts
from nianbao.chapter.computed import reprinted
from nianbao.chapter.figure import Figure
from nianbao.chapter.material import Material
from nianbao.chapter.table import Cell, Head
from nianbao.chapter.tables import Tables
from nianbao.charts import stacked
from nianbao.figures.quantity import Quantity

#: Figures by the names of their rows.
Named = Mapping[str, Figure]
#: Columns: the cell of a row's figure by head.
Columns = dict[Head, Callable[[Figure], Cell]]
#: The unit of amounts in these tables.
AMOUNTS = "万元"
#: A rate whose base is zero.
MEANINGLESS = "—"


class Comparisons:
    """Makes tables with the charts that go with them, by the `tables` and the `charts` of a chapter."""

    def __init__(self, material: Material, tables: Tables, charts: Charts):
        self.material = material
        self.tables = tables
        self.charts = charts

    def budget(self, figure: Figure) -> Figure:
        """The budget of a figure: the indicator `<code>.budget`."""
        return self.material.figures(f"{figure.indicator}.budget")

    def execution(self, title: str, figures: Named) -> None:
        """Budget and outcome; see `nianbao.chapter.Chapter.execution`."""
        budgets = {name: self.budget(figure) for name, figure in figures.items()}
        columns: Columns = {
            "预算数": lambda figure: self.budget(figure).quantity,
            "实际执行数": lambda figure: figure.quantity,
            "执行率（%）": lambda figure: rate(self.budget(figure), lambda: figure.share(self.budget(figure))),
        }
        without = any(each.is_zero for each in budgets.values())
        notes = [f"预算数为零的，不计算执行率，以“{MEANINGLESS}”表示。"] if without else []
        self.tables.by_indicator(f"{title}预算与执行", figures, columns, AMOUNTS, notes=notes)
        drawn = {name: each for name, each in figures.items() if not (each.is_zero or budgets[name].is_zero)}
        self.charts.against(
            f"{title}预算与执行",
            {"预算数": {name: budgets[name] for name in drawn}, "实际执行数": drawn},
            notes=["预算数或实际数为零的项目不在图中。"] if len(drawn) < len(figures) else [],
            label=self.charts.display.beside,
            left_out=len(drawn) < len(figures),
        )

    def year_on_year(self, title: str, figures: Named) -> None:
        """This year and last; see `nianbao.chapter.Chapter.year_on_year`."""
        before = self.material.year - 1
        columns: Columns = {
            "本年": lambda figure: figure.quantity,
            "上年": lambda figure: figure.at(before).quantity,
            "增长（%）": lambda figure: rate(figure.at(before), lambda: figure.derived("growth", before)),
        }
        without = any(figure.at(before).is_zero for figure in figures.values())
        notes = [f"上年数为零的，不计算增长率，以“{MEANINGLESS}”表示。"] if without else []
        self.tables.by_indicator(f"{title}与上年比较", figures, columns, AMOUNTS, notes=notes)
        *parts, whole = figures.values()
        years = (before, self.material.year)
        odd = [year for year in years if do_not_add_up([part.at(year) for part in parts], whole.at(year))]
        told = "、".join(f"{year}年" for year in odd)
        self.charts.trend(
            f"{title}构成",
            dict(list(figures.items())[:-1]),
            before,
            stacked,
            ["条末为各项之和。" + (f"{told}各项之和与公布的合计不一致。" if odd else "")],
            self.charts.display.beside,
        )

    def as_told(self, title: str, figures: Named) -> None:
        """Amounts as the text gives them; see `nianbao.chapter.Chapter.as_told`."""
        *names, _ = figures
        columns: Columns = {"金额": lambda figure: reprinted(self.material, figure) or figure.quantity}
        self.tables.by_indicator(title, figures, columns, AMOUNTS)
        differ = any(reprinted(self.material, figures[name]) for name in names)
        self.charts.parts(
            f"{title}构成",
            {name: figures[name] for name in names},
            label=self.charts.display.beside,
            notes=["图按收支表所印的数画出，与正文所印的可能差在末位。"] if differ else [],
        )


def rate(base: Figure, quantity: Callable[[], Quantity | None]) -> Cell:
    """A rate; a dash where its base is zero and it has no meaning."""
    return MEANINGLESS if base.is_zero else quantity()


def do_not_add_up(parts: Sequence[Figure], whole: Figure) -> bool:
    """Whether parts that are known do not add up to their whole, rounding allowed."""
    known = [figure.quantity for figure in parts]
    total = whole.quantity
    if total is None or not all(known):
        return False
    spread = sum((each.interval for each in known[1:]), known[0].interval)
    return not spread.meets(total.interval)
