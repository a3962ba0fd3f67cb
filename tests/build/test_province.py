"""A small invented province: `nianbao init`, two years filled in, read, checked and built. None of it exists anywhere.

虚构的省份和数据，与任何实际情况无关。
"""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pypdf
import pytest
from lxml import html
from openpyxl import load_workbook

from nianbao.cli import main
from tests.support.projects import ROOT, environment

NAME, CODE, BUREAU, TITLE = "云梦省", "990000", "云梦省社会保险中心", "云梦省社会保险年度报告"
CITIES = {"990100": "青石市", "990200": "白沙市", "990300": "红叶市"}
SCHEMES = {"injury": "工伤保险", "fishers": "渔民养老补助"}
YEARS = (2024, 2025)
#: Of each city: insured, beneficiaries, income, expenditure of both years, balance at the end of the first.
GIVEN = {
    "injury": {
        "990100": ("41.20 1310 2.31 1.87", "43.05 1294 2.49 2.02", "6.15"),
        "990200": ("18.46 702 0.98 1.13", "18.46 733 1.01 1.20", "2.40"),
        "990300": ("9.07 255 0.44 0.39", "8.81 255 0.47 0.41", "0.88"),
    },
    "fishers": {
        "990100": ("38.90 5120 3.02 2.20", "39.77 4870 3.11 2.35", "9.73"),
        "990200": ("15.33 2044 1.25 1.01", "15.90 2391 1.19 1.34", "3.06"),
        "990300": ("7.70 880 0.58 0.52", "7.94 845 0.61 0.50", "1.27"),
    },
}
WORDS = ("insured", "beneficiaries", "income", "expenditure", "balance")
FOREIGN = ("宁夏", "640000", "银川", "宁东", "自治区", "全区", "石嘴山", "NXSI")


def figures() -> dict[tuple[str, str, int], Decimal]:
    """Every figure to fill in: (indicator, region, year); totals and balances add up."""
    known = {}
    for scheme, cities in GIVEN.items():
        for city, (before, now, balance) in cities.items():
            rows = [[*map(Decimal, text.split())] for text in (before, now)]
            ends = [Decimal(balance), Decimal(balance) + rows[1][2] - rows[1][3]]
            for year, row, end in zip(YEARS, rows, ends, strict=True):
                known |= {
                    (f"{scheme}.{word}", city, year): value for word, value in zip(WORDS, [*row, end], strict=True)
                }
        for word in WORDS:
            for year in YEARS:
                known[f"{scheme}.{word}", CODE, year] = sum(known[f"{scheme}.{word}", city, year] for city in CITIES)
    return known


