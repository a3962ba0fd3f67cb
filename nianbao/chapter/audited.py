"""The audit of an edition as the chapter on it shows it: counts that are figures, and rows of its tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from nianbao.audit import kept, suspects
from nianbao.audit.audit import Audited, of_edition
from nianbao.audit.briefing import Briefing
from nianbao.audit.diagnosis.diagnosis import Diagnosis
from nianbao.audit.diagnosis.telling import (
    NAMED,
    TIED,
    UNDETERMINED,
    judgement,
    sentence,
    slip_told,
)
from nianbao.audit.explaining import KIND as OF_EXPLANATIONS
from nianbao.audit.explaining import Explaining
from nianbao.audit.findings import AGREES, CUT, ERRATUM, EXPLAINED, NOT_CHECKED, ROUNDING, Finding, tally
from nianbao.audit.kept import Kept
from nianbao.audit.naming import level_name
from nianbao.audit.report import ARITHMETIC as ARITHMETICS
from nianbao.audit.report import (
    EACH_OTHER,
    GROUPS,
    KIND_WORDS,
    ORDERS,
    OTHERS,
    PRINTINGS,
    WORDS,
    group,
    shown,
    words_of,
)
from nianbao.audit.rules import claims
from nianbao.audit.suspects import Suspects
from nianbao.chapter.html import BLANK
from nianbao.chapter.table import Cell
from nianbao.charts import VERDICTS
from nianbao.data import schema
from nianbao.data.catalogue import REGION
from nianbao.data.documents import Claim, Erratum
from nianbao.data.keys import Key, Source
from nianbao.figures.derivation import ARITHMETIC, AVERAGE, GEOMETRIC, Deriver
from nianbao.figures.ids import FigureId
from nianbao.figures.interval import Interval
from nianbao.figures.quantity import Quantity

#: Where the counts of this chapter come from.
OURS = Source("本书的核对")
#: How checks of texts and numbers of tables are named.
LABEL = "label:"
#: The checks of captions among those of texts: numbers of tables and charts, and the years in their titles.
CAPTION = re.compile(r"label:[^:]+:(table|figure)\w*-\d+(:year)?")
#: Rules of labels that are none: what only a reader sees, and what is odd without being wrong.
READ = frozenset({"read", "look"})
NOTHING = "没有"
#: Derived figures that are only printed again: a kind of their own.
AGAIN = "again"
KINDS_SHOWN = {**KIND_WORDS, AGAIN: "推算数的重印"}
#: The groups of checks as the chapter calls them.
GROUP_WORDS = {
    ARITHMETICS: "算术关系",
    PRINTINGS: "同一个数的两次印出",
    ORDERS: "次序和大小",
    WORDS: "文字",
    OTHERS: "其他",
}
#: The two means that an average growth may be.
MEANS = {GEOMETRIC: "几何平均", ARITHMETIC: "算术平均"}
BOTH = "两种都合"
NEITHER = "都不合"
#: What stands in a cell that has nothing to say.
NONE = "—"
#: What it stands for where it should be told what is right.
UNKNOWN_CORRECTION = f"“{NONE}”：不能断定应作什么，不写。"
#: How many of the figures that an erratum calls wrong are named in its row.
FEW = 3


@dataclass(frozen=True)
class AuditedEdition:
    """The findings on the documents of an edition of `year`, in words and numbers a book can print.

    `known` is what of it was found already by somebody else.
    """

    audited: Audited
    year: int
    known: Kept | None = None

    @classmethod
    def of(cls, data: Path, year: int, found: Path | None = None) -> AuditedEdition:
        """The audit of the edition of `year` from the data folder `data`; DataError where it cannot be read.

        `found` is a file in which an audit of the same data may stand: then nothing is checked again.
        """
        known = kept.read(found, year)
        if known is None:
            return cls(of_edition(data, year), year)
        audited = of_edition(data, year, known.findings)
        audited.data.folder.looked |= known.looked  # what was found is made from these, whoever looked at them
        return cls(audited, year, known)

    # -- words --------------------------------------------------------------------------------------------------
    @cached_property
    def words(self) -> dict[str, str]:
        """The statuses of findings in the editor's words; explained differences only where there are any."""
        return words_of(self.findings)

    @cached_property
    def documents(self) -> dict[str, str]:
        """Titles of all documents."""
        return {code: about.title for code, about in self.audited.data.catalogue.documents.items()}

    def short_title(self, document: str) -> str:
        """The title of a document without the name of its publisher in front."""
        title = self.documents.get(document, document)
        publishers = {about.publisher for about in self.audited.data.catalogue.documents.values() if about.publisher}
        for name in sorted(publishers, key=len, reverse=True):
            if title.startswith(name):
                return title.removeprefix(name)
        return title

    def figure_words(self, finding: Finding) -> str:
        """Year and name of the figure a finding is about."""
        return f"{finding.year}年{self.audited.data.catalogue.indicators[finding.key.indicator].name}"

    # -- counts -------------------------------------------------------------------------------------------------
    def count(self, name: str, number: int, unit: str = "项") -> Quantity:
        """A number of findings as a figure of the book; `name` tells it from the others."""
        identity = FigureId.level("audit", name, self.year)
        return Quantity.printed(identity, name, Decimal(number), unit, Decimal(0), source=OURS)

    @property
    def findings(self) -> list[Finding]:
        """Every finding, those that need a person first."""
        return self.audited.findings

    @cached_property
    def by_document(self) -> dict[str, Counter[str]]:
        """How many findings of each status there are, by document."""
        return tally(self.findings)

    @cached_property
    def by_status(self) -> Counter[str]:
        """How many findings of each status there are."""
        return Counter(each.status for each in self.findings)

    @property
    def checked_documents(self) -> Quantity:
        """How many documents were checked."""
        return self.count("所核对的文件", len(self.by_document), "份")

    def in_report(self, status: str) -> Quantity:
        """How many findings of a status there are on the report of the year itself."""
        found = self.by_document.get(f"report-{self.year}", Counter())
        return self.count(f"本年年报-{status}", found[status])

    def counted(self, name: str, counts: Counter[str], total: str) -> list[Quantity]:
        """The cells of a row: a count a status, and their sum, which is called `total`."""
        cells = [self.count(f"{name}-{word}", counts[status]) for status, word in self.words.items()]
        return [*cells, self.count(f"{name}-{total}", sum(counts.values()))]

    def in_group(self, name: str) -> Quantity:
        """How many findings are of a group: arithmetic (算术), printings (重印), orders (次序), words (文字), 其他."""
        return self.count(f"核对{name}", sum(group(each) == name for each in self.findings))

    @property
    def proving_each_other(self) -> Quantity:
        """Changes and rates whose base is printed nowhere: each is checked against the other only."""
        return self.count("互验", sum(each.note.startswith(EACH_OTHER) for each in self.findings))

    @property
    def captions(self) -> Quantity:
        """How many checks of words are those of numbers and years in captions."""
        return self.count("表图题", sum(bool(CAPTION.fullmatch(each.check)) for each in self.findings))

    @property
    def other_words(self) -> Quantity:
        """How many checks of words are of others: names, numbers and terms that disagree with others."""
        found = sum(group(each) == WORDS and not CAPTION.fullmatch(each.check) for each in self.findings)
        return self.count("其余文字", found)

    @property
    def read_words(self) -> Quantity:
        """How many of those only a reader can see: no rule finds them."""
        rows = self.audited.data.of_documents(schema.LABELS, "labels")
        names = {f"{LABEL}{document}:{row['label']}" for document, row in rows if row["rule"] in READ}
        return self.count("由人读出", sum(each.check in names for each in self.findings))

    @property
    def claims(self) -> Quantity:
        """How many derived and repeated figures of the documents of this edition are held in the data."""
        data = self.audited.data
        found = sum(self.audited.covers(claim.year, claim.source.document) for claim in data.claims)
        return self.count("推算和重印的数", found)

    @property
    def derived_levels(self) -> Quantity:
        """How many levels were printed nowhere and follow from a printed change or rate."""
        seen = self.audited.data.observations.values()
        return self.count("推算的基期数", sum(each.derived and each.year <= self.year for each in seen), "个")

    def document_rows(self) -> list[list[Cell]]:
        """Document, a count a status, and their sum; all documents together last."""
        rows: list[list[Cell]] = []
        for code, counts in self.by_document.items():
            rows.append([self.documents.get(code, code), *self.counted(code, counts, "合计")])
        of_all = [self.count(word, self.by_status[status]) for status, word in self.words.items()]
        return [*rows, ["合计", *of_all, self.count("合计", len(self.findings))]]

    def kind_rows(self) -> list[list[Cell]]:
        """Kind of relation, a count a status, and their sum: of each group, and indented below it of its kinds."""
        rows: list[list[Cell]] = []
        for name, words in GROUP_WORDS.items():
            members = [each for each in self.findings if group(each) == name]
            if members:
                rows.append(self.kind_row(words, f"类{name}", members))
            kinds = {kind_of(each) for each in members}
            for kind, word in KINDS_SHOWN.items():
                if kind in kinds and len(kinds) > 1:
                    found = [each for each in members if kind_of(each) == kind]
                    rows.append(self.kind_row(f"{BLANK}{word}", kind, found))
        return rows

    def kind_row(self, words: str, name: str, found: Sequence[Finding]) -> list[Cell]:
        """A row of `kind_rows`; `name` tells its counts from the others."""
        return [words, *self.counted(name, Counter(each.status for each in found), "小计")]

    def reason_rows(self) -> list[list[Cell]]:
        """Why something was not checked, and how often; the most frequent first."""
        reasons = Counter(each.note.split("：")[0] for each in self.findings if each.status == NOT_CHECKED)
        return [
            [reason, self.count(f"未核{at}", number)] for at, (reason, number) in enumerate(reasons.most_common(), 1)
        ]

    @cached_property
    def drawn(self) -> list[str]:
        """The statuses there are findings of."""
        return [status for status in self.words if self.by_status[status]]

    def composition(self) -> dict[str, dict[str, Quantity]]:
        """For a chart: status -> document -> count."""
        cells = {}
        for status in self.drawn:
            word = self.words[status]
            cells[word] = {
                self.short_title(code): self.count(f"{code}-{word}", counts[status])
                for code, counts in self.by_document.items()
            }
        return cells

    def composition_colours(self) -> dict[str, str]:
        """The colour of each status in the chart."""
        return {self.words[status]: VERDICTS[status] for status in self.drawn}

    def composition_says(self) -> str:
        """What the chart shows: whether most checks of every document agree, and where most errata are."""
        agree = [counts[AGREES] + counts[ROUNDING] for counts in self.by_document.values()]
        totals = [sum(counts.values()) for counts in self.by_document.values()]
        said = []
        if all(10 * part >= 9 * total for part, total in zip(agree, totals, strict=True)):
            said.append("各文件所核对的项目有九成以上相符或只差尾数")
        elif all(2 * part > total for part, total in zip(agree, totals, strict=True)):
            said.append("各文件所核对的项目都有一半以上相符或只差尾数")
        errata = {code: counts[ERRATUM] for code, counts in self.by_document.items()}
        highest = max(errata.values(), default=0)
        leading = [code for code, count in errata.items() if count == highest]
        if highest and len(leading) == 1 and len(errata) > 1:
            said.append(f"列入勘误最多的是{self.short_title(leading[0])}")
        return "；".join(said)

    def composition_words(self) -> str:
        """The same in words."""
        documents = []
        for code, counts in self.by_document.items():
            numbers = "，".join(f"{self.words[status]}{counts[status]}项" for status in self.drawn)
            documents.append(self.short_title(code) + numbers)
        return "；".join(documents)

    # -- diagnosis ----------------------------------------------------------------------------------------------
    @cached_property
    def suspects(self) -> Suspects:
        """The diagnoses of the documents of this edition."""
        return suspects.of_edition(self.audited, self.known.diagnoses if self.known else None)

    def suspected(self, verdict: str) -> list[Diagnosis]:
        """The suspected figures of a verdict: `named`, `tied` or `undetermined`."""
        return [each for each in self.suspects.diagnoses if each.verdict == verdict]

    @property
    def named(self) -> Quantity:
        """How many figures are named as wrong."""
        return self.count("认定有误", len(self.suspected(NAMED)), "个")

    @property
    def tied(self) -> Quantity:
        """How many figures are one of several of which one is wrong."""
        return self.count("几处之一", len(self.suspected(TIED)), "个")

    @property
    def ties(self) -> Quantity:
        """How many errors those figures stand for."""
        return self.count("分不出", len({each.rank for each in self.suspected(TIED)}), "处")

    @property
    def unsettled(self) -> Quantity:
        """How many contradictions blame no figure."""
        return self.count("不能认定", len(self.suspected(UNDETERMINED)), "处")

    def slip_rows(self) -> list[list[Cell]]:
        """How the figures that are named seem to have slipped, and how many did; the most frequent first."""
        slips = Counter(slip_told(each) or "看不出" for each in self.suspected(NAMED))
        return [
            [slip, self.count(f"笔误{at}", number, "个")] for at, (slip, number) in enumerate(slips.most_common(), 1)
        ]

    def open_rows(self) -> list[list[Cell]]:
        """What does not agree, without a known erratum or an explanation: document, place, sentence.

        What the diagnosis suspects comes first, then what it cannot judge. None where all is known.
        """
        suspected: list[list[Cell]] = [
            [self.documents.get(each.document, each.document), each.place, f"{sentence(each)}。"]
            for each in self.suspects.open
        ]
        briefing = Briefing(self.audited, self.suspects, self.year)
        return suspected + [
            [self.documents.get(each.document, each.document), each.source.place, f"{briefing.compared(each)}。"]
            for each in self.suspects.unexplained
        ]

    # -- explained differences ----------------------------------------------------------------------------------
    def explained_rows(self) -> list[list[Cell]]:
        """What does not agree for a reason that the edition tells: figure, printed, computed, since, kind, reason.

        A row a failing check; none where nothing is explained.
        """
        return [self.explained_row(each) for each in self.findings if each.status == EXPLAINED]

    def explained_row(self, found: Finding) -> list[Cell]:
        """The row of one check; a relation shows by how much it does not hold."""
        explanation = self.explaining.of(found.check, found.printed, found.recomputed)
        assert explanation is not None  # a finding is called explained for one
        printed = self.regions_named(found.printed)
        computed = self.regions_named(found.recomputed)
        if found.kind == "identity":
            printed = NONE
            computed = f"差额{computed}"
        kind = schema.EXPLAINED_KINDS[explanation.kind]
        return [self.erratum_words(found), printed, computed, f"{explanation.since}年", kind, explanation.reason]

    @cached_property
    def explaining(self) -> Explaining:
        """The explained differences of the documents of this edition."""
        return Explaining(self.audited.data)

    # -- errata -------------------------------------------------------------------------------------------------
    @cached_property
    def by_check(self) -> dict[str, Finding]:
        """The findings by the name of their check."""
        return {each.check: each for each in self.findings}

    @cached_property
    def errata(self) -> list[Erratum]:
        """The errata of the documents of this edition, each once."""
        known = {each.place: each for check, each in self.audited.data.errata.items() if check in self.by_check}
        return list(known.values())

    @property
    def numbers(self) -> list[Erratum]:
        """The errata of numbers."""
        return [each for each in self.errata if not each.checks[0].startswith(LABEL)]

    @property
    def labels(self) -> list[Erratum]:
        """The errata of titles, numbers of tables, units and words."""
        return [each for each in self.errata if each.checks[0].startswith(LABEL)]

    def by_title(self, errata: Sequence[Erratum]) -> dict[str, list[Erratum]]:
        """The errata of each document that has some, by its title."""
        found = {
            title: [each for each in errata if each.source.document == code] for code, title in self.documents.items()
        }
        return {title: chosen for title, chosen in found.items() if chosen}

    @property
    def recomputed(self) -> Quantity:
        """How many errata of numbers have the book print another figure than the document."""
        return self.count("改印", sum(each.show == "recomputed" for each in self.numbers), "处")

    def number_rows(self, errata: Sequence[Erratum]) -> list[list[Cell]]:
        """Place, figure, printed, the likely right figure, reason and what the diagnosis says."""
        return [self.number_row(each) for each in errata]

    def number_row(self, erratum: Erratum) -> list[Cell]:
        """The row of an erratum of a number."""
        found = self.by_check[erratum.checks[0]]
        diagnosed = self.diagnosed(erratum, found)
        return [
            erratum.source.place,
            self.accused_words(erratum) if erratum.figures else self.erratum_words(found),
            self.regions_named(erratum.printed),
            self.regions_named(erratum.likely) if erratum.likely else "",
            reason_words(erratum) + (f"诊断：{diagnosed}。" if diagnosed else ""),
        ]

    def diagnosed(self, erratum: Erratum, found: Finding) -> str:
        """What the diagnosis says of an erratum; of one that it does not see, or cannot settle, what was computed."""
        about = self.suspects.about(erratum)
        computed = self.computed(found)
        if not about:
            return computed
        first = about[0]
        if first.verdict == UNDETERMINED:
            return f"{computed}；{judgement(first)}" if computed else judgement(first)
        own = suspects.accuses(erratum, first) and len(erratum.figures) < 2
        return judgement(first) if own else sentence(first)

    def computed(self, found: Finding) -> str:
        """What follows from the rest, and what rounding allows; empty where nothing was computed."""
        if not found.recomputed:
            return ""
        spread = shown(found.low if found.low == found.high else f"{found.low}～{found.high}")
        computed = self.regions_named(found.recomputed)
        if found.kind == "identity":
            return f"差额{computed}" + ("" if spread == computed else f"（舍入所容{spread}）")
        return f"算得{computed}" if spread in {computed, "—"} else f"算得{computed}（舍入所容{spread}）"

    def accused_words(self, erratum: Erratum) -> str:
        """The figures an erratum calls wrong, in words: the first ones where they are many."""
        catalogue = self.audited.data.catalogue
        titles = []
        for figure in erratum.figures:
            if figure in self.by_check:
                finding = self.by_check[figure]
                titles.append(f"{level_name(catalogue, finding.key)}{KIND_WORDS[finding.kind]}")
            else:
                indicator, item, year = figure.split(":")
                titles.append(level_name(catalogue, Key(indicator, item, int(year))))
        many = f"等{len(titles)}个数" if len(titles) > FEW else ""
        return "、".join(titles[:FEW]) + many

    def label_rows(self, errata: Sequence[Erratum]) -> list[list[Cell]]:
        """Place, printed, what it should be, reason."""
        return [[each.source.place, each.printed, each.likely or NONE, reason_words(each)] for each in errata]

    @staticmethod
    def on_unknown(rows: Sequence[Sequence[Cell]], at: int) -> list[str]:
        """The note on the dashes in the column `at`, of what should have been printed; none where it has none."""
        return [UNKNOWN_CORRECTION] if any(row[at] == NONE for row in rows) else []

    def anchors(self, errata: Sequence[Erratum]) -> dict[int, list[str]]:
        """The names by which figures with a mark link to the row of their erratum."""
        return {at: [anchor(check) for check in each.checks] for at, each in enumerate(errata)}

    def regions_named(self, text: str) -> str:
        """Region codes of a list as names; other texts as they are."""
        parts = text.split("|")
        if len(parts) == 1:
            return shown(text)
        names = {item.code: item.short for item in self.audited.data.catalogue.codelists[REGION].values()}
        return "、".join(names.get(part, part) for part in parts)

    def erratum_words(self, found: Finding) -> str:
        """The figure an erratum is about, and how it was found."""
        if not found.key.indicator:
            return found.note
        catalogue = self.audited.data.catalogue
        item = catalogue.codelists[catalogue.indicators[found.key.indicator].dimension].get(found.key.item)
        part = f"（{item.short}）" if item and item.parent and found.kind != "copy" else ""
        return f"{self.figure_words(found)}{part}：{KIND_WORDS[found.kind]}"

    # -- average growth -----------------------------------------------------------------------------------------
    @cached_property
    def rates(self) -> list[Finding]:
        """The findings on average growth."""
        return [each for each in self.findings if each.kind == AVERAGE]

    @cached_property
    def means(self) -> dict[str, str]:
        """Which mean each printed average growth may be: 几何平均, 算术平均, both or neither, by its check."""
        return {each.check: self.mean_of(each) for each in self.rates}

    def mean_of(self, found: Finding) -> str:
        """Which of the two means can round to what is printed."""
        claim = self._average_claims[found.check]
        printed = Interval.printed(claim.value)
        fits = []
        for measure, name in MEANS.items():
            mean = self._derive.between(measure, found.key, int(claim.base))
            if mean is not None and mean.interval.meets(printed):
                fits.append(name)
        if len(fits) == 1:
            return fits[0]
        return BOTH if fits else NEITHER

    @cached_property
    def _derive(self) -> Deriver:
        return Deriver(self.audited.data)

    @cached_property
    def _average_claims(self) -> dict[str, Claim]:
        """The printed average growths by their checks."""
        checks = {each.check for each in self.rates}
        return {str(name): claim for name, claim in claims.named(self.audited.data.claims) if str(name) in checks}

    def by_mean(self, mean: str) -> list[Finding]:
        """The findings on average growths that can only be one mean, both (两种都合) or neither (都不合)."""
        return [each for each in self.rates if self.means[each.check] == mean]

    def habits(self) -> str:
        """The mean that all average growths of a base year can be, in words; empty where one base year has both."""
        told = []
        for base in sorted({claim.base for claim in self._average_claims.values()}):
            of_base = [check for check, claim in self._average_claims.items() if claim.base == base]
            only = {self.means[check] for check in of_base} - {BOTH, NEITHER}
            if len(only) > 1:
                return ""
            told += [f"以{base}年为基期的用{mean}" for mean in only]
        return "，".join(told)

    def average_growth_rows(self) -> list[list[Cell]]:
        """Indicator, years, printed, both means, which of them is printed, place; by base year."""
        ordered = sorted(self.rates, key=lambda each: self._average_claims[each.check].base)
        return [self.average_growth_row(each) for each in ordered]

    def average_growth_row(self, found: Finding) -> list[Cell]:
        """The row of one average growth."""
        claim = self._average_claims[found.check]
        means = [self._derive.between(measure, found.key, int(claim.base)) for measure in MEANS]
        name = self.audited.data.catalogue.indicators[found.key.indicator].name
        texts = [mean.text if mean else "" for mean in means]
        fits = self.means[found.check]
        return [name, f"{claim.base}—{found.year}年", shown(found.printed), *texts, fits, found.source.place]

    # -- cut digits and what is odd -----------------------------------------------------------------------------
    @property
    def cut(self) -> list[Finding]:
        """The findings on figures that were cut off instead of rounded."""
        return [each for each in self.findings if each.status == ERRATUM and CUT in each.note]

    @property
    def odd(self) -> list[Finding]:
        """The findings on figures that may be right and should be looked at."""
        return [each for each in self.findings if each.suspect and each.kind != OF_EXPLANATIONS]

    def cut_rows(self) -> list[list[Cell]]:
        """Figures cut off instead of rounded: place, figure, printed, computed, document.

        Where there are none, a row that says so.
        """
        rows: list[list[Cell]] = []
        for each in self.cut:
            figure = self.erratum_words(each)
            title = self.documents.get(each.document, each.document)
            rows.append([each.source.place, figure, shown(each.printed), shown(each.recomputed), title])
        return rows or [[NOTHING, "", "", "", ""]]

    def odd_rows(self) -> list[list[Cell]]:
        """Figures that may be right and should be looked at: place, figure, printed, reason.

        Where there are none, a row that says so.
        """
        rows: list[list[Cell]] = []
        for each in self.odd:
            reason = each.note.split("：", 1)[1]
            words = self.figure_words(each) if each.key.indicator else KIND_WORDS[each.kind]
            rows.append([each.source.place, words, self.regions_named(each.printed), reason])
        return rows or [[NOTHING, "", "", ""]]


def kind_of(finding: Finding) -> str:
    """What kind of relation a finding checks; a derived figure that is only printed again is of a kind of its own."""
    again = group(finding) == PRINTINGS != GROUPS[finding.kind]
    return AGAIN if again else finding.kind


def reason_words(erratum: Erratum) -> str:
    """Why a figure or a word is called wrong, and what a person decided where the diagnosis says otherwise."""
    return f"{erratum.reason}判定：{erratum.decided}" if erratum.decided else erratum.reason


def anchor(check: str) -> str:
    """The name of the row that figures marked by a check link to."""
    return "erratum-" + re.sub(r"[^A-Za-z0-9]+", "-", check)
