"""What the fuzzer found, and a short run of it."""

from __future__ import annotations

from pathlib import Path

import fuzz
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.errors import DataError
from tests.support.selection import mostly_long

FOUND = sorted((Path(__file__).parent / "fuzzed").glob("*.bin"))


def test_there_are_inputs_that_the_fuzzer_found():
    assert len(FOUND) >= 6 and {path.name.split("-")[0] for path in FOUND} <= set(fuzz.TARGETS)


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_inputs_that_the_fuzzer_found(path):
    try:
        fuzz.TARGETS[path.name.split("-")[0]](path.read_bytes())
    except DataError as error:
        assert str(error).isprintable()


@pytest.mark.parametrize("name", mostly_long(fuzz.TARGETS, set(fuzz.TARGETS) - {"workbook"}))
@given(content=st.binary(max_size=60), at=st.integers(0, 10**6), data=st.data())
def test_a_few_hundred_changes_to_good_input(name, content, at, data):
    seed = data.draw(st.sampled_from(fuzz.seeds(name)))
    at %= len(seed)
    try:
        fuzz.TARGETS[name](seed[:at] + content + seed[at + len(content) // 2 :])
    except DataError as error:
        assert str(error).isprintable()
