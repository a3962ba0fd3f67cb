"""Records and executed notebooks of a few lines, for tests of what is made from them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from nianbao.chapter.html import chart_html, table_html
from nianbao.chapter.record import (
    MIME,
    Cell,
    ChartRecord,
    Fact,
    FigureText,
    Head,
    Paragraph,
    ProseRecord,
    Record,
    Row,
    TableBody,
    TableRecord,
    Text,
    Unknown,
    to_json,
)

STOCK = "x.stock:640000:2025"
BEFORE = "x.stock:640000:2024"
CHANGE = "x.stock:640000:2025:change:2024"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><title>图1-1　走势。甲5.00万人</title></svg>'

EMPTY = Fact(
    id="",
    name="",
    value="",
    unit="",
    low="",
    high="",
    status="A",
    formula="",
    inputs=(),
    source="",
    place="",
    note="",
    mark="",
    expression="",
)


def fact(identity: str, value: str, unit: str = "万人", **more: Any) -> Fact:
    """What is known of a figure; what is not said is empty."""
    return replace(EMPTY, id=identity, value=value, unit=unit, **more)


#: Two levels of two documents and the change between them.
FACTS = {
    BEFORE: fact(BEFORE, "4.00", source="《去年》表1"),
    STOCK: fact(STOCK, "5.00", source="《今年》表1", place="data/x.csv:2"),
    CHANGE: fact(CHANGE, "1.00", inputs=(STOCK, BEFORE), formula="2025年 − 2024年", expression="$1 - $2"),
}


def shown(identity: str) -> FigureText:
    """A figure of FACTS in a line or cell."""
    return FigureText(identity, FACTS[identity].value, FACTS[identity].value)


def rows(*cells: Sequence[Cell], depths: Mapping[int, int] | None = None) -> tuple[Row, ...]:
    """Rows of cells; `depths` says how far some are indented."""
    return tuple(Row(tuple(each), depth=(depths or {}).get(number, 0)) for number, each in enumerate(cells))


def table(identity: str = "tab-1-1", **more: Any) -> TableRecord:
    """A table of two rows: a total with its change, and a part of which nothing is known."""
    heads = (Head("地区", is_text=True), Head("人数", "参保"), Head("增减", "参保"))
    lines = rows((Text("合计"), shown(STOCK), shown(CHANGE)), (Text("甲市"), Unknown(), Text("—")), depths={1: 1})
    known = {"label": "表1-1", "title": "参保人数", "body": TableBody(heads, lines, "万人"), "notes": ("甲市未公布。",)}
    return TableRecord(chapter="1", printed=(STOCK, CHANGE), facts=FACTS, identity=identity, **known | more)


def chart(identity: str = "fig-1-1", **more: Any) -> ChartRecord:
    """A chart of one point."""
    body = TableBody((Head("年份", is_text=True), Head("参保人数")), rows((Text("2025年"), shown(STOCK))), "万人")
    known = {"label": "图1-1", "title": "走势", "svg": SVG, "alt": "甲5.00万人", "body": body, "notes": ("图注。",)}
    return ChartRecord(chapter="1", printed=(STOCK,), facts=FACTS, identity=identity, **known | more)


def prose(*texts: str) -> ProseRecord:
    """Paragraphs of plain text."""
    return ProseRecord(chapter="1", blocks=tuple(Paragraph((Text(text),)) for text in texts))


def html_of(record: Record) -> str:
    """What a page shows of a record."""
    if isinstance(record, TableRecord):
        return table_html(record.identity, record.caption, record.body, record.notes)
    return chart_html(record) if isinstance(record, ChartRecord) else f"<p>{record.chapter}</p>"


def code_cell(*records: Record, tags: Iterable[str] = ()) -> dict[str, Any]:
    """An executed cell that shows records."""
    outputs = []
    for each in records:
        data = {"text/html": html_of(each).splitlines(keepends=True), MIME: to_json(each)}
        outputs.append({"output_type": "display_data", "metadata": {}, "data": data})
    about = {"tags": [*tags]}
    return {"cell_type": "code", "metadata": about, "source": ["show()"], "outputs": outputs, "execution_count": 1}


def text_cell(text: str) -> dict[str, Any]:
    """A cell of Markdown."""
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def write_notebook(path: Path, *cells: Mapping[str, Any]) -> Path:
    """An executed notebook of these cells; returns its path."""
    numbered = [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells)]
    known = {"cells": numbered, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(known, ensure_ascii=False), "utf-8")
    return path
