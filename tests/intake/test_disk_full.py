"""A new year's workbook is there whole or not at all, also where the disk is full."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook

from nianbao.errors import DataError, explained
from nianbao.intake import workbook
from nianbao.intake.workbook import new_year
from tests.intake.small import contents

YEAR = 2027
#: How many bytes a full disk still takes.
ROOM = 1000


class Odd(Exception):
    """An error of lxml: none of the system, only its name in the words."""


@pytest.fixture
def before(small, monkeypatch) -> dict[Path, bytes]:
    """The files as they were; the workbook is an empty one, which is soon made."""
    monkeypatch.setattr(workbook, "workbook", lambda *_: Workbook())
    return contents(small)


def fill_disk(monkeypatch, name: str) -> None:
    """A disk that is full when a file whose name holds something is written: half of it is there."""
    write = Path.write_bytes

    def write_half(path: Path, content: bytes) -> int:
        if name not in path.name:
            return write(path, content)
        write(path, content[:ROOM])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", write_half)


@pytest.mark.parametrize("name", ["填报", "documents.csv"])
def test_nothing_is_left_of_a_workbook_for_which_there_was_no_room(small, before, monkeypatch, name):
    fill_disk(monkeypatch, name)
    with pytest.raises(OSError) as raised:
        new_year(YEAR, small / "data")
    assert re.search(f"^磁盘已满：data/.*{name}", explained(raised.value))
    assert contents(small) == before and not (small / "data" / "observations" / str(YEAR)).exists()
    monkeypatch.undo()
    monkeypatch.setattr(workbook, "workbook", lambda *_: Workbook())
    assert new_year(YEAR, small / "data").exists()


@pytest.mark.parametrize(("said", "words"), [("IO_EFBIG", "文件超出了系统允许的大小"), ("IO_ENOSPC", "磁盘已满")])
def test_what_lxml_says_of_a_full_disk_is_told_as_the_system_says_it(small, before, monkeypatch, said, words):
    def save(*_: object) -> None:
        raise Odd(said)

    monkeypatch.setattr(Workbook, "save", save)
    with pytest.raises(OSError) as raised:
        new_year(YEAR, small / "data")
    assert words in explained(raised.value) and contents(small) == before


def test_other_faults_of_saving_are_not_hidden(small, before, monkeypatch):
    def save(*_: object) -> None:
        raise Odd("something else")

    monkeypatch.setattr(Workbook, "save", save)
    with pytest.raises(Odd):
        new_year(YEAR, small / "data")


@pytest.mark.parametrize("name", ["x.csv", "x", "x.xls", "x.xlsx.csv"])
def test_a_workbook_is_not_written_under_another_ending(small, before, name):
    with pytest.raises(DataError, match=rf"{name}：.*应以 \.xlsx 结尾"):
        new_year(YEAR, small / "data", small / name)
    assert contents(small) == before
    assert new_year(YEAR, small / "data", small / "X.XLSX").exists()


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="ulimit 只在 Linux、macOS 上有")
def test_a_limit_of_the_size_of_files(small):
    (small / "data" / "observations" / "2026" / ".keep").unlink()
    before = contents(small)
    words = (
        f"from pathlib import Path; from nianbao.intake.workbook import new_year; new_year({YEAR - 1}, Path('data'))"
    )
    command = f'ulimit -f 8; exec {sys.executable} -B -c "{words}"'
    done = subprocess.run(["bash", "-c", command], cwd=small, env=os.environ, capture_output=True, text=True)
    assert "OSError: [Errno 27]" in done.stderr and "Exception ignored" not in done.stderr
    assert contents(small) == before
