"""Every figure that an edition prints, wherever it stands, and where two of them are the same figure.

`of_book` reads a built edition (pages and `facts.csv`), `of_run` executed notebooks (records and their HTML).

Two figures are the same where indicator, item, year, measure and base are. What may nonetheless stand beside each other
(`key` and `pairs` hold it):

- a change in percentage points is the change of a percentage: they count as one figure and must agree;
- `indicator` and `indicator[item]` are one whole for a share of that item: they must agree;
- a figure in another unit (`:unit:`) may be the same number converted, or what a document prints in that unit: to
  its own last digit it must be the figure;
- a reprint (`:level:`) is a level as a document prints it a second time: it has a source, and stands beside the first
  to show the difference;
- what a formula gives (`:formula`) is set beside the printed figure to show that they agree;
- the magnitude of a figure may stand where a word says its direction.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from nianbao.chapter.record import ChartRecord, FigureText, Record, TableBody, TableRecord, of_output
from nianbao.data.documents import Erratum
from nianbao.figures.ids import FigureId
from nianbao.figures.units import decimals_of, factor, round_half_up, show
from nianbao.output.print.document import Again, Footnote, Run
from nianbao.output.print.reading import blocks_of_record
from tests.support.last_year import LastYear

#: Captions of tables in which the audit sets what is printed beside what follows from the rest.
AUDIT_TABLES = re.compile(r"与其他数不符的数|勘误：|年均增长各[用合]何种算法|截尾而没有四舍五入|值得复核的数")
#: Captions of tables of targets, which are words with numbers in them ("≥90%").
TARGET_TABLES = re.compile("：绩效目标$")
NUMBER = re.compile(r"[−+-]?[\d,]+(\.\d+)?%?")
#: What may stand for a zero in a sentence.
ZERO_IN_WORDS = ("没有", "无人", "未", "零")
#: How the total of a stacked bar is called.
TOTAL = "合计"
#: The sign of a doubt, and what a drawing says where something in it is disputed.
SIGN = "※"
HOLLOW = "空心、点线处存疑"
#: A tooltip of a chart: what it is, its value with unit, perhaps its share.
TIP = re.compile(r"(?P<name>.*)：(?P<value>−?[\d,]+(?:\.\d+)?)(?P<sign>※?)(?P<unit>[^（]*)(?:（(?P<share>[\d.]+)%）)?")


@dataclass(frozen=True)
class Shown:
    """A figure on a page: its id, its value for machines, its text, whether it is marked."""

    chapter: str
    id: str
    value: str
    text: str
    marked: bool


@dataclass(frozen=True)
class Edition:
    """The facts of an edition by chapter and id, and its pages by chapter."""

    facts: Mapping[str, Mapping[str, Mapping[str, object]]]
    pages: Mapping[str, BeautifulSoup]

    @cached_property
    def shown(self) -> list[Shown]:
        """Every figure on the pages."""
        return [
            Shown(chapter, each["data-q"], each["value"], each.get_text(), each.has_attr("data-mark"))
            for chapter, page in self.pages.items()
            for each in page.select("data.q")
        ]

    @cached_property
    def known(self) -> list[tuple[str, Mapping[str, object]]]:
        """Every fact, with its chapter."""
        return [(chapter, fact) for chapter, facts in self.facts.items() for fact in facts.values()]


def of_book(target: Path) -> Edition:
    """The edition that `nianbao build` has made in a folder."""
    facts: dict[str, dict[str, dict]] = defaultdict(dict)
    with (target / "facts.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            facts[row["chapter"]][row["id"]] = {**row, "inputs": row["inputs"].split(), "source": row["sources"]}
    for chapter, known in facts.items():  # the mark stands with the facts of the pages
        of_pages = json.loads((target / "html" / "facts" / f"{chapter}.json").read_text("utf-8"))
        for identity, fact in known.items():
            fact["mark"] = of_pages[identity].get("mark", "")
    pages = {path.stem: page(path.read_text("utf-8")) for path in sorted((target / "html").glob("notebooks/*.html"))}
    return Edition(facts, pages)


def of_run(run: LastYear) -> Edition:
    """The edition whose notebooks were executed."""
    facts: dict[str, dict[str, dict]] = defaultdict(dict)
    for chapter in run.chapters:
        records = [record for output in run.outputs(chapter) if (record := of_output(output))]
        for record in records:
            for identity, fact in record.facts.items():
                if identity in record.printed or identity not in facts[chapter]:
                    facts[chapter][identity] = vars(fact)
    return Edition(facts, {chapter: page(run.html(chapter)) for chapter in run.chapters})


def page(html: str) -> BeautifulSoup:
    """A page, or what a chapter shows."""
    return BeautifulSoup(html, "lxml")


# -- the same figure --------------------------------------------------------------------------------------------------
def key(identity: str) -> FigureId:
    """What makes a figure the same as another one, whatever its unit."""
    figure = FigureId.parse(identity)
    own = f"[{figure.key.item}]"
    base = figure.base.removesuffix(own) if figure.measure == "share" else figure.base
    measure = "change" if figure.measure == "points" else figure.measure
    return replace(figure, measure=measure, base=base, unit="")


def pairs(edition: Edition) -> Iterator[str]:
    """Figures with two values, in words."""
    groups: dict[FigureId, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for chapter, fact in edition.known:
        groups[key(str(fact["id"]))][str(fact["value"]), unit_of(fact)].append(chapter)
    for figure, values in groups.items():
        plain = [(value, unit) for value, unit in values if not is_converted(edition, figure, unit)]
        others = [each for each in values if each not in plain]
        if len(plain) > 1 or any(not same(plain[0], other) for other in others if plain):
            yield f"{figure}: " + "; ".join(f"{value}{unit} in {where}" for (value, unit), where in values.items())


def unit_of(fact: Mapping[str, object]) -> str:
    """The unit of a fact; points and percent are one."""
    return {"百分点": "%"}.get(str(fact["unit"]), str(fact["unit"]))


def is_converted(edition: Edition, figure: FigureId, unit: str) -> bool:
    """Whether a figure in this unit is printed as one converted."""
    identity = str(replace(figure, unit=unit))
    return any(identity in facts for facts in edition.facts.values())


def same(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether a figure converted into another unit is the first one, to its own last digit."""
    by = factor(one[1], other[1])
    value = Decimal(other[0])
    if by is None:
        return False
    # a document that converts may cut a digit off
    return abs(Fraction(one[0]) * by - Fraction(value)) < Fraction(1, 10 ** decimals_of(value))


