"""Which regions an edition has pages for, and with what each is executed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nianbao import settings
from nianbao.build.edition import Edition
from nianbao.build.volume import Volume
from nianbao.errors import DataError
from nianbao.settings import RegionPages
from tests.support.projects import ROOT, YEAR

KNOWN = settings.load(ROOT)


def edition(year: int = YEAR, **changes) -> Edition:
    """An edition of the published data, with other settings of the pages of regions."""
    pages = replace(KNOWN.regions, **changes)
    return Edition.of(replace(KNOWN, regions=pages), year)


def test_every_region_with_figures_has_a_page():
    found = edition().regions
    assert len(found) == 27 and found["region-640122"] == "640122"
    assert (
        "640000" not in found.values() and "640104" not in found.values()
    )  # the whole, and a district without figures


def test_an_edition_without_regional_figures_has_none():
    assert edition(2024).regions == {}
    assert "book/regions" not in [page.file for page in edition(2024).pages()]
    assert not any(name.startswith("region-") for name in edition(2024).executed())


def test_the_setting_turns_them_off_and_names_some():
    assert Edition.of(replace(KNOWN, regions=RegionPages()), YEAR).regions == {}
    assert list(edition(only=["贺兰县", "640121"]).regions.values()) == ["640121", "640122"]
    with pytest.raises(DataError, match="没有名为“桃源县”的地区"):
        assert edition(only=["桃源县"]).regions


def test_each_is_executed_with_its_region_and_the_chapter_about_it():
    pages = edition()
    assert pages.parameters("region-640121") == {
        "year": YEAR,
        "region": "640121",
        "number": "D8",
        "analysis": "A4-county",
        "analysed": 2022,
    }
    assert pages.parameters("region-640122")["analysis"] == ""
    assert len({pages.parameters(name)["number"] for name in pages.regions}) == 27


def test_regions_share_what_is_read_but_for_those_with_data_of_their_own(tmp_path):
    jobs = {job.name: job for job in edition().jobs(tmp_path)}
    assert jobs["region-640122"].series == jobs["region-640181"].series == "region"
    assert jobs["region-640121"].series == ""
    assert jobs["01-pension"].series == ""


def test_chapters_and_contents_stay_as_they_are():
    assert not any(name.startswith("region-") for name in edition().chapters())
    assert edition().executed()[-27:] == [*edition().regions]


def test_they_are_a_volume_of_their_own_on_paper():
    volume = Volume(edition())
    assert [page.name for page in volume.pages()] == [*edition().regions]
    assert volume.stem == "nianbao-2025-regions" and volume.settings.title.endswith("地区卷")
    assert {page.part for page in volume.pages()} >= {"", "银川市", "固原市"}
