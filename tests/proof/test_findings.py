"""From a text to what is told: what does not add up is found, what does is left alone."""

from __future__ import annotations

import pytest

from nianbao.proof.findings import coverage, findings
from tests.proof.support import checked, found, only

# -- sentences ----------------------------------------------------------------------------------------------------
RIGHT = [
    "2025年参保30.12万人，较上年末增加1.20万人，增长4.15%；较2020年末增加5.02万人，年均增长3.71%。",
    "收入10.00亿元。其中：征缴收入6.12亿元，利息收入0.88亿元，补贴收入3.00亿元，分别占总收入的61.20%、8.80%、30.00%。",
    "全年预算数50万元，决算数40万元，完成全年预算的80%。",
    "支出总额397.75万元，其中货物100.25万元、服务297.50万元，货物占支出总额的25.20%。",
    "月人均养老金3870元，较2020年增加634元，增长19.59%，年平均增长3.92%。",
    "参保人数由20万人增加到25万人。",
    "全区参保人员达到275.09万人，其中农民工55.58万人。",
    "2024年支出总计307.82万元。与2023年度相比，支出总计增加307.82万元，增长100.00%。",
    "2018年三公经费预算2800.68万元，比2017年减少295.18万元。其中：出国费60万元，比2017年减少25.36万元；"
    "接待费290.5万元，比2017年减少26.7万元；用车费2450.18万元，比2017年减少243.12万元。",  # figures of other places
    "收入1687.45万元，其中：财政拨款1516.64万元，占89.88%；事业收入170.81万元，占10.12%。",
]


@pytest.mark.parametrize("text", RIGHT)
def test_what_adds_up_is_left_alone(text):
    assert found(text) == []


@pytest.mark.parametrize("text", RIGHT[:5])
def test_what_adds_up_took_part(text):
    took_part, total = coverage(checked(text))
    assert 0 < took_part <= total


def test_a_growth_that_does_not_fit_its_change():
    finding = only("2025年参保30.12万人，较上年末增加1.20万人，增长4.51%。")
    assert "4.51%" in finding.reason and finding.verdict in {"named", "tied"}
    assert finding.low and float(finding.low) == pytest.approx(4.15, abs=0.05)


def test_a_growth_of_a_hundred_percent_from_nothing_is_custom_and_no_other_growth_is():
    text = "2024年支出总计307.82万元。与2023年度相比，支出总计增加{}万元，增长{}%。"
    assert found(text.format("153.91", "100.00")) == []
    assert found(text.format("307.28", "100.00")) and found(text.format("153.91", "10.00"))


def test_a_rate_divided_by_the_wrong_year_is_named_as_that():
    finding = only("2025年收入总计1624.28万元。与上年相比，收入总计减少310.96万元，下降19.14%。")
    assert finding.printed == "19.14%" and finding.likely == "16.07%" and "分母" in finding.reason


def test_a_fall_that_is_called_a_rise():
    finding = only("2025年转入1200人次，较上年减少60人次，增长4.76%。")
    assert finding.kind == "升降相反" and finding.printed == "4.76%"
    assert found("2025年转入1200人次，较上年减少60人次，下降4.76%。") == []


def test_an_amount_in_the_wrong_unit():
    finding = only("支出总额2518.81万元，其中：人员经费2251.56元，公用经费267.25万元。")
    assert (finding.printed, finding.likely, finding.verdict) == ("2251.56元", "2,251.56万元", "named")


def test_an_average_growth_with_a_digit_too_many():
    finding = only("2025年月人均领取1862元，比2020年增加484元，年平均增长27.03%。")
    assert finding.printed == "27.03%" and finding.likely == "7.03%"


def test_a_share_among_others_that_hold():
    text = (
        "总收入10.00亿元。其中：征缴收入6.12亿元，利息收入0.88亿元，"
        "补贴收入3.00亿元，分别占总收入的61.20%、8.08%、30.00%。"
    )
    finding = only(text)
    assert "8.08%" in finding.reason and finding.kind == "比重"


def test_parts_that_are_more_than_the_whole():
    finding = only("办件量20.50万件。其中，查询12.50万件，认证5.60万件，其他3.00万件。")
    assert finding.kind == "合计与各项" and "20.50万件" in finding.reason


def test_a_completion_that_is_what_is_missing():
    finding = only("车辆费4.17万元，与全年预算10.80万元相比减少6.63万元，完成全年预算的61.39%。")
    assert finding.printed == "61.39%" and "分母" in finding.reason


