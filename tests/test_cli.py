"""The command line: help, and one line in Chinese for what it cannot do."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys

import pytest

from nianbao import __version__
from nianbao.build.building import FORMATS
from nianbao.cli import COMMANDS, main
from tests.support.projects import ROOT, environment
from tests.support.selection import long_but
from tests.support.small_book import small_book


def test_the_commands_of_the_contract_are_there():
    assert {
        "build",
        "run",
        "check",
        "serve",
        "new-year",
        "intake",
        "diff",
        "watch",
        "batch",
        "site",
        "verify",
        "init",
        "proof",
        "compare-docx",
    } <= set(COMMANDS)


@pytest.mark.parametrize(
    "command", [[], *([name] for name in COMMANDS)], ids=lambda command: " ".join(command) or "nianbao"
)
def test_help_is_in_chinese(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([*command, "--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert "nianbao" in text and re.search("[一-鿿]{4}", text)


@pytest.mark.parametrize(
    "args, words",
    [
        (["build", "--formats", "html,doc"], ["doc", *FORMATS]),
        (["build", "--formats", "PDF"], ["PDF"]),
        (["build", "--year", "1999"], ["1999", "2025"]),
        (["run", "--year", "2099"], ["2099", "2025"]),
        (["check", "--year", "1999"], ["1999", "2025"]),
        (["serve", "--year", "1999"], ["1999", "2025"]),
        (["run", "--year", "2025", "--chapter", "99-nothing"], ["99-nothing", "01-pension"]),
        (["check", "--data", "/nowhere/at/all"], ["/nowhere/at/all"]),
        (["build", "--data", "/nowhere/at/all"], ["/nowhere/at/all"]),
    ],
    ids=lambda value: " ".join(value),
)
def test_what_cannot_be_done_is_said_in_one_line(args, words, capsys):
    assert main(args) == 2
    out, err = capsys.readouterr()
    assert err.startswith("错误：") and err.count("\n") == 1
    assert all(word in err for word in words)
    assert not out


@pytest.mark.parametrize(
    "args", [[], ["nothing"], ["build", "--year", "去年"], ["build", "--nothing"], ["run", "--jobs", "x"]]
)
def test_mistakes_in_the_command_itself(args, capsys):
    with pytest.raises(SystemExit) as end:
        main(args)
    assert end.value.code == 2
    err = capsys.readouterr().err
    assert err.startswith("错误：") and "--help" in err and err.count("\n") == 1


@pytest.mark.long
def test_check_writes_a_row_a_finding(project):
    """The data of the repository are sound; the columns are those of the contract."""
    result = project.nianbao("check", "--year", "2025")
    assert result.returncode == 0 and not result.stderr, result.stdout + result.stderr
    (found,) = project.root.rglob("audit.csv")
    with found.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) > 2000 and list(rows[0])[:12] == [
        "check",
        "kind",
        "chapter",
        "indicator",
        "region",
        "year",
        "printed",
        "recomputed",
        "low",
        "high",
        "status",
        "note",
    ]
    assert {row["status"] for row in rows} == {"agrees", "rounding", "erratum", "not checked"}
    assert all(row["note"] for row in rows if row["status"] in {"erratum", "not checked"})
    assert not re.search(r"\bnan\b|\binf\b|\bNone\b", found.read_text("utf-8-sig"))


@pytest.mark.long
def test_check_ends_with_1_where_something_does_not_add_up(project):
    table = project.observations / "injury.csv"
    project.correct(table, "injury.insured_persons,640121,44134,", "injury.insured_persons,640121,44144,")
    result = project.nianbao("check")
    assert result.returncode == 1 and "2025年工伤保险参保人数（按人）＝各项之和" in result.stdout
    assert "total:injury.insured_persons:640000:2025" not in result.stdout
    assert ",fails," in next(project.root.rglob("audit.csv")).read_text("utf-8-sig")


@pytest.mark.long
def test_run_executes_one_chapter_only(tmp_path):
    project = small_book(tmp_path / "project")
    result = project.nianbao("run", "--chapter", "02-papers", "--jobs", "1")
    assert result.returncode == 0, result.stderr
    assert "02-papers" in result.stdout and "01-work" not in result.stdout
    assert [path.stem for path in project.root.glob("_build/*/notebooks/*.ipynb")] == ["02-papers"]
    assert not project.html.exists()


def test_version():
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


#: A command in whose place stands something that speaks, or fails for want of another pipe.
SPEAKING = """
import sys
from nianbao import cli

