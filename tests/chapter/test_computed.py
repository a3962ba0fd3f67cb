"""Cells of tables: a blank as a document printed it, and one sign for what the bureau filled in as blank."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nianbao.audit.audit import Audit
from nianbao.chapter.chart import in_chart
from nianbao.chapter.computed import cell
from nianbao.chapter.figure import Figures
from nianbao.chapter.material import Material
from nianbao.data.schema import FILLED
from tests.support.small_dataset import WHOLE, dataset


@pytest.mark.parametrize("typed", ["—", "-", ""])
@pytest.mark.parametrize("origin", [FILLED, "", "transcribed"])
def test_what_was_filled_in_as_blank_is_no_figure_whatever_was_typed(monkeypatch, typed, origin):
    data = dataset({("x.flow", WHOLE, 2025): typed})
    documents = data.catalogue.documents
    monkeypatch.setitem(documents, "r", replace(documents["r"], origin=origin))
    audit = Audit(data)
    figures = Figures(audit, 2025)
    shown = cell(Material("1", 2025, data, audit, figures), figures("x.flow"))
    assert shown == (None if origin == FILLED else typed)


@pytest.mark.parametrize("unit, value", [("亿元", "0.50"), ("万元", "5000.00"), ("人", "0.50")])
def test_the_numbers_under_a_chart_are_in_its_unit_where_they_convert(unit, value):
    data = dataset({("x.flow", WHOLE, 2025): "0.50"})
    found = in_chart(Figures(Audit(data), 2025)("x.flow"), unit)
    assert (f"{float(found.exact):.2f}", found.unit) == (value, unit if unit != "人" else "亿元")
