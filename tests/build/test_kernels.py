"""Kernels: nothing is left behind whatever happens, and the same results from ordinary and from preloaded kernels."""

from __future__ import annotations

import errno
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import nbformat
import pytest
from kills import living
from papermill import PapermillExecutionError

from nianbao import settings
from nianbao.build import engine
from nianbao.build.building import Builder, Way
from nianbao.build.edition import Edition
from nianbao.build.job import Job
from nianbao.build.kernels import NoAnswer
from tests.support.projects import ROOT, TWO_REGIONS, YEAR, contents, notebook

DRIVER = """
import signal, sys
from pathlib import Path
from nianbao.build.job import Job
from nianbao.build.processes import Processes
from nianbao.build.runner import execute_all, workplace
from nianbao.chapter.session import Session
from nianbao.settings import Limits
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell started the tests in the background
folder, kind, workers = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
limits = Limits(*(int(text) if text != "-" else None for text in sys.argv[4:6]))
jobs = [Job(path, folder / "out" / path.name, {"number": 2}) for path in sorted(folder.glob("*.ipynb"))]
session = Session(folder / "no data", tells_reading=True)
with Processes(kind, folder / "kernels.log") as processes, workplace(processes, session, limits, workers) as place:
    errors = execute_all(jobs, place, lambda job, result: print(job.name, result, flush=True))
sys.exit(len(errors))
"""
#: Seconds that a busy machine is given.
PATIENCE = 300
LINUX = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="/proc 只在 Linux 上有")


class Driver:
    """Notebooks executed in a process of its own, whose kernels can be told by a word in their environment."""

    def __init__(self, folder: Path, kind: str, workers: int = 2, seconds: str = "-", memory: str = "-"):
        self.mark, self.runtime = uuid.uuid4().hex, folder / "kernels"
        env = os.environ | {"PYTHONPATH": str(ROOT), "NIANBAO_TEST": self.mark}
        command = [sys.executable, "-c", DRIVER, str(folder), kind, str(workers), seconds, memory]
        self.process = subprocess.Popen(
            command,
            env=env,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def await_kernel(self, folder: Path) -> None:
        """Until the slow notebook says that it runs."""
        end = time.monotonic() + PATIENCE
        while not (folder / "running").exists():
            assert time.monotonic() < end and self.process.poll() is None
            time.sleep(0.05)

    def nothing_left(self, files: bool = True) -> None:
        """No process and no connection file."""
        end = time.monotonic() + 60
        while living(self.mark) and time.monotonic() < end:
            time.sleep(0.1)
        assert not living(self.mark)
        assert not files or not list(self.runtime.glob("kernel-*"))


@pytest.mark.parametrize(
    "error, words",
    [
        (NoAnswer("内核启动后没有应答"), "没有执行完：内核启动后没有应答，可能是内存、磁盘或能打开的文件数不够"),
        (OSError(errno.EFBIG, "File too large"), "没有执行完：文件超出了系统允许的大小"),
        (MemoryError(), "没有执行完：内存不够"),
        (RuntimeError("Kernel died"), "没有执行完：RuntimeError Kernel died"),
    ],
)
def test_a_notebook_that_ended_early_is_told_in_the_words_of_an_editor(tmp_path, error, words):
    told = engine.not_finished(Job(tmp_path / "a.ipynb", tmp_path / "b.ipynb"), error)
    assert str(told).startswith(f"a.ipynb：{words}")


@pytest.mark.parametrize(
    "source, words",
    [
        ("\n%%prsoe\n参保人数", "没有“%%prsoe”这个命令"),
        ("%load_ext nix and more", "没有“%load_ext”这个命令，或它后面写得不对"),
        ("raise ValueError('\\ud800')", "没有说出错在哪里"),
    ],
)
def test_a_cell_that_sent_no_error_is_told_by_what_stands_in_it(tmp_path, source, words):
    error = PapermillExecutionError(2, 3, source, engine.UNTOLD, "", [])
    told = engine.failed(Job(tmp_path / "a.ipynb", tmp_path / "b.ipynb"), error, settings.Limits())
    assert str(told).startswith(f"a.ipynb：第3格出错：{words}")


@pytest.mark.long
@LINUX
@pytest.mark.parametrize("kind", settings.KERNELS)
def test_nothing_is_left_after_success_and_failure(tmp_path, kind):
    notebook(tmp_path / "good.ipynb", "number + 1")
    notebook(tmp_path / "wrong.ipynb", "1 / 0")
    notebook(tmp_path / "dies.ipynb", "import os; os._exit(3)")
    driver = Driver(tmp_path, kind)
    out, err = driver.process.communicate(timeout=PATIENCE)
    assert driver.process.returncode == 2, err
    assert (
        "wrong.ipynb：第2格出错：division by zero" in out and "dies.ipynb：没有执行完" in out and "Traceback" not in err
    )
    made = nbformat.read(tmp_path / "out" / "good.ipynb", as_version=4)
    assert made.cells[-1].outputs[0]["data"]["text/plain"] == "3"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.ipynb"]
    driver.nothing_left()


@pytest.mark.long
@LINUX
@pytest.mark.parametrize("word", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM], ids=lambda word: word.name)
def test_nothing_is_left_when_the_program_is_interrupted_or_killed(tmp_path, word):
    for name in "abc":
        notebook(
            tmp_path / f"{name}.ipynb",
            "from pathlib import Path; Path('running').touch()",
            "import time; time.sleep(900)",
        )
    driver = Driver(tmp_path, settings.FORKED)
    driver.await_kernel(tmp_path)
    driver.process.send_signal(word)
    driver.process.wait(timeout=PATIENCE)
    driver.nothing_left()
    assert not (tmp_path / "out").exists()


