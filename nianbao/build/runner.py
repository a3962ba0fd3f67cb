"""Executing many notebooks, several at a time: others go on when one fails, and an interruption ends them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Protocol

from nianbao.build.engine import Execution, execute, not_finished
from nianbao.build.job import Job
from nianbao.build.processes import Processes
from nianbao.chapter.session import Session
from nianbao.errors import DataError
from nianbao.settings import Limits

#: Hears of each notebook that was executed: its seconds, or the error.
Done = Callable[[Job, "float | DataError"], None]


class Workplace(Protocol):
    """Where notebooks are executed: on this machine or on a cluster."""

    def submit(self, job: Job) -> Future[float]:
        """Have a notebook executed; its seconds, or the exception, as a future."""

    def explain(self, job: Job, error: Exception) -> DataError | None:
        """What an editor is told of an exception that is no DataError; None where it is a fault of the program."""

    def abandon(self) -> None:
        """End at once whatever is executed here."""


class ThisMachine:
    """Notebooks executed by threads of this process, each with a kernel of its own, `workers` at a time."""

    def __init__(self, execution: Execution, workers: int):
        self._execution = execution
        self._pool = ThreadPoolExecutor(max(1, workers))

    def submit(self, job: Job) -> Future[float]:
        """Have a notebook executed as soon as a thread is free."""
        return self._pool.submit(execute, job, self._execution)

    def explain(self, job: Job, error: Exception) -> DataError | None:
        """Whatever a notebook makes a library do is told like a chapter that ended early; others go on."""
        return not_finished(job, error)

    def abandon(self) -> None:
        """End the kernels that run; the threads notice it."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._execution.kernels.end_all()
        self.close()

    def close(self) -> None:
        """Wait for what is executed here, and take nothing more."""
        self._pool.shutdown()
        self._execution.kernels.end_idle()


def execute_all(jobs: Sequence[Job], workplace: Workplace, done: Done) -> list[DataError]:
    """Execute all notebooks; `done` hears of each, in this thread.

    Returns the errors in the order of `jobs`. Whatever interrupts it is raised once nothing is executed any more.
    """
    errors: dict[Job, DataError] = {}
    try:
        pending = {workplace.submit(job): job for job in jobs}
        for future in as_completed(pending):
            job = pending[future]
            error = failure(workplace, job, future)
            if error:
                errors[job] = error
            done(job, error or future.result())
    except BaseException:
        workplace.abandon()
        raise
    return [errors[job] for job in jobs if job in errors]


def failure(workplace: Workplace, job: Job, future: Future[float]) -> DataError | None:
    """What an editor is told where a notebook failed; None where it did not. Faults of the program are raised."""
    error = future.exception()
    if error is None or isinstance(error, DataError):
        return error
    told = workplace.explain(job, error) if isinstance(error, Exception) else None
    if told is None:
        raise error
    return told


@contextmanager
def workplace(
    processes: Processes, session: Session, limits: Limits, workers: int, scheduler: str = ""
) -> Iterator[Workplace]:
    """Where the notebooks of a run are executed: on this machine, `workers` at a time, or on a Dask cluster.

    Raises DataError where Dask is not installed or the `scheduler` does not answer.
    """
    if not scheduler:
        here = ThisMachine(Execution(session, limits, processes.kernels()), workers)
        try:
            yield here
        finally:
            here.close()
        return
    try:
        from nianbao.build import cluster
    except ModuleNotFoundError as error:
        if error.name not in {"dask", "distributed"}:
            raise
        raise DataError("没有安装 Dask，请运行 pip install -r requirements-cluster.txt") from None
    with cluster.connected(scheduler, session, limits, processes.kind) as connected:
        yield connected
