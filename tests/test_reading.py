"""Reading online in a real browser: figures that open and can be recomputed, search, downloads, accessibility, the site."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import threading
import unicodedata
import zipfile
from collections import Counter
from fractions import Fraction
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT

LISTED = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
PAGES = [LISTED["root"], *(each["file"] for part in LISTED["parts"] for each in part["chapters"])]
CHAPTERS = [page.removeprefix("notebooks/") for page in PAGES if page.startswith("notebooks/")]
POLICY = re.search(r'Content-Security-Policy "([^"]+)"', (ROOT / "deploy" / "nginx.conf").read_text("utf-8"))[1]


@pytest.fixture(scope="module")
def page(browser):
    """One browser page for a test module."""
    context = browser.new_context(viewport={"width": 1300, "height": 800}, locale="zh-CN")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def site(book, tmp_path_factory):
    """`nianbao site` of the built edition, twice: as this year's and as an older one."""
    from nianbao.output.web.site import Site

    folder = tmp_path_factory.mktemp("gathered")
    for year in ("2025", "2024"):
        (folder / year).mkdir(parents=True)
        (folder / year / "html").symlink_to(book.html)
    return Site(folder, "https://example.org/nianbao").make()


@pytest.fixture(scope="module")
def server(site):
    """The site over http, with the security policy of the shipped nginx configuration."""

    class Handler(SimpleHTTPRequestHandler):
        def end_headers(self):
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=site)) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


# -- figures -----------------------------------------------------------------------------------------------------
OPEN_ALL = """async () => {
    const seen = [];
    for (const node of document.querySelectorAll('.prose data.q, .cards data.q')) {
        node.click();
        for (let i = 0; i < 200 && !document.querySelector('.q-panel h2'); i++) await new Promise(go => setTimeout(go, 10));
        const panel = document.querySelector('.q-panel'), terms = {};
        panel.querySelectorAll('dt').forEach(dt => { terms[dt.textContent] = dt.nextElementSibling.textContent; });
        seen.push({id: node.dataset.q, open: node.getAttribute('aria-expanded'), title: panel.querySelector('h2').textContent,
                   big: panel.querySelector('.big').textContent, marked: (panel.querySelector('.mark') || panel).textContent,
                   link: panel.querySelector('a[href^="#q="]').hash, terms});
    }
    return seen;
}"""


def stated(book, name: str) -> dict[str, dict]:
    """What a chapter says of its figures."""
    known = json.loads((book.html / "facts" / f"{name}.json").read_text("utf-8"))
    return {each: {"inputs": [], "note": "", "computed": ""} | about for each, about in known.items()}


def recomputed(fact: dict, facts: dict) -> tuple[Fraction, Fraction]:
    """What the expression gives for the inputs as they are stated, and how far their rounding may move it."""
    inputs = [facts[each] for each in fact["inputs"]]
    assert re.fullmatch(r"[\s$\d.+\-*/()]+", fact["expression"]), fact["id"]
    exact = re.sub(r"(?<![\d.$])(\d+\.\d+)", r"Fraction('\1')", fact["expression"])
    code = compile(re.sub(r"\$(\d+)", r"values[\1-1]", exact), fact["id"], "eval")

    def at(values):
        return Fraction(eval(code, {"values": values, "Fraction": Fraction}))  # noqa: S307

    values = [Fraction(each["value"]) for each in inputs]
    rounded = re.search(r"取整后的数（([\d.、-]+)）", fact["note"])  # the document computed it from those
    values = [Fraction(each) for each in rounded[1].split("、")] if rounded else values
    point = at(values)
    ends = [[Fraction(each[end]) for end in ("low", "high")] for each in inputs] if not rounded else []
    return point, sum((max(abs(at([*values[:place], end, *values[place + 1:]]) - point) for end in both)
                       for place, both in enumerate(ends)), Fraction(0))


