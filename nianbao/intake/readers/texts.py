"""Sheets of texts: the rows that are marked for use, or to be taken out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from nianbao.data.dataset import Dataset
from nianbao.data.references import REFERENCE
from nianbao.intake import answers
from nianbao.intake.cells import DELETIONS, Asked
from nianbao.intake.choices import NO, YES, Choices
from nianbao.intake.filled import Filled, Record, TextRow, Where
from nianbao.intake.folding import folded, plain
from nianbao.intake.grids import Grid
from nianbao.intake.keys import Place
from nianbao.intake.layout import KEEP, REPORT, SOURCE, Form, text_head, text_shown
from nianbao.intake.lists import PLACE
from nianbao.intake.names import Names
from nianbao.intake.planning import REMARKS
from nianbao.intake.remarks import Remarks

#: How a row is said to be taken out, if it was in use.
OUT = NO | DELETIONS
#: Rows from the top in which the head must stand.
DEEPEST_HEAD = 9
#: The column of the numbers of documents, which name their year in brackets.
NUMBER = "number"
YEAR_OF_NUMBER = "〔{}〕"
#: Words that speak of a document that figures were transcribed from.
OF_A_TRANSCRIPT = ("原报告", "公布的文本", "原文", "原表")
#: Brackets around a reference, as an input method types them.
WIDE_BRACKETS = (("｛｛", "{{"), ("｝｝", "}}"))


@dataclass(frozen=True)
class TextReader:
    """Reads lists of texts into `filled`."""

    data: Dataset
    names: Names
    form: Form
    remarks: Remarks
    filled: Filled

    def read(self, grid: Grid, name: str) -> None:
        """Read the rows of the list `name` that are decided on; those without a mark say nothing."""
        given = self.form.texts[name]
        head = head_of(grid)
        if head is None:
            wanted = f"表头第一栏应为“{KEEP}”，请照原工作簿恢复这一栏（或从新生成的工作簿里复制）"
            self.remarks.ask(grid.name, "A2", grid.text(2, 1), wanted)
            return
        columns = self._columns(grid, head, given[0], name)
        if columns is None:
            return
        choices = Choices(given, self.names)
        known = [*given, *self.data.texts(name, self.form.year)]
        offered = {
            folded_row({column: text_shown(column, row.get(column, "")) for column in given[0]}) for row in known
        }
        taken = self.filled.texts.setdefault(name, [])
        for number in range(head + 1, grid.last_row + 1):
            record = {column: grid.typed(number, columns[column]) for column in given[0]}
            mark = grid.text(number, columns[KEEP]).lower()
            marked = Place(number, columns[KEEP])
            written = any(record.values())
            if mark and mark not in YES | OUT:
                self.remarks.ask(grid.name, marked, mark, "应为“是”或“否”；不用的行可以空着")
            elif mark and not written:
                if mark in YES:
                    self.remarks.ask(grid.name, marked, mark, "这一行没有内容，请补上，或把“是”删去")
            elif mark:
                self._take(grid, number, columns, record, choices, taken, mark in YES)
            elif written and folded_row(record) not in offered:
                self.remarks.ask(grid.name, marked, "", "这一行是新写的，请在“采用”一栏填“是”或“否”")

    def _take(
        self,
        grid: Grid,
        row: int,
        columns: Mapping[str, int],
        typed: Record,
        choices: Choices,
        taken: list[TextRow],
        adopted: bool,
    ) -> None:
        """Take up a row that is decided on."""
        record = {}
        for column, text in typed.items():
            place = Place(row, columns[column])
            text = with_references(text)
            if adopted and not self._is_text(grid, place):
                continue
            try:
                record[column] = choices.stored(column, text, typed)
            except Asked as asked:
                if adopted:
                    self.remarks.ask(grid.name, place, text, str(asked))
                record[column] = text
        if adopted:
            self._check(grid, row, columns, record)
            self._check_place(grid, row, columns, record)
        if SOURCE in record:
            record[SOURCE] = self.form.source(record[SOURCE])
        marked = Place(row, columns[KEEP])
        deletes = grid.text(*marked) in DELETIONS
        taken.append(TextRow(record, adopted, Where(grid.file, grid.name, marked), deletes))

    def _is_text(self, grid: Grid, place: Place) -> bool:
        """Whether a cell can be read; asked about where a formula has no result, or an error."""
        cell = grid.cell(*place)
        if cell is not None and cell.broken:
            self.remarks.ask(grid.name, place, cell, "公式出错，请改填文字")
            return False
        if cell is not None and cell.formula and cell.value is None:
            self.remarks.ask(grid.name, place, cell, "公式没有存下结果，请在 Excel 或 WPS 里打开、保存，或改填文字")
            return False
        return True

    def _columns(self, grid: Grid, head: int, names: Iterable[str], listed: str) -> dict[str, int] | None:
        """The columns by the names of their data, that of the mark too; None, and a question, where one is lacking.

        Older workbooks of the list `listed` have other heads, such as the names themselves.
        """
        names = list(names)
        wanted = {folded(head): name for name in names for head in (name, text_head(name))}
        wanted |= {folded(text_head(name, listed)): name for name in names}
        wanted[folded(KEEP)] = KEEP
        columns = {}
        for column in range(1, grid.last_column + 1):
            word = folded(grid.text(head, column))
            if word in wanted:
                columns[wanted[word]] = column
        lost = [text_head(name, listed) for name in dict.fromkeys(wanted.values()) if name not in columns]
        if lost:
            words = "”、“".join(lost)
            wanted_words = f"缺少“{words}”一栏，请照原样补上这一栏和表头（删去了就从新生成的工作簿里复制回来）"
            self.remarks.ask(grid.name, Place(head, 1), "", wanted_words)
            return None
        return columns

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
            if name == NUMBER and YEAR_OF_NUMBER.format(self.form.previous) in text:
                self.remarks.tell(grid.name, place, text, "文号是上年的；上年的文件“采用”填“否”，不然请改文号")
            self._check_words(grid, place, text)

    def _check_words(self, grid: Grid, place: Place, text: str) -> None:
        """Point out words about a transcribed document: what is filled in has no original."""
        found = next((words for words in OF_A_TRANSCRIPT if words in text), "")
        if found and self.form.document.startswith(REPORT):
            words = f"文字里说到“{found}”，而本年的数是填报的、不是从公布的文本转录的，请确认是否还适用"
            self.remarks.tell(grid.name, place, text, words)

    def _check_place(self, grid: Grid, row: int, columns: Mapping[str, int], record: Record) -> None:
        """Point out a place that no edition has used: the book may have nothing to print the text at."""
        place = record.get(PLACE)
        if place and place not in self._known_places:
            words = "上年没有这个位置，这一段不会印出；位置照上年的填，另起的说明请写在有“主题”一栏的表里"
            self.remarks.tell(grid.name, Place(row, columns[PLACE]), place, words)

    @cached_property
    def _known_places(self) -> set[str]:
        """The places that texts of any year have."""
        known = {row["place"] for year in self.data.all_years for row in self.data.texts(REMARKS, year)}
        return known | {row["place"] for row in self.form.texts.get(REMARKS, ())}

    def _exists(self, code: str, item: str) -> bool:
        """Whether there is such an indicator, and such an item of it where one is named."""
        catalogue = self.data.catalogue
        about = catalogue.indicators.get(code)
        return about is not None and (not item or item in catalogue.codelists[about.dimension])


def folded_row(record: Mapping[str, str]) -> tuple[str, ...]:
    """A row for comparing: signs, blanks, and how answers and levels are written do not matter."""
    return tuple(folded(text if column == SOURCE else answers.shown(column, text)) for column, text in record.items())


def head_of(grid: Grid) -> int | None:
    """The row of the head of a sheet of texts; None where it has none."""
    rows = range(1, DEEPEST_HEAD + 1)
    return next((row for row in rows if folded(grid.text(row, 1)) == folded(KEEP)), None)


def with_references(text: str) -> str:
    """A text whose references to figures stand in narrow brackets, whatever they were typed in; all else as typed."""
    for wide, narrow in WIDE_BRACKETS:
        text = text.replace(wide, narrow)
    parts = text.split("{{")
    found = [parts[0]]
    for part in parts[1:]:
        inside, closing, behind = part.partition("}}")
        found.append(f"{plain(inside)}{closing}{behind}" if closing else part)
    return "{{".join(found)
