"""Files are written all or none: whatever goes wrong, everything is as it was before."""

from __future__ import annotations

import pytest

from nianbao.errors import DataError
from nianbao.intake.saving import Transaction, write
from tests.intake.small import contents, send


def test_data_that_could_not_be_read_afterwards_are_put_back(small):
    broken = small / "data" / "observations" / "2026" / "budget.csv"
    broken.write_text("indicator,item,value,status,source\nx,y,1,A,z\n", "utf-8")
    before = contents(small / "data")
    with pytest.raises(DataError):
        send(small)
    assert contents(small / "data") == before


def test_files_that_make_the_data_unreadable_are_put_back_with_all_others(small):
    """The error is in the second file, and in a folder that is new."""
    root = small / "data"
    before = contents(root)
    folders = {path for path in root.rglob("*") if path.is_dir()}
    files = {
        root / "observations" / "2025" / "fund.csv": "indicator,item,value,status,source,margin\n",
        root / "editions" / "2026" / "revisions.csv": "indicator\nx\n",
    }
    with pytest.raises(DataError, match=r"editions/2026/revisions\.csv"):
        write(files, root, 2026)
    assert contents(root) == before
    assert {path for path in root.rglob("*") if path.is_dir()} == folders


def test_only_files_that_differ_are_written(small):
    root = small / "data"
    same = root / "observations" / "2025" / "fund.csv"
    new = root / "observations" / "2026" / "fund.csv"
    inode = same.stat().st_ino
    files = {same: same.read_text("utf-8"), new: "indicator,item,value,status,source,margin\n"}
    assert write(files, root, 2026) == [new] and same.stat().st_ino == inode
    assert write(files, root, 2026) == []


def test_a_file_that_cannot_be_written_brings_the_others_back(tmp_path):
    """A folder stands where the second file should be."""
    first = tmp_path / "a.csv"
    first.write_text("old", "utf-8")
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(OSError), Transaction() as transaction:
        transaction.write({first: b"new", tmp_path / "b.csv": b"new"})
    assert first.read_text("utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"], "nothing unfinished is left"


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, DataError("x")])
def test_whatever_interrupts_it_everything_comes_back(tmp_path, error):
    known = tmp_path / "known.csv"
    known.write_text("old", "utf-8")
    with pytest.raises(BaseException) as raised, Transaction() as transaction:
        transaction.write({known: b"new", tmp_path / "deep" / "folder" / "new.csv": b"new"})
        assert known.read_bytes() == b"new" and (tmp_path / "deep" / "folder" / "new.csv").exists()
        raise error
    assert isinstance(raised.value, KeyboardInterrupt | MemoryError | DataError)
    assert contents(tmp_path) == {known: b"old"} and list(tmp_path.iterdir()) == [known]


def test_files_that_were_written_keep_their_permissions(tmp_path):
    path = tmp_path / "shared.csv"
    path.write_text("old", "utf-8")
    path.chmod(0o664)
    with Transaction() as transaction:
        transaction.write({path: b"new"})
    assert path.read_bytes() == b"new" and path.stat().st_mode & 0o777 == 0o664
