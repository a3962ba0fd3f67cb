"""A copy of a Word file with a comment at each suspected figure."""

from __future__ import annotations

import io
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from nianbao.errors import DataError
from nianbao.proof.checking import Checked
from nianbao.proof.findings import WORDS, Finding
from nianbao.proof.lines import number
from nianbao.proof.model import Paragraph, Spot, Table
from nianbao.proof.readers.word import WORD, Budget, _parts, characters, runs_of

AUTHOR, INITIALS = "年报校对", "校"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def commented(checked: Checked, found: Sequence[Finding], path: Path, target: Path) -> int:
    """Write a copy of a Word file with comments; returns how many could be placed. The file itself stays as it is.

    Raises DataError for a file that is no Word file.
    """
    if path.suffix.lower() not in {".docx", ".docm"}:
        raise DataError("只有 Word 文件（.docx）能写出带批注的副本", path.name)
    import docx

    opened = docx.Document(io.BytesIO(path.read_bytes()))
    parts = number(list(_parts(opened.element.body, Budget())))
    count = 0
    for each in found:
        spot = next(
            (spot for spot in each.spots if checked.document.which(spot.part) == 0 and spot.part < len(parts)), None
        )
        runs = runs_at(parts, spot) if spot is not None else []
        if runs:
            from docx.text.run import Run

            marked = [Run(run, opened) for run in (runs[0], runs[-1])]
            opened.add_comment(marked, text=told(each), author=AUTHOR, initials=INITIALS)
            count += 1
    target.parent.mkdir(parents=True, exist_ok=True)
    opened.save(str(target))
    return count


def told(each: Finding) -> str:
    """What a comment says."""
    return f"{WORDS[each.verdict]}·{each.kind}：{each.reason}"


def runs_at(parts: list[Paragraph | Table], spot: Spot) -> list[Any]:
    """The runs that hold the characters of a spot, cut out of those that hold more."""
    part = parts[spot.part]
    if isinstance(part, Paragraph):
        return cut(part.source, spot.start, spot.end) if part.source is not None else []
    paragraphs = part.sources.get((spot.row, spot.column))
    if not isinstance(paragraphs, list):
        return []
    texts = ["".join(characters(each) for each in runs_of(paragraph)) for paragraph in paragraphs]
    joined = "\n".join(text for text in texts if text)
    offset = len(joined) - len(joined.lstrip())
    begin = -offset
    for paragraph, text in zip(paragraphs, texts, strict=True):
        if not text:
            continue
        if begin <= spot.start and spot.end <= begin + len(text):
            return cut(paragraph, spot.start - begin, spot.end - begin)
        begin += len(text) + 1
    return []


def cut(paragraph: Any, start: int, end: int) -> list[Any]:
    """The runs of a paragraph from one character to another; runs that reach beyond are divided."""
    chosen = []
    at = 0
    for element in list(runs_of(paragraph)):
        length = len(characters(element))
        first, last = max(start - at, 0), min(end - at, length)
        at += length
        if first >= last or element.getparent().tag != f"{WORD}r":
            continue
        chosen.append(_divided(element, first, last))
    return chosen


def _divided(element: Any, first: int, last: int) -> Any:
    """The run that holds just some characters of an element; what stands before and behind gets runs of its own."""
    run = element.getparent()
    children = [child for child in run if child.tag != f"{WORD}rPr"]
    at = children.index(element)
    before, behind = children[:at], children[at + 1 :]
    text = characters(element)
    if element.tag == f"{WORD}t":
        if last < len(text):
            behind = [_text(text[last:]), *behind]
        if first > 0:
            before = [*before, _text(text[:first])]
        element.text = text[first:last]
        element.set(XML_SPACE, "preserve")
    if behind:
        run.addnext(_like(run, behind))
    if before:
        run.addprevious(_like(run, before))
    return run


def _text(text: str) -> Any:
    """A new element of text."""
    from docx.oxml import OxmlElement

    element = OxmlElement("w:t")
    element.text = text
    element.set(XML_SPACE, "preserve")
    return element


def _like(run: Any, children: list[Any]) -> Any:
    """A run of the same look with other children."""
    from docx.oxml import OxmlElement

    new = OxmlElement("w:r")
    look = run.find(f"{WORD}rPr")
    if look is not None:
        new.append(deepcopy(look))
    for child in children:
        new.append(child)
    return new
