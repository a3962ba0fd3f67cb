"""Records into what people take away: pages, print, tables and data packages, and the manifest of it all.

May import: `nianbao.chapter` and what is below it, `nianbao.locking`, `nianbao.temporary`.
"""
