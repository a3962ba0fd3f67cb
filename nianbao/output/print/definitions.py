"""主要统计指标解释: at the end of each chapter what the indicators mean that it prints.

An indicator is explained once in a book: in the chapter that prints most figures of it, the first of several.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from nianbao.data.catalogue import Indicator
from nianbao.figures.ids import FigureId
from nianbao.output.print.document import Chapter, Definition, Glossary, Heading, Paragraph, Run

#: The heading above the explanations.
TITLE = "主要统计指标解释"
#: Its level: that of the sections of a chapter.
LEVEL = 2


def with_definitions(chapters: Iterable[Chapter], indicators: Mapping[str, Indicator]) -> tuple[Chapter, ...]:
    """The chapters, each with the explanations of its indicators at its end, in the order of the catalogue."""
    found = list(chapters)
    counts = [Counter(FigureId.parse(name).key.indicator for name in each.printed) for each in found]
    explained: dict[int, list[Indicator]] = {}
    for indicator in indicators.values():
        most = max((count[indicator.code] for count in counts), default=0)
        if indicator.definition and most:
            place = next(at for at, count in enumerate(counts) if count[indicator.code] == most)
            explained.setdefault(place, []).append(indicator)
    return tuple(explaining(each, explained[at]) if at in explained else each for at, each in enumerate(found))


def explaining(chapter: Chapter, indicators: list[Indicator]) -> Chapter:
    """A chapter with explanations at its end."""
    heading = Heading(LEVEL, (Run(TITLE),), f"{chapter.headings[0].identity}-definitions") if chapter.headings else None
    added = (heading, Glossary(tuple(entries(indicators)))) if heading else (Glossary(tuple(entries(indicators))),)
    return replace(chapter, blocks=(*chapter.blocks, *added))


def entries(indicators: Iterable[Indicator]) -> Iterator[Definition]:
    """The explanations of indicators, each a sentence."""
    for indicator in indicators:
        text = indicator.definition.rstrip("。") + "。"
        yield Definition((Run(indicator.name),), ((Paragraph((Run(text),)),),))
