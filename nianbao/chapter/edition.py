"""An edition at hand: its figures as frames, one by one, and found by words.

    from nianbao import Edition
    edition = Edition(2025)
    edition.find("失业")                                              # which indicators are there?
    edition.frame("unemployment.recipients", by="region")             # a row a region and year
    edition.f("unemployment.recipients").series()                     # one figure over the years

pandas is loaded when the first frame is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from nianbao.audit.audit import Audit
from nianbao.chapter import looks, session, shell
from nianbao.chapter.figure import Figures
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from nianbao.frames.asked import Words

#: What an edition shows itself with: lines to begin with.
EXAMPLES = (
    ('edition.find("失业")', "按词查找指标"),
    ('edition.frame("unemployment.recipients", by="region")', "各地区、各年的数"),
    ('edition.f("unemployment.recipients")', "一个数：值、取值范围、来源"),
    ("edition.regions()", "地区及其级别"),
)


class Edition:
    """The figures of one year's book as the book prints them, with those of earlier years.

    Parameters: `year`, by default the last one there is; `data`, another data folder than that of the content folder
    which the current folder stands in. Raises DataError for a year without data, and where there is no content folder.
    """

    def __init__(self, year: int | None = None, data: str | Path | None = None):
        handed = session.current(data)
        chosen = last_edition(handed.data) if year is None else year
        if isinstance(chosen, bool) or not isinstance(chosen, int):
            raise DataError(f"年份应为整数，如 Edition(2025)，现为“{year!r}”")
        dataset = Dataset(handed.data, chosen, lazy=True)
        audit = Audit(dataset)
        self._take(chosen, dataset, audit, Figures(audit, chosen))
        shell.serve(self, handed)

    @classmethod
    def of(cls, year: int, audit: Audit, figures: Figures) -> Edition:
        """The edition of figures that somebody else has opened, such as a chapter: nothing is read twice."""
        made = cls.__new__(cls)
        made._take(year, audit.data, audit, figures)
        return made

    def _take(self, year: int, data: Dataset, audit: Audit, figures: Figures) -> None:
        self.year = year
        self.data = data
        self.audit = audit
        #: `f("unemployment.insured")` is one figure: of the whole, or `f(code, "甲市")`; see `Figure`.
        self.f = figures

    # -- what there is ------------------------------------------------------------------------------------------
    @property
    def years(self) -> list[int]:
        """The years that the edition has figures of, its own last."""
        return list(self.data.years)

    @property
    def area(self) -> str:
        """What the whole province is called: 全区, 全省."""
        return self.data.catalogue.area

    def schemes(self, *codes: str) -> dict[str, str]:
        """The insurance schemes by name, each with what the codes of its indicators begin with: `pension.resident`.

        `codes`: which of the codelist, in that order (default: all of it). DataError for one that is not in it.
        """
        known = self.data.catalogue.codelists.get("scheme", {})
        chosen = [self.data.catalogue.code_of("scheme", code) for code in codes] or list(known)
        return {known[code].name: known[code].prefix for code in chosen if known[code].prefix}

    def find(self, words: str) -> pd.DataFrame:
        """The indicators that hold all `words` (parted by blanks) in name, definition or code, a row each.

        Those that have them in their name come first, or say it there in the words of the catalogue (累计结余 for
        赤字); last those whose name has the characters of a word in their order (失业金 in 失业保险金). Where there are
        none of these, those that are most like the words.

        Raises DataError, which lists words that are near, where nothing is like them.
        """
        from nianbao.frames import search

        shell.use_fonts()
        found = search.find(self.data.catalogue, words)
        if not found:
            raise DataError(search.hint(self.data.catalogue, words))
        return search.listed(found)

    def regions(self) -> pd.DataFrame:
        """The regions, a row each: code, name, short name, level, and the region each is a part of."""
        import pandas as pd

        items = self.data.catalogue.regions.values()
        rows = [[each.code, each.name, each.short, each.level, each.parent] for each in items]
        return pd.DataFrame(rows, columns=["item", "region", "short", "level", "parent"])

    # -- figures ------------------------------------------------------------------------------------------------
    def frame(
        self,
        indicators: Words | None = None,
        by: str = "",
        region: Words | None = None,
        item: Words | None = None,
        level: Words | None = None,
        years: int | Iterable[int] | None = None,
        unit: str = "",
        columns: Words | None = None,
        exact: bool = False,
        blanks: bool = False,
    ) -> pd.DataFrame:
        """Figures as a tidy frame, a row a figure, with the values that the book prints.

        `indicators`: codes or names, or what codes begin with (`unemployment`); default: all. `by`: empty for the
        whole alone, `region` for regions, `item` for the items of any codelist, or the name of one. `region`, `item`:
        only these, by code, name or short name. `level`: only those of these levels (of regions: `province`,
        `prefecture`, `unit`, `district`), or `all`; by default those that hold no others, so that a sum counts nothing
        twice. `years`: which (default: all).

        Columns: `indicator`, `name`; `item`, `region` (`label` with `by="item"` and for items of several kinds),
        `level` where it goes by items; `year`, `value`; `unit` where not all have the same (else it is in
        `attrs["unit"]`). `columns` adds of: unit, decimals, status, source, low, high, mark, note, formula, place,
        kind, dimension, short, parent. `unit`: the unit to convert to.
        `exact`: values are Decimals and intervals fractions, not floats. `blanks`: cells printed blank have a row too,
        with the status M; what is unknown never has one.

        Raises DataError for a name that is not known, with those that are near, and for a unit that does not convert.
        """
        from nianbao.frames import asked, frame

        shell.use_fonts()
        wanted = asked.asked(self.data, indicators, by, region, item, level, years)
        found = frame.figures(self.data, wanted, self.f.published.level, blanks)
        more = frame.MORE if columns == asked.ALL else asked.several(columns)
        return frame.tidy(self.data, wanted, found, unit, more, exact)

    # -- how it shows itself ------------------------------------------------------------------------------------
    @property
    def _title(self) -> str:
        count = len(self.data.catalogue.indicators)
        return f"{self.year}年的年报：{self.area}，{self.years[0]}—{self.years[-1]}年，{count}个指标"

    def __repr__(self) -> str:
        return f"<{self._title}>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(self._title)}</p>{looks.listed(EXAMPLES)}"


def last_edition(folder: Path) -> int:
    """The last year that has a report of its own, else the last with any data; DataError where there are no data."""
    known = Dataset(folder, lazy=True)
    if not known.years:
        raise DataError("还没有任何一年的数据，请先运行 nianbao new-year")
    return max(known.editions or known.years)
