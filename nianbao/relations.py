"""Relations between printed figures: formulas, totals, identities, parts, copied rows and labels.

Each function yields jobs: the name of a check and a function that carries it out when called.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from . import formula
from .catalogue import display_path, read_csv
from .errors import DataError
from .findings import Finding, balance, decide
from .quantity import Interval, decimals_of, factor

if TYPE_CHECKING:
    from .audit import Audit

Job = tuple[str, Callable[[], Finding | None]]
NOTHING = Interval(Fraction(0), Fraction(0))


# -- formulas ---------------------------------------------------------------------------------------------------
def formulas(audit: Audit, only: list[tuple] | None = None) -> Iterator[Job]:
    """Printed figures that have a formula, where its terms are printed for items of that kind at all.

    `only` names the figures (indicator, region, year) to look at.
    """
    printed = set() if only else {(code, year, region == audit.data.catalogue.top(audit.data.catalogue.indicators[code]))
                                  for code, region, year in audit.places()}
    for code, region, year in only or audit.places():
        seen, rule = audit.data.observations.get((code, region, year)), audit.data.formula(code, region, year)
        if seen is None or seen.value is None or seen.status == "E" or not rule:
            continue
        top = region == audit.data.catalogue.top(audit.data.catalogue.indicators[code])
        terms = formula.parse(rule)[1]
        if top or all((term.indicator, year + term.lag, False) in printed
                      or audit.derive.level(term.indicator, term.item or region, year + term.lag) for term in terms):
            yield f"formula:{code}:{region}:{year}", lambda key=(code, region, year): check_formula(audit, key)


def check_formula(audit: Audit, key: tuple[str, str, int]) -> Finding:
    """A printed figure against its formula."""
    seen, check = audit.data.observations[key], "formula:" + ":".join(map(str, key))
    quantity, printed = audit.derive.by_formula(*key), audit.data.level(*key)
    rule, digits = audit.data.formula(*key), max(2, decimals_of(seen.value))
    if quantity is None and (blank := with_blanks(audit, rule, key)):
        status, note = decide(seen.value, *blank, printed.interval)
        return audit.finding(check, "formula", key, seen.literal, *blank, status, note or "空格按零计", digits)
    if quantity is None:
        note = lacking(audit, rule, key)
        return audit.finding(check, "formula", key, seen.literal, status="not checked", note=note)
    status, note = decide(seen.value, quantity.exact, quantity.interval, printed.interval)
    if status == "fails" and (why := rounded_inputs(audit, key, rule, seen.value)):
        status, note = "rounding", why
    return audit.finding(check, "formula", key, seen.literal, quantity.exact, quantity.interval, status, note, digits)


def with_blanks(audit: Audit, rule: str, key: tuple[str, str, int]) -> tuple[Fraction, Interval] | None:
    """A formula of sums and differences with cells printed blank taken as nothing; None for any other."""
    if set("*/") & set(rule):
        return None
    points, spreads = [], []
    for term in formula.parse(rule)[1]:
        place = term.indicator, term.item or key[1], key[2] + term.lag
        level, seen = audit.derive.level(*place), audit.data.observations.get(place)
        if level is None and (seen is None or seen.value is not None):
            return None
        half = Fraction(1, 2 * 10 ** audit.data.catalogue.indicators[term.indicator].decimals)
        points.append(level.exact if level else Fraction(0))
        spreads.append(level.interval if level else Interval(-half, half))
    return formula.evaluate(rule, points, spreads)


def lacking(audit: Audit, rule: str, key: tuple[str, str, int]) -> str:
    """Why a formula could not be used."""
    _, region, year = key
    names = [
        audit.data.catalogue.indicators[term.indicator].name
        for term in formula.parse(rule)[1]
        if audit.derive.level(term.indicator, term.item or region, year + term.lag) is None
    ]
    return f"缺少计算所需的数：{'、'.join(dict.fromkeys(names))}" if names else "除数为零，无从计算"


def rounded_level(audit: Audit, place: tuple[str, str, int]) -> Fraction | None:
    """A level as the text prints it again, rounded to a larger unit (3.91 万元 for 39110.38 元); else as it is."""
    level = audit.derive.level(*place)
    if level is None:
        return None
    for claim in audit.derive.claims["level", *place, ""]:
        by = factor(claim.unit, level.unit)
        if by and by > 1:
            return Fraction(claim.value) * by
    return level.exact


def rounded_inputs(audit: Audit, key: tuple[str, str, int], rule: str, value: Decimal) -> str:
    """The note that names the figures as the text prints them, rounded to a larger unit, where a formula gives exactly
    `value` from those; empty where it does not."""
    _, region, year = key
    places = [(term.indicator, term.item or region, year + term.lag) for term in formula.parse(rule)[1]]
    points = [rounded_level(audit, place) for place in places]
    if None in points or points == [audit.derive.level(*place).exact for place in places]:
        return ""
    try:
        exact, _ = formula.evaluate(rule, points, [Interval(point, point) for point in points])
    except ZeroDivisionError:
        return ""
    used = "、".join(f"{float(point):.15g}" for point in dict(zip(places, points, strict=True)).values())
    return f"由正文里取整后的数（{used}）算得" if decide(value, exact, Interval(exact, exact))[0] == "agrees" else ""


def further(audit: Audit) -> Iterator[Job]:
    """Further formulas a printed figure should follow (`data/<year>/lists/relations.csv`)."""
    for year in audit.data.years:
        for row in audit.data.rows("relations", year):
            check = f"relation:{row['relation']}:{row['region']}:{year}"
            yield check, lambda a=(check, row, year): check_further(audit, *a)


def subject(audit: Audit, check: str) -> tuple[str, str, int]:
    """The figure that a further formula is about."""
    _, name, region, year = check.split(":")
    rows = [row for row in audit.data.rows("relations", int(year)) if (row["relation"], row["region"]) == (name, region)]
    return rows[0]["indicator"] if rows else "", region, int(year)


def check_further(audit: Audit, check: str, row: dict, year: int) -> Finding:
    """A printed figure against one more formula."""
    key = row["indicator"], row["region"], year
    seen = audit.data.level(*key)
    inputs = [audit.derive.level(term.indicator, term.item or row["region"], year + term.lag)
              for term in formula.parse(row["formula"])[1]]
    if seen is None or None in inputs:
        return audit.finding(check, "formula", key, "", status="not checked", note="缺少计算所需的数")
    exact, spread = formula.evaluate(row["formula"], [q.exact for q in inputs], [q.interval for q in inputs])
    status, note = decide(seen.value, exact, spread, seen.interval)
    return audit.finding(check, "formula", key, seen.signed, exact, spread, status, note or row["title"])


# -- totals -----------------------------------------------------------------------------------------------------
def totals(audit: Audit, only: str = "") -> Iterator[Job]:
    """Each whole of a codelist against the sum of its parts, wherever both are printed; of one indicator or of all."""
    rows: dict[tuple[str, int], dict] = defaultdict(dict)
    places = [(only, region, year) for year in audit.data.years for region in audit.data.items(only, year)] if only else audit.places()
    for code, region, year in places:
        rows[code, year][region] = audit.data.observations[code, region, year]
    for (code, year), seen in rows.items():
        about = audit.data.catalogue.indicators[code]
        if about.kind == "ratio" or about.unit in {"比", "%"}:
            continue
        for whole in seen:
            parts = printed_parts(audit, about.dimension, whole, seen)
            if seen[whole].value is None or not parts:
                continue
            alone = len(parts) == 1 and len(audit.data.catalogue.children(about.dimension, whole)) > 1
            yield (
                f"total:{code}:{whole}:{year}",
                lambda key=(code, whole, year), parts=parts, alone=alone: check_total(audit, key, parts, alone),
            )


def check_total(audit: Audit, key: tuple[str, str, int], parts: list[str], alone: bool) -> Finding:
    """A printed whole against the sum of its printed parts."""
    code, whole, year = key
    check, total = f"total:{code}:{whole}:{year}", audit.data.level(*key)
    literal = audit.data.observations[key].literal
    if alone:
        note = "分项不全：只载其中一项"
        return audit.finding(check, "total", key, literal, status="not checked", note=note)
    levels = [level for part in parts if (level := audit.data.level(code, part, year))]
    exact = sum((level.exact for level in levels), Fraction(0))
    spread = sum((level.interval for level in levels), NOTHING)
    status, note = balance(total.exact - exact, [total.interval, *(each.interval.scaled(-1) for each in levels)])
    digits = max(decimals_of(each.value) for each in [total, *levels])
    note = note or f"{len(levels)}项之和"
    return audit.finding(check, "total", key, literal, exact, spread, status, note, digits)


def printed_parts(audit: Audit, dimension: str, whole: str, seen: dict) -> list[str]:
    """The nearest descendants of `whole` that have a row."""
    parts = []
    for child in audit.data.catalogue.children(dimension, whole):
        parts += [child] if child in seen else printed_parts(audit, dimension, child, seen)
    return parts


# -- identities -------------------------------------------------------------------------------------------------
def read_identities(audit: Audit) -> dict[str, list[tuple]]:
    """`data/identities.csv`: name -> terms (indicator, pinned region or empty, weight, lag, title)."""
    path = audit.data.root / "identities.csv"
    label, groups = display_path(path), defaultdict(list)
    for row in read_csv(path, ("identity", "title", "indicator", "region", "weight", "lag")):
        if row["indicator"] not in audit.data.catalogue.indicators:
            raise DataError(f"没有指标“{row['indicator']}”", label, row["_row"], "indicator")
        try:
            term = row["indicator"], row["region"], Fraction(row["weight"]), int(row["lag"] or 0), row["title"]
        except ValueError:
            raise DataError("权数应为数字，滞后期应为整数", label, row["_row"], "weight") from None
        groups[row["identity"]].append(term)
    return groups


def identities(audit: Audit) -> Iterator[Job]:
    """Linear relations, for every year and region that prints all of their terms (or, for the whole, most of them).

    Where a term is printed for no region of that year at all, the relation is no relation of the regions:
    it is left out there, and reported as not checked for the whole only.
    """
    known, tops = defaultdict(set), {}
    groups = {name: terms for name, terms in read_identities(audit).items()
              if not audit.scope or audit.scope in {audit.chapter(code) for code, *_ in terms}}
    others = {code for terms in groups.values() for code, *_ in terms if audit.scope not in {"", audit.chapter(code)}}
    further = [(code, region, year) for code in others for year in audit.data.years for region in audit.data.items(code, year)]
    for code, region, year in [*audit.places(), *further]:
        known[code].add((region, year))
    for code, about in audit.data.catalogue.indicators.items():
        tops[code] = audit.data.catalogue.top(about)
    for name, terms in groups.items():
        free = [code for code, pinned, *_ in terms if not pinned]
        scope = {
            (region if not pinned else "", year + lag)
            for code, pinned, _, lag, _ in terms
            for region, year in known[code]
            if not pinned or region == pinned
        }
        for region, year in sorted(scope):
            if year not in audit.data.years or (not region and free):
                continue
            places = [(code, pinned or region, year - lag) for code, pinned, _, lag, _ in terms]
            missing = [(code, place, at) for code, place, at in places if (place, at) not in known[code]]
            if len(places) - len(missing) < 2 or missing and region and region != tops[free[0]]:
                continue
            if missing and any(at not in audit.data.years for _, _, at in missing):
                continue
            check = f"identity:{name}:{region or terms[-1][1]}:{year}"
            yield check, lambda a=(check, terms, region, year, missing): check_identity(audit, *a)


def check_identity(audit: Audit, check: str, terms, region: str, year: int, missing) -> Finding:
    """One relation at one place. The figure it is about is the total: the one term of its sign, else the last."""
    signs = [weight > 0 for _, _, weight, _, _ in terms]
    at = next((at for at, sign in enumerate(signs) if signs.count(sign) == 1 and len(signs) > 2), -1)
    about, title = (terms[at][0], terms[at][1] or region, year - terms[at][3]), terms[0][4]
    if missing:
        names = "、".join(f"{at}年{audit.data.catalogue.indicators[code].name}" for code, _, at in missing[:3])
        seen = [audit.data.observations.get((code, pinned or region, year - lag)) for code, pinned, _, lag, _ in terms]
        source = next((each.source for each in seen if each), "")
        return audit.finding(check, "identity", about, "", status="not checked", note=f"未载所需的数：{title}：缺{names}",
                             source=source)
    exact, parts, digits = Fraction(0), [], 0
    for code, pinned, weight, lag, _ in terms:
        level = audit.data.level(code, pinned or region, year - lag)
        if level:  # a cell printed blank counts as nothing
            exact += level.exact * weight
            parts.append(level.interval.scaled(weight))
            digits = max(digits, decimals_of(level.value))
    status, note = balance(exact, parts)
    note = f"{note}（{title}）" if note else title
    return audit.finding(check, "identity", about, "0", exact, sum(parts, NOTHING), status, note, digits)


# -- parts and copies -------------------------------------------------------------------------------------------
def parts(audit: Audit) -> Iterator[Job]:
    """A component cannot exceed what it is a component of (`parent` of the indicator)."""
    for code, region, year in audit.places():
        about = audit.data.catalogue.indicators[code]
        whole = audit.data.catalogue.indicators.get(about.parent)
        if whole and whole.dimension == about.dimension and "ratio" not in (about.kind, whole.kind):
            if (whole.code, region, year) in audit.data.observations:
                yield f"part:{code}:{region}:{year}", lambda key=(code, region, year): check_part(audit, key)


def check_part(audit: Audit, key: tuple[str, str, int]) -> Finding | None:
    """A component against its whole; None where one of them is blank or their units do not convert."""
    code, region, year = key
    parent = audit.data.catalogue.indicators[code].parent
    part, whole = audit.data.level(*key), audit.data.level(parent, region, year)
    by = part and whole and factor(part.unit, whole.unit)
    if by is None or whole.exact < 0:
        return None
    fits = part.interval.low * by <= whole.interval.high
    note = "" if fits else f"部分大于总体：{whole.name}{whole.text}{whole.unit}"
    return audit.finding(f"part:{code}:{region}:{year}", "part", key, part.signed, whole.exact / by, None,
                         "agrees" if fits else "fails", note, decimals_of(part.value))


def copies(audit: Audit) -> Iterator[Job]:
    """Rows of a table (a figure and its components, or all regions) that repeat another year's to the last digit."""
    children, rows = defaultdict(list), defaultdict(dict)
    for code, about in audit.data.catalogue.indicators.items():
        if about.kind != "ratio" and about.parent:
            children[about.parent].append(code)
    for code, region, year in audit.places():
        seen = audit.data.observations[code, region, year]
        if seen.status == "A":
            rows[code, region][year] = seen.literal
    groups = {(parent, region): [(code, region) for code in [parent, *codes]]
              for parent, codes in children.items() for code, region in rows if code == parent}
    for code in {code for code, _ in rows}:
        regions = [region for other, region in rows if other == code]
        if len(regions) > 4 and audit.data.catalogue.indicators[code].kind != "ratio":
            groups[code, "*"] = [(code, region) for region in regions]
    for (code, region), members in sorted(groups.items()):
        years = sorted({year for member in members for year in rows[member]})
        for year in years:
            values = [rows[member].get(year) for member in members]
            if len(set(values) - {None, "0"}) > 3:
                earlier = [at for at in years if at < year]
                yield f"copy:{code}:{region}:{year}", lambda a=(code, region, year, members, earlier): check_copy(audit, *a)


