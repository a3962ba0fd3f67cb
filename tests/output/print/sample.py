"""A small book made by hand: every kind of block, tables of every shape, a chart, cards, marks and links."""

from __future__ import annotations

import re

from nianbao.output.print.document import (
    Book,
    Break,
    Card,
    Cards,
    Cell,
    Cells,
    Chapter,
    Chart,
    CodeBlock,
    Definition,
    Definitions,
    Footnote,
    Head,
    Heading,
    ListBlock,
    Paragraph,
    Quote,
    Run,
    Table,
)

TITLE = "测试年度报告"
#: The first second of 2026 in universal time.
EPOCH = 1767225600
ADDRESS = "https://example.org/2025"
#: Signs that mean something in Typst, XML or Jinja, and are plain text here.
SIGNS = '#let x = [1] $a$ *b* _c_ `d` <e> @f // g -- h & i "j" {{ k }} {% l %}'
ALT = "图1-1　测试图。参保人数2025年3.50万人"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 490 120" role="img"><title>测试</title>'
    '<path d="M10 10L480 10L480 100z" fill="#4274a7"/><text x="20" y="60" font-size="11" '
    'font-family="Noto Sans CJK SC">图中的字 A&amp;B</text></svg>'
)


def text(words: str) -> tuple[Run, ...]:
    """A line of plain words."""
    return (Run(words),) if words else ()


def paragraph(words: str, role: str = "") -> Paragraph:
    """A paragraph of plain words."""
    return Paragraph(text(words), role)


def row(name: str, *numbers: str, total: bool = False) -> Cells:
    """A row of a table: its name and its numbers."""
    cells = [Cell(text(number), "number", total) for number in numbers]
    return (Cell(text(name), "name", total), *cells)


def table(number: int, names: list[str], rows: int, group: str = "") -> Table:
    """A numbered table with a column of names and `rows` rows of numbers, the last of them a total."""
    heads = [Head(text(name), group if at else "") for at, name in enumerate(names)]
    lines = [row(f"地区{at}", *(f"{at}{column}.25" for column in range(1, len(names)))) for at in range(1, rows)]
    lines.append(row("合计", *(f"{column}00.25" for column in range(1, len(names))), total=True))
    return Table(
        heads=tuple(heads),
        rows=tuple(lines),
        identity=f"tab-1-{number}",
        label=f"表1-{number}",
        title="测试表",
        unit="单位：万人",
        notes=(text("资料来源：测试。"),),
    )


def chart() -> Chart:
    """A numbered chart."""
    return Chart(SVG, 490.0, 120.0, ALT, "fig-1-1", "图1-1", "测试图", (text("图注。"),), says=text("参保人数增加"))


def plain_table() -> Table:
    """A table of texts without number."""
    return Table((Head(text("名称")), Head(text("数量"))), ((Cell(text("甲")), Cell(text("12"), "number")),))


def preface() -> Chapter:
    """A preface that links into the book."""
    link = Paragraph((Run("见"), Run("表", target="#tab-1-2"), Run("和"), Run("网页", target=ADDRESS), Run("。")))
    return Chapter("book/preface", "", (Heading(1, text("序言"), "page-preface"), link))


def chapter_of_everything() -> Chapter:
    """A chapter with every kind of block."""
    bold = Run("增加", strong=True)
    wide = ["地区", *(f"第{at}个很长的指标" for at in range(1, 18))]
    blocks = (
        Heading(1, text("第一部分　测试"), "page-01-test"),
        Heading(2, text("基金\n收入"), "page-01-test-2"),
        Cards((Card("参保人数", text("275.09万人"), text("较上年增加7.34万人")), Card("无变动", text("5.00亿元")))),
        Paragraph((Run("2025年末参保275.09万人，较上年"), bold, Run("7.34万人，抚养比3.04∶1（※、—、…、‰）。"))),
        Paragraph(
            (Run("下降4.5"), Footnote("原报告印作4.9%"), Run("%，又升3.1"), Footnote("原报告印作3.2%"), Run("%。"))
        ),
        Paragraph((Run("一行"), Break(), Run("又一行"), Run("强调", emphasis=True), Run("facts.csv", code=True))),
        paragraph("本年资料未载：基金支出。", "lacking"),
        paragraph(SIGNS),
        table(1, ["地区", "参保人数"], 22),
        chart(),
        table(2, ["地区", "甲", "乙", "丙", "丁"], 90),
        table(4, ["地区", "甲", "乙"], 3, group="甲组"),
        ListBlock(((paragraph("第三条"),), (paragraph("第四条"), paragraph("第四条之二"), plain_table())), True, 3),
        ListBlock(((paragraph("一点"), ListBlock(((paragraph("其中一点"),),))),)),
        Definitions((Definition(text("参保人数"), ((paragraph("年末参加的人数"),), (paragraph("另一种说法"),))),)),
        Quote((paragraph("引用的话"),)),
        CodeBlock("nianbao build\nnianbao check\n"),
        plain_table(),
        Heading(2, text("宽表"), "page-01-test-3"),
        table(3, wide, 12),
    )
    return Chapter("notebooks/01-test", "年度报告", blocks)


def book() -> Book:
    """The whole book."""
    return Book(
        TITLE, 2025, ("甲局", "乙局"), (preface(), chapter_of_everything()), "0f9d307c", EPOCH, "2025-abcdef01", ADDRESS
    )


def bare(words: str) -> str:
    """Text without spaces, in which typesetting is free."""
    return re.sub(r"\s", "", words)
