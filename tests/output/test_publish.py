"""The swap of a new edition for the last one: whatever happens, a complete one stands."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from nianbao.output import manifest, publish
from tests.support.projects import ROOT, environment

PUBLISHER = """
import sys
from pathlib import Path
from nianbao.output import manifest, publish
if sys.argv[2] == "renames":
    publish.exchange = lambda one, other: False
target = Path(sys.argv[1])
for number in range(10**6):
    aside = target.with_name(f".{target.name}.new")
    publish.shutil.rmtree(aside, ignore_errors=True)
    for at in range(6):
        (aside / str(at)).mkdir(parents=True)
        (aside / str(at) / "page.html").write_text(f"{number}", "utf-8")
    manifest.write(aside, {"number": number})
    publish.swap(aside, target)
    print(number, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="no SIGKILL")
@pytest.mark.long
@pytest.mark.parametrize("way", ["exchange", "renames"])
def test_killed_at_any_moment_a_complete_one_stands(tmp_path, way):
    target = tmp_path / "2025"
    chance = random.Random(way)
    numbers = []
    for at in range(30):
        process = subprocess.Popen(
            [sys.executable, "-c", PUBLISHER, target, way], cwd=ROOT, stdout=subprocess.PIPE, env=environment(ROOT)
        )
        for _ in range(1 + at % 3):  # so that not always the same edition is the last one
            process.stdout.readline()
        start = time.monotonic()
        process.stdout.readline()
        time.sleep(chance.random() * 2 * (time.monotonic() - start))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if way == "exchange":
            assert target.exists()
        publish.restore(target)
        known, wrong = manifest.verify(target)
        assert wrong == []
        numbers.append(known["about"]["number"])
    assert min(numbers) > 0
    assert len(set(numbers)) > 1


@pytest.mark.long
def test_a_reader_never_finds_the_place_empty(tmp_path):
    target = tmp_path / "site"
    missing: list[float] = []
    stop = threading.Event()
    folders = [tmp_path / name for name in ("site", "other")]
    for each in folders:
        each.mkdir()
        (each / "index.html").write_text(each.name, "utf-8")
    if not publish.exchange(*folders):
        pytest.skip("the file system cannot exchange two folders at once")

    def look():
        while not stop.is_set():
            if not target.is_dir():
                missing.append(time.monotonic())

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(300):
        aside = tmp_path / ".site.new"
        aside.mkdir()
        (aside / "index.html").write_text(str(number), "utf-8")
        publish.swap(aside, target)
    stop.set()
    reader.join()
    assert (
        missing == [] and (target / "index.html").read_text("utf-8") == "299" and not (tmp_path / ".site.old").exists()
    )


def test_between_the_two_renames_the_last_one_comes_back(tmp_path, monkeypatch):
    target, aside = tmp_path / "2025", tmp_path / ".2025.new"
    for each in (target, aside):
        each.mkdir()
        (each / "index.html").write_text(each.name, "utf-8")
    monkeypatch.setattr(publish, "exchange", lambda one, other: False)
    rename = Path.rename

    def killed(self, other):
        if self == aside:
            raise KeyboardInterrupt
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        publish.swap(aside, target)
    assert not target.exists()
    publish.restore(target)
    assert (target / "index.html").read_text("utf-8") == "2025"
    monkeypatch.undo()
    publish.swap(aside, target)
    assert (target / "index.html").read_text("utf-8") == ".2025.new"
    assert [each.name for each in tmp_path.glob(".*")] == [".2025.lock"]
