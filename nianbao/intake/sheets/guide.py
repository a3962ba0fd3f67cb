"""The first and the last sheet of the workbook: how it is filled in, and what the indicators mean."""

from __future__ import annotations

from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data import formulas
from nianbao.data.catalogue import Catalogue, Indicator
from nianbao.intake.layout import Form
from nianbao.intake.sheets import styles

GUIDANCE = """\
在黄色格里填{year}年的数；灰色格是{previous}年的数和名称、代码，已锁定，不必也不要改动。
单位写在表头或单位一栏。需要换算时可以直接写“2751万”“5.2亿元”，读入时按单位精确换算；写了别的单位会被退回询问。
没有数、不公布的格填“—”（也可填“-”或“无”）；零就填 0。空着的格什么也不说：以前读入的数不变，从未读入的按未载处理。
几个人可以各填一部分，各自读入或一起读入，先后不拘。
要撤去已读入的数，在格里填“删除”；文字在“采用”一栏填“删除”，修订在“种类”一栏填“删除”。
小数位数以格内显示的为准，已按指标预设；负数写 -1.5 或（1.5）。不要填“3-4”一类的写法，Excel 会把它变成日期。
可以粘贴、写公式、隐藏行、增减备注栏、移动栏目；读入时按代码和名称辨认，不看位置。
“核对”表随填随算：分项与合计、勾稽关系、比率和比上年变动三成以上的格。不符之处请先查对，有理由的可以保留。
以后各页文字带出上年内容供参考：“采用”为“是”的读入，空着的不改动已读入的，“否”撤去原样用着的。
要修订以前年度的数，写在“修订”表，不要改上年栏；种类为：计划（例行修订）、方法（口径变化）、差错。
填完保存为 .xlsx，运行：nianbao intake 填报-{year}.xlsx --year {year}。读入有误时什么也不会改动，改好再来即可。
加 --preview 可以先看会改动什么；读错了，nianbao intake --undo --year {year} 撤销最近一次读入。"""
GUIDE_WIDTH = 110
NOTE_HEADS = ("指标", "单位", "时点", "含义", "算法", "代码")
NOTE_WIDTHS = (40, 8, 18, 80, 60, 40)
#: Kinds of indicators in words.
KINDS = {"stock": "年末数", "flow": "全年数", "ratio": "比率、平均数或标准"}


def write_guide(sheet: Worksheet, form: Form) -> None:
    """Fill the sheet that tells how the workbook is filled in."""
    sheet.append([f"{form.year}年社会保险年报填报表"])
    lines = GUIDANCE.format(year=form.year, previous=form.previous).splitlines()
    for number, line in enumerate(lines, 1):
        sheet.append([f"{number}. {line}"])
    styles.set_widths(sheet, (GUIDE_WIDTH,))
    for cell in sheet["A"]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet["A1"].font = styles.TITLE
    styles.protect(sheet)


def write_notes(sheet: Worksheet, catalogue: Catalogue, form: Form) -> None:
    """Fill the sheet that tells what the indicators of the form mean."""
    sheet.append(NOTE_HEADS)
    for code in dict.fromkeys(series.indicator for series in form.sheet_of):
        about = catalogue.indicator(code)
        sheet.append([about.name, about.unit, KINDS[about.kind], about.definition, in_words(about, catalogue), code])
    styles.set_widths(sheet, NOTE_WIDTHS)
    styles.protect(sheet)


def in_words(about: Indicator, catalogue: Catalogue) -> str:
    """The formula of an indicator with the names of its terms."""
    return formulas.TERM.sub(lambda term: catalogue.indicator(term[1]).name, about.formula)
