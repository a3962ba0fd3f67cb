"""Small Word files as an editor and her leaders make them: exported, edited, with tracked changes, comments, notes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

HEADING = "一、参保情况"
INSURED = "2025年末，全区参保30.12万人，较上年末增加1.20万人，增长4.15%。其中甲市参保12.11万人。"
REST = "全年基金收入10.00亿元，支出9.00亿元。工作平稳有序。"
LAST = "基金运行总体安全，待遇按时足额发放。"
ROWS = (
    ("地区", "参保人数", "缴费人数"),
    ("甲市", "12.11", "8.05"),
    ("乙市", "18.01", "9.10"),
    ("全区", "30.12", "17.15"),
)
FOOTNOTE = "参保人数含离退休12.30万人。"
NOTES = "<w:footnotes {ns}><w:footnote w:id='2'><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote></w:footnotes>"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
NOTE_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"

Change = Callable[[Any], None]


def word(path: Path, *changes: Change, note: str = FOOTNOTE) -> Path:
    """A Word file with a heading, three paragraphs, a table and a footnote, changed by each of `changes`."""
    document = docx.Document()
    document.add_heading(HEADING, 2)
    document.add_paragraph(INSURED)
    document.add_paragraph("表1-1　分市县参保情况")
    table = document.add_table(0, len(ROWS[0]))
    for row in ROWS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph(REST)
    document.add_paragraph(LAST)
    for change in changes:
        change(document)
    buffer = io.BytesIO()
    document.save(buffer)
    with_note(buffer, path, note)
    return path


def with_note(buffer: io.BytesIO, path: Path, text: str) -> None:
    """The file with a footnote of its own."""
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "[Content_Types].xml":
                part = f'<Override PartName="/word/footnotes.xml" ContentType="{NOTE_TYPE}"/></Types>'
                content = content.replace(b"</Types>", part.encode())
            elif name == "word/_rels/document.xml.rels":
                part = f'<Relationship Id="rId900" Type="{RELATION}" Target="footnotes.xml"/></Relationships>'
                content = content.replace(b"</Relationships>", part.encode())
            new.writestr(name, content)
        new.writestr("word/footnotes.xml", NOTES.format(ns=nsdecls("w"), text=text))


def replaced(old: str, new: str) -> Change:
    """Words of a paragraph or cell in place of others, without a tracked change."""

    def change(document: Any) -> None:
        cells = [paragraph for table in document.tables for cell in table._cells for paragraph in cell.paragraphs]
        found = [each for each in (*document.paragraphs, *cells) if old in each.text]
        assert found, old
        text = found[0].text.replace(old, new, 1)
        found[0].clear()
        found[0].add_run(text)

    return change


def cut_before(document: Any, words: str) -> tuple[Any, str]:
    """The first paragraph with these words, cut off before them, and what stood behind them."""
    paragraph = next(each for each in document.paragraphs if words in each.text)
    before, behind = paragraph.text.split(words, 1)
    paragraph.clear()
    paragraph.add_run(before)
    return paragraph, behind


def tracked(old: str, new: str, author: str = "李局") -> Change:
    """The same with tracked changes: `old` deleted, `new` inserted; either may be empty behind a word that stays."""

    def change(document: Any) -> None:
        paragraph, behind = cut_before(document, old)
        if old:
            paragraph._p.append(mark("del", f"<w:delText>{old}</w:delText>", author))
        if new:
            paragraph._p.append(mark("ins", f"<w:t>{new}</w:t>", author))
        paragraph.add_run(behind)

    return change


def mark(kind: str, inner: str, author: str) -> Any:
    """A tracked change."""
    return parse_xml(f'<w:{kind} {nsdecls("w")} w:id="7" w:author="{author}"><w:r>{inner}</w:r></w:{kind}>')


def removed(text: str) -> Change:
    """A paragraph without which the file is."""

    def change(document: Any) -> None:
        paragraph = next(each for each in document.paragraphs if text in each.text)
        paragraph._p.getparent().remove(paragraph._p)

    return change


def added(text: str, before: str) -> Change:
    """A paragraph more, before another one."""

    def change(document: Any) -> None:
        next(each for each in document.paragraphs if before in each.text).insert_paragraph_before(text)

    return change


def row_removed(name: str, author: str = "") -> Change:
    """A row less: gone, or tracked as deleted where there is an author."""

    def change(document: Any) -> None:
        row = next(each for each in document.tables[0].rows if each.cells[0].text == name)
        if author:
            row._tr.get_or_add_trPr().append(parse_xml(f'<w:del {nsdecls("w")} w:id="9" w:author="{author}"/>'))
        else:
            row._tr.getparent().remove(row._tr)

    return change


def commented(words: str, text: str, author: str = "王处") -> Change:
    """A comment on some words."""

    def change(document: Any) -> None:
        paragraph, behind = cut_before(document, words)
        run = paragraph.add_run(words)
        paragraph.add_run(behind)
        document.add_comment(run, text=text, author=author, initials="W")

    return change
