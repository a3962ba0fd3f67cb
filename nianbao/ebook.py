"""EPUB 3: a page a chapter, charts as inline SVG, tables as they are on the web."""

from __future__ import annotations

import copy
import re
import time
import uuid
from html import escape
from pathlib import Path

from lxml import etree
from lxml.html import HtmlElement

from .packing import pack
from .printed import Block, Drawing, Page
from .typeset import cover_picture

XHTML = ('<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
         'xmlns:epub="http://www.idpf.org/2007/ops" lang="zh-CN" xml:lang="zh-CN">\n<head><title>{}</title>'
         '<link rel="stylesheet" type="text/css" href="book.css"/></head>\n<body{}>\n{}\n</body>\n</html>\n')


def xml(element: HtmlElement) -> str:
    """An element as XHTML, without what only the web pages need."""
    clean = copy.deepcopy(element)
    clean.tail = None
    for each in clean.iter():
        for name in set(each.attrib) & {"tabindex", "role", "aria-label", "title", "style"}:
            del each.attrib[name]
    return etree.tostring(clean, encoding="unicode", method="xml")


class Writer:
    """Writes the pages; `files` says in which file an id stands."""

    def __init__(self, book):
        self.book = book
        self.files = {block.id: page.name for page in book.pages for block in page.blocks
                      if not isinstance(block, HtmlElement)}
        self.files |= {f"page-{page.name}": page.name for page in book.pages}
        self.notes: list[str] = []

    def page(self, page: Page) -> tuple[str, list]:
        """XHTML of a chapter, and its headings (level, id, text)."""
        parts, heads = [], []
        for block in page.blocks:
            if isinstance(block, HtmlElement) and re.fullmatch("h[1-5]", block.tag):
                block.set("id", f"h{len(heads) + 1}" if heads else f"page-{page.name}")
                heads.append((int(block.tag[1]), block.get("id"), block.text_content().strip()))
            parts.append(self.block(block, page))

        def whole(match: re.Match) -> str:
            return f'href="{self.files[match[1]]}.xhtml#{match[1]}"' if match[1] in self.files else match[0]

        return XHTML.format(escape(page.title), "", re.sub(r'href="#([^"]+)"', whole, "\n".join(parts))), heads

    def block(self, block: Block, page: Page) -> str:
        """One block."""
        if isinstance(block, HtmlElement):
            text = self.marked(xml(block))
            notes, self.notes = self.notes, []
            return text + "".join(f'\n<p class="note">※{at}　{note}</p>' for at, note in enumerate(notes, 1))
        notes = "".join(map(xml, block.notes))
        if address := self.book.online(page, block.id):
            notes += f'<p class="note"><a href="{escape(address)}">网络版</a></p>'
        if isinstance(block, Drawing):
            return (f'<div class="chart" id="{block.id}"><figure>{block.svg}'
                    f"<figcaption>{escape(block.caption)}</figcaption></figure>{notes}</div>")
        head = "".join(f"<tr>{''.join(xml(cell.content) for cell in row)}</tr>" for row in block.heads)
        rows = "\n".join(("<tr class='total'>" if row[0].total else "<tr>") + "".join(xml(cell.content) for cell in row)
                         + "</tr>" for row in block.rows)
        unit = f'<span class="unit">{escape(block.unit)}</span>' if block.unit else ""
        return (f'<div class="table" id="{block.id}"><table><caption>{escape(block.caption)}{unit}</caption>'
                f"<thead>{head}</thead>\n<tbody>{rows}</tbody></table>{notes}</div>")

    def marked(self, text: str) -> str:
        """The text with its marks numbered and their notes kept."""
        def number(match: re.Match) -> str:
            self.notes.append(match[1])
            return f"<sup>※{len(self.notes)}</sup>"
        return re.sub(r'<sup class="mark">(.*?)</sup>', number, text)


