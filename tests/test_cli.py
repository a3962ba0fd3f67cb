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
