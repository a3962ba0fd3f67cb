"""Drawings of random data of all shapes, wide and narrow: no two labels overlap, and none leaves the sheet."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao import charts
from nianbao.charts.sheet import Sheet
from nianbao.charts.style import NARROW, WIDTH
from tests.charts.labels import collisions, sizes, strays
from tests.charts.shapes import DECIMALS, UNITS, itemwise, yearly
from tests.support.selection import long_but

COLOR = st.sampled_from([*charts.COLORS, "#336699"])
NARROW_OR_WIDE = pytest.mark.parametrize("narrow", long_but([False, True], 1))
SOME = settings(max_examples=settings.default.max_examples // 5, deadline=None)


def svg_of(figure) -> str:
    """The drawing as SVG."""
    return charts.to_svg(figure, "说明", "fig-1-1")


def check(figure, narrow: bool) -> None:
    """No two labels overlap, none leaves the sheet; on a phone none is smaller than 12 pixels."""
    svg = svg_of(figure)
    assert not collisions(svg)
    assert not strays(svg)
    if narrow:
        assert min(sizes(svg), default=NARROW.size) >= NARROW.size
        assert figure.get_size_inches()[0] * 72 == pytest.approx(NARROW.width)


@NARROW_OR_WIDE
@SOME
@given(yearly(), UNITS, DECIMALS, COLOR, st.sampled_from([charts.lines, charts.bars]))
def test_by_year(narrow, frame, unit, decimals, color, draw):
    check(draw(frame, unit, decimals=decimals, color=color, narrow=narrow), narrow)


@NARROW_OR_WIDE
@SOME
@given(yearly(3), UNITS, DECIMALS, COLOR)
def test_flows(narrow, frame, unit, decimals, color):
    check(charts.flows(frame, unit, decimals=decimals, color=color, narrow=narrow), narrow)


@NARROW_OR_WIDE
@SOME
@given(itemwise(), UNITS, DECIMALS, COLOR, st.booleans())
def test_parts(narrow, frame, unit, decimals, color, ordered):
    series = frame.iloc[:, 0]
    check(charts.parts(series, unit, decimals=decimals, color=color, ordered=ordered, narrow=narrow), narrow)


@NARROW_OR_WIDE
@SOME
@given(itemwise(), UNITS, DECIMALS, COLOR)
def test_ranking(narrow, frame, unit, decimals, color):
    check(charts.ranking(frame.iloc[:, 0], unit, decimals=decimals, color=color, narrow=narrow), narrow)


@NARROW_OR_WIDE
@SOME
@given(itemwise(series=2, gaps=True), UNITS, DECIMALS, COLOR)
def test_pairs(narrow, frame, unit, decimals, color):
    check(charts.dumbbell(frame, unit, decimals=decimals, color=color, narrow=narrow), narrow)


@NARROW_OR_WIDE
@SOME
@given(itemwise(series=4, gaps=True), UNITS, DECIMALS, COLOR, st.booleans())
def test_stacked(narrow, frame, unit, decimals, color, percent):
    check(charts.stacked(frame, unit, decimals=decimals, color=color, percent=percent, narrow=narrow), narrow)


@NARROW_OR_WIDE
@SOME
@given(
    itemwise(0),
    UNITS,
    DECIMALS,
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=12, max_size=12),
    st.lists(st.floats(0, 100), min_size=12, max_size=12),
    st.booleans(),
)
def test_tiles(narrow, frame, unit, decimals, places, rates, has_rates):
    tiles = dict(zip(frame.index[:8], places, strict=False))
    options = {}
    if has_rates:
        known = dict(zip(frame.index, rates, strict=False))
        written = {name: f"{rate:.2f}" for name, rate in known.items()}
        options = {"rates": known, "rates_written": written, "rate_name": "离退休人员占比"}
    series = frame.iloc[:, 0]
    check(charts.tilemap(series, unit, decimals=decimals, tiles_at=tiles, narrow=narrow, **options), narrow)


def test_the_check_sees_labels_that_overlap_or_leave_the_sheet():
    sheet = Sheet("万人", 2)
    sheet.text(100, 30, "参保人数")
    sheet.text(130, 34, "275.09")
    sheet.text(WIDTH - 10, 60, "超出")
    svg = svg_of(sheet.figure)
    assert collisions(svg) == [("参保人数", "275.09")]
    assert strays(svg) == ["超出"]


@pytest.mark.parametrize(
    "draw, columns, newest",
    [
        (charts.lines, {"抚养比": [3.05, 3.04, 2.90]}, "2.90"),
        (
            charts.flows,
            {"收入": [8.16, 10.84, 4.02], "支出": [9.55, 8.75, 13.55], "结存": [6.69, 8.79, -0.74]},
            "−0.74",
        ),
    ],
)
def test_the_newest_value_is_written_on_a_phone_too(draw, columns, newest):
    frame = pd.DataFrame(columns, index=[2024, 2025, 2026])
    svg = svg_of(draw(frame, "", decimals=2, color="injury", narrow=True))
    assert f">{newest}<" in svg and not collisions(svg)
