"""The book as one tree for print: the outputs of the executed notebooks and the pages of `book/`, in the order of
`_toc.yml`. PDF, Word and EPUB are written from it.

A page is a flat list of blocks: lxml elements `h1` to `h5`, `p`, `ul`, `ol`, `dl`, `blockquote`, `pre`, a `Sheet` (a
table) or a `Drawing` (a chart). What only works on a screen (unfolding tables, figures that open) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path

import nbformat
import yaml
from lxml import html as parser
from lxml.html import HtmlElement
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin

from .errors import DataError

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table").use(deflist_plugin)
FLAT = {"p", "ul", "ol", "dl", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5"}
HIDDEN = {"remove-cell", "remove-output", "remove_cell", "remove_output", "hide-output"}
PORTRAIT, LANDSCAPE = 453.5, 700.1  # width of the type area in points
SIZES = (9, 8.5, 8, 7.5)
FEW = 10  # rows of a wide table that is set smaller rather than on a page of its own
SPLIT_ROWS = 16  # narrow tables this long or longer stand in two columns


@dataclass
class Cell:
    """A cell of a table: what is in it, `kind` text or number, whether it is part of a total, its span."""

    content: HtmlElement | None = None
    kind: str = "text"
    total: bool = False
    across: int = 1
    down: int = 1

    @property
    def text(self) -> str:
        """The cell's text."""
        return "" if self.content is None else self.content.text_content()


@dataclass
class Sheet:
    """A table: rows of cells, the first `len(heads)` of them heads, and how it fits on paper."""

    id: str
    caption: str
    unit: str
    heads: list[list[Cell]]
    rows: list[list[Cell]]
    notes: list[HtmlElement]
    widths: list[float] = field(default_factory=list)  # points
    pads: list[float] = field(default_factory=list)  # to the right of numbers, so that they stand below their head
    size: float = SIZES[0]
    landscape: bool = False
    seam: int = 0  # column at which the second half of a split table begins

    def fitted(self) -> Sheet:
        """The table as it is printed: split in two halves where it is long and narrow, with type size and widths."""
        sheet = self.halved()
        columns = list(zip(*(row for row in sheet.rows if len(row) == len(sheet.columns)), strict=True))
        bodies = [max((measure(cell.text) for cell in column), default=2) for column in columns]
        bodies = bodies or [2.0] * len(sheet.columns)
        wraps = [any(cell.kind == "text" or measure(cell.text) > 11 for cell in column) for column in columns]
        wraps = wraps or [True] * len(bodies)
        heads = [measure(head.text) for head in sheet.columns]
        shortest = [max(max(map(measure, re.split("(?=（)", head.text))), 2) for head in sheet.columns]
        shortest = [each if each <= 5 else max(each / 2, 4) for each in shortest]
        least = [max(min(body, max(8, min(body / 4, 15))) if wrap else body, head)
                 for body, head, wrap in zip(bodies, shortest, wraps, strict=True)]
        wanted = [max(min(body, 40), min(head, 8)) for body, head in zip(bodies, heads, strict=True)]
        many = len(wanted)
        small = (7, 6.5) if len(sheet.rows) < FEW else ()
        tries = [(PORTRAIT, size) for size in (*SIZES, *small)] + [(LANDSCAPE, size) for size in (*SIZES, 7, 6.5, 6)]
        for room, size in tries:  # noqa: B007
            ems = room / size - 0.9 * many
            if sum(least) <= ems and (sum(wanted) <= 1.6 * ems or room == LANDSCAPE or size <= SIZES[-1]):
                break
        spare, more = ems - sum(least), sum(wanted) - sum(least)
        if more > spare:
            taken = [low + (high - low) * max(spare, 0) / more for low, high in zip(least, wanted, strict=True)]
        else:
            taken = [high + (spare - more) * high / sum(wanted) for high in wanted]
        taken = [each + 0.9 for each in taken]
        scale = room / sum(taken)
        sheet.widths = [round(each * scale, 2) for each in taken]
        sheet.pads = [round(max((width - body * size) / 2, 0.4 * size), 2)
                      for width, body in zip(sheet.widths, bodies, strict=True)]
        sheet.size, sheet.landscape = size, room == LANDSCAPE
        return sheet

    @property
    def columns(self) -> list[Cell]:
        """The lowest head of each column."""
        if not self.heads:
            return [Cell() for _ in self.rows[0]] if self.rows else []
        grid: dict[tuple[int, int], Cell] = {}
        for y, row in enumerate(self.heads):
            x = 0
            for cell in row:
                while (y, x) in grid:
                    x += 1
                for down in range(cell.down):
                    for across in range(cell.across):
                        grid[y + down, x + across] = cell
                x += cell.across
        last = len(self.heads) - 1
        return [grid[last, x] for x in range(sum((y == last) for y, _ in grid))]

    def halved(self) -> Sheet:
        """Two halves side by side, as in the printed yearbooks, for long regional tables of two or three columns."""
        width = len(self.columns)
        rest = [cell for row in self.rows for cell in row[1:]]
        if (width > 3 or len(self.heads) != 1 or len(self.rows) < SPLIT_ROWS
                or any(len(row) != width for row in self.rows)
                or any(measure(cell.text) > 8 for cell in rest) or any(measure(row[0].text) > 12 for row in self.rows)):
            return replace(self)
        half = (len(self.rows) + 1) // 2
        blank = [Cell(kind=cell.kind) for cell in self.rows[0]]
        right = [*self.rows[half:], *[blank] * (2 * half - len(self.rows))]
        rows = [left + other for left, other in zip(self.rows[:half], right, strict=True)]
        return replace(self, heads=[self.heads[0] * 2], rows=rows, seam=width)


