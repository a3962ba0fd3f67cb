"""The processes that work for a run, kernels and objects beside the program: forked from one where that can be."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nianbao.build.beside import Beside
from nianbao.build.forkserver import ForkServer, can_fork
from nianbao.settings import FORKED

if TYPE_CHECKING:
    from nianbao.build.kernels import Kernels


class Processes:
    """Where processes come from; use it in a `with`, at the end of which none of them is left.

    Parameters: `kind` as in `settings.KERNELS`, forked where the system can fork; `log` for what processes write, in
    whose folder connection files of kernels stand while they run.
    """

    def __init__(self, kind: str, log: Path):
        self.kind = kind
        self.log = log
        self._folder = log.parent / "kernels"
        self.server = ForkServer(log) if kind == FORKED and can_fork() else None

    def warm(self) -> None:
        """Have the preloaded process begin its imports, while this one does other things."""
        if self.server:
            self.server.start()

    def kernels(self) -> Kernels:
        """Where the kernels of one run come from."""
        from nianbao.build.kernels import Kernels  # with Jupyter, while the preloaded process imports

        return Kernels(self.server, self._folder, self.log)

    def beside(self, make: Callable, *arguments: Any) -> Beside:
        """An object made by `make(*arguments)` in a process of its own."""
        return Beside(make, *arguments, server=self.server, log=self.log)

    def __enter__(self) -> Processes:
        self.log.unlink(missing_ok=True)  # what an earlier run has left
        return self

    def __exit__(self, *_: object) -> None:
        if self.server:
            self.server.close()
        with suppress(OSError):  # it was never made, or a stock kernel left something in it
            self._folder.rmdir()
