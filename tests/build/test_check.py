"""What `nianbao check` says: the culprit first, in names; this year before older ones; what is known only counted."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from nianbao.audit.diagnosis.diagnosis import Diagnosis
from nianbao.build.check import Checked, check
from nianbao.cli import main

REGIONS = """\
region,name,short,level,parent,note
640000,全区,全区,province,,
640121,永宁县,永宁,unit,640000,
640181,灵武市,灵武,unit,640000,
640424,泾源县,泾源,unit,640000,
"""
INDICATORS = """\
indicator,name,unit,decimals,kind,dimension,parent,formula,definition
x.insured,参保人数,人,0,stock,region,,,
x.income,基金收入,万元,2,flow,region,,,
x.funds,经费,元,2,flow,line,,,
"""
LINES = """\
item,name,short,level,parent,note
all,合计,合计,total,,
301,工资福利支出,工资,line,all,
302,商品和服务支出,商品,line,all,
"""
DOCUMENTS = """\
document,title,year,publisher,published
report-2024,社会保险年报（2024年）,2024,某局,2025
report-2025,社会保险年报（2025年）,2025,某局,2026
"""
HEAD = "indicator,item,value,status,source,margin\n"
YEARS = {
    2024: {
        "x.insured": ("79231", "24816", "31047", "23368"),
        "x.income": ("820.55", "301.20", "299.91", "219.44"),
        "x.funds": ("71.30", "40.10", "31.20"),
    },
    2025: {
        "x.insured": ("80712", "25193", "31684", "23835"),
        "x.income": ("861.78", "318.46", "310.07", "233.25"),
        "x.funds": ("76.60", "43.20", "33.40"),
    },
}
#: Growth of the insured, of each region, as the report prints it: two decimals.
CLAIMS = """\
measure,indicator,item,year,base,value,unit,place
growth,x.insured,640000,2025,2024,1.87,%,第一部分一
growth,x.insured,640121,2025,2024,1.52,%,第一部分一
growth,x.insured,640181,2025,2024,2.05,%,第一部分一
level,x.income,640000,2025,,861.78,万元,第一部分二
"""
LABELS = "label,year,place,printed,rule,note\n"
ERRATA = "check,year,figures,printed,likely,reason,decided,show,expect,place\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder with sound data of two years."""
    files = {
        "catalogue/codelists/regions.csv": REGIONS,
        "catalogue/codelists/line.csv": LINES,
        "catalogue/indicators/x.csv": INDICATORS,
        "catalogue/identities.csv": "identity,title,indicator,item,weight,lag\n",
        "catalogue/documents.csv": DOCUMENTS,
        "documents/report-2025/claims.csv": CLAIMS,
    }
    for year, columns in YEARS.items():
        rows = []
        for code, values in columns.items():
            items = ("all", "301", "302") if code == "x.funds" else ("640000", "640121", "640181", "640424")
            rows += [f"{code},{item},{value},A,report-{year} 表1-1," for item, value in zip(items, values, strict=True)]
        files[f"observations/{year}/x.csv"] = HEAD + "\n".join(rows) + "\n"
    for name, text in files.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def put(folder: Path, name: str, old: str, new: str) -> None:
    """Put `new` in the place of `old`, which stands once in a file of the data."""
    path = folder / "data" / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    path.write_text(text.replace(old, new), "utf-8")


def checked(folder: Path, everything: bool = False, year: int = 2025) -> Checked:
    return check(folder / "data", folder, year, everything)


