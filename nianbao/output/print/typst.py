"""The PDF, and the pictures of Word and EPUB: Typst sets them, as PDF/UA-1 and PDF/A-2a.

The templates (`templates/*.typ`) read `book.json`: what the book says of itself, its charts, and its chapters as they
are laid out. In it an object names its kind (`paragraph`, `fittedtable` …) beside the fields of its type; a run of
words without any look of its own is a mere string.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

from nianbao.errors import DataError
from nianbao.output.print.compact import compact
from nianbao.output.print.document import Book, Chapter, Chart, Paragraph, Run, Table, head_rows, kind
from nianbao.output.print.fitting import LOOSE, End, leadings
from nianbao.output.print.layout import (
    HALF,
    Drawings,
    FittedTable,
    fit,
    is_figure,
    keep,
    lay_out,
    printed_width,
    with_drawings,
)

#: What the PDF conforms to.
STANDARDS = ["a-2a", "ua-1"]
#: The level of the headings of sections; and how often on average a title stands where sections say nothing of what
#: a chapter is about.
SECTION = 2
MANY_ALIKE = 4
#: What Typst parts from a box in front of it at the end of a line, unlike other signs that close a clause.
SEMICOLON = "；"
#: Dots an inch of the charts in Word at their own size, of which they have `SCALE` on paper; and of the cover.
CHART_PPI = 180.0
COVER_PPI = 144.0


def pdf(book: Book, folder: Path, templates: Path) -> bytes:
    """The book as PDF; `folder` is for the Typst documents and what they need."""
    prepare(book, folder, templates)
    data = book_data(book)

    def ends(distances: Mapping[str, float]) -> dict[str, End]:
        """Where chapters end."""
        write_data(data, folder, distances)
        found = query(folder / "book.typ", "<chapter-ends>")
        return {each["name"]: End(each["page"], each["y"]) for each in found}

    names = [chapter.name for chapter in book.chapters if not chapter.is_preface]
    write_data(data, folder, leadings(names, ends))
    return compact(compiled(folder / "book.typ", book, pdf_standards=STANDARDS))


def pictures(book: Book, folder: Path, templates: Path) -> dict[str, bytes]:
    """Charts as PNG on white, by identity; Typst draws them, so that the fonts are those of the book."""
    identities = [chart.identity for chart in book.charts]
    if not identities:
        return {}
    made = compile_typst("pictures.typ", book, folder, templates, format="png", ppi=CHART_PPI)
    pages = made if isinstance(made, list) else [made]
    return dict(zip(identities, pages, strict=True))


def cover(book: Book, folder: Path, templates: Path) -> bytes:
    """The cover as PNG."""
    return compile_typst("cover.typ", book, folder, templates, format="png", ppi=COVER_PPI)


def compile_typst(name: str, book: Book, folder: Path, templates: Path, **options: Any) -> Any:
    """Put the book and its drawings into `folder` and compile the template `name` there.

    `options` and what is returned as in `compiled`.
    """
    prepare(book, folder, templates)
    write_data(book_data(book), folder, {})
    return compiled(folder / name, book, **options)


def prepare(book: Book, folder: Path, templates: Path) -> None:
    """Put templates and drawings into `folder`."""
    for path in templates.glob("*.typ"):
        shutil.copy(path, folder)
    for chart in book.charts:
        (folder / svg_file(chart)).write_text(chart.svg, "utf-8", newline="\n")
        if chart.narrow:
            (folder / narrow_file(chart)).write_text(chart.narrow, "utf-8", newline="\n")


def write_data(data: Mapping[str, Any], folder: Path, leadings: Mapping[str, float]) -> None:
    """Write what the templates read, with the distance of lines in em of each chapter."""
    chapters = [{**each, "leading": leadings.get(each["name"], LOOSE)} for each in data["chapters"]]
    (folder / "book.json").write_text(
        json.dumps({**data, "chapters": chapters}, ensure_ascii=False), "utf-8", newline="\n"
    )


def query(path: Path, selector: str) -> list[Any]:
    """The values of what a document marks; DataError says what is wrong with it."""
    try:
        found = typst.query(str(path), selector, field="value", root=str(path.parent), font_paths=book_fonts())
    except typst.TypstError as error:
        raise failed(error) from None
    return list(json.loads(found))


def failed(error: typst.TypstError) -> DataError:
    """What Typst says where it cannot set a document."""
    return DataError(f"Typst 未能排版：{error.message}　{'；'.join(error.hints)}")


def compiled(path: Path, book: Book, **options: Any) -> Any:
    """A document compiled; `options` go to Typst, which sees the fonts of the book and no others.

    Returns bytes, or a list of them where a picture is made of each of several pages. DataError says what is wrong,
    also for a mere warning about a font.
    """
    try:
        made, warnings = typst.compile_with_warnings(
            str(path), root=str(path.parent), font_paths=book_fonts(), timestamp=book.epoch, **options
        )
    except typst.TypstError as error:
        raise failed(error) from None
    for warning in warnings:
        if "unknown font family" in warning.message:
            raise DataError(f"Typst 排版有警告：{warning.diagnostic}")
    return made


@cache
def book_fonts() -> Any:
    """The fonts that come with the program's packages, and none of the machine's."""
    package = find_spec("mplfonts")
    if package is None or not package.submodule_search_locations:
        raise DataError("缺少字体包 mplfonts，请按 requirements.txt 安装")
    folder = Path(package.submodule_search_locations[0], "fonts")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


# -- book.json ---------------------------------------------------------------------------------------------------------
def book_data(book: Book) -> dict[str, Any]:
    """The whole book as the templates read it."""
    return {
        "title": book.title,
        "name": book.name,
        "year": book.year,
        "booklet": book.booklet,
        "authors": list(book.authors),
        "imprint": book.imprint,
        "data": book.data,
        "charts": [{"file": svg_file(chart), "width": chart.width, "height": chart.height} for chart in book.charts],
        "lists": [
            listed(name, shown)
            for name, shown in (
                ("表", [table for chapter in book.chapters for table in chapter.tables]),
                ("图", book.charts),
            )
            if shown
        ],
        "depth": contents_depth([chapter for chapter in book.chapters if not chapter.is_preface]),
        "front": [chapter_data(chapter) for chapter in book.chapters if chapter.is_preface],
        "chapters": [chapter_data(chapter) for chapter in book.chapters if not chapter.is_preface],
    }


def contents_depth(chapters: Sequence[Chapter]) -> int:
    """Levels of headings that the table of contents lists: two, but one where all chapters have the same sections."""
    sections = [heading.text for chapter in chapters for heading in chapter.headings if heading.level == SECTION]
    return SECTION if len(set(sections)) * MANY_ALIKE > len(sections) else SECTION - 1


def listed(name: str, shown: Sequence[Table | Chart]) -> dict[str, Any]:
    """A list of tables or charts: its name, and number, title and label of each."""
    rows = [{"number": each.label, "title": each.title, "label": each.identity} for each in shown]
    return {"name": name, "rows": rows}


def chapter_data(chapter: Chapter) -> dict[str, Any]:
    """A chapter: its name, the part of the book it belongs to, the label of its first heading, its blocks laid out."""
    return {
        "name": chapter.name,
        "part": chapter.part,
        "label": next((heading.identity for heading in chapter.headings), ""),
        "blocks": data_of(tuple(keep(with_drawings(lay_out(chapter.blocks))))),
    }


def data_of(value: Any) -> Any:
    """A block, a piece of a line, or several of them, as JSON."""
    made = value
    match value:
        case Run():
            made = run_data(value)
        case Paragraph():
            made = fields_of(value) | {"leads": value.leads}
        case Table():  # within a list or a quotation, where no page can be turned
            made = table_data(fit(value, upright=True))
        case FittedTable():
            made = table_data(value)
        case Chart():
            made = chart_data(value)
        case Drawings():
            write = half_data if value.narrow else chart_data
            made = fields_of(value) | {"charts": [write(each) for each in value.charts]}
        case tuple() | list():
            made = [data_of(each) for each in closed(value)]
        case _ if is_dataclass(value):
            made = fields_of(value)
    return made


def fields_of(value: Any) -> dict[str, Any]:
    """A value of a type of the document with its kind and all its fields."""
    return {"kind": kind(value)} | {field.name: data_of(getattr(value, field.name)) for field in fields(value)}


def closed(values: Sequence[Any]) -> list[Any]:
    """The pieces of a line, semicolons behind whole words within these: Typst would let a line begin with them."""
    made: list[Any] = []
    for value in values:
        last = made[-1] if made else None
        if isinstance(last, Run) and last.whole and isinstance(value, Run) and value.text.startswith(SEMICOLON):
            made[-1] = replace(last, text=last.text + SEMICOLON)
            rest = replace(value, text=value.text.removeprefix(SEMICOLON))
            made += [rest] if rest.text else []
        else:
            made.append(value)
    return made


def run_data(run: Run) -> str | dict[str, Any]:
    """Words, as a mere string where they have no look of their own."""
    return run.text if run == Run(run.text) else fields_of(run)


def table_data(fitted: FittedTable) -> dict[str, Any]:
    """A table with all that its setting needs; sizes in points, `seam` the column behind which a thick rule stands."""
    table = fitted.table
    return {
        "kind": "fittedtable",
        "identity": table.identity,
        "label": table.label,
        "caption": table.caption,
        "unit": table.unit,
        "size": fitted.size,
        "widths": list(fitted.widths),
        "seam": fitted.seam,
        "ruled": fitted.is_ruled,
        "heads": data_of(head_rows(table.heads)),
        "rows": [
            [
                {"content": data_of(cell.content), "total": cell.total, "whole": fitted.is_whole(row)}
                | ({"pad": fitted.pad(row, at)} if is_figure(cell) else {"hang": fitted.hang(row, at)})
                for at, cell in enumerate(row)
            ]
            for row in table.rows
        ],
        "notes": data_of(table.notes),
    }


def chart_data(chart: Chart) -> dict[str, Any]:
    """A chart; `width` is that on paper, in points."""
    return {
        "kind": "chart",
        "identity": chart.identity,
        "says": data_of(chart.says),
        "caption": chart.caption,
        "alt": chart.alt,
        "file": svg_file(chart),
        "width": round(printed_width(chart), 1),
        "notes": data_of(chart.notes),
    }


def half_data(chart: Chart) -> dict[str, Any]:
    """A chart in its narrow form, for half a page."""
    return chart_data(chart) | {"file": narrow_file(chart), "width": HALF}


def svg_file(chart: Chart) -> str:
    """Name of the file that holds the drawing of a chart."""
    return f"{chart.identity}.svg"


def narrow_file(chart: Chart) -> str:
    """Name of the file that holds its narrow drawing."""
    return f"{chart.identity}-narrow.svg"
