"""Hostile and careless input, by kind: shown as the text it is or refused with one message; nothing runs, nothing leaks out."""

from __future__ import annotations

import ast
import csv
import io
import json
import os
import re
import shutil
import time
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import fuzz
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as parser
from openpyxl import load_workbook

from nianbao.audit.audit import Audit
from nianbao.chapter.figure import Figures
from nianbao.chapter.html import table_html
from nianbao.chapter.printer import Printer
from nianbao.chapter.prose import Passage, write
from nianbao.chapter.table import Table
from nianbao.charts import drawings as charts
from nianbao.cli import main
from nianbao.data import csvfiles, formulas
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.intake.grids import open_file
from nianbao.intake.reading import intake
from nianbao.intake.workbook import new_year
from nianbao.output import facts
from nianbao.output.tables.sheets import workbook
from nianbao.output.web.frame import POLICY
from tests.support.projects import ROOT, copy_project
from tests.support.small_records import fact

RUN = "planted=1"
TEXTS = [
    f"<script>{RUN}</script>", f"<img src=x onerror={RUN}>", f"</title><svg onload={RUN}>", f"<iframe srcdoc='<script>{RUN}</script>'>",
    f"</script><script>{RUN}</script>", f"<a href=javascript:{RUN}>点</a>", f'" onmouseover="{RUN}" x="', f"' onfocus='{RUN}' autofocus='",
    f"<style>*{{background:url(javascript:{RUN})}}</style>", "<!-- 没有结尾", "<![CDATA[", "]]>", "<?xml version='1.0'?>", "<base href=//x.test/>",
    "<meta http-equiv=refresh content=0;url=//x.test>", "<object data=x></object>", "</td></tr></table>", "</p></div></article>", "<b>粗</b>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;", "&#60;b&#62;", "&amp;amp;", "&nbsp", "a & b", "一 < 二 > 三",
    f"[点这里](javascript:{RUN})", "![图](http://x.test/a.png)", "**粗** *斜* `码` ~~删~~", "# 标题", "## 标题 ##", "- 一\n- 二", "1. 一\n2. 二", "1) 一",
    "> 引", "| a | b |\n|---|---|\n| 1 | 2 |", "标题\n===", "标题\n---", "***", "```\n码\n```", "~~~", "    四格", "\\*", "[a]: http://x.test",
    "<http://x.test>",
    "一行  \n二行", "{{ 7*7 }}", "{{ ''.__class__.__mro__ }}", "{% for x in range(9) %}{% endfor %}", "{# 注 #}", "{%raw%}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
    f"{{raw}}`html <script>{RUN}</script>`", "```{note}\n内\n```", "{ref}`x`", ":::{note}\n内\n:::", "(label)=", "{sub-ref}`wordcount`", "%% 注", "$x^2$",
    "$$y$$",
    "\\begin{a}", "#set page(fill: red)", "#eval(\"1\")", "@label", "/* 注 */", "// 注", "'; DROP TABLE x; --", "`id`", "$(id)", "=1+1", "@SUM(A1)",
    "+1", "-1+1", "％ｓ％d", "%s%n%x", "\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627", "e\u0301\u0301\u0301", "🏛️👨‍👩‍👧".replace("\u200d",
    ""), "𠮷𫝆𰻝", "长" * 4990, "x" * 4990,
]
UNSEEN = ["\x00", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b[31m", "\x1b]0;x\x07", "\x7f", "\x85", "\x9b", "\xad", "\u061c", "\u200b", "\u200c", "\u200d",
          "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202b", "\u202d", "\u202e", "\u2060", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff",
          "\ufffe", "\uffff", "\ufffd", "\ue000", "\ue001", "\uf8ff", "\ufdd0", "\U000e0001", "\U000f0000", "\U0010ffff"]
FORMULAS = ["=1+1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://x.test\")", "+1+1", "-1+1", "-cmd|x", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1",
"－1+1",
            "＠x", "=1,=2", "=\"a\"\"b\"", "-2+3+cmd|' /C calc'!D2", "+", "-", "=", "--1", "-1", "-1.50", "—", "1=1", "-1e5", "=IMPORTXML(\"//x.test\")"]
