"""What a reader who opens a figure may want to know besides: what it means, its formula, its years, its rank.

All of it follows from the data of the edition, and stands with the facts beside the pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from nianbao.chapter.computed import CURRENT, pooled
from nianbao.chapter.doubted import DOUBTS, SIGN, word_of
from nianbao.chapter.facts import facts as facts_of
from nianbao.chapter.figure import Figures
from nianbao.chapter.material import Material
from nianbao.chapter.record import Fact
from nianbao.data.catalogue import REGION
from nianbao.data.keys import Key
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity
from nianbao.figures.ranking import Place, places
from nianbao.output.levels import Levels

#: What a derived figure means, by its measure: of `year` and `base` year.
MEANINGS = {
    "change": "{year}年的数减去{base}年的数，负数表示少了。",
    "growth": "{year}年比{base}年增加或减少了百分之几，负数表示减少。",
    "avg_growth": "从{base}年到{year}年，平均每年增加或减少了百分之几。",
    "points": "{year}年的百分比减去{base}年的百分比，负数表示下降。",
}
SHARE = "它在“{whole}”里占百分之几。"
#: Regions that are too few to be ranked.
FEW = 3
DOUBTFUL = "（其中有存疑的数）"


class Opened:
    """What is known of the figures of an edition by its `levels`; what was looked up once is remembered."""

    def __init__(self, levels: Levels):
        self.data = levels.data
        self.audit = levels.audit
        self.published = levels.published
        self._notes: dict[tuple[str, int], str] = {}
        self._years: dict[tuple[str, str], str] = {}
        self._ranks: dict[tuple[str, int], dict[str, str]] = {}

    # -- formulas -------------------------------------------------------------------------------------------------
    def with_formulas(self, facts: Mapping[str, Fact]) -> dict[str, Fact]:
        """The facts of a chapter, printed levels with the formula that they agree with, and the inputs of these.

        A figure in a table that cannot be read as it stands has the note of that table.
        """
        documents = self.data.catalogue.documents
        found = dict(facts)
        for identity, fact in facts.items():
            figure = FigureId.parse(identity)
            if figure.derived or figure.unit or figure.reprint or figure.by_formula or not self.knows(figure.key):
                continue
            if not fact.note:
                found[identity] = fact = replace(fact, note=self.note(figure.key))
            level = None if fact.inputs or fact.expression else self.published.level(figure.key)
            rule = self.published.explained(level) if level is not None else None
            if rule is not None and rule.inputs and rule.value == Decimal(fact.value):
                for name, about in facts_of(rule.inputs, documents).items():
                    found.setdefault(name, about)
                found[identity] = self.explained(fact, rule)
        return found

    def explained(self, fact: Fact, rule: Quantity) -> Fact:
        """The fact on a level with the formula that it agrees with, as `rule` has it."""
        inputs = tuple(str(each.id) for each in rule.inputs)
        return replace(fact, formula=rule.formula, inputs=inputs, expression=rule.expression)

    def knows(self, key: Key) -> bool:
        """Whether the edition has an observation of a level."""
        return key in self.data.observations

    def note(self, key: Key) -> str:
        """The note of its table on the balance of a region whose fund is kept in one place."""
        about = self.data.catalogue.indicators[key.indicator]
        if not key.indicator.endswith(CURRENT) or about.dimension != REGION or self.is_whole(key):
            return ""
        at = (key.indicator, key.year)
        if at not in self._notes:
            figures = Figures(self.audit, key.year)
            figures.published = self.published
            self._notes[at] = pooled(Material("", key.year, self.data, self.audit, figures), [key.indicator])
        return self._notes[at]

    # -- words ----------------------------------------------------------------------------------------------------
    def means(self, fact: Fact, facts: Mapping[str, Fact]) -> str:
        """What a figure means, in a plain sentence or two; nothing where the catalogue does not say."""
        figure = FigureId.parse(fact.id)
        about = self.data.catalogue.indicators.get(figure.key.indicator)
        if about is None:
            return ""
        definition = f"{about.definition.rstrip('。')}。" if about.definition else ""
        if not figure.derived:
            return definition
        said = MEANINGS.get(figure.measure, "").format(year=figure.key.year, base=figure.base)
        if figure.measure == "share" and len(fact.inputs) > 1:
            said = SHARE.format(whole=facts[fact.inputs[1]].name)
        return f"{said}{about.name}：{definition}" if said and definition else said

    # -- years ----------------------------------------------------------------------------------------------------
    def years(self, figure: FigureId) -> str:
        """The years of a level, or of that which a figure is derived from: `亿元|2024:288.37 2025:295.12※`.

        Nothing where fewer than two years are known.
        """
        at = (figure.key.indicator, figure.key.item)
        if figure.key.indicator not in self.data.catalogue.indicators:
            return ""
        if at not in self._years:
            levels = [self.published.level(figure.key.at(year)) for year in self.data.years]
            known = [each for each in levels if each is not None]
            self._years[at] = f"{known[-1].unit}|{' '.join(map(self.point, known))}" if len(known) > 1 else ""
        return self._years[at]

    def point(self, level: Quantity) -> str:
        """A year and its value, with the sign of one in doubt."""
        word = word_of(level, self.data.errata)
        return f"{level.id.key.year}:{level.signed}{SIGN if word in DOUBTS else ''}"

    # -- ranks ----------------------------------------------------------------------------------------------------
    def rank(self, figure: FigureId) -> str:
        """Which place a region takes among those of its kind, the highest first; nothing for what is not ranked."""
        key = figure.key
        about = self.data.catalogue.indicators.get(key.indicator)
        if figure.derived or about is None or about.dimension != REGION or key.indicator.endswith(CURRENT):
            return ""
        if (key.indicator, key.year) not in self._ranks:
            self._ranks[key.indicator, key.year] = self.ranks(key)
        return self._ranks[key.indicator, key.year].get(key.item, "")

    def ranks(self, key: Key) -> dict[str, str]:
        """The places of all regions of an indicator in a year, by code; regions of one kind are ranked together."""
        items = self.data.catalogue.codelists[REGION]
        levels = {code: self.published.level(key.of(code)) for code in self.data.items(key.indicator, key.year)}
        known = {code: each for code, each in levels.items() if each is not None and code in items}
        found = {}
        for kind in {items[code].level for code in known}:
            alike = {code: each for code, each in known.items() if items[code].level == kind}
            if len(alike) >= FEW:
                doubted = any(word_of(each, self.data.errata) in DOUBTS for each in alike.values())
                ranked = places({code: each.interval for code, each in alike.items()})
                found |= {code: words_of(place) + (DOUBTFUL if doubted else "") for code, place in ranked.items()}
        return found

    def is_whole(self, key: Key) -> bool:
        """Whether a level is that of the whole."""
        return self.data.catalogue.top(self.data.catalogue.indicators[key.indicator]) == key.item


def words_of(place: Place) -> str:
    """A place among all that are ranked, the highest first: `23个地区中由高到低并列第4`."""
    return f"{place.of}个地区中由高到低{'并列' if place.tied else ''}第{place.rank}"
