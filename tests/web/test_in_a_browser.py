"""The book in a browser, opened from a folder: no network, no errors, readable on a phone, figures that open."""

from __future__ import annotations

import pytest

from tests.support.selection import PAGES, mostly_long
from tests.support.visit import Visit

PENSION = "notebooks/01-pension"
GROWTH = "pension.enterprise.insured:640000:2025:growth:2024"
ACTIVE = "document.activeElement.getAttribute('data-q')"
TEXTS = (".prose p", ".prose data.q", "#tab-1-1 td", "#tab-1-1 caption .title", "figcaption", "p.note")


@pytest.mark.parametrize("name", mostly_long(PAGES, ("book/data",)))
def test_page_opens_from_a_folder_without_network_or_errors(browser, book, name):
    with Visit(browser, book, name) as visit:
        assert visit.outside() == []
        assert visit.complaints == []
        assert visit.page.locator("article h1").count() == 1
        # Every width in one visit: a phone, a small phone, a tablet.
        for width in (390, 360, 768):
            visit.page.set_viewport_size({"width": width, "height": 800})
            visit.page.wait_for_timeout(50)
            assert visit.overflow() == [], f"{width}px"


@pytest.mark.parametrize("width", mostly_long([1300, 390], [390]))
def test_a_figure_opens_with_a_click_and_says_where_it_comes_from(browser, book, width):
    with Visit(browser, book, PENSION, width) as visit:
        visit.page.locator('data[data-q="pension.enterprise.insured:640000:2025"]').first.click()
        text = visit.panel()
        for word in ("275.09", "万人", "表1-1", "275.085", "275.095"):
            assert word in text
        assert visit.overflow() == []
        visit.page.keyboard.press("Escape")
        visit.page.wait_for_timeout(100)
        assert visit.page.locator(".q-panel").locator("visible=true").count() == 0
        assert visit.outside() == [] and visit.complaints == []


@pytest.mark.long
def test_a_figure_opens_with_the_keyboard_and_leads_to_its_inputs(browser, book):
    with Visit(browser, book, PENSION) as visit:
        figure = visit.page.locator(f'data[data-q="{GROWTH}"]').first
        assert figure.get_attribute("role") == "button" and figure.get_attribute("tabindex") == "0"
        figure.focus()
        visit.page.keyboard.press("Enter")
        text = visit.panel()
        for word in ("2.74", "%", "÷", "267.75"):
            assert word in text
        visit.page.locator(".q-panel button", has_text="267.75").first.click()
        text = visit.panel()
        assert "2024" in text and "推算" in text
        visit.page.keyboard.press("Escape")
        visit.page.wait_for_timeout(100)
        assert visit.page.evaluate(ACTIVE) == GROWTH, "焦点应回到原处"
        assert visit.complaints == []


@pytest.mark.long
def test_arrow_keys_move_within_a_table(browser, book):
    with Visit(browser, book, PENSION) as visit:
        first = visit.page.locator("#tab-1-1 data.q").first
        first.focus()
        visit.page.keyboard.press("ArrowDown")
        moved = visit.page.evaluate(ACTIVE)
        assert moved and moved != first.get_attribute("data-q")
        visit.page.keyboard.press(" ")
        assert "8.46" in visit.panel()


@pytest.mark.parametrize("scheme", mostly_long(["light", "dark"], ["dark"]))
def test_both_colour_schemes_are_readable(browser, book, scheme):
    with Visit(browser, book, PENSION, color_scheme=scheme) as visit:
        dark = visit.page.evaluate(
            "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0,3)"
            ".reduce((a, b) => a + Number(b), 0) < 200"
        )
        assert dark == (scheme == "dark")
        for selector in TEXTS:
            assert visit.contrast(selector) >= 4.5, selector
        fill = visit.page.evaluate(
            "getComputedStyle(document.querySelector('#fig-1-1 svg text')).fill.match(/\\d+/g)"
            ".slice(0,3).reduce((a, b) => a + Number(b), 0)"
        )
        assert (fill > 380) == (scheme == "dark"), "图中文字应随主题变色"


def test_reading_without_scripts(browser, book):
    """Text, tables and charts do not depend on scripts."""
    with Visit(browser, book, PENSION, java_script_enabled=False) as visit:
        for seen in ("#fig-1-1 .wide svg", "#tab-1-1 table"):
            assert visit.page.locator(seen).is_visible()
