"""Cells that do not add up with the rest of the data are told, with sheet and cell, and read all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from nianbao.cli import main
from nianbao.intake.reading import report
from nianbao.intake.remarks import Remark
from tests.intake.small import YEAR, Sent, send


def suspects(sent: Sent) -> dict[str, Remark]:
    """The remarks on figures that do not add up, by cell."""
    return {each.cell: each for each in sent.remarks if each.suspect}


def test_a_good_file_is_suspected_of_nothing(small):
    assert suspects(send(small)) == {}


def test_a_wrong_cell_is_named_and_read_all_the_same(small):
    sent = send(small, C8=6.06)
    (found,) = suspects(sent).values()
    assert (found.sheet, found.cell, found.stands, found.fatal) == ("表1-1", "C8", "6.06", False)
    assert "2026年灵武市参保人数可疑，最可能应作6.60万人" in found.expected and "相邻两个数字颠倒" in found.expected
    assert found.expected.endswith("不合：2026年参保人数＝各项之和") and "640181" not in found.expected
    assert sent.value("pension.insured", "640181") == "6.06"
    assert str(found).startswith("工作表“表1-1”C8：填的是“6.06”，")


@pytest.mark.long
def test_where_the_culprit_cannot_be_told_every_cell_that_it_may_be_is_named(small):
    found = suspects(send(small, E7=2.5))
    assert set(found) == {"E6", "E7"}
    assert all("只凭各数分不出" in each.expected for each in found.values())


@pytest.mark.long
def test_a_file_read_again_with_the_error_mended_is_no_longer_suspected(small):
    assert suspects(send(small, C8=6.06))
    assert suspects(send(small)) == {}


def test_a_known_erratum_is_not_suspected_again(small):
    send(small, C8=6.06)
    folder = small / "data" / "documents" / f"report-{YEAR}"
    folder.mkdir(parents=True)
    row = f"total:pension.insured:640000:{YEAR},{YEAR},,6.06,6.60,两个数字颠倒。,,published,fails,表1-1\n"
    head = "check,year,figures,printed,likely,reason,decided,show,expect,place\n"
    (folder / "errata.csv").write_text(head + row, "utf-8")
    assert suspects(send(small, C8=6.06)) == {}


def test_where_the_wrong_figure_stands_elsewhere_a_cell_that_does_not_add_up_with_it_is_named(small):
    """The report prints the total a second time; that printing is wrong, not the cell."""
    send(small)
    folder = small / "data" / "documents" / f"report-{YEAR}"
    folder.mkdir(parents=True)
    (folder / "claims.csv").write_text(
        "measure,indicator,item,year,base,value,unit,place\n"
        f"level,pension.insured,640000,{YEAR},,300.0,万人,第一部分一\n",
        "utf-8",
    )
    (found,) = suspects(send(small)).values()
    assert found.cell == "C6" and "与别处的数合不上" in found.expected and "印作300.0万人" in found.expected


def test_only_relations_of_the_file_are_looked_at(small):
    path = small / "data" / "observations" / "2025" / "pension.csv"
    path.write_text(
        path.read_text("utf-8").replace("pension.insured,640121,4.00", "pension.insured,640121,7.00"), "utf-8"
    )
    assert suspects(send(small, D9=7)) == {}, "last year's error is for `check`"


def test_the_report_tells_them_before_notes_and_exits_with_0(small, capsys):
    sent = send(small, C7="220000人", C8=6.06)
    lines = report(sent.remarks, sent.changed)
    marks = [line[:4] for line in lines if line.startswith("[")]
    assert marks == sorted(marks, key=("[可疑]", "[提示]").index) and "[可疑]" in marks
    assert any(line.startswith("有") and "格可疑，已照所填的读入" in line for line in lines)
    path = Path(sent.path)
    assert main(["intake", str(path), "--year", str(YEAR), "--data", str(small / "data")]) == 0
    assert "[可疑] 工作表“表1-1”C8" in capsys.readouterr().out
