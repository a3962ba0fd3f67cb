"""How a doubt is told: nobody is accused whom the erratum does not accuse."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from nianbao import charts
from nianbao.chapter.doubted import CORRECTED, ELSEWHERE, INVOLVED, SIGN, WRONG, is_disputed, notes_on, word_of
from nianbao.chapter.published import INVOLVES
from nianbao.chapter.texts import in_printed_list
from nianbao.data.documents import Erratum
from nianbao.data.keys import Source
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity

FORMULA = "formula:x.rate:640000:2025"
SUM = "identity:sum:640000:2025"
AGAIN = "claim:level:x.flow:640000:2025"


def erratum(check: str, **more) -> Erratum:
    made = Erratum((check,), "5", "", "不合。", "published", (), Source("r", "表1"), 2025, "errata.csv:2")
    return replace(made, **more)


def figure(mark: str, note: str = "不合。", name: str = "收入") -> Quantity:
    return Quantity.printed(FigureId.level("x.flow", "640000", 2025), name, Decimal(5), "元", mark=mark, note=note)


@pytest.mark.parametrize(
    "check, more, note, word, disputed",
    [
        (FORMULA, {}, "不合。", WRONG, True),
        (FORMULA, {"likely": "6"}, "不合。", WRONG, True),
        (FORMULA, {"likely": "6", "show": "recomputed"}, "不合。", CORRECTED, False),
        (FORMULA, {}, "由存疑的数算得：不合。", INVOLVED, True),
        (FORMULA, {}, f"{INVOLVES}：不合。", INVOLVED, True),
        (FORMULA, {"figures": ("a:1:2025", "b:1:2025")}, "不合。", INVOLVED, True),
        (SUM, {"printed": "295.12", "guards": ("0=>-0.04",)}, "不合。", INVOLVED, False),
        (AGAIN, {"likely": "6"}, "不合。", ELSEWHERE, False),
    ],
)
def test_the_word_for_a_doubt(check, more, note, word, disputed):
    errata = {check: erratum(check, **more)}
    assert word_of(figure(check, note), errata) == word
    assert is_disputed(figure(check, note), errata) is disputed


def test_drawings_and_notes_have_one_sign():
    assert SIGN == charts.DOUBT


def test_what_is_in_no_doubt_has_no_word():
    assert (
        word_of(figure(""), {}) == "" and not is_disputed(figure(""), {}) and notes_on([("甲", figure(""))], {}) == []
    )


def test_what_is_to_be_said_of_several_figures_is_said_once():
    errata = {FORMULA: erratum(FORMULA)}
    named = [("2024年", figure(FORMULA, "由存疑的数算得：不合。")), ("2025年", figure(FORMULA)), ("别的", figure(""))]
    assert notes_on(named, errata) == ["※　2024年、2025年（存疑）：不合。"]


def items(*values: str) -> list[Quantity]:
    return [
        Quantity.printed(FigureId.level("levels", str(at), 2025), f"第{at}项", Decimal(value), "元")
        for at, value in enumerate(values, 1)
    ]


def test_only_the_item_of_a_list_that_differs_is_marked():
    check = "label:r:levels"
    errata = {check: erratum(check, printed="200元、100元、2000元", likely="200元、1000元、2000元", reason="脱一零。")}
    found = in_printed_list(items("200", "100", "2000"), errata)
    assert [each.mark for each in found] == ["", check, ""] and found[1].note == "脱一零。"
    assert not any(each.mark for each in in_printed_list(items("200", "1000"), errata))


def test_where_it_is_not_said_what_a_list_should_be_any_item_may_be_wrong():
    check = "label:r:levels"
    errata = {check: erratum(check, printed="200元、100元")}
    assert all(each.mark for each in in_printed_list(items("200", "100"), errata))
