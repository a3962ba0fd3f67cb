"""How a chapter shows tables: by region or subject, by year, as a matrix, from a list."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from . import prose
from .audit import Audit, Finding
from .figures import Figure
from .page import Page
from .quantity import Quantity, show
from .tables import Table

Column = str | Callable[[Figure], Quantity | None]


class TablePage(Page):
    """A page that numbers and shows tables."""

    def table(self, title: str, table: Table, original: str = "") -> None:
        """Number and show a table; `original` is its number in the published report where that differs."""
        self._tables += 1
        number = f"{self.number}-{self._tables}"
        if original:
            table.notes.append(f"原报告编号：{original}")
        printer = prose.Printer()
        html = table.html(f"tab-{number}", f"表{number}　{title}", printer)
        self._show(html, printer, kind="table", number=number, title=title, unit=table.unit, data=table.plain())

    def cell(self, figure: Figure) -> Quantity | str | None:
        """A table cell: the figure, a blank as it was printed, or None for what is not published."""
        seen = self.data.observations.get((figure.indicator, figure.region, figure.year))
        return seen.literal if seen and seen.value is None else figure.quantity

    def value(self, column: Column, figure: Figure) -> Quantity | str | None:
        """The cell of a column: an indicator code, or a function of the row's figure."""
        if callable(column):
            return column(figure)
        return self.cell(self.f(column, figure.region, figure.year))

    def by_item(
        self, title: str, columns: dict, unit: str = "", head: str = "地区", codes=None, original: str = "", notes=()
    ) -> None:
        """A table with a row a region (or other item) and a column an indicator; the whole stands last.

        `columns`: head -> indicator code or function of the row's figure.
        """
        lead = self.f(next(code for code in columns.values() if isinstance(code, str)))
        listed = codes or self.data.items(lead.indicator, self.year)
        whole = self.data.catalogue.top(lead.about)
        items = self.data.catalogue.codelists[lead.about.dimension]
        depth = self.nested([code for code in listed if code != whole], items)
        codes = [code for code in (codes or depth) if code != whole] + [code for code in listed if code == whole]
        rows = [
            ["　" * depth.get(code, 0) + ("合计" if code == whole and lead.about.dimension == "region" else items[code].name)]
            + [self.value(column, lead.of(code)) for column in columns.values()]
            for code in codes
        ]
        if codes == [whole]:
            notes = [*notes, f"{self.year}年分{head}数据未载于已公布的资料。"]
        totals = {len(rows) - 1} if codes and codes[-1] == whole else set()
        totals |= {at for at, code in enumerate(codes) if items[code].level == "prefecture"}
        if not codes:
            rows = [[f"{self.year}年资料未载"] + [None] * len(columns)]
        self.table(title, Table([head, *columns], rows, unit, list(notes), totals), original)

    def rows(self, title: str, heads: list, rows: list[list], unit: str = "", text=(0,), notes=()) -> None:
        """A table from rows of texts and figures; rows named 合计 or 总计 are set apart."""
        body = [[self.cell(each) if isinstance(each, Figure) else each for each in row] for row in rows]
        totals = {at for at, row in enumerate(body) if str(row[0]).strip().endswith(("合计", "总计"))}
        body = body or [[f"{self.year}年资料未载"] + [""] * (len(heads) - 1)]
        self.table(title, Table(heads, body, unit, list(notes), totals, set(text)))

    def by_subject(self, title: str, columns: dict, unit: str = "", codes=None, years=(), notes=()) -> None:
        """A table of budget subjects: name indented by its level, code, columns as in `by_item`; sums are checked.

        `years`: for which years the note on sums looks at the columns (default: this year).
        """
        named = [code for code in columns.values() if isinstance(code, str)]
        lead = self.f(named[0])
        items = self.data.catalogue.codelists[lead.about.dimension]
        listed = {}
        for code in codes or self.data.items(lead.indicator, self.year):
            chain = [code]
            while items[chain[0]].parent:
                chain.insert(0, items[chain[0]].parent)
            listed |= dict.fromkeys(chain)
        tree, added = self.nested(list(listed), items), []
        rows = []
        for code, depth in tree.items():
            cells = [self.value(column, lead.of(code)) for column in columns.values()]
            for at, column in enumerate(columns.values()):
                if cells[at] is None and isinstance(column, str):
                    parts = [self.f(column, part) for part in tree if items[part].parent == code]
                    cells[at] = self.sum(parts, code) if parts else None
                    added += [code] if cells[at] else []
            rows.append(["　" * depth + items[code].name, code if code.isdigit() else "", *cells])
        more = "原表未印的小计由分项相加得出。" if added else ""
        notes = [self.sums(named, *years), more, *notes]
        self.rows(title, ["科目名称", "科目编码", *columns], rows, unit, (0, 1), notes)

    def sums(self, indicators: list[str], *years: int) -> str:
        """A note on the printed totals of a table: how many equal the sum of their parts, and which do not."""
        found = [each for code in indicators for each in self.audit.totals(code) if each.year in (years or [self.year])]
        wrong = [each for each in found if each.status in {"fails", "erratum"}]
        near = sum(each.status == "rounding" for each in found)
        if not found:
            return ""
        text = f"合计与分项之和：核对{len(found)}处，" + (f"{len(wrong)}处不符" if wrong else "均相符")
        text += f"（{near}处只差尾数）" if near else ""
        return text + "".join(f"；{self.named(each)}印作{show(Decimal(each.printed))}，分项之和为"
                              f"{show(Decimal(each.recomputed))}" for each in wrong) + "。"

    def named(self, finding: Finding) -> str:
        """Name of the figure a finding is about."""
        about = self.data.catalogue.indicators[finding.indicator]
        item = self.data.catalogue.codelists[about.dimension].get(finding.region)
        return f"{about.name}（{item.name}）" if item and item.parent and item.code != self.f.region else about.name

    def mismatches(self, title: str, part: str) -> None:
        """A table of the printed figures of this year's documents that do not agree with the rest of them."""
        found = [each for each in Audit(self.data, part).findings(self.year)
                 if each.chapter == part and each.status in {"fails", "erratum"}]
        kinds = {"level": "重印", "change": "增减量", "growth": "增长率", "formula": "公式", "total": "合计",
                 "share": "比重"}
        def number(text):
            return show(Decimal(text)) if re.fullmatch(r"-?[\d.]+", text) else text or "—"

        rows = []
        for each in found:
            heads = [each.note, "勾稽", "—"]
            if each.kind != "identity":
                heads = [self.named(each), kinds.get(each.kind, "其他"), number(each.printed)]
            rows.append([*heads, number(each.recomputed), "各项加减应为零" if each.kind == "identity" else each.note])
        heads = ["指标或关系", "核对", "印作", "算得", "说明"]
        self.rows(title, heads, rows or [["没有不符之处", "", "", "", ""]], "", (0, 1, 4))

    @staticmethod
    def nested(codes: list[str], items: dict, parent: str | None = None, depth: int = 0) -> dict[str, int]:
        """The codes in the order of a tree (parts behind their whole where both are listed), each with its depth."""
        heads = [code for code in codes if (items[code].parent == parent if depth else items[code].parent not in codes)]
        tree = {}
        for head in heads:
            tree |= {head: depth} | TablePage.nested(codes, items, head, depth + 1)
        return tree

    def by_year(
        self, title: str, rows: dict, first: int, unit: str = "", head: str = "年度", original: str = "", notes=()
    ) -> None:
        """A table with a column a year and a row an indicator (or a function of the year)."""
        years = range(first, self.year + 1)
        body = [
            [name] + [row(year) if callable(row) else self.cell(self.f(row, year=year)) for year in years]
            for name, row in rows.items()
        ]
        self.table(title, Table([head, *(f"{year}年" for year in years)], body, unit, list(notes)), original)

    def matrix(self, title: str, rows: dict, unit: str = "", totals=(), original: str = "") -> None:
        """A table with a row an indicator and a column an item of its codelist, such as a scheme."""
        items = self.data.catalogue.codelists[self.data.catalogue.indicator(next(iter(rows.values()))).dimension]
        body = [[name] + [self.cell(self.f(code, item)) for item in items] for name, code in rows.items()]
        notes = [] if any(any(row[1:]) for row in body) else [f"{self.year}年资料未载。"]
        marked = {at for at, name in enumerate(rows) if name in totals}
        heads = ["项目", *(each.short for each in items.values())]
        self.table(title, Table(heads, body, unit, notes, marked), original)

    def listing(self, title: str, name: str, columns: dict, **where) -> None:
        """A table of texts from `data/<year>/lists/<name>.csv`, of the rows that match `where`.

        `columns`: head -> column of the list or function of its row.
        """
        known = self.data.rows(name, self.year)
        chosen = [row for row in known if all(row[key] == text for key, text in where.items())]
        body = [[column(row) if callable(column) else row[column] for column in columns.values()] for row in chosen]
        notes = [] if body else [f"{self.year}年资料未载。"]
        self.table(title, Table([*columns], body, notes=notes, text_columns=set(range(len(columns)))))

    def by_indicator(
        self, title: str, rows: dict[str, Figure], columns: dict, unit="", head="项目", total=True, original="",
        notes=(),
    ) -> None:
        """A table with a row an indicator and a column a function of its figure; `total`: the last row is the whole."""
        body = [[name] + [column(figure) for column in columns.values()] for name, figure in rows.items()]
        totals = {len(body) - 1} if total and body else set()
        self.table(title, Table([head, *columns], body, unit, list(notes), totals), original)
