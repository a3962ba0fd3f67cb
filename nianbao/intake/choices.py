"""Columns of texts that take certain answers only: yes or no, a level, a region, a number; as typed and as stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from nianbao.data.catalogue import REGION
from nianbao.data.csvfiles import NUMBER
from nianbao.intake.answers import LEVELS, PAIRS, shown
from nianbao.intake.cells import Asked, scale, written_number
from nianbao.intake.folding import folded, plain
from nianbao.intake.names import Names

#: How yes and no are typed.
YES = frozenset({"是", "√", "✓", "y", "yes", "1", "采用", "true", "对"})
NO = frozenset({"否", "×", "✗", "x", "n", "no", "0", "不", "不是", "非", "false"})
#: How levels are typed.
LEVEL_WORDS = {
    "province": ("省级", "省", "自治区级", "自治区", "自治区本级", "省本级", "直辖市级"),
    "prefecture": ("地市级", "地市", "市级", "地级市", "设区的市", "设区市"),
    "county": ("县级", "县", "县区", "县区级", "区县", "区县级", "县（区）级", "县（区）", "县（市、区）"),
    "local": ("市县级", "市县", "地方", "各地", "市、县（区）级"),
}
#: Columns that hold numbers, those that must hold one, and the column that names a region.
NUMBERS = frozenset({"order", "no", "seq", "amount", "total", "goods", "works", "services"})
NEEDED = frozenset({"amount"})
REGION_COLUMN = "region"


class Choices:
    """What the columns of a list take, as far as its rows of the year before tell."""

    def __init__(self, given: Iterable[Mapping[str, str]], names: Names):
        self.names = names
        held: dict[str, set[str]] = {}
        for row in given:
            for column, text in row.items():
                if text:
                    held.setdefault(column, set()).add(text)
        #: Columns of yes or no with the words that they store.
        self.answers = {
            column: pair for column, texts in held.items() for pair in PAIRS if texts <= set(pair) and column != "text"
        }
        #: Columns of levels.
        self.levels = {column for column, texts in held.items() if column == "level" and texts <= set(LEVELS)}
        #: What the columns held, as a workbook shows it and as it is stored.
        self.held = {column: {shown(column, text): text for text in texts} for column, texts in held.items()}
        #: Columns of numbers.
        self.numbers = {
            column
            for column, texts in held.items()
            if (column in NUMBERS or column == "level") and all(NUMBER.fullmatch(text) for text in texts)
        }

    def stored(self, column: str, text: str, record: Mapping[str, str]) -> str:
        """A typed text as it is stored in a row `record`; Asked, with what is expected, where it is not understood."""
        if not text:
            if column in NEEDED and column in self.numbers:
                raise Asked("应为数字，不能空着")
            return ""
        return self.held.get(column, {}).get(text) or self._understood(column, text, record)

    def _understood(self, column: str, text: str, record: Mapping[str, str]) -> str:
        """A text that the column did not hold last year, as it is stored; Asked where it is not understood."""
        if column in self.answers:
            return self._answer(column, text)
        if column in self.levels:
            return level_of(text)
        if column in self.numbers:
            return number_of(text, record.get("unit", "") if column == "amount" else "")
        if column == REGION_COLUMN:
            return self._region(text)
        return text

    def _answer(self, column: str, text: str) -> str:
        """Yes or no."""
        word = folded(text)
        if word in YES:
            return self.answers[column][0]
        if word in NO:
            return self.answers[column][1]
        raise Asked("应为“是”或“否”")

    def _region(self, text: str) -> str:
        """The code of a region."""
        code = self.names.item(REGION, text)
        if code is None:
            raise Asked("应为地区的名称或代码")
        return code


def level_of(text: str) -> str:
    """The stored word for a level."""
    word = folded(text)
    for code, words in LEVEL_WORDS.items():
        if word in {code, *map(folded, words)}:
            return code
    raise Asked(f"应为层级：{'、'.join(LEVELS.values())}")


def number_of(text: str, unit: str) -> str:
    """A number as it is stored, converted into `unit` where another one of the same thing is written behind it."""
    written = written_number(plain(text), unit)
    if written is None:
        raise Asked(f"应为数字{f'（单位：{unit}）' if unit else ''}")
    by = scale(written.behind, unit) if written.behind.strip() else Decimal(1)
    number = written.value * by
    return f"{number.normalize():f}" if by != 1 else f"{written.value:f}"
