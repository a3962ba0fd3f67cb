"""Items that had a figure last year and have none this year: budget subjects that are no longer planned."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nianbao.chapter.figure import Figure
from nianbao.chapter.material import Material


def ended(figure: Figure) -> list[Figure]:
    """This year's figures, all unknown, of the items of which something was printed last year and nothing now."""
    before = figure.at(figure.year - 1)
    listed = set(figure.codes)
    gone = [figure.of(each.code) for each in before.items if each.code not in listed]
    return [each for each in gone if not each.known and has_amount(each.at(each.year - 1))]


def has_amount(figure: Figure) -> bool:
    """Whether a figure is known and not zero."""
    return figure.known and not figure.is_zero


def directly_below(figure: Figure) -> list[Figure]:
    """The items of `ended` whose parent is the item of the figure."""
    items = figure.data.catalogue.codelists[figure.about.dimension]
    return [each for each in ended(figure) if items[each.code].parent == figure.code]


def lowest(figure: Figure) -> list[Figure]:
    """Those of the items of `ended` that no other of them is a part of."""
    found = ended(figure)
    items = figure.data.catalogue.codelists[figure.about.dimension]
    wholes = {items[each.code].parent for each in found}
    return [each for each in found if each.code not in wholes]


def note_on_ended(figure: Figure, codes: Collection[str]) -> str:
    """A note on the rows of a table that have last year's figure only; nothing where there are none."""
    named = [f"{each.item}（{each.code}）" for each in lowest(figure) if each.code in codes]
    return f"只有上年数、本年不再安排：{'、'.join(named)}。" if named else ""


def listed_with(material: Material, figure: Figure, codes: Sequence[str], years: Sequence[int]) -> list[str]:
    """The `codes` of the rows of a table that compares `years`, with those of items that ended, in order."""
    if material.year - 1 not in years:
        return list(codes)
    gone = [each.code for each in ended(figure) if each.code not in codes]
    if not gone:
        return list(codes)
    order = list(figure.data.catalogue.codelists[figure.about.dimension])
    return sorted({*codes, *gone}, key=order.index)
