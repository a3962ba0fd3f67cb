"""The whole edition as a Frictionless data package: observations, facts, catalogue, what documents print; in a ZIP."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from nianbao.data.csvfiles import Row, csv_text, read_csv
from nianbao.data.dataset import Dataset
from nianbao.output.imprint import citation, licence, version
from nianbao.output.packing import pack
from nianbao.output.tables import csvw
from nianbao.output.tables.observations import COLUMNS, HEADS, ObservationRow, indicators

CODELISTS = PurePosixPath("catalogue/codelists")
DOCUMENTS = "documents.csv"
#: Files of a document that belong to the package.
OF_A_DOCUMENT = frozenset({"claims.csv", "errata.csv"})


def write(rows: Sequence[ObservationRow], facts: bytes, data: Dataset, title: str, path: Path) -> None:
    """Write the data package to `path`.

    Parameters: `rows` are the observations of the edition, `facts` its `facts.csv`, `title` that of the book.
    """
    texts = [HEADS, *(row.texts() for row in rows)]
    parts = {
        "observations.csv": csv_text(texts).encode("utf-8-sig"),
        "facts.csv": facts,
        "indicators.csv": csv_text(indicators(data)).encode(),
    }
    for place, known in sources(data):
        parts[place.as_posix()] = csv_text(known, [*known[0]]).encode()
    about = {
        "name": "nianbao",
        "title": title,
        "version": version(data),
        "profile": "tabular-data-package",
        "licenses": [{"name": "public", "title": licence(data)}],
        "resources": [resource(name, content) for name, content in parts.items()],
    }
    parts[csvw.OF_FOLDER] = csvw.described({"tables": [*tables(parts)]}, data, title).encode()
    parts["datapackage.json"] = json.dumps(about, ensure_ascii=False, indent=1).encode()
    parts["CITATION.txt"] = f"{citation(title, data)}\n".encode()
    path.write_bytes(pack(parts))


def tables(parts: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    """The CSV files of the package as CSV on the Web describes them."""
    kinds = {"integer": "integer", "number": "decimal", "string": "string"}
    for name, content in parts.items():
        known = fields(name, content)
        abouts = csvw.FACTS if name == "facts.csv" else {}
        found = [
            csvw.Column(each["name"], kinds[each["type"]], each.get("description") or abouts.get(each["name"], ""))
            for each in known
        ]
        yield csvw.table(name, found)


def sources(data: Dataset) -> Iterator[tuple[PurePosixPath, list[Row]]]:
    """Codelists, documents, claims and errata: the files that have rows the edition knows, each with these."""
    for path in sorted(data.root.rglob("*.csv")):
        place = PurePosixPath(path.relative_to(data.root).as_posix())
        by_year = place.name in OF_A_DOCUMENT
        if by_year or place.name == DOCUMENTS or place.parent == CODELISTS:
            rows = read_csv(path)
            known = [row for row in rows if not by_year or int(row["year"]) <= data.years[-1]]
            if known:
                yield place, known


def resource(name: str, content: bytes) -> dict[str, Any]:
    """What the package says of a file in it."""
    return {
        "name": name.removesuffix(".csv").replace("/", "-"),
        "path": name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "profile": "tabular-data-resource",
        "schema": {"fields": fields(name, content)},
    }


def fields(name: str, content: bytes) -> list[dict[str, str]]:
    """The columns of a file in the package."""
    if name == "observations.csv":
        return [{"name": column.name, "type": column.type, "description": column.about} for column in COLUMNS]
    heads = next(csv.reader([content.decode("utf-8-sig").splitlines()[0]]))
    return [{"name": head, "type": "string"} for head in heads]
