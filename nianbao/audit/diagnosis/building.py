"""The problem of diagnosis from the data as they are today: observations, claims, formulas, totals, identities.

Everything that knows of the dataset is here; the other modules know only figures and relations.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import inf
from typing import Any

from nianbao.audit.checks import LIST, RELATION, CheckId
from nianbao.audit.diagnosis import problem as make
from nianbao.audit.diagnosis import spans
from nianbao.audit.diagnosis.problem import (
    Equation,
    Figure,
    Latent,
    Node,
    Problem,
    Relation,
    constant,
    equation,
    variable,
    weighted,
)
from nianbao.audit.diagnosis.spans import ALL, NOT_NEGATIVE, Span, decimals_of
from nianbao.audit.naming import level_name
from nianbao.audit.rules import claims as claim_rules
from nianbao.audit.rules import orders, parts, regions, twins
from nianbao.audit.rules.formulas import lists_components
from nianbao.audit.rules.identities import Term, read_identities
from nianbao.audit.rules.identities import places as places_of
from nianbao.audit.rules.totals import adds_up, printed_parts
from nianbao.data import formulas, schema
from nianbao.data.dataset import Dataset
from nianbao.data.documents import Claim
from nianbao.data.keys import Key, Source
from nianbao.figures.derivation import ARITHMETIC, AVERAGE, GEOMETRIC
from nianbao.figures.units import COUNTED, counts, factor

AT_LEAST_ZERO = Span(Fraction(0), False, inf, True)
RATES = {"growth", "avg_growth", "share"}
RANKS = {"highest", "lowest"}
#: Rules of an average growth in words, by mean.
MEANS = {ARITHMETIC: "总增长率÷年数（算术平均）", GEOMETRIC: "按年数开方（几何平均）", "": "几何平均或算术平均"}
MEASURES = {
    "level": "",
    "change": "较{}年增减量",
    "points": "较{}年增减百分点",
    "growth": "较{}年增长率",
    "avg_growth": "自{}年以来年均增长率",
    "share": "所占比重",
    "highest": "最高的各地",
    "lowest": "最低的各地",
}


def build(data: Dataset) -> Problem:
    """The problem of all documents a dataset has read.

    Raises DataError where lists of the dataset cannot be read.
    """
    return Builder(data).problem


class Builder:
    """Takes up figures first, then the relations between them.

    `keys`: number of the variable of each level. `claims`: numbers of the printed derived figures, by measure,
    indicator, region, year and base.
    """

    def __init__(self, data: Dataset):
        self.data = data
        self.catalogue = data.catalogue
        self.problem = Problem()
        self.keys: dict[Key, int] = {}
        self.blank: set[Key] = set()
        self.claims: dict[tuple, list[tuple[int, Claim]]] = defaultdict(list)
        self._identified = read_identities(data)
        self._routes = regions.routes(self.catalogue)
        self._open: set[Key] = set()
        #: The indicators directly below each.
        self._siblings: dict[str, list[str]] = defaultdict(list)
        for code, about in self.catalogue.indicators.items():
            if about.parent:
                self._siblings[about.parent].append(code)
        self._negative = {
            key.indicator for key, seen in data.observations.items() if seen.value is not None and seen.value < 0
        }
        self._levels()
        self._printed_claims()
        self._claim_relations()
        self._formulas()
        self._totals()
        self._identities()
        self._twins()
        self._parts()
        self._orders()

    # -- figures ------------------------------------------------------------------------------------------------
    def _levels(self) -> None:
        """Printed levels as figures, levels derived from changes as latents."""
        rows = list(self.data.observations.items())
        columns: dict[tuple, list[Key]] = defaultdict(list)
        lines: dict[str, Key] = {}
        for key, seen in rows:
            columns[key[0], key[2]].append(key)
            lines[seen.place] = key
        order = {key: (group, at) for group in columns.values() for at, key in enumerate(group)}
        for key, seen in rows:
            if seen.value is None:
                self.blank.add(key)
            elif seen.status == "E":
                self._latent(key)
            else:
                group, at = order[key]
                beside = [each for each in (*group[max(0, at - 1) : at], *group[at + 1 : at + 2])]
                path, _, line = seen.place.rpartition(":")
                near = (lines.get(f"{path}:{int(line) + step}") for step in (-1, 1))
                beside += [each for each in near if each and each not in beside]
                self._level(key, beside)

    def _level(self, key: Key, beside: list[Key]) -> None:
        code, region, year = key
        seen, about = self.data.observations[key], self.catalogue.indicators[code]
        unit = self.catalogue.unit(about, region)
        before = self.data.observations.get(key.at(year - 1))
        neighbours = [each for each in beside if self._printed_beside(each, seen.source)]
        self.keys[key] = self.problem.figure(
            Figure(
                id=f"{code}:{region}:{year}",
                value=seen.value,
                unit=unit,
                decimals=max(about.decimals, decimals_of(seen.value)),
                exact_decimals=exact_decimals(unit, about.kind),
                margin=None if seen.margin is None else Fraction(seen.margin),
                kind=about.kind,
                role="level",
                not_negative=self._not_negative(code, unit),
                positive=code not in self._negative,
                title=level_name(self.catalogue, key),
                document=seen.source.document,
                place=seen.source.place,
                indicator=code,
                region=region,
                year=year,
                before=before.value if before is not None else None,
                beside=tuple(map(str, neighbours)),
            )
        )

    def _printed_beside(self, key: Key, source: Source) -> bool:
        """Whether a level is printed in the same place."""
        other = self.data.observations[key]
        return other.value is not None and other.status != "E" and other.source == source

    def _not_negative(self, code: str, unit: str) -> bool:
        return counts(unit) and code not in self._negative

    def _latent(self, key: Key) -> int:
        """The variable of a level that is printed nowhere."""
        code, region, _ = key
        about = self.catalogue.indicators[code]
        unit = self.catalogue.unit(about, region)
        domain = NOT_NEGATIVE if self._not_negative(code, unit) else ALL
        self.keys[key] = self.problem.latent(
            Latent(
                str(key),
                level_name(self.catalogue, key),
                domain,
                about.decimals,
                exact_decimals(unit, about.kind) == about.decimals,
                about.kind,
            )
        )
        return self.keys[key]

    def _printed_claims(self) -> None:
        """Printed derived figures and reprints."""
        claims = self.data.claims
        lines = {claim.place: claim for claim in claims}
        names = {claim.place: str(name) for name, claim in claim_rules.named(claims)}
        for claim in claims:
            group = claim.measure, *claim.key, claim.base
            name = names[claim.place]
            about = self.catalogue.indicators[claim.indicator]
            title = level_name(self.catalogue, claim.key) + MEASURES[claim.measure].format(claim.base)
            common: dict[str, Any] = {
                "id": name,
                "role": "claim",
                "measure": claim.measure,
                "base": claim.base,
                "title": title,
                "document": claim.source.document,
                "place": claim.source.place,
                "indicator": claim.indicator,
                "region": claim.item,
                "year": claim.year,
                "unit": claim.unit,
            }
            if claim.measure in RANKS:
                figure = Figure(value=Decimal(0), kind="list", literal=claim.literal, **common)
                self.claims[group].append((self.problem.figure(figure), claim))
                continue
            path, _, line = claim.place.rpartition(":")
            near = [lines.get(f"{path}:{int(line) + step}") for step in (-1, 1)]
            beside = tuple(
                names[each.place]
                for each in near
                if each is not None
                and each.measure not in RANKS
                and each.unit == claim.unit
                and each.source == claim.source
            )
            unit = self.catalogue.unit(about, claim.item)
            usual = claim_rules.column_of(claim, about, unit) if claim.value == 0 else decimals_of(claim.value)
            usual = 2 if claim.measure in RATES else usual
            level = self.data.observations.get(claim.key.at(claim.year - 1))
            before = None
            if claim.measure == "level" and level is not None and level.value is not None:
                before = level.value
            number = self.problem.figure(
                Figure(
                    value=claim.value,
                    decimals=max(usual, decimals_of(claim.value)),
                    exact_decimals=exact_decimals(claim.unit, about.kind) if claim.measure not in RATES else None,
                    kind=about.kind if claim.measure not in RATES else "ratio",
                    not_negative=claim.measure == "share"
                    and claim.value >= 0
                    or claim.measure == "level"
                    and self._not_negative(claim.indicator, claim.unit),
                    before=before,
                    beside=beside,
                    legible=self._factor(claim) is not None,
                    **common,
                )
            )
            self.claims[group].append((number, claim))

    def _factor(self, claim: Claim) -> Fraction | None:
        """Multiplier from the unit of the indicator to that of the claim; None where it makes no sense."""
        about = self.catalogue.indicators[claim.indicator]
        unit = "%" if claim.measure in RATES else self.catalogue.unit(about, claim.item)
        if claim.measure == "points":
            unit = "百分点"
        return factor(unit, claim.unit)

    # -- levels in relations ------------------------------------------------------------------------------------
    def level(self, key: Key) -> int | None:
        """The variable of a level: printed, derived from changes, or by its formula; None where it is not known."""
        if key in self.keys:
            return self.keys[key]
        if key in self.blank or key[0] not in self.catalogue.indicators or key in self._open:
            return None
        about = self.catalogue.indicators[key[0]]
        if about.check_only or key[1] not in self.catalogue.codelists[about.dimension]:
            return None
        rule = self.data.formula(key)
        self._open.add(key)
        ways = [rule] if rule else self._routes.get(key[0], ())
        node = next((found for way in ways if (found := self.expression(way, *key[1:])) is not None), None)
        self._open.discard(key)
        if node is None:
            return None
        number = self._latent(key)
        self._relate(
            f"derived:{key}",
            "formula",
            f"{level_name(self.catalogue, key)}按公式推算",
            equation(variable(number) - node, self._slack({number: Fraction(1)})),
        )
        return number

    def _slack(self, weights: dict[int, Fraction], low: Fraction = Fraction(0), high: Fraction | float = 0) -> Span:
        """The target of a relation between levels, wider by half a unit for each latent.

        A level that is printed nowhere here was printed in an earlier report: changes may have been computed from it as
        it was rounded there, and the rounded levels of that year need not add up.
        """
        spare = Fraction(0)
        for number, weight in weights.items():
            latent = self.problem.variables[number]
            if isinstance(latent, Latent):
                spare += abs(weight) * latent.half
        return Span(low - spare, False, high + spare, high == inf)

    def expression(self, rule: str, region: str, year: int, printed: bool = False) -> Node | None:
        """A formula over variables; None where a level is unknown. Blank cells count as nothing in sums.

        printed: with levels as the text prints them again, rounded to a larger unit; None where none is.
        """
        tree = formulas.parse(rule).tree
        places = formulas.places(rule, region, year)
        numbers = [self.level(place) for place in places]
        if all(number is None for number in numbers):
            return None
        only_sums = not set("*/") & set(rule)
        nodes = []
        coarse = False
        for place, number in zip(places, numbers, strict=True):
            if number is None and not (only_sums and place in self.blank):
                return None
            rounded = self._rounded(place) if printed and number is not None else None
            if rounded is not None:
                nodes.append(rounded)
                coarse = True
            elif number is None:
                nodes.append(constant(0))
            else:
                nodes.append(
                    Node("as_printed", number=number)
                    if printed and self.problem.is_figure(number)
                    else variable(number)
                )
        if printed and not coarse:
            return None
        return built(tree, nodes)

    def _rounded(self, key: Key) -> Node | None:
        """A level as the text prints it again in a larger unit."""
        unit = self.catalogue.unit(self.catalogue.indicators[key[0]], key[1])
        for number, claim in self.claims.get(("level", *key, ""), ()):
            by = factor(claim.unit, unit)
            if by is not None and by > 1:
                return constant(by) * Node("as_printed", number=number)
        return None

    def _relate(self, name: str, kind: str, title: str, *equations: Equation, guard: int | None = None) -> None:
        self.problem.relate(Relation(name, kind, title, equations, guard))

    # -- claims -------------------------------------------------------------------------------------------------
    def _claim_relations(self) -> None:
        for claims in list(self.claims.values()):
            for number, claim in claims:
                if claim.measure in RANKS:
                    self._ranking(number, claim)
                elif claim.measure == "level":
                    self._copy(number, claim)
                elif claim.measure == "share":
                    self._share(number, claim)
                else:
                    self._between(number, claim)

    def _name(self, number: int) -> str:
        return self.problem.variables[number].id.removeprefix("claim:")

    def _title(self, number: int) -> str:
        return self.problem.variables[number].title

    def _copy(self, number: int, claim: Claim) -> None:
        """A level printed again, perhaps in another unit."""
        level = self.level(claim.key)
        if level is None:
            if claim.key in self.blank or len(self.claims["level", *claim.key, ""]) < 2:
                return
            level = self._latent(claim.key)
        by = self._factor(claim) or Fraction(1)
        self._relate(
            self._name(number),
            "copy",
            f"{self._title(number)}前后两处相同",
            weighted({level: by, number: Fraction(-1)}),
        )

    def _base(self, claim: Claim) -> int:
        """The level of the base year, a latent where it is not printed."""
        key = claim.key.at(int(claim.base))
        level = self.level(key)
        return self._latent(key) if level is None else level

    def _between(self, number: int, claim: Claim) -> None:
        """A change or a rate of growth between two years."""
        now = self.level(claim.key)
        if now is None or claim.key.at(int(claim.base)) in self.blank:
            return
        then = self._base(claim)
        years = claim.year - int(claim.base)
        if claim.measure in {"change", "points"}:
            by = Fraction(1) if claim.measure == "points" else self._factor(claim) or Fraction(1)
            equations = [weighted({now: by, then: -by, number: Fraction(-1)}), *self._of_rounded(number, claim, by)]
            self._relate(self._name(number), "change", f"{self._title(number)}＝本期数－基期数", *equations)
            return
        if self._without_rate(now, then):
            return
        habit = self.data.mean(int(claim.base), claim.source.document, claim.key)
        mean = habit if claim.measure == AVERAGE else ""
        rule = MEANS[mean] if claim.measure == AVERAGE else "本期数÷基期数－1"
        title = f"{self._title(number)}＝{rule}"
        rates = growth_rates(number, years, claim.measure, mean)
        equations = [equation(variable(now) - variable(then) * (constant(1) + rate)) for rate in rates]
        lag = f"{claim.indicator}{{{-years}}}"
        coarse = self.expression(f"{claim.indicator} / {lag}", claim.item, claim.year, printed=True)
        if coarse is not None and claim.measure == "growth":
            equations.append(equation(constant(1) + rates[0] - coarse))
        self._relate(self._name(number), claim.measure, title, *equations)
        for change, other in self.claims.get(("change", *claim.key, claim.base), ()):
            by = self._factor(other)
            if by is None:
                continue
            moved = constant(1 / by) * variable(change)
            self._relate(
                f"{self._name(number)}:{change}",
                claim.measure,
                f"{title}，按所印增减量",
                *(equation(moved - variable(then) * rate) for rate in rates),
                *self._of_rounded(change, other, by),
            )
        self._mistaken_rate(number, claim, now, then)

    def _of_rounded(self, number: int, claim: Claim, by: Fraction) -> list[Equation]:
        """A change as the difference of levels that the text prints again, rounded (266.72 - 262.88); none without."""
        lag = int(claim.base) - claim.year
        coarse = self.expression(
            f"{claim.indicator} - {claim.indicator}{{{lag}}}", claim.item, claim.year, printed=True
        )
        return [] if coarse is None else [equation(constant(by) * coarse - variable(number))]

    def _without_rate(self, now: int, then: int) -> bool:
        """Whether a rate has no meaning: a base of nothing or less, or a level below zero."""
        for at, least in ((then, 0), (now, -1)):
            figure = self.problem.variables[at]
            if isinstance(figure, Figure) and (figure.value <= 0 if least == 0 else figure.value < 0):
                return True
        return False

    def _mistaken_rate(self, number: int, claim: Claim, now: int, then: int) -> None:
        """Ways in which a rate may be divided by the wrong year."""
        if claim.measure != "growth" or not self.problem.is_figure(now):
            return
        moved = None
        if self.problem.is_figure(then):
            moved = variable(now) - variable(then)
        for change, other in self.claims.get(("change", *claim.key, claim.base), ()):
            by = self._factor(other)
            moved = constant(1 / by) * variable(change) if by else moved
        if moved is None:
            return
        ways = (moved * constant(100) / variable(now), moved * constant(100) / (variable(now) + moved))
        figure = self.problem.printed(number)
        self.problem.variables[number] = replace(figure, mistaken=tuple(("denominator", way) for way in ways))

    def _share(self, number: int, claim: Claim) -> None:
        """A part in percent of a whole."""
        part = self.level(claim.key)
        base = formulas.places(claim.base, claim.item, claim.year)[0]
        whole = self.level(base)
        if part is None or whole is None:
            return
        seen = self.problem.variables[whole]
        if isinstance(seen, Figure) and seen.value <= 0:
            return
        equations = [equation(variable(part) - variable(whole) * variable(number) / constant(100))]
        coarse = self.expression(f"{claim.indicator} / {claim.base}", claim.item, claim.year, printed=True)
        if coarse is not None:
            equations.append(equation(variable(number) / constant(100) - coarse))
        self._relate(self._name(number), "share", f"{self._title(number)}＝部分÷总体", *equations)
        others = self._other_wholes(claim, base, part)
        ways = [variable(part) * constant(100) / variable(other) for other in others]
        if self.problem.is_figure(part) and self.problem.is_figure(whole):
            ways.append(variable(part) * constant(100) / (variable(whole) - variable(part)))
        figure = self.problem.printed(number)
        self.problem.variables[number] = replace(figure, mistaken=tuple(("denominator", way) for way in ways))

    def _other_wholes(self, claim: Claim, base: Key, part: int) -> list[int]:
        """Other figures that the share might be of: the wholes above part and whole, and the whole's whole item."""
        parents = self.catalogue.indicators[claim.indicator].parent, self.catalogue.indicators[base[0]].parent
        places = [base._replace(indicator=parent) for parent in parents if parent]
        top = self.catalogue.top(self.catalogue.indicators[base[0]])
        places.append(base.of(top))
        places += [base._replace(indicator=code) for code in self._siblings.get(parents[1], ())]
        numbers = [self.keys[place] for place in dict.fromkeys(places) if place != base and place in self.keys]
        unit = self.problem.printed(part).unit if self.problem.is_figure(part) else None
        figures = [at for at in numbers if at != part and self.problem.is_figure(at)]
        return [at for at in figures if self.problem.printed(at).value > 0 and self.problem.printed(at).unit == unit][
            :6
        ]

    def _ranking(self, number: int, claim: Claim) -> None:
        """A printed list of the highest or lowest regions: none of the others is before one of them."""
        about = self.catalogue.indicators[claim.indicator]
        items = self.catalogue.codelists[about.dimension]
        listed = claim.literal.split("|")
        others = [
            code
            for code in self.data.items(claim.indicator, claim.year)
            if items[code].parent and items[code].level != "prefecture" and code not in listed
        ]
        for first, second in product(listed, others):
            one, two = (self.level(claim.key.of(code)) for code in (first, second))
            if one is None or two is None:
                continue
            sign = Fraction(1 if claim.measure == "highest" else -1)
            title = f"{self._title(number)}：{items[first].short}排在{items[second].short}之前"
            self._relate(
                f"{self._name(number)}:{first}:{second}",
                "order",
                title,
                weighted({one: sign, two: -sign}, AT_LEAST_ZERO),
                guard=number,
            )

    # -- levels -------------------------------------------------------------------------------------------------
    def _formulas(self) -> None:
        """Printed figures that have a formula, and further formulas they should follow."""
        for key, number in list(self.keys.items()):
            rule = self.data.formula(key)
            if rule and self.problem.is_figure(number):
                self._formula(f"formula:{key}", key, number, rule, "")
        for _, row in self.data.of_documents(schema.RELATIONS, "relations"):
            key = Key(row["indicator"], row["item"], int(row["year"]))
            if key in self.keys and self.problem.is_figure(self.keys[key]):
                kind = LIST if lists_components(self.catalogue, row["formula"], key) else RELATION
                name = CheckId.of_relation(kind, row["relation"], key.item, key.year)
                self._formula(str(name), key, self.keys[key], row["formula"], row["title"])

    def _formula(self, name: str, key: Key, number: int, rule: str, title: str) -> None:
        """A printed figure and its formula, or a further one with a `title`."""
        node = self.expression(rule, *key[1:])
        if node is None or self._by_nothing(node):
            return
        form = make.linear(node)
        target = self._slack(form[0]) if form is not None else spans.point(0)
        equations = [equation(variable(number) - node, target)]
        coarse = self.expression(rule, *key[1:], printed=True)
        if coarse is not None:
            equations.append(equation(variable(number) - coarse))
        self._relate(
            name, "further" if title else "formula", title or f"{self._title(number)}＝按定义由其他数算得", *equations
        )
        stale = self.expression(rule, key[1], key[2] - 1)
        figure = self.problem.printed(number)
        if stale is not None and figure.before is None:
            self.problem.variables[number] = replace(figure, mistaken=(*figure.mistaken, ("stale", stale)))

    def _by_nothing(self, node: Node) -> bool:
        """Whether an expression divides by a figure that is printed as zero: a rate that has no meaning."""
        if node.kind == "/" and node.parts[1].kind == "variable":
            figure = self.problem.variables[node.parts[1].number]
            if isinstance(figure, Figure) and figure.value == 0:
                return True
        return any(self._by_nothing(part) for part in node.parts)

    def _totals(self) -> None:
        """Each whole of a codelist against the sum of its parts, also of parts that follow from formulas."""
        rows: dict[tuple[str, int], set[str]] = defaultdict(set)
        for key in self.data.observations:
            rows[key.indicator, key.year].add(key.item)
        for (code, year), seen in rows.items():
            if not adds_up(self.catalogue.indicators[code]):
                continue
            for whole in sorted(seen):
                key = Key(code, whole, year)
                if key not in self.blank:
                    self._total(key, seen)

    def _total(self, whole: Key, seen: set[str]) -> None:
        """A printed whole against the sum of its parts: those that are printed (`seen`), else those that follow."""
        about = self.catalogue.indicators[whole.indicator]
        children = self.catalogue.children(about.dimension, whole.item)
        kind = "total"
        addends = printed_parts(self.catalogue, about.dimension, whole.item, seen)
        ways = self._routes.get(whole.indicator)
        if not addends and children and ways:
            kind = "regions"
            addends = regions.derived_parts(self.data, whole, ways, lambda key: self.level(key) is not None)
        if len(addends) == 1 and len(children) > 1:
            return
        weights = {self.keys[whole]: Fraction(-1)}
        for part in addends:
            number = self.level(whole.of(part))
            if number is not None:
                weights[number] = Fraction(1)
        if len(weights) > 1:
            title = f"{level_name(self.catalogue, whole)}＝各项之和"
            self._relate(f"{kind}:{whole}", "total", title, weighted(weights, self._slack(weights)))

    def _identities(self) -> None:
        """Linear relations (`identities.csv`), for every year and region that prints all of their terms."""
        known: dict[str, set[tuple[str, int]]] = defaultdict(set)
        for key in self.data.observations:
            known[key.indicator].add((key.item, key.year))
        for name, terms in self._identified.items():
            free = any(not term.item for term in terms)
            for item, year in sorted(places_of(terms, known)):
                if year not in self.data.years or (free and not item):
                    continue
                keys = [term.key(item, year) for term in terms]
                if all((key.item, key.year) in known[key.indicator] for key in keys):
                    self._identity(f"identity:{name}:{item or terms[-1].item}:{year}", terms, keys)

    def _identity(self, name: str, terms: list[Term], keys: list[Key]) -> None:
        """A linear relation at one place; cells printed blank count as nothing."""
        weights: dict[int, Fraction] = defaultdict(Fraction)
        for key, term in zip(keys, terms, strict=True):
            if key in self.keys:
                weights[self.keys[key]] += term.weight
        if len(weights) > 1:
            self._relate(name, "identity", terms[0].title, weighted(weights, self._slack(weights)))

    def _twins(self) -> None:
        """Printed changes of two figures that an identity says are equal."""
        for name, pair in self._identified.items():
            if not twins.equal(pair):
                continue
            for group, claims in list(self.claims.items()):
                measure, indicator, item, year, base = group
                if measure != "change" or indicator != pair[0].indicator or pair[0].item not in {"", item}:
                    continue
                others = self.claims.get((measure, *pair[1].key(item, year), base), ())
                for number, claim in claims[:1]:
                    for twin, other in others[:1]:
                        self._twin(f"twin:{name}-{measure}-{base}", pair, (number, claim), (twin, other))

    def _twin(self, name: str, pair: list[Term], one: tuple[int, Claim], other: tuple[int, Claim]) -> None:
        """Two printed changes that should be the same, each times the weight of its figure."""
        factors = self._factor(one[1]), self._factor(other[1])
        if None in factors:
            return
        weights = {one[0]: pair[0].weight / factors[0], other[0]: pair[1].weight / factors[1]}
        place = f"{one[1].item}:{one[1].year}"
        self._relate(f"{name}:{place}", "copy", f"{pair[0].title}，所印增减量相同", weighted(weights))

    def _orders(self) -> None:
        """Sums that cannot be more than zero."""
        for name, terms, keys in orders.complete(self.data, orders.read_orders(self.data)):
            if not all(key in self.keys for key in keys):
                continue
            weights: dict[int, Fraction] = defaultdict(Fraction)
            for key, term in zip(keys, terms, strict=True):
                weights[self.keys[key]] -= term.weight
            target = self._slack(weights, high=inf)
            self._relate(str(name), "part", terms[0].title, weighted(weights, target))

    def _parts(self) -> None:
        """A component cannot exceed what it is a component of."""
        for key, number in list(self.keys.items()):
            if key not in self.data.observations:
                continue
            about = self.catalogue.indicators[key[0]]
            place = parts.whole_of(self.catalogue, self.data.observations, key)
            above = self.keys.get(place) if place else None
            if place is None or above is None:
                continue
            whole = self.catalogue.indicators[place.indicator]
            by = factor(self.catalogue.unit(about, key[1]), self.catalogue.unit(whole, key[1]))
            if by is None:
                continue
            seen = self.problem.variables[above]
            if isinstance(seen, Figure) and seen.value < 0:
                continue
            weights = {above: Fraction(1), number: -by}
            self._relate(
                f"part:{key}",
                "part",
                f"{self._title(number)}不大于{whole.name}",
                weighted(weights, self._slack(weights, high=inf)),
            )


