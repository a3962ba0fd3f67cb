"""Charts as pictures: a PNG beside each SVG, with its caption and the title of the book."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import typst

from nianbao.charts.style import FONT, FONT_FILE

#: Dots per inch of a PNG.
DENSITY = 150


def pictures(drawn: Mapping[Path, str], title: str) -> None:
    """Write a PNG beside each SVG in `drawn`, which gives its caption; all in one run of Typst.

    The SVG files stand in folders beside each other; `title` stands below each picture.
    """
    if not drawn:
        return
    root = next(iter(drawn)).parent.parent
    sizes = "#set page(width: auto, height: auto, margin: 12pt)\n"
    letters = f'#set text(font: "{FONT}", size: 10.5pt)\n'
    pages = [page(path.relative_to(root), caption, title) for path, caption in drawn.items()]
    main = root / "pictures.typ"
    main.write_text(sizes + letters + "\n#pagebreak()\n".join(pages), "utf-8", newline="\n")
    made = typst.compile(str(main), root=str(root), format="png", ppi=DENSITY, font_paths=[str(FONT_FILE.parent)])
    main.unlink()
    images = made if isinstance(made, list) else [made]
    for path, image in zip(drawn, images, strict=True):
        path.with_suffix(".png").write_bytes(image)


def page(path: Path, caption: str, title: str) -> str:
    """A page of Typst that shows the SVG at `path`."""
    above = f'#text(weight: "bold", {quoted(caption)})'
    drawing = f'#image("{path.as_posix()}")'
    below = f"#text(size: 8pt, fill: luma(90), {quoted(title)})"
    return f"{above}\n\n{drawing}\n\n{below}"


def quoted(text: str) -> str:
    """A text as a string of Typst."""
    return json.dumps(text, ensure_ascii=False)
