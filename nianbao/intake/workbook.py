"""A new year's folder and the Excel workbook to fill in, laid out from what the report held last year."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from nianbao.audit.rules.identities import read_identities
from nianbao.audit.rules.totals import printed_parts
from nianbao.data import formulas
from nianbao.data.csvfiles import display_path
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.intake.layout import (
    CHECKS,
    GUIDE,
    HEAD,
    KEEP,
    LABELS,
    LISTS,
    NOTES,
    REVISION_HEADS,
    REVISIONS,
    WORDS,
    Page,
    heading,
    lists,
    pages,
    sheet_name,
)
from nianbao.intake.merging import register

INPUT, GREY, WARN = (PatternFill("solid", fgColor=color) for color in ("FFFDE7", "F2F2F2", "FFE0B2"))
LINE = Border(*[Side("thin", color="BDBDBD")] * 4)
GUIDANCE = """\
在黄色格里填{year}年的数；灰色格是{last}年的数和名称、代码，已锁定，不必也不要改动。
单位写在表头或单位一栏。需要换算时可以直接写“2751万”“5.2亿元”，读入时按单位精确换算；写了别的单位会被退回询问。
没有数、不公布的格填“—”（也可填“-”或“无”）；零就填 0。空着的格按未载处理，并在读入时逐一列出。
小数位数以格内显示的为准，已按指标预设；负数写 -1.5 或（1.5）。不要填“3-4”一类的写法，Excel 会把它变成日期。
可以粘贴、写公式、隐藏行、增减备注栏、移动栏目；读入时按代码和名称辨认，不看位置。
“核对”表随填随算：分项与合计、勾稽关系、比率和比上年变动三成以上的格。不符之处请先查对，有理由的可以保留。
以后各页文字（机构名录、说明、文件目录等）带出上年内容供参考，只有“采用”一栏填“是”的行才读入。
要修订以前年度的数，写在“修订”表，不要改上年栏；种类为：计划（例行修订）、方法（口径变化）、差错。
填完保存为 .xlsx，运行：nianbao intake 填报-{year}.xlsx --year {year}。读入有误时什么也不会改动，改好再来即可。"""


def style(cell, fill=None, locked=True, bold=False, wrap=False, border=True):
    """Looks of a cell of the workbook."""
    cell.font, cell.protection = Font(bold=bold, name="宋体", size=10), Protection(locked=locked)
    cell.alignment = Alignment(wrap_text=wrap, vertical="center")
    if fill:
        cell.fill = fill
    if border:
        cell.border = LINE


def write_page(sheet, page: Page, data: Dataset, year: int) -> None:
    """Fill a sheet: names and codes, last year's figures, input cells with format and validation."""
    items = {code: item for codes in data.catalogue.codelists.values() for code, item in codes.items()}
    labels, top = LABELS[page.kind], HEAD - 2
    sheet.cell(1, 1, f"{page.name}　{year}年").font = Font(bold=True, size=14)
    sheet.cell(2, 1, "黄色格填数，没有数填“—”。指标含义见“指标说明”表，选中格时也有提示。")
    for c, label in enumerate(labels, 1):
        sheet.cell(top, c, label)
    for c, column in enumerate(page.columns):
        at = len(labels) + 1 + 2 * c
        name = "" if column is None else heading(data, column) if page.kind == "region" else items[column].name
        for shift in (0, 1):
            sheet.cell(top, at + shift, name if not shift else None)
            sheet.cell(top + 1, at + shift, column if not shift else None)
            sheet.cell(top + 2, at + shift, f"{year - shift}年")
            sheet.column_dimensions[get_column_letter(at + shift)].width = 13
        for row in (top, top + 1):
            sheet.merge_cells(start_row=row, end_row=row, start_column=at, end_column=at + 1)
    wide = len(labels) + 2 * len(page.columns)
    if page.kind == "list":
        sheet.cell(top, wide + 1, "原报告位置")
        sheet.column_dimensions[get_column_letter(wide + 1)].width = 20
    for r, row in enumerate(page.rows, HEAD + 1):
        code, place = (row if page.kind == "list" else (row, row))
        about = data.catalogue.indicators.get(code)
        name = items[place].name if page.kind == "region" else about.name
        texts = (code, name, about and about.unit) if page.kind != "list" else (
            code, name, place, items[place].name, data.catalogue.unit(about, place))
        for c, text in enumerate(texts[:len(labels)], 1):
            sheet.cell(r, c, text)
        if page.kind == "list" and page.last[row]:
            sheet.cell(r, wide + 1, page.last[row].source.place)
    for line in sheet.iter_rows(top, HEAD + len(page.rows), 1, wide):
        for cell in line:
            style(cell, GREY, bold=cell.row <= HEAD, wrap=cell.row == top)
    for column, width in zip("ABCDE", {"region": (9, 22), "matrix": (26, 26, 8), "list": (40, 40, 10, 12, 8)}[page.kind],
                             strict=False):
        sheet.column_dimensions[column].width = width
    sheet.row_dimensions[top].height, sheet.freeze_panes = 48, sheet.cell(HEAD + 1, len(labels) + 1)
    validations = {}
    for (code, place), r, c in page.cells():
        about, seen = data.catalogue.indicator(code), page.last[code, place]
        now, cell = data.observations.get((code, place, year)), sheet.cell(r, c)
        for at, each in ((cell, now), (sheet.cell(r, c + 1), seen)):
            at.number_format = "#,##0" + ("." + "0" * about.decimals if about.decimals else "")
            if each:
                at.value = each.literal if each.value is None else float(each.value)
        style(cell, INPUT, locked=False)
        check = validations.get(code)
        if check is None:
            first = cell.coordinate
            check = validations[code] = DataValidation(
                "custom", formula1=f'=OR(ISNUMBER({first}),{first}="—",{first}="-",{first}="无")', allow_blank=True,
                errorStyle="warning", errorTitle="请核对", error="应为数字；没有数填“—”。带“万”“亿”的写法读入时会换算。",
                promptTitle=about.name[:32], prompt=f"单位：{about.unit}。{about.definition}"[:250], showInputMessage=True)
            sheet.add_data_validation(check)
        check.add(cell.coordinate)
        first = cell.coordinate
        beside = sheet.cell(r, c + 1).coordinate
        sheet.conditional_formatting.add(first, FormulaRule([
            f"AND(ISNUMBER({first}),ISNUMBER({beside}),ABS({first}-{beside})>0.3*ABS({beside}))"], fill=WARN))
    protect(sheet)


