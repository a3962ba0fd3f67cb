"""Putting a finished folder in the place of the published one, so that a complete one stands there at every moment."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from nianbao.locking import lock

#: Of the call `renameat2` of Linux: paths count from the current folder; both names are exchanged in one step.
AT_FDCWD = -100
RENAME_EXCHANGE = 2
#: Files that are put on the disk at a time.
AT_A_TIME = 16


def swap(aside: Path, target: Path) -> None:
    """Put `aside` in the place of `target`: at once where the system can, else so that `restore` can go back."""
    flush(aside)
    with held(target):
        restore(target)
        if not target.exists():
            aside.rename(target)
        elif exchange(aside, target):
            shutil.rmtree(aside, ignore_errors=True)
        else:
            old = former(target)
            shutil.rmtree(old, ignore_errors=True)
            target.rename(old)
            aside.rename(target)
            shutil.rmtree(old, ignore_errors=True)
        settle(target.parent)


@contextmanager
def held(target: Path) -> Iterator[None]:
    """Nobody else exchanges or copies the published folder meanwhile; waits until they have done.

    It takes as long as a copy, not as long as a build.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(f".{target.name}.lock").open("w") as stream:
        lock(stream)
        yield


def former(target: Path) -> Path:
    """Where the last one stands while two renames put the new one in its place."""
    return target.with_name(f".{target.name}.old")


def restore(target: Path) -> None:
    """Put the last one back where a program was ended between the two renames."""
    old = former(target)
    if not target.exists() and old.exists():
        old.rename(target)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step of the file system; False where it cannot (not Linux, some network drives)."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0


def flush(folder: Path) -> None:
    """Have everything in a folder on the disk before it is published: a power cut leaves no empty files.

    Thousands of files wait for the disk one by one; asked for several at a time, it takes them together.
    """
    found = [Path(top, name) for top, _, names in os.walk(folder) for name in (".", *names)]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for _ in pool.map(settle, (path for path in found if not path.is_symlink())):
            pass


def settle(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk; Windows knows no such thing for what is only read."""
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
