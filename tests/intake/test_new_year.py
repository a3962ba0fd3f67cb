"""The invented 2026: filled in, read in, checked, printed; every figure and direction word recomputed independently.

Nothing here uses the package's arithmetic: levels come from the filled-in workbook and the CSV files, the rest is plain
fractions.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from html import unescape
from pathlib import Path

import pytest
from invented import fill
from openpyxl import load_workbook

from nianbao.build.edition import Edition
from nianbao.chapter import session
from nianbao.chapter import show as showing
from nianbao.chapter.chapter import Chapter
from nianbao.cli import main
from nianbao.errors import DataError
from nianbao.intake.reading import intake

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = ["00-overview", "01-pension", "02-injury", "03-unemployment", "04-fund", "05-digital", "06-agency"]
YEAR, BASES = 2026, {2025, 2022, 2021}
DATA = re.compile(r'<data class="q" value="([^"]*)" data-q="([^"]*)"[^>]*>([^<]*)</data>')
UP, DOWN = ("增加", "增长", "上升", "核增", "结余"), ("减少", "下降", "核减", "赤字")


@dataclass
class Invented:
    """The data folder of the invented year, what the workbook holds, and the prose of each chapter."""

    root: Path
    path: Path
    levels: dict
    source: object
    prose: dict[str, list[str]]

    def level(self, code: str, item: str, year: int) -> Fraction | None:
        """A level from the workbook or the CSV files, else by the formula of the catalogue."""
        found = self.levels.get((code, item, year))
        if found is not None or code not in self.source.formulas:
            return None if found is None else Fraction(found)
        rule = self.source.formulas[code]
        terms = [
            self.level(each, pinned or item, year + int(lag or 0)) for each, pinned, lag in fill.TERM.findall(rule)
        ]
        values = iter(f"Fraction({each.numerator}, {each.denominator})" for each in terms if each is not None)
        return None if None in terms else eval(fill.TERM.sub(lambda _: next(values), rule), {"Fraction": Fraction})

    def decimals(self, code: str, item: str, year: int) -> int:
        """How many decimals a level is printed with."""
        found = self.levels.get((code, item, year))
        return self.source.decimals[code] if found is None else max(0, -found.as_tuple().exponent)


def printed(chapter: str, root: Path, show) -> list[str]:
    """The prose of a chapter, run cell by cell in this process without its tables and charts."""
    names, found = {}, []
    show.setattr(showing, "display", lambda data, **_: found.append(data["text/html"]))
    show.setattr(session, "handed_over", lambda: session.Session(root))
    for cell in json.loads((ROOT / "notebooks" / f"{chapter}.ipynb").read_text("utf-8"))["cells"]:
        text = "".join(cell["source"])
        if "parameters" in cell["metadata"].get("tags", []):
            names["year"] = YEAR
        elif text.startswith("%%prose"):
            names["ch"].prose(text.removeprefix("%%prose"), names)
        elif cell["cell_type"] == "code" and not re.search(r"^\s*ch\.\w+\(", text, re.MULTILINE):
            exec(text, names)
    return found


@pytest.fixture(scope="module")
def invented(tmp_path_factory) -> Invented:
    """Fill in, read in, print."""
    folder = tmp_path_factory.mktemp("invented")
    path, _ = fill.make(folder, ROOT / "data")
    root = folder / "data"
    given, levels = fill.source(root), {}
    for cell, pair in fill.cells(load_workbook(path)):
        if isinstance(cell.value, int | float):
            levels[*pair, YEAR] = fill.q(Decimal(str(cell.value)), cell.number_format.partition(".")[2].count("0"))
    for year in range(2019, YEAR):
        for file in (root / "observations" / str(year)).glob("*.csv"):
            for row in fill.rows(file):
                if row["status"] != "M":
                    levels[row["indicator"], row["item"], year] = Decimal(row["value"])
    before = {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    remarks, changed = intake(path, YEAR, root)
    assert not any(each.fatal for each in remarks), remarks
    after = {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    assert {each for each in after if after[each] != before.get(each)} == set(changed)
    assert {each.parent for each in changed} == {root / "observations" / str(YEAR)}, (
        "a new year touches only its folder"
    )
    with pytest.MonkeyPatch.context() as show:
        return Invented(root, path, levels, given, {name: printed(name, root, show) for name in CHAPTERS})


def half_up(value: Fraction, decimals: int) -> Decimal:
    """Round half away from zero."""
    return fill.q(value, decimals)


def expected(year: Invented, identity: str) -> tuple[Decimal | None, Fraction]:
    """Printed value and sign of a figure from its name; an average growth is checked by its power, so has no value."""
    code, item, at, *rest = identity.split(":", 4)
    now = year.level(code, item, int(at))
    if not rest or rest[0] == "unit":
        return half_up(now, year.decimals(code, item, int(at))), now
    measure, base = rest
    if measure == "share":
        other, _, place = base.partition("[")
        share = now / year.level(other, place.rstrip("]") or item, int(at)) * 100
        return half_up(share, 2), share
    assert int(base) in BASES, identity
    then = year.level(code, item, int(base))
    digits = max(year.decimals(code, item, int(at)), year.decimals(code, item, int(base)))
    if measure in {"change", "points"}:
        return half_up(now - then, digits), now - then
    assert then > 0 and now >= 0, f"no rate on such a base: {identity}"
    return (half_up((now / then - 1) * 100, 2), now - then) if measure == "growth" else (None, now - then)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_figure_and_direction(invented, chapter):
    """Each figure of the prose is what the workbook gives, and the word before it says where it went."""
    seen = 0
    for html in invented.prose[chapter]:
        for match in DATA.finditer(html):
            value, identity, text = match[1], unescape(match[2]), match[3]
            want, sign = expected(invented, identity)
            measure = identity.split(":")[3] if identity.count(":") > 2 else ""
            shown, seen = Decimal(text.replace(",", "").replace("−", "-")), seen + 1
            before = re.sub("<[^>]*>", "", html[: match.start()])[-8:]
            assert abs(shown) == abs(Decimal(value)), (identity, text)
            if want is None:
                rate, years = Decimal(value), int(identity.split(":")[2]) - int(identity.split(":")[4])
                code, item, at = identity.split(":")[:3]
                ratio = invented.level(code, item, int(at)) / invented.level(code, item, int(at) - years)
                low, high = ((1 + (Fraction(rate) + Fraction(d, 200)) / 100) ** years for d in (-1, 1))
                assert low <= ratio <= high, (identity, value)
            else:
                assert Decimal(value) == want, (identity, value, want)
            if measure in {"change", "growth", "avg_growth", "points"}:
                word = next((word for word in UP + DOWN if before.endswith(word)), None)
                assert word in (UP if sign > 0 else DOWN), (identity, before, text)
                assert not text.startswith("−") and shown > 0
            elif before.endswith(("较上年的", "较上年末的")):
                assert identity.split(":")[2] == str(YEAR - 1)
            else:
                assert identity.split(":")[2] == str(YEAR), (identity, before)
    assert seen > 8


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_wrong_year_and_nothing_odd(invented, chapter):
    """The prose names this year and its base years only; nothing undefined is printed; 持平 where nothing moved."""
    for html in invented.prose[chapter]:
        text = unescape(re.sub("<[^>]*>", "", html))
        assert {int(each) for each in re.findall(r"(20\d\d)年", text)} <= {YEAR, *(BASES - {YEAR - 1})}, text
        assert not re.search(r"nan|inf|None|\{\{|[-−]0\.0+\b|增加[-−]|减少[-−]|，，|（）", text), text
        for code, item, base in re.findall(
            r'data-q="([\w.]+):(\w+):2026">[^<]*</data>[^，。；<]*，与(上|20\d\d)年末?持平', html
        ):
            then = YEAR - 1 if base == "上" else int(base)
            assert invented.level(code, item, YEAR) == invented.level(code, item, then)


def moved(now: Fraction, then: Fraction, unit: str, decimals: int = 2) -> str:
    """`增加7.34万人，增长2.74%` in plain arithmetic."""
    rate = half_up((now / then - 1) * 100, 2)
    return (
        f"{'增加' if now > then else '减少'}{abs(half_up(now - then, decimals)):,}{unit}，"
        f"{'增长' if now > then else '下降'}{abs(rate)}%"
    )


def test_sentences(invented):
    """Whole sentences, so that a right figure in a wrong place is found: one or two of each chapter."""

    def of(code, at=YEAR, item="640000"):
        return invented.level(code, item, at)

    def text(chapter):
        return re.sub(r"\s", "", unescape(re.sub("<[^>]*>", "", "".join(invented.prose[chapter]))))

    def both(code, item="640000"):
        return of(code, YEAR, item), of(code, YEAR - 1, item)

    def two(value):
        return half_up(value, 2)

    insured, income = both("pension.enterprise.insured"), both("pension.institution.income")
    assert (
        f"2026年末，全区城镇企业职工基本养老保险参保{two(insured[0])}万人，较上年末{moved(*insured, '万人')}。"
        in text("01-pension")
    )
    growth = half_up((income[0] / income[1] - 1) * 100, 2)
    assert f"2026年基金收入{two(income[0])}亿元，同比{'增长' if growth > 0 else '下降'}{abs(growth)}%；" in text(
        "01-pension"
    )
    assert "2026年月人均缴费基数6,841元，与上年持平。" in text("01-pension")
    current, balance = of("injury.income") - of("injury.expenditure"), both("injury.balance")
    assert current < 0 and balance[0] < 0
    assert (
        f"年末累计结存−{two(-balance[0])}亿元，较上年末减少{two(balance[1] - balance[0])}亿元。"
        f"当年收支相抵，当期赤字{two(-current)}亿元。"
    ) in text("02-injury")
    devices = both("injury.devices.expenditure")  # how many are discontinued, what they cost is not
    assert (
        f"辅助器具配置费。支出{two(devices[0])}万元，较上年{moved(*devices, '万元')}。本年资料未载：配置辅助器具人次。"
        in text("02-injury")
    )
    names = {row["region"]: row["name"] for row in fill.rows(invented.root / "catalogue" / "codelists" / "regions.csv")}
    ranked = sorted(
        (
            (v, i)
            for (c, i, y), v in invented.levels.items()
            if c == "injury.insured_persons" and y == YEAR and i != "640000"
        ),
        reverse=True,
    )
    first = [item for value, item in ranked if value >= ranked[2][0]]
    assert len(first) == 4, "the third place is a tie"
    (said,) = re.findall("参保人数居前三位的地区是([^。]*)。", text("02-injury"))
    assert set(said.split("、")) == {names[item] for item in first}
    people = both("unemployment.recipients")
    assert f"全区领取过失业保险金的失业人员共{int(people[0]):,}人，较上年{moved(*people, '人', 0)}" in text(
        "03-unemployment"
    )
    total = both("fund.balance", "all")
    assert f"年末累计结余{two(total[0])}亿元，较上年末{moved(*total, '亿元')}。" in text("04-fund")
    assert "已无结余可供支付" in text("04-fund")
    staff = both("agency.staff")
    assert f"实有工作人员{int(staff[0])}人，较上年末{moved(*staff, '人', 0)}" in text("06-agency")
    for name, lowest in (("最高的是", False), ("最低的是", True)):
        said = re.search(f"{name}([^，。]*)[，。]", text("01-pension"))[1].split("、")
        values = {
            names[i]: v
            for (c, i, y), v in invented.levels.items()
            if c == "pension.enterprise.support_ratio" and y == YEAR and i != "640000"
        }
        edge = sorted(values.values(), reverse=not lowest)[2 + lowest]
        assert set(said) == {each for each, v in values.items() if (v <= edge if lowest else v >= edge)}


def test_check_finds_nothing(invented, capsys, tmp_path):
    """The invented year adds up, and one changed figure does not."""
    assert main(["check", "--year", "2026", "--data", str(invented.root)]) == 0
    broken = shutil.copytree(invented.root, tmp_path / "data")
    path = broken / "observations" / "2026" / "pension.csv"
    path.write_text(re.sub(r"(pension.enterprise.active,640000),[\d.]+", r"\1,9.99", path.read_text("utf-8")), "utf-8")
    assert main(["check", "--year", "2026", "--data", str(broken)]) == 1
    assert "pension-enterprise-insured" in capsys.readouterr().out


def test_latest_edition_and_years(invented, tmp_path):
    """The year with its data is the latest edition; a budget alone makes none; other years are refused."""
    assert Edition.open(data=invented.root).year == 2026 and Edition.open().year == 2025
    with pytest.raises(DataError, match="没有2026年的年报数据"):
        Edition.open(2026)
    for wrong in (2019, 2027, "2026", 2026.0, True, None):
        with pytest.raises(DataError):
            Chapter("1", wrong, data=invented.root)
    with pytest.raises(DataError, match="2020、2021、2022、2023、2024、2025"):
        Chapter("1", 2026)
    assert Chapter("A1", 2026).year == 2026


def test_workbook_again(invented, tmp_path):
    """A workbook made for a year that has data holds them; reading it in changes nothing."""
    copy = shutil.copytree(invented.root, tmp_path / "data")
    assert main(["new-year", "2026", "--data", str(copy), "--out", str(tmp_path / "again.xlsx")]) == 0
    remarks, changed = intake(tmp_path / "again.xlsx", YEAR, copy)
    assert changed == [] and not any(each.fatal for each in remarks)


def test_locked_and_open_cells(invented):
    """Names, codes and last year's figures are locked without a password, input cells are not."""
    book = load_workbook(invented.path)
    inputs = {pair for _, pair in fill.cells(book)}
    assert {pair for pair in invented.source.last if pair in inputs} == set(invented.source.last)
    for name in book.sheetnames:
        assert book[name].protection.sheet or name == "修订", name
        assert book[name].protection.password is None
    sheet = book["表1-1"]
    assert sheet["C6"].protection.locked is False and sheet["D6"].protection.locked and sheet["D6"].value == 275.09
    assert sheet.data_validations.dataValidation and "万人" in sheet["C3"].value


