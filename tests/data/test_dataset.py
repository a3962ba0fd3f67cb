"""Data that cannot be read: one message in Chinese that names file, row and column; and what is fine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nianbao.audit.audit import Audit
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.errors import DataError
from nianbao.figures.levels import printed_level
from tests.support.bad_data import CASES, FIRST, LAST, PENSION
from tests.support.projects import ROOT
from tests.support.selection import long_but

INSURED = Key("pension.enterprise.insured", "640000", 2025)


def read_and_name_checks(data: Path) -> None:
    """Read everything, and name every check; none is carried out."""
    assert list(Audit(Dataset(data, 2025)).checks())


@pytest.mark.parametrize("name", long_but(CASES, *range(0, len(CASES), 4)))
def test_error_names_file_row_column_and_what_is_wrong(data, name):
    case = CASES[name]
    case.spoil(data)
    with pytest.raises(DataError) as caught:
        read_and_name_checks(data)
    text = str(caught.value)
    assert re.search("[一-鿿]", text) and "\n" not in text
    assert case.file in text
    row = len((data / case.file).read_text("utf-8").splitlines()) if case.row == LAST else case.row
    if row is not None:
        assert f"第{row}行" in text, text
    if case.column is not None:
        assert f"“{case.column}”列" in text, text
    assert case.words in text, text


def test_a_list_in_another_encoding_is_an_error(data):
    (data / "editions/2025/texts/remarks.csv").write_bytes("place,text\n甲,乙".encode("gb18030"))
    with pytest.raises(DataError, match="remarks.csv.*UTF-8"):
        Dataset(data, 2025).texts("remarks", 2025)


def test_good_data_reads_without_a_word(data, capfd):
    dataset = Dataset(data, 2025)
    assert len(dataset.observations) > 1000 and len(dataset.claims) > 100
    assert capfd.readouterr() == ("", "")


def test_byte_order_mark_blank_lines_and_windows_line_ends_are_fine(data):
    before = Dataset(data, 2025).observations
    text = (data / PENSION).read_text("utf-8")
    (data / PENSION).write_bytes(b"\xef\xbb\xbf" + (text.replace("\n", "\r\n") + "\r\n,,,,,\r\n\r\n").encode())
    assert Dataset(data, 2025).observations == before


def test_a_short_row_lacks_only_what_may_be_empty(data):
    path = data / PENSION
    path.write_text(path.read_text("utf-8").replace(FIRST, FIRST.rstrip(",")), "utf-8")
    assert printed_level(Dataset(data, 2025), INSURED).signed == "275.09"


def test_blank_dash_and_zero_are_different_things():
    data = Dataset(ROOT / "data")
    kinds: dict[str, list] = {"blank": [], "dash": [], "zero": []}
    for seen in data.observations.values():
        level = printed_level(data, seen.key)
        if seen.literal == "":
            kinds["blank"].append(level)
        elif seen.value is None:
            kinds["dash"].append(level)
        elif not seen.value:
            kinds["zero"].append(level)
    assert all(kinds.values()), {name: len(found) for name, found in kinds.items()}
    assert not any(kinds["blank"] + kinds["dash"]) and all(level.value == 0 for level in kinds["zero"])


def test_an_edition_does_not_know_later_years():
    data = Dataset(ROOT / "data", 2024)
    assert max(data.years) == 2024 and printed_level(data, INSURED) is None
    assert max(key.year for key in data.observations) == 2024


@pytest.mark.parametrize("year", [1999, 2100])
def test_a_year_without_a_folder_is_an_error_that_names_the_others(year):
    with pytest.raises(DataError, match=f"没有{year}年.*2025"):
        Dataset(ROOT / "data", year)


def test_a_missing_data_folder_is_an_error(tmp_path):
    with pytest.raises(DataError, match="没有数据文件夹"):
        Dataset(tmp_path / "nothing")
