"""The journal of intakes: what was read when, from which file, what it changed, and what was there before.

It lies beside the data folder, so that the data themselves hold nothing but what was read:

    _intake/<year>/0001/plan.json     time, files with their SHA-256, changes; of each file of the data the SHA-256
                                      before and after
    _intake/<year>/0001/before/       the files of the data as they were
    _intake/unfinished/               an intake that is being written (`nianbao.intake.saving`)
    _intake/rows.json                 how many rows each file had when that was last accepted (`nianbao.build.counts`)
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from nianbao.data.csvfiles import display_path
from nianbao.errors import DataError
from nianbao.intake.changes import Change
from nianbao.intake.history import History
from nianbao.intake.saving import AFTER, BEFORE, PLAN, Contents, Plan, content_of, fingerprint
from nianbao.locking import lock

#: The folder of the journal beside the data, and its plan that is being carried out.
JOURNAL = "_intake"
UNFINISHED_PLAN = "unfinished"
#: What an entry is.
INTAKE = "intake"
UNDO = "undo"


#: What a record of each kind must hold, and what kind of value that is.
HELD: dict[str, type] = {"time": str, "read": list, "files": dict, "folders": list, "changes": list}
HELD_BY: dict[str, dict[str, type]] = {INTAKE: HELD, UNDO: {**HELD, "undoes": int}}
#: What each change in it must hold.
OF_CHANGES: dict[str, type] = {"subject": list, "old": str, "new": str, "file": str, "where": str}


class Entry:
    """An entry of the journal: an intake or its undoing, kept in `folder`; DataError for a record that is damaged."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.number = int(folder.name)
        self.record: dict[str, Any] = record_in(folder / PLAN)

    @property
    def is_undo(self) -> bool:
        """Whether it took back another."""
        return self.record["kind"] == UNDO

    @property
    def title(self) -> str:
        """The entry in words."""
        names = "、".join(f"“{each['name']}”" for each in self.record["read"])
        return f"第{self.number}次（{self.record['time']}，{names}）"


def record_in(path: Path) -> dict[str, Any]:
    """The record of an entry; DataError for one that is damaged: what it brought could not be told or taken back."""
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        record = None
    if not is_record(record):
        words = "读入的记录已损坏，应为读入时写下的 JSON；请从备份恢复它，没有备份的，查对数据后把它所在的文件夹移走"
        raise DataError(words, f"{JOURNAL}/{path.as_posix().rpartition(f'/{JOURNAL}/')[2]}")
    return record


def is_record(record: object) -> bool:
    """Whether a record holds what an intake or its undoing writes."""
    if not isinstance(record, dict) or str(record.get("kind")) not in HELD_BY:
        return False
    return (
        holds(record, HELD_BY[record["kind"]])
        and all(holds(each, {"name": str}) for each in record["read"])
        and all(holds(each, OF_CHANGES) for each in record["changes"])
        and all(isinstance(word, str) for each in record["changes"] for word in each["subject"])
        and all(isinstance(each, list) and len(each) == 2 for each in record["files"].values())
    )


def holds(found: object, wanted: Mapping[str, type]) -> bool:
    """Whether something is a mapping that holds values of these kinds by these names."""
    return isinstance(found, dict) and all(isinstance(found.get(name), kind) for name, kind in wanted.items())


