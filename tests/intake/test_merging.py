"""Files are merged, never written over: two editors, any order, any repetition, a workbook made again in between."""

from __future__ import annotations

import shutil
from functools import cache
from itertools import permutations
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from nianbao.cli import main
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.intake.journal import Journal
from nianbao.intake.reading import Reading, intake, report
from nianbao.intake.workbook import workbook
from tests.intake.small import GOOD, SHEET, YEAR, contents, fill, origin, send, send_csv
from tests.support.selection import long_but

SINGLES = "第一部分文中数"
NOTES = {"A3": "是", "A4": "是", "C4": "管理基金（含个人账户），做到“账账相符”。"}
REVISION = {"A3": "参保人数", "B3": "灵武市", "C3": 2025, "D3": "6.00", "E3": "6.05", "F3": "差错"}
REVISION["G3"] = "重复，已剔除。"


def empty() -> Workbook:
    """The workbook before anybody filled it in."""
    return load_workbook(origin() / "empty.xlsx")


def saved(folder: Path, name: str, sheets: dict[str, dict[str, object]], book: Workbook | None = None) -> Path:
    """A workbook with some cells filled in."""
    book = book or empty()
    for sheet, cells in sheets.items():
        fill(book, sheet, cells)
    path = folder / name
    book.save(path)
    return path


@cache
def three() -> list[Path]:
    """Three files of two editors that do not contradict each other, and together are all of the good workbook.

    Made once: nobody writes into them.
    """
    folder = origin() / "three"
    folder.mkdir()
    first = {**GOOD[SHEET], "C8": None, "E8": None}
    both = {"C7": "220000人", "C8": 6.6, "E8": "11000万元", "A10": "640122", "B10": "贺兰县", "C10": 1.5}
    return [
        saved(folder, "甲.xlsx", {SHEET: first, "机构职责": {"A3": "是"}}),
        saved(folder, "乙.xlsx", {SHEET: both, "表4": GOOD["表4"], "修订": {**REVISION, "H3": "2027-01-15"}}),
        saved(folder, "乙二.xlsx", {SINGLES: GOOD[SINGLES], "机构职责": NOTES, "文字说明": {"A3": "是"}}),
    ]


def data_of(root: Path) -> dict[str, bytes]:
    """The files of the data, by their names below it."""
    return {path.relative_to(root).as_posix(): content for path, content in contents(root).items()}


def copy(folder: Path, name: str) -> Path:
    """A copy of the small data of its own."""
    return shutil.copytree(origin() / "data", folder / name / "data")


@pytest.mark.long
# -- order and repetition ---------------------------------------------------------------------------------------
def test_any_order_and_any_repetition_gives_the_same_data_byte_for_byte(tmp_path):
    files = three()
    known = []
    for number, order in enumerate(permutations(files)):
        root = copy(tmp_path, str(number))
        for path in [*order, *order[: number % 3 + 1], order[0]]:
            assert not [each for each in intake(path, YEAR, root).remarks if each.fatal]
        known.append(data_of(root))
    root = copy(tmp_path, "together")
    intake([files[2], files[0], files[1], files[0]], YEAR, root)
    known.append(data_of(root))
    assert all(each == known[0] for each in known)
    assert b"pension.insured,640181,6.60" in known[0]["observations/2026/pension.csv"]
    assert known[0]["editions/2026/texts/duties.csv"].decode().splitlines()[1:] == [
        "1,办理登记。,report-2026 第六部分一",
        "2,管理基金（含个人账户），做到“账账相符”。,report-2026 第六部分一",
    ]


