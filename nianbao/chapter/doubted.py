"""How a doubt about a figure is told: in a word for a column, in words for a drawing, in notes below a chart.

A figure bears a mark where a known erratum is about it, or where it follows from such a figure. To accuse a right
figure in public is worse than silence: where an erratum does not say which of several figures is wrong, none of them is
called wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nianbao.analysis.doubt import bound
from nianbao.chapter.published import OTHER_PRINTING, follows, reason_of
from nianbao.chapter.record import Fact
from nianbao.data.documents import Erratum
from nianbao.figures.quantity import Quantity

#: Words for a doubt: the figure is called wrong; it is one of several of which one is wrong, or follows from such a
#: one; the figure holds, and another printing of it is wrong; the book prints the right one in place of a wrong one.
WRONG = "存疑"
INVOLVED = "涉及存疑数据"
ELSEWHERE = "另一处印法有误"
CORRECTED = "原文印错，书中已改"
#: The sign of a doubt in notes; drawings have the same (`nianbao.charts.DOUBT`), and load much more.
SIGN = "※"
#: Those that say that a figure itself may not be right.
DOUBTS = frozenset({WRONG, INVOLVED})

Errata = Mapping[str, Erratum]


def word_of(about: Quantity | Fact, errata: Errata) -> str:
    """What a doubt about a figure is called in a word; nothing where there is none."""
    if not about.mark:
        return ""
    if follows(about.note):
        return INVOLVED
    if about.mark.startswith(OTHER_PRINTING):
        return ELSEWHERE
    erratum = errata.get(about.mark)
    if erratum is not None and is_corrected(erratum):
        return CORRECTED
    return INVOLVED if erratum is not None and is_open(about.mark, erratum) else WRONG


def is_corrected(erratum: Erratum) -> bool:
    """Whether the book prints the right figure in place of the wrong one."""
    return erratum.show == "recomputed" and bool(erratum.likely)


def is_open(check: str, erratum: Erratum) -> bool:
    """Whether an erratum does not tell which figure is wrong: it names several or none, and no right value."""
    if erratum.likely:
        return False
    return len(erratum.figures) > 1 or bound(check, erratum) is not None


def is_disputed(quantity: Quantity, errata: Errata) -> bool:
    """Whether a doubt about a figure could be of any size, so that nothing can be said of how it moved.

    Not where another printing of it is wrong, and not where an erratum says how much is missing from a whole.
    """
    erratum = errata.get(quantity.mark)
    if erratum is None or quantity.mark.startswith(OTHER_PRINTING) or is_corrected(erratum):
        return False
    return bound(quantity.mark, erratum) is None


def notes_on(named: Iterable[tuple[str, Quantity]], errata: Errata) -> list[str]:
    """Notes below a drawing on its marked figures, each with its name; what is to be said of several is said once."""
    names: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for name, quantity in named:
        if quantity.mark:
            reason = reason_of(quantity.note)
            names.setdefault(reason, []).append(name)
            word = word_of(quantity, errata)
            words[reason] = word if word == WRONG else words.get(reason, word)
    return [f"{SIGN}　{'、'.join(dict.fromkeys(each))}（{words[reason]}）：{reason}" for reason, each in names.items()]
