"""Exact numbers and what follows from them: units, intervals, quantities, formulas filled in, derived figures.

May import: `nianbao.data` and what is below it; the standard library.
"""
