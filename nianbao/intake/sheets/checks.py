"""The sheet 核对: formulas that say, while the form is filled in, what does not add up.

They reckon with the figures as the intake will read them, which the sheet 逐项比较 holds, and allow what the audit
allows: an editor should find here what `nianbao check` will say, and nothing that it will not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.audit.rules.identities import Term, read_identities
from nianbao.audit.rules.totals import adds_up, printed_parts
from nianbao.data import formulas
from nianbao.data.dataset import Dataset
from nianbao.intake.keys import Place, Series
from nianbao.intake.layout import SPARE_ROWS, Form, heading
from nianbao.intake.sheets import changes, styles
from nianbao.intake.sheets.changes import Rows

#: The row of the head of the checks, and the first of them.
HEAD_ROW = 6
FIRST_ROW = 7
HEADS = ("种类", "关系", "填报数", "应为", "差", "允许", "结果", "序")
WIDTHS = (9, 62, 15, 15, 12, 10, 16, 6)
HOLDS = "相符"
WRONG = "不符"
INCOMPLETE = "未填全"
ADDED = "有新增行，读入后核对"
#: What the checks come to: words, and what their results are.
COUNTS = ((WRONG, WRONG), (INCOMPLETE, INCOMPLETE), (HOLDS, HOLDS))
#: Differences of binary fractions that mean nothing.
NOTHING = "0.0000001"
#: What second-order terms may add to the width of a ratio, and how much of it a rounding of its inputs may make.
SLACK = 1.05
COARSE = 0.005
#: Column of the steps of a number that holds half a unit of its last digit.
HALF = changes.FIRST_STEP + 4


@dataclass(frozen=True)
class Level:
    """A figure of this year, or of last year's beside it (`before`), as terms of a formula."""

    rows: Rows
    series: Series
    half: float
    before: bool = False

    @property
    def number(self) -> str:
        """The figure; a blank or a mark counts as nothing."""
        return f"N({self.rows.reference(self.series, changes.THEN if self.before else changes.NOW)})"

    @property
    def margin(self) -> str:
        """Half a unit of its last digit."""
        return f"{self.half:g}" if self.before else f"N({self.rows.reference(self.series, HALF)})"

    @property
    def typed(self) -> str:
        """The cell in which it is typed."""
        return self.rows.typed(self.series)


@dataclass(frozen=True)
class Comparison:
    """A figure that should be as another, both as terms of Excel.

    `allowed` is the difference that rounding allows, as a term; `reached` whether the whole of it may be used up;
    `needed` are the figures without which it says nothing, `spare` cells in which figures may have been added.
    """

    kind: str
    title: str
    left: str
    right: str
    allowed: str
    needed: Sequence[Level]
    reached: bool = False
    spare: str = ""

    def cells(self, row: int) -> list[str]:
        """The cells of its row."""
        needed = ",".join(level.typed for level in self.needed)
        missing = f"COUNTA({needed})<{len(self.needed)}"
        within = f"ABS(E{row})<=F{row}+{NOTHING}" if self.reached else f"ABS(E{row})<F{row}-{NOTHING}"
        wrong = f'IF(COUNTA({self.spare})>0,"{ADDED}","{WRONG}")' if self.spare else f'"{WRONG}"'
        holds = f'IF(OR(ABS(E{row})<{NOTHING},{within}),"{HOLDS}",{wrong})'
        result = f'=IF({missing},"{INCOMPLETE}",{holds})'
        number = f'=IF(G{row}="{WRONG}",MAX(H${HEAD_ROW}:H{row - 1})+1,"")'
        amounts = [f"={self.left}", f"={self.right}", f"=C{row}-D{row}", f"={self.allowed}"]
        return [self.kind, self.title, *amounts, result, number]