def protect(sheet) -> None:
    """Lock everything but the input cells, without a password; widths may still be changed."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = sheet.protection.autoFilter = False


def checks(data: Dataset, found: list[Page], year: int):
    """Rows of the sheet 核对: kind, what, value of the left side and the right side as Excel terms, allowed difference,
    and the references that must be filled in."""
    where = {pair: (page, r, c) for page in found for pair, r, c in page.cells()}

    def cell(code, place, lag=0):
        page, r, c = where.get((code, place), (None, 0, 0))
        return page and lag in (0, 1) and f"'{page.name}'!{get_column_letter(c + lag)}{r}"

    items, catalogue = {}, data.catalogue
    for code, place in where:
        items.setdefault(code, {})[place] = None
    idle = {cell(*pair) for pair, (page, _, _) in where.items() if page.last[pair] and page.last[pair].value is None}

    def half(code):
        return 0 if catalogue.indicator(code).decimals == 0 else 0.5 / 10 ** catalogue.indicator(code).decimals

    for code, places in items.items():
        about = catalogue.indicator(code)
        for whole in places if about.kind != "ratio" and about.unit != "%" else ():
            parts = [cell(code, part) for part in printed_parts(catalogue, about.dimension, whole, places)]
            if parts:
                yield ("合计", f"{catalogue.item(about, whole).name}{about.name}＝分项之和", f"N({cell(code, whole)})",
                       "+".join(f"N({part})" for part in parts), half(code) * (len(parts) + 1), [cell(code, whole)])
    for terms in read_identities(data).values():
        free = [set(items.get(term.indicator, ())) for term in terms if not term.item]
        for place in sorted(set.intersection(*free)) if free else [""]:
            cells = [(cell(term.indicator, term.item or place, term.lag), term.weight, term.indicator, term.lag) for term in terms]
            if all(each[0] for each in cells):
                item = catalogue.item(catalogue.indicator(terms[0].indicator), place) if place else None
                words = f"{terms[0].title}（{item.name}）" if item and item.parent else terms[0].title
                yield ("勾稽", words, "+".join(f"({float(w):g})*N({ref})" for ref, w, _, _ in cells), "0",
                       sum(abs(float(w)) * half(code) for _, w, code, _ in cells),
                       [ref for ref, _, code, lag in cells if not lag and ref not in idle])
    for code, place in where:
        rule = catalogue.indicator(code).formula
        terms = [(t, cell(t.indicator, t.item or place, -t.lag)) for t in (formulas.terms(rule) if rule else ())]
        if terms and all(ref for _, ref in terms):
            refs = iter([f"N({ref})" for _, ref in terms])
            right = formulas.TERM.sub(lambda _, refs=refs: next(refs), rule)
            yield ("比率", heading(data, code) + "＝按公式计算", f"N({cell(code, place)})", f"IFERROR({right},0)",
                   f"MAX({half(code) or 0.5},0.005*ABS({right}))", [ref for ref in [cell(code, place), *(r for t, r in terms if not t.lag)] if ref not in idle])
    for code, place in where:
        about = catalogue.indicator(code)
        words = f"{catalogue.item(about, place).name}{about.name}"
        yield "比上年", words, cell(code, place), cell(code, place, 1), None, []


def write_checks(sheet, rows) -> None:
    """The sheet 核对: formulas that say live what does not add up."""
    rows = list(rows)
    sheet.append(["核对（随填随算，不必填写）"])
    for words, start in (("不符", "不符*"), ("未填全", "未填*"), ("比上年变动三成以上或由零变有", "变动*")):
        sheet.append([words, f'=COUNTIF($G$7:$G${len(rows) + 6},"{start}")'])
    sheet.append([])
    sheet.append(["种类", "关系", "填报数", "应为／上年", "差", "允许", "结果"])
    for at, (kind, words, left, right, allowed, needed) in enumerate(rows, 7):
        if allowed is None:
            result = (f'=IF(NOT(AND(ISNUMBER({left}),ISNUMBER({right}))),"",IF({right}=0,IF({left}=0,"","变动：上年为零"),'
                      f'IF(ABS({left}-{right})>0.3*ABS({right}),"变动"&TEXT(({left}-{right})/ABS({right}),"0%"),"")))')
            left, right, difference = f"N({left})", f"N({right})", f"=C{at}-D{at}"
        else:
            needed = needed or ["1"]
            result = (f'=IF(COUNTA({",".join(needed)})<{len(needed)},"未填全",'
                      f'IF(ABS(E{at})<=F{at}+0.0000001,"相符","不符"))')
            difference, allowed = f"=C{at}-D{at}", f"={allowed}" if isinstance(allowed, str) else allowed
        sheet.append([kind, words, f"={left}", f"={right}", difference, allowed, result])
    for column, width in zip("ABCDEFG", (26, 60, 14, 14, 12, 10, 18), strict=True):
        sheet.column_dimensions[column].width = width
    for line in sheet.iter_rows(6, len(rows) + 6, 3, 6):
        for cell in line:
            cell.number_format = "#,##0.00##"
    span = f"G7:G{len(rows) + 6}"
    sheet.conditional_formatting.add(span, FormulaRule(['OR(LEFT(G7,2)="不符",LEFT(G7,2)="变动")'], fill=WARN))
    sheet.auto_filter.ref, sheet.freeze_panes = f"A6:G{len(rows) + 6}", "A7"
    protect(sheet)


def write_texts(book: Workbook, data: Dataset, year: int) -> None:
    """A sheet for each list of texts, with last year's rows for reference."""
    for name, rows in lists(data, year).items():
        sheet = book.create_sheet(sheet_name(LISTS.get(name, name)))
        sheet.append([f"{LISTS.get(name, name)}　{year}年（上年内容供参考；只读入“采用”为“是”的行）"])
        sheet.append([KEEP, *(WORDS.get(key, key) for key in rows[0])])
        for row in rows:
            sheet.append([None, *(text.split(" ", 1)[1] if key == "source" else text for key, text in row.items())])
        for line in sheet.iter_rows(2, len(rows) + 32, 1, len(rows[0]) + 1):
            for cell in line:
                style(cell, GREY if cell.row == 2 else INPUT, locked=cell.row == 2, bold=cell.row == 2, wrap=True)
        for c, key in enumerate(rows[0], 2):
            sheet.column_dimensions[get_column_letter(c)].width = 70 if key in {"text", "title"} else 18
        choice = DataValidation("list", formula1='"是,否"', allow_blank=True)
        choice.add(f"A3:A{len(rows) + 32}")
        sheet.add_data_validation(choice)
        protect(sheet)


