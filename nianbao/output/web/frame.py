"""The frame of every page: its templates, scripts and styles, and what it may load."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

THEME = Path(__file__).resolve().parent / "theme"
STATIC = THEME / "static"
#: What a page may load: its own files, also from a folder (`file:`). No script or style stands in a page itself.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' file:",
        "style-src 'self' file:",
        "img-src 'self' file: data:",
        "connect-src 'self'",
        "form-action 'self' file:",
        "base-uri 'none'",
    )
)
#: Digits of the stamp.
DIGITS = 8


@cache
def stamp() -> str:
    """Changes with the scripts and styles, so that browsers may keep them."""
    content = b"".join(each.read_bytes() for each in sorted(STATIC.iterdir()))
    return hashlib.sha256(content).hexdigest()[:DIGITS]


@cache
def templates() -> Environment:
    """The templates outside of Sphinx; everything put into them is escaped."""
    return Environment(
        loader=FileSystemLoader(THEME),
        undefined=StrictUndefined,
        autoescape=True,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def rendered(name: str, **known: Any) -> str:
    """A template of the theme with what it shows; `policy` is known to all of them."""
    return templates().get_template(name).render(policy=POLICY, **known)
