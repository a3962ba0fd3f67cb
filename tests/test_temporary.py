"""Folders of runs that were killed are swept by the next; those of others stay."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

import pytest

from nianbao import temporary
from tests.support.projects import ROOT


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A folder for what is temporary."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_gone_at_the_end_whatever_happens(place):
    with temporary.folder() as made:
        (made / "x").write_text("", "utf-8")
        assert made.parent == place
    with pytest.raises(KeyError), temporary.folder():
        raise KeyError
    assert not list(place.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="ends a process by a signal")
def test_what_a_killed_run_left_is_swept_and_nothing_else(place):
    program = (
        "import os, sys\nfrom nianbao import temporary\nwith temporary.folder() as made:\n    os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program], env=os.environ | {"TMPDIR": str(place)}, timeout=60)
    assert len(list(place.glob("nianbao-of-*"))) == 1
    others = [f"nianbao-of-{os.getpid()}-alive", "nianbao-of-x-y", "nianbao-999999-y", "mine"]
    for name in others:
        (place / name).mkdir()
    with temporary.folder():
        pass
    assert sorted(each.name for each in place.iterdir()) == sorted(others)


class Killed:
    """A workbook whose saving makes a temporary file, as openpyxl does, and does not end."""

    def __init__(self, end):
        self.end = end

    def save(self, target):
        with tempfile.NamedTemporaryFile(prefix="openpyxl.", delete=False):
            self.end()


def test_what_a_workbook_leaves_that_was_not_saved_goes_with_its_folder(place):
    def stop():
        assert len(list(place.glob("nianbao-of-*/openpyxl.*"))) == 1
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        temporary.save(Killed(stop), place / "x.xlsx")
    assert not list(place.iterdir()) and tempfile.gettempdir() == str(place)


@pytest.mark.skipif(os.name != "posix", reason="ends a process by a signal")
def test_what_a_process_leaves_that_was_killed_while_it_saved_a_workbook_is_swept(place):
    program = (
        "import os, io\nfrom nianbao import temporary\nfrom tests.test_temporary import Killed\n"
        "temporary.save(Killed(lambda: os.kill(os.getpid(), 9)), io.BytesIO())"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=os.environ | {"TMPDIR": str(place)}, timeout=60)
    assert len(list(place.glob("nianbao-of-*/openpyxl.*"))) == 1
    with temporary.folder():
        pass
    assert not list(place.iterdir())
