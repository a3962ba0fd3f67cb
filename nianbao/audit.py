"""The audit (勾稽关系): every printed figure against what the rest of the documents allow.

A finding is `agrees` (the point value rounds to what is printed), `rounding` (only the interval holds it),
`erratum` (a known error), `fails`, or `not checked` with the reason.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import asdict, dataclass, fields, replace
from fractions import Fraction
from pathlib import Path

from .catalogue import display_path, read_csv
from .dataset import Claim, Dataset
from .derive import Deriver
from .errors import DataError
from .quantity import Interval, Quantity, decimals_of, factor, round_half_up, show

STATUSES = ("fails", "erratum", "rounding", "not checked", "agrees")
METHODS = {"avg_growth": "几何平均", "linear": "算术平均（总增长率除以年数）"}


@dataclass(frozen=True)
class Finding:
    """The result of one check; numbers are strings as shown, `low` and `high` what rounding allows."""

    check: str
    kind: str
    chapter: str
    indicator: str
    region: str
    year: int
    printed: str
    recomputed: str
    low: str
    high: str
    status: str
    note: str


def decide(value, exact: Fraction, spread: Interval, margin: Interval | None = None) -> tuple[str, str]:
    """Status and note for a printed `value` (Decimal) against a recomputed point and interval."""
    digits = decimals_of(value)
    if round_half_up(exact, digits) == value:
        return "agrees", ""
    if (margin or Interval.printed(value)).meets(spread):
        return "rounding", ""
    ulp = Fraction(1, 10**digits)
    cut = (
        Interval(Fraction(value), Fraction(value) + ulp)
        if value >= 0
        else Interval(Fraction(value) - ulp, Fraction(value))
    )
    if cut.meets(spread):
        return "rounding", "截尾，未四舍五入"
    return "fails", ""


class Audit:
    """All checks over a dataset. `findings` is computed once; `published` picks the figure a book prints."""

    def __init__(self, data: Dataset):
        self.data, self.derive = data, Deriver(data)
        self._claims: dict[str, Finding] = {}

    def chapter(self, indicator: str) -> str:
        """The part of the data an indicator belongs to (its first word)."""
        return indicator.split(".")[0]

    def finding(self, check, kind, about, printed, exact=None, spread=None, status="", note="", digits=2) -> Finding:
        """A finding, in which a failing check that is a known erratum becomes one."""
        indicator, region, year = about
        erratum = self.data.errata.get(check)
        if erratum and status == "fails":
            status, note = "erratum", erratum.reason
        elif erratum:
            status, note = "fails", f"勘误表（{erratum.place}）所述的错误已不存在，请删去该条"

        def text(value):
            return "" if value is None else f"{round_half_up(value, digits):f}"

        return Finding(
            check,
            kind,
            self.chapter(indicator),
            indicator,
            region,
            year,
            printed,
            text(exact),
            text(spread and spread.low),
            text(spread and spread.high),
            status,
            note,
        )

    # -- claims -------------------------------------------------------------------------------------------------
    def claim(self, claim: Claim) -> Finding:
        """One printed derived figure against its recomputation."""
        serial = self._serial[id(claim)]
        check = ":".join(
            filter(None, ("claim", claim.measure, claim.indicator, claim.region, str(claim.year), claim.base, serial))
        )
        about = claim.indicator, claim.region, claim.year
        if claim.measure in {"highest", "lowest"}:
            return self.rank(check, claim)
        unit = self.data.catalogue.indicators[claim.indicator].unit
        if claim.measure == "change" and self.circular(claim):
            return self.mirrored(check, claim)
        if claim.measure == "growth" and self.circular(claim) and not self.derive.printed_change(*about, int(claim.base)):
            return self.finding(check, claim.measure, about, claim.literal, status="not checked", note="基期数由本增长率推得")
        quantity = self.derive.recompute(claim.measure, claim.indicator, claim.region, claim.year, claim.base)
        if quantity is None:
            return self.finding(
                check, claim.measure, about, claim.literal, status="not checked", note="缺少计算所需的数"
            )
        by = factor(quantity.unit or unit, claim.unit) or Fraction(1)
        exact, spread = quantity.exact * by, quantity.interval.scaled(by)
        status, note = decide(claim.value, exact, spread)
        if claim.unit != quantity.unit and factor(quantity.unit, claim.unit) is None:
            status, note = "fails", f"印作“{claim.unit}”，应为“{quantity.unit}”"
        if claim.measure == "avg_growth" and status != "agrees":
            linear = self.derive.between("linear", *about, int(claim.base))
            other, _ = decide(claim.value, linear.exact, linear.interval)
            if STATUSES.index(other) > STATUSES.index(status):
                status, note, exact, spread = other, METHODS["linear"], linear.exact, linear.interval
        return self.finding(
            check, claim.measure, about, claim.literal, exact, spread, status, note, max(2, decimals_of(claim.value))
        )

    def circular(self, claim: Claim) -> bool:
        """Whether the base level was itself derived from this change."""
        base = self.data.observations.get((claim.indicator, claim.region, int(claim.base)))
        return base is not None and base.status == "E"

    def mirrored(self, check: str, claim: Claim) -> Finding:
        """A change without an independent base stands or falls with the growth rate printed beside it."""
        about = claim.indicator, claim.region, claim.year
        for measure in ("growth", "avg_growth"):
            for twin in self.derive.claims[measure, *about, claim.base]:
                found = self.claim(twin)
                status = "agrees" if found.status in {"erratum", "not checked"} else found.status
                return self.finding(
                    check,
                    claim.measure,
                    about,
                    claim.literal,
                    status=status,
                    note=f"与所印{'增长率' if measure == 'growth' else '年均增长率'}{twin.literal}%互验",
                )
        return self.finding(
            check, claim.measure, about, claim.literal, status="not checked", note="基期数由本增减量推得"
        )

    def rank(self, check: str, claim: Claim) -> Finding:
        """A printed list of the highest or lowest regions against the data."""
        about = claim.indicator, claim.region, claim.year
        codes = claim.literal.split("|")
        order = self.ranking(claim.indicator, claim.year, claim.measure == "highest")[: len(codes)]
        status = "agrees" if set(order) == set(codes) else "fails"
        note = "" if order == codes or status == "fails" else "名单相符，排列次序不同"
        return replace(
            self.finding(check, claim.measure, about, claim.literal, status=status, note=note),
            recomputed="|".join(order),
        )

    def ranking(self, indicator: str, year: int, highest: bool = True) -> list[str]:
        """Lowest-level regions by value, the highest (or lowest) first."""
        items = self.data.catalogue.codelists[self.data.catalogue.indicator(indicator).dimension]
        known = [
            (self.data.level(indicator, code, year), code)
            for code in self.data.items(indicator, year)
            if items[code].parent and not self.data.catalogue.children("region", code)[:0]
        ]
        known = [(quantity.exact, code) for quantity, code in known if quantity and items[code].level != "prefecture"]
        return [code for _, code in sorted(known, key=lambda pair: -pair[0] if highest else pair[0])]

    # -- formulas, totals, identities ---------------------------------------------------------------------------
    def formulas(self):
        """Printed ratios against their formulas."""
        for (code, region, year), seen in self.data.observations.items():
            if seen.value is None or seen.status == "E" or not self.data.formula(code, region, year):
                continue
            check, about = f"formula:{code}:{region}:{year}", (code, region, year)
            quantity = self.derive.by_formula(code, region, year)
            if quantity is None:
                yield self.finding(check, "formula", about, seen.literal, status="not checked", note="缺少计算所需的数")
                continue
            status, note = decide(seen.value, quantity.exact, quantity.interval)
            yield self.finding(
                check,
                "formula",
                about,
                seen.literal,
                quantity.exact,
                quantity.interval,
                status,
                note,
                max(2, decimals_of(seen.value)),
            )

    def totals(self):
        """Each whole of a codelist against the sum of its parts, wherever both are printed."""
        rows = defaultdict(dict)
        for (code, region, year), seen in self.data.observations.items():
            rows[code, year][region] = seen
        for (code, year), seen in rows.items():
            about = self.data.catalogue.indicators[code]
            if about.kind == "ratio" or about.unit in {"比", "%"}:
                continue
            for whole in seen:
                parts = self.printed_parts(about.dimension, whole, seen)
                if seen[whole].value is None or not parts:
                    continue
                levels = [self.data.level(code, part, year) for part in parts]
                levels = [level for level in levels if level]
                exact = sum((level.exact for level in levels), Fraction(0))
                spread = sum((level.interval for level in levels), Interval(Fraction(0), Fraction(0)))
                total = self.data.level(code, whole, year)
                status, note = decide(total.value, exact, spread, total.interval)
                yield self.finding(
                    f"total:{code}:{whole}:{year}",
                    "total",
                    (code, whole, year),
                    seen[whole].literal,
                    exact,
                    spread,
                    status,
                    note or f"{len(levels)}项之和",
                    decimals_of(total.value),
                )

    def printed_parts(self, dimension: str, whole: str, seen: dict) -> list[str]:
        """The nearest descendants of `whole` that have a row."""
        parts = []
        for child in self.data.catalogue.children(dimension, whole):
            parts += [child] if child in seen else self.printed_parts(dimension, child, seen)
        return parts

    def identities(self):
        """Linear relations of `data/identities.csv`, for every year and region that has their terms."""
        path = self.data.root / "identities.csv"
        label = display_path(path)
        groups = defaultdict(list)
        for row in read_csv(path, ("identity", "title", "indicator", "region", "weight", "lag")):
            if row["indicator"] not in self.data.catalogue.indicators:
                raise DataError(f"没有指标“{row['indicator']}”", label, row["_row"], "indicator")
            try:
                groups[row["identity"]].append(
                    (row["indicator"], row["region"], Fraction(row["weight"]), int(row["lag"] or 0), row["title"])
                )
            except ValueError:
                raise DataError("权数应为数字，滞后期应为整数", label, row["_row"], "weight") from None
        known = defaultdict(set)
        for code, region, year in self.data.observations:
            known[code].add((region, year))
        for name, terms in groups.items():
            scope = sorted(
                {
                    (region if not pinned else "", year + lag)
                    for code, pinned, _, lag, _ in terms
                    for region, year in known[code]
                    if not pinned or region == pinned
                }
            )
            free = {region for region, _ in scope if region}
            for region, year in scope:
                if year in self.data.years and (region or not free):
                    found = self.identity(name, terms, region, year)
                    if found:
                        yield found

    def identity(self, name: str, terms, region: str, year: int) -> Finding | None:
        """One relation at one place; None where fewer than two of its terms are printed there."""
        exact, spread, missing, present, digits = Fraction(0), Interval(Fraction(0), Fraction(0)), [], 0, 0
        for code, pinned, weight, lag, _ in terms:
            place = pinned or region
            seen = self.data.observations.get((code, place, year - lag))
            if seen is None:
                missing.append(f"{year - lag}年{self.data.catalogue.indicators[code].name}")
                continue
            present += 1
            level = self.data.level(code, place, year - lag)
            if level:
                exact += level.exact * weight
                spread = spread + level.interval.scaled(weight)
                digits = max(digits, decimals_of(level.value))
        where = region or terms[0][1]
        about = (terms[-1][0], where, year)
        check = f"identity:{name}:{where}:{year}"
        if present < 2:
            return None
        title = terms[0][4]
        if missing:
            return self.finding(
                check, "identity", about, "", status="not checked", note=f"{title}：缺{'、'.join(missing[:3])}"
            )
        status = "agrees" if exact == 0 else "rounding" if spread.low <= 0 <= spread.high else "fails"
        return self.finding(check, "identity", about, "0", exact, spread, status, title, digits)

    # -- all together -------------------------------------------------------------------------------------------
    def findings(self, year: int | None = None) -> list[Finding]:
        """Every finding, those that need a person first; `year` keeps the figures of one year's documents."""
        found = [self.claim(claim) for claim in self.data.claims]
        found += [*self.formulas(), *self.totals(), *self.identities()]
        seen = {each.check for each in found}
        for check, erratum in self.data.errata.items():
            if check not in seen and check.startswith("label:"):
                found.append(
                    Finding(
                        check,
                        "label",
                        check.split(":")[1],
                        "",
                        "",
                        erratum.year,
                        erratum.printed,
                        erratum.likely,
                        "",
                        "",
                        "erratum",
                        erratum.reason,
                    )
                )
            elif check not in seen:
                found.append(
                    Finding(
                        check,
                        "erratum",
                        "",
                        "",
                        "",
                        erratum.year,
                        erratum.printed,
                        "",
                        "",
                        "",
                        "fails",
                        f"勘误表（{erratum.place}）指向的检查不存在",
                    )
                )
        found = [each for each in found if year is None or each.year == year]
        return sorted(found, key=lambda each: (STATUSES.index(each.status), each.chapter, each.check))

    @property
    def _serial(self) -> dict[int, str]:
        """A number for claims printed more than once, so that each has a check of its own."""
        if not hasattr(self, "_serials"):
            seen, self._serials = defaultdict(int), {}
            for claim in self.data.claims:
                key = (claim.measure, claim.indicator, claim.region, claim.year, claim.base)
                seen[key] += 1
                self._serials[id(claim)] = f"#{seen[key]}" if seen[key] > 1 else ""
        return self._serials

    def level(self, indicator: str, region: str, year: int) -> Quantity | None:
        """The level a book prints, marked where a check of it is a known erratum."""
        quantity = self.derive.level(indicator, region, year)
        check = f"formula:{indicator}:{region}:{year}"
        erratum = self.data.errata.get(check)
        if quantity is None or erratum is None:
            return quantity
        if erratum.show == "recomputed":
            return replace(self.derive.by_formula(indicator, region, year), mark=check, note=erratum.reason)
        return replace(quantity, mark=check, note=erratum.reason)

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


def write_csv(findings: list[Finding], path: Path) -> None:
    """`audit.csv`: a row a finding."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, [each.name for each in fields(Finding)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(each) for each in findings)


def report(findings: list[Finding]) -> list[str]:
    """Lines for the terminal: what needs a person first, then known errata, then counts."""
    lines = []
    for status, words in (("fails", "不符"), ("erratum", "已知勘误")):
        for each in (one for one in findings if one.status == status):
            lines.append(f"[{words}] {each.check}　印作 {each.printed or '—'}　算得 {each.recomputed or '—'}"
                         f"　允许 {each.low}～{each.high}　{each.note}")
    counts = {status: sum(each.status == status for each in findings) for status in STATUSES}
    words = {"fails": "不符", "erratum": "已知勘误", "rounding": "舍入之差", "not checked": "未核", "agrees": "相符"}
    lines.append(f"共核{len(findings)}项：" + "，".join(f"{words[status]}{count}" for status, count in counts.items()))
    return lines
