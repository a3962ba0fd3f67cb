"""The book in a browser, opened from a folder: no network, no errors, readable on a phone, figures that open."""

from __future__ import annotations

import pytest
import yaml

from tests.support.projects import ROOT

LISTED = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
PAGES = [LISTED["root"], *(each["file"] for part in LISTED.get("parts", []) for each in part["chapters"])]
QUOTED = "data.q"


class Visit:
    """A page in a fresh context that notes what it asks for and complains about."""

    def __init__(self, browser, book, name: str, width: int = 1300, **options):
        self.context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN", **options)
        self.page = self.context.new_page()
        self.requests, self.complaints = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"{request.url}: {request.failure}"))
        self.page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto((book.html / f"{name}.html").as_uri(), wait_until="load")
        self.page.wait_for_timeout(150)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def outside(self) -> list[str]:
        """Requests that leave the folder."""
        return [url for url in self.requests if not url.startswith(("file:", "data:", "blob:"))]

    def overflow(self) -> list:
        """How far the page scrolls sideways, and the elements that reach furthest out."""
        return self.page.evaluate("""() => {
            const root = document.scrollingElement, wide = root.clientWidth;
            if (root.scrollWidth <= wide + 1) return [];
            const out = [...document.querySelectorAll('article *')].filter(e => e.getBoundingClientRect().right > wide + 1)
                .slice(0, 5).map(e => e.tagName + '.' + e.className);
            return [root.scrollWidth - wide, ...out];
        }""")


@pytest.mark.parametrize("name", PAGES)
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


def opened(visit) -> str:
    """Text of the panel, once it shows."""
    panel = visit.page.locator(".q-panel, [role=dialog]").locator("visible=true").first
    panel.wait_for(timeout=5000)
    visit.page.wait_for_timeout(100)
    return panel.inner_text()


@pytest.mark.parametrize("width", [1300, 390])
def test_a_figure_opens_with_a_click_and_says_where_it_comes_from(browser, book, width):
    with Visit(browser, book, "notebooks/01-pension", width) as visit:
        visit.page.locator('data[data-q="pension.enterprise.insured:640000:2025"]').first.click()
        text = opened(visit)
        assert "275.09" in text and "万人" in text
        assert "表1-1" in text and "275.085" in text and "275.095" in text
        assert visit.overflow() == []
        visit.page.keyboard.press("Escape")
        visit.page.wait_for_timeout(100)
        assert visit.page.locator(".q-panel").locator("visible=true").count() == 0
        assert visit.outside() == [] and visit.complaints == []


def test_a_figure_opens_with_the_keyboard_and_leads_to_its_inputs(browser, book):
    with Visit(browser, book, "notebooks/01-pension") as visit:
        figure = visit.page.locator('data[data-q="pension.enterprise.insured:640000:2025:growth:2024"]').first
        assert figure.get_attribute("role") == "button" and figure.get_attribute("tabindex") == "0"
        figure.focus()
        visit.page.keyboard.press("Enter")
        text = opened(visit)
        assert "2.74" in text and "%" in text and "÷" in text and "267.75" in text
        visit.page.locator(".q-panel button", has_text="267.75").first.click()
        assert "2024" in opened(visit) and "推算" in opened(visit)
        visit.page.keyboard.press("Escape")
        visit.page.wait_for_timeout(100)
        focused = visit.page.evaluate("document.activeElement.getAttribute('data-q')")
        assert focused == "pension.enterprise.insured:640000:2025:growth:2024", "焦点应回到原处"
        assert visit.complaints == []


def test_arrow_keys_move_within_a_table(browser, book):
    with Visit(browser, book, "notebooks/01-pension") as visit:
        first = visit.page.locator("#tab-1-1 data.q").first
        first.focus()
        visit.page.keyboard.press("ArrowDown")
        moved = visit.page.evaluate("document.activeElement.getAttribute('data-q')")
        assert moved and moved != first.get_attribute("data-q")
        visit.page.keyboard.press(" ")
        assert "8.46" in opened(visit)


def contrast(visit, selector: str) -> float:
    """Contrast of an element's text with what lies behind it."""
    return visit.page.evaluate("""selector => {
        const node = document.querySelector(selector);
        const parse = c => (c.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
        const light = c => { const [r, g, b] = c.slice(0, 3).map(v => { v /= 255;
            return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126*r + 0.7152*g + 0.0722*b; };
        let at = node, back = [255, 255, 255, 1];
        while (at) { const c = parse(getComputedStyle(at).backgroundColor);
            if (c.length < 4 || c[3] > 0.5) { back = c; break; } at = at.parentElement; }
        const a = light(parse(getComputedStyle(node).color)), b = light(back);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }""", selector)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_colour_schemes_are_readable(browser, book, scheme):
    with Visit(browser, book, "notebooks/01-pension", color_scheme=scheme) as visit:
        dark = visit.page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0,3)"
                                   ".reduce((a, b) => a + Number(b), 0) < 200")
        assert dark == (scheme == "dark")
        for selector in (".prose p", ".prose data.q", "#tab-1-1 td", "#tab-1-1 caption .title", "figcaption", "p.note"):
            assert contrast(visit, selector) >= 4.5, selector
        fill = visit.page.evaluate("getComputedStyle(document.querySelector('#fig-1-1 svg text')).fill.match(/\\d+/g)"
                                   ".slice(0,3).reduce((a, b) => a + Number(b), 0)")
        assert (fill > 380) == (scheme == "dark"), "图中文字应随主题变色"


def test_reading_without_scripts(browser, book):
    """Text, tables and charts do not depend on scripts."""
    with Visit(browser, book, "notebooks/01-pension", java_script_enabled=False) as visit:
        assert visit.page.locator("#fig-1-1 svg").is_visible() and visit.page.locator("#tab-1-1 table").is_visible()
