"""Faults of the machine and of notebooks: one clear message, other chapters go on, and what was published stays."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kills import living, tree

from tests.support.projects import YEAR, Project, contents, copy_project, notebook

LINUX = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="/proc 只在 Linux 上有")

CHAPTERS = {
    "hangs": ["import time; time.sleep(600)"],
    "hungry": ["number", "whole = bytearray(20 * 2**30)"],
    "killed": ["import os; os.kill(os.getpid(), 9)"],
    "wrong": ["from nianbao.data.dataset import Dataset", "Dataset('no-such-folder')"],
}


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Project:
    """A book of one chapter, built once; tests copy it."""
    copy = copy_project(tmp_path_factory.mktemp("built") / "project")
    (copy.root / "_toc.yml").write_text(contents("notebooks/03-unemployment"), "utf-8")
    copy.result = copy.nianbao("build")
    assert copy.result.returncode == 0, copy.result.stderr
    return copy


@pytest.fixture
def again(built, tmp_path) -> Project:
    """A copy of the built book with one figure corrected since."""
    copy = Project(shutil.copytree(built.root, tmp_path / "project"))
    copy.correct(copy.observations / "unemployment.csv", "unemployment.insured,640000,132.58,", "unemployment.insured,640000,132.57,")
    return copy


@LINUX
def test_chapters_that_hang_eat_memory_die_or_fail(project):
    """Each is named with its reason, the others run, and what stood stays."""
    (project.root / "_toc.yml").write_text(contents("notebooks/07-documents", *(f"notebooks/{name}" for name in CHAPTERS)), "utf-8")
    for name, code in CHAPTERS.items():
        notebook(project.root / "notebooks" / f"{name}.ipynb", *code)
        path = project.root / "notebooks" / f"{name}.ipynb"
        path.write_text(path.read_text("utf-8").replace("number = 1", r"number = 1\nyear = 1"), "utf-8")
    settings = project.root / "book" / "edition.yml"
    settings.write_text(settings.read_text("utf-8").replace("seconds: 300", "seconds: 20").replace("memory: 4096", "memory: 3000"), "utf-8")
    before, start = tree(project.target), time.monotonic()
    result = project.nianbao("build")
    assert result.returncode == 2 and time.monotonic() - start < 90
    assert result.stderr.startswith("错误：") and result.stderr.count("\n") == 1 and "Traceback" not in result.stderr
    assert "hangs.ipynb：超过了20秒的时限" in result.stderr
    assert "hungry.ipynb：第3格出错：内存超过了3000 MiB 的上限" in result.stderr
    assert "killed.ipynb：没有执行完" in result.stderr
    assert "wrong.ipynb：第3格出错" in result.stderr and "no-such-folder" in result.stderr
    assert "] 07-documents　" in result.stdout and "07-documents　失败" not in result.stdout
    assert tree(project.target) == before


@LINUX
def test_the_second_of_two_builds_says_so(again):
    env = os.environ | {"PYTHONPATH": str(again.root)}
    first = subprocess.Popen([sys.executable, "-m", "nianbao.cli", "build"], cwd=again.root, env=env, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while "执行1章" not in first.stdout.readline():
        assert first.poll() is None
    second = again.nianbao("build")
    assert second.returncode == 2 and second.stderr == "错误：同一年的年报正在另一处编制，请等它完成\n"
    _, err = first.communicate(timeout=120)
    assert first.returncode == 0, err
    assert "132.57" in (again.html / "notebooks" / "03-unemployment.html").read_text("utf-8")


def private(script: str, **names: Path) -> subprocess.CompletedProcess:
    """Run a shell script in a mount namespace of its own; skips the test where that is not allowed."""
    command = ["unshare", "--map-root-user", "--mount", "sh", "-eu", "-c"]
    if shutil.which("unshare") is None or subprocess.run([*command, "mount -t tmpfs tmpfs /mnt"], capture_output=True).returncode:
        pytest.skip("没有权限建立自己的挂载空间")
    env = os.environ | {name: str(path) for name, path in names.items()} | {"PYTHON": sys.executable, "PYTHONPATH": str(names["ROOT"])}
    env.pop("NIANBAO_DATA", None)
    return subprocess.run([*command, script], env=env, cwd=names["ROOT"], capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("left", [0, 400, 1800])
def test_a_disk_that_is_full(again, tmp_path, left):
    """`left` KiB are free when the build begins; afterwards there is room again."""
    before = tree(again.target)
    result = private("""
        cp -r _build "$KEPT"
        mount -t tmpfs -o size=200m tmpfs _build
        cp -r "$KEPT/." _build
        free=$(df --output=avail -k _build | tail -1)
        head -c $((free - LEFT))K /dev/zero > _build/filler || true
        code=0; "$PYTHON" -m nianbao.cli build 2> "$KEPT.err" || code=$?
        cp -r _build/YEAR "$KEPT.first"
        rm _build/filler
        "$PYTHON" -m nianbao.cli build
        cp -r _build/YEAR "$KEPT.second"
        exit $code
    """.replace("YEAR", str(YEAR)).replace("LEFT", str(left)), ROOT=again.root, KEPT=tmp_path / "kept")
    said = (tmp_path / "kept.err").read_text("utf-8")
    assert result.returncode == 2, result.stderr
    assert said.startswith("错误：") and said.count("\n") == 1, said
    assert tree(tmp_path / "kept.first") == before
    assert "132.57" in (tmp_path / "kept.second" / "html" / "notebooks" / "03-unemployment.html").read_text("utf-8")


def test_data_that_cannot_be_written(again):
    result = private("mount --bind data data; mount -o remount,ro,bind data; touch data/x 2> /dev/null && exit 9; "
                     '"$PYTHON" -m nianbao.cli build && "$PYTHON" -m nianbao.cli check > /dev/null || [ $? = 1 ]', ROOT=again.root)
    assert result.returncode == 0, result.stderr
    assert "132.57" in (again.html / "notebooks" / "03-unemployment.html").read_text("utf-8")


def test_a_tree_that_cannot_be_written(again):
    before = tree(again.target)
    result = private('mount --bind . .; mount -o remount,ro,bind .; cd "$ROOT"; exec "$PYTHON" -m nianbao.cli build', ROOT=again.root)
    assert result.returncode == 2 and result.stderr.startswith("错误：磁盘或文件夹是只读的"), result.stderr
    assert result.stderr.count("\n") == 1 and tree(again.target) == before


def test_a_clock_set_back(built, tmp_path):
    """Sources that seem to come from tomorrow do not hide what is corrected today."""
    copy = Project(shutil.copytree(built.root, tmp_path / "project"))
    tomorrow = time.time() + 86400
    copy.correct(copy.observations / "unemployment.csv", "unemployment.insured,640000,132.58,", "unemployment.insured,640000,132.56,")
    for path in (copy.root / "_build" / ".cache" / str(YEAR) / "src").rglob("*"):
        os.utime(path, (tomorrow, tomorrow))
    assert copy.nianbao("build").returncode == 0
    for path in (copy.root / "_build" / ".cache" / str(YEAR) / "html").rglob("*"):
        os.utime(path, (tomorrow, tomorrow))
    copy.correct(copy.observations / "unemployment.csv", "unemployment.insured,640000,132.56,", "unemployment.insured,640000,132.57,")
    assert copy.nianbao("build").returncode == 0
    text = (copy.html / "notebooks" / "03-unemployment.html").read_text("utf-8")
    assert 'value="132.57"' in text and 'value="132.56"' not in text and 'value="132.58"' not in text


@LINUX
def test_a_build_that_is_killed(again):
    """At a few random moments here; `benchmarks/kills.py` does it sixty times on the whole book."""
    before, choose = tree(again.target), random.Random(7)
    env = os.environ | {"PYTHONPATH": str(again.root), "NIANBAO_TEST": str(again.root)}
    for _ in range(4):
        process = subprocess.Popen([sys.executable, "-m", "nianbao.cli", "build"], cwd=again.root, env=env, start_new_session=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(choose.uniform(0.3, 3.5))
        process.send_signal(signal.SIGKILL)
        if process.wait() == 0:
            break
        assert tree(again.target) == before
    end = time.monotonic() + 15
    while (left := living(f"NIANBAO_TEST={again.root}")) and time.monotonic() < end:
        time.sleep(0.1)
    assert not left
    assert again.nianbao("build").returncode == 0
    assert "132.57" in (again.html / "notebooks" / "03-unemployment.html").read_text("utf-8")
