"""The search of the built book: what stands in it is found, and its page is among the first."""

from __future__ import annotations

import csv
import random
import re
import unicodedata
from functools import cache
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from bs4 import BeautifulSoup

from benchmarks.search import Case, ask, read_cases
from nianbao.output.web.search import CAPTION, read
from nianbao.output.web.words import rows_in
from tests.support.selection import long_but


def article(book, name: str) -> BeautifulSoup:
    """The text of a page."""
    return BeautifulSoup((book.html / f"{name}.html").read_text("utf-8"), "lxml").article


#: What a page has beside its text: links to files, the row below another that says why a figure is in doubt, what signs
#: in a table stand for.
ADDED = ("take", "why")
SIGNS = re.compile(r"[…—-]　")


def added(node) -> bool:
    """Whether a paragraph or cell is no text of the book."""
    classes = node.get("class", [])
    return "take" in classes or "note" in classes and SIGNS.match(node.get_text()) is not None


#: What pieces are taken from: sentences, cells, captions, figures.
KINDS = ("p, li", "td, tbody th", "caption .title, figcaption .title", "data.q")


def cuts_a_word(text: str, at: int) -> bool:
    """Whether a piece that begins or ends here cuts a word of letters: nobody looks for HA-25 of SHA-256."""
    return re.fullmatch("[A-Za-z]{2}", text[max(0, at - 1) : at + 1]) is not None


def samples(book, count: int, seed: int) -> list[tuple[str, str]]:
    """(query, page): pieces of two to eight characters from the middle of sentences, cells, captions and figures."""
    chance = random.Random(seed)
    found: list[tuple[str, str]] = []
    articles = {name: article(book, name) for name in book.listed()}

    @cache
    def texts_of(name: str, kind: str) -> list[str]:
        seen = [each for each in articles[name].select(kind) if not each.find_parent(class_=ADDED) and not added(each)]
        shown = [each for each in seen if not each.find("li")]  # an item that holds others is no one passage
        texts = [re.sub(r"\s+", " ", each.get_text()).strip() for each in shown]
        return [text for text in texts if len(text) >= 4]

    while len(found) < count:
        name = chance.choice(book.listed())
        kind = KINDS[len(found) % 4]
        texts = texts_of(name, kind)
        if not texts:
            continue
        text = chance.choice(texts)
        size = len(text) if kind == "data.q" else chance.randint(2, 8)
        start = chance.randint(0, max(0, len(text) - size))
        query = text[start : start + size].strip()
        if cuts_a_word(text, start) or cuts_a_word(text, start + size):
            continue
        if len(query) >= 2 and re.search(r"\w{2}", query):
            found.append((query, f"{name}.html"))
    return found


#: The pages that the search finds for each query, best first, and whether the name of a figure holds it (1 or 0).
ANSWERS = """queries => Promise.all(queries.map(query => new Promise(go => nianbaoSearch(query, (pages, found) => go([
    pages.map(each => each.page.address),
    Number(found.answers.length > 0 && found.answers[0].series.spoken.includes(query.toLowerCase())),
])))))"""


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


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["file", "http"])
def test_queries_have_their_page_among_the_first_three(page, book, request, scheme):
    """Each asked by the address of the search page."""
    address = (book.html / "search.html").as_uri()
    if scheme == "http":
        address = f"{request.getfixturevalue('server')}/2025/search.html"
    found = {(query, name): first_pages(page, address, query) for query, name in queries()}
    assert len(found) == 60
    missed = {key: pages for key, pages in found.items() if key[1] not in pages[:3]}
    assert missed == {}


