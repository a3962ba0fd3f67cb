"""What a filled-in file tells besides its figures: the texts marked for use, the log of revisions, and remarks on cells."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from nianbao.data.csvfiles import NUMBER
from nianbao.data.dataset import Dataset
from nianbao.data.references import REFERENCE
from nianbao.intake.cells import Grid, at, key
from nianbao.intake.layout import KEEP, REVISION_HEADS, WORDS, heading, previous

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


class Filled:
    """A file filled in for one year. `remarks` collects what there is to say, `texts` and `revisions` the rows that were read.

    `indicators` and `items` are what names and codes, as `reading.key` writes them, may mean.
    """

    def __init__(self, data: Dataset, year: int):
        self.data, self.year, self.last = data, year, previous(data, year)
        self.remarks: list[Remark] = []
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
            item = self.items[about.dimension].get(key(row["item"] or "合计")) if about else None
            seen = self.data.observations.get((about.code if about else "", item, int(row["of_year"][:4]) if
                                               row["of_year"][:4].isdecimal() else 0))
            when = grid.cells.get((r, columns.get("date", 0)))
            when = f"{when.value:%Y-%m-%d}" if when and isinstance(when.value, date) else row["date"]
            wanted = {"indicator": about and "", "item": item and "", "of_year": seen and "",
                      "old": seen and Decimal(seen.literal or 0) == as_number(row["old"]) and "" if seen else "",
                      "new": as_number(row["new"]) is not None and "", "kind": row["kind"] in KINDS and "",
                      "reason": row["reason"] and "", "date": re.fullmatch(r"20\d\d-\d\d-\d\d", when) and ""}
            words = {"indicator": "应为指标的名称或代码", "item": "应为地区或项目的名称或代码", "of_year": "应为有此数的年份",
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


def as_number(text: str) -> Decimal | None:
    """A plain number, thousands separated or not; None for anything else."""
    text = text.replace(",", "")
    return Decimal(text) if NUMBER.fullmatch(text) else None
