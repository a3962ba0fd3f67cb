"""The menu that a double click begins: it offers five things, and does what the commands do."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from nianbao.build.province import STARTER
from nianbao.build.start import CHOICES, FORMATS, Menu
from nianbao.cli import parser
from tests.support.projects import ROOT, environment

LAST_YEAR = str(date.today().year - 1)
#: Files that a double click begins, here and in the repository of another province.
FOLDERS = [ROOT, STARTER]


class Editor:
    """An editor who types some answers; remembers what was said, carried out and shown."""

    def __init__(self, root: Path, *answers: str, codes: tuple[int, ...] = ()):
        self.answers = list(answers)
        self.codes = list(codes)
        self.said: list[str] = []
        self.done: list[tuple[str, ...]] = []
        self.seen: list[str] = []
        Menu(root, self.ask, self.said.append, self.run, self.seen.append).begin()

    def ask(self, question: str) -> str:
        """The next answer; the end of the input where there is none."""
        self.said.append(question)
        if not self.answers:
            raise EOFError
        return self.answers.pop(0)

    def run(self, command) -> int:
        """Note a command, which the program must understand; its exit code."""
        parser().parse_args(command)
        self.done.append(tuple(command))
        return self.codes.pop(0) if self.codes else 0


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A content folder with two workbooks, one that a program has open, and a built book."""
    for name in ("2024/填报-2024.xlsx", "2025/填报-2025.xlsx", "2025/~$填报-2025.xlsx"):
        path = tmp_path / "data" / "observations" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
        os.utime(path, (0, int(name[:4])))
    for year in ("2024", "2025", "2025-run"):
        page = tmp_path / "_build" / year / "html" / "index.html"
        page.parent.mkdir(parents=True)
        page.touch()
    return tmp_path


def test_it_offers_five_things_and_leaves(tmp_path):
    for leaving in ((), ("0",), ("退出",), ("０",)):
        editor = Editor(tmp_path, *leaving)
        assert [line for line in editor.said if line.strip()[:1] in "12345" and line.strip()] == [
            f"  {number}　{words}" for number, words in enumerate(CHOICES, 1)
        ]
        assert editor.done == []


def test_what_is_not_offered_is_said(tmp_path):
    assert "没有“7”这一项" in Editor(tmp_path, "7").said


def test_a_new_year(tmp_path):
    assert Editor(tmp_path, "1", "2026").done == [("new-year", "2026")]
    assert Editor(tmp_path, "１", "").done == [("new-year", LAST_YEAR)]


def test_a_workbook_is_looked_at_before_it_is_read(filled):
    last = str(filled / "data/observations/2025/填报-2025.xlsx")
    looked = ("intake", last, "--year", "2025", "--preview")
    assert Editor(filled, "2", "", "y").done == [looked, looked[:-1]]
    assert Editor(filled, "2", "1", "").done == [looked]
    assert Editor(filled, "2", "1", "y", codes=(2,)).done == [looked]


def test_a_workbook_can_be_chosen_or_drawn_here(filled):
    assert Editor(filled, "2", "2").done[0][1:4] == (
        str(filled / "data/observations/2024/填报-2024.xlsx"),
        "--year",
        "2024",
    )
    assert Editor(filled, "2", '"D/我的 表.xlsx" ', "2023").done[0][1:4] == ("D/我的 表.xlsx", "--year", "2023")
    assert not any("~$" in line for line in Editor(filled, "2").said)


def test_without_a_workbook_nothing_is_read(tmp_path):
    assert Editor(tmp_path, "2", "").done == []


def test_check_build_and_look(filled):
    page = (filled / "_build/2025/html/index.html").resolve().as_uri()
    editor = Editor(filled, "3", "4", "5")
    assert editor.done == [("check",), ("build", "--formats", FORMATS)]
    assert editor.seen == [page, page]
    assert Editor(filled, "4", codes=(2,)).seen == []


def test_without_a_book_there_is_nothing_to_look_at(tmp_path):
    editor = Editor(tmp_path, "5")
    assert editor.seen == [] and "还没有编成的书，请先选 4" in editor.said


def test_the_command_offers_them(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "nianbao", "start"],
        cwd=tmp_path,
        env=environment(ROOT),
        input="0\n",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and all(words in done.stdout for words in CHOICES), done.stderr


@pytest.mark.parametrize("folder", FOLDERS, ids=["here", "starter"])
def test_what_windows_begins_is_as_its_shell_reads_it(folder: Path):
    """Ends of lines as Windows has them; the code page is set before any sign that is not ASCII."""
    raw = (folder / "开始.bat").read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n") > 10
    before, _, after = raw.partition(b"chcp 65001")
    assert before.isascii() and b"-m nianbao start" in after
    chinese = [line for line in after.splitlines() if not line.isascii()]
    assert all(line.startswith(b"echo ") for line in chinese) and chinese


@pytest.mark.skipif(os.name != "posix", reason="Windows 用 开始.bat")
@pytest.mark.parametrize("folder", FOLDERS, ids=["here", "starter"])
def test_what_macos_and_linux_begin(folder: Path, tmp_path):
    """It offers the menu in its own folder, whatever folder it is called in."""
    script = folder / "start.command"
    assert os.access(script, os.X_OK)
    place = tmp_path / "a b"
    place.mkdir()
    copy = place / script.name
    copy.write_bytes(script.read_bytes())
    copy.chmod(0o755)
    binaries = place / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (place / ".venv" / ".ready").touch()
    named = [tmp_path / f"python3{minor}" for minor in ("", ".11", ".12", ".13", ".14")]
    for path in (binaries / "python", *named):
        path.write_text('#!/bin/sh\necho "$(basename "$PWD")" "$@"\n', "utf-8")
        path.chmod(0o755)
    known = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([copy], cwd=tmp_path, env=known, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1:] == ["a b -m nianbao start"], done.stderr
