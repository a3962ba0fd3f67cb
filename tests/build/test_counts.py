"""Rows that are gone are asked about, and what is made of other data does not replace what is published."""

from __future__ import annotations

from pathlib import Path

import fuzz
import pytest

from nianbao import cli
from nianbao.build import check as checking
from nianbao.build.counts import FILE, Counts
from nianbao.build.place import place_of
from nianbao.errors import DataError
from tests.support.selection import long_but

TABLE = "observations/2025/pension.csv"
LAST = "pension.d,1,2.50,P,report-2025 第一部分,\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The small data of a content folder."""
    return fuzz.small(tmp_path)


def shorten(data: Path) -> None:
    """Take the last row out of a table."""
    text = (data / TABLE).read_text("utf-8")
    assert text.endswith(LAST)
    (data / TABLE).write_text(text.removesuffix(LAST), "utf-8")


def check(data: Path, **more) -> checking.Checked:
    return checking.check(data, data.parent, 2025, **more)


@pytest.mark.long
def test_a_drop_is_asked_about_until_somebody_accepts_it(data):
    assert not check(data).drops
    shorten(data)
    for _ in range(2):
        found = check(data)
        assert not found.sound and found.lines[0].startswith(f"须确认：data/{TABLE}少了1行（上次5行，现在4行）")
        assert "nianbao check --accept" in found.lines[0]
    with pytest.raises(DataError, match="少了1行"):
        Counts(data.parent, data).require()
    assert not check(data, accept=True).drops and not check(data).drops
    Counts(data.parent, data).require()


@pytest.mark.long
def test_a_file_that_is_gone_is_a_drop_and_a_row_more_is_none(data):
    check(data)
    (data / TABLE).write_text((data / TABLE).read_text("utf-8") + "pension.d,2,1.00,A,report-2025 表1,\n", "utf-8")
    assert not check(data).drops
    (data / "documents/report-2025/labels.csv").unlink()
    (drop,) = check(data).drops
    assert str(drop) == "data/documents/report-2025/labels.csv不见了（上次有2行）"


@pytest.mark.parametrize("content", long_but(["", "不是 JSON", "[]", '{"x": "y"}', "null"], 1))
def test_accepted_counts_that_cannot_be_read_are_none(data, content):
    place = place_of(data.parent, data)
    place.mkdir()
    (place / FILE).write_text(content, "utf-8")
    assert not check(data).drops and Counts(data.parent, data).accepted[TABLE] == 5


@pytest.mark.long
def test_other_data_have_a_place_of_their_own(data, tmp_path):
    other = fuzz.small(tmp_path / "elsewhere")
    own = check(data).audit
    before = own.read_bytes()
    elsewhere = checking.check(other, data.parent, 2025).audit
    assert own == tmp_path / "_build" / "2025" / "audit.csv" and own.read_bytes() == before
    assert elsewhere.relative_to(tmp_path / "_build" / "other") and elsewhere.exists()
    assert place_of(tmp_path, data / "." / ".." / "data") == tmp_path / "_build"
    assert place_of(tmp_path, other) != place_of(tmp_path, tmp_path / "more" / "elsewhere" / "data")


def test_the_command_ends_with_1_and_accepts(data, monkeypatch, capsys):
    for name in ("_config.yml", "book/edition.yml"):
        (data.parent / name).parent.mkdir(exist_ok=True)
        (data.parent / name).write_text("", "utf-8")
    monkeypatch.chdir(data.parent)
    first = cli.main(["check", "--year", "2025"])
    shorten(data)
    assert cli.main(["check", "--year", "2025"]) == 1 and "须确认" in capsys.readouterr().out
    assert cli.main(["check", "--year", "2025", "--accept"]) == first and "须确认" not in capsys.readouterr().out
