"""The lists of what is printed where, kept with the data for the workbook, are those of the book as it is built."""

from __future__ import annotations

import printed as lists
import pytest

from tests.support.projects import ROOT


@pytest.mark.long
def test_lists_of_what_is_printed_where_are_up_to_date(book):
    made = lists.lists(ROOT / "data", book.target / "src/notebooks", 2025)
    old = [path.name for path, text in made.items() if path.read_text("utf-8") != text]
    assert old == [], "run `python docs/printed.py 2025` after a build"
