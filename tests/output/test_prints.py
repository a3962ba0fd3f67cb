"""Links to the printed editions in the pages: only to those that were made, from every depth."""

from __future__ import annotations

import re
from pathlib import Path

from nianbao.output.web import prints

PAGE = f"<footer>{prints.PLACE}</footer>"


def edition(root: Path, *made: str) -> Path:
    """A finished edition of three pages with these printed files."""
    for name in ("index.html", "book/data.html", "a/b/c.html"):
        (root / "html" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "html" / name).write_text(PAGE, "utf-8")
    for name in made:
        (root / name).write_bytes(b"x" * 1_260_000)
    return root


def test_every_page_leads_to_the_printed_editions_that_stand_beside_it(tmp_path):
    html = edition(tmp_path, "nianbao-2025.pdf", "nianbao-2025.epub", "A4-county.pdf") / "html"
    prints.put(tmp_path, 2025)
    for page in html.rglob("*.html"):
        links = re.findall(r'<a href="([^"]+)" download>(\w+)</a>（([^）]+)）', page.read_text("utf-8"))
        assert [link[1:] for link in links] == [("PDF", "1.3 MB"), ("EPUB", "1.3 MB")]
        assert all((page.parent / link[0]).read_bytes() for link in links)
    assert not (html / "A4-county.pdf").exists()
    assert (html / "nianbao-2025.pdf").samefile(tmp_path / "nianbao-2025.pdf")


def test_pages_of_an_edition_without_printed_ones_stay_as_they_are(tmp_path):
    html = edition(tmp_path) / "html"
    prints.put(tmp_path, 2025)
    assert {page.read_text("utf-8") for page in html.rglob("*.html")} == {PAGE}


def test_sizes_are_told_as_readers_know_them(tmp_path):
    for count, told in ((3, "1 KB"), (61_700, "62 KB"), (4_000_000, "4.0 MB")):
        (tmp_path / "file").write_bytes(b"x" * count)
        assert prints.size(tmp_path / "file") == told
