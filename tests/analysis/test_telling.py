"""How accounts and findings are told: nothing is left out unsaid."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from nianbao.analysis.accounts import (
    FACTOR,
    MOST,
    Account,
    Accounts,
    Effect,
    Lacking,
    in_digits_that_add_up,
    in_the_same_digits,
)
from nianbao.analysis.candidates import Candidates
from nianbao.analysis.computing import sign_of
from nianbao.analysis.reasons import Reasons
from nianbao.analysis.sentences import of_account, of_lacking, plain
from nianbao.audit.audit import Audit
from nianbao.chapter.analysed import ROUNDED, Analysed
from nianbao.chapter.published import Published
from nianbao.data.dataset import Dataset
from nianbao.figures.interval import Interval
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import decimals_of, round_half_up
from tests.support.projects import ROOT

YEAR = 2025


@pytest.fixture(scope="module")
def published() -> Published:
    return Published(Audit(Dataset(ROOT / "data", YEAR, lazy=True)))


@pytest.fixture(scope="module")
def accounts(published) -> list[Account]:
    return list(Accounts(published, YEAR, YEAR - 1).all())


@pytest.fixture
def candidates(published) -> Candidates:
    return Candidates(published, YEAR)


def test_what_a_sentence_tells_and_the_rest_are_all_the_effects(accounts):
    longer = [each for each in accounts if each.rest]
    assert longer
    for account in longer:
        others = account.by_size[MOST:]
        assert len(others) > 1
        assert account.rest.exact == sum(each.exact for each in others)
    shorter = [each for each in accounts if not each.rest]
    assert all(len(each.told) == len(each.effects) for each in shorter)


def test_the_rest_ends_the_list():
    published = Published(Audit(Dataset(ROOT / "data", YEAR, lazy=True)))
    account = Accounts(published, YEAR, YEAR - 1).account("all-income")
    assert plain(of_account(account)).endswith("，其余各项合计增加4.1亿元。")


def test_the_year_that_lacks_is_said(accounts):
    known = accounts[0].now
    told = plain(of_lacking([Lacking("甲", None, known)]))
    assert told == f"（含甲，上年{known.text}{known.unit}，本年数未载入）"
    assert plain(of_lacking([Lacking("甲", known, None), Lacking("乙", known, None)])) == "（含甲、乙，上年数未载入）"
    assert plain(of_lacking([Lacking("甲", None, None)])) == "（含甲，两年的数都未载入）"
    assert plain(of_lacking([])) == ""


def test_every_fund_that_is_short_without_subsidies_is_listed(candidates):
    (found,) = candidates.dependence()
    short = [fund for fund in candidates.funds if fund.without and sign_of(fund.without) < 0]
    assert len(short) > 1
    assert all(fund.without in found.figures for fund in short)
    assert candidates.resilience.short_together(short) in found.figures
    assert candidates.resilience.short_together(short[:1]) is None


def test_the_funds_that_are_short_with_subsidies_too_are_listed_all_the_same(candidates):
    funds = candidates.funds
    first = next(fund for fund in funds if fund.rests_on_subsidies)
    now_short = replace(first, current=first.without)
    pooled = [now_short if fund is first else fund for fund in funds if fund.without]
    resting = [fund for fund in pooled if fund.rests_on_subsidies]
    told = plain(candidates.short_without(pooled, pooled, resting))
    assert first.scheme.name in told.split("计入补贴")[0]
    assert first.scheme.name not in told.split("计入补贴")[1]


def test_an_income_that_fell_by_more_than_spending_moved_is_told(candidates):
    fund = next(fund for fund in candidates.funds if fund.scheme.code == "unemployment")
    prefix = fund.scheme.prefix
    assert candidates.fallen_more(prefix) is None
    spending = candidates.moved[f"{prefix}.expenditure"]
    rose = candidates.moved[f"{prefix}.income"]
    by = spending.change.exact * 2
    change = replace(rose.change, value=-spending.change.value * 2, exact=-by, interval=-spending.change.interval)
    fell = replace(rose, change=change)
    candidates.moved[f"{prefix}.income"] = fell
    told = candidates.deficit(fund, 0)
    assert candidates.fallen_more(prefix) is fell
    assert change in told.figures and (change, -1) in told.signs


def test_regions_that_share_the_lowest_figure_are_all_named(candidates):
    ranked = next(
        found[1]
        for design in candidates.accounts.designs.values()
        if candidates.is_of_people(design) and (found := candidates.accounts.by_region(design))
    )
    last = ranked[-1]
    tied = [*ranked[:-2], ranked[-2].with_value(last.value), last]
    assert len(candidates.tied(ranked[-1:], last)) == 1
    assert len(candidates.tied(tied[-2:], last)) == 2


def test_a_reason_for_one_item_names_it(published):
    for tested in Reasons(published).of(YEAR + 1):
        about = published.audit.data.catalogue.indicator(tested.stated.indicator)
        apart = tested.stated.item != published.audit.data.catalogue.top(about)
        assert tested.name.endswith("）") == apart


def revised(published: Published, item: str) -> list[str]:
    """The notes of an account of balances, where the definition of the balance of an item changed."""
    data = published.audit.data
    row = {"kind": "method", "indicator": "pension.resident.balance", "item": item, "reason": "并入"}
    accounts = Accounts(published, YEAR, YEAR - 1)
    accounts.data = type("Revised", (), {"years": data.years, "catalogue": data.catalogue})()
    accounts.data.revisions = lambda year: [row, dict(row)]
    known = Accounts(published, YEAR, YEAR - 1).account("resident-months")
    return list(accounts.notes(known.design, [each.now for each in known.effects]))


def test_a_new_definition_is_noted_where_it_is_about_the_item_itself(published):
    top = published.audit.data.catalogue.top(published.audit.data.catalogue.indicator("pension.resident.balance"))
    assert sum("口径" in note for note in revised(published, top)) == 1
    assert not any("口径" in note for note in revised(published, "640423"))


def test_nothing_is_lacking_where_the_other_parts_make_up_the_whole(accounts):
    known = accounts[0].now
    none = Lacking("上解", None, known, own=True, is_none=True)
    assert plain(of_lacking([none])) == f"（含上解，上年{known.text}{known.unit}，本年没有）"
    assert "本年没有填报" in plain(of_lacking([replace(none, is_none=False)]))


def test_months_and_what_adds_to_them_are_told_in_their_own_decimals(accounts):
    of_months = [each for each in accounts if each.now.unit == "个月"]
    assert of_months
    for account in of_months:
        shown = [account.now, account.then, account.total, *(each.quantity for each in account.effects)]
        assert all(decimals_of(each.value) <= 1 for each in shown)


@pytest.mark.parametrize(
    "exact, shown", [(("-0.366", "-0.364"), ["-0.37", "-0.36"]), (("-0.33", "-0.40"), ["-0.3", "-0.4"])]
)
def test_effects_on_months_have_the_digits_in_which_they_add_up(accounts, exact, shown):
    """0.4 and 0.4 are not 0.7; what adds up in one decimal, and what is not known to two, stays."""
    account = next(each for each in accounts if each.now.unit == "个月" and len(each.effects) == 2)

    def made(quantity: Quantity, text: str, decimals: int, spread: str) -> Quantity:
        value = Fraction(text)
        interval = Interval(value - Fraction(spread), value + Fraction(spread))
        return replace(quantity, value=round_half_up(value, decimals), exact=value, interval=interval)

    def of(spread: str) -> Account:
        pairs = zip(account.effects, exact, strict=True)
        effects = tuple(replace(each, quantity=made(each.quantity, text, 1, spread)) for each, text in pairs)
        return replace(account, effects=effects, total=made(account.total, "-0.73", 1, spread), residual=None)

    found = in_digits_that_add_up(of("0.001"))
    assert [str(each.quantity.value) for each in found.effects] == shown and found.adds_up_as_printed
    vague = in_digits_that_add_up(of("0.04"))
    assert vague == of("0.04")
    assert (ROUNDED in Analysed.notes(vague)) is not vague.adds_up_to_the_digit


def test_a_table_of_effects_says_where_the_printed_digits_do_not_add_up(accounts):
    assert {account.adds_up_to_the_digit for account in accounts} == {True, False}
    for account in accounts:
        if any(each.unit != account.total.unit for each in account.shown):
            continue
        added = sum(each.value for each in account.shown)
        assert (ROUNDED in Analysed.notes(account)) is (added != account.total.value)


def is_factor(account: Account, effect: Effect) -> bool:
    """Whether an effect is that of a factor, in the unit of the whole."""
    return effect.kind == FACTOR and effect.quantity.unit == account.total.unit


def test_effects_of_factors_have_the_same_decimals(accounts):
    of_factors = [account for account in accounts if all(is_factor(account, each) for each in account.effects)]
    assert of_factors
    for account in of_factors:
        assert len({decimals_of(each.quantity.value) for each in account.effects}) == 1


@pytest.mark.parametrize("exact, shown", [(("1.28", "1.194"), ["1.3", "1.2"]), (("1.28", "0.0419"), ["1.3", "0.04"])])
def test_a_factor_keeps_the_decimals_without_which_it_would_be_nothing(accounts, exact, shown):
    account = next(each for each in accounts if each.effects[0].kind == FACTOR and len(each.effects) == 2)
    first, second = (
        replace(each.quantity, exact=Fraction(text)) for each, text in zip(account.effects, exact, strict=True)
    )
    first = replace(first, value=Decimal(shown[0]))
    second = replace(second, value=round_half_up(second.exact, 2))
    effects = tuple(
        replace(effect, quantity=quantity) for effect, quantity in zip(account.effects, (first, second), strict=True)
    )
    found = in_the_same_digits(replace(account, effects=effects))
    assert [str(each.quantity.value) for each in found.effects] == shown


def test_the_difference_of_two_ratios_is_no_ratio(accounts):
    ratios = [plain(of_account(each)) for each in accounts if each.now.unit == "比"]
    assert ratios and not any(re.search("(上升|下降)[0-9.]+(比|∶)", each) for each in ratios)


@pytest.mark.parametrize("then, now, sign", [("0.05", "0.04", -1), ("0.04", "0.05", 1), ("0.05", "0.05", 0)])
def test_a_part_printed_one_digit_less_is_less(accounts, then, now, sign):
    made = accounts[0].now
    ends = [made.printed(made.id, made.name, Decimal(text), made.unit) for text in (now, then)]
    change = replace(made, value=ends[0].value - ends[1].value, interval=ends[0].interval - ends[1].interval)
    assert Effect("转移收入", change, ends[0].exact - ends[1].exact, *ends).sign == sign
    assert Effect("转移收入", change, ends[0].exact - ends[1].exact, *ends, kind=FACTOR).sign == 0
