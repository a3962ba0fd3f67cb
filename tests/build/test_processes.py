"""The preloaded process, its children, and objects in processes of their own: none outlives who asked for it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nianbao.build.beside import Beside
from nianbao.build.forkserver import LOST, ForkServer, can_fork
from nianbao.errors import ChildEnded, DataError, explained
from tests.support.projects import ROOT

HERE = __name__
#: Seconds that a busy machine is given.
PATIENCE = 300
FORKS = pytest.mark.skipif(not can_fork(), reason="这个系统不能复制进程")


# -- what children do --------------------------------------------------------------------------------------------------
def note(path: str) -> None:
    """Leave the numbers of this process and of the server."""
    Path(f"{path}.part").write_text(f"{os.getpid()} {os.getppid()}")
    Path(f"{path}.part").rename(path)


def note_and_wait(path: str) -> None:
    """The same, and stay."""
    note(path)
    time.sleep(600)


def end(code: int) -> None:
    """End with an exit code."""
    sys.exit(code)


def fail(words: str) -> None:
    """Fail with some words."""
    raise ValueError(words)


def leave_running(path: str) -> None:
    """Start a program that stays, and end."""
    Path(path).write_text(str(subprocess.Popen(["sleep", "600"]).pid))


def echo(streams: list[int]) -> None:
    """Send back what comes in."""
    whole = socket.socket(fileno=streams[0])
    while part := whole.recv(100):
        whole.sendall(part.upper())


class Counter:
    """An object to be asked."""

    def __init__(self, start: int):
        self.value = start

    def add(self, number: int) -> int:
        """The new value."""
        self.value += number
        return self.value

    def number(self) -> int:
        """The number of its process."""
        print("words that disturb nobody")
        return os.getpid()

    def refuse(self) -> None:
        """What an editor can mend."""
        raise DataError("不行", "data/x.csv", 3)

    def break_down(self) -> None:
        """An exception that cannot be sent."""
        raise Unsendable(lambda: None)

    def die(self) -> None:
        """End the process in the middle of an answer."""
        print("最后的话", file=sys.stderr, flush=True)
        os._exit(7)

    def sleep(self) -> None:
        """Take a long time."""
        time.sleep(600)


class Unsendable(Exception):
    """Holds something that cannot be pickled."""


# -- helpers -----------------------------------------------------------------------------------------------------------
def until(holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    last = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < last
        time.sleep(0.02)


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def numbers(path: Path) -> tuple[int, int]:
    """What `note` left: the child's number and the server's."""
    until(path.exists)
    child, server = map(int, path.read_text().split())
    return child, server


@pytest.fixture
def server(tmp_path) -> Iterator[ForkServer]:
    """A preloaded process that writes to `log`."""
    made = ForkServer(tmp_path / "log")
    yield made
    made.close()


# -- children ----------------------------------------------------------------------------------------------------------
@pytest.mark.long
@FORKS
def test_exit_codes_words_and_leftovers(server, tmp_path):
    left = tmp_path / "left"
    left.write_text("")
    assert server.fork(f"{HERE}:end", {"code": 3}, leftover=left).wait(PATIENCE) == 3 and not left.exists()
    assert server.fork(f"{HERE}:end", {"code": 0}).wait(PATIENCE) == 0
    left.write_text("")
    assert server.fork(f"{HERE}:fail", {"words": "最后的话"}, leftover=left).wait(PATIENCE) == 1 and not left.exists()
    assert "ValueError: 最后的话" in (tmp_path / "log").read_text("utf-8")
    assert server.fork("no.such.module:name", {}).wait(PATIENCE) == 1


@pytest.mark.long
@FORKS
def test_signals_reach_a_child_and_what_it_started(server, tmp_path):
    child = server.fork(f"{HERE}:note_and_wait", {"path": str(tmp_path / "pid")})
    pid, _ = numbers(tmp_path / "pid")
    assert child.poll() is None and child.wait(0.1) is None
    child.send_signal(signal.SIGTERM)
    assert child.wait(PATIENCE) == -signal.SIGTERM and not lives(pid)
    child.send_signal(signal.SIGTERM)  # nobody is there any more
    assert server.fork(f"{HERE}:leave_running", {"path": str(tmp_path / "sleep")}).wait(PATIENCE) == 0
    until(lambda: not lives(int((tmp_path / "sleep").read_text())))


@pytest.mark.long
@FORKS
def test_many_at_a_time(server):
    server.start()
    server.start()  # once is enough
    with ThreadPoolExecutor(8) as pool:
        codes = pool.map(lambda code: server.fork(f"{HERE}:end", {"code": code}).wait(PATIENCE), range(40))
    assert list(codes) == list(range(40))


@FORKS
def test_a_stream_is_handed_over(server):
    here, there = socket.socketpair()
    with there:
        child = server.fork(f"{HERE}:echo", {}, [there])
    here.sendall(b"abc")
    assert here.recv(100) == b"ABC"
    here.close()
    assert child.wait(PATIENCE) == 0


@pytest.mark.long
@FORKS
def test_a_large_request(server, tmp_path):
    """Longer than what a socket takes at once, while the server is not there yet."""
    assert server.fork(f"{HERE}:fail", {"words": "x" * 3_000_000}).wait(PATIENCE) == 1


@pytest.mark.long
@FORKS
def test_a_child_that_nobody_waits_for_is_ended(server, tmp_path):
    child = server.fork(f"{HERE}:note_and_wait", {"path": str(tmp_path / "pid")})
    pid, _ = numbers(tmp_path / "pid")
    del child
    until(lambda: not lives(pid))


@pytest.mark.long
@FORKS
def test_children_end_with_the_server_and_a_new_one_is_started(server, tmp_path):
    child = server.fork(f"{HERE}:note_and_wait", {"path": str(tmp_path / "one")})
    pid, its_server = numbers(tmp_path / "one")
    os.kill(its_server, signal.SIGKILL)
    assert child.wait(PATIENCE) == LOST
    until(lambda: not lives(pid))
    until(lambda: not lives(its_server))
    assert server.fork(f"{HERE}:note", {"path": str(tmp_path / "two")}).wait(PATIENCE) == 0
    assert numbers(tmp_path / "two")[1] != its_server


@pytest.mark.long
@FORKS
def test_children_end_when_it_is_closed(tmp_path):
    server = ForkServer(tmp_path / "log")
    child = server.fork(f"{HERE}:note_and_wait", {"path": str(tmp_path / "pid")}, leftover=tmp_path / "left")
    (tmp_path / "left").write_text("")
    pid, its_server = numbers(tmp_path / "pid")
    server.close()
    assert (
        not lives(pid) and not lives(its_server) and child.wait(PATIENCE) == LOST and not (tmp_path / "left").exists()
    )
    with pytest.raises(ChildEnded):
        server.fork(f"{HERE}:end", {"code": 0})


@FORKS
def test_a_server_that_cannot_start_leaves_its_words(tmp_path, monkeypatch):
    """Here it does not find the program."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    server = ForkServer(tmp_path / "log")
    server.start()
    until(lambda: "Error" in (tmp_path / "log").read_text("utf-8"))
    child = server.fork(f"{HERE}:end", {"code": 0})
    assert child.wait(PATIENCE) == LOST
    with pytest.raises(ChildEnded) as error, Beside(Counter, 5, server=server, log=tmp_path / "log") as made:
        made.ask("add", 1).result(PATIENCE)
    assert "ModuleNotFoundError" in explained(error.value)
    server.close()


