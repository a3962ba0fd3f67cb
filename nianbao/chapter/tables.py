"""The tables of a chapter: with rows of its own, by region or other item, by indicator, by budget subject."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from nianbao.chapter import meaningless
from nianbao.chapter.areas import Areas
from nianbao.chapter.columns import MISSING_OF_OWN
from nianbao.chapter.computed import cell, pooled, sum_of
from nianbao.chapter.ended import listed_with, note_on_ended
from nianbao.chapter.explained import notes_on
from nianbao.chapter.figure import Figure
from nianbao.chapter.framed import framed
from nianbao.chapter.html import BLANK
from nianbao.chapter.lacking import makes_up
from nianbao.chapter.material import Material
from nianbao.chapter.meaningless import DASH
from nianbao.chapter.record import TableRecord
from nianbao.chapter.show import Display
from nianbao.chapter.shown import Table as Shown
from nianbao.chapter.table import Cell, Head, Table
from nianbao.chapter.totals import mismatches, note_on_sums
from nianbao.data.catalogue import REGION, Item
from nianbao.data.keys import Key
from nianbao.figures.quantity import Quantity

#: A column: a figure or the code of its indicator, or a function of the row's figure.
Column = str | Figure | Callable[[Figure], Cell]
#: What a dash stands for in a table of figures that do not agree.
NO_SUCH_NUMBER = "“—”：没有这样一个数可列，见说明。"
#: Ends of the names of rows that are totals.
TOTAL_NAMES = ("合计", "总计")


def nested(codes: Collection[str], items: Mapping[str, Item]) -> dict[str, int]:
    """The codes in the order of a tree, each with its depth.

    Parts stand behind their whole where that is listed, and together where it is not.
    """
    tree: dict[str, int] = {}
    roots = [code for code in codes if items[code].parent not in codes]
    wholes = [items[code].parent for code in roots]
    for code in sorted(roots, key=lambda root: wholes.index(items[root].parent)):
        tree |= branch(code, codes, items, 0)
    return tree


def branch(code: str, codes: Collection[str], items: Mapping[str, Item], depth: int) -> dict[str, int]:
    """A code and those of its parts that are listed, each with its depth."""
    tree = {code: depth}
    for part in codes:
        if items[part].parent == code:
            tree |= branch(part, codes, items, depth + 1)
    return tree


def with_wholes(codes: Iterable[str], items: Mapping[str, Item]) -> list[str]:
    """The codes, each behind the wholes that it is a part of."""
    listed: dict[str, None] = {}
    for code in codes:
        chain = [code]
        while parent := items[chain[0]].parent:
            chain.insert(0, parent)
        listed |= dict.fromkeys(chain)
    return list(listed)


def is_empty(body: Sequence[Sequence[Cell]], text: Collection[int]) -> bool:
    """Whether a table has nothing to show: no row, or something that is unknown and nothing that is known.

    `text`: the columns that hold texts, such as names and units. A cell that was printed blank is a text.
    """
    cells = [(at, each) for row in body for at, each in enumerate(row)]
    known = any(isinstance(each, Quantity) or (at not in text and each) for at, each in cells)
    return not cells or (not known and any(each is None for _, each in cells))


def has_figures(cells: Sequence[Cell]) -> bool:
    """Whether any figure is known in a row."""
    return any(isinstance(each, Quantity) for each in cells)


@dataclass(frozen=True)
class Rows:
    """Rows of a table; `totals` and `anchors` are by their places, `left_out` names those that were left out."""

    body: list[list[Cell]]
    totals: set[int]
    anchors: dict[int, Sequence[str]]
    left_out: tuple[str, ...] = ()

    def known(self, text: Collection[int]) -> Rows:
        """The rows without those that ask for figures of which none is known, unless they are totals.

        `text`: the columns of texts.
        """
        kept = [at for at, row in enumerate(self.body) if at in self.totals or not knows_nothing(row, text)]
        gone = [str(row[0]).strip(BLANK) for at, row in enumerate(self.body) if at not in kept]
        place = {at: new for new, at in enumerate(kept)}
        return Rows(
            [self.body[at] for at in kept],
            {place[at] for at in self.totals if at in place},
            {place[at]: names for at, names in self.anchors.items() if at in place},
            tuple(gone),
        )


def knows_nothing(row: Sequence[Cell], text: Collection[int]) -> bool:
    """Whether all cells of a row but its texts are unknown; one that was printed blank is a text."""
    cells = [each for at, each in enumerate(row) if at not in text and at > 0]
    return bool(cells) and all(each is None for each in cells)


def note_on_left_out(names: Sequence[str]) -> str:
    """A note on rows of which nothing is known; nothing where none was left out."""
    return f"没有数，表中不列：{'、'.join(names)}。" if names else ""


def note_on_restated(material: Material, indicators: Collection[str], items: Collection[str]) -> str:
    """A note on the figures of a table that the year's edition has restated for the end of last year.

    `indicators`, `items`: those of the table. Only of stocks: this year's begin from what they were restated to.
    """
    said = []
    for row in material.data.revisions(material.year):
        about = material.data.catalogue.indicators.get(row["indicator"])
        is_listed = row["indicator"] in indicators and row["item"] in items
        if about is None or about.kind != "stock" or not is_listed or row["of_year"] != str(material.year - 1):
            continue
        item = material.data.catalogue.item(about, row["item"]).name
        moved = f"由{row['old']}{about.unit}改为{row['new']}{about.unit}"
        said.append(f"{item}{row['of_year']}年末的数经修订，{moved}，缘由见《与上年相比：变化与修订》")
    return f"{'；'.join(said)}。" if said else ""


def note_on_revised(material: Material, body: Sequence[Sequence[Cell]]) -> str:
    """A note that names the years whose figures in a table the edition has revised; nothing where it revised none."""
    keys = {key for row in body for each in row if isinstance(each, Quantity) for key in keys_of(each)}
    years = sorted({key.year for key in keys if Figure(material.figures.published, key).is_revised})
    told = "、".join(f"{year}年" for year in years)
    return f"{told}的数有经修订的，原数见《与上年相比：变化与修订》。" if told else ""


def keys_of(quantity: Quantity) -> list[Key]:
    """The keys of the level that a quantity is or is derived from, and of its base year."""
    name = quantity.id
    return [name.key, name.key.at(int(name.base))] if name.base.isdigit() else [name.key]


class Tables:
    """Makes the tables of a chapter and shows them."""

    def __init__(self, material: Material, display: Display):
        self.material = material
        self.display = display

    def table(
        self,
        title: str,
        heads: Sequence[Head] | pd.DataFrame | pd.Series,
        rows: Iterable[Sequence[Cell | Figure]] = (),
        unit: str = "",
        text: Collection[int] = (0,),
        notes: Iterable[str] = (),
        totals: Collection[int] | None = None,
        original: str = "",
        anchors: Mapping[int, Sequence[str]] | None = None,
        decimals: int | None = None,
    ) -> Shown | None:
        """Number and show a table, if anything in it is known; see `nianbao.chapter.Chapter.table`."""
        if isinstance(heads, pd.DataFrame | pd.Series):
            found = framed(heads, self.material.figures, decimals)
            heads, rows, text = found.heads, found.rows, found.text_columns
            unit = unit or found.unit
        body = [[self.cell(each) for each in row] for row in rows]
        body, on_meaningless = meaningless.without(body)
        notes = [*notes, on_meaningless]
        if totals is None:
            totals = {at for at, row in enumerate(body) if str(row[0]).strip().endswith(TOTAL_NAMES)}
        if is_empty(body, text):
            return None
        own = self.material.is_own
        listed = Rows(body, set(totals), dict(anchors or {}))
        if own:
            listed = listed.known(text)
            notes = [*notes, note_on_left_out(listed.left_out)]
        body = listed.body
        number = self.display.next_table()
        printer = self.display.printer()
        made = Table(heads, body, unit, listed.totals, text, listed.anchors).body(printer)
        is_missing = any(cell is None for row in body for cell in row[1:])
        missing = MISSING_OF_OWN if own and is_missing else ""
        explained = notes_on(self.material, printer.facts)
        number_there = f"原报告编号：{original}" if original and not own else ""
        said = [*notes, *explained, number_there, note_on_revised(self.material, body), missing]
        record = TableRecord(
            **self.display.about(printer),
            identity=f"tab-{number}",
            label=f"表{number}",
            title=title,
            body=made,
            notes=tuple(filter(None, said)),
        )
        return self.display.offer(Shown(self.display, record))

    def cell(self, content: Cell | Figure) -> Cell:
        """A cell; of a figure its value, or a blank as it was printed."""
        return cell(self.material, content) if isinstance(content, Figure) else content

    def cells(self, columns: Mapping[Head, Column], figure: Figure) -> list[Cell]:
        """The cells of a row."""
        return [self.column_cell(column, figure) for column in columns.values()]

    def plain(self, columns: Mapping[Head, Column]) -> dict[Head, Column]:
        """The columns with codes in the place of this year's figures, and functions in that of others."""
        return {head: self.plain_column(column) for head, column in columns.items()}

    def plain_column(self, column: Column) -> Column:
        """A column as a code or a function."""
        if not isinstance(column, Figure):
            return column
        if column.year == self.material.year and not column.unit:
            return column.indicator
        return lambda row: self.cell(column.of(row.code))

    def column_cell(self, column: Column, figure: Figure) -> Cell:
        """The cell of a column in the row of a figure."""
        if isinstance(column, str):
            return self.cell(self.material.figures(column, figure.code, figure.year))
        assert callable(column)  # `plain` leaves no figures
        return self.cell(column(figure))

    def by_item(
        self,
        title: str,
        columns: Mapping[Head, Column],
        unit: str = "",
        head: str = "地区",
        codes: Sequence[str] | None = None,
        original: str = "",
        notes: Iterable[str] = (),
    ) -> Shown | None:
        """A table with a row an item; see `nianbao.chapter.Chapter.by_item`."""
        columns = self.plain(columns)
        lead = self.lead(columns)
        items = self.items(lead)
        whole = self.material.data.catalogue.top(lead.about)
        listed = codes or self.material.data.items(lead.indicator, self.material.year)
        tree = nested([code for code in listed if code != whole], items)
        order = [code for code in codes or tree if code != whole]
        if whole in listed:
            order.append(whole)
        total = "合计" if lead.about.dimension == REGION else items[whole].name
        areas = Areas(self.material) if lead.about.dimension == REGION else None
        before = self.material.data.items(lead.indicator, self.material.year - 1)
        changed = areas.note(order, before) if areas else ""
        rows = []
        for code in list(order):
            name = total if code == whole else items[code].name
            cells = self.cells(columns, lead.of(code))
            is_gone = areas is not None and areas.is_merged(code) and not has_figures(cells)
            has_none = self.material.is_own and knows_nothing([name, *cells], (0,)) and self.has_no_part(lead.of(code))
            if is_gone or has_none:
                order.remove(code)
            else:
                rows.append(["　" * tree.get(code, 0) + name, *cells])
        if self.material.is_own and whole in order and not any(map(has_figures, rows[:-1])):
            self.display.prose("{{ said }}", {"said": f"{self.material.year}年没有填报{title}。"})
            return None
        lacking = self.without_items(head) if order == [whole] else ""
        pool = pooled(self.material, [column for column in columns.values() if isinstance(column, str)])
        totals = {at for at, code in enumerate(order) if code == whole or items[code].level == "prefecture"}
        restated = note_on_restated(self.material, [each for each in columns.values() if isinstance(each, str)], order)
        notes = [*notes, pool, changed, restated, lacking]
        return self.table(title, [head, *columns], rows, unit, (0,), notes, totals, original)

    def has_no_part(self, figure: Figure) -> bool:
        """Whether the other items make up the whole, so that nothing is left for the item of a figure."""
        whole = figure.of(self.material.data.catalogue.top(figure.about)).quantity
        units = [each for each in figure.items if self.items(figure)[each.code].level in {"unit", ""}]
        others = [each.quantity for each in units if each.code != figure.code]
        return whole is not None and makes_up(whole, [each for each in others if each])

    def without_items(self, head: str) -> str:
        """A note on a table that has only the row of the whole."""
        return f"{self.material.year}年分{head}数据未载于已公布的资料。"

    def by_indicator(
        self,
        title: str,
        rows: Mapping[str, Figure],
        columns: Mapping[Head, Callable[[Figure], Cell]],
        unit: str = "",
        head: str = "项目",
        total: bool = True,
        original: str = "",
        notes: Iterable[str] = (),
    ) -> Shown | None:
        """A table with a row an indicator; see `nianbao.chapter.Chapter.by_indicator`."""
        body = [[name, *self.cells(columns, figure)] for name, figure in rows.items()]
        totals = {len(body) - 1} if total else set()
        return self.table(title, [head, *columns], body, unit, (0,), notes, totals, original)

    def by_subject(
        self,
        title: str,
        columns: Mapping[Head, Column],
        unit: str = "",
        codes: Sequence[str] | None = None,
        years: Sequence[int] = (),
        notes: Iterable[str] = (),
    ) -> Shown | None:
        """A table of budget subjects; see `nianbao.chapter.Chapter.by_subject`."""
        columns = self.plain(columns)
        lead = self.lead(columns)
        items = self.items(lead)
        listed = codes or self.material.data.items(lead.indicator, self.material.year)
        tree = nested(with_wholes(listed_with(self.material, lead, listed, years), items), items)
        gone = set(tree) - set(with_wholes(listed, items))
        rows = []
        added = ""
        for code, depth in tree.items():
            parts = [part for part in tree if items[part].parent == code]
            cells = []
            for column in columns.values():
                content = self.column_cell(column, lead.of(code))
                if content is None and isinstance(column, str):
                    content = self.sum_of_parts(column, parts, code)
                    added = "原表未印的小计由分项相加得出。" if content else added
                cells.append("" if content is None and code in gone else content)
            rows.append(["　" * depth + items[code].name, code if code.isdigit() else "", *cells])
        indicators = [column for column in columns.values() if isinstance(column, str)]
        sums = note_on_sums(self.material, indicators, *years)
        said = [sums, added, note_on_ended(lead, gone), *notes]
        return self.table(title, ["科目名称", "科目编码", *columns], rows, unit, (0, 1), said)

    def mismatches(self, title: str, part: str) -> Shown | None:
        """A table of printed figures that do not agree; see `nianbao.chapter.Chapter.mismatches`."""
        heads = ["指标", "核对", "单位", "印作", "算得", "说明"]
        if not self.material.covers(part):
            return None
        rows = mismatches(self.material, part) or [["没有不符之处", *[""] * 5]]
        notes = [NO_SUCH_NUMBER] if any(DASH in row for row in rows) else []
        return self.table(title, heads, rows, text=(0, 1, 2, 5), notes=notes, totals=())

    def sum_of_parts(self, indicator: str, parts: Sequence[str], whole: str) -> Cell:
        """The sum of an indicator over the parts of a whole; None where none is known."""
        return sum_of(self.material, [self.material.figures(indicator, part) for part in parts], whole)

    def lead(self, columns: Mapping[Head, Column]) -> Figure:
        """The figure of the first column that is an indicator: its items are the rows."""
        return self.material.figures(next(column for column in columns.values() if isinstance(column, str)))

    def items(self, figure: Figure) -> Mapping[str, Item]:
        """The code list of a figure's items."""
        return self.material.data.catalogue.codelists[figure.about.dimension]
