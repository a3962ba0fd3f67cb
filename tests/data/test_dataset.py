"""Data that cannot be read: one message in Chinese that names file, row and column, and nothing built is lost."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from nianbao.audit.audit import Audit
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.errors import DataError
from nianbao.figures.levels import printed_level
from tests.support.projects import ROOT

PENSION = "observations/2025/pension.csv"
INJURY = "observations/2025/injury.csv"
CLAIMS = "documents/report-2025/claims.csv"
REGIONS = "catalogue/codelists/regions.csv"
IDENTITIES = "catalogue/identities.csv"
INDICATORS = "catalogue/indicators/pension.csv"
FORMULAS = "documents/performance-2025/formulas.csv"


def edit(path: Path, row: int, column: str, value: str) -> None:
    """Replace a cell; row 1 is the heading line."""
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    rows[row - 1][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def cell(file, row, column, value):
    """A case: a wrong cell."""
    return lambda data: edit(data / file, row, column, value)


def line(file, text):
    """A case: a line more at the end; its number is found by the test."""
    def change(data):
        with (data / file).open("a", encoding="utf-8") as stream:
            stream.write(text + "\n")
    return change


def without_column(file, column):
    """A case: a column less."""
    def change(data):
        rows = list(csv.DictReader(io.StringIO((data / file).read_text("utf-8-sig"))))
        with (data / file).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, [name for name in rows[0] if name != column], extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
    return change


def rewrite(file, content: bytes):
    """A case: other bytes."""
    return lambda data: (data / file).write_bytes(content)


def gbk(file):
    """A case: what Excel saves as CSV in a Chinese Windows."""
    return lambda data: (data / file).write_bytes((data / file).read_text("utf-8").encode("gb18030"))


def gone(file):
    """A case: no such file."""
    return lambda data: (data / file).unlink()


INSURED = Key("pension.enterprise.insured", "640000", 2025)
LAST = object()  # the row number is that of the last line
FIRST = "pension.enterprise.insured,640000,275.09,A,report-2025 表1-1,"
CASES = {
    "unknown indicator": (cell(PENSION, 5, "indicator", "pension.enterprize"), PENSION, 5, "indicator", "pension.enterprize"),
    "unknown region": (cell(PENSION, 7, "item", "999999"), PENSION, 7, "item", "999999"),
    "region of another list": (cell(PENSION, 7, "item", "银川"), PENSION, 7, "item", "银川"),
    "empty region": (cell(PENSION, 7, "item", ""), PENSION, 7, "item", ""),
    "unknown status": (cell(PENSION, 3, "status", "X"), PENSION, 3, "status", "X"),
    "no status": (cell(PENSION, 3, "status", ""), PENSION, 3, "status", ""),
    "text for a number": (cell(PENSION, 4, "value", "约8万"), PENSION, 4, "value", "约8万"),
    "nan": (cell(PENSION, 4, "value", "nan"), PENSION, 4, "value", "nan"),
    "infinity": (cell(PENSION, 4, "value", "inf"), PENSION, 4, "value", "inf"),
    "exponent": (cell(PENSION, 4, "value", "8e3"), PENSION, 4, "value", "8e3"),
    "thousands": (cell(PENSION, 4, "value", "1,234.5"), PENSION, 4, "value", "1,234.5"),
    "percent sign": (cell(PENSION, 4, "value", "8.4%"), PENSION, 4, "value", "8.4%"),
    "blank without status M": (cell(PENSION, 4, "value", ""), PENSION, 4, "value", "M"),
    "dash without status M": (cell(PENSION, 4, "value", "—"), PENSION, 4, "value", "—"),
    "number with status M": (cell(PENSION, 4, "status", "M"), PENSION, 4, "value", "M"),
    "bad margin": (cell(PENSION, 4, "margin", "小"), PENSION, 4, "margin", "小"),
    "negative margin": (cell(PENSION, 4, "margin", "-0.01"), PENSION, 4, "margin", "-0.01"),
    "duplicate row": (line(PENSION, FIRST), PENSION, LAST, "indicator", f"data/{PENSION}:2"),
    "too many cells": (line(PENSION, FIRST + ",1,2"), PENSION, LAST, None, "8格"),
    "missing column": (without_column(PENSION, "status"), PENSION, 1, None, "status"),
    "missing value column": (without_column(PENSION, "value"), PENSION, 1, None, "value"),
    "empty file": (rewrite(PENSION, b""), PENSION, None, None, "空"),
    "GBK file": (gbk("editions/2025/texts/remarks.csv"), None, None, None, None),
    "GBK observations": (gbk(PENSION), PENSION, None, None, "UTF-8"),
    "bytes of no encoding": (rewrite(PENSION, b"indicator,region\n\xff\xfe"), PENSION, None, None, "UTF-8"),
    "Excel workbook": (rewrite(PENSION, b"PK\x03\x04\x14\x00\x08\xff"), PENSION, None, None, "UTF-8"),
    "no heading": (rewrite(PENSION, FIRST.encode()), PENSION, 1, None, "indicator"),
    "missing observations": (gone(INJURY), INJURY, None, None, "缺少此文件"),
    "missing first part": (gone(PENSION), PENSION, None, None, "缺少"),
    "missing regions": (gone(REGIONS), REGIONS, None, None, "缺少此文件"),
    "missing identities": (gone(IDENTITIES), IDENTITIES, None, None, "缺少此文件"),
    "missing indicators": (gone("catalogue/indicators/injury.csv"), "injury.csv", 2, "indicator", "injury"),
    "identity of an unknown indicator": (cell(IDENTITIES, 2, "indicator", "no.such"), IDENTITIES, 2, "indicator", "no.such"),
    "weight that is no number": (cell(IDENTITIES, 3, "weight", "一"), IDENTITIES, 3, "weight", "数字"),
    "lag that is no number": (cell(IDENTITIES, 3, "lag", "去年"), IDENTITIES, 3, None, "整数"),
    "indicator of unknown kind": (cell(INDICATORS, 4, "kind", "存量"), INDICATORS, 4, "kind", "存量"),
    "indicator with bad decimals": (cell(INDICATORS, 4, "decimals", "二"), INDICATORS, 4, "decimals", "二"),
    "indicator of unknown list": (cell(INDICATORS, 4, "dimension", "x"), INDICATORS, 4, "dimension", "x"),
    "duplicate region": (line(REGIONS, "640000,全区,全区,province,,"), REGIONS, LAST, None, "640000"),
    "claim of unknown measure": (cell(CLAIMS, 3, "measure", "增长"), CLAIMS, 3, "measure", "增长"),
    "claim about an unknown indicator": (cell(CLAIMS, 3, "indicator", "no.such"), CLAIMS, 3, "indicator", "no.such"),
    "claim that is no number": (cell(CLAIMS, 3, "value", "若干"), CLAIMS, 3, "value", "若干"),
    "claim without a column": (without_column(CLAIMS, "base"), CLAIMS, 1, None, "base"),
    "claim with a base that is no year": (line(CLAIMS, "growth,pension.enterprise.insured,640000,2025,去年,2.74,%,表1-1"),
                                          CLAIMS, LAST, "base", "去年"),
    "share of an unknown indicator": (line(CLAIMS, "share,pension.enterprise.insured,640000,2025,no.such,2.74,%,表1-1"),
                                      CLAIMS, LAST, "base", "no.such"),
    "formula that is code": (cell(FORMULAS, 2, "formula", "__import__('os')"), FORMULAS, 2, "formula", "公式"),
}


def broken(data: Path, name: str) -> DataError | None:
    """The error that reading and checking the data gives."""
    CASES[name][0](data)
    try:
        Audit(Dataset(data, 2025)).findings()
    except DataError as error:
        return error
    return None


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[1]])
def test_error_names_file_row_column_and_what_is_wrong(data, name):
    _, file, row, column, words = CASES[name]
    error = broken(data, name)
    assert error is not None, "被当作正确的数据读入"
    text = str(error)
    assert re.search("[一-鿿]", text) and "\n" not in text
    assert file in text
    if row is LAST:
        row = len((data / file).read_text("utf-8").splitlines())
    if row is not None:
        assert f"第{row}行" in text, text
    if column is not None:
        assert f"“{column}”列" in text, text
    assert words in text, text


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
    kinds = {"blank": [], "dash": [], "zero": []}
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


# -- on the command line --------------------------------------------------------------------------------------------
def one_line(result) -> str:
    """The one line of a run that could not read its data."""
    assert result.returncode == 2, result.stdout + result.stderr
    assert "Traceback" not in result.stderr + result.stdout
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("错误："), result.stderr
    return lines[0]


@pytest.mark.parametrize("name", ["text for a number", "missing observations", "missing column", "GBK observations",
                                  "duplicate row", "missing first part"])
def test_check_and_build_exit_2_with_one_line_and_keep_what_is_built(project, name):
    change, file, _, column, words = CASES[name]
    change(project.root / "data")
    before = {path: path.stat().st_mtime_ns for path in project.target.rglob("*")}
    for command in (("check", "--year", "2025", "--data", str(project.root / "data")), ("build", "--data", "data")):
        line = one_line(project.nianbao(*command))
        assert file in line and words in line and (column is None or column in line)
    assert {path: path.stat().st_mtime_ns for path in project.target.rglob("*")} == before
    assert (project.html / "index.html").read_text("utf-8") == "上一次编成的年报"
    assert not (project.root / "audit.csv").exists()


def test_debug_shows_the_traceback(project):
    edit(project.root / "data" / PENSION, 4, "value", "约8万")
    result = project.nianbao("check", "--debug")
    assert "Traceback" in result.stderr and "约8万" in result.stderr


def test_an_error_in_a_notebook_names_it_and_keeps_what_is_built(project):
    (project.root / "_toc.yml").write_text("format: jb-book\nroot: notebooks/07-documents\n", "utf-8")
    path = project.root / "notebooks" / "07-documents.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"].append({"cell_type": "code", "id": "broken", "metadata": {}, "outputs": [], "execution_count": None,
                              "source": ["%%prose\n", "共{{ nothing }}件。"]})
    path.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")
    line = one_line(project.nianbao("build"))
    assert "07-documents.ipynb" in line and f"第{len(notebook['cells'])}格" in line and "nothing" in line
    assert (project.html / "index.html").read_text("utf-8") == "上一次编成的年报"
