"""Rows that no rule of the audit looks into, but the book goes by, are looked at before anything is made of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from nianbao.build.check import check
from nianbao.data.dataset import Dataset
from nianbao.data.unaudited import check_unaudited
from nianbao.errors import DataError
from tests.support.small_dataset import FILES, REGIONS

SCHEMES = "catalogue/codelists/schemes.csv"
REGIONS_FILE = "catalogue/codelists/regions.csv"
DRIVERS = "catalogue/drivers.csv"
ASSUMPTIONS = "editions/2025/assumptions.csv"
FINDINGS = "editions/2025/findings.csv"
REMARKS = "editions/2025/texts/remarks.csv"
OF_A_COUNTY = "editions/2024/texts/counties/640100.csv"
GOOD = {
    SCHEMES: "item,name,short,level,parent,note,prefix\nall,合计,合计,total,,,\n"
    "x,甲险,甲,scheme,all,,x\ny,乙险,乙,scheme,all,,y\n",
    DRIVERS: "account,role,term,words,unit,scale,note\na,of,x.flow,收入,亿元,,\na,plus,x.other,支出,,,\n",
    ASSUMPTIONS: "scheme,driver,low,middle,high,note\nx,contributors,1.0,2.0,3.0,照近年\n",
    FINDINGS: "finding,action,order,reason\na,pin,1,\n",
    REMARKS: "place,text\na,比上年多{{x.flow}}，甲市{{ x.flow[640100]@2024 }}。\n",
    OF_A_COUNTY: "place,text\na,无。\n",
}
#: File, what stands in it, what stands there instead, and what is said of it.
ODD = {
    "a role that is none": (DRIVERS, ",plus,", ",pluss,", "第3行，“role”列：“pluss”"),
    "a driver of no indicator": (DRIVERS, "x.other", "x.none", "第3行，“term”列：没有指标“x.none”"),
    "a decimal comma": (ASSUMPTIONS, "1.0,", '"1,0",', "第2行，“low”列：“1,0”"),
    "a choice that is none": (FINDINGS, "pin", "pni", "第2行，“action”列：“pni”"),
    "a bracket that is not closed": (REMARKS, "{{x.flow}}", "{{x.flow", "第2行，“text”列：{{ }} 应成对"),
    "a bracket that is not opened": (REMARKS, "{{x.flow}}", "x.flow}}", "第2行，“text”列：{{ }} 应成对"),
    "a bracket about something else": (REMARKS, "{{x.flow}}", "{{x flow}}", "第2行，“text”列：{{ }} 应成对"),
    "a figure of no indicator": (REMARKS, "{{x.flow}}", "{{x.flwo}}", "第2行，“text”列：没有指标“x.flwo”"),
    "a figure of no region": (REMARKS, "[640100]", "[640109]", "第2行，“text”列：代码表中没有“640109”"),
    "a text of a county": (OF_A_COUNTY, "无", "{{", "第2行，“text”列：{{ }} 应成对"),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Data with one row of everything."""
    for name, text in {**FILES, **GOOD}.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "data"


def put(data: Path, name: str, old: str, new: str) -> None:
    """Put something in the place of something else."""
    text = (data / name).read_text("utf-8")
    assert old in text
    (data / name).write_text(text.replace(old, new, 1), "utf-8")


def test_what_is_sound_is_left_alone(data):
    check_unaudited(Dataset(data, 2025))


@pytest.mark.parametrize("what", ODD)
def test_what_could_not_be_used_is_named(data, what):
    name, old, new, words = ODD[what]
    put(data, name, old, new)
    with pytest.raises(DataError, match=f"^data/{name}，{words}".replace("[", r"\[").replace("{{ }}", r"\{\{ \}\}")):
        check_unaudited(Dataset(data, 2025, lazy=True))


def test_editions_that_are_not_read_may_be_unfinished(data):
    put(data, REMARKS, "{{x.flow}}", "{{")
    check_unaudited(Dataset(data, 2024))


def test_the_check_looks_there(data):
    put(data, DRIVERS, ",plus,", ",pluss,")
    with pytest.raises(DataError, match="pluss"):
        check(data, data.parent, 2025)


# -- names and prefixes -----------------------------------------------------------------------------------------
def test_two_schemes_of_one_prefix(data):
    put(data, SCHEMES, ",y\n", ",x\n")
    with pytest.raises(DataError, match=f"^data/{SCHEMES}，第4行，“prefix”列：“x”已是“x”的"):
        Dataset(data, 2025)


def test_two_regions_of_one_name(data):
    put(data, REGIONS_FILE, "640200,乙市", "640200,甲市")
    with pytest.raises(DataError, match=f"^data/{REGIONS_FILE}，第4行，“name”列：“甲市”已是640100的名称"):
        Dataset(data, 2025)


def test_a_region_that_got_another_code_keeps_its_name(data):
    head, whole, *rows = REGIONS.splitlines()
    old = "640100,甲市,甲市,unit,640000,,,2022"
    new = "640109,甲市,甲市,unit,640000,,2023,"
    lines = [f"{head},since,until", f"{whole},,", old, new, *(f"{row},," for row in rows[1:])]
    (data / REGIONS_FILE).write_text("\n".join(lines) + "\n", "utf-8")
    assert Dataset(data, 2025).catalogue.regions["640109"].name == "甲市"
    (data / REGIONS_FILE).write_text("\n".join(lines).replace("2022", "2023") + "\n", "utf-8")
    with pytest.raises(DataError, match="“甲市”已是640100的名称"):
        Dataset(data, 2025)
