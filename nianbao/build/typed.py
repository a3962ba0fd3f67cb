"""Figures typed into notebooks: every number in the book is computed, so that next year's text is the same.

What readers see is looked at: prose, headings, and Chinese texts in code (titles, notes). Numbers inside `{{ }}` may be
arguments, never texts to print.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager
from jinja2 import Environment, TemplateError

from nianbao.errors import DataError
from nianbao.output.records import whole

DIGIT = re.compile(r"[0-9０-９]")
CHINESE = re.compile("[一-鿿]")
#: Digits that are no figures: numbers of tables, the unit of a ratio.
TERMS = (r"∶1(?!\d)", r"^[表图]\d+(-\d+)?$")
#: The number in front of a heading.
ORDINAL = re.compile(r"^(#+\s*)\d+\.(?=\s)", re.M)
#: Texts in a template that name something: codes of indicators and of regions.
NAME = re.compile(r"""["'](?=[\w.]*[a-zA-Z_])[\w.]+["']|["']\d{6}["']""")
#: A number that is printed as it stands.
BARE = re.compile(r"\s*-?[\d.]+\s*(\|.*)?")
EXPRESSION = re.compile(r"{{(.*?)}}", re.S)
PROSE = "%%prose"
#: Letters around a number that an error quotes, and how many of them it tells of.
AROUND = 12
TOLD = 5


@dataclass(frozen=True)
class Typed:
    """A number that was typed: the notebook, the cell counted from 1, and the words around it."""

    notebook: str
    cell: int
    words: str

    def __str__(self) -> str:
        return f"{self.notebook}，第{self.cell}格：“{self.words}”"


def refuse(paths: Iterable[Path], terms: Sequence[str] = ()) -> None:
    """DataError where a number is typed into notebooks; `terms` are words with digits that are no figures."""
    found = [each for path in paths for each in typed(path, terms)]
    if found:
        more = f"等{len(found)}处" if len(found) > TOLD else ""
        told = "；".join(map(str, found[:TOLD]))
        raise DataError(
            f"文字里的数应由数据算出，不应直接写出：{told}{more}（名称里的数字请列入 book/edition.yml 的 terms）"
        )


def typed(path: Path, terms: Sequence[str] = ()) -> list[Typed]:
    """The numbers that are typed into a notebook, in order; DataError for a file that is no notebook."""
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
    except (ValueError, KeyError, TypeError):
        raise DataError("不是 Jupyter 笔记本，或已损坏", path.name) from None
    known = re.compile("|".join([*TERMS, *map(re.escape, terms)]))
    found = []
    for number, cell in enumerate(cells, 1):
        for text in texts(cell["cell_type"], whole(cell["source"])):
            hit = DIGIT.search(known.sub(blanks, text))
            if hit:
                found.append(Typed(path.name, number, around(text, hit.start())))
    return found


def blanks(match: re.Match[str]) -> str:
    """As many blanks as a term has letters, so that what stands behind it keeps its place."""
    return " " * len(match[0])


def around(text: str, at: int) -> str:
    """The words around a place in a text, in one line."""
    return " ".join(text[max(0, at - AROUND) : at + AROUND].split())


def texts(kind: str, source: str) -> Iterator[str]:
    """What readers see of a cell, text by text."""
    if kind == "markdown":
        yield ORDINAL.sub(lambda match: match[1] + " " * (len(match[0]) - len(match[1])), source)
    elif source.startswith(PROSE):
        yield from of_template(source.partition("\n")[2])
    elif kind == "code" and not source.startswith("%%"):
        yield from of_code(source)


def of_template(text: str) -> Iterator[str]:
    """What a template prints as it stands; nothing of one that is wrong, which is told when it is filled in."""
    try:
        tokens = list(Environment().lex(text))
    except TemplateError:
        return
    for _, kind, value in tokens:
        if kind == "data" or (kind == "string" and not NAME.fullmatch(value)):
            yield value
    yield from filter(BARE.fullmatch, EXPRESSION.findall(text))


def of_code(source: str) -> Iterator[str]:
    """The Chinese texts of a cell of code; nothing of one that is wrong, which is told when it is executed."""
    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE.search(node.value):
            yield node.value
