"""Increments: only what changed is made again, and an old figure is never published."""

from __future__ import annotations

import csv
import io
import os
import re
import zipfile
from pathlib import Path

import pytest

from tests.support.projects import YEAR, Project, rewrite
from tests.support.small_book import CORRECTED, FIGURE, PRINTED, correct_figure

#: Notes who changes the environment of the program while it has threads: a library that reads it then may end it.
HOOK = """
import os, sys, threading, traceback
def heard(original):
    def change(*what):
        ours = os.fsdecode(what[0]).startswith(("NIANBAO", "JUPYTER"))
        if sys.argv[0].endswith("cli.py") and (ours or threading.active_count() > 1):
            with open(os.environ["HEARD"], "a") as log:
                traceback.print_stack(limit=8, file=log)
        return original(*what)
    return change
os.putenv, os.unsetenv = heard(os.putenv), heard(os.unsetenv)
"""


def executed(result) -> set[str]:
    """The chapters that ran."""
    return set(re.findall(r"\[\d+/\d+\] (\S+?)　", result.stdout))


def all_files(folder: Path) -> dict[str, bytes]:
    """Files of an edition; the log of Sphinx says what it did this time."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".log"
    }


def column(path: Path, name: str, **where: str) -> list[str]:
    """The cells of a column of a CSV, in the rows `where` other columns hold a value."""
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))
    return [row[name] for row in rows if all(row[key] == value for key, value in where.items())]


def assert_new_everywhere(project: Project) -> None:
    """AssertionError where the corrected figure is not, or the old one still is."""
    for name in ("00-front", "01-work"):
        page = (project.html / "notebooks" / f"{name}.html").read_text("utf-8")
        assert f'value="{CORRECTED}"' in page and f'value="{PRINTED}"' not in page, name
    values = column(project.target / "facts.csv", "value", id=FIGURE)
    assert len(values) == 2 and set(values) == {CORRECTED}
    audit = project.target / "audit.csv"
    about = {"indicator": "unemployment.insured", "year": str(YEAR), "region": "640000"}
    assert column(audit, "printed", kind="total", **about) == [CORRECTED]
    reprints = column(audit, "printed", kind="level", **about)
    assert len(reprints) == 2 and set(reprints) == {PRINTED}, "what is printed elsewhere stays as it is"
    assert column(audit, "recomputed", kind="level", **about) == [CORRECTED, CORRECTED]
    assert column(audit, "status", kind="level", **about) == ["fails", "fails"]
    assert f'"{CORRECTED}"' in (project.html / "facts" / "01-work.json").read_text("utf-8")
    downloads = project.html / "downloads"
    tables = [path.read_text("utf-8-sig") for path in (downloads / "01-work").glob("*.csv")]
    assert len(tables) == 2 and all(CORRECTED in text and PRINTED not in text for text in tables)
    with zipfile.ZipFile(next(downloads.glob("*datapackage.zip"))) as package:
        assert CORRECTED in package.read("observations.csv").decode("utf-8-sig")
    assert CORRECTED in (downloads / f"nianbao-{YEAR}-sdmx.csv").read_text("utf-8-sig")


def assert_one_version(project: Project, before: str) -> None:
    """AssertionError unless pages and workbooks, also of chapters that did not change, name one version, a new one."""
    versions = {re.search(r"数据版本 ([\w-]+)", path.read_text("utf-8"))[1] for path in project.pages()}
    assert len(versions) == 1 and before not in versions
    with zipfile.ZipFile(next((project.html / "downloads" / "02-papers").glob("*.xlsx"))) as book:
        assert versions.pop() in b"".join(map(book.read, book.namelist())).decode("utf-8", "ignore")


@pytest.mark.long
def test_a_corrected_figure_is_new_everywhere_and_the_rest_is_left_alone(small, tmp_path):
    """And the environment is left alone once there are threads."""
    front = (small.html / "notebooks" / "00-front.html").read_text("utf-8")
    assert f'value="{PRINTED}"' in front and CORRECTED not in front
    version = re.search(r"数据版本 ([\w-]+)", front)[1]
    (tmp_path / "sitecustomize.py").write_text(HOOK, "utf-8")
    path = os.pathsep.join([str(small.root), str(tmp_path)])
    correct_figure(small)
    result = small.nianbao("build", "--explain", "--jobs", "2", PYTHONPATH=path, HEARD=str(tmp_path / "heard"))
    assert result.returncode == 0, result.stderr
    assert not (tmp_path / "heard").exists(), (tmp_path / "heard").read_text("utf-8")
    assert executed(result) == {"00-front", "01-work"}
    assert f"01-work　observations/{YEAR}/unemployment.csv有改动" in result.stdout
    assert "02-papers　没有变化" in result.stdout
    assert_new_everywhere(small)
    assert_one_version(small, version)


@pytest.mark.long
def test_what_was_made_again_is_what_would_be_made_afresh(small):
    correct_figure(small)
    assert small.nianbao("build").returncode == 0
    made = all_files(small.target)
    result = small.nianbao("build", "--fresh")
    assert result.returncode == 0, result.stderr
    assert all_files(small.target) == made


@pytest.mark.long
def test_nothing_runs_again_when_nothing_changed(small):
    made = all_files(small.target)
    assert len(made) > 40
    result = small.nianbao("build")
    assert result.returncode == 0, result.stderr
    assert not executed(result) and all_files(small.target) == made


@pytest.mark.long
def test_a_changed_notebook_or_list_runs_its_chapter_only(small):
    path = small.root / "notebooks" / "02-papers.ipynb"
    rewrite(path, path.read_text("utf-8").replace("第二部分", "第二部分的新", 1))
    result = small.nianbao("build", "--explain")
    assert executed(result) == {"02-papers"} and "02-papers　笔记本有改动" in result.stdout
    pages = small.pages()
    assert len(pages) == 4
    for page in pages:  # every page shows the contents
        assert "第二部分的新" in page.read_text("utf-8"), page
    papers = small.texts / "policy_documents.csv"
    title = next(csv.DictReader(io.StringIO(papers.read_text("utf-8-sig"))))["title"]
    small.correct(papers, title, "改了名的文件")
    assert executed(small.nianbao("run")) == {"02-papers"}
    run = small.root / "_build" / f"{YEAR}-run" / "notebooks" / "02-papers.ipynb"
    assert "改了名的文件" in run.read_text("utf-8")
