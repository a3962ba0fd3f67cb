"""The audit: each kind of check finds a planted error, every erratum is needed, and no true relation is an error."""

from __future__ import annotations

import csv
import shutil
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nianbao.data.formula import evaluate

from nianbao import cli
from nianbao.audit.audit import Audit, of_edition
from nianbao.audit.findings import COLUMNS, STATUSES, Finding, balance, decide, report, width
from nianbao.data.dataset import Dataset
from nianbao.figures.derivation import corners, rate
from nianbao.figures.quantity import Interval, round_half_up

DATA = Path(__file__).resolve().parent.parent / "data"


@pytest.fixture(scope="module")
def findings() -> dict[str, Finding]:
    """The findings of the published data, by check."""
    return {each.check: each for each in Audit(Dataset(DATA)).findings()}


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of the data that a test may spoil."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def change(root: Path, file: str, old: str, new: str) -> None:
    """Replace the one row of a file that starts with `old`."""
    path = root / file
    lines = path.read_text("utf-8").split("\n")
    at = [index for index, line in enumerate(lines) if line.startswith(old)]
    assert len(at) >= 1, (file, old)
    lines[at[0]] = lines[at[0]].replace(old, new, 1)
    path.write_text("\n".join(lines), "utf-8")


def failing(root: Path) -> set[str]:
    return {each.check for each in Audit(Dataset(root)).findings() if each.status == "fails"}


# -- the published data ------------------------------------------------------------------------------------------
def test_every_finding_of_the_published_data_is_explained(findings):
    assert not [each for each in findings.values() if each.status == "fails"]
    assert all(each.status in STATUSES for each in findings.values())
    assert all(each.note for each in findings.values() if each.status in {"not checked", "erratum"})
    assert all(each.source for each in findings.values())


def test_many_relations_of_each_document_are_checked(findings):
    settled = {"agrees", "rounding", "erratum"}
    strict = [each for each in findings.values() if each.status in settled and each.kind not in {"part", "label", "copy"}]
    report_2025 = [each for each in strict if each.document == "report-2025"]
    assert len(report_2025) >= 600
    assert len(strict) - len(report_2025) >= 1000


@pytest.mark.parametrize(
    "check",
    [
        "claim:growth:pension.enterprise.transfer_in_persons:640000:2025:2024",
        "formula:pension.enterprise.contributor_ratio:640501:2025",
        "claim:level:pension.institution.balance:640000:2025",
        "total:accounts.economic:total:2022",
        "identity:county-resident-income:640121:2021",
        "copy:injury.occupational:640000:2024",
        "label:report-2025:table1-4:year",
    ],
)
def test_known_errors_are_errata(findings, check):
    assert findings[check].status == "erratum"


def test_truncation_and_both_formulas_of_average_growth_are_named(findings):
    assert "截尾" in findings["claim:change:injury.outpatient.average:640000:2025:2024"].note
    assert "算术平均" in findings["claim:avg_growth:pension.enterprise.monthly_pension:640000:2025:2020"].note
    assert "几何平均" in findings["claim:avg_growth:injury.insured:640000:2025:2021"].note


def test_growth_from_zero_is_a_convention_not_a_result(findings):
    found = findings["claim:growth:county.institution.income.transfer:640121:2022:2021"]
    assert found.status == "not checked" and "基数为零" in found.note


