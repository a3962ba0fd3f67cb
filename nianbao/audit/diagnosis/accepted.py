"""Errata are accepted diagnoses: does each agree with the diagnosis, or say why a person decided otherwise?

An erratum agrees where

- the figure it calls wrong is `named`, and the likely value is that of the diagnosis;
- the figures it calls wrong are among those that are `tied`, or none is told where figures are tied, and the likely
  value is left blank, as another figure may be wrong in its place;
- no figure can be told (`undetermined`): it is about the relation, and the likely value is blank;
- words are compared with words (`label`): the likely ones are those the document prints elsewhere, or blank.

In every other case a person has decided, and the erratum says why (`decided`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation

from nianbao.audit.checks import CLAIM, FORMULA, LABEL, PART, TOTAL
from nianbao.audit.diagnosis.diagnosis import Diagnosis
from nianbao.audit.diagnosis.problem import Problem
from nianbao.audit.findings import Finding
from nianbao.data.documents import Erratum

NAMED = "named"
TIED = "tied"
#: Kinds of checks that are about one figure, which is the one to blame where an erratum names no other.
OF_A_FIGURE = (CLAIM, FORMULA, TOTAL, PART)


def accused(erratum: Erratum) -> list[str]:
    """The figures an erratum calls wrong, as the problem of diagnosis names them; none where it only tells a relation.

    A total that two checks find, and a relation beside it, are about that total.
    """
    if erratum.figures:
        return list(erratum.figures)
    found = []
    for check in erratum.checks:
        kind, _, rest = check.partition(":")
        if kind in OF_A_FIGURE:
            found.append(check if kind == CLAIM else rest)
    return found


def disagreements(
    errata: Iterable[Erratum],
    diagnoses: Iterable[Diagnosis],
    problem: Problem,
    findings: Mapping[str, Finding],
) -> Iterator[str]:
    """Sentences on the errata that neither agree with the diagnosis nor say why a person decided otherwise.

    errata: each once. diagnoses: of the `problem`, without the errata in mind. findings: by check, for what words
    should be.
    """
    told = list(diagnoses)
    by_figure = {problem.variables[each.number].id: each for each in told if each.number >= 0}
    by_relation: dict[str, Diagnosis] = {}
    for each in told:
        for relation in each.relations.split():
            by_relation.setdefault(relation, each)
    for erratum in errata:
        if erratum.decided:
            continue
        if erratum.checks[0].startswith(f"{LABEL}:"):
            wrong = of_words(erratum, findings)
        elif accused(erratum):
            wrong = of_figures(erratum, by_figure, by_relation)
        else:
            wrong = of_relation(erratum, by_relation)
        if wrong:
            yield f"{erratum.place}（{erratum.checks[0]}）：{wrong}"


def of_words(erratum: Erratum, findings: Mapping[str, Finding]) -> str:
    """What is wrong with an erratum of words; empty where nothing is."""
    wanted = findings[erratum.checks[0]].recomputed
    if erratum.likely in {"", wanted}:
        return ""
    return f"应作“{erratum.likely}”，而原文别处所印或编号所需为“{wanted or '（不止一种）'}”"


def of_figures(erratum: Erratum, by_figure: Mapping[str, Diagnosis], by_relation: Mapping[str, Diagnosis]) -> str:
    """What is wrong with an erratum that calls figures wrong; empty where nothing is."""
    ranks = set()
    for figure in accused(erratum):
        found = by_figure.get(figure)
        if found is None:
            undetermined = not erratum.likely and not erratum.figures
            if undetermined and of_relation(erratum, by_relation) == "":
                continue
            return f"诊断没有指“{figure}”"
        if found.verdict == NAMED and not alike(erratum.likely, found.likely):
            return f"可能的正数“{erratum.likely}”不同于诊断的“{found.likely}”"
        if found.verdict != NAMED and erratum.likely:
            return f"诊断不能定（{found.verdict}），可能的正数应空着"
        if found.verdict == TIED:
            ranks.add(found.rank)
    return "所指各数不在同一组并列的数之中" if len(ranks) > 1 else ""


def of_relation(erratum: Erratum, by_relation: Mapping[str, Diagnosis]) -> str:
    """What is wrong with an erratum that tells no figure; empty where nothing is."""
    for check in erratum.checks:
        found = by_relation.get(check) or by_relation.get(check.removeprefix(f"{CLAIM}:"))
        if found is None:
            return "诊断没有提到这项关系"
        if found.verdict == NAMED:
            return f"诊断认定错在{found.place}的{found.printed}，勘误没有指它"
    return "没有指明哪个数，可能的正数应空着" if erratum.likely else ""


def alike(one: str, other: str) -> bool:
    """Whether two likely values are the same, perhaps with other zeros at their end (6.1 and 6.10)."""
    if one == other:
        return True
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False
