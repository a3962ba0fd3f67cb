"""The first and the last sheet of the workbook: how it is filled in, what it has, and what the indicators mean."""

from __future__ import annotations

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data import formulas
from nianbao.data.catalogue import Catalogue, Indicator
from nianbao.intake.keys import Place
from nianbao.intake.layout import Form, FormSheet
from nianbao.intake.printings import Printings
from nianbao.intake.sheets import styles

GUIDANCE = """\
在黄色格里填{year}年的数；灰色格是{previous}年的数和名称、代码，已锁定，不必也不要改动。
单位写在表题、表头或单位一栏。可以直接写“2751万”“5.2亿元”，读入时按单位精确换算；写了别的单位会被退回询问。
没有数、不公布的格填“—”（也可填“-”或“无”）；零就填 0。空着的格什么也不说：以前读入的数不变，从未读入的按未载处理。
几个人可以各填一部分，各自读入或一起读入，先后不拘。
要撤去已读入的数，在格里填“删除”；文字在“采用”一栏填“删除”，修订在“种类”一栏填“删除”。
小数位数以格内显示的为准，已按指标预设；负数写 -1.5 或（1.5）。不要填“3-4”一类的写法，会变成日期。
锁定只为防误改，没有密码。要改灰色格：Excel、WPS 点“审阅—撤销工作表保护”，LibreOffice 点“工具—保护工作表”。
可以粘贴（请“选择性粘贴—数值”，以免带进格式）、写公式、隐藏行、增减备注栏、移动栏目；读入时按代码和名称辨认，不看位置。
先看“要看的”：不符的关系、变动三成以上的数和看不懂的格自动列出；明细在“核对”和“逐项比较”，原因写在后者。
每张表末有几行空行，新增的地区、项目、指标填在那里；名称可以下拉选，“代码表”里有全部名称。
以后各页文字带出上年内容供参考：“采用”为“是”的读入，空着的不改动已读入的，“否”撤去原样用着的。
以前年度的数：没载过的补在“以前年度”；多年比较要换基期的写在“基期”；要改已公布的数写在“修订”。
填完保存为 .xlsx，运行：nianbao intake {file} --year {year}。读入有误时什么也不会改动，改好再来即可。
加 --preview 可以先看会改动什么；读错了，nianbao intake --undo --year {year} 撤销最近一次读入。
打印：每张表都已设好 A4、按页宽缩放、表头逐页重印，直接打印即可。"""
#: How the line begins that speaks of sheets that only the workbook of a report has.
OF_REPORTS = "以前年度的数"
INDEX_HEADS = ("表", "题目", "要填", "已填")
INDEX_WIDTHS = (18, 74, 8, 8)
NOTE_HEADS = ("指标", "单位", "时点", "含义", "算法", "书里印在何处", "代码")
NOTE_WIDTHS = (34, 8, 16, 56, 44, 40, 36)
NOTES_HEAD_ROW = 2
#: Kinds of indicators in words.
KINDS = {"stock": "年末数", "flow": "全年数", "ratio": "比率、平均数或标准"}
#: Letters of a title that the list of sheets repeats.
LONGEST = 60


def write_guide(sheet: Worksheet, form: Form, stem: str = "") -> None:
    """Fill the sheet that tells how the workbook is filled in.

    `stem` is what the name of the workbook of a document ends with that is no yearly report: it has no sheets of
    earlier years, base years and revisions.
    """
    sheet.append([f"{form.year}年社会保险年报填报表"])
    file = f"填报-{form.year}{f'-{stem}' if stem else ''}.xlsx"
    lines = GUIDANCE.format(year=form.year, previous=form.previous, file=file).splitlines()
    lines = [line for line in lines if not (stem and line.startswith(OF_REPORTS))]
    for number, text in enumerate(lines, 1):
        sheet.append([f"{number}. {text}"])
    styles.set_widths(sheet, INDEX_WIDTHS)
    styles.explain(sheet, len(INDEX_WIDTHS), range(2, len(lines) + 2))
    styles.protect(sheet)


def write_index(sheet: Worksheet, book: Workbook, form: Form) -> None:
    """List the sheets of the workbook behind the guidance: title, how many cells there are to fill in, how many are."""
    first = sheet.max_row + 2
    for column, text in enumerate(INDEX_HEADS, 1):
        sheet.cell(first, column, text)
    styles.head(sheet, first, len(INDEX_HEADS))
    planned = {plan.name: plan for plan in form.sheets}
    row = first
    for row, other in enumerate(book.worksheets[1:], first + 1):
        name = sheet.cell(row, 1, other.title)
        name.hyperlink = Hyperlink(name.coordinate, location=f"'{other.title}'!A1")
        title = str(other["A1"].value or "").removeprefix(other.title).strip("　 ")
        cells = [name, sheet.cell(row, 2, title[:LONGEST]), sheet.cell(row, 3), sheet.cell(row, 4)]
        for cell in cells:
            styles.fixed(cell, wrap=cell.column == 2)
        name.font = styles.LINKED
        if other.title in planned:
            cells[2].value = len(planned[other.title].last)
            cells[3].value = f"={filled_in(planned[other.title])}"
    total = row + 1
    sheet.cell(total, 1, "合计")
    for column in (3, 4):
        letter = get_column_letter(column)
        sheet.cell(total, column, f"=SUM({letter}{first + 1}:{letter}{row})")
    styles.head(sheet, total, len(INDEX_HEADS))


def filled_in(plan: FormSheet) -> str:
    """A formula that counts the cells of a sheet of figures that are filled in."""
    columns: dict[int, list[Place]] = {}
    for place in plan.places().values():
        columns.setdefault(place.column, []).append(place)
    parts = []
    for places in columns.values():
        first = min(places).name
        last = max(places).name
        parts.append(f"COUNTA('{plan.name}'!{first}:{last})")
    return "+".join(parts)


def write_notes(sheet: Worksheet, catalogue: Catalogue, form: Form, printings: Printings) -> None:
    """Fill the sheet that tells what the indicators of the form mean."""
    sheet.append(["指标说明　含义、算法和印出的地方"])
    sheet.append(NOTE_HEADS)
    tops: dict[str, list[str]] = {}
    for series in form.sheet_of:
        places = tops.setdefault(series.indicator, [])
        places += [each for each in printings.places(series).split("、") if each and each not in places]
    for code, places in tops.items():
        about = catalogue.indicator(code)
        words = (KINDS[about.kind], about.definition, in_words(about, catalogue), "、".join(places))
        sheet.append([about.name, about.unit, *words, code])
    styles.set_widths(sheet, NOTE_WIDTHS)
    for line in sheet.iter_rows(NOTES_HEAD_ROW, sheet.max_row, 1, len(NOTE_HEADS)):
        for cell in line:
            styles.fixed(cell, bold=cell.row == NOTES_HEAD_ROW, wrap=True)
    for row in range(NOTES_HEAD_ROW + 1, sheet.max_row + 1):
        styles.fit_height(sheet, row, range(1, len(NOTE_HEADS) + 1))
    sheet["A1"].font = styles.TITLE
    sheet.freeze_panes = f"B{NOTES_HEAD_ROW + 1}"
    styles.protect(sheet)


def in_words(about: Indicator, catalogue: Catalogue) -> str:
    """The formula of an indicator with the names of its terms."""
    return formulas.TERM.sub(lambda term: catalogue.indicator(term[1]).name, about.formula)
