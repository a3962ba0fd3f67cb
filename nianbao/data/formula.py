"""Arithmetic of indicators as data: `a / b * 12`, `a[110000] - b`, `a{-1}` (the year before).

Nothing is evaluated as code: the text is parsed, and only + - * / on numbers and indicators is accepted.
"""

from __future__ import annotations

import ast
import operator
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from nianbao.errors import DataError
from nianbao.figures.quantity import Interval

TERM = re.compile(r"([a-z]\w*(?:\.\w+)+)(?:\[(\w+)\])?(?:\{(-?\d{1,3})\})?", re.ASCII)
LONG, LARGE = 500, 10**12  # characters of a formula, numbers in it
SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
ALLOWED = (ast.BinOp, ast.UnaryOp, ast.USub, ast.Load, *SIGNS)


@dataclass(frozen=True)
class Term:
    """An indicator in a formula; `item` pins another region, `lag` another year."""

    indicator: str
    item: str
    lag: int


@lru_cache(10_000)
def parse(text: str) -> tuple[ast.expr, tuple[Term, ...]]:
    """The expression tree, in which name `_0` stands for the first term, and so on.

    Raises DataError for anything but + - * / ( ), numbers and indicators.
    """
    terms = [Term(code, item, int(lag or 0)) for code, item, lag in TERM.findall(text)]
    names = [f"_{at}" for at in range(len(terms))]
    rest = iter(names)
    if len(text) > LONG:
        raise DataError(f"公式超过{LONG}字")
    try:
        tree = ast.parse(TERM.sub(lambda _: next(rest), text), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # what Python says to unreadable, odd and deeply nested text
        raise DataError(f"公式“{text}”看不懂，只可用指标、数字和 + - * / ( )") from None

    def proper(node):
        if isinstance(node, ast.Name):
            return node.id in names
        if isinstance(node, ast.Constant):
            return isinstance(node.value, int | float) and not isinstance(node.value, bool) and abs(node.value) < LARGE
        return isinstance(node, ALLOWED)

    if "_" in TERM.sub("", text) or not all(map(proper, ast.walk(tree))):
        raise DataError(f"公式“{text}”里有不允许的写法，只可用指标、数字和 + - * / ( )")
    return tree, tuple(terms)


def places(text: str, region: str, year: int) -> list[tuple[str, str, int]]:
    """What the terms of a formula mean at a place: indicator, region and year of each, in order."""
    return [(term.indicator, term.item or region, year + term.lag) for term in parse(text)[1]]


def evaluate(text: str, points: list[Fraction], intervals: list[Interval]) -> tuple[Fraction, Interval]:
    """Point value and interval of a formula, given those of its terms in order.

    Raises ZeroDivisionError where a divisor may be zero.
    """
    def walk(node, terms, constant):
        if isinstance(node, ast.Constant):
            return constant(Fraction(str(node.value)))
        if isinstance(node, ast.Name):
            return terms[int(node.id[1:])]
        if isinstance(node, ast.UnaryOp):
            return -walk(node.operand, terms, constant)
        return SIGNS[type(node.op)](walk(node.left, terms, constant), walk(node.right, terms, constant))

    tree, _ = parse(text)
    return walk(tree, points, Fraction), walk(tree, intervals, lambda value: Interval(value, value))
