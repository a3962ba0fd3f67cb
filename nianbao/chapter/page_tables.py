"""How a chapter shows tables: by region or subject, by indicator, and from rows of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from nianbao.audit.audit import Audit
from nianbao.audit.findings import Finding
from nianbao.audit.report import KIND_WORDS, shown
from nianbao.audit.rules import claims
from nianbao.chapter import prose
from nianbao.chapter.figure import Figure
from nianbao.chapter.page import Page
from nianbao.chapter.table import Cell, Head, Table
from nianbao.data.catalogue import Item
from nianbao.figures.units import show

Column = str | Callable[[Figure], Cell]


def nested(codes: Collection[str], items: Mapping[str, Item], parent: str | None = None, depth: int = 0) -> dict[str, int]:
    """The codes in the order of a tree (parts behind their whole where both are listed), each with its depth."""
    tree = {}
    for code in codes:
        if items[code].parent == parent if depth else items[code].parent not in codes:
            tree |= {code: depth} | nested(codes, items, code, depth + 1)
    return tree


class TablePage(Page):
    """A page that numbers and shows tables."""

    def table(self, title: str, heads: Sequence[Head], rows: Iterable[Sequence[Cell | Figure]], unit: str = "",
              text: Collection[int] = (0,), notes: Iterable[str] = (), totals: Collection[int] | None = None,
              original: str = "", anchors: Mapping[int, Sequence[str]] | None = None) -> None:
        """Number and show a table; the rows in `totals` are set apart (default: those named 合计 or 总计).

        `text`: the columns of texts; `original`: the table's number in the published report where that differs.
        """
        self._tables += 1
        number, printer = f"{self.number}-{self._tables}", prose.Printer(self.session.marks)
        body = [[self.cell(each) if isinstance(each, Figure) else each for each in row] for row in rows]
        if totals is None:
            totals = {at for at, row in enumerate(body) if str(row[0]).strip().endswith(("合计", "总计"))}
        body = body or [[f"{self.year}年资料未载", *("" if at in text else None for at in range(1, len(heads)))]]
        notes = [*notes, f"原报告编号：{original}" if original else ""]
        table = Table(heads, body, unit, notes, totals, text, anchors or {})
        self._show(table.html(f"tab-{number}", f"表{number}　{title}", printer), printer, kind="table", number=number,
                   title=title, unit=unit, data=table.plain())

    def cell(self, figure: Figure) -> Cell:
        """A table cell: the figure, a blank as it was printed, or None for what is not published."""
        seen = self.data.observations.get(figure.key)
        return seen.literal if seen and seen.value is None else figure.quantity

    def _cells(self, columns: Mapping[Head, Column], figure: Figure) -> list[Cell]:
        """A row's cells of columns that are an indicator code, or a function of the row's figure."""
        return [column(figure) if callable(column) else self.cell(self.f(column, figure.code, figure.year))
                for column in columns.values()]

    def by_item(self, title: str, columns: Mapping[Head, Column], unit: str = "", head: str = "地区", codes=None,
                original: str = "", notes=()) -> None:
        """A table with a row a region (or other item) and a column an indicator; the whole stands last.

        `columns`: head -> indicator code or function of the row's figure.
        """
        lead = self.f(next(column for column in columns.values() if isinstance(column, str)))
        items, whole = self.data.catalogue.codelists[lead.about.dimension], self.data.catalogue.top(lead.about)
        listed = codes or self.data.items(lead.indicator, self.year)
        tree = nested([code for code in listed if code != whole], items)
        order = [code for code in codes or tree if code != whole] + [whole] * (whole in listed)
        total = "合计" if lead.about.dimension == "region" else items[whole].name
        rows = [["　" * tree.get(code, 0) + (total if code == whole else items[code].name), *self._cells(columns, lead.of(code))]
                for code in order]
        lacking = f"{self.year}年分{head}数据未载于已公布的资料。" if order == [whole] else ""
        totals = {at for at, code in enumerate(order) if code == whole or items[code].level == "prefecture"}
        self.table(title, [head, *columns], rows, unit, (0,), [*notes, lacking], totals, original)

    def by_indicator(self, title: str, rows: Mapping[str, Figure], columns: Mapping[Head, Callable[[Figure], Cell]],
                     unit: str = "", head: str = "项目", total: bool = True, original: str = "", notes=()) -> None:
        """A table with a row an indicator and a column a function of its figure; `total`: the last row is the whole."""
        body = [[name, *self._cells(columns, figure)] for name, figure in rows.items()]
        self.table(title, [head, *columns], body, unit, (0,), notes, {len(body) - 1} if total else (), original)

    def by_subject(self, title: str, columns: Mapping[Head, Column], unit: str = "", codes=None, years=(), notes=()) -> None:
        """A table of budget subjects: name indented by its level, code, columns as in `by_item`; sums are checked.

        `years`: for which years the note on sums looks at the columns (default: this year).
        """
        named = [column for column in columns.values() if isinstance(column, str)]
        lead = self.f(named[0])
        items = self.data.catalogue.codelists[lead.about.dimension]
        listed = {}  # with the wholes that they are parts of
        for code in codes or self.data.items(lead.indicator, self.year):
            chain = [code]
            while items[chain[0]].parent:
                chain.insert(0, items[chain[0]].parent)
            listed |= dict.fromkeys(chain)
        tree, rows, added = nested(listed, items), [], ""
        for code, depth in tree.items():
            cells = self._cells(columns, lead.of(code))
            for at, column in enumerate(columns.values()):
                if cells[at] is None and isinstance(column, str):
                    cells[at] = self.sum([self.f(column, part) for part in tree if items[part].parent == code], code)
                    added = "原表未印的小计由分项相加得出。" if cells[at] else added
            rows.append(["　" * depth + items[code].name, code if code.isdigit() else "", *cells])
        self.table(title, ["科目名称", "科目编码", *columns], rows, unit, (0, 1), [self.sums(named, *years), added, *notes])

    def sums(self, indicators: list[str], *years: int) -> str:
        """A note on the printed totals of a table: how many equal the sum of their parts, and which do not."""
        found = [each for code in indicators for each in self.audit.totals(code) if each.year in (years or [self.year])]
        if not found:
            return ""
        wrong = [each for each in found if each.status in {"fails", "erratum"}]
        near = sum(each.status == "rounding" for each in found)
        text = f"合计与分项之和：核对{len(found)}处，" + (f"{len(wrong)}处不符" if wrong else "均相符")
        text += f"（{near}处只差尾数）" if near else ""
        return text + "".join(f"；{self.named(each)}印作{show(Decimal(each.printed))}，分项之和为"
                              f"{show(Decimal(each.recomputed))}" for each in wrong) + "。"

    def named(self, finding: Finding) -> str:
        """Name of the figure a finding is about."""
        about = self.data.catalogue.indicators[finding.key.indicator]
        item = self.data.catalogue.codelists[about.dimension].get(finding.key.item)
        return f"{about.name}（{item.name}）" if item and item.parent and item.code != self.f.region else about.name

    def mismatches(self, title: str, part: str) -> None:
        """A table of the printed figures of this year's documents that do not agree with the rest of them."""
        audit, rows = Audit(self.data, part), []
        units = {str(name): claim.unit for name, claim in claims.named(self.data.claims)}
        for each in audit.findings(self.year):
            if each.chapter == part and each.status in {"fails", "erratum"}:
                identity, unit = each.kind == "identity", units.get(each.check) or self.data.catalogue.indicators[each.key.indicator].unit
                rows.append([self.named(each), KIND_WORDS.get(each.kind, "其他"), unit, "—" if identity else shown(each.printed),
                             f"差额{shown(each.recomputed)}" if identity else shown(each.recomputed), each.note])
        self.table(title, ["指标", "核对", "单位", "印作", "算得", "说明"], rows or [["没有不符之处", *[""] * 5]], text=(0, 1, 2, 5), totals=())
