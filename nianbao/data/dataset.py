"""Everything an edition may know: observations, what documents print, and texts of every year up to its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from itertools import chain
from pathlib import Path

from nianbao.data import documents, formulas, schema
from nianbao.data.bases import Bases
from nianbao.data.carrying import carried
from nianbao.data.catalogue import REGION, Catalogue
from nianbao.data.csvfiles import NUMBER, YEAR, Row, display_path
from nianbao.data.documents import Claim, Erratum, ItemFormula
from nianbao.data.explanations import Explanation, explanation
from nianbao.data.folder import Folder
from nianbao.data.keys import Key, Source
from nianbao.data.observations import Observation, Observations, observation
from nianbao.errors import DataError

#: The part whose figures of one county stand in `counties/<county>.csv`.
COUNTY = "county"
COUNTIES = "counties"


class Dataset:
    """The data folder `root` as an edition of the year `upto` sees it.

    The observations of `catalogue/indicators/<part>.csv` stand in `observations/<year>/<part>.csv`, those of one county
    in `observations/<year>/counties/<county>.csv`. `lazy` leaves files unread until a figure in them is asked for.

    Earlier figures that were revised by then are the revised ones; without `upto`, or with `revised` False, all are as
    they were first published.

    Raises DataError, naming file, row and column, for unknown indicators or items, duplicate rows, text where a
    number belongs, unknown statuses and missing columns.
    """

    def __init__(self, root: Path | str, upto: int | None = None, revised: bool = True, lazy: bool = False):
        self.root = Path(root)
        if not self.root.is_dir():
            raise DataError("没有数据文件夹", str(self.root))
        self.folder = Folder(self.root)
        self.catalogue = Catalogue(self.folder)
        self.all_years = self._years_with_folders()
        self.years = [year for year in self.all_years if upto is None or year <= upto]
        if upto is not None and upto not in self.all_years:
            known = "、".join(map(str, self.all_years))
            raise DataError(f"没有{upto}年的数据文件夹，现有：{known}", display_path(self.root / "observations"))
        self._reading = Observations(self._need)
        self.observations: MutableMapping[Key, Observation] = self._reading
        self._revisions: dict[int, list[Row]] = {}
        self._bases: dict[int, Bases] = {}
        if upto is not None and revised:
            self._revisions = {year: self.revisions(year) for year in self.years}
        self._earlier = {year: self.earlier(year) for year in self.years}
        #: Observation files not yet read, without `.csv`, and the years that have them.
        self._unread: dict[str, list[int]] = {}
        for year in self.years:
            for file in self._observation_files(year):
                self._unread.setdefault(file, []).append(year)
            for row in self._revisions.get(year, []):
                self._unread.setdefault(self.file_of(row["indicator"], row["item"]), [])
            for row in self._earlier[year]:
                self._unread.setdefault(self.file_of(row["indicator"], row["item"]), [])
        self._count_earlier_years()
        if not lazy:
            self.folder.check_strays(self.catalogue.documents)
            self._need()
            self.observations = dict(self._reading)

    def _years_with_folders(self) -> list[int]:
        """The years that have a folder of observations; DataError for a file in the place of one."""
        names = [name for name in self.folder.names("observations") if YEAR.fullmatch(name)]
        for name in names:
            path = self.root / "observations" / name
            if not path.is_dir():
                raise DataError("应是一年的文件夹，不是文件", display_path(path))
        return sorted(map(int, names))

    # -- files --------------------------------------------------------------------------------------------------
    @property
    def editions(self) -> list[int]:
        """Years that have a report of their own: figures of an insurance scheme."""
        parts = {prefix.split(".")[0] for prefix in self.catalogue.schemes}
        years = [year for year in self.years if year in self.all_years]
        return [year for year in years if not parts or parts & set(self._observation_files(year))]

    def counties(self, year: int) -> list[str]:
        """Codes of the counties with a booklet of `year`."""
        found = self.folder.tables(f"observations/{year}/{COUNTIES}")
        return [code for code in found if code in self.catalogue.regions]

    def texts(self, name: str, year: int, required: Iterable[str] = ()) -> list[Row]:
        """Rows of a list of texts, `editions/<year>/texts/<name>.csv`; an empty list where there is none."""
        return self.folder.read(f"editions/{year}/texts/{name}.csv", required, optional=True)

    def of_documents(self, table: schema.Table, name: str) -> Iterator[tuple[str, Row]]:
        """Document and row of every `documents/<document>/<name>.csv`, as far as the row's year is read.

        Documents come in the order of the catalogue.
        """
        for document in self.catalogue.documents:
            for row in self.folder.read(f"documents/{document}/{name}.csv", table.heads, optional=True):
                row.check(YEAR.fullmatch(row["year"]), "year", "“{year}”不是年份")
                self._check_about(table, row)
                if int(row["year"]) in self.years:
                    yield document, row

    def revisions(self, year: int) -> list[Row]:
        """Rows of `editions/<year>/revisions.csv`: figures of earlier years that the edition of `year` revised.

        A row without `of_year` tells of a changed definition.
        """
        rows = self.folder.read(f"editions/{year}/revisions.csv", schema.REVISIONS.heads, optional=True)
        for row in rows:
            self._check_names(row)
            row.check(row["kind"] in schema.REVISION_KINDS, "kind", "“{kind}”不明，应为 planned、method 或 error")
            row.check(YEAR.fullmatch(row["of_year"]) or not row["of_year"], "of_year", "“{of_year}”不是年份")
            numbers = NUMBER.fullmatch(row["new"]) and NUMBER.fullmatch(row["old"])
            row.check(numbers or not row["of_year"], "new", "“{old}”“{new}”应为数字")
        return rows

    @cached_property
    def restated(self) -> frozenset[Key]:
        """The levels that an edition up to this one has put on another basis, as after a merger of regions."""
        rows = (row for each in self._revisions.values() for row in each)
        moved = (row for row in rows if row["kind"] == schema.METHOD and row["of_year"])
        return frozenset(Key(row["indicator"], row["item"], int(row["of_year"])) for row in moved)

    def earlier(self, year: int) -> list[Row]:
        """Rows of `editions/<year>/earlier.csv`: figures of earlier years that were added for the edition of `year`."""
        rows = self.folder.read(f"editions/{year}/earlier.csv", schema.EARLIER.heads, optional=True)
        for row in rows:
            self._check_names(row)
            row.check(int(row["year"]) < year, "year", "“{year}”应早于{edition}年", edition=year)
            self._check_source(row)
        return rows

    def bases(self, year: int) -> Bases:
        """The years that the edition of `year` compares with over several years: `editions/<year>/bases.csv`."""
        if year not in self._bases:
            rows = self.folder.read(f"editions/{year}/bases.csv", schema.BASES.heads, optional=True)
            self._bases[year] = Bases(rows, year, self.catalogue.indicators)
        return self._bases[year]

    def jumps(self, year: int) -> list[Row]:
        """Rows of `editions/<year>/jumps.csv`: why figures of `year` differ much from those of the year before."""
        rows = self.folder.read(f"editions/{year}/jumps.csv", schema.JUMPS.heads, optional=True)
        for row in rows:
            self._check_names(row)
            schema.JUMPS.check(row)
        return rows

    def _check_names(self, row: Row) -> None:
        """That the indicator and the item of a row are known."""
        self._check_pair(row, row["indicator"], row["item"], "indicator", "item")

    def _check_about(self, table: schema.Table, row: Row) -> None:
        """That a row of a document is about a year of the data, and figures that are known."""
        year = int(row["year"])
        row.check(year in {*self.all_years, *self.years}, "year", "没有{year}年的数据，这一行不会被读到")
        if table.column("indicator") is None:
            return
        self._check_names(row)
        if table.column("formula") is not None and row["formula"]:  # blank where a reason gives no number
            for term in self.terms(row, "formula"):
                self._check_pair(row, term.indicator, term.item or row["item"], "formula", "formula")

    def _check_source(self, row: Row) -> None:
        """That a figure says where it comes from, and that the document is known."""
        document = Source.parse(row["source"]).document
        row.check(document, "source", "不应空着，应写出处：文件代码、空格、表号或章节")
        row.check(
            document in self.catalogue.documents,
            "source",
            "没有代码为“{document}”的文件，请先写入 data/catalogue/documents.csv",
            document=document,
        )

    def _check_pair(self, row: Row, indicator: str, item: str, indicator_column: str, item_column: str) -> None:
        """That an indicator and an item are known; an empty item stands for any."""
        known = indicator in self.catalogue.indicators
        row.check(known, indicator_column, "没有指标“{code}”，请先写入指标目录", code=indicator)
        dimension = self.catalogue.indicators[indicator].dimension
        row.check(
            item in self.catalogue.codelists[dimension],
            item_column,
            "代码表“{dimension}”中没有“{code}”",
            dimension=dimension,
            code=item,
        )

    def terms(self, row: Row, column: str) -> tuple[formulas.Term, ...]:
        """The terms of the formula in a cell; DataError with its place where the formula cannot be read."""
        try:
            return formulas.terms(row[column])
        except DataError as error:
            raise DataError(error.args[0], row.label, row.line, column) from None

    def file_of(self, code: str, item: str) -> str:
        """The file an observation stands in, below the folder of its year and without `.csv`."""
        about = self.catalogue.indicators[code]
        of_a_county = about.part == COUNTY and about.dimension == REGION
        return f"{COUNTIES}/{item}" if of_a_county else about.part

    def _observation_files(self, year: int) -> list[str]:
        parts = self.folder.tables(f"observations/{year}")
        counties = self.folder.tables(f"observations/{year}/{COUNTIES}")
        return [*parts, *(f"{COUNTIES}/{name}" for name in counties)]

    # -- observations -------------------------------------------------------------------------------------------
    def _need(self, code: str | None = None, item: str = "") -> None:
        """Read the files that hold an indicator (of an item), or all files, unless they have been read."""
        if not self._unread or code is not None and code not in self.catalogue.indicators:
            return
        file = self.file_of(code, item) if code else ""
        several = file in {"", f"{COUNTIES}/"}
        if not several and file not in self._unread:
            return
        for each in [each for each in self._unread if each == file or several and each.startswith(file)]:
            years = self._unread.pop(each)
            for year in self.years:
                if year in years:
                    self._read(year, each)
                self._take_earlier(year, each)
                self._revise(year, each)

    def _read(self, year: int, file: str) -> None:
        """Take up the observations of a file."""
        known = self._reading.known
        for row in self.folder.read(f"observations/{year}/{file}.csv", schema.OBSERVATIONS.heads):
            self._check_names(row)
            self._check_source(row)
            key = Key(row["indicator"], row["item"], year)
            right = self.file_of(key.indicator, key.item)
            row.check(
                right == file,
                "indicator",
                "“{indicator}”的数应写在 data/observations/{year}/{right}.csv",
                year=year,
                right=right,
            )
            known[key] = observation(row, key)

    def _count_earlier_years(self) -> None:
        """Years of which an edition has figures, though no folder of their own, are years of the data too."""
        own = {int(row["year"]) for rows in self._earlier.values() for row in rows}
        self.years = sorted({*self.years, *own})

    def _take_earlier(self, year: int, file: str) -> None:
        """Take up the figures of a file that were added for the edition of `year`: new ones, and such as were inferred.

        What is printed is not put aside by them: that would be a revision.
        """
        known = self._reading.known
        for row in self._earlier.get(year, []):
            if self.file_of(row["indicator"], row["item"]) != file:
                continue
            key = Key(row["indicator"], row["item"], int(row["year"]))
            seen = known.get(key)
            added = observation(row, key)
            fits = seen is None or seen.derived or seen.literal == added.literal
            stands = seen.literal if seen else ""
            row.check(fits, "value", "数据中已有“{stands}”；要改请写在修订里", stands=stands)
            if seen is None or seen.derived:
                known[key] = added

    def _revise(self, year: int, file: str) -> None:
        """Put the figures of a file that the edition of `year` revised in the place of those printed before."""
        known = self._reading.known
        for row in self._revisions.get(year, []):
            if not row["of_year"] or self.file_of(row["indicator"], row["item"]) != file:
                continue
            key = Key(row["indicator"], row["item"], int(row["of_year"]))
            seen = known.get(key)
            stands = seen.literal if seen else "没有这个数"
            row.check(
                seen and seen.literal == row["old"], "old", "原数写作“{old}”，而数据中为“{stands}”", stands=stands
            )
            assert seen is not None
            known[key] = replace(
                seen,
                value=Decimal(row["new"]),
                literal=row["new"],
                margin=None,
                status="A",
                place=row.place,
                source=Source(f"report-{year}", schema.REVISED),
            )

    @property
    def _known(self) -> Mapping[Key, Observation]:
        """The observations that have been read so far."""
        return self.observations if isinstance(self.observations, dict) else self._reading.known

    def items(self, indicator: str, year: int) -> list[str]:
        """Codes for which the indicator has a row (also a blank one) in `year`, in the order of the file."""
        self._need(indicator)
        return [key.item for key in self._known if key.indicator == indicator and key.year == year]

    def keys_of(self, indicators: Iterable[str]) -> list[Key]:
        """The keys of all rows (also of blank ones) of some indicators, in the order of the files."""
        wanted = set(indicators)
        for code in wanted:
            self._need(code)
        return [key for key in self._known if key.indicator in wanted]

    def keys_of_item(self, item: str, indicators: Iterable[str]) -> list[Key]:
        """The keys of all rows (also of blank ones) of an item, by the order of the indicators, then by year."""
        order = {code: at for at, code in enumerate(indicators)}
        for code in order:
            self._need(code, item)
        found = [key for key in self._known if key.item == item and key.indicator in order]
        return sorted(found, key=lambda key: (order[key.indicator], key.year))

    # -- what documents print beyond levels ---------------------------------------------------------------------
    @cached_property
    def claims(self) -> list[Claim]:
        """Derived figures printed in the documents, those of earlier years first."""
        found: list[Claim] = []
        first: dict[tuple[int, str], str] = {}  # observation files that claims need, each with the first that does
        for document, row in self.of_documents(schema.CLAIMS, "claims"):
            documents.check_claim(row)
            self._check_base(row)
            claim = documents.claim(row, document)
            first.setdefault((claim.year, self.file_of(claim.indicator, claim.item)), row.place)
            found.append(claim)
        for year, file in sorted(first):
            if file not in self._observation_files(year):
                path = display_path(self.root / "observations" / str(year) / f"{file}.csv")
                raise DataError(f"缺少此文件，而 {first[year, file]} 用到它的指标", path)
        return sorted(found, key=lambda claim: claim.year)

    def _check_base(self, row: Row) -> None:
        """A share needs a denominator that exists, a change or rate a year to compare with."""
        if row["measure"] == "share":
            terms = self.terms(row, "base")
            known = len(terms) == 1 and terms[0].indicator in self.catalogue.indicators
            row.check(known, "base", "“{base}”不是作分母的指标")
        elif row["measure"] in schema.AGAINST_A_YEAR:
            row.check(YEAR.fullmatch(row["base"]), "base", "“{base}”不是用来比较的年份")
            row.check(row["base"] < row["year"], "base", "比较的年份“{base}”应早于{year}年")
        else:
            row.check(not row["base"], "base", "“{base}”：这种算法没有可比的年份，应空着")
        if row["measure"] in schema.RANKINGS:
            known = self.catalogue.codelists[self.catalogue.indicators[row["indicator"]].dimension]
            unknown = [each for each in row["value"].split("|") if each not in known]
            row.check(not unknown, "value", "“{value}”应为代码表里的代码，几个以 | 隔开")

    @cached_property
    def errata(self) -> dict[str, Erratum]:
        """Known errors of the documents, by each check that finds them."""
        errata: dict[str, Erratum] = {}
        for document, row in self.of_documents(schema.ERRATA, "errata"):
            about = documents.erratum(row, document)
            for check in about.checks:
                row.check(check not in errata, "check", "“{again}”重复", again=check)
                errata[check] = about
        return errata

    @cached_property
    def explanations(self) -> list[Explanation]:
        """The explained differences of all editions (`editions/<year>/explained.csv`), those of earlier ones first."""
        found = []
        for year in self.years:
            name = f"editions/{year}/explained.csv"
            for row in self.folder.read(name, schema.EXPLAINED.heads, optional=True):
                self._check_explained(row)
                found.append(explanation(row, year))
        return found

    def _check_explained(self, row: Row) -> None:
        """That indicator and item of an explained difference are known, as far as they are named."""
        code = row["indicator"]
        if code:
            row.check(code in self.catalogue.indicators, "indicator", "没有指标“{indicator}”，请先写入指标目录")
        dimension = self.catalogue.indicators[code].dimension if code else REGION
        known = not row["item"] or row["item"] in self.catalogue.codelists[dimension]
        row.check(known, "item", "代码表“{dimension}”中没有“{item}”", dimension=dimension)

    @cached_property
    def means(self) -> dict[tuple[str, int], str]:
        """How average growth since a base year is computed (`schema.MEANS`), by document and base year.

        `("", year)` is what the last document says of that base year.
        """
        found: dict[tuple[str, int], str] = {}
        for document, row in self.of_documents(schema.MEAN_GROWTH, "means"):
            schema.MEAN_GROWTH.check(row)
            base = int(row["year"])
            row.check((document, base) not in found, "year", "“{year}”重复")
            found[document, base] = found["", base] = row["mean"]
        return found

    def mean(self, base: int, document: str = "", key: Key | None = None) -> str:
        """How average growth since the year `base` is computed in a document, else in the last one that says so.

        The habit is that of the year in which a sentence was first written, hence of its base year. For the figure
        `key` the edition of its year may name a mean with the base; it counts where the document itself says nothing.
        Empty where nobody says anything of that year.
        """
        named = self.bases(key.year).of(key.indicator) if key else None
        of_edition = named.mean if named and named.year == base else ""
        return self.means.get((document, base)) or of_edition or self.means.get(("", base), "")

    @cached_property
    def formulas(self) -> dict[Key, ItemFormula]:
        """Formulas of one item in one year (`documents/<document>/formulas.csv`), such as price times quantity.

        A document without any takes those of the last one of its kind, as far as they hold.
        """
        found = carried(self, self.stated_formulas)
        for row in chain(*self.stated_formulas.values()):
            found[Key(row["indicator"], row["item"], int(row["year"]))] = ItemFormula(row["formula"], row["note"])
        return found

    @cached_property
    def stated_formulas(self) -> dict[str, list[Row]]:
        """The rows of `documents/<document>/formulas.csv` by document."""
        stated: dict[str, list[Row]] = {}
        for document, row in self.of_documents(schema.FORMULAS, "formulas"):
            stated.setdefault(document, []).append(row)
        return stated

    def formula(self, key: Key) -> str:
        """The formula of the item in that year, else the one that the indicator has everywhere; empty without one."""
        own = self.formulas.get(key)
        return own.text if own else self.catalogue.indicator(key.indicator).formula
