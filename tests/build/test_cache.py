"""What is still good of the last build, and why a chapter runs again; data that change meanwhile are not published."""

from __future__ import annotations

import pytest

from nianbao.build import building
from nianbao.build.building import Builder
from nianbao.build.cache import Cache
from nianbao.build.edition import Edition
from nianbao.build.job import Job
from nianbao.errors import DataError
from tests.support.projects import YEAR, Project, rewrite
from tests.support.small_book import correct_figure


def reasons(project: Project, program: str = "") -> dict[str, str]:
    """Why each chapter would be executed now; empty where it would not."""
    builder = Builder(Edition.open(YEAR, root=project.root), print)
    with builder.cache.locked() as cache:
        jobs = builder.edition.jobs(cache.folder / "executing")
        return {job.name: cache.reason(job, program or builder.program) for job in jobs}


def kept(project: Project, name: str) -> str:
    """The text of an executed notebook in the cache."""
    return executed(project, name).read_text("utf-8")


def executed(project: Project, name: str):
    """Where the cache keeps an executed notebook."""
    return project.root / "_build" / ".cache" / str(YEAR) / "src" / "notebooks" / f"{name}.ipynb"


def test_what_was_just_built_is_good(small):
    assert reasons(small) == {"00-front": "", "01-work": "", "02-papers": ""}


def test_a_damaged_result_runs_a_chapter_again(small):
    rewrite(executed(small, "02-papers"), kept(small, "02-papers")[:-200])
    assert reasons(small) == {"00-front": "", "01-work": "", "02-papers": "执行结果不在或被改动"}


def test_another_program_runs_all_chapters_again(small):
    assert set(reasons(small, "another program").values()) == {"程序有改动"}


def test_a_corrected_figure_runs_the_chapters_that_looked_at_its_file(small):
    correct_figure(small)
    changed = f"observations/{YEAR}/unemployment.csv有改动"
    assert reasons(small) == {"00-front": changed, "01-work": changed, "02-papers": ""}


def test_a_data_file_that_is_new_runs_the_chapters_that_would_have_looked_at_it(small):
    corrections = small.root / "data" / "editions" / str(YEAR) / "revisions.csv"
    assert not corrections.exists()
    corrections.write_text("indicator,item,of_year,old,new,kind,reason,date\n", "utf-8")
    assert all(f"editions/{YEAR}/revisions.csv" in reason for reason in reasons(small).values())


def test_a_parameter_runs_its_chapter_again(small):
    settings = small.root / "book" / "edition.yml"
    text = settings.read_text("utf-8")
    assert "chapters:\n" not in text
    rewrite(settings, f"{text}chapters:\n  01-work: {{colour: 红}}\n")
    assert reasons(small) == {"00-front": "", "01-work": "参数有改动", "02-papers": ""}


def test_without_notes_everything_runs_again(small):
    rewrite(small.root / "_build" / ".cache" / str(YEAR) / "made.json", "{")
    assert set(reasons(small).values()) == {"还没有执行过"}


def test_data_that_change_while_the_book_is_made_are_never_published(data):
    cache = Cache(data.parent / "cache", data, "")
    with cache.locked():
        cache.steady()
        path = data / "observations" / str(YEAR) / "injury.csv"
        path.write_bytes(path.read_bytes())  # written again, even with the same figures
        with pytest.raises(DataError, match=f"{YEAR}/injury.csv"):
            cache.steady()


def test_one_build_at_a_time(data):
    cache = Cache(data.parent / "cache", data, "")
    other = Cache(cache.folder, data, "")
    with cache.locked(), pytest.raises(DataError, match="另一处"), other.locked():
        pass
    with other.locked():  # afterwards it is free
        pass


def test_sources_that_change_while_an_edition_is_made_are_noticed(data):
    notebooks = data.parent / "notebooks"
    notebooks.mkdir()
    path = notebooks / "01.ipynb"
    path.write_text("{}", "utf-8")
    cache = Cache(data.parent / "cache", data, "", [notebooks, data.parent / "_toc.yml"])
    with cache.locked():
        cache.steady()
        began = cache.inputs(Job(path, "x"), "")
        (notebooks / ".ipynb_checkpoints").mkdir()
        (notebooks / ".ipynb_checkpoints" / "01.ipynb").write_text("", "utf-8")
        cache.steady()
        path.write_text("[]", "utf-8")
        assert cache.inputs(Job(path, "x"), "") == began  # what is executed is what was there
        with pytest.raises(DataError, match="笔记本、页面或设置有改动.*01.ipynb"):
            cache.steady()


def test_half_a_file_of_a_killed_build_is_swept(data):
    cache = Cache(data.parent / "cache", data, "")
    half = cache.folder / "src" / "book" / ".preface.md.4711"
    half.parent.mkdir(parents=True)
    half.write_text("", "utf-8")
    with cache.locked():
        assert not half.exists() and half.parent.exists()


def test_of_which_commit_an_edition_is():
    one, other = {"commit": "a", "changed": False}, {"commit": "b", "changed": False}
    assert building.since(one, one) == one
    assert building.since(one, other) == {"commit": "a", "changed": True}
    assert building.since(one, {"commit": "a", "changed": True})["changed"] is True
    assert building.since({"commit": None, "changed": None}, {"commit": None, "changed": None})["changed"] is None
