"""What the audit of a build finds is kept for the chapter about it and for later builds, of the very same data only."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from nianbao.audit import audit, kept, suspects
from nianbao.audit.findings import FAILS
from nianbao.build.cache import Cache
from nianbao.build.chapters import rank
from nianbao.build.companion import Companion
from nianbao.build.job import Job
from nianbao.chapter.audited import AuditedEdition
from tests.support.little_data import little

YEAR = 2026
#: The parts lack 1.00 in 2026.
LEVELS = {
    2025: ["x.a,1,6.00", "x.a,2,3.00", "x.a,3,2.00", "x.a,4,1.00"],
    YEAR: ["x.a,1,7.00", "x.a,2,3.50", "x.a,3,2.50", "x.a,4,0.00"],
}
INDICATORS = ["x.a,参保人数,万人,2,stock,region,,,"]


@pytest.fixture
def data(tmp_path):
    """A folder of little data in which a total does not hold."""
    folder = tmp_path / "data"
    folder.mkdir()
    little(folder, LEVELS, indicators=INDICATORS)
    return folder


def begun(data: Path) -> Cache:
    """The cache of a build that begins now."""
    cache = Cache(data.parent / "cache", data, "")
    cache.before = cache.look()
    return cache


def companion(data: Path, cache: Cache) -> Companion:
    """The companion of a build of the little data, as far as it audits."""
    edition: object = SimpleNamespace(data_folder=data, year=YEAR)
    return Companion(edition, cache.audit(YEAR, "program"), cache.before)  # type: ignore[arg-type]


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be checked or diagnosed from here on."""

    def checked(*_: object) -> None:
        raise AssertionError("was found already")

    monkeypatch.setattr(audit, "Audit", checked)
    monkeypatch.setattr(suspects, "diagnose", checked)


def test_what_was_found_is_found_again_without_a_check(data, monkeypatch):
    first = companion(data, begun(data))
    findings = first.check()
    rows = first.diagnose()
    assert rows and any(each.status == FAILS for each in findings)
    forbid(monkeypatch)
    second = companion(data, begun(data))
    assert second.check() == findings and second.diagnose() == rows
    assert second.warning() == first.warning() != ""


def test_the_chapter_about_it_takes_it_over_and_looked_at_the_same_files(data, monkeypatch):
    cache = begun(data)
    alone = AuditedEdition.of(data, YEAR)
    assert alone.suspects.diagnoses  # which looks at further files
    companion(data, cache).diagnose()
    forbid(monkeypatch)
    taken = AuditedEdition.of(data, YEAR, cache.audit(YEAR, "program"))
    assert taken.findings == alone.findings
    assert taken.suspects.diagnoses == alone.suspects.diagnoses
    assert [each.row() for each in taken.suspects.diagnoses] == [each.row() for each in alone.suspects.diagnoses]
    assert taken.audited.data.folder.looked == alone.audited.data.folder.looked


def test_a_changed_figure_or_program_is_audited_anew(data):
    before = begun(data)
    companion(data, before).diagnose()
    path = data / "observations" / str(YEAR) / "x.csv"
    path.write_text(path.read_text("utf-8").replace("x.a,4,0.00", "x.a,4,1.00"), "utf-8")
    after = begun(data)
    assert after.audit(YEAR, "program") != before.audit(YEAR, "program") != before.audit(YEAR, "other")
    second = companion(data, after)
    assert not [each for each in second.check() if each.status == FAILS] and not second.diagnose()
    assert [*after.audit(YEAR, "program").parent.iterdir()] == [after.audit(YEAR, "program")], "the old one is gone"


def test_what_was_found_in_data_that_changed_meanwhile_is_not_kept(data):
    cache = begun(data)
    path = data / "observations" / str(YEAR) / "x.csv"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"x.a,4,0.00", b"x.a,4,1.00"))
    made = companion(data, cache)
    assert not made.diagnose()
    assert not cache.audit(YEAR, "program").exists()
    path.write_bytes(content)
    assert companion(data, begun(data)).diagnose(), "the data are as they were, and so is what is found"


@pytest.mark.parametrize(
    "content", [b"", b"no JSON", b"[1]", b'{"year": 2025, "findings": [{}], "diagnoses": [], "looked": []}']
)
def test_a_damaged_file_is_found_out_anew(data, content):
    cache = begun(data)
    path = cache.audit(YEAR, "program")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert kept.read(path, YEAR) is None
    assert companion(data, cache).diagnose()
    found = kept.read(path, YEAR)
    assert found is not None and found.diagnoses and kept.read(path, YEAR - 1) is None


def test_the_chapter_about_the_audit_is_executed_last(tmp_path):
    jobs = []
    for name, size in {"A5-audit": 300, "01-short": 1, "02-long": 200}.items():
        path = tmp_path / f"{name}.ipynb"
        path.write_bytes(b" " * size)
        jobs.append(Job(path, path))
    assert [job.name for job in sorted(jobs, key=rank)] == ["02-long", "01-short", "A5-audit"]
