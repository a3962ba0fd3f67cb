"""PDF, Word and EPUB of an edition, from the executed notebooks, with nothing but wheels."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.output import imprint
from nianbao.output.manifest import commit
from nianbao.output.packing import pack
from nianbao.output.print import pages as printed
from nianbao.output.print.pages import Page

TEMPLATES = Path(__file__).resolve().parent / "templates"
WRITERS = {"pdf": ".typst", "docx": ".word", "epub": ".epub"}  # loaded when wanted: each has a process of its own


@dataclass
class Book:
    """What the writers need to know; `chapter` is the title of a booklet of one chapter."""

    title: str
    year: int
    authors: list[str]
    pages: list[Page]
    version: str
    epoch: int  # seconds; the date of everything made
    url: str = ""
    chapter: str = ""
    data: str = ""  # fingerprint of the data

    @property
    def name(self) -> str:
        """The whole title."""
        return f"{self.title}（{self.year}年）" + (f"·{self.chapter}" if self.chapter else "")

    @property
    def date(self) -> str:
        """Date of the data, as readers write it."""
        day = time.gmtime(self.epoch + 8 * 3600)
        return f"{day.tm_year}年{day.tm_mon}月{day.tm_mday}日"

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The imprint."""
        code = f"{self.version}（{self.date}）" if self.version else self.date if self.epoch else ""
        rows = [("书　　名", self.name), ("编　　者", "、".join(self.authors)), ("版　　次", f"{self.year}年版"),
                ("数据版本", self.data), ("程序版本", code), ("网络版　", self.url),
                ("说　　明", "表、图和文字由同一套数据计算生成；每个数的出处、算法和误差范围见网络版。")]
        return [row for row in rows if row[1]]


def export(edition, aside: Path, formats: list[str], source: Path | None = None, only: str | None = None) -> list[Path]:
    """Write the formats (pdf, docx, epub) of the edition into `aside`; returns the files.

    `source` holds the executed notebooks; `only` is the name of a chapter for a booklet of its own.
    """
    known = edition.settings
    paths, (version, epoch), fingerprint = [], commit(edition.root), imprint.version(Dataset(edition.data_folder, edition.year, lazy=True))
    for kind in formats:
        if kind not in WRITERS:
            raise DataError(f"没有“{kind}”格式")
        pages = printed.read(known.entries(), source or aside / "src", only, known.url)  # anew: a writer changes them
        book = Book(known.title, edition.year, known.authors, pages, version[:8], epoch, known.url,
                    pages[0].title if only else "", fingerprint)
        with tempfile.TemporaryDirectory() as work:
            made = getattr(import_module(WRITERS[kind], __package__), kind)(book, Path(work), TEMPLATES)
        paths.append(aside / f"{only or f'nianbao-{edition.year}'}.{kind}")
        paths[-1].write_bytes(made if isinstance(made, bytes) else pack(made, book.epoch))
    return paths
