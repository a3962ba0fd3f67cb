"""`nianbao site`: all editions under one root, with a front page, a switcher, feeds and precompressed files."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote, urlsplit

import brotli

from nianbao import settings
from nianbao.errors import DataError
from nianbao.output import manifest, publish
from nianbao.output.web import front, machines, postcards, versions
from nianbao.output.web.frame import rendered
from nianbao.output.web.front import DATA_PAGE
from nianbao.output.web.prints import KINDS

#: Files that servers send packed, and from how many bytes on that is worth it.
PACKED = frozenset({".html", ".js", ".css", ".json", ".svg", ".csv", ".xml", ".txt", ".ipynb"})
WORTH_PACKING = 500
#: Files of an edition that stand beside its pages, besides the printed ones.
BESIDE = frozenset({"facts.csv", "audit.csv", "diagnosis.csv"})
#: Pages that no link leads to from outside.
APART = frozenset({"index.html", "search.html"})
NOWHERE = "https://example.org/"
#: Scripts and styles of an edition.
STATIC = "_static"
#: Where a page says its title for other sites.
TITLE = re.compile(r'<meta property="og:title" content="([^"]*)">')
CHAPTERS = "notebooks/"
#: Where the pages of the book itself stand; those of single regions and indicators stand elsewhere.
BOOK = (CHAPTERS, "book/")
#: Characters of a day, `2026-05-20`.
DAY = 10


@dataclass(frozen=True)
class Item:
    """An item of the feed; `published` is a date as RSS writes it, empty where it is not known."""

    title: str
    link: str
    guid: str
    published: str


@dataclass(frozen=True)
class Address:
    """A page in the sitemap; `modified` is a day, empty where it is not known."""

    url: str
    modified: str = ""


class Site:
    """The editions built in `build` (`_build/<year>/html`), gathered in `_build/site/`.

    Parameters: `known` are the settings of the content folder; `build` is another folder than its `_build`; `url` is
    the address the site will be served at: feeds, sitemap and metadata need one, pages do not. Raises DataError where
    no edition is built.
    """

    def __init__(self, known: settings.Settings, build: Path | None = None, url: str = ""):
        self.build = build or known.root / "_build"
        self.settings = known
        self.title = known.title
        self.author = known.author
        self.province = known.province
        self.url = (url or known.url or NOWHERE).rstrip("/") + "/"
        self.target = self.build / "site"
        #: What the manifests say of the editions.
        self.about: dict[int, manifest.About] = {}
        #: What the site knows of the versions of the editions.
        self.histories: dict[int, versions.History] = {}
        for old in self.build.glob(".*.old"):
            publish.restore(self.build / old.stem[1:])
        found = [path.parent.name for path in self.build.glob("*/html")]
        #: The editions, the newest first.
        self.years = sorted((int(name) for name in found if name.isdigit()), reverse=True)
        if not self.years:
            raise DataError("还没有编成的年报，请先运行 nianbao build")

    def make(self) -> Path:
        """The whole site, made aside and swapped in; returns its folder. DataError where an edition was changed."""
        aside = self.target.with_name(".site.new")
        with publish.held(aside):  # a second run waits for the first
            return self._make(aside)

    def _make(self, aside: Path) -> Path:
        """The whole site in the folder `aside`, swapped in when it is complete; see `make`."""
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        pages = {year: self.gather(year, aside / str(year)) for year in self.years}
        present = {year: self.about[year]["data"] for year in self.years}
        self.histories = versions.keep(self.target, aside, present)
        self.draw(aside, pages)
        for year in self.years:
            self.switcher(aside / str(year), year, pages)
            self.describe(aside / str(year), year, pages[year])
            versions.lead_on(aside, year, present[year], [*pages[year], "index.html"], STATIC)
        self.front(aside)
        self.feeds(aside, pages)
        self.for_machines(aside, pages)
        for path in sorted(aside.rglob("*")):
            packed = path.suffix in PACKED and path.stat().st_size > WORTH_PACKING
            if packed and not Path(f"{path}.gz").exists():
                compress(path)
        for year in self.years:
            manifest.write(aside / str(year), self.about[year])
        kept = {str(year): history.kept for year, history in self.histories.items()}
        for name in (name for names in kept.values() for name in names):
            manifest.write(aside / name, manifest.read(aside / name)["about"])
        editions = {str(year): about for year, about in self.about.items()}
        manifest.write(aside, {"title": self.title, "editions": editions, versions.KEPT: kept})
        publish.swap(aside, self.target)
        return self.target

    def gather(self, year: int, folder: Path) -> list[str]:
        """Copy an edition into `folder`; returns its pages. DataError where the copy is not what was published."""
        edition = self.build / str(year)
        with publish.held(edition):  # while no build exchanges it
            self._copy(year, edition, folder)
        pages = [path.relative_to(folder).as_posix() for path in folder.rglob("*.html") if path.name not in APART]
        return sorted(pages)

    def _copy(self, year: int, edition: Path, folder: Path) -> None:
        """Copy pages and files of an `edition` into `folder`; see `gather`."""
        publish.restore(edition)
        shutil.copytree(edition / "html", folder)
        self.about[year] = manifest.sound(folder)["about"]
        for name in (manifest.NAME, manifest.SUMS):
            (folder / name).unlink(missing_ok=True)  # the pages become those of a site
        if (edition / manifest.NAME).exists():
            for name, about in manifest.read(edition)["files"].items():
                printed = Path(name).suffix in KINDS and "/" not in name
                if printed or name in BESIDE:
                    shutil.copy(edition / name, folder)
                    if manifest.describe(folder / name) != about:
                        raise DataError("编成后有改动，请重新运行 nianbao build", str(edition / name))

    def switcher(self, folder: Path, current: int, pages: Mapping[int, Sequence[str]]) -> None:
        """Tell the pages of the edition in `folder` which editions there are, and which `pages` each has."""
        known = []
        for year in self.years:
            entry = {"label": f"{year}年", "folder": str(year), "home": "index.html", "pages": pages[year]}
            known.append(entry | {"current": year == current})
        text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
        (folder / "_static" / "editions.js").write_text(f"nianbaoEditions({text})\n", "utf-8", newline="\n")

    def published(self, year: int) -> machines.Published:
        """What machines are told of an edition."""
        return machines.Published(
            title=self.title,
            author=self.author,
            place=self.province,
            url=self.url,
            year=year,
            version=self.about[year]["data"],
            issued=self.settings.published.get(year, ""),
            modified=(self.about[year]["date"] or "")[:DAY],
            contact=self.settings.contact,
        )

    def draw(self, aside: Path, pages: Mapping[int, Sequence[str]]) -> None:
        """A picture a chapter, and one of each whole book, for other sites to show beside a link."""
        shown = {}
        for year in self.years:
            folder = aside / str(year) / postcards.FOLDER
            book = self.published(year).name
            shown[folder / postcards.BOOK] = postcards.Postcard("", book, self.author)
            chapters = [name for name in pages[year] if name.startswith(CHAPTERS)]
            for name, title in titles(aside / str(year), chapters).items():
                shown[folder / picture_of(name)] = postcards.Postcard(title, book, self.author)
        postcards.write(shown, aside)

    def describe(self, folder: Path, year: int, pages: Sequence[str]) -> None:
        """Put addresses, schema.org and the address of its picture into each page."""
        edition = self.published(year)
        feed = f'title="{escape(self.title)}" href="{escape(self.url)}feed.xml"'
        for name in pages:
            path = folder / name
            text = path.read_text("utf-8")
            title = title_of(text)
            address = f"{edition.address}{name}"
            drawn = picture_of(name) if title and name.startswith(CHAPTERS) else postcards.BOOK
            picture = f"{edition.address}{postcards.FOLDER}/{drawn}"
            more = f'<link rel="canonical" href="{escape(address)}">\n'
            more += f'<meta property="og:url" content="{escape(address)}">\n'
            more += f'<meta property="og:image" content="{escape(picture)}">\n'
            if self.url != NOWHERE:
                kept = escape(f"{self.url}{edition.version}/{name}")
                more += f'<meta name="nianbao-kept" content="{kept}">\n'
            more += f'<link rel="alternate" type="application/rss+xml" {feed}>\n'
            if name == DATA_PAGE:
                more += machines.script(machines.dataset(edition, folder))
            else:
                more += machines.script(machines.chapter(edition, title or edition.name, address, picture))
            path.write_text(text.replace("</head>", f"{more}</head>", 1), "utf-8", newline="\n")

    def front(self, aside: Path) -> None:
        """The landing page, with the look of the newest edition, and the page for addresses where nothing is."""
        root = self.settings.entries()[0].file if self.settings.pages else ""
        entries = []
        for year in self.years:
            known = {"version": self.about[year]["data"], "published": self.settings.published.get(year, "")}
            edition = self.build / str(year)
            entries.append(front.entry(edition, aside / str(year), root, known, self.histories[year]))
        newest, *older = entries
        text = rendered(
            "front.html",
            title=self.title,
            author=self.author,
            url=self.url,
            newest=newest,
            older=older,
            contact=self.settings.contact,
            picture=f"{newest.year}/{postcards.FOLDER}/{postcards.BOOK}",
        )
        (aside / "index.html").write_text(text, "utf-8", newline="\n")
        base = urlsplit(self.url).path or "/"
        text = rendered("404.html", title=self.title, base=base, year=newest.year, years=self.years)
        (aside / "404.html").write_text(text, "utf-8", newline="\n")

    def feeds(self, aside: Path, pages: Mapping[int, Sequence[str]]) -> None:
        """sitemap.xml, robots.txt, and an RSS feed."""
        addresses = [Address(self.url, self.published(self.years[0]).modified)]
        for year in self.years:
            edition = self.published(year)
            addresses += [Address(f"{edition.address}{name}", edition.modified) for name in pages[year]]
        (aside / "sitemap.xml").write_text(rendered("sitemap.xml", addresses=addresses), "utf-8", newline="\n")
        (aside / "robots.txt").write_text(
            f"User-agent: *\nAllow: /\nSitemap: {self.url}sitemap.xml\n", "utf-8", newline="\n"
        )
        items = [item for year in self.years for item in self.items(aside, year)]
        (aside / "feed.xml").write_text(
            rendered("feed.xml", title=self.title, url=self.url, items=items), "utf-8", newline="\n"
        )

    def items(self, aside: Path, year: int) -> Iterator[Item]:
        """The items of the feed about an edition, the newest first: each version, and each figure it corrects."""
        history = self.histories[year]
        for version in reversed(history.order):
            is_present = version == history.present
            folder = f"{self.url}{year if is_present else version}/"
            about = self.about[year] if is_present else manifest.read(aside / version)["about"]
            date = format_datetime(datetime.fromisoformat(about["date"])) if about.get("date") else ""
            title = f"{self.title}（{year}年），数据版本 {version}"
            yield Item(title, f"{folder}index.html", f"{self.url}{year}/{version}", date)
            step = history.steps.get(version, versions.Difference())
            for each in step.corrected:
                link = f"{folder}notebooks/{each.new.chapter}.html#q={quote(each.new.id, safe='')}"
                yield Item(f"更正：{each.words}", link, f"{self.url}{version}/{each.new.id}", date)

    def for_machines(self, aside: Path, pages: Mapping[int, Sequence[str]]) -> None:
        """The DCAT catalogue and llms.txt."""
        editions = [self.published(year) for year in self.years]
        files = [path for year in self.years for path in machines.whole(aside / str(year))]
        sums = {path.relative_to(aside).as_posix(): manifest.describe(path)["sha256"] for path in files}
        text = json.dumps(machines.catalogue(editions, aside, sums), ensure_ascii=False, indent=1)
        (aside / "catalog.jsonld").write_text(f"{text}\n", "utf-8", newline="\n")
        newest = self.years[0]
        known = titles(aside / str(newest), [name for name in pages[newest] if name.startswith(BOOK)])
        (aside / "llms.txt").write_text(machines.llms(editions, aside, known), "utf-8", newline="\n")


def titles(folder: Path, pages: Iterable[str]) -> dict[str, str]:
    """The titles of pages by their names; those that say none are left out."""
    found = {name: title_of((folder / name).read_text("utf-8")) for name in pages}
    return {name: title for name, title in found.items() if title}


def title_of(page: str) -> str:
    """The title that a page says for other sites; nothing where it says none."""
    said = TITLE.search(page)
    return unescape(said[1]) if said else ""


def picture_of(name: str) -> str:
    """The file of the picture of a chapter."""
    return f"{Path(name).stem}.png"


def compress(path: Path) -> None:
    """`.gz` and `.br` beside a file, for servers that send them as they are."""
    content = path.read_bytes()
    Path(f"{path}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    Path(f"{path}.br").write_bytes(brotli.compress(content, quality=9))