def misprinted(edition: Edition) -> Iterator[str]:
    """Figures on the pages that are not what the facts say."""
    for each in edition.shown:
        fact = edition.facts[each.chapter][each.id]
        text = show(Decimal(str(fact["value"])))
        words = ZERO_IN_WORDS if Decimal(each.value) == 0 else ()
        if each.value != fact["value"] or each.text not in {text, text.lstrip("−"), *words}:
            yield f"{each.chapter} {each.id}: {each.text} ({each.value}), facts {fact['value']}"


def nameless(edition: Edition) -> Iterator[str]:
    """Numbers in cells of tables that are no figures: nobody can tell what they are, or that they are the same."""
    for chapter, article in edition.pages.items():
        for table in article.select("figure.table"):
            title = table.select_one("caption .title").get_text()
            if AUDIT_TABLES.search(title) or TARGET_TABLES.search(title):
                continue
            for cell in table.select("tbody td.number"):
                text = cell.get_text().strip()
                if not cell.select_one("data") and NUMBER.fullmatch(text):
                    yield f"{chapter} {title}: {text}"


# -- charts -----------------------------------------------------------------------------------------------------------
def tips(drawing: Tag) -> Iterator[re.Match[str]]:
    """What the bands of a chart tell: a match for each value."""
    for title in drawing.select("svg rect > title"):
        yield from filter(None, map(TIP.fullmatch, title.get_text().split("\n")))


def is_sum(tip: re.Match[str], drawing: Tag) -> bool:
    """Whether a tooltip gives the total of the values that stand in its band."""
    if not tip["name"].endswith(TOTAL):
        return False
    band = next(title for title in drawing.select("svg rect > title") if tip[0] in title.get_text().split("\n"))
    others = [each for each in map(TIP.fullmatch, band.get_text().split("\n")) if each and each[0] != tip[0]]
    return sum(number_of(each) for each in others) == number_of(tip)


def number_of(tip: re.Match[str]) -> Fraction:
    """The value that a tooltip gives."""
    return Fraction(tip["value"].replace(",", "").replace("−", "-"))


def drawn_otherwise(edition: Edition) -> Iterator[str]:
    """Values at the marks of charts that are printed otherwise in the numbers below the chart."""
    for chapter, article in edition.pages.items():
        for drawing in article.select("figure.chart"):
            numbers = [edition.facts[chapter][each["data-q"]] for each in drawing.select("details data.q")]
            known = {(str(fact["value"]), unit_of(fact)) for fact in numbers}
            texts = {show(Decimal(value)) for value, _ in known}
            for tip in tips(drawing):
                if tip["value"] not in texts and not converts(tip, known) and not is_sum(tip, drawing):
                    yield f"{chapter} {drawing['id']}: {tip[0]}"


