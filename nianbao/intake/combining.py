"""Several files of one call put together: what one leaves empty another may say; different answers are asked about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nianbao.data.catalogue import Catalogue
from nianbao.intake.filled import Entry, Filled, RevisionRow, TextRow
from nianbao.intake.layout import Form
from nianbao.intake.lists import Listing, RowKey
from nianbao.intake.remarks import Remark


class Combining:
    """Puts together what files say: `filled` is all of it, `remarks` ask about what they say differently."""

    def __init__(self, catalogue: Catalogue, form: Form, files: Sequence[Filled]):
        self.catalogue = catalogue
        self.form = form
        self.remarks: list[Remark] = []
        self.filled = Filled(tidy=all(filled.tidy for filled in files))
        for series in dict.fromkeys(series for filled in files for series in filled.figures):
            entries = [filled.figures[series] for filled in files if series in filled.figures]
            self.filled.figures[series] = self._entry(entries)
        for name in dict.fromkeys(name for filled in files for name in filled.texts):
            rows = [row for filled in files for row in filled.texts.get(name, ())]
            self.filled.texts[name] = self._rows(name, rows)
        self.filled.revisions = self._revisions([row for filled in files for row in filled.revisions])

    def _entry(self, entries: list[Entry]) -> Entry:
        """The entry of one figure: what stands in a cell goes before an empty one; different ones are asked about."""
        said = [entry for entry in entries if not entry.is_empty]
        if not said:
            return entries[0]
        chosen = max(said, key=lambda entry: entry.weight)
        first = said[0]
        for other in said[1:]:
            if not other.agrees_with(first):
                words = f"与{first.where}的“{first.figure.literal}”不同；请查明哪一个对，把另一处改成一样（或清空）再读"
                self.remarks.append(Remark(other.sheet, other.place.name, other.figure.literal, words, file=other.file))
        return chosen

    def _rows(self, name: str, rows: list[TextRow]) -> list[TextRow]:
        """The rows of a list: one of each key."""
        given = self.form.texts[name]
        listing = Listing(tuple(given[0]), given)
        found: dict[RowKey, TextRow] = {}
        for row in rows:
            key = listing.key(row.record)
            seen = found.setdefault(key, row)
            if seen is row or not row.adopted and not row.deletes and seen.record != row.record:
                continue
            if not seen.adopted and not seen.deletes and seen.record != row.record:
                found[key] = row
            elif (seen.adopted, seen.record) != (row.adopted, row.record):
                stands = next((text for column, text in row.record.items() if seen.record[column] != text), "")
                words = f"与{seen.where}说的是同一条（序号或用处相同），内容或取舍却不同；请改成一样，或各写各的序号"
                self.remarks.append(
                    Remark(row.where.sheet, row.where.place.name, stands[:40], words, file=row.where.file)
                )
        return list(found.values())

    def _revisions(self, rows: Iterable[RevisionRow]) -> list[RevisionRow]:
        """The revisions: one of each figure and year."""
        found: dict[tuple, RevisionRow] = {}
        for row in rows:
            seen = found.setdefault(row.key, row)
            if (seen.record, seen.deletes) != (row.record, row.deletes):
                words = f"与{seen.where}修订的是同一个数，内容却不同，请改成一样"
                where = row.where
                self.remarks.append(Remark(where.sheet, where.place.name, row.record["new"], words, file=where.file))
        return list(found.values())
