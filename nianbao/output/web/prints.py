"""The printed editions beside the pages: PDF, Word and EPUB of the whole book, and links to them in each page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from nianbao.output.web.frame import rendered

#: The printed editions by their suffix, in the order in which they are named.
KINDS = {".pdf": "PDF", ".docx": "Word", ".epub": "EPUB"}
#: What holds the place of the links in a page.
PLACE = "<!-- prints -->"
#: From how many bytes on a size is given in MB.
MEGABYTE = 1_000_000


def size(path: Path) -> str:
    """The size of a file as readers know it: `1.3 MB`, `62 KB`."""
    count = path.stat().st_size
    return f"{count / MEGABYTE:.1f} MB" if count >= MEGABYTE else f"{max(1, round(count / 1000))} KB"


def of_book(folder: Path, year: int) -> list[Path]:
    """The printed editions of the whole book that stand in a folder; booklets of a chapter are none."""
    paths = (folder / f"nianbao-{year}{suffix}" for suffix in KINDS)
    return [path for path in paths if path.exists()]


def put(edition: Path, year: int) -> None:
    """Put the printed editions of a finished `edition` beside its pages, and links to them into each page.

    They are the same files under a second name, so that a copy of the pages alone has them too.
    """
    html = edition / "html"
    made = of_book(edition, year)
    if not made:
        return
    for path in made:
        same(path, html / path.name)
    for page in pages(html):
        text = page.read_text("utf-8")
        if PLACE in text:
            top = "../" * (len(page.relative_to(html).parts) - 1)
            page.write_text(text.replace(PLACE, line(made, top)), "utf-8", newline="\n")


def pages(html: Path) -> Iterator[Path]:
    """All pages below a folder."""
    yield from sorted(html.rglob("*.html"))


def line(made: Iterable[Path], top: str) -> str:
    """The line with the links to printed editions; `top` leads to the folder they stand in."""
    files = [{"address": f"{top}{path.name}", "kind": KINDS[path.suffix], "size": size(path)} for path in made]
    return rendered("prints.html", files=files).strip()


def same(path: Path, second: Path) -> None:
    """Give a file a second name; a copy where the disk knows no such thing."""
    second.unlink(missing_ok=True)
    try:
        os.link(path, second)
    except OSError:
        shutil.copy(path, second)