# -- planted errors ----------------------------------------------------------------------------------------------
PLANTED = [
    ("level", "2025/claims.csv", "level,pension.enterprise.insured,640000,,275.09", "level,pension.enterprise.insured,640000,,275.90",
     "claim:level:pension.enterprise.insured:640000:2025"),
    ("change", "2025/claims.csv", "change,pension.enterprise.balance,640000,2024,28.58", "change,pension.enterprise.balance,640000,2024,-28.58",
     "claim:change:pension.enterprise.balance:640000:2025:2024"),
    ("change without a base", "2025/claims.csv", "change,pension.enterprise.insured,640000,2024,7.34",
     "change,pension.enterprise.insured,640000,2024,7.43", "claim:change:pension.enterprise.insured:640000:2025:2024"),
    ("growth", "2025/claims.csv", "growth,injury.insured,640000,2024,1.16", "growth,injury.insured,640000,2024,1.61",
     "claim:growth:injury.insured:640000:2025:2024"),
    ("average growth", "2025/claims.csv", "avg_growth,injury.income,640000,2021,22.33", "avg_growth,injury.income,640000,2021,2.233",
     "claim:avg_growth:injury.income:640000:2025:2021"),
    ("share", "2025/claims.csv", "share,agency.staff.sex.male,640000,agency.staff,38.62", "share,agency.staff.sex.male,640000,agency.staff,38.26",
     "claim:share:agency.staff.sex.male:640000:2025:agency.staff"),
    ("unit", "2025/claims.csv", "change,annuity.units,640000,2024,71,家", "change,annuity.units,640000,2024,71,万元",
     "claim:change:annuity.units:640000:2025:2024"),
    ("rank", "2025/claims.csv", "highest,pension.enterprise.support_ratio,640000,,64ND00|640303|640101",
     "highest,pension.enterprise.support_ratio,640000,,64ND00|640101|640303", "claim:highest:pension.enterprise.support_ratio:640000:2025"),
    ("formula", "2025/fund.csv", "fund.months.enterprise,640000,11.5", "fund.months.enterprise,640000,12.5",
     "formula:fund.months.enterprise:640000:2025"),
    ("linked tables", "2025/pension.csv", "pension.enterprise.insured,640181,8.46", "pension.enterprise.insured,640181,8.64",
     "formula:pension.enterprise.contributor_ratio:640181:2025"),
    ("total", "2025/injury.csv", "injury.insured_persons,640121,44134", "injury.insured_persons,640121,44144",
     "total:injury.insured_persons:640000:2025"),
    ("identity", "2025/fund.csv", "fund.liabilities,enterprise,0.37", "fund.liabilities,enterprise,0.47", "identity:fund-net-assets:enterprise:2025"),
    ("documents", "2025/performance.csv", "performance.annual.fiscal,p4,90", "performance.annual.fiscal,p4,80",
     "identity:performance-budget-project:64BJ00:2025"),
    ("part", "2025/fund.csv", "fund.monitor.recovered,640000,1664.62", "fund.monitor.recovered,640000,6164.62",
     "part:fund.monitor.recovered:640000:2025"),
    ("caption", "2025/lists/captions.csv", "report-2025,figure,1,7", "report-2025,figure,1,8", "label:report-2025:figure1-8"),
]


@pytest.mark.parametrize("file, old, new, check", [each[1:] for each in PLANTED], ids=[each[0] for each in PLANTED])
def test_a_planted_error_is_found(copy, file, old, new, check):
    change(copy, file, old, new)
    assert check in failing(copy)


def test_a_copied_row_is_found(copy):
    for code, old, new in (("injury.disabled", 8805, 12165), ("injury.disabled.grade1_4", 1045, 1059),
                           ("injury.disabled.grade5_6", 127, 125), ("injury.disabled.grade7_10", 6084, 6408),
                           ("injury.disabled.other", 1549, 4573), ("injury.occupational", 735, 909)):
        change(copy, "2025/injury.csv", f"{code},640000,{old}", f"{code},640000,{new}")
    assert "copy:injury.disabled:640000:2025" in failing(copy)


def test_an_improbable_sum_within_rounding_is_suspect(copy):
    change(copy, "2025/pension.csv", "pension.resident.insured,640181,7.45", "pension.resident.insured,640181,7.53")
    found = {each.check: each for each in Audit(Dataset(copy)).findings()}["total:pension.resident.insured:640000:2025"]
    assert found.status == "rounding" and found.suspect


def test_a_new_year_without_claims_is_compared_with_the_year_before(copy):
    claims = copy / "2025" / "claims.csv"
    claims.write_text(claims.read_text("utf-8").split("\n")[0] + "\n", "utf-8")
    (copy / "2025" / "errata.csv").unlink()
    change(copy, "2025/pension.csv", "pension.enterprise.retired,640000,68.02", "pension.enterprise.retired,640000,680200")
    change(copy, "2025/pension.csv", "pension.enterprise.contributors,640000,178.14", "pension.enterprise.contributors,640000,171.56")
    found = {each.check: each for each in Audit(Dataset(copy)).findings() if each.kind == "plausibility"}
    assert "万" in found["plausibility:pension.enterprise.retired:640000:2025"].note
    assert "照抄" in found["plausibility:pension.enterprise.contributors:640000:2025"].note
    assert all(each.status == "not checked" and each.suspect for each in found.values())


def test_missing_inputs_are_not_checked_and_say_so(copy):
    path = copy / "2025" / "pension.csv"
    path.write_text("\n".join(line for line in path.read_text("utf-8").split("\n")
                              if not line.startswith("pension.enterprise.monthly_pension,")), "utf-8")
    found = {each.check: each for each in Audit(Dataset(copy)).findings()}
    about = found["formula:pension.enterprise.replacement_rate:640000:2025"]
    assert about.status == "not checked" and "月人均养老金" in about.note


# -- errata ------------------------------------------------------------------------------------------------------
def errata_rows() -> list[tuple[str, dict]]:
    rows = []
    for path in sorted(DATA.glob("*/errata.csv")):
        with path.open(encoding="utf-8") as stream:
            rows += [(path.parent.name, row) for row in csv.DictReader(stream)]
    return rows


