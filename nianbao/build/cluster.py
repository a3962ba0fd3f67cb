"""Notebooks on a Dask cluster, which gives those of a worker that dies to another one.

Each worker keeps a preloaded process of its own to fork kernels from, started and ended by a plugin of Dask. Workers
must see the content folder under the same path as the machine that asks. Needs `requirements-cluster.txt`: whoever
imports this module may find `distributed` missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager

from distributed import Client, Worker, WorkerPlugin, get_worker

from nianbao import temporary
from nianbao.build.engine import Execution, execute
from nianbao.build.forkserver import ForkServer, can_fork
from nianbao.build.job import Job
from nianbao.build.kernels import Kernels
from nianbao.chapter.session import Session
from nianbao.errors import DataError
from nianbao.settings import FORKED, Limits

#: Seconds the scheduler may take to answer.
ANSWER = 10


class WorkerKernels(WorkerPlugin):
    """Where the kernels of a worker come from, `kind` as in `settings.KERNELS`; it knows no edition."""

    #: A second run that asks for the same leaves it as it is, with the kernels of the first.
    idempotent = True

    def __init__(self, kind: str):
        self.kind = kind
        self.name = plugin_name(kind)
        self.kernels: Kernels | None = None
        self._folders = ExitStack()

    def setup(self, worker: Worker) -> None:
        """Called by Dask when the worker has started."""
        server = ForkServer() if self.kind == FORKED and can_fork() else None
        if server:
            server.start()
        self.kernels = Kernels(server, self._folders.enter_context(temporary.folder()))

    def teardown(self, worker: Worker) -> None:
        """Called by Dask when the worker ends."""
        if self.kernels:
            self.kernels.end_idle()
        if self.kernels and self.kernels.server:
            self.kernels.server.close()
        self._folders.close()


def plugin_name(kind: str) -> str:
    """What the plugin is called on a worker."""
    return f"nianbao-{kind}"


class Cluster:
    """Notebooks executed by `executor`, that of a Dask client; `kind` of kernels as in `settings.KERNELS`."""

    def __init__(self, executor: Executor, session: Session, limits: Limits, kind: str):
        self._executor = executor
        self._session = session
        self._limits = limits
        self._kind = kind

    def submit(self, job: Job) -> Future[float]:
        """Have a notebook executed by a worker."""
        return self._executor.submit(execute_there, job, self._session, self._limits, self._kind)

    def explain(self, job: Job, error: Exception) -> DataError | None:
        """Whatever happens on a cluster, such as workers that die again, is told like a chapter that ended early."""
        return DataError(f"没有执行完：{type(error).__name__} {str(error)[:200]}", job.source.name)

    def abandon(self) -> None:
        """Ask for nothing more; Dask drops what nobody waits for."""
        self._executor.shutdown(wait=False)


def execute_there(job: Job, session: Session, limits: Limits, kind: str) -> float:
    """`engine.execute` in a worker, with the kernels of its plugin; see there."""
    plugin = get_worker().plugins[plugin_name(kind)]
    return execute(job, Execution(session, limits, plugin.kernels))


@contextmanager
def connected(scheduler: str, session: Session, limits: Limits, kind: str) -> Iterator[Cluster]:
    """The cluster of the Dask scheduler at an address; DataError where it does not answer."""
    try:
        client = Client(scheduler, timeout=ANSWER)
    except (OSError, ValueError) as error:
        raise DataError(f"连不上 Dask 调度器 {scheduler}：{error}") from None
    with client:
        client.register_plugin(WorkerKernels(kind))
        yield Cluster(client.get_executor(pure=False), session, limits, kind)
