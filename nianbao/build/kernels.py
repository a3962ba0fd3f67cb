"""Executing notebooks with papermill, several at a time, in kernels that start from a preloaded process.

A stock kernel starts a Python and imports pandas and matplotlib anew: over a second before the first cell runs. Here
the standard library's forkserver imports them once and forks a kernel in milliseconds. Where fork does not exist
(Windows) the ordinary kernel is used, with the same results.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import multiprocessing.forkserver
import os
import queue
import signal
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import spawn
from multiprocessing.process import BaseProcess
from pathlib import Path

from jupyter_client import AsyncKernelClient
from jupyter_client.provisioning import KernelProvisionerBase

from nianbao.errors import DataError

SECONDS, MEMORY = "NIANBAO_SECONDS", "NIANBAO_MEMORY"  # limits of a chapter: seconds, MiB (`limits` in book/edition.yml)
START = 60  # seconds a kernel may take to answer
READ = "nianbao-read"  # metadata: the data files a chapter has looked at
PROVISIONER = "nianbao-fork"  # its entry point stands in pyproject.toml
LOG = "NIANBAO_KERNEL_LOG"
KERNEL = "nianbao-kernel"  # name of the process
PLAIN = "plain"  # value of NIANBAO_KERNEL that asks for ordinary kernels


@dataclass(frozen=True, eq=False)
class Job:
    """A notebook to execute: `source` with `parameters` into `target`."""

    source: Path
    target: Path | str  # a local path, or an address that papermill can write to
    parameters: dict = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Chapter name, as in `_toc.yml`."""
        return self.source.stem


def end_with_parent(leftover: Path | None = None) -> None:
    """Have this process end when the one that asked for it does, even if that one was killed; `leftover` goes with it."""
    owner = multiprocessing.parent_process().sentinel

    def watch():
        multiprocessing.connection.wait([owner])
        if leftover:
            leftover.unlink(missing_ok=True)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def serve_kernel(arguments: list[str], environment: dict[str, str], folder: str | None) -> None:
    """Become a kernel; runs in the forked process, which ends when the process that asked for it does."""
    os.environ.update(environment)
    if folder:
        os.chdir(folder)
    if environment.get(LOG):
        log = os.open(environment[LOG], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
    end_with_parent(Path(arguments[-1]))  # the connection file
    if environment.get(MEMORY):
        import resource  # not on Windows, where no kernel is forked either

        resource.setrlimit(resource.RLIMIT_AS, (int(environment[MEMORY]) * 2**20,) * 2)
    if environment.get(SECONDS):
        signal.setitimer(signal.ITIMER_REAL, float(environment[SECONDS]))  # nobody waits for SIGALRM: the kernel ends
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=arguments)


def without_main(name: str, *, original=spawn.get_preparation_data) -> dict:
    """What a forked kernel is told: not to import the program that asked for it (a worker of Dask takes a second)."""
    data = original(name)
    return {key: value for key, value in data.items() if name != KERNEL or not key.startswith("init_main")}


spawn.get_preparation_data = without_main


class NoAnswer(RuntimeError):
    """A kernel ended before it answered: most often another program took one of its ports in the meantime."""


class Client(AsyncKernelClient):
    """The stock client without the fifth of a second it listens into the silence of a kernel that has answered."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Ask until the kernel has answered and been heard on the channel of its outputs too."""
        for _ in range(int(timeout or START)):
            asked = self.kernel_info()
            try:
                self._handle_kernel_info_reply(await self.shell_channel.get_msg(timeout=1))
                while True:
                    said = await self.iopub_channel.get_msg(timeout=0.2)
                    if said["parent_header"].get("msg_id") == asked and said["content"].get("execution_state") == "idle":
                        return
            except queue.Empty:
                if not await self.is_alive():
                    break
        raise NoAnswer("Kernel did not answer")


