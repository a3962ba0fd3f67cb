"""Answers that are stored in words of the program, and how a workbook shows them."""

from __future__ import annotations

#: Yes and no as they are stored, by which of them a list uses, and as a workbook shows them.
PAIRS = (("yes", "no"), ("是", "否"))
SHOWN_ANSWERS = ("是", "否")
#: Levels as they are stored, and as a workbook shows them.
LEVELS = {"province": "省级", "prefecture": "地市级", "county": "县级", "local": "市县级"}


def shown(column: str, text: str) -> str:
    """A stored text as a workbook shows it: yes and no, and levels, in words."""
    if column == "level":
        return LEVELS.get(text, text)
    for pair in PAIRS:
        if text in pair:
            return SHOWN_ANSWERS[pair.index(text)]
    return text