@pytest.mark.long
def test_a_workbook_made_again_in_between_brings_everything_and_changes_nothing(tmp_path):
    """Figures, texts, revisions, a new region, adopted marks; then each file once more, and the workbook of the end."""
    files = three()
    root = copy(tmp_path, "straight")
    for path in files:
        intake(path, YEAR, root)
    wanted = data_of(root)
    again = copy(tmp_path, "again")
    for number, path in enumerate(files):
        intake(path, YEAR, again)
        made = tmp_path / f"重做{number}.xlsx"
        workbook(Dataset(again), YEAR).save(made)
        before = data_of(again)
        outcome = intake(made, YEAR, again)
        assert outcome.changed == [] and data_of(again) == before
        assert not [each for each in outcome.remarks if each.fatal]
    assert data_of(again) == wanted
    book = load_workbook(made)
    assert [book[SHEET].cell(10, column).value for column in (1, 2, 3)] == ["640122", "贺兰县", 1.5]
    assert [book["机构职责"][f"A{row}"].value for row in (3, 4)] == ["是", "是"]
    assert book["机构职责"]["C4"].value == NOTES["C4"]
    assert [cell.value for cell in book["修订"][3]][3:7] == ["6.00", "6.05", "差错", "重复，已剔除。"]


def test_what_was_read_goes_on_in_the_workbook_that_was_made_again(tmp_path):
    files = three()
    root = copy(tmp_path, "one")
    intake(files[0], YEAR, root)
    made = tmp_path / "重做.xlsx"
    workbook(Dataset(root), YEAR).save(made)
    whole = saved(tmp_path, "补.xlsx", {SHEET: {"C8": 6.6, "E8": 1.1}}, load_workbook(made))
    intake(whole, YEAR, root)
    data = Dataset(root)
    assert data.observations["pension.insured", "640181", YEAR].literal == "6.60"
    assert data.observations["pension.insured", "640000", YEAR].literal == "33.00"


@pytest.mark.parametrize(
    "typed, cell, sheet",
    long_but([("7万人", "F6", "第一部分文中数"), ("6.625", "C8", SHEET), ("66000人", "C8", SHEET)], 0),
)
def test_what_was_typed_with_a_unit_or_more_decimals_comes_back_as_exact_as_it_was(tmp_path, small, typed, cell, sheet):
    send(small, lambda book: fill(book, sheet, {cell: typed}))
    before = data_of(small / "data")
    made = tmp_path / "重做.xlsx"
    workbook(Dataset(small / "data"), YEAR).save(made)
    assert intake(made, YEAR, small / "data").changed == [] and data_of(small / "data") == before


# -- empty cells, deletions -------------------------------------------------------------------------------------
@pytest.mark.long
def test_an_empty_cell_never_erases_a_figure_a_text_or_a_revision(tmp_path, small):
    root = small / "data"
    for path in three():
        intake(path, YEAR, root)
    before = data_of(root)
    outcome = intake(saved(tmp_path, "空.xlsx", {SHEET: {"C6": 33}}), YEAR, root)
    assert outcome.changed == [] and data_of(root) == before


def test_a_figure_a_text_and_a_revision_go_by_a_mark(tmp_path, small):
    root = small / "data"
    for path in three():
        intake(path, YEAR, root)
    marks = {
        SHEET: {"C8": "删除"},
        "第一部分文中数": {"F11": "删除"},
        "机构职责": {"A4": "删除"},
        "文字说明": {"A3": "否"},
        "修订": {**REVISION, "F3": "删除"},
    }
    path = saved(tmp_path, "删.xlsx", marks)
    reading = Reading([path], YEAR, root)
    told = [str(change) for change in reading.changes]
    assert [change.kind.value for change in reading.changes] == ["删除"] * 4
    assert any("C8：2026年灵武市参保人数：撤去6.60" in line and "乙.xlsx" in line for line in told)
    reading.write()
    data = Dataset(root)
    assert data.observations["pension.insured", "640181", YEAR].value is None
    assert [row["order"] for row in data.texts("duties", YEAR)] == ["1"] and not data.texts("remarks", YEAR)
    assert not data.revisions(YEAR)
    assert intake(path, YEAR, root).changed == []


