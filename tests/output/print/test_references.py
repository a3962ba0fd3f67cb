"""References of the prose to the tables and charts that belong to it."""

from __future__ import annotations

from dataclasses import replace

from nianbao.output.print.document import Heading, Paragraph, Run, words
from nianbao.output.print.references import with_references
from tests.output.print.sample import chart, paragraph, table, text

SECTION = Heading(2, text("一、参保"))


def shown(number: int, title: str = "测试表"):
    """A table of that number."""
    return replace(table(number, ["地区", "甲"], 3), title=title)


def drawn(number: int, title: str = "测试图"):
    """A chart of that number."""
    return replace(chart(), label=f"图1-{number}", identity=f"fig-1-{number}", title=title)


def said(blocks) -> list[str]:
    """The words of every paragraph."""
    return [words(block.content) for block in with_references(blocks) if isinstance(block, Paragraph)]


def test_the_last_paragraph_in_front_refers_by_links():
    (made, *_) = with_references([paragraph("参保增加。"), shown(1), drawn(1)])
    assert made.content == (
        Run("参保增加"),
        Run("（见"),
        Run("表1-1", target="#tab-1-1", whole=True),
        Run("、"),
        Run("图1-1", target="#fig-1-1", whole=True),
        Run("）"),
        Run("。"),
    )
    assert said([paragraph("甲。"), drawn(1), paragraph("乙。"), drawn(2)]) == ["甲（见图1-1）。", "乙（见图1-2）。"]


def test_numbers_that_follow_each_other_are_named_by_first_and_last():
    several = [shown(number) for number in (1, 2, 3)]
    assert said([paragraph("勘误。"), *several]) == ["勘误（见表1-1至表1-3）。"]
    assert said([paragraph("勘误。"), several[0], several[2]]) == ["勘误（见表1-1、表1-3）。"]


def test_of_several_paragraphs_the_one_with_the_words_of_the_title_refers():
    blocks = [
        paragraph("基金收入增加。"),
        paragraph("基金支出减少。"),
        shown(1, "基金支出的变动"),
        drawn(1, "基金收入的变动"),
    ]
    assert said(blocks) == ["基金收入增加（见图1-1）。", "基金支出减少（见表1-1）。"]


def test_no_reference_where_nothing_is_said_or_said_already():
    assert said([paragraph("上一节。"), SECTION, shown(1)]) == ["上一节。"]
    assert said([paragraph("如下："), shown(1), paragraph("注。", "note")]) == ["如下：", "注。"]
    linked = Paragraph((Run("见"), Run("下表", target="#tab-1-1"), Run("。")))
    assert said([linked, shown(1)]) == ["见下表。"]