@pytest.mark.long
@LINUX
def test_no_ordinary_kernel_is_left_when_the_program_is_killed(tmp_path):
    notebook(tmp_path / "a.ipynb", "from pathlib import Path; Path('running').touch()", "import time; time.sleep(900)")
    driver = Driver(tmp_path, settings.STOCK)
    driver.await_kernel(tmp_path)
    driver.process.kill()
    driver.nothing_left(files=False)


@pytest.mark.long
@LINUX
@pytest.mark.parametrize("kind", settings.KERNELS)
def test_an_interruption_ends_kernels_of_both_kinds(tmp_path, kind):
    for name in "ab":
        notebook(
            tmp_path / f"{name}.ipynb",
            "from pathlib import Path; Path('running').touch()",
            "import time; time.sleep(900)",
        )
    driver = Driver(tmp_path, kind)
    driver.await_kernel(tmp_path)
    driver.process.send_signal(signal.SIGINT)
    driver.process.wait(timeout=PATIENCE)
    driver.nothing_left()


@pytest.mark.long
@LINUX
def test_what_a_cell_leaves_running_ends_with_its_kernel(tmp_path):
    """Neither does the run wait for it, nor does it stay."""
    notebook(
        tmp_path / "a.ipynb",
        "import subprocess; subprocess.Popen(['sleep', '900'])",
        "import os, time\nif os.fork() == 0:\n    os.fork() or time.sleep(900)\n    os._exit(0)",
    )
    start = time.monotonic()
    driver = Driver(tmp_path, settings.FORKED)
    _, err = driver.process.communicate(timeout=PATIENCE)
    assert driver.process.returncode == 0 and time.monotonic() - start < PATIENCE, err
    driver.nothing_left()


@pytest.mark.long
@LINUX
@pytest.mark.parametrize("kind", settings.KERNELS)
def test_both_kinds_keep_limits_and_leave_no_trace_of_what_they_were_told(tmp_path, kind):
    notebook(tmp_path / "hangs.ipynb", "import time; time.sleep(600)")
    notebook(tmp_path / "hungry.ipynb", "whole = bytearray(20 * 2**30)")
    notebook(
        tmp_path / "told.ipynb",
        "sorted(name for name in dir() if name not in {'In', 'Out', 'exit', 'quit', 'open', "
        "'get_ipython', 'number'} and name.strip('_').isalpha() and name != '_dh')",
        "__nianbao__.data.name, __nianbao__.marks, __nianbao__.tells_reading",
    )
    driver = Driver(tmp_path, kind, seconds="20", memory="3000")
    out, err = driver.process.communicate(timeout=PATIENCE)
    assert driver.process.returncode == 2, err
    assert "hangs.ipynb：超过了20秒的时限" in out and "hungry.ipynb：第2格出错：内存超过了3000 MiB 的上限" in out
    cells = nbformat.read(tmp_path / "out" / "told.ipynb", as_version=4).cells
    assert [cell.execution_count for cell in cells] == [1, 2, 3, 4]  # with that of papermill's parameters
    names = cells[2].outputs[0]["data"]["text/plain"]
    assert "Path" not in names and "Session" not in names and "__nianbao__" in names
    assert cells[3].outputs[0]["data"]["text/plain"] == "('no data', True, True)"


