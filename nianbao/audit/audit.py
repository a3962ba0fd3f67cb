"""The audit (勾稽关系): every printed figure against what the rest of the documents allow.

A finding is `agrees` (the point value rounds to what is printed), `rounding` (only the interval holds it),
`erratum` (a known error), `fails`, or `not checked` with the reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cached_property, partial
from itertools import chain
from pathlib import Path

from nianbao.audit import plausibility, relations
from nianbao.audit.findings import STATUSES, Finding, balance, decide, report, write_csv
from nianbao.audit.relations import Job, Key
from nianbao.data.catalogue import read_csv
from nianbao.data.dataset import Claim, Dataset
from nianbao.figures.derivation import Deriver
from nianbao.figures.quantity import Interval, Quantity, decimals_of, factor, margin_of, show

METHODS = {"avg_growth": "几何平均", "linear": "算术平均（总增长率除以年数）"}
RATES = {"growth", "avg_growth", "share"}
RANKS = {"highest", "lowest"}
HOLDS = {"agrees", "rounding"}
Verdict = tuple[str, str]  # status and note


class Audit:
    """All checks over a dataset. `findings` carries them out; `published` picks the figure a book prints.

    `scope` keeps the checks of one part (the first word of an indicator).
    """

    def __init__(self, data: Dataset, scope: str = ""):
        self.data, self.derive, self.scope = data, Deriver(data), scope
        self._claims: dict[str, Finding] = {}
        self._marks: dict[Key, Finding | None] = {}

    def finding(self, check: str, about: Key, printed: str, verdict: Verdict, exact: Fraction | None = None,
                spread: Interval | None = None, digits=2, source="", kind="") -> Finding:
        """A finding, in which a failing check that is a known erratum becomes one, and a stale erratum fails."""
        (indicator, region, year), (status, note) = about, verdict
        seen, erratum = self.data.observations.get(about), self.data.errata.get(check)
        low, high = (spread.low, spread.high) if spread else (None, None)
        numbers = [in_digits(value, digits) for value in (exact, low, high)]
        if erratum and status == "fails":
            guard, now = erratum.guard(check), f"{printed}=>{numbers[0]}".replace(" ", "")
            status, note = "erratum", erratum.reason
            if guard and guard != now:
                status, note = "fails", f"勘误表（{erratum.place}）所述为“{guard}”，现为“{now}”，请重新核对"
        elif erratum and status != "not checked":
            status, note = "fails", f"勘误表（{erratum.place}）所述的错误已不存在，请删去该条"
        return Finding(check, kind or check.split(":")[0], indicator.split(".")[0] or "label", indicator, region, year, printed,  # type: ignore[call-arg]
                       *numbers, status, note, source or (seen.source if seen else ""))

    # -- claims -------------------------------------------------------------------------------------------------
    def claim(self, claim: Claim) -> Finding:
        """One printed derived figure against its recomputation."""
        key, measure = claim.key, claim.measure
        found = partial(self.finding, self.check_of(claim), key, claim.literal, source=claim.source, kind=measure)
        if measure in RANKS:
            verdict, order = self.rank(claim)
            return replace(found(verdict), recomputed="|".join(order))
        found = partial(found, digits=max(2, decimals_of(claim.value)))
        about = self.data.catalogue.indicators[claim.indicator]
        unit = "%" if measure in RATES else "百分点" if measure == "points" else self.data.catalogue.unit(about, claim.region)
        by = factor(unit, claim.unit)
        if by is None:
            return found(("fails", f"印作“{claim.unit}”，应为“{unit}”"))
        quantity = self.derive.recompute(measure, *key, claim.base)
        if quantity is None:
            return found(self.unknown(claim))
        printed = Interval.printed(claim.value, margin_of(claim.value, claim.unit, about.kind))
        return found(*self.compare(claim, printed, quantity.exact * by, quantity.interval.scaled(by)))

    def compare(self, claim: Claim, printed: Interval, exact: Fraction, spread: Interval) -> tuple[Verdict, Fraction, Interval]:
        """The verdict on a claim, and what it was compared with in the end."""
        key, measure = claim.key, claim.measure
        base = int(claim.base) if claim.base.isdigit() else 0
        status, note = decide(claim.value, exact, spread, printed)
        if measure == "level" and status == "rounding" and not note:  # two printings that only touch differ
            status, note = balance(exact - Fraction(claim.value), [spread, -printed])
        if status == "fails" and (why := self.from_rounded(claim)):
            status, note = "rounding", why
        if status != "fails" and base and self.derive.circular(*key[:2], base):
            if measure in {"change", "points"}:
                return self.mirrored(claim), exact, spread
            if measure == "growth" and not self.derive.printed_change(*key, base):
                return self.repeated(claim, "基期数由本增长率推得"), exact, spread
        if measure == "avg_growth":
            linear = self.derive.between("linear", *key, base)
            other, _ = decide(claim.value, linear.exact, linear.interval)
            if STATUSES.index(other) > STATUSES.index(status):
                return (other, METHODS["linear"]), linear.exact, linear.interval
            note = f"{METHODS['avg_growth']}；{note}".strip("；")
        return (status, note), exact, spread

    def from_rounded(self, claim: Claim) -> str:
        """The note on a growth or share that follows from its two levels as the text prints them, rounded to a larger unit."""
        code, base = claim.indicator, claim.base
        lag = f"{code}{{{int(base) - claim.year}}}" if base.isdigit() else ""
        rule = {"share": f"{code} / {base} * 100", "growth": f"({code} - {lag}) / {lag} * 100"}.get(claim.measure)
        return relations.rounded_inputs(self, claim.key, rule, claim.value) if rule else ""

    def unknown(self, claim: Claim) -> Verdict:
        """Verdict on a claim that cannot be recomputed; a base of zero has its convention (100 %)."""
        now, whole = self.derive.level(*claim.key), None
        if claim.measure == "share":
            whole = self.derive.denominator(claim.base, claim.region, claim.year)
        elif claim.base.isdigit():
            whole = self.derive.level(claim.indicator, claim.region, int(claim.base))
        if now and whole and whole.exact == 0 and claim.measure in RATES:
            if claim.value == (100 if now.exact > 0 else 0):
                return "not checked", "基数为零，比率没有意义，依惯例印作100%或0"
            return "fails", "基数为零，比率没有意义，依惯例应印100%（两数皆零时印0）"
        return "not checked", f"缺少计算所需的数：{'基期或总体' if now else '本期数'}"

    def mirrored(self, claim: Claim) -> Verdict:
        """A change without an independent base stands or falls with the growth rate printed beside it."""
        for measure, word in (("growth", "增长率"), ("avg_growth", "年均增长率")):
            for twin in self.derive.claims[measure, *claim.key, claim.base]:
                status = self.claim(twin).status
                if status in HOLDS:
                    return status, f"与所印{word}{twin.literal}%互验"
                return "not checked", f"所印{word}有误，不能用来验证"
        return self.repeated(claim, "基期数由本增减量推得")

    def repeated(self, claim: Claim, note: str) -> Verdict:
        """The first printing of a claim cannot be checked, for the reason in `note`; the next agree with it."""
        first = self.derive.claims[claim.measure, *claim.key, claim.base][0]
        return ("not checked", note) if first is claim else ("agrees", "与前文所印相同")

    def rank(self, claim: Claim) -> tuple[Verdict, list[str]]:
        """A printed list of the highest or lowest regions against the data: the same ones, in their order."""
        def value(code):
            level = self.data.level(claim.indicator, code, claim.year)
            return level and level.exact

        codes = claim.literal.split("|")
        order = self.ranking(claim.indicator, claim.year, claim.measure == "highest")[: len(codes)]
        printed, wanted = ([value(code) for code in each] for each in (codes, order))
        if None in printed or sorted(printed) != sorted(wanted):
            return ("fails", "名单不符"), order
        return (("agrees", "") if printed == wanted else ("fails", "名单相符，排列次序不对")), order

    def ranking(self, indicator: str, year: int, highest: bool = True) -> list[str]:
        """Lowest-level regions by value, the highest (or lowest) first."""
        items = self.data.catalogue.codelists[self.data.catalogue.indicator(indicator).dimension]
        known = {code: level.exact for code in self.data.items(indicator, year)
                 if items[code].parent and items[code].level != "prefecture" and (level := self.data.level(indicator, code, year))}
        return sorted(known, key=lambda code: -known[code] if highest else known[code])

    def check_of(self, claim: Claim) -> str:
        """Name of the check of a claim; the second printing of the same claim ends in #2, and so on."""
        return ":".join(filter(None, ("claim", claim.measure, *map(str, claim.key), claim.base, self._serial[id(claim)])))

    @cached_property
    def _serial(self) -> dict[int, str]:
        seen, serials = Counter(), {}
        for claim in self.data.claims:
            again = claim.measure, *claim.key, claim.base
            seen[again] += 1
            serials[id(claim)] = f"#{seen[again]}" if seen[again] > 1 else ""
        return serials

    def claims(self, claims: Iterable[Claim]) -> Iterator[Job]:
        """The checks of some claims."""
        return ((self.check_of(claim), partial(self.claim, claim)) for claim in claims)

    # -- all together -------------------------------------------------------------------------------------------
    def covers(self, indicator: str) -> bool:
        """Whether an indicator is in scope."""
        return self.scope in {"", indicator.split(".")[0]}

    def places_of(self, codes: Iterable[str]) -> list[Key]:
        """Indicator, region and year of all observations of some indicators."""
        codes = list(codes)
        return [(code, region, year) for year in self.data.years for code in codes for region in self.data.items(code, year)]

    def places(self) -> list[Key]:
        """Indicator, region and year of all observations in scope."""
        return self.places_of(filter(self.covers, self.data.catalogue.indicators)) if self.scope else list(self.data.observations)

    def jobs(self) -> Iterator[Job]:
        """Every check by name, to be carried out one by one."""
        kinds = (relations.formulas, relations.further, relations.totals, relations.identities, relations.parts,
                 relations.copies, relations.labels, plausibility.jobs)
        claims = self.claims(claim for claim in self.data.claims if self.covers(claim.indicator))
        return chain(claims, *(kind(self) for kind in kinds))

    def totals(self, indicator: str) -> Iterator[Finding]:
        """Findings on printed totals of an indicator."""
        return (run() for _, run in relations.totals(self, self.places_of([indicator])))

    def findings(self, year: int | None = None) -> list[Finding]:
        """Every finding, those that need a person first; `year` keeps the figures of that year."""
        found = [each for _, run in self.jobs() if (each := run())]
        for check in self.data.errata.keys() - {each.check for each in found}:
            erratum = self.data.errata[check]
            verdict = "fails", f"勘误表（{erratum.place}）指向的检查不存在"
            lost = self.finding("", ("", "", erratum.year), erratum.printed, verdict, source=erratum.source, kind="erratum")
            found.append(replace(lost, check=check))
        found = [each for each in found if year is None or each.year == year]
        return sorted(found, key=lambda each: (STATUSES.index(each.status), not each.suspect, each.chapter, each.check))

    # -- what a book prints -------------------------------------------------------------------------------------
    @cached_property
    def _doubts(self) -> dict[Key, list[str]]:
        """The known errata that are about a printed level, by level."""
        doubts = defaultdict(list)
        for check in sorted(self.data.errata):
            kind, *about = check.removeprefix("claim:").split(":")
            if kind == "relation":
                doubts[relations.subject(self, check)].append(check)
            elif kind in {"formula", "total", "level"}:
                doubts[about[0], about[1], int(about[2])].append(check)
        return doubts

    def mark(self, key: Key) -> Finding | None:
        """The known erratum that a printed level is about, found without looking at other data than its check needs."""
        if key not in self._marks:
            found = [run() for check in self._doubts.get(key, ()) for name, run in ALONE[check.split(":")[0]](self, key)
                     if name == check]
            self._marks[key] = next((each for each in reversed(found) if each.status == "erratum"), None)
        return self._marks[key]

    def level(self, indicator: str, region: str, year: int) -> Quantity | None:
        """The level a book prints, marked where a check of it is a known erratum."""
        quantity, found = self.derive.level(indicator, region, year), self.mark((indicator, region, year))
        if quantity is None or found is None:
            return quantity
        rule = self.derive.by_formula(indicator, region, year) if found.check.startswith("formula:") else None
        if rule and self.data.errata[found.check].show == "recomputed":
            quantity = rule
        elif rule:
            quantity = replace(quantity, formula=rule.formula, inputs=rule.inputs, expression=rule.expression)
        return replace(quantity, mark=found.check, note=found.note)

    def published(self, quantity: Quantity | None) -> Quantity | None:
        """The figure to print for a recomputed one: the claim where it holds, else as its erratum says."""
        if quantity is None or quantity.id.count(":") < 4:
            return quantity
        indicator, region, year, measure, base = quantity.id.split(":")
        claims = self.derive.claims[measure, indicator, region, int(year), base]
        if not claims:
            return quantity
        claim, check = claims[0], self.check_of(claims[0])
        if check not in self._claims:
            self._claims[check] = self.claim(claim)
        found, erratum = self._claims[check], self.data.errata.get(check)
        if measure == "avg_growth" and METHODS["linear"] in found.note:
            quantity = self.derive.between("linear", indicator, region, int(year), int(base)) or quantity
        shown = quantity.with_value(claim.value, unit=claim.unit, source=claim.source, place=claim.place, note=found.note)
        if found.status in {*HOLDS, "not checked"}:
            return shown
        if erratum and erratum.show == "published":
            return replace(shown, mark=check, note=erratum.reason)
        note = f"原报告印作{show(claim.value)}{claim.unit}" + (f"；{erratum.reason}" if erratum else "")
        return replace(quantity, mark=check, source=claim.source, note=note)


