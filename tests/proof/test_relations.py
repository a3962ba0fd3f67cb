"""Relations between places, groups and columns: each holds where it is right, and tells what is not."""

from __future__ import annotations

import pytest

from nianbao.proof.findings import coverage
from tests.proof.support import checked, found, only


def took_part(text: str, *printed: str) -> bool:
    """Whether figures took part in a relation."""
    result = checked(text)
    numbers = {figure.text for figure in result.figures if figure.number in result.related}
    return set(printed) <= numbers


# -- the same sentence twice --------------------------------------------------------------------------------------
SENTENCE = "甲项支出43860.95元是4.386万元，截尾作4.38，同段其余六个数都是四舍五入。"


def test_a_sentence_that_stands_twice_checks_itself():
    text = f"第一部分 说明\n\n{SENTENCE}\n\n第二部分 附注\n\n{SENTENCE}"
    assert found(text) == []
    assert took_part(text, "43860.95元", "4.386万元", "4.38")
    finding = only(text.replace("43860.95", "43806.95", 1))
    assert finding.verdict == "tied" and "43806.95" in finding.reason and "43860.95" in finding.reason


def test_of_three_places_the_one_that_differs_is_named():
    text = f"第一部分 说明\n\n{SENTENCE}\n\n第二部分 附注\n\n{SENTENCE}\n\n第三部分 附录\n\n{SENTENCE}"
    finding = found(text.replace("43860.95", "43806.95", 1))[0]
    assert (finding.printed, finding.verdict) == ("43806.95元", "named")
    assert finding.likely.startswith("43,860.95")


def test_sentences_of_one_form_about_two_things_are_not_compared():
    text = "甲县参保12345人，比上年增加100人。\n\n乙县参保12354人，比上年增加100人。"
    assert found(text) == []


# -- tables -------------------------------------------------------------------------------------------------------
GROUPS = """表6-2 工作人员结构

单位：人

分类	项目	人数	占比（%）
年龄	35岁以下	202	29.66
年龄	36至45岁	211	30.98
年龄	46至55岁	215	31.57
年龄	56岁以上	53	7.78
性别	男性	263	38.62
性别	女性	418	61.38
"""


def test_shares_within_groups():
    assert found(GROUPS) == []
    assert coverage(checked(GROUPS)) == (12, 12)
    finding = found(GROUPS.replace("31.57", "31.75"))[0]
    assert (finding.printed, finding.verdict) == ("31.75", "named") and finding.likely.startswith("31.57")


APART = """表2-3 享受待遇人数

单位：人

年份	总计	伤残	一级	二级	工亡	供养
2021年	6488	5179	1968	3211	143	1166
2022年	10783	9434	4007	5427	169	1180
2023年	12705	11284	5081	6203	182	1239
2024年	13634	12165	6059	6106	188	1281
"""


def test_a_total_whose_parts_stand_apart():
    assert found(APART) == []
    assert took_part(APART, "10783", "169", "1180")
    finding = found(APART.replace("12705", "12750"))[0]
    assert finding.printed == "12750" and finding.likely.startswith("12,705")


MONTHS = """表0-1 主要指标

单位：亿元

险种	基金支出	累计结余	可支付月数（月）
甲保险	295.12	282.74	11.5
乙保险	114.27	58.13	6.1
丙保险	21.87	79.46	43.6
丁保险	8.75	8.79	12.1
"""


def test_columns_that_are_computed_by_their_heads():
    assert found(MONTHS) == []
    assert coverage(checked(MONTHS)) == (12, 12)
    finding = found(MONTHS.replace("43.6", "34.6"))[0]
    assert finding.printed == "34.6" and finding.kind == "表内各栏"


def test_a_row_of_ratios_does_not_end_a_formula():
    table = (
        "表6 两年比较\n\n指标\t单位\t2024年\t2025年\t增减\n参保人数\t万人\t149.51\t151.25\t1.74\n"
        "基金收入\t亿元\t8.16\t10.84\t2.68\n抚养比\t：1\t3.05\t3.04\t-0.01\n基金支出\t亿元\t9.55\t8.75\t-0.80\n"
        "职工人数\t万人\t53.39\t55.58\t2.19\n"
    )
    assert found(table) == []
    assert took_part(table, "1.74", "2.68", "-0.80", "2.19")
    assert found(table.replace("2.19", "2.91"))[0].printed == "2.91"


def test_a_last_row_that_is_all_of_the_others():
    table = (
        "表4-7 实际支出\n\n单位：万元\n\n项目\t金额\n养老金支出\t51030.04\n丧抚费支出\t1413.36\n"
        "转移支出\t215.08\n其他支出\t54.32\n当年实际支出\t52712.80\n"
    )
    assert found(table) == []
    assert coverage(checked(table)) == (5, 5)
    assert found(table.replace("1413.36", "1431.36"))
    assert found(table.replace("当年实际支出\t52712.80", "结转下年支出\t99.00")) == []


def test_a_score_under_the_head_of_weights():
    text = (
        "项目资金（万元）年初预算数全年预算数 全年执行数 分值 执行率 得分\n\n258 258 218.07 {} 85%\n\n项目名称 测试。\n"
    )
    (finding,) = [each for each in found(text.format("8.5")) if each.kind == "错栏"]
    assert finding.printed == "8.5" and finding.likely == "10"
    assert not [each for each in found(text.format("10")) if each.kind == "错栏"]


