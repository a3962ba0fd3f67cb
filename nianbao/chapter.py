"""What a notebook sees: one object that knows the year, numbers tables and charts, and prints prose.

from nianbao.chapter import Chapter
ch = Chapter("1", year)      # chapter number as in 表1-1
f = ch.f                     # f("pension.enterprise.insured") is a figure
"""

from __future__ import annotations

from .page_charts import ChartPage


class Chapter(ChartPage):
    """A chapter of an edition.

    Parameters: `number` as it stands in 表1-1; `year` the papermill parameter; `region` for booklets of one county, its
    name or code; `data` another data folder. Raises DataError for a year without data or of the wrong type, and for a
    county without data.
    """
