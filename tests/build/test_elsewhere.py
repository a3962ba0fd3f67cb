"""Systems that lack what Linux has: no fork, no locks, no signals, other names and ends of lines.

The second way of each is taken by itself here; the long test takes all away at once, in every process of a build.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from nianbao import locking
from nianbao.build import cache, forkserver, limits
from nianbao.build.beside import Beside
from nianbao.build.forkserver import can_fork
from nianbao.build.processes import Processes
from nianbao.errors import DataError
from nianbao.output import publish
from nianbao.settings import FORKED
from tests.support.projects import PARTS, ROOT, Project, environment

BARE = Path(__file__).resolve().parent.parent / "support" / "bare"
#: What Windows has no files of, whatever stands behind a point.
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
#: So long a path below the content folder may be: Windows allows 260 characters, those above the folder among them.
LONGEST = 140


def bare(root: Path) -> dict[str, str]:
    """Variables that have Python take away what not every system has."""
    return {"PYTHONPATH": os.pathsep.join([str(BARE), str(root)])}


def all_files(folder: Path) -> dict[str, bytes]:
    """The files below a folder by their names."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def unfit(names: Iterable[str]) -> list[str]:
    """Those of some paths that not every system takes, and those that some take for another one."""
    paths = list(names)
    folded = Counter(unicodedata.normalize("NFC", path).casefold() for path in paths)
    return [
        path
        for path in paths
        if len(path) > LONGEST
        or folded[unicodedata.normalize("NFC", path).casefold()] > 1
        or any(re.search(r'[<>:"\\|?*\x00-\x1f]|[ .]$', part) or RESERVED.fullmatch(part) for part in path.split("/"))
    ]


# -- processes ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("module, name", [(os, "fork"), (socket, "send_fds")])
def test_without_fork_kernels_are_those_of_jupyter(monkeypatch, tmp_path, module, name):
    monkeypatch.delattr(module, name)
    with Processes(FORKED, tmp_path / "cache" / "kernels.log") as processes:
        processes.warm()
        assert not can_fork() and processes.server is None and processes.kernels().server is None


def test_macos_forks_nothing_that_has_imported_its_libraries(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not can_fork()


def test_without_fork_an_object_lives_beside(tmp_path):
    with Beside(Counter, "abba", server=None, log=tmp_path / "log") as letters:
        assert letters.ask("most_common", 1).result(60) == [("a", 2)]


def test_without_proc_and_prctl_there_are_no_orphans_to_look_for(monkeypatch):
    monkeypatch.setattr(Path, "read_text", lambda *_: (_ for _ in ()).throw(FileNotFoundError()))
    monkeypatch.setattr(ctypes, "CDLL", lambda *_: (_ for _ in ()).throw(TypeError()))
    forkserver.adopt()
    assert forkserver.own_children() == []


def test_without_timers_and_bounds_a_chapter_has_no_limits_of_the_system(monkeypatch):
    monkeypatch.delattr(signal, "setitimer")
    monkeypatch.setitem(sys.modules, "resource", None)
    limits.take_on(seconds=1, memory=1)
    assert bytearray(4 << 20)  # more than the megabyte it was bounded to


# -- folders -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("lacking", [TypeError, AttributeError, OSError])
def test_without_exchange_a_folder_is_renamed_twice(monkeypatch, tmp_path, lacking):
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: (_ for _ in ()).throw(lacking()))
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page").write_text(name, "utf-8")
    assert not publish.exchange(tmp_path / "new", tmp_path / "old")
    publish.swap(tmp_path / "new", tmp_path / "old")
    assert all_files(tmp_path) == {".old.lock": b"", "old/page": b"new"}


# -- locks -------------------------------------------------------------------------------------------------------------
class Bytes:
    """What Windows offers in the place of `flock`: a lock on some bytes, taken or refused at once."""

    LK_NBLCK = 2

    def __init__(self, refusals: int):
        self.refusals = refusals
        self.asked: list[tuple[int, int]] = []

    def locking(self, descriptor: int, way: int, count: int) -> None:
        """Refuse so many times."""
        self.asked.append((way, count))
        if len(self.asked) <= self.refusals:
            raise PermissionError(13, "Permission denied")


