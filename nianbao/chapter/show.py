"""How a chapter shows its outputs: HTML for people beside the record for programs, numbered in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from IPython.display import display

from nianbao.chapter import shell
from nianbao.chapter.facts import facts
from nianbao.chapter.html import cards_html, chart_html, table_html
from nianbao.chapter.printer import Printer
from nianbao.chapter.prose import LACKING, write
from nianbao.chapter.record import (
    MIME,
    Card,
    CardsRecord,
    ChartRecord,
    ProseRecord,
    Record,
    TableRecord,
    to_json,
)
from nianbao.data.catalogue import Document

#: What stands for an output where no HTML is shown.
PLAIN = "（网页内容）"

Made = TypeVar("Made", bound=shell.Waiting)


class Display:
    """Shows the outputs of a chapter, and numbers its tables and charts.

    `chapter` is its number as in 表1-1, `documents` the titles of sources, `marks` whether figures in doubt are marked.
    """

    def __init__(self, chapter: str, documents: Mapping[str, Document], marks: bool = True):
        self.chapter = chapter
        self.documents = documents
        self.marks = marks
        self.tables = 0
        self.charts = 0

    # -- numbers ------------------------------------------------------------------------------------------------
    def next_table(self) -> str:
        """The number of a new table: 1-1."""
        self.tables += 1
        return f"{self.chapter}-{self.tables}"

    def next_chart(self) -> str:
        """The number of a new chart: 1-1."""
        self.charts += 1
        return f"{self.chapter}-{self.charts}"

    @property
    def beside(self) -> str:
        """The label of a chart that belongs to the last table."""
        return f"表{self.chapter}-{self.tables}附图"

    # -- outputs ------------------------------------------------------------------------------------------------
    def printer(self) -> Printer:
        """What figures of a new output are printed with."""
        return Printer(self.marks)

    def about(self, printer: Printer) -> dict[str, Any]:
        """What every record says: the chapter, the figures printed, and the facts on these."""
        return {
            "chapter": self.chapter,
            "printed": tuple(map(str, printer.facts)),
            "facts": facts(printer.facts.values(), self.documents),
        }

    def prose(self, template: str, names: Mapping[str, Any], lacking: str = LACKING) -> None:
        """Show paragraphs made from a template; `lacking` as in `write`."""
        printer = self.printer()
        written = write(template, names, printer, lacking)
        self.show(ProseRecord(**self.about(printer), blocks=written.blocks), written.html)

    def cards(self, cards: tuple[Card, ...], printer: Printer) -> None:
        """Show key figures."""
        record = CardsRecord(**self.about(printer), cards=cards)
        self.show(record, cards_html(record))

    def offer(self, output: Made) -> Made:
        """Have a table or chart shown when the cell has run; at once where no notebook runs."""
        here = shell.desk()
        if here is None:
            output.show()
        else:
            here.waiting.append(output)
        return output

    def show_before(self, output: shell.Waiting | None) -> None:
        """Show what was made before an output in this cell; see `Desk`."""
        here = shell.desk()
        if here is not None:
            here.show_before(output)

    def show(self, record: ProseRecord | CardsRecord, html: str) -> None:
        """Show an output with its record at once, behind all that was made before."""
        self.show_before(None)
        display(mime(record, html), raw=True)

    def show_record(self, record: TableRecord | ChartRecord) -> None:
        """Show a table or chart."""
        display(bundle(record), raw=True)


def bundle(record: TableRecord | ChartRecord) -> dict[str, Any]:
    """A table or chart by mime types."""
    if isinstance(record, ChartRecord):
        return mime(record, chart_html(record))
    return mime(record, table_html(record.identity, record.caption, record.body, record.notes))


def mime(record: Record, html: str) -> dict[str, Any]:
    """An output by mime types: HTML for people, the record for programs."""
    return {"text/html": html, "text/plain": PLAIN, MIME: to_json(record)}
