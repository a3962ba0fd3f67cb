"""What is said of a figure, where it is shown and where others are computed from it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from nianbao.chapter.facts import bound, cited, facts
from nianbao.data.catalogue import Document
from nianbao.data.keys import Source
from nianbao.data.schema import FILLED
from tests.support.small_dataset import WHOLE, figure

LEVELS = {("x.stock", WHOLE, 2025): "5.00", ("x.stock", WHOLE, 2024): "4.00"}
STOCK = f"x.stock:{WHOLE}:2025"


@pytest.mark.parametrize("shown_first", [True, False])
def test_the_mark_of_a_figure_is_not_lost_where_another_is_computed_from_it(shown_first):
    level = replace(figure(LEVELS).quantity, mark="a check", note="与另一处不符")
    change = figure(LEVELS).derived("change", 2024)
    assert STOCK in {str(each.id) for each in change.inputs}
    known = facts([level, change] if shown_first else [change, level], {})
    assert known[STOCK].mark == "a check" and known[STOCK].note == "与另一处不符"


def test_facts_hold_everything_a_figure_was_computed_from():
    change = figure(LEVELS).derived("change", 2024)
    known = facts([change], {})
    assert list(known) == [STOCK, f"x.stock:{WHOLE}:2024", f"{STOCK}:change:2024"]
    fact = known[f"{STOCK}:change:2024"]
    assert (fact.value, fact.unit, fact.low, fact.high) == ("1.00", "万人", "0.99", "1.01")
    assert fact.inputs == (STOCK, f"x.stock:{WHOLE}:2024") and fact.expression == "$1 - $2"


@pytest.mark.parametrize(
    "value, text",
    [
        (Fraction(1, 3), "0.3333333333"),
        (Fraction(123456789012, 100), "1234567890.12"),
        (Fraction(1, 10**7), "0.0000001"),
    ],
)
def test_bounds_have_no_exponent_and_keep_their_decimals(value, text):
    assert bound(value) == text


def test_sources_are_named_as_readers_know_them():
    documents = {"r": Document("r", "年度报告", "2025", "某局", "2026")}
    assert cited(Source("r", "表1"), documents) == "《年度报告》表1"
    assert cited(Source("本书的核对"), documents) == "本书的核对"
    own = {"r": replace(documents["r"], origin=FILLED)}
    assert cited(Source("r", "表1"), own) == "《年度报告》填报表（原报告位置：表1）"
    assert cited(Source("r", "修订"), own) == "《年度报告》填报表“修订”"
