"""What is still good of the last build: a chapter is executed again only when something it was made from changed.

`_build/.cache/<year>/` keeps the sources as Sphinx sees them (`src`, with the executed notebooks), what Sphinx made of
them, print files, what the audit has found (`audit`, named by the hash of program and data), and `made.json`: for each
chapter the hashes of its notebook, parameters, the program and the data files it looked at, as they were before it ran.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from nianbao import locking
from nianbao.build.job import Job
from nianbao.chapter.session import READ
from nianbao.data.csvfiles import display_path
from nianbao.errors import DataError
from nianbao.settings import PACKAGE

#: What a build that was killed leaves in its cache.
UNFINISHED = ("executing", "kernels")
#: A file that a killed build had not yet put in its place: see `put`.
HALF = re.compile(r"\..+\.[0-9]+")
#: Folders that tools leave among the sources.
HIDDEN = {"__pycache__", ".ipynb_checkpoints"}
LOCK = "lock"
#: The folder of what the audit has found.
AUDIT = "audit"


# -- hashes and files --------------------------------------------------------------------------------------------------
def digest(*parts: bytes | str) -> str:
    """A short hash of some texts, one after another."""
    whole = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        whole.update(hashlib.sha256(content).digest())
    return whole.hexdigest()[:16]


def fingerprint(path: Path) -> str:
    """Of a file its content, of a folder the names of tables and folders in it, of nothing the empty text."""
    if path.is_dir():
        return digest(*sorted(each.name for each in path.iterdir() if each.suffix == ".csv" or each.is_dir()))
    return digest(path.read_bytes()) if path.is_file() else ""


def tree(folder: Path, pattern: str = "*") -> str:
    """The hash of a folder with the names and contents of all files below that match."""
    paths = sorted(path for path in folder.rglob(pattern) if path.is_file() and "__pycache__" not in path.parts)
    return digest(*(part for path in paths for part in (path.relative_to(folder).as_posix(), path.read_bytes())))


def program(root: Path) -> str:
    """The hash of what makes an edition of the content folder `root`: the package, and the versions it needs."""
    return digest(tree(PACKAGE), fingerprint(root / "requirements.lock"))


def mirror(source: Path, target: Path, instead: Path | None = None) -> None:
    """Make `target` the same as `source`; files that are the same already are left alone, with their times.

    Files that stand in the folder `instead` take the place of those of the same name.
    """
    target.mkdir(parents=True, exist_ok=True)
    for each in target.iterdir():
        if not (source / each.name).exists():
            remove(each)
    for each in source.iterdir():
        if each.is_dir():
            mirror(each, target / each.name)
        else:
            other = instead / each.name if instead else each
            put(target / each.name, (other if other.is_file() else each).read_bytes())


def put(path: Path, content: bytes) -> None:
    """Write a file unless that is what stands there; never half of it, and never through a link."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Remove a file or a folder with all in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


# -- the cache of an edition -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Seen:
    """A data file or folder at one moment: hash of its `content`, and when a file was `written`, in nanoseconds."""

    content: str = ""
    written: int = 0


def seen(path: Path) -> Seen:
    """A data file or folder as it is now."""
    return Seen(fingerprint(path), path.stat().st_mtime_ns if path.is_file() else 0)


def look(data: Path) -> dict[str, Seen]:
    """All files and folders of a data folder as they are now, by path below it."""
    paths = [data, *(each for each in data.rglob("*") if each.suffix == ".csv" or each.is_dir())]
    return {path.relative_to(data).as_posix(): seen(path) for path in paths}


