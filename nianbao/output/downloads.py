"""Data to take away: each table and chart as files, and the whole edition as a data package."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import typst
from lxml import html as parser
from lxml.html import HtmlElement
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from nianbao.audit.findings import Finding
from nianbao.chapter.page import cited
from nianbao.charts.sheet import FONT, FONT_FILE
from nianbao.data.csvfiles import csv_text, read_csv, safe, write_csv
from nianbao.data.dataset import Dataset
from nianbao.figures.units import decimals_of
from nianbao.output import facts
from nianbao.output.imprint import LICENCE, citation, version
from nianbao.output.packing import pack, unpack

COLUMNS = {  # of observations: name -> (type in Frictionless and DuckDB, what it says)
    "indicator": ("string", "VARCHAR", "指标代码"), "indicator_name": ("string", "VARCHAR", "指标名称"),
    "item": ("string", "VARCHAR", "地区或其他项目的代码"), "item_name": ("string", "VARCHAR", "地区或其他项目的名称"),
    "dimension": ("string", "VARCHAR", "代码所属的代码表"), "year": ("integer", "INTEGER", "年份"),
    "value": ("number", "DECIMAL(24,6)", "照印的数，小数位数见 decimals"), "unit": ("string", "VARCHAR", "单位"),
    "decimals": ("integer", "INTEGER", "照印的小数位数"), "status": ("string", "VARCHAR", "A 照印，E 推算，P 初步，M 未公布"),
    "source": ("string", "VARCHAR", "出处"), "place": ("string", "VARCHAR", "数据文件和行")}
MARK = ".made"  # in a folder of downloads: what each table and chart was made of, and the version of the data


def cells(output: HtmlElement) -> Iterator[list[tuple[str, str]]]:
    """Rows of the table in an output: (text, id of the figure or nothing); what is unknown is empty."""
    for row in output.xpath("descendant-or-self::table[1]/tbody/tr"):
        figures = [(cell, cell.find(".//data")) for cell in row]
        yield [(figure.get("value"), figure.get("data-q")) if figure is not None
               else ("" if cell.find("span[@class='unknown']") is not None else cell.text_content(), "")
               for cell, figure in figures]


def sources(identity: str, facts: dict) -> list[str]:
    """Where a figure stands, or the figures it was computed from."""
    fact = facts.get(identity, {})
    found = [fact["source"]] if fact.get("source") else [each for one in fact.get("inputs", ()) for each in sources(one, facts)]
    return list(dict.fromkeys(found))


def table(about: dict, output: HtmlElement, facts: dict) -> list[list[tuple[str, str]]]:
    """Heads and rows of a table or chart, with unit and source at the end of each row."""
    rows = [[(head, "") for head in [about["data"][0][0] or "项目", *about["data"][0][1:], "单位", "出处"]]]
    for row in cells(output):
        known = [identity for _, identity in row if identity]
        units = list(dict.fromkeys(facts[each]["unit"] for each in known if each in facts))
        found = list(dict.fromkeys(each for one in known for each in sources(one, facts)))
        rows.append([*row, ("、".join(units) or about["unit"], ""), ("；".join(found), "")])
    return rows


def fill(sheet, rows: list[list[tuple[str, str]]]) -> None:
    """Write rows to a sheet: figures (those with an id) as numbers with their decimals, all else as text."""
    for at, row in enumerate(rows, 1):
        for column, (text, identity) in enumerate(row, 1):
            cell = sheet.cell(at, column)
            if identity:
                number = Decimal(text)
                places = decimals_of(number)
                cell.value = number if places else int(number)
                cell.number_format = "#,##0" + ("." + "0" * places if places else "")
            elif text:
                cell.value, cell.data_type, cell.quotePrefix = text, "s", safe(text) != text  # text also after somebody edits it
            if at == 1:
                cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for column, head in enumerate(rows[0], 1):
        longest = max((len(row[column - 1][0]) for row in rows[1:] if len(row) >= column), default=4)
        sheet.column_dimensions[get_column_letter(column)].width = min(60, max(10, 1.9 * min(longest, 24), 1.2 * len(head[0])))
    sheet.freeze_panes = "B2"


def imprint(title: str, data: Dataset, *rows: tuple[str, str]) -> list[list[tuple[str, str]]]:
    """The sheet that says what a workbook is."""
    said = [("项目", "说明"), *rows, ("书名", title), ("数据版本", version(data)), ("许可", LICENCE), ("引用", citation(title, data))]
    return [[(name, ""), (text, "")] for name, text in said]


def workbook(sheets: dict[str, list], path: Path, year: int) -> None:
    """Save sheets of rows; dated the end of the year, so that the same rows are the same file on any day."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        fill(book.create_sheet(name), rows)
    stream = io.BytesIO()
    book.save(stream)
    now = re.compile(rb"(<dcterms:\w+ [^>]*>)[^<]*")
    path.write_bytes(pack({name: now.sub(rb"\g<1>%d-12-31T00:00:00Z" % year, text) for name, text in unpack(stream).items()}))


