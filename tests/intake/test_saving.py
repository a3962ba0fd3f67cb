"""Files are written all or none: whatever goes wrong, everything is as it was before, or as it shall be."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.intake import saving
from nianbao.intake.journal import Journal
from nianbao.intake.saving import Plan, copy_with, put
from tests.intake.small import YEAR, contents, origin, send

RECORD = {"kind": "intake", "year": YEAR, "time": "2027-01-05", "read": [], "changes": []}
PENSION = "observations/2026/pension.csv"
FUND = "observations/2026/fund.csv"


class Killed(BaseException):
    """Stands for a process that ends at once: nothing that follows is done."""


def test_data_that_could_not_be_read_afterwards_are_not_written(small):
    broken = small / "data" / "observations" / "2026" / "budget.csv"
    broken.write_text("indicator,item,value,status,source\nx,y,1,A,z\n", "utf-8")
    before = contents(small / "data")
    with pytest.raises(DataError):
        send(small)
    assert contents(small / "data") == before


def test_a_copy_holds_the_files_and_the_data_do_not(small):
    root = small / "data"
    before = contents(root)
    with copy_with(root, {FUND: b"x", PENSION: None}) as copy:
        assert (copy / FUND).read_bytes() == b"x" and not (copy / PENSION).exists()
        assert (copy / "catalogue" / "documents.csv").exists()
    assert contents(root) == before and not copy.exists()


def test_only_files_that_differ_are_written(small):
    send(small)
    path = small / "data" / FUND
    inode = path.stat().st_ino
    changed = send(small, C8=6.7).changed
    assert changed == [small / "data" / PENSION] and path.stat().st_ino == inode


def test_a_file_that_cannot_be_written_brings_the_others_back(tmp_path):
    """A folder stands where the second file should be."""
    root = tmp_path / "data"
    (root / "b.csv" / "c").mkdir(parents=True)
    (root / "a.csv").write_text("old", "utf-8")
    folder = tmp_path / "plan"
    with pytest.raises(OSError):
        plan = Plan(root, folder)
        saving.lay(folder / saving.BEFORE / "a.csv", b"old")
        saving.lay(folder / saving.AFTER / "a.csv", b"new")
        saving.lay(folder / saving.AFTER / "b.csv", b"new")
        steps = {"a.csv": ["", ""], "b.csv": ["", ""]}
        saving.lay(folder / saving.PLAN, f'{{"files": {str(steps).replace(chr(39), chr(34))}, "folders": []}}'.encode())
        plan.carry_out()
    assert (root / "a.csv").read_text("utf-8") == "old"


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, OSError])
def test_whatever_interrupts_it_everything_comes_back(tmp_path, monkeypatch, error):
    """Also a folder that was made for a file goes again, and no plan is left."""
    root = tmp_path / "data"
    root.mkdir()
    (root / "known.csv").write_text("old", "utf-8")
    files = {"known.csv": b"new", "deep/folder/new.csv": b"new", "last.csv": b"new"}
    plan = Plan.make(root, tmp_path / "plan", files, RECORD)

    def interrupted(path: Path, content: bytes | None) -> None:
        if path.name == "last.csv" and content is not None:
            raise error
        put(path, content)

    monkeypatch.setattr(saving, "put", interrupted)
    with pytest.raises(error):
        plan.carry_out()
    assert contents(root) == {root / "known.csv": b"old"} and list(root.iterdir()) == [root / "known.csv"]
    assert not plan.folder.exists()


@pytest.mark.parametrize("steps", range(4))
def test_what_a_killed_process_left_is_finished_by_the_next(small, monkeypatch, steps):
    """Killed after so many files: the next command carries the plan out, and enters it."""
    root = small / "data"
    files = dict.fromkeys((FUND, PENSION), b"indicator,item,value,status,source,margin\n")
    done = []

    def killed(path: Path, content: bytes | None) -> None:
        if len(done) == steps:
            raise Killed
        done.append(path)
        put(path, content)

    journal = Journal(root)
    with monkeypatch.context() as patch:
        patch.setattr(saving, "put", killed)
        patch.setattr(Plan, "take_back", lambda plan: None)
        try:
            journal.write(YEAR, files, [], [])
        except Killed:
            assert steps < len(files)
    with journal.at_work():
        assert all((root / name).read_bytes() == content for name, content in files.items())
    assert len(journal.entries(YEAR)) == 1 and not (journal.folder / "unfinished").exists()
    journal.undo(YEAR)
    assert not (root / FUND).exists() and not (root / PENSION).exists()


def test_a_plan_that_was_half_removed_is_not_carried_out(small, monkeypatch):
    """Killed while it was taken back after an error: what it was to write is gone, the data stay as they are."""
    root = small / "data"
    before = contents(root)
    journal = Journal(root)

    def half(folder: Path, ignore_errors: bool = False) -> None:
        if (folder / saving.PLAN).exists():
            rmtree(folder / saving.AFTER)
            raise Killed

    rmtree = shutil.rmtree
    with monkeypatch.context() as patch:
        patch.setattr(saving.shutil, "rmtree", half)
        patch.setattr(saving, "remove_folders", lambda *_: None)
        patch.setattr(Plan, "carry_out", Plan.take_back)
        with pytest.raises(Killed):
            journal.write(YEAR, {FUND: b"x", "catalogue/documents.csv": b"y"}, [], [])
    with journal.at_work():
        assert contents(root) == before and not journal.entries(YEAR)
    assert [each.name for each in journal.folder.iterdir()] == [".lock"]


def test_a_plan_that_lost_what_it_is_to_write_is_refused(small):
    root = small / "data"
    before = contents(root)
    journal = Journal(root)
    plan = Plan.make(journal.root, journal.folder / "unfinished", {"catalogue/documents.csv": b"new"}, RECORD)
    (plan.folder / saving.AFTER / "catalogue" / "documents.csv").unlink()
    with pytest.raises(DataError, match="已残缺，写不出catalogue/documents.csv"), journal.at_work():
        pass
    assert contents(root) == before


def test_what_a_kill_left_in_an_entry_is_swept_by_the_next(small):
    """Killed between the last step, the name of the entry, and the removing of the files as they are now."""
    root = small / "data"
    journal = Journal(root)
    journal.write(YEAR, {FUND: b"indicator,item,value,status,source,margin\n"}, [], [])
    left = journal.entries(YEAR)[0].folder / saving.AFTER
    saving.lay(left / FUND, b"x")
    with journal.at_work():
        assert not left.exists() and len(journal.entries(YEAR)) == 1


def test_a_plan_that_was_not_complete_is_dropped(small):
    root = small / "data"
    before = contents(root)
    journal = Journal(root)
    torn = journal.folder / ".unfinished" / "after"
    torn.mkdir(parents=True)
    (torn / "x.csv").write_text("x", "utf-8")
    with journal.at_work():
        pass
    assert contents(root) == before and not torn.exists()


def test_a_file_that_was_changed_by_hand_after_a_kill_is_not_written_over(small):
    root = small / "data"
    journal = Journal(root)
    Plan.make(journal.root, journal.folder / "unfinished", {PENSION: b"new"}, RECORD)
    (root / PENSION).write_text("by hand", "utf-8")
    with pytest.raises(DataError, match="又有文件被改动"), journal.at_work():
        pass
    assert (root / PENSION).read_text("utf-8") == "by hand"


def test_files_that_were_written_keep_their_permissions(tmp_path):
    path = tmp_path / "shared.csv"
    path.write_text("old", "utf-8")
    path.chmod(0o664)
    put(path, b"new")
    assert path.read_bytes() == b"new" and path.stat().st_mode & 0o777 == 0o664


@pytest.mark.long
def test_twenty_kills_at_random_moments_leave_the_old_or_the_new_state_whole(small):
    """A process that reads two files in turn is killed; the next command then sees one of the two states, whole."""
    root = small / "data"
    send(small)
    one = data_of(root)
    other_file = send(small, C7=22.5, C8=6.1, E7=2.1, E8=1.2).path
    other = data_of(root)
    good = origin() / "good.xlsx"
    script = (
        "import sys; from nianbao.intake.reading import intake; from pathlib import Path\n"
        "while True:\n"
        "    for name in sys.argv[2:]:\n"
        f"        intake(name, {YEAR}, Path(sys.argv[1]), prefer_file=True); print(name, flush=True)\n"
    )
    choose = random.Random(18)
    seen = set()
    for _ in range(20):
        command = [sys.executable, "-c", script, str(root), str(good), str(other_file)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": os.getcwd()})
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(choose.random() * 0.6)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with Journal(root).at_work():
            pass
        state = data_of(root)
        assert state in (one, other)
        Dataset(root, YEAR)
        seen.add(state == one)
    assert seen == {True, False}, "kills in both halves"


def data_of(root: Path) -> dict[Path, bytes]:
    """What the data hold."""
    return {path: content for path, content in contents(root).items() if path.suffix in {".csv", ".json"}}


# -- records that are damaged -----------------------------------------------------------------------------------
DAMAGED = {
    "no JSON": "{",
    "nothing": "",
    "a list": "[]",
    "nested too deep": "[" * 100_000,
    "of no kind": "{}",
    "without changes": '{"kind": "intake", "time": "", "read": [], "files": {}, "folders": []}',
    "with odd changes": '{"kind": "intake", "time": "", "read": [], "files": {}, "folders": [], "changes": [1]}',
    "with odd files": '{"kind": "intake", "time": "", "read": [], "files": {"a": 1}, "folders": [], "changes": []}',
    "an undoing of nothing": '{"kind": "undo", "time": "", "read": [], "files": {}, "folders": [], "changes": []}',
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_record_is_named(tmp_path, what):
    (tmp_path / "data").mkdir()
    record = tmp_path / "_intake" / str(YEAR) / "0001" / "plan.json"
    record.parent.mkdir(parents=True)
    record.write_text(DAMAGED[what], "utf-8")
    journal = Journal(tmp_path / "data")
    for work in (journal.undo, journal.history):
        with pytest.raises(DataError, match=rf"^_intake/{YEAR}/0001/plan\.json：读入的记录已损坏"):
            work(YEAR)


def test_a_damaged_record_of_unfinished_work_is_named(tmp_path):
    (tmp_path / "data").mkdir()
    record = tmp_path / "_intake" / "unfinished" / "plan.json"
    record.parent.mkdir(parents=True)
    record.write_text("{", "utf-8")
    with pytest.raises(DataError, match=r"^_intake/unfinished/plan\.json：读入的记录已损坏"):
        Journal(tmp_path / "data").finish()
