"""The findings of the published data: none unexplained, and the known errors among them."""

from __future__ import annotations

import pytest

from nianbao.audit.findings import STATUSES, Finding
from tests.support.planted import all_findings
from tests.support.projects import ROOT


@pytest.fixture(scope="module")
def findings() -> dict[str, Finding]:
    """The findings of the published data, by check."""
    return all_findings(ROOT / "data")


def test_every_finding_of_the_published_data_is_explained(findings):
    assert not [each for each in findings.values() if each.status == "fails"]
    assert all(each.status in STATUSES for each in findings.values())
    assert all(each.note for each in findings.values() if each.status in {"not checked", "erratum"})
    assert all(each.source for each in findings.values())


def test_many_relations_of_each_document_are_checked(findings):
    settled = {"agrees", "rounding", "erratum"}
    strict = [
        each for each in findings.values() if each.status in settled and each.kind not in {"part", "label", "copy"}
    ]
    report_2025 = [each for each in strict if each.document == "report-2025"]
    assert len(report_2025) >= 600
    assert len(strict) - len(report_2025) >= 1000


@pytest.mark.parametrize(
    "check",
    [
        "claim:growth:pension.enterprise.transfer_in_persons:640000:2025:2024",
        "formula:pension.enterprise.contributor_ratio:640501:2025",
        "claim:level:pension.institution.balance:640000:2025",
        "total:accounts.economic:total:2022",
        "identity:county-resident-income:640121:2021",
        "copy:injury.occupational:640000:2024",
        "label:report-2025:table1-4:year",
    ],
)
def test_known_errors_are_errata(findings, check):
    assert findings[check].status == "erratum"


def test_truncation_and_both_formulas_of_average_growth_are_named(findings):
    assert "截尾" in findings["claim:change:injury.outpatient.average:640000:2025:2024"].note
    assert "算术平均" in findings["claim:avg_growth:pension.enterprise.monthly_pension:640000:2025:2020"].note
    assert "几何平均" in findings["claim:avg_growth:injury.insured:640000:2025:2021"].note


def test_growth_from_zero_is_a_convention_not_a_result(findings):
    found = findings["claim:growth:county.institution.income.transfer:640121:2022:2021"]
    assert found.status == "not checked" and "基数为零" in found.note
