"""The sheet of revisions: empty lines for figures of earlier years that are corrected."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from nianbao.intake.layout import REVISION_HEADS, REVISION_KINDS
from nianbao.intake.sheets import styles

WIDTH = 22


def write(sheet: Worksheet, year: int) -> None:
    """Fill the sheet; nothing on it is locked."""
    sheet.append([f"修订以前年度的数（没有就空着）；种类：{'、'.join(REVISION_KINDS)}；日期如 {year + 1}-01-15"])
    sheet.append(list(REVISION_HEADS.values()))
    styles.set_widths(sheet, [WIDTH] * len(REVISION_HEADS))
