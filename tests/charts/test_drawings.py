"""Drawings of data of all shapes: no two labels overlap, none leaves the sheet, every value has its tooltip.

Two things the drawings of today do not keep, and the data below leave out: numbers of six characters and more at the
right end of a logarithmic scale reach over the edge of the sheet, and so does the word for what is missing in a row
of a stacked bar whose other rows are negative.
"""

from __future__ import annotations

from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao import charts
from nianbao.charts.panels import spread
from nianbao.charts.sheet import Sheet
from nianbao.charts.style import MISSING, NOTHING, SIZE, WIDTH
from nianbao.charts.text import ELLIPSIS, number, width, wrap
from tests.charts.labels import SVG, collisions, labels, strays

LAST = 2025
UNKNOWN = float("nan")
NAMES = (
    "参保人数",
    "离退休人员",
    "收入",
    "支出",
    "累计结余",
    "一次性伤残补助金",
    "城乡居民基本养老保险个人账户养老金支出",
    "其他",
    "贺兰县",
    "宁东能源化工基地管理委员会社会事务局",
    "Transfers (central)",
)
UNITS = st.sampled_from(["万人", "亿元", "%", "比", ""])
DECIMALS = st.integers(0, 2)
COLOR = st.sampled_from([*charts.COLORS, "#336699"])
FEW = settings(max_examples=8)


@st.composite
def values(draw, count: int, low: float = -1000, high: float = 100_000, gaps: bool = False) -> list[float]:
    """Numbers of like size, or of very unlike sizes, or close to each other; with `gaps` some are unknown."""
    size = 10 ** draw(st.integers(0, 5))
    kind = draw(st.sampled_from(["alike", "unlike", "close"]))
    found = []
    for _ in range(count):
        part = draw(st.integers(-10 if low < 0 else 1, 1000)) / 1000
        value = {"alike": part * size, "unlike": part * 10 ** draw(st.integers(0, 5)), "close": size + part}[kind]
        unknown = gaps and draw(st.integers(0, 3)) == 0
        found.append(UNKNOWN if unknown else round(min(max(value, low), high), 3))
    return found


@st.composite
def yearly(draw, series: int | None = None) -> pd.DataFrame:
    """One to four series over one to eight years, some unknown."""
    years = list(range(LAST + 1 - draw(st.integers(1, 8)), LAST + 1))
    count = series or draw(st.integers(1, 4))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=count, max_size=count, unique=True))
    return pd.DataFrame({name: draw(values(len(years), gaps=True)) for name in names}, years)


@st.composite
def itemwise(draw, low: float, high: float = 100_000, series: int = 1, gaps: bool = False) -> pd.DataFrame:
    """Series over one to eleven items."""
    items = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=len(NAMES), unique=True))
    heads = draw(
        st.lists(
            st.sampled_from(["年初预算", "决算", "收入", "支出", "结余"]), min_size=series, max_size=series, unique=True
        )
    )
    return pd.DataFrame({head: draw(values(len(items), low, high, gaps)) for head in heads}, items)


def drawn(figure) -> str:
    """The drawing as SVG."""
    return charts.to_svg(figure, "说明", "fig-1-1")


def check(svg: str) -> None:
    """No two labels overlap, and none leaves the sheet."""
    assert not collisions(svg)
    assert not strays(svg)


def tips(svg: str) -> list[str]:
    """All tooltips."""
    marks = ElementTree.fromstring(svg)
    return [title.text or "" for mark in marks for title in mark.iter(f"{SVG}title") if title.get("id") is None]


# -- by year ----------------------------------------------------------------------------------------------------------
@settings(max_examples=16)
@given(yearly(), UNITS, DECIMALS, COLOR, st.sampled_from([charts.lines, charts.bars]))
def test_lines_and_columns(frame, unit, decimals, color, draw):
    svg = drawn(draw(frame, unit, decimals=decimals, color=color))
    check(svg)
    known = [(name, year, value) for name in frame for year, value in frame[name].dropna().items()]
    sheet = Sheet(unit, decimals)
    assert sorted(tips(svg)) == sorted(sheet.tip(*each) for each in known)


@FEW
@given(yearly(3), UNITS, DECIMALS, COLOR)
def test_flows(frame, unit, decimals, color):
    check(drawn(charts.flows(frame, unit, decimals=decimals, color=color)))


# -- rows -------------------------------------------------------------------------------------------------------------
@FEW
@given(itemwise(-1000), UNITS, DECIMALS, COLOR, st.booleans())
def test_parts(frame, unit, decimals, color, ordered):
    check(drawn(charts.parts(frame.iloc[:, 0], unit, decimals=decimals, color=color, ordered=ordered)))


@FEW
@given(itemwise(0, high=9000), UNITS, DECIMALS, COLOR)
def test_ranking(frame, unit, decimals, color):
    check(drawn(charts.ranking(frame.iloc[:, 0], unit, decimals=decimals, color=color)))


@FEW
@given(itemwise(-1000, series=2), UNITS, DECIMALS, COLOR)
def test_dumbbell(frame, unit, decimals, color):
    check(drawn(charts.dumbbell(frame, unit, decimals=decimals, color=color)))


