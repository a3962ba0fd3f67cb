"""Zero, debts, falls, ties and revised bases in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nianbao.audit.audit import Audit
from nianbao.chapter.computed import in_order, top
from nianbao.chapter.figure import Figures
from nianbao.chapter.material import Material
from nianbao.chapter.printer import HOLE, Printer
from nianbao.chapter.prose import Passage, typeset
from nianbao.data.keys import Key, Source
from tests.chapter.test_prose import ALL, names, paragraph, plain, render
from tests.support.small_dataset import dataset


@pytest.mark.parametrize(
    "template, said",
    [
        ("其他收入{{ b }}，{{ b | change }}。", "没有其他收入（上年5.00亿元）。"),
        ("全年其他收入{{ b }}。", "全年没有其他收入。"),
        ("预算{{ b }}。", "预算为零。"),
        ("基金结余为{{ b }}。", "基金结余为零。"),
        ("因公出国（境）费{{ b }}，占{{ b | share(f('x.other')) }}。", "没有因公出国（境）费。"),
        ("共{{ b }}。", "共0.00亿元。"),
        ("所属{{ b }}机构的经费。", "所属0.00亿元机构的经费。"),
        ("甲（转移收入{{ b }}、收入{{ a }}）。", "甲（没有转移收入、收入8.00万人）。"),
    ],
)
def test_zero_is_said_in_words(template, said):
    known = {("x.flow", ALL, 2025): "0.00", ("x.flow", ALL, 2024): "5.00", ("x.stock", ALL, 2025): "8.00"}
    known |= {("x.other", ALL, 2025): "8.00"}
    assert paragraph(template, known) == said


@pytest.mark.parametrize(
    "template, said",
    [
        ("全年享受康复待遇{{ a }}，{{ a | change }}。", "全年无人享受康复待遇（上年末8.00万人）。"),
        ("2025年领取补助的农民工{{ a }}。", "2025年没有领取补助的农民工。"),
        ("甲类{{ b }}；未评定等级的{{ a }}。", "甲类3.00亿元；没有未评定等级的。"),
        ("发现高风险漏洞{{ a }}。", "未发现高风险漏洞。"),
        ("高中及以下{{ a }}，占{{ a | share(a) }}。", "高中及以下为零。"),
        ("领取{{ a }}，{{ a | change }}；{{ a | since(2020) }}。", "领取为零（上年末8.00万人，2020年末9.00万人）。"),
        ("领取{{ a }}，{{ a | growth }}。", "领取为零（上年末8.00万人）。"),
    ],
)
def test_there_is_nobody_and_nothing_of_a_kind(template, said):
    levels = {2025: "0.00", 2024: "8.00", 2020: "9.00"}
    known = {("x.stock", ALL, year): value for year, value in levels.items()} | {("x.flow", ALL, 2025): "3.00"}
    assert paragraph(template, known) == said


@pytest.mark.parametrize(
    "balance, outcome, deficit",
    [
        ("2.09", "当年收支相抵，当期结余2.09亿元。", "8.00。"),
        ("-9.53", "当年收不抵支9.53亿元。", "8.00，当年收不抵支9.53亿元。"),
        ("0.00", "当年收支持平。", "8.00。"),
        ("", "", "8.00。"),
    ],
)
def test_the_balance_of_a_year_in_words(balance, outcome, deficit):
    known = {("x.flow", ALL, 2025): balance, ("x.stock", ALL, 2025): "8.00"}
    assert paragraph("{{ b | outcome }}。", known) == outcome
    assert paragraph("{{ a | n }}，{{ b | deficit }}。", known) == deficit


def test_all_of_something_is_said_and_remembered():
    template = "{% if a is all_of(f('x.other')) %}全部追回{% else %}追回{{ a }}{% endif %}。"
    for other, said in {"8.00": "全部追回。", "8.01": "追回8.00万人。"}.items():
        printer = Printer()
        known = names({("x.stock", ALL, 2025): "8.00", ("x.other", ALL, 2025): other})
        assert plain(render(template, known, printer)).strip() == said
        assert any(str(each) == f"x.stock:{ALL}:2025" for each in printer.facts)


def test_a_figure_that_a_text_tells_is_not_told_again():
    f = names({("x.flow", ALL, 2025): "3.00"})["f"]
    template = "{{ it }}{% if b is not cited_in(it) %}收入{{ b }}。{% endif %}"
    known = {("x.flow", ALL, 2025): "3.00"}
    assert paragraph(template, known, it=Passage("全年{{x.flow}}。", f)) == "全年3.00亿元。"
    assert paragraph(template, known, it=Passage("上年{{x.flow@2024}}；另述。", f)) == "另述。收入3.00亿元。"
    assert paragraph(template, known, it="") == "收入3.00亿元。"


def test_a_fall_is_known():
    template = "{% if a is fallen %}降{% else %}升{% endif %}{% if b is negative %}负{% endif %}"
    known = {("x.stock", ALL, 2025): "7.00", ("x.stock", ALL, 2024): "8.00", ("x.flow", ALL, 2025): "-1.00"}
    assert paragraph(template, known) == "降负"
    assert paragraph(template, {}) == "升"


@pytest.mark.parametrize(
    "typed, printed",
    [
        ('经由"掌上12333"、"我的宁夏"查询', "经由“掌上12333”、“我的宁夏”查询"),
        ('名为"A-B"的系统', '名为"A-B"的系统'),
        ('只有一个"引号', '只有一个"引号'),
        ("服务。\n残疾人证", "服务。残疾人证"),
        ("服务。 \n （一）甲", "服务。（一）甲"),
    ],
)
def test_a_text_is_set_as_it_would_be_printed(typed, printed):
    assert paragraph("{{ it }}", {}, it=Passage(typed, names({})["f"])) == printed
    assert typeset("a\nb") == "a\nb"


def test_nobody_is_said_in_words():
    known = {("x.stock", ALL, 2025): "0", ("x.stock", ALL, 2024): "0"}
    assert paragraph("因病领取待遇的有{{ a }}，{{ a | change }}。", known) == "没有因病领取待遇的，与上年末持平。"


@pytest.mark.parametrize(
    "template, said",
    [
        ("年末累计结余{{ b }}。", "年末累计赤字3.20亿元。"),
        ("年末累计结余为{{ b }}。", "年末累计赤字为3.20亿元。"),
        ("委托投资收益{{ b }}。", "委托投资亏损3.20亿元。"),
        ("其他收入{{ b }}，占{{ b | share(f('x.other')) }}。", "其他收入为−3.20亿元。"),
        ("收支相抵，当期{{ b | surplus }}。", "收支相抵，当期赤字3.20亿元。"),
    ],
)
def test_what_is_less_than_nothing_has_a_word(template, said):
    known = {("x.flow", ALL, 2025): "-3.20", ("x.other", ALL, 2025): "8.00"}
    assert paragraph(template, known) == said


def balance(now: str, then: str) -> str:
    """How a balance moved, in words."""
    known = {("x.flow", ALL, 2025): now, ("x.flow", ALL, 2024): then}
    f = names(known)["f"]
    about = f.audit.data.catalogue.indicators["x.flow"]
    f.audit.data.catalogue.indicators["x.flow"] = replace(about, name="累计结余", kind="stock")
    try:
        return paragraph("年末累计结余{{ b }}，{{ b | change }}。", known)
    finally:
        f.audit.data.catalogue.indicators["x.flow"] = about


def test_a_balance_that_becomes_a_debt_or_was_one_moves_in_words():
    assert balance("-3.20", "2.00") == "年末累计赤字3.20亿元，上年末结余2.00亿元。"
    assert balance("2.00", "-3.20") == "年末累计结余2.00亿元，上年末赤字3.20亿元。"
    assert balance("-3.20", "-1.00") == "年末累计赤字3.20亿元，赤字较上年末扩大2.20亿元。"
    assert balance("-1.00", "-3.20") == "年末累计赤字1.00亿元，赤字较上年末缩小2.20亿元。"
    assert balance("1.00", "2.00").startswith("年末累计结余1.00亿元，较上年末减少1.00亿元，下降50")


def test_a_revised_base_is_marked():
    data = dataset({("x.stock", ALL, 2025): "7.00", ("x.stock", ALL, 2024): "8.00"})
    key = Key("x.stock", ALL, 2024)
    assert "经修订" not in paragraph("{{ a | change }}", a=Figures(Audit(data), 2025)("x.stock"))
    data.observations[key] = replace(data.observations[key], source=Source("report-2025", "修订"))
    said = paragraph("参保{{ a }}，{{ a | change }}。", a=Figures(Audit(data), 2025)("x.stock"))
    assert said.startswith("参保7.00万人，较上年末（经修订）减少1.00万人")


def ranked(values: dict[str, str], count: int = 3) -> str:
    """The regions with the highest values."""
    data = dataset({("x.stock", code, 2025): value for code, value in values.items()})
    audit = Audit(data)
    figures = Figures(audit, 2025)
    return top(Material("1", 2025, data, audit, figures), figures("x.stock"), count)


def test_ties_are_said():
    assert ranked({"640100": "3.00", "640200": "2.00", "640300": "1.00"}) == "甲市、乙市、丙市"
    assert ranked({"640100": "3.00", "640200": "2.00", "640300": "2.00"}, 2) == "甲市，乙市和丙市并列第二"
    assert ranked({"640100": "3.00", "640200": "3.00", "640300": "2.00"}, 1) == "甲市和乙市并列第一"
    assert ranked({"640100": "3.00", "640200": "3.00", "640300": "2.00"}) == "甲市和乙市并列第一，丙市第三"
    assert in_order([["甲"], ["乙"], ["丙", "丁", "戊"], ["己"]]) == "甲、乙，丙、丁和戊并列第三，己第六"


def test_the_order_is_said_where_some_are_level():
    template = "{{ names | ranked('高', '低') }}，{{ other | ranked('低', '高') }}。"
    said = paragraph(template, {}, names="甲市、乙市", other="甲市和乙市并列第一")
    assert said == "最高的是甲市、乙市，由低到高依次是甲市和乙市并列第一。"


def test_where_all_are_level_there_is_no_order():
    assert ranked({"640100": "3.00", "640200": "3.00", "640300": "3.00"}) == HOLE


@pytest.mark.parametrize(("template", "word"), [("其他收入{{ b }}。", "没有"), ("预算{{ b }}。", "零")])
def test_a_zero_in_words_can_be_opened(template, word):
    levels = {("x.flow", ALL, 2025): "0.00"}
    printer = Printer()
    html = render(template, names(levels), printer)
    assert f'<data class="q" value="0.00" data-q="x.flow:{ALL}:2025">{word}</data>' in html
    assert [str(each) for each in printer.facts] == [f"x.flow:{ALL}:2025"]


def test_a_zero_that_a_text_names_is_not_listed_again():
    known = {("x.flow", ALL, 2025): "0.00"}
    f = names(known)["f"]
    template = "{% if not (b is nothing and '高中及以下' is named_in(it)) %}高中及以下{{ b }}。{% endif %}{{ it }}"
    assert paragraph(template, known, it=Passage("“高中及以下”本年为零。", f)) == "“高中及以下”本年为零。"
    assert paragraph(template, known, it=Passage("另述。", f)) == "高中及以下为零。另述。"
    assert paragraph(template, known, it="高中及以下") == "高中及以下为零。高中及以下"
