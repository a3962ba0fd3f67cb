"""The house and its rules: who may import whom, what each room says of itself, style, types, names that explain."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from unicodedata import east_asian_width

import house
import pytest

from tests.support.projects import ROOT
from tests.support.selection import long_but

#: Columns of a line; a Chinese character takes two.
WIDEST = 120
CODE = sorted(path for folder in ("nianbao", "tests", "docs", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
MODULES = [path for path in CODE if path.is_relative_to(ROOT / "nianbao")]
ROOMS = sorted(path.parent.name for path in (ROOT / "nianbao").glob("*/__init__.py"))


def by_path(path: Path) -> str:
    """A file as it is called in the repository."""
    return path.relative_to(ROOT).as_posix()


def complaints(*command: str, folder: Path = ROOT) -> str:
    """What a tool has to complain about; empty when it is content."""
    known = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run([sys.executable, *command], cwd=folder, env=known, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr or f"exit code {done.returncode}"


def test_every_file_of_tests_is_collected(pytestconfig):
    """No folder bears a name that pytest leaves out, as it does `build` unless told otherwise."""
    left_out = pytestconfig.getini("norecursedirs")
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    assert len(files) >= 80
    for path in files:
        folders = path.parent.relative_to(ROOT).parts
        assert [name for name in folders if any(fnmatch(name, pattern) for pattern in left_out)] == [], path


def test_the_code_is_found():
    assert len(MODULES) >= 100 and len(CODE) >= 150
    assert len(ROOMS) >= 8


# -- imports -----------------------------------------------------------------------------------------------------------
def lint_imports(folder: Path) -> str:
    """Contracts of [tool.importlinter] in pyproject.toml that the package in `folder` breaks; type imports count."""
    return complaints(
        "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache", folder=folder
    )


def test_imports_point_one_way():
    assert not lint_imports(ROOT)


@pytest.mark.parametrize(
    "module, line, contract",
    long_but(
        [
            ("audit/context.py", "from nianbao.audit.audit import Audit", "No circle"),
            ("figures/units.py", "from nianbao.chapter.record import Record", "The house"),
            ("intake/reading.py", "from nianbao.chapter import record", "Intake reads"),
            ("charts/__init__.py", "from nianbao.data.keys import Key", "Charts know"),
            ("proof/proof.py", "from nianbao.intake import reading", "The house"),
            ("proof/proof.py", "from nianbao.chapter import record", "Proofreading needs"),
            ("data/csvfiles.py", "import pandas", "need no pandas"),
            ("audit/context.py", "from nianbao.analysis.accounts import Account", "The house"),
            ("analysis/accounts.py", "from nianbao.charts.style import COLORS", "The analysis draws"),
        ],
        0,
        3,
    ),
)
@pytest.mark.parametrize("only_for_types", long_but([False, True], 0), ids=["import", "type import"])
def test_an_import_that_points_the_wrong_way_is_found(tmp_path, module, line, contract, only_for_types):
    shutil.copytree(
        ROOT / "nianbao", tmp_path / "nianbao", ignore=shutil.ignore_patterns("*.woff2", "*.otf", "__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path = tmp_path / "nianbao" / module
    planted = f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    {line}\n" if only_for_types else f"{line}\n"
    path.write_text(path.read_text("utf-8") + planted, "utf-8")
    assert re.search(f"{contract}.*BROKEN", lint_imports(tmp_path))


def test_each_room_says_what_it_owns_and_what_it_may_import():
    for room in ROOMS:
        said = ast.get_docstring(ast.parse((ROOT / "nianbao" / room / "__init__.py").read_text("utf-8"))) or ""
        owns, _, may = said.partition("\n\n")
        assert owns.endswith(".") and len(owns) > 40, f"{room}: {owns}"
        assert may.startswith("May import: ") and may.endswith("."), f"{room}: {may}"


def test_what_a_room_imports_is_what_it_says_it_may():
    """By name, or as what is below a room that it names."""
    for room in ROOMS:
        said = ast.get_docstring(ast.parse((ROOT / "nianbao" / room / "__init__.py").read_text("utf-8"))) or ""
        if "everything" in said:
            continue
        named = set(re.findall(r"`nianbao\.(\w+)`", said.partition("May import:")[2]))
        allowed = named | {far for each in named if "below" in said for far in house.reaches(each)}
        assert house.rooms()[room] <= allowed, f"{room} imports {sorted(house.rooms()[room] - allowed)}"


# -- style and types ---------------------------------------------------------------------------------------------------
def test_ruff_finds_nothing():
    assert not complaints("-m", "ruff", "check", ".")


def test_types_agree():
    """At the strictness of [tool.mypy] in pyproject.toml."""
    assert not complaints("-m", "mypy")


def columns(line: str) -> int:
    """The room a line takes in an editor."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in line)


