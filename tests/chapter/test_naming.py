"""Items of equal names stay apart in charts, and what ended stays in tables with last year's figure."""

from __future__ import annotations

from types import SimpleNamespace

from nianbao.chapter.ended import directly_below, listed_with, lowest, note_on_ended
from nianbao.chapter.naming import by_name

ITEMS = {"total": "", "201": "total", "20113": "201", "208": "total"}


class Subject:
    """A figure of a budget subject: `values` by code and year."""

    def __init__(self, values: dict[tuple[str, int], int], code: str = "total", year: int = 2027):
        self.values = values
        self.code = code
        self.year = year
        self.item = f"科目{code}"
        self.about = SimpleNamespace(dimension="functions")
        items = {code: SimpleNamespace(parent=parent) for code, parent in ITEMS.items()}
        self.data = SimpleNamespace(catalogue=SimpleNamespace(codelists={"functions": items}))

    def at(self, year: int) -> Subject:
        return Subject(self.values, self.code, year)

    def of(self, code: str) -> Subject:
        return Subject(self.values, code, self.year)

    @property
    def items(self) -> list[Subject]:
        return [self.of(code) for code, year in self.values if year == self.year]

    @property
    def codes(self) -> list[str]:
        return [each.code for each in self.items]

    @property
    def known(self) -> bool:
        return (self.code, self.year) in self.values

    @property
    def is_zero(self) -> bool:
        return self.values[self.code, self.year] == 0


BEFORE = {("total", 2026): 9, ("201", 2026): 1, ("20113", 2026): 1, ("208", 2026): 8}
NOW = {("total", 2027): 7, ("208", 2027): 7}


def test_items_of_equal_names_are_numbered_and_none_is_lost():
    figures = [Subject({}, code) for code in ("P1", "P2", "P3")]
    found = by_name(figures, ["台式计算机", "打印机", "台式计算机"])
    assert [*found] == ["台式计算机（一）", "打印机", "台式计算机（二）"]
    assert [each.code for each in found.values()] == ["P1", "P2", "P3"]
    assert [*by_name(figures[:2])] == ["科目P1", "科目P2"]


def test_what_ended_is_listed_where_last_year_is_shown():
    total = Subject(BEFORE | NOW)
    material = SimpleNamespace(year=2027)
    assert listed_with(material, total, ["total", "208"], (2026, 2027)) == ["total", "201", "20113", "208"]
    assert listed_with(material, total, ["total", "208"], ()) == ["total", "208"]
    assert [each.code for each in directly_below(total)] == ["201"]
    assert [each.code for each in lowest(total)] == ["20113"]
    assert note_on_ended(total, {"201", "20113"}) == "只有上年数、本年不再安排：科目20113（20113）。"


def test_a_zero_last_year_is_no_end():
    total = Subject(BEFORE | NOW | {("201", 2026): 0, ("20113", 2026): 0})
    assert lowest(total) == [] and note_on_ended(total, ()) == ""
