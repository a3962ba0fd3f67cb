"""Every command of the docs runs, in their order, in a clone whose book has a few chapters."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.support.documented import OTHER_PROVINCE, PAGES, commands
from tests.support.projects import ROOT, copy_project, environment, left_out

#: They need a network, or only change the folder.
ELSEWHERE = ("git clone", "git push", "cd ", "gh ")
#: These tests themselves.
OURSELVES = ("make test", "make test-long")
SMALL = """format: jb-book
root: notebooks/07-documents
parts:
  - caption: 甲
    chapters: [{file: notebooks/01-pension}, {file: notebooks/A4-county}, {file: book/dictionary}]
"""
FILES = (
    "Makefile",
    "pyproject.toml",
    "requirements.txt",
    "requirements.lock",
    "requirements-dev.txt",
    "requirements-dev.lock",
    "requirements-release.txt",
    "README.md",
    "LICENSE",
    "CITATION.cff",
    ".gitignore",
    ".pre-commit-config.yaml",
)
AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "t"), ("EMAIL", "t@example.org"))
}
ALL = list(dict.fromkeys(line for path in PAGES if path.name != OTHER_PROVINCE for line in commands(path)))
RUN = [command for command in ALL if not command.startswith(ELSEWHERE) and command not in OURSELVES]
#: Targets of the Makefile that the docs name in their text, not as commands to be typed one after another.
TARGETS = ["help", "check", "lint", "types", "docs"]


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """A clone of the project with this environment in .venv, ready in the eyes of make."""
    root = copy_project(tmp_path_factory.mktemp("docs") / "project").root
    for name in FILES:
        shutil.copy(ROOT / name, root)
    for name in ("docs", "tests", "benchmarks"):
        shutil.copytree(ROOT / name, root / name, ignore=left_out())
    (root / "_toc.yml").write_text(SMALL, "utf-8")
    (root / ".venv").mkdir()
    for each in Path(sys.prefix).iterdir():
        if not each.name.startswith(".ready"):
            (root / ".venv" / each.name).symlink_to(each)
    start("git init -q && git add -A && git commit -qm t", root).communicate()
    for name in (".ready", ".ready-dev"):
        (root / ".venv" / name).touch()
    return root


def start(command: str, root: Path) -> subprocess.Popen:
    """Start a command in a clone, with the clone's own package."""
    known = environment(root) | AUTHOR | {"PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        command, shell=True, cwd=root, env=known, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def carried_out(command: str, root: Path) -> str:
    """What a command says that ends well."""
    running = start(command, root)
    out, _ = running.communicate(timeout=600)
    assert running.returncode == 0, out
    return out


def provide(command: str, root: Path) -> None:
    """Lay the files in place that the docs take for somebody's own: the Word file of the built book."""
    for name in ("report.docx", "edited.docx"):
        if name in command and not (root / name).exists():
            shutil.copy(next(root.glob("_build/*/nianbao-*.docx")), root / name)


def answered(command: str, root: Path) -> int:
    """The status with which a server answers once."""
    serving = start(f"exec {command} --port 0", root)
    try:
        address = next(found[0] for line in serving.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+/", line)))
        with urllib.request.urlopen(address) as answer:
            return answer.status
    finally:
        serving.terminate()
        serving.wait()


def test_there_are_commands():
    assert len(RUN) >= 10 and "make book" in RUN


@pytest.mark.long
@pytest.mark.parametrize("command", RUN)
def test_every_command_runs(command, clone):
    """In the order of the docs; servers answer once."""
    if re.search(r"nianbao (serve|watch)\b", command):
        assert answered(command, clone) == 200
    else:
        provide(command, clone)
        carried_out(command, clone)


@pytest.mark.long
@pytest.mark.parametrize("target", TARGETS)
def test_every_target_that_is_only_named_runs(target, clone):
    carried_out(f"make {target}", clone)


@pytest.mark.long
def test_the_hooks_pass(clone):
    """pre-commit on a clone: all hooks of .pre-commit-config.yaml, on every file."""
    carried_out("git add -A && .venv/bin/pre-commit run --all-files", clone)


def test_the_environment_of_a_clone_is_not_installed_again(clone):
    """Else the tests above would change the environment they run in."""
    planned = carried_out("make -n setup-dev", clone)
    assert "pip install" not in planned and os.path.samefile(clone / ".venv" / "bin", Path(sys.prefix) / "bin")