def test_lines_fit_an_editor():
    wide = [
        f"{by_path(path)}:{number}"
        for path in CODE
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if columns(line) > WIDEST
    ]
    assert wide == []


def public(tree: ast.AST, inside: str = "") -> list[tuple[str, ast.AST]]:
    """Modules, classes, functions and methods whose names have no underscore in front."""
    found = [] if inside else [("module", tree)]
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            found.append((inside + node.name, node))
            if isinstance(node, ast.ClassDef):
                found += public(node, f"{inside}{node.name}.")
    return found


def test_every_public_name_has_a_docstring():
    """Tests explain themselves by their names; what they share does not."""
    documented = [path for path in CODE if not path.name.startswith("test_")]
    assert len(documented) >= 130
    silent = [
        f"{by_path(path)}: {name}"
        for path in documented
        for name, node in public(ast.parse(path.read_text("utf-8")))
        if not ast.get_docstring(node)
    ]
    assert silent == []


# -- files of text -----------------------------------------------------------------------------------------------------
def is_careless(call: ast.Call) -> bool:
    """Whether a text is written without its encoding and the ends of its lines, which are two characters on Windows.

    Bytes that are published or compared must be the same on every system.
    """
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    said = {word.arg for word in call.keywords}
    if name == "write_text":
        return "newline" not in said or len(call.args) + ("encoding" in said) < 2
    values = [*call.args, *(word.value for word in call.keywords if word.arg == "mode")]
    modes = [each.value for each in values if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    writes = name in {"open", "fdopen"} and any(re.fullmatch(r"[wax]t?\+?t?|rt?\+t?", mode) for mode in modes)
    return writes and not {"encoding", "newline"} <= said


def carelessly_written(tree: ast.AST) -> list[int]:
    """The lines of a module that write a text carelessly."""
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and is_careless(node)]


def test_what_is_written_has_the_same_bytes_on_every_system():
    assert [
        f"{by_path(path)}:{line}" for path in MODULES for line in carelessly_written(ast.parse(path.read_text("utf-8")))
    ] == []


@pytest.mark.parametrize(
    "line, careless",
    [
        ('path.write_text(text, "utf-8")', True),
        ("path.write_text(text, newline='')", True),
        ('path.write_text(text, "utf-8", newline="\\n")', False),
        ('path.write_text(text, encoding="utf-8", newline="\\n")', False),
        ('path.open("w", encoding="utf-8")', True),
        ('open(name, "a", newline="")', True),
        ('open(name, mode="x")', True),
        ('open(name, "r+", encoding="utf-8")', True),
        ('path.open("w", encoding="utf-8", newline="")', False),
        ('open(name, "wb")', False),
        ('path.open(encoding="utf-8")', False),
    ],
)
def test_a_text_that_is_written_carelessly_is_found(line, careless):
    assert bool(carelessly_written(ast.parse(line))) == careless


# -- what a room needs -------------------------------------------------------------------------------------------------
