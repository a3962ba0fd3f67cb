"""What `ch.table`, `ch.trend` and the others return: a numbered table or chart that can be looked at and worked on.

It is shown when the cell has run, or where it is the last expression of the cell; until then a chart can be drawn on:

    chart = ch.trend("参保人数", {"参保人数": insured}, 2020)
    chart.axes[0].axhline(1000)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nianbao.chapter.record import ChartRecord, FigureText, Number, TableBody, TableRecord, Text
from nianbao.chapter.show import Display, bundle

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

#: Between the two levels of a head, in the columns of a frame.
GROUP = "·"


class Output:
    """A numbered table or chart of a chapter; see `Table` and `Chart`."""

    def __init__(self, display: Display):
        self._display = display

    @property
    def record(self) -> TableRecord | ChartRecord:
        """What it holds, as typed data."""
        raise NotImplementedError

    @property
    def label(self) -> str:
        """Its number: 表1-1, 图1-1."""
        return self.record.label

    @property
    def title(self) -> str:
        """Its title, without the number."""
        return self.record.title

    @property
    def frame(self) -> pd.DataFrame:
        """Its numbers as a frame of floats, NaN for what is unknown, texts as they are."""
        raise NotImplementedError

    def show(self) -> None:
        """Show it here and now."""
        self._display.show_record(self.record)

    def __repr__(self) -> str:
        rows, columns = self.frame.shape
        return f"<{self.label}　{self.title}：{rows}行，{columns}列>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Mapping[str, Any]:
        self._display.show_before(self)
        return bundle(self.record)


class Table(Output):
    """A numbered table: `frame` are its numbers, `record` all of it."""

    def __init__(self, display: Display, record: TableRecord):
        super().__init__(display)
        self._record = record

    @property
    def record(self) -> TableRecord:
        """The table as typed data."""
        return self._record

    @property
    def frame(self) -> pd.DataFrame:
        """Its cells: figures as floats, NaN for what is unknown, texts as they are; the names of the rows as index."""
        return frame_of(self._record.body)


class Chart(Output):
    """A numbered chart: `figure` is its drawing of matplotlib, `axes` are the axes in it, `frame` its numbers.

    Parameters: `record` makes the typed data of the chart, of the drawing as it is when the chart is shown.
    """

    def __init__(
        self,
        display: Display,
        figure: Drawing,
        frame: Callable[[], pd.DataFrame],
        record: Callable[[], ChartRecord],
    ):
        super().__init__(display)
        self.figure = figure
        self._frame = frame
        self._record = record

    @property
    def record(self) -> ChartRecord:
        """The chart as typed data, with the drawing as it is now."""
        return self._record()

    @property
    def axes(self) -> list[Axes]:
        """The axes of the drawing, to add to."""
        return list(self.figure.axes)

    @property
    def frame(self) -> pd.DataFrame:
        """Its numbers: a row a year or item, a column a series."""
        return self._frame()


def frame_of(body: TableBody) -> pd.DataFrame:
    """A table's heads and rows as a frame; the first column becomes the index."""
    import pandas as pd

    heads = [GROUP.join(filter(None, (head.group, head.name))) for head in body.heads]
    rows = [[cell_of(cell) for cell in row.cells] for row in body.rows]
    return pd.DataFrame(rows, columns=heads).set_index(heads[0]) if heads else pd.DataFrame()


def cell_of(cell: Any) -> float | str:
    """A cell: a float, a text, or NaN for what is unknown."""
    if isinstance(cell, FigureText | Number):
        return float(cell.value)
    return cell.text if isinstance(cell, Text) else float("nan")
