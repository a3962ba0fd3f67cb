"""Heads of several levels over the columns of a table."""

from nianbao.proof.checking import check
from nianbao.proof.model import Document, Table
from tests.proof.test_slips import rows

HEADS = """
项目 2024年 2024年 2025年 2025年
项目 人数（人） 金额（元） 人数（人） 金额（元）
甲县 12 340 15 410
乙县 22 610 25 730
"""


def test_heads_of_two_levels():
    parts = [Table(0, rows(HEADS), "表"), Table(1, rows(HEADS), "表")]
    parts[1].rows[0][2] = parts[1].rows[0][4] = ""  # as cells that a merged one covers
    for part in parts:
        part.number = 0
        grids = check(Document("测试", "docx", [part])).grids
        assert grids[0].heads == ["2024年人数（人）", "2024年金额（元）", "2025年人数（人）", "2025年金额（元）"]


def test_years_of_heads_of_two_levels():
    result = check(Document("测试", "docx", [Table(0, rows(HEADS), "表")]))
    assert [(each.year, each.unit) for each in result.figures[:4]] == [
        (2024, "人"),
        (2024, "元"),
        (2025, "人"),
        (2025, "元"),
    ]
