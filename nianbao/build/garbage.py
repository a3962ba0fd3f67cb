"""How often Python looks for what nobody refers to any more: seldom, in processes that build and then end.

A build makes many objects that live until it ends: figures, records, trees of pages. By default Python looks through
them again and again, a quarter of the time of a chapter. What is not tied in circles is freed at once in any case.
"""

from __future__ import annotations

import gc

#: So many objects more than before are made until Python looks at the new ones; by default 700.
SELDOM = 50_000


def look_seldom() -> None:
    """Have this process, and those that are forked from it, look seldom."""
    gc.set_threshold(SELDOM, *gc.get_threshold()[1:])
