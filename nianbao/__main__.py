"""`python -m nianbao …`: every command of the program, and what the Makefile makes, on systems without make.

Before anything is installed, only `setup` and what follows from it can be carried out.
"""

from __future__ import annotations

from nianbao import interrupt  # isort: skip: before what takes its time

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from nianbao.build import targets
from nianbao.build.environment import carry_out, python_of

#: What the commands cannot do without.
NEEDED = ("yaml", "openpyxl")


def main(arguments: Sequence[str]) -> int:
    """Carry out a command or a target; an exit code."""
    if arguments and arguments[0] in targets.TARGETS:
        interrupt.over()
        return targets.main(arguments)
    if all(find_spec(name) for name in NEEDED):
        from nianbao.cli import main

        return main(arguments)
    python = python_of(Path.cwd())
    if python.exists() and Path(sys.prefix).resolve() != Path(".venv").resolve():
        interrupt.over()
        return carry_out([python, "-m", "nianbao", *arguments], Path.cwd())
    print("错误：还没有安装所需的程序包，请先运行 python -m nianbao setup", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