def test_removing_any_erratum_names_its_checks():
    """Each erratum is needed: without it, its checks fail (the audit is run with one erratum less each time)."""
    data = Dataset(DATA)
    audit, kept = Audit(data), dict(data.errata)
    runs = dict(audit.jobs())
    for _, row in errata_rows():
        checks = row["check"].split()
        data.__dict__["errata"] = {check: each for check, each in kept.items() if check not in checks}
        assert {runs[check]().status for check in checks} == {"fails"}, row["check"]


def test_check_without_one_erratum_exits_with_1_and_names_it(copy, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("nianbao.edition.ROOT", tmp_path)
    (tmp_path / "book").mkdir()
    shutil.copy(DATA.parent / "book" / "edition.yml", tmp_path / "book")
    arguments = ["check", "--year", "2025", "--data", str(copy)]
    assert cli.main(arguments) == 0
    with (tmp_path / "_build" / "2025" / "audit.csv").open(encoding="utf-8-sig") as stream:
        assert tuple(next(csv.reader(stream))) == COLUMNS
    for file in ("2025/errata.csv", "2026/errata.csv", "2022/errata.csv"):
        path = copy / file
        text = path.read_text("utf-8")
        row = text.split("\n")[1]
        path.write_text(text.replace(row + "\n", "", 1), "utf-8")
        capsys.readouterr()
        assert cli.main(arguments) == 1
        assert row.split(",")[0].split()[0] in capsys.readouterr().out.split("已知勘误")[0]
        path.write_text(text, "utf-8")


def test_an_erratum_of_mended_data_is_reported(copy):
    change(copy, "2025/claims.csv", "growth,pension.enterprise.transfer_in_persons,640000,2024,-4.97",
           "growth,pension.enterprise.transfer_in_persons,640000,2024,-4.52")
    found = {each.check: each for each in Audit(Dataset(copy)).findings()}
    about = found["claim:growth:pension.enterprise.transfer_in_persons:640000:2025:2024"]
    assert about.status == "fails" and "不存在" in about.note


def test_an_erratum_does_not_cover_another_error_in_its_place(copy):
    change(copy, "2025/claims.csv", "growth,pension.enterprise.transfer_in_persons,640000,2024,-4.97",
           "growth,pension.enterprise.transfer_in_persons,640000,2024,-4.79")
    change(copy, "2025/digital.csv", "digital.grassroots.query,640000,193.82", "digital.grassroots.query,640000,193.28")
    assert {"claim:growth:pension.enterprise.transfer_in_persons:640000:2025:2024",
            "identity:digital-grassroots-items:640000:2025"} <= failing(copy)


def test_an_erratum_without_its_check_is_reported(copy):
    change(copy, "2024/errata.csv", "copy:injury.occupational:640000:2024", "copy:injury.occupational:640000:2030")
    assert {"copy:injury.occupational:640000:2030", "copy:injury.occupational:640000:2024"} <= failing(copy)


@pytest.mark.parametrize("column", ["reason", "expect"])
def test_an_erratum_needs_reason_and_guard(copy, column):
    path = copy / "2024" / "errata.csv"
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    rows[0][column] = ""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    from nianbao.errors import DataError
    with pytest.raises(DataError, match=column):
        Audit(Dataset(copy)).findings()


def test_reasons_are_short_and_places_named():
    for year, row in errata_rows():
        assert row["reason"].endswith("。") and row["source"] and row["expect"].startswith("fails "), (year, row)


# -- editions and the report -------------------------------------------------------------------------------------
def test_an_edition_is_checked_with_the_documents_published_by_then():
    _, findings = of_edition(DATA, 2025)
    assert {"report-2025", "budget-2026", "accounts-2022", "yongning-2022"} <= {each.document for each in findings}
    _, earlier = of_edition(DATA, 2024)
    assert not [each for each in earlier if each.status == "fails"]
    assert not [each for each in earlier if each.year == 2025 and each.document == "report-2025"]


def test_the_report_puts_failures_first_and_aligns_columns():
    about = ("growth", "pension", "pension.enterprise.insured", "640000", 2025, "1", "2", "1.9", "2.1")
    lines = report([Finding("known", *about, "erratum", "理由", "report-2025 表1-1"),
                    Finding("bad", *about, "fails", "说明", "report-2025 表1-12")])
    assert "不符" in lines[0] and lines.index("      〔bad〕") < lines.index("      〔known〕")
    counts = [line for line in lines if line.startswith(("文件", "合计", "report"))]
    assert len({width(line) for line in counts}) == 1


# -- interval arithmetic against exact arithmetic ----------------------------------------------------------------
def levels(low=1, high=10**7):
    """True levels, unrounded, and the decimals they are printed with."""
    return st.tuples(st.fractions(low, high, max_denominator=10**6), st.integers(0, 3))


def shown(level) -> tuple[Decimal, Interval]:
    value = round_half_up(*level)
    return value, Interval.printed(value)


@settings(max_examples=300, deadline=None)
@given(levels(), levels(), st.integers(0, 3))
def test_a_true_change_is_never_an_error(now, then, digits):
    (_, a), (_, b) = shown(now), shown(then)
    printed = round_half_up(now[0] - then[0], digits)
    exact = Fraction(shown(now)[0]) - Fraction(shown(then)[0])
    assert decide(printed, exact, a - b)[0] != "fails"


@settings(max_examples=300, deadline=None)
@given(levels(), levels(), st.integers(1, 6), st.integers(0, 2), st.sampled_from(["growth", "avg_growth", "linear"]),
       st.booleans(), st.booleans())
def test_a_true_growth_rate_is_never_an_error(now, then, years, digits, measure, with_change, with_base):
    (x, a), (y, b) = shown(now), shown(then)
    if b.low <= 0 or a.low < 0 or not (with_change or with_base):
        return
    change = shown((now[0] - then[0], 2))[1]
    points = corners(a, b if with_base else None, change if with_change else None)
    if any(base <= 0 or level < 0 for level, base in points):
        return
    spread = Interval.spanning(rate(measure, *point, years) for point in points)
    printed = round_half_up(rate(measure, now[0], then[0], years), digits)
    assert decide(printed, rate(measure, Fraction(x), Fraction(y), years), spread)[0] != "fails"


@settings(max_examples=300, deadline=None)
@given(levels(), levels(), st.integers(0, 2))
def test_a_true_share_is_never_an_error(part, whole, digits):
    (x, a), (y, b) = shown(part), shown(whole)
    if b.low <= 0:
        return
    exact, spread = evaluate("a.a / b.b * 100", [Fraction(x), Fraction(y)], [a, b])
    assert decide(round_half_up(part[0] / whole[0] * 100, digits), exact, spread)[0] != "fails"


@settings(max_examples=300, deadline=None)
@given(st.lists(levels(0), min_size=1, max_size=12), st.integers(0, 3), st.lists(st.booleans(), min_size=12, max_size=12))
def test_a_true_sum_is_never_an_error(parts, digits, whole_numbers):
    """Parts may be exact (whole persons) or rounded; their total is rounded or exact too."""
    parts = [(Fraction(int(value)), 0, True) if whole else (value, places, False)
             for (value, places), whole in zip(parts, whole_numbers, strict=False)]
    total = sum(value for value, _, _ in parts)
    printed = round_half_up(total, digits)
    exact, terms = Fraction(printed), [Interval.printed(printed)]
    for value, places, whole in parts:
        number = round_half_up(value, places)
        exact -= Fraction(number)
        terms.append(Interval.printed(number, Decimal(0) if whole else None).scaled(-1))
    assert balance(exact, terms)[0] != "fails"


@settings(max_examples=300, deadline=None)
@given(levels(), levels(), levels(), st.integers(0, 2),
       st.sampled_from(["a.a / (1 + b.b)", "a.a * b.b / c.c", "(a.a - b.b) / c.c * 100", "a.a / b.b * 12", "a.a + b.b - c.c"]))
def test_a_true_formula_is_never_an_error(a, b, c, digits, text):
    inputs = [a, b, c][: sum(letter in text for letter in ("a.a", "b.b", "c.c"))]
    prints = [shown(each) for each in inputs]
    try:
        true, _ = evaluate(text, [each[0] for each in inputs], [each[1] for each in prints])
        exact, spread = evaluate(text, [Fraction(each[0]) for each in prints], [each[1] for each in prints])
    except ZeroDivisionError:
        return
    assert spread.low <= true <= spread.high
    assert decide(round_half_up(true, digits), exact, spread)[0] != "fails"


def test_a_sum_that_only_touches_zero_is_an_error_unless_a_term_is_exact():
    half = [Interval.printed(Decimal("0.02")), *(Interval.printed(Decimal("0.01")).scaled(-1) for _ in range(3))]
    assert balance(Fraction("-0.01"), half)[0] == "rounding"
    schemes = [Interval.printed(Decimal(each)).scaled(-1) for each in ("275.09", "34.95", "224.28")]
    assert balance(Fraction("0.02"), [Interval.printed(Decimal("534.34")), *schemes])[0] == "fails"
    exact = Interval(Fraction("-0.005"), Fraction("-0.005"))
    assert balance(Fraction("0.005"), [Interval.printed(Decimal("0.01")), exact])[0] == "rounding"
