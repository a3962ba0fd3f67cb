"""Booklets in bulk: local and on a cluster, failures set apart."""

from __future__ import annotations

import csv
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import batch as benchmark
import pytest

from nianbao import cli
from nianbao.build import batch
from nianbao.build import edition as edition_module
from nianbao.build.cache import Cache
from nianbao.build.edition import Edition
from nianbao.errors import DataError


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    """Invented counties 649000 to 649002, two years."""
    folder = tmp_path_factory.mktemp("counties")
    benchmark.invent(folder, 3, 2)
    return folder / "data"


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Commands set variables for their kernels; they must not stay for other tests."""
    for name in ("NIANBAO_DATA", "NIANBAO_MARKS", "NIANBAO_READ", "NIANBAO_KERNEL_LOG", "JUPYTER_DEFAULT_PROVISIONER_NAME"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


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


def test_another_executor_is_given_the_same_work(invented, tmp_path, monkeypatch):
    """A cluster differs from this machine by its executor only."""
    edition = Edition(None, invented)

    @contextmanager
    def cluster(scheduler):
        assert scheduler == "tcp://x"
        with ThreadPoolExecutor(2) as pool:
            yield pool

    monkeypatch.setattr(batch, "cluster", cluster)
    found = batch.jobs(edition, ["07-documents"], "", "2024-2025", str(tmp_path))
    assert batch.run(edition, found, str(tmp_path), 1, "tcp://x") == 0
    assert sorted(path.parent.name for path in tmp_path.rglob("07-documents.ipynb")) == ["2024", "2025"]
    assert not (tmp_path / "failures.csv").exists() and {row["status"] for row in rows(tmp_path / "summary.csv")} == {"done"}


def test_an_edition_on_a_cluster(monkeypatch, tmp_path):
    """`nianbao build --scheduler` differs by its executor only."""
    asked = []

    @contextmanager
    def cluster(scheduler):
        asked.append(scheduler)
        with ThreadPoolExecutor(1) as pool:
            yield pool

    monkeypatch.setattr(edition_module, "cluster", cluster)
    edition = Edition()
    edition.cache = Cache(tmp_path, edition.data_folder, "")
    edition.cache.before = edition.cache.look()
    edition.execute(1, "07-documents", scheduler="tcp://x")
    assert asked == ["tcp://x"] and edition.cache.executed(edition.jobs(tmp_path, "07-documents")[0]).exists()


def test_a_worker_that_dies_is_survived(invented, tmp_path):
    pytest.importorskip("distributed", reason="没有安装 requirements-cluster.txt")
    edition = Edition(None, invented)
    address, found = benchmark.cluster(2)
    todo = batch.jobs(edition, ["07-documents"], "", "2025", str(tmp_path)) * 1
    todo += batch.jobs(edition, ["A4-county"], "649000,649001,649002", "2021-2022", str(tmp_path))
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(batch.run, edition, todo, str(tmp_path), 1, address)
        while not list(tmp_path.rglob("*.ipynb")):
            time.sleep(0.1)
            assert not running.done()
        found[-1].kill()
        failed = running.result(timeout=120)
    for each in reversed(found):
        each.kill()
        each.wait()
    assert failed == 0 and len(list(tmp_path.rglob("*.ipynb"))) == 7


def test_object_storage_goes_through_papermill(tmp_path, monkeypatch):
    import nbformat
    from papermill.iorw import papermill_io

    from nianbao.build.kernels import save

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
