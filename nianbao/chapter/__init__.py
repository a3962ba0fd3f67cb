"""All that a notebook may call: a chapter with its figures, prose, tables and charts; what a book prints of a figure.

May import: `nianbao.analysis`, `nianbao.audit`, `nianbao.charts`, `nianbao.frames`, `nianbao.settings` and what is
below them.

    from nianbao import Chapter, Edition, charts

All are loaded when they are asked for: whoever only reads records or hands over a session does without pandas and
matplotlib, and so does whoever opens an edition, until a frame is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nianbao import charts
    from nianbao.chapter.chapter import Chapter
    from nianbao.chapter.edition import Edition

__all__ = ["Chapter", "Edition", "charts"]


def __getattr__(name: str) -> Any:
    """`Chapter`, `Edition` or `charts`; AttributeError for anything else."""
    if name == "Chapter":
        from nianbao.chapter.chapter import Chapter

        return Chapter
    if name == "Edition":
        from nianbao.chapter.edition import Edition

        return Edition
    if name == "charts":
        from nianbao import charts

        return charts
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
