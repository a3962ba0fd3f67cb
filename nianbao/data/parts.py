"""What the parts of a workbook's archive say of its sheets, seen before openpyxl makes anything of them.

openpyxl passes over a sheet whose part is missing, lets the last one count of two cells at one place, and takes a text
number -1 for the last text there is. Each of these would lose a figure or put a wrong one in its place without a word.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Collection, Mapping
from typing import NamedTuple

from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter

#: The part that lists the sheets, and the one that says where each of them lies.
WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
#: How the name of the part ends that holds the texts of all cells.
TEXTS = "sharedstrings.xml"
#: The kind of a cell whose text stands there, by its number.
SHARED = "s"
#: Elements of a cell that say what it holds: a formula, a value, a text.
HOLDING = ("f", "v", "t")
#: So many rows without content may stand at the end of a sheet; more are left out before it is read.
MOST_EMPTY_ROWS = 1000
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")

#: Row and column.
Address = tuple[int, int]


class Fault(NamedTuple):
    """What is wrong with a cell, in words; `cell` is its name."""

    cell: str
    words: str


class Cut(NamedTuple):
    """Bytes of a part that hold nothing but empty rows: from `start` to before `end`."""

    start: int
    end: int


class Cells:
    """The cells of a part as its elements come by; parts that are no sheets have none.

    `faults` are cells that stand there twice, `texts` the numbers of shared texts with the first cell that asks for
    each, `cut` the empty rows at the end where there are many.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.texts: dict[int, str] = {}
        self.cut: Cut | None = None
        self._held: dict[Address, str] = {}
        self._row = 0
        self._column = 0
        self._address: Address | None = None
        self._kind = ""
        self._content: list[str] = []
        self._collects = False
        self._filled = False
        self._tail = 0
        self._empty_rows = 0

    # -- what comes by ------------------------------------------------------------------------------------------
    def start(self, name: str, attributes: Mapping[str, str], at: int) -> None:
        """An element begins, at a byte of the part."""
        if name == "c":
            self._start_cell(attributes)
        elif name in HOLDING:
            self._collects = self._address is not None
            if self._collects:
                self._content.append(f"{name}:")
        elif name == "row":
            self._start_row(attributes, at)

    def text(self, words: str) -> None:
        """Characters between elements."""
        if self._collects:
            self._content.append(words)

    def end(self, name: str, at: int) -> None:
        """An element ends, at a byte of the part."""
        if name in HOLDING:
            self._collects = False
        elif name == "c" and self._address is not None:
            self._end_cell(self._address)
            self._address = None
        elif name == "row":
            self._end_row()
        elif name == "sheetData" and self._empty_rows > MOST_EMPTY_ROWS:
            self.cut = Cut(self._tail, at)

    # -- rows ---------------------------------------------------------------------------------------------------
    def _start_row(self, attributes: Mapping[str, str], at: int) -> None:
        number = attributes.get("r", "")
        self._row = int(number) if WHOLE_NUMBER.fullmatch(number) else self._row + 1
        self._column = 0
        self._filled = "hidden" in attributes
        if not self._empty_rows:
            self._tail = at

    def _end_row(self) -> None:
        self._empty_rows = 0 if self._filled else self._empty_rows + 1

    # -- cells --------------------------------------------------------------------------------------------------
    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        self._address = self._place(attributes.get("r", ""))
        self._column = self._address[1]
        self._kind = attributes.get("t", "n")
        self._content = []

    def _place(self, name: str) -> Address:
        """The place of a cell by its name; one without a name, or with one that is none, follows the last."""
        following = (self._row, self._column + 1)
        try:
            return coordinate_to_tuple(name) if name else following
        except (ValueError, LookupError, NameError):  # openpyxl's own, for a name without digits
            return following

    def _end_cell(self, address: Address) -> None:
        held = "".join(self._content)
        if held in ("", "v:", "t:"):
            held = ""
        else:
            self._filled = True
            self._check_text(address, held.removeprefix("v:").strip())
            held = f"{self._kind} {held}"
        if self._held.setdefault(address, held) != held:
            self.faults.append(Fault(name_of(address), "在文件里出现了两次，所记不同，不知以哪个为准"))

    def _check_text(self, address: Address, number: str) -> None:
        if self._kind == SHARED and WHOLE_NUMBER.fullmatch(number):
            self.texts.setdefault(int(number), name_of(address))


def name_of(address: Address) -> str:
    """The name of a cell: C7."""
    row, column = address
    return f"{get_column_letter(column)}{row}" if column > 0 else f"第{row}行"


class Sheets:
    """The sheets of a workbook as its archive lists them: `ids` by title, and where each relation leads (`targets`).

    `texts` counts the shared texts, `cells` holds what each part says.
    """

    def __init__(self) -> None:
        self.ids: list[tuple[str, str]] = []
        self.targets: dict[str, str] = {}
        self.texts = 0
        self.cells: dict[str, Cells] = {}

    def take(self, part: str, name: str, attributes: Mapping[str, str]) -> None:
        """Note an element that says which sheets there are, where they lie, or that is a shared text."""
        if name == "sheet" and part.lower() == WORKBOOK:
            ids = [value for key, value in attributes.items() if key.rpartition(":")[2] == "id"]
            self.ids.append((attributes.get("name", ""), ids[0] if ids else ""))
        elif name == "Relationship" and part.lower() == RELATIONS:
            self.targets[attributes.get("Id", "")] = target_of(attributes)
        elif name == "si" and part.lower().endswith(TEXTS):
            self.texts += 1

    def lost(self, parts: Collection[str]) -> list[str]:
        """The titles of sheets that lie in none of the parts of the archive."""
        return [title for title, part in self._places() if part not in parts]

    def faults(self) -> list[tuple[str, Fault]]:
        """What is wrong with cells, each with the title of its sheet."""
        found = []
        for title, part in self._places():
            cells = self.cells.get(part, Cells())
            found += [(title, fault) for fault in [*cells.faults, *self._lost_texts(cells)]]
        return found

    def _lost_texts(self, cells: Cells) -> list[Fault]:
        """Cells whose text is not there."""
        lost = [(number, cell) for number, cell in cells.texts.items() if not 0 <= number < self.texts]
        return [Fault(cell, f"指向的文字（第{number}条）在文件里没有，不知填的是什么") for number, cell in lost]

    def _places(self) -> list[tuple[str, str]]:
        """Titles with the names of their parts."""
        return [(title, self.targets.get(id, "")) for title, id in self.ids]


def target_of(relation: Mapping[str, str]) -> str:
    """The part that a relation of the workbook leads to; nothing where it leads out of the archive."""
    target = relation.get("Target", "")
    if relation.get("TargetMode") == "External":
        return ""
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join("xl", target))


def without_empty_rows(content: bytes, cuts: Mapping[str, Cut]) -> bytes:
    """A workbook without the bytes that hold nothing but empty rows."""
    if not cuts:
        return content
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in dict.fromkeys(old.namelist()):
            part = old.read(name)
            if name in cuts:
                start, end = cuts[name]
                part = part[:start] + part[end:]
            new.writestr(name, part)
    return out.getvalue()
