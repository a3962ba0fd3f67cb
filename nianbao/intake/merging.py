"""What was read, as files of `data/`: the texts that they shall have, and their writing, all or none."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from nianbao.data.csvfiles import read_csv
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.intake.layout import REVISION_HEADS, file_of, lists, previous

COLUMNS = ("indicator", "item", "value", "status", "source", "margin")


@dataclass(frozen=True)
class Entry:
    """A figure that was read: the texts of a CSV row, and where it stood."""

    values: tuple[str, str, str]  # literal, status, margin
    source: str
    sheet: str
    cell: str


def figure_files(data: Dataset, year: int, entries: dict[tuple[str, str], Entry], emptied: set[tuple[str, str]]) -> dict[Path, str]:
    """The parts of `data/<year>/` with what was read in them; rows that the file leaves empty go, those it does not name stay."""
    last = previous(data, year)
    order = {(code, item): n for n, (code, item, at) in enumerate(data.observations) if at == last}
    listed = {code: n for n, code in enumerate(data.catalogue.indicators)}
    parts: dict[str, dict] = defaultdict(dict)
    for (code, item), entry in entries.items():
        part = file_of(data.observations.get((code, item, last)) or data.catalogue.indicator(code))
        parts[part][code, item] = dict(zip(COLUMNS, (code, item, *entry.values[:2], entry.source, entry.values[2]), strict=True))
    made = {}
    for part, rows in parts.items():
        path = data.root / "observations" / str(year) / f"{part}.csv"
        kept = {(row["indicator"], row["item"]): row for row in present(path)}
        merged = {pair: row for pair, row in kept.items() if pair not in emptied} | rows
        ranked = sorted(merged, key=lambda pair: (order.get(pair, len(data.observations)), listed[pair[0]]))
        made[path] = table(COLUMNS, [merged[pair] for pair in ranked])
    return made


def text_files(data: Dataset, year: int, texts: dict[str, list[dict]]) -> dict[Path, str]:
    """The lists of texts with the rows marked for use; rows of other documents stay."""
    made = {}
    for name, rows in texts.items():
        path, old = data.root / "editions" / str(year) / "texts" / f"{name}.csv", lists(data, year)[name]
        known, mine = present(path), {row.get("place") for row in [*old, *rows]}
        kept = [row for row in known if (row["source"].split(" ")[0] != f"report-{year}" if "source" in row else row["place"] not in mine)]
        if rows or known:
            made[path] = table(tuple(old[0]), [*kept, *rows])
    return made


def other_files(data: Dataset, year: int, revisions: list[dict] | None) -> dict[Path, str]:
    """The log of revisions where the file holds one, and the list of documents where the report is new in it."""
    log, documents = data.root / "editions" / str(year) / "revisions.csv", register(data, year)
    made = {log: table(tuple(REVISION_HEADS.values()), revisions or [])} if revisions or revisions is not None and log.exists() else {}
    return made | ({data.root / "catalogue" / "documents.csv": documents} if documents else {})


def present(path: Path) -> list[dict]:
    """The rows of a CSV of the data, none where it does not exist."""
    return [*read_csv(path)] if path.exists() else []


def table(columns: tuple, rows: list[dict]) -> str:
    """The text of a CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def register(data: Dataset, year: int) -> str | None:
    """The list of documents with the report of `year` in it; None where it is there already."""
    path = data.root / "catalogue" / "documents.csv"
    text, codes = path.read_text("utf-8-sig"), data.catalogue.documents
    if f"report-{year}" in codes:
        return None
    reports = [row for row in csv.DictReader(io.StringIO(text)) if row["document"].startswith("report-")]
    old = max(reports, key=lambda row: row["document"], default={"document": ""})
    values = {"document": f"report-{year}", "year": year, "published": year + 1,
              "title": old.get("title", f"{year}年年报").replace(old["document"][7:] or " ", str(year)),
              "publisher": old.get("publisher", "")}
    out = io.StringIO()
    heads = next(csv.reader(io.StringIO(text)))
    csv.writer(out, lineterminator="\n").writerow([values.get(head, "") for head in heads])
    return text.rstrip("\n") + "\n" + out.getvalue()


def write(files: dict[Path, str], root: Path, year: int) -> list[Path]:
    """Write the files that differ and read the data set again; when it cannot be read, put everything back."""
    before = {path: path.read_bytes() if path.exists() else None for path in files}
    changed = [path for path, text in files.items() if before[path] != text.encode("utf-8")]
    try:
        for path in changed:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[path].encode("utf-8"))
        Dataset(root, year)
    except (DataError, OSError):
        for path in changed:
            path.unlink(missing_ok=True) if before[path] is None else path.write_bytes(before[path])
        raise
    return changed
