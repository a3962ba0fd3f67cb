"""Which figures of earlier years the workbook asks for: those that a report compares with over several years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nianbao.data import schema
from nianbao.data.dataset import Dataset
from nianbao.intake.keys import Place, Series
from nianbao.intake.layout import Form

#: How far back the book usually looks.
FURTHEST = 5
#: Rows and columns of the sheet.
HEAD_ROW = 4
FIRST_ROW = 5
LABELS = ("代码", "指标", "地区代码", "地区", "单位")
#: Columns for years that were not foreseen, and rows for figures that were not.
SPARE_YEARS = 2
SPARE_ROWS = 12
#: What stands above the places of the figures in what was published.
SOURCE_HEAD = "出处"


@dataclass(frozen=True)
class EarlierSheet:
    """The sheet of earlier figures: `rows` are those asked for, `years` the columns that are known beforehand."""

    rows: list[Series]
    years: list[int]

    @property
    def last_row(self) -> int:
        """The last row that can be filled in."""
        return FIRST_ROW + len(self.rows) + SPARE_ROWS - 1

    @property
    def source_column(self) -> int:
        """The column of sources, behind those of the years."""
        return len(LABELS) + len(self.years) + SPARE_YEARS + 1

    def places(self) -> Iterator[tuple[Series, int, Place]]:
        """Each figure and year that is asked for, with its cell."""
        for row, series in enumerate(self.rows, FIRST_ROW):
            for column, year in enumerate(self.years, len(LABELS) + 1):
                yield series, year, Place(row, column)


def plan(data: Dataset, form: Form) -> EarlierSheet:
    """The sheet for a form.

    Its rows are the figures of the form that last year's report compares over several years, or of which an earlier
    year is known; its years those back to the furthest usual base, and those that the edition names or has added.
    """
    previous = form.previous
    compared = {
        Series(claim.indicator, claim.item)
        for claim in data.claims
        if claim.year == previous and claim.measure in schema.AGAINST_A_YEAR and int(claim.base) < previous - 1
    }
    known = {Series(key.indicator, key.item) for key in data.observations if key.year < previous - 1}
    added = data.earlier(form.year)
    named = [base.year for base in data.bases(form.year).all()]
    years = {*range(form.year - FURTHEST, previous), *named, *(int(row["year"]) for row in added)}
    rows = [series for series in form.sheet_of if series in compared | known]
    rows += [series for row in added if (series := Series(row["indicator"], row["item"])) not in rows]
    return EarlierSheet(list(dict.fromkeys(rows)), sorted(year for year in years if year < previous))