@pytest.fixture
def on_windows(monkeypatch):
    """Locks as Windows has them, which another process keeps for some tries."""

    def begin(refusals: int) -> Bytes:
        made = Bytes(refusals)
        monkeypatch.setattr(locking, "fcntl", None)
        monkeypatch.setattr(locking, "msvcrt", made)
        monkeypatch.setattr(locking, "PAUSE", 0)
        return made

    return begin


def test_without_flock_bytes_are_locked(on_windows, tmp_path):
    made = on_windows(refusals=3)
    with publish.held(tmp_path / "2025"):
        assert made.asked == [(Bytes.LK_NBLCK, 1)] * 4


def test_without_flock_a_second_build_is_refused(on_windows, tmp_path):
    made = on_windows(refusals=1)
    with (tmp_path / "lock").open("w") as stream, pytest.raises(DataError, match="正在另一处编制"):
        cache.take(stream)
    assert len(made.asked) == 1


def test_without_any_lock_nobody_waits(monkeypatch, tmp_path):
    monkeypatch.setattr(locking, "fcntl", None)
    with (tmp_path / "lock").open("w") as stream:
        assert locking.lock(stream, wait=False)


# -- names -------------------------------------------------------------------------------------------------------------
def test_the_names_of_the_repository_are_for_every_system():
    names = [
        path.relative_to(ROOT).as_posix()
        for part in (*PARTS, "docs", "tests", "benchmarks", "deploy", ".github")
        for path in (ROOT / part, *(ROOT / part).rglob("*"))
        if "__pycache__" not in path.parts
    ]
    assert len(names) > 400 and unfit(names) == []


def test_all_that_a_build_writes_has_names_for_every_system(small_book: Project):
    names = [path.relative_to(small_book.root).as_posix() for path in (small_book.root / "_build").rglob("*")]
    assert len(names) > 100 and unfit(names) == []


@pytest.mark.parametrize("name", ["a:b", "con", "Aux.csv", "a/nul/b", "what?", "end.", "end /x", "x" * 200])
def test_what_is_unfit_is_seen(name):
    assert unfit([name]) == [name]


def test_names_that_differ_in_case_alone_are_seen():
    assert unfit(["a/B", "A/b", "c"]) == ["a/B", "A/b"]


# -- all of it at once -------------------------------------------------------------------------------------------------
def test_what_is_taken_away_is_gone(tmp_path):
    """Else the long test would show nothing."""
    asked = (
        "from pathlib import Path; Path('lines').write_text('a\\n'); open('more', 'w').write('b\\n');"
        "from nianbao import locking; from nianbao.build.forkserver import can_fork, own_children; import os, signal;"
        "from nianbao.output.publish import exchange; from pathlib import Path; here = Path();"
        "print(can_fork(), exchange(here, here), locking.fcntl, hasattr(signal, 'setitimer'), hasattr(os, 'killpg'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], env=environment(ROOT) | bare(ROOT), cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout.split() == ["False", "False", "None", "False", "False"], done.stderr
    assert [(tmp_path / name).read_bytes() for name in ("lines", "more")] == [b"a\r\n", b"b\r\n"]


@pytest.mark.long
def test_with_all_taken_away_the_small_book_is_the_same_bytes(small_book: Project, tmp_path):
    """Built twice, so that the second one takes the place of the first by renames; then served as it was verified."""
    project = Project(tmp_path / "project")
    shutil.copytree(small_book.root, project.root, ignore=shutil.ignore_patterns("_build", "__pycache__"))
    for _ in range(2):
        done = project.nianbao("build", "--year", "2025", "--formats", "html", **bare(project.root))
        assert done.returncode == 0, done.stdout + done.stderr
    ordinary, without = all_files(small_book.target), all_files(project.target)
    assert sorted(without) == sorted(ordinary) and len(without) > 50
    assert [name for name in ordinary if without[name] != ordinary[name] and name != "build.log"] == []
    assert project.nianbao("verify", "--year", "2025", **bare(project.root)).returncode == 0
