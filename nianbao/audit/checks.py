"""Names of checks, and checks that wait to be carried out.

A name is what `audit.csv` and the errata call a check by: `claim:growth:pension.insured:990000:2025:2024`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nianbao.audit.findings import Finding
from nianbao.data.documents import Claim
from nianbao.data.keys import Key
from nianbao.figures.ids import FigureId

CLAIM = "claim"
FORMULA = "formula"
RELATION = "relation"
#: A list of components that exhausts its whole: where it does not hold, a line may be missing and no figure wrong.
LIST = "list"
TOTAL = "total"
IDENTITY = "identity"
PART = "part"
REGIONS = "regions"
ORDER = "order"
TWIN = "twin"
DOUBLE = "double"
POSSIBLE = "possible"
COPY = "copy"
LABEL = "label"
PLAUSIBILITY = "plausibility"
#: Kinds whose name is the level they are about.
OF_A_LEVEL = (FORMULA, TOTAL, REGIONS, PART, COPY, DOUBLE, POSSIBLE, PLAUSIBILITY)
#: Kinds whose name is a relation, at an item in a year.
OF_A_RELATION = (IDENTITY, RELATION, LIST, ORDER, TWIN)


@dataclass(frozen=True, slots=True)
class CheckId:
    """The name of a check.

    `key` is the level a claim, formula, total, part, copy or plausibility check is about (for a copy of a whole table
    its item is `*`), or item and year of a relation; `measure` and `base` those of a claim; `name` is the name of a
    relation, or document and name of a label; `serial` counts the printings of the same claim.
    """

    kind: str
    key: Key | None = None
    measure: str = ""
    base: str = ""
    name: str = ""
    serial: int = 1

    def __str__(self) -> str:
        if self.kind == CLAIM:
            again = f"#{self.serial}" if self.serial > 1 else ""
            return ":".join(part for part in (CLAIM, self.measure, str(self.key), self.base, again) if part)
        if self.kind in OF_A_RELATION:
            assert self.key is not None
            return f"{self.kind}:{self.name}:{self.key.item}:{self.key.year}"
        return f"{self.kind}:{self.key or self.name}"

    @classmethod
    def of_claim(cls, claim: Claim, serial: int = 1) -> CheckId:
        """The name of the check of a claim; the second printing of the same claim has the serial 2, and so on."""
        return cls(CLAIM, claim.key, claim.measure, claim.base, serial=serial)

    @classmethod
    def of_figure(cls, figure: FigureId, serial: int = 1) -> CheckId:
        """The name of the check of a printed figure, whether level or derived."""
        return cls(CLAIM, figure.key, figure.measure or "level", figure.base, serial=serial)

    @classmethod
    def of_level(cls, kind: str, key: Key) -> CheckId:
        """The name of a check of a level."""
        return cls(kind, key)

    @classmethod
    def of_relation(cls, kind: str, name: str, item: str, year: int) -> CheckId:
        """The name of the check of a relation, at an item in a year."""
        return cls(kind, Key("", item, year), name=name)

    @classmethod
    def of_label(cls, document: str, label: str) -> CheckId:
        """The name of the check of words in a document."""
        return cls(LABEL, name=f"{document}:{label}")


@dataclass(frozen=True)
class Check:
    """A check by name, and how to carry it out; it may come to no finding where nothing is to be said."""

    id: CheckId
    run: Callable[[], Finding | None]
