"""Finding one's way: keyboard, fingers, contents of the page, citations; paper from a dark screen, forced colours."""

from __future__ import annotations

import re

import pytest

from tests.support.selection import PAGES, mostly_long
from tests.support.visit import Visit

PENSION = "notebooks/01-pension"
#: Elements of the header and of both contents that a finger can hit, and are smaller than 44 by 44 pixels.
SMALL = """() => [...document.querySelectorAll('header.top :is(a, button, select), .ways :is(a, select)')]
    .filter(each => each.checkVisibility()).map(each => [each.textContent, each.getBoundingClientRect()])
    .filter(([text, box]) => box.width < 44 || box.height < 44).map(([text]) => text)"""
#: Whether the focus is on a figure, or in the contents.
ON_FIGURE = "document.activeElement.matches('data.q')"
IN_CONTENTS = "!!document.activeElement.closest('.contents')"
#: Stops of the header: skip link, title, search, light and dark; and the first one behind them.
HEADER = 5
#: The section that the contents of the page say one is in.
HERE = "document.querySelector('.onpage [aria-current=location]')?.textContent"


def stops(visit: Visit, wanted: str, most: int) -> int:
    """How often the tab key is pressed until something holds; more than `most` where it never does."""
    for count in range(1, most + 1):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate(wanted):
            return count
    return most + 1


@pytest.mark.parametrize("name", mostly_long(["00-overview", "01-pension", "A1-budget"], ["01-pension"]))
def test_the_keyboard_reaches_the_first_figure_and_the_contents(browser, book, name):
    with Visit(browser, book, f"notebooks/{name}") as visit:
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate("document.activeElement.className") == "skip"
        visit.page.keyboard.press("Enter")
        assert stops(visit, ON_FIGURE, 12) <= 12  # and two for the skip link: at most 15 in all
    with Visit(browser, book, f"notebooks/{name}") as visit:
        outside = visit.page.locator(".onpage a").locator("visible=true").count() + HEADER
        assert stops(visit, IN_CONTENTS, outside) <= outside


@pytest.mark.parametrize("width", mostly_long([390, 320], [320]))
def test_header_and_contents_have_room_for_fingers(browser, book, width):
    with Visit(browser, book, PENSION, width) as visit:
        visit.page.locator("button.menu").click()
        assert visit.page.locator(".ways").is_visible() and visit.page.evaluate(SMALL) == []
        assert visit.page.locator(".onpage a").locator("visible=true").count() > 5
        assert visit.overflow() == []


@pytest.mark.parametrize("width", mostly_long([1300, 1000, 390], []))
def test_the_contents_of_the_page_say_where_one_is(browser, book, width):
    with Visit(browser, book, PENSION, width) as visit:
        assert visit.page.evaluate(HERE) is None
        title = visit.page.locator("article h3").nth(1)
        title.evaluate("node => node.scrollIntoView()")
        visit.page.wait_for_function(f"{HERE} === '{title.evaluate('node => node.firstChild.textContent')}'")
        if width == 390:
            up = visit.page.locator(".up")
            assert up.evaluate("node => getComputedStyle(node).position") == "fixed"
            up.click()
            visit.page.wait_for_function("scrollY === 0")


@pytest.mark.long
def test_headings_have_links_and_tables_citations(browser, book):
    with Visit(browser, book, PENSION) as visit:
        for link in visit.page.locator("article .anchor").all()[:3]:
            address = link.get_attribute("href")
            assert link.locator("xpath=../..").get_attribute("id") == address.removeprefix("#")
        visit.page.locator("#tab-1-1 > .take button").click()
        said = visit.page.locator("#tab-1-1 .cited").inner_text()
        assert re.search(r"》，表1-1　\S+，数据版本 2025-[0-9a-f]{8}。$", said)
        visit.page.locator("#fig-1-1 > .take button").click()
        assert "图1-1" in visit.page.locator("#fig-1-1 .cited").inner_text()


@pytest.mark.long
@pytest.mark.parametrize("name", ["notebooks/00-overview", PENSION])
def test_a_dark_screen_prints_as_a_light_one(browser, book, name):
    """Pixel by pixel: what the browser would print of the top of the page."""
    seen = []
    for scheme in ("light", "dark"):
        with Visit(browser, book, name, 800, alone=True, color_scheme=scheme) as visit:
            assert visit.page.evaluate("document.documentElement.dataset.theme") == scheme
            visit.page.emulate_media(media="print", color_scheme=scheme)
            visit.page.wait_for_timeout(100)
            seen.append(visit.page.screenshot(clip={"x": 0, "y": 0, "width": 800, "height": 6000}, full_page=True))
    assert seen[0] == seen[1]


@pytest.mark.long
def test_forced_colours_leave_charts_on_white_and_show_where_one_is(browser, book):
    with Visit(browser, book, PENSION, color_scheme="dark", forced_colors="active") as visit:
        assert visit.contrast("#fig-1-1 .drawing.wide") >= 7
        drawing = visit.page.locator("#fig-1-1 .drawing.wide")
        assert drawing.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(255, 255, 255)"
        fills = drawing.evaluate("node => [...node.querySelectorAll('text')].map(each => getComputedStyle(each).fill)")
        assert set(fills) == {"rgb(36, 41, 47)"}
        current = visit.page.locator(".contents [aria-current]")
        assert current.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"


@pytest.mark.long
@pytest.mark.parametrize("name", PAGES)
def test_the_menu_fits_a_window_enlarged_to_400_percent(browser, book, name):
    with Visit(browser, book, name, 320) as visit:
        visit.page.set_viewport_size({"width": 320, "height": 256})
        visit.page.locator("button.menu").click()
        assert visit.page.evaluate("document.scrollingElement.scrollWidth") <= 320
        assert visit.page.locator(".contents a").first.is_visible()
