"""Files of the data, written all or none, also where the process is killed in between.

What shall be written is first laid aside as a whole, with what it replaces, in a folder that gets its final name in one
step: the plan. From then on the work will be done: by this process, or by the next command that works on the data
(`finish`). Before that step nothing has changed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from nianbao import temporary
from nianbao.data.csvfiles import display_path
from nianbao.errors import DataError

#: How the name of a file or folder that is being written begins: readers of the data pass over it.
UNFINISHED = "."
#: Files of the data that make up a data set; workbooks that lie among them do not.
PARTS_OF_DATA = {".csv", ".json"}
#: Names in the folder of a plan: what is planned, what was there before, what shall be there.
PLAN = "plan.json"
BEFORE = "before"
AFTER = "after"

#: Paths below the data folder, with slashes, and their content; None for a file that is not there.
Contents = Mapping[str, bytes | None]


def fingerprint(content: bytes | None) -> str:
    """The SHA-256 of a content; nothing for a file that is not there."""
    return "" if content is None else sha256(content).hexdigest()


def content_of(path: Path) -> bytes | None:
    """The bytes of a file; None where there is none."""
    return path.read_bytes() if path.exists() else None


@contextmanager
def copy_with(root: Path, files: Contents) -> Iterator[Path]:
    """A copy of the data set `root` that holds `files`, to be looked at before anything is written; gone afterwards."""
    with temporary.folder() as folder:
        copy = folder / "data"
        for path in root.rglob("*"):
            target = copy / path.relative_to(root)
            if path.is_dir():
                target.mkdir(parents=True, exist_ok=True)
            elif path.suffix in PARTS_OF_DATA:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
        for name, content in files.items():
            put(copy / name, content)
        yield copy


def put(path: Path, content: bytes | None) -> None:
    """Give a file its content in one step, or remove it; folders are made where they are lacking."""
    if content is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{UNFINISHED}{path.name}.new")
    try:
        with naming(path):
            fresh.write_bytes(content)
        if path.exists():
            shutil.copymode(path, fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """An error of the system while a file is written names the file: that of a full disk does not by itself."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or display_path(path)
        raise


class Plan:
    """Files of the data `root` that shall change together, laid aside in `folder`.

    `record` is kept with them; folders that it names as `empties` go where nothing is left in them. A plan that was
    made is either carried out or, after an error, taken back.
    """

    def __init__(self, root: Path, folder: Path):
        self.root = root
        self.folder = folder

    @classmethod
    def make(cls, root: Path, folder: Path, files: Contents, record: Mapping) -> Plan:
        """Lay everything aside, then give the folder its name: the step from which on the plan will be carried out."""
        making = aside(folder)
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        steps = {}
        for name, content in files.items():
            before = content_of(root / name)
            lay(making / BEFORE / name, before)
            lay(making / AFTER / name, content)
            steps[name] = [fingerprint(before), fingerprint(content)]
        missing = {parent.as_posix() for name in files for parent in Path(name).parents if not (root / parent).is_dir()}
        plan = {**record, "files": steps, "folders": sorted(missing)}
        lay(making / PLAN, json.dumps(plan, ensure_ascii=False, indent=1).encode())
        making.rename(folder)
        return cls(root, folder)

    @property
    def record(self) -> dict:
        """What is kept with the files."""
        return json.loads((self.folder / PLAN).read_text("utf-8"))

    def before(self) -> Contents:
        """The files as they were."""
        return {name: content_of(self.folder / BEFORE / name) for name in self.record["files"]}

    def laid(self, name: str) -> bytes | None:
        """A file as it shall be; None for one that shall go."""
        return content_of(self.folder / AFTER / name)

    def carry_out(self) -> None:
        """Write the files; with an error of this process everything is as it was before, and the plan is gone."""
        try:
            record = self.record
            for name in record["files"]:
                put(self.root / name, self.laid(name))
            remove_folders(self.root, record.get("empties", []))
        except BaseException:
            self.take_back()
            raise

    def take_back(self) -> None:
        """Write the files as they were, and remove the plan."""
        record = self.record
        for name, content in self.before().items():
            put(self.root / name, content)
        remove_folders(self.root, record["folders"])
        self.drop()

    def drop(self) -> None:
        """Remove the plan: first its name, in one step, so that none that is half removed is ever carried out."""
        making = aside(self.folder)
        shutil.rmtree(making, ignore_errors=True)
        self.folder.rename(making)
        shutil.rmtree(making)

    def keep(self, target: Path) -> None:
        """Keep the plan that was carried out as `target`, without the files as they are now."""
        target.parent.mkdir(parents=True, exist_ok=True)
        self.folder.rename(target)
        shutil.rmtree(target / AFTER, ignore_errors=True)

    def strangers(self) -> list[str]:
        """Files that are neither as they were nor as they shall be: somebody else has changed them since."""
        found = []
        for name, known in self.record["files"].items():
            if fingerprint(content_of(self.root / name)) not in known:
                found.append(display_path(self.root / name))
        return found

    def finish(self) -> None:
        """Carry out a plan that another process left behind.

        DataError where a file was changed by hand since, and where the plan does not hold any more what it is to write.
        """
        lost = [name for name, (_, after) in self.record["files"].items() if fingerprint(self.laid(name)) != after]
        if lost:
            words = (
                f"上次读入中断时留下的记录已残缺，写不出{'、'.join(lost)}；请从备份恢复数据，再删去文件夹 {self.folder}"
            )
            raise DataError(words)
        strangers = self.strangers()
        if strangers:
            words = f"上次读入中断后又有文件被改动：{'、'.join(strangers)}；请先恢复，或删去文件夹 {self.folder}"
            raise DataError(words)
        self.carry_out()


def aside(folder: Path) -> Path:
    """Where the folder of a plan stands while it is laid or removed: nobody carries that out."""
    return folder.with_name(f"{UNFINISHED}{folder.name}")


def lay(path: Path, content: bytes | None) -> None:
    """Write a file of a plan down to the disk; nothing for a file that is not there."""
    if content is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with naming(path), path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def remove_folders(root: Path, names: list[str]) -> None:
    """Remove folders below `root` that are empty, the deepest first."""
    for name in sorted(names, key=len, reverse=True):
        folder = root / name
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
