"""Where kernels come from: forked from a preloaded process, or started as Jupyter does; the results are the same.

A stock kernel starts a Python and imports pandas and matplotlib anew: over a second before the first cell runs.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import sys
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerBase
from traitlets import Instance

from nianbao.build.forkserver import Child, ForkServer, open_log

#: Seconds a kernel may take to answer.
START = 60
#: Seconds between two looks whether a kernel listens already.
PAUSE = 0.005
#: A forked kernel is told that it has a parent that need not be looked after, and does not explain how to end it.
QUIETLY = ("--IPKernelApp.parent_handle=1", "--IPKernelApp.log_level=40")
#: The backend of matplotlib that shows figures in a notebook.
INLINE = "module://matplotlib_inline.backend_inline"
#: What Jupyter says of a kernel that died is said by our own message.
QUIET = logging.Logger("nianbao.kernels")
QUIET.addHandler(logging.NullHandler())


class NoAnswer(RuntimeError):
    """A kernel ended before it answered: most often another program took one of its ports in the meantime."""


class ChapterClient(AsyncKernelClient):
    """The stock client without the fifth of a second it listens into the silence of a kernel that has answered."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Ask until the kernel has answered and been heard on the channel of its outputs; NoAnswer where it ended."""
        for _ in range(int(timeout or START)):
            asked = self.kernel_info()
            try:
                self._handle_kernel_info_reply(await self.shell_channel.get_msg(timeout=1))
                await self._idle_after(asked)
                return
            except queue.Empty:
                if not await self.is_alive():
                    break
        raise NoAnswer("内核启动后没有应答")

    async def _idle_after(self, asked: str) -> None:
        """Wait until the kernel says that it is done with what was asked; queue.Empty where it says nothing."""
        while True:
            said = await self.iopub_channel.get_msg(timeout=0.2)
            if said["parent_header"].get("msg_id") == asked and said["content"].get("execution_state") == "idle":
                return


class ForkProvisioner(KernelProvisionerBase):
    """Starts a kernel by having `server` fork; see the base class for what its methods are asked."""

    server = Instance(ForkServer)
    parent: AsyncKernelManager
    child: Child | None = None
    #: Exit code of the kernel once it has ended, negative for a signal.
    code: int | None = None

    @property
    def has_process(self) -> bool:
        """Whether a kernel process exists."""
        return self.child is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Write the connection file and make the command line, as the stock provisioner does."""
        manager = self.parent
        manager.write_connection_file()
        self.connection_info = manager.get_connection_info()
        more = kwargs.pop("extra_arguments", [])
        return await super().pre_launch(cmd=["-f", manager.connection_file, *QUIETLY, *more], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel; returns the connection information."""
        arguments = {"arguments": cmd, "environment": kwargs["env"], "folder": kwargs.get("cwd") or os.getcwd()}
        self.child = self.server.fork(
            "nianbao.build.kernels:become_kernel", arguments, leftover=Path(self.parent.connection_file)
        )
        await self._listening()
        return self.connection_info

    async def _listening(self) -> None:
        """Wait until the kernel answers: clients that knock too early wait a tenth of a second and more in vain."""
        while self.child and self.child.poll() is None:
            try:
                _, writer = await asyncio.open_connection(self.connection_info["ip"], self.connection_info["hb_port"])
            except OSError:
                await asyncio.sleep(PAUSE)
            else:
                writer.close()
                return

    async def poll(self) -> int | None:
        """None while the kernel lives, else its exit code."""
        if self.child is None:
            return 0
        if self.parent.shutting_down:  # the manager looks ten times a second
            await self._ended(0.1)
        self.code = self.child.poll()
        return self.code

    async def wait(self) -> int | None:
        """Wait for the kernel to end; returns its exit code."""
        if self.child is None:
            return 0
        while self.child.poll() is None:
            await self._ended(1)
        self.code = self.child.code
        self.child = None
        return self.code

    async def _ended(self, seconds: float) -> None:
        """Wait for the kernel to end, at most some seconds."""
        end = asyncio.get_running_loop().time() + seconds
        while self.child and self.child.poll() is None and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(PAUSE)

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and what it started."""
        if self.child:
            self.child.send_signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel at once."""
        await self.send_signal(9)

    async def terminate(self, restart: bool = False) -> None:
        """Ask the kernel to end."""
        await self.send_signal(15)

    async def cleanup(self, restart: bool = False) -> None:
        """Nothing is left behind but the connection file, which manager and server remove."""


