"""A document checked: its figures, what they should satisfy, and what does not hold."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from nianbao.audit.diagnosis.diagnosis import Diagnosis, diagnose
from nianbao.audit.diagnosis.propagation import Network
from nianbao.audit.diagnosis.search import Search
from nianbao.proof.arithmetic import digits_of
from nianbao.proof.columns import Columns
from nianbao.proof.crossing import Copied, Crossing
from nianbao.proof.drawings import Drawings
from nianbao.proof.grid import RATE_HEAD, Grid, Grids
from nianbao.proof.model import Document, Figure, Paragraph, Table
from nianbao.proof.net import Net
from nianbao.proof.prose import Prose
from nianbao.proof.sentences import BASE, LEVEL, Comparison, Reading, Said
from nianbao.proof.tables import Tables


@dataclass
class Checked:
    """What was found in a document."""

    document: Document
    figures: list[Figure] = field(default_factory=list)
    net: Net | None = None
    said: Said | None = None
    diagnoses: list[Diagnosis] = field(default_factory=list)
    notes: list = field(default_factory=list)
    copied: list[Copied] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    misnamed: list[tuple[Grid, int]] = field(default_factory=list)
    opposed: list[Comparison] = field(default_factory=list)
    year: int = 0
    #: Figures that took part in a relation.
    related: set[int] = field(default_factory=set)


def year_of(parts: list[Paragraph | Table]) -> int:
    """The year that a document is about: of those in its title and captions, else the most frequent one; 0 for none."""
    counts: Counter[int] = Counter()
    for at, part in enumerate(parts):
        text = part.text if isinstance(part, Paragraph) else part.caption
        for year in re.findall(r"((?:19|20)\d\d)\s*年", text):
            counts[int(year)] += 5 if at < 5 else 1
    if not counts:
        return 0
    most = max(counts.values())
    return max(year for year, count in counts.items() if count >= most / 2)


def check(document: Document) -> Checked:
    """Read the figures of a document (or of several put together) and check them against each other."""
    said = Said()
    grids: list[Grid] = []
    years: dict[int, int] = {}
    reports = document.reports()
    for first, behind in zip(reports, [*reports[1:], len(document.parts)], strict=True):
        grids += _read(document.parts[first:behind], said, years)
    learn_units(said.figures, grids)
    net = Net(said.figures, names(document, said), {})
    tables = Tables(said.figures, net)
    tables.relate(grids)
    tables.of_one_form(grids)
    for _, members in groupby(grids, key=lambda grid: grid.table.number):
        tables.last_totals(list(members))
    columns = [[each for each in grid.column(at) if each is not None] for grid in grids for at in range(grid.width)]
    prose = Prose(document, said, net, columns)
    prose.relate()
    crossing = Crossing(document, said, grids, net, tables.grown, years)
    crossing.relate()
    relate_columns(Columns(said.figures, net, crossing.ends), net, grids, crossing.paths)
    result = Checked(document, said.figures, net, said)
    result.copied, result.grids, result.misnamed = crossing.copied, grids, tables.misnamed
    result.opposed = prose.opposed
    result.year = year_of(document.parts)
    result.diagnoses = diagnosed(net)
    result.related = net.related()
    return result


def relate_columns(columns: Columns, net: Net, grids: list[Grid], paths: dict[int, tuple[str, ...]]) -> None:
    """Columns of tables that are equal, or the quotients of others, where nothing else says more of them."""
    relations: dict[int, set[int]] = defaultdict(set)
    for at, parts in enumerate(net.parts):
        for number in parts if net.checked[at] else ():
            relations[number].add(at)
    columns.equal(grids, relations)
    copies = {at for at, each in enumerate(net.problem.relations) if each.kind == "copy"}
    columns.rates(grids, paths, {number for number, own in relations.items() if own - copies})


def _read(parts: list[Paragraph | Table], said: Said, years: dict[int, int]) -> list[Grid]:
    """Read the parts of one document: what sentences say, and the grids of tables; years: of figures of drawings."""
    year = year_of(parts)
    reading = Reading(year, said)
    maker = Grids(said.figures, year)
    drawings = Drawings(said.figures, year)
    grids: list[Grid] = []
    for part in parts:
        if isinstance(part, Paragraph):
            reading.paragraph(part)
            continue
        if part.is_drawing:
            drawings.of(part)
            continue
        grids += maker.of(part)
        for row, column, text in told_in(part):
            reading.paragraph(Paragraph(part.number, text, path=part.path), row, column)
    years.update(drawings.years)
    return grids


#: Digits of a figure that a table and a sentence share by more than chance, and such figures that tell a table's unit.
UNIT_DIGITS, UNIT_FIGURES = 4, 2


def learn_units(figures: list[Figure], grids: list[Grid]) -> None:
    """Give tables that print no unit that of the sentences which print several of their figures, of every column."""
    printed: dict[Decimal, set[str]] = defaultdict(set)
    for each in figures:
        if each.role in {LEVEL, BASE} and each.unit and digits_of(each.value) >= UNIT_DIGITS:
            printed[each.value].add(each.unit)
    for _, members in groupby(grids, key=lambda grid: grid.table.number):
        columns = [
            [figures[number] for number in grid.column(at) if number is not None]
            for grid in members
            for at in range(grid.width)
        ]
        bare = [[each for each in cells if not each.unit and not RATE_HEAD.search(each.noun)] for cells in columns]
        told = {each.value: printed[each.value] for cells in bare for each in cells if each.value in printed}
        units = Counter(unit for said in told.values() if len(said) == 1 for unit in said).most_common(2)
        if units and units[0][1] >= UNIT_FIGURES and (len(units) == 1 or units[0][1] > 3 * units[1][1]):
            unit = units[0][0]
            if all(any(told.get(each.value) == {unit} for each in cells) for cells in bare if cells):
                _give_units(bare, unit)


def _give_units(columns: list[list[Figure]], unit: str) -> None:
    """Give the figures of columns a unit."""
    for cells in columns:
        for each in cells:
            each.unit = unit


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
