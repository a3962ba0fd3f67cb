"""A document is one that was issued for its year: the figures that a later one compares with make none."""

from __future__ import annotations

from pathlib import Path

import pytest

from nianbao.build.edition import Edition
from nianbao.build.issued import Documents
from tests.support.projects import ROOT

HEAD = "indicator,item,value,status,source,margin\n"
#: What workbooks of 2026 say of 2025: final accounts, and a county that had no analysis before.
COMPARED = {
    "accounts.csv": "accounts.income,64BJ00,1.00,A,accounts-2026 公开01表,\n",
    "counties/640122.csv": "county.enterprise.insured,640122,100,A,county-640122-2026 第一部分,\n",
}
DOCUMENTS = "accounts-2026,2026年度部门决算,2026,某局,2027\ncounty-640122-2026,贺兰县2026年分析,2026,某中心,2027\n"


@pytest.fixture
def compared(data) -> Path:
    """The data with figures of 2025 in documents of 2026, and those documents in the list."""
    for name, row in COMPARED.items():
        path = data / "observations/2025" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEAD + row, "utf-8")
    listed = data / "catalogue/documents.csv"
    listed.write_text(listed.read_text("utf-8") + DOCUMENTS, "utf-8")
    return data


def test_a_year_has_the_documents_that_were_issued_for_it():
    documents = Documents(ROOT / "data")
    assert [year for year in range(2019, 2028) if documents.has(year, "budget.csv")] == [2026]
    assert [year for year in range(2019, 2028) if documents.has(year, "accounts.csv")] == [2022]
    assert (documents.counties(2022), documents.counties(2021)) == (["640121"], [])
    assert documents.is_told_of(2021, "accounts.csv") and not documents.is_told_of(2021, "budget.csv")


def test_figures_that_later_documents_compare_with_change_no_chapter(compared):
    edition = Edition.open(2025, compared, ROOT)
    assert edition.parameters("A2-final-accounts") == {"year": 2022}
    assert edition.further_counties == {} and edition.without_document == frozenset()
    assert edition.chapters() == Edition.open(2025, None, ROOT).chapters()


def test_a_chapter_of_which_there_are_only_compared_figures_is_left_out():
    edition = Edition.open(2021, None, ROOT)
    assert edition.without_document == {"A2-final-accounts", "A4-county"}
    listed = [page["file"] for part in edition.contents()["parts"] for page in part["chapters"]]
    assert "notebooks/A2-final-accounts" not in listed and "notebooks/A1-budget" in listed
    assert "A4-county" not in edition.chapters()
