"""Words of a document: compared with what it prints elsewhere, with their sequence, or read by a person."""

from __future__ import annotations

import csv

import pytest

from nianbao.audit.audit import Audit
from nianbao.audit.checks import CheckId
from nianbao.audit.findings import Finding
from nianbao.audit.rules import labels
from nianbao.data import schema
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from tests.support.planted import REPORT, change, failing
from tests.support.projects import ROOT
from tests.support.selection import long_but

DATA = ROOT / "data"
HEAD = "label,year,place,printed,rule,note"


def finding(data, *rows: str) -> Finding:
    """The finding on a label `x` of the report, which has these rows: place, words and rule."""
    lines = [HEAD, *(f"x,2025,{row},看" for row in rows)]
    (data / REPORT / "labels.csv").write_text("\n".join(lines) + "\n", "utf-8")
    context = Audit(Dataset(data)).context
    context.data.errata = {}
    wanted = CheckId.of_label("report-2025", "x")
    return next(check.run() for check in labels.checks(context) if check.id == wanted)


@pytest.mark.parametrize(
    "rows, status, wanted",
    long_but(
        [
            (["正文,财政补助收,same", "表1,财政补助收入,same"], "fails", "财政补助收入"),
            (["正文,财政补助收入,same", "表1,财政补助收入,same"], "agrees", "财政补助收入"),
            (["正文,等护测评,same", "表1,保护等级测评,same", "表2,等级保护测评,same"], "fails", ""),
            (["正文,1.37,same", "表1,{pension.institution.insured.central[640000]@2025},same"], "agrees", "1.37"),
            (["正文,（1）（2）（4）,follows"], "fails", "（1）（2）（3）"),
            (["正文,十九、二十、二十一,follows"], "agrees", "十九、二十、二十一"),
            (["正文,二十一、二十一、二十三,follows"], "fails", "二十一、二十二、二十三"),
            (["正文,九、十、十,follows"], "fails", "九、十、十一"),
            (["正文,无序号、2,follows"], "fails", "1、2"),
            (["正文,3、4,follows"], "agrees", "3、4"),
            (["正文,200元、100元,rising"], "fails", ""),
            (["正文,200元、1000元,rising"], "agrees", ""),
            (["正文,接待费接待费,once"], "fails", ""),
            (["正文,接待费支出,once"], "agrees", ""),
            (["正文,增幅,read"], "fails", ""),
            (["正文,本级本级,look"], "not checked", ""),
        ],
        0,
        4,
        10,
        15,
    ),
)
def test_each_rule_judges_by_what_is_printed(data, rows, status, wanted):
    found = finding(data, *rows)
    assert (found.status, found.recomputed) == (status, wanted)
    assert found.suspect == ("look" in rows[0])


def test_every_rule_of_the_schema_is_known():
    assert set(schema.LABEL_RULES) == set(labels.JUDGES)


@pytest.mark.parametrize(
    "row", long_but(["正文,独此一处,same", "正文,没有编号,follows", "正文,只有1,rising", "正文,甲,equal"], 3)
)
def test_a_label_that_its_rule_cannot_judge_is_refused(data, row):
    with pytest.raises(DataError, match="labels"):
        finding(data, row)


@pytest.mark.long
def test_a_word_that_the_document_no_longer_contradicts_makes_its_erratum_fail(data):
    row = "subsidy-noun,2025,第一部分三（二）1,财政补助收"
    change(data, f"{REPORT}/labels.csv", row, f"{row}入")
    assert "label:report-2025:subsidy-noun" in failing(data)


def test_no_name_stands_a_second_time_as_it_should_be():
    """Words are kept as printed, once for each place: no column says what they should be."""
    for path in DATA.glob("documents/*/labels.csv"):
        with path.open(encoding="utf-8") as stream:
            reader = csv.DictReader(stream)
            assert reader.fieldnames == HEAD.split(",")
            for row in reader:
                assert row["note"] or row["rule"] not in {"read", "look"}, (path, row["label"])


def test_a_list_in_another_order_is_odd_but_not_wrong(data):
    change(
        data,
        f"{REPORT}/claims.csv",
        "highest,pension.enterprise.support_ratio,640000,2025,,64ND00|640303|640101",
        "highest,pension.enterprise.support_ratio,640000,2025,,64ND00|640101|640303",
    )
    name = "claim:highest:pension.enterprise.support_ratio:640000:2025"
    found = next(check.run() for check in Audit(Dataset(data)).checks() if str(check.id) == name)
    assert found.status == "agrees" and found.suspect
