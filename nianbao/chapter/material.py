"""What a chapter is made from: its year, its data, their audit, and the figures it may print."""

from __future__ import annotations

from dataclasses import dataclass

from nianbao.audit.audit import Audit
from nianbao.chapter.figure import Figures
from nianbao.data.dataset import Dataset


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
