"""Sphinx extension of the book: what the theme needs on each page, and all files that stand beside the pages.

It serves `nianbao build` and plain `jupyter-book build .` alike: everything is made from the executed notebooks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from nianbao import settings
from nianbao.audit import audit
from nianbao.chapter.record import (
    ChartRecord,
    Paragraph,
    ProseRecord,
    Record,
    TableRecord,
    plain,
)
from nianbao.data.dataset import Dataset
from nianbao.output import imprint, records
from nianbao.output.records import Page, Part, Place
from nianbao.output.web import framed, search, terms
from nianbao.output.web.dictionary import Listing, reference
from nianbao.output.web.frame import OWN_STATIC, POLICY, THEME, rendered, stamp, static_files
from nianbao.output.web.places import PLACES, REFERENCE, Places
from nianbao.output.web.regions import with_regions
from nianbao.output.web.search import SearchedPage
from nianbao.settings import CONFIG, EDITION, Contact

__all__ = ["POLICY", "THEME", "setup"]

#: The folder of the notebooks that are chapters.
CHAPTERS = "notebooks/"
#: The files of a table and of a chart.
TABLE_KINDS = ("csv", "xlsx")
CHART_KINDS = ("csv", "xlsx", "svg", "png")
#: How a table ends, and what follows the drawing and notes of a chart: there the links to its files stand.
END_OF_TABLE = "</figure>"
NUMBERS_OF_CHART = "<details>"
#: What Sphinx leaves that the book does not use (.buildinfo tells it what it need not do again).
UNUSED = ("objects.inv", "genindex.html", "searchindex.js")
#: Beside the pages: the version of the data that stands on all of them.
VERSION = ".data-version"
#: Of a description for search engines: paragraphs it is made of, and characters.
LEADING = 3
LONGEST = 120
#: What is remembered of a page between builds.
SECTIONS = "nianbao_sections"
DESCRIPTION = "nianbao_description"
FIGURES = "nianbao_figures"
CHANGING = "nianbao_changing"


class Assembly:
    """The pages of one build."""

    data: Dataset
    places: Places

    def __init__(self) -> None:
        self._read: dict[str, Page] = {}

    # -- events of Sphinx -------------------------------------------------------------------------------------------
    def quiet(self, app: Sphinx, config: Config) -> None:
        """Records are for this extension; myst-nb need not say of each that it cannot show it."""
        config.suppress_warnings = [*config.suppress_warnings, "mystnb.unknown_mime_type"]
        config.nianbao_imprint = imprint_of(Path(app.srcdir))
        own = Path(app.srcdir) / OWN_STATIC
        if own.is_dir():
            config.html_static_path = [*config.html_static_path, str(own)]

    def begin(self, app: Sphinx) -> None:
        """Find the data; Sphinx's own search is not used."""
        app.builder.search = False  # type: ignore[attr-defined]  # the HTML builder has it
        root = app.config.nianbao_data or str(Path(app.srcdir) / "data")
        self.data = Dataset(root, app.config.nianbao_year or max(Dataset(root).editions))
        title = app.config.html_title
        config = app.config
        self.places = Places(
            self.data,
            title,
            not config.nianbao_files,
            lambda: self.reference(app),
            config.nianbao_regions,
            config.nianbao_indicators,
        )

    def changed(self, app: Sphinx, env: BuildEnvironment, *names: set[str]) -> list[str]:
        """Pages whose source has other content than last time.

        Sphinx asks for times, which a clock set back turns round.
        """
        before = getattr(env, "nianbao_sources", {})
        now = {name: hashlib.sha256(Path(env.doc2path(name)).read_bytes()).hexdigest() for name in env.found_docs}
        env.nianbao_sources = now  # type: ignore[attr-defined]  # kept with the environment
        return [name for name, digest in now.items() if name in before and before[name] != digest]

    def read(self, app: Sphinx, doctree: nodes.document) -> None:
        """Put the links to their files into the tables and charts of a page that was read, and remember what it is."""
        name = app.env.docname
        page = self._read[name] = self.source(app, name, anew=True)
        put_links(doctree, page, name, app.config.nianbao_regions)
        app.env.metadata[name].update(
            {
                SECTIONS: sections(doctree, page),
                DESCRIPTION: description(page),
                FIGURES: any(isinstance(part, Record) and part.printed for part in page.parts),
                CHANGING: any(isinstance(part, Place) and PLACES.get(part.html) in REFERENCE for part in page.parts),
            }
        )

    def outlines(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Pages to write again: all where a heading changed, for each shows the contents; the reference every time."""
        before = getattr(env, "nianbao_outlines", None)
        now = {name: toc.astext() for name, toc in env.tocs.items()}
        env.nianbao_outlines = now  # type: ignore[attr-defined]  # kept with the environment
        if before != now:
            return sorted(env.found_docs)
        return sorted(name for name in env.found_docs if env.metadata[name].get(CHANGING))

    def page(self, app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: object) -> None:
        """Fill the places of a page, and set what its template shows."""
        if app.builder.name != "html":
            return
        known = app.env.metadata.get(name, {})
        toctree = context.get("toctree")
        contents = toctree(collapse=True, maxdepth=3, includehidden=True, titles_only=False) if toctree else ""
        top = context["content_root"]
        source = context.get("sourcename", "")
        context.update(
            body=terms.explained(self.places.fill(context.get("body", ""), top), terms.terms(Path(app.srcdir))),
            stamp=stamp(Path(app.srcdir)),
            policy=POLICY,
            author=app.config.author,
            has_facts=known.get(FIGURES, False) or name.endswith(f"/{framed.FRAME}"),
            is_own=self.data.catalogue.is_own(self.data.years[-1]),
            data_version=imprint.version(self.data),
            cite=imprint.named(app.config.html_title, self.data),
            contact=Contact(*app.config.nianbao_imprint[0]),
            published=app.config.nianbao_imprint[1].get(self.data.years[-1], ""),
            has_indicators=app.config.nianbao_indicators,
            root_title=app.env.titles[app.config.root_doc].astext(),
            contents=tidy(contents or ""),
            toc=tidy(context.get("toc", "")),
            description=known.get(DESCRIPTION) or context.get("description") or app.config.html_title,
            notebook=f"{top}_sources/{source}" if source.endswith(".ipynb") else "",
        )

    def extra(self, app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
        """The search page, and the frames of the pages of regions and indicators, which are filled afterwards."""
        yield "search", {"title": "搜索", "prev": None, "next": None, "body": ""}, "search.html"
        if app.config.nianbao_regions:
            yield f"{framed.REGIONS}/{framed.FRAME}", framed.frame_context(), "page.html"
        if app.config.nianbao_indicators:
            yield f"{framed.INDICATORS}/{framed.FRAME}", framed.frame_context(), "page.html"

    def finish(self, app: Sphinx, exception: Exception | None) -> None:
        """Write the search, and facts and downloads where `nianbao build` does not."""
        if exception or app.builder.name != "html":
            return
        html = Path(app.outdir)
        clean(html, Path(app.srcdir))
        title = app.config.html_title
        root = app.config.root_doc
        (html / "index.html").write_text(rendered("forward.html", title=title, root=root), "utf-8", newline="\n")
        renew(html, [html / f"{name}.html" for name in order(app.env)], imprint.version(self.data))
        search.write(self.searched(app), html / "search.data.js", self.data, Path(app.srcdir))
        if app.config.nianbao_files:
            from nianbao.output import downloads  # `nianbao build` has another process load what it needs
            from nianbao.output.levels import Levels

            findings = audit.of_edition(self.data.root, self.data.years[-1]).findings
            executed = executed_folder(app) / CHAPTERS
            known = {name: records.of_chapter(executed, name) for name in self.chapters(app)}
            downloads.write(known, findings, Levels(self.data), title, html)

    # -- what the book consists of ------------------------------------------------------------------------------------
    def source(self, app: Sphinx, name: str, anew: bool = False) -> Page:
        """What a page consists of; read again where it may have changed since (`anew`)."""
        if anew or name not in self._read:
            executed = executed_folder(app) / f"{name}.ipynb"
            text = Path(app.env.doc2path(name))
            self._read[name] = records.read_notebook(executed) if executed.exists() else records.read_markdown(text)
        return self._read[name]

    def chapters(self, app: Sphinx) -> dict[str, str]:
        """Titles of the chapters by their names, in the order of the book."""
        names = [name for name in order(app.env) if name.startswith(CHAPTERS)]
        return {name.removeprefix(CHAPTERS): app.env.titles[name].astext() for name in names}

    def reference(self, app: Sphinx) -> Mapping[str, Sequence[Listing]]:
        """The tables of the page of reference."""
        titles = self.chapters(app)
        known = {chapter: self.source(app, f"{CHAPTERS}{chapter}").records for chapter in titles}
        return reference(self.data, known, titles)

    def searched(self, app: Sphinx) -> Iterator[SearchedPage]:
        """The pages for the search, in the order of the book."""
        for name in order(app.env):
            parts = self.places.parts(self.source(app, name).parts)
            yield SearchedPage(f"{name}.html", parts, app.env.metadata[name].get(SECTIONS, []))
        folder = Path(app.srcdir) / framed.REGIONS
        for region in framed.region_pages(folder, [*app.config.nianbao_regions]):
            sections = ["", *(region.page.sections or {})]
            yield SearchedPage(f"{framed.REGIONS}/{region.page.name}.html", region.parts, sections)


# -- a page that was read ---------------------------------------------------------------------------------------------
def executed_folder(app: Sphinx) -> Path:
    """Where myst-nb puts the executed notebooks."""
    return Path(app.outdir).parent / "jupyter_execute"


def put_links(doctree: nodes.document, page: Page, name: str, regions: Mapping[str, str]) -> None:
    """Put links to their files below the tables and charts of the page `name`, and links to the pages of `regions`."""
    made = {output.html: output.record for output in page.outputs}
    for node in doctree.findall(nodes.raw):
        html = node.astext()
        record = made.get(html)
        if isinstance(record, TableRecord | ChartRecord):
            node[0] = nodes.Text(with_regions(with_links(html, record, name), record.body, regions, name))


def with_links(html: str, record: TableRecord | ChartRecord, name: str) -> str:
    """A table or chart of the page `name` with the links to its files."""
    chart = isinstance(record, ChartRecord)
    top = "../" * name.count("/") or "./"
    links = rendered(
        "take.html",
        folder=f"{top}downloads/{name.rpartition('/')[2]}",
        identity=record.identity,
        label=record.label,
        kinds=CHART_KINDS if chart else TABLE_KINDS,
    )
    mark = NUMBERS_OF_CHART if chart else END_OF_TABLE
    return html.replace(mark, links + mark, 1)


def sections(doctree: nodes.document, page: Page) -> list[str]:
    """The ids of the sections of a page, one for each of its headings; a heading that opens none has that before it."""
    opened = list(doctree.findall(nodes.section))
    ids = [section["ids"][0] for section in opened]
    if len(opened) == len(page.headings):
        return ids
    titles = [section[0].astext().split() for section in opened]
    found = [""]
    for heading in page.headings:
        words = plain(heading.content).split()
        place = titles.index(words) if words in titles else None
        found.append(found[-1] if place is None else ids[place])
    return found[1:]


def description(page: Page) -> str:
    """The first words of the text, for search engines."""
    leading = []
    for paragraph in paragraphs(page.parts):
        leading.append(plain(paragraph.content))
        if len(leading) == LEADING:
            break
    return " ".join("".join(leading).split())[:LONGEST]


def paragraphs(parts: Iterable[Part]) -> Iterator[Paragraph]:
    """The paragraphs of a page and of its prose in order, those in lists and what the material lacks left out."""
    for part in parts:
        if isinstance(part, Paragraph) and not part.role:
            yield part
        elif isinstance(part, ProseRecord):
            yield from paragraphs(part.blocks)


# -- all pages --------------------------------------------------------------------------------------------------------
def order(env: BuildEnvironment) -> list[str]:
    """The pages in the order of the contents."""
    found = [env.config.root_doc]
    for name in found:
        found += [each for each in env.toctree_includes.get(name, []) if each not in found]
    return found


def tidy(html: str) -> str:
    """Captions of the contents as plain paragraphs; the page one is on says so."""
    plain_captions = html.replace(' role="heading"', "")
    return plain_captions.replace('<a class="current reference', '<a aria-current="page" class="current reference')


def imprint_of(content: Path) -> tuple[list[str], dict[int, str]]:
    """Of a content folder: whom its readers tell of an error, and when its editions appeared, as Sphinx compares it."""
    if not (content / EDITION).is_file() or not (content / CONFIG).is_file():
        return [*astuple(Contact())], {}
    known = settings.load(content)
    return [*astuple(known.contact)], dict(known.published)


def clean(html: Path, content: Path) -> None:
    """Delete what Sphinx leaves that the book does not use."""
    ours = static_files(content)
    for each in (html / "_static").iterdir():
        if each.is_file() and each.name not in ours:
            each.unlink()
    for name in UNUSED:
        (html / name).unlink(missing_ok=True)


def renew(html: Path, pages: Iterable[Path], version: str) -> None:
    """Put the present version of the data on pages that did not change otherwise."""
    mark = html / VERSION
    before = mark.read_text("utf-8") if mark.exists() else version
    if before != version:
        for path in pages:
            text = path.read_text("utf-8")
            fresh = text.replace(f"数据版本 {before}", f"数据版本 {version}")
            if fresh != text:
                path.write_text(fresh, "utf-8", newline="\n")
    mark.write_text(version, "utf-8", newline="\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Entry point of Sphinx."""
    assembly = Assembly()
    app.add_config_value("nianbao_year", 0, "html")
    # The data folder; empty for the one beside the pages.
    app.add_config_value("nianbao_data", "", "html")
    # Whether facts and downloads are written here, or by `nianbao build`.
    app.add_config_value("nianbao_files", True, "")
    # Contact and days of publication of `book/edition.yml`: pages show them, and are made again where they changed.
    app.add_config_value("nianbao_imprint", ((), {}), "html")
    # The pages of regions, each with the code and the names of its region; whether each indicator has a page.
    app.add_config_value("nianbao_regions", {}, "html")
    app.add_config_value("nianbao_indicators", False, "html")
    # Jupyter Book sets it for an extension not used here.
    app.add_config_value("comments_config", {}, "html")
    app.add_html_theme("nianbao", str(THEME))
    app.connect("config-inited", assembly.quiet)
    app.connect("builder-inited", assembly.begin)
    app.connect("env-get-outdated", assembly.changed)
    app.connect("doctree-read", assembly.read)
    app.connect("env-updated", assembly.outlines)
    app.connect("html-page-context", assembly.page)
    app.connect("html-collect-pages", assembly.extra)
    app.connect("build-finished", assembly.finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
