"""What reports of other authors say in their own way: none of it is told as an error, and what is one is found."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest

from nianbao.proof.readers.word import read
from tests.proof.support import checked, found, only


def values(text: str) -> list[str]:
    """The figures of a text."""
    return [f"{each.value:f}{each.unit}" for each in checked(text).figures]


# -- numbers ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("总额1，753亿元，其中甲类206亿元。", ["1753亿元", "206亿元"]),
        ("收入２７，２０３，３１９，０００元。", ["27203319000元"]),
        ("收入27，203，319元，支出3，701.73元。", ["27203319元", "3701.73元"]),
        ("见表1，753亿元是收入。", ["753亿元"]),
        ("甲县有12，2021年有35。", ["12", "35"]),
    ],
)
def test_wide_commas_within_numbers(text, expected):
    assert values(text) == expected


def test_growth_of_a_number_with_a_wide_comma():
    text = "销售总额1，753亿元，比上年增加225亿元，增长14.7%。"
    assert found(text) == []
    assert "224到226亿元" in only(text.replace("225", "252")).reason


# -- files --------------------------------------------------------------------------------------------------------
def test_word_file_whose_notes_were_taken_out():
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("参保30.12万人，比上年增加1.20万人，增长4.15%。")
    document.save(buffer)
    relation = '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    relation += 'footnotes" Target="footnotes.xml"/></Relationships>'
    mended = io.BytesIO()
    with zipfile.ZipFile(buffer) as archive, zipfile.ZipFile(mended, "w") as copy:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "word/_rels/document.xml.rels":
                content = content.replace(b"</Relationships>", relation.encode())
            copy.writestr(name, content)
    texts = [part.text for part in read(Path("甲.docx"), mended.getvalue()).paragraphs()]
    assert texts == ["参保30.12万人，比上年增加1.20万人，增长4.15%。"]


def test_title_with_which_the_text_below_begins_again():
    text = "第七，推进服务方式改革\n\n\n服务方式改革是一项长期的工作，今后还要做下去。"
    assert found(text) == []
    assert [part.text for part in checked(text).document.paragraphs()] == text.split("\n\n\n")
    assert only("第七，推进服务方式改革服务方式改革是一项长期的工作。").kind == "词语重出"


# -- places -------------------------------------------------------------------------------------------------------
def test_equal_zeros_do_not_make_two_sentences_one():
    cars = "其中：甲类车0辆、乙类车0辆、丙类车0辆、丁类车0辆、其他车{}辆。"
    assert found(f"现有车{7}辆，{cars.format(7)}\n\n购置车{1}辆，{cars.format(1)}") == []


#: A report of a year: its first two chapters.
REPORT = """{year}年甲地事业发展统计公报

甲地统计局

{year}年，各项工作有新的进展。

一、综合

年末常住人口{people}万人，比上年末增加{more}万人。各类学校{schools}所，其中小学{small}所。

二、农业

