"""Relations of the documents as the diagnosis takes them up: the same as those of the audit, under the same names."""

from __future__ import annotations

import pytest

from nianbao.audit.audit import Audit
from nianbao.audit.diagnosis.building import build
from nianbao.audit.diagnosis.diagnosis import diagnose
from tests.support.diagnosed import GROUP, problem, published
from tests.support.little_data import little
from tests.support.selection import long_but

pytestmark = pytest.mark.xdist_group(GROUP)


@pytest.mark.parametrize("kind", long_but(["regions", "list", "order", "relation"], 1, 2, 3))
def test_audit_and_diagnosis_know_the_same_relations(kind):
    names = {str(check.id) for check in Audit(published()).checks() if check.id.kind == kind}
    assert names == {relation.id for relation in problem().relations if relation.id.startswith(f"{kind}:")}
    assert names


def test_an_average_growth_has_the_one_rule_of_its_base_year():
    rules = {each.id: each for each in problem().relations if each.kind == "avg_growth"}
    assert len(rules["avg_growth:pension.enterprise.insured:640000:2025:2020"].equations) == 1
    assert len(rules["avg_growth:injury.insured:640000:2025:2021"].equations) == 1
    assert "算术平均" in rules["avg_growth:unemployment.monthly_benefit:640000:2025:2020"].title


INSURED = "x.insured,参保人数,万人,2,stock,,,,"


@pytest.mark.parametrize("habit, count", [(["2021,geometric,"], 1), ([], 0)])
def test_a_rate_by_the_other_mean_is_wrong_only_where_the_habit_is_known(tmp_path, habit, count):
    claims = ["avg_growth,x.insured,1,2025,2021,6.57,%,一"]
    years = {2021: ["x.insured,1,217.85"], 2025: ["x.insured,1,275.09"]}
    data = little(tmp_path, years, indicators=[INSURED], claims=claims, means=habit)
    found = diagnose(build(data))
    assert len({each.rank for each in found}) == count
    assert not count or "6.57" in {each.printed for each in found}


def test_a_group_larger_than_the_one_it_is_within_is_found(tmp_path):
    kinds = ["x.disabled,伤残人数,人,0,flow,,,,", "x.disease,职业病人数,人,0,flow,,,,"]
    order = ["within,职业病不多于伤残,x.disease,,1", "within,职业病不多于伤残,x.disabled,,-1"]
    rows = ["x.disabled,1,211", "x.disease,1,502"]
    found = diagnose(build(little(tmp_path, {2021: rows}, indicators=kinds, orders=order)))
    assert {each.relations for each in found} == {"order:within:1:2021"}
    assert {each.indicator for each in found} <= {"x.disabled", "x.disease"}


def test_a_level_follows_from_a_ratio_where_it_has_no_formula(tmp_path):
    kinds = [INSURED, "x.retired,离退休人数,万人,2,stock,,,,", "x.ratio,抚养比,比,2,ratio,,,x.insured / x.retired,"]
    rows = ["x.insured,1,60.00", *(f"x.insured,{item},20.00" for item in "234"), "x.retired,1,25.00"]
    ratios = ["x.ratio,2,4.00", "x.ratio,3,2.00", "x.ratio,4,2.00"]
    assert diagnose(build(little(tmp_path / "true", {2025: [*rows, *ratios]}, indicators=kinds))) == []
    ratios[1] = "x.ratio,3,3.00"
    found = diagnose(build(little(tmp_path / "wrong", {2025: [*rows, *ratios]}, indicators=kinds)))
    assert any("regions:x.retired:1:2025" in each.relations for each in found)


def test_changes_of_the_same_figure_that_differ(tmp_path):
    kinds = ["x.public,公用经费,万元,2,flow,,,,", "x.running,机关运行经费,万元,2,flow,,,,"]
    same = ["same,运行经费等于公用经费,x.public,,1,", "same,运行经费等于公用经费,x.running,,-1,"]
    rows = ["x.public,1,267.25", "x.running,1,267.25"]
    claims = ["change,x.public,1,2022,2021,3.32,万元,四", "change,x.running,1,2022,2021,3.42,万元,十"]
    data = little(tmp_path, {2021: [], 2022: rows}, indicators=kinds, identities=same, claims=claims)
    assert {each.printed for each in diagnose(build(data))} == {"3.32", "3.42"}
