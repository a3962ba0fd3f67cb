"""What a chapter may use, as bounds that the system keeps for its kernel, forked or stock."""

from __future__ import annotations

import signal

from nianbao.settings import Limits


def source(limits: Limits) -> str:
    """Code that has a kernel take on the limits and leaves no name behind; nothing where there are none."""
    if limits == Limits():
        return ""
    return f"__import__({__name__!r}, fromlist=['take_on']).take_on({limits.seconds!r}, {limits.memory!r})\n"


def take_on(seconds: int | None, memory: int | None) -> None:
    """Bound this process: `memory` in MiB, and `seconds` until the system ends it, even in code that never returns.

    Systems that know no such bounds (Windows) leave only the limit of time that nbclient keeps for each cell.
    """
    if memory:
        limit_memory(memory << 20)
    if seconds and hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)  # nobody waits for SIGALRM: it ends the kernel


def limit_memory(most: int) -> None:
    """Bound the memory of this process, in bytes, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
