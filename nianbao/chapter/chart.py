"""The charts of a chapter: by year, compositions, pairs, maps; a drawing with its numbers and words around it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from inspect import signature
from typing import Any

import pandas as pd
from matplotlib.figure import Figure as Drawing

from nianbao import charts
from nianbao.analysis.sentences import runs_of
from nianbao.audit.rules import claims
from nianbao.chapter import doubted, meaningless, phone, picture
from nianbao.chapter.definitions import by_definition, note_on_definitions
from nianbao.chapter.figure import Figure, number
from nianbao.chapter.framed import framed
from nianbao.chapter.material import Material
from nianbao.chapter.printer import Printer, said
from nianbao.chapter.record import ChartRecord, plain
from nianbao.chapter.saying import Saying
from nianbao.chapter.show import Display
from nianbao.chapter.shown import Chart, frame_of
from nianbao.chapter.table import Cell, Table
from nianbao.chapter.tables import nested
from nianbao.chapter.vague import note_on_vague
from nianbao.figures.interval import NOTHING, Interval
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import PERCENT, RATIO, decimals_of, factor, round_half_up, show

#: The numbers of a chart: column -> row -> quantity, None where it is unknown.
Cells = Mapping[str, Mapping[Any, Quantity | None]]
#: A drawing of `nianbao.charts`.
Draw = Callable[..., Drawing]
#: The colour of what belongs to no scheme.
GENERAL = "general"
#: How a sentence begins that counts the items of a chart.
COUNTED_ITEMS = re.compile("[0-9]+项中，")
#: How a caption begins that is true of all of them.
ALL_ITEMS = "各项"
#: Where nothing is drawn that is in doubt: the next float is too small to calculate with.
NEARLY_NOTHING = 1e-9
#: Drawings of a row an item.
OF_ROWS = (charts.parts, charts.ranking, charts.dumbbell)


def drawable(quantity: Quantity | None) -> Quantity | None:
    """A quantity as a chart draws it: none where the level means nothing."""
    return None if meaningless.means_nothing(quantity) else quantity


def floats(cells: Cells, errata: doubted.Errata) -> pd.DataFrame:
    """The numbers of a chart as a frame of floats that knows how they are printed, and which of them are disputed."""
    rows = list(next(iter(cells.values())))
    columns = {
        name: {row: drawn_at(each, each.exact) if each else float("nan") for row, each in column.items()}
        for name, column in cells.items()
    }
    frame = pd.DataFrame(columns, rows, dtype=float)
    known = {(row, name): each for name, column in cells.items() for row, each in column.items() if each}
    frame.attrs[charts.WRITTEN] = {drawn_at(each, each.exact): marked(each, each.text) for each in known.values()}
    frame.attrs[charts.DISPUTED] = [at for at, each in known.items() if doubted.is_disputed(each, errata)]
    return frame


def drawn_at(quantity: Quantity, exact: Fraction) -> float:
    """Where a number is drawn: one in doubt is no other number's neighbour, so that only its own text is marked."""
    if not quantity.mark:
        return float(exact)
    return math.nextafter(float(exact), math.inf) if exact else NEARLY_NOTHING


def marked(quantity: Quantity, text: str) -> str:
    """The text of a number in a drawing, with the sign of what is in doubt."""
    return f"{text}{charts.DOUBT}" if quantity.mark else text


def printed(cells: Cells) -> pd.DataFrame:
    """The numbers of a chart as a frame of floats, as they are printed."""
    rows = list(next(iter(cells.values())))
    columns = {name: [number(column[row]) for row in rows] for name, column in cells.items()}
    return pd.DataFrame(columns, pd.Index(rows), dtype=float)


def in_unit(known: Mapping[str, Quantity], unit: str) -> pd.Series:
    """Quantities as floats in the unit of a chart, which know how they are printed there."""
    values = {}
    written = {}
    for name, each in known.items():
        by = factor(each.unit, unit) or Fraction(1)
        values[name] = drawn_at(each, each.exact * by)
        written[values[name]] = marked(each, show(each.value * by.numerator / by.denominator))
    series = pd.Series(values, dtype=float)
    series.attrs[charts.WRITTEN] = written
    return series


