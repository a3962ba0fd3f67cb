"""Jinja as Word and EPUB use it: everything inserted is escaped, and blocks are asked for by their kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from nianbao.output.print.document import Block, Piece, kind
from nianbao.output.print.layout import FittedTable, Turned


def environment(folder: Path) -> Environment:
    """Templates of `folder`; `{% if block is paragraph %}` asks for the kind of a block or piece."""
    made = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    for each in (*get_args(Block), *get_args(Piece), FittedTable, Turned):
        name = each.__name__.lower()
        made.tests[name] = _is_of(name)
    made.filters["blanks"] = blanks
    return made


def _is_of(name: str) -> Callable[[Any], bool]:
    return lambda value: kind(value) == name


def blanks(text: str) -> str:
    """The text with a single blank for each run of blanks and line ends, as HTML has it."""
    return re.sub(r"[ \t\r\n]+", " ", text)
