"""All observations of an edition, and its catalogue: as rows, workbook, Parquet and SDMX-CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from nianbao.chapter.doubted import word_of
from nianbao.chapter.facts import cited
from nianbao.chapter.published import Published
from nianbao.data.catalogue import REGION
from nianbao.data.csvfiles import write_csv
from nianbao.data.dataset import Dataset
from nianbao.figures.units import decimals_of
from nianbao.output.imprint import stem, version
from nianbao.output.tables import csvw, sdmx, sheets
from nianbao.output.tables.fingerprint import fingerprint
from nianbao.output.tables.parquet import write_parquet
from nianbao.output.tables.sheets import UNKNOWN, Cell, Rows, workbook

#: In a folder of these files: what they were made of.
MARK = ".whole"


@dataclass(frozen=True)
class Column:
    """A column of the observations: its `name`, its type in Frictionless and in SQL, what it says."""

    name: str
    type: str
    sql: str
    about: str


COLUMNS = (
    Column("indicator", "string", "VARCHAR", "指标代码"),
    Column("indicator_name", "string", "VARCHAR", "指标名称"),
    Column("item", "string", "VARCHAR", "地区或其他项目的代码"),
    Column("item_name", "string", "VARCHAR", "地区或其他项目的名称"),
    Column("dimension", "string", "VARCHAR", "代码所属的代码表"),
    Column("year", "integer", "INTEGER", "年份"),
    Column("value", "number", "DECIMAL(24,6)", "照印的数，小数位数见 decimals"),
    Column("unit", "string", "VARCHAR", "单位"),
    Column("decimals", "integer", "INTEGER", "照印的小数位数"),
    Column("status", "string", "VARCHAR", "A 照印，E 推算，P 初步，M 未公布"),
    Column("source", "string", "VARCHAR", "出处"),
    Column("place", "string", "VARCHAR", "数据文件和行"),
    Column("doubt", "string", "VARCHAR", "存疑、涉及存疑数据、另一处印法有误；空着的没有疑点"),
    Column("doubt_note", "string", "VARCHAR", "疑在何处"),
)
HEADS = tuple(column.name for column in COLUMNS)
#: Columns of the catalogue.
INDICATOR_HEADS = ("indicator", "name", "unit", "decimals", "kind", "dimension", "parent", "formula", "definition")
#: What those of them say that the observations do not have.
INDICATOR_COLUMNS = (
    Column("name", "string", "VARCHAR", "指标名称"),
    Column("kind", "string", "VARCHAR", "stock 时点数，flow 时期数，ratio 比率"),
    Column("parent", "string", "VARCHAR", "上级指标的代码"),
    Column("formula", "string", "VARCHAR", "算法，由其他指标算出的才有"),
    Column("definition", "string", "VARCHAR", "定义"),
)
#: Sheets of the workbook, and what each holds.
DATA = "数据"
INDICATORS = "指标"
SHEETS = {
    sheets.NOTES: "标记和列名的含义",
    DATA: "一行一个数，附单位、状态和出处",
    INDICATORS: "指标的名称、单位、种类、算法和定义",
}
#: Columns of SDMX-CSV 2.0: what a row belongs to, and the columns of its structure.
SDMX_HEADS = ("STRUCTURE", "STRUCTURE_ID", "ACTION", *sdmx.COLUMNS)
#: The columns that together name an observation.
SDMX_KEYS = ("INDICATOR", "REF_AREA", "ITEM", "TIME_PERIOD")


@dataclass(frozen=True)
class ObservationRow:
    """An observation as it is published; the fields are COLUMNS. `value` and `decimals` are None for a blank."""

    indicator: str
    indicator_name: str
    item: str
    item_name: str
    dimension: str
    year: int
    value: Decimal | None
    unit: str
    decimals: int | None
    status: str
    source: str
    place: str
    doubt: str = ""
    doubt_note: str = ""

    def texts(self) -> list[str]:
        """The cells of a CSV; what is unknown is empty."""
        return [self._text(name) for name in HEADS]

    def cells(self) -> list[Cell]:
        """The cells of a workbook: year and value are numbers, and a value that is unknown has a marker."""
        row: list[Cell] = [*self.texts()]
        row[HEADS.index("year")] = self.year
        row[HEADS.index("value")] = UNKNOWN if self.value is None else self.value
        return row

    def _text(self, name: str) -> str:
        content = getattr(self, name)
        if content is None:
            return ""
        return f"{content:f}" if isinstance(content, Decimal) else str(content)


def observations(data: Dataset, published: Published) -> list[ObservationRow]:
    """Every observation of the edition, in the order of the data files; inferred ones as the book prints them.

    `published` are the levels that the book prints.
    """
    catalogue = data.catalogue
    derive = published.audit.derive
    rows = []
    for key, seen in data.observations.items():
        about = catalogue.indicators[key.indicator]
        level = derive.level(key) if seen.derived else None
        value = level.as_known().value if level else seen.value
        shown = published.level(key)
        doubted = shown if shown is not None and shown.mark else None
        rows.append(
            ObservationRow(
                indicator=key.indicator,
                indicator_name=about.name,
                item=key.item,
                item_name=catalogue.item(about, key.item).name,
                dimension=about.dimension,
                year=key.year,
                value=value,
                unit=catalogue.unit(about, key.item),
                decimals=None if value is None else decimals_of(value),
                status=seen.status,
                source=cited(seen.source, catalogue.documents),
                place=seen.place,
                doubt=word_of(doubted, data.errata) if doubted else "",
                doubt_note=doubted.note if doubted else "",
            )
        )
    return rows


def series(rows: Iterable[ObservationRow], province: str) -> Iterator[list[str]]:
    """SDMX-CSV 2.0, heads first: annual series by indicator, area and item.

    `province` is the code of the whole: the area of all that is not counted by region.
    """
    yield [*SDMX_HEADS]
    for row in rows:
        cells = dict(zip(HEADS, row.texts(), strict=True))
        by_region = row.dimension == REGION
        area = row.item if by_region else province
        item = sdmx.TOTAL if by_region else sdmx.item_code(row.dimension, row.item)
        flow = f"{sdmx.agency(province)}:{sdmx.DATAFLOW}({sdmx.VERSION})"
        known = ["dataflow", flow, "I", "A", sdmx.code(row.indicator), area, item]
        observed = [cells[name] for name in ("year", "value", "status", "unit", "decimals", "source")]
        yield [*known, *observed, "：".join(filter(None, [row.doubt, row.doubt_note]))]


def indicators(data: Dataset) -> list[list[str]]:
    """The catalogue, one indicator a row, heads first."""
    rows = [[*INDICATOR_HEADS]]
    for code, about in data.catalogue.indicators.items():
        rows.append([code, *(str(getattr(about, name) or "") for name in INDICATOR_HEADS[1:])])
    return rows


def sheets_of(rows: Iterable[ObservationRow], data: Dataset, title: str) -> dict[str, Rows]:
    """The sheets of the workbook of the whole edition by name."""
    return {
        sheets.COVER: sheets.imprint(title, data),
        sheets.CONTENTS: sheets.contents(SHEETS),
        sheets.NOTES: sheets.notes({column.name: column.about for column in (*COLUMNS, *INDICATOR_COLUMNS)}),
        DATA: [[*HEADS], *(row.cells() for row in rows)],
        INDICATORS: indicators(data),
    }


def write(rows: Callable[[], Sequence[ObservationRow]], data: Dataset, title: str, folder: Path) -> None:
    """The whole edition as workbook, Parquet and SDMX-CSV in `folder`, unless it was made of the same.

    `rows` finds the observations of the edition, `title` is that of the book.
    """
    mark = folder / MARK
    made_of = fingerprint(title, version(data))
    if mark.exists() and mark.read_text() == made_of:
        return
    folder.mkdir(exist_ok=True)
    mark.unlink(missing_ok=True)  # whatever happens now, half of it is not taken for good
    known = rows()
    place = folder / stem(data)
    province = next(iter(data.catalogue.regions))
    flat = Path(f"{place}-sdmx.csv")
    write_csv(flat, series(known, province))
    csvw.beside(flat, csvw.columns(SDMX_HEADS, csvw.SDMX), data, title, SDMX_KEYS)
    sdmx.write(data, title, Path(f"{place}-sdmx-structure.json"))
    types = {column.name: column.sql for column in COLUMNS}
    write_parquet(types, [row.texts() for row in known], Path(f"{place}.parquet"))
    workbook(sheets_of(known, data, title), Path(f"{place}.xlsx"), data.years[-1], title)
    mark.write_text(made_of, "utf-8", newline="\n")
