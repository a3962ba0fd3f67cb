"""Observations, claims and lists of every year up to an edition's own, read from `data/` and validated."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from nianbao.data import formula
from nianbao.data.catalogue import NUMBER, YEAR, Catalogue, Row, display_path, names, read_csv
from nianbao.errors import DataError
from nianbao.figures.quantity import Quantity, margin_of

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

    @property
    def key(self) -> tuple[str, str, int]:
        """The level it is about: indicator, region and year."""
        return self.indicator, self.region, self.year


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


class Observations(UserDict):
    """Observations by (indicator, region, year). A file is read when a figure that stands in it is first asked for."""

    def __init__(self, need):
        super().__init__()
        self.need = need

    def __getitem__(self, key):
        self.need(*key[:2])
        return self.data[key]

    def __contains__(self, key):
        self.need(*key[:2])
        return key in self.data

    def __iter__(self):
        self.need()
        return iter(self.data)

    def __len__(self):
        self.need()
        return len(self.data)


class Dataset:
    """Everything an edition may know: the folders `data/<year>` for each year up to `upto`.

    The observations of `data/indicators/<part>.csv` stand in `data/<year>/<part>.csv`, those of one county in
    `data/<year>/counties/<county>.csv`. `lazy` leaves files unread until a figure in them is asked for.

    Earlier figures that were revised by then are the revised ones; without `upto`, or with `revised` False, all are as
    they were first published.

    Raises DataError, naming file, row and column, for unknown indicators or regions, duplicate rows, text where a
    number belongs, unknown statuses and missing columns.
    """

    def __init__(self, root: Path | str, upto: int | None = None, revised: bool = True, lazy: bool = False):
        self.root = Path(root)
        if not self.root.is_dir():
            raise DataError("没有数据文件夹", str(self.root))
        self.catalogue = Catalogue(self.root)
        self.all_years = sorted(int(name) for name in names(self.root) if YEAR.fullmatch(name))
        self.years = [year for year in self.all_years if upto is None or year <= upto]
        if upto is not None and upto not in self.all_years:
            raise DataError(f"没有{upto}年的数据文件夹，现有：{'、'.join(map(str, self.all_years))}", display_path(self.root))
        self.observations: MutableMapping[tuple[str, str, int], Observation] = Observations(self._need)
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

    # -- files --------------------------------------------------------------------------------------------------
    @property
    def editions(self) -> list[int]:
        """Years that have a report of their own: figures of an insurance scheme."""
        parts = {prefix.split(".")[0] for prefix in self.catalogue.schemes}
        return [year for year in self.years if any(not parts or each in parts for each in self._observation_files(year))]

    def counties(self, year: int) -> list[str]:
        """Codes of the counties with a booklet of `year`: the files of `data/<year>/counties/`."""
        found = [name.removesuffix(".csv") for name in names(self.root / str(year) / "counties")]
        return [code for code in found if code in self.catalogue.codelists["region"]]

    def rows(self, name: str, year: int, folder: str = "lists", required: Iterable[str] = ()) -> list[Row]:
        """Rows of a list of texts, `data/<year>/lists/<name>.csv`; an empty list where there is none."""
        return read_csv(self.root / str(year) / folder / f"{name}.csv", required, optional=True)

    def revisions(self, year: int) -> list[Row]:
        """Rows of `data/<year>/revisions.csv`: figures of earlier years that the edition of `year` revised.

        A row without `of_year` tells of a changed definition.
        """
        rows = self.rows("revisions", year, "", REVISION_COLUMNS)
        for row in rows:
            self._check_names(row)
            row.check(row["kind"] in REVISION_KINDS, "kind", "“{kind}”不明，应为 planned、method 或 error")
            row.check(YEAR.fullmatch(row["of_year"]) or not row["of_year"], "of_year", "“{of_year}”不是年份")
            numbers = NUMBER.fullmatch(row["new"]) and NUMBER.fullmatch(row["old"])
            row.check(numbers or not row["of_year"], "new", "“{old}”“{new}”应为数字")
        return rows

    def _check_names(self, row: Row, code: str = "", region: str = "", column: str = "") -> None:
        """That indicator and region are known: those of the row, or others that its `column` names."""
        code, region = code or row["indicator"], region or row["region"]
        row.check(code in self.catalogue.indicators, column or "indicator", "没有指标“{code}”，请先写入指标目录", code=code)
        dimension = self.catalogue.indicators[code].dimension
        row.check(region in self.catalogue.codelists[dimension], column or "region", "代码表“{dimension}”中没有“{code}”",
                  dimension=dimension, code=region)

    def terms(self, row: Row, column: str) -> tuple[formula.Term, ...]:
        """The terms of the formula in a cell."""
        try:
            return formula.parse(row[column])[1]
        except DataError as error:
            raise DataError(error.args[0], row.label, row["_row"], column) from None

    def _file(self, code: str, region: str) -> str:
        """The file an observation stands in, below the folder of its year and without `.csv`."""
        about = self.catalogue.indicators[code]
        return f"counties/{region}" if about.part == COUNTY and about.dimension == "region" else about.part

    def _observation_files(self, year: int) -> list[str]:
        folder = self.root / str(year)
        files = [name[:-4] for name in names(folder) if name.endswith(".csv") and name[:-4] not in OTHERS]
        return files + [f"counties/{name[:-4]}" for name in names(folder / "counties")
                        if name.endswith(".csv") and "-" not in name]

    # -- observations -------------------------------------------------------------------------------------------
    def _need(self, code: str | None = None, region: str = "") -> None:
        """Read the files that hold an indicator (of a region), or all files, unless they have been read."""
        if not self._unread or code is not None and code not in self.catalogue.indicators:
            return
        file = self._file(code, region) if code else ""
        for each in [each for each in self._unread if each == file or file in {"", "counties/"} and each.startswith(file)]:
            years = self._unread.pop(each)
            for year in self.years:
                if year in years:
                    self._read(year, each)
                self._revise(year, each)

    def _read(self, year: int, file: str) -> None:
        """Take up the observations of a file."""
        for row in read_csv(self.root / str(year) / f"{file}.csv", OBSERVATION_COLUMNS):
            self._check_names(row)
            key, right = (row["indicator"], row["region"], year), self._file(row["indicator"], row["region"])
            seen, status, literal, margin = self.observations.get(key), row["status"], row["value"], row.get("margin", "")
            row.check(right == file, "indicator", "“{indicator}”的数应写在 data/{year}/{right}.csv", year=year, right=right)
            row.check(seen is None, "indicator", "“{indicator}”“{region}”重复，已见于{place}", place=seen and seen.place)
            row.check(status in STATUSES, "status", "状态“{status}”不明，应为 A、E、P 或 M")
            row.check(literal in BLANKS if status == "M" else NUMBER.fullmatch(literal), "value",
                      "“{value}”不是数字（状态为{status}；空格、-、— 须记为 M）")
            row.check(not margin or NUMBER.fullmatch(margin) and margin[0] != "-", "margin",
                      "“{margin}”不是数字（误差应为零或正数）")
            value = None if status == "M" else Decimal(literal)
            self.observations[key] = Observation(*key, value, literal, status, row["source"],
                                                 Decimal(margin) if margin else None, row.place)

    def _revise(self, year: int, file: str) -> None:
        """Put the figures of a file that the edition of `year` revised in the place of those printed before."""
        for row in self._revisions.get(year, []):
            if not row["of_year"] or self._file(row["indicator"], row["region"]) != file:
                continue
            key = row["indicator"], row["region"], int(row["of_year"])
            seen = self.observations.get(key)
            row.check(seen and seen.literal == row["old"], "old", "原数写作“{old}”，而数据中为“{stands}”",
                      stands=seen.literal if seen else "没有这个数")
            self.observations[key] = replace(seen, value=Decimal(row["new"]), literal=row["new"], margin=None, status="A",
                                             place=row.place, source=f"report-{year} 修订")

    def level(self, indicator: str, region: str, year: int) -> Quantity | None:
        """The printed level; None where nothing (or a blank) is printed."""
        seen = self.observations.get((indicator, region, year))
        if seen is None or seen.value is None:
            return None
        about = self.catalogue.indicators[indicator]
        unit, margin, derived = self.catalogue.unit(about, region), seen.margin, seen.status == "E"
        if margin is None and not derived:
            margin = margin_of(seen.value, unit, about.kind)
        return Quantity.printed(f"{indicator}:{region}:{year}", self.catalogue.title(indicator, region, year), seen.value,
                                unit, margin, status=seen.status, source=seen.source, place=seen.place,
                                note="由公布的增减推算" if derived else "")

    def items(self, indicator: str, year: int) -> list[str]:
        """Codes for which the indicator has a row (also a blank one) in `year`, in the order of the file."""
        self._need(indicator)
        known = getattr(self.observations, "data", self.observations)  # what has been read: nothing more is read for it
        return [region for (code, region, at) in known if code == indicator and at == year]

    # -- what documents print beyond levels ---------------------------------------------------------------------
    @cached_property
    def claims(self) -> list[Claim]:
        """Derived figures printed in the documents of all years read."""
        claims = []
        for year in self.years:
            first: dict[str, str] = {}  # data files that claims need, each with the first that does
            for row in self.rows("claims", year, "", CLAIM_COLUMNS):
                row.check(row["measure"] in MEASURES, "measure", "“{measure}”不是已知的算法，应为：{known}",
                          known="、".join(sorted(MEASURES)))
                self._check_names(row)
                number = row["measure"] in {"highest", "lowest"} or NUMBER.fullmatch(row["value"])
                row.check(number, "value", "“{value}”不是数字")
                self._check_base(row)
                first.setdefault(self._file(row["indicator"], row["region"]), row.place)
                claims.append(Claim(row["measure"], row["indicator"], row["region"], year, row["base"], row["value"],
                                    row["unit"], row["source"], row.place))
            for file in sorted(first.keys() - set(self._observation_files(year))):
                path = display_path(self.root / str(year) / f"{file}.csv")
                raise DataError(f"缺少此文件，而 {first[file]} 用到它的指标", path)
        return claims

    def _check_base(self, row: Row) -> None:
        """A share needs a denominator that exists, a change or rate a year to compare with."""
        if row["measure"] == "share":
            terms = self.terms(row, "base")
            known = len(terms) == 1 and terms[0].indicator in self.catalogue.indicators
            row.check(known, "base", "“{base}”不是作分母的指标")
        elif row["measure"] in {"change", "growth", "avg_growth", "points"}:
            row.check(YEAR.fullmatch(row["base"]), "base", "“{base}”不是用来比较的年份")
        else:
            row.check(not row["base"], "base", "“{base}”：这种算法没有可比的年份，应空着")

    @cached_property
    def errata(self) -> dict[str, Erratum]:
        """Known errors of the documents of all years read, by each check that finds them."""
        errata: dict[str, Erratum] = {}
        for year in self.years:
            for row in self.rows("errata", year, "", ERRATUM_COLUMNS):
                checks, guard = row["check"].split(), row["expect"].split()
                for check in checks:
                    row.check(check not in errata, "check", "“{again}”重复", again=check)
                row.check(row["reason"] and checks, "reason", "勘误须写明检查和理由")
                row.check(guard[:1] == ["fails"] and len(guard) in {1, 1 + len(checks)}, "expect",
                          "“{expect}”不明，应为 fails，其后可依次写各项检查的“印作=>算得”")
                row.check(row["show"] in {"published", "recomputed", ""}, "show", "“{show}”不明，应为 published 或 recomputed")
                about = Erratum(*(row[name] for name in ERRATUM_COLUMNS), year, row.place)  # type: ignore[call-arg]
                errata |= dict.fromkeys(checks, about)
        return errata

    @cached_property
    def formulas(self) -> dict[tuple[str, str, int], Row]:
        """Formulas of one item in one year (`data/<year>/formulas.csv`), such as price times quantity."""
        formulas = {}
        for year in self.years:
            for row in self.rows("formulas", year, "", FORMULA_COLUMNS):
                self._check_names(row)
                for term in self.terms(row, "formula"):
                    self._check_names(row, term.indicator, term.item, "formula")
                formulas[row["indicator"], row["region"], year] = row
        return formulas

    def formula(self, indicator: str, region: str, year: int) -> str:
        """The formula of the item in that year, else the one that the indicator has everywhere; empty without one."""
        row = self.formulas.get((indicator, region, year))
        return row["formula"] if row else self.catalogue.indicator(indicator).formula
