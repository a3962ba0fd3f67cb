"""What every chapter has: its year, its data, its figures, and a way to show prose."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from html import escape
from pathlib import Path

from IPython import get_ipython
from IPython.display import display
from markupsafe import Markup

from nianbao.audit.audit import Audit
from nianbao.audit.rules import claims
from nianbao.chapter import prose
from nianbao.chapter import session as sessions
from nianbao.chapter.figure import Figure, Figures
from nianbao.chapter.prose import Printer
from nianbao.data import formulas
from nianbao.data.catalogue import Document
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Source
from nianbao.errors import DataError
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import decimals_of, round_half_up


def cited(source: Source, documents: dict[str, Document]) -> str:
    """A source as readers know it: 《…》表1-1."""
    known = documents.get(source.document)
    return f"《{known.title}》{source.place}" if known else str(source)


def bound(value: Fraction) -> str:
    """An end of an interval, without an exponent: ten digits, more where the number is so large that they would cut its decimals."""
    return f"{Decimal(f'{float(value):.{10 if abs(value) < 10**6 else 15}g}'):f}"


def facts(quantities, documents: dict[str, Document]) -> dict[str, dict]:
    """What `facts.csv` and the page say about the quantities and everything they were computed from."""
    known = {}
    for each in quantities:
        known |= facts(each.inputs, documents)
        known[str(each.id)] = {
            "id": str(each.id), "name": each.name, "value": each.signed, "unit": each.unit,
            "low": bound(each.interval.low), "high": bound(each.interval.high),
            "status": each.status, "formula": each.formula, "inputs": [str(one.id) for one in each.inputs],
            "source": cited(each.source, documents), "place": each.place, "note": each.note, "mark": each.mark,
            "expression": each.expression}
    return known


class Page:
    """The year, the data, the figures, and prose.

    Parameters: see `nianbao.chapter.Chapter`.
    """

    def __init__(self, number: str, year: int, region: str | None = None, data: str | Path | None = None):
        if isinstance(year, bool) or not isinstance(year, int):
            raise DataError(f"参数 year 应为整数年份，现为“{year!r}”")
        self.number, self.year = number, year
        self.session = sessions.current(data)
        self.data = Dataset(self.session.data, year, lazy=True)
        if number.isdigit() and year not in self.data.editions:
            known = "、".join(map(str, Dataset(self.data.root, lazy=True).editions))
            raise DataError(f"参数 year 应为有年报数据的年份（{known}），现为{year}")
        self.audit = Audit(self.data)
        self.region = None if region is None else self.county(region)
        self.place = self.data.catalogue.codelists["region"][self.region].name if self.region else ""
        self.f = Figures(self.audit, year, self.region)
        self._tables = self._charts = self._said = 0
        shell = get_ipython()
        if shell:
            shell.register_magic_function(self._magic, "cell", "prose")
            if self.session.tells_reading:
                shell.events.register("post_run_cell", self._say_read)

    def _say_read(self, _) -> None:
        """Tell the executor (`nianbao.kernels`) which data files this chapter has looked at."""
        looked = self.data.folder.looked
        if len(looked) > self._said:
            self._said = len(looked)
            display({"text/plain": ""}, raw=True, metadata={"nianbao-read": sorted(looked)})

    def county(self, wanted: str | int) -> str:
        """Code of a county from its name, short name or code; DataError names the counties that have data."""
        items = self.data.catalogue.codelists["region"]
        known = {code: year for year in self.data.all_years for code in self.data.counties(year)}
        for code in known:
            if str(wanted).strip() in {code, items[code].name, items[code].short}:
                return code
        have = "、".join(f"{items[code].name}（{code}，{year}年）" for code, year in known.items())
        raise DataError(f"没有“{wanted}”的县级资料，有资料的县：{have or '无'}")

    @property
    def area(self) -> str:
        """What the whole province is called: 全区, 全省."""
        return self.data.catalogue.area

    def _magic(self, line: str, cell: str) -> None:
        self.prose(cell, get_ipython().user_ns)

    def prose(self, template: str, names: dict) -> None:
        """Show a paragraph; `names` are the notebook's variables."""
        self._printer = printer = prose.Printer(self.session.marks)
        names = {key: value for key, value in names.items() if not key.startswith("_")}
        self._show(prose.render(template, names | {"f": self.f, "year": self.year, "ch": self, "area": self.area}, printer), printer)

    def _show(self, html: str, printer: Printer, **about) -> None:
        titles = self.data.catalogue.documents
        known = {"chapter": self.number, "facts": facts(printer.facts.values(), titles), "printed": [str(each) for each in printer.facts]}
        display({"text/html": html, "text/plain": "（网页内容）"}, raw=True, metadata={"nianbao": known | about})

    def top(self, figure: Figure, count: int, highest: bool = True) -> str:
        """Names of the `count` regions with the highest (lowest) values, ties included; a hole when unknown."""
        codes = claims.ranking(self.audit.context, figure.indicator, figure.year, highest)
        if not codes:
            return prose.HOLE
        last = figure.of(codes[min(count, len(codes)) - 1]).quantity.exact
        tied = [code for code in codes[count:] if figure.of(code).quantity.exact == last]
        return "、".join(figure.of(code).item for code in codes[:count] + tied)

    def remark(self, place: str) -> Markup:
        """This year's explanation from `data/<year>/lists/remarks.csv`; gone where there is none."""
        texts = [row["text"] for row in self.listed("remarks", place=place)]
        return self.text(texts[0]) if texts else Markup(prose.GONE)

    def text(self, text: str) -> Markup:
        """A text kept as data, with its figures (`{{indicator[item]@year}}`) filled in."""
        return prose.remark(text, self.f, self._printer)

    def reprinted(self, figure: Figure) -> Quantity | None:
        """The figure as the documents print it elsewhere in another unit or with another value; None if they do not."""
        for claim in self.audit.derive.claims("level", figure.key):
            now = figure.quantity
            if now and (claim.value, claim.unit) != (now.value, now.unit):
                return Quantity.printed(now.id.printed_in(claim.source), now.name, claim.value,
                                        claim.unit, source=claim.source, place=claim.place)
        return None

    def reason(self, figure: Figure) -> Markup:
        """Why a figure is what it is, from `data/<year>/lists/<part>_reasons.csv`, without its 。; gone where unknown."""
        rows = self.listed(f"{figure.indicator.split('.')[0]}_reasons", figure.year, indicator=figure.indicator, item=figure.code)
        return self.text(rows[0]["reason"].rstrip("。")) if rows else Markup(prose.GONE)

    def listed(self, name: str, year: int | None = None, **where) -> list[dict]:
        """Rows of the list `data/<year>/lists/<name>.csv` whose columns have the values in `where`."""
        rows = self.data.texts(name, year or self.year)
        return [row for row in rows if all(row[key] == value for key, value in where.items())]

    def sum(self, figures: list[Figure], region: str = "") -> Quantity | None:
        """The sum of those figures that are known, as a figure of `region`; None where none is."""
        known = [each.quantity for each in figures if each.known]
        if not known:
            return None
        about, codes = figures[0].about, "+".join(each.code for each in figures)
        exact = sum((each.exact for each in known), Fraction(0))
        spread = sum((each.interval for each in known[1:]), known[0].interval)
        identity = FigureId.level(figures[0].indicator, region or codes, self.year)
        name = f"{self.year}年{about.name}（分项之和）"
        return Quantity(identity, name,
                        round_half_up(exact, max(decimals_of(each.value) for each in known)), about.unit, spread, exact,
                        "E", "各分项之和", tuple(known),
                        expression=" + ".join(f"${at}" for at in range(1, len(known) + 1)))

    def amounts(self, name: str) -> list[Quantity]:
        """Figures of the list `data/<year>/lists/<name>.csv` (columns amount and unit), in its order."""
        return [Quantity.printed(FigureId.level(name, row["level"], self.year), f"{self.year}年第{row['level']}项",
                                 row.number("amount"), row["unit"], source=Source.parse(row["source"]),
                                 place=row.place)
                for row in self.data.texts(name, self.year)]

    def recomputed(self, figure: Figure) -> Quantity | None:
        """What the figure's formula gives, to set beside what is printed; None without a formula or an input."""
        quantity = self.audit.derive.by_formula(figure.key)
        if quantity is None:
            return None
        value = round_half_up(quantity.exact, 4)
        value = value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()
        return replace(quantity, id=replace(quantity.id, by_formula=True), value=value)

    def working(self, figure: Figure) -> str | None:
        """The figure's formula with its numbers filled in, as `2台 × 5万元/台`; None where one is unknown."""
        rule = self.data.formula(figure.key)
        terms = [self.f(*place).quantity for place in (formulas.places(rule, figure.code, figure.year) if rule else ())]
        if not terms or None in terms:
            return None
        for sign, shown in (" * ", " × "), (" / ", " ÷ "), (" + ", " ＋ "), (" - ", " － "):
            rule = rule.replace(sign, shown)
        texts = iter(terms)
        return formulas.TERM.sub(lambda _: self._text(next(texts)), rule)

    def share_of(self, whole: Figure) -> Callable[[Figure], Quantity | None]:
        """A table column: the row's percentage of `whole`."""
        return lambda row: self.f(whole.indicator, row.code).share(whole)

    def cards(self, figures: dict[str, Figure]) -> None:
        """Key figures: name, value and how it moved; those that are unknown are left out."""
        printer, items = prose.Printer(self.session.marks), []
        for name, figure in figures.items():
            if figure.known:
                moved = printer.change(figure).replace(prose.GONE, "")
                items.append(f"<li><span class='name'>{escape(name)}</span> <span class='value'>"
                             f"{printer.value(figure.quantity)}</span> <span class='moved'>{moved}</span></li>")
        self._show(f'<ul class="cards">{"".join(items)}</ul>', printer)

    def components(self, prefix: str, *strip: str) -> dict[str, Figure]:
        """Figures of the indicators directly below `prefix`, by their names without the words in `strip`."""
        return {re.sub("|".join(strip), "", about.name): self.f(code) for code, about in self.data.catalogue.indicators.items()
                if code.rpartition(".")[0] == prefix}

    def _text(self, quantity: Quantity | None) -> str:
        return f"{quantity.text}{prose.unit_text(quantity.unit)}" if quantity else "未公布"