def kind(fact: dict, facts: dict) -> str:
    """How a figure follows from what its trace states; "" where it does not."""
    if not fact.get("expression"):
        return "a level as printed" if fact["status"] == "A" else "a level got from others, see its note"
    value, (point, reach) = Fraction(fact["value"]), recomputed(fact, facts)
    unit = Fraction(1, 10 ** len(fact["value"].partition(".")[2]))
    if abs(value - point) <= unit / 2:
        return "exact"
    if fact.get("check") == "erratum" and fact["printed"] == fact["value"]:  # the document's number is shown and marked
        told = Fraction(1, 2 * 10 ** len(fact["computed"].partition(".")[2]))
        return "erratum, both numbers told" if fact["note"] and abs(Fraction(fact["computed"]) - point) <= told else ""
    if "截尾" in fact["note"]:
        return "cut" if 0 <= abs(point) - abs(value) < unit else ""
    if fact["status"] == "E" and not fact["inputs"]:  # got from a printed change: known as its interval says
        reach = (Fraction(fact["high"]) - Fraction(fact["low"])) / 2
    return "within the interval of its inputs" if abs(value - point) <= unit / 2 + reach * Fraction("1.000001") else ""


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_figure_in_the_text_opens_with_its_trace_and_can_be_recomputed(page, book, name):
    page.goto((book.html / "notebooks" / f"{name}.html").as_uri())
    facts = stated(book, name)
    for seen in page.evaluate(OPEN_ALL):
        fact, terms = facts[seen["id"]], seen["terms"]
        assert seen["open"] == "true" and seen["title"] == fact["name"] and seen["link"].startswith("#q=")
        assert seen["big"].replace(",", "").replace("−", "-").startswith(fact["value"])
        assert "误差范围" in terms and "性质" in terms
        if fact["inputs"]:
            assert terms["算法"] == fact["formula"].replace(" * ", " × ").replace(" / ", " ÷ ") and terms["所用的数"], seen
            if len(fact["inputs"]) <= 12:  # the sum as the panel works it out
                worked = terms["代入"].rpartition(" = ")[2].replace(",", "").replace("−", "-")
                point, _ = recomputed(fact | {"note": ""}, facts)
                assert abs(Fraction(worked) - point) <= Fraction(1, 10 ** len(worked.partition(".")[2])), seen
        elif name in {"A5-audit", "A6-revisions"} and not fact.get("place"):  # counted by the book itself
            assert terms.get("出处") or terms.get("算法"), seen
        else:
            assert terms["出处"] and re.fullmatch(r"data/\d{4}/.+\.csv:\d+", terms["数据文件"]), seen
        if fact.get("check"):
            assert terms["核对"]
        if fact.get("mark"):
            assert fact["note"] in seen["marked"], seen
            assert ("照算应为" in terms) == (fact["computed"] != "" and Fraction(fact["computed"]) != Fraction(fact["value"])), seen


def test_every_figure_follows_from_its_stated_inputs(book):
    """All of them, in text, tables and charts, and all that they were computed from."""
    counted = Counter()
    for name in CHAPTERS:
        facts = stated(book, name)
        for fact in facts.values():
            known = kind(fact, facts)
            assert known, fact
            counted[known] += 1
    assert sum(counted.values()) > 3000 and counted["exact"] > 1000, counted
    # Two have no sum: one whose printed change has the wrong unit (an erratum), one that a text gives and no later year.
    assert counted["a level got from others, see its note"] <= 2, counted


def test_a_permanent_link_opens_its_figure(page, book):
    page.goto((book.html / "notebooks" / "01-pension.html").as_uri() + "#q=pension.enterprise.insured%3A640000%3A2025")
    page.locator(".q-panel .big", has_text="275.09").wait_for(timeout=5000)


# -- search ------------------------------------------------------------------------------------------------------
def article(book, name: str) -> BeautifulSoup:
    """The text of a page."""
    return BeautifulSoup((book.html / f"{name}.html").read_text("utf-8"), "lxml").article


