"""Folders for what is made and thrown away, which the next run sweeps where a run was killed.

Their names hold the number of the process they belong to. A folder whose process is gone is nobody's.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

#: How the name of such a folder begins; behind it the number of the process, and what makes it unique.
PREFIX = "nianbao-of-"
NAME = re.compile(rf"{PREFIX}([0-9]+)-\w+")
#: Seconds after which a folder is swept where nobody can tell whether its process lives.
OLD = 24 * 3600
#: One workbook is saved at a time: meanwhile, all of the process makes its temporary files in the folder of that.
SAVING = threading.RLock()


@contextmanager
def folder() -> Iterator[Path]:
    """A new folder, gone at the end; what killed runs have left goes with it."""
    sweep()
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", ignore_cleanup_errors=True) as made:
        yield Path(made)


def save(book: Any, target: Path | IO[bytes]) -> None:
    """Save a workbook of openpyxl.

    That library writes each sheet into a temporary file of its own, and leaves it where the program is killed. Here
    these files lie in a folder that the next run sweeps.
    """
    with SAVING, folder() as place:
        before = tempfile.tempdir
        tempfile.tempdir = str(place)
        try:
            book.save(target)
        finally:
            tempfile.tempdir = before


def sweep() -> None:
    """Remove the folders of this user whose process is gone."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        found = NAME.fullmatch(path.name)
        if found and is_own(path) and is_nobodys(path, int(found[1])):
            shutil.rmtree(path, ignore_errors=True)


def is_own(path: Path) -> bool:
    """Whether a folder is one of this user, and no link."""
    try:
        about = path.lstat()
    except OSError:
        return False
    return not path.is_symlink() and (not hasattr(os, "getuid") or about.st_uid == os.getuid())


def is_nobodys(path: Path, process: int) -> bool:
    """Whether the process that a folder belongs to has ended."""
    if os.name != "posix":  # there, asking for a process by signal 0 would end it
        return time.time() - path.stat().st_mtime > OLD
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False
