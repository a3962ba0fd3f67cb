"""Tables as readers, screen readers and spreadsheets want them: caption, unit, heads with scope, figures that open."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from .prose import Printer
from .quantity import Quantity

Cell = str | Quantity | None


@dataclass
class Table:
    """Heads and rows; a head may be a pair (group, name) for a second level above it.

    A cell is a text, a Quantity, or None for what is not published. `total` rows are set apart; `anchors` are names
    by which other pages link to a row.
    """

    heads: list[str | tuple[str, str]]
    rows: list[list[Cell]]
    unit: str = ""
    notes: list[str] = field(default_factory=list)
    totals: set[int] = field(default_factory=set)
    text_columns: set[int] = field(default_factory=lambda: {0})
    anchors: dict[int, list[str]] = field(default_factory=dict)

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

    def _head(self) -> str:
        groups = [head[0] if isinstance(head, tuple) else "" for head in self.heads]
        names = [head[1] if isinstance(head, tuple) else head for head in self.heads]
        if not any(groups):
            return "<tr>" + "".join(self._th(index, name) for index, name in enumerate(names)) + "</tr>"
        first, second, index = [], [], 0
        while index < len(groups):
            span = 1
            while groups[index] and index + span < len(groups) and groups[index + span] == groups[index]:
                span += 1
            if groups[index]:
                first.append(f'<th scope="colgroup" colspan="{span}" class="group">{escape(groups[index])}</th>')
                second += [self._th(at, names[at]) for at in range(index, index + span)]
            else:
                first.append(self._th(index, names[index], ' rowspan="2"'))
            index += span
        return f"<tr>{''.join(first)}</tr>\n<tr>{''.join(second)}</tr>"

    def _th(self, index: int, name: str, more: str = "") -> str:
        kind = "text" if index in self.text_columns else "number"
        return f'<th scope="col" class="{kind}"{more}>{escape(name)}</th>'

    def _row(self, number: int, row: list[Cell], printer: Printer) -> str:
        cells = []
        for index, cell in enumerate(row):
            if isinstance(cell, Quantity):
                cells.append(f'<td class="number">{printer.number(cell)}</td>')
            elif index == 0:
                names = "".join(f'<span id="{escape(each)}"></span>' for each in self.anchors.get(number, ()))
                cells.append(f'<th scope="row" class="text">{names}{escape(str(cell or ""))}</th>')
            else:
                kind = "text" if index in self.text_columns else "number"
                text = '<span class="unknown" title="资料未载">…</span>' if cell is None else escape(cell)
                cells.append(f'<td class="{kind}">{text}</td>')
        total = ' class="total"' if number in self.totals else ""
        return f"<tr{total}>{''.join(cells)}</tr>"

    def plain(self) -> list[list[str]]:
        """Heads and rows as text, for downloads."""
        heads = ["·".join(filter(None, head)) if isinstance(head, tuple) else head for head in self.heads]
        return [heads] + [
            [cell.signed if isinstance(cell, Quantity) else cell or "" for cell in row] for row in self.rows
        ]


def notes_html(notes: list[str]) -> str:
    """Notes and sources below a table or chart."""
    return "".join(f'<p class="note">{escape(note)}</p>\n' for note in notes if note)