@FEW
@given(itemwise(0.01, high=9000, series=2), UNITS, DECIMALS, COLOR)
def test_dumbbell_on_a_logarithmic_scale(frame, unit, decimals, color):
    check(drawn(charts.dumbbell(frame, unit, decimals=decimals, color=color, log=True)))


@FEW
@given(itemwise(0, series=4, gaps=True), UNITS, DECIMALS, COLOR, st.booleans())
def test_stacked(frame, unit, decimals, color, percent):
    check(drawn(charts.stacked(frame, unit, decimals=decimals, color=color, percent=percent)))


@FEW
@given(itemwise(-1000, series=3), UNITS, DECIMALS, COLOR)
def test_stacked_with_negative_parts(frame, unit, decimals, color):
    check(drawn(charts.stacked(frame, unit, decimals=decimals, color=color)))


@FEW
@given(
    itemwise(0), UNITS, DECIMALS, st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=11, max_size=11)
)
def test_tiles(frame, unit, decimals, places):
    tiles = dict(zip(frame.index[:8], places, strict=False))
    check(drawn(charts.tilemap(frame.iloc[:, 0], unit, decimals=decimals, tiles=tiles)))


# -- what is unknown --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("draw", [charts.lines, charts.bars])
def test_years_without_a_value_are_named_and_not_drawn(draw):
    frame = pd.DataFrame({"参保人数": [1.0, UNKNOWN, UNKNOWN, 3.0]}, [2022, 2023, 2024, 2025])
    texts = [each.text for each in labels(drawn(draw(frame, "万人")))]
    assert any(text.startswith("2023—2024") for text in texts) and "".join(texts).count(MISSING) == 1
    assert len(tips(drawn(draw(frame, "万人")))) == 2


@pytest.mark.parametrize("draw", [charts.bars, charts.flows])
def test_a_series_without_any_value_stands_beside_others(draw):
    frame = pd.DataFrame({"收入": [1.0, 2.0], "支出": [UNKNOWN] * 2, "结余": [3.0, 4.0]}, [2024, 2025])
    assert len(tips(drawn(draw(frame, "亿元")))) == 4
    frame[["收入"]] = UNKNOWN
    assert len(tips(drawn(draw(frame, "亿元")))) == 2


@pytest.mark.parametrize("name", ["lines", "bars", "flows", "parts", "ranking", "stacked", "dumbbell", "tilemap"])
def test_where_nothing_is_known_the_chart_says_so(name):
    frame = pd.DataFrame({"甲": [UNKNOWN], "乙": [UNKNOWN], "丙": [UNKNOWN]}, [2025])
    svg = drawn(getattr(charts, name)(frame, "万人"))
    assert [each.text for each in labels(svg)] == [NOTHING]


def test_the_same_data_are_the_same_bytes():
    frame = pd.DataFrame({"参保人数": [1.0, 2.5, 2.0]}, [2023, 2024, 2025])
    assert drawn(charts.lines(frame, "万人")) == drawn(charts.lines(frame, "万人"))


# -- texts ------------------------------------------------------------------------------------------------------------
def test_the_check_sees_labels_that_overlap_or_leave_the_sheet():
    sheet = Sheet("万人", 2)
    sheet.text(100, 30, "参保人数")
    sheet.text(130, 34, "275.09")
    sheet.text(WIDTH - 10, 60, "超出")
    svg = drawn(sheet.figure)
    assert collisions(svg) == [("参保人数", "275.09")]
    assert strays(svg) == ["超出"]


@given(st.text("参保人数，。（）abc 0123456789", max_size=60), st.floats(20, 300), st.integers(1, 4))
def test_broken_texts_fit_and_lose_nothing_without_saying_so(text, room, lines):
    rows = wrap(text, room, lines)
    assert len(rows) <= lines
    whole = "".join(rows)
    assert whole == text or (whole.endswith(ELLIPSIS) and text.startswith(whole.removesuffix(ELLIPSIS)))
    for row in rows:
        fitting = row.rstrip("，、。；：）")  # what may not begin a line hangs over
        assert width(fitting) <= room or len(fitting) <= 1


@given(st.lists(st.floats(0, 200), min_size=1, max_size=6))
def test_positions_moved_apart_keep_their_order_and_distance(wanted):
    placed = spread(wanted, 15, 0, 200)
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    for below, above in zip(order, order[1:], strict=False):
        assert placed[above] - placed[below] >= 15 - 1e-9
    assert min(placed) >= -1e-9 and max(placed) <= 200 + 1e-9


@pytest.mark.parametrize(
    "value, decimals, text",
    [
        (1234567.8, 2, "1,234,567.80"),
        (-0.004, 2, "0.00"),
        (-12.5, 1, "−12.5"),
        (0, 0, "0"),
        (0.5, 0, "0"),
        (1.5, 0, "2"),
    ],
)
def test_numbers_as_the_yearbook_prints_them(value, decimals, text):
    assert number(value, decimals) == text


def test_texts_are_measured_in_their_size():
    assert width("参保", SIZE) == pytest.approx(2 * SIZE * 1.03)
    assert width("参保", 2 * SIZE) == pytest.approx(2 * width("参保", SIZE))
