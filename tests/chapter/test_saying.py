"""What charts say of themselves: true whatever the printed figures stand for within their rounding."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.chapter.meaningless import AMONG
from nianbao.chapter.printer import Printer
from nianbao.chapter.saying import AT_LEAST, Saying, compared, most
from nianbao.data.keys import Key
from nianbao.figures.ids import FigureId
from nianbao.figures.interval import Interval
from nianbao.figures.quantity import Quantity


def quantity(text: str, unit: str = "万人", name: str = "a.b", year: int = 2025) -> Quantity:
    """A figure as it is printed."""
    value = Decimal(text)
    return Quantity(FigureId(Key(name, "1", year)), name, value, unit, Interval.printed(value), Fraction(value), "A")


def series(unit: str = "万人", **values: str) -> dict[int, Quantity | None]:
    """Figures by year, given as `y2025="1.0"`."""
    return {int(name[1:]): quantity(text, unit, year=int(name[1:])) for name, text in values.items()}


def said(make) -> str:
    """What is said, with its figures in their places."""
    printer = Printer()
    return printer.words(make(Saying(printer)))


PRINTED = st.decimals(-50, 50, places=1).map(str)


@given(
    PRINTED, PRINTED, st.fractions(-Fraction(1, 20), Fraction(1, 20)), st.fractions(-Fraction(1, 20), Fraction(1, 20))
)
def test_more_is_only_said_where_the_true_values_may_not_be_less(one, other, off_one, off_other):
    way = compared(quantity(one), quantity(other))
    before = Fraction(Decimal(one)) + off_one
    after = Fraction(Decimal(other)) + off_other
    assert way * (after - before) >= 0
    assert way or Decimal(one) == Decimal(other)


def test_a_rise_is_said_with_its_ends():
    cells = {"参保人数": series(y2020="208.77", y2024="267.75", y2025="275.09")}
    assert said(lambda saying: saying.trend(cells)) == "参保人数从2020年的208.77万人增加到2025年的275.09万人"


def test_years_without_a_gap_that_go_one_way_are_year_by_year():
    cells = {"参保人数": series(y2023="1.0", y2024="1.2", y2025="1.4")}
    assert "逐年" in said(lambda saying: saying.trend(cells))


def test_a_last_step_the_other_way_is_said():
    cells = {"抚养比": series("比", y2020="2.62", y2024="3.05", y2025="3.04")}
    assert said(lambda saying: saying.trend(cells)).endswith("，但2025年比2024年下降")


def test_other_series_go_along_or_not():
    up = series(y2024="1.0", y2025="2.0")
    down = series(y2024="3.0", y2025="2.0")
    assert said(lambda saying: saying.trend({"甲": up, "乙": up})).endswith("，乙也增加")
    assert said(lambda saying: saying.trend({"甲": up, "乙": up, "丙": down})).endswith("，丙减少")


def test_others_go_along_only_in_the_same_years():
    cells = {"甲": series(y2020="1.0", y2025="2.0"), "乙": series(y2024="1.0", y2025="2.0")}
    assert said(lambda saying: saying.trend(cells)).endswith("2025年的2.0万人")
    cells["乙"] = series(y2020="1.0", y2024="3.0", y2025="0.5")
    assert said(lambda saying: saying.trend(cells)).endswith("，乙减少")


def test_beside_a_series_that_turned_back_each_other_is_said_by_its_own_last_step():
    turned = series(y2024="1.0", y2025="3.0", y2026="2.0")
    rising = series(y2024="1.0", y2025="2.0", y2026="3.0")
    words = said(lambda saying: saying.trend({"参保总人数": turned, "参保职工": turned, "离退休人员": rising}))
    assert words.endswith("，但2026年比2025年减少，参保职工同样先增后减，离退休人员2026年仍增加")
    falling = series(y2024="3.0", y2025="2.0", y2026="1.0")
    words = said(lambda saying: saying.trend({"参保总人数": turned, "参保职工": falling}))
    assert words.endswith("，但2026年比2025年减少，参保职工2026年比2024年减少")


@pytest.mark.parametrize("last", ["0", "-0.74"])
def test_nothing_is_said_of_none_or_a_debt(last):
    column = series("亿元", y2024="8.79", y2025=last)
    assert said(lambda saying: saying.trend({"累计结余": column})) == ""
    known = {"甲": quantity("5"), "乙": quantity("3"), "丙": quantity(last)}
    assert said(lambda saying: saying.parts(known, {}, both_ends=True)) == "甲最多，为5万人"
    assert said(lambda saying: saying.parts({"甲": quantity("-2"), "乙": quantity(last)}, {})) == ""
    rates = {"甲": quantity("95", "%"), "乙": quantity(last, "%")}
    assert said(lambda saying: saying.tiles(known, "比重", rates)) == "比重：甲最高，为95%"


def test_items_that_are_left_out_are_not_spoken_of():
    known = {"养老": quantity("40", "个月"), "失业": quantity("20", "个月"), "机关": quantity("5.4", "个月")}
    words = said(lambda saying: saying.parts(known, {}, both_ends=True, among=AMONG))
    assert words == "有结余的各项中，养老最高，为40个月；机关最低，为5.4个月"


def test_what_rounding_hides_is_not_said():
    cells = {"参保人数": series(y2024="1.0", y2025="1.0")}
    assert said(lambda saying: saying.trend(cells)) == "参保人数2025年为1.0万人，与2024年持平"
    assert said(lambda saying: saying.parts({"甲": quantity("1.0"), "乙": quantity("1.0")}, {})) == ""


@pytest.mark.parametrize(
    "spent, words",
    [("12.37", "2025年支出大于收入"), ("10.00", "2025年收入大于支出"), ("11.40", "2025年收支大体相当")],
)
def test_a_fund_took_in_more_or_less_than_it_spent(spent, words):
    cells = {"收入": series("亿元", y2025="11.40"), "支出": series("亿元", y2025=spent), "累计结余": {2025: None}}
    assert said(lambda saying: saying.flows(cells)) == words


def test_a_balance_that_became_a_debt_is_told():
    cells = {
        "收入": series(y2025="4.0"),
        "支出": series(y2025="13.6"),
        "累计结余": series("亿元", y2024="8.8", y2025="-0.7"),
    }
    assert said(lambda saying: saying.flows(cells)) == "2025年支出大于收入，累计结余2025年末转为赤字0.7亿元"
    cells["累计结余"] = series("亿元", y2024="-0.2", y2025="-0.7")
    assert said(lambda saying: saying.flows(cells)).endswith("累计结余2025年末为赤字0.7亿元")


def test_the_one_exception_is_named():
    before = {"养老": quantity("5.0"), "工伤": quantity("3.0"), "失业": quantity("2.0")}
    after = {"养老": quantity("4.0"), "工伤": quantity("2.0"), "失业": quantity("2.5")}
    assert said(lambda saying: saying.pairs({"收入": before, "支出": after})) == "只有失业支出大于收入"
    assert said(lambda saying: saying.pairs({"收入": after, "支出": after})) == ""


def test_what_holds_for_all_pairs_is_said_of_all():
    before = {"养老": quantity("5.0"), "工伤": quantity("3.0")}
    after = {"养老": quantity("6.0"), "工伤": quantity("4.0")}
    assert said(lambda saying: saying.pairs({"收入": before, "支出": after})) == "各项支出都大于收入"
    assert said(lambda saying: saying.pairs({"2024年": before, "2025年": after})) == "各项2025年都比2024年增加"


def test_pairs_of_years_are_counted():
    before = {"甲": quantity("5.0"), "乙": quantity("3.0"), "丙": quantity("2.0"), "丁": quantity("2.0")}
    after = {"甲": quantity("4.0"), "乙": quantity("4.0"), "丙": quantity("1.0"), "丁": quantity("3.0")}
    words = said(lambda saying: saying.pairs({"2024年": before, "2025年": after}))
    assert words == "4项中，2025年比2024年增加的有2项，减少的有2项"


def test_what_has_no_name_is_not_the_most():
    known = {"其他": quantity("9"), "科级": quantity("5"), "处级": quantity("1")}
    assert most(known) == ""
    assert said(lambda saying: saying.parts(known, {})) == "除其他外，科级最多，为5万人"


@given(st.lists(st.integers(0, 100), min_size=2, max_size=5))
def test_the_most_is_more_than_every_other(values):
    known = {f"第{at}项": quantity(str(value)) for at, value in enumerate(values)}
    found = most(known)
    assert (found == "") == (sorted(values)[-1] == sorted(values)[-2])
    assert not found or known[found].value == max(values)


def test_a_share_is_said_only_where_it_is_reached_for_certain():
    known = {"甲": quantity("50"), "乙": quantity("30"), "丙": quantity("20")}
    share = quantity("50.00", "%")
    assert "占" in said(lambda saying: saying.parts(known, {"甲": quantity("50.01", "%")}))
    assert AT_LEAST[50] not in said(lambda saying: saying.parts(known, {"甲": share}))


def test_regions_with_the_highest_and_lowest_rate():
    known = {"甲": quantity("5"), "乙": quantity("3")}
    rates = {"甲": quantity("95", "%"), "乙": quantity("60.1", "%")}
    words = said(lambda saying: saying.tiles(known, "缴费人数占参保人数", rates))
    assert words == "缴费人数占参保人数：甲最高，为95%；乙最低，为60.1%"


def test_a_last_year_as_high_as_the_one_before_is_no_rise_to_it():
    column = series("元", y2024="1805", y2025="1862", y2026="1862")
    words = said(lambda saying: saying.trend({"月人均失业保险金": column}))
    assert words == "月人均失业保险金2026年为1,862元，与2025年持平，比2024年的1,805元上升"


def test_a_last_year_without_any_is_said_where_people_are_counted():
    column = series("人", y2024="2225", y2025="3069", y2026="0")
    exactly = {year: replace(each, interval=Interval.exactly(each.exact)) for year, each in column.items() if each}
    assert said(lambda saying: saying.trend({"领取人数": exactly})) == "领取人数2025年为3,069人，2026年为零"
    assert said(lambda saying: saying.trend({"领取人数": column})) == ""  # printed 0: it may be a little more


def test_items_that_are_exactly_level_share_the_first_place():
    known = {"下载": quantity("17003", "件"), "审核": quantity("17003", "件"), "发送": quantity("12110", "件")}
    exactly = {name: replace(each, interval=Interval.exactly(each.exact)) for name, each in known.items()}
    assert said(lambda saying: saying.parts(exactly, {})) == "下载和审核并列最多，均为17,003件"
    assert said(lambda saying: saying.parts(known, {})) == ""  # rounded, the two may differ
    assert said(lambda saying: saying.parts({name: exactly[name] for name in ("下载", "审核")}, {})) == ""


def test_the_last_step_of_all_is_said_where_the_years_in_all_are_not_the_same():
    first = series("个月", y2020="10.5", y2025="11.5", y2026="9.7")
    short = series("个月", y2024="46.4", y2025="43.6", y2026="40.8")
    gone = series("个月", y2024="8.4", y2025="12.1")
    words = said(lambda saying: saying.trend({"职工": first, "居民": short}))
    assert words == "职工从2020年的10.5个月下降到2026年的9.7个月，2026年各项都比2025年下降"
    words = said(lambda saying: saying.trend({"职工": first, "居民": short, "工伤": gone}))
    assert words.endswith("，2026年它和居民都比2025年下降")
    rising = series("个月", y2024="46.4", y2025="43.6", y2026="45.0")
    words = said(lambda saying: saying.trend({"职工": first, "居民": short, "失业": rising}))
    assert words.endswith("2026年的9.7个月")


@pytest.mark.parametrize(
    "years, words",
    [
        ({2024}, "人次从2025年的12,012人减少到2026年的9,876人，2024年的数存疑"),
        ({2025}, "所印的人次，2024年为12,581人，2026年为9,876人；2025年的数存疑，升降不能断定"),
        ({2026}, "所印的人次，2024年为12,581人，2026年为9,876人，数有存疑，升降不能断定"),
    ],
)
def test_the_last_step_is_said_where_only_an_earlier_figure_is_disputed(years, words):
    column = series("人", y2024="12581", y2025="12012", y2026="9876")
    printer = Printer()
    saying = Saying(printer, lambda each: each.id.key.year in years)
    assert printer.words(saying.trend({"人次": column})) == words
