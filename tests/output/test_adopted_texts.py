"""Every text that an edition has adopted is printed in its book: none is lost because no notebook asks for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from lxml import html

from nianbao.build.edition import REGION_PAGE
from nianbao.chapter.texts import REMARKS
from nianbao.data.dataset import Dataset
from nianbao.data.references import REFERENCE
from nianbao.figures.units import show
from nianbao.intake.layout import LISTS
from tests.support.projects import ROOT, YEAR

#: Of the lists that have no text: the column that the book prints.
NAMES = {"agencies": "name", "card_banks": "bank", "contribution_levels": "amount", "policy_documents": "title"}
#: Lists by topic, with the notebook that prints them.
BY_TOPIC = {"agency_notes": "06-agency", "digital_notes": "05-digital"}


def folded(text: str) -> str:
    """A text without blanks, which pages and cells put anywhere."""
    return re.sub(r"\s+", "", text)


def adopted() -> Iterator[tuple[str, str]]:
    """Each text of the edition, a piece between two figures at a time, with its place in the data."""
    data = Dataset(ROOT / "data", YEAR)
    for name in {*LISTS, *REMARKS}:
        for row in data.texts(name, YEAR):
            text = row[NAMES.get(name, "text")]
            text = show(row.number("amount")) if name == "contribution_levels" else text
            for piece in REFERENCE.split(text)[:: REFERENCE.groups + 1]:
                yield row.place, folded(piece)


def sources(name: str) -> str:
    """The code of a notebook."""
    cells = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text("utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


@pytest.mark.long
def test_every_adopted_text_is_in_the_book(book):
    pages = [page for page in (book.html / "notebooks").glob("*.html") if not page.name.startswith(REGION_PAGE)]
    read = "".join(folded(html.document_fromstring(page.read_bytes()).text_content()) for page in pages)
    assert [(place, piece) for place, piece in adopted() if piece.strip("。，；：") not in read] == []


@pytest.mark.parametrize("name, notebook", BY_TOPIC.items())
def test_a_text_of_any_other_topic_is_printed_too(name, notebook):
    code = sources(notebook)
    others = re.search(rf'other_topics\("{name}",([^)]*)\)', code)
    assert others is not None
    placed = re.findall(r'notes\.get\("([^"]+)"', code)
    assert placed and sorted(re.findall('"([^"]+)"', others[1])) == sorted(set(placed))


def test_documents_of_any_issuer_are_printed():
    assert "for issuer in others" in sources("07-documents")
