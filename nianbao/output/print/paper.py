"""How tables stand on paper: size of type, widths of columns, long narrow ones in two halves, wide ones across the page."""

from __future__ import annotations

import json
from copy import deepcopy
from itertools import zip_longest

from lxml.html import HtmlElement
from lxml.html import builder as E

from nianbao.output.print.pages import HEADS

PORTRAIT, LANDSCAPE = 453.5, 700.1  # width of the type area in points
SIZES = (9, 8.5, 8, 7.5)
FEW = 10  # rows of a wide table that is set smaller rather than on a page of its own
SPLIT_ROWS = 16  # narrow tables this long or longer stand in two columns


def lay_out(body: HtmlElement) -> None:
    """Fit every table of a page (`data-fit`) and put wide ones, with the headings just above, into `div.turned`."""
    tables = [block for block in body if block.get("class") == "table"]
    heads = {block: tuple(head.text_content() for head in block.xpath(".//thead//th")) for block in tables}
    wide_ones = {block for block in tables if fit(block)["room"] == LANDSCAPE}
    for block in list(wide_ones):  # tables of one kind stand alike
        if any(heads[other] == heads[block] and other not in wide_ones for other in tables) and fit(block, upright=True)["room"] == PORTRAIT:
            wide_ones.remove(block)
    turned = None
    for block in reversed(list(body)):
        wide = block in wide_ones
        if not wide and (turned is None or block.tag not in HEADS):
            turned = None
            continue
        if turned is None:
            turned = E.DIV(E.CLASS("turned"))
            block.addnext(turned)
        turned.insert(0, block)


def measure(text: str) -> float:
    """Width of a text in em, near enough to lay out columns."""
    return sum(1 if ord(letter) > 0x2E7F or letter in "—…※∶" else 0.57 for letter in text.strip("\n "))


def width(cell: HtmlElement) -> float:
    """Width of a cell's text in em."""
    return measure(cell.text_content())


def is_number(cell: HtmlElement) -> bool:
    """Whether a cell of the body stands at the right."""
    return "number" in cell.get("class", "")


def span(cell: HtmlElement) -> tuple[int, int]:
    """Columns and rows that a cell takes."""
    return int(cell.get("colspan", 1)), int(cell.get("rowspan", 1))


def grid(rows: list[HtmlElement]) -> list[dict[int, HtmlElement]]:
    """The cell that stands in each column, for each row; one that spans stands in several."""
    found: list[dict[int, HtmlElement]] = [{} for _ in rows]
    for y, row in enumerate(rows):
        for cell in row:
            x = next(x for x in range(len(found[y]) + 1) if x not in found[y])
            across, down = span(cell)
            for line in found[y:y + down]:
                line |= dict.fromkeys(range(x, x + across), cell)
    return found


def fit(block: HtmlElement, upright: bool = False) -> dict:
    """The widths of the columns and the room right of their numbers, in points; size of type; seam between halves.

    `upright`: rather small type than a page across.
    """
    for cell in block.xpath(".//tbody/tr[@class='total']/*"):
        cell.set("class", f"{cell.get('class', '')} total")  # the halves of a row may differ
    seam = halve(block)
    rows = block.xpath(".//tbody/tr")
    heads = grid(block.xpath(".//thead/tr")) or [{x: E.TH() for x in grid(rows[:1])[0]}]
    lowest = [head for _, head in sorted(heads[-1].items())]
    many = len(lowest)
    columns = list(zip(*(row for row in rows if len(row) == many), strict=True)) or [()] * many
    bodies = [max(map(width, column), default=2) for column in columns]
    wraps = [not column or any(not is_number(cell) or width(cell) > 11 for cell in column) for column in columns]
    pieces = [[measure(text) for text in head.itertext()] or [0] for head in lowest]  # units and short words stay whole
    shortest = [max(2, *(each if each <= 6 else max(each / 2, 4) for each in sizes)) for sizes in pieces]
    least = [max(min(body, max(8, min(body / 4, 15))) if wrap else body, head)
             for body, head, wrap in zip(bodies, shortest, wraps, strict=True)]
    wanted = [max(min(body, 40), min(width(head), 8)) for body, head in zip(bodies, lowest, strict=True)]
    small = (7, 6.5) if len(rows) < FEW or upright else ()
    for room, size in [*((PORTRAIT, size) for size in (*SIZES, *small)), *((LANDSCAPE, size) for size in (*SIZES, 7, 6.5, 6))]:
        ems = room / size - 0.9 * many
        if sum(least) <= ems and (sum(wanted) <= 1.6 * ems or upright or room == LANDSCAPE or size <= SIZES[-1]):
            break
    spare, more = ems - sum(least), sum(wanted) - sum(least)
    if more > spare:
        taken = [low + (high - low) * max(spare, 0) / more + 0.9 for low, high in zip(least, wanted, strict=True)]
    else:
        taken = [high + (spare - more) * high / sum(wanted) + 0.9 for high in wanted]
    scale = room / sum(taken)
    widths = [round(each * scale, 2) for each in taken]
    pads = [round(max((whole - body * size) / 2, 0.4 * size), 2) for whole, body in zip(widths, bodies, strict=True)]
    found = {"room": room, "size": size, "widths": widths, "pads": pads, "seam": seam}
    block.set("data-fit", json.dumps(found))
    return found


def halve(block: HtmlElement) -> int:
    """Long tables of two or three short columns stand in two halves side by side, as in the printed yearbooks.

    Returns the column at which the second half begins, or 0.
    """
    head, rows = block.xpath(".//thead/tr"), block.xpath(".//tbody/tr")
    many = len(head[0]) if len(head) == 1 else 0
    if not 0 < many <= 3 or len(rows) < SPLIT_ROWS or any(
            len(row) != many or width(row[0]) > 12 or any(width(cell) > 8 for cell in row[1:]) for row in rows):
        return 0
    head[0].extend(deepcopy(list(head[0])))
    half = (len(rows) + 1) // 2
    blank = [E.TD({"class": cell.get("class", "").replace(" total", "")}) for cell in rows[0]]
    for left, right in zip_longest(rows[:half], rows[half:], fillvalue=blank):
        left.extend(list(right))
    for row in rows[half:]:
        row.drop_tree()
    return many
