"""What changed from one year to the next is told from the data as they are after an intake."""

from __future__ import annotations

from nianbao.cli import main
from tests.intake.small import YEAR, send


def test_each_figure_is_told_with_both_years_and_how_it_moved(small, capsys):
    send(small)
    assert main(["diff", str(YEAR - 1), str(YEAR), "--data", str(small / "data")]) == 0
    said = capsys.readouterr().out
    assert "两年都有合计数的指标9项" in said
    lines = [line.split() for line in said.splitlines()]
    assert ["参保人数", "万人", "30.00", "33.00", "3.00", "10.0%"] in lines
    assert ["替代率", "%", "46.86", "47.50", "0.64百分点"] in lines
    assert ["累计结余", "亿元", "−1.20", "−0.50", "0.70"] in lines


def test_years_in_the_wrong_order_are_refused(small):
    send(small)
    assert main(["diff", str(YEAR), str(YEAR - 1), "--data", str(small / "data")]) == 2
    assert main(["diff", str(YEAR), str(YEAR), "--data", str(small / "data")]) == 2
