"""Where in a document a figure stands that was not in the last one: as what it would have stood beside."""

from __future__ import annotations

from nianbao.data.keys import Source
from nianbao.intake.keys import Series
from nianbao.intake.layout import FormSheet, SheetKind

PARENTS = {"a1": "a", "a2": "a", "b1": "b"}


class Seen:
    """A figure of the last document, of which only the place is asked for."""

    def __init__(self, place: str):
        self.source = Source("performance-2025", place)


def sheet(**like: Seen) -> FormSheet:
    """A sheet with two figures of last time."""
    last = {Series("x.y", "a1"): Seen("项目六 11-数量指标"), Series("x.y", "b1"): Seen("项目一 11-数量指标")}
    known = {Series("x.y", item): seen for item, seen in like.items()}
    return FormSheet("11-数量指标（2025年）", SheetKind.ROW_PER_REGION, last, known)


def test_a_new_row_stands_where_its_neighbours_do():
    assert sheet().place_of(Series("x.y", "a2"), PARENTS) == "项目六 11-数量指标"
    assert sheet().place_of(Series("x.z", "a2"), PARENTS) == "项目六 11-数量指标"


def test_a_figure_stands_where_another_county_printed_it():
    assert sheet(a2=Seen("第二部分（一）")).place_of(Series("x.y", "a2"), PARENTS) == "第二部分（一）"


def test_without_neighbours_it_is_the_sheet_without_its_year():
    assert sheet().place_of(Series("x.y", "c"), {**PARENTS, "c": "z"}) == "11-数量指标"