class ForkProvisioner(KernelProvisionerBase):
    """Starts kernels by forking a process that has the book's libraries imported already."""

    process: BaseProcess | None = None

    @property
    def has_process(self) -> bool:
        """Whether a kernel process exists."""
        return self.process is not None

    async def pre_launch(self, **kwargs):
        """Write the connection file and make the command line, as the stock provisioner does."""
        manager = self.parent
        manager.client_class = f"{__name__}.{Client.__name__}"
        manager.write_connection_file()
        self.connection_info = manager.get_connection_info()
        return await super().pre_launch(cmd=["-f", manager.connection_file], **kwargs)

    async def launch_kernel(self, cmd, **kwargs):
        """Fork a kernel; returns the connection information."""
        context = multiprocessing.get_context("forkserver")
        environment = {key: str(value) for key, value in (kwargs.get("env") or {}).items()}
        self.process = context.Process(
            target=serve_kernel, args=(cmd, environment, kwargs.get("cwd")), daemon=True, name=KERNEL)
        self.process.start()
        await self._listening()
        return self.connection_info

    async def _listening(self) -> None:
        """Wait until the kernel answers: clients that knock too early wait a tenth of a second and more in vain."""
        while self.process.is_alive():
            try:
                _, writer = await asyncio.open_connection(self.connection_info["ip"], self.connection_info["hb_port"])
            except OSError:
                await asyncio.sleep(0.005)
            else:
                writer.close()
                return

    async def poll(self):
        """None while the kernel lives, else its exit code."""
        for _ in range(20 if self.process and self.parent.shutting_down else 0):  # the manager looks ten times a second
            if self.process.exitcode is None:
                await asyncio.sleep(0.005)
        return self.process.exitcode if self.process else 0

    async def wait(self):
        """Wait for the kernel to end; returns its exit code."""
        if not self.process:
            return 0
        while self.process.is_alive():
            await asyncio.sleep(0.005)
        self.process.join()
        code, self.process = self.process.exitcode, None
        return code

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel."""
        if self.process and self.process.is_alive():
            os.kill(self.process.pid, signum)

    async def kill(self, restart=False) -> None:
        """End the kernel at once."""
        if self.process:
            self.process.kill()

    async def terminate(self, restart=False) -> None:
        """Ask the kernel to end."""
        if self.process:
            self.process.terminate()

    async def cleanup(self, restart=False) -> None:
        """Nothing is left behind but the connection file, which the manager removes."""


def tell(settings: dict[str, str]) -> None:
    """Put settings into the environment, where kernels find them; a setting that stands there already is left alone.

    Called before there are threads: a C library that reads the environment at the same time (of a time zone, say) would crash.
    """
    for name, value in settings.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


def beside() -> multiprocessing.context.BaseContext:
    """How to start a process that works beside this one: preloaded too, where the system can fork."""
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if forks else "spawn")


def preload() -> None:
    """Have kernels forked from a process that has imported all a chapter needs, where the system can fork."""
    if os.environ.get("NIANBAO_KERNEL") == PLAIN or "forkserver" not in multiprocessing.get_all_start_methods():
        os.environ.pop("JUPYTER_DEFAULT_PROVISIONER_NAME", None)
        return
    multiprocessing.get_context("forkserver").set_forkserver_preload(["nianbao.build.preloaded"])
    multiprocessing.forkserver.ensure_running()  # it imports while this process does other things
    tell({"JUPYTER_DEFAULT_PROVISIONER_NAME": PROVISIONER})


def parameter_names(source: Path) -> dict[str, str]:
    """Names and default values (as text) of a notebook's parameters; DataError without a `parameters` cell."""
    import papermill

    found = papermill.inspect_notebook(str(source))
    if not found:
        raise DataError("笔记本没有带 parameters 标签的参数单元格", source.name)
    return {name: about["default"] for name, about in found.items()}


def execute(job: Job, tries: int = 3) -> float:
    """Run one notebook; returns seconds. Raises DataError with chapter, cell and reason in one message."""
    import papermill

    start, limit, memory = time.monotonic(), os.environ.get(SECONDS), os.environ.get(MEMORY)
    unknown = set(job.parameters) - set(parameter_names(job.source))
    if unknown:
        raise DataError(f"没有名为{'、'.join(sorted(unknown))}的参数", job.source.name)
    try:
        notebook = papermill.execute_notebook(
            str(job.source), None, job.parameters, progress_bar=False, execution_timeout=int(limit) if limit else None, kernel_name="python3")
    except papermill.PapermillExecutionError as error:
        number = error.cell_index + (0 if job.parameters else 1)  # papermill injected a cell before it
        words = f"内存超过了{memory} MiB 的上限" if error.ename.endswith("MemoryError") else error.evalue or error.ename
        raise DataError(f"第{number}格出错：{words}", job.source.name) from None
    except (RuntimeError, TimeoutError) as error:  # nbclient's words for a kernel that died, did not start or hangs
        if isinstance(error, NoAnswer) and tries > 1:
            return execute(job, tries - 1)
        if limit and time.monotonic() - start >= float(limit):
            raise DataError(f"超过了{limit}秒的时限", job.source.name) from None
        raise DataError(f"没有执行完：{type(error).__name__} {str(error).strip()[:200]}", job.source.name) from None
    save(tidy(notebook), job.target)
    return time.monotonic() - start


