"""What the sentences of a paragraph say of the figures in them: levels, changes, growth, shares, completion, lists.

Official statistics are formulaic: `参保30.12万人，较上年末增加1.20万人，增长4.15%`. A figure gets its role from the
words right before it; what it is about is the last level in its sentence. Where that is not plain, the statement is
kept but not `sure`: then it is only of use where it holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from os.path import commonprefix

from nianbao.proof.model import TEXT, Figure, Paragraph, Spot
from nianbao.proof.numbers import Number, Plain, numbers, plain
from nianbao.proof.phrases import YEAR, meanings, pattern, unit_of

#: What a figure may be.
LEVEL, CHANGE, GROWTH, AVERAGE, SHARE, COMPLETION, POINTS, BASE, RATE, PROPORTION = (
    "level change growth average share completion points base rate proportion".split()
)
#: Least share of two neighbouring characters that words have in common with others that name the same thing.
SAME = 0.6


@dataclass
class Comparison:
    """What is said of a level against a base.

    level: the figure. base: `last`, `before`, `budget`, `start`, a year, or empty. base_level, change, growth, average:
    figures, None where not said. signs: -1 for a fall, 1 for a rise, by figure. sure: whether it is surely of this
    level. candidates: levels it may be of where it is not sure.
    """

    level: int | None
    base: str
    base_level: int | None = None
    change: int | None = None
    growth: int | None = None
    average: int | None = None
    signs: dict[int, int] = field(default_factory=dict)
    sure: bool = True
    candidates: tuple[int, ...] = ()


@dataclass
class Share:
    """A part (a level), what it is of in words (empty: the same as before), and the figure in percent.

    listed: the total of the list that the part is an item of, where no words say what it is of.
    """

    part: int | None
    whole: str
    share: int
    sure: bool = True
    listed: int | None = None


@dataclass
class Completion:
    """A level, the budget or plan it is measured by (a figure) and the rate of completion."""

    level: int
    budget: int
    rate: int


@dataclass
class Listing:
    """A total and what is listed behind it; `sure` where all of it is on one level and no word says otherwise.

    composed: whether numbered paragraphs behind 构成情况如下 say what it is made of. added: whether it is said right
    behind them and called their sum: 保险费10.57亿元、利息0.53亿元，合计11.10亿元.
    """

    total: int
    items: list[int] = field(default_factory=list)
    sure: bool = True
    composed: bool = False
    added: bool = False


@dataclass
class Said:
    """All that was understood of a document's paragraphs."""

    figures: list[Figure] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    #: Numbers in proportion: 6.0:55.1:38.9.
    ratios: list[list[int]] = field(default_factory=list)
    #: Figures by the paragraph they stand in, and the sentence within it.
    sentences: dict[int, tuple[int, int]] = field(default_factory=dict)


# -- patterns -----------------------------------------------------------------------------------------------------
#: A paragraph that announces what a total is made of, and those that say it.
COMPOSED = re.compile(r"(?:构成|组成)(?:情况)?(?:为|如下)[:：。]?$")
NUMBERED = re.compile(r"(?:[（(]?\d{1,2}[）)]|\d{1,2}[.．、])(?!\d)")
#: What stands in parentheses says nothing of the course of a sentence.
PARENTHESIS = re.compile(r"（[^（）]*）|\([^()]*\)")


@cache
def _direction() -> re.Pattern[str]:
    """A change right before a figure: its words, and how they are called."""
    return re.compile(
        rf"(?P<average>{pattern('average')})?(?P<negative>负)?(?P<direction>{pattern('rise', 'fall')})"
        r"(?:率|额|量|数|幅度|幅|速)?(?:为|是|了|达到|达|约|各)*$"
    )


@cache
def _reach() -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern('reach')})了?$")


@cache
def _base() -> re.Pattern[str]:
    """Words that say what a figure is compared with."""
    when = pattern("when")
    return re.compile(
        rf"(?P<short>同比|环比|同期)|(?:较|比(?![重例率])|相比|与|同(?!比|期)|和)(?P<noun>[^，。；：、\d]{{0,12}}?)"
        rf"(?P<when>{when}|{YEAR})(?P<also>{when})?(?:决算数?|预算数?|同期)?(?:相比|比较)?"
    )