def converts(tip: re.Match[str], known: set[tuple[str, str]]) -> bool:
    """Whether a tooltip gives one of the known figures, exactly, in the unit of the chart."""
    value = number_of(tip)
    unit = tip["unit"].strip()
    others = [(number, other) for number, other in known if other != unit]
    return any((by := factor(other, unit)) and Fraction(number) * by == value for number, other in others)


def shares_drawn_otherwise(edition: Edition) -> Iterator[str]:
    """Shares at the marks of charts that the edition prints with other digits."""
    printed: dict[str, set[str]] = defaultdict(set)
    for _, fact in edition.known:
        figure = FigureId.parse(str(fact["id"]))
        if figure.measure == "share":
            printed[str(figure.key)].add(str(fact["value"]))
    for chapter, article in edition.pages.items():
        for drawing in article.select("figure.chart"):
            named = dict(numbers_by_name(drawing))
            for tip in tips(drawing):
                share = tip["share"]
                others = printed.get(named.get(tip["name"], ""), set())
                near = {other for other in others if share and is_near(Decimal(share), Decimal(other))}
                if near and share not in near:
                    yield f"{chapter} {drawing['id']}: {tip[0]}, printed {near}"


def numbers_by_name(drawing: Tag) -> Iterator[tuple[str, str]]:
    """The keys of the figures of a composition by the name of their row."""
    for row in drawing.select("details tbody tr"):
        figures = row.select("data.q")
        if len(figures) == 1:
            name = re.sub(r"（[^（）]*）$", "", row.select_one("th").get_text().strip())
            yield row.select_one("th").get_text().strip(), str(FigureId.parse(figures[0]["data-q"]).key)
            yield name, str(FigureId.parse(figures[0]["data-q"]).key)


def is_near(one: Decimal, other: Decimal) -> bool:
    """Whether two shares may be the same, rounded to other digits or from rounded parts."""
    digits = min(decimals_of(one), decimals_of(other))
    return abs(one - other) <= Decimal(1).scaleb(-digits) / 2 + Decimal("0.02")


# -- what is known ----------------------------------------------------------------------------------------------------
def too_exact(edition: Edition) -> Iterator[str]:
    """Derived figures that no document prints, and inferred levels, with more decimals than their interval allows.

    The last digit may be off by one. Whole units stay.
    """
    for chapter, fact in edition.known:
        figure = FigureId.parse(str(fact["id"]))
        recomputed = bool(figure.measure) and not fact["source"]
        inferred = not figure.measure and fact["status"] == "E" and bool(fact["source"])
        if figure.unit or figure.by_formula or not (recomputed or inferred):
            continue
        value = Decimal(str(fact["value"]))
        decimals = decimals_of(value)
        ends = [round_half_up(Fraction(str(fact[end])), decimals) for end in ("low", "high")]
        if decimals and any(abs(end - value) > Decimal(1).scaleb(-decimals) for end in ends):
            yield f"{chapter} {fact['id']}: {value} in [{fact['low']}, {fact['high']}]"


def outside(edition: Edition) -> Iterator[str]:
    """Inferred levels that are, to their last digit, not within what the rest allows."""
    for chapter, fact in edition.known:
        figure = FigureId.parse(str(fact["id"]))
        if figure.measure or fact["status"] != "E" or not fact["source"]:
            continue
        value = Decimal(str(fact["value"]))
        half = Fraction(1, 2 * 10 ** decimals_of(value))
        low, high = (Fraction(str(fact[end])) for end in ("low", "high"))
        if not low - half <= Fraction(value) <= high + half:
            yield f"{chapter} {fact['id']}: {value} in [{low}, {high}]"


# -- what is in doubt -------------------------------------------------------------------------------------------------
def marked_here_and_not_there(edition: Edition) -> Iterator[str]:
    """Figures that are marked as being in doubt at one place and not at another."""
    seen: dict[str, set[bool]] = defaultdict(set)
    for each in edition.shown:
        seen[each.id].add(each.marked)
    yield from (identity for identity, marks in seen.items() if len(marks) > 1)


def unmarked_consequences(edition: Edition) -> Iterator[str]:
    """Figures that follow from a level in doubt, whether computed or printed, and are not marked.

    A doubt about another printing of a level (`claim:level:`) is none about the level itself.
    """
    for chapter, facts in edition.facts.items():
        for fact in facts.values():
            inputs = [facts[name] for name in fact["inputs"]]
            doubted = any(each["mark"] and not str(each["mark"]).startswith("claim:level:") for each in inputs)
            if doubted and not fact["mark"] and "formula" not in str(fact["id"]).split(":"):
                yield f"{chapter} {fact['id']}"


