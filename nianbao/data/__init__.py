"""Reads, checks and describes `data/`: tables, catalogue, observations, documents; formulas as they are written.

May import: `nianbao.errors` and the standard library.
"""
