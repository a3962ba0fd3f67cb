"""A built edition on this machine, for a look before it is published: `nianbao serve`."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from nianbao.build.chapters import Say
from nianbao.build.edition import Edition
from nianbao.errors import DataError
from nianbao.output import publish

#: Only this machine can see the pages.
HOST = "127.0.0.1"
#: What a browser on this machine may call it.
NAMES = ("127.0.0.1", "localhost", "::1")


class Pages(SimpleHTTPRequestHandler):
    """The files of a folder, for this machine: nothing outside of it, and no lists of what is in it.

    A page elsewhere whose name leads to this machine (DNS rebinding) is told that it asks in vain.
    """

    def send_head(self):
        """The head of an answer, and the file; see the base class."""
        return None if self.refuses() else super().send_head()

    def refuses(self) -> bool:
        """Refuse what is asked under another name or leads out of the folder; whether that was so."""
        if host_of(self.headers.get("Host", "")) not in NAMES:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        elif not self.is_within():
            self.send_error(HTTPStatus.NOT_FOUND)
        else:
            return False
        return True

    def is_within(self) -> bool:
        """Whether what is asked for stands in the folder, links followed."""
        try:
            path = Path(self.translate_path(self.path)).resolve()
            path.exists()  # names that are too long are no names
        except (OSError, ValueError):
            return False
        return path.is_relative_to(Path(self.directory).resolve())

    def list_directory(self, path):
        """Nothing: pages have links."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, *args: object) -> None:
        """Nothing: the terminal is for the editor."""


def host_of(text: str) -> str:
    """The name of a machine without its port; empty for what is none."""
    try:
        return urlsplit(f"//{text}").hostname or ""
    except ValueError:
        return ""


def serve(edition: Edition, port: int, say: Say) -> None:
    """Serve the pages until interrupted; port 0 takes any that is free. DataError where nothing was built."""
    publish.restore(edition.target)
    folder = edition.target / "html"
    if not folder.exists():
        raise DataError("还没有编成网页，请先运行 nianbao build")
    with listening(port, partial(Pages, directory=str(folder))) as server:
        say(f"http://{HOST}:{server.server_port}/　按 Ctrl+C 结束")
        with suppress(KeyboardInterrupt):
            server.serve_forever()


def listening(port: int, handler: partial) -> ThreadingHTTPServer:
    """A server on this machine that has its port already; DataError for a port that cannot be used."""
    try:
        return ThreadingHTTPServer((HOST, port), handler)
    except (OSError, OverflowError) as error:
        raise DataError(f"端口{port}不能用：{error}") from None
