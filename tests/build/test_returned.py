"""A Word file that came back: each difference with its notebook cell, its row of data, and what the audit says."""

from __future__ import annotations

import csv
from types import SimpleNamespace

import pytest

from nianbao.build import returned
from nianbao.chapter.record import FigureText, Head, Paragraph, ProseRecord, Row, TableBody, TableRecord, Text
from nianbao.errors import DataError
from nianbao.settings import Entry
from tests.support import word as files
from tests.support.little_data import little
from tests.support.small_records import code_cell, fact, text_cell, write_notebook

INDICATORS = ("x.stock,参保人数,万人,2,stock,region,,,", "x.paid,缴费人数,万人,2,stock,region,,,")
VALUES = {"x.stock": ("30.12", "12.11", "18.01"), "x.paid": ("17.15", "8.05", "9.10")}
LEVELS = [f"{code},{item},{value}" for code, values in VALUES.items() for item, value in enumerate(values, 1)]
BEFORE = ["x.stock,1,28.92"]
CLAIMS = ("change,x.stock,1,2025,2024,1.20,万人,表1", "growth,x.stock,1,2025,2024,4.15,%,表1")
TOTAL, CHANGE, GROWTH = "x.stock:1:2025", "x.stock:1:2025:change:2024", "x.stock:1:2025:growth:2024"


def known(identity: str, value: str, line: int, **more):
    """A fact with its row of data."""
    return fact(identity, value, name=identity, place=f"data/observations/2025/x.csv:{line}", **more)


def records():
    """What the notebook of the small Word file shows: its first paragraph and its table."""
    derived = {
        CHANGE: fact(CHANGE, "1.20", name="增减", formula="2025年 − 2024年", low="1.195", high="1.205"),
        GROWTH: fact(GROWTH, "4.15", "%", name="增长率", formula="增长", low="4.1", high="4.2"),
    }
    levels = {}
    for code, values in VALUES.items():
        for item, value in enumerate(values, 1):
            identity = f"{code}:{item}:2025"
            levels[identity] = known(identity, value, len(levels) + 2)
    facts = levels | derived
    shown = {identity: FigureText(identity, each.value, each.value) for identity, each in facts.items()}
    sentence = (
        Text("2025年末，全区参保"),
        shown[TOTAL],
        Text("万人，较上年末增加"),
        shown[CHANGE],
        Text("万人，增长"),
        shown[GROWTH],
        Text("%。其中甲市参保"),
        shown["x.stock:2:2025"],
        Text("万人。"),
    )
    prose = ProseRecord(chapter="1", printed=tuple(facts), facts=facts, blocks=(Paragraph(sentence),))
    heads = (Head("地区", is_text=True), Head("参保人数"), Head("缴费人数"))
    rows = [
        Row((Text(name), shown[f"x.stock:{item}:2025"], shown[f"x.paid:{item}:2025"]))
        for name, item in (("甲市", 2), ("乙市", 3), ("全区", 1))
    ]
    table = TableRecord(
        chapter="1",
        printed=tuple(levels),
        facts=facts,
        identity="tab-1-1",
        label="表1-1",
        title="分市县参保情况",
        body=TableBody(heads, tuple(rows), "万人"),
    )
    return prose, table


@pytest.fixture
def edition(tmp_path):
    """An edition that was built: its data, its executed notebook and its Word file."""
    little(tmp_path / "data", {2024: BEFORE, 2025: LEVELS}, indicators=INDICATORS, claims=CLAIMS)
    target = tmp_path / "_build" / "2025"
    (target / "src" / "notebooks").mkdir(parents=True)
    prose, table = records()
    injected = {**code_cell(tags=["injected-parameters"]), "outputs": []}
    cells = (text_cell(f"## {files.HEADING}"), injected, code_cell(prose), code_cell(table), text_cell(files.REST))
    write_notebook(target / "src" / "notebooks" / "01-work.ipynb", *cells)
    files.word(target / "nianbao-2025.docx")
    return SimpleNamespace(
        year=2025,
        target=target,
        data_folder=tmp_path / "data",
        last_data_year=2025,
        pages=lambda: [Entry("notebooks/01-work")],
    )


@pytest.fixture
def came_back(edition, tmp_path):
    """What is said of the Word file with changes."""

    def compare(*changes: files.Change):
        return returned.compare(edition, files.word(tmp_path / "改稿.docx", *changes))

    return compare


def test_what_did_not_change_is_not_told(came_back):
    found = came_back()
    assert found.sound and list(returned.lines(found)) == ["没有不同"]


def test_a_level_in_a_cell_and_the_total_that_no_longer_adds_up(came_back):
    found = came_back(files.replaced("18.01", "18.10"))
    (told,) = found.told
    assert told.placed.id == "x.stock:3:2025" and str(told.place) == "notebooks/01-work.ipynb 第3格"
    said = "\n".join(returned.lines(found))
    assert "数：18.01 → 18.10" in said and "data/observations/2025/x.csv:4" in said
    assert any("合计" in line and "30.21" in line for line in told.audit)


