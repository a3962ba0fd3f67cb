"""One figure that does not fit where all others bear a relation out: it is checked by it where a slip explains it."""

from decimal import Decimal

import pytest

from nianbao.proof.arithmetic import Ends
from nianbao.proof.checking import check
from nianbao.proof.findings import findings
from nianbao.proof.model import Document, Figure, Paragraph, Spot, Table
from nianbao.proof.numbers import cell_number
from nianbao.proof.slipped import is_mended, slips_of
from nianbao.proof.words import notes
from tests.proof.support import found


def told(*parts):
    """What is found in a document of some parts: a text, a table, or rows of one; the figures as printed."""
    made = [Paragraph(0, part) if isinstance(part, str) else part for part in parts]
    made = [Table(0, part, "表") if isinstance(part, list) else part for part in made]
    for number, part in enumerate(made):
        part.number = number
        part.path = ("第一部分", "一、概况")
    result = check(Document("测试", "docx", made))
    result.notes = notes(result)
    return [each.printed for each in findings(result)]


def rows(text):
    """The rows of a table, a line each."""
    return [line.split() for line in text.strip().splitlines()]


# -- slips ------------------------------------------------------------------------------------------------------------
def test_slips_of_a_figure():
    made = set(slips_of(Decimal("12.3")))
    assert {Decimal("21.3"), Decimal("1.23"), Decimal("123"), Decimal("12.8")} <= made
    assert Decimal("12.3") not in made


@pytest.mark.parametrize(
    "printed, low, high, expected",
    [
        ("39.86", 38.9, 39.0, False),
        ("39.86", 93.8, 93.9, True),
        ("-3", -5.4, -4.6, True),
    ],
)
def test_whether_a_slip_explains_a_figure(printed, low, high, expected):
    figure = Figure(0, Decimal(printed), "", Spot(0, 0, 1))
    assert is_mended(figure, Ends(low, high)) is expected


def test_a_cell_without_its_nought_is_a_number():
    number = cell_number("−.235")
    assert number is not None and number.value == Decimal("-0.235")
    assert cell_number(".") is None


# -- tables -----------------------------------------------------------------------------------------------------------
TOTALS = """
地区 收入（元） 支出（元）
甲县 1,203,455.12 {}
乙县 2,310,772.45 910,334.20
丙县 3,110,228.31 733,921.75
合计 6,624,455.88 2,466,373.45
"""


@pytest.mark.parametrize("printed, expected", [("822,117.50", []), ("282,117.50", ["282,117.50"]), ("641,008.13", [])])
def test_a_column_misses_its_total_by_a_slip(printed, expected):
    assert told(rows(TOTALS.format(printed))) == expected


GROUPS = """
地区 收入（亿元） 支出（亿元）
甲市 0.23 6.80
甲市（市本级） 0.19 5.21
乙县 0.00 0.34
丙县 0.01 {}
丁县 0.01 0.44
戊县 0.02 0.49
己市 0.04 1.47
己市（市本级） 0.03 0.99
庚县 0.01 0.48
"""


@pytest.mark.parametrize("printed, expected", [("0.32", []), ("8.32", ["8.32"])])
def test_rows_that_are_parts_of_the_one_before_them(printed, expected):
    assert told(rows(GROUPS.format(printed))) == expected


EQUAL = """
项目 本级 其中：机关
房屋面积 846.57 {}
房屋价值 94.77 94.77
车辆价值 561.20 561.20
设备价值 151.90 151.90
软件价值 1,029.44 1,029.44
"""


@pytest.mark.parametrize("printed, expected", [("846.57", 0), ("886.57", 1), ("612.03", 0)])
def test_columns_that_are_equal(printed, expected):
    assert len(told(rows(EQUAL.format(printed)))) == expected


@pytest.mark.parametrize("heads, expected", [("本级 其中：机关", 1), ("年初预算 调整预算", 0), ("2024年 2025年", 0)])
def test_columns_of_two_times_are_not_equal(heads, expected):
    assert len(told(rows(EQUAL.replace("本级 其中：机关", heads).format("886.57")))) == expected


INSURED = """
地区 参保人数（万人）
甲县 12.31
乙县 8.46
丙县 9.77
丁县 24.58
戊县 17.51
己县 6.29
"""
PAYING = """
地区 缴费人数（万人） 占参保人数比重（%）
甲县 6.44 52.3
乙县 4.86 57.4
丙县 8.02 {}
丁县 14.82 60.3
戊县 11.05 63.1
己县 3.90 62.0
"""