@cache
def _share() -> re.Pattern[str]:
    return re.compile(r"(?:占比|占|所占比[重例])(?P<whole>[^占。；]{0,45}?)的?(?:比例|比重|份额)?(?:为|是|约|达)*$")


@cache
def _completion() -> re.Pattern[str]:
    return re.compile(
        r"(?:完成|为|占)(?P<what>[^，。；]{0,12}(?:预算|计划|任务|目标)[^，。；\d]{0,6}?)的?(?:比例)?(?:为)?$"
    )


@cache
def _budget() -> re.Pattern[str]:
    """A budget right before its figure: 年初预算为; but not 一般公共预算收入."""
    return re.compile(r"预算(?:数|额|总额|安排|指标|批复)*(?:为|是)?$")


@cache
def _target() -> re.Pattern[str]:
    """What a figure before it is measured by: 完成年初预算数60999万元的40.4%."""
    return re.compile(r"(?:完成|占|为)[^，。；]{0,8}(?:预算|计划|任务|目标)[数额]?$")


@cache
def _beside() -> re.Pattern[str]:
    """A figure that is itself what another is compared with: words before it, in its clause."""
    return re.compile(r"(?:较|比(?![重例率])|与|同(?!比|期)|和)[^，。；：]*$")


@cache
def _compared() -> re.Pattern[str]:
    """What follows such a figure."""
    return re.compile(rf"，?(?:相比|相较|比较)|略有|有所|{pattern('rise', 'fall')}")


@cache
def _earlier() -> re.Pattern[str]:
    """A clause that only says that its figure is of the year before: 上年19,202.88万元."""
    return re.compile(r"(?:上年|去年|上年同期|去年同期|上年度)(?:同期|末|底)?(?:数)?(?:为|是)?")


@cache
def _by_name() -> re.Pattern[str]:
    """A comparison with the figure of a year that is called by its name: 比2023年预算执行数增加."""
    return re.compile(rf"[较比](?P<year>(?:19|20)\d\d)年度?(?P<noun>[一-龥]{{3,10}}?)(?:{pattern('rise', 'fall')})")


@cache
def _filler() -> re.Pattern[str]:
    return re.compile(rf"{YEAR}|{pattern('filler')}|[（(][^（()）]*[）)]|[\W\d]|同比|环比|年均|年平均")


@cache
def _among() -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern('among')})[:：，]?")


@cache
def _further() -> re.Pattern[str]:
    """Words before a further item of an enumeration: 、, 、利息收入."""
    return re.compile(r"[、和][^，。；：、]{0,16}")


@cache
def _added() -> re.Pattern[str]:
    """Words before the sum of an enumeration."""
    return re.compile(r"，(?:合计|共计|总计|两项合计|三项合计)(?:为|是)?")


@cache
def _stop() -> re.Pattern[str]:
    return re.compile(pattern("stop"))


def noun_of(words: str) -> str:
    """What a figure counts: the words before it without those that say nothing of it."""
    clause = re.split(r"[，。；：、！？]", PARENTHESIS.sub("", words))[-1]
    return _filler().sub("", _base().sub("", clause))


@lru_cache(50_000)
def pairs(words: str) -> frozenset[str]:
    """Neighbouring characters of words, signs left out; a single one where there is only that."""
    words = re.sub(r"\W", "", words)
    return frozenset(words[at : at + 2] for at in range(len(words) - 1)) or frozenset({words} if words else ())


def likeness(words: str, others: str) -> float:
    """The share of the neighbouring characters of words that others have as well; signs do not count."""
    own = pairs(words)
    return len(own & pairs(others)) / len(own) if own else 1.0


def in_turn(words: str) -> list[str]:
    """The names of an enumeration, each with what the last says for all: 养老保险、失业保险参保人数; none for one."""
    names = [each for each in re.split(r"[、和与及]", words) if each]
    if len(names) < 2:
        return []
    others = names[:-1]
    ending = commonprefix([each[::-1] for each in others])[::-1]
    for length in range(len(ending), 0, -1):
        at = names[-1].rfind(ending[-length:])
        if at >= 0 and len(names[-1]) > at + length:
            shared = names[-1][at + length :]
            return [each + shared for each in others] + [names[-1]]
    return names


