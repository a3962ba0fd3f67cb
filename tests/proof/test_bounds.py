"""What is too long to be read is left out, and said; the rest is read as ever."""

from __future__ import annotations

import time
from decimal import Decimal

import docx
import pytest

from nianbao.cli import main
from nianbao.proof import words
from nianbao.proof.numbers import ENDLESS, numbers, plain
from nianbao.proof.proof import proofread
from nianbao.proof.readers.bounds import LONGEST_TEXT

SENTENCE = "参保30.12万人，比上年增加1.20万人，增长4.15%。"
#: Seconds of processor time that a hostile text may take here; before, these took a minute to hours.
MOST_SECONDS = 3


def said_of(tmp_path, text: str) -> list[str]:
    """What is said of a text; it must not take long."""
    (tmp_path / "t.txt").write_text(text, "utf-8")
    start = time.process_time()
    said = proofread([tmp_path / "t.txt"]).lines()
    assert time.process_time() - start < MOST_SECONDS
    return said


@pytest.mark.parametrize(
    "number",
    [
        "9" * 31,
        "9" * 2000,
        "9" * 20_000,
        "1." + "9" * 2000,
        "1" + ",999" * 600,
        "9" * 40 + ".5",
        "９" * 2000,
        "1" + "，999" * 600,
    ],
    ids=["31 digits", "2000", "20000", "a fraction", "in threes", "with a fraction", "full-width", "wide commas"],
)
def test_a_number_without_end_is_not_read_and_said_to_be(number, tmp_path):
    said = said_of(tmp_path, f"全年一切平稳。\n参保{number}万人，比上年增加1.20万人，增长4.15%。")
    assert said[0] == "第2行有超过30位的数，没有读"
    assert said[-1] == "覆盖 0/2"


@pytest.mark.parametrize("text", ["9" * 30, "1" + ",999" * 8 + ".99", "101，102，103，104，105，106，107，全年"])
def test_numbers_as_they_are_printed_are_left_alone(text):
    assert not ENDLESS.search(plain(text).text)


@pytest.mark.parametrize("between", [" ", "\u200b", "　"])
def test_digits_with_blanks_between_make_no_endless_number(between, tmp_path):
    assert said_of(tmp_path, f"参保{between.join('9' * 3000)}万人，比上年增加1.20万人，增长4.15%。")[-1] == "覆盖 0/2"


def test_the_largest_number_is_read():
    assert numbers(f"{'9' * 30}元")[0].value == Decimal("9" * 30)


def test_a_line_without_end_is_not_read_and_said_to_be(tmp_path):
    said = said_of(tmp_path, SENTENCE * 40_000 + "\n" + SENTENCE)
    assert said[0] == f"第1行一段超过{LONGEST_TEXT}字，没有读，请分段后再校对" and said[-1] == "覆盖 3/3"


def test_lines_without_an_end_make_no_endless_paragraph(tmp_path):
    said = said_of(tmp_path, "全区各级经办机构一年来做了许多工作也写了许多没有标点的字\n" * 1200 + SENTENCE)
    assert said[-1] == "覆盖 3/3"


def test_digits_in_the_line_of_a_table_take_no_time(tmp_path):
    said_of(tmp_path, f"合计 {'8' * 20_000} 1.5\n甲市 2.5 3.5\n")


def test_word_files_are_held_to_the_same(tmp_path, capsys):
    document = docx.Document()
    document.add_paragraph("参保" + "9" * 2000 + "万人。")
    table = document.add_table(1, 1)
    table.rows[0].cells[0].text = "7" * 100
    document.save(str(tmp_path / "t.docx"))
    assert main(["proof", str(tmp_path / "t.docx"), "--docx", str(tmp_path / "o.docx")]) == 0
    assert "第1段、第2段有超过30位的数，没有读" in capsys.readouterr().out


def test_amounts_are_compared_with_their_paragraph_once(monkeypatch):
    """Each amount is asked for its unit a few times, not once for each other amount."""

    class Unit(str):
        asked = 0

        def __eq__(self, other):
            Unit.asked += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    found = [each._replace(unit=Unit(each.unit)) for each in numbers(SENTENCE * 200) if each.unit]
    monkeypatch.setattr(words, "numbers", lambda text: found)
    assert list(words._half_unit(None, SENTENCE * 200, None)) == []
    assert Unit.asked < 20 * len(found)


LOOP = (
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\n"
    "xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n"
    "trailer<</Size 3/Root 1 0 R>>\nstartxref\n103\n%%EOF"
)


def test_pages_that_contain_themselves_are_refused(tmp_path, capsys):
    (tmp_path / "t.pdf").write_text(LOOP, "ascii")
    assert main(["proof", str(tmp_path / "t.pdf")]) == 2
    err = capsys.readouterr().err
    assert "t.pdf" in err and "打不开" in err and err.count("\n") == 1
