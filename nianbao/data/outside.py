"""Reference values: what others publish of an indicator, such as a national average.

They stand in `catalogue/references.csv`, apart from the observations: no sum, rank, share or check knows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from nianbao.data import schema
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Source

FILE = "catalogue/references.csv"


@dataclass(frozen=True)
class Reference:
    """What somebody else publishes of an indicator for a `scope` that is no region of ours, such as 全国.

    `literal` is what is printed, `note` how its definition differs, `place` the data file and row.
    """

    indicator: str
    scope: str
    year: int
    literal: str
    source: Source
    note: str
    place: str

    @property
    def value(self) -> Decimal:
        """The printed number."""
        return Decimal(self.literal)


def references(data: Dataset) -> list[Reference]:
    """All reference values of the years of some data, in the order of the file.

    Raises DataError for an indicator or document that is not known, and for a scope that is a region of ours: what is
    known of these are observations.
    """
    return [each for each in _read(data) if each.year in data.years]


def _read(data: Dataset) -> Iterator[Reference]:
    regions = data.catalogue.regions.values()
    ours = {name for item in regions for name in (item.code, item.name, item.short)}
    for row in data.folder.read(FILE, schema.REFERENCES.heads, optional=True):
        known = row["indicator"] in data.catalogue.indicators
        row.check(known, "indicator", "没有指标“{indicator}”，请先写入指标目录")
        row.check(row["scope"] not in ours, "scope", "“{scope}”是本书的地区，它的数应写在 data/observations 里")
        source = Source.parse(row["source"])
        row.check(source.document in data.catalogue.documents, "source", "没有这份文件，请先写入文件目录 documents.csv")
        yield Reference(
            row["indicator"], row["scope"], int(row["year"]), row["value"], source, row.get("note", ""), row.place
        )
