"""With which earlier year an edition compares its figures over several years, and by which mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nianbao.data import schema
from nianbao.data.csvfiles import Row


@dataclass(frozen=True)
class Base:
    """The earlier year that figures are compared with; `mean` is one of `schema.MEANS`, empty where none is named."""

    year: int
    mean: str = ""


class Bases:
    """The base years that the edition of a year names, from the rows of `editions/<year>/bases.csv`.

    A row is for the indicators whose code is, or begins with, what it names; without a name it is for all. Of several
    that fit the longest name counts.

    Raises DataError, naming file, row and column, for years that are not before the edition's, for unknown means, for
    names that no indicator begins with, and for names that come twice.
    """

    def __init__(self, rows: Iterable[Row], year: int, codes: Iterable[str]):
        self._named: dict[str, Base] = {}
        known = list(codes)
        for row in rows:
            schema.BASES.check(row)
            name = row["indicator"]
            fits = not name or any(is_below(code, name) for code in known)
            row.check(fits, "indicator", "没有以“{indicator}”开头的指标")
            row.check(int(row["base"]) < year, "base", "基期“{base}”应早于{year}年", year=year)
            row.check(name not in self._named, "indicator", "“{indicator}”重复")
            self._named[name] = Base(int(row["base"]), row.get("mean", ""))

    def all(self) -> list[Base]:
        """Every base that the edition names."""
        return list(self._named.values())

    def of(self, indicator: str = "") -> Base | None:
        """The base of an indicator, without one of all; None where the edition names none."""
        fitting = [name for name in self._named if not name or is_below(indicator, name)]
        return self._named[max(fitting, key=len)] if fitting else None


def is_below(code: str, name: str) -> bool:
    """Whether an indicator is the one named, or stands below it: `pension.enterprise.insured` below `pension`."""
    return code == name or code.startswith(f"{name}.")
