"""Settings: whatever is wrong in the three files is said in one Chinese line with file, line and what was expected."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from myst_parser.config.main import MdParserConfig

from nianbao import cli, settings
from nianbao.build.edition import Edition
from nianbao.errors import DataError
from nianbao.settings import CONFIG, CONTENTS, EDITION, ChapterRule, Colophon, Contact, Entry, Limits
from tests.support.projects import ROOT
from tests.support.selection import mostly_long

CHINESE = re.compile("[一-鿿]{2}")


@pytest.fixture
def folder(tmp_path) -> Path:
    """The settings of this repository, to break."""
    for name in (CONFIG, CONTENTS, EDITION):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def refused(folder: Path) -> DataError:
    """The error that loading ends in; it is one line in Chinese."""
    with pytest.raises(DataError) as error:
        settings.load(folder)
    text = str(error.value)
    assert "\n" not in text and CHINESE.search(text), text
    return error.value


# -- what is right -----------------------------------------------------------------------------------------------------
def test_the_settings_of_this_repository():
    known = settings.load(ROOT)
    assert known.title and len(known.authors) == 2 and known.shows_audit and known.kernels == settings.FORKED
    assert known.limits == Limits(300, 4096)
    assert known.chapters["A4-county"] == ChapterRule("latest", "counties", {"county": "永宁县"})
    assert known.entries()[0] == Entry("notebooks/00-overview") and known.entries()[1] == Entry("book/preface", "卷首")
    assert all((ROOT / f"{entry.file}.{'ipynb' if entry.is_notebook else 'md'}").exists() for entry in known.entries())


def test_what_is_left_out_or_empty_has_a_default(folder):
    (folder / EDITION).write_text("url:\nlimits:\nchapters:\n", "utf-8")
    known = settings.load(folder)
    assert (known.url, known.limits, known.chapters, known.audience) == ("", Limits(), {}, "public")


def test_the_imprint_of_the_printed_book_is_told(folder):
    assert settings.load(folder).colophon == Colophon()
    lines = re.sub("(?m)^colophon: .*\n", "", (folder / EDITION).read_text("utf-8"))
    (folder / EDITION).write_text(lines + 'colophon: {editors: 甲、乙, number: " 内部资料 ", english: ""}\n', "utf-8")
    assert settings.load(folder).colophon == Colophon("甲、乙", "", "内部资料")
    (folder / EDITION).write_text(lines + "colophon: {isbn: 1}\n", "utf-8")
    with pytest.raises(DataError, match="isbn"):
        settings.load(folder)


def test_a_mark_at_the_beginning_as_windows_writes_it(folder):
    text = (folder / EDITION).read_text("utf-8")
    (folder / EDITION).write_text(text.replace("\n", "\r\n"), "utf-8-sig")
    assert settings.load(folder).limits == Limits(300, 4096)


def test_contents_without_parts_and_with_sections(folder):
    (folder / CONTENTS).write_text(
        "format: jb-book\nroot: notebooks/00\nchapters:\n- file: notebooks/01\n  sections:\n  - file: book/甲\n",
        "utf-8",
    )
    assert [entry.file for entry in settings.load(folder).entries()] == ["notebooks/00", "notebooks/01", "book/甲"]


def test_contact_and_days_of_publication(folder):
    assert settings.load(folder).contact == Contact() and not settings.load(folder).contact
    text = 'contact: {office: 统计处, phone: "0951-1", email: a@example.org}\n'
    text += 'published: {"2025": "2026-05-20", "2024": }\n'
    (folder / EDITION).write_text(text, "utf-8")
    known = settings.load(folder)
    assert known.contact == Contact("统计处", "0951-1", "a@example.org") and known.contact
    assert known.published == {2025: "2026-05-20"}


@pytest.mark.parametrize(
    "text",
    [
        'contact: {email: "a b@example.org"}',
        "contact: {email: nobody}",
        "contact: {fax: 1}",
        "contact: 统计处",
        'published: {"25": "2026-05-20"}',
        'published: {"2025": "2026-02-30"}',
        "published: {2025: 甲}",
    ],
)
def test_what_is_no_contact_and_no_day_is_refused(folder, text):
    (folder / EDITION).write_text(f"{text}\n", "utf-8")
    assert EDITION in str(refused(folder))


# -- files that are no settings ----------------------------------------------------------------------------------------
WHOLE = {
    "empty": b"",
    "blanks": b" \n\n",
    "comments": "# 只有注释\n".encode(),
    "a list": b"- a\n- b\n",
    "a text": "文字\n".encode(),
    "a number": b"3\n",
    "null": b"~\n",
    "UTF-16": "title: 甲\n".encode("utf-16"),
    "GB 18030": "title: 甲\n".encode("gb18030"),
    "zero bytes": b"title: a\0b\n",
    "an escape": b"title: a\x1b[2Jb\n",
    "no YAML": b"title: [a\n",
    "a tab": b"a:\n\tb: c\n",
    "a colon": b"title: a: b\n",
    "a quotation mark": b'title: "a\n',
    "two documents": b"title: a\n---\ntitle: b\n",
    "an alias": b"a: &x [1]\nb: *x\n",
    "many aliases": b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
    "an alias of itself": b"a: &a [*a]\n",
    "a tag of Python": b"title: !!python/object/apply:os.system [id]\n",
    "a tag": b"title: !secret a\n",
    "bytes": b"title: !!binary aa==\n",
    "a set": b"? a\n? b\n",
    "a merge": b"<<: {a: b}\n",
    "a name twice": b"title: a\ntitle: b\n",
    "a list as a name": b"? [a]\n: b\n",
    "a number as a name": b"1: a\n",
    "deep": b"[" * 5000,
    "deep and closed": b"a: " + b"[" * 5000 + b"]" * 5000 + b"\n",
    "an unknown name": b"titel: a\n",
    "large": b"# " + b"x" * (2 << 20),
}


#: What takes a second each.
DEEP = ("deep", "deep and closed")


@pytest.mark.parametrize("name", [CONFIG, CONTENTS, EDITION])
@pytest.mark.parametrize(
    "content", mostly_long(WHOLE.values(), [WHOLE[name] for name in WHOLE if name not in DEEP]), ids=WHOLE
)
def test_a_file_that_holds_no_settings(folder, name, content):
    (folder / name).write_bytes(content)
    assert refused(folder).file == name


@pytest.mark.parametrize("name", [CONFIG, CONTENTS, EDITION])
def test_a_file_that_is_missing_or_a_folder(folder, name):
    (folder / name).unlink()
    assert "缺少" in str(refused(folder))
    (folder / name).mkdir()
    assert "普通的文件" in str(refused(folder))


def test_a_small_file_does_not_become_large(folder):
    """Nine lists of nine of the one before: a thousand million values where aliases are followed."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]" for at in range(1, 10)]
    (folder / EDITION).write_text("\n".join(lines), "utf-8")
    assert "锚点" in str(refused(folder))


