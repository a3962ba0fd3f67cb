"""The guide to the notebooks: each of its blocks runs as it stands, and shows what the guide says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from nianbao.chapter.figure import Figure
from nianbao.chapter.record import MIME
from nianbao.chapter.shown import Chart, Table
from tests.support.projects import ROOT

GUIDE = ROOT / "notebooks" / "README.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)


def blocks() -> list[str]:
    """The blocks of code of the guide."""
    return BLOCK.findall(GUIDE.read_text("utf-8"))


@pytest.fixture(scope="module")
def ran() -> Iterator[list[Any]]:
    """The blocks, run one after another in the shell of a notebook in its folder: result and outputs of each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(GUIDE.parent)
        patch.setenv("MPLBACKEND", "agg")
        shell = InteractiveShell.instance()
        found = []
        for block in blocks():
            with capture_output() as captured:
                done = shell.run_cell(block)
            assert done.success, (block, captured.stdout)
            found.append((block, done.result, [*captured.outputs], captured.stderr))
        InteractiveShell.clear_instance()
    yield found


def result(ran: list[Any], words: str) -> Any:
    """What the block that holds some words has as its last expression."""
    (found,) = [each[1] for each in ran if words in each[0]]
    return found


def test_every_block_runs_and_nothing_is_warned_of(ran):
    assert len(ran) >= 12
    assert [each[3] for each in ran if each[3]] == []


def test_recipients_by_region_and_year_are_one_line(ran):
    frame = result(ran, "years=range(2020, 2026)")
    assert list(frame.columns) == ["indicator", "name", "item", "region", "level", "year", "value"]
    assert len(frame) >= 20 and set(frame["level"]) == {"unit"}


def test_objects_are_what_the_guide_says(ran):
    assert isinstance(result(ran, "recipients = "), Figure)
    assert isinstance(result(ran, "chart = "), pd.DataFrame)
    assert isinstance(result(ran, "ch.by_item("), Table)
    assert isinstance(result(ran, "ch.figure("), Chart)
    assert [each.label for each in (result(ran, "ch.figure("), result(ran, "ch.by_item("))] == ["图试-2", "表试-1"]


def test_prose_and_a_chart_that_was_worked_on_are_shown(ran):
    shown = [output.data[MIME] for each in ran for output in each[2] if MIME in output.data]
    kinds = [each["type"] for each in shown]
    assert kinds.count("ProseRecord") == 1 and kinds.count("ChartRecord") == 1