class Cache:
    """The cache of one edition: `folder`, with the data in `data`; `settings` is whatever else decides what is made.

    `sources` are further files and folders the edition is made from: notebooks, pages, settings.
    """

    def __init__(self, folder: Path, data: Path, settings: str, sources: Sequence[Path] = ()):
        self.folder = folder
        self.data = data
        self.sources = sources
        self.settings = digest(display_path(data), settings)
        #: The sources as Sphinx sees them.
        self.source = folder / "src"
        #: What the last build noted, by the name of what was made.
        self.made = self._noted()
        #: The data as the build began, by path below the data folder.
        self.before: dict[str, Seen] = {}
        #: The other sources as the build began, by path.
        self.began: dict[Path, str] = {}

    @property
    def _file(self) -> Path:
        return self.folder / "made.json"

    def _noted(self) -> dict[str, Any]:
        try:
            known = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    @contextmanager
    def locked(self, fresh: bool = False) -> Iterator[Cache]:
        """One build of an edition at a time; DataError where another one is under way. `fresh` forgets the last one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / LOCK).open("wb") as lock:
            take(lock)
            self.made = {} if fresh else self._noted()
            for each in self.folder.rglob(".*"):
                if HALF.fullmatch(each.name) and each.is_file():
                    each.unlink()
            for each in self.folder.iterdir():
                if each.name in UNFINISHED or (fresh and each.name != LOCK):
                    remove(each)
            self.before = self.look()
            self.began = self.look_at_sources()
            yield self

    def look(self) -> dict[str, Seen]:
        """All data files and folders as they are now, by path below the data folder."""
        return look(self.data)

    def seen(self, name: str) -> Seen:
        """A data file or folder as it is now."""
        return seen(self.data / name)

    def audit(self, year: int, code: str) -> Path:
        """Where what the audit of the data of `year` finds is kept, as the data were when the build began.

        `code` is the hash of the program.
        """
        state = [part for name, each in sorted(self.before.items()) for part in (name, each.content)]
        return self.folder / AUDIT / f"{digest(code, str(year), *state)}.json"

    def look_at_sources(self) -> dict[Path, str]:
        """Hashes of the other sources as they are now."""
        paths = [each for top in self.sources for each in (top, *top.rglob("*")) if each.is_file()]
        return {path: fingerprint(path) for path in paths if not HIDDEN & set(path.parts)}

    def steady(self) -> None:
        """DataError when anything the edition is made from changed since the build began: half of it would be old."""
        after = self.look()
        changed = sorted(name for name in after.keys() | self.before.keys() if after.get(name) != self.before.get(name))
        if changed:
            raise DataError(f"编制期间数据有改动，请重新运行：{'、'.join(changed[:5])}")
        now = self.look_at_sources()
        other = sorted(path.name for path in now.keys() | self.began.keys() if now.get(path) != self.began.get(path))
        if other:
            raise DataError(f"编制期间笔记本、页面或设置有改动，请重新运行：{'、'.join(other[:5])}")

    def now(self, name: str) -> str:
        """Hash of a data file as the build began; empty where it was not there."""
        return self.before.get(name, Seen()).content

    def executed(self, job: Job) -> Path:
        """Where the executed notebook stands."""
        return self.source / "notebooks" / f"{job.name}.ipynb"

    def inputs(self, job: Job, code: str) -> dict[str, str]:
        """Hashes of what a chapter is made from, its data apart; `code` is that of the program."""
        return {
            "笔记本": self.began.get(job.source) or fingerprint(job.source),
            "参数": digest(json.dumps(dict(job.parameters), sort_keys=True)),
            "程序": code,
            "设置": self.settings,
        }

    def reason(self, job: Job, code: str) -> str:
        """Why a chapter has to be executed; nothing where what was executed last is still good."""
        known = self.made.get(job.name)
        if not known:
            return "还没有执行过"
        if fingerprint(self.executed(job)) != known["made"]:
            return "执行结果不在或被改动"
        changed = [name for name, value in self.inputs(job, code).items() if known["inputs"].get(name) != value]
        changed += [name for name, value in known["data"].items() if self.now(name) != value]
        return f"{'、'.join(changed)}有改动" if changed else ""

    def keep(self, job: Job, code: str) -> None:
        """Take in an executed notebook, with the hashes of what it was made from."""
        path = Path(job.target)
        said = json.loads(path.read_bytes())["metadata"].get(READ)  # nbformat takes five times as long
        read = sorted(self.before) if said is None else said  # a notebook that does not say may have read anything
        target = self.executed(job)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        if any(self.seen(name) != self.before.get(name, Seen()) for name in read):
            return  # changed while the chapter ran: it will run again
        data = {name: self.now(name) for name in read}
        self.note(job.name, {"inputs": self.inputs(job, code), "data": data, "made": fingerprint(target)})

    def note(self, name: str, value: Any) -> None:
        """Remember something about the last build."""
        self.made[name] = value
        put(self._file, json.dumps(self.made, ensure_ascii=False, indent=1).encode())


def take(lock: IO) -> None:
    """Lock a file until it is closed; DataError where another process has it."""
    if not locking.lock(lock, wait=False):
        raise DataError("同一年的年报正在另一处编制，请等它完成")