WRONG = ["", " ", "1 +", "(((", "a.b **2", "a.b if 1 else 2", "[a.b]", "lambda: 1", "__import__('os')", "a.b; b.c", "a.b\nb.c", "a.b == 1", "a.b and 1",
         "1j", "'x'", "f'{a.b}'", "0x10**2", "~a.b", "a.b[1][2]", "a.b{99999}", "(" * 300 + "a.b" + ")" * 300, "-" * 600 + "1", "9" * 400, "1e999", "a.b\x00",
         "\ud800", "a.b // 2", "a.b % 2", "a.b @ 2", "(a.b:=1)", "a.b * 1_000", "١ + a.b if", "x" * 501, "print(1)", "{a.b}", "a.b,"]
NAMES = ["../../x", "..", ".", "/etc/passwd", "a/b", "a\\b", "a b", "a:b",
"a\"b", "a'b", "<b>", "", "ａ", "a;b", "a|b", "a*", "con?", "x" * 9 + "/", "%2e%2e", "~root"]


@pytest.fixture
def small(tmp_path) -> Path:
    """A small data folder."""
    return fuzz.small(tmp_path)


def change(path: Path, old: str, new: str) -> None:
    """Put another text into a file (halves of characters as they are)."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode("utf-8", "surrogatepass"))


def refused(action, *words: str) -> str:
    """What the DataError says: one Chinese line that anybody may print."""
    with pytest.raises(DataError) as caught:
        action()
    text = str(caught.value)
    assert re.search("[一-鿿]", text) and text.isprintable() and all(word in text for word in words), text
    return text


def bare(text: str) -> str:
    """A text without blanks, for comparing."""
    return re.sub(r"\s", "", text)


# -- texts ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_text_is_shown_as_it_is_in_prose_tables_and_charts(text):
    printer = Printer()
    paragraph = write("甲{{ a }}乙", {"a": text}, printer).html
    body = Table([text, "数"], [[text, text]], text, anchors={0: [text]}).body(printer)
    table = table_html("tab-1", text, body, [text])
    for made, often in ((paragraph, 1), (table, 6)):
        tree = parser.fragment_fromstring(made, create_parent="div")
        assert {node.tag for node in tree.iter()} <= {"div", "p", "figure", "table", "caption", "span", "thead", "tbody", "tr", "th", "td"}
        assert not [name for node in tree.iter() for name in node.attrib if name.startswith("on") or name in {"href", "src", "style"}]
        assert bare(tree.text_content()).count(bare(text)) >= min(often, 1 if len(bare(text)) < 5 else often)
    if len(text) < 1000:
        svg = charts.to_svg(charts.ranking(pd.Series({text: 2.0, "乙": 1.0}), "人"), text, "fig-1")
        root = ElementTree.fromstring(svg)
        kinds = {node.tag.rsplit("}")[-1] for node in root.iter()}
        assert kinds <= {"svg", "title", "g", "path", "text", "defs", "use", "clipPath", "rect", "circle"} and bare(root[0].text) == bare(text)
        assert not re.search(r"\sstyle=|<style", re.sub(r">[^<]*<", "><", svg))


@pytest.mark.parametrize("text", [text for text in TEXTS if "{{" not in text and len(text) < 200], ids=repr)
def test_a_text_in_a_remark_is_only_text(small, text):
    figures = Figures(fuzz_audit(), 2025)
    made = write("{{ a }}", {"a": Passage(text, figures)}, Printer()).html
    tree = parser.fragment_fromstring(made)
    assert {node.tag for node in tree.iter()} == {"div", "p"} and bare(tree.text_content()) == bare(text)


def fuzz_audit() -> Audit:
    """The audit of the small data."""
    return Audit(fuzz.dataset())


@pytest.mark.parametrize("sign", UNSEEN, ids=ascii)
def test_what_cannot_be_seen_is_refused_in_data_and_in_what_is_handed_in(small, tmp_path, sign):
    change(small / "catalogue" / "indicators" / "pension.csv", "年末在册的人", f"年末{sign}的人")
    refused(lambda: Dataset(small), "catalogue/indicators/pension.csv", "第2行", "U+")
    (tmp_path / "x.csv").write_bytes(f"代码,参保人数（万人）,备注\n1,1.5,甲{sign}乙\n".encode())
    if sign not in "\u200b\ufeff":  # in what is handed in, these are taken out
        refused(lambda: open_file(tmp_path / "x.csv"))


@pytest.mark.parametrize("code", [0xD800, 0xDBFF, 0xDC00, 0xDFFF])
def test_halves_of_characters(small, tmp_path, code):
    change(small / "editions" / "2025" / "texts" / "remarks.csv", "比上年", f"比{chr(code)}")
    refused(lambda: Dataset(small, 2025).texts("remarks", 2025), "UTF-8")
    with pytest.raises(DataError) as caught:
        raise DataError(f"没有{chr(code)}", f"{chr(code)}.csv")
    assert f"U+{code:04X}" in str(caught.value).encode("utf-8").decode()


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbfindicator", b"\x1f\x8b\x08", b"PK\x03\x04",
b"%PDF-1.7",
                                     b'"' * 3, b'"\n' * 99, b"a,b\n1,2,3\n", b"," * 70000, b"a\n" + b"x" * 5001, b"a\n" + b"x" * 140000, "指标".encode("gbk"),
                                     b"indicator\n" * 9, b"\r\r\r", b"a\x00b,c\n"], ids=range(18))
def test_files_that_are_no_tables(small, content):
    (small / "observations" / "2025" / "pension.csv").write_bytes(content)
    refused(lambda: Dataset(small), "2025/pension.csv")


@pytest.mark.parametrize(("file", "old", "new"), [
    ("catalogue/codelists/regions.csv", "unit,1,", "unit,2,"), ("catalogue/codelists/regions.csv", "unit,1,", "unit,9,"), ("catalogue/codelists/regions.csv", "province,,", "province,3,"),
    ("catalogue/indicators/pension.csv", "万人,2,", "万人,²,"), ("catalogue/indicators/pension.csv", "万人,2,", "万人,99999,"), ("catalogue/indicators/pension.csv", "万人,2,", "万人,-1,"),
    ("catalogue/indicators/pension.csv", "region,,,年", "region2,,,年"), ("observations/2025/pension.csv", "12.50", "1e9"), ("observations/2025/pension.csv", "12.50", "٣"),
    ("observations/2025/pension.csv", "12.50", "9" * 5000),
    ("observations/2025/pension.csv", "12.50", "1." + "0" * 50), ("observations/2025/pension.csv", "12.50", "nan"), ("observations/2025/pension.csv", "12.50", "Infinity"), ("observations/2025/pension.csv",
    "0.05", "-0.05"),
    ("observations/2025/pension.csv", "0.05", "９"), (f"{fuzz.OF_REPORT}/claims.csv", "2024,2.50", "²,2.50"), (f"{fuzz.OF_REPORT}/claims.csv", "2024,2.50", "99999999,2.50"), (f"{fuzz.OF_REPORT}/claims.csv",
    "2.50", "1e99"),
    ("editions/2025/revisions.csv", "2024,10.00", "²,10.00"), ("editions/2025/revisions.csv", "10.01", "1/0"), (f"{fuzz.OF_REPORT}/formulas.csv", "pension.a[1] - pension.a[3]",
    "open('x')"),
    (f"{fuzz.OF_REPORT}/formulas.csv", "pension.a[1] - pension.a[3]", "pension.x"), (f"{fuzz.OF_REPORT}/formulas.csv", "pension.a[1]", "pension.a[../1]"), ("catalogue/identities.csv",
    "-10000", "1e999999999"),
    ("catalogue/identities.csv", "-10000,1", "-10000,x"), (f"{fuzz.OF_REPORT}/captions.csv", "table,2025,1,1", "table,2025,1,²"), (f"{fuzz.OF_REPORT}/captions.csv", "part", "teil"),
    (f"{fuzz.OF_REPORT}/relations.csv", "pension.b / 10000", "exec('x')"), (f"{fuzz.OF_REPORT}/labels.csv", "printed", "x"), (f"{fuzz.OF_REPORT}/errata.csv", "fails", "{0.__class__}")])
def test_cells_that_make_no_sense(small, file, old, new):
    change(small / file, old, new)
    start = time.monotonic()
    refused(lambda: fuzz_all(small), Path(file).stem)
    assert time.monotonic() - start < 5


def fuzz_all(root: Path) -> None:
    """Read and check everything in a data folder."""
    Audit(Dataset(root, 2025)).findings()


# -- formulas ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_a_formula_is_arithmetic_or_refused(text):
    refused(lambda: formulas.parse(text), "公式")


@pytest.mark.parametrize("text", FORMULAS, ids=range(len(FORMULAS)))
def test_no_download_carries_a_formula(tmp_path, text):
    harmless = len(text) == 1 or re.fullmatch(r"-\d+(\.\d+)?", text) or text in {"—", "1=1"}
    wanted = text if harmless else f"'{text}"
    rows = [["头", text], [text, "1.5"]]
    csvfiles.write_csv(tmp_path / "a.csv", rows)
    known = fact("x", "1.5", name=text, source=text)
    facts.write_csv({"1": {"x": facts.CheckedFact(known)}}, tmp_path / "facts.csv")
    for name, found in (("a.csv", 2), ("facts.csv", 2)):
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        assert cells.count(wanted) == found, cells
    workbook({"数据": [["头", text], [text, Decimal("1.5")]]}, tmp_path / "a.xlsx", 2025)
    sheet = load_workbook(tmp_path / "a.xlsx").active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"} and sheet["B2"].value == Decimal("1.5")
    assert text.strip() in sheet["B1"].value and sheet["B1"].quotePrefix == (not harmless)


def test_the_workbook_to_fill_in_has_no_formulas_but_its_own(small):
    change(small / "catalogue" / "indicators" / "pension.csv", "缴费人数", "=1+1")
    change(small / "catalogue" / "indicators" / "pension.csv", "年末在册的人", "=2+2")
    change(small / "catalogue" / "codelists" / "regions.csv", "甲市,甲市", "@SUM(1),=3")
    change(small / "observations" / "2025" / "pension.csv", "report-2025 第一部分", "report-2025 =4+4/[x]:*?'!")
    book = load_workbook(new_year(2026, small))
    found = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f" and sheet.title != "核对"}
    own = [cell.value for row in book["核对"].iter_rows() for cell in row if cell.data_type == "f"]
    assert not found and own and not [text for text in own if re.match(r"=[1-4]\+", text)]
    assert "=1+1" in {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}


# -- names ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_names_from_outside_stay_in_their_folder(small, name):
    written = '"' + name.replace('"', '""') + '"'
    change(small / "catalogue" / "codelists" / "regions.csv", "3,乙县", f"{written},乙县")
    refused(lambda: Dataset(small), "regions.csv", "代码")
    shutil.copy(ROOT / "data" / "catalogue" / "codelists" / "regions.csv", small / "catalogue" / "codelists" / "regions.csv")
    change(small / "catalogue" / "indicators" / "pension.csv", "pension.b,", f"{written},")
    refused(lambda: Dataset(small), "pension.csv", "indicator")


@pytest.mark.parametrize("name", ["observations/2025/x.csv", "editions/2025/texts/remarks.csv", "observations/2024", "catalogue/codelists/x.csv",
                                  "observations/2025/counties", "catalogue/identities.csv", "documents/report-2025/claims.csv"])
def test_links_are_not_followed(small, tmp_path, name):
    outside = tmp_path / "outside.csv"
    outside.write_text("indicator,item,value,status,source\n", "utf-8")
    (small / name).parent.mkdir(exist_ok=True)
    shutil.rmtree(small / name, ignore_errors=True)
    (small / name).unlink(missing_ok=True)
    (small / name).symlink_to(outside if name.endswith(".csv") else tmp_path, target_is_directory=not name.endswith(".csv"))
    refused(lambda: (fuzz_all(small), Dataset(small).texts("remarks", 2025)), "链接")


def test_a_pipe_is_no_file(small):
    (small / "documents" / "report-2025" / "claims.csv").unlink()
    os.mkfifo(small / "documents" / "report-2025" / "claims.csv")
    refused(lambda: fuzz_all(small), "claims.csv")


@pytest.mark.parametrize("name", ["../x", "..", "/etc/passwd", "01-pension/../..", "a\tb", "\udcff", "*", "", "01-pension.ipynb", "{x}"], ids=range(10))
@pytest.mark.parametrize("option", ["--chapter", "--year", "--data"])
def test_options_do_not_lead_elsewhere(capsys, monkeypatch, tmp_path, option, name):
    monkeypatch.chdir(tmp_path)
    if option == "--chapter" and not name:
        pytest.skip("没有写章名，就是全书")
    try:
        code = main(["run", option, name or "x"])
    except SystemExit as ended:
        code = ended.code
    said = capsys.readouterr().err
    assert code == 2 and said.startswith("错误：") and "Traceback" not in said and not list(tmp_path.iterdir())


# -- workbooks --------------------------------------------------------------------------------------------------
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>{}</worksheet>'
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'


def packed(extra=None, how=zipfile.ZIP_DEFLATED, **changes: str | bytes) -> bytes:
    """The small workbook with other parts: `sheet` is that of the figures; `extra` are further ones."""
    places = {"sheet": "xl/worksheets/sheet3.xml", "strings": "xl/sharedStrings.xml", "types": "[Content_Types].xml", "rels": "_rels/.rels",
              "styles": "xl/styles.xml", "book": "xl/workbook.xml"}
    parts = fuzz.parts() | {places[name]: content for name, content in changes.items()} | (extra or {})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as archive:
        for name, content in parts.items():
            if content is not None:
                archive.writestr(name, content)
    return buffer.getvalue()


def cell(value: str, kind: str = "n", place: str = "A1", style: str = "") -> str:
    """A sheet with one cell."""
    return SHEET.format(f'<row r="1"><c r="{place}" t="{kind}"{style}><v>{value}</v></c></row>', "")


def broken(content: bytes, at: int, sign: bytes) -> bytes:
    """With other bytes at a place."""
    return content[:at] + sign + content[at + len(sign):]


BOOKS = {
    "zip ratio": lambda: packed({"xl/media/a.bin": b"\0" * (60 << 20)}), "120 MB": lambda: packed({f"a{at}": b"\0" * (1 << 20) for at in range(120)}),
    "3000 parts": lambda: packed({f"xl/a{at}.xml": "<a/>" for at in range(3000)}),
    "1.1 million rows": lambda: packed(sheet=SHEET.format("<row/>" * 1_100_000, ""), how=zipfile.ZIP_STORED),
    "last column": lambda: packed(sheet=cell("1", place="XFD1")), "last row": lambda: packed(sheet=cell("1", place="A1048576")),
    "beyond": lambda: packed(sheet=cell("1", place="ZZZZ1")), "all merged": lambda: packed(sheet=SHEET.format("",
    '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
    "all merged, hidden": lambda: packed(sheet=SHEET.format("", '<mergeCells><mergeCell ref="&#65;1:XFD1048576"/></mergeCells>')),
    "columns merged": lambda: packed(sheet=SHEET.format("", '<mergeCells><mergeCell ref="A:XFD"/></mergeCells>')),
    "many merged": lambda: packed(sheet=SHEET.format("", "<mergeCells>" + '<mergeCell ref="A1:ZZ99"/>' * 50 + "</mergeCells>")),
    "all linked": lambda: packed(sheet=SHEET.format("", '<hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks>')),
    "external": lambda: packed({"xl/externalLinks/externalLink1.xml": "<a/>"}), "macros": lambda: packed({"xl/vbaProject.bin": b"\xd0\xcf"}),
    "macro sheet": lambda: packed({"xl/macrosheets/sheet1.xml": "<a/>"}), "embedded": lambda: packed({"xl/embeddings/oleObject1.bin": b"x"}),
    "controls": lambda: packed({"xl/activeX/activeX1.bin": b"x"}), "connections": lambda: packed({"xl/connections.xml": "<a/>"}),
    "entities in a sheet": lambda: packed(sheet=DOCTYPE + SHEET.format("", "")), "entities in texts": lambda: packed(strings=DOCTYPE + "<sst>&b;</sst>"),
    "entities behind a comment": lambda: packed(sheet=f"<!--{'x' * 9000}-->" + DOCTYPE + SHEET.format("", "")),
    "entities in types": lambda: packed(types=DOCTYPE + "<Types/>"), "entities in relations": lambda: packed(rels=DOCTYPE + "<Relationships/>"),
    "entities in UTF-16": lambda: packed(sheet=("<?xml version='1.0' encoding='utf-16'?>" + DOCTYPE + SHEET.format("", "")).encode("utf-16")),
    "entities in a picture": lambda: packed({"xl/media/a.png": DOCTYPE + "<a>&c;</a>"}),
    "entities in styles": lambda: packed(styles=DOCTYPE + "<styleSheet/>"),
    "password": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "empty": lambda: b"", "text": lambda: "不是工作簿".encode(),
    "page": lambda: b"<html>",
    "picture": lambda: b"\x89PNG\r\n\x1a\n", "no workbook": lambda: packed(book=None), "no types": lambda: packed(types=None),
    "no styles at all": lambda: packed(styles="<x"),
    "no XML": lambda: packed(sheet="不是"), "half an element": lambda: packed(sheet=SHEET.format("<row", "")),
    "control character": lambda: packed(sheet=cell("&#1;", "str")),
    "half a character": lambda: packed(sheet=cell("&#xD800;", "str")), "text turned round": lambda: packed(sheet=cell("甲\u202e乙", "str")),
    "private text": lambda: packed(sheet=cell("\ue000", "str")), "long text": lambda: packed(sheet=cell("长" * 5001, "str")),
    "encrypted": lambda: broken(packed(), packed().index(b"PK\x01\x02") + 8, b"\x01"), "wrong sum": lambda: broken(packed(how=zipfile.ZIP_STORED), 90,
    b"\0\0\0"),
    "string beyond the list": lambda: packed(sheet=cell("99999", "s")), "style beyond the list": lambda: packed(sheet=cell("1", style=' s="99999"')),
    "number of 4000 digits": lambda: packed(sheet=cell("9" * 4000)), "number of 5000 digits": lambda: packed(sheet=cell("9" * 5000)),
    **{f"cut at {at} %": (lambda at=at: packed()[:len(packed()) * at // 100]) for at in (1, 10, 30, 50, 70, 90, 99)},
}


@pytest.mark.parametrize("name", BOOKS)
def test_workbooks_that_are_bombs_or_broken_are_refused(small, tmp_path, name):
    path, before = tmp_path / "填报.xlsx", {each: each.read_bytes() for each in small.rglob("*.csv")}
    path.write_bytes(BOOKS[name]())
    start = time.monotonic()
    try:
        remarks, changed = intake(path, 2026, small)
        assert not changed and (name.startswith(("number of", "string", "style")) and any(remark.fatal for remark in remarks)), remarks
    except DataError as error:
        assert "Traceback" not in str(error) and re.search("[一-鿿]", str(error)) and str(error).isprintable()
    assert time.monotonic() - start < 20
    assert {each: each.read_bytes() for each in small.rglob("*.csv")} == before and not list(tmp_path.glob("*evil*"))


@pytest.mark.parametrize("member", ["../evil.csv", "../../evil", "/tmp/evil", "C:\\evil", "xl/../../evil.xml", "data/2026/evil.csv"])
def test_members_of_a_zip_are_never_unpacked(small, tmp_path, member):
    (tmp_path / "a.xlsx").write_bytes(packed({member: "<a/>"}))
    grids = open_file(tmp_path / "a.xlsx")
    assert grids and not [each for each in tmp_path.rglob("*") if "evil" in each.name]


@pytest.mark.parametrize("value", ["1e999", "-1e999", "NaN", "1e15", "1e-300", "9" * 40, "0." + "9" * 40])
@pytest.mark.parametrize("kind", ["n", "str"])
def test_numbers_that_are_none(small, tmp_path, value, kind):
    content = SHEET.format('<row r="1"><c r="A1" t="str"><v>代码</v></c><c r="B1" t="str"><v>参保人数（万人）</v></c></row>'
                           f'<row r="2"><c r="A2" t="str"><v>1</v></c><c r="B2" t="{kind}"><v>{value}</v></c></row>', "")
    (tmp_path / "a.xlsx").write_bytes(packed(sheet=content))
    try:
        remarks, changed = intake(tmp_path / "a.xlsx", 2026, small)
    except DataError as error:
        assert str(error).isprintable()
    else:
        assert changed == [] and any(remark.fatal for remark in remarks)


# -- what the fuzzer found, and a short run of it -----------------------------------------------------------------------
FOUND = sorted((ROOT / "tests" / "fuzzed").glob("*.bin"))


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_inputs_that_the_fuzzer_found(path):
    try:
        fuzz.TARGETS[path.name.split("-")[0]](path.read_bytes())
    except DataError as error:
        assert str(error).isprintable()


@pytest.mark.parametrize("name", fuzz.TARGETS)
@given(content=st.binary(max_size=60), at=st.integers(0, 10**6), data=st.data())
def test_a_few_hundred_changes_to_good_input(name, content, at, data):
    seed = data.draw(st.sampled_from(fuzz.seeds(name)))
    at %= len(seed)
    try:
        fuzz.TARGETS[name](seed[:at] + content + seed[at + len(content) // 2:])
    except DataError as error:
        assert str(error).isprintable()


# -- the program itself -------------------------------------------------------------------------------------------------
def test_nothing_in_the_package_evaluates_or_unpickles():
    banned = {"eval", "exec", "compile", "__import__", "execfile", "breakpoint"}
    modules = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "jsonpickle", "cloudpickle"}
    for path in sorted((ROOT / "nianbao").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            place = f"{path.name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in banned and called not in {"os.system", "os.popen", "subprocess.getoutput"}, place
                assert not re.fullmatch(r"yaml\.(?!safe_load$|safe_dump$)\w+", called), place
                assert not any(each.arg == "shell" for each in node.keywords), place
                assert not called.endswith((".extractall", ".read_pickle", ".to_pickle", "tempfile.mktemp")), place
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else [node.module] if isinstance(node, ast.ImportFrom) else []
            assert not {(each or "").split(".")[0] for each in names} & modules, place


def test_the_server_sends_what_the_pages_say():
    server = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    sent = re.search(r'Content-Security-Policy "([^"]+)" always', server)[1].split("; ")
    assert set(sent) == {each.replace(" file:", "") for each in POLICY.split("; ")} | {"frame-ancestors 'none'"}
    assert "unsafe" not in server + POLICY
    for head in ("X-Content-Type-Options nosniff", "Referrer-Policy no-referrer"):
        assert f"add_header {head} always;" in server


# -- a book of hostile data ---------------------------------------------------------------------------------------------
PLANTS = [text for text in TEXTS if (RUN in text or text[0] in "<#[*=|$") and "\n" not in text]
COLUMNS = {"definition", "note", "reason", "text", "publisher", "bank", "issuer", "topic"}


def plant(root: Path) -> int:
    """Add hostile texts to the texts of the data; returns to how many cells."""
    count = 0
    for path in sorted(root.rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        for row in rows:
            names = COLUMNS | ({"name"} if path.parent.name == "indicators" else set()) | ({"title"} if "document" in path.stem else set())
            names |= {"name", "short"} if path.stem == "regions" and row["level"] == "unit" and row["region"] != "640121" else set()
            for name in names & set(row):
                if row[name]:
                    row[name] += PLANTS[count % len(PLANTS)]
                    count += 1
        if rows:
            with path.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, rows[0])
                writer.writeheader()
                writer.writerows(rows)
    return count


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """The book of the hostile data."""
    copy = copy_project(tmp_path_factory.mktemp("hostile") / "project")
    assert plant(copy.root / "data") > 500
    copy.result = copy.nianbao("build", "--year", "2025", "--formats", "html,pdf,docx,epub")
    assert copy.result.returncode == 0, copy.result.stdout[-3000:] + copy.result.stderr[-3000:]
    return copy


def test_no_planted_script_runs_on_any_page(planted, browser):
    context = browser.new_context()
    context.add_init_script("window.violations = []; addEventListener('securitypolicyviolation', e => violations.push(e.violatedDirective + e.blockedURI))")
    pages, seen = [*planted.html.rglob("*.html"), planted.target / "audit.html"], ""
    for path in pages:
        page, wrong = context.new_page(), []
        page.on("dialog", lambda dialog, wrong=wrong: wrong.append(dialog.message))
        page.on("request", lambda request, wrong=wrong: request.url.startswith(("file:", "data:")) or wrong.append(request.url))
        page.on("pageerror", lambda error, wrong=wrong: wrong.append(str(error)))
        page.goto(path.as_uri(), wait_until="load")
        if path.name == "index.html":  # it leads on to the first page at once
            page.wait_for_url(lambda address: not address.endswith("index.html"))
            page.wait_for_load_state("load")
        if path.name == "search.html":
            page.fill("#query", "script")
            page.wait_for_timeout(500)
        if (figure := page.locator("data.q").first).count():
            figure.click()
            page.locator(".q-panel").first.wait_for(timeout=5000)
        found = page.evaluate("[typeof planted, window.violations, document.querySelectorAll('article iframe, article object, article script, "
                              "article [onerror], article [onload], article [onmouseover], article [style], base').length]")
        assert found == ["undefined", [], 0] and not wrong, (path.name, found, wrong)
        seen += page.locator("body").inner_text()
        page.close()
    context.close()
    assert len(pages) > 15 and sum(text in seen for text in PLANTS) > 15, "植入的文字应照样显示"


def test_planted_texts_in_every_file_of_the_book(planted):
    script = f"<script>{RUN}</script>".encode()
    for path in planted.html.rglob("*.js"):
        name, _, text = path.read_text("utf-8").partition("(")
        if name.startswith("nianbao") and path.parent.name != "_static":
            json.loads(text.rstrip().removesuffix(")"))
    for path in planted.html.rglob("*.svg"):
        assert script not in path.read_bytes() and ElementTree.parse(path)
    for path in planted.target.rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        assert not [cell for cell in cells if re.match(r"[=+@\t\r]|-[^\d]", cell) and len(cell) > 1], path.name
    for path in planted.html.rglob("*.xlsx"):
        with zipfile.ZipFile(path) as archive:
            assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "worksheets/" in name), path.name
    for kind in ("docx", "epub"):
        with zipfile.ZipFile(next(planted.target.glob(f"*.{kind}"))) as archive:
            texts = [archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".xhtml", ".opf"))]
        assert not any(script in text for text in texts) and any(b"&lt;script&gt;planted=1" in text for text in texts), kind
        for text in texts:
            ElementTree.fromstring(text)
    pypdf = pytest.importorskip("pypdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(next(planted.target.glob("*.pdf"))).pages)
    assert "<script>planted=1" in bare(text)
