"""Docs and code say the same: commands exist, every link leads somewhere, generated pages are up to date."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path
from urllib.parse import unquote

import frictionless
import make
import pytest
import yaml
from markdown_it import MarkdownIt

from nianbao import __version__
from nianbao.cli import COMMANDS, parser
from tests.support.documented import PAGES, commands
from tests.support.projects import ROOT

#: Places in backticks that are to exist.
#: Pages that name files of years to come, or of versions past.
TIMES = ("新年度.md", "CHANGELOG.md")
OURS = re.compile(r"(tests|nianbao|docs|book|notebooks|data|deploy|benchmarks|\.ci|\.github)/")
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[0-9]*.yml"))


def test_there_are_pages():
    assert len(PAGES) >= 10 and len(FORMS) >= 2


def test_both_readmes_have_the_same_commands_and_pictures():
    english, chinese = (ROOT / name for name in ("README.md", "README.zh-CN.md"))
    assert commands(english) == commands(chinese) != []
    pictures = [re.findall(r"!\[.+?\]\((.+?)\)", path.read_text("utf-8")) for path in (english, chinese)]
    assert pictures[0] == pictures[1] != []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_commands_within_the_text_exist(path: Path):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for code in [*re.findall(r"`([^`\n]+)`", path.read_text("utf-8")), *commands(path)]:
        if code.startswith("make "):
            assert set(code.split("#")[0].split()[1:]) <= targets, code
        call = re.match(r"(?:\.venv/bin/)?nianbao ([a-z][^<…]*)$", code)
        if call and not call[1].endswith(" "):
            words = shlex.split(call[1])
            assert words[0] in COMMANDS, code
            if len(words) > 1:  # else the command is only named, without what it needs
                parser().parse_args(words)


def test_generated_pages_are_up_to_date():
    pages = make.pages()
    assert len(pages) >= 8
    assert [path.name for path, text in pages.items() if path.read_text("utf-8") != text] == [], "run `make docs`"


def errors(part: frictionless.Package | frictionless.Resource) -> list[str]:
    """What is wrong with a data package, or a part of one."""
    return [error.message for task in part.validate().tasks for error in task.errors]


@pytest.mark.long
def test_the_data_are_as_their_descriptor_says(data: Path):
    package = frictionless.Package(str(data / "datapackage.json"))
    assert len(package.resources) >= 80 and not errors(package)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(",275.09,A,", ",275.09,Q,", 1),
        lambda text: text.replace(",275.09,A,", ",很多,A,", 1),
        lambda text: text + text.splitlines()[1] + "\n",
    ],
    ids=["status", "number", "row twice"],
)
def test_the_descriptor_tells_wrong_data_from_right(data: Path, change):
    path = data / "observations" / "2025" / "pension.csv"
    resource = frictionless.Package(str(data / "datapackage.json")).get_resource("observations-2025-pension")
    text = path.read_text("utf-8")
    assert change(text) != text
    path.write_text(change(text), "utf-8")
    assert len(errors(resource)) == 1


def test_version_and_citation_agree():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert cited["version"] == __version__
    assert {"cff-version", "title", "message", "authors", "license", "type"} <= set(cited)
    sections = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert sections[0] in {"Unreleased", __version__}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_issue_forms_have_what_github_asks_for(path: Path):
    form = yaml.safe_load(path.read_text("utf-8"))
    assert {"name", "description", "body"} <= set(form)
    fields = [each for each in form["body"] if each["type"] != "markdown"]
    assert fields and len({each["id"] for each in fields}) == len(fields)
    for each in fields:
        assert each["type"] in {"input", "textarea", "dropdown", "checkboxes"} and each["attributes"]["label"]


# -- links -------------------------------------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    """Anchors that GitHub gives to the headings of a page."""
    tokens = MarkdownIt().parse(path.read_text("utf-8"))
    heads = [tokens[at + 1].content for at, each in enumerate(tokens) if each.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", head).lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(path: Path):
    links = []
    for token in MarkdownIt().enable("table").parse(path.read_text("utf-8")):
        for each in token.children or ():
            if each.type in {"link_open", "image"}:
                links.append(each.attrs.get("href") or each.attrs.get("src"))
    for link in links:
        if re.match(r"[a-z]+:", link):
            assert re.fullmatch(r"https://[\w.-]+\.[a-z]{2,}(/[\w./%#?=&~+-]*)?|mailto:\S+@\S+", link), link
            continue
        place, _, anchor = unquote(link).partition("#")
        target = (path.parent / place).resolve() if place else path
        assert target.exists() and target.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("path", [path for path in PAGES if path.name not in TIMES], ids=lambda path: path.name)
def test_places_named_as_proof_exist(path: Path):
    """`tests/test_x.py::test_name`, `nianbao/x.py`, `data/…` in backticks."""
    for code in re.findall(r"`([\w./-]+(?:::\w+)?)`", path.read_text("utf-8")):
        place, _, name = code.partition("::")
        if OURS.match(place):
            assert (ROOT / place).exists(), code
            assert not name or name in names_in(ROOT / place), code


def names_in(path: Path) -> set[str]:
    """Functions and classes of a module."""
    tree = ast.parse(path.read_text("utf-8"))
    return {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.ClassDef)}
