"""What sentences say of their figures."""

from __future__ import annotations

import pytest

from nianbao.proof.model import Paragraph
from nianbao.proof.sentences import Reading


def said(*texts: str, year: int = 2025):
    reading = Reading(year)
    for at, text in enumerate(texts):
        reading.paragraph(Paragraph(at, text))
    return reading.said


def shown(result, number):
    return None if number is None else result.figures[number].text


def comparisons(*texts: str) -> list[tuple]:
    result = said(*texts)
    return [
        (shown(result, each.level), each.base, shown(result, each.change), shown(result, each.growth), each.sure)
        for each in result.comparisons
        if each.change is not None or each.growth is not None
    ]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("参保30.12万人，较上年末增加1.20万人，增长4.15%。", ("30.12万人", "last", "1.20万人", "4.15%", True)),
        ("收入30.12亿元，同比增长4.15%。", ("30.12亿元", "last", None, "4.15%", True)),
        ("收入30.12亿元，比2021年减少1.2亿元。", ("30.12亿元", "2021", "1.2亿元", None, True)),
        ("收入为5万元；比上年增加1万元，增幅25%。", ("5万元", "last", "1万元", "25%", True)),
        ("工资支出20.8万元，与年初预算16.5万元相比增加4.3万元。", ("20.8万元", "budget", "4.3万元", None, True)),
        ("收入30万元，上年25万元，较上年增加5万元，增长20%。", ("30万元", "last", "5万元", "20%", True)),
        ("2025年收入30万元，2024年收入25万元，增加5万元，增长20%。", ("30万元", "2024", "5万元", "20%", True)),
    ],
)
def test_a_change_belongs_to_the_level_before_it(text, expected):
    assert comparisons(text) == [expected]


def test_two_bases_in_one_sentence():
    found = comparisons("参保275万人，较上年末增加7万人，增长2.6%；较2020年末增加66万人，年均增长5.7%。")
    assert found[0][:4] == ("275万人", "last", "7万人", "2.6%")
    assert found[1][:3] == ("275万人", "2020", "66万人")


@pytest.mark.parametrize(
    "text",
    [
        "收入30万元，较上年增加5万元，主要原因是人员支出增加3万元。",
        "收入30万元，其中基本支出较上年增加5万元。",
    ],
)
def test_a_change_of_something_else_is_not_taken_for_that_of_the_level(text):
    assert not [
        each
        for each in comparisons(text)
        if each[2] in {"3万元"} or (each[2] == "5万元" and "其中" in text and each[4])
    ]


def test_after_a_sentence_with_several_levels_a_comparison_is_not_sure():
    found = comparisons("参保224.3万人，其中缴费90.3万人、领取56.1万人。比上年减少2.5万人，下降1.1%。")
    assert [each[4] for each in found] == [False]


def test_a_sum_carried_to_the_next_line_is_read_as_one_figure():
    result = said("城乡居民累计结余79.46亿元，比2021年增加28.30亿元，年平均增长11.64%。")
    assert [shown(result, each.average) for each in result.comparisons] == ["11.64%"]


def test_shares_in_turn():
    result = said("总收入10亿元。其中：征缴收入6亿元，利息收入1亿元，补贴收入3亿元，分别占总收入的60%、10%、30%。")
    pairs = [(shown(result, each.part), shown(result, each.share), each.sure) for each in result.shares]
    assert pairs == [("6亿元", "60%", True), ("1亿元", "10%", True), ("3亿元", "30%", True)]


def test_a_list_and_its_total():
    result = said("办件量20.5万件。其中，查询12.5万件，认证5万件，其他3万件。")
    (listing,) = result.listings
    assert shown(result, listing.total) == "20.5万件" and len(listing.items) == 3 and listing.sure


def test_a_list_goes_on_in_the_lines_below_it():
    result = said("收入合计30万元，其中：", "财政拨款20万元，占66.67%；", "事业收入10万元，占33.33%。")
    assert [shown(result, number) for number in result.listings[0].items] == ["20万元", "10万元"]


def test_the_unit_of_an_enumeration_stands_behind_its_last_figure():
    result = said("两项支出分别为9.2、8.1万元。")
    assert [each.unit for each in result.figures] == ["万元", "万元"]


def test_completion_of_a_budget():
    result = said("全年预算数50万元，决算数40万元，完成全年预算的80%。")
    (each,) = result.completions
    assert (shown(result, each.level), shown(result, each.budget), shown(result, each.rate)) == (
        "40万元",
        "50万元",
        "80%",
    )


def test_what_is_reached_is_no_change():
    result = said("参保人数由20万人增加到25万人。")
    assert [each.role for each in result.figures] == ["level", "level"]


def test_the_rise_of_debt_is_one_and_the_negative_growth_of_interest_none():
    result = said("利息收入5亿元，比2021年减少1亿元，年平均负增长4.36%。")
    (each,) = result.comparisons
    assert list(each.signs.values()) == [-1, -1]
