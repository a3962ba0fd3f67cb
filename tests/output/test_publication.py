"""What is published: complete at every moment, the same everywhere, and checked against its manifest."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import licences
import pytest
import reproducible

from nianbao import cli
from nianbao.errors import DataError
from nianbao.output import manifest, publish
from tests.support.projects import ROOT, YEAR, Project, contents, copy_project

TOC = contents("notebooks/00-overview", "notebooks/03-unemployment", "notebooks/A5-audit", "book/data")
NEAR, FAR = ("a", 0, "C.UTF-8", "Asia/Shanghai", "0", "2"), ("乙 b/deep", 40, "C", "America/New_York", "7", "1")


# -- a built edition -----------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def built(tmp_path_factory) -> list[Project]:
    """A small edition in every format and its site, from the same commit in two places, days, zones and locales."""
    work = tmp_path_factory.mktemp("twice")
    first = copy_project(work / NEAR[0])
    (first.root / "_toc.yml").write_text(TOC, "utf-8")
    (first.root / ".gitignore").write_text("_build/\n__pycache__/\n", "utf-8")
    person = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "-A"], [*person, "commit", "-q", "-m", "x"]):
        subprocess.run(["git", "-C", str(first.root), *command], check=True)
    second = Project(work / FAR[0])
    subprocess.run(["git", "clone", "-q", str(first.root), str(second.root)], check=True)
    for project, condition in (first, NEAR), (second, FAR):
        reproducible.build(project.root, condition, "build", "--formats", "html,pdf,docx,epub", "--jobs", condition[-1], wrapped=work)
        reproducible.build(project.root, condition, "site", wrapped=work)
    return [first, second]


@pytest.mark.parametrize("part", [str(YEAR), "site"])
def test_the_same_commit_is_the_same_everywhere(built, part):
    one, other = (project.root / "_build" / part for project in built)
    assert reproducible.differences(one, other) == []
    assert (one / manifest.NAME).read_bytes() == (other / manifest.NAME).read_bytes()
    kinds = {Path(name).suffix for name in manifest.files(one)}
    assert kinds >= {".html", ".pdf", ".docx", ".epub", ".xlsx", ".parquet", ".csv", ".svg", ".png", ".zip", ".ipynb"}
    assert kinds >= ({".gz", ".br", ".xml"} if part == "site" else {".html"})


def test_a_difference_would_be_seen(built, tmp_path):
    copy = shutil.copytree(built[0].target, tmp_path / "copy")
    with (copy / "html" / "index.html").open("ab") as stream:
        stream.write(b" ")
    assert reproducible.differences(built[0].target, copy) == ["html/index.html"]


def test_the_manifest_says_what_the_edition_was_made_of(built):
    about = json.loads((built[0].target / manifest.NAME).read_text("utf-8"))["about"]
    head = subprocess.run(["git", "-C", str(built[0].root), "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
    assert about["commit"] == head and about["changed"] is False and about["year"] == YEAR
    assert about["packages"]["jupyter-book"] and re.fullmatch(rf"{YEAR}-[0-9a-f]{{8}}", about["data"])
    assert f"数据版本 {about['data']}" in (built[0].html / "book" / "data.html").read_text("utf-8")
    text = (built[0].target / manifest.NAME).read_text("utf-8")
    assert str(built[0].root) not in text and os.uname().nodename not in text


def test_the_data_page_leads_to_the_manifest(built):
    for folder in (built[0].html, built[0].root / "_build" / "site" / str(YEAR)):
        page = folder / "book" / "data.html"
        (link,) = re.findall(r'href="([^"]+)" download>manifest.json<', page.read_text("utf-8"))
        assert manifest.verify((page.parent / link).resolve().parent)[1] == []


def test_every_one_of_a_hundred_changed_bytes_is_found(built, tmp_path):
    site = shutil.copytree(built[0].root / "_build" / "site", tmp_path / "site")
    chance, paths = random.Random(20251231), sorted(path for path in site.rglob("*") if path.is_file() and path.stat().st_size)
    assert manifest.verify(site)[1] == []
    for path in [site / manifest.NAME, *chance.choices(paths, k=99)]:
        before = path.read_bytes()
        at, by = chance.randrange(len(before)), chance.randrange(1, 256)
        path.write_bytes(before[:at] + bytes([before[at] ^ by]) + before[at + 1:])
        name = path.relative_to(site).as_posix()
        try:
            assert manifest.verify(site)[1] == [("改动", name)]
        except DataError:
            assert name == manifest.NAME
        path.write_bytes(before)
    assert manifest.verify(site)[1] == []


def test_a_site_is_not_gathered_from_a_changed_edition(built, tmp_path):
    project = Project(shutil.copytree(built[0].root, tmp_path / "project"))
    page = project.html / "notebooks" / "03-unemployment.html"
    page.write_text(page.read_text("utf-8").replace("132.58", "132.59"), "utf-8")
    result = project.nianbao("site")
    assert result.returncode == 2 and "03-unemployment.html" in result.stderr and "Traceback" not in result.stderr
    assert manifest.verify(project.root / "_build" / "site")[1] == []  # the last one still stands
    result = project.nianbao("verify")
    assert result.returncode == 1 and "改动　html/notebooks/03-unemployment.html" in result.stdout


def test_check_and_a_booklet_leave_an_edition_that_verifies(built, tmp_path):
    project = Project(shutil.copytree(built[0].root, tmp_path / "project"))
    assert project.nianbao("check").returncode == 0
    assert manifest.verify(project.target)[1] == []
    result = project.nianbao("build", "--chapter", "03-unemployment", "--formats", "docx")
    assert result.returncode == 0, result.stderr
    known, wrong = manifest.verify(project.target)
    assert not wrong and "03-unemployment.docx" in known["files"] and "03-unemployment.docx" in known["about"]["booklets"]


# -- verify ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def folder(tmp_path) -> Path:
    """A published folder of three files."""
    for name in ("index.html", "downloads/a.csv", "downloads/a.csv.gz"):
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(name, "utf-8")
    manifest.write(tmp_path / "site", {"year": YEAR})
    return tmp_path / "site"


def test_verify_names_what_changed_is_missing_and_extra(folder, capsys):
    assert cli.main(["verify", str(folder)]) == 0 and "全部一致" in capsys.readouterr().out
    (folder / "index.html").write_text("index.htmL", "utf-8")
    (folder / "downloads" / "a.csv.gz").unlink()
    (folder / "downloads" / "planted\x1b[2J.html").write_text("", "utf-8")
    assert cli.main(["verify", str(folder)]) == 1
    out = capsys.readouterr().out
    assert "改动　index.html" in out and "缺少　downloads/a.csv.gz" in out and "多出　downloads/planted\\x1b[2J.html" in out
    assert "不符3处" in out and "\x1b" not in out


def test_a_link_is_no_published_file(folder, tmp_path):
    same = tmp_path / "same.html"
    same.write_text("index.html", "utf-8")
    (folder / "index.html").unlink()
    (folder / "index.html").symlink_to(same)
    (folder / "out").symlink_to(tmp_path)
    assert manifest.verify(folder)[1] == [("改动", "index.html"), ("多出", "out")]


def test_a_folder_that_cannot_be_read_is_said(folder, monkeypatch, capsys):
    scan = os.scandir

    def closed(place):
        if place == folder / "downloads":
            raise PermissionError(13, "Permission denied", str(place))
        return scan(place)

    monkeypatch.setattr(manifest.os, "scandir", closed)
    assert cli.main(["verify", str(folder)]) == 2 and "downloads：文件夹读不出" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../same.html", "/etc/passwd", "a/../../b", "a//b", "./a", "C:/x", "a\\b", "a\nb", ""])
def test_a_manifest_that_leaves_its_folder_is_refused(folder, name, capsys):
    known = manifest.read(folder)
    (folder / manifest.NAME).write_text(manifest.text(known["about"], known["files"] | {name: {"sha256": "0", "size": 1}}), "utf-8")
    assert cli.main(["verify", str(folder)]) == 2 and "越出文件夹" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b'{"files": 1}', b'{"about": {}, "files": {"a": 1}, "seal": ""}', b"[" * 100000,
                                     b'{"about": {}, "files": {"a": {"sha256": 1, "size": 1}}, "seal": ""}', None])
def test_without_a_readable_manifest_the_exit_code_is_two(folder, content, capsys):
    if content is None:
        (folder / manifest.NAME).rename(folder.parent / manifest.NAME)
        (folder / manifest.NAME).symlink_to(folder.parent / manifest.NAME)
    else:
        (folder / manifest.NAME).write_bytes(content)
    assert cli.main(["verify", str(folder)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


# -- the swap --------------------------------------------------------------------------------------------------------
PUBLISHER = """
import sys
from pathlib import Path
from nianbao.output import manifest
from nianbao.output import publish
if sys.argv[2] == "renames":
    publish.exchange = lambda one, other: False
