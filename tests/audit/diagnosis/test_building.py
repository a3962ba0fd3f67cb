"""What the problem of diagnosis allows a document to have done."""

from __future__ import annotations

from nianbao.audit.diagnosis.building import build
from nianbao.audit.diagnosis.diagnosis import diagnose
from tests.support.small_dataset import WHOLE, dataset

LEVELS = {("x.money", WHOLE, 2025): "2667168"}
#: 2,628,840 the year before: its growth is 1.458 %, its change 3.8328万元, but 3.84 from the figures of the text.
CLAIMS = [
    ("level", "x.money", 2025, "", "266.72", "万元"),
    ("level", "x.money", 2024, "", "262.88", "万元"),
    ("growth", "x.money", 2025, 2024, "1.458", "%"),
]


def test_a_change_may_be_computed_from_the_rounded_figures_of_the_text():
    assert diagnose(build(dataset(LEVELS, [*CLAIMS, ("change", "x.money", 2025, 2024, "3.84", "万元")]))) == []
    assert diagnose(build(dataset(LEVELS, [*CLAIMS, ("change", "x.money", 2025, 2024, "3.83", "万元")]))) == []


def test_a_change_that_neither_gives_is_found():
    found = diagnose(build(dataset(LEVELS, [*CLAIMS, ("change", "x.money", 2025, 2024, "3.85", "万元")])))
    assert any(each.measure == "change" for each in found)
