"""What was read, put together with what `data/` holds: the files as they shall be, and what changes in them.

Nothing is lost by reading: a cell left empty, a row without a mark, a sheet that is not there say nothing. What is to
go is marked so in the workbook. In which order files are read that do not contradict each other makes no difference.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from nianbao.data import schema
from nianbao.data.csvfiles import read_csv
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Source
from nianbao.figures.units import decimals_of
from nianbao.intake.cells import DELETED
from nianbao.intake.changes import FIGURE, REVISION, TEXT, Change, Kind, Subject
from nianbao.intake.filled import Entry, Filled, Record, RevisionKey, RevisionRow, TextRow, meaning
from nianbao.intake.history import History
from nianbao.intake.keys import Series
from nianbao.intake.layout import REPORT, Form, report_of
from nianbao.intake.lists import Listing, is_of_form
from nianbao.intake.remarks import Remark

#: Columns of a file of figures, of the log of revisions, and of the list of documents where there is none yet.
FIGURE_COLUMNS = tuple(column.name for column in schema.OBSERVATIONS.columns)
REVISION_COLUMNS = tuple(column.name for column in schema.REVISIONS.columns)
#: The column of the list of documents that tells where their figures come from.
ORIGIN = "origin"
DOCUMENT_COLUMNS = tuple(column.name for column in schema.DOCUMENTS.columns)
#: Columns of a figure that a file may say something of.
MORE = ("status", "source", "margin")
#: A figure that is expected and has none yet.
UNFILLED = {"value": "", "status": "M", "margin": ""}


class Merging:
    """Puts what was read together with the data.

    `files` are the files that hold it, by path, with the texts that they shall have; `changes` what changes in them;
    `remarks` ask about figures that go back to what was corrected since, unless `prefer_file`.
    """

    def __init__(self, data: Dataset, form: Form, filled: Filled, history: History, prefer_file: bool = False):
        self.data = data
        self.form = form
        self.history = history
        self.prefer_file = prefer_file
        self.changes: list[Change] = []
        self.remarks: list[Remark] = []
        self.files: dict[Path, str] = {}
        catalogue = data.catalogue
        keys = [key for key in data.observations if key.year == form.previous]
        #: Where figures stood in the files of the year before, indicators in the catalogue, items in their codelists.
        self._before = {Series(key.indicator, key.item): at for at, key in enumerate(keys)}
        self._listed = {code: at for at, code in enumerate(catalogue.indicators)}
        self._items = {name: {code: at for at, code in enumerate(items)} for name, items in catalogue.codelists.items()}
        self._merge_figures(filled)
        for name, rows in filled.texts.items():
            self._merge_texts(name, rows)
        self._merge_revisions(filled.revisions)

    # -- figures ------------------------------------------------------------------------------------------------
    def _merge_figures(self, filled: Filled) -> None:
        """The parts of `observations/<year>/` with what was read in them.

        Rows come in the order of the year before, then in that of the catalogue and its codelists.
        """
        parts: dict[str, dict[Series, Entry]] = defaultdict(dict)
        for series, entry in filled.figures.items():
            parts[self.data.file_of(series.indicator, series.item)][series] = entry
        for part, entries in parts.items():
            path = self.data.root / "observations" / str(self.form.year) / f"{part}.csv"
            rows = {Series(row["indicator"], row["item"]): dict(row) for row in present(path)}
            for series, entry in entries.items():
                known = rows.pop(series, None)
                row = self._figure(series, known, entry)
                if row is not None:
                    rows[series] = {"indicator": series.indicator, "item": series.item, **row}
            if rows or path.exists():
                self.files[path] = csv_of(FIGURE_COLUMNS, [rows[series] for series in sorted(rows, key=self._order)])

    def _figure(self, series: Series, known: Record | None, entry: Entry) -> Record | None:
        """The row that a figure shall have, None for none."""
        if entry.deletes:
            return self._deleted(series, known, entry)
        if entry.is_empty and known is not None:
            return known
        if known is None or is_unfilled(known):
            if not entry.is_empty:
                self._note(Kind.ADDED, series, known, entry)
            return entry.record
        if meaning(known) == meaning(entry.record) and not (entry.is_blank and known["value"] != entry.figure.literal):
            return self._same(series, known, entry)
        self._ask_for_other_document(known, entry)
        self._ask_for_older(series, known, entry)
        self._note(Kind.CHANGED, series, known, entry)
        return entry.record

    def _deleted(self, series: Series, known: Record | None, entry: Entry) -> Record | None:
        """What stays of a figure that is taken back: an unfilled cell where the form expects one."""
        if known is not None and not is_unfilled(known):
            self._note(Kind.DELETED, series, known, entry)
        sheet = self.form.sheet_of.get(series)
        seen = sheet.last[series] if sheet else None
        return {**UNFILLED, "source": entry.source} if seen is not None else None

    def _same(self, series: Series, known: Record, entry: Entry) -> Record:
        """A figure that was read before, with what the file says of it in columns of its own.

        A cell says neither status nor source, and may show fewer decimals: they stay as they are. Of two margins that
        were typed the smaller one stays, as it says more.
        """
        row = {column: known.get(column, "") for column in ("value", *MORE)}
        new = entry.record
        row.update({name: new[name] for name in entry.said if name in MORE})
        if entry.is_blank:
            return row
        decimals = decimals_of(Decimal(known["value"]))
        least = self.data.catalogue.indicator(series.indicator).decimals
        finer = least <= decimals < decimals_of(Decimal(new["value"]))
        if entry.tidy or finer:
            row["value"] = new["value"]
        typed = row["status"] == "A" and "margin" not in entry.said
        if typed and row["margin"] and (not new["margin"] or Decimal(new["margin"]) < Decimal(row["margin"])):
            row["margin"] = new["margin"]
        if row != {column: known.get(column, "") for column in row}:
            self._note(Kind.CHANGED, series, known, entry)
        return row

    def _subject(self, series: Series) -> Subject:
        """A figure as the journal knows it: one document may print figures of several years."""
        return FIGURE, *series, str(self.form.year)

    def _note(self, kind: Kind, series: Series, known: Record | None, entry: Entry) -> None:
        """Note what happens to a figure."""
        title = self.data.catalogue.title(series.indicator, series.item, self.form.year)
        subject = self._subject(series)
        old = in_words(known) if known else ""
        new = "" if kind is Kind.DELETED else in_words(entry.record)
        before = "" if kind is Kind.ADDED else self.history.told(subject, old)
        self.changes.append(Change(kind, subject, title, old, new, entry.sheet, str(entry.where), before))

    def _ask_for_other_document(self, known: Record, entry: Entry) -> None:
        """Ask about a figure that another document gives otherwise, such as a standard that two counties print."""
        document = Source.parse(known["source"]).document
        if not self.form.remarks or self.prefer_file or not known["value"] or document == self.form.document:
            return
        about = self.data.catalogue.documents.get(document)
        title = about.title if about else document
        words = (
            f"《{title}》里这个数是“{known['value']}”，同一个数只存一份：请查哪一份对。两份所印确实不同的，这一格清空，"
            "另在 data/documents/<本文件代码>/claims.csv 记一条 level；原来那一份错了的，加 --prefer-file"
        )
        self.remarks.append(Remark(entry.sheet, entry.place.name, entry.figure.literal, words, file=entry.file))

    def _ask_for_older(self, series: Series, known: Record, entry: Entry) -> None:
        """Ask about a figure that was corrected since a file last said so: an older workbook may have been read."""
        replaced = self.history.replaced(self._subject(series), in_words(entry.record))
        if replaced is None or self.prefer_file:
            return
        words = (
            f"这是已被改正的旧数：{replaced.time}“{replaced.file}”把它改成了“{in_words(known)}”"
            f"（{replaced.where}）。如果这份文件较旧，请把这一格改成新数或清空；确要用回旧数，请加 --prefer-file 再读"
        )
        several = (
            "这些是已被改正的旧数，这份文件可能较旧：请从新生成的工作簿填起，或清空这些格；"
            "确要用回旧数，请加 --prefer-file"
        )
        self.remarks.append(
            Remark(entry.sheet, entry.place.name, entry.figure.literal, words, several=several, file=entry.file)
        )

    def _order(self, series: Series) -> tuple[int, int, int]:
        """Where the row of a figure stands."""
        catalogue = self.data.catalogue
        items = self._items[catalogue.indicators[series.indicator].dimension]
        at = self._before.get(series, len(self._before))
        return at, self._listed[series.indicator], items[series.item]

    # -- texts --------------------------------------------------------------------------------------------------
    def _merge_texts(self, name: str, rows: Sequence[TextRow]) -> None:
        """A list of texts with the rows marked for use; rows of other documents stay as they are, before them."""
        path = self.data.root / "editions" / str(self.form.year) / "texts" / f"{name}.csv"
        given = self.form.texts[name]
        columns = tuple(given[0])
        listing = Listing(columns, self.data.texts(name, self.form.previous) or given)
        known = [dict(row) for row in present(path)]
        others = [row for row in known if not is_of_form(row, self.form)]
        own = {listing.key(row): row for row in known if is_of_form(row, self.form)}
        for row in rows:
            self._text(name, listing, own, row)
        if rows and (own or known):
            self.files[path] = csv_of(columns, [*others, *listing.sorted(own.values())])

    def _text(self, name: str, listing: Listing, own: dict, row: TextRow) -> None:
        """Put a row into its list, or take it out."""
        key = listing.key(row.record)
        seen = own.get(key)
        title = f"“{self.form.title_of(name)}”{'、'.join(part for part in key[:2] if part)}"
        subject = (TEXT, name, *key)
        where = str(row.where)
        old = said_by(seen) if seen else ""
        if row.adopted and seen is None:
            own[key] = row.record
            self.changes.append(Change(Kind.ADDED, subject, title, "", said_by(row.record), row.where.sheet, where))
        elif row.adopted and seen is not None and dict(seen) != row.record:
            own[key] = row.record
            new = differing(row.record, seen)
            was = differing(seen, row.record)
            before = self.history.told(subject, old)
            self.changes.append(Change(Kind.CHANGED, subject, title, was, new, row.where.sheet, where, before))
        elif not row.adopted and seen is not None and (row.deletes or dict(seen) == row.record):
            del own[key]
            before = self.history.told(subject, old)
            self.changes.append(Change(Kind.DELETED, subject, title, old, "", row.where.sheet, where, before))

    # -- revisions ----------------------------------------------------------------------------------------------
    def _merge_revisions(self, rows: Sequence[RevisionRow]) -> None:
        """The log of revisions with what was read in it."""
        if not rows:
            return
        path = self.data.root / "editions" / str(self.form.year) / "revisions.csv"
        known: dict[RevisionKey, Record] = {
            (row["indicator"], row["item"], row["of_year"]): dict(row) for row in present(path)
        }
        for row in rows:
            seen = known.get(row.key)
            catalogue = self.data.catalogue
            about = catalogue.indicator(row.record["indicator"])
            year = row.record["of_year"] and f"{row.record['of_year']}年"
            title = f"{year}{catalogue.item(about, row.record['item']).name}{about.name}"
            told = (title, revision_words(seen) if seen else "", "" if row.deletes else revision_words(row.record))
            kind = kind_of(seen, None if row.deletes else row.record)
            if row.deletes:
                known.pop(row.key, None)
            else:
                known[row.key] = row.record
            if kind is not None:
                self.changes.append(Change(kind, (REVISION, *row.key), *told, row.where.sheet, str(row.where)))
        if known or path.exists():
            listed = self._listed
            order = sorted(known, key=lambda key: (key[2], listed[key[0]], key[1]))
            self.files[path] = csv_of(REVISION_COLUMNS, [known[key] for key in order])


def is_unfilled(row: Mapping[str, str]) -> bool:
    """Whether a row only says that a figure is not filled in yet."""
    return row["status"] == "M" and not row["value"]


def in_words(row: Mapping[str, str]) -> str:
    """A figure as a line tells it: its number or mark, and what else is said of it."""
    margin = f"±{row['margin']}" if row.get("margin") else ""
    status = f"（{row['status']}）" if row["status"] not in {"A", "M", DELETED} else ""
    return f"{row['value']}{margin}{status}"


def said_by(row: Mapping[str, str]) -> str:
    """What a row of a list says, in a line."""
    return row.get("text") or "　".join(text for name, text in row.items() if text and name != "source")


def differing(row: Mapping[str, str], other: Mapping[str, str]) -> str:
    """What a row says otherwise than another, in a line."""
    return "　".join(text for column, text in row.items() if text and other.get(column, "") != text)


def revision_words(row: Mapping[str, str]) -> str:
    """A revision in a line."""
    return f"{row['old']}改为{row['new']}，{row['reason']}"


def kind_of(old: Mapping[str, str] | None, new: Mapping[str, str] | None) -> Kind | None:
    """What happens where a row becomes another; None where nothing does."""
    if old == new:
        return None
    if new is None:
        return Kind.DELETED
    return Kind.ADDED if old is None else Kind.CHANGED


# -- documents --------------------------------------------------------------------------------------------------
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
