"""Tables as readers, screen readers and spreadsheets want them: caption, unit, heads with scope, figures that open."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby

from nianbao.chapter.prose import Printer
from nianbao.figures.quantity import Quantity

CODE = re.compile(r"[a-z][a-z0-9_]*(\.\w+)+", re.ASCII)
INDENT = re.compile("(　*)(.*)", re.DOTALL)
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
        unit = f'<span class="unit">单位：{escape(self.unit)}</span>' if self.unit else ""
        body = "\n".join(self._row(index, row, printer) for index, row in enumerate(self.rows))
        return (
            f'<figure class="table" id="{identity}">\n'
            f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}">\n<table>\n'
            f'<caption><span class="title">{escape(caption)}</span>{unit}</caption>\n'
            f"<thead>\n{self._head()}\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>\n"
            f"{notes_html(self.notes)}</figure>"
        )

    def _kind(self, index: int, text: str = "") -> str:
        """Class of a cell: what it holds, and how long that is, for the style sheet to know where it may break."""
        kind = "text" if index in self.text_columns else "number"
        size = "code" if CODE.fullmatch(text) else "brief" if len(text) <= BRIEF else "short" if len(text) <= SHORT and " " not in text \
            else "long" if kind == "text" else ""
        return f"{kind} {size}".strip() if text else kind

    @property
    def _names(self) -> str:
        """Class of the first column: numbers in order, names that stay in one line, or names that may break."""
        names = [str(row[0] or "").strip("　") for row in self.rows]
        return "text index" if all(map(str.isdigit, names)) else "text name" if max(map(len, names)) <= SHORT_NAME else "text"

    def _head(self) -> str:
        pairs = [(index, *(head if isinstance(head, tuple) else ("", head))) for index, head in enumerate(self.heads)]
        deep, rows = any(group for _, group, _ in pairs), ["", ""]
        for (group, _), members in groupby(pairs, key=lambda each: (each[1], each[1] or each[0])):
            tall = ' rowspan="2"' if deep and not group else ""
            cells = [f'<th scope="col" class="{self._kind(index) if index else self._names}"{tall}>{head_html(name)}</th>'
                     for index, _, name in members]
            rows[0] += f'<th scope="colgroup" colspan="{len(cells)}" class="group">{escape(group)}</th>' if group else cells[0]
            rows[1] += "".join(cells) if group else ""
        return "\n".join(f"<tr>{row}</tr>" for row in rows[:1 + deep])

    def _row(self, number: int, row: Sequence[Cell], printer: Printer) -> str:
        cells = []
        for index, cell in enumerate(row):
            if isinstance(cell, Quantity):
                cells.append(f'<td class="number">{printer.number(cell)}</td>')
            elif index == 0:
                names = "".join(f'<span id="{escape(each)}"></span>' for each in self.anchors.get(number, ()))
                indent, name = INDENT.fullmatch(str(cell or "")).groups()
                deep = f' d{len(indent)}"><span class="indent">{indent}</span>' if indent else '">'
                cells.append(f'<th scope="row" class="{self._names}{deep}{names}{head_html(name)}</th>')
            else:
                text = '<span class="unknown" title="资料未载">…</span>' if cell is None else escape(cell)
                cells.append(f'<td class="{self._kind(index, cell or "")}">{text}</td>')
        total = ' class="total"' if number in self.totals else ""
        return f"<tr{total}>{''.join(cells)}</tr>"

    def plain(self) -> list[list[str]]:
        """Heads and rows as text, for downloads."""
        heads = ["·".join(filter(None, head)) if isinstance(head, tuple) else head for head in self.heads]
        return [heads] + [[cell.signed if isinstance(cell, Quantity) else cell or "" for cell in row] for row in self.rows]


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
