"""How many rows each file of the data has, against the last count that was accepted: a drop is asked about.

Rows that a program or a hand has cut off at the end of a file leave a file that is as sound as before; only its length
tells. Counts go up by themselves, and down when a person says so. They stand in the place of what is made and, where
workbooks are read in, beside the journal too, which goes with the data into every clone. Where neither is there, those
of the last commit count.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nianbao.build.cache import put, remove
from nianbao.build.place import BUILD, place_of
from nianbao.data.csvfiles import display_path, read_csv
from nianbao.data.dataset import Dataset
from nianbao.data.unaudited import check_unaudited
from nianbao.errors import DataError
from nianbao.intake.journal import JOURNAL
from nianbao.output.manifest import git

#: The accepted counts, in the place of what is made.
FILE = ".rows.json"
#: The same in the folder of the journal.
BESIDE_JOURNAL = "rows.json"
#: So many files a message names.
NAMED = 5
ACCEPT = "nianbao check --accept"
#: What git is asked: lines added to and gone from each file below a folder since the last commit.
CHANGES = "--literal-pathspecs diff --numstat --no-renames --relative -z HEAD --".split()


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
    """The rows of the files of a `data` folder of the content folder `root`, now and as they were last accepted.

    `accepted` is read when it is asked for: DataError where the file that holds it is damaged.
    """

    def __init__(self, root: Path, data: Path):
        self.root = root
        self.data = data
        self.file = place_of(root, data) / FILE
        self.now = counted(data)

    @property
    def _is_own(self) -> bool:
        """Whether the data are those of the content folder."""
        return self.file.parent == self.root / BUILD

    @property
    def _beside(self) -> Path:
        """The counts in the folder of the journal."""
        return self.data.resolve().parent / JOURNAL / BESIDE_JOURNAL

    @property
    def accepted(self) -> Mapping[str, int]:
        """The counts that were last accepted; none where nobody knows of any."""
        if present(self.file):
            return known(self.file)
        if not self._is_own:
            return {}
        return known(self._beside) if present(self._beside) else self._committed()

    def _committed(self) -> dict[str, int]:
        """The rows that files which have changed since the last commit had there; none outside a clone."""
        found: dict[str, int] = {}
        data = self.data.resolve()
        try:
            changes = git(self.root, *CHANGES, str(data)).split("\0")
        except UnicodeDecodeError:  # a name that the system's code page does not have
            return found
        for change in filter(None, changes):
            added, gone, path = change.split("\t", 2)
            name = (self.root.resolve() / path).relative_to(data).as_posix()
            if is_table(name) and added.isdecimal() and gone.isdecimal():
                head = 0 if name in self.now else 1
                found[name] = self.now.get(name, 0) + int(gone) - int(added) - head
        return found

    def drops(self) -> list[Drop]:
        """The files that have fewer rows than were accepted."""
        found = []
        for name, before in sorted(self.accepted.items()):
            if self.now.get(name, 0) < before:
                found.append(Drop(display_path(self.data / name), before, self.now.get(name)))
        return found

    def accept(self) -> None:
        """Take the rows as they are now for what is meant."""
        self._keep(self.now)

    def lost(self) -> dict[str, int]:
        """How many rows fewer than were accepted files have."""
        missing = {name: count - self.now.get(name, 0) for name, count in self.accepted.items()}
        return {name: count for name, count in missing.items() if count > 0}

    def accept_but(self, lost: Mapping[str, int]) -> None:
        """Take the rows as they are now for what is meant, and those that were `lost` for still to be asked about."""
        self._keep({name: self.now.get(name, 0) + lost.get(name, 0) for name in {*self.now, *lost}})

    def _keep(self, counts: Mapping[str, int]) -> None:
        content = json.dumps(counts, ensure_ascii=False, indent=1, sort_keys=True).encode()
        if self.file.is_dir():
            remove(self.file)
        put(self.file, content)
        if self._is_own and self._beside.parent.is_dir():
            put(self._beside, content)

    def require(self) -> None:
        """Accept the rows; DataError where there are fewer than before."""
        drops = self.drops()
        if drops:
            raise DataError(f"{told(drops)}；如是有意删去的，请先运行 {ACCEPT}")
        self.accept()

    def asked(self) -> list[str]:
        """The question about files that have fewer rows, in a line for the terminal; none where there is nothing."""
        drops = self.drops()
        return [f"须确认：{told(drops)}；如是有意删去的，请运行 {ACCEPT}"] if drops else []


class Following:
    """What a command adds to the data or takes out of them is meant; rows that were gone before it are not.

    Made before the command does so. Data that cannot be read, and counts that are damaged, are told afterwards.
    """

    def __init__(self, root: Path, data: Path):
        self.root = root
        self.data = data
        self._lost: dict[str, int] = {}
        self._damage = ""
        try:
            self._lost = Counts(root, data).lost()
        except DataError as error:
            self._damage = str(error)

    def done(self) -> list[str]:
        """The command has changed the data: lines for the terminal on what is to be asked about."""
        if self._damage:
            return [f"须确认：{self._damage}"]
        counts = Counts(self.root, self.data)
        counts.accept_but(self._lost)
        return counts.asked()


def require_whole(root: Path, data: Dataset) -> None:
    """Accept the rows of the data of the content folder `root`, before anything is made of their years.

    DataError where rows are gone that nobody has said are meant to be, and for rows that no chapter could use.
    """
    check_unaudited(data)
    Counts(root, data.root).require()


def told(drops: list[Drop]) -> str:
    """Drops in one line."""
    more = f"等{len(drops)}个文件" if len(drops) > NAMED else ""
    return "；".join(map(str, drops[:NAMED])) + more


def counted(data: Path) -> dict[str, int]:
    """The rows of each table below a data folder; DataError for one that cannot be read."""
    return {name: len(read_csv(data / name)) for name in tables(data)}


def tables(data: Path) -> list[str]:
    """The names of the tables below a data folder, those that are being written left out."""
    names = [path.relative_to(data).as_posix() for path in data.rglob("*.csv") if path.is_file()]
    return sorted(filter(is_table, names))


def is_table(name: str) -> bool:
    """Whether a path below a data folder names a table, and none that is being written."""
    return name.endswith(".csv") and not any(part.startswith((".", "~")) for part in name.split("/"))


def present(file: Path) -> bool:
    """Whether there is something of this name, be it sound or not."""
    return file.exists() or file.is_symlink()


def known(file: Path) -> Mapping[str, int]:
    """The counts in a file; DataError where it cannot be read: then nobody knows whether rows are gone."""
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(type(count) is int for count in found.values()):
        words = f"这里应记着各数据文件上次有多少行，文件已损坏，无从知道少了没有；请查对各文件，无误后运行 {ACCEPT}"
        raise DataError(words, file.parent.name + "/" + file.name)
    return found
