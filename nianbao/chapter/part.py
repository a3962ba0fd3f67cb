"""The figures of one part of the catalogue by short codes: `injury = ch.part("injury")`, then `injury("income")`."""

from __future__ import annotations

import re

from nianbao.chapter.figure import Figure, Figures


class Part:
    """The indicators whose codes begin with `prefix`.

    Parameters: `without`, a pattern of what their names are written without; `unit`, the one they are shown in.
    """

    def __init__(self, figures: Figures, prefix: str, without: str = "", unit: str = ""):
        self._figures = figures
        self.prefix = prefix
        self._without = re.compile(without) if without else None
        self._unit = unit

    def __call__(self, code: str = "", item: str | None = None, year: int | None = None) -> Figure:
        """The figure of an indicator by the rest of its code; item, year and errors as in `f`."""
        figure = self._figures(f"{self.prefix}.{code}" if code else self.prefix, item, year)
        return figure.into(self._unit) if self._unit else figure

    def name(self, code: str) -> str:
        """The name of an indicator, by the rest of its code."""
        name = self(code).about.name
        return self._without.sub("", name) if self._without else name

    def named(self, *codes: str) -> dict[str, Figure]:
        """The figures of some indicators by their names."""
        return {self.name(code): self(code) for code in codes}

    def split(self, whole: str, *parts: str) -> dict[str, Figure]:
        """The parts of a whole by their names, and the whole itself last."""
        return self.named(*(f"{whole}.{part}" for part in parts), whole)