@pytest.mark.parametrize("printed, expected", [("82.1", []), ("28.1", ["28.1"]), ("77.4", [])])
def test_rates_of_columns_of_two_tables(printed, expected):
    assert told(rows(INSURED), rows(PAYING.format(printed))) == expected


def form(first, second, third):
    """A small table of what changed, and by what."""
    return rows(
        f"项目 2024年 2025年 对变动的作用\n人数 21.34 21.59 {first}\n标准 25 26 {second}\n合为 53.40 55.45 {third}"
    )


FORMS = [("0.61", "1.44", "2.05"), ("1.52", "0.53", "2.05"), ("1.12", "0.93", "2.05"), ("0.31", "1.74", "2.05")]


@pytest.mark.parametrize("first, expected", [("1.28", 0), ("2.18", 1), ("4.49", 0)])
def test_tables_of_one_form(first, expected):
    assert len(told(*(form(*each) for each in FORMS), form(first, "0.77", "2.05"))) == expected


# -- shares -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("printed, expected", [("98.5", 0), ("95.8", 1), ("61.7", 0)])
def test_a_share_of_the_total_of_its_list(printed, expected):
    text = f"工伤保险基金收入10.84亿元。其中，征缴收入10.68亿元，占{printed}%，利息收入0.11亿元。\n"
    assert len(found(text)) == expected


@pytest.mark.parametrize("printed, expected", [("38.62", 0), ("38.26", 1)])
def test_shares_of_all_parts(printed, expected):
    text = f"实有工作人员681人。男性263人，占{printed}%；女性418人，占61.38%。\n"
    assert len(found(text)) == expected


@pytest.mark.parametrize("printed, expected", [("11.10", 0), ("14.10", 1), ("12.94", 0)])
def test_a_sum_right_behind_what_it_is_of(printed, expected):
    text = f"只列保险费收入10.57亿元、利息收入0.53亿元，合计{printed}亿元，另有其他。\n"
    assert len(found(text)) == expected


@pytest.mark.parametrize("printed, expected", [("20.63", 0), ("26.03", 1)])
def test_shares_in_brackets(printed, expected):
    text = "基金收入323.70亿元：征缴收入245.96亿元（占75.98%）、补贴66.76亿元（占{}%）、转移4.80亿元（占1.48%）。\n"
    assert len(found(text.format(printed))) == expected


NAMED = """第一部分 失业保险

一、基金支出

失业保险基金支出12.37亿元。

二、代缴医疗保险费

代缴医疗保险费2.01亿元，占基金支出的{}%。
"""


@pytest.mark.parametrize("printed, expected", [("16.2", 0), ("19.2", 1), ("44.7", 0)])
def test_a_share_of_what_it_names(printed, expected):
    assert len(found(NAMED.format(printed))) == expected


# -- words and tables -------------------------------------------------------------------------------------------------
CHANGES = """
项目 对变动的作用（亿元）
征缴收入 8.31
财政补贴收入 −2.01
其余 2.17
基金收入 8.47
"""


@pytest.mark.parametrize("printed, expected", [("减少2.01", 0), ("减少2.05", 1), ("减少7.64", 0), ("增加2.05", 0)])
def test_a_fall_that_a_table_prints_with_its_sign(printed, expected):
    text = f"基金收入较上年增加8.47亿元：征缴收入增加8.31亿元，财政补贴收入{printed}亿元。"
    assert len(told(text, rows(CHANGES))) == expected


@pytest.mark.parametrize("reference, expected", [("（见表8-1）", 1), ("", 0)])
def test_a_table_that_the_text_names(reference, expected):
    table = Table(0, rows("项目 数（个月）\n可支付月数 13.9\n基金支出 −12.7\n累计结余 −1.2"), "表8-1 月数的变动")
    other = Table(0, rows("项目 人数（人）\n某项 21\n别项 35"), "表8-2 人数")
    text = Paragraph(0, f"可支付月数13.9个月：基金支出上升使它减少12.0个月{reference}。")
    for number, part in enumerate((text, table, other)):
        part.number, part.path = number, (f"第{number}部分",)
    assert len(findings(check(Document("测试", "docx", [text, table, other])))) == expected


# -- drawings ---------------------------------------------------------------------------------------------------------
def drawing(labels, caption="图1-1 2025年参保人数"):
    """A drawing of labels: words, with the middle and the lower end of each."""
    boxes = [(across - 10.0, below, across + 10.0, below + 9.0) for _, across, below in labels]
    return Table(0, [[words] for words, _, _ in labels], caption, boxes=boxes)


