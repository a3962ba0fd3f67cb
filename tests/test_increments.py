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
from conftest import YEAR, Project, contents, copy_project
from mini import dataset
from openpyxl import load_workbook

from nianbao.build import cache as increments
from nianbao.build.edition import Edition
from nianbao.chapter.prose import Printer
from nianbao.chapter.table import Table
from nianbao.build.watch import Watcher
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.errors import ChildEnded, DataError
from nianbao.output import downloads, imprint

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
    """Correct a cell of a table."""
    path = project.root / "data" / "observations" / str(YEAR) / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def executed(result) -> set[str]:
    """The chapters that ran."""
    return set(re.findall(r"\[\d+/\d+\] (\S+?)　", result.stdout))


def all_files(folder: Path) -> dict[str, bytes]:
    """Files of an edition; the log of Sphinx says what it did this time."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*")
            if path.is_file() and path.suffix != ".log"}


HOOK = """
import os, sys, traceback
def heard(original):
    def change(*what):
        if sys.argv[0].endswith("cli.py"):
            with open("HEARD", "a") as log:
                traceback.print_stack(limit=8, file=log)
        return original(*what)
    return change
os.putenv, os.unsetenv = heard(os.putenv), heard(os.unsetenv)
"""


def test_the_program_leaves_its_environment_alone(current, tmp_path):
    """Nothing is told to kernels through it, and a library that reads it at the same moment would end the program."""
    (tmp_path / "sitecustomize.py").write_text(HOOK.replace("HEARD", str(tmp_path / "heard")), "utf-8")
    environment = {"PYTHONPATH": f"{current.root}{os.pathsep}{tmp_path}"}
    correct(current, "unemployment.csv", "unemployment.insured,640000,", "unemployment.insured,640000,0")
    result = current.nianbao("build", "--jobs", "2", environment=environment)
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
    titles = texts(current, "policy_documents")
    with titles.open(encoding="utf-8-sig", newline="") as stream:
        title = next(iter(csv.DictReader(stream)))["title"]
    content = titles.read_text("utf-8-sig")
    assert content.count(title) == 1
    titles.write_text(content.replace(title, "改了名的文件"), "utf-8")
    assert executed(current.nianbao("run")) == {"07-documents"}
    assert "改了名的文件" in (current.root / "_build" / f"{YEAR}-run" / "notebooks" / "07-documents.ipynb").read_text("utf-8")


def texts(project: Project, name: str) -> Path:
    """A list of texts of the edition."""
    return project.root / "data" / "editions" / str(YEAR) / "texts" / f"{name}.csv"


def test_only_the_tables_that_changed_are_written_again(tmp_path):
    data = dataset({("x.stock", "640000", 2025): "5.00"})

    def write(version: str, **values: str) -> dict[str, int]:
        parts = []
        for name, value in values.items():
            table = Table(["地区", "人数"], [["合计", value]], "人")
            parts.append(({"kind": "table", "data": table.plain(), "unit": "人"}, table.html(name, f"表　{name}", Printer())))
        made, _ = downloads.of_chapter(parts, {}, data, "书", tmp_path)
        (tmp_path / downloads.MARK).write_text(json.dumps([made, version]))
        return {path.name: path.stat().st_ino for path in tmp_path.iterdir() if path.suffix}

    now = imprint.version(data)
    first = write(now, a="1", b="2")
    assert first.keys() == {"a.csv", "a.xlsx", "b.csv", "b.xlsx"}
    times = {path: path.stat().st_mtime_ns for path in tmp_path.glob("a.*")}
    write(now, a="1", b="3")
    assert times == {path: path.stat().st_mtime_ns for path in tmp_path.glob("a.*")}
    assert "3" in (tmp_path / "b.csv").read_text("utf-8-sig") and load_workbook(tmp_path / "b.xlsx").active["B2"].value == "3"
    (tmp_path / "a.xlsx").unlink()
    (tmp_path / downloads.MARK).write_text((tmp_path / downloads.MARK).read_text().replace(now, "数据版本从前"))
    assert write(now, a="1").keys() == {"a.csv", "a.xlsx"}


def test_a_chapter_that_has_no_table_any_more_has_no_downloads(tmp_path):
    data, table = dataset({("x.stock", "640000", 2025): "5.00"}), Table(["地区", "人数"], [["合计", "1"]], "人")
    (tmp_path / "html").mkdir()

    def write(*outputs: dict) -> bool:
        (tmp_path / "one.ipynb").write_text(json.dumps({"cells": [{"outputs": outputs}]}), "utf-8")
        downloads.write(tmp_path, ["one"], [], data, "书", tmp_path / "html")
        return (tmp_path / "html" / "downloads" / "one" / "a.csv").exists()

    about = {"kind": "table", "data": table.plain(), "unit": "人", "facts": {}}
    assert write({"metadata": {"nianbao": about}, "data": {"text/html": table.html("a", "表　a", Printer())}})
    assert not write() and not (tmp_path / "html" / "downloads" / "one").exists()


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
        with pytest.raises(DataError, match=f"observations/{YEAR}/injury.csv"):
            cache.steady()


def test_one_build_at_a_time(data):
    cache = increments.Cache(data.parent / "cache", data, "")
    with cache.locked(), pytest.raises(DataError, match="另一处"), increments.Cache(cache.folder, data, "").locked():
        pass


def test_a_dataset_reads_only_what_is_asked_for(data):
    lazy = Dataset(data, YEAR, lazy=True)
    assert lazy.observations.get(Key("injury.insured", "640000", YEAR)) is not None
    looked = {name for name in lazy.folder.looked if name.startswith(f"observations/{YEAR}/") and name.endswith(".csv")}
    assert looked == {f"observations/{YEAR}/injury.csv"}
    whole = Dataset(data, YEAR)
    assert dict(lazy.observations) == whole.observations and len(lazy.observations) == len(whole.observations)
    assert lazy.items("pension.enterprise.insured", YEAR) == whole.items("pension.enterprise.insured", YEAR)


def test_an_observation_in_the_wrong_file_is_refused(data):
    folder = data / "observations" / str(YEAR)
    source, target = folder / "injury.csv", folder / "fund.csv"
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
