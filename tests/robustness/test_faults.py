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
from kills_in_turn import Place, Turns

from tests.support.projects import YEAR, Project, contents, environment, notebook, rewrite
from tests.support.small_book import CORRECTED, PRINTED, correct_figure

LINUX = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="/proc 只在 Linux 上有")
#: Chapters that go wrong, each in its way.
CHAPTERS = {
    "hangs": ["import time; time.sleep(600)"],
    "hungry": ["number", "whole = bytearray(20 * 2**30)"],
    "killed": ["import os; os.kill(os.getpid(), 9)"],
    "wrong": ["from nianbao.data.dataset import Dataset", "Dataset('no-such-folder')"],
}


@pytest.fixture
def corrected(small) -> Project:
    """The small book as built, with one figure corrected since."""
    correct_figure(small)
    return small


def page(project: Project) -> str:
    """The chapter that shows the figure."""
    return (project.html / "notebooks" / "01-work.html").read_text("utf-8")


def one_line(result: subprocess.CompletedProcess) -> str:
    """What a command that failed says: one line."""
    assert result.returncode == 2, result.stdout + result.stderr
    assert result.stderr.startswith("错误：") and result.stderr.count("\n") == 1, result.stderr
    return result.stderr


@pytest.mark.long
@LINUX
def test_chapters_that_hang_eat_memory_die_or_fail(small):
    """Each is named with its reason, the others run, and what stood stays."""
    rewrite(small.root / "_toc.yml", contents("notebooks/02-papers", *(f"notebooks/{name}" for name in CHAPTERS)))
    for name, code in CHAPTERS.items():
        path = small.root / "notebooks" / f"{name}.ipynb"
        notebook(path, *code)
        path.write_text(path.read_text("utf-8").replace("number = 1", r"number = 1\nyear = 1"), "utf-8")
    settings = small.root / "book" / "edition.yml"
    text = settings.read_text("utf-8").replace("seconds: 300", "seconds: 20").replace("memory: 4096", "memory: 3000")
    assert "seconds: 20, memory: 3000" in text
    rewrite(settings, text)
    before, start = tree(small.target), time.monotonic()
    result = small.nianbao("build", "--fresh")
    said = one_line(result)
    assert time.monotonic() - start < 180
    assert "hangs.ipynb：超过了20秒的时限" in said
    assert "hungry.ipynb：第3格出错：内存超过了3000 MiB 的上限" in said
    assert "killed.ipynb：没有执行完" in said
    assert "wrong.ipynb：第3格出错" in said and "no-such-folder" in said
    assert "] 02-papers　" in result.stdout and "02-papers　失败" not in result.stdout
    assert tree(small.target) == before


