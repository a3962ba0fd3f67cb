"""On the command line: what cannot be used is said in one line, and what is built stays."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.support.bad_data import CASES, PENSION, write_cell
from tests.support.projects import Project, contents, rewrite

LEAF = "上一次编成的年报"


def one_line(result: subprocess.CompletedProcess) -> str:
    """The one line of a run that could not use what it was given."""
    assert result.returncode == 2, result.stdout + result.stderr
    assert "Traceback" not in result.stderr + result.stdout
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("错误："), result.stderr
    return lines[0]


def times(project: Project) -> dict:
    """When each published file was written."""
    return {path: path.stat().st_mtime_ns for path in project.target.rglob("*")}


WAYS = [
    "text for a number",
    "missing observations",
    "missing column",
    "GBK observations",
    "duplicate row",
    "missing first part",
]


@pytest.mark.long
@pytest.mark.parametrize("name", WAYS)
def test_check_and_build_exit_2_with_one_line_and_keep_what_is_built(project, name):
    case = CASES[name]
    case.spoil(project.root / "data")
    before = times(project)
    for command in (("check", "--year", "2025", "--data", str(project.root / "data")), ("build", "--data", "data")):
        said = one_line(project.nianbao(*command))
        assert case.file in said and case.words in said and (case.column or "") in said
    assert times(project) == before
    assert (project.html / "index.html").read_text("utf-8") == LEAF
    assert not (project.root / "audit.csv").exists()


def test_debug_shows_the_traceback(project):
    write_cell(project.root / "data" / PENSION, 4, "value", "约8万")
    result = project.nianbao("check", "--debug")
    assert "Traceback" in result.stderr and "约8万" in result.stderr


@pytest.mark.long
def test_an_error_in_a_notebook_names_it_and_keeps_what_is_built(project):
    rewrite(project.root / "_toc.yml", contents("notebooks/07-documents"))
    path = project.root / "notebooks" / "07-documents.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"].append(
        {
            "cell_type": "code",
            "id": "broken",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": ["%%prose\n", "共{{ nothing }}件。"],
        }
    )
    path.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")
    said = one_line(project.nianbao("build"))
    assert "07-documents.ipynb" in said and f"第{len(notebook['cells'])}格" in said and "nothing" in said
    assert (project.html / "index.html").read_text("utf-8") == LEAF
