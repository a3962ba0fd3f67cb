"""A table sent back as CSV: in every encoding that Excel and WPS write, and in the project's own form."""

from __future__ import annotations

import pytest

from tests.intake.small import send_csv

TABLE = """\
代码,地区,参保人数（万人）,基金收入（亿元）
640000,全区,33,3.3
640101,银川市（市本级）,22,2.2
640181,灵武市,6.6,1.1
640121,永宁县,4.4,—
"""
TIDY = """\
indicator,item,value,status,source,margin
pension.insured,640181,6.6,A,report-2026 表1-1,
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_every_encoding_that_excel_and_wps_write(small, encoding):
    sent = send_csv(small, TABLE.encode(encoding)).again()
    assert sent.value("pension.insured", "640181") == "6.60"


def test_the_projects_own_form_keeps_decimals_and_what_it_does_not_name(small):
    send_csv(small, TABLE)
    sent = send_csv(small, TIDY).again()
    assert sent.value("pension.insured", "640181") == "6.6" and sent.value("pension.insured", "640101") == "22.00"


@pytest.mark.parametrize(
    "old, new, words",
    [
        ("6.6,A", "6.6,M", "状态应为"),
        ("6.6,A", "6.6,Z", "状态应为"),
        ("6.6,A", "—,A", "状态应为"),
        ("表1-1,", "表1-1,大概", "margin"),
    ],
)
def test_status_and_margin_that_cannot_be(small, old, new, words):
    assert old in TIDY
    assert send_csv(small, TIDY.replace(old, new)).told(words, "C2", True)


def test_status_source_and_margin_arrive(small):
    sent = send_csv(small, TIDY.replace("6.6,A,report-2026 表1-1,", "6.6,E,report-2026 第二部分,0.3"))
    seen = sent.data.observations["pension.insured", "640181", 2026]
    assert seen.derived and str(seen.source) == "report-2026 第二部分" and str(seen.margin) == "0.3"


@pytest.mark.parametrize(
    "old, new, cell, words",
    [
        ("6.6,1.1", '"6,6",1.1', "C4", "数字"),
        ("640181,灵武市", "640181,灵武县", "B4", "代码表"),
        ("参保人数（万人）", "参保人数（人）", "C1", "单位"),
        ("永宁县,4.4", "永宁县,3月4日", "C5", "数字"),
    ],
)
def test_the_same_is_asked_as_of_workbooks(small, old, new, cell, words):
    assert old in TABLE
    assert send_csv(small, TABLE.replace(old, new)).told(words, cell, True)


def test_tabs_and_short_headings_are_understood(small):
    table = TABLE.replace(",", "\t").replace("（万人）", "").replace("（亿元）", "")
    assert send_csv(small, table).value("pension.income", "640181") == "1.10"


def test_a_region_that_is_missing_is_asked_for(small):
    row = "640121,永宁县,4.4,—\n"
    assert row in TABLE
    assert send_csv(small, TABLE.replace(row, "")).told("缺少“永宁县”的“参保人数”", fatal=True)
