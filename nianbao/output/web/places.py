"""Places in the pages of the book that are filled when a page is made: list of downloads, citation, reference.

In the Markdown of a page a place is an empty element with its name: `<div id="downloads"></div>`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType

from markupsafe import escape

from nianbao.chapter.areas import Areas, Edition
from nianbao.chapter.record import Paragraph, PlainTable, Text
from nianbao.data.catalogue import Item
from nianbao.data.dataset import Dataset
from nianbao.output import imprint
from nianbao.output.imprint import CITATION, DOWNLOADS
from nianbao.output.records import Part, Place
from nianbao.output.web.dictionary import Listing
from nianbao.output.web.frame import rendered
from nianbao.output.web.indicators import with_indicators
from nianbao.output.web.regions import listed, words_of_list

#: Places of the page of reference.
INDICATORS = "indicators"
REFERENCE = (INDICATORS, "codelists", "identities")
#: The name of a place by what holds it.
REGIONS = "regions"
PLACES = {imprint.place(name): name for name in (DOWNLOADS, CITATION, REGIONS, *REFERENCE)}
FILE_HEADS = ("文件", "内容")

#: The tables of the page of reference by the name of their place.
Reference = Mapping[str, Sequence[Listing]]
#: What the search finds on a page.
Searched = Part | Listing


class Places:
    """What is put into the places.

    Parameters: `data` of the edition, `title` of the book, `manifest` whether its files have one, `reference` gives the
    tables of the page of reference by the name of their place; `regions` are the codes of the regions that have a page,
    by page, and `indicators` tells whether each indicator has one.
    """

    def __init__(
        self,
        data: Dataset,
        title: str,
        manifest: bool,
        reference: Callable[[], Reference],
        regions: Mapping[str, str] = MappingProxyType({}),
        indicators: bool = False,
    ):
        self.data = data
        self.regions = regions
        self.indicators = indicators
        self.title = title
        self.manifest = manifest
        self._make_reference = reference

    @cached_property
    def reference(self) -> Reference:
        """The tables of the page of reference by the name of their place."""
        return self._make_reference()

    @property
    def citation(self) -> str:
        """How to cite the edition."""
        return imprint.citation(self.title, self.data)

    @cached_property
    def _told(self) -> Mapping[str, Item]:
        """The regions with what became of them."""
        areas = Areas(Edition(self.data, self.data.years[-1]))
        mergers = {code: areas.merger(code) for code in areas.regions}
        return {
            code: replace(item, note="，".join(filter(None, [item.note, mergers[code]]))) if mergers[code] else item
            for code, item in areas.regions.items()
        }

    def fill(self, body: str, top: str) -> str:
        """The text of a page with its places filled; `top` leads from the page to the folder of all pages."""
        for place, name in PLACES.items():
            if place in body:
                body = body.replace(place, self.html(name, top))
        return body

    def html(self, name: str, top: str) -> str:
        """What stands in a place."""
        if name == DOWNLOADS:
            return rendered("files.html", top=top, files=imprint.downloads(self.data, self.manifest)).strip()
        if name == CITATION:
            return f'<p class="cite">{escape(self.citation)}</p>'
        if name == REGIONS:
            return listed(self._told, self.regions, top)
        text = "\n".join(listing.html for listing in self.reference[name])
        return with_indicators(text, self.data, top) if self.indicators and name == INDICATORS else text

    def parts(self, parts: Sequence[Part]) -> list[Searched]:
        """The parts of a page for the search, those that fill its places among them."""
        found: list[Searched] = []
        for part in parts:
            name = PLACES.get(part.html) if isinstance(part, Place) else None
            if name is None:
                found.append(part)
            elif name == DOWNLOADS:
                found.append(self._files())
            elif name == REGIONS:
                lines = words_of_list(self._told, self.regions)
                found += [Paragraph((Text(line),)) for line in lines]
            elif name == CITATION:
                found.append(Paragraph((Text(self.citation),)))
            else:
                found += self.reference[name]
        return found

    def _files(self) -> PlainTable:
        """The list of downloads as a table."""
        rows = [(each.name, each.about) for each in imprint.downloads(self.data, self.manifest)]
        heads, *body = (tuple((Text(text),) for text in row) for row in (FILE_HEADS, *rows))
        return PlainTable(heads, tuple(body))
