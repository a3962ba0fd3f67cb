"""Which documents there are of a year: such as were issued for it, not figures of it that later ones compare with."""

from __future__ import annotations

from pathlib import Path

from nianbao.data.csvfiles import read_csv
from nianbao.data.dataset import COUNTIES, Dataset
from nianbao.data.keys import Source


class Documents:
    """The documents of the data in `folder`, by the files of observations that hold their figures.

    A file of a year holds a document of that year where one of its figures comes from a document that
    `catalogue/documents.csv` gives that year, or none: last year's figures in this year's budget are no budget.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        known = Dataset(folder, lazy=True).catalogue.documents
        self._years = {code: about.year for code, about in known.items()}
        self._seen: dict[tuple[int, str], bool] = {}

    def has(self, year: int, file: str) -> bool:
        """Whether the file of observations of that name, in the folder of a year, holds a document of the year."""
        if (year, file) not in self._seen:
            rows = read_csv(self._path(year, file), optional=True)
            found = {Source.parse(row.get("source", "")).document for row in rows}
            self._seen[year, file] = bool({self._years.get(document, "") for document in found} & {str(year), ""})
        return self._seen[year, file]

    def counties(self, year: int) -> list[str]:
        """The codes of the counties that have an analysis of the year."""
        files = sorted((self.folder / "observations" / str(year) / COUNTIES).glob("*.csv"))
        return [path.stem for path in files if self.has(year, f"{COUNTIES}/{path.name}")]

    def is_told_of(self, year: int, file: str) -> bool:
        """Whether there are any figures of the year in the file, or folder of files, of that name."""
        return self._path(year, file).exists()

    def _path(self, year: int, file: str) -> Path:
        """A file of observations."""
        return self.folder / "observations" / str(year) / file
