"""Arithmetic of indicators as data: `a / b * 12`, `a[110000] - b`, `a{-1}` (the year before).

Nothing is evaluated as code: the text is parsed, and only + - * / on numbers and indicators is accepted.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from nianbao.data.keys import Key
from nianbao.errors import DataError

#: An indicator in a formula: its code, a pinned item in square brackets, a lag in years in braces.
TERM = re.compile(r"([a-z]\w*(?:\.\w+)+)(?:\[(\w+)\])?(?:\{(-?\d{1,3})\})?", re.ASCII)
#: Characters of a formula.
LONGEST = 500
#: Numbers in a formula stay below this.
LARGEST = 10**12
ACTIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
OPERATORS = tuple(ACTIONS)
ALLOWED = (ast.BinOp, ast.UnaryOp, ast.USub, ast.Load, *OPERATORS)


@dataclass(frozen=True)
class Term:
    """An indicator in a formula; `item` pins another item, `lag` another year."""

    indicator: str
    item: str
    lag: int


@dataclass(frozen=True)
class Formula:
    """A parsed formula: the expression `tree`, in which name `_0` stands for the first of the `terms`, and so on."""

    tree: ast.expr
    terms: tuple[Term, ...]


@lru_cache(10_000)
def parse(text: str) -> Formula:
    """A formula from its text; DataError for anything but + - * / ( ), numbers and indicators."""
    if len(text) > LONGEST:
        raise DataError(f"公式超过{LONGEST}字")
    terms = tuple(Term(code, item, int(lag or 0)) for code, item, lag in TERM.findall(text))
    names = [f"_{at}" for at in range(len(terms))]
    rest = iter(names)
    try:
        tree = ast.parse(TERM.sub(lambda _: next(rest), text), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # unreadable, odd and deeply nested text
        raise DataError(f"公式“{text}”看不懂，只可用指标、数字和 + - * / ( )") from None
    if "_" in TERM.sub("", text) or not all(proper(node, names) for node in ast.walk(tree)):
        raise DataError(f"公式“{text}”里有不允许的写法，只可用指标、数字和 + - * / ( )")
    if any(isinstance(node, ast.BinOp) and is_zero_division(node) for node in ast.walk(tree)):
        raise DataError(f"公式“{text}”的除数为零")
    return Formula(tree, terms)


def is_zero_division(node: ast.BinOp) -> bool:
    """Whether a node divides by a number that is zero."""
    return isinstance(node.op, ast.Div) and constant(node.right) == 0


def constant(node: ast.expr) -> Fraction | None:
    """The number that a node without indicators stands for; None where it names one, or divides by zero."""
    if isinstance(node, ast.Constant):
        return Fraction(str(node.value))
    if isinstance(node, ast.UnaryOp):
        value = constant(node.operand)
        return None if value is None else -value
    if not isinstance(node, ast.BinOp):
        return None
    left = constant(node.left)
    right = constant(node.right)
    if left is None or right is None or (isinstance(node.op, ast.Div) and right == 0):
        return None
    return ACTIONS[type(node.op)](left, right)


def proper(node: ast.AST, names: list[str]) -> bool:
    """Whether a node of the tree may stand in a formula; `names` stand for its terms."""
    if isinstance(node, ast.Name):
        return node.id in names
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            return False
        return abs(node.value) < LARGEST
    return isinstance(node, ALLOWED)


def terms(text: str) -> tuple[Term, ...]:
    """The terms of a formula in order."""
    return parse(text).terms


def value(text: str, points: Sequence[Fraction]) -> Fraction | None:
    """The value of a formula, given those of its terms in order; None where it divides by zero."""
    try:
        return worked_out(parse(text).tree, points)
    except ZeroDivisionError:
        return None


def worked_out(node: ast.expr, points: Sequence[Fraction]) -> Fraction:
    """The value of a node of a parsed formula; ZeroDivisionError where it divides by zero."""
    if isinstance(node, ast.Constant):
        return Fraction(str(node.value))
    if isinstance(node, ast.Name):
        return points[int(node.id[1:])]
    if isinstance(node, ast.UnaryOp):
        return -worked_out(node.operand, points)
    assert isinstance(node, ast.BinOp)  # nothing else is parsed
    result: Fraction = ACTIONS[type(node.op)](worked_out(node.left, points), worked_out(node.right, points))
    return result


def places(text: str, item: str, year: int) -> list[Key]:
    """The levels that the terms of a formula mean for an item in a year, in order."""
    return [Key(term.indicator, term.item or item, year + term.lag) for term in parse(text).terms]
