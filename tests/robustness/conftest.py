"""A small data folder to break."""

from __future__ import annotations

from pathlib import Path

import fuzz
import pytest


@pytest.fixture
def small_data(tmp_path) -> Path:
    """A small data folder that has a bit of everything."""
    return fuzz.small(tmp_path)
