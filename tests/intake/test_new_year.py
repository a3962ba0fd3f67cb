"""The invented 2026: every figure and direction word of the prose recomputed independently, and what comes after.

Nothing here uses the package's arithmetic: levels come from the filled-in workbook and the CSV files, the rest is plain
fractions.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from html import unescape

import pytest
from openpyxl import load_workbook

from nianbao.audit.audit import Audit, of_edition
from nianbao.audit.findings import FAILS
from nianbao.build.edition import Edition
from nianbao.chapter import Chapter
from nianbao.cli import main
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.intake.reading import intake
from tests.intake.invented import fill
from tests.intake.invented.fill import YEAR
from tests.intake.invented.year import CHAPTERS
from tests.output.printed_values import ZERO_IN_WORDS

#: What is invented takes a quarter of a minute; small data go the same way in `test_sent_back.py` and `test_diff.py`.
pytestmark = pytest.mark.long

#: Years that the prose may compare with.
BASES = {2025, 2022, 2021}
DATA = re.compile(r'<data class="q" value="([^"]*)" data-q="([^"]*)"[^>]*>([^<]*)</data>')
UP = ("增加", "增长", "上升", "核增", "结余")
DOWN = ("减少", "下降", "核减", "赤字")
MOVES = {"change", "growth", "avg_growth", "points"}
WHOLE = fill.WHOLE


# -- the intake -------------------------------------------------------------------------------------------------
def test_the_intake_rejects_nothing_and_touches_only_the_folder_of_the_year(invented):
    assert not [remark for remark in invented.outcome.remarks if remark.fatal]
    assert set(invented.outcome.changed) == invented.differing
    assert {path.parent for path in invented.differing} == {invented.root / "observations" / str(YEAR)}


# -- every figure of the prose ----------------------------------------------------------------------------------
#: How the name of a figure ends that its definition gives; the rate whose base was printed by another definition.
FORMULA = ":formula"
REPLACEMENT = "pension.enterprise.replacement_rate"
#: What stands before a figure of the year before.
OF_LAST_YEAR = (
    "月数由",
    "较上年的",
    "较上年末的",
    "上年末结余",
    "上年末赤字",
    "（上年",
    "（上年末",
    "同一定义算得的",
    "（上年所印",
)


@dataclass(frozen=True)
class Printed:
    """A figure of the prose: its name taken apart, what is printed, and the words before it."""

    identity: str
    value: Decimal
    text: str
    before: str

    @property
    def parts(self) -> list[str]:
        """Indicator, item, year, and of a derived figure measure and base."""
        return self.identity.removesuffix(FORMULA).split(":", 4)

    @property
    def year(self) -> int:
        """The year it is about."""
        return int(self.parts[2])

    @property
    def measure(self) -> str:
        """How it is derived; nothing for a level."""
        derived = len(self.parts) > 3 and self.parts[3] != "unit"
        return self.parts[3] if derived else ""


def figures(paragraph: str) -> list[Printed]:
    """The figures of a paragraph."""
    found = []
    for match in DATA.finditer(paragraph):
        before = re.sub("<[^>]*>", "", paragraph[: match.start()])[-8:]
        found.append(Printed(unescape(match[2]), Decimal(match[1]), match[3], before))
    return found


def half_up(value: Fraction, decimals: int) -> Decimal:
    """Round half away from zero."""
    return fill.q(value, decimals)


@dataclass(frozen=True)
class Expected:
    """A figure as it follows from the levels: its value, the most decimals it may have, and how far it is known."""

    value: Fraction
    digits: int
    reach: Fraction

    def is_printed(self, printed: Decimal) -> bool:
        """Whether a figure is rounded from it, and has fewer decimals only where more are not known."""
        digits = max(0, -int(printed.as_tuple().exponent))
        finer = Fraction(1, 10 ** (digits + 1))
        known = digits == self.digits or self.reach * Fraction(11, 10) >= finer
        return digits <= self.digits and known and printed == half_up(self.value, digits)


def expected(year, figure: Printed) -> tuple[Expected | None, Fraction]:
    """What is to be printed, and the sign of it; an average growth is checked by its power, so has no value."""
    code, item, at = figure.parts[:3]
    if figure.identity.endswith(FORMULA):
        return by_definition(year, figure)
    now = year.level(code, item, int(at))
    digits = year.decimals(code, item, int(at))
    half = half_unit(digits)
    if not figure.measure:
        return Expected(now, digits, Fraction(0)), now
    base = figure.parts[4]
    if figure.measure == "share":
        other, _, place = base.partition("[")
        whole = year.level(other, place.rstrip("]") or item, int(at))
        reach = half + now / whole * half_unit(year.decimals(other, place.rstrip("]") or item, int(at)))
        share = now / whole * 100
        return Expected(share, 2, reach / whole * 100), share
    assert int(base) in BASES, figure
    then = year.level(code, item, int(base))
    earlier = year.decimals(code, item, int(base))
    if figure.measure in {"change", "points"}:
        return Expected(now - then, max(digits, earlier), half + half_unit(earlier)), now - then
    assert then > 0 and now >= 0, f"no rate on such a base: {figure}"
    reach = (half + now / then * half_unit(earlier)) / then * 100
    rate = Expected((now / then - 1) * 100, 2, reach) if figure.measure == "growth" else None
    return rate, now - then


def by_definition(year, figure: Printed) -> tuple[Expected, Fraction]:
    """The rate of the base year by its definition, or how the year's rate moved since."""
    code, item, at = figure.parts[:3]
    assert code == REPLACEMENT
    base = int(figure.parts[4]) if figure.measure else int(at)
    parts = [year.level(f"pension.enterprise.{part}", item, base) for part in ("monthly_pension", "contribution_base")]
    then = parts[0] / parts[1] * 100
    value = year.level(code, item, int(at)) - then if figure.measure else then
    return Expected(value, 2, Fraction(0)), value


