"""What the tests share: copies of the data and of the project, built books, and a browser where there is one.

`pytest -m "not long"` runs each time (`make test`), `pytest -m long` takes its time (`make test-long`): there property
tests run again with more examples.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from tests.support.last_year import LastYear, execute_last_year, last_year_of
from tests.support.projects import ROOT, YEAR, Project, copy_project, shorten
from tests.support.selection import SHORT_OF_LAST_YEAR, SHORT_PAGES
from tests.support.small_book import small_book as write_small_book

#: Fixtures that each worker would make for itself: tests that ask for one are kept on one worker, most costly first.
MADE_ONCE = ("last_year", "site")
#: The same in the short run, where to start a browser and its windows takes as long as a dozen of its tests. In the
#: long run there are far more of them, and two workers share them.
BROWSER = "browser"
#: What the builds of the last run of the tests kept for the next.
KEPT = ROOT / "_build" / ".tests"
#: Fixtures that hold more in the long run: all pages of the book instead of a few.
MORE_WHEN_LONG = {"book", "last_year"}
#: The file whose tests ask for the built book first.
FIRST = "tests/chapter/test_golden.py"

# The same examples every time: a test that fails on one machine fails on all.
SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("short", max_examples=25, deadline=None, derandomize=True, suppress_health_check=SLOW_IS_FINE)
settings.register_profile("long", max_examples=600, deadline=None, derandomize=True, suppress_health_check=SLOW_IS_FINE)


def pytest_configure(config: pytest.Config) -> None:
    """How many examples property tests try."""
    settings.load_profile("long" if config.option.markexpr == "long" else "short")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that have more to try in the long run take part in it too; those that share a thing keep together."""
    for item in items:
        has_more = getattr(item.obj, "is_hypothesis_test", False) or not MORE_WHEN_LONG.isdisjoint(item.fixturenames)
        if config.option.markexpr == "long" and has_more:
            item.add_marker("long")
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(group_of(item)))
    items.sort(key=place)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Where tests run on several workers, each of them carries the name of its group, or the groups have no effect."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        without = [item.nodeid for item in session.items if "@" not in item.nodeid.rpartition("::")[2]]
        if without:
            raise pytest.UsageError(f"not in a group of pytest-xdist: {without[0]}")


def group_of(item: pytest.Item) -> str:
    """The fixture that each worker would make for itself, else the file of the test.

    Tests of a file that need the built book are a group of their own: the others of the file begin before it stands.
    """
    file = item.nodeid.partition("::")[0]
    if "book" in item.fixturenames and file != FIRST:
        file = f"{file} with the book"
    names = (*MADE_ONCE, BROWSER) if is_short(item.config) else MADE_ONCE
    return next((name for name in names if name in item.fixturenames), file)


def place(item: pytest.Item) -> int:
    """When the group of a test comes.

    What is built by both workers at once begins first. Tests that need the built book come last: by then it stands, and
    no worker waits for another that builds it. Those in a browser are the first of them, for they are the most.
    """
    group = item.get_closest_marker("xdist_group").args[0]
    if group in (FIRST, "last_year"):
        return 0
    if group == BROWSER:
        return 2
    return 3 if "book" in item.fixturenames else 1


@contextmanager
def shared(tmp_path_factory: pytest.TempPathFactory, name: str) -> Iterator[tuple[Path, bool]]:
    """A folder that all workers of this run share, for one at a time, and whether it is new."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / name
    with FileLock(f"{folder}.lock"):
        yield folder, not folder.exists()


@contextmanager
def kept_between_runs(project: Project, name: str) -> Iterator[None]:
    """What a build keeps for the next one is that of the last run of the tests.

    A chapter is executed unless its notebook, its data, its settings and the whole program are as they were then.
    `make clean` forgets it.
    """
    known = KEPT / name
    if known.exists():
        shutil.copytree(known, project.cache)
    yield
    shutil.rmtree(known, ignore_errors=True)
    if project.cache.exists():
        shutil.copytree(project.cache, known)


def built_once(
    tmp_path_factory: pytest.TempPathFactory, name: str, start: Callable[[Path], Project], *formats: str
) -> Project:
    """A project built by `nianbao build`, by the first worker that asks for it."""
    with shared(tmp_path_factory, name) as (folder, new):
        kept = folder / "result.json"
        if new:
            project = start(folder / "project")
            with kept_between_runs(project, name):
                done = project.nianbao("build", "--year", str(YEAR), "--formats", ",".join(formats))
            about = {"args": done.args, "returncode": done.returncode, "stdout": done.stdout, "stderr": done.stderr}
            kept.write_text(json.dumps(about), "utf-8")
        result = subprocess.CompletedProcess(**json.loads(kept.read_text("utf-8")))
    if result.returncode:
        pytest.fail(f"nianbao build failed:\n{result.stdout}\n{result.stderr}", pytrace=False)
    return Project(folder / "project", result)


def is_short(config: pytest.Config) -> bool:
    """Whether this is the short run."""
    return config.option.markexpr == "not long"


def short_book(into: Path) -> Project:
    """A project in the folder `into` whose book has the pages of the short run only."""
    return shorten(copy_project(into), *SHORT_PAGES)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of `data/` to break."""
    return shutil.copytree(ROOT / "data", tmp_path / "data")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A copy of the project with the leaf of an earlier build, which no failure may take away."""
    copy = copy_project(tmp_path / "project")
    copy.html.mkdir(parents=True)
    (copy.html / "index.html").write_text("上一次编成的年报", "utf-8")
    return copy


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Project:
    """The 2025 edition as pages, built once from a copy of the repository; in the short run some of its chapters.

    Nobody writes into it.
    """
    if is_short(pytestconfig):
        return built_once(tmp_path_factory, "short-book", short_book, "html")
    return built_once(tmp_path_factory, "book", copy_project, "html")


@pytest.fixture(scope="session")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small book as pages, built once. Nobody writes into it: see `small`."""
    return built_once(tmp_path_factory, "small-book", write_small_book, "html")


@pytest.fixture
def small(small_book: Project, tmp_path: Path) -> Project:
    """A copy of the small book as built, to change and build again; sources and published files are hard links."""
    return small_book.twin(tmp_path / "project")


@pytest.fixture(scope="session")
def last_year(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> LastYear:
    """Every notebook executed for the year before; in the short run two of them."""
    chapters = SHORT_OF_LAST_YEAR if is_short(pytestconfig) else ()
    name = "short-last-year" if chapters else "last-year"
    with shared(tmp_path_factory, name) as (folder, new):
        if new:
            project = last_year_of(folder, chapters)
            with kept_between_runs(project, name):
                execute_last_year(project)
    return LastYear(folder)


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
