"""`nianbao site`: all editions under one root, with a front page, a switcher, feeds and precompressed files."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

import brotli

from nianbao import settings
from nianbao.errors import DataError
from nianbao.output import manifest, publish
from nianbao.output.web.frame import rendered

#: Files that servers send packed, and from how many bytes on that is worth it.
PACKED = frozenset({".html", ".js", ".css", ".json", ".svg", ".csv", ".xml", ".txt", ".ipynb"})
WORTH_PACKING = 500
#: The printed editions, and further files that stand beside the pages of an edition.
KINDS = {".pdf": "PDF", ".docx": "Word", ".epub": "EPUB"}
BESIDE = frozenset({"facts.csv", "audit.csv", "diagnosis.csv"})
#: How the name of the volume of the regions ends.
VOLUME = "-regions"
#: Media types of the downloads.
MEDIA = {
    ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv",
}
#: Pages that no link leads to from outside.
APART = frozenset({"index.html", "search.html"})
DATA_PAGE = "book/data.html"
#: A chapter that the front page links to, by the end of its name.
COMPARISON = "*revisions.html"
NOWHERE = "https://example.org/"


@dataclass(frozen=True)
class Link:
    """A link on the front page; `address` is below the folder of the edition."""

    address: str
    name: str


@dataclass(frozen=True)
class FrontEntry:
    """An edition on the front page."""

    year: int
    links: Sequence[Link]


@dataclass(frozen=True)
class FeedEntry:
    """An edition in the feed; `published` is a date as RSS writes it, empty where it is not known."""

    year: int
    version: str
    published: str


class Site:
    """The editions built in `build` (`_build/<year>/html`), gathered in `_build/site/`.

    Parameters: `known` are the settings of the content folder; `build` is another folder than its `_build`; `url` is
    the address the site will be served at: feeds, sitemap and metadata need one, pages do not. Raises DataError where
    no edition is built.
    """

    def __init__(self, known: settings.Settings, build: Path | None = None, url: str = ""):
        self.build = build or known.root / "_build"
        self.title = known.title
        self.author = known.author
        self.province = known.province
        self.url = (url or known.url or NOWHERE).rstrip("/") + "/"
        self.target = self.build / "site"
        #: What the manifests say of the editions.
        self.about: dict[int, manifest.About] = {}
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
        for year in self.years:
            self.switcher(aside / str(year), year, pages)
            self.describe(aside / str(year), year, pages[year])
        self.front(aside)
        self.feeds(aside, pages)
        for path in sorted(aside.rglob("*")):
            if path.suffix in PACKED and path.stat().st_size > WORTH_PACKING:
                compress(path)
        for year in self.years:
            manifest.write(aside / str(year), self.about[year])
        editions = {str(year): about for year, about in self.about.items()}
        manifest.write(aside, {"title": self.title, "editions": editions})
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
        (folder / "_static" / "editions.js").write_text(f"nianbaoEditions({text})\n", "utf-8")

    def describe(self, folder: Path, year: int, pages: Sequence[str]) -> None:
        """Put canonical address and Open Graph into each page, and into the data page the schema.org Dataset."""
        feed = f'title="{escape(self.title)}" href="{escape(self.url)}feed.xml"'
        for name in pages:
            path = folder / name
            address = escape(f"{self.url}{year}/{name}")
            more = f'<link rel="canonical" href="{address}">\n<meta property="og:url" content="{address}">\n'
            more += f'<link rel="alternate" type="application/rss+xml" {feed}>\n'
            if name == DATA_PAGE:
                known = json.dumps(self.dataset(folder, year), ensure_ascii=False).replace("<", "\\u003c")
                more += f'<script type="application/ld+json">{known}</script>\n'
            path.write_text(path.read_text("utf-8").replace("</head>", f"{more}</head>", 1), "utf-8")

    def dataset(self, folder: Path, year: int) -> dict[str, Any]:
        """schema.org description of the data of the edition in `folder`."""
        page = f"{self.url}{year}/{DATA_PAGE}"
        files = [path for path in sorted((folder / "downloads").iterdir()) if path.suffix in MEDIA]
        contents = "所载社会保险参保、待遇和基金的全部数字，附单位、出处、误差范围和勘误。"
        return {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "name": f"{self.title}（{year}年）数据",
            "description": f"{self.title}（{year}年）{contents}",
            "url": page,
            "inLanguage": "zh-CN",
            "temporalCoverage": str(year),
            "spatialCoverage": self.province,
            "creator": {"@type": "Organization", "name": self.author},
            "license": page,
            "isAccessibleForFree": True,
            "version": self.about[year]["data"],
            "distribution": [self.distribution(path, year) for path in files],
        }

    def distribution(self, path: Path, year: int) -> dict[str, str]:
        """schema.org description of a download of a whole edition."""
        return {
            "@type": "DataDownload",
            "name": path.name,
            "encodingFormat": MEDIA[path.suffix],
            "contentUrl": f"{self.url}{year}/downloads/{path.name}",
            "contentSize": f"{path.stat().st_size} B",
        }

    def front(self, aside: Path) -> None:
        """The landing page, with the look of the newest edition."""
        editions = [FrontEntry(year, links(aside / str(year))) for year in self.years]
        text = rendered("front.html", title=self.title, author=self.author, url=self.url, editions=editions)
        (aside / "index.html").write_text(text, "utf-8")

    def feeds(self, aside: Path, pages: Mapping[int, Sequence[str]]) -> None:
        """sitemap.xml, robots.txt, and an RSS feed with an item an edition and version of its data."""
        addresses = [self.url] + [f"{self.url}{year}/{name}" for year in self.years for name in pages[year]]
        (aside / "sitemap.xml").write_text(rendered("sitemap.xml", addresses=addresses), "utf-8")
        (aside / "robots.txt").write_text(f"User-agent: *\nAllow: /\nSitemap: {self.url}sitemap.xml\n", "utf-8")
        editions = []
        for year in self.years:
            date = self.about[year]["date"]
            published = format_datetime(datetime.fromisoformat(date)) if date else ""
            editions.append(FeedEntry(year, self.about[year]["data"], published))
        text = rendered("feed.xml", title=self.title, url=self.url, editions=editions)
        (aside / "feed.xml").write_text(text, "utf-8")


def links(folder: Path) -> list[Link]:
    """What the front page links to of the edition in `folder`: printed editions, data, comparison with the last one."""
    printed = [path for path in sorted(folder.iterdir()) if path.suffix in KINDS]
    found = [Link(path.name, KINDS[path.suffix]) for path in printed if not path.stem.endswith(VOLUME)]
    found += [Link(path.name, f"地区卷 {KINDS[path.suffix]}") for path in printed if path.stem.endswith(VOLUME)]
    if (folder / DATA_PAGE).exists():
        found.append(Link(DATA_PAGE, "数据"))
    comparisons = [path.name for path in (folder / "notebooks").glob(COMPARISON)]
    if comparisons:
        found.append(Link(f"notebooks/{comparisons[0]}", "与上年比较"))
    return found


def compress(path: Path) -> None:
    """`.gz` and `.br` beside a file, for servers that send them as they are."""
    content = path.read_bytes()
    Path(f"{path}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    Path(f"{path}.br").write_bytes(brotli.compress(content, quality=9))
