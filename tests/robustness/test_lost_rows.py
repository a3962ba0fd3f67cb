"""Nothing is lost on reading without a word: what is cut, swallowed, repeated, unknown or misplaced is refused.

Each case is done to the small data of the fuzzer; what was refused names the file and what was expected.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from nianbao.audit.audit import Audit
from nianbao.data.dataset import Dataset
from tests.support.hostile import refused

VALUES = "observations/2025/pension.csv"
INDICATORS = "catalogue/indicators/pension.csv"
REGIONS = "catalogue/codelists/regions.csv"
DOCUMENTS = "catalogue/documents.csv"
IDENTITIES = "catalogue/identities.csv"
CLAIMS = "documents/report-2025/claims.csv"
RELATIONS = "documents/report-2025/relations.csv"
FORMULAS = "documents/report-2025/formulas.csv"
TEXTS = "editions/2025/texts/remarks.csv"
HEAD = "indicator,item,value,status,source,margin\n"
RULE = "pension.b / pension.a[1] * 100"

Spoil = Callable[[Path], None]


def put(file: str, *pairs: str) -> Spoil:
    """Each first text of a pair gives way to the second, once."""

    def spoil(data: Path) -> None:
        text = (data / file).read_text("utf-8")
        for old, new in zip(pairs[::2], pairs[1::2], strict=True):
            assert old in text, old
            text = text.replace(old, new, 1)
        (data / file).write_text(text, "utf-8")

    return spoil


def lines(file: str, of_line: Callable[[int, str], str]) -> Spoil:
    """Each line becomes another one."""

    def spoil(data: Path) -> None:
        rows = (data / file).read_text("utf-8").splitlines()
        (data / file).write_text("\n".join(of_line(at, row) for at, row in enumerate(rows)) + "\n", "utf-8")

    return spoil


def whole(file: str, text: str | Callable[[str], str]) -> Spoil:
    """The file holds another text, or one made of its own."""

    def spoil(data: Path) -> None:
        path = data / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if isinstance(text, str) else text(path.read_text("utf-8")), "utf-8")

    return spoil


def more(file: str, text: str) -> Spoil:
    """A line more."""
    return whole(file, lambda before: before + text)


def only_head(file: str) -> Spoil:
    return whole(file, lambda text: text.splitlines()[0] + "\n")


#: What is done, the file that is named, and words of the message.
CASES: dict[str, tuple[Spoil, str, str]] = {
    "a quotation mark swallows the rest": (put(VALUES, "12.50", '"12.50'), VALUES, "第2行：不是合格的 CSV"),
    "a quotation mark swallows three rows": (
        put(VALUES, "12.50", '"12.50', "90000", '90000"'),
        VALUES,
        "第2行，“value”列：引号没有合上，从这一行到第5行",
    ),
    "a quotation mark swallows sources": (
        put(VALUES, "report-2025 表1-1", '"report-2025 表1-1', "report-2025 第一部分", 'report-2025 第一部分"'),
        VALUES,
        "引号没有合上",
    ),
    "a quotation mark swallows texts": (
        whole(TEXTS, 'place,text\nwhy,"比上年增加\nhow,文字\nz,后来"\n'),
        TEXTS,
        "引号没有合上",
    ),
    "digits behind a quotation mark": (put(VALUES, "12.50", '"132"9'), VALUES, "第2行：不是合格的 CSV"),
    "a blank behind a quotation mark": (put(VALUES, "12.50", '"12.50" '), VALUES, "第2行：不是合格的 CSV"),
    "cut in a row": (whole(VALUES, HEAD + "pension.a,1,12.50,A,report-2025 表"), VALUES, "第2行：最后一行只有5格"),
    "cut in a number": (whole(VALUES, HEAD + "pension.a,1,12.5"), VALUES, "第2行：最后一行只有3格"),
    "cut in the head": (whole(VALUES, "indicator,item,val"), VALUES, "缺少“value”列"),
    "cut catalogue": (whole(INDICATORS, lambda text: text[:-8]), INDICATORS, "最后一行只有8格"),
    "no rows": (only_head(VALUES), VALUES, "第2行：只有表头"),
    "blank rows": (whole(VALUES, HEAD + ",,,,,\n"), VALUES, "只有表头"),
    "no indicators": (only_head(INDICATORS), INDICATORS, "只有表头"),
    "no regions": (only_head(REGIONS), REGIONS, "只有表头"),
    "no documents": (only_head(DOCUMENTS), DOCUMENTS, "只有表头"),
    "no claims": (only_head(CLAIMS), CLAIMS, "只有表头"),
    "an unknown source": (
        put(VALUES, "report-2025 表1-1", "report-2052 表1-1"),
        VALUES,
        "没有代码为“report-2052”的文件",
    ),
    "a source without its blank": (put(VALUES, "report-2025 表1-1", "report-2025表1-1"), VALUES, "没有代码为"),
    "an empty source": (put(VALUES, "report-2025 表1-1", ""), VALUES, "“source”列：不应空着"),
    "an unknown parent": (put(INDICATORS, "pension.a,,", "pension.z,,"), INDICATORS, "“parent”列：没有指标“pension.z”"),
    "a parent of itself": (put(INDICATORS, "pension.a,,", "pension.b,,"), INDICATORS, "绕回了自己"),
    "an unknown item in an identity": (
        put(IDENTITIES, "b,2,", "b,77,"),
        IDENTITIES,
        "“item”列：代码表“region”中没有“77”",
    ),
    "an unknown item in a relation": (put(RELATIONS, "pension.a,1,", "pension.a,77,"), RELATIONS, "中没有“77”"),
    "an unknown indicator in a relation": (put(RELATIONS, "pension.a,1,", "pension.z,1,"), RELATIONS, "pension.z"),
    "an unknown item in a formula": (put(RELATIONS, "pension.b /", "pension.b[77] /"), RELATIONS, "“formula”列"),
    "an empty name": (put(INDICATORS, "参保人数", ""), INDICATORS, "第2行，“name”列：不应空着"),
    "a region without a name": (put(REGIONS, "甲市,甲市", ","), REGIONS, "第3行，“name”列：不应空着"),
    "a document without a title": (put(DOCUMENTS, "年度报告（2025年）", ""), DOCUMENTS, "“title”列：不应空着"),
    "a margin of 10^15": (put(VALUES, "0.05", "999999999999999"), VALUES, "第4行，“margin”列：误差"),
    "a margin wider than the figure": (put(VALUES, "0.05", "6"), VALUES, "比数“5.5”本身还大"),
    "two columns of a name": (
        lines(VALUES, lambda at, row: row + (",1" if at else ",value")),
        VALUES,
        "有两列都叫“value”",
    ),
    "two names": (lines(INDICATORS, lambda at, row: row + (",甲" if at else ",name")), INDICATORS, "有两列都叫“name”"),
    "a column misspelt": (whole(VALUES, lambda text: text.replace("margin", "margn")), VALUES, "没有名为“margn”的列"),
    "a column without a name": (lines(VALUES, lambda at, row: row + (",x" if at else ",")), VALUES, "没有名称"),
    "a lag of one and a half": (put(IDENTITIES, "-10000,1", "-10000,1.5"), IDENTITIES, "“lag”列：“1.5”不是整数"),
    "a lag of two signs": (put(IDENTITIES, "-10000,1", "-10000,--1"), IDENTITIES, "不是整数"),
    "no weight": (put(IDENTITIES, ",1,0\n", ",,0\n"), IDENTITIES, "“weight”列：不应空着"),
    "a row twice": (more(VALUES, "pension.a,1,12.51,A,report-2025 表1-1,\n"), VALUES, "重复，已见于"),
    "a row of a formula twice": (more(FORMULAS, "pension.a,2,2025,pension.a[3],\n"), FORMULAS, "重复"),
    "a remark of a programmer": (more(VALUES, "# 注\n"), VALUES, "第7行"),
    "full-width commas": (put(VALUES, "pension.a,2,—,M", "pension.a，2，—，M"), VALUES, "第3行"),
    "a line break in a name": (put(INDICATORS, "参保人数", '"参保\n人数"'), INDICATORS, "格内不能换行"),
    "a claim of a year without data": (put(CLAIMS, "a,1,2025", "a,1,2052"), CLAIMS, "没有2052年的数据"),
    "a claim against the future": (put(CLAIMS, "2025,2024,2.50", "2025,2026,2.50"), CLAIMS, "应早于2025年"),
    "a ranking of strangers": (put(CLAIMS, "2|3", "2|丙县"), CLAIMS, "应为代码表里的代码"),
    "a life that ends before it begins": (
        lines(REGIONS, lambda at, row: row + (",2024,2020" if at == 2 else ",," if at else ",since,until")),
        REGIONS,
        "早于开始的2024年",
    ),
    # formulas of the catalogue
    "one by nothing": (put(INDICATORS, RULE, "1/0"), INDICATORS, "第4行，“formula”列：公式“1/0”的除数为零"),
    "a divisor that comes to nothing": (put(INDICATORS, RULE, "pension.b / (2 - 2)"), INDICATORS, "除数为零"),
    "a number for a formula": (put(INDICATORS, RULE, "5"), INDICATORS, "里没有指标"),
    "itself": (put(INDICATORS, RULE, "pension.c * 2"), INDICATORS, "算式用到了自己"),
    "itself last year": (put(INDICATORS, RULE, "pension.c{-1} * 2"), INDICATORS, "没有尽头"),
    "itself next year": (put(INDICATORS, RULE, "pension.c{1} * 2"), INDICATORS, "没有尽头"),
    "what is not there": (put(INDICATORS, RULE, "pension.q * 2"), INDICATORS, "“formula”列：没有指标“pension.q”"),
    "a region that is not there": (put(INDICATORS, RULE, "pension.b[9] * 2"), INDICATORS, "中没有“9”"),
    # files that nobody would read
    "a capital suffix": (whole("observations/2025/PENSION.CSV", HEAD), "PENSION.CSV", "不是已知的数据文件"),
    "a misspelt table": (whole("documents/report-2025/claim.csv", "a\n1\n"), "claim.csv", "documents/*/claims.csv"),
    "a document that is not listed": (whole("documents/x/claims.csv", "a\n1\n"), "x/claims.csv", "没有代码为“x”的文件"),
    "a year in words": (whole("observations/2025年/pension.csv", HEAD), "2025年", "不会被读到"),
    "a year in wide digits": (whole("observations/２０２５/pension.csv", HEAD), "２０２５", "不是年份"),
    "a file for a year": (whole("observations/2023", "x"), "2023", "应是一年的文件夹"),
    "a table at the top": (whole("x.csv", "a\n1\n"), "x.csv", "catalogue"),
    "a copy of a table": (
        whole("observations/2025/pension - 副本.csv", HEAD + "pension.a,1,1.00,A,report-2025 表1,\n"),
        "副本.csv",
        "应写在 data/observations/2025/pension.csv",
    ),
}


def findings(data: Path) -> list:
    return Audit(Dataset(data, 2025)).findings()


@pytest.mark.parametrize("name", CASES)
def test_what_would_be_lost_is_refused_with_its_place(small_data, name):
    spoil, file, words = CASES[name]
    spoil(small_data)
    refused(lambda: (findings(small_data), Dataset(small_data, 2025).texts("remarks", 2025)), file, words)


@pytest.mark.parametrize(
    "spoil",
    [
        whole(VALUES, lambda text: text.rstrip("\n")),
        whole(VALUES, lambda text: text.replace("\n", "\r")),
        lines(VALUES, lambda at, row: row + ",,"),
        lines(VALUES, lambda at, row: ",".join(reversed(row.split(",")))),
        lines(VALUES, lambda at, row: row.removesuffix(",") if at else row),
        put(INDICATORS, "年末在册的人", '"年末\n在册"'),
        put(INDICATORS, "? pension.a - pension.a{-1}", "? pension.d{-1} + pension.a"),
    ],
    ids=[
        "no last line end",
        "old line ends",
        "empty columns",
        "another order",
        "no last commas",
        "lines",
        "check only",
    ],
)
def test_what_is_only_written_otherwise_is_read_as_before(small_data, spoil):
    before = Dataset(small_data, 2025).observations
    spoil(small_data)
    now = Dataset(small_data, 2025).observations
    assert {key: each.literal for key, each in now.items()} == {key: each.literal for key, each in before.items()}
    assert findings(small_data)


@pytest.mark.parametrize(("count", "sum_of"), [(60, "{0}"), (3000, "{0}"), (25, "{0} + {0}[1]"), (60, "{0} - {0}[1]")])
def test_formulas_within_formulas_come_to_an_end(small_data, count, sum_of):
    rows = []
    for number in range(count):
        rule = sum_of.format(f"pension.z{number - 1}" if number else "pension.a")
        rows.append(f"pension.z{number},名,万人,2,stock,region,,{rule},\n")
    more(INDICATORS, "".join(rows))(small_data)
    refused(lambda: findings(small_data), INDICATORS, "一个套一个")