@dataclass
class Drawing:
    """A chart: its SVG, what it shows in words, caption and notes."""

    id: str
    caption: str
    alt: str
    svg: str
    notes: list[HtmlElement]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        _, _, wide, high = map(float, re.search(r'viewBox="([^"]+)"', self.svg)[1].split())
        return wide, high


Block = HtmlElement | Sheet | Drawing


@dataclass
class Page:
    """A chapter or a page of `book/`; `file` as in `_toc.yml`, `part` the heading it stands under there."""

    file: str
    part: str
    blocks: list[Block]

    @property
    def name(self) -> str:
        """File name without folder."""
        return Path(self.file).name

    @property
    def title(self) -> str:
        """Its first heading."""
        first = next((each for each in self.blocks if isinstance(each, HtmlElement) and each.tag == "h1"), None)
        return self.name if first is None else first.text_content().strip()


def measure(text: str) -> float:
    """Width of a text in em, near enough to lay out columns."""
    return sum(1 if ord(letter) > 0x2E7F or letter in "—…※∶" else 0.57 for letter in text.strip("\n "))


def entries(root: Path) -> Iterator[tuple[str, str]]:
    """(file, part) of every page in `_toc.yml`."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    yield toc["root"], ""
    for part in toc.get("parts", [toc]):
        for entry in part.get("chapters", []):
            yield entry["file"], part.get("caption", "")
            for section in entry.get("sections", []):
                yield section["file"], part.get("caption", "")


def read(root: Path, source: Path, only: str | None = None) -> list[Page]:
    """The pages of the `_toc.yml` in `root`, from `source` (executed notebooks, `book/`); `only` names one of them."""
    pages = [Page(file, part, list(blocks(load(source / file)))) for file, part in entries(root)
             if not only or Path(file).name == only]
    known = {block.id for page in pages for block in page.blocks if isinstance(block, Sheet | Drawing)}
    names = {page.name for page in pages}
    for page in pages:
        depth = 0
        for block in page.blocks:
            if isinstance(block, HtmlElement):
                if re.fullmatch("h[1-5]", block.tag):
                    depth = min(int(block.tag[1]), depth + 1)  # no level is left out
                    block.tag = f"h{depth}"
                tidy_links(block, known, names)
    return pages


def load(path: Path) -> str:
    """HTML of a page: `path` without suffix is a notebook or a Markdown file."""
    if path.with_suffix(".md").exists():
        return markdown(path.with_suffix(".md").read_text("utf-8"))
    if not path.with_suffix(".ipynb").exists():
        raise DataError(f"目录 _toc.yml 中的“{path.name}”没有对应的文件：{path}")
    parts = []
    for cell in nbformat.read(path.with_suffix(".ipynb"), as_version=4).cells:
        if cell.cell_type == "markdown":
            parts.append(markdown(cell.source))
        elif not HIDDEN & set(cell.metadata.get("tags", [])):
            parts += [output_html(output) for output in cell.get("outputs", [])]
    return "\n".join(parts)


def output_html(output) -> str:
    """HTML of a notebook output; a figure with a mark carries its note."""
    data, about = output.get("data", {}), output.get("metadata", {}).get("nianbao", {})
    text = data.get("text/html") or markdown(data.get("text/markdown", ""))

    def noted(match: re.Match) -> str:
        note = about.get("facts", {}).get(match[1], {}).get("note") or "与原件中的其他数不符，见核对一章。"
        return f'{match[0]}<sup class="mark">{note}</sup>'

    return re.sub(r'<data [^>]*data-q="([^"]*)"[^>]*data-mark="1"[^>]*>[^<]*</data>', noted, text)


def markdown(text: str) -> str:
    """HTML of Markdown; of MyST what a plain page uses: labels, roles and directives become their text."""
    text = re.sub(r"(?m)^\([\w-]+\)=\n|^%.*\n", "", text)
    text = re.sub(r"\{[\w:-]+\}`([^`<]+?)(?:\s*<[^>`]*>)?`", r"\1", text)

    def directive(match: re.Match) -> str:
        body = re.sub(r"(?m)\A(?:---\n.*?\n---\n|(?::[\w-]+:.*\n)+)", "", match[4])
        if match[2] == "glossary":
            return re.sub(r"(?m)^(\S.*)\n((?:[ \t]+\S.*\n?)+)", lambda m: f"{m[1]}\n: {m[2].strip()}\n", body)
        return "" if match[2] in {"contents", "tableofcontents", "raw"} else f"\n{match[3]}\n\n{body}\n"

    text = re.sub(r"(?ms)^(:{3,}|`{3,})\{([\w-]+)\}[ ]*([^\n]*)\n(.*?)^\1[ ]*$", directive, text)
    return MARKDOWN.render(text)


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a page."""
    drawings: list[str] = []

    def keep(match: re.Match) -> str:
        drawings.append(match[0])
        return f"<img data-svg='{len(drawings) - 1}'>"

    tree = parser.fragment_fromstring(re.sub(r"(?s)<svg\b.*?</svg>", keep, text), create_parent="div")
    for useless in tree.xpath(".//details|.//script|.//style|.//button|.//comment()"):
        useless.drop_tree()
    for figure in tree.xpath(".//data"):
        figure.drop_tag()
    yield from flatten(tree, drawings)


