"""What was read, in the format of `data/`."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from nianbao.cli import main
from nianbao.data import schema
from tests.support.projects import ROOT

TEXT = """第二部分 工伤保险

一、参保情况

截至2025年末，工伤保险参保人数为151.25万人，比上年增加1.74万人，增长1.16%。

二、基金收支情况

2025年工伤保险基金收入10.84亿元，比上年增加2.68亿元，增长32.84%。

三、分市县情况

表2-1 2025年分市县工伤保险参保情况表

单位：人

地区	参保人数
灵武市	35726
永宁县	44134
贺兰县	60322
平罗县	49455
合计	189637

四、其他

全年开展从未有过的新鲜事项77件。
"""


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


@pytest.fixture
def extracted(tmp_path) -> Path:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    assert (
        main(["proof", str(tmp_path / "a.txt"), "--extract", str(tmp_path / "out"), "--data", str(ROOT / "data")]) == 0
    )
    return tmp_path / "out"


def test_observations_are_in_the_format_of_the_data(extracted):
    path = extracted / "observations" / "2025" / "extracted.csv"
    found = {(row["indicator"], row["item"]): row for row in rows(path)}
    assert list(rows(path)[0]) == list(schema.OBSERVATIONS.heads)
    assert found["injury.insured", "640000"]["value"] == "151.25"
    assert found["injury.income", "640000"]["source"] == "第二部分二"
    assert found["injury.insured_persons", "640121"]["value"] == "44134"
    assert found["injury.insured_persons", "640121"]["source"] == "表2-1"


def test_claims_are_in_the_format_of_the_data(extracted):
    found = {(row["measure"], row["indicator"], row["base"]): row["value"] for row in rows(extracted / "claims.csv")}
    assert list(rows(extracted / "claims.csv")[0]) == list(schema.CLAIMS.heads)
    assert found["change", "injury.insured", "2024"] == "1.74"
    assert found["growth", "injury.income", "2024"] == "32.84"


def test_the_workbook_asks_about_the_rest(extracted):
    sheet = load_workbook(extracted / "待确认.xlsx").active
    head, *body = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    found = [dict(zip(head, row, strict=True)) for row in body]
    new = next(row for row in found if row["数"] == "77")
    assert new["确认"] == "" and "新鲜事项" in new["建议的新指标"] and "【77】" in new["原文"]
    sure = next(row for row in found if row["数"] == "151.25")
    assert sure["确认"] == "是" and sure["指标"] == "injury.insured" and float(sure["把握"]) > 0.7


def test_values_are_never_looked_up_in_the_data(tmp_path):
    """The same is extracted where the data folder holds nothing but the catalogue."""
    shutil.copytree(ROOT / "data" / "catalogue", tmp_path / "data" / "catalogue")
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    for name, data in (("with", ROOT / "data"), ("without", tmp_path / "data")):
        assert main(["proof", str(tmp_path / "a.txt"), "--extract", str(tmp_path / name), "--data", str(data)]) == 0
    files = [
        sorted(path.relative_to(tmp_path / name) for path in (tmp_path / name).rglob("*.csv"))
        for name in ("with", "without")
    ]
    assert files[0] == files[1] and files[0]
    assert all(
        (tmp_path / "with" / name).read_bytes() == (tmp_path / "without" / name).read_bytes() for name in files[0]
    )


def test_without_a_catalogue_all_is_proposed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    assert main(["proof", "a.txt", "--extract", "out"]) == 0
    assert rows(tmp_path / "out" / "claims.csv") == []
    sheet = load_workbook(tmp_path / "out" / "待确认.xlsx").active
    assert sheet.max_row > 8


def test_proofreading_opens_nothing_but_the_file(tmp_path, monkeypatch):
    """No data folder is looked for: the working folder is empty, and what is found is the same."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT.replace("1.16%", "1.61%"), "utf-8")
    assert main(["proof", "a.txt"]) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt"]


def test_a_folder_with_other_files_is_left_alone(tmp_path, capsys):
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.csv").write_text("x", "utf-8")
    assert main(["proof", str(tmp_path / "a.txt"), "--extract", str(tmp_path / "out")]) == 2
    assert "换一个空的" in capsys.readouterr().err
