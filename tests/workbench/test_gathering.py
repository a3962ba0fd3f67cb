"""The folder of the page: what is pinned is what the program is locked to, and what lacks is said."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from nianbao.errors import DataError
from nianbao.workbench import gathering
from tests.support.projects import ROOT


def test_packages_are_those_that_the_program_is_locked_to():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    for wheel in gathering.listed():
        assert re.search(rf"^{wheel.package}=={re.escape(wheel.version)} ", lock, re.MULTILINE), wheel
        assert wheel.sha256 in lock or wheel.package == "lxml", wheel  # that one stands in the list of Pyodide


def test_without_npm_one_sentence_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(gathering.shutil, "which", lambda name: None)
    with pytest.raises(DataError, match=r"^没有找到 npm：[^。]*$"):
        gathering.gather(tmp_path / "workbench", tmp_path / "store", say=lambda line: None)
    assert not (tmp_path / "workbench").exists()


@pytest.mark.parametrize("what", ["no wheels", "a file", "in a file", "a folder of other things"])
def test_folders_that_cannot_be_are_said_before_anything_is_fetched(what, tmp_path, monkeypatch):
    monkeypatch.setattr(gathering, "runtime", lambda *args: pytest.fail("asked a registry"))
    (tmp_path / "file").write_text("mine", "utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.csv").write_text("a", "utf-8")
    into = {"a file": "file", "in a file": "file/x", "a folder of other things": "data"}.get(what, "new")
    wheels = tmp_path / "nix" if what == "no wheels" else None
    with pytest.raises(DataError, match="nix" if wheels else into.partition("/")[0]):
        gathering.gather(tmp_path / into, tmp_path / "store", wheels, lambda line: None)
    assert (tmp_path / "data" / "mine.csv").exists() and not (tmp_path / "store").exists()


def test_an_earlier_page_and_an_empty_folder_are_replaced(tmp_path):
    (tmp_path / "earlier").mkdir()
    (tmp_path / "earlier" / gathering.LIST).write_text("{}", "utf-8")
    (tmp_path / "empty").mkdir()
    for name in ("earlier", "empty", "not/yet/there"):
        gathering.check_folders(tmp_path / name, None)


def test_what_npm_brings_is_held_against_its_digest(tmp_path, monkeypatch):
    path = tmp_path / f"{gathering.PYODIDE}-{gathering.VERSION}.tgz"
    monkeypatch.setattr(gathering.shutil, "which", lambda name: name)
    monkeypatch.setattr(gathering, "ran", lambda *args: path.write_bytes(b"something else"))
    with pytest.raises(DataError, match="校验值不符"):
        gathering.runtime(tmp_path)
    assert not path.exists()


def test_the_program_in_the_browser_is_whole_and_the_same_each_time(tmp_path):
    for name in ("one.zip", "other.zip"):
        gathering.pack_program(tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()
    names = set(zipfile.ZipFile(tmp_path / "one.zip").namelist())
    assert {"nianbao/__init__.py", "nianbao/proof/phrases.csv", "nianbao/workbench/desk.py"} <= names
    assert not any("__pycache__" in name or "/output/" in name or "/chapter/" in name for name in names)
    assert "nianbao/workbench/gathering.py" not in names
    assert len(names) == len(zipfile.ZipFile(tmp_path / "one.zip").namelist())


def test_what_a_module_imports_is_followed_wherever_it_stands(tmp_path, monkeypatch):
    monkeypatch.setattr(gathering, "PACKAGE", tmp_path / "nianbao")
    monkeypatch.setattr(gathering, "DESK", tmp_path / "nianbao" / "workbench" / "desk.py")
    texts = {
        "__init__.py": "from nianbao import chapter",
        "chapter.py": "",
        "data/__init__.py": "",
        "data/one.py": "import json\ndef late():\n    import nianbao.locking",
        "locking.py": "from nianbao.far.near import Thing",
        "far/__init__.py": "",
        "far/near.py": "from nianbao.far import other",
        "far/other.py": "",
        "far/unused.py": "",
        "workbench/__init__.py": "",
        "workbench/desk.py": "from nianbao.data.one import late",
        "workbench/gathering.py": "",
    }
    for name, text in texts.items():
        path = tmp_path / "nianbao" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    left = {"chapter.py", "far/unused.py", "workbench/gathering.py"}
    found = {path.relative_to(tmp_path / "nianbao").as_posix() for path in gathering.program()}
    assert found == texts.keys() - left


def test_what_lacks_a_reader_is_said_on_the_page(tmp_path):
    gathering.write_page(tmp_path, gathering.readable(["word"]))
    page = (tmp_path / "index.html").read_text("utf-8")
    assert "Word（.docx）、网页（.html）在这个页面里不能校对" in page and "另存为 PDF" in page
    assert 'accept=".zip,.csv,.pdf,.xlsx,.txt"' in page and "$" not in page
    gathering.write_page(tmp_path, gathering.readable([]))
    assert "不能校对" not in (tmp_path / "index.html").read_text("utf-8")


def test_another_program_is_another_version_of_the_page(tmp_path):
    first, second = tmp_path / "1", tmp_path / "2"
    for made in (first, second):
        made.mkdir()
    gathering.write_page(first, [".txt"])
    (second / "more.txt").write_text("x", "utf-8")
    gathering.write_page(second, [".txt"])
    assert (first / "service.js").read_text("utf-8") != (second / "service.js").read_text("utf-8")
    assert "VERSION_OF_THE_PAGE" not in (first / "service.js").read_text("utf-8")


def test_the_clients_find_what_they_are_given_from_any_folder(tmp_path, monkeypatch):
    """They run in the store, which the command names as it stands in the content folder."""
    monkeypatch.chdir(tmp_path)
    asked: list[Path] = []

    def ran(command, folder, name):
        asked.extend(folder / each for each in command if str(each).endswith("asked.txt"))
        raise DataError("nothing to be had")

    monkeypatch.setattr(gathering, "runtime", lambda store, say: store)
    monkeypatch.setattr(gathering, "unpack_runtime", lambda *args: None)
    monkeypatch.setattr(gathering, "ran", ran)
    with pytest.raises(DataError, match="nothing to be had"):
        gathering.gather(Path("workbench"), Path("store"), say=lambda line: None)
    assert asked and all(path.is_file() for path in asked)


def test_all_that_the_program_imports_of_itself_is_in_the_archive(tmp_path):
    gathering.pack_program(tmp_path / "program.zip")
    with zipfile.ZipFile(tmp_path / "program.zip") as archive:
        names = set(archive.namelist())
        texts = {name: archive.read(name).decode("utf-8") for name in names if name.endswith(".py")}
    del texts["nianbao/__init__.py"]  # what notebooks import is looked up there when it is asked for
    lacking = {
        f"{name}: {module}"
        for name, text in texts.items()
        for module in re.findall(r"^ *(?:from|import) (nianbao(?:\.\w+)+)", text, re.MULTILINE)
        if not {f"{module.replace('.', '/')}.py", f"{module.replace('.', '/')}/__init__.py"} & names
    }
    assert lacking == set() and len(texts) > 100
