"""Findings: true, stable within rounding, said once, none in doubt; the editor has the last word."""

from __future__ import annotations

import random

import pytest

from nianbao.analysis.candidates import Candidates
from nianbao.analysis.computing import sign_of
from nianbao.analysis.findings import MOST, Candidate, Selection, select
from nianbao.audit.audit import Audit
from nianbao.chapter.published import Published
from nianbao.data.analysing import Choice
from nianbao.data.dataset import Dataset
from tests.analysis.random_levels import Redrawn, Remembered
from tests.support.projects import ROOT

YEAR = 2025


@pytest.fixture(scope="module")
def audit() -> Audit:
    return Audit(Dataset(ROOT / "data", YEAR, lazy=True))


@pytest.fixture(scope="module")
def later() -> Published:
    return Published(Audit(Dataset(ROOT / "data", YEAR + 1, lazy=True)))


@pytest.fixture(scope="module")
def selection(audit, later) -> Selection:
    return select(Candidates(Published(audit), YEAR, later).all(), {})


def test_the_story_of_the_year_is_told(selection):
    names = [each.name for each in selection.findings]
    assert 5 <= len(names) <= MOST
    assert {
        "dependence",
        "deficit:unemployment",
        "months:enterprise",
        "targets",
        "parting:resident-ratio",
        "turn:injury",
    } <= set(names)


def test_no_fact_is_told_twice(selection):
    for at, one in enumerate(selection.findings):
        for other in selection.findings[at + 1 :]:
            assert not one.subjects & other.subjects


def test_what_rests_on_a_doubtful_series_stays_out(selection):
    """未评定伤残等级的人数 4,573 → 1,549, and all whose movement is mainly theirs."""
    reasons = {entry.candidate.name: entry.reason for entry in selection.log}
    for code in ("injury.disabled.other", "injury.disabled", "injury.beneficiaries"):
        name = f"moved:{code}"
        assert name not in reasons or "疑" in reasons[name] or "说的是同一件事" in reasons[name], name
    assert "有疑" in reasons["moved:injury.disabled.other"]
    assert "存疑" in reasons["moved:injury.beneficiaries"]


def test_the_signs_that_sentences_claim_are_certain(selection):
    claimed = [pair for each in selection.findings for pair in each.signs]
    assert len(claimed) >= 8
    for quantity, sign in claimed:
        assert sign_of(quantity) == sign


def test_the_log_says_of_every_candidate_why(selection):
    assert all("得分" in entry.why for entry in selection.log)
    assert sum(entry.chosen for entry in selection.log) == len(selection.findings)


def check_redraws(audit: Audit, later: Published, selection: Selection, redraws: int, seed: int) -> None:
    """The same findings in the same order, and every claimed sign true, wherever the levels lie within rounding."""
    chance = random.Random(seed)
    base = Remembered(audit)
    names = [each.name for each in selection.findings]
    for _ in range(redraws):
        again = select(Candidates(Redrawn(base, chance), YEAR, later).all(), {})
        assert [each.name for each in again.findings] == names
        for each in again.findings:
            for quantity, sign in each.signs:
                assert (quantity.exact > 0) - (quantity.exact < 0) == sign, each.name


def test_findings_are_stable_within_rounding(audit, later, selection):
    check_redraws(audit, later, selection, 2, 3)


@pytest.mark.long
def test_findings_are_stable_under_many_redraws(audit, later, selection):
    check_redraws(audit, later, selection, 1_000, 20)


# -- the editor -------------------------------------------------------------------------------------------------------
def some(name: str, score: float, subject: str = "", doubt: str = "") -> Candidate:
    """A candidate with so many points."""
    return Candidate(name, name, name, "", frozenset({subject or name}), (name,), {"size": score / 30}, 1.0, doubt)


def test_the_editor_pins_hides_and_orders():
    candidates = [some("a", 25), some("b", 20), some("c", 15), some("d", 12)]
    choices = {"d": Choice("pin", 2, ""), "c": Choice("pin", 1, ""), "a": Choice("hide", None, "")}
    found = select(candidates, choices)
    assert [each.name for each in found.findings] == ["c", "d", "b"]
    assert {entry.candidate.name: entry.reason for entry in found.log}["a"] == "编者隐藏"


def test_the_better_of_two_that_say_the_same_is_chosen():
    found = select([some("a", 20, "x"), some("b", 25, "x"), some("c", 11)], {})
    assert [each.name for each in found.findings] == ["b", "c"]


def test_what_is_in_doubt_or_weak_is_not_chosen():
    found = select([some("a", 29, doubt="错"), some("b", 9), some("c", 11)], {})
    assert [each.name for each in found.findings] == ["c"]


def test_sparse_years_have_findings_too():
    audit = Audit(Dataset(ROOT / "data", 2024, lazy=True))
    found = select(Candidates(Published(audit), 2024).all(), {})
    assert 3 <= len(found.findings) <= MOST
    assert "months:enterprise" in [each.name for each in found.findings]
