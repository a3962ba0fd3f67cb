"""What the names and codes beside and above cells may mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set

from nianbao.data.catalogue import Catalogue
from nianbao.intake.folding import folded
from nianbao.intake.layout import heading

#: Words for the whole of a codelist.
WHOLE = ("合计", "总计")
NONE: frozenset[str] = frozenset()


class Names:
    """Names and codes of a catalogue, however they are typed: blanks, width and case do not matter.

    An indicator goes by its code, its name, and its name with its unit; an item by its code, its name and its short
    name, the whole of a codelist by 合计 too.
    """

    def __init__(self, catalogue: Catalogue):
        self._indicators: dict[str, set[str]] = defaultdict(set)
        for code, about in catalogue.indicators.items():
            for name in (code, about.name, heading(about)):
                self._indicators[folded(name)].add(code)
        self._items: dict[str, dict[str, str]] = {}
        #: Items of a codelist that share a name, by that name.
        self._alike: dict[str, dict[str, set[str]]] = {}
        for dimension, items in catalogue.codelists.items():
            known = self._items[dimension] = {}
            alike = self._alike[dimension] = defaultdict(set)
            whole = next((item.code for item in items.values() if not item.parent), None)
            if whole is not None:
                for word in (*WHOLE, f"{catalogue.area}合计"):
                    known[folded(word)] = whole
            for item in items.values():
                for word in (item.short, item.name, item.code):
                    known[folded(word)] = item.code
                    alike[folded(word)].add(item.code)
        self._any_item = {word for known in self._items.values() for word in known}

    def indicators(self, text: str) -> Set[str]:
        """Codes of the indicators that a text may name."""
        return self._indicators.get(folded(text), NONE)

    def item(self, dimension: str, text: str) -> str | None:
        """Code of the item of a codelist that a text names; None where it names none."""
        return self._items[dimension].get(folded(text))

    def items(self, dimension: str, text: str) -> Set[str]:
        """Codes of the items of a codelist that a text may name: several where some share a name."""
        only = self.item(dimension, text)
        return self._alike[dimension].get(folded(text)) or (frozenset({only}) if only else NONE)

    def is_item(self, text: str) -> bool:
        """Whether a text names an item of any codelist."""
        return folded(text) in self._any_item

    def is_known(self, text: str) -> bool:
        """Whether a text names an indicator or an item."""
        return bool(self.indicators(text)) or self.is_item(text)
