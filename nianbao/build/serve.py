"""A built edition on this machine, for a look before it is published: `nianbao serve`."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from nianbao.build.chapters import Say
from nianbao.build.edition import Edition
from nianbao.errors import DataError
from nianbao.output import publish

#: Only this machine can see the pages.
HOST = "127.0.0.1"


def serve(edition: Edition, port: int, say: Say) -> None:
    """Serve the pages until interrupted; port 0 takes any that is free. DataError where nothing was built."""
    publish.restore(edition.target)
    folder = edition.target / "html"
    if not folder.exists():
        raise DataError("还没有编成网页，请先运行 nianbao build")
    with listening(port, partial(SimpleHTTPRequestHandler, directory=str(folder))) as server:
        say(f"http://{HOST}:{server.server_port}/　按 Ctrl+C 结束")
        with suppress(KeyboardInterrupt):
            server.serve_forever()


def listening(port: int, handler: partial) -> ThreadingHTTPServer:
    """A server on this machine that has its port already; DataError for a port that cannot be used."""
    try:
        return ThreadingHTTPServer((HOST, port), handler)
    except (OSError, OverflowError) as error:
        raise DataError(f"端口{port}不能用：{error}") from None
