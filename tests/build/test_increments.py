"""Increments: only what changed is made again, and an old figure is never published."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import urllib.request
import zipfile
from pathlib import Path

import pytest

from nianbao.build import cache as increments
from nianbao.build.edition import Edition
from nianbao.build.watch import Watcher
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.errors import ChildEnded, DataError
from nianbao.figures.levels import printed_level
from tests.support.projects import YEAR, Project, contents, copy_project

TOC = contents("notebooks/00-overview", "notebooks/03-unemployment", "notebooks/07-documents", "notebooks/A5-audit", "book/data")


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Project:
    """An edition of four chapters, built once."""
    copy = copy_project(tmp_path_factory.mktemp("small") / "project")
    (copy.root / "_toc.yml").write_text(TOC, "utf-8")
    copy.result = copy.nianbao("build", "--formats", "html")
    assert copy.result.returncode == 0, copy.result.stderr
    return copy


@pytest.fixture
def current(small) -> Project:
    """The same, up to date whatever tests ran before: several processes share them out in any order."""
    result = small.nianbao("build")
    assert result.returncode == 0, result.stderr
    return small


def correct(project: Project, name: str, old: str, new: str) -> None:
    """Correct a cell of a table of observations."""
    project.correct(project.observations / name, old, new)


def executed(result) -> set[str]:
    """The chapters that ran."""
    return set(re.findall(r"\[\d+/\d+\] (\S+?)　", result.stdout))


def all_files(folder: Path) -> dict[str, bytes]:
    """Files of an edition; the log of Sphinx says what it did this time."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*")
            if path.is_file() and path.suffix != ".log"}


HOOK = """
import os, sys, threading, traceback
def heard(original):
    def change(*what):
        ours = os.fsdecode(what[0]).startswith(("NIANBAO", "JUPYTER"))
        if sys.argv[0].endswith("cli.py") and (ours or threading.active_count() > 1):
            with open("HEARD", "a") as log:
                traceback.print_stack(limit=8, file=log)
        return original(*what)
    return change
os.putenv, os.unsetenv = heard(os.putenv), heard(os.unsetenv)
"""


def test_the_environment_is_left_alone(current, tmp_path):
    """Nothing is told to kernels through it; once there are threads nobody changes it, or one that reads it ends the program."""
    (tmp_path / "sitecustomize.py").write_text(HOOK.replace("HEARD", str(tmp_path / "heard")), "utf-8")
    path = f"{current.root}{os.pathsep}{tmp_path}"
    correct(current, "unemployment.csv", "unemployment.insured,640000,", "unemployment.insured,640000,0")
    result = current.nianbao("build", "--jobs", "2", PYTHONPATH=path)
    assert "03-unemployment" in executed(result), result.stderr
    correct(current, "unemployment.csv", "unemployment.insured,640000,0", "unemployment.insured,640000,")
    assert not (tmp_path / "heard").exists(), (tmp_path / "heard").read_text("utf-8")


