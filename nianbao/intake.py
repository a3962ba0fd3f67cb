"""Reading a filled-in workbook or CSV back into `data/<year>/`.

Everything is read and checked first, all that is wrong is reported at once, each with sheet and cell; files change only
when nothing is. Cells are found by the codes and names beside and above them, never by position.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from .catalogue import Indicator, display_path, read_csv
from .dataset import NUMBER, STATUSES, Dataset
from .errors import DataError
from .new_year import (
    CHECKS,
    GUIDE,
    KEEP,
    LISTS,
    NOTES,
    REVISION_HEADS,
    REVISIONS,
    WORDS,
    Page,
    file_of,
    heading,
    lists,
    pages,
    previous,
    register,
)
from .prose import REFERENCE
from .reading import Asked, Cell, Grid, at, key, open_file, understand

CORNERS = {key(word) for word in (
    "代码", "指标代码", "地区代码", "行政区划代码", "地区", "地区名称", "市县", "统筹区", "单位名称", "项目", "指标", "指标名称", "险种",
    "名称", "indicator", "region", "item")}
ASIDE = ("备注", "说明", "单位", "原报告位置", "序号", "同比", "增减", "增长", "占比", "比重", "核对", "计量单位", "小数")
HERE, BEFORE = {"本年", "本年数", "本期", "数值", "填报数", "value"}, {"上年", "上年数", "去年", "上期", "上年同期"}
EXTRAS = {"status", "source", "margin"}
COLUMNS = ("indicator", "region", "value", "status", "source", "margin")
KINDS = {"计划": "planned", "方法": "method", "差错": "error"}
YES, NO = {"是", "√", "y", "yes", "1", "采用"}, {"否", "×", "x", "n", "no", "0", ""}


@dataclass(frozen=True)
class Remark:
    """Something to tell about a cell. Those with `fatal` reject the file."""

    sheet: str
    cell: str
    stands: str
    expected: str
    fatal: bool = True

    def __str__(self) -> str:
        stands = f"填的是“{self.stands}”，" if self.stands else ""
        return f"工作表“{self.sheet}”{self.cell}：{stands}{self.expected}"


@dataclass(frozen=True)
class Entry:
    """A figure that was read: the texts of a CSV row, and where it stood."""

    values: tuple[str, str, str]  # literal, status, margin
    source: str
    sheet: str
    cell: str


class Intake:
    """One file read for one year. `remarks` collects what there is to say; `entries` and `texts` what was read."""

    def __init__(self, data: Dataset, year: int):
        self.data, self.year, self.last = data, year, previous(data, year)
        self.pages = pages(data, year)
        self.known = {pair: page for page in self.pages for pair in page.last}
        self.remarks: list[Remark] = []
        self.entries: dict[tuple[str, str], Entry] = {}
        self.emptied: set[tuple[str, str]] = set()  # cells left empty for figures that need not be there
        self.texts: dict[str, list[dict]] = {}
        self.revisions: list[dict] | None = None
        self.indicators, self.items = defaultdict(set), defaultdict(dict)
        for code, about in data.catalogue.indicators.items():
            for name in (code, about.name, heading(data, code)):
                self.indicators[key(name)].add(code)
        for dimension, codes in data.catalogue.codelists.items():
            top = next((item.code for item in codes.values() if not item.parent), None)
            self.items[dimension] = {key(word): top for word in ("合计", "总计", f"{data.catalogue.area}合计")} | {
                key(word): item.code for item in codes.values() for word in (item.short, item.name, item.code)}
        self.places = {word for names in self.items.values() for word in names}

    def say(self, grid: Grid, where, stands, expected: str, fatal=True) -> None:
        """Add a remark; `where` is (row, column) or a text."""
        cell = at(*where) if isinstance(where, tuple) else where
        self.remarks.append(Remark(grid.name, cell, str(stands or "")[:40], expected, fatal))

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

    # -- figures ------------------------------------------------------------------------------------------------
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
        place = seen.source.split(" ", 1)[-1] if seen else page.name if page else "新增"
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

    # -- texts --------------------------------------------------------------------------------------------------
    def read_texts(self, grid: Grid, name: str, rows: list[dict]) -> None:
        """Read the rows of a list of texts that are marked 是."""
        heads = {key(WORDS.get(each, each)): each for each in rows[0]} | {key(KEEP): KEEP}
        top = next((r for r in range(1, 10) if key(grid.text(r, 1)) == key(KEEP)), None)
        if top is None:
            return self.say(grid, "A2", grid.text(2, 1), f"表头第一栏应为“{KEEP}”")
        columns = {heads[key(grid.text(top, c))]: c for c in range(1, grid.size[1] + 1) if key(grid.text(top, c)) in heads}
        for each in heads.values():
            if each not in columns:
                return self.say(grid, at(top, 1), "", f"缺少“{WORDS.get(each, each)}”一栏")
        given = [tuple(text.split(" ", 1)[1] if word == "source" else text for word, text in row.items()) for row in rows]
        taken = []
        for r in range(top + 1, grid.size[0] + 1):
            row = {word: grid.text(r, columns[word]) for word in rows[0]}
            mark = grid.text(r, columns[KEEP]).lower()
            if mark not in YES | NO:
                self.say(grid, (r, columns[KEEP]), mark, "应为“是”或“否”")
            elif mark in YES:
                self.check_text(grid, r, columns, row)
                if "source" in row:
                    row["source"] = f"report-{self.year} {row['source']}".strip()
                taken.append(row)
            elif not mark and any(row.values()) and tuple(map(key, row.values())) not in {tuple(map(key, g)) for g in given}:
                self.say(grid, (r, columns[KEEP]), "", "这一行是新写的，请在“采用”一栏填“是”或“否”")
        self.texts[name] = taken
        return None

    def check_text(self, grid: Grid, r: int, columns: dict, row: dict) -> None:
        """References of a text to figures must exist; what still names last year is pointed out."""
        for word, text in row.items():
            for code, item, _ in REFERENCE.findall(text):
                if code not in self.data.catalogue.indicators or item and item not in self.data.catalogue.codelists[
                        self.data.catalogue.indicator(code).dimension]:
                    self.say(grid, (r, columns[word]), f"{{{{{code}}}}}", "应为指标目录里的代码，方括号里是代码表里的代码")
            if "{{" in REFERENCE.sub("", text):
                self.say(grid, (r, columns[word]), text, "{{ }} 里应为指标代码，如 {{pension.enterprise.insured}}")
            if f"{self.last}年" in text and word != "number":
                self.say(grid, (r, columns[word]), text, f"文字里还有“{self.last}年”，请确认", fatal=False)

    def read_revisions(self, grid: Grid) -> None:
        """Read the log of revisions of earlier figures."""
        rows = range(1, grid.size[0] + 1)
        top = next((r for r in rows if key("原数") in {key(grid.text(r, c)) for c in range(1, 15)}), None)
        if top is None:
            return self.say(grid, "", "", f"找不到表头，应为：{'、'.join(REVISION_HEADS)}")
        columns = {REVISION_HEADS[grid.text(top, c)]: c for c in range(1, 15) if grid.text(top, c) in REVISION_HEADS}
        self.revisions = []
        for r in range(top + 1, grid.size[0] + 1):
            row = {name: grid.text(r, columns[name]) if name in columns else "" for name in REVISION_HEADS.values()}
            if not any(row.values()):
                continue
            codes = self.indicators.get(key(row["indicator"]), set())
            about = self.data.catalogue.indicators.get(next(iter(codes), ""))
            item = self.items[about.dimension].get(key(row["region"] or "合计")) if about else None
            seen = self.data.observations.get((about.code if about else "", item, int(row["of_year"][:4]) if
                                               row["of_year"][:4].isdecimal() else 0))
            when = grid.cells.get((r, columns.get("date", 0)))
            when = f"{when.value:%Y-%m-%d}" if when and isinstance(when.value, date) else row["date"]
            wanted = {"indicator": about and "", "region": item and "", "of_year": seen and "",
                      "old": seen and Decimal(seen.literal or 0) == as_number(row["old"]) and "" if seen else "",
                      "new": as_number(row["new"]) is not None and "", "kind": row["kind"] in KINDS and "",
                      "reason": row["reason"] and "", "date": re.fullmatch(r"20\d\d-\d\d-\d\d", when) and ""}
            words = {"indicator": "应为指标的名称或代码", "region": "应为地区或项目的名称或代码", "of_year": "应为有此数的年份",
                     "old": f"应为数据中的“{seen.literal if seen else ''}”", "new": "应为数字", "kind": "应为计划、方法或差错",
                     "reason": "应写明理由", "date": "应为日期，如 2027-01-15"}
            wrong = [name for name, fine in wanted.items() if fine != ""]
            for name in wrong:
                self.say(grid, (r, columns.get(name, 1)), row[name], words[name])
            if not wrong:
                new = f"{as_number(row['new']):f}"
                short = about.decimals - len(new.partition(".")[2])
                new += ("" if "." in new or short <= 0 else ".") + "0" * max(short, 0)
                self.revisions.append(dict(zip(REVISION_HEADS.values(), (
                    about.code, item, row["of_year"][:4], seen.literal, new, KINDS[row["kind"]], row["reason"], when),
                    strict=True)))
        return None

    # -- files --------------------------------------------------------------------------------------------------
    def files(self) -> dict[Path, str]:
        """The files as they shall be, with their texts."""
        folder, order = self.data.root / str(self.year), {pair: n for n, pair in enumerate(
            (code, item) for (code, item, at), _ in self.data.observations.items() if at == self.last)}
        listed = {code: n for n, code in enumerate(self.data.catalogue.indicators)}
        parts, made = defaultdict(dict), {}
        for (code, item), entry in self.entries.items():
            seen = self.data.observations.get((code, item, self.last))
            part = file_of(seen) if seen else file_of(self.data.catalogue.indicator(code))
            parts[part][code, item] = dict(zip(COLUMNS, (code, item, *entry.values[:2], entry.source, entry.values[2]),
                                               strict=True))
        for part, rows in parts.items():
            path = folder / f"{part}.csv"
            kept = {(row["indicator"], row["region"]): row for row in (read_csv(path) if path.exists() else ())}
            merged = {pair: row for pair, row in kept.items() if pair not in self.emptied} | rows
            ranked = sorted(merged, key=lambda pair: (order.get(pair, len(order)), listed[pair[0]]))
            made[path] = table(COLUMNS, [merged[pair] for pair in ranked])
        for name, rows in self.texts.items():
            path, old = folder / "lists" / f"{name}.csv", lists(self.data, self.year)[name]
            known = read_csv(path) if path.exists() else []
            mine = {row.get("place") for row in [*old, *rows]}
            kept = [row for row in known if (row["source"].split(" ")[0] != f"report-{self.year}" if "source" in row else
                                             row["place"] not in mine)]
            if rows or known:
                made[path] = table(tuple(old[0]), [*kept, *rows])
        path = folder / "revisions.csv"
        if self.revisions or self.revisions is not None and path.exists():
            made[path] = table(tuple(REVISION_HEADS.values()), self.revisions)
        documents = register(self.data, self.year)
        if documents:
            made[self.data.root / "codelists" / "documents.csv"] = documents
        return made


def computed(about: Indicator) -> bool:
    """Whether an indicator that is not filled in follows from others."""
    return bool(about.formula) and not about.check_only


def as_number(text: str) -> Decimal | None:
    """A plain number, thousands separated or not; None for anything else."""
    text = text.replace(",", "")
    return Decimal(text) if NUMBER.fullmatch(text) else None


def table(columns: tuple, rows: list[dict]) -> str:
    """The text of a CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def intake(path: Path, year: int, root: Path | None = None) -> tuple[list[Remark], list[Path]]:
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


def write(files: dict[Path, str], root: Path, year: int) -> list[Path]:
    """Write the files that differ and read the data set again; when it cannot be read, put everything back."""
    before = {path: path.read_bytes() if path.exists() else None for path in files}
    changed = [path for path, text in files.items() if before[path] != text.encode("utf-8")]
    try:
        for path in changed:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[path].encode("utf-8"))
        Dataset(root, year)
    except (DataError, OSError):
        for path in changed:
            path.unlink(missing_ok=True) if before[path] is None else path.write_bytes(before[path])
        raise
    return changed


def report(remarks: list[Remark], changed: list[Path]) -> list[str]:
    """Lines for the terminal: what rejects the file first."""
    fatal, notes = ([r for r in remarks if r.fatal is which] for which in (True, False))
    lines = [f"[{number}] {remark}" for number, remark in enumerate(fatal, 1)] + [f"[提示] {remark}" for remark in notes]
    if fatal:
        return [*lines, f"共{len(fatal)}处要改，没有读入，数据未作任何改动。"]
    return [*lines, f"已读入，改动了：{'、'.join(map(display_path, changed))}" if changed else "已读入，数据没有变化。"]
