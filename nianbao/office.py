"""Word: real styles, real tables, captions, a contents field, and pictures with alternative text."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from lxml.html import HtmlElement

from .packing import pack
from .printed import LANDSCAPE, PORTRAIT, Block, Cell, Drawing, Page, Sheet
from .typeset import HIGHEST, SCALE, pictures

SONG, HEI, LATIN = "宋体", "黑体", "Times New Roman"
BLUE = {"Title", "Heading 1", "Heading 2"}
CENTER, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
# Built-in styles keep their English names: Word shows them as 正文, 标题 1, 题注 in a Chinese user interface.
STYLES = [  # name, based on, east asian font, size, bold, alignment, before, after, keep with next, indent in em
    ("Normal", None, SONG, 10.5, False, None, 0, 4, False, 2),
    ("Title", "Normal", HEI, 28, True, CENTER, 150, 20, False, 0),
    ("Subtitle", "Normal", HEI, 18, False, CENTER, 6, 6, False, 0),
    ("Heading 1", "Normal", HEI, 18, True, CENTER, 0, 20, True, 0),
    ("Heading 2", "Normal", HEI, 14, True, None, 18, 8, True, 0),
    ("Heading 3", "Normal", HEI, 12, True, None, 14, 6, True, 0),
    ("Heading 4", "Normal", HEI, 10.5, True, None, 10, 5, True, 0),
    ("Heading 5", "Normal", HEI, 10.5, False, None, 8, 5, True, 0),
    ("Caption", "Normal", HEI, 9.5, True, CENTER, 8, 4, False, 0),
    ("单位", "Normal", SONG, 8, False, RIGHT, 0, 2, True, 0),
    ("图表注释", "Normal", SONG, 8, False, None, 2, 6, False, 0),
    ("表格文字", "Normal", SONG, 9, False, None, 0, 0, False, 0),
    ("图形", "Normal", SONG, 9, False, CENTER, 8, 0, True, 0),
    ("toc 1", "Normal", HEI, 11, False, None, 6, 2, False, 0),
    ("toc 2", "Normal", SONG, 10.5, False, None, 0, 2, False, 0),
    ("toc 3", "Normal", SONG, 10.5, False, None, 0, 2, False, 0),
    ("TOC Heading", "Normal", HEI, 18, True, CENTER, 0, 20, True, 0),
    ("Header", "Normal", SONG, 8, False, None, 0, 0, False, 0),
    ("Footer", "Normal", SONG, 8.5, False, CENTER, 0, 0, False, 0),
]


def docx(book, folder: Path, templates: Path) -> bytes:
    """The book as a Word file."""
    return Writer(book, folder).write()


class Writer:
    """Writes a book into a Word document."""

    def __init__(self, book, folder: Path):
        self.book, self.document = book, Document()
        self.landscape = False
        charts = [block for page in book.pages for block in page.blocks if isinstance(block, Drawing)]
        self.pictures = pictures(charts, folder, book.epoch)
        self.count = 0  # bookmarks and pictures
        self.notes: list[str] = []

    def write(self) -> bytes:
        """The file."""
        self.styles()
        book, add = self.book, self.document.add_paragraph
        add(book.title, "Title")
        add(f"{book.year}年", "Subtitle")
        if book.chapter:
            add(book.chapter, "Subtitle")
        for at, author in enumerate(book.authors):
            line = add(author, "Subtitle")
            line.paragraph_format.space_before = Pt(0 if at else 200)
        for at, (name, text) in enumerate(book.rows):
            line = add(f"{name.strip('　')}：{text}", "图表注释")
            line.paragraph_format.page_break_before = at == 0
        front, rest = book.front()
        for page in front:
            self.page(page)
        self.contents(rest)
        for page in rest:
            self.page(page)
        self.turn(False)
        core, when = self.document.core_properties, datetime.fromtimestamp(book.epoch, UTC).replace(tzinfo=None)
        core.title, core.author, core.language = book.name, "、".join(book.authors), "zh-CN"
        core.created = core.modified = when
        core.subject, core.keywords, core.comments = "社会保险发展年度报告", "社会保险 统计年报", f"数据版本 {book.version}"
        core.last_modified_by = ""
        buffer = io.BytesIO()
        self.document.save(buffer)
        with zipfile.ZipFile(buffer) as archive:
            return pack({name: archive.read(name) for name in archive.namelist()}, book.epoch)

    def styles(self) -> None:
        """Fonts, sizes and distances of every style; A4; header and footer."""
        styles = self.document.styles
        for name, base, font, size, bold, align, before, after, keep, indent in STYLES:
            style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = styles[base] if base else None
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            fonts.attrib.clear()
            for key, value in ("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", font):
                fonts.set(qn(f"w:{key}"), value)
            style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
            style.font.color.rgb = RGBColor(0x0B, 0x3D, 0x6E) if name in BLUE else RGBColor(0, 0, 0)
            shape = style.paragraph_format
            shape.alignment, shape.space_before, shape.space_after = align, Pt(before), Pt(after)
            shape.keep_with_next, shape.first_line_indent = keep, Pt(size * indent)
            shape.line_spacing = 1.0 if name == "图形" else Pt(size * (1.4 if name == "表格文字" else 1.75))
            for border in style.element.findall(".//" + qn("w:pBdr")):
                border.getparent().remove(border)
        self.cell_style = styles["表格文字"].style_id
        for style in styles.element.xpath("w:style[@w:type='table'][not(@w:default)]"):
            styles.element.remove(style)  # the template brings a hundred that the book does not use
        styles["Heading 1"].paragraph_format.page_break_before = True
        for level in (2, 3):
            styles[f"toc {level}"].paragraph_format.left_indent = Pt(14 * (level - 1))
        styles.element.find(".//" + qn("w:lang")).set(qn("w:eastAsia"), "zh-CN")
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(25)
        section.top_margin, section.bottom_margin = Mm(27), Mm(24)
        section.different_first_page_header_footer = True
        section.header.paragraphs[0].text = self.book.name
        section.footer.paragraphs[0]._p.append(parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'))

    def contents(self, pages: list[Page]) -> None:
        """A contents field; until Word updates it, it lists the headings as links."""
        self.document.add_paragraph("目　录", "TOC Heading").paragraph_format.page_break_before = True
        heads = [(int(each.tag[1]), each.text_content().strip(), each) for page in pages for each in page.blocks
                 if isinstance(each, HtmlElement) and each.tag in ("h1", "h2", "h3")]
        for at, (level, text, head) in enumerate(heads):
            head.set("id", f"_Toc{at + 1:05d}")
            line = self.document.add_paragraph(style=f"toc {level}")
            if at == 0:
                self.field(line, "begin", ' TOC \\o "1-3" \\h \\z \\u ')
            line._p.append(parse_xml(f'<w:hyperlink {nsdecls("w")} w:anchor="{head.get("id")}"><w:r><w:t>{escape(text)}'
                                     "</w:t></w:r></w:hyperlink>"))
            if at == len(heads) - 1:
                self.field(line, "end")

    @staticmethod
    def field(line, kind: str, code: str = "") -> None:
        """Beginning or end of a field that Word fills in."""
        space = nsdecls("w")
        dirty = ' w:dirty="true"' if code else ""
        line._p.append(parse_xml(f'<w:r {space}><w:fldChar w:fldCharType="{kind}"{dirty}/></w:r>'))
        if code:
            line._p.append(parse_xml(f'<w:r {space}><w:instrText xml:space="preserve">{code}</w:instrText></w:r>'))
            line._p.append(parse_xml(f'<w:r {space}><w:fldChar w:fldCharType="separate"/></w:r>'))

    def page(self, page: Page) -> None:
        """A chapter."""
        blocks = [block.fitted() if isinstance(block, Sheet) else block for block in page.blocks]
        wide = [isinstance(block, Sheet) and block.landscape for block in blocks]
        for at in reversed(range(len(wide) - 1)):
            wide[at] |= wide[at + 1] and isinstance(blocks[at], HtmlElement) and blocks[at].tag[0] == "h"
        for block, turned in zip(blocks, wide, strict=True):
            self.turn(turned)
            self.block(block, page)

    def turn(self, landscape: bool) -> None:
        """Begin a section of the other orientation where it changes."""
        if landscape != self.landscape:
            section = self.document.add_section(WD_SECTION.NEW_PAGE)
            section.different_first_page_header_footer = False
            section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
            section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
            self.landscape = landscape

    def block(self, block: Block, page: Page) -> None:
        """One block."""
        add = self.document.add_paragraph
        if isinstance(block, Sheet):
            self.mark(add(block.caption, "Caption"), block.id).paragraph_format.keep_with_next = True
            if block.unit:
                add(block.unit, "单位")
            self.sheet(block)
        elif isinstance(block, Drawing):
            self.drawing(block)
            self.mark(add(block.caption, "Caption"), block.id)
        if not isinstance(block, HtmlElement):
            for note in block.notes:
                self.fill(add(style="图表注释"), note)
            if address := self.book.online(page, block.id):
                add(f"网络版：{address}", "图表注释")
            return
        kind = block.get("class", "")
        if block.tag[0] == "h":
            self.mark(add(block.text_content().strip(), f"Heading {block.tag[1]}"), block.get("id", ""))
        elif block.tag in ("ul", "ol", "dl"):
            for item in block:
                if "cards" in kind:
                    text = "　".join("".join(span.itertext()).strip() for span in item.xpath("./span"))
                    add(text, "List Bullet")
                elif block.tag == "dl":
                    line = self.fill(add(), item)
                    for run in line.runs if item.tag == "dt" else ():
                        run.bold = True
                else:
                    self.fill(add(style="List Bullet" if block.tag == "ul" else "List Number"), item)
        else:
            self.fill(add(style="图表注释" if {"note", "lacking"} & set(kind.split()) else "Normal"), block)
        for at, note in enumerate(self.notes, 1):
            add(f"※{at}　{note}", "图表注释")
        self.notes.clear()

    def fill(self, line, element: HtmlElement, bold: bool = False):
        """Append the text of an element to a paragraph."""
        def put(text: str | None) -> None:
            text = re.sub(r"[ \t\n]+", " ", text or "")
            if text.strip(" ") or text and line.runs:
                run = line.add_run(text)
                run.bold = bold or None

        put(element.text)
        for child in element:
            if child.tag == "sup":
                text = child.text_content()
                if child.get("class") == "mark":
                    self.notes.append(text)
                    text = f"※{len(self.notes)}"
                line.add_run(text).font.superscript = True
            elif child.tag == "br":
                line.add_run().add_break()
            else:
                self.fill(line, child, bold or child.tag in ("strong", "b", "em"))
            put(child.tail)
        return line

    def mark(self, line, identity: str):
        """Give a paragraph a bookmark that links lead to."""
        if identity:
            self.count += 1
            name, space = escape(identity.replace("-", "_")), nsdecls("w")
            line._p.insert(1, parse_xml(f'<w:bookmarkStart {space} w:id="{self.count}" w:name="{name}"/>'))
            line._p.append(parse_xml(f'<w:bookmarkEnd {space} w:id="{self.count}"/>'))
        return line

    def drawing(self, chart: Drawing) -> None:
        """A chart as a picture."""
        wide, high = chart.size
        scale = min(SCALE, HIGHEST / high)
        line = self.document.add_paragraph(style="图形")
        shape = line.add_run().add_picture(io.BytesIO(self.pictures[chart.id]), Pt(wide * scale))
        self.count += 1
        about = shape._inline.docPr
        about.set("descr", chart.alt)
        about.set("name", chart.caption)
        about.set("id", str(self.count))

    def sheet(self, sheet: Sheet) -> None:
        """A table: three rules, heads that come again on the next page, rows that are not torn."""
        space = nsdecls("w")
        room = LANDSCAPE if sheet.landscape else PORTRAIT
        grid = "".join(f'<w:gridCol w:w="{width * 20:.0f}"/>' for width in sheet.widths)
        rows = [self.row(row, sheet, True) for row in self.spread(sheet.heads)]
        rows += [self.row([(at, cell) for at, cell in enumerate(row)], sheet, False) for row in sheet.rows]
        rule = '<w:{} w:val="single" w:sz="{}" w:space="0" w:color="{}"/>'
        borders = "".join(rule.format(*each) for each in [
            ("top", 10, "000000"), ("bottom", 10, "000000"), ("insideV", 2, "999999")])
        self.document.element.body.insert_element_before(parse_xml(
            f'<w:tbl {space}><w:tblPr><w:tblW w:w="{room * 20:.0f}" w:type="dxa"/><w:jc w:val="center"/>'
            f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
            '<w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
            '<w:tblLook w:firstRow="1" w:firstColumn="1" w:noHBand="1" w:noVBand="1"/>'
            f'<w:tblCaption w:val="{escape(sheet.caption)}"/>'
            f'</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'), "w:sectPr")

    @staticmethod
    def spread(heads: list[list[Cell]]) -> list[list[tuple[int, Cell | None]]]:
        """Rows of heads with their columns; None continues the cell above."""
        taken: dict[tuple[int, int], bool] = {}
        rows = []
        for y, row in enumerate(heads):
            x, line = 0, []
            for cell in [*row, None]:
                while (y, x) in taken:
                    line.append((x, None))
                    x += 1
                if cell is not None:
                    line.append((x, cell))
                    taken |= {(y + down, x): True for down in range(1, cell.down)}
                    x += cell.across
            rows.append(line)
        return rows

    def row(self, row, sheet: Sheet, head: bool) -> str:
        """XML of a table row."""
        cells = []
        for column, cell in row:
            across = cell.across if cell else 1
            wide = sum(sheet.widths[column:column + across]) * 20
            more = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
            if cell is None or cell.down > 1:
                more += "<w:vMerge/>" if cell is None else '<w:vMerge w:val="restart"/>'
            if head:
                more += '<w:tcBorders><w:bottom w:val="single" w:sz="4" w:space="0" w:color="000000"/></w:tcBorders>'
            number = cell is not None and cell.kind == "number" and not head
            align = '<w:jc w:val="center"/>' if head else '<w:jc w:val="right"/>' if number else ""
            indent = f'<w:ind w:right="{max(sheet.pads[column] - 3, 0) * 20:.0f}" w:firstLine="0"/>' if number else ""
            bold = "<w:b/>" if head or cell and cell.total else ""
            text = "" if cell is None else cell.text.strip(" \n")
            hint = f'<w:rFonts w:eastAsia="{HEI}"/>' if bold else ""
            run = (f'<w:r><w:rPr>{hint}{bold}<w:sz w:val="{sheet.size * 2:.0f}"/></w:rPr>'
                   f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else "")
            cells.append(f'<w:tc><w:tcPr><w:tcW w:w="{wide:.0f}" w:type="dxa"/>{more}<w:vAlign w:val="center"/>'
                         '</w:tcPr><w:p><w:pPr>'
                         f'<w:pStyle w:val="{self.cell_style}"/>{indent}{align}</w:pPr>{run}</w:p></w:tc>')
        about = "<w:cantSplit/>" + ("<w:tblHeader/>" if head else "")
        return f'<w:tr><w:trPr>{about}</w:trPr>{"".join(cells)}</w:tr>'