# -- values that are wrong ---------------------------------------------------------------------------------------------
WRONG = [  # file, text of the file, what takes its place, line (None: that of the text), words of the message
    (CONFIG, "title: 宁夏社会保险发展年度报告", "title: 2025", ["title", "文字", "2025"]),
    (CONFIG, "title: 宁夏社会保险发展年度报告", "title: [a, b]", ["title", "文字", "列表"]),
    (CONFIG, "title: 宁夏社会保险发展年度报告", 'title: ""', ["title", "文字"]),
    (CONFIG, "title: 宁夏社会保险发展年度报告", 'title: "a\\nb"', ["title", "一行"]),
    (CONFIG, "title: 宁夏社会保险发展年度报告", "title: 2025-13-45", ["title", "文字", "日期"]),
    (CONFIG, "title: 宁夏社会保险发展年度报告", "titel: 甲", ["titel", "title"]),
    (CONFIG, "only_build_toc_files: true", "only_build_toc_files: 1", ["only_build_toc_files", "true"]),
    (CONFIG, "only_build_toc_files: true", "sphinx: x", ["sphinx", "两次"]),
    (CONFIG, "exclude_patterns: [.venv", "exclude_patterns: [1", ["exclude_patterns", "文字"]),
    (CONFIG, "colon_fence, deflist]", "colon_fence, def_list]", ["myst_enable_extensions", "deflist", "def_list"]),
    (CONFIG, "[attrs_inline, colon_fence, deflist]", "deflist", ["parse.myst_enable_extensions", "列表"]),
    (CONFIG, "numfig: false", "myst_enable_extensions: [nix]", ["sphinx.config.myst_enable_extensions", "nix"]),
    (CONFIG, "nianbao.output.web.extension", "nothing", ["extensions", "nianbao.output.web.extension"]),
    (CONTENTS, "format: jb-book", "format: jb-article", ["format", "jb-book"]),
    (CONTENTS, "root: notebooks/00-overview", "root: 3", ["root", "文字"]),
    (CONTENTS, "root: notebooks/00-overview", "root: ../secret", ["root", "文件夹内", "../secret"]),
    (CONTENTS, "root: notebooks/00-overview", "root: /etc/passwd", ["root", "文件夹内"]),
    (CONTENTS, "root: notebooks/00-overview", "root: notebooks//x", ["root", "文件夹内"]),
    (CONTENTS, "root: notebooks/00-overview", "root: javascript:alert(1)", ["root", "文件夹内"]),
    (CONTENTS, "- file: book/preface", "- book/preface", ["名称: 值"]),
    (CONTENTS, "- file: book/preface", "- url: https://example.org", ["url", "file"]),
    (CONTENTS, "- file: book/preface", "- title: 甲", ["file"]),
    (CONTENTS, "- file: book/methods", "- file: book/preface", ["book/preface", "第6行"]),
    (CONTENTS, "caption: 卷首", "captoin: 卷首", ["captoin", "caption"]),
    (CONTENTS, "caption: 卷首", "caption: 1", ["caption", "文字"]),
    (EDITION, "province: 宁夏回族自治区", "province: 64", ["province", "文字"]),
    (EDITION, "province: 宁夏回族自治区", "province:", ["province", "文字"]),
    (EDITION, "province: 宁夏回族自治区", 'province: " "', ["province", "文字"]),
    (EDITION, 'url: ""', "url: javascript:alert(1)", ["url", "网址", "javascript"]),
    (EDITION, 'url: ""', "url: example.org", ["url", "网址"]),
    (EDITION, 'url: ""', "url: 'https://example.org/\"><script>'", ["url", "网址"]),
    (EDITION, 'url: ""', "url: 'https://'", ["url", "网址"]),
    (EDITION, 'url: ""', "url: 'http://[::1'", ["url", "网址"]),
    (EDITION, "audit: public", "audit: secret", ["audit", "public", "editor", "secret"]),
    (EDITION, "audit: public", "audit: [public]", ["audit", "public", "列表"]),
    (EDITION, "audit: public", "audits: public", ["audits", "audit"]),
    (EDITION, "kernels: forked", "kernels: other", ["kernels", "forked", "stock"]),
    (EDITION, "seconds: 300", "seconds: -1", ["limits.seconds", "-1"]),
    (EDITION, "seconds: 300", "seconds: 0", ["limits.seconds"]),
    (EDITION, "seconds: 300", "seconds: 1.5", ["limits.seconds", "整数", "1.5"]),
    (EDITION, "seconds: 300", "seconds: 五分钟", ["limits.seconds", "五分钟"]),
    (EDITION, "seconds: 300", "seconds: true", ["limits.seconds", "true"]),
    (EDITION, "seconds: 300", "seconds: " + "9" * 5000, ["limits.seconds"]),
    (EDITION, "memory: 4096", "memory: 99999999999", ["limits.memory"]),
    (EDITION, "memory: 4096", "memroy: 4096", ["memroy", "memory"]),
    (EDITION, "{seconds: 300, memory: 4096}", "300", ["limits", "名称: 值"]),
    (EDITION, "year: next", "year: never", ["A1-budget.year", "same", "never"]),
    (EDITION, "year: next", "year: 2025", ["A1-budget.year", "same", "2025"]),
    (EDITION, "needs: budget.csv", "needs: ../../x", ["needs", "文件夹内"]),
    (EDITION, "county: 永宁县", "county: [永宁县]", ["A4-county.county", "列表"]),
    (EDITION, "county: 永宁县", "'a-b': 永宁县", ["a-b", "下划线"]),
    (EDITION, "{year: next, needs: budget.csv}", "next", ["A1-budget", "名称: 值"]),
]


