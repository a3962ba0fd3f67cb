"""Errata: each is needed, covers no other error than its own, and is reported when its error is gone."""

from __future__ import annotations

import csv
import shutil

import pytest

from nianbao import cli
from nianbao.audit.audit import Audit
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from tests.support.planted import REPORT, carried_out, change, failing
from tests.support.projects import ROOT
from tests.support.selection import long_but

DATA = ROOT / "data"
FILES = sorted(DATA.glob("documents/*/errata.csv"))


def errata_rows() -> list[tuple[str, dict[str, str]]]:
    """Every erratum, with its document."""
    rows = []
    for path in FILES:
        with path.open(encoding="utf-8") as stream:
            rows += [(path.parent.name, row) for row in csv.DictReader(stream)]
    return rows


def test_there_are_errata_of_every_document():
    assert {document for document, _ in errata_rows()} == set(Dataset(DATA, lazy=True).catalogue.documents)
    assert len(errata_rows()) >= 80


def test_without_an_erratum_its_checks_fail():
    """Each erratum is needed: its checks are carried out without it."""
    data = Dataset(DATA)
    runs = {str(check.id): check.run for check in Audit(data).checks()}
    kept = dict(data.errata)
    for document, row in errata_rows():
        checks = row["check"].split()
        data.errata = {check: each for check, each in kept.items() if check not in checks}
        assert {runs[check]().status for check in checks} == {"fails"}, (document, row["check"])


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A content folder without data of its own, in which commands are run."""
    (tmp_path / "book").mkdir()
    for name in ("_config.yml", "_toc.yml", "book/edition.yml"):
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.long
def test_check_without_one_erratum_exits_with_1_and_names_it(data, desk, capsys):
    arguments = ["check", "--year", "2025", "--data", str(data)]
    lost = []
    for file in data.glob("documents/*/errata.csv"):
        head, first, *rest = file.read_text("utf-8").split("\n")
        file.write_text("\n".join([head, *rest]), "utf-8")
        lost.append(first.split(",")[0].split()[0])
    assert len(lost) >= 5
    capsys.readouterr()
    assert cli.main([*arguments, "--all"]) == 1
    said = capsys.readouterr().out.split("已知勘误")[0]
    assert [check for check in lost if check not in said] == []


def test_an_erratum_of_mended_data_is_reported(data):
    change(
        data,
        f"{REPORT}/claims.csv",
        "growth,pension.enterprise.transfer_in_persons,640000,2025,2024,-4.97",
        "growth,pension.enterprise.transfer_in_persons,640000,2025,2024,-4.52",
    )
    about = carried_out(data, "claim:growth:pension.enterprise.transfer_in_persons:640000:2025:2024")
    assert about.status == "fails" and "不存在" in about.note


def test_an_erratum_does_not_cover_another_error_in_its_place(data):
    change(
        data,
        f"{REPORT}/claims.csv",
        "growth,pension.enterprise.transfer_in_persons,640000,2025,2024,-4.97",
        "growth,pension.enterprise.transfer_in_persons,640000,2025,2024,-4.79",
    )
    change(
        data,
        "observations/2025/digital.csv",
        "digital.grassroots.query,640000,193.82",
        "digital.grassroots.query,640000,193.28",
    )
    for check in (
        "claim:growth:pension.enterprise.transfer_in_persons:640000:2025:2024",
        "identity:digital-grassroots-items:640000:2025",
    ):
        assert carried_out(data, check).status == "fails", check


@pytest.mark.long
def test_an_erratum_without_its_check_is_reported(data):
    change(data, f"{REPORT}/errata.csv", "copy:injury.occupational:640000:2024", "copy:injury.occupational:640000:2030")
    assert {"copy:injury.occupational:640000:2030", "copy:injury.occupational:640000:2024"} <= failing(data)


@pytest.mark.parametrize("column", long_but(["reason", "expect"], 1))
def test_an_erratum_needs_reason_and_guard(data, column):
    path = data / REPORT / "errata.csv"
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    rows[0][column] = ""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(DataError, match=column):
        list(Audit(Dataset(data)).checks())[0].run()


def test_reasons_are_short_sentences_and_places_named():
    for document, row in errata_rows():
        assert row["reason"].endswith("。") and len(row["reason"]) <= 90, (document, row["reason"])
        assert row["place"], (document, row["check"])
        assert row["expect"].startswith("fails "), (document, row["check"])
