"""Observations as a Parquet file."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from arro3.core import Array, DataType, Field, Schema, Table
from arro3.io import write_parquet as write_table

from nianbao.errors import DataError

#: Types of SQL that a column may have, as they stand in the file.
TYPES = {"VARCHAR": DataType.utf8(), "INTEGER": DataType.int32(), "DECIMAL(24,6)": DataType.decimal128(24, 6)}


def write_parquet(types: Mapping[str, str], rows: Sequence[Sequence[str]], path: Path) -> None:
    """Write rows of texts to `path`, each column with its type; an empty text is null.

    Parameters: `types` gives the SQL type of each column by its name, in the order of the cells; it is one of TYPES.
    Nothing is guessed from the texts. Raises DataError, with the row, for a number that its column cannot hold exactly.
    """
    fields = []
    columns = []
    for at, (name, sql) in enumerate(types.items()):
        texts = [row[at] or None for row in rows]
        column = Array(texts, type=DataType.utf8()).cast(TYPES[sql])
        if sql != "VARCHAR":
            for row, text, value in zip(rows, texts, column.to_pylist(), strict=True):
                if differs(text, value):
                    raise DataError(f"“{text}”不能一位不差地写进 Parquet 的 {name} 一栏（{sql}）：{'，'.join(row)}")
        fields.append(Field(name, TYPES[sql]))
        columns.append(column)
    table = Table.from_arrays(columns, schema=Schema(fields))
    stream = io.BytesIO()
    write_table(table, stream, compression="snappy", skip_arrow_metadata=True)
    path.write_bytes(stream.getvalue())  # so that a full disk is an OSError that names the file


def differs(text: str | None, number: Decimal | int | None) -> bool:
    """Whether a cast number is another one than its text says: a cast rounds, or gives null, without a word."""
    if text is None or number is None:
        return text is not number
    return Decimal(text) != number
