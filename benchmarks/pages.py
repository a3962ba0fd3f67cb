"""How full the pages of a printed book are.

    .venv/bin/python benchmarks/pages.py _build/2025/nianbao-2025.pdf

A page is as full as the part of its type area, from top to bottom, that something stands in: what is blank from side to
side over more than 9 mm is counted as empty, wherever on the page it is. Counted are the pages behind the last page of
the contents and lists, which the program finds by their bookmarks; the pages in front are counted apart.
"""

import sys
from pathlib import Path

import numpy as np
import pypdf
import pypdfium2

MM = 72 / 25.4
#: The type area in points from the edges of the paper, on an upright page.
TOP, BOTTOM, SIDE = 27 * MM, 24 * MM, 25 * MM
#: A blank of more points than this counts as empty.
GAP = 9 * MM
#: Pixels a point.
SCALE = 1.0
#: What is darker than this is ink.
INK = 250
#: Bookmarks of what stands in front of the chapters.
FRONT = ("序言", "目　录", "表目录", "图目录", "表和图")


def fill(page: pypdfium2.PdfPage) -> float:
    """The part of the height of the type area in which something stands, 0 to 1."""
    pixels = np.asarray(page.render(scale=SCALE, grayscale=True).to_pil())
    top, bottom = round(TOP * SCALE), round(BOTTOM * SCALE)
    body = pixels[top : pixels.shape[0] - bottom]
    inked = np.flatnonzero((body < INK).any(axis=1))
    if not len(inked):
        return 0.0
    edges = np.concatenate(([-1], inked, [len(body)]))
    blanks = np.diff(edges) - 1
    return 1 - float(blanks[blanks > GAP * SCALE].sum()) / len(body)


def first_chapter(path: Path) -> int:
    """Index of the page on which the first chapter begins."""
    reader = pypdf.PdfReader(path)
    marks = [mark for mark in reader.outline if not isinstance(mark, list)]
    chapters = [reader.get_destination_page_number(mark) for mark in marks if mark.title not in FRONT]
    return min(number for number in chapters if number is not None)


def main() -> None:
    """Pages, mean fill, those less than half full."""
    path = Path(sys.argv[1])
    document = pypdfium2.PdfDocument(path)
    first = first_chapter(path)
    fills = [fill(page) for page in document]
    body = fills[first:]
    low = [f"{number}（{each:.2f}）" for number, each in enumerate(fills, 1) if number > first and each < 0.5]
    print(f"{len(fills)} pages, {first} of them in front of the first chapter; {path.stat().st_size / 1e6:.2f} MB")
    print(f"mean fill of {len(body)} pages: {sum(body) / len(body):.3f}")
    print(f"less than half full: {len(low)}: {'　'.join(low)}")


if __name__ == "__main__":
    main()
