"""Whoever copies or exchanges a published folder waits for the one who does; sums that anybody can check."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time

import pytest

from nianbao.output import manifest, publish
from tests.support.projects import ROOT

fcntl = pytest.importorskip("fcntl", reason="Windows 没有这样的锁")


def test_a_swap_waits_for_whoever_copies(tmp_path):
    target, aside = tmp_path / "2025", tmp_path / ".2025.new"
    for each in (target, aside):
        each.mkdir()
        (each / "index.html").write_text(each.name, "utf-8")
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom nianbao.output import publish\n"
        "with publish.held(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.readline()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(target)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout.readline() == "held\n"
    swapping = threading.Thread(target=publish.swap, args=(aside, target))
    swapping.start()
    time.sleep(0.3)
    assert swapping.is_alive() and (target / "index.html").read_text("utf-8") == "2025"
    other.communicate("\n", timeout=60)
    swapping.join(60)
    assert (target / "index.html").read_text("utf-8") == ".2025.new"


def test_sums_are_those_that_other_tools_know(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "年报.html").write_text("一", "utf-8")
    (tmp_path / "a.csv").write_text("1\n", "utf-8")
    manifest.write(tmp_path, {"title": "年报"})
    lines = (tmp_path / manifest.SUMS).read_text("utf-8").splitlines()
    assert [line.split("  ")[1] for line in lines] == ["manifest.json", "a.csv", "sub/年报.html"]
    assert not manifest.verify(tmp_path)[1]
    if shutil.which("sha256sum"):
        done = subprocess.run(["sha256sum", "--check", "--strict", manifest.SUMS], cwd=tmp_path, capture_output=True)
        assert done.returncode == 0
    (tmp_path / manifest.SUMS).write_text(lines[0] + "\n", "utf-8")
    assert manifest.verify(tmp_path)[1] == [(manifest.CHANGED, manifest.SUMS)]
