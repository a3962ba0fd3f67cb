"""The PDF: a Typst document written from the pages, compiled by the `typst` wheel as PDF/UA-1 and PDF/A-2a."""

from __future__ import annotations

import json
import re
import shutil
from importlib.util import find_spec
from pathlib import Path

import typst
from lxml.html import HtmlElement

from .errors import DataError
from .printed import Block, Cell, Drawing, Page, Sheet

FONTS = "NotoSansCJKsc-Regular.otf", "NotoSerifCJKsc-Regular.otf"
SCALE, HIGHEST = 0.82, 600  # of charts, so that their text is as large as that of tables; points
STANDARDS = ["a-2a", "ua-1"]
MARKUP = {"strong": "#strong[{}]", "b": "#strong[{}]", "em": "#strong[{}]", "i": "{}", "sup": "#super[{}]",
          "sub": "#sub[{}]", "code": "{}"}


def fonts(folder: Path) -> typst.Fonts:
    """The two fonts of the book and nothing else, whatever the machine has."""
    folder.mkdir(exist_ok=True)
    for name in FONTS:
        if not (folder / name).exists():
            font = Path(find_spec("mplfonts").submodule_search_locations[0], "fonts", name)
            try:
                (folder / name).symlink_to(font)
            except OSError:  # Windows without the right to link
                shutil.copy(font, folder)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def compile_typst(path: Path, epoch: int, **options) -> bytes:
    """Compile a Typst file with the fonts of the book; DataError says what is wrong, also for a mere warning."""
    try:
        made, warnings = typst.compile_with_warnings(
            str(path), root=str(path.parent), font_paths=fonts(path.parent / "fonts"), timestamp=epoch, **options)
    except typst.TypstError as error:
        raise DataError(f"Typst 未能排版：{error.message}　{'；'.join(error.hints)}") from None
    wrong = [each.diagnostic for each in warnings if "unknown font family" in each.message]
    if wrong:
        raise DataError(f"Typst 排版有警告：{wrong[0]}")
    return made


def quoted(text: str) -> str:
    """A Typst string."""
    return json.dumps(text, ensure_ascii=False)


