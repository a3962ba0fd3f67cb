"""An edition written whole: from executed notebooks and pages on disk to files, the same bytes every time."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pypdf
import pytest

from nianbao.chapter import record
from nianbao.errors import DataError
from nianbao.output.print import export
from nianbao.settings import Entry, Settings
from tests.output.print.sample import SVG, TITLE, bare
from tests.support.projects import ROOT

EPOCH = "1767225600"


def cell(shown: record.Record) -> dict:
    """A cell of code with one output."""
    data = {record.MIME: record.to_json(shown), "text/html": "<p>只在网页</p>", "text/plain": "（网页内容）"}
    return {
        "cell_type": "code",
        "source": "",
        "metadata": {},
        "outputs": [{"output_type": "display_data", "data": data, "metadata": {}}],
    }


def notebook() -> dict:
    """An executed notebook with prose, a table and a chart."""
    heads = (record.Head("地区", is_text=True), record.Head("参保人数"))
    rows = tuple(
        record.Row((record.Text(f"地区{at}"), record.FigureText(f"a:{at}", "1.25", "1.25"))) for at in range(20)
    )
    body = record.TableBody(heads, rows, "万人")
    prose = record.ProseRecord(chapter="1", blocks=(record.Paragraph((record.Text("正文一段。"),)),))
    table = record.TableRecord(chapter="1", identity="tab-1-1", label="表1-1", title="测试表", body=body)
    chart = record.ChartRecord(
        chapter="1", identity="fig-1-1", label="图1-1", title="测试图", svg=SVG, alt="说明", body=body
    )
    heading = {"cell_type": "markdown", "metadata": {}, "source": "# 第一部分"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [heading, *map(cell, (prose, table, chart))]}


@dataclass(frozen=True)
class SmallEdition:
    """What `export` asks of an edition."""

    root: Path
    settings: Settings
    year: int = 2025
    data_folder: Path = ROOT / "data"

    def pages(self) -> list[Entry]:
        """The pages of the contents but one that this edition does not show."""
        return [entry for entry in self.settings.entries() if entry.name != "hidden"]


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> SmallEdition:
    """An edition with content of its own and the data of this repository."""
    root = tmp_path_factory.mktemp("book")
    (root / "book").mkdir()
    (root / "notebooks").mkdir()
    (root / "book" / "preface.md").write_text("# 序言\n\n见[表](../notebooks/01-test.ipynb#tab-1-1)。\n", "utf-8")
    (root / "notebooks" / "01-test.ipynb").write_text(json.dumps(notebook()), "utf-8")
    pages = (Entry("book/preface"), Entry("notebooks/01-test", "年度报告"), Entry("book/hidden", "年度报告"))
    settings = Settings(root, TITLE, "甲局、乙局", url="https://example.org/2025", pages=pages)
    return SmallEdition(root, settings)


def written(edition: SmallEdition, folder: Path, only: str | None = None, *formats: str) -> dict[str, bytes]:
    """The files of an edition by format."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        made = export.export(edition, folder, formats or list(export.WRITERS), edition.root, only)
    return {path.suffix[1:]: path.read_bytes() for path in made}


@pytest.fixture(scope="module")
def files(edition, tmp_path_factory) -> dict[str, bytes]:
    """The book in every format."""
    return written(edition, tmp_path_factory.mktemp("out"))


def test_every_format_is_written(files):
    assert {name: content[:4] for name, content in files.items()} == {
        "pdf": b"%PDF",
        "docx": b"PK\3\4",
        "epub": b"PK\3\4",
    }


def test_same_book_same_bytes(edition, files, tmp_path):
    assert written(edition, tmp_path) == files


def test_one_chapter_is_a_booklet(edition, tmp_path):
    written(edition, tmp_path, "01-test", "pdf")
    text = bare("".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "01-test.pdf").pages))
    assert "表1-1" in text and "正文一段" in text and "序言" not in text and "只在网页" not in text
    assert f"{TITLE}（2025年）·第一部分" in text


def test_the_book_knows_its_edition(edition):
    book = export.book_of(edition, edition.root)
    assert [chapter.name for chapter in book.chapters] == ["preface", "01-test"]
    assert (book.title, book.authors, book.url) == (TITLE, ("甲局", "乙局"), "https://example.org/2025")
    assert re.fullmatch(r"2025-[0-9a-f]{8}", book.data) and not book.booklet


def test_errors_are_told(edition, tmp_path):
    with pytest.raises(DataError, match="没有“txt”格式"):
        export.export(edition, tmp_path, ["txt"], edition.root)
    with pytest.raises(DataError, match="没有对应的文件"):
        export.export(edition, tmp_path, ["pdf"], tmp_path)
    assert not list(tmp_path.iterdir())


def test_nothing_in_print_reads_html():
    folder = Path(export.__file__).parent
    sources = {path.name: path.read_text("utf-8") for path in folder.glob("*.py")}
    assert len(sources) >= 8
    for name, source in sources.items():
        assert not re.search(r"lxml\.html|html\.parser|fragment_fromstring|BeautifulSoup|text/html", source), name
