"""Charts in a browser: whole and readable on a phone, every mark answers at its centre, one region followed."""

from __future__ import annotations

import pytest

from tests.support.selection import PAGES, long_but, mostly_long
from tests.support.visit import Visit

UNEMPLOYMENT = "notebooks/03-unemployment"
CHAPTERS = [name for name in PAGES if name.startswith("notebooks/")]
#: Charts that are cut, scroll or have small type, and tables whose first value is out of sight.
FAULTS = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  document.querySelectorAll("figure.chart").forEach(chart => {
    const shown = [...chart.querySelectorAll(".drawing")].filter(each => each.checkVisibility());
    if (shown.length !== 1) { found.push(chart.id + ": " + shown.length + " drawings"); return; }
    const svg = shown[0].querySelector("svg"), box = svg.getBoundingClientRect();
    const scrolls = shown[0].scrollWidth > shown[0].clientWidth;
    if (box.left < 0 || box.right > wide || scrolls) { found.push(chart.id + ": cut"); }
    const scale = box.width / svg.viewBox.baseVal.width;
    const least = Math.min(...[...svg.querySelectorAll("text")].map(each => each.getAttribute("font-size") * scale));
    if (least < 12) { found.push(chart.id + ": " + least + " px"); }
  });
  document.querySelectorAll("figure.table").forEach(table => {
    const row = [...table.querySelectorAll("tbody tr")].find(each => each.querySelector("data.q"));
    if (!row || table.closest("details")) { return; }
    const cell = row.querySelector("data.q").closest("td, th").getBoundingClientRect();
    if (cell.right > wide) { found.push(table.id + ": first value at " + cell.right); }
  });
  return found;
}"""
#: Marks at whose centre no band answers; the marks of the legend stand above the first band.
MUTE = """svg => {
  const bands = [...svg.querySelectorAll("rect[data-k]")];
  svg.scrollIntoView({block: "center"});
  const top = Math.min(...bands.map(each => each.getBoundingClientRect().top));
  const marks = [...svg.querySelectorAll("circle, path, text")].filter(each => each.closest("g") === null);
  return marks.filter(each => each.tagName !== "path" || each.getAttribute("fill") !== "none").map(each => {
    const box = each.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2;
    const at = document.elementFromPoint(x, y);
    return box.bottom <= top + 1 || (at && at.matches("rect[data-k]")) ? null : each.outerHTML;
  }).filter(each => each !== null && !/<text/.test(each));
}"""


@pytest.mark.parametrize("width", long_but([390, 360], 1))
@pytest.mark.parametrize("name", mostly_long(CHAPTERS, [UNEMPLOYMENT]))
def test_on_a_phone_charts_are_whole_and_first_values_in_sight(browser, book, name, width):
    with Visit(browser, book, name, width) as visit:
        assert visit.page.evaluate(FAULTS) == []


@pytest.mark.parametrize("width", long_but([1300, 390], 0))
@pytest.mark.parametrize("name", mostly_long(CHAPTERS, [UNEMPLOYMENT]))
def test_every_mark_answers_at_its_centre(browser, book, name, width):
    with Visit(browser, book, name, width) as visit:
        visit.page.set_viewport_size({"width": width, "height": 2400})
        for svg in visit.page.locator("figure.chart .drawing svg").all():
            if svg.is_visible() and svg.locator("rect[data-k]").count():
                assert svg.evaluate(MUTE) == []


def test_the_values_of_a_year_are_told_together(browser, book):
    with Visit(browser, book, UNEMPLOYMENT) as visit:
        drawing = visit.page.locator("#fig-3-2 .drawing.wide")
        drawing.scroll_into_view_if_needed()
        drawing.locator("rect[data-k='2025']").hover()
        text = visit.page.locator(".tip").inner_text()
        assert all(word in text for word in ("2025年", "收入：11.40", "支出：12.37", "累计结余：26.44"))
        drawing.focus()
        visit.page.keyboard.press("ArrowLeft")
        assert "2024年" in visit.page.locator(".tip").inner_text()
        assert visit.complaints == []


@pytest.mark.parametrize("scripts", long_but([True, False], 0))
def test_numbers_take_the_place_of_a_chart(browser, book, scripts):
    with Visit(browser, book, UNEMPLOYMENT, java_script_enabled=scripts) as visit:
        chart = visit.page.locator("#fig-3-1")
        assert chart.locator(".wide svg").is_visible() and not chart.locator("details table").is_visible()
        chart.locator("summary").click()
        assert chart.locator("details table").is_visible() and not chart.locator(".wide svg").is_visible()
        chart.locator("summary").click()
        assert chart.locator(".wide svg").is_visible()


REFUSED = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused'); }});"


@pytest.mark.parametrize("refused", long_but([False, True], 0))
def test_a_region_is_followed_through_the_page_and_to_the_next(browser, book, refused):
    with Visit(browser, book, UNEMPLOYMENT, alone=refused) as visit:
        if refused:
            visit.page.add_init_script(REFUSED)
            visit.page.reload()
        visit.page.locator(".mine-box select").select_option(label="永宁县")
        for place in ("#tab-3-1 tr.mine", "#tab-3-3 tr.mine", "#fig-3-1-map rect.mine"):
            assert visit.page.locator(place).count() >= 1, place
        assert "永宁县" in visit.page.locator("#tab-3-1 tr.mine").inner_text()
        visit.page.locator(".contents a[href*='01-pension']").first.click()
        visit.page.wait_for_load_state()
        assert visit.page.locator("#tab-1-1 tr.mine").inner_text().startswith("永宁县")
        visit.page.locator(".mine-box select").select_option(index=0)
        assert visit.page.locator(".mine").count() == 0


@pytest.mark.parametrize("width", long_but([1300, 390], 1))
def test_the_head_of_a_long_table_stays_in_sight(browser, book, width):
    with Visit(browser, book, UNEMPLOYMENT, width) as visit:
        visit.page.locator("#tab-3-1 tbody tr").nth(15).scroll_into_view_if_needed()
        visit.page.evaluate("document.querySelector('#tab-3-1 tbody tr:nth-child(12)').scrollIntoView()")
        visit.page.wait_for_timeout(100)
        head = visit.page.locator("#tab-3-1 thead").bounding_box()
        assert head and 0 <= head["y"] < 300
