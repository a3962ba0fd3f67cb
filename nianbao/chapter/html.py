"""Records as HTML, for the pages of the book and for Jupyter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import groupby

from nianbao.chapter.columns import BLANK_SIGN, MISSING_NOTE, MISSING_SIGN, Columns, is_blank
from nianbao.chapter.record import (
    CardsRecord,
    Cell,
    ChartRecord,
    FigureText,
    Head,
    Inline,
    Row,
    TableBody,
    Text,
    Unknown,
    plain,
)

CODE = re.compile(r"[a-z][a-z0-9_]*(\.\w+)+", re.ASCII)
HEAD = re.compile("(.*：)?(.*?)(（[^（）]{1,6}）)?", re.DOTALL)
CHINESE_NAME = re.compile("[一-龥]{2,8}")
#: What a name's depth in a table is shown by.
BLANK = "　"
#: How the name of the numbers of a chart ends.
NUMBERS = "-data"
#: The tab beside a chart: what it shows when the drawing is there, and when the numbers are.
SHOW_NUMBERS = '<span class="to-numbers">查看数值</span><span class="to-drawing">查看图形</span>'
#: Characters that stay in one line: of a first column, of a cell, of a cell on a wide screen.
SHORT_NAME = 10
BRIEF = 8
SHORT = 14
#: A head of so many characters has a last word that stays whole: of two, or of three that end so.
LONG_HEAD = 6
ENDS = "金费表函"  # 养老金, 接待费, 申请表


# -- in a line --------------------------------------------------------------------------------------------------------
def figure_html(figure: FigureText) -> str:
    """A figure as readers can open it: `<data class="q" value data-q>`."""
    mark = ' data-mark="1"' if figure.marked else ""
    value = escape(figure.value)
    identity = escape(figure.id)
    return f'<data class="q" value="{value}" data-q="{identity}"{mark}>{escape(figure.text)}</data>'


def line_html(content: Sequence[Inline]) -> str:
    """The words and figures of a line."""
    return "".join(figure_html(each) if isinstance(each, FigureText) else escape(plain((each,))) for each in content)


# -- tables -----------------------------------------------------------------------------------------------------------
def table_html(identity: str, caption: str, body: TableBody, notes: Sequence[str] = ()) -> str:
    """Heads and rows with a caption; `identity` is the name to link to."""
    unit = f'<span class="unit">单位：{escape(body.unit)}</span>' if body.unit else ""
    names = names_kind(body)
    columns = Columns(body, missing_words(notes))
    rows = "\n".join(row_html(row, columns, names) for row in body.rows)
    heads = [body.heads[at] for at in columns.shown]
    kinds = "".join([" told" if columns.told else "", " deep" if columns.is_deep else ""])
    signs = [] if identity.endswith(NUMBERS) else columns.notes(notes)
    return (
        f'<figure class="table{kinds}" id="{identity}">\n'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}">\n<table>\n'
        f'<caption><span class="title">{escape(caption)}</span>{unit}</caption>\n'
        f"<thead>\n{heads_html(heads, names)}\n</thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>\n"
        f"{notes_html([*notes, *signs])}</figure>"
    )


def missing_words(notes: Sequence[str]) -> str:
    """What the sign of an unknown figure stands for, as the notes below a table say."""
    told = next((note for note in notes if note.startswith(MISSING_SIGN)), MISSING_NOTE)
    return told.removeprefix(MISSING_SIGN).strip("　。")


def notes_html(notes: Sequence[str]) -> str:
    """Notes and sources below a table or chart."""
    return "".join(f'<p class="note">{escape(note)}</p>\n' for note in notes if note)


def cell_kind(is_text: bool, text: str = "") -> str:
    """Class of a cell: what it holds, and how long that is, for the style sheet to know where it may break."""
    kind = "text" if is_text else "number"
    if not text:
        return kind
    if CODE.fullmatch(text):
        return f"{kind} code"
    if len(text) <= BRIEF:
        return f"{kind} brief"
    if len(text) <= SHORT and " " not in text:
        return f"{kind} short"
    return "text long" if is_text else kind


def names_kind(body: TableBody) -> str:
    """Class of the first column: numbers in order, names that stay in one line, or names that may break."""
    names = [row.cells[0] for row in body.rows]
    texts = [each.text for each in names if isinstance(each, Text)]
    if len(texts) < len(names):
        return "text"
    if all(text.isdigit() for text in texts):
        return "text index"
    return "text name" if max(map(len, texts)) <= SHORT_NAME else "text"


def heads_html(heads: Sequence[Head], names: str) -> str:
    """One row of heads, or two where there are groups; `names` is the class of the first column."""
    kinds = [names, *(cell_kind(head.is_text) for head in heads[1:])]
    deep = any(head.group for head in heads)
    upper = ""
    lower = ""
    for group, places in head_groups(heads):
        tall = ' rowspan="2"' if deep and not group else ""
        cells = [f'<th scope="col" class="{kinds[at]}"{tall}>{head_html(heads[at].name)}</th>' for at in places]
        if group:
            upper += f'<th scope="colgroup" colspan="{len(cells)}" class="group">{escape(group)}</th>'
            lower += "".join(cells)
        else:
            upper += "".join(cells)
    return f"<tr>{upper}</tr>\n<tr>{lower}</tr>" if deep else f"<tr>{upper}</tr>"


def head_groups(heads: Sequence[Head]) -> list[tuple[str, list[int]]]:
    """The places of the heads that stand side by side under one group, with the name of the group."""
    runs = groupby(range(len(heads)), key=lambda at: heads[at].group)
    return [(group, list(places)) for group, places in runs]


def head_html(name: str) -> str:
    """A head whose unit stays whole, and words of a short name too: 财政补贴 收入（亿元）. Long names break anywhere.

    The last word of six characters or more has two, or three that end in one of `ENDS`.
    """
    first, middle, unit = HEAD.fullmatch(name).groups(default="")  # type: ignore[union-attr]  # it matches any text
    if CHINESE_NAME.fullmatch(middle):
        cut = len(middle) - last_word(middle)
        words = (first, middle[:cut], middle[cut:])
        pieces = "".join(f'<span class="word">{escape(word)}</span>' for word in words if word)
    else:
        pieces = escape(first + middle)
    return pieces + (f'<span class="of">{escape(unit)}</span>' if unit else "")


def last_word(name: str) -> int:
    """How many characters the last word of a name has; 0 for a short name, which is one word."""
    if len(name) < LONG_HEAD:
        return 0
    return 3 if name[-1] in ENDS else 2


def row_html(row: Row, columns: Columns, names: str) -> str:
    """A row, and below it what is told in a second line; `names` is the class of the first column."""
    shown = [at for at in range(len(row.cells)) if at not in columns.told]
    cells = [cell_html(row.cells[at], columns, at) for at in shown]
    first = row.cells[0]
    if isinstance(first, Text):
        cells[0] = name_html(first.text, row, names)
    total = ' class="total"' if row.total else ""
    return f"<tr{total}>{''.join(cells)}</tr>{second_line_html(row, columns)}"


def second_line_html(row: Row, columns: Columns) -> str:
    """The long texts of a row, each behind the name of its column; nothing where there are none."""
    told = []
    for at in columns.told:
        cell = row.cells[at]
        words = line_html((cell,)) if isinstance(cell, Text | FigureText) and cell.text else ""
        if words:
            told.append(f'<span class="term">{escape(columns.body.heads[at].name)}：</span>{words}')
    if not told:
        return ""
    return f'\n<tr class="why"><td class="text" colspan="{len(columns.shown)}">{"<br>".join(told)}</td></tr>'


def name_html(name: str, row: Row, names: str) -> str:
    """The name of a row, with its depth and the names to link to."""
    anchors = "".join(f'<span id="{escape(each)}"></span>' for each in row.anchors)
    kind = f"{names} d{row.depth}" if row.depth else names
    indent = f'<span class="indent">{BLANK * row.depth}</span>' if row.depth else ""
    return f'<th scope="row" class="{kind}">{indent}{anchors}{head_html(name)}</th>'


def cell_html(cell: Cell, columns: Columns, at: int) -> str:
    """A cell that is not the name of its row, in the column `at`."""
    is_text = columns.is_text(at)
    if isinstance(cell, FigureText):
        return f'<td class="number{columns.spare(at, cell)}">{figure_html(cell)}</td>'
    if isinstance(cell, Unknown):
        words = escape(columns.missing)
        return f'<td class="{cell_kind(is_text)}"><span class="unknown" title="{words}">{MISSING_SIGN}</span></td>'
    if is_blank(cell) and not is_text:
        return f'<td class="number brief">{BLANK_SIGN}</td>'
    return f'<td class="{cell_kind(is_text, cell.text)}">{escape(cell.text)}</td>'


# -- charts and cards -------------------------------------------------------------------------------------------------
def chart_html(chart: ChartRecord) -> str:
    """A chart below its caption, in the form for the width of the page, with its numbers as a table in its place.

    The first line of the caption says what there is to be seen, the second is the title.
    """
    numbers = table_html(f"{chart.identity}{NUMBERS}", f"{chart.title}（数值）", chart.body)
    says = f'<span class="says">{line_html(chart.says)}</span> ' if chart.says else ""
    both = chart.narrow != ""
    narrow = f'<div class="drawing narrow">{chart.narrow}</div>\n' if both else ""
    return (
        f'<figure class="chart" id="{chart.identity}">\n'
        f'<figcaption>{says}<span class="title">{escape(chart.caption)}</span></figcaption>\n'
        f'<div class="drawing{" wide" if both else ""}">{chart.svg}</div>\n{narrow}{notes_html(chart.notes)}'
        f"<details><summary>{SHOW_NUMBERS}</summary>\n{numbers}</details>\n</figure>"
    )


def cards_html(cards: CardsRecord) -> str:
    """Key figures side by side."""
    items = [
        f"<li><span class='name'>{escape(card.name)}</span> <span class='value'>{line_html(card.value)}</span> "
        f"<span class='moved'>{line_html(card.moved)}</span></li>"
        for card in cards.cards
    ]
    return f'<ul class="cards">{"".join(items)}</ul>'
