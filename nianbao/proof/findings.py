"""What a proofreader tells: findings with their place, the words around them, what does not fit and what would."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from nianbao.audit.diagnosis.diagnosis import Diagnosis
from nianbao.audit.diagnosis.telling import NAMED, TIED, UNDETERMINED, amount, fitting_told, slip_told
from nianbao.proof.checking import Checked
from nianbao.proof.doubts import Doubts
from nianbao.proof.model import Figure, Paragraph, Spot, Table
from nianbao.proof.net import KINDS

#: How sure a finding is, in words, the surest first. A note is about words and numbers of headings.
WORDS = {NAMED: "认定有误", TIED: "几处之一有误", UNDETERMINED: "合不上，不能认定是哪一个", "note": "文字或编号"}
ORDER = {NAMED: 0, TIED: 1, UNDETERMINED: 2, "note": 3}
#: Figures that do not fit together of which one that the document marks explains it.
FEW = 6
#: Characters of the words around a figure that are quoted, before and behind it.
BEFORE, BEHIND = 28, 16


@dataclass(frozen=True)
class Finding:
    """Something that does not fit.

    place: where, in words. quote: the words around it. kind: what does not hold. printed: the suspected figure as
    printed; expected: what the others allow; low, high: the same before rounding; likely: the right value where exactly
    one can be told. verdict: `named`, `tied`, `undetermined` or `note`. reason: one sentence. spots: where its figures
    stand, the suspected ones first; suspects: how many of them are suspected. chance: how likely the first is wrong.
    figures, relations: numbers and names of what does not fit.
    """

    place: str
    quote: str
    kind: str
    printed: str
    verdict: str
    reason: str
    expected: str = ""
    low: str = ""
    high: str = ""
    likely: str = ""
    spots: tuple[Spot, ...] = ()
    suspects: int = 1
    chance: float = 0.0
    figures: tuple[int, ...] = ()
    relations: tuple[str, ...] = ()


COLUMNS = "place quote kind printed expected low high likely verdict reason".split()


def findings(checked: Checked) -> list[Finding]:
    """All findings of a document, the most certain first, but for those that it marks itself."""
    return told_of(checked).findings


class Told(NamedTuple):
    """What is told of a document: findings, and what does not fit either but is marked in the document itself."""

    findings: list[Finding]
    marked: list[Finding]


def told_of(checked: Checked) -> Told:
    """All that does not fit in a document, the most certain first."""
    told = sorted([*_of_figures(checked), *checked.notes], key=lambda each: (ORDER[each.verdict], -each.chance))
    doubts = Doubts(checked.document)
    result = Told([], [])
    for each in _once(told):
        (result.marked if _is_marked(each, doubts) else result.findings).append(each)
    return result


def _is_marked(finding: Finding, doubts: Doubts) -> bool:
    """Whether the document marks the suspected figure itself: one of those that are; where none is, one of a few."""
    suspects = finding.spots[: finding.suspects if finding.verdict == TIED else 1]
    if finding.verdict == UNDETERMINED and len(finding.spots) <= FEW:
        suspects = finding.spots
    return any(doubts.marks(spot) for spot in suspects)


def _once(told: list[Finding]) -> Iterable[Finding]:
    """Findings without those of which every relation was told before, of a figure that is blamed for it."""
    known: set[str] = set()
    for each in told:
        if each.verdict != UNDETERMINED or not each.relations or not set(each.relations) <= known:
            yield each
        known |= set(each.relations)


def _of_figures(checked: Checked) -> Iterable[Finding]:
    """One finding for each suspected figure, or for those of a tie."""
    for _, members in groupby(checked.diagnoses, key=lambda each: each.rank):
        tied = [each for each in members]
        if tied[0].verdict == TIED:
            yield _finding(checked, tied)
        else:
            for each in tied:
                yield _finding(checked, [each])


def _finding(checked: Checked, members: list[Diagnosis]) -> Finding:
    """The finding of one suspected figure, or of several of which one is wrong."""
    first = members[0]
    net = checked.net
    assert net is not None
    numbers = {at: number for number, at in net.variables.items()}
    suspects = [numbers[each.number] for each in members if each.number in numbers]
    names = {name for each in members for name in each.relations.split()}
    relations = [at for at, each in enumerate(net.problem.relations) if each.id in names]
    others = [number for at in relations for number in net.parts[at] if number not in suspects]
    kind = next((KINDS.get(net.problem.relations[at].kind, "") for at in relations), "")
    figures = tuple(dict.fromkeys([*suspects, *others]))
    if first.verdict == NAMED and first.slip != "unit" and _only_sum(checked, relations, suspects):
        first = replace(first, verdict=UNDETERMINED)
        members = [first]
    figure = checked.figures[figures[0]] if figures else None
    return Finding(
        place=place_of(checked, figure) if figure else "",
        quote=quote_of(checked, figure) if figure else "",
        kind=kind,
        printed=figure.text if figure else "",
        verdict=first.verdict,
        reason=_reason(checked, members, figures),
        expected=fitting_told(first) if first.verdict != UNDETERMINED else "",
        low=first.low,
        high=first.high,
        likely=_shown(first, first.likely) if first.likely else "",
        spots=tuple(checked.figures[number].spot for number in figures),
        suspects=max(1, len(suspects)),
        chance=first.chance,
        figures=figures,
        relations=tuple(sorted(names)),
    )


def _only_sum(checked: Checked, relations: list[int], suspects: list[int]) -> bool:
    """Whether a figure is suspected by one sum alone, of which other members are confirmed by nothing else either."""
    net = checked.net
    assert net is not None
    if len(relations) != 1 or net.problem.relations[relations[0]].kind not in {"total", "formula"}:
        return False
    others = [number for number in net.parts[relations[0]] if number not in suspects]
    return any(len(net.problem.touching[net.at(number)]) < 2 for number in others)


def _shown(each: Diagnosis, likely: str) -> str:
    return amount(likely, each.unit)


def _reason(checked: Checked, members: list[Diagnosis], figures: tuple[int, ...]) -> str:
    """What does not fit and what would, in one sentence."""
    first = members[0]
    titles = list(dict.fromkeys(title for each in members for title in each.titles))
    relations = "；".join(titles[:3]) + (f"等{len(titles)}项" if len(titles) > 3 else "")
    if first.verdict == UNDETERMINED:
        lacking = f"（{first.lacking}）" if first.lacking else ""
        maybe = ""
        if first.slip and fitting_told(first):
            maybe = f"；若错在{first.title}，其余各数只容{fitting_told(first)}"
        return f"{relations}：两边不等，或数有误，或漏列一项，或口径不同{lacking}{maybe}"
    told = []
    for each in members:
        slip = f"，似是{slip_told(each)}" if slip_told(each) else ""
        if each.likely:
            told.append(f"{each.title}应作{_shown(each, each.likely)}{slip}")
        elif fitting_told(each):
            told.append(f"{each.title}：其余各数只容{fitting_told(each)}{slip}")
        else:
            told.append(f"{each.title}：其余各数都容不下它{slip}")
    either = "，或".join(told) if first.verdict == TIED else told[0]
    return f"{either}。不合：{relations}"


# -- places -------------------------------------------------------------------------------------------------------
def place_of(checked: Checked, figure: Figure) -> str:
    """Where a figure stands, for somebody who looks for it."""
    return place_of_spot(checked, figure.spot)


def place_of_spot(checked: Checked, spot: Spot) -> str:
    """Where something stands: page or line, heading, table, row and column."""
    document = checked.document
    part = document.parts[spot.part]
    file = f"{document.begins[document.which(spot.part)][0]}，" if document.begins else ""
    at = f"第{part.page}页" if part.page else f"第{part.line}行" if part.line else f"第{spot.part + 1}段"
    where = f"{file}{at}"
    heading = re.sub(r"\s", "", part.path[-1])[:24] if part.path else ""
    if isinstance(part, Table) and part.is_drawing:
        caption = re.sub(r"\s+", " ", part.caption)[:40]
        return f"{where}，{caption}，图中"
    if isinstance(part, Table):
        caption = re.sub(r"\s+", "", part.caption)[:40] or (f"{heading}的表" if heading else "表")
        return f"{where}，{caption}，第{spot.row + 1}行第{spot.column + 1}列"
    return f"{where}{f'，{heading}' if heading else ''}"


def quote_of(checked: Checked, figure: Figure) -> str:
    """The words around a figure, with the figure between 【 and 】."""
    part = checked.document.parts[figure.spot.part]
    start, end = figure.spot.start, figure.spot.end
    if isinstance(part, Paragraph):
        text = part.text
    else:
        text = part.rows[figure.spot.row][figure.spot.column]
        if len(text) < 20:
            row = [cell for cell in part.rows[figure.spot.row][: figure.spot.column] if cell]
            return f"{' '.join(row)[-BEFORE:]} 【{text}】".strip()
    before = text[max(0, start - BEFORE) : start]
    return re.sub(r"\s+", "", f"{before}【{text[start:end]}】{text[end : end + BEHIND]}")


def coverage(checked: Checked) -> tuple[int, int]:
    """Figures that took part in at least one relation, and all figures of the document."""
    return len(checked.related), len(checked.figures)
