"""Which cases of a test run each time, and which in the long run only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest
import yaml

from tests.support.projects import ROOT

LISTED = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
#: Every page of the book as `_toc.yml` lists them, and the chapters that are notebooks, by name.
PAGES = [LISTED["root"], *(each["file"] for part in LISTED["parts"] for each in part["chapters"])]
CHAPTERS = [page.removeprefix("notebooks/") for page in PAGES if page.startswith("notebooks/")]
#: The chapters and pages of the book of the short run: most tables and charts are in these.
SHORT_CHAPTERS = ("00-overview", "01-pension", "03-unemployment")
SHORT_EXTRAS = ("book/methods", "book/regions", "book/data", "book/dictionary")
SHORT_PAGES = (*(f"notebooks/{name}" for name in SHORT_CHAPTERS), *SHORT_EXTRAS)
#: Chapters that the short run executes for the year before.
SHORT_OF_LAST_YEAR = ("00-overview", "03-unemployment")
#: A page with tables, charts and marks, and the one with the downloads.
SOME_PAGES = ("notebooks/03-unemployment", "book/data")


def mostly_long(cases: Iterable[Any], quick: Collection[Any]) -> list[Any]:
    """The cases as parameters of a test: those in `quick` run each time, the others are marked `long`."""
    known = list(cases)
    assert set(quick) <= set(known), f"no such case: {set(quick) - set(known)}"
    return [case if case in quick else pytest.param(case, marks=pytest.mark.long) for case in known]


def long_but(cases: Iterable[Any], *places: int) -> list[Any]:
    """The cases as parameters of a test: those at these places run each time, the others are marked `long`.

    A case that is a tuple holds the values of several parameters.
    """
    known = list(cases)
    assert places and all(-len(known) <= place < len(known) for place in places), places
    quick = {place % len(known) for place in places}
    return [as_parameters(case, () if at in quick else pytest.mark.long) for at, case in enumerate(known)]


def as_parameters(case: Any, marks: Any) -> Any:
    """One case with its marks."""
    return pytest.param(*case, marks=marks) if isinstance(case, tuple) else pytest.param(case, marks=marks)