def test_a_corrected_figure_is_new_everywhere_and_the_rest_is_left_alone(current):
    html = current.html
    before = (html / "notebooks" / "03-unemployment.html").read_text("utf-8")
    assert "132.58" in before and "132.57" not in before
    correct(current, "unemployment.csv", "unemployment.insured,640000,132.58,", "unemployment.insured,640000,132.57,")
    result = current.nianbao("build", "--explain")
    assert result.returncode == 0, result.stderr
    assert executed(result) == {"00-overview", "03-unemployment", "A5-audit"}
    assert f"03-unemployment　observations/{YEAR}/unemployment.csv有改动" in result.stdout and "07-documents　没有变化" in result.stdout
    for name in ("03-unemployment", "00-overview"):
        page = (html / "notebooks" / f"{name}.html").read_text("utf-8")
        assert 'value="132.57"' in page and 'value="132.58"' not in page
    known = (current.target / "facts.csv").read_text("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(known)) if row["id"] == f"unemployment.insured:640000:{YEAR}"]
    assert len(rows) >= 2 and {row["value"] for row in rows} == {"132.57"}
    assert f"unemployment.insured,640000,{YEAR},132.57" in (current.target / "audit.csv").read_text("utf-8-sig")
    assert (html / "facts" / "03-unemployment.json").read_text("utf-8").count('"132.57"') > 0
    downloads = html / "downloads"
    assert any("132.57" in path.read_text("utf-8-sig") for path in (downloads / "03-unemployment").glob("*.csv"))
    with zipfile.ZipFile(next(downloads.glob("*datapackage.zip"))) as package:
        assert "132.57" in package.read("observations.csv").decode("utf-8-sig")
    versions = {re.search(r"数据版本 ([\w-]+)", path.read_text("utf-8"))[1] for path in current.pages()}
    assert len(versions) == 1
    with zipfile.ZipFile(next((downloads / "00-overview").glob("*.xlsx"))) as book:
        assert versions.pop() in b"".join(map(book.read, book.namelist())).decode("utf-8", "ignore")
    made = all_files(current.target)
    assert current.nianbao("build", "--fresh").returncode == 0
    assert all_files(current.target) == made


def test_nothing_runs_again_when_nothing_changed(current):
    made = all_files(current.target)
    result = current.nianbao("build")
    assert not executed(result) and all_files(current.target) == made


def test_a_changed_notebook_or_list_runs_its_chapter_only(current):
    path = current.root / "notebooks" / "07-documents.ipynb"
    path.write_text(path.read_text("utf-8").replace("# ", "# 新的", 1), "utf-8")
    result = current.nianbao("build", "--explain")
    assert executed(result) == {"07-documents"} and "07-documents　笔记本有改动" in result.stdout
    for page in current.pages():  # every page shows the contents
        assert "新的" in page.read_text("utf-8"), page
    current.correct(current.texts / "policy_documents.csv", first_title(current), "改了名的文件")
    assert executed(current.nianbao("run")) == {"07-documents"}
    assert "改了名的文件" in (current.root / "_build" / f"{YEAR}-run" / "notebooks" / "07-documents.ipynb").read_text("utf-8")


def first_title(project: Project) -> str:
    """A title that stands in the list of documents once."""
    path = project.texts / "policy_documents.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return next(iter(csv.DictReader(stream)))["title"]


def test_a_damaged_result_or_another_program_runs_a_chapter_again(current):
    def run():
        return current.nianbao("run", "--chapter", "07-documents", "--explain")

    run()
    assert not executed(run())
    cache = current.root / "_build" / ".cache" / str(YEAR)
    path = cache / "src" / "notebooks" / "07-documents.ipynb"
    path.write_text(path.read_text("utf-8")[:-200], "utf-8")
    assert "07-documents　执行结果不在或被改动" in run().stdout
    (current.root / "nianbao" / "chapter" / "chapter.py").open("a").write("# changed\n")
    assert "07-documents　程序有改动" in run().stdout
    (cache / "made.json").write_text("{", "utf-8")
    assert "07-documents　还没有执行过" in run().stdout and not executed(run())


def test_data_that_change_while_the_book_is_made_are_never_published(data):
    cache = increments.Cache(data.parent / "cache", data, "")
    with cache.locked():
        cache.steady()
        path = data / "observations" / str(YEAR) / "injury.csv"
        path.write_bytes(path.read_bytes())  # written again, even with the same figures
        with pytest.raises(DataError, match=f"{YEAR}/injury.csv"):
            cache.steady()


def test_one_build_at_a_time(data):
    cache = increments.Cache(data.parent / "cache", data, "")
    with cache.locked(), pytest.raises(DataError, match="另一处"), increments.Cache(cache.folder, data, "").locked():
        pass


def test_a_dataset_reads_only_what_is_asked_for(data):
    lazy = Dataset(data, YEAR, lazy=True)
    assert printed_level(lazy, Key("injury.insured", "640000", YEAR)) is not None
    read = {name for name in lazy.folder.looked if name.startswith("observations/") and name.endswith(".csv")}
    assert f"observations/{YEAR}/injury.csv" in read and {name.rpartition("/")[2] for name in read} == {"injury.csv"}
    whole = Dataset(data, YEAR)
    assert dict(lazy.observations) == whole.observations and len(lazy.observations) == len(whole.observations)
    assert lazy.items("pension.enterprise.insured", YEAR) == whole.items("pension.enterprise.insured", YEAR)


def test_an_observation_in_the_wrong_file_is_refused(data):
    source, target = (data / "observations" / str(YEAR) / f"{part}.csv" for part in ("injury", "fund"))
    row = source.read_text("utf-8").splitlines()[1]
    with target.open("a", encoding="utf-8") as stream:
        stream.write(row + "\n")
    with pytest.raises(DataError, match=f"data/observations/{YEAR}/injury.csv"):
        Dataset(data)


def test_watch_builds_again_and_refreshes_the_page(small):
    built, said, wrong = [], [], []

    def build(edition: Edition) -> None:
        if wrong:
            raise wrong.pop()
        built.append(edition.year)

    def get(path: str) -> str:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}").read().decode()

    watcher = Watcher(lambda: Edition.open(YEAR, root=small.root), build, said.append)
    with watcher.served(0) as port:
        watcher.turn()
        watcher.turn()
        assert built == [YEAR] and json.loads(get("/.watch")) == {"build": 1, "error": ""}
        assert "/.watch.js" in get("/notebooks/07-documents.html") and "/.watch.js" not in get("/facts/07-documents.json")
        assert "location.reload" in get("/.watch.js")
        correct(small, "unemployment.csv", "unemployment.insured,640000,", "unemployment.insured,640000,")  # written again
        watcher.turn()
        assert built == [YEAR, YEAR] and json.loads(get("/.watch"))["build"] == 2
        for error, words in (DataError("有误"), "错误：有误"), (ChildEnded("说过的话"), "说过的话"), (FileNotFoundError(2, "x"), "找不到"):
            wrong.append(error)
            (small.root / "book" / "preface.md").touch()
            watcher.turn()
            assert words in json.loads(get("/.watch"))["error"] and words in said[-1]
        (small.root / "book" / "preface.md").touch()
        watcher.turn()
        assert json.loads(get("/.watch")) == {"build": 3, "error": ""}
        with pytest.raises(DataError, match=f"端口{port}不能用"), watcher.served(port):
            pass
    assert "/.watch.js" not in (small.html / "notebooks" / "07-documents.html").read_text("utf-8")