def samples(book, count: int, seed: int) -> list[tuple[str, str]]:
    """(query, page): pieces of two to eight characters from the middle of sentences, cells, captions and figures."""
    chance, found, articles = random.Random(seed), [], {name: article(book, name) for name in PAGES}

    @cache
    def texts_of(name: str, kind: str) -> list[str]:
        texts = [re.sub(r"\s+", " ", each.get_text()).strip() for each in articles[name].select(kind)
                 if not each.find_parent(class_="take") and "take" not in each.get("class", [])]
        return [text for text in texts if len(text) >= 4]

    while len(found) < count:
        name = chance.choice(PAGES)
        texts = texts_of(name, ("p, li", "td, tbody th", "caption .title, figcaption", "data.q")[len(found) % 4])
        if not texts:
            continue
        text = chance.choice(texts)
        size = len(text) if kind == "data.q" else chance.randint(2, 8)
        start = chance.randint(0, max(0, len(text) - size))
        query = text[start:start + size].strip()
        if len(query) >= 2 and re.search(r"\w{2}", query):
            found.append((query, f"{name}.html"))
    return found


def folded(text: str) -> str:
    """A text as a search sees it: width, case, minus signs and grouping do not matter."""
    return re.sub(r"[\s,]", "", unicodedata.normalize("NFKC", text).lower().translate({0x2212: "-", 0x2013: "-", 0x2236: ":"}))


def first_pages(page, address: str, query: str) -> list[str]:
    """The pages that the search page shows for a query, best first."""
    page.goto(f"{address}?q={quote(query)}")
    page.locator(".results .tally").wait_for(timeout=5000)
    return [each.removeprefix("./") for each in page.eval_on_selector_all(".results h2 a", "all => all.map(a => a.getAttribute('href'))")]


def queries() -> list[tuple[str, str]]:
    """60 pieces of two to eight characters, 15 each out of sentences, cells, captions and figures, and where they stand."""
    with (ROOT / "tests" / "queries.csv").open(encoding="utf-8", newline="") as stream:
        return [(row["query"], f"{row['page']}.html") for row in csv.DictReader(stream)]


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_60_queries_have_their_page_among_the_first_three(page, book, server, scheme):
    address = (book.html / "search.html").as_uri() if scheme == "file" else f"{server}/2025/search.html"
    found = {(query, name): first_pages(page, address, query) for query, name in queries()}
    assert len(found) == 60
    missed = {key: pages for key, pages in found.items() if key[1] not in pages[:3]}
    assert missed == {}


@pytest.mark.parametrize("seed", [7, 2025])
def test_search_finds_phrases_from_the_middle_of_everything(page, book, seed):
    """Any piece is found, and its page is among the first three unless more than three pages hold it.

    Of those that more pages hold, far fewer have theirs behind the third than if the order of the pages were chance.
    """
    page.goto((book.html / "search.html").as_uri())
    plain = {each: folded(article(book, each).get_text()) for each in PAGES}
    chosen = samples(book, 800, seed)
    answers = page.evaluate("queries => Promise.all(queries.map(query => new Promise(go => "
                            "nianbaoSearch(query, pages => go(pages.map(each => each.page.address))))))", [query for query, _ in chosen])
    assert [key for key, pages in zip(chosen, answers, strict=True) if key[1] not in pages] == []
    late = [key[1] not in pages[:3] for key, pages in zip(chosen, answers, strict=True)]
    missed = [key for key, behind in zip(chosen, late, strict=True) if behind]
    holding = {query: sum(folded(query) in text for text in plain.values()) for query, _ in chosen}
    assert [(query, name) for query, name in missed if holding[query] <= 3] == []
    assert sum(late[:200]) <= 0.1 * 200, missed
    assert len(missed) <= 0.6 * sum(max(0, 1 - 3 / holding[query]) for query, _ in chosen), missed


def test_results_show_the_passage_and_lead_to_it(page, book):
    page.goto((book.html / "notebooks" / "02-injury.html").as_uri())
    page.locator("#find").fill("275.09")
    page.locator(".found mark", has_text="275.09").first.wait_for(timeout=5000)
    page.keyboard.press("Enter")
    page.locator(".results mark", has_text="275.09").first.wait_for(timeout=5000)
    address = page.locator(".results li a").first.get_attribute("href")
    page.locator(".results li a").first.click()
    page.wait_for_load_state()
    assert page.locator(f"[id='{address.partition('#')[2]}']").count() == 1


