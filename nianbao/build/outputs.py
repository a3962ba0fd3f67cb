"""What a notebook shows and the book would not: an output without a record stops the build, and says what to call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nianbao.build.sections import visible
from nianbao.chapter.record import MIME, ChartRecord, TableRecord
from nianbao.chapter.session import NAMES, READ
from nianbao.errors import DataError
from nianbao.output.records import HIDDEN, whole

#: Letters of an output that an error quotes.
QUOTED = 40
#: The tag of the cell that papermill adds; it is not counted.
INJECTED = "injected-parameters"
#: What can be done where an output is only for the person who writes the chapter.
ASIDE = "只给自己看的，请给这一格加上 remove-cell 标签"
#: Types of the records that have a label, each shown once.
LABELLED = frozenset(each.__name__ for each in (TableRecord, ChartRecord))
WIDGET = "application/vnd.jupyter.widget-view+json"
WARNING = re.compile(r"\w+Warning: .*")
ADDRESS = re.compile(r"0x[0-9a-fA-F]+")


def refuse_lost(cells: Sequence[Any], name: str) -> None:
    """DataError for the first output that readers would miss, and for a table or chart that is shown twice.

    `cells` are those of the executed notebook `name`. Cells that readers do not see may hold anything.
    """
    for number, cell in numbered(cells):
        lost = [] if is_hidden(cell) else [output for output in cell.get("outputs", []) if is_lost(output)]
        if lost:  # beside a picture often stands the name of its axes
            telling = next((output for output in lost if has_picture(output)), lost[0])
            raise DataError(f"第{number}格的输出进不了书：{described(telling)}；{ASIDE}", name)
    refuse_twice(cells, name)


def numbered(cells: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    """The cells with their numbers, as they are counted in the source."""
    own = [cell for cell in cells if INJECTED not in cell.get("metadata", {}).get("tags", [])]
    return iter(enumerate(own, 1))


def is_hidden(cell: Mapping[str, Any]) -> bool:
    """Whether readers see nothing of a cell."""
    return bool(HIDDEN & set(cell.get("metadata", {}).get("tags", [])))


def is_lost(output: Mapping[str, Any]) -> bool:
    """Whether an output shows something that is no record."""
    is_for_the_runner = not {NAMES, READ}.isdisjoint(output.get("metadata", {}))
    return not is_for_the_runner and record_in(output) is None and visible(output)


def described(output: Mapping[str, Any]) -> str:
    """What an output is, and what to call in its place."""
    data = output.get("data", {})
    if output.get("output_type") == "stream":
        words = quoted(whole(output["text"]))
        if output.get("name") == "stderr":
            return f"警告“{words}”；请消除它的起因"
        return f"打印的文字“{words}”；文字请写在 %%prose 里"
    if WIDGET in data:
        return "小部件（widget）；书里没有可以操作的部件，请画成图或表"
    if has_picture(output):
        return "图；请用 ch.figure(图, 标题, data=所画的数) 使它有编号、标题和数值"
    text = whole(data.get("text/plain", ""))
    if "dataframe" in whole(data.get("text/html", "")):
        return "DataFrame；请用 ch.table(标题, 表)"
    return f"“{quoted(text)}”；文字请写在 %%prose 里，图用 ch.figure，表用 ch.table"


def has_picture(output: Mapping[str, Any]) -> bool:
    """Whether an output is a picture."""
    return any(kind.startswith("image/") for kind in output.get("data", {}))


def quoted(text: str) -> str:
    """The beginning of a text in one line, without addresses of objects, and of a warning without its place."""
    warning = WARNING.search(text)
    line = ADDRESS.sub("…", " ".join((warning[0] if warning else text).split()))
    return line if len(line) <= QUOTED else f"{line[:QUOTED]}…"


def refuse_twice(cells: Sequence[Any], name: str) -> None:
    """DataError where readers see a table or chart twice; what a hidden cell shows of it once more is taken out."""
    seen: dict[str, int] = {}
    for number, cell in numbered(cells):
        for label in [] if is_hidden(cell) else labels(cell):
            if label in seen:
                raise DataError(f"{label}在第{seen[label]}格和第{number}格各显示一次；一个对象在书里只能显示一次", name)
            seen[label] = number
    for _, cell in numbered(cells):
        if is_hidden(cell) and cell.get("outputs"):
            cell["outputs"] = [output for output in cell["outputs"] if label_of(output) not in seen]


def labels(cell: Mapping[str, Any]) -> list[str]:
    """The labels of the tables and charts that a cell shows."""
    return [label for output in cell.get("outputs", []) if (label := label_of(output))]


def label_of(output: Mapping[str, Any]) -> str:
    """The label of the table or chart that an output shows; empty for any other output."""
    known = record_in(output)
    return known["label"] if known and known["type"] in LABELLED else ""


def record_in(output: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The record in an output as JSON, which takes no time; None in an output without one."""
    return output.get("data", {}).get(MIME)