def row(folder: Path, name: str, year: int = 2025) -> list[dict[str, str]]:
    with (folder / "_build" / str(year) / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_sound_data_say_so_and_accuse_nobody(folder):
    found = checked(folder)
    assert found.sound and found.lines[0] == "没有新的不符。" and len(found.lines) == 2
    assert row(folder, "diagnosis.csv") == []


def test_the_culprit_comes_first_with_name_place_right_value_and_reason(folder):
    put(folder, "observations/2025/x.csv", "x.insured,640121,25193,", "x.insured,640121,25913,")
    found = checked(folder)
    assert not found.sound
    text = "\n".join(found.lines)
    first, second, third = found.lines[1:4]
    assert first == "1. 2025年永宁县参保人数印作25,913人，应作25,193人，似是相邻两个数字颠倒。"
    assert second.strip() == "印在：《社会保险年报（2025年）》表1-1（data/observations/2025/x.csv 第3行）"
    assert "不合：" in third and "2025年参保人数＝各项之和" in third and "较2024年增长率" in third
    assert "640121" not in text and "x.insured" not in text
    (named,) = row(folder, "diagnosis.csv")
    assert (named["rank"], named["verdict"], named["region"], named["likely"]) == ("1", "named", "640121", "25193")
    assert named["slip"] == "swap" and (named["low"], named["high"]) == ("25193", "25193")


def test_items_that_are_no_regions_are_named_too(folder):
    put(folder, "observations/2025/x.csv", "x.funds,301,43.20,", "x.funds,301,432.0,")
    text = "\n".join(checked(folder).lines)
    assert "2025年经费中的“工资福利支出”" in text and "301" not in text


def test_where_one_of_several_is_wrong_they_are_told_together_and_none_is_named(folder):
    put(folder, "observations/2025/x.csv", "x.income,640424,233.25,", "x.income,640424,239.25,")
    found = checked(folder)
    rows = row(folder, "diagnosis.csv")
    assert {each["verdict"] for each in rows} <= {"tied", "undetermined"} and len({each["rank"] for each in rows}) == 1
    assert "须由人处理：本年1处。" in found.lines


def test_this_year_comes_before_older_ones_which_take_a_line_each(folder):
    put(folder, "observations/2024/x.csv", "x.funds,302,31.20,", "x.funds,302,13.20,")
    put(folder, "observations/2025/x.csv", "x.insured,640121,25193,", "x.insured,640121,25913,")
    found = checked(folder)
    assert found.lines[0] == "须由人处理：本年1处，以前各年1处。"
    now = next(at for at, line in enumerate(found.lines) if "2025年永宁县参保人数" in line)
    old = [at for at, line in enumerate(found.lines) if "2024年经费" in line]
    assert len(old) == 1 and now < old[0]


def test_many_older_ones_are_counted_unless_all_are_asked_for(folder):
    labels = [f"l{number},2024,第{number}页,错字{number},read,由人读出" for number in range(1, 9)]
    path = folder / "data/documents/report-2025/labels.csv"
    path.write_text(LABELS + "\n".join(labels) + "\n", "utf-8")
    short, whole = checked(folder).lines, checked(folder, everything=True).lines
    assert short[0] == whole[0] == "须由人处理：本年0处，以前各年8处。"
    assert sum("错字" in line for line in short) == 5 and "- 另有3处，用 --all 列出" in short
    assert sum("错字" in line for line in whole) == 8


def test_a_label_is_told_with_what_stands_and_what_should(folder):
    path = folder / "data/documents/report-2025/labels.csv"
    path.write_text(LABELS + "head,2025,表1-1,参保人收,same,\nhead,2025,表1-2,参保人数,same,\n", "utf-8")
    found = checked(folder)
    (told,) = (line for line in found.lines if line.startswith("1. "))
    assert told.startswith("1. 《社会保险年报（2025年）》表1-1：文字印作“参保人收”，应作“参保人数”")
    assert not any("label:" in line for line in found.lines)
    assert any("label:report-2025:head" in line for line in checked(folder, everything=True).lines)


def test_known_errata_are_one_line_of_count_and_listed_on_demand(folder):
    put(folder, "observations/2025/x.csv", "x.insured,640121,25193,", "x.insured,640121,25913,")
    failing = [each.check for each in checked(folder).findings if each.status == "fails"]
    erratum = f"{' '.join(failing)},2025,,25913,25193,两个数字颠倒。,,published,fails,表1-1\n"
    (folder / "data/documents/report-2025/errata.csv").write_text(ERRATA + erratum, "utf-8")
    found = checked(folder)
    assert found.sound and found.lines[0] == "没有新的不符。"
    assert f"已知勘误：1处（{len(failing)}项核对），用 --all 列出。" in found.lines
    assert not any("两个数字颠倒" in line for line in found.lines)
    listed = [line for line in checked(folder, everything=True).lines if "两个数字颠倒" in line]
    assert len(listed) == 1 and "25,913" in listed[0] and "应作25,193" in listed[0]
    assert row(folder, "diagnosis.csv")[0]["likely"] == "25193", "the diagnosis is written whether known or not"


def test_a_contradiction_that_no_single_check_sees_is_not_sound(folder):
    """The diagnosis sees several relations at once: what it finds needs a person though each check by itself holds."""
    found = checked(folder)
    assert found.sound
    seen = Diagnosis(1, "tied", "report-2025", "表1-1", "x.insured", "640121", 2025, relations="derived:x:a:2024")
    worse = replace(found, suspects=replace(found.suspects, diagnoses=[seen]))
    assert not worse.sound


@pytest.mark.parametrize("wrong, code", [(False, 0), (True, 1)])
def test_exit_codes(folder, capsys, monkeypatch, wrong, code):
    monkeypatch.chdir(folder)
    if wrong:
        put(folder, "observations/2025/x.csv", "x.insured,640121,25193,", "x.insured,640121,25913,")
    (folder / "book").mkdir()
    for name in ("_config.yml", "_toc.yml", "book/edition.yml"):
        (folder / name).write_text("", "utf-8")
    done = main(["check", "--data", str(folder / "data")])
    assert (done, capsys.readouterr().out.splitlines()[-1].startswith("逐项结果见")) == (code, True)


def test_data_that_cannot_be_read_end_with_2(folder, capsys):
    put(folder, "observations/2025/x.csv", "x.insured,640121,25193,", "x.insured,640121,多,")
    assert main(["check", "--data", str(folder / "data")]) == 2
    assert "第3行" in capsys.readouterr().err
