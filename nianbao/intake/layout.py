"""The form of a year: which sheets it has, and which figures and texts stand on them, from what the report held last year."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from nianbao.data.catalogue import Indicator
from nianbao.data.dataset import Dataset
from nianbao.data.observations import Observation
from nianbao.errors import DataError

NUMERALS = "一二三四五六七八九"
HEAD = 5  # rows above the first figure: title, note, names, codes, years
GUIDE, CHECKS, NOTES, REVISIONS = "填报说明", "核对", "指标说明", "修订"
LABELS = {"region": ("代码", "地区"), "matrix": ("代码", "项目", "单位"), "list": ("代码", "指标", "地区代码", "地区", "单位")}
REVISION_HEADS = {"指标": "indicator", "地区": "item", "年份": "of_year", "原数": "old", "新数": "new", "种类": "kind",
                  "理由": "reason", "日期": "date"}
LISTS = {"agencies": "机构名录", "agency_notes": "机构说明", "card_banks": "联名银行", "contribution_levels": "缴费档次",
         "digital_notes": "信息化说明", "duties": "机构职责", "policy_documents": "文件目录", "remarks": "文字说明"}
KEEP = "采用（是/否）"
WORDS = {"order": "序号", "name": "名称", "region": "地区", "level": "层级", "rank": "级别", "nature": "性质", "text": "文字",
         "five_in_one": "五险合一", "source": "位置", "topic": "主题", "bank": "银行", "amount": "金额", "unit": "单位",
         "issuer": "发文机关", "item": "编号", "title": "文件名称", "number": "文号", "place": "用处"}


@dataclass
class Page:
    """A sheet of figures. `kind` region: a row a region, a column an indicator; matrix: the other way round; list: a row
    a figure. `last` holds last year's observation (None for an indicator that had none) of each (indicator, item)."""

    name: str
    kind: str
    last: dict[tuple[str, str], Observation | None] = field(default_factory=dict)

    @property
    def rows(self) -> list:
        """Row keys in order: items, indicators or pairs."""
        return list(self.last) if self.kind == "list" else list(dict.fromkeys(p[self.kind == "region"] for p in self.last))

    @property
    def columns(self) -> list:
        """Column keys in order; a list has one column."""
        return [None] if self.kind == "list" else list(dict.fromkeys(p[self.kind == "matrix"] for p in self.last))

    def pair(self, row, column) -> tuple[str, str]:
        """Indicator and item of a cell."""
        return row if self.kind == "list" else (column, row) if self.kind == "region" else (row, column)

    def cells(self):
        """(indicator and item, row number, column number) of every input cell; last year's figure is to its right."""
        for r, row in enumerate(self.rows, HEAD + 1):
            for c, column in enumerate(self.columns):
                if self.pair(row, column) in self.last:
                    yield self.pair(row, column), r, len(LABELS[self.kind]) + 1 + 2 * c


def file_of(about: Indicator | Observation) -> str:
    """Name of the part whose data or catalogue file something stands in: `pension`."""
    return Path(about.place.rpartition(":")[0]).stem


def previous(data: Dataset, year: int) -> int:
    """The year before `year`; DataError where it has no edition though earlier years have."""
    if year - 1 not in data.editions and min(data.editions, default=year) < year:
        raise DataError(f"没有{year - 1}年的年报数据，不能据以编制{year}年的填报表；现有：{'、'.join(map(str, data.editions))}")
    return year - 1


def first_pages(data: Dataset) -> list[Page]:
    """The sheets of the first year there is: the regions and indicators of each scheme, then the figures of no scheme."""
    catalogue, found = data.catalogue, {}
    tables = {prefix: f"表{number}-1" for number, prefix in enumerate(catalogue.schemes, 1)}
    for code, about in catalogue.indicators.items():
        table = next((name for prefix, name in tables.items() if code.startswith(f"{prefix}.")), "其他")
        regions = [item.code for item in catalogue.codelists["region"].values() if item.level != "district"]
        for region in (regions if table != "其他" else [catalogue.top(about)]) if about.dimension == "region" and not about.formula else ():
            page = found.setdefault(table, Page(table, "list" if table == "其他" else "region"))
            page.last[code, region] = None
    return [found[name] for name in (*tables.values(), "其他") if name in found]


def pages(data: Dataset, year: int) -> list[Page]:
    """The sheets of `year`: each table of last year's report, then the single figures of each part.

    An indicator of these parts that had no figure last year, and is not computed, stands at the end of its part.
    """
    last, homes, found = previous(data, year), {}, {}
    if last not in data.editions:
        return first_pages(data)
    printed = [seen for (_, _, at), seen in data.observations.items()
               if at == last and seen.source.document == f"report-{last}"]
    places = {code: Counter() for code in (seen.indicator for seen in printed)}
    for seen in printed:
        places[seen.indicator][seen.source.place] += 1
    lone = Counter(next(iter(count)) for count in places.values() if sum(count.values()) == 1)
    for seen in printed:
        count, about = places[seen.indicator], data.catalogue.indicator(seen.indicator)
        place, total = count.most_common(1)[0][0], sum(count.values())
        table = place.startswith("表") and (total > 1 or lone[place] > 2)
        kind = "list" if not table or total == 1 else "region" if about.dimension == "region" else "matrix"
        number = re.match(r"表(\d)", place)
        part = f"第{NUMERALS[int(number[1]) - 1]}部分" if number else place[:4] if place[0] == "第" else file_of(seen)
        homes.setdefault(file_of(seen), sheet_name(f"{part}文中数"))
        name = sheet_name(place if table else f"{part}文中数")
        if table and (name, "list" if kind != "list" else "region") in found:
            name = name[:28] + "（续）"
        found.setdefault((name, kind), Page(name, kind)).last[seen.indicator, seen.item] = seen
    for code, about in data.catalogue.indicators.items():
        if code not in places and not about.formula and file_of(about) in homes and about.dimension == "region":
            name = homes[file_of(about)]
            page = found.setdefault((name, "list"), Page(name, "list"))
            page.last[code, data.catalogue.top(about)] = None

    def order(page):
        """Tables before the single figures of their part, by number."""
        digits = [int(digit) for digit in re.findall(r"\d+", page.name)]
        return (digits[0], *digits) if digits else (NUMERALS.find(page.name[1]) + 1, 99)

    return sorted(found.values(), key=order)


def sheet_name(text: str) -> str:
    """A text as the name of a sheet: short, and without the signs that Excel does not take there."""
    return re.sub(r"[\[\]:*?/\\'\"!]", "·", text)[:31]


def lists(data: Dataset, year: int) -> dict[str, list[dict]]:
    """Last year's texts of the report, by the name of their file."""
    last, found = previous(data, year), {}
    for name in data.folder.tables(f"editions/{last}/texts"):
        rows = [dict(row) for row in data.texts(name, last)]
        mine = [row for row in rows if row["source"].startswith(f"report-{last} ")] if rows and "source" in rows[0] else [
            row for row in rows if name == "remarks" and "." not in row["place"]]
        if mine:
            found[name] = mine
    return found


def heading(data: Dataset, code: str) -> str:
    """Name and unit of an indicator, as it stands above a column."""
    about = data.catalogue.indicator(code)
    return f"{about.name}（{about.unit}）"
