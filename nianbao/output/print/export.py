"""PDF, Word and EPUB of an edition, from the executed notebooks, with nothing but wheels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

from nianbao import temporary
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.output import imprint
from nianbao.output.manifest import commit
from nianbao.output.packing import pack
from nianbao.output.print import reading
from nianbao.output.print.definitions import with_definitions
from nianbao.output.print.document import Book
from nianbao.settings import Entry, Settings

#: Where the looks of the book on paper stand.
TEMPLATES = Path(__file__).resolve().parent / "templates"
#: The module that writes each format. They are loaded when wanted: each format has a process of its own, and what one
#: needs takes a second to load.
WRITERS = {"pdf": "typst", "docx": "word", "epub": "epub"}
#: The page that lists the regions, whose pages are a volume of their own on paper.
LISTED = "book/regions"
#: How many characters of a commit are printed.
SHORT_COMMIT = 8

#: A format as a whole, or the files that it packs.
Made = bytes | Mapping[str, bytes | str]


class Edition(Protocol):
    """What is asked of an edition: where its content stands, its year, its settings, its pages."""

    @property
    def root(self) -> Path:
        """The content folder."""

    @property
    def data_folder(self) -> Path:
        """The data of the edition."""

    @property
    def year(self) -> int:
        """The year that the edition reports on."""

    @property
    def settings(self) -> Settings:
        """The settings of the content folder."""

    def pages(self) -> list[Entry]:
        """The pages of the edition, in the order of the contents."""


def export(
    edition: Edition,
    aside: Path,
    formats: Sequence[str],
    source: Path | None = None,
    only: str | None = None,
    stem: str = "",
) -> list[Path]:
    """Write the formats (pdf, docx, epub) of an edition into the folder `aside`; returns the files.

    `source` holds the executed notebooks and `book/` (default: `src` in `aside`); `only` is the name of a chapter for a
    booklet of its own; `stem` the name of the files (default: that of the chapter, else of the edition). DataError for
    an unknown format, for an entry of the contents without a file, and where Typst cannot set the book.
    """
    for format_ in formats:
        if format_ not in WRITERS:
            raise DataError(f"没有“{format_}”格式")
    book = book_of(edition, source or aside / "src", only)
    paths = []
    for format_ in formats:
        with temporary.folder() as folder:
            made = writer(format_)(book, folder, TEMPLATES)
        path = aside / f"{stem or only or f'nianbao-{edition.year}'}.{format_}"
        path.write_bytes(made if isinstance(made, bytes) else pack(made, book.epoch))
        paths.append(path)
    return paths


def book_of(edition: Edition, source: Path, only: str | None = None) -> Book:
    """The book of an edition, or the booklet of the chapter `only`; `source` as in `export`."""
    settings = edition.settings
    version, epoch = commit(edition.root)
    data = Dataset(edition.data_folder, edition.year, lazy=True)
    places = filled_places(f"{settings.title}（{edition.year}年）", data, settings.url)
    pages = [page for page in edition.pages() if page.file != LISTED]
    chapters = with_definitions(reading.chapters(pages, source, only, places), data.catalogue.indicators)
    return Book(
        title=settings.title,
        year=edition.year,
        authors=tuple(settings.authors),
        chapters=chapters,
        version=version[:SHORT_COMMIT],
        epoch=epoch,
        data=imprint.version(data),
        url=settings.url,
        booklet=chapters[0].title if only else "",
        published=settings.published.get(edition.year, ""),
        colophon=settings.colophon,
        contact=settings.contact,
    )


def filled_places(title: str, data: Dataset, url: str) -> dict[str, str]:
    """What stands on paper in the places of the pages: the citation, and which files there are on the web."""
    files = "\n".join(f"- {each.about}" for each in imprint.downloads(data, manifest=True))
    where = f"网络版（<{url}>）" if url else "网络版"
    return {
        imprint.place(imprint.CITATION): imprint.citation(title, data),
        imprint.place(imprint.DOWNLOADS): f"{where}上可以取得：\n\n{files}",
    }


def writer(format_: str) -> Callable[[Book, Path, Path], Made]:
    """The function that writes a format: from the book, a folder to work in, and the folder of the templates."""
    module = import_module(f"nianbao.output.print.{WRITERS[format_]}")
    return getattr(module, format_)
