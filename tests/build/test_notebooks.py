"""Notebooks that are none are named before anything is executed."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from papermill.parameterize import parameterize_path

from nianbao.build import engine, notebooks
from nianbao.errors import DataError
from tests.support.projects import ROOT

GOOD = json.loads((ROOT / "notebooks" / "07-documents.ipynb").read_text("utf-8"))
TEXT = json.dumps(GOOD, ensure_ascii=False)

BYTES = {
    "no JSON": ("不是".encode(), "应为 Jupyter 存下的 JSON"),
    "empty": (b"", "JSON"),
    "a list": (b"[]", "最外一层"),
    "null": (b"null", "最外一层"),
    "a number": (b"3", "最外一层"),
    "a text": (b'"x"', "最外一层"),
    "UTF-16": (TEXT.encode("utf-16"), "UTF-8"),
    "GB 18030": (TEXT.encode("gb18030"), "UTF-8"),
    "a mark of Windows": (b"\xef\xbb\xbf" + TEXT.encode(), "JSON"),
    "cut": (TEXT[: len(TEXT) // 2].encode(), "JSON"),
    "a zero byte": (TEXT.replace("cells", "ce\0lls", 1).encode(), "JSON"),
    "deep": (b"[" * 100_000, "层次"),
    "a workbook": (b"PK\x03\x04\xff", "UTF-8"),
}
#: Where something is put (names and numbers, from outside in), what is put there, and words of the message.
PARTS: dict[str, tuple[tuple, Any, str]] = {
    "newer": (("nbformat",), 5, "nbformat）应为 4，现为 5"),
    "older": (("nbformat",), 3, "nbformat）应为 4，现为 3"),
    "format as text": (("nbformat",), "4", "nbformat"),
    "no format": (("nbformat",), None, "nbformat）应为 4，现为 空"),
    "newer revision": (("nbformat_minor",), 99, "不高于 4.5"),
    "no revision": (("nbformat_minor",), None, "nbformat"),
    "no cells": (("cells",), [], "parameters"),
    "cells lost": (("cells",), None, "cells"),
    "cells by name": (("cells",), {}, "cells"),
    "a cell of text": (("cells", 0), "x", "第1格"),
    "a strange cell": (("cells", 1, "cell_type"), "strange", "第2格的类型"),
    "a source of numbers": (("cells", 1, "source"), 3, "第2格的内容"),
    "a source with a number": (("cells", 1, "source"), ["a", 1], "第2格的内容"),
    "metadata lost": (("metadata",), None, "metadata"),
    "metadata of a cell lost": (("cells", 1, "metadata"), None, "第2格缺少 metadata"),
    "tags as a text": (("cells", 1, "metadata", "tags"), "parameters", "第2格的标签"),
    "R": (("metadata", "kernelspec"), {"name": "ir", "display_name": "R", "language": "R"}, "应为 python，现为 R"),
    "R in the file": (("metadata", "language_info"), {"name": "R"}, "应为 python，现为 R"),
    "a kernel as text": (("metadata", "kernelspec"), "python3", "kernelspec"),
    "no kernel": (("metadata", "kernelspec"), {}, "kernelspec"),
}


def refused(path: Path, words: str) -> None:
    with pytest.raises(DataError) as caught:
        notebooks.check(path)
    said = str(caught.value)
    assert said.startswith("notebooks/x.ipynb") and words in said and re.search("[一-鿿]{2}", said), said
    assert said.isprintable() and len(said) < 300


def test_the_notebooks_of_this_book_are_some():
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert len(paths) > 5
    for path in paths:
        notebooks.check(path)


@pytest.mark.parametrize("name", BYTES)
def test_a_file_that_is_no_notebook(tmp_path, name):
    content, words = BYTES[name]
    (tmp_path / "x.ipynb").write_bytes(content)
    refused(tmp_path / "x.ipynb", words)


@pytest.mark.parametrize("name", PARTS)
def test_a_notebook_with_a_part_that_is_wrong(tmp_path, name):
    (*outer, last), value, words = PARTS[name]
    known = copy.deepcopy(GOOD)
    place: Any = known
    for each in outer:
        place = place[each]
    if value is None:
        del place[last]
    else:
        place[last] = value
    (tmp_path / "x.ipynb").write_text(json.dumps(known), "utf-8")
    refused(tmp_path / "x.ipynb", words)


def test_a_folder_and_a_pipe_are_no_notebooks(tmp_path):
    (tmp_path / "x.ipynb").mkdir()
    refused(tmp_path / "x.ipynb", "普通的文件")


def test_a_folder_with_braces_in_its_name(tmp_path):
    """papermill takes what stands in braces for the name of a parameter."""
    source = tmp_path / '{{ f("a") }} 年报 {x}' / "01-work.ipynb"
    source.parent.mkdir()
    cell = nbformat.v4.new_code_cell("year = 2025", metadata={"tags": ["parameters"]})
    known = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=known), source)
    assert engine.parameter_names(source) == {"year": "2025"}
    assert parameterize_path(engine.as_template(source), {"x": 1}) == str(source)