# -- what the page is made of ------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [*PAGES, "search", "index"])
def test_pages_hold_no_inline_script_or_style_and_name_no_other_host(book, name):
    text = (book.html / f"{name}.html").read_text("utf-8")
    soup = BeautifulSoup(text, "lxml")
    assert soup.html["lang"] == "zh-CN"
    assert not soup.select("style, [style], script:not([src])")
    assert not [each for each in soup.find_all(True) for key in each.attrs if key.startswith("on")]
    for each in soup.select("[src], link[href]"):
        assert not re.match(r"(https?:)?//", each.get("src") or each["href"]), each


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_no_request_leaves_the_site_and_no_error_is_said_while_everything_is_used(browser, site, server, scheme):
    """Every page with the shipped security policy: a figure opened, the search used, the other edition chosen."""
    base, asked, said = site.as_uri() if scheme == "file" else server, [], []
    context = browser.new_context(viewport={"width": 1300, "height": 800}, locale="zh-CN")
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: "ABORTED" in request.failure or said.append(request.url))  # by going on to a page
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for name in [*PAGES, "search"]:
        page.goto(f"{base}/2025/{name}.html")
        if page.locator("data.q").count():
            page.locator("data.q").first.click()
            page.locator(".q-panel h2").wait_for(timeout=5000)
        page.locator("#find").fill("参保人数")
        page.locator(".found mark").first.wait_for(timeout=5000)
        page.locator(".editions select").select_option("2024年")
        page.wait_for_url(f"**/2024/{name}.html")
    page.goto(f"{base}/index.html")
    assert said == []
    assert [url for url in asked if not url.startswith((base, "data:", "blob:"))] == [] and len(asked) > 100
    context.close()


@pytest.mark.parametrize("name", [*PAGES, "search"])
def test_accessibility(browser, book, name):
    """axe-core: no violation of WCAG 2.2 AA; light and wide, dark and narrow, each closed and with a figure opened."""
    axe = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python 未安装")
    script = (Path(axe.__file__).parent / "axe.min.js").read_text("utf-8")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    for scheme, width in (("light", 1300), ("dark", 360)):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        page.goto((book.html / f"{name}.html").as_uri())
        page.evaluate(script)
        figure = page.locator("data.q").first
        for opened in (False, True) if figure.count() else (False,):
            if opened:
                figure.click()
                page.locator(".q-panel h2").wait_for(timeout=5000)
            found = page.evaluate("tags => axe.run({preload: false, resultTypes: ['violations'],"
                                  " runOnly: {type: 'tag', values: tags}})", tags)["violations"]
            assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == [], (scheme, width, opened)
        context.close()


def test_zoom_of_400_percent_keeps_the_page_within_the_window(page, book):
    page.set_viewport_size({"width": 320, "height": 256})
    for name in PAGES:
        page.goto((book.html / f"{name}.html").as_uri())
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 320, name
    page.set_viewport_size({"width": 1300, "height": 800})


def test_tables_sort_and_charts_say_their_values(page, book):
    page.goto((book.html / "notebooks" / "01-pension.html").as_uri())
    button = page.locator("#tab-1-1 th .sort").nth(1)
    button.click()
    values = page.eval_on_selector_all("#tab-1-1 tbody tr:not(.total) td:nth-child(2) data", "all => all.map(n => +n.value)")
    assert values == sorted(values, reverse=True) and len(values) > 15
    assert page.locator("#tab-1-1 tbody tr").last.get_attribute("class") == "total"
    assert page.locator("#tab-1-1 th").nth(1).get_attribute("aria-sort") == "descending"
    page.locator("#fig-1-1 .drawing").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".tip").is_visible() and re.search(r"\d", page.locator(".tip").inner_text())


def test_the_choice_of_light_and_dark_stays(browser, book):
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto((book.html / "notebooks" / "01-pension.html").as_uri())
    while page.locator("button.shade").inner_text() != "深色":
        page.locator("button.shade").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    context.close()


