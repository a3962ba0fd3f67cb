"""The document: heads in two levels, footnotes as notes, what leads, the imprint."""

from __future__ import annotations

from dataclasses import replace

from nianbao.output.print.document import (
    Again,
    Book,
    Card,
    Cards,
    Footnote,
    Head,
    HeadCell,
    ListBlock,
    Paragraph,
    Run,
    head_rows,
    with_endnotes,
    words,
)
from nianbao.settings import Colophon, Contact
from tests.output.print.sample import ADDRESS, TITLE, book, paragraph, text


def test_heads_without_groups_are_one_row():
    heads = (Head(text("地区")), Head(text("人数")))
    assert head_rows(heads) == ((HeadCell(text("地区")), HeadCell(text("人数"))),)
    assert head_rows(()) == ()


def test_heads_side_by_side_share_their_group():
    heads = (
        Head(text("地区")),
        Head(text("甲"), "收入"),
        Head(text("乙"), "收入"),
        Head(text("丙")),
        Head(text("丁"), "收入"),
        Head(text("戊"), "支出"),
    )
    upper, lower = head_rows(heads)
    assert [(words(cell.content), cell.across, cell.down) for cell in upper] == [
        ("地区", 1, 2),
        ("收入", 2, 1),
        ("丙", 1, 2),
        ("收入", 1, 1),
        ("支出", 1, 1),
    ]
    assert [words(cell.content) for cell in lower] == ["甲", "乙", "丁", "戊"]
    assert [cell.is_group for cell in upper] == [False, True, False, True, True]


def test_footnotes_are_numbered_block_by_block():
    marked = (Run("4.5"), Footnote("印作4.9"))
    blocks = (
        Paragraph((*marked, Run("和3.1"), Footnote("印作3.2"), Run("及5"), Again(2))),
        ListBlock(((Paragraph(marked),), (Paragraph((Run("1"), Footnote("印作2"))),))),
        Cards((Card("增长", marked, marked),)),
        paragraph("没有标记。"),
    )
    found = list(with_endnotes(blocks))
    notes = [words(block.content) for block in found if isinstance(block, Paragraph) and block.role == "note"]
    assert notes == ["※1　印作4.9", "※2　印作3.2", "※1　印作4.9", "※2　印作2", "※1　印作4.9", "※2　印作4.9"]
    first = found[0]
    assert isinstance(first, Paragraph) and words(first.content) == "4.5※1和3.1※2及5※1"
    assert first.content[1].raised and first.content[3].raised
    assert found[-1] == blocks[-1]


def test_a_paragraph_leads_that_is_strong_or_ends_in_a_colon():
    strong = Run("结论", strong=True)
    assert Paragraph((strong, Run("　"))).leads and paragraph("如下：").leads
    assert not Paragraph((strong, Run("及其他"))).leads and not Paragraph(()).leads
    assert not Paragraph((strong, Footnote("注"))).leads


def test_imprint_leaves_out_what_is_not_known():
    assert dict(book().imprint)["程序版本"] == "0f9d307c（2026年1月1日）"
    bare = Book(TITLE, 2025, ("甲局",), ())
    assert [name for name, _ in bare.imprint] == ["书　　名", "编　　者", "版　　次", "说　　明"]
    assert bare.name == f"{TITLE}（2025年）"
    assert Book(TITLE, 2025, (), (), booklet="工伤保险").name.endswith("（2025年）·工伤保险")


def test_a_chapter_without_heading_is_called_by_its_name():
    chapter = book().chapters[1]
    assert chapter.title == "第一部分　测试" and chapter.name == "01-test"
    assert type(chapter)("notebooks/99-bare", "", ()).title == "99-bare"


def test_the_imprint_says_what_the_settings_say_and_nothing_that_is_empty():
    plain = dict(book().imprint)
    assert not {"英文书名", "编写人员", "书　　号", "发布日期", "联系方式"} & set(plain)
    assert list(plain.values()).count(ADDRESS) == 1
    told = replace(
        book(),
        published="2026-05-20",
        colophon=Colophon("甲、乙", "Annual Report", "内部资料"),
        contact=Contact("统计处", "0951-1234567"),
    )
    lines = dict(told.imprint)
    assert (lines["英文书名"], lines["编写人员"], lines["书　　号"]) == ("Annual Report", "甲、乙", "内部资料")
    assert (lines["发布日期"], lines["联系方式"]) == ("2026-05-20", "统计处，电话0951-1234567")
