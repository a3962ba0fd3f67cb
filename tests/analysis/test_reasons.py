"""Reasons that documents state, put to their figures."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from nianbao.analysis.reasons import (
    CONTRADICTS,
    EXPLAINS,
    IN_PART,
    OVERSHOOTS,
    UNTESTABLE,
    Reasons,
    ReasonTested,
    distinct,
)
from nianbao.audit.audit import Audit
from nianbao.chapter.published import Published
from nianbao.data.analysing import Stated
from nianbao.data.dataset import Dataset
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity
from tests.support.little_data import little
from tests.support.projects import ROOT


@pytest.fixture(scope="module")
def tested(tmp_path_factory) -> dict[str, str]:
    """Reasons for a rise from 10.00 to 20.00, by what they amount to, with their verdicts."""
    folder = tmp_path_factory.mktemp("reasons")
    names = ["x.a,甲数,亿元,2,flow,region,,,", *(f"x.r{at},理由,亿元,2,flow,region,,," for at in range(6))]
    amounts = {"x.r0": "10.00", "x.r1": "9.20", "x.r2": "4.00", "x.r3": "15.00", "x.r4": "-3.00"}
    rows = {2024: ["x.a,1,10.00"], 2025: ["x.a,1,20.00", *(f"{code},1,{value}" for code, value in amounts.items())]}
    little(folder, rows, indicators=names)
    stated = [f"x.a,1,2025,2024,{code},{code},一" for code in [*amounts, "x.r5"]]
    lines = ["indicator,item,year,base,formula,words,place", *stated, "x.a,1,2025,2024,,没有数,一"]
    (folder / "documents/r").mkdir(parents=True, exist_ok=True)
    (folder / "documents/r/reasons.csv").write_text("\n".join(lines) + "\n", "utf-8")
    reasons = Reasons(Published(Audit(Dataset(folder))))
    return {each.stated.words: each.verdict for each in reasons.of(2025)}


@pytest.mark.parametrize(
    "words, verdict",
    [
        ("x.r0", EXPLAINS),
        ("x.r1", EXPLAINS),
        ("x.r2", IN_PART),
        ("x.r3", OVERSHOOTS),
        ("x.r4", CONTRADICTS),
        ("x.r5", UNTESTABLE),
        ("没有数", UNTESTABLE),
    ],
)
def test_a_reason_is_judged_by_what_it_amounts_to(tested, words, verdict):
    assert tested[words] == verdict


def test_a_reason_that_is_given_again_for_as_large_a_movement_is_one():
    moved = Quantity.printed(FigureId.level("x.a", "1", 2025), "变动", Decimal("-0.89"), "万元")
    stated = Stated("x.a", "1", 2025, "2024", "x.r", "已支付", "r", "一", "reasons.csv:2")
    first = ReasonTested(stated, "甲", moved, moved, None, EXPLAINS)
    again = replace(first, stated=replace(stated, indicator="x.b", place="reasons.csv:3"), name="乙")
    larger = replace(again, moved=replace(moved, exact=Fraction(-2)))
    open_end = [replace(each, amount=None) for each in (first, again)]
    assert distinct([first, again, larger, *open_end]) == [first, larger, *open_end]


def test_the_reasons_of_the_county_are_put_to_its_figures():
    reasons = Reasons(Published(Audit(Dataset(ROOT / "data", 2025, lazy=True))))
    found = list(reasons.of(2022, item="640121"))
    assert len(found) >= 25
    transfers = next(each for each in found if each.stated.indicator == "county.resident.expenditure.transfer")
    assert transfers.verdict == EXPLAINS
    single = next(each for each in found if each.stated.indicator == "county.institution.income.transfer")
    assert single.verdict == IN_PART and str(single.amount.value) == "2.64"
