"""What the pages are made of, and what they ask for: nothing from elsewhere, no script or style within the text."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from tests.support.selection import PAGES, SHORT_PAGES, mostly_long


@pytest.mark.parametrize("name", mostly_long([*PAGES, "search", "index"], [*SHORT_PAGES, "search", "index"]))
def test_pages_hold_no_inline_script_or_style_and_name_no_other_host(book, name):
    text = (book.html / f"{name}.html").read_text("utf-8")
    soup = BeautifulSoup(text, "lxml")
    assert soup.html["lang"] == "zh-CN"
    assert not soup.select("style, [style], script:not([src])")
    assert not [each for each in soup.find_all(True) for key in each.attrs if key.startswith("on")]
    for each in soup.select("[src], link[href]"):
        assert not re.match(r"(https?:)?//", each.get("src") or each["href"]), each


def note_failure(request, said: list[str]) -> None:
    """A request that failed, but for one given up by going on to another page."""
    if "ABORTED" not in request.failure:
        said.append(request.url)


@pytest.mark.long
@pytest.mark.parametrize(
    "scheme, names",
    [
        ("file", PAGES),
        ("http", PAGES),
    ],
)
def test_no_request_leaves_the_site_and_no_error_is_said_while_everything_is_used(browser, site, server, scheme, names):
    """Every page with the shipped security policy: a figure opened, the search used, the other edition chosen."""
    base = site.as_uri() if scheme == "file" else server
    asked: list[str] = []
    said: list[str] = []
    context = browser.new_context(viewport={"width": 1300, "height": 800}, locale="zh-CN")
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: note_failure(request, said))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for name in [*names, "search"]:
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
    assert [url for url in asked if not url.startswith((base, "data:", "blob:"))] == [] and len(asked) > 15 * len(names)
    context.close()
