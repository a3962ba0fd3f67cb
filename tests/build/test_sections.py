"""Headings without content leave the book; all others stay."""

from __future__ import annotations

from nianbao.build.sections import drop_empty


def heading(level: int, text: str = "甲") -> dict:
    return {"cell_type": "markdown", "source": f"{'#' * level} {text}", "metadata": {}}


def code(html: str = "", tags: tuple[str, ...] = ()) -> dict:
    outputs = [{"data": {"text/html": html}}] if html else []
    return {"cell_type": "code", "source": "x", "metadata": {"tags": list(tags)}, "outputs": outputs}


def kept(*cells: dict) -> list[str]:
    return ["".join(cell["source"]) for cell in drop_empty(cells) if cell["cell_type"] == "markdown"]


def test_a_heading_with_something_below_it_stays():
    assert kept(heading(1), heading(2, "乙"), code("<p>字</p>")) == ["# 甲", "## 乙"]


def test_a_heading_with_nothing_below_it_goes():
    assert kept(heading(1), heading(2, "乙"), code(), heading(2, "丙"), code("<p>字</p>")) == ["# 甲", "## 丙"]


def test_the_last_heading_goes_too():
    assert kept(heading(1), code("<p>字</p>"), heading(2, "乙"), code()) == ["# 甲"]


def test_a_heading_stays_for_a_section_within_it():
    assert kept(heading(1), heading(2, "乙"), heading(3, "丙"), code("<p>字</p>")) == ["# 甲", "## 乙", "### 丙"]


def test_a_heading_does_not_stay_for_the_next_of_its_level():
    cells = [
        heading(1),
        heading(2, "乙"),
        heading(3, "丙"),
        code(),
        heading(2, "丁"),
        heading(3, "戊"),
        code("<p>字</p>"),
    ]
    assert kept(*cells) == ["# 甲", "## 丁", "### 戊"]


def test_what_a_reader_does_not_see_is_no_content():
    assert kept(heading(1), heading(2, "乙"), code("<p>字</p>", ("remove-cell",))) == ["# 甲"]


def test_text_is_content_and_the_title_stays():
    text = {"cell_type": "markdown", "source": "一段话。", "metadata": {}}
    assert kept(heading(1), heading(2, "乙"), text) == ["# 甲", "## 乙", "一段话。"]
    assert kept(heading(1), code()) == ["# 甲"]


def test_blank_outputs_are_no_content():
    assert kept(heading(1), heading(2, "乙"), code(" \n")) == ["# 甲"]
