"""Each kind of check finds a planted error."""

from __future__ import annotations

import pytest

from nianbao.audit.findings import NOT_CHECKED, ROUNDING
from nianbao.data.csvfiles import read_csv, write_csv
from tests.support.planted import REPORT, all_findings, carried_out, change, failing
from tests.support.selection import long_but

PLANTED = [
    (
        "level",
        f"{REPORT}/claims.csv",
        "level,pension.enterprise.insured,640000,2025,,275.09",
        "level,pension.enterprise.insured,640000,2025,,275.90",
        "claim:level:pension.enterprise.insured:640000:2025",
    ),
    (
        "change",
        f"{REPORT}/claims.csv",
        "change,pension.enterprise.balance,640000,2025,2024,28.58",
        "change,pension.enterprise.balance,640000,2025,2024,-28.58",
        "claim:change:pension.enterprise.balance:640000:2025:2024",
    ),
    (
        "change without a base",
        f"{REPORT}/claims.csv",
        "change,pension.enterprise.insured,640000,2025,2024,7.34",
        "change,pension.enterprise.insured,640000,2025,2024,7.43",
        "claim:change:pension.enterprise.insured:640000:2025:2024",
    ),
    (
        "growth",
        f"{REPORT}/claims.csv",
        "growth,injury.insured,640000,2025,2024,1.16",
        "growth,injury.insured,640000,2025,2024,1.61",
        "claim:growth:injury.insured:640000:2025:2024",
    ),
    (
        "average growth",
        f"{REPORT}/claims.csv",
        "avg_growth,injury.income,640000,2025,2021,22.33",
        "avg_growth,injury.income,640000,2025,2021,2.233",
        "claim:avg_growth:injury.income:640000:2025:2021",
    ),
    (
        "share",
        f"{REPORT}/claims.csv",
        "share,agency.staff.sex.male,640000,2025,agency.staff,38.62",
        "share,agency.staff.sex.male,640000,2025,agency.staff,38.26",
        "claim:share:agency.staff.sex.male:640000:2025:agency.staff",
    ),
    (
        "unit",
        f"{REPORT}/claims.csv",
        "change,annuity.units,640000,2025,2024,71,家",
        "change,annuity.units,640000,2025,2024,71,万元",
        "claim:change:annuity.units:640000:2025:2024",
    ),
    (
        "rank",
        f"{REPORT}/claims.csv",
        "highest,pension.enterprise.support_ratio,640000,2025,,64ND00|640303|640101",
        "highest,pension.enterprise.support_ratio,640000,2025,,64ND00|640303|640181",
        "claim:highest:pension.enterprise.support_ratio:640000:2025",
    ),
    (
        "formula",
        "observations/2025/fund.csv",
        "fund.months.enterprise,640000,11.5",
        "fund.months.enterprise,640000,12.5",
        "formula:fund.months.enterprise:640000:2025",
    ),
    (
        "linked tables",
        "observations/2025/pension.csv",
        "pension.enterprise.insured,640181,8.46",
        "pension.enterprise.insured,640181,8.64",
        "formula:pension.enterprise.contributor_ratio:640181:2025",
    ),
    (
        "total",
        "observations/2025/injury.csv",
        "injury.insured_persons,640121,44134",
        "injury.insured_persons,640121,44144",
        "total:injury.insured_persons:640000:2025",
    ),
    (
        "identity",
        "observations/2025/fund.csv",
        "fund.liabilities,enterprise,0.37",
        "fund.liabilities,enterprise,0.47",
        "identity:fund-net-assets:enterprise:2025",
    ),
    (
        "documents",
        "observations/2025/performance.csv",
        "performance.annual.fiscal,p4,90",
        "performance.annual.fiscal,p4,80",
        "identity:performance-budget-project:64BJ00:2025",
    ),
    (
        "part",
        "observations/2025/fund.csv",
        "fund.monitor.recovered,640000,1664.62",
        "fund.monitor.recovered,640000,6164.62",
        "part:fund.monitor.recovered:640000:2025",
    ),
    ("caption", f"{REPORT}/captions.csv", "figure,2025,1,7", "figure,2025,1,8", "label:report-2025:figure1-8"),
]


@pytest.mark.parametrize(
    "file, old, new, check", long_but((each[1:] for each in PLANTED), 0, 5, 8, 11), ids=[each[0] for each in PLANTED]
)
def test_a_planted_error_is_found(data, file, old, new, check):
    change(data, file, old, new)
    assert carried_out(data, check).status == "fails"


@pytest.mark.long
def test_a_copied_row_is_found(data):
    for code, old, new in (
        ("injury.disabled", 8805, 12165),
        ("injury.disabled.grade1_4", 1045, 1059),
        ("injury.disabled.grade5_6", 127, 125),
        ("injury.disabled.grade7_10", 6084, 6408),
        ("injury.disabled.other", 1549, 4573),
        ("injury.occupational", 735, 909),
    ):
        change(data, "observations/2025/injury.csv", f"{code},640000,{old}", f"{code},640000,{new}")
    assert "copy:injury.disabled:640000:2025" in failing(data)


def test_an_improbable_sum_within_rounding_is_suspect(data):
    change(
        data,
        "observations/2025/pension.csv",
        "pension.resident.insured,640181,7.45",
        "pension.resident.insured,640181,7.53",
    )
    found = carried_out(data, "total:pension.resident.insured:640000:2025")
    assert found.status == ROUNDING and found.suspect


@pytest.mark.long
def test_a_new_year_without_claims_is_compared_with_the_year_before(data):
    for name in ("claims", "errata"):
        path = data / REPORT / f"{name}.csv"
        rows = read_csv(path)
        write_csv(path, [row for row in rows if row["year"] != "2025"], rows[0])
    table = "observations/2025/pension.csv"
    change(data, table, "pension.enterprise.retired,640000,68.02", "pension.enterprise.retired,640000,680200")
    change(
        data, table, "pension.enterprise.contributors,640000,178.14", "pension.enterprise.contributors,640000,171.56"
    )
    found = {name: each for name, each in all_findings(data).items() if each.kind == "plausibility"}
    assert "万" in found["plausibility:pension.enterprise.retired:640000:2025"].note
    assert "照抄" in found["plausibility:pension.enterprise.contributors:640000:2025"].note
    assert all(each.status == NOT_CHECKED and each.suspect for each in found.values())


def test_missing_inputs_are_not_checked_and_say_so(data):
    path = data / "observations/2025/pension.csv"
    lines = path.read_text("utf-8").split("\n")
    kept = [line for line in lines if not line.startswith("pension.enterprise.monthly_pension,")]
    assert len(kept) < len(lines)
    path.write_text("\n".join(kept), "utf-8")
    about = carried_out(data, "formula:pension.enterprise.replacement_rate:640000:2025")
    assert about.status == NOT_CHECKED and "月人均养老金" in about.note
