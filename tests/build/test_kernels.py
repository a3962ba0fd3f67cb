"""Kernels: nothing is left behind whatever happens, and the same results from ordinary and from preloaded kernels."""

from __future__ import annotations

import json
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

from tests.support.projects import ROOT, contents, notebook

DRIVER = """
import signal, sys
from pathlib import Path
from nianbao.build.kernels import Job, execute_all, prepare
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell started the tests in the background
folder, workers = Path(sys.argv[1]), int(sys.argv[2])
jobs = [Job(path, folder / "out" / path.name, {"number": 2}) for path in sorted(folder.glob("*.ipynb"))]
prepare(folder / "kernels.log")
errors = execute_all(jobs, workers, lambda job, result: print(job.name, result, flush=True))
sys.exit(len(errors))
"""
LINUX = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="/proc 只在 Linux 上有")


class Driver:
    """`execute_all` in a process of its own, whose kernels can be told by a word in their environment."""

    def __init__(self, folder: Path, kind: str, workers: int = 2):
        self.mark, self.runtime = uuid.uuid4().hex, folder / "runtime"
        env = os.environ | {"PYTHONPATH": str(ROOT), "NIANBAO_KERNEL": kind, "NIANBAO_TEST": self.mark,
                            "JUPYTER_RUNTIME_DIR": str(self.runtime)}
        self.process = subprocess.Popen([sys.executable, "-c", DRIVER, str(folder), str(workers)], env=env, cwd=folder,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)

    def await_kernel(self, folder: Path) -> None:
        """Until the slow notebook says that it runs."""
        end = time.monotonic() + 30
        while not (folder / "running").exists():
            assert time.monotonic() < end and self.process.poll() is None
            time.sleep(0.05)

    def nothing_left(self, files: bool = True) -> None:
        """No process and no connection file."""
        end = time.monotonic() + 10
        while living(self.mark) and time.monotonic() < end:
            time.sleep(0.1)
        assert not living(self.mark)
        assert not files or not list(self.runtime.glob("kernel-*"))


@LINUX
@pytest.mark.parametrize("kind", ["preloaded", "plain"])
def test_nothing_is_left_after_success_and_failure(tmp_path, kind):
    notebook(tmp_path / "good.ipynb", "number + 1")
    notebook(tmp_path / "wrong.ipynb", "1 / 0")
    notebook(tmp_path / "dies.ipynb", "import os; os._exit(3)")
    driver = Driver(tmp_path, kind)
    out, err = driver.process.communicate(timeout=60)
    assert driver.process.returncode == 2, err
    assert "wrong.ipynb：第2格出错：division by zero" in out and "dies.ipynb：没有执行完" in out and "Traceback" not in err
    made = nbformat.read(tmp_path / "out" / "good.ipynb", as_version=4)
    assert made.cells[-1].outputs[0]["data"]["text/plain"] == "3"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.ipynb"]
    driver.nothing_left()


@LINUX
@pytest.mark.parametrize("word", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM], ids=lambda word: word.name)
def test_nothing_is_left_when_the_program_is_interrupted_or_killed(tmp_path, word):
    for name in "abc":
        notebook(tmp_path / f"{name}.ipynb", "from pathlib import Path; Path('running').touch()", "import time; time.sleep(60)")
    driver = Driver(tmp_path, "preloaded")
    driver.await_kernel(tmp_path)
    driver.process.send_signal(word)
    driver.process.wait(timeout=40)  # a loaded machine takes its time
    driver.nothing_left()
    assert not (tmp_path / "out").exists()


@LINUX
def test_no_ordinary_kernel_is_left_when_the_program_is_killed(tmp_path):
    notebook(tmp_path / "a.ipynb", "from pathlib import Path; Path('running').touch()", "import time; time.sleep(60)")
    driver = Driver(tmp_path, "plain")
    driver.await_kernel(tmp_path)
    driver.process.kill()
    driver.nothing_left(files=False)


def facts(project, *options: str, **environment: str) -> dict[str, list]:
    """What the executed chapters say, without times."""
    result = project.nianbao("run", "--fresh", *options, **environment)
    assert result.returncode == 0, result.stderr
    found = {}
    for path in sorted(project.root.glob("_build/2025-run/notebooks/*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        found[path.stem] = [(each.get("data"), each.get("metadata")) for cell in cells for each in cell.get("outputs", [])]
    return found


def test_the_same_from_both_kinds_of_kernels_and_with_any_number_of_jobs(project):
    (project.root / "_toc.yml").write_text(
        contents("notebooks/00-overview", "notebooks/03-unemployment", "notebooks/07-documents"), "utf-8")
    many = facts(project, "--jobs", "3")
    assert len(many) == 3 and all(many.values())
    assert many == facts(project, "--jobs", "1", NIANBAO_KERNEL="plain")
