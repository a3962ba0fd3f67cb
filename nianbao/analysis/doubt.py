"""How far a figure is in doubt, and whether that could overturn what is said of it.

A known erratum of a document puts a figure in doubt. Where it says that parts do not add up to a whole or that a list
lacks one, the doubt is no larger than what is missing; any other undecided erratum may be of any size. A figure whose
movement is mainly that of a part in doubt is in doubt itself, and so is every year of a series of which one is.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cached_property

from nianbao.analysis.computing import Levels
from nianbao.data.documents import Erratum
from nianbao.data.keys import Key
from nianbao.figures.quantity import Quantity

#: Kinds of checks whose erratum says how much is missing from a whole.
BOUNDED = ("identity", "list")
#: Checks of another printing of a level: they say nothing against the level that is shown.
OTHER_PRINTING = "claim:level:"
#: A part explains a movement where it makes up so much of it.
MAINLY = Fraction(1, 2)
#: How many levels of parts of parts are looked at.
DEEPEST = 3


class Doubts:
    """What is in doubt among the levels of an edition; the series in doubt are looked up once."""

    def __init__(self, levels: Levels):
        self.levels = levels
        self.data = levels.audit.data
        self.catalogue = levels.audit.data.catalogue

    @cached_property
    def series(self) -> set[str]:
        """Indicators one of whose levels for the whole an erratum without bound calls wrong, in whatever year."""
        found = set()
        for check, erratum in self.data.errata.items():
            if bound(check, erratum) is None and not check.startswith(OTHER_PRINTING):
                found |= {key.indicator for key in accused(check, erratum) if self.is_whole(key)}
        return found

    def reason(self, quantity: Quantity, moved: Fraction) -> str:
        """Why it is in doubt that a figure `moved` by this part of itself; nothing where it is not."""
        known = self.reach(quantity)
        if known is None or known >= abs(moved):
            return f"{quantity.name}存疑"
        key = quantity.id.key
        if key.indicator in self.series:
            return f"{self.catalogue.indicator(key.indicator).name}各年的数有存疑的"
        part = self.doubtful_part(key)
        return f"变动主要来自存疑的{part}" if part else ""

    def reach(self, quantity: Quantity) -> Fraction | None:
        """How large a doubt about a figure may be, as part of it: 0 where there is none, None where it has no bound."""
        own = Fraction(0)
        if quantity.mark and not quantity.mark.startswith(OTHER_PRINTING):
            erratum = self.data.errata.get(quantity.mark)
            known = bound(quantity.mark, erratum) if erratum else None
            if known is None:
                return None
            own = known
        for each in quantity.inputs:
            further = self.reach(each)
            if further is None:
                return None
            own = max(own, further)
        return own

    def is_whole(self, key: Key) -> bool:
        """Whether a level is that of the whole, not of one region or item."""
        about = self.catalogue.indicators.get(key.indicator)
        return about is not None and self.catalogue.top(about) == key.item

    def doubtful_part(self, key: Key, depth: int = DEEPEST) -> str:
        """The name of a part in doubt that makes up half of a level's movement or more; nothing where there is none.

        A part counts as in doubt, too, where an edition had to choose between two printings of it.
        """
        whole = self.change(key)
        if not whole or depth == 0:
            return ""
        for part in self.main_parts(key, whole):
            if part.indicator in self.series or self.is_disputed(part):
                return self.catalogue.indicator(part.indicator).name
            further = self.doubtful_part(part, depth - 1)
            if further:
                return further
        return ""

    def main_parts(self, key: Key, whole: Fraction) -> Iterator[Key]:
        """The parts of a level that moved its way by half of its movement or more."""
        for code, about in self.catalogue.indicators.items():
            if about.parent == key.indicator:
                part = key._replace(indicator=code)
                moved = self.change(part)
                if moved is not None and moved / whole >= MAINLY:
                    yield part

    def is_disputed(self, key: Key) -> bool:
        """Whether documents print a level with different values."""
        return any(check.startswith(f"{OTHER_PRINTING}{key}") for check in self.data.errata)

    def change(self, key: Key) -> Fraction | None:
        """How much a level moved since the year before; None where that is unknown."""
        now = self.levels.level(key)
        then = self.levels.level(key.at(key.year - 1))
        return now.exact - then.exact if now and then else None


def bound(check: str, erratum: Erratum) -> Fraction | None:
    """What an erratum says is missing, as part of the whole; None where it says no such thing."""
    if check.split(":")[0] not in BOUNDED or erratum.figures:
        return None
    printed, _, recomputed = erratum.guard(check).partition("=>")
    numbers = [number(printed), number(recomputed), number(erratum.printed)]
    if numbers[0] is None or numbers[1] is None:
        return None
    whole = next((abs(each) for each in (numbers[0], numbers[2]) if each), None)
    return abs(numbers[0] - numbers[1]) / whole if whole else None


def number(text: str) -> Fraction | None:
    """The number a text is; None for any other text."""
    try:
        return Fraction(Decimal(text))
    except InvalidOperation:
        return None


def accused(check: str, erratum: Erratum) -> Iterator[Key]:
    """The levels that an erratum calls wrong; where it names none, the one its check is about."""
    names = erratum.figures or (check,)
    for name in names:
        kind, *about = name.split(":")
        rest = about if kind in {"formula", "total", "copy"} and not erratum.figures else name.split(":")
        if kind not in {"claim", "label", "order"} and len(rest) == 3 and rest[2].isdigit():
            yield Key(rest[0], rest[1], int(rest[2]))
