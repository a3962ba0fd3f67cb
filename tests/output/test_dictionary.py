"""The page of reference: indicators, codelists with the list of documents among them, identities."""

from __future__ import annotations

import shutil

import pytest

from nianbao.chapter.record import Text
from nianbao.data.dataset import Dataset
from nianbao.output.web import dictionary
from tests.support.small_dataset import WHOLE, dataset
from tests.support.small_records import prose, table

TITLES = {"01-one": "第一部分　参保", "02-two": "第二部分　基金"}


def cells(listing: dictionary.Listing) -> list[list[str]]:
    """The texts of the rows of a table."""
    return [[cell.text for cell in row.cells if isinstance(cell, Text)] for row in listing.body.rows]


@pytest.fixture
def made():
    """The reference of two chapters, of which one prints figures."""
    data = dataset({("x.stock", WHOLE, 2025): "5.00"})
    records = {"01-one": [prose("导言。"), table()], "02-two": []}
    return dictionary.reference(data, records, TITLES)


def test_an_indicator_says_what_it_is_and_who_uses_it(made):
    (listing,) = made["indicators"]
    assert listing.identity == "dictionary-x" and listing.caption == "指标：第一部分　参保"
    assert tuple(head.name for head in listing.body.heads) == dictionary.INDICATOR_HEADS
    rows = {row[1]: row for row in cells(listing)}
    assert rows["x.stock"] == ["参保人数", "x.stock", "万人", "年末数", "", "", "报告", "第一部分"]
    assert rows["x.flow"][6:] == ["", ""] and rows["x.rate"][3] == "比率"
    assert listing.body.rows[0].anchors == ("x.stock",)


def test_formulas_are_spelled_in_names(made):
    rows = {row[1]: row[5] for row in cells(made["indicators"][0])}
    assert rows["x.quotient"] == "基金收入 ÷ 参保人数"
    assert rows["x.growth"] == "基金收入 － 基金收入（上年）"
    assert rows["x.pinned"] == "基金收入 ÷ 基金收入（全区） × 100"


def test_parts_that_no_chapter_uses_are_called_by_their_own_name():
    made = dictionary.reference(dataset({}), {"01-one": [], "02-two": []}, TITLES)
    assert made["indicators"][0].caption == "指标：x"


def test_the_documents_stand_among_the_codelists(made):
    regions, documents = sorted(made["codelists"], key=lambda each: each.identity, reverse=True)
    assert documents.caption == "代码表：documents" and cells(documents) == [["报告", "r", "", ""]]
    assert cells(regions)[1] == ["甲市", "640100", "全区", ""]
    assert [each.identity for each in made["codelists"]] == ["codelist-documents", "codelist-region"]
    assert 'id="codelist-documents"' in documents.html and "代码表：documents" in documents.html


def test_identities_are_equations(tmp_path):
    root = shutil.copytree(dataset({}).root, tmp_path / "data")
    (root / "catalogue" / "identities.csv").write_text(
        "identity,title,indicator,item,weight,lag\n"
        "a,收支相抵,x.flow,,1,\na,收支相抵,x.other,,-1,\na,收支相抵,x.growth,,-2,-1\n"
        "b,无,x.stock,640100,1,\n",
        "utf-8",
    )
    listing = dictionary.identities(Dataset(root))
    assert listing.caption == "勾稽关系（2条）"
    assert cells(listing) == [
        ["收支相抵", "基金收入　＝　基金支出 ＋ 2 × 增加（上年）", "a"],
        ["无", "0　＝　参保人数（甲市）", "b"],
    ]
