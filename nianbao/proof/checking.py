"""A document checked: its figures, what they should satisfy, and what does not hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from nianbao.audit.diagnosis.diagnosis import Diagnosis, diagnose
from nianbao.audit.diagnosis.propagation import Network
from nianbao.audit.diagnosis.search import Search
from nianbao.proof.grid import Grid, Grids
from nianbao.proof.model import Document, Figure, Paragraph, Table
from nianbao.proof.net import Net
from nianbao.proof.prose import Prose
from nianbao.proof.sentences import Reading, Said
from nianbao.proof.tables import Tables


@dataclass
class Checked:
    """What was found in a document."""

    document: Document
    figures: list[Figure] = field(default_factory=list)
    net: Net | None = None
    said: Said | None = None
    diagnoses: list[Diagnosis] = field(default_factory=list)
    #: Figures that took part in a relation.
    related: set[int] = field(default_factory=set)


def year_of(document: Document) -> int:
    """The year that a document is about: of those in its title and captions, else the most frequent one; 0 for none."""
    counts: Counter[int] = Counter()
    for at, part in enumerate(document.parts):
        text = part.text if isinstance(part, Paragraph) else part.caption
        for year in re.findall(r"((?:19|20)\d\d)\s*年", text):
            counts[int(year)] += 5 if at < 5 else 1
    if not counts:
        return 0
    most = max(counts.values())
    return max(year for year, count in counts.items() if count >= most / 2)


def check(document: Document) -> Checked:
    """Read the figures of a document and check them against each other."""
    year = year_of(document)
    reading = Reading(year)
    grids: list[Grid] = []
    maker = Grids(reading.said.figures, year)
    for part in document.parts:
        if isinstance(part, Paragraph):
            reading.paragraph(part)
        else:
            grids += maker.of(part)
            for row, column, text in told_in(part):
                words = Paragraph(part.number, text, path=part.path)
                reading.paragraph(words, row, column)
    said = reading.said
    net = Net(said.figures, names(document, said), {})
    tables = Tables(said.figures, net)
    tables.relate(grids)
    for _, own in groupby(grids, key=lambda grid: grid.table.number):
        tables.last_totals(list(own))
    Prose(document, said, net).relate()
    result = Checked(document, said.figures, net, said)
    result.diagnoses = diagnosed(net)
    result.related = {number for at, parts in enumerate(net.parts) if net.checked[at] for number in parts}
    return result


#: A cell is read as sentences where it is longer than this and has signs of them.
LONG_CELL = 25


def told_in(table: Table) -> Iterator[tuple[int, int, str]]:
    """Cells that hold sentences: row, column, text."""
    for at, row in enumerate(table.rows):
        for column, text in enumerate(row):
            if len(text) > LONG_CELL and re.search(r"[，。；]", text) and re.search(r"\d", text):
                yield at, column, text


def names(document: Document, said: Said) -> dict[int, str]:
    """What figures are called in messages."""
    result = {}
    for figure in said.figures:
        result[figure.number] = f"{figure.noun[-16:]}{figure.text}" if figure.noun else figure.text
    return result


def diagnosed(net: Net) -> list[Diagnosis]:
    """Which figures are wrong, as far as that can be told."""
    search = Search(net.problem, Network(net.problem))
    return diagnose(net.problem, None, search)
