"""What an editor is told of a diagnosis."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nianbao.audit.diagnosis.telling import (
    COLUMNS,
    VERDICT_WORDS,
    Diagnosis,
    alone,
    amount,
    judgement,
    relations_told,
    sentence,
)

NAMED = Diagnosis(
    rank=1,
    verdict="named",
    document="r",
    place="表2-1",
    indicator="x.stock",
    region="640121",
    year=2025,
    printed="44144",
    likely="44134",
    only=True,
    slip="digit",
    fitting=(("44134", "44134"),),
    title="2025年永宁县参保人数",
    unit="人",
    titles=("2025年参保人数＝各项之和", "2025年永宁县参保人数前后两处相同"),
    relations="total:x.stock:640000:2025 level:x.stock:640121:2025",
)


def test_a_named_figure_is_told_with_what_it_should_be_and_how_it_slipped():
    assert sentence(NAMED) == "2025年永宁县参保人数印作44,144人，应作44,134人，似是错、漏或多一个数字"


def test_a_value_that_only_the_slip_singles_out_is_said_to_be_the_likeliest_with_all_that_fit():
    several = replace(NAMED, unit="比", printed="3.32", likely="2.32", only=False, fitting=(("2.30", "2.33"),))
    assert sentence(several).endswith("印作3.32，最可能应作2.32（其余各数容2.30到2.33），似是错、漏或多一个数字")


def test_without_a_likely_value_what_the_rest_allows_is_told():
    told = replace(NAMED, likely="", only=False, slip="", unit="%", fitting=(("6.20", "6.21"), ("7.01", "7.04")))
    assert judgement(told) == "其余各数容6.20%到6.21%或7.01%到7.04%"
    assert judgement(replace(told, fitting=())) == "其余各数都容不下它"
    single = replace(told, unit="元", fitting=(("43860.95", "43860.95"),), from_gap=True)
    assert judgement(single) == "其余各数只容43,860.95元，而这正是一处合计所缺的数，也可能是漏列了一行"


def test_one_of_several_names_the_others_and_does_not_claim_to_know():
    tied = replace(NAMED, verdict="tied", rivals=("甲", "乙", "丙", "丁"))
    assert judgement(tied).startswith("或有误，也可能错在甲、乙、丙等，只凭各数分不出；若错在此处，应作44,134人")
    assert "甲" not in alone(tied) and "若错在此处，应作44,134人" in alone(tied)


def test_where_nothing_can_be_blamed_nothing_is_blamed():
    open_ = replace(NAMED, verdict="undetermined", likely="", only=False, slip="", fitting=())
    assert "不能认定" in sentence(open_) and "应作" not in sentence(open_)
    missing = replace(open_, slip="omission", lacking="所差恰为表5所印的某行（3元），此处似漏列了这一行")
    assert judgement(missing) == "与其他数合不上，所差恰为表5所印的某行（3元），此处似漏列了这一行"


def test_a_relation_without_a_figure_is_told_by_its_own_name():
    only = Diagnosis(rank=1, verdict="undetermined", titles=("甲＝乙",), relations="identity:a:b:2025")
    assert sentence(only).startswith("甲＝乙：与其他数合不上")
    assert only.row()["year"] == ""


def test_a_ranking_is_told_without_codes():
    ranking = replace(NAMED, is_list=True, printed="640522|64BJ00", likely="", fitting=(), title="2025年最低的各地")
    assert sentence(ranking) == "2025年最低的各地：所印名单的次序与各地的数不符"
    assert "64" not in alone(ranking)


def test_relations_that_name_the_figure_come_first_and_do_not_repeat_its_name():
    assert relations_told(NAMED) == "此数前后两处相同；2025年参保人数＝各项之和"
    many = replace(NAMED, titles=("甲", "乙", "丙", "丁", "甲"))
    assert relations_told(many) == "甲；乙；丙等4项"


@pytest.mark.parametrize(
    "number, unit, told",
    [
        ("-19.14", "%", "−19.14%"),
        ("3.32", "比", "3.32"),
        ("13349.02万元", "元", "13,349.02万元"),
        ("0.50亿元", "元", "0.50亿元"),
        ("a|b", "人", "a|b"),
    ],
)
def test_amounts_as_readers_see_them(number, unit, told):
    assert amount(number, unit) == told


def test_a_row_has_the_columns_of_the_contract_and_its_reason_is_the_sentence():
    row = NAMED.row()
    contract = (
        "rank,document,place,indicator,region,year,measure,base,printed,likely,low,high,verdict,slip,relations,reason"
    )
    assert ",".join(row) == ",".join(COLUMNS) == contract
    assert row["reason"] == f"{sentence(NAMED)}。不合：{relations_told(NAMED)}。"


def test_every_verdict_has_a_word():
    assert set(VERDICT_WORDS) == {"named", "tied", "undetermined"}
