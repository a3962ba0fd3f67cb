"""Takes away what not every system has, from each Python of a run whose PYTHONPATH has this folder.

Python itself imports it first in every process: the program knows nothing of it. What `TAKEN` names is gone as it is
on Windows: names of modules are missing, whole modules cannot be imported, the C library is not to be had by no name.
A text that is written without a word on the ends of its lines gets those of Windows.
"""

import builtins
import ctypes
import io
import os
import signal
import socket
import sys

#: Names that are taken out of a module.
TAKEN = {
    os: ("fork", "forkpty", "register_at_fork", "killpg", "setpgid", "getpgid", "setsid"),
    socket: ("send_fds", "recv_fds"),
    signal: ("setitimer", "alarm", "SIGALRM", "SIGUSR1", "SIGUSR2"),
}
#: Modules that cannot be imported.
MODULES = ("fcntl", "resource", "pwd", "grp", "termios")


class NamedLibrary(ctypes.CDLL):
    """A library that has a name: the one of the process itself cannot be asked for."""

    def __init__(self, name, *args, **options):
        if name is None:
            raise TypeError("a library has a name here")
        super().__init__(name, *args, **options)


plain_open = io.open


def open_there(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, *more, **others):
    """Open a file; in a text that is written, the end of a line becomes two characters unless told otherwise."""
    if newline is None and "b" not in mode and set(mode) & set("wax+"):
        newline = "\r\n"
    return plain_open(file, mode, buffering, encoding, errors, newline, *more, **others)


os.linesep = "\r\n"
io.open = builtins.open = open_there
for module, names in TAKEN.items():
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
for name in MODULES:
    sys.modules[name] = None
ctypes.CDLL = NamedLibrary
