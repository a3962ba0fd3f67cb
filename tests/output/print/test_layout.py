"""Tables on paper: widths of columns, halves, turned pages, tables of one kind that stand alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nianbao.output.print.document import Cell, Chart, Footnote, Head, Heading, Paragraph, Run, Table, words
from nianbao.output.print.layout import (
    HALF,
    HIGHEST,
    LANDSCAPE,
    PORTRAIT,
    SCALE,
    SIZES,
    Drawings,
    FittedTable,
    Kept,
    Turned,
    behind_point,
    columns,
    fit,
    halved,
    is_figure,
    keep,
    lay_out,
    measure,
    printed_width,
    split_column,
    width,
    with_drawings,
)
from tests.output.print.sample import chart, paragraph, plain_table, row, table, text

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
        table(1, ["地区", "参保人数"], 13),
        table(1, ["地区", *"甲乙丙丁"], 40),
        table(1, ["地区", "甲"], 40, group="甲组"),
        replace(
            table(1, ["地区", "甲"], 40),
            rows=tuple(row("有二十多个字的很长的地区名称在半页宽的表里放不下的", "1.25") for _ in range(40)),
        ),
        replace(
            table(1, ["地区", "甲"], 40),
            rows=tuple(row("地区", "9,012,345,678,901,234,567,890,123,456,789,012,345,678.25") for _ in range(40)),
        ),
        Table((), tuple(row("地区", "1.25") for _ in range(40))),
    ],
    ids=["short", "five columns", "groups", "long names", "long numbers", "no heads"],
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
        for wide, column in zip(fitted.widths, columns(fitted.table), strict=True):
            assert wide >= column.body * fitted.size
        for wide, pad, column in zip(fitted.widths, fitted.pads, columns(fitted.table), strict=True):
            assert 0 < pad < wide - column.body * fitted.size


def test_a_wide_table_of_few_rows_is_set_smaller_before_the_page_is_turned():
    names = ["地区", *(f"第{at}项指标" for at in range(1, 12))]
    assert fit(table(1, names, 4)).room == PORTRAIT and fit(table(1, names, 4)).size < SIZES[-1]
    assert fit(table(1, names, 26)).room == LANDSCAPE
    assert fit(table(1, names, 26), upright=True).room == PORTRAIT


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
    small, large = table(1, names, 4), table(2, names, 26)
    assert all(isinstance(each, FittedTable) for each in lay_out([small, large]))
    other = replace(large, heads=(Head(text("项目")), *large.heads[1:]))
    assert [type(each) for each in lay_out([small, other])] == [FittedTable, Turned]


def test_tables_without_heads_or_rows_can_be_set():
    assert len(fit(Table((), plain_table().rows)).widths) == 2
    assert len(fit(replace(table(1, ["地区", "甲"], 3), rows=())).widths) == 2


# -- numbers ----------------------------------------------------------------------------------------------------------
def points(fitted: FittedTable, at: int) -> list[float]:
    """Where the last whole digit of each number of a column ends, in points from the left of the column."""
    rows = fitted.table.rows
    return [fitted.widths[at] - fitted.pad(row, at) - behind_point(row[at]) * fitted.size for row in rows]


def test_points_of_numbers_stand_below_each_other():
    marked = Cell((Run("4.5"), Run("※1", raised=True)), "number")
    numbers = ["1,234", "0.25", "-17.123", "…", "38.5%"]
    made = replace(table(1, ["地区", "甲"], 3), rows=(*(row("地区", each) for each in numbers), (marked, marked)))
    found = points(fit(made), 1)
    assert found == pytest.approx([found[0]] * len(found), abs=0.05)


def test_long_texts_get_the_room_that_makes_the_table_lowest():
    long = Cell(text("缘由" * 90))
    short = Cell(text("十五个字以内的一个名称"))
    made = Table(tuple(Head(text(name)) for name in ("位置", "内容", "缘由")), ((short, short, long),) * 4)
    _, second, third = fit(made).widths
    assert third > 2 * second


def test_texts_among_numbers_move_no_number_and_have_room():
    texts = ["海原县、自治区本级、彭阳县、隆德县", "本级本级预算", "长期", "表4", "6%", "3,991", "…"]
    long = Cell(text("缘由" * 40))
    rows = tuple((Cell(text("第一部分一（一）")), Cell(text(each), "number"), long) for each in texts)
    fitted = fit(Table(tuple(Head(text(name)) for name in ("出处", "印作", "缘由")), rows))
    assert [is_figure(cells[1]) for cells in rows] == [False, False, False, True, True, True, True]
    assert fitted.tails[1] == pytest.approx(1.0)  # of the dots, not of the words
    for cells in rows:
        taken = width(cells[1]) if is_figure(cells[1]) else 0
        assert fitted.pad(cells, 1) + taken * fitted.size < fitted.widths[1]


def test_what_no_text_needs_goes_to_no_single_column():
    names = [Cell(text(f"关于印发第{at}个有四十个字左右的文件的通知" * 2)) for at in range(5)]
    marks = [Cell(text(f"宁社保发〔2025〕{at}号")) for at in range(5)]
    rows = tuple((Cell(text(str(at))), names[at], marks[at]) for at in range(5))
    number, name, mark = fit(Table(tuple(Head(text(each)) for each in ("序号", "文件名称", "文号")), rows)).widths
    assert name > mark > 2 * number
    assert mark > 9 * width(marks[0])  # in one line at the largest size of type


def test_rules_part_rows_of_many_lines():
    heads = tuple(Head(text(name)) for name in ("出处", "缘由"))
    short = ((Cell(text("表1")), Cell(text("两数不等"))),) * 4
    long = ((Cell(text("表1")), Cell(text("两数不等" * 60))),) * 4
    assert not fit(Table(heads, short)).is_ruled and fit(Table(heads, long)).is_ruled
    assert not fit(table(1, ["地区", "甲"], 9)).is_ruled


def test_a_row_goes_on_on_the_next_page_only_if_it_is_long():
    heads = tuple(Head(text(name)) for name in ("出处", "缘由"))
    rows = tuple((Cell(text("表1")), Cell(text("两数不等" * many))) for many in (1, 60, 400))
    assert [fit(Table(heads, rows)).is_whole(cells) for cells in rows] == [True, True, False]


def test_further_lines_of_a_name_begin_where_it_begins_if_no_line_is_lost():
    heads = tuple(Head(text(name)) for name in ("科目", "一", "二", "三", "四"))

    def hangs(name: str) -> int:
        """How far the further lines of a name are moved."""
        numbers = [Cell(text("1,234,567,890.25"), "number")] * 4
        fitted = fit(Table(heads, ((Cell(text(name), "name"), *numbers),)))
        return fitted.hang(fitted.table.rows[0], 0)

    assert hangs("没有缩进的一个科目名称" * 3) == 0
    assert hangs("　缩进一格的科目名称") == 1
    assert hangs("　　　　　　　　　　　　缩进太多的科目名称" * 2) == 0


# -- what stays together ----------------------------------------------------------------------------------------------
def test_a_short_paragraph_with_footnotes_keeps_its_headings():
    def noted(words: str) -> Paragraph:
        """A paragraph with a footnote."""
        return Paragraph((Run(words), Footnote("存疑。")))

    first, second, third = (Heading(level, text("标题")) for level in (1, 2, 3))
    short, middle, long = noted("短。"), noted("不长不短。" * 40), noted("很长。" * 200)
    plain = paragraph("没有脚注。")
    assert keep([first, second, third, short, plain]) == [first, Kept((second, third, short)), plain]
    assert keep([plain, short]) == [plain, Kept((short,))]
    assert keep([third, middle, middle]) == [Kept((third, middle)), middle]
    assert keep([third, long]) == [third, long] and keep([third, plain]) == [third, plain]


# -- charts -----------------------------------------------------------------------------------------------------------
def short_chart(number: int, high: float = 145.0) -> Chart:
    """A chart with a narrow form."""
    return replace(chart(), label=f"图1-{number}", height=high, narrow="<svg/>", narrow_width=320.0, narrow_height=high)


def labels(placed) -> list[list[str]]:
    """The numbers of the charts of each of several drawings."""
    return [[each.label for each in block.charts] for block in placed if isinstance(block, Drawings)]


def test_short_charts_stand_abreast_neighbours_first():
    first, second, third = map(short_chart, (1, 2, 3))
    end = paragraph("文字。")
    placed = with_drawings([first, end, second, third, end])
    assert labels(placed) == [["图1-1"], ["图1-2", "图1-3"]]
    assert labels(with_drawings([first, end, second, end])) == [["图1-1", "图1-2"]]
    assert labels(with_drawings([first, Heading(3, text("（二）")), end, second, end])) == [["图1-1", "图1-2"]]
    assert labels(with_drawings([first, Heading(2, text("二")), end, second, end])) == [["图1-1"], ["图1-2"]]


def test_high_charts_and_those_without_a_narrow_form_stand_alone():
    tall = short_chart(1, 420.0)
    placed = with_drawings([tall, chart(), paragraph("文字。")])
    assert labels(placed) == [["图1-1"], ["图1-1"]]
    assert [block.narrow for block in placed if isinstance(block, Drawings)] == [False, False]
    assert HALF < PORTRAIT / 2


def test_drawings_float_but_below_their_heading_and_at_the_end():
    one = short_chart(1, 420.0)
    heading = Heading(3, text("（一）"))
    placed = with_drawings([heading, one, paragraph("文字。"), one, paragraph("文字。"), one])
    assert [block.floats for block in placed if isinstance(block, Drawings)] == [False, True, False]


def test_charts_are_no_higher_than_the_page():
    assert printed_width(chart()) == pytest.approx(490 * SCALE)
    high = replace(chart(), height=1200.0)
    assert printed_width(high) * 1200 / 490 == pytest.approx(HIGHEST)
