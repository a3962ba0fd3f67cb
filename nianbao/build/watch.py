"""Edit a table or a notebook, and the open page refreshes: `nianbao watch`."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from nianbao.build.building import LOG, Builder, Way
from nianbao.build.chapters import Say
from nianbao.build.edition import Edition
from nianbao.build.processes import Processes
from nianbao.build.serve import HOST, Pages, listening
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


class Handler(Pages):
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
        if self.refuses():
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


class Watcher:
    """Looks whether an edition changed, and builds it again where it did.

    `open_edition` reads settings and data anew, once for each look; `build` makes the pages of an edition; `say` hears
    what went wrong.
    """

    def __init__(self, open_edition: Callable[[], Edition], build: Callable[[Edition], None], say: Say):
        self.open_edition = open_edition
        self.build = build
        self.say = say
        self.edition = open_edition()
        self.state = State()
        self._before: Mapping[Path, Seen] = {}

    def turn(self) -> None:
        """One look; what an editor can mend is told on the page."""
        now = look(self.edition)
        if now == self._before:
            return
        self._before = now
        try:
            self.build(self.open_edition())
        except (DataError, OSError, BrokenExecutor) as error:  # OSError: a file vanished under our hands
            self.state.error = f"错误：{error if isinstance(error, DataError) else explained(error)}"
            self.say(self.state.error)
        else:
            self.state.build += 1
            self.state.error = ""

    @contextmanager
    def served(self, port: int) -> Iterator[int]:
        """Serve the pages on this machine meanwhile; gives the port. DataError for one that cannot be used."""
        handler = partial(Handler, directory=str(self.edition.target / "html"), state=self.state)
        with listening(port, handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            try:
                yield server.server_port
            finally:
                server.shutdown()


def watch(open_edition: Callable[[], Edition], port: int, say: Say, way: Way) -> None:
    """Build, serve on this machine, and build again after each change, until interrupted.

    `open_edition` reads settings and data anew. Raises DataError for a port that cannot be used, and where there is no
    edition to begin with.
    """
    first = open_edition()
    with Processes(way.kernels or first.settings.kernels, first.cache_folder / LOG) as processes:
        watcher = Watcher(open_edition, lambda edition: Builder(edition, say, way, processes).build(("html",)), say)
        with watcher.served(port) as taken:
            say(f"http://{HOST}:{taken}/　按 Ctrl+C 结束")
            while True:
                watcher.turn()
                time.sleep(PAUSE)