def test_a_row_that_is_not_marked_and_one_marked_no_leave_other_words_of_the_same_row_alone(tmp_path, small):
    root = small / "data"
    edited = {"机构职责": {"A3": "是", "C3": "办理登记和转移。"}}
    intake([saved(tmp_path, "甲.xlsx", {SHEET: {"C6": 33}, **edited})], YEAR, root)
    intake(saved(tmp_path, "乙.xlsx", {SHEET: {"C6": 33}, "机构职责": {"A3": "否"}}), YEAR, root)
    assert [row["text"] for row in Dataset(root).texts("duties", YEAR)] == ["办理登记和转移。"]


def test_definitions_that_changed_stay_when_a_workbook_without_revisions_is_read(tmp_path, small):
    path = small / "data" / "editions" / "2026" / "revisions.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (
        "indicator,item,of_year,old,new,kind,reason,date\n"
        "pension.rate,640000,,按基数（旧）,按工资,method,口径调整。,2027-01-15\n"
    )
    path.write_text(text, "utf-8")
    send(small)
    made = tmp_path / "重做.xlsx"
    workbook(Dataset(small / "data"), YEAR).save(made)
    outcome = intake(made, YEAR, small / "data")
    assert outcome.changed == [] and not [each for each in outcome.remarks if each.fatal]
    assert path.read_text("utf-8") == text


# -- two answers ------------------------------------------------------------------------------------------------
def test_two_files_of_one_call_that_disagree_are_asked_about_with_both_places(tmp_path, small):
    before = contents(small / "data")
    files = [
        saved(tmp_path, "甲.xlsx", {SHEET: {"C8": 6.6}, "机构职责": {"A3": "是", "C3": "甲写的。"}}),
        saved(tmp_path, "乙.xlsx", {SHEET: {"C8": 6.7}, "机构职责": {"A3": "是", "C3": "乙写的。"}}),
    ]
    outcome = intake(files, YEAR, small / "data")
    figure, text = [str(each) for each in outcome.remarks if each.fatal]
    assert figure.startswith(f"“乙.xlsx”工作表“{SHEET}”C8：填的是“6.70”，与“甲.xlsx”工作表“{SHEET}”C8的“6.60”不同")
    assert "“乙.xlsx”工作表“机构职责”A3" in text and "“甲.xlsx”工作表“机构职责”A3" in text
    assert outcome.changed == [] and contents(small / "data") == before


@pytest.mark.parametrize("other", long_but(["6.6万人", "66000人", "6.60", 6.6], 0))
def test_two_ways_to_write_the_same_are_no_contradiction(tmp_path, small, other):
    files = [saved(tmp_path, "甲.xlsx", {SHEET: {"C8": 6.6}}), saved(tmp_path, "乙.xlsx", {SHEET: {"C8": other}})]
    assert not [each for each in intake(files, YEAR, small / "data").remarks if each.fatal]


def test_a_changed_figure_is_told_with_both_places_and_read(tmp_path, small, capsys):
    data = ["--year", str(YEAR), "--data", str(small / "data")]
    main(["intake", str(saved(tmp_path, "甲.xlsx", {SHEET: {"C8": 6.06}})), *data])
    capsys.readouterr()
    assert main(["intake", str(saved(tmp_path, "乙.xlsx", {SHEET: {"C8": 6.6}})), *data]) == 0
    said = capsys.readouterr().out
    assert "添加0处，改动1处，删除0处" in said
    cell = f"工作表“{SHEET}”C8"
    assert f"[改动] “乙.xlsx”{cell}：2026年灵武市参保人数：6.06 → 6.60（原来的见“甲.xlsx”{cell}" in said


