"""An invented province: `nianbao init`, three years filled in, read, checked and built. None of it exists anywhere.

Two levels of regions from a CSV, schemes known by name and one of its own; of two schemes everything is filled in, of
one the insured only, of two nothing. What needs a built book is marked `long`.

虚构的省份和数据，与任何实际情况无关。
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pypdf
import pytest
from lxml import html
from markdown_it import MarkdownIt
from openpyxl import load_workbook

from nianbao.build.province import Province as About
from nianbao.build.province import chosen_schemes, read_regions
from nianbao.cli import main
from nianbao.errors import DataError
from tests.support.projects import ROOT, environment

NAME, CODE, BUREAU, TITLE = "云梦省", "990000", "云梦省医疗保障局", "云梦省医疗保障年度报告"
REGIONS = """\
region,name,short,parent,tile
990000,云梦省,,,
990100,青石市,青石,,0 0
990102,东岸区,东岸,青石市,1 0
990121,石桥县,石桥,青石,1 1
990200,白沙市,白沙,990000,2 0
990221,沙河县,沙河,990200,2 1
990300,红叶市,红叶,云梦省,0 1
"""
LEVELS = {
    "990000": ("province", ""),
    "990100": ("prefecture", "990000"),
    "990102": ("unit", "990100"),
    "990121": ("unit", "990100"),
    "990200": ("prefecture", "990000"),
    "990221": ("unit", "990200"),
    "990300": ("unit", "990000"),
}
YEARS = (2023, 2024, 2025)
CHAPTERS = {"medical.employee": "01-employee", "maternity": "03-maternity", "fishers": "05-fishers"}
NAMES = ["职工基本医疗保险", "城乡居民基本医疗保险", "生育保险", "长期护理保险", "渔民养老补助"]
#: Of each region without regions below it: insured, beneficiaries, income and expenditure of each year, and the balance
#: at the end of the year before the first.
GIVEN = {
    "medical.employee": {
        "990102": ("41.20 1310 2.31 1.87", "43.05 1294 2.49 2.02", "44.11 1351 2.60 2.77", "6.15"),
        "990121": ("18.46 702 0.98 1.13", "18.46 733 1.01 1.20", "18.02 745 1.10 1.04", "2.40"),
        "990221": ("9.07 255 0.44 0.39", "8.81 255 0.47 0.41", "9.13 248 0.47 0.45", "0.88"),
        "990300": ("27.31 911 1.52 1.33", "27.95 930 1.49 1.40", "28.40 987 1.66 1.38", "3.71"),
    },
    "fishers": {
        "990102": ("38.90 5120 3.02 2.20", "39.77 4870 3.11 2.35", "40.02 4911 3.20 2.41", "9.73"),
        "990121": ("15.33 2044 1.25 1.01", "15.90 2391 1.19 1.34", "16.13 2402 1.30 1.22", "3.06"),
        "990221": ("7.70 880 0.58 0.52", "7.94 845 0.61 0.50", "7.94 861 0.60 0.61", "1.27"),
        "990300": ("5.02 431 0.31 0.30", "5.11 440 0.33 0.28", "5.20 452 0.36 0.30", "0.64"),
    },
    "maternity": {
        "990102": ("22.10", "22.84", "23.05", ""),
        "990121": ("9.31", "9.40", "9.37", ""),
        "990221": ("4.18", "4.20", "4.25", ""),
        "990300": ("14.06", "14.17", "14.33", ""),
    },
}
WORDS = ("insured", "beneficiaries", "income", "expenditure", "balance")
#: Those of which a chapter draws a trend.
DRAWN = ("insured", "income", "expenditure", "balance")
#: What the first province alone has, its claims among them.
FOREIGN = ("宁夏", "640000", "银川", "宁东", "自治区", "全区", "石嘴山", "NXSI", "RAP")
TEXTS = {
    ".html",
    ".js",
    ".json",
    ".csv",
    ".svg",
    ".ipynb",
    ".md",
    ".yml",
    ".xml",
    ".txt",
    ".typ",
    ".toml",
    ".conf",
    ".py",
}

Figures = dict[tuple[str, str, int], Decimal]


def figures() -> Figures:
    """Every figure to fill in: (indicator, region, year); totals and balances add up."""
    known: Figures = {}
    for scheme, regions in GIVEN.items():
        for region, (*rows, balance) in regions.items():
            for year, row in zip(YEARS, rows, strict=True):
                values = [*map(Decimal, row.split())]
                if balance:
                    balance = Decimal(balance) + values[2] - values[3]
                    values.append(balance)
                known |= {(f"{scheme}.{word}", region, year): value for word, value in zip(WORDS, values, strict=False)}
    for above in ("990100", "990200", CODE):  # those below come first
        parts = [region for region, (_, parent) in LEVELS.items() if parent == above]
        for code, year in {(code, year) for code, _, year in known}:
            known[code, above, year] = sum(known[code, part, year] for part in parts)
    return known


def half_up(value: Decimal, digits: int = 2) -> Decimal:
    """Rounded as the book rounds."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


