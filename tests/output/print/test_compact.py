"""The small PDF holds what the large one held: every object, the tags among them."""

from __future__ import annotations

import io

import pypdf
import pytest

from nianbao.errors import DataError
from nianbao.output.print import typst
from nianbao.output.print.compact import TOGETHER, compact
from nianbao.output.print.export import TEMPLATES
from tests.output.print.sample import book


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> bytes:
    """The PDF of the small book as Typst writes it."""
    folder = tmp_path_factory.mktemp("large")
    return typst.compile_typst("book.typ", book(), folder, TEMPLATES, pdf_standards=typst.STANDARDS)


def objects(pdf: bytes) -> dict[int, pypdf.generic.PdfObject]:
    """Every object of the book by number; those that hold others or say where they are do not count."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    numbers = {number for generation in reader.xref.values() for number in generation} | set(reader.xref_objStm)
    found = {number: reader.get_object(pypdf.generic.IndirectObject(number, 0, reader)) for number in numbers}
    return {
        number: each
        for number, each in found.items()
        if each is not None and not (isinstance(each, dict) and each.get("/Type") in ("/ObjStm", "/XRef"))
    }


def clear(each: pypdf.generic.PdfObject) -> bytes:
    """An object as it is written, a stream with its content."""
    buffer = io.BytesIO()
    each.write_to_stream(buffer)
    return buffer.getvalue()


def test_every_object_is_there_and_the_same(large):
    small = compact(large)
    before = objects(large)
    after = objects(small)
    assert len(before) > TOGETHER and list(before) == list(after)
    assert all(clear(before[number]) == clear(after[number]) for number in before)
    assert len(small) < len(large) / 2


def test_it_says_of_itself_what_it_said(large):
    before, after = (pypdf.PdfReader(io.BytesIO(each)) for each in (large, compact(large)))
    assert after.trailer["/ID"] == before.trailer["/ID"] and after.metadata == before.metadata
    assert after.pdf_header == before.pdf_header
    assert [page.extract_text() for page in after.pages] == [page.extract_text() for page in before.pages]


def test_same_pdf_same_bytes(large):
    assert compact(large) == compact(large)


@pytest.mark.parametrize(
    "change",
    [
        lambda pdf: pdf.replace(b"\nxref\n0 ", b"\nxref\n1 "),
        lambda pdf: pdf.replace(b"1 0 obj", b"1 1 obj", 1),
        lambda pdf: pdf.replace(b"%PDF", b"%XXX"),
    ],
    ids=["table", "generation", "header"],
)
def test_what_typst_would_not_write_is_refused(large, change):
    with pytest.raises(DataError, match="不是 Typst 的写法"):
        compact(change(large))
