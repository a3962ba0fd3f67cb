"""`nianbao watch`: edit a table or a notebook, and the open page refreshes."""

from __future__ import annotations

import json
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from nianbao.build.edition import Edition, say
from nianbao.errors import DataError, explained

WATCHED = ("data", "notebooks", "book", "_toc.yml", "_config.yml")
PAUSE = 0.5  # seconds between two looks
SCRIPT = b"""let seen;
setInterval(async () => {
  const now = await fetch('/.watch').then(answer => answer.json()).catch(() => null);
  if (!now) return;
  seen ??= now.build;
  if (now.build !== seen) location.reload();
  document.getElementById('watch')?.remove();
  if (!now.error) return;
  const box = document.createElement('p');
  Object.assign(box, {id: 'watch', role: 'alert', textContent: now.error});
  box.style.cssText = 'margin:0;padding:.6em;background:#a00;color:#fff';
  document.body.prepend(box);
}, 700);
"""


def look(edition: Edition) -> dict[str, tuple[int, int]]:
    """Time and size of everything an edition is made from."""
    found = {}
    for top in (edition.data_folder, *(edition.root / name for name in WATCHED[1:])):
        for path in [top, *top.rglob("*")] if top.is_dir() else [top]:
            try:
                about = path.stat()
            except FileNotFoundError:
                continue
            if path.is_file() and not path.name.startswith((".", "~")):
                found[str(path)] = about.st_mtime_ns, about.st_size
    return found


class Handler(SimpleHTTPRequestHandler):
    """The pages with the script that refreshes them, and `/.watch`, what it asks."""

    def __init__(self, *args, state: dict, **kwargs):
        self.state = state
        super().__init__(*args, **kwargs)

    def do_GET(self):
        """A file, a page or the state."""
        path = Path(self.translate_path(self.path))
        if self.path == "/.watch":
            return self.answer(json.dumps(self.state).encode(), "application/json")
        if self.path == "/.watch.js":
            return self.answer(SCRIPT, "text/javascript")
        path = path / "index.html" if path.is_dir() else path
        if path.suffix == ".html" and path.is_file():
            return self.answer(path.read_bytes().replace(b"</body>", b'<script src="/.watch.js"></script></body>'), "text/html; charset=utf-8")
        return super().do_GET()

    def answer(self, content: bytes, kind: str) -> None:
        """Send a text that no browser keeps."""
        self.send_response(200)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(content))), ("Cache-Control", "no-store")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        """Nothing: the terminal is for the editor."""


def watch(year: int | None, data: str | None, port: int, workers: int) -> None:
    """Build, serve on 127.0.0.1, and build again after each change, until interrupted."""
    state: dict[str, Any] = {"build": 0, "error": ""}
    edition, before = Edition(year, data), None
    handler = partial(Handler, directory=str(edition.target / "html"), state=state)
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        say(f"http://127.0.0.1:{server.server_port}/　按 Ctrl+C 结束")
        try:
            while True:
                now = look(edition)
                if now != before:
                    before = now
                    try:
                        Edition(year, data).build(("html",), workers)
                        state.update(build=state["build"] + 1, error="")
                    except (DataError, OSError) as error:  # OSError: a file vanished under our hands
                        state["error"] = f"错误：{explained(error) if isinstance(error, OSError) else error}"
                        say(state["error"])
                time.sleep(PAUSE)
        finally:
            server.shutdown()
