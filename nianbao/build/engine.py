"""Executing one notebook: an engine of papermill's own kind that is handed all it needs to know.

`papermill.execute_notebook(..., engine_name=NAME, execution=Execution(...))`: the engine takes its kernel from the
execution's `Kernels`, tells it the session, and keeps its limits. Nothing of it goes through the environment.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from papermill.iorw import papermill_io

from nianbao.build import limits as bounds
from nianbao.build.job import Job
from nianbao.build.kernels import QUIET, START, ForkProvisioner, Kernels, NoAnswer
from nianbao.build.outputs import refuse_lost
from nianbao.build.sections import drop_empty
from nianbao.chapter.session import NAMES, READ, Session
from nianbao.errors import DataError, explained
from nianbao.settings import Limits

#: Name of the engine in papermill.
NAME = "nianbao"
#: The kernel every chapter runs in.
KERNEL = "python3"
#: Code by which a kernel forgets the notebook before.
BEGIN_ANEW = "__import__('nianbao.chapter.shell', fromlist=['begin_anew']).begin_anew()\n"
#: A heading of Markdown, and a name in it that the chapter says.
HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
SAID = re.compile(r"\{\{\s*(\w+)\s*\}\}")
#: How often a notebook is begun again when its kernel does not answer.
TRIES = 3
# A kernel that was ended leaves tasks behind that wait for it; what became of it is said by our own message.
logging.getLogger("asyncio").setLevel(logging.CRITICAL)
#: Characters of the words of a cell that failed which a message repeats.
LONGEST_WORDS = 500
#: What papermill calls an error of a cell that no output tells of.
UNTOLD = "CellExecutionError"


@dataclass(frozen=True)
class Execution:
    """How a notebook is executed: what it is told, what it may use, and where its kernel comes from."""

    session: Session
    limits: Limits
    kernels: Kernels


class Ended(RuntimeError):
    """A kernel ended in the middle of its work; `code` is its exit code, negative for a signal, None if not known."""

    def __init__(self, code: int | None):
        super().__init__(f"内核自己结束了（退出码{code}）" if code is not None else "内核自己结束了")
        self.code = code


class NotOpened(RuntimeError):
    """A kernel could not take on its session."""


class ChapterEngine(Engine):
    """papermill's own engine with a kernel of ours, which is told its session before the first cell."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, *, execution: Execution, series: str = "", **_: Any
    ) -> None:
        """Execute the notebook of `nb_man` in place, as papermill asks for.

        One of a `series` may have a kernel that has executed others before, and begins anew in it.

        Raises NoAnswer and NotOpened where there was no kernel to execute it in, and what nbclient raises.
        """
        session = replace(execution.session, keeps=bool(series))
        with execution.kernels.manager(kernel_name, series) as manager, execution.kernels.output() as output:
            client = PapermillNotebookClient(
                nb_man,
                km=manager,
                kernel_name=kernel_name,
                log=QUIET,
                timeout=execution.limits.seconds,
                startup_timeout=START,
            )

            async def tell_session(notebook: NotebookNode) -> None:
                opening = (BEGIN_ANEW if series else "") + bounds.source(execution.limits) + session.cell
                sent = client.kc.execute(opening, silent=True, store_history=False)
                reply = await client.async_wait_for_reply(sent)
                content = reply["content"] if reply else {}
                if content.get("status") != "ok":
                    raise NotOpened(f"{content.get('ename', '')} {content.get('evalue', '')}".strip())

            client.on_notebook_start = tell_session
            try:
                client.execute(cleanup_kc=not series, **output)
            except DeadKernelError:
                raise Ended(exit_code(manager)) from None
            finally:
                if series and client.kc is not None:
                    client.kc.stop_channels()


def exit_code(manager: AsyncKernelManager) -> int | None:
    """How a kernel ended, negative for a signal; None where that is not known."""
    return manager.provisioner.code if isinstance(manager.provisioner, ForkProvisioner) else None


papermill_engines.register(NAME, ChapterEngine)


def as_template(path: Path) -> str:
    """A path as papermill wants it, which puts parameters in the place of names in braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


def parameter_names(source: Path) -> dict[str, str]:
    """Names and default values (as text) of a notebook's parameters; DataError without a `parameters` cell."""
    found = papermill.inspect_notebook(as_template(source))
    if not found:
        raise DataError("笔记本没有带 parameters 标签的参数单元格", source.name)
    return {name: about["default"] for name, about in found.items()}


def execute(job: Job, execution: Execution) -> float:
    """Run one notebook and save it; returns seconds.

    Raises DataError with chapter, cell and reason in one message; nothing is saved then.
    """
    unknown = set(job.parameters) - set(parameter_names(job.source))
    if unknown:
        raise DataError(f"没有名为{'、'.join(sorted(unknown))}的参数", job.source.name)
    start = time.monotonic()
    for _ in range(TRIES - 1):
        try:
            return attempt(job, execution, start)
        except NoAnswer:
            start = time.monotonic()
    try:
        return attempt(job, execution, start)
    except NoAnswer as error:
        raise not_finished(job, error) from None


