"""Months for which a fund in debt lasts: neither in a table nor in a chart, and told in a note."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from nianbao.chapter.meaningless import means_nothing, without
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity

MONTHS = FigureId.level("x.months", "1", 2025)


def months(value: str) -> Quantity:
    return Quantity.printed(MONTHS, "2025年某基金可支付月数", Decimal(value), "个月")


@pytest.mark.parametrize(
    "value, unit, nothing", [("-0.7", "个月", True), ("0.0", "个月", False), ("-0.7", "亿元", False)]
)
def test_less_than_no_months_mean_nothing(value, unit, nothing):
    assert means_nothing(replace(months(value), unit=unit)) is nothing


def test_a_change_of_months_may_be_less_than_nothing():
    assert not means_nothing(replace(months("-0.7"), id=replace(MONTHS, measure="change", base="2024")))


def test_a_table_shows_a_dash_and_says_why():
    rows, note = without([["甲", months("6.1")], ["乙", months("-0.7")], ["丙", None]])
    assert rows == [["甲", months("6.1")], ["乙", "—"], ["丙", None]]
    assert note == "2025年某基金可支付月数：基金年末累计赤字，没有结余可供支付，没有月数，以“—”表示。"
    assert without([["甲", months("6.1")]])[1] == ""