@contextlib.contextmanager
def standing_in(folder: Path) -> Iterator[None]:
    """The current folder is another one for a while."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@dataclass(frozen=True)
class Province:
    """The repository that `nianbao init` made in `root`; the program stands elsewhere."""

    root: Path

    def say(self, *args: str) -> int:
        """Run the program in it, in this process."""
        with standing_in(self.root):
            return main(args)

    def nianbao(self, *args: str) -> subprocess.CompletedProcess:
        """Run the program in it, in a process of its own."""
        return self.python("-m", "nianbao.cli", *args)

    def python(self, *args: str) -> subprocess.CompletedProcess:
        """Run Python in it; the program is that of this repository."""
        return subprocess.run(
            [sys.executable, *args], cwd=self.root, env=environment(ROOT), capture_output=True, text=True, timeout=600
        )

    def observations(self, year: int) -> Path:
        """The tables of a year."""
        return self.root / "data" / "observations" / str(year)

    def fill(self, year: int) -> Path:
        """Fill in the workbook of a year by the codes that stand in it."""
        path = self.observations(year) / f"填报-{year}.xlsx"
        known = figures()
        filled = set()
        book = load_workbook(path)
        for sheet in book:
            if not sheet.title.startswith("表"):
                continue
            heads = {cell.column: cell.value for cell in sheet[4] if cell.value}
            for row in sheet.iter_rows(6):
                for column, code in heads.items():
                    key = code, row[0].value, year
                    if key in known:
                        row[column - 1].value = float(known[key])
                        filled.add(key)
        assert filled == {key for key in known if key[2] == year}, "填报表缺了格"
        book.save(path)
        return path

    def take_in(self, year: int) -> None:
        """New year, workbook filled in, read, checked: as the README says."""
        assert self.say("new-year", str(year)) == 0
        assert self.say("intake", str(self.fill(year)), "--year", str(year)) == 0
        assert self.say("check", "--year", str(year)) == 0

    @property
    def built(self) -> Path:
        """The built book of the last year."""
        return self.root / "_build" / str(YEARS[-1])

    def page(self, name: str) -> html.HtmlElement:
        """A page of the built book."""
        return html.parse(str(self.built / "html" / f"{name}.html")).getroot()

    def sections(self, chapter: str, year: int) -> list[str]:
        """The headings below the title of a chapter that `nianbao run` has executed."""
        path = self.root / "_build" / f"{year}-run" / "notebooks" / f"{chapter}.ipynb"
        cells = json.loads(path.read_text("utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        return [text.removeprefix("## ") for text in texts if text.startswith("## ")]


def init(folder: Path, regions: Path) -> int:
    """`nianbao init` of the province."""
    about = ["--name", NAME, "--code", CODE, "--bureau", BUREAU, "--title", TITLE, "--year", str(YEARS[0])]
    schemes = "医疗、生育，长护,渔民养老补助=fishers"
    return main(["init", str(folder), *about, "--regions", str(regions), "--schemes", schemes])


@pytest.fixture(scope="module")
def new(tmp_path_factory) -> Province:
    """The province as `nianbao init` makes it. Nobody writes into it."""
    folder = tmp_path_factory.mktemp("new")
    (folder / "regions.csv").write_text(REGIONS, "utf-8-sig")
    person = {"GIT_AUTHOR_NAME": "甲", "GIT_AUTHOR_EMAIL": "a@example.org"}
    person |= {name.replace("AUTHOR", "COMMITTER"): word for name, word in person.items()}
    with pytest.MonkeyPatch.context() as patch:
        for name, word in person.items():
            patch.setenv(name, word)
        assert init(folder / "云梦", folder / "regions.csv") == 0
    return Province(folder / "云梦")


@pytest.fixture(scope="module")
def province(new: Province, tmp_path_factory) -> Province:
    """The province with three years."""
    made = Province(shutil.copytree(new.root, tmp_path_factory.mktemp("province") / "云梦"))
    for year in YEARS:
        made.take_in(year)
    return made


@pytest.fixture(scope="module")
def built(province: Province, tmp_path_factory) -> Province:
    """The province with its last book built, and the chapters of the years before executed."""
    made = Province(shutil.copytree(province.root, tmp_path_factory.mktemp("built") / "云梦"))
    commands = [["build", "--formats", "html,pdf"], *(["run", "--year", str(year)] for year in YEARS[:-1])]
    for command in commands:
        done = made.nianbao(*command)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return made


# -- what init makes ---------------------------------------------------------------------------------------------------
def git(folder: Path, *args: str) -> list[str]:
    """What git says, by line or zero byte."""
    done = subprocess.run(["git", "-C", str(folder), *args], capture_output=True, text=True, check=True)
    return [each for each in re.split("[\0\n]", done.stdout) if each]


def test_git_holds_at_most_forty_files_and_no_program(new):
    files = git(new.root, "ls-files", "-z")
    assert 20 < len(files) <= 40 and git(new.root, "log", "--format=%s") == ["nianbao init"]
    assert git(new.root, "status", "--porcelain") == []
    assert [name for name in files if name.endswith(".py")] == ["tests/test_data.py"]
    assert "nianbao==" in (new.root / "requirements.txt").read_text("utf-8")


def test_no_file_names_the_first_province(new):
    files = [new.root / name for name in git(new.root, "ls-files", "-z")]
    assert foreign(files) == {} and len(files) > 20
    assert [path for path in files if re.search(r"\$\{(?!\{)", path.read_text("utf-8"))] == []


def foreign(paths: Iterable[Path]) -> dict[str, list[str]]:
    """The files that hold words of the first province, with these."""
    texts = {str(path): path.read_text("utf-8") for path in paths}
    found = {name: [word for word in FOREIGN if word in text] for name, text in texts.items()}
    return {name: words for name, words in found.items() if words}


def test_every_link_and_place_in_its_texts_exists(new):
    links, places = 0, 0
    for name in git(new.root, "ls-files", "-z"):
        path = new.root / name
        if path.suffix != ".md":
            continue
        tokens = [each for token in MarkdownIt().parse(path.read_text("utf-8")) for each in token.children or []]
        for target in (str(token.attrs["href"]) for token in tokens if token.type == "link_open"):
            links += 1
            assert (path.parent / unquote(urlsplit(target).path)).exists(), f"{name}: {target}"
        for place in (token.content for token in tokens if token.type == "code_inline"):
            if re.fullmatch(r"(data/catalogue|book|docs|notebooks|tests)/[^<>]*|[\w.]+\.(txt|yml|md)", place):
                places += 1
                assert list(new.root.glob(place.rstrip("/"))) or place == "book/static/", f"{name}: {place}"
    assert links >= 1 and places >= 12


def test_levels_follow_from_who_is_whose_parent(new):
    with (new.root / "data" / "catalogue" / "codelists" / "regions.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["region"]: (row["level"], row["parent"]) for row in rows} == LEVELS
    assert [row["tile"] for row in rows] == ["", "0 0", "1 0", "1 1", "2 0", "2 1", "0 1"]
    assert rows[0]["name"] == "全省"


def test_schemes_are_known_by_name(new):
    with (new.root / "data" / "catalogue" / "codelists" / "schemes.csv").open(encoding="utf-8") as stream:
        assert [row["name"] for row in csv.DictReader(stream)] == ["合计", *NAMES]


@pytest.mark.parametrize(
    "wanted, codes",
    [
        ("", ["enterprise", "resident", "institution", "unemployment", "injury"]),
        ("医保", ["employee", "citizen"]),
        ("职工医疗、长护险", ["employee", "longcare"]),
        ("长期护理保险,长护", ["longcare"]),
        ("工伤、补充=extra", ["injury", "extra"]),
    ],
)
def test_what_schemes_are_called(wanted: str, codes: list[str]):
    assert [scheme["item"] for scheme in chosen_schemes(wanted)] == codes


def listed(wanted: str) -> dict[str, tuple[str, str, str]]:
    """Name -> code, parent and level of the regions."""
    found = read_regions(wanted, About(NAME, CODE, BUREAU, TITLE, 2024))
    return {region.name: (region.code, region.parent, region.level) for region in found}


def test_regions_can_be_names(tmp_path):
    assert listed("甲市、乙市，丙市") == {
        "甲市": ("990100", CODE, "unit"),
        "乙市": ("990200", CODE, "unit"),
        "丙市": ("990300", CODE, "unit"),
    }
    assert listed("") == {}


def test_a_code_that_is_not_given_is_one_that_is_free(tmp_path):
    path = tmp_path / "regions.csv"
    path.write_text("name,region,parent\n甲市,,\n乙县,,甲市\n丙市,990100,\n", "utf-8")
    assert listed(str(path)) == {
        "甲市": ("990200", CODE, "prefecture"),
        "乙县": ("990300", "990200", "unit"),
        "丙市": ("990100", CODE, "unit"),
    }


@pytest.mark.parametrize(
    "rows, said",
    [
        ("甲市,,,\n甲市,,,\n", "“甲市”写了两次"),
        ("甲市,990100,,\n乙市,990100,,\n", "“990100”写了两次"),
        ("甲市,,,\n乙县,,丁市,\n", "“乙县”的上级“丁市”不在表内"),
        ("甲市,,乙市,\n乙市,,甲市,\n", "绕回了自己"),
        ("甲市,青石,,\n", "第2行，“region”列：代码“青石”"),
        ("甲市,,,左上\n", "第2行，“tile”列：位置“左上”"),
        (",990100,,\n", "地区没有名称"),
    ],
)
def test_regions_that_cannot_be(tmp_path, rows: str, said: str):
    path = tmp_path / "regions.csv"
    path.write_text(f"name,region,parent,tile\n{rows}", "utf-8")
    with pytest.raises(DataError, match=re.escape(said)):
        listed(str(path))


@pytest.mark.parametrize(
    "args, word",
    [
        (["--code", "12"], "六位行政区划代码"),
        (["--schemes", "养牛保险"], "养牛保险"),
        (["--schemes", "养牛保险=牛"], "名称=代码"),
        (["--name", '云"梦'], "引号"),
        (["--regions", "没有.csv"], "缺少此文件"),
    ],
)
def test_what_init_cannot_do(tmp_path, capsys, args, word):
    assert main(["init", str(tmp_path / "new"), *args]) == 2
    assert word in capsys.readouterr().err and list(tmp_path.iterdir()) == []


def test_init_wants_a_title_that_is_not_blank(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["init", str(tmp_path / "new"), "--title", " "])
    assert ended.value.code == 2 and "--title" in capsys.readouterr().err and list(tmp_path.iterdir()) == []


def test_init_leaves_a_folder_with_something_in_it_alone(tmp_path, capsys):
    (tmp_path / "年报.docx").write_text("旧稿", "utf-8")
    assert main(["init", str(tmp_path)]) == 2
    assert "不是空的" in capsys.readouterr().err and [each.name for each in tmp_path.iterdir()] == ["年报.docx"]


def test_without_data_the_commands_say_what_to_do_first(new, capsys):
    for command in ("check", "build"):
        assert new.say(command) == 2
        assert "nianbao new-year" in capsys.readouterr().err


# -- filled in, read, checked ------------------------------------------------------------------------------------------
def test_the_data_hold_what_was_filled_in(province):
    seen: Figures = {}
    for year in YEARS:
        for path in province.observations(year).glob("*.csv"):
            with path.open(encoding="utf-8") as stream:
                rows = list(csv.DictReader(stream))
            seen |= {(row["indicator"], row["item"], year): Decimal(row["value"]) for row in rows}
    assert seen == figures()


def test_its_own_tests_pass(province):
    done = province.python("-m", "unittest", "discover", "-s", "tests")
    assert done.returncode == 0 and re.search(r"Ran [2-9] tests", done.stderr), done.stderr


def test_its_own_check_and_tests_find_a_wrong_figure(province, tmp_path, capsys):
    """A part of a total that no longer adds up, in a copy."""
    copy = Province(shutil.copytree(province.root, tmp_path / "云梦"))
    change(copy, "medical.employee.insured,990102,44.11,", "medical.employee.insured,990102,41.44,")
    assert copy.say("check") == 1
    assert "2025年青石市职工基本医疗保险参保人数印作62.13万人" in capsys.readouterr().out
    with (copy.root / "_build" / str(YEARS[-1]) / "audit.csv").open(encoding="utf-8-sig") as stream:
        failing = [row["check"] for row in csv.DictReader(stream) if row["status"] == "fails"]
    assert "total:medical.employee.insured:990100:2025" in failing
    assert copy.python("-m", "unittest", "discover", "-s", "tests").returncode == 1


def change(province: Province, old: str, new: str) -> None:
    """Change a row of the last year's data of medical insurance."""
    path = province.observations(YEARS[-1]) / "medical.csv"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


