"""Takes away what not every system has, from each Python of a run whose PYTHONPATH has this folder.

Python itself imports it first in every process: the program knows nothing of it. What `TAKEN` names is gone as it is
on Windows: names of modules are missing, whole modules cannot be imported, the C library is not to be had by no name.
"""

import ctypes
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


for module, names in TAKEN.items():
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
for name in MODULES:
    sys.modules[name] = None
ctypes.CDLL = NamedLibrary