def flatten(element: HtmlElement, drawings: list[str]) -> Iterator[Block]:
    """Blocks of an element and of what is in it."""
    for child in element:
        chart = child.xpath("self::*[contains(@class,'chart')]//img[@data-svg]")
        if chart:
            svg = drawings[int(chart[0].get("data-svg"))]
            title = parser.fromstring(re.search(r"(?s)<title[^>]*>.*?</title>", svg)[0]).text_content()
            caption = "".join(child.xpath(".//figcaption//text()")).strip()
            yield Drawing(child.get("id", ""), caption, title, svg, child.xpath(".//p[@class='note']"))
        elif child.xpath("self::figure[.//table]|self::table"):
            yield sheet(child)
        elif child.tag in FLAT:
            child.tail = None
            yield child
        elif child.xpath(".//*[self::p or self::table or self::figure or self::ul or self::ol or self::h2]"):
            yield from flatten(child, drawings)
        elif child.text_content().strip():
            child.tag, child.tail = "p", None
            yield child


def sheet(element: HtmlElement) -> Sheet:
    """A table from its HTML."""
    def cells(row: HtmlElement) -> list[Cell]:
        found = []
        for cell in row.xpath("./th|./td"):
            kind = "number" if "number" in cell.get("class", "") or "right" in cell.get("style", "") else "text"
            spans = int(cell.get("colspan", 1)), int(cell.get("rowspan", 1))
            found.append(Cell(cell, kind, row.get("class") == "total", *spans))
        return found

    def text(path: str) -> str:
        return "".join(element.xpath(path + "//text()")).strip()

    body = element.xpath(".//tr[not(parent::thead)]")
    notes = element.xpath(".//p[@class='note']")
    for mark in element.xpath(".//sup[@class='mark']"):
        row = "".join(mark.xpath("ancestor::tr[1]/*[1]//text()")).strip()
        note = f"※ {escape(row)}：{escape(mark.text_content())}"
        notes.append(parser.fragment_fromstring(f"<p class='note'>{note}</p>"))
        mark.text, mark.attrib["class"] = "※", "star"
    caption = text(".//caption/*[@class='title']") or text(".//caption")
    return Sheet(element.get("id", ""), caption, text(".//caption/*[@class='unit']"),
                 [cells(row) for row in element.xpath(".//thead/tr")], [cells(row) for row in body],
                 notes)


def tidy_links(block: HtmlElement, ids: set[str], names: set[str]) -> None:
    """Links to tables, charts and pages of the book stay, as do those to the web; others become plain text."""
    for link in block.xpath(".//a"):
        target, _, place = link.get("href", "").partition("#")
        name = Path(target).stem
        if place in ids:
            link.set("href", f"#{place}")
        elif name in names:
            link.set("href", f"#page-{name}")
        elif not target.startswith(("http://", "https://", "mailto:")):
            link.drop_tag()
