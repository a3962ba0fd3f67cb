"""The audit of an edition as the chapter on it shows it: counts that are figures, and rows of its tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from nianbao.audit.audit import Audited, of_edition
from nianbao.audit.findings import CUT, ERRATUM, NOT_CHECKED, Finding, tally
from nianbao.audit.report import KIND_WORDS, STATUS_WORDS, shown
from nianbao.audit.rules import claims
from nianbao.chapter.table import Cell
from nianbao.data.catalogue import REGION
from nianbao.data.documents import Claim, Erratum
from nianbao.data.keys import Source
from nianbao.figures.derivation import ARITHMETIC, AVERAGE, GEOMETRIC, Deriver
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity

#: Where the counts of this chapter come from.
OURS = Source("本书的核对")
#: How checks of texts and numbers of tables are named.
LABEL = "label:"
NOTHING = "没有"
#: What stands in a cell that has nothing to say.
NONE = "—"
#: How many of the figures that an erratum calls wrong are named in its row.
FEW = 3


@dataclass(frozen=True)
class AuditedEdition:
    """The findings on the documents of an edition of `year`, in words and numbers a book can print."""

    audited: Audited
    year: int

    @classmethod
    def of(cls, data: Path, year: int) -> AuditedEdition:
        """The audit of the edition of `year` from the data folder `data`; DataError where it cannot be read."""
        return cls(of_edition(data, year), year)

    # -- words --------------------------------------------------------------------------------------------------
    @property
    def words(self) -> dict[str, str]:
        """The statuses of findings in the editor's words."""
        return STATUS_WORDS

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

    def counted(self, name: str, counts: Counter[str], total: str) -> list[Quantity]:
        """The cells of a row: a count a status, and their sum, which is called `total`."""
        cells = [self.count(f"{name}-{word}", counts[status]) for status, word in STATUS_WORDS.items()]
        return [*cells, self.count(f"{name}-{total}", sum(counts.values()))]

    def document_rows(self) -> list[list[Cell]]:
        """Document, a count a status, and their sum; all documents together last."""
        rows: list[list[Cell]] = []
        for code, counts in self.by_document.items():
            rows.append([self.documents.get(code, code), *self.counted(code, counts, "合计")])
        of_all = [self.count(word, self.by_status[status]) for status, word in STATUS_WORDS.items()]
        return [*rows, ["合计", *of_all, self.count("合计", len(self.findings))]]

    def kind_rows(self) -> list[list[Cell]]:
        """Kind of relation, a count a status, and their sum."""
        rows: list[list[Cell]] = []
        for kind, word in KIND_WORDS.items():
            counts = Counter(each.status for each in self.findings if each.kind == kind)
            if counts:
                rows.append([word, *self.counted(kind, counts, "小计")])
        return rows

    def reason_rows(self) -> list[list[Cell]]:
        """Why something was not checked, and how often; the most frequent first."""
        reasons = Counter(each.note.split("：")[0] for each in self.findings if each.status == NOT_CHECKED)
        return [
            [reason, self.count(f"未核{at}", number)] for at, (reason, number) in enumerate(reasons.most_common(), 1)
        ]

    @cached_property
    def drawn(self) -> list[str]:
        """The statuses there are findings of."""
        return [status for status in STATUS_WORDS if self.by_status[status]]

    def composition(self) -> dict[str, dict[str, Quantity]]:
        """For a chart: status -> document -> count."""
        cells = {}
        for status in self.drawn:
            word = STATUS_WORDS[status]
            cells[word] = {
                self.short_title(code): self.count(f"{code}-{word}", counts[status])
                for code, counts in self.by_document.items()
            }
        return cells

    def composition_words(self) -> str:
        """The same in words."""
        documents = []
        for code, counts in self.by_document.items():
            numbers = "，".join(f"{STATUS_WORDS[status]}{counts[status]}项" for status in self.drawn)
            documents.append(self.short_title(code) + numbers)
        return "；".join(documents)

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

    def number_rows(self, errata: Sequence[Erratum]) -> list[list[Cell]]:
        """Place, figure, printed, what follows from the rest, what rounding allows, the likely right figure, reason."""
        return [self.number_row(each) for each in errata]

    def number_row(self, erratum: Erratum) -> list[Cell]:
        """The row of an erratum of a number.

        What follows from the rest is told of the figure the check is about; where another one is called wrong, it
        stands in the reason.
        """
        found = self.by_check[erratum.checks[0]]
        computed, spread = self.recomputed_words(found)
        words = self.erratum_words(found)
        if erratum.figures:
            words = f"{self.accused_words(erratum)}：{KIND_WORDS[found.kind]}"
            if found.kind != "identity" and not {found.check, str(found.key)} & set(erratum.figures):
                computed = spread = NONE
        printed = self.regions_named(erratum.printed)
        likely = self.regions_named(erratum.likely)
        return [erratum.source.place, words, printed, computed, spread, likely, reason_words(erratum)]

    def recomputed_words(self, found: Finding) -> tuple[str, str]:
        """What follows from the rest, and what rounding allows; of a relation, the difference."""
        spread = shown(found.low if found.low == found.high else f"{found.low}～{found.high}")
        if found.kind == "identity":
            return f"差额{shown(found.recomputed)}", f"差额{spread}"
        return self.regions_named(found.recomputed), spread

    def accused_words(self, erratum: Erratum) -> str:
        """The figures an erratum calls wrong, in words: the first ones where they are many."""
        catalogue = self.audited.data.catalogue
        titles = []
        for figure in erratum.figures:
            if figure in self.by_check:
                finding = self.by_check[figure]
                titles.append(f"{catalogue.title(*finding.key)}{KIND_WORDS[finding.kind]}")
            else:
                indicator, item, year = figure.split(":")
                titles.append(catalogue.title(indicator, item, int(year)))
        many = f"等{len(titles)}个数" if len(titles) > FEW else ""
        return "、".join(titles[:FEW]) + many

    def label_rows(self, errata: Sequence[Erratum]) -> list[list[Cell]]:
        """Place, printed, what it should be, reason."""
        return [[each.source.place, each.printed, each.likely or NONE, reason_words(each)] for each in errata]

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

    def by_method(self, method: str) -> list[Finding]:
        """The findings on average growth that hold and agree with a method, 几何平均 or 算术平均."""
        return [each for each in self.rates if each.status != ERRATUM and method in each.note]

    def average_growth_rows(self) -> list[list[Cell]]:
        """Indicator, years, printed, both means, which of them is printed, place."""
        derive = Deriver(self.audited.data)
        printed = {str(name): claim for name, claim in claims.named(self.audited.data.claims)}
        rows = []
        for method in ("算术平均", "几何平均"):
            for found in self.by_method(method):
                rows.append(self.average_growth_row(found, printed[found.check], method, derive))
        return rows

    def average_growth_row(self, found: Finding, claim: Claim, method: str, derive: Deriver) -> list[Cell]:
        """The row of one average growth, printed as `claim` says by the `method`."""
        base = int(claim.base)
        means = [derive.between(measure, found.key, base) for measure in (GEOMETRIC, ARITHMETIC)]
        name = self.audited.data.catalogue.indicators[found.key.indicator].name
        texts = [mean.text if mean else "" for mean in means]
        return [name, f"{base}—{found.year}年", shown(found.printed), *texts, method, found.source.place]

    # -- cut digits and what is odd -----------------------------------------------------------------------------
    @property
    def cut(self) -> list[Finding]:
        """The findings on figures that were cut off instead of rounded."""
        return [each for each in self.findings if each.status == ERRATUM and CUT in each.note]

    @property
    def odd(self) -> list[Finding]:
        """The findings on figures that may be right and should be looked at."""
        return [each for each in self.findings if each.suspect]

    def cut_rows(self) -> list[list[Cell]]:
        """Figures cut off instead of rounded: place, figure, printed, computed, document.

        Where there are none, a row that says so.
        """
        rows: list[list[Cell]] = []
        for each in self.cut:
            figure = f"{self.figure_words(each)}：{KIND_WORDS[each.kind]}"
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


def reason_words(erratum: Erratum) -> str:
    """Why a figure or a word is called wrong, and what a person decided where the diagnosis says otherwise."""
    return f"{erratum.reason}判定：{erratum.decided}" if erratum.decided else erratum.reason


def anchor(check: str) -> str:
    """The name of the row that figures marked by a check link to."""
    return "erratum-" + re.sub(r"[^A-Za-z0-9]+", "-", check)