# -- a paragraph --------------------------------------------------------------------------------------------------
#: What is most of all: 各年都是失业保险金支出最多，2022年为…
MOST = re.compile(
    r"(?:各[^，。；]{1,3}都是|各项中)?(?P<what>[一-龥（）]{2,24}?)(?:最|较)(?:多|少|高|低|大|小)，(?:其中)?"
    r"(?:(?:19|20)\d\d年末?)?(?:共|都)?为$"
)
#: Words between two figures of which the second is what the first became, and characters of them at most.
UP_TO = re.compile(r"(?:上升|增加|提高|增长|减少|下降|降低|扩大|缩小|升|降|增|减)[到至为]|到|至")
LONGEST_UP_TO = 16


class Reading:
    """The reading of one paragraph after another: what was said last, and what is open."""

    def __init__(self, year: int = 0, said: Said | None = None):
        self.said = said if said is not None else Said()
        self.document_year = year
        self.year = year
        self.open_list: Listing | None = None
        self.last_paragraph = ""
        self.composition: Listing | None = None
        self._start()

    def _start(self) -> None:
        """A new paragraph."""
        self.level: int | None = None
        self.carried: list[int] = []
        self.earlier: list[int] = []
        self.clause: list[int] = []
        self.sentence: list[int] = []
        self.group: Comparison | None = None
        self.share_whole: str | None = None
        self.run: list[int] = []
        self.part_open = False
        self.turn: list[str] = []
        self.pending: list[int] = []
        self.waiting: list[int] = []
        self.stopped = False
        self.depth = 0
        self.sentence_number = 0

    # -- the way through ----------------------------------------------------------------------------------------
    def paragraph(self, paragraph: Paragraph, row: int = -1, column: int = -1) -> None:
        """Read a paragraph, or the cell of a table."""
        self.row, self.column = row, column
        form = plain(paragraph.text)
        goes_on = self.last_paragraph.endswith("；")
        begins = self.open_list is not None and not self.open_list.items and self.last_paragraph.endswith("：")
        if not (goes_on or begins):
            self.open_list = None
        self._start()
        self.year = self.document_year
        self.last_paragraph = form.text
        self._goes_on(paragraph, form.text)
        found = numbers(form.text)
        before = 0
        ratio: list[int] = []
        for at, each in enumerate(found):
            lead = form.text[before : each.start]
            follow = form.text[each.unit_end : each.unit_end + 8]
            self._lead(lead)
            number = self._figure(paragraph, form, each, self._unit(found, at, form.text), lead)
            self._name_in_turn(number, found[at:], form.text, lead)
            ratio = self._ratio(ratio, number, lead, follow)
            if not ratio:
                self._place(number, lead, follow)
            before = each.unit_end
        self._composed(form.text, len(self.said.figures) - len(found))
        if found and form.text.endswith("："):
            self._listing(PARENTHESIS.sub("", re.split(r"[。！？；]", form.text[before:])[-1]))

    def _goes_on(self, paragraph: Paragraph, text: str) -> None:
        """Whether a paragraph is a further part of what 构成情况如下 announced."""
        self.part_open = self.composition is not None and bool(NUMBERED.match(text))
        if not self.part_open and text and paragraph.kind == TEXT:
            self.composition = None

    def _composed(self, text: str, first: int) -> None:
        """What a total is made of is said in the paragraphs behind it, one numbered paragraph a part."""
        if not COMPOSED.search(text) or self.row >= 0:
            return
        levels = [each for each in self.said.figures[first:] if each.role == LEVEL and unit_of(each.unit).base]
        if levels:
            self.composition = Listing(levels[0].number, composed=True)
            self.said.listings.append(self.composition)

    def _part(self, number: int) -> None:
        """The first level of a numbered paragraph is a part of the total."""
        assert self.composition is not None
        total = self.said.figures[self.composition.total]
        if unit_of(self.said.figures[number].unit).base == unit_of(total.unit).base:
            self.composition.items.append(number)
            self.part_open = False

    def _ratio(self, ratio: list[int], number: int, lead: str, follow: str) -> list[int]:
        """Numbers in proportion, 6.0:55.1:38.9, so far; none where a figure is not one of them."""
        goes_on = bool(ratio) and lead == ":"
        begins = not self.said.figures[number].unit and follow.startswith(":")
        if not (goes_on or begins):
            return []
        if not goes_on:
            self.said.ratios.append([])
        self.said.ratios[-1].append(number)
        self.said.figures[number].role = PROPORTION
        return [*(ratio if goes_on else []), number]

    def _unit(self, found: list[Number], at: int, text: str) -> str:
        """The unit of a number: its own, else that of the next in the same enumeration."""
        each = found[at]
        while not found[at].unit and at + 1 < len(found):
            if text[found[at].unit_end : found[at + 1].start] not in {"、", "和", "与", "及"}:
                break
            at += 1
        return found[at].unit if found[at].unit else each.unit

    def _name_in_turn(self, number: int, found: list[Number], text: str, lead: str) -> None:
        """A、B和C参保人数分别为a、b和c: each figure gets the name that is its own."""
        if "分别" in lead:
            self.turn = in_turn(re.split(r"[，。；：（]", lead.rpartition("分别")[0])[-1])
            ends = [each.unit_end for each in found[: len(self.turn)]]
            starts = [each.start for each in found[1 : len(self.turn)]]
            between = [text[end:start] for end, start in zip(ends, starts, strict=False)]
            if len(ends) != len(self.turn) or any(each not in {"、", "和", "与", "及"} for each in between):
                self.turn = []
        if self.turn:
            self.said.figures[number].noun = noun_of(self.turn.pop(0))

    def _figure(self, paragraph: Paragraph, form: Plain, each: Number, unit: str, lead: str) -> int:
        """A figure of the document."""
        number = len(self.said.figures)
        start, end = form.place(each.start), form.place(each.end - 1) + 1
        spot = Spot(paragraph.number, start, end, self.row, self.column)
        text = form.text[each.start : each.unit_end]
        figure = Figure(number, each.value, unit, spot, text, lead, self._noun(lead), self.year)
        self.said.figures.append(figure)
        self.said.sentences[number] = paragraph.number, self.sentence_number
        return number

    def _noun(self, lead: str) -> str:
        """What a figure counts: what is most (社会保障支出最多，为…), what went up from another figure to this one."""
        found = MOST.search(lead)
        if found:
            return noun_of(re.split(r"[，。；：]", found["what"])[-1])
        noun = noun_of(lead)
        if UP_TO.fullmatch(noun) and self.said.figures and len(lead) < LONGEST_UP_TO:
            return self.said.figures[-1].noun.rstrip("从由自")
        return noun

    def _lead(self, lead: str) -> None:
        """What the words before a figure end and begin."""
        self._brackets(lead)
        parts = re.split(r"[。！？]", lead)
        if len(parts) > 1:
            self._sentence()
        elif "；" in lead:
            self._clause()
        words = PARENTHESIS.sub("", parts[-1].rpartition("；")[2])
        years = re.findall(r"((?:19|20)\d\d)年", _base().sub("", words))
        if years:
            self.year = int(years[-1])
        elif len(parts) > 1:
            self.year = self.document_year
        if _stop().search(words):
            self.stopped = True
            self.group = None
            self.open_list = None
        self._listing(words)
        compared = list(_base().finditer(words))
        if compared and not self.stopped and not self.depth:
            self._compare(compared[-1], words)

    def _brackets(self, lead: str) -> None:
        """Parentheses open and close."""
        for sign in lead:
            if sign in "（(":
                self.depth += 1
            elif sign in "）)" and self.depth:
                self.depth -= 1

    def _sentence(self) -> None:
        """A sentence ends."""
        self._clause()
        self.earlier = []
        self.waiting = []
        self.sentence_number += 1
        self.carried, self.sentence = self.sentence, []
        self.open_list = None
        self.depth = 0

    def _clause(self) -> None:
        """What stands between semicolons ends."""
        self.stopped = False
        self.earlier = list(self.clause)
        self.clause = []
        self.level = None
        self.group = None
        self.run = []

    def _listing(self, words: str) -> None:
        """A list begins where the words say so."""
        if self.depth:
            outside, opened, _ = words.partition("（")
            words = outside if opened else ""  # what stands in brackets lists parts of what is before them
        if not _among().search(words):
            return
        total = self.level if self.level is not None else (self.carried[0] if self.carried else None)
        nested = self.open_list is not None and bool(self.open_list.items)
        if total is None or self.stopped:
            return
        if nested and self.open_list is not None:
            self.open_list.sure = False
        self.open_list = Listing(total, sure=len(self.sentence or self.carried) == 1)
        self.said.listings.append(self.open_list)

    def _compare(self, base: re.Match[str], words: str) -> None:
        """A comparison begins."""
        when = "last" if base["short"] in {"同比", "同期"} else "before" if base["short"] else base["when"]
        when = meanings("when").get(when, when)
        if (
            self.group is not None
            and self.group.base_level is not None
            and self.group.change is None
            and when == "last"
        ):
            return  # 上年19,202.88万元，较上年减少…
        if base["also"]:
            when = meanings("when").get(base["also"], when)
        if re.match(r"(?:19|20)\d\d", when):
            when = when[:4]
            if "预算" in words[base.start() : base.end() + 4]:
                when = "budget"
        level, sure, candidates = self.level, True, ()
        said_before = self.earlier or self.carried
        if level is None and said_before:
            level = said_before[0]
            sure = len(said_before) == 1 and not noun_of(words[: base.start()])
            candidates = tuple(said_before)
        self.group = Comparison(level, when, sure=sure, candidates=candidates)
        self.group.base_level = self._named_base(words[base.start() :])
        self.said.comparisons.append(self.group)

    def _named_base(self, words: str) -> int | None:
        """The figure of an earlier year that was said before under just this name: 比2023年执行数增加."""
        found = _by_name().match(words)
        if found is None or self.level is None:
            return None
        level = self.said.figures[self.level]
        same = [
            number
            for number in self.sentence
            if number != self.level and self.said.figures[number].noun.endswith(found["noun"])
            if self.said.figures[number].year == int(found["year"]) != level.year
            if self.said.figures[number].unit == level.unit
        ]
        return same[0] if len(same) == 1 else None

    # -- roles --------------------------------------------------------------------------------------------------
    def _place(self, number: int, lead: str, follow: str) -> None:
        """Give a figure its role."""
        figure = self.said.figures[number]
        clause = re.split(r"[，。；：！？]", lead)[-1]
        base = unit_of(figure.unit).base
        if base == "百分点":
            figure.role = POINTS
        elif base in {"%", "‰"}:
            self._percent(number, lead, clause)
        elif _beside().search(clause) and _compared().match(follow) and not _direction().search(clause):
            figure.role = BASE
            self._base_level(number, clause)
        elif self.depth and self._gives_base(figure, clause):
            figure.role = BASE
            assert self.group is not None
            self.group.base_level = number
        elif _earlier().fullmatch(clause) and self._follows_level(figure):
            figure.role = BASE
            self.group = Comparison(self.level, "last", base_level=number)
            self.said.comparisons.append(self.group)
        elif _target().search(clause) and self._follows_level(figure):
            figure.role = BASE
            self.waiting = [number]
        elif self._moves(clause):
            figure.role = CHANGE
            self._moved(number, lead, clause)
        else:
            figure.role = LEVEL
            self._level(number, lead, clause)

    def _follows_level(self, figure: Figure) -> bool:
        """Whether a figure stands behind a level of its kind, in the same sentence."""
        return self.level is not None and unit_of(self.said.figures[self.level].unit) == unit_of(figure.unit)

    def _gives_base(self, figure: Figure, clause: str) -> bool:
        """Whether a figure in brackets is what was compared with: 同比下降8.68%（上年788.49元）."""
        group = self.group
        if group is None or group.level is None or group.base_level is not None:
            return False
        if group.change is None and group.growth is None:
            return False
        level = self.said.figures[group.level]
        last = group.base == "last" and bool(_earlier().fullmatch(re.split(r"[（(]", clause)[-1]))
        return last and unit_of(level.unit) == unit_of(figure.unit)

    def _moves(self, clause: str) -> bool:
        """Whether the words right before a figure make it a change."""
        if _reach().search(clause):
            return False
        found = _direction().search(clause)
        if found is None:
            return False
        if found["direction"] in {"多", "少"}:
            return bool(_base().search(clause))
        return True

    def _level(self, number: int, lead: str, clause: str) -> None:
        """A level: what follows is about it."""
        figure = self.said.figures[number]
        if self.depth:
            return
        if self.part_open:
            self._part(number)
        if self.open_list is not None and not self.stopped:
            self._item(number)
        self._sum_of_run(number, lead)
        self.run = [*self.run, number] if _further().fullmatch(lead) or not self.run else [number]
        if _budget().search(clause) and self.group is None and self.level is None:
            self.waiting = [number]
        if not self._same_of_two_years(number):
            self.group = None
        self.level = number
        self.share_whole = None
        if unit_of(figure.unit).base:
            self.sentence.append(number)
            self.clause.append(number)

    def _item(self, number: int) -> None:
        """A further item of the open list."""
        assert self.open_list is not None
        total = self.said.figures[self.open_list.total]
        if unit_of(self.said.figures[number].unit).base == unit_of(total.unit).base:
            self.open_list.items.append(number)

    def _sum_of_run(self, number: int, lead: str) -> None:
        """A total that is said behind what it is of: 分别达到 a、b、c，总人数达到 d."""
        if len(self.run) >= 2 and re.search(r"[，：].*(?:总|合计|共计?)", lead) and "。" not in lead:
            added = bool(_added().fullmatch(lead))
            self.said.listings.append(Listing(number, list(self.run), sure=False, added=added))

    def _same_of_two_years(self, number: int) -> bool:
        """Whether a level is that of another year of the level before it; what follows then compares the two."""
        if self.level is None:
            return False
        this, other = self.said.figures[number], self.said.figures[self.level]
        both = self.said.sentences[number] == self.said.sentences[self.level]
        if not both or this.year == other.year or this.unit != other.unit or not this.noun or this.noun != other.noun:
            return False
        self.group = Comparison(self.level, str(this.year), base_level=number)
        self.said.comparisons.append(self.group)
        return True

    def _base_level(self, number: int, clause: str) -> None:
        """What a level is compared with is printed."""
        if self.group is None:
            before = self.earlier or self.carried
            level = self.level if self.level is not None else (before[0] if len(before) == 1 else None)
            self.group = Comparison(level, "budget" if "预算" in clause else "last", sure=level is not None)
            self.said.comparisons.append(self.group)
        self.group.base_level = number
        if "预算" in clause:
            self.group.base = "budget"
            self.waiting = [number]

    def _about(self, lead: str) -> Comparison:
        """The comparison that a change or rate belongs to."""
        group = self.group
        if group is None:
            group = Comparison(self.level, "", sure=False, candidates=tuple(self.sentence))
            self.said.comparisons.append(group)
            self.group = group
        left = self._others(lead)
        about = [number for number in (group.level, group.base_level) if number is not None]
        if left and group.level is not None and not any(self._is_about(left, number) for number in about):
            group = Comparison(group.level, group.base, sure=False, candidates=tuple(self.sentence))
            self.said.comparisons.append(group)
            self.group = group
        return group

    def _others(self, lead: str) -> str:
        """The words before a change that may name something else."""
        words = re.split(r"[。；]", lead)[-1]
        words = _base().sub("", words)
        words = _direction().sub("", words)
        return re.sub(r"(?:数|额|量|决算|预算|相比|率|幅)$", "", _filler().sub("", words))

    def _is_about(self, words: str, level: int) -> bool:
        """Whether words name what a level is of."""
        figure = self.said.figures[level]
        return likeness(words, figure.before + figure.noun) >= SAME

    def _moved(self, number: int, lead: str, clause: str) -> None:
        """A change of a level."""
        if self.stopped or self.depth:
            return
        group = self._about(lead)
        if group.change is not None:
            group = Comparison(group.level, group.base, sure=False, candidates=tuple(self.sentence))
            self.said.comparisons.append(group)
            self.group = group
        group.change = number
        group.signs[number] = self._sign(clause)

    def _sign(self, clause: str) -> int:
        """Whether the words before a figure say that something rose or fell."""
        found = _direction().search(clause)
        if found is None:
            return 0
        falls = found["direction"] in meanings("fall") or bool(found["negative"])
        return -1 if falls else 1

    def _percent(self, number: int, lead: str, clause: str) -> None:
        """A figure in percent."""
        figure = self.said.figures[number]
        if self.depth:
            figure.role = RATE
            self._shared_in_brackets(number, lead)
            return
        completion = _completion().search(clause)
        share = _share().search(re.split(r"[。；]", lead)[-1])
        by_budget = completion is not None and "预算" in completion["what"] and not share
        if by_budget or (lead == "的" and self.waiting and self.waiting[-1] == number - 1):
            figure.role = COMPLETION
            self._completed(number)
        elif share:
            figure.role = SHARE
            self._shared(number, share["whole"], clause)
        elif self.share_whole is not None and lead in {"、", "和"}:
            figure.role = SHARE
            self._shared(number, self.share_whole, clause)
        elif _direction().search(clause) and not _reach().search(clause):
            self._grown(number, lead, clause)
        elif (
            self.group is not None
            and self.group.change is not None
            and self.group.growth is None
            and lead in {"，", "、"}
        ):
            figure.role = GROWTH
            self.group.growth = number
        else:
            figure.role = RATE

    def _completed(self, number: int) -> None:
        """A rate of completion."""
        if self.level is not None and self.waiting and self.level != self.waiting[-1]:
            self.said.completions.append(Completion(self.level, self.waiting[-1], number))
        self.waiting = []

    def _shared(self, number: int, whole: str, clause: str) -> None:
        """A share of something."""
        words = _filler().sub("", re.sub(r"（[^）]*）|\([^)]*\)", "", whole))
        first = self.share_whole is None or not clause.startswith(("、", "和"))
        if first and "分别" in clause:
            self.pending = list(self.open_list.items) if self.open_list is not None else list(self.run)
            self.paired: list[Share] = []
        part, sure = self._part_named(clause)
        in_turn = bool(self.pending) and (first or clause.startswith(("、", "和")))
        if in_turn:
            part, sure = self.pending.pop(0), False
        self.share_whole = whole
        share = Share(part, words, number, sure and part is not None)
        if self.open_list is not None and not words and part in self.open_list.items:
            share.listed = self.open_list.total
        self.said.shares.append(share)
        if in_turn:
            self.paired.append(share)
            if not self.pending:  # as many shares as there were parts
                for each in self.paired:
                    each.sure = True

    def _shared_in_brackets(self, number: int, lead: str) -> None:
        """A share in brackets right behind its part: 征缴收入245.96亿元（占75.98%）."""
        found = re.fullmatch(r"[（(]占(?P<whole>[^占。；，]{0,20}?)的?(?:比例|比重)?(?:为|约)?", lead)
        if found and self.level == number - 1 and not self.stopped:
            self.said.figures[number].role = SHARE
            words = _filler().sub("", found["whole"])
            self.said.shares.append(Share(self.level, words, number))

    def _part_named(self, clause: str) -> tuple[int | None, bool]:
        """What a share is of, where the words before 占 name it: that level of the sentence; else the last level."""
        words = noun_of(re.split(r"占", clause)[0]) if "占" in clause else ""
        if not words or self.level is None or likeness(words, self.said.figures[self.level].before) >= SAME:
            return self.level, not self.stopped
        named = [number for number in self.sentence if self.said.figures[number].noun.endswith(words)]
        return (named[-1], not self.stopped) if len(named) == 1 else (self.level, False)

    def _grown(self, number: int, lead: str, clause: str) -> None:
        """A rate of growth."""
        figure = self.said.figures[number]
        found = _direction().search(clause)
        average = found is not None and bool(found["average"])
        figure.role = AVERAGE if average else GROWTH
        if self.stopped:
            return
        group = self._about(lead)
        taken = group.average if average else group.growth
        if taken is not None:
            group = Comparison(group.level, group.base, sure=False, candidates=tuple(self.sentence))
            self.said.comparisons.append(group)
            self.group = group
        if average:
            group.average = number
        else:
            group.growth = number
        group.signs[number] = self._sign(clause)
