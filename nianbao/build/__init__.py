"""When what is made: settings handed to kernels, notebooks executed, kept and assembled into an edition.

May import: everything but `nianbao.cli`.
"""
