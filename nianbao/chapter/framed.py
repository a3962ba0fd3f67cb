"""A frame of a notebook as heads and rows of the book: figures that it holds keep their names, intervals and sources.

A number that the notebook has computed itself is printed as a number of its own, without any of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any

import pandas as pd

from nianbao.chapter.figure import Figures
from nianbao.chapter.record import Number
from nianbao.data.keys import Key
from nianbao.errors import DataError
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import round_half_up, show

#: Decimals of a number that is not whole, unless told otherwise.
DECIMALS = 2
#: The columns of a tidy frame that say which figure a row holds.
TIDY = {"indicator", "year", "value"}
#: Columns of a tidy frame that only programs read.
CODES = {"indicator", "item", "level"}
#: What readers call the columns of a tidy frame.
HEADS = {
    "name": "指标",
    "region": "地区",
    "label": "项目",
    "item": "代码",
    "level": "级别",
    "year": "年份",
    "value": "数值",
    "unit": "单位",
    "status": "状态",
    "source": "来源",
    "short": "简称",
    "note": "说明",
    "low": "下限",
    "high": "上限",
    "decimals": "小数位数",
}

#: What is taken for data, in the words of a message.
TAKEN = 'data 应为 pandas 的 DataFrame 或 Series，或一栏一列数的字典，如 {"地区": ["甲", "乙"], "人数": [1, 2]}'

#: A cell: a text, a figure, a number of the notebook's own, None for what is unknown.
Content = str | Quantity | Number | None


@dataclass(frozen=True)
class Framed:
    """Heads and rows of a frame; `text_columns` are those of texts, `unit` that of the figures where all have one."""

    heads: list[str | tuple[str, str]]
    rows: list[list[Content]]
    text_columns: set[int]
    unit: str = ""


def framed(data: Any, figures: Figures, decimals: int | None = None) -> Framed:
    """A frame or series as heads and rows; `decimals`: how many numbers have (default: 2, none where all are whole).

    Raises DataError for what is neither frame nor series nor dict of columns of one length, and for a frame without
    rows.
    """
    frame = frame_of(data)
    if frame.empty:
        raise DataError("这张表没有数据：DataFrame 是空的")
    unit = str(frame.attrs.get("unit", ""))
    is_tidy = set(frame.columns) >= TIDY
    shown = without_codes(frame) if is_tidy else with_index(frame)
    columns = [list(cells(shown.iloc[:, at], decimals)) for at in range(shown.shape[1])]
    if is_tidy:
        columns[list(shown.columns).index("value")] = figures_of(frame, figures, decimals)
    names = [head(name) for name in shown.columns]
    texts = {at for at, column in enumerate(columns) if not any(is_number(cell) for cell in column)}
    # the name of a row is a text, even where it is a year
    columns[0] = [cell.text if isinstance(cell, Quantity | Number) else cell or "" for cell in columns[0]]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return Framed(names, rows, texts | {0}, unit)


def frame_of(data: Any) -> pd.DataFrame:
    """What was handed over as a frame; DataError for what cannot be one."""
    if isinstance(data, pd.DataFrame):
        return data
    if isinstance(data, pd.Series):
        made = data.to_frame("数值" if data.name is None else data.name)
        made.attrs.update(data.attrs)
        return made
    if not isinstance(data, Mapping):
        raise DataError(f"{TAKEN}；现为“{type(data).__name__}”")
    try:
        return pd.DataFrame(dict(data))
    except (ValueError, TypeError) as error:
        raise DataError(f"{TAKEN}，各栏一样长；现为 {data!r}") from error


def without_codes(frame: pd.DataFrame) -> pd.DataFrame:
    """A tidy frame as readers want it: names before codes, and nothing that is the same in all rows and needless."""
    names = [name for name in ("region", "label", "name") if name in frame.columns]
    if len(names) > 1 and frame["name"].nunique() == 1:
        names.remove("name")
    rest = [name for name in frame.columns if name not in {*CODES, *names, "name"}]
    return frame[[*names, *rest]]


def with_index(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with its index as first columns, unless that only counts the rows."""
    if isinstance(frame.index, pd.RangeIndex) and frame.index.name is None:
        return frame
    names = [name or "项目" for name in frame.index.names]
    return frame.set_axis(frame.index.set_names(names)).reset_index()


def head(name: Any) -> str | tuple[str, str]:
    """The head of a column; of two levels group and name."""
    if isinstance(name, tuple):
        words = [word(each) for each in name if str(each)]
        return (words[0], "·".join(words[1:])) if len(words) > 1 else words[0]
    return word(name)


def word(name: Any) -> str:
    """A name of a column in the words of readers; a year is one."""
    if isinstance(name, int) and 1900 <= name < 2200:
        return f"{name}年"
    return HEADS.get(str(name), str(name))


def is_number(cell: Content) -> bool:
    """Whether a cell holds a number."""
    return isinstance(cell, Quantity | Number)


# -- cells -------------------------------------------------------------------------------------------------------------
def cells(column: pd.Series, decimals: int | None) -> Iterator[Content]:
    """The cells of a column."""
    known = [each for each in column if is_numeric(each)]
    places = decimals
    if places is None:
        places = 0 if all(Fraction(each).denominator == 1 for each in known) else DECIMALS
    is_year = column.name == "year" or (known and str(column.name) in {"年份", "年度"})
    for each in column:
        if isinstance(each, str):
            yield each
        elif not is_numeric(each):
            yield None if is_missing(each) else str(each)
        elif is_year:
            yield f"{int(each)}年"
        else:
            yield printed(each, places)


def is_numeric(value: Any) -> bool:
    """Whether something is a number that is known."""
    if isinstance(value, bool) or is_missing(value):
        return False
    return isinstance(value, int | Decimal | Fraction) or (hasattr(value, "__float__") and isfinite(float(value)))


def is_missing(value: Any) -> bool:
    """Whether something is none of pandas' values."""
    return value is None or value is pd.NaT or value is pd.NA or value != value


def printed(value: Any, decimals: int) -> Number:
    """A number of the notebook's own, rounded as official statistics do."""
    exact = Fraction(value) if isinstance(value, int | Decimal | Fraction) else Fraction(repr(float(value)))
    rounded = round_half_up(exact, decimals)
    return Number(show(rounded), f"{rounded:f}")


def figures_of(frame: pd.DataFrame, figures: Figures, decimals: int | None) -> list[Content]:
    """The values of a tidy frame: each the figure that the edition prints, or, where it was changed, as a number."""
    numbers = list(cells(frame["value"], decimals))
    found: list[Content] = []
    items = frame["item"] if "item" in frame.columns else [None] * len(frame)
    rows = zip(frame["indicator"], items, frame["year"], frame["value"], numbers, strict=True)
    for code, item, year, value, number in rows:
        quantity = quantity_of(figures, str(code), item, int(year))
        same = quantity is not None and is_numeric(value) and float(quantity.value) == float(value)
        found.append(quantity if same else number)
    return found


def quantity_of(figures: Figures, indicator: str, item: Any, year: int) -> Quantity | None:
    """The figure of a row of a tidy frame as the edition prints it; None where it knows none of that name."""
    catalogue = figures.audit.data.catalogue
    about = catalogue.indicators.get(indicator)
    if about is None:
        return None
    code = catalogue.top(about) if item is None else str(item)
    return figures.published.level(Key(indicator, code, year))
