"""The book as XHTML for print: the outputs of the executed notebooks and the pages of `book/`, in the order of `_toc.yml`.

A page is a flat `div` of blocks: `h1` to `h5`, `p`, `ul`, `ol`, `dl`, `blockquote`, `pre`, `div.table` (caption, unit and
notes in it) and `div.chart` (an `img` that stands for one of the page's drawings). The EPUB takes it as it is, `paper` lays
it out for PDF and Word. What only works on a screen (unfolding tables, figures that open) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

import nbformat
from lxml import html as parser
from lxml.html import HtmlElement
from lxml.html import builder as E
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin

from nianbao.errors import DataError
from nianbao.settings import Entry

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table").use(deflist_plugin)
HEADS = ("h1", "h2", "h3", "h4", "h5")
FLAT = {"p", "ul", "ol", "dl", "blockquote", "pre", *HEADS}
HIDDEN = {"remove-cell", "remove-output", "remove_cell", "remove_output", "hide-output"}
SCREEN = ("tabindex", "role", "aria-label", "title", "style")  # attributes that paper has no use for


@dataclass
class Page:
    """A chapter or a page of `book/`; `file` as in `_toc.yml`, `part` the heading it stands under there."""

    file: str
    part: str
    body: HtmlElement
    drawings: dict[str, str]  # SVG by the id of its chart

    @property
    def name(self) -> str:
        """File name without folder."""
        return Path(self.file).name

    @property
    def heads(self) -> list[tuple[int, HtmlElement, str]]:
        """Level, element and text of every heading."""
        return [(int(each.tag[1]), each, each.text_content().strip()) for each in self.body if each.tag in HEADS]

    @property
    def title(self) -> str:
        """Its first heading."""
        return next((text for level, _, text in self.heads if level == 1), self.name)


def read(entries: list[Entry], source: Path, only: str | None = None, url: str = "") -> list[Page]:
    """The pages of the contents, from `source` (executed notebooks, `book/`), the preface first.

    `only` names one of them; `url` is the address of the online edition, to which tables and charts then link.
    """
    pages = [page(entry.file, entry.part, load(source / entry.file)) for entry in entries if not only or entry.name == only]
    known = {each for page in pages for each in page.body.xpath("./div/@id")}
    names = {page.name for page in pages if page.heads}
    for each in pages:
        tidy_links(each.body, known, names)
        for block in each.body.xpath("./div[@id]") if url else ():
            address = f"{url.rstrip('/')}/{each.file}.html#{block.get('id')}"
            block.append(E.P(E.CLASS("note"), E.A("网络版", E.CLASS("online"), href=address)))
    return sorted(pages, key=lambda page: page.name != "preface")


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
        return f'{match[0]}<sup class="mark">{escape(note)}</sup>'

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

    return MARKDOWN.render(re.sub(r"(?ms)^(:{3,}|`{3,})\{([\w-]+)\}[ ]*([^\n]*)\n(.*?)^\1[ ]*$", directive, text))


def page(file: str, part: str, text: str) -> Page:
    """A page from its HTML."""
    drawings: list[str] = []

    def keep(match: re.Match) -> str:  # SVG is XML: the HTML parser would spoil it
        drawings.append(match[0])
        return f"<img data-svg='{len(drawings) - 1}'>"

    tree = parser.fragment_fromstring(re.sub(r"(?s)<svg\b.*?</svg>", keep, text), create_parent="div")
    for useless in tree.xpath(".//details|.//script|.//style|.//button|.//comment()"):
        useless.drop_tree()
    for figure in tree.xpath(".//data"):
        figure.drop_tag()
    for cell in tree.xpath(".//td[contains(@style, 'right')]"):
        cell.set("class", "number")
    for each in tree.iter():
        for name in SCREEN:
            each.attrib.pop(name, None)
    made = Page(file, part, E.DIV(), {})
    for block in flatten(tree, made.drawings, drawings):
        block.tail = None
        made.body.append(block)
    for each in made.body.iter("p", "li", "dt", "dd"):
        each.text = (each.text or "").lstrip(" \n") or None
    depth = 0
    for level, head, _ in made.heads:
        depth = min(level, depth + 1)  # no level is left out
        head.tag = f"h{depth}"
    if made.heads:
        made.heads[0][1].set("id", f"page-{made.name}")
    return made


def flatten(element: HtmlElement, used: dict[str, str], drawings: list[str]) -> Iterator[HtmlElement]:
    """Blocks of an element and of what is in it; drawings that stand in it are put into `used`."""
    for child in list(element):
        if child.xpath("self::*[contains(@class,'chart')]//img[@data-svg]"):
            svg = drawings[int(child.xpath(".//img/@data-svg")[0])]
            used[child.get("id", "")] = svg
            yield chart(child, svg)
        elif child.xpath("self::figure[.//table]|self::table"):
            yield table(child)
        elif child.tag in FLAT:
            yield child
        elif child.xpath(".//*[self::p or self::table or self::figure or self::ul or self::ol or self::h2]"):
            yield from flatten(child, used, drawings)
        elif child.text_content().strip():
            child.tag = "p"
            yield child


def chart(element: HtmlElement, svg: str) -> HtmlElement:
    """A chart: a picture with its size in points, caption, notes."""
    wide, high = re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', svg).groups()
    title = unescape(re.search(r"(?s)<title[^>]*>(.*?)</title>", svg)[1])
    caption = "".join(element.xpath(".//figcaption//text()")).strip()
    picture = E.IMG(src=f"{element.get('id', '')}.svg", alt=title, width=wide, height=high)
    return E.DIV({"class": "chart", "id": element.get("id", "")}, E.FIGURE(picture, E.FIGCAPTION(caption)),
                 *element.xpath(".//p[@class='note']"))


def table(element: HtmlElement) -> HtmlElement:
    """A table: caption with unit, heads, rows, notes; marks of cells are explained in the notes."""
    block = E.DIV(element) if element.tag == "table" else element
    block.tag = "div"
    block.set("class", "table")
    for wrapper in block.xpath("./div|.//caption/*[@class='title']"):
        wrapper.drop_tag()
    for mark in block.xpath(".//sup[@class='mark']"):
        row = "".join(mark.xpath("ancestor::tr[1]/*[1]//text()")).strip()
        block.append(E.P(f"※ {row}：{mark.text_content()}", E.CLASS("note")))
        mark.text, mark.attrib["class"] = "※", "star"
    return block


def tidy_links(body: HtmlElement, ids: set[str], names: set[str]) -> None:
    """Links to tables, charts and pages of the book stay, as do those to the web; others become plain text."""
    for link in body.xpath(".//a"):
        target, _, place = link.get("href", "").partition("#")
        name = Path(target).stem
        if place in ids:
            link.set("href", f"#{place}")
        elif name in names:
            link.set("href", f"#page-{name}")
        elif not target.startswith(("http://", "https://", "mailto:")):
            link.drop_tag()


def endnotes(body: HtmlElement) -> None:
    """Number the marks of each block and put their notes below it, for formats without footnotes."""
    for block in list(body):
        for at, mark in reversed(list(enumerate(block.xpath(".//sup[@class='mark']"), 1))):
            block.addnext(E.P(f"※{at}　{mark.text_content()}", E.CLASS("note")))
            mark.clear(keep_tail=True)
            mark.text = f"※{at}"
