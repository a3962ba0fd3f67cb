"""The sheet of explained differences: figures that do not agree for a good reason."""

from __future__ import annotations

from collections.abc import Iterable

from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from nianbao.audit.rules.identities import read_identities
from nianbao.data import schema
from nianbao.data.catalogue import REGION
from nianbao.data.dataset import Dataset
from nianbao.data.explanations import Explanation
from nianbao.intake.cells import DELETE
from nianbao.intake.sheets import styles

#: Name of the sheet, and its columns by the name of their data.
SHEET = "已说明的差异"
HEADS = {column.name: column.head for column in schema.EXPLAINED.columns}
#: Rows for new explanations behind those that are known.
SPARE_ROWS = 20
HEAD_ROW = 3
WIDTHS = (36, 36, 18, 10, 12, 70, 12)
GUIDANCE = (
    "数无误而与别处合不上的（地区撤并、拆分、新设，不再分列，口径变化等）写在这里：不算勘误，核对时作“已说明”，"
    "说明照印于附五和有关各表之下。关系填勾稽关系的名称或 nianbao check --all 所列的核对项；"
    "关系、指标、地区至少填一项，"
    f"空着为全部。种类：{'、'.join(schema.EXPLAINED_KINDS.values())}。要撤去一行，在种类一栏填“删除”。"
)


def write(sheet: Worksheet, data: Dataset, year: int) -> None:
    """Fill the sheet of the edition of `year`, with what it explains so far."""
    sheet.append([f"{SHEET}　{year}年（没有就空着）"])
    sheet.append([GUIDANCE])
    sheet.append(list(HEADS.values()))
    known = [each for each in data.explanations if each.edition == year]
    for row in shown(data, known):
        sheet.append(row)
    last = HEAD_ROW + len(known) + SPARE_ROWS
    for line in sheet.iter_rows(HEAD_ROW, last, 1, len(HEADS)):
        for cell in line:
            if cell.row == HEAD_ROW:
                styles.fixed(cell, bold=True, wrap=True)
            else:
                styles.fillable(cell, wrap=True)
    styles.set_widths(sheet, WIDTHS)
    sheet.merge_cells(start_row=2, end_row=2, start_column=1, end_column=len(HEADS))
    sheet.row_dimensions[2].height = 48
    sheet["A1"].font = styles.TITLE
    sheet["A2"].alignment = styles.ALIGNMENTS[True]
    column = list(HEADS).index("kind")
    choice = DataValidation(
        "list", formula1=f'"{",".join(schema.EXPLAINED_KINDS.values())},{DELETE}"', allow_blank=True
    )
    choice.add(f"{chr(ord('A') + column)}{HEAD_ROW + 1}:{chr(ord('A') + column)}{last}")
    sheet.add_data_validation(choice)
    sheet.freeze_panes = sheet.cell(HEAD_ROW + 1, 1)
    styles.protect(sheet)


def shown(data: Dataset, known: Iterable[Explanation]) -> Iterable[list[str]]:
    """Explanations as rows, in names where these are certain."""
    titles = {f"identity:{name}": terms[0].title for name, terms in read_identities(data).items()}
    catalogue = data.catalogue
    for each in known:
        about = catalogue.indicators.get(each.indicator)
        item = catalogue.codelists[about.dimension if about else REGION].get(each.item)
        yield [
            titles.get(each.check, each.check),
            each.indicator,
            item.name if item else "",
            str(each.since),
            schema.EXPLAINED_KINDS[each.kind],
            each.reason,
            "" if each.difference is None else f"{each.difference}",
        ]