def unmarked_in_drawings(edition: Edition) -> Iterator[str]:
    """Charts that do not mark a figure in doubt where it is told, or mark one that is not, or do not say why."""
    for chapter, article in edition.pages.items():
        for drawing in article.select("figure.chart"):
            doubted = [each for each in drawing.select("details data.q") if each.has_attr("data-mark")]
            notes = [each for each in drawing.select("p.note") if each.get_text().startswith(SIGN)]
            if bool(doubted) != bool(notes):
                yield f"{chapter} {drawing['id']}: {len(doubted)} figures in doubt, {len(notes)} notes"
            for form in drawing.select(".drawing"):
                signs = sum(tip["sign"] == SIGN for tip in tips(form))
                if signs != len(doubted):
                    yield f"{chapter} {drawing['id']}: {len(doubted)} figures in doubt, {signs} signs"


def trends_told_in_spite_of_doubt(edition: Edition) -> Iterator[str]:
    """First lines of captions that say how a disputed figure moved: a rise or fall that cannot be known."""
    for chapter, article in edition.pages.items():
        for drawing in article.select("figure.chart"):
            says = drawing.select_one(".says")
            text = says.get_text() if says else ""
            if HOLLOW in drawing.select_one(".drawing").get_text() and re.search(
                "[到为].*(上升|下降|增加|减少)到", text
            ):
                yield f"{chapter} {drawing['id']}: {text}"


def accused_and_unmarked(edition: Edition, errata: Mapping[str, Erratum]) -> Iterator[str]:
    """Figures that a known erratum names, or that its check is about, and that stand on a page without a mark."""
    places: dict[str, set[bool]] = defaultdict(set)
    for each in edition.shown:
        places[each.id].add(each.marked)
    for check, erratum in errata.items():
        for identity in erratum.figures or about(check):
            if False in places.get(figure_of(identity), ()):
                yield f"{check}: {identity}"


def about(check: str) -> tuple[str, ...]:
    """The figure that a check is about where it is one alone."""
    kind, _, name = check.partition(":")
    if kind == "claim":
        return (check,)
    return (name,) if kind in ("formula", "total") else ()


def figure_of(name: str) -> str:
    """The name of a figure on the pages, from that of a level or of the check of a printed figure."""
    if not name.startswith("claim:"):
        return name
    measure, indicator, item, year, *base = name.removeprefix("claim:").split(":")
    level = f"{indicator}:{item}:{year}"
    return level if measure == "level" else f"{level}:{measure}:{base[0]}"


# -- every format -----------------------------------------------------------------------------------------------------
def marked(record: object) -> Iterator[FigureText]:
    """The marked figures in a record, or in any part of it."""
    if isinstance(record, FigureText) and record.marked:
        yield record
    elif is_dataclass(record):
        for each in fields(record):
            yield from marked(getattr(record, each.name))
    elif isinstance(record, tuple):
        for part in record:
            yield from marked(part)


def signs(block: object) -> int:
    """How many figures of a block of print bear a sign: a footnote, one again, or a star."""
    if isinstance(block, Footnote | Again):
        return 1
    if isinstance(block, Run):
        return int(block.text.startswith(SIGN) and block.raised)  # with the number of its note
    if is_dataclass(block):
        return sum(signs(getattr(block, each.name)) for each in fields(block))
    return sum(map(signs, block)) if isinstance(block, tuple) else 0


def unmarked_in_print(record: Record) -> Iterator[str]:
    """What a record shows in print (PDF, Word, EPUB) without the sign that it bears on the page."""
    expected = list(marked(replace(record, body=TableBody((), ())) if isinstance(record, ChartRecord) else record))
    blocks = tuple(blocks_of_record(record))
    if signs(blocks) < len(expected):
        yield f"{record.chapter}: {[each.id for each in expected]}"
    in_chart = isinstance(record, ChartRecord) and list(marked(record.body))
    if in_chart and not any(note.startswith(SIGN) for note in record.notes):
        yield f"{record.chapter} {record.label}: no note"


def unmarked_in_download(record: TableRecord | ChartRecord, folder: Path) -> Iterator[str]:
    """Rows with a figure in doubt that say nothing of it in the file of a table or chart."""
    with (folder / f"{record.identity}.csv").open(encoding="utf-8-sig", newline="") as stream:
        _, *lines = csv.reader(stream)
    for row, line in zip(record.body.rows, lines, strict=True):
        if any(marked(row)) != bool(line[-1]):
            yield f"{folder.name}/{record.identity}: {line}"
