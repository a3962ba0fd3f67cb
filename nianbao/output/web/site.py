"""`nianbao site`: all editions under one root, with a front page, a switcher, feeds and precompressed files."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path

import brotli

from nianbao import settings
from nianbao.errors import DataError
from nianbao.output import manifest, publish
from nianbao.output.web.extension import POLICY

PACKED = {".html", ".js", ".css", ".json", ".svg", ".csv", ".xml", ".txt", ".ipynb"}
KINDS = {".pdf": "PDF", ".docx": "Word", ".epub": "EPUB"}
MEDIA = {".zip": "application/zip", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         ".parquet": "application/vnd.apache.parquet", ".csv": "text/csv"}


class Site:
    """The editions built in `build` (`_build/<year>/html`), gathered in `_build/site/`.

    `url` is the address it will be served at; feeds, sitemap and metadata need one, pages do not.
    """

    def __init__(self, known: settings.Settings, build: Path | None = None, url: str = ""):
        build = build or known.root / "_build"
        self.title, self.author, self.province = known.title, known.author, known.province
        self.url = (url or known.url or "https://example.org/").rstrip("/") + "/"
        self.build, self.target = build, build / "site"
        self.about: dict[int, dict] = {}  # what the manifests say of the editions
        for old in build.glob(".*.old"):
            publish.restore(build / old.stem[1:])
        self.years = sorted((int(path.parent.name) for path in build.glob("*/html") if path.parent.name.isdigit()), reverse=True)
        if not self.years:
            raise DataError("还没有编成的年报，请先运行 nianbao build")

    def make(self) -> Path:
        """The whole site, made aside and swapped in."""
        aside = self.target.with_name(".site.new")
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        pages = {year: self.gather(year, aside / str(year)) for year in self.years}
        for year in self.years:
            known = [{"label": f"{each}年", "folder": str(each), "home": "index.html", "pages": pages[each],
                      "current": each == year} for each in self.years]
            text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
            (aside / str(year) / "_static" / "editions.js").write_text(f"nianbaoEditions({text})\n", "utf-8")
            self.describe(aside, year, pages[year])
        self.front(aside)
        self.feeds(aside, pages)
        for path in sorted(aside.rglob("*")):
            if path.suffix in PACKED and path.stat().st_size > 500:
                self.compress(path)
        for year in self.years:
            manifest.write(aside / str(year), self.about[year])
        manifest.write(aside, {"title": self.title, "editions": {str(year): about for year, about in self.about.items()}})
        publish.swap(aside, self.target)
        return self.target

    def gather(self, year: int, folder: Path) -> list[str]:
        """Copy an edition; returns its pages. DataError where the copy is not what was published."""
        edition = self.build / str(year)
        shutil.copytree(edition / "html", folder)
        self.about[year] = manifest.sound(folder)["about"]
        for name, about in manifest.read(edition)["files"].items() if (edition / manifest.NAME).exists() else ():
            if Path(name).suffix in KINDS and "/" not in name or name in {"facts.csv", "audit.csv"}:
                shutil.copy(edition / name, folder)
                if manifest.describe(folder / name) != about:
                    raise DataError("编成后有改动，请重新运行 nianbao build", edition / name)
        (folder / manifest.NAME).unlink()  # the pages become those of a site
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html")
                      if path.name not in {"index.html", "search.html"})

    def describe(self, aside: Path, year: int, pages: list[str]) -> None:
        """Canonical address, Open Graph and, on the data page, the schema.org Dataset."""
        for name in pages:
            path = aside / str(year) / name
            text = path.read_text("utf-8")
            address = f"{self.url}{year}/{name}"
            more = f'<link rel="canonical" href="{address}">\n<meta property="og:url" content="{address}">\n'
            more += f'<link rel="alternate" type="application/rss+xml" title="{escape(self.title)}" href="{self.url}feed.xml">\n'
            if name == "book/data.html":
                known = json.dumps(self.dataset(aside, year, text), ensure_ascii=False).replace("<", "\\u003c")
                more += f'<script type="application/ld+json">{known}</script>\n'
            path.write_text(text.replace("</head>", more + "</head>", 1), "utf-8")

    def dataset(self, aside: Path, year: int, text: str) -> dict:
        """schema.org description of an edition's data."""
        folder = aside / str(year) / "downloads"
        files = [{"@type": "DataDownload", "name": path.name, "encodingFormat": MEDIA[path.suffix],
                  "contentUrl": f"{self.url}{year}/downloads/{path.name}", "contentSize": f"{path.stat().st_size} B"}
                 for path in sorted(folder.iterdir()) if path.suffix in MEDIA]
        return {"@context": "https://schema.org", "@type": "Dataset", "name": f"{self.title}（{year}年）数据",
                "description": f"{self.title}（{year}年）所载社会保险参保、待遇和基金的全部数字，附单位、出处、误差范围和勘误。",
                "url": f"{self.url}{year}/book/data.html", "inLanguage": "zh-CN", "temporalCoverage": str(year),
                "spatialCoverage": self.province, "creator": {"@type": "Organization", "name": self.author},
                "license": f"{self.url}{year}/book/data.html", "isAccessibleForFree": True,
                "version": self.about[year]["data"], "distribution": files}

    def front(self, aside: Path) -> None:
        """The landing page, with the look of the newest edition."""
        newest, items = self.years[0], []
        for year in self.years:
            files = [f'<a href="{year}/{path.name}">{KINDS[path.suffix]}</a>' for path in sorted((aside / str(year)).iterdir())
                     if path.suffix in KINDS]
            data = f'<a href="{year}/book/data.html">数据</a>' if (aside / str(year) / "book" / "data.html").exists() else ""
            audit = next((f'<a href="{year}/notebooks/{path.name}">{name}</a>' for name, pattern in [("与上年比较", "*revisions.html")]
                          for path in (aside / str(year) / "notebooks").glob(pattern)), "")
            others = "　".join(filter(None, [*files, data, audit]))
            items.append(f'<li><h2><a href="{year}/index.html">{year}年</a></h2><p>{others}</p></li>')
        title = escape(self.title)
        asset = f"{newest}/_static"
        (aside / "index.html").write_text(
            f'<!DOCTYPE html>\n<html lang="zh-CN" data-root="{newest}/">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
            f'<meta name="description" content="{title}：各年版本、数据下载。">\n<meta name="color-scheme" content="light dark">\n'
            f'<meta property="og:title" content="{title}">\n<meta property="og:type" content="website">\n'
            f'<meta property="og:url" content="{self.url}">\n<link rel="canonical" href="{self.url}">\n'
            f'<script src="{asset}/theme.js"></script>\n<link rel="stylesheet" href="{asset}/nianbao.css">\n'
            f'<link rel="icon" type="image/svg+xml" href="{asset}/icon.svg">\n'
            f'<link rel="alternate" type="application/rss+xml" title="{title}" href="feed.xml">\n</head>\n<body>\n'
            f'<main id="main" class="front"><h1>{title}</h1>\n<p>{escape(self.author)}</p>\n'
            f'<ul class="years">{"".join(items)}</ul>\n<p><a href="feed.xml">订阅新版和修订（RSS）</a></p></main>\n</body>\n</html>\n', "utf-8")

    def feeds(self, aside: Path, pages: dict[int, list[str]]) -> None:
        """sitemap.xml, robots.txt, and an RSS feed with an item an edition and version of its data."""
        places = [self.url] + [f"{self.url}{year}/{name}" for year in self.years for name in pages[year]]
        urls = "".join(f"<url><loc>{escape(each)}</loc></url>\n" for each in places)
        (aside / "sitemap.xml").write_text(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n', "utf-8")
        (aside / "robots.txt").write_text(f"User-agent: *\nAllow: /\nSitemap: {self.url}sitemap.xml\n", "utf-8")
        items = ""
        for year in self.years:
            version, date = self.about[year]["data"], self.about[year]["date"]
            made = f"<pubDate>{format_datetime(datetime.fromisoformat(date))}</pubDate>" if date else ""
            items += (f"<item><title>{escape(self.title)}（{year}年），数据版本 {version}</title><link>{self.url}{year}/index.html</link>"
                      f'<guid isPermaLink="false">{self.url}{year}/{version}</guid>{made}</item>\n')
        (aside / "feed.xml").write_text(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>{escape(self.title)}</title>'
            f"<link>{self.url}</link><description>各年版本和修订</description><language>zh-cn</language>\n{items}</channel></rss>\n", "utf-8")

    @staticmethod
    def compress(path: Path) -> None:
        """`.gz` and `.br` beside a file, for servers that send them as they are."""
        content = path.read_bytes()
        Path(f"{path}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
        Path(f"{path}.br").write_bytes(brotli.compress(content, quality=9))
