"""Texts that name figures which are not there: said when they are read, as the book leaves such sentences out."""

from __future__ import annotations

from collections.abc import Iterator

from nianbao.data import formulas
from nianbao.data.catalogue import REGION
from nianbao.data.csvfiles import Row
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.data.references import REFERENCE
from nianbao.intake.filled import Filled, Where
from nianbao.intake.layout import Form
from nianbao.intake.lists import belongs
from nianbao.intake.remarks import Remark

#: How deep formulas may rest on each other.
DEEPEST = 8


def dropped_figures(data: Dataset, form: Form, filled: Filled) -> list[Remark]:
    """A note on each figure that a text of the year names and that has no value; `data` hold the file already.

    Texts that the files bring are told with their cells, those that were read before with their list.
    """
    found = []
    for name in form.texts:
        read = {said(row.record): row.where for row in filled.texts.get(name, ()) if row.adopted}
        for row in (row for row in data.texts(name, form.year) if belongs(row, form)):
            where = read.get(said(row))
            for title in dropped(data, form.year, row, form.county):
                found.append(remark(where, form.title_of(name), row, title))
    return found


def said(row: dict[str, str]) -> tuple[str, ...]:
    """What a row of a list says."""
    return tuple(row.values())


def dropped(data: Dataset, year: int, row: Row, county: str = "") -> Iterator[str]:
    """The figures that a row names and that have no value, in words.

    In the texts of a `county` a figure without an item is that of the county.
    """
    for text in row.values():
        for code, item, at in REFERENCE.findall(text):
            about = data.catalogue.indicators.get(code)
            if about is None:
                continue
            home = county if county and about.dimension == REGION else data.catalogue.top(about)
            key = Key(code, item or home, int(at or year))
            if not is_known(data, key):
                seen = data.observations.get(key)
                stands = f"是“{seen.literal}”" if seen and seen.literal else "没有数"
                yield f"{data.catalogue.title(*key)}（{{{{{code}}}}}）{stands}"


def is_known(data: Dataset, key: Key, depth: int = 0) -> bool:
    """Whether a figure has a value, or a formula whose terms all have one."""
    seen = data.observations.get(key)
    if seen is not None:
        return seen.value is not None
    about = data.catalogue.indicators[key.indicator]
    if not about.formula or about.check_only or depth > DEEPEST:
        return False
    return all(
        is_known(data, Key(term.indicator, term.item or key.item, key.year + term.lag), depth + 1)
        for term in formulas.terms(about.formula)
    )


def remark(where: Where | None, title: str, row: Row, told: str) -> Remark:
    """The note on a figure that a text names."""
    words = f"文字里引用的{told}，书里这一句会略去；请改写，或补上这个数"
    place = row.get("place") or row.get("order") or ""
    if where is None:
        return Remark(title, f"“{place}”", "", f"以前读入的{words}", fatal=False)
    return Remark(where.sheet, f"第{where.place.row}行", "", words, fatal=False, file=where.file)
