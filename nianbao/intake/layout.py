"""What a form holds, and where on its sheets everything stands.

Who writes the workbook (`sheets/`) and who reads it back (`readers/`) both look here; which figures and texts a form
asks for is decided in `planning`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from nianbao.data import schema
from nianbao.data.catalogue import Indicator
from nianbao.data.csvfiles import Row
from nianbao.data.keys import Source
from nianbao.data.observations import Observation
from nianbao.intake import answers
from nianbao.intake.folding import folded
from nianbao.intake.keys import Place, Series

#: Numbers of parts, as they are written.
NUMERALS = "一二三四五六七八九"
#: What the code of a report begins with, before its year.
REPORT = "report-"

#: Rows of a sheet of figures.
NAMES_ROW = 3
CODES_ROW = 4
YEARS_ROW = 5
FIRST_ROW = 6

#: Sheets that are not figures.
GUIDE = "填报说明"
CHECKS = "核对"
NOTES = "指标说明"
REVISIONS = "修订"
#: What needs a look, every figure beside last year's, and the names and codes that drop-downs offer.
ATTENTION = "要看的"
CHANGES = "逐项比较"
CODES = "代码表"
#: The regions there are, and new ones.
REGIONS_SHEET = "地区"
#: Base years of the edition, and figures of earlier years.
BASES = "基期"
EARLIER = "以前年度"
#: Sheets that are for people only: of figures they hold none. (Of `CHANGES` the reasons are read.)
UNREAD = (GUIDE, ATTENTION, CHECKS, CHANGES, NOTES, CODES)
#: Rows for figures that were not foreseen, behind those of a sheet of figures.
SPARE_ROWS = 4
#: How the means of average growth are called in the workbook.
MEAN_NAMES = {"几何平均": "geometric", "算术平均": "arithmetic"}
#: The column of reasons, on the sheet `CHANGES`.
REASON = "变动原因（三成以上请写）"
#: Lists of texts by the name of their file, as their sheets are called.
LISTS = {
    "agencies": "机构名录",
    "agency_notes": "机构说明",
    "card_banks": "联名银行",
    "contribution_levels": "缴费档次",
    "digital_notes": "信息化说明",
    "duties": "机构职责",
    "policy_documents": "文件目录",
    "remarks": "文字说明",
}
#: What columns of texts are called that only lists of one kind of document have.
TEXT_TITLES = {
    "no": "次序",
    "seq": "次序",
    "code": "代码",
    "kind": "类别",
    "type": "问题或措施",
    "note": "说明",
    "reason": "原因",
    "plan": "计划的主题",
    "indicator": "指标代码",
    "project": "项目代码",
    "scheme": "险种代码",
    "table": "表号",
    "columns": "各栏的名称（以 | 隔开）",
    "side": "收入或支出",
    "subject": "科目",
    "sme": "面向中小企业（是/否）",
    "category": "采购品目",
    "total": "合计",
    "goods": "货物",
    "works": "工程",
    "services": "服务",
    "level1": "一级指标",
    "level2": "二级指标",
    "level3": "三级指标",
    "target": "目标",
    "value": "目标中的数",
    "actual": "实际完成",
    "printed": "原件所印",
    "next": "相连的下一格",
}
#: The list of texts whose titles are names of documents.
POLICY_DOCUMENTS = "policy_documents"
#: The column of a sheet of texts in which a row is marked for use.
KEEP = "采用（是/否）"
#: The column of a text that names its source.
SOURCE = "source"
#: What the name of a sheet ends with that asks for another year than the document's.
OF_YEAR = re.compile(r"（20\d\d年）$")
#: Kinds of revisions as editors write them, and as they are stored.
REVISION_KINDS = {"计划": "planned", "方法": "method", "差错": "error"}
#: Columns of the sheet of revisions by the name of their data.
REVISION_HEADS = {column.name: column.head for column in schema.REVISIONS.columns}


class SheetKind(Enum):
    """What the rows of a sheet of figures are; the value is what stands above the columns that name them."""

    #: A row a region, a column an indicator.
    ROW_PER_REGION = ("代码", "地区")
    #: A row an indicator, a column an item.
    ROW_PER_INDICATOR = ("代码", "项目", "单位")
    #: A row a figure, one column.
    ROW_PER_FIGURE = ("代码", "指标", "地区代码", "地区", "单位")

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands above the columns that name the rows."""
        return self.value

    def row_of(self, series: Series) -> Series:
        """What the row of a figure names."""
        if self is SheetKind.ROW_PER_REGION:
            return Series("", series.item)
        if self is SheetKind.ROW_PER_INDICATOR:
            return Series(series.indicator, "")
        return series

    def column_of(self, series: Series) -> Series:
        """What the column of a figure names; nothing where there is one column only."""
        if self is SheetKind.ROW_PER_REGION:
            return Series(series.indicator, "")
        if self is SheetKind.ROW_PER_INDICATOR:
            return Series("", series.item)
        return Series("", "")


