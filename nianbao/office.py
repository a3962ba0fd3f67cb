"""Word: real styles, real tables, captions, a contents field, and pictures with alternative text.

`book/print/word.yml` has the looks, `word.xml` the parts for which python-docx has no words.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import yaml
from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from jinja2 import Environment, FileSystemLoader
from lxml.html import HtmlElement

from .paper import grid, is_number, lay_out, span
from .printed import HEADS, Page, endnotes
from .typeset import HIGHEST, SCALE, pictures

LATIN = "Times New Roman"
PAGE = Mm(210), Mm(297)


def docx(book, folder: Path, templates: Path) -> dict[str, bytes]:
    """The files of the book as a Word document."""
    buffer = io.BytesIO()
    Writer(book, pictures(book, folder, templates), templates).document.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


class Writer:
    """Writes a book into a Word document; `drawn` are its charts by name."""

    def __init__(self, book, drawn: dict[str, bytes], templates: Path):
        self.document, self.drawn = Document(), drawn
        self.count = 0  # bookmarks and pictures
        frame = Environment(loader=FileSystemLoader(templates), autoescape=True)
        frame.filters["twips"] = lambda points: f"{points * 20:.0f}"
        self.parts = frame.get_template("word.xml").module
        self.styles(yaml.safe_load((templates / "word.yml").read_text("utf-8")))
        self.section(book)
        self.opening(book)
        rest = [page for page in book.pages if page.name != "preface"]
        for page in book.pages:
            if rest and page is rest[0]:
                self.contents(rest)
            endnotes(page.body)
            lay_out(page.body)
            for block in page.body:
                self.block(block)

    def xml(self, part: str, *about):
        """An element from `word.xml`."""
        return parse_xml(str(getattr(self.parts, part)(*about)))

    def put(self, element) -> None:
        """Append an element to the document."""
        self.document.element.body.insert_element_before(element, "w:sectPr")

    def styles(self, looks: dict[str, dict]) -> None:
        """Fonts, sizes and distances of every style."""
        styles = self.document.styles
        for name, look in looks.items():
            style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = None if name == "Normal" else styles["Normal"]
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            fonts.attrib.clear()
            for key, value in ("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", look["font"]):
                fonts.set(qn(f"w:{key}"), value)
            size, font, shape = look["size"], style.font, style.paragraph_format
            font.size, font.bold, font.italic = Pt(size), look.get("bold", False), False
            font.color.rgb = RGBColor.from_string(look.get("color", "000000"))
            shape.alignment = WD_ALIGN_PARAGRAPH[look["align"].upper()] if "align" in look else None
            shape.space_before, shape.space_after = Pt(look.get("before", 0)), Pt(look.get("after", 0))
            shape.keep_with_next, shape.first_line_indent = look.get("keep", False), Pt(size * look.get("indent", 0))
            shape.page_break_before, shape.left_indent = look.get("new page"), Pt(look["left"]) if "left" in look else None
            lines = look.get("lines", 1.75)  # a picture stands in a line as high as itself
            shape.line_spacing = 1.0 if lines == "picture" else Pt(size * lines)
            for border in style.element.findall(".//" + qn("w:pBdr")):
                border.getparent().remove(border)
        for style in styles.element.xpath("w:style[@w:type='table'][not(@w:default)]"):
            styles.element.remove(style)  # the template brings a hundred that the book does not use
        styles.element.find(".//" + qn("w:lang")).set(qn("w:eastAsia"), "zh-CN")

    def section(self, book) -> None:
        """A4 with margins, header and footer; what the file says about itself."""
        section = self.document.sections[0]
        section.page_width, section.page_height = PAGE
        section.left_margin = section.right_margin = Mm(25)
        section.top_margin, section.bottom_margin = Mm(27), Mm(24)
        section.different_first_page_header_footer = True
        section.header.paragraphs[0].text = book.name
        section.footer.paragraphs[0]._p.append(self.xml("page_number"))
        core = self.document.core_properties
        core.title, core.author, core.language, core.last_modified_by = book.name, "、".join(book.authors), "zh-CN", ""
        core.created = core.modified = datetime.fromtimestamp(book.epoch, UTC).replace(tzinfo=None)
        core.subject, core.keywords, core.comments = "社会保险发展年度报告", "社会保险 统计年报", f"数据版本 {book.version}"

    def opening(self, book) -> None:
        """Cover and imprint."""
        add = self.document.add_paragraph
        add(book.title, "Title")
        for text in filter(None, (f"{book.year}年", book.chapter)):
            add(text, "Subtitle")
        for at, author in enumerate(book.authors):
            add(author, "Subtitle").paragraph_format.space_before = Pt(0 if at else 200)
        for at, (name, text) in enumerate(book.rows):
            add(f"{name.strip('　')}：{text}", "图表注释").paragraph_format.page_break_before = at == 0

    def contents(self, pages: list[Page]) -> None:
        """A contents field; until Word updates it, it lists the headings as links."""
        self.document.add_paragraph("目　录", "TOC Heading").paragraph_format.page_break_before = True
        heads = [(level, head, text) for page in pages for level, head, text in page.heads if level <= 3]
        for at, (_, head, _) in enumerate(heads, 1):
            head.set("id", f"_Toc{at:05d}")
        for line in list(self.xml("contents", [(level, head.get("id"), text) for level, head, text in heads])):
            self.put(line)

    def turn(self, size: tuple[int, int]) -> None:
        """Begin a section of the other orientation."""
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.different_first_page_header_footer = False
        section.page_width, section.page_height = size
        section.orientation = WD_ORIENT.PORTRAIT if size == PAGE else WD_ORIENT.LANDSCAPE

    def block(self, block: HtmlElement) -> None:
        """One block."""
        add, kind = self.document.add_paragraph, block.get("class", "").split()
        if "turned" in kind:
            self.turn(PAGE[::-1])
            for each in block:
                self.block(each)
            self.turn(PAGE)
        elif "table" in kind or "chart" in kind:
            caption = block.xpath("string(.//caption/text()|.//figcaption)")
            if "chart" in kind:
                self.picture(block.find(".//img"), caption)
            line = self.mark(add(caption, "Caption"), block.get("id"))
            if "table" in kind:
                line.paragraph_format.keep_with_next = True
                for unit in block.xpath(".//caption/span[@class='unit']"):
                    add(unit.text_content(), "单位")
                fit = json.loads(block.get("data-fit"))
                self.put(self.xml("table", caption, fit, self.rows(block, fit)))
            for note in block.xpath("./p"):
                self.fill(add(style="图表注释"), note)
        elif block.tag in HEADS:
            self.mark(add(block.text_content().strip(), f"Heading {block.tag[1]}"), block.get("id"))
        elif "cards" in kind:
            for item in block:
                add("　".join(span.text_content().strip() for span in item.xpath("./span")), "List Bullet")
        elif block.tag in ("ul", "ol", "dl"):
            for item in block:
                style = {"ul": "List Bullet", "ol": "List Number"}.get(block.tag)
                self.fill(add(style=style), item, item.tag == "dt")
        else:
            self.fill(add(style="图表注释" if {"note", "lacking"} & set(kind) else "Normal"), block)

    def fill(self, line, element: HtmlElement, bold: bool = False) -> None:
        """Append the text of an element to a paragraph."""
        def put(text: str | None) -> None:
            text = re.sub(r"[ \t\n]+", " ", text or "")
            if text.strip(" ") or text and line.runs:
                line.add_run(text).bold = bold or None

        put(element.text)
        for child in element:
            if child.tag == "sup":
                line.add_run(child.text_content()).font.superscript = True
            elif child.tag == "br":
                line.add_run().add_break()
            else:
                self.fill(line, child, bold or child.tag in ("strong", "b", "em"))
            if child.get("class") == "online":
                put(f"：{child.get('href')}")
            put(child.tail)

    def mark(self, line, name: str | None):
        """Give a paragraph a bookmark that links lead to."""
        if name:
            self.count += 1
            start, end = (OxmlElement(f"w:bookmark{kind}", {qn("w:id"): str(self.count)}) for kind in ("Start", "End"))
            start.set(qn("w:name"), name.replace("-", "_"))
            line._p.insert(1, start)
            line._p.append(end)
        return line

    def picture(self, chart: HtmlElement, caption: str) -> None:
        """A chart as a picture."""
        width = float(chart.get("width")) * min(SCALE, HIGHEST / float(chart.get("height")))
        run = self.document.add_paragraph(style="图形").add_run()
        about = run.add_picture(io.BytesIO(self.drawn[chart.get("src")]), Pt(width))._inline.docPr
        self.count += 1
        for name, value in ("descr", chart.get("alt")), ("name", caption), ("id", str(self.count)):
            about.set(name, value)

    @staticmethod
    def rows(block: HtmlElement, fit: dict) -> Iterator[tuple[bool, list[dict]]]:
        """Whether it is a head, and its cells, for every row of a table."""
        for part in ("thead", "tbody"):
            above: dict[int, HtmlElement] = {}
            for row in grid(block.xpath(f".//{part}/tr")):
                cells = []
                for x, cell in sorted(row.items()):
                    across, down = span(cell)
                    first = above.get(x) is not cell
                    if row.get(x - 1) is not cell:
                        cells.append({"width": sum(fit["widths"][x:x + across]), "across": across, "merge": down > 1,
                                      "first": first, "text": cell.text_content().strip(" \n") if first else "",
                                      "number": is_number(cell), "pad": fit["pads"][x], "total": "total" in cell.get("class", "")})
                above = row
                yield part == "thead", cells
