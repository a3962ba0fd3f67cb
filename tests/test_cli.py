"""The command line: help, and one line in Chinese for what it cannot do."""

from __future__ import annotations

import csv
import re

import pytest

from nianbao import __version__
from nianbao.cli import FORMATS, main, parser
from tests.support.projects import contents


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Commands set NIANBAO_DATA for their kernels; it must not stay for other tests."""
    monkeypatch.setenv("NIANBAO_DATA", "")
    monkeypatch.delenv("NIANBAO_DATA")


def commands() -> list[str]:
    """Every command there is."""
    return list(parser()._subparsers._group_actions[0].choices)


def test_the_commands_of_the_contract_are_there():
    assert {"build", "run", "check", "serve"} <= set(commands())


@pytest.mark.parametrize("command", [[], *([name] for name in commands())], ids=lambda command: " ".join(command) or "nianbao")
def test_help_is_in_chinese(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([*command, "--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert "nianbao" in text and re.search("[一-鿿]{4}", text)


@pytest.mark.parametrize("args, words", [
    (["build", "--formats", "html,doc"], ["doc", *FORMATS]),
    (["build", "--formats", "PDF"], ["PDF"]),
    (["build", "--year", "1999"], ["1999", "2025"]),
    (["run", "--year", "2100"], ["2100", "2025"]),
    (["check", "--year", "1999"], ["1999", "2025"]),
    (["serve", "--year", "1999"], ["1999", "2025"]),
    (["run", "--year", "2025", "--chapter", "99-nothing"], ["99-nothing", "01-pension"]),
    (["check", "--data", "/nowhere/at/all"], ["/nowhere/at/all"]),
    (["build", "--data", "/nowhere/at/all"], ["/nowhere/at/all"]),
], ids=lambda value: " ".join(value))
def test_what_cannot_be_done_is_said_in_one_line(args, words, capsys):
    assert main(args) == 2
    out, err = capsys.readouterr()
    assert err.startswith("错误：") and err.count("\n") == 1
    assert all(word in err for word in words)
    assert not out


@pytest.mark.parametrize("args", [[], ["nothing"], ["build", "--year", "去年"], ["build", "--nothing"], ["run", "--jobs", "x"]])
def test_mistakes_in_the_command_itself(args, capsys):
    with pytest.raises(SystemExit) as end:
        main(args)
    assert end.value.code == 2
    err = capsys.readouterr().err
    assert err.startswith("错误：") and "--help" in err and err.count("\n") == 1


def test_check_writes_a_row_a_finding(project):
    """Exit 0 or 1 as the data are; the columns are those of the contract."""
    result = project.nianbao("check", "--year", "2025")
    assert result.returncode in (0, 1) and not result.stderr, result.stderr
    found = list(project.root.rglob("audit.csv"))
    assert len(found) == 1
    with found[0].open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0])[:12] == ["check", "kind", "chapter", "indicator", "region", "year", "printed", "recomputed", "low",
                                  "high", "status", "note"]
    assert {row["status"] for row in rows} <= {"agrees", "rounding", "erratum", "fails", "not checked"}
    assert any(row["status"] == "fails" for row in rows) == (result.returncode == 1)
    assert all(row["note"] for row in rows if row["status"] in {"erratum", "not checked"})
    assert not re.search(r"\bnan\b|\binf\b|\bNone\b", found[0].read_text("utf-8-sig"))


def test_the_data_of_the_repository_are_sound(project):
    result = project.nianbao("check")
    assert result.returncode == 0, result.stdout


def test_run_executes_one_chapter_only(project):
    (project.root / "_toc.yml").write_text(contents("notebooks/07-documents", "notebooks/06-agency"), "utf-8")
    result = project.nianbao("run", "--chapter", "07-documents", "--jobs", "1")
    assert result.returncode == 0, result.stderr
    assert "07-documents" in result.stdout and "06-agency" not in result.stdout
    assert [path.stem for path in project.root.glob("_build/*/notebooks/*.ipynb")] == ["07-documents"]
    assert (project.html / "index.html").read_text("utf-8") == "上一次编成的年报"


def test_version():
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)
