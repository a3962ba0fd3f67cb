"""The levels of an edition as its book prints them, and all its observations: found out once for all files."""

from __future__ import annotations

from functools import cached_property

from nianbao.audit.audit import Audit
from nianbao.chapter.published import Published
from nianbao.data.dataset import Dataset
from nianbao.output.tables.observations import ObservationRow, observations


class Levels:
    """What the files beside the pages say of levels; `data` is what the edition may know."""

    def __init__(self, data: Dataset):
        self.data = data

    @cached_property
    def audit(self) -> Audit:
        """The audit of the data."""
        return Audit(self.data)

    @cached_property
    def published(self) -> Published:
        """The levels as the book prints them."""
        return Published(self.audit)

    @cached_property
    def observations(self) -> list[ObservationRow]:
        """Every observation of the edition: see `nianbao.output.tables.observations`."""
        return observations(self.data, self.published)
