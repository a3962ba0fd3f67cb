"""EPUB 3: a page a chapter, charts as inline SVG, tables as they are on the web; its frame stands in `book/print/epub/`."""

from __future__ import annotations

import re
import time
import uuid
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from lxml import etree
from markupsafe import Markup

from nianbao.output.print.pages import Page, endnotes
from nianbao.output.print.typst import cover


def epub(book, folder: Path, templates: Path) -> dict[str, bytes | str]:
    """The files of the book as EPUB 3."""
    frame = Environment(loader=FileSystemLoader(templates / "epub"), autoescape=True, keep_trailing_newline=True)
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(book.epoch))
    number = uuid.uuid5(uuid.NAMESPACE_URL, f"{book.url}#{book.name}")
    places = {each: page.name for page in book.pages for each in page.body.xpath("./*/@id")}
    files: dict[str, bytes | str] = {f"OEBPS/{page.name}.xhtml": frame.get_template("page.xhtml").render(page=page, body=Markup(xhtml(page, places)))
             for page in book.pages}
    for name in ("cover.xhtml", "imprint.xhtml", "nav.xhtml", "package.opf"):
        files[f"OEBPS/{name}"] = frame.get_template(name).render(book=book, when=when, number=number)
    first: dict[str, bytes | str] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": (templates / "epub" / "container.xml").read_text("utf-8"),
        "OEBPS/book.css": (templates / "epub" / "book.css").read_text("utf-8"),
        "OEBPS/cover.png": cover(book, folder, templates),
    }
    return first | files


def xhtml(page: Page, places: dict[str, str]) -> str:
    """The blocks of a page as XHTML; `places` says on which page an id stands."""
    endnotes(page.body)
    for at, (_, head, _) in enumerate(page.heads[1:], 2):
        head.set("id", f"h{at}")
    for link in page.body.xpath(".//a[starts-with(@href, '#')]"):
        place = link.get("href")[1:]
        link.set("href", f"{places[place]}.xhtml#{place}")
    text = "\n".join(etree.tostring(block, encoding="unicode", method="xml") for block in page.body)
    return re.sub(r'<img src="([^"]+)\.svg"[^>]*/>', lambda match: page.drawings[match[1]], text)