def become_kernel(arguments: list[str], environment: dict[str, str], folder: str) -> None:
    """Become a kernel; carried out in a forked process."""
    os.environ.update(environment)
    os.chdir(folder)
    draw_inline()
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=arguments)


def draw_inline() -> None:
    """Have pyplot show its figures in the notebook, as it does in a kernel that has not imported it before it started.

    A forked one has; what would be shown must not be lost on a backend that shows nothing.
    """
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is not None:
        matplotlib.rcParams["backend"] = INLINE


class Kernels:
    """Where the kernels of a run come from.

    Parameters: `server` to fork them from, None for Jupyter's own; `folder` for their connection files, which hold keys
    and are for nobody else's eyes; `log` for what stock kernels write beside their outputs (what forked ones write goes
    to the log of the server).
    """

    def __init__(self, server: ForkServer | None, folder: Path, log: Path | None = None):
        self.server = server
        self.folder = folder
        self.log = log
        self._lock = threading.Lock()
        self._managers: list[AsyncKernelManager] = []
        #: Kernels that run and wait for the next notebook of a series.
        self._idle: dict[str, list[AsyncKernelManager]] = {}
        self._ended = False

    @contextmanager
    def manager(self, kernel_name: str, series: str = "") -> Iterator[AsyncKernelManager]:
        """A manager for one kernel, which has not been started yet; the kernel is gone at the end.

        The kernel of a `series` of notebooks may run already; it is kept for the next one unless something failed.
        """
        with self._lock:
            waiting = self._idle.get(series, [])
            manager = waiting.pop() if series and waiting else None
        manager = manager or self._new(kernel_name)
        kept = False
        try:
            yield manager
            kept = bool(series)
        finally:
            with self._lock:
                kept = kept and not self._ended
                if kept:
                    self._idle.setdefault(series, []).append(manager)
            if not kept:
                self._end(manager)

    def end_idle(self) -> None:
        """End the kernels that wait for the next notebook of a series."""
        with self._lock:
            waiting = [manager for each in self._idle.values() for manager in each]
            self._idle.clear()
        for manager in waiting:
            self._end(manager)

    def _end(self, manager: AsyncKernelManager) -> None:
        """End a kernel, and forget it."""
        with self._lock:
            self._managers.remove(manager)
        end([manager])
        manager.cleanup_connection_file()

    def _new(self, kernel_name: str) -> AsyncKernelManager:
        """A manager for one kernel, which has not been started yet."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        identity = str(uuid.uuid4())
        manager = AsyncKernelManager(
            kernel_name=kernel_name,
            kernel_id=identity,
            client_factory=ChapterClient,
            connection_file=str(self.folder / f"kernel-{identity}.json"),
            log=QUIET,
        )
        if self.server:
            manager.provisioner = ForkProvisioner(
                kernel_id=identity, kernel_spec=manager.kernel_spec, parent=manager, server=self.server
            )
        with self._lock:
            if self._ended:
                raise NoAnswer("不再启动内核")
            self._managers.append(manager)
        return manager

    @contextmanager
    def output(self) -> Iterator[dict[str, int]]:
        """Where a stock kernel is to write, as options of `start_kernel`; nothing for a forked one."""
        out = None if self.server else open_log(self.log)
        try:
            yield {} if out is None else {"stdout": out, "stderr": out}
        finally:
            if out is not None:
                os.close(out)

    def end_all(self) -> None:
        """End all kernels at once, whatever they do, and start no more."""
        with self._lock:
            self._ended = True
            end(self._managers)


def end(managers: Sequence[AsyncKernelManager]) -> None:
    """End the kernels of some managers at once; those that have ended are left alone."""
    for manager in managers:
        if manager.has_kernel and manager.provisioner is not None:
            asyncio.run(manager.provisioner.kill())
