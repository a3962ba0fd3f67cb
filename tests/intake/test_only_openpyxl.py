"""`data`, `figures`, `audit` and `intake` run where there is nothing but the standard library and openpyxl."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import et_xmlfile
import openpyxl
import pytest

from tests.intake.small import origin
from tests.support.projects import ROOT

ROOMS = ("data", "figures", "audit", "intake")
#: What the rooms may import of the program itself.
ALLOWED = {
    "data": {"errors", "data"},
    "figures": {"errors", "data", "figures"},
    "audit": {"errors", "data", "figures", "audit"},
    "intake": {"errors", "temporary", "locking", "data", "figures", "audit", "intake"},
}
#: What the rest of the program uses, none of which is there for them.
ABSENT = ("pandas", "numpy", "yaml", "lxml", "jinja2", "IPython", "matplotlib", "seaborn", "nbformat", "sphinx", "bs4")
PROGRAM = f"""
import importlib, pkgutil, sys

sys.path[:0] = sys.argv[4:]
for name in {ABSENT!r}:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        continue
    raise SystemExit(f"{{name}} could be imported")

import nianbao
count = 0
for room in {ROOMS!r}:
    package = importlib.import_module(f"nianbao.{{room}}")
    for module in pkgutil.walk_packages(package.__path__, f"nianbao.{{room}}."):
        importlib.import_module(module.name)
        count += 1
print("modules", count)

from pathlib import Path
from nianbao.audit.audit import of_edition
from nianbao.intake.reading import intake

findings = of_edition(Path(sys.argv[1]), 2025).findings
print("findings", len(findings), sum(each.status == "fails" for each in findings))
outcome = intake(Path(sys.argv[2]), 2026, Path(sys.argv[3]))
print("read", len(outcome.changed), sum(each.fatal for each in outcome.remarks))
"""


@pytest.mark.long
def test_an_edition_is_checked_and_a_workbook_read_where_nothing_else_can_be_imported(small, tmp_path):
    """In an isolated interpreter without site-packages: only the program, and openpyxl with what it needs."""
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    for package in (openpyxl, et_xmlfile):
        (libraries / package.__name__).symlink_to(Path(package.__file__).parent, target_is_directory=True)
    arguments = map(str, (ROOT / "data", origin() / "good.xlsx", small / "data", ROOT, libraries))
    command = [sys.executable, "-I", "-S", "-c", PROGRAM, *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    said = {line.split()[0]: [int(number) for number in line.split()[1:]] for line in done.stdout.splitlines()}
    assert said["modules"][0] > 40
    assert said["findings"][0] > 1000 and said["findings"][1] == 0
    assert said["read"] == [2, 0], "figures of two parts"


def imported(path: Path) -> set[str]:
    """Full names of what a module imports, inside functions and for types too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found |= {f"{node.module}.{each.name}" for each in node.names}
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_what_it_may(room):
    paths = sorted((ROOT / "nianbao" / room).rglob("*.py"))
    assert len(paths) > 5
    for path in paths:
        for name in imported(path):
            top, _, rest = name.partition(".")
            if top == "nianbao":
                assert rest.partition(".")[0] in ALLOWED[room], f"{path.name} imports {name}"
            else:
                assert top in {*sys.stdlib_module_names, "openpyxl"}, f"{path.name} imports {name}"