# -- sentences ----------------------------------------------------------------------------------------------------
def test_last_year_in_brackets():
    text = "2022年人均缴费720.05元，同比下降8.68%（上年788.49元）。"
    assert found(text) == []
    assert took_part(text, "720.05元", "8.68%", "788.49元")
    assert found(text.replace("8.68", "6.88"))[0].printed == "6.88%"


COMPOSED = """（一）收入情况

2025年保险基金收入11.10亿元，比上年增加1.12亿元。2025年保险基金收入构成情况如下。

1. 保险费收入。保险费收入10.57亿元，比上年增加1.04亿元。

2. 利息收入。利息收入0.53亿元。

（二）支出情况

2025年保险基金支出9.24亿元。
"""


def test_what_an_announced_composition_lacks():
    assert found(COMPOSED) == []
    finding = only(COMPOSED.replace("11.10", "11.40"))
    assert finding.kind == "合计与各项" and finding.verdict != "named"
    assert found(COMPOSED.replace("10.57", "5.57")) == []  # half of it only: it lists some


def test_a_share_of_what_stands_elsewhere_under_its_name():
    text = (
        "第一部分 支出\n\n全年支出总额合计15868.05万元。\n\n第二部分 拨款\n\n"
        "一般拨款支出15867.83万元，占全年支出总额合计的{}%。"
    )
    assert found(text.format("100.00")) == []
    finding = only(text.format("99.99"))
    assert "99.99%" in finding.reason
    assert found(text.format("88.20")) == []  # something else is meant


def test_growth_in_a_sentence_and_last_year_in_the_table():
    table = (
        "表3 收入情况\n\n单位：万元\n\n项目\t2021年\t2022年\n保险费收入\t5176.12\t5412.64\n利息收入\t164.21\t205.30\n"
        "补贴收入\t500.11\t498.70\n转移收入\t380.42\t411.05\n"
    )
    text = "2022年情况\n\n2022年保险费收入5412.64万元，同比增长{}%。\n\n"
    assert found(text.format("4.57") + table) == []
    finding = found(text.format("4.75") + table)[0]
    assert "4.75%" in finding.reason


def test_names_in_turn_and_the_sum_of_what_headings_name():
    text = (
        "第一部分 基本养老保险\n\n一、城镇职工基本养老保险\n\n2025年末，职工参保人数275.09万人。\n\n"
        "二、城乡居民基本养老保险\n\n2025年末，居民参保人数224.28万人。\n\n第二部分 服务\n\n"
        "2025年末，基本养老保险、失业保险参保人数分别达到{}万人、132.58万人。"
    )
    assert found(text.format("499.37")) == []
    assert took_part(text.format("499.37"), "499.37万人", "275.09万人", "224.28万人")
    assert "499.39" in only(text.format("499.39")).reason


FLAGGED = """表十二 采购支出表

单位：万元

采购项目	是否面向中小企业	合计
办公费	是	4.70
设备购置	是	120.55
系统维护	否	909.94
印刷服务	是	301.15
合计		1336.34
"""


@pytest.mark.parametrize("value, right", [("426.40", True), ("4.70", False)])
def test_the_sum_of_rows_that_say_yes(value, right):
    text = f"{FLAGGED}\n采购预算1336.34万元，拟面向中小企业预留采购份额{value}万元。\n"
    assert (found(text) == []) is right
    if not right:
        assert "4.70" in found(text)[0].quote


def test_units_that_a_table_does_not_print():
    table = "表5 收支\n\n项目\t决算\n保险费\t5176.12\n利息收入\t164.21\n补贴收入\t500.00\n转移收入\t380.42\n"
    text = "保险费收入5176.12万元，转移收入380.42万元。\n\n"
    result = checked(text + table)
    assert {figure.unit for figure in result.figures if figure.role == "cell"} == {"万元"}
    assert {figure.unit for figure in checked(table).figures} == {""}


# -- the table of contents ----------------------------------------------------------------------------------------
CONTENTS = """某局部门预算

目 录

第一部分 单位概况

- 一、主要职能

- 二、机构设置情况

第二部分 预算情况说明

- 一、人力资源和社会保障厅文件

第一部分 {}

一、主要职能

负责经办工作。

二、{}

共有两个处室。

第二部分 预算情况说明

一、人力资源{}社会保障厅文件

见附件。
"""


@pytest.mark.parametrize(
    "title, section, word, printed",
    [
        ("单位概况", "机构设置情况", "和", []),
        ("部门概况", "机构设置情况", "和", ["第一部分部门概况"]),
        ("单位概况", "机构设置情况", "", ["一、人力资源社会保障厅文件"]),
        ("单位概况", "全局机构设置情况", "和", []),
        ("单位概况", "其他重要事项", "和", []),
    ],
)
def test_headings_that_read_otherwise_in_the_contents(title, section, word, printed):
    result = found(CONTENTS.format(title, section, word))
    assert [each.printed for each in result] == printed
    assert all(each.kind == "目录与标题" for each in result)
