"""Scenarios: stock and flow add up, assumptions alone move them, and none is shown unless a setting says so."""

from __future__ import annotations

from fractions import Fraction

import pytest

from nianbao.analysis.outlook import MIDDLE, Outlook
from nianbao.analysis.resilience import Resilience
from nianbao.audit.audit import Audit
from nianbao.chapter.published import Published
from nianbao.chapter.session import Session
from nianbao.data.dataset import Dataset
from tests.support.projects import ROOT


@pytest.fixture(scope="module")
def published() -> Published:
    return Published(Audit(Dataset(ROOT / "data", 2025, lazy=True)))


@pytest.fixture(scope="module")
def outlook(published) -> Outlook:
    return Outlook(published, 2025)


def test_each_balance_is_the_last_one_plus_income_less_expenditure(outlook):
    assert len(outlook.schemes) == 5
    for scheme in outlook.schemes:
        scenario = outlook.scenario(scheme, MIDDLE)
        before = scenario.start
        for year in scenario.years:
            assert year.balance.exact == before.balance.exact + year.income.exact - year.expenditure.exact
            before = year


def test_flows_grow_as_assumed(outlook):
    scheme = outlook.schemes[0]
    rates = {driver: each.exact / 100 for driver, each in outlook.rates(scheme, MIDDLE).items()}
    scenario = outlook.scenario(scheme, MIDDLE)
    grown = Fraction(1)
    for driver in ("contributors", "base", "rate"):
        grown *= 1 + rates[driver]
    assert scenario.years[1].contributions.exact == scenario.start.contributions.exact * grown**2
    spent = (1 + rates["retirees"]) * (1 + rates["benefit"])
    assert scenario.last.expenditure.exact == scenario.start.expenditure.exact * spent ** len(scenario.years)


def test_low_middle_and_high_stand_in_that_order_and_each_assumption_alone_lies_between(outlook):
    for scheme in outlook.schemes:
        low, middle, high = (outlook.scenario(scheme, each).last.balance.exact for each in ("low", MIDDLE, "high"))
        assert low < middle < high, scheme
        for alone in outlook.one_at_a_time(scheme):
            assert low <= alone.low.exact <= middle <= alone.high.exact <= high, (scheme, alone.driver)


def test_the_backcast_is_put_to_what_became_known(outlook):
    found = {(each.scheme.code, each.start): each for each in map_backcasts(outlook)}
    assert ("enterprise", 2021) in found and ("enterprise", 2024) in found
    for each in found.values():
        assert each.miss.exact == each.projected.exact - each.actual.exact


def map_backcasts(outlook: Outlook) -> list:
    """All backcasts of an outlook."""
    return [each for scheme in outlook.schemes for each in outlook.backcasts(scheme)]


def test_scenarios_are_for_the_editor_unless_said_otherwise():
    assert Session(ROOT / "data").outlook is False
    assert "False, False)" in Session(ROOT / "data").cell


# -- what funds rest on -----------------------------------------------------------------------------------------------
def test_funds_would_not_hold_without_subsidies(published):
    funds = {fund.scheme.code: fund for fund in Resilience(published, 2025).funds()}
    enterprise = funds["enterprise"]
    assert enterprise.without.exact == Fraction("323.70") - Fraction("66.76") - Fraction("295.12")
    assert enterprise.rests_on_subsidies and not funds["unemployment"].rests_on_subsidies
    pooled = Resilience(published, 2025).pooled()
    assert round(float(pooled.share.exact), 1) == 32.3


def test_all_targets_of_the_next_year_lie_below_what_is_reached(published):
    later = Published(Audit(Dataset(ROOT / "data", 2026, lazy=True)))
    targets = list(Resilience(published, 2025).targets(later, 2026))
    assert [str(each.aim.value) for each in targets] == ["530", "130", "149"]
    assert all(each.is_lower for each in targets)