def shares_drawn(known: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """The percentage that each of some parts is of them all; none where a part is negative or all are zero."""
    unit = next((each.unit for each in known.values()), "")
    scales = {name: factor(each.unit, unit) or Fraction(1) for name, each in known.items()}
    points = {name: each.exact * scales[name] for name, each in known.items()}
    total = sum(points.values(), Fraction(0))
    if total <= 0 or min(points.values()) < 0:
        return {}
    shares = {}
    for name, each in known.items():
        rest = [other.interval.scaled(scales[key]) for key, other in known.items() if key != name]
        span = part_of_all(each.interval.scaled(scales[name]), sum(rest, NOTHING))
        exact = points[name] / total * 100
        share = Quantity(each.id, each.name, round_half_up(exact, 2), PERCENT, span, exact, "E")
        shares[name] = share.as_known()
    return shares


def part_of_all(part: Interval, rest: Interval) -> Interval:
    """The percentage of a part with so much beside it; neither of them is less than nothing."""
    low = max(part.low, Fraction(0))
    least = low / (low + rest.high) if low else Fraction(0)
    beside = max(rest.low, Fraction(0))
    return Interval(least * 100, part.high / (part.high + beside) * 100)


class Forms:
    """A drawing in its two forms: `wide` at once, the narrow one when it is asked for.

    What a notebook has added to the wide one until then is added to the narrow one as well; where that cannot be, there
    is no narrow one.
    """

    def __init__(self, draw: Draw, data: pd.Series | pd.DataFrame, unit: str, options: Mapping[str, Any]):
        self.draw = draw
        self.data = data
        self.unit = unit
        self.options = options
        self.wide = draw(data, unit, **options)
        self.drawn = charts.Additions(self.wide)

    def narrow_svg(self, alt: str, prefix: str) -> str:
        """The narrow form as SVG; empty where there is none."""
        if "narrow" not in signature(self.draw, follow_wrapped=False).parameters:
            return ""
        narrow = self.draw(self.data, self.unit, narrow=True, **self.options)
        return charts.to_svg(narrow, alt, prefix) if self.drawn.add_to(narrow) else ""


class Charts:
    """Makes the charts of a chapter and shows them."""

    def __init__(self, material: Material, display: Display):
        self.material = material
        self.display = display

    def chart(
        self,
        title: str,
        draw: Draw,
        cells: Cells,
        unit: str,
        alt: str,
        notes: Iterable[str] = (),
        label: str = "",
        values: pd.Series | pd.DataFrame | None = None,
        kind: str = "项目",
        says: Callable[[Saying], str] | str = "",
        **options: Any,
    ) -> Chart | None:
        """Number and show a chart, if anything in it is known; see `nianbao.chapter.Chapter.chart`.

        `says`: the first line of the caption, or what makes it.
        """
        if not any(quantity for column in cells.values() for quantity in column.values()):
            return None
        label = label or f"图{self.display.next_chart()}"
        identity = "fig-" + label.lstrip("图表").replace("附图", "-map")
        cells = {name: {row: self.seen(each) for row, each in column.items()} for name, column in cells.items()}
        drawn = {name: {row: drawable(each) for row, each in column.items()} for name, column in cells.items()}
        data = floats(drawn, self.material.data.errata) if values is None else values
        named = "" if unit == RATIO else unit  # each of its numbers is written x∶1 in words
        forms = Forms(draw, data, named, options)
        printer = self.display.printer()
        for column in cells.values():
            for quantity in column.values():
                if quantity:
                    printer.show(quantity)
        rows = list(next(iter(cells.values())))
        head = "年份" if all(isinstance(row, int) for row in rows) else kind
        lines: list[list[Cell]] = [[charts.label(row), *(column[row] for column in cells.values())] for row in rows]
        lines, on_meaningless = meaningless.without(lines)
        body = Table([head, *cells], lines, named).body(printer)
        line = printer.line(says if isinstance(says, str) else says(self.saying(printer)))
        about = self.display.about(printer)
        doubts = doubted.notes_on(named_cells(cells), self.material.data.errata)
        below = tuple(filter(None, [*notes, on_meaningless, *doubts]))
        described = "。".join(filter(None, [plain(line), alt]))

        def record() -> ChartRecord:
            words = f"{label}　{title}。{described}"
            return ChartRecord(
                **about,
                identity=identity,
                label=label,
                title=title,
                svg=charts.to_svg(forms.wide, words, identity),
                alt=described,
                body=body,
                notes=below,
                says=line,
                narrow=forms.narrow_svg(words, f"{identity}-narrow"),
            )

        return self.display.offer(Chart(self.display, forms.wide, lambda: printed(cells), record))

    def seen(self, quantity: Quantity | None) -> Quantity | None:
        """A figure as it is seen in this book: without its mark where the book shows none."""
        return quantity if quantity is None or self.display.marks else replace(quantity, mark="", note="")

    def said(self, quantity: Quantity) -> str:
        """A figure with its unit as plain words, and whether it is in doubt."""
        word = doubted.word_of(quantity, self.material.data.errata) if self.display.marks else ""
        return f"{said(quantity)}（{word}）" if word in doubted.DOUBTS else said(quantity)

    def saying(self, printer: Printer) -> Saying:
        """What says in a line what a chart shows; where the book marks doubts it knows what is disputed."""
        errata = self.material.data.errata
        return Saying(printer, lambda each: self.display.marks and doubted.is_disputed(each, errata))

    def figure(
        self,
        figure: Any,
        title: str,
        data: Any,
        unit: str = "",
        alt: str = "",
        notes: Iterable[str] = (),
        label: str = "",
        decimals: int | None = None,
    ) -> Chart:
        """Number and show a figure that the notebook has drawn; see `nianbao.chapter.Chapter.figure`."""
        drawing = picture.drawing_of(figure)
        found = framed(data, self.material.figures, decimals)
        picture.close(drawing)
        picture.use_words(drawing, unit or found.unit)
        label = label or f"图{self.display.next_chart()}"
        identity = "fig-" + label.lstrip("图表").replace("附图", "-map")
        printer = self.display.printer()
        body = Table(found.heads, found.rows, unit or found.unit, (), found.text_columns).body(printer)
        about = self.display.about(printer)
        named = ((each.name, each) for each in printer.facts.values())
        below = (*filter(None, notes), *doubted.notes_on(named, self.material.data.errata))

        def record() -> ChartRecord:
            said = alt or picture.words(drawing, body)
            words = f"{label}　{title}。{said}"
            return ChartRecord(
                **about,
                identity=identity,
                label=label,
                title=title,
                svg=picture.to_svg(drawing, words, identity),
                alt=said,
                body=body,
                notes=below,
                narrow=phone.to_svg(drawing, words, f"{identity}-narrow"),
            )

        return self.display.offer(Chart(self.display, drawing, lambda: frame_of(body), record))

    # -- by year ------------------------------------------------------------------------------------------------
    def trend(
        self,
        title: str,
        figures: Mapping[str, Figure],
        first: int,
        draw: Draw = charts.bars,
        notes: Iterable[str] = (),
        label: str = "",
        **options: Any,
    ) -> Chart | None:
        """A chart by year from the first that is known; see `nianbao.chapter.Chapter.trend`."""
        last = self.material.year
        cells = {name: figure.years(first, last) for name, figure in figures.items()}
        first = min(years_known(cells), default=first)
        cells = {name: {at: column[at] for at in column if at >= first} for name, column in cells.items()}
        if len(years_known(cells)) < 2:
            self.instead_of_trend(figures, cells)
            return None
        known = [
            f"{name}{year}年{self.said(quantity)}"
            for name, column in cells.items()
            for year, quantity in column.items()
            if quantity
        ]
        return self.chart(
            f"{first}—{last}年{title}",
            draw,
            cells,
            first_of(figures).about.unit,
            "；".join(known) or "各年数值均未载入",
            [
                note_on_gaps(cells, printed_blank(figures, first, last)),
                note_on_vague(named_by_year(cells)),
                note_on_definitions(figures.items(), range(first, last)),
                *notes,
            ],
            label,
            says=lambda saying: (
                said_of_years(saying, draw, comparable(figures, cells)) or said_of_definitions(saying, figures, cells)
            ),
            **self.style(figures) | options,
        )

    def instead_of_trend(
        self, figures: Mapping[str, Figure], cells: Mapping[str, Mapping[int, Quantity | None]]
    ) -> None:
        """A sentence with the figures of the only year that is known, unless that is this year: then others say it."""
        years = years_known(cells) - {self.material.year}
        told = [figures[name].at(year) for year in years for name, column in cells.items() if column[year]]
        if told:
            said = "{{ each.year }}年{{ each.named }}{{ each }}{{ '，' if not loop.last }}"
            self.display.prose(f"{{% for each in told %}}{said}{{% endfor %}}。", {"told": told})

    # -- of one year --------------------------------------------------------------------------------------------
    def parts(
        self,
        title: str,
        figures: Mapping[str, Figure],
        draw: Draw = charts.parts,
        notes: Iterable[str] = (),
        label: str = "",
        among: str = "",
        **options: Any,
    ) -> Chart | None:
        """A composition; see `nianbao.chapter.Chapter.parts`."""
        figures = {name: figure for name, figure in figures.items() if not is_blank(figure)}
        figures, on_meaningless = meaningless.left_out(figures)
        among = meaningless.AMONG if on_meaningless else among
        notes = [*notes, on_meaningless]
        known = {name: quantity for name, figure in figures.items() if (quantity := self.seen(figure.quantity))}
        complete = len(known) == len(figures)
        if not known or (len(known) == 1 and not complete):  # the only part that is known is said elsewhere
            return None
        unit = first_of(figures).about.unit
        shown = {name: each for name in known if (each := self.seen(in_chart(figures[name], unit)))}
        values = in_unit(shown, unit)
        shares = shares_drawn(known) if complete and draw is charts.parts else {}
        if draw is charts.parts:
            options["printed"] = self.printed_shares(figures, known)
            options["shares"] = complete and len(known) > 1
            if not complete:
                notes = ["各部分的数不全，不算比重。", *notes]
        if known and all(each.unit == unit for each in known.values()):  # no more decimals than the documents print
            options.setdefault("decimals", max(decimals_of(each.value) for each in known.values()))
        named = {name if each.unit == unit else f"{name}（{each.unit}）": each for name, each in shown.items()}
        return self.chart(
            f"{self.material.year}年{title}",
            draw,
            {"数值": named},
            unit,
            "；".join(f"{name}{self.said(each)}" for name, each in known.items()) or "数值未载入",
            [self.unknown(name for name in figures if name not in known), *notes],
            label,
            values,
            says=lambda saying: saying.parts(known, shares, draw is charts.ranking, among),
            **self.style(figures) | self.schemes(figures, draw) | options,
        )

    def printed_shares(self, figures: Mapping[str, Figure], known: Mapping[str, Quantity]) -> dict[str, str]:
        """The shares of what is drawn, by name, as the book prints them, with no more decimals than are known.

        `figures`, `known`: the parts that are drawn and their levels.
        """
        unit = first_of(figures).about.unit
        total = Fraction(sum(each.exact * (factor(each.unit, unit) or 1) for each in known.values()))
        shares = {}
        for name, computed in shares_drawn(known).items():
            figure = figures[name]
            printed = figure.published.share_of_whole(figure.key, total, unit)
            shares[name] = (printed or computed).text
        return shares

    def against(
        self,
        title: str,
        pair: Mapping[str, Mapping[str, Figure]],
        draw: Draw = charts.dumbbell,
        notes: Iterable[str] = (),
        label: str = "",
        left_out: bool = False,
        **options: Any,
    ) -> Chart | None:
        """Two figures of each item; see `nianbao.chapter.Chapter.against`."""
        items = next(iter(pair.values()))
        if not items:
            return None
        known = [name for name in items if all(side[name].known for side in pair.values())]
        cells = {head: {name: side[name].quantity for name in known} for head, side in pair.items()}
        described = []
        for name in known:
            described.append(name + "，".join(f"{head}{self.said(column[name])}" for head, column in cells.items()))
        return self.chart(
            f"{self.material.year}年{title}",
            draw,
            cells,
            first_of(items).about.unit,
            "；".join(described) or "数值未载入",
            [self.unknown(name for name in items if name not in known), *notes],
            label,
            says=lambda saying: among_drawn(saying.pairs(cells), left_out or len(known) < len(items)),
            **self.style(items) | self.schemes(items, draw) | options,
        )

    def tiles(
        self,
        title: str,
        figure: Figure,
        notes: Iterable[str] = (),
        rate: Callable[[Figure], Quantity | None] | None = None,
        rate_name: str = "",
    ) -> Chart | None:
        """A tile map; see `nianbao.chapter.Chapter.tiles`."""
        items = self.material.data.catalogue.codelists[figure.about.dimension]
        units = {each.code: each for each in figure.items if items[each.code].level == "unit"}
        known = {code: quantity for code in sorted(units) if (quantity := self.seen(units[code].quantity))}
        if not known:
            return None
        names = {code: items[code].short for code in known}
        values = in_unit({names[code]: quantity for code, quantity in known.items()}, figure.about.unit)
        rates = {names[code]: found for code in known if rate and (found := rate(units[code]))}
        places = {item.short: item.tile for item in items.values() if item.tile}
        arranged = "方格按大致方位排列，" if places else "方格"
        order = [code for code in nested(list(units), items) if code in known]
        cells = {figure.about.name: {names[code]: known[code] for code in order}}
        if rates:
            cells[f"{rate_name}（%）"] = {name: rates.get(name) for name in cells[figure.about.name]}
        return self.chart(
            f"{self.material.year}年{title}",
            charts.tilemap,
            cells,
            figure.about.unit,
            self.ends_words(figure, known),
            [f"{arranged}不表示行政区域界线。", *notes],
            self.display.beside,
            values,
            "地区",
            says=lambda saying: saying.tiles({names[code]: each for code, each in known.items()}, rate_name, rates),
            tiles_at=places,
            rates={name: float(each.value) for name, each in rates.items()} or None,
            rates_written={name: each.text for name, each in rates.items()},
            rate_name=rate_name,
            **self.style({"": figure}),
        )

    def ends_words(self, figure: Figure, known: Mapping[str, Quantity]) -> str:
        """The highest and the lowest region with their values, as words."""
        order = claims.ranking(self.material.audit.context, figure.indicator, self.material.year)
        ends = [f"{figure.of(code).item}{self.said(known[code])}" for code in order[:1] + order[-1:] if code in known]
        return f"最高和最低：{'，'.join(ends)}" if ends else "数值未载入"

    def unknown(self, names: Iterable[str]) -> str:
        """A note on the items that a chart leaves out; nothing where it leaves none out."""
        text = "、".join(names)
        word = "未公布" if self.material.is_own else "资料未载"
        return f"{word}：{text}。" if text else ""

    # -- looks --------------------------------------------------------------------------------------------------
    def style(self, figures: Mapping[str, Figure]) -> dict[str, Any]:
        """Options of a drawing that follow from its figures: decimals of the first, and the colour of their scheme."""
        schemes = {self.scheme(figure) for figure in figures.values()}
        color = schemes.pop() if len(schemes) == 1 else GENERAL
        return {"decimals": first_of(figures).about.decimals, "color": color}

    def schemes(self, figures: Mapping[str, Figure], draw: Draw) -> dict[str, Any]:
        """Options of a drawing of rows: the colour of each scheme, where the rows are of several."""
        own = {name: self.scheme(figure) for name, figure in figures.items()}
        return {"own": own} if draw in OF_ROWS and len(set(own.values())) > 1 else {}

    def scheme(self, figure: Figure) -> str:
        """The colour of the scheme that a figure is of, by name; `general` where it is of none."""
        code = figure.about.code
        schemes = self.material.data.catalogue.schemes
        for place, (prefix, scheme) in enumerate(schemes.items()):
            if code.startswith(f"{prefix}."):
                return colour_of(scheme.code, place)
        named = {scheme.code: colour_of(scheme.code, place) for place, scheme in enumerate(schemes.values())}
        return next((named[word] for word in (*code.split("."), figure.code) if word in named), GENERAL)


def colour_of(scheme: str, place: int) -> str:
    """The name of the colour of a scheme: its own, or by its place in the list where it has none."""
    others = [name for name in charts.COLORS if name != GENERAL]
    return scheme if scheme in others else others[place % len(others)]


def said_of_years(saying: Saying, draw: Draw, cells: Mapping[str, Mapping[int, Quantity | None]]) -> str:
    """What a chart by year shows, by how it is drawn."""
    if draw is charts.flows:
        return saying.flows(cells)
    if draw is charts.stacked:
        return saying.composition(cells)
    return saying.trend(cells)


def comparable(
    figures: Mapping[str, Figure], cells: Mapping[str, Mapping[int, Quantity | None]]
) -> dict[str, dict[int, Quantity | None]]:
    """The figures of a chart by year, each series only from the year since which it is of one definition."""
    since = {name: last_change_of_definition(figures[name], column) for name, column in cells.items()}
    return {
        name: {year: quantity if year > since[name] else None for year, quantity in column.items()}
        for name, column in cells.items()
    }


def among_drawn(said: str, left_out: bool) -> str:
    """What is said of the items of a chart, of which it leaves some out: it speaks of those that are drawn.

    Where they are counted, the count says so.
    """
    if not said or not left_out or COUNTED_ITEMS.match(said):
        return said
    return f"图中{said}" if said.startswith(ALL_ITEMS) else f"图中各项，{said}"


def said_of_definitions(
    saying: Saying, figures: Mapping[str, Figure], cells: Mapping[str, Mapping[int, Quantity | None]]
) -> str:
    """Of a chart of one series whose last figure alone is of its definition: that one, and that no other is like it."""
    if len(cells) != 1:
        return ""
    name, column = next(iter(cells.items()))
    last = max(column)
    broken = note_on_break(figures[name], column)
    quantity = column[last]
    return f"{name}{last}年为{saying.told(quantity)}；{broken}" if quantity and broken else ""


def note_on_break(figure: Figure, column: Mapping[int, Quantity | None]) -> str:
    """Which known years of a series are of another definition than its last year; nothing where none are."""
    changed = last_change_of_definition(figure, column)
    years = [year for year, quantity in column.items() if quantity and year <= changed]
    last = max(column)
    if not years or last in years or by_definition(figure.at(last)) is not None:
        return ""
    named = "、".join(f"{year}年" for year in years)
    if len(years) == 1:
        return f"{named}的数口径不同，不可比"
    return f"{named}所印的数与{last}年口径不同，不可比"  # not one from another


def last_change_of_definition(figure: Figure, column: Mapping[int, Quantity | None]) -> int:
    """The last known year of a series that was printed by another definition than its last one; 0 if there is none.

    What there is nothing to check by is of no other definition.
    """
    known = [year for year, quantity in column.items() if quantity]
    odd = {year for year in known if by_definition(figure.at(year)) is not None}
    if not odd:
        return 0
    if known[-1] not in odd:
        return max(odd)
    rest = (figure.at(year) for year in known if year not in odd)
    return max((each.year for each in rest if each.published.by_formula(each.key) is not None), default=0)


def is_blank(figure: Figure) -> bool:
    """Whether a document printed a blank for a figure: there is nothing of it."""
    seen = figure.data.observations.get(figure.key)
    return seen is not None and seen.value is None


def in_chart(figure: Figure, unit: str) -> Quantity:
    """A figure that is known, in the unit of a chart where it converts."""
    figure = figure if factor(figure.about.unit, unit) is None else figure.into(unit)
    assert figure.quantity is not None
    return figure.quantity


def years_known(cells: Mapping[str, Mapping[int, Quantity | None]]) -> set[int]:
    """The years for which anything is known."""
    return {year for column in cells.values() for year, quantity in column.items() if quantity}


def first_of(figures: Mapping[str, Figure]) -> Figure:
    """The first of some figures: its unit and its colour are those of the chart."""
    return next(iter(figures.values()))


def named_cells(cells: Cells) -> Iterator[tuple[str, Quantity]]:
    """The figures of a chart with the names of their rows, and of their columns where there are several."""
    for name, column in cells.items():
        for row, quantity in column.items():
            if quantity:
                yield charts.label(row) + (name if len(cells) > 1 else ""), quantity


def named_by_year(cells: Mapping[str, Mapping[int, Quantity | None]]) -> Iterator[tuple[str, Quantity | None]]:
    """The figures of a chart by year with their names."""
    for name, column in cells.items():
        for year, quantity in column.items():
            yield f"{name}{year}年", quantity


def printed_blank(figures: Mapping[str, Figure], first: int, last: int) -> set[tuple[str, int]]:
    """Names and years of the figures for which the data know that nothing was published: a cell printed blank."""
    found = set()
    for name, figure in figures.items():
        for year in range(first, last + 1):
            seen = figure.data.observations.get(figure.key.at(year))
            if seen is not None and seen.value is None:
                found.add((name, year))
    return found


def note_on_gaps(cells: Mapping[str, Mapping[int, Quantity | None]], blank: Collection[tuple[str, int]] = ()) -> str:
    """A note on the years for which nothing is known, and on those of single series; nothing where all is known.

    What was printed `blank` (name, year) was not published; of the rest the data say nothing, though a bureau that
    publishes every year may well have published it.
    """
    gaps = {name: {year for year, quantity in column.items() if quantity is None} for name, column in cells.items()}
    of_all = set.intersection(*gaps.values())
    unpublished = {year for year in of_all if all((name, year) in blank for name in cells)}
    if len(of_all - unpublished) == len(next(iter(cells.values()))):
        return "各年的数均未载入本书的资料。"
    note = f"{runs_of(sorted(of_all - unpublished))}的数未载入本书的资料，图中不标。" if of_all - unpublished else ""
    note += f"{runs_of(sorted(unpublished))}的数未公布，图中不标。" if unpublished else ""
    for name, years in gaps.items():
        others = years - of_all
        withheld = {year for year in others if (name, year) in blank}
        note += f"{name}缺{runs_of(sorted(others - withheld))}。" if others - withheld else ""
        note += f"{name}{runs_of(sorted(withheld))}未公布。" if withheld else ""
    return note
