"""An object that lives in a process of its own, and is asked there while this process does other things.

Calls go over a pair of streams as pickles, one after another. The process never imports the main module of the program
that started it, so that a script needs no guard around what it does.
"""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from nianbao.build import garbage
from nianbao.build.forkserver import ForkServer, last_words, open_log
from nianbao.errors import ChildEnded

#: Seconds a process may take to end once nobody asks it any more.
ENDING = 5
PROGRAM = "import sys; sys.path[:] = {path!r}; from nianbao.build.beside import main; main()"


class Beside:
    """An object in a process of its own, made there by `make(*arguments)`; use it in a `with`.

    Where there is a `server` the process is forked from it, otherwise a Python is started. What is written there goes
    to the file `log`. Left by an exception, the process is ended at once, whatever it is doing.
    """

    def __init__(self, make: Callable, *arguments: Any, server: ForkServer | None = None, log: Path | None = None):
        self._log = log
        self._queue = ThreadPoolExecutor(1)
        self._process = ForkedProcess(server) if server else StartedProcess(log)
        self._queue.submit(self._send, (make, arguments))

    def ask(self, method: str, *arguments: Any) -> Future:
        """Have a method of the object called, after all that was asked before; its answer or exception as a future.

        The exception is ChildEnded where the process ended before it answered.
        """
        return self._queue.submit(self._ask, method, arguments)

    def _send(self, message: Any) -> None:
        try:
            pickle.dump(message, self._process.writer)
            self._process.writer.flush()
        except OSError:
            raise ChildEnded(last_words(self._log)) from None

    def _ask(self, method: str, arguments: tuple) -> Any:
        self._send((method, arguments))
        try:
            answered, value = pickle.load(self._process.reader)
        except (EOFError, OSError, pickle.UnpicklingError):
            raise ChildEnded(last_words(self._log)) from None
        if answered:
            return value
        raise value

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._process.kill()
        self._queue.shutdown(cancel_futures=kind is not None)
        self._process.close()


class ForkedProcess:
    """The other process, forked from a server, and the streams to and from it."""

    def __init__(self, server: ForkServer):
        here, there = socket.socketpair()
        with here, there:
            self._child = server.fork("nianbao.build.beside:answer", {}, [there])
            self.reader: IO[bytes] = here.makefile("rb")
            self.writer: IO[bytes] = here.makefile("wb")

    def kill(self) -> None:
        """End it at once."""
        self._child.send_signal(9)

    def close(self) -> None:
        """Close the streams, and wait for it to end."""
        close(self.writer, self.reader)
        if self._child.wait(ENDING) is None:
            self.kill()
            self._child.wait(ENDING)


class StartedProcess:
    """The other process, a Python started anew, and the streams to and from it."""

    def __init__(self, log: Path | None):
        out = open_log(log)
        try:
            command = [sys.executable, "-c", PROGRAM.format(path=sys.path)]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=out)
        finally:
            if out is not None:
                os.close(out)
        assert self._process.stdin and self._process.stdout
        self.writer: IO[bytes] = self._process.stdin
        self.reader: IO[bytes] = self._process.stdout

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def close(self) -> None:
        """Close the streams, and wait for it to end."""
        close(self.writer)
        try:
            self._process.wait(ENDING)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        close(self.reader)


def close(*streams: IO[bytes]) -> None:
    """Close streams whose other end may be gone."""
    for each in streams:
        with suppress(OSError):
            each.close()


# -- in the other process ----------------------------------------------------------------------------------------------
def main() -> None:
    """Answer on the standard streams; what others print goes where errors go."""
    reader = os.fdopen(os.dup(0), "rb")
    writer = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    converse(reader, writer)


def answer(streams: list[int]) -> None:
    """Answer on a socket; carried out in a forked process."""
    whole = socket.socket(fileno=streams[0])
    converse(whole.makefile("rb"), whole.makefile("wb"))


def converse(reader: IO[bytes], writer: IO[bytes]) -> None:
    """Make the object, and answer what is asked of it until nobody asks any more."""
    make, arguments = pickle.load(reader)
    garbage.look_seldom()
    subject = make(*arguments)
    while True:
        try:
            method, arguments = pickle.load(reader)
        except EOFError:
            return
        try:
            said = True, getattr(subject, method)(*arguments)
        except Exception as error:
            said = False, error
        writer.write(pickled(said))
        writer.flush()


def pickled(said: tuple[bool, Any]) -> bytes:
    """An answer as bytes; an exception that cannot be pickled as its words."""
    answered, value = said
    try:
        made = pickle.dumps(said)
        if not answered:
            pickle.loads(made)
    except Exception:
        made = pickle.dumps((False, RuntimeError(f"{type(value).__name__}: {value}")))
    return made
