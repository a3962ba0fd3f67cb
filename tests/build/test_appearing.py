"""A document that was read in: in which book it appears, and what is to be done for that."""

from __future__ import annotations

from dataclasses import replace

from nianbao import settings
from nianbao.build import appearing
from nianbao.intake.documents import Asked
from nianbao.intake.kinds import KINDS
from tests.support.projects import ROOT

KNOWN = settings.load(ROOT)


def told(kind: str, year: int, county: str = "") -> str:
    """What is said of a document of the published data."""
    return "".join(appearing.told(KNOWN, ROOT / "data", Asked(KINDS[kind], year, county)))


def test_a_budget_is_in_the_book_of_the_year_before():
    assert told("budget", 2026) == "2026年的部门预算编入2025年的年报（A1-budget）：nianbao build --year 2025"


def test_what_is_lacking_is_said():
    line = told("budget", 2027)
    assert "编入2026年的年报（A1-budget）" in line and "先运行 nianbao new-year 2026" in line


def test_a_county_is_in_the_chapter_or_has_a_page():
    assert "编入2022年的年报（A4-county）" in told("county", 2022, "640121")
    assert "现取2022年的" in told("county", 2024, "640121")


def test_a_kind_that_no_chapter_takes_is_told():
    without = replace(KNOWN, chapters={})
    line = "".join(appearing.told(without, ROOT / "data", Asked(KINDS["accounts"], 2022)))
    assert "没有哪一章取这种文件（部门决算）" in line
