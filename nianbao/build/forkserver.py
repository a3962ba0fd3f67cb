"""A process that has imported all a chapter needs, and forks itself whenever another one is wanted.

Starting a Python that imports pandas and matplotlib takes over a second; a fork of one that has them takes
milliseconds. The standard library's forkserver does the same, but it is one for the whole process, imports the main
module of the program that asks into every child, and cannot be had by a daemonic process (a worker of Dask).

Who watches whom: the server ends, and its children with it, as soon as the process that asked for it has ended or
closed it; a child ends as soon as the server has. A child leads a process group of its own, and whatever it leaves
running in it ends with it. All of it needs `fork` and Unix sockets; see `can_fork`.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from nianbao.build import garbage
from nianbao.errors import ChildEnded

#: Seconds the server may take to end its children and itself.
ENDING = 5
#: File descriptors one request may bring along, the one for its exit code among them.
MOST_STREAMS = 4
#: Exit code of a child whose server was lost.
LOST = -9
#: Of the call `prctl` of Linux.
SET_CHILD_SUBREAPER = 36
#: In front of a request: its length.
LENGTH = struct.Struct("!I")
#: The debugger of ipykernel, which no chapter uses, warns of Python's own modules unless this is set.
SERVER_ENVIRONMENT = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}
PROGRAM = "import sys; sys.path[:] = {path!r}; from nianbao.build.forkserver import serve; serve({descriptor})"


def can_fork() -> bool:
    """Whether this system can fork a process and hand it sockets (not Windows), and what was imported survives it.

    macOS forks, but its own libraries may start threads that a fork loses; Python itself starts processes anew there.
    """
    return hasattr(os, "fork") and hasattr(socket, "send_fds") and sys.platform != "darwin"


# -- the side that asks ------------------------------------------------------------------------------------------------
class Child:
    """A forked process as the one that asked for it sees it: whether it runs, its exit code, and signals to it.

    `status` is a socket to the server, over which the exit code comes and signals are sent for.
    """

    def __init__(self, status: socket.socket):
        self._status = status
        self._heard = b""
        self._status.setblocking(False)
        #: Exit code, negative for the signal that ended it; None while it runs.
        self.code: int | None = None

    def fileno(self) -> int:
        """The descriptor that becomes readable when the child has ended."""
        return self._status.fileno()

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        while self.code is None:
            try:
                part = self._status.recv(32)
            except BlockingIOError:
                break
            except OSError:
                part = b""
            self._hear(part)
        return self.code

    def _hear(self, part: bytes) -> None:
        self._heard += part
        if self._heard.endswith(b"\n"):
            self.code = int(self._heard)
        elif not part:
            self.code = LOST
        if self.code is not None:
            self._status.close()

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait for the child to end, at most some seconds; its exit code, or None where it still runs."""
        if self.poll() is None:
            with selectors.DefaultSelector() as selector:
                selector.register(self._status, selectors.EVENT_READ)
                selector.select(seconds)
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Have the server send a signal to the child and all in its process group; nothing where it has ended."""
        with suppress(OSError):
            self._status.send(bytes([number]))


class ForkServer:
    """The preloaded process, from the side that asks. Started by `start`, or with the first child.

    What server and children write goes to the file `log`; without one, to where this process writes its errors.
    """

    def __init__(self, log: Path | None = None):
        self.log = log
        self._lock = threading.Lock()
        self._process: subprocess.Popen | None = None
        self._control: socket.socket | None = None
        self._closed = False

    def start(self) -> None:
        """Start it, if that has not been done; it imports while this process does other things."""
        with self._lock:
            self._start()

    def _start(self) -> None:
        if self._closed:
            raise ChildEnded()
        if self._process is not None and self._process.poll() is None:
            return
        here, there = socket.socketpair()
        program = PROGRAM.format(path=sys.path, descriptor=there.fileno())
        out = open_log(self.log)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", program],
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=os.environ | SERVER_ENVIRONMENT,
                process_group=0,
            )
        except BaseException:
            here.close()
            raise
        finally:
            there.close()
            if out is not None:
                os.close(out)
        if self._control is not None:
            self._control.close()  # that of a server that has ended early
        self._control = here

    def fork(
        self,
        function: str,
        arguments: Mapping[str, Any],
        streams: Sequence[socket.socket] = (),
        leftover: Path | None = None,
    ) -> Child:
        """A child that carries out `function`, written `module:name`, and ends.

        It is called with `arguments` (whatever JSON can hold), and with the descriptors of the `streams` as `streams`
        where there are any; they stay open here. The file `leftover` is removed when the child ends, however it does.
        Raises ChildEnded where the server has ended.
        """
        known = {"function": function, "arguments": dict(arguments), "leftover": str(leftover) if leftover else None}
        request = json.dumps(known).encode()
        self.start()
        here, there = socket.socketpair()
        with there:
            try:
                with self._lock:
                    if self._control is None:
                        raise BrokenPipeError
                    socket.send_fds(self._control, [b"+"], [there.fileno(), *(stream.fileno() for stream in streams)])
                here.sendall(LENGTH.pack(len(request)) + request)
            except ConnectionError:
                here.close()
                raise ChildEnded(last_words(self.log)) from None
        return Child(here)

    def close(self) -> None:
        """End the server and all its children; none can be had any more."""
        with self._lock:
            self._closed = True
            if self._process is None or self._control is None:
                return
            self._control.close()
            try:
                self._process.wait(ENDING)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


def open_log(log: Path | None) -> int | None:
    """A descriptor to add to a log file; None without one."""
    if log is None:
        return None
    log.parent.mkdir(parents=True, exist_ok=True)
    return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)


def last_words(log: Path | None) -> str:
    """The last line that processes have written to their log; empty without one."""
    if log is None or not log.exists():
        return ""
    lines = log.read_text("utf-8", errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else ""


# -- the server --------------------------------------------------------------------------------------------------------
def serve(descriptor: int) -> None:
    """Be the server, until the other end of the socket `descriptor` is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    garbage.look_seldom()
    import_module("nianbao.build.preloaded")
    gc.freeze()  # what all share need not be looked through again and again in each of them
    Server(socket.socket(fileno=descriptor)).run()


