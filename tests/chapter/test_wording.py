"""Zero, debts, falls, ties and revised bases in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nianbao.audit.audit import Audit
from nianbao.chapter.computed import top
from nianbao.chapter.figure import Figures
from nianbao.chapter.material import Material
from nianbao.chapter.printer import HOLE
from nianbao.data.keys import Key, Source
from tests.chapter.test_prose import ALL, names, paragraph
from tests.support.small_dataset import dataset


@pytest.mark.parametrize(
    "template, said",
    [
        ("其他收入{{ b }}，{{ b | change }}。", "没有其他收入，较上年减少5.00亿元。"),
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


def test_nobody_is_said_in_words():
    known = {("x.stock", ALL, 2025): "0", ("x.stock", ALL, 2024): "0"}
    assert paragraph("因病领取待遇的有{{ a }}，{{ a | change }}。", known) == "因病领取待遇的为零，与上年末持平。"


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
    assert balance("-3.20", "2.00") == "年末累计赤字3.20亿元，上年末结余2.00亿元，其后减少5.20亿元。"
    assert balance("2.00", "-3.20") == "年末累计结余2.00亿元，上年末赤字3.20亿元，其后增加5.20亿元。"
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
    assert ranked({"640100": "3.00", "640200": "2.00", "640300": "2.00"}, 2) == "甲市、乙市、丙市（乙市、丙市并列）"
    assert ranked({"640100": "3.00", "640200": "3.00", "640300": "2.00"}, 1) == "甲市、乙市（并列）"


def test_where_all_are_level_there_is_no_order():
    assert ranked({"640100": "3.00", "640200": "3.00", "640300": "3.00"}) == HOLE
