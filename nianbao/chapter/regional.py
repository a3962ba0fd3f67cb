"""What the page of a region is made from: every printed value of the region, set beside the whole and the others.

Places are taken among the regions of the same level that have the figure, ties by interval: see
`nianbao.figures.ranking`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from nianbao.analysis.computing import computed, is_as_printed, named, unit_of_change
from nianbao.chapter import pooling
from nianbao.chapter.areas import Areas, is_dated
from nianbao.chapter.computed import cell
from nianbao.chapter.figure import Figure, Figures
from nianbao.chapter.material import Material
from nianbao.chapter.meaningless import DASH
from nianbao.chapter.printer import unit_text
from nianbao.chapter.prose import LACKING_OF_OWN
from nianbao.chapter.table import Cell
from nianbao.data.catalogue import REGION, Document, Item
from nianbao.data.keys import Key
from nianbao.errors import DataError
from nianbao.figures.quantity import Quantity
from nianbao.figures.ranking import Place, places
from nianbao.figures.units import decimals_of

#: How the codes of the insured of a scheme end, the first that there is.
INSURED = (".insured", ".insured_persons")
#: Parts of the insured: what their codes end with, and what the percentage is called.
PARTS_OF_INSURED = {".contributors": "缴费人数占参保人数", ".recipients": "领取待遇人数占参保人数"}
#: Money per insured: what the codes end with, and what the amount is called.
PER_INSURED = {".income": "每名参保人的基金收入", ".expenditure": "每名参保人的基金支出"}
#: Names of what is computed for a region in `nianbao.figures.ids`.
PER_HEAD = "per-insured"
FROM_WHOLE = "from-whole"
#: A printed value is small where its rounding is more than this part of it.
VAGUE = Fraction(1, 10)
#: From this part on it is told of what is computed.
LOOSE = Fraction(1, 20)
#: 元 a head out of 亿元 and 万人.
AMOUNTS = {("亿元", "万人"): "$1 * 10000 / $2", ("亿元", "人"): "$1 * 100000000 / $2"}
YUAN = "元"
#: Heads of the columns of texts, the last of them that of places.
PLACE = "名次"
TEXTS = ("指标", "单位", PLACE)
#: So many columns a table has in any case.
ALWAYS = 3

#: What a note on a region speaks of that is about its code, and one that tells what belongs to it.
ABOUT_CODE = "代码"
HOLDS = "含所辖"
#: How the codes of yearly reports begin.
REPORT = "report-"

#: The figures as the book of a year prints them.
AsOf = Callable[[int], Figures]
#: The places of regions by the name of what is measured and the level of the regions.
Found = dict[tuple[str, str], Mapping[str, Place]]
#: What the table of indicators of no scheme is called.
OTHERS = "其他"


@dataclass(frozen=True)
class Measure:
    """A row of the page: its `name`, the figure of any region by code, and the `codes` of those that may have it.

    `lead` is the indicator it is, or is computed from; `adds_up` tells whether a region's figure is a share of the
    whole.
    """

    name: str
    lead: str
    of: Callable[[str], Quantity | None]
    codes: Sequence[str]
    adds_up: bool = False


class Regional:
    """All that is known of one region, `code`, in the year of a chapter's `material`, and in earlier years.

    `found` keeps the places of all regions for the pages of the others; `as_of` gives the figures as the book of an
    earlier year prints them (default: as that of this year does). Raises DataError where the chapter is about no
    region.
    """

    def __init__(self, material: Material, code: str | None, found: Found | None = None, as_of: AsOf | None = None):
        if code is None:
            raise DataError("这一章没有写明地区：Chapter(章号, year, region=地区)")
        self.material = material
        self.code = code
        self._found: Found = {} if found is None else found
        self._as_of: AsOf = as_of or (lambda year: material.figures)
        self.data = material.data
        self.year = material.year
        self.published = material.figures.published
        self.regions = self.data.catalogue.regions
        self.top = next(item.code for item in self.regions.values() if not item.parent)

    # -- what there is ------------------------------------------------------------------------------------------
    @property
    def item(self) -> Item:
        """The region as the list of regions has it."""
        return self.regions[self.code]

    @cached_property
    def keys(self) -> list[Key]:
        """The keys of all rows (also of blank ones) of the region, in the order of the catalogue."""
        codes = [code for code, about in self.data.catalogue.indicators.items() if about.dimension == REGION]
        years = set(self.data.years)
        return [key for key in self.data.keys_of_item(self.code, codes) if key.year in years]

    @cached_property
    def indicators(self) -> list[str]:
        """The indicators that have a row of the region this year; none where it was merged and no figure is known."""
        found = [key for key in self.keys if key.year == self.year]
        if self.areas.is_merged(self.code) and not any(map(self.published.level, found)):
            return []
        return [key.indicator for key in found]

    @cached_property
    def areas(self) -> Areas:
        """The regions that were merged or set up."""
        return Areas(self.material)

    @property
    def changed(self) -> str:
        """What is said of the region where it, or a part of it, was merged or set up this year; else nothing."""
        merger = self.areas.merger(self.code)
        if merger and not self.indicators:
            other = self.areas.successor(self.code)
            return f"{self.item.name}{merger}{f'，本年的数见{other.name}' if other else ''}。"
        return self.areas.note(self.areas.touching([self.code]), beneath=False)

    @property
    def note(self) -> str:
        """The note of the list of regions on this one, as a sentence; nothing where there is none."""
        words = self.item.note.rstrip("。")
        if is_dated(self.item):
            return "" if self.changed else f"{self.item.name}{words}。"
        if ABOUT_CODE in words:
            return f"{self.item.name}：{words}。"
        new = [name for name in self.areas.set_up_beside(self.code) if name not in words]
        if new and HOLDS in words:
            words += f"，{'也不含' if f'不{HOLDS}' in words else '也含'}{'、'.join(new)}"
        return f"{self.item.name}的数：{words}。" if words else ""

    @cached_property
    def schemes(self) -> dict[str, list[str]]:
        """The indicators of this year by the name of their insurance scheme; those of none under an empty name.

        Without the schemes of which nothing is known of the region: see `unknown`.
        """
        return {name: codes for name, codes in self._by_scheme.items() if self._is_known(codes)}

    @property
    def unknown(self) -> str:
        """What is said of the schemes of which the region had figures before and has none this year; else nothing."""
        had = {key.indicator for key in self.keys if self.published.level(key) is not None}
        lost = {name: codes for name, codes in self._by_scheme.items() if not self._is_known(codes)}
        names = [name or OTHERS for name, codes in lost.items() if had.intersection(codes)]
        return f"{LACKING_OF_OWN}：{self.item.name}{'、'.join(names)}各项数。" if names else ""

    @cached_property
    def _by_scheme(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {item.name: [] for item in self.data.catalogue.schemes.values()}
        found[""] = []
        for code in self.indicators:
            found[self.scheme_of(code)].append(code)
        return {name: codes for name, codes in found.items() if codes}

    def _is_known(self, codes: Iterable[str]) -> bool:
        """Whether a figure of the region is known of one of these indicators this year.

        A table that is transcribed keeps its blanks in any case: they are printed.
        """
        return not self.material.is_own or any(self._of(code, self.code) is not None for code in codes)

    def scheme_of(self, code: str) -> str:
        """The name of the insurance scheme of an indicator; nothing where it belongs to none."""
        known = self.data.catalogue.schemes.items()
        return next((item.name for prefix, item in known if code.startswith(f"{prefix}.")), "")

    @property
    def insured(self) -> dict[str, Figure]:
        """The insured of the region by the name of the scheme."""
        found = {}
        for prefix, item in self.data.catalogue.schemes.items():
            code = self._insured(prefix)
            if code in self.schemes.get(item.name, ()):
                found[item.name] = self.material.figures(code, self.code)
        return found

    def _insured(self, prefix: str) -> str:
        """The indicator of the insured of a scheme; nothing where there is none."""
        codes = (f"{prefix}{ending}" for ending in INSURED)
        return next((code for code in codes if code in self.data.catalogue.indicators), "")

    # -- this year ----------------------------------------------------------------------------------------------
    def levels(self, codes: Iterable[str]) -> list[Measure]:
        """A row for each of some indicators."""
        return [self._level(code) for code in codes]

    def _level(self, code: str, peers: Sequence[str] = ()) -> Measure:
        """The row of an indicator; `peers` are the regions that may have it (default: those that have a row of it)."""
        about = self.data.catalogue.indicators[code]
        adds_up = about.kind != "ratio" and not code.endswith(pooling.CURRENT)
        return Measure(about.name, code, lambda item: self._of(code, item), peers or self._peers(code), adds_up)

    def _of(self, code: str, item: str) -> Quantity | None:
        """The level of an indicator for a region this year."""
        return self.published.level(Key(code, item, self.year))

    def _peers(self, code: str) -> list[str]:
        """The regions of the same level that have a row of an indicator this year."""
        return [each for each in self.data.items(code, self.year) if self.regions[each].level == self.item.level]

    @cached_property
    def rates(self) -> list[Measure]:
        """What is computed for the region: shares of the insured, money a head, months that funds last."""
        found: list[Measure] = []
        for prefix, item in self.data.catalogue.schemes.items():
            insured = self._insured(prefix)
            if insured:
                found += self._parts(prefix, item, insured)
                found += self._amounts(prefix, item, insured)
        for code in self.data.catalogue.indicators:
            fund = pooling.fund_of(self.data, code) if code.startswith(pooling.MONTHS) else ""
            if fund and code not in self.indicators and not self.keeper(fund):  # elsewhere months mean nothing
                found.append(self._level(code, self._peers(f"{fund}{pooling.BALANCE}")))
        return [each for each in found if each.of(self.code) is not None]

    def _parts(self, prefix: str, item: Item, insured: str) -> Iterable[Measure]:
        """The rows of what part of the insured of a scheme something is."""
        for ending, words in PARTS_OF_INSURED.items():
            code = f"{prefix}{ending}"
            if code in self.indicators and insured in self.indicators:
                yield Measure(f"{item.name}{words}", code, self._share(code, insured), self._peers(code))

    def _share(self, code: str, insured: str) -> Callable[[str], Quantity | None]:
        figures = self.material.figures
        return lambda item: figures(code, item).share(figures(insured, item))

    def _amounts(self, prefix: str, item: Item, insured: str) -> Iterable[Measure]:
        """The rows of money per insured of a scheme; none of income that is booked elsewhere."""
        for ending, words in PER_INSURED.items():
            code = f"{prefix}{ending}"
            pooled = ending == pooling.INCOME and self.keeper(prefix)
            if code in self.indicators and insured in self.indicators and not pooled:
                yield Measure(f"{item.name}{words}", code, self._per_head(code, insured, words), self._peers(code))

    def _per_head(self, code: str, insured: str, words: str) -> Callable[[str], Quantity | None]:
        """The money per insured of a region."""

        def of(item: str) -> Quantity | None:
            amount = self._of(code, item)
            people = self._of(insured, item)
            expression = AMOUNTS.get((amount.unit, people.unit)) if amount and people else None
            if expression is None:
                return None
            names = self.data.catalogue.indicators
            formula = f"{names[code].name} ÷ {names[insured].name}"
            key = Key(code, item, self.year)
            title = f"{self.year}年{self.regions[item].name}{self.scheme_of(code)}{words}"
            return computed(self.published, named(key, PER_HEAD), title, YUAN, 0, formula, expression, (amount, people))

        return of

    def keeper(self, fund: str) -> str:
        """The region at which nearly all income of a fund is booked; nothing where there is none."""
        return self.published.pools.keeper(fund, self.year)

    # -- rows ---------------------------------------------------------------------------------------------------
    def table(self, measures: Iterable[Measure]) -> tuple[list[str], list[list[Cell]]]:
        """Heads and rows of a table, a row a measure: name, unit, the region, the whole, share, difference, place.

        A column in which nothing stands is left out.
        """
        area = self.data.catalogue.area
        heads = ["指标", "单位", self.item.name, area, f"占{area}（%）", f"与{area}之差", PLACE]
        rows = [self._row(each) for each in measures]
        kept = [at for at in range(len(heads)) if at < ALWAYS or any(row[at] not in ("", DASH) for row in rows)]
        return [heads[at] for at in kept], [[row[at] for at in kept] for row in rows]

    @staticmethod
    def texts(heads: Sequence[str]) -> list[int]:
        """The columns of a table that hold texts."""
        return [at for at, head in enumerate(heads) if head in TEXTS]

    def _row(self, measure: Measure) -> list[Cell]:
        own = measure.of(self.code)
        whole = measure.of(self.top)
        shown: Cell = own
        if own is None:
            shown = cell(self.material, self.material.figures(measure.lead, self.code))
        unit = own.unit if own else self.data.catalogue.indicators[measure.lead].unit
        return [
            measure.name,
            unit_text(unit),
            shown,
            whole if whole is not None else DASH,
            self._share_of_whole(measure, own, whole),
            self._from_whole(measure, own, whole),
            self._place(measure, own),
        ]

    def _share_of_whole(self, measure: Measure, own: Quantity | None, whole: Quantity | None) -> Cell:
        """What part of the whole the region's figure is; blank where it is none."""
        if not measure.adds_up or own is None or whole is None or own.value < 0 or whole.value <= 0:
            return ""
        figures = self.material.figures
        return figures(measure.lead, self.code).share(figures(measure.lead, self.top)) or ""

    def _from_whole(self, measure: Measure, own: Quantity | None, whole: Quantity | None) -> Cell:
        """By how much a ratio lies above or below that of the whole; blank for what adds up to it or is not known."""
        found = self._difference(measure, own, whole)
        return found if found and found.is_known_to(decimals_of(found.value)) else ""

    def _difference(self, measure: Measure, own: Quantity | None, whole: Quantity | None) -> Quantity | None:
        """By how much a ratio lies above or below that of the whole, however little is known of it; else None."""
        about = self.data.catalogue.indicators[measure.lead]
        computed_here = own is not None and own.id.derived
        if own is None or whole is None or not (computed_here or about.kind == "ratio"):
            return None
        what = f"{FROM_WHOLE}-{own.id.base}" if computed_here else FROM_WHOLE
        name = f"{own.name}与{self.data.catalogue.area}之差"
        decimals = decimals_of(own.value)
        unit = unit_of_change(own.unit)
        return computed(
            self.published, named(own.id.key, what), name, unit, decimals, "本地 − 全区", "$1 - $2", (own, whole)
        )

    def _place(self, measure: Measure, own: Quantity | None) -> str:
        """The place of the region among those of its level: `并列3／22`; blank where it is alone or unknown."""
        if own is None:
            return ""
        place = self._places(measure).get(self.code)
        if place is None or place.of == 1:
            return ""
        return f"{'并列' if place.tied else ''}{place.rank}／{place.of}"

    def _places(self, measure: Measure) -> Mapping[str, Place]:
        """The places of all regions of the level."""
        name = (measure.name, self.item.level)
        if name not in self._found:
            known = {code: figure.interval for code in measure.codes if (figure := measure.of(code))}
            self._found[name] = places(known)
        return self._found[name]

    # -- notes --------------------------------------------------------------------------------------------------
    def notes(self, measures: Sequence[Measure]) -> list[str]:
        """The notes below a table of this year: what cannot be read as it stands, and what is small."""
        said = (
            self._on_pools(measures),
            self._on_small(measures),
            self._on_vague(measures),
            self._on_unrounded(measures),
            self._on_blank(measures),
        )
        return [note for note in said if note]

    def _on_unrounded(self, measures: Iterable[Measure]) -> str:
        """The note on differences from the whole that are not those of the printed figures."""
        names = []
        for each in measures:
            own = each.of(self.code)
            whole = each.of(self.top)
            found = self._difference(each, own, whole)
            if own is None or whole is None or found is None or not self._from_whole(each, own, whole):
                continue
            if not is_as_printed(found, own, whole):
                names.append(each.name)
        if not names:
            return ""
        area = self.data.catalogue.area
        return f"“与{area}之差”由未取整的数相减，末位与表中两数相减可差一：{'、'.join(names)}。"

    def _on_vague(self, measures: Iterable[Measure]) -> str:
        """The note on what is computed from printed figures of which rounding takes much, though not a tenth."""
        figures = ((each.name, each.of(self.code)) for each in measures)
        found = [name for name, own in figures if own and own.inputs and VAGUE >= looseness(own) > LOOSE]
        return f"由很小的数算得，舍入可差半成以上，末几位不可靠：{'、'.join(found)}。" if found else ""

    def _on_blank(self, measures: Iterable[Measure]) -> str:
        """The note on differences from the whole that rounding hides, where others of the table are known."""
        hidden = []
        shown = False
        for each in measures:
            own = each.of(self.code)
            whole = each.of(self.top)
            if self._from_whole(each, own, whole):
                shown = True
            elif self._difference(each, own, whole):
                hidden.append(each.name)
        area = self.data.catalogue.area
        return f"“与{area}之差”空着的，按印出的位数算不到末位：{'、'.join(hidden)}。" if shown and hidden else ""

    def _on_pools(self, measures: Iterable[Measure]) -> str:
        """The note on balances of funds that are kept elsewhere."""
        found = []
        for each in measures:
            fund = pooling.fund_of(self.data, each.lead)
            place = self.keeper(fund) if fund else ""
            own = each.of(self.code)
            if place and place != self.code and own and each.lead.endswith(pooling.CURRENT):
                found.append(f"{each.name}：{self.published.pools.note(own.id.key)}")
        return "".join(found)

    def _on_small(self, measures: Iterable[Measure]) -> str:
        """The note on figures of which rounding leaves little."""
        names = [each.name for each in measures if is_small(each.of(self.code))]
        if not names:
            return ""
        return f"印出的数很小，舍入可差一成以上，由它们算出的数和排出的名次只能看个大概：{'、'.join(names)}。"

    @property
    def on_places(self) -> str:
        """What is said of places."""
        said = (
            f"名次由高到低，不论好坏，写作“名次／有数的地区数”，在同一级的地区（{self._level_words}）中排；"
            "在舍入范围内分不出高低的，名次并列。"
        )
        alone = [each.name for each in self._measures if self._is_tied_across(each)]
        if not alone:
            return said
        return f"{said}注“并列”而没有地区同名次的，是与相邻名次的地区分不出高低：{'、'.join(alone)}。"

    @property
    def _measures(self) -> list[Measure]:
        """The rows of this year's tables."""
        return [*(each for codes in self.schemes.values() for each in self.levels(codes)), *self.rates]

    def _is_tied_across(self, measure: Measure) -> bool:
        """Whether the region is level with another one that has another place, as that one is level with a third."""
        found = self._places(measure)
        own = found.get(self.code)
        return own is not None and own.tied and sum(each == own for each in found.values()) == 1

    @property
    def _level_words(self) -> str:
        """The level of the region in words."""
        return {"prefecture": "地级市全市", "unit": "市本级、县（市、区）和自治区本级"}.get(self.item.level, "同级")

    # -- other years --------------------------------------------------------------------------------------------
    @cached_property
    def earlier(self) -> dict[str, list[str]]:
        """The indicators that have rows of the region in earlier years, by the title of the document they are of.

        Those of yearly reports are left out: see `compared`.
        """
        found: dict[str, dict[str, None]] = {}
        for key in self.keys:
            if key.year != self.year and not self._document(key).code.startswith(REPORT):
                found.setdefault(self._document(key).title, {})[key.indicator] = None
        return {title: [*codes] for title, codes in found.items()}

    @cached_property
    def compared(self) -> list[str]:
        """The indicators of which yearly reports have figures of the region for earlier years, to set beside this."""
        before = (key for key in self.keys if key.year != self.year)
        return [*dict.fromkeys(key.indicator for key in before if self._document(key).code.startswith(REPORT))]

    def sources(self, codes: Iterable[str]) -> str:
        """The note on which document each year of a table of some indicators is from."""
        wanted = set(codes)
        titles: dict[int, dict[str, None]] = {year: {} for year in self.years_of(wanted)}
        for key in self.keys:
            if key.indicator in wanted and key.year in titles:
                titles[key.year][f"《{self._document(key).title}》"] = None
        said = [f"{year}年，{'、'.join(found)}" for year, found in titles.items()]
        return f"出处：{'；'.join(said)}。"

    def revised(self, codes: Iterable[str]) -> str:
        """The note on the figures of earlier years of some indicators that the year's edition has revised, and why.

        It ends with those of the same table and year that stayed as they were; nothing where none was revised.
        """
        wanted = list(codes)
        rows = [row for row in self.data.revisions(self.year) if row["item"] == self.code and row["of_year"]]
        found = [row for row in rows if row["indicator"] in wanted]
        if not found:
            return ""
        names = self.data.catalogue.indicators
        said = [
            f"{names[row['indicator']].name}{row['of_year']}年的数由{row['old']}修订为{row['new']}"
            f"（{row['reason'].rstrip('。')}）"
            for row in found
        ]
        stayed = len({row["indicator"] for row in found}) < len(wanted)
        return f"{'；'.join(said)}{'；表中其他各项没有修订' if stayed else ''}。"

    def _document(self, key: Key) -> Document:
        """The document that a figure is from."""
        return self.data.catalogue.documents[self.data.observations[key].source.document]

    def years_of(self, codes: Iterable[str]) -> list[int]:
        """The years in which some indicators have rows of the region."""
        wanted = set(codes)
        found = {key.year for key in self.keys if key.indicator in wanted}
        return sorted(found if self.indicators else found - {self.year})

    def history(self, codes: Sequence[str]) -> tuple[list[str], list[list[Cell]]]:
        """Heads and rows of a table of some indicators by year, as the book of their document's year prints them.

        A filled-in year leaves out what it has no figure of in any year; what is transcribed keeps its blanks.
        """
        years = self.years_of(codes)
        of_document = {as_of_year(self._document(key), self.year) for key in self.keys if key.indicator in codes}
        figures = self._as_of(min(of_document)) if len(of_document) == 1 else self.material.figures
        rows: list[list[Cell]] = []
        for code in codes:
            about = self.data.catalogue.indicators[code]
            figure = figures(code, self.code)
            cells = [cell(self.material, figure.at(year)) for year in years]
            if not self.material.is_own or any(isinstance(each, Quantity) for each in cells):
                rows.append([about.name, unit_text(about.unit), *cells])
        return ["指标", "单位", *(f"{year}年" for year in years)], rows


def as_of_year(document: Document, year: int) -> int:
    """The year of the book whose judgement counts for a document: its own, but for the yearly reports.

    What an earlier document gets wrong is marked in the chapter about it, and so it is wherever it is printed again.
    """
    of_report = document.code.startswith(REPORT)
    return year if of_report or not document.year.isdigit() else min(year, int(document.year))


def is_small(quantity: Quantity | None) -> bool:
    """Whether the rounding of a figure that is not zero is more than a tenth of it."""
    return quantity is not None and looseness(quantity) > VAGUE


def looseness(quantity: Quantity) -> Fraction:
    """What part of a figure its rounding may be; nothing of one that is zero."""
    if quantity.exact == 0:
        return Fraction(0)
    return (quantity.interval.high - quantity.interval.low) / 2 / abs(quantity.exact)