def half_unit(digits: int) -> Fraction:
    """Half a unit of the last of so many decimals."""
    return Fraction(1, 2 * 10**digits)


def holds_average(year, figure: Printed) -> bool:
    """Whether an average growth, to half its last digit, gives the whole growth."""
    code, item, at, _, base = figure.parts
    years = int(at) - int(base)
    ratio = year.level(code, item, int(at)) / year.level(code, item, int(base))
    half = half_unit(-int(figure.value.as_tuple().exponent))
    low, high = ((1 + (Fraction(figure.value) + sign * half) / 100) ** years for sign in (-1, 1))
    return low <= ratio <= high


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_figure_and_the_word_before_it(invented, chapter):
    """A figure is what the workbook gives, the word before it says where it went."""
    found = [figure for paragraph in invented.prose[chapter] for figure in figures(paragraph)]
    found = [figure for figure in found if figure.measure != "analysis"]  # tests/analysis has its own
    assert len(found) > 8
    for figure in found:
        value, sign = expected(invented, figure)
        number = "0" if figure.text in ZERO_IN_WORDS else figure.text
        shown = Decimal(number.replace(",", "").replace("−", "-"))
        assert abs(shown) == abs(figure.value), figure
        assert value.is_printed(figure.value) if value else holds_average(invented, figure), (figure, value)
        if figure.measure in MOVES:
            word = next((word for word in UP + DOWN if figure.before.endswith(word)), None)
            assert word in (UP if sign > 0 else DOWN), figure
            assert not figure.text.startswith("−") and shown > 0
        else:
            of_last_year = figure.before.endswith(OF_LAST_YEAR)
            of_base = re.search(
                "(20[0-9]{2})年末(结余|赤字|的|，为)$", figure.before
            )  # a balance that became a debt; a record; what it is compared with
            named = int(of_base[1]) if of_base else YEAR
            assert figure.year == (YEAR - 1 if of_last_year else named), figure


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_wrong_year_and_nothing_odd(invented, chapter):
    """The prose names this year and its base years only; nothing is undefined; 持平 only where nothing moved."""
    assert invented.prose[chapter]
    for paragraph in invented.prose[chapter]:
        text = plain(paragraph)
        text = re.sub(r"资料所载20\d\d年以来", "", text)  # of how many years a record is one
        assert {int(each) for each in re.findall(r"(20\d\d)年", text)} <= {YEAR, *(BASES - {YEAR - 1})}, text
        assert not re.search(r"nan|inf|None|\{\{|[-−]0\.0+\b|增加[-−]|减少[-−]|，，|（）", text), text
        for code, item, base in re.findall(
            r'data-q="([\w.]+):(\w+):2026">[^<]*</data>[^，。；<]*，与(上|20\d\d)年末?持平', paragraph
        ):
            then = YEAR - 1 if base == "上" else int(base)
            assert invented.level(code, item, YEAR) == invented.level(code, item, then)