@pytest.mark.parametrize("name, before, after, words", WRONG, ids=[f"{each[0]} {each[2][:40]}" for each in WRONG])
def test_a_value_that_is_wrong(folder, name, before, after, words):
    text = (folder / name).read_text("utf-8")
    assert text.count(before) == 1
    (folder / name).write_text(text.replace(before, after), "utf-8")
    error = refused(folder)
    line = text[: text.index(before)].count("\n") + 1
    assert error.file == name
    assert abs(error.row - line) <= 1 or "sphinx" in after  # the extensions stand a line below their name
    assert all(word in str(error) for word in words), str(error)


def test_the_extensions_of_markdown_are_those_that_myst_knows():
    assert MdParserConfig(enable_extensions=set(settings.SYNTAXES)).enable_extensions == set(settings.SYNTAXES)
    with pytest.raises(ValueError, match="nix"):
        MdParserConfig(enable_extensions={"nix"})


@pytest.mark.parametrize("lost", ["title", "author", "sphinx"])
def test_what_must_be_there(folder, lost):
    text = (folder / CONFIG).read_text("utf-8")
    if lost == "sphinx":
        text = text[: text.index("# The program brings the theme")]
    (folder / CONFIG).write_text(re.sub(rf"(?m)^{lost}:.*\n", "", text), "utf-8")
    assert f"缺少“{lost}”" in str(refused(folder))


@pytest.mark.parametrize(
    "text, words",
    [
        ("format: jb-book\n", "root"),
        ("root: notebooks/00-overview\n", "format"),
        ("format: jb-book\nroot: a\nparts: []\n", "parts"),
        ("format: jb-book\nroot: a\nparts:\n- caption: 甲\n", "chapters"),
        ("format: jb-book\nroot: a\nparts: {a: b}\n", "列表"),
        ("format: jb-book\nroot: a\nchapters: 3\n", "列表"),
        ("format: jb-book\nroot: a\nparts:\n- chapters: [{file: b}]\nchapters: [{file: c}]\n", "只能有一个"),
    ],
)
def test_contents_that_are_no_contents(folder, text, words):
    (folder / CONTENTS).write_text(text, "utf-8")
    assert words in str(refused(folder))


