"""Nothing in this room takes HTML apart: whoever needs numbers, cells or words reads records."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support.projects import ROOT

FOLDER = ROOT / "nianbao" / "output"
MODULES = sorted(FOLDER.rglob("*.py"))
PARSERS = ("bs4", "html.parser", "html5lib", "lxml.html")
#: A tag in a pattern, such as `<figure class=` or `</td>`; lookbehinds and named groups are none.
TAG = re.compile(r"(?<!\?P)</?[a-z][a-z0-9]*[\s>\\(\[]")


#: Where pages are assembled: these put links, addresses and explanations into finished pages, and read no number there.
ASSEMBLING = {"web/site.py", "web/terms.py"}


def imported(tree: ast.Module) -> set[str]:
    """The full names of what a module imports."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {str(node.module)} | {f"{node.module}.{each.name}" for each in node.names}
    return names


def patterns(tree: ast.Module) -> set[str]:
    """The texts that a module hands to functions of `re`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
            parts = [each for argument in node.args for each in ast.walk(argument)]
            values = [each.value for each in parts if isinstance(each, ast.Constant)]
            found |= {value for value in values if isinstance(value, str)}
            found |= {value.decode() for value in values if isinstance(value, bytes)}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_no_html_is_taken_apart(path: Path):
    tree = ast.parse(path.read_text("utf-8"))
    assert not [name for name in imported(tree) if name.startswith(PARSERS)]
    found = [pattern for pattern in patterns(tree) if TAG.search(pattern)]
    assert bool(found) == (path.relative_to(FOLDER).as_posix() in ASSEMBLING), found


def test_a_pattern_over_html_would_be_seen():
    searched = "re.compile(r'<figure class=\"table\"').search('')"
    seen = ast.parse(f"from lxml import html\n{searched}\nre.sub('(?P<name>a)', '', '')")
    assert "lxml.html" in imported(seen)
    assert [pattern for pattern in patterns(seen) if TAG.search(pattern)] == ['<figure class="table"']
    assert len(MODULES) > 20
