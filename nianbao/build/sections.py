"""Headings under which a year has nothing to show leave the book with what they announced."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

HEADING = re.compile(r"(#{1,6}) +\S.*")
#: Tags of cells whose outputs a reader does not see.
HIDDEN = frozenset({"remove-cell", "remove-output", "remove_cell", "remove_output", "hide-output"})
#: Above every heading of a section: the title of the chapter stays.
TITLE = 1


def drop_empty(cells: Iterable[Any]) -> list[Any]:
    """The cells of an executed notebook without those that are nothing but headings of empty sections.

    A section is empty where no cell up to the next heading of the same or a higher level shows anything.
    """
    kept: list[Any] = []
    shows = False  # whether anything is shown between here and the next heading that is kept
    below = 7  # the lowest level of the headings kept since then
    for cell in reversed(list(cells)):
        level = level_of(cell)
        if level is None:
            shows = shows or shown(cell)
            if shown(cell):
                below = 7
            kept.append(cell)
        elif level == TITLE or shows or below > level and below < 7:
            kept.append(cell)
            shows = False
            below = level
    return kept[::-1]


def level_of(cell: Any) -> int | None:
    """The level of a cell that is nothing but a heading; None for any other."""
    if cell["cell_type"] != "markdown":
        return None
    heading = HEADING.fullmatch("".join(cell["source"]).strip())
    return len(heading[1]) if heading else None


def shown(cell: Any) -> bool:
    """Whether a reader sees something of a cell."""
    if cell["cell_type"] == "markdown":
        return bool("".join(cell["source"]).strip())
    if HIDDEN & set(cell.get("metadata", {}).get("tags", [])):
        return False
    return any(visible(output) for output in cell.get("outputs", []))


def visible(output: Any) -> bool:
    """Whether an output shows something: text, a picture, an error."""
    data = output.get("data")
    if data is None:
        return True
    return any("".join(text).strip() if isinstance(text, str | list) else True for text in data.values())
