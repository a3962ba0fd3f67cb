"""A picture for each chapter, which other sites show beside a link (Open Graph): its title, the book, who published it.

No number stands in it: a picture that travels alone could not bear a mark or be corrected.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import typst

from nianbao.charts.style import COLORS, FONT, FONT_FILE, INK

#: Below the folder of an edition: where the pictures stand, and that of the whole book.
FOLDER = "pictures"
BOOK = "book.png"
#: Pixels of a picture, and dots per inch: its page has four thirds of a point a pixel.
WIDTH = 1200
HEIGHT = 630
DENSITY = 96
POINT = 72 / DENSITY
COLOR = COLORS["enterprise"]


@dataclass(frozen=True)
class Postcard:
    """A picture: the `title` of a chapter (empty for the whole book), that of the `book`, who published it."""

    title: str
    book: str
    publisher: str


def write(shown: Mapping[Path, Postcard], root: Path) -> None:
    """Write pictures below the folder `root`, by their files; all in one run of Typst."""
    main = root / "pictures.typ"
    head = (
        f"#set page(width: {WIDTH * POINT}pt, height: {HEIGHT * POINT}pt, margin: (x: 60pt, y: 48pt))\n"
        f'#set text(font: "{FONT}", lang: "zh", fill: rgb("{INK}"))\n#set par(leading: 0.6em)\n'
    )
    main.write_text(head + "\n#pagebreak()\n".join(map(page, shown.values())), "utf-8", newline="\n")
    made = typst.compile(str(main), root=str(root), format="png", ppi=DENSITY, font_paths=[str(FONT_FILE.parent)])
    main.unlink()
    images = made if isinstance(made, list) else [made]
    for path, image in zip(shown, images, strict=True):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(image)


def page(card: Postcard) -> str:
    """A page of Typst: the title of a chapter large, of the book small; of the book alone large."""
    large, small = (card.title, card.book) if card.title else (card.book, "")
    return (
        f'#rect(width: 72pt, height: 9pt, fill: rgb("{COLOR}"))\n'
        f'#v(18pt)\n#text(size: 24pt, fill: rgb("{COLOR}"), {quoted(small)})\n'
        f"#v(1fr)\n#text(size: 50pt, {quoted(large)})\n#v(1.4fr)\n"
        f"#text(size: 19pt, fill: luma(90), {quoted(card.publisher)})\n"
    )


def quoted(text: str) -> str:
    """A text as a string of Typst."""
    return json.dumps(text, ensure_ascii=False)
