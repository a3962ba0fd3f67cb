"""A browser's page, and the site of the built book over file and http."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from nianbao import settings
from nianbao.output.web.site import Site
from tests.support.projects import ROOT
from tests.support.visit import leave_nothing, window

POLICY = re.search(r'Content-Security-Policy "([^"]+)"', (ROOT / "deploy" / "nginx.conf").read_text("utf-8"))[1]


@pytest.fixture(scope="module")
def page(browser):
    """The browser page that modules share, as new for each of them."""
    shown = window(browser)
    shown.set_viewport_size({"width": 1300, "height": 800})
    yield shown
    leave_nothing(shown)


@pytest.fixture(scope="session")
def site(book, tmp_path_factory) -> Path:
    """`nianbao site` of the built edition, twice: as this year's and as an older one."""
    folder = tmp_path_factory.mktemp("gathered")
    for year in ("2025", "2024"):
        (folder / year).mkdir(parents=True)
        (folder / year / "html").symlink_to(book.html)
    return Site(settings.load(ROOT), folder, "https://example.org/nianbao").make()


@pytest.fixture(scope="session")
def server(site) -> Iterator[str]:
    """The site over http, with the security policy of the shipped nginx configuration."""

    class Handler(SimpleHTTPRequestHandler):
        def end_headers(self):
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=site)) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