class Journal:
    """The journal of the data folder `root`."""

    def __init__(self, root: Path):
        self.root = root.resolve()
        self.folder = self.root.parent / JOURNAL

    # -- looking back -------------------------------------------------------------------------------------------
    def entries(self, year: int) -> list[Entry]:
        """The entries of a year, oldest first."""
        folder = self.folder / str(year)
        if not folder.is_dir():
            return []
        found = [each for each in folder.iterdir() if each.name.isdecimal() and (each / PLAN).is_file()]
        return [Entry(each) for each in sorted(found, key=lambda each: int(each.name))]

    def standing(self, year: int) -> list[Entry]:
        """The intakes of a year that were not taken back."""
        entries = self.entries(year)
        undone = {entry.record["undoes"] for entry in entries if entry.is_undo}
        return [entry for entry in entries if not entry.is_undo and entry.number not in undone]

    def history(self, year: int) -> History:
        """What the intakes that stand changed."""
        return History(entry.record for entry in self.standing(year))

    # -- writing ------------------------------------------------------------------------------------------------
    @contextmanager
    def at_work(self) -> Iterator[None]:
        """One intake at a time; what an earlier process left unfinished is finished first."""
        if not self.folder.is_dir():
            yield
            return
        with (self.folder / ".lock").open("wb") as stream:
            lock(stream)
            self.finish()
            yield

    def finish(self) -> bool:
        """Finish what a process that was killed left; whether there was anything."""
        plan = Plan(self.root, self.folder / UNFINISHED_PLAN)
        for left in (self.folder / f".{UNFINISHED_PLAN}", *self.folder.glob(f"*/*/{AFTER}")):
            shutil.rmtree(left, ignore_errors=True)
        if not (plan.folder / PLAN).is_file():
            return False
        record_in(plan.folder / PLAN)
        plan.finish()
        self._keep(plan)
        return True

    def write(self, year: int, files: Contents, read: Sequence[Path], changes: Sequence[Change]) -> None:
        """Write files of the data and enter the intake: all of it or, whatever happens, nothing."""
        record = {
            "kind": INTAKE,
            "year": year,
            "time": now(),
            "read": [{"name": path.name, "sha256": fingerprint(content_of(path))} for path in read],
            "changes": [told(change) for change in changes],
        }
        self._carry_out(files, record)

    def undo(self, year: int) -> tuple[Entry, list[Path]]:
        """Take the last intake of a year back that changed anything; it and the files that changed.

        Raises DataError where there is none, and where a file was changed since by other means.
        """
        entries = [entry for entry in self.standing(year) if entry.record["files"]]
        if not entries:
            raise DataError(f"{year}年没有可以撤销的读入")
        last = entries[-1]
        stands = {name: content_of(self.root / name) for name in last.record["files"]}
        changed = [name for name, (_, after) in last.record["files"].items() if fingerprint(stands[name]) != after]
        if changed:
            names = "、".join(display_path(self.root / name) for name in changed)
            raise DataError(f"{last.title}读入之后，{names}又用别的办法改过，不能撤销；请先恢复这些文件")
        files = {name: content_of(last.folder / BEFORE / name) for name in last.record["files"]}
        record = {
            "kind": UNDO,
            "year": year,
            "time": now(),
            "read": last.record["read"],
            "undoes": last.number,
            "empties": last.record["folders"],
            "changes": [],
        }
        self._carry_out(files, record)
        return last, [self.root / name for name in files]

    def _carry_out(self, files: Contents, record: Mapping) -> None:
        """Lay a plan aside, carry it out, and keep it as an entry."""
        self.folder.mkdir(exist_ok=True)
        plan = Plan.make(self.root, self.folder / UNFINISHED_PLAN, files, record)
        plan.carry_out()
        self._keep(plan)

    def _keep(self, plan: Plan) -> None:
        """Enter a plan that was carried out."""
        year = plan.record["year"]
        folder = self.folder / str(year)
        numbers = [int(each.name) for each in folder.iterdir() if each.name.isdecimal()] if folder.is_dir() else []
        plan.keep(folder / f"{max(numbers, default=0) + 1:04}")


def told(change: Change) -> dict[str, object]:
    """A change as it is kept."""
    return {
        "kind": change.kind.name.lower(),
        "subject": list(change.subject),
        "title": change.title,
        "old": change.old,
        "new": change.new,
        "file": change.where.partition("”")[0].removeprefix("“"),
        "where": change.where,
    }


def now() -> str:
    """The time of day as it is kept."""
    return datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