def check_copy(audit: Audit, code: str, region: str, year: int, members, earlier: list[int]) -> Finding:
    """A row of figures against the same row of each earlier year."""
    def row(at):
        seen = [audit.data.observations.get((*member, at)) for member in members]
        return [each.literal if each and each.status == "A" else None for each in seen]

    now = row(year)
    place = region if region != "*" else members[0][1]
    same = [at for at in earlier if sum(value is not None for value in now) > 3 and row(at) == now]
    note = f"整行{len(now)}个数与{same[-1]}年的完全相同" if same else ""
    return audit.finding(f"copy:{code}:{region}:{year}", "copy", (code, place, year), "|".join(filter(None, now)),
                         status="fails" if same else "agrees", note=note)


# -- labels -----------------------------------------------------------------------------------------------------
def labels(audit: Audit) -> Iterator[Job]:
    """Words: captions in sequence and of the right year, and other labels that were found wrong.

    `lists/captions.csv`: the numbers of tables and charts as printed; `lists/labels.csv`: printed and expected words.
    """
    for year in audit.data.years:
        last: dict[tuple, int] = {}
        for row in audit.data.rows("captions", year):
            series = row["document"], row["kind"], row["part"]
            wanted, last[series] = last.get(series, 0) + 1, int(row["number"])
            slug = f"label:{row['document']}:{row['kind']}{row['part']}-{row['number']}"
            yield slug, lambda row=row, wanted=wanted, slug=slug, year=year: check_label(
                audit, slug, row, row["number"], str(wanted), year, "编号应接续")
            if row["year"]:
                yield slug + ":year", lambda row=row, slug=slug, year=year: check_label(
                    audit, slug + ":year", row, row["year"], str(year), year, "标题年份")
        for row in audit.data.rows("labels", year):
            slug = f"label:{row['document']}:{row['label']}"
            yield slug, lambda row=row, slug=slug, year=year: check_label(
                audit, slug, row, row["printed"], row["expected"], year, "")


def check_label(audit: Audit, check: str, row: dict, printed: str, expected: str, year: int, note: str) -> Finding:
    """Printed words against the expected ones; each may name a figure, as `{indicator[item]@year}`."""
    source = f"{row['document']} {row['place']}"
    status = "agrees" if filled(audit, printed) == filled(audit, expected) else "fails"
    found = audit.finding(check, "label", ("", "", year), filled(audit, printed), status=status, note=note, source=source)
    return audit.with_recomputed(found, filled(audit, expected))


def filled(audit: Audit, text: str) -> str:
    """The text with figures put in for `{indicator[item]@year}`."""
    def value(match):
        level = audit.data.level(match[1], match[2], int(match[3]))
        return level.signed if level else "—"

    return re.sub(r"\{([\w.]+)\[(\w+)\]@(\d{4})\}", value, text)
