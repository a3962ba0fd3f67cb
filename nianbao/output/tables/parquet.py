"""Observations as a Parquet file."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path


def write_parquet(types: Mapping[str, str], rows: Sequence[Sequence[str]], path: Path) -> None:
    """Write rows of texts to `path`, each column with its type; an empty text is null.

    Parameters: `types` gives the SQL type of each column by its name, in the order of the cells. Nothing is guessed
    from the texts.
    """
    import duckdb  # it takes a while to load, and most builds do not get here

    plain = path.with_suffix(".rows.csv")
    with plain.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([types, *rows])
    form = f"header=true, auto_detect=false, delim=',', quote='\"', escape='\"', columns={dict(types)}"
    source = f"SELECT * FROM read_csv({quoted(plain)}, {form})"
    duckdb.sql(f"COPY ({source}) TO {quoted(path)} (FORMAT parquet)")
    plain.unlink()


def quoted(path: Path) -> str:
    """A path as a string of SQL."""
    text = str(path).replace("'", "''")
    return f"'{text}'"
