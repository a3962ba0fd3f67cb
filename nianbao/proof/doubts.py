"""Figures that the document marks as doubtful: with a sign it explains, in brackets behind, in a table of errata.

An editor who has printed a figure with its mark knows of it; what does not fit there is no finding, but is listed
apart.
"""

from __future__ import annotations

import re

from nianbao.proof.model import Document, Paragraph, Spot, Table

#: Signs of notes that may mark a doubt, with the number of the note.
SIGN = re.compile(r"[※＊*†‡#]\d{0,3}")
#: Words between a sign and what it means; and words that say that what is marked is in doubt, or wrong.
MEANS = r"[”\"'’]?\s*(?:号|符号|标记|者)?(?:的(?:数字?|数据))?\s*(?:表示|系指?|为|指|[:：])"
DOUBTFUL = re.compile(r"疑|有误|勘误|印误|误植|不符|不能同时成立|原文如此|印作|应为|应作|当作")
#: Tables of errata: they print what is wrong beside what is right.
OF_ERRATA = re.compile(r"勘误|更正表")
#: How far behind a sign its meaning may be said.
NEAR = 40
#: A figure with up to four characters of its unit behind it.
FIGURE = r"[^\d]{0,2}\d[\d,.]*[^\d，。；、：（(〔\[【\s]{0,4}?"
#: Signs right behind a figure, or behind its unit; a doubt in brackets there.
MARKED = re.compile(rf"{FIGURE}(?P<mark>(?P<sign>[※＊*†‡#])\d{{0,3}})")
BRACKETS = re.compile(
    rf"{FIGURE}[〔\[（(【][^〕\]）)】]{{0,20}}(?:印作|原文如此|应为|应作|存疑|疑误|有误)[^〕\]）)】]{{0,30}}[〕\]）)】]"
)


class Doubts:
    """Which figures of a document are marked in it."""

    def __init__(self, document: Document):
        self.document = document
        texts = [part.text for part in document.parts if isinstance(part, Paragraph)]
        #: Signs that the document says to mean a doubt, wherever they stand.
        self.explained = {sign for text in texts for sign in _explained(text)}
        #: Signs with their numbers of which a note says so.
        self.noted = {sign for text in texts for sign in _noted(text)}

    def marks(self, spot: Spot) -> bool:
        """Whether the figure at a place is marked as doubtful, or stands in a table of errata."""
        part = self.document.parts[spot.part]
        if isinstance(part, Table) and OF_ERRATA.search(part.caption):
            return True
        text = self._text(spot)[spot.start :]
        if BRACKETS.match(text):
            return True
        found = MARKED.match(text)
        return found is not None and (found["sign"] in self.explained or found["mark"] in self.noted)

    def _text(self, spot: Spot) -> str:
        """The paragraph or cell that a place is in."""
        part = self.document.parts[spot.part]
        if isinstance(part, Table):
            return part.rows[spot.row][spot.column] if spot.row >= 0 else ""
        return part.text


def _explained(text: str) -> list[str]:
    """Signs of which a text says that they mean a doubt: “※”表示这个数有疑."""
    found = re.finditer(rf"[“\"'‘]?(?P<sign>[※＊*†‡#]){MEANS}(?P<words>[^。]{{0,{NEAR}}})", text)
    return [each["sign"] for each in found if DOUBTFUL.search(each["words"])]


def _noted(text: str) -> list[str]:
    """The sign that a note begins with, where it tells of a doubt."""
    found = SIGN.match(text.strip())
    return [found.group()] if found and DOUBTFUL.search(text) else []