def speak(args):
    {}
    return cli.SOUND

cli.COMMANDS["check"] = speak
sys.exit(cli.main(["check"]))
"""


@pytest.mark.parametrize(
    "said, code, unbuffered",
    long_but(
        [
            ('print("一行")', 141, ""),
            ('print("一行")', 141, "1"),
            ('cli.say("一行")', 141, ""),
            ('print("许多字" * 100_000)', 141, ""),
            ("pass", 0, ""),
        ],
        0,
        2,
        4,
    ),
    ids=["at the end", "unbuffered", "at once", "much", "nothing"],
)
def test_a_reader_who_has_gone_is_no_error(said, code, unbuffered):
    """As `nianbao check | head -1`: no traceback, no complaint of the interpreter, the exit code of a broken pipe."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-c", SPEAKING.format(said)]
    known = environment(ROOT) | {"PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, env=known, cwd=ROOT)
    os.close(write)
    assert (done.returncode, done.stderr) == (code, "")


def test_another_broken_pipe_is_an_error():
    command = [sys.executable, "-c", SPEAKING.format("raise BrokenPipeError(32, 'Broken pipe')")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(ROOT), cwd=ROOT)
    assert done.returncode == 2 and done.stderr.startswith("错误：") and "Traceback" not in done.stderr


NO_YEARS = ("0", "-1", "1", "99999", "２０２５", "²", "1e3", "", "2025.0", "9" * 30, "٢٠٢٥", "2025 ")
WITH_A_YEAR = ("check", "build", "run", "serve", "watch", "verify", "new-year", "intake", "diff")
#: Each year with each command; each time every year with the first command, and another one with each of the others.
CALLS = [(command, year) for command in WITH_A_YEAR for year in NO_YEARS]
EACH_TIME = {*range(len(NO_YEARS)), *range(0, len(CALLS), len(NO_YEARS) + 1)}


@pytest.mark.parametrize("command, year", long_but(CALLS, *EACH_TIME))
def test_a_year_that_is_none(command, year, capsys):
    where = {"new-year": [year], "intake": ["x.xlsx", f"--year={year}"], "diff": ["2025", year]}
    with pytest.raises(SystemExit) as ended:
        main([command, *where.get(command, [f"--year={year}"])])
    said = capsys.readouterr().err
    assert ended.value.code == 2 and said.startswith("错误：") and said.count("\n") == 1


@pytest.mark.parametrize(
    "argument",
    [
        *(f"--port={each}" for each in ("-1", "65536", "99999", "x", "1.5", "８０", "")),
        *(f"--jobs={each}" for each in ("0", "-1", "x", "99999999", "1e3", "²")),
        *(f"--scheduler={each}" for each in ("x", "tcp://", "http://a:1", "127.0.0.1:1", "tcp://a:99999")),
        "--data=",
        "--data= ",
    ],
)
def test_an_argument_that_cannot_be(argument, capsys):
    command = {"--p": "serve", "--j": "run", "--s": "build", "--d": "check"}[argument[:3]]
    with pytest.raises(SystemExit) as ended:
        main([command, argument])
    said = capsys.readouterr().err
    assert ended.value.code == 2 and "应为" in said and said.count("\n") == 1


@pytest.mark.parametrize("inside", ["nianbao/x", "notebooks/x", "x"])
def test_no_repository_within_the_program_or_another_book(inside, capsys):
    assert main(["init", str(ROOT / inside)]) == 2
    assert "里面" in capsys.readouterr().err and not (ROOT / inside).exists()


# -- what is given and blank, or stands where it cannot ---------------------------------------------------------------
@pytest.mark.parametrize(
    "args",
    [
        ["run", "--chapter", ""],
        ["build", "--formats", ""],
        ["build", "--county", " "],
        ["build", "--scheduler", ""],
        ["batch", "all", "--years", ""],
        ["batch", "all", "--counties", ""],
        ["batch", "all", "--into", ""],
        ["batch", ""],
        ["new-year", "2026", "--out", ""],
        ["site", "--url", ""],
        ["proof", "a.txt", "--csv", ""],
        ["compare-docx", ""],
        ["check", "--year=--"],
        ["run", "--chapter=--"],
        ["intake", "x.xlsx", "--year=--"],
        ["verify", ""],
    ],
    ids=lambda args: " ".join(args),
)
def test_an_argument_that_is_blank_is_not_taken_for_none(args, capsys):
    with pytest.raises(SystemExit) as ended:
        main(args)
    out, err = capsys.readouterr()
    assert ended.value.code == 2 and not out
    assert err.startswith("错误：") and "应" in err and err.count("\n") == 1


def test_a_blank_argument_is_told_what_was_expected(capsys):
    with pytest.raises(SystemExit):
        main(["check", "--year=--"])
    assert "年份" in capsys.readouterr().err


def test_a_name_with_a_blank_in_it_is_no_blank(tmp_path, capsys):
    assert main(["verify", str(tmp_path / "a b")]) == 2
    assert "a b" in capsys.readouterr().err


# -- where nothing can be said ----------------------------------------------------------------------------------------
def begun(shell: str, *args: str) -> subprocess.CompletedProcess[str]:
    """A program begun by a shell, with its streams as that has it."""
    command = ["/bin/sh", "-c", shell, "sh", sys.executable, *args]
    return subprocess.run(command, capture_output=True, text=True, env=environment(ROOT))


SPEAKS = SPEAKING.format('print("一行")')
HAS_FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system")


@pytest.mark.parametrize("closed, code", [(">&-", 0), ("<&- >&- 2>&-", 0), ("2>&-", 0)])
def test_streams_that_are_closed(closed, code):
    done = begun(f'"$@" {closed}', "-c", SPEAKS)
    assert done.returncode == code and not done.stderr


def test_what_is_said_with_closed_streams_goes_into_no_file(tmp_path):
    """The next file that is opened gets the number of the closed stream."""
    table = tmp_path / "t.csv"
    does = f'stream = open({str(table)!r}, "w"); print("一行"); sys.stdout.flush(); stream.write("a")'
    assert begun('"$@" >&-', "-c", SPEAKING.format(does)).returncode == 0
    assert table.read_text() == "a"


@HAS_FULL
@pytest.mark.parametrize("args", [["-c", SPEAKS], ["-m", "nianbao.cli", "--help"]], ids=["a command", "help"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_cannot_be_written(args, unbuffered, monkeypatch):
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    done = begun('"$@" >/dev/full', *args)
    assert done.returncode == 2
    assert done.stderr.startswith("错误：") and "磁盘已满" in done.stderr and done.stderr.count("\n") == 1


@HAS_FULL
def test_neither_output_nor_errors_can_be_written():
    assert begun('"$@" >/dev/full 2>/dev/full', "-c", SPEAKS).returncode == 2


# -- Ctrl-C at the beginning ------------------------------------------------------------------------------------------
#: A command that is interrupted while it imports what it needs; tests that run in the background ignore interrupts,
#: and so would what they start.
INTERRUPTED_EARLY = """
import runpy, signal, sys

signal.signal(signal.SIGINT, signal.default_int_handler)

class Importing:
    def find_spec(self, name, path=None, target=None):
        if name == "nianbao.settings":
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Importing())
sys.argv = ["nianbao", "check"]
runpy._run_module_as_main({!r})
"""


@pytest.mark.parametrize("module", ["nianbao.cli", "nianbao"])
def test_an_interrupt_while_it_begins_is_one_line(module):
    command = [sys.executable, "-c", INTERRUPTED_EARLY.format(module)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(ROOT), cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "已中断\n")


def test_an_import_by_another_program_leaves_interrupts_alone():
    asked = (
        "import signal; before = signal.getsignal(signal.SIGINT);"
        "import nianbao.cli; print(signal.getsignal(signal.SIGINT) is before)"
    )
    command = [sys.executable, "-c", asked]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(ROOT), cwd=ROOT)
    assert done.stdout == "True\n"


def test_files_are_opened_with_their_encoding(tmp_path):
    """Python can be told to make an error of a file that is opened in whatever encoding the system has."""
    asked = "import sys, pathlib; from nianbao.output.publish import held\nwith held(pathlib.Path(sys.argv[1])): pass"
    command = [sys.executable, "-X", "warn_default_encoding", "-W", "error::EncodingWarning", "-c", asked]
    known = environment(ROOT)
    del known["PYTHONWARNINGS"]
    done = subprocess.run([*command, tmp_path / "2025"], capture_output=True, text=True, env=known)
    assert (done.returncode, done.stderr) == (0, "")
