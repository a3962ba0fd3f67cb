"""What an edition is: one year's book, made of settings and data of a content folder. Nothing here makes anything."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from nianbao import settings
from nianbao.build import notebooks
from nianbao.build.issued import Documents
from nianbao.build.job import Job
from nianbao.build.place import place_of
from nianbao.chapter.session import Session
from nianbao.data.catalogue import REGION
from nianbao.data.dataset import COUNTIES, Dataset
from nianbao.errors import DataError
from nianbao.settings import ChapterRule, Entry, Settings

#: The page that lists the regions that have one, and what is in front of a region's code in the name of its page.
REGION_LIST = "book/regions"
REGION_PAGE = "region-"
#: The first letters of the numbers of tables on the pages of regions: 表D1-1.
REGION_NUMBER = "D"
#: With fewer regions an edition has no pages for them.
FEWEST_REGIONS = 2
#: How the file of the chapter about the audit ends, which an edition for the public may lack.
AUDIT = "-audit"


@dataclass(frozen=True)
class Edition:
    """The book of `year`, made in `_build/<year>/` of its content folder (of other data: in a place below).

    `settings` are those of the content folder, `data_folder` is where its data stand, `years` are those that have an
    edition, `all_years` those that have any data.
    """

    settings: Settings
    data_folder: Path
    year: int
    years: tuple[int, ...]
    all_years: tuple[int, ...]

    @classmethod
    def of(cls, known: Settings, year: int | None = None, data: Path | None = None) -> Edition:
        """The edition of a year, by default the last one, of `data` or the data of the content folder.

        Raises DataError for a year that has no edition.
        """
        folder = data.resolve() if data else known.root / "data"
        dataset = Dataset(folder, lazy=True)
        years = dataset.editions
        if not years:
            named = "任何一" if year is None else year
            raise DataError(f"没有{named}年的年报数据，请先运行 nianbao new-year 和 nianbao intake")
        chosen = max(years) if year is None else year
        if chosen not in years:
            raise DataError(f"没有{chosen}年的年报数据，可选：{'、'.join(map(str, years))}")
        return cls(known, folder, chosen, tuple(years), tuple(dataset.all_years))

    @classmethod
    def open(cls, year: int | None = None, data: Path | str | None = None, root: Path | None = None) -> Edition:
        """The edition of the content folder `root`, by default the one the current folder stands in; see `of`."""
        return cls.of(settings.load(root or settings.content_root()), year, Path(data) if data else None)

    @property
    def root(self) -> Path:
        """The content folder."""
        return self.settings.root

    @property
    def place(self) -> Path:
        """Where all that is made from its data stands."""
        return place_of(self.root, self.data_folder)

    @property
    def target(self) -> Path:
        """Where the finished edition stands."""
        return self.place / str(self.year)

    @property
    def cache_folder(self) -> Path:
        """Where what is still good of earlier builds stands."""
        return self.place / ".cache" / str(self.year)

    @property
    def title(self) -> str:
        """Title with the year."""
        return f"{self.settings.title}（{self.year}年）"

    @property
    def stem(self) -> str:
        """The name of its files on paper, without suffix."""
        return f"nianbao-{self.year}"

    @property
    def is_own(self) -> bool:
        """Whether the bureau filled in this year's figures itself, instead of taking them from a publication."""
        return Dataset(self.data_folder, lazy=True).catalogue.is_own(self.year)

    @property
    def session(self) -> Session:
        """What its chapters are told."""
        settings = self.settings
        return Session(self.data_folder, settings.shows_audit, tells_reading=True, outlook=settings.shows_outlook)

    @property
    def last_data_year(self) -> int:
        """The last year whose data the edition looks at: its own, or the next one, of which it may print the budget."""
        return max(year for year in self.all_years if year <= self.year + 1)

    def shows(self, entry: Entry) -> bool:
        """Whether a page is in this edition.

        The audit may be for the editor only, no region may have a page, and of a document that is not there later ones
        may print some figures.
        """
        if entry.file == REGION_LIST:
            return bool(self.regions)
        if entry.name in self.without_document:
            return False
        return self.settings.shows_audit or not entry.file.endswith(AUDIT)

    def pages(self) -> list[Entry]:
        """The pages of this edition, in the order of the contents.

        Behind the chapter about one county stands a page of the same notebook for each further county that has data.
        """
        found = []
        for entry in self.settings.entries():
            if self.shows(entry):
                found += [entry, *(Entry(file, entry.part) for file in self._further_files(entry.file))]
        return found

    @cached_property
    def further_counties(self) -> dict[str, tuple[str, str]]:
        """Chapter and code of the county for each page of a county that `book/edition.yml` does not name."""
        known = sorted(
            code for year in self.all_years if year <= self.year for code in self._documents_of.counties(year)
        )
        rules = {chapter: rule for chapter, rule in self.settings.chapters.items() if rule.needs == COUNTIES}
        named = {chapter: self._county_of(rule) for chapter, rule in rules.items()}
        return {
            f"{chapter}-{code}": (chapter, code)
            for chapter in rules
            for code in dict.fromkeys(known)
            if code != named[chapter]
        }

    @cached_property
    def regions(self) -> dict[str, str]:
        """The code of the region for each page of a region.

        They are the regions for which an insurance scheme gives figures of the year, in the order of the list of
        regions; none where these are too few, or where `book/edition.yml` wants no pages of regions.
        """
        pages = self.settings.regions
        if not pages.notebook:
            return {}
        data = Dataset(self.data_folder, self.year, lazy=True)
        schemes = tuple(f"{prefix}." for prefix in data.catalogue.schemes)
        about = data.catalogue.indicators
        codes = [code for code in about if code.startswith(schemes) and about[code].dimension == REGION]
        known = {key.item for key in data.keys_of(codes) if key.year == self.year}
        items = [item for item in data.catalogue.regions.values() if item.parent and item.code in known]
        if len(items) < FEWEST_REGIONS:
            return {}
        only = {data.catalogue.code_of(REGION, name) for name in pages.only}
        return {f"{REGION_PAGE}{item.code}": item.code for item in items if not only or item.code in only}

    @cached_property
    def _analyses(self) -> dict[str, str]:
        """The page of the chapter about each county that has one, by the county's code."""
        known = set(self.chapters())
        rules = self.settings.chapters.items()
        found = {self._county_of(rule): name for name, rule in rules if rule.needs == COUNTIES and name in known}
        return found | {code: page for page, (_, code) in self.further_counties.items()}

    def _analysis_of(self, region: str) -> dict[str, Any]:
        """The parameters of a region's page that tell of the chapter about it: its page, and the year it analyses."""
        page = self._analyses.get(region, "")
        return {"analysis": page, "analysed": self.parameters(page)["year"]} if page else {"analysis": ""}

    def _further_files(self, file: str) -> list[str]:
        """The files of the pages of further counties that stand behind the page `file`."""
        name = Entry(file).name
        return [f"{file}-{code}" for chapter, code in self.further_counties.values() if chapter == name]

    def chapters(self) -> list[str]:
        """Names of the notebooks, in the order of the contents."""
        return [entry.name for entry in self.pages() if entry.is_notebook]

    def executed(self) -> list[str]:
        """Names of all pages that are executed: the chapters, and behind them the pages of the regions."""
        return [*self.chapters(), *self.regions]

    def contents(self) -> dict[str, Any]:
        """`_toc.yml` as Sphinx is to see it: without the audit where that is for the editor only, with all counties."""
        contents = copy.deepcopy(dict(self.settings.contents))
        all_shown = self.settings.shows_audit and self.regions and not self.without_document
        if all_shown and not self.further_counties:
            return contents
        if "chapters" in contents:
            contents["chapters"] = self._shown(contents["chapters"])
        for part in contents.get("parts", []):
            part["chapters"] = self._shown(part["chapters"])
        if "parts" in contents:
            contents["parts"] = [part for part in contents["parts"] if part["chapters"]]
        return {name: value for name, value in contents.items() if value or name not in {"parts", "chapters"}}

    def _shown(self, pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The pages of a list that are in this edition, and so on below them."""
        found = []
        for page in pages:
            if not self.shows(Entry(page["file"])):
                continue
            sections = self._shown(page.get("sections", []))
            rest = {name: value for name, value in page.items() if name != "sections"}
            found.append(rest | ({"sections": sections} if sections else {}))
            found += [{"file": file} for file in self._further_files(page["file"])]
        return found

    def config(self) -> str:
        """`_config.yml` as Sphinx is to see it: with the year in the title, and execution off."""
        config = copy.deepcopy(dict(self.settings.config))
        config["title"] = self.title
        config["execute"] = {"execute_notebooks": "off"}
        config["sphinx"]["config"] |= {"nianbao_year": self.year, "nianbao_files": False}
        config["sphinx"]["config"] |= {"nianbao_regions": self.regions, "nianbao_indicators": self.settings.indicators}
        return yaml.safe_dump(config, allow_unicode=True)

    def check_pages(self, only: str | None = None) -> None:
        """DataError for a page of the contents that has no file, a notebook that is none, a rule for no chapter.

        `only` names a chapter, and must be one.
        """
        self._check_rules()
        sources = self.sources(only)
        for entry in self.settings.entries():
            kinds = (".ipynb",) if entry.is_notebook else (".md", ".ipynb")
            wanted = self.shows(entry) and (not only or entry.name == only)
            if wanted and not any((self.root / f"{entry.file}{kind}").is_file() for kind in kinds):
                raise DataError(f"目录中的“{entry.file}”没有对应的文件（{' 或 '.join(kinds)}）", settings.CONTENTS)
        for source in sources:
            notebooks.check(source)

    def _check_rules(self) -> None:
        """DataError for a rule of a chapter that is neither in the contents nor among the notebooks."""
        pages = {entry.name for entry in self.settings.entries() if entry.is_notebook}
        for name in self.settings.chapters:
            if name not in pages and not (self.root / "notebooks" / f"{name}.ipynb").is_file():
                raise DataError(f"“chapters”下的“{name}”不是一章，可选：{'、'.join(sorted(pages))}", settings.EDITION)

    def sources(self, only: str | None = None) -> list[Path]:
        """The notebooks of this edition, each once: one makes the pages of all regions. `only` names a chapter."""
        return list(dict.fromkeys(job.source for job in self.jobs(self.target, only)))

    def parameters(self, chapter: str) -> dict[str, Any]:
        """Parameters of a chapter in this edition; which year it takes is decided in `book/edition.yml`.

        The tables of the page of a further county are numbered apart: 表A4.2-1.
        """
        if chapter in self.regions:
            region = self.regions[chapter]
            number = f"{REGION_NUMBER}{[*self.regions].index(chapter) + 1}"
            about = {"year": self.year, "region": region, "number": number}
            return about | self._analysis_of(region)
        if chapter in self.further_counties:
            base, county = self.further_counties[chapter]
            beside = [page for page, (of, _) in self.further_counties.items() if of == base]
            number = f"{base.partition('-')[0]}.{beside.index(chapter) + 2}"
            rule = self.settings.chapters[base]
            rule = replace(rule, parameters={**rule.parameters, "county": county, "number": number})
        else:
            rule = self.settings.chapters.get(chapter, ChapterRule())
        return {"year": self._year_of(rule), **rule.parameters}

    def _year_of(self, rule: ChapterRule) -> int:
        """The year a chapter takes; the edition's own where no year has the document it needs."""
        years = self._years_of(rule)
        if rule.year == "next" and self.year + 1 in years:
            return self.year + 1
        if rule.year == "latest":
            return max((year for year in years if year <= self.year), default=self.year)
        return self.year

    def _years_of(self, rule: ChapterRule) -> list[int]:
        """The years that have what a chapter needs: all, where it needs nothing."""
        if not rule.needs:
            return list(self.all_years)
        if rule.needs != COUNTIES:
            return [year for year in self.all_years if self._documents_of.has(year, rule.needs)]
        named = self._county_of(rule)
        years = [year for year in self.all_years if self._documents_of.counties(year)]
        own = [year for year in years if named in self._documents_of.counties(year)]
        return own or years  # the last year of this county, not of any

    @cached_property
    def _documents_of(self) -> Documents:
        """Which years have documents of their own."""
        return Documents(self.data_folder)

    @cached_property
    def without_document(self) -> frozenset[str]:
        """Chapters about a document that is not there, though later ones print figures of the year they would take."""
        rules = {name: rule for name, rule in self.settings.chapters.items() if rule.needs}
        years = {name: self._year_of(rule) for name, rule in rules.items()}
        lacking = [name for name, rule in rules.items() if years[name] not in self._years_of(rule)]
        return frozenset(name for name in lacking if self._documents_of.is_told_of(years[name], rules[name].needs))

    def _county_of(self, rule: ChapterRule) -> str:
        """The code of the county a chapter is about, as its rule names it; empty for one that is not known."""
        wanted = str(rule.parameters.get("county", ""))
        regions = Dataset(self.data_folder, lazy=True).catalogue.regions
        return next((code for code, item in regions.items() if wanted in {code, item.name, item.short}), "")

    def of_county(self, chapter: str, county: str) -> Edition:
        """The same edition with a chapter about another county. Raises DataError for one that is not known."""
        rule = self.settings.chapters.get(chapter, ChapterRule())
        rule = replace(rule, parameters={**rule.parameters, "county": county})
        code = self._county_of(rule)
        if not code:
            raise DataError(f"没有名为“{county}”的县，应为地区代码表里的名称或代码")
        rule = replace(rule, parameters={**rule.parameters, "county": code})
        return replace(self, settings=replace(self.settings, chapters={**self.settings.chapters, chapter: rule}))

    def jobs(self, into: Path, only: str | None = None) -> list[Job]:
        """The notebooks to execute, into `into/notebooks`; `only` names one. DataError for a name that is not there."""
        names = self.executed()
        if only and only not in names:
            raise DataError(f"没有名为“{only}”的章，可选：{'、'.join(self.chapters())}")
        return [
            self.job(name, into / "notebooks" / f"{name}.ipynb", self.parameters(name))
            for name in names
            if not only or name == only
        ]

    def job(self, chapter: str, target: Path | str, parameters: Mapping[str, Any]) -> Job:
        """One notebook to execute, for the page `chapter`."""
        notebook = self.further_counties[chapter][0] if chapter in self.further_counties else chapter
        series = ""
        if chapter in self.regions:
            notebook = self.settings.regions.notebook
            series = "" if self._has_county_data(self.regions[chapter]) else notebook
        return Job(self.root / "notebooks" / f"{notebook}.ipynb", target, parameters, chapter, series)

    def _has_county_data(self, region: str) -> bool:
        """Whether a region has data files of its own, which the pages of other regions shall not have read."""
        observations = self.data_folder / "observations"
        return any((observations / str(year) / COUNTIES / f"{region}.csv").exists() for year in self.all_years)


def default_year(data: Path) -> int:
    """The latest edition there is: the last year that has a report of its own. DataError where there are no data."""
    dataset = Dataset(data, lazy=True)
    if not dataset.years:
        raise DataError("还没有任何一年的数据，请先运行 nianbao new-year")
    return max(dataset.editions or dataset.years)
