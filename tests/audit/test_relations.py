"""The rules on relations, each with a document that obeys it and one that does not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from nianbao.audit.findings import decide
from nianbao.data.keys import Key
from nianbao.errors import DataError
from nianbao.figures.derivation import Deriver
from nianbao.figures.interval import Interval
from tests.support.little_data import found, little

INSURED = "x.insured,参保人数,万人,2,stock,,,,"
RETIRED = "x.retired,离退休人数,万人,2,stock,,,,"
RATIO = "x.ratio,抚养比,比,2,ratio,,,x.insured / x.retired,"


# -- sums of parts that are printed nowhere -------------------------------------------------------------------------
def ratios(tmp_path, whole: str, ratio: str = "2.00"):
    rows = ["x.insured,1,60.00", "x.insured,2,20.00", "x.insured,3,20.00", "x.insured,4,20.00"]
    rows += ["x.ratio,2,4.00", "x.ratio,3,2.00", f"x.ratio,4,{ratio}", f"x.retired,1,{whole}"]
    return found(little(tmp_path, {2025: rows}, indicators=[INSURED, RETIRED, RATIO]))


@pytest.mark.parametrize("whole, status", [("25.00", "agrees"), ("25.03", "rounding"), ("25.40", "fails")])
def test_parts_that_follow_from_ratios_add_up_to_the_printed_whole(tmp_path, whole, status):
    about = ratios(tmp_path, whole)["regions:x.retired:1:2025"]
    assert (about.status, about.kind, about.recomputed) == (status, "total", "25.00")
    assert "抚养比" in about.note


def test_a_wrong_ratio_of_one_region_is_seen_in_the_sum(tmp_path):
    assert ratios(tmp_path, "25.00", "3.00")["regions:x.retired:1:2025"].status == "fails"


def test_parts_that_do_not_exhaust_the_whole_are_not_summed(tmp_path):
    rows = ["x.insured,2,20.00", "x.insured,3,20.00", "x.ratio,2,4.00", "x.retired,1,25.00"]
    data = little(tmp_path, {2025: rows}, indicators=[INSURED, RETIRED, RATIO])
    assert "regions:x.retired:1:2025" not in found(data)


def test_two_tables_that_lead_to_the_same_figure_narrow_it(tmp_path):
    """By its own formula each part is known to ±0.5 only; the other ratio tells more."""
    other = "x.paid,缴费人数,万人,2,stock,,,,", "x.payers,缴费抚养比,比,2,ratio,,,x.paid / x.retired,"
    coarse = "x.retired,离退休人数,万人,2,stock,,,x.insured / x.ratio,"
    rows = [f"x.{code},{item},{value}" for item in "234" for code, value in (("insured", "20"), ("ratio", "2"))]
    rows += [f"x.{code},{item},{value}" for item in "234" for code, value in (("paid", "15.00"), ("payers", "1.50"))]
    found_coarse = little(tmp_path / "a", {2025: [*rows[:6], "x.retired,1,27.00"]}, indicators=[INSURED, coarse, RATIO])
    assert found(found_coarse)["regions:x.retired:1:2025"].status == "rounding"
    narrowed = little(tmp_path / "b", {2025: [*rows, "x.retired,1,27.00"]}, indicators=[INSURED, coarse, RATIO, *other])
    assert found(narrowed)["regions:x.retired:1:2025"].status == "fails"


# -- orders, parts and rows -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("size, status", [("400", "agrees"), ("500", "agrees"), ("502", "fails")])
def test_a_group_within_another_is_not_larger(tmp_path, size, status):
    kinds = ["x.disabled,伤残人数,人,0,flow,,,,", "x.disease,职业病人数,人,0,flow,,,,"]
    within = ["within,职业病不多于伤残,x.disease,,1", "within,职业病不多于伤残,x.disabled,,-1"]
    rows = ["x.disabled,1,500", f"x.disease,1,{size}"]
    about = found(little(tmp_path, {2021: rows}, indicators=kinds, orders=within))["order:within:1:2021"]
    assert about.status == status and about.key == Key("x.disease", "1", 2021)
    assert about.recomputed == "500"


def test_rounded_figures_that_may_be_equal_are_in_order(tmp_path):
    kinds = ["x.whole,合计,亿元,1,flow,,,,", "x.part,其一,亿元,2,flow,,,,"]
    order = ["within,一项不多于合计,x.part,,1", "within,一项不多于合计,x.whole,,-1"]
    rows = ["x.whole,1,2.0", "x.part,1,2.05"]
    data = little(tmp_path, {2021: rows}, indicators=kinds, orders=order)
    assert found(data)["order:within:1:2021"].status == "agrees"


NESTED = [
    "x.all,支出,万元,2,flow,,,,",
    "x.fiscal,财政拨款支出,万元,2,flow,,x.all,,",
    "x.own,一般预算,万元,2,flow,,x.fiscal,,",
]


def test_a_component_is_held_against_the_nearest_whole_that_is_printed(tmp_path):
    data = little(tmp_path, {2022: ["x.all,2,10.00", "x.own,2,10.50"]}, indicators=NESTED)
    about = found(data)["part:x.own:2:2022"]
    assert about.status == "fails" and "支出10.00万元" in about.note


def test_a_row_that_only_the_component_has_is_missing_in_the_whole(tmp_path):
    rows = ["x.all,2,10.00", "x.all,3,20.00", "x.own,2,10.00", "x.own,3,19.00", "x.own,4,4.39"]
    about = found(little(tmp_path, {2022: rows}, indicators=NESTED))["part:x.own:4:2022"]
    assert about.status == "fails" and about.note.startswith("漏列一行")
    rows[-1] = "x.own,4,0.00"
    assert "part:x.own:4:2022" not in found(little(tmp_path / "nothing", {2022: rows}, indicators=NESTED))


# -- lists, twins, targets of one name ------------------------------------------------------------------------------
@pytest.mark.parametrize("whole, status", [("11.10", "agrees"), ("11.12", "fails")])
def test_a_list_that_should_exhaust_its_whole(tmp_path, whole, status):
    kinds = ["x.all,收入,亿元,2,flow,,,,", "x.fee,保费,亿元,2,flow,,x.all,,", "x.interest,利息,亿元,2,flow,,x.all,,"]
    rows = [f"x.all,1,{whole}", "x.fee,1,10.57", "x.interest,1,0.53"]
    relation = ["income,2025,x.all,1,x.fee + x.interest,收入构成,第一部分"]
    data = little(tmp_path, {2025: rows}, indicators=kinds, relations=relation)
    assert found(data)["list:income:1:2025"].status == status


@pytest.mark.parametrize("unit, value, status", [("万元", "3.32", "agrees"), ("万元元", "3.33", "fails")])
def test_changes_of_two_figures_that_are_the_same(tmp_path, unit, value, status):
    kinds = ["x.public,公用经费,元,2,flow,,,,", "x.running,机关运行经费,万元,2,flow,,,,"]
    same = ["same,运行经费等于公用经费,x.public,,1,", "same,运行经费等于公用经费,x.running,,-10000,"]
    rows = ["x.public,1,2672468.00", "x.running,1,267.25"]
    claims = [f"change,x.public,1,2022,2021,3.32,万元,{place}" for place in ("四", "五")]
    claims.append(f"change,x.running,1,2022,2021,{value},{unit},十")
    data = little(tmp_path, {2021: [], 2022: rows}, indicators=kinds, identities=same, claims=claims)
    about = found(data)["twin:same-change-2021:1:2022"]
    assert (about.status, about.printed, about.recomputed) == (status, value, "3.32")


@pytest.mark.parametrize(
    "second, kind, status", [("90", "ratio", "agrees"), ("95", "ratio", "fails"), ("95", "flow", "")]
)
def test_a_target_of_one_name_has_one_value(tmp_path, second, kind, status):
    kinds = [f"x.target,目标,%,0,{kind},performance_lines,,,"]
    names = tmp_path / "catalogue/codelists/performance_lines.csv"
    names.parent.mkdir(parents=True)
    names.write_text("item,name,parent\n1,合计,\n2,及时率,1\n3,及时率,1\n", "utf-8")
    data = little(tmp_path, {2025: ["x.target,2,90", f"x.target,3,{second}"]}, indicators=kinds)
    about = found(data).get("double:x.target:3:2025")
    assert (about.status if about else "") == status


# -- what is printed nowhere ----------------------------------------------------------------------------------------
PERSONS = ["x.persons,领取人数,人,0,flow,,,,", "x.money,结余,亿元,2,stock,,,,"]


@pytest.mark.parametrize(
    "measure, value, unit, status",
    [
        ("change", "40", "人", "agrees"),
        ("change", "140", "人", "fails"),
        ("growth", "-99.9", "%", "agrees"),
        ("growth", "-140", "%", "fails"),
    ],
)
def test_nobody_can_have_been_fewer_than_none(tmp_path, measure, value, unit, status):
    claims = [f"{measure},x.persons,1,2025,2024,{value},{unit},一"]
    data = little(tmp_path, {2024: [], 2025: ["x.persons,1,100"]}, indicators=PERSONS, claims=claims)
    assert found(data)["possible:x.persons:1:2024"].status == status


def test_a_balance_may_have_been_negative(tmp_path):
    claims = ["change,x.money,1,2025,2024,3.00,亿元,一"]
    data = little(tmp_path, {2024: [], 2025: ["x.money,1,1.00"]}, indicators=PERSONS, claims=claims)
    assert "possible:x.money:1:2024" not in found(data)


SPLIT = ["x.all,支出,亿元,2,flow,,,,", "x.fee,养老金,亿元,2,flow,,x.all,,", "x.rest,其他,亿元,2,flow,,x.all,,"]
SUM = ["sum,支出构成,x.all,,1,", "sum,支出构成,x.fee,,-1,", "sum,支出构成,x.rest,,-1,"]
NOW = ["x.all,1,10.00", "x.fee,1,8.00", "x.rest,1,2.00"]


def moved(tmp_path, change: str, base: str) -> str:
    """The status of a change of the whole from which its base was derived, with two parts whose bases are printed."""
    before = [f"x.all,1,{base},E,0.01", "x.fee,1,7.00", "x.rest,1,1.50"]
    claims = [f"change,x.all,1,2025,2024,{change},亿元,一"]
    data = little(tmp_path, {2024: before, 2025: NOW}, indicators=SPLIT, identities=SUM, claims=claims)
    about = found(data)["claim:change:x.all:1:2025:2024"]
    assert ("支出构成" in about.note) == (about.status == "agrees")
    return about.status


def test_a_change_is_checked_by_a_relation_that_reaches_its_base(tmp_path):
    assert moved(tmp_path, "1.50", "8.50") == "agrees"
    assert moved(tmp_path / "wrong", "1.60", "8.40") == "not checked"


def test_a_change_that_nothing_reaches_is_not_checked(tmp_path):
    claims = ["change,x.all,1,2025,2024,1.50,亿元,一"]
    data = little(tmp_path, {2024: ["x.all,1,8.50,E,0.01"], 2025: NOW}, indicators=SPLIT, claims=claims)
    assert found(data)["claim:change:x.all:1:2025:2024"].status == "not checked"


# -- zeros, cut digits, means ---------------------------------------------------------------------------------------
def test_a_zero_is_as_exact_as_its_column(tmp_path):
    data = little(tmp_path, {2025: [*NOW[:2], "x.rest,1,0"]}, indicators=SPLIT, identities=SUM)
    assert Deriver(data).printed(Key("x.rest", "1", 2025)).interval == Interval.printed(Decimal("0.00"))
    assert found(data)["identity:sum:1:2025"].status == "fails"
    almost = [NOW[0], "x.fee,1,9.60", "x.rest,1,0"]
    assert (
        found(little(tmp_path / "b", {2025: almost}, indicators=SPLIT, identities=SUM))["identity:sum:1:2025"].status
        == "fails"
    )


@pytest.mark.parametrize("value", ["100", "0", "37", "-5"])
@pytest.mark.parametrize("measure, base", [("growth", "2024"), ("share", "x.rest")])
def test_a_rate_over_nothing_is_never_wrong(tmp_path, value, measure, base):
    claims = [f"{measure},x.all,1,2025,{base},{value},%,一"]
    now = ["x.all,1,10.00", "x.rest,1,0"]
    data = little(tmp_path, {2024: ["x.all,1,0"], 2025: now}, indicators=SPLIT, claims=claims)
    about = found(data)[f"claim:{measure}:x.all:1:2025:{base}"]
    assert about.status == "not checked" and "没有意义" in about.note


@pytest.mark.parametrize("printed, status", [("54", "fails"), ("55", "agrees"), ("56", "fails")])
def test_cut_digits_are_an_error_of_their_own(printed, status):
    exact = Decimal("54.98")
    verdict = decide(Decimal(printed), Interval.printed(exact).low, Interval.printed(exact))
    assert verdict.status == status
    assert verdict.note.startswith("截尾") == (printed == "54")


@pytest.mark.parametrize(
    "base, value, mean, status",
    [
        (2020, "6.35", "算术平均", "agrees"),
        (2020, "5.67", "算术平均", "fails"),
        (2021, "6.01", "几何平均", "agrees"),
        (2021, "6.57", "几何平均", "fails"),
        (2022, "8.09", "几何平均", "agrees"),
        (2022, "8.76", "算术平均", "agrees"),
        (2022, "9.99", "几何平均", "fails"),
    ],
)
def test_average_growth_follows_the_habit_of_its_base_year(tmp_path, base, value, mean, status):
    """2020 arithmetic, 2021 geometric; nothing is said of 2022, where both are allowed."""
    levels = {2020: "208.77", 2021: "217.85", 2022: "217.85"}
    claims = [f"avg_growth,x.insured,1,2025,{base},{value},%,一"]
    habits = ["2020,arithmetic,", "2021,geometric,"]
    years = {year: [f"x.insured,1,{levels[year]}"] if year == base else [] for year in levels}
    data = little(tmp_path, {**years, 2025: ["x.insured,1,275.09"]}, indicators=[INSURED], claims=claims, means=habits)
    about = found(data)[f"claim:avg_growth:x.insured:1:2025:{base}"]
    assert (about.status, about.note[:4]) == (status, mean)
    assert ("则相符" in about.note) == (status == "fails" and value != "9.99")


def test_what_a_book_computes_follows_the_same_habit(tmp_path):
    years = {2020: ["x.insured,1,208.77"], 2021: ["x.insured,1,217.85"], 2025: ["x.insured,1,275.09"]}
    data = little(tmp_path, years, indicators=[INSURED], means=["2020,arithmetic,", "2021,geometric,"])
    derive = Deriver(data)
    key = Key("x.insured", "1", 2025)
    for base, value, words in ((2020, "6.35", "÷ 5"), (2021, "6.01", "^(1/4)")):
        average = derive.between("avg_growth", key, base)
        assert average.value == Decimal(value) and words in average.formula
        assert str(average.id) == f"x.insured:1:2025:avg_growth:{base}"


@pytest.mark.parametrize("row, column", [("2020,harmonic,", "mean"), ("20,arithmetic,", "year")])
def test_a_mean_that_is_none_is_refused(tmp_path, row, column):
    data = little(tmp_path, {2020: ["x.insured,1,208.77"]}, indicators=[INSURED], means=[row])
    with pytest.raises(DataError, match=column):
        data.mean(2020)


@pytest.mark.parametrize("parts, status", [(["", "", ""], "not checked"), (["60.00", "", "40.00"], "agrees")])
def test_blank_parts_count_as_nothing_but_nothing_but_blanks_is_no_sum(tmp_path, parts, status):
    cells = [f"{item},{value},A," if value else f"{item},,M," for item, value in zip("234", parts, strict=True)]
    rows = ["x.insured,1,100.00", *(f"x.insured,{cell}" for cell in cells)]
    about = found(little(tmp_path, {2025: rows}, indicators=[INSURED]))["total:x.insured:1:2025"]
    assert about.status == status
