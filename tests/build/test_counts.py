"""Rows that are gone are asked about, and what is made of other data does not replace what is published."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import fuzz
import pytest

from nianbao import cli
from nianbao.build import batch
from nianbao.build import check as checking
from nianbao.build.building import Builder, Way
from nianbao.build.counts import FILE, Counts, Following
from nianbao.build.place import place_of
from nianbao.errors import DataError
from nianbao.intake.journal import JOURNAL
from tests.intake.small import contents, origin
from tests.support.selection import long_but

TABLE = "observations/2025/pension.csv"
LAST = "pension.d,1,2.50,P,report-2025 第一部分,\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The small data of a content folder."""
    return fuzz.small(tmp_path)


def shorten(data: Path) -> None:
    """Take the last row out of a table."""
    text = (data / TABLE).read_text("utf-8")
    assert text.endswith(LAST)
    (data / TABLE).write_text(text.removesuffix(LAST), "utf-8")


def check(data: Path, **more) -> checking.Checked:
    return checking.check(data, data.parent, 2025, **more)


@pytest.mark.long
def test_a_drop_is_asked_about_until_somebody_accepts_it(data):
    assert not check(data).drops
    shorten(data)
    for _ in range(2):
        found = check(data)
        assert not found.sound and found.lines[0].startswith(f"须确认：data/{TABLE}少了1行（上次5行，现在4行）")
        assert "nianbao check --accept" in found.lines[0]
    with pytest.raises(DataError, match="少了1行"):
        Counts(data.parent, data).require()
    assert not check(data, accept=True).drops and not check(data).drops
    Counts(data.parent, data).require()


@pytest.mark.long
def test_a_file_that_is_gone_is_a_drop_and_a_row_more_is_none(data):
    check(data)
    (data / TABLE).write_text((data / TABLE).read_text("utf-8") + "pension.d,2,1.00,A,report-2025 表1,\n", "utf-8")
    assert not check(data).drops
    (data / "documents/report-2025/labels.csv").unlink()
    (drop,) = check(data).drops
    assert str(drop) == "data/documents/report-2025/labels.csv不见了（上次有2行）"


@pytest.mark.parametrize("content", long_but(["{", "", "不是 JSON", "[]", '{"x": "y"}', '{"x": true}', "null"], 1))
def test_accepted_counts_that_cannot_be_read_are_asked_about(data, content):
    place = place_of(data.parent, data)
    place.mkdir()
    (place / FILE).write_text(content, "utf-8")
    for _ in range(2):
        with pytest.raises(DataError, match=r"_build/\.rows\.json：.*文件已损坏.*nianbao check --accept"):
            Counts(data.parent, data).require()
    Counts(data.parent, data).accept()
    assert Counts(data.parent, data).accepted[TABLE] == 5


def test_a_folder_in_the_place_of_the_counts(data):
    (place_of(data.parent, data) / FILE).mkdir(parents=True)
    with pytest.raises(DataError, match="文件已损坏"):
        Counts(data.parent, data).require()
    Counts(data.parent, data).accept()
    Counts(data.parent, data).require()


# -- what an intake does ----------------------------------------------------------------------------------------
OTHER = "documents/report-2025/labels.csv"


def lengthen(data: Path, name: str = TABLE) -> None:
    """One row more in a table."""
    lines = (data / name).read_text("utf-8").splitlines()
    (data / name).write_text("\n".join([*lines, lines[-1]]) + "\n", "utf-8")


def test_an_intake_accepts_its_own_rows_and_no_others(data):
    Counts(data.parent, data).require()
    shorten(data)
    following = Following(data.parent, data)
    lengthen(data, OTHER)
    (line,) = following.done()
    counts = Counts(data.parent, data)
    assert "少了1行" in line and counts.accepted[OTHER] == counts.now[OTHER] and counts.accepted[TABLE] == 5
    assert [str(drop) for drop in counts.drops()] == [f"data/{TABLE}少了1行（上次5行，现在4行）"]


def test_rows_that_an_intake_adds_do_not_hide_rows_that_are_gone(data):
    Counts(data.parent, data).require()
    shorten(data)
    following = Following(data.parent, data)
    lengthen(data)
    following.done()
    assert "上次6行，现在5行" in Counts(data.parent, data).asked()[0]


def test_rows_and_files_that_an_intake_takes_out_are_meant(data):
    Counts(data.parent, data).require()
    following = Following(data.parent, data)
    shorten(data)
    (data / OTHER).unlink()
    assert not following.done() and not Counts(data.parent, data).asked()


def test_two_intakes_at_once_are_no_rows_gone(data):
    Counts(data.parent, data).require()
    one, other = Following(data.parent, data), Following(data.parent, data)
    lengthen(data)
    assert not one.done()
    lengthen(data)
    assert not other.done() and not Counts(data.parent, data).asked()


# -- where nothing made is there any more -----------------------------------------------------------------------
def test_the_counts_beside_the_journal_outlive_what_is_made(data):
    (data.parent / JOURNAL).mkdir()
    Counts(data.parent, data).require()
    shutil.rmtree(place_of(data.parent, data))
    shorten(data)
    assert "少了1行" in Counts(data.parent, data).asked()[0]
    Counts(data.parent, data).accept()
    shutil.rmtree(place_of(data.parent, data))
    Counts(data.parent, data).require()


