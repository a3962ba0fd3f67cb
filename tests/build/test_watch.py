"""`nianbao watch`: what changes is noticed, the open page asks and refreshes, a mistake is told on it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from functools import partial

import pytest

from nianbao.build import watch
from nianbao.build.edition import Edition
from nianbao.build.serve import listening
from nianbao.errors import DataError
from tests.support.projects import YEAR, environment
from tests.support.small_book import CORRECTED, correct_figure


def get(address: str) -> str:
    """What a server answers."""
    return urllib.request.urlopen(address, timeout=10).read().decode()


def test_whatever_an_edition_is_made_from_is_watched(small):
    edition = Edition.open(YEAR, root=small.root)
    before = watch.look(edition)
    assert len(before) > 80 and watch.look(edition) == before
    for path in (
        "notebooks/01-work.ipynb",
        "book/data.md",
        "data/observations/2025/fund.csv",
        "_toc.yml",
        "_config.yml",
    ):
        text = (small.root / path).read_text("utf-8")
        (small.root / path).unlink()
        assert watch.look(edition) != before, path
        (small.root / path).write_text(text, "utf-8")
    (small.root / "notebooks" / ".hidden").write_text("", "utf-8")
    now = watch.look(edition)
    assert set(now) == set(before) and now != before  # written again: the times


def test_pages_ask_whether_there_is_a_new_build(small):
    state = watch.State(build=3, error="错误：甲")
    with listening(0, partial(watch.Handler, directory=str(small.html), state=state)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        assert "/.watch.js" in get(f"{address}/notebooks/02-papers.html")
        assert "/.watch.js" not in get(f"{address}/facts/01-work.json")
        assert "location.reload" in get(f"{address}/.watch.js")
        assert json.loads(get(f"{address}/.watch")) == {"build": 3, "error": "错误：甲"}
        server.shutdown()
    assert "/.watch.js" not in (small.html / "notebooks" / "02-papers.html").read_text("utf-8")


def test_a_mistake_is_told_until_it_is_mended(small):
    said: list[str] = []
    settings = small.root / "_config.yml"

    def build(_: Edition) -> None:
        if "不对" in settings.read_text("utf-8"):
            raise DataError("不对")

    watcher = watch.Watcher(lambda: Edition.open(YEAR, root=small.root), build, said.append)
    good = settings.read_text("utf-8")
    settings.write_text(good + "# 不对\n", "utf-8")
    watcher.turn()
    assert (watcher.state.build, watcher.state.error, said) == (0, "错误：不对", ["错误：不对"])
    watcher.turn()
    assert len(said) == 1, "told once"
    settings.write_text(good, "utf-8")
    watcher.turn()
    assert (watcher.state.build, watcher.state.error, len(said)) == (1, "", 1)


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for a condition; AssertionError where it does not come about."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.long
def test_a_correction_is_built_and_shown(small):
    running = subprocess.Popen(
        [sys.executable, "-m", "nianbao.cli", "watch", "--port", "0"],
        cwd=small.root,
        text=True,
        env=environment(small.root) | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        address = next(line for line in running.stdout if "http://" in line).split("/　")[0]
        until(lambda: json.loads(get(f"{address}/.watch"))["build"] == 1)
        correct_figure(small)
        until(lambda: json.loads(get(f"{address}/.watch"))["build"] == 2)
        assert CORRECTED in get(f"{address}/notebooks/01-work.html")
    finally:
        os.killpg(running.pid, signal.SIGINT)
        running.communicate(timeout=60)