# -- whole sentences, so that a right figure in a wrong place is found -------------------------------------------
def plain(paragraph: str) -> str:
    """The text of a paragraph."""
    return unescape(re.sub("<[^>]*>", "", paragraph))


def text_of(year, chapter: str) -> str:
    """The text of a chapter without blanks."""
    return re.sub(r"\s", "", plain("".join(year.prose[chapter])))


def both(year, code: str, item: str = WHOLE) -> tuple[Fraction, Fraction]:
    """A figure of this year and of the year before."""
    return year.level(code, item, YEAR), year.level(code, item, YEAR - 1)


def moved(now: Fraction, then: Fraction, unit: str, decimals: int = 2) -> str:
    """`增加7.34万人，增长2.74%` in plain arithmetic."""
    change = abs(half_up(now - then, decimals))
    rate = abs(half_up((now / then - 1) * 100, 2))
    return f"{'增加' if now > then else '减少'}{change:,}{unit}，{'增长' if now > then else '下降'}{rate}%"


def names_of(year) -> dict[str, str]:
    """Names of the regions."""
    return {row["region"]: row["name"] for row in fill.rows(year.root / "catalogue" / "codelists" / "regions.csv")}


def by_region(year, code: str) -> dict[str, Decimal]:
    """This year's figures of the regions, the whole left out."""
    found = {item: value for (each, item, at), value in year.levels.items() if each == code and at == YEAR}
    return {item: value for item, value in found.items() if item != WHOLE}


def test_sentences_of_pensions(invented):
    text = text_of(invented, "01-pension")
    now, then = both(invented, "pension.enterprise.insured")
    change = moved(now, then, "万人")
    assert f"2026年末，全区城镇企业职工基本养老保险参保{half_up(now, 2)}万人，较上年末{change}。" in text
    now, then = both(invented, "pension.institution.income")
    growth = half_up((now / then - 1) * 100, 2)
    word = "增长" if growth > 0 else "下降"
    assert f"2026年基金收入{half_up(now, 2)}亿元，同比{word}{abs(growth)}%；" in text
    assert "2026年月人均缴费基数6,841元，与上年持平。" in text


def listed(words: str) -> list[str]:
    """The names of regions in a list, without the remarks which of them are level, and in which place."""
    tied = [re.sub("和(?=[^，]*并列)", "、", group) for group in words.split("，")]
    return re.sub("(并列)?第[一二三四五六七八九十](?=、|$)", "", "、".join(tied)).split("、")


#: How the lists of the regions with the highest and the lowest values begin.
HIGHEST = "(?:最高的|由高到低依次)是"
LOWEST = "(?:最低的|由低到高依次)是"


