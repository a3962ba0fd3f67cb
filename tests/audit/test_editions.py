"""What an edition is checked with."""

from __future__ import annotations

import pytest

from nianbao.audit.audit import of_edition
from tests.support.projects import ROOT

DATA = ROOT / "data"


@pytest.mark.long
def test_an_edition_is_checked_with_the_documents_published_by_then():
    findings = of_edition(DATA, 2025).findings
    assert {"report-2025", "budget-2026", "accounts-2022", "yongning-2022"} <= {each.document for each in findings}


def test_an_earlier_edition_is_not_checked_with_later_documents():
    earlier = of_edition(DATA, 2024).findings
    assert not [each for each in earlier if each.status == "fails"]
    assert not [each for each in earlier if each.year == 2025 and each.document == "report-2025"]
