"""Arithmetic of indicators as data: `a / b * 12`, `a[640000] - b`, `a{-1}` (the year before).

Nothing is evaluated as code: the text is parsed, and only + - * / on numbers and indicators is accepted.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from .errors import DataError
from .quantity import Interval

TERM = re.compile(r"([a-z]\w*(?:\.\w+)+)(?:\[(\w+)\])?(?:\{(-?\d+)\})?")


@dataclass(frozen=True)
class Term:
    """An indicator in a formula; `item` pins another region, `lag` another year."""

    indicator: str
    item: str
    lag: int


@cache
def parse(text: str) -> tuple[ast.expr, tuple[Term, ...]]:
    """The expression tree, in which name `_0` stands for the first term, and so on.

    Raises DataError for anything but + - * / ( ), numbers and indicators.
    """
    terms = []

    def name(match):
        terms.append(Term(match[1], match[2] or "", int(match[3] or 0)))
        return f"_{len(terms) - 1}"

    try:
        tree = ast.parse(TERM.sub(name, text), mode="eval").body
    except SyntaxError:
        raise DataError(f"公式“{text}”看不懂，只可用指标、数字和 + - * / ( )") from None
    allowed = (ast.BinOp, ast.UnaryOp, ast.USub, ast.Name, ast.Load, ast.Constant, ast.Add, ast.Sub, ast.Mult, ast.Div)
    places = {f"_{at}" for at in range(len(terms))}
    if "_" in re.sub(TERM, "", text) or not all(
        isinstance(node, allowed)
        and not (isinstance(node, ast.Name) and node.id not in places)
        and not (isinstance(node, ast.Constant) and type(node.value) not in (int, float))
        for node in ast.walk(tree)
    ):
        raise DataError(f"公式“{text}”里有不允许的写法，只可用指标、数字和 + - * / ( )")
    return tree, tuple(terms)


def evaluate(text: str, points: list[Fraction], intervals: list[Interval]) -> tuple[Fraction, Interval]:
    """Point value and interval of a formula, given those of its terms in order.

    Raises ZeroDivisionError where a divisor may be zero.
    """
    tree, _ = parse(text)

    def walk(node):
        if isinstance(node, ast.Constant):
            value = Fraction(str(node.value))
            return value, Interval(value, value)
        if isinstance(node, ast.Name):
            index = int(node.id[1:])
            return points[index], intervals[index]
        if isinstance(node, ast.UnaryOp):
            value, spread = walk(node.operand)
            return -value, spread.scaled(-1)
        (a, ia), (b, ib) = walk(node.left), walk(node.right)
        if isinstance(node.op, ast.Add):
            return a + b, ia + ib
        if isinstance(node.op, ast.Sub):
            return a - b, ia - ib
        if isinstance(node.op, ast.Mult):
            return a * b, ia * ib
        return a / b, ia / ib

    return walk(tree)
