"""The search of the built book: what stands in it is found, and its page is among the first."""

from __future__ import annotations

import csv
import random
import re
import unicodedata
from functools import cache
from pathlib import Path
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup

from tests.support.selection import PAGES


def article(book, name: str) -> BeautifulSoup:
    """The text of a page."""
    return BeautifulSoup((book.html / f"{name}.html").read_text("utf-8"), "lxml").article


#: What pieces are taken from: sentences, cells, captions, figures.
KINDS = ("p, li", "td, tbody th", "caption .title, figcaption .title", "data.q")


def samples(book, count: int, seed: int) -> list[tuple[str, str]]:
    """(query, page): pieces of two to eight characters from the middle of sentences, cells, captions and figures."""
    chance = random.Random(seed)
    found: list[tuple[str, str]] = []
    articles = {name: article(book, name) for name in PAGES}

    @cache
    def texts_of(name: str, kind: str) -> list[str]:
        shown = [
            each
            for each in articles[name].select(kind)
            if not each.find_parent(class_="take") and "take" not in each.get("class", [])
        ]
        texts = [re.sub(r"\s+", " ", each.get_text()).strip() for each in shown]
        return [text for text in texts if len(text) >= 4]

    while len(found) < count:
        name = chance.choice(PAGES)
        kind = KINDS[len(found) % 4]
        texts = texts_of(name, kind)
        if not texts:
            continue
        text = chance.choice(texts)
        size = len(text) if kind == "data.q" else chance.randint(2, 8)
        start = chance.randint(0, max(0, len(text) - size))
        query = text[start : start + size].strip()
        if len(query) >= 2 and re.search(r"\w{2}", query):
            found.append((query, f"{name}.html"))
    return found


#: The pages that the search finds for each query, best first.
ANSWERS = (
    "queries => Promise.all(queries.map(query => new Promise(go => "
    "nianbaoSearch(query, pages => go(pages.map(each => each.page.address))))))"
)


def folded(text: str) -> str:
    """A text as a search sees it: width, case, minus signs and grouping do not matter."""
    same = unicodedata.normalize("NFKC", text).lower().translate({0x2212: "-", 0x2013: "-", 0x2236: ":"})
    return re.sub(r"[\s,]", "", same)


def first_pages(page, address: str, query: str) -> list[str]:
    """The pages that the search page shows for a query, best first."""
    page.goto(f"{address}?q={quote(query)}")
    page.locator(".results .tally").wait_for(timeout=5000)
    links = page.eval_on_selector_all(".results h2 a", "all => all.map(a => a.getAttribute('href'))")
    return [each.removeprefix("./") for each in links]


def queries() -> list[tuple[str, str]]:
    """60 pieces of two to eight characters, 15 each of sentences, cells, captions and figures, and where they stand."""
    with (Path(__file__).parent / "queries.csv").open(encoding="utf-8", newline="") as stream:
        return [(row["query"], f"{row['page']}.html") for row in csv.DictReader(stream)]


@pytest.mark.long
def test_each_query_stands_on_its_page(book):
    """A text that was worded anew takes its query with it: then another one is to be chosen."""
    names = {name for _, name in queries()}
    texts = {name: folded(article(book, name.removesuffix(".html")).get_text()) for name in names}
    assert [(query, name) for query, name in queries() if folded(query) not in texts[name]] == []


@pytest.mark.parametrize(
    "scheme, count",
    [
        ("file", 6),
        pytest.param("file", 60, marks=pytest.mark.long),
        pytest.param("http", 60, marks=pytest.mark.long),
    ],
)
def test_queries_have_their_page_among_the_first_three(page, book, request, scheme, count):
    address = (book.html / "search.html").as_uri()
    if scheme == "http":
        address = f"{request.getfixturevalue('server')}/2025/search.html"
    chosen = queries()[:: 60 // count]
    found = {(query, name): first_pages(page, address, query) for query, name in chosen}
    assert len(found) == count
    missed = {key: pages for key, pages in found.items() if key[1] not in pages[:3]}
    assert missed == {}


@pytest.mark.long
@pytest.mark.parametrize(
    "seed, count",
    [
        (7, 800),
        (2025, 800),
    ],
)
def test_search_finds_phrases_from_the_middle_of_everything(page, book, seed, count):
    """Any piece is found, and its page is among the first three unless more than three pages hold it.

    Of those that more pages hold, far fewer have theirs behind the third than if the order of the pages were chance.
    """
    page.goto((book.html / "search.html").as_uri())
    plain = {each: folded(article(book, each).get_text()) for each in PAGES}
    chosen = samples(book, count, seed)
    answers = page.evaluate(ANSWERS, [query for query, _ in chosen])
    assert [key for key, pages in zip(chosen, answers, strict=True) if key[1] not in pages] == []
    late = [key[1] not in pages[:3] for key, pages in zip(chosen, answers, strict=True)]
    missed = [key for key, behind in zip(chosen, late, strict=True) if behind]
    holding = {query: sum(folded(query) in text for text in plain.values()) for query, _ in chosen}
    assert [(query, name) for query, name in missed if holding[query] <= 3] == []
    assert sum(late[:200]) <= 0.1 * len(late[:200]), missed
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