#: For each kind of check that may be about a level: its checks of one level.
ALONE = {
    "claim": lambda audit, key: audit.claims(audit.derive.claims["level", *key, ""]),
    "formula": lambda audit, key: relations.formulas(audit, [key]),
    "total": lambda audit, key: relations.totals(audit, audit.places_of([key[0]])),
    "relation": lambda audit, key: relations.further(audit),
}


def in_digits(value: Fraction | None, digits: int) -> str:
    """A number of a finding; empty where there is none. Large ones are shown whole."""
    if value is None:
        return ""
    text = f"{float(value):.{digits}f}" if abs(value) < 10**9 else f"{value.numerator // value.denominator}"
    return text.replace("-", "") if float(text) == 0 else text


def of_edition(root: Path, year: int | None) -> tuple[Audit, list[Finding]]:
    """The audit of all documents an edition uses; without `year`, of all there are.

    An edition of `year` comes out the year after: it uses the data of every year up to its own and the documents
    (`codelists/documents.csv`) that were published by then, such as the next year's budget.
    """
    if year is None:
        audit = Audit(Dataset(root))
        return audit, audit.findings()
    last = max(at for at in Dataset(root, year, lazy=True).all_years if at <= year + 1)
    audit = Audit(Dataset(root, last, revised=False))
    path = audit.data.root / "codelists" / "documents.csv"
    rows = read_csv(path, ("document", "published"), optional=True)
    out = {row["document"] for row in rows if row["published"][:4] <= str(year + 1)}
    found = audit.findings()
    first = min((at for at in audit.data.years if audit.data.revisions(at)), default=None)
    if first:  # documents from then on are checked against the revised figures, those before against what they knew
        later = [each for each in Audit(Dataset(root, last)).findings() if each.year >= first]
        found = [each for each in found if each.year < first] + later
    return audit, [each for each in found if each.year <= year or each.document in out]


__all__ = ["Audit", "Finding", "decide", "of_edition", "report", "write_csv"]