@dataclass
class FormSheet:
    """A sheet of figures. `last` holds last time's observation of each figure that is asked for, None without one.

    `like` holds what another county's document printed in its place, which is not shown beside, but tells where such a
    figure stands.
    """

    name: str
    kind: SheetKind
    last: dict[Series, Observation | None] = field(default_factory=dict)
    like: dict[Series, Observation] = field(default_factory=dict)

    @property
    def rows(self) -> list[Series]:
        """What the rows name, in order."""
        return list(dict.fromkeys(map(self.kind.row_of, self.last)))

    @property
    def columns(self) -> list[Series]:
        """What the columns name, in order."""
        return list(dict.fromkeys(map(self.kind.column_of, self.last)))

    @property
    def width(self) -> int:
        """How many columns the table has; each of figures is a pair: to fill in, and last time's."""
        return len(self.kind.labels) + 2 * len(self.columns)

    def place_of(self, series: Series, parents: Mapping[str, str]) -> str:
        """Where in a document a figure stands: as the same one did, else those of the same parent, else as the sheet.

        `parents` are the parents of the items by code.
        """
        known = {each: seen for each, seen in self.last.items() if seen} | self.like
        if series in known:
            return known[series].source.place
        beside = [each for each in known if parents.get(each.item) == parents.get(series.item)]
        same = [each for each in beside if each.indicator == series.indicator] or beside
        places = Counter(known[each].source.place for each in same)
        return places.most_common(1)[0][0] if places else OF_YEAR.sub("", self.name)

    def column_at(self, number: int) -> int:
        """Where the input cells of the column of that number (from 0) stand."""
        return len(self.kind.labels) + 1 + 2 * number

    def places(self) -> dict[Series, Place]:
        """The input cell of each figure, row by row; last time's figure stands beside it."""
        found = {}
        columns = self.columns
        for row, of_row in enumerate(self.rows, FIRST_ROW):
            for number, of_column in enumerate(columns):
                series = of_row.joined(of_column)
                if series in self.last:
                    found[series] = Place(row, self.column_at(number))
        return found


@dataclass
class Form:
    """What is asked for one year: the sheets of figures, and the texts of last time by the name of their list.

    `document` is the code of the document that the figures are for, `previous` the year whose figures stand beside.
    """

    year: int
    previous: int
    document: str
    sheets: list[FormSheet]
    texts: Mapping[str, list[Row]]
    #: What the sheets of further lists of texts are called, by the name of their list.
    titles: Mapping[str, str] = field(default_factory=dict)
    #: What the places of its texts in the list `remarks` begin with; nothing for a report.
    remarks: str = ""
    #: The code of the county that it is about; empty for another document.
    county: str = ""

    @cached_property
    def sheet_of(self) -> dict[Series, FormSheet]:
        """The sheet that asks for a figure."""
        return {series: sheet for sheet in self.sheets for series in sheet.last}

    def sheet_named(self, name: str) -> FormSheet | None:
        """The sheet of figures that is called so, blanks and width aside; None where there is none."""
        return next((sheet for sheet in self.sheets if same_name(sheet.name, name)), None)

    def title_of(self, name: str) -> str:
        """What the sheet of a list of texts is called."""
        return self.titles.get(name) or LISTS.get(name, name)

    def source(self, place: str) -> str:
        """The source of a figure or text that the document has at `place`."""
        return f"{self.document} {place}".strip()


def report_of(year: int) -> str:
    """The code of the report of a year."""
    return f"{REPORT}{year}"


def same_name(one: str, other: str) -> bool:
    """Whether two sheets are called the same, blanks, width and case aside."""
    return folded(one) == folded(other)


def heading(about: Indicator) -> str:
    """Name and unit of an indicator, as it stands above a column."""
    return f"{about.name}（{about.unit}）"


def text_head(column: str, name: str = "") -> str:
    """What a column of texts is called on the sheet of the list `name`."""
    if column == "title" and name and name != POLICY_DOCUMENTS:
        return "标题"
    if column in TEXT_TITLES:
        return TEXT_TITLES[column]
    known = schema.TEXTS.column(column)
    return known.head if known else column


def text_shown(column: str, text: str) -> str:
    """A text as it stands on its sheet: of its source the place only, answers and levels in words."""
    return Source.parse(text).place if column == SOURCE else answers.shown(column, text)
