"""The sheet of revisions: those that were read already, and lines for figures of earlier years that are corrected."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from nianbao.data.dataset import Dataset
from nianbao.intake.layout import REVISION_HEADS, REVISION_KINDS
from nianbao.intake.sheets import styles

WIDTH = 22
#: Kinds of revisions as editors write them, by how they are stored.
KIND_WORDS = {stored: word for word, stored in REVISION_KINDS.items()}


def write(sheet: Worksheet, data: Dataset, year: int) -> None:
    """Fill the sheet; nothing on it is locked."""
    kinds = "、".join(REVISION_KINDS)
    sheet.append([f"修订以前年度的数（没有就空着）；种类：{kinds}，撤去一条写“删除”；日期如 {year + 1}-01-15"])
    sheet.append(list(REVISION_HEADS.values()))
    for row in data.revisions(year):
        shown = {**row, "kind": KIND_WORDS[row["kind"]]}
        sheet.append([shown[name] for name in REVISION_HEADS])
    styles.set_widths(sheet, [WIDTH] * len(REVISION_HEADS))