def pictures(drawn: dict[Path, str], title: str) -> None:
    """A PNG beside each SVG, with its caption: all in one run of Typst."""
    if not drawn:
        return
    folder = next(iter(drawn)).parent.parent
    quoted = {path: json.dumps(text, ensure_ascii=False) for path, text in drawn.items()}
    pages = "\n#pagebreak()\n".join(
        f'#text(weight: "bold", {quoted[path]})\n\n#image("{path.relative_to(folder).as_posix()}")\n\n'
        f'#text(size: 8pt, fill: luma(90), {json.dumps(title, ensure_ascii=False)})' for path in drawn)
    main = folder / "pictures.typ"
    main.write_text(f'#set page(width: auto, height: auto, margin: 12pt)\n#set text(font: "{FONT}", size: 10.5pt)\n{pages}', "utf-8")
    made = typst.compile(str(main), root=str(folder), format="png", ppi=150, font_paths=[str(FONT_FILE.parent)])
    main.unlink()
    for path, image in zip(drawn, made if isinstance(made, list) else [made], strict=True):
        path.with_suffix(".png").write_bytes(image)


def write(executed: Path, chapters: list[str], findings: list[Finding], data: Dataset, title: str, html: Path, ready: Path | None = None) -> None:
    """All files of `facts/` and `downloads/` beside the pages in `html`, from the executed notebooks of the chapters.

    `ready`: a folder that `of_data` may have filled already.
    """
    known = facts.by_chapter(executed, chapters, findings)
    facts.write_pages(known, html / "facts")
    drawn: dict[Path, str] = {}
    marks: dict[Path, str] = {}
    for chapter in chapters:
        shown = [(about, output) for _, about, output in facts.outputs(executed, [chapter]) if about.get("kind") in {"table", "chart"}]
        place = html / "downloads" / chapter
        if shown:
            made, anew = of_chapter(shown, known[chapter], data, title, place)
            marks[place / MARK] = json.dumps([made, version(data)])
            drawn |= anew
        else:
            shutil.rmtree(place, ignore_errors=True)
    pictures(drawn, f"《{title}》")
    for mark, text in marks.items():
        mark.write_text(text)
    folder = html / "downloads"
    folder.mkdir(exist_ok=True)
    of_data(data, title, ready or folder)
    for path in ready.glob("nianbao-*") if ready else ():
        shutil.copy(path, folder)
    stem = folder / f"nianbao-{data.years[-1]}"
    facts.write_csv(known, Path(f"{stem}-facts.csv"))
    package([COLUMNS, *observations(data)], indicators(data), data, title, Path(f"{stem}-datapackage.zip"))


@cache
def program() -> bytes:
    """This module as it stands, read once: another one may write other files of the same."""
    return Path(__file__).read_bytes()


def content_key(*content) -> str:
    """Changes with what files are made of, the version of the data apart."""
    return hashlib.sha256(json.dumps(content, default=str).encode() + program()).hexdigest()


def of_chapter(parts: list[tuple[dict, str]], facts: dict[str, dict], data: Dataset, title: str, folder: Path) -> tuple[dict[str, str], dict[Path, str]]:
    """The files of the tables and charts of a chapter; those made of the same as last time only get the present version of the data.

    Returns what each is made of, and the charts that were drawn anew with their captions.
    """
    mark, now, made, drawn = folder / MARK, version(data), {}, {}
    before, then = json.loads(mark.read_text()) if mark.exists() else ({}, "")
    mark.unlink(missing_ok=True)  # whatever happens now, half of it is not taken for good
    folder.mkdir(parents=True, exist_ok=True)
    for about, output in parts:
        identity = re.search(r'<figure class="\w+" id="([^"]+)"', output)[1]
        whole, stem, svg = parser.fromstring(output), folder / identity, re.search(r"<svg .*?</svg>", output, re.S)
        caption = whole.findtext(".//figcaption") if svg else whole.xpath("string(.//span[@class='title'])")
        rows, book = table(about, whole, facts), Path(f"{stem}.xlsx")
        made[identity] = content_key(title, caption, about["unit"], rows, svg and svg[0])
        if before.get(identity) == made[identity] and book.exists():
            if then != now:
                book.write_bytes(pack({name: text.replace(then.encode(), now.encode()) for name, text in unpack(book).items()}))
            continue
        if svg:
            Path(f"{stem}.svg").write_text(svg[0], "utf-8")
            drawn[Path(f"{stem}.svg")] = caption
        write_csv(Path(f"{stem}.csv"), ([text for text, _ in row] for row in rows))
        workbook({"数据": rows, "说明": imprint(title, data, ("标题", caption), ("单位", about["unit"]))}, book, data.years[-1])
    for path in folder.iterdir():
        if path.stem not in made:
            path.unlink()
    return made, drawn


