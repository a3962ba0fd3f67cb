"""What is published: the same everywhere, checked against its manifest, gathered only as it was built."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import reproducible

from nianbao.errors import DataError
from nianbao.output import manifest
from tests.support.projects import YEAR, Project, contents, copy_project, rewrite
from tests.support.small_book import CORRECTED, PRINTED

PAGE = "notebooks/01-work.html"


# -- the small book and its site ---------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def published(small_book, tmp_path_factory) -> Project:
    """The small book and the site gathered from it. Nobody writes into it."""
    project = small_book.twin(tmp_path_factory.mktemp("published") / "project")
    project.result = project.nianbao("site")
    assert project.result.returncode == 0, project.result.stderr
    return project


def site(project: Project) -> Path:
    """The gathered site."""
    return project.root / "_build" / "site"


def test_an_edition_and_its_site_are_as_their_manifests_say(published):
    for folder in (published.target, published.html, site(published)):
        known, wrong = manifest.verify(folder)
        assert wrong == [] and len(known["files"]) > 30, folder


def test_the_manifest_says_what_the_edition_was_made_of(published):
    text = (published.target / manifest.NAME).read_text("utf-8")
    about = json.loads(text)["about"]
    assert about["year"] == YEAR and re.fullmatch(rf"{YEAR}-[0-9a-f]{{8}}", about["data"])
    assert about["packages"]["jupyter-book"] and about["packages"]["pandas"]
    assert f"数据版本 {about['data']}" in (published.html / "book" / "data.html").read_text("utf-8")
    assert str(published.root) not in text and os.uname().nodename not in text


def test_the_data_page_leads_to_the_manifest(published):
    for folder in (published.html, site(published) / str(YEAR)):
        page = folder / "book" / "data.html"
        (link,) = re.findall(r'href="([^"]+)" download>manifest.json<', page.read_text("utf-8"))
        assert manifest.verify((page.parent / link).resolve().parent)[1] == []


@pytest.mark.parametrize("count", [20, pytest.param(100, marks=pytest.mark.long)])
def test_every_changed_byte_is_found(published, tmp_path, count):
    folder = shutil.copytree(site(published), tmp_path / "site")
    chance = random.Random(20251231)
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    for path in [folder / manifest.NAME, *chance.choices(paths, k=count - 1)]:
        before = path.read_bytes()
        at = chance.randrange(len(before))
        other = before[at] ^ chance.randrange(1, 256)
        path.write_bytes(before[:at] + bytes([other]) + before[at + 1 :])
        name = path.relative_to(folder).as_posix()
        try:
            found = manifest.verify(folder)[1]
            assert found == [("改动", name)] or name == manifest.NAME and ("改动", name) in found  # it may name others
        except DataError:
            assert name == manifest.NAME
        path.write_bytes(before)
    assert manifest.verify(folder)[1] == []


def test_a_site_is_not_gathered_from_a_changed_edition(published, tmp_path):
    project = published.twin(tmp_path / "project")
    page = project.html / PAGE
    text = page.read_text("utf-8")
    assert PRINTED in text
    rewrite(page, text.replace(PRINTED, CORRECTED))
    result = project.nianbao("site")
    assert result.returncode == 2 and "01-work.html" in result.stderr and "Traceback" not in result.stderr
    assert manifest.verify(site(project))[1] == []  # the last one still stands
    result = project.nianbao("verify")
    assert result.returncode == 1 and f"改动　html/{PAGE}" in result.stdout


@pytest.mark.long
def test_check_and_a_booklet_leave_an_edition_that_verifies(small):
    assert small.nianbao("check").returncode == 0
    assert manifest.verify(small.target)[1] == []
    result = small.nianbao("build", "--chapter", "01-work", "--formats", "docx")
    assert result.returncode == 0, result.stderr
    known, wrong = manifest.verify(small.target)
    assert not wrong and "01-work.docx" in known["files"] and "01-work.docx" in known["about"]["booklets"]


# -- the same commit in two places -------------------------------------------------------------------------------------
#: Folder, days from now, locale, time zone, hash seed and jobs of two builds.
NEAR = ("a", 0, "C.UTF-8", "Asia/Shanghai", "0", "2")
FAR = ("乙 b/deep", 40, "C", "America/New_York", "7", "1")
CHAPTERS = contents("notebooks/00-overview", "notebooks/03-unemployment", "notebooks/A5-audit", "book/data")
PERSON = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
EVERYWHERE = {".html", ".pdf", ".docx", ".epub", ".xlsx", ".parquet", ".csv", ".svg", ".png", ".zip", ".ipynb"}


@pytest.fixture(scope="module")
def twice(tmp_path_factory) -> list[Project]:
    """Some chapters in every format and their site, from the same commit in two places, days, zones and locales."""
    work = tmp_path_factory.mktemp("twice")
    first = copy_project(work / NEAR[0])
    (first.root / "_toc.yml").write_text(CHAPTERS, "utf-8")
    (first.root / ".gitignore").write_text("_build/\n__pycache__/\n", "utf-8")
    for command in (["init", "-q"], ["add", "-A"], [*PERSON, "commit", "-q", "-m", "x"]):
        subprocess.run(["git", "-C", str(first.root), *command], check=True)
    second = Project(work / FAR[0])
    subprocess.run(["git", "clone", "-q", str(first.root), str(second.root)], check=True)
    for project, condition in ((first, NEAR), (second, FAR)):
        options = ("--formats", "html,pdf,docx,epub", "--jobs", condition[-1])
        reproducible.build(project.root, condition, "build", *options, wrapped=work)
        reproducible.build(project.root, condition, "site", wrapped=work)
    return [first, second]


@pytest.mark.long
@pytest.mark.parametrize("part", [str(YEAR), "site"])
def test_the_same_commit_is_the_same_everywhere(twice, part):
    one, other = (project.root / "_build" / part for project in twice)
    assert reproducible.differences(one, other) == []
    assert (one / manifest.NAME).read_bytes() == (other / manifest.NAME).read_bytes()
    kinds = {Path(name).suffix for name in manifest.files(one)}
    assert kinds >= EVERYWHERE
    assert kinds >= ({".gz", ".br", ".xml"} if part == "site" else {".html"})


@pytest.mark.long
def test_the_manifest_names_the_commit(twice):
    about = json.loads((twice[0].target / manifest.NAME).read_text("utf-8"))["about"]
    command = ["git", "-C", str(twice[0].root), "rev-parse", "HEAD"]
    head = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert about["commit"] == head and about["changed"] is False


def test_a_difference_would_be_seen(published, tmp_path):
    copy = shutil.copytree(published.target, tmp_path / "copy")
    with (copy / "html" / "index.html").open("ab") as stream:
        stream.write(b" ")
    assert reproducible.differences(published.target, copy) == ["html/index.html"]