def attempt(job: Job, execution: Execution, start: float) -> float:
    """Run one notebook once, begun at `start` of the monotonic clock; see `execute`.

    Raises NoAnswer where the kernel ended before it answered.
    """
    limits = execution.limits
    try:
        notebook = papermill.execute_notebook(
            as_template(job.source),
            None,
            dict(job.parameters),
            engine_name=NAME,
            kernel_name=KERNEL,
            progress_bar=False,
            execution=execution,
            series=job.series,
        )
    except papermill.PapermillExecutionError as error:
        raise failed(job, error, limits) from None
    except NoAnswer:
        raise
    except NotOpened as error:
        raise DataError(f"内核没有准备好：{error}", job.source.name) from None
    except Ended as error:
        if was_too_long(error, limits, start):
            raise DataError(f"超过了{limits.seconds}秒的时限", job.source.name) from None
        raise DataError(f"没有执行完：{error}", job.source.name) from None
    except (RuntimeError, TimeoutError) as error:  # nbclient's words for a kernel that died, did not start or hangs
        if limits.seconds and time.monotonic() - start >= limits.seconds:
            raise DataError(f"超过了{limits.seconds}秒的时限", job.source.name) from None
        raise not_finished(job, error) from None
    refuse_lost(notebook.cells, job.source.name)
    save(tidy(notebook), job.target)
    return time.monotonic() - start


def untold(source: str) -> str:
    """What is said of a cell that failed and sent no error: so end magics that are not there or are misused."""
    first = source.strip().partition("\n")[0]
    if first.startswith("%"):
        return f"没有“{clipped(first.split()[0])}”这个命令，或它后面写得不对"
    return "没有说出错在哪里（报错的文字无法显示）"


def was_too_long(error: Ended, limits: Limits, start: float) -> bool:
    """Whether a kernel ended because of its limit of time; where how it ended is not known, by how long it ran."""
    if not limits.seconds:
        return False
    if error.code is None:
        return time.monotonic() - start >= limits.seconds
    return error.code == -getattr(signal, "SIGALRM", 0)


def failed(job: Job, error: papermill.PapermillExecutionError, limits: Limits) -> DataError:
    """What an editor is told of a cell that failed; cells are counted as in the source."""
    number = error.cell_index + (0 if job.parameters else 1)  # papermill injected a cell before it
    words = clipped(error.evalue or error.ename)
    if error.ename == UNTOLD:
        words = untold(error.source)
    if error.ename.endswith("MemoryError"):
        words = f"内存超过了{limits.memory} MiB 的上限" if limits.memory else "内存不够"
    return DataError(f"第{number}格出错：{words}", job.source.name)


def clipped(text: str) -> str:
    """As much of the words of a cell as fits a line."""
    return text if len(text) <= LONGEST_WORDS else f"{text[:LONGEST_WORDS]}…"


def not_finished(job: Job, error: BaseException) -> DataError:
    """What an editor is told of a notebook that ended early."""
    if isinstance(error, OSError | MemoryError):
        words = explained(error)
    elif isinstance(error, NoAnswer):
        words = f"{error}，可能是内存、磁盘或能打开的文件数不够，或年报文件夹里有与程序库同名的 .py 文件"
    else:
        words = f"{type(error).__name__} {str(error).strip()[:200]}"
    return DataError(f"没有执行完：{words}", job.source.name)


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Hide the cell papermill injected; put what the chapter says it read into the notebook's metadata.

    Headings get the names the chapter says, those of sections that show nothing are taken out, and so are times, paths
    and what else differs from one execution to the next.
    """
    notebook.metadata.pop(READ, None)  # what the source says of itself is not what was read
    notebook.metadata["papermill"] = {"parameters": notebook.metadata.get("papermill", {}).get("parameters", {})}
    names: dict[str, str] = {}
    for cell in notebook.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        tags = cell.metadata.get("tags", [])
        if "injected-parameters" in tags:
            cell["id"] = "parameters"
            cell.metadata["tags"] = [*(tag for tag in tags if tag != "remove-cell"), "remove-cell"]
        told = [output.metadata for output in cell.get("outputs", []) if tells({READ, NAMES}, output)]
        if not told:
            continue
        cell.outputs = [output for output in cell.outputs if not tells({READ, NAMES}, output)]
        for metadata in told:
            names |= metadata.get(NAMES, {})
            if READ in metadata:
                notebook.metadata[READ] = metadata[READ]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = with_names(cell.source, names)
    notebook.cells = drop_empty(notebook.cells)
    return notebook


def tells(wanted: set[str], output: NotebookNode) -> bool:
    """Whether an output is there for the runner alone: whether its metadata has something `wanted`."""
    return not wanted.isdisjoint(output.get("metadata", {}))


def with_names(text: str, names: Mapping[str, str]) -> str:
    """Markdown with `{{ year }}`, `{{ place }}` in its headings replaced by what the chapter says they are."""

    def named(heading: re.Match[str]) -> str:
        return SAID.sub(lambda found: names.get(found[1], found[0]), heading[0])

    return HEADING.sub(named, text) if names else text


def save(notebook: NotebookNode, target: Path | str) -> None:
    """Write an executed notebook whole or not at all, to a local path or to any address papermill knows."""
    if "://" in str(target):
        papermill_io.write(nbformat.writes(notebook), str(target))
        return
    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    text = nbformat.writes(notebook)
    aside.write_text(text if text.endswith("\n") else f"{text}\n", "utf-8", newline="\n")
    aside.replace(path)
