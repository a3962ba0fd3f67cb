"""Sheets of codelists: the regions (or the lines of a budget) there are, which of them end, and which are new."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data import schema
from nianbao.data.catalogue import Catalogue, Item
from nianbao.intake.sheets import styles

#: Its columns, of which some may be filled in for what is there already.
HEADS = {
    "code": "代码",
    "name": "名称",
    "parent": "上级",
    **{column.name: column.head for column in schema.LIFE},
    "short": "简称",
    "unit": "计量单位",
}
SPARE_ROWS = 15
HEAD_ROW = 3
WIDTHS = (14, 44, 14, 10, 12, 14, 24, 10)
GUIDANCE = (
    "新设的写在表末的空行：代码、名称、上级（代码或名称），自何年起有数；"
    "然后在各数据表表末加一行（代码、名称），就可以填数。"
    "撤并的在原行填最后有数的一年（止于何年）和并入何处，名称和代码不改；"
    "此后的填报表不再问它的数，以前各年的数都保留。"
)


def write(sheet: Worksheet, title: str, catalogue: Catalogue, dimension: str, year: int) -> None:
    """Fill the sheet of a codelist for the form of `year`."""
    items = list(catalogue.codelists[dimension].values())
    sheet.append([f"{title}　{year}年（没有变化就不必填）"])
    sheet.append([GUIDANCE])
    sheet.append(list(HEADS.values()))
    for item in items:
        sheet.append(row_of(item))
    last = HEAD_ROW + len(items) + SPARE_ROWS
    open_from = list(HEADS).index("since") + 1
    open_to = list(HEADS).index("successor") + 1
    for line in sheet.iter_rows(HEAD_ROW, last, 1, len(HEADS)):
        for cell in line:
            is_new = cell.row > HEAD_ROW + len(items)
            if is_new or cell.row > HEAD_ROW and open_from <= cell.column <= open_to:
                styles.fillable(cell)
            else:
                styles.fixed(cell, bold=cell.row == HEAD_ROW)
    styles.set_widths(sheet, WIDTHS)
    sheet.merge_cells(start_row=2, end_row=2, start_column=1, end_column=len(HEADS))
    sheet.row_dimensions[2].height = 48
    sheet["A1"].font = styles.TITLE
    sheet["A2"].alignment = styles.ALIGNMENTS[True]
    sheet.freeze_panes = sheet.cell(HEAD_ROW + 1, 3)
    styles.protect(sheet)


def row_of(item: Item) -> list[str]:
    """An entry as a row, by the columns of the sheet."""
    short = item.short if item.short != item.name else ""
    return [item.code, item.name, item.parent, item.since, item.until, item.successor, short, item.unit]