@pytest.mark.parametrize("words, is_lowest", [(HIGHEST, False), (LOWEST, True)])
def test_highest_and_lowest_regions(invented, words, is_lowest):
    """Three of the highest, four of the lowest, and all that are equal to the last of them."""
    said = listed(re.search(f"{words}([^。]*?)(，{LOWEST}|。)", text_of(invented, "01-pension"))[1])
    names = names_of(invented)
    values = by_region(invented, "pension.enterprise.support_ratio")
    edge = sorted(values.values(), reverse=not is_lowest)[3 if is_lowest else 2]
    within = [item for item, value in values.items() if value == edge or (value < edge) is is_lowest]
    assert set(said) == {names[item] for item in within}


def test_sentences_of_work_injury(invented):
    text = text_of(invented, "02-injury")
    current = invented.level("injury.income", WHOLE, YEAR) - invented.level("injury.expenditure", WHOLE, YEAR)
    now, then = both(invented, "injury.balance")
    assert current < 0 and now < 0
    assert f"年末累计赤字{half_up(-now, 2)}亿元，上年末结余{half_up(then, 2)}亿元" in text
    assert f"当年收不抵支{half_up(-current, 2)}亿元。" in text
    now, then = both(invented, "injury.devices.expenditure")  # how many are discontinued, what they cost is not
    assert f"辅助器具配置费。支出{half_up(now, 2)}万元，较上年{moved(now, then, '万元')}。" in text
    assert f"{moved(now, then, '万元')}。本年没有填报：配置辅助器具人次。" in text
    insured = by_region(invented, "injury.insured_persons")
    third = sorted(insured.values(), reverse=True)[2]
    first = {names_of(invented)[item] for item, value in insured.items() if value >= third}
    assert len(first) == 4, "the third place is a tie"
    (said,) = re.findall("参保人数居前三位的地区是([^。]*)。", text)
    assert set(listed(said)) == first


def test_sentences_of_unemployment_funds_and_agencies(invented):
    now, then = both(invented, "unemployment.recipients")
    unemployed = text_of(invented, "03-unemployment")
    assert f"全区领取过失业保险金的失业人员共{int(now):,}人，较上年{moved(now, then, '人', 0)}" in unemployed
    now, then = both(invented, "fund.balance", "all")
    funds = text_of(invented, "04-fund")
    assert f"年末累计结余{half_up(now, 2)}亿元，较上年末{moved(now, then, '亿元')}。" in funds
    assert "已无结余可供支付" in funds
    now, then = both(invented, "agency.staff")
    assert f"实有工作人员{int(now)}人，较上年末{moved(now, then, '人', 0)}" in text_of(invented, "06-agency")


# -- after the intake -------------------------------------------------------------------------------------------
def test_the_audit_finds_that_the_year_adds_up(invented):
    findings = of_edition(invented.root, YEAR).findings
    assert len(findings) > 1000 and not [each for each in findings if each.status == FAILS]


def test_the_audit_finds_one_changed_figure(invented, tmp_path):
    broken = shutil.copytree(invented.root, tmp_path / "data")
    path = broken / "observations" / "2026" / "pension.csv"
    text, count = re.subn(r"(pension.enterprise.active,640000),[\d.]+", r"\1,9.99", path.read_text("utf-8"))
    assert count == 1
    path.write_text(text, "utf-8")
    name = f"identity:pension-enterprise-insured:{WHOLE}:{YEAR}"
    for root, fails in ((invented.root, False), (broken, True)):
        (check,) = [each for each in Audit(Dataset(root, YEAR)).checks() if str(each.id) == name]
        assert (check.run().status == FAILS) is fails


def test_the_year_with_its_data_is_the_latest_edition(invented):
    """A budget alone makes none; other years are refused."""
    assert Edition.open(data=invented.root).year == 2026 and Edition.open().year == 2025
    with pytest.raises(DataError, match="没有2026年的年报数据"):
        Edition.open(2026)
    for wrong in (2019, 2027, "2026", 2026.0, True, None):
        with pytest.raises(DataError):
            Chapter("1", wrong, data=invented.root)
    with pytest.raises(DataError, match="2020、2021、2022、2023、2024、2025"):
        Chapter("1", 2026)
    assert Chapter("A1", 2026).year == 2026