# -- the built book ----------------------------------------------------------------------------------------------------
@pytest.mark.long
def test_levels_changes_and_rates_are_those_of_the_figures(built):
    """Every opened figure of the chapters, recomputed here from what was filled in."""
    known = figures()
    now = YEARS[-1]
    seen: dict[str, Decimal] = {}
    for chapter in CHAPTERS.values():
        for each in built.page(f"notebooks/{chapter}").iterfind(".//data"):
            seen[each.get("data-q")] = Decimal(each.get("value"))
    rest = dict(seen)
    for (code, region, year), value in known.items():
        level = rest.pop(f"{code}:{region}:{year}", None)
        drawn = code.rpartition(".")[2] in DRAWN
        printed = year == now or region == CODE and (year == now - 1 or drawn)
        assert level == (value if printed else None), (code, region, year)
        if region == CODE and year == now:
            before = known[code, region, year - 1]
            assert rest.pop(f"{code}:{CODE}:{year}:change:{year - 1}") == value - before
            rate = rest.pop(f"{code}:{CODE}:{year}:growth:{year - 1}")
            decimals = -int(rate.as_tuple().exponent)  # as many as the levels allow to be known
            assert rate == half_up((value - before) / before * 100, decimals) and 0 <= decimals <= 2
    for scheme in ("medical.employee", "fishers"):
        for region in LEVELS:
            months = known[f"{scheme}.balance", region, now] / known[f"{scheme}.expenditure", region, now] * 12
            assert rest.pop(f"{scheme}.months:{region}:{now}") == half_up(months, 1)
    assert all(".months:" in identity for identity in rest), f"没有核对的数：{rest}"


