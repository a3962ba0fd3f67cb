"""Tables, charts and shares of what is not known: nothing is shown of nothing, and no part is called a whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nianbao.audit.audit import Audit
from nianbao.audit.checks import IDENTITY
from nianbao.audit.findings import FAILS, Finding
from nianbao.chapter import show, tables
from nianbao.chapter.chart import Charts, among_drawn
from nianbao.chapter.comparisons import Comparisons
from nianbao.chapter.computed import pooled, sum_of, whole_sum
from nianbao.chapter.figure import Figures
from nianbao.chapter.material import Material
from nianbao.chapter.record import MIME
from nianbao.chapter.show import Display
from nianbao.chapter.tables import Tables
from nianbao.chapter.totals import itself
from nianbao.data.keys import Key, Source
from tests.support.small_dataset import WHOLE, dataset

STOCK, FLOW, OTHER, MONEY = "x.stock", "x.flow", "x.other", "x.money"


class Page:
    """A chapter of 2025 whose outputs are kept in `shown`, as records."""

    def __init__(self, monkeypatch, levels):
        self.shown: list[dict] = []
        monkeypatch.setattr(show, "display", lambda data, **_: self.shown.append(data[MIME]))
        self.data = dataset(levels)
        audit = Audit(self.data)
        self.f = Figures(audit, 2025)
        self.material = Material("1", 2025, self.data, audit, self.f)
        display = Display("1", self.data.catalogue.documents)
        self.tables = Tables(self.material, display)
        self.charts = Charts(self.material, display)

    def text(self) -> str:
        """All that is shown, as text."""
        return str(self.shown)


@pytest.fixture
def page(monkeypatch):
    return lambda levels: Page(monkeypatch, {(code, WHOLE, year): text for (code, year), text in levels.items()})


def test_a_table_without_any_figure_is_not_there(page):
    made = page({})
    made.tables.table("甲", ["项目", "数", "单位"], [["收入", made.f(FLOW), "亿元"]], text=(0, 2))
    made.tables.by_item("乙", {"收入": FLOW})
    made.tables.table("丙", ["项目", "数"], [])
    assert made.shown == []


def test_a_table_with_one_figure_is_there_and_has_the_first_number(page):
    made = page({(FLOW, 2025): "3.00"})
    made.tables.table("甲", ["项目", "数"], [["支出", made.f(OTHER)]])
    made.tables.table("乙", ["项目", "数"], [["收入", made.f(FLOW)], ["支出", made.f(OTHER)]])
    assert len(made.shown) == 1 and "表1-1" in made.text()


def test_a_table_that_was_printed_blank_stays(page):
    made = page({(FLOW, 2025): ""})
    made.tables.table("甲", ["项目", "数"], [["收入", made.f(FLOW)]])
    made.tables.table("乙", ["项目", "数"], [["本表无数据", ""]])
    assert len(made.shown) == 2


def test_charts_without_any_figure_are_not_there(page):
    made = page({(OTHER, 2020): "1.00"})
    parts = {"甲": made.f(FLOW), "乙": made.f(MONEY)}
    made.charts.parts("构成", parts)
    made.charts.parts("构成", {})
    made.charts.against("比较", {"收入": parts, "支出": parts})
    made.charts.against("比较", {"收入": {}, "支出": {}})
    made.charts.trend("逐年", parts, 2020)
    assert made.shown == []


def test_one_year_is_no_trend_but_a_sentence_where_nothing_else_says_it(page):
    made = page({(FLOW, 2025): "3.00", (OTHER, 2020): "1.00"})
    made.charts.trend("收入", {"收入": made.f(FLOW)}, 2020)
    assert made.shown == []
    made.charts.trend("支出", {"支出": made.f(OTHER)}, 2020)
    assert len(made.shown) == 1 and "2020年基金支出" in made.text() and "svg" not in made.text()


def test_no_shares_of_the_parts_that_happen_to_be_known(page):
    made = page({(FLOW, 2025): "3.00", (OTHER, 2025): "1.00"})
    made.charts.parts("构成", {"甲": made.f(FLOW), "乙": made.f(OTHER), "丙": made.f(MONEY)})
    assert "%" not in made.shown[0]["svg"] and "3.00" in made.shown[0]["svg"]
    assert "不算比重" in made.text()
    made.charts.parts("构成", {"甲": made.f(FLOW), "乙": made.f(OTHER)})
    assert "75.0%" in made.shown[1]["svg"]


def test_a_blank_as_it_was_printed_is_no_unknown_part(page):
    made = page({(FLOW, 2025): "3.00", (OTHER, 2025): "1.00", (MONEY, 2025): ""})
    made.charts.parts("构成", {"甲": made.f(FLOW), "乙": made.f(OTHER), "丙": made.f(MONEY)})
    assert "75.0%" in made.shown[0]["svg"]


def test_a_sum_needs_all_its_parts(page):
    made = page({(FLOW, 2025): "3.00"})
    assert whole_sum(made.material, [made.f(FLOW), made.f(OTHER)]) is None
    assert sum_of(made.material, [made.f(FLOW), made.f(OTHER)]) is not None


def test_a_table_says_whose_figures_were_revised(page):
    made = page({(FLOW, 2025): "3.00", (FLOW, 2024): "2.00"})
    rows = [["收入", made.f(FLOW), made.f(FLOW).derived("change", 2024)]]
    made.tables.table("甲", ["项目", "数", "增减"], rows)
    assert "修订" not in made.text()
    key = Key(FLOW, WHOLE, 2024)
    made.data.observations[key] = replace(made.data.observations[key], source=Source("report-2025", "修订"))
    made.tables.table("乙", ["项目", "数", "增减"], rows)
    assert "2024年的数有经修订的" in made.text()


def test_a_fund_kept_in_one_place_is_no_deficit_of_the_others(monkeypatch):
    indicators = dataset({}).catalogue.indicators
    for code, like in {"x.fund.income": FLOW, "x.fund.current_balance": FLOW}.items():
        monkeypatch.setitem(indicators, code, replace(indicators[like], code=code))
    told = {}
    for share in ("95.00", "80.00"):
        levels = {("x.fund.income", "640100", 2025): share, ("x.fund.income", WHOLE, 2025): "100.00"}
        made = Page(monkeypatch, levels)
        told[share] = pooled(made.material, ["x.fund.income", "x.fund.current_balance"])
        assert pooled(made.material, ["x.fund.income"]) == ""
        made.data.texts = lambda name, year: [{"place": "fund_pool", "text": "统收统支"}]
        assert pooled(made.material, ["x.fund.current_balance"]) == "统收统支"
    assert told["95.00"].startswith("基金收入几乎都记在甲市；") and told["80.00"] == ""


@pytest.mark.parametrize("printed, is_told", [("—", True), ("4.70", False)])
def test_a_dash_among_figures_that_do_not_agree_is_no_sign_of_a_source(page, monkeypatch, printed, is_told):
    made = page({(FLOW, 2025): "3.00"})
    row = ["采购份额", "勾稽", "万元", printed, "差额421.70", "五行中四行没有计入。"]
    monkeypatch.setattr(tables, "mismatches", lambda material, part: [row])
    made.tables.mismatches("与其他数不符的数", "x")
    assert (tables.NO_SUCH_NUMBER in made.text()) is is_told


def test_a_chart_that_leaves_an_item_out_says_what_it_speaks_of(page):
    made = page({(FLOW, 2025): "3.00", (OTHER, 2025): "2.00", (FLOW, 2024): "2.00", (OTHER, 2024): "1.00"})
    both = {"甲": made.f(FLOW), "乙": made.f(OTHER)}
    whole = {
        head: {name: each.at(year) for name, each in both.items()}
        for head, year in (("2024年", 2024), ("2025年", 2025))
    }
    made.charts.against("收支", whole)
    lacking = {head: {**column, "丙": made.f(MONEY)} for head, column in whole.items()}
    made.charts.against("收支", lacking)
    made.charts.against("收支", whole, left_out=True)
    said = ["图中各项" in str(each["says"]) for each in made.shown]
    assert said == [False, True, True]


def test_an_edition_of_ones_own_has_no_numbers_of_another(page):
    made = page({(FLOW, 2025): "3.00"})
    made.tables.table("甲", ["项目", "数"], [["收入", made.f(FLOW)]], original="表9")
    assert "原报告编号：表9" in made.text()
    report = made.data.catalogue.documents["r"]
    made.data.catalogue.documents["report-2025"] = replace(report, code="report-2025", origin="filled")
    try:
        assert made.material.is_own
        made.shown.clear()
        made.tables.table("甲", ["项目", "数"], [["收入", made.f(FLOW)]], original="表9")
        made.tables.by_item("乙", {"收入": FLOW})
    finally:
        del made.data.catalogue.documents["report-2025"]
    assert "原报告编号" not in made.text() and "2025年没有填报乙。" in made.text()


@pytest.fixture
def own(page, monkeypatch):
    """A page of a year that the bureau filled in, of levels by indicator and item."""

    def made(levels) -> Page:
        found = Page(monkeypatch, {(code, item, 2025): text for (code, item), text in levels.items()})
        report = Source("report-2025", "表1")
        seen = found.data.observations
        found.data.observations = {key: replace(each, source=report) for key, each in seen.items()}
        documents = found.data.catalogue.documents
        monkeypatch.setitem(documents, "report-2025", replace(documents["r"], code="report-2025", origin="filled"))
        return found

    return made


def test_a_row_of_which_nothing_is_known_is_not_there(own):
    made = own({(FLOW, WHOLE): "3.00"})
    rows = [["收入", made.f(FLOW)], ["支出", made.f(OTHER)], ["合计", None]]
    made.tables.table("甲", ["项目", "数"], rows)
    names = [row["cells"][0]["text"] for row in made.shown[0]["body"]["rows"]]
    assert names == ["收入", "合计"] and made.shown[0]["body"]["rows"][1]["total"]
    assert "没有数，表中不列：支出。" in made.text()


def test_a_row_that_was_printed_elsewhere_stays(page):
    made = page({(FLOW, 2025): "3.00"})
    made.tables.table("甲", ["项目", "数"], [["收入", made.f(FLOW)], ["支出", made.f(OTHER)]])
    assert len(made.shown[0]["body"]["rows"]) == 2


@pytest.mark.parametrize("second, note", [("2.00", False), ("1.50", True)])
def test_a_region_that_has_no_part_of_the_whole_is_not_missing(own, second, note):
    levels = {(FLOW, WHOLE): "3.00", (FLOW, "640100"): "1.00", (FLOW, "640200"): second, (FLOW, "640300"): ""}
    made = own(levels)
    made.tables.by_item("甲", {"收入": FLOW})
    names = [row["cells"][0]["text"] for row in made.shown[0]["body"]["rows"]]
    assert names == ["甲市", "乙市", "合计"]
    assert ("没有数，表中不列：丙市。" in made.text()) == note


def test_what_last_years_end_was_restated_to_is_said(own):
    made = own({(STOCK, WHOLE): "3.00", (STOCK, "640100"): "1.00", (STOCK, "640200"): "2.00"})
    row = {"indicator": STOCK, "item": "640100", "of_year": "2024", "old": "0.50", "new": "0.80", "reason": "口径"}
    others = [row | {"item": "640300"}, row | {"of_year": "2023"}, row | {"indicator": FLOW}]
    made.data.revisions = lambda year: [row, *others] if year == 2025 else []
    made.tables.by_item("甲", {"参保": STOCK})
    assert made.text().count("经修订") == 1
    assert "甲市2024年末的数经修订，由0.50万人改为0.80万人，缘由见《与上年相比：变化与修订》。" in made.text()


def test_shares_of_one_column_have_the_decimals_that_are_known_of_all(own, monkeypatch):
    insured = {"640100": "108.77", "640200": "8.41", "640300": "2.74", WHOLE: "119.92"}
    paying = {"640100": "73.72", "640200": "4.70", "640300": "1.30", WHOLE: "79.72"}
    levels = {(FLOW, item): text for item, text in insured.items()}
    levels |= {(OTHER, item): text for item, text in paying.items()}

    def shares(made) -> list[str]:
        return [made.f(OTHER, item).share(made.f(FLOW, item)).text for item in insured]

    published = Page(monkeypatch, {(code, item, 2025): text for (code, item), text in levels.items()})
    assert shares(published) == ["67.78", "55.9", "47", "66.48"]
    assert shares(own(levels)) == ["68", "56", "47", "66.48"]


def test_a_map_colours_the_rate_that_it_prints(own, monkeypatch):
    """59.7 that is printed 60 is not of the class below 60."""
    insured = {"640100": "8.41", "640200": "2.74", "640300": "1.34", WHOLE: "12.49"}
    paying = {"640100": "4.70", "640200": "1.30", "640300": "0.80", WHOLE: "6.80"}
    levels = {(FLOW, item): text for item, text in insured.items()}
    made = own(levels | {(OTHER, item): text for item, text in paying.items()})
    drawn: dict = {}
    monkeypatch.setattr(made.charts, "chart", lambda *_, **options: drawn.update(options))
    made.charts.tiles("甲", made.f(FLOW), rate=lambda each: made.f(OTHER, each.code).share(each), rate_name="乙")
    assert drawn["rates_written"]["丙市"] == "60"
    assert drawn["rates"] == {name: float(text) for name, text in drawn["rates_written"].items()}


@pytest.mark.parametrize("other, left_out", [("0.00", True), ("1.00", False)])
def test_a_chart_of_budgets_tells_that_it_leaves_out_what_is_zero(page, monkeypatch, other, left_out):
    made = page({(FLOW, 2025): "3.00", (OTHER, 2025): other})
    drawn: dict = {}
    monkeypatch.setattr(made.charts, "against", lambda *_, **options: drawn.update(options))
    monkeypatch.setattr(made.tables, "by_indicator", lambda *_, **__: None)
    compared = Comparisons(made.material, made.tables, made.charts)
    monkeypatch.setattr(Comparisons, "budget", lambda self, figure: figure)
    compared.execution("甲", {"收入": made.f(FLOW), "支出": made.f(OTHER)})
    assert drawn["left_out"] is left_out


@pytest.mark.parametrize("text, shown", [("4.70", "4.70"), ("", "—")])
def test_of_a_relation_is_shown_what_is_printed_of_the_figure_it_is_told_of(page, text, shown):
    made = page({(FLOW, 2025): text, (OTHER, 2025): "3.00"})
    finding = Finding("甲", IDENTITY, Key(FLOW, WHOLE, 2025), "0", "1.70", "", "", FAILS, "")
    assert itself(made.material, finding) == shown


@pytest.mark.parametrize(
    "said, told",
    [
        ("只有甲增加", "图中各项，只有甲增加"),
        ("各项都增加", "图中各项都增加"),
        ("5项中，增加的有3项", "5项中，增加的有3项"),
        ("", ""),
    ],
)
def test_a_count_of_what_is_drawn_needs_no_more_words(said, told):
    assert among_drawn(said, left_out=True) == told and among_drawn(said, left_out=False) == said
