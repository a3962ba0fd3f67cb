"""Docs and code say the same: every command runs, every link leads somewhere, generated pages are up to date."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import unquote

import frictionless
import make
import pytest
import yaml
from markdown_it import MarkdownIt

from nianbao import __version__
from nianbao.cli import parser
from tests.support.projects import ROOT, copy_project

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
SHOWN = "make -n "  # in place of `make`: what would be done
SMALL = """format: jb-book
root: notebooks/07-documents
parts:
  - caption: 甲
    chapters: [{file: notebooks/01-pension}, {file: notebooks/A4-county}, {file: book/dictionary}]
"""
ELSEWHERE = ("git clone", "git push", "cd ", "gh ")  # need a network or only change the folder


def commands(path: Path) -> list[str]:
    """Lines of the shell blocks of a page, without comments."""
    tokens = MarkdownIt().parse(path.read_text("utf-8"))
    lines = "".join(each.content for each in tokens if each.type == "fence" and each.info.strip() == "sh").replace("\\\n", "").splitlines()
    return [line.partition("  #")[0].strip() for line in lines if line.strip() and not line.startswith("#")]


ALL = list(dict.fromkeys(line for path in PAGES for line in commands(path)
                         if path.name != "新省份.md" and not line.startswith(ELSEWHERE)))  # that page is walked by test_province.py


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """A clone of the project with this environment in .venv, in which the book has three chapters."""
    root = copy_project(tmp_path_factory.mktemp("docs") / "project").root
    for name in ("Makefile", "pyproject.toml", "requirements.txt", "requirements.lock", "README.md", "LICENSE", ".gitignore", ".pre-commit-config.yaml"):
        shutil.copy(ROOT / name, root)
    for name in ("docs", "tests"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "_toc.yml").write_text(SMALL, "utf-8")
    (root / ".venv").symlink_to(sys.prefix)
    subprocess.run("git init -q && git add -A && git -c user.name=t -c user.email=t@example.org commit -qm t", shell=True, cwd=root, check=True)
    return root


def start(command: str, root: Path, **how) -> subprocess.Popen:
    """Start a command in a clone, with the clone's own package."""
    env = {**os.environ, "PYTHONPATH": str(root), "PYTHONWARNINGS": "ignore", "PYTHONUNBUFFERED": "1",
           "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.org", "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@example.org"}
    env.pop("NIANBAO_DATA", None)
    return subprocess.Popen(command, shell=True, cwd=root, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **how)


@pytest.mark.parametrize("command", ALL)
def test_every_command_runs(command: str, clone: Path):
    """In the order of the docs. What would rebuild the whole project is only shown by make; servers answer once."""
    if re.search(r"nianbao (serve|watch)\b", command):
        serving = start(f"exec {command} --port 0", clone)
        try:
            address = next(found[0] for line in serving.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+/", line)))
            with urllib.request.urlopen(address) as answer:
                assert answer.status == 200
        finally:
            serving.terminate()
            serving.wait()
        return
    running = start(re.sub(r"^make ", SHOWN, command), clone)
    out, _ = running.communicate(timeout=600)
    assert running.returncode == 0, out


def test_both_readmes_have_the_same_commands_and_pictures():
    english, chinese = (ROOT / name for name in ("README.md", "README.zh-CN.md"))
    assert commands(english) == commands(chinese) != []
    pictures = [re.findall(r"!\[.+?\]\((.+?)\)", path.read_text("utf-8")) for path in (english, chinese)]
    assert pictures[0] == pictures[1] != []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_commands_within_the_text_exist(path: Path):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for code in [*re.findall(r"`([^`\n]+)`", path.read_text("utf-8")), *commands(path)]:
        if code.startswith("make "):
            assert set(code.split("#")[0].split()[1:]) <= targets, code
        call = re.match(r"(?:\.venv/bin/)?nianbao ([a-z][^<…]*)$", code)
        if call and not call[1].endswith(" "):
            words = shlex.split(call[1])
            try:
                parser().parse_args(words)
            except SystemExit:
                known = parser()._subparsers._group_actions[0].choices  # only named, without what it needs
                assert len(words) == 1 and words[0] in known, code


@pytest.mark.parametrize("path", make.pages(), ids=lambda path: path.name)
def test_generated_pages_are_up_to_date(path: Path):
    assert path.read_text("utf-8") == make.pages()[path], "run `make docs`"


def test_the_data_are_as_their_descriptor_says(data: Path):
    def errors() -> list[str]:
        report = frictionless.Package(str(data / "datapackage.json")).validate()
        return [error.message for task in report.tasks for error in task.errors]

    assert not errors()
    path = data / "observations" / "2025" / "pension.csv"
    whole = path.read_text("utf-8")
    for wrong in (whole.replace(",275.09,A,", ",275.09,Q,", 1), whole.replace(",275.09,A,", ",很多,A,", 1), whole + whole.splitlines()[1] + "\n"):
        assert wrong != whole
        path.write_text(wrong, "utf-8")
        assert len(errors()) == 1


def test_version_and_citation_agree():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert cited["version"] == __version__
    assert {"cff-version", "title", "message", "authors", "license", "type"} <= set(cited)
    sections = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert sections[0] in {"Unreleased", __version__}


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[0-9]*.yml")), ids=lambda path: path.stem)
def test_issue_forms_have_what_github_asks_for(path: Path):
    form = yaml.safe_load(path.read_text("utf-8"))
    assert {"name", "description", "body"} <= set(form)
    fields = [each for each in form["body"] if each["type"] != "markdown"]
    assert fields and len({each["id"] for each in fields}) == len(fields)
    assert all(each["type"] in {"input", "textarea", "dropdown", "checkboxes"} and each["attributes"]["label"] for each in fields)


def test_the_hooks_pass(clone: Path):
    """pre-commit on a clone: all hooks of .pre-commit-config.yaml, on every file."""
    out, _ = (running := start(".venv/bin/pre-commit run --all-files", clone)).communicate(timeout=600)
    assert running.returncode == 0, out


# -- links --------------------------------------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    """Anchors that GitHub gives to the headings of a page."""
    tokens = MarkdownIt().parse(path.read_text("utf-8"))
    heads = [tokens[at + 1].content for at, each in enumerate(tokens) if each.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", head).lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(path: Path):
    links = []
    for token in MarkdownIt().enable("table").parse(path.read_text("utf-8")):
        links += [each.attrs.get("href") or each.attrs.get("src") for each in token.children or () if each.type in {"link_open", "image"}]
    for link in links:
        if re.match(r"[a-z]+:", link):
            assert re.fullmatch(r"https://[\w.-]+\.[a-z]{2,}(/[\w./%#?=&~+-]*)?|mailto:\S+@\S+", link), link
            continue
        place, _, anchor = unquote(link).partition("#")
        target = (path.parent / place).resolve() if place else path
        assert target.exists() and target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("path", [path for path in PAGES if path.name != "新年度.md"], ids=lambda path: path.name)
def test_places_named_as_proof_exist(path: Path):
    """`tests/test_x.py::test_name`, `nianbao/x.py`, `data/…` in backticks; 新年度.md names files of a year to come."""
    for code in re.findall(r"`([\w./-]+(?:::\w+)?)`", path.read_text("utf-8")):
        place, _, name = code.partition("::")
        if re.match(r"(tests|nianbao|docs|book|notebooks|data|deploy|benchmarks|\.ci|\.github)/", place):
            assert (ROOT / place).exists(), code
            if name:
                tree = ast.parse((ROOT / place).read_text("utf-8"))
                assert name in {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.ClassDef)}, code
