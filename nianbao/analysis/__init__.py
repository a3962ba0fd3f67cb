"""What happened, why, and for whom: change accounts, findings, stated reasons tested, dependence, the outlook.

May import: `nianbao.audit`, `nianbao.figures`, `nianbao.data` and what is below them; the standard library.
"""
