"""Edit a table or a notebook, and the open page refreshes: `nianbao watch`."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

from nianbao.build.building import LOG, Builder, Way
from nianbao.build.chapters import Say
from nianbao.build.edition import Edition
from nianbao.build.processes import Processes
from nianbao.build.serve import HOST, listening
from nianbao.errors import DataError, explained
from nianbao.settings import CONFIG, CONTENTS

#: What an edition is made from, beside its data.
WATCHED = ("notebooks", "book", CONTENTS, CONFIG)
#: Seconds between two looks.
PAUSE = 0.5
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


@dataclass(frozen=True)
class Seen:
    """A file at one moment: when it was `written`, in nanoseconds, and its `size` in bytes."""

    written: int
    size: int


@dataclass
class State:
    """What the open page asks for: how many builds there were, and what is wrong with the last one."""

    build: int = 0
    error: str = ""


def look(edition: Edition) -> Mapping[Path, Seen]:
    """Everything an edition is made from, as it is now."""
    found = {}
    for top in (edition.data_folder, *(edition.root / name for name in WATCHED)):
        for path in [top, *top.rglob("*")]:
            try:
                about = path.stat()
            except FileNotFoundError:
                continue
            if path.is_file() and not path.name.startswith((".", "~")):
                found[path] = Seen(about.st_mtime_ns, about.st_size)
    return found


class Handler(SimpleHTTPRequestHandler):
    """The pages with the script that refreshes them, and `/.watch`, what it asks."""

    def __init__(self, *args, state: State, **kwargs):
        self.state = state
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        """A file, a page or the state."""
        if self.path == "/.watch":
            self.answer(json.dumps(vars(self.state)).encode(), "application/json")
            return
        if self.path == "/.watch.js":
            self.answer(SCRIPT, "text/javascript")
            return
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix == ".html" and path.is_file():
            text = path.read_bytes().replace(b"</body>", b'<script src="/.watch.js"></script></body>')
            self.answer(text, "text/html; charset=utf-8")
            return
        super().do_GET()

    def answer(self, content: bytes, kind: str) -> None:
        """Send a text that no browser keeps."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Nothing: the terminal is for the editor."""


def watch(open_edition: Callable[[], Edition], port: int, say: Say, way: Way) -> None:
    """Build, serve on this machine, and build again after each change, until interrupted.

    `open_edition` reads settings and data anew, once for each build. Raises DataError for a port that cannot be used,
    and where there is no edition to begin with.
    """
    edition = open_edition()
    state = State()
    handler = partial(Handler, directory=str(edition.target / "html"), state=state)
    kind = way.kernels or edition.settings.kernels
    with listening(port, handler) as server, Processes(kind, edition.cache_folder / LOG) as processes:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        say(f"http://{HOST}:{server.server_port}/　按 Ctrl+C 结束")
        before: Mapping[Path, Seen] = {}
        try:
            while True:
                now = look(edition)
                if now != before:
                    before = now
                    rebuild(lambda: Builder(open_edition(), say, way, processes).build(("html",)), state, say)
                time.sleep(PAUSE)
        finally:
            server.shutdown()


def rebuild(build: Callable[[], None], state: State, say: Say) -> None:
    """Build, and put down what came of it; what an editor can mend is told on the page."""
    try:
        build()
    except (DataError, OSError, BrokenExecutor) as error:  # OSError: a file vanished under our hands
        state.error = f"错误：{error if isinstance(error, DataError) else explained(error)}"
        say(state.error)
    else:
        state.build += 1
        state.error = ""
