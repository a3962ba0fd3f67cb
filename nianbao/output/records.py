"""Reads what the book consists of: executed notebooks with the records in their outputs, and pages of Markdown.

Every output is made from what is read here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nianbao.chapter import markdown
from nianbao.chapter.record import Block, Heading, Record, of_output, plain
from nianbao.errors import DataError

#: Tags of cells whose outputs are not shown.
HIDDEN = frozenset({"remove-cell", "remove-output", "remove_cell", "remove_output", "hide-output"})


@dataclass(frozen=True)
class Place:
    """A place in a page that the program fills on the web; `html` is what holds it in the Markdown."""

    html: str


#: What a page consists of.
Part = Block | Record | Place


@dataclass(frozen=True)
class Output:
    """An output of a notebook that has a record; `html` is what a page shows of it, `shown` whether a page does."""

    record: Record
    html: str
    shown: bool


@dataclass(frozen=True)
class Page:
    """A page of the book. `parts` are what readers see, in order; `outputs` those of a notebook, seen or not."""

    parts: tuple[Part, ...]
    outputs: tuple[Output, ...] = ()

    @property
    def records(self) -> tuple[Record, ...]:
        """The records of all outputs."""
        return tuple(output.record for output in self.outputs)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings, in order."""
        return tuple(part for part in self.parts if isinstance(part, Heading))

    @property
    def title(self) -> str:
        """The words of the first heading; empty without one."""
        return plain(self.headings[0].content) if self.headings else ""

    def placed(self) -> Iterator[tuple[tuple[Heading, ...], Part]]:
        """Each part with the headings it stands under, the title first; a heading stands under itself."""
        above: tuple[Heading, ...] = ()
        for part in self.parts:
            if isinstance(part, Heading):
                above = (*(each for each in above if each.level < part.level), part)
            yield above, part


def read(path: Path) -> Page:
    """A page of the book; `path` without suffix is a notebook or a Markdown file. DataError where it is neither."""
    text = path.with_name(f"{path.name}.md")
    if text.exists():
        return read_markdown(text)
    executed = path.with_name(f"{path.name}.ipynb")
    if executed.exists():
        return read_notebook(executed)
    raise DataError(f"目录 _toc.yml 中的“{path.name}”没有对应的文件：{path}")


def read_markdown(path: Path) -> Page:
    """A page of Markdown."""
    return Page(parts_of(path.read_text("utf-8")))


def read_notebook(path: Path) -> Page:
    """An executed notebook."""
    parts: list[Part] = []
    outputs: list[Output] = []
    for cell in json.loads(path.read_text("utf-8"))["cells"]:  # nbformat takes five times as long
        if cell["cell_type"] == "markdown":
            parts += parts_of(whole(cell["source"]))
        elif cell["cell_type"] == "code":
            found = outputs_of(cell)
            outputs += found
            parts += [each.record for each in found if each.shown]
    return Page(tuple(parts), tuple(outputs))


def of_chapter(executed: Path, chapter: str) -> tuple[Record, ...]:
    """The records of a chapter in order; none where it was not executed. `executed` is the folder of the notebooks."""
    path = executed / f"{chapter}.ipynb"
    return read_notebook(path).records if path.exists() else ()


def outputs_of(cell: dict[str, Any]) -> list[Output]:
    """The outputs of a cell that have a record."""
    shown = not HIDDEN & set(cell.get("metadata", {}).get("tags", []))
    found = []
    for output in cell.get("outputs", []):
        record = of_output(output)
        if record is not None:
            found.append(Output(record, whole(output["data"].get("text/html", "")), shown))
    return found


def parts_of(text: str) -> tuple[Part, ...]:
    """The blocks of a Markdown text, and the places in it: its blocks of HTML."""
    parts: list[Part] = []
    waiting: list[Any] = []
    for token in markdown.PAGES.parse(markdown.without_myst(text)):
        if token.type == "html_block" and token.level == 0:
            parts += markdown.blocks(waiting)
            parts.append(Place(token.content.strip()))
            waiting = []
        else:
            waiting.append(token)
    parts += markdown.blocks(waiting)
    return tuple(parts)


def whole(text: str | Sequence[str]) -> str:
    """A text of a notebook, which may be kept as its lines."""
    return text if isinstance(text, str) else "".join(text)