ASKS = f"""
import sys
from pathlib import Path
from nianbao.build.forkserver import ForkServer
server = ForkServer(Path(sys.argv[1]) / "log")
children = [server.fork("{HERE}:note_and_wait", {{"path": sys.argv[1] + "/" + name}}) for name in "ab"]
children[0].wait()
"""


@pytest.mark.long
@FORKS
@pytest.mark.parametrize("word", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP], ids=lambda word: word.name)
def test_children_end_with_the_one_that_asked(tmp_path, word):
    if signal.getsignal(word) is signal.SIG_IGN:
        pytest.skip(f"these tests were started with {word.name} ignored, and so is whatever they start")
    process = subprocess.Popen(
        [sys.executable, "-c", ASKS, str(tmp_path)], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    try:
        pids = {*numbers(tmp_path / "a"), *numbers(tmp_path / "b")}
        assert len(pids) == 3 and all(map(lives, pids))
        process.send_signal(word)
        process.wait(PATIENCE)
    finally:
        process.kill()
    until(lambda: not any(map(lives, pids)))


# -- objects beside this process ---------------------------------------------------------------------------------------
@pytest.fixture(params=["forked", "started"])
def counter(request, tmp_path) -> Iterator[Beside]:
    """A counter beside, in both kinds of processes."""
    if request.param == "forked" and not can_fork():
        pytest.skip("这个系统不能复制进程")
    server = ForkServer(tmp_path / "log") if request.param == "forked" else None
    with Beside(Counter, 5, server=server, log=tmp_path / "log") as made:
        yield made
    if server:
        server.close()


def test_an_object_answers_one_call_after_another(counter, tmp_path):
    answers = [counter.ask("add", number) for number in (1, 2, 3)]
    assert [each.result(PATIENCE) for each in answers] == [6, 8, 11]
    pid = counter.ask("number").result(PATIENCE)
    assert pid != os.getpid() and lives(pid)
    with pytest.raises(DataError) as error:
        counter.ask("refuse").result(PATIENCE)
    assert str(error.value) == "data/x.csv，第3行：不行" and (error.value.file, error.value.row) == ("data/x.csv", 3)
    with pytest.raises(RuntimeError, match="Unsendable"):
        counter.ask("break_down").result(PATIENCE)
    assert counter.ask("add", 1).result(PATIENCE) == 12
    with pytest.raises(ChildEnded) as lost:
        counter.ask("die").result(PATIENCE)
    assert "最后的话" in explained(lost.value)
    with pytest.raises(ChildEnded):
        counter.ask("add", 1).result(PATIENCE)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["forked", "started"])
def test_an_exception_ends_it_at_once(tmp_path, kind):
    if kind == "forked" and not can_fork():
        pytest.skip("这个系统不能复制进程")
    server = ForkServer(tmp_path / "log") if kind == "forked" else None
    with pytest.raises(KeyError), Beside(Counter, 5, server=server, log=tmp_path / "log") as made:
        pid = made.ask("number").result(PATIENCE)
        made.ask("sleep")
        start = time.monotonic()
        raise KeyError
    assert time.monotonic() - start < PATIENCE
    until(lambda: not lives(pid))
    if server:
        server.close()
