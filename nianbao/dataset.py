"""Observations, claims and lists of every year up to an edition's own, read from `data/` and validated."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from . import formula
from .catalogue import Catalogue, Indicator, display_path, names, read_csv
from .errors import DataError
from .quantity import Quantity, margin_of

NUMBER = re.compile(r"-?\d+(\.\d+)?")
BLANKS = {"", "-", "—", "无"}
COUNTY = "county"  # the part whose figures of one county stand in counties/<county>.csv
OTHERS = {"claims", "errata", "revisions", "formulas"}  # files of a year that hold no observations
STATUSES = {"A", "E", "P", "M"}
MEASURES = {"level", "change", "growth", "avg_growth", "points", "share", "highest", "lowest"}
OBSERVATION_COLUMNS = ("indicator", "region", "value", "status", "source")
CLAIM_COLUMNS = ("measure", "indicator", "region", "base", "value", "unit", "source")
FORMULA_COLUMNS = ("indicator", "region", "formula", "note")
REVISION_COLUMNS = ("indicator", "region", "of_year", "old", "new", "kind", "reason", "date")
REVISION_KINDS = {"planned", "method", "error"}
ERRATUM_COLUMNS = ("check", "printed", "likely", "reason", "show", "expect", "source")


@dataclass(frozen=True)
class Observation:
    """A value as printed: `value` is None for a cell printed blank, `literal` is what stands there.

    `margin` is the half-width of a derived level (status E); None means half a unit of the last digit.
    """

    indicator: str
    region: str
    year: int
    value: Decimal | None
    literal: str
    status: str
    source: str
    margin: Decimal | None
    place: str


@dataclass(frozen=True)
class Claim:
    """A derived or repeated figure that a published document prints. `base` is a year or a denominator."""

    measure: str
    indicator: str
    region: str
    year: int
    base: str
    literal: str
    unit: str
    source: str
    place: str

    @property
    def value(self) -> Decimal:
        """The printed number."""
        return Decimal(self.literal)


@dataclass(frozen=True)
class Erratum:
    """A known error of a published document, found by one or several checks (separated by spaces).

    `expect` is the guard: `fails`, and behind it `printed=>recomputed` for each check as it was when the erratum was
    written. With the error gone or another in its place, the erratum itself is reported.
    """

    check: str
    printed: str
    likely: str
    reason: str
    show: str
    expect: str
    source: str
    year: int
    place: str

    def guard(self, check: str) -> str:
        """What the check printed and recomputed when the erratum was written; empty where that is not said."""
        guards = self.expect.split()[1:]
        return guards[self.check.split().index(check)] if guards else ""


def default_root() -> Path:
    """The `data` folder of the repository this package stands in."""
    return Path(__file__).resolve().parent.parent / "data"


class Observations(dict):
    """Observations by (indicator, region, year). A file is read when a figure that stands in it is first asked for."""

    def __init__(self, need):
        super().__init__()
        self.need = need

    def get(self, key, default=None):
        """The observation, or the default."""
        self.need(*key[:2])
        return super().get(key, default)

    def __getitem__(self, key):
        self.need(*key[:2])
        return super().__getitem__(key)

    def __contains__(self, key):
        self.need(*key[:2])
        return super().__contains__(key)

    def __iter__(self):
        self.need()
        return super().__iter__()

    def __len__(self):
        self.need()
        return super().__len__()

    def keys(self):
        """All keys."""
        self.need()
        return super().keys()

    def values(self):
        """All observations."""
        self.need()
        return super().values()

    def items(self):
        """All keys with their observations."""
        self.need()
        return super().items()


class Dataset:
    """Everything an edition may know: the folders `data/<year>` for each year up to `upto`.

    The observations of `data/indicators/<part>.csv` stand in `data/<year>/<part>.csv`, those of one county in
    `data/<year>/counties/<county>.csv`. `lazy` leaves files unread until a figure in them is asked for.

    Earlier figures that were revised by then are the revised ones; without `upto`, or with `revised` False, all are as
    they were first published.

    Raises DataError, naming file, row and column, for unknown indicators or regions, duplicate rows, text where a
    number belongs, unknown statuses and missing columns.
    """

    def __init__(self, root: Path | None = None, upto: int | None = None, revised: bool = True, lazy: bool = False):
        self.root = Path(root) if root else default_root()
        if not self.root.is_dir():
            raise DataError("没有数据文件夹", str(self.root))
        self.catalogue = Catalogue(self.root)
        self.all_years = sorted(int(name) for name in names(self.root) if name.isdigit())
        self.years = [year for year in self.all_years if upto is None or year <= upto]
        if not self.years or (upto is not None and upto not in self.all_years):
            raise DataError(
                f"没有{upto}年的数据文件夹，现有：{'、'.join(map(str, self.all_years))}", display_path(self.root)
            )
        self.revised: dict[tuple[str, str, int], int] = {}
        self.observations: dict[tuple[str, str, int], Observation] = Observations(self._need)
        self._revisions = {year: self.revisions(year) for year in self.years} if upto is not None and revised else {}
        self._unread: dict[str, list[int]] = {}  # data files without .csv, and the years that have them
        for year in self.years:
            for file in self._observation_files(year):
                self._unread.setdefault(file, []).append(year)
            for row in self._revisions.get(year, []):
                self._unread.setdefault(self._file(row["indicator"], row["region"]), [])
        if not lazy:
            self._need()
            self.observations = dict(self.observations)

    @property
    def editions(self) -> list[int]:
        """Years that have a report of their own: figures of an insurance scheme."""
        parts = {prefix.split(".")[0] for prefix in self.catalogue.schemes}
        return [year for year in self.years if any(not parts or each in parts for each in self._observation_files(year))]

    def revisions(self, year: int) -> list[dict]:
        """Rows of `data/<year>/revisions.csv`: figures of earlier years that the edition of `year` revised.

        A row without `of_year` tells of a changed definition.
        """
        path = self.root / str(year) / "revisions.csv"
        rows = read_csv(path, REVISION_COLUMNS, optional=True)
        for row in rows:
            label, line = display_path(path), row["_row"]
            self._region(self._indicator(row["indicator"], label, line), row["region"], label, line)
            if row["kind"] not in REVISION_KINDS:
                raise DataError(f"“{row['kind']}”不明，应为 planned、method 或 error", label, line, "kind")
            if not row["of_year"].isdigit() and row["of_year"]:
                raise DataError(f"“{row['of_year']}”不是年份", label, line, "of_year")
            if row["of_year"] and not (NUMBER.fullmatch(row["new"]) and NUMBER.fullmatch(row["old"])):
                raise DataError(f"“{row['old']}”“{row['new']}”应为数字", label, line, "new")
        return rows

    def _revise(self, year: int, file: str) -> None:
        """Put the figures of a file that the edition of `year` revised in the place of those printed before."""
        for row in self._revisions.get(year, []):
            if not row["of_year"] or self._file(row["indicator"], row["region"]) != file:
                continue
            key = row["indicator"], row["region"], int(row["of_year"])
            seen, label = self.observations.get(key), display_path(self.root / str(year) / "revisions.csv")
            if seen is None or seen.literal != row["old"]:
                stands = seen.literal if seen else "没有这个数"
                raise DataError(f"原数写作“{row['old']}”，而数据中为“{stands}”", label, row["_row"], "old")
            place = f"{label}:{row['_row']}"
            self.observations[key] = replace(seen, value=Decimal(row["new"]), literal=row["new"], margin=None, status="A",
                                             place=place, source=f"report-{year} 修订")
            self.revised[key] = year

    def _file(self, code: str, region: str) -> str:
        """The file an observation stands in, below the folder of its year and without `.csv`."""
        about = self.catalogue.indicators[code]
        return f"counties/{region}" if about.part == COUNTY and about.dimension == "region" else about.part

    def _observation_files(self, year: int) -> list[str]:
        folder = self.root / str(year)
        files = [name[:-4] for name in names(folder) if name.endswith(".csv") and name[:-4] not in OTHERS]
        return files + [f"counties/{name[:-4]}" for name in names(folder / "counties")
                        if name.endswith(".csv") and "-" not in name]

    def _need(self, code: str | None = None, region: str = "") -> None:
        """Read the files that hold an indicator (of a region), or all files, unless they have been read."""
        if code is not None and code not in self.catalogue.indicators:
            return
        file = self._file(code, region) if code else ""
        if file in {"", "counties/"}:
            wanted = [each for each in self._unread if each.startswith(file)]
        else:
            wanted = [file] if file in self._unread else []
        for each in wanted:
            years = self._unread.pop(each)
            for year in self.years:
                if year in years:
                    self._read_observations(self.root / str(year) / f"{each}.csv", year, each)
                self._revise(year, each)

    def _read_observations(self, path: Path, year: int, file: str) -> None:
        label = display_path(path)
        for row in read_csv(path, OBSERVATION_COLUMNS):
            line, code = row["_row"], row["indicator"]
            indicator = self._indicator(code, label, line)
            self._region(indicator, row["region"], label, line)
            key = (code, row["region"], year)
            if self._file(code, row["region"]) != file:
                right = f"data/{year}/{self._file(code, row['region'])}.csv"
                raise DataError(f"“{code}”的数应写在 {right}", label, line, "indicator")
            if key in self.observations:
                raise DataError(
                    f"“{code}”“{row['region']}”重复，已见于{self.observations[key].place}", label, line, "indicator"
                )
            status, literal = row["status"], row["value"]
            if status not in STATUSES:
                raise DataError(f"状态“{status}”不明，应为 A、E、P 或 M", label, line, "status")
            if (status == "M") != (literal in BLANKS) or not (literal in BLANKS or NUMBER.fullmatch(literal)):
                raise DataError(f"“{literal}”不是数字（状态为{status}；空格、-、— 须记为 M）", label, line, "value")
            margin = row.get("margin", "")
            if margin and (margin.startswith("-") or not NUMBER.fullmatch(margin)):
                raise DataError(f"“{margin}”不是数字（误差应为零或正数）", label, line, "margin")
            self.observations[key] = Observation(
                code,
                row["region"],
                year,
                None if status == "M" else Decimal(literal),
                literal,
                status,
                row["source"],
                Decimal(margin) if margin else None,
                f"{label}:{line}",
            )

    def _indicator(self, code: str, label: str, line: int) -> Indicator:
        if code not in self.catalogue.indicators:
            raise DataError(f"没有指标“{code}”，请先写入指标目录", label, line, "indicator")
        return self.catalogue.indicators[code]

    def _region(self, indicator: Indicator, code: str, label: str, line: int, column="region") -> None:
        if code not in self.catalogue.codelists[indicator.dimension]:
            raise DataError(f"代码表“{indicator.dimension}”中没有“{code}”", label, line, column)

    @cached_property
    def claims(self) -> list[Claim]:
        """Derived figures printed in the documents of all years read."""
        claims = []
        for year in self.years:
            path = self.root / str(year) / "claims.csv"
            label, parts = display_path(path), {}
            for row in read_csv(path, CLAIM_COLUMNS, optional=True):
                line = row["_row"]
                if row["measure"] not in MEASURES:
                    raise DataError(
                        f"“{row['measure']}”不是已知的算法，应为：{'、'.join(sorted(MEASURES))}", label, line, "measure"
                    )
                indicator = self._indicator(row["indicator"], label, line)
                self._region(indicator, row["region"], label, line)
                ranked = row["measure"] in {"highest", "lowest"}
                if not ranked and not NUMBER.fullmatch(row["value"]):
                    raise DataError(f"“{row['value']}”不是数字", label, line, "value")
                self._base(row["measure"], row["base"], label, line)
                parts.setdefault(self._file(indicator.code, row["region"]), f"{label}:{line}")
                claims.append(
                    Claim(
                        row["measure"],
                        indicator.code,
                        row["region"],
                        year,
                        row["base"],
                        row["value"],
                        row["unit"],
                        row["source"],
                        f"{label}:{line}",
                    )
                )
            for name in sorted(parts.keys() - set(self._observation_files(year))):
                raise DataError(f"缺少此文件，而 {parts[name]} 用到它的指标", display_path(path.with_name(f"{name}.csv")))
        return claims

    def _base(self, measure: str, base: str, label: str, line: int) -> None:
        """A share needs a denominator that exists, a change or rate a year to compare with."""
        if measure == "share":
            try:
                terms = formula.parse(base)[1]
            except DataError as error:
                raise DataError(error.args[0], label, line, "base") from None
            if len(terms) != 1 or terms[0].indicator not in self.catalogue.indicators:
                raise DataError(f"“{base}”不是作分母的指标", label, line, "base")
        elif measure in {"change", "growth", "avg_growth", "points"} and not base.isdigit():
            raise DataError(f"“{base}”不是用来比较的年份", label, line, "base")

    @cached_property
    def errata(self) -> dict[str, Erratum]:
        """Known errors of the documents of all years read, by each check that finds them."""
        errata = {}
        for year in self.years:
            path = self.root / str(year) / "errata.csv"
            label = display_path(path)
            for row in read_csv(path, ERRATUM_COLUMNS, optional=True):
                checks = row["check"].split()
                for check in checks:
                    if check in errata:
                        raise DataError(f"“{check}”重复", label, row["_row"], "check")
                if not row["reason"] or not checks:
                    raise DataError("勘误须写明检查和理由", label, row["_row"], "reason")
                guard = row["expect"].split()
                if guard[:1] != ["fails"] or len(guard) not in {1, 1 + len(checks)}:
                    wanted = "应为 fails，其后可依次写各项检查的“印作=>算得”"
                    raise DataError(f"“{row['expect']}”不明，{wanted}", label, row["_row"], "expect")
                if row["show"] not in {"published", "recomputed", ""}:
                    raise DataError(f"“{row['show']}”不明，应为 published 或 recomputed", label, row["_row"], "show")
                about = Erratum(*(row[name] for name in ERRATUM_COLUMNS), year, f"{label}:{row['_row']}")
                errata |= dict.fromkeys(checks, about)
        return errata

    @cached_property
    def formulas(self) -> dict[tuple[str, str, int], dict]:
        """Formulas of one item in one year (`data/<year>/formulas.csv`), such as price times quantity."""
        formulas = {}
        for year in self.years:
            path = self.root / str(year) / "formulas.csv"
            label = display_path(path)
            for row in read_csv(path, FORMULA_COLUMNS, optional=True):
                line = row["_row"]
                self._region(self._indicator(row["indicator"], label, line), row["region"], label, line)
                try:
                    terms = formula.parse(row["formula"])[1]
                except DataError as error:
                    raise DataError(error.args[0], label, line, "formula") from None
                for term in terms:
                    about = self._indicator(term.indicator, label, line)
                    self._region(about, term.item or row["region"], label, line, "formula")
                formulas[row["indicator"], row["region"], year] = row
        return formulas

    def formula(self, indicator: str, region: str, year: int) -> str:
        """The formula of the item in that year, else the one that the indicator has everywhere; empty without one."""
        row = self.formulas.get((indicator, region, year))
        return row["formula"] if row else self.catalogue.indicator(indicator).formula

    def level(self, indicator: str, region: str, year: int) -> Quantity | None:
        """The printed level; None where nothing (or a blank) is printed."""
        seen = self.observations.get((indicator, region, year))
        if seen is None or seen.value is None:
            return None
        about = self.catalogue.indicators[indicator]
        item = self.catalogue.item(about, region)
        whole = not item.parent
        name = f"{year}年{'' if whole else item.name}{about.name}"
        unit, margin = self.catalogue.unit(about, region), seen.margin
        if margin is None and seen.status != "E":
            margin = margin_of(seen.value, unit, about.kind)
        return Quantity.printed(
            f"{indicator}:{region}:{year}",
            name,
            seen.value,
            unit,
            margin,
            status=seen.status,
            source=seen.source,
            place=seen.place,
            note="由公布的增减推算" if seen.status == "E" else "",
        )

    def items(self, indicator: str, year: int) -> list[str]:
        """Codes for which the indicator has a row (also a blank one) in `year`, in the order of the file."""
        self._need(indicator)
        return [region for (code, region, at) in dict.__iter__(self.observations) if code == indicator and at == year]

    def counties(self, year: int) -> list[str]:
        """Codes of the counties with a booklet of `year`: the files of `data/<year>/counties/`."""
        found = [name.removesuffix(".csv") for name in names(self.root / str(year) / "counties")]
        return [code for code in found if code in self.catalogue.codelists["region"]]

    def known_years(self, indicator: str, region: str) -> list[int]:
        """Years with a value."""
        return [year for year in self.years if self.level(indicator, region, year) is not None]

    def rows(self, name: str, year: int, folder: str = "lists") -> list[dict]:
        """Rows of a list of texts, `data/<year>/lists/<name>.csv`; an empty list where there is none."""
        path = self.root / str(year) / folder / f"{name}.csv"
        return read_csv(path, optional=True)
