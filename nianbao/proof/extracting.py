"""What was read, as observations and claims in the format of `data/`, and a workbook in which a person confirms it.

Only names, units and codelists of a catalogue are used, never its values. A figure whose indicator is plain goes into
the CSV files; the others, and figures for which the catalogue has no indicator, stand only in the workbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from nianbao import temporary
from nianbao.data.catalogue import Catalogue, Indicator, Item
from nianbao.data.csvfiles import write_csv
from nianbao.data.folder import Folder
from nianbao.errors import DataError
from nianbao.proof.checking import Checked
from nianbao.proof.findings import place_of, quote_of
from nianbao.proof.grid import Grid, Row
from nianbao.proof.model import Figure, Paragraph, Table
from nianbao.proof.numbers import plain
from nianbao.proof.phrases import meanings, pattern, unit_of
from nianbao.proof.sentences import LEVEL, pairs
from nianbao.proof.tables import WITHIN, is_total

#: How alike the names must be for a match that needs no person; for one that is proposed; and how far it must be ahead
#: of the next one.
SURE, POSSIBLE, AHEAD = 0.72, 0.45, 0.08
#: Share of what is peculiar to the name of a scheme that words must have to speak of it.
SCHEME = 0.5
OBSERVATIONS = "indicator item value status source".split()
CLAIMS = "measure indicator item year base value unit place".split()
CONFIRM = "确认 种类 指标 指标名称 地区或项目 年份 基期或分母 数 单位 把握 位置 原文 建议的新指标".split()


@dataclass(frozen=True)
class Match:
    """An indicator that a figure may be of, and how alike the names are."""

    indicator: Indicator
    score: float
    sure: bool


@dataclass
class Read:
    """A figure as it would stand in `data/`. measure: empty for an observation, else that of the claim."""

    figure: Figure
    match: Match | None
    item: str
    year: int
    measure: str = ""
    base: str = ""

    @property
    def sure(self) -> bool:
        """Whether it needs no person: the indicator is plain, and what it is counted for."""
        return self.match is not None and self.match.sure and bool(self.item) and bool(self.year)


def extracted(checked: Checked, folder: Path, data: Path | None) -> list[str]:
    """Write what was read into a folder; returns the lines that say what was written.

    data: the data folder whose catalogue is used; where there is none, everything is proposed as new. Raises DataError
    for a folder that holds other files.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / CONFIRMED).exists():
        raise DataError("文件夹里已有别的文件，请换一个空的", folder)
    root = data or Path("data")
    catalogue = Catalogue(Folder(root)) if (root / "catalogue").is_dir() else None
    found = list(Extraction(checked, catalogue).all())
    observations, claims = sorted_out(found)
    folder.mkdir(parents=True, exist_ok=True)
    for year in sorted({each.year for each in observations}):
        rows = [_observation(checked, each) for each in observations if each.year == year]
        path = folder / "observations" / str(year) / "extracted.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_csv(path, rows, OBSERVATIONS)
    write_csv(folder / "claims.csv", [_claim(checked, each) for each in claims], CLAIMS)
    _workbook(checked, found, folder / CONFIRMED)
    left = len(found) - len(observations) - len(claims)
    said = f"取出数据{len(observations)}行、推算数{len(claims)}行，另有{left}个数待确认"
    return [f"{said}，见 {folder / CONFIRMED}"]


CONFIRMED = "待确认.xlsx"
YEAR = re.compile(r"(?:19|20)\d\d")
TOPIC = re.compile(r"\s*(?:\d{1,2}[.．、]|[（(].{1,3}[）)])?\s*([^，。：:；\d]{2,14})(?:¹|²|³|\d)?[。：:]")
#: Words that make a quantity another one: they must be in both names or in neither.
TELLING = re.compile(
    r"其他|当期|[一二三四五六七八九十]+至[一二三四五六七八九十]+级|[一二三四五六七八九十]类|增长|占比|率"
)


def sorted_out(found: Sequence[Read]) -> tuple[list[Read], list[Read]]:
    """Observations, the first of each quantity, and claims; what is not sure is in neither.

    What is printed again is a claim `level`; where it is printed with another value, only the first is taken.
    """
    observations: dict[tuple[str, str, int], Read] = {}
    claims = []
    for each in found:
        if not each.sure or each.match is None:
            continue
        key = each.match.indicator.code, each.item, each.year
        if each.measure:
            claims.append(each)
        elif key not in observations:
            observations[key] = each
        elif each.figure.value == observations[key].figure.value:
            claims.append(replace(each, measure="level"))
    return list(observations.values()), claims


def _source(checked: Checked, figure: Figure) -> str:
    """The place of a figure as the data name it: table or numbers of the headings."""
    part = checked.document.parts[figure.spot.part]
    if isinstance(part, Table):
        found = re.match(r"\s*([表图])\s*(\d+(?:\s*-\s*\d+)?)", part.caption)
        if found:
            return found[1] + re.sub(r"\s", "", found[2])
    numbers = []
    for text in part.path:
        found = re.match(
            r"\s*(第[^\s]{1,3}部分|[一二三四五六七八九十]+(?=、)|[（(][一二三四五六七八九十\d]+[）)]|\d+(?=[.．、]))",
            text,
        )
        if found:
            numbers.append(found[1].replace("(", "（").replace(")", "）"))
    return "".join(numbers)


def _observation(checked: Checked, each: Read) -> dict[str, str]:
    assert each.match is not None
    return {
        "indicator": each.match.indicator.code,
        "item": each.item,
        "value": f"{each.figure.value:f}",
        "status": "A",
        "source": _source(checked, each.figure),
    }


def _claim(checked: Checked, each: Read) -> dict[str, str]:
    assert each.match is not None
    return {
        "measure": each.measure,
        "indicator": each.match.indicator.code,
        "item": each.item,
        "year": str(each.year),
        "base": each.base,
        "value": f"{each.figure.value:f}",
        "unit": each.figure.unit,
        "place": _source(checked, each.figure),
    }


def _workbook(checked: Checked, found: Sequence[Read], path: Path) -> None:
    """The workbook in which a person confirms what was read."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    from nianbao.data.csvfiles import safe

    book = Workbook()
    sheet = book.active
    sheet.title = "待确认"
    sheet.append(CONFIRM)
    for each in found:
        match = each.match
        new = "" if match is not None and match.score >= POSSIBLE else each.figure.noun
        cells = [
            "是" if each.sure else "",
            each.measure or "照印的数",
            match.indicator.code if match is not None and not new else "",
            match.indicator.name if match is not None and not new else "",
            each.item,
            str(each.year or ""),
            each.base,
            f"{each.figure.value:f}",
            each.figure.unit,
            f"{match.score:.2f}" if match is not None else "",
            place_of(checked, each.figure),
            quote_of(checked, each.figure),
            new,
        ]
        sheet.append([safe(cell) for cell in cells])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEFGHIJKLM", (6, 10, 30, 34, 12, 8, 22, 14, 8, 8, 30, 60, 24), strict=True):
        sheet.column_dimensions[column].width = width
    temporary.save(book, path)


class Extraction:
    """Figures of a document matched to the indicators of a catalogue."""

    def __init__(self, checked: Checked, catalogue: Catalogue | None):
        self.checked = checked
        self.catalogue = catalogue
        self.figures = checked.figures
        self._names: dict[str, str] = {}

    # -- what there is ------------------------------------------------------------------------------------------
    def all(self) -> Iterator[Read]:
        """Everything that was read, levels first."""
        levels: dict[int, Read] = {}
        for each in (*self._tables(), *self._sentences()):
            levels[each.figure.number] = each
            yield each
        yield from self._claims(levels)

    def _sentences(self) -> Iterator[Read]:
        """Levels of sentences."""
        for figure in self.figures:
            if figure.role != LEVEL or not unit_of(figure.unit).base:
                continue
            words = self._paragraph_words(figure)
            match = self._match(figure, words, figure.noun)
            topic = self._topic(figure)
            if topic and (match is None or not match.sure):
                match = max(
                    filter(None, (match, self._match(figure, words, topic + figure.noun))), key=_rank, default=None
                )
            yield Read(figure, match, self._area, figure.year)

    def _topic(self, figure: Figure) -> str:
        """What a paragraph begins with, as a heading within the line: 1. 企业单位。"""
        part = self.checked.document.parts[figure.spot.part]
        found = TOPIC.match(part.text) if isinstance(part, Paragraph) else None
        return plain(found[1]).text if found else ""

    def _paragraph_words(self, figure: Figure) -> list[str]:
        """What says which scheme a figure is of, the nearest first."""
        part = self.checked.document.parts[figure.spot.part]
        return [figure.noun, figure.before, *reversed(part.path)]

    def _tables(self) -> Iterator[Read]:
        """Cells of tables."""
        for grid in self.checked.grids:
            by_region = self._is_by_region(grid)
            schemes = [self._scheme_of_head(head) for head in grid.heads]
            by_scheme = sum(map(bool, schemes)) >= 3
            above = ""
            for row in grid.rows:
                item = self._region(row.label, grid, above)
                above = item if item and not WITHIN.search(row.label) else above
                for at, number in enumerate(row.cells):
                    if number is None:
                        continue
                    if by_scheme:
                        yield self._of_scheme(grid, row, self.figures[number], schemes[at] if at < len(schemes) else "")
                    else:
                        yield self._cell(grid, row, at, self.figures[number], item if by_region else None)

    def _is_by_region(self, grid: Grid) -> bool:
        """Whether the rows of a grid are regions."""
        known = sum(bool(self._region(row.label, grid)) for row in grid.rows)
        return known >= 3 and known >= len(grid.rows) / 2

    def _cell(self, grid: Grid, row: Row, at: int, figure: Figure, region: str | None) -> Read:
        """One cell: of a region, or of a quantity of which the columns or rows are years."""
        head = grid.heads[at] if at < len(grid.heads) else ""
        above = [*self._above(grid), *reversed(grid.table.path)]
        if region is not None:
            return Read(figure, self._match(figure, [head, *above], head, self._above(grid)), region, figure.year)
        measure = row.label if YEAR.search(head) else head if YEAR.search(row.label) else f"{row.label}{head}"
        return Read(figure, self._match(figure, [measure, *above], measure, self._above(grid)), self._area, figure.year)

    def _above(self, grid: Grid) -> list[str]:
        """The caption of a table, and a short line below it that says more."""
        before = self.checked.document.parts[grid.table.number - 1] if grid.table.number else None
        more = before.text if isinstance(before, Paragraph) and len(before.text) < 30 else ""
        return [grid.table.caption, *([more] if more and more != grid.table.caption else [])]

    def _scheme_of_head(self, head: str) -> str:
        """The scheme that a column is of, the total of all for 合计; empty for none."""
        if self.catalogue is None or not head:
            return ""
        if is_total(head):
            return next((item.code for item in self.catalogue.schemes.values() if not item.parent), "")
        for item in self.catalogue.schemes.values():
            short = item.short.replace("养老", "")
            if item.prefix and (item.short in head or head.startswith(short) or short in head):
                return item.code
        return ""

    def _of_scheme(self, grid: Grid, row: Row, figure: Figure, scheme: str) -> Read:
        """One cell of a table whose columns are the schemes."""
        match = self._match(figure, [], row.label, self._above(grid), "scheme")
        return Read(figure, match, scheme, figure.year)

    def _claims(self, levels: dict[int, Read]) -> Iterator[Read]:
        """Changes, growth, average growth and shares of levels that were read."""
        said = self.checked.said
        assert said is not None
        for each in said.comparisons:
            level = levels.get(each.level) if each.level is not None and each.sure else None
            if level is None:
                continue
            base = str(level.year - 1) if each.base == "last" else each.base
            for measure, number in (("change", each.change), ("growth", each.growth), ("avg_growth", each.average)):
                if number is not None and base.isdigit():
                    figure = self._signed(number, each.signs.get(number, 1))
                    yield Read(figure, level.match, level.item, level.year, measure, base)
        yield from self._computed(levels)
        wholes = self._wholes()
        for share in said.shares:
            level = levels.get(share.part) if share.part is not None else None
            whole = levels.get(wholes.get(share.share, -1))
            if level is not None and whole is not None and whole.match is not None:
                yield Read(
                    self.figures[share.share], level.match, level.item, level.year, "share", whole.match.indicator.code
                )

    def _computed(self, levels: dict[int, Read]) -> Iterator[Read]:
        """Changes, growth and shares that stand in tables, by the relations that they were found to satisfy."""
        net = self.checked.net
        assert net is not None
        for relation, parts in zip(net.problem.relations, net.parts, strict=True):
            if any(self.figures[number].role != "cell" for number in parts) or len(parts) != 3:
                continue
            if relation.kind == "share":
                part, whole, own, measure = parts[0], parts[1], parts[2], "share"
            elif relation.kind == "growth":
                own, part, whole, measure = *parts, "growth"
            elif relation.kind == "formula":
                own, part, whole, measure = *parts, "change"
            else:
                continue
            one, two = levels.get(part), levels.get(whole)
            if one is None or two is None or one.match is None or two.match is None:
                continue
            same = one.match.indicator == two.match.indicator
            if measure == "share" and same:
                yield Read(self.figures[own], one.match, one.item, one.year, measure, two.match.indicator.code)
            elif measure != "share" and same and one.item == two.item and one.year == two.year + 1:
                yield Read(self.figures[own], one.match, one.item, one.year, measure, str(two.year))

    def _signed(self, number: int, sign: int) -> Figure:
        """A figure with the sign that its words say."""
        figure = self.figures[number]
        return replace(figure, value=-figure.value) if sign < 0 else figure

    def _wholes(self) -> dict[int, int]:
        """What each share was found to be of."""
        net = self.checked.net
        assert net is not None
        kinds = [relation.kind for relation in net.problem.relations]
        return {
            parts[2]: parts[1]
            for kind, parts in zip(kinds, net.parts, strict=True)
            if kind == "share" and len(parts) == 3
        }

    # -- items --------------------------------------------------------------------------------------------------
    @cached_property
    def _area(self) -> str:
        """The region that the whole document is about."""
        regions = self.catalogue.regions if self.catalogue is not None else {}
        return next((code for code, item in regions.items() if not item.parent), "")

    @cached_property
    def _items(self) -> dict[str, Item]:
        return self.catalogue.regions if self.catalogue is not None else {}

    @cached_property
    def _regions(self) -> dict[str, Item]:
        """Regions by their names, without what stands in parentheses and the like."""
        found: dict[str, Item] = {}
        for item in self.catalogue.regions.values() if self.catalogue is not None else ():
            for name in (item.name, item.short, re.sub(r"[县市区]$", "", item.name)):
                found.setdefault(_bare(name), item)
        return found

    def _region(self, label: str, grid: Grid, above: str = "") -> str:
        """The code of the region that a row is of, below that of another row; empty where it is none."""
        if label in {"市本级", "本级"} and above in self._items:
            top = self._items[above]
            return next(
                (code for code, each in self._items.items() if each.parent == above and each.name.startswith(top.name)),
                "",
            )
        if is_total(label):
            return self._area
        name = _bare(label)
        item = (
            self._regions.get(name) or self._regions.get(name.removeprefix("自治")) or self._regions.get(f"自治{name}")
        )
        if item is None:
            return ""
        within = any("本级" in row.label and not row.label.endswith(("区本级", "省本级")) for row in grid.rows)
        own = [each for each in self._regions.values() if each.parent == item.code and each.name.startswith(item.name)]
        if own and not within:
            return own[0].code
        return item.code

    # -- indicators ---------------------------------------------------------------------------------------------
    def _match(
        self, figure: Figure, words: list[str], noun: str, context: Sequence[str] = (), dimension: str = ""
    ) -> Match | None:
        """The indicator whose name is most like the words of a figure, of the same unit and scheme.

        words: what tells the scheme. context: what else is said around it. dimension: that of the indicator, if known.
        """
        if self.catalogue is None or not noun:
            return None
        scheme = self._scheme(words)
        own = _plainly(self._without_scheme(noun, scheme))
        around = _plainly(self._without_scheme("".join(context), scheme)) if context else ""
        indicators = [
            each for each in self.catalogue.indicators.values() if not dimension or each.dimension == dimension
        ]
        if not indicators:
            return None
        scored = sorted(
            ((self._score(own, around, figure, each, scheme), each) for each in indicators), key=lambda pair: -pair[0]
        )
        (best, indicator), (second, _) = scored[0], scored[1] if len(scored) > 1 else (0.0, None)
        if best <= 0:
            return None
        return Match(indicator, best, best >= SURE and best - second >= AHEAD)

    def _score(self, words: str, around: str, figure: Figure, indicator: Indicator, scheme: Item | None) -> float:
        """How alike a figure's words and an indicator's name are, 0 to 1."""
        if unit_of(indicator.unit) != unit_of(figure.unit):
            return 0.0
        if scheme is not None and not indicator.code.startswith(scheme.prefix):
            return 0.0
        if scheme is None and self._is_of_scheme(indicator):
            return 0.0
        name = self._name(indicator, scheme)
        if set(TELLING.findall(words)) ^ set(TELLING.findall(name)):
            return 0.0
        one, two = pairs(words), pairs(name)
        if around and one and two:
            return (len(one & two) / len(one) + len(two & (one | pairs(around))) / len(two)) / 2
        return 2 * len(one & two) / (len(one) + len(two)) if one and two else 0.0

    def _name(self, indicator: Indicator, scheme: Item | None) -> str:
        if indicator.code not in self._names:
            self._names[indicator.code] = _plainly(self._without_scheme(indicator.name, scheme))
        return self._names[indicator.code]

    def _is_of_scheme(self, indicator: Indicator) -> bool:
        assert self.catalogue is not None
        return any(each.prefix and indicator.code.startswith(each.prefix) for each in self.catalogue.schemes.values())

    @cached_property
    def _peculiar(self) -> dict[str, set[str]]:
        """What is in the name of a scheme and in no other's: neighbouring characters, by code."""
        assert self.catalogue is not None
        names = {code: pairs(each.name) for code, each in self.catalogue.schemes.items() if each.prefix}
        return {
            code: own - {pair for other, others in names.items() if other != code for pair in others}
            for code, own in names.items()
        }

    def _scheme(self, words: list[str]) -> Item | None:
        """The scheme that words speak of, the nearest ones first."""
        assert self.catalogue is not None
        for text in words:
            own = pairs(re.sub(r"\W", "", text))
            scores = {code: len(own & marks) / len(marks) for code, marks in self._peculiar.items() if marks}
            best = max(scores, key=scores.__getitem__, default="")
            if best and scores[best] >= SCHEME:
                return self.catalogue.schemes[best]
        return None

    def _without_scheme(self, words: str, scheme: Item | None) -> str:
        """Words without the name of a scheme, in the ways in which it is written."""
        if scheme is None:
            return words
        name = scheme.name
        shorter = name.replace("基本", "")
        for each in sorted({name, f"城镇{name}", shorter, f"城镇{shorter}"}, key=len, reverse=True):
            words = words.replace(each, "")
        return words


def _rank(match: Match) -> tuple[bool, float]:
    """Which of two matches is the better one."""
    return match.sure, match.score


def _bare(name: str) -> str:
    """A name of a region without blanks and the signs around 市本级."""
    return re.sub(r"[\s（()）]", "", name)


def _plainly(words: str) -> str:
    """Words as they are compared: without what says nothing, and with one word for what is said in several."""
    words = re.sub(r"[（(][^（()）]*[）)]|\W", "", words)
    words = re.sub(pattern("filler"), "", words)
    for said, meant in sorted(meanings("same").items(), key=lambda pair: -len(pair[0])):
        words = words.replace(said, meant)
    return words
