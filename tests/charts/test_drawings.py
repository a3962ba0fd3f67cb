"""Drawings: real axes, every value told by a band, time that keeps time, nothing drawn where nothing is known."""

from __future__ import annotations

from xml.etree import ElementTree

import matplotlib.pyplot as plt
import pandas as pd
import pytest
import seaborn as sns
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from nianbao import charts
from nianbao.charts.sheet import Sheet
from nianbao.charts.style import GRID, MISSING, NOTHING, SIZE
from nianbao.charts.text import ELLIPSIS, number, width, wrap
from nianbao.charts.years import DASHED, NOT_FROM_ZERO, spread
from tests.charts.labels import SVG, labels
from tests.charts.shapes import UNKNOWN, itemwise, yearly
from tests.support.selection import long_but

KINDS = ("lines", "bars", "flows", "parts", "ranking", "stacked", "dumbbell", "tilemap")
SOME = settings(max_examples=settings.default.max_examples // 5, deadline=None)
FORMS = pytest.mark.parametrize("narrow", long_but([False, True], 1))


def svg_of(figure: Figure) -> str:
    """The drawing as SVG."""
    return charts.to_svg(figure, "说明", "fig-1-1")


def texts(figure: Figure) -> list[str]:
    """The labels of a drawing."""
    return [each.text for each in labels(svg_of(figure))]


def bands(figure: Figure) -> dict[str, tuple[ElementTree.Element, str]]:
    """The bands of a drawing by what they are about: the area, and what it tells."""
    found = {}
    for rect in ElementTree.fromstring(svg_of(figure)).iter(f"{SVG}rect"):
        title = rect.find(f"{SVG}title")
        assert title is not None and title.text
        found[rect.attrib["data-k"]] = (rect, title.text)
    return found


def yearly_of(values: dict[int, float], name: str = "参保人数") -> pd.DataFrame:
    """A series by year."""
    return pd.DataFrame({name: values})


# -- reading ----------------------------------------------------------------------------------------------------------
@FORMS
@SOME
@given(yearly(), st.sampled_from([charts.lines, charts.bars]))
def test_a_band_a_year_tells_all_its_values(narrow, frame, draw):
    known = frame[frame.notna().any(axis=1)]
    told = bands(draw(frame, "万人", narrow=narrow))
    if len(known):
        assert list(told) == [str(year) for year in known.index]
    sheet = Sheet("万人", 2)
    for year, values in known.iterrows():
        for name, value in values.dropna().items():
            assert f"{name}：{sheet.measured(value)}" in told[str(year)][1]


@FORMS
@SOME
@given(itemwise(series=3))
def test_a_band_a_row_tells_all_its_values(narrow, frame):
    told = bands(charts.stacked(frame, "万人", narrow=narrow))
    sheet = Sheet("万人", 2)
    for name, values in frame.iterrows():
        assert all(f"{head}：{sheet.measured(value)}" in told[str(name)][1] for head, value in values.items())


@FORMS
@SOME
@given(itemwise(0))
def test_every_mark_lies_in_a_band(narrow, frame):
    """The centre of each bar is answered."""
    figure = charts.ranking(frame.iloc[:, 0], "万人", narrow=narrow)
    rects = [rect for rect, _ in bands(figure).values()]
    areas = [[float(rect.attrib[side]) for side in ("x", "y", "width", "height")] for rect in rects]
    bars = figure.axes[0].patches
    assert len(bars) == len(areas)
    for bar, (x, y, wide, high) in zip(bars, areas, strict=True):
        box = bar.get_window_extent()
        middle_x = (box.x0 + box.x1) / 2
        middle_y = figure.get_size_inches()[1] * 72 - (box.y0 + box.y1) / 2
        assert x <= middle_x <= x + wide and y <= middle_y <= y + high


# -- real axes --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["lines", "bars", "flows"])
def test_lines_can_be_added_to_charts_by_year(name):
    frame = pd.DataFrame({"收入": [1.0, 2, 3], "支出": [1.0, 1, 2], "结余": [5.0, 6, 7]}, [2023, 2024, 2025])
    figure = getattr(charts, name)(frame, "亿元")
    before = svg_of(figure).count("#123456")
    figure.axes[0].axhline(2.0, color="#123456")
    assert before == 0 and svg_of(figure).count("#123456") == 1
    assert figure.axes[0].get_xlim()[0] < 2023 < 2025 < figure.axes[0].get_xlim()[1]


def test_lines_can_be_added_to_rows():
    figure = charts.ranking(pd.Series({"甲": 5.0, "乙": 2.0}), "万人")
    figure.axes[0].axvline(3.0, color="#123456")
    assert svg_of(figure).count("#123456") == 1
    assert [bar.get_width() for bar in figure.axes[0].patches] == [5.0, 2.0]


def test_any_figure_of_seaborn_can_be_written():
    frame = pd.DataFrame({"参保人数": [1.0, 2.0, 3.0], "领取人数": [2.0, 1.0, 4.0], "市": ["甲", "乙", "丙"]})
    figure, ax = plt.subplots(figsize=(4, 3), dpi=200)
    sns.scatterplot(frame, x="参保人数", y="领取人数", hue="市", ax=ax)
    ax.annotate("最多", (3, 4), (2, 3), arrowprops={"arrowstyle": "->"}, rotation=20)
    svg = svg_of(figure)
    plt.close(figure)
    root = ElementTree.fromstring(svg)
    assert root.get("viewBox") == "0 0 288 216"
    found = [each.text for each in root.iter(f"{SVG}text")]
    assert {"参保人数", "领取人数", "甲", "乙", "丙", "最多"} <= set(found)
    assert svg_of(figure) == svg


def test_a_picture_within_a_figure_is_kept():
    figure, ax = plt.subplots()
    ax.imshow([[1, 2], [3, 4]])
    svg = svg_of(figure)
    plt.close(figure)
    assert "data:image/png;base64," in svg


# -- time -------------------------------------------------------------------------------------------------------------
def test_years_stand_where_they_are_in_time():
    figure = charts.bars(yearly_of({2020: 1.0, 2024: 2.0, 2025: 3.0}), "万人")
    assert list(figure.axes[0].get_xticks()) == [2025, 2024, 2020]
    at = {each.text: (each.left + each.right) / 2 for each in labels(svg_of(figure)) if each.text.startswith("20")}
    step = at["2025年"] - at["2024年"]
    assert at["2024年"] - at["2020年"] == pytest.approx(4 * step, abs=1)


@FORMS
@pytest.mark.parametrize("draw", [charts.lines, charts.bars])
def test_years_that_lack_are_neither_grey_nor_joined_by_a_whole_line(narrow, draw):
    figure = draw(yearly_of({2021: 1.0, 2022: UNKNOWN, 2023: UNKNOWN, 2024: 2.0, 2025: 3.0}), "万人", narrow=narrow)
    svg = svg_of(figure)
    assert f'fill="{GRID}"' not in svg and svg.count("stroke-dasharray") == 1 and DASHED in svg
    lines = [line for line in figure.axes[0].get_lines() if len(line.get_xdata()) == 2 and line.get_marker() == "None"]
    whole = [line for line in lines if line.get_linestyle() == "-" and list(line.get_xdata()) != [0, 1]]
    assert [list(line.get_xdata()) for line in whole] == [[2024, 2025]]


@FORMS
@pytest.mark.parametrize("draw", [charts.lines, charts.bars])
def test_two_years_are_a_slope_between_two_labelled_dots(narrow, draw):
    figure = draw(yearly_of({2020: 57.6, 2021: UNKNOWN, 2024: UNKNOWN, 2025: 68.02}), "万人", narrow=narrow)
    svg = svg_of(figure)
    assert {"57.60", "68.02", "2020年", "2025年"} <= set(texts(figure))
    assert svg.count("<circle") == 2 and not figure.axes[0].patches and f'fill="{GRID}"' not in svg
    assert figure.axes[0].get_ylim()[0] <= 0


@FORMS
@pytest.mark.parametrize("draw", [charts.lines, charts.bars])
@pytest.mark.parametrize("years", [(2024, 2025), (2022, 2023, 2024, 2025)])
def test_what_is_disputed_is_hollow_and_no_whole_line_leads_to_it(narrow, draw, years):
    frame = yearly_of({year: 40.0 + year - 2020 for year in years})
    frame.attrs |= {charts.WRITTEN: {45.0: "45.00※"}}
    plain = svg_of(draw(frame, "%", narrow=narrow))
    frame.attrs[charts.DISPUTED] = [(2025, frame.columns[0])]
    svg = svg_of(draw(frame, "%", narrow=narrow))
    assert "45.00※" in plain and "45.00※" in svg
    assert "空心、点线处存疑" in svg and "空心、点线处存疑" not in plain
    assert svg.count("stroke-dasharray") > plain.count("stroke-dasharray") == 0


@FORMS
def test_the_latest_year_is_in_sight(narrow):
    frame = yearly_of({year: float(year) for year in range(2010, 2026)})
    wide = 320 if narrow else 490
    for draw in (charts.lines, charts.bars):
        (last,) = [each for each in labels(svg_of(draw(frame, "万人", narrow=narrow))) if "2025" in each.text]
        assert last.right <= wide


@FORMS
@pytest.mark.parametrize("count", [2, 5])
def test_the_latest_values_are_written(narrow, count):
    years = range(2026 - count, 2026)
    fund = {"收入": [265.1, 242.3, 291.0, 315.2, 323.7], "支出": [275.2, 246.1, 267.9, 288.2, 295.1]}
    fund["结余"] = [206.6, 203.7, 227.3, 254.2, 282.7]
    columns = {name: [value * 100 for value in each[-count:]] for name, each in fund.items()}
    close = {name: [10.0 + at * 0.3, 9.0, 10.0, 10.2, 11.5 + at * 0.3][-count:] for at, name in enumerate("甲乙丙丁戊")}
    for draw, data in ((charts.flows, columns), (charts.lines, close)):
        figure = draw(pd.DataFrame(data, years), "亿元", decimals=1, narrow=narrow)
        written = " ".join(texts(figure))
        missing = [value for each in data.values() if (value := number(each[-1], 1)) not in written]
        assert missing == []


@FORMS
def test_columns_of_two_years_leave_room_for_their_values(narrow):
    frame = pd.DataFrame({"收入": [19202.88, 15764.73], "支出": [18800.1, 15867.83]}, [2021, 2022])
    assert {"19,202.88", "15,764.73", "18,800.10", "15,867.83"} <= set(texts(charts.bars(frame, "万元", narrow=narrow)))


@FORMS
@pytest.mark.parametrize("first, said", [("预算", "预算为零"), ("很长很长很长很长很长的年初预算数", "由零增加")])
def test_a_change_from_zero_is_said(narrow, first, said):
    frame = pd.DataFrame({first: [10.8, 0, 0], "决算": [3.91, 0.26, 0]}, ["用车", "接待", "出国"])
    found = texts(charts.dumbbell(frame, "万元", narrow=narrow))
    assert sum(text in {said, f"{first}为零"} for text in found) == 1


def test_an_axis_that_does_not_begin_at_zero_says_so():
    assert any(NOT_FROM_ZERO in text for text in texts(charts.lines(yearly_of({2023: 90.0, 2024: 92, 2025: 95}), "%")))
    assert not any(
        NOT_FROM_ZERO in text for text in texts(charts.lines(yearly_of({2023: 9.0, 2024: 50, 2025: 95}), "%"))
    )


@pytest.mark.parametrize("draw", [charts.bars, charts.flows])
def test_a_series_without_any_value_stands_beside_others(draw):
    frame = pd.DataFrame({"收入": [1.0, 2.0], "支出": [UNKNOWN] * 2, "结余": [3.0, 4.0]}, [2024, 2025])
    assert len(bands(draw(frame, "亿元"))) == 2
    frame[["收入"]] = UNKNOWN
    assert len(bands(draw(frame, "亿元"))) == 2


@pytest.mark.parametrize("name", KINDS)
def test_where_nothing_is_known_the_chart_says_so(name):
    frame = pd.DataFrame({"甲": [UNKNOWN], "乙": [UNKNOWN], "丙": [UNKNOWN]}, [2025])
    assert texts(getattr(charts, name)(frame, "万人")) == [NOTHING]


# -- sizes ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", KINDS)
def test_no_scale_is_logarithmic(name):
    frame = pd.DataFrame({"甲": [1.0, 90000.0], "乙": [2.0, 70000.0], "丙": [3.0, 5.0]}, [2024, 2025])
    figure = getattr(charts, name)(frame[["甲", "乙"]] if name == "dumbbell" else frame, "万人")
    assert {ax.get_xscale() for ax in figure.axes} | {ax.get_yscale() for ax in figure.axes} == {"linear"}
    assert "对数" not in "".join(texts(figure))


def test_beside_a_large_fund_the_deficit_of_a_small_one_is_seen():
    frame = pd.DataFrame({"收入": [323.7, 11.4], "支出": [295.12, 12.37]}, ["企业养老", "失业"])
    figure = charts.dumbbell(frame, "亿元")
    large, small = figure.axes[0].patches
    assert large.get_width() < 0 < small.get_width() == pytest.approx((12.37 / 11.4 - 1) * 100)
    assert {"323.70", "295.12", "11.40", "12.37", "多10%", "少10%"} <= set(texts(figure))


def test_amounts_of_like_size_are_drawn_from_zero():
    frame = pd.DataFrame({"2024年": [20.0, 30.0], "2025年": [25.0, 28.0]}, ["甲", "乙"])
    low, high = charts.dumbbell(frame, "万元").axes[0].get_xlim()
    assert low <= 0 and high >= 30


def test_dots_that_would_hide_one_another_give_way_to_changes():
    frame = pd.DataFrame({"预算数": [18543.85, 18543.85], "执行数": [18377.95, 18375.20]}, ["总支出", "养老金"])
    figure = charts.dumbbell(frame, "万元")
    wanted = [(18377.95 / 18543.85 - 1) * 100, (18375.20 / 18543.85 - 1) * 100]
    assert [bar.get_width() for bar in figure.axes[0].patches] == pytest.approx(wanted)
    assert {"少5%", "多5%"} <= set(texts(figure))


def test_a_tile_without_a_rate_is_of_no_class():
    rates = {"甲": 1.6, "乙": 4.0, "丙": 6.0, "丁": 11.0}
    written = {name: f"{rate:.1f}" for name, rate in rates.items()}
    options = {"rates": rates, "rates_written": written, "rate_name": "占比"}
    figure = charts.tilemap(pd.Series(dict.fromkeys([*rates, "戊"], 5.0)), "人", **options)
    tiles = [patch.get_facecolor() for patch in figure.axes[0].patches]
    assert tiles[-1][3] == 0 and all(face[3] > 0 for face in tiles[:-1])
    assert {"无比率", MISSING} <= set(texts(figure))
    complete = texts(charts.tilemap(pd.Series(dict.fromkeys(rates, 5.0)), "人", **options))
    assert not {"无比率", MISSING} & set(complete)


def test_classes_of_a_map_leave_no_gap():
    rates = {"甲": 10.0, "乙": 20.0, "丙": 33.0, "丁": 47.5}
    series = pd.Series(dict.fromkeys(rates, 5.0))
    written = {name: f"{rate:.2f}" for name, rate in rates.items()}
    figure = charts.tilemap(series, "万人", rates=rates, rates_written=written, rate_name="占比")
    assert {"不到20", "20至不到30", "30至不到40", "40及以上", "33.00%"} <= set(texts(figure))


def test_headcounts_are_numbers_and_no_colours():
    figure = charts.tilemap(pd.Series({"甲": 5.0, "乙": 500.0}), "万人", color="injury")
    tiles = [patch for patch in figure.axes[0].patches if patch.get_linewidth() > 0]
    assert len({tile.get_facecolor() for tile in tiles}) == 1


def test_the_same_data_are_the_same_bytes():
    frame = pd.DataFrame({"参保人数": [1.0, 2.5, 2.0]}, [2023, 2024, 2025])
    assert svg_of(charts.lines(frame, "万人")) == svg_of(charts.lines(frame, "万人"))


# -- texts ------------------------------------------------------------------------------------------------------------
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


@pytest.mark.parametrize("name", ["银川市本级", "石嘴山市本级", "本级"])
def test_some_words_are_not_broken(name):
    for room in range(26, 80):
        rows = wrap(name, room, 3, 12)
        assert "".join(rows) == name and not any(row.endswith("本") for row in rows)


def test_texts_are_measured_in_their_size():
    assert width("参保", SIZE) == pytest.approx(2 * SIZE * 1.03)
    assert width("参保", 2 * SIZE) == pytest.approx(2 * width("参保", SIZE))
