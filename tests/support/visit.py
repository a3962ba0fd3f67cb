"""A page of the built book in a fresh context of the browser, which notes what it asks for and complains about."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from tests.support.projects import Project

#: How far the page scrolls sideways, and the elements that reach furthest out; empty where it fits.
OVERFLOW = """() => {
    const root = document.scrollingElement, wide = root.clientWidth;
    if (root.scrollWidth <= wide + 1) return [];
    const out = [...document.querySelectorAll('article *')].filter(e => e.getBoundingClientRect().right > wide + 1)
        .slice(0, 5).map(e => e.tagName + '.' + e.className);
    return [root.scrollWidth - wide, ...out];
}"""
#: Contrast of an element's text with what lies behind it.
CONTRAST = """selector => {
    const node = document.querySelector(selector);
    const parse = c => (c.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
    const light = c => { const [r, g, b] = c.slice(0, 3).map(v => { v /= 255;
        return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126*r + 0.7152*g + 0.0722*b; };
    let at = node, back = [255, 255, 255, 1];
    while (at) { const c = parse(getComputedStyle(at).backgroundColor);
        if (c.length < 4 || c[3] > 0.5) { back = c; break; } at = at.parentElement; }
    const a = light(parse(getComputedStyle(node).color)), b = light(back);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""


class Visit:
    """The page `name` of a built project, open from its folder; `page` is that of Playwright."""

    def __init__(self, browser: Any, book: Project, name: str, width: int = 1300, **options: Any):
        self.context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN", **options)
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"{request.url}: {request.failure}"))
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto((book.html / f"{name}.html").as_uri(), wait_until="load")
        self.page.wait_for_timeout(150)

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def __enter__(self) -> Visit:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.context.close()

    def outside(self) -> list[str]:
        """Requests that leave the folder."""
        return [url for url in self.requests if not url.startswith(("file:", "data:", "blob:"))]

    def overflow(self) -> list[Any]:
        """How far the page scrolls sideways, and the elements that reach furthest out."""
        return self.page.evaluate(OVERFLOW)

    def contrast(self, selector: str) -> float:
        """Contrast of an element's text with what lies behind it."""
        return self.page.evaluate(CONTRAST, selector)

    def panel(self) -> str:
        """Text of the panel of a figure, once it shows."""
        panel = self.page.locator(".q-panel, [role=dialog]").locator("visible=true").first
        panel.wait_for(timeout=5000)
        self.page.wait_for_timeout(100)
        return panel.inner_text()