@pytest.mark.long
def test_sentences_name_the_province_and_its_regions(built):
    text = built.page("notebooks/01-employee").find(".//article").text_content()
    before, now = (figures()["medical.employee.insured", CODE, year] for year in YEARS[1:])
    growth = half_up((now - before) / before * 100)
    said = f"2025年末，全省职工基本医疗保险参保{now}万人，较上年末增加{now - before}万人，增长{growth}%。"
    assert said in text
    assert "参保人数居前三位的地区是东岸区、红叶市、石桥县。" in text
    assert all(name in text for name in ("青石市", "东岸区", "石桥县", "白沙市", "沙河县", "红叶市"))
    assert "{{" not in text and "${" not in text
    front = built.page("notebooks/00-overview").text_content()
    assert TITLE in front and BUREAU in front and "、".join(NAMES) in front
    chapters = [each.text_content().strip() for each in built.page("notebooks/00-overview").xpath("//nav//a")]
    assert {"第一部分　职工基本医疗保险", "第五部分　渔民养老补助", "附一　核对与勘误"} <= set(chapters)


@pytest.mark.long
def test_trends_begin_with_the_first_edition(built):
    """Years before the first are no zeros and no gaps: the report has none. Two years are a sentence, not a chart."""
    article = built.page("notebooks/05-fishers").find(".//article")
    captions = [each.text_content() for each in article.iterfind(".//figcaption")]
    trends = [text for text in captions if "—" in text]
    assert len(trends) == 2 and all("2023—2025年" in text for text in trends)
    assert not re.search(r"20(1\d|2[0-2])年", article.text_content())
    for year in YEARS[:-1]:
        executed = (built.root / "_build" / f"{year}-run" / "notebooks" / "05-fishers.ipynb").read_text("utf-8")
        assert f"{year}年末" in executed and f"—{year}年" not in executed


