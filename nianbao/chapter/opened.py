"""The data, audit and figures that a chapter is made from: its own, or shared by the chapters of one kernel.

A kernel that executes one notebook for many regions reads and looks up everything once: the session it is handed says
so (`Session.keeps`). Any other notebook opens its data anew each time, so that what an analyst changes is seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from nianbao.audit.audit import Audit
from nianbao.chapter.published import Published
from nianbao.chapter.regional import Found
from nianbao.chapter.session import Session
from nianbao.data.dataset import Dataset

#: What is kept in this kernel, by data folder and year.
KEPT: dict[tuple[Path, int], Opened] = {}


@dataclass
class Opened:
    """The audit of a year's data, and the figures that its book prints."""

    audit: Audit
    published: Published
    #: The places that regions take, found once: see `nianbao.chapter.regional`.
    places: Found = field(default_factory=dict)

    @cached_property
    def regions(self) -> frozenset[str]:
        """The codes of all regions that have figures in any year.

        All files are read aside: what a chapter is made from are those of its figures.
        """
        data = self.audit.data
        return frozenset(key.item for key in Dataset(data.root, max(data.all_years)).observations)


def opened(session: Session, year: int) -> Opened:
    """The data of a year as the session hands them over."""
    place = (session.data, year)
    if session.keeps and place in KEPT:
        return KEPT[place]
    audit = Audit(Dataset(session.data, year, lazy=True))
    found = Opened(audit, Published(audit))
    if session.keeps:
        KEPT[place] = found
    return found
