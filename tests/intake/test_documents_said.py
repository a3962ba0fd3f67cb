"""What is said of the workbooks of documents: changes cut where they differ, rows in their groups, heads in Chinese."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from nianbao.data.csvfiles import Row
from nianbao.data.keys import Key
from nianbao.intake.cells import Understood
from nianbao.intake.changes import apart
from nianbao.intake.filled import Entry
from nianbao.intake.keys import Place
from nianbao.intake.kinds import CODE_SHEETS, is_of, of_county
from nianbao.intake.layout import text_head
from nianbao.intake.lists import Listing
from nianbao.intake.merging import Merging
from nianbao.intake.rows import said_apart
from nianbao.intake.speaking import dropped

TARGETS = ("item", "project", "level1", "level2", "level3")


def test_long_texts_are_told_from_where_they_differ():
    same = "仅收入决算表有一项与支出决算表的科目名称不同，其余各表都与总表一致"
    old, new = apart(f"{same}，二○二二年。", f"{same}，二○二六年。")
    assert old.startswith("……") and old.endswith("二年。") and new.endswith("六年。") and len(old) < 15
    assert apart("甲", "乙") == ("甲", "乙")


def test_of_an_entry_the_cells_that_changed_are_told_with_their_heads():
    old = {"item": "201", "name": "一般公共服务支出", "level": "class", "until": ""}
    assert said_apart(old, {**old, "until": "2026"}) == ("", "止于何年“2026”")
    assert CODE_SHEETS["procurement"] == "采购项目" and CODE_SHEETS["functions_accounts"] == "功能科目"


def test_a_new_row_stands_behind_those_of_its_group():
    given = [
        dict(zip(TARGETS, row, strict=True))
        for row in (
            ("p1t1", "p1", "产出", "数量", "甲"),
            ("p1t9", "p1", "满意度", "满意", "乙"),
            ("p2t1", "p2", "产出", "数量", "丙"),
        )
    ]
    new = dict(zip(TARGETS, ("p1t2", "p1", "产出", "数量", "丁"), strict=True))
    alone = dict(zip(TARGETS, ("p3t1", "p3", "产出", "数量", "戊"), strict=True))
    found = Listing(TARGETS, given).sorted([alone, new, *given])
    assert [row["item"] for row in found] == ["p1t1", "p1t2", "p1t9", "p2t1", "p3t1"]


@pytest.mark.parametrize(("column", "name", "head"), [
    ("sme", "procurement", "面向中小企业（是/否）"),
    ("title", "empty_tables", "标题"),
    ("title", "policy_documents", "文件名称"),
    ("text", "plans", "文字"),
])  # fmt: skip
def test_heads_of_texts_are_words(column, name, head):
    assert text_head(column, name) == head


def test_in_the_texts_of_a_county_a_figure_is_the_countys():
    about = SimpleNamespace(dimension="region", formula="", check_only=False)
    catalogue = SimpleNamespace(
        indicators={"county.people": about}, top=lambda _: "640000", title=lambda *key: "追回人数"
    )
    observations = {Key("county.people", "640122", 2026): SimpleNamespace(value=1, literal="1")}
    data = SimpleNamespace(catalogue=catalogue, observations=observations)
    row = Row({"note": "追回{{county.people}}。"}, "notes.csv", 2)
    assert list(dropped(data, 2026, row, "640122")) == []
    assert len(list(dropped(data, 2026, row))) == 1


def test_places_of_a_county_end_with_its_code():
    assert of_county("county_table", "640122") == "county_table.640122"
    assert of_county("county_table.640121", "640122") == "county_table.640122"
    assert is_of("county_table.640122", "county_", "640122") and is_of("county_table", "county_", "640121")
    assert not is_of("county_table.640122", "county_", "640121")
    assert is_of("performance.p1", "performance.", "") and not is_of("budget_secret", "performance.", "")


@pytest.mark.parametrize(("document", "asked"), [("county-640122-2026", 1), ("county-640181-2026", 0)])
def test_a_figure_that_another_document_gives_otherwise_is_asked_about(document, asked):
    merging = Merging.__new__(Merging)
    merging.form = SimpleNamespace(remarks="county_", document="county-640181-2026")
    merging.prefer_file = False
    merging.remarks = []
    merging.data = SimpleNamespace(catalogue=SimpleNamespace(documents={}))
    entry = Entry(Understood("3300", "A"), "county-640181-2026 表5", "表5", Place(6, 3), "b.xlsx")
    merging._ask_for_other_document({"value": "3230", "source": f"{document} 表5"}, entry)
    assert len(merging.remarks) == asked and all(remark.fatal for remark in merging.remarks)
