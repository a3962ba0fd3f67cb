"""What an edition is checked with, and the report of it for the terminal."""

from __future__ import annotations

from nianbao.audit.audit import of_edition
from nianbao.audit.findings import Finding
from nianbao.audit.report import report, width
from nianbao.data.keys import Key, Source
from tests.support.projects import ROOT

DATA = ROOT / "data"


def test_an_edition_is_checked_with_the_documents_published_by_then():
    findings = of_edition(DATA, 2025).findings
    assert {"report-2025", "budget-2026", "accounts-2022", "yongning-2022"} <= {each.document for each in findings}
    earlier = of_edition(DATA, 2024).findings
    assert not [each for each in earlier if each.status == "fails"]
    assert not [each for each in earlier if each.year == 2025 and each.document == "report-2025"]


def test_the_report_puts_failures_first_and_aligns_columns():
    about = ("growth", Key("pension.enterprise.insured", "640000", 2025), "1", "2", "1.9", "2.1")
    lines = report(
        [
            Finding("known", *about, "erratum", "理由", Source("report-2025", "表1-1")),
            Finding("bad", *about, "fails", "说明", Source("report-2025", "表1-12")),
        ]
    )
    assert "不符" in lines[0] and lines.index("      〔bad〕") < lines.index("      〔known〕")
    counts = [line for line in lines if line.startswith(("文件", "合计", "report"))]
    assert len({width(line) for line in counts}) == 1