@pytest.mark.long
def test_a_workbook_made_again_holds_the_figures_and_changes_nothing(invented, tmp_path):
    root = shutil.copytree(invented.root, tmp_path / "data")
    again = tmp_path / "again.xlsx"
    assert main(["new-year", "2026", "--data", str(root), "--out", str(again)]) == 0
    outcome = intake(again, YEAR, root)
    assert outcome.changed == [] and not any(each.fatal for each in outcome.remarks)


def test_names_codes_and_last_years_figures_are_locked_and_input_cells_are_not(invented):
    book = load_workbook(invented.path)
    assert set(invented.source.last) <= {pair for _, pair in fill.cells(book)}
    for sheet in book:
        assert sheet.protection.sheet or sheet.title == "修订", sheet.title
        assert sheet.protection.password is None
    sheet = book["表1-1"]
    assert sheet["C6"].protection.locked is False and sheet["D6"].protection.locked and sheet["D6"].value == 275.09
    assert sheet.data_validations.dataValidation and "万人" in sheet["C3"].value


@pytest.mark.long
def test_live_checks_say_what_is_wrong_and_nothing_else(invented, tmp_path):
    """The sheet 核对, recalculated by LibreOffice with one figure changed: all that rests on it disagrees, no more."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("未安装 LibreOffice，工作簿公式的重算略过")
    book = invented.book
    right = book["表1-1"]["C7"].value
    book["表1-1"]["C7"] = 1
    book.save(tmp_path / "wrong.xlsx")
    book["表1-1"]["C7"] = right
    subprocess.run(
        [
            office,
            "--headless",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(tmp_path / "out"),
            "wrong.xlsx",
        ],
        cwd=tmp_path,
        capture_output=True,
        timeout=180,
        check=True,
    )
    sheet = load_workbook(tmp_path / "out" / "wrong.xlsx", data_only=True)["核对"]
    checks = [row for row in range(7, sheet.max_row + 1) if sheet.cell(row, 1).value != "比上年"]
    results = {row: str(sheet.cell(row, 7).value) for row in checks}
    terms = {row: f"{book['核对'].cell(row, 3).value}{book['核对'].cell(row, 4).value}" for row in checks}
    compared = {cell.value: cell.row for cell in book["逐项比较"]["F"]}
    resting = [row for row in checks if f"$G${compared['表1-1!C7']})" in terms[row]]
    wrong = [row for row, result in results.items() if result == "不符"]
    assert wrong == resting
    assert "全区企业职工基本养老保险参保人数＝分项之和" in {sheet.cell(row, 2).value for row in wrong}
    assert sheet["B2"].value == len(wrong) and list(results.values()).count("相符") > 250
    assert not any("#" in str(cell.value) for cell in sheet["G"])


def test_diff_says_what_changed_and_what_is_discontinued(invented, capsys):
    assert main(["diff", "2025", "2026", "--data", str(invented.root)]) == 0
    said = capsys.readouterr().out
    gone = re.search(r"2025年有、2026年没有填报的指标（3项）：(.*)", said)[1]
    assert "配置辅助器具人次" in gone and "残疾人社会保障卡发放数" in gone
    line = next(line for line in said.splitlines() if line.startswith("企业职工基本养老保险参保人数 "))
    then, now = reversed(both(invented, "pension.enterprise.insured"))
    assert line.split()[2:4] == [str(half_up(then, 2)), str(half_up(now, 2))]


def test_diff_of_years_that_make_no_sense_is_refused(invented):
    assert main(["diff", "2024", "2025"]) == 0
    for wrong in (["2026", "2025"], ["2025", "2025"], ["2019", "2025"]):
        assert main(["diff", *wrong, "--data", str(invented.root)]) == 2
