"""All files that stand beside the pages: what is known of each figure, each table and chart, and the whole edition."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nianbao.audit.findings import Finding
from nianbao.chapter.record import ChartRecord, Fact, Record, TableRecord
from nianbao.data.dataset import Dataset
from nianbao.output import facts
from nianbao.output.facts import Told
from nianbao.output.imprint import citation, stem
from nianbao.output.levels import Levels
from nianbao.output.tables import csvw, numbered, observations, package
from nianbao.output.tables.pictures import pictures

#: What stands for the chapter of a figure on the page of an indicator.
INDICATOR = "indicator"


@dataclass(frozen=True)
class Apart:
    """What is known of the figures on pages that are no chapters: those of regions by page, those of indicators."""

    regions: Mapping[str, Sequence[Told]] = field(default_factory=dict)
    indicators: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)


def write(
    known: Mapping[str, Sequence[Record]],
    findings: Iterable[Finding],
    levels: Levels,
    title: str,
    html: Path,
    ready: Path | None = None,
    apart: Apart = Apart(),
) -> None:
    """Write `facts/` and `downloads/` beside the pages in `html`.

    Parameters: `known` are the records of the chapters by name, in order, `findings` those of the
    edition, `levels` those of its data, `title` that of the book; `ready` is a folder that `of_data` may have filled
    already; `apart` are the figures on pages that are no chapters.
    """
    data = levels.data
    by_check = list(findings)
    found = dict(facts.by_chapter({**known, **apart.regions}, by_check, levels))
    about = {"cite": citation(title, data), "file": f"{stem(data)}.xlsx", "all": f"{stem(data)}-datapackage.zip"}
    facts.write_pages(found, html / "facts", about)
    checks = {each.check: each for each in by_check}
    indicators = {page: facts.checked(each, checks, data.errata) for page, each in apart.indicators.items()}
    facts.write_scripts(indicators, html / "facts", about)
    only_there = only_in(indicators, found)
    if only_there:
        found[INDICATOR] = only_there
        facts.write_pages({INDICATOR: only_there}, html / "facts", about)
    folder = html / "downloads"
    folder.mkdir(exist_ok=True)
    write_numbered(known, data, title, folder)
    write_whole(found, levels, title, folder, ready)


def only_in(pages: Mapping[str, facts.Facts], chapters: Mapping[str, facts.Facts]) -> facts.Facts:
    """The facts of some pages on figures that stand in no chapter, with those that they are computed from."""
    elsewhere = {name for each in chapters.values() for name in each}
    known = {name: fact for each in pages.values() for name, fact in each.items()}
    found: dict[str, facts.CheckedFact] = {}

    def take(name: str) -> None:
        for part in known[name].fact.inputs:
            take(part)
        found[name] = known[name]

    for name in known:
        if name not in elsewhere:
            take(name)
    return found


def of_data(levels: Levels, title: str, folder: Path) -> None:
    """The files of the whole edition that need no notebook, unless they were made of the same."""
    observations.write(lambda: levels.observations, levels.data, title, folder)


def write_numbered(known: Mapping[str, Sequence[Record]], data: Dataset, title: str, folder: Path) -> None:
    """The files of each chapter's tables and charts in a folder of its own; a chapter without any has none.

    Parameters: `known` are the records by chapter, `title` is that of the book.
    """
    made: dict[Path, numbered.Made] = {}
    for chapter, of_chapter in known.items():
        place = folder / chapter
        shown = [each for each in of_chapter if isinstance(each, TableRecord | ChartRecord)]
        if shown:
            made[place] = numbered.write(shown, facts.of_records(of_chapter), data, title, place)
        else:
            shutil.rmtree(place, ignore_errors=True)
    drawn: dict[Path, str] = {}
    for each in made.values():
        drawn |= each.drawn
    pictures(drawn, f"《{title}》")
    for place, each in made.items():
        each.save(place)


def write_whole(found: Mapping[str, facts.Facts], levels: Levels, title: str, folder: Path, ready: Path | None) -> None:
    """The files of the whole edition; those in `ready` are taken from there."""
    data = levels.data
    of_data(levels, title, ready or folder)
    if ready:
        for path in ready.glob(f"{stem(data)}*"):
            shutil.copy(path, folder)
    place = folder / f"{stem(data)}-facts.csv"
    facts.write_csv(found, place)
    csvw.beside(place, csvw.columns(facts.COLUMNS, csvw.FACTS), data, title, ("chapter", "id"))
    package.write(levels.observations, place.read_bytes(), data, title, folder / f"{stem(data)}-datapackage.zip")
