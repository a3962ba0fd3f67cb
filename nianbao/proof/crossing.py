"""The same quantity at two places: a table and a sentence, two tables, this year and last, a definition and its terms.

Places are taken to speak of the same thing where words and several values agree; one value that then differs is checked
against its twin. What agrees only in words, or only in one value, is not blamed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from nianbao.audit.diagnosis.problem import constant, equation
from nianbao.audit.diagnosis.slips import origins
from nianbao.proof import arithmetic
from nianbao.proof.alone import Alone
from nianbao.proof.arithmetic import Ends
from nianbao.proof.charts import Charts
from nianbao.proof.drawings import DRAWN
from nianbao.proof.formulas import formulas
from nianbao.proof.grid import Grid, Row
from nianbao.proof.model import Document, Figure, Paragraph
from nianbao.proof.net import Net
from nianbao.proof.numbers import plain
from nianbao.proof.phrases import unit_of
from nianbao.proof.sentences import BASE, LEVEL, Comparison, Said, likeness
from nianbao.proof.series import TOTAL as TOTAL_LABEL
from nianbao.proof.series import Known, Series, places_of, references
from nianbao.proof.slipped import is_slip, tells_fall, without_sign
from nianbao.proof.tables import is_total

#: Digits from which two equal figures are the same one by more than chance, and words they must have in common.
TELLING_DIGITS = 3
ALIKE = 0.5
#: Rows that two tables must have in common with equal figures, and the most that may differ, as a part of those.
COMMON, MOST_DIFFERENT = 4, 0.25
#: Members of a row of parallel sentences that must be found in a row of a table.
PARALLEL = 3
#: Cells of two rows of a table that are the same, from which one of them is copied.
SAME_RUN = 4
#: Slips that make one printed figure of another, for figures of two places to be the same though they differ.
NEAR_SLIPS = {"digit", "swap", "shift", "truncation"}
#: Two places of the same quantity in different precision.
ROUNDING = 1.0
SPECIFIC = 5
#: By how much of it last year's figure may differ from what this year's document says of it, and still be the same.
NEAR_BASE = 0.02
#: How much of the words of a sentence and a cell must be those of the other for both to name the same thing.
NAMED_ALIKE = 0.8
#: Characters of a clause that stands twice, without its figures: at least, and such that one figure is enough.
SHORT_CLAUSE, LONG_CLAUSE = 10, 18
HEADING_NUMBER = re.compile(r"^(?:第[一二三四五六七八九十\d]+[部章节]分?|[（(]?[一二三四五六七八九十\d]+[）)、.．])")
#: What a head asks beside the name of what it asks for.
FLAG = re.compile(r"是否|[对为属于（）()？?]|面向|专门")
CLAUSE_END = re.compile(r"[。；：！？]")
#: A year in the name of a cell.
TOLD_YEAR = re.compile(r"(?:19|20)\d\d|上年|去年")
#: Places of the same clause that are compared.
MOST_PLACES = 6
DEFINITION = re.compile(
    r"(?P<name>[一-龥]{2,14})(?:\d|[¹²³⁴⁵⁶⁷⁸⁹])*[:：](?:是)?指(?P<top>[一-龥]{2,24})[与和](?P<bottom>[一-龥]{2,24})"
    r"(?:之比|的比值|的比例|的比率|之比值)"
)


def _masked(text: str, members: list[Figure]) -> Iterable[tuple[str, list[Figure]]]:
    """The clauses of a text in which figures stand: their words without blanks and marks, # for a figure, and these."""
    clause = ""
    own: list[Figure] = []
    for before, figure in _between(text, members):
        *ended, rest = CLAUSE_END.split(before)
        for words in ended:
            if own:
                yield plain(clause + words).text, own
            clause = ""
            own = []
        clause += rest
        if figure is not None:
            clause += "#"
            own.append(figure)
    if own:
        yield plain(clause).text, own


def _between(text: str, members: list[Figure]) -> Iterable[tuple[str, Figure | None]]:
    """The words before each figure of a text with the figure, and those behind the last with none."""
    at = 0
    for each in members:
        yield text[at : each.spot.start], each
        at = each.spot.end
    yield text[at:], None


def _title(heading: str) -> str:
    """A heading without its number."""
    return HEADING_NUMBER.sub("", re.sub(r"\s", "", heading))


def _first(row: Row) -> int | None:
    """The first figure of a row."""
    return next((number for number in row.cells if number is not None), None)


def labels_of(grids: Iterable[Grid]) -> dict[int, str]:
    """The labels of the rows of cells, by figure."""
    return {number: row.label for grid in grids for row in grid.rows for number in row.cells if number is not None}


@dataclass
class Copied:
    """Two rows of a table with the same figures."""

    one: list[int]
    other: list[int]
    labels: tuple[str, str]


