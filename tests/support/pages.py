"""Pages of built books, each read once by all tests of a worker."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup


@cache
def soup(path: Path) -> BeautifulSoup:
    """A page, for reading only: whoever changes it takes a copy."""
    return BeautifulSoup(path.read_text("utf-8"), "lxml")


@cache
def flat(path: Path) -> str:
    """The text of a page without blanks."""
    return "".join(soup(path).get_text().split())
