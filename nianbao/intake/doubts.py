"""Cells of a file that was read which do not add up with the rest of the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nianbao.audit.diagnosis.building import Builder
from nianbao.audit.diagnosis.diagnosis import Diagnosis, diagnose
from nianbao.audit.diagnosis.telling import NAMED, UNDETERMINED, WHETHER, judgement, relations_told, sentence
from nianbao.audit.explaining import Explaining
from nianbao.audit.suspects import Suspects
from nianbao.data.dataset import Dataset
from nianbao.intake.filled import Entry, Filled
from nianbao.intake.remarks import Remark


def doubts(data: Dataset, year: int, filled: Filled) -> list[Remark]:
    """A remark on each cell whose figure may be wrong, the most certain first.

    `data` are those of `year` with the file in them. Only relations that a figure of the file stands in are looked at,
    and known errata and explained differences are passed over. Where the figure that seems wrong stands elsewhere, the first cell that does not
    add up with it is named. Raises DataError where lists of the data cannot be read.
    """
    builder = Builder(data)
    entries = {
        builder.keys[series.at(year)]: entry
        for series, entry in filled.figures.items()
        if series.at(year) in builder.keys
    }
    found = Suspects(diagnose(builder.problem, entries), [], data.errata, Explaining(data).covers).open
    return list(remarks(found, builder, entries))


def remarks(found: list[Diagnosis], builder: Builder, entries: Mapping[int, Entry]) -> Iterator[Remark]:
    """The remarks on diagnoses; one of several members of a tie that stands elsewhere is named by the others."""
    at_hand = {each.rank for each in found if each.number in entries}
    relations = {relation.id: relation for relation in builder.problem.relations}
    for each in found:
        entry = entries.get(each.number)
        told = f"{each.title}{judgement_of(each)}"
        if entry is None:
            if each.rank in at_hand:
                continue
            joined = (number for name in each.relations.split() for number in relations[name].variables)
            entry = next((entries[number] for number in joined if number in entries), None)
            told = f"与别处的数合不上：{sentence(each)}"
        if entry is not None:
            yield Remark(entry.sheet, entry.place.name, entry.figure.literal, words(told, each), False, True)


def judgement_of(each: Diagnosis) -> str:
    """What is to be said of a figure whose cell shows already what is filled in."""
    if each.verdict == UNDETERMINED:
        return f"{judgement(each)}{WHETHER}"
    return f"可疑，{judgement(each)}" if each.verdict == NAMED else f"：{judgement(each)}"


def words(told: str, each: Diagnosis) -> str:
    """What is told, and the relations that do not hold."""
    return f"{told}。不合：{relations_told(each)}" if each.titles else told