@pytest.mark.long
@LINUX
def test_the_second_of_two_builds_says_so(corrected):
    first = subprocess.Popen(
        [sys.executable, "-m", "nianbao.cli", "build"],
        cwd=corrected.root,
        text=True,
        env=environment(corrected.root),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while "执行2章" not in first.stdout.readline():
        assert first.poll() is None
    assert one_line(corrected.nianbao("build")) == "错误：同一年的年报正在另一处编制，请等它完成\n"
    _, err = first.communicate(timeout=120)
    assert first.returncode == 0, err
    assert CORRECTED in page(corrected)


def private(script: str, **names: Path) -> subprocess.CompletedProcess:
    """Run a shell script in a mount namespace of its own; skips the test where that is not allowed."""
    command = ["unshare", "--map-root-user", "--mount", "sh", "-eu", "-c"]
    allowed = [*command, "mount -t tmpfs tmpfs /mnt"]
    if shutil.which("unshare") is None or subprocess.run(allowed, capture_output=True).returncode:
        pytest.skip("没有权限建立自己的挂载空间")
    known = environment(names["ROOT"]) | {name: str(path) for name, path in names.items()} | {"PYTHON": sys.executable}
    return subprocess.run([*command, script], env=known, cwd=names["ROOT"], capture_output=True, text=True, timeout=300)


@pytest.mark.long
@pytest.mark.parametrize("left", [0, 400, 1800])
def test_a_disk_that_is_full(corrected, tmp_path, left):
    """`left` KiB are free when the build begins; afterwards there is room again."""
    before = tree(corrected.target)
    result = private(
        """
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
    """.replace("YEAR", str(YEAR)).replace("LEFT", str(left)),
        ROOT=corrected.root,
        KEPT=tmp_path / "kept",
    )
    said = (tmp_path / "kept.err").read_text("utf-8")
    assert result.returncode == 2, result.stderr
    assert said.startswith("错误：") and said.count("\n") == 1, said
    assert tree(tmp_path / "kept.first") == before
    assert CORRECTED in (tmp_path / "kept.second" / "html" / "notebooks" / "01-work.html").read_text("utf-8")


@pytest.mark.long
def test_data_that_cannot_be_written(corrected):
    result = private(
        "mount --bind data data; mount -o remount,ro,bind data; touch data/x 2> /dev/null && exit 9; "
        '"$PYTHON" -m nianbao.cli build && "$PYTHON" -m nianbao.cli check > /dev/null || [ $? = 1 ]',
        ROOT=corrected.root,
    )
    assert result.returncode == 0, result.stderr
    assert CORRECTED in page(corrected)


def test_a_tree_that_cannot_be_written(corrected):
    before = tree(corrected.target)
    script = 'mount --bind . .; mount -o remount,ro,bind .; cd "$ROOT"; exec "$PYTHON" -m nianbao.cli build'
    said = one_line(private(script, ROOT=corrected.root))
    assert said.startswith("错误：磁盘或文件夹是只读的") and tree(corrected.target) == before


@pytest.mark.long
def test_a_clock_set_back(corrected):
    """Sources that seem to come from tomorrow do not hide what is corrected today."""
    tomorrow = time.time() + 86400
    kept = corrected.root / "_build" / ".cache" / str(YEAR)
    for path in (kept / "src").rglob("*"):
        os.utime(path, (tomorrow, tomorrow))
    assert corrected.nianbao("build").returncode == 0
    for path in (kept / "html").rglob("*"):
        os.utime(path, (tomorrow, tomorrow))
    correct_figure(corrected, CORRECTED, "132.56")
    assert corrected.nianbao("build").returncode == 0
    text = page(corrected)
    assert 'value="132.56"' in text and f'value="{CORRECTED}"' not in text and f'value="{PRINTED}"' not in text


@pytest.mark.long
@LINUX
def test_a_build_an_intake_and_a_site_that_are_killed_in_turn(tmp_path):
    """Six times here, sixty times in the benchmark, which says what is looked at after each."""
    turns = Turns(Place(tmp_path, seed=7))
    turns.begin()
    turns.take(6)
    assert [told.kills for told in turns.told.values()] == [2, 2, 2]


@pytest.mark.long
@LINUX
def test_a_build_that_is_killed(corrected):
    """At a few random moments here; `benchmarks/kills.py` does it sixty times on the whole book."""
    before, choose = tree(corrected.target), random.Random(7)
    known = environment(corrected.root) | {"NIANBAO_TEST": str(corrected.root)}
    killed = 0
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-m", "nianbao.cli", "build"],
            cwd=corrected.root,
            env=known,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(choose.uniform(0.3, 3.5))
        process.send_signal(signal.SIGKILL)
        if process.wait() == 0:
            break
        killed += 1
        assert tree(corrected.target) == before
    assert killed >= 2
    end = time.monotonic() + 15
    while (left := living(f"NIANBAO_TEST={corrected.root}")) and time.monotonic() < end:
        time.sleep(0.1)
    assert not left
    assert corrected.nianbao("build").returncode == 0
    assert CORRECTED in page(corrected)
