"""What a table of regions says of those that were merged or set up in its year."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nianbao.chapter.areas import Areas, Edition
from nianbao.chapter.tables import nested
from nianbao.data.catalogue import REGION
from nianbao.data.explanations import Explanation
from tests.support.small_dataset import dataset

FIRST, SECOND, THIRD = "640100", "640200", "640300"


@pytest.fixture
def areas(monkeypatch):
    """The regions of a small province in 2025, with what is given of their lives, explanations and revisions."""

    def made(lives=None, explained=(), revisions=()):
        data = dataset({})
        regions = data.catalogue.codelists[REGION]
        for code, life in (lives or {}).items():
            monkeypatch.setitem(regions, code, replace(regions[code], **life))
        data.explanations = list(explained)
        data.revisions = lambda year: list(revisions) if year == 2025 else []
        return Areas(Edition(data, 2025))

    return made


def explained(item: str, kind: str, reason: str, since: int = 2025) -> Explanation:
    """An explained difference about a region."""
    return Explanation(2025, "", "", item, since, kind, reason, None, "")


def test_nothing_is_said_where_nothing_changed(areas):
    assert areas().note([FIRST, SECOND, THIRD], [FIRST, SECOND, THIRD]) == ""


def test_a_merger_is_known_from_the_list_of_regions(areas):
    made = areas({SECOND: {"until": "2024", "successor": FIRST}})
    assert made.is_merged(SECOND) and not made.is_merged(FIRST)
    assert made.note([FIRST, THIRD], [FIRST, SECOND, THIRD]) == "乙市2025年并入甲市；甲市的数与以前年度不可比。"


def test_a_merger_is_known_from_an_explained_difference_or_a_revision(areas):
    told = "乙市2025年并入丙市；丙市的数与以前年度不可比。"
    assert areas(explained=[explained(SECOND, "merged", "并入丙市")]).note([FIRST, SECOND, THIRD]) == told
    revised = [{"item": SECOND, "reason": "乙市并入丙市，结余划入丙市"}]
    assert areas(revisions=revised).note([FIRST, SECOND, THIRD]) == told
    assert areas(revisions=[{"item": THIRD, "reason": "乙市并入丙市"}]).note([FIRST, SECOND]) == ""


def test_a_change_touches_the_region_and_the_one_it_went_to(areas):
    made = areas({SECOND: {"until": "2024", "successor": FIRST}, THIRD: {"note": "2025年由甲市析置"}})
    assert made.touching([FIRST]) == [SECOND, THIRD]
    assert made.touching([SECOND]) == [SECOND] and made.touching([THIRD]) == [THIRD]
    assert areas({SECOND: {"until": "2020", "successor": FIRST}, THIRD: {"note": ""}}).touching([FIRST]) == []


def test_an_old_merger_is_no_news(areas):
    made = areas({SECOND: {"until": "2020", "successor": FIRST}})
    assert made.is_merged(SECOND) and made.note([FIRST, SECOND, THIRD]) == ""


def test_a_new_region_is_told_with_where_it_came_from(areas):
    told = "的数与以前年度不可比。"
    assert areas({THIRD: {"note": "2025年由甲市析置"}}).note([FIRST, THIRD]) == f"丙市2025年由甲市析置；甲市{told}"
    assert areas({THIRD: {"since": "2025", "note": ""}}).note([FIRST, THIRD]) == "丙市2025年新设。"
    split = [explained(THIRD, "split", "由乙市析置")]
    made = areas({THIRD: {"since": ""}}, explained=split)
    assert made.note([FIRST, THIRD]) == f"乙市{told}", "the explanation itself stands beneath the table"
    before = [explained(THIRD, "new", "由乙市析置", 2024)]
    assert areas({THIRD: {"since": "2024"}}, explained=before).note([THIRD]) == ""


def test_regions_of_one_whole_stand_together(areas):
    regions = dict(areas().regions)
    for code, parent in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a")):
        regions[code] = replace(regions[FIRST], code=code, parent=parent)
    assert list(nested(["a1", "a2", "b1", "a3"], regions)) == ["a1", "a2", "a3", "b1"]


def test_what_became_of_a_region_is_told_of_it_alone(areas):
    found = areas({SECOND: {"until": "2024", "successor": FIRST}})
    assert found.fate(SECOND) == "2025年并入甲市"
    assert found.fate(FIRST) == ""
