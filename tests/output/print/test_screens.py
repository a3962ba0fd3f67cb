"""Wide tables on small screens: in parts, or row by row."""

from __future__ import annotations

import re
from dataclasses import replace

from nianbao.output.print import epub
from nianbao.output.print.document import Cell, Chapter, Head, Table
from nianbao.output.print.export import TEMPLATES
from nianbao.output.print.screens import Told, for_small_screens
from tests.output.print.sample import book, table, text

NAMES = ["地区", *(f"第{at}个很长的指标" for at in range(1, 10))]


def test_a_table_that_fits_stays_whole():
    made = table(1, ["地区", "甲", "乙"], 9)
    assert for_small_screens(made) == (made,)


def test_a_wide_table_of_numbers_stands_in_parts_with_the_names_of_its_rows():
    made = table(1, NAMES, 12)
    found = for_small_screens(made)
    assert len(found) > 2 and all(isinstance(part, Table) for part in found)
    assert [head for part in found for head in part.heads[1:]] == list(made.heads[1:])
    for part in found:
        assert part.heads[0] == made.heads[0] and [row[0] for row in part.rows] == [row[0] for row in made.rows]
    assert [row[1:] for row in found[0].rows] == [row[1 : len(found[0].heads)] for row in made.rows]
    assert [part.identity for part in found] == ["tab-1-1", *[""] * (len(found) - 1)]
    assert [bool(part.notes) for part in found] == [False] * (len(found) - 1) + [True]
    assert [part.title for part in found[1:]] == ["测试表（续）"] * (len(found) - 1)


def test_a_table_of_long_texts_is_told_row_by_row():
    heads = tuple(Head(text(name)) for name in ("位置", "内容", "印出", "缘由"))
    long = Cell(text("很长的内容" * 9))
    rows = ((Cell(text("第一部分"), "name"), long, Cell(text("1.25"), "number"), long),)
    made = replace(table(1, ["地区", "甲"], 3), heads=heads, rows=rows)
    assert for_small_screens(made) == (Told(made),)


def test_a_row_is_told_with_the_head_of_each_cell_that_holds_something():
    heads = tuple(Head(text(name)) for name in ("位置", "内容", "印出", "缘由"))
    rows = ((Cell(text("第一部分"), "name"), Cell(text("很长的内容" * 9)), Cell(()), Cell(text("很长的缘由" * 9))),)
    chapter = Chapter("notebooks/01", "", (Table(heads, rows, "tab-1-1", "表1-1", "勘误"),))
    made = replace(book(), chapters=(chapter,))
    page = epub.pages(made, TEMPLATES / "epub")["01.xhtml"]
    assert re.findall("<dt>(.*?)</dt><dd>(.*?)</dd>", page) == [("内容", "很长的内容" * 9), ("缘由", "很长的缘由" * 9)]
    assert '<p class="row">第一部分</p>' in page and 'id="tab-1-1"' in page
