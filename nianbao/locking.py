"""One process at a time: a lock on an open file, with what the system has for it.

Linux and macOS have `flock`, Windows locks bytes of a file; where there is neither, nobody waits for anybody.
"""

from __future__ import annotations

import time
from typing import IO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
try:
    import msvcrt
except ImportError:  # everywhere else
    msvcrt = None  # type: ignore[assignment]

#: Seconds between two tries, where the system cannot wait by itself.
PAUSE = 0.05


def lock(stream: IO, wait: bool = True) -> bool:
    """Lock an open file until it is closed; False where another process has it and nobody is to `wait` for it."""
    if fcntl is not None:
        return lock_whole(stream, wait)
    if msvcrt is not None:
        return lock_first_byte(stream, wait)
    return True


def lock_whole(stream: IO, wait: bool) -> bool:
    """The same, as Linux and macOS do it."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def lock_first_byte(stream: IO, wait: bool) -> bool:
    """The same, as Windows does it: its own way of waiting gives up after ten seconds."""
    while True:
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            if not wait:
                return False
            time.sleep(PAUSE)
        else:
            return True
