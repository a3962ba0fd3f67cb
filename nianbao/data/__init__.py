"""Reads, checks and describes `data/`: tables, catalogue, observations, documents; formulas as they are written;
looks into files before anybody opens them.

May import: `nianbao.errors`, openpyxl and the standard library.
"""