@pytest.mark.long
def test_a_script_needs_no_guard_around_what_it_does(project, tmp_path):
    """No process of ours imports the main module of the program that asks for it."""
    (project.root / "_toc.yml").write_text(contents("notebooks/07-documents"), "utf-8")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, "utf-8")
    for kind in settings.KERNELS:
        result = subprocess.run(
            [sys.executable, script, kind],
            cwd=project.root,
            capture_output=True,
            text=True,
            timeout=600,
            env=os.environ | {"PYTHONPATH": str(project.root)},
        )
        assert result.returncode == 0, result.stderr
        assert result.stdout.count("main runs") == 1 and (project.target / "07-documents.docx").exists()
        (project.target / "07-documents.docx").unlink()


SCRIPT = """
import sys
from nianbao.build.building import Builder, Way
from nianbao.build.edition import Edition
print("main runs", flush=True)
edition = Edition.open()
Builder(edition, print, Way(workers=2, fresh=True, kernels=sys.argv[1])).booklet("07-documents", ["docx"])
"""


def facts(project, *options: str) -> dict[str, list]:
    """What the executed chapters say, without times."""
    result = project.nianbao("run", "--fresh", *options)
    assert result.returncode == 0, result.stderr
    found = {}
    for path in sorted(project.root.glob("_build/2025-run/notebooks/*.ipynb")):
        found[path.stem] = path.read_bytes()
    return found


def without_regions(project) -> None:
    """Let the book of a project have no pages of regions."""
    rewrite_settings(project, TWO_REGIONS, "regions: {}")


def rewrite_settings(project, before: str, after: str) -> None:
    """Put something else in the place of a setting of a project."""
    path = project.root / settings.EDITION
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


@pytest.mark.long
def test_the_same_from_both_kinds_of_kernels_and_with_any_number_of_jobs(project):
    (project.root / "_toc.yml").write_text(
        contents("notebooks/00-overview", "notebooks/03-unemployment", "notebooks/07-documents"), "utf-8"
    )
    without_regions(project)
    many = facts(project, "--jobs", "3")
    assert len(many) == 3 and all(many.values())
    assert many == facts(project, "--jobs", "1", "--kernels", settings.STOCK)
    rewrite_settings(project, "kernels: forked", "kernels: stock")
    assert many == facts(project)


@pytest.mark.long
def test_two_editions_in_one_process_do_not_disturb_each_other(project):
    """What one is told never reaches the other; no environment, logger or start method of processes is changed."""
    (project.root / "_toc.yml").write_text(contents("notebooks/07-documents", "notebooks/A5-audit"), "utf-8")
    without_regions(project)
    text = (project.root / settings.EDITION).read_text("utf-8")
    before = dict(os.environ)
    said: list[str] = []
    public = Builder(Edition.open(YEAR, root=project.root), said.append, Way(workers=1))
    (project.root / settings.EDITION).write_text(text.replace("audit: public", "audit: editor"), "utf-8")
    editor = Builder(Edition.open(YEAR - 1, root=project.root), said.append, Way(workers=1))
    for builder, name in (public, "one"), (editor, "two"), (public, "three"):
        builder.run(project.root / name)
    assert {path.name for path in (project.root / "one" / "notebooks").iterdir()} == {
        "07-documents.ipynb",
        "A5-audit.ipynb",
    }
    assert [path.name for path in (project.root / "two" / "notebooks").iterdir()] == ["07-documents.ipynb"]
    assert "执行0章，其余2章没有变化" in said
    assert dict(os.environ) == before and multiprocessing.get_start_method(allow_none=True) is None
    assert not logging.getLogger("papermill").level and not logging.getLogger("traitlets").level
