"""Links to the pages of regions: from the rows of tables and charts, and from the list of all regions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from nianbao.chapter.html import head_html
from nianbao.chapter.record import FigureText, Row, TableBody, Text
from nianbao.data.catalogue import Item
from nianbao.figures.ids import FigureId
from nianbao.output.web.framed import REGIONS

#: Codes of regions by the names of their pages.
Pages = Mapping[str, str]


def with_regions(html: str, body: TableBody, pages: Pages, name: str) -> str:
    """The HTML of a table, or a chart with its numbers, in which the name of a region leads to its page.

    `body` are the rows it was made from, `pages` the codes of the regions by page, `name` the page that it stands on.
    """
    if not pages:
        return html
    by_code = {code: page for page, code in pages.items()}
    top = "" if name.startswith(f"{REGIONS}/") else f"{'../' * name.count('/')}{REGIONS}/"
    done = set()
    for row in body.rows:
        code = region_of(row)
        first = row.cells[0] if row.cells else None
        if code in by_code and isinstance(first, Text) and first.text not in done:
            done.add(first.text)
            words = head_html(first.text)
            html = html.replace(f"{words}</th>", f'<a href="{top}{by_code[code]}.html">{words}</a></th>')
    return html


def region_of(row: Row) -> str:
    """The code of the item that all figures of a row are about; nothing where there is none, or more than one."""
    codes = {FigureId.parse(cell.id).key.item for cell in row.cells if isinstance(cell, FigureText)}
    return codes.pop() if len(codes) == 1 else ""


@dataclass(frozen=True)
class Branch:
    """A region in the list of all, with those that are a part of it."""

    item: Item
    below: Sequence[Branch]


def branches(regions: Mapping[str, Item], pages: Pages) -> list[list[Branch]]:
    """The lists of regions below each that is a part of none: those with a page, and those above one."""
    codes = set(pages.values())

    def below(above: str) -> list[Branch]:
        found = [Branch(item, below(item.code)) for item in regions.values() if item.parent == above]
        return [each for each in found if each.item.code in codes or each.below]

    return [below(item.code) for item in regions.values() if not item.parent]


def words_of_list(regions: Mapping[str, Item], pages: Pages) -> list[str]:
    """What the list of all regions says of each, as plain text: its name and its note."""

    def words(of: Iterable[Branch]) -> Iterator[str]:
        for each in of:
            yield f"{each.item.name}　{each.item.note}".rstrip("　")
            yield from words(each.below)

    return [each for below in branches(regions, pages) for each in words(below)]


def listed(regions: Mapping[str, Item], pages: Pages, top: str) -> str:
    """The list of all regions as HTML, each below the one that it is a part of, with links to their pages.

    `top` leads from the page to the folder of all pages.
    """
    by_code = {code: page for page, code in pages.items()}

    def line(branch: Branch) -> str:
        item = branch.item
        name = escape(item.name)
        if item.code in by_code:
            name = f'<a href="{top}{REGIONS}/{by_code[item.code]}.html">{name}</a>'
        note = f"　{escape(item.note)}" if item.note else ""
        return f"<li>{name}{note}{as_list(branch.below)}</li>"

    def as_list(of: Sequence[Branch]) -> str:
        return f"<ul>{''.join(map(line, of))}</ul>" if of else ""

    return "".join(map(as_list, branches(regions, pages)))
