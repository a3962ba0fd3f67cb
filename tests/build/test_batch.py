"""Booklets in bulk: local and on a cluster, failures set apart."""

from __future__ import annotations

import csv
import os
import time
from concurrent.futures import Future, ThreadPoolExecutor

import batch as benchmark
import pytest

from nianbao import cli
from nianbao.build import batch
from nianbao.build.building import Builder, Way
from nianbao.build.edition import Edition
from nianbao.build.job import Job
from nianbao.build.processes import Processes
from nianbao.build.runner import workplace
from nianbao.errors import DataError
from nianbao.settings import Limits
from tests.support.projects import contents


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    """Invented counties 649000 to 649002, two years."""
    folder = tmp_path_factory.mktemp("counties")
    benchmark.invent(folder, 3, 2)
    return folder / "data"


def rows(path) -> list[dict]:
    """Rows of a summary."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("text, wanted", [("2022", [2022]), ("2021, 2022", [2021, 2022]), ("2020-2022", [2020, 2021, 2022]),
                                          ("all", [2020, 2021, 2022]), ("2021-2022,2020", [2021, 2022, 2020])])
def test_years(text, wanted):
    assert batch.years(text, [2020, 2021, 2022]) == wanted


@pytest.mark.parametrize("args, word", [
    (["A4-county", "--years", "去年"], "去年"), (["A4-county", "--years", "1999"], "1999"), (["A9", "--years", "2022"], "A9"),
    (["A4-county", "--counties", "桃花源", "--years", "2022"], "桃花源"), (["A4-county", "--counties", "all", "--years", "2024"], "县级资料"),
])
def test_what_cannot_be_done_is_said_in_one_line(args, word, capsys, tmp_path):
    assert cli.main(["batch", *args, "--into", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert err.startswith("错误：") and word in err and err.count("\n") == 1


def test_counties_and_years_and_a_failure_set_apart(invented, tmp_path, capsys):
    path = invented / "observations" / "2022" / "counties" / "649001.csv"
    good = path.read_text("utf-8")
    path.write_text(good.replace("county.enterprise.insured,", "county.enterprise.nothing,", 1), "utf-8")
    try:
        code = cli.main(["batch", "A4-county", "--counties", "649000,虚拟649001县,649002", "--years", "2021-2022", "--data",
                         str(invented), "--into", str(tmp_path)])
    finally:
        path.write_text(good, "utf-8")
    found = rows(tmp_path / "summary.csv")
    assert code == 1 and len(found) == 6
    assert [row["region"] for row in found] == ["649000", "649001", "649002"] * 2
    failed = rows(tmp_path / "failures.csv")
    assert [(row["region"], row["year"]) for row in failed] == [("649001", "2022")] and "county.enterprise.nothing" in failed[0]["error"]
    assert len(list(tmp_path.rglob("A4-county-*.ipynb"))) == 5
    assert "[6/6]" in capsys.readouterr().out


class Elsewhere:
    """A workplace that is not this machine: one notebook is lost there with words of its own."""

    def __init__(self, place, lost: str):
        self.place, self.lost, self.given = place, lost, []

    def submit(self, job: Job) -> Future:
        """Hand the notebook on, or lose it."""
        self.given.append(job)
        if job.name != self.lost:
            return self.place.submit(job)
        future: Future = Future()
        future.set_exception(ConnectionError("worker died"))
        return future

    def explain(self, job: Job, error: Exception) -> DataError:
        """As a cluster does."""
        return DataError(f"没有执行完：{error}", job.source.name)

    def abandon(self) -> None:
        """Nothing to end."""


def test_a_cluster_differs_by_its_workplace_only(invented, tmp_path):
    edition, said = Edition.open(None, invented), []
    tasks = batch.plan(edition, ["07-documents", "06-agency"], "", "2024-2025", str(tmp_path))
    with Processes("forked", tmp_path / "log") as processes, workplace(processes, edition.session, Limits(), 2) as here:
        place = Elsewhere(here, "06-agency")
        assert batch.carry_out(tasks, place, tmp_path, said.append) == 2
    assert sorted(path.parent.name for path in tmp_path.rglob("07-documents.ipynb")) == ["2024", "2025"]
    assert [job.name for job in place.given] == ["07-documents", "06-agency"] * 2 and len(said) == 4
    assert [row["status"] for row in rows(tmp_path / "summary.csv")] == ["done", "failed"] * 2
    assert all("worker died" in row["error"] for row in rows(tmp_path / "failures.csv"))


def test_a_cluster_that_cannot_be_had_is_said(invented, tmp_path, capsys):
    """Where Dask is missing its name is told, where it is there the address."""
    code = cli.main(["batch", "07-documents", "--data", str(invented), "--into", str(tmp_path), "--scheduler", "tcp://127.0.0.1:9"])
    err = capsys.readouterr().err
    assert code == 2 and err.count("\n") == 1 and ("requirements-cluster.txt" in err or "127.0.0.1:9" in err)


@pytest.fixture(scope="module")
def dask():
    """Address of a scheduler with two workers, and their processes."""
    pytest.importorskip("distributed", reason="没有安装 requirements-cluster.txt")
    address, found = benchmark.cluster(2)
    yield address, found
    for each in reversed(found):
        each.kill()
        each.wait()


def test_an_edition_on_a_cluster(dask, project):
    """`nianbao run --scheduler` gives the same as this machine."""
    (project.root / "_toc.yml").write_text(contents("notebooks/07-documents", "notebooks/06-agency"), "utf-8")
    here, there = project.root / "here", project.root / "there"
    edition = Edition.open(root=project.root)
    for folder, scheduler in (here, ""), (there, dask[0]):
        said: list[str] = []
        Builder(edition, said.append, Way(workers=2, fresh=True, scheduler=scheduler)).run(folder)
        assert said[0] == "执行2章"
    made = {path.name: path.read_bytes() for path in (here / "notebooks").iterdir()}
    assert len(made) == 2 and made == {path.name: path.read_bytes() for path in (there / "notebooks").iterdir()}


def test_a_worker_that_dies_is_survived(dask, invented, tmp_path):
    edition = Edition.open(None, invented)
    address, found = dask
    todo = batch.plan(edition, ["07-documents"], "", "2025", str(tmp_path))
    todo += batch.plan(edition, ["A4-county"], "649000,649001,649002", "2021-2022", str(tmp_path))
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(batch.run, edition, todo, str(tmp_path), print, Way(workers=1, scheduler=address))
        while not list(tmp_path.rglob("*.ipynb")):
            time.sleep(0.1)
            assert not running.done()
        found[-1].kill()
        failed = running.result(timeout=240)
    assert failed == 0 and len(list(tmp_path.rglob("*.ipynb"))) == 7


def test_object_storage_goes_through_papermill(tmp_path, monkeypatch):
    import nbformat
    from papermill.iorw import papermill_io

    from nianbao.build.engine import save

    kept = {}

    class Handler:
        """A store of texts."""

        def write(self, text, path):
            kept[path] = text

    papermill_io.register("mem://", Handler())
    save(nbformat.v4.new_notebook(), "mem://bucket/2022/a.ipynb")
    assert "nbformat" in kept["mem://bucket/2022/a.ipynb"] and not os.path.exists("mem:")
    with pytest.raises(DataError):
        batch.years("x", [2022])