@pytest.mark.long
def test_empty_sections_are_not_printed(built):
    def headings(name: str) -> list[str]:
        return [each.text_content().strip() for each in built.page(f"notebooks/{name}").iterfind(".//article//h2")]

    always = ["怎样核对", "核对的数量与结果"]
    assert built.sections("A1-audit", YEARS[0]) == always
    assert headings("A1-audit") == [*always, "截尾与可疑之处"]  # one figure is the same in two years
    assert headings("02-citizen") == [] and headings("03-maternity") == ["参保和待遇", "各项指标"]
    assert "2025年城乡居民基本医疗保险的各项数据未载" in built.page("notebooks/02-citizen").text_content()
    assert headings("A2-revisions") == ["合计数的变化"] and built.sections("A2-revisions", YEARS[0]) == []
    pages = pypdf.PdfReader(built.built / f"nianbao-{YEARS[-1]}.pdf").pages
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    assert "核对的数量与结果" in text and "截尾与可疑之处" in text
    assert [word for word in ("数字勘误", "文字勘误", "年均增长的算法", "修订记录") if word in text] == []


@pytest.mark.long
def test_an_erratum_brings_its_section_back(built, tmp_path):
    """A printed total that is known to be wrong is listed in a section of its own."""
    copy = Province(shutil.copytree(built.root, tmp_path / "云梦", ignore=shutil.ignore_patterns("_build")))
    total = figures()["medical.employee.insured", CODE, YEARS[-1]]
    change(copy, f"medical.employee.insured,{CODE},{total},", f"medical.employee.insured,{CODE},{total + 9},")
    row = [
        "total:medical.employee.insured:990000:2025",
        2025,
        total + 9,
        total,
        "抄错一位",
        "recomputed",
        "fails",
        "表1-1",
    ]
    path = copy.root / "data" / "documents" / "report-2025" / "errata.csv"
    path.parent.mkdir(parents=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["check", "year", "printed", "likely", "reason", "show", "expect", "place"], row])
    done = copy.nianbao("run", "--chapter", "A1-audit")
    assert done.returncode == 0, done.stderr
    assert "数字勘误" in copy.sections("A1-audit", YEARS[-1]) and "文字勘误" not in copy.sections("A1-audit", YEARS[-1])


