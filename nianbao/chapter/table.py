"""Tables as readers, screen readers and spreadsheets want them: caption, unit, heads with scope, figures that open."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby

from nianbao.chapter.prose import Printer, figure_html
from nianbao.chapter.record import Cell as RecordCell
from nianbao.chapter.record import FigureText, Row, TableBody, Text, Unknown
from nianbao.chapter.record import Head as RecordHead
from nianbao.figures.quantity import Quantity

CODE = re.compile(r"[a-z][a-z0-9_]*(\.\w+)+", re.ASCII)
BLANK = "　"
SHORT_NAME, BRIEF, SHORT = 10, 8, 14  # characters that stay in one line: of a first column, of a cell, of a cell on a wide screen
ENDS = "金费表函"  # 养老金, 接待费, 申请表
Cell = str | Quantity | None
Head = str | tuple[str, str]


@dataclass
class Table:
    """Heads and rows; a head may be a pair (group, name) for a second level above it.

    A cell is a text, a Quantity, or None for what is not published. `total` rows are set apart; `anchors` are names
    by which other pages link to a row.
    """

    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    unit: str = ""
    notes: Sequence[str] = ()
    totals: Collection[int] = ()
    text_columns: Collection[int] = (0,)
    anchors: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def html(self, identity: str, caption: str, printer: Printer) -> str:
        """The table as HTML; every figure is remembered by the printer."""
        return table_html(identity, caption, self.body(printer), self.notes)

    def body(self, printer: Printer) -> TableBody:
        """Heads and rows for a record; every figure is remembered by the printer."""
        heads = []
        for index, head in enumerate(self.heads):
            group, name = head if isinstance(head, tuple) else ("", head)
            heads.append(RecordHead(name, group, index in self.text_columns))
        rows = tuple(self._row(at, row, printer) for at, row in enumerate(self.rows))
        return TableBody(tuple(heads), rows, self.unit)

    def _row(self, at: int, row: Sequence[Cell], printer: Printer) -> Row:
        cells = [record_cell(each, printer) for each in row]
        depth = 0
        if cells and not isinstance(cells[0], FigureText):
            name = cells[0].text if isinstance(cells[0], Text) else ""
            depth = len(name) - len(name.lstrip(BLANK))
            cells[0] = Text(name[depth:])
        return Row(tuple(cells), depth, at in self.totals, tuple(self.anchors.get(at, ())))


def record_cell(cell: Cell, printer: Printer) -> RecordCell:
    """A cell of a record."""
    if cell is None:
        return Unknown()
    return printer.show(cell) if isinstance(cell, Quantity) else Text(cell)


def cell_text(cell: RecordCell) -> str:
    """A cell as text for downloads: a number for machines, nothing for what is unknown."""
    if isinstance(cell, Unknown):
        return ""
    return cell.value if isinstance(cell, FigureText) else cell.text


def plain_rows(body: TableBody) -> list[list[str]]:
    """Heads and rows as text, for downloads."""
    heads = ["·".join(filter(None, (head.group, head.name))) for head in body.heads]
    rows = [[BLANK * row.depth + cell_text(row.cells[0]), *map(cell_text, row.cells[1:])] for row in body.rows]
    return [heads, *rows]


# -- HTML -----------------------------------------------------------------------------------------------------------
def table_html(identity: str, caption: str, body: TableBody, notes: Sequence[str] = ()) -> str:
    """A table with its caption, unit and notes."""
    unit = f'<span class="unit">单位：{escape(body.unit)}</span>' if body.unit else ""
    names = names_kind(body)
    rows = "\n".join(row_html(row, body.heads, names) for row in body.rows)
    return (
        f'<figure class="table" id="{identity}">\n'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}">\n<table>\n'
        f'<caption><span class="title">{escape(caption)}</span>{unit}</caption>\n'
        f"<thead>\n{heads_html(body.heads, names)}\n</thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>\n"
        f"{notes_html(notes)}</figure>"
    )


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
    if all(map(str.isdigit, texts)):
        return "text index"
    return "text name" if max(map(len, texts)) <= SHORT_NAME else "text"


def heads_html(heads: Sequence[RecordHead], names: str) -> str:
    """One row of heads, or two where there are groups; `names` is the class of the first column."""
    deep = any(head.group for head in heads)
    upper = ""
    lower = ""
    runs = groupby(enumerate(heads), key=lambda each: (each[1].group, each[1].group or each[0]))
    for (group, _), members in runs:
        tall = ' rowspan="2"' if deep and not group else ""
        cells = [f'<th scope="col" class="{cell_kind(head.is_text) if index else names}"{tall}>{head_html(head.name)}</th>'
                 for index, head in members]
        if group:
            upper += f'<th scope="colgroup" colspan="{len(cells)}" class="group">{escape(group)}</th>'
            lower += "".join(cells)
        else:
            upper += cells[0]
    return f"<tr>{upper}</tr>\n<tr>{lower}</tr>" if deep else f"<tr>{upper}</tr>"


def row_html(row: Row, heads: Sequence[RecordHead], names: str) -> str:
    """A row; `names` is the class of the first column."""
    cells = [cell_html(cell, at < len(heads) and heads[at].is_text) for at, cell in enumerate(row.cells)]
    if isinstance(row.cells[0], Text):
        cells[0] = name_html(row, names)
    total = ' class="total"' if row.total else ""
    return f"<tr{total}>{''.join(cells)}</tr>"


def name_html(row: Row, names: str) -> str:
    """The first cell of a row, with the names to link to."""
    anchors = "".join(f'<span id="{escape(each)}"></span>' for each in row.anchors)
    blanks = BLANK * row.depth
    deep = f' d{row.depth}"><span class="indent">{blanks}</span>' if row.depth else '">'
    return f'<th scope="row" class="{names}{deep}{anchors}{head_html(cell_text(row.cells[0]))}</th>'


def cell_html(cell: RecordCell, is_text: bool) -> str:
    """A cell that is not the first of its row."""
    if isinstance(cell, FigureText):
        return f'<td class="number">{figure_html(cell)}</td>'
    if isinstance(cell, Unknown):
        return f'<td class="{cell_kind(is_text)}"><span class="unknown" title="资料未载">…</span></td>'
    return f'<td class="{cell_kind(is_text, cell.text)}">{escape(cell.text)}</td>'


def head_html(name: str) -> str:
    """A head whose unit stays whole, and words of a short name too: 财政补贴 收入（亿元）. Long names break anywhere.

    The last word of six characters or more has two, or three that end in one of `ENDS`.
    """
    first, name, unit = re.fullmatch("(.*：)?(.*?)(（[^（）]{1,6}）)?", name, re.DOTALL).groups()
    last = 0 if len(name) < 6 else 3 if name[-1] in ENDS else 2
    words = [first or "", name[:len(name) - last], name[len(name) - last:]] if re.fullmatch("[一-龥]{2,8}", name) else []
    pieces = "".join(f'<span class="word">{escape(word)}</span>' for word in words if word) or escape((first or "") + name)
    return pieces + (f'<span class="of">{escape(unit)}</span>' if unit else "")


def notes_html(notes: Sequence[str]) -> str:
    """Notes and sources below a table or chart."""
    return "".join(f'<p class="note">{escape(note)}</p>\n' for note in notes if note)
