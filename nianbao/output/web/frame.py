"""The frame of every page: its templates, scripts and styles, and what it may load."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

THEME = Path(__file__).resolve().parent / "theme"
STATIC = THEME / "static"
#: Below the content folder: files that go before those of the theme with the same name.
OWN_STATIC = "book/static"
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


def static_files(content: Path) -> dict[str, Path]:
    """Scripts, styles and pictures of the pages by name: those of the theme, or the content folder's own."""
    own = content / OWN_STATIC
    folders = [STATIC, own] if own.is_dir() else [STATIC]
    return {each.name: each for folder in folders for each in sorted(folder.iterdir()) if each.is_file()}


@cache
def stamp(content: Path) -> str:
    """Changes with the scripts and styles of the content folder, so that browsers may keep them."""
    files = static_files(content)
    return hashlib.sha256(b"".join(files[name].read_bytes() for name in sorted(files))).hexdigest()[:DIGITS]


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
