"""年报 (nianbao): the yearly disclosure report of a social insurance bureau as a computed book.

    from nianbao import Chapter, Edition, charts

What a notebook calls is loaded when it is asked for: the figures, the audit and the intake do without pandas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nianbao.chapter import Chapter as Chapter
    from nianbao.chapter import Edition as Edition

__version__ = "0.2.0"

#: What a notebook may import from here; it lives in `nianbao.chapter`. The drawings, `charts`, are a room of their own.
OFFERED = ("Chapter", "Edition")


def __getattr__(name: str) -> Any:
    """`Chapter` or `Edition`; AttributeError for anything else."""
    if name not in OFFERED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from nianbao import chapter

    return getattr(chapter, name)


def load_ipython_extension(running: InteractiveShell) -> None:
    """`%load_ext nianbao`: `%%prose` for the chapter that is opened next, and a font that has Chinese."""
    from nianbao.chapter import shell

    shell.desk()
    shell.use_fonts()
