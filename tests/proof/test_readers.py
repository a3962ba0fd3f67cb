"""Files of every kind read as the same document; hostile and broken ones refused with one line."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from openpyxl import Workbook

from nianbao.errors import DataError
from nianbao.proof.model import Document, Table
from nianbao.proof.proof import proofread
from nianbao.proof.readers import KINDS, OLD, read

SENTENCE = "2025年参保30.12万人，较上年末增加1.20万人，增长4.51%。"
ROWS = [
    ["地区", "参保人数", "缴费人数", "领取人数"],
    ["甲市", "12.11", "8.05", "4.06"],
    ["乙市", "5.20", "3.17", "2.03"],
    ["丙县", "3.43", "2.30", "1.04"],  # 3.34
    ["丁县", "2.42", "1.41", "1.01"],
    ["合计", "23.07", "14.93", "8.14"],
]


def as_text(path: Path) -> None:
    path.write_text(f"{SENTENCE}\n\n单位：万人\n\n" + "\n".join("\t".join(row) for row in ROWS), "utf-8")


def as_word(path: Path) -> None:
    document = docx.Document()
    document.add_paragraph(SENTENCE)
    document.add_paragraph("单位：万人")
    table = document.add_table(rows=len(ROWS), cols=4)
    for at, row in enumerate(ROWS):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    document.save(str(path))


def as_page(path: Path) -> None:
    rows = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in ROWS)
    path.write_text(
        f"<html><head><title>报告</title><script>var a = '增长99%';</script></head><body><p>{SENTENCE}</p>"
        f"<p>单位：万人</p><table>{rows}</table></body></html>",
        "utf-8",
    )


def as_workbook(path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append([SENTENCE])
    sheet.append(["单位：万人"])
    for row in ROWS:
        sheet.append([float(text) if text[0].isdigit() else text for text in row])
    for cells in sheet.iter_rows(min_row=4, min_col=2):
        for cell in cells:
            cell.number_format = "#,##0.00"
    book.save(path)


def as_pdf(path: Path) -> None:
    import typst

    cells = ", ".join(f"[{text}]" for row in ROWS for text in row)
    source = f"#set page(width: 16cm)\n{SENTENCE}\n\n单位：万人\n\n#table(columns: (5cm, 3cm, 3cm, 3cm), {cells})"
    folder = Path(__import__("mplfonts").__file__).parent / "fonts"
    path.write_bytes(typst.compile(source.encode("utf-8"), font_paths=[str(folder)]))


WRITERS = {".txt": as_text, ".docx": as_word, ".html": as_page, ".xlsx": as_workbook, ".pdf": as_pdf}


@pytest.fixture(params=WRITERS, ids=lambda ending: ending[1:])
def report(request, tmp_path) -> Path:
    path = tmp_path / f"报告{request.param}"
    WRITERS[request.param](path)
    return path


def tables(document: Document) -> list[list[list[str]]]:
    return [[[text.strip() for text in row] for row in table.rows] for table in document.tables()]


def test_the_table_is_read_as_it_stands(report):
    rows = tables(read(report))
    assert rows[-1][-len(ROWS) :] == ROWS


def test_the_same_is_found_in_every_kind_of_file(report):
    result = proofread([report])
    by_kind = {each.kind: each for each in result.findings}
    assert set(by_kind) == {"增减与增长率", "表内各栏"} or set(by_kind) == {"增减与增长率", "合计与各项"}
    cell = next(each for each in result.findings if each.kind != "增减与增长率")
    assert cell.printed == "3.43" and cell.likely.startswith("3.34")
    assert result.coverage == (18, 18)
    assert result.lines()[-1] == "覆盖 18/18"


# -- PDF ------------------------------------------------------------------------------------------------------------
def typeset(path: Path, source: str) -> Path:
    """A PDF made of a source of Typst."""
    import typst

    folder = Path(__import__("mplfonts").__file__).parent / "fonts"
    path.write_bytes(typst.compile(source.encode("utf-8"), font_paths=[str(folder)]))
    return path


RULED = """#set page(width: 15cm, height: 8cm, margin: 1cm)
#set text(size: 9pt)
单位：万元
#table(columns: (2.6cm, 2cm, 3cm, 3cm), inset: 3pt, align: horizon,
  stroke: (x, y) => (left: if x > 0 { 0.5pt }, bottom: if y < 2 { 0.5pt }),
  table.header(table.cell(rowspan: 2)[科目], table.cell(rowspan: 2)[编码], table.cell(colspan: 2)[财政拨款],
    [上年], [本年]),
  [机关事业单位基本养老保险缴费支出], [2080505], [197.67], [],
  [行政单位离退休], [2080501], [80.96], [81.00],
  [机关事业单位职业年金缴费支出], [2080506], [98.83], [99.10],
  [其他社会保障和就业支出], [2089999], [4,514.18], [4,600.00],
  [行政单位医疗], [2101101], [82.24], [83.00],
  [住房公积金], [2210201], [165.41], [170.02],
  [购房补贴], [2210203], [44.99], [45.10],
  [合计], [], [5,184.28], [5,078.22], table.hline())
