"""The notebooks for the year before: they run, say what is lacking, and print nothing of this year."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest
from bs4 import BeautifulSoup

from nianbao.build.engine import tidy
from tests.support.projects import ROOT, YEAR
from tests.support.selection import CHAPTERS, SHORT_OF_LAST_YEAR, mostly_long
from tests.web.test_pages import BROKEN

PARTS = ["01-pension", "02-injury", "03-unemployment", "04-fund"]
#: A chapter of whose figures nothing is known for that year: it says nothing itself, the page says so.
EMPTY = "05-digital"


@pytest.mark.parametrize("name", mostly_long(CHAPTERS, SHORT_OF_LAST_YEAR))
def test_last_year_runs(last_year, name):
    assert last_year.said.endswith("0"), last_year.said
    text = BeautifulSoup(last_year.html(name), "lxml").get_text("\n")
    assert bool(text.strip()) == (name != EMPTY) and not BROKEN.search(text), BROKEN.search(text)
    assert not re.search(r"，[，；。]|；[；。]|（）|、[，。；]|。。", text)
    for output in last_year.outputs(name):
        assert output["output_type"] != "error"
        assert not (output["output_type"] == "stream" and output["name"] == "stderr"), output["text"]


@pytest.mark.parametrize("name", mostly_long(PARTS, ("03-unemployment",)))
def test_what_last_year_lacks_is_said(last_year, name):
    assert re.search(r"资料未载|未公布|未载于", last_year.html(name))


def test_last_year_prints_nothing_of_this_year(last_year):
    seen = 0
    for name in last_year.chapters:
        years = [int(year) for year in re.findall(r'data-q="[^":]+:[^":]+:(\d{4})', last_year.html(name))]
        assert all(year < YEAR for year in years), name
        seen += len(years)
    assert seen >= 50 * len(last_year.chapters)


@pytest.mark.long
@pytest.mark.parametrize("name", mostly_long(CHAPTERS, ("03-unemployment",)))
def test_papermill_gives_the_same_from_another_folder(last_year, tmp_path, name):
    """`papermill NOTEBOOK OUT -p year 2024`, with the kernel that everybody has, gives the outputs of the book."""
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(ROOT / "notebooks" / f"{name}.ipynb"),
        "out.ipynb",
        "--no-progress-bar",
    ]
    for parameter, value in parameters(last_year, name).items():
        command += ["-p", parameter, str(value)]
    environment = os.environ | {"PYTHONWARNINGS": "ignore", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    shown = data_of(tidy(nbformat.read(tmp_path / "out.ipynb", 4)))  # without what the year lacks, as in the book
    wanted = data_of(nbformat.read(last_year.notebooks / f"{name}.ipynb", 4))
    assert shown and shown == wanted


def data_of(notebook) -> list[dict]:
    """What the outputs of a notebook show."""
    return [each["data"] for cell in notebook.cells for each in cell.get("outputs", []) if "data" in each]


def parameters(last_year, name: str) -> dict:
    """The parameters that the edition of last year gave to a chapter."""
    about = json.loads((last_year.notebooks / f"{name}.ipynb").read_text("utf-8"))["metadata"]
    return about["papermill"]["parameters"]
