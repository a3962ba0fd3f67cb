"""Change accounts add up exactly, and claim no sign that some point within rounding denies."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from math import prod

import pytest

from nianbao.analysis import decomposition
from nianbao.analysis.accounts import Account, Accounts
from nianbao.analysis.sentences import of_account, plain
from nianbao.audit.audit import Audit
from nianbao.chapter.published import Published
from nianbao.data.analysing import Design, Part
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from tests.analysis.random_levels import Chosen, drawn_value, printed, within
from tests.support.little_data import little
from tests.support.projects import ROOT

YEAR = 2025
FACTORS = ("times", "over", "rest")


@pytest.fixture(scope="module")
def audit(tmp_path_factory) -> Audit:
    names = [f"x.i{number},数{number},亿元,2,flow,region,,," for number in range(8)]
    rows = {year: [f"x.i{number},1,1.00" for number in range(8)] for year in (YEAR - 1, YEAR)}
    return Audit(little(tmp_path_factory.mktemp("accounts"), rows, indicators=names))


def some_design(chance: random.Random) -> Design:
    """A sum with or without a whole, or a product with or without a factor that is left."""
    many = chance.randint(1, 4)
    target = chance.choice(["x.i0", "x.i0", ""])
    if chance.random() < 0.5:
        parts = [Part(chance.choice(["plus", "plus", "minus"]), f"x.i{at}", f"部分{at}") for at in range(1, many + 1)]
        return Design("account", "总数", target, tuple(parts), "亿元")
    many = chance.randint(1, 3)
    parts = [Part(chance.choice(["times", "times", "over"]), f"x.i{at}", f"因素{at}") for at in range(1, many + 1)]
    if target and chance.random() < 0.6:
        parts.append(Part("rest", "", "其余因素", "元"))
    scale = Fraction(chance.randint(1, 12), 10 ** chance.randint(0, 6))
    return Design("account", "总数", target, tuple(parts), "亿元", scale)


def some_account(audit: Audit, chance: random.Random) -> tuple[Account, Chosen] | None:
    """An account of random levels, one in ten of which is unknown."""
    levels = {}
    for number in range(8):
        for year in (YEAR - 1, YEAR):
            key = Key(f"x.i{number}", "1", year)
            if number == 0 or chance.random() > 0.1:
                levels[key] = printed(key, drawn_value(chance), "亿元")
    chosen = Chosen(audit, levels)
    accounts = Accounts(chosen, YEAR, YEAR - 1)
    design = some_design(chance)
    is_product = any(part.role in FACTORS for part in design.parts)
    account = accounts.of_factors(design) if is_product else accounts.of_parts(design)
    return (account, chosen) if account else None


def check_adding_up(audit: Audit, wanted: int, seed: int) -> None:
    """So many random accounts add up exactly, and what is lacking stands in the residual."""
    chance = random.Random(seed)
    made = 0
    with_residual = 0
    while made < wanted:
        found = some_account(audit, chance)
        if found is None:
            continue
        account, _ = found
        made += 1
        left = account.residual.exact if account.residual else Fraction(0)
        assert sum((each.exact for each in account.effects), left) == account.exact, account
        assert account.adds_up
        assert account.exact == account.now.exact - account.then.exact
        with_residual += account.residual is not None
        if account.design.parts[-1].role == "rest":
            assert account.residual is None, "an inferred factor leaves nothing"
    assert wanted / 20 < with_residual < wanted


def test_random_accounts_add_up_exactly(audit):
    check_adding_up(audit, 300, 20)


@pytest.mark.long
def test_ten_thousand_random_accounts_add_up_exactly(audit):
    check_adding_up(audit, 10_000, 2025)


def effects_at(account: Account, values: dict[Key, Fraction]) -> list[Fraction]:
    """The effects of an account if the levels were just these, worked out on another way than the account's own."""
    design = account.design
    known = [part for part in design.parts if part.role in {"times", "over"}]
    if not known:
        found = []
        for part in design.parts:
            sign = -1 if part.role == "minus" else 1
            keys = [Key(part.term, "1", year) for year in (YEAR, YEAR - 1)]
            if all(key in values for key in keys):
                found.append(sign * (values[keys[0]] - values[keys[1]]))
        return found
    years = []
    for year in (YEAR, YEAR - 1):
        powered = []
        for part in known:
            value = values[Key(part.term, "1", year)]
            powered.append(1 / value if part.role == "over" else value)
        if design.parts[-1].role == "rest":
            powered.append(values[Key(design.target, "1", year)] / prod(powered) / design.scale)
        years.append(powered)
    return decomposition.effects(*years, design.scale)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_no_sign_is_claimed_that_a_point_within_rounding_denies(audit, seed):
    """Every corner for few levels, and points drawn from all of the box."""
    chance = random.Random(seed)
    claimed = 0
    for _ in range(60 if seed == 1 else 1_000):
        found = some_account(audit, chance)
        if found is None:
            continue
        account, chosen = found
        for _ in range(40):
            values = {key: within(level.interval, chance) for key, level in chosen.levels.items()}
            for effect, exact in zip(account.effects, effects_at(account, values), strict=True):
                assert effect.quantity.interval.holds(exact), (effect, exact)
                assert effect.sign in {0, (exact > 0) - (exact < 0)}
                claimed += effect.sign != 0
            if account.residual and account.design.target:
                whole = [values[Key(account.design.target, "1", year)] for year in (YEAR, YEAR - 1)]
                rest = whole[0] - whole[1] - sum(effects_at(account, values))
                assert account.residual.quantity.interval.holds(rest)
    assert claimed > 1_000


