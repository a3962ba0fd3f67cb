"""The PDF, and the pictures of Word and EPUB: `book/print/*.typ` read the book and Typst sets it, as PDF/UA-1 and PDF/A-2a."""

from __future__ import annotations

import json
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst
from lxml import etree

from nianbao.errors import DataError
from nianbao.output.print.paper import lay_out

SCALE, HIGHEST = 0.82, 600  # of charts, so that their text is as large as that of tables; points
STANDARDS = ["a-2a", "ua-1"]


def compile_typst(name: str, book, folder: Path, templates: Path, **options) -> Any:
    """Put the book and its drawings into `folder` and compile `name` there, with the fonts of the book and no others.

    DataError says what is wrong, also for a mere warning about a font.
    """
    for path in templates.glob("*.typ"):
        shutil.copy(path, folder)
    charts = []
    for page in book.pages:
        for identity, svg in page.drawings.items():
            (folder / f"{identity}.svg").write_text(svg, "utf-8")
        charts += [dict(picture.attrib) for picture in page.body.iter("img")]
    about = {name: getattr(book, name) for name in ("title", "name", "year", "chapter", "authors", "rows", "date", "data")}
    (folder / "book.json").write_text(json.dumps(about | {"charts": charts, "scale": SCALE, "highest": HIGHEST}), "utf-8")
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False,
                        font_paths=[str(Path(find_spec("mplfonts").submodule_search_locations[0], "fonts"))])
    try:
        made, warnings = typst.compile_with_warnings(
            str(folder / name), root=str(folder), font_paths=fonts, timestamp=book.epoch, **options)
    except typst.TypstError as error:
        raise DataError(f"Typst 未能排版：{error.message}　{'；'.join(error.hints)}") from None
    wrong = [each.diagnostic for each in warnings if "unknown font family" in each.message]
    if wrong:
        raise DataError(f"Typst 排版有警告：{wrong[0]}")
    return made


def pdf(book, folder: Path, templates: Path) -> bytes:
    """The book as PDF; `folder` is for the Typst document and what it needs."""
    root = etree.Element("book")
    for page in book.pages:
        lay_out(page.body)
        page.body.attrib.update({"name": page.name, "part": page.part})
        root.append(page.body)
    (folder / "pages.xml").write_bytes(etree.tostring(root, encoding="utf-8"))
    return compile_typst("book.typ", book, folder, templates, pdf_standards=STANDARDS)


def pictures(book, folder: Path, templates: Path) -> dict[str, bytes]:
    """Charts as PNG at 220 dpi on white, by file name; Typst draws them, so that the fonts are those of the book."""
    names = [f"{identity}.svg" for page in book.pages for identity in page.drawings]
    made = compile_typst("pictures.typ", book, folder, templates, format="png", ppi=220) if names else []
    return dict(zip(names, made if isinstance(made, list) else [made], strict=True))


def cover(book, folder: Path, templates: Path) -> bytes:
    """The cover as PNG."""
    return compile_typst("cover.typ", book, folder, templates, format="png", ppi=144)
