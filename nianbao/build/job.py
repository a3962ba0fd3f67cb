"""One notebook to execute, and what an executed one says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Metadata of an output, and afterwards of the notebook: the data files a chapter has looked at.
READ = "nianbao-read"


@dataclass(frozen=True, eq=False)
class Job:
    """A notebook to execute: `source` with `parameters` into `target`, a path or an address papermill can write to."""

    source: Path
    target: Path | str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Chapter name, as in `_toc.yml`."""
        return self.source.stem