def test_live_checks(invented, tmp_path):
    """The sheet 核对, recalculated by LibreOffice: nothing wrong; with one figure changed, it says what."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("未安装 LibreOffice，工作簿公式的重算略过")
    book = load_workbook(invented.path)
    book["表1-1"]["C7"] = 1
    book.save(tmp_path / "wrong.xlsx")
    shutil.copy(invented.path, tmp_path / "right.xlsx")
    subprocess.run(
        [
            office,
            "--headless",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(tmp_path / "out"),
            "right.xlsx",
            "wrong.xlsx",
        ],
        cwd=tmp_path,
        capture_output=True,
        timeout=180,
        check=True,
    )
    right, wrong = (
        load_workbook(tmp_path / "out" / f"{name}.xlsx", data_only=True)["核对"] for name in ("right", "wrong")
    )
    results = [row[6] for row in right.iter_rows(min_row=7, values_only=True)]
    assert right["B2"].value == 0 and results.count("相符") > 250 and not any("#" in str(each) for each in results)
    said = [row[1] for row in wrong.iter_rows(min_row=7, values_only=True) if str(row[6]).startswith("不符")]
    assert "全区企业职工基本养老保险参保人数＝分项之和" in said


def test_diff(invented, capsys):
    """What changed between two editions: figures, a discontinued indicator; years that make no sense are refused."""
    assert main(["diff", "2025", "2026", "--data", str(invented.root)]) == 0
    said = capsys.readouterr().out
    gone = re.search(r"2025年有、2026年未载的指标（3项）：(.*)", said)[1]
    assert "配置辅助器具人次" in gone and "残疾人社会保障卡发放数" in gone
    insured = [invented.level("pension.enterprise.insured", "640000", year) for year in (2025, 2026)]
    line = next(line for line in said.splitlines() if line.startswith("企业职工基本养老保险参保人数 "))
    assert line.split()[2:4] == [str(half_up(each, 2)) for each in insured]
    assert main(["diff", "2024", "2025"]) == 0
    for wrong in (["2026", "2025"], ["2025", "2025"], ["2019", "2025"]):
        assert main(["diff", *wrong, "--data", str(invented.root)]) == 2
