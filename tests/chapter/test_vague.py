"""What is said of inferred figures whose last digits are not known."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from nianbao.chapter.vague import note_on_vague
from nianbao.data.keys import Key, Source
from nianbao.figures.ids import FigureId
from nianbao.figures.interval import Interval
from nianbao.figures.quantity import Quantity


def test_the_figure_that_is_printed_and_its_bounds_are_said():
    level = Quantity.printed(
        FigureId(Key("a.b", "1", 2024)), "领取人数", Decimal("49743"), "人", source=Source("r", "表1")
    )
    inferred = replace(level, status="E", interval=Interval(Fraction(49725), Fraction(49762)))
    note = note_on_vague([("领取人数2024年", inferred), ("领取人数2025年", level)])
    assert note == "由增减和增长率推算的数末位不尽可知：领取人数2024年推算为49,743人，实在49,725至49,762人之间。"
    assert note_on_vague([("领取人数2025年", level)]) == ""