class Server:
    """The loop of the preloaded process: forks when asked, passes signals on, tells exit codes."""

    def __init__(self, control: socket.socket):
        self.control = control
        self.selector = selectors.DefaultSelector()
        self.children: dict[int, tuple[socket.socket, str | None]] = {}
        #: Nothing is ever written here: its end tells a child that the server is gone.
        self.lifeline, self._held = os.pipe()
        self.woken, self._waker = socket.socketpair()

    def run(self) -> None:
        """Serve until the process that asked is gone; then end all children."""
        self.woken.setblocking(False)
        self._waker.setblocking(False)
        adopt()
        signal.set_wakeup_fd(self._waker.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.selector.register(self.control, selectors.EVENT_READ)
        self.selector.register(self.woken, selectors.EVENT_READ)
        try:
            while self._turn():
                pass
        finally:
            for pid in list(self.children):
                self._kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                self._forget(pid, None)
            self._end_orphans()

    def _turn(self) -> bool:
        """Handle what has come in; False where nobody asks any more."""
        for key, _ in self.selector.select():
            if key.fileobj is self.control:
                if not self._receive():
                    return False
            elif key.fileobj is self.woken:
                self._reap()
            elif key.data in self.children:
                self._listen(key.data)
        return True

    def _receive(self) -> bool:
        """Fork for a request; False where the other end is closed."""
        try:
            byte, descriptors, _, _ = socket.recv_fds(self.control, 1, MOST_STREAMS)
        except ConnectionError:
            return False
        if not byte:
            return False
        if descriptors:  # none: too many files are open; the one that asked sees its end closed
            self._fork(socket.socket(fileno=descriptors[0]), descriptors[1:])
        return True

    def _fork(self, status: socket.socket, streams: list[int]) -> None:
        head = status.recv(LENGTH.size, socket.MSG_WAITALL)
        body = status.recv(LENGTH.unpack(head)[0], socket.MSG_WAITALL) if len(head) == LENGTH.size else b""
        if not body:
            status.close()  # the one that asked has ended meanwhile
            return
        request = json.loads(body)
        pid = os.fork()
        if pid == 0:
            self._become(status, request, streams)
        os.setpgid(pid, pid)
        for each in streams:
            os.close(each)
        self.children[pid] = status, request["leftover"]
        self.selector.register(status, selectors.EVENT_READ, pid)

    def _become(self, status: socket.socket, request: dict[str, Any], streams: list[int]) -> None:
        """Carry out a request, in the child; never returns."""
        code = 1
        try:
            os.setpgid(0, 0)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self.selector.close()
            for each in (self.control, self.woken, self._waker, status, *(one for one, _ in self.children.values())):
                each.close()
            os.close(self._held)
            threading.Thread(target=end_with, args=(self.lifeline,), daemon=True).start()
            module, name = request["function"].split(":")
            more = {"streams": streams} if streams else {}
            getattr(import_module(module), name)(**request["arguments"], **more)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            traceback.print_exc()
        finally:
            try:
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(code)

    def _listen(self, pid: int) -> None:
        """Pass a signal on; a child that nobody waits for any more is ended."""
        status, _ = self.children[pid]
        try:
            numbers = status.recv(64)
        except ConnectionError:
            numbers = b""
        if not numbers:
            self.selector.unregister(status)
            numbers = bytes([signal.SIGKILL])
        for number in numbers:
            self._kill(pid, number)

    def _kill(self, pid: int, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, number)

    def _reap(self) -> None:
        """Tell the exit codes of the children that have ended."""
        try:
            while self.woken.recv(4096):
                pass
        except BlockingIOError:
            pass
        while self.children:
            pid, state = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            if pid not in self.children:
                continue  # an orphan
            self._kill(pid, signal.SIGKILL)  # what it left running in its group
            self._end_orphans()
            self._forget(pid, os.waitstatus_to_exitcode(state))

    def _end_orphans(self) -> None:
        """End what children left behind outside of their group, and whose own parent has ended."""
        for pid in own_children():
            if pid not in self.children:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)

    def _forget(self, pid: int, code: int | None) -> None:
        status, leftover = self.children.pop(pid)
        if leftover:
            Path(leftover).unlink(missing_ok=True)
        if status.fileno() in self.selector.get_map():
            self.selector.unregister(status)
        try:
            if code is not None:
                status.sendall(b"%d\n" % code)
        except OSError:
            pass  # nobody waits for it
        status.close()


def adopt() -> None:
    """Become the parent of all orphans below this process, where the system can (Linux); else they are nobody's."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def own_children() -> list[int]:
    """The processes whose parent is this one, where the system tells (Linux)."""
    try:
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split()]
    except OSError:
        return []


def end_with(lifeline: int) -> None:
    """End this process when the other end of a pipe is closed."""
    os.read(lifeline, 1)
    os._exit(1)