def tidy(notebook):
    """Hide the cell papermill injected; put what the chapter says it read into the notebook's metadata.

    Times, paths and what else differs from one execution to the next are taken out.
    """
    notebook.metadata["papermill"] = {"parameters": notebook.metadata.get("papermill", {}).get("parameters", {})}
    for cell in notebook.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        tags = cell.metadata.get("tags", [])
        if "injected-parameters" in tags:
            cell["id"] = "parameters"
            cell.metadata["tags"] = [*(each for each in tags if each != "remove-cell"), "remove-cell"]
        said = [each.metadata[READ] for each in cell.get("outputs", []) if READ in each.get("metadata", {})]
        if said:
            notebook.metadata[READ] = said[-1]
            cell.outputs = [each for each in cell.outputs if READ not in each.get("metadata", {})]
    return notebook


def save(notebook, target: Path | str) -> None:
    """Write an executed notebook whole or not at all, to a local path or to any address papermill knows."""
    import nbformat
    from papermill.iorw import papermill_io

    if "://" in str(target):
        papermill_io.write(nbformat.writes(notebook), str(target))
        return
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    nbformat.write(notebook, aside)
    aside.replace(target)


def execute_all(
    jobs: list[Job], workers: int, done: Callable[[Job, float | DataError], None], executor: Executor | None = None,
) -> list[DataError]:
    """Run all notebooks, `workers` at a time, once `prepare` was called; `done` hears of each. Others go on when one fails.

    Returns the errors in the order of `jobs`. An interruption ends the kernels that run. Another `executor` than this
    machine's threads is given functions of a job to carry out.
    """
    errors, pending, pool = {}, {}, executor or ThreadPoolExecutor(max(1, workers))
    settings = {key: value for key, value in os.environ.items() if key.startswith("NIANBAO_") and key != LOG}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pending = {pool.submit(execute_there, job, settings) if executor else pool.submit(execute, job): job for job in jobs}
            for future in as_completed(pending):
                job = pending.pop(future)
                try:
                    done(job, future.result())
                except Exception as error:
                    if not isinstance(error, DataError) and not executor:
                        raise
                    words = f"没有执行完：{type(error).__name__} {str(error)[:200]}"  # as when its workers died time and again
                    errors[job] = error if isinstance(error, DataError) else DataError(words, job.source.name)
                    done(job, errors[job])
    except BaseException:
        for future in pending:
            future.cancel()
        while not executor and not all(future.done() for future in pending):
            for kernel in multiprocessing.active_children():
                kernel.kill()
            time.sleep(0.05)
        pool.shutdown(wait=False)
        raise
    pool.shutdown()
    return [errors[job] for job in jobs if job in errors]


def prepare(log: Path | None) -> None:
    """What a process needs before it executes notebooks; what kernels write beside their outputs goes to `log`."""
    if log:
        tell({LOG: str(log), "JUPYTER_RUNTIME_DIR": str(log.parent / "kernels")})
    tell({"NIANBAO_READ": "1"})
    preload()
    for name in ("papermill", "traitlets"):  # what they say of a kernel that died is said by our own message
        logging.getLogger(name).setLevel(logging.CRITICAL)


def execute_there(job: Job, settings: dict[str, str]) -> float:
    """`execute` in a worker of a cluster, with the settings of the machine that asked for it."""
    tell(settings)
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # Dask's workers could have no kernels otherwise
    prepare(None)
    return execute(job)


@contextmanager
def cluster(scheduler: str):
    """The executor of a Dask cluster, which gives the notebooks of a worker that dies to another; None without one."""
    if not scheduler:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise DataError("没有安装 Dask，请运行 pip install -r requirements-cluster.txt") from None
    try:
        client = Client(scheduler, timeout=10)
    except (OSError, ValueError) as error:
        raise DataError(f"连不上 Dask 调度器 {scheduler}：{error}") from None
    with client:
        yield client.get_executor(pure=False)
