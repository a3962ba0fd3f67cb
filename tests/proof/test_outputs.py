"""What is made of the findings: lines, CSV, the marked page, comments in Word."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import axe_playwright_python
import docx
import pytest

from nianbao.cli import main
from nianbao.proof.findings import COLUMNS
from nianbao.proof.proof import NOTHING, proofread, run
from tests.proof.test_readers import as_text, as_word

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture
def word(tmp_path) -> Path:
    path = tmp_path / "报告.docx"
    as_word(path)
    return path


def test_the_command_says_places_and_coverage(word, capsys):
    assert main(["proof", str(word)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("1. 〔") and lines[-1] == "覆盖 18/18"
    assert not any(re.search("正确|无误|没有错", line) for line in lines)


def test_nothing_found_is_no_praise(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("收入30.00亿元，较上年增加5.00亿元，增长20.00%。", "utf-8")
    assert main(["proof", str(tmp_path / "a.txt")]) == 0
    assert capsys.readouterr().out.splitlines() == [NOTHING, "覆盖 3/3"]


@pytest.mark.parametrize(
    "args, words",
    [(["nowhere.docx"], "找不到"), (["a.doc"], "另存为"), (["a.txt", "b.txt", "c.txt"], "最多校对两份")],
)
def test_what_cannot_be_read_ends_with_two(args, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["proof", *args]) == 2
    assert words in capsys.readouterr().err


def test_csv_has_the_columns_of_the_contract(word, tmp_path):
    run([word], table=tmp_path / "out.csv")
    text = (tmp_path / "out.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == COLUMNS == "place quote kind printed expected low high likely verdict reason".split()
    assert {row["verdict"] for row in rows} <= {"named", "tied", "undetermined", "note"}
    assert any(row["likely"].startswith("3.34") for row in rows)


def test_the_file_itself_is_never_written(word, capsys):
    before = word.read_bytes()
    assert main(["proof", str(word), "--docx", str(word)]) == 2
    assert "这是要读的文件" in capsys.readouterr().err
    assert word.read_bytes() == before


# -- the page ---------------------------------------------------------------------------------------------------------
class Page(HTMLParser):
    """Ids, links and tags of a page, and what it loads."""

    def __init__(self, text: str):
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append(tag)
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "a":
            self.links.append(values["href"])
        self.loads += [values[name] for name in ("src", "srcset", "data") if name in values]


def test_the_page_holds_everything_itself_and_its_links_lead_somewhere(word, tmp_path):
    run([word], html=tmp_path / "out.html")
    text = (tmp_path / "out.html").read_text("utf-8")
    page = Page(text)
    assert page.loads == [] and "script" not in page.tags and "@import" not in text and "url(" not in text
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    assert text.count("<h1") == 1 and '<html lang="zh-CN">' in text and "prefers-color-scheme: dark" in text
    count = len(proofread([word]).findings)
    assert [each for each in page.ids if each.startswith("finding-")] == [f"finding-{at}" for at in range(1, count + 1)]
    assert {f"figure-{at}" for at in range(1, count + 1)} <= set(page.ids)


def test_what_a_document_says_is_text_in_the_page(tmp_path):
    (tmp_path / "a.txt").write_text("<script>alert(1)</script>收入30亿元，较上年增加5亿元，增长50%。", "utf-8")
    run([tmp_path / "a.txt"], html=tmp_path / "out.html")
    text = (tmp_path / "out.html").read_text("utf-8")
    assert "<script" not in text and "&lt;script&gt;" in text


def test_tables_of_one_caption_are_told_apart(tmp_path):
    table = "<table><tr><td>参保人数</td><td>12</td></tr><tr><td>缴费人数</td><td>10</td></tr></table>"
    (tmp_path / "a.html").write_text(f"<p>甲</p>{table}<p>乙</p>{table}", "utf-8")
    run([tmp_path / "a.html"], html=tmp_path / "out.html")
    labels = re.findall(r'role="region" aria-label="([^"]*)"', (tmp_path / "out.html").read_text("utf-8"))
    assert len(labels) == 2 == len(set(labels))


@pytest.mark.long
def test_axe_finds_nothing_in_the_page(browser, word, tmp_path):
    run([word], html=tmp_path / "out.html")
    script = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    for scheme, width in (("light", 1300), ("dark", 360)):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        page.goto((tmp_path / "out.html").as_uri())
        page.evaluate(script)
        found = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", tags)["violations"]
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == [], scheme
        page.locator("a.mark.named").first.click()
        assert page.url.endswith("#finding-1") or "#finding-" in page.url
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        context.close()


# -- Word -------------------------------------------------------------------------------------------------------------
def commented(path: Path) -> dict[str, str]:
    """What the comments of a file are at: their texts by the words between their marks."""
    document = docx.Document(str(path))
    texts = {str(each.comment_id): each.text for each in document.comments}
    result = {}
    for start in document.element.body.iter(f"{W}commentRangeStart"):
        number = start.get(f"{W}id")
        words = ""
        for element in start.itersiblings():
            if element.tag == f"{W}commentRangeEnd" and element.get(f"{W}id") == number:
                break
            words += "".join(text.text or "" for text in element.iter(f"{W}t"))
        result[words] = texts[number]
    return result


def test_comments_stand_at_the_figures(word, tmp_path):
    before = word.read_bytes()
    run([word], docx=tmp_path / "out.docx")
    found = commented(tmp_path / "out.docx")
    assert set(found) == {each.printed.rstrip("%") for each in proofread([word]).findings}
    assert "3.43" in found and "3.34" in found["3.43"]
    assert word.read_bytes() == before


def test_the_copy_says_what_the_original_says(word, tmp_path):
    run([word], docx=tmp_path / "out.docx")
    texts = [
        [paragraph.text for paragraph in docx.Document(str(path)).paragraphs] for path in (word, tmp_path / "out.docx")
    ]
    assert texts[0] == texts[1]


def test_a_figure_over_several_runs_keeps_its_looks(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("参保30.12万人，较上年末增加1.20万人，增长4.")
    paragraph.add_run("51").bold = True
    paragraph.add_run("%。")
    document.save(str(tmp_path / "a.docx"))
    run([tmp_path / "a.docx"], docx=tmp_path / "out.docx")
    assert "4.51" in commented(tmp_path / "out.docx")
    runs = docx.Document(str(tmp_path / "out.docx")).paragraphs[0].runs
    assert [each.text for each in runs if each.bold] == ["51"]


def test_only_word_files_get_comments(tmp_path, capsys):
    as_text(tmp_path / "a.txt")
    assert main(["proof", str(tmp_path / "a.txt"), "--docx", str(tmp_path / "out.docx")]) == 2
    assert "只有 Word 文件" in capsys.readouterr().err


@pytest.mark.long
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not there")
def test_libreoffice_opens_the_comments_at_the_right_words(word, tmp_path):
    run([word], docx=tmp_path / "out.docx")
    home = tmp_path / "home"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{home}", "--headless", "--convert-to", "odt", "--outdir", tmp_path]
        + [str(tmp_path / "out.docx")],
        check=True,
        capture_output=True,
        timeout=180,
    )
    text = zipfile.ZipFile(tmp_path / "out.odt").read("content.xml").decode("utf-8")
    marked = re.findall(r"</office:annotation>(.*?)<office:annotation-end", text, re.S)
    words = {re.sub(r"<[^>]+>", "", each) for each in marked}
    assert words == set(commented(tmp_path / "out.docx"))


@pytest.mark.parametrize("made", ["hard link", "link", "dots"])
@pytest.mark.parametrize("option", ["--html", "--docx", "--csv", "--extract"])
def test_a_report_is_not_written_over_by_another_name(option, made, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = "收入30.00亿元，较上年增加5.00亿元，增长20.00%。"
    Path("a.txt").write_text(text, "utf-8")
    Path("x").mkdir()
    name = "x/../a.txt"
    if made == "hard link":
        name = "other"
        os.link("a.txt", name)
    if made == "link":
        name = "other"
        os.symlink("a.txt", name)
    assert main(["proof", "a.txt", option, name]) == 2
    err = capsys.readouterr().err
    assert name in err and "要读的文件" in err and err.count("\n") == 1
    assert Path("a.txt").read_text("utf-8") == text


@pytest.mark.parametrize("second", ["o", "./x/../o", "linked"])
def test_two_outputs_do_not_share_a_file(second, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("收入30.00亿元，较上年增加5.00亿元，增长20.00%。", "utf-8")
    Path("x").mkdir()
    os.symlink("o", "linked")
    assert main(["proof", "a.txt", "--html", "o", "--csv", second]) == 2
    assert "同一个文件" in capsys.readouterr().err and not Path("o").exists()


# -- two files --------------------------------------------------------------------------------------------------------


def test_last_year_and_this_year_check_each_other(tmp_path):
    (tmp_path / "now.txt").write_text(
        "2025年全区企业职工养老保险参保人数30.12万人，较上年增加1.20万人，增长4.15%。", "utf-8"
    )
    (tmp_path / "then.txt").write_text(
        "2024年全区企业职工养老保险参保人数28.92万人，较上年增加1.00万人，增长3.58%。", "utf-8"
    )
    result = proofread([tmp_path / "now.txt", tmp_path / "then.txt"])
    assert result.findings == [] and result.coverage == (6, 6)
    then = (tmp_path / "then.txt").read_text("utf-8")
    (tmp_path / "then.txt").write_text(then.replace("28.92", "28.72").replace("3.58", "3.61"), "utf-8")
    (finding, *_) = proofread([tmp_path / "now.txt", tmp_path / "then.txt"]).findings
    assert "28.72" in finding.reason


def test_the_example_of_the_page_for_editors():
    """What the picture in `docs/校对.md` shows."""
    example = Path(__file__).resolve().parents[2] / "docs" / "校对示例.txt"
    found = proofread([example])
    assert [each.printed for each in found.findings] == ["3.03", "203.02元", "4.51%"]
