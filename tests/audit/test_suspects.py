"""Which diagnoses are known, explained or open, and which findings none of them explains."""

from __future__ import annotations

from dataclasses import replace

from nianbao.audit.diagnosis.diagnosis import Diagnosis
from nianbao.audit.findings import AGREES, ERRATUM, FAILS, Finding
from nianbao.audit.suspects import Suspects, accuses, is_of, latest
from nianbao.data.documents import Erratum
from nianbao.data.keys import Key, Source

SOURCE = Source("r", "表1")
GROWTH = "growth:x.stock:640000:2025:2024"


def finding(check: str, status: str, note: str = "", year: int = 2025) -> Finding:
    return Finding(check, "growth", Key("x.stock", "640000", year), "1", "2", "", "", status, note, SOURCE)


def diagnosis(relations: str, measure: str = "growth", base: str = "2024") -> Diagnosis:
    return Diagnosis(1, "named", "r", "表1", "x.stock", "640000", 2025, measure, base, "1", relations=relations)


def erratum(check: str) -> Erratum:
    return Erratum((check,), "1", "2", "理由", "published", (), SOURCE, 2025, "errata.csv:2")


def suspects(found: Diagnosis, *findings: Finding, **errata: Erratum) -> Suspects:
    return Suspects([found], list(findings), errata)


def test_what_fails_is_open_and_explained_by_its_diagnosis():
    found = suspects(diagnosis(GROWTH), finding(f"claim:{GROWTH}", FAILS), finding("label:r:a", FAILS))
    assert found.open == found.diagnoses
    assert [each.check for each in found.unexplained] == ["label:r:a"]


def test_a_known_erratum_is_not_open_but_one_that_changed_is():
    known = finding(f"claim:{GROWTH}", ERRATUM)
    assert suspects(diagnosis(GROWTH), known).open == []
    changed = finding("total:x.stock:640000:2025", FAILS)
    assert suspects(diagnosis(f"{GROWTH} total:x.stock:640000:2025"), known, changed).open


def test_an_erratum_of_the_figure_itself_counts_also_where_another_relation_showed_it():
    shown_by = "level:x.stock:640000:2024"
    assert suspects(diagnosis(shown_by), finding(f"claim:{shown_by}", AGREES)).open
    about = {f"claim:{GROWTH}": erratum(f"claim:{GROWTH}")}
    assert not suspects(diagnosis(shown_by), finding(f"claim:{shown_by}", AGREES), **about).open


def test_all_ways_to_compute_a_rate_and_all_steps_of_a_ranking_have_one_finding():
    assert not suspects(diagnosis(f"{GROWTH}:2503"), finding(f"claim:{GROWTH}", ERRATUM)).open
    steps = diagnosis("lowest:x.stock:640000:2025:640425:640423", "lowest", "")
    assert not suspects(steps, finding("claim:lowest:x.stock:640000:2025", ERRATUM)).open


def test_what_only_stands_out_once_others_are_mended_is_told_with_those():
    assert not suspects(diagnosis("")).open


def test_the_figure_that_an_erratum_accuses_comes_before_others_in_its_relation():
    total = Diagnosis(1, "named", "r", "表1", "x.stock", "640000", 2025, relations=GROWTH)
    own = diagnosis(GROWTH)
    found = Suspects([total, own], [finding(f"claim:{GROWTH}", ERRATUM)], {})
    assert found.about(erratum(f"claim:{GROWTH}")) == [own, total]
    assert found.about(erratum("claim:growth:x.other:640000:2025:2024")) == []
    another = replace(erratum(f"claim:{GROWTH}"), figures=("x.stock:640000:2025",))
    assert found.about(another) == [total, own]


def test_an_erratum_accuses_the_figures_it_names_and_no_other():
    about = replace(erratum("total:x.stock:640000:2025"), figures=(f"claim:{GROWTH}", "x.stock:640121:2025"))
    assert accuses(about, diagnosis("")) and not accuses(about, diagnosis("", "", ""))
    assert accuses(replace(about, figures=()), diagnosis("", "", ""))
    named = {"total:x.stock:640000:2025": about}
    assert not suspects(diagnosis("growth:x.stock:640000:2025:2023"), **named).open


def test_years():
    assert latest(diagnosis("total:x.stock:640000:2026 growth:x.stock:640000:2025:2024")) == 2026
    late = finding("total:x.stock:640000:2026", FAILS, year=2026)
    assert (
        suspects(diagnosis("total:x.stock:640000:2026"), late).year_of(diagnosis("total:x.stock:640000:2026")) == 2026
    )


def test_is_of_tells_printings_and_levels():
    assert is_of(diagnosis(""), GROWTH) and is_of(diagnosis(""), f"{GROWTH}:#2")
    assert not is_of(diagnosis(""), "growth:x.stock:640000:2025:2023")
    level = diagnosis("", "", "")
    assert is_of(level, "total:x.stock:640000:2025") and is_of(level, "formula:x.stock:640000:2025")
    assert not is_of(level, GROWTH)
