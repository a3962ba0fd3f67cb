"""The pages of the built book: chapters, tables and figures in order, every figure explained, nothing left over."""

from __future__ import annotations

import csv
import json
import os
import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.output.printed_values import ZERO_IN_WORDS
from tests.support.pages import soup
from tests.support.projects import CODES_OF_TWO, ROOT, YEAR
from tests.support.selection import CHAPTERS, SHORT_CHAPTERS, mostly_long

# Tables and figures of the published report by part: 19 and 25, and one figure whose caption is missing there (2-1).
TABLES = {"01-pension": 10, "02-injury": 3, "03-unemployment": 3, "04-fund": 1, "05-digital": 2}
FIGURES = {"01-pension": 23, "02-injury": 3}
#: What no page should show: values that are none, minus zero, signs of the program.
BROKEN = re.compile(r"(?<![A-Za-z])(nan|NaN|None|inf|undefined|null)(?![A-Za-z])|[−-]0(\.0+)?(?![\d.])|[\ue000\ue001]")


def chapter(book, name: str) -> BeautifulSoup:
    """The article of a chapter's page."""
    return soup(book.html / "notebooks" / f"{name}.html").select_one("article")


def visible(article: BeautifulSoup) -> str:
    """What a reader sees."""
    copy = BeautifulSoup(str(article), "lxml")
    for each in copy.select("script, style"):
        each.decompose()
    return copy.get_text("\n")


def facts(book) -> dict[str, dict[str, dict]]:
    """`facts.csv` by chapter and id."""
    return facts_in(book.target / "facts.csv")


@cache
def facts_in(path: Path) -> dict[str, dict[str, dict]]:
    """A `facts.csv` by chapter and id, read once."""
    rows = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            rows.setdefault(row["chapter"], {})[row["id"]] = row
    return rows


# -- the command ----------------------------------------------------------------------------------------------------
def test_build_ends_well_and_shows_progress(book):
    assert book.result.returncode == 0
    assert book.result.stderr == ""
    executed, kept = re.search(r"执行(\d+)章(?:，其余(\d+)章没有变化)?", book.result.stdout).groups()
    pages = [*book.chapters(), *(f"region-{code}" for code in CODES_OF_TWO)]
    assert int(executed) + int(kept or 0) == len(pages)
    assert len([name for name in pages if f"] {name}　" in book.result.stdout]) == int(executed)
    assert executed == "0" or f"[{executed}/{executed}]" in book.result.stdout


def test_everything_the_contract_names_is_there(book):
    for name in ("html/index.html", "facts.csv", "audit.csv", "build.log"):
        assert (book.target / name).stat().st_size > 10, name
    for name in book.listed():
        assert (book.html / f"{name}.html").exists(), name
    assert not list(book.target.parent.glob(".*.new")) and not list(book.target.parent.glob(".*.old"))


def test_the_build_log_has_no_warning_about_the_book(book):
    log = re.sub(r"\x1b\[[\d;]*m", "", (book.target / "build.log").read_text("utf-8"))
    assert "Traceback" not in log
    wrong = [line for line in log.splitlines() if re.search(r"\b(WARNING|ERROR|CRITICAL)\b", line)]
    assert not wrong, wrong


def test_index_leads_to_the_first_page(book):
    text = (book.html / "index.html").read_text("utf-8")
    target = re.search(r'url=([^"]+)"', text)
    assert (book.html / (target[1] if target else "index.html")).exists()


# -- pages ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", mostly_long(CHAPTERS, SHORT_CHAPTERS))
def test_page_shows_no_code_no_errors_and_no_leftovers(book, name):
    article = chapter(book, name)
    assert article.h1 and len(article.select("h1")) == 1
    text = visible(article)
    for word in (
        "Traceback",
        "Error",
        "Warning",
        "injected-parameters",
        "Parameters",
        "%%prose",
        "import ",
        "year =",
        "{{",
        "{%",
    ):
        assert word not in text, word
    assert not article.select(".cell_input, .stderr, .output.stream, .traceback, .output.error")
    assert not BROKEN.search(text), BROKEN.search(text)
    for each in article.select("p, li, dd, td, th, figcaption, .note"):
        sentence = "".join(each.get_text().split())
        assert not re.search(r"，[，；。]|；[；。]|（）|、[，。；]|。。|^[，；。、]", sentence), sentence