粮食播种面积{area}万亩。
"""
THIS = REPORT.format(year=2024, people="957.70", more="3.0", schools="1205", small="392", area="141.92")
LAST = REPORT.format(year=2023, people="954.70", more="5.6", schools="1201", small="391", area="141.93")


def test_reports_of_two_years_in_one_file():
    assert len(checked(THIS + LAST).document.reports()) == 2
    assert found(THIS + LAST) == []
    finding = found(THIS + LAST.replace("954.70", "945.70").replace("5.6", "-3.4"))[0]
    assert "上年文件" in finding.reason and "945.70" in finding.reason


def test_reports_of_two_years_without_titles():
    this, last = (text.split("\n\n", 2)[2] for text in (THIS, LAST))
    assert len(checked(f"甲地统计公报汇编\n\n{this}{last}").document.reports()) == 2
    assert found(f"甲地统计公报汇编\n\n{this}{last}") == []


def test_title_that_comes_again_with_the_same_year():
    assert checked(THIS + THIS).document.reports() == [0]


def test_names_that_stand_for_many_things_tell_nothing():
    items = [("20.00", "甲"), ("20.00", "乙"), ("20.30", "丙"), ("31.50", "丁"), ("45.41", "戊"), ("60.79", "己")]
    text = "\n\n".join(f"{name}类支出另行说明。\n\n上一年度当年执行数为{value}万元。" for value, name in items)
    assert found(f"一、支出\n\n{text}") == []


# -- lists and shares -----------------------------------------------------------------------------------------------
def test_list_in_brackets_is_of_what_stands_before_it():
    text = "新病例11289例，其中甲类病7312例（其中一种7251例），乙类病3495例，丙类病482例。"
    assert found(text) == []
    assert {"11289例", "482例"} <= {each.text for each in checked(text).figures if each.number in checked(text).related}


def test_list_with_the_part_of_an_item():
    text = "业务总量611.90亿元，其中，甲业务总量400.83亿元，增长5%，乙收入352.78亿元，丙业务总量211.07亿元。"
    assert found(text) == []


def test_item_without_which_a_list_is_complete_is_in_no_wrong_unit():
    text = "年末有机构109.2万个，其中甲3.9万个，在甲中有乙1.2万个，丙2.7万个；丁104.0万个，其中戊3.3万个。"
    assert found(text) == []


def test_list_that_leaves_out_more_than_rounding():
    text = "市场主体159.08万户。其中，甲类6.40万户，乙类0.99万户，丙类55.57万户，丁类95.7万户。"
    assert found(text) == []


def test_share_of_the_level_right_before():
    text = "资产79233.9亿元，其中甲类38444.3亿元，占48.5%；乙类35561.0亿元，占44.9%；负债51751.1亿元，"
    assert found(f"{text}其中流动负债35630.4亿元，占68.8%。") == []
    assert len(found(f"{text.replace('44.9', '49.9')}其中流动负债35630.4亿元，占68.8%。")) == 1


# -- years by their names -----------------------------------------------------------------------------------------
def test_growth_over_a_figure_that_is_called_by_its_name():
    text = "甲项支出。2023年当年执行数为348.52万元，2024年预算安排350.35万元，比2023年执行数增加0.53%。"
    assert found(text) == []
    assert "0.53" in only(text.replace("350.35", "352.67")).reason


def test_growth_over_another_name_is_left_alone():
    text = "甲项支出。2023年当年执行数为348.52万元，2024年预算安排352.67万元，比2023年计划数增加0.53%。"
    assert found(text) == []


# -- numbers of items -----------------------------------------------------------------------------------------------
def counted(*lines: str) -> list[str]:
    """What is told of the numbers of lines."""
    return [each.reason for each in found("\n\n".join(lines)) if each.kind == "编号"]


CHAPTERS = ["一、甲方面的工作", "二、乙方面的工作", "三、丙方面的工作", "四、丁方面的工作"]


def test_list_of_items_within_a_chapter():
    items = ["一、节约一种材料；", "二、改进一种做法；", "三、提高一种水平。"]
    assert counted(*CHAPTERS, *items, "五、戊方面的工作") == []
    assert len(counted(*CHAPTERS, *items, "六、戊方面的工作")) == 1


def test_count_that_a_table_begins():
    table = "一、甲支出\t264.87\t264.87\n二、乙支出\t\t\n三、丙支出\t\t"
    assert counted("一、职责", "二、机构", "收支总表", table, "四、丁支出", "五、戊支出") == []
    assert len(counted("一、职责", "二、机构", "说明", "四、丁支出", "五、戊支出")) == 1


def test_item_behind_a_sentence():
    items = [f"（{number}）负责一类工作。" for number in "一二三"]
    assert counted(*items[:2], f"{items[2]}（四）负责另一类工作。", "（五）负责其他工作。") == []
    assert len(counted(*items[:2], f"{items[2]}负责另一类工作。", "（五）负责其他工作。")) == 1
