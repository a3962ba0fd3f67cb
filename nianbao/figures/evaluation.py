"""Formulas filled in: point value and interval from those of the terms."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from nianbao.data import formulas
from nianbao.figures.interval import Interval


def evaluate(text: str, points: Sequence[Fraction], intervals: Sequence[Interval]) -> tuple[Fraction, Interval]:
    """Point value and interval of a formula, given those of its terms in order.

    Raises ZeroDivisionError where a divisor may be zero.
    """
    tree = formulas.parse(text).tree
    return walk(tree, points, Fraction), walk(tree, intervals, Interval.exactly)


def walk(node: ast.expr, terms: Sequence[Any], constant: Callable[[Fraction], Any]) -> Any:
    """The value of a node, in the arithmetic of the `terms`; `constant` makes such a value of a number."""
    if isinstance(node, ast.Constant):
        return constant(Fraction(str(node.value)))
    if isinstance(node, ast.Name):
        return terms[int(node.id[1:])]
    if isinstance(node, ast.UnaryOp):
        return -walk(node.operand, terms, constant)
    assert isinstance(node, ast.BinOp)  # nothing else is parsed
    left = walk(node.left, terms, constant)
    right = walk(node.right, terms, constant)
    return formulas.ACTIONS[type(node.op)](left, right)