# -- downloads ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", CHAPTERS)
def test_every_table_and_chart_can_be_taken_away(book, name):
    path = book.html / "notebooks" / f"{name}.html"
    soup = BeautifulSoup(path.read_text("utf-8"), "lxml")
    shown = [each for each in soup.select("article figure") if not each.get("id", "").endswith("-data")]
    links = [(path.parent / each["href"]).resolve() for each in soup.select(".take a")]
    assert len(links) == sum(4 if "chart" in each["class"] else 2 for each in shown)
    for link in links:
        content = link.read_bytes()
        assert len(content) > 60, link
        if link.suffix == ".csv":
            rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
            assert len({len(row) for row in rows}) == 1 and rows[0][-2:] == ["单位", "出处"], link
            for cell in sum(rows, []):
                assert not re.match(r"[=+@\t\r]|-(?![\d.]*$)", cell), (link, cell)
        assert link.suffix != ".png" or content.startswith(b"\x89PNG")
        assert link.suffix != ".svg" or content.startswith(b"<svg")


def test_workbooks_are_typed(book):
    book = openpyxl.load_workbook(book.html / "downloads" / "01-pension" / "tab-1-1.xlsx")
    sheet = book["数据"]
    assert sheet["A2"].value == "银川市（市本级）" and sheet["B2"].value == 109.14 and sheet["B2"].number_format == "#,##0.00"
    assert "表1-1" in sheet.cell(2, sheet.max_column).value and book["说明"].max_row > 4


def test_the_whole_edition_can_be_taken_away(book):
    duckdb = pytest.importorskip("duckdb")
    folder = book.html / "downloads"
    with zipfile.ZipFile(folder / "nianbao-2025-datapackage.zip") as archive:
        about = json.loads(archive.read("datapackage.json"))
        for each in about["resources"]:
            head = next(csv.reader(io.StringIO(archive.read(each["path"]).decode("utf-8-sig"))))
            assert [field["name"] for field in each["schema"]["fields"]] == head, each["path"]
    rows = duckdb.sql(f"SELECT value, unit FROM '{folder}/nianbao-2025.parquet' WHERE indicator = 'pension.enterprise.insured'"
                      " AND item = '640000' AND year = 2025").fetchall()
    assert [(float(value), unit) for value, unit in rows] == [(275.09, "万人")]
    sdmx = list(csv.DictReader(io.StringIO((folder / "nianbao-2025-sdmx.csv").read_text("utf-8-sig"))))
    keys = [(row["INDICATOR"], row["REF_AREA"], row["ITEM"], row["TIME_PERIOD"]) for row in sdmx]
    assert len(keys) == len(set(keys)) > 1000
    soup = BeautifulSoup((book.html / "book" / "data.html").read_text("utf-8"), "lxml")
    assert all((book.html / "book" / each["href"]).exists() for each in soup.select(".files a")) and soup.select(".files a")


# -- the site ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("scheme", ["file", "http"])
def test_the_switcher_keeps_the_chapter(page, site, server, scheme):
    base = site.as_uri() if scheme == "file" else server
    page.goto(f"{base}/2025/notebooks/02-injury.html")
    page.locator(".editions select").select_option("2024年")
    page.wait_for_url("**/2024/notebooks/02-injury.html")
    assert page.locator(".editions select option:checked").inner_text() == "2024年"


def test_the_site_is_complete(site):
    front = BeautifulSoup((site / "index.html").read_text("utf-8"), "lxml")
    for each in front.select("a"):
        assert (site / each["href"]).exists(), each
    assert (site / "sitemap.xml").read_text().count("<loc>") == 2 * len(PAGES) + 1
    assert "数据版本 2025-" in (site / "feed.xml").read_text("utf-8")
    data = BeautifulSoup((site / "2025" / "book" / "data.html").read_text("utf-8"), "lxml")
    known = json.loads(data.select_one("script[type='application/ld+json']").string)
    assert known["@type"] == "Dataset" and len(known["distribution"]) >= 4
    for path in (each for each in site.rglob("*.html") if each.stat().st_size > 500):
        assert Path(f"{path}.gz").exists() and Path(f"{path}.br").exists()


def test_a_chapter_is_light(site):
    """At most 400 KB over the wire at first load; it is a tenth of that."""
    shared = sum(path.stat().st_size for path in (site / "2025" / "_static").glob("*.gz"))
    for name in PAGES:
        assert (site / "2025" / f"{name}.html.gz").stat().st_size + shared < 100_000, name
