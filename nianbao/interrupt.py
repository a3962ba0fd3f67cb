"""Ctrl-C while a command still imports what it needs: one line and the exit code of later on, and no traceback.

To be imported before anything else. It does nothing where Python runs something other than a command of this program.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import PurePath

#: Exit code of a command that was interrupted, as a shell says it, and what is said.
INTERRUPTED = 130
WORDS = "已中断"
#: Modules that are the command when Python runs them.
COMMANDS = ("nianbao.cli", "nianbao.__main__")
SCRIPT = "nianbao"


def is_command() -> bool:
    """Whether Python was started as a command of this program: `nianbao`, `python -m nianbao`."""
    main = sys.modules.get("__main__")
    spec = getattr(main, "__spec__", None)
    if spec is not None:
        return spec.name in COMMANDS
    return PurePath(getattr(main, "__file__", None) or "").stem == SCRIPT


def leave(number: int, frame: object) -> None:
    """Say so and end at once: nothing was begun."""
    try:
        os.write(2, f"{WORDS}\n".encode(sys.getfilesystemencoding(), "replace"))
    except OSError:
        pass
    os._exit(INTERRUPTED)


def over() -> None:
    """From here on whoever is interrupted puts things in order first."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)


if is_command() and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, leave)
