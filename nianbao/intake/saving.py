"""Files of the data, written all or none: they are as before unless the data can be read with all of them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from nianbao.data.dataset import Dataset

#: How the name of a file that is being written begins: readers of the data pass over it.
UNFINISHED = "."


class Transaction:
    """Writes files so that what was there comes back if anything goes wrong.

    Used in a `with` block: an exception that leaves it, of whatever kind, puts everything back. Each file changes in
    one step, its old content is kept in memory; a process killed between two files leaves the first ones changed.
    """

    def __init__(self) -> None:
        self._before: dict[Path, bytes | None] = {}
        self._folders: list[Path] = []

    def __enter__(self) -> Transaction:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.undo()

    def write(self, files: Mapping[Path, bytes]) -> None:
        """Write files: all aside first, so that a full disk is known before any of them changes, then into place."""
        aside = {}
        try:
            for path, content in files.items():
                self._make_folder(path.parent)
                aside[path] = path.with_name(f"{UNFINISHED}{path.name}.new")
                aside[path].write_bytes(content)
                if path.exists():
                    shutil.copymode(path, aside[path])
            for path, unfinished in aside.items():
                self._before[path] = content_of(path)
                unfinished.replace(path)
        finally:
            for unfinished in aside.values():
                unfinished.unlink(missing_ok=True)

    def _make_folder(self, folder: Path) -> None:
        """Make a folder and those above it, and remember which are new."""
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for each in reversed(missing):
            each.mkdir()
            self._folders.append(each)

    def undo(self) -> None:
        """Put everything back: files that were not there go, and so do folders that are empty again."""
        for path, content in self._before.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)
        for folder in reversed(self._folders):
            if not any(folder.iterdir()):
                folder.rmdir()


def content_of(path: Path) -> bytes | None:
    """The bytes of a file; None where there is none."""
    return path.read_bytes() if path.exists() else None


def write(files: Mapping[Path, str], root: Path, year: int) -> list[Path]:
    """Write the files that differ, and read the data set `root` of `year` again; returns those that changed.

    Raises OSError where they cannot be written and DataError where the data cannot be read with them; all is then as it
    was before.
    """
    wanted = {path: text.encode("utf-8") for path, text in files.items()}
    changed = {path: content for path, content in wanted.items() if content_of(path) != content}
    with Transaction() as transaction:
        transaction.write(changed)
        Dataset(root, year)
    return list(changed)
