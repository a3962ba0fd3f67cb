"""The figures of the book for the search: a question that one figure answers gets it, with the way to its panel.

In columns, by indicator and item; what many figures share (the measure in their name, a note) stands once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nianbao.chapter.record import Fact, Record
from nianbao.data.catalogue import REGION, Catalogue
from nianbao.data.dataset import Dataset
from nianbao.figures.ids import ANALYSIS, FigureId

#: Before what is the whole name of a figure, not the end of it.
WHOLE_NAME = "="


@dataclass
class Pool:
    """What is said more than once, each with the number it is referred to by."""

    numbers: dict[Any, int] = field(default_factory=dict)

    def number(self, value: Any) -> int:
        """The number of a value."""
        return self.numbers.setdefault(value, len(self.numbers))

    @property
    def values(self) -> list[Any]:
        """All values in the order of their numbers."""
        return list(self.numbers)


def answers(pages: Iterable[Sequence[object]], data: Dataset) -> dict[str, Any]:
    """All figures that pages print, for `seek.js`; `pages` holds the parts of each page of the book in order.

    `year` is the edition's, `whole` the code of all regions, `area` what these are called. `kinds` hold the end of a
    figure's id, of its name, and its unit where it is not the indicator's; `items` code and name; `notes` why figures
    are in doubt. `indicators`: code, name, unit, whether by region, number of its series. A series is what an
    indicator has for one item: `series` are the numbers of the items, `counts` how many figures each has. The columns
    `year_of`, `kind_of`, `page_of`, `value_of` (parted by blanks) and `note_of` (0: not in doubt) follow the figures.
    """
    catalogue = data.catalogue
    known, printed = gather(pages)
    homes = home_pages(printed)
    ranks = {code: rank for rank, code in enumerate(catalogue.indicators)}
    found = [(FigureId.parse(name), about) for name, about in known.items()]
    counted = [(name, about) for name, about in found if name.key.indicator in ranks and name.measure != ANALYSIS]
    counted.sort(key=lambda each: (ranks[each[0].key.indicator], str(each[0])))
    kinds = Pool()
    items = Pool()
    notes = Pool({"": 0})
    series: dict[str, Counter[int]] = {}
    for identity, _ in counted:
        series.setdefault(identity.key.indicator, Counter())[items.number(item_of(catalogue, identity))] += 1
    return {
        "year": data.years[-1],
        "whole": next(code for code, region in catalogue.regions.items() if not region.parent),
        "area": catalogue.area,
        "indicators": [[*described(catalogue, code), len(of_items)] for code, of_items in series.items()],
        "series": [number for of_items in series.values() for number in of_items],
        "counts": [count for of_items in series.values() for count in of_items.values()],
        "year_of": [identity.key.year for identity, _ in counted],
        "kind_of": [kinds.number(kind_of(catalogue, identity, about)) for identity, about in counted],
        "page_of": [homes[about.id] for _, about in counted],
        "value_of": " ".join(about.value for _, about in counted),
        "note_of": [notes.number(about.note if about.mark else "") for _, about in counted],
        "kinds": kinds.values,
        "items": items.values,
        "notes": notes.values,
    }


def gather(pages: Iterable[Sequence[object]]) -> tuple[dict[str, Fact], dict[str, list[int]]]:
    """What is known of each printed figure, and the numbers of the pages that print it."""
    known: dict[str, Fact] = {}
    printed: dict[str, list[int]] = {}
    for number, parts in enumerate(pages):
        for part in parts:
            if not isinstance(part, Record):
                continue
            for name in dict.fromkeys(part.printed):
                known[name] = marked_first(known.get(name), part.facts[name])
                printed.setdefault(name, []).append(number)
    return known, printed


def marked_first(before: Fact | None, now: Fact) -> Fact:
    """Of what two places say of a figure, what marks it; a figure in doubt anywhere is so everywhere."""
    return before if before is not None and (before.mark or not now.mark) else now


def home_pages(printed: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """The page each figure is at home on: the first that prints it, the overview in front only where no other does."""
    return {name: next((number for number in numbers if number), 0) for name, numbers in printed.items()}


def item_of(catalogue: Catalogue, identity: FigureId) -> tuple[str, str]:
    """The code of what a figure is counted for and what that is called.

    The whole is not named, nor is a group that a document has sums of and no codelist holds.
    """
    about = catalogue.indicators[identity.key.indicator]
    item = catalogue.codelists[about.dimension].get(identity.key.item)
    return (identity.key.item, item.name if item and item.parent else "")


def kind_of(catalogue: Catalogue, identity: FigureId, about: Fact) -> tuple[str, str, str]:
    """The end of the id of a figure, of its name, and its unit where it is not that of the indicator."""
    key = identity.key
    indicator = catalogue.indicators[key.indicator]
    title = f"{key.year}年{item_of(catalogue, identity)[1]}{indicator.name}"
    end = about.name.removeprefix(title) if about.name.startswith(title) else WHOLE_NAME + about.name
    unit = "" if about.unit == indicator.unit else about.unit
    return (about.id.removeprefix(str(key)), end, unit)


def described(catalogue: Catalogue, code: str) -> list[Any]:
    """Code, name and unit of an indicator, and 1 where it is counted by region."""
    about = catalogue.indicators[code]
    return [code, about.name, about.unit, int(about.dimension == REGION)]
