"""Errata are accepted diagnoses: each agrees with the diagnosis, or says why a person decided otherwise."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from nianbao.audit.audit import Audit
from nianbao.audit.diagnosis.accepted import accused, disagreements
from nianbao.audit.diagnosis.diagnosis import diagnose
from tests.support.diagnosed import GROUP, diagnoses, problem, published

pytestmark = pytest.mark.xdist_group(GROUP)

ZHONGWEI = "formula:pension.enterprise.contributor_ratio:640501:2025"
UNEMPLOYMENT = "claim:avg_growth:unemployment.monthly_benefit:640000:2025:2020"
#: The line that form 3 leaves out is in no cell: no likely value can be put in its place.
MISSING_LINE = {
    "identity:accounts-expenditure-items:total:2022",
    "total:accounts.expenditure:208:2022",
    "identity:accounts-expenditure-items-basic:total:2022",
    "total:accounts.expenditure.basic:total:2022",
}


class Accepted:
    """The published data with what the audit finds and what the diagnosis, which knows no errata, says of them."""

    def __init__(self):
        self.data = published()
        self.problem = problem()
        self.diagnoses = list(diagnoses())
        self.findings = {each.check: each for each in Audit(self.data).findings()}
        self.errata = list({each.place: each for each in self.data.errata.values()}.values())

    def of(self, check):
        """The erratum that a check finds."""
        return self.data.errata[check]

    def wrong(self, *errata):
        """What is said against errata."""
        return list(disagreements(errata, self.diagnoses, self.problem, self.findings))


@pytest.fixture(scope="module")
def accepted():
    return Accepted()


def test_each_erratum_agrees_with_the_diagnosis_or_is_decided(accepted):
    assert accepted.wrong(*accepted.errata) == []


def test_what_is_decided_is_one_sentence_and_not_said_in_vain(accepted):
    """A reason is given where the diagnosis says otherwise, and nowhere else."""
    for erratum in accepted.errata:
        if erratum.decided:
            assert erratum.decided.endswith("。") and len(erratum.decided) <= 90, erratum.place
            if not erratum.checks[0].startswith("label:"):
                without = replace(erratum, decided="")
                told = accepted.wrong(without)
                ruled_out = not erratum.likely and not erratum.figures
                assert told or ruled_out, f"{erratum.place}：与诊断相同，不必判定"


def test_zhongwei_and_the_unemployment_benefit_come_out_of_the_diagnosis(accepted):
    for check, printed, likely in ((ZHONGWEI, "3.32", "2.32"), (UNEMPLOYMENT, "27.03", "7.03")):
        erratum = accepted.of(check)
        assert (erratum.printed, erratum.likely, erratum.decided) == (printed, likely, "")
        (figure,) = accused(erratum)
        told = [each for each in accepted.diagnoses if accepted.problem.variables[each.number].id == figure]
        assert [(each.verdict, each.printed, each.likely) for each in told] == [("named", printed, likely)]


@pytest.mark.parametrize(
    "check, changes",
    [
        (ZHONGWEI, {"figures": ("pension.enterprise.contributor_ratio:640501:2025",), "likely": "2.85"}),
        (ZHONGWEI, {"figures": ()}),
        (ZHONGWEI, {"likely": "2.33"}),
        (ZHONGWEI, {"likely": ""}),
        (UNEMPLOYMENT, {"likely": "6.21"}),
        ("identity:digital-grassroots-items:640000:2025", {"decided": ""}),
        ("identity:digital-grassroots-items:640000:2025", {"decided": "", "figures": (), "likely": "267.74"}),
        ("claim:growth:pension.enterprise.transfer_in_persons:640000:2025:2024", {"decided": ""}),
        ("formula:pension.enterprise.replacement_rate:640000:2025", {"likely": "56.57"}),
        ("identity:county-resident-income-budget:640121:2022", {"likely": "9997.27"}),
        ("identity:agency-insured-pension:640000:2025", {"decided": "", "likely": "534.32"}),
        ("copy:injury.occupational:640000:2024", {"decided": ""}),
        ("label:report-2025:subsidy-noun", {"likely": "财政补贴收入"}),
        ("label:report-2025:contribution-levels", {"decided": ""}),
        ("label:yongning-2022:risk-classes", {"likely": "一、二、三、四、六类", "decided": ""}),
    ],
)
def test_a_wrong_erratum_is_told(accepted, check, changes):
    """The test above can fail: false accusations and likely values of the last edition, and others."""
    erratum = accepted.of(check)
    assert accepted.wrong(erratum) == []
    assert len(accepted.wrong(replace(erratum, **changes))) == 1


@pytest.mark.long
def test_with_the_likely_values_in_place_what_they_are_of_holds(accepted):
    """A likely value is no guess: with all of them printed, no relation is left that one of them is of."""
    values = {}
    for erratum in accepted.errata:
        figures = accused(erratum)
        number = accepted.problem.numbers.get(figures[0]) if figures else None
        if number is None or not erratum.likely.removeprefix("-").replace(".", "").isdigit():
            continue
        for figure in figures:
            values[accepted.problem.numbers[figure]] = Decimal(erratum.likely)
    assert len(values) >= 20
    left = {name for each in diagnose(accepted.problem.replaced(values)) for name in each.relations.split()}
    for erratum in accepted.errata:
        figures = accused(erratum)
        if figures and accepted.problem.numbers.get(figures[0]) in values:
            names = {check.removeprefix("claim:") for check in erratum.checks}
            assert not left & names - MISSING_LINE, erratum.place


def test_no_two_errata_call_the_same_figure_wrong_with_two_values(accepted):
    likely: dict[str, set[str]] = {}
    for erratum in accepted.errata:
        for figure in erratum.figures:
            likely.setdefault(figure, set()).add(erratum.likely)
    assert [figure for figure, values in likely.items() if len(values) > 1] == []


def test_an_erratum_of_a_figure_that_is_not_printed_is_reported(accepted):
    audit = Audit(accepted.data)
    kept = accepted.data.errata
    accepted.data.errata = {**kept, ZHONGWEI: replace(kept[ZHONGWEI], figures=("pension.enterprise.none:640501:2025",))}
    try:
        lost = list(audit.lost_errata(set(accepted.findings)))
    finally:
        accepted.data.errata = kept
    assert [each.check for each in lost if "所指的数" in each.note] == [ZHONGWEI]
    assert all(each.status == "fails" for each in lost)
