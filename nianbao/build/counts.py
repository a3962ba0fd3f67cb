"""How many rows each file of the data has, against the last count that was accepted: a drop is asked about.

Rows that a program or a hand has cut off at the end of a file leave a file that is as sound as before; only its length
tells. Counts go up by themselves, and down when a person says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nianbao.build.cache import put
from nianbao.build.place import place_of
from nianbao.data.csvfiles import display_path, read_csv
from nianbao.errors import DataError

#: The accepted counts, in the place of what is made.
FILE = ".rows.json"
#: So many files a message names.
NAMED = 5
ACCEPT = "nianbao check --accept"


@dataclass(frozen=True)
class Drop:
    """A file that has fewer rows than were accepted; None of them where it is gone."""

    file: str
    before: int
    now: int | None

    def __str__(self) -> str:
        if self.now is None:
            return f"{self.file}不见了（上次有{self.before}行）"
        return f"{self.file}少了{self.before - self.now}行（上次{self.before}行，现在{self.now}行）"


class Counts:
    """The rows of the files of a `data` folder of the content folder `root`, now and as they were last accepted."""

    def __init__(self, root: Path, data: Path):
        self.data = data
        self.file = place_of(root, data) / FILE
        self.accepted = known(self.file)
        self.now = {name: len(read_csv(data / name)) for name in tables(data)}

    def drops(self) -> list[Drop]:
        """The files that have fewer rows than were accepted."""
        found = []
        for name, before in sorted(self.accepted.items()):
            if self.now.get(name, 0) < before:
                found.append(Drop(display_path(self.data / name), before, self.now.get(name)))
        return found

    def accept(self) -> None:
        """Take the rows as they are now for what is meant."""
        if self.now != self.accepted:
            put(self.file, json.dumps(self.now, ensure_ascii=False, indent=1, sort_keys=True).encode())

    def require(self) -> None:
        """Accept the rows; DataError where there are fewer than before."""
        drops = self.drops()
        if drops:
            raise DataError(f"{told(drops)}；如是有意删去的，请先运行 {ACCEPT}")
        self.accept()


def told(drops: list[Drop]) -> str:
    """Drops in one line."""
    more = f"等{len(drops)}个文件" if len(drops) > NAMED else ""
    return "；".join(map(str, drops[:NAMED])) + more


def tables(data: Path) -> list[str]:
    """The names of the tables below a data folder, those that are being written left out."""
    names = [path.relative_to(data) for path in data.rglob("*.csv") if path.is_file()]
    return sorted(name.as_posix() for name in names if not any(part.startswith((".", "~")) for part in name.parts))


def known(file: Path) -> Mapping[str, int]:
    """The counts in a file; none where there is no such file, or it cannot be read."""
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: count for name, count in found.items() if isinstance(count, int)}
