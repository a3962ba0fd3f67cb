"""Figures and what should hold between them, as a problem for the diagnosis of `nianbao.audit`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from nianbao.audit.diagnosis import problem as make
from nianbao.audit.diagnosis import spans
from nianbao.audit.diagnosis.problem import Equation, Latent, Node, Problem, Relation, constant, equation, variable
from nianbao.figures.units import decimals_of
from nianbao.proof.arithmetic import WHOLE
from nianbao.proof.model import Figure
from nianbao.proof.phrases import unit_of

#: Kinds of relations, in words.
KINDS = {
    "change": "增减与增长率",
    "growth": "增减与增长率",
    "avg_growth": "年均增长",
    "share": "比重",
    "total": "合计与各项",
    "formula": "表内各栏",
    "copy": "两处不一",
    "rate": "完成率",
}


@dataclass
class Net:
    """Figures and relations as they are found.

    figures: all of the document. titles: how each is called. problem: what the diagnosis gets. variables: the number in
    it of each figure. parts: figures of each of its relations. checked: whether that says something alone.
    """

    figures: Sequence[Figure]
    titles: Mapping[int, str]
    places: Mapping[int, str]
    decimals: dict[int, int] = field(default_factory=dict)
    problem: Problem = field(default_factory=Problem)
    variables: dict[int, int] = field(default_factory=dict)
    parts: list[tuple[int, ...]] = field(default_factory=list)
    checked: list[bool] = field(default_factory=list)
    beside: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def variable(self, number: int) -> Node:
        """A figure in an expression, in its base unit."""
        at = self.at(number)
        power = unit_of(self.figures[number].unit).power
        return variable(at) if not power else constant(Fraction(10) ** power) * variable(at)

    def at(self, number: int) -> int:
        """The number of a figure in the problem."""
        if number not in self.variables:
            self.variables[number] = self.problem.figure(self._figure(number))
        return self.variables[number]

    def _figure(self, number: int) -> make.Figure:
        figure = self.figures[number]
        unit = unit_of(figure.unit)
        printed = decimals_of(figure.value)
        whole = unit.base in WHOLE and not unit.power and not printed
        fen = unit.base == "元" and not unit.power and printed == 2
        rate = unit.base in {"%", "‰", "百分点", "比"}
        return make.Figure(
            id=str(number),
            value=figure.value,
            unit="%" if unit.base == "%" else figure.unit,
            decimals=max(printed, self.decimals.get(number, 0)),
            exact_decimals=printed if whole or fen else None,
            kind="ratio" if rate else "flow",
            role="claim" if figure.role in {"change", "growth", "average", "share", "completion"} else "level",
            not_negative=figure.value >= 0 and figure.role != "cell",
            title=self.titles.get(number, figure.noun or figure.text),
            place=self.places.get(number, ""),
            beside=(),
        )

    def name(self, number: int) -> str:
        """What a figure is called in a relation: its title, or as it is printed."""
        return self.titles.get(number, self.figures[number].text)

    def related(self) -> set[int]:
        """Figures that take part in a relation which says something alone."""
        return {number for parts, check in zip(self.parts, self.checked, strict=True) if check for number in parts}

    def latent(self, name: str, title: str) -> Node:
        """A number that is printed nowhere."""
        at = self.problem.numbers.get(name)
        if at is None:
            at = self.problem.latent(Latent(name, title, spans.NOT_NEGATIVE))
        return variable(at)

    def relate(
        self, kind: str, title: str, equations: Sequence[Equation], figures: Sequence[int], check: bool = True
    ) -> int:
        """A relation of figures; check: whether it says something alone, without another relation of its latents."""
        number = self.problem.relate(Relation(f"{kind}:{len(self.parts)}", kind, title, tuple(equations)))
        self.parts.append(tuple(figures))
        self.checked.append(check)
        return number

    def total(self, whole: int, items: Sequence[int], title: str, signs: Sequence[int] = ()) -> int:
        """A whole that is the sum of items (with signs)."""
        weights: dict[int, Fraction] = {}
        for number, sign in zip((whole, *items), (-1, *(signs or [1] * len(items))), strict=True):
            factor = Fraction(10) ** unit_of(self.figures[number].unit).power
            at = self.at(number)
            weights[at] = weights.get(at, Fraction(0)) + sign * factor
        kind = "formula" if signs else "total"
        return self.relate(kind, title, [make.weighted(weights)], (whole, *items))

    def share(self, part: int, whole: int, share: int, title: str) -> int:
        """A part in percent (or per mille) of a whole."""
        by = constant(1000 if unit_of(self.figures[share].unit).base == "‰" else 100)
        node = self.variable(part) * by - self.variable(whole) * variable(self.at(share))
        number = self.relate("share", title, [equation(node)], (part, whole, share))
        self._mistaken(share, [self.variable(part) * by / (self.variable(whole) - self.variable(part))])
        return number

    def share_of_sum(self, part: int, items: Sequence[int], share: int, title: str) -> int:
        """A part in percent of the sum of items, of which it is one."""
        whole = constant(0)
        for number in items:
            whole = whole + self.variable(number)
        node = self.variable(part) * constant(100) - whole * variable(self.at(share))
        return self.relate("share", title, [equation(node)], (part, *items, share))

    def quotient(self, figure: int, top: int, bottom: int, factor: int, title: str) -> int:
        """A figure that is a quotient, times a factor."""
        node = self.variable(top) * constant(factor) - self.variable(bottom) * self.variable(figure)
        return self.relate("formula", title, [equation(node)], (figure, top, bottom))

    def hundred(self, numbers: Sequence[int], title: str) -> int:
        """Shares that are all of a whole."""
        weights = {self.at(number): Fraction(1) for number in numbers}
        target = spans.point(100)
        return self.relate("total", title, [make.weighted(weights, target)], numbers)

    def copy(self, one: int, other: int, title: str) -> int:
        """Two figures that are the same quantity; one of them may be printed with its sign, where words tell it."""
        told = self.variable(one)
        if (self.figures[one].value < 0) != (self.figures[other].value < 0):
            told = constant(-1) * told
        return self.relate("copy", title, [equation(told - self.variable(other))], (one, other))

    def _mistaken(self, number: int, ways: list[Node]) -> None:
        """Ways in which a rate may have been computed wrongly."""
        from dataclasses import replace

        at = self.at(number)
        figure = self.problem.printed(at)
        added = tuple(("denominator", way) for way in ways)
        self.problem.variables[at] = replace(figure, mistaken=(*figure.mistaken, *added))

    def change(self, level: int, base: Node, change: int, sign: int, title: str, others: Sequence[int]) -> int:
        """A change of a level from its base."""
        moved = constant(sign) * self.variable(change)
        node = self.variable(level) - base - moved
        return self.relate("change", title, [equation(node)], (level, change, *others), bool(others))

    def growth(
        self,
        level: int | None,
        base: Node,
        change: int | None,
        growth: int,
        signs: tuple[int, int],
        title: str,
        others: Sequence[int],
    ) -> int:
        """A rate of growth from a base: by the change where there is one, else by the level."""
        rate = constant(Fraction(signs[1], 100)) * variable(self.at(growth))
        if change is not None:
            moved = constant(signs[0]) * self.variable(change)
            node = moved - base * rate
            figures = [growth, change, *([level] if level is not None else []), *others]
            if level is not None:
                now = self.variable(level)
                self._mistaken(growth, [constant(100 * signs[1]) * moved / now])
        else:
            assert level is not None
            node = self.variable(level) - base * (constant(1) + rate)
            figures = [growth, level, *others]
        return self.relate("growth", title, [equation(node)], figures, change is not None or bool(others))

    def average(
        self, level: int, base: Node, average: int, sign: int, years: int, title: str, others: Sequence[int]
    ) -> int:
        """An average rate of growth over years: geometric, or arithmetic."""
        rate = constant(Fraction(sign, 100)) * variable(self.at(average))
        now = self.variable(level)
        ways = [now - base * (constant(1) + rate) ** years, now - base * (constant(1) + constant(years) * rate)]
        return self.relate("avg_growth", title, [equation(way) for way in ways], (level, average, *others))

    def rate(self, part: int, whole: int, rate: int, title: str) -> int:
        """A rate of completion."""
        node = self.variable(part) * constant(100) - self.variable(whole) * variable(self.at(rate))
        number = self.relate("share", title, [equation(node)], (part, whole, rate))
        self._mistaken(rate, [(self.variable(whole) - self.variable(part)) * constant(100) / self.variable(whole)])
        return number


def as_decimal(value: Fraction, decimals: int) -> Decimal:
    """A number rounded for showing."""
    return Decimal(int(abs(value) * 10**decimals + Fraction(1, 2))).scaleb(-decimals) * (-1 if value < 0 else 1)