def test_the_precision_of_what_is_printed_decides():
    assert found("收入2亿元，较上年增加1亿元，增长60%。") == []  # 1.5 to 2.5, 0.5 to 1.5: anything may be
    assert found("收入2.00亿元，较上年增加1.00亿元，增长60%。")


def test_a_list_that_does_not_claim_to_be_complete_is_not_added_up():
    assert found("资产总额495.92亿元，其中财政专户存款392.12亿元，支出户存款0.43亿元。") == []


def test_ambiguous_words_are_only_used_where_they_hold():
    text = "参保224.28万人，其中：缴费90.26万人，领取56.06万人。相比2024年减少2.48万人，下降1.09%。"
    assert found(text) == []
    took_part, total = coverage(checked(text))
    assert took_part >= 3
    assert found(text.replace("1.09", "1.90")) == []  # of what is not sure, nothing is said


# -- tables -------------------------------------------------------------------------------------------------------
REGIONS = """表1-1 2025年分市县参保情况表

单位：万人

地区	参保人数	缴费人数	领取人数
甲市	12.11	8.05	4.06
乙市	5.20	3.17	2.03
丙县	3.34	2.30	1.04
丁县	2.42	1.41	1.01
合计	23.07	14.93	8.14
"""


def test_a_table_that_adds_up():
    assert found(REGIONS) == []
    took_part, total = coverage(checked(REGIONS))
    assert (took_part, total) == (15, 15)


@pytest.mark.parametrize(
    "old, new, cell",
    [("3.34", "3.43", "3.43"), ("14.93", "14.39", "14.39"), ("1.01", "10.1", "10.1"), ("23.07", "32.07", "32.07")],
)
def test_a_wrong_cell_is_named_by_its_row_and_column(old, new, cell):
    finding = found(REGIONS.replace(old, new))[0]
    assert (finding.printed, finding.verdict) == (cell, "named"), finding.reason
    assert finding.likely.startswith(old)


def test_the_total_of_one_column():
    table = (
        "表1-2 参保情况\n\n单位：万人\n\n地区\t参保人数\n甲市\t12.11\n乙市\t5.20\n丙县\t3.34\n丁县\t2.42\n合计\t23.27\n"
    )
    finding = only(table)
    assert finding.kind == "合计与各项" and finding.verdict != "named"  # any of them may be wrong
    assert found(table.replace("23.27", "23.07")) == []


def test_side_by_side_columns_are_one_table():
    table = (
        "表1-3 参保情况\n\n单位：万人\n\n地区\t参保人数\t地区\t参保人数\n"
        "甲市\t12.11\t丙县\t3.34\n乙市\t5.20\t丁县\t2.42\n合计\t23.07\t\t\n"
    )
    assert found(table) == []
    assert coverage(checked(table)) == (5, 5)


def test_cities_and_their_counties_are_not_added_twice():
    table = (
        "表3-3 领取人数\n\n单位：人\n\n地区\t领取人数\t期末人数\n"
        "甲市\t33559\t20120\n市本级\t26655\t15020\n乙县\t3592\t2600\n"
        "丙县\t3312\t2500\n丁市\t8812\t5123\n市本级\t5869\t3023\n戊县\t2943\t2100\n合计\t42371\t25243\n"
    )
    assert found(table) == []
    finding = only(table.replace("3592", "3952"))
    assert (finding.printed, finding.likely) == ("3952", "3,592人")


def test_codes_say_what_is_part_of_what():
    rows = [
        ("合计", "", "300.50", "200.10", "100.40"),
        ("208", "社会保障支出", "240.30", "160.05", "80.25"),
        ("20801", "管理事务", "140.20", "90.03", "50.17"),
        ("2080109", "经办机构", "140.20", "90.03", "50.17"),
        ("20805", "养老支出", "100.10", "70.02", "30.08"),
        ("2080501", "离退休", "60.06", "40.01", "20.05"),
        ("2080505", "养老保险缴费", "40.04", "30.01", "10.03"),
        ("210", "卫生健康支出", "60.20", "40.05", "20.15"),
    ]
    text = "表三\n\n支出总表\n\n单位：万元\n\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n" + "\n".join(
        "\t".join(row) for row in rows
    )
    assert found(text) == []
    finding = found(text.replace("40.01", "41.01"))[0]
    assert finding.printed == "41.01" and finding.verdict == "named"


