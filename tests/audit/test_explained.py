"""Explained differences: what fails for a good reason is explained, is no erratum and accuses no figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from nianbao.audit.audit import Audit, Audited, of_edition
from nianbao.audit.briefing import Briefing
from nianbao.audit.findings import EXPLAINED, FAILS, NOT_CHECKED
from nianbao.audit.suspects import of_edition as suspects_of
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from tests.support.little_data import little

HEAD = "check,indicator,item,since,kind,reason,difference"
INDICATORS = ["x.a,参保人数,万人,2,stock,region,,,", "x.in,收入,亿元,2,flow,region,,,", "x.left,结余,亿元,2,stock,region,,,"]
IDENTITY = ["roll,结余的滚存,x.left,,1,0", "roll,结余的滚存,x.left,,-1,1", "roll,结余的滚存,x.in,,-1,0"]
#: 2026: 丙市 was taken out of the table, so that the parts lack 1.00; the balance was taken over with 0.50 more.
LEVELS = {
    2025: ["x.a,1,6.00", "x.a,2,3.00", "x.a,3,2.00", "x.a,4,1.00", "x.left,1,10.00", "x.in,1,1.00"],
    2026: ["x.a,1,7.00", "x.a,2,3.50", "x.a,3,2.50", "x.left,1,12.50", "x.in,1,2.00"],
}
TOTAL = "total:x.a:1:2026"
ROLL = "identity:roll:1:2026"


@pytest.fixture
def explained(tmp_path):
    """Makes the data with rows of the explained differences of 2026."""

    def make(*rows: str, edition: int = 2026) -> Dataset:
        little(tmp_path, LEVELS, indicators=INDICATORS, identities=IDENTITY)
        folder = tmp_path / "editions" / str(edition)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "explained.csv").write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
        return Dataset(tmp_path)

    return make


def found(data: Dataset) -> dict:
    return {each.check: each for each in Audit(data).findings()}


def test_without_an_explanation_both_fail(explained):
    findings = found(explained())
    assert {name for name, each in findings.items() if each.status == FAILS} == {TOTAL, ROLL}


@pytest.mark.parametrize(
    "row",
    [
        ",x.a,,2026,dropped,丙市不再单列",
        ",x.a,1,2026,dropped,丙市不再单列",
        ",,2,2026,merged,甲市并入他处",
        f"{TOTAL},,,2026,dropped,丙市不再单列",
        "total:x.a,,,2026,dropped,丙市不再单列",
        "total,x.a,1,2026,dropped,丙市不再单列",
    ],
)
def test_a_figure_a_region_or_a_relation_is_explained_and_nothing_else(explained, row):
    findings = found(explained(row + ","))
    assert findings[TOTAL].status == EXPLAINED
    assert findings[TOTAL].note.startswith("自2026年起") and row.split(",")[-1] in findings[TOTAL].note
    assert findings[ROLL].status == FAILS


def test_the_terms_of_an_identity_are_figures_of_it(explained):
    assert found(explained(",x.in,1,2026,definition,收入口径改变,"))[ROLL].status == EXPLAINED


def test_years_before_and_after_are_not_explained(explained):
    assert found(explained(",x.a,,2025,dropped,只说明上年,", edition=2025))[TOTAL].status == FAILS
    assert found(explained(",x.a,,2025,dropped,自上年起,"))[TOTAL].status == EXPLAINED


def test_another_difference_than_the_one_named_is_not_explained(explained):
    assert found(explained(",x.a,,2026,dropped,丙市不再单列,1.00"))[TOTAL].status == EXPLAINED
    findings = found(explained(",x.a,,2026,dropped,丙市不再单列,0.90"))
    assert findings[TOTAL].status == FAILS
    [told] = [each for each in findings.values() if each.kind == "explained"]
    assert told.status == NOT_CHECKED and told.suspect and "差额写作0.90，现为1.00" in told.note


def test_an_explanation_of_nothing_is_told(explained):
    row = ",x.a,3,2026,other,其实没有差异,"
    agreeing = [each for each in found(explained(f"{ROLL},,,2026,other,接管,", row.replace("x.a,3", "x.in,2"))).values()]
    [told] = [each for each in agreeing if each.kind == "explained"]
    assert told.suspect and "explained.csv:3" in told.note
    [lost] = [each for each in found(explained("identity:no-such,,,2026,other,无,")).values() if each.kind == "explained"]
    assert lost.status == FAILS and "identity:no-such" in lost.note and "不存在" in lost.note


def test_a_second_explanation_of_the_same_is_one_of_nothing(explained):
    findings = found(explained(",x.a,,2026,dropped,一,", ",x.a,1,2026,dropped,二,"))
    assert findings[TOTAL].note.endswith("一")
    assert [each.note for each in findings.values() if each.kind == "explained" and "explained.csv:3" in each.note]


def audited(data: Dataset) -> Audited:
    return Audited(data, Audit(data).findings(), 2026, frozenset({"r"}))


def test_the_diagnosis_accuses_no_figure_of_an_explained_relation(explained):
    before = suspects_of(audited(explained()))
    assert any(TOTAL in each.relations for each in before.open)
    after = suspects_of(audited(explained(",x.a,,2026,dropped,丙市不再单列,", f"{ROLL},,,2026,other,接管,")))
    assert after.diagnoses == [] and after.open == [] and after.unexplained == []


def test_check_tells_what_is_explained_and_that_it_can_be(explained):
    rows = (",x.a,,2026,dropped,丙市不再单列,", f"{ROLL},,,2026,other,接管了一笔结余,")
    sound = audited(explained(*rows))
    lines = Briefing(sound, suspects_of(sound), 2026).lines()
    assert lines[0] == "没有新的不符。"
    told = "\n".join(lines)
    assert "已说明的差异：2项核对" in told and "丙市不再单列" in told and "接管了一笔结余" in told
    assert Briefing(sound, suspects_of(sound), 2026).warning() == ""
    unsound = audited(explained(rows[0]))
    briefing = Briefing(unsound, suspects_of(unsound), 2026)
    assert any("已说明的差异”表" in line for line in briefing.lines())
    assert briefing.warning().startswith("注意：这本书还有1处数合不上") and "--year 2026" in briefing.warning()


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (",,,2026,other,无,", "应写明所说明的关系、指标或地区"),
        (",x.a,,2027,other,无,", "2027"),
        (",x.a,,2026,why,无,", "why"),
        (",x.a,,2026,other,,", "不应空着"),
        (",x.no,,2026,other,无,", "x.no"),
        (",x.a,9,2026,other,无,", "9"),
        (",x.a,,2026,other,无,约一", "约一"),
    ],
)
def test_rows_that_cannot_be_are_refused_with_their_place(explained, row, wrong):
    with pytest.raises(DataError) as refused:
        Audit(explained(row)).findings()
    assert wrong in str(refused.value) and "explained.csv" in str(refused.value)


def test_an_edition_that_is_printed_again_is_not_told_of_later_explanations(tmp_path, explained):
    explained(",x.in,2,2026,other,其实没有差异,")
    assert not [each for each in of_edition(Path(tmp_path), 2025).findings if each.kind == "explained"]
