"""Reading a filled-in workbook or CSV back into `data/<year>/`.

Everything is read and checked first, all that is wrong is reported at once, each with sheet and cell; files change only
when nothing is. Cells are found by the codes and names beside and above them, never by position.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from nianbao.data.catalogue import Indicator
from nianbao.data.csvfiles import NUMBER, display_path
from nianbao.data.dataset import Dataset
from nianbao.data.schema import STATUSES
from nianbao.errors import DataError
from nianbao.intake.cells import Asked, Cell, Grid, at, key, open_file, understand
from nianbao.intake.layout import CHECKS, GUIDE, LISTS, NOTES, REVISIONS, Page, lists, pages
from nianbao.intake.merging import Entry, figure_files, other_files, text_files, write
from nianbao.intake.texts import Filled, Remark

CORNERS = {key(word) for word in (
    "代码", "指标代码", "地区代码", "行政区划代码", "地区", "地区名称", "市县", "统筹区", "单位名称", "项目", "指标", "指标名称", "险种",
    "名称", "indicator", "region", "item")}
ASIDE = ("备注", "说明", "单位", "原报告位置", "序号", "同比", "增减", "增长", "占比", "比重", "核对", "计量单位", "小数")
HERE, BEFORE = {"本年", "本年数", "本期", "数值", "填报数", "value"}, {"上年", "上年数", "去年", "上期", "上年同期"}
EXTRAS = {"status", "source", "margin"}


class Intake(Filled):
    """One file read for one year; `entries` holds the figures that were read."""

    def __init__(self, data: Dataset, year: int):
        super().__init__(data, year)
        self.pages = pages(data, year)
        self.known = {pair: page for page in self.pages for pair in page.last}
        self.entries: dict[tuple[str, str], Entry] = {}
        self.emptied: set[tuple[str, str]] = set()  # cells left empty for figures that need not be there

    def take(self, grids: list[Grid]) -> None:
        """Read all sheets of a file."""
        titles, texts = {words: name for name, words in LISTS.items()}, lists(self.data, self.year)
        for grid in grids:
            name = titles.get(grid.name, grid.name)
            if grid.name in {GUIDE, CHECKS, NOTES}:
                continue
            if grid.hidden:
                self.say(grid, "", "", f"有隐藏的行列（{'、'.join(grid.hidden[:5])}），照样读入", fatal=False)
            if grid.name == REVISIONS:
                self.read_revisions(grid)
            elif name in texts:
                self.read_texts(grid, name, texts[name])
            else:
                self.read(grid)
        if grids:
            self.complete(grids)

    def read(self, grid: Grid) -> None:
        """Read a sheet of figures."""
        rows, columns = grid.size
        head = next((r for r in range(1, min(rows, 40) + 1)
                     if any(key(grid.text(r, c)) in CORNERS for c in range(1, columns + 1))), None)
        if head is None:
            if any(isinstance(cell.value, int | float) or NUMBER.fullmatch(cell.text) for cell in grid.cells.values()):
                self.say(grid, "", "", "找不到表头，应有一行写着“代码”“地区”“项目”或“指标”")
            return
        labels = [c for c in range(1, columns + 1) if key(grid.text(head, c)) in CORNERS]
        first = head + 1
        while first <= min(rows, head + 4) and not any(self.label(grid.text(first, c)) for c in labels):
            first += 1
        page = next((each for each in self.pages if key(each.name) == key(grid.name)), None)
        heads = {c: self.column(grid, c, range(head, first), page) for c in range(1, columns + 1) if c not in labels}
        extras = {key(grid.text(head, c)): c for c in heads if key(grid.text(head, c)) in EXTRAS}
        grid.tidy = grid.typed and any(key(grid.text(head, c)) == "value" for c in heads)
        years = {about["year"] for about in heads.values() if about.get("year")}
        if years and self.year not in years and not any(about.get("here") for about in heads.values()):
            self.say(grid, at(head, 1), f"{max(years)}年", f"表头里没有{self.year}年的栏目，应为{self.year}年的数")
            return
        for r in range(first, rows + 1):
            self.row(grid, r, labels, heads, extras)

    def label(self, text: str) -> bool:
        """Whether a text names an indicator or an item."""
        return key(text) in self.indicators or key(text) in self.places

    def column(self, grid: Grid, c: int, block: range, page: Page | None) -> dict:
        """What the heading of a column says: indicator, item, year, or nothing to read."""
        about: dict = {}
        known, own = False, None
        for text in dict.fromkeys(grid.text(r, c) for r in block):
            word, year = key(text), re.fullmatch(r"(20\d\d)年?[末度数]*", key(text))
            if word in EXTRAS or word.startswith(ASIDE) and word not in self.indicators:
                return {"aside": True}
            if year:
                about["year"] = int(year[1])
            elif word in HERE:
                about["here"] = True
            elif word in BEFORE:
                about["year"] = self.last
            elif self.indicators.get(word):
                about.setdefault("indicators", set()).update(self.indicators[word])
            elif word in self.places:
                about["item"] = text
            elif word:
                bare, unit = re.fullmatch(r"(.*?)(?:\(([^()]*)\))?", word).groups()
                codes = dict.fromkeys(pair[0] for pair in page.last) if page else ()
                short = [code for code in codes if bare and key(self.data.catalogue.indicator(code).name).endswith(bare)]
                codes = self.indicators.get(bare) or (short if len(short) == 1 else ())
                if unit and codes and key(self.data.catalogue.indicator(next(iter(codes))).unit) != unit:
                    right = self.data.catalogue.indicator(next(iter(codes))).unit
                    self.say(grid, (block[0], c), text, f"表头的单位应为“{right}”")
                    return {"aside": True}
                own = own or text
                if codes:
                    about["indicators"] = set(codes)
            known = known or bool(about)
        if own and "indicators" not in about and "item" not in about:
            about |= {"unknown": own, "where": at(block[0], c)}
        if not known and any((r, c) in grid.cells for r in range(block[-1] + 1, grid.size[0] + 1)):
            self.say(grid, (block[0], c), own, "表头不是指标目录里的名称或代码，这一栏没有读入", fatal=False)
        return about if known else {"aside": True}

    def row(self, grid: Grid, r: int, labels: list[int], heads: dict, extras: dict) -> None:
        """Read a row of figures."""
        texts = {c: grid.text(r, c) for c in labels if grid.text(r, c)}
        codes = [self.indicators[key(text)] for text in texts.values() if key(text) in self.indicators]
        lost = [c for c, text in texts.items() if not self.label(text)]
        rows = {text for text in texts.values() if key(text) in self.places}
        for c, about in heads.items():
            cell = grid.cells.get((r, c))
            if "aside" in about or about.get("year", self.year) not in (self.year, self.last):
                continue
            found = codes + ([about["indicators"]] if "indicators" in about else [])
            mine = set.intersection(*found) if found else set()
            if cell is None and (lost or len(mine) != 1 or not codes and not rows):
                continue
            if lost or not codes and not rows:
                where, word = ((r, lost[0]), texts[lost[0]]) if lost else ((r, c), cell.stands)
                wanted = "不是代码表或指标目录里的名称；新地区、新指标请先写入 data/codelists 或 data/indicators" if lost else (
                    "这一行没有写地区或指标")
                return self.say(grid, where, word, wanted)
            if not mine and "unknown" in about:
                if about.get("year", self.year) == self.year and not about.get("told"):
                    about["told"] = True
                    self.say(grid, about["where"], about["unknown"], "表头不是指标目录里的名称或代码，请改正")
                continue
            if len(mine) != 1:
                names = "、".join(sorted(set().union(*found))[:3])
                self.say(grid, (r, c), cell.stands, f"指标不明{'，可能是' + names if names else ''}；代码与名称应指同一指标")
                continue
            (code,) = mine
            dimension = self.data.catalogue.indicator(code).dimension
            named = rows | ({about["item"]} if "item" in about else set())
            items = {self.items[dimension].get(key(text)) for text in named} - {None}
            if not named:
                items = {self.data.catalogue.top(self.data.catalogue.indicator(code))}
            if len(items) != 1:
                wrong = "、".join(sorted(named))
                self.say(grid, (r, c), cell and cell.stands, f"“{wrong}”应是代码表“{dimension}”里的同一项")
                continue
            (item,) = items
            more = {name: grid.text(r, column) for name, column in extras.items()}
            if about.get("year", self.year) == self.last:
                self.before(grid, (r, c), cell, code, item)
            else:
                self.figure(grid, (r, c), cell, code, item, more)

    def before(self, grid: Grid, where, cell: Cell | None, code: str, item: str) -> None:
        """Last year's column is for comparison: what it holds must be what the data hold."""
        seen = self.data.observations.get((code, item, self.last))
        if cell is None or seen is None or seen.value is None:
            return
        number = Decimal(f"{cell.value:.15g}") if isinstance(cell.value, int | float) else cell.text.replace(",", "")
        if isinstance(number, str) and not NUMBER.fullmatch(number) or Decimal(number) != seen.value:
            self.say(grid, where, cell.stands, f"{self.last}年的数应为{seen.literal}；要修订请写在“{REVISIONS}”表")

    def figure(self, grid: Grid, where, cell: Cell | None, code: str, item: str, more: dict) -> None:
        """Read the figure of a cell."""
        about = self.data.catalogue.indicator(code)
        start = grid.merged.get(where)
        if start and sum(each == start for each in grid.merged.values()) > 1:
            if start == where:
                self.say(grid, where, cell and cell.stands, "合并的格跨了几个数，请取消合并后分别填写")
            return
        city = self.data.catalogue.codelists[about.dimension][item]
        inner = next((each for ind, each in self.known if ind == code and (code, item) not in self.known and
                      self.data.catalogue.item(about, each).name == f"{city.name}（市本级）"), None)
        if inner:
            return self.say(grid, where, city.name, f"本表此处应为“{city.name}（市本级）”（{inner}），请写明是市本级还是全市")
        try:
            literal, status, margin, remark = understand(cell, about, self.data.catalogue.unit(about, item), grid.tidy)
        except Asked as asked:
            return self.say(grid, where, cell.stands, f"应为{asked}" if str(asked).startswith("数字") else str(asked))
        if remark:
            self.say(grid, where, cell.stands, remark, fatal=False)
        if more.get("status", status) not in {status, ""}:
            if more["status"] not in STATUSES or "M" in (status, more["status"]):
                return self.say(grid, where, more["status"], f"状态应为 A、E、P（空白为 M），此格是{status}")
            status = more["status"]
        if more.get("margin"):
            if not NUMBER.fullmatch(more["margin"]):
                return self.say(grid, where, more["margin"], "误差（margin）应为数字")
            margin = more["margin"]
        seen = self.data.observations.get((code, item, self.last))
        page = self.known.get((code, item))
        if cell is None and (page is None or page.last[code, item] is None or computed(about)):
            self.emptied.add((code, item))
            return None  # nothing was expected here, or it is computed
        if seen and seen.value and status != "M" and Decimal(literal) and not Decimal("0.01") < abs(Decimal(literal) / seen.value) < 100:
            self.say(grid, where, cell.stands, f"与{self.last}年的{seen.literal}相差百倍，请核对单位", fatal=False)
        place = seen.source.place if seen else page.name if page else "新增"
        entry = Entry((literal, status, margin), more.get("source") or f"report-{self.year} {place}", grid.name, at(*where))
        old = self.entries.get((code, item))
        if old and old.values != entry.values:
            return self.say(grid, where, cell and cell.stands, f"与工作表“{old.sheet}”{old.cell}是同一个数，那里是“{old.values[0]}”")
        if page is None and not old:
            self.say(grid, where, cell and cell.stands, f"{self.last}年没有“{city.name}”的“{about.name}”，作为新增读入", fatal=False)
        self.entries[code, item] = entry
        return None

    def complete(self, grids: list[Grid]) -> None:
        """Say which figures of the sheets at hand are lacking: rows and columns that are gone, cells left empty."""
        asked = {place[:2] for place in ((r.sheet, r.cell) for r in self.remarks if r.fatal)}
        for page in self.pages:
            sheet = next((grid for grid in grids if key(grid.name) == key(page.name)), None)
            here = [pair for pair in page.last if pair in self.entries]
            mine = {ind for ind, _ in here} if grids[0].typed else {ind for ind, _ in page.last}
            if not here and sheet is None:
                if not grids[0].typed:
                    self.remarks.append(Remark(page.name, "", "", "没有这张表，其中各数保持不变", False))
                continue
            name = sheet.name if sheet else self.entries[here[0]].sheet
            gone = [pair for pair, seen in page.last.items() if pair not in self.entries and pair[0] in mine and seen
                    and not computed(self.data.catalogue.indicator(pair[0]))]
            for ind, item in [] if grids[0].tidy or any(each[0] == name for each in asked) else gone:
                about = self.data.catalogue.indicator(ind)
                self.remarks.append(Remark(name, "", "", f"缺少“{self.data.catalogue.item(about, item).name}”的“{about.name}”，"
                                                         "请补上这一格；地区撤并或指标停用请填“—”"))
            blank = [pair for pair in here if self.entries[pair].values[:2] == ("", "M") and page.last[pair]
                     and page.last[pair].value is not None]
            if blank:
                cells = "、".join(self.entries[pair].cell for pair in blank[:12]) + ("等" if len(blank) > 12 else "")
                self.remarks.append(Remark(name, cells, "", f"{len(blank)}格空着，按未载处理", False))

    def files(self) -> dict[Path, str]:
        """The files as they shall be, with their texts."""
        return (figure_files(self.data, self.year, self.entries, self.emptied) | text_files(self.data, self.year, self.texts)
                | other_files(self.data, self.year, self.revisions))