class Checks:
    """What can be checked on the sheets of a form."""

    def __init__(self, data: Dataset, form: Form, rows: Rows):
        self.data = data
        self.catalogue = data.catalogue
        self.form = form
        self.rows = rows
        #: The items of each indicator, in the order of the sheets.
        self.items: dict[str, list[str]] = defaultdict(list)
        #: Figures that were printed blank last year: they may stay empty.
        self.idle: set[Series] = set()
        for sheet in form.sheets:
            for series, seen in sheet.last.items():
                self.items[series.indicator].append(series.item)
                if seen and seen.value is None:
                    self.idle.add(series)

    def all(self) -> Iterator[Comparison]:
        """Every check: totals, identities, then ratios."""
        yield from self.totals()
        yield from self.identities()
        yield from self.ratios()

    def level(self, series: Series, lag: int = 0) -> Level | None:
        """A figure of this year, or with a `lag` of one of last year; None for others."""
        if series not in self.rows.rows or lag not in (0, 1):
            return None
        return Level(self.rows, series, changes.half_a_digit(self.catalogue, series), before=bool(lag))

    def needed(self, levels: Sequence[Level]) -> list[Level]:
        """Those of this year's figures that must be filled in; all of them where none was last year."""
        own = [level for level in levels if not level.before]
        return [level for level in own if level.series not in self.idle] or own

    def totals(self) -> Iterator[Comparison]:
        """Each whole against the sum of its parts."""
        for code, items in self.items.items():
            about = self.catalogue.indicator(code)
            if not adds_up(about):
                continue
            for whole in items:
                below = printed_parts(self.catalogue, about.dimension, whole, items)
                if not below or len(below) == 1 < len(self.catalogue.children(about.dimension, whole)):
                    continue
                levels = [level for item in (whole, *below) if (level := self.level(Series(code, item)))]
                total, *parts = levels
                yield Comparison(
                    kind="合计",
                    title=f"{self.catalogue.item(about, whole).name}{about.name}＝分项之和",
                    left=total.number,
                    right="+".join(part.number for part in parts),
                    allowed="+".join(level.margin for level in levels),
                    needed=[total, *self.needed(parts)],
                    spare=self.spare(total.series),
                )

    def spare(self, series: Series) -> str:
        """The cells in which rows may have been added to the table of a figure: they count in totals, too."""
        sheet = self.form.sheet_of[series]
        last = max(place.row for place in sheet.places().values())
        first = Place(last + 1, 1)
        end = Place(last + SPARE_ROWS, len(sheet.kind.labels))
        return f"'{sheet.name}'!{first.name}:{end.name}"

    def identities(self) -> Iterator[Comparison]:
        """Each identity of the catalogue, for every item that all of its terms have a cell for."""
        for terms in read_identities(self.data).values():
            free = [set(self.items.get(term.indicator, ())) for term in terms if not term.item]
            for item in sorted(set.intersection(*free)) if free else [""]:
                levels = [self.level(Series(term.indicator, term.item or item), term.lag) for term in terms]
                known = [level for level in levels if level]
                if len(known) == len(terms):
                    yield self.identity(terms, item, known)

    def identity(self, terms: list[Term], item: str, levels: list[Level]) -> Comparison:
        """An identity for an item; `levels` are its terms."""
        title = terms[0].title
        if item:
            about = self.catalogue.item(self.catalogue.indicator(terms[0].indicator), item)
            title += f"（{about.name}）" if about.parent else ""
        weights = [f"{float(term.weight):g}" for term in terms]
        pairs = list(zip(weights, levels, strict=True))
        return Comparison(
            kind="勾稽",
            title=title,
            left="+".join(f"({weight})*{level.number}" for weight, level in pairs),
            right="0",
            allowed="+".join(f"{weight.lstrip('-')}*{level.margin}" for weight, level in pairs),
            needed=self.needed(levels),
        )

    def ratios(self) -> Iterator[Comparison]:
        """Each figure with a formula against what the formula gives, where all of its terms have a cell."""
        for series in self.rows.rows:
            about = self.catalogue.indicator(series.indicator)
            terms = formulas.terms(about.formula) if about.formula else ()
            found = [self.level(Series(term.indicator, term.item or series.item), -term.lag) for term in terms]
            levels = [level for level in found if level]
            own = self.level(series)
            if not terms or len(levels) != len(terms) or own is None:
                continue
            numbers = [level.number for level in levels]
            right = filled(about.formula, numbers)
            apart = []
            for at, level in enumerate(levels):
                moved = filled(about.formula, [*numbers[:at], f"({numbers[at]}+{level.margin})", *numbers[at + 1 :]])
                apart.append(f"ABS(({moved})-({right}))")
            spread = f"{SLACK}*({'+'.join(apart)})"
            yield Comparison(
                kind="比率",
                title=f"{heading(about)}＝按公式计算",
                left=own.number,
                right=f"IFERROR({right},{own.number})",
                allowed=f"{own.margin}+IFERROR(MAX({spread},{COARSE}*ABS({right})),0)",
                needed=self.needed([own, *levels]),
                reached=True,
            )


def filled(formula: str, numbers: Sequence[str]) -> str:
    """A formula with terms of Excel in the place of its own."""
    left = iter(numbers)
    return formulas.TERM.sub(lambda _: next(left), formula.lstrip("?"))


def write(sheet: Worksheet, data: Dataset, form: Form, rows: Rows) -> int:
    """Fill the sheet 核对; returns its last row."""
    checks = list(Checks(data, form, rows).all())
    last = HEAD_ROW + max(len(checks), 1)
    sheet.append(["核对　分项与合计、勾稽关系、比率（随填随算，不必填写）"])
    for words, result in COUNTS:
        sheet.append([words, f'=COUNTIF($G${FIRST_ROW}:$G${last},"{result}")'])
    sheet.append(["按读入后的数算，容许各数的舍入；“未填全”的等填全了再看。这张表锁定（没有密码），不会读入。"])
    sheet.append(HEADS)
    for row, check in enumerate(checks, FIRST_ROW):
        sheet.append(check.cells(row))
    styles.set_widths(sheet, WIDTHS)
    styles.head(sheet, HEAD_ROW, len(HEADS))
    for line in sheet.iter_rows(FIRST_ROW, last, 1, len(HEADS)):
        for cell in line:
            styles.fixed(cell, wrap=cell.column == 2)
            if cell.column in range(3, 7):
                cell.number_format = "#,##0.00##"
    wrong = FormulaRule([f'$G{FIRST_ROW}="{WRONG}"'], fill=styles.WARN)
    holds = FormulaRule([f'$G{FIRST_ROW}="{HOLDS}"'], fill=styles.GOOD)
    unsaid = FormulaRule([f'$G{FIRST_ROW}="{INCOMPLETE}"'], font=styles.FAINT)
    sheet.conditional_formatting.add(f"A{FIRST_ROW}:G{last}", unsaid)
    for rule in (wrong, holds):
        sheet.conditional_formatting.add(f"G{FIRST_ROW}:G{last}", rule)
    styles.explain(sheet, len(HEADS), (5,))
    for row in range(2, 5):
        sheet.cell(row, 1).font = styles.FONTS[True]
        sheet.cell(row, 2).alignment = styles.LEFT
    sheet.auto_filter.ref = f"A{HEAD_ROW}:G{last}"
    sheet.freeze_panes = f"A{FIRST_ROW}"
    sheet.print_area = f"A1:G{last}"
    styles.protect(sheet)
    return last
