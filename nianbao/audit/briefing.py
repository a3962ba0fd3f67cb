"""What `nianbao check` says: the figures that are most likely wrong first, this year's before older ones.

Everything is told in names, not codes, and with the place in the document and the row in `data/`; the names of checks
and all that is known already are told where `everything` is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import groupby

from nianbao.audit.audit import Audited
from nianbao.audit.diagnosis.diagnosis import Diagnosis
from nianbao.audit.diagnosis.telling import alone, amount, relations_told, sentence
from nianbao.audit.findings import (
    AGREES,
    ERRATUM,
    EXPLAINED,
    FAILS,
    NOT_CHECKED,
    ROUNDING,
    SUSPECT,
    Finding,
    tally,
)
from nianbao.audit.naming import level_name
from nianbao.audit.report import STATUS_WORDS, aligned, kind_word, shown, words_of
from nianbao.audit.suspects import Suspects
from nianbao.data.catalogue import Catalogue
from nianbao.data.documents import Erratum
from nianbao.data.keys import Key, Source

#: Lines about older years, and about figures that are only odd, that are told unless everything is asked for.
MOST_OLD = 5
#: Kinds of figures that documents derive from others: their level has another value.
DERIVED = ("change", "growth", "avg_growth", "points", "share", "highest", "lowest")
#: How the note of a finding begins on an erratum that says something else than the data, or on an explanation of nothing.
SAID_IN_FULL = ("勘误表", "已说明的差异")
#: How lists of regions are printed: their codes, separated.
BETWEEN_CODES = "|"
MORE = "用 --all 列出"
#: What else can be done about figures that do not add up.
HOW_TO_EXPLAIN = "数无误而有缘由的（撤并、拆分、新设、不再分列、口径变化），填入工作簿的“已说明的差异”表，再读一次。"
#: Figures that a warning names.
MOST_WARNED = 3


class Briefing:
    """What there is to say of the audit of an edition.

    year: that of the edition; what is about an earlier one comes later and shorter. everything: whether known errata,
    older years, names of checks and the counts of each document are told too.
    """

    def __init__(self, audited: Audited, suspects: Suspects, year: int, everything: bool = False):
        self.audited = audited
        self.suspects = suspects
        self.year = year
        self.everything = everything

    @property
    def catalogue(self) -> Catalogue:
        """Names of figures and documents."""
        return self.audited.data.catalogue

    def lines(self) -> list[str]:
        """Everything, line by line."""
        return [*self.failing(), *self.odd(), *self.explained(), *self.known(), *self.counts()]

    # -- what a person must look at -----------------------------------------------------------------------------
    @cached_property
    def _blocks(self) -> list[list[Diagnosis]]:
        """Diagnoses to be looked at; those of which one is the culprit together."""
        return [list(members) for _, members in groupby(self.suspects.open, key=lambda each: each.rank)]

    def failing(self) -> Iterator[str]:
        """What does not add up and is not known: this year in full, then each older thing in a line."""
        blocks = self._blocks
        now = [each for each in blocks if max(map(self.suspects.year_of, each)) >= self.year]
        others = [each for each in self.suspects.unexplained if each.year >= self.year]
        old = [self.short(each) for each in blocks if each not in now]
        old += [self.finding_line(each) for each in self.suspects.unexplained if each not in others]
        count = len(now) + len(others)
        if not count and not old:
            yield "没有新的不符。"
            return
        yield f"须由人处理：本年{count}处" + (f"，以前各年{len(old)}处。" if old else "。")
        for number, members in enumerate(now, 1):
            yield from self.block(number, members)
        for number, finding in enumerate(others, len(now) + 1):
            yield f"{number}. {self.finding_line(finding)}"
        yield HOW_TO_EXPLAIN
        yield ""
        if old:
            yield "以前各年："
            yield from self.listed(old)
            yield ""

    def block(self, number: int, members: list[Diagnosis]) -> Iterator[str]:
        """A culprit with its place and the relations that do not hold; or several of which one is the culprit."""
        head = f"{number}. "
        if len(members) > 1:
            yield f"{head}下列{len(members)}个数中有一个有误，只凭各数分不出是哪一个："
            head = "   - "
        for each in members:
            told = sentence(each) if len(members) == 1 else alone(each)
            yield f"{head}{told}。"
            yield f"{' ' * len(head)}印在：{self.place(each)}"
        relations = dict.fromkeys(relations_told(each) for each in members)
        yield f"   不合：{'；'.join(each for each in relations if each)}"
        if self.everything:
            yield f"   核对项：{self.checks_of(members)}"

    def checks_of(self, members: list[Diagnosis]) -> str:
        """The names of the checks that some diagnoses are about."""
        checks = dict.fromkeys(finding.check for each in members for finding in self.suspects.findings_of(each))
        return " ".join(checks)

    def short(self, members: list[Diagnosis]) -> str:
        """A culprit, or the first of several, in a line."""
        first = members[0]
        more = f"（或另外{len(members) - 1}个数）" if len(members) > 1 else ""
        told = sentence(first) if len(members) == 1 else alone(first)
        checks = f"（核对项：{self.checks_of(members)}）" if self.everything else ""
        return f"{self.source(Source(first.document, first.place))}：{told}{more}{checks}"

    def listed(self, lines: list[str]) -> Iterator[str]:
        """Lines of a list, the first few of it unless everything is asked for."""
        most = len(lines) if self.everything else MOST_OLD
        yield from (f"- {line}" for line in lines[:most])
        if len(lines) > most:
            yield f"- 另有{len(lines) - most}处，{MORE}"

    def warning(self) -> str:
        """A paragraph for whoever builds a book in which something does not agree; empty where everything does."""
        told = [self.short(members) for members in self._blocks]
        told += [self.finding_line(each) for each in self.suspects.unexplained]
        if not told:
            return ""
        first = "；".join(line.rstrip("。") for line in told[:MOST_WARNED])
        more = f"；另有{len(told) - MOST_WARNED}处" if len(told) > MOST_WARNED else ""
        return (
            f"注意：这本书还有{len(told)}处数合不上，查清之前请勿付印。{first}{more}。"
            f"书中附五的“诊断可疑而尚未查明的数”逐处列出；各处怎样不合、可能错在哪里，运行 nianbao check --year {self.year}。"
        )

    # -- what is only odd, and what is known --------------------------------------------------------------------
    def odd(self) -> Iterator[str]:
        """Figures that may be right and should be looked at: this year's in a line each, older ones counted."""
        found = [each for each in self.audited.findings if each.suspect and each.status != FAILS]
        now = [each for each in found if each.year >= self.year]
        told = found if self.everything else now
        if told:
            yield f"请人复核：{len(told)}处不能断定有误，但不寻常。"
            yield from self.listed([self.finding_line(each) for each in told])
            yield ""
        if len(told) < len(found):
            yield f"以前各年不寻常的数：{len(found) - len(told)}处，{MORE}。"

    def explained(self) -> Iterator[str]:
        """The explained differences: how many checks, and of this year each of them in a line."""
        found = [each for each in self.audited.findings if each.status == EXPLAINED]
        if not found:
            return
        now = [each for each in found if each.year >= self.year or self.everything]
        yield f"已说明的差异：{len(found)}项核对。" + ("" if now else f"都在以前各年，{MORE}。")
        if now:
            yield from self.listed([self.finding_line(each) for each in now])
            yield ""

    def known(self) -> Iterator[str]:
        """The known errata: how many, or a line each."""
        found = [each for each in self.audited.findings if each.status == ERRATUM]
        if not found:
            return
        errata = list({self.audited.data.errata[each.check].place: each for each in found}.values())
        head = f"已知勘误：{len(errata)}处（{len(found)}项核对）"
        if not self.everything:
            yield f"{head}，{MORE}。"
            return
        yield f"{head}："
        for each in errata:
            yield f"- {self.erratum_line(self.audited.data.errata[each.check], each)}"
        yield ""

    def erratum_line(self, erratum: Erratum, finding: Finding) -> str:
        """A known erratum in a line; `finding` is that of one of its checks."""
        about = self.named(finding.key) if finding.key.indicator else "文字"
        if finding.kind in DERIVED:
            about += f"（{kind_word(finding)}）"
        printed = self.with_names(finding.key, erratum.printed)
        likely = f"，应作{self.with_names(finding.key, erratum.likely)}" if erratum.likely else ""
        return f"{self.source(erratum.source)}：{about}印作{printed}{likely}。{erratum.reason}"

    # -- counts -------------------------------------------------------------------------------------------------
    def counts(self) -> Iterator[str]:
        """How many checks came to what; of each document, and why some were not made, where everything is asked for."""
        total = Counter(each.status for each in self.audited.findings)
        shown_first = (AGREES, ROUNDING, ERRATUM, EXPLAINED, FAILS, NOT_CHECKED)
        told = [status for status in shown_first if status != EXPLAINED or total[status]]
        each_status = "，".join(f"{STATUS_WORDS[status]}{total[status]}项" for status in told)
        yield f"共核{total.total()}项：{each_status}。"
        if self.everything:
            yield ""
            yield from self.table()
            yield from self.not_checked()

    def table(self) -> list[str]:
        """Counts by document."""
        titles = {code: about.title for code, about in self.catalogue.documents.items()}
        words = words_of(self.audited.findings)
        rows = [
            [titles.get(code, code), *(str(count[status]) for status in words), str(count.total())]
            for code, count in tally(self.audited.findings).items()
        ]
        return aligned([["文件", *words.values(), "合计"], *rows], range(1, len(words) + 2))

    def not_checked(self) -> Iterator[str]:
        """Why some checks were not made, and how many."""
        notes = (each.note.split("：")[0] for each in self.audited.findings if each.status == NOT_CHECKED)
        reasons = Counter(notes).most_common()
        if reasons:
            yield "未核的原因：" + "；".join(f"{reason}（{count}项）" for reason, count in reasons)

    # -- words --------------------------------------------------------------------------------------------------
    def finding_line(self, finding: Finding) -> str:
        """A finding without a diagnosis in a line: place, figure, what is printed, what was expected, note."""
        told = f"{self.source(finding.source)}：{self.compared(finding)}".lstrip("：")
        return f"{told}（核对项：{finding.check}）" if self.everything or not finding.source else told

    def compared(self, finding: Finding) -> str:
        """What is printed against what was expected."""
        note = finding.note.removeprefix(f"{SUSPECT}：")
        if note.startswith(SAID_IN_FULL):
            return f"{self.named(finding.key)}：{note}" if finding.key.indicator else note
        behind = f"；{note}" if note else ""
        if finding.kind == "identity":
            return f"{note}，相差{shown(finding.recomputed)}"
        if not finding.key.indicator:
            expected = f"，应作“{finding.recomputed}”" if finding.recomputed else ""
            return f"{kind_word(finding)}印作“{finding.printed}”{expected}{behind}"
        name = self.named(finding.key)
        if finding.kind == "copy":
            return f"{name}所在的一行：{note}"
        unit = self.catalogue.unit(self.catalogue.indicators[finding.key.indicator], finding.key.item)
        printed = self.with_names(finding.key, finding.printed)
        if finding.kind == "plausibility":
            return f"{name}印作{amount(finding.printed, unit)}{behind}"
        computed = f"，算得{self.with_names(finding.key, finding.recomputed)}" if finding.recomputed else ""
        return f"{name}（{kind_word(finding)}）印作{printed}{computed}{behind}"

    def named(self, key: Key) -> str:
        """What a level is, in words."""
        items = self.catalogue.codelists[self.catalogue.indicators[key.indicator].dimension]
        if key.item not in items:
            return f"{key.year}年{self.catalogue.indicators[key.indicator].name}"
        return level_name(self.catalogue, key)

    def with_names(self, key: Key, text: str) -> str:
        """A number as readers see it; a list of codes as the names of the items."""
        if BETWEEN_CODES not in text:
            return shown(text)
        items = self.catalogue.codelists[self.catalogue.indicators[key.indicator].dimension] if key.indicator else {}
        return "、".join(items[code].short if code in items else code for code in text.split(BETWEEN_CODES))

    def source(self, source: Source) -> str:
        """Document and place, in words."""
        about = self.catalogue.documents.get(source.document)
        title = f"《{about.title}》" if about else source.document
        return f"{title}{source.place}"

    def place(self, diagnosis: Diagnosis) -> str:
        """Where a suspected figure is printed, and the row of the data that holds it."""
        printed = self.source(Source(diagnosis.document, diagnosis.place))
        row = self.row_of(diagnosis)
        return f"{printed}（{row}）" if row else printed

    def row_of(self, diagnosis: Diagnosis) -> str:
        """File and row of the data that hold a suspected figure; empty for a relation without one."""
        key = Key(diagnosis.indicator, diagnosis.region, diagnosis.year)
        if not diagnosis.measure:
            seen = self.audited.data.observations.get(key)
            return row_words(seen.place) if seen else ""
        source = Source(diagnosis.document, diagnosis.place)
        wanted = (diagnosis.measure, key, diagnosis.base, source)
        found = (
            each.place
            for each in self.audited.data.claims
            if (each.measure, each.key, each.base, each.source) == wanted and each.literal == diagnosis.printed
        )
        return row_words(next(found, ""))


def row_words(place: str) -> str:
    """`data/observations/2025/injury.csv:12` in words."""
    file, _, line = place.rpartition(":")
    return f"{file} 第{line}行" if file else place