表后的话。
"""


def test_a_ruled_table_of_a_pdf_with_broken_cells_merged_heads_and_a_break_of_the_page(tmp_path):
    (table,) = read(typeset(tmp_path / "a.pdf", RULED)).tables()
    assert table.unit == "万元" and table.page == 1
    assert table.rows == [
        ["科目", "编码", "财政拨款", ""],
        ["", "", "上年", "本年"],
        ["机关事业单位基本养老保险缴费支出", "2080505", "197.67", ""],
        ["行政单位离退休", "2080501", "80.96", "81.00"],
        ["机关事业单位职业年金缴费支出", "2080506", "98.83", "99.10"],
        ["其他社会保障和就业支出", "2089999", "4,514.18", "4,600.00"],
        ["行政单位医疗", "2101101", "82.24", "83.00"],
        ["住房公积金", "2210201", "165.41", "170.02"],
        ["购房补贴", "2210203", "44.99", "45.10"],
        ["合计", "", "5,184.28", "5,078.22"],
    ]


BESIDE = r"""#set page(width: 16cm, height: 12cm, margin: 1cm)
#set text(size: 9pt)
两栏以上是一段通栏的话，说明下面的两张图各是什么，读的时候它在最前，图在它后面，次序不乱。
#grid(columns: (1fr, 1fr), column-gutter: 1cm,
  [甲市12.11万人\ 乙市5.20万人\ #align(center)[图1-1 2025年参保人数]],
  [丙县3.34万人\ 丁县2.42万人\ #align(center)[图1-2 2025年缴费人数]])
#columns(2)[参保人数：年末参加保险的职工和退休人员，两者相加就是这个数，不含已经中断缴费的人，也不含已经转到外省去的人。
#colbreak() 缴费人数：当年缴过一次以上保险费的职工，补缴往年的也算在内，退休人员不缴费，领失业金期间由基金代缴的算。]
"""


def test_columns_of_a_pdf_are_read_one_after_the_other(tmp_path):
    texts = [part.text for part in read(typeset(tmp_path / "a.pdf", BESIDE)).paragraphs()]
    whole = "".join(texts)
    told = ["次序不乱", "甲市", "乙市", "图1-1", "丙县", "图1-2", "参保人数：", "中断缴费", "缴费人数：", "人员不缴费"]
    places = [whole.index(each) for each in told]
    assert places == sorted(places)
    assert [text[:4] for text in texts if text.startswith("图")] == ["图1-1", "图1-2"]


def test_a_list_of_figures_is_no_second_numbering(tmp_path):
    titles = [f"图1-{at}  {what}人数" for at, what in enumerate(["参保", "缴费", "领取"], 1)]
    listed = "目录\n" + "".join(f"{title}  {page}\n" for page, title in enumerate(titles, 3))
    body = "".join(f"这是说明第{at}张图的一段话。\n\n{title}\n\n" for at, title in enumerate(titles, 1))
    (tmp_path / "a.txt").write_text(listed + body, "utf-8")
    assert proofread([tmp_path / "a.txt"]).findings == []
    (tmp_path / "a.txt").write_text(body.replace("图1-3", "图1-2"), "utf-8")
    assert [each.kind for each in proofread([tmp_path / "a.txt"]).findings] == ["编号"]


# -- Word -----------------------------------------------------------------------------------------------------------
def test_word_merged_cells_footnotes_and_deleted_text(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("支出")
    deleted = OxmlElement("w:del")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "99.9亿元，"
    run.append(text)
    deleted.append(run)
    paragraph._p.append(deleted)
    paragraph.add_run("12.5")
    paragraph.add_run("亿元。")
    table = document.add_table(rows=2, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "合并"
    table.cell(0, 2).text = "上下合并"
    table.cell(1, 1).text = "5.5"
    table.cell(1, 2).merge(table.cell(0, 2))
    document.save(str(tmp_path / "a.docx"))
    read_again = read(tmp_path / "a.docx")
    assert [part.text for part in read_again.paragraphs()] == ["支出12.5亿元。"]
    assert tables(read_again)[0] == [["合并", "", "上下合并"], ["", "5.5", ""]]


# -- HTML -----------------------------------------------------------------------------------------------------------
def test_html_hidden_text_spans_and_encodings(tmp_path):
    page = (
        '<meta charset="gb2312"><body><h2>一、收入</h2><p hidden>增长99%</p><style>p{}</style>'
        "<table><tr><th rowspan=2>项目</th><th colspan=2>金额</th></tr><tr><th>上年</th><th>本年</th></tr>"
        "<tr><td>甲</td><td>1.5</td><td>2.5</td></tr></table>"
    )
    (tmp_path / "a.html").write_bytes(page.encode("gb18030"))
    document = read(tmp_path / "a.html")
    assert [part.text for part in document.paragraphs()] == ["一、收入"]
    assert tables(document)[0] == [["项目", "金额", ""], ["", "上年", "本年"], ["甲", "1.5", "2.5"]]


def test_html_words_set_apart_are_read(tmp_path):
    page = (
        "<p>收入<b>5.20</b>万元，<i>其中</i>利息<span>1.30</span>万元。</p>"
        "<table><tr><td><b>合计</b></td><td><em>7.5</em></td></tr></table>"
    )
    (tmp_path / "a.html").write_text(page, "utf-8")
    document = read(tmp_path / "a.html")
    assert [part.text for part in document.paragraphs()] == ["收入5.20万元，其中利息1.30万元。"]
    assert [table.rows for table in document.tables()] == [[["合计", "7.5"]]]


def test_html_that_is_only_deep_does_no_harm(tmp_path):
    (tmp_path / "a.html").write_text("<div>" * 3000 + "收入5万元" + "</div>" * 3000, "utf-8")
    try:
        texts = [part.text for part in read(tmp_path / "a.html").paragraphs()]
    except DataError:
        texts = ["收入5万元"]
    assert texts == ["收入5万元"]


# -- text -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_texts_in_the_usual_encodings(tmp_path, encoding):
    (tmp_path / "a.txt").write_bytes(SENTENCE.encode(encoding))
    assert [part.text for part in read(tmp_path / "a.txt").paragraphs()] == [SENTENCE]


def test_a_paragraph_broken_at_the_end_of_a_page_is_one(tmp_path):
    (tmp_path / "a.txt").write_text(
        "基金收入10.68亿元，比上年增加\n\n2.66亿元，增长33.17%。\n\n一、支出\n\n支出8.75亿元。", "utf-8"
    )
    assert [part.text for part in read(tmp_path / "a.txt").paragraphs()] == [
        "基金收入10.68亿元，比上年增加2.66亿元，增长33.17%。",
        "一、支出",
        "支出8.75亿元。",
    ]


def test_columns_between_blanks_and_glued_cells(tmp_path):
    (tmp_path / "a.txt").write_text(
        "301 工资 22,087,137.12302 商品服务 2,667,168.00\n30101 基本工资 7,728,302.0030201 办公费 35,817.30\n"
        "人员经费合计 22,087,137.12 公用经费合计 2,667,168.00\n24,754,305.12合 计\n",
        "utf-8",
    )
    (table,) = read(tmp_path / "a.txt").tables()
    assert table.rows[0] == ["301", "工资", "22,087,137.12", "302", "商品服务", "2,667,168.00"]
    assert proofread([tmp_path / "a.txt"]).findings == []


# -- refused ----------------------------------------------------------------------------------------------------------
def zipped(**parts: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


BOMB = zipped(word__document_dot_xml="<w>" + "0" * 60_000_000 + "</w>")
ENTITIES = zipped(
    word__document_dot_xml='<!DOCTYPE w [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]><w>&a;&c;</w>',
)
DEEP = zipped(word__document_dot_xml="<w>" * 5000 + "</w>" * 5000)


@pytest.mark.parametrize(
    "name, content, words",
    [
        ("a.doc", b"\xd0\xcf\x11\xe0", "另存为.docx"),
        ("a.exe", b"MZ", "可读的有"),
        ("a.docx", b"", "空的"),
        ("a.docx", b"PK\x03\x04 nothing", "已损坏"),
        ("a.docx", zipped(word__nothing_dot_xml="<w/>"), "不是 Word 文件"),
        ("a.docx", zipped(word__document_dot_xml="<w><broken"), "已损坏"),
        ("a.docx", zipped(word__document_dot_xml="<w/>"), "已损坏"),
        ("a.docx", zipped(word__document_dot_xml='<?xml version="1.0" encoding="UNF-8"?><w/>'), "已损坏"),
        ("a.docx", BOMB, "过大"),
        ("a.docx", ENTITIES, "实体"),
        ("a.docx", DEEP, "过多"),
        ("a.xlsx", zipped(xl__workbook_dot_xml="<w/>"), "已损坏"),
        ("a.xlsx", ENTITIES, "不是 Excel"),
        ("a.pdf", b"%PDF-1.7 nothing", "已损坏"),
        ("a.pdf", b"hello" * 100, "不是 PDF"),
        ("a.txt", b"\x00\x01\x02" * 100, "不是文本"),
        ("a.txt", b"\xff\xff\x81\xff" * 40, "编码"),
        ("a.html", b"<script>alert(1)</script>", "没有文字"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=words) as error:
        read(path)
    assert "\n" not in str(error.value) and name in str(error.value)


def picture_pdf() -> bytes:
    """A PDF of one page that is only a picture."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        b"<</Length 21>>stream\n99 0 0 99 0 0 cm /I Do\nendstream",
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
        b"stream\n\x80\nendstream",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for at, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % at + each + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer<</Root 1 0 R/Size 6>>startxref\n%d\n%%%%EOF" % len(out)
    )


def test_a_scanned_pdf_is_said_to_be_one(tmp_path):
    (tmp_path / "a.pdf").write_bytes(picture_pdf())
    with pytest.raises(DataError, match="扫描件"):
        read(tmp_path / "a.pdf")


@pytest.mark.parametrize("seed", range(60))
def test_files_with_bytes_changed_end_in_a_document_or_one_line(tmp_path, seed):
    """A third each of Word, Excel and PDF files in which bytes were overwritten, cut off or doubled."""
    import random

    chance = random.Random(seed)
    ending = [".docx", ".xlsx", ".pdf"][seed % 3]
    path = tmp_path / f"a{ending}"
    if ending == ".pdf":
        path.write_bytes(picture_pdf())
    else:
        WRITERS[ending](path)
    content = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 30)):
        at = chance.randrange(len(content))
        what = chance.choice(["change", "cut", "double"])
        if what == "change":
            content[at] = chance.randrange(256)
        elif what == "cut":
            del content[at : at + chance.randint(1, 40)]
        else:
            content[at:at] = content[at : at + chance.randint(1, 40)]
    path.write_bytes(bytes(content))
    try:
        document = proofread([path]).checked.document
    except DataError as error:
        assert "\n" not in str(error)
    else:
        assert all(isinstance(part, Table) or isinstance(part.text, str) for part in document.parts)


def test_sizes_that_lie_are_no_reason_to_hang(tmp_path):
    content = bytearray(zipped(word__document_dot_xml="<w/>"))
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    (tmp_path / "a.docx").write_bytes(bytes(content))
    with pytest.raises(DataError):
        read(tmp_path / "a.docx")


def test_every_ending_has_a_reader_or_advice():
    assert set(KINDS) & set(OLD) == set()
    assert {".docx", ".pdf", ".txt", ".html", ".xlsx"} <= set(KINDS)


def test_lists_of_tables_are_not_read_twice(tmp_path):
    document = docx.Document()
    document.styles.add_style("table of figures", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("表1-1　参保情况\t8", "table of figures")
    document.add_paragraph("表1-1　参保情况")
    document.add_paragraph(SENTENCE)
    document.save(str(tmp_path / "报告.docx"))
    assert [part.text for part in read(tmp_path / "报告.docx").parts] == ["表1-1　参保情况", SENTENCE]