@pytest.mark.parametrize("name", mostly_long(CHAPTERS, SHORT_CHAPTERS))
def test_page_has_language_title_and_headings_in_order(book, name):
    page = soup(book.html / "notebooks" / f"{name}.html")
    assert page.html["lang"] == "zh-CN" and str(YEAR) in page.title.get_text()
    levels = [int(each.name[1]) for each in page.select_one("article").select("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False)), (
        levels
    )
    ids = [each["id"] for each in page.select("[id]")]
    assert len(ids) == len(set(ids)), sorted({each for each in ids if ids.count(each) > 1})[:5]


@pytest.mark.parametrize("name", mostly_long(CHAPTERS, SHORT_CHAPTERS))
def test_tables_and_figures_are_numbered_in_order(book, name):
    article = chapter(book, name)
    titles = {"figure.table[id^=tab-]": "caption .title", "figure.chart[id^=fig-]": "figcaption .title"}
    for selector, caption in titles.items():
        labels = [each.select_one(caption).get_text(strip=True).split("　")[0] for each in article.select(selector)]
        numbers = [label for label in labels if "附图" not in label]
        if not numbers:
            continue
        prefix = re.match(r"[表图](\w+)-", numbers[0])[0]
        assert numbers == [f"{prefix}{number}" for number in range(1, len(numbers) + 1)]
        # A chart that belongs to a table stands behind it.
        captions = article.select("caption .title, figcaption .title")
        order = [each.get_text(strip=True).split("　")[0] for each in captions]
        for label in (label for label in labels if "附图" in label):
            assert order.index(label.removesuffix("附图")) < order.index(label)


@pytest.mark.parametrize("name", mostly_long(sorted(TABLES), ("01-pension", "03-unemployment")))
def test_every_table_of_the_published_report_is_there(book, name):
    assert len(chapter(book, name).select("figure.table[id^=tab-]")) >= TABLES[name]


@pytest.mark.parametrize("name", mostly_long(sorted(FIGURES), ("01-pension",)))
def test_every_figure_of_the_published_report_is_there(book, name):
    charts = [each for each in chapter(book, name).select("figure.chart") if "附图" not in each.figcaption.get_text()]
    assert len(charts) >= FIGURES[name]


def test_the_report_has_19_tables_and_25_figures():
    assert sum(TABLES.values()) == 19 and sum(FIGURES.values()) == 25 + 1


@pytest.mark.parametrize("name", mostly_long(CHAPTERS, SHORT_CHAPTERS))
def test_tables_can_be_read_by_screen_readers(book, name):
    for table in chapter(book, name).select("figure.table table"):
        assert table.caption.get_text(strip=True)
        heads = table.thead.select("th")
        assert heads and not table.thead.select("td")
        assert all(th.get("scope") in {"col", "colgroup"} for th in heads)
        widths = set()
        for tr in table.tbody.select("tr:not(.why)"):
            cells = tr.find_all(["th", "td"], recursive=False)
            assert cells[0].name == "th" and cells[0]["scope"] == "row"
            widths.add(len(cells))
        columns = sum(int(th.get("colspan", 1)) for th in table.thead.tr.select("th"))
        assert widths == {columns}, (table.caption.get_text(), widths, columns)
        region = table.find_parent("div", class_="scroll")
        assert region["tabindex"] == "0" and region["aria-label"]


@pytest.mark.parametrize("name", mostly_long(CHAPTERS, SHORT_CHAPTERS))
def test_charts_have_text_title_and_numbers(book, name):
    for chart in chapter(book, name).select("figure.chart"):
        caption = chart.figcaption.select_one(".title").get_text(strip=True)
        assert len(chart.select("svg")) == 2, "图应有宽窄两种"
        for svg in chart.select("svg"):
            title = svg.title.get_text()
            assert svg["role"] == "img" and svg["aria-labelledby"] == svg.title["id"]
            assert title.startswith(caption) and len(title) > len(caption) + 8, "替代文字应写出数据"
            assert svg.select("text") and not svg.select("image, script, foreignObject")
            assert not BROKEN.search(svg.get_text(" ")), caption
        details = chart.select_one("details table")
        assert details.select("data.q, .unknown") or "未载" in chart.get_text()


@pytest.mark.parametrize("name", mostly_long(CHAPTERS, SHORT_CHAPTERS))
def test_gaps_in_charts_are_said(book, name):
    """A year without data is left empty, and a note below the chart names it."""
    for chart in chapter(book, name).select("figure.chart"):
        years = [tr.th.get_text(strip=True) for tr in chart.select("details tbody tr")]
        lacking = [
            tr.th.get_text(strip=True)
            for tr in chart.select("details tbody tr")
            if tr.select("td") and len(tr.select(".unknown")) == len(tr.select("td"))
        ]
        if lacking and all(re.fullmatch(r"20\d\d", year) for year in years):
            notes = " ".join(note.get_text() for note in chart.select("p.note"))
            assert "未载" in notes, chart.figcaption.get_text()
            if len(lacking) < len(years):
                assert lacking[0] in notes and lacking[-1] in notes, notes


# -- figures and their facts ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", mostly_long(CHAPTERS, SHORT_CHAPTERS))
def test_every_figure_on_the_page_is_in_the_facts_with_the_same_value(book, name):
    known = facts(book).get(name, {})
    shown = chapter(book, name).select("data.q")
    assert shown or name == "07-documents"
    for each in shown:
        fact = known[each["data-q"]]
        assert fact["value"] == each["value"], each
        text = each.get_text().replace(",", "").replace("−", "-")
        assert "e" not in each["value"].lower()
        if text in ZERO_IN_WORDS:
            assert Decimal(each["value"]) == 0
        else:
            assert text.lstrip("-") == each["value"].lstrip("-")


@pytest.mark.parametrize("name", mostly_long(CHAPTERS, SHORT_CHAPTERS))
def test_facts_explain_every_figure(book, name):
    known = facts(book).get(name, {})
    pages = json.loads((book.html / "facts" / f"{name}.json").read_text("utf-8"))
    assert set(pages) == set(known)
    for identity, fact in known.items():
        for other in fact["inputs"].split():
            assert other in known, f"{identity} ← {other}"
        assert fact["sources"] or fact["formula"], identity
        assert fact["name"] and fact["low"] and fact["high"]
        assert float(fact["low"]) <= float(fact["high"])
        assert pages[identity]["value"] == fact["value"]
        if fact["place"]:
            file, _, row = fact["place"].rpartition(":")
            assert (ROOT / file).exists() and int(row) >= 2, fact["place"]


def test_facts_hold_no_leftovers(book):
    text = (book.target / "facts.csv").read_text("utf-8-sig")
    assert not re.search(r"(?<![A-Za-z])(nan|inf|None)(?![A-Za-z])|[\ue000\ue001]", text)
    with (book.target / "facts.csv").open(encoding="utf-8-sig", newline="") as stream:
        head = next(csv.reader(stream))
    assert head[:7] == ["id", "chapter", "value", "unit", "formula", "inputs", "sources"]


def test_a_value_lies_within_what_its_rounding_allows(book):
    """A figure printed as published may be cut or wrong (then it is marked); any other lies in its interval."""
    for known in facts(book).values():
        for fact in known.values():
            if fact["status"] != "E" or fact["sources"] or fact["note"]:
                continue
            digits = len(fact["value"].partition(".")[2])
            half = 0.5 * 10**-digits * 1.000001
            assert float(fact["low"]) - half <= float(fact["value"]) <= float(fact["high"]) + half, fact


@cache
def leads_somewhere(folder: Path, address: str) -> Path | None:
    """The file that an address on a page in `folder` leads to, if there is one; many pages name the same."""
    target = Path(os.path.normpath(folder / address))
    return target if target.exists() else None


def test_no_page_asks_for_anything_from_elsewhere(book):
    asked = 0
    for path in book.pages():
        for each in soup(path).select("script[src], link[href], img[src], iframe[src]"):
            address = each.get("src") or each.get("href")
            if each.name == "link" and each.get("rel") in (["canonical"], ["author"], ["license"]):
                continue
            assert not re.match(r"(https?:)?//", address), f"{path.name}: {address}"
            assert leads_somewhere(path.parent, address.split("?")[0].split("#")[0]), f"{path.name}: {address}"
            asked += 1
    assert asked >= 2 * len(book.listed())


@cache
def anchors(path: Path) -> set[str]:
    """The names of all places on a page that a link can lead to."""
    return {each["id"] for each in soup(path).find_all(id=True)}


def test_links_within_the_book_lead_somewhere(book):
    pages = set(book.pages())
    followed = 0
    for path in sorted(pages):
        for each in soup(path).find_all("a", href=True):
            address, _, anchor = each["href"].partition("#")
            if re.match(r"\w+:|//", address):
                continue
            target = leads_somewhere(path.parent, address) if address else path
            assert target, f"{path.name}: {each['href']}"
            if anchor and target in pages:
                assert anchor.startswith("q=") or anchor in anchors(target), f"{path.name}: {each['href']}"
            followed += 1
    assert followed >= 10 * len(book.listed())
