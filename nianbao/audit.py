"""The audit (勾稽关系): every printed figure against what the rest of the documents allow.

A finding is `agrees` (the point value rounds to what is printed), `rounding` (only the interval holds it),
`erratum` (a known error), `fails`, or `not checked` with the reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from . import plausibility, relations
from .catalogue import read_csv
from .dataset import Claim, Dataset
from .derive import Deriver
from .findings import STATUSES, Finding, balance, decide, report, write_csv
from .quantity import Interval, Quantity, decimals_of, factor, margin_of, show
from .relations import Job

METHODS = {"avg_growth": "几何平均", "linear": "算术平均（总增长率除以年数）"}
RATES = {"growth", "avg_growth", "share"}


class Audit:
    """All checks over a dataset. `findings` carries them out; `published` picks the figure a book prints.

    `scope` keeps the checks of one part (the first word of an indicator).
    """

    def __init__(self, data: Dataset, scope: str = ""):
        self.data, self.derive, self.scope = data, Deriver(data), scope
        self._claims: dict[str, Finding] = {}
        self._marks: dict[tuple[str, str, int], Finding | None] = {}

    def chapter(self, indicator: str) -> str:
        """The part of the data an indicator belongs to (its first word)."""
        return indicator.split(".")[0]

    def finding(
        self, check, kind, about, printed, exact=None, spread=None, status="", note="", digits=2, source=""
    ) -> Finding:
        """A finding, in which a failing check that is a known erratum becomes one, and a stale erratum fails."""
        indicator, region, year = about
        seen = self.data.observations.get(about)
        source = source or (seen.source if seen else "")
        low, high = (spread.low, spread.high) if spread else (None, None)
        numbers = [self._text(value, digits) for value in (exact, low, high)]
        erratum, now = self.data.errata.get(check), f"{printed}=>{numbers[0]}".replace(" ", "")
        if erratum and status == "fails":
            guard = erratum.guard(check)
            status, note = "erratum", erratum.reason
            if guard and guard != now:
                status, note = "fails", f"勘误表（{erratum.place}）所述为“{guard}”，现为“{now}”，请重新核对"
        elif erratum and status != "not checked":
            status, note = "fails", f"勘误表（{erratum.place}）所述的错误已不存在，请删去该条"
        chapter = self.chapter(indicator) or "label"
        return Finding(check, kind, chapter, indicator, region, year, printed, *numbers, status, note, source)

    @staticmethod
    def _text(value: Fraction | None, digits: int) -> str:
        if value is None:
            return ""
        text = f"{float(value):.{digits}f}" if abs(value) < 10**9 else f"{value.numerator // value.denominator}"
        return text.replace("-", "") if float(text) == 0 else text

    @staticmethod
    def with_recomputed(finding: Finding, text: str) -> Finding:
        """The finding with words in place of a recomputed number."""
        return replace(finding, recomputed=text)

    # -- claims -------------------------------------------------------------------------------------------------
    def claim(self, claim: Claim) -> Finding:
        """One printed derived figure against its recomputation."""
        check = self.check_of(claim)
        about, base = (claim.indicator, claim.region, claim.year), claim.base

        def found(status, note="", exact=None, spread=None):
            digits = max(2, decimals_of(claim.value))
            return self.finding(
                check, claim.measure, about, claim.literal, exact, spread, status, note, digits, claim.source
            )

        if claim.measure in {"highest", "lowest"}:
            return self.rank(check, claim)
        indicator = self.data.catalogue.indicators[claim.indicator]
        unit = self.data.catalogue.unit(indicator, claim.region)
        unit = "%" if claim.measure in RATES else "百分点" if claim.measure == "points" else unit
        if factor(unit, claim.unit) is None:
            return found("fails", f"印作“{claim.unit}”，应为“{unit}”")
        printed = Interval.printed(claim.value, margin_of(claim.value, claim.unit, indicator.kind))
        quantity = self.derive.recompute(claim.measure, *about, base)
        if quantity is None:
            return found(*self.unknown(claim))
        by = factor(unit, claim.unit)
        exact, spread = quantity.exact * by, quantity.interval.scaled(by)
        status, note = decide(claim.value, exact, spread, printed)
        if claim.measure == "level" and status == "rounding" and not note:  # two printings that only touch differ
            status, note = balance(exact - Fraction(claim.value), [spread, printed.scaled(-1)])
        if status == "fails" and (why := self.from_rounded(claim)):
            status, note = "rounding", why
        if base.isdigit() and self.derive.circular(claim.indicator, claim.region, int(base)):
            if claim.measure in {"change", "points"} and status != "fails":
                return found(*self.mirrored(claim), exact, spread)
            if claim.measure == "growth" and not self.derive.printed_change(*about, int(base)) and status != "fails":
                first = self.derive.claims["growth", *about, base][0]
                again = first is not claim
                return found(*(("agrees", "与前文所印相同") if again else ("not checked", "基期数由本增长率推得")), exact, spread)
        if claim.measure == "avg_growth":
            note = f"{METHODS['avg_growth']}；{note}".strip("；")
            if status != "agrees":
                linear = self.derive.between("linear", *about, int(base))
                other, _ = decide(claim.value, linear.exact, linear.interval)
                if STATUSES.index(other) > STATUSES.index(status):
                    status, note, exact, spread = other, METHODS["linear"], linear.exact, linear.interval
        return found(status, note, exact, spread)

    def from_rounded(self, claim: Claim) -> str:
        """The note on a growth or share that follows from its two levels as the text prints them, rounded to a larger unit."""
        key, base = (claim.indicator, claim.region, claim.year), claim.base
        if claim.measure == "share":
            return relations.rounded_inputs(self, key, f"{claim.indicator} / {base} * 100", claim.value)
        lag = f"{claim.indicator}{{{int(base) - claim.year}}}" if base.isdigit() else ""
        rule = f"({claim.indicator} - {lag}) / {lag} * 100"
        return relations.rounded_inputs(self, key, rule, claim.value) if claim.measure == "growth" else ""

    def unknown(self, claim: Claim) -> tuple[str, str]:
        """Status and note of a claim that cannot be recomputed; a base of zero has its convention (100 %)."""
        now = self.derive.level(claim.indicator, claim.region, claim.year)
        if claim.measure == "share":
            whole = self.derive.denominator(claim.base, claim.region, claim.year)
        elif claim.base.isdigit():
            whole = self.derive.level(claim.indicator, claim.region, int(claim.base))
        else:
            whole = None
        if now and whole and whole.exact == 0 and claim.measure in RATES:
            if claim.value == (100 if now.exact > 0 else 0):
                return "not checked", "基数为零，比率没有意义，依惯例印作100%或0"
            return "fails", "基数为零，比率没有意义，依惯例应印100%（两数皆零时印0）"
        return "not checked", f"缺少计算所需的数：{'基期或总体' if now else '本期数'}"

    def mirrored(self, claim: Claim) -> tuple[str, str]:
        """A change without an independent base stands or falls with the growth rate printed beside it."""
        about = claim.indicator, claim.region, claim.year
        for measure, word in (("growth", "增长率"), ("avg_growth", "年均增长率")):
            for twin in self.derive.claims[measure, *about, claim.base]:
                found = self.claim(twin)
                if found.status in {"agrees", "rounding"}:
                    return found.status, f"与所印{word}{twin.literal}%互验"
                return "not checked", f"所印{word}有误，不能用来验证"
        if self.derive.claims[claim.measure, *about, claim.base][0] is not claim:
            return "agrees", "与前文所印相同"
        return "not checked", "基期数由本增减量推得"

    def rank(self, check: str, claim: Claim) -> Finding:
        """A printed list of the highest or lowest regions against the data: the same ones, in their order."""
        codes, highest = claim.literal.split("|"), claim.measure == "highest"
        about = claim.indicator, claim.region, claim.year
        order = self.ranking(claim.indicator, claim.year, highest)[: len(codes)]
        values = [self.data.level(claim.indicator, code, claim.year) for code in codes]
        wanted = [self.data.level(claim.indicator, code, claim.year).exact for code in order]
        status, note = "agrees", ""
        if None in values or sorted(each.exact for each in values) != sorted(wanted):
            status, note = "fails", "名单不符"
        elif [each.exact for each in values] != wanted:
            status, note = "fails", "名单相符，排列次序不对"
        found = self.finding(check, claim.measure, about, claim.literal, status=status, note=note, source=claim.source)
        return self.with_recomputed(found, "|".join(order))

    def ranking(self, indicator: str, year: int, highest: bool = True) -> list[str]:
        """Lowest-level regions by value, the highest (or lowest) first."""
        items = self.data.catalogue.codelists[self.data.catalogue.indicator(indicator).dimension]
        known = [
            (self.data.level(indicator, code, year), code)
            for code in self.data.items(indicator, year)
            if items[code].parent and items[code].level != "prefecture"
        ]
        known = [(quantity.exact, code) for quantity, code in known if quantity]
        return [code for _, code in sorted(known, key=lambda pair: -pair[0] if highest else pair[0])]

    def check_of(self, claim: Claim) -> str:
        """Name of the check of a claim; the second printing of the same claim ends in #2, and so on."""
        parts = "claim", claim.measure, claim.indicator, claim.region, str(claim.year), claim.base
        return ":".join(filter(None, (*parts, self._serial[id(claim)])))

    @cached_property
    def _serial(self) -> dict[int, str]:
        seen, serials = defaultdict(int), {}
        for claim in self.data.claims:
            key = (claim.measure, claim.indicator, claim.region, claim.year, claim.base)
            seen[key] += 1
            serials[id(claim)] = f"#{seen[key]}" if seen[key] > 1 else ""
        return serials

    # -- all together -------------------------------------------------------------------------------------------
    def jobs(self) -> Iterator[Job]:
        """Every check by name, to be carried out one by one."""
        for claim in self.data.claims:
            if self.scope in {"", self.chapter(claim.indicator)}:
                yield self.check_of(claim), lambda claim=claim: self.claim(claim)
        yield from relations.formulas(self)
        yield from relations.further(self)
        yield from relations.totals(self)
        yield from relations.identities(self)
        yield from relations.parts(self)
        yield from relations.copies(self)
        yield from relations.labels(self)
        yield from plausibility.jobs(self)

    def places(self) -> list[tuple[str, str, int]]:
        """Indicator, region and year of all observations in scope."""
        if not self.scope:
            return list(self.data.observations)
        codes = [code for code in self.data.catalogue.indicators if self.chapter(code) == self.scope]
        return [(code, region, year) for year in self.data.years for code in codes for region in self.data.items(code, year)]

    def totals(self, indicator: str) -> Iterator[Finding]:
        """Findings on printed totals of an indicator."""
        for _, run in relations.totals(self, indicator):
            yield run()

    def findings(self, year: int | None = None) -> list[Finding]:
        """Every finding, those that need a person first; `year` keeps the figures of that year."""
        found = [each for _, run in self.jobs() if (each := run())]
        seen = {each.check for each in found}
        for check, erratum in self.data.errata.items():
            if check not in seen:
                note = f"勘误表（{erratum.place}）指向的检查不存在"
                about = "", "", erratum.year
                found.append(replace(
                    self.finding("", "erratum", about, erratum.printed, status="fails", note=note,
                                 source=erratum.source), check=check))
        found = [each for each in found if year is None or each.year == year]
        return sorted(found, key=lambda each: (STATUSES.index(each.status), not each.suspect, each.chapter, each.check))

    @cached_property
    def _doubts(self) -> dict[tuple[str, str, int], list[str]]:
        """The known errata that are about a printed level, by level."""
        doubts = defaultdict(list)
        for check in sorted(self.data.errata):
            kind, *about = check.split(":")
            if kind == "relation":
                doubts[relations.subject(self, check)].append(check)
            elif kind in {"formula", "total"} or check.startswith("claim:level:"):
                *_, code, region, year = about[:4] if kind == "claim" else about
                doubts[code, region, int(year)].append(check)
        return doubts

    def mark(self, key: tuple[str, str, int]) -> Finding | None:
        """The known erratum that a printed level is about."""
        if key not in self._marks:
            found = [each for check in self._doubts.get(key, ()) if (each := self.single(check, key))]
            self._marks[key] = next((each for each in reversed(found) if each.status == "erratum"), None)
        return self._marks[key]

    def single(self, check: str, key: tuple[str, str, int]) -> Finding | None:
        """Carry out one check of a level, without looking at other data than it needs."""
        kind = check.partition(":")[0]
        if kind == "claim":
            jobs = ((self.check_of(claim), lambda claim=claim: self.claim(claim)) for claim in self.derive.claims["level", *key, ""])
        elif kind == "formula":
            jobs = relations.formulas(self, [key])
        else:
            jobs = relations.totals(self, key[0]) if kind == "total" else relations.further(self)
        return next((run() for name, run in jobs if name == check), None)

    def level(self, indicator: str, region: str, year: int) -> Quantity | None:
        """The level a book prints, marked where a check of it is a known erratum."""
        quantity, found = self.derive.level(indicator, region, year), self.mark((indicator, region, year))
        if quantity is None or found is None:
            return quantity
        marked = replace(quantity, mark=found.check, note=found.note)
        rule = self.derive.by_formula(indicator, region, year) if found.check.startswith("formula:") else None
        if rule and self.data.errata[found.check].show == "recomputed":
            return replace(rule, mark=found.check, note=found.note)
        return replace(marked, formula=rule.formula, inputs=rule.inputs, expression=rule.expression) if rule else marked

    def published(self, quantity: Quantity | None) -> Quantity | None:
        """The figure to print for a recomputed one: the claim where it holds, else as its erratum says."""
        if quantity is None:
            return None
        parts = quantity.id.split(":")
        if len(parts) < 5:
            return quantity
        indicator, region, year, measure, base = parts
        for claim in self.derive.claims[measure, indicator, region, int(year), base]:
            check = f"claim:{measure}:{indicator}:{region}:{year}:{base}"
            if check not in self._claims:
                self._claims[check] = self.claim(claim)
            found = self._claims[check]
            erratum = self.data.errata.get(check)
            if measure == "avg_growth" and METHODS["linear"] in found.note:
                quantity = self.derive.between("linear", indicator, region, int(year), int(base)) or quantity
            shown = quantity.with_value(
                claim.value, unit=claim.unit, source=claim.source, place=claim.place, note=found.note
            )
            if found.status in {"agrees", "rounding", "not checked"}:
                return shown
            if erratum and erratum.show == "published":
                return replace(shown, mark=check, note=erratum.reason)
            return replace(
                quantity,
                mark=check,
                source=claim.source,
                note=f"原报告印作{show(claim.value)}{claim.unit}" + (f"；{erratum.reason}" if erratum else ""),
            )
        return quantity


def of_edition(root: Path | None, year: int | None) -> tuple[Audit, list[Finding]]:
    """The audit of all documents an edition uses; without `year`, of all there are.

    An edition of `year` comes out the year after: it uses the data of every year up to its own and the documents
    (`codelists/documents.csv`) that were published by then, such as the next year's budget.
    """
    if year is None:
        audit = Audit(Dataset(root))
        return audit, audit.findings()
    years = Dataset(root, year).all_years
    last = max(at for at in years if at <= year + 1)
    audit = Audit(Dataset(root, last, revised=False))
    path = audit.data.root / "codelists" / "documents.csv"
    rows = read_csv(path, ("document", "published"), optional=True)
    out = {row["document"] for row in rows if int(row["published"][:4] or 0) <= year + 1}
    found = audit.findings()
    first = min((at for at in audit.data.years if audit.data.revisions(at)), default=None)
    if first:  # documents from then on are checked against the revised figures, those before against what they knew
        later = [each for each in Audit(Dataset(root, last)).findings() if each.year >= first]
        found = [each for each in found if each.year < first] + later
    return audit, [each for each in found if each.year <= year or each.document in out]


__all__ = ["Audit", "Finding", "decide", "of_edition", "report", "write_csv"]
