"""Relations between printed figures: formulas, totals, identities, parts, copied rows and labels.

Each kind is a generator of jobs (the name of a check and a function that carries it out when called) and the function
itself, which gives back a finding: what is printed, what follows from the rest, and the verdict on the two.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from nianbao.audit.findings import Finding, balance, decide
from nianbao.data import formula
from nianbao.data.catalogue import Row, read_csv
from nianbao.figures.quantity import Interval, decimals_of, factor

if TYPE_CHECKING:
    from nianbao.audit.audit import Audit

Key = tuple[str, str, int]  # indicator, region, year
Job = tuple[str, partial]  # the name of a check and how to carry it out
NOTHING = Interval(Fraction(0), Fraction(0))
IDENTITY_COLUMNS = ("identity", "title", "indicator", "region", "weight", "lag")


def job(audit: Audit, run: Callable, check: str, *about) -> Job:
    """A check by name, to be carried out later."""
    return check, partial(run, audit, check, *about)


# -- formulas ---------------------------------------------------------------------------------------------------
def formulas(audit: Audit, places: Iterable[Key] | None = None) -> Iterator[Job]:
    """Printed figures (among `places`) that have a formula, where its terms are printed for items of that kind at all."""
    data, places = audit.data, list(audit.places() if places is None else places)
    tops = {code: data.catalogue.top(about) for code, about in data.catalogue.indicators.items()}
    printed = {(code, year) for code, region, year in places if region != tops[code]}
    for key in places:
        code, region, year = key
        seen, rule = data.observations.get(key), data.formula(*key)
        if rule and seen and seen.value is not None and seen.status != "E" and (region == tops[code] or all(
                (term[0], term[2]) in printed or audit.derive.level(*term) for term in formula.places(rule, region, year))):
            yield job(audit, check_formula, f"formula:{code}:{region}:{year}", key, rule)


def check_formula(audit: Audit, check: str, key: Key, rule: str, title: str = "") -> Finding:
    """A printed figure against its formula, or a further one with a `title`."""
    printed, filled, note = audit.data.level(*key), audit.derive.filled(rule, *key[1:]), title
    known = filled is not None
    if not known:
        filled, note = with_blanks(audit, rule, key), "空格按零计"
    if filled is None:
        return audit.finding(check, key, printed.signed, ("not checked", lacking(audit, rule, key)), kind="formula")
    exact, spread, *_ = filled
    status, more = decide(printed.value, exact, spread, printed.interval)
    if status == "fails" and known and (why := rounded_inputs(audit, key, rule, printed.value)):
        status, more = "rounding", why
    digits = max(2, decimals_of(printed.value))
    return audit.finding(check, key, printed.signed, (status, more or note), exact, spread, digits, kind="formula")


def with_blanks(audit: Audit, rule: str, key: Key) -> tuple[Fraction, Interval] | None:
    """A formula of sums and differences with cells printed blank taken as nothing; None for any other."""
    points, spreads = [], []
    for place in formula.places(rule, *key[1:]):
        level, seen = audit.derive.level(*place), audit.data.observations.get(place)
        if level is None and (seen is None or seen.value is not None) or set("*/") & set(rule):
            return None
        half = Fraction(1, 2 * 10 ** audit.data.catalogue.indicators[place[0]].decimals)
        points.append(level.exact if level else Fraction(0))
        spreads.append(level.interval if level else Interval(-half, half))
    return formula.evaluate(rule, points, spreads)


def lacking(audit: Audit, rule: str, key: Key) -> str:
    """Why a formula could not be used."""
    unknown = [place[0] for place in formula.places(rule, *key[1:]) if audit.derive.level(*place) is None]
    names = "、".join(dict.fromkeys(audit.data.catalogue.indicators[code].name for code in unknown))
    return f"缺少计算所需的数：{names}" if names else "除数为零，无从计算"


def rounded_level(audit: Audit, place: Key) -> Fraction | None:
    """A level as the text prints it again, rounded to a larger unit (3.91 万元 for 39110.38 元); else as it is."""
    level = audit.derive.level(*place)
    factors = [(claim, factor(claim.unit, level.unit)) for claim in audit.derive.claims["level", *place, ""]] if level else ()
    return next((Fraction(claim.value) * by for claim, by in factors if by and by > 1), level.exact if level else None)


def rounded_inputs(audit: Audit, key: Key, rule: str, value: Decimal) -> str:
    """The note that names the figures as the text prints them, rounded to a larger unit, where a formula gives exactly
    `value` from those; empty where it does not."""
    places = formula.places(rule, *key[1:])
    points = [rounded_level(audit, place) for place in places]
    if None in points or points == [audit.derive.level(*place).exact for place in places]:
        return ""
    try:
        exact, spread = formula.evaluate(rule, points, [Interval(point, point) for point in points])
    except ZeroDivisionError:
        return ""
    used = "、".join(f"{float(point):.15g}" for point in dict(zip(places, points, strict=True)).values())
    return f"由正文里取整后的数（{used}）算得" if decide(value, exact, spread)[0] == "agrees" else ""


def further(audit: Audit) -> Iterator[Job]:
    """Further formulas a printed figure should follow (`data/<year>/lists/relations.csv`)."""
    for year in audit.data.years:
        for row in audit.data.rows("relations", year):
            audit.data.terms(row, "formula")
            key = row["indicator"], row["region"], year
            if audit.data.level(*key):
                check = f"relation:{row['relation']}:{row['region']}:{year}"
                yield job(audit, check_formula, check, key, row["formula"], row["title"])


def subject(audit: Audit, check: str) -> Key:
    """The figure that a further formula is about."""
    return next((run.args[2] for name, run in further(audit) if name == check), ("", "", 0))


# -- totals -----------------------------------------------------------------------------------------------------
def totals(audit: Audit, places: Iterable[Key] | None = None) -> Iterator[Job]:
    """Each whole of a codelist against the sum of its parts, wherever both are printed (among `places`)."""
    catalogue, rows = audit.data.catalogue, defaultdict(dict)
    for code, region, year in audit.places() if places is None else places:
        rows[code, year][region] = audit.data.observations[code, region, year]
    for (code, year), seen in rows.items():
        about = catalogue.indicators[code]
        if about.kind == "ratio" or about.unit in {"比", "%"}:
            continue
        for whole in seen:
            parts = printed_parts(audit, about.dimension, whole, seen)
            if parts and seen[whole].value is not None:
                alone = len(parts) == 1 and len(catalogue.children(about.dimension, whole)) > 1
                yield job(audit, check_total, f"total:{code}:{whole}:{year}", (code, whole, year), parts, alone)


def check_total(audit: Audit, check: str, key: Key, parts: list[str], alone: bool) -> Finding:
    """A printed whole against the sum of its printed parts."""
    total = audit.data.level(*key)
    if alone:
        return audit.finding(check, key, total.signed, ("not checked", "分项不全：只载其中一项"))
    levels = [level for part in parts if (level := audit.data.level(key[0], part, key[2]))]
    exact = sum((level.exact for level in levels), Fraction(0))
    spread = sum((level.interval for level in levels), NOTHING)
    status, note = balance(total.exact - exact, [total.interval, *(-level.interval for level in levels)])
    digits = max(decimals_of(each.value) for each in [total, *levels])
    return audit.finding(check, key, total.signed, (status, note or f"{len(levels)}项之和"), exact, spread, digits)


def printed_parts(audit: Audit, dimension: str, whole: str, seen: dict) -> list[str]:
    """The nearest descendants of `whole` that have a row."""
    parts = []
    for child in audit.data.catalogue.children(dimension, whole):
        parts += [child] if child in seen else printed_parts(audit, dimension, child, seen)
    return parts


# -- identities -------------------------------------------------------------------------------------------------
def read_identities(audit: Audit) -> dict[str, list[tuple]]:
    """`data/identities.csv`: name -> terms (indicator, pinned region or empty, weight, lag, title)."""
    groups = defaultdict(list)
    for row in read_csv(audit.data.root / "identities.csv", IDENTITY_COLUMNS):
        row.check(row["indicator"] in audit.data.catalogue.indicators, "indicator", "没有指标“{indicator}”")
        row["lag"] = row["lag"] or "0"
        groups[row["identity"]].append(
            (row["indicator"], row["region"], Fraction(row.number("weight")), int(row.number("lag")), row["title"]))
    return groups


def identities(audit: Audit) -> Iterator[Job]:
    """Linear relations, for every year and region that prints all of their terms (or, for the whole, most of them).

    Where a term is printed for no region of that year at all, the relation is no relation of the regions:
    it is left out there, and reported as not checked for the whole only.
    """
    data, known = audit.data, defaultdict(set)
    groups = {name: terms for name, terms in read_identities(audit).items()
              if any(audit.covers(code) for code, *_ in terms)}
    others = {code for terms in groups.values() for code, *_ in terms if not audit.covers(code)}
    for code, region, year in [*audit.places(), *audit.places_of(sorted(others))]:
        known[code].add((region, year))
    for name, terms in groups.items():
        free = [code for code, pinned, *_ in terms if not pinned]
        scope = {("" if pinned else region, year + lag) for code, pinned, _, lag, _ in terms
                 for region, year in known[code] if pinned in {"", region}}
        for region, year in sorted(scope):
            if year not in data.years or free and not region:
                continue
            places = [(code, pinned or region, year - lag) for code, pinned, _, lag, _ in terms]
            missing = [place for place in places if place[1:] not in known[place[0]]]
            whole = not region or region == data.catalogue.top(data.catalogue.indicators[free[0]])
            apart = not whole or any(at not in data.years for *_, at in missing)
            if len(terms) - len(missing) > 1 and not (missing and apart):
                check = f"identity:{name}:{region or terms[-1][1]}:{year}"
                yield job(audit, check_identity, check, terms, places, missing)


def check_identity(audit: Audit, check: str, terms: list[tuple], places: list[Key], missing: list[Key]) -> Finding:
    """One relation at one place. The figure it is about is the total: the one term of its sign, else the last."""
    signs, title = [weight > 0 for _, _, weight, *_ in terms], terms[0][4]
    about = places[next((at for at, sign in enumerate(signs) if signs.count(sign) == 1 and len(signs) > 2), -1)]
    if missing:
        names = "、".join(f"{year}年{audit.data.catalogue.indicators[code].name}" for code, _, year in missing[:3])
        source = next((seen.source for place in places if (seen := audit.data.observations.get(place))), "")
        return audit.finding(check, about, "", ("not checked", f"未载所需的数：{title}：缺{names}"), source=source)
    levels = [(level, weight) for place, (_, _, weight, *_) in zip(places, terms, strict=True)
              if (level := audit.data.level(*place))]  # a cell printed blank counts as nothing
    exact, parts = sum(level.exact * by for level, by in levels), [level.interval.scaled(by) for level, by in levels]
    status, note = balance(exact, parts)
    note = f"{note}（{title}）" if note else title
    digits = max((decimals_of(level.value) for level, _ in levels), default=0)
    return audit.finding(check, about, "0", (status, note), exact, sum(parts, NOTHING), digits)


# -- parts and copies -------------------------------------------------------------------------------------------
def parts(audit: Audit) -> Iterator[Job]:
    """A component cannot exceed what it is a component of (`parent` of the indicator)."""
    indicators = audit.data.catalogue.indicators
    for code, region, year in audit.places():
        about, whole = indicators[code], indicators.get(indicators[code].parent)
        if whole and whole.dimension == about.dimension and "ratio" not in (about.kind, whole.kind):
            if (whole.code, region, year) in audit.data.observations:
                yield job(audit, check_part, f"part:{code}:{region}:{year}", (code, region, year), whole.code)


def check_part(audit: Audit, check: str, key: Key, parent: str) -> Finding | None:
    """A component against its whole; None where one of them is blank or their units do not convert."""
    part, whole = audit.data.level(*key), audit.data.level(parent, *key[1:])
    by = factor(part.unit, whole.unit) if part and whole else None
    if by is None or whole.exact < 0:
        return None
    verdict = "agrees", ""
    if part.interval.low * by > whole.interval.high:
        verdict = "fails", f"部分大于总体：{whole.name}{whole.text}{whole.unit}"
    return audit.finding(check, key, part.signed, verdict, whole.exact / by, digits=decimals_of(part.value))


def copies(audit: Audit) -> Iterator[Job]:
    """Rows of a table (a figure and its components, or all regions) that repeat another year's to the last digit."""
    children, rows, regions, groups = defaultdict(list), defaultdict(dict), defaultdict(list), {}
    indicators = audit.data.catalogue.indicators
    for code, about in indicators.items():
        if about.kind != "ratio" and about.parent:
            children[about.parent].append(code)
    for code, region, year in audit.places():
        seen = audit.data.observations[code, region, year]
        if seen.status == "A":
            rows[code, region][year] = seen.literal
    for code, region in rows:
        regions[code].append(region)
        if code in children:
            groups[code, region] = [(each, region) for each in (code, *children[code])]
    groups |= {(code, "*"): [(code, region) for region in found] for code, found in regions.items()
               if len(found) > 4 and indicators[code].kind != "ratio"}
    for (code, region), members in sorted(groups.items()):
        years = sorted({year for member in members for year in rows.get(member, ())})
        for year in years:
            values = {rows[member].get(year) for member in members if member in rows}
            if len(values - {None, "0"}) > 3:
                place = code, members[0][1], year
                yield job(audit, check_copy, f"copy:{code}:{region}:{year}", place, members, [at for at in years if at < year])


