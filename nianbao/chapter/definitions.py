"""Figures of earlier years that were printed by another definition than the indicator has.

An erratum says of such a figure that it does not follow from the indicator's formula, and that it is printed as it
stands all the same. A later year whose figure does follow from the formula is compared with what the formula gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from nianbao.audit.checks import FORMULA
from nianbao.chapter.figure import Figure
from nianbao.data.csvfiles import NUMBER
from nianbao.figures.derivation import CHANGE, MOVED_POINTS
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import PERCENT, POINTS, decimals_of, round_half_up


def by_definition(figure: Figure) -> Quantity | None:
    """What a figure's formula gives, in the decimals that are printed, where a known erratum says that it differs.

    None where the figure follows from its formula, where the book already prints what the formula gives, and where a
    figure is shown in another unit than its own.
    """
    found = figure.published.mark(figure.key)
    printed = figure.quantity
    if found is None or printed is None or figure.unit or not found.check.startswith(f"{FORMULA}:"):
        return None
    rule = figure.published.by_formula(figure.key)
    if rule is None or figure.data.errata[found.check].show != "published":
        return None
    value = round_half_up(rule.exact, decimals_of(printed.value))
    return None if value == printed.value else replace(rule, id=replace(rule.id, by_formula=True), value=value)


def of_one_definition(figure: Figure, base: int) -> tuple[Quantity, Quantity] | None:
    """The base by the definition that the figure follows, and the change since; None where nothing has to be said.

    It has to where the base was printed by another definition, and the figure itself was not.
    """
    now = figure.quantity
    then = by_definition(figure.at(base))
    if now is None or then is None or by_definition(figure) is not None:
        return None
    points = figure.about.unit == PERCENT
    exact = now.exact - then.exact
    change = Quantity(
        FigureId(figure.key, MOVED_POINTS if points else CHANGE, str(base), by_formula=True),
        f"{now.name}较{base}年增减（按同一定义）",
        round_half_up(exact, max(decimals_of(now.value), decimals_of(then.value))),
        POINTS if points else now.unit,
        now.interval - then.interval,
        exact,
        formula=f"{figure.year}年 − {base}年按同一定义算得的数",
        inputs=(now, then),
        expression="$1 - $2",
    )
    return then, change


def is_wrong(figure: Figure) -> bool:
    """Whether a known erratum says which number should stand in place of a figure that is printed as it stands."""
    found = figure.published.mark(figure.key)
    if found is None:
        return False
    erratum = figure.data.errata[found.check]
    printed = figure.quantity
    likely = erratum.likely.replace(",", "")
    return (
        erratum.show == "published"
        and printed is not None
        and NUMBER.fullmatch(likely) is not None
        and Decimal(likely) != printed.value
    )


def note_on_definitions(named: Iterable[tuple[str, Figure]], years: Iterable[int]) -> str:
    """A note on the figures of a chart, each with its name, that other years cannot be compared with.

    `years`: the years before the last one that are drawn. Empty where there are none of that kind.
    """
    told = []
    years = list(years)
    for name, figure in named:
        for year in years:
            found = of_one_definition(figure, year)
            printed = figure.at(year).quantity
            if found and printed:
                unit = figure.about.unit
                told.append(f"{name}{year}年所印{printed.text}{unit}口径不同，按同一定义为{found[0].text}{unit}")
    return f"{'；'.join(told)}。" if told else ""
