"""What the tests share: copies of the data and of the project, one built edition, and a browser where there is one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from tests.support.projects import ROOT, YEAR, Project, contents, copy_project  # noqa: F401  (some are for other tests)

# The same examples every time: a test that fails on one machine fails on all.
settings.register_profile(
    "nianbao", max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("nianbao")


@pytest.fixture
def data(tmp_path) -> Path:
    """A copy of `data/` to break."""
    return shutil.copytree(ROOT / "data", tmp_path / "data")


@pytest.fixture
def project(tmp_path) -> Project:
    """A copy of the project with the leaf of an earlier build, which no failure may take away."""
    copy = copy_project(tmp_path / "project")
    copy.html.mkdir(parents=True)
    (copy.html / "index.html").write_text("上一次编成的年报", "utf-8")
    return copy


@contextmanager
def shared(tmp_path_factory, name: str) -> Iterator[tuple[Path, bool]]:
    """A folder that all processes of this run share, for one at a time, and whether it is new."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / name
    with FileLock(f"{folder}.lock"):
        yield folder, not folder.exists()


@pytest.fixture(scope="session")
def book(tmp_path_factory) -> Project:
    """The 2025 edition, built once by `nianbao build` from a copy of the repository."""
    with shared(tmp_path_factory, "book") as (folder, new):
        kept = folder / "result.json"
        if new:
            copy = copy_project(folder / "project")
            done = copy.nianbao("build", "--year", str(YEAR), "--formats", "html")
            kept.write_text(json.dumps({"args": done.args, "returncode": done.returncode, "stdout": done.stdout, "stderr": done.stderr}))
        result = subprocess.CompletedProcess(**json.loads(kept.read_text()))
    if result.returncode:
        pytest.fail(f"nianbao build failed:\n{result.stdout}\n{result.stderr}", pytrace=False)
    return Project(folder / "project", result)


def chromium() -> str | None:
    """Path of a Chromium: $CHROMIUM, or where distributions put it."""
    names = (os.environ.get("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
    return next((name for name in names if name and Path(name).exists()), None)


@pytest.fixture(scope="session")
def browser():
    """A Chromium driven by Playwright; tests that need it are skipped where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright 未安装，浏览器测试略过")
    path = chromium()
    if path is None:
        pytest.skip("未找到 Chromium（/usr/bin/chromium、/usr/bin/chromium-browser 或 $CHROMIUM），浏览器测试略过")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


@dataclass
class Runs:
    """Every notebook executed by `papermill` for another year, from another folder."""

    folder: Path
    results: dict[str, subprocess.CompletedProcess]

    def outputs(self, chapter: str) -> list[dict]:
        """Outputs of all cells."""
        cells = json.loads((self.folder / f"{chapter}.ipynb").read_text("utf-8"))["cells"]
        return [output for cell in cells for output in cell.get("outputs", [])]

    def html(self, chapter: str) -> str:
        """What the notebook shows."""
        return "\n".join("".join(each.get("data", {}).get("text/html", "")) for each in self.outputs(chapter))


@pytest.fixture(scope="session")
def last_year(tmp_path_factory) -> Runs:
    """`papermill NOTEBOOK OUT -p year 2024` for every notebook, two at a time, from a folder of its own."""
    folder = tmp_path_factory.mktemp("last-year")
    env = os.environ | {"PYTHONWARNINGS": "ignore"}
    env.pop("NIANBAO_DATA", None)

    def run(path: Path) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "papermill", str(path), f"{path.stem}.ipynb", "-p", "year", str(YEAR - 1),
                   "--no-progress-bar"]
        return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=600)

    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    with ThreadPoolExecutor(2) as pool:
        return Runs(folder, dict(zip((path.stem for path in paths), pool.map(run, paths), strict=True)))