def plain(text: str | None) -> str:
    """Text with every sign that means something to Typst escaped."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", re.sub(r"[ \t\n\r]+", " ", text or ""))


def inline(element: HtmlElement | None) -> str:
    """Content of an element as Typst markup."""
    if element is None:
        return ""
    parts = [plain(element.text)]
    for child in element:
        inner = inline(child)
        if child.tag == "br":
            inner = "#linebreak()"
        elif child.tag == "sup" and child.get("class") == "mark":
            inner = f"#footnote[#h(0.3em){inner}]"
        elif child.tag == "a":
            target = child.get("href", "")
            where = f"label({quoted(target[1:])})" if target.startswith("#") else quoted(target)
            inner = f"#link({where})[{inner}]"
        elif inner.strip():
            inner = MARKUP.get(child.tag, "{}").format(inner)
        parts += [inner, plain(child.tail)]
    return "".join(parts)


def opening(book) -> list[str]:
    """Settings and cover."""
    names = "".join(f"{quoted(name)}," for name in book.authors)
    return [
        '#import "yearbook.typ": *',
        f"#show: yearbook.with(title: {quoted(book.name)}, author: ({names}), "
        f"keywords: ({quoted('社会保险')}, {quoted('统计年报')}, {quoted(str(book.year))}), "
        f"description: {quoted('社会保险发展年度报告，数据版本' + (book.version or book.date))})",
        f"#cover(title: {quoted(book.title)}, year: {quoted(f'{book.year}年')}, author: ({names}), "
        f"subtitle: {quoted(book.chapter) if book.chapter else 'none'})",
    ]


def pdf(book, folder: Path, templates: Path) -> bytes:
    """The book as PDF; `folder` is for the Typst document and what it needs."""
    shutil.copy(templates / "yearbook.typ", folder)
    writer = Writer(folder, book.online)
    front, rest = book.front()
    starts = [page for page, last in zip(rest, [None, *rest], strict=False) if not last or page.part != last.part]
    ends = [f"<page-{page.name}>" for page in starts[1:]] + ["none"]
    parts = "".join(f"({quoted(page.part)}, <page-{page.name}>, {end}),"
                    for page, end in zip(starts, ends, strict=True))
    known = "".join(f"({quoted(name)}, {quoted(text)})," for name, text in book.rows)
    lines = [
        *opening(book),
        f"#imprint({quoted(book.name)}, ({known}))",
        f'#set page(numbering: "i", header: running-head({quoted(book.title)}), footer: page-number)',
        "#counter(page).update(1)",
        *(writer.page(page) for page in front),
        f"#contents(({parts}))",
        '#pagebreak(to: "odd", weak: true)',
        '#set page(numbering: "1")',
        "#counter(page).update(1)",
        *(writer.page(page) for page in rest),
    ]
    path = folder / "book.typ"
    path.write_text("\n\n".join(lines) + "\n", "utf-8")
    return compile_typst(path, book.epoch, pdf_standards=STANDARDS)


class Writer:
    """Writes the pages as a Typst document into `folder`; `online` gives the address of a block, or nothing."""

    def __init__(self, folder: Path, online):
        self.folder, self.online = folder, online
        self.parts: list[tuple[bool, bool, str]] = []  # landscape, heading, text

    def page(self, page: Page) -> str:
        """A chapter."""
        self.parts.clear()
        for place, block in enumerate(page.blocks):
            sheet = block.fitted() if isinstance(block, Sheet) else None
            heading = isinstance(block, HtmlElement) and re.fullmatch("h[1-5]", block.tag) is not None
            text = self.block(sheet or block, page)
            if place == 0 and heading:
                text += f" <page-{page.name}>"
            self.parts.append((bool(sheet and sheet.landscape), heading, text))
        return "\n\n".join(self.turned())

    def turned(self):
        """The blocks with the page turned for wide tables; headings go with the table that follows them."""
        wide = [landscape for landscape, _, _ in self.parts]
        for at in reversed(range(len(wide) - 1)):
            wide[at] |= wide[at + 1] and self.parts[at][1]
        now = False
        for turn, (_, _, text) in zip(wide, self.parts, strict=True):
            if turn != now:
                yield f"#set page(flipped: {'true' if turn else 'false'})"
            now = turn
            yield text
        if now:
            yield "#set page(flipped: false)"

    def block(self, block: Block, page: Page) -> str:
        """One block."""
        if isinstance(block, Sheet):
            return self.sheet(block, page)
        if isinstance(block, Drawing):
            return self.drawing(block, page)
        if block.tag[0] == "h":
            return f"{'=' * int(block.tag[1])} {inline(block)}"
        if block.tag == "ul" and "cards" in block.get("class", ""):
            return "#cards(" + "".join(
                "(" + ",".join(f"[{inline(one)}]" for one in item.xpath("./span")) + ")," for item in block) + ")"
        if block.tag in ("ul", "ol"):
            return "\n".join(f"{'-' if block.tag == 'ul' else '+'} {inline(item).strip()}" for item in block)
        if block.tag == "dl":
            return "\n".join(f"/ {inline(item)}: " if item.tag == "dt" else inline(item) for item in block)
        if {"lacking", "note"} & set(block.get("class", "").split()):
            return f"#note[{inline(block)}]"
        return inline(block).strip()

    def notes(self, block: Sheet | Drawing, page: Page) -> str:
        """Notes below a table or chart."""
        texts = [inline(each) for each in block.notes]
        address = self.online(page, block.id)
        if address:
            texts.append(f"#link({quoted(address)})[网络版]")
        return "".join(f"#note[{each}]" for each in texts)

    def drawing(self, chart: Drawing, page: Page) -> str:
        """A chart, drawn from its SVG."""
        (self.folder / f"{chart.id}.svg").write_text(re.sub(r"(?s)<title.*?</title>", "", chart.svg), "utf-8")
        wide, high = chart.size
        width = wide * min(SCALE, HIGHEST / high)
        return (f"#chart({quoted(chart.id + '.svg')}, width: {width:.1f}pt, alt: {quoted(chart.alt)}, "
                f"caption: [{plain(chart.caption)}], notes: [{self.notes(chart, page)}]) {label(chart.id)}")

    def sheet(self, sheet: Sheet, page: Page) -> str:
        """A table."""
        def cell(each: Cell, column: int) -> str:
            text = inline(each.content).strip(" \n")
            text = f"#hei(by: 0pt)[{text}]" if each.total and text else text
            return f"n({sheet.pads[column]}pt)[{text}]," if each.kind == "number" else f"t[{text}],"

        heads = "".join(
            f"th({each.across}, {each.down})[{inline(each.content)}],"
            for row in sheet.heads for each in row)
        rows = "\n".join(
            "".join(cell(each, column) for column, each in enumerate(row)) for row in sheet.rows)
        widths = "".join(f"{width}pt," for width in sheet.widths)
        unit = f"[{plain(sheet.unit)}]" if sheet.unit else "none"
        return (f"#sheet(caption: [{plain(sheet.caption)}], unit: {unit}, size: {sheet.size}pt, "
                f"widths: ({widths}), seam: {sheet.seam}, heads: ({heads}), head-rows: {len(sheet.heads)}, rows: ({rows}), "
                f"notes: [{self.notes(sheet, page)}]) {label(sheet.id)}")


def label(identity: str) -> str:
    """A label behind a block that links can lead to."""
    return f"#label({quoted(identity)})" if identity else ""


def pictures(charts: list[Drawing], folder: Path, epoch: int) -> dict[str, bytes]:
    """Charts as PNG at 220 dpi on white, by id; Typst draws them, so that the fonts are those of the book."""
    if not charts:
        return {}
    pages = []
    for chart in charts:
        (folder / f"{chart.id}.svg").write_text(re.sub(r"(?s)<title.*?</title>", "", chart.svg), "utf-8")
        wide, high = chart.size
        pages.append(f"#page(width: {wide}pt, height: {high}pt, margin: 0pt, image({quoted(chart.id + '.svg')}, "
                     f"width: {wide}pt))")
    path = folder / "pictures.typ"
    path.write_text("\n".join(pages), "utf-8")
    made = compile_typst(path, epoch, format="png", ppi=220)
    return dict(zip([chart.id for chart in charts], made if isinstance(made, list) else [made], strict=True))


def cover_picture(book, folder: Path, templates: Path) -> bytes:
    """The cover as PNG."""
    shutil.copy(templates / "yearbook.typ", folder)
    path = folder / "cover.typ"
    path.write_text("\n\n".join(opening(book)), "utf-8")
    return compile_typst(path, book.epoch, format="png", ppi=144)
