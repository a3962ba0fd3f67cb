"""A dataset reads only what is asked for, and each figure has its file."""

from __future__ import annotations

import pytest

from nianbao.audit.audit import Audit
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.errors import DataError
from nianbao.figures.levels import printed_level
from tests.support.projects import YEAR


def test_a_dataset_reads_only_what_is_asked_for(data):
    lazy = Dataset(data, YEAR, lazy=True)
    assert printed_level(lazy, Key("injury.insured", "640000", YEAR)) is not None
    tables = {name for name in lazy.folder.looked if name.startswith("observations/") and name.endswith(".csv")}
    assert f"observations/{YEAR}/injury.csv" in tables
    assert {name.rpartition("/")[2] for name in tables} == {"injury.csv"}
    whole = Dataset(data, YEAR)
    assert dict(lazy.observations) == whole.observations and len(lazy.observations) == len(whole.observations)
    assert lazy.items("pension.enterprise.insured", YEAR) == whole.items("pension.enterprise.insured", YEAR)


def test_the_audit_of_one_part_reads_that_part_and_what_it_is_compared_with(data):
    """Else a corrected figure of another part would have every chapter with a list of differences run again."""
    lazy = Dataset(data, YEAR, lazy=True)
    assert len(Audit(lazy, "budget").findings(YEAR)) > 100
    read = {name.rpartition("/")[2] for name in lazy.folder.looked if name.startswith("observations/")}
    assert read & {"pension.csv", "injury.csv", "unemployment.csv", "fund.csv", "agency.csv", "digital.csv"} == set()


def test_an_observation_in_the_wrong_file_is_refused(data):
    source, target = (data / "observations" / str(YEAR) / f"{part}.csv" for part in ("injury", "fund"))
    row = source.read_text("utf-8").splitlines()[1]
    with target.open("a", encoding="utf-8") as stream:
        stream.write(row + "\n")
    with pytest.raises(DataError, match=f"data/observations/{YEAR}/injury.csv"):
        Dataset(data)
