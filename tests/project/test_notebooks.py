"""The notebooks and the data as they are committed: clean, parameterized, and no number typed into a sentence."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
import yaml

from nianbao import settings
from nianbao.build.typed import typed
from tests.support.projects import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
#: The notebook of which each region gets a page: none of the contents.
REGIONS = settings.load(ROOT).regions.notebook
BY_NAME = {"ids": lambda path: path.stem if isinstance(path, Path) else None}


def cells(path: Path) -> list[dict]:
    """Cells with their source as one text."""
    found = json.loads(path.read_text("utf-8"))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in found]


def prose(path: Path) -> list[str]:
    """The paragraphs."""
    return [cell["source"].split("\n", 1)[1] for cell in cells(path) if cell["source"].startswith("%%prose")]


def toc() -> list[str]:
    """Files of `_toc.yml`, in order."""
    listed = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    parts = listed.get("parts") or [listed]
    return [listed["root"]] + [each["file"] for part in parts for each in part.get("chapters", [])]


def tags(cell: dict) -> list[str]:
    """Tags of a cell."""
    return cell["metadata"].get("tags", [])


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 8


def test_the_table_of_contents_lists_every_chapter_once():
    listed = toc()
    assert len(listed) == len(set(listed))
    for name in listed:
        assert any((ROOT / f"{name}{end}").exists() for end in (".ipynb", ".md")), name
    assert {name for name in listed if name.startswith("notebooks/")} == {
        f"notebooks/{path.stem}" for path in NOTEBOOKS if path.stem != REGIONS
    }


@pytest.mark.parametrize("path", NOTEBOOKS, **BY_NAME)
def test_no_outputs_are_committed(path):
    for cell in cells(path):
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None
        assert not {"execution", "papermill", "ExecuteTime"} & set(cell["metadata"])
    assert "papermill" not in json.loads(path.read_text("utf-8"))["metadata"]


@pytest.mark.parametrize("path", NOTEBOOKS, **BY_NAME)
def test_parameters_and_set_up_are_there_and_hidden(path):
    code = [cell for cell in cells(path) if cell["cell_type"] == "code"]
    marked = [cell for cell in code if "parameters" in tags(cell)]
    assert len(marked) == 1 and marked[0] is code[0], "一个 parameters 单元格，在其他代码之前"
    assert "remove-cell" in tags(marked[0])
    assert re.search(r"^year = \d{4}\b", marked[0]["source"], re.M)
    for cell in code:
        body = [node for node in ast.parse(re.sub(r"^%%prose[\s\S]*", "", cell["source"])).body]
        if body and all(isinstance(node, (ast.Import, ast.ImportFrom, ast.Assign, ast.FunctionDef)) for node in body):
            assert "remove-cell" in tags(cell), f"只作准备的单元格应有 remove-cell：{cell['source'][:60]}"


@pytest.mark.parametrize("path", NOTEBOOKS, **BY_NAME)
def test_headings_stand_in_markdown_cells_and_begin_with_one_title(path):
    texts = [cell["source"] for cell in cells(path) if cell["cell_type"] == "markdown"]
    assert texts[0].startswith("# ")
    assert sum(len(re.findall(r"^# ", text, re.M)) for text in texts) == 1
    for text in prose(path):
        assert not re.search(r"^#", text, re.M)


@pytest.mark.parametrize("path", NOTEBOOKS, **BY_NAME)
def test_no_number_is_typed_into_prose(path):
    assert typed(path, settings.load(ROOT).terms) == []


@pytest.mark.parametrize("path", NOTEBOOKS, **BY_NAME)
def test_texts_stand_in_prose_not_under_headings(path):
    for cell in cells(path):
        if cell["cell_type"] == "markdown":
            lines = cell["source"].splitlines()
            assert all(line.startswith("#") for line in lines if line.strip()), "文字应写在 %%prose 里"


@pytest.mark.parametrize("path", NOTEBOOKS, **BY_NAME)
def test_notebooks_read_like_analysis(path):
    """No name ends in a number, and nothing reaches through the chapter into the data."""
    for cell in cells(path):
        if cell["cell_type"] == "code" and not cell["source"].startswith("%%"):
            tree = ast.parse(cell["source"])
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            assert [name for name in names if name[-1].isdigit()] == []
        assert not re.search(r"\bch\.data\b|catalogue", cell["source"]), cell["source"][:60]


@pytest.mark.parametrize("path", NOTEBOOKS, **BY_NAME)
def test_notebooks_hold_no_data_of_their_own(path):
    """A float, or a whole number of three digits and more, is data; it belongs into data/."""
    for cell in cells(path):
        if cell["cell_type"] == "code" and not cell["source"].startswith("%%") and "parameters" not in tags(cell):
            for node in ast.walk(ast.parse(cell["source"])):
                if (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, (int, float))
                    and not isinstance(node.value, bool)
                ):
                    assert isinstance(node.value, int) and abs(node.value) < 100, node.value