class Crossing:
    """Relations between places of a document (or of two)."""

    def __init__(
        self,
        document: Document,
        said: Said,
        grids: Sequence[Grid],
        net: Net,
        grown: Mapping[int, int],
        years: Mapping[int, int],
    ):
        self.document = document
        #: Years that drawings say of their figures.
        self.years = years
        self.said = said
        self.grids = grids
        #: What cells grew from, where a column of their table says so.
        self.grown = grown
        self.net = net
        self._name = net.name
        self.figures = said.figures
        self.copied: list[Copied] = []
        self.paths = {part.number: part.path for part in document.parts}
        self.levels = [each for each in self.figures if each.role in {LEVEL, BASE} and unit_of(each.unit).base]
        self.cells = [each for each in self.figures if each.role == "cell" and each.value]
        self._reports = document.reports()
        self.labels = labels_of(grids)
        self._joined: set[tuple[int, int]] = set()
        self._slips: dict[int, set[Decimal]] = {}
        self._twins_of: dict[int, list[int]] = defaultdict(list)

    def relate(self) -> None:
        """Take up all relations."""
        self._equal()
        self._repeated()
        self._same_sentences()
        self._nearly_equal()
        self._flagged()
        self._refined()
        self._by_headings()
        self._coded()
        self._totals_told()
        self._tables()
        self._series()
        self._years()
        self._last_year()
        self._parallels()
        self._definitions()
        self._formulas()
        self._copies()
        lines = [cells for grid in self.grids for cells in self._by_year(grid)] + list(self._drawn_by_year())
        Charts(self.figures, self.net, self.ends, self._join, self.years).relate(self.grids, lines)
        self._alone()

    def _same_change(self, one: Figure, other: Figure) -> bool:
        """Whether two figures can be the same number, also where words tell of a fall that a table prints as such."""
        if tells_fall(one, other):
            one, other = without_sign(one), without_sign(other)
        return self._same(one, other)

    def _series(self) -> None:
        """Drawings, paragraphs and tables that print the same quantities."""
        known = Known(self._same_change, self._keys, self._digits, self._words, self._sure_year, self.labels)
        places = places_of(self.figures, self.grids, self.paths, references(self.document))
        Series(known, self._join).relate(places)

    def _alone(self) -> None:
        """Figures that are printed otherwise everywhere else."""
        known = Known(self._same, self._keys, self._digits, self._words, self._sure_year)
        texts = {part.number: part.text for part in self.document.paragraphs()}
        Alone(known, self._join, self.paths, self.labels, self.net.related(), texts).relate(self.figures)

    def _sure_year(self, figure: Figure) -> int:
        """The year that a figure is surely of; 0 where that is only taken from the document."""
        if figure.role == DRAWN:
            return self.years.get(figure.number, 0)
        if figure.role == "cell" and not TOLD_YEAR.search(figure.noun):
            return 0
        return figure.year

    # -- helpers ------------------------------------------------------------------------------------------------
    def ends(self, number: int) -> Ends:
        """The ends of a figure."""
        return arithmetic.ends(self.figures[number], self.net.decimals.get(number, 0))

    def _same(self, one: Figure, other: Figure) -> bool:
        """Whether two figures can be the same number."""
        if unit_of(one.unit).base != unit_of(other.unit).base:
            return False
        if one.unit == other.unit and one.value.as_tuple().exponent == other.value.as_tuple().exponent:
            return one.value == other.value
        return arithmetic.ends(one).meets(arithmetic.ends(other))

    def _join(self, one: int, other: int) -> None:
        """Take up that two figures are the same."""
        pair = (min(one, other), max(one, other))
        if one == other or pair in self._joined or self._other_year(self.figures[one], self.figures[other]):
            return
        self._joined.add(pair)
        self._twins_of[one].append(other)
        self._twins_of[other].append(one)
        self.net.copy(one, other, f"{self._name(one)}与{self._name(other)}是同一个数")

    def _other_year(self, one: Figure, other: Figure) -> bool:
        """Whether two figures stand in reports of different years, and are not said to be of the same year."""
        if not self._other_document(one, other):
            return False
        return one.year != other.year or 0 in {self._sure_year(one), self._sure_year(other)}

    def _digits(self, figure: Figure) -> int:
        return arithmetic.digits_of(figure.value)

    def _words(self, figure: Figure) -> str:
        """All words that say what a figure is."""
        return "".join((*self.paths.get(figure.spot.part, ()), figure.before, figure.noun))

    # -- a sentence and a table ---------------------------------------------------------------------------------
    def _equal(self) -> None:
        """Figures of sentences that a table has as well, with words in common: they tie the two places together."""
        rough: dict[tuple[str, int], list[Figure]] = defaultdict(list)
        for cell in self.cells:
            for key in self._keys(cell):
                rough[key].append(cell)
        for level in self.levels:
            if self._digits(level) < TELLING_DIGITS:
                continue
            found = [cell for key in self._keys(level)[:1] for cell in rough.get(key, ()) if self._same(level, cell)]
            alike = [cell for cell in found if likeness(cell.noun, self._words(level)) >= ALIKE]
            for cell in alike[:3]:
                self._join(level.number, cell.number)

    def _keys(self, figure: Figure) -> list[tuple[str, int]]:
        """Two rough sizes, so that equal figures share one."""
        ends = self.ends(figure.number)
        base = unit_of(figure.unit).base
        if ends.middle == 0:
            return []
        exponent = len(str(int(abs(ends.middle)))) - 4
        unit = 10.0 ** max(exponent, -3)
        middle = round(abs(ends.middle) / unit)
        return [(base, hash((exponent, middle + step))) for step in (0, -1, 1)]

    def _nearly_equal(self) -> None:
        """Figures of sentences whose words name one cell of a table and no other, and that are off by a slip."""
        by_unit: dict[str, list[Figure]] = defaultdict(list)
        for cell in self.cells:
            if self._digits(cell) >= TELLING_DIGITS and len(cell.noun) >= SPECIFIC:
                by_unit[cell.unit].append(cell)
        for level in self.levels:
            if level.role != LEVEL or self._twins_of.get(level.number) or self._digits(level) < TELLING_DIGITS:
                continue
            if len(level.noun) < SPECIFIC:
                continue
            near = [cell for cell in by_unit[level.unit] if cell.value in self._slips_of(level)]
            if not any(self._named_alike(level, cell) for cell in near):
                continue
            named = [cell for cell in by_unit[level.unit] if self._named_alike(level, cell)]
            if len({cell.value for cell in named}) == 1:
                self._join(level.number, named[0].number)

    # -- sums that words name -----------------------------------------------------------------------------------------
    def _flagged(self) -> None:
        """A figure of the text that is the sum of a table's rows which say 是: 面向中小企业, 是否面向中小企业."""
        for grid in self.grids:
            for head in {head for row in grid.rows for head in row.flags}:
                name = FLAG.sub("", head)
                items = [_first(row) for row in grid.rows if row.flags.get(head) == "是"]
                chosen = [number for number in items if number is not None and self.figures[number].value]
                if len(name) >= SPECIFIC - 1 and len(chosen) >= 2:
                    self._sum_of_flagged(name, chosen, f"标“是”的{len(chosen)}行之和")

    def _sum_of_flagged(self, name: str, items: list[int], title: str) -> None:
        """Take up such a sum where the figure is it, or is plainly one of its parts only."""
        base = unit_of(self.figures[items[0]].unit).base
        for level in self.levels:
            if level.role != LEVEL or name not in level.noun or unit_of(level.unit).base != base:
                continue
            part = any(self._same(level, self.figures[number]) for number in items)
            if part or self._sum(items).meets(self.ends(level.number)):
                self.net.total(level.number, items, f"{self._name(level.number)}＝{title}")

    def _sum(self, items: Iterable[int]) -> Ends:
        """The sum of figures."""
        result = Ends(0.0, 0.0)
        for number in items:
            result = result + self.ends(number)
        return result

    def _refined(self) -> None:
        """A figure whose name several others have as well, each with a word before it: it is their sum if nearly so."""
        names: dict[tuple[str, int, str], dict[str, Figure]] = defaultdict(dict)
        for level in self.levels:
            if level.role == LEVEL and len(level.noun) >= SPECIFIC and self._digits(level) >= TELLING_DIGITS:
                names[level.noun[-2:], level.year, level.unit].setdefault(level.noun, level)
        for members in names.values():
            for noun, whole in members.items():
                parts = [each for name, each in members.items() if name != noun and name.endswith(noun)]
                if 2 <= len(parts) <= MOST_PLACES:
                    self._sum_of_refined(whole, [each.number for each in parts])

    def _by_headings(self) -> None:
        """养老保险参保人数 is that of 职工养老保险 and 居民养老保险, whose headings stand below that of 养老保险."""
        sections: dict[str, dict[str, list[Figure]]] = defaultdict(lambda: defaultdict(list))
        for level in self.levels:
            path = [_title(each) for each in self.paths.get(level.spot.part, ())]
            for outer, inner in zip(path, path[1:], strict=False):
                if inner.endswith(outer) and inner != outer:
                    sections[outer][inner].append(level)
        for name, inner in sections.items():
            for level in self.levels if len(inner) >= 2 and len(name) >= SPECIFIC - 1 else ():
                about = level.noun.removeprefix(name)
                if level.noun.startswith(name) and len(about) >= 2 and self._digits(level) >= TELLING_DIGITS:
                    self._sum_of_sections(level, about[:2], list(inner.values()))

    def _sum_of_sections(self, whole: Figure, about: str, sections: list[list[Figure]]) -> None:
        """Take up a sum of the first level of each section that is about the same."""
        items = []
        for members in sections:
            alike = [each for each in members if about in each.noun and each.year == whole.year]
            if not alike or alike[0].unit != whole.unit or alike[0] is whole:
                return
            items.append(alike[0].number)
        self._sum_of_refined(whole, items)

    def _sum_of_refined(self, whole: Figure, items: list[int]) -> None:
        """Take up such a sum where it misses by no more than a little rounding."""
        found = self._sum(items)
        gap = abs(found.middle - self.ends(whole.number).middle)
        if gap <= self._width(whole) * (len(items) + 1):
            names = "、".join(self._name(number) for number in items)
            self.net.total(whole.number, items, f"{self._name(whole.number)}＝{names}之和")

    def _named_alike(self, level: Figure, cell: Figure) -> bool:
        """Whether a sentence and a cell name the same thing of the same year, each in the words of the other."""
        if level.year and cell.year and level.year != cell.year:
            return False
        return (
            likeness(level.noun, f"{cell.noun}{cell.before}") >= NAMED_ALIKE
            and likeness(cell.noun, self._words(level)) >= NAMED_ALIKE
        )

    # -- sentences that stand twice -----------------------------------------------------------------------------------
    def _same_sentences(self) -> None:
        """The same sentence, word for word, at two places: its figures are the same, or one of them is a slip."""
        found: dict[tuple[str, int], list[list[Figure]]] = defaultdict(list)
        for words, members in self._clauses():
            if len(words) >= SHORT_CLAUSE:
                found[words, len(members)].append(members)
        for (words, count), places in found.items():
            for one, other in combinations(places[:MOST_PLACES], 2):
                self._same_clause(one, other, len(words) >= LONG_CLAUSE or count >= 3)

    def _same_clause(self, one: list[Figure], other: list[Figure], telling: bool) -> None:
        """Two places with the same words: joined where all figures are equal, or all but one."""
        pairs = list(zip(one, other, strict=True))
        equal = [pair for pair in pairs if pair[0].unit == pair[1].unit and pair[0].value == pair[1].value]
        different = [pair for pair in pairs if pair not in equal]
        telling_ones = [each for each, _ in equal if each.value]
        anchored = any(self._digits(each) >= TELLING_DIGITS for each in telling_ones) or len(telling_ones) >= 3
        for first, second in equal:
            self._join(first.number, second.number)
        if len(different) != 1 or different[0][0].unit != different[0][1].unit:
            return
        first, second = different[0]
        if any(self._is_unclear(each) for each in different[0]):
            return
        if (anchored and telling) or (telling and self._off_by_slip(first, second)):
            self._join(first.number, second.number)

    def _is_unclear(self, figure: Figure) -> bool:
        """Whether a figure may be a year, or what is left of one behind the mark of a note."""
        return not figure.unit and (figure.value == int(figure.value)) and len(figure.text) <= len("2025")

    def _clauses(self) -> Iterable[tuple[str, list[Figure]]]:
        """Clauses with figures: their words, the figures masked, and these figures."""
        places: dict[tuple[int, int, int], list[Figure]] = defaultdict(list)
        for each in self.figures:
            if each.role not in {"cell", DRAWN}:
                places[each.spot.part, each.spot.row, each.spot.column].append(each)
        for (number, row, column), members in places.items():
            part = self.document.parts[number]
            text = part.text if isinstance(part, Paragraph) else part.rows[row][column]
            yield from _masked(text, sorted(members, key=lambda each: each.spot.start))

    def _repeated(self) -> None:
        """The same words with a figure at two places of the text."""
        by_noun: dict[tuple[str, int, str], list[Figure]] = defaultdict(list)
        for level in self.levels:
            if level.role == LEVEL and len(level.noun) >= SPECIFIC and level.value:
                by_noun[level.noun, level.year, unit_of(level.unit).base].append(level)
        for members in by_noun.values():
            for one, other in zip(members, members[1:], strict=False):
                near = self.paths.get(one.spot.part, ())[:2] == self.paths.get(other.spot.part, ())[:2]
                if self._same(one, other) or near and one.spot.part != other.spot.part and self._slipped(one, other):
                    self._join(one.number, other.number)

    def _slipped(self, one: Figure, other: Figure) -> bool:
        """Whether two figures differ as a slip or a rounding makes them differ, and by nothing else."""
        if self._digits(one) < TELLING_DIGITS or self._digits(other) < TELLING_DIGITS:
            return False
        return self._off_by_rounding(one, other) or self._off_by_slip(one, other)

    def _off_by_rounding(self, one: Figure, other: Figure) -> bool:
        """Whether the coarser figure misses the finer by at most one unit of its last digit."""
        coarse, fine = sorted((one, other), key=lambda each: -self._width(each))
        gap = abs(self.ends(one.number).middle - self.ends(other.number).middle)
        width = self._width(coarse)
        telling = width and abs(self.ends(coarse.number).middle) / width >= 100
        return bool(telling) and gap <= ROUNDING * width * 1.0001 and self._width(fine) < width

    def _width(self, figure: Figure) -> float:
        ends = self.ends(figure.number)
        return ends.high - ends.low

    def _off_by_slip(self, one: Figure, other: Figure) -> bool:
        """Whether the digits of one, in the same unit, became those of the other by a slip."""
        return one.unit == other.unit and other.value in self._slips_of(one)

    def _slips_of(self, figure: Figure) -> set[Decimal]:
        """The values of which a slip makes that of a figure; none where it has too few digits to tell."""
        if self._digits(figure) < 4:
            return set()
        if figure.number not in self._slips:
            problem = self.net.problem.printed(self.net.at(figure.number))
            slips = (each for each in origins(problem) if each.slip in NEAR_SLIPS and each.value is not None)
            self._slips[figure.number] = {each.value for each in slips}
        return self._slips[figure.number]

    def _coded(self) -> None:
        """Figures of sentences that name the row of a table: its code, or all of its label, with a value near it."""
        rows = [(row.label, row.cells) for grid in self.grids for row in grid.rows if row.label]
        labels: dict[str, set[int]] = defaultdict(set)
        for label, cells in rows:
            clean = re.sub(r"^(?:[一二三四五六七八九十]+、|[（(].{1,3}[）)]|\d+[.、])|\W|[类款项]$", "", label)
            numbers = [number for number in cells if number is not None and self.figures[number].value]
            if len(clean) >= SPECIFIC - 1:
                labels[clean].update(numbers)
        lengths = sorted({len(label) for label in labels}, reverse=True)
        for level in self.levels:
            if level.role != LEVEL or self._twins_of.get(level.number) or self._digits(level) < 2:
                continue
            if level.before.endswith(("到", "至")):  # the end of a range
                continue
            words = re.sub(r"\W|[类款项]", "", re.split(r"[，。；]", level.before)[-1])
            bare = words.removesuffix("支出")
            label = next((end for size in lengths for end in (words[-size:], bare[-size:]) if end in labels), None)
            if label is None:
                continue
            near = [
                self.figures[number]
                for number in labels[label]
                if unit_of(self.figures[number].unit).base == unit_of(level.unit).base
            ]
            if any(self._same(level, cell) for cell in near):
                continue
            off = [
                cell for cell in near if self._off_by_rounding(level, cell) and self._width(cell) < self._width(level)
            ]
            off = off or [cell for cell in near if len(label) >= SPECIFIC and is_slip(level, cell)]
            if len({cell.value for cell in off}) == 1 or off and not is_slip(level, off[0]):
                self._join(level.number, off[0].number)

    def _totals_told(self) -> None:
        """A total of a table, and the sentence that says it: off by a slip, and named by the caption and the head."""
        rows = [row for grid in self.grids for row in grid.rows if is_total(row.label)]
        totals = [self.figures[n] for row in rows for n in row.cells if n]
        for level in self.levels:
            if level.role != LEVEL or self._twins_of.get(level.number) or self._digits(level) < TELLING_DIGITS:
                continue
            near = [cell for cell in totals if cell.unit == level.unit and is_slip(level, cell)]
            named = [cell for cell in near if self._is_total_of(cell, level)]
            if len({cell.value for cell in named}) == 1:
                self._join(level.number, named[0].number)

    def _is_total_of(self, cell: Figure, level: Figure) -> bool:
        """Whether a sentence speaks of what a total counts, in the section of its table or not far from it."""
        path = self.paths.get(cell.spot.part, ())
        near = path[:2] == self.paths.get(level.spot.part, ())[:2]
        head = TOTAL_LABEL.sub("", cell.noun)
        if len(head) < 3 or len(level.noun) < 3 or not near:
            return False
        words = self._words(level)
        return likeness(head, words) >= NAMED_ALIKE and likeness(level.noun, cell.before) >= NAMED_ALIKE

    # -- tables ---------------------------------------------------------------------------------------------------
    def _tables(self) -> None:
        """Columns of two tables that print the same rows."""
        indexed = [(grid, self._rows_by_key(grid)) for grid in self.grids if 3 < len(grid.rows) < 300]
        for at, (one, rows) in enumerate(indexed):
            for other, others in indexed[at + 1 :]:
                common = [key for key in rows if key in others]
                if len(common) >= COMMON and one.table is not other.table:
                    self._columns(one, other, [(rows[key], others[key]) for key in common])

    def _rows_by_key(self, grid: Grid) -> dict[str, int]:
        """Rows by code, else by label; what stands twice is left out."""
        found: dict[str, int] = {}
        twice = set()
        for at, row in enumerate(grid.rows):
            key = row.code or re.sub(r"[（(].*?[）)]|\s", "", row.label)
            if key in found:
                twice.add(key)
            found[key] = at
        return {key: at for key, at in found.items() if key and key not in twice}

    def _columns(self, one: Grid, other: Grid, pairs: list[tuple[int, int]]) -> None:
        for left in range(one.width):
            for right in range(other.width):
                self._column_pair(one.column(left), other.column(right), pairs)

    def _column_pair(self, left: list[int | None], right: list[int | None], pairs: list[tuple[int, int]]) -> None:
        """Two columns: where most of their figures are equal, all of them are taken to be the same."""
        equal, different, values = [], [], set()
        for one_at, other_at in pairs:
            one, other = left[one_at], right[other_at]
            if one is None or other is None or not (self.figures[one].value or self.figures[other].value):
                continue
            if self._same(self.figures[one], self.figures[other]):
                equal.append((one, other))
                if self._digits(self.figures[one]) >= TELLING_DIGITS:
                    values.add(self.figures[one].value)
            else:
                different.append((one, other))
        if len(values) >= COMMON and len(different) <= MOST_DIFFERENT * len(equal):
            for one, other in (*equal, *different):
                if (one, other) in equal or self._slipped(self.figures[one], self.figures[other]):
                    self._join(one, other)

    def _copies(self) -> None:
        """Rows of which a run of figures is the same as in another row, while others differ."""
        for grid in self.grids:
            rows = [row for row in grid.rows if sum(number is not None for number in row.cells) > SAME_RUN]
            for at, one in enumerate(rows):
                for other in rows[at + 1 :]:
                    pairs = list(zip(one.cells, other.cells, strict=False))
                    run = self._longest_run(pairs)
                    differ = sum(
                        a is not None and b is not None and self.figures[a].value != self.figures[b].value
                        for a, b in pairs
                    )
                    if len(run) >= SAME_RUN and differ >= 3:
                        first, second = [pair[0] for pair in run], [pair[1] for pair in run]
                        self.copied.append(Copied(first, second, (one.label, other.label)))

    def _longest_run(self, pairs: list[tuple[int | None, int | None]]) -> list[tuple[int, int]]:
        """The longest run of equal, telling figures."""
        best: list[tuple[int, int]] = []
        run: list[tuple[int, int]] = []
        for one, other in pairs:
            same = one is not None and other is not None and self.figures[one].value == self.figures[other].value
            run = [*run, (one, other)] if same and self.figures[one].value else []
            telling = sum(self._digits(self.figures[number]) >= 2 for number, _ in run)
            if telling >= SAME_RUN and len(run) > len(best):
                best = run
        return best

    # -- years ----------------------------------------------------------------------------------------------------
    def _years(self) -> None:
        """What a sentence says of an earlier year, against the column of that year in a table."""
        rows: dict[int, dict[int, int]] = {}
        for grid in self.grids:
            for cells in self._by_year(grid):
                for number in cells.values():
                    rows[number] = cells
        for cells in self._drawn_by_year():
            for number in cells.values():
                rows[number] = cells
        for each in self.said.comparisons:
            if each.level is None or each.base_level is not None or not each.sure:
                continue
            level = self.figures[each.level]
            base_year = level.year - 1 if each.base == "last" else int(each.base) if each.base.isdigit() else 0
            for twin in self._twins_of.get(each.level, ()):
                then = self._base_of(twin, each, rows.get(twin, {}), level.year, base_year)
                name = f"base:{each.level}:{each.base}"
                if then is not None and name in self.net.problem.numbers:
                    node = self.net.variable(then) - self.net.latent(name, "")
                    title = f"{self._name(each.level)}的基期数就是{self._name(then)}"
                    numbers = [each.level, then, *filter(None, (each.change, each.growth))]
                    self.net.relate("copy", title, [equation(node)], numbers)
                    break

    def _base_of(self, twin: int, each: Comparison, row: Mapping[int, int], year: int, base_year: int) -> int | None:
        """What a cell is compared with: what it grew from by a column, else that of the year in its row."""
        if each.base == "last" and twin in self.grown:
            return self.grown[twin]
        return row.get(base_year) if row.get(year) == twin else None

    def _by_year(self, grid: Grid) -> Iterable[dict[int, int]]:
        """Rows, or columns, of a table as figures by year."""
        for row in grid.rows:
            yield {self.figures[number].year: number for number in row.cells if number is not None}
        for at in range(grid.width):
            numbers = [number for number in grid.column(at) if number is not None]
            years = [self.figures[number].year for number in numbers]
            if len(set(years)) == len(years) > 1:
                yield dict(zip(years, numbers, strict=True))

    def _drawn_by_year(self) -> Iterable[dict[int, int]]:
        """The figures of drawings of one series, by year."""
        drawings: dict[int, list[int]] = defaultdict(list)
        for number in self.years:
            drawings[self.figures[number].spot.part].append(number)
        for numbers in drawings.values():
            years = [self.years[number] for number in numbers]
            if len(set(years)) == len(years) > 1:
                yield dict(zip(years, numbers, strict=True))

    def _last_year(self) -> None:
        """What this year's document says of last year, against what last year's document printed."""
        if len(self._reports) < 2:
            return
        earlier: dict[tuple[str, int, str], list[Figure]] = defaultdict(list)
        for each in self.figures:
            if each.role in {LEVEL, "cell"} and each.value and len(each.noun) >= SPECIFIC - 1:
                earlier[each.noun, each.year, unit_of(each.unit).base].append(each)
        for each in self.said.comparisons:
            if each.level is None or each.base != "last" or each.base_level is not None or not each.sure:
                continue
            level = self.figures[each.level]
            found = earlier.get((level.noun, level.year - 1, unit_of(level.unit).base), [])
            found = [then for then in found if self._other_document(then, level)]
            name = f"base:{each.level}:last"
            if found and name in self.net.problem.numbers and self._near_base(each, level, found[0]):
                node = self.net.variable(found[0].number) - self.net.latent(name, "")
                title = f"{self._name(each.level)}的上年数就是上年文件的{self._name(found[0].number)}"
                numbers = [each.level, found[0].number, *filter(None, (each.change, each.growth))]
                self.net.relate("copy", title, [equation(node)], numbers)

    def _other_document(self, one: Figure, other: Figure) -> bool:
        """Whether two figures stand in different documents, or reports of different years in one."""
        return len({bisect_right(self._reports, each.spot.part) for each in (one, other)}) > 1

    def _near_base(self, each: Comparison, level: Figure, then: Figure) -> bool:
        """Whether last year's figure is near what this year's document lets it be, so that the two are one."""
        if each.change is None:
            return False
        moved = self.ends(each.change).times(each.signs.get(each.change, 1))
        base = self.ends(level.number) - moved
        size = self.ends(then.number).middle
        return bool(size) and abs(base.middle / size - 1) < NEAR_BASE

    # -- parallel sentences -----------------------------------------------------------------------------------------
    def _parallels(self) -> None:
        """Sentences that say the same of one thing after another, against the row of a table that lists these."""
        series: list[list[Figure]] = []
        latest: dict[str, list[Figure]] = {}
        for level in self.levels:
            tail = level.noun[-4:]
            members = latest.get(level.unit)
            alike = members is not None and members[-1].noun[-4:] == tail and len(tail) == 4
            if members is not None and alike and 0 < level.spot.part - members[-1].spot.part <= 2:
                members.append(level)
            else:
                latest[level.unit] = [level]
                series.append(latest[level.unit])
        lines = [list(filter(None, row.cells)) for grid in self.grids for row in grid.rows]
        lines += [[n for n in grid.column(at) if n is not None] for grid in self.grids for at in range(grid.width)]
        for members in series:
            if len(members) > PARALLEL:
                for line in lines:
                    self._parallel(members, [self.figures[number] for number in line])

    def _parallel(self, members: list[Figure], cells: list[Figure]) -> None:
        """Parallel sentences and a line of a table: all but one have their cell, and the words name the one left."""
        if not len(members) <= len(cells) <= len(members) + 1:
            return
        pairs = [(level, [cell for cell in cells if self._same(level, cell)]) for level in members]
        found = [(level, same[0]) for level, same in pairs if same and self._digits(level) >= TELLING_DIGITS]
        left = [level for level, same in pairs if not same]
        taken = {cell.number for _, cell in found}
        others = [cell for cell in cells if cell.number not in taken]
        if len(found) < PARALLEL or len(left) != 1 or len(found) != len(members) - 1:
            return
        named = [cell for cell in others if cell.before and self._names(cell, left[0])]
        if len(named) == 1:
            self._join(left[0].number, named[0].number)

    def _names(self, cell: Figure, level: Figure) -> bool:
        """Whether the head or label of a cell stands in the words of a sentence."""
        row, column = self._label_of(cell)
        return any(len(each) >= 2 and each in self._words(level) for each in (row, column))

    def _label_of(self, cell: Figure) -> tuple[str, str]:
        for grid in self.grids:
            if grid.table.number != cell.spot.part:
                continue
            for row in grid.rows:
                if cell.number in row.cells:
                    head = grid.heads[row.cells.index(cell.number)] if grid.heads else ""
                    return row.label, head
        return "", ""

    # -- definitions --------------------------------------------------------------------------------------------------
    def _definitions(self) -> None:
        """X：指A与B之比, with figures of X, A and B in the same section."""
        for part in self.document.parts:
            if not isinstance(part, Paragraph):
                continue
            for found in DEFINITION.finditer(part.text.replace(" ", "")):
                self._definition(found["name"], found["top"], found["bottom"], part)

    def _definition(self, name: str, top: str, bottom: str, part: Paragraph) -> None:
        """A ratio by its definition."""
        section = part.path[:2]
        inside = [each for each in self.figures if self.paths.get(each.spot.part, ())[:2] == section]
        ratios = [each for each in inside if each.noun.endswith(name) and each.role in {LEVEL, "rate"}]
        one, two = self._term(top, inside), self._term(bottom, inside)
        if len(ratios) != 1 or one is None or two is None or one is two:
            return
        if unit_of(one.unit).base != unit_of(two.unit).base:
            return
        ratio = ratios[0]
        title = f"{self._name(ratio.number)}＝{self._name(one.number)}÷{self._name(two.number)}（照文中的定义）"
        by = constant(100 if unit_of(ratio.unit).base == "%" else 1)
        node = self.net.variable(one.number) * by - self.net.variable(two.number) * self.net.variable(ratio.number)
        self.net.relate("formula", title, [equation(node)], (ratio.number, one.number, two.number))

    def _term(self, words: str, inside: list[Figure]) -> Figure | None:
        """The level that a definition speaks of: most of its words, and 人均 where it says so; None where none does."""
        per_head = "人均" in words
        levels = [each for each in inside if each.role == LEVEL and ("人均" in each.noun) == per_head]
        best = max(levels, key=lambda each: likeness(words, each.noun), default=None)
        return best if best is not None and likeness(words, best.noun) >= ALIKE else None

    # -- formulas -----------------------------------------------------------------------------------------------------
    def _formulas(self) -> None:
        """Figures that are always computed in the same way (`formulas.csv`), where most of them bear it out."""
        for rule in formulas():
            found = [each for each in self.levels if each.role == LEVEL and rule["name"] in each.noun]
            chosen = [(each, *self._terms(each, rule)) for each in found]
            complete = [(each, top, bottom) for each, top, bottom in chosen if top is not None and bottom is not None]
            holding = [each for each in complete if self._computed(*each, int(rule["factor"]))]
            if len(holding) >= 2 and len(complete) - len(holding) <= len(holding) / 3:
                for each, top, bottom in complete:
                    self._compute(each, top, bottom, int(rule["factor"]))

    def _terms(self, figure: Figure, rule: dict[str, str]) -> tuple[Figure | None, Figure | None]:
        """What a figure is computed from: the last such level in its paragraph, else the one likest in words."""
        terms = []
        here = [each for each in self.levels if each.spot.part == figure.spot.part]
        words = "".join(each.noun for each in here if each.number <= figure.number)
        for ending in (f"(?:{rule['top']})$", f"(?:{rule['bottom']})$"):
            named = [each for each in self.levels if re.search(ending, each.noun) or re.search(ending, each.unit)]
            near = [each for each in named if each.spot.part == figure.spot.part and each.number < figure.number]
            far = [each for each in named if each.year == figure.year]
            best = max(far, key=lambda each: likeness(words, self._words(each)), default=None)
            terms.append(near[-1] if near else best)
        return terms[0], terms[1]

    def _computed(self, figure: Figure, top: Figure, bottom: Figure, factor: int) -> bool:
        """Whether a figure is as it is computed."""
        found = self.ends(top.number).over(self.ends(bottom.number))
        return found is not None and found.times(factor).meets(self.ends(figure.number))

    def _compute(self, figure: Figure, top: Figure, bottom: Figure, factor: int) -> None:
        """Take up a formula, and the same for the year before where all three are compared with it."""
        title = f"{self._name(figure.number)}＝{self._name(top.number)}÷{self._name(bottom.number)}"
        title += f"×{factor}" if factor != 1 else ""
        numbers = (figure.number, top.number, bottom.number)
        self.net.quotient(figure.number, top.number, bottom.number, factor, title)
        before = [f"base:{number}:last" for number in numbers]
        if all(name in self.net.problem.numbers for name in before):
            three = [self.net.latent(name, "") for name in before]
            node = three[1] * constant(factor) - three[2] * three[0]
            self.net.relate("further", f"{title}，上年也是", [equation(node)], numbers)