def check_copy(audit: Audit, check: str, key: Key, members: list[tuple[str, str]], earlier: list[int]) -> Finding:
    """A row of figures against the same row of each earlier year."""
    def row(year):
        seen = [audit.data.observations.get((*member, year)) for member in members]
        return [each.literal if each and each.status == "A" else None for each in seen]

    now = row(key[2])
    same = [year for year in earlier if len(now) - now.count(None) > 3 and row(year) == now]
    verdict = ("fails", f"整行{len(now)}个数与{same[-1]}年的完全相同") if same else ("agrees", "")
    return audit.finding(check, key, "|".join(filter(None, now)), verdict)


# -- labels -----------------------------------------------------------------------------------------------------
def labels(audit: Audit) -> Iterator[Job]:
    """Words: captions in sequence and of the right year, and other labels that were found wrong.

    `lists/captions.csv`: the numbers of tables and charts as printed; `lists/labels.csv`: printed and expected words.
    """
    for year in audit.data.years:
        last: dict[tuple, int] = {}
        for row in audit.data.rows("captions", year):
            series = row["document"], row["kind"], row["part"]
            wanted, last[series] = last.get(series, 0) + 1, int(row.number("number"))
            check = f"label:{row['document']}:{row['kind']}{row['part']}-{row['number']}"
            yield job(audit, check_label, check, row, row["number"], str(wanted), year, "编号应接续")
            if row["year"]:
                yield job(audit, check_label, f"{check}:year", row, row["year"], str(year), year, "标题年份")
        for row in audit.data.rows("labels", year):
            check = f"label:{row['document']}:{row['label']}"
            yield job(audit, check_label, check, row, row["printed"], row["expected"], year, "")


def check_label(audit: Audit, check: str, row: Row, printed: str, expected: str, year: int, note: str) -> Finding:
    """Printed words against the expected ones; each may name a figure, as `{indicator[item]@year}`."""
    def value(match):
        level = audit.data.level(match[1], match[2], int(match[3]))
        return level.signed if level else "—"

    printed, expected = (re.sub(r"\{([\w.]+)\[(\w+)\]@(\d{4})\}", value, text) for text in (printed, expected))
    verdict = "agrees" if printed == expected else "fails", note
    found = audit.finding(check, ("", "", year), printed, verdict, source=f"{row['document']} {row['place']}")
    return replace(found, recomputed=expected)