def test_an_old_workbook_does_not_undo_a_correction_unless_told_so(tmp_path, small):
    root = small / "data"
    old = saved(tmp_path, "甲.xlsx", {SHEET: {"C8": 6.06, "C9": 4.4}})
    intake(old, YEAR, root)
    intake(saved(tmp_path, "乙.xlsx", {SHEET: {"C8": 6.6}}), YEAR, root)
    (found,) = [each for each in intake(old, YEAR, root).remarks if each.fatal]
    assert found.cell == "C8" and "已被改正的旧数" in found.expected and "乙.xlsx" in found.expected
    assert Dataset(root).observations["pension.insured", "640181", YEAR].literal == "6.60"
    assert intake(old, YEAR, root, prefer_file=True).changed
    assert Dataset(root).observations["pension.insured", "640181", YEAR].literal == "6.06"


def test_status_source_and_margin_of_a_csv_stay_when_a_workbook_says_the_same_figure(small):
    tidy = "indicator,item,value,status,source,margin\npension.insured,640181,6.6,P,report-2026 第二部分（一）,0.3\n"
    send_csv(small, tidy)
    sent = send(small)
    seen = sent.data.observations["pension.insured", "640181", YEAR]
    assert (seen.literal, seen.status, str(seen.source), str(seen.margin)) == (
        "6.6",
        "P",
        "report-2026 第二部分（一）",
        "0.3",
    )


# -- shown, kept, taken back ------------------------------------------------------------------------------------
def test_preview_says_what_would_change_and_changes_nothing(tmp_path, small, capsys):
    before = contents(small)
    command = ["intake", str(origin() / "good.xlsx"), "--year", str(YEAR), "--data", str(small / "data"), "--preview"]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "添加19处，改动0处，删除0处" in said and f"“{SHEET}”8处" in said and "只是预览，没有写入" in said
    assert contents(small) == before


@pytest.mark.long
def test_undo_takes_back_exactly_one_intake_after_the_other(tmp_path, small, capsys):
    root = small / "data"
    states = [data_of(root)]
    for path in three():
        intake(path, YEAR, root)
        intake(path, YEAR, root)
        states.append(data_of(root))
    command = ["intake", "--undo", "--year", str(YEAR), "--data", str(root)]
    for state, name in zip(reversed(states[:-1]), ("乙二.xlsx", "乙.xlsx", "甲.xlsx"), strict=True):
        assert main(command) == 0
        assert data_of(root) == state and f"“{name}”" in capsys.readouterr().out
    assert not (root / "editions" / "2026").exists(), "folders that an intake made go with it"
    assert main(command) == 2 and "没有可以撤销的读入" in capsys.readouterr().err


def test_undo_is_refused_where_a_file_was_changed_since(tmp_path, small):
    root = small / "data"
    send(small)
    path = root / "observations" / "2026" / "fund.csv"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    before = contents(root)
    with pytest.raises(DataError, match="又用别的办法改过"):
        Journal(root).undo(YEAR)
    assert contents(root) == before


def test_the_journal_keeps_time_hash_and_changes_of_each_intake(small):
    send(small, C8=6.06)
    send(small, C8=6.6)
    first, second = Journal(small / "data").entries(YEAR)
    assert first.record["read"][0]["name"] == "sent.xlsx" and len(first.record["read"][0]["sha256"]) == 64
    (change,) = second.record["changes"]
    assert (change["kind"], change["old"], change["new"]) == ("changed", "6.06", "6.60")
    assert change["where"] == f"“sent.xlsx”工作表“{SHEET}”C8" and second.record["time"]


def test_files_or_undo_one_of_them(small, capsys):
    data = ["--year", str(YEAR), "--data", str(small / "data")]
    assert main(["intake", *data]) == 2 and main(["intake", "a.xlsx", "--undo", *data]) == 2
    assert "--undo" in capsys.readouterr().err


def test_many_changes_are_counted_and_not_all_listed(tmp_path, small):
    reading = Reading([origin() / "good.xlsx"], YEAR, small / "data")
    lines = report(reading.remarks, reading.changed, reading.changes)
    assert len([line for line in lines if line.startswith("[添加]")]) == 1
