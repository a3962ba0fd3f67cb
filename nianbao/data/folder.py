"""A folder of CSV files whose rows are checked by the schema as they are read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from nianbao.data import schema
from nianbao.data.csvfiles import YEAR, Row, display_path, read_csv
from nianbao.errors import DataError

#: Folders that hold one for each year.
BY_YEAR = ("observations", "editions")


class Folder:
    """A folder of CSV files, which remembers what was looked at: files read, folders listed, and what was missing.

    `looked` holds paths below `root`; whoever keeps what was made from the data can tell from it what must be made
    anew.
    """

    def __init__(self, root: Path):
        self.root = root
        self.looked: set[str] = set()

    def names(self, folder: str = "") -> list[str]:
        """Names in a folder below, sorted, hidden ones left out; none where there is no such folder.

        Raises DataError for links, which may lead anywhere.
        """
        path = self.root / folder
        self.looked.add(folder or ".")
        if not path.is_dir():
            return []
        found = sorted(each.name for each in path.iterdir() if not each.name.startswith((".", "~")))
        for name in found:
            if (path / name).is_symlink():
                raise DataError("是指向别处的链接，请换成文件本身", display_path(path / name))
        return found

    def tables(self, folder: str) -> list[str]:
        """Names of the CSV files in a folder below, without `.csv`."""
        return [name.removesuffix(".csv") for name in self.names(folder) if name.endswith(".csv")]

    def check_strays(self, documents: Collection[str]) -> None:
        """DataError for a table that nobody would read: one of no known kind, or of a document that is not known.

        Its rows would be missing without a word.
        """
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root).as_posix()
            if path.suffix.lower() != ".csv" or any(part.startswith((".", "~")) for part in Path(name).parts):
                continue
            parts = name.split("/")
            if schema.table_of(name) is None or not name.endswith(".csv"):
                raise DataError(f"不是已知的数据文件，不会被读到；这里可以有：{beside(name)}", display_path(path))
            if parts[0] == "documents" and parts[1] not in documents:
                words = f"没有代码为“{parts[1]}”的文件，此表不会被读到；请先写入 data/catalogue/documents.csv"
                raise DataError(words, display_path(path))
            if parts[0] in BY_YEAR and not YEAR.fullmatch(parts[1]):
                raise DataError(f"“{parts[1]}”不是年份，此表不会被读到", display_path(path))

    def read(self, name: str, required: Iterable[str] = (), optional: bool = False) -> list[Row]:
        """Rows of the file `name` below; see `read_csv` and `check_rows`."""
        self.looked.add(name)
        path = self.root / name
        rows = read_csv(path, required, optional)
        table = schema.table_of(name)
        if table is not None:
            if not rows and path.exists() and not table.may_be_empty:
                raise DataError("只有表头，没有一行数据；没有数的表请删去文件", display_path(path), 2)
            check_rows(table, rows)
        return rows


def beside(name: str) -> str:
    """Which files there may be in the same top folder as a file of no known kind; all folders where it is in none."""
    top = name.partition("/")[0]
    kinds = [table.pattern for table in schema.TABLES if table.pattern.startswith(f"{top}/")]
    folders = dict.fromkeys(table.pattern.partition("/")[0] for table in schema.TABLES)
    return "、".join(kinds or folders)


def check_rows(table: schema.Table, rows: list[Row]) -> None:
    """DataError for a column that a table does not have, a cell that is wrong by the schema, and a repeated row.

    Columns of lists of texts are the notebooks' own.
    """
    if table.free or not rows:
        return
    odd = schema.unknown_columns(table, rows[0])
    if odd:
        known = "、".join(column.name for column in table.columns)
        raise DataError(f"没有名为“{odd[0]}”的列，可用：{known}", rows[0].label, 1)
    seen: dict[tuple[str, ...], Row] = {}
    for row in rows:
        table.check(row)
        key = tuple(row.get(name, "") for name in table.key)
        if table.key and key in seen:
            words = "".join(f"“{each}”" for each in key if each)
            row.check(False, table.key[0], "{words}重复，已见于{place}", words=words, place=seen[key].place)
        seen[key] = row
