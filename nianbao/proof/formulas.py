"""The table of figures that are always computed in the same way (`formulas.csv`)."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


@cache
def formulas() -> tuple[dict[str, str], ...]:
    """The rows of `formulas.csv`: name, top and bottom as patterns of names, factor."""
    text = resources.files("nianbao.proof").joinpath("formulas.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))
