"""What was read, put together with what `data/` holds: the files as they shall be, with their texts."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from nianbao.data import schema
from nianbao.data.csvfiles import read_csv
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Source
from nianbao.intake.filled import Entry, Filled, Record
from nianbao.intake.keys import Series
from nianbao.intake.layout import REPORT, SOURCE, Form, report_of

#: Columns of a file of figures, of the log of revisions, and of the list of documents where there is none yet.
FIGURE_COLUMNS = tuple(column.name for column in schema.OBSERVATIONS.columns)
REVISION_COLUMNS = tuple(column.name for column in schema.REVISIONS.columns)
#: The column of the list of documents that tells where their figures come from.
ORIGIN = "origin"
DOCUMENT_COLUMNS = tuple(column.name for column in schema.DOCUMENTS.columns)


def merged(data: Dataset, form: Form, filled: Filled) -> dict[Path, str]:
    """The files that hold what was read, by path, with the texts that they shall have."""
    return {
        **figure_files(data, form, filled),
        **text_files(data, form, filled.texts),
        **revision_file(data, form, filled.revisions),
    }


# -- figures ----------------------------------------------------------------------------------------------------
def figure_files(data: Dataset, form: Form, filled: Filled) -> dict[Path, str]:
    """The parts of `observations/<year>/` with what was read in them.

    Rows that the file leaves empty go, those it does not name stay. Rows come in the order of the year before, then in
    that of the catalogue.
    """
    before = {key: at for at, key in enumerate(data.observations) if key.year == form.previous}
    listed = {code: at for at, code in enumerate(data.catalogue.indicators)}

    def order(series: Series) -> tuple[int, int]:
        """Where the row of a figure stands."""
        return before.get(series.at(form.previous), len(data.observations)), listed[series.indicator]

    parts: dict[str, dict[Series, Record]] = defaultdict(dict)
    for series, entry in filled.figures.items():
        part = data.file_of(series.indicator, series.item)
        parts[part][series] = record_of(series, entry)
    made = {}
    for part, rows in parts.items():
        path = data.root / "observations" / str(form.year) / f"{part}.csv"
        known = {Series(row["indicator"], row["item"]): row for row in present(path)}
        kept = {series: row for series, row in known.items() if series not in filled.emptied}
        whole = {**kept, **rows}
        made[path] = csv_of(FIGURE_COLUMNS, [whole[series] for series in sorted(whole, key=order)])
    return made


def record_of(series: Series, entry: Entry) -> Record:
    """A figure as a row of its file."""
    return {
        "indicator": series.indicator,
        "item": series.item,
        "value": entry.figure.literal,
        "status": entry.figure.status,
        "source": entry.source,
        "margin": entry.figure.margin,
    }


# -- texts, revisions, documents --------------------------------------------------------------------------------
def text_files(data: Dataset, form: Form, texts: Mapping[str, list[Record]]) -> dict[Path, str]:
    """The lists of texts with the rows marked for use; rows of other documents stay."""
    made = {}
    for name, taken in texts.items():
        path = data.root / "editions" / str(form.year) / "texts" / f"{name}.csv"
        given = form.texts[name]
        places = {row.get("place") for row in [*given, *taken]}
        known = present(path)
        kept = [row for row in known if not is_of_form(row, form, places)]
        if taken or known:
            made[path] = csv_of(tuple(given[0]), [*kept, *taken])
    return made


def is_of_form(row: Mapping[str, str], form: Form, places: set[str | None]) -> bool:
    """Whether a row belongs to the document of the form: by its source, or without one by the `places` of its texts."""
    if SOURCE in row:
        return Source.parse(row[SOURCE]).document == form.document
    return "place" not in row or row["place"] in places  # a list with neither belongs to its document as a whole


def revision_file(data: Dataset, form: Form, revisions: list[Record] | None) -> dict[Path, str]:
    """The log of revisions: where the file has one, and there is something in it or in the log so far."""
    path = data.root / "editions" / str(form.year) / "revisions.csv"
    if revisions is None or not (revisions or path.exists()):
        return {}
    return {path: csv_of(REVISION_COLUMNS, revisions)}


def document_file(data: Dataset, values: Record) -> dict[Path, str]:
    """The list of documents with one more in it, whose columns are `values`; nothing where it is there already."""
    path = data.root / "catalogue" / "documents.csv"
    if values["document"] in data.catalogue.documents:
        return {}
    text = path.read_text("utf-8-sig") if path.exists() else csv_of(DOCUMENT_COLUMNS, [])
    heads = next(csv.reader(io.StringIO(text)))
    if ORIGIN in values and ORIGIN not in heads:
        first, _, rest = text.partition("\n")
        heads = [*heads, ORIGIN]
        text = f"{first.rstrip()},{ORIGIN}\n{rest}"
    _, _, row = csv_of(heads, [values]).partition("\n")
    return {path: "\n".join([text.rstrip("\n"), row])}


def report_row(data: Dataset, year: int) -> Record:
    """The row of the list of documents for the report of `year`: title and publisher are those of the last report."""
    reports = [code for code in data.catalogue.documents if code.startswith(REPORT)]
    values = {"document": report_of(year), "year": str(year), "published": str(year + 1), "title": f"{year}年年报"}
    values[ORIGIN] = schema.FILLED
    if reports:
        last = data.catalogue.documents[max(reports)]
        values["title"] = last.title.replace(last.code.removeprefix(REPORT) or " ", str(year))
        values["publisher"] = last.publisher
    return values


# -- CSV --------------------------------------------------------------------------------------------------------
def present(path: Path) -> Sequence[Mapping[str, str]]:
    """The rows of a CSV of the data, none where it does not exist."""
    return read_csv(path, optional=True)


def csv_of(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """The text of a CSV; what is in none of the columns is left out."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
