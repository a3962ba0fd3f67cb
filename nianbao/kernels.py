"""Executing notebooks with papermill, several at a time."""

from __future__ import annotations

import logging
import os
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from .errors import DataError

TIMEOUT = 300  # seconds a cell may take


@dataclass(frozen=True)
class Job:
    """A notebook to execute: `source` with `parameters` into `target`."""

    source: Path
    target: Path
    parameters: dict = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Chapter name, as in `_toc.yml`."""
        return self.source.stem


def parameter_names(source: Path) -> dict[str, str]:
    """Names and default values (as text) of a notebook's parameters; DataError without a `parameters` cell."""
    import papermill

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = papermill.inspect_notebook(str(source))
    if not found:
        raise DataError("笔记本没有带 parameters 标签的参数单元格", source.name)
    return {name: about["default"] for name, about in found.items()}


def execute(job: Job) -> float:
    """Run one notebook; returns seconds. Raises DataError with chapter, cell and reason in one message."""
    import papermill

    logging.getLogger("papermill").setLevel(logging.ERROR)
    start = time.monotonic()
    unknown = set(job.parameters) - set(parameter_names(job.source))
    if unknown:
        raise DataError(f"没有名为{'、'.join(sorted(unknown))}的参数", job.source.name)
    job.target.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            papermill.execute_notebook(
                str(job.source), str(job.target), job.parameters, progress_bar=False, execution_timeout=TIMEOUT,
                kernel_name="python3")
        except papermill.PapermillExecutionError as error:
            raise DataError(f"第{error.cell_index + 1}格出错：{error.evalue or error.ename}", job.source.name) from None
    hide_injected(job.target)
    return time.monotonic() - start


def hide_injected(target: Path) -> None:
    """Tag the cell papermill injected, so that the book leaves it out."""
    import nbformat

    notebook = nbformat.read(target, as_version=4)
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if "injected-parameters" in tags and "remove-cell" not in tags:
            cell.metadata["tags"] = [*tags, "remove-cell"]
    nbformat.write(notebook, target)


def quiet(log: Path) -> None:
    """Send what kernels write to stderr into the log: it is not for the person who waits."""
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)


def execute_all(
    jobs: list[Job], workers: int, done: Callable[[Job, float | DataError], None], log: Path
) -> list[DataError]:
    """Run all notebooks, `workers` at a time; `done` hears of each. Others go on when one fails.

    Returns the errors in the order of `jobs`.
    """
    errors = {}
    with ProcessPoolExecutor(max(1, workers), initializer=quiet, initargs=(log,)) as pool:
        pending = {pool.submit(execute, job): job for job in jobs}
        for future in as_completed(pending):
            job = pending[future]
            try:
                done(job, future.result())
            except DataError as error:
                errors[job.name] = error
                done(job, error)
    return [errors[job.name] for job in jobs if job.name in errors]
