"""Diagnoses: which printed figures are wrong, how sure that is, and what they should have been.

**Verdicts.** A figure is `named` where the explanations with it outweigh all others together clearly (`NAMED`), and
something speaks for it besides arithmetic: a slip that leads from what the rest allows to what is printed, or that it
is itself the derived figure, or that it reconciles two conflicts at once. Otherwise the figures of the explanations
that compete are `tied`; where they are too many, or where the relation itself may not apply (a line missing from a
list, another definition), it is `undetermined`.

**The likely value.** Given where exactly one printable value lies in what the rest allows. Where several do (up to a
dozen), given only if the figure is named and one of them leads to the printed digits by a slip that is far likelier
than all that the others offer (nine tenths of the whole, `slips.SURE`): 3.32 printed, 2.30 to 2.33 allowed, is 2.32
with one digit wrong. Blank in every other case, and where it is made of just what a sum nearby lacks: then a line is
missing there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import inf
from typing import Any

from nianbao.audit.diagnosis.problem import Figure, Problem, subject
from nianbao.audit.diagnosis.propagation import DOUBTFUL, Conflict
from nianbao.audit.diagnosis.search import Explanation, Group, Search
from nianbao.audit.diagnosis.slips import Reading
from nianbao.audit.diagnosis.spans import Span, decimals_of, round_half_up
from nianbao.audit.diagnosis.telling import COLUMNS, Diagnosis, amount

#: Chance from which a figure is named; chance below which it is not worth a line, also as a part of that of the
#: first; most lines of a tie.
NAMED = 0.85
WORTH = 0.03
BESIDE = 0.12
MOST = 8
#: Units that differ by powers of ten.
UNITS = (("元", "万元", "亿元"), ("人", "万人", "亿人"), ("人次", "万人次", "亿人次"), ("件", "万件", "亿件"))


def diagnose(problem: Problem, near: Iterable[int] | None = None, search: Search | None = None) -> list[Diagnosis]:
    """Diagnoses of all that does not hold together, the most certain first.

    near: numbers of the figures to whose relations the search for contradictions is kept; all where not given.
    """
    search = search or Search(problem)
    found = [_of_group(search, group) for group in search.groups(near)]
    order = {"named": 0, "tied": 1, "undetermined": 2}
    blocks = sorted(
        (block for blocks in found for block in blocks),
        key=lambda block: (order[block[0].verdict], -block[0].chance, block[0].document, block[0].place),
    )
    for rank, block in enumerate(blocks, 1):
        for each in block:
            each.rank = rank
    return [each for block in blocks for each in block]


def _of_group(search: Search, group: Group) -> list[list[Diagnosis]]:
    """The diagnoses of a group of conflicts: a block for each named figure, one for all that are tied."""
    chances = group.chances()
    if not group.explanations:
        return [[_undetermined(search, group, conflict.relations, 0.0)] for conflict in group.conflicts]
    best = group.explanations[0]
    blocks = []
    named = set()
    for number in sorted(best.figures, key=lambda each: -chances[each]):
        if chances[number] >= NAMED and _speaks(search, group, best, number):
            named.add(number)
            blocks.append([_line(search, group, number, "named", chances[number], [])])
    settled = set(named)
    for members in _doubts(search, best, chances):
        settled |= set(members)
        relations = [search.network.doubted(number) for number in members]
        blocks.append([_undetermined(search, group, relations, chances[members[0]])])
    open_conflicts = [each for each in group.conflicts if not each.figures & settled]
    rivals = [
        number
        for number, chance in chances.items()
        if number not in settled
        and chance >= WORTH
        and search.network.doubted(number) is None
        and (number in best.figures or any(number in each.figures for each in open_conflicts))
    ]
    for rest in _joined(rivals, open_conflicts, chances):
        if len(rest) > 1 and len(rest) <= MOST:
            names = [search.problem.printed(number) for number in rest]
            blocks.append([_line(search, group, number, "tied", chances[number], names) for number in rest])
        else:
            blocks.append([_line(search, group, number, "undetermined", chances[number], []) for number in rest[:MOST]])
    left = [each for each in open_conflicts if not each.figures & set(rivals)]
    if left:
        relations = sorted({at for each in left for at in each.relations})
        blocks.append([_undetermined(search, group, relations, 0.0)])
    return blocks


def _joined(rivals: list[int], conflicts: list[Conflict], chances: dict[int, float]) -> list[list[int]]:
    """Rivals in parts that share conflicts, the likeliest first; without those far behind the first of their part."""
    parts: list[tuple[set[int], set[int]]] = []  # figures, and the conflicts they are in
    for number in rivals:
        figures, inside = {number}, {at for at, each in enumerate(conflicts) if number in each.figures}
        apart = []
        for other_figures, other_inside in parts:
            if other_inside & inside:
                figures |= other_figures
                inside |= other_inside
            else:
                apart.append((other_figures, other_inside))
        parts = [*apart, (figures, inside)]
    result = []
    for figures, _ in parts:
        ranked = sorted(figures, key=lambda number: (-chances[number], number))
        result.append([number for number in ranked if chances[number] >= BESIDE * chances[ranked[0]]])
    return sorted(result, key=lambda ranked: -chances[ranked[0]])


def _doubts(search: Search, best: Explanation, chances: dict[int, float]) -> list[list[int]]:
    """The relations that more likely than not do not apply, those together that lack the same line."""
    doubts = [
        number
        for number in sorted(best.figures)
        if search.network.doubted(number) is not None and chances[number] >= 0.5
    ]
    result: list[list[int]] = []
    for number in doubts:
        twin = next((members for members in result if search.same_gap(members[0], number)), None)
        if twin is None:
            result.append([number])
        else:
            twin.append(number)
    return result


def _speaks(search: Search, group: Group, best: Explanation, number: int) -> bool:
    """Whether something besides arithmetic speaks for a figure being the wrong one."""
    if search.network.doubted(number) is not None:
        return False
    figure = search.problem.printed(number)
    conflicts = sum(number in each.figures for each in group.conflicts)
    return bool(_reading(group, number).slip) or figure.role == "claim" or conflicts > 1


def _reading(group: Group, number: int) -> Reading:
    """How a figure may have slipped, by the best explanation it is in."""
    return next(each.readings[number] for each in group.explanations if number in each.figures)


def _allowed(group: Group, number: int) -> tuple[Span, ...]:
    return next(each.allowed[number] for each in group.explanations if number in each.figures)


def ends(figure: Figure, allowed: tuple[Span, ...]) -> tuple[Fraction | float, Fraction | float]:
    """The numbers that the rest allows a figure: least and greatest, without the half units of its own rounding."""
    low, high = min(piece.low for piece in allowed), max(piece.high for piece in allowed)
    if high - low > 2 * figure.half:
        return low + figure.half, high - figure.half
    middle = (low + high) / 2
    return middle, middle


def _text(value: Fraction | float, decimals: int) -> str:
    """An end of what is allowed: with two decimals more than the figure has where they are needed."""
    if value in (inf, -inf):
        return ""
    text = f"{round_half_up(Fraction(value), decimals + 2):f}"
    needless = len(text) - len(text.rstrip("0"))
    return text[: len(text) - min(2, needless)].rstrip(".")


def fitting(figure: Figure, allowed: tuple[Span, ...]) -> tuple[tuple[str, str], ...]:
    """First and last of the values that each piece allows, as they would be printed; none where one is unbounded."""
    found: dict[tuple[str, str], None] = {}
    decimals = figure.cell_decimals
    for piece in sorted(allowed, key=lambda each: each.low):
        if not piece.finite:
            return ()
        size = 10**decimals
        first, last = -(-piece.low * size // 1), piece.high * size // 1
        first += not piece.holds(Fraction(first, size))
        last -= not piece.holds(Fraction(last, size))
        if first <= last:
            begin, end = (f"{Decimal(int(at)).scaleb(-decimals):f}" for at in (first, last))
            found[begin, end] = None
    return tuple(found)


def likely_text(figure: Figure, reading: Reading) -> str:
    """The likely value as it would be printed; where only the unit is wrong, the printed digits with the right unit."""
    if reading.likely is None:
        return ""
    if reading.slip == "unit":
        for units in UNITS:
            for places in (4, -4, 8, -8):
                at = units.index(figure.unit) + places // 4 if figure.unit in units else -1
                if 0 <= at < len(units) and figure.value.scaleb(places) == reading.likely:
                    return f"{figure.value:f}{units[at]}"
    decimals = max(decimals_of(reading.likely), min(figure.printed_decimals, figure.cell_decimals))
    return f"{round_half_up(Fraction(reading.likely), decimals):f}"


def _line(search: Search, group: Group, number: int, verdict: str, chance: float, rivals: list[Figure]) -> Diagnosis:
    """The row of a suspected figure."""
    figure: Figure = search.problem.printed(number)
    reading = _reading(group, number)
    allowed = _allowed(group, number)
    from_gap = False
    if verdict != "named" and not reading.only:
        reading = Reading(reading.cost, reading.slip, None, False)
    if reading.likely is not None and _from_gap(search, figure.value, reading.likely):
        reading = Reading(reading.cost, reading.slip, None, False)
        from_gap = True
    low, high = ends(figure, allowed)
    touched = [at for each in group.conflicts if number in each.figures for at in sorted(each.relations)]
    relations = [search.problem.relations[at] for at in dict.fromkeys(touched)]
    return Diagnosis(
        rank=0,
        verdict=verdict,
        printed=figure.literal or f"{figure.value:f}",
        likely=likely_text(figure, reading),
        low=_text(low, figure.cell_decimals),
        high=_text(high, figure.cell_decimals),
        slip=reading.slip,
        relations=" ".join(each.id for each in relations),
        chance=chance,
        number=number,
        value=reading.likely,
        only=reading.only,
        fitting=() if figure.kind == "list" else fitting(figure, allowed),
        titles=tuple(each.title for each in relations),
        rivals=tuple(each.title for each in rivals if each is not figure),
        from_gap=from_gap,
        is_list=figure.kind == "list",
        **_about(figure),
    )


def _about(figure: Figure) -> dict[str, Any]:
    """What a diagnosis says of the figure itself."""
    return {
        "document": figure.document,
        "place": figure.place,
        "indicator": figure.indicator,
        "region": figure.region,
        "year": figure.year,
        "measure": figure.measure,
        "base": figure.base,
        "title": figure.title,
        "unit": figure.unit,
    }


def _from_gap(search: Search, printed: Decimal, likely: Decimal) -> bool:
    """Whether a likely value comes only of what a sum lacks that misses a line: then it is not to be trusted."""
    gaps = [search.gaps[number] for number in search.missing if number in search.gaps]
    sizes = (abs(float(likely)), abs(float(likely - printed)))
    return any(abs(size - lacking) <= width + 1e-9 * lacking for _, _, lacking, width in gaps for size in sizes)


def _undetermined(search: Search, group: Group, relations: Iterable[int], chance: float) -> Diagnosis:
    """The row of relations that do not hold, where no figure can be blamed."""
    chosen_numbers = sorted(relations)
    chosen = [search.problem.relations[at] for at in chosen_numbers]
    doubtful = [each for each in chosen if each.kind in DOUBTFUL]
    subjects = [subject(search.problem, each) for each in (*doubtful, *chosen)]
    number = next((each for each in subjects if search.problem.is_figure(each)), subjects[0])
    lacking = ""
    doubts = [search.network.doubt(each) for each in chosen_numbers]
    missing = [search.missing[doubt] for doubt in doubts if doubt in search.missing]
    if missing and chance >= 0.5:
        other = search.problem.printed(missing[0])
        size = amount(f"{other.value:f}", other.unit)
        lacking = f"所差恰为{other.place}所印的{other.title}（{size}），此处似漏列了这一行"
    found = Diagnosis(
        rank=0,
        verdict="undetermined",
        slip="omission" if lacking else "",
        relations=" ".join(each.id for each in chosen),
        chance=chance,
        titles=tuple(each.title for each in chosen),
        lacking=lacking,
    )
    if not search.problem.is_figure(number):
        return found
    figure = search.problem.printed(number)
    printed = figure.literal or f"{figure.value:f}"
    return replace(found, number=number, printed=printed, is_list=figure.kind == "list", **_about(figure))


__all__ = ["COLUMNS", "Diagnosis", "diagnose"]