@pytest.mark.long
def test_no_link_of_the_built_book_is_dead(built):
    site = built.built / "html"
    pages = {path.resolve(): html.parse(str(path)).getroot() for path in site.rglob("*.html")}
    names = {path: {*page.xpath("//@id"), *page.xpath("//a/@name")} for path, page in pages.items()}
    dead = []
    for path, page in pages.items():
        for target in [*page.xpath("//@href"), *page.xpath("//@src")]:
            if is_dead(target, path, names):
                dead.append(f"{path.relative_to(site.resolve())}: {target}")
    assert dead == [] and len(pages) >= 12


def is_dead(target: str, path: Path, names: Mapping[Path, set[str]]) -> bool:
    """Whether a link on a page leads to a file or a place that is not there; those to other sites are left out."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return False
    to = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if to.is_dir():
        to /= "index.html"
    fragment = unquote(parts.fragment)
    return not to.exists() or bool(fragment) and to in names and fragment not in names[to]


@pytest.mark.long
def test_nothing_of_the_first_province_is_left(built):
    """Neither in the made book (pages, downloads, PDF) nor in the program that made it."""
    made = [path for path in (built.built / "html").rglob("*") if path.suffix in TEXTS]
    assert len(made) > 60 and foreign(made) == {}
    code = "".join(path.read_text("utf-8") for path in (ROOT / "nianbao").rglob("*.py"))
    assert [word for word in (*FOREIGN[:4], "64BJ00", "64ND00") if word in code] == []
    pdf = pypdf.PdfReader(built.built / f"nianbao-{YEARS[-1]}.pdf")
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in pdf.pages))
    assert [word for word in FOREIGN if word in text] == []
    assert TITLE in text and BUREAU in text and "青石市" in text
