"""The pages of the regions as a volume of their own on paper (地区卷)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from nianbao.build.edition import Edition
from nianbao.data.dataset import Dataset
from nianbao.settings import Entry, Settings

#: What stands behind the title of the book, and in the name of the file.
TITLE = "　地区卷"
ENDING = "-regions"


@dataclass(frozen=True)
class Volume:
    """What the export to paper asks of an edition, for the pages of its regions alone."""

    edition: Edition

    @property
    def root(self) -> Path:
        """The content folder."""
        return self.edition.root

    @property
    def data_folder(self) -> Path:
        """The data of the edition."""
        return self.edition.data_folder

    @property
    def year(self) -> int:
        """The year that the edition reports on."""
        return self.edition.year

    @property
    def settings(self) -> Settings:
        """The settings of the content folder, with the title of the volume."""
        known = self.edition.settings
        return replace(known, title=f"{known.title}{TITLE}")

    @property
    def stem(self) -> str:
        """The name of its file, without suffix."""
        return f"nianbao-{self.year}{ENDING}"

    def pages(self) -> list[Entry]:
        """The pages of the regions; each stands in the part of the region that it belongs to."""
        regions = Dataset(self.data_folder, self.year, lazy=True).catalogue.regions
        found = []
        for page, code in self.edition.regions.items():
            item = regions[code]
            above = regions[item.parent]
            found.append(Entry(f"notebooks/{page}", above.name if above.parent else ""))
        return found
