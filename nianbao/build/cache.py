"""What is still good of the last build: a chapter is executed again only when something it was made from changed.

`_build/.cache/<year>/` keeps the sources as Sphinx sees them (`src`, with the executed notebooks), what Sphinx made of
them, print files, and `made.json`: for each chapter the hashes of its notebook, parameters, the program and the data
files it looked at, as they were before it ran.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import nbformat

from nianbao.build.kernels import READ, Job
from nianbao.data.csvfiles import display_path
from nianbao.errors import DataError
from nianbao.settings import PACKAGE

UNFINISHED = ("executing", "kernels")  # what a build that was killed leaves in its cache


def digest(*parts: bytes | str) -> str:
    """A short hash."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part.encode() if isinstance(part, str) else part).digest())
    return whole.hexdigest()[:16]


def fingerprint(path: Path) -> str:
    """Of a file its content, of a folder the names of tables and folders in it, of nothing the empty text."""
    if path.is_dir():
        return digest(*sorted(each.name for each in path.iterdir() if each.suffix == ".csv" or each.is_dir()))
    return digest(path.read_bytes()) if path.is_file() else ""


def tree(folder: Path, pattern: str = "*") -> str:
    """Of a folder with all files below that match."""
    paths = sorted(path for path in folder.rglob(pattern) if path.is_file() and "__pycache__" not in path.parts)
    return digest(*(part for path in paths for part in (path.relative_to(folder).as_posix(), path.read_bytes())))


def program_files() -> str:
    """Everything in the package that decides what is made: modules, theme, templates."""
    return tree(PACKAGE)


def program(root: Path) -> str:
    """The package and the versions of what it needs."""
    return digest(program_files(), fingerprint(root / "requirements.lock"))


def mirror(source: Path, target: Path) -> None:
    """Make `target` the same as `source`; files that are the same already are left alone, with their times."""
    target.mkdir(parents=True, exist_ok=True)
    for each in target.iterdir():
        if not (source / each.name).exists():
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    for each in source.iterdir():
        if each.is_dir():
            mirror(each, target / each.name)
        else:
            put(target / each.name, each.read_bytes())


def put(path: Path, content: bytes) -> None:
    """Write a file unless that is what stands there; never half of it, and never through a link."""
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        aside.write_bytes(content)
        aside.replace(path)


class Cache:
    """The cache of one edition: `folder`, with the data in `data`; `settings` is whatever else decides what is made."""

    def __init__(self, folder: Path, data: Path, settings: str):
        self.folder, self.data, self.settings = folder, data, digest(display_path(data), settings)
        self.source = folder / "src"
        self._file = folder / "made.json"
        try:
            self.made = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            self.made = {}
        self.before: dict[str, tuple[str, int]] = {}

    @contextmanager
    def locked(self, fresh: bool = False):
        """One build of an edition at a time; DataError where another one is under way. `fresh` forgets the last one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                import fcntl

                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except ImportError:  # Windows
                pass
            except OSError:
                raise DataError("同一年的年报正在另一处编制，请等它完成") from None
            if fresh:
                self.made = {}
            for each in self.folder.iterdir():
                if each.name in UNFINISHED or fresh and each.name != "lock":
                    shutil.rmtree(each) if each.is_dir() else each.unlink()
            self.before = self.before or self.look()
            yield self

    def look(self) -> dict[str, tuple[str, int]]:
        """Fingerprints and times of all data files and folders."""
        paths = [self.data, *(each for each in self.data.rglob("*") if each.suffix == ".csv" or each.is_dir())]
        return {each.relative_to(self.data).as_posix(): self.seen(each) for each in paths}

    def seen(self, path: Path | str) -> tuple[str, int]:
        """Fingerprint of a data file or folder, and when a file was written."""
        path = self.data / path
        return fingerprint(path), path.stat().st_mtime_ns if path.is_file() else 0

    def steady(self) -> None:
        """DataError when data changed since the build began: half of the book would be old."""
        after = self.look()
        changed = sorted(name for name in after.keys() | self.before.keys() if after.get(name) != self.before.get(name))
        if changed:
            raise DataError(f"编制期间数据有改动，请重新运行：{'、'.join(changed[:5])}")

    def now(self, name: str) -> str:
        """Fingerprint of a data file as the build began."""
        return fingerprint(Path(name)) if name.startswith("/") else self.before.get(name, ("", 0))[0]

    def executed(self, job: Job) -> Path:
        """Where the executed notebook stands."""
        return self.source / "notebooks" / f"{job.name}.ipynb"

    def inputs(self, job: Job, code: str) -> dict[str, str]:
        """Hashes of what a chapter is made from, its data apart."""
        return {"笔记本": fingerprint(job.source), "参数": digest(json.dumps(job.parameters, sort_keys=True)), "程序": code,
                "设置": self.settings}

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
        said = nbformat.read(path, as_version=4).metadata.get(READ)
        read = sorted(self.before) if said is None else said  # a notebook that does not say may have read anything
        target = self.executed(job)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        if any(self.seen(name) != self.before.get(name, ("", 0)) for name in read if not name.startswith("/")):
            return  # changed while the chapter ran: it will run again
        data = {name: self.now(name) for name in read}
        self.note(job.name, {"inputs": self.inputs(job, code), "data": data, "made": fingerprint(target)})

    def note(self, name: str, value) -> None:
        """Remember something about the last build."""
        self.made[name] = value
        put(self._file, json.dumps(self.made, ensure_ascii=False, indent=1).encode())
