"""Figures that a chapter computes beside those it looks up: sums, reprints, formulas filled in, rankings."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from nianbao.audit.rules import claims
from nianbao.chapter import pooling
from nianbao.chapter.figure import Figure
from nianbao.chapter.material import Material
from nianbao.chapter.phrases import TIED, is_nothing
from nianbao.chapter.pooling import CURRENT
from nianbao.chapter.printer import HOLE, said
from nianbao.chapter.texts import notes
from nianbao.data import formulas
from nianbao.data.schema import FILLED
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import decimals_of, round_half_up

#: Signs of formulas, and how readers know them.
SIGNS = {" * ": " × ", " / ": " ÷ ", " + ": " ＋ ", " - ": " － "}
#: The numbers of ranks in words.
NUMERALS = "零一二三四五六七八九十"
#: Names of what is left over of a whole.
RESTS = ("其余", "其他")
#: Decimals to which a formula is worked out beside what is printed.
WORKED_OUT = 4


def cell(material: Material, figure: Figure) -> str | Quantity | None:
    """A table cell: the figure, a blank as it was printed, or None for what is not published.

    What the bureau filled in as blank, in whatever way, was not printed anywhere: there is no figure.
    """
    seen = material.data.observations.get(figure.key)
    if seen is None or seen.value is not None:
        return figure.quantity
    document = material.data.catalogue.documents.get(seen.source.document)
    return None if document and document.origin == FILLED else seen.literal


def top(material: Material, figure: Figure, count: int, highest: bool = True) -> str:
    """Names of the `count` regions with the highest (lowest) values, ties included and said; a hole when unknown.

    `甲市，乙市和丙市并列第二，丁市第四`: where all regions are level there is no order, and the hole stands for it.
    """
    codes = claims.ranking(material.audit.context, figure.indicator, figure.year, highest)
    if not codes:
        return HOLE
    values = {code: exact(figure.of(code)) for code in codes}
    last = values[codes[min(count, len(codes)) - 1]]
    chosen = codes[:count] + [code for code in codes[count:] if values[code] == last]
    if len(set(values.values())) == 1 and len(codes) > 1:
        return HOLE
    names = {code: figure.of(code).item for code in chosen}
    groups = [[names[code] for code in group] for _, group in groupby(chosen, key=values.__getitem__)]
    return in_order(groups)


def in_order(groups: Sequence[Sequence[str]]) -> str:
    """Names in their order, those of one group level with each other; ranks are said from the first tie on."""
    said = ""
    rank = 1
    for group in groups:
        tied = len(group) > 1
        behind_ties = TIED in said
        place = f"第{NUMERALS[rank]}" if rank < len(NUMERALS) else f"第{rank}"
        if said:
            said += "，" if tied or behind_ties else "、"
        if tied:
            said += f"{'、'.join(group[:-1])}和{group[-1]}{TIED}{place}"
        else:
            said += group[0] + (place if behind_ties else "")
        rank += len(group)
    return said


def exact(figure: Figure) -> Fraction:
    """The value of a figure that is known."""
    quantity = figure.quantity
    assert quantity is not None  # only what is known is ranked
    return quantity.exact


def reprinted(material: Material, figure: Figure) -> Quantity | None:
    """The figure as documents print it elsewhere in another unit or with another value; None if they do not."""
    now = figure.quantity
    if now is None:
        return None
    for claim in material.audit.derive.claims("level", figure.key):
        if (claim.value, claim.unit) != (now.value, now.unit):
            name = now.id.printed_in(claim.source)
            return Quantity.printed(name, now.name, claim.value, claim.unit, source=claim.source, place=claim.place)
    return None


def whole_sum(material: Material, figures: Sequence[Figure], region: str = "") -> Quantity | None:
    """The sum of figures, as a figure of `region`; None where one of them is unknown."""
    return sum_of(material, figures, region) if all(each.known for each in figures) else None


def sum_of(material: Material, figures: Sequence[Figure], region: str = "") -> Quantity | None:
    """The sum of those figures that are known, as a figure of `region`; None where none is.

    For parts of which a blank cell says that there is nothing of them.
    """
    known = [quantity for each in figures if (quantity := each.quantity)]
    if not known:
        return None
    about = figures[0].about
    codes = "+".join(each.code for each in figures)
    total = sum((each.exact for each in known), Fraction(0))
    summed = Quantity(
        FigureId.level(figures[0].indicator, region or codes, material.year),
        f"{material.year}年{about.name}（分项之和）",
        round_half_up(total, max(decimals_of(each.value) for each in known)),
        about.unit,
        sum((each.interval for each in known[1:]), known[0].interval),
        total,
        "E",
        "各分项之和",
        tuple(known),
        expression=" + ".join(f"${at}" for at in range(1, len(known) + 1)),
    )
    return figures[0].published.doubted(summed, ((each.mark, each.note) for each in known))


def recomputed(material: Material, figure: Figure) -> Quantity | None:
    """What the figure's formula gives, to set beside what is printed; None without a formula or an input."""
    quantity = figure.published.by_formula(figure.key)
    if quantity is None:
        return None
    value = round_half_up(quantity.exact, WORKED_OUT)
    whole = value == value.to_integral()
    shown = value.quantize(Decimal(1)) if whole else value.normalize()
    return replace(quantity, id=replace(quantity.id, by_formula=True), value=shown)


def working(material: Material, figure: Figure) -> str | None:
    """The figure's formula with its numbers filled in, as `2台 × 5万元/台`; None where one is unknown."""
    rule = material.data.formula(figure.key)
    places = formulas.places(rule, figure.code, figure.year) if rule else []
    terms = [material.figures(*place).quantity for place in places]
    if not terms or None in terms:
        return None
    for sign, shown in SIGNS.items():
        rule = rule.replace(sign, shown)
    texts = map(said, terms)
    return formulas.TERM.sub(lambda _: next(texts), rule)


def share_of(material: Material, whole: Figure) -> Callable[[Figure], Quantity | None]:
    """A table column: the row's percentage of `whole`."""
    return lambda row: material.figures(whole.indicator, row.code).share(whole)


def pooled(material: Material, indicators: Sequence[str]) -> str:
    """A note on a table of a fund that is kept in one place: the balance of the others is none of the fund.

    `indicators`: those of the table. In the words of the list `remarks` (`enterprise_pool`) where it has any. Empty
    where the table has no balances of the year, and where the fund's income is not taken in at one place almost alone.
    """
    fund = next((code.removesuffix(CURRENT) for code in indicators if code.endswith(CURRENT)), "")
    if not fund:
        return ""
    own = notes(material, [f"{fund.rpartition('.')[2]}_pool"])
    if own:
        return own[0]
    if f"{fund}.income" not in material.data.catalogue.indicators:
        return ""
    place = material.figures.published.pools.keeper(fund, material.year)
    return pooling.sentence(material.data, place) if place else ""


def components(material: Material, prefix: str, *strip: str) -> dict[str, Figure]:
    """Figures of the indicators directly below `prefix`, by their names without the words in `strip`.

    What is left over of a whole is not one of them where there is nothing of it.
    """
    found = {
        re.sub("|".join(strip), "", about.name): material.figures(code)
        for code, about in material.data.catalogue.indicators.items()
        if code.rpartition(".")[0] == prefix
    }
    return {name: each for name, each in found.items() if name not in RESTS or not is_nothing(each)}
