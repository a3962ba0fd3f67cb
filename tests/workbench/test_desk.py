"""What the page asks for, outside of a browser: archives of data, workbooks with notes, reports that cannot be read."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from nianbao.intake.reading import read
from nianbao.workbench import desk
from tests.intake.small import SHEET, YEAR, origin


def laid(tmp_path: Path, *paths: Path) -> list[str]:
    """Lay files on the desk; returns their names."""
    (tmp_path / "in").mkdir(parents=True, exist_ok=True)
    for path in paths:
        (tmp_path / "in" / path.name).write_bytes(path.read_bytes())
    return [path.name for path in paths]


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    """The small data as an archive, below a folder as some programs pack it."""
    target = tmp_path_factory.mktemp("packed") / "去年的数据.zip"
    root = origin() / "data"
    with zipfile.ZipFile(target, "w") as opened:
        for path in sorted(each for each in root.rglob("*") if each.is_file()):
            opened.write(path, f"备份/data/{path.relative_to(root).as_posix()}")
        opened.writestr("备份/说明.txt", "不是数据")
    return target


def spoilt(into: Path) -> Path:
    """The good workbook with a cell that is no number, and one that is far off."""
    book = load_workbook(origin() / "good.xlsx")
    book[SHEET]["C6"] = "约33"
    book[SHEET]["C7"] = 2200000
    path = into / f"填报-{YEAR}.xlsx"
    book.save(path)
    return path


def test_an_archive_is_the_data_wherever_they_stand_in_it(tmp_path, archive):
    root = desk.unpacked(archive, tmp_path)
    known = origin() / "data"
    files = {path.relative_to(known): path.read_bytes() for path in known.rglob("*") if path.is_file()}
    assert {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()} == files
    again = desk.unpacked(desk.packed(root, tmp_path / "again.zip"), tmp_path / "again")
    assert sorted(path.name for path in again.rglob("*.csv")) == sorted(path.name for path in known.rglob("*.csv"))


@pytest.mark.parametrize(
    "names, words",
    [
        (["readme.txt"], "应有一个 data 文件夹"),
        (["a/catalogue/x.csv", "b/catalogue/x.csv"], "应有一个 data 文件夹"),
        (None, "压缩包已损坏"),
    ],
)
def test_an_archive_without_data_is_refused(tmp_path, names, words):
    path = tmp_path / "in" / "x.zip"
    path.parent.mkdir()
    path.write_bytes(b"PK\x03\x04 no archive")
    if names is not None:
        with zipfile.ZipFile(path, "w") as opened:
            for name in names:
                opened.writestr(name, "indicator\n")
    answer = desk.work("check", str(tmp_path), [path.name])
    assert answer.code == desk.REFUSED and words in answer.lines[0]


def test_nothing_is_unpacked_outside_of_the_desk(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("data/catalogue/x.csv", "a\n")
        opened.writestr("data/../../out.csv", "a\n")
    desk.unpacked(path, tmp_path / "deep" / "desk")
    assert not list(tmp_path.rglob("out.csv"))


def test_a_workbook_gets_the_words_of_the_command_and_notes_at_its_cells(tmp_path, archive):
    book = spoilt(tmp_path)
    answer = desk.work("intake", str(tmp_path), laid(tmp_path, archive, book))
    data = desk.unpacked(archive, tmp_path / "command")
    told = read([book], YEAR, data)
    assert answer.lines == told.lines and answer.code == desk.REFUSED and not told.done
    assert [path.name for path in answer.files] == [f"标注-填报-{YEAR}.xlsx"]
    sheet = load_workbook(answer.files[0])[SHEET]
    assert "数" in sheet["C6"].comment.text and sheet["C6"].value == "约33"
    assert sheet["C6"].fill.fgColor.rgb == "FFF4B6B6"
    assert sheet["D6"].comment is None or "约33" not in sheet["D6"].comment.text


def test_a_good_workbook_gives_the_data_back_with_what_it_says(tmp_path, archive):
    book = tmp_path / f"填报-{YEAR}.xlsx"
    book.write_bytes((origin() / "good.xlsx").read_bytes())
    answer = desk.work("intake", str(tmp_path), laid(tmp_path, archive, book))
    assert answer.code == desk.SOUND and answer.lines[-2].startswith("已读入，改动了：")
    assert answer.files[-1].name == "data.zip"
    root = desk.unpacked(answer.files[-1], tmp_path / "after")
    assert (root / "observations" / str(YEAR)).is_dir()


def test_the_year_of_a_workbook_is_that_of_its_name_or_asked_for(tmp_path, archive):
    book = tmp_path / "工作簿.xlsx"
    book.write_bytes((origin() / "good.xlsx").read_bytes())
    names = laid(tmp_path, archive, book)
    assert desk.work("intake", str(tmp_path), names).lines == ["错误：请填写年份：文件名里看不出是哪一年的"]
    assert desk.work("intake", str(tmp_path), names, YEAR).code == desk.SOUND


def test_a_report_that_cannot_be_read_here_is_refused_with_a_way_out(tmp_path, monkeypatch):
    monkeypatch.setattr(desk, "find_spec", lambda name: None if name == "lxml" else object())
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "报告.docx").write_bytes(b"PK")
    answer = desk.work("proof", str(tmp_path), ["报告.docx"])
    assert answer.code == desk.REFUSED and "没有读.docx文件的部件，请另存为 PDF" in answer.lines[0]
    assert desk.readable() == [".txt", ".md", ".pdf", ".xlsx", ".xlsm"]


def test_a_report_gets_the_words_of_the_command_and_its_files(tmp_path):
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "报告.txt"
    path.write_text("2024年末参保30.12万人，比上年增加1.20万人，增长9.15%。\n", "utf-8")
    answer = desk.work("proof", str(tmp_path), [path.name])
    from nianbao.proof import proof

    assert answer.lines == proof.run([path])[0] and answer.code == desk.UNSOUND
    assert [each.name for each in answer.files] == ["校对-报告.html", "校对-报告.csv"]
    assert all(each.stat().st_size for each in answer.files)
