"""Slips, search and the rows an editor reads, on small problems; and the two cases of the real documents."""

from decimal import Decimal
from fractions import Fraction

import pytest

from nianbao.audit.diagnosis import slips
from nianbao.audit.diagnosis.diagnosis import COLUMNS, diagnose
from nianbao.audit.diagnosis.problem import Figure, Problem, Relation, constant, equation, variable, weighted
from nianbao.audit.diagnosis.spans import Span
from nianbao.audit.diagnosis.telling import amount
from tests.support.diagnosed import GROUP, diagnoses

pytestmark = pytest.mark.xdist_group(GROUP)

ONE = Fraction(1)


def table(rows: list[list[str]]) -> Problem:
    """A table of figures whose last row and last column are totals."""
    problem = Problem()
    numbers = [
        [
            problem.figure(
                Figure(
                    f"{at}:{column}", Decimal(text), "万元", 2, document="d", place="表1", title=f"第{at}行{column}列"
                )
            )
            for column, text in enumerate(row)
        ]
        for at, row in enumerate(rows)
    ]
    for at, row in enumerate(numbers):
        problem.relate(
            Relation(f"row{at}", "identity", f"第{at}行", (weighted({**dict.fromkeys(row[:-1], ONE), row[-1]: -ONE}),))
        )
    for at, column in enumerate(zip(*numbers, strict=True)):
        problem.relate(
            Relation(
                f"column{at}", "total", f"第{at}列", (weighted({**dict.fromkeys(column[:-1], ONE), column[-1]: -ONE}),)
            )
        )
    return problem


RIGHT = [["12.34", "45.67", "58.01"], ["71.20", "8.35", "79.55"], ["83.54", "54.02", "137.56"]]


def wrong(*places: tuple[int, int, str]) -> Problem:
    rows = [list(row) for row in RIGHT]
    for at, column, text in places:
        rows[at][column] = text
    return table(rows)


def test_a_right_table_yields_nothing():
    assert diagnose(table(RIGHT)) == []


@pytest.mark.parametrize(
    "text, slip",
    [
        ("12.43", "swap"),
        ("19.34", "digit"),
        ("123.4", "shift"),
        ("123400", "unit"),
        ("-12.34", "sign"),
        ("112.34", "digit"),
    ],
)
def test_a_wrong_cell_is_named_not_its_totals(text, slip):
    (found,) = diagnose(wrong((0, 0, text)))
    assert (found.verdict, found.place, found.number) == ("named", "表1", 0)
    assert (found.value, found.slip) == (Decimal("12.34"), slip)
    assert found.relations == "row0 column0"
    assert f"应作{amount(found.likely, found.unit)}" in found.reason


def test_a_unit_is_said_with_the_printed_digits():
    problem = Problem()
    now = problem.figure(Figure("level", Decimal("133490207.94"), "元", 2, 2))
    again = problem.figure(Figure("again", Decimal("13349.02"), "元", 2, 2, role="claim", measure="level"))
    problem.relate(Relation("copy", "copy", "前后相同", (weighted({now: ONE, again: -ONE}),)))
    found = {each.number: each for each in diagnose(problem)}
    assert found[again].likely == "13349.02万元"


def test_two_errors_are_told_apart():
    found = diagnose(wrong((0, 0, "12.43"), (1, 1, "8.95")))
    assert sorted((each.number, each.verdict, str(each.value)) for each in found) == [
        (0, "named", "12.34"),
        (4, "named", "8.35"),
    ]


def test_errors_that_touch_are_told_apart():
    found = diagnose(wrong((0, 0, "17.34"), (0, 1, "46.57")))
    assert {each.number for each in found if each.verdict == "named"} == {0, 1}


