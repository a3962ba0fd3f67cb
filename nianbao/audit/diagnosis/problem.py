"""The problem of diagnosis, without any knowledge of where figures come from.

A *figure* is a number as printed, with the interval its rounding leaves. A *latent* is a number that is printed
nowhere but which relations speak of (the base year of a change). A *relation* is an equation or inequality that the
unrounded numbers satisfy; where a document may follow one of several rules (average growth: geometric or arithmetic),
a relation has several equations of which one holds.

Figures and latents are *variables*, known by number; relations refer to these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from nianbao.audit.diagnosis import spans
from nianbao.audit.diagnosis.spans import Span

ZERO = spans.point(0)


# -- expressions ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Node:
    """An expression tree.

    `kind` is `variable` (`number` says which), `as_printed` (the variable taken at its printed value instead of its
    interval: documents also compute from rounded figures), `constant` (`value`), `+ - * /` of `parts`, or `power`
    (`number` is the exponent).
    """

    kind: str
    parts: tuple[Node, ...] = ()
    number: int = 0
    value: Fraction = Fraction(0)

    def __add__(self, other: Node) -> Node:
        return Node("+", (self, other))

    def __sub__(self, other: Node) -> Node:
        return Node("-", (self, other))

    def __mul__(self, other: Node) -> Node:
        return Node("*", (self, other))

    def __truediv__(self, other: Node) -> Node:
        return Node("/", (self, other))

    def __pow__(self, exponent: int) -> Node:
        return Node("power", (self,), exponent)

    def variables(self) -> list[int]:
        """Numbers of the variables in it, in order, repeated ones repeated."""
        if self.kind in {"variable", "as_printed"}:
            return [self.number]
        return [number for part in self.parts for number in part.variables()]


def variable(number: int) -> Node:
    """A variable in an expression."""
    return Node("variable", number=number)


def constant(value: Fraction | Decimal | int) -> Node:
    """An exact number in an expression."""
    return Node("constant", value=Fraction(value))


#: A linear expression: coefficients of its variables, and its constant.
Form = tuple[dict[int, Fraction], Fraction]


def linear(node: Node) -> Form | None:
    """Coefficients and constant of an expression that is linear in its variables; None for any other."""
    if node.kind == "constant":
        return {}, node.value
    if node.kind == "variable":
        return {node.number: Fraction(1)}, Fraction(0)
    if node.kind not in {"+", "-", "*", "/"}:
        return None
    left, right = map(linear, node.parts)
    if left is None or right is None:
        return None
    if node.kind in {"+", "-"}:
        return _sum(left, right, 1 if node.kind == "+" else -1)
    return _product(left, right) if node.kind == "*" else _quotient(left, right)


def _sum(left: Form, right: Form, sign: int) -> Form:
    """The sum of two linear expressions, with sign -1 their difference."""
    total = dict(left[0])
    for number, weight in right[0].items():
        total[number] = total.get(number, Fraction(0)) + sign * weight
    return {number: weight for number, weight in total.items() if weight}, left[1] + sign * right[1]


def _product(left: Form, right: Form) -> Form | None:
    """The product of two linear expressions; None where neither is a constant."""
    if not left[0]:
        return _scaled(right, left[1])
    return None if right[0] else _scaled(left, right[1])


def _quotient(left: Form, right: Form) -> Form | None:
    """The quotient of two linear expressions; None where the divisor is no constant, or nothing."""
    return None if right[0] or not right[1] else _scaled(left, 1 / right[1])


def _scaled(form: Form, by: Fraction) -> Form:
    """A linear expression times a constant."""
    return {number: weight * by for number, weight in form[0].items()}, form[1] * by


@dataclass(frozen=True)
class Equation:
    """An expression whose value must lie in `target`; `weights` and `rest` where it is linear."""

    node: Node
    target: Span = ZERO
    weights: tuple[tuple[int, Fraction], ...] = ()
    rest: Fraction = Fraction(0)

    @cached_property
    def variables(self) -> list[int]:
        """Numbers of the variables, each once."""
        return list(dict.fromkeys(self.node.variables()))


def equation(node: Node, target: Span = ZERO) -> Equation:
    """An equation from its expression, kept as a linear form where it is one."""
    form = linear(node)
    if form is None or not form[0]:
        return Equation(node, target)
    return Equation(node, target, tuple(form[0].items()), form[1])


def weighted(weights: Mapping[int, Fraction], target: Span = ZERO) -> Equation:
    """A sum of weight x variable that must lie in `target`."""
    node: Node | None = None
    for number, weight in weights.items():
        term = variable(number) if weight == 1 else constant(weight) * variable(number)
        node = term if node is None else node + term
    return Equation(node or constant(0), target, tuple(weights.items()))


# -- figures and relations --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Figure:
    """A number as printed.

    id: unique name.
    value: the digits as printed, in `unit`.
    decimals: decimals of the column or list it stands in; at least those that are printed.
    exact_decimals: number of decimals with which a figure of this unit is exact (persons: 0, 元: 2); None where every
        figure is rounded.
    margin: a half-width known otherwise.
    kind: `stock`, `flow` or `ratio`. role: `level`, or `claim` for a derived or repeated figure.
    measure, base: of a claim, as in the data; empty for levels.
    not_negative: whether it cannot be below zero. positive: whether none of its kind was printed below zero.
    title: what it is, in words. document, place: where it is printed.
    before: what was printed for the year before. beside: ids of the figures in the rows and columns next to it.
    mistaken: how it would come out computed wrongly: pairs of a slip's name and an expression.
    legible: False where its unit makes no sense, so that the figure says nothing.
    literal: what is printed, where that is no number (kind `list`: a ranking of regions).
    """

    id: str
    value: Decimal
    unit: str = ""
    decimals: int = 0
    exact_decimals: int | None = None
    margin: Fraction | None = None
    kind: str = "flow"
    role: str = "level"
    measure: str = ""
    base: str = ""
    not_negative: bool = False
    positive: bool = False
    title: str = ""
    document: str = ""
    place: str = ""
    indicator: str = ""
    region: str = ""
    year: int = 0
    before: Decimal | None = None
    beside: tuple[str, ...] = ()
    mistaken: tuple[tuple[str, Node], ...] = ()
    legible: bool = True
    literal: str = ""

    @property
    def printed_decimals(self) -> int:
        """Decimals as printed."""
        return spans.decimals_of(self.value)

    @property
    def span(self) -> Span:
        """The numbers it may stand for."""
        if not self.legible:
            return self.domain
        return self.span_of(self.value)

    def span_of(self, value: Decimal) -> Span:
        """The numbers that another printed value would stand for in its place."""
        digits = spans.decimals_of(value)
        if self.margin is not None:
            exact = Fraction(value)
            return Span(exact - self.margin, False, exact + self.margin, False)
        if self.exact_decimals is not None and digits == self.exact_decimals:
            return spans.point(value)
        if value == 0:  # a zero is as exact as its column
            digits = max(digits, self.decimals)
        return spans.rounded(value, digits)

    @property
    def cell_decimals(self) -> int:
        """Decimals with which the right value would be printed."""
        if self.exact_decimals is not None:
            return self.exact_decimals
        return self.decimals

    @property
    def half(self) -> Fraction:
        """Half a unit of its last decimal, or how far it is known otherwise; nothing where it is exact."""
        if self.margin is not None:
            return self.margin
        return Fraction(0) if self.exact_decimals is not None else Fraction(1, 2 * 10**self.cell_decimals)

    @property
    def domain(self) -> Span:
        """The numbers it could be, whatever is printed."""
        return spans.NOT_NEGATIVE if self.not_negative else spans.ALL


@dataclass(frozen=True)
class Latent:
    """A number that is printed nowhere.

    title: what it is. domain: the numbers it could be. decimals: with which an earlier report printed it; exact:
    whether it was exact there. kind: `stock`, `flow` or `ratio`.
    """

    id: str
    title: str = ""
    domain: Span = spans.ALL
    decimals: int = 2
    exact: bool = False
    kind: str = "flow"

    @property
    def half(self) -> Fraction:
        """How far what was printed may be from the unrounded number."""
        return Fraction(0) if self.exact else Fraction(1, 2 * 10**self.decimals)


@dataclass(frozen=True)
class Relation:
    """A relation between variables. One of its `equations` holds.

    id: unique name. kind: `total`, `identity`, `formula`, `further` (a formula between figures of different places),
        `copy`, `change`, `growth`, `avg_growth`, `share`, and bounds: `part`, `order`.
    title: the relation in words. guard: a figure that asserts it (a printed ranking); released, it asserts nothing.
    """

    id: str
    kind: str
    title: str
    equations: tuple[Equation, ...]
    guard: int | None = None

    @cached_property
    def variables(self) -> list[int]:
        """Numbers of the variables of all its equations, each once."""
        return list(dict.fromkeys(number for each in self.equations for number in each.variables))

    @property
    def is_equality(self) -> bool:
        """Whether it determines a figure by the others, and does not only bound it."""
        return any(each.target.finite for each in self.equations)


@dataclass
class Problem:
    """Figures, latents and relations. Build it with `figure`, `latent` and `relate`."""

    variables: list[Figure | Latent] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    touching: list[list[int]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def _add(self, each: Figure | Latent, span: Span) -> int:
        if each.id in self.numbers:
            raise ValueError(f"{each.id} is there already")
        number = len(self.variables)
        self.variables.append(each)
        self.numbers[each.id] = number
        self.touching.append([])
        self.spans.append(span)
        return number

    def figure(self, figure: Figure) -> int:
        """Take up a figure; returns its number. Raises ValueError for an id that is taken."""
        return self._add(figure, figure.span)

    def latent(self, latent: Latent) -> int:
        """Take up a latent; returns its number. Raises ValueError for an id that is taken."""
        return self._add(latent, latent.domain)

    def relate(self, relation: Relation) -> int:
        """Take up a relation; returns its number."""
        number = len(self.relations)
        self.relations.append(relation)
        about = relation.variables if relation.guard is None else [*relation.variables, relation.guard]
        for each in about:
            self.touching[each].append(number)
        return number

    def is_figure(self, number: int) -> bool:
        """Whether a variable is printed."""
        return isinstance(self.variables[number], Figure)

    def printed(self, number: int) -> Figure:
        """The figure of a number. Raises TypeError for a latent."""
        figure = self.variables[number]
        if not isinstance(figure, Figure):
            raise TypeError(f"{figure.id} is not printed")
        return figure

    def replaced(self, values: Mapping[int, Decimal]) -> Problem:
        """The same problem with other values printed for some figures (by number). Raises TypeError for a latent."""
        variables = list(self.variables)
        ranges = list(self.spans)
        for number, value in values.items():
            figure = replace(self.printed(number), value=value)
            variables[number] = figure
            ranges[number] = figure.span
        return Problem(variables, self.relations, self.numbers, self.touching, ranges)

    def without(self, dropped: Iterable[int]) -> Problem:
        """The same problem without some relations (by number)."""
        gone = set(dropped)
        result = Problem(list(self.variables), [], dict(self.numbers), [[] for _ in self.variables], list(self.spans))
        for number, relation in enumerate(self.relations):
            if number not in gone:
                result.relate(relation)
        return result


def subject(problem: Problem, relation: Relation) -> int:
    """The figure that a relation is about: its total, or what is computed by it."""
    weights = dict(relation.equations[0].weights)
    signs = [weight > 0 for weight in weights.values()]
    numbers = list(weights)
    alone = [number for number, sign in zip(numbers, signs, strict=True) if signs.count(sign) == 1 and len(signs) > 2]
    order = [*alone, *relation.variables[:1], *reversed(numbers), *relation.variables]
    return next((number for number in order if problem.is_figure(number)), relation.variables[0])