def half_up(value: Decimal, digits: int = 2) -> Decimal:
    """Rounded as the book rounds."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


class Province:
    """The repository that `nianbao init` made; the program stands elsewhere."""

    def __init__(self, root: Path):
        self.root = root

    def nianbao(self, *args: str) -> subprocess.CompletedProcess:
        """Run the program in it."""
        return subprocess.run(
            [sys.executable, "-m", "nianbao.cli", *args],
            cwd=self.root,
            env=environment(ROOT),
            capture_output=True,
            text=True,
            timeout=300,
        )

    def observations(self, year: int) -> Path:
        """The tables of a year."""
        return self.root / "data" / "observations" / str(year)

    def fill(self, year: int) -> Path:
        """Fill in the workbook of a year by the codes that stand in it."""
        path, known, filled = self.observations(year) / f"填报-{year}.xlsx", figures(), set()
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

    def page(self, name: str) -> html.HtmlElement:
        """A page of the built book."""
        return html.parse(str(self.root / "_build" / str(YEARS[1]) / "html" / f"{name}.html")).getroot()


@pytest.fixture(scope="module")
def province(tmp_path_factory) -> Province:
    """The province with two years, its book built."""
    made = Province(tmp_path_factory.mktemp("province") / "云梦")
    regions = "、".join(CITIES.values())
    assert (
        main(
            [
                "init",
                str(made.root),
                "--name",
                NAME,
                "--code",
                CODE,
                "--bureau",
                BUREAU,
                "--regions",
                regions,
                "--schemes",
                "工伤,渔民养老补助=fishers",
                "--year",
                str(YEARS[0]),
            ]
        )
        == 0
    )
    for year in YEARS:
        for command in (["new-year", str(year)], ["intake", "", "--year", str(year)], ["check", "--year", str(year)]):
            if command[0] == "intake":
                command[1] = str(made.fill(year))
            done = made.nianbao(*command)
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    done = made.nianbao("build", "--formats", "html,pdf")
    assert done.returncode == 0, done.stdout + done.stderr
    return made


def test_the_data_hold_what_was_filled_in(province):
    seen = {}
    for year in YEARS:
        for scheme in SCHEMES:
            with (province.observations(year) / f"{scheme}.csv").open(encoding="utf-8") as stream:
                seen |= {(row["indicator"], row["item"], year): Decimal(row["value"]) for row in csv.DictReader(stream)}
    assert seen == figures()


def test_levels_changes_and_rates_are_those_of_the_figures(province):
    """Every opened figure of the two chapters, recomputed here from what was filled in."""
    known, seen = figures(), {}
    for number, scheme in enumerate(SCHEMES, 1):
        for each in province.page(f"notebooks/{number:02}-{scheme}").iterfind(".//data"):
            seen[each.get("data-q")] = Decimal(each.get("value"))
    rest = dict(seen)
    for (code, region, year), value in known.items():
        level = rest.pop(f"{code}:{region}:{year}", None)
        assert level == value or (level is None and year < YEARS[1] and region != CODE), (code, region, year)
        if region == CODE and year == YEARS[1]:
            before = known[code, region, YEARS[0]]
            assert rest.pop(f"{code}:{CODE}:{year}:change:{YEARS[0]}") == value - before
            rate = rest.pop(f"{code}:{CODE}:{year}:growth:{YEARS[0]}")
            assert rate == half_up((value - before) / before * 100)
    for scheme in SCHEMES:
        for region in [CODE, *CITIES]:
            months = {
                year: known[f"{scheme}.balance", region, year] / known[f"{scheme}.expenditure", region, year] * 12
                for year in YEARS
            }
            assert rest.pop(f"{scheme}.months:{region}:{YEARS[1]}") == half_up(months[YEARS[1]], 1)
    assert all(".months:" in identity for identity in rest), f"没有核对的数：{rest}"


def test_sentences_name_the_province_and_its_cities(province):
    text = province.page("notebooks/01-injury").find(".//article").text_content()
    insured = [figures()["injury.insured", CODE, year] for year in YEARS]
    growth = half_up((insured[1] - insured[0]) / insured[0] * 100)
    assert (
        f"2025年末，全省工伤保险参保{insured[1]}万人，较上年末增加{insured[1] - insured[0]}万人，增长{growth}%。"
        in text
    )
    assert all(city in text for city in CITIES.values())
    assert "{{" not in text and "${" not in text
    front = province.page("notebooks/00-overview").text_content()
    assert TITLE in front and BUREAU in front and "工伤保险、渔民养老补助" in front
    chapters = [each.text_content().strip() for each in province.page("notebooks/00-overview").xpath("//nav//a")]
    assert {"第一部分　工伤保险", "第二部分　渔民养老补助", "附一　核对与勘误", "附二　与上年相比：变化与修订"} <= set(
        chapters
    )


def test_trends_begin_with_the_first_edition(province):
    """Years before the first are no zeros and no gaps: the report has none."""
    article = province.page("notebooks/02-fishers").find(".//article")
    captions = [each.text_content() for each in article.iterfind(".//figcaption")]
    trends = [text for text in captions if "—" in text]
    assert len(trends) >= 2 and all(f"{YEARS[0]}—{YEARS[1]}年" in text for text in trends)
    assert not re.search(r"20(1\d|2[0-3])年", article.text_content())


def test_nothing_of_the_first_province_is_left(province):
    """Neither in the made book (pages, downloads, PDF) nor in the repository, its README and notebooks."""
    built = province.root / "_build" / str(YEARS[1])
    kinds = {".html", ".js", ".json", ".csv", ".svg", ".ipynb", ".md", ".yml", ".xml", ".txt", ".typ", ".toml", ".conf"}
    folders = [built / "html", *(province.root / name for name in ("data", "book", "docs", "notebooks", "deploy"))]
    for path in [*province.root.glob("*.*"), *(path for folder in folders for path in folder.rglob("*"))]:
        if path.suffix in kinds:
            text = path.read_text("utf-8")
            assert [word for word in FOREIGN if word in text] == [], path
    pdf = pypdf.PdfReader(built / f"nianbao-{YEARS[1]}.pdf")
    code = "".join(path.read_text("utf-8") for path in (ROOT / "nianbao").rglob("*.py"))
    assert [word for word in (*FOREIGN[:4], "64BJ00", "64ND00") if word in code] == []
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in pdf.pages))
    assert [word for word in FOREIGN if word in text] == []
    assert TITLE in text and BUREAU in text and "青石市" in text


def test_its_own_check_finds_a_wrong_figure(province, tmp_path):
    """A total that no longer adds up fails the check, in a copy of the data."""
    data = shutil.copytree(province.root / "data", tmp_path / "data")
    path = data / "observations" / str(YEARS[1]) / "injury.csv"
    path.write_text(
        path.read_text("utf-8").replace("injury.insured,990100,43.05,", "injury.insured,990100,34.05,"), "utf-8"
    )
    done = province.nianbao("check", "--data", str(data))
    assert done.returncode == 1 and "须由人处理：本年1处" in done.stdout


@pytest.mark.parametrize(
    "args, word",
    [
        (["--code", "12"], "六位行政区划代码"),
        (["--schemes", "养牛保险"], "养牛保险"),
        (["--schemes", "养牛保险=牛"], "名称=代码"),
        (["--name", '云"梦'], "引号"),
        (["--title", " "], "不应为空"),
    ],
)
def test_what_init_cannot_do(tmp_path, capsys, args, word):
    assert main(["init", str(tmp_path / "new"), *args]) == 2
    assert word in capsys.readouterr().err and not (tmp_path / "new").exists()


def test_init_leaves_a_folder_with_something_in_it_alone(tmp_path, capsys):
    (tmp_path / "年报.docx").write_text("旧稿", "utf-8")
    assert main(["init", str(tmp_path)]) == 2
    assert "不是空的" in capsys.readouterr().err and [each.name for each in tmp_path.iterdir()] == ["年报.docx"]


def test_without_data_the_commands_say_what_to_do_first(tmp_path):
    made = Province(tmp_path / "空省")
    assert main(["init", str(made.root)]) == 0
    for command in ("check", "build"):
        done = made.nianbao(command)
        assert done.returncode == 2 and "nianbao new-year" in done.stderr and "Traceback" not in done.stderr