def test_other_data_leave_the_journal_alone(data, tmp_path):
    other = fuzz.small(tmp_path / "elsewhere")
    (other.parent / JOURNAL).mkdir()
    Counts(data.parent, other).require()
    assert not list((other.parent / JOURNAL).iterdir())


@pytest.mark.skipif(not shutil.which("git"), reason="git 未安装")
def test_a_clone_without_counts_is_held_against_its_last_commit(data):
    git = ("git", "-C", str(data.parent), "-c", "user.name=x", "-c", "user.email=x@example.com")
    for command in (("init", "-q"), ("add", "data"), ("commit", "-q", "-m", "data")):
        subprocess.run([*git, *command], check=True)
    assert not Counts(data.parent, data).asked()
    lengthen(data, OTHER)
    shorten(data)
    (data / "catalogue/identities.csv").unlink()
    counts = Counts(data.parent, data)
    gone = [(drop.file, drop.before, drop.now) for drop in counts.drops()]
    assert gone == [
        ("data/catalogue/identities.csv", counts.accepted["catalogue/identities.csv"], None),
        (f"data/{TABLE}", 5, 4),
    ]


@pytest.mark.long
def test_other_data_have_a_place_of_their_own(data, tmp_path):
    other = fuzz.small(tmp_path / "elsewhere")
    own = check(data).audit
    before = own.read_bytes()
    elsewhere = checking.check(other, data.parent, 2025).audit
    assert own == tmp_path / "_build" / "2025" / "audit.csv" and own.read_bytes() == before
    assert elsewhere.relative_to(tmp_path / "_build" / "other") and elsewhere.exists()
    assert place_of(tmp_path, data / "." / ".." / "data") == tmp_path / "_build"
    assert place_of(tmp_path, other) != place_of(tmp_path, tmp_path / "more" / "elsewhere" / "data")


def test_the_command_ends_with_1_and_accepts(data, monkeypatch, capsys):
    for name in ("_config.yml", "book/edition.yml"):
        (data.parent / name).parent.mkdir(exist_ok=True)
        (data.parent / name).write_text("", "utf-8")
    monkeypatch.chdir(data.parent)
    first = cli.main(["check", "--year", "2025"])
    shorten(data)
    assert cli.main(["check", "--year", "2025"]) == 1 and "须确认" in capsys.readouterr().out
    assert cli.main(["check", "--year", "2025", "--accept"]) == first and "须确认" not in capsys.readouterr().out


COMMANDS = {
    "run": lambda builder: builder.run(Path("x"), "a"),
    "booklet": lambda builder: builder.booklet("a", ["pdf"]),
    "batch": lambda builder: batch.run(builder.edition, [], "x", print, Way()),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_that_execute_a_chapter_ask_too(data, monkeypatch, command):
    """As `build` does: half of a table would stand in what they make."""
    Counts(data.parent, data).require()
    shorten(data)
    monkeypatch.setattr(Builder, "_begun", lambda *_: nullcontext())
    monkeypatch.setattr(Builder, "_execute", lambda *_: pytest.fail("executed"))
    builder = object.__new__(Builder)
    builder.edition = SimpleNamespace(root=data.parent, data_folder=data, last_data_year=2025, regions=())
    with pytest.raises(DataError, match="少了1行"):
        COMMANDS[command](builder)


@pytest.fixture
def filled(tmp_path, monkeypatch) -> Path:
    """A content folder with the small data of the intake, in which commands are called."""
    shutil.copytree(origin() / "data", tmp_path / "data")
    for name in ("_config.yml", "book/edition.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


#: 基金资产 of the small data, and a table of the same year that nothing below touches.
READ_IN = "indicator,item,value\nfund.assets,all,6.00\n"
UNTOUCHED = "observations/2025/pension.csv"


def test_reading_in_one_table_does_not_make_the_guard_forget_another(filled, capsys):
    Counts(filled, filled / "data").require()
    lines = (filled / "data" / UNTOUCHED).read_text("utf-8").splitlines(keepends=True)
    (filled / "data" / UNTOUCHED).write_text("".join(lines[:4]), "utf-8")
    (filled / "x.csv").write_text(READ_IN, "utf-8")
    for command in (["x.csv"], ["x.csv"], ["--undo"]):  # the second time nothing changes
        assert cli.main(["intake", *command, "--year", "2026"]) == 0
        assert f"须确认：data/{UNTOUCHED}少了{len(lines) - 4}行" in capsys.readouterr().out
        (drop,) = Counts(filled, filled / "data").drops()
        assert drop.before == len(lines) - 1


def test_reading_in_says_that_the_counts_are_damaged(filled, capsys):
    Counts(filled, filled / "data").require()
    (filled / "_build" / FILE).write_text("{", "utf-8")
    (filled / "x.csv").write_text(READ_IN, "utf-8")
    assert cli.main(["intake", "x.csv", "--year", "2026"]) == 0
    assert "须确认：_build/.rows.json：" in capsys.readouterr().out
    assert (filled / "_build" / FILE).read_text("utf-8") == "{"


def test_an_undo_has_no_preview(filled, capsys):
    (filled / "x.csv").write_text(READ_IN, "utf-8")
    assert cli.main(["intake", "x.csv", "--year", "2026"]) == 0
    written = contents(filled / "data")
    assert cli.main(["intake", "--undo", "--preview", "--year", "2026"]) == 2
    assert "没有预览" in capsys.readouterr().err and contents(filled / "data") == written