def test_what_cannot_be_told_is_tied_and_has_no_likely_value():
    problem = Problem()
    one = problem.figure(Figure("one", Decimal("23.41"), decimals=2))
    two = problem.figure(Figure("two", Decimal("28.41"), decimals=2))
    problem.relate(Relation("copy", "copy", "前后相同", (weighted({one: ONE, two: -ONE}),)))
    found = diagnose(problem)
    assert [each.verdict for each in found] == ["tied", "tied"]
    assert len({each.rank for each in found}) == 1


def test_a_relation_that_may_not_apply_blames_nobody():
    problem = Problem()
    parts = [problem.figure(Figure(f"p{at}", Decimal(text), "万元", 2)) for at, text in enumerate(("312.17", "455.48"))]
    total = problem.figure(Figure("total", Decimal("923.56"), "万元", 2))
    problem.relate(Relation("sum", "total", "合计", (weighted({**dict.fromkeys(parts, ONE), total: -ONE}),)))
    assert {each.verdict for each in diagnose(problem)} == {"undetermined"}


def test_a_rate_by_the_wrong_year():
    problem = Problem()
    now = problem.figure(Figure("now", Decimal(12012), "人次", exact_decimals=0))
    then = problem.figure(Figure("then", Decimal(12581), "人次", exact_decimals=0))
    moved = variable(now) - variable(then)
    rate = problem.figure(
        Figure(
            "rate",
            Decimal("-4.74"),
            "%",
            2,
            kind="ratio",
            role="claim",
            measure="growth",
            mistaken=(("denominator", moved * constant(100) / variable(now)),),
        )
    )
    grown = constant(1) + variable(rate) / constant(100)
    problem.relate(Relation("growth", "growth", "增长率", (equation(variable(now) - variable(then) * grown),)))
    found = diagnose(problem)[0]
    assert (found.number, found.verdict, found.slip, found.likely) == (rate, "named", "denominator", "-4.52")


def test_rows_have_the_columns_of_the_contract():
    (found,) = diagnose(wrong((0, 0, "12.43")))
    assert tuple(found.row()) == COLUMNS
    assert found.row()["rank"] == "1"


@pytest.mark.parametrize(
    "printed, right, slip",
    [
        ("27.03", "7.03", "digit"),
        ("3.32", "2.32", "digit"),
        ("531.59", "531.95", "swap"),
        ("4.38", "4.39", "truncation"),
        ("443.11", "4431100", "unit"),
    ],
)
def test_origins_lead_back(printed, right, slip):
    figure = Figure("x", Decimal(printed), "万元", 2)
    assert any(origin.value == Decimal(right) and origin.slip == slip for origin in slips.origins(figure))


def test_likely_only_where_one_value_fits_or_one_slip_explains():
    figure = Figure("x", Decimal("3.32"), "比", 2, kind="ratio")
    narrow = Span(Fraction("2.30"), False, Fraction("2.33"), False)
    found = slips.read(figure, (narrow,), slips.origins(figure))
    assert (found.likely, found.only, found.slip) == (Decimal("2.32"), False, "digit")
    wide = Span(Fraction("4.10"), False, Fraction("4.90"), False)
    assert slips.read(figure, (wide,), slips.origins(figure)).likely is None


def row(indicator: str, region: str, measure: str = ""):
    return next(
        each for each in diagnoses() if (each.indicator, each.region, each.measure) == (indicator, region, measure)
    )


def test_the_sum_over_all_regions_tells_which_ratio_of_zhongwei_is_wrong():
    found = row("pension.enterprise.support_ratio", "640501")
    assert (found.verdict, found.printed, found.likely, found.slip) == ("named", "3.32", "2.32", "digit")
    assert not any(each.indicator == "pension.enterprise.contributor_ratio" for each in diagnoses())


def test_the_yearly_growth_of_the_unemployment_benefit_has_a_digit_too_many():
    found = row("unemployment.monthly_benefit", "640000", "avg_growth")
    assert (found.verdict, found.printed, found.likely, found.slip) == ("named", "27.03", "7.03", "digit")
