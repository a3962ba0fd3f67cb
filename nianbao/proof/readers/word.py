"""Word files: paragraphs and tables in order, footnotes behind them."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nianbao.errors import DataError
from nianbao.proof.lines import kind_of, number
from nianbao.proof.model import CAPTION, HEADING, NOTE, TEXT, UNIT, Document, Paragraph, Table
from nianbao.proof.readers.archive import inspect

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: Elements that hold paragraphs and tables of the body; what was deleted or moved away is not read.
INSIDE = frozenset(f"{WORD}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml"))
#: The style of the lists of tables and charts, whose lines stand above the tables and below the charts once more.
LISTED = "tableoffigures"
#: Rows and cells that are read of a table.
MOST_ROWS, MOST_CELLS = 20_000, 400_000


def read(path: Path, content: bytes) -> Document:
    """The document of a Word file. Raises DataError where it cannot be read."""
    inspect(path, content, "word/document.xml", "Word 文件（.docx）")
    import docx

    try:
        opened = docx.Document(io.BytesIO(_without_dangling(content)))
        parts = list(_parts(opened.element.body, Budget()))
        parts += [Paragraph(0, text, NOTE) for text in _notes(opened)]
    except DataError:
        raise
    except Exception as error:  # whatever a broken file makes the reader stumble over
        raise DataError(f"文件已损坏：{error}", path.name) from None
    return Document(path.name, "docx", number(parts))


def _without_dangling(content: bytes) -> bytes:
    """A file without the relations to parts that are not in it, as notes that were taken out leave them."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    changed = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        for name in sorted(each for each in names if each.endswith(".rels")):
            tree = etree.fromstring(archive.read(name), parser)
            folder = posixpath.dirname(posixpath.dirname(name))
            dangling = [each for each in tree if _target(each, folder) not in names | {""}]
            for each in dangling:
                tree.remove(each)
            if dangling:
                changed[name] = etree.tostring(tree)
        if not changed:
            return content
        mended = io.BytesIO()
        with zipfile.ZipFile(mended, "w", zipfile.ZIP_DEFLATED) as copy:
            for name in archive.namelist():
                copy.writestr(name, changed[name] if name in changed else archive.read(name))
    return mended.getvalue()


def _target(relation: Any, folder: str) -> str:
    """The part that a relation of a part in a folder is to; empty for what is outside the file, or in a part."""
    target = relation.get("Target", "").partition("#")[0]
    if relation.get("TargetMode") == "External" or not target:
        return ""
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


class Budget:
    """How many cells may still be read."""

    def __init__(self) -> None:
        self.left = MOST_CELLS

    def take(self, count: int) -> None:
        """Take some. Raises DataError where there are not as many left."""
        self.left -= count
        if self.left < 0:
            raise DataError("表格过大，不予读入")


def _parts(body: Any, budget: Budget) -> Iterator[Paragraph | Table]:
    """Paragraphs and tables of a body, in order; those within text boxes and content controls too."""
    for element in body:
        if element.tag == f"{WORD}p":
            text = text_of(element)
            if text.strip() and not style_of(element).lower().startswith(LISTED):
                yield Paragraph(0, text, _kind(element, text), source=element)
        elif element.tag == f"{WORD}tbl":
            yield from _table(element, budget)
        elif element.tag in INSIDE:
            yield from _parts(element, budget)


def style_of(paragraph: Any) -> str:
    """The name of the style of a paragraph, empty where it has none of its own."""
    style = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
    return style.get(f"{WORD}val", "") if style is not None else ""


def _kind(element: Any, text: str) -> str:
    """Heading where the style says so, else by the look of the words."""
    name = style_of(element)
    kind = kind_of(text)
    if kind in {TEXT, NOTE} and (name.lower().startswith("heading") or name in {"1", "2", "3", "4"}) and len(text) < 60:
        return HEADING
    return kind if kind in {CAPTION, UNIT, HEADING, NOTE} else TEXT


def runs_of(paragraph: Any) -> Iterator[Any]:
    """The elements of a paragraph that hold its characters, in order; deleted ones, and those of fields' codes, not."""
    for element in paragraph.iter(f"{WORD}t", f"{WORD}tab", f"{WORD}br", f"{WORD}noBreakHyphen"):
        own = next(each for each in element.iterancestors(f"{WORD}p"))
        if own is paragraph and next(element.iterancestors(f"{WORD}del", f"{WORD}moveFrom"), None) is None:
            yield element


def text_of(paragraph: Any) -> str:
    """The text of a paragraph."""
    return "".join(characters(element) for element in runs_of(paragraph))


def characters(element: Any) -> str:
    """What an element of a run stands for."""
    if element.tag == f"{WORD}t":
        return element.text or ""
    return "-" if element.tag == f"{WORD}noBreakHyphen" else " "


def _table(element: Any, budget: Budget) -> Iterator[Paragraph | Table]:
    """A table as a grid: a merged cell stands in its first place, the others are blank; tables within it follow."""
    rows: list[list[str]] = []
    sources: dict[tuple[int, int], object] = {}
    inner: list[Any] = []
    for row in element.iterchildren(f"{WORD}tr", f"{WORD}sdt"):
        if len(rows) >= MOST_ROWS:
            raise DataError("表格过大，不予读入")
        cells: list[str] = []
        for cell in row.iter(f"{WORD}tc"):
            if next(cell.iterancestors(f"{WORD}tbl")) is not element:
                continue
            span = _span(cell)
            budget.take(span)
            paragraphs = list(cell.iterchildren(f"{WORD}p"))
            covered = _is_covered(cell)
            sources[len(rows), len(cells)] = paragraphs
            cells.append("" if covered else "\n".join(filter(None, map(text_of, paragraphs))).strip())
            cells += [""] * (span - 1)
            inner += list(cell.iterchildren(f"{WORD}tbl"))
        rows.append(cells)
    if any(any(row) for row in rows):
        yield Table(0, rows, sources=sources)
    for each in inner:
        yield from _table(each, budget)


def _span(cell: Any) -> int:
    """How many columns a cell takes."""
    found = cell.find(f"{WORD}tcPr/{WORD}gridSpan")
    value = found.get(f"{WORD}val", "1") if found is not None else "1"
    return min(max(1, int(value)), 500) if value.isdigit() else 1


def _is_covered(cell: Any) -> bool:
    """Whether a cell belongs to the merged one above it."""
    found = cell.find(f"{WORD}tcPr/{WORD}vMerge")
    return found is not None and found.get(f"{WORD}val", "continue") == "continue"


def _notes(opened: Any) -> Iterator[str]:
    """The texts of footnotes and endnotes."""
    from lxml import etree

    for related in opened.part.rels.values():
        if related.is_external or not related.reltype.endswith(("/footnotes", "/endnotes")):
            continue
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        tree = etree.fromstring(related.target_part.blob, parser)
        for paragraph in tree.iter(f"{WORD}p"):
            text = text_of(paragraph).strip()
            if text:
                yield text
