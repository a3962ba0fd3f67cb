"""Pages that Sphinx does not write: each is put into a frame that Sphinx has written once.

There are many of them, of regions and of indicators, and a corrected figure changes most. What they hold is HTML that
is ready; the frame is a page of the book with marks in the places of title, text and name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from nianbao.chapter.markdown import PAGES
from nianbao.chapter.record import MIME, Fact, Paragraph, ProseRecord, Record, from_json, of_output, plain
from nianbao.data.csvfiles import write_csv
from nianbao.output.levels import Levels
from nianbao.output.records import HIDDEN, Part, parts_of, whole
from nianbao.output.tables.observations import HEADS

#: The name of a frame, in the folder that its pages are put into.
FRAME = "frame"
#: Marks in a frame: what is put in their places.
TITLE = "@@title@@"
TEXT = "@@text@@"
SUMMARY = "@@summary@@"
SECTIONS = "@@sections@@"
#: The folders of the pages of regions and of indicators.
REGIONS = "notebooks"
INDICATORS = "indicator"
#: The page of the contents that the pages of regions belong to.
CONTENTS = "book/regions"
#: A heading of a page that makes a section of its own.
HEADING = re.compile(r"^(#{1,6}) +(.+)$", re.MULTILINE)
#: Characters of a summary.
LONGEST = 120
#: In front of the number of a section, in its name.
SECTION = "s"


@dataclass(frozen=True)
class FramedPage:
    """A page: its `name` in its folder, `title`, `text` as HTML, a `summary` for search engines, its `sections`.

    `sections` are the titles of its sections by the names to link to.
    """

    name: str
    title: str
    text: str
    summary: str = ""
    sections: Mapping[str, str] | None = None


def frame_context() -> dict[str, Any]:
    """What the template of a page shows in a frame."""
    return {
        "title": TITLE,
        "prev": None,
        "next": None,
        "body": TEXT,
        "description": SUMMARY,
        "display_toc": True,
        "toc": SECTIONS,
    }


def filled(frame: str, folder: str, page: FramedPage, current: str) -> str:
    """A page in its frame; `current` is the page of the contents that it belongs to, such as `book/regions`."""
    facts = folder if folder == INDICATORS else "facts"  # the file of an indicator's figures stands beside its page
    text = frame.replace(f"{folder}/{FRAME}", f"{folder}/{page.name}").replace(
        f"facts/{FRAME}.", f"{facts}/{page.name}."
    )
    link = f'<li class="toctree-l1"><a class="reference internal" href="../{current}.html">'
    text = text.replace(link, link.replace("toctree-l1", "toctree-l1 current").replace("internal", "current internal"))
    text = text.replace(TITLE, escape(page.title)).replace(SUMMARY, escape(page.summary))
    return text.replace(SECTIONS, contents(page.title, page.sections or {})).replace(TEXT, page.text)


def contents(title: str, sections: Mapping[str, str]) -> str:
    """The contents of a page, as Sphinx writes them: its sections below its title."""
    items = []
    for name, words in sections.items():
        items.append(f'<li><a class="reference internal" href="#{name}">{escape(words)}</a></li>')
    below = f"<ul>{''.join(items)}</ul>" if items else ""
    return f'<ul><li><a class="reference internal" href="#">{escape(title)}</a>{below}</li></ul>'


def write(html: Path, folder: str, pages: Iterable[FramedPage], current: str) -> None:
    """Put pages into the frame in their folder below `html`, and take the frame and pages of earlier builds away."""
    place = html / folder
    path = place / f"{FRAME}.html"
    frame = path.read_text("utf-8")
    for page in pages:
        (place / f"{page.name}.html").write_text(filled(frame, folder, page, current), "utf-8", newline="\n")
    path.unlink()


def write_regions(html: Path, pages: Iterable[RegionPage], codes: Mapping[str, str], levels: Levels) -> None:
    """Write the pages of regions, with a file of each region's figures; those of earlier builds are gone.

    `codes` are those of the regions by page, `levels` those of the edition.
    """
    known = {each.page.name: each for each in pages}
    for path in (html / REGIONS).glob("*.html"):
        if path.stem not in known and path.stem.partition("-")[0] == next(iter(codes)).partition("-")[0]:
            path.unlink()
    for name in known:
        lines = [HEADS, *(row.texts() for row in levels.observations if row.item == codes[name])]
        write_csv(html / "downloads" / f"{name}.csv", lines)
    write(html, REGIONS, (each.page for each in known.values()), CONTENTS)


# -- the page of a region ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class RegionPage:
    """An executed notebook about a region, as far as its page needs it.

    `page` is the page; `parts` are its headings and paragraphs, for the search; `told` is what each output says of its
    figures.
    """

    page: FramedPage
    parts: tuple[Part, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True)
class Told:
    """What the record of an output says of its figures: the names of those `printed`, and the `facts` on all."""

    printed: tuple[str, ...]
    facts: Mapping[str, Fact]


def region_page(path: Path) -> RegionPage:
    """The page of a region from its executed notebook.

    Of tables only the HTML and the facts are looked at: to take up every cell as a record takes longer than all else.
    """
    blocks: list[str] = []
    parts: list[Part] = []
    told: list[Told] = []
    sections: dict[str, str] = {}
    title = ""
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            text = whole(cell["source"])
            parts += parts_of(text)
            html, title = headings(text, sections, title)
            blocks.append(html)
            continue
        hidden = HIDDEN & set(cell.get("metadata", {}).get("tags", []))
        for output in cell.get("outputs", []):
            known = output.get("data", {}).get(MIME)
            if known is None:
                continue
            told.append(facts_of(known))
            if not hidden:
                blocks.append(whole(output["data"]["text/html"]))
                parts += prose_of(output)
    blocks.append(f'<p class="take"><span>下载</span> <a href="../downloads/{path.stem}.csv" download>CSV</a></p>')
    inner = "\n".join(blocks) + ("</section>" if sections else "")
    prose = [block for part in parts if isinstance(part, ProseRecord) for block in part.blocks]
    words = [plain(block.content) for block in prose if isinstance(block, Paragraph)]
    page = FramedPage(path.stem, title, inner, "".join(words)[:LONGEST], sections)
    return RegionPage(page, tuple(parts), tuple(told))


def headings(text: str, sections: dict[str, str], title: str) -> tuple[str, str]:
    """Markdown as HTML whose headings of the second level open sections; and the title of the page.

    The sections are added to `sections`.
    """
    html = PAGES.render(text)
    found = HEADING.findall(text)
    for marks, words in found:
        if len(marks) == 1:
            title = words
        elif len(marks) == 2:
            name = f"{SECTION}{len(sections) + 1}"
            close = "</section>\n" if sections else ""
            sections[name] = words
            heading = f"<h2>{escape(words)}</h2>"
            html = html.replace(heading, f'{close}<section id="{name}">\n{heading}', 1)
    return html, title


def facts_of(known: Mapping[str, Any]) -> Told:
    """What a record says of its figures; `known` is the record as JSON."""
    facts = {name: from_json(each) for name, each in known.get("facts", {}).items()}
    return Told(tuple(known.get("printed", ())), facts)


def prose_of(output: Mapping[str, Any]) -> list[Record]:
    """The record of an output that is prose; nothing for any other."""
    if output["data"][MIME]["type"] != "ProseRecord":
        return []
    record = of_output(output)
    return [record] if record else []


def region_pages(executed: Path, names: Sequence[str]) -> list[RegionPage]:
    """The pages of regions from the folder of the executed notebooks."""
    return [region_page(executed / f"{name}.ipynb") for name in names]
