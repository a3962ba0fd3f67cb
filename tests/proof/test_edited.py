"""Word files that came back: each kind of edit is found, whether it was tracked or not, and nothing else is told."""

from __future__ import annotations

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE

from nianbao.errors import DataError
from nianbao.proof.differences import (
    CHANGED,
    COMMENTED,
    GONE,
    MOVED,
    NEW,
    Difference,
    bare,
    differences,
    figures,
    sentences,
)
from nianbao.proof.edited import ROW, read
from nianbao.proof.model import HEADING, NOTE
from tests.support import word as files


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """The small Word file."""
    return read(files.word(tmp_path_factory.mktemp("word") / "原稿.docx"))


@pytest.fixture
def compared(original, tmp_path):
    """What differs between the small Word file and the same with changes."""

    def compare(*changes: files.Change, **how: str) -> list[Difference]:
        return differences(original, read(files.word(tmp_path / "改稿.docx", *changes, **how)))

    return compare


def only(found: list[Difference]) -> Difference:
    """The one difference."""
    assert len(found) == 1, found
    return found[0]


def changed(difference: Difference) -> list[tuple[str, str]]:
    """The figures that changed, old and new."""
    return [(each.old, each.new) for each in difference.figures]


def test_nothing_differs(compared):
    assert compared() == []


def test_a_figure_in_a_sentence(compared):
    found = only(compared(files.replaced("30.12", "30.21")))
    assert (found.what, found.tracked, changed(found)) == (CHANGED, False, [("30.12", "30.21")])
    assert found.sentences == [
        (files.INSURED.split("其中")[0], files.INSURED.split("其中")[0].replace("30.12", "30.21"))
    ]
    assert found.figures[0].start == bare(files.INSURED).index("30.12")
    assert found.passage.heading == files.HEADING


def test_a_figure_in_a_cell(compared):
    found = only(compared(files.replaced("9.10", "9.01")))
    assert (found.what, found.passage.kind, changed(found)) == (CHANGED, ROW, [("9.10", "9.01")])
    assert found.figures[0].cell == 2 and found.passage.caption.startswith("表1-1")


def test_a_sentence_written_anew(compared):
    found = only(compared(files.replaced("工作平稳有序", "各项工作稳步推进")))
    assert found.what == CHANGED and found.figures == []
    assert found.sentences == [("工作平稳有序。", "各项工作稳步推进。")]


def test_a_sentence_that_is_gone(compared):
    found = only(compared(files.replaced("其中甲市参保12.11万人。", "")))
    assert found.sentences == [("其中甲市参保12.11万人。", "")]
    assert changed(found) == [("12.11", "")]


def test_a_paragraph_that_is_gone(compared):
    found = only(compared(files.removed(files.REST)))
    assert (found.what, found.passage.text, found.tracked) == (GONE, files.REST, False)


def test_a_paragraph_more(compared):
    found = only(compared(files.added("领导要求：全年增收2.5亿元。", files.LAST)))
    assert (found.what, found.passage.text, changed(found)) == (NEW, "领导要求：全年增收2.5亿元。", [("", "2.5")])
    assert found.behind is not None and found.behind.text == files.REST


def test_a_tracked_insertion(compared):
    found = only(compared(files.tracked("有序", "有序，成效明显")))
    assert found.tracked and found.sentences == [("工作平稳有序。", "工作平稳有序，成效明显。")]
    kinds = [(each.kind, each.text, each.author) for each in found.new.tracked]
    assert kinds == [("删除", "有序", "李局"), ("插入", "有序，成效明显", "李局")]


def test_a_tracked_deletion(compared):
    found = only(compared(files.tracked("工作平稳有序。", "")))
    assert found.tracked and found.sentences == [("工作平稳有序。", "")]


def test_a_paragraph_deleted_by_a_tracked_change(compared):
    found = only(compared(files.tracked(files.LAST, "")))
    assert (found.what, found.passage.text, found.tracked) == (GONE, files.LAST, True)
    assert found.new.tracked[0].author == "李局"