def exact_decimals(unit: str, kind: str) -> int | None:
    """Decimals with which a figure of a unit is exact: whole persons, 元 to the fen; None for rounded figures."""
    if kind == "ratio":
        return None
    if unit in COUNTED:
        return 0
    return 2 if unit == "元" else None


def growth_rates(number: int, years: int, measure: str, mean: str = "") -> list[Node]:
    """What a printed rate says of the growth over all years: x / y - 1.

    mean: that of an average growth, arithmetic or geometric; where it is not known, either may have been meant.
    """
    rate = variable(number) / constant(100)
    if measure == "growth" or years == 1:
        return [rate]
    rates = {GEOMETRIC: (constant(1) + rate) ** years - constant(1), ARITHMETIC: rate * constant(years)}
    return [rates[mean]] if mean else list(rates.values())


def built(tree: Any, nodes: list[Node]) -> Node:
    """An expression from a parsed formula and the nodes of its terms, in order."""
    if isinstance(tree, ast.Constant):
        return constant(Fraction(str(tree.value)))
    if isinstance(tree, ast.Name):
        return nodes[int(tree.id[1:])]
    if isinstance(tree, ast.UnaryOp):
        return constant(0) - built(tree.operand, nodes)
    left, right = built(tree.left, nodes), built(tree.right, nodes)
    if isinstance(tree.op, ast.Div) and left.kind == "-" and left.parts[1] == right:
        return left.parts[0] / right - constant(1)  # each figure once: (a - b) / b is a / b - 1
    sign = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}[type(tree.op)]
    return Node(sign, (left, right))


__all__ = ["Builder", "build"]