def observations(data: Dataset) -> list[list[str]]:
    """Every observation of the edition, one a row, in the order of COLUMNS."""
    rows = []
    for (code, item, year), seen in data.observations.items():
        about = data.catalogue.indicators[code]
        source = cited(seen.source, data.catalogue.documents)
        value = "" if seen.value is None else f"{seen.value:f}"
        rows.append([code, about.name, item, data.catalogue.item(about, item).name, about.dimension, str(year), value,
                     data.catalogue.unit(about, item), str(decimals_of(seen.value)) if value else "", seen.status, source, seen.place])
    return rows


def sdmx(rows: list[list[str]], province: str) -> Iterator[list[str]]:
    """SDMX-CSV 2.0: annual series by indicator, area and item; `province` is the code of the whole."""
    yield ["STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "INDICATOR", "REF_AREA", "ITEM", "TIME_PERIOD", "OBS_VALUE",
           "OBS_STATUS", "UNIT_MEASURE", "DECIMALS", "SOURCE"]
    for code, _, item, _, dimension, year, value, unit, decimals, status, source, _ in rows:
        area, other = (item, "_T") if dimension == "region" else (province, item)
        yield ["dataflow", f"SI{province}:NIANBAO(1.0)", "I", "A", code, area, other, year, value, status, unit, decimals, source]


def indicators(data: Dataset) -> list[list[str]]:
    """The catalogue, one indicator a row, with its heads."""
    rows = [["indicator", "name", "unit", "decimals", "kind", "dimension", "parent", "formula", "definition"]]
    return rows + [[str(getattr(each, name, "") or "") for name in ("code", *rows[0][1:])] for each in data.catalogue.indicators.values()]


def of_data(data: Dataset, title: str, folder: Path) -> None:
    """The whole edition as workbook, Parquet and SDMX-CSV: what needs no notebook, unless it was made of the same."""
    import duckdb

    mark, key = folder / ".whole", content_key(title, version(data))
    if mark.exists() and mark.read_text() == key:
        return
    folder.mkdir(exist_ok=True)
    mark.unlink(missing_ok=True)
    stem, rows = folder / f"nianbao-{data.years[-1]}", observations(data)
    plain = Path(f"{stem}.rows.csv")
    with plain.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([COLUMNS, *rows])
    write_csv(Path(f"{stem}-sdmx.csv"), sdmx(rows, next(iter(data.catalogue.codelists["region"]))))
    types = {name: kind for name, (_, kind, _) in COLUMNS.items()}
    form = f"header=true, auto_detect=false, delim=',', quote='\"', escape='\"', columns={types}"  # nothing guessed from the texts
    places = [str(path).replace("'", "''") for path in (plain, f"{stem}.parquet")]
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{places[0]}', {form})) TO '{places[1]}' (FORMAT parquet)")
    plain.unlink()
    number = {list(COLUMNS).index("value"), list(COLUMNS).index("year")}
    sheets = {"说明": imprint(title, data), "数据": [[(name, "") for name in COLUMNS]] + [
        [(text, "x" if at in number and text else "") for at, text in enumerate(row)] for row in rows],
        "指标": [[(text, "") for text in row] for row in indicators(data)]}
    workbook(sheets, Path(f"{stem}.xlsx"), data.years[-1])
    mark.write_text(key)


def package(rows: list, indicators: list, data: Dataset, title: str, path: Path) -> None:
    """The Frictionless data package as a zip."""
    parts = {"observations.csv": csv_text(rows).encode("utf-8-sig"),
             "facts.csv": path.with_name(path.name.replace("datapackage.zip", "facts.csv")).read_bytes()}
    parts["indicators.csv"] = csv_text(indicators).encode()
    for each in sorted(data.root.rglob("*.csv")):
        place = each.relative_to(data.root)
        codelist = place.parts[:2] == ("catalogue", "codelists")
        if codelist or place.name == "documents.csv" or each.stem in {"claims", "errata"}:
            rows = read_csv(each)
            known = [row for row in rows if codelist or "check" not in row and "measure" not in row or int(row["year"]) <= data.years[-1]]
            if known:
                parts[place.as_posix()] = csv_text(known, [*rows[0]]).encode()
    fields = {"observations.csv": [{"name": name, "type": kind, "description": said} for name, (kind, _, said) in COLUMNS.items()]}
    heads = {name: next(csv.reader([content.decode("utf-8-sig").splitlines()[0]])) for name, content in parts.items()}
    resources = [{"name": name.removesuffix(".csv").replace("/", "-"), "path": name, "format": "csv", "mediatype": "text/csv",
                  "encoding": "utf-8", "profile": "tabular-data-resource",
                  "schema": {"fields": fields.get(name, [{"name": head, "type": "string"} for head in heads[name]])}} for name in parts]
    about = {"name": "nianbao", "title": title, "version": version(data), "profile": "tabular-data-package",
             "licenses": [{"name": "public", "title": LICENCE}], "resources": resources}
    parts["datapackage.json"] = json.dumps(about, ensure_ascii=False, indent=1).encode()
    parts["CITATION.txt"] = (citation(title, data) + "\n").encode()
    path.write_bytes(pack(parts))
