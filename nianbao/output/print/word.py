"""Word: real styles, real tables, captions, a contents field, and pictures with alternative text.

`book/print/word.yml` has its looks, `word.xml` its body; python-docx brings the rest of the file.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import yaml
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from jinja2 import Environment, FileSystemLoader
from lxml.html import HtmlElement

from nianbao.output.packing import unpack
from nianbao.output.print.pages import endnotes
from nianbao.output.print.paper import grid, is_number, lay_out, span
from nianbao.output.print.typst import HIGHEST, SCALE, pictures

LATIN = "Times New Roman"
PAPER = 11906, 16838  # A4 in twips, twentieths of a point


def docx(book, folder: Path, templates: Path) -> dict[str, bytes]:
    """The files of the book as a Word document."""
    rest = [page for page in book.pages if page.name != "preface"]
    heads = [each for page in rest for each in page.heads if each[0] <= 3]
    for at, (_, head, _) in enumerate(heads, 1):
        head.set("id", f"_Toc{at:05d}")
    for page in book.pages:
        endnotes(page.body)
        lay_out(page.body)
    document = Document()
    drawings = {picture.get("src"): picture for page in book.pages for picture in page.body.iter("img")}
    drawn = {name: embedded(document, data, drawings[name]) for name, data in pictures(book, folder, templates).items()}
    frame = Environment(loader=FileSystemLoader(templates), autoescape=True)
    frame.filters |= {"twips": lambda points: f"{points * 20:.0f}", "json": json.loads,
                      "blanks": lambda text: re.sub(r"[ \t\n]+", " ", text)}
    text = frame.get_template("word.xml", globals={"number": count(1).__next__, "paper": PAPER, "rows": rows, "drawings": drawn})
    document.element.body[:] = list(parse_xml(text.render(book=book, rest=rest, heads=heads)))
    styles(document, yaml.safe_load((templates / "word.yml").read_text("utf-8")))
    describe(document, book)
    buffer = io.BytesIO()
    document.save(buffer)
    return unpack(buffer)


def embedded(document, data: bytes, about: HtmlElement) -> dict:
    """Relation and size, in Word's units, of a picture that is put into the document."""
    identity, image = document.part.get_or_add_image(io.BytesIO(data))
    width = Pt(float(about.get("width")) * min(SCALE, HIGHEST / float(about.get("height"))))
    wide, high = image.scaled_dimensions(width, None)
    return {"id": identity, "wide": wide, "high": high}


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


def styles(document, looks: dict[str, dict]) -> None:
    """Fonts, sizes and distances of every style."""
    known = document.styles
    for name, look in looks.items():
        style = known[name] if name in known else known.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = None if name == "Normal" else known["Normal"]
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
    for style in known.element.xpath("w:style[@w:type='table'][not(@w:default)]"):
        known.element.remove(style)  # the template brings a hundred that the book does not use
    known.element.find(".//" + qn("w:lang")).set(qn("w:eastAsia"), "zh-CN")


def describe(document, book) -> None:
    """Header and footer, and what the file says about itself."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = book.name
    page = OxmlElement("w:fldSimple", {qn("w:instr"): "PAGE"})
    section.footer.paragraphs[0]._p.append(page)
    page.append(section.footer.paragraphs[0].add_run("1")._r)
    core = document.core_properties
    core.title, core.author, core.language, core.last_modified_by = book.name, "、".join(book.authors), "zh-CN", ""
    core.created = core.modified = datetime.fromtimestamp(book.epoch, UTC).replace(tzinfo=None)
    core.subject, core.keywords, core.comments = "社会保险发展年度报告", "社会保险 统计年报", f"数据版本 {book.data}"
