"""A page of the built book in a browser, which notes what it asks for and complains about."""

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


#: Windows that stay open, by browser and options: to open one takes more than most pages that are shown in it.
WINDOWS: dict[tuple[Any, ...], Any] = {}


def window(browser: Any, **options: Any) -> Any:
    """The window of a browser with these options, opened by who asks first: a page of Playwright."""
    key = (browser, *sorted(options.items()))
    if key not in WINDOWS:
        WINDOWS[key] = browser.new_context(locale="zh-CN", **options).new_page()
    return WINDOWS[key]


def leave_nothing(page: Any, scripts: bool = True) -> None:
    """What was kept by the page is forgotten, and the mouse is out of its way."""
    if scripts and page.url.startswith(("file:", "http:")):
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.mouse.move(0, 0)
    page.goto("about:blank")


class Visit:
    """The page `name` of a built project, open from its folder; `page` is that of Playwright.

    Visits with the same options are made in one window, one after another; `alone` has a window of its own.
    """

    def __init__(self, browser: Any, book: Project, name: str, width: int = 1300, alone: bool = False, **options: Any):
        self.scripts = options.get("java_script_enabled", True)
        self.alone = alone
        self.page = browser.new_context(locale="zh-CN", **options).new_page() if alone else window(browser, **options)
        self.page.set_viewport_size({"width": width, "height": 800})
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.listeners = {
            "request": lambda request: self.requests.append(request.url),
            "requestfailed": lambda request: self.complaints.append(f"{request.url}: {request.failure}"),
            "console": self._heard,
            "pageerror": lambda error: self.complaints.append(str(error)),
        }
        for event, heard in self.listeners.items():
            self.page.on(event, heard)
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
        for event, heard in self.listeners.items():
            self.page.remove_listener(event, heard)
        if self.alone:
            self.page.context.close()
        else:
            leave_nothing(self.page, self.scripts)

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