target = Path(sys.argv[1])
for number in range(10**6):
    aside = target.with_name(f".{target.name}.new")
    publish.shutil.rmtree(aside, ignore_errors=True)
    for at in range(6):
        (aside / str(at)).mkdir(parents=True)
        (aside / str(at) / "page.html").write_text(f"{number}", "utf-8")
    manifest.write(aside, {"number": number})
    publish.swap(aside, target)
    print(number, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="no SIGKILL")
@pytest.mark.parametrize("way", ["exchange", "renames"])
def test_killed_at_any_moment_a_complete_one_stands(tmp_path, way):
    target, chance, numbers = tmp_path / "2025", random.Random(way), []
    for _ in range(20):
        process = subprocess.Popen([sys.executable, "-c", PUBLISHER, target, way], cwd=ROOT, stdout=subprocess.PIPE,
                                   env=os.environ | {"PYTHONPATH": str(ROOT)})
        process.stdout.readline()  # one stands
        start = time.monotonic()
        process.stdout.readline()
        time.sleep(chance.random() * 2 * (time.monotonic() - start))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if way == "exchange":
            assert target.exists()
        publish.restore(target)
        known, wrong = manifest.verify(target)
        assert wrong == []
        numbers.append(known["about"]["number"])
    assert min(numbers) > 0 and len(set(numbers)) > 1  # not always the same moment


