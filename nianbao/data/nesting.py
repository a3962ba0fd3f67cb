"""Whether formulas of the catalogue come to an end: what they name exists, and what that is made of does not go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from nianbao.data import formulas
from nianbao.data.csvfiles import Row
from nianbao.errors import DataError

#: How often a formula may name an indicator with a formula that names one with a formula, and so on.
DEEPEST = 50
#: How many terms a formula may have, once all that it names are put in.
MOST_TERMS = 5000


class Size(NamedTuple):
    """How many terms a formula has, and how many formulas stand one in another."""

    terms: int
    levels: int


class Nesting:
    """The formulas that fill gaps, by the indicators that have them.

    Parameters: `rows` of the catalogue that have such a formula, by their indicators.
    """

    def __init__(self, rows: Mapping[str, Row]):
        self.rows = rows
        self.terms: Mapping[str, Sequence[formulas.Term]] = {
            code: formulas.terms(row["formula"].lstrip("? ")) for code, row in rows.items()
        }
        #: Of each formula that was looked at, how large it is once all is put in.
        self._sizes: dict[str, Size] = {}

    def check(self) -> None:
        """DataError for a formula that needs itself in another year, and for one that is too large once put together.

        Two formulas that give each other (a ratio and its base) are fine: at one place, each is asked for once.
        """
        for code in self.rows:
            for term in self.terms[code]:
                itself = term.indicator == code and not term.lag and not term.item
                self.rows[code].check(not itself, "formula", "算式用到了自己")
                if term.lag and code in self._reached(term.indicator):
                    words = "算式用到另一年的“{code}”，而那一年的又要照此推算，没有尽头；只用于核对的请以 ? 开头"
                    self.rows[code].check(False, "formula", words, code=code)
            self._size(code, [])

    def _reached(self, start: str) -> set[str]:
        """The indicator itself and all that its formula needs."""
        found: set[str] = set()
        waiting = [start]
        while waiting:
            code = waiting.pop()
            if code not in found:
                found.add(code)
                waiting += [term.indicator for term in self.terms.get(code, ())]
        return found

    def _size(self, code: str, above: list[str]) -> Size:
        """How large a formula is once all is put in; those `above` are being put together."""
        if code in self._sizes or code in above or code not in self.terms:
            return self._sizes.get(code, Size(1, 0))
        words = "算式一个套一个，展开后太长（至多{deepest}层、{most}项）"
        more = {"deepest": DEEPEST, "most": MOST_TERMS}
        self.rows[code].check(len(above) < DEEPEST, "formula", words, **more)
        parts = [self._size(term.indicator, [*above, code]) for term in self.terms[code]]
        size = Size(sum(each.terms for each in parts), 1 + max(each.levels for each in parts))
        self.rows[code].check(size.terms <= MOST_TERMS and size.levels <= DEEPEST, "formula", words, **more)
        self._sizes[code] = size
        return size


def check_terms(row: Row, indicators: Mapping[str, str], codelists: Mapping[str, Iterable[str]]) -> None:
    """DataError where the formula of a row cannot be read, or names what is not there.

    `indicators` are known codes with the codelist of each, `codelists` the codes in each list.
    """
    text = row["formula"].lstrip("? ")
    try:
        terms = formulas.terms(text)
    except DataError as error:
        raise DataError(error.args[0], row.label, row.line, "formula") from None
    row.check(terms, "formula", "算式“{formula}”里没有指标")
    for term in terms:
        row.check(term.indicator in indicators, "formula", "没有指标“{code}”，请查指标目录", code=term.indicator)
        dimension = indicators[term.indicator]
        known = not term.item or term.item in codelists[dimension]
        words = "代码表“{dimension}”中没有“{code}”"
        row.check(known, "formula", words, dimension=dimension, code=term.item)
