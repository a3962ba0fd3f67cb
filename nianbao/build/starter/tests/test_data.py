"""The data can be read and add up; the checks of the program itself are tests of the project it comes from."""

from __future__ import annotations

import pytest

from nianbao.audit.audit import of_edition
from nianbao.data.dataset import Dataset

YEARS = Dataset(lazy=True).editions


@pytest.mark.parametrize("year", YEARS or [pytest.param(0, marks=pytest.mark.skip("还没有任何一年的数据"))])
def test_the_data_of_every_year_add_up(year):
    _, findings = of_edition(None, year)
    assert [each.check for each in findings if each.status == "fails"] == []