def navigation(title: str, chapters: list[tuple[Page, list]]) -> str:
    """The navigation document: chapters and their sections."""
    items = []
    for page, heads in chapters:
        inner = "".join(f'<li><a href="{page.name}.xhtml#{identity}">{escape(text)}</a></li>'
                        for level, identity, text in heads if level == 2)
        inner = f"<ol>{inner}</ol>" if inner else ""
        items.append(f'<li><a href="{page.name}.xhtml">{escape(page.title)}</a>{inner}</li>')
    body = f'<nav epub:type="toc" id="toc"><h1>目录</h1><ol>{"".join(items)}</ol></nav>'
    return XHTML.format(escape(title), "", body)


def epub(book, folder: Path, templates: Path) -> bytes:
    """The book as EPUB 3."""
    writer = Writer(book)
    chapters, files = [], {}
    for page in [each for group in book.front() for each in group]:
        text, heads = writer.page(page)
        chapters.append((page, heads))
        files[f"OEBPS/{page.name}.xhtml"] = text
    rows = "".join(f"<p>{escape(name.strip('　'))}：{escape(text)}</p>" for name, text in book.rows)
    cover = f'<p class="cover"><img src="cover.png" alt="{escape(book.name)}"/></p>'
    files |= {
        "OEBPS/cover.png": cover_picture(book, folder, templates),
        "OEBPS/cover.xhtml": XHTML.format("封面", ' epub:type="cover"', cover),
        "OEBPS/imprint.xhtml": XHTML.format("版本说明", "", f"<h1>版本说明</h1>{rows}"),
        "OEBPS/nav.xhtml": navigation(book.name, chapters),
        "OEBPS/book.css": (templates / "epub.css").read_text("utf-8"),
    }
    manifest = []
    for name, data in files.items():
        short = name.removeprefix("OEBPS/")
        kind = {"png": "image/png", "css": "text/css"}.get(short.rpartition(".")[2], "application/xhtml+xml")
        more = {"cover.png": "cover-image", "nav.xhtml": "nav"}.get(short, "svg" if "<svg" in str(data) else "")
        properties = f' properties="{more}"' if more else ""
        manifest.append(f'<item id="{identity(short)}" href="{short}" media-type="{kind}"{properties}/>')
    order = ["cover.xhtml", "imprint.xhtml", "nav.xhtml", *(f"{page.name}.xhtml" for page, _ in chapters)]
    spine = "".join(f'<itemref idref="{identity(name)}"/>' for name in order)
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(book.epoch))
    number = uuid.uuid5(uuid.NAMESPACE_URL, f"{book.url}#{book.name}")
    creators = "".join(f"<dc:creator>{escape(name)}</dc:creator>" for name in book.authors)
    package = (
        '<?xml version="1.0" encoding="utf-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        'unique-identifier="id" xml:lang="zh-CN"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:uuid:{number}</dc:identifier><dc:title>{escape(book.name)}</dc:title>'
        f'<dc:language>zh-CN</dc:language>{creators}<dc:date>{when[:10]}</dc:date>'
        f'<meta property="dcterms:modified">{when}</meta>'
        + "".join(f'<meta property="schema:{name}">{value}</meta>' for name, value in [
            ("accessMode", "textual"), ("accessMode", "visual"), ("accessModeSufficient", "textual"),
            ("accessibilityFeature", "tableOfContents"), ("accessibilityFeature", "alternativeText"),
            ("accessibilityHazard", "none"), ("accessibilitySummary", "图有文字说明，表有表头。")])
        + f"</metadata><manifest>{''.join(manifest)}</manifest><spine>{spine}</spine></package>")
    container = ('<?xml version="1.0"?>\n<container version="1.0" '
                 'xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
                 '<rootfiles><rootfile full-path="OEBPS/package.opf" media-type="application/oebps-package+xml"/>'
                 "</rootfiles></container>")
    return pack({"mimetype": "application/epub+zip", "META-INF/container.xml": container, "OEBPS/package.opf": package}
                | files, book.epoch, stored=("mimetype",))


def identity(name: str) -> str:
    """A manifest id from a file name."""
    return "f-" + re.sub(r"[^\w-]", "-", name)
