"""Terms of the field, each explained where it is first met in the text of a page.

They stand in `book/terms.csv` (`term`, `meaning`); a book without that file explains none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

from nianbao.data.csvfiles import read_csv

#: Below the content folder: the terms of a book.
FILE = "book/terms.csv"
HEADS = ("term", "meaning")
#: A paragraph of text, and the tags in it.
PARAGRAPH = re.compile(r"(?<=<p>)(?:(?!</p>).)+", re.DOTALL)
TAG = re.compile(r"(<[^>]*>)")
#: Elements in which no term is explained, by the beginning of their tags.
APART = ("<a", "<data", "<code", "<dfn")


@cache
def terms(content: Path) -> dict[str, str]:
    """The terms of the book in a content folder with what they mean, the longest first."""
    path = content / FILE
    rows = read_csv(path, HEADS) if path.exists() else []
    return dict(sorted(((row["term"], row["meaning"]) for row in rows), key=lambda each: -len(each[0])))


def explained(body: str, known: Mapping[str, str]) -> str:
    """The text of a page with each term that it holds explained where it is first met in a paragraph."""
    waiting = dict(known)
    return PARAGRAPH.sub(lambda match: in_paragraph(match[0], waiting), body) if waiting else body


def in_paragraph(html: str, waiting: dict[str, str]) -> str:
    """A paragraph with the terms that are `waiting` explained; those that were are no longer waiting."""
    pieces = TAG.split(html)
    inside = 0
    for at, piece in enumerate(pieces):
        if at % 2 == 0:
            pieces[at] = piece if inside else in_words(piece, waiting)
        elif piece.startswith(APART):
            inside += 1
        elif piece.startswith(tuple(f"</{each[1:]}" for each in APART)):
            inside -= 1
    return "".join(pieces)


def in_words(text: str, waiting: dict[str, str]) -> str:
    """Words between tags with the terms in them explained; a term that is part of a longer one waits with it."""
    for term in [each for each in waiting if each in text]:
        before, found, after = text.partition(term)
        if found:
            meaning = waiting.pop(term)
            for part in [each for each in waiting if each in term and waiting[each] == meaning]:
                del waiting[part]
            return f"{in_words(before, waiting)}{element(term, meaning)}{in_words(after, waiting)}"
    return text


def element(term: str, meaning: str) -> str:
    """A term that says what it means when it is pointed at or focused."""
    return f'<dfn class="term" tabindex="0" title="{escape(meaning)}">{term}</dfn>'
