"""Sphinx extension of the book: what the theme needs on each page, and all files that stand beside the pages.

It serves `nianbao build` and plain `jupyter-book build .` alike: everything is made from the executed notebooks.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

from nianbao.audit import audit
from nianbao.data.dataset import Dataset
from nianbao.output import imprint
from nianbao.output.web import dictionary, search

THEME = Path(__file__).resolve().parent / "theme"
STATIC = THEME / "static"
# What a page may load: its own files, also from a folder (`file:`). No script or style stands in a page itself.
POLICY = ("default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' file: data:; connect-src 'self'; "
          "form-action 'self' file:; base-uri 'none'")
FIGURE = re.compile(r'<figure class="table" id="(tab-[^"]+)">.*?(?=</figure>)|'
                    r'<figure class="chart" id="([^"]+)">.*?(?=<details>)', re.S)


@cache
def stamp() -> str:
    """Changes with the scripts and styles, so that browsers may keep them."""
    return hashlib.sha256(b"".join(each.read_bytes() for each in sorted(STATIC.iterdir()))).hexdigest()[:8]


def order(env) -> list[str]:
    """The pages in the order of the contents."""
    found = [env.config.root_doc]
    for name in found:
        found += [each for each in env.toctree_includes.get(name, []) if each not in found]
    return found


def begin(app) -> None:
    """Sphinx's own search is not used."""
    app.builder.search = False
    root = app.config.nianbao_data or str(Path(app.srcdir) / "data")
    app.nianbao = Dataset(root, app.config.nianbao_year or max(Dataset(root).editions))


def describe(body: str, title: str) -> str:
    """The first words of the text, for search engines."""
    text = Markup("".join(re.findall(r"<p>.*?</p>", body, re.S)[:3])).striptags()
    return text[:120] or title


def page(app, pagename, templatename, context, doctree) -> None:
    """Variables of the templates, and the links below tables and charts."""
    if app.builder.name != "html":
        return
    root, body = app.config.root_doc, context.get("body", "")
    name, top = pagename.split("/")[-1], context["content_root"]
    toctree = context.get("toctree")
    contents = toctree(collapse=True, maxdepth=3, includehidden=True, titles_only=False) if toctree else ""
    context.update(
        stamp=stamp(), policy=POLICY, author=app.config.author, has_facts='class="q"' in body, data_version=imprint.version(app.nianbao),
        root_title=app.env.titles[root].astext(), contents=tidy(contents or ""), toc=tidy(context.get("toc", "")),
        description=describe(body, app.config.html_title),
        notebook=f"{top}_sources/{context['sourcename']}" if context.get("sourcename", "").endswith(".ipynb") else "")

    def links(match):
        identity = match[1] or match[2]
        label = re.search(r"(?:<span class=\"title\">|<figcaption>)([^　<]+)", match[0])[1]
        kinds = ("csv", "xlsx") if match[1] else ("csv", "xlsx", "svg", "png")
        anchors = "".join(f' <a href="{top}downloads/{name}/{identity}.{kind}" download '
                          f'aria-label="{escape(label)} {kind.upper()}">{kind.upper()}</a>' for kind in kinds)
        return f'{match[0]}<p class="take"><span>下载</span>{anchors}</p>\n'

    body = body.replace('<div id="downloads"></div>', imprint.listing(top, app.nianbao, not app.config.nianbao_files))
    cited = f'<p class="cite">{escape(imprint.citation(app.config.html_title, app.nianbao))}</p>'
    context["body"] = FIGURE.sub(links, body.replace('<div id="citation"></div>', cited))


def tidy(html: str) -> str:
    """Captions of the contents as plain paragraphs, and no item without a link."""
    return html.replace(' role="heading"', "")


def changed(app, env, *_) -> list[str]:
    """Pages whose source has other content than last time; Sphinx asks for times, which a clock set back turns round."""
    before = getattr(env, "nianbao_sources", {})
    env.nianbao_sources = {name: hashlib.sha256(Path(env.doc2path(name)).read_bytes()).hexdigest() for name in env.found_docs}
    return [name for name, now in env.nianbao_sources.items() if name in before and before[name] != now]


def outlines(app, env) -> list[str]:
    """Every page shows the contents: all are written again where a heading changed; the dictionary is filled each time."""
    before, env.nianbao_outlines = getattr(env, "nianbao_outlines", None), {name: toc.astext() for name, toc in env.tocs.items()}
    return sorted({"book/dictionary"} & env.found_docs if before == env.nianbao_outlines else env.found_docs)


def extra(app):
    """The search page."""
    yield "search", {"title": "搜索", "prev": None, "next": None, "body": ""}, "search.html"


def finish(app, exception) -> None:
    """The search index, facts and downloads; away with what Sphinx leaves that the book does not use."""
    if exception or app.builder.name != "html":
        return
    html = Path(app.outdir)
    ours = {each.name for each in STATIC.iterdir()}
    for each in (html / "_static").iterdir():
        if each.is_file() and each.name not in ours:
            each.unlink()
    for name in ("objects.inv", "genindex.html", "searchindex.js"):  # .buildinfo tells Sphinx what it need not do again
        (html / name).unlink(missing_ok=True)
    pages = order(app.env)
    root = app.config.root_doc
    (html / "index.html").write_text(
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n<title>{escape(app.config.html_title)}'
        f'</title>\n<meta http-equiv="refresh" content="0; url={root}.html">\n<link rel="canonical" href="{root}.html">\n'
        f'</head>\n<body>\n<main><h1><a href="{root}.html">{escape(app.config.html_title)}</a></h1></main>\n</body>\n'
        f"</html>\n", "utf-8")
    names = {name.split("/")[-1]: app.env.titles[name].astext() for name in pages if name.startswith("notebooks/")}
    executed = Path(app.outdir).parent / "jupyter_execute" / "notebooks"
    dictionary.fill(html / "book" / "dictionary.html", app.nianbao, executed, names)
    version, written = f"数据版本 {imprint.version(app.nianbao)}", []
    for name in pages:  # pages that did not change otherwise show the new version of the data too
        path = html / f"{name}.html"
        text = path.read_text("utf-8")
        fresh = re.sub(r"数据版本 \d{4}-[0-9a-f]{8}", version, text)
        if fresh != text:
            path.write_text(fresh, "utf-8")
        written.append((path.relative_to(html).as_posix(), fresh))
    search.write(written, html / "search.data.js")
    if app.config.nianbao_files:
        from nianbao.output import downloads

        findings = audit.of_edition(app.nianbao.root, app.nianbao.years[-1]).findings
        downloads.write(executed, list(names), findings, app.nianbao, app.config.html_title, html)


def setup(app):
    """Entry point of Sphinx."""
    app.add_config_value("nianbao_year", 0, "html")
    app.add_config_value("nianbao_data", "", "html")  # the data folder; empty for the one beside the pages
    app.add_config_value("nianbao_files", True, "")  # whether facts and downloads are written here, or by `nianbao build`
    app.add_config_value("comments_config", {}, "html")  # Jupyter Book sets it for an extension not used here
    app.add_html_theme("nianbao", str(THEME))
    app.connect("builder-inited", begin)
    app.connect("env-get-outdated", changed)
    app.connect("env-updated", outlines)
    app.connect("html-page-context", page)
    app.connect("html-collect-pages", extra)
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
