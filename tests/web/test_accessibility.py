"""Accessibility: axe-core, zoom, tables and charts by keyboard, light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import axe_playwright_python
import pytest

from tests.support.projects import CODES_OF_TWO
from tests.support.selection import PAGES, SOME_PAGES

#: Pages of regions and of an indicator with a chart, a table and a map.
APART = (*(f"notebooks/region-{code}" for code in CODES_OF_TWO), "indicator/pension.enterprise.support_ratio")


@pytest.mark.long
@pytest.mark.parametrize("name", [*PAGES, "search", *APART])
def test_accessibility(browser, book, name):
    """axe-core: no violation of WCAG 2.2 AA; light and wide, dark and narrow, each closed and with a figure opened."""
    script = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
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
            found = page.evaluate(
                "tags => axe.run({preload: false, resultTypes: ['violations'], runOnly: {type: 'tag', values: tags}})",
                tags,
            )["violations"]
            assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == [], (scheme, width, opened)
        context.close()


@pytest.mark.parametrize("names", [SOME_PAGES, pytest.param(PAGES, marks=pytest.mark.long)], ids=["some", "all"])
def test_zoom_of_400_percent_keeps_the_page_within_the_window(page, book, names):
    page.set_viewport_size({"width": 320, "height": 256})
    for name in names:
        page.goto((book.html / f"{name}.html").as_uri())
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 320, name
    page.set_viewport_size({"width": 1300, "height": 800})


def test_tables_sort_and_charts_say_their_values(page, book):
    page.goto((book.html / "notebooks" / "01-pension.html").as_uri())
    button = page.locator("#tab-1-1 th .sort").nth(1)
    button.click()
    values = page.eval_on_selector_all(
        "#tab-1-1 tbody tr:not(.total) td:nth-child(2) data", "all => all.map(n => +n.value)"
    )
    assert values == sorted(values, reverse=True) and len(values) > 15
    assert page.locator("#tab-1-1 tbody tr").last.get_attribute("class") == "total"
    assert page.locator("#tab-1-1 th").nth(1).get_attribute("aria-sort") == "descending"
    page.locator("#fig-1-1 .drawing.wide").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".tip").is_visible() and re.search(r"\d", page.locator(".tip").inner_text())


@pytest.mark.long
def test_the_choice_of_light_and_dark_stays(browser, book):
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto((book.html / "notebooks" / "01-pension.html").as_uri())
    while page.locator("button.shade").inner_text() != "深色":
        page.locator("button.shade").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    context.close()
