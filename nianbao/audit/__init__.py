"""Is what is printed possible? Findings, the rules that make them, errata, and the report of a check.

May import: `nianbao.figures` and what is below it; the standard library.
"""
