"""What tests of the intake share: a copy of the small data to read into, and the invented year 2026."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.intake.invented.year import Invented
from tests.intake.small import origin


@pytest.fixture
def small(tmp_path) -> Path:
    """A folder with a copy of the small data to read into."""
    shutil.copytree(origin() / "data", tmp_path / "data")
    return tmp_path


@pytest.fixture(scope="module")
def invented(tmp_path_factory) -> Invented:
    """The invented 2026, filled in, read in and printed."""
    return Invented.make(tmp_path_factory.mktemp("invented"))
