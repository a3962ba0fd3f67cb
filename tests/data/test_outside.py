"""Reference values from outside: read, checked, shown on the page of their indicator, and known to no sum."""

from __future__ import annotations

import pytest

from nianbao.data.dataset import Dataset
from nianbao.data.outside import FILE, references
from nianbao.errors import DataError
from nianbao.output.levels import Levels
from nianbao.output.web.indicators import Book, Indicators
from tests.support.projects import YEAR

HEADS = "indicator,scope,year,value,source,note\n"
ROW = "unemployment.insured,全国,2025,24000.5,report-2025 附注,口径相同\n"


def write(data, *rows: str) -> None:
    """Put rows into the table of references."""
    (data / FILE).write_text(HEADS + "".join(rows), "utf-8")


def test_the_published_documents_have_none(data):
    assert references(Dataset(data, YEAR)) == []


def test_a_reference_is_read_and_is_no_observation(data):
    write(data, ROW)
    known = Dataset(data, YEAR)
    (found,) = references(known)
    assert (found.scope, found.year, found.literal) == ("全国", 2025, "24000.5")
    assert not any(key.item == "全国" for key in known.observations)


@pytest.mark.parametrize(
    "row, words",
    [
        (ROW.replace("unemployment.insured", "unemployment.nothing"), "没有指标"),
        (ROW.replace("全国", "银川市"), "是本书的地区"),
        (ROW.replace("report-2025", "nobody"), "没有这份文件"),
        (ROW.replace("24000.5", "两万"), "不是数字"),
        (ROW + ROW, "重复"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(data, row, words):
    write(data, row)
    with pytest.raises(DataError, match=words) as told:
        references(Dataset(data, YEAR))
    assert "references.csv" in str(told.value)


def test_it_stands_on_the_page_of_its_indicator_and_opens(data):
    write(data, ROW)
    pages = Indicators(Levels(Dataset(data, YEAR)), None, (), Book("书", {}, {}))
    code = "unemployment.insured"
    page = pages.page(code, pages.keys[code])
    assert page is not None
    assert "别处公布的数" in page.page.text and "不计入任何合计" in page.page.text
    assert f'data-q="{code}:全国:2025"' in page.page.text
    assert page.facts[f"{code}:全国:2025"].value == "24000.5"
    assert "全国" not in page.csv
