"""`data/datapackage.json`: the data folder as a Frictionless data package, made from the schema and the files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nianbao.data import schema
from nianbao.data.csvfiles import Row, head_of, read_csv
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError

#: Types of Frictionless by those of the schema.
TYPES = {schema.A_YEAR: "integer"}
LICENCE = {"name": "public-information", "title": "公开发布的政府信息，可自由使用，请注明出处"}


def descriptor(root: Path, version: str) -> str:
    """The text of `datapackage.json` for the data folder `root`; `version` is that of the program.

    Raises DataError for a file of which the schema knows nothing, or a column that its kind does not have.
    """
    data = Dataset(root)
    names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.csv"))
    about = {
        "name": "nianbao-data",
        "title": "年报数据",
        "version": version,
        "profile": "tabular-data-package",
        "licenses": [LICENCE],
        "resources": [resource(data, name) for name in names],
    }
    return json.dumps(about, ensure_ascii=False, indent=1) + "\n"


def resource_name(name: str) -> str:
    """Name of the resource of a file below `data/`."""
    return name.removesuffix(".csv").replace("/", "-").replace("_", "-").lower()


def resource(data: Dataset, name: str) -> dict[str, Any]:
    """What the package says of one file."""
    table = schema.table_of(name)
    if table is None:
        raise DataError("不是已知的数据文件，请写入 nianbao/data/schema.py", f"data/{name}")
    rows = read_csv(data.root / name)
    heads = list(rows[0]) if rows else head_of(data.root / name)
    odd = schema.unknown_columns(table, heads)
    if odd:
        raise DataError(f"有未说明的列：{'、'.join(odd)}，请写入 nianbao/data/schema.py", f"data/{name}")
    known: dict[str, Any] = {
        "fields": [field(table.column(head)) for head in heads],
        "missingValues": list(table.blanks),
    }
    if table.key and rows:
        known["primaryKey"] = list(table.key)
    links = list(foreign_keys(data, name, table, rows))
    if links:
        known["foreignKeys"] = links
    return {
        "name": resource_name(name),
        "path": name,
        "title": table.title,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": known,
    }


def field(column: schema.Column | None) -> dict[str, Any]:
    """A column in the words of Frictionless."""
    assert column is not None
    known: dict[str, Any] = {
        "name": column.name,
        "type": TYPES.get(column.type, column.type),
        "description": column.about,
    }
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.allowed:
        constraints["enum"] = list(column.allowed)
    if constraints:
        known["constraints"] = constraints
    return known


def foreign_keys(data: Dataset, name: str, table: schema.Table, rows: list[Row]) -> Iterator[dict[str, Any]]:
    """Which columns name rows of which other files, as far as all of a column's values stand in one file.

    Indicators stand in a file a part, items in a file a codelist: a file that mixes them has no one file to point to.
    """
    for column in table.columns:
        values = {row[column.name] for row in rows if row.get(column.name)}
        if not values:
            continue
        if column.refers == "indicator":
            parts = {data.catalogue.indicators[value].part for value in values}
            if len(parts) == 1:
                yield link(name, column.name, f"catalogue/indicators/{parts.pop()}.csv", "indicator")
        elif column.refers == "item" and "indicator" in rows[0]:
            dimensions = {data.catalogue.indicators[row["indicator"]].dimension for row in rows}
            if len(dimensions) == 1:
                file = codelist_file(data, dimensions.pop())
                yield link(name, column.name, file, key_of(data, file))
        elif column.name == "parent" and name.startswith("catalogue/codelists/"):
            yield link(name, column.name, name, key_of(data, name))


def codelist_file(data: Dataset, dimension: str) -> str:
    """The file of a codelist."""
    files = {"region": "regions", "scheme": "schemes"}
    return f"catalogue/codelists/{files.get(dimension, dimension)}.csv"


def key_of(data: Dataset, file: str) -> str:
    """The first column of a codelist."""
    return next(iter(read_csv(data.root / file)[0]))


def link(name: str, column: str, file: str, to: str) -> dict[str, Any]:
    """A foreign key of Frictionless; a file that refers to itself has an empty name there."""
    return {"fields": column, "reference": {"resource": "" if file == name else resource_name(file), "fields": to}}
