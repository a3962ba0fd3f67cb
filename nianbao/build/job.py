"""One notebook to execute, and what an executed one says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, eq=False)
class Job:
    """A notebook to execute: `source` with `parameters` into `target`, a path or an address papermill can write to.

    `page` is the name of the page it becomes, where one notebook makes several of them. Jobs with the same `series`
    are executed one after another in kernels that keep what they have read.
    """

    source: Path
    target: Path | str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    page: str = ""
    series: str = ""

    @property
    def name(self) -> str:
        """Name of the page: that of the notebook, as in `_toc.yml`, unless it is one of several."""
        return self.page or self.source.stem
