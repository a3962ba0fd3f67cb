"""All that a notebook may call: a chapter with its figures, prose, tables and charts; what a book prints of a figure.

May import: `nianbao.audit`, `nianbao.charts`, `nianbao.settings` and what is below them.
"""

from nianbao import charts
from nianbao.chapter.chapter import Chapter

__all__ = ["Chapter", "charts"]
