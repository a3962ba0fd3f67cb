"""Word: real styles, real tables, captions, a contents field, and pictures with alternative text.

`templates/word.yml` has its looks, `word.xml` its body; python-docx brings the rest of the file. Word measures in twips
(twentieths of a point), pictures in EMU (12,700 to a point).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.styles.styles import Styles
from jinja2 import Environment
from PIL import Image

from nianbao.output.packing import unpack
from nianbao.output.print.document import (
    Block,
    Book,
    Chapter,
    Chart,
    Heading,
    Piece,
    Run,
    head_rows,
    words,
)
from nianbao.output.print.layout import FittedTable, fit, is_figure, lay_out, printed_width
from nianbao.output.print.lengths import first_pages
from nianbao.output.print.templating import environment
from nianbao.output.print.typst import CHART_PPI, pictures

#: Font of European letters and digits.
LATIN = "Times New Roman"
#: Width and height of A4 in twips.
PAPER = (11906, 16838)
TWIPS = 20
#: Room that Word itself keeps at the right of a cell, in points.
CELL_MARGIN = 3.0
#: Distance of lines against the size of type, where a style does not say otherwise.
LINES = 1.75
#: The deepest heading in the table of contents.
DEEPEST_LISTED = 2
#: Colours of a picture: charts have few, and letters need some between ink and paper.
PALETTE = 64
#: The version of Word that a document is made for: 15 is every one since 2013.
COMPATIBLE = "15"
#: Of a table that goes on, as many rows at least stand on a page.
TOGETHER = 3
#: Numbers of lists begin with this: python-docx brings lists with numbers below.
FIRST_LIST = 100
#: Numbers of the footnotes that are no notes, but the lines above them.
SEPARATORS = ("-1", "0")
#: The style of every numbered table.
TABLE_STYLE = "NianbaoTable"
#: The number of a table or chart: what stands in front of the number that Word counts.
NUMBERED = re.compile("([表图][A-Z]?[0-9]+-)([0-9]+)")


def docx(book: Book, folder: Path, templates: Path) -> dict[str, bytes]:
    """The files of the book as a Word document; `folder` is for the pictures of its charts."""
    document = Document()
    drawings = {
        chart.identity: embedded(document, small(pictured), chart)
        for chart, pictured in zip(book.charts, pictures(book, folder, templates).values(), strict=True)
    }
    frame = environment(templates)
    held = Held()
    document.element.body[:] = list(parse_xml(body(book, frame, drawings, held)))
    set_styles(document.styles, yaml.safe_load((templates / "word.yml").read_text("utf-8")))
    document.styles.element.append(parse_xml(frame.get_template("word-table.xml").render(style=TABLE_STYLE)))
    add_lists(document, held.lists)
    add_footnotes(document, frame.get_template("word-footnotes.xml").render(notes=held.footnotes))
    set_up(document)
    describe(document, book)
    buffer = io.BytesIO()
    document.save(buffer)
    return unpack(buffer)


@dataclass
class Held:
    """What the body of a document holds that is kept in other parts of the file.

    `footnotes` are the texts of its footnotes; `lists` the first number of each of its ordered lists.
    """

    footnotes: list[str] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)

    def note(self, text: str) -> int:
        """The number of a new footnote."""
        self.footnotes.append(text)
        return len(self.footnotes)

    def again(self, back: int) -> int:
        """The number of a footnote that there is already: `back` is 1 for the last one."""
        return len(self.footnotes) + 1 - back

    def list(self, start: int) -> int:
        """The number of a new ordered list."""
        self.lists.append(start)
        return FIRST_LIST + len(self.lists) - 1


def body(book: Book, frame: Environment, drawings: dict[str, Drawing], held: Held) -> str:
    """The body of the document as XML, by a template of `frame`.

    `drawings` are the embedded pictures by the identity of their chart; `held` gets what other parts of the file keep.
    """
    frame.filters |= {"twips": twips, "rows": word_rows, "fit": fit, "words": words, "bookmark": bookmark}
    bookmarks = count(1)
    shown = [bookmarked(chapter, bookmarks) for chapter in book.chapters]
    rest = [chapter for chapter in shown if not chapter.is_preface]
    labels = {each.identity: each.label for chapter in shown for each in chapter.tables}
    labels |= {each.identity: each.label for chapter in shown for each in chapter.charts}
    about = {
        "number": count(1).__next__,
        "paper": PAPER,
        "drawings": drawings,
        "lay_out": lay_out,
        "held": held,
        "labels": labels,
        "numbered": numbered,
        "table_style": TABLE_STYLE,
    }
    return frame.get_template("word.xml", globals=about).render(
        book=book,
        front=[chapter for chapter in shown if chapter.is_preface],
        rest=rest,
        listed=[heading for chapter in rest for heading in chapter.headings if is_listed(heading)],
        lists=[
            ("表目录", [each for chapter in rest for each in chapter.tables]),
            ("图目录", [each for chapter in rest for each in chapter.charts]),
        ],
        pages=first_pages(shown, DEEPEST_LISTED),
    )


def bookmark(identity: str) -> str:
    """The name of the bookmark of a heading, table or chart: letters, digits and low lines."""
    return re.sub("[^0-9A-Za-z_]", "_", identity)


def numbered(label: str) -> tuple[str, str] | None:
    """What stands in front of the number in the label of a table or chart, and the number; None for another label."""
    found = NUMBERED.fullmatch(label)
    return (found[1], found[2]) if found else None


# -- headings ----------------------------------------------------------------------------------------------------------
def is_listed(heading: Heading) -> bool:
    """Whether the table of contents lists a heading."""
    return heading.level <= DEEPEST_LISTED


def bookmarked(chapter: Chapter, numbers: Iterator[int]) -> Chapter:
    """The chapter for Word: headings with the names that the table of contents needs, links to headings with them.

    `numbers` stand in those names. The table of contents lists no preface.
    """
    blocks: list[Block] = []
    for block in chapter.blocks:
        if isinstance(block, Heading) and block.level > 1:
            listed = is_listed(block) and not chapter.is_preface
            block = replace(block, identity=f"_Toc{next(numbers):05d}" if listed else "")
        blocks.append(block)
    return replace(chapter, blocks=tuple(blocks))


# -- pictures ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Drawing:
    """A picture in the file: the name of its relation, width and height in EMU."""

    relation: str
    wide: int
    high: int


def small(png: bytes) -> bytes:
    """A picture with a palette of few colours, in a third of its bytes."""
    with Image.open(io.BytesIO(png)) as picture:
        reduced = picture.convert("RGB").quantize(PALETTE, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    reduced.save(buffer, "png", optimize=True, dpi=(CHART_PPI, CHART_PPI))
    return buffer.getvalue()


def embedded(document: WordDocument, png: bytes, chart: Chart) -> Drawing:
    """A picture that is put into the document, as wide as its chart is on paper."""
    relation, image = document.part.get_or_add_image(io.BytesIO(png))
    wide, high = image.scaled_dimensions(Pt(printed_width(chart)), None)
    return Drawing(relation, wide, high)


# -- tables ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class WordCell:
    """A cell as Word has it: `width` in points, `across` columns; `merge` is empty, `restart` or `continue`.

    `pad` is the room right of a number, in points, beyond what Word keeps itself; None for what is no number. A row of
    cells to `keep` stands on the same page as the next one. `mark` stands raised behind the text, whose further lines
    begin `hang` points further right.
    """

    text: str
    width: float
    across: int = 1
    merge: str = ""
    pad: float | None = None
    total: bool = False
    keep: bool = False
    mark: str = ""
    hang: float = 0.0


def twips(points: float) -> str:
    """Points as a whole number of twips."""
    return f"{points * TWIPS:.0f}"


def word_rows(fitted: FittedTable) -> Iterator[tuple[bool, list[WordCell]]]:
    """Whether it is a head, and its cells, for every row of a table."""
    for row in word_heads(fitted):
        yield True, [replace(cell, keep=True) for cell in row]
    count_of_rows = len(fitted.table.rows)
    for number, cells in enumerate(fitted.table.rows, 1):
        keep = number < min(TOGETHER, count_of_rows) or count_of_rows - TOGETHER < number < count_of_rows
        yield (
            False,
            [
                WordCell(
                    text=words(tuple(each for each in cell.content if not is_raised(each))).strip(" \n"),
                    width=width,
                    mark=words(tuple(filter(is_raised, cell.content))),
                    hang=fitted.hang(cells, at) * fitted.size,
                    pad=max(fitted.pad(cells, at) - CELL_MARGIN, 0.0) if is_figure(cell) else None,
                    total=cell.total,
                    keep=keep,
                )
                for at, (cell, width) in enumerate(zip(cells, fitted.widths, strict=True))
            ],
        )


def is_raised(piece: Piece) -> bool:
    """Whether a piece of a line is a raised mark, which stands at its end."""
    return isinstance(piece, Run) and piece.raised


def word_heads(fitted: FittedTable) -> Iterator[list[WordCell]]:
    """The heads row by row; a head that takes two rows goes on, empty, in the second."""
    rows = head_rows(fitted.table.heads)
    below = iter(rows[1]) if len(rows) > 1 else iter(())
    first: list[WordCell] = []
    second: list[WordCell] = []
    at = 0
    for head in rows[0] if rows else ():
        widths = fitted.widths[at : at + head.across]
        at += head.across
        merge = "restart" if head.down > 1 else ""
        first.append(WordCell(words(head.content), sum(widths), head.across, merge))
        if merge:
            second.append(WordCell("", sum(widths), merge="continue"))
        elif head.is_group:
            second += [WordCell(words(next(below).content), width) for width in widths]
    yield from filter(None, (first, second))


# -- parts of the file -------------------------------------------------------------------------------------------------
def add_lists(document: WordDocument, starts: Iterable[int]) -> None:
    """A numbering of its own for each ordered list, with its first number."""
    numbering = document.part.numbering_part.element
    like = document.styles["List Number"].element.pPr.numPr.numId.val
    shape = next(each.abstractNumId.val for each in numbering.num_lst if each.numId == like)
    for number, start in enumerate(starts, FIRST_LIST):
        made = numbering.add_num(shape)
        made.numId = number
        made.add_lvlOverride(ilvl=0).add_startOverride(start)


def add_footnotes(document: WordDocument, xml: str) -> None:
    """The part that holds the footnotes."""
    part = Part(PackURI("/word/footnotes.xml"), CT.WML_FOOTNOTES, xml.encode(), document.part.package)
    document.part.relate_to(part, RT.FOOTNOTES)


def set_up(document: WordDocument) -> None:
    """Settings: for the versions of Word in use, and the separators of footnotes."""
    settings = document.settings.element
    (mode,) = settings.xpath("w:compat/w:compatSetting[@w:name='compatibilityMode']")
    mode.set(qn("w:val"), COMPATIBLE)
    notes = OxmlElement("w:footnotePr")
    for number in SEPARATORS:
        notes.append(OxmlElement("w:footnote", {qn("w:id"): number}))
    settings.find(qn("w:compat")).addprevious(notes)
    settings.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")


# -- looks -------------------------------------------------------------------------------------------------------------
def set_styles(known: Styles, looks: dict[str, dict[str, Any]]) -> None:
    """Give the styles of the document the looks of `word.yml`, and leave out those that the book does not use."""
    for name, look in looks.items():
        style = known[name] if name in known else known.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = None if name == "Normal" else known["Normal"]
        set_font(style, look)
        set_paragraph(style, look)
    reference = known.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
    reference.font.superscript = True
    for table_style in known.element.xpath("w:style[@w:type='table'][not(@w:default)]"):
        known.element.remove(table_style)  # python-docx brings a hundred of them
    known.element.find(".//" + qn("w:lang")).set(qn("w:eastAsia"), "zh-CN")


def set_font(style: ParagraphStyle, look: dict[str, Any]) -> None:
    """Font, size, weight and colour of a style."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), LATIN)
    fonts.set(qn("w:eastAsia"), look["font"])
    font = style.font
    font.size = Pt(look["size"])
    font.bold = look.get("bold", False)
    font.italic = False
    font.color.rgb = RGBColor.from_string(look.get("color", "000000"))