@pytest.mark.long
def test_some_queries_have_their_page_among_the_first_three(open_search):
    outcomes = [ask(open_search, Case(query, (name,), ())) for query, name in queries()[::10]]
    assert len(outcomes) == 6
    assert [each for each in outcomes if each.case.pages[0] not in each.pages[:3]] == []


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
    A piece of the name of a figure may have the page of that figure before its own.
    """
    page.goto((book.html / "search.html").as_uri())
    plain = {each: folded(article(book, each).get_text()) for each in book.listed()}
    chosen = samples(book, count, seed)
    found = page.evaluate(ANSWERS, [query for query, _ in chosen])
    assert [key for key, (pages, _) in zip(chosen, found, strict=True) if key[1] not in pages] == []
    late = [key[1] not in pages[: 3 + named] for key, (pages, named) in zip(chosen, found, strict=True)]
    missed = [key for key, behind in zip(chosen, late, strict=True) if behind]
    holding = {query: sum(folded(query) in text for text in plain.values()) for query, _ in chosen}
    assert [(query, name) for query, name in missed if holding[query] <= 3] == []
    assert len(missed) <= 0.6 * sum(max(0, 1 - 3 / holding[query]) for query, _ in chosen), missed


def test_results_show_the_passage_and_lead_to_it(page, book):
    page.goto((book.html / "notebooks" / "03-unemployment.html").as_uri())
    page.locator("#find").fill("275.09")
    page.locator(".found mark", has_text="275.09").first.wait_for(timeout=5000)
    page.keyboard.press("Enter")
    page.locator(".results mark", has_text="275.09").first.wait_for(timeout=5000)
    address = page.locator(".results li a").first.get_attribute("href")
    page.locator(".results li a").first.click()
    page.wait_for_load_state()
    assert page.locator(f"[id='{address.partition('#')[2]}']").count() == 1


# -- questions ---------------------------------------------------------------------------------------------------------
def questions() -> list[Case]:
    """What citizens, journalists and clerks may ask, each with its page and, where a figure answers, the answer."""
    return read_cases(Path(__file__).parent / "questions.csv")


#: Everyday words, a county by its short name, pinyin; what a page is for, a question as it is spoken, a wrong sign.
SOME = ("退休金一个月多少钱", "永宁 企业养老 参保", "sybx", "失业保线金")


@pytest.fixture(scope="module")
def open_search(browser, book):
    """The search page, opened once for all questions."""
    context = browser.new_context(viewport={"width": 1300, "height": 800}, locale="zh-CN")
    opened = context.new_page()
    opened.goto((book.html / "search.html").as_uri())
    opened.evaluate("new Promise(loaded => nianbaoSearch('年报', loaded)).then(() => 0)")
    yield opened
    context.close()


@pytest.mark.parametrize("chosen", [SOME, pytest.param((), marks=pytest.mark.long)])
def test_questions_find_their_page_and_their_answer(open_search, chosen):
    cases = [case for case in questions() if case.query in chosen or not chosen]
    assert len(cases) >= len(SOME)
    outcomes = [ask(open_search, case) for case in cases]
    lost = [each.case.query for each in outcomes if each.case.pages and not each.page_found]
    unseen = [each.case.query for each in outcomes if each.case.answers and not each.answer_seen]
    assert len(lost) <= 0.05 * len(cases), lost
    assert len(unseen) <= 0.1 * len(cases), unseen
    assert not [each.case.query for each in outcomes if each.empty]


def shown_answer(page, query: str):
    """The box with the answer to a query."""
    page.locator("#query").fill(query)
    page.locator("#query").press("Enter")
    return page.locator(".results .answer")


def test_an_answer_says_what_it_is_where_it_stands_and_whether_it_is_in_doubt(open_search):
    box = shown_answer(open_search, "退休金替代率")
    text = box.inner_text()
    assert "2025年全区企业退休人员养老金替代率" in text and "46.86%※" in text
    assert "此数存疑" in text and "第一部分" in text
    address = box.locator(".big a").get_attribute("href")
    assert unquote(address) == "./notebooks/01-pension.html#q=pension.enterprise.replacement_rate:640000:2025"


@pytest.mark.long
def test_an_answer_leads_to_the_panel_of_its_figure(page, book):
    page.goto((book.html / "search.html").as_uri())
    shown_answer(page, "退休金替代率").locator(".big a").click()
    page.locator(".q-panel", has_text="46.86").wait_for(timeout=5000)


def test_a_figure_in_doubt_is_marked_among_the_results(open_search):
    shown_answer(open_search, "失业保险基金收入").wait_for(timeout=5000)
    rows = open_search.locator(".results li", has_text="11.40").all_inner_texts()
    assert rows and all("11.40※" in row or "11.40亿元※" in row for row in rows)


def test_the_region_that_has_least_is_named(open_search, book):
    text = shown_answer(open_search, "哪个县失业保险参保人数最少").inner_text()
    table = article(book, "notebooks/03-unemployment").find(id="tab-3-1")
    values = {row.th.get_text(strip=True): row.data["value"] for row in table.select("tbody tr") if row.data}
    least = min(values.values(), key=float)
    assert list(values.values()).count(least) == 1
    name = next(name for name, value in values.items() if value == least)
    assert name in text and least in text


@pytest.mark.parametrize("query", long_but(["养老保险转到外省", "养老关系转到别的省", "人均服务比"], 0))
def test_a_question_has_three_pages_chapters_before_the_reference(open_search, query):
    outcome = ask(open_search, Case(query, (), ()))
    assert len(outcome.pages) >= 3
    assert outcome.pages[0].startswith("notebooks/0")
    assert "book/dictionary.html" not in outcome.pages[:2]


@pytest.mark.long
@pytest.mark.parametrize(
    "query, page, answer",
    [
        ("服刑人员 养老金", "notebooks/A2-final-accounts", ""),  # only this companion speaks of it
        ("养老基金到2040年", "notebooks/09-outlook", ""),  # a year that no document tells of
        ("失业保险基金收不抵支", "notebooks/03-unemployment", ""),  # other schemes have tables of it as well
        ("30216 培训费", "notebooks/A1-budget", "23.09"),  # the code of an account
        ("2022年三公经费", "notebooks/A2-final-accounts", "4.17万元"),  # published to the fen
        ("社保局“三公”经费 2026", "notebooks/A1-budget", "9.2万元"),
    ],
)
def test_a_kind_of_question_has_its_page_and_answer(open_search, query, page, answer):
    outcome = ask(open_search, Case(query, (page,), (answer,) if answer else ()))
    assert outcome.page_found, outcome.pages
    assert outcome.answer_seen or not answer, outcome.text


@pytest.mark.long
def test_only_figures_of_the_year_that_is_asked_for_answer(open_search):
    names = shown_answer(open_search, "社保局“三公”经费 2026").inner_text()
    assert "2026年" in names and "2022年" not in names


def test_values_are_shown_before_titles_and_heads_and_nothing_twice(open_search):
    """The title of the table stands before each row; many tables and charts have 月人均失业保险金 in theirs."""
    shown_answer(open_search, "失业金多少钱一个月").wait_for(timeout=5000)
    section = open_search.locator(".results > section:not(.answer)", has_text="第三部分").first
    rows = section.locator(":scope > ul > li a").evaluate_all("all => all.map(a => a.lastChild && a.innerText)")
    assert len(rows) == len(set(rows)) == 5
    assert sum("1,862" in row for row in rows) >= 1


@pytest.mark.long
def test_a_long_passage_begins_where_most_of_what_is_meant_is_said(open_search):
    outcome = ask(open_search, Case("住房公积金 购房补贴 招商引资", (), ()))
    assert outcome.pages[0] == "notebooks/A1-budget.html"
    lines = open_search.locator(".results > section li a").all_inner_texts()
    longest = max(lines, key=len)
    assert len(longest) > 120
    assert any(line.startswith("…") and "购房补贴" in line for line in lines)


@pytest.mark.long
def test_what_pages_are_about_stands_in_their_titles(book):
    """A page that gets another title takes its everyday words with it."""
    meant = {row["means"] for row in rows_in("nianbao.output.web", "words.csv") if row["role"] == "page"}
    passages = [passage for _, _, rows in read(book.html / "search.data.js")["pages"] for passage in rows]
    titles = [text for kind, text, *_ in passages if kind <= CAPTION]
    assert {each for each in meant if not any(each in title for title in titles)} <= {"算式"}  # a word of the panels


def test_words_that_are_right_are_not_put_right(open_search):
    """企业职工养 is not 企业职领养, 年底还 not 年退还: characters that sound otherwise are no slip of the hand."""
    for query in ("企业职工养老金一年支出多少亿", "失业保险基金年底还有多少亿"):
        open_search.locator("#query").fill(query)
        open_search.locator("#query").press("Enter")
        tally = open_search.locator(".results .tally").inner_text()
        assert "职领" not in tally and "退还" not in tally


@pytest.mark.parametrize("query", ["蓝牙耳机", "zzzqqq", "qwv"])
def test_nothing_found_is_not_the_end(open_search, book, query):
    open_search.locator("#query").fill(query)
    open_search.locator("#query").press("Enter")
    open_search.locator(".results .tally", has_text="没有").wait_for(timeout=5000)
    assert open_search.locator(".results .answer").count() == 0
    offered = open_search.eval_on_selector_all(".instead a", "all => all.map(a => a.getAttribute('href'))")
    assert {f"./{name}.html" for name in book.listed()} <= set(offered)