def test_the_sign_of_a_small_change_is_left_open(audit):
    levels = {
        Key("x.i0", "1", 2025): printed(Key("x.i0", "1", 2025), drawn_value(random.Random(1)), "亿元"),
    }
    key = Key("x.i0", "1", 2025)
    now = levels[key]
    levels[key.at(2024)] = replace(now, id=replace(now.id, key=key.at(2024)), exact=now.exact)
    for number in (1,):
        for year in (2024, 2025):
            levels[Key(f"x.i{number}", "1", year)] = printed(Key(f"x.i{number}", "1", year), now.value, "亿元")
    design = Design("a", "总数", "x.i0", (Part("plus", "x.i1", "甲"),), "亿元")
    account = Accounts(Chosen(audit, levels), 2025, 2024).of_parts(design)
    assert account.sign == 0
    assert "方向不能断定" in plain(of_account(account)) and "甲" not in plain(of_account(account))


# -- the published figures --------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def published() -> Published:
    return Published(Audit(Dataset(ROOT / "data", 2025, lazy=True)))


def test_every_account_of_the_published_figures_adds_up(published):
    accounts = list(Accounts(published, 2025, 2024).all())
    assert len(accounts) >= 25
    assert all(account.adds_up for account in accounts)


def test_why_unemployment_spending_grew(published):
    account = Accounts(published, 2025, 2024).account("unemployment-spending")
    assert [effect.words for effect in account.by_size] == ["领取人数", "按全部支出折合的每人月数", "月人均失业保险金"]
    assert [str(effect.quantity.value) for effect in account.by_size] == ["3.0", "0.7", "0.3"]
    assert account.residual is None and not account.in_doubt


def test_parts_that_last_year_did_not_print_are_named_and_left_over(published):
    account = Accounts(published, 2025, 2024).account("enterprise-income")
    assert tuple(each.words for each in account.lacking) == ("转移收入", "利息收入", "委托投资收益", "其他收入")
    assert account.residual.sign == 1 and account.unexplained
    assert "上年数未载入" in plain(of_account(account))


def test_the_support_ratio_is_known_to_fall_by_its_parts_though_it_is_printed_too_coarsely(published):
    account = Accounts(published, 2025, 2024).account("enterprise-support")
    assert account.sign == -1
    assert "略有下降" in plain(of_account(account))


def test_a_changed_definition_is_said(tmp_path):
    rows = {2024: ["x.a,1,1.00"], 2025: ["x.a,1,2.00"]}
    data = little(tmp_path, rows, indicators=["x.a,甲数,亿元,2,flow,region,,,", "x.b,乙数,亿元,2,flow,region,,,"])
    (tmp_path / "editions/2025").mkdir(parents=True)
    (tmp_path / "editions/2025/revisions.csv").write_text(
        "indicator,item,of_year,old,new,kind,reason,date\nx.a,1,,旧,新,method,改按常住人口计,2026-01\n", "utf-8"
    )
    levels = Published(Audit(Dataset(data.root, 2025)))
    design = Design("a", "甲数", "x.a", (Part("plus", "x.a", "甲"),), "亿元")
    account = Accounts(levels, 2025, 2024).of_parts(design)
    assert account.notes == ("甲数的口径自2025年起有变：改按常住人口计。",)
