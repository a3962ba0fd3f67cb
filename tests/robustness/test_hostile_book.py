"""A book of hostile data: every planted text is shown as the text it is, and no script of it runs anywhere."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from xml.etree import ElementTree

import pypdf
import pytest

from tests.support.hostile import RUN, TEXTS, bare
from tests.support.projects import YEAR, Project, copy_project
from tests.support.small_book import small_book

#: Texts that look like markup, to be planted.
PLANTS = [text for text in TEXTS if (RUN in text or text[0] in "<#[*=|$") and "\n" not in text]
#: Columns of texts that a reader sees.
COLUMNS = frozenset({"definition", "note", "reason", "text", "publisher", "bank", "issuer", "topic"})
#: What chapters and the settings of the book ask for by its name.
ASKED_FOR_BY_NAME = {"640121", "640122", "64BJ00"}
SCRIPT = f"<script>{RUN}</script>".encode()
#: Notes what the security policy of a page had to forbid.
LISTEN = (
    "window.violations = [];"
    "addEventListener('securitypolicyviolation', e => violations.push(e.violatedDirective + e.blockedURI))"
)
#: Whether something planted ran, what was forbidden, and how many elements there are that texts may not bring.
LOOK = """[typeof planted, window.violations, document.querySelectorAll(
    'article iframe, article object, article script, '
    + 'article [onerror], article [onload], article [onmouseover], article [style], base').length]"""


def columns_of(path: Path, row: dict[str, str]) -> set[str]:
    """The columns of a row of the data that hold texts for readers."""
    names = set(COLUMNS)
    if path.parent.name == "indicators":
        names.add("name")
    if "document" in path.stem:
        names.add("title")
    if path.stem == "regions" and row["level"] == "unit" and row["region"] not in ASKED_FOR_BY_NAME:
        names |= {"name", "short"}
    return names & set(row)


def plant(root: Path) -> int:
    """Add hostile texts to the texts of the data; returns to how many cells."""
    count = 0
    for path in sorted(root.rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        for row in rows:
            for name in columns_of(path, row):
                if row[name]:
                    row[name] += PLANTS[count % len(PLANTS)]
                    count += 1
        if rows:
            with path.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, rows[0])
                writer.writeheader()
                writer.writerows(rows)
    return count


def planted(into: Path, start: Callable[[Path], Project], formats: str) -> Project:
    """A book of hostile data, built in the folder `into`."""
    project = start(into)
    assert plant(project.root / "data") > 500
    project.result = project.nianbao("build", "--year", str(YEAR), "--formats", formats)
    assert project.result.returncode == 0, project.result.stdout[-3000:] + project.result.stderr[-3000:]
    return project


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Project:
    """The small book of hostile data, as pages."""
    return planted(tmp_path_factory.mktemp("hostile") / "project", small_book, "html")


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Project:
    """The whole book of hostile data, in all formats."""
    return planted(tmp_path_factory.mktemp("whole") / "project", copy_project, "html,pdf,docx,epub")


def shown(browser, paths: Iterable[Path]) -> str:
    """What the pages show while they are used; AssertionError where something planted runs or leaves the folder."""
    context = browser.new_context()
    context.add_init_script(LISTEN)
    seen = ""
    for path in paths:
        page = context.new_page()
        wrong: list[str] = []
        page.on("dialog", lambda dialog, wrong=wrong: wrong.append(dialog.message))
        page.on("request", lambda request, wrong=wrong: note_address(request.url, wrong))
        page.on("pageerror", lambda error, wrong=wrong: wrong.append(str(error)))
        page.goto(path.as_uri(), wait_until="load")
        use(page, path.name)
        assert page.evaluate(LOOK) == ["undefined", [], 0] and not wrong, (path.name, wrong)
        seen += page.locator("body").inner_text()
        page.close()
    context.close()
    return seen


def note_address(url: str, wrong: list[str]) -> None:
    """A request that leaves the folder."""
    if not url.startswith(("file:", "data:")):
        wrong.append(url)


def use(page, name: str) -> None:
    """Follow the first page to where it leads, search, open a figure."""
    if name == "index.html":
        page.wait_for_url(lambda address: not address.endswith("index.html"))
        page.wait_for_load_state("load")
    if name == "search.html":
        page.fill("#query", "script")
        page.wait_for_timeout(500)
    figure = page.locator("data.q").first
    if figure.count():
        figure.click()
        page.locator(".q-panel").first.wait_for(timeout=5000)


def pages(project: Project) -> list[Path]:
    """Every page of a book, and that of its audit."""
    return [*project.html.rglob("*.html"), project.target / "audit.html"]


@pytest.mark.long
def test_no_planted_script_runs(hostile, browser):
    assert len(pages(hostile)) >= 7
    seen = shown(browser, pages(hostile))
    assert sum(text in seen for text in PLANTS) > 15, "植入的文字应照样显示"


@pytest.mark.long
def test_no_planted_script_runs_on_any_page(whole, browser):
    assert len(pages(whole)) > 15
    seen = shown(browser, pages(whole))
    assert sum(text in seen for text in PLANTS) > 15, "植入的文字应照样显示"


def assert_harmless(project: Project) -> None:
    """AssertionError where a file beside the pages holds a planted script or a formula."""
    scripts = [path for path in project.html.rglob("*.js") if path.parent.name != "_static"]
    drawings = list(project.html.rglob("*.svg"))
    tables = list(project.target.rglob("*.csv"))
    books = list(project.html.rglob("*.xlsx"))
    assert len(scripts) >= 3 and drawings and len(tables) >= 5 and len(books) >= 3
    for path in scripts:
        name, _, text = path.read_text("utf-8").partition("(")
        if name.startswith("nianbao"):
            json.loads(text.rstrip().removesuffix(")"))
    for path in drawings:
        assert SCRIPT not in path.read_bytes() and ElementTree.parse(path)
    for path in tables:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        assert not [cell for cell in cells if re.match(r"[=+@\t\r]|-[^\d]", cell) and len(cell) > 1], path.name
    for path in books:
        with zipfile.ZipFile(path) as archive:
            sheets = [archive.read(name) for name in archive.namelist() if "worksheets/" in name]
        assert sheets and not any(b"<f>" in sheet for sheet in sheets), path.name


@pytest.mark.long
def test_planted_texts_in_files_beside_the_pages(hostile):
    assert_harmless(hostile)


@pytest.mark.long
def test_planted_texts_in_every_file_of_the_book(whole):
    assert_harmless(whole)
    for kind in ("docx", "epub"):
        with zipfile.ZipFile(next(whole.target.glob(f"*.{kind}"))) as archive:
            texts = [archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".xhtml", ".opf"))]
        assert not any(SCRIPT in text for text in texts), kind
        assert any(b"&lt;script&gt;planted=1" in text for text in texts), kind
        for text in texts:
            ElementTree.fromstring(text)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(next(whole.target.glob("*.pdf"))).pages)
    assert "<script>planted=1" in bare(text)
