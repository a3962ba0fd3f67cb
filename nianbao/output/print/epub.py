"""EPUB 3: a page a chapter, charts as inline SVG, tables as they are on the web; `templates/epub/` has its looks."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from markupsafe import Markup

from nianbao.output.print.document import Book, Chapter, Chart, Heading, Run, Table, head_rows, with_endnotes
from nianbao.output.print.screens import Told, for_small_screens
from nianbao.output.print.templating import environment
from nianbao.output.print.typst import cover

#: Files of the frame that a template makes, in the order in which they are packed.
MADE = ("cover.xhtml", "imprint.xhtml", "nav.xhtml", "package.opf")


def epub(book: Book, folder: Path, templates: Path) -> dict[str, bytes | str]:
    """The files of the book as EPUB 3, in the order in which they are packed; `folder` is for the cover."""
    frame = templates / "epub"
    files: dict[str, bytes | str] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": (frame / "container.xml").read_text("utf-8"),
        "OEBPS/book.css": (frame / "book.css").read_text("utf-8"),
        "OEBPS/cover.png": cover(book, folder, templates),
    }
    for name, text in pages(book, frame).items():
        files[f"OEBPS/{name}"] = text
    return files


def pages(book: Book, frame: Path) -> dict[str, str]:
    """The chapters and the files around them, by name; `frame` is the folder of their templates."""
    templates = environment(frame)
    chapters = [for_screen(chapter) for chapter in book.chapters]
    places = {identity: chapter.name for chapter in chapters for identity in identities(chapter)}
    templates.tests["told"] = lambda shown: isinstance(shown, Told)
    templates.filters |= {"screens": for_small_screens}
    templates.filters |= {"head_rows": head_rows, "address": partial(address, places=places), "svg": Markup}
    files = {
        f"{chapter.name}.xhtml": templates.get_template("chapter.xhtml").render(chapter=chapter) for chapter in chapters
    }
    about = {
        "book": book,
        "chapters": chapters,
        "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(book.epoch)),
        "number": uuid.uuid5(uuid.NAMESPACE_URL, f"{book.url}#{book.name}"),
    }
    return files | {name: templates.get_template(name).render(about) for name in MADE}


def for_screen(chapter: Chapter) -> Chapter:
    """The chapter as a page: footnotes as notes below a block."""
    return replace(chapter, blocks=tuple(with_endnotes(chapter.blocks)))


def identities(chapter: Chapter) -> Iterator[str]:
    """The names to link to the blocks of a chapter."""
    for block in chapter.blocks:
        if isinstance(block, Heading | Table | Chart) and block.identity:
            yield block.identity


def address(run: Run, places: Mapping[str, str]) -> str:
    """Where a link leads: a place of the book stands on the page that `places` says."""
    if not run.target.startswith("#"):
        return run.target
    identity = run.target.removeprefix("#")
    return f"{places[identity]}.xhtml#{identity}"