def test_rows_of_changes_below_a_row_of_years():
    table = (
        "表1-5 历年收支情况\n\n单位：亿元，%\n\n年度\t2022年\t2023年\t2024年\t2025年\n"
        "基金收入\t241.99\t290.85\t315.23\t323.70\n"
        "同比增长量\t-23.30\t48.86\t24.38\t8.47\n同比增长率\t-8.78%\t20.19%\t8.38%\t2.69%\n"
    )
    assert found(table) == []
    finding = found(table.replace("24.38", "24.83"))[0]
    assert finding.printed == "24.83" and finding.likely.startswith("24.38")


def test_a_copied_row_is_told():
    table = (
        "表2-3 待遇人数\n\n单位：人\n\n年份\t总计\t一级\t二级\t三级\t四级\n"
        "2021年\t6488\t255\t139\t113\t502\n2022年\t7783\t262\t135\t159\t438\n"
        "2023年\t8705\t264\t131\t176\t486\n2024年\t9634\t255\t139\t113\t502\n2025年\t9252\t234\t145\t124\t332\n"
    )
    notes = [each for each in found(table) if each.kind == "两行相同"]
    assert not notes  # four figures of one row alone do not differ elsewhere
    wider = table.replace("\t四级", "\t四级\t五级\t六级")
    wider = "\n".join(
        line + f"\t{1000 + at * 37}\t{2000 + at * 53}" if line[:2] == "20" else line
        for at, line in enumerate(wider.split("\n"))
    )
    assert [each.kind for each in found(wider) if each.kind == "两行相同"] == ["两行相同"]


# -- two places -----------------------------------------------------------------------------------------------------
def test_a_sentence_and_a_table_confirm_each_other():
    text = f"截至2025年末，参保人数23.07万人，较上年末增加1.20万人，增长5.49%。\n\n{REGIONS}"
    assert found(text) == []
    finding = found(text.replace("5.20", "5.02"))[0]
    assert finding.printed == "5.02" and finding.likely.startswith("5.20")


def test_parallel_sentences_and_the_row_of_a_table():
    table = (
        "表4 资产情况\n\n单位：亿元\n\n项目\t合计\t职工\t居民\t机关\t工伤\n"
        "资产\t436.52\t284.11\t80.26\t59.13\t13.02\n基金结余\t429.12\t282.74\t79.46\t58.13\t8.79\n"
    )
    names = [("职工养老保险", "282.74"), ("居民养老保险", "79.46"), ("机关养老保险", "47.07"), ("工伤保险", "8.79")]
    lines = "\n\n".join(
        f"（{at}）{name}。截至2025年末，{name}基金滚存结余为{value}亿元。"
        for at, (name, value) in zip("一二三四", names, strict=True)
    )
    finding = found(f"{table}\n\n{lines}\n")[0]
    assert finding.printed == "47.07亿元" and finding.likely == "58.13亿元"
    assert found(f"{table}\n\n{lines}\n".replace("47.07", "58.13")) == []


def test_a_figure_cut_off_where_a_table_has_it_in_full():
    table = (
        "公开05表\n\n金额单位：元\n\n科目名称\t支出\n事业单位离退休\t43860.95\n"
        "行政单位离退休\t384596.70\n住房公积金\t1951859.05\n购房补贴\t363700.00\n"
    )
    text = "支出包括：2080502-事业单位离退休4.38万元，2080501-行政单位离退休38.46万元。"
    finding = only(f"{table}\n\n{text}\n")
    assert finding.printed == "4.38万元" and finding.likely == "4.39万元"


# -- words ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text, kind, printed",
    [
        ("比上年增加3.33万元元。", "单位重出", "万元元"),
        ("一般公共预算支出（增加）减少29.57万元。", "模板里的字", "（增加）减少"),
        ("公务接待费公务接待费0.26万元。", "词语重出", "公务接待费公务接待费"),
        ("缴费档次为200元、300元、500元、100元、2000元、3000元。", "次序", "100元"),
        ("预算173.86万元，比上年减少105.17万元，37.69%。", "缺升降", "37.69%"),
    ],
)
def test_words(text, kind, printed):
    finding = only(text)
    assert (finding.kind, finding.printed, finding.verdict) == (kind, printed, "note")


@pytest.mark.parametrize(
    "text", ["进一步加强宣传宣讲工作。", "各级各部门分工负责。", "增长率为3.2%，比上年提高。", "共有3家家政公司。"]
)
def test_words_that_are_right(text):
    assert found(text) == []


