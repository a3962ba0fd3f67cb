"""Sheets of texts: the rows that are marked for use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nianbao.data.catalogue import Catalogue
from nianbao.data.references import REFERENCE
from nianbao.intake.filled import Filled, Record
from nianbao.intake.folding import folded
from nianbao.intake.grids import Grid
from nianbao.intake.keys import Place
from nianbao.intake.layout import KEEP, SOURCE, Form, text_head, text_shown
from nianbao.intake.remarks import Remarks

#: How a row is marked for use, and how it is not.
YES = {"是", "√", "y", "yes", "1", "采用"}
NO = {"否", "×", "x", "n", "no", "0", ""}
#: Rows from the top in which the head must stand.
DEEPEST_HEAD = 9
#: Numbers of documents may name last year.
NUMBER = "number"


@dataclass(frozen=True)
class TextReader:
    """Reads lists of texts into `filled`."""

    catalogue: Catalogue
    form: Form
    remarks: Remarks
    filled: Filled

    def read(self, grid: Grid, name: str) -> None:
        """Read the rows of the list `name` that are marked for use."""
        given = self.form.texts[name]
        head = next((row for row in range(1, DEEPEST_HEAD + 1) if folded(grid.text(row, 1)) == folded(KEEP)), None)
        if head is None:
            self.remarks.ask(grid.name, "A2", grid.text(2, 1), f"表头第一栏应为“{KEEP}”")
            return
        columns = self._columns(grid, head, given[0])
        if columns is None:
            return
        offered = {tuple(folded(text_shown(column, text)) for column, text in row.items()) for row in given}
        taken = []
        for number in range(head + 1, grid.last_row + 1):
            record = {column: grid.text(number, columns[column]) for column in given[0]}
            mark = grid.text(number, columns[KEEP]).lower()
            marked = Place(number, columns[KEEP])
            if mark not in YES | NO:
                self.remarks.ask(grid.name, marked, mark, "应为“是”或“否”")
            elif mark in YES:
                self._check(grid, number, columns, record)
                taken.append(self._with_source(record))
            elif not mark and any(record.values()) and tuple(map(folded, record.values())) not in offered:
                self.remarks.ask(grid.name, marked, "", "这一行是新写的，请在“采用”一栏填“是”或“否”")
        self.filled.texts[name] = taken

    def _columns(self, grid: Grid, head: int, names: Iterable[str]) -> dict[str, int] | None:
        """The columns by the names of their data, that of the mark too; None, and a question, where one is lacking."""
        wanted = {folded(text_head(name)): name for name in names}
        wanted[folded(KEEP)] = KEEP
        columns = {}
        for column in range(1, grid.last_column + 1):
            word = folded(grid.text(head, column))
            if word in wanted:
                columns[wanted[word]] = column
        for name in wanted.values():
            if name not in columns:
                self.remarks.ask(grid.name, Place(head, 1), "", f"缺少“{text_head(name)}”一栏")
                return None
        return columns

    def _with_source(self, record: Record) -> Record:
        """A row with its source as it is stored, where the list has sources."""
        if SOURCE in record:
            record[SOURCE] = self.form.source(record[SOURCE])
        return record

    def _check(self, grid: Grid, row: int, columns: Mapping[str, int], record: Record) -> None:
        """References of a text to figures must exist; what still names last year is pointed out."""
        previous = f"{self.form.previous}年"
        for name, text in record.items():
            place = Place(row, columns[name])
            for code, item, _ in REFERENCE.findall(text):
                if not self._exists(code, item):
                    reference = f"{{{{{code}}}}}"
                    self.remarks.ask(grid.name, place, reference, "应为指标目录里的代码，方括号里是代码表里的代码")
            if "{{" in REFERENCE.sub("", text):
                self.remarks.ask(grid.name, place, text, "{{ }} 里应为指标代码，如 {{pension.enterprise.insured}}")
            if previous in text and name != NUMBER:
                self.remarks.tell(grid.name, place, text, f"文字里还有“{previous}”，请确认")

    def _exists(self, code: str, item: str) -> bool:
        """Whether there is such an indicator, and such an item of it where one is named."""
        about = self.catalogue.indicators.get(code)
        return about is not None and (not item or item in self.catalogue.codelists[about.dimension])