def test_a_level_in_a_sentence_also_stands_in_the_table(came_back):
    (told,) = came_back(files.replaced("30.12", "30.21")).told
    assert told.placed.id == TOTAL and str(told.place) == "notebooks/01-work.ipynb 第2格"
    assert any("增减量" in line for line in told.audit)
    assert told.audit[-1] == "书里另有1处印同一个数，改稿没有改"


def test_a_figure_that_is_computed(came_back):
    (told,) = came_back(files.replaced("4.15", "4.51")).told
    assert told.placed.id == GROWTH and any("4.15" in line for line in told.audit)


def test_all_of_a_sum_changed_together_holds(came_back):
    found = came_back(files.replaced("8.05", "8.10"), files.replaced("17.15", "17.20"))
    assert [told.audit for told in found.told] == [["改后没有新的不符"], ["改后没有新的不符"]]


def test_the_same_figure_changed_into_two_others(came_back):
    found = came_back(files.replaced("12.11万人", "12.12万人"), files.replaced("12.11", "12.13"))
    assert len(found.told) == 2
    assert any(line.startswith("同一个数，改稿前面改作12.12") for line in found.told[1].audit)


def test_figures_that_were_written_in_and_paragraphs_that_came(came_back):
    found = came_back(files.added("全年增收2.50亿元。", files.LAST), files.replaced("平稳", "稳步"))
    said = "\n".join(returned.lines(found))
    assert "新写的数，没有出处" in said and "共2处不同，其中数字1个" in said
    assert "在notebooks/01-work.ipynb 第4格之后" in said


def test_rows_that_stand_side_by_side_on_paper(edition, came_back):
    wide = ("地区", "参保人数", "缴费人数", "地区", "参保人数", "缴费人数")
    row = ("甲市", "12.11", "8.05", "乙市", "18.01", "9.10")

    def set_wide(last):
        def change(document):
            old = document.tables[0]
            new = document.add_table(0, 6)
            for cells in (wide, (*row[:4], last, row[5])):
                for cell, text in zip(new.add_row().cells, cells, strict=True):
                    cell.text = text
            old._tbl.addprevious(new._tbl)
            old._tbl.getparent().remove(old._tbl)

        return change

    files.word(edition.target / "nianbao-2025.docx", set_wide("18.01"))
    (told,) = came_back(set_wide("18.10")).told
    assert told.placed.id == "x.stock:3:2025"


@pytest.mark.parametrize("what", ["edited", "original", "exported", "hard link", "data"])
def test_the_table_is_never_written_over_what_is_read(what, edition, tmp_path):
    edited = files.word(tmp_path / "改稿.docx")
    original = files.word(tmp_path / "原稿.docx")
    exported = edition.target / "nianbao-2025.docx"
    linked = tmp_path / "改动.csv"
    linked.hardlink_to(edited)
    data = next((tmp_path / "data").rglob("*.csv"))
    paths = {"edited": edited, "original": original, "exported": exported, "hard link": linked, "data": data}
    table = paths[what]
    before = table.read_bytes()
    with pytest.raises(DataError, match=table.name):
        returned.compare(edition, edited, None if what == "exported" else original, table)
    assert table.read_bytes() == before


def test_comments_and_authors_are_told(came_back):
    found = came_back(files.commented("平稳有序", "请再斟酌"), files.tracked("按时足额", "足额"))
    said = "\n".join(returned.lines(found))
    assert "批注：王处（对“平稳有序”）：请再斟酌" in said
    assert "修订：李局删除“按时足额”" in said and "改动·正文（修订标记）" in said


def test_the_table_of_all_differences(came_back, tmp_path):
    found = came_back(files.replaced("18.01", "18.10"), files.commented("平稳有序", "请再斟酌"))
    returned.write_csv(found, tmp_path / "改动.csv")
    first, second = csv.DictReader((tmp_path / "改动.csv").open(encoding="utf-8-sig"))
    assert (first["before"], first["after"], first["figure"]) == ("18.01", "18.10", "x.stock:3:2025")
    assert first["notebook"] == "notebooks/01-work.ipynb" and first["cell"] == "3"
    assert second["comment"] == "王处：请再斟酌"


def test_data_and_files_stay_as_they_are(edition, came_back, tmp_path):
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".lock"}
    came_back(files.replaced("18.01", "18.10"))
    after = {path: path.read_bytes() for path in before}
    assert after == before


def test_a_book_that_was_not_exported(edition, tmp_path):
    (edition.target / "nianbao-2025.docx").unlink()
    with pytest.raises(DataError, match="没有导出的原稿"):
        returned.compare(edition, files.word(tmp_path / "改稿.docx"))


def test_another_document_is_said_to_be_one(edition, tmp_path):
    def other(document):
        for paragraph in list(document.paragraphs):
            paragraph._p.getparent().remove(paragraph._p)
        document.tables[0]._tbl.getparent().remove(document.tables[0]._tbl)
        for at in range(12):
            document.add_paragraph(f"另一份文件的第{at}段，说的是别的事。")

    found = returned.compare(edition, files.word(tmp_path / "别的.docx", other, note="另注。"))
    assert "恐怕不是由" in found.remarks[0]
