"""What colours stand for: one colour a scheme, and colours of their own for verdicts."""

from __future__ import annotations

from itertools import combinations

import pytest
from matplotlib.colors import to_rgb
from seaborn.utils import relative_luminance

from nianbao.charts.style import CLASSES, COLORS, TINTS, VERDICTS, Fill, tints

PAPER = "#ffffff"
DARK = "#14181d"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG."""
    high, low = sorted((relative_luminance(one), relative_luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("paper", [PAPER, DARK])
@pytest.mark.parametrize("color", COLORS.values(), ids=COLORS)
def test_marks_are_seen_on_light_and_dark(color, paper):
    assert contrast(color, paper) >= 3


def test_no_two_schemes_share_a_colour():
    assert len(set(COLORS.values())) == len(COLORS)
    assert not set(COLORS.values()) & set(VERDICTS.values())


def saturation(color: str) -> float:
    """How far a colour is from grey."""
    return max(to_rgb(color)) - min(to_rgb(color))


def test_agreement_is_quiet_and_what_is_wrong_is_loud():
    quiet = max(saturation(VERDICTS[role]) for role in ("agrees", "rounding", "explained", "not checked"))
    assert min(saturation(VERDICTS[role]) for role in ("erratum", "fails")) > 2 * quiet


def test_parts_of_one_thing_are_tints_of_its_colour():
    for count in TINTS:
        fills = tints(COLORS["injury"], count)
        assert {fill.color for fill in fills} == {COLORS["injury"]} and len({fill.alpha for fill in fills}) == count


def test_the_highest_class_is_the_strongest_on_light_and_dark():
    for steps in CLASSES.values():
        assert list(steps) == sorted(steps)
        assert len(steps) == 1 or steps[-1] == 1


@pytest.mark.parametrize("paper, ink", [(PAPER, "#24292f"), (DARK, "#d6dce4")])
@pytest.mark.parametrize("color", COLORS.values(), ids=COLORS)
def test_text_reads_on_every_fill(color, paper, ink):
    for alpha in {each for steps in (*TINTS.values(), *CLASSES.values()) for each in steps}:
        fill = Fill(color, alpha)
        mixed = tuple(
            alpha * top + (1 - alpha) * below for top, below in zip(to_rgb(color), to_rgb(paper), strict=True)
        )
        text = fill.text if fill.text in {"#000000", "#ffffff"} else ink
        assert contrast(text, mixed) >= 4.5, (color, alpha)


def test_pairs_of_colours_are_told_apart():
    for one, other in combinations(COLORS.values(), 2):
        distance = sum((a - b) ** 2 for a, b in zip(to_rgb(one), to_rgb(other), strict=True)) ** 0.5
        assert distance > 0.15, (one, other)