def computed(about: Indicator) -> bool:
    """Whether an indicator that is not filled in follows from others."""
    return bool(about.formula) and not about.check_only


def intake(path: Path, year: int, root: Path) -> tuple[list[Remark], list[Path]]:
    """Read a file into `data/<year>/`; returns what there is to say and the files that changed.

    With a fatal remark, or data that could not be read back, nothing changes.
    """
    data = Dataset(root)
    work = Intake(data, year)
    work.take(open_file(Path(path)))
    if not any(entry.values[1] != "M" for entry in work.entries.values()) and not any(r.fatal for r in work.remarks):
        raise DataError("没有读到任何数，请确认填的是这份文件", Path(path).name)
    if any(remark.fatal for remark in work.remarks):
        return work.remarks, []
    return work.remarks, write(work.files(), data.root, year)


def report(remarks: list[Remark], changed: list[Path]) -> list[str]:
    """Lines for the terminal: what rejects the file first."""
    fatal, notes = ([r for r in remarks if r.fatal is which] for which in (True, False))
    lines = [f"[{number}] {remark}" for number, remark in enumerate(fatal, 1)] + [f"[提示] {remark}" for remark in notes]
    if fatal:
        return [*lines, f"共{len(fatal)}处要改，没有读入，数据未作任何改动。"]
    return [*lines, f"已读入，改动了：{'、'.join(map(display_path, changed))}" if changed else "已读入，数据没有变化。"]
