"""Jupyter Book's own way from executed notebooks to pages."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import TextIO

from nianbao.build.cache import Cache, digest, tree
from nianbao.errors import DataError
from nianbao.output.web.extension import THEME
from nianbao.output.web.frame import OWN_STATIC
from nianbao.settings import CONFIG, CONTENTS

#: What Sphinx needs most of its time to import.
HEAVY = ("jupyter_book.sphinx", "myst_nb.sphinx_")
#: What Sphinx leaves in the cache, beside the pages.
LEFT = (".doctrees", "jupyter_execute")
#: What the cache calls the pages.
PAGES = "html"
#: Files that Sphinx writes with the line ends of the system.
TEXTS = (".html", ".js", ".css", ".svg", ".txt", ".json", ".xml", ".ipynb")


def warm() -> None:
    """Import now what is needed later."""
    for name in HEAVY:
        import_module(name)


class Pages:
    """The pages of an edition, in the cache: those that changed are written again, all of them where program, theme,
    settings or contents did. `program` is the hash of the program."""

    def __init__(self, cache: Cache, program: str):
        self.cache = cache
        self.html = cache.folder / PAGES
        source = cache.source
        self._made_of = digest(
            program,
            tree(THEME),
            tree(source / OWN_STATIC),
            (source / CONTENTS).read_bytes(),
            (source / CONFIG).read_bytes(),
        )

    def prepare(self) -> None:
        """Take away what is not good any more. Until `finish` nothing in the folder counts as good."""
        if self.cache.made.get(PAGES) != self._made_of:
            for name in (PAGES, *LEFT):
                shutil.rmtree(self.cache.folder / name, ignore_errors=True)
        self.cache.note(PAGES, "")
        self.html.mkdir(exist_ok=True)

    def write(self, data: Path, log: TextIO) -> None:
        """Have Sphinx write the pages; its words go to the log."""
        compile_pages(self.cache.source, self.html, data, log)

    def finish(self) -> None:
        """Note that the folder is good, with all that stands beside the pages."""
        self.cache.note(PAGES, self._made_of)


def compile_pages(source: Path, target: Path, data: Path, log: TextIO) -> None:
    """Sphinx, from `source` to `target`, with the data folder `data`. Raises DataError where it fails."""
    from jupyter_book.sphinx import build_sphinx

    more = {"latex_individualpages": False, "nianbao_data": str(data)}
    with redirect_stdout(log), redirect_stderr(log), handlers_kept():
        result = build_sphinx(
            str(source),
            str(target),
            path_config=str(source / CONFIG),
            builder="html",
            noconfig=True,
            doctreedir=str(target.parent / ".doctrees"),
            confoverrides=more,
        )
    log.flush()
    if isinstance(result, KeyboardInterrupt):
        raise result
    if isinstance(result, BaseException) or result:
        raise DataError(f"Sphinx 未能编成html，详见 build.log：{result}")
    if os.linesep != "\n":
        unify(target)


def unify(folder: Path) -> None:
    """Give texts that were written on Windows the line ends of all other systems: an edition is the same everywhere."""
    for path in folder.rglob("*"):
        if path.suffix in TEXTS and path.is_file():
            written = path.read_bytes()
            same = written.replace(b"\r\n", b"\n")
            if same != written:
                path.write_bytes(same)


@contextmanager
def handlers_kept() -> Iterator[None]:
    """Leave Sphinx's logger as it was: the handlers it adds write to a log that is closed afterwards."""
    logger = logging.getLogger("sphinx")
    before = list(logger.handlers)
    try:
        yield
    finally:
        logger.handlers[:] = before