def test_tracked_and_untracked_changes_of_one_paragraph(compared):
    found = only(compared(files.replaced("10.00", "10.50"), files.tracked("9.00", "9.50")))
    assert not found.tracked and changed(found) == [("10.00", "10.50"), ("9.00", "9.50")]
    assert [each.text for each in found.new.tracked] == ["9.00", "9.50"]


def test_a_comment(compared):
    found = only(compared(files.commented("平稳有序", "请再斟酌")))
    assert found.what == COMMENTED and found.passage.text == files.REST
    assert [(each.author, each.about, each.text) for each in found.new.comments] == [("王处", "平稳有序", "请再斟酌")]


def test_a_comment_on_a_changed_paragraph(compared):
    found = only(compared(files.replaced("10.00", "11.00"), files.commented("平稳有序", "请再斟酌")))
    assert found.what == CHANGED and found.new.comments[0].text == "请再斟酌"


def test_a_heading(compared):
    found = only(compared(files.replaced("参保情况", "参保扩面情况")))
    assert found.what == CHANGED and found.passage.kind == HEADING


@pytest.mark.parametrize("author", ["", "李局"])
def test_a_row_that_is_gone(compared, author):
    found = only(compared(files.row_removed("乙市", author)))
    assert (found.what, found.passage.kind, found.tracked) == (GONE, ROW, bool(author))
    assert found.passage.cells == files.ROWS[2]


def test_two_figures_exchanged(compared):
    found = only(compared(files.replaced("10.00亿元，支出9.00", "9.00亿元，支出10.00")))
    assert changed(found) == [("10.00", "9.00"), ("9.00", "10.00")]


def test_a_footnote(compared):
    found = only(compared(note=files.FOOTNOTE.replace("12.30", "13.20")))
    assert (found.passage.kind, changed(found)) == (NOTE, [("12.30", "13.20")])


def test_a_paragraph_that_was_moved(compared):
    found = only(compared(files.removed(files.LAST), files.added(files.LAST, files.REST)))
    assert (found.what, found.passage.text) == (MOVED, files.LAST)


def test_several_edits_at_once_are_all_told(compared):
    found = compared(
        files.replaced("参保情况", "参保扩面情况"),
        files.replaced("12.11万人", "12.11万人、乙市18.01万人"),
        files.row_removed("乙市"),
        files.replaced("8.05", "8.50"),
        files.tracked("10.00", "10.10"),
        files.commented("按时足额", "数据待核"),
        note="参保人数不含离退休。",
    )
    assert [each.what for each in found] == [CHANGED, CHANGED, CHANGED, GONE, CHANGED, COMMENTED, CHANGED]


@pytest.mark.parametrize(
    ("style", "old", "new", "told"),
    [
        ("toc 1", "第一部分　养老保险\t8", "第一部分　养老保险\t12", 0),
        ("table of figures", "表1-1　参保情况\t8", "表1-1　参保情况\t12", 0),
        ("table of figures", "表1-1　参保情况\t8", "表1-1　扩面情况\t8", 1),
        ("Normal", "参保人数为\t8", "参保人数为\t12", 1),
    ],
)
def test_pages_that_word_counted_anew_are_no_change(tmp_path, style, old, new, told):
    found = []
    for name, line in (("原稿.docx", old), ("改稿.docx", new)):
        document = Document()
        if style not in document.styles:
            document.styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH)
        document.add_paragraph(line, style)
        document.save(str(tmp_path / name))
        found.append(read(tmp_path / name))
    assert len(differences(*found)) == told


def test_marks_of_notes_and_blanks_are_no_change():
    assert bare("增加54※1元，\u3000比 例1∶2") == bare("增加54元，比例1:2")
    assert sentences("甲 乙。", "甲乙。") == []


def test_figures_among_words_that_differ():
    assert [(each.old, each.new) for each in figures("收入1.5亿元，增长3%", "总收入1.6亿元，增长3%，支出2亿元")] == [
        ("1.5", "1.6"),
        ("", "2"),
    ]


@pytest.mark.parametrize("name, content", [("a.docx", b"PK\x03\x04nothing"), ("a.txt", b"text"), ("b.docx", b"")])
def test_what_is_no_word_file_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError):
        read(tmp_path / name)