def captions(*names: str) -> str:
    table = "地区\t人数\n甲市\t12\n乙市\t15\n"
    return "\n\n".join(f"{name} 2025年情况表\n\n{table}" for name in names)


def test_numbers_of_tables():
    assert found(captions("表1-1", "表1-2", "表1-3")) == []
    finding = only(captions("表1-1", "表1-2", "表1-5"))
    assert finding.kind == "编号" and "表1-4" in finding.reason


def test_the_most_certain_stands_first():
    result = found(
        "缴费档次为200元、300元、500元、100元、2000元、3000元。"
        "支出总额2518.81万元，其中：人员经费2251.56元，公用经费267.25万元。"
    )
    assert [each.verdict for each in result] == ["named", "note"]


def test_places_and_quotes_lead_to_the_figure():
    text = "第一部分 养老保险\n\n一、参保情况\n\n2025年参保30.12万人，较上年末增加1.20万人，增长4.51%。"
    result = checked(text)
    (finding,) = findings(result)
    assert finding.place == "第5行，一、参保情况"
    assert "【" in finding.quote and finding.quote.replace("【", "").replace("】", "") in text


# -- what documents of other authors taught -------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "上半年完成财政预算收入20348万元，为预算的55.3%。其中：国税部门完成3954万元，为预算的47.9%；财政部门5865万元。",
        "一般公共预算收入完成56033万元，完成年初预算的45.5%。其中：国税部门完成22891万元，完成年初预算的51.1%。",
        "出口1.2亿元，三次产业比例由上年的13.72∶46.43∶39.85调整为12.36∶48.34∶39.30。",
        "全年肉类总产量9091吨，增长8.3%。其中，猪肉产量7905吨，增长6.8%。",
    ],
)
def test_a_budget_in_a_name_is_no_plan(text):
    assert found(text) == []


def test_completion_with_the_budget_between():
    text = "收入累计完成24627万元，完成年初预算数60999万元的40.4%，比上年减收1070万元，下降4.2%。"
    assert found(text) == []
    assert coverage(checked(text)) == (5, 5)
    assert found(text.replace("40.4", "44.0"))[0].likely == "40.4%"


def test_shares_in_proportion():
    text = (
        "生产总值617.50亿元。其中，第一产业增加值37.11亿元，增长2.6%；第二产业增加值339.85亿元，增长4.5%；"
        "第三产业增加值240.54亿元，增长6.7%。三次产业结构比例为6.01:55.04:38.95。"
    )
    assert found(text) == []
    assert found(text.replace("55.04", "54.05"))[0].likely.startswith("55.04")


# -- tables as converters leave them --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "between, end", [("\t", "\n"), ("\n", "\n"), ("\n\n", "\n\n"), ("   ", "\n"), ("    ", "\n\n")], ids=repr
)
def test_a_table_in_whatever_way_its_cells_are_left(between, end):
    head, body = REGIONS.split("地区", 1)
    rows = ["地区" + body.split("\n")[0], *body.strip("\n").split("\n")[1:]]
    text = head + end.join(row.replace("\t", between) for row in rows) + "\n"
    assert found(text) == []
    assert coverage(checked(text)) == (15, 15)
    finding = found(text.replace("3.34", "3.43"))[0]
    assert finding.printed == "3.43" and finding.likely.startswith("3.34")


def test_short_lines_of_prose_are_no_table():
    text = "\n".join(f"第{at}项工作\n已经完成" for at in "一二三四五六七八")
    assert list(checked(text).document.tables()) == []


def test_cells_each_behind_a_tab_and_rows_of_rates():
    rows = [
        ("项目", "保费", "利息", "补贴", "转移", "总收入"),
        ("预算数", "51761.26", "1642.17", "50.00", "380.00", "53833.43"),
        ("执行数", "51034.22", "1413.36", "54.32", "215.08", "52716.98"),
        ("执行率", "98.60", "86.07", "108.64", "56.60", "97.93"),
    ]
    text = "表3-1 预算执行情况\n\n单位：万元\n\n" + "\n".join("\n\t".join(row) for row in rows) + "\n"
    assert found(text) == []
    assert coverage(checked(text)) == (15, 15)
    finding = found(text.replace("108.64", "106.84"))[0]
    assert finding.printed == "106.84" and finding.likely.startswith("108.64")
