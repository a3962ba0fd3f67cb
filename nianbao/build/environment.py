"""The environment of a book in `.venv`, made by pip alone: on systems with make and on those without.

It is asked for before anything is installed, so that it needs nothing but Python. What is installed comes with the
hashes of the lock, from the package index, or from the folder `wheels/` where that holds all of it (a bundle).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from nianbao.errors import DataError

LOCK = "requirements.lock"
DEV_LOCK = "requirements-dev.lock"
#: What a content folder without a program of its own names: the version of the program, and where it stands.
PINS = "requirements.txt"
PROJECT = "pyproject.toml"
VENV = ".venv"
#: In `.venv`: it was made from the locks as they were then.
READY, READY_DEV = ".ready", ".ready-dev"
#: Packages that came with a bundle.
WHEELS = "wheels"
#: Python must be as new.
OLDEST = (3, 11)
#: Goes through the locks twice as fast as the pip that comes with Python 3.11.
PIP = "pip==26.3 --hash=sha256:f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
#: The fonts of mplfonts that the book uses. The others are 64 MB, and one of them is not free.
FONTS = ("NotoSansCJKsc-Regular.otf", "NotoSerifCJKsc-Regular.otf")
#: pip would write bytecode for every module, most of which no book imports. Importing those of the program instead
#: writes it for what is used, and shows that the lock lacks nothing; what needs the extra `cluster` is left out.
IMPORT_ALL = (
    "import jupyter_book.sphinx, nianbao, pkgutil\n"
    "for found in pkgutil.walk_packages(nianbao.__path__, 'nianbao.'):\n"
    "    if found.name not in ('nianbao.build.cluster', 'nianbao.__main__'):\n"
    "        __import__(found.name)\n"
)


def python_of(root: Path) -> Path:
    """The Python of the environment of a folder, whether it is there or not."""
    return root / VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def carry_out(command: Sequence[object], root: Path, **variables: str) -> int:
    """Run a program in a folder until it ends; its exit code.

    With PYTHONDONTWRITEBYTECODE the bytecode of what is used would not be written, and every process would compile all
    it imports.
    """
    known = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.call([str(part) for part in command], cwd=root, env=known | variables)


def require(command: Sequence[object], root: Path, **variables: str) -> None:
    """The same; DataError where it does not end well."""
    code = carry_out(command, root, **variables)
    if code:
        raise DataError(f"没有做成（退出码 {code}）：{' '.join(str(part) for part in command)}")


def has_all(wheels: Path) -> bool:
    """Whether a folder holds the packages of a bundle, pip among them, and not only the program."""
    return any(wheels.glob("pip-*.whl"))


class Environment:
    """The environment of the content folder `root`."""

    def __init__(self, root: Path):
        self.root = root
        self.python = python_of(root)
        self.packages = LOCK if (root / LOCK).is_file() else PINS

    def is_ready(self, mark: str = READY, *sources: str) -> bool:
        """Whether it was made, and from what its sources say today."""
        done = self.root / VENV / mark
        asked = [self.root / name for name in sources or (self.packages, PROJECT)]
        return done.is_file() and all(
            not path.is_file() or path.stat().st_mtime <= done.stat().st_mtime for path in asked
        )

    def install(self, *options: str) -> None:
        """Have pip install something."""
        wheels = self.root / WHEELS
        where = ["--no-index", "--find-links", str(wheels)] if has_all(wheels) else []
        pip = [self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *where, *options]
        require(pip, self.root, PYTHONWARNINGS="ignore:Editable installation", PYTHONUTF8="1")

    def make(self) -> None:
        """Make it, where that has not been done. DataError where Python is too old or a package is not to be had."""
        if self.is_ready():
            return
        if sys.version_info < OLDEST:
            raise DataError(f"需要 Python {'.'.join(map(str, OLDEST))} 以上，现为 {sys.version.split()[0]}")
        if not (self.root / self.packages).is_file():
            raise DataError(f"这里没有 {LOCK} 或 {PINS}，请在年报的文件夹里运行")
        if not self.python.exists():
            require([sys.executable, "-m", "venv", self.root / VENV], self.root)
        if self.packages == LOCK:
            self._install_locked()
        else:
            self.install("-r", PINS)
        self._done(READY)

    def _install_locked(self) -> None:
        pins = self.root / VENV / "pip.txt"
        pins.write_text(PIP, "utf-8", newline="\n")
        self.install("--no-compile", "--require-hashes", "-r", str(pins))
        self.install("--no-compile", "--require-hashes", "-r", LOCK)
        self.install("--no-deps", "--no-build-isolation", "-e", ".")
        for fonts in self._folders("mplfonts/fonts"):
            remove_others(fonts)
        require([self.python, "-c", IMPORT_ALL], self.root, PYDEVD_DISABLE_FILE_VALIDATION="1")

    def make_for_developers(self) -> None:
        """The same, and what tests and checks need."""
        self.make()
        if self.is_ready(READY_DEV, DEV_LOCK) and self.is_ready(READY_DEV, f"{VENV}/{READY}"):
            return
        self.install("--require-hashes", "-r", DEV_LOCK)
        require([self.python, "-m", "pip", "check"], self.root)  # what pyproject.toml declares is there
        self._done(READY_DEV)

    def _folders(self, name: str) -> list[Path]:
        """The folders of a package in the environment, where Linux and macOS have them, and Windows."""
        found = [*(self.root / VENV).glob(f"lib/*/site-packages/{name}")]
        return found or [*(self.root / VENV).glob(f"Lib/site-packages/{name}")]

    def _done(self, mark: str) -> None:
        (self.root / VENV / mark).touch()


def remove_others(fonts: Path) -> None:
    """Remove the fonts that no book uses."""
    for path in fonts.iterdir():
        if path.is_file() and path.name not in FONTS:
            path.unlink()
