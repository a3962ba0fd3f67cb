"""What a chapter is made from: its year, its data, their audit, and the figures it may print."""

from __future__ import annotations

from dataclasses import dataclass

from nianbao.audit.audit import Audit
from nianbao.chapter.figure import Figures
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key


@dataclass(frozen=True)
class Material:
    """What the tables, charts and texts of a chapter share.

    `number` is that of the chapter, as in 表1-1; `figures` are those of the edition's `year`.
    """

    number: str
    year: int
    data: Dataset
    audit: Audit
    figures: Figures

    @property
    def is_own(self) -> bool:
        """Whether the bureau filled in this year's figures itself, instead of taking them from a publication."""
        return self.data.catalogue.is_own(self.year)

    def covers(self, part: str) -> bool:
        """Whether anything is known for this year of the indicators whose codes begin with `part`.

        In a chapter about one region, of that region: no file of another one is read.
        """
        codes = (code for code in self.data.catalogue.indicators if f"{code}.".startswith(f"{part}."))
        region = self.figures.region
        if region is None:
            return any(self.data.items(code, self.year) for code in codes)
        return any(Key(code, region, self.year) in self.data.observations for code in codes)
