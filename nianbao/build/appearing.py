"""In which book a document that was read in appears, and what is lacking for it."""

from __future__ import annotations

from pathlib import Path

from nianbao import settings
from nianbao.build.edition import Edition
from nianbao.data.dataset import COUNTIES, COUNTY, Dataset
from nianbao.errors import DataError
from nianbao.intake.documents import Asked
from nianbao.settings import Settings


def told(known: Settings, data: Path, wanted: Asked) -> list[str]:
    """Lines on the chapters of `known` that print a document: of which year's book, and how that is made.

    `data` is the folder that the document was read into.
    """
    lines = [line_of(known, data, wanted, name) for name in chapters_of(known, wanted)]
    return lines or [f"{settings.EDITION} 里没有哪一章取这种文件（{wanted.kind.title}），各年的年报都不印它"]


def chapters_of(known: Settings, wanted: Asked) -> list[str]:
    """The chapters that take documents of the kind."""
    needs = COUNTIES if wanted.kind.part == COUNTY else f"{wanted.kind.part}.csv"
    listed = {entry.name for entry in known.entries()}
    return [name for name, rule in known.chapters.items() if rule.needs == needs and name in listed]


def line_of(known: Settings, data: Path, wanted: Asked, chapter: str) -> str:
    """In which book a chapter prints the document, and what is to be done for that."""
    year = wanted.year - 1 if known.chapters[chapter].year == "next" else wanted.year
    title = f"{wanted.year}年的{wanted.kind.title}"
    if year not in Dataset(data, lazy=True).editions:
        return (
            f"{title}编入{year}年的年报（{chapter}）。{year}年的年报还没有数据：先运行 nianbao new-year {year}，"
            f"填好、读入，再 nianbao build --year {year}。在此之前编的书（已有各年的）都照旧，不印它"
        )
    page, taken = page_of(Edition.of(known, year, data), chapter, wanted)
    if taken == wanted.year:
        return f"{title}编入{year}年的年报（{page}）：nianbao build --year {year}"
    return f"{title}：{year}年的年报（{chapter}）现取{taken}年的，不印它；各章取哪一年写在 {settings.EDITION}"


def page_of(edition: Edition, chapter: str, wanted: Asked) -> tuple[str, int]:
    """The page of an edition that is about the county of a document, or the chapter; and the year that it takes."""
    further = (page for page, (_, county) in edition.further_counties.items() if county == wanted.county)
    page = next(further, chapter)
    return page, edition.parameters(page)["year"]


def of_folder(data: Path, wanted: Asked) -> list[str]:
    """Such lines for the content folder that the command was called in; none where the data stand outside of any."""
    try:
        return told(settings.load(settings.content_root()), data, wanted)
    except DataError:
        return []
