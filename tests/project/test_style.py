"""The habits of the project: style, types, short modules that stand on each other, a docstring for every public name."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

MODULES = [*sorted((ROOT / "nianbao").glob("*.py")), ROOT / "docs" / "make.py"]
LONGEST = 400  # lines of a module


def run(*args: str) -> str:
    """What a tool has to complain about; empty when it is content."""
    done = subprocess.run([sys.executable, "-m", *args], cwd=ROOT, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_ruff_finds_nothing():
    assert not run("ruff", "check", ".")


def test_types_agree():
    """At the strictness of [tool.mypy] in pyproject.toml."""
    assert not run("mypy")


def test_nothing_is_imported_in_a_circle():
    """Also not inside functions: each module rests on the floors below it (docs/images/house.svg)."""
    from make import floor, imports

    assert all(floor(name) >= 0 for name in imports())


def public(tree: ast.AST, inside: str = "") -> list[tuple[str, ast.AST]]:
    """Modules, classes, functions and methods whose names have no underscore in front."""
    found = [] if inside else [("module", tree)]
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            found.append((inside + node.name, node))
            if isinstance(node, ast.ClassDef):
                found += public(node, f"{inside}{node.name}.")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_public_name_has_a_docstring(path: Path):
    assert not [name for name, node in public(ast.parse(path.read_text("utf-8"))) if not ast.get_docstring(node)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_modules_are_short(path: Path):
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST
