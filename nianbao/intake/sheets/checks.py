"""The sheet 核对: formulas that say, while the form is filled in, what does not add up and what changed much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.audit.rules.identities import Term, applies, read_identities
from nianbao.audit.rules.totals import adds_up, printed_parts
from nianbao.data import formulas
from nianbao.data.dataset import Dataset
from nianbao.intake.keys import Place, Series
from nianbao.intake.layout import Form, heading
from nianbao.intake.sheets import styles

#: The row of the head of the checks, and the first of them.
HEAD_ROW = 6
FIRST_ROW = 7
HEADS = ("种类", "关系", "填报数", "应为／上年", "差", "允许", "结果")
WIDTHS = (26, 60, 14, 14, 12, 10, 18)
#: What the checks come to: words, and what their results begin with.
COUNTS = (("不符", "不符*"), ("未填全", "未填*"), ("比上年变动三成以上或由零变有", "变动*"))


class Reference(NamedTuple):
    """A cell of a sheet of figures: of this year's figure, or of last year's beside it."""

    sheet: str
    place: Place

    def __str__(self) -> str:
        return f"'{self.sheet}'!{self.place.name}"

    @property
    def number(self) -> str:
        """The cell as a term of a formula: a blank or a mark counts as nothing."""
        return f"N({self})"


@dataclass(frozen=True)
class Comparison:
    """A figure that should be as another, both as terms of Excel.

    `allowed` is the difference that rounding allows, a number or a term; `needed` are the cells without which it says
    nothing.
    """

    kind: str
    title: str
    left: str
    right: str
    allowed: float | str
    needed: list[Reference]

    def cells(self, row: int) -> list[str | float]:
        """The cells of its row."""
        needed = [str(reference) for reference in self.needed] or ["1"]
        result = (
            f'=IF(COUNTA({",".join(needed)})<{len(needed)},"未填全",IF(ABS(E{row})<=F{row}+0.0000001,"相符","不符"))'
        )
        allowed = f"={self.allowed}" if isinstance(self.allowed, str) else self.allowed
        return [self.kind, self.title, f"={self.left}", f"={self.right}", f"=C{row}-D{row}", allowed, result]


@dataclass(frozen=True)
class Change:
    """A figure beside last year's, told where it moved by more than three tenths or came from nothing."""

    title: str
    now: Reference
    then: Reference

    def cells(self, row: int) -> list[str | None]:
        """The cells of its row."""
        now = self.now
        then = self.then
        from_zero = f'IF({now}=0,"","变动：上年为零")'
        moved = f'IF(ABS({now}-{then})>0.3*ABS({then}),"变动"&TEXT(({now}-{then})/ABS({then}),"0%"),"")'
        result = f'=IF(NOT(AND(ISNUMBER({now}),ISNUMBER({then}))),"",IF({then}=0,{from_zero},{moved}))'
        return ["比上年", self.title, f"={now.number}", f"={then.number}", f"=C{row}-D{row}", None, result]


class Checks:
    """What can be checked on the sheets of a form."""

    def __init__(self, data: Dataset, form: Form):
        self.data = data
        self.catalogue = data.catalogue
        self.year = form.year
        #: The input cell of each figure.
        self.cells: dict[Series, Reference] = {}
        #: The items of each indicator, in the order of the sheets.
        self.items: dict[str, list[str]] = defaultdict(list)
        #: Cells of figures that were printed blank last year: they may stay empty.
        self.idle: set[Reference] = set()
        for sheet in form.sheets:
            for series, place in sheet.places().items():
                self.cells[series] = Reference(sheet.name, place)
                seen = sheet.last[series]
                if seen and seen.value is None:
                    self.idle.add(self.cells[series])
        for series in self.cells:
            self.items[series.indicator].append(series.item)

    def all(self) -> Iterator[Comparison | Change]:
        """Every check: totals, identities, ratios, then changes."""
        yield from self.totals()
        yield from self.identities()
        yield from self.ratios()
        yield from self.changes()

    def cell(self, series: Series, lag: int = 0) -> Reference | None:
        """The cell of a figure of this year, or with a `lag` of one of last year; None for others."""
        reference = self.cells.get(series)
        if reference is None or lag not in (0, 1):
            return None
        return Reference(reference.sheet, reference.place.beside) if lag else reference

    def half_a_digit(self, code: str) -> float:
        """Half a unit of the last decimal of an indicator; nothing for what is printed whole."""
        decimals = self.catalogue.indicator(code).decimals
        return 0.5 / 10**decimals if decimals else 0

    def totals(self) -> Iterator[Comparison]:
        """Each whole against the sum of its parts."""
        for code, items in self.items.items():
            about = self.catalogue.indicator(code)
            if not adds_up(about):
                continue
            for whole in items:
                below = printed_parts(self.catalogue, about.dimension, whole, items)
                parts = [self.cells[Series(code, part)] for part in below]
                if not parts:
                    continue
                total = self.cells[Series(code, whole)]
                yield Comparison(
                    kind="合计",
                    title=f"{self.catalogue.item(about, whole).name}{about.name}＝分项之和",
                    left=total.number,
                    right="+".join(part.number for part in parts),
                    allowed=self.half_a_digit(code) * (len(parts) + 1),
                    needed=[total],
                )

    def identities(self) -> Iterator[Comparison]:
        """Each identity of the catalogue, for every item that all of its terms have a cell for."""
        for terms in read_identities(self.data).values():
            if not applies(terms, self.year):
                continue
            free = [set(self.items.get(term.indicator, ())) for term in terms if not term.item]
            for item in sorted(set.intersection(*free)) if free else [""]:
                cells = [self.cell(Series(term.indicator, term.item or item), term.lag) for term in terms]
                known = [cell for cell in cells if cell]
                if len(known) == len(terms):
                    yield self.identity(terms, item, known)

    def identity(self, terms: list[Term], item: str, cells: list[Reference]) -> Comparison:
        """An identity for an item; `cells` are those of its terms."""
        title = terms[0].title
        if item:
            about = self.catalogue.item(self.catalogue.indicator(terms[0].indicator), item)
            title += f"（{about.name}）" if about.parent else ""
        pairs = list(zip(terms, cells, strict=True))
        return Comparison(
            kind="勾稽",
            title=title,
            left="+".join(f"({float(term.weight):g})*{cell.number}" for term, cell in pairs),
            right="0",
            allowed=sum(abs(float(term.weight)) * self.half_a_digit(term.indicator) for term in terms),
            needed=[cell for term, cell in pairs if not term.lag and cell not in self.idle],
        )

    def ratios(self) -> Iterator[Comparison]:
        """Each figure with a formula against what the formula gives, where all of its terms have a cell."""
        for series, cell in self.cells.items():
            about = self.catalogue.indicator(series.indicator)
            terms = formulas.terms(about.formula) if about.formula else ()
            found = [self.cell(Series(term.indicator, term.item or series.item), -term.lag) for term in terms]
            known = [term_cell for term_cell in found if term_cell]
            if not terms or len(known) != len(terms):
                continue
            numbers = iter([term_cell.number for term_cell in known])
            right = formulas.TERM.sub(lambda _, numbers=numbers: next(numbers), about.formula)
            now = [term_cell for term, term_cell in zip(terms, known, strict=True) if not term.lag]
            yield Comparison(
                kind="比率",
                title=f"{heading(about)}＝按公式计算",
                left=cell.number,
                right=f"IFERROR({right},0)",
                allowed=f"MAX({self.half_a_digit(series.indicator) or 0.5},0.005*ABS({right}))",
                needed=[each for each in [cell, *now] if each not in self.idle],
            )

    def changes(self) -> Iterator[Change]:
        """Each figure beside last year's."""
        for series, cell in self.cells.items():
            about = self.catalogue.indicator(series.indicator)
            title = f"{self.catalogue.item(about, series.item).name}{about.name}"
            yield Change(title, cell, Reference(cell.sheet, cell.place.beside))


def write(sheet: Worksheet, data: Dataset, form: Form) -> None:
    """Fill the sheet 核对."""
    checks = list(Checks(data, form).all())
    last = HEAD_ROW + len(checks)
    sheet.append(["核对（随填随算，不必填写）"])
    for words, beginning in COUNTS:
        sheet.append([words, f'=COUNTIF($G${FIRST_ROW}:$G${last},"{beginning}")'])
    sheet.append([])
    sheet.append(HEADS)
    for row, check in enumerate(checks, FIRST_ROW):
        sheet.append(check.cells(row))
    styles.set_widths(sheet, WIDTHS)
    for line in sheet.iter_rows(HEAD_ROW, last, 3, 6):
        for cell in line:
            cell.number_format = "#,##0.00##"
    warned = FormulaRule([f'OR(LEFT(G{FIRST_ROW},2)="不符",LEFT(G{FIRST_ROW},2)="变动")'], fill=styles.WARN)
    sheet.conditional_formatting.add(f"G{FIRST_ROW}:G{last}", warned)
    sheet.auto_filter.ref = f"A{HEAD_ROW}:G{last}"
    sheet.freeze_panes = f"A{FIRST_ROW}"
    styles.protect(sheet)


def is_formula(row: int, column: int) -> bool:
    """Whether a cell of the sheet may hold a formula: its titles, which come from the data, may not."""
    return column > 2 or (column == 2 and row < HEAD_ROW)
