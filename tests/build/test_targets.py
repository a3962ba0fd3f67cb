"""What the Makefile makes, without make: the same targets, the same commands; before anything is installed, too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nianbao.build import targets
from nianbao.build.environment import DEV_LOCK, LOCK, READY, READY_DEV, VENV, Environment, has_all, python_of
from nianbao.build.targets import COMMANDS, TARGETS
from nianbao.errors import DataError
from tests.support.projects import ROOT

MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
RECIPES = {
    found[1]: found[2] for found in re.finditer(r"^([a-z-]+):.*\n((?:\t.*\n)*)", MAKEFILE.replace("\\\n", ""), re.M)
}


def test_make_and_the_program_know_the_same_targets():
    assert set(RECIPES) == {*TARGETS, *COMMANDS} and len(RECIPES) >= 19
    listed = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.M)
    assert listed and set(listed[1].split()) == set(RECIPES)


@pytest.mark.parametrize("name", [name for name, target in TARGETS.items() if target.python])
def test_make_and_the_program_run_the_same(name: str):
    arguments = TARGETS[name].python
    words = arguments[2:] if arguments[0] == "-m" else arguments
    said = RECIPES[name].replace('"', "").replace("pre-commit", "pre_commit")
    assert " ".join(words) in said


@pytest.mark.parametrize("name", ["release", "lock", "bundle", "audit"])
def test_make_asks_the_program(name: str):
    assert f"-m nianbao {name}" in RECIPES[name]


class Ready(Environment):
    """An environment that notes what it is asked for instead of installing it."""

    asked: list[str] = []

    def make(self) -> None:
        """Note it."""
        self.asked.append("setup")

    def make_for_developers(self) -> None:
        """Note it."""
        self.asked.append("setup-dev")


@pytest.mark.parametrize(
    "name, asked, command",
    [
        ("book", ["setup"], "-m nianbao.cli build --formats html,pdf,docx,epub --year 2024"),
        ("lint", ["setup", "setup-dev"], "-m ruff check . --year 2024"),
        ("setup", ["setup"], None),
        ("setup-dev", ["setup", "setup-dev"], None),
    ],
)
def test_a_target_runs_in_the_environment(monkeypatch, tmp_path, name, asked, command):
    ran: list[str] = []
    monkeypatch.setattr(Ready, "asked", [])
    monkeypatch.setattr(targets, "Environment", Ready)
    monkeypatch.setattr(targets, "carry_out", lambda words, root: ran.append(" ".join(map(str, words))) or 7)
    assert targets.run(name, ["--year", "2024"], tmp_path) == (7 if command else 0)
    assert Ready.asked == asked
    assert ran == ([f"{python_of(tmp_path)} {command}"] if command else [])


def test_clean_takes_what_was_built(tmp_path):
    (tmp_path / "_build" / "2025").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    assert targets.run("clean", [], tmp_path) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


# -- the environment ---------------------------------------------------------------------------------------------------
def test_an_environment_is_ready_until_a_lock_changes(tmp_path):
    (tmp_path / LOCK).touch()
    environment = Environment(tmp_path)
    assert not environment.is_ready()
    (tmp_path / VENV).mkdir()
    (tmp_path / VENV / READY).touch()
    (tmp_path / VENV / READY_DEV).touch()
    assert environment.is_ready() and environment.is_ready(READY_DEV, DEV_LOCK)
    environment.make()  # there is nothing to install
    os.utime(tmp_path / LOCK, (2**32, 2**32))
    assert not environment.is_ready() and environment.is_ready(READY_DEV, DEV_LOCK)


def test_where_no_book_is_nothing_is_installed(tmp_path):
    with pytest.raises(DataError, match="requirements"):
        Environment(tmp_path).make()
    assert list(tmp_path.iterdir()) == []


def test_an_old_python_is_told(tmp_path, monkeypatch):
    (tmp_path / LOCK).touch()
    monkeypatch.setattr(sys, "version_info", (3, 10, 2))
    with pytest.raises(DataError, match=r"3\.11 以上"):
        Environment(tmp_path).make()


def test_only_a_bundle_is_installed_without_an_index(tmp_path, monkeypatch):
    """The wheels of another province hold the program alone."""
    ran: list[list[str]] = []
    monkeypatch.setattr("nianbao.build.environment.require", lambda words, *_, **__: ran.append(list(map(str, words))))
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "nianbao-0.2.0-py3-none-any.whl").touch()
    Environment(tmp_path).install("-r", LOCK)
    (wheels / "pip-26.3-py3-none-any.whl").touch()
    Environment(tmp_path).install("-r", LOCK)
    assert has_all(wheels) and ["--no-index" in words for words in ran] == [False, True]


# -- python -m nianbao -------------------------------------------------------------------------------------------------
def bare_python(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """`python -m nianbao …` by a Python in which nothing is installed, in an empty folder."""
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.argv = ['nianbao', *{arguments!r}]; import runpy; "
    program += "runpy.run_module('nianbao', run_name='__main__', alter_sys=True)"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], cwd=folder, capture_output=True, text=True, encoding="utf-8"
    )


def test_before_anything_is_installed_the_targets_are_told(tmp_path):
    done = bare_python(tmp_path, "help")
    assert done.returncode == 0 and len(done.stdout.splitlines()) == len(TARGETS), done.stderr


def test_before_anything_is_installed_commands_say_what_to_do(tmp_path):
    done = bare_python(tmp_path, "check")
    assert (done.returncode, done.stdout) == (2, "") and "python -m nianbao setup" in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_cannot_be_set_up_is_one_line(tmp_path):
    done = bare_python(tmp_path, "setup")
    assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr


def test_with_all_installed_it_is_the_command_line():
    done = subprocess.run([sys.executable, "-m", "nianbao", "diff", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and "nianbao diff" in done.stdout
