"""Tables on paper: widths of columns, halves, turned pages, tables of one kind that stand alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nianbao.output.print.document import Head, Heading, Table, words
from nianbao.output.print.layout import (
    LANDSCAPE,
    PORTRAIT,
    SIZES,
    FittedTable,
    Turned,
    columns,
    fit,
    halved,
    lay_out,
    measure,
    split_column,
)
from tests.output.print.sample import paragraph, plain_table, row, table, text

LONG = [f"第{at}个很长的指标" for at in range(1, 18)]


def wide_table(number: int = 3, rows: int = 12) -> Table:
    """A table that has no room on an upright page."""
    return table(number, ["地区", *LONG], rows)


def test_measure_counts_chinese_characters_whole():
    assert measure("参保人数") == 4
    assert measure("1,234.5") == pytest.approx(7 * 0.57)
    assert measure("…※\n ") == 2


def test_long_narrow_table_stands_in_two_halves():
    fitted = fit(table(1, ["地区", "参保人数"], 21))
    rows = fitted.table.rows
    assert (len(fitted.table.heads), len(rows), fitted.seam) == (4, 11, 2)
    assert words(rows[0][2].content) == "地区12"
    assert words(rows[-2][2].content) == "合计" and rows[-2][2].total and not rows[-2][0].total
    assert [words(cell.content) for cell in rows[-1][2:]] == ["", ""]
    assert [cell.kind for cell in rows[-1][2:]] == ["name", "number"]
    assert sum(fitted.widths) == pytest.approx(PORTRAIT, abs=0.1)


@pytest.mark.parametrize(
    "made",
    [
        table(1, ["地区", "参保人数"], 15),
        table(1, ["地区", "甲", "乙", "丙"], 40),
        table(1, ["地区", "甲"], 40, group="甲组"),
        replace(table(1, ["地区", "甲"], 40), rows=tuple(row("十三个字的地区名称太长了点", "1.25") for _ in range(40))),
        replace(table(1, ["地区", "甲"], 40), rows=tuple(row("地区", "1,234,567,890,123.25") for _ in range(40))),
        Table((), tuple(row("地区", "1.25") for _ in range(40))),
    ],
    ids=["short", "four columns", "groups", "long names", "long numbers", "no heads"],
)
def test_other_tables_stay_whole(made):
    assert split_column(made) == 0 and fit(made).table == made


def test_halves_hold_every_row_once():
    made = table(1, ["地区", "甲", "乙"], 31)
    left = [cells[:3] for cells in halved(made).rows]
    right = [cells[3:] for cells in halved(made).rows]
    assert tuple(left + right[:-1]) == made.rows


def test_columns_fill_the_page_and_tear_no_number():
    for made in (table(1, ["地区", "甲"], 9), table(2, ["地区", *"甲乙丙丁戊己"], 30), wide_table()):
        fitted = fit(made)
        assert sum(fitted.widths) == pytest.approx(fitted.room, abs=0.2)
        for width, column in zip(fitted.widths, columns(fitted.table), strict=True):
            assert width >= column.body * fitted.size
        for width, pad, column in zip(fitted.widths, fitted.pads, columns(fitted.table), strict=True):
            assert 0 < pad < width - column.body * fitted.size


def test_a_wide_table_of_few_rows_is_set_smaller_before_the_page_is_turned():
    names = ["地区", *(f"第{at}项指标" for at in range(1, 12))]
    assert fit(table(1, names, 4)).room == PORTRAIT and fit(table(1, names, 4)).size < SIZES[-1]
    assert fit(table(1, names, 14)).room == LANDSCAPE
    assert fit(table(1, names, 14), upright=True).room == PORTRAIT


def test_a_table_that_fits_nowhere_is_set_smallest():
    fitted = fit(table(1, ["地区", *LONG, *LONG], 12))
    assert (fitted.room, fitted.size) == (LANDSCAPE, 6.0)
    assert sum(fitted.widths) == pytest.approx(LANDSCAPE, abs=0.3)


def test_wide_tables_stand_on_turned_pages_with_their_headings():
    heading = Heading(2, text("宽表"))
    blocks = [heading, paragraph("文字"), heading, wide_table(1), heading, wide_table(2), table(3, ["地区", "甲"], 3)]
    first, words_between, turned, last = lay_out(blocks)
    assert first == heading and words_between == blocks[1]
    assert isinstance(turned, Turned) and [type(each) for each in turned.blocks] == [
        Heading,
        FittedTable,
        Heading,
        FittedTable,
    ]
    assert [each.table.label for each in turned.blocks if isinstance(each, FittedTable)] == ["表1-1", "表1-2"]
    assert isinstance(last, FittedTable) and not last.is_wide


def test_tables_of_one_kind_stand_alike():
    names = ["地区", *(f"第{at}项指标" for at in range(1, 12))]
    small, large = table(1, names, 4), table(2, names, 14)
    assert all(isinstance(each, FittedTable) for each in lay_out([small, large]))
    other = replace(large, heads=(Head(text("项目")), *large.heads[1:]))
    assert [type(each) for each in lay_out([small, other])] == [FittedTable, Turned]


def test_tables_without_heads_or_rows_can_be_set():
    assert len(fit(Table((), plain_table().rows)).widths) == 2
    assert len(fit(replace(table(1, ["地区", "甲"], 3), rows=())).widths) == 2
