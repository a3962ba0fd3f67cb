"""What somebody adds to a drawing is in its narrow form as well, or there is none."""

from __future__ import annotations

import pandas as pd

from nianbao import charts

FRAME = pd.DataFrame({"参保人数": [1.0, 2.0, 3.0]}, [2023, 2024, 2025])
MARK = "#123456"


def narrow_of(wide, added: charts.Additions) -> str | None:
    """The narrow form of the chart with what was added to the wide one; None where that cannot be."""
    narrow = charts.bars(FRAME, "万人", narrow=True)
    return charts.to_svg(narrow, "说明", "fig-1-1-narrow") if added.add_to(narrow) else None


def test_nothing_added_is_nothing_added():
    wide = charts.bars(FRAME, "万人")
    narrow = narrow_of(wide, charts.Additions(wide))
    assert narrow == charts.to_svg(charts.bars(FRAME, "万人", narrow=True), "说明", "fig-1-1-narrow")


def test_lines_stand_at_the_same_values():
    wide = charts.bars(FRAME, "万人")
    added = charts.Additions(wide)
    wide.axes[0].axhline(2.5, color=MARK)
    wide.axes[0].plot([2023, 2025], [1, 2], color=MARK)
    narrow = narrow_of(wide, added)
    assert narrow is not None and narrow.count(MARK) == charts.to_svg(wide, "说明", "fig-1-1").count(MARK) == 2


def test_where_it_cannot_be_there_is_no_narrow_form():
    wide = charts.bars(FRAME, "万人")
    added = charts.Additions(wide)
    wide.axes[0].text(2024, 2, "注意")
    assert narrow_of(wide, added) is None