NAMES = [("甲县", 100), ("乙县", 200), ("丙县", 300), ("丁县", 400), ("戊县", 500), ("己县", 600)]


@pytest.mark.parametrize("printed, expected", [("9.77万人", 0), ("9.71万人", 1), ("4.02万人", 0)])
def test_a_map_and_the_column_of_its_names(printed, expected):
    values = ["12.31万人", "8.46万人", printed, "24.58万人", "17.51万人", "6.29万人"]
    labels = [(name, across, 100) for name, across in NAMES]
    labels += [(value, across, 88) for value, (_, across) in zip(values, NAMES, strict=True)]
    assert len(told(rows(INSURED), drawing(labels))) == expected


def test_a_drawing_of_one_of_two_columns_that_are_much_alike():
    years = [[*line, "9.71万元" if line[0] == "丙县" else line[1]] for line in rows(INSURED)]
    years = [
        ["地区", "2024年（万元）", "2025年（万元）"],
        *([name, old, now.removesuffix("万元")] for name, old, now in years[1:]),
    ]
    values = ["12.31万元", "8.46万元", "9.71万元", "24.58万元", "17.51万元", "6.29万元"]
    labels = [(name, across, 100) for name, across in NAMES]
    labels += [(value, across, 88) for value, (_, across) in zip(values, NAMES, strict=True)]
    assert told(years, drawing(labels)) == []


@pytest.mark.parametrize("printed, expected", [("24.33", 0), ("42.33", 1), ("57.90", 0)])
def test_shares_behind_the_labels_of_a_drawing(printed, expected):
    shown = [
        ("待遇支出312万元", "41.60"),
        ("转移支出182.5万元", printed),
        ("补助155万元", "20.67"),
        ("其他100.5万元", "13.40"),
    ]
    labels = [(f"{words}（{share}%）", 100 * at, 100) for at, (words, share) in enumerate(shown)]
    assert len(told(drawing(labels, "图1-2 支出构成"))) == expected


@pytest.mark.parametrize("printed, expected", [("151.25", 0), ("151.75", 1), ("163.02", 0)])
def test_the_year_of_a_drawing_that_the_text_prints_otherwise(printed, expected):
    years = ["2021年", "2022年", "2023年", "2024年", "2025年"]
    values = ["143.79万人", "146.21万人", "148.02万人", "149.51万人", "151.25万人"]
    labels = [(words, 100 * at, 50) for at, words in enumerate(years)]
    labels += [(words, 100 * at, 100) for at, words in enumerate(values)]
    text = f"工伤保险参保人数从2021年的143.79万人增加到2025年的{printed}万人。"
    assert len(told(text, drawing(labels, "图2-1 工伤保险参保人数"))) == expected


ROW = """
项目 2021年 2022年 2023年 2024年 2025年
参保人数（万人） 143.79 146.21 148.02 149.51 151.25
"""


@pytest.mark.parametrize("printed, expected", [("148.02", 0), ("184.02", 1), ("155.37", 0)])
def test_a_drawing_and_a_row_of_years(printed, expected):
    years = ["2021年", "2022年", "2023年", "2024年", "2025年"]
    values = ["143.79万人", "146.21万人", f"{printed}万人", "149.51万人", "151.25万人"]
    labels = [(words, 100 * at, 50) for at, words in enumerate(years)]
    labels += [(words, 100 * at, 100) for at, words in enumerate(values)]
    assert len(told(rows(ROW), drawing(labels, "图2-1 工伤保险参保人数"))) == expected


# -- pages ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("printed, expected", [(9, []), (29, ["29"]), (8, [])])
def test_pages_of_a_list_of_tables(printed, expected):
    names = "参保人数 缴费人数 基金收入 基金支出 基金结余 享受待遇 平均待遇 转移接续 经办机构 工作人员".split()
    pages = [3, 5, 7, printed, 11, 13, 15, 17, 19, 21]
    listed = [
        Paragraph(0, f"表1-{at} {name}  {page}", page=2)
        for at, (name, page) in enumerate(zip(names, pages, strict=True), 1)
    ]
    tables = [Table(0, [["项目", "数"]], f"表1-{at} {name}", page=2 * at + 5) for at, name in enumerate(names, 1)]
    assert told(*listed, *tables) == expected