def set_paragraph(style: ParagraphStyle, look: dict[str, Any]) -> None:
    """Alignment, indents and distances of a style; borders go."""
    size = look["size"]
    shape = style.paragraph_format
    shape.alignment = WD_ALIGN_PARAGRAPH[look["align"].upper()] if "align" in look else None
    shape.space_before = Pt(look.get("before", 0))
    shape.space_after = Pt(look.get("after", 0))
    shape.keep_with_next = look.get("keep", False)
    shape.first_line_indent = Pt(size * look.get("indent", 0))
    shape.page_break_before = look.get("new page")
    shape.left_indent = Pt(look["left"]) if "left" in look else None
    if "leader" in look:
        shape.tab_stops.add_tab_stop(Pt(look["leader"]), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    lines = look.get("lines", LINES)
    shape.line_spacing = 1.0 if lines == "picture" else Pt(size * lines)  # a picture's line is as high as itself
    for border in style.element.findall(".//" + qn("w:pBdr")):
        border.getparent().remove(border)


def describe(document: WordDocument, book: Book) -> None:
    """Header and footer, and what the file says about itself."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = book.name
    page = OxmlElement("w:fldSimple", {qn("w:instr"): "PAGE"})
    section.footer.paragraphs[0]._p.append(page)
    page.append(section.footer.paragraphs[0].add_run("1")._r)
    core = document.core_properties
    core.title = book.name
    core.author = "、".join(book.authors)
    core.language = "zh-CN"
    core.last_modified_by = ""
    core.created = datetime.fromtimestamp(book.epoch, UTC).replace(tzinfo=None)
    core.modified = core.created
    core.subject = "社会保险发展年度报告"
    core.keywords = "社会保险 统计年报"
    core.comments = f"数据版本 {book.data}"
