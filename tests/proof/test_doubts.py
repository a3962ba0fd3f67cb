"""Figures that a document marks as doubtful itself, and figures that it prints otherwise at one place only."""

from __future__ import annotations

import pytest

from nianbao.proof.doubts import Doubts
from nianbao.proof.model import Document, Paragraph, Spot, Table
from tests.proof.support import found


@pytest.mark.parametrize("caption, is_marked", [("表5 数字勘误：某年年报", True), ("表5 各地参保人数", False)])
def test_a_table_of_errata_prints_what_is_wrong_beside_what_is_right(caption, is_marked):
    table = Table(0, [["印作", "应作"], ["405", "406"]], caption)
    doubts = Doubts(Document("x", "txt", [table]))
    assert doubts.marks(Spot(0, 0, 3, 1, 0)) is is_marked


@pytest.mark.parametrize("text, is_marked", [("下降4.97※%", True), ("下降4.97%", False)])
def test_a_sign_that_is_explained_marks_a_figure(text, is_marked):
    parts = [Paragraph(0, text), Paragraph(1, "“※”表示这个数有疑。")]
    assert Doubts(Document("x", "txt", parts)).marks(Spot(0, 2, 6)) is is_marked


SAID = "年末参加失业保险的农民工共{}人。"


@pytest.mark.parametrize("slip", ["156384", "165348", "1563480"])
def test_a_figure_that_two_other_places_print_otherwise_is_found(slip):
    text = "\n".join(SAID.format(number) for number in ("156348", "156348", slip))
    assert [each.printed for each in found(text) if slip in each.printed]


def test_another_figure_of_its_own_is_not_found():
    text = "\n".join(SAID.format(number) for number in ("156348", "156348", "98217"))
    assert found(text) == []