@pytest.mark.parametrize(
    "text, good",
    [
        ("https://example.org/", True),
        ("http://localhost:8000", True),
        ("https://例子.中国/年报/", True),
        ("", False),
        ("ftp://example.org", False),
        ("javascript:alert(1)", False),
        ("https://a b", False),
        ("https://a/<b>", False),
        ("//a", False),
    ],
)
def test_web_addresses(text, good):
    assert settings.is_web_address(text) == good


# -- what a person sees ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("command", ["build", "run", "serve", "site", "verify", "batch"])
def test_every_command_says_it_in_one_line(folder, command, monkeypatch, capsys):
    shutil.copytree(ROOT / "data", folder / "data")
    text = (folder / EDITION).read_text("utf-8")
    (folder / EDITION).write_text(text.replace("seconds: 300", "seconds: -1"), "utf-8")
    monkeypatch.chdir(folder)
    assert cli.main([command, *(["A4-county"] if command == "batch" else [])]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"错误：{EDITION}，第6行：“limits.seconds”应为") and err.count("\n") == 1


def test_a_page_without_a_file_stops_the_build(folder, monkeypatch, capsys):
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(ROOT / "book", folder / "book", dirs_exist_ok=True)
    (folder / "book" / "methods.md").unlink()
    monkeypatch.chdir(folder)
    assert cli.main(["build"]) == 2
    assert "book/methods" in capsys.readouterr().err and not (folder / "_build" / "2025").exists()


@pytest.mark.parametrize("value", ["昨天", "", "-1", "1.5", "９", "9" * 10, "9" * 30])
def test_a_date_that_is_none(value, monkeypatch, capsys):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    assert cli.main(["check"]) == 2
    err = capsys.readouterr().err
    assert "SOURCE_DATE_EPOCH" in err and err.count("\n") == 1


def test_an_address_of_a_site_that_is_a_script(capsys):
    assert cli.main(["site", "--url", "javascript:alert(1)"]) == 2
    assert "javascript" in capsys.readouterr().err


def test_a_rule_for_a_chapter_that_is_not_there(folder):
    """A chapter that only is left out of the contents may keep its rule."""
    shutil.copytree(ROOT / "data" / "catalogue", folder / "data" / "catalogue")
    (folder / EDITION).write_text("chapters: {99-nix: {year: same}}\n", "utf-8")
    edition = Edition(settings.load(folder), folder / "data", 2025, (2025,), (2025,))
    with pytest.raises(DataError, match=f"{EDITION}：“chapters”下的“99-nix”"):
        edition.check_pages()
    (folder / "notebooks").mkdir()
    (folder / "notebooks" / "99-nix.ipynb").write_text("{}", "utf-8")
    with pytest.raises(DataError) as error:
        edition.check_pages()
    assert "99-nix" not in str(error.value)


# -- which folder it is ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [CONFIG, EDITION])
@pytest.mark.parametrize("broken", ["gone", "folder", "dangling link"])
def test_a_content_folder_without_its_settings_is_not_taken_for_another(name, broken, folder):
    """The program stands in a content folder itself: its book must not be shown or written in place of this one."""
    inside = folder / "notebooks"
    inside.mkdir()
    (folder / name).unlink()
    if broken == "folder":
        (folder / name).mkdir()
    if broken == "dangling link":
        (folder / name).symlink_to("nowhere.yml")
    with pytest.raises(DataError) as error:
        settings.content_root(inside)
    assert str(error.value).startswith(f"{name}：") and str(folder) in str(error.value)


def test_the_commands_refuse_a_content_folder_without_its_settings(folder, monkeypatch, capsys):
    (folder / CONFIG).unlink()
    monkeypatch.chdir(folder)
    for command in (["diff", "2024", "2025"], ["new-year", "2026"], ["check"], ["intake", "x.xlsx", "--year", "2025"]):
        assert cli.main(command) == 2
        out, err = capsys.readouterr()
        assert err.startswith(f"错误：{CONFIG}：") and err.count("\n") == 1 and not out


def test_what_is_made_in_a_content_folder_is_not_taken_for_one(folder):
    made = folder / "_build" / "2025" / "src"
    made.mkdir(parents=True)
    (made / CONFIG).write_text("title: x\n", "utf-8")
    assert settings.content_root(made) == folder


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the folder that a program stands in")
def test_a_current_folder_that_is_gone(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(DataError, match="当前所在的文件夹"):
        settings.content_root()