def workbook(data: Dataset, year: int) -> Workbook:
    """The workbook to fill in; figures of `year` that are known already stand in it."""
    book, found = Workbook(), pages(data, year)
    book.properties.created = book.properties.modified = datetime(year, 1, 1)
    guide = book.active
    guide.title = GUIDE
    guide.append([f"{year}年社会保险年报填报表"])
    for number, line in enumerate(GUIDANCE.format(year=year, last=year - 1).splitlines(), 1):
        guide.append([f"{number}. {line}"])
    guide.column_dimensions["A"].width = 110
    for cell in guide["A"]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    guide["A1"].font = Font(bold=True, size=14)
    write_checks(book.create_sheet(CHECKS), checks(data, found, year))
    for page in found:
        write_page(book.create_sheet(page.name), page, data, year)
    sheet = book.create_sheet(REVISIONS)
    sheet.append([f"修订以前年度的数（没有就空着）；种类：计划、方法、差错；日期如 {year + 1}-01-15"])
    sheet.append(list(REVISION_HEADS))
    for column in "ABCDEFGH":
        sheet.column_dimensions[column].width = 22
    write_texts(book, data, year)
    notes = book.create_sheet(NOTES)
    notes.append(["指标", "单位", "时点", "含义", "算法", "代码"])
    kinds = {"stock": "年末数", "flow": "全年数", "ratio": "比率、平均数或标准"}
    for code in dict.fromkeys(pair[0] for page in found for pair in page.last):
        about = data.catalogue.indicator(code)
        rule = formulas.TERM.sub(lambda m: data.catalogue.indicator(m[1]).name, about.formula)
        notes.append([about.name, about.unit, kinds[about.kind], about.definition, rule, code])
    for column, width in zip("ABCDEF", (40, 8, 18, 80, 60, 40), strict=True):
        notes.column_dimensions[column].width = width
    for each in (guide, notes):
        protect(each)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:  # a text that looks like a formula is none: only 核对 has formulas, behind its first two columns
                if cell.data_type == "f" and (sheet.title != CHECKS or cell.column == 1 or cell.column == 2 and cell.row > 5):
                    cell.data_type, cell.quotePrefix = "s", True
    return book


def new_year(year: int, root: Path, target: Path | None = None) -> Path:
    """Make `data/<year>/`, enter the report in the list of documents, write the workbook; returns its path."""
    data = Dataset(root)
    folder = data.root / "observations" / str(year)
    target = target or folder / f"填报-{year}.xlsx"
    if target.exists():
        raise DataError("工作簿已存在，未作改动；要重做请先把它移走或改名", display_path(target))
    book = workbook(data, year)
    folder.mkdir(parents=True, exist_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    added = register(data, year)
    if added:
        (data.root / "catalogue" / "documents.csv").write_text(added, "utf-8")
    book.save(target)
    return target
