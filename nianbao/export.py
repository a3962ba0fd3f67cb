"""PDF, Word and EPUB of an edition, from the executed notebooks, with nothing but wheels."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import yaml

from . import printed
from .errors import DataError
from .printed import Page


@dataclass
class Book:
    """What the writers need to know: title, imprint, pages; `chapter` is the title of a booklet of one chapter."""

    title: str
    year: int
    authors: list[str]
    rows: list[tuple[str, str]]  # imprint
    pages: list[Page]
    epoch: int  # seconds; the date of everything made
    url: str = ""
    chapter: str = ""
    version: str = ""

    @property
    def name(self) -> str:
        """The whole title."""
        return f"{self.title}（{self.year}年）" + (f"·{self.chapter}" if self.chapter else "")

    @property
    def date(self) -> str:
        """Date of the data, as readers write it."""
        day = time.gmtime(self.epoch + 8 * 3600)
        return f"{day.tm_year}年{day.tm_mon}月{day.tm_mday}日"

    def online(self, page: Page, place: str) -> str:
        """Address of a table or chart in the online edition; nothing where none is configured."""
        return f"{self.url.rstrip('/')}/{page.file}.html#{place}" if self.url else ""

    def front(self) -> tuple[list[Page], list[Page]]:
        """The pages before and behind the table of contents: the preface, and the rest in its order."""
        return ([page for page in self.pages if page.name == "preface"],
                [page for page in self.pages if page.name != "preface"])


def commit(root: Path) -> tuple[str, int]:
    """Short name and time of the last commit; SOURCE_DATE_EPOCH goes before its time; nothing outside a clone."""
    try:
        out = subprocess.run(["git", "-C", str(root), "log", "-1", "--format=%h %ct"], capture_output=True, text=True,
                             check=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        out = []
    name, when = (out[0], int(out[1])) if len(out) == 2 else ("", 0)
    return name, int(os.environ.get("SOURCE_DATE_EPOCH", when))


def book(edition, source: Path, only: str | None = None) -> Book:
    """The book of the executed notebooks in `source`, or one chapter of it."""
    config = yaml.safe_load((edition.root / "_config.yml").read_text("utf-8"))
    pages = printed.read(edition.root, source, only)
    version, epoch = commit(edition.root)
    made = Book(edition.settings["title"], edition.year, config.get("author", "").split("、"), [], pages, epoch,
                edition.settings.get("url") or "", pages[0].title if only else "", version)
    data = f"{version}（{made.date}）" if version else made.date if epoch else ""
    rows = [("书　　名", made.name), ("编　　者", "、".join(made.authors)), ("版　　次", f"{edition.year}年版"),
            ("数据版本", data), ("网络版　", made.url),
            ("说　　明", "表、图和文字由同一套数据计算生成；每个数的出处、算法和误差范围见网络版。")]
    made.rows = [row for row in rows if row[1]]
    return made


def export(edition, aside: Path, formats: list[str], source: Path | None = None, only: str | None = None) -> list[Path]:
    """Write the formats (pdf, docx, epub) of the edition into `aside`; returns the files.

    `source` holds the executed notebooks; `only` is the name of a chapter for a booklet of its own.
    """
    made = book(edition, source or aside / "src", only)
    paths = []
    with tempfile.TemporaryDirectory() as work:
        for kind in formats:
            if kind == "pdf":
                from .typeset import pdf as write
            elif kind == "docx":
                from .office import docx as write
            elif kind == "epub":
                from .ebook import epub as write
            else:
                raise DataError(f"没有“{kind}”格式")
            paths.append(aside / f"{only or f'nianbao-{edition.year}'}.{kind}")
            paths[-1].write_bytes(write(made, Path(work), edition.root / "book" / "print"))
    return paths
