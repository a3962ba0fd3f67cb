"""The sheets of texts and of revisions."""

from __future__ import annotations

import shutil
from datetime import datetime

import pytest

from nianbao.audit.audit import of_edition
from nianbao.data.dataset import Dataset
from nianbao.intake.layout import KEEP
from nianbao.intake.reading import intake
from nianbao.intake.workbook import workbook
from tests.intake.small import dataset, fill, reading, send
from tests.support.projects import ROOT

#: A revision in the columns of its sheet.
REVISION = ("参保人数", "灵武市", 2025, "6.00", "6.05", "差错", "重复计算", datetime(2027, 1, 15))


def revision(**changes: object) -> dict[str, dict[str, object]]:
    """The sheet of revisions with one line, in which some columns hold something else."""
    cells = dict(zip("ABCDEFGH", REVISION, strict=True)) | changes
    return {"修订": {f"{column}3": value for column, value in cells.items()}}


def test_only_rows_marked_for_use_are_taken_and_other_documents_keep_theirs(small):
    def change(book):
        fill(book, "机构职责", {"A3": "是", "A5": "是", "C5": "发放待遇。"})
        fill(book, "文字说明", {"A3": "是"})

    kept = small / "data" / "editions" / "2026" / "texts" / "remarks.csv"
    kept.parent.mkdir(parents=True)
    kept.write_text("place,text\nbudget,预算说明。\n", "utf-8")
    data = send(small, change).again().data
    rows = data.texts("duties", 2026)
    assert [row["text"] for row in rows] == ["办理登记。", "发放待遇。"]
    assert rows[0]["source"] == "report-2026 第六部分一"
    assert [row["place"] for row in data.texts("remarks", 2026)] == ["budget", "rate"]


@pytest.mark.parametrize(
    "sheet, cells, cell, words",
    [
        ("机构职责", {"A5": None, "C5": "新的一条。"}, "A5", "请在“采用”一栏"),
        ("机构职责", {"A3": "也许"}, "A3", "“是”或“否”"),
        ("文字说明", {"A3": "是", "C3": "为{{pension.wrong}}。"}, "C3", "指标目录"),
        ("文字说明", {"A3": "是", "C3": "为{{pension.rate[999]}}。"}, "C3", "代码表"),
        ("文字说明", {"A3": "是", "C3": "{{x y}}"}, "C3", "指标代码"),
        ("文字说明", {"C2": "说法"}, "A2", "缺少“文字”一栏"),
        ("文字说明", {"A2": "用不用"}, "A2", "表头第一栏应为"),
    ],
)
def test_texts_that_are_asked_about(sheet, cells, cell, words):
    """A new row that is not decided on, an unclear mark, a reference to nothing, a head that is gone."""
    assert reading({sheet: cells}).told(words, cell, True)


def test_a_text_for_a_place_that_no_edition_has_is_pointed_out():
    told = reading({"文字说明": {"A3": "是", "B3": "nowhere"}})
    assert told.told("不会印出", "B3", False)
    assert not reading({"文字说明": {"A3": "是"}}).told("不会印出", "B3", False)


def test_a_text_about_a_transcribed_document_is_pointed_out():
    assert reading({"文字说明": {"A3": "是", "C3": "原报告此处缺字。"}}).told("说到“原报告”", "C3", False)
    assert not reading({"文字说明": {"A3": "是", "C3": "报告期内没有。"}}).told("说到“", "C3", False)


def test_a_text_that_still_names_last_year_is_pointed_out():
    found = reading({"文字说明": {"A3": "是", "C3": "2025年上升。"}})
    assert found.told("文字里还有“2025年”", "C3", False) and not found.fatal


def test_a_revision_enters_the_log_and_the_editions_from_then_on_not_those_before(small):
    def change(book):
        for sheet, cells in revision().items():
            fill(book, sheet, cells)

    data = send(small, change, D8=6.0).again().data
    assert data.observations["pension.insured", "640181", 2025].literal == "6.05"
    assert Dataset(data.root, 2025).observations["pension.insured", "640181", 2025].literal == "6.00"
    (row,) = data.revisions(2026)
    assert row["kind"] == "error" and row["date"] == "2027-01-15"
    findings = of_edition(data.root, 2026).findings
    printed = {each.check: each.printed for each in findings}
    assert printed["total:pension.insured:640000:2025"] == "30.00"
    assert printed["total:pension.insured:640000:2026"] == "33.00"
    assert not any(each.status == "fails" for each in findings)


@pytest.mark.parametrize(
    "changes, cells",
    [
        ({"D": "6.10", "F": "其他"}, {"D3", "F3"}),
        ({"A": "参保的人"}, {"A3", "B3", "C3"}),
        ({"B": "新城区"}, {"B3", "C3"}),
        ({"C": 2019}, {"C3"}),
        ({"E": "约6"}, {"E3"}),
        ({"G": None}, {"G3"}),
        ({"H": "明年"}, {"H3"}),
    ],
)
def test_a_wrong_revision_is_asked_about_in_each_cell(changes, cells):
    """An old figure that is not in the data, an unknown kind, indicator or region, a year without it, and so on."""
    assert {each.cell for each in reading(revision(**changes)).fatal} == cells


@pytest.mark.parametrize("old", ["—", "0", None])
def test_what_was_printed_blank_has_no_figure_to_revise(old):
    assert dataset().observations["pension.income", "640121", 2025].value is None
    found = reading(revision(A="基金收入", B="永宁县", D=old, E="1.00"))
    assert [each.cell for each in found.fatal] == ["D3"]


def test_decimals_of_a_revision_are_those_of_its_indicator():
    row = reading(revision(E=6)).work.filled.revisions[0].record
    assert row["new"] == "6.00" and row["old"] == "6.00" and row["item"] == "640181"


@pytest.mark.long
def test_every_published_text_adopted_as_it_is_comes_through_to_the_last_sign(tmp_path):
    """All lists of the last report, adopted in the next year's workbook; and once more from the workbook made again."""
    root = shutil.copytree(ROOT / "data", tmp_path / "data")
    book = workbook(Dataset(root), 2026)
    for sheet in book:
        if sheet["A2"].value == KEEP:
            for row in range(3, sheet.max_row + 1):
                if sheet.cell(row, 3).value:
                    sheet.cell(row, 1).value = "是"
    book.save(tmp_path / "all.xlsx")
    assert not [each for each in intake(tmp_path / "all.xlsx", 2026, root).remarks if each.fatal]
    compared = 0
    for path in (root / "editions" / "2026" / "texts").glob("*.csv"):
        before = root / "editions" / "2025" / "texts" / path.name
        if before.exists() and path.name != "remarks.csv":
            text = path.read_text("utf-8").replace("report-2026 ", "report-2025 ")
            assert text == before.read_text("utf-8"), path.name
            compared += 1
    assert compared >= 7
    workbook(Dataset(root), 2026).save(tmp_path / "again.xlsx")
    assert intake(tmp_path / "again.xlsx", 2026, root).changed == []