def test_a_reader_never_finds_the_place_empty(tmp_path):
    target, missing, stop = tmp_path / "site", [], threading.Event()
    folders = [tmp_path / name for name in ("site", "other")]
    for each in folders:
        each.mkdir()
        (each / "index.html").write_text(each.name, "utf-8")
    if not publish.exchange(*folders):
        pytest.skip("the file system cannot exchange two folders at once")

    def look():
        while not stop.is_set():
            if not target.is_dir():
                missing.append(time.monotonic())

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(300):
        aside = tmp_path / ".site.new"
        aside.mkdir()
        (aside / "index.html").write_text(str(number), "utf-8")
        publish.swap(aside, target)
    stop.set()
    reader.join()
    assert missing == [] and (target / "index.html").read_text("utf-8") == "299" and not (tmp_path / ".site.old").exists()


def test_between_the_two_renames_the_last_one_comes_back(tmp_path, monkeypatch):
    target, aside = tmp_path / "2025", tmp_path / ".2025.new"
    for each in (target, aside):
        each.mkdir()
        (each / "index.html").write_text(each.name, "utf-8")
    monkeypatch.setattr(publish, "exchange", lambda one, other: False)
    rename = Path.rename

    def killed(self, other):
        if self == aside:
            raise KeyboardInterrupt
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        publish.swap(aside, target)
    assert not target.exists()
    publish.restore(target)
    assert (target / "index.html").read_text("utf-8") == "2025"
    monkeypatch.undo()
    publish.swap(aside, target)
    assert (target / "index.html").read_text("utf-8") == ".2025.new" and not list(tmp_path.glob(".*"))


# -- what it is made with ----------------------------------------------------------------------------------------------
def plain(name: str) -> str:
    """A package name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_lock_agrees_with_the_requirements():
    pins = {plain(name): number for name, number in
            re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.txt").read_text("utf-8"), re.M)}
    text = (ROOT / "requirements.lock").read_text("utf-8")
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.M)[1:]
    found: dict[str, set[str]] = {}
    direct = set()
    for entry in entries:
        name, number = re.match(r"([\w.-]+)==([^\s;]+)", entry).groups()
        found.setdefault(plain(name), set()).add(number)
        direct |= {plain(name)} if "-r requirements.txt" in entry else set()
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), name
    assert direct == set(pins)
    assert {name: found[name] for name in pins} == {name: {number} for name, number in pins.items()}
    assert not re.search(r"https?://|file:|index-url|find-links|trusted-host", text)
    assert "--require-hashes -r requirements.lock" in (ROOT / "Makefile").read_text("utf-8")


def test_the_licence_list_is_up_to_date():
    assert (ROOT / "docs" / "licences.md").read_text("utf-8") == licences.page(), "run make docs"
