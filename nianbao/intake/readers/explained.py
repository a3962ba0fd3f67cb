"""The sheet of explained differences, read: each row as it is stored, or a question for each cell that is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from nianbao.audit.rules.identities import read_identities
from nianbao.audit.rules.orders import read_orders
from nianbao.data import schema
from nianbao.data.catalogue import REGION
from nianbao.data.csvfiles import NUMBER, YEAR, unseen
from nianbao.data.dataset import Dataset
from nianbao.intake.cells import DELETIONS
from nianbao.intake.folding import folded
from nianbao.intake.grids import Grid
from nianbao.intake.keys import Place
from nianbao.intake.names import Names
from nianbao.intake.readers.heads import list_head
from nianbao.intake.remarks import Remarks
from nianbao.intake.sheets.explained import HEADS

#: Columns by which a row is known: another with the same takes its place.
KNOWN_BY = ("check", "indicator", "item", "since")
#: Columns that the sheet must have.
NEEDED = frozenset({"since", "kind", "reason"})
#: Indicators that a question names.
MOST_NAMED = 3
#: How the name of a check looks.
CHECK = re.compile(r"[a-z_]+(:[^:\s]+)*", re.ASCII)

Record = dict[str, str]


@dataclass(frozen=True)
class Explained:
    """A row of the sheet as it is stored; `deletes` one to be taken back."""

    record: Record
    deletes: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """What it is known by."""
        return tuple(self.record[name] for name in KNOWN_BY)


class ExplainedReader:
    """Reads the explained differences of the edition of `year`."""

    def __init__(self, data: Dataset, year: int, names: Names, remarks: Remarks):
        self.catalogue = data.catalogue
        self.year = year
        self.names = names
        self.remarks = remarks
        #: Names of relations by what an editor may call them: their title or their code.
        self._relations: dict[str, str] = {}
        for kind, groups in (("order", read_orders(data)), ("identity", read_identities(data))):
            for name, terms in groups.items():
                for word in (name, terms[0].title, f"{kind}:{name}"):
                    self._relations[folded(word)] = f"{kind}:{name}"

    def read(self, grid: Grid) -> list[Explained]:
        """The rows that say something; those with questions are left out."""
        head, columns = list_head(grid, HEADS, NEEDED)
        if not columns:
            self.remarks.ask(grid.name, "", "", f"找不到表头，应为：{'、'.join(HEADS.values())}")
            return []
        found = []
        for row in range(head + 1, grid.last_row + 1):
            record = {name: grid.text(row, columns[name]) if name in columns else "" for name in HEADS}
            if any(record.values()):
                record["reason"] = grid.typed(row, columns["reason"])
                explained = self._explained(grid, row, columns, record)
                found += [explained] if explained else []
        return found

    def _explained(self, grid: Grid, row: int, columns: Mapping[str, int], typed: Record) -> Explained | None:
        """A row as it is stored; None, and a question for each of its cells that is wrong."""
        deletes = typed["kind"] in DELETIONS
        record = dict(typed)
        wrong = {}
        record["check"] = self._relation(typed["check"], wrong)
        record["indicator"] = self._indicator(typed["indicator"], wrong)
        record["item"] = self._item(typed["item"], record["indicator"], wrong)
        record["since"] = self._since(typed["since"], wrong)
        kinds = {word: code for code, word in schema.EXPLAINED_KINDS.items()}
        record["kind"] = "" if deletes else kinds.get(typed["kind"], "")
        if not deletes and not record["kind"]:
            wrong["kind"] = f"应为{'、'.join(kinds)}"
        if not deletes and not typed["reason"]:
            wrong["reason"] = "应写明缘由，照印于书中"
        if unseen(typed["reason"]):
            wrong["reason"] = unseen(typed["reason"])
        record["difference"] = typed["difference"].replace(",", "")
        if record["difference"] and not NUMBER.fullmatch(record["difference"]):
            wrong["difference"] = "应为数字，或空着"
        if not any(typed[name] for name in ("check", "indicator", "item")):
            wrong["check"] = "关系、指标、地区至少填一项"
        for name, wanted in wrong.items():
            self.remarks.ask(grid.name, Place(row, columns.get(name, 1)), typed[name], wanted)
        return None if wrong else Explained(record, deletes)

    def _relation(self, text: str, wrong: dict[str, str]) -> str:
        """The name of a check, or what names of checks begin with, that a text means."""
        if not text or folded(text) in self._relations:
            return self._relations.get(folded(text), "")
        if not CHECK.fullmatch(text):
            wrong["check"] = "应为勾稽关系的名称（见“核对”表），或 nianbao check --all 所列的核对项"
        return text

    def _indicator(self, text: str, wrong: dict[str, str]) -> str:
        """The code of the indicator that a text means."""
        codes = sorted(self.names.indicators(text)) if text else []
        if text and len(codes) != 1:
            more = f"，可能是{'、'.join(codes[:MOST_NAMED])}，请填代码" if codes else ""
            wrong["indicator"] = f"应为一个指标的名称或代码{more}"
        return codes[0] if len(codes) == 1 else ""

    def _item(self, text: str, indicator: str, wrong: dict[str, str]) -> str:
        """The code of the region, or of another item of the indicator, that a text means."""
        if not text:
            return ""
        dimension = self.catalogue.indicators[indicator].dimension if indicator else REGION
        code = self.names.item(dimension, text)
        if code is None:
            wrong["item"] = "应为地区（或该指标的项目）的名称或代码"
        return code or ""

    def _since(self, text: str, wrong: dict[str, str]) -> str:
        """The year since which it is so."""
        year = text.removesuffix("年").split(".")[0]
        if not YEAR.fullmatch(year) or int(year) > self.year:
            wrong["since"] = f"应为年份，不晚于{self.year}"
        return year
